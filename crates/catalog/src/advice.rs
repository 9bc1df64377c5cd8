//! What to write instead of a citation that the catalogue lacks.

use crate::{Criterion, DEFAULT_FRAMEWORK, all, all_series, frameworks, known_framework};

/// One line of help for a citation that [`find`](crate::find) does not know: the right spelling, the criteria of a series that was
/// cited whole, or the frameworks there are. Nothing where no better citation is at hand.
#[must_use]
pub fn advice(citation: &str) -> Option<String> {
    let (framework, id) = framework_and_id(citation);
    if !known_framework(&framework) {
        let known: Vec<String> = frameworks().map(|one| format!("`{}:` ({})", one.id, one.name)).collect();
        return Some(format!("the frameworks are {}; a bare id is of `{DEFAULT_FRAMEWORK}`", known.join(" and ")));
    }
    let bare = bare(&id);
    if bare.is_empty() {
        return None;
    }
    let of_framework = || all().filter(|criterion| criterion.framework == framework);
    if let Some(criterion) = of_framework().find(|criterion| self::bare(criterion.id) == bare) {
        return Some(format!("write `{}` ({})", criterion.citation(), criterion.title));
    }
    // A control id of Annex A without its prefix.
    if let Some(criterion) = all().find(|criterion| criterion.framework != framework && criterion.id == id) {
        return Some(format!("write `{}` ({})", criterion.citation(), criterion.title));
    }
    series_advice(&framework, &bare).or_else(|| misread(&bare))
}

/// `CC6`, and `P1.0`: headings that are not criteria.
fn series_advice(framework: &str, bare: &str) -> Option<String> {
    let heading = bare.strip_suffix('0').filter(|shorter| !shorter.is_empty()).unwrap_or(bare);
    let series = all_series()
        .filter(|series| series.framework == framework)
        .find(|series| [bare, heading].contains(&self::bare(series.id).as_str()))?;
    let members: Vec<&Criterion> = all().filter(|one| one.framework == framework && one.series == series.id).collect();
    let names = match members.as_slice() {
        [only] => format!("`{}`", only.citation()),
        [first, .., last] => format!("one of `{}` to `{}`", first.citation(), last.citation()),
        [] => return None,
    };
    Some(format!("`{}` ({}) is a series, which cannot be cited: cite {names}", series.id, series.title))
}

/// Ids that circulate and are not in the published document.
fn misread(bare: &str) -> Option<String> {
    let number = bare.strip_prefix("PP")?;
    let meant = all().find(|criterion| self::bare(criterion.id) == format!("PI{number}"))?;
    Some(format!("did you mean `{}` ({})?", meant.citation(), meant.title))
}

/// `TSC CC6.1` is written for `CC6.1` by some.
fn framework_and_id(citation: &str) -> (String, String) {
    let citation = citation.trim();
    if let Some((framework, id)) = citation.split_once(':') {
        return (framework.trim().to_lowercase(), id.trim().to_owned());
    }
    let without = citation.get(..3).filter(|start| start.eq_ignore_ascii_case("tsc")).and(citation.get(3..));
    (DEFAULT_FRAMEWORK.to_owned(), without.unwrap_or(citation).trim().to_owned())
}

/// Letters and digits alone, in upper case: `CC 6.1`, `cc_6_1` and `CC6-1` are the same.
fn bare(id: &str) -> String {
    id.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_uppercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_spellings_are_answered_with_the_right_one() {
        for (wrong, right) in [
            ("CC 6.1", "CC6.1"),
            ("cc6.1", "CC6.1"),
            ("CC6-1", "CC6.1"),
            ("cc_6_1", "CC6.1"),
            ("TSC CC6.1", "CC6.1"),
            ("TSC:CC6.1", "CC6.1"),
            ("DC 7", "DC7"),
            ("PP1.1", "PI1.1"),
            ("A.6.2.4", "iso42001:A.6.2.4"),
            ("ISO42001:a.6.2.4", "iso42001:A.6.2.4"),
        ] {
            let advice = advice(wrong).unwrap();
            assert!(advice.contains(&format!("`{right}`")), "{wrong}: {advice}");
        }
    }

    #[test]
    fn a_series_is_not_a_criterion() {
        assert_eq!(
            advice("CC6").as_deref(),
            Some(
                "`CC6` (Logical and physical access) is a series, which cannot be cited: cite one of `CC6.1` to `CC6.8`"
            )
        );
        assert_eq!(advice("P1.0").as_deref(), Some("`P1` (Notice) is a series, which cannot be cited: cite `P1.1`"));
    }

    #[test]
    fn an_unknown_framework_is_answered_with_those_there_are() {
        assert!(advice("iso27001:A.5.1").unwrap().contains("`iso42001:` (ISO/IEC 42001 Annex A)"));
        for hopeless in ["", ":", "é", "ZZ9.9", "tsé", "CC9.9"] {
            let _ = advice(hopeless);
        }
        assert_eq!(advice("ZZ9.9"), None);
    }
}
