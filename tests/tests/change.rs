//! Changes and people as controls see them: exports of GitHub, CloudTrail, trackers, rosters and alerting, led to the vocabulary by the
//! library's maps, judged as worked out by hand from the files.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use tickmark_source::MemoryFiles;
use tickmark_tests::{Outcome, corpus, tickmark, tickmark_in};

/// Control → status, and the ids of the subjects with their verdicts.
fn findings(outcome: &Outcome) -> BTreeMap<String, (String, BTreeMap<String, String>)> {
    let json = outcome.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let of = |control: &Value| {
        let subjects = control["subjects"].as_array().unwrap().iter();
        let found = subjects.map(|subject| (text(&subject["id"]), text(&subject["verdict"]))).collect();
        (text(&control["id"]), (text(&control["status"]), found))
    };
    json["controls"].as_array().unwrap().iter().map(of).collect()
}

/// The verdicts of one control: `x/y@1 pass, x/y@2 fail`.
fn verdicts(outcome: &Outcome, control: &str) -> String {
    let found = findings(outcome);
    let (_, subjects) = found.get(control).unwrap_or_else(|| panic!("no {control}\n{}", outcome.err));
    subjects.iter().map(|(id, verdict)| format!("{id} {verdict}")).collect::<Vec<_>>().join(", ")
}

fn check(facts: &[&Path], controls: &str, format: &str) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.tick");
    std::fs::write(&file, controls).unwrap();
    let mut arguments = vec!["check"];
    arguments.extend(facts.iter().map(|path| path.to_str().unwrap()));
    arguments.extend([
        "--controls",
        file.to_str().unwrap(),
        "--format",
        format,
        "--no-manifest",
        "--as-of",
        "2026-12-31",
    ]);
    tickmark(&arguments)
}

fn check_in(files: &[(&str, &str)], controls: &str) -> Outcome {
    let mut memory = MemoryFiles::new();
    for (name, text) in files {
        memory.insert(format!("x/{name}"), text.as_bytes().to_vec());
    }
    memory.insert("c.tick", controls.as_bytes().to_vec());
    let arguments =
        ["check", "x", "--controls", "c.tick", "--format", "json", "--no-manifest", "--as-of", "2026-12-31"];
    tickmark_in(&memory, &arguments)
}

#[expect(clippy::disallowed_methods, reason = "a test reads the corpus from disk")]
fn json_of(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

const PULLS: &str = r#"
control G-1 "approved by somebody else" { cites CC8.1  every merged pull_request has approved independent approval }
control G-2 "the same in one word" { cites CC8.1  every merged pull_request is approved }
"#;

#[test]
fn a_repository_is_judged_as_by_hand() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("samples/github/export_brightloom_serving");
    let controls = format!(
        "{PULLS}
control G-3 \"protected\" {{ cites CC8.1  every github_branch_protection is protected }}
control G-4 \"two approvals are asked for\" {{ cites CC8.1
  every github_branch_protection: required_pull_request_reviews.required_approving_review_count >= 2 }}
control G-5 \"opened by people\" {{ cites CC8.1  every pull_request is not automatic }}
control G-6 \"reviewed by\" {{ cites CC8.1  every approval: approver in [\"erin\", \"farid\", \"ada\"] }}"
    );
    let outcome = check(&[&folder], &controls, "json");
    // Worked out from the files: merged, and a review APPROVED of the head by another than the author.
    let mut expected = Vec::new();
    let mut bots = Vec::new();
    for pull in json_of(&folder.join("pulls.json")).as_array().unwrap() {
        let number = pull["number"].as_u64().unwrap();
        let reviews = json_of(&folder.join(format!("pulls/{number}.reviews.json")));
        let counts = |review: &Value| {
            review["state"] == "APPROVED"
                && review["commit_id"] == pull["head"]["sha"]
                && review["user"]["login"] != pull["user"]["login"]
        };
        if pull["merged_at"].is_string() {
            let verdict = if reviews.as_array().unwrap().iter().any(counts) { "pass" } else { "fail" };
            expected.push(format!("x/y@{number} {verdict}"));
        }
        let bot = pull["user"]["type"] == "Bot";
        bots.push(format!("x/y@{number} {}", if bot { "fail" } else { "pass" }));
    }
    assert_eq!(verdicts(&outcome, "G-1"), expected.join(", "), "{}", outcome.err);
    assert_eq!(verdicts(&outcome, "G-2"), expected.join(", "));
    assert_eq!(verdicts(&outcome, "G-3"), "x/y@main pass");
    assert_eq!(verdicts(&outcome, "G-4"), "x/y@main pass");
    assert_eq!(verdicts(&outcome, "G-5"), bots.join(", "));
    assert_eq!(findings(&outcome)["G-6"].1.len(), 4, "of 44 nobody said anything");
    let text = check(&[&folder], PULLS, "text");
    assert!(text.out.contains("pulls/42.json:") && text.out.contains("pulls/42.reviews.json:"), "{}", text.out);
}

/// A pull request in the shape of <https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request>, with what maps look at.
fn pull(number: u32, author: &str, head: &str) -> String {
    format!(
        r#"{{"url": "https://api.github.com/repos/o/r/pulls/{number}", "number": {number}, "state": "closed",
  "user": {{"login": "{author}", "type": "User"}}, "created_at": "2026-01-01T08:00:00Z", "closed_at": "2026-01-02T08:00:00Z",
  "merged_at": "2026-01-02T08:00:00Z", "merge_commit_sha": "m{number}", "base": {{"ref": "main", "sha": "b"}},
  "head": {{"ref": "f", "sha": "{head}"}}, "draft": false, "merged": true, "merged_by": {{"login": "bo", "type": "User"}}}}"#
    )
}

/// A review in the shape of <https://docs.github.com/en/rest/pulls/reviews>.
fn review(id: u32, number: u32, (login, kind): (&str, &str), (state, commit, hour): (&str, &str, u32)) -> String {
    format!(
        r#"{{"id": {id}, "user": {{"login": "{login}", "type": "{kind}"}}, "state": "{state}", "commit_id": "{commit}",
  "html_url": "https://github.com/o/r/pull/{number}#pullrequestreview-{id}",
  "pull_request_url": "https://api.github.com/repos/o/r/pulls/{number}", "submitted_at": "2026-01-01T{hour:02}:00:00Z"}}"#
    )
}

#[test]
fn what_a_review_says_of_what_was_merged() {
    let user = |login: &'static str| (login, "User");
    let pulls = [1, 2, 3, 4, 5, 6, 7].map(|number| pull(number, "ana", "h"));
    let reviews = [
        // Of the last commit, and of an earlier one.
        review(1, 1, user("bo"), ("APPROVED", "h", 9)),
        review(2, 2, user("bo"), ("APPROVED", "g", 9)),
        // Somebody took it back, dismissed it, or only had something to say.
        review(3, 3, user("bo"), ("APPROVED", "h", 9)),
        review(4, 3, user("bo"), ("CHANGES_REQUESTED", "h", 10)),
        review(5, 4, user("bo"), ("DISMISSED", "h", 9)),
        review(6, 5, user("bo"), ("COMMENTED", "h", 9)),
        // A program is nobody; and nobody approves what is their own.
        review(7, 6, ("github-actions[bot]", "Bot"), ("APPROVED", "h", 9)),
        review(8, 6, user("Ana"), ("APPROVED", "h", 9)),
        // Asked for changes, and then agreed.
        review(9, 7, user("bo"), ("CHANGES_REQUESTED", "g", 9)),
        review(10, 7, user("bo"), ("APPROVED", "h", 10)),
    ];
    let expected = "o/r@1 pass, o/r@2 fail, o/r@3 fail, o/r@4 fail, o/r@5 fail, o/r@6 fail, o/r@7 pass";
    let pulls = pulls.join(",");
    // As one list; as pages that `gh api --paginate` wrote one behind the other; as pages in a list (`--slurp`).
    let (first, second) = (reviews[..4].join(","), reviews[4..].join(","));
    let shapes =
        [format!("[{first},{second}]"), format!("[{first}][{second}]\n"), format!("[[{first}],[],[{second}]]")];
    for shape in shapes {
        let outcome = check_in(&[("pulls.json", &format!("[{pulls}]")), ("reviews.json", &shape)], PULLS);
        assert_eq!(verdicts(&outcome, "G-1"), expected, "{}", outcome.err);
        assert_eq!(verdicts(&outcome, "G-2"), expected);
    }
}

