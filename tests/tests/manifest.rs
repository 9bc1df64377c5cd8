//! The manifest as a user meets it: each of its lines does what it says, and each mistake in it is told at its line.

use std::path::Path;

use tickmark_source::MemoryFiles;
use tickmark_tests::files::write;
use tickmark_tests::{Outcome, tickmark, tickmark_in};

const CONTROLS: &str = r#"param oldest = 90 days  "how long ago a review may be"
param regions = ["EU"]  "where vendors may be"

entity vendor {
  key name
  name text  status one of "active", "ended"  tier ordered "low", "medium", "high"  region text  critical bool
  owner optional text  reviewed event time  tags list of text  seats number
}

control V-1 "Active vendors are reviewed" {
  cites CC9.2
  every active vendor: reviewed after $as_of - $oldest
}

control V-2 "Vendors are where they may be" {
  cites CC9.2
  every vendor: region in $regions
}

test V-1 "reviewed long ago" {
  as of 2026-06-30
  given vendor { name: "a", status: "active", reviewed: 2026-01-01 }
  expect fail
}
"#;

const REGISTER: &str = "Supplier name,Lage,Region,Letzte Prüfung,Schlagworte,Bemerkung\nAlpha,aktiv,EU,2026-06-01,a;b,\nBeta,aktiv,US,2026-01-01,,alt\nGamma,beendet,EU,,,\n";

const MANIFEST: &str = r#"version: 1
sources:
  - path: registers/vendors.csv
    noun: vendor
    required: true
    columns:
      "Supplier name": name
      Lage: status
      Region: region
      "Letzte Prüfung": reviewed
      Schlagworte: tags
      Bemerkung: ~
    values:
      status: { aktiv: active, beendet: ended }
      tags: { a: alpha }
packs: [./controls]
params: { oldest: 60 days }
as_of: 2026-06-30
"#;

fn files(manifest: &str) -> MemoryFiles {
    let mut files = MemoryFiles::new();
    files.insert("tickmark.yaml", manifest);
    files.insert("controls/vendors.tick", CONTROLS);
    files.insert("registers/vendors.csv", REGISTER);
    files
}

fn check(manifest: &str) -> Outcome {
    tickmark_in(&files(manifest), &["check"])
}

fn statuses_of(files: &MemoryFiles, arguments: &[&str]) -> Vec<String> {
    let mut all = vec!["check", "--format", "json"];
    all.extend(arguments);
    let outcome = tickmark_in(files, &all);
    assert_ne!(outcome.code, 2, "{}", outcome.err);
    outcome.statuses()
}

#[test]
fn check_alone_does_the_whole_job() {
    let outcome = check(MANIFEST);
    assert_eq!(outcome.code, 1, "{}", outcome.err);
    insta::assert_snapshot!(outcome.out);
    assert_eq!(outcome.err, "");
}

#[test]
fn other_commands_take_it_too() {
    let files = files(MANIFEST);
    let call = |arguments: &[&str]| {
        let outcome = tickmark_in(&files, arguments);
        assert_eq!(outcome.code, 0, "{arguments:?}\n{}", outcome.err);
        outcome.out
    };
    assert!(call(&["test"]).starts_with("1 passed"));
    assert!(call(&["explain", "V-1"]).contains("every active vendor: reviewed after $as_of - $oldest"));
    // The proof of a subject stands on the register's line.
    let proof = call(&["explain", "V-1", "Beta"]);
    assert!(proof.contains("registers/vendors.csv:3:"), "{proof}");
    assert!(call(&["facts"]).contains("vendor"));
    let record = call(&["facts", "vendor", "Alpha"]);
    assert!(record.contains("[\"alpha\", \"b\"]") && record.contains("\"active\""), "{record}");
    assert!(call(&["query", "active vendor where region == \"US\""]).contains("Beta"));
}

