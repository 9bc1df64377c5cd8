//! Values are read by their declared types, and every state of the table in the language reference comes out.

use super::support::*;
use crate::*;
use tickmark_source::{FileId, Place};

#[test]
fn scalars_by_their_types() {
    let needs = needs([noun(
        "t",
        "",
        "t: text, n: number, b: bool, w: time, d: duration, o: a|b, l: list text, ln: list number, ll: list list text",
    )]);
    for (given, attribute, printed) in [
        ("{t: x}", "t", "x"),
        ("{t: 7}", "t", "7"),
        ("{t: 7.5}", "t", "7.5"),
        ("{t: true}", "t", "true"),
        ("{t: #12345678901234567890}", "t", "12345678901234567890"),
        ("{t: [x]}", "t", "unknown: a list is not text"),
        ("{t: {x: y}}", "t", "unknown: an object is not text"),
        ("{t: ?}", "t", "unknown: known after apply"),
        ("{t: null}", "t", "missing"),
        ("{n: 7}", "n", "7.0"),
        ("{n: \"7.25\"}", "n", "7.25"),
        ("{n: \"-1e3\"}", "n", "-1000.0"),
        ("{n: \" 7\"}", "n", "unknown: ` 7` is not a number"),
        ("{n: \"inf\"}", "n", "unknown: `inf` is not a number"),
        ("{n: \"nan\"}", "n", "unknown: `nan` is not a number"),
        ("{n: \"1e999\"}", "n", "unknown: `1e999` is not a number"),
        ("{n: seven}", "n", "unknown: `seven` is not a number"),
        ("{n: true}", "n", "unknown: `true` is not a number"),
        ("{n: #12345678901234567890}", "n", "unknown: `12345678901234567890` is not a number"),
        ("{n: \"12345678901234567890\"}", "n", "unknown: `12345678901234567890` is not a number"),
        ("{b: true}", "b", "true"),
        ("{b: \"false\"}", "b", "false"),
        ("{b: yes}", "b", "unknown: `yes` is not a bool"),
        ("{b: 1}", "b", "unknown: `1` is not a bool"),
        ("{w: \"2026-03-01\"}", "w", "@2026-03-01"),
        ("{w: \"2026-03-01T10:00:00+02:00\"}", "w", "@2026-03-01T08:00:00Z"),
        ("{w: 1772323200}", "w", "unknown: `1772323200` is not a time"),
        ("{d: P30D}", "d", "~30 days"),
        ("{d: \"4 hours\"}", "d", "~4 hours"),
        ("{d: 4}", "d", "unknown: `4` is not a duration"),
        ("{o: a}", "o", "a"),
        ("{o: c}", "o", "unknown: `c` is not one of `a`, `b`"),
        ("{l: [x, 7, null, ?]}", "l", "[x, 7, unknown: known after apply]"),
        ("{l: x}", "l", "[x]"),
        ("{l: ?}", "l", "unknown: known after apply"),
        ("{l: {x: y}}", "l", "unknown: an object is not a list"),
        ("{l: [[x]]}", "l", "[unknown: a list is not text]"),
        ("{l: []}", "l", "[]"),
        ("{l: null}", "l", "[]"),
        ("{ln: [1, \"2\", x]}", "ln", "[1.0, 2.0, unknown: `x` is not a number]"),
        ("{ln: x}", "ln", "unknown: `x` is not a number"),
        ("{ll: [[a, b], [], c]}", "ll", "[[a, b], [], [c]]"),
    ] {
        let (facts, _) = facts(&needs, &[&format!("t: [{given}]")]);
        assert_eq!(cell(&facts, "t", 0, attribute), printed, "{given}");
    }
}

