//! The import as a whole: files in, facts out, in an order that does not depend on how the work was shared out.

use crate::answers::{self, Reading};
use crate::argument::SourceArgument;
use crate::batches::{Batch, batches};
use crate::cloudformation;
use crate::detect::Detected;
use crate::document::{Document, folder_digest};
use crate::error::place;
use crate::hcl::{self, Places};
use crate::json::parts::PART;
use crate::kubernetes;
use crate::mapping::Mapping;
use crate::objects::{self, Declared};
use crate::observed::CATALOGUE;
use crate::open::{Look, Opened, Unit, open};
use crate::piece::{Piece, Told};
use crate::survey::Surveyed;
use crate::terraform::{self, Export};
use crate::{
    Imported, SourceRecord, cards, dvc, mlflow, native, native_json, observed, openlineage, registers, warnings,
};
use rayon::prelude::*;
use smol_str::SmolStr;
use std::borrow::Cow;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use tickmark_diagnostics::Diagnostic;
use tickmark_facts::{AttributeId, AttributeNeed, AttributeType, Builder, Needs};
use tickmark_source::{Files, Sources, Span};

/// How an import is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Whether the digests of the sources are computed.
    pub digests: bool,
    /// The bytes of JSON that one thread reads at a time. What is read does not depend on it, unless a key that nobody wants
    /// is met only far behind the start of a file: such keys are remembered from the first part of each file.
    pub part: usize,
    /// What is said of Terraform from outside.
    pub terraform: TerraformOptions,
}

/// What is said of Terraform from outside.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TerraformOptions {
    /// Values of variables of root modules, as `terraform plan -var` takes them.
    pub variables: BTreeMap<String, String>,
    /// The folder of the configuration that plans and states were made of: their resources are placed where they are written.
    pub source: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Options { digests: true, part: PART, terraform: TerraformOptions::default() }
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
    let mut said = undeclared_variables(&opened, &options.terraform);
    let folder = options.terraform.source.as_deref();
    let places = match folder.map(|folder| Places::read(folder, files, sources)).transpose() {
        Ok(places) => places,
        Err(error) => {
            said.push(*error);
            None
        }
    };
    let way = Way { files, options: &options, places: places.as_ref() };
    let lean = needs.without_compared().map_or_else(|| Arc::clone(needs), Arc::new);
    let mut imported = import_as(opened, &lean, &way, sources);
    if imported.as_ref().is_some_and(|imported| imported.facts.were_merged()) && !Arc::ptr_eq(&lean, needs) {
        // Records without a key may have been compared, which takes all of their values.
        imported = import_as(open(arguments, files, sources, Look::Presume), needs, &way, sources);
    }
    // Something is wrong with a file, or it is not what its first keys promised: all are looked at closely.
    let imported = imported.or_else(|| {
        let opened = open(arguments, files, sources, Look::Through);
        import_as(opened, needs, &way, sources)
    });
    let mut imported = imported.unwrap_or_else(|| {
        let (facts, _) = Builder::new(Arc::clone(needs)).finish();
        Imported { facts, sources: Vec::new(), diagnostics: Vec::new(), strangers: BTreeSet::new() }
    });
    for span in places.iter().flat_map(|places| &places.secrets) {
        hide(sources, *span);
    }
    if !said.is_empty() {
        imported.diagnostics.extend(said);
        tickmark_diagnostics::sort(&mut imported.diagnostics);
    }
    crate::json::mask(sources, &imported.diagnostics);
    imported
}

fn hide(sources: &mut Sources, span: Span) {
    let range = span.start as usize..span.end as usize;
    sources.hide(span.file, std::slice::from_ref(&range));
}

/// How sources are read.
struct Way<'a> {
    files: &'a dyn Files,
    options: &'a Options,
    places: Option<&'a Places>,
}

/// Values of variables that no root module declares.
fn undeclared_variables(opened: &Opened, options: &TerraformOptions) -> Vec<Diagnostic> {
    let configs = || opened.units.iter().filter_map(|unit| unit.config.as_deref());
    let unknown = options.variables.keys().filter(|name| !configs().any(|config| config.declares(name)));
    unknown
        .map(|name| {
            let message = format!("no Terraform configuration that was read declares the variable `{name}`");
            Diagnostic::without_place(tickmark_diagnostics::codes::run::BAD_SETTING, message)
        })
        .collect()
}

