//! A file that is read in parts by several threads gives what one thread gives, wherever it is cut.

mod common;

use common::{needs, run_in_parts};
use proptest::prelude::*;
use std::fmt::Write as _;
use tickmark_source::MemoryFiles;

/// `name` is a text that may be repeated; the model of it has tests, tags and references of its own.
fn model(number: u32, shape: u32) -> String {
    let mut text = format!("{{ \"name\": \"m{}\", \"version\": \"{}\"", number % 40, number % 3);
    if shape & 1 != 0 {
        let _ = write!(text, ", \"owner\": \"Jos\\u00e9 \\\"{number}\\\"\"");
    }
    if shape & 2 != 0 {
        let _ = write!(
            text,
            ", \"tests\": [{{\"name\": \"t{}\", \"version\": \"1\", \"passed\": {}}},\n {{\"name\":\"x\"}}]",
            number % 5,
            number.is_multiple_of(2)
        );
    }
    if shape & 4 != 0 {
        let _ = write!(text, ",\"tags\" : {{ \"a,{{\\\"name\\\": \": \"ö{number}\", \"b\": null }}");
    }
    if shape & 8 != 0 {
        let _ = write!(
            text,
            ",\"strange{}\": [1, [2, {{\"name\": \"m\", \"version\": \"2\"}}], {{\"name\": \"m\", \"version\": \"3\"}}]",
            number % 7
        );
    }
    if shape & 16 != 0 {
        let _ = write!(
            text,
            ", \"datasets\": [\"d{}\", \"d{}\"], \"created\": \"2026-01-{:02}\", \"size\": {}",
            number % 9,
            number % 4,
            number % 28 + 1,
            number * 7
        );
    }
    text.push('}');
    text
}

const NEEDS: [&str; 4] = [
    "model(name, version): name text, version text, owner text, tests many test, tags map tag, datasets many dataset, \
     created time, size number",
    "test: name text, passed bool",
    "tag: key text, value text",
    "dataset(id): id text",
];

fn files(text: String) -> MemoryFiles {
    let mut files = MemoryFiles::new();
    files.insert("facts.json", text.into_bytes());
    files
}

#[expect(clippy::unwrap_used, reason = "a test")]
fn read(files: &MemoryFiles, part: usize, threads: usize) -> String {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| run_in_parts(&["facts.json"], files, &needs(&NEEDS), part).seen())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn cuts_make_no_difference(
        records in prop::collection::vec((0..200_u32, 0..32_u32), 1..120),
        blank in prop::sample::select(vec!["", " ", "\n  "]),
        part in 1..700_usize,
    ) {
        let models: Vec<String> = records.iter().map(|(number, shape)| model(*number, *shape)).collect();
        let models = models.join(&format!("{blank},{blank}"));
        let others: Vec<String> = (0..9).map(|number| format!("{{\"id\": \"d{number}\"}}")).collect();
        let text = format!("{{\"models\":{blank}[{blank}{models}{blank}],{blank}\"dataset\": [{}], \"elsewhere\": [{models}]}}", others.join(","));
        let files = files(text);
        let two = read(&files, part, 2);
        prop_assert_eq!(&read(&files, part, 1), &two);
        prop_assert_eq!(&read(&files, part, 3), &two);
        // The names of keys that nobody wants are kept from the first part alone; everything else is the same anyhow.
        let bare = |text: &str| text.lines().filter(|line| !line.starts_with("  [")).map(str::to_owned).collect::<Vec<_>>();
        prop_assert_eq!(bare(&read(&files, usize::MAX / 4, 2)), bare(&two));
    }

    #[test]
    fn damage_is_told_alike(
        records in prop::collection::vec((0..200_u32, 0..32_u32), 1..40),
        part in 1..500_usize,
        at in any::<prop::sample::Index>(),
        byte in prop::sample::select(b"{}[],:\"\\x0n-\xff".to_vec()),
        cut in any::<bool>(),
    ) {
        let models: Vec<String> = records.iter().map(|(number, shape)| model(*number, *shape)).collect();
        let mut text = format!("{{\"models\":[{}]}}", models.join(",")).into_bytes();
        let at = at.index(text.len());
        if cut {
            text.truncate(at);
        } else {
            text[at] = byte;
        }
        let mut files = MemoryFiles::new();
        files.insert("facts.json", text);
        let one = read(&files, part, 1);
        prop_assert_eq!(&read(&files, part, 3), &one);
        let bare = |text: &str| text.lines().filter(|line| !line.starts_with("  [")).map(str::to_owned).collect::<Vec<_>>();
        prop_assert_eq!(bare(&read(&files, usize::MAX / 4, 1)), bare(&one));
    }
}
