//! "A sentence at the top of a control gives a verdict for each subject": over all subjects at once.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;
use std::sync::PoisonError;

use rayon::prelude::*;
use tickmark_facts::NounId;
use tickmark_program::{Control, Quantifier, Sentence};
use tickmark_source::Span;

use super::batch::Batch;
use super::bits::Bits;
use super::lower::{Lowering, Scope};
use super::phrase::{Gaps, Mode, Sink, Tuples, Walk};
use super::plan::{Args, DomainNode, Node, NodeId, Op, PhraseNode, Plan, QuantifiedNode, Use, Words};
use super::room::Room;
use super::run::{Run, Shared};
use super::schedule::{chunks, prepare};
use super::truths::Truths;
use super::vector::{Content, State, Vector};
use crate::budget::TOLD;
use crate::reference::Ground;
use crate::reference::truth::Truth;
use crate::reference::value::{Data, Value};

/// The controls of a run as a plan: what can be done before their facts are there.
pub(crate) struct Lowered<'a> {
    plan: Plan<'a>,
    controls: HashMap<usize, Roots>,
    /// Controls in which something stands too deep.
    pub(crate) too_deep: BTreeSet<usize>,
}

/// The controls of a run as a plan, with everything worked out that they share.
pub(crate) struct Fast<'a> {
    pub(crate) shared: Shared<'a>,
    controls: HashMap<usize, Roots>,
}

/// The nodes of a control.
struct Roots {
    applies: Option<NodeId>,
    /// Nothing for a sentence that the reference evaluator judges.
    sentences: Vec<Option<NodeId>>,
}

/// A subject that does not pass, or that is listed all the same.
pub(crate) struct Found<'a> {
    /// The values of its bindings.
    pub(crate) values: Vec<Value<'a>>,
    pub(crate) member: Truth,
    pub(crate) truth: Truth,
}

/// What a sentence came to.
#[derive(Default)]
pub(crate) struct Verdicts<'a> {
    /// How many subjects pass that are not listed.
    pub(crate) passed: u64,
    /// Which records pass that are not listed, where a subject is one record.
    pub(crate) passing: Option<(NounId, Bits)>,
    pub(crate) found: Vec<Found<'a>>,
    /// The outermost values of which the reference evaluator judges what is of them: there may be more subjects.
    pub(crate) open: Vec<usize>,
}

/// What is asked of a sentence.
#[derive(Clone, Copy)]
pub(crate) struct Question<'q> {
    pub(crate) quantifier: &'q Quantifier,
    pub(crate) applies: Truth,
    /// Subjects that pass are wanted too.
    pub(crate) list: bool,
    /// Some subjects are values, whose place only the reference evaluator knows.
    pub(crate) of_values: bool,
}

/// About how many nodes a control of a sentence takes.
const NODES_EACH: usize = 4;

impl<'a> Lowered<'a> {
    /// Lowers controls, but for sentences that are not `wanted`. No fact of the ground is looked at.
    pub(crate) fn new(
        controls: &'a [Control],
        chosen: &[usize],
        ground: Ground<'a>,
        wanted: &dyn Fn(&Sentence) -> bool,
    ) -> Lowered<'a> {
        let mut lowering = Lowering::new(ground);
        // To grow by moving what is there would touch as much memory again.
        lowering.plan.nodes.reserve(chosen.len().saturating_mul(NODES_EACH));
        let mut roots = HashMap::new();
        for index in chosen {
            let Some(control) = controls.get(*index) else { continue };
            lowering.set_owner(*index);
            let applies = control
                .applies_when
                .as_ref()
                .map(|(condition, slots)| lowering.condition(condition, &mut Scope::new(*slots)).node);
            let mut sentences = Vec::with_capacity(control.sentences.len());
            for sentence in &control.sentences {
                sentences.push(if wanted(sentence) { root(&mut lowering, sentence) } else { None });
            }
            roots.insert(*index, Roots { applies, sentences });
        }
        Lowered { plan: lowering.plan, controls: roots, too_deep: lowering.too_deep }
    }
}

