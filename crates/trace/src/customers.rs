//! Customers whose data is inside, and what they allowed when the training began.

use tickmark_facts::{NounId, Time};
use tickmark_source::Place;

use crate::TraceError;
use crate::data::Learner;
use crate::fields;
use crate::history::{Kind, State};
use crate::walker::Walker;

/// What a customer had said at a moment.
enum Said {
    Agreed(Time, Option<Place>),
    Refused(Time, Option<Place>),
    Nothing,
}

impl Walker<'_> {
    /// The customers of a data set, with their word on training at the start of the run.
    pub(crate) fn customers(
        &mut self,
        data: usize,
        (dataset, row): (NounId, u32),
        learner: Option<&Learner>,
    ) -> Result<(), TraceError> {
        if !self.reader.has(dataset, "belongs_to") {
            return Ok(());
        }
        let from_customers = self.reader.text(dataset, row, "kind") == Some("customer_upload");
        let Some((noun, rows)) = self.reader.many(dataset, row, "belongs_to") else {
            const WHY: &str = "whose leave is needed is not known";
            self.relation_lack(data, (dataset, row), "belongs_to", "customers whose data it holds", WHY);
            return Ok(());
        };
        if rows.is_empty() && from_customers {
            let what = format!("{}: uploaded by customers, and nobody wrote down by whom", self.name(data));
            let at = self.reader.place(dataset, row, "belongs_to");
            self.gap(State::Missing, Some(data), what, "whose leave is needed is not known", at);
        }
        for customer in rows.iter().copied() {
            let (node, new) = self.node(Kind::Customer, noun, customer)?;
            self.edge(node, data, "has data in");
            if new {
                self.fields(node, noun, customer, fields::CUSTOMER);
            }
            if let Some(learner) = learner.filter(|_| self.reader.facts.exists(noun, customer)) {
                self.permission(node, (noun, customer), (dataset, row), learner);
            }
        }
        Ok(())
    }

    fn permission(&mut self, node: usize, (noun, row): (NounId, u32), dataset: (NounId, u32), learner: &Learner) {
        const WHY: &str = "a model that learnt from data against its owner's will may have to be withdrawn";
        let data = self.reader.id(dataset.0, dataset.1);
        let label = match learner.start {
            Some(start) => format!("for {data}, when run {} began ({start})", learner.id),
            None => format!("for {data}, when run {} began", learner.id),
        };
        if self.history.nodes.get(node).is_some_and(|node| node.lines.iter().any(|line| line.label == label)) {
            return;
        }
        let Some(start) = learner.start else {
            let what = format!(
                "{}: what it allowed when run {} began is not known, since nobody knows when it began",
                self.name(node),
                learner.id
            );
            self.line(node, &label, "not known: nobody knows when the run began", None);
            self.gap(State::Unknown, Some(node), what, WHY, None);
            return;
        };
        let Some(said) = self.said((noun, row), dataset, start) else {
            self.relation_lack(node, (noun, row), "permissions", "consents and opt-outs", WHY);
            return;
        };
        let of_agreement = self.agreed((noun, row), start);
        match said {
            Said::Agreed(since, at) => self.line(node, &label, format!("agreed, on {since}"), at),
            Said::Refused(since, at) => {
                self.line(node, &label, format!("opted out, on {since}"), at);
                let what = format!(
                    "{}: had opted out on {since}; run {} learnt from {data} on {start}",
                    self.name(node),
                    learner.id
                );
                self.gap(State::Amiss, Some(node), what, WHY, at);
            }
            Said::Nothing => match of_agreement {
                Some((agreement, at)) => {
                    self.line(node, &label, format!("had not objected; agreement {agreement} covers training"), at)
                }
                None => {
                    let at = self.reader.facts.place(noun, row);
                    self.line(node, &label, "had said nothing, and no agreement covers training", at);
                    let what = format!(
                        "{}: neither consent nor an agreement covers training on {data} when run {} began",
                        self.name(node),
                        learner.id
                    );
                    self.gap(State::Missing, Some(node), what, WHY, at);
                }
            },
        }
    }

    /// The last word on training before a moment; nothing where no record could tell.
    fn said(&self, (noun, row): (NounId, u32), dataset: (NounId, u32), start: Time) -> Option<Said> {
        let (permission, rows) = self.reader.many(noun, row, "permissions")?;
        let mut last: Option<(Time, u32)> = None;
        for row in rows.iter().copied() {
            let of_training = self.reader.text(permission, row, "purpose") == Some("training");
            let withdrawn = self.reader.time(permission, row, "withdrawn_at").is_some_and(|at| at <= start);
            let over = self.reader.many(permission, row, "over").map_or(&[][..], |(_, rows)| rows);
            let speaks = over.is_empty() || over.contains(&dataset.1);
            let Some(since) = self.reader.time(permission, row, "effective_at").filter(|since| *since <= start) else {
                continue;
            };
            if of_training && !withdrawn && speaks && last.is_none_or(|(before, _)| before <= since) {
                last = Some((since, row));
            }
        }
        let Some((since, row)) = last else { return Some(Said::Nothing) };
        let at = self.reader.facts.place(permission, row);
        Some(match self.reader.text(permission, row, "kind") {
            Some("consent") => Said::Agreed(since, at),
            _ => Said::Refused(since, at),
        })
    }

    /// An agreement of the customer that covers training at a moment.
    fn agreed(&self, (noun, row): (NounId, u32), start: Time) -> Option<(String, Option<Place>)> {
        let (agreement, rows) = self.reader.many(noun, row, "agreements")?;
        let covers = |row: &&u32| {
            self.reader.bool(agreement, **row, "covers_training") == Some(true)
                && self.reader.time(agreement, **row, "effective_from").is_none_or(|from| from <= start)
                && self.reader.time(agreement, **row, "ends_on").is_none_or(|to| to >= start)
        };
        let row = rows.iter().find(covers)?;
        Some((self.reader.id(agreement, *row), self.reader.place(agreement, *row, "covers_training")))
    }
}
