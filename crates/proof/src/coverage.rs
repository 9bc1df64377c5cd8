//! Which constructs the cases hold: those of programs counted in what they are resolved to, those of facts in what they
//! are read as, and the verdicts that come of them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use tickmark_engine::{Evaluation, Method};
use tickmark_facts::{AttributeId, AttributeType, Cell, Facts, ListView, NounId, NounNeed, ParentLink, UnknownReason};
use tickmark_program::walk::{self, Node};
use tickmark_program::{
    AdjectiveRef, ArithmeticOp, CadenceKind, CompareOp, Domain, ExceptionSubject, Expr, ExprKind, Filter, Function,
    Literal, Period, Phrase, Program, Quantifier, RelationBody, Step, TimingKind, Type,
};

use crate::case::{Case, criteria, sources};
use crate::parts;

/// Every construct that the cases must hold.
pub const CONSTRUCTS: [&str; 180] = [
    // Expressions.
    "text",
    "number",
    "bool",
    "time",
    "duration",
    "list",
    "template",
    "$param",
    "$as_of",
    "$period.start",
    "$period.end",
    "subject",
    "attribute",
    "attribute of several",
    "relation",
    "relation of several",
    "parent",
    "map[key]",
    "open[key]",
    "json.member",
    "json[key]",
    "attribute*",
    "attribute+",
    "relation*",
    "relation+",
    "count of a closure",
    "value in a closure",
    "closure exists",
    "quantifier over a closure",
    "relation that is a closure",
    "count of a list",
    "sum",
    "min",
    "max",
    "lower",
    "upper",
    "trim",
    "split",
    "json",
    "time()",
    "number()",
    "text()",
    "count of a phrase",
    "negate",
    "a + b",
    "a - b",
    "a * b",
    "a / b",
    "a == b",
    "a != b",
    "a < b",
    "a <= b",
    "a > b",
    "a >= b",
    "compare text",
    "compare number",
    "compare bool",
    "compare time",
    "compare duration",
    "compare choice",
    "compare ordered",
    "compare any",
    "compare record",
    "in list",
    "in network",
    "list contains",
    "text contains",
    "starts with",
    "ends with",
    "like",
    "matches",
    "and",
    "or",
    "not",
    "unless",
    "else",
    "if",
    "if of conditions",
    "exists",
    "has of open",
    "is missing",
    "is defined",
    "is bool",
    "is value",
    "sentence",
    "object of has",
    "can",
    // Sentences and phrases.
    "every",
    "no",
    "some",
    "at least",
    "at most",
    "exactly",
    "without predicate",
    "several subjects",
    "three subjects",
    "all of a noun",
    "in path",
    "of values",
    "adjective before noun",
    "where",
    "before",
    "after",
    "within before",
    "within after",
    "within of",
    "within",
    "during $period",
    "during range",
    "at least every",
    "in each",
    // Items.
    "relation by phrase",
    "relation by path",
    "adjective",
    "map",
    "map of child",
    "map where",
    "applies when",
    "otherwise",
    "several sentences",
    "reads verdicts",
    "meta noun",
    "exception for record",
    "exception for phrase",
    "query",
    // Types of attributes.
    "type any",
    "type list",
    "type one",
    "type many",
    "type map",
    "type record",
    "type ordered",
    "optional",
    "event",
    "open noun",
    "composite key",
    "no key",
    // Facts.
    "missing",
    "not surveyed",
    "not known yet",
    "may be missing",
    "does not fit",
    "contradictory",
    "mapped unknown",
    "no such record",
    "uncertain record",
    "cell list",
    "cell records",
    "many edges",
    "nested in one",
    "nested in several",
    "noun without records",
    "noun not supplied",
    "64 rows and more",
    "128 rows and more",
    "cycle",
    // Mixed lists: records among other values.
    "record in a list",
    "record, and scalar",
    "record, and unknown",
    "record, and list",
    "record in inner list",
    "nested in nested",
    "nested at the top",
    // Facts put together from parts.
    "part",
    "part of a file",
    "parts of a part",
    "settled between",
    "whole reads on",
    // What is nested in several nouns.
    "shared by nouns",
    "shared in lists",
    "shared within itself",
    "shared, key merged",
    "shared, first of holder",
    // Verdicts.
    "pass",
    "fail",
    "unknown",
    "pending",
    "excepted",
    "status empty",
    "status skipped",
];

