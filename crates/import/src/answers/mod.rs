//! Exported answers of interfaces, read by tables: a file, or a folder of pages, as one source.
//!
//! A [`System`] says how its answers are told, where their records stand, and which raw nouns these are; [`systems`] says how to add
//! one. Keys become attributes in snake_case; the types that the entities declare decide how values are read ([`reader`]). Files are
//! gone through twice: once for what must be known of all of them (which records are told of, and whether pages are missing), and
//! once for the records. Both pull what they want out of the text, and skip the rest.

mod asked;
mod find;
mod inlined;
mod kept;
mod keys;
pub(crate) mod reader;
mod report;
mod sheets;
mod statements;
mod systems;
mod table;

pub(crate) use find::{may_begin, of_record, recognise, system_of_table};
pub(crate) use sheets::system_of_sheet;
pub(crate) use systems::SYSTEMS;
pub(crate) use table::{Reading, System};

use crate::date_format::DateFormat;
use crate::document::Document;
use crate::error::{ReadError, place, shown, warning_at};
use crate::json::JsonReader;
use crate::pages;
use crate::piece::Piece;
use crate::single::Single;
use crate::tree::{Node, TreeReader, Value};
use asked::{Asked, asked};
use find::{Visit, walk};
use kept::{Names, Told};
use keys::Keys;
use rayon::prelude::*;
use reader::AnswerReader;
use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use table::{Answer, At, Collected, Noun, Part, Picked};
use tickmark_diagnostics::codes::facts as codes;
use tickmark_facts::{AttributeId, Needs, NounId, Scalar, ValueReader};
use tickmark_source::{Files, Place};

/// Why an attribute of a record is unknown that only a list tells of.
const ONLY_LISTED: &str = "the export lists it and does not describe it: add the answer that does";

/// What to do where a list has no end.
const HELP: &str = "export the remaining pages: ask again with the token until none is given back";

/// Every noun that the systems supply.
pub(crate) fn all_nouns() -> impl Iterator<Item = &'static str> {
    SYSTEMS.iter().flat_map(|system| nouns(system))
}

/// The nouns that a system supplies.
pub(crate) fn nouns(system: &'static System) -> impl Iterator<Item = &'static str> {
    system.answers.iter().flat_map(Answer::nouns)
}

/// The nouns that these files of a system supply.
pub(crate) fn nouns_of(
    documents: &[crate::document::Document],
    system: &'static System,
) -> Result<Vec<&'static str>, ReadError> {
    let mut found = Vec::new();
    for document in documents {
        let mut visit = Nouns { found: Vec::new() };
        walk(document, system, &mut visit)?;
        found.extend(visit.found);
    }
    Ok(found)
}

/// Which nouns a file supplies.
struct Nouns {
    found: Vec<&'static str>,
}

impl Visit for Nouns {
    fn here(&mut self, answer: &'static Answer) {
        for noun in answer.nouns() {
            if !self.found.contains(&noun) {
                self.found.push(noun);
            }
        }
    }

    fn record(&mut self, _: &'static Answer, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        reader.skip()
    }

    fn row(&mut self, _: &'static Answer, _: &Node) -> Result<(), ReadError> {
        Ok(())
    }

    fn more(&mut self, _: usize) {}
}

/// Records by a hash of their noun and id: a million of them must not take the memory of a million texts, and of two that
/// happened to be alike one would be missing in the count of records and nowhere else.
type Ids = HashSet<u64>;

/// What has to be known of all files before any is read.
#[derive(Default)]
struct Survey {
    /// Records with an id.
    known: Ids,
    /// Those that an answer describes which is more than a summary.
    described: Ids,
    /// How many records have no id.
    nameless: u64,
    more: Option<usize>,
    /// Which part of an address says where a record belongs, where the system wants that.
    place: Option<Part>,
    /// Where the records say that they belong; an empty text where they differ.
    told: Option<String>,
    /// What it tells of names.
    names: Told,
}

impl Visit for Survey {
    fn here(&mut self, _: &'static Answer) {}

    fn record(&mut self, answer: &'static Answer, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        if let Some(part) = self.place {
            self.tell(part, reader);
        }
        if !answer.about.is_empty() || answer.refusal.is_some() {
            // What it is about is counted where that is told of.
            return reader.skip();
        }
        self.names.learn(answer, reader);
        let (noun, id) = told(answer, reader)?;
        if noun.is_none() {
            return Ok(());
        }
        match id {
            Some(id) => {
                self.known.insert(id);
                if !answer.summary {
                    self.described.insert(id);
                }
            }
            None => self.nameless += 1,
        }
        Ok(())
    }

