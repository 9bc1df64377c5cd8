//! Native facts in YAML, JSON, JSON Lines and CSV.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use common::{Run, needs, run};
use tickmark_import::{SourceArgument, survey};
use tickmark_source::{MemoryFiles, Sources};

const MODELS: &[&str] = &[
    "model(name, version): name text, version text, stage text, size any, score number, deployed_at optional time, hosts list text, approvals many approval",
    "approval: approver text, at time",
    "open vendor: vendor_id any, exceptions any, data_categories list text, signed any, region any",
];

fn models(path: &str, text: &str) -> Run {
    run(&[path], &[(path.split('=').next_back().unwrap(), text)], &needs(MODELS))
}

#[test]
fn the_same_facts_in_every_format_are_the_same() {
    let yaml = "models:\n  - {name: fraud, version: '7', hosts: [a, b], approvals: [{approver: bo, at: 2026-02-01}]}\n";
    let json = r#"{"model": [{"name": "fraud", "version": "7", "hosts": ["a", "b"], "approvals": [{"approver": "bo", "at": "2026-02-01"}]}]}"#;
    let lines = r#"{"model": {"name": "fraud", "version": "7", "hosts": ["a", "b"], "approvals": [{"approver": "bo", "at": "2026-02-01"}]}}
"#;
    let bare = r#"{"name": "fraud", "version": "7", "hosts": ["a", "b"], "approvals": [{"approver": "bo", "at": "2026-02-01"}]}"#;
    for (path, text) in [("a.yaml", yaml), ("a.json", json), ("a.jsonl", lines), ("jsonl:model=a.txt", bare)] {
        let run = models(path, text).no_errors();
        assert_eq!(run.ids("model"), ["fraud@7"], "{path}");
        assert_eq!(run.cell("model", "fraud@7", "hosts"), "[a, b]");
        assert_eq!(run.cell("model", "fraud@7", "approvals"), "{approval#1}");
        assert_eq!(run.cell_at(run.noun("approval"), 0, "at"), "2026-02-01");
        assert_eq!(run.imported.sources[0].records, 1);
        assert_eq!(run.imported.sources[0].sha256.as_ref().unwrap().len(), 64);
    }
}

#[test]
fn yaml_scalars_are_resolved_by_the_core_schema() {
    let text = "model:\n- {name: yes, version: 010, stage: 'null', size: 0x1F, score: 1.5e1}\n- {name: '~', version: 12345678901234567890, size: ~, stage: !!str true}\n- {name: NO, version: 2026-01-02, size: !Ref x, stage: True}\n";
    let run = models("a.yaml", text).no_errors();
    assert_eq!(run.ids("model"), ["yes@010", "~@12345678901234567890", "NO@2026-01-02"]);
    assert_eq!(run.cell("model", "yes@010", "stage"), "null");
    assert_eq!(run.cell("model", "yes@010", "size"), "31");
    assert_eq!(run.cell("model", "yes@010", "score"), "15");
    assert_eq!(run.cell("model", "~@12345678901234567890", "stage"), "true");
    assert_eq!(run.cell("model", "~@12345678901234567890", "size"), "missing");
    assert_eq!(run.cell("model", "NO@2026-01-02", "size"), "x");
}