#[test]
fn the_command_line_wins() {
    let mut files = files(MANIFEST);
    files.insert("other.yaml", "vendor: [{ name: Delta, status: active, region: EU, reviewed: 2026-06-29 }]");
    files.insert("other.tick", "control O-1 \"o\" { cites CC9.2  every vendor: name exists }");
    let check = |arguments: &[&str]| statuses_of(&files, arguments);
    assert_eq!(check(&[]), ["V-1 fail", "V-2 fail"]);
    assert_eq!(check(&["other.yaml"]), ["V-1 pass", "V-2 pass"], "sources take the place of the manifest's");
    assert_eq!(check(&["--set", "oldest=365 days"]), ["V-1 pass", "V-2 fail"]);
    assert_eq!(check(&["--as-of", "2026-02-01"]), ["V-1 pass", "V-2 fail"], "Beta was reviewed 31 days before");
    // Other controls: parameters of the manifest's own are none of theirs, and no mistake.
    assert_eq!(check(&["--controls", "other.tick", "other.yaml"]), ["O-1 pass"]);
    let without = tickmark_in(&files, &["check", "--no-manifest"]);
    assert!(without.code == 2 && without.err.contains("no controls are named"), "{}", without.err);
    let named = tickmark_in(&files, &["check", "--manifest", "nowhere.yaml"]);
    assert!(named.code == 2 && named.err.contains("E0701"), "{}", named.err);
    let both = tickmark_in(&files, &["check", "--manifest", "tickmark.yaml", "--no-manifest"]);
    assert_eq!(both.code, 2);
}

#[test]
fn it_is_found_up_to_the_top_of_the_repository() {
    let mut files = MemoryFiles::new();
    for (path, text) in [("../../.git/HEAD", "ref"), ("../tickmark.yaml", MANIFEST), ("../controls/v.tick", CONTROLS)] {
        files.insert(path, text);
    }
    files.insert("../registers/vendors.csv", REGISTER);
    assert_eq!(statuses_of(&files, &[]), ["V-1 fail", "V-2 fail"], "paths are relative to the manifest");
    // Above the top of the repository it is somebody else's.
    files.insert(".git", "gitdir: elsewhere");
    assert_eq!(tickmark_in(&files, &["check"]).code, 2);
    // Without a repository only the working directory counts.
    let mut files = MemoryFiles::new();
    files.insert("../tickmark.yaml", MANIFEST);
    assert!(tickmark_in(&files, &["check"]).err.contains("no controls are named"));
}

#[test]
fn params_are_literals_and_quotes_make_texts() {
    let with = |params: &str| {
        let manifest = MANIFEST.replace("params: { oldest: 60 days }", params);
        tickmark_in(&files(&manifest), &["check", "--format", "json"])
    };
    assert_eq!(with("params: { oldest: 365 days, regions: [EU, US] }").statuses(), ["V-1 pass", "V-2 pass"]);
    assert_eq!(with("params: { $oldest: 12 months, regions: [\"EU\", 'US'] }").statuses(), ["V-1 pass", "V-2 pass"]);
    for (params, part) in [
        ("params: { oldest: \"60 days\" }", "`oldest` is a duration"),
        ("params: { oldest: 60 dais }", "`oldest` is a duration"),
        ("params: { oldset: 60 days }", "did you mean `oldest`?"),
        ("params: { regions: EU }", "`regions` is"),
    ] {
        let outcome = with(params);
        assert!(
            outcome.code == 2 && outcome.err.contains(part) && outcome.err.contains("tickmark.yaml:17:"),
            "{params}: {}",
            outcome.err
        );
    }
}

