//! Registers in the forms that people keep them in, and what is seen of use that no register tells of.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::path::Path;

use tickmark_source::MemoryFiles;
use tickmark_tests::{Outcome, corpus, root, tickmark_in};

/// Files on disk below a folder, as they are named from there.
#[expect(clippy::disallowed_methods, reason = "a test reads fixtures from disk")]
fn folder(path: &Path) -> MemoryFiles {
    let mut files = MemoryFiles::new();
    for entry in walkdir::WalkDir::new(path).sort_by_file_name().into_iter().flatten() {
        if entry.file_type().is_file() {
            let name = entry.path().strip_prefix(path).unwrap().to_string_lossy().replace('\\', "/");
            files.insert(name, std::fs::read(entry.path()).unwrap());
        }
    }
    files
}

fn files(list: &[(&str, &str)]) -> MemoryFiles {
    let mut files = MemoryFiles::new();
    for (name, text) in list {
        files.insert(*name, text.as_bytes().to_vec());
    }
    files
}

fn run(files: &MemoryFiles, arguments: &[&str]) -> Outcome {
    let outcome = tickmark_in(files, arguments);
    assert_ne!(outcome.code, 2, "{arguments:?}\n{}", outcome.err);
    outcome
}

/// `attribute value`, for each attribute of a record that has one, in the order of their names; places are left out.
fn values(outcome: &Outcome) -> Vec<String> {
    let mut lines: Vec<String> = outcome
        .out
        .lines()
        .skip(3)
        .filter_map(|line| {
            let (name, rest) = line.split_once("  ")?;
            // The place stands behind the last gap.
            let value = rest.trim().rsplit_once("  ").map_or(rest.trim(), |(value, _)| value.trim());
            (!value.starts_with("not surveyed") && value != "missing").then(|| format!("{name} {value}"))
        })
        .collect();
    lines.sort();
    lines
}

/// Control → `id verdict` of each subject that does not pass.
fn verdicts(outcome: &Outcome, control: &str) -> Vec<String> {
    let json = outcome.json();
    let control = json["controls"].as_array().unwrap().iter().find(|found| found["id"] == control).unwrap();
    let mut found: Vec<String> = control["subjects"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|subject| subject["verdict"] != "pass")
        .map(|subject| format!("{} {}", subject["id"].as_str().unwrap(), subject["verdict"].as_str().unwrap()))
        .collect();
    found.sort();
    found.insert(0, control["status"].as_str().unwrap().to_owned());
    found
}

// ---- the corpus --------------------------------------------------------------------------------------------------------

const VENDOR: &str = r#"
entity vendor {
  key name
  name text  id text  service text  ai bool  categories list of text  region text  dpa_signed time  last_review time
  risk ordered "low", "medium", "high", "critical"  owner text  contract_end time  reports many report
}
entity report { kind text  covers_to time }
control V-1 "all of it is looked at" {
  cites CC9.2
  every vendor: id exists and service exists and ai and categories contains "x" and region exists and dpa_signed exists
    and last_review exists and risk == "high" and owner exists and contract_end exists
    and (every report: kind exists and covers_to exists)
}
"#;

const AS_CSV: &str = r#"version: 1
sources:
  - path: vendor_register.csv
    noun: vendor
    columns: { vendor_id: id, ai_subprocessor: ai, data_categories: categories, soc2_report_end: reports.covers_to }
    constants: { reports.kind: SOC 2 Type II }
packs: [./e.tick]
as_of: 2026-11-01
"#;

const AS_YAML: &str = r#"version: 1
sources:
  - path: vendor_register.yaml
    noun: vendor
    records: register.vendors
    columns:
      data: categories
      dpa.signed: dpa_signed
      dpa.scc: ~
      assurance.kind: reports.kind
      assurance.period_end: reports.covers_to
      assurance.exceptions: ~
      assurance.valid_until: ~
      trains_on_our_data: ~
packs: [./e.tick]
as_of: 2026-11-01
"#;

