//! Which fields a node is written by, and in which order. What is left out here does not compile.

use super::coding::{Code, Reader, Writer};
use crate::ast::{
    Action, Adjective, Argument, Assignment, AttributeDecl, BinaryOp, CalendarUnit, Capability, ClosureKind, Control,
    ControlSentence, Domain, DurationUnit, Entity, Exception, ExceptionSubject, Expect, Expr, ExprKind, Field,
    FieldKind, Filter, FilterKind, Given, GivenKind, GivenValue, IsWord, Item, Map, MapParent, Name, Object, Pack,
    Param, Period, PeriodKind, Phrase, Predicate, PredicateKind, PredicatePart, Quantifier, QuantifierKind, Relation,
    RelationBody, Sentence, Template, TemplatePart, Test, Text, TypeExpr, TypeKind, WithinSide,
};

/// A struct: its fields in the order in which they are written. The span comes first, for texts are told by it.
macro_rules! structs {
    ($($name:ident { $($field:ident),* })*) => {
        $(impl Code for $name {
            fn write(&self, out: &mut Writer<'_>) {
                let Self { $($field),* } = self;
                $($field.write(out);)*
            }

            fn read(from: &mut Reader) -> Option<Self> {
                Some(Self { $($field: Code::read(from)?),* })
            }
        })*
    };
}

/// An enum: its variants by number, each with names for what it holds.
macro_rules! enums {
    ($($name:ident { $($number:literal $variant:ident $(($($part:ident),*))? $({ $($field:ident),* })?),* $(,)? })*) => {
        $(impl Code for $name {
            fn write(&self, out: &mut Writer<'_>) {
                match self {
                    $(Self::$variant $(($($part),*))? $({ $($field),* })? => {
                        out.number($number);
                        $($($part.write(out);)*)?
                        $($($field.write(out);)*)?
                    })*
                }
            }

            fn read(from: &mut Reader) -> Option<Self> {
                Some(match from.number()? {
                    $($number => Self::$variant
                        $(($({ let $part = Code::read(from)?; $part }),*))?
                        $({ $($field: Code::read(from)?),* })?,)*
                    _ => return None,
                })
            }
        })*
    };
}

impl Control {
    /// Reads an item that is a control as far as its sentences, which come last.
    pub(super) fn read_head(from: &mut Reader) -> Option<Self> {
        if from.number()? != CONTROL {
            return None;
        }
        Some(Self {
            span: Code::read(from)?,
            id: Code::read(from)?,
            title: Code::read(from)?,
            fields: Code::read(from)?,
            sentences: Vec::new(),
        })
    }
}

/// The number of a control among the items.
const CONTROL: u32 = 6;

structs! {
    Name { span, text }
    Text { span, text }
    Pack { span, name, title }
    Param { span, name, value, doc }
    Entity { span, name, doc, key, attributes }
    AttributeDecl { span, name, event, optional, ty, doc }
    TypeExpr { span, kind }
    Adjective { span, name, noun, binder, condition }
    Relation { span, name, noun, binder, body }
    Map { span, from, to, child_of, assignments }
    MapParent { noun, binder }
    Assignment { name, value }
    Capability { span, name, title, actions }
    Control { span, id, title, fields, sentences }
    Field { span, kind }
    ControlSentence { span, sentence, otherwise }
    Sentence { span, quantifier, phrase, predicate }
    Quantifier { span, kind }
    Phrase { span, article, words, domain, filters }
    Filter { span, kind }
    Period { span, kind }
    Predicate { span, parts }
    PredicatePart { span, kind }
    Object { quantifier, phrase }
    IsWord { not, adjective }
    Expr { span, kind }
    Template { span, parts }
    Exception { span, control, subject, reason, owner, approved_by, expires }
    Test { span, control, name, as_of, period, given, expect }
    Given { span, noun, id, record }
    GivenValue { span, kind }
    Expect { span, verdict, subject }
}

enums! {
    Item {
        0 Param(a),
        1 Entity(a),
        2 Adjective(a),
        3 Relation(a),
        4 Map(a),
        5 Capability(a),
        6 Control(a),
        7 Exception(a),
        8 Test(a),
    }
    TypeKind {
        0 Text,
        1 Number,
        2 Bool,
        3 Time,
        4 Duration,
        5 Any,
        6 OneOf(a),
        7 Ordered(a),
        8 List(a),
        9 Map(a),
        10 Record(a),
        11 One(a),
        12 Many(a),
    }
    RelationBody {
        0 Phrase(a),
        1 Path(a),
    }
    FieldKind {
        0 Cites(a),
        1 Also(a),
        2 Severity(a),
        3 Owner(a),
        4 Because(a),
        5 Fix(a),
        6 Tags(a),
        7 AppliesWhen(a),
    }
    QuantifierKind {
        0 Every,
        1 No,
        2 Some,
        3 AtLeast(a),
        4 AtMost(a),
        5 Exactly(a),
    }
    Domain {
        0 Of(a),
        1 In(a),
        2 All(a),
    }
    FilterKind {
        0 Where(a),
        1 That(a),
        2 Before(a),
        3 After(a),
        4 Within(a, b),
        5 During(a),
        6 AtLeastEvery(a, b),
        7 InEach(a, b),
    }
    WithinSide {
        0 Of,
        1 Before,
        2 After,
    }
    CalendarUnit {
        0 Week,
        1 Month,
        2 Quarter,
        3 Year,
    }
    PeriodKind {
        0 Given,
        1 Range(a, b),
    }
    PredicateKind {
        0 Has(a),
        1 Is(a),
        2 IsMissing { not },
        3 Can { not, action, on },
        4 Condition(a),
    }
    Action {
        0 Capability(a),
        1 Literal(a),
    }
    ExprKind {
        0 Number(a),
        1 Duration(a, b),
        2 Time(a),
        3 Bool(a),
        4 Text(a),
        5 Regex(a),
        6 List(a),
        7 Word(a),
        8 Param(a),
        9 Member(a, b),
        10 Index(a, b),
        11 Closure(a, b),
        12 Call(a, b),
        13 Negate(a),
        14 Binary(a, b, c),
        15 Not(a),
        16 Exists(a),
        17 If(a, b, c),
        18 Predicate(a, b),
        19 Sentence(a),
        20 Paren(a),
    }
    Argument {
        0 Expr(a),
        1 Phrase(a),
        2 FilteredPath(a, b),
    }
    ClosureKind {
        0 ZeroOrMore,
        1 OneOrMore,
    }
    DurationUnit {
        0 Second,
        1 Minute,
        2 Hour,
        3 Day,
        4 Week,
        5 Month,
        6 Quarter,
        7 Year,
    }
    BinaryOp {
        0 And,
        1 Or,
        2 Unless,
        3 Else,
        4 Eq,
        5 Ne,
        6 Lt,
        7 Le,
        8 Gt,
        9 Ge,
        10 In,
        11 NotIn,
        12 Contains,
        13 StartsWith,
        14 EndsWith,
        15 Like,
        16 Matches,
        17 Before,
        18 After,
        19 Add,
        20 Sub,
        21 Mul,
        22 Div,
    }
    TemplatePart {
        0 Text(a),
        1 Hole(a),
    }
    ExceptionSubject {
        0 Record(a, b),
        1 Phrase(a),
    }
    GivenKind {
        0 Null,
        1 Unknown,
        2 Bool(a),
        3 Number(a),
        4 Duration(a, b),
        5 Time(a),
        6 Text(a),
        7 List(a),
        8 Record(a),
    }
}
