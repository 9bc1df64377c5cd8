//! The resources of a Terraform export as records.

use crate::document::Document;
use crate::error::{ReadError, place};
use crate::hcl::Places;
use crate::json::JsonReader;
use crate::nouns::TF_RESOURCE;
use crate::piece::Piece;
use crate::single::Single;
use crate::terraform::configuration::{self, Module, ResourceBlock};
use crate::terraform::export::Export;
use crate::terraform::overlay::{KNOWN_AFTER_APPLY, Mark, Overlay};
use crate::terraform::relations::{Edges, Relations};
use crate::terraform::resource::Resource;
use rayon::prelude::*;
use smol_str::SmolStr;
use std::borrow::Cow;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;
use tickmark_facts::{AttributeId, AttributeType, Needs, NounId, Scalar, ValueKind, ValueReader};
use tickmark_hcl::BlockPlace;
use tickmark_source::Place;

/// Why a relation is unknown.
pub(crate) const LOST_REFERENCE: &str = "a reference that could lead here goes through a value that is not known";

/// An export with its file, about to be read.
pub(crate) struct Source<'a> {
    /// The file.
    pub(crate) document: &'a Document,
    /// What the scan found.
    pub(crate) export: &'a Export,
    /// Addresses that another export of this run has too: they are printed as `FILE#ADDRESS`.
    pub(crate) shared: &'a BTreeSet<String>,
    /// Where its resources are written, where that was asked for.
    pub(crate) places: Option<&'a Places>,
}

/// Reads the wanted resources of an export, and the relations between them.
pub(crate) fn read(source: &Source<'_>, needs: &Arc<Needs>) -> Piece {
    let mut piece = Piece::new(needs);
    piece.builder.expect_source_of(source.document.bytes.len());
    piece.told.envelope = source.export.envelope.clone();
    piece.told.diagnostics.extend(source.export.diagnostics.iter().cloned());
    piece.told.records = source.export.resources.iter().filter(|resource| resource.stays()).count() as u64;
    let result = source.read_all(&mut piece);
    piece.keep(result)
}

/// The marks of what is not known yet. Where only planned values are at hand, what the configuration computes and the values
/// lack is not known yet either.
pub(crate) fn unknown_mark(
    document: &Document,
    resource: &Resource,
    block: Option<&ResourceBlock>,
) -> Result<Mark, ReadError> {
    if let Some(range) = resource.unknown() {
        return Mark::read(&mut JsonReader::part(&document.bytes, document.file, &range));
    }
    let (Some(block), true) = (block, resource.unmarked()) else { return Ok(Mark::None) };
    let mut present = BTreeSet::new();
    if let Some(range) = resource.values.range() {
        JsonReader::part(&document.bytes, document.file, &range).object_or_skip(&mut |reader, key| {
            present.insert(SmolStr::new(key));
            reader.skip()
        })?;
    }
    let left_out =
        block.attributes.iter().filter(|(name, expressions)| !expressions.is_empty() && !present.contains(name));
    let members: Vec<(SmolStr, Mark)> = left_out.map(|(name, _)| (name.clone(), Mark::All)).collect();
    Ok(if members.is_empty() { Mark::None } else { Mark::Object(members) })
}

/// One relation attribute to fill: of a noun, to another.
pub(crate) struct Wanted {
    /// The noun that has the attribute.
    pub(crate) noun: NounId,
    /// The attribute.
    pub(crate) attribute: AttributeId,
    /// The name of the noun.
    pub(crate) from: SmolStr,
    /// The name of the noun that it leads to.
    pub(crate) to: SmolStr,
}

/// A resource that is about to be read.
struct Named<'r> {
    resource: &'r Resource,
    /// Its address as it is printed.
    printed: Cow<'r, str>,
    /// Where it is written, if that was asked for.
    written: Option<&'r BlockPlace>,
    /// Where it is said to stand.
    place: Place,
}

/// What is read of the resources of an export.
struct ReadPlan<'a> {
    /// The noun that has a record for every resource.
    every: Option<NounId>,
    /// The wanted nouns, by their number in the export.
    nouns: Vec<Option<NounId>>,
    relations: Option<&'a Relations<'a>>,
}

impl ReadPlan<'_> {
    fn noun(&self, export: &Export, resource: &Resource) -> Option<NounId> {
        self.nouns.get(export.noun_number(resource)?).copied().flatten()
    }
}

