//! Facts and program to results: `check`, `test` and `query`.

use tickmark_diagnostics::codes::run as codes;
use tickmark_diagnostics::{Diagnostic, Severity};
use tickmark_engine::{CriterionFact, EngineError, EngineWarning, QueryMember, SourceFact, TestResult, WarningKind};
use tickmark_facts::{AttributeNeed, Facts, NounId};
use tickmark_import::{Imported, Patience, SourceRecord};
use tickmark_program::{Program, SourceUnit};
use tickmark_results::{Results, SourceResult};
use tickmark_source::{Files, Place, Sources, Span};

use crate::load::{Loaded, Reach, load_with};
use crate::{Request, has_errors};

/// What came of a check.
pub struct Checked {
    /// The results; nothing where it could not be evaluated.
    pub results: Option<Results>,
    /// All files read.
    pub sources: Sources,
    /// Errors and warnings, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
    /// What it was made of. Who ends with the results need not take it apart.
    pub remains: Remains,
}

/// The program and the facts of a check.
#[derive(Default)]
pub struct Remains {
    _made_of: Option<(Program, Facts, [Vec<SourceUnit>; 2])>,
}

/// What came of a query.
pub struct Queried {
    /// The members; nothing where it could not be evaluated.
    pub members: Option<Vec<QueryMember>>,
    /// All files read.
    pub sources: Sources,
    /// Errors and warnings, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
}

/// What came of running tests.
pub struct Tested {
    /// One for each test; nothing where they could not be run.
    pub results: Option<Vec<TestResult>>,
    /// All files read.
    pub sources: Sources,
    /// Errors and warnings, sorted by place.
    pub diagnostics: Vec<Diagnostic>,
}