    fn kept(&mut self, answer: &'static Answer, name: &str, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        self.names.keep(answer, name);
        reader.skip()
    }

    fn row(&mut self, answer: &'static Answer, row: &Node) -> Result<(), ReadError> {
        let id: Vec<Option<String>> = answer.id.iter().map(|key| row.text_of(key)).collect();
        match answer.report.and_then(|report| report.exception(row)) {
            Some(noun) => {
                self.known.insert(hash(noun, &id));
            }
            None => {
                self.names.learn_row(answer, row);
                self.known.extend(answer.noun.all().map(|noun| hash(noun, &id)));
            }
        }
        Ok(())
    }

    fn more(&mut self, at: usize) {
        self.more = Some(at);
    }

    fn page(&mut self) {
        // `gh api --paginate` writes the pages of one list into one file: the last of them says whether there is more.
        if self.place.is_some() {
            self.more = None;
        }
    }
}

impl Survey {
    /// Notes where the record that stands next says that it belongs.
    fn tell(&mut self, part: Part, reader: &mut JsonReader<'_>) {
        let mut said = None;
        let at = reader.offset();
        let mut ahead = reader.again(at, reader.depth());
        // What is broken is said when the record is read.
        let _ = ahead.object_or_skip(&mut |reader, key| {
            if said.is_none() && (key == "url" || key.ends_with("_url")) {
                said = reader.borrowed_text()?.and_then(|text| part.of(&text).map(|said| said.into_owned()));
                return Ok(());
            }
            reader.skip()
        });
        self.told = match (self.told.take(), said) {
            (Some(told), Some(said)) if told != said => Some(String::new()),
            (told, said) => told.or(said),
        };
    }

    fn absorb(&mut self, other: &Survey) {
        self.known.extend(&other.known);
        self.described.extend(&other.described);
        self.nameless += other.nameless;
    }
}

/// Consumes a record, and says of which noun it is and what tells it apart.
fn told(answer: &Answer, reader: &mut JsonReader<'_>) -> Result<(Option<&'static str>, Option<u64>), ReadError> {
    let (mut noun, nouns) = match answer.noun {
        Noun::Is(noun) => (Some(noun), None),
        Noun::By(key, nouns) => (None, Some((key, nouns))),
    };
    let mut parts: Vec<Option<String>> = vec![None; answer.id.len()];
    reader.object_or_skip(&mut |reader, key| {
        let part = answer.id.iter().position(|wanted| *wanted == key).and_then(|index| parts.get_mut(index));
        if let Some((_, nouns)) = nouns.filter(|(by, _)| *by == key) {
            let text = reader.borrowed_text()?.unwrap_or_default();
            noun = nouns.iter().find(|(name, _)| name.eq_ignore_ascii_case(&text)).map(|(_, noun)| *noun);
            return Ok(());
        }
        match part {
            Some(part) => *part = reader.printed()?,
            None => reader.skip()?,
        }
        Ok(())
    })?;
    let whole = !parts.is_empty() && parts.iter().any(Option::is_some);
    Ok((noun, noun.filter(|_| whole).map(|noun| hash(noun, &parts))))
}

fn hash(noun: &str, id: &[Option<String>]) -> u64 {
    let mut hasher = DefaultHasher::new();
    (noun, id).hash(&mut hasher);
    hasher.finish()
}

/// The record that an answer is about: its noun, the attribute that tells it apart, and what that is. The reader stays before it.
fn about(
    answer: &Answer,
    document: &Document,
    reader: &mut JsonReader<'_>,
) -> Result<Option<(&'static str, &'static str, String)>, ReadError> {
    let at = reader.offset();
    let mut arn = None;
    reader.object_or_skip(&mut |reader, key| {
        if key == "ResourceArn" {
            arn = reader.text()?;
            return Ok(());
        }
        reader.skip()
    })?;
    reader.go_on_at(at);
    let resource =
        arn.as_deref().and_then(|arn| arn.rsplit_once(':')).and_then(|(_, resource)| resource.split_once('/'));
    let Some((kind, name)) = resource.or_else(|| stem(document).split_once('.')) else { return Ok(None) };
    let found = answer.about.iter().find(|(word, ..)| *word == kind);
    Ok(found.and_then(|(_, noun, attribute)| {
        let key = if attribute.ends_with("_arn") { arn.clone()? } else { name.to_owned() };
        Some((*noun, *attribute, key))
    }))
}

