//! Controls, packs and library to a program.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use smol_str::SmolStr;
use tickmark_diagnostics::codes::run as codes;
use tickmark_diagnostics::{Code, Diagnostic};
use tickmark_import::{Patience, SourceArgument, Surveyed, TerraformOptions};
use tickmark_program::{Input, Program, Setting, Shelf, SourceUnit, Spoken, Surroundings, resolve};
use tickmark_source::{FileId, Files, Sources, Span};

use crate::dormant::{self, Supply};
use crate::embedded::{self, Library, PackFile, ReadBack};
use crate::{Request, has_errors};

/// A program, the files that it came from, and what is wrong with it.
pub struct Loaded {
    /// The program; not to be evaluated where a diagnostic is an error.
    pub program: Program,
    /// All files read so far.
    pub sources: Sources,
    /// Errors and warnings, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
    /// What was read of the packs and the library that are embedded.
    pub embedded: ReadBack,
    /// The sources of facts that were named.
    pub(crate) arguments: Vec<SourceArgument>,
    /// What was found in them, where they had to be looked into.
    pub(crate) surveyed: Option<Surveyed>,
    /// Words of the program that no declaration explains. Where the survey left files out, one of these may be a noun of theirs.
    pub(crate) undeclared: BTreeSet<SmolStr>,
    /// The trees that the program was made of: to take them apart takes a while, which nobody needs to wait for.
    pub(crate) trees: [Vec<SourceUnit>; 2],
}

impl Loaded {
    /// Whether nothing may be evaluated.
    #[must_use]
    pub fn is_broken(&self) -> bool {
        has_errors(&self.diagnostics)
    }

    /// Whether words may be nouns of sources that were not looked into.
    pub(crate) fn is_guess(&self) -> bool {
        self.surveyed.as_ref().is_some_and(|surveyed| !surveyed.whole)
    }

    /// Whether a noun that came to light when the facts were read is one that the program speaks of.
    pub(crate) fn speaks_of(undeclared: &BTreeSet<SmolStr>, strangers: &BTreeSet<SmolStr>) -> bool {
        strangers.iter().any(|stranger| undeclared.contains(stranger))
    }
}

/// How much of the library a program takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// What its controls look at.
    Needed,
    /// The same, but for controls of the packs over types that no source has: only that they are skipped is known.
    Supplied,
    /// The same, with the tests of the packs that are embedded.
    Tests,
    /// Everything that the sources supply: for looking around in facts.
    Everything,
}

/// Reads and resolves the controls of a request. The facts are asked for no more than the names of their nouns, and that
/// only where a word could be one.
#[must_use]
pub fn load(request: &Request, files: &dyn Files) -> Loaded {
    load_with(request, files, None, Reach::Needed, Patience::Whole)
}