/// The registers of the corpus in both forms, each by its own mapping, say the same of the vendors that both have. Where they are two
/// states of the register (one has an agreement with the third vendor that the other lacks), the difference is what is told.
#[test]
fn the_corpus_says_the_same_in_both_forms() {
    let Some(corpus) = corpus() else { return };
    let mut files = folder(&corpus.join("vendors"));
    for (name, text) in [("e.tick", VENDOR), ("csv.yaml", AS_CSV), ("yaml.yaml", AS_YAML)] {
        files.insert(name, text.as_bytes().to_vec());
    }
    let of = |manifest: &str, id: &str| {
        let outcome = run(&files, &["facts", "vendor", id, "--manifest", manifest]);
        let mut values = values(&outcome);
        // Which of them a nested record is depends on the file; the owner and the end of the contract are in the table alone.
        values.retain(|value| !["reports", "owner", "contract_end"].iter().any(|name| value.starts_with(name)));
        (outcome.out, values)
    };
    for id in ["Cloudward, Inc.", "LabelWorks"] {
        let ((table, from_table), (_, from_yaml)) = (of("csv.yaml", id), of("yaml.yaml", id));
        let region = |values: &[String]| values.iter().find(|value| value.starts_with("region")).unwrap().clone();
        if id == "LabelWorks" {
            // `NO` is Norway, and no bool; the table says that it is the United States.
            assert_eq!((region(&from_table), region(&from_yaml)), ("region \"US\"".into(), "region \"NO\"".into()));
        }
        let without = |values: &[String]| -> Vec<String> {
            values.iter().filter(|value| id == "Cloudward, Inc." || !value.starts_with("region")).cloned().collect()
        };
        assert_eq!(without(&from_table), without(&from_yaml), "{id}");
        assert!(from_table.len() >= 8 && table.contains("vendor_register.csv:"), "{table}");
    }
    let (_, third) = of("csv.yaml", "OpenModel \"Labs\"");
    let (_, other) = of("yaml.yaml", "OpenModel \"Labs\"");
    let only_there: Vec<&String> = third.iter().filter(|value| !other.contains(value)).collect();
    assert_eq!(only_there, ["dpa_signed 2026-04-04", "last_review 2026-10-10"]);
    assert!(other.iter().all(|value| third.contains(value)));
    assert!(third.contains(&"ai true".to_owned()), "`YES` is true: {third:?}");
    // `n/a` is no report: no nested record is made of it.
    let mailmoth = run(&files, &["facts", "vendor", "Mailmoth", "--manifest", "csv.yaml"]);
    assert!(mailmoth.out.lines().any(|line| line.starts_with("reports") && line.contains("none")), "{}", mailmoth.out);
}

/// The places of a register are its own lines.
#[test]
fn places_are_those_of_the_register() {
    let Some(corpus) = corpus() else { return };
    let mut files = folder(&corpus.join("vendors"));
    files.insert("e.tick", VENDOR.as_bytes().to_vec());
    files.insert("yaml.yaml", AS_YAML.as_bytes().to_vec());
    let outcome = run(&files, &["facts", "vendor", "LabelWorks", "--manifest", "yaml.yaml"]);
    let line = |name: &str| {
        let line = outcome.out.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().last().unwrap().to_owned()
    };
    assert_eq!((line("region"), line("dpa_signed"), line("ai")), ("22:15".into(), "23:21".into(), "20:11".into()));
}

// ---- the forms -----------------------------------------------------------------------------------------------------------

