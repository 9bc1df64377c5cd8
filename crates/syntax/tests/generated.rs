//! Generated programs: parse, format and parse again gives the same tree, and every comment is kept.

use proptest::prelude::*;
use tickmark_source::FileId;
use tickmark_syntax::{debug_tree, format, parse};

/// Between two tokens where a blank, a new line or a comment may stand.
const GAP: &str = "\u{1}";

/// Joins parts with gaps.
fn free(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(GAP)
}

fn one_of(words: &'static [&'static str]) -> BoxedStrategy<String> {
    proptest::sample::select(words).prop_map(str::to_owned).boxed()
}

fn name() -> BoxedStrategy<String> {
    one_of(&[
        "model", "m", "approval", "key", "kind", "event", "owner", "`a b`", "tests", "at", "source", "test", "control",
        "größe",
    ])
}

fn words() -> BoxedStrategy<String> {
    (one_of(&["", "", "a  ", "an ", "the "]), proptest::collection::vec(name(), 1..4))
        .prop_map(|(article, words)| format!("{article}{}", words.join("  ")))
        .boxed()
}

fn literal() -> BoxedStrategy<String> {
    one_of(&[
        "1",
        "1_000",
        "0.5",
        "12%",
        "90   days",
        "1 hour",
        "2026-12-31",
        "2026-12-31T10:00:00Z",
        "true",
        "\"text\"",
        "\"{a.b} # {c}\"",
        "\"\"",
        "\"\\\"\\\\\\n\\{\"",
        "\"\"\"raw \"{\n text\"\"\"",
        "$limit",
        "$period.start",
        "-  3",
    ])
}

fn path(inner: BoxedStrategy<String>) -> BoxedStrategy<String> {
    let root = one_of(&[
        "stage",
        "m.stage",
        "datasets.parents*",
        "datasets.parents+.licence",
        "before",
        "after.x",
        "at",
        "m.key",
        "`a b`.c",
    ]);
    prop_oneof![
        4 => root.clone(),
        1 => (root, inner.clone()).prop_map(|(root, key)| format!("{}[{GAP}{key}{GAP}]", root.trim_end_matches('*'))),
        1 => (one_of(&["lower", "json", "sum"]), inner).prop_map(|(name, value)| format!("{name}({GAP}({value}){GAP}).x")),
    ]
    .boxed()
}

fn value(inner: BoxedStrategy<String>) -> BoxedStrategy<String> {
    let operand = prop_oneof![
        4 => path(inner.clone()),
        2 => literal(),
        1 => inner.clone().prop_map(|inner| free(&["(", &inner, ")"])),
        1 => proptest::collection::vec(inner.clone(), 0..3).prop_map(|values| free(&["[", &values.join(&format!("{GAP},{GAP}")), "]"])),
        1 => words().prop_filter("two words", |words| words.contains(' ')).prop_map(|words| format!("count({words}{GAP}where{GAP}x)")),
        1 => inner.prop_map(|inner| format!("count(m.tests{GAP}where{GAP}{inner})")),
    ];
    let operator = one_of(&["+", "-", "*", "/", "else"]);
    (operand.clone(), proptest::collection::vec((operator, operand), 0..2))
        .prop_map(|(first, rest)| {
            rest.iter().fold(first, |text, (sign, operand)| format!("{text} {} ", free(&["", sign])) + operand)
        })
        .boxed()
}

fn predicate(inner: BoxedStrategy<String>) -> BoxedStrategy<String> {
    let object = (one_of(&["", "", "no", "at  least 2", "exactly 1"]), words(), filters(inner))
        .prop_map(|(quantifier, words, filters)| free(&[&quantifier, &words, &filters]));
    let part = prop_oneof![
        3 => (object.clone(), object).prop_map(|(a, b)| free(&["has", &a, "and", &b])),
        2 => one_of(&["is\u{1}archived", "is\u{1}not\u{1}archived\u{1}and\u{1}encrypted", "is\u{1}missing", "is\u{1}not\u{1}missing"]),
        1 => one_of(&["can\u{1}deploy", "cannot\u{1}\"s3:Get*\"\u{1}on\u{1}a prod endpoint"]),
    ];
    proptest::collection::vec(part, 1..3).prop_map(|parts| parts.join(&format!("{GAP}and{GAP}"))).boxed()
}

