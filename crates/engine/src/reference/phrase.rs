//! The members of a noun phrase: where its values come from, and what narrows them.

use tickmark_facts::NounId;
use tickmark_program::{Domain, Expr, Filter, Phrase, Slot, Type};

use super::Evaluator;
use super::frame::Frame;
use super::truth::Truth;
use super::value::{Data, Gap, Item, Items, Unknown, Value};

/// What an enumeration meets. The frame holds the values of the bindings that are bound.
pub(crate) enum Found<'v, 'a> {
    /// A value for every binding, and whether they are a member: what lacks a filter is none.
    Member(Truth),
    /// A value for the bindings up to this one, which an adjective of it excludes.
    Excluded { binding: usize, by: &'a Expr },
    /// There may be more, for the values of the bindings before this one.
    Gap { binding: usize, gap: &'v Gap<'a> },
}

/// Whether an enumeration goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flow {
    Continue,
    Stop,
}

/// What is called for everything that an enumeration meets.
pub(crate) type Visit<'v, 'a> = dyn FnMut(&mut Evaluator<'a>, &mut Frame<'a>, Found<'_, 'a>) -> Flow + 'v;

impl<'a> Evaluator<'a> {
    /// Enumerates the members of a phrase, outermost binding first, in order of the facts.
    pub(crate) fn members(&mut self, phrase: &'a Phrase, frame: &mut Frame<'a>, visit: &mut Visit<'_, 'a>) -> Flow {
        self.bind(phrase, 0, Truth::True, frame, visit)
    }

    /// The same with every candidate, members or not, also where they could be looked up.
    pub(crate) fn survey_members(
        &mut self,
        phrase: &'a Phrase,
        frame: &mut Frame<'a>,
        visit: &mut Visit<'_, 'a>,
    ) -> Flow {
        let before = std::mem::replace(&mut self.surveying, true);
        let flow = self.bind(phrase, 0, Truth::True, frame, &mut |evaluator, frame, found| {
            let surveying = std::mem::replace(&mut evaluator.surveying, false);
            let flow = visit(evaluator, frame, found);
            evaluator.surveying = surveying;
            flow
        });
        self.surveying = before;
        flow
    }

    /// Those members whose outermost value is this one.
    pub(crate) fn members_from(
        &mut self,
        phrase: &'a Phrase,
        outermost: Item<'a>,
        frame: &mut Frame<'a>,
        visit: &mut Visit<'_, 'a>,
    ) -> Flow {
        self.bind_to(phrase, 0, Truth::True, outermost, frame, visit)
    }

    /// All tuples of the domains, whatever the adjectives and filters say; each with how surely it is a member. It is how
    /// `no NP` at the top finds its subjects: "each record of its head noun (each pair, with `of`)".
    pub(crate) fn tuples_from(
        &mut self,
        phrase: &'a Phrase,
        index: usize,
        outer: Item<'a>,
        frame: &mut Frame<'a>,
        visit: &mut Visit<'_, 'a>,
    ) -> Flow {
        let Some(binding) = phrase.bindings.get(index) else { return Flow::Continue };
        frame.set(binding.slot, outer.value);
        if index + 1 == phrase.bindings.len() {
            let member = outer.belongs.and(self.membership(phrase, frame));
            return visit(self, frame, Found::Member(member));
        }
        let inner = self.candidates(phrase, index + 1, frame);
        if self.visit_gaps(&inner.gaps, index + 1, outer.belongs, frame, visit) == Flow::Stop {
            return Flow::Stop;
        }
        for mut item in inner.items {
            item.belongs = item.belongs.and(outer.belongs);
            if !self.meter.step(1) || self.tuples_from(phrase, index + 1, item, frame, visit) == Flow::Stop {
                return Flow::Stop;
            }
        }
        Flow::Continue
    }

