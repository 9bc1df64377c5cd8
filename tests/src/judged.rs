//! Controls over facts, and what came of them.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::files::memory;
use crate::{Outcome, tickmark, tickmark_in};

/// The moment that is spoken of: no test depends on the day on which it is run.
const AS_OF: &str = "2026-12-31";

/// Judges facts on disk, each a source of its own, by controls and prints in a format. No manifest is looked for.
///
/// # Panics
/// Where the controls cannot be written to a folder for the time being.
#[must_use]
pub fn check(facts: &[&Path], controls: &str, format: &str) -> Outcome {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.tick");
    std::fs::write(&file, controls).unwrap();
    let facts: Vec<&str> = facts.iter().map(|path| path.to_str().unwrap()).collect();
    tickmark(&arguments(&facts, file.to_str().unwrap(), format))
}

/// Judges files in memory that lie in one folder, `x`, which is the source.
#[must_use]
pub fn check_in(files: &[(&str, impl AsRef<[u8]>)], controls: &str, format: &str) -> Outcome {
    let named: Vec<(String, &[u8])> = files.iter().map(|(name, bytes)| (format!("x/{name}"), bytes.as_ref())).collect();
    let files: Vec<(&str, &[u8])> = named.iter().map(|(name, bytes)| (name.as_str(), *bytes)).collect();
    over(&files, &["x"], controls, format)
}

/// Judges files in memory, each of which is named as a source of its own.
#[must_use]
pub fn check_each(files: &[(&str, impl AsRef<[u8]>)], controls: &str, format: &str) -> Outcome {
    let files: Vec<(&str, &[u8])> = files.iter().map(|(name, bytes)| (*name, bytes.as_ref())).collect();
    let names: Vec<&str> = files.iter().map(|(name, _)| *name).collect();
    over(&files, &names, controls, format)
}

fn over(files: &[(&str, &[u8])], facts: &[&str], controls: &str, format: &str) -> Outcome {
    let mut memory = memory(files);
    memory.insert("c.tick", controls.as_bytes().to_vec());
    tickmark_in(&memory, &arguments(facts, "c.tick", format))
}

fn arguments<'a>(facts: &[&'a str], controls: &'a str, format: &'a str) -> Vec<&'a str> {
    let options = ["--controls", controls, "--format", format, "--no-manifest", "--as-of", AS_OF];
    [&["check"], facts, &options[..]].concat()
}

/// One subject of one control.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// The id of the control.
    pub control: String,
    /// The noun of the subject.
    pub noun: String,
    /// The id of the subject.
    pub id: String,
    /// `pass`, `fail`, `unknown`, and the like.
    pub verdict: String,
}

/// A text of the results.
fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list"))
}

/// What is asked of results in JSON; all of it in the order of the results.
///
/// # Panics
/// All of them where the run was refused, where its output is not JSON, and where a control is asked for that is not in it.
impl Outcome {
    fn controls(&self) -> Vec<Value> {
        assert_ne!(self.code, 2, "{}", self.err);
        list(&self.json()["controls"]).to_vec()
    }

    /// A control as it stands in the results.
    #[must_use]
    pub fn control(&self, id: &str) -> Value {
        let found = self.controls().into_iter().find(|control| control["id"] == id);
        found.unwrap_or_else(|| panic!("no {id}\n{}", self.err))
    }

    /// The status of a control.
    #[must_use]
    pub fn status(&self, control: &str) -> String {
        text(&self.control(control)["status"])
    }

    /// The status of every control: `V-1 fail`.
    #[must_use]
    pub fn statuses(&self) -> Vec<String> {
        let of = |control: &Value| format!("{} {}", text(&control["id"]), text(&control["status"]));
        self.controls().iter().map(of).collect()
    }

    /// Every subject of every control.
    #[must_use]
    pub fn judged(&self) -> Vec<Judged> {
        self.controls().iter().flat_map(of_control).collect()
    }

    /// The verdict on each subject of a control, by id.
    #[must_use]
    pub fn subjects(&self, control: &str) -> BTreeMap<String, String> {
        of_control(&self.control(control)).into_iter().map(|one| (one.id, one.verdict)).collect()
    }

    /// All subjects of a control in one line: `x/y@1 pass, x/y@2 fail`.
    #[must_use]
    pub fn verdicts(&self, control: &str) -> String {
        let all = of_control(&self.control(control));
        all.iter().map(|one| format!("{} {}", one.id, one.verdict)).collect::<Vec<_>>().join(", ")
    }

    /// The subjects of a control that do not pass: `x/y@2 fail`.
    #[must_use]
    pub fn not_passing(&self, control: &str) -> Vec<String> {
        let all = of_control(&self.control(control)).into_iter().filter(|one| one.verdict != "pass");
        all.map(|one| format!("{} {}", one.id, one.verdict)).collect()
    }
}

fn of_control(control: &Value) -> Vec<Judged> {
    let of = |subject: &Value| Judged {
        control: text(&control["id"]),
        noun: text(&subject["noun"]),
        id: text(&subject["id"]),
        verdict: text(&subject["verdict"]),
    };
    list(&control["subjects"]).iter().map(of).collect()
}

/// A control, its status, and its subjects that do not pass with their verdicts.
pub type Expected<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);

/// Holds all controls of a run against what was worked out by hand.
///
/// # Panics
/// Where one is otherwise, and where the results have a control that is not among them.
#[track_caller]
pub fn expect(outcome: &Outcome, expected: &[Expected<'_>]) {
    for (id, status, subjects) in expected {
        let mut found = outcome.not_passing(id);
        found.sort();
        let mut wanted: Vec<String> = subjects.iter().map(|(id, verdict)| format!("{id} {verdict}")).collect();
        wanted.sort();
        assert_eq!((outcome.status(id).as_str(), found), (*status, wanted), "{id}\n{}", outcome.err);
    }
    assert_eq!(outcome.statuses().len(), expected.len());
}
