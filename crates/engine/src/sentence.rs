//! "A sentence at the top of a control gives a verdict for each subject."

use rayon::prelude::*;
use tickmark_facts::NounId;
use tickmark_program::{Domain, Phrase, Quantifier, Sentence, Type};
use tickmark_results::{Evidence, Verdict};
use tickmark_source::{Place, Span};

use crate::budget::Budget;
use crate::explain;
use crate::fast::Fast;
use crate::fast::bits::Bits;
use crate::fast::judge::Question;
use crate::reference::frame::Frame;
use crate::reference::lookup::Lookups;
use crate::reference::phrase::{Flow, Found};
use crate::reference::quantify::Claim;
use crate::reference::truth::Truth;
use crate::reference::value::{Data, Gap, Item, Value};
use crate::reference::{Evaluator, Ground};

/// What is told of which subjects.
#[derive(Clone, Copy)]
pub(crate) enum Detail<'d> {
    /// Verdicts alone.
    Nothing,
    /// All subjects; evidence for those that do not pass.
    Failures,
    /// All subjects, with evidence.
    All,
    /// Only this subject, with evidence, and also where it is not in scope.
    Only(&'d str),
}

impl Detail<'_> {
    /// Whether a subject with this verdict is explained.
    pub(crate) fn explains(self, verdict: Verdict) -> bool {
        match self {
            Detail::Nothing => false,
            Detail::Failures => verdict != Verdict::Pass,
            Detail::All | Detail::Only(_) => true,
        }
    }
}

/// What a sentence came to.
#[derive(Default)]
pub(crate) struct Outcome<'a> {
    pub(crate) subjects: Vec<Judged<'a>>,
    /// How many subjects pass besides.
    pub(crate) passed: u64,
    /// Which records these are, where a subject is one record.
    pub(crate) passing: Option<(NounId, Bits)>,
    /// Why it ranges over nothing, where it does.
    pub(crate) nothing: Option<Nothing>,
    pub(crate) warnings: Vec<(Span, String)>,
}

impl Outcome<'_> {
    /// That of a sentence over a noun, written as in a sentence, that no source supplies.
    pub(crate) fn skipped(noun: &str) -> Self {
        let nothing = Nothing::Skipped(format!("no source supplies `{noun}`"));
        Outcome { nothing: Some(nothing), ..Outcome::default() }
    }
}

/// Why a sentence has no subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Nothing {
    /// Its sources were read, and there is none.
    Empty(String),
    /// No source supplies what it ranges over.
    Skipped(String),
}

/// The judgement of one sentence on one subject.
#[derive(Clone, Debug)]
pub(crate) struct Judged<'a> {
    /// The noun of the head, where that is a record.
    pub(crate) head: Option<(NounId, u32)>,
    pub(crate) noun: String,
    pub(crate) id: String,
    pub(crate) verdict: Verdict,
    pub(crate) message: String,
    pub(crate) because: Vec<Evidence>,
    pub(crate) place: Option<Place>,
    /// What it takes to explain it, where it is not explained yet.
    pub(crate) tuple: Option<Box<Tuple<'a>>>,
}

/// The values of the bindings, and how surely they are a member.
#[derive(Clone, Debug)]
pub(crate) struct Tuple<'a> {
    values: Vec<Value<'a>>,
    member: Truth,
}

/// A sentence of a control, and who judges it.
#[derive(Clone, Copy)]
pub(crate) struct Judging<'j, 'a> {
    pub(crate) fast: Option<&'j Fast<'a>>,
    /// Numbers of the control, and of the sentence in it.
    pub(crate) control: usize,
    pub(crate) sentence: usize,
    /// Subjects that pass are listed.
    pub(crate) list: bool,
}

/// What `applies when` came to: where it is not decided, "a subject passes or is unknown".
#[derive(Clone)]
pub(crate) struct Applies {
    pub(crate) truth: Truth,
    pub(crate) because: Vec<Evidence>,
}

/// What one worker found, and what was odd.
type Part<'a> = (Vec<Judged<'a>>, Vec<(Span, String)>);

