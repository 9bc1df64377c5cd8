//! What each construct becomes, as S-expressions.

use tickmark_source::FileId;
use tickmark_syntax::ast::{ExprKind, Item};
use tickmark_syntax::{debug_tree, parse, parse_phrase, parse_value};

const FILE: FileId = FileId(0);

fn tree(text: &str) -> String {
    let (tree, diagnostics) = parse(FILE, text);
    assert!(diagnostics.is_empty(), "{diagnostics:#?}\n{text}");
    debug_tree(&tree)
}

/// The trees of conditions, a line each.
#[expect(clippy::unwrap_used, reason = "a helper of tests: what is absent fails the test")]
fn conditions(lines: &str) -> String {
    let one = |line: &str| {
        let tree = tree(&format!("adjective a for b: {line}\n"));
        tree.trim_end().strip_prefix("(adjective a b ").and_then(|tree| tree.strip_suffix(')')).unwrap().to_owned()
    };
    lines
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| format!("{line}\n    {}\n", one(line)))
        .collect()
}

/// The trees of sentences, a line each.
#[expect(clippy::unwrap_used, reason = "a helper of tests: what is absent fails the test")]
fn sentences(lines: &str) -> String {
    let one = |line: &str| {
        let tree = tree(&format!("control A-1 {{\n  {line}\n}}\n"));
        tree.trim_end().strip_prefix("(control A-1 ").and_then(|tree| tree.strip_suffix(')')).unwrap().to_owned()
    };
    lines
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| format!("{line}\n    {}\n", one(line)))
        .collect()
}

#[test]
fn precedence() {
    insta::assert_snapshot!(conditions(
        r#"
        a or b and not c == d
        a unless b or c
        a + b * c - d
        a else b + c == d else 3
        not a exists and b is missing
        if a then b else c else d
        if a then if b then c else d else e else f
        if a == 1 or b then c + 1 else some x in y: z
        -a.b * -3
        (a or b) and c
        x not in [1, 2] or y in z
        a starts with "x" and b ends with "y" and c like "*" and d matches /a\/b/ and e contains f
        a before b + 3 days and c after 2026-01-01
    "#
    ));
}

#[test]
fn paths_and_literals() {
    insta::assert_snapshot!(conditions(
        r#"
        a.b.c[d.e].f == tags["team"]
        datasets.parents+.licence exists and parents*
        n * rate == n*rate
        a.b*c.d + 3*(x)
        $period.start == $limit
        json(document).Effect == "Deny"
        key == kind and event == owner and source == test and map == control and at == severity
        before == after and during == within and to == on
        `a b`.`every` == m.every.where.in
        x == 12% or x == 1_000.5 or x == 90 days or x == 1 hour or x == -3 or x == - 2 weeks
        x == 2026-12-31 or x == 2026-12-31T10:00:00.5+02:00
        x in ["a", 1, [true]] and y in []
        x == "a {b.c} \{ \" \\ \n {tags[\"k\"]}" or x == "" or x == "{y}" or x == """raw {b} \n"""
        count(tests) > 1 and count(tests where not passed) <= 1 and count(m.tests where passed) > 0
        count(dataset d in m.training.datasets) > 0 and count(passed test) > 0 and count(a test) > 0
        count(m.reviews before x) + sum(x.amount) == min(a, b) + max(a)
        count(m.reviews within 90 days) > count(tests in all)
    "#
    ));
}

#[test]
fn predicates() {
    insta::assert_snapshot!(sentences(
        r#"
        every model has approval and memorization test
        every model has approval and at least 2 reviews and no incident and is not archived and encrypted
        every model has an independent approval within $window before deployed_at and has test
        every model: m has approval and x == 3
        every model: m has approval and licence exists and d.x
        every model: m has approval and (b) and not c
        every model: m has approval and memorization test and count(x) == 1
        every model: m has approval and some y in z: w
        every model: m has approval and no test: passed
        every model: x is admin and y == 3 and z
        every model has approval where approver != model.author and memorization test
        every model is not archived and not encrypted and has a
        every model is missing and : a == 1
        every model: a is not missing or b is missing and c
        no data_scientist principal can deploy_model on a prod endpoint
        every principal cannot "s3:Get*" and can deploy
        every host where public has agent
        every host where a == 1 and public has agent
        no host where public has agent
        every model has owner  severity high
        every model has severity  because "x"
    "#
    ));
}

#[test]
fn phrases_and_filters() {
    insta::assert_snapshot!(sentences(
        r#"
        every store s of a confidential dataset d of model is encrypted
        every c in ["a", "b"]: c
        some x in all
        every a in m.xs: a
        every host that is public where region != "lab" has agent
        every model has approval where approver != model.author within 30 days before deployed_at
        every model where deployed_at before x has approval
        every model where not passed before x in each quarter is a
        every model has review before x after y within 3 days of z during $period
        every model has reading at least every 10 days during live_at to (ended_at else $as_of)
        every model has review in each quarter of a to b
        at least $n models
        at most (1 + 2) models where at == 3
        exactly 3 at
        some restore_test during $period
    "#
    ));
}

#[test]
fn sentences_nest() {
    insta::assert_snapshot!(sentences(
        r#"
        every endpoint e: every dataset d in e.datasets where tenant exists: d.tenant == e.tenant
        no rule: some c in cidrs: c == "a" or c == "b"
        every r: x == 1 or some y in v6: y == "a"
        every r: (some x in a: x == 1) and (some y in b: y == 1)
        every r: not (some x in a: x == 1)
        every r: some passed test and some approval
    "#
    ));
}

