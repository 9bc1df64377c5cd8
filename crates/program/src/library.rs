//! Which definitions of the library a program needs: those of nouns that its own files speak of and do not declare.

use std::collections::BTreeSet;

use smol_str::SmolStr;
use tickmark_diagnostics::Diagnostic;
use tickmark_source::Span;
use tickmark_syntax::ast::{self, Item};

use crate::plural::{plural, singulars};
use crate::resolver::SourceUnit;

/// The items of the library that belong to the program, and the nouns that the program's own files may mean.
pub(crate) struct Selection<'a> {
    pub(crate) items: Vec<&'a Item>,
}

/// Selects from the library: entities of the nouns that are spoken of, what is defined for them, and the maps that lead
/// to them; then what these speak of in turn. A noun that the user declares is the user's alone.
pub(crate) fn select<'a>(
    own: &[SourceUnit],
    library: &'a [SourceUnit],
    extra: Option<&ast::Phrase>,
    everything: bool,
) -> Selection<'a> {
    let own_items: Vec<&Item> = own.iter().flat_map(|unit| &unit.ast.items).collect();
    let declared: BTreeSet<SmolStr> = own_items.iter().filter_map(|item| entity_name(item)).collect();
    let mut spoken = BTreeSet::new();
    for item in own_items {
        words_of_item(item, &mut spoken);
    }
    if let Some(phrase) = extra {
        words_of_phrase(phrase, &mut spoken);
    }
    let candidates: Vec<&'a Item> = library.iter().flat_map(|unit| &unit.ast.items).collect();
    let mut chosen = vec![false; candidates.len()];
    let mut nouns: BTreeSet<SmolStr> = BTreeSet::new();
    loop {
        let before = (nouns.len(), spoken.len());
        for item in &candidates {
            let Some(name) = entity_name(item) else { continue };
            let wanted = everything || spoken.contains(&name) || spoken.contains(plural(&name).as_str());
            if wanted && !declared.contains(&name) {
                nouns.insert(name);
            }
        }
        for (item, chosen) in candidates.iter().zip(&mut chosen) {
            if !*chosen && belongs(item, &nouns) {
                *chosen = true;
                words_of_item(item, &mut spoken);
            }
        }
        if before == (nouns.len(), spoken.len()) {
            break;
        }
    }
    Selection {
        items: candidates.into_iter().zip(chosen).filter(|(_, chosen)| *chosen).map(|(item, _)| item).collect(),
    }
}

fn entity_name(item: &Item) -> Option<SmolStr> {
    match item {
        Item::Entity(entity) => Some(entity.name.text.clone()),
        _ => None,
    }
}

fn belongs(item: &Item, nouns: &BTreeSet<SmolStr>) -> bool {
    match item {
        Item::Entity(entity) => nouns.contains(&entity.name.text),
        Item::Adjective(adjective) => nouns.contains(&adjective.noun.text),
        Item::Relation(relation) => nouns.contains(&relation.noun.text),
        Item::Map(map) => nouns.contains(&map.to.text),
        // Small, and harmless where nothing uses them.
        Item::Param(_) | Item::Capability(_) => true,
        Item::Control(_) | Item::Exception(_) | Item::Test(_) => false,
    }
}

fn speak(name: &ast::Name, spoken: &mut BTreeSet<SmolStr>) {
    spoken.insert(name.text.clone());
    spoken.extend(singulars(&name.text).into_iter().map(SmolStr::from));
}

