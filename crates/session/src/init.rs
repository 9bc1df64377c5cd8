//! What lies in a folder, for a first manifest: exports that are recognised, registers with the noun that they seem to hold,
//! and controls.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tickmark_facts::{Needs, NounNeed, Time};
use tickmark_import::{Kind, Options, SourceArgument};
use tickmark_source::{Files, FilesError, Sources};

use crate::Request;
use crate::load::{Reach, load_with};

/// What was found in a folder; all paths are relative to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Exports and configurations.
    pub exports: Vec<FoundExport>,
    /// Tables.
    pub registers: Vec<FoundRegister>,
    /// Folders and files of controls.
    pub controls: Vec<String>,
    /// Files that are called after exceptions.
    pub exceptions: Vec<String>,
    /// The packs that fit what was found.
    pub packs: Vec<&'static str>,
}

/// An export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundExport {
    /// The file or folder.
    pub path: String,
    /// The kind, where it is one that can be said.
    pub kind: Option<Kind>,
    /// What was found, in words: `terraform-plan`, `mlflow`.
    pub what: String,
}

/// A table of one noun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundRegister {
    /// The file.
    pub path: String,
    /// The noun of the vocabulary that its columns, or its name, speak of.
    pub noun: Option<String>,
    /// Its columns, each with the attribute that it seems to be. Of a table without a noun, no attribute is.
    pub columns: Vec<(String, Option<String>)>,
}

/// Looks at what lies in a folder.
///
/// # Errors
/// Where the folder cannot be listed.
pub fn look(folder: &str, files: &dyn Files) -> Result<Found, FilesError> {
    let listed = files.list(folder)?;
    let below = Below(folder);
    let mut found = Found::default();
    let mut nouns = BTreeSet::new();
    if !listed.is_empty() {
        let records = exports(folder, files, &mut nouns);
        found.exports = grouped(&records);
    }
    let tables = listed.iter().filter(|path| is_table(path));
    let words = vocabulary();
    found.registers = tables.filter_map(|path| register(path, below.relative(path), &words, files)).collect();
    let ticks = listed.iter().filter(|path| path.ends_with(".tick")).map(|path| below.relative(path));
    let (exceptions, controls): (Vec<String>, Vec<String>) =
        ticks.partition(|path| file_name(path).starts_with("exception"));
    found.controls = tops(&controls);
    let read_anyway = |path: &str| found.controls.iter().any(|folder| is_below(path, folder));
    found.exceptions = exceptions.into_iter().filter(|path| !read_anyway(path)).collect();
    found.packs = packs(&found, &nouns);
    Ok(found)
}

/// Paths below a folder.
struct Below<'a>(&'a str);

impl Below<'_> {
    fn relative(&self, path: &str) -> String {
        let folder = self.0.trim_end_matches('/');
        let inside = path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'));
        let inside = inside.unwrap_or(if path == folder { "." } else { path });
        inside.strip_prefix("./").unwrap_or(inside).to_owned()
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn parent(path: &str) -> &str {
    path.rfind('/').and_then(|at| path.get(..at)).unwrap_or_default()
}

fn is_table(path: &str) -> bool {
    let name = path.to_ascii_lowercase();
    name.ends_with(".csv") || name.ends_with(".tsv")
}

/// One export as the import tells of it: what it is, and where.
struct Export {
    what: String,
    path: String,
}

/// What the import makes of the folder when nothing of it is wanted.
fn exports(folder: &str, files: &dyn Files, nouns: &mut BTreeSet<String>) -> Vec<Export> {
    let argument = SourceArgument { kind: None, noun: None, path: folder.to_owned(), mapping: None };
    let arguments = [argument];
    let mut sources = Sources::new();
    let surveyed = tickmark_import::survey(&arguments, files, &mut sources);
    nouns.extend(surveyed.nouns.iter().map(ToString::to_string));
    let needs = Arc::new(Needs::new());
    let options = Options { digests: false, ..Options::default() };
    let imported = tickmark_import::import_surveyed(surveyed, &arguments, &needs, files, &mut sources, options);
    let below = Below(folder);
    let all: Vec<(usize, &str)> = imported
        .sources
        .iter()
        .enumerate()
        .flat_map(|(index, record)| record.files.iter().map(move |file| (index, *file)))
        .map(|(index, file)| (index, sources.path(file)))
        .collect();
    let mut exports = Vec::new();
    for (index, record) in imported.sources.iter().enumerate() {
        let paths: Vec<&str> = all.iter().filter(|(of, _)| *of == index).map(|(_, path)| *path).collect();
        let named = match paths.as_slice() {
            // A configuration is the folder of its root module, wherever its modules lie.
            _ if record.kind == "terraform-config" => vec![record.path.clone()],
            [only] => vec![(*only).to_owned()],
            _ => parted(&paths, &|path| all.iter().any(|(of, other)| *of != index && is_below(other, path))),
        };
        let export = |path: &String| Export { what: record.kind.clone(), path: below.relative(path) };
        exports.extend(named.iter().map(export));
    }
    exports
}

/// The folders of the pages of one source: the one that holds them all, or where that holds other exports too, several.
fn parted(paths: &[&str], holds_others: &dyn Fn(&str) -> bool) -> Vec<String> {
    let Some((first, rest)) = paths.split_first() else { return Vec::new() };
    let common = rest.iter().fold(parent(first), |common, path| shared(common, parent(path)));
    let deeper = paths.iter().all(|path| parent(path) != common);
    if !deeper || !holds_others(common) {
        return vec![common.to_owned()];
    }
    let mut parts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for path in paths {
        let behind = path.get(common.len()..).unwrap_or_default().trim_start_matches('/');
        let step = behind.split('/').next().unwrap_or_default();
        parts.entry(step).or_default().push(path);
    }
    parts.values().flat_map(|paths| parted(paths, holds_others)).collect()
}

fn is_below(path: &str, folder: &str) -> bool {
    folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// The folder that two folders have in common.
fn shared<'a>(a: &'a str, b: &str) -> &'a str {
    let same = a.split('/').zip(b.split('/')).take_while(|(a, b)| a == b);
    let length: usize = same.map(|(step, _)| step.len() + 1).sum();
    a.get(..length.saturating_sub(1)).unwrap_or_default()
}