fn filters(inner: BoxedStrategy<String>) -> BoxedStrategy<String> {
    let filter = prop_oneof![
        2 => inner.prop_map(|inner| format!("where{GAP}({inner})")),
        1 => one_of(&[
            "before\u{1}deployed_at", "after\u{1}2026-01-01", "within\u{1}30 days", "within\u{1}30 days\u{1}before\u{1}x", "during\u{1}$period",
            "during\u{1}a\u{1}to\u{1}(b\u{1}else\u{1}$as_of)", "at least\u{1}every\u{1}90 days", "in each quarter", "in each month\u{1}of\u{1}$period",
            "that\u{1}is\u{1}encrypted",
        ]),
    ];
    proptest::collection::vec(filter, 0..2).prop_map(|filters| filters.join(GAP)).boxed()
}

fn sentence(inner: BoxedStrategy<String>) -> BoxedStrategy<String> {
    let head = (
        one_of(&["every", "no", "some", "at  most 2"]),
        words(),
        one_of(&["", "", "of\u{1}a dataset d", "in\u{1}m.xs", "in\u{1}all"]),
    );
    let said = prop_oneof![predicate(inner.clone()), inner.clone().prop_map(|inner| format!(":{GAP}{inner}"))];
    (head, filters(inner), said)
        .prop_map(|((quantifier, words, domain), filters, said)| free(&[&quantifier, &words, &domain, &filters, &said]))
        .boxed()
}

/// A condition that may stand anywhere: what could be read two ways is in parentheses.
fn condition() -> BoxedStrategy<String> {
    let leaf = prop_oneof![path(Just("x".to_owned()).boxed()), literal()].boxed();
    leaf.prop_recursive(4, 40, 4, |inner| {
        let inner = inner.boxed();
        let compare = one_of(&["==", "!=", "<", ">=", "in", "not   in", "contains", "starts  with", "like", "before", "after"]);
        prop_oneof![
            4 => (value(inner.clone()), compare, value(inner.clone())).prop_map(|(a, sign, b)| free(&[&a, &sign, &b])),
            1 => path(inner.clone()).prop_map(|path| free(&[&path, "exists"])),
            1 => path(inner.clone()).prop_map(|path| free(&[&path, "matches", "/^a\\/[b#\"]+$/"])),
            1 => (path(inner.clone()), predicate(inner.clone())).prop_map(|(path, said)| format!("({path}{GAP}{said})")),
            2 => (inner.clone(), one_of(&["and", "or", "unless"]), inner.clone()).prop_map(|(a, word, b)| format!("({a}){GAP}{word}{GAP}({b})")),
            1 => inner.clone().prop_map(|inner| format!("not{GAP}({inner})")),
            1 => (inner.clone(), inner.clone(), inner.clone()).prop_map(|(c, a, b)| free(&["(", "if", &c, "then", "(", &a, ")", "else", &b, ")"])),
            1 => sentence(inner).prop_map(|sentence| format!("({sentence})")),
        ]
        .boxed()
    })
    .boxed()
}

fn attribute() -> BoxedStrategy<String> {
    let ty = one_of(&[
        "text",
        "event\u{1}time",
        "optional\u{1}number",
        "one\u{1}of\u{1}\"a\"\u{1},\u{1}\"b\"",
        "many\u{1}test",
        "list\u{1}of\u{1}map\u{1}of\u{1}any",
        "record\u{1}{\u{1}a\u{1}text\u{1}b\u{1}bool\u{1}}",
        "ordered\u{1}\"low\"",
        "duration\u{1}\"doc # no comment\"",
    ]);
    (name(), ty).prop_map(|(name, ty)| format!("{name}{GAP}{ty}")).boxed()
}

fn given() -> BoxedStrategy<String> {
    one_of(&["1", "-0.5", "12%", "null", "true", "\"a {b}\"", "90 days", "2026-01-01"])
        .prop_recursive(3, 12, 3, |inner| {
            let inner = inner.boxed();
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..3).prop_map(|values| free(&[
                    "[",
                    &values.join(&format!("{GAP},{GAP}")),
                    "]"
                ])),
                proptest::collection::vec(inner, 1..4).prop_map(|values| {
                    let entries: Vec<String> = values.iter().map(|value| format!("key{GAP}:{GAP}{value}")).collect();
                    free(&["{", &entries.join(&format!("{GAP},{GAP}")), "}"])
                }),
            ]
            .boxed()
        })
        .boxed()
}

