//! The program: every name resolved to an id, every expression typed. No words of the syntax tree are left.

use std::sync::Arc;

use smol_str::SmolStr;
use tickmark_facts::{AttributeId, Duration, Needs, NounId, Time};
use tickmark_source::Span;

use crate::pattern::Pattern;

/// A subject or binder: an index into the frame of the definition that holds the expression. Every control sentence,
/// `applies when`, adjective, relation, map and exception has a frame of its own, of `slots` values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot(pub u32);

/// An index into [`Program::adjectives`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AdjectiveId(pub u32);

/// An index into [`Program::relations`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelationId(pub u32);

/// An index into [`Program::params`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParamId(pub u32);

/// A resolved program: what must be true, over which nouns.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// The nouns and what is wanted of them.
    pub needs: Arc<Needs>,
    /// What is known of each noun besides, by [`NounId`].
    pub nouns: Vec<Noun>,
    /// Parameters, with the values of this run.
    pub params: Vec<Param>,
    /// Definitions of adjectives. None is recursive.
    pub adjectives: Vec<Adjective>,
    /// Definitions of relations. None is recursive.
    pub relations: Vec<Relation>,
    /// Maps, in an order in which each may be evaluated: what a map reads is complete before it.
    pub maps: Vec<Map>,
    /// Capabilities.
    pub capabilities: Vec<Capability>,
    /// Controls, in order of file and text.
    pub controls: Vec<Control>,
    /// Exceptions, in order of file and text.
    pub exceptions: Vec<Exception>,
    /// Tests, in order of file and text.
    pub tests: Vec<Test>,
    /// The nouns about the checking itself.
    pub meta: MetaNouns,
    /// The phrase of `tickmark query`, with the number of slots of its frame.
    pub query: Option<(Phrase, u32)>,
    /// The text of each file that an item came from, sorted by file, for excerpts.
    pub texts: Vec<(tickmark_source::FileId, SmolStr)>,
}

/// The nouns about the checking itself, which the engine fills. All are declared (closed) in `needs`.
#[derive(Clone, Copy, Debug, Default)]
pub struct MetaNouns {
    /// `source`: kind, path, digest, collected_at, records, complete.
    pub source: Option<NounId>,
    /// `control`: id, title, severity, owner, pack, tags, cites (many criterion).
    pub control: Option<NounId>,
    /// `verdict`: control (one control), noun, subject, verdict, first_seen, last_seen.
    pub verdict: Option<NounId>,
    /// `exception`: control (one control), subject, reason, owner, approved_by, expires.
    pub exception: Option<NounId>,
    /// `criterion`: id, title, framework, category.
    pub criterion: Option<NounId>,
}

/// What is known of a noun besides its [`tickmark_facts::NounNeed`].
#[derive(Clone, Debug, Default)]
pub struct Noun {
    /// What it is, from its entity.
    pub doc: Option<SmolStr>,
    /// Where it is declared.
    pub span: Option<Span>,
    /// The attribute marked `event time`.
    pub event: Option<AttributeId>,
    /// Which maps fill it.
    pub mapped: bool,
    /// The types of its attributes as the program sees them, by [`AttributeId`].
    pub types: Vec<Type>,
    /// What each attribute is, from its entity.
    pub attribute_docs: Vec<Option<SmolStr>>,
}

/// The type of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// Text.
    Text,
    /// A number.
    Number,
    /// True or false; also of every condition.
    Bool,
    /// A moment.
    Time,
    /// A length of time.
    Duration,
    /// One of these texts; compares in their order where `ordered`.
    Enum {
        /// The values in order.
        values: Arc<[SmolStr]>,
        /// Declared `ordered`.
        ordered: bool,
    },
    /// A list of scalars.
    List(Box<Type>),
    /// One record.
    Record(NounId),
    /// Several records: a relation, or a path that flattens.
    Records(NounId),
    /// Typed when read; nested objects are records of the noun, where the program looks into them.
    Any(Option<NounId>),
    /// What `json(…)` gives: an object, list or scalar, looked into by member.
    Json,
}

/// `param NAME = VALUE`
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name, without `$`.
    pub name: SmolStr,
    /// Its value in this run.
    pub value: Expr,
    /// What it means.
    pub doc: Option<SmolStr>,
    /// Where it is declared.
    pub span: Span,
}

/// A value that is written down.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// Text.
    Text(SmolStr),
    /// A number.
    Number(f64),
    /// A bool.
    Bool(bool),
    /// A moment; a date is its first instant in UTC.
    Time(Time),
    /// A length of time.
    Duration(Duration),
}