#[test]
fn reviews_that_nobody_asked_for_are_not_known() {
    let (one, two) = (pull(1, "ana", "h"), pull(2, "ana", "h"));
    let given = review(1, 1, ("bo", "User"), ("APPROVED", "h", 9));
    let files =
        [("pulls/1.json", one.as_str()), ("pulls/2.json", &two), ("pulls/1.reviews.json", &format!("[{given}]"))];
    let outcome = check_in(&files, PULLS);
    assert_eq!(verdicts(&outcome, "G-1"), "o/r@1 pass, o/r@2 unknown", "{}", outcome.err);
    // An empty answer says that there are none.
    let mut files = files.to_vec();
    files.push(("pulls/2.reviews.json", "[]"));
    let outcome = check_in(&files, PULLS);
    assert_eq!(verdicts(&outcome, "G-1"), "o/r@1 pass, o/r@2 fail", "{}", outcome.err);
}

/// Where a review does not say of which pull request it is, what was asked for says so, before the name of the file.
#[test]
fn the_collection_manifest_says_what_was_asked() {
    let bare = r#"[{"id": 1, "user": {"login": "bo", "type": "User"}, "state": "APPROVED", "commit_id": "h",
      "submitted_at": "2026-01-01T09:00:00Z"}]"#;
    let (one, two) = (pull(1, "ana", "h"), pull(2, "ana", "h"));
    let list = format!("[{one},{two}]");
    let none = check_in(&[("pulls.json", &list), ("some.json", bare)], PULLS);
    assert_eq!(verdicts(&none, "G-1"), "o/r@1 unknown, o/r@2 unknown", "{}", none.err);
    let path =
        check_in(&[("pulls.json", &list), ("pulls/1.reviews.json", bare), ("pulls/2.reviews.json", "[]")], PULLS);
    assert_eq!(verdicts(&path, "G-1"), "o/r@1 pass, o/r@2 fail", "{}", path.err);
    let file = |path: &str, text: &str, query: &str| {
        let sha256 = tickmark_manifest::sha256(text.as_bytes());
        format!(
            r#"{{"path": "{path}", "system": "github", "query": "{query}", "collector": "t", "started_at": "2026-01-03",
            "ended_at": "2026-01-03", "page": 0, "pages": 1, "rows": 1, "sha256": "{sha256}", "complete": true, "basis": "x"}}"#
        )
    };
    let collection = format!(
        r#"{{"tickmark_collection": 1, "system": "github", "target": "o/r", "collector": "t", "started_at": "2026-01-03",
        "ended_at": "2026-01-03", "complete": true, "files": [{}, {}, {}]}}"#,
        file("none.json", "[]", "GET /repos/o/r/pulls/1/reviews, page 0"),
        file("pulls.json", &list, "GET /repos/o/r/pulls, page 0"),
        file("some.json", bare, "GET /repos/o/r/pulls/2/reviews, page 0"),
    );
    let files =
        [("pulls.json", list.as_str()), ("some.json", bare), ("none.json", "[]"), ("collection.json", &collection)];
    let outcome = check_in(&files, PULLS);
    assert_eq!(verdicts(&outcome, "G-1"), "o/r@1 fail, o/r@2 pass", "{}", outcome.err);
}

/// `gh pr list --json number,url,…` (<https://cli.github.com/manual/gh_pr_list>) and GraphQL, which name things in another way.
#[test]
fn what_gh_and_graphql_give_is_judged_alike() {
    let node = |number: u32, review: &str, wrapped: bool| {
        let reviews = if review.is_empty() { String::new() } else { review.replace('\'', "\"") };
        let reviews = if wrapped {
            format!(r#"{{"nodes": [{reviews}], "pageInfo": {{"hasNextPage": false}}}}"#)
        } else {
            format!("[{reviews}]")
        };
        format!(
            r#"{{"number": {number}, "url": "https://github.com/o/r/pull/{number}", "state": "MERGED", "createdAt": "2026-01-01T08:00:00Z",
            "mergedAt": "2026-01-02T08:00:00Z", "closedAt": "2026-01-02T08:00:00Z", "author": {{"login": "ana", "is_bot": false}},
            "mergedBy": {{"login": "bo"}}, "mergeCommit": {{"oid": "m"}}, "baseRefName": "main", "headRefOid": "h", "reviews": {reviews}}}"#
        )
    };
    let of = |state: &str, oid: &str| {
        format!(
            "{{'author': {{'login': 'bo'}}, 'state': '{state}', 'submittedAt': '2026-01-01T09:00:00Z', 'commit': {{'oid': '{oid}'}}}}"
        )
    };
    let reviews = [of("APPROVED", "h"), of("APPROVED", "g"), of("CHANGES_REQUESTED", "h"), String::new()];
    let expected = "o/r@1 pass, o/r@2 fail, o/r@3 fail, o/r@4 fail";
    let nodes = |wrapped: bool| {
        (1..).zip(&reviews).map(|(number, review)| node(number, review, wrapped)).collect::<Vec<_>>().join(",")
    };
    let gh = format!("[{}]", nodes(false));
    let outcome = check_in(&[("gh.json", &gh)], PULLS);
    assert_eq!(verdicts(&outcome, "G-1"), expected, "{}", outcome.err);
    let graphql = |more: bool| {
        format!(
            r#"{{"data": {{"repository": {{"pullRequests": {{"nodes": [{}], "pageInfo": {{"hasNextPage": {more}, "endCursor": "c"}}}}}}}}}}"#,
            nodes(true)
        )
    };
    let complete = |outcome: &Outcome| outcome.json()["sources"][0]["complete"].clone();
    let outcome = check_in(&[("graphql.json", &graphql(false))], PULLS);
    assert_eq!((verdicts(&outcome, "G-1").as_str(), complete(&outcome)), (expected, true.into()), "{}", outcome.err);
    let outcome = check_in(&[("graphql.json", &graphql(true))], PULLS);
    assert_eq!(complete(&outcome), false);
    assert!(outcome.err.contains("W0558"), "{}", outcome.err);
    // Pages that `gh api graphql --paginate` wrote into one file: the last of them ends the list.
    let outcome = check_in(&[("graphql.json", &format!("{}{}", graphql(true), graphql(false)))], PULLS);
    assert_eq!(complete(&outcome), true, "{}", outcome.err);
    // Not all reviews of a pull request are here.
    let cut =
        graphql(false).replacen(r#""pageInfo": {"hasNextPage": false}"#, r#""pageInfo": {"hasNextPage": true}"#, 1);
    let outcome = check_in(&[("graphql.json", &cut)], PULLS);
    assert_eq!(complete(&outcome), false, "{}", outcome.err);
    // Whoever does not ask for reviews does not hear of them.
    let outcome = check_in(
        &[(
            "gh.json",
            r#"[{"number": 1, "url": "https://github.com/o/r/pull/1", "mergedAt": "2026-01-02T08:00:00Z"}]"#,
        )],
        PULLS,
    );
    assert_eq!(verdicts(&outcome, "G-1"), "o/r@1 unknown", "{}", outcome.err);
}

