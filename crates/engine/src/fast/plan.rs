//! The plan: the program as nodes, each once, however many controls use it.
//!
//! A node is a function of its parameters: the subjects that it looks at. `t is passed and t.kind == "memorization"` is one
//! node of one parameter, whatever the subject is called and wherever it stands; a node that looks at one record only is
//! a column over the rows of its noun, one that looks at nothing is a constant.

use hashbrown::HashTable;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::Arc;

use smallvec::{SmallVec, smallvec};
use smol_str::SmolStr;
use tickmark_facts::{AttributeId, NounId};
use tickmark_program::{ArithmeticOp, CompareOp, Expr, Pattern, Phrase, Slot};

use crate::reference::value::{Data, Value};

/// An index into [`Plan::nodes`]. What a node is made of comes before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct NodeId(pub(crate) u32);

/// Which subjects a node looks at: mostly one.
pub(crate) type Args = SmallVec<[u32; 4]>;

/// The nodes that one is made of: mostly two.
pub(crate) type Parts<'p> = SmallVec<[&'p Use; 4]>;

/// A node, applied: which subjects of the node that uses it, by number of its parameters and then of its binders.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Use {
    pub(crate) node: NodeId,
    pub(crate) args: Args,
}

/// What a subject is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum SubjectKind {
    /// A record of this noun.
    Record(NounId),
    /// A value of a list, or of an open path.
    Value,
}

/// How a value is taken as the members of a list where it lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Membership {
    /// A single value: one that is there and not known is a member.
    Single,
    /// A list, relation or open value: one that is not known may be empty.
    Several,
    /// Part of a JSON text: one that is missing may be misspelt.
    Json,
}

/// Tests of one text by another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum TextTest {
    StartsWith,
    EndsWith,
    Like,
}

/// Texts made of texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum TextMap {
    Lower,
    Upper,
    Trim,
}

/// How many.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Many {
    Every,
    No,
    Some,
    /// At least, at most, exactly: how the count compares with the number.
    Count(Comparison, Use),
}

/// A comparison, as a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Comparison {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

/// A regular expression; the same text is the same expression.
#[derive(Clone, Debug)]
pub(crate) struct PatternKey(pub(crate) Arc<Pattern>);

/// An expression or phrase of the program, told apart by where it is kept.
#[derive(Debug)]
pub(crate) struct At<'a, T>(pub(crate) &'a T);

impl<T> Clone for At<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for At<'_, T> {}