/// A noun, its key, and a record of it, by column.
type Kept = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// What is kept in registers: each form is made of this.
const NOUNS: &[Kept] = &[
    (
        "vendor",
        "OpenAI",
        &[
            ("name", "OpenAI"),
            ("id", "V-1"),
            ("kind", "model api"),
            ("tier", "Critical"),
            ("status", "active"),
            ("owner", "ana"),
            ("subservice", "YES"),
            ("subprocessors_listed_on", "2026-04-01"),
            ("jurisdiction", "NO"),
        ],
    ),
    (
        "ai_service",
        "chat",
        &[
            ("id", "chat"),
            ("name", "OpenAI API"),
            ("vendor", "OpenAI"),
            ("hostnames", "api.openai.com; *.openai.azure.com"),
            ("registered_on", "2026-01-10"),
            ("keeps_inputs_for", "30 days"),
            ("trains_on_inputs", "No"),
            ("sla", "99.9%"),
            ("region", "n/a"),
        ],
    ),
    (
        "agreement",
        "DPA-7",
        &[
            ("id", "DPA-7"),
            ("kind", "dpa"),
            ("with_vendor", "OpenAI"),
            ("signed_on", "2026-01-05"),
            ("clauses", "processing; retention; training use"),
            ("covers_training", "no"),
            ("retention_limit", "1 year"),
        ],
    ),
    (
        "risk",
        "R-14",
        &[
            ("id", "R-14"),
            ("title", "Prompts leak"),
            ("topic", "prompt injection"),
            ("rating", "HIGH"),
            ("treatment", "reduce"),
            ("status", "open"),
            ("owner", "bo"),
            ("identified_on", "2026-02-01"),
            ("accepted_by", "-"),
        ],
    ),
    (
        "retention_rule",
        "logs",
        &[
            ("id", "logs"),
            ("max_age", "12 months"),
            ("counted_from", "created"),
            ("categories", "prompts; tickets"),
            ("approved_on", "2026-01-01"),
        ],
    ),
    (
        "policy_document",
        "vendors",
        &[
            ("id", "vendors"),
            ("title", "Vendors"),
            ("kind", "vendor management"),
            ("owner", "ciso"),
            ("approved_by", "ceo; ciso"),
            ("approved_on", "2026-01-15"),
            ("published", "yes"),
        ],
    ),
    (
        "exception_entry",
        "X-3",
        &[
            ("id", "X-3"),
            ("control", "MODEL-01"),
            ("reason", "weights of a vendor"),
            ("owner", "ml"),
            ("approved_by", "ciso"),
            ("expires_on", "2026-12-31"),
        ],
    ),
    (
        "scope_entry",
        "S-1",
        &[
            ("id", "S-1"),
            ("decision", "in"),
            ("covers", "api; gateway"),
            ("section", "3.1"),
            ("approved_by", "ceo"),
            ("approved_on", "2026-01-01"),
        ],
    ),
    (
        "component",
        "api",
        &[
            ("id", "api"),
            ("kind", "software"),
            ("lifecycle", "inference"),
            ("handles_customer_data", "on"),
            ("delivers_service", "y"),
        ],
    ),
    ("data_category", "prompts", &[("name", "prompts"), ("confidential", "yes"), ("personal", "No")]),
    (
        "attestation_report",
        "attestation_report#1",
        &[("kind", "SOC2 type2"), ("covers_to", "2026-06-30"), ("opinion", "unqualified"), ("reviewed_on", "TBD")],
    ),
];

fn yaml_record(columns: &[(&str, &str)], indent: &str) -> String {
    columns
        .iter()
        .map(|(name, value)| {
            format!(
                "{indent}{name}: {}\n",
                if value.starts_with(['*', '-']) { format!("'{value}'") } else { (*value).to_owned() }
            )
        })
        .collect()
}

/// The same words give the same facts in a table, in YAML, in JSON, and in front of Markdown.
#[test]
fn every_register_says_the_same_in_four_forms() {
    for (noun, id, columns) in NOUNS {
        let header: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        let cells: Vec<String> = columns.iter().map(|(_, value)| format!("\"{value}\"")).collect();
        let csv = format!("\u{feff}{}\r\n{}\r\n", header.join(","), cells.join(","));
        let yaml = format!("-\n{}", yaml_record(columns, "  "));
        let json: serde_json::Map<String, serde_json::Value> =
            columns.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
        let json = serde_json::Value::from(vec![serde_json::Value::Object(json)]).to_string();
        let markdown = format!("\u{feff}---\n{}---\n\n# Text\n---\n", yaml_record(columns, "")).replace('\n', "\r\n");
        let files = files(&[("r.csv", &csv), ("r.yaml", &yaml), ("r.json", &json), ("r/r.md", &markdown)]);
        let of = |source: &str| {
            let source = source.replace("NOUN", noun);
            let outcome = run(&files, &["facts", noun, id, &source, "--no-manifest"]);
            (values(&outcome), outcome.err)
        };
        let (table, said) = of("csv:NOUN=r.csv");
        assert_eq!(said, "", "{noun}");
        assert!(table.len() >= 3, "{noun}: {table:?}");
        for source in ["yaml:NOUN=r.yaml", "json:NOUN=r.json", "markdown:NOUN=r"] {
            assert_eq!(of(source), (table.clone(), String::new()), "{noun} from {source}");
        }
    }
}

