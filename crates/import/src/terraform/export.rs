//! A Terraform export, scanned once: which resources there are, and where in the file their values stand.

use crate::document::Document;
use crate::error::{ReadError, error_at, shown, warning_at};
use crate::json::JsonReader;
use crate::json::parts::{Cuts, Part};
use crate::piece::Envelope;
use crate::terraform::address::InstanceKey;
use crate::terraform::change;
use crate::terraform::pieces::{Reused, Stretch};
use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use smol_str::SmolStr;
use std::hash::BuildHasher;
use std::ops::Range;
use tickmark_diagnostics::Diagnostic;
use tickmark_diagnostics::codes::facts as codes;
use tickmark_facts::{Time, ValueKind, ValueReader};

/// A plan or state.
#[derive(Default)]
pub(crate) struct Export {
    /// Every resource and data source, in the order of the file.
    pub(crate) resources: Vec<Resource>,
    /// Where the configuration stands, in a plan that has it.
    pub(crate) configuration: Option<Range<usize>>,
    /// When it was made, and whether it is all there is.
    pub(crate) envelope: Envelope,
    /// What is odd without being wrong.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The nouns of the resources, in the order in which they were met.
    pub(crate) nouns: Vec<SmolStr>,
    /// Where the noun of each type of resources stands among them.
    type_numbers: HashMap<SmolStr, usize>,
    /// The same of data sources.
    data_numbers: HashMap<SmolStr, usize>,
    /// The resources by their address: its hash, and which they are.
    seen: HashTable<(u64, usize)>,
    hasher: DefaultHashBuilder,
    /// Of a stretch that others are put before, the hashes of the addresses: which resources are repeated, and of which noun each
    /// is, is found when it is put in line.
    hashes: Option<Vec<u64>>,
    reused: Reused,
    /// How many stretches as long as the first the file has.
    stretches: usize,
}

/// One instance of a resource or data source.
#[derive(Clone, Debug, Default)]
pub(crate) struct Resource {
    /// `module.bucket["training"].aws_s3_bucket.this`
    pub(crate) address: String,
    /// The address of its module instance; empty for the root.
    pub(crate) module: SmolStr,
    /// Where its noun stands in [`Export::nouns`].
    pub(crate) noun: usize,
    /// `managed` or `data`.
    pub(crate) mode: SmolStr,
    /// `aws_s3_bucket`
    pub(crate) ty: SmolStr,
    /// `this`
    pub(crate) name: SmolStr,
    /// The key of `count` or `for_each`.
    pub(crate) index: Option<InstanceKey>,
    /// `registry.terraform.io/hashicorp/aws`
    pub(crate) provider: Option<SmolStr>,
    /// What the plan does with it: `create`, `update`, `replace`, `no-op`, `read`, `delete`, `forget`.
    pub(crate) action: Option<&'static str>,
    /// Where its record stands in the file.
    pub(crate) offset: usize,
    /// Its values.
    pub(crate) values: Stretch,
    /// The marks of values that are not known yet.
    pub(crate) unknown: Stretch,
    /// The marks of secret values.
    pub(crate) sensitive: Stretch,
    /// The secret values of a state of version 4: a list of paths.
    pub(crate) sensitive_paths: Stretch,
    /// The resources that it depends on, as a state lists them: addresses without keys.
    pub(crate) depends: Stretch,
    /// Only planned values are at hand: what is not known yet is left out of them without a mark.
    pub(crate) unmarked: bool,
}

impl Resource {
    /// The address, put together from its parts.
    fn built_address(&self) -> String {
        let dot = if self.module.is_empty() { "" } else { "." };
        let data = if self.mode == "data" { "data." } else { "" };
        let key = self.index.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{}{dot}{data}{}.{}{key}", self.module, self.ty, self.name)
    }

    /// Whether it will be there (or is, in a state): what is deleted or given up is no member of its noun.
    pub(crate) fn stays(&self) -> bool {
        !matches!(self.action, Some("delete" | "forget"))
    }
}

