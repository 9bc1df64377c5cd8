//! Syntax trees to a resolved and typed program, and what it needs of the facts.
//!
//! [`resolve`] is the one way in. It reports every mistake that it finds and gives the program all the same; nothing may
//! be evaluated while there is an error.

mod call;
mod comparison;
mod declare;
mod definitions;
mod describe;
mod expression;
mod ir;
mod items;
mod library;
mod lookup;
mod maps;
mod order;
mod path;
mod pattern;
mod phrase;
mod plural;
mod resolver;
mod scope;
mod sentence;
mod timing;
pub mod walk;
mod wanted;

pub use describe::{Use, UseKind};
pub use ir::*;
pub use library::{Needed, Shelf, WordsOf, entity_names, needed, undeclared_words};
pub use pattern::Pattern;
pub use plural::{plural, same_noun};
pub use resolver::{Setting, SourceUnit, Surroundings};

use std::collections::BTreeSet;
use std::sync::Arc;

use smol_str::SmolStr;
use tickmark_diagnostics::Diagnostic;
use tickmark_source::Span;
use tickmark_syntax::ast::{self, Item};

use crate::definitions::Sourced;
use crate::phrase::PhraseMode;
use crate::resolver::Resolver;
use crate::scope::Scope;

/// The entities of the nouns about the checking itself: parse it and hand it to [`resolve`] as `meta`.
pub const META_TEXT: &str = declare::META;

/// What a program is made from.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The files of the user, and the packs that were asked for.
    pub own: &'a [SourceUnit],
    /// The library: raw nouns, vocabulary and maps, of which the program takes what it speaks of; whole, or as much as
    /// [`needed`] names.
    pub library: &'a [SourceUnit],
    /// [`META_TEXT`], parsed.
    pub meta: &'a SourceUnit,
    /// The world around the program.
    pub around: Surroundings<'a>,
    /// Which controls will be evaluated: only what these look at is wanted of the facts.
    pub selected: &'a dyn Fn(&str) -> bool,
    /// Take the whole library and want everything: for looking around in facts.
    pub everything: bool,
}

/// Resolves a program: every noun, adjective, attribute, enum value, citation and unit.
///
/// Where a noun of the user's own takes the place of the library's, what the library defines in its terms may not fit it.
/// Such a definition falls away: it was written for another noun, and whoever speaks of it is told that it is not there.
#[must_use]
pub fn resolve(input: Input<'_>) -> (Program, Vec<Diagnostic>) {
    let mut unfit: BTreeSet<Span> = BTreeSet::new();
    loop {
        let (program, diagnostics) = resolve_without(&input, &unfit);
        let found = library::misfits(input.own, input.library, &diagnostics);
        // Nothing new: each turn takes at least one definition out, so that it comes to an end.
        if found.is_subset(&unfit) {
            return (program, diagnostics);
        }
        unfit.extend(found);
    }
}

fn resolve_without(input: &Input<'_>, unfit: &BTreeSet<Span>) -> (Program, Vec<Diagnostic>) {
    let mut chosen = library::select(input.own, input.library, input.around.query, input.everything).items;
    chosen.retain(|item| library::definition_span(item).is_none_or(|span| !unfit.contains(&span)));
    let mut resolver = Resolver::new(input.around);
    let units = input.own.iter().chain(input.library).chain([input.meta]);
    resolver.program.texts = units.clone().map(|unit| (unit.file, unit.text.clone())).collect();
    resolver.embedded = units.filter(|unit| unit.embedded).map(|unit| unit.file).collect();
    resolver.program.texts.sort_by_key(|(file, _)| *file);
    resolver.given_nouns = given_nouns(input.own, &chosen);

    let meta: Vec<&ast::Entity> = input.meta.ast.items.iter().filter_map(entity).collect();
    resolver.declare_entities(&meta, true);
    resolver.program.meta = MetaNouns {
        source: resolver.needs.find("source"),
        control: resolver.needs.find("control"),
        verdict: resolver.needs.find("verdict"),
        exception: resolver.needs.find("exception"),
        criterion: resolver.needs.find("criterion"),
    };

    let own: Vec<&Item> = input.own.iter().flat_map(|unit| &unit.ast.items).collect();
    let entities: Vec<&ast::Entity> = own.iter().chain(&chosen).filter_map(|item| entity(item)).collect();
    resolver.declare_entities(&entities, false);
    let sourced = own.iter().map(|item| (*item, false)).chain(chosen.iter().map(|item| (*item, true)));
    let items: Vec<(&Item, bool)> = sourced.collect();
    resolve_definitions(&mut resolver, &items);

    let controls = input.own.iter().flat_map(|unit| {
        let pack = unit.ast.pack.as_ref().map(|pack| pack.name.text.clone());
        unit.ast.items.iter().filter_map(move |item| match item {
            Item::Control(control) => Some((control, pack.clone())),
            _ => None,
        })
    });
    resolver.resolve_controls(&controls.collect::<Vec<_>>());
    resolver.resolve_exceptions(&pick(&own, |item| match item {
        Item::Exception(exception) => Some(exception),
        _ => None,
    }));
    resolver.resolve_tests(&pick(&own, |item| match item {
        Item::Test(test) => Some(test),
        _ => None,
    }));
    if let Some(phrase) = input.around.query {
        let mut scope = Scope::default();
        resolver.program.query =
            resolver.phrase(phrase, &mut scope, &PhraseMode::Top).map(|phrase| (phrase, scope.slots()));
    }
    finish(resolver, input)
}

