//! A history as JSON, described by `docs/schema/trace-1.json`.

use serde::Serialize;
use tickmark_source::{Place, Sources};
use tickmark_trace::{History, Line, Told};

use super::Page;
use crate::json::escape;

/// The name of the format; a change that breaks readers gets another number.
pub const SCHEMA: &str = "tickmark/trace/1";

/// The history as one JSON document that ends with a line break.
#[must_use]
pub fn render(history: &History, sources: &Sources) -> String {
    let page = Page::new(history, sources);
    // Strings and numbers alone: serialising them to memory does not fail.
    let mut text = escape(serde_json::to_string_pretty(&document(&page)).unwrap_or_default());
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    engine: Engine,
    noun: &'static str,
    id: &'a str,
    as_of: String,
    period: Option<Period>,
    controls_sha256: Option<&'a str>,
    evidence_sha256: &'a str,
    sources: Vec<Source<'a>>,
    missing: Vec<WireGap<'a>>,
    summary: Vec<WireLine<'a>>,
    nodes: Vec<WireNode<'a>>,
    edges: Vec<WireEdge>,
}

#[derive(Serialize)]
struct Engine {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Period {
    start: String,
    end: String,
}

#[derive(Serialize)]
struct Source<'a> {
    kind: &'a str,
    path: &'a str,
    sha256: &'a str,
    collected_at: Option<&'a str>,
}

#[derive(Serialize)]
struct WireGap<'a> {
    state: &'static str,
    node: Option<usize>,
    what: &'a str,
    why: &'static str,
    at: Vec<At<'a>>,
}

#[derive(Serialize)]
struct WireNode<'a> {
    kind: &'static str,
    noun: &'static str,
    id: &'a str,
    title: &'a str,
    dossier: Option<usize>,
    steps: usize,
    supplied: bool,
    at: Option<At<'a>>,
    lines: Vec<WireLine<'a>>,
}

#[derive(Serialize)]
struct WireLine<'a> {
    label: &'a str,
    state: &'static str,
    value: Option<&'a str>,
    /// Of values that disagree, each beside its place.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    values: Vec<&'a str>,
    why: Option<&'a str>,
    at: Vec<At<'a>>,
}

#[derive(Serialize)]
struct WireEdge {
    from: usize,
    to: usize,
    label: &'static str,
}

#[derive(Serialize)]
struct At<'a> {
    file: &'a str,
    line: u32,
    column: u32,
}

fn at<'a>(page: &Page<'a>, place: Place) -> At<'a> {
    let at = page.places.line_column(place);
    At { file: page.places.raw_path(place.file), line: at.line, column: at.column }
}

fn line<'a>(page: &Page<'a>, line: &'a Line) -> WireLine<'a> {
    let mut places: Vec<At<'a>> = line.place.into_iter().map(|place| at(page, place)).collect();
    let mut values = Vec::new();
    let (state, value, why) = match &line.told {
        Told::Known(words) => ("known", Some(words.as_str()), None),
        Told::Missing => ("missing", None, None),
        Told::NotSurveyed => ("not surveyed", None, None),
        Told::Unknown(why) => ("unknown", None, Some(why.as_str())),
        Told::Contradictory(said) => {
            places = said.iter().map(|(place, _)| at(page, *place)).collect();
            values = said.iter().map(|(_, value)| value.as_str()).collect();
            ("contradictory", None, None)
        }
    };
    WireLine { label: &line.label, state, value, values, why, at: places }
}

fn document<'a>(page: &Page<'a>) -> Document<'a> {
    let history = page.history;
    let gaps = history.gaps.iter().map(|gap| WireGap {
        state: gap.state.word(),
        node: gap.node,
        what: &gap.what,
        why: gap.why,
        at: gap.places.iter().map(|place| at(page, *place)).collect(),
    });
    let nodes = history.nodes.iter().map(|node| WireNode {
        kind: node.kind.word(),
        noun: node.kind.noun(),
        id: &node.id,
        title: &node.title,
        dossier: node.dossier,
        steps: node.steps,
        supplied: node.supplied,
        at: node.place.map(|place| at(page, place)),
        lines: node.lines.iter().map(|told| line(page, told)).collect(),
    });
    let sources = history.run.sources.iter().map(|source| Source {
        kind: &source.kind,
        path: &source.path,
        sha256: &source.sha256,
        collected_at: source.collected_at.as_deref(),
    });
    Document {
        schema: SCHEMA,
        engine: Engine { name: "tickmark", version: env!("CARGO_PKG_VERSION") },
        noun: history.noun,
        id: &history.id,
        as_of: history.as_of.to_string(),
        period: history.period.map(|(start, end)| Period { start: start.to_string(), end: end.to_string() }),
        controls_sha256: history.run.controls.as_deref(),
        evidence_sha256: &history.run.evidence,
        sources: sources.collect(),
        missing: gaps.collect(),
        summary: history.summary.iter().map(|told| line(page, told)).collect(),
        nodes: nodes.collect(),
        edges: history.edges.iter().map(|edge| WireEdge { from: edge.from, to: edge.to, label: edge.label }).collect(),
    }
}