#[test]
fn what_does_not_fit_is_warned_of_once_and_counted() {
    let needs = needs([noun("t", "", "n: number, o: a|b")]);
    let (_, warnings) = facts(&needs, &["t: [{n: x}, {n: y}, {n: #12345678901234567890, o: c}, 7, {n: [1]}]"]);
    assert_eq!(
        messages(&warnings),
        [
            "`n` of `t` is `x`, but a number is declared (4)",
            "`o` of `t` is `c`, but one of `a`, `b` is declared (1)",
            "a record of `t` must be an object with named attributes (1)",
        ]
    );
    assert_eq!(warnings[0].kind, FactWarningKind::DoesNotFit);
    assert_eq!(warnings[0].place, Some(Place { file: FileId(0), offset: 9 }));
    assert_eq!((warnings[0].noun, warnings[0].attribute.as_str()), (NounId(0), "n"));
    let (_, warnings) = facts(&needs, &["t: [{n: #12345678901234567890}]"]);
    assert_eq!(
        messages(&warnings),
        ["`n` of `t` is `12345678901234567890` (an integer beyond 2^53), but a number is declared (1)"]
    );
}

#[test]
fn any_keeps_what_is_there() {
    let mut inner = noun("t.x", "", "a: text");
    inner.open = true;
    let mut outer = noun("t", "", "x: any 1, y: any");
    outer.open = true;
    let needs = needs([outer, inner]);
    for (given, attribute, printed) in [
        ("{x: 7}", "x", "7.0"),
        ("{x: true}", "x", "true"),
        ("{x: \"2026-03-01\"}", "x", "2026-03-01"),
        ("{x: #12345678901234567890}", "x", "12345678901234567890"),
        ("{x: [1, a, true]}", "x", "[1.0, a, true]"),
        ("{x: [[1], [[2]]]}", "x", "[[1.0], [[2.0]]]"),
        ("{x: {a: 1}}", "x", "(x#1)"),
        ("{x: [{a: 1}, {a: 2}]}", "x", "(x#1, x#2)"),
        ("{x: [{a: 1}, b, [{a: 3}]]}", "x", "[(x#1), b, (x#2)]"),
        ("{x: [{a: 1}, ?]}", "x", "[(x#1), unknown: known after apply]"),
        ("{x: []}", "x", "[]"),
        ("{x: null}", "x", "missing"),
        ("{y: {a: 1}}", "y", "opaque"),
        ("{y: [{a: 1}, 2]}", "y", "[opaque, 2.0]"),
        ("{y: [1, 2]}", "y", "[1.0, 2.0]"),
    ] {
        let (facts, warnings) = facts(&needs, &[&format!("t: [{given}]")]);
        assert_eq!(cell(&facts, "t", 0, attribute), printed, "{given}");
        assert_eq!(messages(&warnings), [""; 0]);
    }
}

#[test]
fn an_any_column_takes_all_types_in_turn() {
    let needs = needs([noun("t", "", "x: any 1"), noun("t.x", "", "a: text")]);
    let (facts, _) = facts(
        &needs,
        &["t: [{x: a}, {}, {x: 1}, {x: null}, {x: true}, {x: [1]}, {x: {a: b}}, {x: ?}, {x: [{a: c}, {a: d}]}]"],
    );
    let cells: Vec<String> = (0..9).map(|row| cell(&facts, "t", row, "x")).collect();
    assert_eq!(
        cells,
        ["a", "missing", "1.0", "missing", "true", "[1.0]", "(x#1)", "unknown: known after apply", "(x#2, x#3)"]
    );
}