/// How often each construct was met.
#[derive(Clone, Debug, Default)]
pub struct Coverage {
    counts: BTreeMap<&'static str, u64>,
}

impl Coverage {
    /// Nothing was met yet.
    #[must_use]
    pub fn new() -> Coverage {
        Coverage { counts: CONSTRUCTS.iter().map(|construct| (*construct, 0)).collect() }
    }

    /// The constructs that were never met, and those that were met and are not listed.
    #[must_use]
    pub fn gaps(&self) -> Vec<&'static str> {
        let gap = |(name, count): (&&'static str, &u64)| (*count == 0 || !CONSTRUCTS.contains(name)).then_some(*name);
        self.counts.iter().filter_map(gap).collect()
    }

    /// A table, in the order of [`CONSTRUCTS`].
    #[must_use]
    pub fn table(&self) -> String {
        let mut table = String::new();
        for (index, construct) in CONSTRUCTS.iter().enumerate() {
            let count = self.counts.get(construct).copied().unwrap_or(0);
            let end = if index % 4 == 3 { "\n" } else { "  " };
            let _ = write!(table, "{construct:<22}{count:>8}{end}");
        }
        table
    }

    fn met(&mut self, construct: &'static str) {
        *self.counts.entry(construct).or_insert(0) += 1;
    }

    fn met_if(&mut self, holds: bool, construct: &'static str) {
        if holds {
            self.met(construct);
        }
    }

    /// Counts the constructs of a program and of its cases, and the verdicts that come of them.
    pub fn batch(&mut self, program: &Program, cases: &[Case]) {
        self.program(program);
        for case in cases {
            let Ok(options) = case.options(Method::Reference) else { continue };
            let (facts, _) = case.facts(program);
            let Ok((mut facts, _)) = tickmark_engine::prepare(program, facts, &sources(), &criteria(), &options) else {
                continue;
            };
            self.facts(&facts);
            self.parts(program, case);
            if let Ok(evaluation) = tickmark_engine::evaluate(program, &mut facts, &options, &|_| true) {
                self.evaluation(&evaluation);
            }
        }
    }

    // ---- programs ----------------------------------------------------------------------------------------------

    /// Counts the constructs of a program.
    pub fn program(&mut self, program: &Program) {
        for adjective in &program.adjectives {
            self.met("adjective");
            self.tree(&adjective.condition);
        }
        for relation in &program.relations {
            match &relation.body {
                RelationBody::Phrase(phrase) => {
                    self.met("relation by phrase");
                    self.phrase(phrase);
                }
                RelationBody::Path(path) => {
                    self.met("relation by path");
                    self.met_if(is_closure(path), "relation that is a closure");
                    self.tree(path);
                }
            }
        }
        for map in &program.maps {
            self.met("map");
            self.met_if(map.child_of.is_some(), "map of child");
            self.met_if(!map.from.filters.is_empty(), "map where");
            self.phrase(&map.from);
            map.assignments.iter().for_each(|(_, value)| self.tree(value));
        }
        self.controls(program);
        for exception in &program.exceptions {
            match &exception.subject {
                ExceptionSubject::Record(..) => self.met("exception for record"),
                ExceptionSubject::Phrase(phrase, _) => {
                    self.met("exception for phrase");
                    self.phrase(phrase);
                }
            }
        }
        if let Some((phrase, _)) = &program.query {
            self.met("query");
            self.phrase(phrase);
        }
        self.nouns(program);
    }