/// Reads the files of one source.
pub(crate) fn read(source: &Source<'_>, system: &'static System, needs: &Arc<Needs>) -> Piece {
    let mut piece = Piece::new(needs);
    let result = read_all(source, system, &mut piece);
    piece.keep(result)
}

/// The files of a source.
pub(crate) struct Source<'a> {
    /// What is in them.
    pub(crate) documents: &'a [Document],
    /// The folder that was named, or that holds them.
    pub(crate) root: &'a str,
    /// What lies beside them.
    pub(crate) files: &'a dyn Files,
    /// How dates are written in tables, where the manifest says so.
    pub(crate) date_format: Option<&'a DateFormat>,
}

fn read_all(source: &Source<'_>, system: &'static System, piece: &mut Piece) -> Result<(), ReadError> {
    let documents = source.documents;
    let place = match system.reading {
        Reading::Asked(part) => Some(part),
        Reading::Tables | Reading::OpenLineage => None,
    };
    let surveys: Result<Vec<Survey>, ReadError> = documents
        .par_iter()
        .map(|document| {
            let mut survey = Survey { place, ..Survey::default() };
            walk(document, system, &mut survey).map(|()| survey)
        })
        .collect();
    let surveys = surveys?;
    let found: Vec<(&Document, Option<usize>)> =
        documents.iter().zip(&surveys).map(|(document, survey)| (document, survey.more)).collect();
    piece.told.envelope.complete = Some(pages::complete(&found, HELP, &mut piece.told.diagnostics));
    let mut all = Survey::default();
    surveys.iter().for_each(|survey| all.absorb(survey));
    let names = Names::of(system, documents.iter().zip(surveys.iter().map(|survey| &survey.names)));
    all.known.extend(names.things().map(|(noun, id)| hash(noun, &[Some(id.to_owned())])));
    all.nameless += names.nameless;
    let told: Vec<Option<String>> = surveys.into_iter().map(|survey| survey.told).collect();
    let asked = match place {
        Some(_) => asked(documents, &told, source.root, source.files),
        None => documents.iter().map(|_| Asked::default()).collect(),
    };
    piece.told.records = all.known.len() as u64 + all.nameless;
    let needs = Arc::clone(piece.builder.needs());
    let read: Result<Vec<Piece>, ReadError> = documents
        .par_iter()
        .zip(&asked)
        .map(|(document, asked)| {
            let mut records = Records {
                document,
                asked,
                piece: Piece::new(&needs),
                keys: Keys::new(&needs, system),
                described: &all.described,
                names: &names,
                found: BTreeMap::new(),
                date_format: source.date_format,
                collected: None,
                none: true,
            };
            walk(document, system, &mut records)?;
            records.collect_none(system);
            Ok(records.piece)
        })
        .collect();
    for other in read? {
        piece.builder.absorb(other.builder);
        piece.told.diagnostics.extend(other.told.diagnostics);
        if other.told.envelope.complete == Some(false) {
            piece.told.envelope.complete = Some(false);
        }
    }
    names.fill_in(&mut piece.builder);
    Ok(())
}

/// The attributes of a record that were there, and where a list in it says that there is more.
type Seen = (Vec<AttributeId>, Option<usize>);

/// The records of a file on their way to the facts.
struct Records<'r, 'n> {
    document: &'r Document,
    /// What was asked for it.
    asked: &'r Asked,
    piece: Piece,
    keys: Keys<'n>,
    described: &'r Ids,
    names: &'r Names<'r>,
    /// Nouns by name, as they were looked up.
    found: BTreeMap<&'static str, Option<NounId>>,
    /// How dates are written in tables, where the manifest says so.
    date_format: Option<&'r DateFormat>,
    /// What was said last of an answer as a whole.
    collected: Option<String>,
    /// Whether no record was met.
    none: bool,
}

