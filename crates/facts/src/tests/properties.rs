//! What must hold of any records: the order of files counts, how they are split does not.

use super::support::*;
use crate::*;
use proptest::prelude::*;
use std::cmp::Ordering;
use std::sync::Arc;

fn world() -> Arc<Needs> {
    let mut open = noun("o", "", "v: any 3, w: any");
    (open.open, open.all) = (true, true);
    let mut inner = noun("o.v", "", "v: any");
    (inner.open, inner.all) = (true, true);
    needs([
        noun("m", "id", "id: any, s: text, n: number, l: list text, as: many 1, ps: many 0, p: one 0, tags: map 4"),
        noun("a", "", "s: text, p: one 0, as: many 1"),
        open,
        inner,
        noun("m.tags", "", "key: text, value: number"),
    ])
}

fn word() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "c", "1", "\"1\"", "true", "?", "null", "2.5"]).prop_map(str::to_owned)
}

fn value(twice: bool) -> impl Strategy<Value = String> {
    word().prop_recursive(3, 12, 3, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(|items| format!("[{}]", items.join(", "))),
            prop::collection::vec((name(), inner), 0..4)
                .prop_map(move |members| format!("{{{}}}", object("", members, twice))),
        ]
    })
}

fn name() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["id", "s", "n", "l", "as", "ps", "p", "tags", "v", "w", "x"])
}