/// What a node does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Op<'a> {
    // ---- values
    /// A value that looks at no subject: an index into [`Plan::constants`].
    Constant(u32),
    /// The subject itself.
    Subject,
    Attribute(Use, NounId, AttributeId),
    Parent(Use, NounId),
    /// A relation with a definition: the node of its members takes one record.
    Relation(Use, NodeId, NounId),
    /// The heads of a phrase, each once: what a relation leads to.
    Heads(Box<PhraseNode<'a>>),
    /// A path as a relation.
    Members(Use, Membership),
    /// What looks at no subject, as a column all the same.
    Everywhere(Use),
    /// A closure as a list.
    Closure(ClosureNode),
    Count(Use, Membership),
    CountPhrase(Box<PhraseNode<'a>>),
    Arithmetic(Sum, Use, Use),
    /// The value, or the second where it is missing; whether it is typed when read.
    Else(Use, Use, bool),
    IfValue(Use, Use, Use),
    MapText(TextMap, Use),
    TruthValue(Use),
    /// A value, row by row by the reference evaluator.
    Value(At<'a, Expr>),
    // ---- conditions
    /// A value where a condition is wanted.
    Holds(Use),
    Compare(Comparison, Option<Arc<[SmolStr]>>, Use, Use),
    In(Use, Use, Membership),
    Contains(Use, Use, Membership),
    Test(TextTest, Use, Use),
    Matches(Use, PatternKey),
    InNetwork(Use, Use, Membership),
    And(Vec<Use>),
    Or(Vec<Use>),
    Not(Use),
    IfTruth(Use, Use, Use),
    /// Whether there is a value; of a list, whether it holds something.
    Exists(Use, bool),
    /// `has` of an open noun: a bool is unknown.
    HasOpen(Use, At<'a, Expr>),
    IsBool(Use, NounId, AttributeId),
    IsValue(Use, NounId, AttributeId, SmolStr),
    /// An adjective of what an expression leads to; its node takes one record of the noun.
    IsOn(Use, Use, NounId, At<'a, Expr>),
    Quantified(Box<QuantifiedNode<'a>>),
    /// A condition, row by row by the reference evaluator.
    Condition(At<'a, Expr>),
}

/// Arithmetic, as a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Sum {
    Add,
    Sub,
    Mul,
    Div,
    Negate,
}

/// A quantifier over a phrase.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct QuantifiedNode<'a> {
    pub(crate) many: Many,
    pub(crate) phrase: PhraseNode<'a>,
    pub(crate) body: Option<Use>,
    /// Written as an object of `has`: an open head that is a bool is unknown.
    pub(crate) has: Option<At<'a, Phrase>>,
}

/// A phrase. The subjects of its uses are the parameters of its node, and then its bindings.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PhraseNode<'a> {
    pub(crate) bindings: Vec<BindingNode>,
    pub(crate) filters: Vec<FilterNode>,
    /// Where an event may still come: the reference evaluator says for which subjects around it.
    pub(crate) deadline: Option<At<'a, Phrase>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct BindingNode {
    pub(crate) kind: SubjectKind,
    pub(crate) domain: DomainNode,
    pub(crate) adjectives: Vec<Use>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum DomainNode {
    /// All records of a noun.
    All(NounId),
    /// The members of a list, relation or path.
    In(Use, Membership),
    /// The records that a step leads to from those of a path, again and again.
    Closure(ClosureNode),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ClosureNode {
    pub(crate) base: Use,
    pub(crate) membership: Membership,
    pub(crate) noun: NounId,
    /// One step: a node of one record of the noun.
    pub(crate) step: NodeId,
    pub(crate) reflexive: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum FilterNode {
    Where(Use),
    Timing { event: Use, kind: TimingNode },
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum TimingNode {
    Before(Use),
    After(Use),
    WithinBefore(Use, Use),
    WithinAfter(Use, Use),
    WithinOf(Use, Use),
    WithinLast(Use),
    /// The period of the run.
    DuringGiven,
    During(Use, Use),
}

/// A node of the plan.
pub(crate) struct Node<'a> {
    pub(crate) op: Op<'a>,
    /// What its parameters are.
    pub(crate) params: SmallVec<[SubjectKind; 2]>,
    /// The slots of its parameters in the frame of the definition that it was first met in.
    pub(crate) slots: SmallVec<[Slot; 4]>,
    /// The size of that frame.
    pub(crate) frame: u32,
    /// How often other nodes and sentences use it.
    pub(crate) uses: u32,
    /// The first control that needs it.
    pub(crate) owner: usize,
    /// What it costs.
    pub(crate) cost: Cost,
    /// As its author wrote it, for people.
    pub(crate) words: Words<'a>,
}

/// Where a node's words stand.
#[derive(Clone, Copy)]
pub(crate) enum Words<'a> {
    Expr(&'a Expr),
    Phrase(&'a Phrase),
}

/// What evaluating a node over many lanes costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cost {
    /// A pass over columns.
    Columns,
    /// In proportion to the lanes and what they lead to.
    Linear,
    /// Lane by lane, or every lane with every record: only where it can still change the answer.
    Heavy,
}

/// All nodes.
#[derive(Default)]
pub(crate) struct Plan<'a> {
    pub(crate) nodes: Vec<Node<'a>>,
    pub(crate) constants: Vec<Value<'a>>,
    /// The nodes by what they are: operator and parameters.
    index: HashTable<NodeId>,
    constant_index: FxHashMap<ConstantKey, u32>,
}

/// What tells constants apart.
#[derive(PartialEq, Eq, Hash)]
enum ConstantKey {
    Text(SmolStr),
    Number([u64; 4]),
    /// As it is printed.
    Other(String),
}

impl<'a> Plan<'a> {
    pub(crate) fn node(&self, id: NodeId) -> Option<&Node<'a>> {
        self.nodes.get(id.0 as usize)
    }

    pub(crate) fn op(&self, id: NodeId) -> Option<&Op<'a>> {
        self.node(id).map(|node| &node.op)
    }

    /// The node of this kind: the one that is there, or a new one, which then uses its parts.
    pub(crate) fn intern(&mut self, node: Node<'a>) -> NodeId {
        let hash_of = |node: &Node<'a>| FxBuildHasher.hash_one((&node.op, &node.params));
        let hash = hash_of(&node);
        let same = |id: &NodeId| self.node(*id).is_some_and(|known| known.op == node.op && known.params == node.params);
        if let Some(id) = self.index.find(hash, same) {
            return *id;
        }
        let id = NodeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        for part in node.op.parts().iter().map(|part| part.node).chain(node.op.definitions()) {
            if let Some(part) = self.nodes.get_mut(part.0 as usize) {
                part.uses = part.uses.saturating_add(1);
            }
        }
        self.nodes.push(node);
        let nodes = &self.nodes;
        self.index.insert_unique(hash, id, |id| nodes.get(id.0 as usize).map_or(0, hash_of));
        id
    }

    pub(crate) fn constant(&mut self, value: Value<'a>) -> u32 {
        let key = match &value.data {
            // Nearly all are short texts.
            Data::Text(text) => ConstantKey::Text(SmolStr::new(text)),
            Data::Number(number) => ConstantKey::Number(number.bits()),
            other => ConstantKey::Other(format!("{other:?}")),
        };
        let next = u32::try_from(self.constants.len()).unwrap_or(u32::MAX);
        let index = *self.constant_index.entry(key).or_insert(next);
        if index == next {
            self.constants.push(value);
        }
        index
    }
}

impl<T> PartialEq for At<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl<T> Eq for At<'_, T> {}

impl<T> Hash for At<'_, T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::ptr::from_ref(self.0).hash(state);
    }
}

impl PartialEq for PatternKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.text == other.0.text
    }
}

