//! Events of OpenLineage (<https://openlineage.io/docs/spec/object-model>), put together: several events tell of one run, each a part
//! of what it read and wrote, and many runs tell of one data set.
//!
//! Of each run, job and version of a data set one record is made, as the events are met; texts that several events repeat are kept
//! once. A version of a data set is what its `version` facet says; without one, nobody has said which state it was in, and its
//! record stands for all of them. What a run wrote is derived from what it read.
//!
//! What nobody wants of an event is skipped, and what has to be remembered until the last event is only what is wanted then. Events that
//! stand one on each line are read by several threads, and taken in in their order.

mod event;
mod ids;
mod lines;

use crate::document::Document;
use crate::error::{ReadError, place};
use crate::json::JsonReader;
use crate::piece::Piece;
use crate::single::Single;
use event::{Data, Event, Job, Wants, event};
use ids::Ids;
use std::fmt::Write as _;
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

/// The states of a run that has not ended.
const STATES: [&str; 3] = ["START", "RUNNING", "OTHER"];

/// Reads the events of one source.
pub(crate) fn read(documents: &[Document], needs: &Arc<Needs>) -> Piece {
    let mut piece = Piece::new(needs);
    for noun in NOUNS.iter().filter_map(|name| needs.find(name)) {
        piece.builder.supply(noun);
        piece.builder.survey_whole(noun);
    }
    piece.builder.expect_source_of(documents.iter().map(|document| document.bytes.len()).sum());
    let mut story = Story::new(&mut piece, needs);
    let result = documents.iter().try_for_each(|document| story.read(document));
    story.end();
    piece.keep(result)
}

/// A name by its number, and where it is told.
type Told = (u32, Place);

/// Everything that events told so far.
struct Story<'p> {
    piece: &'p mut Piece,
    wants: Wants,
    run: Option<NounId>,
    job: Option<NounId>,
    version: Option<NounId>,
    runs: Vec<Run>,
    run_ids: Ids,
    /// What each run read and wrote, where that is wanted: the data, and where it is said.
    flows: Vec<Flow>,
    jobs: Vec<Known>,
    job_ids: Ids,
    versions: Vec<Version>,
    version_ids: Ids,
    /// What data was made from: the later, then the earlier.
    derived: Vec<(u32, u32)>,
    /// To put texts together in.
    scratch: (String, String),
    /// To gather in what an event read and wrote.
    lists: (Vec<Told>, Vec<Told>),
}

/// What a run read, and what it wrote.
#[derive(Default)]
struct Flow {
    inputs: Few,
    outputs: Few,
}

/// Data, and where it is said: most runs read and write one.
#[derive(Default)]
enum Few {
    #[default]
    None,
    One(Told),
    More(Vec<Told>),
}

impl Few {
    fn as_slice(&self) -> &[Told] {
        match self {
            Few::None => &[],
            Few::One(one) => std::slice::from_ref(one),
            Few::More(all) => all,
        }
    }

    /// Adds what an event says that a run read or wrote, which another event may have said before.
    fn remember(&mut self, more: &[Told]) {
        for data in more {
            if self.as_slice().iter().any(|(known, _)| *known == data.0) {
                continue;
            }
            match self {
                Few::None => *self = Few::One(*data),
                Few::One(one) => *self = Few::More(vec![*one, *data]),
                Few::More(all) => all.push(*data),
            }
        }
    }
}

/// A record that was begun.
#[derive(Clone, Copy)]
struct Known {
    row: u32,
    owned: bool,
}

/// A run as it is known so far.
struct Run {
    row: u32,
    /// The number of the job that it was said to be of.
    job: u32,
    place: Place,
    started: Moment,
    ended: Moment,
    /// The state that it was last in, where it has not ended, and where that is said.
    state: u8,
    state_at: Place,
    over: bool,
}

/// A moment and where it is said: of millions of runs each has two, so that it takes no more than it must.
#[derive(Clone, Copy)]
struct Moment {
    time: Time,
    place: Place,
}

impl Moment {
    /// None yet; nothing was earlier.
    fn none(place: Place) -> Moment {
        Moment { time: Time(i64::MIN), place }
    }

