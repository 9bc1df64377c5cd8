//! The files of all arguments, opened and told apart.

use crate::argument::{KINDS_ARE_LISTED, Kind, SourceArgument};
use crate::detect::{BARE_LIST, Detected, Member, detect, is_configuration, presume, unrecognised};
use crate::document::{Check, Document, read, register};
use crate::error::ReadError;
use crate::hcl;
use crate::mapping::Mapping;
use crate::objects::Declared;
use crate::observed;
use crate::terraform::Export;
use crate::walked::{Promise, promise};
use crate::yaml::{SHALLOW_QUOTE, with_deeper_quotes};
use rayon::prelude::*;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use tickmark_diagnostics::codes::facts as codes;
use tickmark_diagnostics::{Diagnostic, did_you_mean};
use tickmark_source::{FileBytes, Files, Sources};

/// How closely files are looked at when they are opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// At their first keys. It costs nothing, and is right for every export that nothing is wrong with; where it turns out not
    /// to be, everything is opened again.
    Presume,
    /// At all of them.
    Through,
}

/// What a file was found to be.
struct Found {
    detected: Detected,
    presumed: bool,
}

/// One export: what it is, and the files that it is made of.
pub(crate) struct Unit {
    /// What it was found to be.
    pub(crate) detected: Detected,
    /// That was told from its first keys: nobody has read its text yet.
    pub(crate) presumed: bool,
    /// How its members lie in it, where that was found out already.
    pub(crate) outline: Option<Vec<Member>>,
    /// What a scan found in it, where it is of Terraform.
    pub(crate) export: Option<Result<Export, ReadError>>,
    /// The root module, where it is a Terraform configuration.
    pub(crate) config: Option<Box<hcl::Config>>,
    /// What a scan found in it, where it is a template or manifests.
    pub(crate) declared: Option<Result<Declared, ReadError>>,
    /// Its files; one, but for a folder of pages.
    pub(crate) documents: Vec<Document>,
    /// The noun that the argument names.
    pub(crate) noun: Option<String>,
    /// Its files were named one by one.
    pub(crate) named: bool,
    /// The folder that was named, where its files lie below one.
    pub(crate) root: Option<String>,
    /// How the columns of a register are read.
    pub(crate) mapping: Option<Arc<Mapping>>,
    /// The path of the argument.
    pub(crate) path: String,
}

impl Unit {
    fn new(detected: Detected, documents: Vec<Document>, path: String) -> Unit {
        Unit {
            detected,
            documents,
            path,
            presumed: false,
            outline: None,
            export: None,
            config: None,
            declared: None,
            noun: None,
            named: false,
            root: None,
            mapping: None,
        }
    }
}

/// The exports of all arguments.
pub(crate) struct Opened {
    /// The exports, in order.
    pub(crate) units: Vec<Unit>,
    /// What is wrong with others.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// A file on its way in: which argument named it, and whether that named a folder.
struct Named<'a> {
    argument: &'a SourceArgument,
    path: String,
    /// What its name promises, where it lies below a folder that was named.
    promise: Option<Promise>,
}

