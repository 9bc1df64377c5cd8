//! What strangers may write: no panic, no hang, spans inside the text.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use tickmark_diagnostics::Diagnostic;
use tickmark_source::FileId;
use tickmark_syntax::{debug_tree, format, parse, parse_phrase, parse_value};

const FILE: FileId = FileId(0);

/// Reads a text in every way; each mistake must have a place inside the text.
fn read(text: &str) -> Vec<Diagnostic> {
    let (_, diagnostics) = parse(FILE, text);
    for diagnostic in &diagnostics {
        assert!(!diagnostic.labels.is_empty(), "{diagnostic:?}");
        for label in &diagnostic.labels {
            let range = label.span.start as usize..label.span.end as usize;
            assert!(text.get(range).is_some(), "{diagnostic:?} in {text:?}");
        }
        assert!(!diagnostic.message.contains('\n') && !diagnostic.message.contains("Rule"), "{diagnostic:?}");
    }
    let formatted = format(text);
    assert_eq!(formatted.is_ok(), diagnostics.is_empty());
    let _ = parse_phrase(FILE, text);
    let _ = parse_value(FILE, text);
    diagnostics
}

/// A control with one condition.
fn condition(text: &str) -> String {
    format!("control A-1 {{\n  every a: {text}\n}}\n")
}

fn quickly(text: &str) -> Vec<Diagnostic> {
    let start = Instant::now();
    let found = read(text);
    assert!(start.elapsed() < Duration::from_secs(30), "slow: {}", text.get(..80).unwrap_or(text));
    found
}

const PROGRAM: &str = r#"pack p "title"
param limit = 90 days "doc" # comment
entity model "doc" { key id, name  id text  stage one of "a", "b"  at event time  m map of list of text  r record { x any } }
adjective prod for model m: m.stage == "a" and not (m.at before 2026-01-01)
relation source of model: datasets.parents*
relation rollback of model m: model r where r.name == m.name
map tag t of row v where t.key == "x" to approval of model v { approver = if a then b else lower(t.value) else "x" }
capability deploy "title" = "s3:Get*", "k8s:update:pods"
control MODEL-01 "title" {
  cites CC8.1, iso42001:A.6.2.4
  severity high
  applies when some org: fine_tunes == true
  every prod model has approval and at least 2 reviews within 90 days before deployed_at and is not archived
    otherwise "{name} {tags[\"a\"]}"
  no rule where low <= 22 and high >= 22: some c in cidrs: c matches /^a\/b$/ or c in ["x", """raw"""]
  no data_scientist principal can deploy on a prod endpoint
}
exception MODEL-01 for model "a@1" { reason "x"  owner "y"  approved_by "z"  expires 2026-12-31 }
test MODEL-01 "name" { as of 2026-01-01 period 2026-01-01 to 2026-12-31 given model "a" { id: "a", n: [-1, 12%, { a: null }], } expect fail for model "a" }
"#;

#[test]
fn a_program_cut_off_anywhere_is_told_so() {
    assert_eq!(read(PROGRAM), Vec::new());
    for (at, _) in PROGRAM.char_indices() {
        read(&PROGRAM[..at]);
        read(&PROGRAM[at..]);
    }
}

#[test]
fn a_program_without_one_token_does_no_harm() {
    let words: Vec<&str> = PROGRAM.split(' ').collect();
    for leave_out in 0..words.len() {
        let rest: Vec<&str> =
            words.iter().enumerate().filter(|(at, _)| *at != leave_out).map(|(_, word)| *word).collect();
        read(&rest.join(" "));
    }
}

#[test]
fn deep_nesting_is_refused_and_moderate_nesting_is_read() {
    let nested = |open: &str, inside: &str, close: &str, depth: usize| {
        condition(&format!("{}{inside}{}", open.repeat(depth), close.repeat(depth)))
    };
    let forms = [
        ("(", "x == 1", ")"),
        ("not ", "x", ""),
        ("- ", "x", ""),
        ("not (", "x", ")"),
        ("some x in a: ", "x == 1", ""),
        ("(some x in a: ", "x == 1", ")"),
        ("some x where ", "y", ""),
        ("if a then b else ", "c", ""),
        ("if a then if b then c else d else ", "c", ""),
        ("if ", "a", " then b else c"),
        ("count(x in [", "1", "])"),
        ("count(a[count(b where ", "x", ")])"),
        ("min(", "1", ", 2)"),
        ("a[", "1", "]"),
        ("[", "1", "]"),
        ("a and (", "b", ")"),
        ("m has no x where (", "y", ") and z"),
        ("m has no x where ", "y", ""),
        ("m has a and no b where ", "y", ""),
        ("x is a and not b and (", "c", ")"),
        ("a else ", "b", ""),
        ("a unless ", "b", ""),
        ("a.b.", "c", ""),
        ("a == \"{", "x", "}\""),
    ];
    // The main thread of a program has more stack than a test has.
    let run = move || {
        for (open, inside, close) in forms {
            for depth in [1, 2, 3, 10, 20, 100, 199, 300, 10_000] {
                quickly(&nested(open, inside, close, depth));
            }
        }
        assert_eq!(quickly(&nested("(", "x == 1", ")", 90)), Vec::new());
        let refused = quickly(&nested("(", "x == 1", ")", 201));
        assert_eq!(refused.len(), 1);
        assert_eq!(refused[0].code.0, "E0108");
    };
    std::thread::Builder::new().stack_size(8 << 20).spawn(run).unwrap().join().unwrap();
}

