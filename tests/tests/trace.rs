//! `tickmark trace` as a whole: histories written down by hand from the files, faults that must be told, and every format.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::BTreeSet;

use serde_json::Value;
use tickmark_tests::files::memory;
use tickmark_tests::{Outcome, root, tickmark, tickmark_in};

fn acme(what: &[&str]) -> Outcome {
    let facts = root().join("fixtures/acme").to_string_lossy().into_owned();
    let mut arguments = vec!["trace"];
    arguments.extend(what);
    arguments.extend([facts.as_str(), "--no-manifest", "--as-of", "2026-06-30", "--format", "json"]);
    tickmark(&arguments)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// `kind id` of all nodes of some kinds.
fn nodes(history: &Value, kinds: &[&str]) -> BTreeSet<String> {
    let of = history["nodes"].as_array().unwrap().iter().filter(|node| kinds.contains(&text(&node["kind"])));
    of.map(|node| format!("{} {}", text(&node["kind"]), text(&node["id"]))).collect()
}

fn node<'a>(history: &'a Value, kind: &str, id: &str) -> &'a Value {
    let found = history["nodes"].as_array().unwrap().iter().find(|node| node["kind"] == kind && node["id"] == id);
    found.unwrap_or_else(|| panic!("no {kind} {id}"))
}

/// The value of a line of a node, with the end of its file and its line: `41 (runs/search.page0.json:32)`.
fn line(history: &Value, (kind, id): (&str, &str), label: &str) -> String {
    let lines = node(history, kind, id)["lines"].as_array().unwrap();
    let line = lines.iter().find(|line| line["label"] == label).unwrap_or_else(|| panic!("{kind} {id} has no {label}"));
    let at = line["at"].as_array().unwrap().iter().map(|at| {
        let file = text(&at["file"]).split("fixtures/acme/").last().unwrap();
        format!(" ({file}:{})", at["line"])
    });
    let value = line["value"].as_str().unwrap_or_else(|| text(&line["state"]));
    format!("{value}{}", at.collect::<String>())
}

fn set(items: &[&str]) -> BTreeSet<String> {
    items.iter().map(|item| (*item).to_owned()).collect()
}

/// `state: what` of all that is missing.
fn gaps(history: &Value) -> BTreeSet<String> {
    let gaps = history["missing"].as_array().unwrap().iter();
    gaps.map(|gap| format!("{}: {}", text(&gap["state"]), text(&gap["what"]))).collect()
}

/// Written down from the files of the fixture, before the command was there.
#[test]
fn the_history_of_a_version_is_that_of_its_files() {
    let outcome = acme(&["model", "fraud-scorer@7"]);
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    let history = outcome.json();
    let drawn = [
        "model",
        "deployment",
        "endpoint",
        "training run",
        "commit",
        "data",
        "source of data",
        "agreement",
        "customer",
        "change record",
        "rollback target",
        "recovery plan",
    ];
    let expected = [
        "model fraud-scorer@7",
        "deployment fraud-scorer-7-dev",
        "deployment fraud-scorer-7-staging",
        "deployment fraud-scorer-7",
        "endpoint score-eu",
        "endpoint score-staging",
        "training run 442a0d15f42eaa1ce1b4988eca074c02",
        "commit 5f1c09aa7be2",
        "data fraud-features@f4a1",
        "data merchant-profile@m3",
        "data card-payments@p7",
        "data merchant-pages@m2",
        "data merchant-crawl@m1",
        "source of data shop-crawl-2024",
        "source of data acme-app",
        "change record CHG-201",
        "rollback target fraud-scorer@6",
        "recovery plan rollback-fraud",
    ];
    assert_eq!(nodes(&history, &drawn), set(&expected));
    // Of the version five tests and an approval; of its data five checks and an approval; of the change an approval; one drill.
    let count = |kind: &str| history["nodes"].as_array().unwrap().iter().filter(|node| node["kind"] == kind).count();
    assert_eq!((count("test"), count("approval"), count("rehearsal")), (10, 3, 1));
    let run = ("training run", "442a0d15f42eaa1ce1b4988eca074c02");
    for (node, label, value) in [
        (("model", "fraud-scorer@7"), "digest", "sha256:8c36ef690023d8d4 (mlflow/model-versions/search.page0.json:56)"),
        (("model", "fraud-scorer@7"), "artefact can be fetched", "yes (registers/recovery.yaml:27)"),
        (run, "seed", "41 (mlflow/runs/search.page0.json:32)"),
        (run, "image", "sha256:d49f89fb4aa0d315 (mlflow/runs/search.page0.json:54)"),
        (run, "started by", "svc-train (mlflow/runs/search.page0.json:38)"),
        (("commit", "5f1c09aa7be2"), "repository", "acme/fraud (registers/recovery.yaml:41)"),
        (("source of data", "shop-crawl-2024"), "kind", "public_web (registers/datasets.yaml:132)"),
        (("change record", "CHG-201"), "reason", "new features of merchants (registers/changes.json:27)"),
        (("recovery plan", "rollback-fraud"), "last rehearsal", "2026-02-10 (registers/recovery.yaml:9)"),
    ] {
        assert_eq!(line(&history, node, label), value, "{label}");
    }
    assert_eq!(node(&history, "data", "merchant-crawl@m1")["steps"], 3);
    let expected = [
        "not in order: data merchant-crawl@m1, supplied by source of data shop-crawl-2024: no licence and no agreement allows training on it (3 steps back from what was read)",
        "no source: no source supplies monitors",
        "no source: no source supplies alerts",
        "no source: no source supplies pull requests",
    ];
    assert_eq!(gaps(&history), set(&expected));
}

