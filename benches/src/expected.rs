//! What a checker must find: the verdicts that the generator counted while it wrote.

use std::fmt::Write;

use crate::scale::Scale;
use crate::variations::VARIATIONS;

/// What is so of one subject.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
    /// The control holds of it.
    Pass,
    /// It does not.
    Fail,
    /// The export does not decide it.
    Unknown,
}

impl Verdict {
    /// The verdict on a conjunction: false wins, then unknown.
    pub(crate) fn all(truths: impl IntoIterator<Item = Option<bool>>) -> Self {
        let mut verdict = Self::Pass;
        for truth in truths {
            match truth {
                Some(true) => {}
                Some(false) => return Self::Fail,
                None => verdict = Self::Unknown,
            }
        }
        verdict
    }
}

/// Verdicts on the subjects of one control.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Counts {
    /// Subjects that pass.
    pub pass: u64,
    /// Subjects that fail.
    pub fail: u64,
    /// Subjects that cannot be decided.
    pub unknown: u64,
}

impl Counts {
    pub(crate) fn add(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Pass => self.pass += 1,
            Verdict::Fail => self.fail += 1,
            Verdict::Unknown => self.unknown += 1,
        }
    }
}

/// What a checker must find in one company's exports.
pub struct Expected {
    seed: u64,
    /// Bytes of each file.
    files: Vec<(&'static str, u64)>,
    /// `C1` to `C7`.
    pub(crate) controls: [Counts; 7],
    /// `C8-001` to `C8-500`: subjects that fail and that are unknown; the others pass.
    pub(crate) variations: Vec<Counts>,
    /// Rules of security groups: the subjects of every variation.
    pub(crate) rules: u64,
    /// For each person, the approvals that they gave.
    pub(crate) given: Vec<u32>,
}

impl Expected {
    pub(crate) fn new(scale: &Scale, seed: u64) -> Self {
        Self {
            seed,
            files: Vec::new(),
            controls: [Counts::default(); 7],
            variations: vec![Counts::default(); VARIATIONS],
            rules: 0,
            given: vec![0; scale.users as usize],
        }
    }

    pub(crate) fn wrote(&mut self, file: &'static str, bytes: u64) {
        self.files.push((file, bytes));
    }

    /// Notes the verdict on a subject of one of the controls `C1` to `C7`.
    pub(crate) fn judge(&mut self, control: usize, verdict: Verdict) {
        if let Some(counts) = control.checked_sub(1).and_then(|place| self.controls.get_mut(place)) {
            counts.add(verdict);
        }
    }

    /// Bytes of all files.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|(_, bytes)| bytes).sum()
    }

    /// Every control with its counts, in the order of their ids.
    #[must_use]
    pub fn counts(&self) -> Vec<(String, Counts)> {
        let whole = self.controls.iter().enumerate().map(|(place, counts)| (format!("C{}", place + 1), *counts));
        let varied = self.variations.iter().enumerate().map(|(place, counts)| {
            let pass = self.rules - counts.fail - counts.unknown;
            (format!("C8-{:03}", place + 1), Counts { pass, ..*counts })
        });
        whole.chain(varied).collect()
    }

    /// The whole as a JSON document.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = format!("{{\n  \"seed\": {},\n  \"bytes\": {},\n  \"files\": {{", self.seed, self.bytes());
        for (place, (name, bytes)) in self.files.iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            let _ = write!(text, "{comma}\n    \"{name}\": {bytes}");
        }
        text.push_str("\n  },\n  \"controls\": {");
        for (place, (id, Counts { pass, fail, unknown })) in self.counts().iter().enumerate() {
            let comma = if place == 0 { "" } else { "," };
            let _ =
                write!(text, "{comma}\n    \"{id}\": {{\"pass\": {pass}, \"fail\": {fail}, \"unknown\": {unknown}}}");
        }
        text.push_str("\n  }\n}\n");
        text
    }
}