#[test]
fn period_moment_and_zone() {
    let controls = "entity e { key id  id text  at event time }\ncontrol P-1 \"p\" { cites CC1.1  every e: at before $period.start }\ncontrol P-2 \"q\" { cites CC1.1  every e: at after $as_of }";
    let check = |lines: &str, at: &str| {
        let mut files = MemoryFiles::new();
        files.insert(
            "tickmark.yaml",
            format!("version: 1\nsources: [{{ path: e.yaml }}]\npacks: [./c.tick]\n{lines}\n"),
        );
        files.insert("c.tick", controls);
        files.insert("e.yaml", format!("e: [{{ id: a, at: {at} }}]"));
        statuses_of(&files, &[])
    };
    let utc = "period: { from: 2026-01-01, to: 2026-03-31 }\nas_of: 2026-03-31";
    let berlin = format!("{utc}\ncalendar: {{ time_zone: Europe/Berlin }}");
    assert_eq!(check(utc, "2025-12-31T23:30:00Z"), ["P-1 pass", "P-2 fail"]);
    assert_eq!(check(&berlin, "2025-12-31T23:30:00Z"), ["P-1 fail", "P-2 fail"]);
    assert_eq!(check(utc, "2026-03-31T22:30:00Z"), ["P-1 fail", "P-2 fail"]);
    assert_eq!(check(&berlin, "2026-03-31T22:30:00Z"), ["P-1 fail", "P-2 pass"]);
}

#[test]
fn terraform_variables_and_source() {
    let mut files = MemoryFiles::new();
    files.insert("infra/main.tf", "variable \"open\" {\n  type = list(string)\n}\nresource \"aws_security_group\" \"a\" {\n  name = \"a\"\n  cidrs = var.open\n}\n");
    files.insert(
        "c.tick",
        "control T-1 \"t\" { cites CC6.1  every aws_security_group: not (cidrs contains \"0.0.0.0/0\") }",
    );
    let mut check = |variable: &str| {
        let manifest = format!(
            "version: 1\nsources: [{{ path: infra, kind: terraform }}]\npacks: [./c.tick]\nterraform:\n  var: {{ {variable} }}\n"
        );
        files.insert("tickmark.yaml", manifest);
        tickmark_in(&files, &["check", "--format", "json"])
    };
    assert_eq!(check("open: [10.0.0.0/8]").statuses(), ["T-1 pass"]);
    assert_eq!(check("open: ['0.0.0.0/0']").statuses(), ["T-1 fail"]);
    let unknown = check("opne: [a]");
    assert!(unknown.code == 2 && unknown.err.contains("tickmark.yaml:5:10"), "{}", unknown.err);
    let on_the_line = check("open: [10.0.0.0/8]");
    assert_eq!(on_the_line.code, 0);
    files.insert("tickmark.yaml", "version: 1\nsources: [{ path: infra, kind: terraform }]\npacks: [./c.tick]\nterraform: { var: { open: [10.0.0.0/8] } }\n");
    let set = tickmark_in(&files, &["check", "--set", "tf.var.open=[\"0.0.0.0/0\"]"]);
    assert_eq!(set.code, 1, "the command line wins: {}", set.err);
    // Of other sources than the manifest's its variables say nothing.
    files.insert("b.json", "{ \"aws_security_group\": [{ \"cidrs\": [] }] }");
    let others = tickmark_in(&files, &["check", "b.json"]);
    assert_eq!(others.code, 0, "{}", others.err);
}

#[test]
fn findings_of_a_plan_stand_in_the_configuration() {
    let mut files = MemoryFiles::new();
    files.insert("infra/main.tf", "\nresource \"aws_security_group\" \"a\" {\n  name = \"a\"\n}\n");
    let resource =
        r#"{ "address": "aws_security_group.a", "mode": "managed", "type": "aws_security_group", "name": "a" "#;
    let plan = format!(
        r#"{{ "format_version": "1.2", "planned_values": {{ "root_module": {{ "resources": [ {resource}, "values": {{ "name": "a" }} }} ] }} }},
  "resource_changes": [ {resource}, "change": {{ "actions": ["create"], "after": {{ "name": "a" }}, "after_unknown": {{}} }} }} ] }}"#
    );
    files.insert("plan.json", plan);
    files.insert("c.tick", "control T-1 \"t\" { cites CC6.1  every aws_security_group: name == \"b\" }");
    let mut check = |terraform: &str| {
        files.insert(
            "tickmark.yaml",
            format!("version: 1\nsources: [{{ path: plan.json }}]\npacks: [./c.tick]\n{terraform}"),
        );
        tickmark_in(&files, &["check"])
    };
    let placed = check("terraform: { source: infra }\n");
    assert!(placed.code == 1 && placed.out.contains("infra/main.tf:2:"), "{}{}", placed.out, placed.err);
    let without = check("");
    assert!(without.code == 1 && without.out.contains("plan.json:"), "{}{}", without.out, without.err);
}

