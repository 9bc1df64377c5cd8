//! Declarations: entities become nouns with typed attributes before anything that speaks of them is resolved.

use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use rustc_hash::{FxBuildHasher, FxHashMap};
use smol_str::SmolStr;
use tickmark_diagnostics::Diagnostic;
use tickmark_diagnostics::codes::program as codes;
use tickmark_facts::{AttributeId, AttributeNeed, AttributeType, NounId, NounNeed};
use tickmark_source::Span;
use tickmark_syntax::ast;

use crate::ir::{Noun, Type};
use crate::plural::{plural, singulars};
use crate::resolver::Resolver;

/// The nouns about the checking itself.
pub(crate) const META: &str = include_str!("meta.tick");

const META_NOUNS: [&str; 5] = ["source", "control", "verdict", "exception", "criterion"];

/// Where a name was given before; from now on it is.
fn given_before<'a>(given: &mut FxHashMap<&'a str, Span>, name: &'a str, at: Span) -> Option<Span> {
    match given.entry(name) {
        Entry::Occupied(first) => Some(*first.get()),
        Entry::Vacant(free) => {
            free.insert(at);
            None
        }
    }
}

impl<'a> Resolver<'a> {
    /// Declares all entities: first the names, so that they may speak of each other, then the attributes.
    pub(crate) fn declare_entities(&mut self, entities: &[&'a ast::Entity], meta: bool) {
        let mut declared: FxHashMap<&str, Span> = FxHashMap::default();
        let mut nouns = Vec::with_capacity(entities.len());
        for entity in entities {
            if !meta && META_NOUNS.contains(&entity.name.text.as_str()) {
                self.report(
                    Diagnostic::error(
                        codes::RESERVED_NOUN,
                        entity.name.span,
                        format!("`{}` is a noun about the checking itself", entity.name.text),
                    )
                    .help(format!("give yours another name, such as `my_{}`", entity.name.text)),
                );
                continue;
            }
            if let Some(first) = given_before(&mut declared, &entity.name.text, entity.name.span) {
                self.report_twice("entity", &entity.name, first);
                continue;
            }
            let need = NounNeed {
                name: entity.name.text.clone(),
                word: entity.name.text.clone(),
                plurals: vec![plural(&entity.name.text).into()],
                ..NounNeed::default()
            };
            let noun = Noun {
                doc: entity.doc.as_ref().map(|doc| doc.text.clone()),
                span: Some(entity.span),
                ..Noun::default()
            };
            nouns.push((*entity, self.add_noun(need, noun)));
        }
        for (entity, noun) in nouns {
            let entity = &with_key(entity);
            self.declare_attributes(noun, &entity.attributes);
            self.declare_key(noun, entity);
        }
    }

    pub(crate) fn report_twice(&mut self, what: &str, name: &ast::Name, first: Span) {
        self.report(
            Diagnostic::error(codes::DEFINED_TWICE, name.span, format!("{what} `{}` is defined twice", name.text))
                .label(first, "first defined here")
                .help("rename one of them, or take one out"),
        );
    }

    fn declare_attributes(&mut self, noun: NounId, attributes: &[ast::AttributeDecl]) {
        self.reserve_attributes(noun, attributes.len());
        let mut seen = FxHashMap::with_capacity_and_hasher(attributes.len(), FxBuildHasher);
        for attribute in attributes {
            if let Some(first) = given_before(&mut seen, &attribute.name.text, attribute.name.span) {
                self.report_twice("attribute", &attribute.name, first);
                continue;
            }
            let Some((read_as, ty)) = self.attribute_types(noun, &attribute.name.text, &attribute.ty) else { continue };
            let need = AttributeNeed {
                name: attribute.name.text.clone(),
                aliases: Vec::new(),
                ty: read_as,
                wanted: false,
                optional: attribute.optional,
            };
            let doc = attribute.doc.as_ref().map(|doc| doc.text.clone());
            let id = self.push_attribute(noun, need, ty.clone(), doc);
            if attribute.event {
                self.declare_event(noun, attribute, id, &ty);
            }
        }
    }

    fn declare_event(&mut self, noun: NounId, attribute: &ast::AttributeDecl, id: AttributeId, ty: &Type) {
        if *ty != Type::Time {
            let found = self.describe(ty);
            self.error(codes::WRONG_TYPE, attribute.span, format!("`event` marks a time, and this is {found}"));
            return;
        }
        let Some(entry) = self.program.nouns.get_mut(noun.0 as usize) else { return };
        if entry.event.is_some() {
            self.report(
                Diagnostic::error(codes::DEFINED_TWICE, attribute.span, "an entity has one `event` time")
                    .help("mark the one that timing words speak of; compare the other by name"),
            );
            return;
        }
        entry.event = Some(id);
    }

    fn declare_key(&mut self, noun: NounId, entity: &ast::Entity) {
        let mut key = Vec::new();
        for name in &entity.key {
            let Some(attribute) = self.needs.noun(noun).attribute(&name.text) else {
                let names = self.member_names(noun);
                let mut diagnostic = Diagnostic::error(
                    codes::BAD_KEY,
                    name.span,
                    format!("the key names `{}`, which `{}` does not declare", name.text, entity.name.text),
                );
                if let Some(near) = Self::suggestion(&name.text, &names) {
                    diagnostic = diagnostic.help(near);
                } else {
                    diagnostic = diagnostic.help(format!("declare it: `{} text`", name.text));
                }
                self.report(diagnostic);
                continue;
            };
            let ty = self.attribute_type(noun, attribute);
            if matches!(ty, Type::List(_) | Type::Records(_) | Type::Any(_)) {
                let found = self.describe(ty);
                self.error(
                    codes::BAD_KEY,
                    name.span,
                    format!("a key is a single value, and `{}` is {found}", name.text),
                );
                continue;
            }
            key.push(attribute);
        }
        if let Some(need) = self.needs.noun_mut(noun) {
            need.key = key;
        }
    }

    /// How an attribute is read, and its type in the program.
    fn attribute_types(&mut self, noun: NounId, name: &str, ty: &ast::TypeExpr) -> Option<(AttributeType, Type)> {
        Some(match &ty.kind {
            ast::TypeKind::Text => (AttributeType::Text, Type::Text),
            ast::TypeKind::Number => (AttributeType::Number, Type::Number),
            ast::TypeKind::Bool => (AttributeType::Bool, Type::Bool),
            ast::TypeKind::Time => (AttributeType::Time, Type::Time),
            ast::TypeKind::Duration => (AttributeType::Duration, Type::Duration),
            ast::TypeKind::Any => (AttributeType::Any { nested: None }, Type::Any(None)),
            ast::TypeKind::OneOf(values) => self.enum_types(values, false)?,
            ast::TypeKind::Ordered(values) => self.enum_types(values, true)?,
            ast::TypeKind::List(item) => self.list_types(noun, name, item)?,
            ast::TypeKind::Map(item) => self.map_types(noun, name, item)?,
            ast::TypeKind::Record(attributes) => {
                let nested = self.nested_entity(noun, name);
                self.declare_attributes(nested, attributes);
                (AttributeType::One(nested), Type::Record(nested))
            }
            ast::TypeKind::One(target) => {
                let target = self.target_noun(noun, target)?;
                (AttributeType::One(target), Type::Record(target))
            }
            ast::TypeKind::Many(target) => {
                let target = self.target_noun(noun, target)?;
                (AttributeType::Many(target), Type::Records(target))
            }
        })
    }

    fn enum_types(&mut self, values: &[ast::Text], ordered: bool) -> Option<(AttributeType, Type)> {
        let mut seen = FxHashMap::with_capacity_and_hasher(values.len(), FxBuildHasher);
        for value in values {
            if let Some(first) = given_before(&mut seen, &value.text, value.span) {
                let name = ast::Name { text: value.text.clone(), span: value.span };
                self.report_twice("value", &name, first);
                return None;
            }
        }
        let names: Vec<SmolStr> = values.iter().map(|value| value.text.clone()).collect();
        let ty = Type::Enum { values: Arc::from(names.as_slice()), ordered };
        Some((AttributeType::OneOf(names), ty))
    }

    fn list_types(&mut self, noun: NounId, name: &str, item: &ast::TypeExpr) -> Option<(AttributeType, Type)> {
        match &item.kind {
            ast::TypeKind::Record(attributes) => {
                let nested = self.nested_entity(noun, name);
                self.declare_attributes(nested, attributes);
                Some((AttributeType::Many(nested), Type::Records(nested)))
            }
            ast::TypeKind::One(target) | ast::TypeKind::Many(target) => {
                self.report(
                    Diagnostic::error(codes::WRONG_TYPE, item.span, "a list of records is written `many`")
                        .help(format!("write `{name} many {}`", target.text)),
                );
                None
            }
            ast::TypeKind::Map(_) => {
                self.report(
                    Diagnostic::error(codes::WRONG_TYPE, item.span, "a list of maps has no names to ask for")
                        .help("declare the entries: `list of record { … }`, or `list of any`"),
                );
                None
            }
            _ => {
                let (read_as, ty) = self.attribute_types(noun, name, item)?;
                Some((AttributeType::List(Box::new(read_as)), Type::List(Box::new(ty))))
            }
        }
    }

    fn map_types(&mut self, noun: NounId, name: &str, item: &ast::TypeExpr) -> Option<(AttributeType, Type)> {
        let entry = self.nested_entity(noun, name);
        self.map_entries.insert(entry);
        let plain = |name: &str, ty: AttributeType| AttributeNeed {
            name: name.into(),
            aliases: Vec::new(),
            ty,
            wanted: false,
            optional: false,
        };
        self.push_attribute(entry, plain("key", AttributeType::Text), Type::Text, None);
        let (read_as, ty) = self.attribute_types(entry, "value", item)?;
        self.push_attribute(entry, plain("value", read_as), ty, None);
        Some((AttributeType::Map(entry), Type::Records(entry)))
    }

    /// The noun of nested records that have no entity of their own.
    fn nested_entity(&mut self, parent: NounId, name: &str) -> NounId {
        let word = singulars(name).next().unwrap_or(Cow::Borrowed(name));
        let need = NounNeed {
            name: format!("{}.{name}", self.needs.noun(parent).name).into(),
            word: word.into(),
            nested_in: Some(parent),
            ..NounNeed::default()
        };
        let nested = self.add_noun(need, Noun::default());
        self.parents.entry(nested).or_default().insert(parent);
        nested
    }

    /// The noun of `one X` or `many X`; its records may be nested here.
    fn target_noun(&mut self, parent: NounId, target: &ast::Name) -> Option<NounId> {
        let Some(noun) = self.noun_named(&target.text) else {
            let names = self.noun_names();
            let mut diagnostic =
                Diagnostic::error(codes::UNKNOWN_NOUN, target.span, format!("there is no noun `{}`", target.text));
            diagnostic = match Self::suggestion(&target.text, &names) {
                Some(near) => diagnostic.help(near),
                None => diagnostic.help(format!("declare it: `entity {} {{ … }}`", target.text)),
            };
            self.report(diagnostic);
            return None;
        };
        self.parents.entry(noun).or_default().insert(parent);
        Some(noun)
    }
}

/// `key number` reads as an attribute called `key`. Where another attribute is called `number`, and no key is declared, it
/// is the key that is meant: without it two records of one number would be two.
fn with_key(entity: &ast::Entity) -> Cow<'_, ast::Entity> {
    if !entity.key.is_empty() {
        return Cow::Borrowed(entity);
    }
    let as_key = entity.attributes.iter().position(|attribute| {
        let plain = !attribute.event && !attribute.optional && attribute.doc.is_none();
        let named = || word_of_type(&attribute.ty.kind);
        plain
            && attribute.name.text == "key"
            && named().is_some_and(|named| entity.attributes.iter().any(|other| other.name.text == named))
    });
    let Some(at) = as_key else { return Cow::Borrowed(entity) };
    let mut entity = entity.clone();
    let written = entity.attributes.remove(at);
    let key = word_of_type(&written.ty.kind).map(|word| ast::Name { text: word.into(), span: written.ty.span });
    entity.key = key.into_iter().collect();
    Cow::Owned(entity)
}

/// The word of a type that is one word.
fn word_of_type(ty: &ast::TypeKind) -> Option<&'static str> {
    Some(match ty {
        ast::TypeKind::Text => "text",
        ast::TypeKind::Number => "number",
        ast::TypeKind::Bool => "bool",
        ast::TypeKind::Time => "time",
        ast::TypeKind::Duration => "duration",
        ast::TypeKind::Any => "any",
        _ => return None,
    })
}