#[test]
fn an_any_attribute_that_is_a_list_everywhere_is_empty_where_it_is_lacking() {
    let needs = needs([noun("t", "", "x: any 1"), noun("t.x", "", "a: text")]);
    let last = |records: &str| {
        let (facts, _) = facts(&needs, &[&format!("t: [{records}, {{}}]")]);
        cell(&facts, "t", facts.rows(NounId(0)) - 1, "x")
    };
    assert_eq!(last("{x: [1]}, {x: []}"), "[]");
    assert_eq!(last("{x: [{a: b}]}, {x: null}"), "()");
    assert_eq!(last("{x: []}"), "[]");
    assert_eq!(last("{x: [1]}, {x: 2}"), "missing");
    assert_eq!(last("{x: {a: b}}"), "missing");
    assert_eq!(last("{x: null}"), "missing");
    assert_eq!(last("{}"), "not surveyed");
    // An empty list among lists of records is a relation without records.
    let (facts, _) = facts(&needs, &["t: [{x: []}, {x: [{a: b}]}]"]);
    assert_eq!(cell(&facts, "t", 0, "x"), "()");
}

#[test]
fn the_states_of_an_attribute() {
    let attributes = "key: text, s: text, os: optional text, l: list text, ol: optional list text, m: many 1, om: optional many 1, \
                      o: one 1, oo: optional one 1, p: map 2, op: optional map 2";
    let needs =
        needs([noun("t", "key", attributes), noun("u", "id", "id: text"), noun("t.p", "", "key: text, value: text")]);
    let all = |facts: &Facts, row| -> Vec<String> {
        ["s", "os", "l", "ol", "m", "om", "o", "oo", "p", "op"].map(|name| cell(facts, "t", row, name)).to_vec()
    };
    // Nobody carries them.
    let (bare, _) = facts(&needs, &["t: [{key: a}]"]);
    let none = "not surveyed";
    assert_eq!(all(&bare, 0), [none, "missing", none, "[]", none, "()", none, "missing", none, "()"]);
    // Another record carries them, if only as null.
    let (carried, _) = facts(&needs, &["t: [{key: a}, {key: b, s: null, l: null, m: null, o: null, p: null}]"]);
    for row in [0, 1] {
        assert_eq!(
            all(&carried, row),
            ["missing", "missing", "[]", "[]", "()", "()", "missing", "missing", "()", "()"]
        );
    }
    let state = carried.attribute_state(NounId(0), AttributeId(1));
    assert_eq!(state, AttributeState { carried: true, known: 0, missing: 2, unknown: 0 });
    // The noun is surveyed whole.
    let mut builder = Builder::new(needs.clone());
    builder.survey_whole(NounId(0));
    add_file(&mut builder, 0, "t: [{key: a}]");
    assert_eq!(all(&builder.finish().0, 0), all(&carried, 0));
    // The importer says that one is carried.
    let mut builder = Builder::new(needs.clone());
    builder.carry(NounId(0), AttributeId(3));
    add_file(&mut builder, 0, "t: [{key: a}]");
    let (facts, _) = builder.finish();
    assert_eq!((cell(&facts, "t", 0, "l"), cell(&facts, "t", 0, "s")), ("[]".to_owned(), none.to_owned()));
    assert_eq!(facts.attribute_state(NounId(0), AttributeId(0)).known, 1);
}

#[test]
fn what_is_nested_in_a_noun_surveyed_whole_is_surveyed_whole() {
    let mut inner = noun("t.x", "", "a: any");
    inner.nested_in = Some(NounId(0));
    let needs = needs([noun("t", "", "x: any 1"), inner]);
    let mut builder = Builder::new(needs);
    builder.survey_whole(NounId(0));
    add_file(&mut builder, 0, "t: [{x: {}}]");
    assert_eq!(cell(&builder.finish().0, "t.x", 0, "a"), "missing");
}

