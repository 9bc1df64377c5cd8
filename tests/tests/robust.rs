//! Nothing makes the command panic or hang: random bytes, files cut short, files with bytes changed, deep nesting.

use std::sync::LazyLock;

use proptest::prelude::*;
use tickmark_source::MemoryFiles;
use tickmark_tests::{Outcome, root, tickmark_in};

const PROGRAM: &str = r#"
entity model { key name  name text  stage one of "production", "none"  ok bool  at time  tests many test  tags map of text  parents many model }
entity test { kind one of "memorization", "bias"  passed bool  at event time }
adjective prod for model: stage == "production"
control A-1 "x" { cites CC8.1  every prod model has passed test within 30 days and memorization test }
control A-2 "x" { cites CC8.1  every model: every model m in parents*: m.tags["owner"] exists }
control A-3 "x" { cites CC8.1  every aws_s3_bucket has aws_s3_bucket_versioning }
"#;

/// Real files of every kind that is read: what is cut short or changed.
static SEEDS: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    let mut seeds = vec![
        ("facts.yaml".to_owned(), b"model:\n- { name: a, stage: production, ok: true, tests: [{ kind: bias, passed: true, at: 2026-01-01 }] }\n- &x { name: b, parents: [a, c], tags: { owner: ana } }\n- *x\n".to_vec()),
        ("facts.json".to_owned(), br#"{"model": [{"name": "a", "stage": "production", "ok": null, "at": "2026-02-30", "tests": [{"kind": "memorization"}]}], "other": [1, 2.5e3, "\u00e4"]}"#.to_vec()),
        ("facts.jsonl".to_owned(), b"{\"model\": {\"name\": \"a\"}}\n{\"model\": {\"name\": \"b\", \"ok\": true}}\n".to_vec()),
    ];
    for entry in walkdir::WalkDir::new(root().join("fixtures")).sort_by_file_name().into_iter().filter_map(Result::ok) {
        let name = entry.path().display().to_string();
        if entry.file_type().is_file() && ["json", "yaml", "csv"].iter().any(|kind| name.ends_with(kind)) {
            seeds.push((name, std::fs::read(entry.path()).unwrap()));
        }
    }
    seeds
});

fn check(facts_name: &str, facts: &[u8], program: &[u8]) -> Outcome {
    let mut files = MemoryFiles::new();
    files.insert(facts_name, facts);
    files.insert("case.tick", program);
    tickmark_in(&files, &["check", facts_name, "--controls", "case.tick", "--format", "json"])
}

/// Either there are results, or exit code 2, no output, and a message with a code.
fn well_behaved(outcome: &Outcome) -> Result<(), TestCaseError> {
    match outcome.code {
        0 | 1 => {
            prop_assert!(serde_json::from_str::<serde_json::Value>(&outcome.out).is_ok());
        }
        2 => {
            prop_assert!(outcome.out.is_empty(), "half a result: {}", outcome.out);
            prop_assert!(outcome.err.contains("error["), "no clear error: {:?}", outcome.err);
        }
        other => prop_assert!(false, "exit code {other}"),
    }
    prop_assert!(!outcome.err.contains('\u{1b}'), "an escape sequence reached the terminal");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_as_facts(bytes in proptest::collection::vec(any::<u8>(), 0..2000), kind in 0usize..5) {
        let name = ["f.yaml", "f.json", "f.jsonl", "csv:model=f.csv", "f"][kind];
        let mut files = MemoryFiles::new();
        files.insert(name.split('=').next_back().unwrap(), bytes);
        files.insert("case.tick", PROGRAM);
        well_behaved(&tickmark_in(&files, &["check", name, "--controls", "case.tick", "--format", "json"]))?;
    }

    #[test]
    fn random_bytes_as_controls(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        well_behaved(&check("facts.yaml", b"model: []", &bytes))?;
    }

    #[test]
    fn files_cut_short(seed in any::<prop::sample::Index>(), cut in any::<prop::sample::Index>()) {
        let (name, bytes) = seed.get(&SEEDS);
        well_behaved(&check(name, &bytes[..cut.index(bytes.len() + 1)], PROGRAM.as_bytes()))?;
        let program = PROGRAM.as_bytes();
        well_behaved(&check("facts.yaml", b"model: []", &program[..cut.index(program.len() + 1)]))?;
    }

    #[test]
    fn files_with_bytes_changed(seed in any::<prop::sample::Index>(), changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let (name, bytes) = seed.get(&SEEDS);
        let change = |bytes: &[u8]| {
            let mut bytes = bytes.to_vec();
            for (at, byte) in &changes {
                let at = at.index(bytes.len());
                bytes[at] = *byte;
            }
            bytes
        };
        well_behaved(&check(name, &change(bytes), PROGRAM.as_bytes()))?;
        well_behaved(&check("facts.yaml", b"model: []", &change(PROGRAM.as_bytes())))?;
    }

    #[test]
    fn words_of_the_language_in_any_order(words in proptest::collection::vec(prop::sample::select(vec![
        "every", "no", "some", "at least", "2", "model", "test", "prod", "has", "is", "not", "and", "or", "unless", ":", "where", "that",
        "within", "30 days", "before", "after", "of", "in", "each quarter", "a", "(", ")", "==", "name", "ok", ".", "tests", "*", "\"x\"",
        "[", "]", "exists", "is missing", "else", "if", "then", "count(", "\n", "during", "$period", "can",
    ]), 0..60)) {
        let program = format!("entity model {{ key name  name text  ok bool  tests many test }}\nentity test {{ at event time }}\ncontrol A-1 \"x\" {{ cites CC8.1\n  {}\n}}\n", words.join(" "));
        well_behaved(&check("facts.yaml", b"model: [{ name: a, ok: true }]", program.as_bytes()))?;
    }
}

