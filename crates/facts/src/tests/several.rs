//! Several sources in one builder give what a builder for each gives.

use super::support::*;
use crate::*;
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

fn world() -> Arc<Needs> {
    let mut open = noun("o", "", "v: any");
    (open.open, open.all) = (true, true);
    let mut seen = noun("s", "", "v: any");
    seen.open = true;
    needs([noun("m", "id", "id: text, s: text, ps: many 0, l: list text"), open, seen])
}

/// All that is to be seen of facts, and of what was said of them.
fn seen(builder: Builder) -> String {
    let needs = Arc::clone(builder.needs());
    let (facts, warnings) = builder.finish();
    let mut text = print_all(&facts);
    for (noun, _) in needs.iter() {
        let _ = writeln!(text, "{:?}", facts.names_seen(noun).collect::<Vec<_>>());
    }
    let symbols = facts.symbol_count();
    let _ = writeln!(text, "{symbols} {warnings:?}");
    text
}

/// The files by a builder each, and by one for so many.
fn both(files: &[String], together: usize, forget: bool) -> (String, String) {
    let needs = world();
    let add = |builder: &mut Builder, file: usize| {
        add_file(builder, u32::try_from(file).unwrap(), &files[file]);
        if forget && file.is_multiple_of(2) {
            // As behind the first part of a long file.
            builder.forget_new_keys();
            add_file(builder, u32::try_from(file).unwrap(), &format!("o: [{{later{file}: 1}}], s: [{{late: 1}}]"));
        }
    };
    let mut each = Builder::new(Arc::clone(&needs));
    for file in 0..files.len() {
        let mut own = Builder::new(Arc::clone(&needs));
        add(&mut own, file);
        each.absorb(own);
    }
    let mut whole = Builder::new(Arc::clone(&needs));
    for first in (0..files.len()).step_by(together) {
        let mut several = Builder::for_several(Arc::clone(&needs));
        for file in first..files.len().min(first + together) {
            several.next_source();
            add(&mut several, file);
        }
        whole.absorb(several);
    }
    (seen(each), seen(whole))
}

#[test]
fn facts_are_the_same() {
    let file = |number: usize| {
        format!(
            "m: [{{id: k{}, s: s{}, ps: [k{}, z{}], l: [a, b{number}], odd: 1}}], o: [{{v: {number}, w{}: [1, {{x: 2}}]}}]",
            number % 7,
            number % 2,
            number % 5,
            number % 3,
            number % 4
        )
    };
    let files: Vec<String> = (0..20).map(file).collect();
    for together in [1, 2, 7, 20] {
        for forget in [false, true] {
            let (each, whole) = both(&files, together, forget);
            assert_eq!(each, whole, "{together} {forget}");
        }
    }
}

/// A record with keys of these numbers.
fn with_keys(keys: Range<usize>) -> String {
    keys.map(|key| format!("a{key}: 1, ")).collect()
}

#[test]
fn so_many_keys_of_each_source_are_remembered() {
    // Some of these have more than are remembered.
    let keys = [0..100, 100..350, 350..370, 0..120, 500..740, 100..350, 1000..1400, 0..5];
    let files: Vec<String> = keys.into_iter().map(|keys| format!("s: [{{{}}}]", with_keys(keys))).collect();
    for together in [2, 3, 8] {
        for forget in [false, true] {
            let (each, whole) = both(&files, together, forget);
            assert_eq!(each, whole, "{together} {forget}");
        }
    }
}

#[test]
fn warnings_are_folded_at_the_same_limit() {
    let few = [0..100, 0..100, 0..100, 0..100];
    // More than are told apart, and then such as the first files have.
    let many = [200..600, 600..1000, 1000..1400, 0..100];
    let keys = few.into_iter().chain(many);
    let files: Vec<String> = keys.map(|keys| format!("m: [{{id: k, {}}}]", with_keys(keys))).collect();
    for together in [2, 4, 8] {
        let (each, whole) = both(&files, together, false);
        assert_eq!(each, whole, "{together}");
    }
}