    fn get(self) -> Option<(Time, Place)> {
        (self.time != Time(i64::MIN)).then_some((self.time, self.place))
    }
}

/// No job: of a run of which none was said.
const NO_JOB: u32 = u32::MAX;

/// No state of a run.
const NO_STATE: u8 = u8::MAX;

/// A version of a data set as it is known so far.
struct Version {
    row: u32,
    place: Place,
    versioned: bool,
    fields: bool,
    owned: bool,
}

impl<'p> Story<'p> {
    fn new(piece: &'p mut Piece, needs: &Needs) -> Self {
        let table = |name: &str| needs.find(name).filter(|noun| needs.noun(*noun).wanted);
        Story {
            piece,
            wants: Wants::of(needs, (RUN, JOB, VERSION)),
            run: table(RUN),
            job: table(JOB),
            version: table(VERSION),
            runs: Vec::new(),
            run_ids: Ids::new(),
            flows: Vec::new(),
            jobs: Vec::new(),
            job_ids: Ids::new(),
            versions: Vec::new(),
            version_ids: Ids::new(),
            derived: Vec::new(),
            scratch: (String::new(), String::new()),
            lists: (Vec::new(), Vec::new()),
        }
    }

    fn read(&mut self, document: &Document) -> Result<(), ReadError> {
        let wants = self.wants;
        let behind = lines::read(document, wants, &mut |at, event| self.take(document, at, &event));
        let mut reader = JsonReader::part(&document.bytes, document.file, &(behind..document.bytes.len()));
        while reader.more() {
            if reader.at_list()? {
                reader.list(&mut |reader| self.event(document, reader))?;
            } else {
                self.event(document, &mut reader)?;
            }
        }
        Ok(())
    }