fn words_of_item(item: &Item, spoken: &mut BTreeSet<SmolStr>) {
    match item {
        Item::Param(_) | Item::Capability(_) => {}
        Item::Entity(entity) => entity.attributes.iter().for_each(|attribute| words_of_type(&attribute.ty, spoken)),
        Item::Adjective(adjective) => {
            speak(&adjective.noun, spoken);
            words_of_expr(&adjective.condition, spoken);
        }
        Item::Relation(relation) => {
            speak(&relation.noun, spoken);
            match &relation.body {
                ast::RelationBody::Phrase(phrase) => words_of_phrase(phrase, spoken),
                ast::RelationBody::Path(path) => words_of_expr(path, spoken),
            }
        }
        Item::Map(map) => {
            words_of_phrase(&map.from, spoken);
            speak(&map.to, spoken);
            if let Some(parent) = &map.child_of {
                speak(&parent.noun, spoken);
            }
            map.assignments.iter().for_each(|assignment| words_of_expr(&assignment.value, spoken));
        }
        Item::Control(control) => {
            for field in &control.fields {
                if let ast::FieldKind::AppliesWhen(condition) = &field.kind {
                    words_of_expr(condition, spoken);
                }
            }
            for sentence in &control.sentences {
                words_of_sentence(&sentence.sentence, spoken);
                if let Some(template) = &sentence.otherwise {
                    words_of_template(template, spoken);
                }
            }
        }
        Item::Exception(exception) => match &exception.subject {
            ast::ExceptionSubject::Record(noun, _) => speak(noun, spoken),
            ast::ExceptionSubject::Phrase(phrase) => words_of_phrase(phrase, spoken),
        },
        Item::Test(test) => {
            test.given.iter().for_each(|given| speak(&given.noun, spoken));
            test.expect.iter().filter_map(|expect| expect.subject.as_ref()).for_each(|(noun, _)| speak(noun, spoken));
        }
    }
}

fn words_of_type(ty: &ast::TypeExpr, spoken: &mut BTreeSet<SmolStr>) {
    match &ty.kind {
        ast::TypeKind::One(noun) | ast::TypeKind::Many(noun) => speak(noun, spoken),
        ast::TypeKind::List(item) | ast::TypeKind::Map(item) => words_of_type(item, spoken),
        ast::TypeKind::Record(attributes) => {
            attributes.iter().for_each(|attribute| words_of_type(&attribute.ty, spoken))
        }
        _ => {}
    }
}

fn words_of_sentence(sentence: &ast::Sentence, spoken: &mut BTreeSet<SmolStr>) {
    words_of_phrase(&sentence.phrase, spoken);
    if let Some(predicate) = &sentence.predicate {
        words_of_predicate(predicate, spoken);
    }
}

fn words_of_phrase(phrase: &ast::Phrase, spoken: &mut BTreeSet<SmolStr>) {
    phrase.words.iter().for_each(|word| speak(word, spoken));
    match &phrase.domain {
        Some(ast::Domain::Of(inner)) => words_of_phrase(inner, spoken),
        Some(ast::Domain::In(path)) => words_of_expr(path, spoken),
        Some(ast::Domain::All(_)) | None => {}
    }
    phrase.filters.iter().for_each(|filter| words_of_filter(filter, spoken));
}

fn words_of_filter(filter: &ast::Filter, spoken: &mut BTreeSet<SmolStr>) {
    match &filter.kind {
        ast::FilterKind::Where(expr) | ast::FilterKind::Before(expr) | ast::FilterKind::After(expr) => {
            words_of_expr(expr, spoken)
        }
        ast::FilterKind::That(predicate) => words_of_predicate(predicate, spoken),
        ast::FilterKind::Within(duration, anchor) => {
            words_of_expr(duration, spoken);
            if let Some((_, anchor)) = anchor {
                words_of_expr(anchor, spoken);
            }
        }
        ast::FilterKind::AtLeastEvery(duration, _) => words_of_expr(duration, spoken),
        ast::FilterKind::During(_) | ast::FilterKind::InEach(..) => {}
    }
}

fn words_of_predicate(predicate: &ast::Predicate, spoken: &mut BTreeSet<SmolStr>) {
    for part in &predicate.parts {
        match &part.kind {
            ast::PredicateKind::Has(objects) => {
                objects.iter().for_each(|object| words_of_phrase(&object.phrase, spoken))
            }
            ast::PredicateKind::Can { on: Some(on), .. } => words_of_phrase(on, spoken),
            ast::PredicateKind::Condition(condition) => words_of_expr(condition, spoken),
            ast::PredicateKind::Is(_)
            | ast::PredicateKind::IsMissing { .. }
            | ast::PredicateKind::Can { on: None, .. } => {}
        }
    }
}

fn words_of_template(template: &ast::Template, spoken: &mut BTreeSet<SmolStr>) {
    for part in &template.parts {
        if let ast::TemplatePart::Hole(hole) = part {
            words_of_expr(hole, spoken);
        }
    }
}