    fn controls(&mut self, program: &Program) {
        let about = program.meta;
        let meta = [about.source, about.control, about.exception, about.criterion];
        for control in &program.controls {
            self.met_if(control.reads_verdicts, "reads verdicts");
            self.met_if(control.sentences.len() > 1, "several sentences");
            if let Some((condition, _)) = &control.applies_when {
                self.met("applies when");
                self.tree(condition);
            }
            for sentence in &control.sentences {
                self.quantifier(&sentence.quantifier);
                self.phrase(&sentence.phrase);
                let domain = sentence.phrase.bindings.first().map(|binding| &binding.domain);
                self.met_if(matches!(domain, Some(Domain::All(noun)) if meta.contains(&Some(*noun))), "meta noun");
                self.met_if(sentence.body.is_none(), "without predicate");
                sentence.body.iter().for_each(|body| self.tree(body));
                if let Some(otherwise) = &sentence.otherwise {
                    self.met("otherwise");
                    self.tree(otherwise);
                }
            }
        }
    }

    fn nouns(&mut self, program: &Program) {
        for (id, need) in program.needs.iter().filter(|(_, need)| need.wanted) {
            let noun = program.nouns.get(id.0 as usize);
            self.met_if(need.open, "open noun");
            self.met_if(need.key.len() > 1, "composite key");
            self.met_if(need.key.is_empty() && need.nested_in.is_none() && !need.open, "no key");
            self.met_if(noun.is_some_and(|noun| noun.event.is_some()), "event");
            for attribute in need.attributes.iter().filter(|attribute| attribute.wanted) {
                self.met_if(attribute.optional, "optional");
                match &attribute.ty {
                    AttributeType::Any { .. } if !need.open => self.met("type any"),
                    AttributeType::List(_) => self.met("type list"),
                    AttributeType::One(to) if program.needs.noun(*to).nested_in.is_some() => self.met("type record"),
                    AttributeType::One(_) => self.met("type one"),
                    AttributeType::Many(_) => self.met("type many"),
                    AttributeType::Map(_) => self.met("type map"),
                    _ => {}
                }
            }
            let ordered = |ty: &Type| matches!(ty, Type::Enum { ordered: true, .. });
            self.met_if(noun.is_some_and(|noun| noun.types.iter().any(ordered)), "type ordered");
        }
    }

    /// An expression and everything in it. Phrases in it are counted where their sentence is met.
    fn tree(&mut self, expr: &Expr) {
        walk::expression(expr, &mut |node| {
            if let Node::Expr(expr) = node {
                self.expr(expr);
            }
        });
    }

