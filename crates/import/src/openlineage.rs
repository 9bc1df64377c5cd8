//! Events of OpenLineage (<https://openlineage.io/docs/spec/object-model>), put together: several events tell of one run, each a part
//! of what it read and wrote, and many runs tell of one data set.
//!
//! Of each run, job and version of a data set one record is made, as the events are met; texts that several events repeat are kept
//! once. A version of a data set is what its `version` facet says; without one, nobody has said which state it was in, and its
//! record stands for all of them. What a run wrote is derived from what it read.

use crate::document::Document;
use crate::error::{ReadError, place};
use crate::json::JsonReader;
use crate::piece::Piece;
use crate::single::Single;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use tickmark_facts::{Needs, NounId, Scalar, Time, ValueReader};
use tickmark_source::Place;

const RUN: &str = "openlineage_run";
const JOB: &str = "openlineage_job";
const VERSION: &str = "openlineage_dataset_version";

/// The nouns of events.
pub(crate) const NOUNS: [&str; 3] = [RUN, JOB, VERSION];

/// The states in which a run ends.
const ENDS: [&str; 3] = ["COMPLETE", "ABORT", "FAIL"];

/// Reads the events of one source.
pub(crate) fn read(documents: &[Document], needs: &Arc<Needs>) -> Piece {
    let mut piece = Piece::new(needs);
    let table = |name: &str| needs.find(name).filter(|noun| needs.noun(*noun).wanted);
    for noun in NOUNS.iter().filter_map(|name| needs.find(name)) {
        piece.builder.supply(noun);
        piece.builder.survey_whole(noun);
    }
    let mut story = Story { run: table(RUN), job: table(JOB), version: table(VERSION), ..Story::new(&mut piece) };
    let result = story.read_all(documents);
    story.end();
    piece.keep(result)
}

/// What an event says.
#[derive(Default)]
struct Event<'a> {
    kind: Cow<'a, str>,
    time: Option<(Cow<'a, str>, usize)>,
    run: Option<(Cow<'a, str>, usize)>,
    parent: Option<Cow<'a, str>>,
    job: Option<Job<'a>>,
    inputs: Vec<Data<'a>>,
    outputs: Vec<Data<'a>>,
}

/// What an event says of its job.
#[derive(Default)]
struct Job<'a> {
    namespace: Cow<'a, str>,
    name: Cow<'a, str>,
    repository: Option<Cow<'a, str>>,
    commit: Option<Cow<'a, str>>,
    description: Option<Cow<'a, str>>,
    owners: Vec<String>,
    at: usize,
}

/// What an event says of a data set.
#[derive(Default)]
struct Data<'a> {
    namespace: Cow<'a, str>,
    name: Cow<'a, str>,
    version: Option<Cow<'a, str>>,
    rows: Option<f64>,
    fields: Vec<String>,
    owners: Vec<String>,
    at: usize,
}

/// Everything that events told so far.
struct Story<'p> {
    piece: &'p mut Piece,
    run: Option<NounId>,
    job: Option<NounId>,
    version: Option<NounId>,
    runs: Vec<Run>,
    run_ids: HashMap<Arc<str>, usize>,
    jobs: HashMap<String, Known>,
    versions: Vec<Version>,
    version_ids: HashMap<Arc<str>, usize>,
    /// What jobs that no run was told of read and write.
    flows: Vec<(Vec<usize>, Vec<usize>)>,
}

/// A record that was begun.
#[derive(Clone, Copy)]
struct Known {
    row: u32,
    owned: bool,
}