/// Scans `terraform show -json` of a plan.
///
/// Where the distance of cuts is given, the file was only presumed to be a plan: it is scanned by several threads, and errors
/// mean no more than that it must be looked at closely.
pub(crate) fn scan_plan(document: &Document, start: usize, distance: Option<usize>) -> Result<Export, ReadError> {
    let cuts = distance.map(|distance| Cuts { bytes: &document.bytes, file: document.file, distance });
    let stretches = distance.map_or(0, |distance| document.bytes.len() / distance.max(1));
    let mut export = Export { stretches, ..Export::default() };
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
                    Some(cuts) if reader.at_list()? => cuts.read_list(reader, &mut export)?,
                    _ => reader.list_or_skip(&mut |reader| export.scan_change(reader))?,
                }
            }
            "planned_values" => planned = Some(reader.skip_range()?),
            "prior_state" => prior = Some(reader.skip_range()?),
            "configuration" => export.configuration = Some(reader.skip_range()?),
            "timestamp" => {
                let made = reader.text()?.and_then(|text| Time::parse(&text).ok());
                export.envelope.collected_at = made;
            }
            "complete" => {
                let complete = reader.bool()?;
                export.envelope.complete = export.envelope.complete.or(complete);
            }
            "errored" => {
                let offset = reader.offset();
                if reader.bool()? == Some(true) {
                    export.envelope.complete = Some(false);
                    export.warn_errored(document, offset);
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
        export.scan_module_tree(document, &range, "root_module", &|_| true)?;
    }
    if let Some(range) = prior {
        // A plan that only refreshes has neither changes nor planned values: what it found is its prior state.
        let refreshed = !changes && export.resources.is_empty();
        export.scan_prior_state(document, &range, refreshed)?;
    }
    export.seen = HashTable::new();
    Ok(export)
}

/// Scans `terraform show -json` of a state.
pub(crate) fn scan_state(document: &Document, start: usize) -> Result<Export, ReadError> {
    let mut export = Export::default();
    let whole = start..document.bytes.len();
    export.scan_prior_state(document, &whole, true)?;
    export.unplan();
    Ok(export)
}

/// Scans a state file of version 4.
pub(crate) fn scan_raw_state(document: &Document) -> Result<Export, ReadError> {
    let mut export = Export::default();
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
            .list_or_skip(&mut |reader| export.scan_raw_resource(reader))?;
    }
    Ok(export)
}

fn other_version(document: &Document, offset: usize, version: &str) -> ReadError {
    let message = format!("the Terraform state is of version {}; version 4 can be read", shown(version));
    let mut error = error_at(codes::UNREADABLE_TERRAFORM, document.file, offset, message);
    error.help.push("write it out with `terraform show -json` of a current Terraform".to_owned());
    error
}

impl Export {
    fn warn_errored(&mut self, document: &Document, offset: usize) {
        let message = "planning ended with an error, so the plan does not hold every resource";
        self.diagnostics.push(warning_at(codes::INCOMPLETE_SOURCE, document.file, offset, message));
    }

    /// One member of `resource_changes`.
    fn scan_change(&mut self, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        let place = reader.place();
        let mut resource = Resource::default();
        let deposed = change::scan(reader, &mut self.reused, &mut resource)?;
        if resource.address.is_empty() || resource.ty.is_empty() {
            let message = "a resource change has no address or type";
            return Err(error_at(codes::UNREADABLE_TERRAFORM, place.file, place.offset as usize, message));
        }
        // A deposed object is the rest of an earlier replacement, about to be destroyed under the address of its successor.
        if !deposed {
            self.add(resource);
        }
        Ok(())
    }

    #[inline]
    fn add(&mut self, mut resource: Resource) {
        if resource.mode.is_empty() {
            resource.mode = SmolStr::new_static("managed");
        }
        let hash = self.hasher.hash_one(&resource.address);
        if let Some(hashes) = &mut self.hashes {
            hashes.push(hash);
            self.resources.push(resource);
        } else {
            self.enter(hash, resource);
        }
    }

    /// Adds a resource unless its address is known.
    #[inline]
    fn enter(&mut self, hash: u64, mut resource: Resource) {
        let known = |(of, at): &(u64, usize)| {
            *of == hash && self.resources.get(*at).is_some_and(|known| known.address == resource.address)
        };
        if let Entry::Vacant(entry) = self.seen.entry(hash, known, |(hash, _)| *hash) {
            entry.insert((hash, self.resources.len()));
            resource.noun = self.noun_of(&resource);
            self.resources.push(resource);
        }
    }