impl<'a> Fast<'a> {
    /// Works out what controls share.
    pub(crate) fn new(lowered: Lowered<'a>, ground: &(dyn Fn(usize) -> Ground<'a> + Sync)) -> Fast<'a> {
        Fast { shared: prepare(lowered.plan, ground), controls: lowered.controls }
    }

    /// What was odd.
    pub(crate) fn warnings(&self) -> BTreeSet<(Span, String)> {
        std::mem::take(&mut *self.shared.warnings.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The nodes of a control: of `applies when`, and of its sentences.
    pub(crate) fn roots(&self, control: usize) -> Vec<NodeId> {
        let roots = self.controls.get(&control);
        roots.iter().flat_map(|roots| roots.applies.iter().chain(roots.sentences.iter().flatten())).copied().collect()
    }

    /// What `applies when` of a control comes to.
    pub(crate) fn applies(&self, ground: Ground<'a>, control: usize) -> Option<Truth> {
        let node = self.controls.get(&control)?.applies?;
        Some(self.whole(ground, node))
    }

    /// `some` and the counts: one verdict for the whole.
    pub(crate) fn holds(&self, ground: Ground<'a>, control: usize, sentence: usize) -> Option<Truth> {
        Some(self.whole(ground, self.root(control, sentence)?))
    }

    fn whole(&self, ground: Ground<'a>, node: NodeId) -> Truth {
        let room = Room::whole();
        let run = Run { ground, shared: &self.shared, room: &room };
        run.condition(&Use { node, args: Args::new() }, &Batch::empty(1)).get(0)
    }

    fn root(&self, control: usize, sentence: usize) -> Option<NodeId> {
        self.controls.get(&control)?.sentences.get(sentence).copied().flatten()
    }

    /// The verdicts of `every` and `no`; nothing where the reference evaluator must give them.
    pub(crate) fn judge(
        &self,
        ground: Ground<'a>,
        control: usize,
        sentence: usize,
        question: Question<'_>,
    ) -> Option<Verdicts<'a>> {
        let room = Room::whole();
        let run = Run { ground, shared: &self.shared, room: &room };
        let node = self.shared.plan.node(self.root(control, sentence)?)?;
        let Op::Quantified(quantified) = &node.op else { return None };
        let first = quantified.phrase.bindings.first()?;
        let outermost = match &first.domain {
            DomainNode::All(noun) => Vector::records(*noun, 0, ground.facts.rows(*noun) as usize),
            DomainNode::In(path, membership) => {
                let members = run.domain(path, *membership, &Batch::empty(1));
                let certain = members.belongs.is_none() && members.gaps.is_none();
                certain.then(|| members.items.clone())?
            }
            DomainNode::Closure(_) => return None,
        };
        let parts: Vec<Verdicts<'a>> = chunks(outermost.len)
            .collect::<Vec<_>>()
            .into_par_iter()
            .map(|rows| {
                let room = Room::whole();
                let run = Run { ground, shared: &self.shared, room: &room };
                let mut parts = Vec::new();
                let first = rows.start;
                run.by_pieces(
                    rows.len(),
                    |some| {
                        judge_rows(&run, node, quantified, &outermost, first + some.start..first + some.end, question)
                    },
                    |verdicts| {
                        // Of records there are no more than in the facts; of pairs, any number.
                        if quantified.phrase.bindings.len() > 1 {
                            ground.budget.tell(verdicts.found.len());
                        }
                        parts.push(verdicts);
                    },
                );
                parts
            })
            .collect::<Vec<_>>()
            .into_iter()
            .flatten()
            .collect();
        Some(together(parts, &outermost))
    }
}

fn root<'a>(lowering: &mut Lowering<'a>, sentence: &'a Sentence) -> Option<NodeId> {
    if sentence.phrase.cadence.is_some() {
        return None;
    }
    let claim = (&sentence.quantifier, &sentence.phrase, sentence.body.as_ref());
    let words = Words::Phrase(&sentence.phrase);
    Some(lowering.claim(claim, None, words, &mut Scope::new(sentence.slots)).node)
}

/// The verdicts of the subjects of some outermost values.
fn judge_rows<'a>(
    run: &Run<'a, '_>,
    node: &Node<'a>,
    quantified: &QuantifiedNode<'a>,
    outermost: &Vector<'a>,
    rows: Range<usize>,
    question: Question<'_>,
) -> Verdicts<'a> {
    let negative = matches!(question.quantifier, Quantifier::No);
    let mode = if negative && quantified.body.is_none() { Mode::Tuples } else { Mode::Members };
    let part = outermost.part(rows.clone());
    let belongs = match &part.content {
        Content::Record(noun, super::vector::Rows::From(first)) => run.belonging_with_parents(*noun, *first, part.len),
        _ => run.belonging(&part),
    };
    let tuples = Tuples {
        belongs: belongs.unwrap_or_else(|| Truths::all(part.len, Truth::True)),
        origin: (0..).take(part.len).collect(),
        batch: Batch::of(part),
    };
    run.spend(rows.len() as u64 / 64 + 1);
    let phrase = &quantified.phrase;
    let mut walk = Walk { node, phrase, mode, gaps: Gaps::new(rows.len()), around: 0, events: false };
    let mut verdicts = VerdictSink {
        question,
        negative,
        body: quantified.body.as_ref(),
        passed: if phrase.bindings.len() == 1 {
            Passed::Once(Bits::zeros(rows.len()))
        } else {
            Passed::Several(vec![0; rows.len()])
        },
        found: Vec::new(),
        lacking: Vec::new(),
    };
    run.described(&mut walk, 0, tuples, &mut verdicts);
    verdicts.finish(&walk.gaps, rows.start)
}

/// How many subjects of each outermost value pass.
enum Passed {
    /// Each outermost value is itself the subject.
    Once(Bits),
    Several(Vec<u32>),
}

