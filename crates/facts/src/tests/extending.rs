//! Maps add records to facts that are there.

use super::support::*;
use crate::*;
use std::sync::Arc;
use tickmark_source::{FileId, Place};

const M: NounId = NounId(0);
const A: NounId = NounId(1);
const ID: AttributeId = AttributeId(0);

fn models() -> Arc<Needs> {
    needs([
        noun(
            "m",
            "id",
            "id: text, s: text, at: time, l: list number, as: many 1, p: one 0, ps: many 0, f: one 1, d: duration, y: any",
        ),
        noun("a", "", "by: text, on: one 0"),
    ])
}

fn record(values: Vec<(u32, NewValue)>) -> NewRecord {
    let values = values.into_iter().map(|(attribute, value)| (AttributeId(attribute), value, None)).collect();
    NewRecord { place: None, certain: true, parent: None, values }
}

fn text(text: &str) -> NewValue {
    NewValue::Text(text.to_owned())
}

fn items(values: impl IntoIterator<Item = NewValue>) -> NewValue {
    NewValue::List(values.into_iter().map(|value| (value, None)).collect())
}

fn child(parent: u32, by: &str) -> NewRecord {
    NewRecord { parent: Some((M, parent, AttributeId(4))), ..record(vec![(0, text(by))]) }
}

#[test]
fn values_are_read_by_their_types() {
    let (mut facts, _) = facts(&models(), &["m: [{id: z}]"]);
    let day = Time::parse("2026-03-01").unwrap();
    let (rows, warnings) = facts.extend(
        M,
        vec![
            record(vec![
                (0, text("a")),
                (1, NewValue::Time(day)),
                (2, text("2026-03-01")),
                (3, items([NewValue::Number(1.0), text("2"), NewValue::Missing, NewValue::Time(day)])),
                (5, text("z")),
                (6, items([text("z"), text("b"), text("nowhere")])),
                (8, NewValue::Duration(Duration::days(2))),
            ]),
            record(vec![
                (0, NewValue::Number(7.0)),
                (1, NewValue::Unknown(UnknownReason::Mapped("a.b is not known".to_owned()))),
                (2, NewValue::Duration(Duration::days(1))),
                (3, NewValue::Number(4.0)),
                (6, NewValue::Records(M, vec![0])),
                (7, NewValue::Records(M, vec![0])),
                (9, NewValue::Records(M, vec![0])),
            ]),
            record(vec![
                (0, text("b")),
                (5, NewValue::Records(M, vec![0])),
                (6, items([text("a"), NewValue::NotSurveyed])),
            ]),
        ],
    );
    assert_eq!(rows, [1, 2, 3]);
    assert_eq!(
        print_noun(&facts, "m"),
        "z id=z s=missing at=missing l=[] as=not surveyed p=missing ps=() f=missing d=missing y=missing\n\
         a id=a s=2026-03-01 at=@2026-03-01 l=[1.0, 2.0, unknown: `2026-03-01` is not a number] as=not surveyed p=(z) ps=(z, b, nowhere) f=missing d=~2 days y=missing\n\
         7 id=7 s=unknown: a.b is not known at=unknown: `1 day` is not a time l=[4.0] as=not surveyed p=missing ps=(z) f=unknown: a record of `m` is not one `a` d=missing y=opaque\n\
         b id=b s=missing at=missing l=[] as=not surveyed p=(z) ps=unknown: not surveyed f=missing d=missing y=missing\n"
    );
    assert_eq!(
        messages(&warnings),
        [
            "`l` of `m` is `2026-03-01`, but a number is declared (1)",
            "`at` of `m` is `1 day`, but a time is declared (1)",
            "`f` of `m` is a record of `m`, but one `a` is declared (1)",
        ]
    );
}

#[test]
fn carried_is_what_some_record_says_anything_of() {
    let (mut facts, _) = facts(&models(), &[]);
    assert!(!facts.supplied(M));
    facts.extend(M, vec![]);
    assert!(facts.supplied(M));
    facts.extend(M, vec![record(vec![(0, text("a")), (1, NewValue::NotSurveyed), (2, NewValue::Missing)])]);
    assert_eq!((cell(&facts, "m", 0, "s"), cell(&facts, "m", 0, "at")), ("not surveyed".into(), "missing".into()));
    facts.mark_carried(M, AttributeId(4));
    assert_eq!(cell(&facts, "m", 0, "as"), "()");
    facts.mark_cell_unknown(M, 0, AttributeId(4), UnknownReason::Mapped("why".to_owned()));
    facts.mark_cell_unknown(M, 9, AttributeId(4), UnknownReason::Mapped("why".to_owned()));
    assert_eq!(cell(&facts, "m", 0, "as"), "unknown: why");
    // What is unknown does not become known by some of its children.
    facts.extend(A, vec![child(0, "x")]);
    assert_eq!(cell(&facts, "m", 0, "as"), "unknown: why");
}

