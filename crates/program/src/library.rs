//! Which definitions of the library a program needs: those of nouns that its own files speak of and do not declare.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use tickmark_diagnostics::Diagnostic;
use tickmark_source::Span;
use tickmark_syntax::ast::{self, Item};
use tickmark_syntax::outline::{self, Outline, Role};

use crate::plural::{singulars, words_of_plural};
use crate::resolver::SourceUnit;

/// Selects from the library what the program needs of it.
pub(crate) fn select<'a>(
    own: &[SourceUnit],
    library: &'a [SourceUnit],
    query: Option<&ast::Phrase>,
    everything: bool,
) -> Vec<&'a Item> {
    let candidates: Vec<&'a Item> = library.iter().flat_map(|unit| &unit.ast.items).collect();
    let outlines: Vec<Outline<'a>> = candidates.iter().map(|item| outline::outline(item)).collect();
    let words_of = |index: usize, say: &mut dyn FnMut(&str)| {
        if let Some(item) = candidates.get(index) {
            outline::words(item, &mut |word| say(&word.text));
        }
    };
    let shelf = Shelf { outlines: &outlines, idle: &|_| false, words_of: &words_of };
    let needed = needed(own, &Spoken::new(own, query), everything, &shelf);
    needed.chosen.into_iter().filter_map(|index| candidates.get(index).copied()).collect()
}

/// The items of a library that holds no more than [`needed`] names: all but the entities in place of which the program has its
/// own.
pub(crate) fn chosen<'a>(own: &[SourceUnit], library: &'a [SourceUnit]) -> Vec<&'a Item> {
    let declared = all_entity_names(own);
    let is_replaced = |item: &Item| entity_name(item).is_some_and(|name| declared.contains(name.as_str()));
    library.iter().flat_map(|unit| &unit.ast.items).filter(|item| !is_replaced(item)).collect()
}

/// The words of files, and of the phrase of a query, that may be nouns: each once.
#[derive(Clone, Debug, Default)]
pub struct Spoken {
    /// In the order in which they came.
    words: Vec<SmolStr>,
    known: FxHashSet<SmolStr>,
}

impl Spoken {
    /// The words of the files of a user and of a query.
    #[must_use]
    pub fn new(own: &[SourceUnit], query: Option<&ast::Phrase>) -> Self {
        let mut spoken = Self::default();
        spoken.hear_all(own);
        if let Some(phrase) = query {
            outline::words_of_phrase(phrase, &mut |word| spoken.hear(&word.text));
        }
        spoken
    }

    /// Adds the words of more files.
    pub fn hear_all(&mut self, units: &[SourceUnit]) {
        units.iter().flat_map(|unit| &unit.ast.items).for_each(|item| self.hear_item(item));
    }

    fn hear_item(&mut self, item: &Item) {
        outline::words(item, &mut |word| self.hear(&word.text));
    }

    fn hear(&mut self, word: &SmolStr) {
        if !self.known.contains(word) {
            self.known.insert(word.clone());
            self.words.push(word.clone());
        }
    }

    /// Whether a word is spoken, as it is written.
    #[must_use]
    pub fn contains(&self, word: &str) -> bool {
        self.known.contains(word)
    }

    /// Hands on the words and what they may be the plurals of, some twice.
    fn each(&self, say: &mut dyn FnMut(&str)) {
        for word in &self.words {
            say(word);
            singulars(word).for_each(|word| say(&word));
        }
    }
}

/// A library that need not be read yet: what its items are, and which words each speaks.
#[derive(Clone, Copy)]
pub struct Shelf<'a> {
    /// Its items in order of text.
    pub outlines: &'a [Outline<'a>],
    /// Whether the item of an index does nothing: a map of what no source supplies.
    pub idle: &'a dyn Fn(usize) -> bool,
    /// Hands on the words of the item of an index, which may be nouns. It is asked for the items that are chosen alone.
    pub words_of: &'a WordsOf<'a>,
}

/// Hands on the words of the item of an index.
pub type WordsOf<'a> = dyn Fn(usize, &mut dyn FnMut(&str)) + 'a;

/// What a program has to do with the items of a library, by their index, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needed {
    /// They belong to the program.
    pub chosen: Vec<usize>,
    /// Entities in place of which the program has its own: what the library defines may not fit that.
    pub replaced: Vec<usize>,
}

