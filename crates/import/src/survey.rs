//! Which nouns the sources supply, found without reading more than is needed to know.

use crate::answers::{self, Reading};
use crate::argument::SourceArgument;
use crate::cloudformation;
use crate::detect::Detected;
use crate::error::{ReadError, error_at};
use crate::json::JsonReader;
use crate::json::parts::PART;
use crate::kubernetes;
use crate::nouns::{MLFLOW_NOUNS, TF_RESOURCE};
use crate::objects::Declared;
use crate::open::{Look, Opened, Unit, open};
use crate::terraform::{scan_plan, scan_raw_state, scan_state};
use crate::yaml::YamlReader;
use crate::{cards, dvc, native, native_json, openlineage};
use rayon::prelude::*;
use smol_str::SmolStr;
use std::collections::BTreeSet;
use tickmark_diagnostics::Diagnostic;
use tickmark_diagnostics::codes::facts as codes;
use tickmark_source::{Files, Sources};

/// How much of the sources a survey may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// All that has to be read to know every noun.
    Whole,
    /// No long file of native facts, which has to be read to its end for the sake of its nouns alone. What it supplies beyond
    /// what is declared comes to light when it is read: see [`crate::Imported::strangers`].
    Quick,
}

/// A file of native facts with more bytes than this is long: to read it to its end takes longer than it spares to know its nouns.
const LONG: usize = 1 << 20;

/// What is known of sources after a look at them.
pub struct Surveyed {
    /// The nouns that they supply.
    pub nouns: BTreeSet<SmolStr>,
    /// No file was left out: they supply no other nouns.
    pub whole: bool,
    /// Errors and warnings. [`crate::import_surveyed`] reports them again, with others: show one of both.
    pub diagnostics: Vec<Diagnostic>,
    pub(crate) opened: Opened,
}

/// The nouns that the sources supply, without reading more than is needed to know: top-level keys of native facts, the
/// resource types of a Terraform plan, the fixed list of MLflow.
pub fn survey(arguments: &[SourceArgument], files: &dyn Files, sources: &mut Sources) -> Surveyed {
    survey_with(arguments, files, sources, Patience::Whole)
}

/// As [`survey`], with so much patience.
pub fn survey_with(
    arguments: &[SourceArgument],
    files: &dyn Files,
    sources: &mut Sources,
    patience: Patience,
) -> Surveyed {
    let surveyed = match survey_as(open(arguments, files, sources, Look::Presume), patience) {
        Some(surveyed) => surveyed,
        None => survey_as(open(arguments, files, sources, Look::Through), patience).unwrap_or_else(|| Surveyed {
            nouns: BTreeSet::new(),
            whole: true,
            diagnostics: Vec::new(),
            opened: Opened { units: Vec::new(), diagnostics: Vec::new() },
        }),
    };
    crate::json::mask(sources, &surveyed.diagnostics);
    surveyed
}

/// The survey; `None` where something was presumed that is not so.
fn survey_as(mut opened: Opened, patience: Patience) -> Option<Surveyed> {
    let is_long = |unit: &Unit| {
        let native = matches!(unit.detected, Detected::Json | Detected::JsonLines | Detected::Yaml);
        native && unit.documents.iter().any(|document| document.bytes.len() > LONG)
    };
    let whole = patience == Patience::Whole || !opened.units.iter().any(is_long);
    let look = |unit: &mut Unit| if !whole && is_long(unit) { Ok(BTreeSet::new()) } else { nouns(unit) };
    let found: Vec<Result<BTreeSet<SmolStr>, ReadError>> = opened.units.par_iter_mut().map(look).collect();
    let mut nouns = BTreeSet::new();
    let mut diagnostics = opened.diagnostics.clone();
    for (unit, found) in opened.units.iter().zip(found) {
        match found {
            Ok(found) => nouns.extend(found),
            Err(_) if unit.presumed => return None,
            Err(error) => diagnostics.push(*error),
        }
    }
    Some(Surveyed { nouns, whole, diagnostics, opened })
}