#[test]
fn exceptions_are_read() {
    let manifest = format!("{MANIFEST}exceptions: [exceptions.tick]\n");
    let mut files = files(&manifest);
    files.insert(
        "exceptions.tick",
        "exception V-1 for vendor \"Beta\" { reason \"r\"  owner \"a@x\"  approved_by \"b@x\"  expires 2026-12-31 }\nexception V-2 for vendor \"Beta\" { reason \"r\"  owner \"a@x\"  approved_by \"b@x\"  expires 2026-12-31 }",
    );
    assert_eq!(statuses_of(&files, &[]), ["V-1 pass", "V-2 pass"]);
    files.insert("tickmark.yaml", manifest.replace("[exceptions.tick]", "[nowhere.tick]"));
    let absent = tickmark_in(&files, &["check"]);
    assert!(absent.code == 2 && absent.err.contains("tickmark.yaml:19:14"), "{}", absent.err);
}

#[test]
fn registers_in_yaml_and_json() {
    let manifest = |path: &str| {
        format!(
            "version: 1\nsources:\n  - path: {path}\n    noun: vendor\n    records: register.vendors\n    columns: {{ id: name, wo: region, when: reviewed }}\n    values: {{ status: {{ ja: active }}, critical: {{ x: true }} }}\npacks: [./controls]\nas_of: 2026-06-30\n"
        )
    };
    let yaml = "register:\n  as_of: 2026-01-01\n  vendors:\n    - { id: 1.10, status: ja, wo: EU, when: 2026-06-01, critical: x, seats: 007 }\n    - { id: Beta, status: ended, wo: US }\n";
    let json = "{ \"register\": { \"vendors\": [\n  { \"id\": \"1.10\", \"status\": \"ja\", \"wo\": \"EU\", \"when\": \"2026-06-01\", \"critical\": \"x\" },\n  { \"id\": \"Beta\", \"status\": \"ended\", \"wo\": \"US\" } ] } }";
    for (path, text, line) in [("v.yaml", yaml, "v.yaml:5:7"), ("v.json", json, "v.json:3:3")] {
        let mut files = files(&manifest(path));
        files.insert(path, text);
        let outcome = tickmark_in(&files, &["check", "--only", "V-2"]);
        assert!(outcome.code == 1 && outcome.out.contains(line), "{}{}", outcome.out, outcome.err);
        // A number under a text stays as it is written.
        let record = tickmark_in(&files, &["facts", "vendor", "1.10"]);
        assert!(
            record.out.contains("\"active\"") && record.out.contains("critical   true"),
            "{}{}",
            record.out,
            record.err
        );
    }
    let mut files = files(&manifest("v.jsonl").replace("    records: register.vendors\n", ""));
    files.insert(
        "v.jsonl",
        "{\"id\": \"a\", \"wo\": \"US\", \"when\": \"2026-06-01\"}\n{\"id\": \"b\", \"wo\": \"EU\"}\n",
    );
    assert!(tickmark_in(&files, &["check", "--only", "V-2"]).out.contains("v.jsonl:1:"));
}

/// The sources of a manifest with what lies beside it.
fn with_source(source: &str, beside: &[(&str, &str)]) -> Outcome {
    let mut files = files(&format!("version: 1\nsources:\n  - {source}\npacks: [./controls]\nas_of: 2026-06-30\n"));
    for (path, text) in beside {
        files.insert(*path, *text);
    }
    tickmark_in(&files, &["check"])
}

