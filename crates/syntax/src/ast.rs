//! The syntax tree: words as they were written, with their spans. Nothing is resolved here.

use smol_str::SmolStr;
use tickmark_source::Span;

/// A name with its place. Backticks are already taken off.
#[derive(Clone, Debug)]
pub struct Name {
    /// The name.
    pub text: SmolStr,
    /// Where it stands.
    pub span: Span,
}

/// A quoted text that holds no holes (a title, a reason), escapes already resolved.
#[derive(Clone, Debug)]
pub struct Text {
    /// The text.
    pub text: SmolStr,
    /// Where it stands, quotes included.
    pub span: Span,
}

/// One `.tick` file.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// `pack NAME "title"`, where the file says it.
    pub pack: Option<Pack>,
    /// The items in order of text, the pack line left out.
    pub items: Vec<Item>,
}

/// `pack NAME "title"`.
#[derive(Clone, Debug)]
pub struct Pack {
    /// Its name.
    pub name: Name,
    /// What it is about.
    pub title: Option<Text>,
    /// The whole line.
    pub span: Span,
}

/// What a file is made of.
#[derive(Clone, Debug)]
pub enum Item {
    /// `param NAME = VALUE "doc"`
    Param(Param),
    /// `entity NAME { … }`
    Entity(Entity),
    /// `adjective NAME for NOUN: CONDITION`
    Adjective(Adjective),
    /// `relation NAME of NOUN: …`
    Relation(Relation),
    /// `map NOUN x to NOUN { … }`
    Map(Map),
    /// `capability NAME "title" = "action", …`
    Capability(Capability),
    /// `control ID "title" { … }`
    Control(Control),
    /// `exception ID for … { … }`
    Exception(Exception),
    /// `test ID "name" { … }`
    Test(Test),
}

/// `param NAME = VALUE "doc"`
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name, without `$`.
    pub name: Name,
    /// The default.
    pub value: Expr,
    /// What it means.
    pub doc: Option<Text>,
    /// The whole item.
    pub span: Span,
}

/// `entity NAME "doc" { key a, b  NAME TYPE … }`
#[derive(Clone, Debug)]
pub struct Entity {
    /// The noun.
    pub name: Name,
    /// What it is.
    pub doc: Option<Text>,
    /// The attributes that identify a record; empty where none is declared.
    pub key: Vec<Name>,
    /// The attributes.
    pub attributes: Vec<AttributeDecl>,
    /// The whole item.
    pub span: Span,
}

/// `NAME [event] [optional] TYPE ["doc"]`
#[derive(Clone, Debug)]
pub struct AttributeDecl {
    /// The attribute.
    pub name: Name,
    /// `event time`: says when an event happened.
    pub event: bool,
    /// `optional`: records may well all lack it.
    pub optional: bool,
    /// Its type.
    pub ty: TypeExpr,
    /// What it is.
    pub doc: Option<Text>,
    /// The whole declaration.
    pub span: Span,
}

/// A type as written.
#[derive(Clone, Debug)]
pub struct TypeExpr {
    /// Which.
    pub kind: TypeKind,
    /// Where.
    pub span: Span,
}

/// The kinds of types.
#[derive(Clone, Debug)]
pub enum TypeKind {
    /// `text`
    Text,
    /// `number`
    Number,
    /// `bool`
    Bool,
    /// `time`
    Time,
    /// `duration`
    Duration,
    /// `any`
    Any,
    /// `one of "a", "b"`
    OneOf(Vec<Text>),
    /// `ordered "low", "high"`
    Ordered(Vec<Text>),
    /// `list of T`
    List(Box<TypeExpr>),
    /// `map of T`
    Map(Box<TypeExpr>),
    /// `record { … }`
    Record(Vec<AttributeDecl>),
    /// `one NOUN`
    One(Name),
    /// `many NOUN`
    Many(Name),
}

