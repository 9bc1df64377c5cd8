//! Maps: from raw records to the vocabulary.

use std::collections::BTreeSet;

use tickmark_diagnostics::Diagnostic;
use tickmark_diagnostics::codes::program as codes;
use tickmark_facts::{AttributeId, NounId};
use tickmark_syntax::ast;

use crate::definitions::Sourced;
use crate::ir::{ChildOf, Expr, Map, Slot, Type};
use crate::phrase::PhraseMode;
use crate::resolver::Resolver;
use crate::scope::Scope;

impl<'a> Resolver<'a> {
    /// Resolves all maps. A map of the user's own takes the place of the library's from the same noun to the same noun.
    pub(crate) fn resolve_maps(&mut self, maps: &[Sourced<'a, ast::Map>]) {
        let route = |map: &ast::Map| {
            let from = map.from.words.iter().map(|word| word.text.clone()).next();
            (from, map.to.text.clone())
        };
        let own: BTreeSet<_> = maps.iter().filter(|map| !map.library).map(|map| route(map.item)).collect();
        for Sourced { item, library } in maps {
            if *library && own.contains(&route(item)) {
                continue;
            }
            if let Some(map) = self.map(item) {
                if let Some(noun) = self.program.nouns.get_mut(map.to.0 as usize) {
                    noun.mapped = true;
                }
                self.program.maps.push(map);
            }
        }
    }

    fn map(&mut self, item: &ast::Map) -> Option<Map> {
        let mut scope = Scope::default();
        let from = self.phrase(&item.from, &mut scope, &PhraseMode::Top);
        let to = self.map_target(&item.to);
        let (from, to) = (from?, to?);
        self.refuse_cadence(&from, "a map")?;
        let child_of = match &item.child_of {
            None => None,
            Some(parent) => Some(self.map_parent(parent, to, &scope_slot(&mut scope, &parent.binder), &item.to)?),
        };
        let mut assignments: Vec<(AttributeId, Expr)> = Vec::new();
        let mut whole = true;
        for assignment in &item.assignments {
            match self.assignment(assignment, to, &mut scope) {
                Some((attribute, _)) if assignments.iter().any(|(known, _)| *known == attribute) => {
                    self.error(
                        codes::BAD_MAP,
                        assignment.name.span,
                        format!("`{}` is given twice", assignment.name.text),
                    );
                    whole = false;
                }
                Some(assigned) => assignments.push(assigned),
                None => whole = false,
            }
        }
        self.check_key(to, &assignments, item)?;
        whole.then(|| Map { from, slots: scope.slots(), to, child_of, assignments, span: item.span })
    }

    fn map_target(&mut self, name: &ast::Name) -> Option<NounId> {
        let noun = self.noun_named(&name.text);
        match noun {
            Some(noun) if !self.is_open(noun) => Some(noun),
            _ => {
                let names = self.noun_names();
                let mut diagnostic =
                    Diagnostic::error(codes::UNKNOWN_NOUN, name.span, format!("no entity declares `{}`", name.text));
                diagnostic = match Self::suggestion(&name.text, &names) {
                    Some(near) => diagnostic.help(near),
                    None => diagnostic.help(format!("a map leads to a declared noun: `entity {} {{ … }}`", name.text)),
                };
                self.report(diagnostic);
                None
            }
        }
    }

    fn map_parent(
        &mut self,
        parent: &ast::MapParent,
        to: NounId,
        slot: &Option<Slot>,
        target: &ast::Name,
    ) -> Option<ChildOf> {
        let noun = self.map_target(&parent.noun)?;
        let Some(slot) = slot else {
            self.report(
                Diagnostic::error(
                    codes::UNKNOWN_NAME,
                    parent.binder.span,
                    format!("nothing in this map is called `{}`", parent.binder.text),
                )
                .help(
                    "name the record whose mapped record is the parent: `map tag t of run r … to approval of model r`",
                ),
            );
            return None;
        };
        let relations: Vec<AttributeId> = (0..u32::try_from(self.needs.noun(noun).attributes.len()).unwrap_or(0))
            .map(AttributeId)
            .filter(|attribute| {
                matches!(self.attribute_type(noun, *attribute), Type::Records(child) | Type::Record(child) if *child == to)
            })
            .collect();
        match relations.as_slice() {
            [relation] => Some(ChildOf { noun, relation: *relation, slot: *slot }),
            [] => {
                let (child, owner) = (self.word(to), self.word(noun));
                self.report(
                    Diagnostic::error(
                        codes::NO_RELATION,
                        target.span,
                        format!("nothing leads from `{owner}` to `{child}`"),
                    )
                    .help(format!("declare it in the entity: `{} many {child}`", crate::plural::plural(&child))),
                );
                None
            }
            several => {
                let list = several
                    .iter()
                    .map(|id| format!("`{}`", self.attribute_name(noun, *id)))
                    .collect::<Vec<_>>()
                    .join(", ");
                let child = self.word(to);
                // The plural of the child is the plain reading; other relations are filled by their own maps.
                let plain =
                    several.iter().find(|id| Self::same_word(&self.attribute_name(noun, **id), &child)).copied();
                if let Some(relation) = plain {
                    return Some(ChildOf { noun, relation, slot: *slot });
                }
                self.error(
                    codes::AMBIGUOUS_RELATION,
                    target.span,
                    format!("several relations lead to `{child}`: {list}"),
                );
                None
            }
        }
    }

    fn assignment(
        &mut self,
        assignment: &ast::Assignment,
        to: NounId,
        scope: &mut Scope,
    ) -> Option<(AttributeId, Expr)> {
        let attribute = self.needs.noun(to).attribute(&assignment.name.text);
        let value = self.expression(&assignment.value, scope);
        let Some(attribute) = attribute else {
            let owner = self.word(to);
            let names = self.member_names(to);
            let mut diagnostic = Diagnostic::error(
                codes::UNKNOWN_ATTRIBUTE,
                assignment.name.span,
                format!("`{owner}` has no attribute `{}`", assignment.name.text),
            );
            if let Some(near) = Self::suggestion(&assignment.name.text, &names) {
                diagnostic = diagnostic.help(near);
            }
            self.report(diagnostic);
            return None;
        };
        let value = value?;
        let wanted = self.attribute_type(to, attribute).clone();
        self.check_enum_value(&wanted, &value, assignment.name.span)?;
        if !self.assignable(&wanted, &value.ty) {
            let message = format!(
                "`{}` is {}, and the value is {}",
                assignment.name.text,
                self.describe(&wanted),
                self.describe(&value.ty)
            );
            self.error(codes::WRONG_TYPE, value.span, message);
            return None;
        }
        Some((attribute, value))
    }

    /// Text is read as whatever the attribute is: a time, a reference, one of its values.
    fn assignable(&self, wanted: &Type, value: &Type) -> bool {
        match (wanted, value) {
            (_, Type::Text | Type::Any(_) | Type::Json) | (Type::Any(_), _) => true,
            (Type::Text, Type::Number | Type::Bool | Type::Enum { .. }) => true,
            (Type::Enum { .. }, Type::Enum { .. }) => true,
            (Type::Records(a), Type::Record(b) | Type::Records(b)) => a == b,
            (Type::Records(_) | Type::Record(_), Type::List(item)) => matches!(**item, Type::Text | Type::Any(_)),
            (Type::List(a), Type::List(b)) => self.assignable(a, b),
            (Type::List(a), b) => self.assignable(a, b),
            (a, b) => a == b,
        }
    }

    /// A record without its key could never be found again; children of a parent need none.
    fn check_key(&mut self, to: NounId, assignments: &[(AttributeId, Expr)], item: &ast::Map) -> Option<()> {
        let missing =
            self.needs.noun(to).key.iter().find(|key| !assignments.iter().any(|(known, _)| known == *key)).copied();
        let Some(missing) = missing else { return Some(()) };
        let (owner, name) = (self.word(to), self.attribute_name(to, missing));
        self.report(
            Diagnostic::error(
                codes::BAD_MAP,
                item.to.span,
                format!("the map does not give `{name}`, which is part of the key of `{owner}`"),
            )
            .help(format!("add `{name} = …`")),
        );
        None
    }
}

/// The slot of the subject that a map's parent names.
fn scope_slot(scope: &mut Scope, binder: &ast::Name) -> Option<Slot> {
    let by_binder = scope.binder(&binder.text).map(|(subject, _)| subject.slot);
    by_binder.or_else(|| {
        scope.innermost_first().find(|subject| subject.words.contains(&binder.text)).map(|subject| subject.slot)
    })
}