#[test]
fn nested_records_know_where_they_stand_and_what_they_are_in() {
    let needs = needs([noun("m", "id", "id: text, as: many 1, t: one 1"), noun("a", "", "by: text")]);
    let text = "m: [{id: x, as: [{by: p}, {by: q}], t: {by: r}}, {as: {by: s}, id: y}]";
    let (facts, warnings) = facts(&needs, &[text]);
    assert_eq!(messages(&warnings), [""; 0]);
    assert_eq!(
        print_noun(&facts, "m"),
        "x id=x as=(a#1, a#2) t=(a#3)\n\
         y id=y as=(a#4) t=missing\n"
    );
    assert_eq!(print_noun(&facts, "a"), "a#1 in x by=p\na#2 in x by=q\na#3 in x by=r\na#4 in y by=s\n");
    let at =
        |needle: &str| Some(Place { file: FileId(0), offset: u32::try_from(text.find(needle).unwrap() + 1).unwrap() });
    assert_eq!(facts.place(NounId(1), 1), at("{by: q}"));
    assert_eq!(facts.item_place(NounId(0), 0, AttributeId(1), 1), at("{by: q}"));
    assert_eq!(facts.item_place(NounId(0), 0, AttributeId(1), 2), None);
    assert_eq!(facts.item_place(NounId(0), 0, AttributeId(2), 0), at("{by: r}"));
    assert_eq!(facts.cell_place(NounId(0), 0, AttributeId(1)), at("[{by: p}"));
    assert_eq!(facts.cell_place(NounId(1), 1, AttributeId(0)), at("q}"));
    assert_eq!(facts.cell_place(NounId(0), 1, AttributeId(2)), None);
    assert_eq!(facts.find(NounId(1), "a#3"), Some(2));
    assert_eq!(facts.find(NounId(1), "a#5"), None);
    assert_eq!(facts.find(NounId(1), "a#03"), None);
    assert_eq!(facts.find(NounId(0), "m#1"), None);
}

#[test]
fn nouns_nest_in_themselves() {
    let needs = needs([noun("n", "", "v: number, l: list number, of: many 0")]);
    let (facts, _) =
        facts(&needs, &["n: [{v: 1, l: [1, 2], of: [{v: 2, of: [{v: 3, l: [3]}]}, {v: 4, l: [4]}], l: [5]}]"]);
    assert_eq!(
        print_noun(&facts, "n"),
        "n#1 v=1.0 l=[1.0, 2.0, 5.0] of=(n#2, n#4)\n\
         n#2 in n#1 v=2.0 l=[] of=(n#3)\n\
         n#3 in n#2 v=3.0 l=[3.0] of=()\n\
         n#4 in n#1 v=4.0 l=[4.0] of=()\n"
    );
}

#[test]
fn a_list_where_one_is_declared() {
    let needs = needs([noun("m", "", "t: one 1"), noun("a", "id", "id: text")]);
    let (facts, warnings) = facts(&needs, &["m: [{t: [{id: x}]}, {t: [x]}, {t: [x, y]}, {t: []}, {t: ?}]"]);
    let cells: Vec<String> = (0..5).map(|row| cell(&facts, "m", row, "t")).collect();
    let misfit = "unknown: a list is not one `a`";
    assert_eq!(cells, ["(x)", "(x)", misfit, misfit, "unknown: known after apply"]);
    assert_eq!(messages(&warnings), ["`t` of `m` is a list, but one `a` is declared (2)"]);
}

#[test]
fn maps_are_relations_to_their_entries() {
    let needs = needs([noun("m", "id", "id: text, tags: map 1"), noun("m.tags", "", "key: text, value: text")]);
    let (facts, warnings) =
        facts(&needs, &["m: [{id: a, tags: {team: x, cost: 7}}, {id: b}, {id: c, tags: {}}, {id: d, tags: [x]}]"]);
    assert_eq!(cell(&facts, "m", 0, "tags"), "(tags#1, tags#2)");
    assert_eq!(cell(&facts, "m", 1, "tags"), "()");
    assert_eq!(cell(&facts, "m", 2, "tags"), "()");
    assert_eq!(cell(&facts, "m", 3, "tags"), "unknown: a list is not a map");
    assert_eq!(print_noun(&facts, "m.tags"), "tags#1 in a key=team value=x\ntags#2 in a key=cost value=7\n");
    assert_eq!(messages(&warnings), ["`tags` of `m` is a list, but a map is declared (1)"]);
}