#[test]
fn records_of_one_key_are_one() {
    let (mut facts, _) = facts(&models(), &["m: [{id: a, s: x}, {id: b}]"]);
    let new = |id: &str, s: &str, l: f64| record(vec![(0, text(id)), (1, text(s)), (3, items([NewValue::Number(l)]))]);
    let (rows, warnings) = facts.extend(
        M,
        vec![
            new("c", "p", 1.0),
            new("a", "y", 1.0),
            new("c", "p", 2.0),
            new("b", "q", 3.0),
            new("d", "r", 4.0),
            record(vec![]),
        ],
    );
    assert_eq!(rows, [2, 0, 2, 1, 3, 4]);
    let short = |row| (facts.id(M, row), cell(&facts, "m", row, "s"), cell(&facts, "m", row, "l"));
    assert_eq!(short(0).1, "unknown: contradictory 0:16");
    assert_eq!(short(1), ("b".into(), "q".into(), "[3.0]".into()));
    assert_eq!(short(2), ("c".into(), "p".into(), "[1.0, 2.0]".into()));
    assert_eq!(short(3), ("d".into(), "r".into(), "[4.0]".into()));
    assert_eq!(short(4), ("m#5".into(), "missing".into(), "[]".into()));
    assert_eq!(
        messages(&warnings),
        [
            "a record of `m` has no `id`, which is part of its key (1)",
            "records of `m` `a` give different values for `s` (1)",
        ]
    );
    assert_eq!(facts.find(M, "d"), Some(3));
    // And once more, onto what was added.
    assert_eq!(facts.extend(M, vec![new("d", "r", 5.0), new("e", "s", 6.0)]).0, [3, 5]);
    assert_eq!(cell(&facts, "m", 3, "l"), "[4.0, 5.0]");
}

#[test]
fn phantoms_become_records() {
    let (mut facts, _) =
        facts(&models(), &["m: [{id: a, ps: [x, y, a]}, {id: b, p: y, ps: [z, y]}], a: [{on: x}, {on: z}]"]);
    assert_eq!((facts.rows(M), facts.all_rows(M)), (2, 5));
    let (rows, _) =
        facts.extend(M, vec![record(vec![(0, text("y")), (5, text("z")), (6, items([text("w"), text("a")]))])]);
    assert_eq!(rows, [2]);
    assert_eq!((facts.rows(M), facts.all_rows(M)), (3, 6));
    assert_eq!(cell(&facts, "m", 0, "ps"), "(x, y, a)");
    assert_eq!(cell(&facts, "m", 1, "ps"), "(z, y)");
    assert_eq!(cell(&facts, "m", 1, "p"), "(y)");
    assert_eq!(cell(&facts, "m", 2, "ps"), "(w, a)");
    assert_eq!(cell(&facts, "a", 1, "on"), "(z)");
    let Cell::Records(view) = facts.cell(M, 1, AttributeId(5)) else { panic!() };
    assert_eq!(view.rows, [2]);
    // Records may point at phantoms, of this noun and of others.
    let Cell::Records(view) = facts.cell(M, 1, AttributeId(6)) else { panic!() };
    let z = view.rows[0];
    assert!(!facts.exists(M, z));
    facts.extend(A, vec![record(vec![(1, NewValue::Records(M, vec![z]))])]);
    facts.extend(M, vec![record(vec![(0, text("q")), (5, NewValue::Records(M, vec![z]))])]);
    assert_eq!(cell(&facts, "a", 2, "on"), "(z)");
    assert_eq!(cell(&facts, "m", 3, "p"), "(z)");
    facts.extend(M, ["z", "x", "w"].map(|id| record(vec![(0, text(id))])).to_vec());
    assert_eq!((facts.rows(M), facts.all_rows(M)), (7, 7));
    assert_eq!(cell(&facts, "a", 2, "on"), "(z)");
    assert_eq!(cell(&facts, "m", 2, "ps"), "(w, a)");
    let Cell::Records(view) = facts.cell(A, 0, AttributeId(1)) else { panic!() };
    assert_eq!(view.rows, [5]);
}

