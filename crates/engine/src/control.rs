//! Controls: their sentences, exceptions, statuses and reasons.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;
use tickmark_facts::{Facts, NounId};
use tickmark_program::{Control, ControlSeverity, Program};
use tickmark_results::{ControlResult, Counts, ExceptionResult, Severity, Status, SubjectResult, fingerprint};
use tickmark_source::Span;

use crate::budget::Budget;
use crate::reference::Ground;
use crate::reference::frame::Frame;
use crate::reference::truth::Truth;
use crate::sentence::{self, Applies, Detail, Judged, Nothing, Outcome};
use crate::{EngineError, EngineWarning, Evaluation, Options, exceptions, explain as explaining, meta};

/// One control, judged.
struct Judgement {
    control: ControlResult,
    exceptions: Vec<ExceptionResult>,
    warnings: Vec<(Span, String)>,
}

/// Evaluates controls; those that read `verdict` after the others.
pub(crate) fn evaluate(
    program: &Program,
    facts: &mut Facts,
    options: &Options,
    select: &(dyn Fn(&Control) -> bool + Sync),
) -> Result<Evaluation, EngineError> {
    let chosen = |late: bool| -> Vec<usize> {
        let controls = program.controls.iter().enumerate();
        controls
            .filter(|(_, control)| control.reads_verdicts == late && select(control))
            .map(|(index, _)| index)
            .collect()
    };
    let mut judged = all(program, facts, options, &chosen(false))?;
    let late = chosen(true);
    let mut warnings = Vec::new();
    if !late.is_empty() {
        if !judged.is_empty() {
            warnings.extend(meta::add_verdicts(program, facts, judged.iter().map(|(_, result)| &result.control)));
        }
        judged.extend(all(program, facts, options, &late)?);
        judged.sort_by_key(|(index, _)| *index);
    }
    let mut evaluation = Evaluation { controls: Vec::new(), exceptions: Vec::new(), warnings };
    for (_, result) in judged {
        evaluation.controls.push(result.control);
        evaluation.exceptions.extend(result.exceptions);
        evaluation.warnings.extend(
            result.warnings.into_iter().map(|(span, message)| EngineWarning { place: Some(span.place()), message }),
        );
    }
    evaluation.warnings.sort();
    evaluation.warnings.dedup();
    Ok(evaluation)
}

fn all(
    program: &Program,
    facts: &Facts,
    options: &Options,
    controls: &[usize],
) -> Result<Vec<(usize, Judgement)>, EngineError> {
    let results: Vec<Option<Result<Judgement, EngineError>>> = controls
        .par_iter()
        .map(|index| program.controls.get(*index).map(|control| one(program, facts, options, *index, control)))
        .collect();
    let mut out = Vec::with_capacity(results.len());
    for (index, result) in controls.iter().zip(results) {
        if let Some(result) = result {
            out.push((*index, result?));
        }
    }
    Ok(out)
}

/// "Subjects are told apart by noun and id (printed `noun id` where ids collide)."
fn name_apart(subjects: &mut [SubjectResult]) {
    let mut nouns_of: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for subject in subjects.iter() {
        nouns_of.entry(subject.id.clone()).or_default().insert(subject.noun.clone());
    }
    for subject in subjects {
        let collides = nouns_of.get(&subject.id).is_some_and(|nouns| nouns.len() > 1);
        if collides && !subject.noun.is_empty() {
            subject.id = format!("{} {}", subject.noun, subject.id);
        }
    }
}

/// The control, its subjects, and what became of its exceptions.
fn one<'a>(
    program: &'a Program,
    facts: &'a Facts,
    options: &'a Options,
    index: usize,
    control: &'a Control,
) -> Result<Judgement, EngineError> {
    let budget = Budget::default();
    let ground = Ground { program, facts, options, budget: &budget };
    let detail = if options.explain_passes { Detail::All } else { Detail::Failures };
    let applies = applies(ground, control);
    let outcomes: Vec<Outcome> = match applies.truth {
        Truth::False => Vec::new(),
        _ => control.sentences.iter().map(|sentence| sentence::judge(ground, sentence, &applies, detail)).collect(),
    };
    let (mut subjects, heads) = merge(control, &outcomes);
    let exceptions = exceptions::apply(ground, index, &mut subjects, &heads);
    within_limits(&budget, control)?;

    let mut counts = Counts { records: records(ground, control, &outcomes), ..Counts::default() };
    subjects.iter().for_each(|subject| counts.add(subject.verdict));
    name_apart(&mut subjects);
    let (status, reason) = status(control, &applies, &outcomes, &counts);
    let warnings = outcomes.into_iter().flat_map(|outcome| outcome.warnings).collect();
    let control = ControlResult {
        id: control.id.to_string(),
        title: control.title.to_string(),
        pack: control.pack.as_ref().map(ToString::to_string),
        severity: severity(control.severity),
        cites: control.cites.iter().map(ToString::to_string).collect(),
        also: control.also.iter().map(ToString::to_string).collect(),
        owner: control.owner.as_ref().map(ToString::to_string),
        because: control.because.as_ref().map(ToString::to_string),
        fix: control.fix.as_ref().map(ToString::to_string),
        status,
        reason,
        counts,
        subjects,
        place: control.id_span.place(),
    };
    Ok(Judgement { control, exceptions, warnings })
}