/// Of customers what they allowed when the run began, and the dossier of the version that it builds on.
#[test]
fn a_version_is_followed_to_the_one_that_it_builds_on() {
    let history = acme(&["model", "ticket-router@4"]).json();
    let base = history["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .position(|node| node["id"] == "ticket-router@3" && node["kind"] == "model");
    assert_eq!(node(&history, "data", "customer-tickets@t2b0")["dossier"], base.unwrap());
    assert!(node(&history, "data", "ticket-replies@t9c3")["dossier"].is_null());
    let label = "for customer-tickets, when run f3c3a8e530d8fdeb33a8df8cb912241d began (2026-01-12T08:00:00Z)";
    assert_eq!(line(&history, ("customer", "initech"), label), "agreed, on 2025-12-15 (registers/customers.yaml:16)");
    assert_eq!(
        line(&history, ("customer", "globex"), label),
        "had not objected; agreement customer-terms-4 covers training (registers/datasets.yaml:136)"
    );
    let gaps = gaps(&history);
    for part in [
        "not in order: training run f805531f81959995ea590917747f5880: its working copy held changes that no commit has",
        "not in order: model ticket-router@3: its artefact is gone",
        "missing: data tone-notes@n1: nobody wrote down where it came from (one step back from what was read)",
        "missing: change record CHG-230: “way back” is an empty text",
    ] {
        assert!(gaps.contains(part), "{part} is not in {gaps:#?}");
    }
}

#[test]
fn a_version_that_is_no_longer_live_has_its_history_too() {
    let history = acme(&["model", "fraud-scorer@6"]).json();
    let served = line(&history, ("deployment", "fraud-scorer-6"), "served");
    assert!(served.contains(" to 2026-04-10T08:00:00Z"), "{served}");
    assert!(gaps(&history).iter().any(|gap| gap.starts_with("missing: model fraud-scorer@6: no “training run”")));
}

#[test]
fn a_data_set_is_followed_to_the_models_that_learnt_from_it() {
    let history = acme(&["dataset", "customer-tickets"]).json();
    assert_eq!(nodes(&history, &["model"]), set(&["model ticket-router@3", "model ticket-router@4"]));
    let opted_out = "not in order: customer globex: had opted out on 2026-05-02; run vec-0509 learnt from customer-tickets on 2026-05-09T02:00:00Z";
    assert!(gaps(&history).contains(opted_out));
}

#[test]
fn a_deployment_has_the_history_of_its_version() {
    let history = acme(&["deployment", "churn-2"]).json();
    assert_eq!(history["nodes"][0]["id"], "churn-2");
    assert_eq!(nodes(&history, &["model", "change record"]), set(&["model churn@2", "change record CHG-214"]));
    assert!(
        gaps(&history)
            .contains("not in order: change record CHG-214: opened on 2026-05-02, after deployment churn-2 went live")
    );
}

/// Digest of the data missing, code not committed, and an ancestor without licence three steps back.
const FAULTS: &str = r#"
model:
  - name: fraud
    version: "7"
    number: 7
    digest: "sha256:aa"
    training: r1
    approvals: [{ approver: bo, decided_at: 2026-01-05 }]
    tests: [{ kind: regression, passed: true, performed_at: 2026-01-04 }]
training_run:
  - { run_id: r1, status: finished, started_at: 2026-01-01, code: c1, code_dirty: true, used: [{ dataset: clicks, derived_from: [b@2] }] }
dataset_version:
  - { dataset: b, digest: "2", derived_from: [c@3] }
  - { dataset: c, digest: "3", derived_from: [d@4] }
  - { dataset: d, digest: "4", derived_from: [] }
dataset:
  - { name: clicks, kind: telemetry, came_from: [] }
  - { name: d, kind: public, came_from: [crawl] }
data_source:
  - { id: crawl, kind: public_web, registered_at: 2025-01-01 }
"#;

fn over(files: &[(&str, &str)], arguments: &[&str]) -> Outcome {
    let mut all = vec!["trace"];
    all.extend(arguments);
    all.extend(files.iter().map(|(name, _)| *name));
    all.extend(["--no-manifest", "--as-of", "2026-06-30"]);
    tickmark_in(&memory(files), &all)
}

#[test]
fn three_faults_are_all_told_and_told_apart() {
    let outcome = over(&[("facts.yaml", FAULTS)], &["model", "fraud@7", "--format", "json"]);
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    let gaps = gaps(&outcome.json());
    for gap in [
        "missing: data of clicks without a digest: no “digest”",
        "not in order: training run r1: its working copy held changes that no commit has",
        "not in order: data d@4, supplied by source of data crawl: no licence and no agreement allows training on it (3 steps back from what was read)",
        // Nobody asked, nothing is there, and there is no source: three things.
        "not surveyed: no record of `training_run` carries “image”",
        "missing: training run r1: no “seed”",
        "no source: no source supplies endpoints",
        // Only the run speaks of the commit.
        "missing: commit c1 is only referred to: no source supplies its record",
    ] {
        assert!(gaps.contains(gap), "{gap} is not in {gaps:#?}");
    }
}

#[test]
fn every_format_is_as_it_was() {
    for format in ["text", "json", "markdown", "html", "svg"] {
        let outcome = over(&[("facts.yaml", FAULTS)], &["model", "fraud@7", "--format", format]);
        assert_eq!(outcome.code, 0, "{format}: {}", outcome.err);
        insta::assert_snapshot!(format!("three_faults_{format}"), outcome.out);
    }
}

#[test]
fn the_json_is_what_its_schema_says_and_the_pages_hold_together() {
    let schema: Value = serde_json::from_str(include_str!("../../docs/schema/trace-1.json")).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    let facts = root().join("fixtures/acme").to_string_lossy().into_owned();
    for what in
        [["model", "ticket-router@4"], ["model", "embedder@1"], ["dataset", "usage-events"], ["deployment", "churn-2"]]
    {
        let history = acme(&what).json();
        let errors: Vec<String> =
            validator.iter_errors(&history).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert_eq!(errors, [""; 0], "{what:?}");
        let picture =
            tickmark(&["trace", what[0], what[1], &facts, "--no-manifest", "--as-of", "2026-06-30", "--format", "svg"]);
        roxmltree::Document::parse(&picture.out).unwrap();
        let page = tickmark(&[
            "trace",
            what[0],
            what[1],
            &facts,
            "--no-manifest",
            "--as-of",
            "2026-06-30",
            "--format",
            "html",
        ]);
        // Every box of the picture leads to a place of the page.
        for link in page.out.split("href=\"#").skip(1) {
            let id = link.split('"').next().unwrap();
            assert!(page.out.contains(&format!("id=\"{id}\"")), "{what:?}: {id}");
        }
    }
}

#[test]
fn circles_end_and_are_named() {
    let facts = r#"
model:
  - { name: m, version: "1", number: 1, based_on: m@2 }
  - { name: m, version: "2", number: 2, based_on: m@1, training: r }
training_run:
  - { run_id: r, started_at: 2026-01-01, used: [a@1] }
dataset_version:
  - { dataset: a, digest: "1", derived_from: [b@1] }
  - { dataset: b, digest: "1", derived_from: [c@1, b@1] }
  - { dataset: c, digest: "1", derived_from: [a@1] }
"#;
    let outcome = over(&[("facts.yaml", facts)], &["model", "m@2", "--format", "json"]);
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    let gaps = gaps(&outcome.json());
    for circle in [
        "`based_on` leads in a circle: m@2 → m@1 → m@2",
        "`derived_from` leads in a circle: a@1 → b@1 → c@1 → a@1",
        "`derived_from` leads in a circle: b@1 → b@1",
    ] {
        assert!(gaps.contains(&format!("not in order: {circle}")), "{circle} is not in {gaps:#?}");
    }
    let picture = over(&[("facts.yaml", facts)], &["model", "m@2", "--format", "svg"]);
    roxmltree::Document::parse(&picture.out).unwrap();
}

#[test]
fn registries_that_disagree_are_told_with_both_places() {
    let one = "model:\n  - { name: m, version: \"1\", digest: \"sha256:aa\" }\n";
    let other = "model:\n  - name: m\n    version: \"1\"\n    digest: \"sha256:bb\"\n";
    let outcome = over(&[("one.yaml", one), ("other.yaml", other)], &["model", "m@1", "--format", "json"]);
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    let history = outcome.json();
    let gap = history["missing"].as_array().unwrap().iter().find(|gap| gap["state"] == "contradictory").unwrap();
    assert_eq!(gap["what"], "model m@1: sources disagree about “digest”: “sha256:aa” and “sha256:bb”");
    let lines = node(&history, "model", "m@1")["lines"].as_array().unwrap();
    let line = lines.iter().find(|line| line["label"] == "digest").unwrap();
    assert_eq!(line["values"], serde_json::json!(["“sha256:aa”", "“sha256:bb”"]));
    for format in ["text", "markdown", "html"] {
        let shown = over(&[("one.yaml", one), ("other.yaml", other)], &["model", "m@1", "--format", format]).out;
        assert!(shown.contains("sha256:aa") && shown.contains("sha256:bb"), "{format}: {shown}");
        assert!(shown.contains("as of 2026-06-30") && !shown.contains("23:59:59"), "{format}: {shown}");
    }
    let places: Vec<String> =
        gap["at"].as_array().unwrap().iter().map(|at| format!("{}:{}", text(&at["file"]), at["line"])).collect();
    assert_eq!(places, ["one.yaml:2", "other.yaml:4"]);
}

/// What watches a version, what was raised since it went live, and who looked at its code.
const WATCHED: &str = r#"
model:
  - name: fraud
    version: "7"
    training: r1
    deployments: [{ id: d1, went_live_at: 2026-02-01, environment: production, endpoint: score, approvals: [] }]
training_run:
  - { run_id: r1, status: finished, started_at: 2026-01-01, code: c1 }
code_revision:
  - { commit: c1, reachable: true }
endpoint:
  - { id: score, environment: production, serves: [fraud@7] }
monitor:
  - { id: drift, kind: data_drift, metric: psi, threshold: 0.2, runs_every: 1 day, enabled_from: 2026-02-01, watches_models: [fraud], watches_endpoints: [] }
  - { id: latency, kind: latency, metric: p99, threshold: 300, runs_every: 1 day, enabled_from: 2026-02-01, watches_models: [], watches_endpoints: [score] }
  - { id: elsewhere, kind: latency, metric: p99, threshold: 300, runs_every: 1 day, enabled_from: 2026-02-01, watches_models: [churn], watches_endpoints: [] }
alert:
  - { id: a1, kind: drift, severity: high, raised_at: 2026-03-01, reviewed_at: 2026-03-02, raised_by: drift }
  - { id: a2, kind: availability, severity: low, raised_at: 2026-04-01, endpoint: score }
  - { id: early, kind: drift, severity: low, raised_at: 2026-01-01, raised_by: drift }
  - { id: late, kind: drift, severity: low, raised_at: 2026-07-01, raised_by: drift }
  - { id: other, kind: drift, severity: low, raised_at: 2026-03-01, raised_by: elsewhere }
pull_request:
  - { repo: acme/fraud, number: "41", author: ana, opened_at: 2025-12-01, merged_at: 2025-12-03, merged_commit: c1, bypassed_rules: true, approvals: [] }
  - { repo: acme/fraud, number: "42", author: ana, opened_at: 2025-12-01, merged_at: 2025-12-03, merged_commit: c2, approvals: [] }
"#;

#[test]
fn monitors_alerts_and_pull_requests_are_told_from_data() {
    let outcome = over(&[("facts.yaml", WATCHED)], &["model", "fraud@7", "--format", "json"]);
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    let history = outcome.json();
    // Those of the version and of its endpoint, since it went live and until the day that the history speaks of.
    let found = nodes(&history, &["monitor", "alert", "pull request"]);
    assert_eq!(found, set(&["monitor drift", "monitor latency", "alert a1", "alert a2", "pull request acme/fraud@41"]));
    let gaps = gaps(&history);
    for gap in [
        "missing: alert a2: raised on 2026-04-01, and nobody looked at it",
        "not in order: pull request acme/fraud@41: merged past the rules of its branch",
        "missing: pull request acme/fraud@41: nobody reviewed it",
    ] {
        assert!(gaps.contains(gap), "{gap} is not in {gaps:#?}");
    }
    assert!(!gaps.iter().any(|gap| gap.contains("a1:") || gap.contains("no source supplies monitors")), "{gaps:#?}");
    // Without any, that nobody watches is told, and not that nobody was asked.
    let alone = "monitor: []\nalert: []\npull_request: []\n";
    let bare: String = WATCHED.split("monitor:").next().unwrap().to_owned() + alone;
    let gaps = self::gaps(&over(&[("facts.yaml", &bare)], &["model", "fraud@7", "--format", "json"]).json());
    for gap in ["missing: model fraud@7: no monitor watches it", "missing: commit c1: no pull request brought it in"] {
        assert!(gaps.contains(gap), "{gap} is not in {gaps:#?}");
    }
}

#[test]
fn what_is_not_there_is_refused_with_near_names() {
    let outcome = acme(&["model", "fraud-scorer@9"]);
    assert_eq!((outcome.code, outcome.out.as_str()), (2, ""));
    assert!(
        outcome.err.contains("there is no `model` with the id `fraud-scorer@9`")
            && outcome.err.contains("`fraud-scorer@7`"),
        "{}",
        outcome.err
    );
    let outcome = over(&[("facts.yaml", "dataset: [{ name: a }]\n")], &["model", "m@1"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.err.contains("no source supplies `model`"), "{}", outcome.err);
}

#[test]
fn more_nodes_than_the_limit_are_refused() {
    let mut facts = String::from(
        "model:\n  - { name: m, version: \"1\", training: r }\ntraining_run:\n  - { run_id: r, used: [d@0] }\ndataset_version:\n",
    );
    for step in 0..2_100 {
        facts.push_str(&format!("  - {{ dataset: d, digest: \"{step}\", derived_from: [\"d@{}\"] }}\n", step + 1));
    }
    let outcome = over(&[("facts.yaml", &facts)], &["model", "m@1"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.err.contains("more than 2000 nodes"), "{}", outcome.err);
}

/// What an entity of an organisation's own does not have is not told, and is not missing.
#[test]
fn an_own_entity_is_told_as_far_as_it_goes() {
    let own = "pack own \"Our words\"\n\nentity model \"A model\" {\n  key id\n  id      text\n  digest  text\n}\n";
    let facts = "model:\n  - { id: scorer, digest: \"sha256:aa\" }\n";
    let arguments =
        ["trace", "model", "scorer", "facts.yaml", "--controls", "own.tick", "--no-manifest", "--format", "json"];
    let outcome = tickmark_in(&memory(&[("own.tick", own), ("facts.yaml", facts)]), &arguments);
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    let history = outcome.json();
    let labels: Vec<&str> =
        history["nodes"][0]["lines"].as_array().unwrap().iter().map(|line| text(&line["label"])).collect();
    assert_eq!(labels, ["digest"]);
    assert!(gaps(&history).iter().all(|gap| gap.starts_with("no source")), "{:#?}", gaps(&history));
    assert_eq!(text(&history["controls_sha256"]).len(), 64);
}

#[test]
fn the_page_goes_to_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("page.html");
    let facts = root().join("fixtures/acme").to_string_lossy().into_owned();
    let arguments =
        ["trace", "model", "churn@2", &facts, "--no-manifest", "--format", "html", "--output", file.to_str().unwrap()];
    let outcome = tickmark(&arguments);
    assert_eq!((outcome.code, outcome.out.as_str()), (0, ""), "{}", outcome.err);
    #[expect(clippy::disallowed_methods, reason = "a test reads what it wrote")]
    let page = std::fs::read_to_string(&file).unwrap();
    assert!(page.starts_with("<!DOCTYPE html>"));
}