/// `adjective NAME for NOUN [binder]: CONDITION`
#[derive(Clone, Debug)]
pub struct Adjective {
    /// The adjective.
    pub name: Name,
    /// The noun it belongs to.
    pub noun: Name,
    /// The name of the subject in the condition, where given.
    pub binder: Option<Name>,
    /// What must hold.
    pub condition: Expr,
    /// The whole item.
    pub span: Span,
}

/// `relation NAME of NOUN [binder]: PHRASE or PATH`
#[derive(Clone, Debug)]
pub struct Relation {
    /// The relation.
    pub name: Name,
    /// The noun it starts from.
    pub noun: Name,
    /// The name of the subject in the body, where given.
    pub binder: Option<Name>,
    /// What it leads to.
    pub body: RelationBody,
    /// The whole item.
    pub span: Span,
}

/// What a relation leads to.
#[derive(Clone, Debug)]
pub enum RelationBody {
    /// `model r where r.name == m.name`; also a bare word, which may turn out to be an attribute.
    Phrase(Phrase),
    /// `datasets.parents*`: anything with a dot, an index or a closure sign.
    Path(Expr),
}

/// `map NOUN x [of NOUN y] [where CONDITION] to NOUN [of NOUN y] { attribute = value … }`
#[derive(Clone, Debug)]
pub struct Map {
    /// What is mapped, with `of` and `where`; no other filter and no article.
    pub from: Phrase,
    /// The noun that a record becomes.
    pub to: Name,
    /// `of NOUN y` after the target: the mapped record becomes a child of what that binder was mapped to.
    pub child_of: Option<MapParent>,
    /// The attributes in order.
    pub assignments: Vec<Assignment>,
    /// The whole item.
    pub span: Span,
}

/// `of model v` in a map's target.
#[derive(Clone, Debug)]
pub struct MapParent {
    /// The noun of the parent.
    pub noun: Name,
    /// The binder of the phrase whose mapped record is the parent.
    pub binder: Name,
}

/// `attribute = value`
#[derive(Clone, Debug)]
pub struct Assignment {
    /// The attribute.
    pub name: Name,
    /// Its value.
    pub value: Expr,
}

/// `capability NAME "title" = "action", …`
#[derive(Clone, Debug)]
pub struct Capability {
    /// Its name.
    pub name: Name,
    /// What it means.
    pub title: Option<Text>,
    /// The actions, as their platforms write them.
    pub actions: Vec<Text>,
    /// The whole item.
    pub span: Span,
}

/// `control ID "title" { … }`
#[derive(Clone, Debug)]
pub struct Control {
    /// `MODEL-01`
    pub id: Name,
    /// One line.
    pub title: Option<Text>,
    /// The fields before, between or after the sentences, in order of text, duplicates included.
    pub fields: Vec<Field>,
    /// What must be true.
    pub sentences: Vec<ControlSentence>,
    /// The whole item.
    pub span: Span,
}

/// A field of a control.
#[derive(Clone, Debug)]
pub struct Field {
    /// Which, with its value.
    pub kind: FieldKind,
    /// Keyword and value.
    pub span: Span,
}

/// The fields of a control.
#[derive(Clone, Debug)]
pub enum FieldKind {
    /// `cites CC8.1, iso42001:A.6.2.4`
    Cites(Vec<Name>),
    /// `also CC6.3`
    Also(Vec<Name>),
    /// `severity high`
    Severity(Name),
    /// `owner "…"`
    Owner(Text),
    /// `because "…"`
    Because(Text),
    /// `fix "…"`
    Fix(Text),
    /// `tags a, "b"`
    Tags(Vec<Text>),
    /// `applies when CONDITION`
    AppliesWhen(Expr),
}

/// A sentence at the top of a control, with its message.
#[derive(Clone, Debug)]
pub struct ControlSentence {
    /// The sentence.
    pub sentence: Sentence,
    /// `otherwise "…"`
    pub otherwise: Option<Template>,
    /// Sentence and message.
    pub span: Span,
}