fn item() -> BoxedStrategy<String> {
    let field = one_of(&[
        "cites\u{1}CC8.1\u{1},\u{1}iso42001:A.6.2.4",
        "severity high",
        "because\u{1}\"why\"",
        "tags\u{1}a-b\u{1},\u{1}\"c d\"",
    ]);
    let applies = condition().prop_map(|condition| format!("applies\u{1}when\u{1}({condition})"));
    let said = (sentence(condition()), one_of(&["", "otherwise\u{1}\"{name} failed\""]))
        .prop_filter_map("every says something", |(text, message)| Some(free(&[&text, &message])));
    let member = prop_oneof![2 => field, 1 => applies, 4 => said];
    prop_oneof![
        3 => proptest::collection::vec(member, 1..4).prop_map(|members| format!("control\u{1}A-1.b\u{1}\"title\"\u{1}{{\u{1}{}\n}}", members.join("\n"))),
        2 => proptest::collection::vec(attribute(), 0..4).prop_map(|all| format!("entity\u{1}model\u{1}{{\u{1}key\u{1}id\u{1}{}\u{1}}}", all.join(GAP))),
        1 => condition().prop_map(|condition| format!("adjective\u{1}prod\u{1}for\u{1}model\u{1}m\u{1}:\u{1}{condition}")),
        1 => condition().prop_map(|condition| format!("relation\u{1}r\u{1}of\u{1}model:\u{1}model x\u{1}where\u{1}{condition}")),
        1 => (condition(), condition()).prop_map(|(a, b)| format!("map\u{1}row r\u{1}to\u{1}model\u{1}{{\u{1}like\u{1}=\u{1}{a}\nexists =\u{1}{b}\u{1}}}")),
        1 => given().prop_map(|value| format!("test\u{1}A-1\u{1}{{\u{1}given\u{1}model\u{1}{{\u{1}a\u{1}:\u{1}{value}\u{1}}}\u{1}expect\u{1}pass\u{1}}}")),
        1 => Just("exception\u{1}A-1\u{1}for\u{1}db\u{1}\"a\"\u{1}{\u{1}reason\u{1}\"x\"\u{1}expires\u{1}2026-12-31\u{1}}".to_owned()),
        1 => Just("param\u{1}limit\u{1}=\u{1}90 days\u{1}\"doc\"".to_owned()),
        1 => Just("capability\u{1}deploy\u{1}=\u{1}\"a:b\"\u{1},\u{1}\"c:d\"".to_owned()),
    ]
    .boxed()
}

/// A program, its gaps filled with blanks, new lines and numbered comments.
fn program() -> BoxedStrategy<String> {
    let fill = one_of(&[" ", " ", " ", " ", "  ", "\n", "\n\n\n", " # c\n", "\n  # c\n", "\n# c\n\n# c\n", "\r\n"]);
    (proptest::collection::vec(item(), 1..4), proptest::collection::vec(fill, 40))
        .prop_map(|(items, fills)| {
            let text = items.join("\n") + "\n";
            let mut filled = String::new();
            let mut comments = 0;
            for (index, part) in text.split(GAP).enumerate() {
                if index > 0 {
                    for piece in fills[(index * 7 + index / 3) % fills.len()].split_inclusive("# c") {
                        filled.push_str(piece);
                        if piece.ends_with("# c") {
                            comments += 1;
                            filled.push_str(&comments.to_string());
                        }
                    }
                }
                filled.push_str(part);
            }
            filled
        })
        .boxed()
}

/// The comments in order.
fn comments(text: &str) -> Vec<String> {
    text.lines()
        .filter_map(|line| line.rfind("# c").map(|at| line[at..].trim_end().to_owned()))
        .filter(|comment| comment[3..].bytes().all(|byte| byte.is_ascii_digit()) && comment.len() > 3)
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, max_shrink_iters: 300, ..ProptestConfig::default() })]

    #[test]
    fn formatting_changes_nothing_but_the_layout(text in program()) {
        let (tree, diagnostics) = parse(FileId(0), &text);
        prop_assert!(diagnostics.is_empty(), "{diagnostics:#?}\n{text}");
        let formatted = format(&text).unwrap();
        let (again, diagnostics) = parse(FileId(0), &formatted);
        prop_assert!(diagnostics.is_empty(), "{diagnostics:#?}\n{text}\n--\n{formatted}");
        prop_assert_eq!(debug_tree(&tree), debug_tree(&again), "{}\n--\n{}", text, formatted);
        prop_assert_eq!(comments(&text), comments(&formatted), "{}\n--\n{}", text, formatted);
        let twice = format(&formatted).unwrap();
        prop_assert_eq!(&twice, &formatted, "{}\n--\n{}", text, formatted);
    }
}
