//! Frameworks and criteria that a control may cite.
//!
//! Plain static tables: looking up a citation costs nothing at start-up. Ids and structure are facts; every title is our own.

mod advice;
mod iso42001;
mod tsc;

pub use advice::advice;

/// One criterion that a control may cite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Criterion {
    /// Its id in its framework: `CC8.1`, `A.6.2.4`.
    pub id: &'static str,
    /// One line, in our words.
    pub title: &'static str,
    /// The id of its framework: `tsc`, `iso42001`.
    pub framework: &'static str,
    /// The category that it belongs to: `common`, `availability`, `description`, …
    pub category: &'static str,
    /// The id of its series: `CC8`.
    pub series: &'static str,
}

/// A group of criteria: it may be used to select, never to cite.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Series {
    /// Its id in its framework: `CC8`.
    pub id: &'static str,
    /// One line, in our words.
    pub title: &'static str,
    /// The id of its framework.
    pub framework: &'static str,
    /// The category that it belongs to.
    pub category: &'static str,
}

/// A set of criteria under one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Framework {
    /// What stands before the colon of a citation: `iso42001`.
    pub id: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// Which edition the ids are of.
    pub edition: &'static str,
}

/// The framework of a citation without a prefix.
pub const DEFAULT_FRAMEWORK: &str = "tsc";

static FRAMEWORKS: [Framework; 2] = [
    Framework { id: "tsc", name: "Trust Services Criteria", edition: "2017, points of focus revised 2022" },
    Framework { id: "iso42001", name: "ISO/IEC 42001 Annex A", edition: "2023" },
];

impl Criterion {
    /// The citation as it is written in a control: a bare id of the Trust Services Criteria, else with the prefix.
    #[must_use]
    pub fn citation(&self) -> String {
        if self.framework == DEFAULT_FRAMEWORK { self.id.to_owned() } else { format!("{}:{}", self.framework, self.id) }
    }

    /// The title of its series, which names the subject in two or three words: `Change management`.
    #[must_use]
    pub fn series_title(&self) -> &'static str {
        all_series()
            .find(|series| series.framework == self.framework && series.id == self.series)
            .map_or(self.title, |series| series.title)
    }
}

/// The criterion of a citation, written exactly: a bare id is of the Trust Services Criteria, others are prefixed
/// (`iso42001:A.6.2.4`; `tsc:CC8.1` is the same as `CC8.1`).
#[must_use]
pub fn find(citation: &str) -> Option<&'static Criterion> {
    let (framework, id) = split(citation);
    // Nearly all differ in their ids already.
    all().find(|criterion| criterion.id == id && criterion.framework == framework)
}

/// Whether there is a framework of that prefix.
#[must_use]
pub fn known_framework(prefix: &str) -> bool {
    FRAMEWORKS.iter().any(|framework| framework.id == prefix)
}

/// All frameworks; the Trust Services Criteria come first.
pub fn frameworks() -> impl Iterator<Item = &'static Framework> {
    FRAMEWORKS.iter()
}

/// All criteria of all frameworks, in the order of their catalogues.
pub fn all() -> impl Iterator<Item = &'static Criterion> {
    tsc::CRITERIA.iter().chain(&iso42001::CRITERIA)
}

/// All series of all frameworks, in the order of their catalogues.
pub fn all_series() -> impl Iterator<Item = &'static Series> {
    tsc::SERIES.iter().chain(&iso42001::SERIES)
}

/// Framework and id of a citation.
fn split(citation: &str) -> (&str, &str) {
    citation.split_once(':').unwrap_or((DEFAULT_FRAMEWORK, citation))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Data {
        id: String,
        name: String,
        edition: String,
        series: Vec<DataSeries>,
        criteria: Vec<DataCriterion>,
    }

    #[derive(Deserialize)]
    struct DataSeries {
        id: String,
        category: String,
        title: String,
    }

    #[derive(Deserialize)]
    struct DataCriterion {
        id: String,
        series: String,
        title: String,
    }

    fn check(text: &str, series: &[Series], criteria: &[Criterion]) {
        let data: Data = serde_yaml::from_str(text).unwrap();
        let framework = frameworks().find(|framework| framework.id == data.id).unwrap();
        assert_eq!((framework.name, framework.edition), (data.name.as_str(), data.edition.as_str()));
        let expected: Vec<_> =
            data.series.iter().map(|one| (one.id.as_str(), one.category.as_str(), one.title.as_str())).collect();
        let actual: Vec<_> = series.iter().map(|one| (one.id, one.category, one.title)).collect();
        assert_eq!(actual, expected);
        let expected: Vec<_> = data
            .criteria
            .iter()
            .map(|one| {
                let series = data.series.iter().find(|series| series.id == one.series).unwrap();
                (one.id.as_str(), series.id.as_str(), series.category.as_str(), one.title.as_str())
            })
            .collect();
        let actual: Vec<_> = criteria.iter().map(|one| (one.id, one.series, one.category, one.title)).collect();
        assert_eq!(actual, expected);
        assert!(criteria.iter().all(|one| one.framework == data.id));
    }

    #[test]
    fn the_tables_are_the_data_files() {
        check(include_str!("../data/tsc.yaml"), &tsc::SERIES, &tsc::CRITERIA);
        check(include_str!("../data/iso42001.yaml"), &iso42001::SERIES, &iso42001::CRITERIA);
    }

    #[test]
    fn the_catalogues_are_whole() {
        let described = tsc::CRITERIA.iter().filter(|one| one.series == "DC").count();
        assert_eq!((tsc::CRITERIA.len() - described, described), (61, 9));
        assert_eq!(iso42001::CRITERIA.len(), 38);
        let per_series: Vec<usize> = tsc::SERIES
            .iter()
            .map(|series| tsc::CRITERIA.iter().filter(|one| one.series == series.id).count())
            .collect();
        assert_eq!(per_series, [5, 3, 4, 2, 3, 8, 5, 1, 2, 3, 5, 2, 1, 1, 2, 3, 2, 7, 1, 1, 9]);
        let mut citations: Vec<String> = all().map(Criterion::citation).collect();
        citations.sort();
        let whole = citations.len();
        citations.dedup();
        assert_eq!(citations.len(), whole, "a citation occurs twice");
    }

    #[test]
    fn citations_are_found_exactly() {
        let change = find("CC8.1").unwrap();
        assert_eq!((change.id, change.series_title()), ("CC8.1", "Change management"));
        assert_eq!(find("tsc:CC8.1"), Some(change));
        assert_eq!(find("iso42001:A.6.2.4").unwrap().citation(), "iso42001:A.6.2.4");
        for wrong in ["", ":", "CC8", "CC8.2", "cc8.1", "A.6.2.4", "iso42001:CC8.1", "iso27001:A.5.1", "CC8.1 "] {
            assert_eq!(find(wrong), None, "{wrong}");
        }
        assert!(known_framework("tsc") && known_framework("iso42001") && !known_framework("iso27001"));
        assert!(all().all(|criterion| find(&criterion.citation()) == Some(criterion)));
    }
}