impl Eq for PatternKey {}

impl Hash for PatternKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.text.hash(state);
    }
}

impl From<CompareOp> for Comparison {
    fn from(op: CompareOp) -> Comparison {
        match op {
            CompareOp::Eq => Comparison::Eq,
            CompareOp::Ne => Comparison::Ne,
            CompareOp::Lt => Comparison::Lt,
            CompareOp::Le => Comparison::Le,
            CompareOp::Gt => Comparison::Gt,
            CompareOp::Ge => Comparison::Ge,
        }
    }
}

impl Comparison {
    pub(crate) fn op(self) -> CompareOp {
        match self {
            Comparison::Eq => CompareOp::Eq,
            Comparison::Ne => CompareOp::Ne,
            Comparison::Lt => CompareOp::Lt,
            Comparison::Le => CompareOp::Le,
            Comparison::Gt => CompareOp::Gt,
            Comparison::Ge => CompareOp::Ge,
        }
    }
}

impl From<ArithmeticOp> for Sum {
    fn from(op: ArithmeticOp) -> Sum {
        match op {
            ArithmeticOp::Add => Sum::Add,
            ArithmeticOp::Sub => Sum::Sub,
            ArithmeticOp::Mul => Sum::Mul,
            ArithmeticOp::Div => Sum::Div,
        }
    }
}

impl Sum {
    pub(crate) fn op(self) -> Option<ArithmeticOp> {
        Some(match self {
            Sum::Add => ArithmeticOp::Add,
            Sum::Sub => ArithmeticOp::Sub,
            Sum::Mul => ArithmeticOp::Mul,
            Sum::Div => ArithmeticOp::Div,
            Sum::Negate => return None,
        })
    }
}