    /// The number of a resource's noun: its type, with `data_` before it for a data source.
    fn noun_of(&mut self, resource: &Resource) -> usize {
        let data = resource.mode == "data";
        let numbers = if data { &mut self.data_numbers } else { &mut self.type_numbers };
        if let Some(number) = numbers.get(&resource.ty) {
            return *number;
        }
        let number = self.nouns.len();
        numbers.insert(resource.ty.clone(), number);
        self.nouns.push(if data { SmolStr::new(format!("data_{}", resource.ty)) } else { resource.ty.clone() });
        number
    }

    /// The noun of a resource.
    pub(crate) fn noun(&self, resource: &Resource) -> &str {
        self.nouns.get(resource.noun).map_or("", SmolStr::as_str)
    }

    fn scan_prior_state(&mut self, document: &Document, range: &Range<usize>, managed: bool) -> Result<(), ReadError> {
        let mut values = None;
        JsonReader::part(&document.bytes, document.file, range).object_or_skip(&mut |reader, key| {
            if key == "values" {
                values = Some(reader.skip_range()?);
                return Ok(());
            }
            reader.skip()
        })?;
        let Some(values) = values else { return Ok(()) };
        let first = self.resources.len();
        self.scan_module_tree(document, &values, "root_module", &|resource| managed || resource.mode == "data")?;
        for resource in self.resources.iter_mut().skip(first) {
            resource.unmarked = false;
            resource.action = if resource.mode == "data" { Some("read") } else { Some("no-op") };
        }
        Ok(())
    }

    /// A state does nothing with its resources.
    fn unplan(&mut self) {
        for resource in &mut self.resources {
            resource.action = None;
        }
    }

    /// A module with its resources and child modules, found under `key` of the object at `range`.
    fn scan_module_tree(
        &mut self,
        document: &Document,
        range: &Range<usize>,
        key: &str,
        keep: &dyn Fn(&Resource) -> bool,
    ) -> Result<(), ReadError> {
        JsonReader::part(&document.bytes, document.file, range).object_or_skip(&mut |reader, found| {
            if found != key {
                return reader.skip();
            }
            scan_module(reader, &mut self.reused)?.into_iter().filter(keep).for_each(|resource| self.add(resource));
            Ok(())
        })
    }

    /// One member of `resources` of a state file: a resource with all its instances.
    fn scan_raw_resource(&mut self, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        let mut resource = Resource::default();
        let mut instances = Vec::new();
        reader.object_or_skip(&mut |reader, key| match key {
            "instances" => reader.list_or_skip(&mut |reader| {
                instances.extend(scan_instance(reader)?);
                Ok(())
            }),
            "module" => {
                resource.module = self.reused.module.take(reader)?.unwrap_or_default();
                Ok(())
            }
            "provider" => {
                resource.provider = reader.text()?.map(|text| bare_provider(&text));
                Ok(())
            }
            _ => scan_identity(reader, key, &mut resource, &mut self.reused),
        })?;
        for instance in instances {
            let Resource { module, mode, ty, name, provider, .. } = resource.clone();
            let mut instance = Resource { module, mode, ty, name, provider, ..instance };
            instance.address = instance.built_address();
            self.add(instance);
        }
        Ok(())
    }
}

impl Part for Export {
    fn fork(&self) -> Self {
        let (reused, hasher) = (self.reused.clone(), self.hasher.clone());
        Export { reused, hasher, hashes: Some(Vec::new()), ..Export::default() }
    }

    fn first_is_over(&mut self) {
        // Most plans are of one kind throughout; growing bit by bit would copy all of it several times.
        let more = self.resources.len().saturating_mul(self.stretches);
        self.resources.reserve(more);
        self.seen.reserve(more, |(hash, _)| *hash);
    }

    fn item(&mut self, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        self.scan_change(reader)
    }

    fn absorb(&mut self, other: Self) {
        let hashes = other.hashes.unwrap_or_default();
        hashes.into_iter().zip(other.resources).for_each(|(hash, resource)| self.enter(hash, resource));
    }
}