#[test]
fn a_number_stays_as_it_is_written_where_text_is_declared() {
    let needs = needs(&[
        "model(name, version): name text, version text, hosts list text, size any, score number, run one run",
        "run(id): id text, ok bool",
        "point(x): x number, near one point",
    ]);
    let json = r#"{"model": [{"name": 1.50, "version": 1.10, "hosts": [1.0, true, 1e3], "size": 1.10, "score": 1.10, "run": 2.50}],
        "run": [{"id": 2.50, "ok": true}], "point": [{"x": 1.0, "near": 1.00}]}"#;
    let yaml = "model:\n- {name: 1.50, version: 1.10, hosts: [1.0, true, 1e3], size: 1.10, score: 1.10, run: 2.50}\nrun: [{id: 2.50, ok: true}]\npoint: [{x: 1.0, near: 1.00}]\n";
    for (path, text) in [("a.json", json), ("a.yaml", yaml)] {
        let run = run(&[path], &[(path, text)], &needs).no_errors();
        assert_eq!(run.ids("model"), ["1.50@1.10"], "{path}");
        assert_eq!(run.cell("model", "1.50@1.10", "hosts"), "[1.0, true, 1e3]");
        assert_eq!(run.cell("model", "1.50@1.10", "size"), "1.1");
        assert_eq!(run.cell("model", "1.50@1.10", "score"), "1.1");
        assert_eq!(run.cell("model", "1.50@1.10", "run"), "{2.50}");
        assert_eq!(run.cell("run", "2.50", "ok"), "true");
        // A key that is a number is found however the number is written.
        assert_eq!(run.cell("point", "1", "near"), "{1}");
    }
}

#[test]
fn aliases_are_followed() {
    let text = "shared: &a [{approver: bo, at: 2026-02-01}]\nmodel:\n- {name: a, version: '1', approvals: *a}\n- {name: b, version: '1', approvals: *a}\n";
    let run = models("a.yaml", text).no_errors();
    assert_eq!(run.rows("approval"), 2);
}

#[test]
fn merge_keys_are_followed_and_own_keys_win() {
    let text = "base: &b {stage: production, version: '9', approvals: [{approver: bo, at: 2026-02-01}]}\nmore: &m {<<: *b, hosts: [x], stage: staging}\nmodel:\n- {<<: *b, name: a, version: '1'}\n- {name: b, version: '1', <<: [*m, *b]}\n";
    let run = models("a.yaml", text).no_errors();
    assert_eq!(run.codes(), [""; 0]);
    assert_eq!(run.ids("model"), ["a@1", "b@1"]);
    assert_eq!(run.cell("model", "a@1", "stage"), "production");
    assert_eq!(run.cell("model", "b@1", "stage"), "staging");
    assert_eq!(run.cell("model", "b@1", "hosts"), "[x]");
    assert_eq!(run.rows("approval"), 2);
    for (merged, said) in [("{stage: x}", "takes an alias"), ("*t", "takes objects"), ("[*b, 1]", "takes an alias")] {
        let text = format!("base: &b {{stage: production, author: &t ana}}\nmodel:\n- {{name: a, <<: {merged}}}\n");
        let run = models("a.yaml", &text);
        assert!(run.diagnostics().join("\n").contains(said), "{merged}: {:?}", run.diagnostics());
    }
}

#[test]
fn several_documents_are_all_read() {
    let run =
        models("a.yaml", "model: [{name: a, version: '1'}]\n---\n---\nmodel: {name: b, version: '1'}\n").no_errors();
    assert_eq!(run.ids("model"), ["a@1", "b@1"]);
    assert_eq!(run.imported.sources[0].records, 2);
}