/// As [`load`], with the phrase of a query, so much of the library and so close a look at the sources.
pub(crate) fn load_with(
    request: &Request,
    files: &dyn Files,
    query: Option<&str>,
    reach: Reach,
    patience: Patience,
) -> Loaded {
    let mut sources = request.sources_before();
    let mut diagnostics = Vec::new();
    let mut embedded = ReadBack::default();
    let texts = own_texts(request, files, (&mut sources, &mut diagnostics));
    let packs = packs(request, reach, (&mut sources, &mut diagnostics));
    let library = Library::new(&mut sources);
    let meta = embedded::meta(&mut sources);
    let asked = query.map(|text| (sources.add("<query>", text.as_bytes().to_vec()), SmolStr::from(text)));
    let query = asked.as_ref().and_then(|(file, text)| {
        let (phrase, found) = tickmark_syntax::parse_phrase(*file, text);
        diagnostics.extend(found);
        phrase
    });
    // Of two values for one parameter the later wins.
    let mut settings = request.project_settings();
    settings.extend(parse_settings(&request.settings, &mut sources, &mut diagnostics));
    let mut arguments = parse_arguments(&request.facts, &mut diagnostics);
    arguments.extend(request.project_arguments());
    // To look into the sources takes as long as to understand the controls, and neither needs the other.
    let looked = !arguments.is_empty() && !has_errors(&diagnostics);
    let mut found = Vec::new();
    let ((mut own, mut spoken), surveyed) = rayon::join(
        || {
            let own = parse_all(texts, &mut diagnostics);
            let spoken = Spoken::new(&own, query.as_ref());
            (own, spoken)
        },
        || looked.then(|| look_into(&arguments, files, (&mut sources, &mut found), Patience::Quick)),
    );
    // Nothing can be said of names while the text is not understood: what is missing from a broken item would be reported
    // as unknown wherever it is used.
    if has_errors(&diagnostics) {
        tickmark_diagnostics::sort(&mut diagnostics);
        let (program, undeclared) = (Program::default(), BTreeSet::new());
        let trees = [own, Vec::new()];
        return Loaded { program, sources, diagnostics, embedded, arguments, surveyed: None, undeclared, trees };
    }
    diagnostics.extend(found);
    let everything = reach == Reach::Everything;
    let whole = surveyed.as_ref().filter(|surveyed| surveyed.whole);
    let supply = whole
        .filter(|_| matches!(reach, Reach::Supplied | Reach::Needed))
        .filter(|_| !packs.is_empty() || library.leads_to(&spoken))
        .map(|surveyed| Supply::new(&surveyed.nouns, &own, &packs, &library));
    let idle = supply.as_ref().map(|supply| supply.idle(&library)).unwrap_or_default();
    let (packs, dormant) = match supply.as_ref().filter(|_| reach == Reach::Supplied) {
        Some(supply) => dormant::read(supply, &own, &packs, &mut embedded),
        None => (embedded::read_packs(&packs, &mut embedded), BTreeMap::new()),
    };
    spoken.hear_all(&packs);
    own.extend(packs);
    let needed = |shelf: &Shelf<'_>| tickmark_program::needed(&own, &spoken, everything, shelf);
    let library = library.read(&idle, &mut embedded, needed);
    let undeclared = tickmark_program::undeclared_words(&own, &library, &spoken);
    let surveyed = match surveyed {
        Some(surveyed) if !surveyed.whole && patience == Patience::Whole && asks_for_nouns(&undeclared, reach) => {
            Some(look_into(&arguments, files, (&mut sources, &mut diagnostics), Patience::Whole))
        }
        surveyed => surveyed,
    };
    request.place(&mut diagnostics, &sources);
    let shapes = surveyed.as_ref().map(|surveyed| tickmark_import::shapes(surveyed, &undeclared)).unwrap_or_default();
    let nothing = BTreeSet::new();
    let supplied = surveyed.as_ref().map_or(&nothing, |surveyed| &surveyed.nouns);
    let around = Surroundings {
        supplied,
        may_supply: &tickmark_import::may_supply,
        shapes: &shapes,
        settings: &settings,
        query: query.as_ref(),
        dormant: &dormant,
    };
    let selected = |id: &str| request.selects(id);
    let input =
        Input { own: &own, library: &library, needed: true, meta: &meta, around, selected: &selected, everything };
    let (mut program, found) = resolve(input);
    // What is said of the phrase quotes it.
    program.texts.extend(asked);
    program.texts.sort_by_key(|(file, _)| *file);
    diagnostics.extend(found.into_iter().filter(|diagnostic| !request.is_of_other_controls(diagnostic)));
    tickmark_diagnostics::sort(&mut diagnostics);
    let trees = [own, library];
    Loaded { program, sources, diagnostics, embedded, arguments, surveyed, undeclared, trees }
}

/// The files of controls that the user names.
fn own_texts(
    request: &Request,
    files: &dyn Files,
    (sources, diagnostics): (&mut Sources, &mut Vec<Diagnostic>),
) -> Vec<(FileId, SmolStr)> {
    let mut texts: Vec<(FileId, SmolStr)> = Vec::new();
    let mut read: BTreeSet<String> = BTreeSet::new();
    for (named, at) in &request.own_controls() {
        let listed = match files.list(named) {
            Ok(listed) => listed,
            Err(error) => {
                diagnostics.push(named_at(codes::CANNOT_READ, *at, error.to_string()));
                continue;
            }
        };
        // A file that is named is read whatever it is called; below a folder only `.tick` files are controls.
        let controls: Vec<String> =
            listed.iter().filter(|path| *path == named || path.ends_with(".tick")).cloned().collect();
        if controls.is_empty() {
            diagnostics.push(
                named_at(codes::NOTHING_TO_RUN, *at, format!("there is no `.tick` file below `{named}`"))
                    .help("name the file or folder that holds the controls"),
            );
        }
        for path in controls {
            if read.insert(path.clone()) {
                texts.extend(read_text(&path, files, sources, diagnostics));
            }
        }
    }
    texts
}

/// The packs that the user names.
fn packs(
    request: &Request,
    reach: Reach,
    (sources, diagnostics): (&mut Sources, &mut Vec<Diagnostic>),
) -> Vec<PackFile> {
    let mut files = Vec::new();
    for (name, at) in &request.own_packs() {
        let of_pack = embedded::pack(name, reach == Reach::Tests, sources);
        if of_pack.is_empty() {
            let names = embedded::pack_names();
            diagnostics.push(
                named_at(codes::UNKNOWN_PACK, *at, format!("there is no pack `{name}`"))
                    .suggest(name, names.iter().copied())
                    .help(format!(
                        "the packs are {}; a file or folder of your own is named with `--controls`",
                        names.join(", ")
                    )),
            );
        }
        files.extend(of_pack);
    }
    files
}

/// An error about what is named in the manifest, or on the command line, which has no place.
fn named_at(code: Code, at: Option<Span>, message: String) -> Diagnostic {
    match at {
        Some(at) => Diagnostic::error(code, at, message),
        None => Diagnostic::without_place(code, message),
    }
}