fn words_of_expr(expr: &ast::Expr, spoken: &mut BTreeSet<SmolStr>) {
    use ast::ExprKind as Kind;
    match &expr.kind {
        Kind::Number(_)
        | Kind::Duration(..)
        | Kind::Time(_)
        | Kind::Bool(_)
        | Kind::Regex(_)
        | Kind::Word(_)
        | Kind::Param(_) => {}
        Kind::Text(template) => words_of_template(template, spoken),
        Kind::List(items) => items.iter().for_each(|item| words_of_expr(item, spoken)),
        Kind::Member(inner, _)
        | Kind::Closure(inner, _)
        | Kind::Negate(inner)
        | Kind::Not(inner)
        | Kind::Exists(inner)
        | Kind::Paren(inner) => {
            words_of_expr(inner, spoken);
        }
        Kind::Index(a, b) | Kind::Binary(_, a, b) => {
            words_of_expr(a, spoken);
            words_of_expr(b, spoken);
        }
        Kind::If(a, b, c) => [a, b, c].into_iter().for_each(|part| words_of_expr(part, spoken)),
        Kind::Predicate(subject, predicate) => {
            words_of_expr(subject, spoken);
            words_of_predicate(predicate, spoken);
        }
        Kind::Sentence(sentence) => words_of_sentence(sentence, spoken),
        Kind::Call(_, arguments) => {
            for argument in arguments {
                match argument {
                    ast::Argument::Expr(expr) => words_of_expr(expr, spoken),
                    ast::Argument::Phrase(phrase) => words_of_phrase(phrase, spoken),
                    ast::Argument::FilteredPath(path, filters) => {
                        words_of_expr(path, spoken);
                        filters.iter().for_each(|filter| words_of_filter(filter, spoken));
                    }
                }
            }
        }
    }
}

/// Where a definition of the library stands that may speak of a noun of the user's own.
pub(crate) fn definition_span(item: &Item) -> Option<Span> {
    match item {
        Item::Adjective(adjective) => Some(adjective.span),
        Item::Relation(relation) => Some(relation.span),
        Item::Map(map) => Some(map.span),
        _ => None,
    }
}

/// The definitions of the library that are wrong, where the user declares a noun that the library declares too. By
/// itself the library is right.
pub(crate) fn misfits(own: &[SourceUnit], library: &[SourceUnit], diagnostics: &[Diagnostic]) -> BTreeSet<Span> {
    let names = |units: &[SourceUnit]| -> BTreeSet<SmolStr> {
        units.iter().flat_map(|unit| &unit.ast.items).filter_map(entity_name).collect()
    };
    if names(own).is_disjoint(&names(library)) {
        return BTreeSet::new();
    }
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    let places: Vec<Span> = errors.filter_map(|error| error.labels.first()).map(|label| label.span).collect();
    let definitions = library.iter().flat_map(|unit| &unit.ast.items).filter_map(definition_span);
    definitions
        .filter(|definition| {
            let holds = |place: &Span| {
                place.file == definition.file && definition.start <= place.start && place.end <= definition.end
            };
            places.iter().any(holds)
        })
        .collect()
}

/// All words that may be nouns, but those that only a test speaks of.
pub(crate) fn spoken_outside_tests<'a>(items: impl Iterator<Item = &'a Item>) -> BTreeSet<SmolStr> {
    let mut spoken = BTreeSet::new();
    for item in items.filter(|item| !matches!(item, Item::Test(_))) {
        words_of_item(item, &mut spoken);
    }
    spoken
}

/// The words of the program's own files that may be nouns and that no entity declares: where one of them is no name that
/// an importer could supply, the sources must be asked.
#[must_use]
pub fn undeclared_words(own: &[SourceUnit], library: &[SourceUnit], query: Option<&ast::Phrase>) -> BTreeSet<SmolStr> {
    let mut spoken = BTreeSet::new();
    for item in own.iter().flat_map(|unit| &unit.ast.items) {
        words_of_item(item, &mut spoken);
    }
    if let Some(phrase) = query {
        words_of_phrase(phrase, &mut spoken);
    }
    let declared: BTreeSet<SmolStr> =
        own.iter().chain(library).flat_map(|unit| &unit.ast.items).filter_map(entity_name).collect();
    spoken
        .retain(|word| !declared.contains(word) && !singulars(word).iter().any(|one| declared.contains(one.as_str())));
    spoken
}
