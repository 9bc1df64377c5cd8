//! Values: what an expression gives, or why it gives nothing; lists say whether there may be more in them.

use std::borrow::Cow;
use std::sync::Arc;

use tickmark_facts::{AttributeId, Duration, NounId, Time, UnknownReason};

use super::json::Json;
use super::range::Range;
use super::truth::Truth;

/// The fact that a value was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) noun: NounId,
    pub(crate) row: u32,
    /// None: the record itself.
    pub(crate) attribute: Option<AttributeId>,
    /// The item of a list.
    pub(crate) index: Option<u32>,
}

/// What an expression gives.
#[derive(Clone, Debug)]
pub(crate) struct Value<'a> {
    pub(crate) data: Data<'a>,
    /// Where it comes from, for explanations and for the provenance of maps.
    pub(crate) origin: Option<Origin>,
}

/// A value, or why there is none.
#[derive(Clone, Debug)]
pub(crate) enum Data<'a> {
    /// "The export has no such attribute, or it is null." `through`: it would stand behind a reference that is missing,
    /// so that nothing is known of what it leads to.
    Missing {
        through: bool,
    },
    /// "No record of the noun carries it."
    NotSurveyed,
    /// It is not known.
    Unknown(Unknown<'a>),
    Text(Cow<'a, str>),
    Number(Range),
    Bool(bool),
    Time(Time),
    Duration(Duration),
    Record(NounId, u32),
    /// A list, relation or path that flattens.
    Many(Box<Items<'a>>),
    /// An object of JSON.
    Object(Arc<[(Arc<str>, Json)]>),
    /// "Something structured that the program did not ask to look into: it exists, no more."
    Opaque,
}

/// Why a value is not known.
#[derive(Clone, Debug)]
pub(crate) enum Unknown<'a> {
    /// The facts say so.
    Fact(&'a UnknownReason),
    /// No source supplies the noun.
    NotSupplied(NounId),
    /// There is something, but it cannot be read as what is wanted.
    Unreadable(String),
    /// What it depends on is not decided.
    Undecided(String),
    /// It must come by this time, and may still.
    NotDue(Time),
    /// It would stand in or behind something that is itself not known, so that not even whether it exists is known.
    Behind(Box<Unknown<'a>>),
}

impl<'a> Unknown<'a> {
    /// What a step from here leads to.
    pub(crate) fn behind(self) -> Unknown<'a> {
        match self {
            Unknown::Fact(_) | Unknown::Unreadable(_) => Unknown::Behind(Box::new(self)),
            other => other,
        }
    }

    /// What is not known in the first place.
    pub(crate) fn root(&self) -> &Unknown<'a> {
        match self {
            Unknown::Behind(inner) => inner.root(),
            other => other,
        }
    }
}

/// The members of a list, relation or path.
#[derive(Clone, Debug, Default)]
pub(crate) struct Items<'a> {
    pub(crate) items: Vec<Item<'a>>,
    /// Why there may be more that are not known.
    pub(crate) gaps: Vec<Gap<'a>>,
    /// References that are missing: no members, but a path that goes on leads through them.
    pub(crate) absent: Vec<Gap<'a>>,
}

/// One member.
#[derive(Clone, Debug)]
pub(crate) struct Item<'a> {
    pub(crate) value: Value<'a>,
    /// Whether it is one at all; never false.
    pub(crate) belongs: Truth,
}

/// A reason why there may be more.
#[derive(Clone, Debug)]
pub(crate) struct Gap<'a> {
    /// Unknown, or pending where nothing but a deadline leaves it open.
    pub(crate) truth: Truth,
    /// What lacks.
    pub(crate) value: Value<'a>,
    /// An event that has not come, rather than something that is there and not known.
    pub(crate) event: bool,
}

/// So many reasons are kept: they are only read by people.
const MOST_GAPS: usize = 64;