/// Exports that lie in one folder, with nothing below it, are named by their folder.
fn grouped(exports: &[Export]) -> Vec<FoundExport> {
    let mut by_folder: BTreeMap<&str, Vec<&Export>> = BTreeMap::new();
    for export in exports {
        by_folder.entry(parent(&export.path)).or_default().push(export);
    }
    let mut found = Vec::new();
    for (folder, inside) in &by_folder {
        let deeper = by_folder.keys().any(|other| other.starts_with(&format!("{folder}/")));
        if inside.len() > 1 && !folder.is_empty() && !deeper {
            let kinds: BTreeSet<&str> = inside.iter().map(|export| export.what.as_str()).collect();
            let what = kinds.iter().copied().collect::<Vec<_>>().join(", ");
            let mut said = kinds.iter().map(|what| kind_of(what));
            let first = said.next().flatten();
            let kind = first.filter(|first| said.all(|other| other == Some(*first)));
            found.push(FoundExport { path: format!("{folder}/"), kind, what });
            continue;
        }
        for export in inside {
            found.push(FoundExport {
                path: export.path.clone(),
                kind: kind_of(&export.what),
                what: export.what.clone(),
            });
        }
    }
    put_together(put_together(found, &|path| path.to_owned(), 2), &|path| parent(path).to_owned(), 3)
}

/// Exports that would be named by one path, or so many that lie in one folder, are named once, and their content tells them apart.
fn put_together(found: Vec<FoundExport>, by: &dyn Fn(&str) -> String, enough: usize) -> Vec<FoundExport> {
    let key = |export: &FoundExport| by(export.path.trim_end_matches('/'));
    let mut groups: BTreeMap<String, Vec<FoundExport>> = BTreeMap::new();
    for export in found {
        groups.entry(key(&export)).or_default().push(export);
    }
    let mut together = Vec::new();
    for (path, group) in groups {
        // A folder at the top holds what has nothing to do with each other; Terraform's folders are configurations of their own.
        let apart = !path.contains('/') || group.iter().any(|export| export.kind == Some(Kind::Terraform));
        if group.len() < enough || apart {
            together.extend(group);
            continue;
        }
        let kinds: BTreeSet<Option<&str>> = group.iter().map(|export| export.kind.map(Kind::name)).collect();
        let kind = group.first().and_then(|export| export.kind).filter(|_| kinds.len() == 1);
        let what: BTreeSet<&str> = group.iter().flat_map(|export| export.what.split(", ")).collect();
        let what = what.into_iter().collect::<Vec<_>>().join(", ");
        together.push(FoundExport { path: format!("{path}/"), kind, what });
    }
    together.sort_by(|a, b| a.path.cmp(&b.path));
    together
}

/// The kind by which an export can be named; native facts need none.
fn kind_of(what: &str) -> Option<Kind> {
    let name = if what.starts_with("terraform-") { "terraform" } else { what };
    name.parse().ok().filter(|kind| !matches!(kind, Kind::Json | Kind::Yaml | Kind::JsonLines))
}

/// The nouns of the library, declared and standing by themselves.
pub(crate) fn vocabulary() -> Arc<Needs> {
    let nothing = tickmark_source::MemoryFiles::new();
    load_with(&Request::at(Time(0)), &nothing, None, Reach::Everything).program.needs
}

