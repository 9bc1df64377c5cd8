//! Which nouns the sources supply, found without reading more than is needed to know.

use crate::argument::SourceArgument;
use crate::detect::Detected;
use crate::document::Document;
use crate::error::{ReadError, error_at};
use crate::json::JsonReader;
use crate::json::parts::PART;
use crate::nouns::{MLFLOW_NOUNS, TF_RESOURCE};
use crate::open::{Look, Unit, open};
use crate::terraform::{Export, scan_plan, scan_raw_state, scan_state};
use crate::yaml::YamlReader;
use crate::{native, native_json};
use rayon::prelude::*;
use smol_str::SmolStr;
use std::collections::BTreeSet;
use tickmark_diagnostics::Diagnostic;
use tickmark_diagnostics::codes::facts as codes;
use tickmark_source::{Files, Sources};

/// The nouns that the sources supply, without reading more than is needed to know: top-level keys of native facts, the
/// resource types of a Terraform plan, the fixed list of MLflow.
///
/// The diagnostics are those that [`crate::import`] reports again, with others, for the same arguments: show one of both.
pub fn survey(
    arguments: &[SourceArgument],
    files: &dyn Files,
    sources: &mut Sources,
) -> (BTreeSet<SmolStr>, Vec<Diagnostic>) {
    let presumed = survey_as(arguments, files, sources, Look::Presume);
    presumed.or_else(|| survey_as(arguments, files, sources, Look::Through)).unwrap_or_default()
}

/// The survey; `None` where something was presumed that is not so.
fn survey_as(
    arguments: &[SourceArgument],
    files: &dyn Files,
    sources: &mut Sources,
    look: Look,
) -> Option<(BTreeSet<SmolStr>, Vec<Diagnostic>)> {
    let (units, mut diagnostics) = open(arguments, files, sources, look);
    let found: Vec<Result<BTreeSet<SmolStr>, ReadError>> = units.par_iter().map(nouns).collect();
    let mut nouns = BTreeSet::new();
    for (unit, found) in units.iter().zip(found) {
        match found {
            Ok(found) => nouns.extend(found),
            Err(_) if unit.presumed => return None,
            Err(error) => diagnostics.push(*error),
        }
    }
    Some((nouns, diagnostics))
}

fn nouns(unit: &Unit) -> Result<BTreeSet<SmolStr>, ReadError> {
    let mut nouns: BTreeSet<SmolStr> = unit.noun.iter().map(SmolStr::new).collect();
    if let Detected::MlflowPage = unit.detected {
        nouns.extend(MLFLOW_NOUNS.map(SmolStr::new_static));
    }
    let Some(document) = unit.documents.first() else { return Ok(nouns) };
    if !nouns.is_empty() {
        return Ok(nouns);
    }
    match unit.detected {
        Detected::Json if unit.presumed => match native_json::nouns(document, PART) {
            Some(found) => nouns.extend(found),
            None => return Err(error_at(codes::BROKEN_JSON, document.file, 0, "it is not what it seemed to be")),
        },
        Detected::Json => native::nouns(&mut JsonReader::new(&document.bytes, document.file, 0), &mut nouns)?,
        Detected::Yaml => {
            let mut reader = YamlReader::new(document.text(), document.file);
            while reader.next_document()? {
                native::nouns(&mut reader, &mut nouns)?;
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
            if let Some(export) = scan(unit, document, PART) {
                nouns.extend(export?.nouns);
                nouns.insert(SmolStr::new_static(TF_RESOURCE));
            }
        }
    }
    Ok(nouns)
}

/// Scans a Terraform export; `None` for any other. `part` is the distance of cuts in a long list.
pub(crate) fn scan(unit: &Unit, document: &Document, part: usize) -> Option<Result<Export, ReadError>> {
    match unit.detected {
        Detected::TerraformPlan(start) => Some(scan_plan(document, start, unit.presumed.then_some(part))),
        Detected::TerraformState(start) => Some(scan_state(document, start)),
        Detected::TerraformRawState => Some(scan_raw_state(document)),
        _ => None,
    }
}