/// The import; `None` where something was presumed that is not so.
fn import_as(opened: Opened, needs: &Arc<Needs>, way: &Way<'_>, sources: &mut Sources) -> Option<Imported> {
    let Opened { mut units, mut diagnostics, .. } = opened;
    units.retain(|unit| unit.path != CATALOGUE || observed::is_wanted(needs));
    let Way { files, options, .. } = way;
    units.par_iter_mut().for_each(|unit| {
        unit.scan(options.part);
        if let Some(config) = &mut unit.config {
            config.evaluate(*files, &options.terraform.variables);
        }
    });
    if units.iter().any(|unit| unit.presumed && matches!(unit.export, Some(Err(_)))) {
        return None;
    }
    let digests = || -> Vec<String> {
        if options.digests { units.par_iter().map(|unit| digest(unit, *files)).collect() } else { Vec::new() }
    };
    let (digests, read) = rayon::join(digests, || read_all(&units, needs, way));
    let (needs, builder, told) = read?;
    let mut digests = digests.into_iter();
    let mut strangers = BTreeSet::new();
    let mut records = Vec::with_capacity(units.len());
    for (unit, told) in units.iter().zip(told) {
        let digest = digests.next();
        // What comes with the program is nobody's export.
        records.extend(record(unit, &told, digest).filter(|_| unit.path != CATALOGUE));
        if let Some(document) = unit.documents.first() {
            sources.hide(document.file, &told.secrets);
        }
        for span in &told.hidden {
            hide(sources, *span);
        }
        strangers.extend(told.strangers);
        diagnostics.extend(told.diagnostics);
    }
    // What was found out about the files takes memory, and finishing the facts takes some more.
    let ((), (facts, found)) = rayon::join(|| drop(units), || builder.finish());
    diagnostics.extend(found.iter().map(|warning| warnings::diagnostic(warning, &needs)));
    tickmark_diagnostics::sort(&mut diagnostics);
    // Modules that several root modules call are spoken of by each of them.
    diagnostics.dedup();
    Some(Imported { facts, sources: records, diagnostics, strangers })
}

/// What has to be known of all templates and manifests before any is read.
struct Objects<'a> {
    shared: &'a BTreeSet<(SmolStr, String)>,
    world: &'a kubernetes::World,
    /// What the records of registers are called.
    names: &'a registers::names::Names,
}

/// The manifests of all files.
fn manifests(units: &[Unit]) -> Vec<(&Document, &kubernetes::Manifests)> {
    let mut found = Vec::new();
    for unit in units {
        if let (Some(Ok(Declared::Manifests(manifests))), Some(document)) = (&unit.declared, unit.documents.first()) {
            found.push((document, manifests));
        }
    }
    found
}

/// What was read: by which needs, the facts of all units, and what is to be said of each.
type Read = (Arc<Needs>, Builder, Vec<Told>);

fn read_all(units: &[Unit], needs: &Arc<Needs>, way: &Way<'_>) -> Option<Read> {
    let needs = with_addresses(needs, units);
    let shared = shared_addresses(units);
    let shared_objects = objects::shared(units);
    let world = kubernetes::World::new(&manifests(units), &shared_objects, &needs);
    let names = registers::names(units, &needs);
    let objects = Objects { shared: &shared_objects, world: &world, names: &names };
    let read = |units: &[Unit]| read_batch(units, (&shared, &objects), &needs, way);
    let batches: Option<Vec<(Builder, Vec<Told>)>> = batches(units).into_par_iter().map(read).collect();
    let mut whole = Builder::new(Arc::clone(&needs));
    let mut told = Vec::with_capacity(units.len());
    for (builder, of_units) in batches? {
        whole.absorb(builder);
        told.extend(of_units);
    }
    Some((needs, whole, told))
}

