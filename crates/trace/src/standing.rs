//! What stands behind a version that is served: the way back, and who watches it.

use tickmark_facts::{NounId, Time};

use crate::TraceError;
use crate::fields;
use crate::history::{Kind, State};
use crate::walker::Walker;

impl Walker<'_> {
    /// The version that it can be taken back to, the plan for that, and its rehearsals.
    pub(crate) fn way_back(&mut self, node: usize, noun: NounId, row: u32) -> Result<(), TraceError> {
        self.target(node, noun, row)?;
        let name = self.reader.text(noun, row, "name").map(str::to_owned);
        let Some(name) = name else { return Ok(()) };
        let Some(plan) = self.supplied("recovery_plan", "how it is taken back, and in what time, is not known") else {
            return Ok(());
        };
        let covers = |row: &u32| self.reader.texts(plan, *row, "models").contains(&name.as_str());
        let plans: Vec<u32> = (0..self.reader.facts.rows(plan)).filter(covers).collect();
        if plans.is_empty() {
            let what = format!("{}: no recovery plan covers {name}", self.name(node));
            self.gap(State::Missing, Some(node), what, "how it is taken back, and in what time, is not known", None);
        }
        for row in plans {
            self.plan(node, plan, row)?;
        }
        Ok(())
    }

    fn target(&mut self, node: usize, noun: NounId, row: u32) -> Result<(), TraceError> {
        if !self.reader.has(noun, "number") {
            return Ok(());
        }
        let (name, number) = (self.reader.text(noun, row, "name"), self.reader.number(noun, row, "number"));
        let (Some(name), Some(number)) = (name, number) else { return Ok(()) };
        let mut best: Option<(f64, u32)> = None;
        for other in 0..self.reader.facts.rows(noun) {
            let Some(earlier) = self.reader.number(noun, other, "number").filter(|earlier| *earlier < number) else {
                continue;
            };
            let same = self.reader.text(noun, other, "name") == Some(name);
            let there = self.reader.bool(noun, other, "artefact_exists") == Some(true);
            if same && there && self.was_approved(noun, other) && best.is_none_or(|(best, _)| earlier > best) {
                best = Some((earlier, other));
            }
        }
        let Some((_, target)) = best else {
            let (what, at) = (
                format!("{}: no earlier version that was approved can be fetched", self.name(node)),
                self.reader.facts.place(noun, row),
            );
            self.gap(
                State::Missing,
                Some(node),
                what,
                "where there is nothing to go back to, a fault stays until it is repaired",
                at,
            );
            return Ok(());
        };
        let (back, _) = self.node(Kind::Rollback, noun, target)?;
        self.fields(back, noun, target, fields::ROLLBACK);
        self.edge(back, node, "can take the place of");
        Ok(())
    }

    fn was_approved(&self, noun: NounId, row: u32) -> bool {
        let Some((approval, rows)) = self.reader.many(noun, row, "approvals") else { return false };
        let decided = |decision: &str| {
            rows.iter().any(|row| self.reader.text(approval, *row, "decision").unwrap_or("approved") == decision)
        };
        decided("approved") && !decided("withdrawn")
    }

    fn plan(&mut self, node: usize, noun: NounId, row: u32) -> Result<(), TraceError> {
        const WHY: &str = "a plan that was never tried may not work";
        let (plan, _) = self.node(Kind::Recovery, noun, row)?;
        self.fields(plan, noun, row, fields::RECOVERY);
        self.edge(plan, node, "covers");
        let Some((test, rows)) = self.reader.many(noun, row, "tests") else {
            self.relation_lack(plan, (noun, row), "tests", "rehearsals", WHY);
            return Ok(());
        };
        let objective = match self.reader.cell(noun, row, "time_objective") {
            Some(tickmark_facts::Cell::Duration(objective)) => Some(objective),
            _ => None,
        };
        let mut last: Option<(Time, u32)> = None;
        for row in rows.iter().copied() {
            let (rehearsal, _) = self.node(Kind::Rehearsal, test, row)?;
            let at = self.reader.time(test, row, "performed_at");
            self.title(rehearsal, at.map_or_else(|| "at an unknown time".to_owned(), |at| at.to_string()));
            self.fields(rehearsal, test, row, fields::REHEARSAL);
            self.edge(rehearsal, plan, "rehearsed");
            if let Some(at) = at.filter(|at| *at <= self.as_of && last.is_none_or(|(before, _)| before <= *at)) {
                last = Some((at, row));
            }
        }
        let Some((at, row)) = last else {
            let (what, at) =
                (format!("{}: it was never rehearsed", self.name(plan)), self.reader.facts.place(noun, row));
            self.gap(State::Missing, Some(plan), what, WHY, at);
            return Ok(());
        };
        self.line(plan, "last rehearsal", at.to_string(), self.reader.place(test, row, "performed_at"));
        if self.reader.bool(test, row, "passed") == Some(false) {
            let what = format!("{}: its last rehearsal, on {at}, failed", self.name(plan));
            self.gap(State::Amiss, Some(plan), what, WHY, self.reader.place(test, row, "passed"));
        }
        let took = match self.reader.cell(test, row, "recovery_time") {
            Some(tickmark_facts::Cell::Duration(took)) => Some(took),
            _ => None,
        };
        if let (Some(took), Some(objective)) = (took, objective)
            && longer(took, objective)
        {
            let what = format!("{}: its last rehearsal, on {at}, took {took}, more than {objective}", self.name(plan));
            self.gap(
                State::Amiss,
                Some(plan),
                what,
                "so long customers wait for right answers",
                self.reader.place(test, row, "recovery_time"),
            );
        }
        Ok(())
    }

    /// Monitors of the family and of the endpoints, and the alerts since the first version went live.
    pub(crate) fn watching(&mut self, node: usize, noun: NounId, row: u32) -> Result<(), TraceError> {
        const WHY: &str = "a model that nobody watches goes wrong unnoticed";
        let name = self.reader.text(noun, row, "name").map(str::to_owned);
        let places = |kind: Kind| move |at: &crate::Node| at.kind == kind && at.supplied;
        let endpoints: Vec<String> =
            self.history.nodes.iter().filter(|at| places(Kind::Endpoint)(at)).map(|at| at.id.clone()).collect();
        let mut monitors: Vec<u32> = Vec::new();
        if let Some(monitor) = self.supplied("monitor", WHY) {
            for row in 0..self.reader.facts.rows(monitor) {
                let family = self.names(monitor, row, "watches_models").iter().any(|id| Some(id) == name.as_ref());
                if family || self.names(monitor, row, "watches_endpoints").iter().any(|id| endpoints.contains(id)) {
                    monitors.push(row);
                }
            }
            if monitors.is_empty() {
                let what = format!("{}: no monitor watches it", self.name(node));
                self.gap(State::Missing, Some(node), what, WHY, None);
            }
            for row in &monitors {
                let (watch, _) = self.node(Kind::Monitor, monitor, *row)?;
                self.fields(watch, monitor, *row, fields::MONITOR);
                self.edge(watch, node, "watches");
            }
        }
        self.alerts(node, (noun, row), (name.as_deref(), &endpoints, &monitors))
    }

    fn names(&self, noun: NounId, row: u32, attribute: &str) -> Vec<String> {
        let Some((of, rows)) = self.reader.many(noun, row, attribute) else { return Vec::new() };
        rows.iter().map(|row| self.reader.id(of, *row)).collect()
    }

    fn alerts(
        &mut self,
        node: usize,
        (model, model_row): (NounId, u32),
        (name, endpoints, monitors): (Option<&str>, &[String], &[u32]),
    ) -> Result<(), TraceError> {
        let Some(noun) = self.supplied("alert", "whether something went wrong since it is live is not known") else {
            return Ok(());
        };
        let live = self.reader.many(model, model_row, "deployments").and_then(|(of, rows)| {
            let production = |row: &&u32| self.reader.text(of, **row, "environment") == Some("production");
            rows.iter().filter(production).filter_map(|row| self.reader.time(of, *row, "went_live_at")).min()
        });
        for row in 0..self.reader.facts.rows(noun) {
            let Some(raised) = self.reader.time(noun, row, "raised_at") else { continue };
            let by = self.reader.one(noun, row, "raised_by").is_some_and(|(_, by)| monitors.contains(&by));
            let family = self.names(noun, row, "model_family").iter().any(|id| Some(id.as_str()) == name);
            let of = by || family || self.names(noun, row, "endpoint").iter().any(|id| endpoints.contains(id));
            if !of || raised > self.as_of || live.is_some_and(|live| raised < live) {
                continue;
            }
            let (alert, _) = self.node(Kind::Alert, noun, row)?;
            self.fields(alert, noun, row, fields::ALERT);
            self.edge(node, alert, "raised");
            if self.reader.has(noun, "reviewed_at") && self.reader.time(noun, row, "reviewed_at").is_none() {
                let what = format!("{}: raised on {raised}, and nobody looked at it", self.name(alert));
                let at = self.reader.facts.place(noun, row);
                self.gap(State::Missing, Some(alert), what, "an alert that nobody looks at warns of nothing", at);
            }
        }
        Ok(())
    }
}

/// Whether one length of time is longer than another: by months of the calendar first, of which a rehearsal takes none.
fn longer(took: tickmark_facts::Duration, objective: tickmark_facts::Duration) -> bool {
    (took.months, took.micros) > (objective.months, objective.micros)
}