/// Opens every file of every argument, in parallel, and finds what each is. A file that two arguments name is opened once.
pub(crate) fn open(arguments: &[SourceArgument], files: &dyn Files, sources: &mut Sources, look: Look) -> Opened {
    let mut diagnostics = Vec::new();
    let named = list(arguments, files, &mut diagnostics);
    let check = if look == Look::Presume { Check::Later } else { Check::Now };
    let known = &*sources;
    let read: Vec<_> = named.par_iter().map(|named| read(files, &named.path, known, check)).collect();
    let mut documents = Vec::new();
    let trouble = |named: &Named<'_>, error: Diagnostic, diagnostics: &mut Vec<Diagnostic>| {
        // A file of a configuration is no stranger in its folder: without it resources would be lost.
        let stranger = named.promise.filter(|_| !hcl::is_configuration_file(&named.path));
        match stranger {
            Some(Promise::Data) if error.code == codes::NOT_UTF8 => {
                diagnostics.push(skipped(&named.argument.path, &[format!("`{}` is no text", named.path)]));
            }
            // What need not be an export is none where it is no text.
            Some(_) if error.code == codes::NOT_UTF8 => {}
            _ => diagnostics.push(error),
        }
    };
    for (named, read) in named.iter().zip(read) {
        match read.and_then(|read| register(read, sources).map_err(|error| *error)) {
            Ok(document) => documents.push((named, document)),
            Err(error) => {
                observed::hide_all(named.argument, &error, sources);
                trouble(named, error, &mut diagnostics);
            }
        }
    }
    let looked: Vec<Result<Found, ReadError>> =
        documents.par_iter().map(|(named, document)| find_kind(document, named.argument, look)).collect();
    let mut detected = Vec::new();
    let mut texts = Vec::new();
    for ((named, mut document), found) in documents.into_iter().zip(looked) {
        let found = match found {
            Ok(Found { detected: Detected::Broken(error), .. }) if error.message == SHALLOW_QUOTE => {
                document.bytes = FileBytes::from(with_deeper_quotes(document.text()).into_bytes());
                sources.replace(document.file, document.bytes.clone());
                find_kind(&document, named.argument, look)
            }
            found => found,
        };
        match found {
            Ok(found) => {
                texts.push((named, document));
                detected.push(found);
            }
            Err(error) => trouble(named, *error, &mut diagnostics),
        }
    }
    let documents = texts;
    let mut units = Vec::new();
    for argument in arguments {
        let mut found = Vec::new();
        for ((named, document), detected) in documents.iter().zip(&detected) {
            if std::ptr::eq(named.argument, argument) {
                found.push((named.promise, document, detected));
            }
        }
        let mut configured = configured(argument, &found, (files, &mut *sources), &mut diagnostics);
        // A module that two arguments name, or two files of it, is one all the same.
        configured.retain(|root| !units.iter().any(|unit: &Unit| unit.config.is_some() && unit.path == root.path));
        sort_out(argument, found, configured, &mut units, &mut diagnostics);
    }
    if units.iter().any(|unit| matches!(unit.detected, Detected::Observed(_))) {
        units.push(Unit::new(Detected::Yaml, vec![observed::catalogue(sources)], observed::CATALOGUE.to_owned()));
    }
    Opened { units: join_pages(units), diagnostics }
}

/// What a file is: from its first keys where that will do.
fn find_kind(document: &Document, argument: &SourceArgument, look: Look) -> Result<Found, ReadError> {
    if is_configuration(document, argument.kind) && argument.noun.is_none() {
        return Ok(Found { detected: Detected::TerraformConfig, presumed: false });
    }
    if look == Look::Presume {
        if let Some(detected) = presume(document, argument.kind).filter(|_| argument.noun.is_none()) {
            return Ok(Found { detected, presumed: true });
        }
        document.check()?;
    }
    // Of a register only the form is in question, and that its name tells.
    let said = argument.kind.or_else(|| argument.noun.as_ref().and_then(|_| Kind::of_register(&document.path)));
    let detected = detect(document, said, argument.noun.is_some());
    Ok(Found { detected, presumed: false })
}

/// Pages that are named one by one (by a shell's `*`) are one source: those of MLflow where they lie in one folder, as if the
/// folder had been named; those of other systems, whose answers are told apart by folders, wherever they lie.
fn join_pages(units: Vec<Unit>) -> Vec<Unit> {
    let mut joined: Vec<Unit> = Vec::new();
    for unit in units {
        let earlier = if unit.detected.is_page() && unit.named {
            joined.iter_mut().find(|earlier| belongs_to(&unit, earlier))
        } else {
            None
        };
        match earlier {
            Some(earlier) => {
                earlier.path = common_folder(&earlier.path, &unit.path);
                earlier.documents.extend(unit.documents);
            }
            None => joined.push(unit),
        }
    }
    joined
}