/// A typed expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// Which.
    pub kind: ExprKind,
    /// Its type.
    pub ty: Type,
    /// Where it stands in the program.
    pub span: Span,
}

/// The kinds of expressions.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A value that is written down.
    Literal(Literal),
    /// `[a, b]`
    List(Vec<Expr>),
    /// A text with holes; the parts are texts.
    Template(Vec<Expr>),
    /// `$name`
    Param(ParamId),
    /// `$as_of`
    AsOf,
    /// `$period.start`
    PeriodStart,
    /// `$period.end`: its last instant.
    PeriodEnd,
    /// A subject or binder: a record, or a value of a list.
    Variable(Slot),
    /// `base.attribute`: of one record, or of several (then it flattens).
    Attribute(Box<Expr>, NounId, AttributeId),
    /// `base.relation`: a relation with a definition.
    Relation(Box<Expr>, RelationId),
    /// From a nested record to the record of this noun that holds it.
    Parent(Box<Expr>, NounId),
    /// `base[key]` of a map (its entries are `Records` of the noun), an open record, or JSON.
    Index(Box<Expr>, Box<Expr>),
    /// `base.member` of JSON.
    Member(Box<Expr>, SmolStr),
    /// The records reached from `base` by the step, zero or more times, or one or more times.
    Closure(Box<Closure>),
    /// A function call.
    Call(Function, Vec<Expr>),
    /// `count(PHRASE)`; the number of its members, with bounds.
    CountPhrase(Box<Phrase>),
    /// `- x`
    Negate(Box<Expr>),
    /// `a + b` …
    Arithmetic(ArithmeticOp, Box<Expr>, Box<Expr>),
    /// `a == b` …; `before` is `Lt` and `after` is `Gt` of times.
    Compare(CompareOp, Box<Expr>, Box<Expr>),
    /// `a in list`
    In(Box<Expr>, Box<Expr>),
    /// `a in "10.0.0.0/8"`: a network or address (or each of a list of networks: any) that holds it.
    InNetwork(Box<Expr>, Box<Expr>),
    /// `list contains x`
    ListContains(Box<Expr>, Box<Expr>),
    /// `text contains part`; of an `any` value it is decided when read whether it is list or text.
    TextContains(Box<Expr>, Box<Expr>),
    /// `starts with`
    StartsWith(Box<Expr>, Box<Expr>),
    /// `ends with`
    EndsWith(Box<Expr>, Box<Expr>),
    /// `like`: `*` and `?` alone are special.
    Like(Box<Expr>, Box<Expr>),
    /// `matches /…/`: searches anywhere.
    Matches(Box<Expr>, Arc<Pattern>),
    /// `a and b …`
    And(Vec<Expr>),
    /// `a or b …`
    Or(Vec<Expr>),
    /// `not a`
    Not(Box<Expr>),
    /// `A unless B`: B, or else A.
    Unless(Box<Expr>, Box<Expr>),
    /// `a else b`: b where a is missing.
    Else(Box<Expr>, Box<Expr>),
    /// `if C then a else b`
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `x exists`, and `has` of a scalar.
    Exists(Box<Expr>),
    /// Plain `has` of an attribute of an open noun: as `Exists`, but a value that is a bool is unknown, with a warning
    /// ("use `is`").
    HasOpen(Box<Expr>),
    /// `x is missing`
    IsMissing(Box<Expr>),
    /// `x is ADJECTIVE`, and an adjective before a noun.
    Is(Box<Expr>, AdjectiveRef),
    /// A sentence, or one object of `has`.
    Quantified(Box<Quantified>),
    /// `x can ACTION [on NP]`
    Can(Box<Can>),
}

/// The closure of one step.
#[derive(Clone, Debug)]
pub struct Closure {
    /// Where it starts: one record or several of `noun`.
    pub base: Expr,
    /// The noun on which the step is defined, and to which it leads.
    pub noun: NounId,
    /// An attribute of the noun, or a relation with a definition.
    pub step: Step,
    /// Zero times counts too (`*`).
    pub reflexive: bool,
}

/// One step of a closure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// An attribute that holds records of the noun itself.
    Attribute(AttributeId),
    /// A relation with a definition, from the noun to itself.
    Relation(RelationId),
}

