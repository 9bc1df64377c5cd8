//! The resources of a configuration as records.

use crate::document::Document;
use crate::error::ReadError;
use crate::hcl::config::{Config, Evaluated};
use crate::hcl::relations::Relations;
use crate::hcl::secrets;
use crate::hcl::value::{ConfiguredValue, OpenNames};
use crate::nouns::{TF_MODULE, TF_RESOURCE};
use crate::piece::Piece;
use crate::single::Single;
use crate::terraform::{DESCRIBED, Edges, LOST_REFERENCE, Wanted, wanted_relations};
use smol_str::SmolStr;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tickmark_facts::{AttributeId, AttributeType, Needs, NounId, Scalar};
use tickmark_hcl::{Key, Mode, ModuleCall, ResourceInstance};
use tickmark_source::{FileId, Place};

/// What a provider computes for nearly every resource: it is in no text.
const COMPUTED: [&str; 12] = [
    "id",
    "arn",
    "self_link",
    "unique_id",
    "tags_all",
    "effective_labels",
    "terraform_labels",
    "effective_annotations",
    "creation_timestamp",
    "create_time",
    "owner_id",
    "etag",
];

/// A root module, about to be read.
pub(crate) struct Source<'a> {
    /// Its folder.
    pub(crate) path: &'a str,
    /// Its files.
    pub(crate) documents: &'a [Document],
    /// The module.
    pub(crate) config: &'a Config,
    /// Addresses that another export of this run has too: they are printed as `FOLDER#ADDRESS`.
    pub(crate) shared: &'a BTreeSet<String>,
}

/// Reads the wanted resources of a configuration, and the relations between them.
pub(crate) fn read(source: &Source<'_>, needs: &Arc<Needs>) -> Piece {
    let mut piece = Piece::new(needs);
    let Some(evaluated) = source.config.evaluated() else { return piece };
    piece.told.diagnostics.extend(evaluated.diagnostics.iter().cloned());
    piece.told.records = evaluated.addresses().count() as u64;
    let calls = &evaluated.configuration.module_calls;
    piece.told.envelope.complete = calls.iter().any(|call| call.missing.is_some()).then_some(false);
    piece.told.hidden.extend(source.config.secrets());
    let reading = Reading { source, evaluated, needs, open: OpenNames::of(needs) };
    let result = reading.read_all(&mut piece);
    piece.keep(result)
}

struct Reading<'a> {
    source: &'a Source<'a>,
    evaluated: &'a Evaluated,
    needs: &'a Arc<Needs>,
    open: OpenNames<'a>,
}

