//! The rule packs and the library that are embedded in the binary: texts, and the trees that were made of them when it was
//! built. A run reads the items that it needs, and nothing else.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;
use smol_str::SmolStr;
use tickmark_program::{Needed, Shelf, SourceUnit, Spoken};
use tickmark_source::{FileBytes, FileId, Sources};
use tickmark_syntax::ast;
use tickmark_syntax::compact::{Compact, Entry};
use tickmark_syntax::outline::{Outline, Role};

/// A file that is part of the binary.
struct Embedded {
    /// Below `controls/`.
    path: &'static str,
    tree: Compact,
}

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// How the path of an embedded file begins: it is on nobody's disk.
pub(crate) const PREFIX: &str = "tickmark:";

/// How much of what is embedded was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadBack {
    /// The files of which anything was read, in the order of `Sources`: paths below `controls/`.
    pub files: Vec<&'static str>,
    /// How many items were read.
    pub items: usize,
}

impl ReadBack {
    /// Counts what was read of a file.
    fn count(&mut self, path: &'static str, unit: &SourceUnit) {
        self.files.push(path);
        self.items += unit.ast.items.len();
    }
}

impl Embedded {
    fn add(&self, sources: &mut Sources) -> FileId {
        sources.add([PREFIX, self.path].concat(), FileBytes::shared(Arc::new(self.tree.text)))
    }

    fn unit(&self, file: FileId, ast: ast::File) -> SourceUnit {
        SourceUnit { file, text: SmolStr::new_static(self.tree.text), embedded: true, ast }
    }
}

/// A file of a pack, of which nothing is read yet.
pub(crate) struct PackFile {
    embedded: &'static Embedded,
    file: FileId,
    entries: Vec<Entry>,
}

/// The files of a pack, with their tests or without; none where there is no such pack.
pub(crate) fn pack(name: &str, tests: bool, sources: &mut Sources) -> Vec<PackFile> {
    let files = PACKS.iter().filter(|(pack, _)| *pack == name).flat_map(|(_, files)| *files);
    let wanted = |entry: &Entry| tests || entry.outline.role != Role::Test;
    let file = |embedded: &'static Embedded| {
        let entries = embedded.tree.entries().filter(wanted).collect();
        PackFile { embedded, file: embedded.add(sources), entries }
    };
    files.map(file).collect()
}

impl PackFile {
    /// Its items in order, not read yet.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter()
    }

    /// Its items in order. Of a control for which `head` gives what stands before its sentences, nothing else is read.
    fn read(&self, mut head: impl FnMut(&Entry, FileId) -> Option<ast::Control>) -> SourceUnit {
        let mut items = Vec::with_capacity(self.entries.len());
        items.extend(self.entries().filter_map(|entry| match head(entry, self.file) {
            Some(control) => Some(ast::Item::Control(control)),
            None => entry.item(self.file),
        }));
        self.embedded.unit(self.file, ast::File { pack: self.embedded.tree.pack(self.file), items })
    }
}

/// The files of packs with all their items, side by side.
pub(crate) fn read_packs(packs: &[PackFile], read: &mut ReadBack) -> Vec<SourceUnit> {
    read_heads(packs, |_, _| None::<(ast::Control, ())>, read).0
}

/// The same, but of a control for which `head` gives what stands before its sentences, nothing else is read. What `head` gives
/// with it comes back, in order.
pub(crate) fn read_heads<T: Send>(
    packs: &[PackFile],
    head: impl Fn(&Entry, FileId) -> Option<(ast::Control, T)> + Sync,
    read: &mut ReadBack,
) -> (Vec<SourceUnit>, Vec<T>) {
    let of_file = |file: &PackFile| {
        let mut found = Vec::new();
        let unit = file.read(|entry, id| {
            let (control, more) = head(entry, id)?;
            found.push(more);
            Some(control)
        });
        (unit, found)
    };
    let parts: Vec<(SourceUnit, Vec<T>)> = packs.par_iter().map(of_file).collect();
    let (mut units, mut all) = (Vec::with_capacity(parts.len()), Vec::new());
    for (file, (unit, found)) in packs.iter().zip(parts) {
        read.count(file.embedded.path, &unit);
        units.push(unit);
        all.extend(found);
    }
    (units, all)
}