impl<'a> Value<'a> {
    pub(crate) fn of(data: Data<'a>) -> Value<'a> {
        Value { data, origin: None }
    }

    pub(crate) fn at(data: Data<'a>, origin: Option<Origin>) -> Value<'a> {
        Value { data, origin }
    }

    pub(crate) fn missing() -> Value<'a> {
        Value::of(Data::Missing { through: false })
    }

    pub(crate) fn text(text: impl Into<Cow<'a, str>>) -> Value<'a> {
        Value::of(Data::Text(text.into()))
    }

    pub(crate) fn number(number: f64) -> Value<'a> {
        Value::of(Data::Number(Range::exact(number)))
    }

    pub(crate) fn unreadable(reason: impl Into<String>) -> Value<'a> {
        Value::of(Data::Unknown(Unknown::Unreadable(reason.into())))
    }

    pub(crate) fn undecided(reason: impl Into<String>) -> Value<'a> {
        Value::of(Data::Unknown(Unknown::Undecided(reason.into())))
    }

    pub(crate) fn many(items: Items<'a>) -> Value<'a> {
        Value::of(Data::Many(Box::new(items)))
    }

    /// A condition as a value.
    pub(crate) fn truth(truth: Truth, as_of: Time) -> Value<'a> {
        match truth {
            Truth::True => Value::of(Data::Bool(true)),
            Truth::False => Value::of(Data::Bool(false)),
            Truth::Unknown => Value::undecided("the condition is not decided"),
            Truth::Pending => Value::of(Data::Unknown(Unknown::NotDue(as_of))),
        }
    }

    /// The same value, as read from there where it did not yet say where.
    pub(crate) fn or_from(mut self, origin: Option<Origin>) -> Value<'a> {
        self.origin = self.origin.or(origin);
        self
    }

    /// Whether there is no value to work with: missing, unknown or not surveyed.
    pub(crate) fn is_lacking(&self) -> bool {
        matches!(self.data, Data::Missing { .. } | Data::NotSurveyed | Data::Unknown(_))
    }

    /// What a comparison with it comes to where it is lacking.
    pub(crate) fn lack(&self) -> Truth {
        match self.data {
            Data::Unknown(Unknown::NotDue(_)) => Truth::Pending,
            _ => Truth::Unknown,
        }
    }
}

impl<'a> Gap<'a> {
    /// Something that is not known.
    pub(crate) fn of(value: Value<'a>) -> Gap<'a> {
        Gap { truth: value.lack(), value, event: false }
    }
}

impl<'a> Items<'a> {
    pub(crate) fn one(value: Value<'a>, belongs: Truth) -> Items<'a> {
        Items { items: vec![Item { value, belongs }], ..Items::default() }
    }

    pub(crate) fn gap(value: Value<'a>) -> Items<'a> {
        Items { gaps: vec![Gap::of(value)], ..Items::default() }
    }

    pub(crate) fn push(&mut self, value: Value<'a>, belongs: Truth) {
        if belongs != Truth::False {
            self.items.push(Item { value, belongs });
        }
    }

    /// Adds a reason why there may be more, of a member that itself belongs so much.
    pub(crate) fn push_gap(&mut self, gap: Gap<'a>, belongs: Truth) {
        let truth = gap.truth.and(belongs);
        if truth.is_open() && self.gaps.len() < MOST_GAPS {
            self.gaps.push(Gap { truth, ..gap });
        } else if truth == Truth::Unknown {
            // INVARIANT: if any reason is unknown, one that is kept is.
            if let Some(last) = self.gaps.last_mut().filter(|last| last.truth == Truth::Pending) {
                *last = Gap { truth, ..gap };
            }
        }
    }

    pub(crate) fn append(&mut self, other: Items<'a>, belongs: Truth) {
        for item in other.items {
            self.push(item.value, item.belongs.and(belongs));
        }
        for gap in other.gaps {
            self.push_gap(gap, belongs);
        }
        for gap in other.absent {
            self.push_absent(gap, belongs);
        }
    }

    /// Adds a reference that is missing, of a member that itself belongs so much.
    pub(crate) fn push_absent(&mut self, gap: Gap<'a>, belongs: Truth) {
        let truth = gap.truth.and(belongs);
        if truth.is_open() && self.absent.len() < MOST_GAPS {
            self.absent.push(Gap { truth, ..gap });
        }
    }

    /// Whether there may be more: false where there is not.
    pub(crate) fn openness(&self) -> Truth {
        self.gaps.iter().fold(Truth::False, |open, gap| open.or(gap.truth))
    }
}