#[test]
fn children_are_linked_to_what_holds_them() {
    let (mut facts, _) = facts(&models(), &["m: [{id: a, as: [{by: x}]}, {id: b}]"]);
    let (rows, _) =
        facts.extend(A, vec![child(1, "p"), child(0, "y"), child(0, "x"), child(1, "p"), child(1, "q"), child(7, "r")]);
    // `x` of `a` was there: it is the same record. Two rows of one map stay two.
    assert_eq!(rows, [1, 2, 0, 3, 4, 5]);
    assert_eq!(cell(&facts, "m", 0, "as"), "(a#1, a#3)");
    assert_eq!(cell(&facts, "m", 1, "as"), "(a#2, a#4, a#5)");
    assert_eq!(facts.parent(A, 4), ParentLink::Record(M, 1));
    assert_eq!(facts.parent(A, 0), ParentLink::Record(M, 0));
    // A second map tells of the same.
    let (rows, _) = facts.extend(A, vec![child(1, "q"), child(1, "s")]);
    assert_eq!(rows, [4, 6]);
    assert_eq!(cell(&facts, "m", 1, "as"), "(a#2, a#4, a#5, a#7)");
}

#[test]
fn a_second_child_where_one_is_declared_contradicts() {
    let (mut facts, _) = facts(&models(), &["m: [{id: a}, {id: b}]"]);
    let held = |parent, by: &str| NewRecord { parent: Some((M, parent, AttributeId(7))), ..child(0, by) };
    facts.extend(A, vec![held(0, "x"), held(1, "y"), held(1, "z")]);
    assert_eq!(cell(&facts, "m", 0, "f"), "(a#1)");
    assert_eq!(cell(&facts, "m", 1, "f").trim(), "unknown: contradictory");
}

#[test]
fn children_with_a_key_may_have_several_parents() {
    let (mut facts, _) = facts(&models(), &["m: [{id: a}, {id: b}]"]);
    let held =
        |parent, id: &str| NewRecord { parent: Some((M, parent, AttributeId(6))), ..record(vec![(0, text(id))]) };
    let (rows, _) = facts.extend(M, vec![held(0, "x"), held(1, "x"), held(1, "y"), held(1, "a")]);
    assert_eq!(rows, [2, 2, 3, 0]);
    assert_eq!(cell(&facts, "m", 1, "ps"), "(x, y, a)");
    assert_eq!(facts.parent(M, 2), ParentLink::Several);
    assert_eq!(facts.parent(M, 3), ParentLink::Record(M, 1));
    assert_eq!(facts.parent(M, 0), ParentLink::Record(M, 1));
}

#[test]
fn what_may_belong_is_not_certain_until_another_says_so() {
    let (mut facts, _) = facts(&models(), &["m: [{id: a}]"]);
    let maybe = |id: &str| NewRecord { certain: false, ..record(vec![(0, text(id))]) };
    facts.extend(M, vec![maybe("a"), maybe("b"), maybe("c")]);
    assert_eq!([0, 1, 2].map(|row| facts.is_certain(M, row)), [true, false, false]);
    facts.extend(M, vec![record(vec![(0, text("c"))]), maybe("d")]);
    assert_eq!([0, 1, 2, 3].map(|row| facts.is_certain(M, row)), [true, false, true, false]);
}

#[test]
fn places_carry_over() {
    let (mut facts, _) = facts(&models(), &["m: [{id: a}]"]);
    let at = |file, offset| Some(Place { file: FileId(file), offset });
    let values = vec![
        (ID, text("n"), at(1, 7)),
        (AttributeId(1), text("s"), at(2, 8)),
        (AttributeId(2), text("2026-01-01"), None),
        (
            AttributeId(3),
            NewValue::List(vec![(NewValue::Number(1.0), at(3, 9)), (NewValue::Number(2.0), None)]),
            at(1, 3),
        ),
    ];
    facts.extend(M, vec![NewRecord { place: at(1, 5), certain: true, parent: None, values }]);
    assert_eq!(facts.place(M, 1), at(1, 5));
    assert_eq!(facts.cell_place(M, 1, ID), at(1, 7));
    assert_eq!(facts.cell_place(M, 1, AttributeId(1)), at(2, 8));
    assert_eq!(facts.cell_place(M, 1, AttributeId(2)), None);
    assert_eq!(facts.item_place(M, 1, AttributeId(3), 0), at(3, 9));
    assert_eq!(facts.item_place(M, 1, AttributeId(3), 1), None);
}

#[test]
fn strange_numbers_do_no_harm() {
    let (mut facts, _) = facts(&models(), &["m: [{id: a}]"]);
    let (rows, _) = facts.extend(M, vec![record(vec![(77, text("x")), (6, NewValue::Records(M, vec![1 << 30]))])]);
    assert_eq!(rows, [1]);
    assert_eq!(facts.extend(NounId(99), vec![record(vec![])]).0.len(), 1);
    assert_eq!(facts.rows(NounId(99)), 0);
    let _ = facts.cell(M, u32::MAX, ID);
    let _ = facts.id(M, u32::MAX);
    let _ = facts.id(NounId(99), 0);
    let _ = facts.place(M, u32::MAX);
    let _ = facts.parent(M, u32::MAX);
}
