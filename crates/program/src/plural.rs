//! Singular and plural of a noun: a plural is accepted wherever the noun is.

/// The plural of an English noun written as an identifier; only its last part changes.
#[must_use]
pub fn plural(word: &str) -> String {
    let (head, last) = word.rsplit_once('_').map_or(("", word), |(head, last)| (head, last));
    let last_plural = match last {
        "person" => "people".to_owned(),
        "index" => "indices".to_owned(),
        "criterion" => "criteria".to_owned(),
        "analysis" => "analyses".to_owned(),
        _ => regular_plural(last),
    };
    if head.is_empty() && !word.starts_with('_') { last_plural } else { format!("{head}_{last_plural}") }
}

fn regular_plural(word: &str) -> String {
    let ends_with_consonant_y = word.ends_with('y') && !word.ends_with(['a', 'e', 'i', 'o', 'u']) && {
        let before = word.chars().rev().nth(1);
        !matches!(before, Some('a' | 'e' | 'i' | 'o' | 'u') | None)
    };
    if ends_with_consonant_y {
        return format!("{}ies", word.strip_suffix('y').unwrap_or(word));
    }
    if ["s", "x", "z", "ch", "sh"].iter().any(|ending| word.ends_with(ending)) {
        return format!("{word}es");
    }
    format!("{word}s")
}

/// Whether two words are one noun, in singular or plural.
#[must_use]
pub fn same_noun(a: &str, b: &str) -> bool {
    a == b || plural(a) == b || plural(b) == a
}

/// The words whose plural this could be, likeliest first; empty where it looks like no plural.
#[must_use]
pub(crate) fn singulars(word: &str) -> Vec<String> {
    let mut candidates = Vec::new();
    // `status`, `access`, `analysis`: these end in an s and are one.
    if ["us", "ss", "is"].iter().any(|ending| word.ends_with(ending)) {
        return candidates;
    }
    for (ending, replacement) in
        [("people", "person"), ("indices", "index"), ("criteria", "criterion"), ("analyses", "analysis")]
    {
        if let Some(stem) = word.strip_suffix(ending) {
            candidates.push(format!("{stem}{replacement}"));
        }
    }
    for (ending, replacement) in [("ies", "y"), ("es", ""), ("s", "")] {
        if let Some(stem) = word.strip_suffix(ending) {
            candidates.push(format!("{stem}{replacement}"));
        }
    }
    candidates.retain(|candidate| plural(candidate) == word);
    candidates
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
}