fn register(path: &str, relative: String, words: &Needs, files: &dyn Files) -> Option<FoundRegister> {
    let bytes = files.read(path).ok()?;
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let line = std::str::from_utf8(bytes.get(..end)?).ok()?.trim_start_matches('\u{feff}').trim();
    let separator = [',', ';', '\t'].into_iter().find(|separator| line.contains(*separator)).unwrap_or(',');
    let header: Vec<String> = line.split(separator).map(|cell| cell.trim().trim_matches('"').to_owned()).collect();
    if header.iter().any(String::is_empty) {
        return None;
    }
    let noun = noun_of(&relative, &header, words);
    let mut taken = BTreeSet::new();
    let columns = header.into_iter().map(|column| {
        let attribute = noun.and_then(|noun| attribute_of(&column, noun));
        // Two columns cannot both be one attribute.
        let attribute = attribute.filter(|attribute| taken.insert(attribute.clone()));
        (column, attribute)
    });
    let columns = columns.collect();
    Some(FoundRegister { path: relative, noun: noun.map(|noun| noun.name.to_string()), columns })
}

/// The noun that a table is of: by the words of its name, else by its columns.
fn noun_of<'a>(path: &str, header: &[String], words: &'a Needs) -> Option<&'a NounNeed> {
    let stands_alone = |noun: &&NounNeed| !noun.open && noun.nested_in.is_none() && !noun.name.contains('.');
    let stem = file_name(path).split('.').next().unwrap_or_default().to_lowercase();
    let steps = stem.split(['_', '-', ' ']).map(str::to_owned);
    let by_name = [stem.replace(['-', ' '], "_")].into_iter().chain(steps).find_map(|word| {
        let noun = words.noun(words.find(&word)?);
        Some(noun).filter(stands_alone)
    });
    by_name.or_else(|| {
        let fits = |noun: &NounNeed| header.iter().filter(|column| attribute_of(column, noun).is_some()).count();
        let nouns = words.iter().map(|(_, noun)| noun).filter(stands_alone).map(|noun| (fits(noun), noun));
        let enough = nouns.filter(|(fits, _)| *fits >= 2 && fits * 2 > header.len());
        // Of several that fit alike, the smaller fits better.
        enough.min_by_key(|(fits, noun)| (std::cmp::Reverse(*fits), noun.attributes.len())).map(|(_, noun)| noun)
    })
}

/// The attribute that a column seems to be: by its words, also behind the noun (`Vendor name`).
fn attribute_of(column: &str, noun: &NounNeed) -> Option<String> {
    let plain: String =
        column.to_lowercase().chars().map(|letter| if letter.is_alphanumeric() { letter } else { '_' }).collect();
    let plain = plain.trim_matches('_');
    let behind = plain.strip_prefix(noun.name.as_str()).map(|rest| rest.trim_start_matches('_'));
    [Some(plain), behind].into_iter().flatten().find_map(|name| {
        let attribute = noun.attributes.iter().find(|attribute| attribute.name == name)?;
        Some(attribute.name.to_string())
    })
}

/// The folders that hold files, none of them within another; files that lie at the top are named themselves.
fn tops(paths: &[String]) -> Vec<String> {
    let folders: BTreeSet<&str> =
        paths.iter().map(|path| if parent(path).is_empty() { path } else { parent(path) }).collect();
    let outer =
        folders.iter().filter(|folder| !folders.iter().any(|other| other != *folder && is_below(folder, other)));
    outer.map(|folder| (*folder).to_owned()).collect()
}

/// The packs for what was found: of the clouds that Terraform speaks of, and what there is beside.
fn packs(found: &Found, nouns: &BTreeSet<String>) -> Vec<&'static str> {
    let speaks_of = |prefix: &str| nouns.iter().any(|noun| noun.starts_with(prefix));
    let is = |kind: Kind| found.exports.iter().any(|export| export.kind == Some(kind));
    let terraform = is(Kind::Terraform);
    let others = found
        .exports
        .iter()
        .any(|export| !matches!(export.kind, Some(Kind::Terraform | Kind::CloudFormation | Kind::Kubernetes)));
    let wanted = [
        ("soc2-ai", others || !found.registers.is_empty()),
        ("terraform-aws", terraform && speaks_of("aws_")),
        ("terraform-google", terraform && speaks_of("google_")),
        ("terraform-azure", terraform && speaks_of("azurerm_")),
        ("cloudformation", is(Kind::CloudFormation)),
        ("kubernetes", is(Kind::Kubernetes)),
    ];
    let there = crate::pack_names();
    let mut packs: Vec<&'static str> =
        wanted.into_iter().filter(|(pack, wanted)| *wanted && there.contains(pack)).map(|(pack, _)| pack).collect();
    if packs.is_empty() && found.controls.is_empty() {
        packs.push("soc2-ai");
    }
    packs
}

/// The systems whose maps are part of the library.
#[must_use]
pub fn map_names() -> Vec<&'static str> {
    crate::embedded::maps().map(|(name, _)| name).collect()
}

/// The text of the map of a system.
#[must_use]
pub fn map_text(system: &str) -> Option<&'static str> {
    crate::embedded::maps().find(|(name, _)| *name == system).map(|(_, text)| text)
}