impl Records<'_, '_> {
    /// The noun of a name, where the program knows it.
    fn noun(&mut self, name: &'static str) -> Option<NounId> {
        let needs = self.piece.builder.needs();
        *self.found.entry(name).or_insert_with(|| needs.find(name))
    }

    /// Tells of an answer as a whole, whose record stands next.
    fn collect(&mut self, collected: Collected, reader: &mut JsonReader<'_>) {
        let (said, part) = collected.said;
        let at = reader.offset();
        let mut id = None;
        // What is broken is said when the record is read.
        let _ = reader.again(at, reader.depth()).object_or_skip(&mut |reader, key| {
            if key == said {
                id = reader.borrowed_text()?.and_then(|text| part.of(&text).map(|id| id.into_owned()));
                return Ok(());
            }
            reader.skip()
        });
        if let Some(id) = id.or_else(|| self.asked.part(collected.asked)) {
            self.tell(collected, id, at);
        }
    }

    /// Tells of an answer that holds no record.
    fn collect_none(&mut self, system: &'static System) {
        let Some(collected) = system.answers.iter().find_map(|answer| answer.collected).filter(|_| self.none) else {
            return;
        };
        if let Some(id) = self.asked.part(collected.asked) {
            self.tell(collected, id, 0);
        }
    }

    fn tell(&mut self, collected: Collected, id: String, at: usize) {
        let Some(noun) = self.noun(collected.noun) else { return };
        self.piece.builder.supply(noun);
        if self.collected.as_ref() == Some(&id) {
            return;
        }
        let needs = Arc::clone(self.piece.builder.needs());
        if let Some(attribute) = needs.noun(noun).attribute(collected.attribute).filter(|_| needs.noun(noun).wanted) {
            let at = place(self.document.file, at);
            let row = self.piece.builder.begin(noun, at);
            self.piece.builder.set(noun, row, attribute, Scalar::Text(&id), at);
        }
        self.collected = Some(id);
    }

    /// Reads what the service said instead of an answer.
    fn refused(&mut self, answer: &'static Answer, none: &str, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        let at = place(self.document.file, reader.offset());
        let mut message = String::new();
        reader.object_or_skip(&mut |reader, key| {
            match key {
                "message" => message = reader.printed()?.unwrap_or_default(),
                _ => reader.skip()?,
            }
            Ok(())
        })?;
        let said: Option<Vec<(&str, String)>> =
            answer.asked.iter().map(|(attribute, part)| Some((*attribute, self.asked.part(*part)?))).collect();
        let Some(said) = said else {
            let what = format!("here the service answered with an error: {}", shown(&message));
            let (file, at) = (self.document.file, at.offset as usize);
            self.piece.told.diagnostics.push(warning_at(codes::INCOMPLETE_SOURCE, file, at, &what));
            self.piece.told.envelope.complete = Some(false);
            return Ok(());
        };
        let needs = Arc::clone(self.piece.builder.needs());
        let Some(noun) = answer.noun.all().next().and_then(|name| self.noun(name)) else { return Ok(()) };
        if !needs.noun(noun).wanted {
            return Ok(());
        }
        let row = self.piece.builder.begin(noun, at);
        let mut seen = Vec::new();
        for (attribute, text) in &said {
            if let Some(attribute) = needs.noun(noun).attribute(attribute) {
                self.piece.builder.set(noun, row, attribute, Scalar::Text(text), at);
                seen.push(attribute);
            }
        }
        if message != none {
            self.unknown(noun, row, &seen, (&format!("the service answered: {}", shown(&message)), at));
        }
        Ok(())
    }

    /// Leaves every attribute of a record unknown that was not seen.
    fn unknown(&mut self, noun: NounId, row: u32, seen: &[AttributeId], (why, at): (&str, Place)) {
        let needs = Arc::clone(self.piece.builder.needs());
        for (index, attribute) in (0..).zip(&needs.noun(noun).attributes) {
            let id = AttributeId(index);
            if attribute.wanted && !seen.contains(&id) {
                // A scalar that stands for nothing known cannot fail to be read.
                let _ = self.piece.builder.set_from(noun, row, id, &mut Single::scalar(Scalar::MayBeMissing(why), at));
            }
        }
    }