#[test]
fn items() {
    insta::assert_snapshot!(tree(
        r#"
pack p "title"
param a = 90 days "doc"
param b = ["x", 2]
entity e "doc" { key id, name  id text "the id"  key text  event event time  at optional event time  s one of "a", "b"
  o ordered "low", "high"  l list of map of any  r record { x one e  y many e } "doc"  d duration  n number  b bool }
adjective prod for model m: m.stage
relation r of model m: model r where r.a == m.a
relation s of model: datasets.parents*
relation t of model: dataset
relation u of model: tests of approval
map tag t of row v where t.key == "a" to approval of model v { like = t.value  exists = a exists  before = b }
capability c "title" = "a:b", "c"
control A.b-1 { cites CC8.1, iso42001:A.6.2.4  also CC1.1  severity high  owner "o"  because "{b}"  fix "f"  tags a-b, "c d"
  applies when some org: x == true  every model is isolated otherwise "{name}: {a + 1}" every db is encrypted }
exception A-1 for db "a" { reason "r"  owner "o"  approved_by "b"  expires 2026-12-31 }
exception A-1 for prod db d of x where d.id like "tmp-*" { }
test A-1 "name" { as of 2026-01-01  period 2026-01-01 to 2026-12-31
  given db "x" { id: "a{b}", "odd key": unknown, n: -3, p: 12%, d: 4 hours, t: 2026-01-01, l: [null, true], r: { x: missing } }
  expect fail for db "x" expect pass }
"#
    ));
}

#[test]
fn a_broken_item_does_not_hide_the_rest() {
    let text = "entity a { id text }\ncontrol A-1 {\n  every a: id ==\n  every a: x = 1\n}\nparam b = \nentity c {\n  id string\n  n int\n}\n\
                adjective d for a: id exists\n";
    let (tree, diagnostics) = parse(FILE, text);
    let found: Vec<&str> = diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect();
    assert_eq!(
        found,
        [
            "something is missing after `==`",
            "`=` compares nothing",
            "the text ends too early, after `=`",
            "`string` is no type",
            "`int` is no type"
        ]
    );
    assert_eq!(debug_tree(&tree), "(entity a (id text))\n(adjective d a (exists id))\n");
}

#[test]
fn spans_hold_their_tokens_and_no_blanks() {
    let text = "adjective a for b: \"x {c.d} y\" == e  # note\n\n";
    let (tree, _) = parse(FILE, text);
    let Item::Adjective(adjective) = &tree.items[0] else { panic!("an adjective") };
    let at = |span: tickmark_source::Span| &text[span.start as usize..span.end as usize];
    assert_eq!(at(adjective.span), "adjective a for b: \"x {c.d} y\" == e");
    assert_eq!(at(adjective.condition.span), "\"x {c.d} y\" == e");
    let ExprKind::Binary(_, left, _) = &adjective.condition.kind else { panic!("a comparison") };
    let ExprKind::Text(template) = &left.kind else { panic!("a text") };
    let tickmark_syntax::ast::TemplatePart::Hole(hole) = &template.parts[1] else { panic!("a hole") };
    assert_eq!(at(hole.span), "c.d");
    let ExprKind::Member(base, member) = &hole.kind else { panic!("a path") };
    assert_eq!((at(base.span), at(member.span)), ("c", "d"));
}

#[test]
fn phrases_and_values_alone() {
    let (phrase, diagnostics) = parse_phrase(FILE, "prod model m where stage == \"x\" # why");
    assert!(phrase.is_some() && diagnostics.is_empty(), "{diagnostics:?}");
    let (phrase, diagnostics) = parse_phrase(FILE, "every model is ok");
    assert!(phrase.is_none() && diagnostics.len() == 1);
    for text in ["90 days", "12%", "-3", "2026-12-31", "\"a b\"", "true", "[\"a\", 1]", "word", "$other", "1 + 2"] {
        let (value, diagnostics) = parse_value(FILE, text);
        assert!(value.is_some() && diagnostics.is_empty(), "{text}: {diagnostics:?}");
    }
    assert!(matches!(parse_value(FILE, "word").0.unwrap().kind, ExprKind::Word(word) if word == "word"));
    assert!(matches!(parse_value(FILE, "-3").0.unwrap().kind, ExprKind::Number(number) if number == -3.0));
    for text in ["", "a b", "2026-02-30", "a == b", "\"x"] {
        let (value, diagnostics) = parse_value(FILE, text);
        assert!(value.is_none() && diagnostics.len() == 1, "{text}: {diagnostics:?}");
    }
}

#[test]
fn what_reads_two_ways_is_refused() {
    let refused = |condition: &str| {
        let (tree, diagnostics) = parse(FILE, &format!("control A-1 {{\n  every r: {condition}\n}}\n"));
        tree.items.is_empty() && diagnostics.len() == 1 && diagnostics[0].code.0 == "E0104"
    };
    assert!(refused("some x in a: x == 1 or some y in b: y == 1"));
    assert!(refused("some x in a: x == 1 and y unless some z in b: z"));
    assert!(refused("(some x in a: x == 1 or some y in b: y == 1)"));
    assert!(refused("not some x in a: x == 1"));
    assert!(refused("every x in a: some y in b: y and no z"));
    assert!(!refused("(some x in a: x == 1) or (some y in b: y == 1)"));
    assert!(!refused("a == 1 or some y in b: y == 1"));
}
