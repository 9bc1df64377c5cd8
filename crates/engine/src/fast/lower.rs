//! From the program to the plan.
//!
//! Rewrites on the way: what looks at no subject is a constant (folded by the reference evaluator, or a node that is
//! evaluated once); what looks at one subject becomes a node of that subject alone, wherever it stands, so that filters
//! are evaluated where the records are and not where they are looked at; adjectives are opened; `and`s in `where` are
//! taken apart, so that equalities between subjects are found as joins; equal nodes are one node.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::{SmallVec, smallvec};

use tickmark_facts::NounId;
use tickmark_program::walk::{self, Node as Walked};
use tickmark_program::{
    Adjective, AdjectiveRef, Binding, Closure, Domain, Expr, ExprKind, Filter, Function, Period, Phrase, Quantified,
    Quantifier, RelationBody, RelationId, Slot, Step, TimingKind, Type,
};

use super::plan::{
    At, BindingNode, Comparison, DomainNode, Many, Membership, Node, NodeId, Op, PatternKey, PhraseNode, Plan,
    QuantifiedNode, SubjectKind, Sum, TextMap, TextTest, Use, Words,
};
use super::shape::{ClosureShape, FilterShape, TimingShape};
use super::traits::{has_deadline, is_constant, membership, own_cost};
use crate::budget::DEPTH;
use crate::reference::frame::Frame;
use crate::reference::{Evaluator, Ground};

/// A node with the subjects that it looks at.
#[derive(Clone, Debug)]
pub(crate) struct Applied {
    pub(crate) node: NodeId,
    pub(crate) subjects: Subjects,
}

/// What a node looks at: mostly one subject.
type Subjects = SmallVec<[Subject; 4]>;

/// A subject of a definition that is being lowered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Subject(u32);

/// The subjects of one definition, by slot.
pub(crate) struct Scope {
    slots: Vec<Option<Subject>>,
}

impl Scope {
    pub(crate) fn new(slots: u32) -> Scope {
        Scope { slots: vec![None; slots as usize] }
    }

    fn get(&self, slot: Slot) -> Option<Subject> {
        self.slots.get(slot.0 as usize).copied().flatten()
    }

    fn set(&mut self, slot: Slot, subject: Option<Subject>) {
        if self.slots.len() <= slot.0 as usize {
            self.slots.resize(slot.0 as usize + 1, None);
        }
        if let Some(place) = self.slots.get_mut(slot.0 as usize) {
            *place = subject;
        }
    }

    fn slot_of(&self, subject: Subject) -> Slot {
        let index = self.slots.iter().position(|known| *known == Some(subject));
        Slot(index.and_then(|index| u32::try_from(index).ok()).unwrap_or(u32::MAX))
    }

    fn size(&self) -> u32 {
        u32::try_from(self.slots.len()).unwrap_or(u32::MAX)
    }
}

/// What a node is made of: mostly one or two.
type Parts = SmallVec<[Applied; 2]>;

/// A phrase that is being lowered: its parts in order, and what it becomes of them.
struct LoweredPhrase<'a> {
    parts: Parts,
    binders: Subjects,
    make: Box<dyn FnOnce(&mut Uses) -> PhraseNode<'a> + 'a>,
}

/// The parts of a node as it uses them, in order.
pub(crate) type Uses = smallvec::IntoIter<[Use; 2]>;

/// Lowers one definition after the other into a plan.
pub(crate) struct Lowering<'a> {
    ground: Ground<'a>,
    evaluator: Evaluator<'a>,
    /// Controls in which something stands too deep.
    pub(crate) too_deep: BTreeSet<usize>,
    pub(crate) plan: Plan<'a>,
    subjects: Vec<SubjectKind>,
    /// Subjects that may be there and not known.
    doubtful: FxHashSet<Subject>,
    /// Definitions that are lowered already: each once, however many use it.
    adjectives: FxHashMap<u32, Applied>,
    relations: FxHashMap<u32, Option<(NodeId, NounId)>>,
    owner: usize,
    depth: u32,
}

