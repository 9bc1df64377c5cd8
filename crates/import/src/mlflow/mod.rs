//! MLflow: the answers of its REST interface, a file or a folder of pages, as one source.
//!
//! MLflow leaves out what is empty, so that nothing of its nouns is "not surveyed"; an empty text is how it writes that there
//! is none. Its lists of `{key, value}` become maps, its milliseconds times. Aliases are kept at the registered model: each is
//! added to the version that it names.

mod pages;
mod records;
mod run;
mod runs;

use crate::document::Document;
use crate::error::{ReadError, place, shown, warning_at};
use crate::json::JsonReader;
use crate::piece::Piece;
use crate::tree::{Node, TreeReader, Value};
use pages::{Answer, HELP, each_answer};
use runs::Runs;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use tickmark_diagnostics::codes::facts as codes;
use tickmark_facts::{AttributeId, Needs, Scalar, ValueReader};
use tickmark_source::FileId;

/// Why the aliases of a version are unknown.
const NO_MODEL: &str = "aliases are kept at the registered model, which is not in the export";

/// Why the attributes of a version are unknown that only an alias names.
const NOT_EXPORTED: &str = "an alias names this version, but it is not in the export";

/// An alias, and where it stands.
type Alias = (String, FileId, usize);

/// What has to be known of all pages before any is read.
#[derive(Default)]
struct Survey {
    /// The aliases of each version, by `name` and `version`, with their places.
    aliases: BTreeMap<(String, String), Vec<Alias>>,
    /// The registered models in the export.
    models: BTreeSet<String>,
    /// The versions in the export.
    versions: HashSet<(String, String)>,
    /// Every record but the runs, by a hash of its noun and id: what is found on several pages is counted once.
    records: HashSet<u64>,
    /// Whether versions were listed, and not only the latest of each model.
    versions_listed: bool,
}

/// Reads the pages of one export. `distance` is that of the cuts in a long list.
pub(crate) fn read(documents: &[&Document], needs: &Arc<Needs>, distance: usize) -> Piece {
    let mut piece = Piece::new(needs);
    let result = read_all(documents, distance, &mut piece);
    piece.keep(result)
}

fn read_all(documents: &[&Document], distance: usize, piece: &mut Piece) -> Result<(), ReadError> {
    let mut survey = Survey::default();
    let mut found = Vec::new();
    for document in documents {
        let mut more = None;
        let mut reader = JsonReader::new(&document.bytes, document.file, 0);
        each_answer(&mut reader, &mut |at| more = Some(at), &mut |answer, reader| {
            // Of runs nothing has to be known before.
            if answer == Answer::Run {
                return reader.skip();
            }
            each(reader, &mut |reader| survey.look(document.file, answer, reader))
        })?;
        found.push((*document, more));
    }
    piece.told.envelope.complete = Some(crate::pages::complete(&found, HELP, &mut piece.told.diagnostics));
    let mut runs = Vec::new();
    let mut first = Some(());
    for document in documents {
        let (read, met) = read_document(document, &survey, piece.builder.needs(), distance)?;
        piece.told.diagnostics.extend(read.told.diagnostics);
        // What the first page holds need not be copied.
        match first.take() {
            Some(()) => piece.builder = read.builder,
            None => piece.builder.absorb(read.builder),
        }
        runs.extend(met);
    }
    // Runs that are found on several pages are counted once; a million of them must not take the memory of a million texts.
    runs.sort_unstable();
    runs.dedup();
    piece.told.records = survey.records.len() as u64 + runs.len() as u64;
    for ((name, version), aliases) in &survey.aliases {
        if !survey.versions.contains(&(name.clone(), version.clone())) {
            add_unseen_version(name, version, aliases, piece);
        }
    }
    if !survey.versions_listed && !survey.versions.is_empty() {
        only_latest(documents, piece);
    }
    Ok(())
}

