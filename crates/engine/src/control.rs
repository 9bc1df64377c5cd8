//! Controls: their sentences, exceptions, statuses and reasons.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use tickmark_facts::{Facts, NounId};
use tickmark_program::{Control, ControlSeverity, Domain, Program, Sentence};
use tickmark_results::{ControlResult, Counts, ExceptionResult, Severity, Status, SubjectResult, Verdict, fingerprint};
use tickmark_source::Span;

use crate::budget::Budget;
use crate::fast::{Fast, Lowered};
use crate::reference::Ground;
use crate::reference::frame::Frame;
use crate::reference::lookup::Lookups;
use crate::reference::truth::Truth;
use crate::sentence::{self, Applies, Detail, Judged, Judging, Nothing, Outcome};
use crate::{
    EngineError, EngineWarning, Evaluation, Method, Options, PlanLine, WarningKind, exceptions, explain as explaining,
    meta,
};

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
    ahead: Option<Lowered<'_>>,
) -> Result<Evaluation, EngineError> {
    let late = chosen(program, select, true);
    // A control that reads verdicts reads those of subjects that pass, too.
    let list = options.list_passes || !late.is_empty();
    let (mut judged, mut warnings) = all(program, facts, options, &chosen(program, select, false), (list, ahead))?;
    if !late.is_empty() {
        if !judged.is_empty() {
            warnings.extend(meta::add_verdicts(program, facts, judged.iter().map(|(_, result)| &result.control)));
        }
        let (more, odd) = all(program, facts, options, &late, (list, None))?;
        judged.extend(more);
        warnings.extend(odd);
        judged.sort_by_key(|(index, _)| *index);
    }
    let mut evaluation = Evaluation { controls: Vec::with_capacity(judged.len()), exceptions: Vec::new(), warnings };
    for (_, mut result) in judged {
        if !options.list_passes && !options.explain_passes {
            result.control.subjects.retain(|subject| subject.verdict != Verdict::Pass);
        }
        evaluation.controls.push(result.control);
        evaluation.exceptions.extend(result.exceptions);
        evaluation.warnings.extend(result.warnings.into_iter().map(|(span, message)| EngineWarning {
            kind: WarningKind::Odd,
            place: Some(span.place()),
            message,
        }));
    }
    evaluation.warnings.sort();
    evaluation.warnings.dedup();
    Ok(evaluation)
}

/// The controls that are selected, by their number: those that read verdicts, or the others.
fn chosen(program: &Program, select: &dyn Fn(&Control) -> bool, late: bool) -> Vec<usize> {
    let controls = program.controls.iter().enumerate();
    controls.filter(|(_, control)| control.reads_verdicts == late && select(control)).map(|(index, _)| index).collect()
}

/// Lowers the controls that are evaluated first, before there are facts.
pub(crate) fn lower<'a>(ground: Ground<'a>, select: &dyn Fn(&Control) -> bool) -> Lowered<'a> {
    Lowered::new(&ground.program.controls, &chosen(ground.program, select, false), ground, &|_| true)
}

/// Lowers controls whose facts are there: what is over nothing that a source supplies is skipped, so that it is not lowered.
fn lower_supplied<'a>(ground: Ground<'a>, controls: &[usize]) -> Lowered<'a> {
    let supplied = |sentence: &Sentence| sentence::unsupplied(ground, &sentence.phrase).is_none();
    Lowered::new(&ground.program.controls, controls, ground, &supplied)
}

/// Controls by their number, and what was odd on the way.
type JudgedControls = (Vec<(usize, Judgement)>, Vec<EngineWarning>);

/// What is judged, and by whom.
struct Bench<'b, 'a> {
    program: &'a Program,
    facts: &'a Facts,
    options: &'a Options,
    /// By control: what its evaluation may cost.
    budgets: &'a [Budget],
    fast: Option<&'b Fast<'a>>,
    /// Subjects that pass are listed, if only for now.
    list: bool,
    /// For explanations.
    lookups: Lookups,
}

