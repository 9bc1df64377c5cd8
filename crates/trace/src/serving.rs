//! Where a version was served, from when until when, and by which decision.

use tickmark_facts::NounId;

use crate::TraceError;
use crate::fields;
use crate::history::{Kind, State};
use crate::walker::Walker;

impl Walker<'_> {
    /// A deployment with its change record, and the dossier of the version that it put live.
    pub(crate) fn of_deployment(&mut self, noun: NounId, row: u32) -> Result<(), TraceError> {
        self.node(Kind::Deployment, noun, row)?;
        let Some(model) = self.supplied("model", "what was deployed is not known") else { return Ok(()) };
        let holds =
            |other: &u32| self.reader.many(model, *other, "deployments").is_some_and(|(_, rows)| rows.contains(&row));
        match (0..self.reader.facts.rows(model)).find(holds) {
            Some(row) => drop(self.models(model, row)?),
            None => {
                let (what, at) = (
                    format!("deployment {}: no version of a model names it", self.reader.id(noun, row)),
                    self.reader.facts.place(noun, row),
                );
                self.gap(State::Missing, Some(0), what, "what was deployed is not known", at);
                self.deployment((noun, row), (None, None), true)?;
            }
        }
        Ok(())
    }

    /// Deployments and endpoints of a version.
    pub(crate) fn serving(&mut self, node: usize, noun: NounId, row: u32, asked: bool) -> Result<(), TraceError> {
        let digest = self.reader.text(noun, row, "digest").map(str::to_owned);
        if let Some((deployment, rows)) = self.reader.many(noun, row, "deployments") {
            let live = self.reader.text(noun, row, "stage") == Some("production");
            if rows.is_empty() && live && asked {
                let (what, at) = (
                    format!("{}: in production, and no deployment is recorded", self.name(node)),
                    self.reader.place(noun, row, "stage"),
                );
                self.gap(State::Missing, Some(node), what, "since when it answers customers is not known", at);
            }
            for row in self.in_time(deployment, rows) {
                self.deployment((deployment, row), (Some(node), digest.as_deref()), asked)?;
            }
        } else if asked && self.reader.has(noun, "deployments") {
            self.relation_lack(
                node,
                (noun, row),
                "deployments",
                "deployments",
                "since when it answers customers is not known",
            );
        }
        let Some(endpoint) = (if asked {
            self.supplied("endpoint", "what the endpoints really run is not known")
        } else {
            self.reader.supplied("endpoint")
        }) else {
            return Ok(());
        };
        for other in 0..self.reader.facts.rows(endpoint) {
            let serves =
                self.reader.many(endpoint, other, "serves").is_some_and(|(of, rows)| of == noun && rows.contains(&row));
            let running = self.reader.text(endpoint, other, "running_digest");
            let runs = running.is_some() && running == digest.as_deref();
            if !serves && !runs {
                continue;
            }
            let (place, new) = self.node(Kind::Endpoint, endpoint, other)?;
            if new {
                self.told_fields(place, endpoint, other, fields::ENDPOINT, asked);
            }
            self.edge(node, place, if runs { "runs at" } else { "is said to be served by" });
            if asked {
                self.compare_running(place, (endpoint, other), node, (digest.as_deref(), (noun, row)), (serves, runs));
            }
        }
        Ok(())
    }

    fn compare_running(
        &mut self,
        place: usize,
        (endpoint, other): (NounId, u32),
        node: usize,
        (digest, (noun, row)): (Option<&str>, (NounId, u32)),
        (serves, runs): (bool, bool),
    ) {
        const WHY: &str = "answers come from what runs, not from what was approved";
        // What is tried out elsewhere answers nobody.
        let tried = self.reader.text(endpoint, other, "environment");
        if tried.is_some_and(|environment| environment != "production") {
            return;
        }
        let (name, model) = (self.name(place), self.name(node));
        let running = self.reader.text(endpoint, other, "running_digest");
        if let (Some(running), Some(_), true, false) = (running, digest, serves, runs) {
            let at = self.reader.place(endpoint, other, "running_digest");
            self.gap(State::Amiss, Some(place), format!("{name}: runs {running}, which is not {model}"), WHY, at);
        }
        if runs && !serves && self.reader.has(endpoint, "serves") {
            let at = self.reader.place(endpoint, other, "running_digest");
            self.gap(
                State::Amiss,
                Some(place),
                format!("{name}: runs {model}, which it is not said to serve"),
                WHY,
                at,
            );
        }
        let before = self.reader.text(endpoint, other, "running_preprocessing_digest");
        let own = self.reader.text(noun, row, "preprocessing_digest");
        if let (Some(before), Some(own)) = (before, own)
            && before != own
            && (serves || !self.reader.has(endpoint, "serves"))
        {
            let at = self.reader.place(endpoint, other, "running_preprocessing_digest");
            let what = format!("{name}: the preprocessing that it runs, {before}, is not that of {model}");
            self.gap(
                State::Amiss,
                Some(place),
                what,
                "the code in front of a model changes its answers as its weights do",
                at,
            );
        }
    }

    /// The rows in the order of their beginnings.
    fn in_time(&self, noun: NounId, rows: &[u32]) -> Vec<u32> {
        let mut rows = rows.to_vec();
        rows.sort_by_key(|row| self.reader.time(noun, *row, "went_live_at"));
        rows
    }

    /// One deployment, of a version with a digest where that is known.
    fn deployment(
        &mut self,
        (noun, row): (NounId, u32),
        (model, digest): (Option<usize>, Option<&str>),
        asked: bool,
    ) -> Result<(), TraceError> {
        let (node, _) = self.node(Kind::Deployment, noun, row)?;
        if let Some(model) = model {
            self.edge(model, node, "went live by");
        }
        self.told_fields(node, noun, row, fields::DEPLOYMENT, asked);
        let interval = self.interval(noun, row);
        self.line(node, "served", interval, self.reader.place(noun, row, "went_live_at"));
        let name = self.name(node);
        let other = self.reader.text(noun, row, "digest").filter(|other| digest.is_some_and(|own| own != *other));
        if let Some(other) = other {
            let at = self.reader.place(noun, row, "digest");
            self.gap(
                State::Amiss,
                Some(node),
                format!("{name}: put another artefact live, {other}"),
                "what was approved is not what went live",
                at,
            );
        }
        if let Some((endpoint, endpoint_row)) = self.reader.one(noun, row, "endpoint") {
            let (place, new) = self.node(Kind::Endpoint, endpoint, endpoint_row)?;
            if new {
                self.told_fields(place, endpoint, endpoint_row, fields::ENDPOINT, asked);
            }
            self.edge(node, place, "at");
        }
        if asked && self.reader.text(noun, row, "environment") == Some("production") {
            self.change(node, noun, row)?;
        }
        Ok(())
    }

    fn change(&mut self, node: usize, noun: NounId, row: u32) -> Result<(), TraceError> {
        const WHY: &str = "who asked for the change, tested and approved it, is not known";
        if !self.reader.has(noun, "ticket") {
            return Ok(());
        }
        let Some(ticket) = self.reader.text(noun, row, "ticket").filter(|ticket| !ticket.trim().is_empty()) else {
            let (what, at) =
                (format!("{}: no change record is named", self.name(node)), self.reader.facts.place(noun, row));
            self.gap(State::Missing, Some(node), what, WHY, at);
            return Ok(());
        };
        let Some(change) = self.supplied("change_record", WHY) else { return Ok(()) };
        let Some(found) = self.reader.facts.find(change, ticket) else {
            let (what, at) = (
                format!("{}: there is no change record {ticket}", self.name(node)),
                self.reader.place(noun, row, "ticket"),
            );
            self.gap(State::Missing, Some(node), what, WHY, at);
            return Ok(());
        };
        let (record, _) = self.node(Kind::Change, change, found)?;
        self.edge(record, node, "let");
        self.fields(record, change, found, fields::CHANGE);
        let (opened, live) =
            (self.reader.time(change, found, "opened_at"), self.reader.time(noun, row, "went_live_at"));
        if let (Some(opened), Some(live)) = (opened, live)
            && opened > live
        {
            let what = format!("{}: opened on {opened}, after {} went live", self.name(record), self.name(node));
            let at = self.reader.place(change, found, "opened_at");
            self.gap(State::Amiss, Some(record), what, "a record made afterwards decides nothing", at);
        }
        if self.approvals(record, (change, found), None)? == Some(0) {
            let (what, at) =
                (format!("{}: nobody approved it", self.name(record)), self.reader.facts.place(change, found));
            self.gap(State::Missing, Some(record), what, WHY, at);
        }
        Ok(())
    }

    /// From when until when, as seen from the moment that the history speaks of.
    pub(crate) fn interval(&self, noun: NounId, row: u32) -> String {
        let (from, to) = (self.reader.time(noun, row, "went_live_at"), self.reader.time(noun, row, "ended_at"));
        let Some(from) = from else {
            return to
                .map_or_else(|| "nobody knows from when".into(), |to| format!("until {to}; nobody knows from when"));
        };
        let mut words = match to {
            _ if from > self.as_of => format!("not yet live: from {from}"),
            Some(to) if to <= self.as_of => format!("from {from} to {to}"),
            Some(to) => format!("live since {from}, ends on {to}"),
            None => format!("live since {from}"),
        };
        if let Some((start, end)) = self.history.period {
            let inside = from <= end && to.is_none_or(|to| to >= start);
            words.push_str(if inside { "; live in the period" } else { "; not in the period" });
        }
        words
    }
}