/// The nouns about the checking itself.
pub(crate) fn meta(sources: &mut Sources) -> SourceUnit {
    let file = META.add(sources);
    META.unit(file, META.tree.file(file))
}

/// The library: its files have their ids, and nothing is read of them yet.
pub(crate) struct Library {
    files: Vec<(&'static Embedded, FileId)>,
    /// Its items in order, each with the index of its file.
    entries: Vec<(usize, Entry)>,
}

impl Library {
    /// Takes the files of the library in among the sources.
    pub(crate) fn new(sources: &mut Sources) -> Self {
        let files: Vec<_> = LIBRARY.iter().map(|embedded| (embedded, embedded.add(sources))).collect();
        let of_file = |(index, (embedded, _)): (usize, &(&'static Embedded, FileId))| {
            embedded.tree.entries().map(move |entry| (index, entry))
        };
        let entries = files.iter().enumerate().flat_map(of_file).collect();
        Self { files, entries }
    }

    /// Whether the user's controls or the phrase of a query speak of nouns that maps lead to: then it is worth to know what the
    /// sources supply.
    pub(crate) fn leads_to(&self, spoken: &Spoken) -> bool {
        let led_to = |entry: &Entry| entry.sources().next().is_some() && spoken.contains(entry.outline.noun);
        self.entries().any(led_to)
    }

    /// Its items in order, not read yet.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().map(|(_, entry)| entry)
    }