/// Deployments with their statuses, environments, commits, files, what the rules said, members: <https://docs.github.com/en/rest>.
#[test]
fn what_else_github_tells_is_judged_as_by_hand() {
    let user = |login: &str, kind: &str| format!(r#"{{"login": "{login}", "id": 1, "type": "{kind}"}}"#);
    let deployment = |id: u32, environment: &str| {
        format!(
            r#"{{"url": "https://api.github.com/repos/o/r/deployments/{id}", "id": {id}, "sha": "m1", "ref": "main", "task": "deploy", "payload": {{}},
        "environment": "{environment}", "creator": {}, "created_at": "2026-01-02T09:00:00Z", "statuses_url": "https://api.github.com/repos/o/r/deployments/{id}/statuses",
        "repository_url": "https://api.github.com/repos/o/r"}}"#,
            user("deployer[bot]", "Bot")
        )
    };
    let status = |id: u32, of: u32, state: &str, minute: u32| {
        format!(
            r#"{{"url": "https://api.github.com/repos/o/r/deployments/{of}/statuses/{id}", "id": {id}, "state": "{state}", "creator": {}, "created_at": "2026-01-02T09:{minute:02}:00Z",
        "deployment_url": "https://api.github.com/repos/o/r/deployments/{of}", "repository_url": "https://api.github.com/repos/o/r"}}"#,
            user("deployer[bot]", "Bot")
        )
    };
    let deployments = format!("[{},{}]", deployment(5, "production"), deployment(6, "staging"));
    let statuses =
        format!("[{},{},{}]", status(1, 5, "pending", 1), status(2, 5, "success", 7), status(3, 6, "failure", 2));
    let environments = r#"{"total_count": 2, "environments": [
      {"id": 1, "name": "production", "url": "https://api.github.com/repos/o/r/environments/production", "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
       "protection_rules": [{"id": 3, "type": "required_reviewers", "prevent_self_review": true, "reviewers": [{"type": "User", "reviewer": {"login": "bo"}}]}], "deployment_branch_policy": null},
      {"id": 2, "name": "staging", "url": "https://api.github.com/repos/o/r/environments/staging", "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
       "protection_rules": [], "deployment_branch_policy": null}]}"#;
    let commits = r#"[{"sha": "h", "node_id": "x", "commit": {"author": {"name": "Ana", "email": "ana@acme.example", "date": "2026-01-01T07:00:00Z"},
      "committer": {"name": "Ana", "email": "ana@acme.example", "date": "2026-01-01T07:00:00Z"}, "message": "m", "verification": {"verified": true, "reason": "valid"}},
      "url": "https://api.github.com/repos/o/r/commits/h", "html_url": "https://github.com/o/r/commit/h", "author": {"login": "ana", "type": "User"}, "committer": null, "parents": []}]"#;
    let file = r#"[{"sha": "f", "filename": "serving/model.yaml", "status": "modified", "additions": 1, "deletions": 0, "changes": 1, "blob_url": "https://github.com/o/r/blob/h/serving/model.yaml",
      "raw_url": "https://x", "contents_url": "https://y", "patch": ""}]"#;
    let suites = r#"[{"id": 21, "actor_id": 12, "actor_name": "bo", "before_sha": "b", "after_sha": "m1", "ref": "refs/heads/main", "repository_id": 4, "repository_name": "r",
      "pushed_at": "2026-01-02T08:00:00Z", "result": "bypass", "evaluation_result": "fail"}]"#;
    let members = format!(
        r#"[{{"url": "https://api.github.com/orgs/o/memberships/ana", "state": "active", "role": "member", "organization_url": "https://api.github.com/orgs/o", "user": {}}},
        {{"url": "https://api.github.com/orgs/o/memberships/robot", "state": "active", "role": "member", "organization_url": "https://api.github.com/orgs/o", "user": {}}}]"#,
        user("ana", "User"),
        user("robot", "Bot")
    );
    let pulls = format!("[{},{}]", pull(1, "ana", "h"), pull(2, "ana", "g"));
    let files = [
        ("pulls.json", pulls.as_str()),
        ("pulls/1.commits.json", commits),
        ("pulls/1.files.json", file),
        ("deployments.json", &deployments),
        ("statuses.json", &statuses),
        ("environments.json", environments),
        ("suites.json", suites),
        ("members.json", &members),
    ];
    let controls = r#"
control D-1 "live" { cites CC8.1  every deployment: went_live_at == time("2026-01-02T09:07:00Z") and made_by == "deployer[bot]" }
control D-2 "where" { cites CC8.1  every production deployment: went_live_at exists }
control D-3 "environments" { cites CC8.1  every environment: kind in ["production", "staging"] and account == "o/r" }
control D-4 "reviewers" { cites CC8.1  every github_environment: some protection_rule p in protection_rules: p.type == "required_reviewers" and p.prevent_self_review == true }
control D-5 "rules" { cites CC8.1  every pull_request: bypassed_rules == false }
control D-6 "files" { cites CC8.1  every pull_request where number == "1": paths contains "serving/model.yaml" }
control D-7 "commits" { cites CC8.1  every pull_request where number == "1": every code_revision c in includes: c.author == "ana" }
control D-8 "people" { cites CC6.1  every principal is human }
"#;
    let outcome = check_in(&files, controls);
    let expected = [
        ("D-1", "github:5 pass, github:6 unknown"),
        ("D-2", "github:5 pass"),
        ("D-3", "o/r/production pass, o/r/staging pass"),
        ("D-4", "o/r@production pass, o/r@staging fail"),
        // Of the second nobody said what the rules saw.
        ("D-5", "o/r@1 fail, o/r@2 unknown"),
        ("D-6", "o/r@1 pass"),
        ("D-7", "o/r@1 pass"),
        ("D-8", "github:ana pass, github:robot fail"),
    ];
    for (id, verdict) in expected {
        assert_eq!(verdicts(&outcome, id), verdict, "{id} {}", outcome.err);
    }
}

/// A branch that is not protected is told by an error (<https://docs.github.com/en/rest/branches/branch-protection>); another error says nothing.
#[test]
fn protection_is_told_by_errors_too() {
    let refusal = |message: &str| {
        format!(
            r#"{{"message": "{message}", "documentation_url": "https://docs.github.com/rest/branches/branch-protection", "status": "404"}}"#
        )
    };
    let pulls = format!("[{}]", pull(1, "ana", "h"));
    let controls = "control G-3 \"protected\" { cites CC8.1  every github_branch_protection is protected }";
    let said = |message: &str| {
        let files = [("pulls.json", pulls.as_str()), ("branches.main.protection.json", &refusal(message))];
        let outcome = check_in(&files, controls);
        verdicts(&outcome, "G-3")
    };
    assert_eq!(said("Branch not protected"), "o/r@main fail");
    assert_eq!(said("Upgrade to GitHub Pro"), "o/r@main unknown");
    // An error instead of something else is no evidence of anything.
    let outcome = check_in(&[("pulls.json", &pulls), ("other.json", &refusal("Bad credentials"))], PULLS);
    assert!(outcome.err.contains("Bad credentials"), "{}", outcome.err);
    assert_eq!(outcome.json()["sources"][0]["complete"], false);
}

