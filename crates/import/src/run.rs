//! The import as a whole: files in, facts out, in an order that does not depend on how the work was shared out.

use crate::argument::SourceArgument;
use crate::detect::Detected;
use crate::document::{Document, folder_digest};
use crate::error::{ReadError, place};
use crate::open::{Unit, open};
use crate::piece::Piece;
use crate::survey::scan;
use crate::terraform::{self, Export};
use crate::{Imported, SourceRecord, mlflow, native, table, warnings};
use rayon::prelude::*;
use smol_str::SmolStr;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use tickmark_facts::{AttributeId, AttributeNeed, AttributeType, Builder, Needs};
use tickmark_source::{Files, Sources};

/// Reads the facts that are needed from the sources that are named.
///
/// Files are read in parallel; the facts are put together in the order of the arguments. The needs of the facts are those
/// that are handed in, but that a resource type without a key gets `address` as its key (appended where it is not named).
pub fn import(arguments: &[SourceArgument], needs: &Arc<Needs>, files: &dyn Files, sources: &mut Sources) -> Imported {
    let (units, mut diagnostics) = open(arguments, files, sources);
    let scans: Vec<Option<Result<Export, ReadError>>> = units
        .par_iter()
        .map(|unit| unit.documents.first().and_then(|document| scan(&unit.detected, document)))
        .collect();
    let exports = || scans.iter().filter_map(|scan| scan.as_ref()?.as_ref().ok());
    let needs = with_addresses(needs, exports());
    let shared = shared_addresses(exports());
    let pieces: Vec<Piece> =
        units.par_iter().zip(&scans).map(|(unit, scan)| read(unit, scan.as_ref(), &shared, &needs)).collect();
    let mut builder = Builder::new(Arc::clone(&needs));
    let mut records = Vec::new();
    for (unit, piece) in units.iter().zip(pieces) {
        records.extend(record(unit, &piece));
        if let Some(document) = unit.documents.first() {
            sources.hide(document.file, &piece.secrets);
        }
        builder.absorb(piece.builder);
        diagnostics.extend(piece.diagnostics);
    }
    let (facts, found) = builder.finish();
    diagnostics.extend(found.iter().map(|warning| warnings::diagnostic(warning, &needs)));
    tickmark_diagnostics::sort(&mut diagnostics);
    Imported { facts, sources: records, diagnostics }
}

fn read(unit: &Unit, scan: Option<&Result<Export, ReadError>>, shared: &BTreeSet<String>, needs: &Arc<Needs>) -> Piece {
    let noun = unit.noun.as_deref();
    let Some(document) = unit.documents.first() else { return Piece::new(needs) };
    match (&unit.detected, scan) {
        (_, Some(Ok(export))) => terraform::read(&terraform::Source { document, export, shared }, needs),
        (_, Some(Err(error))) => Piece::new(needs).keep(Err(error.clone())),
        (Detected::Yaml, _) => native::read_yaml(document, noun, needs),
        (Detected::JsonLines, _) => native::read_json_lines(document, noun, needs),
        (Detected::Csv, _) => table::read(document, noun.unwrap_or_default(), needs),
        (Detected::MlflowPage, _) => mlflow::read(&unit.documents.iter().collect::<Vec<_>>(), needs),
        _ => native::read_json(document, noun, needs),
    }
}

fn record(unit: &Unit, piece: &Piece) -> Option<SourceRecord> {
    let first = unit.documents.first()?;
    let documents: Vec<&Document> = unit.documents.iter().collect();
    let sha256 = match documents.as_slice() {
        [only] => only.sha256.clone(),
        several => folder_digest(&unit.path, several),
    };
    Some(SourceRecord {
        kind: piece.envelope.kind.clone().unwrap_or_else(|| unit.detected.name().to_owned()),
        path: unit.path.clone(),
        files: documents.iter().map(|document| document.file).collect(),
        sha256,
        records: piece.records,
        collected_at: piece.envelope.collected_at,
        complete: piece.envelope.complete,
        place: Some(place(first.file, 0)),
    })
}

/// Resources are told apart by their address: their nouns get it as their key, where they have none.
fn with_addresses<'a>(needs: &Arc<Needs>, exports: impl Iterator<Item = &'a Export>) -> Arc<Needs> {
    let nouns: BTreeSet<SmolStr> =
        exports.flat_map(|export| &export.resources).map(terraform::Resource::noun).collect();
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
    let mut seen: HashSet<&str> = HashSet::new();
    let mut shared = BTreeSet::new();
    for resource in exports.flat_map(|export| &export.resources) {
        if !seen.insert(&resource.address) {
            shared.insert(resource.address.clone());
        }
    }
    shared
}
