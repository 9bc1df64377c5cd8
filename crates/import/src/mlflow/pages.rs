//! The pages of an MLflow export: what kind of answer each is, and whether the last one of a list is there.

use crate::document::Document;
use crate::error::ReadError;
use crate::json::JsonReader;
use crate::pages;
use crate::tree::Node;
use tickmark_diagnostics::Diagnostic;
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

/// What identifies a run, an experiment or a logged model; the rest of it is skipped.
pub(crate) fn id_of(reader: &mut JsonReader<'_>) -> Result<Option<String>, ReadError> {
    let (mut id, mut old) = (None, None);
    reader.object_or_skip(&mut |reader, key| match key {
        "experiment_id" => {
            id = reader.printed()?;
            Ok(())
        }
        "info" => reader.object_or_skip(&mut |reader, key| {
            match key {
                "run_id" | "model_id" => id = reader.printed()?,
                // The old name of `run_id`.
                "run_uuid" => old = reader.printed()?,
                _ => reader.skip()?,
            }
            Ok(())
        }),
        _ => reader.skip(),
    })?;
    Ok(id.or(old))
}

/// Calls `take` before each record of a page, which must consume it.
pub(crate) fn each_record(
    document: &Document,
    take: &mut dyn FnMut(Answer, &mut JsonReader<'_>) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    let mut reader = JsonReader::new(&document.bytes, document.file, 0);
    // A page, or of a database one record behind the other.
    while reader.more() {
        reader.object_or_skip(&mut |reader, key| {
            let Some(answer) = Answer::of_key(key) else { return reader.skip() };
            if reader.at_list()? { reader.list(&mut |reader| take(answer, reader)) } else { take(answer, reader) }
        })?;
    }
    Ok(())
}

/// Whether every list of an export ends.
pub(crate) fn pages(documents: &[&Document], diagnostics: &mut Vec<Diagnostic>) -> Result<bool, ReadError> {
    let mut found = Vec::new();
    for document in documents {
        found.push((*document, more(document)?));
    }
    Ok(pages::complete(&found, HELP, diagnostics))
}

const HELP: &str = "export the remaining pages: ask again with `page_token` until none is given back";

fn more(document: &Document) -> Result<Option<usize>, ReadError> {
    let mut more = None;
    let mut reader = JsonReader::new(&document.bytes, document.file, 0);
    while reader.more() {
        reader.object_or_skip(&mut |reader, key| {
            if key != "next_page_token" {
                return reader.skip();
            }
            let offset = reader.offset();
            more = reader.text()?.filter(|token| !token.is_empty()).map(|_| offset);
            Ok(())
        })?;
    }
    Ok(more)
}
