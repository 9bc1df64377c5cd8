//! The first pass over a plan or state: which resources it has. It comes before it is known what is asked of them.

use crate::document::Document;
use crate::error::{ReadError, error_at, shown, warning_at};
use crate::json::JsonReader;
use crate::json::parts::{Cuts, Part};
use crate::terraform::change::{Change, Manner};
use crate::terraform::export::Export;
use crate::terraform::pieces::{
    Common, Last, Stretch, halved, holds_true, is_plain, plainly, scan_index, spread, take_text,
};
use crate::terraform::resource::{Action, Resource, Sort};
use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use smol_str::SmolStr;
use std::hash::BuildHasher;
use std::ops::Range;
use tickmark_diagnostics::codes::facts as codes;
use tickmark_facts::{Time, ValueReader};

/// An export that is being scanned.
struct Scan<'a> {
    document: &'a Document,
    export: Export,
    /// Where the noun of each type of resources stands among them.
    type_numbers: HashMap<SmolStr, u32>,
    /// The same of data sources.
    data_numbers: HashMap<SmolStr, u32>,
    common: Common,
    /// The resources by their address: its hash, and which they are.
    seen: HashTable<(u32, u32)>,
    hasher: DefaultHashBuilder,
    /// Of a stretch that others are put before, the hashes of the addresses: which resources are repeated, and of which noun each
    /// is, is found when it is put in line.
    hashes: Option<Vec<u32>>,
    manner: Manner,
    /// How many stretches as long as the first the file has.
    stretches: usize,
    /// How many resources are expected in a stretch.
    expected: usize,
}

/// Scans `terraform show -json` of a plan.
///
/// Where the distance of cuts is given, the file was only presumed to be a plan: it is scanned by several threads, and errors
/// mean no more than that it must be looked at closely.
pub(crate) fn scan_plan(document: &Document, start: usize, distance: Option<usize>) -> Result<Export, ReadError> {
    let cuts = distance.map(|distance| Cuts { bytes: &document.bytes, file: document.file, distance });
    let mut scan = Scan::new(document);
    scan.stretches = distance.map_or(0, |distance| document.bytes.len() / distance.max(1));
    let mut planned = None;
    let mut prior = None;
    let mut changes = false;
    let mut reader = match cuts {
        Some(_) => JsonReader::trying(&document.bytes, document.file, 0, 0),
        None => JsonReader::new(document.bytes.get(start..).unwrap_or(&[]), document.file, start),
    };
    reader.object_or_skip(&mut |reader, key| {
        match key {
            "resource_changes" => {
                changes = !reader.at_null()?;
                match cuts {
                    Some(cuts) if reader.at_list()? => cuts.read_list(reader, &mut scan)?,
                    _ => reader.list_or_skip(&mut |reader| scan.change(reader))?,
                }
            }
            "planned_values" => planned = Some(reader.skip_range()?),
            "prior_state" => prior = Some(reader.skip_range()?),
            "configuration" => scan.export.configuration = Some(reader.skip_range()?),
            "timestamp" => {
                let made = reader.text()?.and_then(|text| Time::parse(&text).ok());
                scan.export.envelope.collected_at = made;
            }
            "complete" => {
                let complete = reader.bool()?;
                scan.export.envelope.complete = scan.export.envelope.complete.or(complete);
            }
            "errored" => {
                let offset = reader.offset();
                if reader.bool()? == Some(true) {
                    scan.export.envelope.complete = Some(false);
                    scan.warn_errored(offset);
                }
            }
            _ => reader.skip()?,
        }
        Ok(())
    })?;
    if start == 0 {
        reader.finish()?;
    }
    // INVARIANT (no resource is lost): what the changes do not list is taken from the planned values, and the data
    // sources that were read while planning from the prior state.
    if let Some(range) = planned {
        scan.module_tree(&range, "root_module", &|_| true)?;
    }
    if let Some(range) = prior {
        // A plan that only refreshes has neither changes nor planned values: what it found is its prior state.
        let refreshed = !changes && scan.export.resources.is_empty();
        scan.prior_state(&range, refreshed)?;
    }
    Ok(scan.export)
}

