//! What lies in a folder, for a first manifest: exports that are recognised, registers with the noun that they seem to hold,
//! and controls.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tickmark_facts::{AttributeType, Needs, NounNeed, Time};
use tickmark_import::{Kind, Options, Outline, SourceArgument, WORDS_FOR_MISSING};
use tickmark_source::{Files, FilesError, Sources};

use crate::Request;
use crate::load::{Reach, load_with};

/// What was found in a folder; all paths are relative to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Exports and configurations.
    pub exports: Vec<FoundExport>,
    /// Registers.
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

/// A register of one noun: a table, a list in YAML or JSON, or a folder of Markdown with YAML in front.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundRegister {
    /// The file, or the folder.
    pub path: String,
    /// The noun of the vocabulary that its columns, or its name, speak of.
    pub noun: Option<String>,
    /// The keys that lead to its records, with dots between.
    pub records: Option<String>,
    /// Its columns. Of a register without a noun, none is an attribute.
    pub columns: Vec<FoundColumn>,
    /// Attributes of the noun that none of its columns is.
    pub others: Vec<String>,
}

/// A column of a register.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundColumn {
    /// Its name.
    pub name: String,
    /// The attribute that it seems to be.
    pub attribute: Option<String>,
    /// What of it is not read as it is written.
    pub odd: Option<OddWords>,
}

/// Words of a column that its attribute cannot hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OddWords {
    /// They are none of the values that the attribute may have; with those.
    Values(Vec<String>, Vec<String>),
    /// Not a date that says which number is the day.
    Date(String),
    /// A number where a length of time is meant: of which unit it does not say.
    Unit(String),
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
        let (mut records, exported) = exports(folder, files, &mut nouns);
        found.registers = registers(&listed, &exported, &below, files);
        records.retain(|export| !found.registers.iter().any(|register| register.path == export.path));
        found.exports = grouped(&records);
    }
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

/// One export as the import tells of it: what it is, and where.
struct Export {
    what: String,
    path: String,
}

/// What the import makes of the folder when nothing of it is wanted; and the files that are exports beyond doubt.
fn exports(folder: &str, files: &dyn Files, nouns: &mut BTreeSet<String>) -> (Vec<Export>, BTreeSet<String>) {
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
    let (mut exports, mut exported) = (Vec::new(), BTreeSet::new());
    for (index, record) in imported.sources.iter().enumerate() {
        let paths: Vec<&str> = all.iter().filter(|(of, _)| *of == index).map(|(_, path)| *path).collect();
        // What looks like native facts may be a register that nobody has described yet.
        if !matches!(record.kind.as_str(), "yaml" | "json") {
            exported.extend(paths.iter().map(|path| (*path).to_owned()));
        }
        let named = match paths.as_slice() {
            // A configuration is the folder of its root module, wherever its modules lie.
            _ if record.kind == "terraform-config" => vec![record.path.clone()],
            [only] => vec![(*only).to_owned()],
            _ => parted(&paths, &|path| all.iter().any(|(of, other)| *of != index && is_below(other, path))),
        };
        let export = |path: &String| Export { what: record.kind.clone(), path: below.relative(path) };
        exports.extend(named.iter().map(export));
    }
    (exports, exported)
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
    load_with(&Request::at(Time(0)), &nothing, None, Reach::Everything, tickmark_import::Patience::Whole).program.needs
}

/// The registers among the files of a folder.
fn registers(
    listed: &[String],
    exported: &BTreeSet<String>,
    below: &Below<'_>,
    files: &dyn Files,
) -> Vec<FoundRegister> {
    let words = vocabulary();
    let mut found: Vec<FoundRegister> = Vec::new();
    for path in listed.iter().filter(|path| !exported.contains(*path)) {
        let form = Kind::of_register(path);
        let Some(outline) = form.and_then(|_| tickmark_import::outline(path, &files.read(path).ok()?)) else {
            continue;
        };
        let relative = below.relative(path);
        let register = described(&relative, &outline, &words);
        match form {
            Some(Kind::Csv) => found.push(register),
            // Each file is a record: the folder is the register.
            Some(Kind::Markdown) => add_markdown(register, &mut found),
            // What names its nouns itself needs no description, and much is no register at all.
            Some(Kind::Yaml | Kind::Json) if is_native(&outline, &words) => {}
            Some(Kind::Yaml | Kind::Json) if fits(&register) => found.push(register),
            _ => {}
        }
    }
    found
}

/// Whether enough of the keys of a list are attributes of a noun to take it for a register.
fn fits(register: &FoundRegister) -> bool {
    let known = register.columns.iter().filter(|column| column.attribute.is_some()).count();
    known >= 2
}

fn is_native(outline: &Outline, words: &Needs) -> bool {
    outline.top.iter().any(|key| words.find(key).is_some())
}

/// Puts a file of Markdown into the register that its folder is.
fn add_markdown(mut register: FoundRegister, found: &mut Vec<FoundRegister>) {
    let folder = parent(&register.path).to_owned();
    if folder.is_empty() || register.noun.is_none() {
        return;
    }
    register.path = format!("{folder}/");
    match found.iter_mut().find(|known| known.path == register.path) {
        Some(known) if known.noun == register.noun => {
            for column in register.columns {
                if !known.columns.iter().any(|other| other.name == column.name) {
                    known.columns.push(column);
                }
            }
        }
        Some(_) => {}
        None => found.push(register),
    }
}

