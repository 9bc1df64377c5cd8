//! Items that are written alike: the grammar reads one of them, and all must come out as if each had been read.

use proptest::prelude::*;
use tickmark_source::FileId;
use tickmark_syntax::parse;

const FILE: FileId = FileId(0);

/// The items of the packs that are shipped: what stands from one line that begins an item to the next.
#[expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test reads the packs from the disk")]
fn shipped() -> Vec<String> {
    const WORDS: [&str; 7] = ["control ", "entity ", "adjective ", "relation ", "map ", "param ", "test "];
    let mut items = Vec::new();
    let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../controls"))];
    while let Some(folder) = folders.pop() {
        let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "tick") {
                let text = std::fs::read_to_string(path).unwrap();
                let mut in_item = false;
                for line in text.lines() {
                    if WORDS.iter().any(|word| line.starts_with(word)) {
                        in_item = true;
                        items.push(String::new());
                    } else if line.starts_with("pack ") || line.starts_with("exception ") {
                        in_item = false;
                    }
                    if let (true, Some(item)) = (in_item, items.last_mut()) {
                        item.push_str(line);
                        item.push('\n');
                    }
                }
            }
        }
    }
    assert!(items.len() > 300, "{} items", items.len());
    items
}

/// What texts are made into: much that would be something else outside of quotes.
const INSIDE: [&str; 12] = ["", "a", "é", "# no comment", "{name}", "}", "`", "/x/", "1 day", "{", "every", " \t "];

/// The item with other digits and, in quotes, other words.
fn varied(item: &str, mut seed: u64) -> String {
    let mut next = |below: u32| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(seed >> 33).unwrap_or_default() % below
    };
    let mut text = String::new();
    let mut letters = item.chars().peekable();
    while let Some(letter) = letters.next() {
        text.push(match letter {
            // Mostly as it was, so that many stay what the language has: dates, counts.
            '0'..='9' if next(3) == 0 => char::from_digit(next(10), 10).unwrap_or('0'),
            other => other,
        });
        if letter == '"' && letters.peek().is_some_and(|after| *after != '"') {
            let inside: String =
                std::iter::from_fn(|| letters.next_if(|letter| *letter != '"' && *letter != '\n')).collect();
            let other = INSIDE.get(next(24) as usize);
            text.push_str(other.copied().unwrap_or(&inside));
            text.extend(letters.next());
        }
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Of items that are written alike the grammar reads one; all must come out, to the last place, as if each were read.
    #[test]
    fn items_are_the_same_among_their_like_as_alone(chosen in proptest::collection::vec((any::<prop::sample::Index>(), any::<u64>(), 1..6_u64), 1..8)) {
        static SHIPPED: std::sync::LazyLock<Vec<String>> = std::sync::LazyLock::new(shipped);
        let mut text = String::new();
        let (mut alone, mut told) = (Vec::new(), Vec::new());
        for (item, seed, times) in chosen {
            for time in 0..times {
                let item: &String = item.get(SHIPPED.as_slice());
                let item = varied(item, seed.wrapping_add(time));
                // Alone it stands at the same place of an empty file.
                let before = " ".repeat(text.len().saturating_sub(1)) + if text.is_empty() { "" } else { "\n" };
                let (tree, found) = parse(FILE, &(before + &item));
                // What is never closed takes in what follows.
                if found.iter().any(|each| each.code.to_string() == "E0102") {
                    continue;
                }
                alone.extend(tree.items.iter().map(|item| format!("{item:?}")));
                told.extend(found.iter().map(|each| format!("{each:?}")));
                text.push_str(&item);
                text.push('\n');
            }
        }
        let (tree, found) = parse(FILE, &text);
        let among: Vec<_> = tree.items.iter().map(|item| format!("{item:?}")).collect();
        let mut of_all: Vec<_> = found.iter().map(|each| format!("{each:?}")).collect();
        told.sort();
        of_all.sort();
        prop_assert_eq!(among, alone);
        prop_assert_eq!(of_all, told);
    }
}
