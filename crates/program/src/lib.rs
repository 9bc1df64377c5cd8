//! Syntax trees to a resolved and typed program, and what it needs of the facts.
//!
//! [`resolve`] is the one way in. It reports every mistake that it finds and gives the program all the same; nothing may
//! be evaluated while there is an error.

mod call;
mod comparison;
mod declare;
mod definitions;
mod describe;
mod excerpt;
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
pub use library::{Needed, Shelf, Spoken, WordsOf, entity_names, needed, undeclared_words};
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
    /// The library: raw nouns, vocabulary and maps, of which the program takes what it speaks of.
    pub library: &'a [SourceUnit],
    /// The library is no more than [`needed`] names of it, so that nothing has to be looked for.
    pub needed: bool,
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
    let mut chosen = if input.needed {
        library::chosen(input.own, input.library)
    } else {
        library::select(input.own, input.library, input.around.query, input.everything)
    };
    chosen.retain(|item| library::definition_span(item).is_none_or(|span| !unfit.contains(&span)));
    let mut resolver = Resolver::new(input.around);
    let units = input.own.iter().chain(input.library).chain([input.meta]);
    resolver.program.texts = units.clone().map(|unit| (unit.file, unit.text.clone())).collect();
    resolver.embedded = units.filter(|unit| unit.embedded).map(|unit| unit.file).collect();
    resolver.program.texts.sort_by_key(|(file, _)| *file);
    resolver.given_nouns = library::given_nouns(input.own, &chosen);

    let mut meta = Items::default();
    input.meta.ast.items.iter().for_each(|item| meta.add(item, false, None));
    resolver.declare_entities(&meta.entities, true);
    resolver.program.meta = MetaNouns {
        source: resolver.needs.find("source"),
        control: resolver.needs.find("control"),
        verdict: resolver.needs.find("verdict"),
        exception: resolver.needs.find("exception"),
        criterion: resolver.needs.find("criterion"),
    };
    let verdict = resolver.program.meta.verdict;
    resolver.speaks_of_verdicts = verdict.is_some_and(|verdict| resolver.parents.contains_key(&verdict));

    let mut items = Items::default();
    for unit in input.own {
        let pack = unit.ast.pack.as_ref().map(|pack| &pack.name.text);
        unit.ast.items.iter().for_each(|item| items.add(item, false, pack));
    }
    chosen.iter().for_each(|item| items.add(item, true, None));
    resolver.declare_entities(&items.entities, false);
    resolver.declare_params(&items.params);
    resolver.declare_capabilities(&items.capabilities);
    let adjectives = resolver.declare_adjectives(&items.adjectives);
    resolver.declare_relations(&items.relations);
    resolver.resolve_relations();
    resolver.resolve_adjectives(&adjectives);
    resolver.resolve_maps(&items.maps);
    resolver.resolve_controls(&items.controls);
    resolver.resolve_exceptions(&items.exceptions);
    resolver.resolve_tests(&items.tests);
    if let Some(phrase) = input.around.query {
        let mut scope = Scope::default();
        resolver.program.query =
            resolver.phrase(phrase, &mut scope, &PhraseMode::Top).map(|phrase| (phrase, scope.slots()));
    }
    finish(resolver, input)
}

/// The items of a program by their kinds, each kind in order of text.
#[derive(Default)]
struct Items<'a> {
    entities: Vec<&'a ast::Entity>,
    params: Vec<Sourced<'a, ast::Param>>,
    capabilities: Vec<Sourced<'a, ast::Capability>>,
    adjectives: Vec<Sourced<'a, ast::Adjective>>,
    relations: Vec<Sourced<'a, ast::Relation>>,
    maps: Vec<Sourced<'a, ast::Map>>,
    /// Each with the pack of its file.
    controls: Vec<(&'a ast::Control, Option<&'a SmolStr>)>,
    exceptions: Vec<&'a ast::Exception>,
    tests: Vec<&'a ast::Test>,
}

impl<'a> Items<'a> {
    /// Of the library, only what it defines belongs to a program.
    fn add(&mut self, item: &'a Item, library: bool, pack: Option<&'a SmolStr>) {
        match item {
            Item::Entity(item) => self.entities.push(item),
            Item::Param(item) => self.params.push(Sourced { item, library }),
            Item::Capability(item) => self.capabilities.push(Sourced { item, library }),
            Item::Adjective(item) => self.adjectives.push(Sourced { item, library }),
            Item::Relation(item) => self.relations.push(Sourced { item, library }),
            Item::Map(item) => self.maps.push(Sourced { item, library }),
            Item::Control(_) | Item::Exception(_) | Item::Test(_) if library => {}
            Item::Control(item) => self.controls.push((item, pack)),
            Item::Exception(item) => self.exceptions.push(item),
            Item::Test(item) => self.tests.push(item),
        }
    }
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
