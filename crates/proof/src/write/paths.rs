//! Paths: from a subject in scope, along attributes, relations, parents, closures and keys, to a value of a wanted shape.

use super::{Shape, Writer};
use crate::world::{Kind, Stand};

/// A path under construction.
#[derive(Clone, Debug)]
pub(super) struct Reached {
    pub(super) text: String,
    pub(super) shape: Shape,
}

impl Writer<'_> {
    /// A path whose shape is wanted; nothing where a few tries do not find one.
    pub(super) fn reach(&mut self, wanted: &dyn Fn(&Shape) -> bool) -> Option<String> {
        (0..4).find_map(|_| self.try_reach(wanted)).map(|reached| reached.text)
    }

    fn try_reach(&mut self, wanted: &dyn Fn(&Shape) -> bool) -> Option<Reached> {
        let mut at = self.start()?;
        for hop in 0..4 {
            let may_end = hop > 0 || self.random.chance(40);
            if may_end && wanted(&at.shape) && !at.text.is_empty() && self.random.chance(85) {
                return Some(at);
            }
            let steps = self.steps(&at);
            if steps.is_empty() {
                break;
            }
            let ends: Vec<Reached> = steps.iter().filter(|step| wanted(&step.shape)).cloned().collect();
            let further: Vec<Reached> =
                steps.into_iter().filter(|step| matches!(step.shape, Shape::Record(_) | Shape::Records(_))).collect();
            let go_on = !further.is_empty() && self.random.chance(if ends.is_empty() { 100 } else { 30 });
            let choice = if go_on { self.random.pick(&further) } else { self.random.pick(&ends) };
            at = choice?.clone();
            if wanted(&at.shape) && !go_on {
                return Some(at);
            }
        }
        (wanted(&at.shape) && !at.text.is_empty()).then_some(at)
    }

    /// A subject in scope, the innermost more often.
    fn start(&mut self) -> Option<Reached> {
        let count = self.scope.len();
        let back = if self.random.chance(60) { 0 } else { self.random.below(count) };
        let index = count.checked_sub(back + 1)?;
        let subject = self.scope.get(index)?;
        Some(Reached { text: subject.word.clone(), shape: subject.shape.clone() })
    }

    /// Everything that is one step away.
    fn steps(&mut self, from: &Reached) -> Vec<Reached> {
        let (noun, several) = match from.shape {
            Shape::Record(noun) => (noun, false),
            Shape::Records(noun) => (noun, true),
            Shape::Json => return self.json_steps(from),
            _ => return Vec::new(),
        };
        // A bare word is the innermost subject's attribute, as long as it is no open one.
        let innermost = self.scope.last().is_some_and(|subject| subject.word == from.text) && !self.world.is_open(noun);
        let nameless = self.scope.last().is_some_and(|subject| subject.word.is_empty());
        if from.text.is_empty() && !nameless {
            return Vec::new();
        }
        let meta = self.world.noun(noun).is_some_and(|noun| noun.stand == Stand::Meta);
        let bare = from.text.is_empty() || innermost && !meta && self.random.chance(35) && !self.is_map_entry(noun);
        let lead = if bare { String::new() } else { format!("{}.", from.text) };
        let mut steps = Vec::new();
        let attributes = self.world.attributes(noun);
        for attribute in attributes {
            if self.leads_where_it_may(&attribute.kind) {
                let shape = flattened(several, &attribute.kind);
                let text = format!("{lead}{}", attribute.name);
                if let Kind::One(to) | Kind::Many(to) = attribute.kind
                    && to == noun
                    && !bare
                {
                    for sign in ["*", "+"] {
                        steps.push(Reached { text: format!("{text}{sign}"), shape: Shape::Records(noun) });
                    }
                }
                if let Kind::Map(entry) = attribute.kind {
                    steps.extend(self.keyed(&text, entry));
                }
                steps.push(Reached { text, shape });
            }
        }
        steps.extend(self.relation_steps(noun, &lead, bare));
        if self.world.is_open(noun) && !several && !from.text.is_empty() {
            for attribute in self.world.attributes(noun).iter().filter(|attribute| attribute.kind == Kind::Any) {
                let text = format!("{}[\"{}\"]", from.text, attribute.name);
                steps.push(Reached { text, shape: Shape::One(Kind::Any) });
            }
            if self.random.chance(10) {
                steps.push(Reached { text: format!("{}[lower(\"ANY1\")]", from.text), shape: Shape::One(Kind::Any) });
            }
        }
        if !several && !bare {
            for parent in self.world.parents(noun) {
                if self.may_read(parent) {
                    let text = format!("{lead}{}", self.world.noun_name(parent));
                    steps.push(Reached { text, shape: Shape::Record(parent) });
                }
            }
        }
        steps
    }

    fn is_map_entry(&self, noun: usize) -> bool {
        self.world.noun(noun).is_some_and(|noun| noun.stand == Stand::Nested && noun.name.starts_with("map"))
    }

    fn leads_where_it_may(&self, kind: &Kind) -> bool {
        match kind {
            Kind::One(to) | Kind::Many(to) | Kind::Map(to) | Kind::Block(to) => self.may_read(*to),
            _ => true,
        }
    }

    /// `map["key"]`
    fn keyed(&mut self, map: &str, entry: usize) -> Option<Reached> {
        let value = self.world.attributes(entry).last()?.kind.clone();
        let key = self.random.word(&["a", "b", "prod", "", "\u{fc}n\u{ef}"]);
        Some(Reached { text: format!("{map}[\"{key}\"]"), shape: Shape::One(value) })
    }

    fn relation_steps(&self, noun: usize, lead: &str, bare: bool) -> Vec<Reached> {
        let mut steps = Vec::new();
        for relation in
            self.relations.iter().filter(|relation| relation.noun == noun && (relation.raw || !self.only_raw))
        {
            let shape = relation.leads_to.clone();
            let text = format!("{lead}{}", relation.name);
            if shape == Shape::Records(noun) && !bare {
                for sign in ["*", "+"] {
                    steps.push(Reached { text: format!("{text}{sign}"), shape: Shape::Records(noun) });
                }
            }
            steps.push(Reached { text, shape });
        }
        steps
    }

    fn json_steps(&mut self, from: &Reached) -> Vec<Reached> {
        let member = self.random.word(&[".a", ".l", "[\"a\"]"]);
        vec![Reached { text: format!("{}{member}", from.text), shape: Shape::Json }]
    }

    /// Records of a noun as a path: for closures, `in`, counts.
    pub(super) fn reach_records(&mut self, noun: Option<usize>) -> Option<(String, usize)> {
        let found = (0..4).find_map(|_| {
            self.try_reach(&|shape| match shape {
                Shape::Records(of) => noun.is_none_or(|noun| noun == *of),
                _ => false,
            })
        })?;
        match found.shape {
            Shape::Records(of) => Some((found.text, of)),
            _ => None,
        }
    }

    /// Any path and its shape.
    pub(super) fn reach_any(&mut self) -> Option<Reached> {
        self.try_reach(&|_| true)
    }
}

/// The shape of an attribute of one record, or of several.
fn flattened(several: bool, kind: &Kind) -> Shape {
    match kind {
        Kind::One(noun) if several => Shape::Records(*noun),
        Kind::One(noun) => Shape::Record(*noun),
        Kind::Many(noun) | Kind::Map(noun) => Shape::Records(*noun),
        Kind::List(item) => Shape::List((**item).clone()),
        // What is inside a block is reached through it; as a value it is typed when it is read.
        Kind::Block(noun) => {
            if several {
                Shape::Records(*noun)
            } else {
                Shape::Record(*noun)
            }
        }
        kind if several => Shape::List(kind.clone()),
        kind => Shape::One(kind.clone()),
    }
}