/// `every NP PREDICATE` and its kin.
#[derive(Clone, Debug)]
pub struct Sentence {
    /// The first words.
    pub quantifier: Quantifier,
    /// What it ranges over.
    pub phrase: Phrase,
    /// What is said of it; `every` always has one.
    pub predicate: Option<Predicate>,
    /// From the quantifier to the end of the predicate.
    pub span: Span,
}

/// `every`, `no`, `some`, and the counts.
#[derive(Clone, Debug)]
pub struct Quantifier {
    /// Which.
    pub kind: QuantifierKind,
    /// Where.
    pub span: Span,
}

/// The kinds of quantifiers.
#[derive(Clone, Debug)]
pub enum QuantifierKind {
    /// `every`
    Every,
    /// `no`
    No,
    /// `some`
    Some,
    /// `at least N`
    AtLeast(Expr),
    /// `at most N`
    AtMost(Expr),
    /// `exactly N`
    Exactly(Expr),
}

/// A noun phrase: `[a] WORDS [of INNER | in PATH] FILTER*`.
#[derive(Clone, Debug)]
pub struct Phrase {
    /// `a`, `an`, `the`.
    pub article: Option<Name>,
    /// Adjectives, noun and binder, which only name resolution can tell apart. At least one.
    pub words: Vec<Name>,
    /// `of INNER` or `in …`.
    pub domain: Option<Domain>,
    /// In order of text.
    pub filters: Vec<Filter>,
    /// The whole phrase.
    pub span: Span,
}

/// Where the members of a phrase come from, where it says so.
#[derive(Clone, Debug)]
pub enum Domain {
    /// `of a confidential dataset d [of …]`: article, words and a further `of`; no filters.
    Of(Box<Phrase>),
    /// `in m.training.datasets`, `in ["a", "b"]`
    In(Expr),
    /// `in all`: all records of the noun, whatever relation a subject in scope may have.
    All(Span),
}

/// What narrows a phrase.
#[derive(Clone, Debug)]
pub struct Filter {
    /// Which.
    pub kind: FilterKind,
    /// Where.
    pub span: Span,
}

/// The kinds of filters.
#[derive(Clone, Debug)]
pub enum FilterKind {
    /// `where CONDITION`
    Where(Expr),
    /// `that PREDICATE`
    That(Predicate),
    /// `before TIME`
    Before(Expr),
    /// `after TIME`
    After(Expr),
    /// `within DURATION [of|before|after TIME]`
    Within(Expr, Option<(WithinSide, Expr)>),
    /// `during PERIOD`
    During(Period),
    /// `at least every DURATION [during PERIOD]`
    AtLeastEvery(Expr, Option<Period>),
    /// `in each week|month|quarter|year [of PERIOD]`
    InEach(CalendarUnit, Option<Period>),
}

/// On which side of the time an event must lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithinSide {
    /// `of`: either side.
    Of,
    /// `before`
    Before,
    /// `after`
    After,
}

/// The units of `in each`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalendarUnit {
    /// Begins on Monday.
    Week,
    /// Of the calendar.
    Month,
    /// Of the calendar.
    Quarter,
    /// Of the calendar.
    Year,
}

/// `$period`, a path to a period, or `TIME to TIME`.
#[derive(Clone, Debug)]
pub struct Period {
    /// Which.
    pub kind: PeriodKind,
    /// Where.
    pub span: Span,
}

/// The forms of a period.
#[derive(Clone, Debug)]
pub enum PeriodKind {
    /// `$period`
    Given,
    /// `live_at to ended_at`
    Range(Expr, Expr),
}

/// `has …`, `is …`, `can …`, `: …`, joined by `and`.
#[derive(Clone, Debug)]
pub struct Predicate {
    /// The parts, at least one.
    pub parts: Vec<PredicatePart>,
    /// The whole predicate.
    pub span: Span,
}

/// One part of a predicate.
#[derive(Clone, Debug)]
pub struct PredicatePart {
    /// Which.
    pub kind: PredicateKind,
    /// Where.
    pub span: Span,
}