#[test]
fn what_people_write_is_what_they_mean() {
    let text = files(&[(
        "r.csv",
        "id,hostnames,keeps_inputs_for,sla,trains_on_inputs,registered_on,receives,region\nchat,a; b,P30D,99.9 %,NO,2026-01-10,TBD,none\n",
    )]);
    let outcome = run(&text, &["facts", "ai_service", "chat", "csv:ai_service=r.csv", "--no-manifest"]);
    let values = values(&outcome);
    for line in ["hostnames [\"a\", \"b\"]", "keeps_inputs_for 30 days", "sla 0.999", "trains_on_inputs \"no\""] {
        assert!(values.iter().any(|value| value == line), "{line} in {values:?}");
    }
    // Nobody has said yet what it receives: an empty list would be an answer.
    let receives = values.iter().find(|value| value.starts_with("receives")).unwrap();
    assert!(receives.contains("the register says `TBD`"), "{receives}");
    assert!(!values.iter().any(|value| value.starts_with("region")));
}

// ---- the mapping ---------------------------------------------------------------------------------------------------------

const ACCESS: &str = "control A-1 \"a\" { cites CC9.2  every ai_service: registered_on exists and keeps_inputs_for exists and name exists and owner exists and vendor.tier == \"critical\" and hostnames exists }\n";

fn mapped(entry: &str, register: (&str, &str)) -> Outcome {
    let manifest = format!("version: 1\nsources:\n{entry}packs: [./a.tick]\nas_of: 2026-06-30\n");
    let files = files(&[("tickmark.yaml", &manifest), ("a.tick", ACCESS), register]);
    tickmark_in(&files, &["facts", "ai_service", "chat"])
}

#[test]
fn the_manifest_says_what_columns_and_words_mean() {
    let entry = "  - path: r.csv\n    noun: ai_service\n    columns: { Service: id, \"Kept for\": keeps_inputs_for, Entered: registered_on, Hosts: hostnames, Note: ~ }\n    constants: { owner: ml, name: Chat }\n    units: { keeps_inputs_for: months }\n    date_format: DD/MM/YYYY\n    list_separator: \"|\"\n    missing: [leer]\n";
    let outcome =
        mapped(entry, ("r.csv", "sep=;\nService;Kept for;Entered;Hosts;Note\nchat;12;03/04/2026;a | b | leer;x\n"));
    assert_eq!((outcome.code, outcome.err.as_str()), (0, ""));
    let values = values(&outcome);
    for line in [
        "registered_on 2026-04-03",
        "keeps_inputs_for 1 year",
        "hostnames [\"a\", \"b\"]",
        "owner \"ml\"",
        "name \"Chat\"",
    ] {
        assert!(values.iter().any(|value| value == line), "{line} in {values:?}");
    }
}

#[test]
fn a_date_is_never_guessed() {
    let entry = "  - path: r.csv\n    noun: ai_service\n";
    let outcome = mapped(entry, ("r.csv", "id,registered_on\nchat,03/04/2026\n"));
    assert!(outcome.err.contains("W0553") && outcome.err.contains("date_format: DD/MM/YYYY"), "{}", outcome.err);
    let registered = values(&outcome).into_iter().find(|value| value.starts_with("registered_on")).unwrap();
    assert!(registered.starts_with("registered_on unknown"), "{registered}");
}

#[test]
fn mistakes_of_a_mapping_are_told_at_their_lines() {
    let register = ("r.csv", "Service,Kept\nchat,1\n");
    for (entry, parts) in [
        (
            "    columns: { Servic: id }\n",
            &["E0708", "has no column `Servic`", "did you mean `Service`?", "r.csv:1:1", "its columns"][..],
        ),
        ("    columns: { Service: idd }\n", &["E0708", "`ai_service` has no attribute `idd`", "did you mean `id`?"]),
        ("    columns: { Service: vendor.tiers }\n", &["E0708", "`vendor` has no attribute `tiers`"]),
        ("    columns: { Service: id.x }\n", &["E0708", "`id` holds no records"]),
        ("    columns: { Service: id }\n    constants: { id: x }\n", &["E0708", "the same value everywhere"]),
        ("    units: { name: days }\n", &["E0708", "is no length of time"]),
        ("    units: { keeps_inputs_for: dais }\n", &["E0703", "did you mean `days`?"]),
        ("    date_format: DD/MM\n", &["E0703", "where year, month and day stand"]),
        ("    missing: n/a\n", &["E0703", "`missing` is a list"]),
        ("    constants: { name: ~ }\n", &["E0703", "a constant has a value"]),
    ] {
        let outcome = mapped(&format!("  - path: r.csv\n    noun: ai_service\n{entry}"), register);
        assert_eq!(outcome.code, 2, "{entry}: {}", outcome.err);
        for part in parts {
            assert!(outcome.err.contains(part), "{part} for {entry}: {}", outcome.err);
        }
    }
}

