//! Singular and plural of a noun: a plural is accepted wherever the noun is.

use std::borrow::Cow;

/// The plural of an English noun written as an identifier; only its last part changes.
#[must_use]
pub fn plural(word: &str) -> String {
    let (head, last) = parts(word);
    let (stem, ending) = plural_of_last(last);
    [head, stem, ending].concat()
}

/// A word up to its last `_`, that included, and what stands after it.
fn parts(word: &str) -> (&str, &str) {
    word.split_at(word.rfind('_').map_or(0, |at| at + 1))
}

/// What stays of a word in the plural, and what is put behind it.
fn plural_of_last(word: &str) -> (&str, &'static str) {
    match word {
        "person" => ("", "people"),
        "index" => ("", "indices"),
        "criterion" => ("", "criteria"),
        "analysis" => ("", "analyses"),
        _ => match word.strip_suffix('y') {
            Some(stem) if stem.ends_with(|letter| !matches!(letter, 'a' | 'e' | 'i' | 'o' | 'u')) => (stem, "ies"),
            _ if ["s", "x", "z", "ch", "sh"].iter().any(|ending| word.ends_with(ending)) => (word, "es"),
            _ => (word, "s"),
        },
    }
}

/// Whether a word is the plural of another. It is asked for every pair of words that might be one: nothing is allocated.
fn is_plural_of(many: &str, one: &str) -> bool {
    let (head, last) = parts(one);
    let Some(rest) = many.strip_prefix(head) else { return false };
    let (stem, ending) = plural_of_last(last);
    rest.strip_prefix(stem) == Some(ending)
}

/// Whether two words are one noun, in singular or plural.
#[must_use]
pub fn same_noun(a: &str, b: &str) -> bool {
    are_alike(a, b) && (a == b || is_plural_of(b, a) || is_plural_of(a, b))
}

/// What holds of every word and its plural, and of hardly any other two: they begin with the same letter, and are of the same
/// length but for two letters. Nothing has a plural too, and no first letter.
fn are_alike(a: &str, b: &str) -> bool {
    let same_start = match (a.as_bytes().first(), b.as_bytes().first()) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    };
    same_start && a.len().abs_diff(b.len()) <= 2
}

/// The words whose plural this could be, likeliest first; none where it looks like no plural.
pub(crate) fn singulars(word: &str) -> impl Iterator<Item = Cow<'_, str>> {
    // `status`, `access`, `analysis`: these end in an s and are one.
    let looks_single = ["us", "ss", "is"].iter().any(|ending| word.ends_with(ending));
    words_of_plural(word).filter(move |_| !looks_single)
}

/// All words whose plural this is.
pub(crate) fn words_of_plural(word: &str) -> impl Iterator<Item = Cow<'_, str>> {
    const ENDINGS: [(&str, &str); 7] = [
        ("people", "person"),
        ("indices", "index"),
        ("criteria", "criterion"),
        ("analyses", "analysis"),
        ("ies", "y"),
        ("es", ""),
        ("s", ""),
    ];
    let candidates = ENDINGS.iter().filter_map(move |(ending, replacement)| {
        let stem = word.strip_suffix(ending)?;
        Some(if replacement.is_empty() { Cow::Borrowed(stem) } else { Cow::Owned(format!("{stem}{replacement}")) })
    });
    candidates.filter(move |candidate| is_plural_of(word, candidate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_of_the_vocabulary() {
        for (one, many) in [
            ("model", "models"),
            ("policy", "policies"),
            ("model_family", "model_families"),
            ("key", "keys"),
            ("box", "boxes"),
            ("index", "indices"),
            ("person", "people"),
            ("access", "accesses"),
            ("criterion", "criteria"),
            ("aws_s3_bucket", "aws_s3_buckets"),
        ] {
            assert_eq!(plural(one), many);
            assert!(same_noun(many, one));
            assert_eq!(singulars(many).next().as_deref(), Some(one), "{many}");
        }
        for one in ["model", "status", "access"] {
            assert_eq!(singulars(one).count(), 0, "{one}");
        }
    }

    /// What is refused at a glance would have been refused by a close look.
    #[test]
    fn a_glance_is_enough() {
        let closely = |a: &str, b: &str| a == b || is_plural_of(b, a) || is_plural_of(a, b);
        let known =
            ["", "s", "es", "y", "_", "a_", "person", "index", "criterion", "analysis", "data_person", "y_index"];
        let mut words: Vec<String> = known.into_iter().map(str::to_owned).collect();
        // Short words of the letters that endings are made of, in no order.
        let (mut state, letters) = (1_u64, ['y', 's', 'e', 'i', 'x', 'h', 'c', 'a', '_', 'é']);
        while words.len() < 600 {
            let mut word = String::new();
            for _ in 0..words.len() % 5 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                word.push(letters[usize::try_from(state >> 40).unwrap() % letters.len()]);
            }
            words.push(word);
        }
        words.extend(words.iter().map(|word| plural(word)).collect::<Vec<_>>());
        let mut same = 0;
        for a in &words {
            for b in &words {
                assert_eq!(same_noun(a, b), closely(a, b), "{a} {b}");
                same += usize::from(a != b && same_noun(a, b));
            }
        }
        assert!(same > 600, "hardly any two words were one noun: {same}");
    }

    #[test]
    fn every_plural_leads_back() {
        for one in [
            "model",
            "policy",
            "gnu",
            "taxi",
            "glass",
            "box",
            "a_",
            "_x",
            "y",
            "data_person",
            "kudos",
            "u",
            "sales_index",
        ] {
            let many = plural(one);
            assert!(is_plural_of(&many, one) && same_noun(one, &many), "{one} {many}");
            assert!(words_of_plural(&many).any(|word| word == one), "{one} {many}");
        }
        assert_eq!(words_of_plural("model").count(), 0);
        assert!(!same_noun("model", "modell") && !same_noun("key", "keies"));
    }
}