const FRESH: &str = "_source: { collected_at: 2026-06-20, complete: true }\nvendor: [{ name: a, status: active, region: EU, reviewed: 2026-06-01 }]";

#[test]
fn sources_that_are_not_as_they_must_be_stop_the_run() {
    let stops = |source: &str, text: Option<&str>, part: &str| {
        let beside: Vec<(&str, &str)> = text.map(|text| ("e.yaml", text)).into_iter().collect();
        let outcome = with_source(source, &beside);
        assert!(outcome.code == 2 && outcome.err.contains(part), "{source}: {}\n{}", outcome.code, outcome.err);
        assert!(outcome.err.contains("tickmark.yaml:3:"), "at its line: {}", outcome.err);
        assert_eq!(outcome.out, "", "nothing half-written");
    };
    let goes_on = |source: &str, text: Option<&str>, part: &str| {
        let beside: Vec<(&str, &str)> = text.map(|text| ("e.yaml", text)).into_iter().collect();
        let outcome = with_source(source, &beside);
        assert!(outcome.code == 0 && outcome.err.contains(part), "{source}: {}\n{}", outcome.code, outcome.err);
    };
    goes_on("{ path: e.yaml, required: true, max_age: 30 days }", Some(FRESH), "");
    stops("{ path: e.yaml, required: true }", None, "E0704");
    goes_on("{ path: e.yaml }", None, "W0701");
    goes_on("{ path: 'e/*.yaml' }", None, "W0701");
    stops("{ path: 'e/*.yaml', required: true }", None, "E0704");
    stops("{ path: e.yaml, max_age: 5 days }", Some(FRESH), "was collected on 2026-06-20");
    stops("{ path: e.yaml, max_age: 5 days }", Some("vendor: []"), "nothing says when");
    let partial = FRESH.replace("true", "false");
    stops("{ path: e.yaml, required: true }", Some(&partial), "E0706");
    goes_on("{ path: e.yaml }", Some(&partial), "");
    // Undigestible: broken, or nothing that is an export.
    let broken = with_source("{ path: e.yaml, required: true }", &[("e.yaml", "vendor: [")]);
    assert!(
        broken.code == 2 && broken.err.contains("e.yaml:1:") && broken.err.contains("tickmark.yaml:3:"),
        "{}",
        broken.err
    );
    stops("{ path: e, required: true }", None, "E0704");
    let strangers = with_source("{ path: e, required: true }", &[("e/a.txt", "hello")]);
    assert!(strangers.code == 2 && strangers.err.contains("tickmark.yaml:3:13"), "{}", strangers.err);
}

/// A collection manifest of one file.
fn collection(text: &str, complete: bool) -> String {
    let digest = tickmark_session_digest(text);
    format!(
        r#"{{
  "tickmark_collection": 1, "system": "mlflow", "target": "t", "collector": "tickmark 0.1.0",
  "started_at": "2026-06-20T10:00:00Z", "ended_at": "2026-06-20T10:01:00Z", "complete": {complete}, "missing": ["runs"],
  "files": [
    {{ "path": "v.json", "system": "mlflow", "query": "q", "collector": "tickmark 0.1.0",
      "started_at": "2026-06-20T10:00:00Z", "ended_at": "2026-06-20T10:01:00Z", "page": 0, "pages": 1, "rows": 1,
      "sha256": "{digest}", "complete": true, "basis": "one answer" }}
  ]
}}"#
    )
}

fn tickmark_session_digest(text: &str) -> String {
    tickmark_manifest::sha256(text.as_bytes())
}

const COLLECTED: &str =
    r#"{ "vendor": [{ "name": "a", "status": "active", "region": "EU", "reviewed": "2026-06-01" }] }"#;