/// The members of an object after the first; whether a key may stand twice.
fn object(first: &str, members: Vec<(&'static str, String)>, twice: bool) -> String {
    let mut text = first.to_owned();
    let mut seen = Vec::new();
    for (name, value) in members {
        if twice || !(seen.contains(&name) || name == "id" && !first.is_empty()) {
            text += &format!("{name}: {value}, ");
        }
        seen.push(name);
    }
    text
}

/// One record of one of the nouns, as a file of its own; whether a key may stand twice in an object.
fn record(twice: bool) -> impl Strategy<Value = String> {
    let members = prop::collection::vec((name(), value(twice)), 0..6);
    (
        prop::sample::select(vec!["m", "m", "m", "a", "o"]),
        prop::sample::select(vec!["a", "b", "c", "1", "null"]),
        members,
    )
        .prop_map(move |(noun, id, members)| {
            let id = if noun == "m" { format!("id: {id}, ") } else { String::new() };
            format!("{noun}: [{{{}}}]", object(&id, members, twice))
        })
}

proptest! {
    #[test]
    fn absorbing_is_reading_in_order(records in prop::collection::vec((record(true), 0usize..4), 0..12)) {
        let needs = world();
        let mut one = Builder::new(needs.clone());
        // A file begins where the number says so: each record has an offset of its own in any case.
        let mut parts = vec![Builder::new(needs.clone())];
        for (file, (text, begins)) in (0..).zip(&records) {
            add_file(&mut one, file, text);
            if *begins == 0 {
                parts.push(Builder::new(needs.clone()));
            }
            add_file(parts.last_mut().unwrap(), file, text);
        }
        let mut whole = Builder::new(needs);
        parts.into_iter().for_each(|part| whole.absorb(part));
        let (one, one_warnings) = one.finish();
        let (whole, whole_warnings) = whole.finish();
        prop_assert_eq!(print_all(&one), print_all(&whole));
        prop_assert_eq!(one_warnings, whole_warnings);
    }

    #[test]
    fn every_row_that_is_led_to_is_there(records in prop::collection::vec(record(true), 0..12)) {
        let texts: Vec<&str> = records.iter().map(String::as_str).collect();
        let (facts, _) = facts(&world(), &texts);
        let nouns: Vec<NounId> = facts.needs().iter().map(|(noun, _)| noun).collect();
        for noun in nouns {
            for row in 0..facts.rows(noun) {
                prop_assert_eq!(facts.find(noun, &facts.id(noun, row)), Some(row));
                if let ParentLink::Record(parent, parent_row) = facts.parent(noun, row) {
                    prop_assert!(parent_row < facts.rows(parent));
                }
                for attribute in (0..facts.attribute_count(noun)).map(AttributeId) {
                    if let Cell::Records(view) = facts.cell(noun, row, attribute) {
                        let mut rows = view.rows.to_vec();
                        prop_assert!(rows.iter().all(|row| *row < facts.all_rows(view.noun)));
                        rows.sort_unstable();
                        rows.dedup();
                        prop_assert_eq!(rows.len(), view.rows.len());
                    }
                }
            }
        }
    }

    #[test]
    fn the_same_facts_twice_are_the_same_facts(records in prop::collection::vec(record(false), 0..8)) {
        // Of records with a key, that is: only those are merged.
        let keyed = |text: &&str| text.starts_with("m: [{id: ") && !text.starts_with("m: [{id: null");
        let once: Vec<&str> = records.iter().map(String::as_str).filter(keyed).collect();
        let twice: Vec<&str> = once.iter().chain(&once).copied().collect();
        let (one, _) = facts(&world(), &once);
        let (two, _) = facts(&world(), &twice);
        let (m, id) = (NounId(0), AttributeId(0));
        for row in (0..one.rows(m)).filter(|row| !one.id(m, *row).starts_with("m#")) {
            let again = two.find(m, &one.id(m, row)).unwrap();
            prop_assert_eq!(print_cell(&one, one.cell(m, row, id)), print_cell(&two, two.cell(m, again, id)));
            for attribute in ["s", "n", "l", "ps", "p"] {
                // Places of a contradiction are more, the second time.
                // Records without a key may have other numbers.
                let short = |facts: &Facts, row| {
                    let printed = cell(facts, "m", row, attribute);
                    let printed = if printed.contains("contradictory") { "contradictory".to_owned() } else { printed };
                    printed.split('#').map(|part| part.trim_start_matches(|digit: char| digit.is_ascii_digit())).collect::<String>()
                };
                prop_assert_eq!(short(&one, row), short(&two, again), "{} of {}", attribute, row);
            }
        }
    }

    #[test]
    fn maps_and_records_lead_to_the_same(ids in prop::collection::vec((0u8..5, 0u8..3, 0u8..5), 0..10), at in 0usize..10) {
        // A relation is the same whether its records were read or added.
        let needs = world();
        let at = at.min(ids.len());
        let text = |(id, s, p): &(u8, u8, u8)| format!("m: [{{id: k{id}, s: s{s}, ps: [k{p}]}}]");
        let texts: Vec<String> = ids.iter().map(text).collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let (read, _) = facts(&needs, &texts);
        let (mut added, _) = facts(&needs, &texts[..at]);
        let m = NounId(0);
        let records = ids[at..].iter().map(|(id, s, p)| NewRecord {
            place: None,
            certain: true,
            parent: None,
            values: vec![
                (AttributeId(0), NewValue::Text(format!("k{id}")), None),
                (AttributeId(1), NewValue::Text(format!("s{s}")), None),
                (AttributeId(5), NewValue::List(vec![(NewValue::Text(format!("k{p}")), None)]), None),
            ],
        });
        let (rows, _) = added.extend(m, records.collect());
        for (row, (id, ..)) in rows.iter().zip(&ids[at..]) {
            prop_assert_eq!(added.id(m, *row), format!("k{}", id));
        }
        let print = |facts: &Facts| -> Vec<(String, String, String)> {
            let short = |printed: String| printed.split(" 0:").next().unwrap().to_owned();
            let one = |row| (facts.id(m, row), short(cell(facts, "m", row, "s")), cell(facts, "m", row, "ps"));
            (0..facts.rows(m)).map(one).collect()
        };
        prop_assert_eq!(
            print(&read).into_iter().map(|(id, s, ps)| (id, s.split(' ').take(2).collect::<Vec<_>>().join(" "), ps)).collect::<Vec<_>>(),
            print(&added).into_iter().map(|(id, s, ps)| (id, s.split(' ').take(2).collect::<Vec<_>>().join(" "), ps)).collect::<Vec<_>>()
        );
    }

    #[test]
    fn times_read_as_printed(micros in -62_135_596_800_000_000i64..253_402_300_800_000_000) {
        let time = Time(micros);
        prop_assert_eq!(Time::parse(&time.to_string()).unwrap(), time);
        for unit in [CalendarUnit::Day, CalendarUnit::Week, CalendarUnit::Month, CalendarUnit::Quarter, CalendarUnit::Year] {
            let start = time.start_of(unit);
            prop_assert!(start <= time && start.start_of(unit) == start);
            if let Some(next) = time.next_start_of(unit) {
                prop_assert!(time < next && next.start_of(unit) == next);
            }
        }
    }

    #[test]
    fn durations_read_as_printed(months in 0i32..10_000, micros in 0i64..i64::MAX, negative: bool) {
        let duration = Duration { months, micros };
        let duration = if negative { duration.checked_neg().unwrap() } else { duration };
        prop_assert_eq!(Duration::parse(&duration.to_string()).unwrap(), duration);
    }

    #[test]
    fn adding_and_taking_away_exact_time_is_nothing(micros in 0i64..200_000_000_000_000_000, length in 0i64..50_000_000_000_000_000) {
        let time = Time(micros);
        let duration = Duration::from_micros(length);
        prop_assert_eq!(time.checked_add(duration).unwrap().checked_sub(duration).unwrap(), time);
        prop_assert_eq!(time.checked_add(duration).unwrap().since(time), duration);
    }

    #[test]
    fn comparing_lengths_holds_from_any_day(start in -30_000i64..60_000, months in 0i32..60, days in 0i64..2_000) {
        let start = Time(start * 86_400_000_000);
        let (long, short) = (Duration::from_months(months), Duration::days(days));
        if let Some(order) = long.compare(short) {
            let (end, other) = (start.checked_add(long).unwrap(), start.checked_add(short).unwrap());
            prop_assert_eq!(end.cmp(&other), order);
        }
        prop_assert_eq!(short.compare(long), long.compare(short).map(Ordering::reverse));
    }

    #[test]
    fn no_text_breaks_the_parsers(text in "\\PC*") {
        let _ = Time::parse(&text);
        let _ = Time::parse_end(&text);
        let _ = Duration::parse(&text);
    }
}

#[test]
fn records_in_mixed_lists_of_a_part_stay_the_same() {
    let needs = needs([noun("p", "", "x: any 2"), noun("q", "", "y: any 2"), noun("c", "", "v: text")]);
    let files = ["p: [{x: [{v: a}, {v: b}]}]", "q: [{y: [{v: c}, 7]}, {y: [8, {v: d}]}]", "q: [{y: [{v: e}, 9]}]"];
    let mut one = Builder::new(needs.clone());
    let mut whole = Builder::new(needs.clone());
    for (file, text) in (0..).zip(files) {
        add_file(&mut one, file, text);
        let mut part = Builder::new(needs.clone());
        add_file(&mut part, file, text);
        whole.absorb(part);
    }
    let (one, whole) = (one.finish().0, whole.finish().0);
    assert_eq!(print_all(&whole), print_all(&one));
}