/// Everything that GitHub publishes as an example of what we read is read, and nothing is taken for something else.
#[test]
fn published_examples_of_github_are_read() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("samples/github");
    let outcome = tickmark(&["facts", folder.to_str().unwrap(), "--no-manifest"]);
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    // Parts of answers that name nothing that they could belong to.
    let left: Vec<&str> = outcome.err.lines().filter(|line| line.contains("not read")).collect();
    assert!(left.len() <= 1, "{}", outcome.err);
    let controls = r#"
control H-1 "reviewers" { cites CC8.1
  every github_environment: some reviewer r in protection_rules.reviewers: r.type == "User" }
control H-2 "rules" { cites CC8.1  every github_ruleset where source == "monalisa/my-repo": enforcement == "active" }
control H-3 "recorded" { cites CC8.1
  some github_exchange x in all: x.method == "get" and x.status == 404 and x.response.message == "Branch not protected" }
control H-4 "events" { cites CC8.1  some github_event e in all: e.review.state == "commented" }
"#;
    let outcome = check(&[&folder], controls, "json");
    let found = findings(&outcome);
    let statuses: Vec<(&str, &str)> = found.iter().map(|(id, (status, _))| (id.as_str(), status.as_str())).collect();
    let exchanges = json_of(&folder.join("normalized-fixture.json"));
    assert!(exchanges.as_array().unwrap().iter().any(|one| one["response"]["message"] == "Branch not protected"));
    assert_eq!(statuses, [("H-1", "pass"), ("H-2", "fail"), ("H-3", "pass"), ("H-4", "pass")], "{}", outcome.err);
}

const ACCOUNT: &str = "arn:aws:sagemaker:eu-west-1:111122223333";

/// An event as CloudTrail writes it
/// (<https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>), of a session of a role.
fn event(id: &str, name: &str, (session, at): (&str, &str), request: &str, more: &str) -> String {
    format!(
        r#"{{"eventVersion": "1.09", "userIdentity": {{"type": "AssumedRole", "principalId": "AROA:{session}",
 "arn": "arn:aws:sts::111122223333:assumed-role/ml-ops-deployer/{session}", "accountId": "111122223333",
 "sessionContext": {{"sessionIssuer": {{"type": "Role", "userName": "ml-ops-deployer"}}, "attributes": {{"mfaAuthenticated": "true"}}}}}},
 "eventTime": "{at}", "eventSource": "sagemaker.amazonaws.com", "eventName": "{name}", "awsRegion": "eu-west-1",
 "sourceIPAddress": "198.51.100.7", "userAgent": "aws-cli/2", {more} "requestParameters": {request}, "responseElements": null,
 "requestID": "r-{id}", "eventID": "{id}", "readOnly": false, "eventType": "AwsApiCall", "managementEvent": true,
 "recipientAccountId": "111122223333", "eventCategory": "Management"}}"#
    )
    .replace('\n', "")
}

fn decided(id: &str, package: &str, status: &str, who: (&str, &str), more: &str) -> String {
    let request = format!(
        r#"{{"modelPackageArn": "{ACCOUNT}:model-package/{package}", "modelApprovalStatus": "{status}", "approvalDescription": "CHG"}}"#
    );
    event(id, "UpdateModelPackage", who, &request, more)
}