/// Calls `take` before each record of a list, or before the one that stands there.
fn each<'a>(
    reader: &mut JsonReader<'a>,
    take: &mut dyn FnMut(&mut JsonReader<'a>) -> Result<(), ReadError>,
) -> Result<(), ReadError> {
    if reader.at_list()? { reader.list(take) } else { take(reader) }
}

/// The records of a page, and the hashes of its runs. Lists of runs are read by several threads; where anything is wrong, the page is read
/// once more in the careful way, which says what.
fn read_document(
    document: &Document,
    survey: &Survey,
    needs: &Arc<Needs>,
    distance: usize,
) -> Result<(Piece, Vec<u64>), ReadError> {
    let quick = JsonReader::trying(&document.bytes, document.file, 0, 0);
    read_page(document, quick, (survey, needs), Some(distance))
        .or_else(|_| read_page(document, JsonReader::new(&document.bytes, document.file, 0), (survey, needs), None))
}

fn read_page(
    document: &Document,
    mut reader: JsonReader<'_>,
    (survey, needs): (&Survey, &Arc<Needs>),
    distance: Option<usize>,
) -> Result<(Piece, Vec<u64>), ReadError> {
    let mut piece = Piece::new(needs);
    piece.builder.expect_source_of(document.bytes.len());
    let mut met = Vec::new();
    each_answer(&mut reader, &mut |_| {}, &mut |answer, reader| {
        if answer != Answer::Run {
            return each(reader, &mut |reader| read_record(document, answer, reader, survey, &mut piece));
        }
        let whole = std::mem::replace(&mut piece, Piece::new(needs));
        let mut runs = Runs::new(whole);
        let result = runs.read(document, reader, distance);
        (piece, met) = runs.into_parts(std::mem::take(&mut met));
        result
    })?;
    Ok((piece, met))
}

impl Survey {
    fn look(&mut self, file: FileId, answer: Answer, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        if let Answer::Experiment | Answer::LoggedModel = answer {
            self.records.extend(pages::id_of(reader)?.map(|id| hash(answer, &id)));
            return Ok(());
        }
        let node = Node::read(reader)?;
        self.records.extend(answer.id(&node).map(|id| hash(answer, &id)));
        match answer {
            Answer::Model => {
                let Some(name) = node.text_of("name") else { return Ok(()) };
                for alias in node.get("aliases").map(Node::items).unwrap_or_default() {
                    if let (Some(text), Some(version)) = (alias.text_of("alias"), alias.text_of("version")) {
                        let known = self.aliases.entry((name.clone(), version)).or_default();
                        if !known.iter().any(|(found, ..)| *found == text) {
                            known.push((text, file, alias.offset));
                        }
                    }
                }
                for version in node.get("latest_versions").map(Node::items).unwrap_or_default() {
                    self.records.extend(Answer::LatestVersion.id(version).map(|id| hash(Answer::LatestVersion, &id)));
                    self.add_version(version);
                }
                self.models.insert(name);
            }
            Answer::Version | Answer::OneVersion => {
                self.versions_listed = true;
                self.add_version(&node);
            }
            _ => {}
        }
        Ok(())
    }

    fn add_version(&mut self, node: &Node) {
        if let (Some(name), Some(version)) = (node.text_of("name"), node.text_of("version")) {
            self.versions.insert((name, version));
        }
    }
}

fn hash(answer: Answer, id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (answer.noun(), id).hash(&mut hasher);
    hasher.finish()
}

fn read_record(
    document: &Document,
    answer: Answer,
    reader: &mut JsonReader<'_>,
    survey: &Survey,
    piece: &mut Piece,
) -> Result<(), ReadError> {
    let needs = piece.builder.needs();
    let wanted = needs.find(answer.noun()).is_some_and(|noun| needs.noun(noun).wanted);
    if !wanted && answer != Answer::Model {
        if let Some(noun) = needs.find(answer.noun()) {
            piece.builder.supply(noun);
            piece.builder.survey_whole(noun);
        }
        return reader.skip();
    }
    let node = Node::read(reader)?;
    if answer == Answer::Model {
        for version in node.get("latest_versions").map(Node::items).unwrap_or_default() {
            add(document, Answer::LatestVersion, version, survey, piece)?;
        }
    }
    add(document, answer, &node, survey, piece)
}