/// The proof for one subject, sentence by sentence.
pub(crate) fn explain(
    program: &Program,
    facts: &Facts,
    options: &Options,
    control: usize,
    subject: &str,
) -> Result<Vec<SubjectResult>, EngineError> {
    let Some(control) = program.controls.get(control) else { return Ok(Vec::new()) };
    let budget = Budget::default();
    let ground = Ground { program, facts, options, budget: &budget };
    let applies = applies(ground, control);
    let mut results = Vec::new();
    for sentence in &control.sentences {
        let outcome = sentence::judge(ground, sentence, &applies, Detail::Only(subject));
        results.extend(outcome.subjects.into_iter().map(|judged| subject_result(control, &sentence.text, judged)));
    }
    within_limits(&budget, control)?;
    Ok(results)
}

fn within_limits(budget: &Budget, control: &Control) -> Result<(), EngineError> {
    match budget.exhausted() {
        None => Ok(()),
        Some(exhausted) => Err(EngineError::Limit {
            subject: format!("control `{}`", control.id),
            limit: exhausted.words(),
            place: Some(control.id_span.place()),
        }),
    }
}

fn applies<'a>(ground: Ground<'a>, control: &'a Control) -> Applies {
    let Some((condition, slots)) = &control.applies_when else {
        return Applies { truth: Truth::True, because: Vec::new() };
    };
    let mut evaluator = ground.evaluator();
    let mut frame = Frame::new(*slots);
    let truth = evaluator.truth(condition, &mut frame);
    let because = if truth.is_open() { explaining::why(&mut evaluator, condition, &mut frame) } else { Vec::new() };
    Applies { truth, because }
}

/// One result a subject: "with several sentences in a control a subject's verdict is the worst of its verdicts". Gives
/// the heads of the subjects beside them.
fn merge(control: &Control, outcomes: &[Outcome]) -> (Vec<SubjectResult>, Vec<Option<(NounId, u32)>>) {
    let mut index: HashMap<(Option<NounId>, &str, &str), usize> = HashMap::new();
    let mut worst: Vec<(usize, &Judged)> = Vec::new();
    for (sentence, outcome) in outcomes.iter().enumerate() {
        for judged in &outcome.subjects {
            let key = (judged.head.map(|(noun, _)| noun), judged.noun.as_str(), judged.id.as_str());
            let at = *index.entry(key).or_insert(worst.len());
            match worst.get_mut(at) {
                Some(known) if judged.verdict < known.1.verdict => *known = (sentence, judged),
                Some(_) => {}
                None => worst.push((sentence, judged)),
            }
        }
    }
    worst.sort_by(|(_, a), (_, b)| (&a.noun, natural(&a.id), &a.id).cmp(&(&b.noun, natural(&b.id), &b.id)));
    worst
        .into_iter()
        .map(|(sentence, judged)| {
            let text = control.sentences.get(sentence).map_or("", |sentence| sentence.text.as_str());
            (subject_result(control, text, judged.clone()), judged.head)
        })
        .unzip()
}

fn subject_result(control: &Control, sentence: &str, judged: Judged) -> SubjectResult {
    SubjectResult {
        fingerprint: fingerprint(&control.id, &judged.noun, &judged.id),
        noun: judged.noun,
        id: judged.id,
        verdict: judged.verdict,
        sentence: sentence.to_owned(),
        message: judged.message,
        because: judged.because,
        place: judged.place,
    }
}