impl Source<'_> {
    fn read_all(&self, piece: &mut Piece) -> Result<(), ReadError> {
        let needs = Arc::clone(piece.builder.needs());
        let root = self.configuration(&needs)?;
        let related = wanted_relations(&needs);
        let unmarked = self.export.resources.iter().any(Resource::unmarked);
        let relations =
            (unmarked || !related.is_empty()).then(|| Relations::new(self.document, self.export, root.as_ref()));
        for noun in
            self.export.nouns.iter().map(SmolStr::as_str).chain([TF_RESOURCE]).filter_map(|name| needs.find(name))
        {
            piece.builder.supply(noun);
            piece.builder.survey_whole(noun);
        }
        // What a relation leads to is wanted too, whether the program looks at anything in it or not.
        let mut wanted: BTreeSet<NounId> = needs.iter().filter(|(_, need)| need.wanted).map(|(noun, _)| noun).collect();
        wanted.extend(related.iter().filter_map(|relation| needs.find(&relation.to)));
        let find = |name: &SmolStr| needs.find(name).filter(|noun| wanted.contains(noun));
        let plan = ReadPlan {
            every: needs.find(TF_RESOURCE).filter(|noun| needs.noun(*noun).wanted),
            nouns: self.export.nouns.iter().map(find).collect(),
            relations: relations.as_ref(),
        };
        let rows = self.read_resources(&plan, piece)?;
        match relations {
            Some(relations) => self.relate(&needs, relations, &rows, piece),
            None => Ok(()),
        }
    }

    /// Reads all resources, the first of them by this thread and the rest by several. Gives the row of each that became a
    /// record.
    fn read_resources(&self, plan: &ReadPlan<'_>, piece: &mut Piece) -> Result<Vec<Option<u32>>, ReadError> {
        /// How many resources a thread reads at a time.
        const SHARE: usize = 2048;
        let all = self.export.resources.len();
        let mut rows = Vec::with_capacity(all);
        self.read_and_put_away(plan, 0..SHARE.min(all), piece, &mut rows)?;
        let shares: Vec<Range<usize>> =
            (SHARE..all).step_by(SHARE).map(|start| start..all.min(start + SHARE)).collect();
        if shares.is_empty() {
            return Ok(rows);
        }
        piece.builder.forget_new_keys();
        let like = piece.fork();
        let read = shares.into_par_iter().map(|share| {
            let (mut piece, mut rows) = (like.fork(), Vec::with_capacity(share.len()));
            let result = self.read_and_put_away(plan, share.clone(), &mut piece, &mut rows);
            (share, piece, rows, result)
        });
        for (share, part, part_rows, result) in read.collect::<Vec<_>>() {
            let mut before = BTreeMap::new();
            for (resource, row) in self.export.resources.range(share).zip(part_rows) {
                let row = row
                    .zip(plan.noun(self.export, resource))
                    .map(|(row, noun)| row + *before.entry(noun).or_insert_with(|| piece.builder.rows(noun)));
                rows.push(row);
            }
            piece.absorb(part);
            result?;
        }
        Ok(rows)
    }

    /// Reads a share; where it lies is given back bit by bit.
    fn read_and_put_away(
        &self,
        plan: &ReadPlan<'_>,
        share: Range<usize>,
        piece: &mut Piece,
        rows: &mut Vec<Option<u32>>,
    ) -> Result<(), ReadError> {
        /// So many resources are mostly less than a megabyte.
        const SOME: usize = 512;
        for start in share.clone().step_by(SOME) {
            let some = start..share.end.min(start + SOME);
            self.read_share(plan, some.clone(), piece, rows)?;
            self.put_away(&some);
        }
        Ok(())
    }

    /// Resources are read: where they lie is not looked at for a while.
    fn put_away(&self, some: &Range<usize>) {
        let start = |resource: &Resource| resource.offset as usize;
        let mut ends = self.export.resources.range(some.start..some.end + 1).map(start);
        if let Some(from) = ends.next() {
            let to = ends.last().unwrap_or(from);
            // Resources that are listed in several places lie in no order.
            self.document.bytes.let_go(from..to.max(from));
        }
    }

    fn read_share(
        &self,
        plan: &ReadPlan<'_>,
        share: Range<usize>,
        piece: &mut Piece,
        rows: &mut Vec<Option<u32>>,
    ) -> Result<(), ReadError> {
        for resource in self.export.resources.range(share) {
            let sensitive = self.sensitive_mark(resource)?;
            self.find_secrets(resource, &sensitive, &mut piece.told.secrets)?;
            let noun = plan.noun(self.export, resource).filter(|_| resource.stays());
            if noun.is_none() && plan.every.is_none() {
                rows.push(None);
                continue;
            }
            let named = self.named(resource);
            if let Some(noun) = plan.every {
                self.read_any(noun, &named, piece)?;
            }
            rows.push(match noun {
                Some(noun) => Some(self.read_resource(noun, &named, &sensitive, plan.relations, piece)?),
                None => None,
            });
        }
        Ok(())
    }

    /// What is said of a resource under the names of [`DESCRIBED`].
    fn described<'r>(&'r self, named: &'r Named<'_>) -> [Scalar<'r>; 8] {
        let (export, resource) = (self.export, named.resource);
        [
            &*named.printed,
            export.mode(resource).as_str(),
            export.ty(resource),
            export.name(resource),
            export.module(resource),
            export.key(resource).map_or("", |key| key.bare()),
            export.provider(resource),
            Export::action(resource),
        ]
        .map(|text| if text.is_empty() { Scalar::Null } else { Scalar::Text(text) })
    }

    /// The configuration is read only where it is of use.
    fn configuration(&self, needs: &Needs) -> Result<Option<Module>, ReadError> {
        let unmarked = self.export.resources.iter().any(Resource::unmarked);
        if !unmarked && wanted_relations(needs).is_empty() {
            return Ok(None);
        }
        let Some(range) = &self.export.configuration else { return Ok(None) };
        configuration::read(&mut JsonReader::part(&self.document.bytes, self.document.file, range)).map(Some)
    }

    /// What is said of a resource beside its values.
    fn named<'r>(&'r self, resource: &'r Resource) -> Named<'r> {
        let address = self.export.address(&self.document.bytes, resource);
        let written = self.places.and_then(|places| places.block(&address));
        let here = || place(self.document.file, resource.offset as usize);
        let place = written.map_or_else(here, |block| block.span.place());
        let printed = match self.shared.contains(&*address) {
            true => Cow::Owned(format!("{}#{address}", self.document.path)),
            false => address,
        };
        Named { resource, printed, written, place }
    }

    /// A record of `tf_resource`: any resource, whatever its type, also one that is deleted.
    fn read_any(&self, noun: NounId, named: &Named<'_>, piece: &mut Piece) -> Result<(), ReadError> {
        let place = named.place;
        let row = piece.builder.begin(noun, place);
        let mut position = 0;
        for ((name, _), value) in DESCRIBED.iter().zip(self.described(named)) {
            piece.builder.set_next(noun, row, &mut position, name, &mut Single::scalar(value, place))?;
        }
        Ok(())
    }

    fn read_resource(
        &self,
        noun: NounId,
        named: &Named<'_>,
        sensitive: &Mark,
        relations: Option<&Relations<'_>>,
        piece: &mut Piece,
    ) -> Result<u32, ReadError> {
        let Named { resource, written, place, .. } = *named;
        let row = piece.builder.begin(noun, place);
        let mut position = 0;
        for ((_, name), value) in DESCRIBED.iter().zip(self.described(named)) {
            piece.builder.set_next(noun, row, &mut position, name, &mut Single::scalar(value, place))?;
        }
        let block = relations.and_then(|relations| relations.block(resource));
        let unknown = unknown_mark(self.document, resource, block)?;
        if unknown == Mark::All {
            self.all_unknown(noun, row, place, piece);
            return Ok(row);
        }
        let nothing = JsonReader::new(b"{}", self.document.file, resource.offset as usize);
        let mut json = resource
            .values
            .range()
            .map_or(nothing, |range| JsonReader::part(&self.document.bytes, self.document.file, &range));
        if unknown == Mark::None && *sensitive == Mark::None && written.is_none() {
            // Nothing is marked in nearly all of them.
            if json.at_object()? {
                piece.builder.set_members(noun, row, &mut position, &mut json, "address")?;
            }
            return Ok(row);
        }
        let absent = resource.unknown().map_or(place, |range| self::place(self.document.file, range.start));
        if let Some(block) = written {
            // The same value stands on the line that is shown.
            let secret = block.attributes.iter().filter(|(name, _)| *sensitive.member(name) != Mark::None);
            piece.told.hidden.extend(secret.map(|(_, span)| *span));
        }
        let mut overlay = Overlay::new(json, &unknown, sensitive, absent).written(written);
        if overlay.kind()? == ValueKind::Object {
            // An address of another sort (`google_compute_address`) gives way to the one that identifies the record.
            piece.builder.set_members(noun, row, &mut position, &mut overlay, "address")?;
        }
        Ok(row)
    }

    fn all_unknown(&self, noun: NounId, row: u32, place: Place, piece: &mut Piece) {
        let needs = Arc::clone(piece.builder.needs());
        for (index, attribute) in needs.noun(noun).attributes.iter().enumerate() {
            let Ok(index) = u32::try_from(index) else { continue };
            if attribute.wanted && attribute.name != "address" && !attribute.name.starts_with("tf_") {
                piece.builder.set(noun, row, AttributeId(index), Scalar::MayBeMissing(KNOWN_AFTER_APPLY), place);
            }
        }
    }

    /// Where the secret values of a resource stand.
    fn find_secrets(&self, resource: &Resource, mark: &Mark, into: &mut Vec<Range<usize>>) -> Result<(), ReadError> {
        let Some(values) = resource.values.range().filter(|_| *mark != Mark::None) else { return Ok(()) };
        let mut reader = JsonReader::part(&self.document.bytes, self.document.file, &values);
        mark.find(&mut reader, into)
    }

    fn sensitive_mark(&self, resource: &Resource) -> Result<Mark, ReadError> {
        let (bytes, file) = (&self.document.bytes, self.document.file);
        let mut mark = match resource.sensitive() {
            Some(range) => Mark::read(&mut JsonReader::part(bytes, file, &range))?,
            None => Mark::None,
        };
        let Some(range) = resource.sensitive_paths() else { return Ok(mark) };
        JsonReader::part(bytes, file, &range).list_or_skip(&mut |reader| {
            let mut path = Vec::new();
            let mut ended = false;
            reader.list_or_skip(&mut |reader| {
                reader.object_or_skip(&mut |reader, key| {
                    match (key, reader.kind()?) {
                        // The value of an index step is an object: what lies behind it is marked with the list.
                        ("value", ValueKind::Scalar) if !ended => path.extend(reader.text()?.map(SmolStr::new)),
                        ("value", _) => {
                            ended = true;
                            reader.skip()?;
                        }
                        _ => reader.skip()?,
                    }
                    Ok(())
                })
            })?;
            if !path.is_empty() {
                mark.add_path(&path);
            }
            Ok(())
        })?;
        Ok(mark)
    }

    /// Fills the attributes that are called after a resource type, both ways.
    fn relate(
        &self,
        needs: &Needs,
        mut relations: Relations<'_>,
        rows: &[Option<u32>],
        piece: &mut Piece,
    ) -> Result<(), ReadError> {
        piece.builder.settle();
        let mut known: BTreeMap<(SmolStr, SmolStr), Edges> = BTreeMap::new();
        for wanted in wanted_relations(needs) {
            for (from, to) in [(&wanted.from, &wanted.to), (&wanted.to, &wanted.from)] {
                let key = (from.clone(), to.clone());
                if let Entry::Vacant(entry) = known.entry(key) {
                    entry.insert(relations.edges(from, to)?);
                }
            }
            let nothing = Edges::default();
            let there = known.get(&(wanted.from.clone(), wanted.to.clone())).unwrap_or(&nothing);
            let back = known.get(&(wanted.to.clone(), wanted.from.clone())).unwrap_or(&nothing);
            self.fill(&wanted, there, back, rows, piece);
        }
        Ok(())
    }

    fn fill(&self, wanted: &Wanted, there: &Edges, back: &Edges, rows: &[Option<u32>], piece: &mut Piece) {
        let mut pairs: BTreeSet<(usize, usize)> = there.certain.clone();
        pairs.extend(back.certain.iter().map(|(from, to)| (*to, *from)));
        let mut doubtful = there.doubtful.clone();
        doubtful.extend(&back.possible);
        piece.builder.carry(wanted.noun, wanted.attribute);
        let resource = |index: usize| Some((self.export.resources.get(index)?, (*rows.get(index)?)?));
        for (index, target) in pairs {
            let (Some((_, row)), Some(target)) = (resource(index), self.export.resources.get(target)) else { continue };
            let target = self.named(target);
            piece.builder.refer(wanted.noun, row, wanted.attribute, &target.printed, target.place);
        }
        for index in doubtful {
            let Some((resource, row)) = resource(index) else { continue };
            let unknown = Scalar::MayBeMissing(LOST_REFERENCE);
            piece.builder.set(wanted.noun, row, wanted.attribute, unknown, self.named(resource).place);
        }
    }
}

