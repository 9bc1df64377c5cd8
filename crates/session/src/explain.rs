//! A control in plain words, and the proof of one subject.

use tickmark_diagnostics::Diagnostic;
use tickmark_diagnostics::codes::run as codes;
use tickmark_engine::PlanLine;
use tickmark_program::{Control, ControlSeverity, Program, UseKind};
use tickmark_results::{ControlResult, SubjectResult};
use tickmark_source::{Files, Place, Sources};

use crate::load::{Loaded, load};
use crate::run::{Ready, engine_error, ready};
use crate::{Request, has_errors};

/// A control in plain words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlText {
    /// `MODEL-01`
    pub id: String,
    /// One line.
    pub title: String,
    /// How bad a failure is.
    pub severity: &'static str,
    /// The criteria: citation and title.
    pub cites: Vec<(String, String)>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Why it exists.
    pub because: Option<String>,
    /// What to do about a failure.
    pub fix: Option<String>,
    /// The condition under which it applies.
    pub applies_when: Option<String>,
    /// What must be true, as written.
    pub sentences: Vec<String>,
    /// What the words mean.
    pub definitions: Vec<Definition>,
    /// The names of its tests.
    pub tests: Vec<String>,
    /// Where it is written.
    pub place: Place,
}

/// A definition that a control uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// `noun`, `adjective`, `relation`, `parameter`, `map`
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// As written.
    pub text: String,
    /// Where it is written.
    pub place: Place,
}

/// A control in plain words, with the definitions that it uses.
#[must_use]
pub fn describe(request: &Request, id: &str, files: &dyn Files) -> (Option<ControlText>, Sources, Vec<Diagnostic>) {
    let Loaded { program, sources, mut diagnostics, .. } = load(request, files);
    if has_errors(&diagnostics) {
        return (None, sources, diagnostics);
    }
    let found = program.controls.iter().find(|control| control.id.eq_ignore_ascii_case(id));
    let Some(control) = found else {
        diagnostics.push(unknown_control(&program, id));
        return (None, sources, diagnostics);
    };
    let text = control_text(&program, control);
    (Some(text), sources, diagnostics)
}

fn unknown_control(program: &Program, id: &str) -> Diagnostic {
    let ids: Vec<&str> = program.controls.iter().map(|control| control.id.as_str()).collect();
    let diagnostic = Diagnostic::without_place(codes::NOTHING_TO_RUN, format!("no control is called `{id}`"))
        .suggest(id, ids.iter().copied());
    if ids.is_empty() {
        diagnostic.help("name its file with `--controls`, or its pack with `--pack`")
    } else {
        diagnostic.help(format!("the controls are {}", ids.iter().take(20).copied().collect::<Vec<_>>().join(", ")))
    }
}

fn control_text(program: &Program, control: &Control) -> ControlText {
    let title =
        |citation: &str| tickmark_catalog::find(citation).map_or(String::new(), |criterion| criterion.title.to_owned());
    let index = program.controls.iter().position(|other| other.id == control.id);
    let definitions = program.definitions_of(control).into_iter().filter_map(|used| {
        let span = used.span?;
        let kind = match used.kind {
            UseKind::Noun => "noun",
            UseKind::Adjective => "adjective",
            UseKind::Relation => "relation",
            UseKind::Param => "parameter",
            UseKind::Map => "map",
        };
        Some(Definition { kind, name: used.name.to_string(), text: program.excerpt(span), place: span.place() })
    });
    ControlText {
        id: control.id.to_string(),
        title: control.title.to_string(),
        severity: match control.severity {
            ControlSeverity::Critical => "critical",
            ControlSeverity::High => "high",
            ControlSeverity::Medium => "medium",
            ControlSeverity::Low => "low",
        },
        cites: control.cites.iter().map(|citation| (citation.to_string(), title(citation))).collect(),
        owner: control.owner.as_ref().map(ToString::to_string),
        because: control.because.as_ref().map(ToString::to_string),
        fix: control.fix.as_ref().map(ToString::to_string),
        applies_when: control.applies_when.as_ref().map(|(condition, _)| program.snippet(condition.span)),
        sentences: control.sentences.iter().map(|sentence| sentence.text.to_string()).collect(),
        definitions: definitions.collect(),
        tests: program
            .tests
            .iter()
            .filter(|test| Some(test.control) == index)
            .map(|test| test.name.to_string())
            .collect(),
        place: control.id_span.place(),
    }
}

