//! What can be left unread because no source supplies it: maps of systems that are not there, and controls of the packs over
//! nouns that nobody fills. Of all that is embedded, that is most in most runs.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;
use smol_str::SmolStr;
use tickmark_program::{SourceUnit, entity_names};
use tickmark_syntax::ast::Item;
use tickmark_syntax::compact::Entry;
use tickmark_syntax::outline::{self, Role};

use crate::embedded::{self, Library, PackFile, ReadBack};

/// The nouns that may have records: those of the sources, those that maps make of them, and those that these may hold.
pub(crate) struct Supply<'a> {
    /// The entities of the library and of the user.
    declared: FxHashSet<&'a str>,
    supplied: FxHashSet<SmolStr>,
}

impl<'a> Supply<'a> {
    /// Of what was found in the sources. Whatever is doubtful is supplied.
    pub(crate) fn new(
        surveyed: &BTreeSet<SmolStr>,
        own: &'a [SourceUnit],
        packs: &[PackFile],
        library: &Library,
    ) -> Self {
        let of_packs = || packs.iter().flat_map(PackFile::entries);
        let entities = library.entries().chain(of_packs()).filter(|entry| entry.outline.role == Role::Entity);
        let declared = entities.map(|entry| entry.outline.noun).chain(entity_names(own)).collect();
        let mut supply = Supply { declared, supplied: surveyed.iter().cloned().collect() };
        for item in own.iter().flat_map(|unit| &unit.ast.items) {
            match item {
                Item::Map(map) => supply.add(&map.to.text),
                // What is nested in a record of the user's own.
                Item::Entity(_) => outline::words(item, &mut |word| supply.add(&word.text)),
                _ => {}
            }
        }
        for entry in of_packs() {
            match entry.outline.role {
                Role::Entity => entry.words().for_each(|word| supply.add(word)),
                Role::Definition if entry.sources().next().is_some() => supply.add(entry.outline.noun),
                _ => {}
            }
        }
        loop {
            let before = supply.supplied.len();
            for entry in library.entries() {
                match entry.outline.role {
                    Role::Entity if supply.has(entry.outline.noun) => entry.words().for_each(|word| supply.add(word)),
                    // Only a map has sources; it makes records of the noun to which it belongs.
                    Role::Definition if !supply.is_idle(entry) && entry.sources().next().is_some() => {
                        supply.add(entry.outline.noun);
                    }
                    _ => {}
                }
            }
            if supply.supplied.len() == before {
                return supply;
            }
        }
    }

    fn add(&mut self, noun: &str) {
        if !self.supplied.contains(noun) {
            self.supplied.insert(SmolStr::from(noun));
        }
    }

    fn has(&self, noun: &str) -> bool {
        self.supplied.contains(noun)
    }

    /// Whether a map leads from something that no source supplies.
    fn is_idle(&self, entry: &Entry) -> bool {
        entry.sources().any(|word| self.is_noun(word) && !self.has(word))
    }

    fn is_noun(&self, word: &str) -> bool {
        self.declared.contains(word) || tickmark_import::may_supply(word)
    }

    /// The maps of the library, by their index, that lead from nothing.
    pub(crate) fn idle(&self, library: &Library) -> BTreeSet<usize> {
        library.entries().enumerate().filter(|(_, entry)| self.is_idle(entry)).map(|(index, _)| index).collect()
    }

    /// The nouns of the sentences of a control of a pack, where each ranges over all records of one noun that no source supplies:
    /// then the control will be skipped.
    fn unsupplied(&self, control: &Entry) -> Option<Vec<SmolStr>> {
        let nouns = control.ranges().map(|words| self.only_noun(&words).filter(|noun| !self.has(noun)));
        nouns.collect::<Option<Vec<_>>>().filter(|nouns| !nouns.is_empty())
    }

    /// The noun among words, or of several that follow each other (`access review`), where there can be no doubt.
    fn only_noun(&self, words: &[&str]) -> Option<SmolStr> {
        let mut found: Option<(usize, usize, SmolStr)> = None;
        for first in 0..words.len() {
            for end in (first + 1..=words.len()).rev() {
                let noun = words.get(first..end)?.join("_");
                let alone = first + 1 == end;
                if !(self.declared.contains(noun.as_str()) || alone && tickmark_import::may_supply(&noun)) {
                    continue;
                }
                match &found {
                    // A part of what was found.
                    Some((from, to, _)) if *from <= first && end <= *to => {}
                    Some(_) => return None,
                    None => found = Some((first, end, SmolStr::from(noun))),
                }
            }
        }
        found.map(|(.., noun)| noun)
    }
}

/// Reads packs without the sentences of the controls that will be skipped, and gives for each of these what its sentences range
/// over. A control that an exception names is left as it is.
pub(crate) fn read(
    supply: &Supply<'_>,
    own: &[SourceUnit],
    packs: &[PackFile],
    read: &mut ReadBack,
) -> (Vec<SourceUnit>, BTreeMap<SmolStr, Vec<SmolStr>>) {
    let excepted: BTreeSet<&SmolStr> = own
        .iter()
        .flat_map(|unit| &unit.ast.items)
        .filter_map(|item| match item {
            Item::Exception(exception) => Some(&exception.control.text),
            _ => None,
        })
        .collect();
    let head = |entry: &Entry, file| {
        let nouns = supply.unsupplied(entry)?;
        let control = entry.head(file).filter(|control| !excepted.contains(&control.id.text))?;
        let dormant = (control.id.text.clone(), nouns);
        Some((control, dormant))
    };
    let (units, dormant) = embedded::read_heads(packs, head, read);
    (units, dormant.into_iter().collect())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use tickmark_source::MemoryFiles;

    use crate::load::Reach;
    use crate::run::check_with;
    use crate::{Request, pack_names};

    #[expect(clippy::disallowed_methods, reason = "a test reads the fixtures from disk")]
    fn add(folder: &Path, name: &str, files: &mut MemoryFiles) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{name}/{}", path.file_name().unwrap().to_string_lossy());
            if path.is_dir() {
                add(&path, &name, files);
            } else {
                files.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }

    /// Results are the same whether controls are laid down or not, and many are.
    #[test]
    fn results_are_the_same() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let folders =
            ["fixtures/acme", "fixtures/acme/mlflow", "tests/checkov/terraform-aws", "tests/checkov/terraform-azure"];
        let folders = folders.into_iter().chain(["tests/checkov/kubernetes", "tests/checkov/cloudformation"]);
        for folder in folders {
            let mut files = MemoryFiles::default();
            add(&root.join(folder), "facts", &mut files);
            let request = Request {
                facts: vec!["facts".to_owned()],
                packs: pack_names().into_iter().map(str::to_owned).collect(),
                ..Request::at(tickmark_facts::Time(1_780_000_000_000_000))
            };
            let checked = |reach| check_with(&request, &files, &|_| {}, reach);
            let (laid, whole) = (checked(Reach::Supplied), checked(Reach::Needed));
            let (some, all) = (laid.results.unwrap(), whole.results.unwrap());
            assert_eq!(some.controls.len(), all.controls.len());
            for (some, all) in some.controls.iter().zip(&all.controls) {
                assert_eq!((&some.id, some.status, &some.reason), (&all.id, all.status, &all.reason), "{folder}");
            }
            assert!(format!("{some:?}") == format!("{all:?}"), "{folder}: the results differ");
            assert_eq!(laid.diagnostics.len(), whole.diagnostics.len(), "{folder}");
            let skipped = |items: &str| items.matches("no source supplies").count();
            assert!(skipped(&format!("{some:?}")) > 100, "{folder}: hardly anything was skipped");
        }
    }
}