fn described(relative: &str, outline: &Outline, words: &Needs) -> FoundRegister {
    let header: Vec<String> = outline.columns.iter().map(|column| column.name.clone()).collect();
    let folder = if relative.ends_with(".md") { parent(relative) } else { "" };
    let named = outline.records.last().map_or("", String::as_str);
    let noun = [relative, folder, named].into_iter().find_map(|name| noun_by_name(name, words));
    let noun = noun.or_else(|| noun_by_columns(&header, words));
    let mut taken = BTreeSet::new();
    let columns = outline.columns.iter().map(|column| {
        let attribute = noun.and_then(|noun| attribute_of(&column.name, noun));
        // Two columns cannot both be one attribute.
        let attribute = attribute.filter(|attribute| taken.insert(attribute.clone()));
        let ty = noun
            .and_then(|noun| noun.attributes.iter().find(|known| Some(known.name.as_str()) == attribute.as_deref()));
        let odd = ty.and_then(|need| odd_words(&column.words, &need.ty));
        FoundColumn { name: column.name.clone(), attribute, odd }
    });
    let columns: Vec<FoundColumn> = columns.collect();
    let others = noun.map(|noun| noun.attributes.iter().map(|attribute| attribute.name.to_string()));
    let others = others.into_iter().flatten().filter(|name| !taken.contains(name)).collect();
    let records = Some(outline.records.join(".")).filter(|records| !records.is_empty());
    FoundRegister { path: relative.to_owned(), noun: noun.map(|noun| noun.name.to_string()), records, columns, others }
}

/// What of the words of a column its attribute cannot hold.
fn odd_words(words: &[String], ty: &AttributeType) -> Option<OddWords> {
    let mut said = words.iter().filter(|word| !WORDS_FOR_MISSING.contains(&word.to_lowercase().as_str()));
    match ty {
        AttributeType::OneOf(choices) => {
            let folded = |text: &str| text.to_lowercase().replace([' ', '-', '/'], "_");
            let odd = said.filter(|word| !choices.iter().any(|choice| folded(choice) == folded(word)));
            let odd: Vec<String> = odd.cloned().collect();
            let choices = choices.iter().map(ToString::to_string).collect();
            (!odd.is_empty()).then_some(OddWords::Values(odd, choices))
        }
        AttributeType::Bool => {
            let known = ["yes", "no", "y", "n", "true", "false", "on", "off", "1", "0"];
            let odd: Vec<String> =
                said.filter(|word| !known.contains(&word.to_lowercase().as_str())).cloned().collect();
            (!odd.is_empty()).then(|| OddWords::Values(odd, vec!["true".to_owned(), "false".to_owned()]))
        }
        AttributeType::Time => said.find(|word| Time::parse(word).is_err()).cloned().map(OddWords::Date),
        AttributeType::Duration => said.find(|word| word.parse::<f64>().is_ok()).cloned().map(OddWords::Unit),
        AttributeType::List(item) => odd_words(words, item),
        _ => None,
    }
}

/// Nouns that stand by themselves and are declared: what a register may be of.
fn stands_alone(noun: &NounNeed) -> bool {
    !noun.open && noun.nested_in.is_none() && !noun.name.contains('.')
}

/// The noun that a register is of, by its name: all of it, two words of it, one word.
fn noun_by_name<'a>(path: &str, words: &'a Needs) -> Option<&'a NounNeed> {
    let name = file_name(path.trim_end_matches('/'));
    let stem = name.split('.').next().unwrap_or_default().to_lowercase().replace(['-', ' '], "_");
    let steps: Vec<&str> = stem.split('_').filter(|step| !step.is_empty()).collect();
    let pairs = steps.windows(2).map(|pair| pair.join("_"));
    let names = [stem.clone()].into_iter().chain(pairs).chain(steps.iter().map(|step| (*step).to_owned()));
    // Folders of policies hold policy documents.
    names
        .chain(
            steps.iter().filter(|step| matches!(**step, "policies" | "policy")).map(|_| "policy_document".to_owned()),
        )
        .find_map(|word| Some(words.noun(words.find(&word)?)).filter(|noun| stands_alone(noun)))
}

/// The noun that a register is of, by its columns.
fn noun_by_columns<'a>(header: &[String], words: &'a Needs) -> Option<&'a NounNeed> {
    let fits = |noun: &NounNeed| header.iter().filter(|column| attribute_of(column, noun).is_some()).count();
    let nouns = words.iter().map(|(_, noun)| noun).filter(|noun| stands_alone(noun)).map(|noun| (fits(noun), noun));
    let enough = nouns.filter(|(fits, _)| *fits >= 2 && fits * 2 > header.len());
    // Of several that fit alike, the smaller fits better.
    enough.min_by_key(|(fits, noun)| (std::cmp::Reverse(*fits), noun.attributes.len())).map(|(_, noun)| noun)
}

/// The attribute that a column seems to be: by its words, also behind the noun (`Vendor name`).
fn attribute_of(column: &str, noun: &NounNeed) -> Option<String> {
    let plain: String =
        column.to_lowercase().chars().map(|letter| if letter.is_alphanumeric() { letter } else { '_' }).collect();
    let plain = plain.trim_matches('_');
    // A column that is called after the noun holds what its records are called.
    if let ([key], true) = (noun.key.as_slice(), plain == noun.name) {
        return noun.attributes.get(key.0 as usize).map(|key| key.name.to_string());
    }
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
