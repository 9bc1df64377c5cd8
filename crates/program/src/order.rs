//! Order of evaluation: maps so that what they read is complete, and definitions that must not use themselves.

use std::collections::{BTreeMap, BTreeSet};

use petgraph::algo::{kosaraju_scc, toposort};
use petgraph::graph::{DiGraph, NodeIndex};
use tickmark_diagnostics::Diagnostic;
use tickmark_diagnostics::codes::program as codes;
use tickmark_facts::NounId;
use tickmark_source::Span;

use crate::ir::{AdjectiveRef, Domain, Expr, ExprKind, Map, Type};
use crate::resolver::Resolver;
use crate::walk::{self, Definition, Node, uses};

impl Resolver<'_> {
    /// Refuses adjectives and relations that use themselves, directly or through others.
    pub(crate) fn check_recursion(&mut self) {
        let (adjectives, relations) = (self.program.adjectives.len(), self.program.relations.len());
        let mut graph: DiGraph<Definition, ()> = DiGraph::with_capacity(adjectives + relations, 0);
        let number = |index: usize| u32::try_from(index).unwrap_or(0);
        for index in 0..adjectives {
            graph.add_node(Definition::Adjective(number(index)));
        }
        for index in 0..relations {
            graph.add_node(Definition::Relation(number(index)));
        }
        let node = |definition: Definition| match definition {
            Definition::Adjective(index) => NodeIndex::new(index as usize),
            Definition::Relation(index) => NodeIndex::new(adjectives + index as usize),
        };
        let mut used = Vec::new();
        for from in graph.node_indices() {
            let Some(definition) = graph.node_weight(from) else { continue };
            self.program.walk_definition(*definition, &mut |node| {
                if let Some(definition) = uses(&node) {
                    used.push(definition);
                }
            });
            used.sort_unstable();
            used.dedup();
            for to in used.drain(..).map(node) {
                if graph.node_weight(to).is_some() {
                    graph.update_edge(from, to, ());
                }
            }
        }
        // Most definitions are written in terms of attributes alone.
        if graph.edge_count() == 0 {
            return;
        }
        for component in kosaraju_scc(&graph) {
            let circle = component.len() > 1 || component.first().is_some_and(|node| graph.contains_edge(*node, *node));
            if !circle {
                continue;
            }
            let mut members: Vec<(Span, String)> = component
                .iter()
                .filter_map(|node| graph.node_weight(*node))
                .map(|definition| self.definition_name(*definition))
                .collect();
            members.sort();
            let names = members.iter().map(|(_, name)| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let Some((span, first)) = members.first() else { continue };
            let message =
                if members.len() == 1 { format!("`{first}` uses itself") } else { format!("{names} use each other") };
            let of_adjectives = component
                .iter()
                .filter_map(|node| graph.node_weight(*node))
                .all(|definition| matches!(definition, Definition::Adjective(_)));
            let help = if of_adjectives {
                "say what must hold in terms of attributes, or of adjectives that do not lead back here"
            } else {
                "a relation that is followed again and again is a closure: `parents*`"
            };
            self.report(Diagnostic::error(codes::RECURSION, *span, message).help(help));
        }
    }

    fn definition_name(&self, definition: Definition) -> (Span, String) {
        let found = match definition {
            Definition::Adjective(index) => self
                .program
                .adjectives
                .get(index as usize)
                .map(|adjective| (adjective.span, adjective.name.to_string())),
            Definition::Relation(index) => {
                self.program.relations.get(index as usize).map(|relation| (relation.span, relation.name.to_string()))
            }
        };
        found.unwrap_or_else(|| (Span::new(tickmark_source::FileId(0), 0, 0), String::new()))
    }

    /// Sorts the maps so that what each reads is complete before it; reports those that read each other in a circle.
    pub(crate) fn order_maps(&mut self) {
        let mut graph: DiGraph<NounId, ()> = DiGraph::new();
        let mut nodes: BTreeMap<NounId, NodeIndex> = BTreeMap::new();
        for map in &self.program.maps {
            nodes.entry(map.to).or_insert_with(|| graph.add_node(map.to));
        }
        for map in &self.program.maps {
            let Some(to) = nodes.get(&map.to).copied() else { continue };
            for read in self.nouns_read(map) {
                // Raw nouns are complete from the start; only mapped ones have an order.
                if let Some(from) = nodes.get(&read) {
                    graph.update_edge(*from, to, ());
                }
            }
        }
        if let Ok(order) = toposort(&graph, None) {
            let place: BTreeMap<NounId, usize> = order
                .iter()
                .enumerate()
                .filter_map(|(place, node)| graph.node_weight(*node).map(|noun| (*noun, place)))
                .collect();
            self.program.maps.sort_by_key(|map| place.get(&map.to).copied().unwrap_or(usize::MAX));
            return;
        }
        for component in kosaraju_scc(&graph) {
            let circle = component.len() > 1 || component.first().is_some_and(|node| graph.contains_edge(*node, *node));
            if circle {
                let nouns: BTreeSet<NounId> =
                    component.iter().filter_map(|node| graph.node_weight(*node)).copied().collect();
                self.report_map_circle(&nouns);
            }
        }
    }

    fn report_map_circle(&mut self, nouns: &BTreeSet<NounId>) {
        let mut spans: Vec<Span> =
            self.program.maps.iter().filter(|map| nouns.contains(&map.to)).map(|map| map.span).collect();
        spans.sort();
        let mut names: Vec<String> = nouns.iter().map(|noun| format!("`{}`", self.word(*noun))).collect();
        names.sort();
        let Some((first, rest)) = spans.split_first() else { return };
        let message = match names.as_slice() {
            [only] => format!("a map to {only} reads {only}: that is a circle"),
            _ => format!("maps read each other in a circle: {}", names.join(", ")),
        };
        let mut diagnostic = Diagnostic::error(codes::MAP_CIRCLE, *first, message);
        for span in rest {
            diagnostic = diagnostic.label(*span, "and this one");
        }
        self.report(diagnostic.help("a map may read raw nouns, and nouns whose maps are complete before it"));
    }

    /// The nouns that a map reads, through definitions too.
    fn nouns_read(&self, map: &Map) -> BTreeSet<NounId> {
        let mut read = BTreeSet::new();
        let mut open: Vec<Definition> = Vec::new();
        let mut seen: BTreeSet<Definition> = BTreeSet::new();
        {
            let mut visit = |node: Node<'_>| {
                read_by(&node, &mut read);
                open.extend(uses(&node));
            };
            walk::phrase(&map.from, &mut visit);
            for (_, value) in &map.assignments {
                walk::expression(value, &mut visit);
            }
        }
        while let Some(definition) = open.pop() {
            if seen.insert(definition) {
                self.program.walk_definition(definition, &mut |node| {
                    read_by(&node, &mut read);
                    open.extend(uses(&node));
                });
            }
        }
        if let Some(child) = &map.child_of {
            read.insert(child.noun);
        }
        read
    }
}

fn read_by(node: &Node<'_>, read: &mut BTreeSet<NounId>) {
    match node {
        Node::Domain(Domain::All(noun)) => {
            read.insert(*noun);
        }
        Node::Domain(Domain::In(_)) => {}
        Node::Expr(expr) => read.extend(nouns_of(expr)),
    }
}

/// The nouns whose records an expression reads: those whose attributes it asks for, and those of the records it gives.
fn nouns_of(expr: &Expr) -> Vec<NounId> {
    let mut nouns = Vec::new();
    match &expr.kind {
        ExprKind::Attribute(_, noun, _)
        | ExprKind::Parent(_, noun)
        | ExprKind::Is(_, AdjectiveRef::Bool(noun, _) | AdjectiveRef::Value(noun, ..)) => {
            nouns.push(*noun);
        }
        ExprKind::Closure(closure) => nouns.push(closure.noun),
        // The members of a relation are counted or listed: they must all be there.
        ExprKind::Quantified(_) | ExprKind::CountPhrase(_) | ExprKind::Call(..) => {}
        _ => {}
    }
    if let Type::Records(noun) = expr.ty {
        nouns.push(noun);
    }
    nouns
}