#[test]
fn collection_manifests_are_held_against_the_files() {
    let check = |source: &str, text: &str, collection: &str| {
        with_source(source, &[("e/v.json", text), ("e/collection.json", collection)])
    };
    let whole = collection(COLLECTED, true);
    let all = "{ path: e, required: true, max_age: 30 days }";
    let outcome = check(all, COLLECTED, &whole);
    assert_eq!((outcome.code, outcome.err.as_str()), (0, ""), "{}", outcome.err);
    let stale = check("{ path: e, max_age: 5 days }", COLLECTED, &whole);
    assert!(stale.code == 2 && stale.err.contains("E0705"), "{}", stale.err);
    let partial = check(all, COLLECTED, &collection(COLLECTED, false));
    assert!(partial.code == 2 && partial.err.contains("E0706") && partial.err.contains("W0558"), "{}", partial.err);
    let changed = check("{ path: e }", &COLLECTED.replace("EU", "US"), &whole);
    assert!(
        changed.code == 2 && changed.err.contains("E0707") && changed.err.contains("e/collection.json:7:"),
        "{}",
        changed.err
    );
    let broken = check(all, COLLECTED, "{ \"tickmark_collection\": 1, \"files\": [");
    assert!(broken.code == 2 && broken.err.contains("E0709"), "{}", broken.err);
    let of_others = check("{ path: e, required: true }", COLLECTED, "{ \"info\": { \"name\": \"requests\" } }");
    assert_eq!((of_others.code, of_others.err.as_str()), (0, ""), "a file of that name that is something else");
    let gone = with_source("{ path: e }", &[("e/w.json", COLLECTED), ("e/collection.json", &whole)]);
    assert!(gone.code == 2 && gone.err.contains("`v.json` was collected, and is not there"), "{}", gone.err);
    // A file that was not collected is no whole evidence, and said to be none.
    let slipped_in = with_source(
        "{ path: e, required: true }",
        &[("e/v.json", COLLECTED), ("e/w.json", "{ \"vendor\": [] }"), ("e/collection.json", &whole)],
    );
    assert!(slipped_in.code == 2 && slipped_in.err.contains("`w.json` is not listed"), "{}", slipped_in.err);
    // Without a manifest too: what was changed is refused, what is partial is no whole source.
    let mut files = MemoryFiles::new();
    files.insert("c.tick", "control S-1 \"s\" { cites CC1.1  every source: complete and collected_at after 2026-06-01 }\nentity vendor { name text }");
    files.insert("e/v.json", COLLECTED);
    for (complete, code) in [(true, 0), (false, 1)] {
        files.insert("e/collection.json", collection(COLLECTED, complete));
        let outcome = tickmark_in(&files, &["check", "e", "--controls", "c.tick", "--as-of", "2026-06-30"]);
        assert_eq!(outcome.code, code, "{}{}", outcome.out, outcome.err);
    }
    files.insert("e/v.json", "{}");
    assert_eq!(tickmark_in(&files, &["check", "e", "--controls", "c.tick"]).code, 2);
}