/// A program with its facts, maps run and ready to be evaluated.
pub(crate) struct Ready {
    pub(crate) program: Program,
    pub(crate) facts: Facts,
    pub(crate) records: Vec<SourceRecord>,
    pub(crate) sources: Sources,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// The facts of a program, maps run.
struct Read {
    facts: Facts,
    records: Vec<SourceRecord>,
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
    /// A word of the program turned out to be a noun of the facts, which was not known when it was resolved.
    misread: bool,
    /// What the program was made of.
    trees: [Vec<SourceUnit>; 2],
}

/// What is left where facts cannot be read.
type Unread = (Sources, Vec<Diagnostic>);

/// Reads the facts that a program needs, and runs its maps.
pub(crate) fn ready(request: &Request, mut loaded: Loaded, files: &dyn Files) -> Result<Ready, Unread> {
    let program = std::mem::take(&mut loaded.program);
    let Read { facts, records, sources, diagnostics, .. } = read(request, &program, loaded, files)?;
    Ok(Ready { program, facts, records, sources, diagnostics })
}

/// As [`ready`], of a program that was taken out of what was loaded.
fn read(request: &Request, program: &Program, loaded: Loaded, files: &dyn Files) -> Result<Read, Unread> {
    let Loaded { mut sources, mut diagnostics, arguments, surveyed, undeclared, trees, .. } = loaded;
    diagnostics.extend(request.absent_sources());
    diagnostics.extend(request.unread_mappings(&program.needs));
    tickmark_diagnostics::sort(&mut diagnostics);
    if has_errors(&diagnostics) {
        return Err((sources, diagnostics));
    }
    let digests = request.digests || looks_at_digests(program);
    let terraform = crate::load::terraform_options(request);
    let options = tickmark_import::Options { digests, terraform, ..tickmark_import::Options::default() };
    let (needs, into) = (&program.needs, &mut sources);
    let mut imported = match surveyed {
        Some(surveyed) => tickmark_import::import_surveyed(surveyed, &arguments, needs, files, into, options),
        None => tickmark_import::import_with(&arguments, needs, files, into, options),
    };
    request.verify(&mut imported, &arguments, files, &mut sources);
    let Imported { facts, sources: records, diagnostics: found, strangers } = imported;
    let misread = Loaded::speaks_of(&undeclared, &strangers);
    diagnostics.extend(found);
    if has_errors(&diagnostics) {
        tickmark_diagnostics::sort(&mut diagnostics);
        return Err((sources, diagnostics));
    }
    // The library asks for what some exports have and others lack; only the user's own words may be misspelt.
    if program.query.is_some() || !request.own_controls().is_empty() {
        warn_of_open_nouns(program, &facts, &sources, &mut diagnostics);
    }
    let source_facts: Vec<SourceFact> = records.iter().map(source_fact).collect();
    // The catalogue is long, and hardly a program looks at it.
    let catalogue =
        program.meta.criterion.filter(|noun| program.needs.noun(*noun).wanted).map(|_| tickmark_catalog::all());
    let criteria: Vec<CriterionFact> = catalogue.into_iter().flatten().map(criterion_fact).collect();
    let (facts, warnings) = match tickmark_engine::prepare(program, facts, &source_facts, &criteria, &request.options())
    {
        Ok(prepared) => prepared,
        Err(error) => {
            diagnostics.push(engine_error(&error));
            return Err((sources, diagnostics));
        }
    };
    diagnostics.extend(warnings.iter().map(engine_warning));
    Ok(Read { facts, records, sources, diagnostics, misread, trees })
}

/// Whether something of the program reads `source.digest`: otherwise nobody waits for the digests of its sources.
fn looks_at_digests(program: &Program) -> bool {
    let Some(need) = program.needs.find("source").map(|noun| program.needs.noun(noun)) else { return false };
    let wanted = |id| need.attributes.get(id as usize).is_some_and(|attribute: &AttributeNeed| attribute.wanted);
    need.all || need.attribute("digest").is_some_and(|id| wanted(id.0))
}

fn source_fact(record: &SourceRecord) -> SourceFact {
    SourceFact {
        kind: record.kind.clone(),
        path: record.path.clone(),
        digest: record.sha256.clone().unwrap_or_default(),
        collected_at: record.collected_at,
        records: record.records,
        complete: record.complete,
        place: record.place,
    }
}

fn source_result(record: &SourceRecord) -> SourceResult {
    SourceResult {
        kind: record.kind.clone(),
        path: record.path.clone(),
        sha256: record.sha256.clone().unwrap_or_default(),
        records: record.records,
        collected_at: record.collected_at.map(|time| time.to_string()),
        complete: record.complete,
    }
}

fn criterion_fact(criterion: &tickmark_catalog::Criterion) -> CriterionFact {
    CriterionFact {
        id: criterion.citation(),
        title: criterion.title.to_owned(),
        framework: criterion.framework.to_owned(),
        category: criterion.category.to_owned(),
    }
}

fn engine_warning(warning: &EngineWarning) -> Diagnostic {
    let code = match warning.kind {
        WarningKind::Odd => codes::ODD_FACT,
        WarningKind::Cost => codes::COSTLY_JOIN,
    };
    match warning.place {
        Some(place) => Diagnostic::warning(code, point(place), warning.message.clone()),
        None => Diagnostic { severity: Severity::Warning, ..Diagnostic::without_place(code, warning.message.clone()) },
    }
}

/// A run that went beyond a limit.
pub(crate) fn engine_error(error: &EngineError) -> Diagnostic {
    let EngineError::Limit { place, .. } = error;
    match place {
        Some(place) => Diagnostic::error(codes::LIMIT, point(*place), error.to_string()),
        None => Diagnostic::without_place(codes::LIMIT, error.to_string()),
    }
}

fn point(place: Place) -> Span {
    Span::new(place.file, place.offset, place.offset)
}

/// An attribute of an open noun that no record carries may be misspelt: nothing but the records could have told.
fn warn_of_open_nouns(program: &Program, facts: &Facts, sources: &Sources, diagnostics: &mut Vec<Diagnostic>) {
    let mut nouns: Vec<(NounId, &tickmark_facts::NounNeed)> =
        program.needs.iter().filter(|(_, need)| need.open && need.wanted).collect();
    nouns.sort_by_key(|(noun, _)| *noun);
    for (noun, need) in nouns {
        if facts.rows(noun) == 0 {
            continue;
        }
        for (index, attribute) in need.attributes.iter().enumerate() {
            let id = tickmark_facts::AttributeId(u32::try_from(index).unwrap_or(u32::MAX));
            let relation = matches!(attribute.ty, tickmark_facts::AttributeType::Many(_));
            if !attribute.wanted || attribute.optional || relation || facts.attribute_state(noun, id).carried {
                continue;
            }
            let Some(span) = program.first_use(noun, id) else { continue };
            if sources.path(span.file).starts_with(crate::embedded::PREFIX) {
                continue;
            }
            let message = format!("no record of `{}` carries `{}`", need.word, attribute.name);
            let diagnostic = Diagnostic::warning(codes::UNCARRIED_ATTRIBUTE, span, message);
            let carried = need.attributes.iter().enumerate().filter_map(|(index, other)| {
                let id = tickmark_facts::AttributeId(u32::try_from(index).ok()?);
                facts.attribute_state(noun, id).carried.then_some(other.name.as_str())
            });
            let names = facts.names_seen(noun).chain(carried);
            diagnostics.push(match tickmark_diagnostics::did_you_mean(&attribute.name, names) {
                Some(near) => diagnostic.help(near),
                None => diagnostic.help(format!("`tickmark facts {} …` shows what its records carry", need.word)),
            });
        }
    }
}

/// The steps of a check, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Controls, packs and library are read and resolved.
    Controls,
    /// Facts are read.
    Facts,
    /// Controls are evaluated.
    Evaluation,
}

