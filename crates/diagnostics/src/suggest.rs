//! "Did you mean …": the nearest of the names that would have been right.

/// The candidates near enough to `wrong` to be worth showing, nearest first, at most three.
#[must_use]
pub fn closest<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let folded = wrong.to_lowercase();
    let limit = (wrong.chars().count() / 3).clamp(1, 4);
    let mut near: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter(|candidate| *candidate != wrong)
        .map(|candidate| (distance(&folded, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .collect();
    near.sort_unstable();
    near.dedup();
    // Where one is nearer than the others, the others are noise.
    let nearest = near.first().map_or(0, |(distance, _)| *distance);
    near.retain(|(distance, _)| *distance == nearest);
    near.into_iter().take(3).map(|(_, candidate)| candidate).collect()
}

/// "did you mean `x`?", or nothing where no candidate is near.
#[must_use]
pub fn did_you_mean<'a>(wrong: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let near = closest(wrong, candidates);
    if near.is_empty() {
        return None;
    }
    let names: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
    Some(format!("did you mean {}?", names.join(" or ")))
}

/// Edit distance with swaps; a difference in `_`, `-` and blanks alone counts as one.
fn distance(a: &str, b: &str) -> usize {
    if a == b {
        return 0;
    }
    let bare = |text: &str| text.replace(['_', '-', ' '], "");
    if bare(a) == bare(b) {
        return 1;
    }
    strsim::osa_distance(a, b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        assert_eq!(did_you_mean("encypted", ["encrypted", "id"]).as_deref(), Some("did you mean `encrypted`?"));
        assert_eq!(
            did_you_mean("prodcution", ["staging", "production"]).as_deref(),
            Some("did you mean `production`?")
        );
        assert_eq!(did_you_mean("colour", ["id", "name"]), None);
        assert_eq!(did_you_mean("cc8.1", ["CC1.1", "CC8.1"]).as_deref(), Some("did you mean `CC8.1`?"));
    }
}
