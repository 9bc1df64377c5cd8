//! Sentences over the members of a phrase: "`has` is \"or\" over the candidates, `every` is \"and\"; counts compare with the
//! bounds [certain, possible]".

use tickmark_program::{CompareOp, Expr, Phrase, Quantified, Quantifier, Sentence};

use super::Evaluator;
use super::frame::Frame;
use super::phrase::{Flow, Found};
use super::range::Range;
use super::truth::Truth;
use super::value::{Data, Value};

/// A quantifier, over what, and what is said of each member: of a nested sentence, of an object of `has`, or of a
/// sentence at the top.
#[derive(Clone, Copy)]
pub(crate) struct Claim<'a> {
    pub(crate) quantifier: &'a Quantifier,
    pub(crate) phrase: &'a Phrase,
    pub(crate) body: Option<&'a Expr>,
    pub(crate) has: bool,
}

/// How many members are counted.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Tally {
    pub(crate) certain: u64,
    pub(crate) unknown: u64,
    pub(crate) pending: u64,
    /// How many there were to consider.
    pub(crate) considered: u64,
}

impl<'a> Claim<'a> {
    pub(crate) fn of(quantified: &'a Quantified) -> Claim<'a> {
        Claim {
            quantifier: &quantified.quantifier,
            phrase: &quantified.phrase,
            body: quantified.body.as_ref(),
            has: quantified.has,
        }
    }

    pub(crate) fn of_sentence(sentence: &'a Sentence) -> Claim<'a> {
        Claim { quantifier: &sentence.quantifier, phrase: &sentence.phrase, body: sentence.body.as_ref(), has: false }
    }
}

impl Tally {
    pub(crate) fn add(&mut self, truth: Truth) {
        let count = match truth {
            Truth::True => &mut self.certain,
            Truth::Unknown => &mut self.unknown,
            Truth::Pending => &mut self.pending,
            Truth::False => return,
        };
        *count = count.saturating_add(1);
    }

    /// Any number more may come.
    pub(crate) fn open(&mut self, truth: Truth) {
        match truth {
            Truth::Unknown => self.unknown = u64::MAX,
            Truth::Pending => self.pending = u64::MAX,
            Truth::True | Truth::False => {}
        }
    }

    pub(crate) fn range(self) -> Range {
        Range::count(self.certain, self.unknown, self.pending)
    }
}

impl<'a> Evaluator<'a> {
    /// "The same sentences are conditions too."
    pub(crate) fn quantified(&mut self, claim: &Claim<'a>, frame: &mut Frame<'a>) -> Truth {
        if let Some(cadence) = &claim.phrase.cadence {
            return self.cadence(claim, cadence, frame);
        }
        match claim.quantifier {
            Quantifier::Some => self.some(claim, frame),
            Quantifier::No => !self.some(claim, frame),
            Quantifier::Every => self.every(claim, frame),
            Quantifier::AtLeast(number) => self.counted(claim, CompareOp::Ge, number, frame),
            Quantifier::AtMost(number) => self.counted(claim, CompareOp::Le, number, frame),
            Quantifier::Exactly(number) => self.counted(claim, CompareOp::Eq, number, frame),
        }
    }

    /// What is said of a tuple that belongs so much: that it is a member, and satisfies the body.
    pub(crate) fn counts(&mut self, claim: &Claim<'a>, member: Truth, frame: &mut Frame<'a>) -> Truth {
        if member == Truth::False {
            return Truth::False;
        }
        if claim.has && self.is_bool_under_has(claim.phrase, frame) {
            return member.and(Truth::Unknown);
        }
        match claim.body {
            Some(body) => member.and(self.truth(body, frame)),
            None => member,
        }
    }

    /// `has`, `some`: "or" over the candidates.
    fn some(&mut self, claim: &Claim<'a>, frame: &mut Frame<'a>) -> Truth {
        let mut any = Truth::False;
        self.members(claim.phrase, frame, &mut |evaluator, frame, found| {
            any = any.or(match found {
                Found::Member(member) => evaluator.counts(claim, member, frame),
                Found::Gap { gap, .. } => gap.truth,
                Found::Excluded { .. } => Truth::False,
            });
            if any == Truth::True { Flow::Stop } else { Flow::Continue }
        });
        any
    }

    /// `every`: "and" over the members; one that may belong and does not satisfy the body leaves it open.
    fn every(&mut self, claim: &Claim<'a>, frame: &mut Frame<'a>) -> Truth {
        let mut all = Truth::True;
        self.members(claim.phrase, frame, &mut |evaluator, frame, found| {
            all = all.and(match found {
                Found::Member(Truth::False) | Found::Excluded { .. } => Truth::True,
                Found::Member(member) => evaluator.holds_of(claim, member, frame),
                Found::Gap { gap, .. } => gap.truth,
            });
            if all == Truth::False { Flow::Stop } else { Flow::Continue }
        });
        all
    }

    /// Whether `every` holds of one tuple: it is no member, or satisfies the body.
    pub(crate) fn holds_of(&mut self, claim: &Claim<'a>, member: Truth, frame: &mut Frame<'a>) -> Truth {
        match claim.body {
            Some(body) => (!member).or(self.truth(body, frame)),
            None => Truth::True,
        }
    }

    /// `at least N`, `at most N`, `exactly N`.
    fn counted(&mut self, claim: &Claim<'a>, op: CompareOp, number: &'a Expr, frame: &mut Frame<'a>) -> Truth {
        let number = self.value(number, frame);
        let tally = self.tally(claim, frame);
        self.compare_values(op, &Value::of(Data::Number(tally.range())), &number)
    }

    pub(crate) fn tally(&mut self, claim: &Claim<'a>, frame: &mut Frame<'a>) -> Tally {
        let mut tally = Tally::default();
        self.members(claim.phrase, frame, &mut |evaluator, frame, found| {
            match found {
                Found::Member(member) => {
                    tally.considered += 1;
                    tally.add(evaluator.counts(claim, member, frame));
                }
                Found::Excluded { .. } => tally.considered += 1,
                Found::Gap { gap, .. } => tally.open(gap.truth),
            }
            Flow::Continue
        });
        tally
    }

    /// `count(PHRASE)`
    pub(crate) fn count_phrase(&mut self, phrase: &'a Phrase, frame: &mut Frame<'a>) -> Value<'a> {
        let claim = Claim { quantifier: &Quantifier::Some, phrase, body: None, has: false };
        Value::of(Data::Number(self.tally(&claim, frame).range()))
    }
}