/// Whether a page that was named alone belongs to an earlier source.
fn belongs_to(page: &Unit, earlier: &Unit) -> bool {
    fn folder(path: &str) -> &str {
        path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
    match (&page.detected, &earlier.detected) {
        (Detected::MlflowPage, Detected::MlflowPage) => {
            let (here, first) = (folder(&page.path), earlier.documents.first());
            here == earlier.path || (earlier.named && first.is_some_and(|first| folder(&first.path) == here))
        }
        (Detected::Answers(one), Detected::Answers(other)) => one == other && earlier.named,
        (Detected::Dvc, Detected::Dvc) => earlier.named,
        (Detected::Observed(one), Detected::Observed(other)) => one == other && earlier.named,
        _ => false,
    }
}

/// Where the answers of several systems lie below one folder, each source is called after the folder that holds its own.
fn name_apart(pages: &BTreeMap<&'static str, usize>, units: &mut [Unit]) {
    if pages.len() < 2 {
        return;
    }
    let mut taken: Vec<String> = Vec::new();
    for (kind, index) in pages {
        let Some(unit) = units.get_mut(*index) else { continue };
        let folder = |path: &str| path.rsplit_once('/').map_or(".", |(folder, _)| folder).to_owned();
        let mut paths = unit.documents.iter().map(|document| document.path.as_str());
        let first = paths.next().map(folder).unwrap_or_default();
        let own = paths.fold(first, |common, path| common_folder(&common, path));
        unit.path = if taken.contains(&own) { format!("{own}#{kind}") } else { own };
        taken.push(unit.path.clone());
    }
}

/// The folder that holds both files, or a file and a folder.
fn common_folder(one: &str, other: &str) -> String {
    let folder = other.rsplit_once('/').map_or("", |(folder, _)| folder);
    let same: Vec<&str> =
        one.split('/').zip(folder.split('/')).take_while(|(one, other)| one == other).map(|(part, _)| part).collect();
    match same.as_slice() {
        [] => ".".to_owned(),
        [""] => "/".to_owned(),
        same => same.join("/"),
    }
}

fn list<'a>(arguments: &'a [SourceArgument], files: &dyn Files, diagnostics: &mut Vec<Diagnostic>) -> Vec<Named<'a>> {
    let mut seen = HashSet::new();
    let mut named = Vec::new();
    for argument in arguments {
        match files.list(&argument.path) {
            Ok(paths) => {
                let in_folder = paths.first().is_some_and(|first| *first != argument.path) || paths.len() > 1;
                if paths.is_empty() {
                    diagnostics
                        .push(nothing_read(argument, "the folder is empty, or `.gitignore` leaves out all of it"));
                }
                for path in paths {
                    let promise = in_folder.then(|| promise(argument, &path));
                    if promise == Some(Promise::Nothing) {
                        continue;
                    }
                    // Of a folder of Terraform each argument knows all files: those that were named before are part of its modules.
                    // One register may tell of several nouns.
                    if seen.insert((path.clone(), argument.noun.clone())) || hcl::is_configuration_file(&path) {
                        named.push(Named { argument, path, promise });
                    }
                }
            }
            Err(error) => diagnostics.push(absent(argument, &error.to_string())),
        }
    }
    named
}