fn resolve_definitions<'a>(resolver: &mut Resolver<'a>, items: &[(&'a Item, bool)]) {
    fn sourced<'a, T>(items: &[(&'a Item, bool)], of: impl Fn(&'a Item) -> Option<&'a T>) -> Vec<Sourced<'a, T>> {
        items.iter().filter_map(|(item, library)| of(item).map(|item| Sourced { item, library: *library })).collect()
    }
    resolver.declare_params(&sourced(items, |item| match item {
        Item::Param(param) => Some(param),
        _ => None,
    }));
    resolver.declare_capabilities(&sourced(items, |item| match item {
        Item::Capability(capability) => Some(capability),
        _ => None,
    }));
    let adjectives = resolver.declare_adjectives(&sourced(items, |item| match item {
        Item::Adjective(adjective) => Some(adjective),
        _ => None,
    }));
    resolver.declare_relations(&sourced(items, |item| match item {
        Item::Relation(relation) => Some(relation),
        _ => None,
    }));
    resolver.resolve_relations();
    resolver.resolve_adjectives(&adjectives);
    resolver.resolve_maps(&sourced(items, |item| match item {
        Item::Map(map) => Some(map),
        _ => None,
    }));
}

fn finish(mut resolver: Resolver<'_>, input: &Input<'_>) -> (Program, Vec<Diagnostic>) {
    resolver.check_recursion();
    resolver.order_maps();
    resolver.mark_verdict_readers();
    if input.everything {
        resolver.mark_everything();
    } else {
        resolver.mark_wanted(input.selected);
    }
    let mut diagnostics = resolver.diagnostics;
    tickmark_diagnostics::sort(&mut diagnostics);
    let mut program = resolver.program;
    program.needs = Arc::new(resolver.needs);
    (program, diagnostics)
}

fn entity(item: &Item) -> Option<&ast::Entity> {
    match item {
        Item::Entity(entity) => Some(entity),
        _ => None,
    }
}

fn pick<'a, T>(items: &[&'a Item], of: impl Fn(&'a Item) -> Option<&'a T>) -> Vec<&'a T> {
    items.iter().filter_map(|item| of(item)).collect()
}

/// The nouns of `given` records that no entity of the same files declares, as far as something else speaks of them: a
/// misspelt one is no noun.
fn given_nouns(own: &[SourceUnit], chosen: &[&Item]) -> BTreeSet<SmolStr> {
    let items = || own.iter().flat_map(|unit| &unit.ast.items);
    let declared: BTreeSet<SmolStr> = items().filter_map(entity).map(|entity| entity.name.text.clone()).collect();
    let given = items().filter_map(|item| match item {
        Item::Test(test) => Some(test.given.iter().map(|given| given.noun.text.clone())),
        _ => None,
    });
    let spoken = library::spoken_outside_tests(items().chain(chosen.iter().copied()));
    given.flatten().filter(|noun| !declared.contains(noun) && spoken.contains(noun)).collect()
}