impl Op<'_> {
    /// The nodes that it is made of.
    pub(crate) fn parts(&self) -> Parts<'_> {
        match self {
            Op::Constant(_) | Op::Subject | Op::Value(_) | Op::Condition(_) => Parts::new(),
            Op::Attribute(a, ..)
            | Op::Parent(a, _)
            | Op::Relation(a, ..)
            | Op::Members(a, _)
            | Op::Everywhere(a)
            | Op::Count(a, _)
            | Op::MapText(_, a)
            | Op::TruthValue(a)
            | Op::Holds(a)
            | Op::Matches(a, _)
            | Op::Not(a)
            | Op::Exists(a, _)
            | Op::HasOpen(a, _)
            | Op::IsBool(a, ..)
            | Op::IsValue(a, ..) => smallvec![a],
            Op::Arithmetic(_, a, b)
            | Op::Else(a, b, _)
            | Op::Compare(_, _, a, b)
            | Op::In(a, b, _)
            | Op::Contains(a, b, _)
            | Op::InNetwork(a, b, _)
            | Op::Test(_, a, b) => smallvec![a, b],
            Op::Closure(closure) => smallvec![&closure.base],
            // The condition of the adjective is of its own subject.
            Op::IsOn(a, ..) => smallvec![a],
            Op::IfValue(a, b, c) | Op::IfTruth(a, b, c) => smallvec![a, b, c],
            Op::And(parts) | Op::Or(parts) => parts.iter().collect(),
            Op::Heads(phrase) | Op::CountPhrase(phrase) => phrase.parts(),
            Op::Quantified(quantified) => {
                let mut parts = quantified.phrase.parts();
                if let Many::Count(_, number) = &quantified.many {
                    parts.push(number);
                }
                parts.extend(&quantified.body);
                parts
            }
        }
    }

    /// Nodes that it needs besides, whole: of one record of a noun each.
    pub(crate) fn definitions(&self) -> Vec<NodeId> {
        let closures = |phrase: &PhraseNode<'_>| -> Vec<NodeId> {
            let steps = phrase.bindings.iter().filter_map(|binding| match &binding.domain {
                DomainNode::Closure(closure) => Some(closure.step),
                _ => None,
            });
            steps.collect()
        };
        match self {
            Op::Relation(_, members, _) => vec![*members],
            Op::Closure(closure) => vec![closure.step],
            Op::IsOn(_, adjective, ..) => vec![adjective.node],
            Op::Heads(phrase) | Op::CountPhrase(phrase) => closures(phrase),
            Op::Quantified(quantified) => closures(&quantified.phrase),
            _ => Vec::new(),
        }
    }
}

impl PhraseNode<'_> {
    pub(crate) fn parts(&self) -> Parts<'_> {
        let mut parts = Parts::new();
        for binding in &self.bindings {
            match &binding.domain {
                DomainNode::All(_) => {}
                DomainNode::In(path, _) => parts.push(path),
                DomainNode::Closure(closure) => parts.push(&closure.base),
            }
            parts.extend(&binding.adjectives);
        }
        for filter in &self.filters {
            match filter {
                FilterNode::Where(condition) => parts.push(condition),
                FilterNode::Timing { event, kind } => {
                    parts.push(event);
                    parts.extend(kind.parts());
                }
            }
        }
        parts
    }
}

impl TimingNode {
    pub(crate) fn parts(&self) -> Parts<'_> {
        match self {
            TimingNode::Before(a) | TimingNode::After(a) | TimingNode::WithinLast(a) => smallvec![a],
            TimingNode::WithinBefore(a, b)
            | TimingNode::WithinAfter(a, b)
            | TimingNode::WithinOf(a, b)
            | TimingNode::During(a, b) => smallvec![a, b],
            TimingNode::DuringGiven => Parts::new(),
        }
    }
}