/// Reads units one behind the other.
fn read_batch(
    units: &[Unit],
    known: (&BTreeSet<String>, &Objects<'_>),
    needs: &Arc<Needs>,
    way: &Way<'_>,
) -> Option<(Builder, Vec<Told>)> {
    let mut batch = Batch::new(units.len(), needs);
    let mut all = Vec::with_capacity(units.len());
    for unit in units {
        let Piece { builder, told } = read(unit, known, &mut batch, way)?;
        for document in &unit.documents {
            document.put_away();
        }
        batch.put(builder);
        all.push(told);
    }
    Some((batch.whole(), all))
}

/// Reads a unit: either into the piece of the batch, or by itself.
fn read(
    unit: &Unit,
    (shared, objects): (&BTreeSet<String>, &Objects<'_>),
    batch: &mut Batch<'_>,
    way: &Way<'_>,
) -> Option<Piece> {
    let (needs, part) = (batch.needs(), way.options.part);
    match unit.declared.as_ref().zip(unit.documents.first()) {
        Some((Ok(Declared::Template(template)), document)) => {
            let source = cloudformation::Source { document, template, shared: objects.shared };
            return Some(cloudformation::read(&source, batch.piece()));
        }
        Some((Ok(Declared::Manifests(manifests)), document)) => {
            let source = kubernetes::Source { document, manifests, world: objects.world };
            return Some(kubernetes::read(&source, batch.piece()));
        }
        Some((Err(error), _)) => return Some(Piece::new(needs).keep(Err(error.clone()))),
        None => {}
    }
    if let Some(config) = &unit.config {
        let source = hcl::Source { path: &unit.path, documents: &unit.documents, config, shared };
        return Some(hcl::read(&source, needs));
    }
    let noun = unit.noun.as_deref();
    let Some(document) = unit.documents.first() else { return Some(Piece::new(needs)) };
    // JSON Lines that no manifest speaks of are the export of a program: their words are as they are meant.
    if let Some(noun) = noun
        && (unit.mapping.is_some() || !matches!(unit.detected, Detected::JsonLines))
    {
        // A table that we know by its columns is read as such, whoever names its noun.
        if let Some(system) = answers::system_of_sheet(document, Some(noun)) {
            let date_format = unit.mapping.as_ref().and_then(|mapping| mapping.date_format.as_ref());
            let documents = std::slice::from_ref(document);
            let source = answers::Source { documents, root: &unit.path, files: way.files, date_format };
            return Some(answers::read(&source, system, needs));
        }
        let plain = Mapping::default();
        let mapping = unit.mapping.as_deref().unwrap_or(&plain);
        let piece = if unit.mapping.is_some() { Piece::new(needs) } else { batch.piece() };
        return Some(registers::read(document, &unit.detected, (noun, mapping, objects.names), piece));
    }
    Some(match (&unit.detected, &unit.export) {
        (_, Some(Ok(export))) => {
            let piece = terraform::read(&terraform::Source { document, export, shared, places: way.places }, needs);
            let broken = piece.told.diagnostics.iter().any(Diagnostic::is_error);
            return (!unit.presumed || !broken).then_some(piece);
        }
        (_, Some(Err(error))) => Piece::new(needs).keep(Err(error.clone())),
        // It holds no facts: what it says of nouns was asked for when controls were read.
        (Detected::TerraformSchema, _) => Piece::new(needs),
        (Detected::Yaml, _) => native::read_yaml(document, noun, batch.piece()),
        (Detected::JsonLines, _) => {
            let piece = native::read_json_lines(document, noun, batch.piece());
            let broken = piece.told.diagnostics.iter().any(Diagnostic::is_error);
            return (!unit.presumed || !broken).then_some(piece);
        }
        (Detected::MlflowPage, _) => mlflow::read(&unit.documents.iter().collect::<Vec<_>>(), needs, part),
        (Detected::Answers(system), _) => match system.system() {
            system if system.reading == Reading::OpenLineage => openlineage::read(&unit.documents, needs),
            system => {
                let root = unit.root.as_deref().unwrap_or(&unit.path);
                let source = answers::Source { documents: &unit.documents, root, files: way.files, date_format: None };
                answers::read(&source, system, needs)
            }
        },
        (Detected::Dvc, _) => dvc::read(&unit.documents, unit.root.as_deref().unwrap_or(&unit.path), needs),
        (Detected::Card, _) => cards::read(document, batch.piece()),
        (Detected::Observed(stream), _) => observed::read(&unit.documents, *stream, &unit.path, needs),
        _ if noun.is_none() && unit.presumed => {
            return native_json::read(document, unit.outline.as_deref(), batch.piece(), part);
        }
        // Where nothing is wrong with it, the quick way is right for a file that was looked at closely too. It reads by itself:
        // what it has read until something is wrong is dropped.
        _ if noun.is_none() => native_json::read(document, unit.outline.as_deref(), Piece::new(needs), part)
            .unwrap_or_else(|| native::read_json(document, noun, batch.piece())),
        _ => native::read_json(document, noun, batch.piece()),
    })
}

fn digest(unit: &Unit, files: &dyn Files) -> String {
    let documents: Vec<&Document> = unit.documents.iter().collect();
    match documents.as_slice() {
        [only] => only.sha256(files),
        several => folder_digest(&unit.path, several, files),
    }
}

fn record(unit: &Unit, told: &Told, sha256: Option<String>) -> Option<SourceRecord> {
    let first = unit.documents.first()?;
    Some(SourceRecord {
        kind: told.envelope.kind.clone().unwrap_or_else(|| unit.detected.name().to_owned()),
        path: unit.path.clone(),
        files: unit.documents.iter().map(|document| document.file).collect(),
        sha256,
        records: told.records,
        collected_at: told.envelope.collected_at,
        complete: told.envelope.complete,
        place: Some(place(first.file, 0)),
    })
}

/// Resources are told apart by their address: their nouns get it as their key, where they have none.
fn with_addresses(needs: &Arc<Needs>, units: &[Unit]) -> Arc<Needs> {
    let nouns: BTreeSet<&SmolStr> = units.iter().flat_map(Unit::resource_nouns).collect();
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
fn shared_addresses(units: &[Unit]) -> BTreeSet<String> {
    let with_resources = units.iter().filter(|unit| unit.resource_addresses().next().is_some());
    // Within one export every address is another.
    if with_resources.count() < 2 {
        return BTreeSet::new();
    }
    let mut seen: HashMap<Cow<'_, str>, usize> = HashMap::new();
    let mut shared = BTreeSet::new();
    for (number, unit) in units.iter().enumerate() {
        for address in unit.resource_addresses() {
            match seen.entry(address) {
                Entry::Occupied(known) if *known.get() != number => {
                    shared.insert(known.key().to_string());
                }
                Entry::Occupied(_) => {}
                Entry::Vacant(free) => {
                    free.insert(number);
                }
            }
        }
    }
    shared
}

impl Unit {
    /// The plan or state that it is.
    fn resources(&self) -> Option<&Export> {
        self.export.as_ref()?.as_ref().ok()
    }

    /// The nouns of its Terraform resources.
    fn resource_nouns(&self) -> impl Iterator<Item = &SmolStr> {
        let configured = self.config.as_ref().and_then(|config| config.evaluated());
        let exported = self.resources().into_iter().flat_map(|export| &export.nouns);
        let declared = self.declared.as_ref().and_then(|declared| declared.as_ref().ok());
        let objects =
            declared.into_iter().flat_map(|one| one.objects().map(|(noun, _)| noun).chain(one.common_nouns()));
        exported.chain(configured.into_iter().flat_map(|evaluated| &evaluated.nouns)).chain(objects)
    }

    /// The objects of a template or of manifests: noun and address.
    pub(crate) fn objects(&self) -> impl Iterator<Item = (&SmolStr, &str)> {
        let declared = self.declared.as_ref().and_then(|declared| declared.as_ref().ok());
        declared.into_iter().flat_map(Declared::objects)
    }

    /// The addresses of its Terraform resources.
    fn resource_addresses(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let configured = self.config.as_ref().and_then(|config| config.evaluated());
        let exported = self.resources().zip(self.documents.first()).into_iter();
        let exported = exported.flat_map(|(export, document)| export.addresses(&document.bytes));
        let configured = configured.into_iter().flat_map(|evaluated| evaluated.all_addresses());
        exported.chain(configured.map(Cow::Borrowed))
    }
}