/// A run as it is known so far.
struct Run {
    id: Arc<str>,
    row: u32,
    place: Place,
    started: Option<(Time, Place)>,
    ended: Option<(Time, Place)>,
    /// The state that it was last in, where it has not ended.
    state: Option<(&'static str, Place)>,
    over: bool,
    inputs: Vec<(usize, Place)>,
    outputs: Vec<(usize, Place)>,
}

/// A version of a data set as it is known so far.
struct Version {
    row: u32,
    id: Arc<str>,
    place: Place,
    versioned: bool,
    fields: bool,
    owned: bool,
}

impl<'p> Story<'p> {
    fn new(piece: &'p mut Piece) -> Self {
        Story {
            piece,
            run: None,
            job: None,
            version: None,
            runs: Vec::new(),
            run_ids: HashMap::new(),
            jobs: HashMap::new(),
            versions: Vec::new(),
            version_ids: HashMap::new(),
            flows: Vec::new(),
        }
    }

    fn read_all(&mut self, documents: &[Document]) -> Result<(), ReadError> {
        for document in documents {
            let mut reader = JsonReader::new(&document.bytes, document.file, 0);
            while reader.more() {
                if reader.at_list()? {
                    reader.list(&mut |reader| self.event(document, reader))?;
                } else {
                    self.event(document, &mut reader)?;
                }
            }
        }
        Ok(())
    }

    fn event<'a>(&mut self, document: &'a Document, reader: &mut JsonReader<'a>) -> Result<(), ReadError> {
        let at = reader.offset();
        let event = event(reader)?;
        self.piece.records += 1;
        let here = |at: usize| place(document.file, at);
        let read: Vec<(usize, Place)> =
            event.inputs.iter().map(|data| (self.data(data, here(data.at)), here(data.at))).collect();
        let written: Vec<(usize, Place)> =
            event.outputs.iter().map(|data| (self.data(data, here(data.at)), here(data.at))).collect();
        let job = event.job.as_ref().map(|job| (self.job_of(job, here(job.at)), here(job.at)));
        let Some((id, id_at)) = &event.run else {
            let indices = |found: &[(usize, Place)]| found.iter().map(|(index, _)| *index).collect();
            self.flows.push((indices(&read), indices(&written)));
            return Ok(());
        };
        let index = self.run_of(id, here(*id_at), here(at));
        let Some(run) = self.runs.get_mut(index) else { return Ok(()) };
        remember(&mut run.inputs, read);
        remember(&mut run.outputs, written);
        let row = run.row;
        if let (Some((job, at)), Some(said)) = (job, &event.job) {
            self.set(self.run, row, "job", Scalar::Text(&job), at);
            for (name, value) in [("code_url", &said.repository), ("code_version", &said.commit)] {
                if let Some(value) = value {
                    self.set(self.run, row, name, Scalar::Text(value), at);
                }
            }
        }
        if let Some(parent) = &event.parent {
            self.set(self.run, row, "parent", Scalar::Text(parent), here(at));
        }
        self.state(index, &event, here(at), document);
        Ok(())
    }

    /// What an event says of when its run began and how it ended.
    fn state(&mut self, index: usize, event: &Event<'_>, at: Place, document: &Document) {
        let Some((text, time_at)) = &event.time else { return };
        let (time, place) = (Time::parse(text), place(document.file, *time_at));
        let Some(run) = self.runs.get_mut(index) else { return };
        let row = run.row;
        let ends = ENDS.iter().find(|end| event.kind.eq_ignore_ascii_case(end));
        let known = ["START", "RUNNING", "OTHER"].iter().find(|state| event.kind.eq_ignore_ascii_case(state));
        match (&time, ends, known) {
            (Ok(time), Some(_), _) => {
                if run.ended.is_none_or(|(ended, _)| ended < *time) {
                    run.ended = Some((*time, place));
                }
                run.over = true;
            }
            (Ok(time), None, Some(&"START")) if run.started.is_none_or(|(started, _)| *time < started) => {
                run.started = Some((*time, place));
            }
            // As it stands there it is no time, and is told so when it is read as one.
            (Err(_), Some(_), _) => {
                run.over = true;
                self.set(self.run, row, "ended_at", Scalar::Text(text), place);
            }
            (Err(_), None, Some(&"START")) => self.set(self.run, row, "started_at", Scalar::Text(text), place),
            _ => {}
        }
        if let Some(end) = ends {
            // Two ends that differ are a contradiction.
            self.set(self.run, row, "status", Scalar::Text(end), at);
        } else if let (Some(state), Some(run)) = (known, self.runs.get_mut(index)) {
            run.state = Some((state, at));
        }
    }