fn events() -> Vec<String> {
    vec![
        // Somebody approved version 3, and somebody else changed it later: SageMaker knows only of the other.
        decided("e1", "fraud-scorer/3", "Approved", ("erin.walsh", "2026-10-01T16:40:00Z"), ""),
        // Nobody was allowed to approve version 4.
        decided("e2", "fraud-scorer/4", "Approved", ("ben.svensson", "2026-11-11T10:00:00Z"), r#""errorCode": "AccessDenied","#),
        // Approved, and taken back.
        decided("e3", "support-summarizer/2", "Approved", ("erin.walsh", "2026-10-14T09:00:00Z"), ""),
        decided("e4", "support-summarizer/2", "PendingManualApproval", ("farid.aziz", "2026-10-14T12:00:00Z"), ""),
        event(
            "e5",
            "CreateEndpoint",
            ("run-8812", "2026-10-02T08:00:13Z"),
            r#"{"endpointName": "fraud-scorer-prod", "endpointConfigName": "fraud-scorer-prod-cfg"}"#,
            "",
        ),
        // What nobody asks for.
        event("e6", "DescribeEndpoint", ("ada.okafor", "2026-10-02T09:00:00Z"), "{}", ""),
        r#"{"eventVersion": "1.09", "userIdentity": {"type": "AWSService", "invokedBy": "sagemaker.amazonaws.com"}, "eventTime": "2026-10-02T09:00:00Z", "eventSource": "s3.amazonaws.com", "eventName": "GetObject", "eventID": "e7", "requestID": "r"}"#.to_owned(),
    ]
}

const HISTORY: &str = r#"
control T-1 "approved versions" { cites CC8.1  every model where count(approvals) >= 1: some approval a in approvals: a is approved }
control T-2 "who" { cites CC8.1  every approval where approver in ["erin.walsh", "farid.aziz", "ben.svensson"]: decided_at before 2026-10-15 }
control T-3 "live since" { cites CC8.1
  every deployment d where "{d.endpoint.id}" == "fraud-scorer-prod": went_live_at == time("2026-10-02T08:00:13Z") and made_by == "run-8812" }
control T-4 "not taken back" { cites CC8.1  every model where count(approvals) >= 1: no withdrawn approval }
control T-5 "by erin" { cites CC8.1  every model where name == "fraud-scorer" and number == 3: every approval a in approvals: a.approver == "erin.walsh" }
"#;

/// The event in each shape in which it is exported.
fn shapes() -> Vec<(&'static str, String)> {
    let events = events();
    let quoted = |text: &str| Value::String(text.to_owned()).to_string();
    let looked_up: Vec<String> = events
        .iter()
        .map(|event| {
            let of: Value = serde_json::from_str(event).unwrap();
            format!(
                r#"{{"EventId": {}, "EventName": {}, "ReadOnly": "false", "EventTime": 1790872800.0, "EventSource": {}, "Resources": [], "CloudTrailEvent": {}}}"#,
                of["eventID"], of["eventName"], of["eventSource"], quoted(event)
            )
        })
        .collect();
    let athena: Vec<String> = events
        .iter()
        .map(|event| {
            let of: Value = serde_json::from_str(event).unwrap();
            let mut row = serde_json::Map::new();
            for (key, value) in of.as_object().unwrap() {
                let value = match key.as_str() {
                    "requestParameters" | "responseElements" if value.is_object() => Value::String(value.to_string()),
                    "userIdentity" => lowered(value),
                    _ => value.clone(),
                };
                row.insert(key.to_lowercase(), value);
            }
            Value::Object(row).to_string()
        })
        .collect();
    vec![
        ("trail.json", format!(r#"{{"Records": [{}]}}"#, events.join(","))),
        ("events.jsonl", events.join("\n")),
        ("lookup.json", format!(r#"{{"Events": [{}]}}"#, looked_up.join(","))),
        ("athena.jsonl", athena.join("\n")),
    ]
}

/// Names in small letters, as Athena has those of its columns.
fn lowered(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            Value::Object(members.iter().map(|(key, value)| (key.to_lowercase(), lowered(value))).collect())
        }
        other => other.clone(),
    }
}

#[test]
fn events_tell_who_approved_and_when_it_went_live() {
    let Some(corpus) = corpus() else { return };
    let sagemaker = corpus.join("aws/brightloom/sagemaker");
    // By the registry alone: farid changed version 3 last, and is taken for whoever approved it.
    let alone = check(&[&sagemaker], HISTORY, "json");
    assert_eq!(verdicts(&alone, "T-5"), "fraud-scorer@3 fail");
    assert_eq!(findings(&alone)["T-4"].0, "pass");
    let folder = tempfile::tempdir().unwrap();
    let mut all = Vec::new();
    for (name, text) in shapes() {
        let path = folder.path().join(name);
        std::fs::write(&path, &text).unwrap();
        let outcome = check(&[&sagemaker, &path], HISTORY, "json");
        assert_eq!(verdicts(&outcome, "T-5"), "fraud-scorer@3 pass", "{name}: {}", outcome.err);
        let found = findings(&outcome);
        assert_eq!(found["T-3"].0, "pass", "{name}");
        assert_eq!(found["T-3"].1.len(), 1, "{name}");
        assert_eq!(found["T-4"].1["support-summarizer@2"], "fail", "{name}");
        assert!(!found["T-1"].1.contains_key("fraud-scorer@4"), "{name}: what was refused is no approval");
        let source =
            outcome.json()["sources"].as_array().unwrap().iter().find(|one| one["kind"] == "cloudtrail").cloned();
        assert_eq!(source.unwrap()["records"], events().len(), "{name}");
        all.push((name, text));
    }
    // Events that several exports hold are the same events.
    let path = folder.path().to_owned();
    let together = check(&[&sagemaker, &path], HISTORY, "json");
    let of = |outcome: &Outcome| findings(outcome)["T-4"].clone();
    let first = check(&[&sagemaker, &path.join(all[0].0)], HISTORY, "json");
    assert_eq!(of(&together), of(&first), "{}", together.err);
    // The finding shows the line of the event.
    let text = check(&[&sagemaker, &path.join("events.jsonl")], HISTORY, "text");
    assert!(text.out.contains("events.jsonl:4:"), "{}", text.out);
}

#[test]
fn a_list_of_events_that_goes_on_is_incomplete() {
    let (_, text) = shapes().swap_remove(2);
    let text = text.replace(r#"{"Events":"#, r#"{"NextToken": "t", "Events":"#);
    let controls = "control E-1 \"x\" { cites CC7.2  every cloudtrail_event: event_name exists }";
    let outcome = check_in(&[("lookup.json", &text)], controls);
    assert_eq!(outcome.json()["sources"][0]["complete"], false);
    assert_eq!(findings(&outcome)["E-1"].1.len(), events().len());
}

/// A table of pages that S3 got as they were delivered, packed.
#[test]
fn delivered_files_are_read_packed() {
    use std::io::Write as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("111122223333_CloudTrail_eu-west-1_20261002T0805Z_abc.json.gz");
    let mut packed = flate2::write::GzEncoder::new(std::fs::File::create(&path).unwrap(), flate2::Compression::fast());
    packed.write_all(shapes().remove(0).1.as_bytes()).unwrap();
    packed.finish().unwrap();
    let controls = r#"
control E-1 "x" { cites CC7.2  every cloudtrail_event where event_source == "sagemaker.amazonaws.com": user_identity.login exists }
control E-2 "y" { cites CC7.2  every cloudtrail_change: error_code is missing }"#;
    let outcome = check(&[&path], controls, "json");
    let found = findings(&outcome);
    assert_eq!((found["E-1"].0.as_str(), found["E-1"].1.len()), ("pass", 6), "{}", outcome.err);
    assert_eq!((found["E-2"].0.as_str(), found["E-2"].1.len()), ("fail", 5), "{}", outcome.err);
}

const CHANGES: &str = r#"
control J-1 "kind" { cites CC8.1  every change_record: kind == "emergency" }
control J-2 "approved" { cites CC8.1  every change_record: some approval a in approvals: a is approved and a.decided_at before closed_at }
control J-3 "opened" { cites CC8.1  every change_record: opened_at after 2026-01-01 }
control J-4 "complete" { cites CC8.1  every change_record is complete }
control J-5 "by bo" { cites CC8.1  every change_record: some approval a in approvals: a is approved and a.approver == "bo@acme.example" }
"#;

/// The CSV of a search in Jira (<https://support.atlassian.com/jira-software-cloud/docs/export-results-from-a-filter/>): columns of one name
/// for several values, and dates as the profile of whoever exports has them.
#[test]
fn jira_is_judged_as_by_hand() {
    let csv = "Summary,Issue key,Issue id,Issue Type,Status,Reporter,Created,Resolved,Custom field (Approvers),Custom field (Approvers),Comment,Comment,Custom field (Test evidence),Custom field (Rollback plan),Custom field (Approved by),Custom field (Approved on)\n\
        Roll out 3,CHG-1,1,Change,Done,ana,2026-03-01 09:00,2026-03-05 10:00,bo,cy,one,\"two, with a comma\",https://ci/1,https://wiki/r,bo@acme.example,2026-03-02\n\
        Hot fix,CHG-2,2,Emergency Change,Done,ana,2/Mar/26 3:45 PM,3/Mar/26 4:00 PM,bo,,,,,,,\n\
        A bug,BUG-1,3,Bug,Done,ana,2026-03-01 09:00,,,,,,,,,\n";
    let outcome = check_in(&[("issues.csv", csv)], CHANGES);
    assert_eq!(verdicts(&outcome, "J-1"), "CHG-1 fail, CHG-2 pass", "{}", outcome.err);
    // Nobody wrote down who approved the second.
    assert_eq!(verdicts(&outcome, "J-2"), "CHG-1 pass, CHG-2 fail");
    assert_eq!(verdicts(&outcome, "J-4"), "CHG-1 pass, CHG-2 unknown", "{}", outcome.out);
    // Which day `2/Mar/26 3:45 PM` is, and in which zone, the export does not say.
    assert_eq!(verdicts(&outcome, "J-3"), "CHG-1 pass, CHG-2 unknown");
    assert!(outcome.out.contains("date_format"), "{}", outcome.out);
    // An export that says nothing of approvals is no evidence that there was none.
    let silent = "Issue key,Issue Type,Status,Reporter,Created\nCHG-1,Change,Done,ana,2026-03-01 09:00\n";
    assert_eq!(verdicts(&check_in(&[("issues.csv", silent)], CHANGES), "J-2"), "CHG-1 unknown");
    let controls = r#"
control J-6 "lists" { cites CC8.1  every jira_issue i where i.issue_key == "CHG-1": i.approvers contains "cy" }
control J-7 "columns" { cites CC8.1  every jira_issue i where i.issue_key == "CHG-1": i.fields["Comment"] == "one; two, with a comma" }"#;
    let outcome = check_in(&[("issues.csv", csv)], controls);
    assert_eq!((verdicts(&outcome, "J-6").as_str(), verdicts(&outcome, "J-7").as_str()), ("CHG-1 pass", "CHG-1 pass"));
}

/// What the manifest says of the dates of a table that we know.
#[test]
fn the_manifest_says_how_dates_are_written() {
    let csv = "Summary,Issue key,Issue Type,Status,Reporter,Created,Resolved\nx,CHG-1,Change,Done,ana,03/04/2026 15:45,05/04/2026 10:00\n";
    let manifest = |format: &str| {
        format!(
            "version: 1\nsources:\n  - path: issues.csv\n    noun: jira_issue\n{format}packs: [./c.tick]\nas_of: 2026-12-31\n"
        )
    };
    let verdict = |format: &str| {
        let mut memory = MemoryFiles::new();
        memory.insert("issues.csv", csv.as_bytes().to_vec());
        memory.insert(
            "c.tick",
            r#"control J-3 "opened" { cites CC8.1  every change_record: opened_at == time("2026-04-03T15:45:00Z") }"#
                .as_bytes()
                .to_vec(),
        );
        memory.insert("tickmark.yaml", manifest(format).into_bytes());
        let outcome = tickmark_in(&memory, &["check", "--format", "json"]);
        verdicts(&outcome, "J-3")
    };
    assert_eq!(verdict(""), "CHG-1 unknown");
    assert_eq!(verdict("    date_format: DD/MM/YYYY HH:mm\n"), "CHG-1 pass");
}

/// Answers of the search with `expand=changelog`, and of the approvals of Jira Service Management.
#[test]
fn the_history_of_an_issue_says_who_approved() {
    let issue = |key: &str, to: &str| {
        format!(
            r#"{{"id": "1", "self": "https://jira/rest/api/2/issue/1", "key": "{key}",
      "fields": {{"summary": "Roll out", "issuetype": {{"name": "Change"}}, "status": {{"name": "Done"}}, "created": "2026-03-01T09:00:00.000+0100",
        "resolutiondate": "2026-03-05T10:00:00.000+0100", "reporter": {{"displayName": "Ana", "emailAddress": "ana@acme.example"}}}},
      "changelog": {{"startAt": 0, "maxResults": 1, "total": 1, "histories": [{{"id": "7", "author": {{"displayName": "Bo", "emailAddress": "bo@acme.example"}},
        "created": "2026-03-02T09:00:00.000+0100", "items": [{{"field": "status", "fromString": "Waiting", "toString": "{to}"}}]}}]}}}}"#
        )
    };
    let search = |total: u32| {
        format!(
            r#"{{"expand": "schema,names", "startAt": 0, "maxResults": 50, "total": {total}, "issues": [{}, {}, {}]}}"#,
            issue("CHG-1", "Approved"),
            issue("CHG-2", "Declined"),
            issue("CHG-3", "In Progress")
        )
    };
    let outcome = check_in(&[("search.json", &search(3))], CHANGES);
    assert_eq!(verdicts(&outcome, "J-5"), "CHG-1 pass, CHG-2 fail, CHG-3 fail", "{}", outcome.err);
    assert_eq!(verdicts(&outcome, "J-3"), "CHG-1 pass, CHG-2 pass, CHG-3 pass");
    assert_eq!(outcome.json()["sources"][0]["complete"], true);
    let outcome = check_in(&[("search.json", &search(60))], CHANGES);
    assert_eq!(outcome.json()["sources"][0]["complete"], false, "{}", outcome.err);
    let approval = r#"{"size": 1, "start": 0, "limit": 50, "isLastPage": true, "values": [{"id": "3", "name": "CAB", "finalDecision": "approved",
      "canAnswerApproval": false, "approvers": [{"approver": {"displayName": "Bo", "emailAddress": "bo@acme.example"}, "approverDecision": "approved"}],
      "createdDate": {"iso8601": "2026-03-02T09:00:00+0100"}, "completedDate": {"iso8601": "2026-03-02T10:00:00+0100", "epochMillis": 1772442000000},
      "_links": {"self": "https://acme.atlassian.net/rest/servicedeskapi/request/CHG-3/approval/3"}}]}"#;
    let outcome = check_in(&[("search.json", &search(3)), ("approvals.json", approval)], CHANGES);
    assert_eq!(verdicts(&outcome, "J-5"), "CHG-1 pass, CHG-2 fail, CHG-3 pass", "{}", outcome.err);
}

