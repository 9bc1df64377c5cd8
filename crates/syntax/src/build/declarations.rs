//! Packs, params, entities, adjectives, relations, maps and capabilities.

use super::{Builder, Nodes, next_if, skip};
use crate::ast::{
    Adjective, Assignment, AttributeDecl, Capability, Entity, FilterKind, Map, MapParent, Name, Pack, Param, Phrase,
    Relation, RelationBody, TypeExpr, TypeKind,
};
use crate::grammar::Rule;
use crate::nodes::Node;

impl Builder {
    pub(super) fn pack(&mut self, node: Node<'_>) -> Option<Pack> {
        let span = self.span(&node);
        let mut nodes = node.into_inner();
        skip(&mut nodes, Rule::kw_pack);
        Some(Pack { name: self.next_name(&mut nodes)?, title: self.next_text(&mut nodes), span })
    }

    pub(super) fn param(&mut self, node: Node<'_>) -> Option<Param> {
        let span = self.span(&node);
        let mut nodes = node.into_inner();
        skip(&mut nodes, Rule::kw_param);
        let name = self.next_name(&mut nodes)?;
        skip(&mut nodes, Rule::assign);
        let value = self.value(nodes.next()?)?;
        Some(Param { name, value, doc: self.next_text(&mut nodes), span })
    }

    pub(super) fn entity(&mut self, node: Node<'_>) -> Option<Entity> {
        let span = self.span(&node);
        let mut nodes = node.into_inner();
        skip(&mut nodes, Rule::kw_entity);
        let name = self.next_name(&mut nodes)?;
        let doc = self.next_text(&mut nodes);
        let mut entity = Entity { name, doc, key: Vec::new(), attributes: Vec::new(), span };
        let mut key_seen = None;
        for member in nodes {
            match member.as_rule() {
                Rule::key_clause => {
                    let key_span = self.span(&member);
                    if let Some(first) = key_seen.replace(key_span) {
                        self.twice(key_span, first, "key");
                    }
                    let names = member.into_inner().filter(|part| part.as_rule() == Rule::name);
                    entity.key.extend(names.map(|part| self.name(&part)));
                }
                Rule::attribute => entity.attributes.extend(self.attribute(member)),
                _ => {}
            }
        }
        Some(entity)
    }

    fn attribute(&mut self, node: Node<'_>) -> Option<AttributeDecl> {
        let span = self.span(&node);
        let mut nodes = node.into_inner();
        let name = self.next_name(&mut nodes)?;
        let (mut event, mut optional) = (false, false);
        let ty = loop {
            let part = nodes.next()?;
            match part.as_rule() {
                Rule::mod_event => event = true,
                Rule::mod_optional => optional = true,
                _ => break self.type_expr(part)?,
            }
        };
        Some(AttributeDecl { name, event, optional, ty, doc: self.next_text(&mut nodes), span })
    }

    fn type_expr(&mut self, node: Node<'_>) -> Option<TypeExpr> {
        let span = self.span(&node);
        let kind = self.deeper(span, 1, |builder| builder.type_kind(node))?;
        Some(TypeExpr { kind, span })
    }

    fn type_kind(&mut self, node: Node<'_>) -> Option<TypeKind> {
        let node = node.into_inner().next()?;
        Some(match node.as_rule() {
            Rule::simple_type => simple_type(node.as_str())?,
            Rule::one_of_type => TypeKind::OneOf(self.texts(node.into_inner())),
            Rule::ordered_type => TypeKind::Ordered(self.texts(node.into_inner())),
            Rule::one_type => TypeKind::One(self.last_name(node.into_inner())?),
            Rule::many_type => TypeKind::Many(self.last_name(node.into_inner())?),
            Rule::list_type => TypeKind::List(Box::new(self.type_expr(node.into_inner().last()?)?)),
            Rule::map_type => TypeKind::Map(Box::new(self.type_expr(node.into_inner().last()?)?)),
            Rule::record_type => {
                let attributes = node.into_inner().filter(|part| part.as_rule() == Rule::attribute);
                TypeKind::Record(attributes.filter_map(|part| self.attribute(part)).collect())
            }
            _ => return None,
        })
    }

