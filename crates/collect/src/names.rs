//! Names of files from names that others gave.

use tickmark_manifest::sha256;

/// A name of a system as a part of a path: letters, digits, `.`, `_`, `-` and `@` stay; where something else had to go, a few digits
/// of its digest tell it from others.
pub(crate) fn file_name(name: &str) -> String {
    const LONGEST: usize = 100;
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_' | '-' | '@');
    let safe: String = name.chars().map(|letter| if plain(letter) { letter } else { '_' }).take(LONGEST).collect();
    if safe == name && !safe.starts_with('.') && !safe.is_empty() {
        return safe;
    }
    let digest = sha256(name.as_bytes());
    format!("{}~{}", safe.trim_start_matches('.'), digest.get(..8).unwrap_or_default())
}

/// The file of a page: `search.page0.json`.
pub(crate) fn page_file(list: &str, page: u64) -> String {
    format!("{list}.page{page}.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe_and_told_apart() {
        assert_eq!(file_name("fraud-scorer@7"), "fraud-scorer@7");
        let odd = [file_name("a/b"), file_name("a b"), file_name("../x"), file_name(""), file_name(".hidden")];
        assert!(odd.iter().all(|name| !name.contains('/') && !name.starts_with('.')), "{odd:?}");
        assert_ne!(odd[0], odd[1]);
        assert!(file_name(&"x".repeat(500)).len() < 120);
    }
}