    fn expr(&mut self, expr: &Expr) {
        let several = |base: &Expr| matches!(base.ty, Type::Records(_) | Type::List(_));
        let construct = match &expr.kind {
            ExprKind::Literal(Literal::Text(_)) => "text",
            ExprKind::Literal(Literal::Number(_)) => "number",
            ExprKind::Literal(Literal::Bool(_)) => "bool",
            ExprKind::Literal(Literal::Time(_)) => "time",
            ExprKind::Literal(Literal::Duration(_)) => "duration",
            ExprKind::List(_) => "list",
            ExprKind::Template(_) => "template",
            ExprKind::Param(_) => "$param",
            ExprKind::AsOf => "$as_of",
            ExprKind::PeriodStart => "$period.start",
            ExprKind::PeriodEnd => "$period.end",
            ExprKind::Variable(_) => "subject",
            ExprKind::Attribute(base, ..) if several(base) => "attribute of several",
            ExprKind::Attribute(..) => "attribute",
            ExprKind::Relation(base, _) if several(base) => "relation of several",
            ExprKind::Relation(..) => "relation",
            ExprKind::Parent(..) => "parent",
            ExprKind::Index(base, _) => match base.ty {
                Type::Json => "json[key]",
                Type::Records(_) => "map[key]",
                _ => "open[key]",
            },
            ExprKind::Member(..) => "json.member",
            ExprKind::Closure(closure) => match (closure.step, closure.reflexive) {
                (Step::Attribute(_), true) => "attribute*",
                (Step::Attribute(_), false) => "attribute+",
                (Step::Relation(_), true) => "relation*",
                (Step::Relation(_), false) => "relation+",
            },
            ExprKind::Call(function, arguments) => {
                let closure = *function == Function::Count && arguments.iter().any(is_closure);
                self.met_if(closure, "count of a closure");
                call(*function)
            }
            ExprKind::CountPhrase(phrase) => {
                self.phrase_itself(phrase);
                "count of a phrase"
            }
            ExprKind::Negate(_) => "negate",
            ExprKind::Arithmetic(op, ..) => match op {
                ArithmeticOp::Add => "a + b",
                ArithmeticOp::Sub => "a - b",
                ArithmeticOp::Mul => "a * b",
                ArithmeticOp::Div => "a / b",
            },
            ExprKind::Compare(op, a, b) => {
                self.met(compared(&a.ty, &b.ty));
                sign(*op)
            }
            ExprKind::In(_, list) => {
                self.met_if(is_closure(list), "value in a closure");
                "in list"
            }
            ExprKind::InNetwork(..) => "in network",
            ExprKind::ListContains(list, _) => {
                self.met_if(is_closure(list), "value in a closure");
                "list contains"
            }
            ExprKind::TextContains(..) => "text contains",
            ExprKind::StartsWith(..) => "starts with",
            ExprKind::EndsWith(..) => "ends with",
            ExprKind::Like(..) => "like",
            ExprKind::Matches(..) => "matches",
            ExprKind::And(_) => "and",
            ExprKind::Or(_) => "or",
            ExprKind::Not(_) => "not",
            ExprKind::Unless(..) => "unless",
            ExprKind::Else(..) => "else",
            ExprKind::If(..) if expr.ty == Type::Bool => "if of conditions",
            ExprKind::If(..) => "if",
            ExprKind::Exists(list) => {
                self.met_if(is_closure(list), "closure exists");
                "exists"
            }
            ExprKind::HasOpen(_) => "has of open",
            ExprKind::IsMissing(_) => "is missing",
            ExprKind::Is(_, AdjectiveRef::Defined(_)) => "is defined",
            ExprKind::Is(_, AdjectiveRef::Bool(..)) => "is bool",
            ExprKind::Is(_, AdjectiveRef::Value(..)) => "is value",
            ExprKind::Quantified(quantified) => {
                let over = quantified.phrase.bindings.iter().filter_map(|binding| match &binding.domain {
                    Domain::In(path) => Some(path),
                    Domain::All(_) => None,
                });
                self.met_if(over.into_iter().any(is_closure), "quantifier over a closure");
                self.quantifier(&quantified.quantifier);
                self.phrase_itself(&quantified.phrase);
                if quantified.has { "object of has" } else { "sentence" }
            }
            ExprKind::Can(_) => "can",
        };
        self.met(construct);
    }

    fn quantifier(&mut self, quantifier: &Quantifier) {
        self.met(match quantifier {
            Quantifier::Every => "every",
            Quantifier::No => "no",
            Quantifier::Some => "some",
            Quantifier::AtLeast(_) => "at least",
            Quantifier::AtMost(_) => "at most",
            Quantifier::Exactly(_) => "exactly",
        });
    }

    /// A phrase that stands in no expression, with everything in it.
    fn phrase(&mut self, phrase: &Phrase) {
        self.phrase_itself(phrase);
        walk::phrase(phrase, &mut |node| {
            if let Node::Expr(expr) = node {
                self.expr(expr);
            }
        });
    }

    /// What a phrase is made of, without the expressions in it.
    fn phrase_itself(&mut self, phrase: &Phrase) {
        self.met_if(phrase.bindings.len() > 1, "several subjects");
        self.met_if(phrase.bindings.len() > 2, "three subjects");
        for binding in &phrase.bindings {
            self.met(if matches!(binding.domain, Domain::All(_)) { "all of a noun" } else { "in path" });
            self.met_if(!matches!(binding.ty, Type::Record(_)), "of values");
            self.met_if(!binding.adjectives.is_empty(), "adjective before noun");
        }
        for filter in &phrase.filters {
            self.met(match filter {
                Filter::Where(_) => "where",
                Filter::Timing(timing) => match &timing.kind {
                    TimingKind::Before(_) => "before",
                    TimingKind::After(_) => "after",
                    TimingKind::WithinBefore(..) => "within before",
                    TimingKind::WithinAfter(..) => "within after",
                    TimingKind::WithinOf(..) => "within of",
                    TimingKind::WithinLast(_) => "within",
                    TimingKind::During(Period::Given) => "during $period",
                    TimingKind::During(Period::Range(..)) => "during range",
                },
            });
        }
        if let Some(cadence) = &phrase.cadence {
            self.met(match cadence.kind {
                CadenceKind::AtLeastEvery(_) => "at least every",
                CadenceKind::InEach(_) => "in each",
            });
        }
    }