/// Scans `terraform show -json` of a state.
pub(crate) fn scan_state(document: &Document, start: usize) -> Result<Export, ReadError> {
    let mut scan = Scan::new(document);
    let whole = start..document.bytes.len();
    scan.prior_state(&whole, true)?;
    // A state does nothing with its resources.
    scan.export.resources.iter_mut().for_each(|resource| resource.action = None);
    Ok(scan.export)
}

/// Scans a state file of version 4.
pub(crate) fn scan_raw_state(document: &Document) -> Result<Export, ReadError> {
    let mut scan = Scan::new(document);
    let mut resources = None;
    let mut reader = JsonReader::new(&document.bytes, document.file, 0);
    reader.object_or_skip(&mut |reader, key| {
        match key {
            "version" => {
                let offset = reader.offset();
                let version = reader.printed()?.unwrap_or_default();
                if version != "4" {
                    return Err(other_version(document, offset, &version));
                }
            }
            "resources" => resources = Some(reader.skip_range()?),
            _ => reader.skip()?,
        }
        Ok(())
    })?;
    if let Some(range) = resources {
        JsonReader::part(&document.bytes, document.file, &range)
            .list_or_skip(&mut |reader| scan.raw_resource(reader))?;
    }
    Ok(scan.export)
}

fn other_version(document: &Document, offset: usize, version: &str) -> ReadError {
    let message = format!("the Terraform state is of version {}; version 4 can be read", shown(version));
    let mut error = error_at(codes::UNREADABLE_TERRAFORM, document.file, offset, message);
    error.help.push("write it out with `terraform show -json` of a current Terraform".to_owned());
    error
}

impl<'a> Scan<'a> {
    fn new(document: &'a Document) -> Scan<'a> {
        Scan {
            document,
            export: Export::default(),
            type_numbers: HashMap::new(),
            data_numbers: HashMap::new(),
            common: Common::default(),
            seen: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            hashes: None,
            manner: Manner::default(),
            stretches: 0,
            expected: 0,
        }
    }

    fn warn_errored(&mut self, offset: usize) {
        let message = "planning ended with an error, so the plan does not hold every resource";
        self.export.diagnostics.push(warning_at(codes::INCOMPLETE_SOURCE, self.document.file, offset, message));
    }

    /// One member of `resource_changes`.
    fn change(&mut self, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        let place = reader.place();
        let change = Change::read(reader, &mut self.manner, (&mut self.common, &mut self.export.tables))?;
        let Change { resource, ty, plain, deposed, .. } = change;
        if resource.address == Stretch::default() || ty == 0 {
            let message = "a resource change has no address or type";
            return Err(error_at(codes::UNREADABLE_TERRAFORM, place.file, place.offset as usize, message));
        }
        // A deposed object is the rest of an earlier replacement, about to be destroyed under the address of its successor.
        if !deposed {
            self.add(resource, plain);
        }
        Ok(())
    }

    /// Adds a resource; whether its address is written plainly.
    fn add(&mut self, resource: Resource, plain: bool) {
        let hash = self.hash(&resource, plain);
        if let Some(hashes) = &mut self.hashes {
            hashes.push(hash);
        } else if !self.enter(hash, &resource, &[]) {
            return;
        }
        self.export.resources.push(resource, self.expected);
    }

    /// The hash of an address: of its bytes as they are written plainly.
    fn hash(&self, resource: &Resource, plain: bool) -> u32 {
        halved(match resource.address.within(&self.document.bytes) {
            Some(written) if plain => self.hasher.hash_one(written),
            _ => self.hasher.hash_one(plainly(&self.address(resource)).as_bytes()),
        })
    }

    fn address(&self, resource: &Resource) -> std::borrow::Cow<'a, str> {
        self.export.address(&self.document.bytes, resource)
    }

