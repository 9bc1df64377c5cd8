//! The import as a whole: files in, facts out, in an order that does not depend on how the work was shared out.

use crate::argument::SourceArgument;
use crate::detect::Detected;
use crate::document::{Document, folder_digest};
use crate::error::place;
use crate::json::parts::PART;
use crate::open::{Look, Opened, Unit, open};
use crate::piece::Piece;
use crate::survey::Surveyed;
use crate::terraform::{self, Export};
use crate::{Imported, SourceRecord, mlflow, native, native_json, table, warnings};
use rayon::prelude::*;
use smol_str::SmolStr;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use tickmark_diagnostics::Diagnostic;
use tickmark_facts::{AttributeId, AttributeNeed, AttributeType, Builder, Needs};
use tickmark_source::{Files, Sources};

/// How an import is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Whether the digests of the sources are computed.
    pub digests: bool,
    /// The bytes of JSON that one thread reads at a time. What is read does not depend on it, unless a key that nobody wants
    /// is met only far behind the start of a file: such keys are remembered from the first part of each file.
    pub part: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options { digests: true, part: PART }
    }
}

/// Reads the facts that are needed from the sources that are named, with their digests.
///
/// Files are read in parallel; the facts are put together in the order of the arguments. The needs of the facts are those
/// that are handed in, but that a resource type without a key gets `address` as its key (appended where it is not named).
pub fn import(arguments: &[SourceArgument], needs: &Arc<Needs>, files: &dyn Files, sources: &mut Sources) -> Imported {
    import_with(arguments, needs, files, sources, Options::default())
}

/// As [`import`], in another manner.
pub fn import_with(
    arguments: &[SourceArgument],
    needs: &Arc<Needs>,
    files: &dyn Files,
    sources: &mut Sources,
    options: Options,
) -> Imported {
    let opened = open(arguments, files, sources, Look::Presume);
    import_opened(opened, arguments, needs, (files, sources), options)
}

/// As [`import_with`], of sources that were surveyed with the same arguments, files and `sources`: what the survey found out is
/// not found out again.
pub fn import_surveyed(
    surveyed: Surveyed,
    arguments: &[SourceArgument],
    needs: &Arc<Needs>,
    files: &dyn Files,
    sources: &mut Sources,
    options: Options,
) -> Imported {
    import_opened(surveyed.opened, arguments, needs, (files, sources), options)
}

fn import_opened(
    opened: Opened,
    arguments: &[SourceArgument],
    needs: &Arc<Needs>,
    (files, sources): (&dyn Files, &mut Sources),
    options: Options,
) -> Imported {
    let lean = needs.without_compared().map_or_else(|| Arc::clone(needs), Arc::new);
    let mut imported = import_as(opened, &lean, (files, &mut *sources), options);
    if imported.as_ref().is_some_and(|imported| imported.facts.were_merged()) && !Arc::ptr_eq(&lean, needs) {
        // Records without a key may have been compared, which takes all of their values.
        imported = import_as(open(arguments, files, sources, Look::Presume), needs, (files, &mut *sources), options);
    }
    // Something is wrong with a file, or it is not what its first keys promised: all are looked at closely.
    let imported = imported.or_else(|| {
        let opened = open(arguments, files, sources, Look::Through);
        import_as(opened, needs, (files, sources), options)
    });
    imported.unwrap_or_else(|| {
        let (facts, _) = Builder::new(Arc::clone(needs)).finish();
        Imported { facts, sources: Vec::new(), diagnostics: Vec::new() }
    })
}

/// The import; `None` where something was presumed that is not so.
fn import_as(
    opened: Opened,
    needs: &Arc<Needs>,
    (files, sources): (&dyn Files, &mut Sources),
    options: Options,
) -> Option<Imported> {
    let Opened { mut units, mut diagnostics, .. } = opened;
    units.par_iter_mut().for_each(|unit| unit.scan(options.part));
    if units.iter().any(|unit| unit.presumed && matches!(unit.export, Some(Err(_)))) {
        return None;
    }
    let digests = || -> Vec<String> {
        if options.digests { units.par_iter().map(|unit| digest(unit, files)).collect() } else { Vec::new() }
    };
    let (digests, pieces) = rayon::join(digests, || read_all(&units, needs, options.part));
    let (needs, pieces) = pieces?;
    let mut digests = digests.into_iter();
    let mut builders = Vec::new();
    let mut records = Vec::new();
    for (unit, piece) in units.iter().zip(pieces) {
        records.extend(record(unit, &piece, digests.next()));
        if let Some(document) = unit.documents.first() {
            sources.hide(document.file, &piece.secrets);
        }
        builders.push(piece.builder);
        diagnostics.extend(piece.diagnostics);
    }
    // What was found out about the files takes memory, and finishing the facts takes some more.
    drop(units);
    let (facts, found) = put_together(builders).unwrap_or_else(|| Builder::new(Arc::clone(&needs))).finish();
    diagnostics.extend(found.iter().map(|warning| warnings::diagnostic(warning, &needs)));
    tickmark_diagnostics::sort(&mut diagnostics);
    Some(Imported { facts, sources: records, diagnostics })
}