    /// Sets an attribute that the record itself did not say.
    fn fill(
        &mut self,
        (noun, row): (NounId, u32),
        (name, text): (&str, &str),
        (seen, at): (&mut Vec<AttributeId>, Place),
    ) {
        let attribute = self.piece.builder.needs().noun(noun).attribute(name);
        if let Some(attribute) = attribute.filter(|attribute| !seen.contains(attribute)) {
            self.piece.builder.set(noun, row, attribute, Scalar::Text(text), at);
            seen.push(attribute);
        }
    }
    /// Takes a row of a table in CSV.
    fn sheet_row(&mut self, answer: &'static Answer, row: &Node) -> Result<(), ReadError> {
        let needs = Arc::clone(self.piece.builder.needs());
        for name in answer.noun.all() {
            let Some(noun) = self.noun(name).filter(|noun| needs.noun(*noun).wanted) else { continue };
            let need = needs.noun(noun);
            let mut members: Vec<(String, Node)> =
                row.members().iter().filter(|(name, _)| need.attribute(name).is_some()).cloned().collect();
            sheets::settle(&mut members, need, self.date_format);
            let record = row.with(Value::Object(members));
            self.piece.builder.record(noun, &mut TreeReader::new(&record, self.document.file))?;
        }
        Ok(())
    }

    /// Takes a record as what its answer says that it is.
    fn take(&mut self, answer: &'static Answer, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        if let Some(picked) = answer.picked {
            self.pick(picked, answer, reader)?;
        }
        let mut listed = false;
        let about = if answer.about.is_empty() { None } else { about(answer, self.document, reader)? };
        let name = match answer.noun {
            _ if about.is_some() => {
                let (name, _, key) =
                    about.as_ref().map_or(("", "", ""), |(name, attribute, key)| (name, attribute, key));
                listed = !self.described.contains(&hash(name, &[Some(key.to_owned())]));
                name
            }
            Noun::Is(name) if !answer.summary => name,
            _ => {
                let at = reader.offset();
                let (name, id) = told(answer, reader)?;
                let Some(name) = name else { return Ok(()) };
                listed = answer.summary && id.is_none_or(|id| !self.described.contains(&id));
                reader.go_on_at(at);
                name
            }
        };
        let needs = Arc::clone(self.piece.builder.needs());
        let Some(noun) = self.noun(name).filter(|noun| needs.noun(*noun).wanted) else { return reader.skip() };
        let at = place(self.document.file, reader.offset());
        let (row, (mut seen, more)) = self.read(noun, answer, reader)?;
        if let Some(more) = more {
            let message = "a list in this record says that there is more of it, and the rest is not here";
            let warning = warning_at(codes::INCOMPLETE_SOURCE, self.document.file, more, message);
            self.piece.told.diagnostics.push(warning.help(HELP));
            self.piece.told.envelope.complete = Some(false);
        }
        let named = answer.named.map(|attribute| (attribute, stem(self.document)));
        let named = about.as_ref().map(|(_, attribute, key)| (*attribute, key.as_str())).or(named);
        if let Some(named) = named {
            self.fill((noun, row), named, (&mut seen, at));
        }
        for (attribute, part) in answer.asked {
            if let Some(text) = self.asked.part(*part) {
                self.fill((noun, row), (attribute, &text), (&mut seen, at));
            }
        }
        if listed {
            seen.extend(self.names.attributes(name).filter_map(|name| needs.noun(noun).attribute(name)));
            self.unknown(noun, row, &seen, (ONLY_LISTED, at));
        }
        Ok(())
    }

    /// Reads a record of a noun: its row, and what of it was there.
    fn read(
        &mut self,
        noun: NounId,
        answer: &'static Answer,
        reader: &mut JsonReader<'_>,
    ) -> Result<(u32, Seen), ReadError> {
        let mut record = AnswerReader::new(reader, (self.keys.needs(), noun), &mut self.keys, answer.flat);
        let row = self.piece.builder.record(noun, &mut record)?;
        Ok((row, record.into_seen()))
    }

    /// Takes a record as one of another noun too, where it is one. The reader stays before it.
    fn pick(&mut self, picked: Picked, answer: &'static Answer, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        let needs = Arc::clone(self.piece.builder.needs());
        let Some(noun) = self.noun(picked.noun).filter(|noun| needs.noun(*noun).wanted) else { return Ok(()) };
        let at = reader.offset();
        let mut is_one = false;
        reader.object_or_skip(&mut |reader, key| {
            if key == picked.key {
                is_one = reader.borrowed_text()?.is_some_and(|text| picked.texts.contains(&&*text));
                return Ok(());
            }
            reader.skip()
        })?;
        reader.go_on_at(at);
        if is_one {
            self.read(noun, answer, reader)?;
            reader.go_on_at(at);
        }
        Ok(())
    }
}