/// Rows as the Table API answers with `sysparm_display_value=all`, with values alone, and as CSV with the names of fields.
#[test]
fn servicenow_is_judged_as_by_hand() {
    let both = |shown: &str, value: &str| format!(r#"{{"display_value": "{shown}", "value": "{value}"}}"#);
    let changes = format!(
        r#"{{"result": [{{"sys_id": {}, "number": {}, "type": {}, "state": {}, "requested_by": {}, "opened_at": {}, "closed_at": {},
        "test_plan": {}, "backout_plan": {}, "cab_required": {}}}]}}"#,
        both("c1", "c1"),
        both("CHG0001", "CHG0001"),
        both("Emergency", "emergency"),
        both("Closed", "3"),
        both("Ana Alba", "u1"),
        both("03/01/2026 10:00:00", "2026-03-01 09:00:00"),
        both("03/05/2026 10:00:00", "2026-03-05 09:00:00"),
        both("see CI", "see CI"),
        both("redeploy 2", "redeploy 2"),
        both("false", "false"),
    );
    let approvals = r#"{"result": [
      {"sys_id": "a1", "sysapproval": {"link": "https://x/api/now/table/task/c1", "value": "c1"}, "approver": {"link": "https://x/api/now/table/sys_user/u2", "value": "u2"},
       "state": "approved", "sys_updated_on": "2026-03-02 08:00:00", "comments": ""},
      {"sys_id": "a2", "sysapproval": {"link": "https://x", "value": "c1"}, "approver": {"link": "https://x", "value": "u1"}, "state": "requested", "sys_updated_on": "2026-03-02 08:00:00"}]}"#;
    let users = r#"{"result": [{"sys_id": "u1", "user_name": "ana", "name": "Ana Alba", "email": "ana@acme.example", "employee_number": "1"},
      {"sys_id": "u2", "user_name": "bo@acme.example", "name": "Bo", "email": "bo@acme.example", "employee_number": "2"}]}"#;
    let files = [("change.json", changes.as_str()), ("approvals.json", approvals), ("users.json", users)];
    let outcome = check_in(&files, CHANGES);
    for id in ["J-1", "J-2", "J-3", "J-4", "J-5"] {
        assert_eq!(verdicts(&outcome, id), "CHG0001 pass", "{id} {}", outcome.err);
    }
    // Without the table of users only an id is known.
    let outcome = check_in(&files[..2], CHANGES);
    assert_ne!(verdicts(&outcome, "J-5"), "CHG0001 pass", "{}", outcome.err);
    let csv = "sys_id,number,type,state,requested_by,opened_at,closed_at,test_plan,backout_plan\n\
        c1,CHG0001,normal,3,ana,2026-03-01 09:00:00,2026-03-05 09:00:00,,\n";
    let csv_approvals =
        "sys_id,sysapproval,approver,state,sys_updated_on\na1,CHG0001,bo@acme.example,approved,2026-03-02 08:00:00\n";
    let outcome = check_in(&[("change_request.csv", csv), ("sysapproval_approver.csv", csv_approvals)], CHANGES);
    assert_eq!(verdicts(&outcome, "J-5"), "CHG0001 pass", "{}", outcome.err);
    assert_eq!(verdicts(&outcome, "J-1"), "CHG0001 fail");
    assert_eq!(verdicts(&outcome, "J-4"), "CHG0001 unknown", "nobody says how it was tested");
}

const PEOPLE: &str = r#"
control P-1 "left" { cites CC6.3  every person: ended_on is missing or ended_on after 2026-06-01 }
control P-2 "switched off" { cites CC6.3  every principal p where p.person.ended_on exists: p.disabled_at <= p.person.ended_on + 1 days }
control P-3 "whose" { cites CC6.1  every principal has person }
control P-4 "managed" { cites CC1.3  every person where job_function != "CEO": manager.name exists }
control P-5 "second factor" { cites CC6.1  every principal where id starts with "google:": mfa == true }
"#;