    // ---- facts -------------------------------------------------------------------------------------------------

    /// Counts the states of values and records.
    pub fn facts(&mut self, facts: &Facts) {
        for (noun, need) in facts.needs().iter().filter(|(_, need)| need.wanted) {
            let rows = facts.rows(noun);
            self.met_if(!facts.supplied(noun), "noun not supplied");
            self.met_if(facts.supplied(noun) && rows == 0, "noun without records");
            self.met_if(rows >= 64, "64 rows and more");
            self.met_if(rows >= 128, "128 rows and more");
            for row in 0..rows {
                self.met_if(!facts.is_certain(noun, row), "uncertain record");
                match facts.parent(noun, row) {
                    ParentLink::None => self.met_if(need.nested_in.is_some(), "nested at the top"),
                    ParentLink::Record(parent, _) => {
                        self.met("nested in one");
                        self.met_if(facts.needs().noun(parent).nested_in.is_some(), "nested in nested");
                    }
                    ParentLink::Several => self.met("nested in several"),
                }
                for (index, attribute) in need.attributes.iter().enumerate().filter(|(_, attribute)| attribute.wanted) {
                    let Ok(index) = u32::try_from(index) else { continue };
                    let cell = facts.cell(noun, row, AttributeId(index));
                    if let (AttributeType::One(to) | AttributeType::Many(to), Cell::Records(records)) =
                        (&attribute.ty, cell)
                    {
                        self.met_if(*to == noun && records.rows.iter().any(|other| *other <= row), "cycle");
                        self.met_if(records.rows.iter().any(|other| !facts.exists(*to, *other)), "no such record");
                    }
                    self.cell(cell);
                }
            }
        }
    }

    fn cell(&mut self, cell: Cell<'_>) {
        match cell {
            Cell::Missing => self.met("missing"),
            Cell::NotSurveyed => self.met("not surveyed"),
            Cell::Unknown(UnknownReason::NotKnown(_)) => self.met("not known yet"),
            Cell::Unknown(UnknownReason::MayBeMissing(_)) => self.met("may be missing"),
            Cell::Unknown(UnknownReason::DoesNotFit { .. }) => self.met("does not fit"),
            Cell::Unknown(UnknownReason::Contradictory { .. }) => self.met("contradictory"),
            Cell::Unknown(UnknownReason::Mapped(_)) => self.met("mapped unknown"),
            Cell::Unknown(UnknownReason::NoSuchRecord) => self.met("no such record"),
            Cell::List(list) => {
                self.met("cell list");
                self.mixed_list(list);
            }
            Cell::Records(records) => {
                self.met_if(records.rows.len() >= 6, "many edges");
                self.met("cell records");
            }
            _ => {}
        }
    }