#[test]
fn a_column_that_nobody_knows_is_told() {
    let outcome = mapped("  - path: r.csv\n    noun: ai_service\n", ("r.csv", "id,hostnams\nchat,a\n"));
    assert!(outcome.err.contains("W0552") && outcome.err.contains("did you mean `hostnames`?"), "{}", outcome.err);
}

/// A register may call a record by its number or its title where the key is another attribute.
#[test]
fn records_are_referred_to_by_key_or_by_name() {
    let manifest = "version: 1\nsources:\n  - { path: v.csv, noun: vendor }\n  - { path: s.yaml, noun: ai_service }\npacks: [./a.tick]\n";
    let check = |vendors: &str| {
        let services = "- { id: one, vendor: V-1 }\n- { id: two, vendor: Alpha }\n- { id: three, vendor: V-9 }\n";
        let files = files(&[
            ("tickmark.yaml", manifest),
            ("v.csv", vendors),
            ("s.yaml", services),
            ("a.tick", "control A-1 \"a\" { cites CC9.2  every ai_service: vendor.tier == \"critical\" }\n"),
        ]);
        verdicts(&run(&files, &["check", "--format", "json"]), "A-1")
    };
    assert_eq!(check("id,name,tier\nV-1,Alpha,critical\nV-2,Beta,low\n"), ["unknown", "three unknown"]);
    // A number that two vendors have names neither.
    assert_eq!(check("id,name,tier\nV-1,Alpha,critical\nV-1,Beta,low\n"), ["unknown", "one unknown", "three unknown"]);
}

#[test]
fn a_folder_of_markdown_is_a_register() {
    let manifest =
        "version: 1\nsources:\n  - { path: policies, noun: policy_document }\npacks: [./a.tick]\nas_of: 2026-06-30\n";
    let files = files(&[
        ("tickmark.yaml", manifest),
        ("policies/release.md", "---\nkind: model release\napproved_on: 2026-01-01\npublished: true\n---\n# Release\n"),
        ("policies/more/access.md", "---\r\nid: POL-2\r\nkind: access_control\r\npublished: NO\r\n---\r\n"),
        ("policies/draft.md", "# Draft\n"),
        ("policies/cut.md", "---\nkind: other\n"),
        ("policies/logo.png", "x"),
        ("a.tick", "control A-1 \"a\" { cites CC5.3  every policy_document is published }\n"),
    ]);
    let outcome = run(&files, &["check", "--format", "json"]);
    // One that does not say its id is known by its file.
    assert_eq!(verdicts(&outcome, "A-1"), ["fail", "POL-2 fail"]);
    assert!(outcome.err.contains("W0551") && outcome.err.contains("2 files were not read"), "{}", outcome.err);
    assert!(
        outcome.err.contains("`policies/draft.md`") && outcome.err.contains("`policies/cut.md`"),
        "{}",
        outcome.err
    );
}

// ---- observed use --------------------------------------------------------------------------------------------------------

