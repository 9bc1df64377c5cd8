//! The manifest of a run: what it names takes the place of what the command line leaves out.

use std::collections::BTreeMap;
use std::sync::Arc;

use tickmark_diagnostics::codes::{program as program_codes, run as run_codes};
use tickmark_diagnostics::{Diagnostic, Label};
use tickmark_facts::Needs;
use tickmark_import::{Imported, Mapping, SourceArgument};
use tickmark_manifest::{Collections, Controls, Expanded, Manifest, Named, ParamValue, Written, is_below};
use tickmark_program::Setting;
use tickmark_source::{FileId, Files, Sources, Span};
use tickmark_syntax::ast::{Expr, ExprKind};

use crate::{Request, has_errors};

/// A manifest that was read for a run, and what of it holds.
#[derive(Clone, Debug)]
pub struct Project {
    /// Where its text is.
    sources: Sources,
    manifest: Manifest,
    expanded: Expanded,
    /// The command line names no sources: those of the manifest are read.
    reads_sources: bool,
    /// The command line names no controls: those of the manifest are evaluated, with its exceptions.
    takes_controls: bool,
}

/// What of a manifest a command has use for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Sources, controls and settings.
    Everything,
    /// Controls and settings: nothing is read.
    Controls,
}

impl Request {
    /// The request with what a manifest says where the request says nothing: sources, controls, parameters, period, moment.
    /// `as_of_given` tells whether the moment of the request was asked for.
    ///
    /// # Errors
    /// With what is wrong in the manifest.
    pub fn with_manifest(
        mut self,
        path: &str,
        (what, as_of_given): (Use, bool),
        files: &dyn Files,
    ) -> Result<Request, (Sources, Vec<Diagnostic>)> {
        let mut sources = Sources::new();
        let (manifest, mut diagnostics) = tickmark_manifest::read(path, &crate::pack_names(), files, &mut sources);
        let Some(manifest) = manifest.filter(|_| !has_errors(&diagnostics)) else {
            tickmark_diagnostics::sort(&mut diagnostics);
            return Err((sources, diagnostics));
        };
        let reads_sources = what == Use::Everything && self.facts.is_empty();
        let expanded = if reads_sources { tickmark_manifest::expand(&manifest, files) } else { Expanded::default() };
        self.period = self.period.or(manifest.period);
        if let (false, Some(as_of)) = (as_of_given, manifest.as_of) {
            self.as_of = as_of;
        }
        if reads_sources {
            self.terraform_source = self.terraform_source.or_else(|| manifest.terraform_source.clone());
        }
        let takes_controls = self.controls.is_empty() && self.packs.is_empty();
        self.project = Some(Arc::new(Project { sources, manifest, expanded, reads_sources, takes_controls }));
        Ok(self)
    }

    /// Whether any source is named, on the command line or in the manifest.
    #[must_use]
    pub fn names_sources(&self) -> bool {
        let named = |project: &Arc<Project>| project.reads_sources && !project.manifest.sources.is_empty();
        !self.facts.is_empty() || self.project.as_ref().is_some_and(named)
    }

    /// Whether any controls are named, on the command line or in the manifest.
    #[must_use]
    pub fn names_controls(&self) -> bool {
        !self.controls.is_empty()
            || !self.packs.is_empty()
            || !self.own_controls().is_empty()
            || !self.own_packs().is_empty()
    }

    /// The files that were read before the run.
    pub(crate) fn sources_before(&self) -> Sources {
        self.project.as_ref().map_or_else(Sources::new, |project| project.sources.clone())
    }

    /// Files and folders of controls and exceptions, with the place where the manifest names them.
    pub(crate) fn own_controls(&self) -> Vec<(String, Option<Span>)> {
        let named = self.controls.iter().map(|path| (path.clone(), None));
        let of_manifest = self.taking_controls().flat_map(|manifest| {
            let paths = manifest.packs.iter().filter_map(|pack| match pack {
                Controls::Path(named) => Some(named),
                Controls::Pack(_) => None,
            });
            paths.chain(&manifest.exceptions).map(|named| (named.path.clone(), Some(named.at)))
        });
        named.chain(of_manifest).collect()
    }