impl<'a> Bench<'_, 'a> {
    fn ground(&self, control: usize) -> Option<Ground<'a>> {
        let budget = self.budgets.get(control)?;
        Some(Ground { program: self.program, facts: self.facts, options: self.options, budget })
    }
}

/// Controls that a thread takes at once, at most.
const AT_A_TIME: usize = 8;

fn all(
    program: &Program,
    facts: &Facts,
    options: &Options,
    controls: &[usize],
    (list, ahead): (bool, Option<Lowered<'_>>),
) -> Result<JudgedControls, EngineError> {
    let budgets: Vec<Budget> = program.controls.iter().map(|_| Budget::default()).collect();
    // For what is of no control.
    let spare = Budget::default();
    let ground = |control: usize| Ground { program, facts, options, budget: budgets.get(control).unwrap_or(&spare) };
    let fast = (options.method == Method::Fast).then(|| {
        let first = ground(controls.first().copied().unwrap_or(0));
        let sentences =
            controls.iter().filter_map(|index| program.controls.get(*index)).flat_map(|control| &control.sentences);
        let supplied = sentences.into_iter().all(|sentence| sentence::unsupplied(first, &sentence.phrase).is_none());
        let lowered = ahead.filter(|_| supplied).unwrap_or_else(|| lower_supplied(first, controls));
        lowered.too_deep.iter().filter_map(|index| budgets.get(*index)).for_each(Budget::exceed_depth);
        Fast::new(lowered, &ground)
    });
    let bench =
        Bench { program, facts, options, budgets: &budgets, fast: fast.as_ref(), list, lookups: Lookups::default() };
    let results: Vec<Option<Result<Judgement, EngineError>>> = controls
        .par_iter()
        // Some controls take a hundred times as long as others.
        .with_max_len(AT_A_TIME)
        .map(|index| program.controls.get(*index).and_then(|control| one(&bench, *index, control)))
        .collect();
    let mut out = Vec::with_capacity(results.len());
    for (index, result) in controls.iter().zip(results) {
        if let Some(result) = result {
            out.push((*index, result?));
        }
    }
    // What is shared may have come to a limit after its first control was done.
    for index in controls {
        if let (Some(budget), Some(control)) = (budgets.get(*index), program.controls.get(*index)) {
            within_limits(budget, control)?;
        }
    }
    let mut warnings = Vec::new();
    if let Some(fast) = &fast {
        let warning = |kind: WarningKind, (span, message): (Span, String)| EngineWarning {
            kind,
            place: Some(span.place()),
            message,
        };
        warnings.extend(fast.warnings().into_iter().map(|odd| warning(WarningKind::Odd, odd)));
        warnings.extend(fast.costly(ground(0)).into_iter().map(|costly| warning(WarningKind::Cost, costly)));
    }
    Ok((out, warnings))
}

/// The plan of a control, among others.
pub(crate) fn plan(
    program: &Program,
    facts: &Facts,
    options: &Options,
    control: usize,
    select: &(dyn Fn(&Control) -> bool + Sync),
) -> Result<Vec<PlanLine>, EngineError> {
    let controls = program.controls.iter().enumerate();
    let chosen: Vec<usize> =
        controls.filter(|(index, known)| *index == control || select(known)).map(|(index, _)| index).collect();
    let budgets: Vec<Budget> = program.controls.iter().map(|_| Budget::default()).collect();
    let spare = Budget::default();
    let ground = |control: usize| Ground { program, facts, options, budget: budgets.get(control).unwrap_or(&spare) };
    let lowered = lower_supplied(ground(control), &chosen);
    lowered.too_deep.iter().filter_map(|index| budgets.get(*index)).for_each(Budget::exceed_depth);
    let fast = Fast::new(lowered, &ground);
    if let (Some(control), Some(budget)) = (program.controls.get(control), budgets.get(control)) {
        within_limits(budget, control)?;
    }
    Ok(fast.describe(ground(control), &fast.roots(control)))
}

/// "Subjects are told apart by noun and id (printed `noun id` where ids collide)."
fn name_apart(subjects: &mut [SubjectResult]) {
    // Mostly all are of one noun.
    if subjects.iter().all(|subject| subjects.first().is_some_and(|first| first.noun == subject.noun)) {
        return;
    }
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
fn one<'a>(bench: &Bench<'_, 'a>, index: usize, control: &'a Control) -> Option<Result<Judgement, EngineError>> {
    let ground = bench.ground(index)?;
    let detail = match (bench.options.explained, bench.options.explain_passes) {
        (Some(0), _) => Detail::Nothing,
        (_, true) => Detail::All,
        (_, false) => Detail::Failures,
    };
    let applies = applies(ground, control, bench.fast.and_then(|fast| fast.applies(ground, index)));
    let list = bench.list || bench.options.explain_passes || !counts_by_row(control);
    let mut outcomes: Vec<Outcome<'a>> = match applies.truth {
        Truth::False => Vec::new(),
        _ if !control.unsupplied.is_empty() => control.unsupplied.iter().map(|noun| Outcome::skipped(noun)).collect(),
        _ => control
            .sentences
            .iter()
            .enumerate()
            .map(|(number, sentence)| {
                let judging = Judging { fast: bench.fast, control: index, sentence: number, list };
                sentence::judge(ground, sentence, &applies, detail, judging)
            })
            .collect(),
    };
    if let Err(error) = within_limits(ground.budget, control) {
        return Some(Err(error));
    }
    let mut counts = Counts { records: records(ground, control, &outcomes), ..Counts::default() };
    let mut worst = merge(&mut outcomes);
    let passed = passed(&outcomes, &worst);
    let heads: Vec<Option<(NounId, u32)>> = worst.iter().map(|(_, judged)| judged.head).collect();
    let mut subjects: Vec<SubjectResult> = worst
        .iter_mut()
        .map(|(sentence, judged)| {
            let text = control.sentences.get(*sentence).map_or("", |sentence| sentence.text.as_str());
            subject_result(control, text, judged)
        })
        .collect();
    let exceptions = exceptions::apply(ground, index, &mut subjects, &heads);
    let odd = explain(ground, control, &applies, detail, &mut worst, &mut subjects, &bench.lookups);
    if let Err(error) = within_limits(ground.budget, control) {
        return Some(Err(error));
    }
    subjects.iter().for_each(|subject| counts.add(subject.verdict));
    counts.in_scope += passed;
    counts.passed += passed;
    name_apart(&mut subjects);
    let (status, reason) = status(control, &applies, &outcomes, &counts);
    if !bench.list && !bench.options.explain_passes {
        subjects.retain(|subject| subject.verdict != Verdict::Pass);
    }
    let mut warnings: Vec<(Span, String)> = outcomes.into_iter().flat_map(|outcome| outcome.warnings).collect();
    warnings.extend(odd);
    let control = ControlResult {
        id: control.id.as_str().to_owned(),
        title: control.title.as_str().to_owned(),
        pack: control.pack.as_deref().map(str::to_owned),
        severity: severity(control.severity),
        cites: control.cites.iter().map(|cited| cited.as_str().to_owned()).collect(),
        also: control.also.iter().map(|cited| cited.as_str().to_owned()).collect(),
        owner: control.owner.as_deref().map(str::to_owned),
        because: control.because.as_deref().map(str::to_owned),
        fix: control.fix.as_deref().map(str::to_owned),
        status,
        reason,
        counts,
        subjects,
        place: control.id_span.place(),
    };
    Some(Ok(Judgement { control, exceptions, warnings }))
}