    /// Whether a resource is new by its address: it is entered as the one behind those that are there and `fresh` ones.
    fn enter(&mut self, hash: u32, resource: &Resource, fresh: &[Resource]) -> bool {
        let Scan { document, export, seen, .. } = &mut *self;
        let there = export.resources.len();
        let known = |(of, at): &(u32, u32)| {
            let at = *at as usize;
            let known = if at < there { export.resources.get(at) } else { fresh.get(at - there) };
            *of == hash && known.is_some_and(|known| same_address(document, export, known, resource))
        };
        match seen.entry(spread(hash), known, |(hash, _)| spread(*hash)) {
            Entry::Occupied(_) => false,
            Entry::Vacant(entry) => {
                // A resource takes more than one byte of a file of 4 GiB.
                entry.insert((hash, u32::try_from(there + fresh.len()).unwrap_or(u32::MAX)));
                self.name_noun(resource);
                true
            }
        }
    }

    /// The noun of a resource: its type, with `data_` before it for a data source.
    fn name_noun(&mut self, resource: &Resource) {
        let Some(kind) = self.export.tables.kinds.get(resource.kind as usize).filter(|kind| kind.noun.is_none()) else {
            return;
        };
        let ty = self.export.tables.text(kind.ty).clone();
        let data = self.export.tables.text(kind.mode) == "data";
        let numbers = if data { &mut self.data_numbers } else { &mut self.type_numbers };
        let next = u32::try_from(self.export.nouns.len()).unwrap_or(u32::MAX);
        let number = *numbers.entry(ty.clone()).or_insert(next);
        if number == next {
            self.export.nouns.push(if data { SmolStr::new(format!("data_{ty}")) } else { ty });
        }
        if let Some(kind) = self.export.tables.kinds.get_mut(resource.kind as usize) {
            kind.noun = Some(number);
        }
    }

    fn prior_state(&mut self, range: &Range<usize>, managed: bool) -> Result<(), ReadError> {
        let mut values = None;
        JsonReader::part(&self.document.bytes, self.document.file, range).object_or_skip(&mut |reader, key| {
            if key == "values" {
                values = Some(reader.skip_range()?);
                return Ok(());
            }
            reader.skip()
        })?;
        let Some(values) = values else { return Ok(()) };
        let first = self.export.resources.len();
        self.module_tree(&values, "root_module", &|mode| managed || mode == "data")?;
        let Export { resources, tables, .. } = &mut self.export;
        for resource in resources.iter_mut().skip(first) {
            let mode = tables.kinds.get(resource.kind as usize).map_or(0, |kind| kind.mode);
            resource.sort = Sort::Held;
            resource.action = Some(if tables.text(mode) == "data" { Action::Read } else { Action::NoOp });
        }
        Ok(())
    }

    /// A module with its resources and child modules, found under `key` of the object at `range`: the resources of these modes.
    fn module_tree(&mut self, range: &Range<usize>, key: &str, keep: &dyn Fn(&str) -> bool) -> Result<(), ReadError> {
        JsonReader::part(&self.document.bytes, self.document.file, range).object_or_skip(&mut |reader, found| {
            if found != key {
                return reader.skip();
            }
            for resource in self.module(reader)? {
                if keep(self.export.mode(&resource)) {
                    let plain = resource.address.within(&self.document.bytes).is_some_and(is_plain);
                    self.add(resource, plain);
                }
            }
            Ok(())
        })
    }