    /// Packs of the binary, with the place where the manifest names them.
    pub(crate) fn own_packs(&self) -> Vec<(String, Option<Span>)> {
        let named = self.packs.iter().map(|name| (name.clone(), None));
        let of_manifest = self.taking_controls().flat_map(|manifest| {
            let packs = manifest.packs.iter().filter_map(|pack| match pack {
                Controls::Pack(named) => Some(named),
                Controls::Path(_) => None,
            });
            packs.map(|Named { path, at }| (path.clone(), Some(*at)))
        });
        named.chain(of_manifest).collect()
    }

    fn taking_controls(&self) -> impl Iterator<Item = &Manifest> {
        self.project.iter().filter(|project| project.takes_controls).map(|project| &project.manifest)
    }

    /// The sources of the manifest, where they are read.
    pub(crate) fn project_arguments(&self) -> Vec<SourceArgument> {
        let reading = self.project.as_ref().filter(|project| project.reads_sources);
        reading.map_or_else(Vec::new, |project| project.expanded.arguments.clone())
    }

    /// What the manifest sets parameters to; what the command line says of the same comes later, and wins.
    pub(crate) fn project_settings(&self) -> Vec<Setting> {
        let params = self.project.iter().flat_map(|project| &project.manifest.params);
        params
            .filter_map(|param| {
                let file = param.at.file;
                let value = match &param.value {
                    ParamValue::One(written) => literal(file, written)?,
                    ParamValue::List(items) => {
                        let items: Option<Vec<Expr>> = items.iter().map(|item| literal(file, item)).collect();
                        Expr { kind: ExprKind::List(items?), span: param.at }
                    }
                };
                Some(Setting { name: param.name.as_str().into(), value: Expr { span: param.at, ..value } })
            })
            .collect()
    }

    /// Variables of Terraform by name: of the manifest's own configurations, and of no others.
    pub(crate) fn project_variables(&self) -> BTreeMap<String, String> {
        let reading = self.project.iter().filter(|project| project.reads_sources);
        let variables = reading.flat_map(|project| &project.manifest.variables);
        variables.map(|variable| (variable.name.clone(), variable.value.clone())).collect()
    }

    /// Errors of parameters that only the manifest's own controls have: where the command line names others, they are none.
    pub(crate) fn is_of_other_controls(&self, diagnostic: &Diagnostic) -> bool {
        let project = self.project.as_ref().filter(|project| !project.takes_controls);
        let place = diagnostic.place();
        diagnostic.code == program_codes::UNKNOWN_PARAM
            && project.is_some_and(|project| place.is_some_and(|place| place.file == project.manifest.file))
    }

    /// What is wrong with the sources of the manifest before any is read.
    pub(crate) fn absent_sources(&self) -> Vec<Diagnostic> {
        let reading = self.project.as_ref().filter(|project| project.reads_sources);
        reading.map_or_else(Vec::new, |project| project.expanded.diagnostics.clone())
    }

    /// Mappings to attributes that their nouns do not have, where no control speaks of the noun and nobody else looks.
    pub(crate) fn unread_mappings(&self, needs: &Needs) -> Vec<Diagnostic> {
        let reading = self.project.iter().filter(|project| project.reads_sources);
        let sources = reading.flat_map(|project| &project.manifest.sources);
        let mapped = sources.filter_map(|source| Some((source.noun.as_deref()?, source.mapping.as_deref()?)));
        let unread: Vec<_> = mapped.filter(|(noun, _)| needs.find(noun).is_none()).collect();
        if unread.is_empty() {
            return Vec::new();
        }
        let all = crate::init::vocabulary();
        let check = |(noun, mapping): (&str, &Mapping)| all.find(noun).map(|noun| mapping.check(noun, &all));
        unread.into_iter().filter_map(check).flatten().collect()
    }