/// The story of `fixtures/registers`, as its README tells it.
#[test]
fn shadow_ai_is_found() {
    let files = folder(&root().join("fixtures/registers"));
    let outcome = run(&files, &["check", "--format", "json", "--only", "VENDOR-01", "--only", "VENDOR-10"]);
    assert_eq!(outcome.code, 1);
    assert_eq!(
        verdicts(&outcome, "VENDOR-01"),
        [
            "fail",
            "observed/package-lock.json npm:@deepgram/sdk@3.9.0 fail",
            "observed/resolver-queries.json#api.deepgram.com fail",
            "observed/resolver-queries.json#api.novamind.ai unknown"
        ]
    );
    assert_eq!(verdicts(&outcome, "VENDOR-10"), ["pass"]);
    for id in [
        "observed/access.log#api.anthropic.com",
        "observed/env.example#OPENAI_API_KEY",
        "observed/package-lock.json npm:openai@4.70.2",
        "observed/resolver-queries.json#api.openai.com",
    ] {
        assert_eq!(tickmark_in(&files, &["facts", "usage_observation", id]).code, 0, "{id}");
    }
    // Neither what the proxy refused, nor what only begins like a name of OpenAI's, nor any other library or variable.
    let seen = run(&files, &["query", "usage_observation"]);
    assert!(seen.out.contains("7 members"), "{}", seen.out);
    assert!(outcome.err.contains("policies/draft-ai-governance.md"), "{}", outcome.err);
}

/// A finding stands on the first line of the log that tells of the host.
#[test]
fn a_finding_stands_on_the_first_line() {
    let files = folder(&root().join("fixtures/registers"));
    let id = "observed/resolver-queries.json#api.novamind.ai";
    let outcome = run(&files, &["explain", "VENDOR-01", id]);
    assert!(outcome.out.contains("observed/resolver-queries.json:5:1"), "{}", outcome.out);
}

/// Without any source of observed use the register proves nothing.
#[test]
fn nobody_looked_is_no_pass() {
    let mut files = folder(&root().join("fixtures/registers"));
    let manifest = files_text(&files, "tickmark.yaml").replace("  - path: observed/*\n", "");
    files.insert("tickmark.yaml", manifest.into_bytes());
    let outcome = run(&files, &["check", "--format", "json", "--only", "VENDOR-01"]);
    let found = verdicts(&outcome, "VENDOR-01");
    assert_eq!(
        (outcome.code, found),
        (1, vec!["unknown".to_owned(), "chat unknown".to_owned(), "summaries unknown".to_owned()])
    );
}

fn files_text(files: &MemoryFiles, path: &str) -> String {
    use tickmark_source::Files as _;
    String::from_utf8(files.read(path).unwrap().to_vec()).unwrap()
}

/// The organisation adds a service to the catalogue, and takes one out, in a register of its own.
#[test]
fn the_catalogue_is_the_organisations() {
    let mut files = folder(&root().join("fixtures/registers"));
    let manifest = files_text(&files, "tickmark.yaml")
        .replace("  - path: observed/*\n", "  - path: observed/*\n  - { path: ours.csv, noun: model_api }\n");
    files.insert("tickmark.yaml", manifest.into_bytes());
    let ours = "id,name,hosts,left_out\nnovamind,Novamind,api.novamind.ai,\ndeepgram,,,yes\n";
    files.insert("ours.csv", ours.as_bytes().to_vec());
    let outcome = run(&files, &["check", "--format", "json", "--only", "VENDOR-01"]);
    let found = verdicts(&outcome, "VENDOR-01");
    assert_eq!(found, ["fail", "observed/resolver-queries.json#api.novamind.ai fail"]);
}

