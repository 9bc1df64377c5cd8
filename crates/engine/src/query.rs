//! The members of a phrase, for `tickmark query`.

use tickmark_facts::Facts;
use tickmark_program::{Phrase, Program};
use tickmark_results::Evidence;
use tickmark_source::Place;

use crate::budget::Budget;
use crate::explain;
use crate::reference::frame::Frame;
use crate::reference::phrase::{Flow, Found};
use crate::reference::truth::Truth;
use crate::reference::value::Data;
use crate::reference::{Evaluator, Ground};
use crate::{EngineError, Options};

/// One member of a phrase.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryMember {
    /// The head first, then what it is of.
    pub subjects: Vec<QuerySubject>,
    /// Whether it certainly belongs; else it only may.
    pub certain: bool,
    /// Why it only may belong; empty where it certainly does.
    pub because: Vec<Evidence>,
}

/// One record or value of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuerySubject {
    /// Its noun; empty for a value.
    pub noun: String,
    /// Its id, or the value; `*` for what cannot be named.
    pub id: String,
    /// Where it stands.
    pub place: Option<Place>,
}

pub(crate) fn members(
    program: &Program,
    facts: &Facts,
    options: &Options,
    phrase: &Phrase,
    slots: u32,
) -> Result<Vec<QueryMember>, EngineError> {
    let budget = Budget::default();
    let mut out = Vec::new();
    {
        let ground = Ground { program, facts, options, budget: &budget };
        let mut evaluator = ground.evaluator();
        let mut frame = Frame::new(slots);
        evaluator.members(phrase, &mut frame, &mut |evaluator, frame, found| {
            match found {
                Found::Member(Truth::False) | Found::Excluded { .. } => {}
                Found::Gap { gap, .. } if gap.event => {}
                _ if phrase.bindings.len() > 1 && !evaluator.meter.tell() => return Flow::Stop,
                Found::Member(member) => {
                    let subjects = subjects(evaluator, phrase, frame, phrase.bindings.len());
                    let certain = member == Truth::True;
                    let because = if certain { Vec::new() } else { explain::not_a_member(evaluator, phrase, frame) };
                    out.push(QueryMember { subjects, certain, because });
                }
                Found::Gap { binding, gap } => {
                    let mut all = vec![QuerySubject { noun: String::new(), id: "*".to_owned(), place: None }];
                    all.extend(subjects(evaluator, phrase, frame, binding));
                    let because = vec![explain::gap(evaluator, gap.truth, &gap.value)];
                    out.push(QueryMember { subjects: all, certain: false, because });
                }
            }
            Flow::Continue
        });
    }
    match budget.exhausted() {
        None => Ok(out),
        Some(exhausted) => Err(EngineError::Limit {
            subject: "the query".to_owned(),
            limit: exhausted.words(),
            place: Some(phrase.span.place()),
        }),
    }
}

fn subjects<'a>(evaluator: &Evaluator<'a>, phrase: &Phrase, frame: &Frame<'a>, bound: usize) -> Vec<QuerySubject> {
    let bindings = phrase.bindings.iter().take(bound).rev();
    let values = bindings.filter_map(|binding| frame.get(binding.slot));
    values
        .map(|value| {
            let (noun, place) = match value.data {
                Data::Record(noun, row) => (evaluator.word(noun).to_owned(), evaluator.facts.place(noun, row)),
                _ => (String::new(), explain::place(evaluator, value.origin)),
            };
            QuerySubject { noun, id: evaluator.print(value), place }
        })
        .collect()
}