/// Finds in a library the entities of the nouns that are spoken of, what is defined for them, and the maps that lead to
/// them; then what these speak of in turn. A noun that the user declares is the user's alone.
#[must_use]
pub fn needed(own: &[SourceUnit], spoken: &Spoken, everything: bool, library: &Shelf<'_>) -> Needed {
    let mut search = Search::new(own, library);
    spoken.words.iter().for_each(|word| search.hear(word));
    if everything {
        (0..search.nouns.len()).for_each(|noun| search.want(noun));
    }
    let spoken_of: Vec<usize> = search.chosen_entities().filter(|index| search.is_nested(*index)).collect();
    search.follow(library.words_of);
    search.want_holders(&spoken_of, library.words_of);
    search.finish()
}

/// A noun of the library.
struct LibraryNoun {
    /// The last of its items: its entity, and what is defined for it.
    last: Option<usize>,
    wanted: bool,
    /// The program has its own.
    replaced: bool,
}

/// The state of the search: each word is looked at once, and each item. It is made anew for each run, of all that is embedded,
/// so that nothing is allocated for a single noun or item.
struct Search<'a> {
    outlines: &'a [Outline<'a>],
    nouns: Vec<LibraryNoun>,
    /// Indices of nouns by their names.
    named: FxHashMap<&'a str, usize>,
    /// For each item the one before it of the same noun.
    before: Vec<Option<usize>>,
    heard: FxHashSet<SmolStr>,
    chosen: Vec<bool>,
    /// Chosen items whose words were not heard yet.
    waiting: Vec<usize>,
}

impl<'a> Search<'a> {
    fn new(own: &[SourceUnit], library: &Shelf<'a>) -> Self {
        let outlines = library.outlines;
        let declared = all_entity_names(own);
        let mut nouns: Vec<LibraryNoun> = Vec::new();
        let mut named = FxHashMap::default();
        for outline in outlines.iter().filter(|outline| outline.role == Role::Entity) {
            named.entry(outline.noun).or_insert_with(|| {
                let replaced = declared.contains(outline.noun);
                nouns.push(LibraryNoun { last: None, wanted: false, replaced });
                nouns.len() - 1
            });
        }
        // Params and capabilities are small, and harmless where nothing uses them.
        let chosen = outlines.iter().map(|outline| outline.role == Role::Setting).collect();
        let before = outlines.iter().enumerate().map(|(index, outline)| match outline.role {
            Role::Entity | Role::Definition if !(library.idle)(index) => {
                let noun = named.get(outline.noun).and_then(|noun| nouns.get_mut(*noun))?;
                noun.last.replace(index)
            }
            _ => None,
        });
        let before = before.collect();
        Self { outlines, nouns, named, before, heard: FxHashSet::default(), chosen, waiting: Vec::new() }
    }

    /// A word that may be a noun, in singular or plural.
    fn hear(&mut self, word: &str) {
        if self.heard.contains(word) {
            return;
        }
        self.heard.insert(SmolStr::from(word));
        self.find(word);
        singulars(word).for_each(|word| self.find(&word));
    }

    fn find(&mut self, word: &str) {
        self.want_named(word);
        words_of_plural(word).for_each(|word| self.want_named(&word));
    }

    fn want_named(&mut self, name: &str) {
        if let Some(noun) = self.named.get(name) {
            self.want(*noun);
        }
    }

    fn want(&mut self, noun: usize) {
        let Some(noun) = self.nouns.get_mut(noun).filter(|noun| !noun.wanted && !noun.replaced) else { return };
        noun.wanted = true;
        let mut next = noun.last;
        while let Some(index) = next {
            if let Some(chosen) = self.chosen.get_mut(index) {
                *chosen = true;
                self.waiting.push(index);
            }
            next = self.before.get(index).copied().flatten();
        }
    }

    /// Hears what is said in the items that are chosen, and in those that this chooses.
    fn follow(&mut self, words_of: &WordsOf<'_>) {
        while let Some(index) = self.waiting.pop() {
            words_of(index, &mut |word| self.hear(word));
        }
    }

    fn chosen_entities(&self) -> impl Iterator<Item = usize> {
        let chosen = self.outlines.iter().zip(&self.chosen).enumerate();
        chosen.filter(|(_, (outline, chosen))| **chosen && outline.role == Role::Entity).map(|(index, _)| index)
    }