#[test]
fn a_key_that_stands_twice() {
    let needs = needs([
        noun("m", "id", "id: text, v: text, l: list text, tags: map 1"),
        noun("m.tags", "", "key: text, value: text"),
    ]);
    let (facts, warnings) = facts(
        &needs,
        &["m: [{id: a, v: x, v: y, l: [p], l: [q]}, {id: b, v: x, v: x}, {id: c, tags: {k: 1, k: 2, j: 3, j: 3}}]"],
    );
    assert_eq!(
        print_noun(&facts, "m"),
        "a id=a v=unknown: contradictory 0:16 0:22 l=[p, q] tags=()\n\
         b id=b v=x l=[] tags=()\n\
         c id=c v=missing l=[] tags=(tags#1, tags#2)\n"
    );
    assert_eq!(
        print_noun(&facts, "m.tags"),
        "tags#1 in c key=k value=unknown: contradictory 0:81 0:87\ntags#2 in c key=j value=3\n"
    );
    assert_eq!(
        messages(&warnings),
        [
            "`v` stands twice in one record of `m` (2)",
            "a record of `m` has two values for `v` (1)",
            "`l` stands twice in one record of `m` (1)",
            "`k` stands twice in `tags` of one record of `m` (2)",
            "a record of `m.tags` has two values for `value` (1)",
        ]
    );
}

#[test]
fn only_what_is_wanted_is_kept() {
    let mut open = noun("o", "", "a: any, b: unwanted any");
    open.open = true;
    let mut all = noun("p", "", "a: any");
    (all.open, all.all) = (true, true);
    let needs = needs([noun("t", "id", "id: unwanted text, a: text, b: unwanted number"), open, all]);
    let (facts, warnings) = facts(
        &needs,
        &[
            "t: [{id: x, a: 1, b: nonsense, c: 2, d: 3}, {c: 4, id: y}], o: [{a: 1, b: 2, c: 3}], p: [{a: 1, z: 2, y: {x: 1}}, {y: 3}]",
        ],
    );
    assert_eq!(print_noun(&facts, "t"), "x id=x a=1 b=not surveyed\ny id=y a=missing b=not surveyed\n");
    assert_eq!(print_noun(&facts, "o"), "o#1 a=1.0 b=not surveyed\n");
    assert_eq!(print_noun(&facts, "p"), "p#1 a=1.0 z=2.0 y=opaque\np#2 a=missing z=missing y=3.0\n");
    assert_eq!(messages(&warnings), ["`t` has no attribute `c` (2)", "`t` has no attribute `d` (1)"]);
    assert_eq!(facts.attribute_named(NounId(2), "nowhere"), None);
    assert_eq!(facts.attribute_count(NounId(2)), 3);
}

#[test]
fn an_attribute_may_stand_under_another_name() {
    let needs = needs([noun("t", "", "tag/tags: any, note: text, notes: text")]);
    let (facts, _) = facts(&needs, &["t: [{tags: [x], note: a, notes: b}, {tag: [y]}]"]);
    assert_eq!(print_noun(&facts, "t"), "t#1 tag=[x] note=a notes=b\nt#2 tag=[y] note=missing notes=missing\n");
    assert_eq!(facts.attribute_named(NounId(0), "tags"), Some(AttributeId(0)));
}