    /// Gives what is said of sources as a whole the place where the manifest names them.
    pub(crate) fn place(&self, diagnostics: &mut [Diagnostic], sources: &Sources) {
        if let Some(project) = self.project.as_ref().filter(|project| project.reads_sources) {
            project.place(diagnostics, sources);
        }
    }

    /// Holds what was read against the collection manifests beside it and what the manifest of the run asks of it.
    pub(crate) fn verify(
        &self,
        imported: &mut Imported,
        arguments: &[SourceArgument],
        files: &dyn Files,
        sources: &mut Sources,
    ) {
        let found = Collections::apply(arguments, &mut imported.sources, files, sources);
        imported.diagnostics.extend(found);
        self.place(&mut imported.diagnostics, sources);
        let Some(project) = &self.project else { return };
        if project.reads_sources {
            let Project { manifest, expanded, .. } = &**project;
            let found = tickmark_manifest::verify(manifest, expanded, &imported.sources, (sources, self.as_of));
            imported.diagnostics.extend(found);
        }
    }
}

impl Project {
    /// What is said of a source or variable as a whole has no place of its own: it stands where the manifest names it. What stops the
    /// run in a file of a source is also shown there.
    fn place(&self, diagnostics: &mut [Diagnostic], sources: &Sources) {
        for diagnostic in diagnostics.iter_mut() {
            let placed = diagnostic.place();
            let at = match placed {
                None if diagnostic.code == run_codes::BAD_SETTING => self.variable(diagnostic),
                None => self.source_that(|path| diagnostic.message.contains(&format!("`{path}`"))),
                Some(place) if diagnostic.is_error() && place.file != self.manifest.file => {
                    let file = sources.path(place.file);
                    self.source_that(|path| is_below(file, path))
                }
                Some(_) => None,
            };
            let text = if placed.is_some() { "the manifest reads it here" } else { "" };
            let twice = |span: &Span| diagnostic.labels.iter().any(|label| label.span == *span);
            if let Some(span) = at.filter(|span| !twice(span)) {
                diagnostic.labels.push(Label { span, text: text.to_owned() });
            }
        }
    }

    fn variable(&self, diagnostic: &Diagnostic) -> Option<Span> {
        let says = |name: &str| diagnostic.message.contains(&format!("`{name}`"));
        self.manifest.variables.iter().find(|variable| says(&variable.name)).map(|variable| variable.at)
    }

    /// Where the manifest names the first source one of whose paths is such.
    fn source_that(&self, is_such: impl Fn(&str) -> bool) -> Option<Span> {
        let mut named = self.expanded.arguments.iter().zip(&self.expanded.of);
        let (_, of) = named.find(|(argument, _)| is_such(&argument.path))?;
        self.manifest.sources.get(*of).map(|source| source.path.at)
    }
}

/// A scalar of the manifest as a literal of the language: `60 days` is a duration, a text needs no quotes.
fn literal(file: FileId, written: &Written) -> Option<Expr> {
    if written.quoted {
        return quoted(file, &written.text);
    }
    // A bare word is a text as well.
    let (value, mistakes) = tickmark_syntax::parse_value(file, &written.text);
    let literal = value.filter(|value| mistakes.is_empty() && is_literal(value));
    literal.or_else(|| quoted(file, &written.text))
}

fn is_literal(value: &Expr) -> bool {
    match &value.kind {
        ExprKind::Number(_) | ExprKind::Duration(..) | ExprKind::Time(_) | ExprKind::Bool(_) => true,
        ExprKind::Negate(inner) => matches!(inner.kind, ExprKind::Number(_) | ExprKind::Duration(..)),
        _ => false,
    }
}

fn quoted(file: FileId, text: &str) -> Option<Expr> {
    let mut source = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' | '{' | '}' => source.extend(['\\', letter]),
            '\n' => source.push_str("\\n"),
            '\t' => source.push_str("\\t"),
            _ => source.push(letter),
        }
    }
    source.push('"');
    tickmark_syntax::parse_value(file, &source).0
}
