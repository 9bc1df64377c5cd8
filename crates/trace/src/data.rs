//! The data that a run read, with everything that it was made from, to its sources; and what came of a data set.

use std::collections::{BTreeMap, VecDeque};

use tickmark_facts::{Cell, NounId, Time};

use crate::TraceError;
use crate::fields;
use crate::history::{Kind, State, Told};
use crate::walker::Walker;

/// The run whose data is looked at: permissions and agreements are judged by its start.
#[derive(Clone)]
pub(crate) struct Learner {
    pub(crate) id: String,
    pub(crate) start: Option<Time>,
}

/// A version under way: its row, and how many steps of making lie between it and what was read.
type Step = (u32, usize);

const UNTOLD: &str = "what data was made from decides whether it may be used";

impl Walker<'_> {
    /// The data that a run read.
    pub(crate) fn data_of_run(&mut self, run: usize, noun: NounId, row: u32) -> Result<(), TraceError> {
        if !self.reader.has(noun, "used") {
            return Ok(());
        }
        let Some((data, rows)) = self.reader.many(noun, row, "used") else {
            self.relation_lack(
                run,
                (noun, row),
                "used",
                "data that it read",
                "without its data nobody knows what a model learnt",
            );
            return Ok(());
        };
        if rows.is_empty() {
            let what = format!("{}: no data that it read is recorded", self.name(run));
            let at = self.reader.facts.place(noun, row);
            self.gap(State::Missing, Some(run), what, "without its data nobody knows what a model learnt", at);
        }
        let learner = Learner { id: self.reader.id(noun, row), start: self.reader.time(noun, row, "started_at") };
        let nodes = self.ancestry(data, rows, Some(&learner))?;
        for row in rows {
            if let Some(node) = nodes.get(row) {
                self.edge(*node, run, "was read by");
                self.check_read(*node, data, *row)?;
            }
        }
        Ok(())
    }

    /// What is asked of the data that was read itself, and not of what it was made from.
    fn check_read(&mut self, node: usize, noun: NounId, row: u32) -> Result<(), TraceError> {
        if !self.reader.facts.exists(noun, row) {
            return Ok(());
        }
        let at = self.reader.facts.place(noun, row);
        let (_, approvals, tests) = self.decided(node, noun, row)?;
        if approvals == Some(0) {
            let what = format!("{}: nobody approved it for training", self.name(node));
            self.gap(
                State::Missing,
                Some(node),
                what,
                "what a model learns from is a decision that somebody answers for",
                at,
            );
        }
        if tests == Some(0) {
            let what = format!("{}: no check of its quality is recorded", self.name(node));
            self.gap(State::Missing, Some(node), what, "a model repeats the faults of its data", at);
        }
        Ok(())
    }

    /// Approvals and tests of a version: the node, and how many there are of each, where that can be told.
    fn decided(
        &mut self,
        node: usize,
        noun: NounId,
        row: u32,
    ) -> Result<(usize, Option<usize>, Option<usize>), TraceError> {
        let digest = self.reader.text(noun, row, "digest").map(str::to_owned);
        let approvals = self.approvals(node, (noun, row), digest.as_deref())?;
        let tests = self.tests(node, (noun, row))?.map(|(found, _)| found);
        Ok((node, approvals, tests))
    }

    /// Nodes of versions with all that they were made from, the nearest first; what was made from itself is named.
    pub(crate) fn ancestry(
        &mut self,
        noun: NounId,
        read: &[u32],
        learner: Option<&Learner>,
    ) -> Result<BTreeMap<u32, usize>, TraceError> {
        let mut nodes: BTreeMap<u32, usize> = BTreeMap::new();
        let mut queue: VecDeque<Step> = read.iter().map(|row| (*row, 0)).collect();
        while let Some((row, steps)) = queue.pop_front() {
            if nodes.contains_key(&row) {
                continue;
            }
            let (node, new) = self.node(Kind::Data, noun, row)?;
            nodes.insert(row, node);
            if new {
                if let Some(node) = self.history.nodes.get_mut(node) {
                    node.steps = steps;
                }
                self.version(node, noun, row, steps)?;
            }
            self.origins(node, (noun, row), steps, learner)?;
            if let Some((_, parents)) = self.reader.many(noun, row, "derived_from") {
                queue.extend(parents.iter().map(|parent| (*parent, steps + 1)));
            }
        }
        for (row, node) in &nodes {
            let Some((_, parents)) = self.reader.many(noun, *row, "derived_from") else { continue };
            for parent in parents {
                if let Some(parent) = nodes.get(parent) {
                    self.edge(*parent, *node, "went into");
                }
            }
        }
        self.circles(noun, read);
        Ok(nodes)
    }

    /// A version itself: its lines, its place in the inventory, and what is decided of it.
    fn version(&mut self, node: usize, noun: NounId, row: u32, steps: usize) -> Result<(), TraceError> {
        if !self.reader.facts.exists(noun, row) {
            return Ok(());
        }
        // Without its digest a version has no id that anybody would know.
        if self.reader.has(noun, "digest") && self.reader.text(noun, row, "digest").is_none() {
            let dataset = self.reader.one(noun, row, "dataset").map(|(noun, row)| self.reader.id(noun, row));
            self.title(node, format!("of {} without a digest", dataset.unwrap_or_else(|| "no data set".into())));
        }
        // Of what is gone nobody can work out the digest again.
        let gone = self.reader.bool(noun, row, "still_stored") == Some(false);
        let told = fields::DATA.iter().filter(|field| !(gone && field.name == "observed_digest"));
        self.fields(node, noun, row, told);
        let name = self.name(node);
        let (digest, now) = (self.reader.text(noun, row, "digest"), self.reader.text(noun, row, "observed_digest"));
        if let (Some(digest), Some(now)) = (digest, now)
            && digest != now
        {
            let (what, at) =
                (format!("{name}: its content is {now} now"), self.reader.place(noun, row, "observed_digest"));
            self.gap(
                State::Amiss,
                Some(node),
                what,
                "data that changed after it was used cannot be examined any more",
                at,
            );
        }
        self.inventory(node, noun, row);
        self.disposals(node, noun, row)?;
        if steps > 0 {
            self.decided(node, noun, row)?;
        }
        Ok(())
    }

    fn inventory(&mut self, node: usize, noun: NounId, row: u32) {
        let Some((dataset, row)) = self.reader.one(noun, row, "dataset") else { return };
        if self.reader.facts.exists(dataset, row) {
            self.fields(node, dataset, row, fields::DATASET);
            return;
        }
        let what =
            format!("{}: the inventory does not know the data set {}", self.name(node), self.reader.id(dataset, row));
        let at = self.reader.facts.place(dataset, row);
        self.gap(State::Missing, Some(node), what, "data that is not in the inventory was never looked at", at);
    }

    fn disposals(&mut self, node: usize, noun: NounId, row: u32) -> Result<(), TraceError> {
        let disposals = self.reader.many(noun, row, "disposals");
        if self.reader.bool(noun, row, "still_stored") == Some(false)
            && disposals.is_some_and(|(_, rows)| rows.is_empty())
        {
            let what = format!("{}: gone, and no disposal is on record", self.name(node));
            let at = self.reader.place(noun, row, "still_stored");
            self.gap(State::Amiss, Some(node), what, "data that went without a record may be anywhere", at);
        }
        let Some((disposal, rows)) = disposals else { return Ok(()) };
        for row in rows {
            let (made, _) = self.node(Kind::Disposal, disposal, *row)?;
            self.title(made, "disposal");
            self.fields(made, disposal, *row, fields::DISPOSAL);
            self.edge(node, made, "was disposed of by");
        }
        Ok(())
    }

    /// Where data first came from, whose it is, and by what leave it is used.
    fn origins(
        &mut self,
        node: usize,
        (noun, row): (NounId, u32),
        steps: usize,
        learner: Option<&Learner>,
    ) -> Result<(), TraceError> {
        if !self.reader.facts.exists(noun, row) {
            return Ok(());
        }
        let made_from = self.reader.cell(noun, row, "derived_from");
        let dataset = self.reader.one(noun, row, "dataset").filter(|(noun, row)| self.reader.facts.exists(*noun, *row));
        let sources = dataset.and_then(|(noun, row)| self.reader.many(noun, row, "came_from"));
        let derived = matches!(made_from, Some(Cell::Records(records)) if !records.rows.is_empty());
        if matches!(made_from, Some(Cell::NotSurveyed | Cell::Unknown(_))) {
            self.relation_lack(node, (noun, row), "derived_from", "made from", UNTOLD);
        } else if !derived
            && made_from.is_some()
            && let Some((dataset, dataset_row)) = dataset
        {
            match self.reader.value(dataset, dataset_row, "came_from").map(|value| value.told) {
                Some(Told::Known(_)) if sources.is_some_and(|(_, rows)| rows.is_empty()) => {
                    let what = format!("{}: nobody wrote down where it came from{}", self.name(node), back(steps));
                    let at = self.reader.place(dataset, dataset_row, "came_from");
                    self.gap(State::Missing, Some(node), what, UNTOLD, at);
                }
                Some(Told::Known(_)) | None => {}
                Some(_) => self.relation_lack(node, (dataset, dataset_row), "came_from", "came from", UNTOLD),
            }
        }
        let (source_noun, rows) = sources.unwrap_or((noun, &[]));
        for source in rows {
            self.source(node, (source_noun, *source), steps, learner)?;
        }
        if let Some((dataset, dataset_row)) = dataset {
            self.customers(node, (dataset, dataset_row), learner)?;
        }
        Ok(())
    }

    fn source(
        &mut self,
        data: usize,
        (noun, row): (NounId, u32),
        steps: usize,
        learner: Option<&Learner>,
    ) -> Result<(), TraceError> {
        const WHY: &str = "who trains on data without leave may have to withdraw the model";
        let (node, new) = self.node(Kind::Source, noun, row)?;
        self.edge(node, data, "supplied");
        if !self.reader.facts.exists(noun, row) {
            return Ok(());
        }
        if new {
            self.fields(node, noun, row, fields::SOURCE);
        }
        let mut covered = None;
        if let Some((agreement, agreement_row)) = self.reader.one(noun, row, "governed_by") {
            let (contract, new) = self.node(Kind::Agreement, agreement, agreement_row)?;
            if new {
                self.fields(contract, agreement, agreement_row, fields::AGREEMENT);
            }
            self.edge(contract, node, "governs");
            covered = self.reader.bool(agreement, agreement_row, "covers_training");
            self.in_force(contract, (agreement, agreement_row), learner);
        }
        let kind = self.reader.text(noun, row, "kind");
        let licence = self.reader.cell(noun, row, "licence");
        let licensed =
            matches!(licence, Some(Cell::Text(_))) && self.reader.texts(noun, row, "permits").contains(&"training");
        if kind == Some("internal") || licensed || covered == Some(true) {
            return Ok(());
        }
        let (what, at) =
            (format!("{}, supplied by {}", self.name(data), self.name(node)), self.reader.facts.place(noun, row));
        let undecided = matches!(licence, Some(Cell::NotSurveyed | Cell::Unknown(_)))
            || matches!(self.reader.cell(noun, row, "governed_by"), Some(Cell::NotSurveyed | Cell::Unknown(_)));
        if undecided {
            let what = format!("{what}: whether a licence or an agreement allows training is not known{}", back(steps));
            self.gap(State::Unknown, Some(node), what, WHY, at);
        } else {
            let what = format!("{what}: no licence and no agreement allows training on it{}", back(steps));
            self.gap(State::Amiss, Some(node), what, WHY, at);
        }
        Ok(())
    }

    /// Whether an agreement was in force when the run began.
    fn in_force(&mut self, contract: usize, (noun, row): (NounId, u32), learner: Option<&Learner>) {
        let Some((learner, start)) = learner.and_then(|learner| Some((learner, learner.start?))) else { return };
        let (from, to) = (self.reader.time(noun, row, "effective_from"), self.reader.time(noun, row, "ends_on"));
        let not_yet = from.is_some_and(|from| from > start);
        let over = to.is_some_and(|to| to < start);
        let words = if not_yet || over { "not in force" } else { "in force" };
        let label = format!("when run {} began ({start})", learner.id);
        if self.history.nodes.get(contract).is_some_and(|node| node.lines.iter().any(|line| line.label == label)) {
            return;
        }
        let at = self.reader.place(noun, row, if over { "ends_on" } else { "effective_from" });
        self.line(contract, &label, words, at);
        if not_yet || over {
            let what = format!("{}: not in force when run {} began, on {start}", self.name(contract), learner.id);
            self.gap(
                State::Amiss,
                Some(contract),
                what,
                "an agreement allows nothing before it begins or after it ended",
                at,
            );
        }
    }

    /// Names each circle in what data was made from. Each version is looked at once.
    fn circles(&mut self, noun: NounId, read: &[u32]) {
        let mut done: BTreeMap<u32, bool> = BTreeMap::new();
        for row in read {
            // The path from what was read, with how many of its parents were looked at.
            let mut path: Vec<(u32, usize)> = Vec::new();
            if !done.contains_key(row) {
                done.insert(*row, false);
                path.push((*row, 0));
            }
            while let Some((row, at)) = path.last_mut() {
                let parents = self.reader.many(noun, *row, "derived_from").map_or(&[][..], |(_, rows)| rows);
                let Some(parent) = parents.get(*at).copied() else {
                    done.insert(*row, true);
                    path.pop();
                    continue;
                };
                *at += 1;
                match done.get(&parent) {
                    Some(true) => {}
                    Some(false) => {
                        let rows: Vec<u32> = path.iter().map(|(row, _)| *row).collect();
                        self.circle(noun, parent, &rows, "derived_from");
                    }
                    None => {
                        done.insert(parent, false);
                        path.push((parent, 0));
                    }
                }
            }
        }
    }

    /// The history of a data set: its versions with all that they were made from, and what learnt from them at any remove.
    pub(crate) fn dataset(&mut self, noun: NounId, rows: &[u32]) -> Result<(), TraceError> {
        let nodes = self.ancestry(noun, rows, None)?;
        let descendants = self.descendants(noun, rows)?;
        const RUNS: &str = "which models learnt from the data cannot be told";
        let Some(run_noun) = self.supplied("training_run", RUNS) else { return Ok(()) };
        let mut runs: Vec<(u32, usize)> = Vec::new();
        for run in 0..self.reader.facts.rows(run_noun) {
            let Some((_, used)) = self.reader.many(run_noun, run, "used") else { continue };
            let read: Vec<usize> = used.iter().filter_map(|row| descendants.get(row).copied()).collect();
            if read.is_empty() {
                continue;
            }
            let (node, _) = self.node(Kind::TrainingRun, run_noun, run)?;
            self.told_fields(node, run_noun, run, fields::RUN, false);
            for row in rows.iter().filter(|row| used.contains(row)) {
                if let Some(node) = nodes.get(row) {
                    self.check_read(*node, noun, *row)?;
                }
            }
            read.into_iter().for_each(|data| self.edge(data, node, "was read by"));
            let learner =
                Learner { id: self.reader.id(run_noun, run), start: self.reader.time(run_noun, run, "started_at") };
            let own: Vec<u32> = rows.to_vec();
            // Leave to train is judged by the start of each run that learnt from it.
            self.ancestry(noun, &own, Some(&learner))?;
            runs.push((run, node));
        }
        self.learnt(run_noun, &runs)
    }

    /// The versions that were made from these, with these.
    fn descendants(&mut self, noun: NounId, rows: &[u32]) -> Result<BTreeMap<u32, usize>, TraceError> {
        let mut found: BTreeMap<u32, usize> = BTreeMap::new();
        for row in rows {
            found.insert(*row, self.node(Kind::Data, noun, *row)?.0);
        }
        loop {
            let before = found.len();
            for row in 0..self.reader.facts.rows(noun) {
                let Some((_, parents)) = self.reader.many(noun, row, "derived_from") else { continue };
                let from: Vec<usize> = parents.iter().filter_map(|parent| found.get(parent).copied()).collect();
                if from.is_empty() {
                    continue;
                }
                let (node, new) = self.node(Kind::Data, noun, row)?;
                if new {
                    self.told_fields(node, noun, row, fields::DATA, false);
                }
                found.insert(row, node);
                from.into_iter().for_each(|from| self.edge(from, node, "went into"));
            }
            if found.len() == before {
                return Ok(found);
            }
        }
    }

    /// The models that these runs made, with those that were fine-tuned from them.
    fn learnt(&mut self, run_noun: NounId, runs: &[(u32, usize)]) -> Result<(), TraceError> {
        let Some(noun) = self.supplied("model", "which models learnt from the data cannot be told") else {
            return Ok(());
        };
        let mut models: BTreeMap<u32, usize> = BTreeMap::new();
        loop {
            let before = models.len();
            for row in 0..self.reader.facts.rows(noun) {
                let run = self.reader.one(noun, row, "training").filter(|(of, _)| *of == run_noun);
                let run = run.and_then(|(_, made)| runs.iter().find(|(row, _)| *row == made));
                let base = self.reader.one(noun, row, "based_on").and_then(|(_, base)| models.get(&base).copied());
                if run.is_none() && base.is_none() {
                    continue;
                }
                let (node, new) = self.node(Kind::Model, noun, row)?;
                if let Some((_, run)) = run {
                    self.edge(*run, node, "made");
                }
                if let Some(base) = base {
                    self.edge(base, node, "was fine-tuned into");
                }
                models.insert(row, node);
                if new {
                    self.told_fields(node, noun, row, fields::MODEL, false);
                    self.serving(node, noun, row, false)?;
                }
            }
            if models.len() == before {
                return Ok(());
            }
        }
    }
}

/// How far back something lies, for the end of a sentence.
fn back(steps: usize) -> String {
    match steps {
        0 => String::new(),
        1 => " (one step back from what was read)".into(),
        steps => format!(" ({steps} steps back from what was read)"),
    }
}