    fn event<'a>(&mut self, document: &'a Document, reader: &mut JsonReader<'a>) -> Result<(), ReadError> {
        let at = reader.offset();
        let event = event(reader, self.wants)?;
        self.take(document, at, &event);
        Ok(())
    }

    /// Takes in what an event says that stands at a byte.
    fn take(&mut self, document: &Document, at: usize, event: &Event<'_>) {
        self.piece.told.records += 1;
        let here = |at: usize| place(document.file, at);
        let (mut read, mut written) = std::mem::take(&mut self.lists);
        read.clear();
        written.clear();
        read.extend(event.inputs.iter().map(|data| (self.data(data, here(data.at)), here(data.at))));
        written.extend(event.outputs.iter().map(|data| (self.data(data, here(data.at)), here(data.at))));
        self.said(document, at, event, (&read, &written));
        self.lists = (read, written);
    }

    /// Takes in what an event says, which read and wrote these data.
    fn said(&mut self, document: &Document, at: usize, event: &Event<'_>, (read, written): (&[Told], &[Told])) {
        let here = |at: usize| place(document.file, at);
        let job = event.job.as_ref().filter(|_| self.wants.jobs).map(|job| self.job_of(job, here(job.at)));
        let Some((id, id_at)) = &event.run else {
            // A job of which no run was told reads and writes all the same.
            self.derive(read, written);
            return;
        };
        let index = self.run_of(id, here(*id_at), here(at));
        if self.wants.flows
            && let Some(flow) = self.flows.get_mut(index)
        {
            flow.inputs.remember(read);
            flow.outputs.remember(written);
        }
        let Some(run) = self.runs.get_mut(index) else { return };
        let row = run.row;
        // Every event of a run says its job: once is enough, and another one is a contradiction.
        let job = job.filter(|job| std::mem::replace(&mut run.job, *job) != *job);
        if let Some(said) = &event.job {
            let at = here(said.at);
            if let Some(job) = job {
                set(self.piece, self.run, row, "job", Scalar::Text(self.job_ids.text(job)), at);
            }
            for (name, value) in [("code_url", &said.repository), ("code_version", &said.commit)] {
                if let Some(value) = value {
                    set(self.piece, self.run, row, name, Scalar::Text(value), at);
                }
            }
        }
        if let Some(parent) = &event.parent {
            set(self.piece, self.run, row, "parent", Scalar::Text(parent), here(at));
        }
        self.state(index, event, here(at), document);
    }

    /// What an event says of when its run began and how it ended.
    fn state(&mut self, index: usize, event: &Event<'_>, at: Place, document: &Document) {
        let Some((text, time_at)) = &event.time else { return };
        let (time, place) = (Time::parse(text), place(document.file, *time_at));
        let Some(run) = self.runs.get_mut(index) else { return };
        let row = run.row;
        let end = ENDS.iter().find(|end| event.kind.eq_ignore_ascii_case(end));
        let state = (0..).zip(STATES).find(|(_, state)| event.kind.eq_ignore_ascii_case(state));
        let starts = matches!(state, Some((_, "START")));
        match (&time, end) {
            (Ok(time), Some(_)) => {
                if run.ended.time < *time {
                    run.ended = Moment { time: *time, place };
                }
                run.over = true;
            }
            (Ok(time), None) if starts && run.started.get().is_none_or(|(started, _)| *time < started) => {
                run.started = Moment { time: *time, place };
            }
            // As it stands there it is no time, and is told so when it is read as one.
            (Err(_), Some(_)) => {
                run.over = true;
                set(self.piece, self.run, row, "ended_at", Scalar::Text(text), place);
            }
            (Err(_), None) if starts => set(self.piece, self.run, row, "started_at", Scalar::Text(text), place),
            _ => {}
        }
        if let Some(end) = end {
            // Two ends that differ are a contradiction.
            set(self.piece, self.run, row, "status", Scalar::Text(end), at);
        } else if let Some((state, _)) = state {
            (run.state, run.state_at) = (state, at);
        }
    }

    fn run_of(&mut self, id: &str, id_at: Place, at: Place) -> usize {
        let (number, new) = self.run_ids.number(id);
        if new {
            let row = self.run.map_or(0, |noun| self.piece.builder.begin(noun, at));
            set(self.piece, self.run, row, "run_id", Scalar::Text(id), id_at);
            let none = Moment::none(at);
            let run = Run {
                row,
                job: NO_JOB,
                place: at,
                started: none,
                ended: none,
                state: NO_STATE,
                state_at: at,
                over: false,
            };
            self.runs.push(run);
            if self.wants.flows {
                self.flows.push(Flow::default());
            }
        }
        number as usize
    }

    /// The job of an event, by the number of what tells it apart.
    fn job_of(&mut self, job: &Job<'_>, at: Place) -> u32 {
        let mut id = std::mem::take(&mut self.scratch.0);
        join(&mut id, &job.namespace, &job.name);
        let (number, new) = self.job_ids.number(&id);
        if new {
            let row = self.job.map_or(0, |noun| self.piece.builder.begin(noun, at));
            for (name, text) in [("job", &*id), ("namespace", &job.namespace), ("name", &job.name)] {
                set(self.piece, self.job, row, name, Scalar::Text(text), at);
            }
            if let Some(description) = &job.description {
                set(self.piece, self.job, row, "description", Scalar::Text(description), at);
            }
            self.jobs.push(Known { row, owned: false });
        }
        if let Some(known) = self.jobs.get_mut(number as usize).filter(|known| !known.owned && !job.owners.is_empty()) {
            known.owned = true;
            set_list(self.piece, self.job, known.row, "owners", &job.owners, at);
        }
        self.scratch.0 = id;
        number
    }

    /// The version of a data set that an event speaks of, by its number.
    fn data(&mut self, data: &Data<'_>, at: Place) -> u32 {
        let (mut dataset, mut id) = std::mem::take(&mut self.scratch);
        join(&mut dataset, &data.namespace, &data.name);
        id.clone_from(&dataset);
        if let Some(version) = &data.version {
            // Writing into a text cannot fail.
            let _ = write!(id, "@{version}");
        }
        let (number, new) = self.version_ids.number(&id);
        if new {
            let row = self.version.map_or(0, |noun| self.piece.builder.begin(noun, at));
            for (name, text) in
                [("id", &*id), ("dataset", &dataset), ("namespace", &data.namespace), ("name", &data.name)]
            {
                set(self.piece, self.version, row, name, Scalar::Text(text), at);
            }
            if let Some(version) = &data.version {
                set(self.piece, self.version, row, "version", Scalar::Text(version), at);
            }
            let versioned = data.version.is_some();
            self.versions.push(Version { row, place: at, versioned, fields: false, owned: false });
        }
        self.scratch = (dataset, id);
        let Some(known) = self.versions.get_mut(number as usize) else { return number };
        let row = known.row;
        let (fields, owners) = (!known.fields && !data.fields.is_empty(), !known.owned && !data.owners.is_empty());
        known.fields |= fields;
        known.owned |= owners;
        if fields {
            set_list(self.piece, self.version, row, "fields", &data.fields, at);
        }
        if owners {
            set_list(self.piece, self.version, row, "owners", &data.owners, at);
        }
        if let Some(rows) = data.rows.filter(|_| data.version.is_some()) {
            set(self.piece, self.version, row, "rows", Scalar::Number(rows), at);
        }
        number
    }

    /// What was written was made from what was read.
    fn derive(&mut self, read: &[(u32, Place)], written: &[(u32, Place)]) {
        if self.wants.derived {
            for (output, _) in written {
                let inputs = read.iter().map(|(input, _)| *input).filter(|input| input != output);
                self.derived.extend(inputs.map(|input| (*output, input)));
            }
        }
    }

    /// What is known only when all events were read.
    fn end(&mut self) {
        let flows = std::mem::take(&mut self.flows);
        for (index, run) in (0..).zip(std::mem::take(&mut self.runs)) {
            if let Some(state) = STATES.get(usize::from(run.state)).filter(|_| !run.over) {
                set(self.piece, self.run, run.row, "status", Scalar::Text(state), run.state_at);
            }
            for (name, moment) in [("started_at", run.started.get()), ("ended_at", run.ended.get())] {
                if let Some((time, at)) = moment {
                    set(self.piece, self.run, run.row, name, Scalar::Text(&time.to_string()), at);
                }
            }
            let Some(flow) = flows.get(index as usize) else { continue };
            let (inputs, outputs) = (flow.inputs.as_slice(), flow.outputs.as_slice());
            for (name, data) in [("inputs", inputs), ("outputs", outputs)] {
                let ids: Vec<String> =
                    data.iter().map(|(number, _)| self.version_ids.text(*number).to_owned()).collect();
                let at = data.first().map_or(run.place, |(_, at)| *at);
                set_list(self.piece, self.run, run.row, name, &ids, at);
            }
            self.derive(inputs, outputs);
            for (output, at) in outputs.iter().filter(|_| self.wants.made_by) {
                let version = self.versions.get(*output as usize).filter(|version| version.versioned);
                if let Some(row) = version.map(|version| version.row) {
                    set(self.piece, self.version, row, "made_by", Scalar::Text(self.run_ids.text(index)), *at);
                }
            }
        }
        drop(flows);
        let mut derived = std::mem::take(&mut self.derived);
        derived.sort_unstable();
        derived.dedup();
        for made in derived.chunk_by(|one, other| one.0 == other.0) {
            let ids: Vec<String> = made.iter().map(|(_, input)| self.version_ids.text(*input).to_owned()).collect();
            let version = made.first().and_then(|(output, _)| self.versions.get(*output as usize));
            if let Some((row, at)) = version.map(|version| (version.row, version.place)) {
                set_list(self.piece, self.version, row, "derived_from", &ids, at);
            }
        }
    }
}

fn set(piece: &mut Piece, noun: Option<NounId>, row: u32, name: &str, value: Scalar<'_>, at: Place) {
    if let Some(noun) = noun {
        // A single value cannot fail to be read.
        let _ = piece.builder.set_by_name(noun, row, name, &mut Single::scalar(value, at));
    }
}

fn set_list(piece: &mut Piece, noun: Option<NounId>, row: u32, name: &str, texts: &[String], at: Place) {
    if let Some(noun) = noun {
        let _ = piece.builder.set_by_name(noun, row, name, &mut Single::list(texts, at));
    }
}

/// A namespace and a name as one text.
fn join(out: &mut String, namespace: &str, name: &str) {
    out.clear();
    match namespace.trim_end_matches('/') {
        "" => out.push_str(name),
        namespace => {
            out.push_str(namespace);
            out.push('/');
            out.push_str(name.trim_start_matches('/'));
        }
    }
}