/// Texts of less than this many bytes together are parsed by one thread: that takes less time than to wake another.
const WORTH_SHARING: usize = 32 << 10;

fn parse_all(texts: Vec<(FileId, SmolStr)>, diagnostics: &mut Vec<Diagnostic>) -> Vec<SourceUnit> {
    let parse = |(file, text): (FileId, SmolStr)| {
        let (ast, found) = tickmark_syntax::parse(file, &text);
        (SourceUnit { file, text, embedded: false, ast }, found)
    };
    let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();
    let parsed: Vec<(SourceUnit, Vec<Diagnostic>)> = if bytes < WORTH_SHARING {
        texts.into_iter().map(parse).collect()
    } else {
        texts.into_par_iter().map(parse).collect()
    };
    let mut units = Vec::with_capacity(parsed.len());
    for (unit, found) in parsed {
        units.push(unit);
        diagnostics.extend(found);
    }
    units
}

fn read_text(
    path: &str,
    files: &dyn Files,
    sources: &mut Sources,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(FileId, SmolStr)> {
    let bytes = match files.read(path) {
        Ok(bytes) => bytes,
        Err(error) => {
            diagnostics.push(Diagnostic::without_place(codes::CANNOT_READ, error.to_string()));
            return None;
        }
    };
    let file = sources.add(path, bytes.clone());
    match std::str::from_utf8(&bytes) {
        Ok(text) => Some((file, SmolStr::from(text))),
        Err(error) => {
            let at = u32::try_from(error.valid_up_to()).unwrap_or(u32::MAX);
            let span = Span::new(file, at, at);
            diagnostics.push(
                Diagnostic::error(codes::CANNOT_READ, span, format!("`{path}` is not text in UTF-8"))
                    .help("save it as UTF-8; an export of facts is named without `--controls`"),
            );
            None
        }
    }
}

fn parse_settings(settings: &[String], sources: &mut Sources, diagnostics: &mut Vec<Diagnostic>) -> Vec<Setting> {
    let mut parsed = Vec::new();
    for setting in settings.iter().filter(|setting| variable_of(setting).is_none()) {
        let Some((name, value)) = setting.split_once('=').filter(|(name, _)| !name.trim().is_empty()) else {
            diagnostics.push(
                Diagnostic::without_place(
                    codes::BAD_SETTING,
                    format!("`--set {setting}` is not written as `name=value`"),
                )
                .help("write `--set approval_window=\"60 days\"`"),
            );
            continue;
        };
        let file = sources.add(format!("<--set {}>", name.trim()), value.as_bytes().to_vec());
        let (value, found) = tickmark_syntax::parse_value(file, value);
        diagnostics.extend(found);
        if let Some(value) = value {
            parsed.push(Setting { name: name.trim().trim_start_matches('$').into(), value });
        }
    }
    parsed
}

/// The variable of Terraform that a setting is about, and its value: `tf.var.region=eu-west-1`.
fn variable_of(setting: &str) -> Option<(&str, &str)> {
    let (name, value) = setting.trim_start().strip_prefix("tf.var.")?.split_once('=')?;
    Some((name.trim(), value))
}

/// What a request says of Terraform.
pub(crate) fn terraform_options(request: &Request) -> TerraformOptions {
    let variables = request.settings.iter().filter_map(|setting| variable_of(setting));
    let mut all = request.project_variables();
    all.extend(variables.map(|(name, value)| (name.to_owned(), value.to_owned())));
    TerraformOptions { variables: all, source: request.terraform_source.clone() }
}

fn parse_arguments(facts: &[String], diagnostics: &mut Vec<Diagnostic>) -> Vec<SourceArgument> {
    let mut arguments = Vec::new();
    for argument in facts {
        match SourceArgument::parse(argument) {
            Ok(parsed) => arguments.push(parsed),
            Err(reason) => {
                const CODE: Code = tickmark_diagnostics::codes::facts::UNKNOWN_KIND;
                diagnostics.push(Diagnostic::without_place(CODE, reason));
            }
        }
    }
    arguments
}

/// Whether it must be known which nouns there are: a word that no declaration explains could be one.
fn asks_for_nouns(undeclared: &BTreeSet<SmolStr>, reach: Reach) -> bool {
    reach == Reach::Everything || undeclared.iter().any(|word| !tickmark_import::may_supply(word))
}

/// The import goes on from here, and reports again what is wrong with the files.
fn look_into(
    arguments: &[SourceArgument],
    files: &dyn Files,
    (sources, diagnostics): (&mut Sources, &mut Vec<Diagnostic>),
    patience: Patience,
) -> Surveyed {
    let surveyed = tickmark_import::survey_with(arguments, files, sources, patience);
    diagnostics.extend(surveyed.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).cloned());
    surveyed
}
