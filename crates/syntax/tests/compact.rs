//! Trees as bytes: what is read back is what was parsed, and bytes that are broken are refused and never a panic.

use std::path::Path;

use serde::Deserialize;
use tickmark_source::FileId;
use tickmark_syntax::ast::{Control, Item, Name};
use tickmark_syntax::compact::{Compact, write};
use tickmark_syntax::outline::{Outline, outline, ranges, words};
use tickmark_syntax::parse;

#[derive(Deserialize)]
struct Cases {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    program: String,
}

/// Every form of the language at least once; the programs of the cases have them in all combinations.
const PROGRAM: &str = r#"pack p "title"
param limit = 90 days "doc"
entity model "doc" { key id, name  id text  stage one of "a", "b"  at event optional time  m map of list of text  r record { x any }
  rank ordered "low", "high"  `odd name` one person  all many thing  n number  b bool  d duration }
adjective prod for model m: m.stage == "a" and not (m.at before 2026-01-01) or -m.n in [1, 12%] unless m.b exists
relation source of model: datasets.parents*
relation rollback of model m: model r where r.name == m.name
map tag t of row v where t["k"] == "x" to approval of model v { approver = if a then b else lower(t.value) else "x" }
capability deploy "title" = "s3:Get*", "k8s:update:pods"
control MODEL-01 "title with \"quotes\"" {
  cites CC8.1, iso42001:A.6.2.4
  also CC6.1
  severity high
  owner "ö"
  tags a, "b c"
  applies when some org: fine_tunes == true
  every prod model in all has approval and at least 2 reviews within 90 days before deployed_at and is not archived
    otherwise "{name} \{ {tags[\"a\"]} \n"
  no rule where low <= 22 and high >= 22: some c in cidrs: c matches /^a\/b$/ or c in ["x", """raw"""]
  no data_scientist principal can deploy on a prod endpoint
  every `odd name` cannot "s3:GetObject"
  every a has at most $limit b at least every 90 days during $period
  every a has exactly 1 b in each quarter of start to end
  every a: count(m.tests where passed) > count(tests of b) and x is not missing
}
exception MODEL-01 for model "a@1" { reason "x"  owner "y"  approved_by "z"  expires 2026-12-31 }
exception MODEL-01 for db where id like "tmp-*" { reason "x"  owner "y"  approved_by "z"  expires 2026-12-31 }
test MODEL-01 "name" { as of 2026-01-01 period 2026-01-01 to 2026-12-31
  given model "a" { id: "a", n: [-1, 12%, { a: null }], d: 3 months, t: 2026-01-01, u: unknown, b: true }
  expect fail for model "a" }
"#;

/// Parsed, written and read back. The bytes are leaked: they stand for what is in the binary.
fn there_and_back(text: &str) -> Compact {
    let (tree, mistakes) = parse(FileId(3), text);
    assert_eq!(mistakes, [], "{text}");
    let compact = Compact { text: text.to_owned().leak(), bytes: write(text, &tree).leak() };
    assert_eq!(format!("{:#?}", compact.file(FileId(3))), format!("{tree:#?}"), "{text}");
    let entries: Vec<_> = compact.entries().collect();
    let outlines: Vec<Outline<'_>> = tree.items.iter().map(outline).collect();
    let read = entries.iter().map(|entry| entry.outline);
    assert_eq!(read.collect::<Vec<_>>(), outlines, "{text}");
    for (entry, item) in entries.iter().zip(&tree.items) {
        let mut spoken = Vec::new();
        words(item, &mut |word| spoken.push(word.text.to_string()));
        spoken.sort();
        spoken.dedup();
        assert_eq!(entry.words().collect::<Vec<_>>(), spoken, "{text}");
        let texts = |range: &[Name]| range.iter().map(|word| word.text.to_string()).collect::<Vec<_>>();
        let of_item: Vec<_> = ranges(item).into_iter().map(texts).collect();
        assert_eq!(entry.ranges().collect::<Vec<_>>(), of_item, "{text}");
        let head = match item {
            Item::Control(control) => Some(Control { sentences: Vec::new(), ..control.clone() }),
            _ => None,
        };
        assert_eq!(format!("{:?}", entry.head(FileId(3))), format!("{head:?}"), "{text}");
    }
    compact
}

#[test]
fn every_form_comes_back() {
    let compact = there_and_back(PROGRAM);
    assert_eq!(compact.entries().count(), 11);
    there_and_back("");
    there_and_back("\u{FEFF}# nothing but a comment\n");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test reads the cases from the disk")]
fn the_programs_of_the_cases_come_back() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests");
    let mut read = 0;
    for folder in ["conformance", "suite"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "yaml") {
                let cases: Cases = serde_yaml::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
                for case in cases.cases.iter().filter(|case| parse(FileId(0), &case.program).1.is_empty()) {
                    there_and_back(&case.program);
                    read += 1;
                }
            }
        }
    }
    assert!(read > 100, "only {read} programs");
}

#[test]
fn the_file_of_the_spans_is_the_one_that_is_given() {
    let compact = there_and_back(PROGRAM);
    let of = |file: u32| format!("{:?}", compact.file(FileId(file))).replace(&format!("FileId({file})"), "FileId");
    assert_eq!(of(0), of(4_000_000_000));
}

#[test]
fn broken_bytes_are_refused() {
    let compact = there_and_back(PROGRAM);
    // What is read of them does not matter; that it ends does.
    for end in 0..compact.bytes.len() {
        let _ = Compact { bytes: &compact.bytes[..end], ..compact }.file(FileId(0));
    }
    for at in 0..compact.bytes.len() {
        for bit in 0..8 {
            let mut bytes = compact.bytes.to_vec();
            bytes[at] ^= 1 << bit;
            let _ = Compact { bytes: bytes.leak(), ..compact }.file(FileId(0));
        }
    }
    let _ = Compact { text: "", ..compact }.file(FileId(0));
}

#[test]
fn large_files_are_read_piece_by_piece_in_order() {
    let broken = "control B-1 {\n  every a bb cc dd: ==\n}\n";
    let mut text = String::new();
    for number in 0..2_000 {
        text.push_str(&format!("adjective a{number} for model: stage == \"{number}\"\n"));
        if number % 500 == 7 {
            text.push_str(broken);
        }
    }
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let many = rayon::ThreadPoolBuilder::new().num_threads(5).build().unwrap();
    let (alone, together) = (one.install(|| parse(FileId(0), &text)), many.install(|| parse(FileId(0), &text)));
    assert_eq!(format!("{:?}", alone.0), format!("{:?}", together.0));
    assert_eq!(alone.1, together.1);
    assert_eq!((alone.0.items.len(), alone.1.len()), (2_000, 4));
}