const ROSTER: &str = "Employee ID,First Name,Last Name,Job Title,Department,Manager ID,Hire Date,Termination Date,Work Email\n\
    1,Ana,Alba,CEO,Board,,2020-01-01,,Ana@acme.example\n\
    2,Bo,Berg,Engineer,ML,1,2021-01-01,2026-05-01,bo@acme.example\n\
    3,Cy,Cato,Engineer,ML,9,2022-01-01,2026-07-01,cy@acme.example\n";

/// A user as Okta gives it (<https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/>).
fn okta(number: &str, login: &str, status: &str, changed: &str) -> String {
    format!(
        r#"{{"id": "00u{number}", "status": "{status}", "created": "2021-01-01T08:00:00.000Z", "activated": "2021-01-01T08:00:00.000Z",
        "statusChanged": "{changed}", "lastLogin": "2026-04-01T08:00:00.000Z", "lastUpdated": "2026-04-01T08:00:00.000Z", "type": {{"id": "t"}},
        "profile": {{"firstName": "X", "lastName": "Y", "email": "{login}", "login": "{login}", "employeeNumber": "{number}"}},
        "credentials": {{"provider": {{"type": "OKTA", "name": "OKTA"}}}}, "_links": {{}}}}"#
    )
}

#[test]
fn people_and_their_accounts_are_judged_as_by_hand() {
    let users = format!(
        "[{},{},{}]",
        okta("1", "ana@acme.example", "ACTIVE", "2021-01-01T08:00:00.000Z"),
        okta("2", "bo@acme.example", "DEPROVISIONED", "2026-05-01T18:00:00.000Z"),
        okta("3", "cy@acme.example", "ACTIVE", "2022-01-01T08:00:00.000Z"),
    );
    // <https://learn.microsoft.com/graph/api/user-list>: `$select` says what is answered.
    let entra = |more: &str| {
        format!(
            r#"{{"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users", {more} "value": [
        {{"id": "e2", "userPrincipalName": "bo@acme.example", "displayName": "Bo", "accountEnabled": false, "employeeId": "2", "createdDateTime": "2021-01-01T08:00:00Z"}},
        {{"id": "e9", "userPrincipalName": "robot@acme.example", "displayName": "Robot", "accountEnabled": true, "employeeId": null, "createdDateTime": "2021-01-01T08:00:00Z"}}]}}"#
        )
    };
    // <https://developers.google.com/admin-sdk/directory/reference/rest/v1/users/list>
    let google = r#"{"kind": "admin#directory#users", "etag": "x", "users": [
      {"kind": "admin#directory#user", "id": "g1", "primaryEmail": "ana@acme.example", "name": {"fullName": "Ana Alba"}, "isAdmin": true, "suspended": false,
       "creationTime": "2020-01-01T08:00:00.000Z", "lastLoginTime": "2026-04-01T08:00:00.000Z", "isEnrolledIn2Sv": true},
      {"kind": "admin#directory#user", "id": "g2", "primaryEmail": "bo@acme.example", "name": {"fullName": "Bo"}, "isAdmin": false, "suspended": true,
       "creationTime": "2020-01-01T08:00:00.000Z", "isEnrolledIn2Sv": false}]}"#;
    let all = entra("");
    let files = [("roster.csv", ROSTER), ("okta.json", &users), ("entra.json", &all), ("google.json", google)];
    let outcome = check_in(&files, PEOPLE);
    assert_eq!(verdicts(&outcome, "P-1"), "1 pass, 2 fail, 3 pass", "{}", outcome.err);
    // Bo's account of Okta was switched off on the day; Entra does not say when. Cy left, and is still active.
    assert_eq!(
        verdicts(&outcome, "P-2"),
        "entra:bo@acme.example unknown, google:ana@acme.example unknown, google:bo@acme.example unknown, \
         okta:bo@acme.example pass, okta:cy@acme.example unknown"
            .replace("google:ana@acme.example unknown, google:bo@acme.example unknown, ", ""),
        "{}",
        outcome.err
    );
    assert!(verdicts(&outcome, "P-3").contains("entra:robot@acme.example fail"), "{}", verdicts(&outcome, "P-3"));
    // The manager of the third is on no roster.
    assert_eq!(verdicts(&outcome, "P-4"), "2 pass, 3 unknown");
    assert_eq!(verdicts(&outcome, "P-5"), "google:ana@acme.example pass, google:bo@acme.example fail");
    let paged = entra(r#""@odata.nextLink": "https://graph.microsoft.com/v1.0/users?$skiptoken=x","#);
    let outcome = check_in(&[("entra.json", &paged)], PEOPLE);
    assert_eq!(outcome.json()["sources"][0]["complete"], false);
}

#[test]
fn access_reviews_are_judged_as_by_hand() {
    let controls = r#"
control V-1 "performed" { cites CC6.2  every review where kind == "access": performed_at exists }
control V-2 "carried out" { cites CC6.2  every review: every review_decision d in decisions: d.decision == "keep" or d.actioned_at exists }
control V-3 "of somebody" { cites CC6.2  every grant: to.id exists }
control V-4 "by" { cites CC6.2  every review has performed_by }
"#;
    // <https://learn.microsoft.com/graph/api/accessreviewinstance-list-decisions>
    let decision = |id: u32, decision: &str, applied: &str| {
        format!(
            r#"{{"id": "d{id}", "accessReviewId": "r1", "reviewedDateTime": "2026-03-01T08:00:00Z", "decision": "{decision}", "justification": "j",
        "appliedDateTime": {applied}, "recommendation": "Approve", "principal": {{"id": "u{id}", "displayName": "X", "userPrincipalName": "x{id}@acme.example"}},
        "resource": {{"id": "g", "displayName": "ml-admins", "type": "group"}}, "reviewedBy": {{"id": "m", "displayName": "M", "userPrincipalName": "m@acme.example"}}}}"#
        )
    };
    let decisions = format!(
        r#"{{"value": [{}, {}]}}"#,
        decision(1, "Approve", "null"),
        decision(2, "Deny", r#""2026-03-05T08:00:00Z""#)
    );
    let reviews = r#"{"value": [{"id": "r1", "startDateTime": "2026-02-15T08:00:00Z", "endDateTime": "2026-03-01T08:00:00Z", "status": "Applied",
      "scope": {}, "reviewers": [{"query": "/users/m", "queryType": "MicrosoftGraph"}]}]}"#;
    let outcome = check_in(&[("decisions.json", &decisions), ("reviews.json", reviews)], controls);
    assert_eq!(verdicts(&outcome, "V-1"), "r1 pass", "{}", outcome.err);
    assert_eq!(verdicts(&outcome, "V-2"), "r1 pass");
    assert_eq!(findings(&outcome)["V-3"].1.len(), 2);
    let csv = "Campaign,User,Resource,Decision,Reviewer,Actioned At\nQ1,x1@acme.example,ml-admins,Keep,m@acme.example,\nQ1,x2@acme.example,ml-admins,Revoke,n@acme.example,\n";
    let outcome = check_in(&[("review.csv", csv)], controls);
    // The columns do not say when.
    assert_eq!(
        (verdicts(&outcome, "V-2").as_str(), verdicts(&outcome, "V-4").as_str()),
        ("Q1 fail", "Q1 pass"),
        "{}",
        outcome.err
    );
    assert_ne!(verdicts(&outcome, "V-1"), "Q1 pass");
}

