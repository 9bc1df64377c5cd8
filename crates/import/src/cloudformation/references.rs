//! Which resources a resource refers to.

use super::evaluate::{Evaluator, Truth, function};
use super::functions::{Part, parts};
use crate::objects::Edges;
use crate::tree::{Node, Value};

/// The references between the resources of a template, by their numbers.
pub(super) fn edges(evaluator: &Evaluator<'_>) -> Edges {
    let mut edges = Edges::default();
    for (from, resource) in evaluator.template.resources.iter().enumerate() {
        if let Some(properties) = resource.node.get("Properties") {
            Walk { evaluator, from, edges: &mut edges }.node(properties, true);
        }
    }
    edges
}

struct Walk<'a, 't> {
    evaluator: &'a Evaluator<'t>,
    from: usize,
    edges: &'a mut Edges,
}

impl Walk<'_, '_> {
    fn node(&mut self, node: &Node, certain: bool) {
        match function(node) {
            Some(("Ref", argument)) => self.named(argument, certain),
            Some(("Fn::GetAtt", argument)) => match argument.items() {
                [name, ..] => self.named(name, certain),
                [] => self.named(argument, certain),
            },
            Some(("Fn::Sub", argument)) => self.text(argument, certain),
            Some(("Fn::If", argument)) => self.branches(argument, certain),
            Some((_, argument)) => self.node(argument, certain),
            None => {
                node.items().iter().for_each(|item| self.node(item, certain));
                node.members().iter().for_each(|(_, item)| self.node(item, certain));
            }
        }
    }

    /// The resource of a name, or of the name before the first dot.
    fn named(&mut self, name: &Node, certain: bool) {
        if let Value::Text(name) = &name.value {
            self.name(name, certain);
        }
    }

    fn name(&mut self, name: &str, certain: bool) {
        let resource = name.split('.').next().unwrap_or(name);
        let Some(to) = self.evaluator.template.by_name.get(resource).filter(|to| **to != self.from) else { return };
        let edges = if certain { &mut self.edges.certain } else { &mut self.edges.possible };
        edges.push((self.from, *to));
    }

    fn text(&mut self, argument: &Node, certain: bool) {
        let (text, own) = match argument.items() {
            [text, own] => (text, Some(own)),
            _ => (argument, None),
        };
        if let Value::Text(text) = &text.value {
            for part in parts(text) {
                if let Part::Name(name) = part
                    && own.is_none_or(|own| own.get(name).is_none())
                {
                    self.name(name, certain);
                }
            }
        }
        if let Some(own) = own {
            self.node(own, certain);
        }
    }

    /// Only the branch that is taken refers to anything; where that is not known, either may.
    fn branches(&mut self, argument: &Node, certain: bool) {
        let [condition, yes, no] = argument.items() else { return };
        let truth = match &condition.value {
            Value::Text(name) => self.evaluator.condition(name),
            _ => self.evaluator.truth(condition),
        };
        match truth {
            Truth::Known(true) => self.node(yes, certain),
            Truth::Known(false) => self.node(no, certain),
            Truth::Unknown(_) => {
                self.node(yes, false);
                self.node(no, false);
            }
        }
    }
}