impl Stage {
    /// How many there are.
    pub const COUNT: u64 = 3;

    /// What is going on, for a person who waits.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Stage::Controls => "reading controls",
            Stage::Facts => "reading facts",
            Stage::Evaluation => "evaluating controls",
        }
    }
}

/// Evaluates the controls of a request over its facts. `progress` is told when a stage begins.
#[must_use]
pub fn check(request: &Request, files: &dyn Files, progress: &(dyn Fn(Stage) + Sync)) -> Checked {
    check_with(request, files, progress, Reach::Supplied)
}

/// As [`check`], with so much of the controls as `reach` says.
pub(crate) fn check_with(
    request: &Request,
    files: &dyn Files,
    progress: &(dyn Fn(Stage) + Sync),
    reach: Reach,
) -> Checked {
    let (checked, again) = check_as(request, files, progress, (reach, Patience::Quick));
    if again { check_as(request, files, progress, (reach, Patience::Whole)).0 } else { checked }
}

/// Fewer sentences than these are planned by one thread, when all else is there: that takes less time than to wake another.
const WORTH_SHARING: usize = 64;

/// The check, and whether it must be done again with more patience.
fn check_as(
    request: &Request,
    files: &dyn Files,
    progress: &(dyn Fn(Stage) + Sync),
    (reach, patience): (Reach, Patience),
) -> (Checked, bool) {
    progress(Stage::Controls);
    let mut loaded = load_with(request, files, None, reach, patience);
    let guess = patience == Patience::Quick && loaded.is_guess();
    let unchecked = |sources, diagnostics| Checked { results: None, sources, diagnostics, remains: Remains::default() };
    if guess && loaded.is_broken() {
        return (unchecked(loaded.sources, loaded.diagnostics), true);
    }
    let asked = loaded.program.controls.iter().any(|control| request.selects(&control.id));
    if !asked && !loaded.is_broken() {
        loaded.diagnostics.push(nothing_to_run(request, &loaded.program));
    }
    if !request.names_sources() && !loaded.is_broken() {
        loaded.diagnostics.push(Diagnostic {
            severity: Severity::Warning,
            ..Diagnostic::without_place(codes::NO_FACTS, "no facts are named: what is said of facts is skipped")
                .help("name the exports: `tickmark check exports/ …`")
        });
    }
    progress(Stage::Facts);
    let broken = loaded.is_broken();
    let program = std::mem::take(&mut loaded.program);
    let select = |control: &tickmark_program::Control| request.selects(&control.id);
    let (options, nothing) = (request.options(), tickmark_engine::NoFacts::default());
    let read = || read(request, &program, loaded, files);
    let sentences: usize = program.controls.iter().map(|control| control.sentences.len()).sum();
    let (read, ahead) = if broken || sentences < WORTH_SHARING {
        (read(), tickmark_engine::Ahead::default())
    } else {
        // A plan needs no facts, and to read them leaves a thread with nothing to do now and then.
        rayon::join(read, || tickmark_engine::ahead(&program, &options, &nothing, &select))
    };
    let Read { mut facts, records, sources, mut diagnostics, misread, trees } = match read {
        Ok(read) => read,
        Err((sources, diagnostics)) => return (unchecked(sources, diagnostics), false),
    };
    if guess && misread {
        return (unchecked(sources, diagnostics), true);
    }
    progress(Stage::Evaluation);
    let evaluation = match tickmark_engine::evaluate_from(ahead, &program, &mut facts, &options, &select) {
        Ok(evaluation) => evaluation,
        Err(error) => {
            diagnostics.push(engine_error(&error));
            return (unchecked(sources, diagnostics), false);
        }
    };
    diagnostics.extend(evaluation.warnings.iter().map(engine_warning));
    tickmark_diagnostics::sort(&mut diagnostics);
    let results = Results {
        as_of: request.as_of.to_string(),
        period: request.period.map(|(start, end)| (start.to_string(), end.to_string())),
        sources: records.iter().map(source_result).collect(),
        controls: evaluation.controls,
        exceptions: evaluation.exceptions,
    };
    let remains = Remains { _made_of: Some((program, facts, trees)) };
    (Checked { results: Some(results), sources, diagnostics, remains }, false)
}