    fn last_name(&self, nodes: Nodes<'_>) -> Option<Name> {
        nodes.last().map(|node| self.name(&node))
    }

    pub(super) fn adjective(&mut self, node: Node<'_>) -> Option<Adjective> {
        let span = self.span(&node);
        let mut nodes = node.into_inner();
        skip(&mut nodes, Rule::kw_adjective);
        let name = self.next_name(&mut nodes)?;
        skip(&mut nodes, Rule::kw_for);
        let noun = self.next_name(&mut nodes)?;
        let binder = next_if(&mut nodes, Rule::word).map(|node| self.name(&node));
        skip(&mut nodes, Rule::colon);
        Some(Adjective { name, noun, binder, condition: self.expr(nodes.next()?)?, span })
    }

    pub(super) fn relation(&mut self, node: Node<'_>) -> Option<Relation> {
        let span = self.span(&node);
        let mut nodes = node.into_inner();
        skip(&mut nodes, Rule::kw_relation);
        let name = self.next_name(&mut nodes)?;
        skip(&mut nodes, Rule::kw_of);
        let noun = self.next_name(&mut nodes)?;
        let binder = next_if(&mut nodes, Rule::word).map(|node| self.name(&node));
        skip(&mut nodes, Rule::colon);
        let body = nodes.next()?;
        let body = if body.as_rule() == Rule::phrase {
            RelationBody::Phrase(self.phrase(body)?)
        } else {
            RelationBody::Path(self.path(body)?)
        };
        if let Some(filter) = nodes.next() {
            let span = self.span(&filter);
            self.wrong(
                span,
                "a path takes no filter in a relation",
                "name what the path leads to: `relation passed_test of model m: test t in m.tests where t.passed`",
            );
            return None;
        }
        Some(Relation { name, noun, binder, body, span })
    }

    pub(super) fn map(&mut self, node: Node<'_>) -> Option<Map> {
        let span = self.span(&node);
        let mut nodes = node.into_inner();
        skip(&mut nodes, Rule::kw_map);
        let from = self.phrase(nodes.next()?)?;
        self.check_map_phrase(&from);
        skip(&mut nodes, Rule::kw_to);
        let to = self.next_name(&mut nodes)?;
        let child_of = match next_if(&mut nodes, Rule::map_parent) {
            Some(parent) => {
                let mut words = parent.into_inner();
                skip(&mut words, Rule::kw_of);
                Some(MapParent { noun: self.next_name(&mut words)?, binder: self.next_name(&mut words)? })
            }
            None => None,
        };
        let mut assignments = Vec::new();
        for assignment in nodes.filter(|node| node.as_rule() == Rule::assignment) {
            let mut parts = assignment.into_inner();
            let name = self.next_name(&mut parts)?;
            skip(&mut parts, Rule::assign);
            if let Some(value) = self.expr(parts.next()?) {
                assignments.push(Assignment { name, value });
            }
        }
        Some(Map { from, to, child_of, assignments, span })
    }

    /// A map ranges over rows, so that only `of` and `where` make sense in it.
    fn check_map_phrase(&mut self, from: &Phrase) {
        if let Some(article) = &from.article {
            self.wrong(article.span, format!("a map takes no `{}` before its noun", article.text), "");
        }
        for filter in &from.filters {
            if !matches!(filter.kind, FilterKind::Where(_)) {
                self.wrong(filter.span, "a map takes no filter but `where`", "say it as a condition after `where`");
            }
        }
    }

    pub(super) fn capability(&mut self, node: Node<'_>) -> Option<Capability> {
        let span = self.span(&node);
        let mut nodes = node.into_inner();
        skip(&mut nodes, Rule::kw_capability);
        let name = self.next_name(&mut nodes)?;
        let title = self.next_text(&mut nodes);
        Some(Capability { name, title, actions: self.texts(nodes), span })
    }
}

fn simple_type(word: &str) -> Option<TypeKind> {
    Some(match word {
        "text" => TypeKind::Text,
        "number" => TypeKind::Number,
        "bool" => TypeKind::Bool,
        "time" => TypeKind::Time,
        "duration" => TypeKind::Duration,
        "any" => TypeKind::Any,
        _ => return None,
    })
}