/// The kinds of predicates.
#[derive(Clone, Debug)]
pub enum PredicateKind {
    /// `has OBJECT and OBJECT`
    Has(Vec<Object>),
    /// `is [not] ADJECTIVE and [not] ADJECTIVE`
    Is(Vec<IsWord>),
    /// `is [not] missing`; true for `is not missing`.
    IsMissing {
        /// `is not missing`
        not: bool,
    },
    /// `can ACTION [on NP]`, `cannot ACTION [on NP]`
    Can {
        /// `cannot`
        not: bool,
        /// A capability or one action.
        action: Action,
        /// On what.
        on: Option<Box<Phrase>>,
    },
    /// `: CONDITION`
    Condition(Expr),
}

/// What `can` asks for.
#[derive(Clone, Debug)]
pub enum Action {
    /// A capability by name.
    Capability(Name),
    /// `"s3:GetObject"`
    Literal(Text),
}

/// `[no | at least N …] NP` after `has`.
#[derive(Clone, Debug)]
pub struct Object {
    /// `no`, `at least N`, `at most N`, `exactly N`; nothing means at least one. Never `every`, never `some`.
    pub quantifier: Option<Quantifier>,
    /// What is had.
    pub phrase: Phrase,
}

/// One adjective after `is`.
#[derive(Clone, Debug)]
pub struct IsWord {
    /// `not`
    pub not: bool,
    /// The adjective.
    pub adjective: Name,
}

/// A condition or a value.
#[derive(Clone, Debug)]
pub struct Expr {
    /// Which.
    pub kind: ExprKind,
    /// Where.
    pub span: Span,
}

/// The kinds of expressions. From loose to tight: `if`, `unless`, `or`, `and`, `not`, comparison and predicate,
/// `else`, `+ −`, `* /`.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A number; `12%` arrives as 0.12.
    Number(f64),
    /// `90 days`
    Duration(f64, DurationUnit),
    /// `2026-12-31` or `2026-12-31T10:00:00Z`, as written; checked by the parser to be a real date.
    Time(SmolStr),
    /// `true`, `false`
    Bool(bool),
    /// `"…{path}…"`
    Text(Template),
    /// `/…/`
    Regex(SmolStr),
    /// `[a, b]`
    List(Vec<Expr>),
    /// A bare word.
    Word(SmolStr),
    /// `$name`; `$period.start` is a `Member` of it.
    Param(SmolStr),
    /// `base.member`
    Member(Box<Expr>, Name),
    /// `base[key]`
    Index(Box<Expr>, Box<Expr>),
    /// `path*` or `path+`: the closure of the last step of the path.
    Closure(Box<Expr>, ClosureKind),
    /// `count(…)`, with the name as written.
    Call(Name, Vec<Argument>),
    /// `- x`
    Negate(Box<Expr>),
    /// A binary operator.
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `not x`
    Not(Box<Expr>),
    /// `x exists`
    Exists(Box<Expr>),
    /// `if C then a else b`
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `x has …`, `x is …`, `x can …`; `x is missing` too.
    Predicate(Box<Expr>, Predicate),
    /// `some x in path: …`
    Sentence(Box<Sentence>),
    /// `( … )`: kept, because the formatter and the two-ways rule need it.
    Paren(Box<Expr>),
}

/// An argument of a call: an expression, or a phrase (`count(tests where not passed)`).
#[derive(Clone, Debug)]
pub enum Argument {
    /// An expression. A bare word or path is always this.
    Expr(Expr),
    /// A noun phrase of several words, or with `of`, `in` or a filter.
    Phrase(Phrase),
    /// A path with filters: `count(m.tests where passed)`.
    FilteredPath(Expr, Vec<Filter>),
}

/// `*` or `+`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClosureKind {
    /// Zero or more times.
    ZeroOrMore,
    /// One or more times.
    OneOrMore,
}

/// Units of a duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DurationUnit {
    /// 1 s
    Second,
    /// 60 s
    Minute,
    /// 3,600 s
    Hour,
    /// 86,400 s
    Day,
    /// 7 days
    Week,
    /// Of the calendar.
    Month,
    /// 3 months of the calendar.
    Quarter,
    /// 12 months of the calendar.
    Year,
}