/// So many outermost records are handed to a worker at a time.
const CHUNK: usize = 64;

/// Judges every subject of a sentence.
pub(crate) fn judge<'a>(
    ground: Ground<'a>,
    sentence: &'a Sentence,
    applies: &Applies,
    detail: Detail<'_>,
    judging: Judging<'_, 'a>,
) -> Outcome<'a> {
    // "No source supplies a noun that it ranges over." A literal list has always been supplied; what is reached from a noun
    // is as good as that noun.
    if let Some(missing) = unsupplied(ground, &sentence.phrase) {
        return Outcome::skipped(ground.evaluator().word(missing));
    }
    let mut outcome = match sentence.quantifier {
        Quantifier::Every | Quantifier::No => {
            let fast = of_each_fast(ground, sentence, applies, detail, judging);
            fast.unwrap_or_else(|| of_each(ground, sentence, applies, detail))
        }
        _ => of_the_whole(ground, sentence, applies, detail, judging),
    };
    if outcome.subjects.is_empty()
        && outcome.passed == 0
        && outcome.nothing.is_none()
        && !matches!(detail, Detail::Only(_))
    {
        outcome.nothing = Some(Nothing::Empty(empty_reason(ground, sentence)));
    }
    outcome
}

/// The first noun that a phrase takes all records of and that no source supplies.
pub(crate) fn unsupplied(ground: Ground<'_>, phrase: &Phrase) -> Option<NounId> {
    phrase.bindings.iter().find_map(|binding| match binding.domain {
        Domain::All(noun) if !ground.facts.supplied(noun) => Some(noun),
        _ => None,
    })
}

fn empty_reason(ground: Ground<'_>, sentence: &Sentence) -> String {
    let evaluator = ground.evaluator();
    let heads = head_nouns(&sentence.phrase);
    let read: Vec<String> = heads
        .iter()
        .map(|noun| match ground.facts.rows(*noun) {
            1 => format!("1 record of `{}` was read", evaluator.word(*noun)),
            count => format!("{count} records of `{}` were read", evaluator.word(*noun)),
        })
        .collect();
    let read = if read.is_empty() { String::new() } else { format!(" ({})", read.join(", ")) };
    format!("`{}` has no subject{read}", sentence.text)
}

/// The nouns that a phrase takes all records of, and the noun of its head.
pub(crate) fn head_nouns(phrase: &Phrase) -> Vec<NounId> {
    let mut nouns: Vec<NounId> = phrase
        .bindings
        .iter()
        .filter_map(|binding| match binding.domain {
            Domain::All(noun) => Some(noun),
            Domain::In(_) => None,
        })
        .collect();
    if let Some(Type::Record(noun)) = phrase.bindings.last().map(|head| &head.ty) {
        nouns.push(*noun);
    }
    nouns.sort_unstable();
    nouns.dedup();
    nouns
}

// ---- every, no -----------------------------------------------------------------------------------------------------

/// `every` for each member of the phrase; `no NP P` as `every NP: not P`; `no NP` for each record of its head noun.
fn of_each<'a>(ground: Ground<'a>, sentence: &'a Sentence, applies: &Applies, detail: Detail<'_>) -> Outcome<'a> {
    let mut evaluator = ground.evaluator();
    let mut frame = Frame::new(sentence.slots);
    let outermost = evaluator.candidates(&sentence.phrase, 0, &mut frame);
    let judge = Judge { sentence, claim: Claim::of_sentence(sentence), applies, detail };
    let mut subjects = Vec::new();
    for gap in &outermost.gaps {
        subjects.extend(judge.gap(&mut evaluator, &mut frame, 0, gap));
    }
    let parts: Vec<Part<'a>> = outermost
        .items
        .par_chunks(CHUNK)
        .map(|chunk| {
            let mut evaluator = ground.evaluator();
            let mut frame = Frame::new(sentence.slots);
            let mut subjects = Vec::new();
            for item in chunk {
                judge.outermost(&mut evaluator, &mut frame, item.clone(), &mut subjects);
            }
            (subjects, evaluator.warnings.into_iter().collect())
        })
        .collect();
    let mut warnings: Vec<(Span, String)> = evaluator.warnings.into_iter().collect();
    for (part, part_warnings) in parts {
        subjects.extend(part);
        warnings.extend(part_warnings);
    }
    Outcome { subjects, warnings, ..Outcome::default() }
}

