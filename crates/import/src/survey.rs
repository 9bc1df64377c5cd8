//! Which nouns the sources supply, found without reading more than is needed to know.

use crate::argument::SourceArgument;
use crate::detect::Detected;
use crate::document::Document;
use crate::error::ReadError;
use crate::json::JsonReader;
use crate::native;
use crate::nouns::{MLFLOW_NOUNS, TF_RESOURCE};
use crate::open::{Unit, open};
use crate::terraform::{Export, scan_plan, scan_raw_state, scan_state};
use crate::yaml::YamlReader;
use rayon::prelude::*;
use smol_str::SmolStr;
use std::collections::BTreeSet;
use tickmark_diagnostics::Diagnostic;
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
    let (units, mut diagnostics) = open(arguments, files, sources);
    let found: Vec<Result<BTreeSet<SmolStr>, ReadError>> = units.par_iter().map(nouns).collect();
    let mut nouns = BTreeSet::new();
    for found in found {
        match found {
            Ok(found) => nouns.extend(found),
            Err(error) => diagnostics.push(*error),
        }
    }
    (nouns, diagnostics)
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
            if let Some(export) = scan(&unit.detected, document) {
                nouns.extend(export?.resources.iter().map(crate::terraform::Resource::noun));
                nouns.insert(SmolStr::new_static(TF_RESOURCE));
            }
        }
    }
    Ok(nouns)
}

/// Scans a Terraform export; `None` for any other.
pub(crate) fn scan(detected: &Detected, document: &Document) -> Option<Result<Export, ReadError>> {
    match detected {
        Detected::TerraformPlan(start) => Some(scan_plan(document, *start)),
        Detected::TerraformState(start) => Some(scan_state(document, *start)),
        Detected::TerraformRawState => Some(scan_raw_state(document)),
        _ => None,
    }
}
