//! Singular and plural of a noun: a plural is accepted wherever the noun is.

use std::borrow::Cow;

/// The plural of an English noun written as an identifier; only its last part changes.
#[must_use]
pub fn plural(word: &str) -> String {
    let (head, last) = parts(word);
    let (stem, ending) = plural_of_last(last);
    format!("{head}{stem}{ending}")
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
    a == b || is_plural_of(b, a) || is_plural_of(a, b)
}

/// The words whose plural this could be, likeliest first; empty where it looks like no plural.
#[must_use]
pub(crate) fn singulars(word: &str) -> Vec<String> {
    // `status`, `access`, `analysis`: these end in an s and are one.
    if ["us", "ss", "is"].iter().any(|ending| word.ends_with(ending)) {
        return Vec::new();
    }
    words_of_plural(word).map(Cow::into_owned).collect()
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
            assert_eq!(singulars(many).first().map(String::as_str), Some(one), "{many}");
        }
        assert!(singulars("model").is_empty());
        assert!(singulars("status").is_empty() && singulars("access").is_empty());
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