    fn run_of(&mut self, id: &str, id_at: Place, at: Place) -> usize {
        if let Some(index) = self.run_ids.get(id) {
            return *index;
        }
        let row = self.run.map_or(0, |noun| self.piece.builder.begin(noun, at));
        self.set(self.run, row, "run_id", Scalar::Text(id), id_at);
        let id: Arc<str> = Arc::from(id);
        self.run_ids.insert(Arc::clone(&id), self.runs.len());
        self.runs.push(Run {
            id,
            row,
            place: at,
            started: None,
            ended: None,
            state: None,
            over: false,
            inputs: Vec::new(),
            outputs: Vec::new(),
        });
        self.runs.len() - 1
    }

    /// The job of an event, by what tells it apart.
    fn job_of(&mut self, job: &Job<'_>, at: Place) -> String {
        let id = joined(&job.namespace, &job.name);
        let known = match self.jobs.get(&id) {
            Some(known) => *known,
            None => {
                let row = self.job.map_or(0, |noun| self.piece.builder.begin(noun, at));
                self.set(self.job, row, "job", Scalar::Text(&id), at);
                self.set(self.job, row, "namespace", Scalar::Text(&job.namespace), at);
                self.set(self.job, row, "name", Scalar::Text(&job.name), at);
                if let Some(description) = &job.description {
                    self.set(self.job, row, "description", Scalar::Text(description), at);
                }
                Known { row, owned: false }
            }
        };
        let owned = known.owned || !job.owners.is_empty();
        if owned && !known.owned {
            self.set_list(self.job, known.row, "owners", &job.owners, at);
        }
        self.jobs.insert(id.clone(), Known { owned, ..known });
        id
    }

    /// The version of a data set that an event speaks of.
    fn data(&mut self, data: &Data<'_>, at: Place) -> usize {
        let dataset = joined(&data.namespace, &data.name);
        let id = data.version.as_ref().map_or_else(|| dataset.clone(), |version| format!("{dataset}@{version}"));
        let index = match self.version_ids.get(id.as_str()) {
            Some(index) => *index,
            None => {
                let row = self.version.map_or(0, |noun| self.piece.builder.begin(noun, at));
                for (name, text) in
                    [("id", &*id), ("dataset", &dataset), ("namespace", &data.namespace), ("name", &data.name)]
                {
                    self.set(self.version, row, name, Scalar::Text(text), at);
                }
                if let Some(version) = &data.version {
                    self.set(self.version, row, "version", Scalar::Text(version), at);
                }
                let id: Arc<str> = Arc::from(id);
                self.version_ids.insert(Arc::clone(&id), self.versions.len());
                let versioned = data.version.is_some();
                self.versions.push(Version { row, id, place: at, versioned, fields: false, owned: false });
                self.versions.len() - 1
            }
        };
        let Some(known) = self.versions.get_mut(index) else { return index };
        let row = known.row;
        let (fields, owners) = (!known.fields && !data.fields.is_empty(), !known.owned && !data.owners.is_empty());
        known.fields |= fields;
        known.owned |= owners;
        if fields {
            self.set_list(self.version, row, "fields", &data.fields, at);
        }
        if owners {
            self.set_list(self.version, row, "owners", &data.owners, at);
        }
        if let Some(rows) = data.rows.filter(|_| data.version.is_some()) {
            self.set(self.version, row, "rows", Scalar::Number(rows), at);
        }
        index
    }