/// A control's result and the whole proof of one of its subjects; nothing where it could not be evaluated.
pub type Proof = Option<(ControlResult, Vec<SubjectResult>)>;

/// The whole proof of one subject of a control, also where it passes.
#[must_use]
pub fn prove(request: &Request, id: &str, subject: &str, files: &dyn Files) -> (Proof, Sources, Vec<Diagnostic>) {
    // The one subject is explained by itself; the others are only listed.
    let one = Request { only: vec![id.to_owned()], list_passes: true, explained: Some(0), ..request.clone() };
    let mut loaded = load(&one, files);
    let index = loaded.program.controls.iter().position(|control| control.id.eq_ignore_ascii_case(id));
    if index.is_none() && !loaded.is_broken() {
        let missing = unknown_control(&loaded.program, id);
        loaded.diagnostics.push(missing);
    }
    let Ready { program, mut facts, sources, mut diagnostics, .. } = match ready(&one, loaded, files) {
        Ok(ready) => ready,
        Err((sources, diagnostics)) => return (None, sources, diagnostics),
    };
    let select = |control: &Control| control.id.eq_ignore_ascii_case(id);
    let evaluated = tickmark_engine::evaluate(&program, &mut facts, &one.options(), &select).and_then(|evaluation| {
        let index = index.unwrap_or(usize::MAX);
        let proofs = tickmark_engine::explain(&program, &facts, &one.options(), index, subject)?;
        Ok((evaluation.controls.into_iter().next(), proofs))
    });
    let (result, proofs) = match evaluated {
        Ok(evaluated) => evaluated,
        Err(error) => {
            diagnostics.push(engine_error(&error));
            return (None, sources, diagnostics);
        }
    };
    let Some(result) = result else { return (None, sources, diagnostics) };
    if proofs.is_empty() {
        let ids: Vec<&str> = result.subjects.iter().map(|subject| subject.id.as_str()).collect();
        diagnostics.push(
            Diagnostic::without_place(
                codes::UNKNOWN_SUBJECT,
                format!("`{}` has no subject `{subject}` in these facts", result.id),
            )
            .suggest(subject, ids.iter().copied())
            .help(format!("its subjects are {}", ids.iter().take(20).copied().collect::<Vec<_>>().join(", "))),
        );
        return (None, sources, diagnostics);
    }
    (Some((result, proofs)), sources, diagnostics)
}

/// How a control is evaluated over the facts of a request, together with all that the request names: the nodes of the plan.
#[must_use]
pub fn plan(request: &Request, id: &str, files: &dyn Files) -> (Option<Vec<PlanLine>>, Sources, Vec<Diagnostic>) {
    let mut loaded = load(request, files);
    let index = loaded.program.controls.iter().position(|control| control.id.eq_ignore_ascii_case(id));
    if index.is_none() && !loaded.is_broken() {
        let missing = unknown_control(&loaded.program, id);
        loaded.diagnostics.push(missing);
    }
    let Ready { program, facts, sources, mut diagnostics, .. } = match ready(request, loaded, files) {
        Ok(ready) => ready,
        Err((sources, diagnostics)) => return (None, sources, diagnostics),
    };
    let select = |control: &Control| !control.reads_verdicts;
    let index = index.unwrap_or(usize::MAX);
    match tickmark_engine::plan(&program, &facts, &request.options(), index, &select) {
        Ok(plan) => (Some(plan), sources, diagnostics),
        Err(error) => {
            diagnostics.push(engine_error(&error));
            (None, sources, diagnostics)
        }
    }
}
