//! An event, as it is read: what nobody wants of it is skipped.

use crate::error::ReadError;
use crate::json::JsonReader;
use std::borrow::Cow;
use tickmark_facts::{Needs, ValueReader};

/// What is wanted of events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wants {
    /// The jobs, or of which job a run is.
    pub(crate) jobs: bool,
    /// Where the code of runs lies.
    pub(crate) code: bool,
    /// Of which run another is part.
    pub(crate) parents: bool,
    /// Data sets: as records, or what runs read and wrote.
    pub(crate) data: bool,
    /// What runs read and wrote.
    pub(crate) flows: bool,
    /// What data was made from.
    pub(crate) derived: bool,
    /// By which run data was made.
    pub(crate) made_by: bool,
    /// The fields of data.
    pub(crate) fields: bool,
    /// The owners of jobs and data.
    pub(crate) owners: bool,
}

impl Wants {
    /// What the program looks at.
    pub(crate) fn of(needs: &Needs, (run, job, version): (&str, &str, &str)) -> Wants {
        let noun = |name: &str| needs.find(name).map(|noun| needs.noun(noun)).filter(|noun| noun.wanted);
        let has = |name: &str, attribute: &str| {
            noun(name).is_some_and(|noun| {
                let found = noun.attribute(attribute).and_then(|id| noun.attributes.get(id.0 as usize));
                noun.all || found.is_some_and(|attribute| attribute.wanted)
            })
        };
        let flows = has(run, "inputs") || has(run, "outputs");
        let (derived, made_by) = (has(version, "derived_from"), has(version, "made_by"));
        Wants {
            jobs: noun(job).is_some() || has(run, "job"),
            code: has(run, "code_url") || has(run, "code_version"),
            parents: has(run, "parent"),
            data: noun(version).is_some() || flows,
            flows: flows || derived || made_by,
            derived,
            made_by,
            fields: has(version, "fields"),
            owners: has(version, "owners") || has(job, "owners"),
        }
    }
}

/// What an event says.
#[derive(Default)]
pub(crate) struct Event<'a> {
    pub(crate) kind: Cow<'a, str>,
    pub(crate) time: Option<(Cow<'a, str>, usize)>,
    pub(crate) run: Option<(Cow<'a, str>, usize)>,
    pub(crate) parent: Option<Cow<'a, str>>,
    pub(crate) job: Option<Job<'a>>,
    pub(crate) inputs: Vec<Data<'a>>,
    pub(crate) outputs: Vec<Data<'a>>,
}

/// What an event says of its job.
#[derive(Default)]
pub(crate) struct Job<'a> {
    pub(crate) namespace: Cow<'a, str>,
    pub(crate) name: Cow<'a, str>,
    pub(crate) repository: Option<Cow<'a, str>>,
    pub(crate) commit: Option<Cow<'a, str>>,
    pub(crate) description: Option<Cow<'a, str>>,
    pub(crate) owners: Vec<String>,
    pub(crate) at: usize,
}

/// What an event says of a data set.
#[derive(Default)]
pub(crate) struct Data<'a> {
    pub(crate) namespace: Cow<'a, str>,
    pub(crate) name: Cow<'a, str>,
    pub(crate) version: Option<Cow<'a, str>>,
    pub(crate) rows: Option<f64>,
    pub(crate) fields: Vec<String>,
    pub(crate) owners: Vec<String>,
    pub(crate) at: usize,
}

/// Reads the event that stands next.
pub(crate) fn event<'a>(reader: &mut JsonReader<'a>, wants: Wants) -> Result<Event<'a>, ReadError> {
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
                    "parent" if wants.parents => inside(reader, "run", &mut |reader| {
                        inside(reader, "runId", &mut |reader| {
                            event.parent = reader.borrowed_text()?;
                            Ok(())
                        })
                    }),
                    _ => reader.skip(),
                }),
                _ => reader.skip(),
            })?,
            "job" if wants.jobs || wants.code => event.job = Some(job(reader, wants)?),
            "inputs" if wants.data => reader.list_or_skip(&mut |reader| {
                event.inputs.push(data(reader, wants)?);
                Ok(())
            })?,
            "outputs" if wants.data => reader.list_or_skip(&mut |reader| {
                event.outputs.push(data(reader, wants)?);
                Ok(())
            })?,
            "dataset" if wants.data => dataset = Some(data(reader, wants)?),
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

fn job<'a>(reader: &mut JsonReader<'a>, wants: Wants) -> Result<Job<'a>, ReadError> {
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
            "sourceCodeLocation" if wants.code => reader.object_or_skip(&mut |reader, key| {
                match key {
                    "url" => job.repository = reader.borrowed_text()?,
                    "version" => job.commit = reader.borrowed_text()?,
                    _ => reader.skip()?,
                }
                Ok(())
            }),
            "ownership" if wants.owners => named(reader, "owners", &mut job.owners),
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

fn data<'a>(reader: &mut JsonReader<'a>, wants: Wants) -> Result<Data<'a>, ReadError> {
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
            "schema" if wants.fields => named(reader, "fields", &mut data.fields),
            "ownership" if wants.owners => named(reader, "owners", &mut data.owners),
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