    /// The resources of a module, then those of its child modules.
    fn module(&mut self, reader: &mut JsonReader<'_>) -> Result<Vec<Resource>, ReadError> {
        let mut module = 0;
        let mut own = Vec::new();
        let mut below = Vec::new();
        reader.object_or_skip(&mut |reader, key| match key {
            "address" => {
                let address = reader.borrowed_text()?.unwrap_or_default();
                module = self.common.text(&mut self.export.tables, address.as_bytes());
                Ok(())
            }
            "resources" => reader.list_or_skip(&mut |reader| {
                own.extend(self.planned(reader)?);
                Ok(())
            }),
            "child_modules" => reader.list_or_skip(&mut |reader| {
                below.append(&mut self.module(reader)?);
                Ok(())
            }),
            _ => reader.skip(),
        })?;
        let beginning = match self.export.tables.text(module).as_str() {
            "" => String::new(),
            module => format!("{module}."),
        };
        for resource in &mut own {
            resource.module = module;
            // Terraform 0.12 writes the address without module and key.
            let address = self.address(resource);
            if !address.starts_with(&beginning) || (resource.key != 0 && !address.ends_with(']')) {
                resource.address = Stretch::default();
            }
        }
        own.append(&mut below);
        Ok(own)
    }

    fn planned(&mut self, reader: &mut JsonReader<'_>) -> Result<Option<Resource>, ReadError> {
        let mut found = Identified::at(reader, Sort::Planned);
        reader.object_or_skip(&mut |reader, key| {
            match key {
                "values" => found.resource.values = Stretch::take(reader)?,
                "sensitive_values" => {
                    let marks = Stretch::take(reader)?;
                    let marked = marks.within(&self.document.bytes).is_some_and(holds_true);
                    found.resource.secret = if marked { marks } else { Stretch::default() };
                }
                "depends_on" => found.resource.beside = Stretch::take(reader)?,
                _ => self.identity(reader, key, &mut found)?,
            }
            Ok(())
        })?;
        let whole = found.resource.address != Stretch::default() && found.ty != 0;
        Ok(whole.then(|| self.of_kind(found)))
    }

    /// The resource, with its kind.
    fn of_kind(&mut self, found: Identified) -> Resource {
        let kind = self.common.kind(&mut self.export.tables, (found.mode, found.ty, found.provider));
        Resource { kind, ..found.resource }
    }

    fn identity(&mut self, reader: &mut JsonReader<'_>, key: &str, found: &mut Identified) -> Result<(), ReadError> {
        let reused = &mut self.manner.reused;
        let mut text = |last: &mut Last<u32>| take_text(last, reader, (&mut self.common, &mut self.export.tables));
        match key {
            "address" => {
                let text = reader.text_behind(&[])?.filter(|text| !text.range.is_empty());
                found.resource.address = text.map(|text| Stretch::of(&text.range)).unwrap_or_default();
            }
            "module_address" => found.resource.module = text(&mut reused.module)?,
            "mode" => found.mode = text(&mut reused.mode)?,
            "type" => found.ty = text(&mut reused.ty)?,
            "name" => found.resource.name = text(&mut reused.name)?,
            "provider_name" => found.provider = text(&mut reused.provider)?,
            "index" | "index_key" => found.resource.key = self.key(reader)?,
            _ => reader.skip()?,
        }
        Ok(())
    }

    fn key(&mut self, reader: &mut JsonReader<'_>) -> Result<u32, ReadError> {
        Ok(self.common.key(&mut self.export.tables, scan_index(reader)?))
    }

    /// One member of `resources` of a state file: a resource with all its instances.
    fn raw_resource(&mut self, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        let mut found = Identified::at(reader, Sort::Raw);
        let mut instances = Vec::new();
        reader.object_or_skip(&mut |reader, key| match key {
            "instances" => reader.list_or_skip(&mut |reader| {
                instances.extend(self.instance(reader)?);
                Ok(())
            }),
            "module" => self.identity(reader, "module_address", &mut found),
            "provider" => {
                let provider = reader.text()?.unwrap_or_default();
                found.provider = self.common.text(&mut self.export.tables, bare_provider(&provider).as_bytes());
                Ok(())
            }
            _ => self.identity(reader, key, &mut found),
        })?;
        let Resource { module, name, kind, .. } = self.of_kind(found);
        for instance in instances {
            self.add(Resource { module, name, kind, ..instance }, false);
        }
        Ok(())
    }