fn add(document: &Document, answer: Answer, node: &Node, survey: &Survey, piece: &mut Piece) -> Result<(), ReadError> {
    let needs = Arc::clone(piece.builder.needs());
    let Some(noun) = needs.find(answer.noun()) else { return Ok(()) };
    piece.builder.supply(noun);
    piece.builder.survey_whole(noun);
    if !needs.noun(noun).wanted {
        return Ok(());
    }
    let mut record = records::shape(answer, node);
    if answer.is_version() {
        let aliases = aliases(answer, node, survey);
        if let Value::Object(members) = &mut record.value {
            members.retain(|(key, _)| key != "aliases");
            members.push(("aliases".to_owned(), aliases));
        }
    }
    piece.builder.record(noun, &mut TreeReader::new(&record, document.file)).map(|_| ())
}

/// The aliases of a version: its own, where the answer gives them, and those that its model keeps.
fn aliases(answer: Answer, node: &Node, survey: &Survey) -> Node {
    let own = node.get("aliases").map(Node::items).unwrap_or_default();
    let name = node.text_of("name").unwrap_or_default();
    let version = node.text_of("version").unwrap_or_default();
    let known = answer == Answer::OneVersion || !own.is_empty() || survey.models.contains(&name);
    if !known {
        return node.with(Value::Unknown(NO_MODEL.to_owned()));
    }
    let mut aliases: Vec<Node> = own.to_vec();
    for (alias, ..) in survey.aliases.get(&(name, version)).into_iter().flatten() {
        if !aliases.iter().any(|found| found.text().as_ref() == Some(alias)) {
            aliases.push(node.with(Value::Text(alias.clone())));
        }
    }
    node.with(Value::List(aliases))
}

/// A version that an alias names and no page holds: it exists, and nothing else is known of it.
fn add_unseen_version(name: &str, version: &str, aliases: &[Alias], piece: &mut Piece) {
    let Some((alias, file, offset)) = aliases.first() else { return };
    let message = format!(
        "the alias `{}` names version {} of `{}`, which is not in the export",
        shown(alias),
        shown(version),
        shown(name)
    );
    piece.told.diagnostics.push(warning_at(codes::INCOMPLETE_SOURCE, *file, *offset, message));
    let needs = Arc::clone(piece.builder.needs());
    let Some(noun) = needs.find(Answer::Version.noun()).filter(|noun| needs.noun(*noun).wanted) else { return };
    let place = place(*file, *offset);
    let row = piece.builder.begin(noun, place);
    for (index, attribute) in needs.noun(noun).attributes.iter().enumerate() {
        let Ok(index) = u32::try_from(index) else { continue };
        let id = AttributeId(index);
        if !attribute.wanted && !needs.noun(noun).key.contains(&id) {
            continue;
        }
        match attribute.name.as_str() {
            "name" => piece.builder.set(noun, row, id, Scalar::Text(name), place),
            "version" => piece.builder.set(noun, row, id, Scalar::Text(version), place),
            "aliases" => {
                let texts: Vec<String> = aliases.iter().map(|(alias, ..)| alias.clone()).collect();
                // A list of texts cannot fail to be read.
                let _ = piece.builder.set_from(noun, row, id, &mut crate::single::Single::list(&texts, place));
            }
            _ => piece.builder.set(noun, row, id, Scalar::MayBeMissing(NOT_EXPORTED), place),
        }
    }
}

fn only_latest(documents: &[&Document], piece: &mut Piece) {
    piece.told.envelope.complete = Some(false);
    let Some(document) = documents.first() else { return };
    let message = "the export holds only the latest versions of each registered model";
    let warning = warning_at(codes::INCOMPLETE_SOURCE, document.file, 0, message);
    piece.told.diagnostics.push(warning.help("add the answers of `model-versions/search`"));
}