impl Passed {
    /// Counts the lanes that pass, each as a subject of the value that it comes from.
    fn count(&mut self, passing: &Bits, origin: &[u32]) {
        match self {
            Passed::Once(passed) if origin.len() == passed.len() && are_themselves(origin) => {
                *passed = std::mem::take(passed).or(passing);
            }
            Passed::Once(passed) => {
                passing.ones_in_order().filter_map(|lane| origin.get(lane)).for_each(|from| passed.set(*from as usize));
            }
            Passed::Several(passed) => {
                for from in passing.ones_in_order().filter_map(|lane| origin.get(lane)) {
                    if let Some(passed) = passed.get_mut(*from as usize) {
                        *passed += 1;
                    }
                }
            }
        }
    }
}

/// Whether each lane is the outermost value of the same number. All are looked at, which takes less time than to end at the first.
fn are_themselves(origin: &[u32]) -> bool {
    (0..).zip(origin).fold(true, |same, (lane, from)| same & (lane == *from))
}

/// Gathers the verdicts of tuples.
struct VerdictSink<'q, 'a> {
    question: Question<'q>,
    negative: bool,
    body: Option<&'q Use>,
    passed: Passed,
    found: Vec<(u32, Found<'a>)>,
    /// Outermost values of whose subjects one is not known.
    lacking: Vec<u32>,
}

impl<'a> Sink<'a> for VerdictSink<'_, 'a> {
    fn block(&mut self, run: &Run<'a, '_>, tuples: &Tuples<'a>, member: Truths) {
        let len = tuples.batch.len;
        // "`every` for each member of the phrase; `no NP P` as `every NP: not P`; `no NP` for each record of its head noun."
        let (in_scope, holds) = match self.body {
            Some(body) => {
                let possible = member.possible();
                let said = run.all_of(&[body], Truths::certain(possible.clone()), &tuples.batch);
                let satisfied = if self.negative { said.not() } else { said };
                (possible, member.clone().not().or(&satisfied))
            }
            None => (Bits::ones(len), member.clone().not()),
        };
        let truth = Truths::all(len, !self.question.applies).or(&holds);
        let mut passing = if self.question.list { Bits::zeros(len) } else { truth.yes.clone().and(&in_scope) };
        // Of what is not known it cannot be said here whether it is one subject or several.
        for subject in tuples.batch.subjects.iter().filter(|subject| !subject.states.all_known()) {
            passing = passing.and(&subject.states.known(len));
        }
        self.passed.count(&passing, &tuples.origin);
        for lane in in_scope.without(&passing).ones_in_order() {
            let Some(origin) = tuples.origin.get(lane) else { continue };
            // What a subject lacks, and why, only the reference evaluator knows.
            if tuples.batch.subjects.iter().any(|subject| subject.states.get(lane) != State::Known) {
                self.lacking.push(*origin);
                continue;
            }
            let values: Vec<_> = tuples.batch.subjects.iter().map(|subject| run.lane(subject, lane)).collect();
            // Nor where a value that is no record stands.
            if values.iter().any(|value| !matches!(value.data, Data::Record(..))) {
                self.lacking.push(*origin);
                continue;
            }
            run.keep(TOLD);
            self.found.push((*origin, Found { values, member: member.get(lane), truth: truth.get(lane) }));
        }
    }

    fn doubtful(&mut self, _: &Bits, _: u64) {}

    fn matters(&self, _: &Run<'a, '_>, _: &PhraseNode<'a>, _: u32, _: &Batch<'a>) -> Option<Bits> {
        None
    }
}

impl<'a> VerdictSink<'_, 'a> {
    /// What of an outermost value has more subjects than can be named here is left to the reference evaluator.
    fn finish(self, gaps: &Gaps, first: usize) -> Verdicts<'a> {
        let mut open = gaps.unknown.clone().or(&gaps.pending);
        self.lacking.iter().for_each(|origin| open.set(*origin as usize));
        if self.question.of_values {
            self.found.iter().for_each(|(origin, _)| open.set(*origin as usize));
        }
        let (passed, passing) = match self.passed {
            Passed::Once(passed) => {
                let passing = passed.without(&open);
                (passing.count() as u64, Some((NounId(u32::MAX), passing)))
            }
            Passed::Several(passed) => {
                let closed = passed.iter().enumerate().filter(|(row, _)| !open.get(*row));
                (closed.map(|(_, passed)| u64::from(*passed)).sum(), None)
            }
        };
        Verdicts {
            passed,
            passing,
            open: open.ones_in_order().map(|row| first + row).collect(),
            found: {
                let kept = self.found.into_iter().filter(|(origin, _)| !open.get(*origin as usize));
                kept.map(|(_, found)| found).collect()
            },
        }
    }
}

fn together<'a>(parts: Vec<Verdicts<'a>>, outermost: &Vector<'a>) -> Verdicts<'a> {
    let mut all = Verdicts::default();
    let noun = match &outermost.content {
        Content::Record(noun, super::vector::Rows::From(0)) => Some(*noun),
        _ => None,
    };
    let mut passing = Some(Bits::default());
    for part in parts {
        all.passed += part.passed;
        all.open.extend(part.open);
        all.found.extend(part.found);
        match (&mut passing, part.passing) {
            (Some(rows), Some((_, more))) => rows.append(&more),
            _ => passing = None,
        }
    }
    all.passing = noun.zip(passing);
    all
}