/// Each stream, told by its content, as the raw noun that it becomes.
#[test]
fn every_stream_is_read() {
    let zscaler = "Datetime,User,Action,URL\n2026-05-01T10:00:00Z,ana,Allowed,https://api.groq.com/openai/v1\n2026-05-01T10:00:01Z,bo,Blocked,api.x.ai/v1\n";
    let cases: &[(&str, &str, &str, &[&str])] = &[
        (
            "a.log",
            "1286536309.586 1 10.0.0.8 TCP_TUNNEL/200 5 CONNECT api.openai.com:443 - HIER_DIRECT/1.2.3.4 -\n",
            "egress_host",
            &["a.log@api.openai.com"],
        ),
        (
            "e.json",
            "{\"authority\":\"api.anthropic.com\",\"start_time\":\"2026-11-01T10:00:00.000Z\"}\n{\"authority\":\"api.anthropic.com\",\"start_time\":\"2026-11-02T10:00:00.000Z\"}\n",
            "egress_host",
            &["e.json@api.anthropic.com"],
        ),
        (
            "f.json",
            "{\"firewall_name\":\"f\",\"event_timestamp\":\"1602627001\",\"event\":{\"event_type\":\"tls\",\"src_ip\":\"1.1.1.1\",\"tls\":{\"sni\":\"api.groq.com\"}}}\n",
            "egress_host",
            &["f.json@api.groq.com"],
        ),
        ("egress=z.csv", zscaler, "egress_host", &["z.csv@api.groq.com", "z.csv@api.x.ai"]),
        (
            "r.json",
            "{\"version\":\"1.1\",\"query_timestamp\":\"2021-02-04T17:51:55Z\",\"query_name\":\"api.cohere.com.\"}\n",
            "dns_name",
            &["r.json@api.cohere.com"],
        ),
        (
            "b.log",
            "21-Nov-2026 21:40:06.123 queries: info: client @0x7f 10.0.0.5#5 (api.x.ai): query: api.x.ai IN A +E(0)K (10.0.0.1)\n",
            "dns_name",
            &["b.log@api.x.ai"],
        ),
        (
            "d.log",
            "Nov 21 21:40:06 dnsmasq[1]: query[A] api.mistral.ai from 10.0.0.5\n",
            "dns_name",
            &["d.log@api.mistral.ai"],
        ),
        (
            "c.json",
            "{\"QueryName\":\"api.together.xyz\",\"Datetime\":\"2026-11-02T08:00:00Z\"}\n",
            "dns_name",
            &["c.json@api.together.xyz"],
        ),
        (
            "dns=t.csv",
            "timestamp,domain\n2026-05-01T10:00:00Z,api.replicate.com\n",
            "dns_name",
            &["t.csv@api.replicate.com"],
        ),
        (
            "yarn.lock",
            "# yarn lockfile v1\n\nopenai@^4:\n  version \"4.2.0\"\n",
            "locked_package",
            &["yarn.lock npm:openai@4.2.0"],
        ),
        ("sub/go.sum", "github.com/a/b v1.0.0 h1:x=\n", "locked_package", &["sub/go.sum golang:github.com/a/b@v1.0.0"]),
        (
            "s.json",
            "{\"total_count\":1,\"secrets\":[{\"name\":\"GROQ_API_KEY\",\"created_at\":\"2026-01-01T00:00:00Z\"}]}",
            "secret_name",
            &["s.json@GROQ_API_KEY"],
        ),
        ("secret-names=l.json", "[\"openai\"]", "secret_name", &["l.json@openai"]),
        (
            "ce.json",
            "{\"ResultsByTime\":[{\"TimePeriod\":{\"Start\":\"2026-10-01\",\"End\":\"2026-11-01\"},\"Groups\":[{\"Keys\":[\"Amazon Bedrock\"],\"Metrics\":{\"UnblendedCost\":{\"Amount\":\"12.5\",\"Unit\":\"USD\"}}}]}]}",
            "invoice_line",
            &["ce.json@Amazon Bedrock"],
        ),
        (
            "invoices=i.csv",
            "Date;Merchant;Amount;Currency\n2026-10-05;OPENAI *CHATGPT;20.00;USD\n",
            "invoice_line",
            &["i.csv@OPENAI *CHATGPT"],
        ),
    ];
    for (source, text, noun, ids) in cases {
        let path = source.split_once('=').map_or(*source, |(_, path)| path);
        let files = files(&[(path, text)]);
        let outcome = run(&files, &["query", noun, source, "--no-manifest"]);
        for id in *ids {
            assert!(outcome.out.contains(id), "{id} from {source}\n{}{}", outcome.out, outcome.err);
        }
        assert!(outcome.out.contains(&format!("{} member", ids.len())), "{source}\n{}", outcome.out);
    }
}