    fn bind(
        &mut self,
        phrase: &'a Phrase,
        index: usize,
        so_far: Truth,
        frame: &mut Frame<'a>,
        visit: &mut Visit<'_, 'a>,
    ) -> Flow {
        let Some(binding) = phrase.bindings.get(index) else {
            let member = so_far.and(self.filters(phrase, frame));
            return visit(self, frame, Found::Member(member));
        };
        if let Domain::All(noun) = binding.domain {
            return self.bind_all(phrase, index, noun, so_far, frame, visit);
        }
        let candidates = self.candidates(phrase, index, frame);
        if self.visit_gaps(&candidates.gaps, index, so_far, frame, visit) == Flow::Stop {
            return Flow::Stop;
        }
        for item in candidates.items {
            if !self.meter.step(1) || self.bind_to(phrase, index, so_far, item, frame, visit) == Flow::Stop {
                return Flow::Stop;
            }
        }
        Flow::Continue
    }

    /// All records of a noun, one after the other: there may be more than one would want to hold at a time.
    fn bind_all(
        &mut self,
        phrase: &'a Phrase,
        index: usize,
        noun: NounId,
        so_far: Truth,
        frame: &mut Frame<'a>,
        visit: &mut Visit<'_, 'a>,
    ) -> Flow {
        let mut gaps = Vec::new();
        gaps.extend(self.unnamed(noun));
        if index + 1 == phrase.bindings.len() {
            gaps.extend(self.not_due(phrase, frame));
        }
        if self.visit_gaps(&gaps, index, so_far, frame, visit) == Flow::Stop {
            return Flow::Stop;
        }
        let looked_up = if index + 1 == phrase.bindings.len() { self.looked_up(phrase, frame) } else { None };
        let rows: Box<dyn Iterator<Item = u32>> = match looked_up {
            Some(rows) => Box::new(rows.into_iter()),
            None => Box::new(0..self.facts.rows(noun)),
        };
        for row in rows {
            let item =
                Item { value: Value::of(Data::Record(noun, row)), belongs: self.belongs_with_parents(noun, row) };
            if !self.meter.step(1) || self.bind_to(phrase, index, so_far, item, frame, visit) == Flow::Stop {
                return Flow::Stop;
            }
        }
        Flow::Continue
    }

    fn visit_gaps(
        &mut self,
        gaps: &[Gap<'a>],
        binding: usize,
        so_far: Truth,
        frame: &mut Frame<'a>,
        visit: &mut Visit<'_, 'a>,
    ) -> Flow {
        for gap in gaps {
            let gap = Gap { truth: so_far.and(gap.truth), ..gap.clone() };
            if visit(self, frame, Found::Gap { binding, gap: &gap }) == Flow::Stop {
                return Flow::Stop;
            }
        }
        Flow::Continue
    }

    fn bind_to(
        &mut self,
        phrase: &'a Phrase,
        index: usize,
        so_far: Truth,
        item: Item<'a>,
        frame: &mut Frame<'a>,
        visit: &mut Visit<'_, 'a>,
    ) -> Flow {
        let Some(binding) = phrase.bindings.get(index) else { return Flow::Continue };
        frame.set(binding.slot, item.value);
        let mut belongs = so_far.and(item.belongs);
        for adjective in &binding.adjectives {
            let truth = self.truth(adjective, frame);
            if truth == Truth::False {
                return visit(self, frame, Found::Excluded { binding: index, by: adjective });
            }
            belongs = belongs.and(truth);
        }
        self.bind(phrase, index + 1, belongs, frame, visit)
    }

    /// The values that a binding may take where those before it are bound; of the last, with the event that may still
    /// come.
    pub(crate) fn candidates(&mut self, phrase: &'a Phrase, index: usize, frame: &mut Frame<'a>) -> Items<'a> {
        let Some(binding) = phrase.bindings.get(index) else { return Items::default() };
        let mut items = self.domain(&binding.domain, frame);
        if index + 1 == phrase.bindings.len()
            && let Some(gap) = self.not_due(phrase, frame)
        {
            items.push_gap(gap, Truth::True);
        }
        items
    }

