//! A version of a model: its identity, with everything that is recorded of it, and the models that it builds on.

use std::collections::BTreeSet;

use tickmark_facts::NounId;

use crate::TraceError;
use crate::fields;
use crate::history::{Kind, State};
use crate::walker::Walker;

/// Where a model is from somebody else, no run of ours is asked for.
fn is_bought(origin: &str) -> bool {
    matches!(origin, "third_party" | "open_weights")
}

impl Walker<'_> {
    /// A version with its dossier, then that of the version that it builds on, and so on to the first.
    pub(crate) fn models(&mut self, noun: NounId, row: u32) -> Result<usize, TraceError> {
        let mut chain: Vec<u32> = Vec::new();
        let mut next = Some((noun, row));
        let mut below: Option<usize> = None;
        let mut first = 0;
        while let Some((noun, row)) = next {
            if chain.contains(&row) {
                self.circle(noun, row, &chain, "based_on");
                if let Some(below) = below {
                    let (base, _) = self.node(Kind::Model, noun, row)?;
                    self.edge(base, below, "was fine-tuned into");
                }
                break;
            }
            chain.push(row);
            self.dossier = below.is_some().then_some(self.history.nodes.len());
            let node = self.dossier_of(noun, row, below.is_none())?;
            match below {
                Some(below) => self.edge(node, below, "was fine-tuned into"),
                None => first = node,
            }
            below = Some(node);
            next = self.reader.one(noun, row, "based_on");
        }
        self.dossier = None;
        Ok(first)
    }

    /// Names a circle of versions that come from each other.
    pub(crate) fn circle(&mut self, noun: NounId, row: u32, path: &[u32], attribute: &str) {
        let from = path.iter().position(|other| *other == row).unwrap_or(0);
        let around = path.iter().skip(from).chain(std::iter::once(&row));
        let ids: Vec<String> = around.map(|row| self.reader.id(noun, *row)).collect();
        let places: Vec<_> =
            path.iter().skip(from).filter_map(|row| self.reader.place(noun, *row, attribute)).collect();
        let what = format!("`{attribute}` leads in a circle: {}", ids.join(" → "));
        self.gap(
            State::Amiss,
            None,
            what,
            "nothing can be made from itself, so that its true source is not known",
            places,
        );
    }

    fn dossier_of(&mut self, noun: NounId, row: u32, asked: bool) -> Result<usize, TraceError> {
        let (node, new) = self.node(Kind::Model, noun, row)?;
        if !new || !self.reader.facts.exists(noun, row) {
            return Ok(node);
        }
        let bought = self.reader.text(noun, row, "origin").is_some_and(is_bought);
        if bought {
            self.fields(node, noun, row, fields::BOUGHT);
        }
        self.fields(node, noun, row, fields::MODEL);
        self.family(node, noun, row);
        if self.reader.bool(noun, row, "artefact_exists") == Some(false) {
            let (what, at) =
                (format!("{}: its artefact is gone", self.name(node)), self.reader.place(noun, row, "artefact_exists"));
            self.gap(State::Amiss, Some(node), what, "what is gone cannot be examined, nor put back", at);
        }
        self.sightings(node, noun, row)?;
        // A version that was only built upon need not have been served; what it was made of is asked all the same.
        self.model_approvals(node, noun, row, asked)?;
        self.model_tests(node, noun, row, asked)?;
        self.serving(node, noun, row, asked)?;
        if asked {
            self.way_back(node, noun, row)?;
            self.watching(node, noun, row)?;
        }
        self.training(node, noun, row, bought)?;
        Ok(node)
    }

    fn family(&mut self, node: usize, noun: NounId, row: u32) {
        let Some(name) = self.reader.text(noun, row, "name") else { return };
        let Some(family) = self.reader.supplied("model_family") else { return };
        if let Some(row) = self.reader.facts.find(family, name) {
            self.told_fields(node, family, row, fields::FAMILY, false);
        }
    }

    /// What earlier collections of the registry showed: another artefact under this number is not in order.
    fn sightings(&mut self, node: usize, noun: NounId, row: u32) -> Result<(), TraceError> {
        let Some((seen, rows)) = self.reader.many(noun, row, "sightings") else { return Ok(()) };
        let digest = self.reader.text(noun, row, "digest").map(str::to_owned);
        for row in rows.iter().copied() {
            let (sighting, _) = self.node(Kind::Sighting, seen, row)?;
            self.fields(sighting, seen, row, fields::SIGHTING);
            let at = self.reader.time(seen, row, "collected_at").map_or_else(String::new, |time| time.to_string());
            self.title(sighting, at.clone());
            self.edge(sighting, node, "showed");
            let other = self
                .reader
                .text(seen, row, "digest")
                .filter(|other| digest.as_deref().is_some_and(|own| own != *other));
            if let Some(other) = other {
                let what = format!("{}: on {at} another artefact stood behind its number, {other}", self.name(node));
                let place = self.reader.place(seen, row, "digest");
                self.gap(State::Amiss, Some(node), what, "a number that changes its artefact names nothing", place);
            }
        }
        Ok(())
    }

    fn model_approvals(&mut self, node: usize, noun: NounId, row: u32, asked: bool) -> Result<(), TraceError> {
        let digest = self.reader.text(noun, row, "digest").map(str::to_owned);
        let found = self.approvals(node, (noun, row), digest.as_deref())?;
        if asked && found == Some(0) {
            let (what, at) = (format!("{}: nobody approved it", self.name(node)), self.reader.facts.place(noun, row));
            self.gap(State::Missing, Some(node), what, "going live is a decision that somebody answers for", at);
        }
        Ok(())
    }

    fn model_tests(&mut self, node: usize, noun: NounId, row: u32, asked: bool) -> Result<(), TraceError> {
        let Some((found, passed)) = self.tests(node, (noun, row))? else { return Ok(()) };
        let at = self.reader.facts.place(noun, row);
        if asked && found == 0 {
            let what = format!("{}: no test of it is recorded", self.name(node));
            self.gap(State::Missing, Some(node), what, "what was not tested is not known to work", at);
        }
        let name = self.reader.text(noun, row, "name").unwrap_or_default();
        let family = self
            .reader
            .supplied("model_family")
            .and_then(|family| Some((family, self.reader.facts.find(family, name)?)));
        let Some((family, family_row)) = family.filter(|_| asked && found > 0) else { return Ok(()) };
        for kind in self.reader.texts(family, family_row, "required_tests") {
            if !passed.contains(kind) {
                let what = format!("{}: no passed test of the kind {kind}, which its family requires", self.name(node));
                let at = self.reader.place(family, family_row, "required_tests");
                self.gap(
                    State::Missing,
                    Some(node),
                    what,
                    "the organisation decided that no version goes live without it",
                    at,
                );
            }
        }
        Ok(())
    }

    /// The approvals of a record, given those that are in force; nothing where that cannot be told.
    pub(crate) fn approvals(
        &mut self,
        node: usize,
        (noun, row): (NounId, u32),
        digest: Option<&str>,
    ) -> Result<Option<usize>, TraceError> {
        if !self.reader.has(noun, "approvals") {
            return Ok(None);
        }
        let Some((approval, rows)) = self.reader.many(noun, row, "approvals") else {
            self.relation_lack(
                node,
                (noun, row),
                "approvals",
                "approvals",
                "a decision that nobody recorded did not happen",
            );
            return Ok(None);
        };
        let mut given = 0;
        for row in rows.iter().copied() {
            let (made, _) = self.node(Kind::Approval, approval, row)?;
            let by =
                self.reader.text(approval, row, "approver").map_or_else(|| "somebody".to_owned(), |by| self.person(by));
            let decision = self.reader.text(approval, row, "decision").unwrap_or("approved");
            self.title(made, format!("{decision} by {by}"));
            self.fields(made, approval, row, fields::APPROVAL);
            self.edge(made, node, "decided on");
            given += usize::from(decision == "approved");
            let other = self
                .reader
                .text(approval, row, "subject_digest")
                .filter(|other| digest.is_some_and(|own| own != *other));
            if let Some(other) = other {
                let what = format!("{}: {decision} by {by} was another artefact, {other}", self.name(node));
                let at = self.reader.place(approval, row, "subject_digest");
                self.gap(State::Amiss, Some(node), what, "an approval is of one exact thing", at);
            }
        }
        Ok(Some(given))
    }

    /// The tests of a record: how many, and the kinds that were passed; nothing where that cannot be told.
    pub(crate) fn tests(
        &mut self,
        node: usize,
        (noun, row): (NounId, u32),
    ) -> Result<Option<(usize, BTreeSet<String>)>, TraceError> {
        if !self.reader.has(noun, "tests") {
            return Ok(None);
        }
        let Some((test, rows)) = self.reader.many(noun, row, "tests") else {
            self.relation_lack(node, (noun, row), "tests", "tests", "what was not tested is not known to work");
            return Ok(None);
        };
        let mut passed = BTreeSet::new();
        let mut failed: Vec<(u32, String)> = Vec::new();
        for row in rows.iter().copied() {
            let (made, _) = self.node(Kind::Test, test, row)?;
            let kind = self.reader.text(test, row, "kind").unwrap_or("test").to_owned();
            let result = self.reader.bool(test, row, "passed");
            let word = match result {
                Some(true) => "passed",
                Some(false) => "failed",
                None => "without a known result",
            };
            self.title(made, format!("{kind}: {word}"));
            self.fields(made, test, row, fields::TEST);
            self.edge(made, node, "tested");
            match result {
                Some(true) => drop(passed.insert(kind)),
                Some(false) => failed.push((row, kind)),
                None => {}
            }
        }
        for (row, kind) in failed {
            let at = self.reader.time(test, row, "performed_at");
            let again = |other: &u32| {
                self.reader.bool(test, *other, "passed") == Some(true)
                    && self.reader.text(test, *other, "kind") == Some(kind.as_str())
                    && self.reader.time(test, *other, "performed_at") > at
            };
            if rows.iter().any(again) {
                continue;
            }
            let what = format!("{}: failed its test of the kind {kind}, and has not passed it since", self.name(node));
            let place = self.reader.place(test, row, "passed");
            self.gap(State::Amiss, Some(node), what, "a failed test says that something is wrong with it", place);
        }
        Ok(Some((rows.len(), passed)))
    }

    /// The gap of a relation that cannot be followed, and its line.
    pub(crate) fn relation_lack(
        &mut self,
        node: usize,
        (noun, row): (NounId, u32),
        name: &'static str,
        label: &'static str,
        why: &'static str,
    ) {
        self.fields(node, noun, row, &[fields::Field { name, label, why }]);
    }
}
