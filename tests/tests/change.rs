//! Changes and people as controls see them: exports of GitHub, CloudTrail, trackers, rosters and alerting, led to the vocabulary by the
//! library's maps, judged as worked out by hand from the files.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

#[path = "change/alerts.rs"]
mod alerts;
#[path = "change/cloudtrail.rs"]
mod cloudtrail;
#[path = "change/github.rs"]
mod github;
#[path = "change/people.rs"]
mod people;
#[path = "change/trackers.rs"]
mod trackers;

use serde_json::Value;
use tickmark_tests::judged::check;
use tickmark_tests::{corpus, files, tickmark};

use self::cloudtrail::events;
use self::github::{pull, review};

/// GitHub, CloudTrail, SageMaker and a roster together: who approved is told by three systems under three names, and is one person.
#[test]
fn changes_and_people_tell_one_story() {
    let Some(corpus) = corpus() else { return };
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| files::write(folder.path(), name, text);
    write("events/events.jsonl", &events().join("\n"));
    // Ada approves what is hers with another account.
    write("more/pull.json", &pull(1, "ada", "h"));
    write("more/reviews.json", &format!("[{}]", review(1001, 1, ("ada.okafor", "User"), ("APPROVED", "h", 9))));
    let roster = "Personnel no.,Name,Job title,Accounts,Left\n\
        7,Ada Okafor,Engineer,ada;ada.okafor,\n\
        8,Erin Walsh,Lead,erin;erin.walsh,\n\
        9,Farid Aziz,Engineer,farid;farid.aziz,\n\
        10,Ben Svensson,Engineer,ben;ben.svensson,2026-09-30\n";
    write("roster.csv", roster);
    let controls = r#"
# The one of the library compares logins; this one persons.
adjective independent for approval: no person p in all: p.logins contains approver
    and (p.logins contains (model.author else subject_author))

control S-1 "merged with the approval of another person" {
  cites CC8.1
  every merged pull_request has approved independent approval
}
control S-2 "versions are approved by people on the roster" {
  cites CC8.1
  every approved approval a of a model m where m.name == "fraud-scorer" and m.number == 3: some person p in all: p.logins contains a.approver and p.name == "Erin Walsh"
}
control S-3 "the same person approves code" {
  cites CC8.1
  every approved approval a of a pull_request r where r.number == "43": some person p in all: p.logins contains a.approver and p.name == "Erin Walsh"
}
control S-4 "approved before it went live" {
  cites CC8.1
  every production deployment d of a model m where "{d.endpoint.id}" == "fraud-scorer-prod": m has approved approval before d.went_live_at
}
"#;
    write("controls/c.tick", controls);
    let manifest = format!(
        "version: 1\nsources:\n  - path: events\n  - path: more\n  - path: {}\n  - path: {}\n  - path: roster.csv\n    noun: person\n    required: true\n    columns:\n      \"Personnel no.\": id\n      Name: name\n      Job title: job_function\n      Accounts: logins\n      Left: ended_on\npacks: [./controls]\nas_of: 2026-12-31\n",
        std::fs::canonicalize(corpus.join("samples/github/export_brightloom_serving")).unwrap().display(),
        std::fs::canonicalize(corpus.join("aws/brightloom/sagemaker")).unwrap().display(),
    );
    write("tickmark.yaml", &manifest);
    let path = folder.path().join("tickmark.yaml");
    let run = |format: &str| tickmark(&["check", "--manifest", path.to_str().unwrap(), "--format", format]);
    let outcome = run("json");
    assert_eq!(outcome.verdicts("S-1"), "o/r@1 fail, x/y@41 pass, x/y@42 fail, x/y@43 pass", "{}", outcome.err);
    for id in ["S-2", "S-3", "S-4"] {
        assert_eq!(outcome.status(id), "pass", "{id}: {}", outcome.out);
    }
    // A finding shows the pull request and the review, each in its file, and the line of the roster that leads from one to the other.
    let text = run("text");
    for place in ["more/pull.json:1:", "more/reviews.json:1:", "roster.csv:2:"] {
        assert!(text.out.contains(place), "{place}\n{}", text.out);
    }
}

/// What we read of these systems is not claimed of any other file.
#[test]
fn nothing_else_is_taken_for_these() {
    let Some(corpus) = corpus() else { return };
    const OURS: [&str; 7] = ["github", "cloudtrail", "jira", "servicenow", "pagerduty", "opsgenie", "people"];
    let control = "control X-1 \"x\" { cites CC8.1  every source: kind exists }";
    let mut looked_at = 0;
    let mut folders: Vec<std::path::PathBuf> = Vec::new();
    for top in ["", "samples", "terraform", "aws/brightloom"] {
        let entries = std::fs::read_dir(corpus.join(top)).unwrap().map(|entry| entry.unwrap().path());
        folders
            .extend(entries.filter(|path| path.is_dir() && !path.ends_with("samples") && !path.ends_with("terraform")));
    }
    folders.retain(|folder| !folder.ends_with("samples/github"));
    folders.sort();
    for folder in folders {
        let outcome = check(&[&folder], control, "json");
        let Ok(json) = serde_json::from_str::<Value>(&outcome.out) else { continue };
        for source in json["sources"].as_array().unwrap() {
            looked_at += 1;
            let kind = source["kind"].as_str().unwrap();
            assert!(!OURS.contains(&kind), "{} of {}", kind, source["path"]);
        }
    }
    assert!(looked_at > 50, "only {looked_at} sources were looked at");
}