/// Mistakes, all told at their lines.
#[test]
fn mistakes_are_told_at_their_lines() {
    let mut told = String::new();
    for manifest in [
        "version: 1\nsorces: []\n",
        "version: 2\nsources: []\n",
        "packs: [soc2-ai]\n",
        "",
        "version: 1\npacks: [soc2]\n",
        "version: 1\npacks: [./nowhere]\n",
        "version: 1\npacks: [./controls\n",
        "version: 1\nsources:\n  - path: a\n    requierd: true\n    max_age: 30 dais\n    kind: mlfow\n",
        "version: 1\nsources:\n  - { path: registers/vendors.csv }\npacks: [./controls]\n",
        "version: 1\nsources:\n  - { path: v.csv, kind: csv }\npacks: [./controls]\n",
        "version: 1\nsources:\n  - path: registers/vendors.csv\n    noun: vendor\n    columns: { \"Supplier nam\": name, Lage: sttus }\n    values: { sttus: { aktiv: active } }\npacks: [./controls]\n",
        "version: 1\nsources:\n  - { path: registers/vendors.csv, columns: { Lage: status } }\npacks: [./controls]\n",
        // No control speaks of people here, and the library knows what they have all the same.
        "version: 1\nsources:\n  - { path: registers/vendors.csv, noun: person, columns: { Lage: nmae } }\npacks: [./controls]\n",
        "version: 1\nsources:\n  - { path: 'registers/[', required: true }\npacks: [./controls]\n",
        "version: 1\nperiod: { from: 2026-03-31, to: 2026-01-01 }\nas_of: tomorrow\ncalendar: { time_zone: Berlin, holidays: [] }\n",
        "version: 1\nparams: { oldest: { days: 60 } }\nterraform: { var: { a: } }\n",
        "version: 1\nexceptions: exceptions.tick\npacks:\n  - 7\n",
        "version: 1\nversion: 1\n",
        "- version: 1\n",
    ] {
        let outcome = check(manifest);
        assert_eq!(outcome.code, 2, "{manifest}");
        assert_eq!(outcome.out, "");
        told.push_str(&format!("{manifest}--\n{}\n==\n", outcome.err));
    }
    // Packs become more.
    let lists = vec![(r"(?s)the packs are .*?; a folder", "the packs are …; a folder")];
    insta::with_settings!({ filters => lists }, { insta::assert_snapshot!(told) });
}

#[test]
fn a_register_that_lacks_its_list_or_keys_is_told() {
    let mut told = String::new();
    for (source, text) in [
        ("{ path: v.yaml, noun: vendor, records: register.vendor }", "register: { vendors: [] }"),
        ("{ path: v.yaml, noun: vendor, records: register }", "register: { vendors: [] }"),
        ("{ path: v.yaml, noun: vendor, columns: { Nmae: name } }", "- { Name: a }"),
        ("{ path: v.yaml, noun: vendor, columns: { Name: name, name: owner } }", "- { Name: a, name: b }\n- 7"),
    ] {
        let outcome = with_source(source, &[("v.yaml", text)]);
        assert_eq!(outcome.code, 2, "{source}: {}", outcome.out);
        told.push_str(&format!("{source}\n{}\n", outcome.err));
    }
    insta::assert_snapshot!(told);
}

// ---- on disk -----------------------------------------------------------------------------------------------------------

fn named(folder: &Path, path: &str) -> String {
    folder.join(path).to_string_lossy().into_owned()
}

#[test]
fn globs_folders_and_links_on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let manifest = named(folder, "in/tickmark.yaml");
    write(folder, "in/controls/c.tick", CONTROLS);
    write(folder, "in/exports/a/v.yaml", "vendor: [{ name: a, region: EU }]");
    write(folder, "in/exports/b/v.yaml", "vendor: [{ name: b, region: EU }]");
    write(folder, "outside/v.yaml", "vendor: [{ name: c, region: US }]");
    let check = |path: &str| {
        write(
            folder,
            "in/tickmark.yaml",
            format!(
                "version: 1\nsources: [{{ path: '{path}', required: true }}]\npacks: [./controls]\nas_of: 2026-06-30\n"
            ),
        );
        tickmark(&["check", "--manifest", &manifest, "--only", "V-2"])
    };
    assert!(check("exports/*/v.yaml").out.contains("2 records"));
    assert!(check("exports/*").out.contains("2 records"));
    assert!(check("exports/**/*.yaml").out.contains("2 records"));
    assert!(check("exports/").out.contains("2 records"));
    assert!(check("./exports/a").out.contains("1 record"));
    let outside = check("../outside");
    assert_eq!(outside.code, 1, "it is named: {}", outside.err);
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(folder.join("outside"), folder.join("in/link")).unwrap();
        let linked = check("link");
        assert!(linked.code == 2 && linked.err.contains("E0710"), "{}", linked.err);
        std::os::unix::fs::symlink(folder.join("in/exports"), folder.join("in/inner")).unwrap();
        assert!(check("inner").out.contains("2 records"), "a link that stays inside is none of that");
    }
}