/// The same by the fast evaluator; nothing where that does not judge the sentence. Who is not explained yet has what it
/// takes to be.
fn of_each_fast<'a>(
    ground: Ground<'a>,
    sentence: &'a Sentence,
    applies: &Applies,
    detail: Detail<'_>,
    judging: Judging<'_, 'a>,
) -> Option<Outcome<'a>> {
    let (fast, Detail::Nothing | Detail::Failures | Detail::All) = (judging.fast?, detail) else { return None };
    let of_values = sentence.phrase.bindings.iter().any(|binding| !matches!(binding.ty, Type::Record(_)));
    let list = judging.list || of_values;
    let question = Question { quantifier: &sentence.quantifier, applies: applies.truth, list, of_values };
    let verdicts = fast.judge(ground, judging.control, judging.sentence, question)?;
    let mut evaluator = ground.evaluator();
    let mut frame = Frame::new(sentence.slots);
    let judge = Judge { sentence, claim: Claim::of_sentence(sentence), applies, detail };
    let mut subjects = Vec::with_capacity(verdicts.found.len());
    if let Some(Domain::All(noun)) = sentence.phrase.bindings.first().map(|first| &first.domain)
        && let Some(gap) = evaluator.unnamed(*noun)
    {
        subjects.extend(judge.gap(&mut evaluator, &mut frame, 0, &gap));
    }
    for found in verdicts.found {
        for (binding, value) in sentence.phrase.bindings.iter().zip(&found.values) {
            frame.set(binding.slot, value.clone());
        }
        let mut judged = subject(&evaluator, &sentence.phrase, &frame);
        judged.verdict = verdict(found.truth);
        judged.tuple = Some(Box::new(Tuple { values: found.values, member: found.member }));
        subjects.push(judged);
    }
    let mut passed = verdicts.passed;
    let mut warnings = Vec::new();
    if !verdicts.open.is_empty() {
        // There may be more subjects than can be named: the reference evaluator says which and why.
        let outermost = evaluator.candidates(&sentence.phrase, 0, &mut frame);
        let mut open = Vec::new();
        for item in verdicts.open.iter().filter_map(|index| outermost.items.get(*index)) {
            judge.outermost(&mut evaluator, &mut frame, item.clone(), &mut open);
        }
        if !list {
            // Counted instead, as those that were named at once.
            let all = open.len();
            open.retain(|judged| judged.verdict != Verdict::Pass || judged.head.is_none());
            passed += (all - open.len()) as u64;
        }
        subjects.extend(open);
        warnings.extend(evaluator.warnings);
    }
    Some(Outcome { subjects, passed, passing: verdicts.passing, nothing: None, warnings })
}

/// What the reference evaluator says of a subject.
pub(crate) struct Explained {
    pub(crate) verdict: Verdict,
    pub(crate) message: String,
    pub(crate) because: Vec<Evidence>,
}

/// Explains a subject that only has its verdict: the reference evaluator judges it once more, under a budget of its own.
pub(crate) fn explain_later<'a>(
    ground: Ground<'a>,
    sentence: &'a Sentence,
    applies: &Applies,
    detail: Detail<'_>,
    judged: &Judged<'a>,
    lookups: &Lookups,
) -> Option<Explained> {
    let tuple = judged.tuple.as_deref()?;
    let budget = Budget::default();
    let again = {
        let ground = Ground { budget: &budget, ..ground };
        let mut evaluator = ground.evaluator();
        evaluator.lookups = Some(lookups);
        let mut frame = Frame::new(sentence.slots);
        let judge = |detail| Judge { sentence, claim: Claim::of_sentence(sentence), applies, detail };
        match outermost(&mut evaluator, &sentence.phrase, &mut frame, tuple) {
            // What leads from one binding to the next is known only on the way.
            Some(item) => {
                let mut found = Vec::new();
                judge(Detail::Only(&judged.id)).outermost(&mut evaluator, &mut frame, item, &mut found);
                found.retain(|again| again.head == judged.head && again.id == judged.id);
                let same = found.iter().position(|again| again.verdict == judged.verdict).unwrap_or(0);
                (same < found.len()).then(|| found.swap_remove(same))?
            }
            None => {
                for (binding, value) in sentence.phrase.bindings.iter().zip(&tuple.values) {
                    frame.set(binding.slot, value.clone());
                }
                judge(detail).tuple(&mut evaluator, &mut frame, tuple.member)?
            }
        }
    };
    if let Some(exhausted) = budget.exhausted() {
        let message = format!("{} {}: it is too much work to say why: {}", judged.noun, judged.id, exhausted.words());
        return Some(Explained { verdict: judged.verdict, message, because: Vec::new() });
    }
    Some(Explained { verdict: again.verdict, message: again.message, because: again.because })
}

