//! A finding as the formats of pipelines show it: its name, what is said of it, and where it stands in the user's own files.

use std::collections::BTreeMap;

use tickmark_results::{
    ControlResult, Evidence, EvidenceKind, ExceptionResult, ExceptionState, Results, SubjectResult,
};
use tickmark_source::{FileId, LineColumn, Place};

use crate::clean;
use crate::places::Places;
use crate::text::leaves;

/// How the path of a file begins that is a part of the binary and on nobody's disk.
const EMBEDDED: &str = "tickmark:";

/// The endings of files whose text is not what lies on the disk: a line of what they hold is no line of theirs.
const PACKED: [&str; 2] = [".gz", ".zst"];

/// How many lines of evidence are told of a finding.
const LINES: usize = 8;

/// The files of a run as somebody finds them who stands in a folder.
pub(crate) struct Paths<'a> {
    places: Places<'a>,
    /// The folder, with `/` between its steps and none at its end.
    root: Option<String>,
}

/// A spot in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Spot {
    /// The path, from the folder where it lies below it.
    pub(crate) path: String,
    /// The line and the column; nothing where the file is packed.
    pub(crate) at: Option<LineColumn>,
}

impl<'a> Paths<'a> {
    pub(crate) fn new(places: Places<'a>, root: Option<&str>) -> Self {
        let root = root.map(|root| slashed(root).trim_end_matches('/').to_owned()).filter(|root| !root.is_empty());
        Self { places, root }
    }

    /// The path as it is written in reports: with `/`, from the folder where it lies below it.
    pub(crate) fn relative(&self, path: &str) -> String {
        let path = slashed(path);
        let below = self.root.as_deref().and_then(|root| path.strip_prefix(root)?.strip_prefix('/'));
        let mut short = below.unwrap_or(&path);
        while let Some(rest) = short.strip_prefix("./") {
            short = rest.trim_start_matches('/');
        }
        short.to_owned()
    }

    /// Where a place is; nothing where it is in no file of the user.
    pub(crate) fn spot(&self, place: Place) -> Option<Spot> {
        let path = self.places.raw_path(place.file);
        if path.is_empty() || path.starts_with(EMBEDDED) {
            return None;
        }
        let lower = path.to_ascii_lowercase();
        let packed = PACKED.iter().any(|ending| lower.ends_with(ending));
        Some(Spot { path: self.relative(path), at: (!packed).then(|| self.places.line_column(place)) })
    }

    /// Where a finding is shown: at the value that decided it where that stands in the file of the subject, since that is the
    /// line to change; else at the subject; else at the control.
    pub(crate) fn of_finding(&self, control: &ControlResult, subject: &SubjectResult) -> Option<Spot> {
        self.deciding(subject).or(subject.place).and_then(|place| self.spot(place)).or_else(|| self.spot(control.place))
    }

    fn deciding(&self, subject: &SubjectResult) -> Option<Place> {
        let file: FileId = subject.place?.file;
        let values = leaves(&subject.because, &[EvidenceKind::Value]);
        values.into_iter().filter_map(|one| one.place).find(|place| place.file == file)
    }

    /// What decided, a line for each value that was looked at or is missing, without those that repeat.
    pub(crate) fn evidence<'e>(&self, subject: &'e SubjectResult) -> Vec<(&'e Evidence, String)> {
        let mut told: Vec<(&Evidence, String)> = Vec::new();
        for one in leaves(&subject.because, &[EvidenceKind::Value, EvidenceKind::Missing, EvidenceKind::Path]) {
            let at = one.place.and_then(|place| self.spot(place)).map_or_else(String::new, |spot| match spot.at {
                Some(at) => format!(" ({}:{}:{})", clean(&spot.path), at.line, at.column),
                None => format!(" ({})", clean(&spot.path)),
            });
            let line = format!("{}{at}", clean(&one.text));
            if told.len() < LINES && !told.iter().any(|(_, known)| *known == line) {
                told.push((one, line));
            }
        }
        told
    }
}

/// The name of a subject: noun and id; of the whole, nothing.
pub(crate) fn name(subject: &SubjectResult) -> Option<String> {
    match (subject.noun.is_empty(), subject.id.as_str()) {
        (true, "*" | "") => None,
        (true, id) => Some(clean(id).into_owned()),
        (false, id) => Some(format!("{} {}", clean(&subject.noun), clean(id))),
    }
}

/// One line about a finding: its message, with the name of the subject where the message does not say it.
pub(crate) fn headline(control: &ControlResult, subject: &SubjectResult) -> String {
    let message = clean(&subject.message);
    let name = name(subject);
    let named = !subject.id.is_empty() && message.contains(&*clean(&subject.id));
    match (name, message.is_empty()) {
        (None, true) => clean(&control.title).into_owned(),
        (None, false) => message.into_owned(),
        (Some(name), true) => name,
        (Some(_), false) if named => message.into_owned(),
        (Some(name), false) => format!("{name}: {message}"),
    }
}

/// The exceptions in use, by control and the id of the subject that each covers; of several, the first.
pub(crate) fn exceptions(results: &Results) -> BTreeMap<(&str, &str), &ExceptionResult> {
    let mut covering = BTreeMap::new();
    for exception in results.exceptions.iter().filter(|exception| exception.state == ExceptionState::Used) {
        for id in &exception.covers {
            covering.entry((exception.control.as_str(), id.as_str())).or_insert(exception);
        }
    }
    covering
}

/// Who stands behind an exception, and why.
pub(crate) fn justification(exception: &ExceptionResult) -> String {
    let reason = clean(&exception.reason);
    let (owner, approved_by) = (clean(&exception.owner), clean(&exception.approved_by));
    format!("{reason} (owner {owner}, approved by {approved_by}, until {})", clean(&exception.expires))
}

/// The path with `/` between its steps.
fn slashed(path: &str) -> String {
    if cfg!(windows) { path.replace('\\', "/") } else { path.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tickmark_source::Sources;

    #[test]
    fn paths_are_those_from_the_folder() {
        let sources = Sources::new();
        let paths = Paths::new(Places::new(&sources), Some("/work/repo/"));
        for (path, expected) in [
            ("./a/b.tf", "a/b.tf"),
            ("././/a.tf", "a.tf"),
            ("/work/repo/a.tf", "a.tf"),
            ("/work/repository/a.tf", "/work/repository/a.tf"),
            ("../a.tf", "../a.tf"),
            ("a.tf", "a.tf"),
        ] {
            assert_eq!(paths.relative(path), expected);
        }
    }

    #[test]
    fn what_is_embedded_is_nowhere_and_what_is_packed_has_no_lines() {
        let mut sources = Sources::new();
        let embedded = sources.add("tickmark:pack/a.tick", b"x".to_vec());
        let packed = sources.add("a.json.GZ", b"x".to_vec());
        let plain = sources.add("a.json", b"\n x".to_vec());
        let paths = Paths::new(Places::new(&sources), None);
        let spot = |file, offset| paths.spot(Place { file, offset });
        assert_eq!(spot(embedded, 0), None);
        assert_eq!(spot(packed, 0), Some(Spot { path: "a.json.GZ".to_owned(), at: None }));
        let at = Some(LineColumn { line: 2, column: 2 });
        assert_eq!(spot(plain, 2), Some(Spot { path: "a.json".to_owned(), at }));
        // A place behind the end of the file is its end: no region lies outside of its file.
        assert_eq!(
            spot(plain, 99),
            Some(Spot { path: "a.json".to_owned(), at: Some(LineColumn { line: 2, column: 3 }) })
        );
    }
}
