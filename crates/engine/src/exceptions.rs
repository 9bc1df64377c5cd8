//! Exceptions: "excepted: it fails or is unknown (not: pending), and an unexpired exception covers it".

use std::collections::BTreeSet;

use tickmark_facts::NounId;
use tickmark_program::{Exception, ExceptionSubject};
use tickmark_results::{ExceptionResult, ExceptionState, SubjectResult, Verdict};

use crate::reference::Ground;
use crate::reference::frame::Frame;
use crate::reference::phrase::{Flow, Found};
use crate::reference::truth::Truth;
use crate::reference::value::Data;

/// Excepts the subjects of a control, and tells what became of each of its exceptions.
pub(crate) fn apply(
    ground: Ground<'_>,
    control: usize,
    subjects: &mut [SubjectResult],
    heads: &[Option<(NounId, u32)>],
) -> Vec<ExceptionResult> {
    let exceptions = ground.program.exceptions.iter().filter(|exception| exception.control == control);
    let mut results = Vec::new();
    for exception in exceptions {
        // "`expires` is the last day on which an exception holds."
        let expired = exception.expires < ground.options.as_of;
        let covered = if expired { Vec::new() } else { covered(ground, exception, subjects, heads) };
        let covers: Vec<String> =
            covered.iter().filter_map(|index| subjects.get(*index)).map(|subject| subject.id.clone()).collect();
        for index in covered {
            if let Some(subject) = subjects.get_mut(index) {
                subject.verdict = Verdict::Excepted;
            }
        }
        let state = match (expired, covers.is_empty()) {
            (true, _) => ExceptionState::Expired,
            (false, true) => ExceptionState::Unused,
            (false, false) => ExceptionState::Used,
        };
        results.push(ExceptionResult {
            control: ground.program.controls.get(control).map(|control| control.id.to_string()).unwrap_or_default(),
            subject: exception.subject_text.to_string(),
            reason: exception.reason.to_string(),
            owner: exception.owner.to_string(),
            approved_by: exception.approved_by.to_string(),
            expires: exception.expires_text.to_string(),
            state,
            covers,
            place: exception.span.place(),
        });
    }
    results
}

/// The subjects that fail or are unknown and that the exception speaks of. Where a subject is excepted already, a second
/// exception covers it too.
fn covered<'a>(
    ground: Ground<'a>,
    exception: &'a Exception,
    subjects: &[SubjectResult],
    heads: &[Option<(NounId, u32)>],
) -> Vec<usize> {
    let members = match &exception.subject {
        ExceptionSubject::Record(..) => BTreeSet::new(),
        ExceptionSubject::Phrase(phrase, slots) => {
            let mut members = BTreeSet::new();
            let head = phrase.bindings.last().map(|head| head.slot);
            let mut frame = Frame::new(*slots);
            ground.evaluator().members(phrase, &mut frame, &mut |_, frame, found| {
                // What only may be meant is not excused.
                if matches!(found, Found::Member(Truth::True))
                    && let Some(Data::Record(noun, row)) =
                        head.and_then(|head| frame.get(head)).map(|value| &value.data)
                {
                    members.insert((*noun, *row));
                }
                Flow::Continue
            });
            members
        }
    };
    let mut covered = Vec::new();
    for (index, (subject, head)) in subjects.iter().zip(heads).enumerate() {
        let Some((noun, row)) = head else { continue };
        let open = matches!(subject.verdict, Verdict::Fail | Verdict::Unknown | Verdict::Excepted);
        let meant = match &exception.subject {
            // Of a pair, either the pair or its head may be named.
            ExceptionSubject::Record(of, id) => {
                of == noun && (subject.id == id.as_str() || ground.facts.id(*noun, *row) == id.as_str())
            }
            ExceptionSubject::Phrase(..) => members.contains(&(*noun, *row)),
        };
        if open && meant {
            covered.push(index);
        }
    }
    covered
}