/// The files of a folder are one log: a record for each name in all of them.
#[test]
fn a_folder_of_logs_is_one() {
    let line = |day: u32, name: &str| {
        format!(
            "{{\"query_timestamp\":\"2026-05-{day:02}T00:00:00Z\",\"query_name\":\"{name}.\",\"srcaddr\":\"10.0.0.{day}\"}}\n"
        )
    };
    let (first, second) = (line(2, "api.openai.com") + &line(3, "example.org"), line(1, "api.openai.com"));
    let files = files(&[("dns/1.json", &first), ("dns/2.json", &second)]);
    let outcome = run(&files, &["facts", "dns_name", "dns@api.openai.com", "dns", "--no-manifest"]);
    let values = values(&outcome);
    for line in
        ["calls 2", "first_seen_at 2026-05-01", "last_seen_at 2026-05-02", "clients [\"10.0.0.2\", \"10.0.0.1\"]"]
    {
        assert!(values.iter().any(|value| value == line), "{line} in {values:?}");
    }
    // What is cut short is told, and the log is not whole.
    let mut cut = files;
    cut.insert(
        "dns/3.json",
        b"{\"query_timestamp\":\"2026-05-01T00:00:00Z\",\"query_name\":\"a.b\"}\n{\"query_na".to_vec(),
    );
    let outcome = run(&cut, &["query", "dns_name", "dns", "--no-manifest"]);
    assert!(
        outcome.err.contains("W0558") && outcome.err.contains("a line of this log is not understood"),
        "{}",
        outcome.err
    );
}

/// Values of secrets are in no fact and in no excerpt, however the file is broken.
#[test]
fn values_of_secrets_are_never_shown() {
    const SECRET: &str = "hunter2-correct-horse";
    let env = format!("OPENAI_API_KEY={SECRET}\n");
    let broken = format!("{{\"secrets\": [{{\"name\": \"A\", \"value\": \"{SECRET}\"}}, oops {SECRET}");
    let kubernetes =
        format!("kind: Secret\nmetadata: {{name: llm}}\nstringData:\n  OPENAI_API_KEY: {SECRET}\n  bad: [{SECRET}\n");
    let manifest = format!("kind: Secret\nmetadata: {{name: llm}}\nstringData:\n  OPENAI_API_KEY: {SECRET}\n");
    for (name, text) in [("e.env", &env), ("b.json", &broken), ("k.yaml", &kubernetes), ("m.yaml", &manifest)] {
        let files = files(&[
            (name, text.as_str()),
            (
                "c.tick",
                "control C-1 \"c\" { cites CC6.1  every secret_name: name == \"nothing\" and file exists and kept_in exists }\n",
            ),
        ]);
        let source = format!("secret-names={name}");
        for arguments in [
            &["check", &source, "--controls", "c.tick", "--no-manifest"][..],
            &["facts", "secret_name", &source, "--no-manifest"],
            &["check", &source, "--controls", "c.tick", "--no-manifest", "--format", "json"],
        ] {
            let outcome = tickmark_in(&files, arguments);
            assert!(
                !outcome.out.contains("hunter2") && !outcome.err.contains("hunter2"),
                "{name}: {}{}",
                outcome.out,
                outcome.err
            );
        }
    }
    // What is no text shows nothing either.
    let mut bytes = env.into_bytes();
    bytes.extend([0xff, 0xfe, b'\n']);
    let mut files = MemoryFiles::new();
    files.insert("e.env", bytes);
    let outcome = tickmark_in(&files, &["facts", "secret-names=e.env", "--no-manifest"]);
    assert!(outcome.code == 2 && outcome.err.contains("E0507") && !outcome.err.contains("hunter2"), "{}", outcome.err);
}

// ---- init ----------------------------------------------------------------------------------------------------------------

/// `tickmark init` finds registers in every form, and writes down what somebody has to decide.
#[test]
#[expect(clippy::disallowed_methods, reason = "init writes to disk")]
fn init_writes_a_commented_mapping() {
    let folder = tempfile::tempdir().unwrap();
    let source = root().join("fixtures/registers");
    for entry in walkdir::WalkDir::new(&source).into_iter().flatten().filter(|entry| entry.file_type().is_file()) {
        let path = folder.path().join(entry.path().strip_prefix(&source).unwrap());
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::copy(entry.path(), path).unwrap();
    }
    std::fs::remove_file(folder.path().join("tickmark.yaml")).unwrap();
    let here = folder.path().to_string_lossy().into_owned();
    let outcome = tickmark_tests::tickmark(&["init", &here]);
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    let manifest = folder.path().join("tickmark.yaml");
    insta::assert_snapshot!(std::fs::read_to_string(&manifest).unwrap());
    // It can be read as it stands.
    let manifest = manifest.to_string_lossy().into_owned();
    let outcome = tickmark_tests::tickmark(&["facts", "vendor", "--manifest", &manifest]);
    assert_eq!(outcome.code, 0, "{}", outcome.err);
}