    /// Reads what a program needs: `needed` is asked with the outlines of all items but those, by their index, that are idle.
    pub(crate) fn read(
        &self,
        idle: &BTreeSet<usize>,
        read: &mut ReadBack,
        needed: impl FnOnce(&Shelf<'_>) -> Needed,
    ) -> Vec<SourceUnit> {
        let outlines: Vec<Outline<'_>> = self.entries.iter().map(|(_, entry)| entry.outline).collect();
        let words_of = |index: usize, say: &mut dyn FnMut(&str)| {
            if let Some((_, entry)) = self.entries.get(index) {
                entry.words().for_each(say);
            }
        };
        let Needed { chosen, replaced } =
            needed(&Shelf { outlines: &outlines, idle: &|index| idle.contains(&index), words_of: &words_of });
        let mut wanted: Vec<usize> = chosen.into_iter().chain(replaced).collect();
        wanted.sort_unstable();
        let wanted: Vec<&(usize, Entry)> = wanted.into_iter().filter_map(|index| self.entries.get(index)).collect();
        let of_file = |entries: &[&(usize, Entry)]| {
            let (embedded, file) = self.files.get(entries.first()?.0)?;
            let mut items = Vec::with_capacity(entries.len());
            items.extend(entries.iter().filter_map(|(_, entry)| entry.item(*file)));
            Some((embedded.path, embedded.unit(*file, ast::File { items, ..ast::File::default() })))
        };
        let files: Vec<&[&(usize, Entry)]> = wanted.chunk_by(|(a, _), (b, _)| a == b).collect();
        let read_of: Vec<Option<(&'static str, SourceUnit)>> = files.into_par_iter().map(of_file).collect();
        let mut units = Vec::with_capacity(read_of.len());
        for (path, unit) in read_of.into_iter().flatten() {
            read.count(path, &unit);
            units.push(unit);
        }
        units
    }
}

/// The names of the packs, sorted.
#[must_use]
pub fn pack_names() -> Vec<&'static str> {
    PACKS.iter().map(|(name, _)| *name).collect()
}

/// The maps of the library by the name of their system, sorted, each with its text.
pub(crate) fn maps() -> impl Iterator<Item = (&'static str, &'static str)> {
    LIBRARY.iter().filter_map(|embedded| {
        let name = embedded.path.strip_prefix("vocabulary/maps/")?.strip_suffix(".tick")?;
        Some((name, embedded.tree.text))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The trees in the binary are those that the parser makes, spans included, whatever the id of the file.
    #[test]
    fn trees_are_as_parsed() {
        let packs = PACKS.iter().flat_map(|(_, files)| *files);
        let mut count = 0;
        for embedded in LIBRARY.iter().chain(packs).chain([&META]) {
            count += 1;
            // Whether a control is dormant is decided by the user's exceptions alone.
            let is_exception = |item: ast::Item| matches!(item, ast::Item::Exception(_));
            assert!(!embedded.tree.file(FileId(0)).items.into_iter().any(is_exception), "{}", embedded.path);
            for file in [FileId(0), FileId(7)] {
                let (parsed, mistakes) = tickmark_syntax::parse(file, embedded.tree.text);
                assert_eq!(mistakes, [], "{}", embedded.path);
                assert_eq!(format!("{:#?}", embedded.tree.file(file)), format!("{parsed:#?}"), "{}", embedded.path);
                let outlines: Vec<Outline<'_>> = parsed.items.iter().map(tickmark_syntax::outline::outline).collect();
                let entries = embedded.tree.entries().map(|entry| entry.outline);
                assert_eq!(entries.collect::<Vec<_>>(), outlines, "{}", embedded.path);
            }
        }
        assert!(count > 10 && META.tree.entries().count() == 5);
        assert_eq!(META.tree.text, tickmark_program::META_TEXT);
    }

    /// A program is the same whether it is handed the whole library or what it needs.
    #[test]
    fn what_is_needed_is_enough() {
        let own = [
            "control A-1 \"a\" { cites CC1.3  every person: name exists }",
            "entity model { key name  name text  stage text }\ncontrol A-1 \"a\" { cites CC1.3  every prod model has approval }",
            "control A-1 \"a\" { cites CC1.3  every model has dataset }\nadjective prod for model: name exists",
            "control A-1 \"a\" { cites CC1.3  every mdoel has dataset }",
        ];
        let mut programs: Vec<(Sources, Vec<SourceUnit>)> = Vec::new();
        for name in pack_names() {
            let mut sources = Sources::new();
            let files = pack(name, true, &mut sources);
            let mut units = read_packs(&files, &mut ReadBack::default());
            // What a run takes for granted is compiled here.
            units.iter_mut().for_each(|unit| unit.embedded = false);
            programs.push((sources, units));
        }
        for text in own {
            let mut sources = Sources::new();
            let file = sources.add("own.tick", text.as_bytes().to_vec());
            let (ast, mistakes) = tickmark_syntax::parse(file, text);
            assert_eq!(mistakes, [], "{text}");
            programs.push((sources, vec![SourceUnit { file, text: SmolStr::new_static(text), embedded: false, ast }]));
        }
        for (mut sources, own) in programs {
            let library = Library::new(&mut sources);
            let meta = meta(&mut sources);
            let all = |shelf: &Shelf<'_>| Needed { chosen: (0..shelf.outlines.len()).collect(), replaced: Vec::new() };
            let mut whole = library.read(&BTreeSet::new(), &mut ReadBack::default(), all);
            let spoken = Spoken::new(&own, None);
            let mut enough = library.read(&BTreeSet::new(), &mut ReadBack::default(), |shelf| {
                tickmark_program::needed(&own, &spoken, false, shelf)
            });
            whole.iter_mut().chain(&mut enough).for_each(|unit| unit.embedded = false);
            assert!(enough.len() <= whole.len());
            let undeclared = |library: &[SourceUnit]| tickmark_program::undeclared_words(&own, library, &spoken);
            assert_eq!(undeclared(&enough), undeclared(&whole));
            let program = |library: &[SourceUnit], needed: bool| {
                let around = tickmark_program::Surroundings {
                    supplied: &std::collections::BTreeSet::new(),
                    may_supply: &tickmark_import::may_supply,
                    shapes: &std::collections::BTreeMap::new(),
                    settings: &[],
                    query: None,
                    dormant: &std::collections::BTreeMap::new(),
                };
                let input = tickmark_program::Input {
                    own: &own,
                    library,
                    needed,
                    meta: &meta,
                    around,
                    selected: &|_| true,
                    everything: false,
                };
                let (mut program, diagnostics) = tickmark_program::resolve(input);
                // The texts are those of the files at hand.
                program.texts.clear();
                (format!("{program:#?}"), diagnostics)
            };
            let of_all = program(&whole, false);
            assert_eq!(program(&enough, true), of_all);
            assert_eq!(program(&enough, false), of_all);
        }
    }
}