const ALERTS: &str = r#"
control M-1 "resolved in a day" { cites CC7.4  every incident: resolved_at <= detected_at + 1 days }
control M-2 "severe" { cites CC7.3  every incident: severity < "high" }
control M-3 "looked at in an hour" { cites CC7.3  every critical alert: acknowledged_at <= raised_at + 1 hours }
control M-4 "of an incident" { cites CC7.3  every alert: incident.id exists }
"#;

/// <https://developer.pagerduty.com/api-reference/9d0b4b12e36f9-list-incidents>, and the CSV of the incident report.
#[test]
fn pagerduty_is_judged_as_by_hand() {
    let incident = |id: &str, priority: &str, status: &str, changed: &str| {
        format!(
            r#"{{"id": "{id}", "type": "incident", "summary": "s", "incident_number": 1, "title": "t", "created_at": "2026-03-01T08:00:00Z", "status": "{status}",
        "incident_key": "k", "service": {{"id": "S", "type": "service_reference", "summary": "fraud"}}, "assignments": [], "acknowledgements": [],
        "last_status_change_at": "{changed}", "last_status_change_by": {{"id": "U", "type": "user_reference", "summary": "Erin"}}, "urgency": "high", "priority": {priority}}}"#
        )
    };
    let incidents = |more: bool| {
        format!(
            r#"{{"incidents": [{}, {}, {}], "limit": 25, "offset": 0, "total": null, "more": {more}}}"#,
            incident("P1", r#"{"id": "X", "type": "priority", "summary": "P1"}"#, "resolved", "2026-03-01T20:00:00Z"),
            incident("P2", r#"{"id": "Y", "type": "priority", "summary": "P3"}"#, "resolved", "2026-03-03T20:00:00Z"),
            incident("P3", "null", "triggered", "2026-03-01T08:00:00Z")
        )
    };
    let alerts = r#"{"alerts": [{"id": "A1", "type": "alert", "summary": "s", "created_at": "2026-03-01T08:00:00Z", "status": "resolved", "alert_key": "k",
      "severity": "critical", "suppressed": false, "incident": {"id": "P1", "type": "incident_reference"}},
      {"id": "A2", "type": "alert", "summary": "s", "created_at": "2026-03-01T08:00:00Z", "status": "triggered", "alert_key": "k2",
      "severity": "critical", "suppressed": false, "incident": {"id": "P3", "type": "incident_reference"}}], "more": false}"#;
    let entries = r#"{"log_entries": [{"id": "L1", "type": "acknowledge_log_entry", "summary": "s", "created_at": "2026-03-01T08:30:00Z",
      "agent": {"id": "U", "type": "user_reference", "summary": "Erin"}, "channel": {"type": "web"}, "incident": {"id": "P1", "type": "incident_reference"}}], "more": false}"#;
    let (whole, cut) = (incidents(false), incidents(true));
    let outcome = check_in(&[("incidents.json", &whole), ("alerts.json", alerts), ("log.json", entries)], ALERTS);
    assert_eq!(verdicts(&outcome, "M-1"), "P1 pass, P2 fail, P3 unknown", "{}", outcome.err);
    assert_eq!(verdicts(&outcome, "M-2"), "P1 fail, P2 pass, P3 fail");
    assert!(verdicts(&outcome, "M-3").starts_with("A1 pass, A2 "), "{}", verdicts(&outcome, "M-3"));
    assert!(!verdicts(&outcome, "M-3").contains("A2 pass"));
    assert_eq!(verdicts(&outcome, "M-4"), "A1 pass, A2 pass");
    assert_eq!(check_in(&[("incidents.json", &cut)], ALERTS).json()["sources"][0]["complete"], false);
    let csv = "id,incident_number,description,service_id,service_name,created_on,resolved_on,seconds_to_first_ack,urgency\n\
        P7,7,down,S,fraud,2026-03-01T08:00:00Z,2026-03-01T09:00:00Z,60,low\n";
    let outcome = check_in(&[("incidents.csv", csv)], ALERTS);
    assert_eq!(
        (verdicts(&outcome, "M-1").as_str(), verdicts(&outcome, "M-2").as_str()),
        ("P7 pass", "P7 pass"),
        "{}",
        outcome.err
    );
}

/// <https://docs.opsgenie.com/docs/alert-api#list-alerts>
#[test]
fn opsgenie_is_judged_as_by_hand() {
    let alerts = |paging: &str| {
        format!(
            r#"{{"data": [
      {{"id": "o1", "tinyId": "1", "alias": "a", "message": "m", "status": "closed", "acknowledged": true, "isSeen": true, "tags": ["x"], "createdAt": "2026-03-01T08:00:00Z",
        "updatedAt": "2026-03-01T10:00:00Z", "owner": "erin", "priority": "P1", "report": {{"ackTime": 900000, "closeTime": 7200000, "acknowledgedBy": "erin", "closedBy": "erin"}}}},
      {{"id": "o2", "tinyId": "2", "alias": "b", "message": "m", "status": "closed", "acknowledged": true, "isSeen": true, "tags": [], "createdAt": "2026-03-01T08:00:00Z",
        "updatedAt": "2026-03-01T12:00:00Z", "owner": "erin", "priority": "P1", "report": {{"ackTime": 7200000}}}}], "paging": {paging}, "took": 0.1, "requestId": "r"}}"#
        )
    };
    let last = r#"{"first": "https://api.opsgenie.com/v2/alerts?offset=0", "last": "https://api.opsgenie.com/v2/alerts?offset=0"}"#;
    let outcome = check_in(&[("alerts.json", &alerts(last))], ALERTS);
    assert_eq!(verdicts(&outcome, "M-3"), "o1 pass, o2 fail", "{}", outcome.err);
    assert_eq!(outcome.json()["sources"][0]["complete"], true);
    let next = r#"{"next": "https://api.opsgenie.com/v2/alerts?offset=20", "first": "x"}"#;
    assert_eq!(check_in(&[("alerts.json", &alerts(next))], ALERTS).json()["sources"][0]["complete"], false);
    let incidents = r#"{"data": [{"id": "i1", "tinyId": "9", "message": "m", "description": "d", "impactedServices": ["s"], "ownerTeam": "ml", "status": "closed",
      "priority": "P3", "createdAt": "2026-03-01T08:00:00Z", "updatedAt": "2026-03-01T10:00:00Z"},
      {"id": "i2", "tinyId": "10", "message": "m", "description": "d", "impactedServices": [], "ownerTeam": "ml", "status": "open",
      "priority": "P1", "createdAt": "2026-03-01T08:00:00Z", "updatedAt": "2026-03-01T10:00:00Z"}], "paging": {}}"#;
    let outcome = check_in(&[("incidents.json", incidents)], ALERTS);
    assert_eq!(verdicts(&outcome, "M-2"), "i1 pass, i2 fail", "{}", outcome.err);
    assert!(verdicts(&outcome, "M-1").starts_with("i1 pass"));
}

/// GitHub, CloudTrail, SageMaker and a roster together: who approved is told by three systems under three names, and is one person.
#[test]
fn changes_and_people_tell_one_story() {
    let Some(corpus) = corpus() else { return };
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
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
    assert_eq!(verdicts(&outcome, "S-1"), "o/r@1 fail, x/y@41 pass, x/y@42 fail, x/y@43 pass", "{}", outcome.err);
    for id in ["S-2", "S-3", "S-4"] {
        assert_eq!(findings(&outcome)[id].0, "pass", "{id}: {}", outcome.out);
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