/// The outermost value of a tuple of several, as the reference evaluator enumerates it.
fn outermost<'a>(
    evaluator: &mut Evaluator<'a>,
    phrase: &'a Phrase,
    frame: &mut Frame<'a>,
    tuple: &Tuple<'a>,
) -> Option<Item<'a>> {
    let [first, _, ..] = phrase.bindings.as_slice() else { return None };
    let Data::Record(noun, row) = tuple.values.first()?.data else { return None };
    if let Domain::All(_) = first.domain {
        let belongs = evaluator.belongs_with_parents(noun, row);
        return Some(Item { value: Value::of(Data::Record(noun, row)), belongs });
    }
    let candidates = evaluator.candidates(phrase, 0, frame).items;
    candidates.into_iter().find(|item| matches!(item.value.data, Data::Record(of, at) if (of, at) == (noun, row)))
}

struct Judge<'a, 'j> {
    sentence: &'a Sentence,
    claim: Claim<'a>,
    applies: &'j Applies,
    detail: Detail<'j>,
}

impl<'a> Judge<'a, '_> {
    fn outermost(
        &self,
        evaluator: &mut Evaluator<'a>,
        frame: &mut Frame<'a>,
        item: Item<'a>,
        subjects: &mut Vec<Judged<'a>>,
    ) {
        let phrase = &self.sentence.phrase;
        let several = phrase.bindings.len() > 1;
        let all_tuples = matches!(self.sentence.quantifier, Quantifier::No) && self.sentence.body.is_none();
        let mut visit = |evaluator: &mut Evaluator<'a>, frame: &mut Frame<'a>, found: Found<'_, 'a>| {
            let judged = match found {
                Found::Member(member) => self.tuple(evaluator, frame, member),
                Found::Excluded { binding, by } => self.excluded(evaluator, frame, binding, by),
                Found::Gap { binding, gap } => self.gap(evaluator, frame, binding, gap),
            };
            if judged.is_some() && several && !evaluator.meter.tell() {
                return Flow::Stop;
            }
            subjects.extend(judged);
            Flow::Continue
        };
        if all_tuples {
            evaluator.tuples_from(phrase, 0, item, frame, &mut visit);
        } else {
            evaluator.members_from(phrase, item, frame, &mut visit);
        }
    }

    /// The judgement on one tuple.
    fn tuple(&self, evaluator: &mut Evaluator<'a>, frame: &mut Frame<'a>, member: Truth) -> Option<Judged<'a>> {
        let body = self.claim.body;
        let negative = matches!(self.sentence.quantifier, Quantifier::No);
        if member == Truth::False && body.is_some() {
            return self.out_of_scope(evaluator, frame);
        }
        let holds = match body {
            Some(body) => {
                let truth = evaluator.truth(body, frame);
                let satisfied = if negative { !truth } else { truth };
                (!member).or(satisfied)
            }
            None => !member,
        };
        let truth = (!self.applies.truth).or(holds);
        let mut judged = subject(evaluator, &self.sentence.phrase, frame);
        if !self.wants(&judged) {
            return None;
        }
        judged.verdict = verdict(truth);
        if self.detail.explains(judged.verdict) {
            let proof = explain::of_member(evaluator, self.sentence, frame, member, &judged);
            judged.message = proof.message;
            judged.because = proof.because;
            self.add_applies(&mut judged, truth);
        }
        Some(judged)
    }

    /// Where `applies when` is why the verdict is open.
    fn add_applies(&self, judged: &mut Judged<'_>, truth: Truth) {
        if self.applies.truth.is_open() && truth.is_open() {
            judged.because.extend(self.applies.because.iter().cloned());
            judged.message.push_str("; and whether the control applies is not decided");
        }
    }

    fn wants(&self, judged: &Judged<'_>) -> bool {
        match self.detail {
            Detail::Only(wanted) => is_called(judged, wanted),
            _ => true,
        }
    }

    fn out_of_scope(&self, evaluator: &mut Evaluator<'a>, frame: &mut Frame<'a>) -> Option<Judged<'a>> {
        if !matches!(self.detail, Detail::Only(_)) {
            return None;
        }
        let mut judged = subject(evaluator, &self.sentence.phrase, frame);
        if !self.wants(&judged) {
            return None;
        }
        judged.because = explain::not_a_member(evaluator, &self.sentence.phrase, frame);
        judged.message = format!("is not in scope of `{}`", self.sentence.text);
        Some(judged)
    }

    fn excluded(
        &self,
        evaluator: &mut Evaluator<'a>,
        frame: &mut Frame<'a>,
        binding: usize,
        by: &'a tickmark_program::Expr,
    ) -> Option<Judged<'a>> {
        // Only a whole tuple has a name by which it can have been asked for.
        if !matches!(self.detail, Detail::Only(_)) || binding + 1 != self.sentence.phrase.bindings.len() {
            return None;
        }
        let mut judged = subject(evaluator, &self.sentence.phrase, frame);
        if !self.wants(&judged) {
            return None;
        }
        judged.because = explain::why(evaluator, by, frame);
        judged.message = format!("is not in scope of `{}`", self.sentence.text);
        Some(judged)
    }

    /// There may be more subjects, which no one can name: `*`, or `* of` what they would be of.
    fn gap(
        &self,
        evaluator: &mut Evaluator<'a>,
        frame: &mut Frame<'a>,
        binding: usize,
        gap: &Gap<'a>,
    ) -> Option<Judged<'a>> {
        // What has not come is no subject yet; only what is there is judged.
        if gap.event {
            return None;
        }
        let truth = (!self.applies.truth).or(gap.truth);
        let phrase = &self.sentence.phrase;
        let outer: Vec<String> = phrase
            .bindings
            .get(..binding)?
            .iter()
            .rev()
            .filter_map(|binding| frame.get(binding.slot))
            .map(|value| evaluator.print(value))
            .collect();
        let id = std::iter::once("*".to_owned()).chain(outer).collect::<Vec<_>>().join(" of ");
        let noun = match phrase.bindings.last().map(|head| &head.ty) {
            Some(Type::Record(noun)) => evaluator.word(*noun).to_owned(),
            _ => String::new(),
        };
        let because = vec![explain::gap(evaluator, gap.truth, &gap.value)];
        let reason = because.first().map(|evidence| evidence.text.clone()).unwrap_or_default();
        let message = format!("there may be more subjects: {reason}");
        let judged =
            Judged { head: None, noun, id, verdict: verdict(truth), message, because, place: None, tuple: None };
        self.wants(&judged).then_some(judged)
    }
}

