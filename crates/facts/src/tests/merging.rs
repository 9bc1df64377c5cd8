//! Records of one key are one record.

use super::support::*;
use crate::*;
use std::sync::Arc;

fn models() -> Arc<Needs> {
    needs([
        noun(
            "m",
            "id",
            "id: text, s: text, n: number, l: list text, as: many 1, ps: many 0, p: one 0, r: one 1, tags: map 2, x: any 3",
        ),
        noun("a", "", "by: text, at: time, of: many 4"),
        noun("m.tags", "", "key: text, value: text"),
        noun("m.x", "", "v: number"),
        noun("leaf", "", "v: text"),
    ])
}

fn merged(first: &str, second: &str, attribute: &str) -> (String, Vec<String>) {
    let (facts, warnings) =
        facts(&models(), &[&format!("m: [{{id: k, {first}}}]"), &format!("m: [{{id: k, {second}}}]")]);
    assert_eq!(facts.rows(NounId(0)), 1, "{first} and {second}");
    (cell(&facts, "m", 0, attribute), messages(&warnings))
}

#[test]
fn values_must_agree() {
    let contradictory = |second: usize| format!("unknown: contradictory 0:16 1:{second}");
    let misfit = "unknown: `x` is not a number";
    let later = "unknown: known after apply";
    let perhaps = "unknown: nobody says it";
    for (first, second, attribute, united) in [
        ("s: x", "s: x", "s", "x"),
        ("s: x", "s: y", "s", &contradictory(16)),
        ("s: x", "s: null", "s", "x"),
        ("s: null", "s: x", "s", "x"),
        ("s: null", "s: null", "s", "missing"),
        ("s: x", "n: 1", "s", "x"),
        ("n: 1", "s: x", "s", "x"),
        ("n: 1", "s: null", "s", "missing"),
        ("s: ?", "s: x", "s", "x"),
        ("s: x", "s: ?", "s", "x"),
        ("s: ?", "s: null", "s", later),
        ("s: ??", "s: x", "s", "x"),
        ("s: x", "s: ??", "s", "x"),
        ("s: ??", "s: null", "s", perhaps),
        ("s: null", "s: ??", "s", perhaps),
        ("s: ??", "s: ?", "s", later),
        ("s: ?", "s: ??", "s", later),
        ("n: ??", "n: x", "n", misfit),
        ("l: ??", "l: [x]", "l", perhaps),
        ("p: ??", "p: j", "p", "(j)"),
        ("n: x", "n: 1", "n", misfit),
        ("n: 1", "n: x", "n", misfit),
        ("n: ?", "n: x", "n", misfit),
        ("n: x", "n: ?", "n", misfit),
        ("x: 1", "x: \"1\"", "x", &contradictory(16)),
        ("p: j", "p: j", "p", "(j)"),
        ("p: j", "p: i", "p", &contradictory(16)),
        ("p: k", "p: {id: k}", "p", "(k)"),
        ("p: j", "p: null", "p", "(j)"),
        ("r: {by: x}", "r: {by: x}", "r", "(a#1)"),
        ("r: {by: x}", "r: {by: y}", "r", &contradictory(16)),
    ] {
        let (cell, warnings) = merged(first, second, attribute);
        assert_eq!(cell, united, "{first} and {second}");
        let contradictions = warnings.iter().filter(|warning| warning.starts_with("records of `m`")).count();
        assert_eq!(contradictions, usize::from(united.contains("contradictory")), "{warnings:?}");
    }
    assert_eq!(merged("s: x", "s: y", "s").1, ["records of `m` `k` give different values for `s` (1)"]);
}

#[test]
fn a_contradiction_names_each_other_value_and_stays() {
    let (facts, warnings) =
        facts(&models(), &["m: [{id: k, s: x}, {id: k, s: y}, {id: k, s: x}, {id: k, s: z}, {id: k, s: ?}]"]);
    assert_eq!(cell(&facts, "m", 0, "s"), "unknown: contradictory 0:16 0:31 0:61");
    assert_eq!(warnings.len(), 1);
    assert_eq!(warnings[0].kind, FactWarningKind::Contradictory);
}

#[test]
fn lists_are_united() {
    let later = "unknown: known after apply";
    for (first, second, attribute, united) in [
        ("l: [a, b]", "l: [b, c]", "l", "[a, b, c]"),
        ("l: [a, a]", "l: [a, c, c]", "l", "[a, a, c, c]"),
        ("l: [a]", "n: 1", "l", "[a]"),
        ("n: 1", "l: [a]", "l", "[a]"),
        ("l: []", "l: [a]", "l", "[a]"),
        ("l: [a]", "l: null", "l", "[a]"),
        ("l: [a, ?]", "l: [?, b]", "l", &format!("[a, {later}, b]")),
        ("l: ?", "l: [a]", "l", later),
        ("l: [a]", "l: ?", "l", later),
        ("ps: [i, j]", "ps: [j, k]", "ps", "(i, j, k)"),
        ("ps: [k]", "ps: [{id: k}]", "ps", "(k)"),
        ("ps: [k]", "ps: ?", "ps", later),
        ("x: [1, 2]", "x: [2, 3]", "x", "[1.0, 2.0, 3.0]"),
        ("x: [{v: 1}]", "x: [{v: 1}, {v: 2}]", "x", "(x#1, x#2)"),
        ("x: []", "x: [{v: 1}]", "x", "(x#1)"),
        ("x: [1]", "x: [{v: 1}]", "x", "unknown: contradictory 0:16 1:16"),
        ("x: [1]", "x: 1", "x", "unknown: contradictory 0:16 1:16"),
        ("x: {v: 1}", "x: {v: 1}", "x", "(x#1)"),
        ("x: {v: 1}", "x: {v: 2}", "x", "unknown: contradictory 0:16 1:16"),
        ("x: [[1], [2]]", "x: [[2], [3]]", "x", "[[1.0], [2.0], [3.0]]"),
    ] {
        assert_eq!(merged(first, second, attribute).0, united, "{first} and {second}");
    }
}