    /// What is known only when all events were read.
    fn end(&mut self) {
        let mut derived: BTreeSet<(usize, usize)> = BTreeSet::new();
        for run in std::mem::take(&mut self.runs) {
            if let Some((state, at)) = run.state.filter(|_| !run.over) {
                self.set(self.run, run.row, "status", Scalar::Text(state), at);
            }
            for (name, moment) in [("started_at", run.started), ("ended_at", run.ended)] {
                if let Some((time, at)) = moment {
                    self.set(self.run, run.row, name, Scalar::Text(&time.to_string()), at);
                }
            }
            for (name, data) in [("inputs", &run.inputs), ("outputs", &run.outputs)] {
                let known = data.iter().filter_map(|(index, _)| self.versions.get(*index));
                let ids: Vec<String> = known.map(|version| version.id.to_string()).collect();
                let at = data.first().map_or(run.place, |(_, at)| *at);
                self.set_list(self.run, run.row, name, &ids, at);
            }
            for (output, at) in &run.outputs {
                let inputs = run.inputs.iter().map(|(input, _)| *input);
                derived.extend(inputs.filter(|input| input != output).map(|input| (*output, input)));
                let versioned =
                    self.versions.get(*output).filter(|version| version.versioned).map(|version| version.row);
                if let Some(row) = versioned {
                    self.set(self.version, row, "made_by", Scalar::Text(&run.id), *at);
                }
            }
        }
        for (inputs, outputs) in std::mem::take(&mut self.flows) {
            for output in outputs {
                derived.extend(inputs.iter().filter(|input| **input != output).map(|input| (output, *input)));
            }
        }
        let mut sources: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for (output, input) in derived {
            let id = self.versions.get(input).map(|version| version.id.to_string());
            sources.entry(output).or_default().extend(id);
        }
        for (output, ids) in sources {
            let Some((row, at)) = self.versions.get(output).map(|version| (version.row, version.place)) else {
                continue;
            };
            self.set_list(self.version, row, "derived_from", &ids, at);
        }
    }

    fn set(&mut self, noun: Option<NounId>, row: u32, name: &str, value: Scalar<'_>, at: Place) {
        if let Some(noun) = noun {
            // A single value cannot fail to be read.
            let _ = self.piece.builder.set_by_name(noun, row, name, &mut Single::scalar(value, at));
        }
    }

    fn set_list(&mut self, noun: Option<NounId>, row: u32, name: &str, texts: &[String], at: Place) {
        if let Some(noun) = noun {
            let _ = self.piece.builder.set_by_name(noun, row, name, &mut Single::list(texts, at));
        }
    }
}

/// Adds what an event says that a run read or wrote, which another event may have said before.
fn remember(known: &mut Vec<(usize, Place)>, more: Vec<(usize, Place)>) {
    for (index, at) in more {
        if !known.iter().any(|(known, _)| *known == index) {
            known.push((index, at));
        }
    }
}

/// A namespace and a name as one text.
fn joined(namespace: &str, name: &str) -> String {
    match namespace.trim_end_matches('/') {
        "" => name.to_owned(),
        namespace => format!("{namespace}/{}", name.trim_start_matches('/')),
    }
}

fn event<'a>(reader: &mut JsonReader<'a>) -> Result<Event<'a>, ReadError> {
    let mut event = Event::default();
    let mut dataset = None;
    reader.object_or_skip(&mut |reader, key| {
        match key {
            "eventType" => event.kind = text(reader)?,
            "eventTime" => {
                let at = reader.offset();
                event.time = reader.borrowed_text()?.map(|text| (text, at));
            }
            "run" => reader.object_or_skip(&mut |reader, key| match key {
                "runId" => {
                    let at = reader.offset();
                    event.run = reader.borrowed_text()?.map(|id| (id, at));
                    Ok(())
                }
                "facets" => reader.object_or_skip(&mut |reader, key| match key {
                    "parent" => inside(reader, "run", &mut |reader| {
                        inside(reader, "runId", &mut |reader| {
                            event.parent = reader.borrowed_text()?;
                            Ok(())
                        })
                    }),
                    _ => reader.skip(),
                }),
                _ => reader.skip(),
            })?,
            "job" => event.job = Some(job(reader)?),
            "inputs" => reader.list_or_skip(&mut |reader| {
                event.inputs.push(data(reader)?);
                Ok(())
            })?,
            "outputs" => reader.list_or_skip(&mut |reader| {
                event.outputs.push(data(reader)?);
                Ok(())
            })?,
            "dataset" => dataset = Some(data(reader)?),
            _ => reader.skip()?,
        }
        Ok(())
    })?;
    // An event of a data set alone: it is there, and nobody is said to have read or written it.
    event.inputs.extend(dataset);
    Ok(event)
}