impl Reading<'_> {
    fn read_all(&self, piece: &mut Piece) -> Result<(), ReadError> {
        let related = wanted_relations(self.needs);
        let every = [SmolStr::new_static(TF_RESOURCE), SmolStr::new_static(TF_MODULE)];
        for noun in self.evaluated.nouns.iter().chain(&every).filter_map(|name| self.needs.find(name)) {
            piece.builder.supply(noun);
            piece.builder.survey_whole(noun);
        }
        // What a relation leads to is wanted too, whether the program looks at anything in it or not.
        let mut wanted: BTreeSet<NounId> =
            self.needs.iter().filter(|(_, need)| need.wanted).map(|(noun, _)| noun).collect();
        wanted.extend(related.iter().filter_map(|relation| self.needs.find(&relation.to)));
        let find = |name: &SmolStr| self.needs.find(name).filter(|noun| wanted.contains(noun));
        let nouns: Vec<Option<NounId>> = self.evaluated.nouns.iter().map(find).collect();
        let any = find(&SmolStr::new_static(TF_RESOURCE));
        let mut rows = Vec::with_capacity(self.evaluated.configuration.resources.len());
        for (resource, number) in self.evaluated.configuration.resources.iter().zip(&self.evaluated.noun_of) {
            if let (Some(any), Some(_)) = (any, number) {
                self.read_any(any, resource, piece)?;
            }
            rows.push(match number.and_then(|number| nouns.get(number).copied().flatten()) {
                Some(noun) => Some(self.read_resource(noun, resource, piece)?),
                None => None,
            });
        }
        if let Some(noun) = find(&SmolStr::new_static(TF_MODULE)) {
            for call in &self.evaluated.configuration.module_calls {
                self.read_call(noun, call, piece)?;
            }
        }
        self.relate(&related, &rows, piece);
        Ok(())
    }

    fn printed<'r>(&self, address: &'r str) -> Cow<'r, str> {
        if self.source.shared.contains(address) {
            Cow::Owned(format!("{}#{address}", self.source.path))
        } else {
            Cow::Borrowed(address)
        }
    }

    /// A record of `tf_resource`: any resource, whatever its type.
    fn read_any(&self, noun: NounId, resource: &ResourceInstance, piece: &mut Piece) -> Result<(), ReadError> {
        let place = resource.span.place();
        let row = piece.builder.begin(noun, place);
        let address = self.printed(&resource.address);
        self.describe((noun, row), resource, &address, DESCRIBED.map(|(name, _)| name), piece)
    }

    /// Sets what is said of a resource beside its own attributes.
    fn describe(
        &self,
        (noun, row): (NounId, u32),
        resource: &ResourceInstance,
        address: &str,
        names: [&'static str; 8],
        piece: &mut Piece,
    ) -> Result<(), ReadError> {
        let index = bare(&resource.key);
        let provider = provider_address(&resource.provider.source);
        let mode = if resource.mode == Mode::Data { "data" } else { "managed" };
        let text = |text: &str| !text.is_empty();
        let values: [&str; 8] = [address, mode, &resource.ty, &resource.name, &resource.module, &index, &provider, ""];
        let mut position = 0;
        for (name, value) in names.into_iter().zip(values) {
            let scalar = match value {
                _ if resource.key == Key::Unknown && matches!(name, "index" | "tf_index") => {
                    Scalar::Unknown("how many instances there are is not known")
                }
                value if text(value) => Scalar::Text(value),
                _ => Scalar::Null,
            };
            let mut reader = Single::scalar(scalar, resource.span.place());
            piece.builder.set_next(noun, row, &mut position, name, &mut reader)?;
        }
        Ok(())
    }

    fn read_resource(&self, noun: NounId, resource: &ResourceInstance, piece: &mut Piece) -> Result<u32, ReadError> {
        let place = resource.span.place();
        let row = piece.builder.begin(noun, place);
        let address = self.printed(&resource.address);
        self.describe((noun, row), resource, &address, DESCRIBED.map(|(_, name)| name), piece)?;
        secrets::find(resource, &|file, offset| self.line_end(file, offset), &mut piece.told.hidden);
        let mut position = 0;
        for (name, attribute) in &resource.attributes {
            // An address of another sort (`google_compute_address`) gives way to the one that identifies the record.
            if &**name != "address" {
                let mut reader = ConfiguredValue::new(name, &attribute.value, attribute.span.place(), &self.open);
                piece.builder.set_next(noun, row, &mut position, name, &mut reader)?;
            }
        }
        self.read_computed((noun, row), resource, place, piece);
        Ok(row)
    }

    /// Attributes that are in no text since a provider computes them.
    fn read_computed(&self, (noun, row): (NounId, u32), resource: &ResourceInstance, place: Place, piece: &mut Piece) {
        let data = resource.mode == Mode::Data;
        // Everything about a policy document stands in its arguments.
        let whole = data && resource.attributes.contains_key("minified_json");
        for (index, attribute) in (0..).zip(&self.needs.noun(noun).attributes) {
            let name = attribute.name.as_str();
            let known = |name: &str| resource.attributes.get(name).is_some_and(|given| !given.value.is_null());
            let computed = if data { !whole || name == "id" } else { COMPUTED.contains(&name) };
            let described = DESCRIBED.iter().any(|(_, described)| *described == name);
            let relation = matches!(attribute.ty, AttributeType::Many(_) | AttributeType::One(_));
            let given = known(name) || attribute.aliases.iter().any(|alias| known(alias));
            if !attribute.wanted || !computed || described || relation || given {
                continue;
            }
            let address = &resource.address;
            let why = if data { "is read from the provider" } else { "is not known before apply" };
            let reason = format!("`{address}.{name}` {why}");
            // A data source may lack what its schema has; what is computed of a resource always comes.
            let scalar = if data { Scalar::MayBeMissing(&reason) } else { Scalar::Unknown(&reason) };
            piece.builder.set(noun, row, AttributeId(index), scalar, place);
        }
    }

    fn line_end(&self, file: FileId, offset: u32) -> u32 {
        let bytes = self.source.documents.iter().find(|document| document.file == file).map(|document| &document.bytes);
        let rest = bytes.and_then(|bytes| bytes.get(offset as usize..)).unwrap_or(&[]);
        let length = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        offset.saturating_add(u32::try_from(length).unwrap_or(u32::MAX))
    }

    /// A record of `tf_module`: a call, whether the module is here or not.
    fn read_call(&self, noun: NounId, call: &ModuleCall, piece: &mut Piece) -> Result<(), ReadError> {
        let place = call.span.place();
        let row = piece.builder.begin(noun, place);
        let address = self.printed(&call.address);
        let key = call.key.to_string();
        let bare_address = call.address.strip_suffix(key.as_str()).unwrap_or(&call.address);
        let (module, name) = match bare_address.rsplit_once("module.") {
            Some((module, name)) => (module.trim_end_matches('.'), name),
            None => ("", bare_address),
        };
        let index = bare(&call.key);
        let texts = [
            ("address", &*address),
            ("name", name),
            ("module", module),
            ("index", &index),
            ("source", call.source.as_deref().unwrap_or("")),
            ("version", call.version.as_deref().unwrap_or("")),
        ];
        let mut position = 0;
        for (name, text) in texts {
            let scalar = if text.is_empty() { Scalar::Null } else { Scalar::Text(text) };
            piece.builder.set_next(noun, row, &mut position, name, &mut Single::scalar(scalar, place))?;
        }
        let present = Scalar::Bool(call.missing.is_none());
        piece.builder.set_next(noun, row, &mut position, "present", &mut Single::scalar(present, place))
    }

    /// Fills the attributes that are called after a resource type, both ways.
    fn relate(&self, related: &[Wanted], rows: &[Option<u32>], piece: &mut Piece) {
        if related.is_empty() {
            return;
        }
        let relations = Relations::new(self.evaluated);
        let mut known: BTreeMap<(&SmolStr, &SmolStr), Edges> = BTreeMap::new();
        for wanted in related {
            for (from, to) in [(&wanted.from, &wanted.to), (&wanted.to, &wanted.from)] {
                known.entry((from, to)).or_insert_with(|| relations.edges(from, to));
            }
        }
        for wanted in related {
            let nothing = Edges::default();
            let there = known.get(&(&wanted.from, &wanted.to)).unwrap_or(&nothing);
            let back = known.get(&(&wanted.to, &wanted.from)).unwrap_or(&nothing);
            self.fill(wanted, there, back, rows, piece);
        }
    }

    fn fill(&self, wanted: &Wanted, there: &Edges, back: &Edges, rows: &[Option<u32>], piece: &mut Piece) {
        let mut pairs: BTreeSet<(usize, usize)> = there.certain.clone();
        pairs.extend(back.certain.iter().map(|(from, to)| (*to, *from)));
        let mut doubtful = there.doubtful.clone();
        doubtful.extend(&back.possible);
        piece.builder.carry(wanted.noun, wanted.attribute);
        let resources = &self.evaluated.configuration.resources;
        let resource = |index: usize| Some((resources.get(index)?, (*rows.get(index)?)?));
        for (index, target) in pairs {
            let (Some((_, row)), Some(target)) = (resource(index), resources.get(target)) else { continue };
            let id = self.printed(&target.address);
            piece.builder.refer(wanted.noun, row, wanted.attribute, &id, target.span.place());
        }
        for index in doubtful {
            let Some((resource, row)) = resource(index) else { continue };
            let unknown = Scalar::MayBeMissing(LOST_REFERENCE);
            piece.builder.set(wanted.noun, row, wanted.attribute, unknown, resource.span.place());
        }
    }
}

/// The key of an instance without brackets and quotes.
fn bare(key: &Key) -> Cow<'_, str> {
    match key {
        Key::None | Key::Unknown => Cow::Borrowed(""),
        Key::Index(index) => Cow::Owned(index.to_string()),
        Key::Text(text) => Cow::Borrowed(text),
    }
}

/// The address of a provider as plans write it: with the registry.
fn provider_address(source: &str) -> Cow<'_, str> {
    if source.split('/').count() == 2 {
        Cow::Owned(format!("registry.terraform.io/{source}"))
    } else {
        Cow::Borrowed(source)
    }
}