/// A text cut so that numbers in it stand in their order: `a2` before `a10`.
fn natural(text: &str) -> Vec<(bool, usize, &str)> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let digits = first.is_ascii_digit();
        let end = rest.find(|character: char| character.is_ascii_digit() != digits).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        let part = if digits { part.trim_start_matches('0') } else { part };
        // Longer numbers are greater numbers; of words only the letters count.
        parts.push((!digits, if digits { part.len() } else { 0 }, part));
        rest = after;
    }
    parts
}

/// How many records there are of the nouns that the control ranges over; of a list of values, how many values.
fn records(ground: Ground<'_>, control: &Control, outcomes: &[Outcome]) -> u64 {
    let mut nouns: Vec<NounId> = Vec::new();
    let mut values = 0;
    for (sentence, outcome) in control.sentences.iter().zip(outcomes) {
        match sentence.phrase.bindings.last().map(|head| &head.ty) {
            Some(tickmark_program::Type::Record(noun)) => nouns.push(*noun),
            _ => values += outcome.subjects.iter().filter(|subject| subject.id != "*").count() as u64,
        }
    }
    if outcomes.is_empty() {
        nouns.extend(control.sentences.iter().filter_map(|sentence| {
            match sentence.phrase.bindings.last().map(|head| &head.ty) {
                Some(tickmark_program::Type::Record(noun)) => Some(*noun),
                _ => None,
            }
        }));
    }
    nouns.sort_unstable();
    nouns.dedup();
    nouns.iter().map(|noun| u64::from(ground.facts.rows(*noun))).sum::<u64>() + values
}

/// "The status of a control: the first that holds", and why, in one sentence.
fn status(control: &Control, applies: &Applies, outcomes: &[Outcome], counts: &Counts) -> (Status, String) {
    if applies.truth == Truth::False {
        return (Status::Skipped, "its `applies when` is false".to_owned());
    }
    let of = |count: u64, what: &str| match counts.in_scope {
        1 => format!("the only subject {what}"),
        all => format!("{count} of {all} subjects {what}"),
    };
    let single = |count: u64, one: &str, several: &str| if count == 1 { one.to_owned() } else { several.to_owned() };
    if counts.failed > 0 {
        return (Status::Fail, of(counts.failed, &single(counts.failed, "fails", "fail")));
    }
    if counts.unknown > 0 {
        return (Status::Unknown, of(counts.unknown, &single(counts.unknown, "is not decided", "are not decided")));
    }
    if counts.pending > 0 {
        return (Status::Pending, of(counts.pending, &single(counts.pending, "is not due yet", "are not due yet")));
    }
    let reason_of = |wanted: fn(&Nothing) -> Option<&String>| {
        let reasons: Vec<&str> = outcomes
            .iter()
            .filter_map(|outcome| outcome.nothing.as_ref())
            .filter_map(wanted)
            .map(String::as_str)
            .collect();
        (!reasons.is_empty()).then(|| reasons.join("; "))
    };
    let empty = reason_of(|nothing| match nothing {
        Nothing::Empty(reason) => Some(reason),
        Nothing::Skipped(_) => None,
    });
    if let Some(reason) = empty {
        return (Status::Empty, reason);
    }
    let skipped = reason_of(|nothing| match nothing {
        Nothing::Skipped(reason) => Some(reason),
        Nothing::Empty(_) => None,
    });
    if let Some(reason) = skipped {
        return (Status::Skipped, reason);
    }
    if control.sentences.is_empty() {
        return (Status::Empty, "it says nothing".to_owned());
    }
    let passed = match (counts.in_scope, counts.excepted) {
        (1, 0) => "the only subject passes".to_owned(),
        (1, _) => "the only subject is excepted".to_owned(),
        (2, 0) => "both subjects pass".to_owned(),
        (all, 0) => format!("all {all} subjects pass"),
        (all, excepted) => format!("{} of {all} subjects pass, and {excepted} are excepted", counts.passed),
    };
    (Status::Pass, passed)
}

fn severity(severity: ControlSeverity) -> Severity {
    match severity {
        ControlSeverity::Critical => Severity::Critical,
        ControlSeverity::High => Severity::High,
        ControlSeverity::Medium => Severity::Medium,
        ControlSeverity::Low => Severity::Low,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_stand_in_natural_order() {
        let mut ids = vec!["a10", "a2", "b@1", "a", "10", "9", "a02x", "Z"];
        ids.sort_by_key(|id| (natural(id), *id));
        assert_eq!(ids, ["9", "10", "Z", "a", "a2", "a02x", "a10", "b@1"]);
    }
}