// ---- some, counts --------------------------------------------------------------------------------------------------

/// "`some` and the counts give one verdict for the whole."
fn of_the_whole<'a>(
    ground: Ground<'a>,
    sentence: &'a Sentence,
    applies: &Applies,
    detail: Detail<'_>,
    judging: Judging<'_, 'a>,
) -> Outcome<'a> {
    let mut evaluator = ground.evaluator();
    let mut frame = Frame::new(sentence.slots);
    let claim = Claim::of_sentence(sentence);
    let fast = judging.fast.and_then(|fast| fast.holds(ground, judging.control, judging.sentence));
    let holds = fast.unwrap_or_else(|| evaluator.quantified(&claim, &mut frame));
    // What was not surveyed is no empty population: it may hold any number.
    if holds == Truth::True
        && passes_by_absence(&mut evaluator, &claim, &mut frame)
        && nothing_there(ground, &sentence.phrase, &mut evaluator)
    {
        let reason = empty_reason(ground, sentence);
        return Outcome { nothing: Some(Nothing::Empty(reason)), ..Outcome::default() };
    }
    let truth = (!applies.truth).or(holds);
    let mut judged = Judged {
        head: None,
        noun: String::new(),
        id: "*".to_owned(),
        verdict: verdict(truth),
        message: String::new(),
        because: Vec::new(),
        place: None,
        tuple: None,
    };
    if let Detail::Only(wanted) = detail
        && !is_called(&judged, wanted)
    {
        return Outcome::default();
    }
    if detail.explains(judged.verdict) {
        let proof = explain::of_whole(&mut evaluator, sentence, &mut frame, &judged);
        judged.message = proof.message;
        judged.because = proof.because;
        Judge { sentence, claim, applies, detail }.add_applies(&mut judged, truth);
    }
    Outcome { subjects: vec![judged], warnings: evaluator.warnings.into_iter().collect(), ..Outcome::default() }
}

