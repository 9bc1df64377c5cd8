//! One operator over all lanes of a batch.

use tickmark_program::Expr;

use super::batch::Batch;
use super::bits::Bits;
use super::plan::{At, Membership, Node, Op, TextMap, TextTest, Use};
use super::run::Run;
use super::truths::Truths;
use super::vector::{Content, Lanes, Members, State, States, Vector};
use crate::reference::Evaluator;
use crate::reference::quantify::Tally;
use crate::reference::range::Range;
use crate::reference::text::like;
use crate::reference::truth::Truth;
use crate::reference::value::{Data, Unknown, Value};

impl<'a> Run<'a, '_> {
    /// "Conditions are true, false or unknown."
    pub(crate) fn condition_of(&self, node: &Node<'a>, batch: &Batch<'a>) -> Truths {
        match &node.op {
            Op::Holds(value) => self.holds(&self.value(value, batch)),
            Op::Compare(op, order, a, b) => {
                self.compare(op.op(), order.as_ref(), &self.value(a, batch), &self.value(b, batch))
            }
            Op::In(value, list, membership) => self.is_in(value, list, *membership, batch),
            Op::Contains(whole, part, membership) => self.contains(whole, part, *membership, batch),
            Op::InNetwork(value, networks, membership) => {
                self.in_network(&self.value(value, batch), &self.value(networks, batch), *membership)
            }
            Op::Test(test, text, part) => {
                let test = match test {
                    TextTest::StartsWith => |text: &str, part: &str| text.starts_with(part),
                    TextTest::EndsWith => |text: &str, part: &str| text.ends_with(part),
                    TextTest::Like => like,
                };
                self.two_texts(&self.value(text, batch), &self.value(part, batch), test)
            }
            Op::Matches(text, pattern) => {
                let pattern = &pattern.0;
                self.text_test(&self.value(text, batch), |text| pattern.is_match(text))
            }
            Op::And(parts) => {
                self.all_of(&parts.iter().collect::<Vec<_>>(), Truths::all(batch.len, Truth::True), batch)
            }
            Op::Or(parts) => self.any_of(&parts.iter().collect::<Vec<_>>(), batch),
            Op::Not(inner) => self.condition(inner, batch).not(),
            Op::IfTruth(condition, then, otherwise) => self.choose(condition, then, otherwise, batch),
            Op::Exists(value, several) => match self.closure_exists(value, batch) {
                Some(truths) => truths,
                None => self.exists(&self.value(value, batch), *several),
            },
            Op::HasOpen(value, expr) => self.has_open(value, *expr, batch),
            Op::IsBool(subject, noun, attribute) => {
                let value = self.attribute(&self.single(self.value(subject, batch)), *noun, *attribute);
                self.holds(&self.only_of_records(subject, value, batch))
            }
            Op::IsValue(subject, noun, attribute, wanted) => {
                let value = self.attribute(&self.single(self.value(subject, batch)), *noun, *attribute);
                self.is_text(&self.only_of_records(subject, value, batch), wanted)
            }
            Op::IsOn(subject, adjective, noun, expr) => self.is_on(node, (subject, adjective, *noun, *expr), batch),
            Op::Quantified(quantified) => self.quantified(node, quantified, batch),
            Op::Condition(At(expr)) => self.condition_by_reference(node, expr, batch),
            _ => Truths::all(batch.len, Truth::Unknown),
        }
    }

    /// What an expression gives.
    pub(crate) fn value_of(&self, node: &Node<'a>, batch: &Batch<'a>) -> Vector<'a> {
        match &node.op {
            Op::Constant(index) => match self.shared.plan.constants.get(*index as usize) {
                Some(value) => Vector::same(batch.len, value, self.ground.facts),
                None => Vector::lacking(batch.len, State::Unknown),
            },
            Op::Subject => match batch.subjects.first() {
                Some(subject) => subject.clone(),
                None => Vector::lacking(batch.len, State::Missing),
            },
            Op::Attribute(base, noun, attribute) => self.attribute(&self.value(base, batch), *noun, *attribute),
            Op::Parent(base, noun) => self.parent(&self.value(base, batch), *noun),
            Op::Relation(base, members, noun) => self.relation(&self.value(base, batch), *members, *noun),
            Op::Heads(phrase) => self.heads(node, phrase, batch),
            Op::Members(path, membership) => {
                let members = self.members(self.value(path, batch), *membership);
                Vector::known(batch.len, Content::Many(std::sync::Arc::new(members)))
            }
            Op::Everywhere(value) => self.value(value, batch),
            Op::Closure(closure) => {
                Vector::known(batch.len, Content::Many(std::sync::Arc::new(self.reached(closure, batch))))
            }
            Op::Count(list, membership) => match self.count_closure(list, batch) {
                Some(tallies) => ranges(tallies),
                None => self.count(&self.members(self.value(list, batch), *membership)),
            },
            Op::CountPhrase(phrase) => self.count_phrase(node, phrase, batch),
            Op::Arithmetic(sum, a, b) => self.arithmetic(*sum, &self.value(a, batch), &self.value(b, batch)),
            Op::Else(value, supplied, dynamic) => self.or_else(value, supplied, *dynamic, batch),
            Op::IfValue(condition, then, otherwise) => self.choose_value(condition, then, otherwise, batch),
            Op::MapText(map, text) => self.map_text(*map, &self.value(text, batch)),
            Op::TruthValue(condition) => self.truth_value(&self.condition(condition, batch)),
            Op::Value(At(expr)) => self.value_by_reference(node, expr, batch),
            _ => Vector::lacking(batch.len, State::Unknown),
        }
    }

    /// "A value that is not a bool is unknown."
    fn holds(&self, value: &Vector<'a>) -> Truths {
        match &value.content {
            Content::Bool(lanes) => {
                let (known, pending) = super::column::open_lanes(&value.states, value.len);
                let yes = lanes.bits(value.len, |value| value).and(&known);
                open(yes, known, pending)
            }
            Content::Values(_) | Content::Many(_) | Content::Same(_) => {
                Truths::from_fn(value.len, |lane| Evaluator::as_truth(&self.lane(value, lane)))
            }
            _ => Truths::from_fn(value.len, |lane| value.states.get(lane).lack()),
        }
    }

    /// A condition as a value.
    fn truth_value(&self, truths: &Truths) -> Vector<'a> {
        let states = (0..truths.len()).map(|lane| match truths.get(lane) {
            Truth::True | Truth::False => State::Known,
            Truth::Unknown => State::Unknown,
            Truth::Pending => State::Pending,
        });
        let states = States::of(states.collect());
        let yes = (0..truths.len()).map(|lane| truths.yes.get(lane)).collect();
        Vector { len: truths.len(), states, content: Content::Bool(Lanes::owned(yes)) }
    }

    /// `x exists`: "a list or relation *exists* where it holds something".
    fn exists(&self, value: &Vector<'a>, several: bool) -> Truths {
        match &value.content {
            Content::Many(members) => {
                let there = self.exists(&members.items, false);
                let there = match &members.belongs {
                    Some(belongs) => there.and(belongs),
                    None => there,
                };
                let mut any = there.any_of_each(&members.offsets);
                if let Some(gaps) = &members.gaps {
                    any = any.or(gaps);
                }
                let lacking = Truths::from_fn(value.len, |lane| exists(value.states.get(lane), several));
                Truths::choose(&value.states.known(value.len), &any, &lacking)
            }
            Content::Values(_) | Content::Same(_) => {
                Truths::from_fn(value.len, |lane| Evaluator::value_exists(&self.lane(value, lane), several))
            }
            _ => match &value.states {
                States::All(state) => Truths::all(value.len, exists(*state, several)),
                States::Each(_) => Truths::from_fn(value.len, |lane| exists(value.states.get(lane), several)),
            },
        }
    }

    /// "On an open noun, a bool found under `has` is unknown, with a warning."
    fn has_open(&self, part: &Use, expr: At<'a, Expr>, batch: &Batch<'a>) -> Truths {
        let value = self.value(part, batch);
        let is_bool = |lane: usize| {
            let value = self.lane(&value, lane);
            matches!(Evaluator::single(&value).data, Data::Bool(_))
        };
        let bools = match &value.content {
            Content::Bool(_) => value.states.known(value.len),
            Content::Values(_) | Content::Same(_) | Content::Many(_) => Bits::from_fn(value.len, is_bool),
            _ => Bits::zeros(value.len),
        };
        if !bools.is_zero() {
            self.warn_bool(expr.0.span);
        }
        Truths::choose(&bools, &Truths::all(value.len, Truth::Unknown), &self.exists(&value, false))
    }

    /// An adjective of what an expression leads to; "of anything but one record it is unknown".
    fn is_on(
        &self,
        node: &Node<'a>,
        (subject, adjective, noun, expr): (&Use, &Use, tickmark_facts::NounId, At<'a, Expr>),
        batch: &Batch<'a>,
    ) -> Truths {
        let value = self.single(self.value(subject, batch));
        match &value.content {
            Content::Record(of, _) if *of == noun => {
                if value.states.all_known() {
                    return self.condition(adjective, &Batch::of(value));
                }
                let known = value.states.known(value.len);
                let lanes: Vec<u32> = known.ones_in_order().filter_map(|lane| u32::try_from(lane).ok()).collect();
                let found = self.condition(adjective, &Batch::of(value.gather(&lanes)));
                let mut next = 0;
                Truths::from_fn(value.len, |lane| {
                    if !known.get(lane) {
                        return value.states.get(lane).lack();
                    }
                    next += 1;
                    found.get(next - 1)
                })
            }
            Content::Nothing => Truths::from_fn(value.len, |lane| value.states.get(lane).lack()),
            _ => self.condition_by_reference(node, expr.0, batch),
        }
    }

    /// "Of anything but one record it is unknown": where the subject is none, so is what was read of it.
    fn only_of_records(&self, subject: &Use, value: Vector<'a>, batch: &Batch<'a>) -> Vector<'a> {
        let base = self.single(self.value(subject, batch));
        match &base.content {
            Content::Record(..) | Content::Nothing => value,
            _ => {
                let lanes = (0..value.len).map(|lane| match self.lane(&base, lane) {
                    Value { data: Data::Record(..), .. } => self.lane(&value, lane),
                    other if other.is_lacking() => other,
                    _ => Value::undecided(""),
                });
                Vector::of_values(lanes.collect())
            }
        }
    }

    /// The value of a `one of` or `ordered` attribute.
    fn is_text(&self, value: &Vector<'a>, wanted: &str) -> Truths {
        match &value.content {
            Content::Text(lanes) => {
                let (known, pending) = super::column::open_lanes(&value.states, value.len);
                let yes = match self.ground.facts.symbol(wanted) {
                    Some(wanted) => lanes.bits(value.len, |symbol| symbol == wanted).and(&known),
                    None => Bits::zeros(value.len),
                };
                open(yes, known, pending)
            }
            Content::Values(_) | Content::Same(_) => Truths::from_fn(value.len, |lane| match &self.lane(value, lane) {
                Value { data: Data::Text(text), .. } => Truth::from(*text == wanted),
                value => value.lack(),
            }),
            _ => Truths::from_fn(value.len, |lane| value.states.get(lane).lack()),
        }
    }

    /// `if C then a else b` as a condition: where C is open, decided if both ways come to the same.
    fn choose(&self, condition: &Use, then: &Use, otherwise: &Use, batch: &Batch<'a>) -> Truths {
        let condition = self.condition(condition, batch);
        let (a, b) = (self.condition(then, batch), self.condition(otherwise, batch));
        Truths::from_fn(batch.len, |lane| match condition.get(lane) {
            Truth::True => a.get(lane),
            Truth::False => b.get(lane),
            open => {
                let (a, b) = (a.get(lane), b.get(lane));
                if a == b { a } else { open.and(a.or(Truth::Pending)).and(b.or(Truth::Pending)) }
            }
        })
    }

    fn choose_value(&self, condition: &Use, then: &Use, otherwise: &Use, batch: &Batch<'a>) -> Vector<'a> {
        let condition = self.condition(condition, batch);
        let (a, b) = (self.value(then, batch), self.value(otherwise, batch));
        if condition.all_true() {
            return a;
        }
        if condition.possible().is_zero() {
            return b;
        }
        let evaluator = self.ground.evaluator();
        let as_of = self.ground.options.as_of;
        let values = (0..batch.len).map(|lane| match condition.get(lane) {
            Truth::True => self.lane(&a, lane),
            Truth::False => self.lane(&b, lane),
            open => {
                let (a, b) = (self.lane(&a, lane), self.lane(&b, lane));
                if evaluator.equal(&a, &b) == Truth::True {
                    return a;
                }
                match open {
                    Truth::Pending => Value::of(Data::Unknown(Unknown::NotDue(as_of))),
                    _ => Value::undecided(""),
                }
            }
        });
        Vector::of_values(values.collect())
    }

    /// "`a else b`": b where a is missing; never where it is unknown or was not surveyed.
    fn or_else(&self, value: &Use, supplied: &Use, dynamic: bool, batch: &Batch<'a>) -> Vector<'a> {
        let value = self.value(value, batch);
        let is_missing = |lane: usize| match &value.content {
            Content::Values(_) | Content::Same(_) => missing(&self.lane(&value, lane), dynamic),
            Content::Many(members) => {
                let empty = members.range(lane).is_empty() && !members.gap(lane).is_open();
                match value.states.get(lane) {
                    State::Known => dynamic && empty,
                    state => matches!(state, State::Missing | State::Through),
                }
            }
            _ => matches!(value.states.get(lane), State::Missing | State::Through),
        };
        if value.states.all_known()
            && !matches!(value.content, Content::Many(_) | Content::Values(_) | Content::Same(_))
        {
            return value;
        }
        let lacking = Bits::from_fn(batch.len, is_missing);
        if lacking.is_zero() {
            return value;
        }
        let supplied = self.value(supplied, batch);
        match merge(&value, &supplied, &lacking) {
            Some(merged) => merged,
            None => {
                let pick = |lane: usize| if lacking.get(lane) { &supplied } else { &value };
                Vector::of_values((0..batch.len).map(|lane| self.lane(pick(lane), lane)).collect())
            }
        }
    }

    fn map_text(&self, map: TextMap, value: &Vector<'a>) -> Vector<'a> {
        let change = |text: &str| match map {
            TextMap::Lower => text.to_lowercase(),
            TextMap::Upper => text.to_uppercase(),
            TextMap::Trim => text.trim().to_owned(),
        };
        let values = (0..value.len).map(|lane| {
            let value = self.lane(value, lane);
            match &Evaluator::single(&value).data {
                Data::Text(text) => Value::text(change(text)),
                _ if value.is_lacking() => value,
                _ => Value::unreadable(""),
            }
        });
        Vector::of_values(values.collect())
    }

    /// `count(list)`: how many values there are; one that is missing is none.
    fn count(&self, members: &Members<'a>) -> Vector<'a> {
        let lanes = members.offsets.len().saturating_sub(1);
        let certain = members.belongs.is_none() && members.gaps.is_none() && members.items.states.all_known();
        if certain && !matches!(members.items.content, Content::Values(_) | Content::Same(_)) {
            let counts = (0..lanes).map(|lane| {
                let count = u32::try_from(members.range(lane).len()).unwrap_or(u32::MAX);
                f64::from(count)
            });
            return Vector::known(lanes, Content::Number(Lanes::owned(counts.collect())));
        }
        let values = (0..lanes).map(|lane| {
            let mut tally = Tally::default();
            for item in members.range(lane) {
                if !matches!(members.items.states.get(item), State::Missing | State::Through) {
                    tally.add(members.belongs(item));
                }
            }
            tally.open(members.gap(lane));
            Value::of(Data::Number(tally.range()))
        });
        numbers(values.collect())
    }
}

/// What was counted.
pub(crate) fn ranges<'a>(tallies: Vec<Tally>) -> Vector<'a> {
    numbers(tallies.into_iter().map(|tally| Value::of(Data::Number(tally.range()))).collect())
}

/// Numbers, typed where all are exact.
pub(crate) fn numbers<'a>(values: Vec<Value<'a>>) -> Vector<'a> {
    let exact: Option<Vec<f64>> = values
        .iter()
        .map(|value| match &value.data {
            Data::Number(range) => Range::number(*range),
            _ => None,
        })
        .collect();
    match exact {
        Some(exact) => Vector::known(exact.len(), Content::Number(Lanes::owned(exact))),
        None => Vector::of_values(values),
    }
}

fn exists(state: State, several: bool) -> Truth {
    match state {
        State::Known => Truth::True,
        State::Missing | State::Through => Truth::False,
        State::Pending => Truth::Pending,
        State::There if !several => Truth::True,
        State::There | State::NotSurveyed | State::Unknown => Truth::Unknown,
    }
}

fn missing(value: &Value<'_>, dynamic: bool) -> bool {
    match &value.data {
        Data::Missing { .. } => true,
        Data::Many(items) => dynamic && items.items.is_empty() && items.gaps.is_empty(),
        _ => false,
    }
}

/// Where lanes are known as bits, what is not known is open.
pub(crate) fn open(yes: Bits, known: Bits, pending: Option<Bits>) -> Truths {
    let unknown = known.not();
    match pending {
        None => Truths { yes, unknown, pending: None },
        Some(pending) => Truths { yes, unknown: unknown.without(&pending), pending: Some(pending) },
    }
}

/// The lanes of one, or of the other where `second` says so: where both are of one type.
fn merge<'a>(a: &Vector<'a>, b: &Vector<'a>, second: &Bits) -> Option<Vector<'a>> {
    let content = match (&a.content, &b.content) {
        (Content::Text(x), Content::Text(y)) => Content::Text(merge_lanes(x, y, second)?),
        (Content::Number(x), Content::Number(y)) => Content::Number(merge_lanes(x, y, second)?),
        (Content::Bool(x), Content::Bool(y)) => Content::Bool(merge_lanes(x, y, second)?),
        (Content::Time(x), Content::Time(y)) => Content::Time(merge_lanes(x, y, second)?),
        (Content::Duration(x), Content::Duration(y)) => Content::Duration(merge_lanes(x, y, second)?),
        _ => return None,
    };
    let states = (0..a.len).map(|lane| if second.get(lane) { b.states.get(lane) } else { a.states.get(lane) });
    Some(Vector { len: a.len, states: States::of(states.collect()), content })
}

fn merge_lanes<'a, T: Copy>(a: &Lanes<'a, T>, b: &Lanes<'a, T>, second: &Bits) -> Option<Lanes<'a, T>> {
    let filler = a.get(0).or_else(|| b.get(0))?;
    let pick = |lane: usize| if second.get(lane) { b.get(lane) } else { a.get(lane) };
    Some(Lanes::owned((0..second.len()).map(|lane| pick(lane).unwrap_or(filler)).collect()))
}

impl Membership {
    /// Whether a single value that is there and not known is a member.
    pub(crate) fn is_single(self) -> bool {
        self == Membership::Single
    }
}
