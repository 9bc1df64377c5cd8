//! What an item is to a program before anything is resolved: what it defines, for which noun, and which words it speaks.

use crate::ast::{
    Argument, Domain, ExceptionSubject, Expr, ExprKind, FieldKind, Filter, FilterKind, Item, Name, Phrase, Predicate,
    PredicateKind, RelationBody, Sentence, Template, TemplatePart, TypeExpr, TypeKind,
};

/// What an item is to a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It declares a noun.
    Entity,
    /// An adjective or a relation of a noun, or a map that leads to it.
    Definition,
    /// A param or a capability: it belongs to no noun.
    Setting,
    /// A control or an exception: nothing is defined by it.
    Claim,
    /// A test: only who runs tests looks at it.
    Test,
}

/// An item in short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outline<'a> {
    /// What it is.
    pub role: Role,
    /// The noun that it declares or for which it is defined; empty where it belongs to none.
    pub noun: &'a str,
    /// It declares a noun without a key: its records stand in those of other nouns.
    pub nested: bool,
}

/// What an item is, and for which noun.
#[must_use]
pub fn outline(item: &Item) -> Outline<'_> {
    let of = |role, noun| Outline { role, noun, nested: false };
    match item {
        Item::Entity(entity) => Outline { nested: entity.key.is_empty(), ..of(Role::Entity, &entity.name.text) },
        Item::Adjective(adjective) => of(Role::Definition, &adjective.noun.text),
        Item::Relation(relation) => of(Role::Definition, &relation.noun.text),
        Item::Map(map) => of(Role::Definition, &map.to.text),
        Item::Param(_) | Item::Capability(_) => of(Role::Setting, ""),
        Item::Control(_) | Item::Exception(_) => of(Role::Claim, ""),
        Item::Test(_) => of(Role::Test, ""),
    }
}

/// Hands on every word of an item that may be a noun, as it is written and as often as it is.
pub fn words(item: &Item, say: &mut dyn FnMut(&Name)) {
    match item {
        Item::Param(_) | Item::Capability(_) => {}
        Item::Entity(entity) => entity.attributes.iter().for_each(|attribute| words_of_type(&attribute.ty, say)),
        Item::Adjective(adjective) => {
            say(&adjective.noun);
            words_of_expr(&adjective.condition, say);
        }
        Item::Relation(relation) => {
            say(&relation.noun);
            match &relation.body {
                RelationBody::Phrase(phrase) => words_of_phrase(phrase, say),
                RelationBody::Path(path) => words_of_expr(path, say),
            }
        }
        Item::Map(map) => {
            words_of_phrase(&map.from, say);
            say(&map.to);
            if let Some(parent) = &map.child_of {
                say(&parent.noun);
            }
            map.assignments.iter().for_each(|assignment| words_of_expr(&assignment.value, say));
        }
        Item::Control(control) => {
            for field in &control.fields {
                if let FieldKind::AppliesWhen(condition) = &field.kind {
                    words_of_expr(condition, say);
                }
            }
            for sentence in &control.sentences {
                words_of_sentence(&sentence.sentence, say);
                if let Some(template) = &sentence.otherwise {
                    words_of_template(template, say);
                }
            }
        }
        Item::Exception(exception) => match &exception.subject {
            ExceptionSubject::Record(noun, _) => say(noun),
            ExceptionSubject::Phrase(phrase) => words_of_phrase(phrase, say),
        },
        Item::Test(test) => {
            test.given.iter().for_each(|given| say(&given.noun));
            test.expect.iter().filter_map(|expect| expect.subject.as_ref()).for_each(|(noun, _)| say(noun));
        }
    }
}

/// The words of what a map leads from, which may be nouns; none of another item.
#[must_use]
pub fn sources(item: &Item) -> Vec<&Name> {
    let mut words = Vec::new();
    let mut phrase = match item {
        Item::Map(map) => Some(&map.from),
        _ => None,
    };
    while let Some(outer) = phrase {
        words.extend(&outer.words);
        phrase = match &outer.domain {
            Some(Domain::Of(inner)) => Some(inner),
            _ => None,
        };
    }
    words
}

/// What the sentences of a control range over: for each the words of its phrase. Nothing where one ranges over less than all
/// records, or where the control applies on a condition; and of another item.
#[must_use]
pub fn ranges(item: &Item) -> Vec<&[Name]> {
    let Item::Control(control) = item else { return Vec::new() };
    if control.fields.iter().any(|field| matches!(field.kind, FieldKind::AppliesWhen(_))) {
        return Vec::new();
    }
    let ranges = control.sentences.iter().map(|sentence| {
        let phrase = &sentence.sentence.phrase;
        phrase.domain.is_none().then_some(phrase.words.as_slice())
    });
    ranges.collect::<Option<_>>().unwrap_or_default()
}