#[test]
fn init_writes_a_manifest_that_works() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let here = folder.to_string_lossy().into_owned();
    write(folder, "infra/main.tf", "resource \"aws_s3_bucket\" \"a\" {\n  bucket = \"a\"\n}\n");
    write(
        folder,
        "exports/mlflow/model-versions.0.json",
        "{ \"model_versions\": [ { \"name\": \"m\", \"version\": \"1\", \"creation_timestamp\": 1772524800000, \"user_id\": \"ana\" } ] }",
    );
    write(folder, "registers/vendors.csv", "Vendor name,Tier,Owner,My notes\nAlpha,high,ana,x\n");
    write(folder, "registers/unheard_of.csv", "a,b\n1,2\n");
    write(folder, "rules/own.tick", "control OWN-1 \"o\" { cites CC9.2  every vendor has owner }\n");
    write(folder, "rules/exceptions.tick", "");
    write(folder, "exceptions/exceptions.tick", "");
    let outcome = tickmark(&["init", &here]);
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    let manifest = named(folder, "tickmark.yaml");
    let text = std::fs::read_to_string(&manifest).unwrap();
    insta::assert_snapshot!(text);
    assert!(folder.join(".tickmark/tickmark.schema.json").is_file());
    let check = tickmark(&["check", "--manifest", &manifest, "--only", "OWN-1", "--format", "json"]);
    assert_eq!(check.statuses(), ["OWN-1 pass"], "{}", check.err);
    // Nothing is lost without being told so.
    let again = tickmark(&["init", &here]);
    assert!(again.code == 2 && again.err.contains("--force"), "{}", again.err);
    std::fs::write(&manifest, "mine").unwrap();
    assert_eq!(tickmark(&["init", &here, "--force"]).code, 0);
    assert_eq!(std::fs::read_to_string(&manifest).unwrap(), text);
    assert!(tickmark(&["init", "nowhere at all"]).code == 2);
}

#[test]
fn a_copy_of_a_map_takes_the_place_of_ours() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let here = folder.to_string_lossy().into_owned();
    write(
        folder,
        "exports/model-versions.0.json",
        "{ \"model_versions\": [ { \"name\": \"m\", \"version\": \"1\", \"creation_timestamp\": 1772524800000, \"user_id\": \"ana\", \"tags\": [{ \"key\": \"written_by\", \"value\": \"bo\" }] } ] }",
    );
    let outcome = tickmark(&["init", &here, "--maps", "mlflow"]);
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    let manifest = named(folder, "tickmark.yaml");
    let author = || {
        let outcome = tickmark(&["query", "model where author == \"bo\"", "--manifest", &manifest]);
        assert_eq!(outcome.code, 0, "{}", outcome.err);
        outcome.out.contains("m@1")
    };
    assert!(!author());
    let map = folder.join("controls/maps/mlflow.tick");
    let text = std::fs::read_to_string(&map).unwrap();
    let changed = text.replace("tags[\"author\"]", "tags[\"written_by\"]");
    assert_ne!(text, changed, "the map says where the author is from");
    std::fs::write(&map, changed).unwrap();
    assert!(author());
    // A second copy would be lost; a manifest that is there is kept.
    assert_eq!(tickmark(&["init", &here, "--maps", "mlflow"]).code, 2);
    let other = tickmark(&["init", &here, "--maps", "kubernetes"]);
    assert!(other.code == 0 && other.out.contains("kept"), "{}{}", other.out, other.err);
    let unknown = tickmark(&["init", &here, "--maps", "mlfow"]);
    assert!(unknown.code == 2 && unknown.err.contains("did you mean `mlflow`?"), "{}", unknown.err);
}