/// The functions of the language; `count` of a phrase is [`ExprKind::CountPhrase`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Function {
    /// How many values a list or relation has.
    Count,
    /// Of numbers or durations.
    Sum,
    /// The least: of a list, or of the arguments.
    Min,
    /// The greatest: of a list, or of the arguments.
    Max,
    /// Small letters.
    Lower,
    /// Capital letters.
    Upper,
    /// Without blanks at the ends.
    Trim,
    /// `split(text, separator)`
    Split,
    /// JSON in a text.
    Json,
    /// A text as a time.
    Time,
    /// A text as a number.
    Number,
    /// A value as text.
    Text,
}

/// `+ − * /`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArithmeticOp {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`; by zero is unknown.
    Div,
}

/// `== != < <= > >=`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompareOp {
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`, `before`
    Lt,
    /// `<=`
    Le,
    /// `>`, `after`
    Gt,
    /// `>=`
    Ge,
}

/// What an adjective word came to mean for its noun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdjectiveRef {
    /// One with a definition.
    Defined(AdjectiveId),
    /// A bool attribute that must be true; of an open noun, a value that is not a bool is unknown.
    Bool(NounId, AttributeId),
    /// The value of a `one of` or `ordered` attribute.
    Value(NounId, AttributeId, SmolStr),
}

/// How many.
#[derive(Clone, Debug)]
pub enum Quantifier {
    /// `every`
    Every,
    /// `no`
    No,
    /// `some`, and a plain object of `has`
    Some,
    /// `at least N`
    AtLeast(Expr),
    /// `at most N`
    AtMost(Expr),
    /// `exactly N`
    Exactly(Expr),
}

/// A quantifier over a phrase, with what is said of its members.
#[derive(Clone, Debug)]
pub struct Quantified {
    /// How many.
    pub quantifier: Quantifier,
    /// Over what.
    pub phrase: Phrase,
    /// What is said of each member; `None` where being a member is all.
    pub body: Option<Expr>,
    /// It was written as an object of `has` (`has passed test`); explanations use the same words.
    pub has: bool,
}

/// Members: tuples of values for the slots of the bindings.
#[derive(Clone, Debug)]
pub struct Phrase {
    /// Outermost first: of `store of a dataset`, dataset and then store. The last is the head.
    pub bindings: Vec<Binding>,
    /// What narrows the members, in order of text.
    pub filters: Vec<Filter>,
    /// What the events among the members must cover; only under `some` and plain `has`.
    pub cadence: Option<Box<Cadence>>,
    /// Where it stands in the program.
    pub span: Span,
}

/// One subject of a phrase.
#[derive(Clone, Debug)]
pub struct Binding {
    /// Where its value is put.
    pub slot: Slot,
    /// Its binder, or else its noun or word: how messages call it.
    pub name: SmolStr,
    /// `Record` of a noun, or the type of a value.
    pub ty: Type,
    /// Where its values come from; may use the slots of the bindings before it and of what is around the phrase.
    pub domain: Domain,
    /// Each is a condition on the slot ([`ExprKind::Is`]).
    pub adjectives: Vec<Expr>,
}

/// Where the values of a binding come from.
#[derive(Clone, Debug)]
pub enum Domain {
    /// All records of the noun.
    All(NounId),
    /// The members of a list, relation or path. A single value (of a `one`, or of an `any`) counts as a list of one, a
    /// missing one as the empty list where the path allows it (see LANGUAGE.md on missing references).
    In(Expr),
}

/// One filter.
#[derive(Clone, Debug)]
pub enum Filter {
    /// `where` and `that`.
    Where(Expr),
    /// `before`, `after`, `within`, `during`.
    Timing(Box<Timing>),
}

/// A filter on when the head's event happened.
#[derive(Clone, Debug)]
pub struct Timing {
    /// When: the event attribute of the head, or the head itself where it is a time.
    pub event: Expr,
    /// What must hold of it.
    pub kind: TimingKind,
    /// Where it stands in the program.
    pub span: Span,
}

/// The timing filters.
#[derive(Clone, Debug)]
pub enum TimingKind {
    /// `before X`: strictly.
    Before(Expr),
    /// `after X`: strictly.
    After(Expr),
    /// `within D before X`: X − D ≤ t < X.
    WithinBefore(Expr, Expr),
    /// `within D after X`: X ≤ t ≤ X + D; not due yet while X + D is later than `$as_of`.
    WithinAfter(Expr, Expr),
    /// `within D of X`: X − D ≤ t ≤ X + D; not due yet likewise.
    WithinOf(Expr, Expr),
    /// `within D`: `$as_of` − D ≤ t ≤ `$as_of`.
    WithinLast(Expr),
    /// `during PERIOD`
    During(Period),
}

/// A stretch of time: from the first instant to the last.
#[derive(Clone, Debug)]
pub enum Period {
    /// `$period`
    Given,
    /// `A to B`; an end that is written as a date runs to the last instant of that day, and arrives here as that instant.
    Range(Expr, Expr),
}

/// A cadence: what the events among the members of a phrase must cover.
#[derive(Clone, Debug)]
pub struct Cadence {
    /// When a member happened.
    pub event: Expr,
    /// Which.
    pub kind: CadenceKind,
    /// Over what; `$period` where nothing is written.
    pub period: Period,
    /// Where it stands in the program.
    pub span: Span,
}

/// The two readings of a cadence.
#[derive(Clone, Debug)]
pub enum CadenceKind {
    /// `at least every D`: no gap is longer.
    AtLeastEvery(Expr),
    /// `in each quarter`: each that the period touches holds an event.
    InEach(tickmark_facts::CalendarUnit),
}

/// `x can ACTION [on NP]`; `cannot` is wrapped in `Not`.
#[derive(Clone, Debug)]
pub struct Can {
    /// Who.
    pub subject: Expr,
    /// The actions, any of which counts.
    pub actions: Vec<SmolStr>,
    /// The capability or action as written.
    pub name: SmolStr,
    /// On what.
    pub on: Option<Phrase>,
}

/// `adjective NAME for NOUN: CONDITION`
#[derive(Clone, Debug)]
pub struct Adjective {
    /// The word.
    pub name: SmolStr,
    /// The noun.
    pub noun: NounId,
    /// The slot of the subject.
    pub subject: Slot,
    /// How many slots its frame has.
    pub slots: u32,
    /// What must hold.
    pub condition: Expr,
    /// Where it is defined.
    pub span: Span,
}

/// `relation NAME of NOUN: …`
#[derive(Clone, Debug)]
pub struct Relation {
    /// The word.
    pub name: SmolStr,
    /// The noun it starts from.
    pub noun: NounId,
    /// The slot of the subject.
    pub subject: Slot,
    /// How many slots its frame has.
    pub slots: u32,
    /// What it leads to.
    pub body: RelationBody,
    /// `Records` of a noun, or a list of values.
    pub ty: Type,
    /// Where it is defined.
    pub span: Span,
}

/// What a relation leads to.
#[derive(Clone, Debug)]
pub enum RelationBody {
    /// The heads of the members of a phrase; a member that may belong is a member that may belong.
    Phrase(Box<Phrase>),
    /// The members of a path.
    Path(Expr),
}

/// `map NOUN x to NOUN { … }`
#[derive(Clone, Debug)]
pub struct Map {
    /// What is mapped: each member of the phrase makes one record. A member that may belong makes one that may belong.
    pub from: Phrase,
    /// How many slots its frame has.
    pub slots: u32,
    /// The noun of the records that it makes.
    pub to: NounId,
    /// Makes them children.
    pub child_of: Option<ChildOf>,
    /// Attributes and their values, of the attribute's type or of text that is read as that type.
    pub assignments: Vec<(AttributeId, Expr)>,
    /// Where it is written.
    pub span: Span,
}

/// `of model v` in a map's target: the parent is the record of `noun` that the record in `slot` was mapped to.
#[derive(Clone, Debug)]
pub struct ChildOf {
    /// The noun of the parent.
    pub noun: NounId,
    /// The parent's relation that holds the children.
    pub relation: AttributeId,
    /// The binding whose record was mapped to the parent.
    pub slot: Slot,
}

/// `capability NAME = …`
#[derive(Clone, Debug)]
pub struct Capability {
    /// Its name.
    pub name: SmolStr,
    /// What it means.
    pub title: Option<SmolStr>,
    /// The actions.
    pub actions: Vec<SmolStr>,
    /// Where it is defined.
    pub span: Span,
}

/// How bad a failure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum ControlSeverity {
    /// `critical`
    Critical,
    /// `high`
    High,
    /// `medium`
    #[default]
    Medium,
    /// `low`
    Low,
}

/// A control.
#[derive(Clone, Debug)]
pub struct Control {
    /// `MODEL-01`
    pub id: SmolStr,
    /// One line.
    pub title: SmolStr,
    /// The pack of its file.
    pub pack: Option<SmolStr>,
    /// Criteria, as written.
    pub cites: Vec<SmolStr>,
    /// Criteria that others file it under.
    pub also: Vec<SmolStr>,
    /// How bad a failure is.
    pub severity: ControlSeverity,
    /// Who answers for it.
    pub owner: Option<SmolStr>,
    /// Why it exists.
    pub because: Option<SmolStr>,
    /// What to do about a failure.
    pub fix: Option<SmolStr>,
    /// Labels.
    pub tags: Vec<SmolStr>,
    /// `applies when`: a condition with a frame of its own.
    pub applies_when: Option<(Expr, u32)>,
    /// What must be true.
    pub sentences: Vec<Sentence>,
    /// Where its sentences were left out: the nouns that they range over, none of which a source supplies.
    pub unsupplied: Vec<SmolStr>,
    /// Whether it reads `verdict`, and is evaluated after all that do not.
    pub reads_verdicts: bool,
    /// Where it is written.
    pub span: Span,
    /// Its id, where it is written.
    pub id_span: Span,
}

/// A sentence at the top of a control.
#[derive(Clone, Debug)]
pub struct Sentence {
    /// How many.
    pub quantifier: Quantifier,
    /// Over what.
    pub phrase: Phrase,
    /// What is said of each member; `every` always has one.
    pub body: Option<Expr>,
    /// `otherwise`: a template in the frame of the sentence.
    pub otherwise: Option<Expr>,
    /// How many slots its frame has.
    pub slots: u32,
    /// The sentence as written, on one line.
    pub text: SmolStr,
    /// Where it is written.
    pub span: Span,
}

/// An exception.
#[derive(Clone, Debug)]
pub struct Exception {
    /// The control, an index into [`Program::controls`].
    pub control: usize,
    /// What it covers.
    pub subject: ExceptionSubject,
    /// The subject as written.
    pub subject_text: SmolStr,
    /// Why.
    pub reason: SmolStr,
    /// Who answers for it.
    pub owner: SmolStr,
    /// Who allowed it; never the owner.
    pub approved_by: SmolStr,
    /// The last instant at which it holds: the end of its day.
    pub expires: Time,
    /// The day as written.
    pub expires_text: SmolStr,
    /// Where it is written.
    pub span: Span,
}

/// What an exception covers.
#[derive(Clone, Debug)]
pub enum ExceptionSubject {
    /// The subject of this noun with this printed id.
    Record(NounId, SmolStr),
    /// The subjects whose head is a member of the phrase; with the number of slots of its frame.
    Phrase(Box<Phrase>, u32),
}

/// A test.
#[derive(Clone, Debug)]
pub struct Test {
    /// The control, an index into [`Program::controls`].
    pub control: usize,
    /// What it shows.
    pub name: SmolStr,
    /// `as of`: a date is the last instant of that day.
    pub as_of: Option<Time>,
    /// `period`: first and last instant.
    pub period: Option<(Time, Time)>,
    /// The records.
    pub given: Vec<Given>,
    /// What must come out.
    pub expect: Vec<Expect>,
    /// Where it is written.
    pub span: Span,
}

/// A record of a test.
#[derive(Clone, Debug)]
pub struct Given {
    /// The noun.
    pub noun: NounId,
    /// The id that it must come out with, where written.
    pub id: Option<(SmolStr, Span)>,
    /// An object; reads like any other record of an export.
    pub record: GivenValue,
}

/// A value of a test's record.
#[derive(Clone, Debug)]
pub struct GivenValue {
    /// Which.
    pub kind: GivenKind,
    /// Where it is written.
    pub span: Span,
}

/// The kinds of given values.
#[derive(Clone, Debug)]
pub enum GivenKind {
    /// `null`
    Null,
    /// `unknown`
    Unknown,
    /// A bool.
    Bool(bool),
    /// A number.
    Number(f64),
    /// Text; also a date, time or duration as written.
    Text(SmolStr),
    /// A list.
    List(Vec<GivenValue>),
    /// An object: key, place of the key, value.
    Object(Vec<(SmolStr, GivenValue)>),
}

/// What a test expects.
#[derive(Clone, Debug)]
pub struct Expect {
    /// The verdict of a subject, or the status of the control.
    pub what: Expected,
    /// `for NOUN "id"`.
    pub subject: Option<(NounId, SmolStr)>,
    /// Where it is written.
    pub span: Span,
}

/// The words of `expect`. Without a subject they are the control's status; `excepted` without one means that a subject
/// is excepted and none fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// `pass`
    Pass,
    /// `fail`
    Fail,
    /// `unknown`
    Unknown,
    /// `pending`
    Pending,
    /// `empty`
    Empty,
    /// `skipped`
    Skipped,
    /// `excepted`
    Excepted,
}
