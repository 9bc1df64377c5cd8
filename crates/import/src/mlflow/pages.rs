//! The pages of an MLflow export: what kind of answer each is, and whether the last one of a list is there.

use crate::document::Document;
use crate::error::{ReadError, warning_at};
use crate::json::JsonReader;
use crate::tree::Node;
use std::collections::BTreeMap;
use tickmark_diagnostics::Diagnostic;
use tickmark_diagnostics::codes::facts as codes;
use tickmark_facts::ValueReader;

/// What a record of an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// A registered model.
    Model,
    /// A version in a list of them.
    Version,
    /// A version that was asked for alone: such an answer holds its aliases too.
    OneVersion,
    /// A version that a registered model lists as the latest of its stage.
    LatestVersion,
    /// A run.
    Run,
    /// An experiment.
    Experiment,
    /// A logged model (MLflow 3).
    LoggedModel,
}

impl Answer {
    fn of_key(key: &str) -> Option<Answer> {
        Some(match key {
            "registered_models" | "registered_model" => Answer::Model,
            "model_versions" => Answer::Version,
            "model_version" => Answer::OneVersion,
            "runs" | "run" => Answer::Run,
            "experiments" | "experiment" => Answer::Experiment,
            "models" | "model" => Answer::LoggedModel,
            _ => return None,
        })
    }

    /// The noun of the record.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Answer::Model => "mlflow_registered_model",
            Answer::Version | Answer::OneVersion | Answer::LatestVersion => "mlflow_model_version",
            Answer::Run => "mlflow_run",
            Answer::Experiment => "mlflow_experiment",
            Answer::LoggedModel => "mlflow_logged_model",
        }
    }

    /// Whether it is a version of a model.
    pub(crate) fn is_version(self) -> bool {
        matches!(self, Answer::Version | Answer::OneVersion | Answer::LatestVersion)
    }

    /// What identifies the record.
    pub(crate) fn id(self, node: &Node) -> Option<String> {
        match self {
            Answer::Model => node.text_of("name"),
            Answer::Version | Answer::OneVersion | Answer::LatestVersion => {
                Some(format!("{}@{}", node.text_of("name")?, node.text_of("version")?))
            }
            Answer::Run => node.get("info")?.text_of("run_id").or_else(|| node.get("info")?.text_of("run_uuid")),
            Answer::Experiment => node.text_of("experiment_id"),
            Answer::LoggedModel => node.get("info")?.text_of("model_id"),
        }
    }
}

/// Calls `take` before each record of a page, which must consume it.
pub(crate) fn each_record(
    document: &Document,
    take: &mut dyn FnMut(Answer, &mut JsonReader<'_>) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    let mut reader = JsonReader::new(&document.bytes, document.file, 0);
    reader.object_or_skip(&mut |reader, key| {
        let Some(answer) = Answer::of_key(key) else { return reader.skip() };
        if reader.at_list()? { reader.list(&mut |reader| take(answer, reader)) } else { take(answer, reader) }
    })
}

/// One page of a list.
struct Page<'a> {
    document: &'a Document,
    number: Option<u64>,
    /// Where it says that there is more.
    more: Option<usize>,
}

/// Whether every list of an export ends: a page that says there is more is followed by another.
pub(crate) fn pages(documents: &[&Document], diagnostics: &mut Vec<Diagnostic>) -> Result<bool, ReadError> {
    let mut lists: BTreeMap<String, Vec<Page<'_>>> = BTreeMap::new();
    for document in documents {
        let (list, number) = list_of(document);
        let more = more(document)?;
        lists.entry(list).or_default().push(Page { document, number, more });
    }
    let mut complete = true;
    for pages in lists.values_mut() {
        pages.sort_by_key(|page| page.number);
        if let Some(warning) = unended(pages) {
            diagnostics.push(warning);
            complete = false;
        }
    }
    Ok(complete)
}

fn unended(pages: &[Page<'_>]) -> Option<Diagnostic> {
    let saying_more: Vec<(&Page<'_>, usize)> = pages.iter().filter_map(|page| Some((page, page.more?))).collect();
    let (last, offset) = saying_more.last()?;
    let numbers: Vec<u64> = pages.iter().filter_map(|page| page.number).collect();
    let gap = numbers.windows(2).any(|pair| matches!(pair, [a, b] if a.saturating_add(1) != *b));
    if saying_more.len() < pages.len() && !gap {
        return None;
    }
    let message = if gap && saying_more.len() < pages.len() {
        "a page is missing between those that are here"
    } else {
        "this page says that there is more, and no next page is here"
    };
    let warning = warning_at(codes::INCOMPLETE_SOURCE, last.document.file, *offset, message);
    Some(warning.help("export the remaining pages: ask again with `page_token` until none is given back"))
}

/// The list that a page belongs to: its path without the last number in the file name, and that number.
fn list_of(document: &Document) -> (String, Option<u64>) {
    let name = document.name();
    let folder = document.path.strip_suffix(name).unwrap_or_default();
    let digit = |c: char| c.is_ascii_digit();
    let Some(end) = name.rfind(digit).map(|at| at + 1) else { return (document.path.clone(), None) };
    let head = name.get(..end).unwrap_or(name);
    let bare = head.trim_end_matches(digit);
    let number = head.get(bare.len()..).and_then(|digits| digits.parse().ok());
    (format!("{folder}{bare}#{}", name.get(end..).unwrap_or_default()), number)
}

fn more(document: &Document) -> Result<Option<usize>, ReadError> {
    let mut more = None;
    let mut reader = JsonReader::new(&document.bytes, document.file, 0);
    reader.object_or_skip(&mut |reader, key| {
        if key != "next_page_token" {
            return reader.skip();
        }
        let offset = reader.offset();
        more = reader.text()?.filter(|token| !token.is_empty()).map(|_| offset);
        Ok(())
    })?;
    Ok(more)
}