fn nouns(unit: &mut Unit) -> Result<BTreeSet<SmolStr>, ReadError> {
    let mut nouns: BTreeSet<SmolStr> = unit.noun.iter().map(SmolStr::new).collect();
    if let Detected::MlflowPage = unit.detected {
        nouns.extend(MLFLOW_NOUNS.map(SmolStr::new_static));
    }
    match unit.detected {
        Detected::Answers(system) if system.system().reading == Reading::OpenLineage => {
            nouns.extend(openlineage::NOUNS.map(SmolStr::new_static));
        }
        Detected::Answers(system) => {
            nouns.extend(answers::nouns_of(&unit.documents, system.system())?.into_iter().map(SmolStr::new_static));
        }
        Detected::Dvc => nouns.extend(dvc::NOUNS.map(SmolStr::new_static)),
        Detected::Card => nouns.extend(cards::NOUNS.map(SmolStr::new_static)),
        Detected::Observed(stream) => nouns.extend([SmolStr::new_static(stream.noun())]),
        _ => {}
    }
    nouns.extend(unit.config.iter().flat_map(|config| config.declared_nouns()));
    if !nouns.is_empty() {
        return Ok(nouns);
    }
    unit.scan(PART);
    let Some(document) = unit.documents.first() else { return Ok(nouns) };
    match unit.detected {
        Detected::Json if unit.presumed => match native_json::outline(document, PART) {
            Some(members) => {
                nouns.extend(native_json::nouns(&members));
                unit.outline = Some(members);
            }
            None => return Err(error_at(codes::BROKEN_JSON, document.file, 0, "it is not what it seemed to be")),
        },
        Detected::Json => native::nouns(&mut JsonReader::new(&document.bytes, document.file, 0), &mut nouns)?,
        Detected::Yaml => {
            let mut reader = YamlReader::new(document.text(), document.file);
            while reader.next_document()? {
                native::nouns(&mut reader, &mut nouns)?;
            }
        }
        Detected::CloudFormation | Detected::Kubernetes => {
            if let Some(declared) = &unit.declared {
                let declared = declared.as_ref().map_err(Clone::clone)?;
                nouns.extend(declared.objects().map(|(noun, _)| noun.clone()));
                nouns.extend(declared.common_nouns().iter().cloned());
            }
        }
        Detected::JsonLines => {
            let mut offset = 0;
            for line in document.bytes.split_inclusive(|byte| *byte == b'\n') {
                if !line.iter().all(u8::is_ascii_whitespace) {
                    native::nouns(&mut JsonReader::new(line, document.file, offset), &mut nouns)?;
                }
                offset += line.len();
            }
        }
        _ => {
            if let Some(export) = &unit.export {
                let export = export.as_ref().map_err(Clone::clone)?;
                nouns.extend(export.nouns.iter().cloned());
                nouns.insert(SmolStr::new_static(TF_RESOURCE));
            }
        }
    }
    Ok(nouns)
}

impl Unit {
    /// Scans the file where it is a Terraform export and that has not been done. `part` is the distance of cuts in a long list.
    pub(crate) fn scan(&mut self, part: usize) {
        if self.export.is_some() || self.declared.is_some() {
            return;
        }
        let Some(document) = self.documents.first() else { return };
        self.declared = match self.detected {
            Detected::CloudFormation => Some(cloudformation::scan(document).map(Declared::Template)),
            Detected::Kubernetes => Some(kubernetes::scan(document).map(Declared::Manifests)),
            _ => None,
        };
        self.export = match self.detected {
            Detected::TerraformPlan(0) if self.presumed => Some(scan_plan(document, 0, Some(part))),
            Detected::TerraformPlan(0) => {
                let quick = scan_plan(document, 0, Some(part));
                Some(quick.or_else(|_| scan_plan(document, 0, None)))
            }
            Detected::TerraformPlan(start) => Some(scan_plan(document, start, None)),
            Detected::TerraformState(start) => Some(scan_state(document, start)),
            Detected::TerraformRawState => Some(scan_raw_state(document)),
            _ => None,
        };
    }
}