/// The names of what is said of a resource beside its own attributes: in records of any resource, and in those of its type.
pub(crate) const DESCRIBED: [(&str, &str); 8] = [
    ("address", "address"),
    ("mode", "tf_mode"),
    ("type", "tf_type"),
    ("name", "tf_name"),
    ("module", "tf_module"),
    ("index", "tf_index"),
    ("provider", "tf_provider"),
    ("action", "tf_action"),
];

/// The relation attributes that the program asks for: of an open noun at the top, leading to another.
pub(crate) fn wanted_relations(needs: &Needs) -> Vec<Wanted> {
    let mut wanted = Vec::new();
    let top = |id: NounId| needs.noun(id).open && needs.noun(id).nested_in.is_none();
    for (noun, need) in needs.iter().filter(|(id, need)| need.wanted && top(*id)) {
        for (index, attribute) in need.attributes.iter().enumerate().filter(|(_, attribute)| attribute.wanted) {
            let (AttributeType::Many(to) | AttributeType::One(to)) = attribute.ty else { continue };
            let Ok(index) = u32::try_from(index) else { continue };
            if top(to) {
                let (from, to) = (need.name.clone(), needs.noun(to).name.clone());
                wanted.push(Wanted { noun, attribute: AttributeId(index), from, to });
            }
        }
    }
    wanted
}
