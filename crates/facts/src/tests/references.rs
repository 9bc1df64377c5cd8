//! References lead to the record of the printed id, or to a phantom.

use super::support::*;
use crate::*;
use std::sync::Arc;

fn models() -> Arc<Needs> {
    needs([
        noun("m", "name version", "name: text, version: any, run: one 1, parents: many 0"),
        noun("run", "id", "id: text, at: time"),
        noun("x", "", "v: text, of: many 2"),
    ])
}

#[test]
fn a_key_is_printed_whatever_its_type() {
    let needs = needs([
        noun("k", "t n b w r", "t: text, n: number, b: bool, w: time, r: one 1"),
        noun("r", "a b", "a: text, b: number"),
        noun("s", "k", "k: one 0"),
    ]);
    let (facts, _) = facts(
        &needs,
        &["k: [{t: x, n: 7, b: true, w: \"2026-03-01\", r: {b: 1.5, a: y}}, {t: x, n: -0, b: false, w: \"2026-03-01T10:00:00Z\", r: \"z@2\"}],
           s: [{k: \"x@0@false@2026-03-01T10:00:00Z@z@2\"}]"],
    );
    assert_eq!(facts.id(NounId(0), 0), "x@7@true@2026-03-01@y@1.5");
    assert_eq!(facts.id(NounId(0), 1), "x@0@false@2026-03-01T10:00:00Z@z@2");
    assert_eq!(facts.find(NounId(0), "x@7@true@2026-03-01@y@1.5"), Some(0));
    assert_eq!(facts.find(NounId(0), "x@7"), None);
    assert_eq!(facts.id(NounId(2), 0), facts.id(NounId(0), 1));
    assert_eq!(print_cell(&facts, facts.cell(NounId(2), 0, AttributeId(0))), format!("({})", facts.id(NounId(0), 1)));
}

#[test]
fn references_go_by_printed_id() {
    let (facts, warnings) = facts(
        &models(),
        &[
            "m: [{name: a, version: 1, parents: [\"a@2\", \"b@1\", \"a@2\"], run: r1}, {name: a, version: \"2\", run: null}]",
            "run: [{id: r1}], m: [{name: b, version: 1, parents: \"a@1\"}]",
        ],
    );
    assert_eq!(messages(&warnings), [""; 0]);
    assert_eq!(
        print_noun(&facts, "m"),
        "a@1 name=a version=1.0 run=(r1) parents=(a@2, b@1)\n\
         a@2 name=a version=2 run=missing parents=()\n\
         b@1 name=b version=1.0 run=missing parents=(a@1)\n"
    );
}

#[test]
fn what_no_source_supplies_is_a_phantom() {
    let text =
        "m: [{name: a, version: 1, parents: [\"z@9\", \"a@1\"], run: r1}, {name: b, version: 1, parents: [\"z@9\"]}]";
    let (facts, warnings) = facts(&models(), &[text]);
    assert_eq!(messages(&warnings), [""; 0]);
    let m = NounId(0);
    assert_eq!(cell(&facts, "m", 0, "parents"), "(z@9, a@1)");
    let Cell::Records(RecordsView { rows, .. }) = facts.cell(m, 1, AttributeId(3)) else { panic!() };
    let phantom = rows[0];
    assert_eq!((facts.rows(m), facts.all_rows(m), phantom), (2, 3, 2));
    assert!(!facts.exists(m, phantom) && facts.exists(m, 1));
    assert_eq!(facts.id(m, phantom), "z@9");
    assert_eq!(facts.find(m, "z@9"), None);
    assert_eq!(print_cell(&facts, facts.cell(m, phantom, AttributeId(0))), "unknown: no such record");
    assert_eq!(facts.place(m, phantom).unwrap().offset as usize, text.find("\"z@9").unwrap() + 1);
    assert_eq!(facts.parent(m, phantom), ParentLink::None);
    assert_eq!((facts.rows(NounId(1)), facts.supplied(NounId(1))), (0, false));
}

#[test]
fn an_item_that_is_not_known_makes_a_relation_unknown() {
    let (facts, _) = facts(
        &models(),
        &[
            "m: [{name: a, version: 1, parents: [\"a@1\", ?]}, {name: b, version: 1, parents: [\"a@1\", null]}, {name: c, version: 1, parents: ?}]",
        ],
    );
    assert_eq!(cell(&facts, "m", 0, "parents"), "unknown: known after apply");
    assert_eq!(cell(&facts, "m", 1, "parents"), "(a@1)");
    assert_eq!(cell(&facts, "m", 2, "parents"), "unknown: known after apply");
}

#[test]
fn a_noun_without_a_key_has_nothing_to_refer_to() {
    let (facts, warnings) = facts(&models(), &["x: [{v: 1, of: [\"x#1\", p, q]}]"]);
    assert_eq!(cell(&facts, "x", 0, "of"), "(x#1, p, q)");
    assert_eq!((facts.rows(NounId(2)), facts.all_rows(NounId(2))), (1, 4));
    assert_eq!(messages(&warnings), ["`x#1` leads to no record: `x` has no key to find one by (3)"]);
}

#[test]
fn a_key_that_lacks_a_part_is_none() {
    let (facts, warnings) = facts(
        &models(),
        &["m: [{name: a}, {name: a}, {name: a, version: ?}, {name: a, version: [1]}, {name: a, version: 1}]"],
    );
    let ids: Vec<String> = (0..5).map(|row| facts.id(NounId(0), row)).collect();
    assert_eq!(ids, ["m#1", "m#2", "m#3", "m#4", "a@1"]);
    assert_eq!(facts.find(NounId(0), "m#2"), Some(1));
    assert_eq!(facts.find(NounId(0), "m#5"), None);
    assert_eq!(messages(&warnings), ["a record of `m` has no `version`, which is part of its key (4)"]);
    assert_eq!(warnings[0].kind, FactWarningKind::IncompleteKey);
}

#[test]
fn keys_in_a_circle_end() {
    let needs = needs([noun("a", "b", "b: one 0")]);
    let mut builder = Builder::new(needs);
    add_file(&mut builder, 0, "a: [{b: {b: {b: x}}}]");
    let (facts, _) = builder.finish();
    // All three have the key `x`, so that they are one record, whose key is now itself.
    assert_eq!((facts.rows(NounId(0)), facts.id(NounId(0), 0)), (1, "a#1".to_owned()));
}