#[test]
fn a_small_stack_is_no_danger() {
    for depth in [10, 30, 60, 80, 100, 120, 150, 199] {
        quickly(&condition(&format!("{}x{}", "(".repeat(depth), ")".repeat(depth))));
        quickly(&condition(&format!("{}x == 1", "some x in a: ".repeat(depth))));
        quickly(&condition(&format!("{}y", "some x where ".repeat(depth))));
        quickly(&condition(&format!("{}y", "m has a and no x where ".repeat(depth))));
        quickly(&condition(&format!("{}x{}", "(some x in a: ".repeat(depth), ")".repeat(depth))));
        quickly(&condition(&format!("{}c", "if a then b else ".repeat(depth))));
        quickly(&condition(&format!("{}x{}", "count(a[count(b where ".repeat(depth / 3), ")])".repeat(depth / 3))));
    }
}

#[test]
fn deep_declarations_are_refused() {
    for (open, close) in
        [("list of ", "text"), ("record { key ", "text }"), ("map of ", "text"), ("record { a ", "text }")]
    {
        for depth in [1, 5, 20, 150, 300, 5_000] {
            quickly(&format!("entity a {{ x {}text{} }}", open.repeat(depth), close.replace("text", "").repeat(depth)));
        }
    }
    for depth in [5, 150, 300, 5_000] {
        quickly(&format!("relation r of a: a{}", " of a".repeat(depth)));
        quickly(&format!("test A-1 {{ given a {}1{} expect pass }}", "{ a: ".repeat(depth), " }".repeat(depth)));
        quickly(&format!("test A-1 {{ given a {{ a: {}1{} }} expect pass }}", "[ ".repeat(depth), " ]".repeat(depth)));
    }
}

#[test]
fn long_chains_have_a_limit() {
    let chain = |count: usize| condition(&vec!["x == 1"; count].join(" or "));
    assert_eq!(quickly(&chain(200)), Vec::new());
    let refused = quickly(&chain(5_000));
    assert_eq!(refused[0].code.0, "E0108");
    // Many clauses are no chain.
    let many = format!("control A-1 {{\n{}}}\n", "  every a: x == 1\n".repeat(1_000));
    assert_eq!(quickly(&many), Vec::new());
    let items = "adjective a for b: c == 1\n".repeat(2_000);
    assert_eq!(quickly(&items), Vec::new());
    // Many mistakes of one item are told up to a limit.
    let wrong = format!("control A-1 {{\n{}}}\n", "  every a: x = 1\n".repeat(200));
    assert_eq!(quickly(&wrong).len(), 20);
}

#[test]
fn a_huge_file_is_refused() {
    let found = parse(FILE, &" ".repeat((8 << 20) + 1)).1;
    assert_eq!(found[0].code.0, "E0108");
}

#[test]
fn marks_line_ends_and_nul() {
    let plain = "adjective a for b: c == 1\n";
    let marked = format!("\u{FEFF}{plain}");
    let (tree, diagnostics) = parse(FILE, &marked);
    assert_eq!(diagnostics, Vec::new());
    assert_eq!(debug_tree(&tree), "(adjective a b (eq c 1))\n");
    let tickmark_syntax::ast::Item::Adjective(adjective) = &tree.items[0] else { panic!("an adjective") };
    assert_eq!(&marked[adjective.name.span.start as usize..adjective.name.span.end as usize], "a");
    assert_eq!(format(&marked).unwrap(), plain);

    let windows = PROGRAM.replace('\n', "\r\n");
    assert_eq!(read(&windows), Vec::new());
    assert_eq!(debug_tree(&parse(FILE, &windows).0), debug_tree(&parse(FILE, PROGRAM).0));
    assert_eq!(format(&windows).unwrap(), format(PROGRAM).unwrap());

    let found = read("adjective a for b: \0\0 == 1\n");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].code.0, "E0109");
    read("\u{FEFF}");
    read("");
    assert_eq!(format("").unwrap(), "");
    assert_eq!(format("\n\n# a\n\n\n# b\n").unwrap(), "# a\n\n# b\n");
}