/// The facts of several files in their order; each half is put together by a thread of its own.
fn put_together(mut builders: Vec<Builder>) -> Option<Builder> {
    if builders.len() <= 1 {
        return builders.pop();
    }
    let behind = builders.split_off(builders.len() / 2);
    let (first, second) = rayon::join(|| put_together(builders), || put_together(behind));
    match (first, second) {
        (Some(mut first), Some(second)) => {
            first.absorb(second);
            Some(first)
        }
        (first, second) => first.or(second),
    }
}

/// The facts of each unit, and the needs by which they were read.
fn read_all(units: &[Unit], needs: &Arc<Needs>, part: usize) -> Option<(Arc<Needs>, Vec<Piece>)> {
    let exports = || units.iter().filter_map(|unit| unit.export.as_ref()?.as_ref().ok());
    let needs = with_addresses(needs, exports());
    let shared = shared_addresses(exports());
    let pieces: Option<Vec<Piece>> = units.par_iter().map(|unit| read(unit, &shared, &needs, part)).collect();
    Some((needs, pieces?))
}

fn read(unit: &Unit, shared: &BTreeSet<String>, needs: &Arc<Needs>, part: usize) -> Option<Piece> {
    let noun = unit.noun.as_deref();
    let Some(document) = unit.documents.first() else { return Some(Piece::new(needs)) };
    Some(match (&unit.detected, &unit.export) {
        (_, Some(Ok(export))) => {
            let piece = terraform::read(&terraform::Source { document, export, shared }, needs);
            let broken = piece.diagnostics.iter().any(Diagnostic::is_error);
            return (!unit.presumed || !broken).then_some(piece);
        }
        (_, Some(Err(error))) => Piece::new(needs).keep(Err(error.clone())),
        (Detected::Yaml, _) => native::read_yaml(document, noun, needs),
        (Detected::JsonLines, _) => {
            let piece = native::read_json_lines(document, noun, needs);
            let broken = piece.diagnostics.iter().any(Diagnostic::is_error);
            return (!unit.presumed || !broken).then_some(piece);
        }
        (Detected::Csv, _) => table::read(document, noun.unwrap_or_default(), needs),
        (Detected::MlflowPage, _) => mlflow::read(&unit.documents.iter().collect::<Vec<_>>(), needs),
        // Where nothing is wrong with it, the quick way is right for a file that was looked at closely too.
        _ if noun.is_none() => match native_json::read(document, unit.outline.as_deref(), needs, part) {
            None if !unit.presumed => native::read_json(document, noun, needs),
            piece => return piece,
        },
        _ => native::read_json(document, noun, needs),
    })
}

fn digest(unit: &Unit, files: &dyn Files) -> String {
    let documents: Vec<&Document> = unit.documents.iter().collect();
    match documents.as_slice() {
        [only] => only.sha256(files),
        several => folder_digest(&unit.path, several, files),
    }
}

fn record(unit: &Unit, piece: &Piece, sha256: Option<String>) -> Option<SourceRecord> {
    let first = unit.documents.first()?;
    Some(SourceRecord {
        kind: piece.envelope.kind.clone().unwrap_or_else(|| unit.detected.name().to_owned()),
        path: unit.path.clone(),
        files: unit.documents.iter().map(|document| document.file).collect(),
        sha256,
        records: piece.records,
        collected_at: piece.envelope.collected_at,
        complete: piece.envelope.complete,
        place: Some(place(first.file, 0)),
    })
}

/// Resources are told apart by their address: their nouns get it as their key, where they have none.
fn with_addresses<'a>(needs: &Arc<Needs>, exports: impl Iterator<Item = &'a Export>) -> Arc<Needs> {
    let nouns: BTreeSet<&SmolStr> = exports.flat_map(|export| &export.nouns).collect();
    let mut changed: Option<Needs> = None;
    for noun in nouns.iter().filter_map(|noun| needs.find(noun)) {
        let need = needs.noun(noun);
        if !need.open || !need.key.is_empty() {
            continue;
        }
        let changed = changed.get_or_insert_with(|| Needs::clone(needs));
        let Some(need) = changed.noun_mut(noun) else { continue };
        let known = need.attribute("address");
        let Some(address) = known.or_else(|| Some(AttributeId(u32::try_from(need.attributes.len()).ok()?))) else {
            continue;
        };
        match need.attributes.get_mut(address.0 as usize) {
            Some(attribute) => attribute.wanted = true,
            None => need.attributes.push(AttributeNeed {
                name: SmolStr::new_static("address"),
                ty: AttributeType::Text,
                wanted: true,
                optional: false,
                aliases: Vec::new(),
            }),
        }
        need.key = vec![address];
    }
    changed.map_or_else(|| Arc::clone(needs), Arc::new)
}

/// Addresses that stand in more than one export: they are different resources of different configurations.
fn shared_addresses<'a>(exports: impl Iterator<Item = &'a Export>) -> BTreeSet<String> {
    let exports: Vec<&Export> = exports.collect();
    // Within one export every address is another.
    if exports.len() < 2 {
        return BTreeSet::new();
    }
    let mut seen: HashSet<&str> = HashSet::new();
    let mut shared = BTreeSet::new();
    for resource in exports.into_iter().flat_map(|export| &export.resources) {
        if !seen.insert(&resource.address) {
            shared.insert(resource.address.clone());
        }
    }
    shared
}