#[test]
fn an_empty_list_supplies_its_noun() {
    for (path, text) in [("a.json", r#"{"model": []}"#), ("a.yaml", "model:\n"), ("json:model=a.json", "[]")] {
        let run = models(path, text).no_errors();
        assert!(run.facts().supplied(run.noun("model")), "{path}");
        assert!(!run.facts().supplied(run.noun("approval")), "{path}");
    }
}

#[test]
fn the_envelope_is_the_file_speaking_of_itself() {
    let text = "_source: {collected_at: 2026-03-01, complete: false, kind: registry}\nmodel: []\n";
    let run = models("a.yaml", text).no_errors();
    let source = &run.imported.sources[0];
    assert_eq!(source.kind, "registry");
    assert_eq!(source.complete, Some(false));
    assert_eq!(source.collected_at.unwrap().to_string(), "2026-03-01");
    assert_eq!(models("a.yaml", "_source: {collected_at: soon}\n").codes(), ["E0508"]);
}

#[test]
fn a_table_is_one_noun() {
    let text = "vendor_id,name,data_categories,exceptions,signed,region\r\n\
                V-001,\"Cloudward, \"\"Inc.\"\"\",customer; logs,2,true,\r\n\
                007,x,,1.50,n/a,EU\r\n";
    let run = models("csv:vendor=v.csv", text).no_errors();
    assert_eq!(run.rows("vendor"), 2);
    let vendor = run.noun("vendor");
    assert_eq!(run.cell_at(vendor, 0, "data_categories"), "[customer, logs]");
    assert_eq!(run.cell_at(vendor, 0, "exceptions"), "2");
    assert_eq!(run.cell_at(vendor, 0, "signed"), "true");
    assert_eq!(run.cell_at(vendor, 0, "region"), "missing");
    assert_eq!(run.cell_at(vendor, 1, "vendor_id"), "007");
    assert_eq!(run.cell_at(vendor, 1, "exceptions"), "1.50");
    assert_eq!(run.cell_at(vendor, 1, "data_categories"), "[]");
    let region = common::attribute(run.facts().needs(), "vendor", "region");
    let place = run.facts().cell_place(vendor, 1, region).unwrap();
    assert_eq!(run.sources.describe(place), "v.csv:3:17");
}

#[test]
fn a_table_that_is_broken_says_where() {
    for (text, said) in [
        ("a,b\n1,2,3\n", "v.csv:2:1: error[E0505]: this row has 3 fields, the first row has 2"),
        ("a,b\n1,2\n3,\"4\n5,6\n7,8\n", "v.csv:3:1: error[E0505]: the file ends inside a field in quotes"),
        ("a,b\n1,2\n3,\"4\"\"\n", "the file ends inside a field in quotes"),
        ("a,b\n\"1,2\n", "`\"` that opens it is perhaps never closed"),
        ("", "the table is empty"),
        ("a,b\n1,2\n\"3,4\n5,6\n7,8\n", "`\"` that opens it is perhaps never closed"),
        ("a,a\n1,2\n", "error[E0509]: two columns are named `a`"),
        ("a,\n1,2\n", "a column has no name"),
    ] {
        let said_there = models("csv:vendor=v.csv", text).diagnostics().join("\n");
        assert!(said_there.contains(said), "{text:?}: {said_there}");
    }
    for text in ["a,b\n1,\"2\"\"\"\n", "a,b\r\n1,\"2\r\n3\"", "a,b\n1,5\" pipe\n", "a,b\n\"\",\"\""] {
        models("csv:vendor=v.csv", text).no_errors();
    }
}

#[test]
fn broken_files_say_what_is_wrong_and_where() {
    for (path, text, said) in [
        (
            "a.json",
            "{\"model\": [{\"name\": \"a\",",
            "a.json:1:25: error[E0503]: the file ends where a value should stand",
        ),
        ("a.json", "{\"model\": [}", "this is no JSON value"),
        ("a.json", "{\"model\": []} x", "a.json:1:15: error[E0503]: there is something after the end"),
        ("a.json", "{\"model\": [{\"score\": NaN}]}", "`NaN` and `Infinity` are no JSON numbers"),
        ("a.json", "{\"model\": [{\"score\": -Infinity}]}", "`NaN` and `Infinity` are no JSON numbers"),
        ("a.json", "{\"model\": [{\"score\": 1e999}]}", "the number `1e999` is too large"),
        ("json=a.json", "{\"model\": 3}", "under the noun `model` stands a single value"),
        ("json=a.json", "{\"model\": [3]}", "under the noun `model` stands a single value"),
        ("json=a.json", "[{}]", "for a bare list of records name the noun"),
        ("a.yaml", "model:\n  - name: a\n   stage: b\n", "error[E0504]: this is not YAML"),
        ("a.yaml", "model: [{name: a, name: b}]\n", "a.yaml:1:19: error[E0509]: the key `name` stands twice"),
        ("a.yaml", "model: [{? [a] : b}]\n", "a key is a text"),
        ("a.yaml", "a: &a [*a]\nmodel: *a\n", "this alias stands inside the value"),
        ("a.csv", "a,b\n", "name the noun of its rows: `csv:NOUN=a.csv`"),
        ("a.yaml", "just a text\n", "error[E0502]"),
        ("a.json", "{\"apiVersion\": \"v1\"}", "its key `apiVersion` holds neither records"),
        ("a.json", "[{\"name\": \"a\"}]", "a bare list does not say which noun"),
        ("a.json", "[{\"name\": \"a\"}]", "name the noun of its records: `json:NOUN=a.json`"),
        ("a.json", "3", "as in `json=a.json`, to see what is wrong with it"),
        ("a.txt", "words", "as in `yaml=a.txt`, to see what is wrong with it"),
        ("x/Jira_issues.json", "{\"a\": 1}", "as in `jira=x/Jira_issues.json`, to see"),
        ("our-gcp-iam.json", "{\"a\": 1}", "as in `gcp-iam=our-gcp-iam.json`, to see"),
        ("a.txt", "", "it is empty"),
    ] {
        let said_there = models(path, text).diagnostics().join("\n");
        assert!(said_there.contains(said), "{text:?}: {said_there}");
    }
}

#[test]
fn limits_are_named() {
    let deep = format!("{{\"model\": {}{}}}", "[".repeat(300), "]".repeat(300));
    let yaml = format!("model: {}{}", "[".repeat(300), "]".repeat(300));
    for (path, text) in [("a.json", &deep), ("a.yaml", &yaml)] {
        let said = models(path, text).diagnostics().join("\n");
        assert!(said.contains("E0506") && said.contains("limit of 128 levels"), "{said}");
    }
    let mut bomb = "l0: &l0 {name: x}\n".to_owned();
    for level in 1..12 {
        let below = format!("*l{}", level - 1);
        bomb.push_str(&format!("l{level}: &l{level} {{name: x, parts: [{}]}}\n", vec![below; 10].join(", ")));
    }
    bomb.push_str("part: [*l11]\n");
    let parts = needs(&["part: name text, parts many part"]);
    let said = run(&["a.yaml"], &[("a.yaml", &bomb)], &parts).diagnostics().join("\n");
    assert!(said.contains("limit of 1000000 values"), "{said}");
}

#[test]
fn encodings_are_decoded() {
    let text = "{\"model\": [{\"name\": \"é\", \"version\": \"1\"}]}";
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let with = |mark: &[u8], rest: &[u8]| [mark, rest].concat();
    for bytes in [
        with(&[0xFF, 0xFE], &little),
        with(&[0xFE, 0xFF], &big),
        little.clone(),
        big.clone(),
        with(&[0xEF, 0xBB, 0xBF], text.as_bytes()),
    ] {
        let mut files = MemoryFiles::new();
        files.insert("a.json", bytes);
        let run = common::run_files(&["a.json"], &files, &needs(MODELS)).no_errors();
        assert_eq!(run.ids("model"), ["é@1"]);
        let version = common::attribute(run.facts().needs(), "model", "version");
        let place = run.facts().cell_place(run.noun("model"), 0, version).unwrap();
        assert_eq!(run.sources.describe(place), "a.json:1:37");
    }
    let mut files = MemoryFiles::new();
    files.insert("a.json", b"{\"model\": \"\xFF\"}".to_vec());
    assert_eq!(common::run_files(&["a.json"], &files, &needs(MODELS)).codes(), ["E0507"]);
}

#[test]
fn a_folder_is_read_whole_and_strangers_are_named() {
    let files = [
        ("facts/a.yaml", "model: [{name: a, version: '1'}]"),
        ("facts/sub/b.json", "{\"model\": [{\"name\": \"b\", \"version\": \"1\"}]}"),
        ("facts/notes.md", "# Notes\n\n- a thing\n"),
        ("facts/v.csv", "a,b\n1,2\n"),
        ("facts/x.tick", "control"),
        ("facts/tickmark.yaml", "a: 1"),
    ];
    let run = run(&["facts/", "facts/a.yaml"], &files, &needs(MODELS)).no_errors();
    assert_eq!(run.ids("model"), ["a@1", "b@1"]);
    assert_eq!(run.imported.sources.len(), 2);
    let said = run.diagnostics();
    assert_eq!(said.len(), 1, "{said:#?}");
    // Notes are no export by their name; a table may be one.
    assert!(said[0].contains("W0551") && !said[0].contains("facts/notes.md") && said[0].contains("facts/v.csv"));
    assert!(!said[0].contains("tick`"), "{said:?}");
}

#[test]
fn large_yaml_is_known_by_its_first_key() {
    let filler = "# a line of comment\n".repeat(60_000);
    let run = models("a.yaml", &format!("{filler}model:\n- {{name: a, version: '1'}}\n")).no_errors();
    assert_eq!(run.ids("model"), ["a@1"]);
    assert_eq!(models("a.yaml", &format!("{filler}kind: Pod\nmodel: []\n")).codes(), ["E0502"]);
    assert_eq!(models("a.txt", "# nothing but a comment\n").codes(), ["E0502"]);
}

#[test]
fn a_source_that_is_absent_is_an_error() {
    let run = run(&["terrafrom=plan.json", "nothing"], &[], &needs(MODELS));
    assert_eq!(run.codes(), ["E0501", "E0501"]);
    assert!(run.diagnostics().concat().contains("did you mean `terraform`?"), "{:?}", run.diagnostics());
}

#[test]
fn a_misspelt_noun_is_noticed_and_other_keys_are_not() {
    let run = models("a.json", "{\"modle\": [{}], \"something\": [{}]}").no_errors();
    assert_eq!(run.codes(), ["W0560"]);
    assert!(run.diagnostics()[0].contains("did you mean `model`?"));
    assert_eq!(run.imported.sources[0].records, 2);
    assert_eq!(models("a.json", "{\"model\": [], \"model\": []}").codes(), ["W0561"]);
}

#[test]
fn the_warnings_of_the_store_are_diagnostics() {
    let text = "{\"model\": [{\"name\": \"a\", \"version\": \"1\", \"stge\": \"x\", \"deployed_at\": \"soon\"}]}";
    let run = models("a.json", text).no_errors();
    assert_eq!(run.codes(), ["W0552", "W0553"]);
    assert!(run.diagnostics()[0].contains("did you mean `stage`?"), "{:?}", run.diagnostics());
    assert!(run.diagnostics()[0].starts_with("a.json:1:"), "{:?}", run.diagnostics());
}

#[test]
fn lines_are_read_in_order_however_many_there_are() {
    let mut text = String::new();
    for number in 0..40_000 {
        text.push_str(&format!(
            "{{\"model\": {{\"name\": \"m{number}\", \"version\": \"1\", \"stage\": \"{}\"}}}}\n",
            "x".repeat(40)
        ));
    }
    assert!(text.len() > 3 << 20);
    let run = models("a.jsonl", &text).no_errors();
    let ids = run.ids("model");
    assert_eq!(ids.len(), 40_000);
    assert!(ids.iter().enumerate().all(|(number, id)| *id == format!("m{number}@1")));
}

#[test]
fn a_survey_finds_the_nouns() {
    let mut files = MemoryFiles::new();
    files.insert("a.json", b"{\"model\": [{}], \"_source\": {}}".to_vec());
    files.insert("b.yaml", b"approvals: []\n---\ntest: {}\n".to_vec());
    files.insert("c.jsonl", b"{\"x\": {}}\n{\"y\": {}}\n".to_vec());
    files.insert("d.csv", b"a,b\n".to_vec());
    let arguments: Vec<SourceArgument> =
        ["a.json", "b.yaml", "c.jsonl", "csv:vendor=d.csv"].iter().map(|a| SourceArgument::parse(a).unwrap()).collect();
    let mut sources = Sources::new();
    let tickmark_import::Surveyed { nouns, diagnostics, .. } = survey(&arguments, &files, &mut sources);
    assert!(diagnostics.is_empty());
    assert_eq!(
        nouns.iter().map(|noun| noun.as_str()).collect::<Vec<_>>(),
        ["approvals", "model", "test", "vendor", "x", "y"]
    );
    // What was surveyed is not registered again.
    let _ = tickmark_import::import(&arguments, &needs(MODELS), &files, &mut sources);
    assert_eq!(sources.len(), 4);
}

#[test]
fn a_misspelt_noun_of_a_table_is_told() {
    for argument in ["csv:modle=v.csv", "json:modle=v.csv"] {
        let text = if argument.starts_with("csv") { "name,version\na,1\n" } else { r#"[{"name":"a"}]"# };
        let said = models(argument, text).diagnostics().join("\n");
        assert!(said.contains("no control knows a noun `modle`"), "{argument}: {said}");
    }
}

/// Needs in which `comment` of an approval is wanted only to tell approvals apart.
fn needs_to_compare() -> std::sync::Arc<tickmark_facts::Needs> {
    let needs = needs(&["model(name): name text, approvals many approval", "approval: approver text, comment text"]);
    let mut needs = tickmark_facts::Needs::clone(&needs);
    let approval = needs.find("approval").unwrap();
    let comment = needs.noun(approval).attribute("comment").unwrap();
    needs.compare_only(approval, comment);
    std::sync::Arc::new(needs)
}

#[test]
fn what_only_compares_records_is_read_where_two_sources_tell_of_one() {
    let a = r#"{"model":[{"name":"m","approvals":[{"approver":"x","comment":"yes"}]}]}"#;
    let b =
        r#"{"model":[{"name":"m","approvals":[{"approver":"x","comment":"no"},{"approver":"x","comment":"yes"}]}]}"#;
    let needs = needs_to_compare();
    let alone = run(&["a.json"], &[("a.json", a)], &needs).no_errors();
    let comment = alone.facts().needs().noun(alone.noun("approval")).attribute("comment").unwrap();
    let cell = alone.facts().cell(alone.noun("approval"), 0, comment);
    assert!(matches!(cell, tickmark_facts::Cell::NotSurveyed), "{cell:?}");
    // The second approval of `b` is that of `a`; the first is another, by its comment alone.
    let both = run(&["a.json", "b.json"], &[("a.json", a), ("b.json", b)], &needs).no_errors();
    assert_eq!(both.rows("approval"), 2);
    assert_eq!(both.cell_at(both.noun("approval"), 1, "comment"), "no");
}

#[test]
fn digests_are_computed_where_they_are_asked_for() {
    let mut files = MemoryFiles::new();
    files.insert("a.json", b"\xef\xbb\xbf{\"model\":[]}".to_vec());
    let arguments = [SourceArgument::parse("a.json").unwrap()];
    let digest = |digests| {
        let options = tickmark_import::Options { digests, ..tickmark_import::Options::default() };
        let mut sources = Sources::new();
        let imported = tickmark_import::import_with(&arguments, &needs(MODELS), &files, &mut sources, options.clone());
        // After a survey the file is not read again, but its digest is that of the file with its mark all the same.
        let surveyed = survey(&arguments, &files, &mut Sources::new());
        let again =
            tickmark_import::import_surveyed(surveyed, &arguments, &needs(MODELS), &files, &mut sources, options);
        assert_eq!(imported.sources[0].sha256, again.sources[0].sha256);
        imported.sources[0].sha256.clone()
    };
    assert_eq!(digest(false), None);
    // `printf '\xef\xbb\xbf{"model":[]}' | sha256sum`
    assert_eq!(digest(true).as_deref(), Some("2c4c568e2ab4f62e9ec0cbf5041f8f59e054b8f0a981a33c05fc654e84755d7b"));
}