impl Visit for Records<'_, '_> {
    fn here(&mut self, answer: &'static Answer) {
        for name in answer.nouns() {
            if let Some(noun) = self.noun(name) {
                self.piece.builder.supply(noun);
                if !answer.summary && !answer.chosen {
                    self.piece.builder.survey_whole(noun);
                }
            }
        }
    }

    fn record(&mut self, answer: &'static Answer, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        self.none = false;
        if let Some(none) = answer.refusal {
            return self.refused(answer, none, reader);
        }
        if let Some(collected) = answer.collected {
            self.collect(collected, reader);
        }
        let at = reader.offset();
        match inlined::written_out(answer, reader)? {
            Some(text) => self.take(answer, &mut JsonReader::new(text.as_bytes(), self.document.file, at)),
            None => self.take(answer, reader),
        }
    }

    fn kept(&mut self, answer: &'static Answer, name: &str, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        let (Some(kept), Noun::Is(word)) = (answer.kept, answer.noun) else { return self.record(answer, reader) };
        let needs = self.keys.needs();
        let Some(noun) = self.noun(word).filter(|noun| needs.noun(*noun).wanted) else { return reader.skip() };
        let need = needs.noun(noun);
        let at = place(self.document.file, reader.offset());
        let row = self.piece.builder.begin(noun, at);
        let mut seen = Vec::new();
        self.fill((noun, row), (kept.name, name), (&mut seen, at));
        // What tells the record apart, where another answer says what is called so.
        let id = self.names.id(word, name, self.document);
        if let (Some(id), [key]) = (id, need.key.as_slice()) {
            self.piece.builder.set(noun, row, *key, Scalar::Text(id), at);
        }
        let held = need.attribute(kept.attribute).and_then(|held| Some((held, need.attributes.get(held.0 as usize)?)));
        if let Some((held, declared)) = held.filter(|(_, declared)| declared.wanted) {
            let mut value = AnswerReader::of_value(reader, (needs, &declared.ty), &mut self.keys);
            self.piece.builder.set_from(noun, row, held, &mut value)?;
            seen.push(held);
        } else {
            reader.skip()?;
        }
        if id.is_none() {
            self.unknown(noun, row, &seen, (ONLY_LISTED, at));
        }
        Ok(())
    }

    fn row(&mut self, answer: &'static Answer, row: &Node) -> Result<(), ReadError> {
        let needs = Arc::clone(self.piece.builder.needs());
        if answer.at == At::Sheet {
            return self.sheet_row(answer, row);
        }
        let exception = answer.report.and_then(|report| report.exception(row));
        let nouns: Vec<&'static str> = exception.map_or_else(|| answer.noun.all().collect(), |noun| vec![noun]);
        for word in nouns {
            let Some(noun) = self.noun(word) else { continue };
            self.piece.builder.supply(noun);
            if !needs.noun(noun).wanted {
                continue;
            }
            let need = needs.noun(noun);
            let mut members = Vec::new();
            for (column, cell) in row.members() {
                self.keys.of_cell(column, cell, &mut |name, cell| members.push((name.to_owned(), cell)));
            }
            members.retain(|(name, _)| need.attribute(name).is_some());
            let mut seen: Vec<AttributeId> = members.iter().filter_map(|(name, _)| need.attribute(name)).collect();
            let record = row.with(Value::Object(members));
            let number = self.piece.builder.record(noun, &mut TreeReader::new(&record, self.document.file))?;
            let id: Vec<Option<String>> = answer.id.iter().map(|key| row.text_of(key)).collect();
            if exception.is_none() && !self.described.contains(&hash(word, &id)) {
                seen.extend(self.names.attributes(word).filter_map(|name| need.attribute(name)));
                self.unknown(noun, number, &seen, (ONLY_LISTED, place(self.document.file, row.offset)));
            }
        }
        Ok(())
    }

    fn more(&mut self, _: usize) {}
}

/// The name of a file without its ending.
fn stem(document: &Document) -> &str {
    let name = crate::compressed::unpacked_name(document.name());
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