    /// Records in a list that is no relation, and what else stands in it.
    fn mixed_list(&mut self, list: ListView<'_>) {
        let has = |holds: fn(&Cell<'_>) -> bool| list.iter().any(|item| holds(&item));
        let inner = list.iter().any(|item| matches!(item, Cell::List(inner) if holds_records(inner)));
        self.met_if(inner, "record in inner list");
        if holds_records(list) {
            self.met("record in a list");
            self.met_if(has(|item| matches!(item, Cell::Unknown(_))), "record, and unknown");
            self.met_if(has(|item| matches!(item, Cell::List(_))), "record, and list");
            self.met_if(has(|item| matches!(item, Cell::Text(_) | Cell::Number(_))), "record, and scalar");
        }
    }

    /// Counts how the facts of a case are put together from parts, and what nouns share where they share what is nested in them.
    fn parts(&mut self, program: &Program, case: &Case) {
        let Some(split) = case.split else { return };
        let made = parts::read(case, &program.needs, Some(split)).made;
        self.met_if(made.parts > 0, "part");
        self.met_if(made.forks > 0, "part of a file");
        self.met_if(made.within > 0, "parts of a part");
        self.met_if(made.settled > 0, "settled between");
        self.met_if(made.read_on > 0, "whole reads on");
        let needs = parts::shared(program, split);
        let facts = parts::read(case, &needs, Some(split)).facts;
        for (noun, need) in needs.iter().skip(program.needs.len()) {
            self.shared(&facts, noun, need);
        }
    }

    /// What holds the records of a noun that is nested in several.
    fn shared(&mut self, facts: &Facts, noun: NounId, need: &NounNeed) {
        // The nouns that hold one, and the first row that each holds in a list among other values.
        let (mut holders, mut lists): (BTreeSet<NounId>, BTreeMap<NounId, u32>) = Default::default();
        for row in 0..facts.rows(noun) {
            match facts.parent(noun, row) {
                ParentLink::Record(parent, parent_row) => {
                    holders.insert(parent);
                    if in_mixed_list(facts, (parent, parent_row), (noun, row)) {
                        lists.entry(parent).or_insert(row);
                        // Nothing of its holder stands before it, but something of the noun does.
                        self.met_if(parent != noun && parent_row == 0 && row > 0, "shared, first of holder");
                    }
                }
                ParentLink::Several => self.met_if(!need.key.is_empty(), "shared, key merged"),
                ParentLink::None => {}
            }
        }
        self.met_if(holders.len() > 1, "shared by nouns");
        self.met_if(lists.len() > 1, "shared in lists");
        self.met_if(holders.contains(&noun), "shared within itself");
    }

    /// Counts verdicts and statuses.
    pub fn evaluation(&mut self, evaluation: &Evaluation) {
        use tickmark_results::Status;
        for control in &evaluation.controls {
            self.met_if(control.status == Status::Empty, "status empty");
            self.met_if(control.status == Status::Skipped, "status skipped");
            control.subjects.iter().for_each(|subject| self.met(subject.verdict.word()));
        }
    }
}

fn is_closure(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Closure(_))
}

fn holds_records(list: ListView<'_>) -> bool {
    list.iter().any(|item| matches!(item, Cell::Records(_)))
}

/// Whether a record holds another in a list of any of its attributes.
fn in_mixed_list(facts: &Facts, (holder, holder_row): (NounId, u32), (noun, row): (NounId, u32)) -> bool {
    let holds = |cell: Cell<'_>| match cell {
        Cell::List(list) => list
            .iter()
            .any(|item| matches!(item, Cell::Records(records) if records.noun == noun && records.rows.contains(&row))),
        _ => false,
    };
    (0..facts.attribute_count(holder)).any(|attribute| holds(facts.cell(holder, holder_row, AttributeId(attribute))))
}

fn call(function: Function) -> &'static str {
    match function {
        Function::Count => "count of a list",
        Function::Sum => "sum",
        Function::Min => "min",
        Function::Max => "max",
        Function::Lower => "lower",
        Function::Upper => "upper",
        Function::Trim => "trim",
        Function::Split => "split",
        Function::Json => "json",
        Function::Time => "time()",
        Function::Number => "number()",
        Function::Text => "text()",
    }
}

fn sign(op: CompareOp) -> &'static str {
    match op {
        CompareOp::Eq => "a == b",
        CompareOp::Ne => "a != b",
        CompareOp::Lt => "a < b",
        CompareOp::Le => "a <= b",
        CompareOp::Gt => "a > b",
        CompareOp::Ge => "a >= b",
    }
}

fn compared(a: &Type, b: &Type) -> &'static str {
    match (a, b) {
        (Type::Any(_) | Type::Json, _) | (_, Type::Any(_) | Type::Json) => "compare any",
        (Type::Enum { ordered: true, .. }, _) | (_, Type::Enum { ordered: true, .. }) => "compare ordered",
        (Type::Enum { .. }, _) | (_, Type::Enum { .. }) => "compare choice",
        (Type::Text, _) => "compare text",
        (Type::Number, _) => "compare number",
        (Type::Bool, _) => "compare bool",
        (Type::Time, _) => "compare time",
        (Type::Duration, _) => "compare duration",
        (Type::Record(_) | Type::Records(_) | Type::List(_), _) => "compare record",
    }
}
