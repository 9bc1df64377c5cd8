//! The pages of an MLflow export: what kind of answer each is, and where its records stand.

use crate::error::ReadError;
use crate::json::JsonReader;
use crate::tree::Node;
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

/// Calls `take` before each list of a page, and before each record that stands alone: it must consume it. `more` is told where the page says
/// that there is more.
pub(crate) fn each_answer<'a>(
    reader: &mut JsonReader<'a>,
    more: &mut dyn FnMut(usize),
    take: &mut dyn FnMut(Answer, &mut JsonReader<'a>) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    // A page, or of a database one record behind the other.
    while reader.more() {
        reader.object_or_skip(&mut |reader, key| {
            if key == "next_page_token" {
                let at = reader.offset();
                if reader.borrowed_text()?.is_some_and(|token| !token.is_empty()) {
                    more(at);
                }
                return Ok(());
            }
            match Answer::of_key(key) {
                Some(answer) => take(answer, reader),
                None => reader.skip(),
            }
        })?;
    }
    Ok(())
}

/// What to do where a list has no end.
pub(crate) const HELP: &str = "export the remaining pages: ask again with `page_token` until none is given back";