/// Each of these is one construct, repeated far beyond what anybody writes.
#[test]
fn nesting_without_end_is_refused_by_name() {
    let condition = |condition: String| {
        format!(
            "entity m {{ key id  id text  a bool  n number  next many m }}\ncontrol A-1 \"x\" {{ cites CC6.1\n  every m: {condition}\n}}\n"
        )
    };
    let many = 20_000;
    let programs = [
        ("and", condition(vec!["a"; many].join(" and "))),
        ("plus", condition(format!("n == {}", vec!["1"; many].join("+")))),
        ("not", condition("not ".repeat(many) + "a")),
        ("parentheses", condition("(".repeat(many) + "a" + &")".repeat(many))),
        ("members", condition("next.".repeat(many) + "a")),
        ("sentences", condition("every m in next: ".repeat(many) + "a")),
        ("else", condition(format!("({}) == 1", vec!["n"; many].join(" else ")))),
        ("if", condition("if a then a else ".repeat(many) + "a")),
        ("lists", condition(format!("n in {}1{}", "[".repeat(many), "]".repeat(many)))),
        ("index", condition(format!("n{} == 1", "[\"a\"]".repeat(many)))),
        ("holes", condition(format!("id == \"{}\"", "{".repeat(many)))),
        ("of", condition("a".into()).replace("every m:", &format!("every m{}:", " of m".repeat(many)))),
    ];
    for (name, program) in programs {
        let outcome = check("facts.yaml", b"m: [{ id: a, a: true, n: 1 }]", program.as_bytes());
        assert_eq!(outcome.code, 2, "{name}: {}", outcome.err.chars().take(300).collect::<String>());
        assert!(outcome.err.contains("error["), "{name}");
    }
    let deep = ["[", "{\"a\":", "[{\"model\":["].map(|open| format!("{{\"model\":{}", open.repeat(50_000)));
    for facts in deep {
        let outcome = check("facts.json", facts.as_bytes(), PROGRAM.as_bytes());
        assert_eq!(outcome.code, 2);
        assert!(outcome.err.contains("128"), "the limit is named: {}", outcome.err);
    }
}

#[test]
fn an_alias_bomb_is_refused_by_name() {
    // Twelve levels of nine: 9^12 records, were they all written out.
    let mut bomb = String::from("a: &a [{ kind: bias }, { kind: bias }]\n");
    for (this, before) in ('b'..='l').zip('a'..='k') {
        bomb.push_str(&format!(
            "{this}: &{this} [{}]\n",
            vec![format!("{{ name: x, parents: *{before} }}"); 9].join(", ")
        ));
    }
    bomb.push_str("model: *l\n");
    let outcome = check("bomb.yaml", bomb.as_bytes(), PROGRAM.as_bytes());
    assert_eq!(outcome.code, 2);
    assert!(outcome.err.contains("alias"), "{}", outcome.err);
}
