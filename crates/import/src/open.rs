//! The files of all arguments, opened and told apart.

use crate::argument::{Kind, SourceArgument};
use crate::detect::{Detected, Member, detect, is_configuration, presume, unrecognised};
use crate::document::{Check, Document, read, register};
use crate::error::ReadError;
use crate::hcl;
use crate::objects::Declared;
use crate::terraform::Export;
use rayon::prelude::*;
use std::collections::HashSet;
use tickmark_diagnostics::codes::facts as codes;
use tickmark_diagnostics::{Diagnostic, did_you_mean};
use tickmark_source::{Files, Sources};

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
    in_folder: bool,
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
        let stranger = named.in_folder && !hcl::is_configuration_file(&named.path);
        if stranger && error.code == codes::NOT_UTF8 {
            diagnostics.push(skipped(&named.argument.path, &[format!("`{}` is no text", named.path)]));
        } else {
            diagnostics.push(error);
        }
    };
    for (named, read) in named.iter().zip(read) {
        match read.and_then(|read| register(read, sources).map_err(|error| *error)) {
            Ok(document) => documents.push((named, document)),
            Err(error) => trouble(named, error, &mut diagnostics),
        }
    }
    let looked: Vec<Result<Found, ReadError>> =
        documents.par_iter().map(|(named, document)| find_kind(document, named.argument, look)).collect();
    let mut detected = Vec::new();
    let mut texts = Vec::new();
    for ((named, document), found) in documents.into_iter().zip(looked) {
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
                found.push((named.in_folder, document, detected));
            }
        }
        let mut configured = configured(argument, &found, (files, &mut *sources), &mut diagnostics);
        // A module that two arguments name, or two files of it, is one all the same.
        configured.retain(|root| !units.iter().any(|unit: &Unit| unit.config.is_some() && unit.path == root.path));
        sort_out(argument, found, configured, &mut units, &mut diagnostics);
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
    let detected = detect(document, argument.kind, argument.noun.is_some());
    Ok(Found { detected, presumed: false })
}

/// Answers of MLflow that are named one by one (by a shell's `*`) and lie in one folder are one source, as if the folder
/// had been named.
fn join_pages(units: Vec<Unit>) -> Vec<Unit> {
    let mut joined: Vec<Unit> = Vec::new();
    for unit in units {
        let named = unit.documents.first().filter(|document| document.path == unit.path);
        let page = matches!(unit.detected, Detected::MlflowPage) && named.is_some();
        let folder = unit.path.rsplit_once('/').map(|(folder, _)| folder.to_owned()).filter(|_| page);
        let earlier = folder.and_then(|folder| {
            joined.iter_mut().find(|earlier| {
                let pages = matches!(earlier.detected, Detected::MlflowPage);
                let first = earlier.documents.first().map_or("", |document| document.path.as_str());
                let beside = first.rsplit_once('/').is_some_and(|(beside, _)| beside == folder);
                pages && (earlier.path == folder || (earlier.path == first && beside))
            })
        });
        match earlier {
            Some(earlier) => {
                if let Some((folder, _)) = unit.path.rsplit_once('/') {
                    folder.clone_into(&mut earlier.path);
                }
                earlier.documents.extend(unit.documents);
            }
            None => joined.push(unit),
        }
    }
    joined
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
                for path in paths.into_iter().filter(|path| !in_folder || !passed_over(argument, path)) {
                    // Of a folder of Terraform each argument knows all files: those that were named before are part of its modules.
                    if seen.insert(path.clone()) || hcl::is_configuration_file(&path) {
                        named.push(Named { argument, path, in_folder });
                    }
                }
            }
            Err(error) => diagnostics.push(absent(argument, &error.to_string())),
        }
    }
    named
}

/// Programs and manifests lie beside facts; nobody takes them for facts.
fn is_ours(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    // A README tells people what lies in a folder of exports.
    name.ends_with(".tick") || name.starts_with("README") || matches!(name, "tickmark.yaml" | "tickmark.yml")
}

/// Files below a folder that nobody looks into.
fn passed_over(argument: &SourceArgument, path: &str) -> bool {
    // Of a folder of Terraform only what may be Terraform's is looked at: configurations lie among sources of all sorts.
    let foreign = argument.kind == Some(Kind::Terraform)
        && !hcl::is_configuration_file(path)
        && ![".json", ".tfstate", ".gz", ".zst"].iter().any(|ending| path.ends_with(ending));
    foreign || is_ours(path)
}

/// The root modules among the files of an argument, as units.
fn configured(
    argument: &SourceArgument,
    found: &[(bool, &Document, &Found)],
    (files, sources): (&dyn Files, &mut Sources),
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Unit> {
    let of_terraform = found.iter().filter(|(.., found)| matches!(found.detected, Detected::TerraformConfig));
    let (in_folder, documents): (Vec<bool>, Vec<Document>) =
        of_terraform.map(|(in_folder, document, _)| (*in_folder, (*document).clone())).unzip();
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
            let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
            let message =
                format!("`{name}` is no kind of source; write `KIND{noun}={rest}` with one of {}", kinds.join(", "));
            diagnostic.help(message)
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
    found: Vec<(bool, &Document, &Found)>,
    configured: Vec<Unit>,
    units: &mut Vec<Unit>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let first = units.len();
    let has_mlflow = found.iter().any(|(_, _, found)| matches!(found.detected, Detected::MlflowPage));
    let mut pages = None;
    let mut strangers = Vec::new();
    let in_folder = found.iter().any(|(in_folder, ..)| *in_folder);
    // Whether something was said of its files, or is read in another way.
    let mut told = false;
    for (in_folder, document, Found { detected, presumed }) in found {
        let (path, presumed) = (document.path.clone(), *presumed);
        match detected {
            // Its folder is a unit, or part of one.
            Detected::TerraformConfig => told = true,
            Detected::Unrecognised(why) if in_folder => strangers.push(format!("`{path}` ({why})")),
            Detected::Unrecognised(why) => diagnostics.push(*unrecognised(document, why)),
            Detected::Broken(error) => {
                told = true;
                diagnostics.push((**error).clone());
            }
            Detected::MlflowPage | Detected::Empty if has_mlflow && in_folder => {
                let at = *pages.get_or_insert_with(|| {
                    let (noun, path) = (None, argument.path.clone());
                    let detected = Detected::MlflowPage;
                    units.push(Unit { presumed, noun, ..Unit::new(detected, Vec::new(), path) });
                    units.len() - 1
                });
                if let Some(unit) = units.get_mut(at) {
                    unit.documents.push(document.clone());
                }
            }
            other => {
                let (noun, detected) = (argument.noun.clone(), other.plain());
                units.push(Unit { presumed, noun, ..Unit::new(detected, vec![document.clone()], path) });
            }
        }
    }
    units.extend(configured);
    if !strangers.is_empty() {
        diagnostics.push(skipped(&argument.path, &strangers));
    }
    if in_folder && units.len() == first && !told {
        diagnostics.push(nothing_read(argument, "no file below it is an export that Tickmark reads"));
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