fn words_of_type(ty: &TypeExpr, say: &mut dyn FnMut(&Name)) {
    match &ty.kind {
        TypeKind::One(noun) | TypeKind::Many(noun) => say(noun),
        TypeKind::List(item) | TypeKind::Map(item) => words_of_type(item, say),
        TypeKind::Record(attributes) => attributes.iter().for_each(|attribute| words_of_type(&attribute.ty, say)),
        _ => {}
    }
}

fn words_of_sentence(sentence: &Sentence, say: &mut dyn FnMut(&Name)) {
    words_of_phrase(&sentence.phrase, say);
    if let Some(predicate) = &sentence.predicate {
        words_of_predicate(predicate, say);
    }
}

/// Hands on every word of a phrase that may be a noun.
pub fn words_of_phrase(phrase: &Phrase, say: &mut dyn FnMut(&Name)) {
    phrase.words.iter().for_each(&mut *say);
    match &phrase.domain {
        Some(Domain::Of(inner)) => words_of_phrase(inner, say),
        Some(Domain::In(path)) => words_of_expr(path, say),
        Some(Domain::All(_)) | None => {}
    }
    phrase.filters.iter().for_each(|filter| words_of_filter(filter, say));
}

fn words_of_filter(filter: &Filter, say: &mut dyn FnMut(&Name)) {
    match &filter.kind {
        FilterKind::Where(expr) | FilterKind::Before(expr) | FilterKind::After(expr) => words_of_expr(expr, say),
        FilterKind::That(predicate) => words_of_predicate(predicate, say),
        FilterKind::Within(duration, anchor) => {
            words_of_expr(duration, say);
            if let Some((_, anchor)) = anchor {
                words_of_expr(anchor, say);
            }
        }
        FilterKind::AtLeastEvery(duration, _) => words_of_expr(duration, say),
        FilterKind::During(_) | FilterKind::InEach(..) => {}
    }
}

fn words_of_predicate(predicate: &Predicate, say: &mut dyn FnMut(&Name)) {
    for part in &predicate.parts {
        match &part.kind {
            PredicateKind::Has(objects) => objects.iter().for_each(|object| words_of_phrase(&object.phrase, say)),
            PredicateKind::Can { on: Some(on), .. } => words_of_phrase(on, say),
            PredicateKind::Condition(condition) => words_of_expr(condition, say),
            PredicateKind::Is(_) | PredicateKind::IsMissing { .. } | PredicateKind::Can { on: None, .. } => {}
        }
    }
}

fn words_of_template(template: &Template, say: &mut dyn FnMut(&Name)) {
    for part in &template.parts {
        if let TemplatePart::Hole(hole) = part {
            words_of_expr(hole, say);
        }
    }
}

fn words_of_expr(expr: &Expr, say: &mut dyn FnMut(&Name)) {
    use ExprKind as Kind;
    match &expr.kind {
        Kind::Number(_)
        | Kind::Duration(..)
        | Kind::Time(_)
        | Kind::Bool(_)
        | Kind::Regex(_)
        | Kind::Word(_)
        | Kind::Param(_) => {}
        Kind::Text(template) => words_of_template(template, say),
        Kind::List(items) => items.iter().for_each(|item| words_of_expr(item, say)),
        // What a path begins with may be the record that this one is nested in.
        Kind::Member(inner, _) => match &inner.kind {
            Kind::Word(word) => say(&Name { text: word.clone(), span: inner.span }),
            _ => words_of_expr(inner, say),
        },
        Kind::Closure(inner, _) | Kind::Negate(inner) | Kind::Not(inner) | Kind::Exists(inner) | Kind::Paren(inner) => {
            words_of_expr(inner, say);
        }
        Kind::Index(a, b) | Kind::Binary(_, a, b) => {
            words_of_expr(a, say);
            words_of_expr(b, say);
        }
        Kind::If(a, b, c) => [a, b, c].into_iter().for_each(|part| words_of_expr(part, say)),
        Kind::Predicate(subject, predicate) => {
            words_of_expr(subject, say);
            words_of_predicate(predicate, say);
        }
        Kind::Sentence(sentence) => words_of_sentence(sentence, say),
        Kind::Call(_, arguments) => {
            for argument in arguments {
                match argument {
                    Argument::Expr(expr) => words_of_expr(expr, say),
                    Argument::Phrase(phrase) => words_of_phrase(phrase, say),
                    Argument::FilteredPath(path, filters) => {
                        words_of_expr(path, say);
                        filters.iter().for_each(|filter| words_of_filter(filter, say));
                    }
                }
            }
        }
    }
}