    fn is_nested(&self, index: usize) -> bool {
        self.outlines.get(index).is_some_and(|outline| outline.nested)
    }

    /// Records of a noun without a key stand in those of others. Where the program speaks of none of these, all are wanted.
    fn want_holders(&mut self, nested: &[usize], words_of: &WordsOf<'_>) {
        for index in nested {
            let Some(noun) = self.outlines.get(*index).map(|outline| outline.noun) else { continue };
            let holds = |entity: usize| {
                let mut holds = false;
                words_of(entity, &mut |word| holds |= word == noun);
                holds && entity != *index
            };
            if self.chosen_entities().any(holds) {
                continue;
            }
            let entities = self.outlines.iter().enumerate().filter(|(_, outline)| outline.role == Role::Entity);
            let holders: Vec<&str> =
                entities.filter(|(entity, _)| holds(*entity)).map(|(_, holder)| holder.noun).collect();
            holders.into_iter().for_each(|holder| self.want_named(holder));
            self.follow(words_of);
        }
    }

    fn finish(self) -> Needed {
        let chosen = self.chosen.iter().enumerate().filter(|(_, chosen)| **chosen).map(|(index, _)| index).collect();
        let mut replaced = Vec::new();
        if self.nouns.iter().any(|noun| noun.replaced) {
            let is_replaced = |outline: &Outline<'_>| {
                let noun = self.named.get(outline.noun).and_then(|noun| self.nouns.get(*noun));
                outline.role == Role::Entity && noun.is_some_and(|noun| noun.replaced)
            };
            let items = self.outlines.iter().enumerate();
            replaced = items.filter(|(_, outline)| is_replaced(outline)).map(|(index, _)| index).collect();
        }
        Needed { chosen, replaced }
    }
}

fn entity_name(item: &Item) -> Option<&SmolStr> {
    match item {
        Item::Entity(entity) => Some(&entity.name.text),
        _ => None,
    }
}

/// The nouns that files declare.
pub fn entity_names(units: &[SourceUnit]) -> impl Iterator<Item = &str> {
    units.iter().flat_map(|unit| &unit.ast.items).filter_map(entity_name).map(SmolStr::as_str)
}

fn all_entity_names(units: &[SourceUnit]) -> FxHashSet<&str> {
    entity_names(units).collect()
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
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error());
    let places: Vec<Span> = errors.filter_map(|error| error.labels.first()).map(|label| label.span).collect();
    if places.is_empty() || all_entity_names(own).is_disjoint(&all_entity_names(library)) {
        return BTreeSet::new();
    }
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

/// The nouns of `given` records that no entity of the same files declares, as far as something else speaks of them: a
/// misspelt one is no noun.
pub(crate) fn given_nouns(own: &[SourceUnit], chosen: &[&Item]) -> BTreeSet<SmolStr> {
    let items = || own.iter().flat_map(|unit| &unit.ast.items);
    let of_tests = items().filter_map(|item| match item {
        Item::Test(test) => Some(test.given.iter().map(|given| given.noun.text.clone())),
        _ => None,
    });
    let given: BTreeSet<SmolStr> = of_tests.flatten().collect();
    // Most programs have no tests.
    if given.is_empty() {
        return given;
    }
    let declared = all_entity_names(own);
    let mut spoken = Spoken::default();
    let outside_tests = items().chain(chosen.iter().copied()).filter(|item| !matches!(item, Item::Test(_)));
    outside_tests.for_each(|item| spoken.hear_item(item));
    let mut nouns = BTreeSet::new();
    spoken.each(&mut |word| {
        if !declared.contains(word) {
            nouns.extend(given.get(word).cloned());
        }
    });
    nouns
}

/// The words of the program's own files that may be nouns and that no entity declares: where one of them is no name that
/// an importer could supply, the sources must be asked. Of the library, [`needed`] is enough.
#[must_use]
pub fn undeclared_words(own: &[SourceUnit], library: &[SourceUnit], spoken: &Spoken) -> BTreeSet<SmolStr> {
    let declared: FxHashSet<&str> = entity_names(own).chain(entity_names(library)).collect();
    let mut undeclared = BTreeSet::new();
    spoken.each(&mut |word| {
        if !declared.contains(word) && !singulars(word).any(|one| declared.contains(&*one)) {
            undeclared.insert(SmolStr::from(word));
        }
    });
    undeclared
}