#[test]
fn importers_put_records_together() {
    let needs = needs([
        noun("m", "id", "id: text, n: number, t: one 1, ts: many 1, l: list text"),
        noun("a", "id", "id: text"),
    ]);
    let mut builder = Builder::new(needs);
    let place = |offset| Place { file: FileId(3), offset };
    let m = NounId(0);
    let row = builder.begin(m, place(1));
    builder.set(m, row, AttributeId(0), Scalar::Text("x"), place(2));
    builder.set(m, row, AttributeId(1), Scalar::Text("12"), place(3));
    builder.refer(m, row, AttributeId(2), "p", place(4));
    builder.refer(m, row, AttributeId(3), "p", place(5));
    builder.refer(m, row, AttributeId(3), "q", place(6));
    builder.refer(m, row, AttributeId(3), "p", place(7));
    let list = node("[u, v]");
    builder.set_by_name(m, row, "l", &mut NodeReader { file: FileId(4), node: &list }).unwrap();
    builder.set_by_name(m, row, "nope", &mut NodeReader { file: FileId(4), node: &list }).unwrap();
    // Nothing of this exists.
    builder.set(NounId(9), 0, AttributeId(0), Scalar::Text("x"), place(2));
    builder.set(m, row, AttributeId(9), Scalar::Text("x"), place(2));
    builder.set_by_name(NounId(9), 0, "l", &mut NodeReader { file: FileId(4), node: &list }).unwrap();
    let (facts, warnings) = builder.finish();
    assert_eq!(print_noun(&facts, "m"), "x id=x n=12.0 t=(p) ts=(p, q) l=[u, v]\n");
    assert_eq!(facts.item_place(m, 0, AttributeId(3), 1), Some(place(6)));
    // The list stands in another file than the record.
    assert_eq!(facts.cell_place(m, 0, AttributeId(4)), Some(Place { file: FileId(4), offset: 0 }));
    assert_eq!(facts.item_place(m, 0, AttributeId(4), 1), Some(Place { file: FileId(4), offset: 4 }));
    assert_eq!(messages(&warnings), ["`m` has no attribute `nope` (1)"]);
}

#[test]
fn a_reader_that_fails_leaves_a_builder_that_works() {
    let needs = needs([noun("m", "id", "id: text, l: list text, as: many 1"), noun("a", "", "v: text")]);
    let mut builder = Builder::new(needs);
    let broken = node("{id: x, as: [{v: 1}, {v: BROKEN}]}");
    assert!(builder.record(NounId(0), &mut NodeReader { file: FileId(0), node: &broken }).is_err());
    add_file(&mut builder, 1, "m: [{id: y, l: [1, 2], as: [{v: 2}]}]");
    let (facts, _) = builder.finish();
    assert_eq!(cell(&facts, "m", 1, "l"), "[1, 2]");
    assert_eq!(cell(&facts, "m", 1, "as"), "(a#3)");
}

#[test]
fn what_is_nested_too_deeply_is_unknown() {
    let needs = needs([noun("n", "", "v: any, of: many 0")]);
    let deep = |open: &str, close: &str, times: usize| format!("{}{}", open.repeat(times), close.repeat(times));
    let (facts, _) = facts(
        &needs,
        &[&format!("n: [{{v: {}, of: {}}}]", deep("[", "]", 300), deep("[{of: ", "}]", 120).replace("of: }", "}"))],
    );
    assert!(facts.rows(NounId(0)) < 120, "{}", facts.rows(NounId(0)));
    let last = facts.rows(NounId(0)) - 1;
    assert_eq!(cell(&facts, "n", last, "of"), "unknown: something nested too deeply is not one `n`");
}

#[test]
fn supplied_is_said_or_seen() {
    let mut nested = noun("m.x", "", "v: text");
    nested.nested_in = Some(NounId(0));
    let needs = needs([noun("m", "id", "id: text, as: many 1, x: many 2"), noun("a", "id", "id: text"), nested]);
    let supplied = |text: &str| {
        let (facts, _) = facts(&needs, &[text]);
        [0, 1, 2].map(|noun| facts.supplied(NounId(noun)))
    };
    assert_eq!(supplied(""), [false, false, false]);
    assert_eq!(supplied("m: []"), [true, false, false]);
    assert_eq!(supplied("m: [{id: x, as: [p], x: []}]"), [true, false, true]);
    assert_eq!(supplied("m: [{id: x, as: [{id: p}]}]"), [true, true, false]);
}