    fn instance(&mut self, reader: &mut JsonReader<'_>) -> Result<Option<Resource>, ReadError> {
        let mut instance = Identified::at(reader, Sort::Raw).resource;
        let mut deposed = false;
        reader.object_or_skip(&mut |reader, key| {
            match key {
                "index_key" => instance.key = self.key(reader)?,
                "attributes" => instance.values = Stretch::take(reader)?,
                "dependencies" => instance.beside = Stretch::take(reader)?,
                "sensitive_attributes" => instance.secret = Stretch::take(reader)?,
                "deposed" => {
                    deposed = !reader.at_null()?;
                    reader.skip()?;
                }
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        Ok((!deposed).then_some(instance))
    }
}

/// Whether two resources of a file have one address.
fn same_address(document: &Document, export: &Export, a: &Resource, b: &Resource) -> bool {
    let written = a.address.within(&document.bytes).zip(b.address.within(&document.bytes));
    written.is_some_and(|(a, b)| a == b) || export.address(&document.bytes, a) == export.address(&document.bytes, b)
}

/// A resource whose kind is not known yet: by the parts of it, among the texts.
struct Identified {
    resource: Resource,
    mode: u32,
    ty: u32,
    provider: u32,
}

impl Identified {
    /// The one that stands next.
    fn at(reader: &mut JsonReader<'_>, sort: Sort) -> Identified {
        let offset = u32::try_from(reader.offset()).unwrap_or(u32::MAX);
        Identified { resource: Resource { offset, sort, ..Resource::default() }, mode: 0, ty: 0, provider: 0 }
    }
}

impl Part for Scan<'_> {
    fn fork(&self) -> Self {
        let hasher = self.hasher.clone();
        Scan { hasher, hashes: Some(Vec::new()), expected: self.expected, ..Scan::new(self.document) }
    }

    fn first_is_over(&mut self) {
        // Most plans are of one kind throughout; growing bit by bit would copy all of it several times.
        let first = self.export.resources.len();
        self.seen.reserve(first.saturating_mul(self.stretches), |(hash, _)| spread(*hash));
        // Some stretches have a few more than the first.
        self.expected = first.saturating_add(first / 8);
    }

    fn item(&mut self, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        self.change(reader)
    }

    fn absorb(&mut self, other: Self) {
        let Export { resources, tables, .. } = other.export;
        let here = &mut self.export.tables;
        let texts: Vec<u32> = tables.texts.iter().map(|text| self.common.text(here, text.as_bytes())).collect();
        let text = |number: u32| texts.get(number as usize).copied().unwrap_or_default();
        let kinds = tables.kinds.iter().map(|kind| (text(kind.mode), text(kind.ty), text(kind.provider)));
        let kinds: Vec<u32> = kinds.map(|kind| self.common.kind(here, kind)).collect();
        let keys: Vec<u32> = tables.keys.into_iter().map(|key| self.common.key(here, Some(key))).collect();
        let mut hashes = other.hashes.unwrap_or_default().into_iter();
        for mut stretch in resources.into_stretches() {
            let mut kept = 0;
            for index in 0..stretch.len() {
                let (fresh, rest) = stretch.split_at_mut(index);
                let (Some(resource), Some(hash)) = (rest.first_mut(), hashes.next()) else { break };
                resource.module = text(resource.module);
                resource.name = text(resource.name);
                resource.kind = kinds.get(resource.kind as usize).copied().unwrap_or_default();
                let key = (resource.key as usize).checked_sub(1).and_then(|key| keys.get(key));
                resource.key = key.copied().unwrap_or_default();
                if self.enter(hash, resource, fresh.get(..kept).unwrap_or(&[])) {
                    stretch.swap(kept, index);
                    kept += 1;
                }
            }
            stretch.truncate(kept);
            self.export.resources.append(stretch);
        }
    }
}

/// `provider["registry.terraform.io/hashicorp/aws"].audit` as plans write it: the address between the quotes.
fn bare_provider(text: &str) -> &str {
    text.split('"').nth(1).unwrap_or(text)
}