/// Whether the subjects of all sentences are records of one noun, so that those that pass can be counted by their rows.
fn counts_by_row(control: &Control) -> bool {
    let mut nouns = control.sentences.iter().map(|sentence| match sentence.phrase.bindings.as_slice() {
        [only] => match (&only.domain, &only.ty) {
            (Domain::All(noun), _) => Some(*noun),
            _ => None,
        },
        _ => None,
    });
    match control.sentences.len() {
        0 | 1 => true,
        _ => {
            let first = nouns.next().flatten();
            first.is_some() && nouns.all(|noun| noun == first)
        }
    }
}

/// How many subjects pass that are not listed: in every sentence, and in none is one of them listed for something worse.
fn passed(outcomes: &[Outcome<'_>], worst: &[(usize, Judged<'_>)]) -> u64 {
    match outcomes {
        [] => 0,
        [only] => only.passed,
        several => {
            let rows = several.iter().filter_map(|outcome| outcome.passing.as_ref()).map(|(_, rows)| rows);
            let Some(all) = rows.cloned().reduce(|all, more| all.or(&more)) else { return 0 };
            let listed = worst.iter().filter_map(|(_, judged)| judged.head);
            let listed = listed.filter(|(_, row)| all.get(*row as usize)).count();
            (all.count() - listed) as u64
        }
    }
}