impl<'a> Lowering<'a> {
    pub(crate) fn new(ground: Ground<'a>) -> Lowering<'a> {
        let evaluator = ground.evaluator();
        Lowering {
            ground,
            evaluator,
            too_deep: BTreeSet::new(),
            plan: Plan::default(),
            subjects: Vec::new(),
            doubtful: FxHashSet::default(),
            adjectives: FxHashMap::default(),
            relations: FxHashMap::default(),
            owner: usize::MAX,
            depth: 0,
        }
    }

    /// What is lowered from now on is for this control.
    pub(crate) fn set_owner(&mut self, control: usize) {
        self.owner = control;
    }

    /// Goes one deeper; false where that is too deep, which ends the control with an error.
    fn enter(&mut self) -> bool {
        self.depth += 1;
        if self.depth > DEPTH {
            self.too_deep.insert(self.owner);
        }
        self.depth <= DEPTH
    }

    /// A condition in the frame of a definition.
    pub(crate) fn condition(&mut self, expr: &'a Expr, scope: &mut Scope) -> Applied {
        let lowered = if self.enter() {
            self.condition_of(expr, scope)
        } else {
            self.by_reference(expr, scope, Op::Condition(At(expr)))
        };
        self.depth -= 1;
        lowered
    }

    fn condition_of(&mut self, expr: &'a Expr, scope: &mut Scope) -> Applied {
        match &expr.kind {
            ExprKind::Compare(op, a, b) => self.compare((*op).into(), a, b, expr, scope),
            ExprKind::In(value, list) | ExprKind::ListContains(list, value) => {
                let membership = membership(&list.ty);
                self.binary(value, list, expr, scope, |a, b| Op::In(a, b, membership))
            }
            ExprKind::TextContains(whole, part) => {
                let membership = membership(&whole.ty);
                self.binary(whole, part, expr, scope, |a, b| Op::Contains(a, b, membership))
            }
            ExprKind::InNetwork(value, networks) => {
                let membership = membership(&networks.ty);
                self.binary(value, networks, expr, scope, |a, b| Op::InNetwork(a, b, membership))
            }
            ExprKind::StartsWith(a, b) => self.binary(a, b, expr, scope, |a, b| Op::Test(TextTest::StartsWith, a, b)),
            ExprKind::EndsWith(a, b) => self.binary(a, b, expr, scope, |a, b| Op::Test(TextTest::EndsWith, a, b)),
            ExprKind::Like(a, b) => self.binary(a, b, expr, scope, |a, b| Op::Test(TextTest::Like, a, b)),
            ExprKind::Matches(text, pattern) => {
                let (text, pattern) = (self.value(text, scope), PatternKey(pattern.clone()));
                self.unary(text, expr, scope, |text| Op::Matches(text, pattern))
            }
            ExprKind::And(parts) => {
                let parts: Parts = parts.iter().map(|part| self.condition(part, scope)).collect();
                self.make(parts, &[], Words::Expr(expr), scope, |uses| Op::And(uses.collect()))
            }
            ExprKind::Or(parts) => {
                let parts: Parts = parts.iter().map(|part| self.condition(part, scope)).collect();
                self.make(parts, &[], Words::Expr(expr), scope, |uses| Op::Or(uses.collect()))
            }
            // "`A unless B` (B, or else A)".
            ExprKind::Unless(rule, excuse) => {
                let parts = smallvec![self.condition(excuse, scope), self.condition(rule, scope)];
                self.make(parts, &[], Words::Expr(expr), scope, |uses| Op::Or(uses.collect()))
            }
            ExprKind::Not(inner) => {
                let inner = self.condition(inner, scope);
                self.unary(inner, expr, scope, Op::Not)
            }
            ExprKind::If(condition, then, otherwise) => {
                let parts = [condition, then, otherwise].map(|part| self.condition(part, scope)).into_iter().collect();
                self.ternary(parts, expr, scope, Op::IfTruth)
            }
            ExprKind::Exists(inner) => self.exists(inner, expr, scope),
            ExprKind::IsMissing(inner) => {
                let exists = self.exists(inner, expr, scope);
                self.unary(exists, expr, scope, Op::Not)
            }
            ExprKind::HasOpen(inner) => {
                let value = self.value(inner, scope);
                self.unary(value, expr, scope, |value| Op::HasOpen(value, At(inner)))
            }
            ExprKind::Is(subject, adjective) => self.is(subject, adjective, expr, scope),
            ExprKind::Quantified(quantified) if quantified.phrase.cadence.is_none() => {
                self.quantified(quantified, expr, scope)
            }
            ExprKind::Quantified(_) | ExprKind::Can(_) => self.by_reference(expr, scope, Op::Condition(At(expr))),
            _ => {
                let value = self.value(expr, scope);
                self.unary(value, expr, scope, Op::Holds)
            }
        }
    }

    /// A value in the frame of a definition.
    pub(crate) fn value(&mut self, expr: &'a Expr, scope: &mut Scope) -> Applied {
        let lowered =
            if self.enter() { self.value_of(expr, scope) } else { self.by_reference(expr, scope, Op::Value(At(expr))) };
        self.depth -= 1;
        lowered
    }

    fn value_of(&mut self, expr: &'a Expr, scope: &mut Scope) -> Applied {
        if is_constant(expr) {
            let value = self.evaluator.value(expr, &mut Frame::new(0));
            let index = self.plan.constant(value);
            return self.make(Parts::new(), &[], Words::Expr(expr), scope, |_| Op::Constant(index));
        }
        match &expr.kind {
            ExprKind::Variable(slot) => self.variable(*slot, expr, scope),
            ExprKind::Attribute(base, noun, attribute) => {
                let base = self.value(base, scope);
                self.unary(base, expr, scope, |base| Op::Attribute(base, *noun, *attribute))
            }
            ExprKind::Parent(base, noun) => {
                let base = self.value(base, scope);
                self.unary(base, expr, scope, |base| Op::Parent(base, *noun))
            }
            ExprKind::Closure(_) | ExprKind::Relation(..) => match (self.closure_of(expr, scope), &expr.kind) {
                (Some((base, closure)), _) => self.unary(base, expr, scope, |base| Op::Closure(closure.of(base))),
                (None, ExprKind::Relation(base, relation)) => self.relation(base, *relation, expr, scope),
                (None, _) => self.by_reference(expr, scope, Op::Value(At(expr))),
            },
            ExprKind::Call(Function::Count, arguments) if arguments.len() == 1 => self.count(arguments, expr, scope),
            ExprKind::Call(function @ (Function::Lower | Function::Upper | Function::Trim), arguments)
                if arguments.len() == 1 =>
            {
                let map = match function {
                    Function::Lower => TextMap::Lower,
                    Function::Upper => TextMap::Upper,
                    _ => TextMap::Trim,
                };
                match arguments.first() {
                    Some(text) => {
                        let text = self.value(text, scope);
                        self.unary(text, expr, scope, |text| Op::MapText(map, text))
                    }
                    None => self.by_reference(expr, scope, Op::Value(At(expr))),
                }
            }
            ExprKind::CountPhrase(phrase) => {
                let LoweredPhrase { parts, binders, make } = self.phrase(phrase, scope);
                let counted =
                    self.make(parts, &binders, Words::Expr(expr), scope, |uses| Op::CountPhrase(Box::new(make(uses))));
                self.leave(phrase, scope);
                counted
            }
            ExprKind::Negate(inner) => {
                let inner = self.value(inner, scope);
                self.make(smallvec![inner.clone(), inner], &[], Words::Expr(expr), scope, |uses| {
                    pair(uses, |a, b| Op::Arithmetic(Sum::Negate, a, b))
                })
            }
            ExprKind::Arithmetic(op, a, b) => self.binary(a, b, expr, scope, |a, b| Op::Arithmetic((*op).into(), a, b)),
            ExprKind::Else(value, supplied) => {
                let dynamic = matches!(value.ty, Type::Any(_) | Type::Json);
                self.binary(value, supplied, expr, scope, |a, b| Op::Else(a, b, dynamic))
            }
            ExprKind::If(condition, then, otherwise) => {
                let parts =
                    smallvec![self.condition(condition, scope), self.value(then, scope), self.value(otherwise, scope)];
                self.ternary(parts, expr, scope, Op::IfValue)
            }
            ExprKind::Call(..)
            | ExprKind::Index(..)
            | ExprKind::Member(..)
            | ExprKind::Template(_)
            | ExprKind::List(_)
            | ExprKind::Literal(_)
            | ExprKind::Param(_)
            | ExprKind::AsOf
            | ExprKind::PeriodStart
            | ExprKind::PeriodEnd => self.by_reference(expr, scope, Op::Value(At(expr))),
            _ => {
                let condition = self.condition(expr, scope);
                self.unary(condition, expr, scope, Op::TruthValue)
            }
        }
    }

    fn variable(&mut self, slot: Slot, expr: &'a Expr, scope: &Scope) -> Applied {
        let Some(subject) = scope.get(slot) else { return self.by_reference(expr, scope, Op::Value(At(expr))) };
        let itself = Applied { node: NodeId(u32::MAX), subjects: smallvec![subject] };
        self.make(smallvec![itself], &[], Words::Expr(expr), scope, |_| Op::Subject)
    }

    fn compare(&mut self, op: Comparison, a: &'a Expr, b: &'a Expr, expr: &'a Expr, scope: &mut Scope) -> Applied {
        let order = [&a.ty, &b.ty].into_iter().find_map(|ty| match ty {
            Type::Enum { values, ordered: true } => Some(values.clone()),
            _ => None,
        });
        self.binary(a, b, expr, scope, |a, b| Op::Compare(op, order, a, b))
    }

    fn exists(&mut self, inner: &'a Expr, expr: &'a Expr, scope: &mut Scope) -> Applied {
        let several = matches!(inner.ty, Type::List(_) | Type::Records(_));
        let value = self.value(inner, scope);
        self.unary(value, expr, scope, |value| Op::Exists(value, several))
    }

    fn count(&mut self, arguments: &'a [Expr], expr: &'a Expr, scope: &mut Scope) -> Applied {
        let Some(list) = arguments.first() else { return self.by_reference(expr, scope, Op::Value(At(expr))) };
        let membership = membership(&list.ty);
        let list = self.value(list, scope);
        self.unary(list, expr, scope, |list| Op::Count(list, membership))
    }

    /// An adjective of a subject is opened; of anything else, it is a column of its own.
    fn is(&mut self, subject: &'a Expr, adjective: &'a AdjectiveRef, expr: &'a Expr, scope: &mut Scope) -> Applied {
        match adjective {
            AdjectiveRef::Bool(noun, attribute) => {
                let value = self.value(subject, scope);
                self.unary(value, expr, scope, |value| Op::IsBool(value, *noun, *attribute))
            }
            AdjectiveRef::Value(noun, attribute, wanted) => {
                let value = self.value(subject, scope);
                self.unary(value, expr, scope, |value| Op::IsValue(value, *noun, *attribute, wanted.clone()))
            }
            AdjectiveRef::Defined(id) => {
                let program = self.ground.program;
                let Some(definition) = program.adjectives.get(id.0 as usize) else {
                    return self.by_reference(expr, scope, Op::Condition(At(expr)));
                };
                if let ExprKind::Variable(slot) = subject.kind
                    && let Some(known) = scope.get(slot)
                    && self.kind(known) == SubjectKind::Record(definition.noun)
                    && !self.doubtful.contains(&known)
                {
                    let mut condition = self.open(id.0, definition);
                    condition.subjects.iter_mut().for_each(|subject| *subject = known);
                    return condition;
                }
                let value = self.value(subject, scope);
                let condition = self.open(id.0, definition);
                let args = (0..).take(condition.subjects.len()).collect();
                let condition = Use { node: condition.node, args };
                self.unary(value, expr, scope, |value| Op::IsOn(value, condition, definition.noun, At(expr)))
            }
        }
    }

    /// The condition of an adjective, of a subject of its own.
    fn open(&mut self, number: u32, definition: &'a Adjective) -> Applied {
        if let Some(known) = self.adjectives.get(&number) {
            return known.clone();
        }
        let subject = self.subject(SubjectKind::Record(definition.noun));
        let mut scope = Scope::new(definition.slots);
        scope.set(definition.subject, Some(subject));
        let condition = self.condition(&definition.condition, &mut scope);
        self.adjectives.insert(number, condition.clone());
        condition
    }

    fn relation(&mut self, base: &'a Expr, relation: RelationId, expr: &'a Expr, scope: &mut Scope) -> Applied {
        let base = self.value(base, scope);
        match self.members_of(relation) {
            Some((members, noun)) => self.unary(base, expr, scope, |base| Op::Relation(base, members, noun)),
            None => self.by_reference(expr, scope, Op::Value(At(expr))),
        }
    }

    /// The node of what a relation leads to from one record, and the noun of that.
    fn members_of(&mut self, relation: RelationId) -> Option<(NodeId, NounId)> {
        if let Some(known) = self.relations.get(&relation.0) {
            return *known;
        }
        let members = self.lower_relation(relation);
        self.relations.insert(relation.0, members);
        members
    }

    fn lower_relation(&mut self, relation: RelationId) -> Option<(NodeId, NounId)> {
        let program = self.ground.program;
        let definition = program.relations.get(relation.0 as usize)?;
        let subject = self.subject(SubjectKind::Record(definition.noun));
        let mut scope = Scope::new(definition.slots);
        scope.set(definition.subject, Some(subject));
        let members = match &definition.body {
            RelationBody::Path(path) => {
                let membership = membership(&path.ty);
                let value = self.value(path, &mut scope);
                self.unary(value, path, &scope, |value| Op::Members(value, membership))
            }
            RelationBody::Phrase(phrase) if phrase.cadence.is_none() => {
                let LoweredPhrase { parts, binders, make } = self.phrase(phrase, &mut scope);
                let words = Words::Phrase(phrase);
                let heads = self.make(parts, &binders, words, &scope, |uses| Op::Heads(Box::new(make(uses))));
                self.leave(phrase, &mut scope);
                heads
            }
            RelationBody::Phrase(_) => return None,
        };
        if members.subjects.is_empty() {
            // The same for every record; yet it is a column, which closures follow.
            let words = match &definition.body {
                RelationBody::Path(path) => Words::Expr(path),
                RelationBody::Phrase(phrase) => Words::Phrase(phrase),
            };
            let itself = Applied { node: NodeId(u32::MAX), subjects: smallvec![subject] };
            let column = self.make(smallvec![members, itself], &[], words, &scope, |uses| match uses.next() {
                Some(value) => Op::Everywhere(value),
                None => Op::Subject,
            });
            return Some((column.node, definition.noun));
        }
        Some((members.node, definition.noun))
    }

    fn quantified(&mut self, quantified: &'a Quantified, expr: &'a Expr, scope: &mut Scope) -> Applied {
        let has = quantified.has.then_some(At(&quantified.phrase)).filter(|_| {
            let head = quantified.phrase.bindings.last();
            head.is_some_and(|head| matches!(head.ty, Type::Any(_) | Type::Json))
        });
        let claim = (&quantified.quantifier, &quantified.phrase, quantified.body.as_ref());
        self.claim(claim, has, Words::Expr(expr), scope)
    }

    /// A quantifier over a phrase with what is said of each member.
    pub(crate) fn claim(
        &mut self,
        (quantifier, phrase, body): (&'a Quantifier, &'a Phrase, Option<&'a Expr>),
        has: Option<At<'a, Phrase>>,
        words: Words<'a>,
        scope: &mut Scope,
    ) -> Applied {
        // The number is of the subjects around the phrase.
        let (comparison, number) = match quantifier {
            Quantifier::AtLeast(number) => (Comparison::Ge, Some(self.value(number, scope))),
            Quantifier::AtMost(number) => (Comparison::Le, Some(self.value(number, scope))),
            Quantifier::Exactly(number) => (Comparison::Eq, Some(self.value(number, scope))),
            _ => (Comparison::Eq, None),
        };
        let LoweredPhrase { mut parts, binders, make } = self.phrase(phrase, scope);
        let (counts, has_body) = (number.is_some(), body.is_some());
        parts.extend(number);
        if let Some(body) = body {
            parts.push(self.condition(body, scope));
        }
        let claimed = self.make(parts, &binders, words, scope, |uses| {
            let phrase = make(uses);
            let number = if counts { uses.next() } else { None };
            let many = match (quantifier, number) {
                (_, Some(number)) => Many::Count(comparison, number),
                (Quantifier::Every, _) => Many::Every,
                (Quantifier::No, _) => Many::No,
                _ => Many::Some,
            };
            let body = if has_body { uses.next() } else { None };
            Op::Quantified(Box::new(QuantifiedNode { many, phrase, body, has }))
        });
        self.leave(phrase, scope);
        claimed
    }

    /// The parts of a phrase. Its bindings stay in scope until [`Self::leave`].
    fn phrase(&mut self, phrase: &'a Phrase, scope: &mut Scope) -> LoweredPhrase<'a> {
        let mut parts = Parts::new();
        let mut binders = Subjects::new();
        let mut bindings = Vec::new();
        for binding in &phrase.bindings {
            bindings.push(self.binding(binding, &mut parts, &mut binders, scope));
        }
        let mut filters = Vec::new();
        for filter in &phrase.filters {
            match filter {
                Filter::Where(condition) => self.conjuncts(condition, &mut parts, &mut filters, scope),
                Filter::Timing(timing) => {
                    parts.push(self.value(&timing.event, scope));
                    filters.push(FilterShape::Timing(self.timing(&timing.kind, &mut parts, scope)));
                }
            }
        }
        let deadline = has_deadline(phrase).then_some(At(phrase));
        let make = Box::new(move |uses: &mut Uses| PhraseNode {
            bindings: bindings.into_iter().map(|binding| binding(uses)).collect(),
            filters: filters.into_iter().filter_map(|filter| filter.make(uses)).collect(),
            deadline,
        });
        LoweredPhrase { parts, binders, make }
    }

    /// The bindings of a phrase are out of scope again.
    fn leave(&mut self, phrase: &'a Phrase, scope: &mut Scope) {
        phrase.bindings.iter().for_each(|binding| scope.set(binding.slot, None));
    }

    fn binding(
        &mut self,
        binding: &'a Binding,
        parts: &mut Parts,
        binders: &mut Subjects,
        scope: &mut Scope,
    ) -> Box<dyn FnOnce(&mut Uses) -> BindingNode + 'a> {
        let kind = match binding.ty {
            Type::Record(noun) => SubjectKind::Record(noun),
            _ => SubjectKind::Value,
        };
        let domain: Box<dyn FnOnce(&mut Uses) -> DomainNode> = match &binding.domain {
            Domain::All(noun) => {
                let noun = *noun;
                Box::new(move |_| DomainNode::All(noun))
            }
            Domain::In(path) => self.domain(path, parts, scope),
        };
        let subject = self.subject(kind);
        // "A single value that is not known is a value"; but nothing is known of it. A relation may lead to one, too; only
        // lists in the facts and closures hold records alone.
        if let Domain::In(path) = &binding.domain {
            let of_records = matches!(path.kind, ExprKind::Attribute(..) | ExprKind::Closure(_));
            if membership(&path.ty) == Membership::Single || !of_records {
                self.doubtful.insert(subject);
            }
        }
        binders.push(subject);
        scope.set(binding.slot, Some(subject));
        let adjectives: Vec<Applied> =
            binding.adjectives.iter().map(|adjective| self.condition(adjective, scope)).collect();
        let count = adjectives.len();
        parts.extend(adjectives);
        Box::new(move |uses| {
            let domain = domain(uses);
            let adjectives = uses.take(count).collect();
            BindingNode { kind, domain, adjectives }
        })
    }

    fn domain(
        &mut self,
        path: &'a Expr,
        parts: &mut Parts,
        scope: &mut Scope,
    ) -> Box<dyn FnOnce(&mut Uses) -> DomainNode + 'a> {
        if let Some((base, closure)) = self.closure_of(path, scope) {
            parts.push(base);
            return Box::new(move |uses| match uses.next() {
                Some(base) => DomainNode::Closure(closure.of(base)),
                None => DomainNode::All(closure.noun),
            });
        }
        parts.push(self.value(path, scope));
        let membership = membership(&path.ty);
        Box::new(move |uses| match uses.next() {
            Some(path) => DomainNode::In(path, membership),
            None => DomainNode::All(NounId(u32::MAX)),
        })
    }

    /// A closure, and what it starts from; also where a relation stands for it: `relation upstream of dataset d: d.sources*`.
    fn closure_of(&mut self, path: &'a Expr, scope: &mut Scope) -> Option<(Applied, ClosureShape)> {
        let (closure, base) = match &path.kind {
            ExprKind::Closure(closure) => (&**closure, &closure.base),
            ExprKind::Relation(base, relation) => {
                let definition = self.ground.program.relations.get(relation.0 as usize)?;
                let RelationBody::Path(path) = &definition.body else { return None };
                let ExprKind::Closure(closure) = &path.kind else { return None };
                let of_itself = matches!(closure.base.kind, ExprKind::Variable(slot) if slot == definition.subject);
                let ExprKind::Variable(slot) = base.kind else { return None };
                let subject = scope.get(slot)?;
                let of_noun = self.kind(subject) == SubjectKind::Record(definition.noun);
                if !of_itself || !of_noun || self.doubtful.contains(&subject) {
                    return None;
                }
                (&**closure, &**base)
            }
            _ => return None,
        };
        let shape = ClosureShape {
            membership: membership(&closure.base.ty),
            noun: closure.noun,
            step: self.step(closure)?,
            reflexive: closure.reflexive,
        };
        Some((self.value(base, scope), shape))
    }

    /// One step of a closure, as a node of one record.
    fn step(&mut self, closure: &'a Closure) -> Option<NodeId> {
        let words = Words::Expr(&closure.base);
        let subject = self.subject(SubjectKind::Record(closure.noun));
        let mut scope = Scope::new(1);
        scope.set(Slot(0), Some(subject));
        match closure.step {
            Step::Attribute(attribute) => {
                let itself = Applied { node: NodeId(u32::MAX), subjects: smallvec![subject] };
                let itself = self.make(smallvec![itself], &[], words, &scope, |_| Op::Subject);
                let step = self.make(smallvec![itself], &[], words, &scope, |uses| match uses.next() {
                    Some(base) => Op::Attribute(base, closure.noun, attribute),
                    None => Op::Subject,
                });
                Some(step.node)
            }
            Step::Relation(relation) => {
                let (members, noun) = self.members_of(relation)?;
                (noun == closure.noun).then_some(members)
            }
        }
    }

    /// The clauses of a `where`, each a filter of its own.
    fn conjuncts(&mut self, condition: &'a Expr, parts: &mut Parts, filters: &mut Vec<FilterShape>, scope: &mut Scope) {
        if let ExprKind::And(clauses) = &condition.kind {
            clauses.iter().for_each(|clause| self.conjuncts(clause, parts, filters, scope));
        } else {
            parts.push(self.condition(condition, scope));
            filters.push(FilterShape::Where);
        }
    }

    fn timing(&mut self, kind: &'a TimingKind, parts: &mut Parts, scope: &mut Scope) -> TimingShape {
        let mut part = |expr: &'a Expr| parts.push(self.value(expr, scope));
        match kind {
            TimingKind::Before(time) => {
                part(time);
                TimingShape::Before
            }
            TimingKind::After(time) => {
                part(time);
                TimingShape::After
            }
            TimingKind::WithinBefore(length, time) => {
                part(length);
                part(time);
                TimingShape::WithinBefore
            }
            TimingKind::WithinAfter(length, time) => {
                part(length);
                part(time);
                TimingShape::WithinAfter
            }
            TimingKind::WithinOf(length, time) => {
                part(length);
                part(time);
                TimingShape::WithinOf
            }
            TimingKind::WithinLast(length) => {
                part(length);
                TimingShape::WithinLast
            }
            TimingKind::During(Period::Given) => TimingShape::DuringGiven,
            TimingKind::During(Period::Range(start, end)) => {
                part(start);
                part(end);
                TimingShape::During
            }
        }
    }

    // ---- making nodes ----------------------------------------------------------------------------------------------

    fn unary(&mut self, part: Applied, expr: &'a Expr, scope: &Scope, build: impl FnOnce(Use) -> Op<'a>) -> Applied {
        self.make(smallvec![part], &[], Words::Expr(expr), scope, |uses| match uses.next() {
            Some(part) => build(part),
            None => Op::Condition(At(expr)),
        })
    }

    fn binary(
        &mut self,
        a: &'a Expr,
        b: &'a Expr,
        expr: &'a Expr,
        scope: &mut Scope,
        build: impl FnOnce(Use, Use) -> Op<'a>,
    ) -> Applied {
        let parts = smallvec![self.value(a, scope), self.value(b, scope)];
        self.make(parts, &[], Words::Expr(expr), scope, |uses| pair(uses, build))
    }

    fn ternary(
        &mut self,
        parts: Parts,
        expr: &'a Expr,
        scope: &Scope,
        build: impl FnOnce(Use, Use, Use) -> Op<'a>,
    ) -> Applied {
        self.make(parts, &[], Words::Expr(expr), scope, |uses| match (uses.next(), uses.next(), uses.next()) {
            (Some(a), Some(b), Some(c)) => build(a, b, c),
            _ => Op::Condition(At(expr)),
        })
    }

    /// What the reference evaluator is asked, for each lane.
    fn by_reference(&mut self, expr: &'a Expr, scope: &Scope, op: Op<'a>) -> Applied {
        let mut subjects = Subjects::new();
        walk::expression(expr, &mut |node| {
            if let Walked::Expr(Expr { kind: ExprKind::Variable(slot), .. }) = node
                && let Some(subject) = scope.get(*slot)
                && !subjects.contains(&subject)
            {
                subjects.push(subject);
            }
        });
        let itself = Applied { node: NodeId(u32::MAX), subjects };
        self.make(smallvec![itself], &[], Words::Expr(expr), scope, |_| op)
    }

    /// A node of its parts. Its parameters are the subjects of the parts, but for those that it binds itself.
    fn make(
        &mut self,
        parts: Parts,
        binders: &[Subject],
        words: Words<'a>,
        scope: &Scope,
        build: impl FnOnce(&mut Uses) -> Op<'a>,
    ) -> Applied {
        let mut params = Subjects::new();
        for subject in parts.iter().flat_map(|part| &part.subjects) {
            if !binders.contains(subject) && !params.contains(subject) {
                params.push(*subject);
            }
        }
        let number = |subject: &Subject| -> u32 {
            let all = params.iter().chain(binders);
            (0..).zip(all).find(|(_, known)| *known == subject).map_or(u32::MAX, |(number, _)| number)
        };
        let uses = parts.iter().map(|part| Use { node: part.node, args: part.subjects.iter().map(number).collect() });
        let mut uses: Uses = uses.collect::<SmallVec<_>>().into_iter();
        let op = build(&mut uses);
        let mut cost = own_cost(&op, params.len(), &self.plan);
        for part in op.parts().iter().map(|part| part.node).chain(op.definitions()) {
            cost = self.plan.node(part).map_or(cost, |part| cost.max(part.cost));
        }
        let node = Node {
            op,
            params: params.iter().map(|subject| self.kind(*subject)).collect(),
            slots: params.iter().map(|subject| scope.slot_of(*subject)).collect(),
            frame: scope.size(),
            uses: 0,
            owner: self.owner,
            cost,
            words,
        };
        Applied { node: self.plan.intern(node), subjects: params }
    }

    pub(crate) fn subject(&mut self, kind: SubjectKind) -> Subject {
        self.subjects.push(kind);
        Subject(u32::try_from(self.subjects.len() - 1).unwrap_or(u32::MAX))
    }

    fn kind(&self, subject: Subject) -> SubjectKind {
        self.subjects.get(subject.0 as usize).copied().unwrap_or(SubjectKind::Value)
    }
}

fn pair<'a>(uses: &mut Uses, build: impl FnOnce(Use, Use) -> Op<'a>) -> Op<'a> {
    match (uses.next(), uses.next()) {
        (Some(a), Some(b)) => build(a, b),
        _ => Op::Subject,
    }
}