/// Binary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `and`
    And,
    /// `or`
    Or,
    /// `A unless B`
    Unless,
    /// `a else b`
    Else,
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `in`
    In,
    /// `not in`
    NotIn,
    /// `contains`
    Contains,
    /// `starts with`
    StartsWith,
    /// `ends with`
    EndsWith,
    /// `like`
    Like,
    /// `matches`
    Matches,
    /// `before`
    Before,
    /// `after`
    After,
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`
    Div,
}

/// A text with holes.
#[derive(Clone, Debug)]
pub struct Template {
    /// The parts in order; empty for the empty text.
    pub parts: Vec<TemplatePart>,
    /// Where it stands, quotes included.
    pub span: Span,
}

/// A part of a text with holes.
#[derive(Clone, Debug)]
pub enum TemplatePart {
    /// Plain text, escapes resolved.
    Text(SmolStr),
    /// `{path}`: any expression.
    Hole(Expr),
}

/// `exception ID for NOUN "id" { … }` or `for PHRASE { … }`
#[derive(Clone, Debug)]
pub struct Exception {
    /// The control.
    pub control: Name,
    /// What it covers.
    pub subject: ExceptionSubject,
    /// `reason "…"`
    pub reason: Option<Text>,
    /// `owner "…"`
    pub owner: Option<Text>,
    /// `approved_by "…"`
    pub approved_by: Option<Text>,
    /// `expires 2026-12-31`: the date as written.
    pub expires: Option<Text>,
    /// The whole item.
    pub span: Span,
}

/// What an exception covers.
#[derive(Clone, Debug)]
pub enum ExceptionSubject {
    /// `model "legacy-ranker@3"`
    Record(Name, Text),
    /// `db where id like "tmp-*"`
    Phrase(Phrase),
}

/// `test CONTROL "name" { … }`
#[derive(Clone, Debug)]
pub struct Test {
    /// The control under test.
    pub control: Name,
    /// What it shows.
    pub name: Option<Text>,
    /// `as of DATE`, as written.
    pub as_of: Option<Text>,
    /// `period DATE to DATE`, as written.
    pub period: Option<(Text, Text)>,
    /// The records.
    pub given: Vec<Given>,
    /// What must come out, at least one.
    pub expect: Vec<Expect>,
    /// The whole item.
    pub span: Span,
}

/// `given NOUN ["id"] { … }`
#[derive(Clone, Debug)]
pub struct Given {
    /// The noun.
    pub noun: Name,
    /// The id that the record must come out with, where given.
    pub id: Option<Text>,
    /// The record.
    pub record: Vec<(Name, GivenValue)>,
    /// From `given` to `}`.
    pub span: Span,
}

/// A value of a given record.
#[derive(Clone, Debug)]
pub struct GivenValue {
    /// Which.
    pub kind: GivenKind,
    /// Where.
    pub span: Span,
}

/// The kinds of given values. Texts have no holes here.
#[derive(Clone, Debug)]
pub enum GivenKind {
    /// `null` or `missing`
    Null,
    /// `unknown`: known only after apply.
    Unknown,
    /// `true`, `false`
    Bool(bool),
    /// A number.
    Number(f64),
    /// `90 days`
    Duration(f64, DurationUnit),
    /// A date or time as written.
    Time(SmolStr),
    /// A text.
    Text(SmolStr),
    /// `[a, b]`
    List(Vec<GivenValue>),
    /// `{ a: 1 }`; keys are names or quoted texts.
    Record(Vec<(Name, GivenValue)>),
}

/// `expect VERDICT [for NOUN "id"]`
#[derive(Clone, Debug)]
pub struct Expect {
    /// `pass`, `fail`, `unknown`, `pending`, `empty`, `skipped`, `excepted`.
    pub verdict: Name,
    /// `for NOUN "id"`
    pub subject: Option<(Name, Text)>,
    /// The whole line.
    pub span: Span,
}