#[test]
fn nested_records_without_a_key_are_one_if_they_agree_in_everything() {
    let (facts, _) = facts(
        &models(),
        &[
            "m: [{id: k, as: [{by: x, of: [{v: 1}, {v: 2}]}, {by: y}, {by: y}]}]",
            "m: [{id: j, as: [{by: x}]}, {id: k, as: [{by: z}, {of: [{v: 1}, {v: 2}], by: x}, {by: x, of: [{v: 1}]}, {by: y, at: null}]}]",
        ],
    );
    assert_eq!(cell(&facts, "m", 0, "as"), "(a#1, a#2, a#3, a#5, a#6)");
    // Those that were the same are gone, with what was nested in them.
    assert_eq!(
        print_noun(&facts, "a"),
        "a#1 in k by=x at=missing of=(leaf#1, leaf#2)\n\
         a#2 in k by=y at=missing of=()\n\
         a#3 in k by=y at=missing of=()\n\
         a#4 in j by=x at=missing of=()\n\
         a#5 in k by=z at=missing of=()\n\
         a#6 in k by=x at=missing of=(leaf#3)\n"
    );
    assert_eq!(print_noun(&facts, "leaf"), "leaf#1 in a#1 v=1\nleaf#2 in a#1 v=2\nleaf#3 in a#6 v=1\n");
}

#[test]
fn entries_of_maps_are_one_by_their_key() {
    let (facts, warnings) =
        facts(&models(), &["m: [{id: k, tags: {a: 1, b: 2}}]", "m: [{id: k, tags: {c: 3, b: 9, a: 1}}]"]);
    assert_eq!(cell(&facts, "m", 0, "tags"), "(tags#1, tags#2, tags#3)");
    assert_eq!(
        print_noun(&facts, "m.tags"),
        "tags#1 in k key=a value=1\n\
         tags#2 in k key=b value=unknown: contradictory 0:29 1:29\n\
         tags#3 in k key=c value=3\n"
    );
    assert_eq!(messages(&warnings), ["records of `m.tags` `tags#2` give different values for `value` (1)"]);
}

#[test]
fn a_nested_record_with_a_key_is_the_record_of_that_key() {
    let needs = needs([noun("m", "id", "id: text, v: one 1, vs: many 1"), noun("v", "name", "name: text, eu: bool")]);
    let (facts, warnings) = facts(
        &needs,
        &[
            "m: [{id: a, v: {name: p, eu: true}}, {id: b, vs: [{name: p}, {name: q}, {name: q, eu: false}]}], v: [{name: r}, {name: q}]",
            "m: [{id: c, vs: [r]}, {id: a, v: p}]",
        ],
    );
    assert_eq!(messages(&warnings), [""; 0]);
    assert_eq!(
        print_noun(&facts, "v"),
        "p in several name=p eu=true\n\
         q in b name=q eu=false\n\
         r name=r eu=missing\n"
    );
    assert_eq!(
        print_noun(&facts, "m"),
        "a id=a v=(p) vs=()\n\
         b id=b v=missing vs=(p, q)\n\
         c id=c v=missing vs=(r)\n"
    );
    assert_eq!(facts.find(NounId(1), "r"), Some(2));
}

#[test]
fn parents_are_those_of_the_merged_records() {
    let (facts, _) = facts(&models(), &["m: [{id: j, ps: [{id: i}]}, {id: k, ps: [{id: i}]}]", "m: [{id: k, s: x}]"]);
    assert_eq!(facts.parent(NounId(0), facts.find(NounId(0), "i").unwrap()), ParentLink::Several);
    let (facts, _) =
        super::support::facts(&models(), &["m: [{id: j}, {id: k, ps: [{id: i}]}]", "m: [{id: k, ps: [{id: i}]}]"]);
    let row = |id| facts.find(NounId(0), id).unwrap();
    assert_eq!(facts.parent(NounId(0), row("i")), ParentLink::Record(NounId(0), row("k")));
}

#[test]
fn a_value_from_another_file_keeps_its_place() {
    let (facts, _) = facts(&models(), &["m: [{id: k, l: [a]}]", "m: [{id: k, s: x, l: [b]}]"]);
    let m = NounId(0);
    let file = |place: Option<tickmark_source::Place>| place.map(|place| (place.file.0, place.offset));
    assert_eq!(file(facts.place(m, 0)), Some((0, 5)));
    assert_eq!(file(facts.cell_place(m, 0, AttributeId(1))), Some((1, 16)));
    assert_eq!(file(facts.item_place(m, 0, AttributeId(3), 0)), Some((0, 17)));
    assert_eq!(file(facts.item_place(m, 0, AttributeId(3), 1)), Some((1, 23)));
}

#[test]
fn many_records_of_one_key_are_merged_in_one_go() {
    let records: Vec<String> =
        (0..20_000).map(|number| format!("{{id: k, l: [u{number}], as: [{{by: u{number}}}]}}")).collect();
    let (facts, _) = facts(&models(), &[&format!("m: [{}]", records.join(" "))]);
    let Cell::List(list) = facts.cell(NounId(0), 0, AttributeId(3)) else { panic!() };
    assert_eq!((facts.rows(NounId(0)), list.len(), facts.rows(NounId(1))), (1, 20_000, 20_000));
}