    /// Why there may be records of a noun that cannot be named: no source supplies it, or what a map makes them of is not known.
    pub(crate) fn unnamed(&self, noun: NounId) -> Option<Gap<'a>> {
        let unknown =
            if self.facts.supplied(noun) { Unknown::Fact(self.facts.open(noun)?) } else { Unknown::NotSupplied(noun) };
        Some(Gap::of(Value::of(Data::Unknown(unknown))))
    }

    /// Where the values of a binding come from. "A noun inside a sentence that no source supplies is unsurveyed."
    fn domain(&mut self, domain: &'a Domain, frame: &mut Frame<'a>) -> Items<'a> {
        match domain {
            Domain::All(noun) => {
                let mut items = Items::default();
                items.gaps.extend(self.unnamed(*noun));
                for row in 0..self.facts.rows(*noun) {
                    items.push(Value::of(Data::Record(*noun, row)), self.belongs_with_parents(*noun, row));
                }
                items
            }
            Domain::In(path) => {
                let value = self.value(path, frame);
                self.items_of(value, path)
            }
        }
    }

    /// Whether the filters hold of the bound values: "filters belong to the whole phrase and see all its subjects".
    pub(crate) fn filters(&mut self, phrase: &'a Phrase, frame: &mut Frame<'a>) -> Truth {
        let mut all = Truth::True;
        for filter in &phrase.filters {
            all = all.and(self.filter(filter, frame));
            if all == Truth::False {
                break;
            }
        }
        all
    }

    pub(crate) fn filter(&mut self, filter: &'a Filter, frame: &mut Frame<'a>) -> Truth {
        match filter {
            Filter::Where(condition) => self.truth(condition, frame),
            Filter::Timing(timing) => self.timing(timing, frame),
        }
    }

    /// Whether the bound values are a member of the phrase, whoever put them into the frame: its adjectives and filters.
    pub(crate) fn membership(&mut self, phrase: &'a Phrase, frame: &mut Frame<'a>) -> Truth {
        let mut all = Truth::True;
        for binding in &phrase.bindings {
            for adjective in &binding.adjectives {
                all = all.and(self.truth(adjective, frame));
                if all == Truth::False {
                    return all;
                }
            }
        }
        all.and(self.filters(phrase, frame))
    }

    /// The heads of the members, each once: what a relation that is defined by a phrase leads to.
    pub(crate) fn heads(&mut self, phrase: &'a Phrase, frame: &mut Frame<'a>) -> Items<'a> {
        let Some(head) = phrase.bindings.last() else { return Items::default() };
        let slot: Slot = head.slot;
        let mut heads = Items::default();
        let mut most = super::path::FEW;
        self.members(phrase, frame, &mut |_, frame, found| {
            match found {
                Found::Member(member) => {
                    if let Some(value) = frame.get(slot) {
                        heads.push(value.clone(), member);
                        super::path::thin_out(&mut heads, &mut most);
                    }
                }
                Found::Gap { gap, .. } => heads.push_gap(gap.clone(), Truth::True),
                Found::Excluded { .. } => {}
            }
            Flow::Continue
        });
        super::path::without_repetition(heads)
    }

    /// "On an open noun, a bool found under `has` is unknown, with a warning": whether the head of the phrase is one.
    pub(crate) fn is_bool_under_has(&mut self, phrase: &'a Phrase, frame: &Frame<'a>) -> bool {
        let Some(head) = phrase.bindings.last() else { return false };
        let open = matches!(head.ty, Type::Any(_) | Type::Json);
        let found = open && matches!(frame.get(head.slot).map(|value| &value.data), Some(Data::Bool(_)));
        if found {
            self.warn_bool(phrase.span);
        }
        found
    }
}