/// The root modules among the files of an argument, as units.
fn configured(
    argument: &SourceArgument,
    found: &[(Option<Promise>, &Document, &Found)],
    (files, sources): (&dyn Files, &mut Sources),
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Unit> {
    let of_terraform = found.iter().filter(|(.., found)| matches!(found.detected, Detected::TerraformConfig));
    let (in_folder, documents): (Vec<bool>, Vec<Document>) =
        of_terraform.map(|(promise, document, _)| (promise.is_some(), (*document).clone())).unzip();
    let Some(in_folder) = in_folder.first() else { return Vec::new() };
    let before = diagnostics.len();
    let roots = hcl::open(argument, &documents, *in_folder, (files, sources), diagnostics);
    let said = diagnostics.iter().skip(before).any(Diagnostic::is_error);
    if roots.is_empty() && !said {
        diagnostics.push(nothing_read(argument, "there are values of variables, but no `.tf` file that wants them"));
    }
    let unit = |(path, documents, config)| Unit {
        config: Some(Box::new(config)),
        ..Unit::new(Detected::TerraformConfig, documents, path)
    };
    roots.into_iter().map(unit).collect()
}

fn absent(argument: &SourceArgument, error: &str) -> Diagnostic {
    let diagnostic = Diagnostic::without_place(codes::SOURCE_NOT_READ, error);
    let Some((prefix, rest)) = argument.path.split_once('=') else { return diagnostic };
    // `terrafrom=plan.json`: a kind was meant.
    let (name, noun) =
        prefix.split_once(':').map_or((prefix, String::new()), |(name, noun)| (name, format!(":{noun}")));
    let plain = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !plain || argument.kind.is_some() {
        return diagnostic;
    }
    match did_you_mean(name, Kind::ALL.map(Kind::name)) {
        Some(help) => diagnostic.help(format!("`{name}` is no kind of source: {help}")),
        None => {
            diagnostic.help(format!("`{name}` is no kind of source: write `KIND{noun}={rest}`; {KINDS_ARE_LISTED}"))
        }
    }
}

fn nothing_read(argument: &SourceArgument, why: &str) -> Diagnostic {
    let message = format!("nothing was read from `{}`: {why}", argument.path);
    Diagnostic::without_place(codes::UNKNOWN_KIND, message)
}

/// Makes the files of one argument into units. All answers of MLflow below a folder are one.
fn sort_out(
    argument: &SourceArgument,
    found: Vec<(Option<Promise>, &Document, &Found)>,
    configured: Vec<Unit>,
    units: &mut Vec<Unit>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let first = units.len();
    // Whose answers are lists, of which one without records is an answer too.
    let lists = found.iter().find_map(|(_, _, found)| match found.detected {
        Detected::Answers(system) if system.answers_in_lists() => Some(system),
        _ => None,
    });
    let has_mlflow = found.iter().any(|(_, _, found)| matches!(found.detected, Detected::MlflowPage));
    // The source that the pages of a system below the folder are put into, by the name of the system.
    let mut pages: BTreeMap<&'static str, usize> = BTreeMap::new();
    let mut strangers = Vec::new();
    let in_folder = found.iter().any(|(promise, ..)| promise.is_some());
    // Whether something was said of its files, or is read in another way.
    let mut told = false;
    for (promise, document, Found { detected, presumed }) in found {
        let in_folder = promise.is_some();
        let (path, presumed) = (document.path.clone(), *presumed);
        match detected {
            // Its folder is a unit, or part of one.
            Detected::TerraformConfig => told = true,
            Detected::NoRecords if in_folder && lists.is_some() => {
                let page = lists.map_or(Detected::NoRecords, Detected::Answers);
                put_in(&page, document, argument, (&mut pages, units), presumed);
            }
            Detected::NoRecords if in_folder => strangers.push(format!("`{path}` ({BARE_LIST})")),
            Detected::NoRecords => diagnostics.push(*unrecognised(document, argument.kind, BARE_LIST)),
            // Nobody said that it is an export.
            Detected::Unrecognised(_) if promise == Some(Promise::Anything) => {}
            Detected::Broken(error) if promise == Some(Promise::Anything) => {
                strangers.push(format!("`{path}` ({})", error.message));
            }
            Detected::Unrecognised(why) if in_folder => strangers.push(format!("`{path}` ({why})")),
            Detected::Unrecognised(why) => diagnostics.push(*unrecognised(document, argument.kind, why)),
            Detected::Broken(error) => {
                told = true;
                let error = (**error).clone();
                diagnostics.push(if in_folder {
                    error.help("if it is no export, name it in a file `.tickmarkignore` beside it or above")
                } else {
                    error
                });
            }
            page if in_folder && (page.is_page() || (has_mlflow && matches!(page, Detected::Empty))) => {
                let detected = if page.is_page() { page.plain() } else { Detected::MlflowPage };
                put_in(&detected, document, argument, (&mut pages, units), presumed);
            }
            other => {
                let (noun, detected) = (argument.noun.clone(), other.plain());
                let mapping = argument.mapping.clone();
                let named = !in_folder;
                units.push(Unit {
                    presumed,
                    noun,
                    mapping,
                    named,
                    ..Unit::new(detected, vec![document.clone()], path)
                });
            }
        }
    }
    name_apart(&pages, units);
    units.extend(configured);
    if !strangers.is_empty() {
        diagnostics.push(skipped(&argument.path, &strangers));
    }
    if in_folder && units.len() == first && !told {
        diagnostics.push(nothing_read(argument, "no file below it is an export that Tickmark reads"));
    }
}

/// Puts a page into the source of its kind below the folder of an argument.
fn put_in(
    detected: &Detected,
    document: &Document,
    argument: &SourceArgument,
    (pages, units): (&mut BTreeMap<&'static str, usize>, &mut Vec<Unit>),
    presumed: bool,
) {
    let at = *pages.entry(detected.name()).or_insert_with(|| {
        let path = argument.path.clone();
        let root = Some(path.clone());
        units.push(Unit { presumed, root, ..Unit::new(detected.plain(), Vec::new(), path) });
        units.len() - 1
    });
    if let Some(unit) = units.get_mut(at) {
        unit.documents.push(document.clone());
    }
}

fn skipped(folder: &str, strangers: &[String]) -> Diagnostic {
    const SHOWN: usize = 5;
    let files = if strangers.len() == 1 {
        "a file was not read".to_owned()
    } else {
        format!("{} files were not read", strangers.len())
    };
    let mut names = strangers.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    if strangers.len() > SHOWN {
        names.push_str(", …");
    }
    let message = format!("below `{folder}` {files}: {names}");
    let mut diagnostic = Diagnostic::without_place(codes::FILE_SKIPPED, message);
    diagnostic.severity = tickmark_diagnostics::Severity::Warning;
    if strangers.iter().any(|stranger| stranger.contains("CSV file")) {
        diagnostic = diagnostic.help("name the noun of a table: `csv:NOUN=PATH`");
    }
    diagnostic
}

#[cfg(test)]
mod tests {
    use super::common_folder;

    #[test]
    fn what_two_files_have_in_common() {
        assert_eq!(common_folder("a/b/c.json", "a/b/d.json"), "a/b");
        assert_eq!(common_folder("a/b", "a/bc/d.json"), "a");
        assert_eq!(common_folder("/x/a.json", "/y/b.json"), "/");
        assert_eq!(common_folder("a.json", "b.json"), ".");
        assert_eq!(common_folder("a/b.json", "c.json"), ".");
    }
}