/// Words, signs and scraps that a hostile or hurried writer may put in any order.
const SCRAPS: &[&str] = &[
    "every",
    "no",
    "some",
    "at least",
    "at",
    "least",
    "exactly",
    "2",
    "model",
    "m",
    "has",
    "is",
    "can",
    "cannot",
    "not",
    "and",
    "or",
    "unless",
    "if",
    "then",
    "else",
    "where",
    "that",
    "of",
    "in",
    "each",
    "quarter",
    "before",
    "after",
    "within",
    "90 days",
    "during",
    "$period",
    "to",
    "control",
    "A-1",
    "entity",
    "adjective",
    "relation",
    "map",
    "test",
    "exception",
    "param",
    "capability",
    "pack",
    "for",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ":",
    ",",
    "=",
    "==",
    "!=",
    "<",
    "*",
    "+",
    "-",
    "/",
    ".",
    "\"text\"",
    "\"{a}\"",
    "\"{",
    "\"",
    "\"\"\"",
    "'",
    "`",
    "`a b`",
    "#",
    "\n",
    "\n\n",
    " ",
    "key",
    "text",
    "one of",
    "many",
    "list of",
    "record",
    "otherwise",
    "cites",
    "CC8.1",
    "severity",
    "high",
    "owner",
    "because",
    "tags",
    "applies when",
    "given",
    "expect",
    "fail",
    "as of",
    "2026-01-01",
    "12%",
    "null",
    "missing",
    "exists",
    "contains",
    "matches",
    "/a/",
    "parents*",
    "a.b",
    "count(",
    "é",
    "\u{A0}",
    "&&",
    ";",
    "//",
    "--",
    "\0",
    "\\",
    "%",
    "all",
    "must",
    "SELECT",
    "def",
    "rule",
];

/// Scraps in any order.
fn soup() -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(SCRAPS), 0..60).prop_map(|scraps| scraps.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_do_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        read(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn random_text_does_no_harm(text in ".{0,120}") {
        read(&text);
    }

    #[test]
    fn token_soup_does_no_harm(text in soup()) {
        read(&text);
        read(&condition(&text));
    }

    #[test]
    fn a_program_with_a_wound_does_no_harm(at in 0..PROGRAM.len(), length in 0..40_usize, scrap in soup()) {
        let end = (at + length).min(PROGRAM.len());
        if let (Some(head), Some(tail)) = (PROGRAM.get(..at), PROGRAM.get(end..)) {
            read(&format!("{head}{scrap}{tail}"));
        }
    }
}

/// Items, of which one has a mistake, and the last no brace at its end.
const ITEMS: [&str; 8] = [
    "control A-1 \"t\" {\n  cites CC6.1 # why\n  every model has approval where a <= 22 and b >= 22\n}\n",
    "control A-2 {\n  cites CC6.1\n  no rule where cidrs contains \"0.0.0.0/0\" and from <= 1 }",
    "# a comment { with a brace\nentity model \"doc\" { key id  id text  x record { y any } }\n",
    "exception A-1 for model \"a\" { reason \"}\"  owner \"y\"  approved_by \"z\"  expires 2026-12-31 }",
    "test A-1 { given model \"a\" { id: \"a\", n: [-1, { b: null }] } expect fail }",
    "control A-3 {\n  cites CC6.1\n  every model has has approval\n}\n",
    "map row v to model { name = v.name\n stage = if v.a contains \"x\" then \"b\" else lower(v.c) }",
    "adjective prod for model: stage == \"production\"\n",
];

proptest! {
    /// Neighbours are read at once where that is possible; what comes of it must be what comes of each alone.
    #[test]
    fn items_are_the_same_together_as_alone(chosen in proptest::collection::vec(0..ITEMS.len(), 1..40)) {
        let text = chosen.iter().filter_map(|index| ITEMS.get(*index)).copied().collect::<Vec<_>>().join("\n");
        let (mut trees, mut told, mut start) = (String::new(), Vec::new(), 0);
        for item in chosen.iter().filter_map(|index| ITEMS.get(*index)) {
            let (tree, found) = parse(FILE, item);
            trees.push_str(&debug_tree(&tree));
            let places = found.iter().flat_map(|each| &each.labels).map(|label| label.span.start as usize + start);
            told.extend(places.zip(found.iter().map(|each| each.message.clone())));
            start += item.len() + 1;
        }
        let (tree, found) = parse(FILE, &text);
        let places = found.iter().flat_map(|each| &each.labels).map(|label| label.span.start as usize);
        let together: Vec<_> = places.zip(found.iter().map(|each| each.message.clone())).collect();
        prop_assert_eq!(debug_tree(&tree), trees);
        prop_assert_eq!(together, told);
    }
}
