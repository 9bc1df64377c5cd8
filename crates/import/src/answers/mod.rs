//! Exported answers of interfaces, read by tables: a file, or a folder of pages, as one source.
//!
//! A [`System`] says how its answers are told, where their records stand, and which raw nouns these are; [`systems`] says how to add
//! one. Keys become attributes in snake_case; the types that the entities declare decide how values are read ([`reader`]). Files are
//! gone through twice: once for what must be known of all of them (which records are told of, and whether pages are missing), and
//! once for the records. Both pull what they want out of the text, and skip the rest.

mod find;
mod keys;
pub(crate) mod reader;
mod systems;
mod table;

pub(crate) use find::{may_begin, of_record, recognise};
pub(crate) use systems::SYSTEMS;
pub(crate) use table::{Reading, System};

use crate::document::Document;
use crate::error::{ReadError, place};
use crate::json::JsonReader;
use crate::pages;
use crate::piece::Piece;
use crate::single::Single;
use find::{Visit, walk};
use keys::Keys;
use rayon::prelude::*;
use reader::AnswerReader;
use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use table::{Answer, Noun};
use tickmark_facts::{AttributeId, Needs, NounId, Scalar, ValueReader};

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
    system.answers.iter().flat_map(|answer| answer.noun.all())
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
        for noun in answer.noun.all() {
            if !self.found.contains(&noun) {
                self.found.push(noun);
            }
        }
    }

    fn record(&mut self, _: &'static Answer, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        reader.skip()
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
}

impl Visit for Survey {
    fn here(&mut self, _: &'static Answer) {}

    fn record(&mut self, answer: &'static Answer, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        if !answer.about.is_empty() {
            // What it is about is counted where that is told of.
            return reader.skip();
        }
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

    fn more(&mut self, at: usize) {
        self.more = Some(at);
    }
}

impl Survey {
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
pub(crate) fn read(documents: &[Document], system: &'static System, needs: &Arc<Needs>) -> Piece {
    let mut piece = Piece::new(needs);
    let result = read_all(documents, system, &mut piece);
    piece.keep(result)
}

fn read_all(documents: &[Document], system: &'static System, piece: &mut Piece) -> Result<(), ReadError> {
    let surveys: Result<Vec<Survey>, ReadError> = documents
        .par_iter()
        .map(|document| {
            let mut survey = Survey::default();
            walk(document, system, &mut survey).map(|()| survey)
        })
        .collect();
    let surveys = surveys?;
    let found: Vec<(&Document, Option<usize>)> =
        documents.iter().zip(&surveys).map(|(document, survey)| (document, survey.more)).collect();
    piece.envelope.complete = Some(pages::complete(&found, HELP, &mut piece.diagnostics));
    let mut all = Survey::default();
    surveys.iter().for_each(|survey| all.absorb(survey));
    drop(surveys);
    piece.records = all.known.len() as u64 + all.nameless;
    let needs = Arc::clone(piece.builder.needs());
    let read: Result<Vec<Piece>, ReadError> = documents
        .par_iter()
        .map(|document| {
            let mut records = Records {
                document,
                piece: Piece::new(&needs),
                keys: Keys::new(&needs, system),
                described: &all.described,
                found: BTreeMap::new(),
            };
            walk(document, system, &mut records).map(|()| records.piece)
        })
        .collect();
    for other in read? {
        piece.builder.absorb(other.builder);
        piece.diagnostics.extend(other.diagnostics);
    }
    Ok(())
}

/// The records of a file on their way to the facts.
struct Records<'r, 'n> {
    document: &'r Document,
    piece: Piece,
    keys: Keys<'n>,
    described: &'r Ids,
    /// Nouns by name, as they were looked up.
    found: BTreeMap<&'static str, Option<NounId>>,
}

impl Records<'_, '_> {
    /// The noun of a name, where the program knows it.
    fn noun(&mut self, name: &'static str) -> Option<NounId> {
        let needs = self.piece.builder.needs();
        *self.found.entry(name).or_insert_with(|| needs.find(name))
    }
}

impl Visit for Records<'_, '_> {
    fn here(&mut self, answer: &'static Answer) {
        for name in answer.noun.all() {
            if let Some(noun) = self.noun(name) {
                self.piece.builder.supply(noun);
                if !answer.summary {
                    self.piece.builder.survey_whole(noun);
                }
            }
        }
    }

    fn record(&mut self, answer: &'static Answer, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
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
        let (row, mut seen) = {
            let mut record = AnswerReader::new(reader, (self.keys.needs(), noun), &mut self.keys, answer.flat);
            let row = self.piece.builder.record(noun, &mut record)?;
            (row, record.into_seen())
        };
        let named = answer.named.map(|attribute| (attribute, stem(self.document)));
        let named = about.as_ref().map(|(_, attribute, key)| (*attribute, key.as_str())).or(named);
        if let Some((attribute, name)) = named
            && let Some(attribute) = needs.noun(noun).attribute(attribute)
            && !seen.contains(&attribute)
        {
            self.piece.builder.set(noun, row, attribute, Scalar::Text(name), at);
            seen.push(attribute);
        }
        if listed {
            for (index, attribute) in (0..).zip(&needs.noun(noun).attributes) {
                let id = AttributeId(index);
                if attribute.wanted && !seen.contains(&id) {
                    // A scalar that stands for nothing known cannot fail to be read.
                    let _ = self.piece.builder.set_from(
                        noun,
                        row,
                        id,
                        &mut Single::scalar(Scalar::Unknown(ONLY_LISTED), at),
                    );
                }
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