/// Explains the subjects that are shown. Gives what was odd.
fn explain<'a>(
    ground: Ground<'a>,
    control: &'a Control,
    applies: &Applies,
    detail: Detail<'_>,
    worst: &mut [(usize, Judged<'a>)],
    subjects: &mut [SubjectResult],
    lookups: &Lookups,
) -> Vec<(Span, String)> {
    let most = ground.options.explained.unwrap_or(usize::MAX);
    let mut explained: BTreeMap<Verdict, usize> = BTreeMap::new();
    let mut wanted = Vec::new();
    for ((number, judged), subject) in worst.iter_mut().zip(subjects) {
        let count = explained.entry(subject.verdict).or_default();
        *count += 1;
        let shown = detail.explains(subject.verdict);
        if *count > most {
            subject.message.clear();
            subject.because.clear();
        } else if judged.tuple.is_some() && shown {
            wanted.push((*number, judged, subject));
        }
    }
    if wanted.is_empty() {
        return Vec::new();
    }
    let odd: Vec<Option<(Span, String)>> = wanted
        .into_par_iter()
        .map(|(number, judged, subject)| {
            let sentence = control.sentences.get(number)?;
            let explained = sentence::explain_later(ground, sentence, applies, detail, judged, lookups)?;
            subject.message = explained.message;
            subject.because = explained.because;
            let differs = explained.verdict != judged.verdict;
            let words = differs.then(|| {
                format!(
                    "the two evaluators differ on `{}`: {} and {}; please report it",
                    judged.id,
                    judged.verdict.word(),
                    explained.verdict.word()
                )
            });
            // The reference evaluator is believed.
            if differs && subject.verdict != Verdict::Excepted {
                subject.verdict = explained.verdict;
            }
            words.map(|words| (control.id_span, words))
        })
        .collect();
    odd.into_iter().flatten().collect()
}

/// The proof for one subject, sentence by sentence.
pub(crate) fn prove(
    program: &Program,
    facts: &Facts,
    options: &Options,
    control: usize,
    subject: &str,
) -> Result<Vec<SubjectResult>, EngineError> {
    let Some(control) = program.controls.get(control) else { return Ok(Vec::new()) };
    let budget = Budget::default();
    let ground = Ground { program, facts, options, budget: &budget };
    let applies = applies(ground, control, None);
    let mut results = Vec::new();
    for sentence in &control.sentences {
        let judging = Judging { fast: None, control: 0, sentence: 0, list: true };
        let outcome = sentence::judge(ground, sentence, &applies, Detail::Only(subject), judging);
        results.extend(
            outcome.subjects.into_iter().map(|mut judged| subject_result(control, &sentence.text, &mut judged)),
        );
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

fn applies<'a>(ground: Ground<'a>, control: &'a Control, fast: Option<Truth>) -> Applies {
    let Some((condition, slots)) = &control.applies_when else {
        return Applies { truth: Truth::True, because: Vec::new() };
    };
    let mut evaluator = ground.evaluator();
    let mut frame = Frame::new(*slots);
    let truth = fast.unwrap_or_else(|| evaluator.truth(condition, &mut frame));
    let because = if truth.is_open() { explaining::why(&mut evaluator, condition, &mut frame) } else { Vec::new() };
    Applies { truth, because }
}

/// One result a subject: "with several sentences in a control a subject's verdict is the worst of its verdicts". Each with
/// the number of the sentence that gives it, in order of noun and id.
fn merge<'a>(outcomes: &mut [Outcome<'a>]) -> Vec<(usize, Judged<'a>)> {
    let numbered = outcomes.iter_mut().enumerate();
    let of_sentence = |(number, outcome): (usize, &mut Outcome<'a>)| {
        std::mem::take(&mut outcome.subjects).into_iter().map(move |judged| (number, judged))
    };
    let mut all: Vec<(usize, Judged<'a>)> = numbered.flat_map(of_sentence).collect();
    all.sort_by(|(_, a), (_, b)| {
        a.noun.cmp(&b.noun).then_with(|| in_order(&a.id, &b.id)).then_with(|| a.id.cmp(&b.id))
    });
    let mut worst: Vec<(usize, Judged<'a>)> = Vec::with_capacity(all.len());
    for (sentence, judged) in all {
        let same_name = |known: &Judged<'_>| known.id == judged.id && known.noun == judged.noun;
        let noun = |judged: &Judged<'_>| judged.head.map(|(noun, _)| noun);
        // What is called the same stands side by side.
        let named = worst.iter_mut().rev().take_while(|(_, known)| same_name(known));
        let known = named.into_iter().find(|(_, known)| noun(known) == noun(&judged));
        match known {
            Some(known) if judged.verdict < known.1.verdict => *known = (sentence, judged),
            Some(_) => {}
            None => worst.push((sentence, judged)),
        }
    }
    worst
}

fn subject_result(control: &Control, sentence: &str, judged: &mut Judged<'_>) -> SubjectResult {
    SubjectResult {
        fingerprint: fingerprint(&control.id, &judged.noun, &judged.id),
        noun: judged.noun.clone(),
        id: judged.id.clone(),
        verdict: judged.verdict,
        sentence: sentence.to_owned(),
        message: std::mem::take(&mut judged.message),
        because: std::mem::take(&mut judged.because),
        place: judged.place,
    }
}

/// Compares texts so that numbers in them stand in their order: `a2` before `a10`.
fn in_order(a: &str, b: &str) -> Ordering {
    // What both begin with decides nothing, but for the digits of a number that goes on.
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let digits = a.bytes().take(same).rev().take_while(u8::is_ascii_digit).count();
    let start = (0..=same - digits).rev().find(|start| a.is_char_boundary(*start)).unwrap_or_default();
    natural(a.get(start..).unwrap_or_default()).cmp(natural(b.get(start..).unwrap_or_default()))
}

/// A text cut so that numbers in it stand in their order.
fn natural(text: &str) -> impl Iterator<Item = (bool, usize, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let digits = rest.chars().next()?.is_ascii_digit();
        let end = rest.find(|character: char| character.is_ascii_digit() != digits).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        rest = after;
        let part = if digits { part.trim_start_matches('0') } else { part };
        // Longer numbers are greater numbers; of words only the letters count.
        Some((!digits, if digits { part.len() } else { 0 }, part))
    })
}

/// How many records there are of the nouns that the control ranges over; of a list of values, how many values.
fn records(ground: Ground<'_>, control: &Control, outcomes: &[Outcome<'_>]) -> u64 {
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
fn status(control: &Control, applies: &Applies, outcomes: &[Outcome<'_>], counts: &Counts) -> (Status, String) {
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
        ids.sort_by(|a, b| in_order(a, b).then(a.cmp(b)));
        assert_eq!(ids, ["9", "10", "Z", "a", "a2", "a02x", "a10", "b@1"]);
    }

    #[test]
    fn what_ids_begin_with_decides_nothing() {
        let ids = [
            "", "0", "00", "1", "01", "10", "a", "a1", "a01", "a1b", "a10", "a10b2", "a10b10", "é", "è", "é1", "a_",
            "ab", "1a",
        ];
        for (a, b) in ids.iter().flat_map(|a| ids.iter().map(move |b| (a, b))) {
            assert_eq!(in_order(a, b), natural(a).cmp(natural(b)), "{a} {b}");
        }
    }
}