/// `at most N`, `exactly 0`: sentences that are true of nothing.
fn passes_by_absence<'a>(evaluator: &mut Evaluator<'a>, claim: &Claim<'a>, frame: &mut Frame<'a>) -> bool {
    match claim.quantifier {
        Quantifier::AtMost(_) => true,
        Quantifier::Exactly(number) => {
            let number = evaluator.value(number, frame);
            matches!(number.data, Data::Number(range) if range.number() == Some(0.0))
        }
        _ => false,
    }
}

/// Whether there is no record at all of a noun that it counts.
fn nothing_there<'a>(ground: Ground<'a>, phrase: &'a Phrase, evaluator: &mut Evaluator<'a>) -> bool {
    let nouns = head_nouns(phrase);
    if nouns.is_empty() {
        let mut frame = Frame::new(0);
        let first = evaluator.candidates(phrase, 0, &mut frame);
        return first.items.is_empty() && first.gaps.is_empty();
    }
    nouns.iter().any(|noun| ground.facts.rows(*noun) == 0)
}

// ---- subjects ------------------------------------------------------------------------------------------------------

pub(crate) fn verdict(truth: Truth) -> Verdict {
    match truth {
        Truth::True => Verdict::Pass,
        Truth::False => Verdict::Fail,
        Truth::Unknown => Verdict::Unknown,
        Truth::Pending => Verdict::Pending,
    }
}

/// The subject that the frame holds: "its key attributes joined by `@`; of a pair, `inner of outer`; of a value of a list,
/// the value".
fn subject<'a>(evaluator: &Evaluator<'a>, phrase: &Phrase, frame: &Frame<'a>) -> Judged<'a> {
    let values = phrase.bindings.iter().rev().filter_map(|binding| frame.get(binding.slot));
    let id = values.map(|value| evaluator.print(value)).collect::<Vec<_>>().join(" of ");
    let value = phrase.bindings.last().and_then(|head| frame.get(head.slot));
    let (head, noun, place) = match value.map(|value| (&value.data, value.origin)) {
        Some((Data::Record(noun, row), _)) => {
            (Some((*noun, *row)), evaluator.word(*noun).to_owned(), evaluator.facts.place(*noun, *row))
        }
        Some((_, origin)) => (None, String::new(), explain::place(evaluator, origin)),
        None => (None, String::new(), None),
    };
    Judged { head, noun, id, verdict: Verdict::Pass, message: String::new(), because: Vec::new(), place, tuple: None }
}

/// Whether a subject is the one that was asked for: by its id, or by noun and id.
fn is_called(judged: &Judged<'_>, wanted: &str) -> bool {
    judged.id == wanted
        || wanted.strip_prefix(judged.noun.as_str()).and_then(|rest| rest.strip_prefix(' ')) == Some(judged.id.as_str())
}
