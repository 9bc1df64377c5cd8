//! How a version was made: its run, the code with its pull requests, the data.

use tickmark_facts::NounId;

use crate::TraceError;
use crate::fields;
use crate::history::{Kind, State};
use crate::walker::Walker;

impl Walker<'_> {
    /// The run that made a version. Of what others made there is none of ours.
    pub(crate) fn training(&mut self, model: usize, noun: NounId, row: u32, bought: bool) -> Result<(), TraceError> {
        const WHY: &str = "without its run nobody knows what data and what code it was made from";
        let run = self.reader.one(noun, row, "training");
        let Some((run_noun, run_row)) = run else {
            if !bought && self.reader.has(noun, "training") {
                self.relation_lack(model, (noun, row), "training", "training run", WHY);
            }
            return Ok(());
        };
        let (run, new) = self.node(Kind::TrainingRun, run_noun, run_row)?;
        self.edge(run, model, "made");
        if new {
            self.run(run, run_noun, run_row)?;
        }
        Ok(())
    }

    /// A training run, with its code and its data.
    pub(crate) fn run(&mut self, run: usize, noun: NounId, row: u32) -> Result<(), TraceError> {
        if !self.reader.facts.exists(noun, row) {
            return Ok(());
        }
        self.fields(run, noun, row, fields::RUN);
        let name = self.name(run);
        let mut amiss = |attribute: &str, bad: bool, words: &str, why: &'static str| {
            if self.reader.bool(noun, row, attribute) == Some(bad) {
                let at = self.reader.place(noun, row, attribute);
                self.gap(State::Amiss, Some(run), format!("{name}: {words}"), why, at);
            }
        };
        amiss(
            "code_dirty",
            true,
            "its working copy held changes that no commit has",
            "the code that ran cannot be fetched again",
        );
        amiss(
            "params_recorded",
            false,
            "its parameters are not recorded",
            "without its parameters a run cannot be repeated",
        );
        amiss("image_exists", false, "its image cannot be pulled any more", "an image that is gone cannot run again");
        if let Some(status) = self.reader.text(noun, row, "status").filter(|status| *status != "finished") {
            let at = self.reader.place(noun, row, "status");
            self.gap(
                State::Amiss,
                Some(run),
                format!("{name}: it is {status}"),
                "a run that did not finish made nothing that can be relied on",
                at,
            );
        }
        self.code(run, noun, row)?;
        self.data_of_run(run, noun, row)
    }

    fn code(&mut self, run: usize, noun: NounId, row: u32) -> Result<(), TraceError> {
        if !self.reader.has(noun, "code") {
            return Ok(());
        }
        let Some((code, code_row)) = self.reader.one(noun, row, "code") else {
            self.relation_lack(
                run,
                (noun, row),
                "code",
                "commit",
                "without its commit nobody knows which code made it",
            );
            return Ok(());
        };
        let (commit, new) = self.node(Kind::Commit, code, code_row)?;
        self.edge(commit, run, "is the code of");
        if !new {
            return Ok(());
        }
        self.fields(commit, code, code_row, fields::COMMIT);
        if self.reader.bool(code, code_row, "reachable") == Some(false) {
            let what = format!("{}: no branch and no tag leads to it", self.name(commit));
            let at = self.reader.place(code, code_row, "reachable");
            self.gap(State::Amiss, Some(commit), what, "a commit that nothing leads to will be thrown away", at);
        }
        self.pull_requests(commit, code, code_row)
    }

    fn pull_requests(&mut self, commit: usize, code: NounId, code_row: u32) -> Result<(), TraceError> {
        const WHY: &str = "who looked at the code before it was used is not known";
        let Some(noun) = self.supplied("pull_request", WHY) else { return Ok(()) };
        let id = self.reader.id(code, code_row);
        let brings = |row: &u32| {
            self.reader.text(noun, *row, "merged_commit") == Some(id.as_str())
                || self
                    .reader
                    .many(noun, *row, "includes")
                    .is_some_and(|(of, rows)| of == code && rows.contains(&code_row))
        };
        let found: Vec<u32> = (0..self.reader.facts.rows(noun)).filter(brings).collect();
        if found.is_empty() {
            let what = format!("{}: no pull request brought it in", self.name(commit));
            let at = self.reader.facts.place(code, code_row);
            self.gap(State::Missing, Some(commit), what, WHY, at);
        }
        for row in found {
            let (request, _) = self.node(Kind::PullRequest, noun, row)?;
            self.fields(request, noun, row, fields::PULL_REQUEST);
            self.edge(request, commit, "brought in");
            if self.reader.bool(noun, row, "bypassed_rules") == Some(true) {
                let what = format!("{}: merged past the rules of its branch", self.name(request));
                let at = self.reader.place(noun, row, "bypassed_rules");
                self.gap(State::Amiss, Some(request), what, "rules that are passed by do not protect", at);
            }
            if self.approvals(request, (noun, row), None)? == Some(0) {
                let what = format!("{}: nobody reviewed it", self.name(request));
                let at = self.reader.facts.place(noun, row);
                self.gap(State::Missing, Some(request), what, WHY, at);
            }
        }
        Ok(())
    }
}