/// The resources of a module, then those of its child modules.
fn scan_module(reader: &mut JsonReader<'_>, reused: &mut Reused) -> Result<Vec<Resource>, ReadError> {
    let mut module = SmolStr::default();
    let mut own = Vec::new();
    let mut below = Vec::new();
    reader.object_or_skip(&mut |reader, key| match key {
        "address" => {
            module = reader.borrowed_text()?.map(SmolStr::new).unwrap_or_default();
            Ok(())
        }
        "resources" => reader.list_or_skip(&mut |reader| {
            own.extend(scan_planned(reader, reused)?);
            Ok(())
        }),
        "child_modules" => reader.list_or_skip(&mut |reader| {
            below.append(&mut scan_module(reader, reused)?);
            Ok(())
        }),
        _ => reader.skip(),
    })?;
    for resource in &mut own {
        resource.module.clone_from(&module);
        // Terraform 0.12 writes the address without module and key.
        let in_module = module.is_empty() || resource.address.starts_with(&format!("{module}."));
        if !in_module || (resource.index.is_some() && !resource.address.ends_with(']')) {
            resource.address = resource.built_address();
        }
    }
    own.append(&mut below);
    Ok(own)
}

fn scan_planned(reader: &mut JsonReader<'_>, reused: &mut Reused) -> Result<Option<Resource>, ReadError> {
    let mut resource = Resource { offset: reader.offset(), unmarked: true, ..Resource::default() };
    reader.object_or_skip(&mut |reader, key| match key {
        "values" => {
            resource.values = Stretch::take(reader)?;
            Ok(())
        }
        "sensitive_values" => {
            resource.sensitive = Stretch::take(reader)?;
            Ok(())
        }
        "depends_on" => {
            resource.depends = Stretch::take(reader)?;
            Ok(())
        }
        _ => scan_identity(reader, key, &mut resource, reused),
    })?;
    Ok((!resource.address.is_empty() && !resource.ty.is_empty()).then_some(resource))
}

fn scan_identity(
    reader: &mut JsonReader<'_>,
    key: &str,
    resource: &mut Resource,
    reused: &mut Reused,
) -> Result<(), ReadError> {
    match key {
        "address" => resource.address = reader.text()?.unwrap_or_default(),
        "module_address" => resource.module = reused.module.take(reader)?.unwrap_or_default(),
        "mode" => resource.mode = reused.mode.take(reader)?.unwrap_or_default(),
        "type" => resource.ty = reused.ty.take(reader)?.unwrap_or_default(),
        "name" => resource.name = reused.name.take(reader)?.unwrap_or_default(),
        "provider_name" => resource.provider = reused.provider.take(reader)?,
        "index" | "index_key" => resource.index = scan_index(reader)?,
        _ => reader.skip()?,
    }
    Ok(())
}

/// The key of an instance: a number or a text.
pub(crate) fn scan_index(reader: &mut JsonReader<'_>) -> Result<Option<InstanceKey>, ReadError> {
    if reader.kind()? != ValueKind::Scalar {
        reader.skip()?;
        return Ok(None);
    }
    reader.scalar(|scalar| match scalar {
        tickmark_facts::Scalar::Text(text) => Some(InstanceKey::Text(text.to_owned())),
        tickmark_facts::Scalar::Number(number) => Some(InstanceKey::Number(number.to_string())),
        _ => None,
    })
}

fn scan_instance(reader: &mut JsonReader<'_>) -> Result<Option<Resource>, ReadError> {
    let mut instance = Resource { offset: reader.offset(), ..Resource::default() };
    let mut deposed = false;
    reader.object_or_skip(&mut |reader, key| {
        match key {
            "index_key" => instance.index = scan_index(reader)?,
            "attributes" => instance.values = Stretch::take(reader)?,
            "dependencies" => instance.depends = Stretch::take(reader)?,
            "sensitive_attributes" => instance.sensitive_paths = Stretch::take(reader)?,
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

/// `provider["registry.terraform.io/hashicorp/aws"].audit` as plans write it: the address between the quotes.
fn bare_provider(text: &str) -> SmolStr {
    SmolStr::new(text.split('"').nth(1).unwrap_or(text))
}