fn nothing_to_run(request: &Request, program: &Program) -> Diagnostic {
    let diagnostic = |message: String| Diagnostic::without_place(codes::NOTHING_TO_RUN, message);
    if !request.names_controls() {
        return diagnostic("no controls are named".into()).help(format!(
            "add `--pack NAME` with one of {}, or `--controls PATH` for your own",
            crate::pack_names().join(", ")
        ));
    }
    if program.controls.is_empty() {
        return diagnostic("the files that are named hold no control".into())
            .help("a control is written `control ID \"title\" { … }`");
    }
    let ids: Vec<&str> = program.controls.iter().map(|control| control.id.as_str()).collect();
    let wanted = request.only.join(", ");
    diagnostic(format!("no control is called `{wanted}`"))
        .suggest(&wanted, ids.iter().copied())
        .help(format!("the controls are {}", ids.iter().take(20).copied().collect::<Vec<_>>().join(", ")))
}

/// Runs the `test` items of the controls of a request.
#[must_use]
pub fn run_tests(request: &Request, files: &dyn Files) -> Tested {
    let everything = Request { only: Vec::new(), ..request.clone() };
    let Loaded { program, sources, mut diagnostics, .. } =
        load_with(&everything, files, None, Reach::Tests, Patience::Whole);
    let selected = |test: &tickmark_program::Test| {
        program.controls.get(test.control).is_some_and(|control| request.selects(&control.id))
    };
    if !has_errors(&diagnostics) && !program.tests.iter().any(selected) {
        diagnostics.push(
            Diagnostic::without_place(codes::NOTHING_TO_RUN, "there is no test to run")
                .help("a test is written `test CONTROL \"what it shows\" { given … expect fail }`"),
        );
    }
    if has_errors(&diagnostics) {
        return Tested { results: None, sources, diagnostics };
    }
    let select = |control: &tickmark_program::Control| request.selects(&control.id);
    let results = tickmark_engine::run_tests(&program, &request.options(), &select);
    Tested { results: Some(results), sources, diagnostics }
}

/// The members of a noun phrase.
#[must_use]
pub fn query(request: &Request, phrase: &str, files: &dyn Files) -> Queried {
    // Controls are read for their definitions; nothing of what they look at is wanted.
    let loaded = load_with(
        &Request { only: vec![String::from("\u{0}")], ..request.clone() },
        files,
        Some(phrase),
        Reach::Needed,
        Patience::Whole,
    );
    let Ready { program, facts, sources, mut diagnostics, .. } = match ready(request, loaded, files) {
        Ok(ready) => ready,
        Err((sources, diagnostics)) => return Queried { members: None, sources, diagnostics },
    };
    tickmark_diagnostics::sort(&mut diagnostics);
    let Some((phrase, slots)) = &program.query else { return Queried { members: None, sources, diagnostics } };
    let members = match tickmark_engine::query(&program, &facts, &request.options(), phrase, *slots) {
        Ok(members) => Some(members),
        Err(error) => {
            diagnostics.push(engine_error(&error));
            None
        }
    };
    Queried { members, sources, diagnostics }
}
