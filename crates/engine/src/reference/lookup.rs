//! Finding records by what they equal, for explanations: the oracle tries every record, and he who only wants to know why
//! need not. What an index leaves out is no member, so that no verdict can differ.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tickmark_facts::{AttributeId, CellState, ColumnValues, Facts, NounId, Symbol};
use tickmark_program::{CompareOp, Domain, Expr, ExprKind, Filter, Phrase, Slot};

use super::Evaluator;
use super::frame::Frame;
use super::value::Data;
use crate::walk;

/// Indexes of text attributes, each made when it is first asked for.
#[derive(Default)]
pub(crate) struct Lookups {
    indexes: Mutex<HashMap<(NounId, AttributeId), Arc<TextIndex>>>,
}

/// The rows of each text of a column.
struct TextIndex {
    rows: HashMap<Symbol, Vec<u32>>,
    /// Rows whose value is no known text.
    others: Vec<u32>,
}

impl Lookups {
    fn index(&self, facts: &Facts, noun: NounId, attribute: AttributeId) -> Option<Arc<TextIndex>> {
        let mut indexes = self.indexes.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = indexes.get(&(noun, attribute)) {
            return Some(Arc::clone(index));
        }
        let view = facts.view(noun, attribute)?;
        let ColumnValues::Text(values) = view.values() else { return None };
        let mut index = TextIndex { rows: HashMap::new(), others: Vec::new() };
        for row in 0..facts.rows(noun) {
            match values.get(row as usize).filter(|_| view.state(row) == CellState::Known) {
                Some(symbol) => index.rows.entry(*symbol).or_default().push(row),
                None => index.others.push(row),
            }
        }
        let index = Arc::new(index);
        indexes.insert((noun, attribute), Arc::clone(&index));
        Some(index)
    }
}

impl<'a> Evaluator<'a> {
    /// The rows of a noun that can be members of a phrase whose last binding takes all of them: nothing where that must be
    /// tried.
    pub(crate) fn looked_up(&mut self, phrase: &'a Phrase, frame: &mut Frame<'a>) -> Option<Vec<u32>> {
        let lookups = self.lookups.filter(|_| !self.surveying)?;
        // Of a cadence it is told how many were considered.
        let head = phrase.bindings.last().filter(|_| phrase.cadence.is_none())?;
        let Domain::All(noun) = head.domain else { return None };
        let (attribute, other) = phrase.filters.iter().find_map(|filter| match filter {
            Filter::Where(condition) => equality(condition, head.slot, noun),
            Filter::Timing(_) => None,
        })?;
        let index = lookups.index(self.facts, noun, attribute)?;
        let value = self.value(other, frame);
        let Data::Text(text) = &Self::single(&value).data else { return None };
        let symbol = self.facts.symbol(text);
        let found = symbol.and_then(|symbol| index.rows.get(&symbol)).map(Vec::as_slice).unwrap_or_default();
        let mut rows = found.to_vec();
        rows.extend_from_slice(&index.others);
        rows.sort_unstable();
        Some(rows)
    }
}

/// An equality of an attribute of the head with something that does not look at it.
fn equality(condition: &Expr, head: Slot, noun: NounId) -> Option<(AttributeId, &Expr)> {
    match &condition.kind {
        ExprKind::And(clauses) => clauses.iter().find_map(|clause| equality(clause, head, noun)),
        ExprKind::Compare(CompareOp::Eq, a, b) => {
            let side = |own: &Expr| match &own.kind {
                ExprKind::Attribute(base, of, attribute)
                    if *of == noun && matches!(base.kind, ExprKind::Variable(slot) if slot == head) =>
                {
                    Some(*attribute)
                }
                _ => None,
            };
            match (side(a), side(b)) {
                (Some(attribute), None) if !walk::mentions(b, head) => Some((attribute, b)),
                (None, Some(attribute)) if !walk::mentions(a, head) => Some((attribute, a)),
                _ => None,
            }
        }
        _ => None,
    }
}