fn text<'a>(reader: &mut JsonReader<'a>) -> Result<Cow<'a, str>, ReadError> {
    Ok(reader.borrowed_text()?.unwrap_or_default())
}

type Take<'t, 'a> = &'t mut dyn FnMut(&mut JsonReader<'a>) -> Result<(), ReadError>;

/// Reads one member of an object.
fn inside<'a>(reader: &mut JsonReader<'a>, wanted: &str, take: Take<'_, 'a>) -> Result<(), ReadError> {
    reader.object_or_skip(&mut |reader, key| if key == wanted { take(reader) } else { reader.skip() })
}

/// The names in a list of owners, or of fields.
fn named<'a>(reader: &mut JsonReader<'a>, list: &str, names: &mut Vec<String>) -> Result<(), ReadError> {
    inside(reader, list, &mut |reader| {
        reader.list_or_skip(&mut |reader| {
            inside(reader, "name", &mut |reader| {
                names.extend(reader.text()?);
                Ok(())
            })
        })
    })
}

fn job<'a>(reader: &mut JsonReader<'a>) -> Result<Job<'a>, ReadError> {
    let mut job = Job { at: reader.offset(), ..Job::default() };
    reader.object_or_skip(&mut |reader, key| match key {
        "namespace" => {
            job.namespace = text(reader)?;
            Ok(())
        }
        "name" => {
            job.name = text(reader)?;
            Ok(())
        }
        "facets" => reader.object_or_skip(&mut |reader, key| match key {
            "sourceCodeLocation" => reader.object_or_skip(&mut |reader, key| {
                match key {
                    "url" => job.repository = reader.borrowed_text()?,
                    "version" => job.commit = reader.borrowed_text()?,
                    _ => reader.skip()?,
                }
                Ok(())
            }),
            "ownership" => named(reader, "owners", &mut job.owners),
            "documentation" => inside(reader, "description", &mut |reader| {
                job.description = reader.borrowed_text()?;
                Ok(())
            }),
            _ => reader.skip(),
        }),
        _ => reader.skip(),
    })?;
    Ok(job)
}

fn data<'a>(reader: &mut JsonReader<'a>) -> Result<Data<'a>, ReadError> {
    let mut data = Data { at: reader.offset(), ..Data::default() };
    reader.object_or_skip(&mut |reader, key| match key {
        "namespace" => {
            data.namespace = text(reader)?;
            Ok(())
        }
        "name" => {
            data.name = text(reader)?;
            Ok(())
        }
        "facets" | "inputFacets" | "outputFacets" => reader.object_or_skip(&mut |reader, key| match key {
            "version" => inside(reader, "datasetVersion", &mut |reader| {
                data.version = reader.printed()?.filter(|version| !version.is_empty()).map(Cow::Owned);
                Ok(())
            }),
            "schema" => named(reader, "fields", &mut data.fields),
            "ownership" => named(reader, "owners", &mut data.owners),
            "outputStatistics" | "inputStatistics" => inside(reader, "rowCount", &mut |reader| {
                data.rows = reader.printed()?.and_then(|rows| rows.parse().ok());
                Ok(())
            }),
            _ => reader.skip(),
        }),
        _ => reader.skip(),
    })?;
    Ok(data)
}
