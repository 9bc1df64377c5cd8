//! What a control rests on: the definitions that it uses, for people who read it.

use std::collections::BTreeSet;

use smol_str::SmolStr;
use tickmark_facts::{AttributeId, NounId};
use tickmark_source::Span;

use crate::ir::{AdjectiveRef, Control, Domain, ExprKind, ParamId, Program, Step, Type};
use crate::walk::{self, Definition, Node, uses};

/// A definition that a control uses, directly or through others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Use {
    /// Which.
    pub kind: UseKind,
    /// Its name.
    pub name: SmolStr,
    /// Where it is written; nothing for what no file declares.
    pub span: Option<Span>,
}

/// The kinds of definitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum UseKind {
    /// An entity.
    Noun,
    /// An adjective with a definition.
    Adjective,
    /// A relation with a definition.
    Relation,
    /// A parameter.
    Param,
    /// A map to a noun that is used.
    Map,
}

#[derive(Default)]
struct Found {
    definitions: BTreeSet<Definition>,
    nouns: BTreeSet<NounId>,
    params: BTreeSet<u32>,
}

impl Found {
    fn visit(&mut self, node: &Node<'_>, open: &mut Vec<Definition>) {
        open.extend(uses(node));
        match node {
            Node::Domain(Domain::All(noun)) => {
                self.nouns.insert(*noun);
            }
            Node::Domain(Domain::In(_)) => {}
            Node::Expr(expr) => {
                match &expr.kind {
                    ExprKind::Attribute(_, noun, _) => {
                        self.nouns.insert(*noun);
                    }
                    ExprKind::Param(ParamId(param)) => {
                        self.params.insert(*param);
                    }
                    _ => {}
                }
                if let Type::Record(noun) | Type::Records(noun) = expr.ty {
                    self.nouns.insert(noun);
                }
            }
        }
    }
}

impl Program {
    /// The definitions that a control uses: nouns, adjectives, relations, parameters, and the maps that fill its nouns.
    #[must_use]
    pub fn definitions_of(&self, control: &Control) -> Vec<Use> {
        let mut found = Found::default();
        let mut open = Vec::new();
        self.walk_control(control, &mut |node| found.visit(&node, &mut open));
        while let Some(definition) = open.pop() {
            if found.definitions.insert(definition) {
                self.walk_definition(definition, &mut |node| found.visit(&node, &mut open));
            }
        }
        let mut used: Vec<Use> = Vec::new();
        for noun in &found.nouns {
            let need = self.needs.noun(*noun);
            let span = self.nouns.get(noun.0 as usize).and_then(|noun| noun.span);
            if span.is_some() {
                used.push(Use { kind: UseKind::Noun, name: need.name.clone(), span });
            }
        }
        for definition in &found.definitions {
            let (kind, named) = match definition {
                Definition::Adjective(index) => {
                    (UseKind::Adjective, self.adjectives.get(*index as usize).map(|it| (it.name.clone(), it.span)))
                }
                Definition::Relation(index) => {
                    (UseKind::Relation, self.relations.get(*index as usize).map(|it| (it.name.clone(), it.span)))
                }
            };
            used.extend(named.map(|(name, span)| Use { kind, name, span: Some(span) }));
        }
        let params = found.params.iter().filter_map(|param| self.params.get(*param as usize));
        used.extend(params.map(|param| Use { kind: UseKind::Param, name: param.name.clone(), span: Some(param.span) }));
        for map in self.maps.iter().filter(|map| found.nouns.contains(&map.to)) {
            let name = self.needs.noun(map.to).name.clone();
            used.push(Use { kind: UseKind::Map, name, span: Some(map.span) });
        }
        used.sort();
        used
    }

    /// Where the program first asks for an attribute.
    #[must_use]
    pub fn first_use(&self, noun: NounId, attribute: AttributeId) -> Option<Span> {
        let mut first: Option<Span> = None;
        let mut visit = |node: Node<'_>| {
            let Node::Expr(expr) = node else { return };
            let asks = match &expr.kind {
                ExprKind::Attribute(_, of, asked) => (*of, *asked) == (noun, attribute),
                ExprKind::Is(_, AdjectiveRef::Bool(of, asked) | AdjectiveRef::Value(of, asked, _)) => {
                    (*of, *asked) == (noun, attribute)
                }
                ExprKind::Closure(closure) => closure.noun == noun && closure.step == Step::Attribute(attribute),
                _ => false,
            };
            if asks && first.is_none_or(|first| expr.span < first) {
                first = Some(expr.span);
            }
        };
        for control in &self.controls {
            self.walk_control(control, &mut visit);
        }
        for index in 0..self.adjectives.len() {
            self.walk_definition(Definition::Adjective(u32::try_from(index).unwrap_or(u32::MAX)), &mut visit);
        }
        for index in 0..self.relations.len() {
            self.walk_definition(Definition::Relation(u32::try_from(index).unwrap_or(u32::MAX)), &mut visit);
        }
        for map in &self.maps {
            walk::phrase(&map.from, &mut visit);
            map.assignments.iter().for_each(|(_, value)| walk::expression(value, &mut visit));
        }
        if let Some((phrase, _)) = &self.query {
            walk::phrase(phrase, &mut visit);
        }
        first
    }
}
