//! Histories in every format: each is what its reader takes, and nothing of a file's own is taken for markup.

use serde_json::Value;
use tickmark_facts::Time;
use tickmark_source::{Place, Sources};
use tickmark_trace::{Edge, Gap, History, Kind, Line, Node, Run, RunSource, State, Told};

use super::*;
use crate::Style;

const SCHEMA_TEXT: &str = include_str!("../../../../docs/schema/trace-1.json");

/// What a stranger may write into an export.
const HOSTILE: &str = "<script>alert(1)</script> & \"x\" | `y` \u{1b}[31m \u{202e} ]]> --> ]( *z*";

fn line(label: &str, told: Told, place: Option<Place>) -> Line {
    Line { label: label.to_owned(), told, place }
}

fn node(kind: Kind, id: &str, lines: Vec<Line>) -> Node {
    Node { kind, id: id.into(), title: id.into(), dossier: None, steps: 0, place: None, supplied: true, lines }
}

/// A history with every kind of node and every state, in which nothing is tame.
fn sample() -> (Sources, History) {
    let mut sources = Sources::new();
    let file = sources.add(format!("facts/{HOSTILE}.yaml"), "a: 1\nb: 2\n".as_bytes().to_vec());
    let place = |offset| Place { file, offset };
    let told = [
        Told::Known(HOSTILE.into()),
        Told::Known(String::new()),
        Told::Missing,
        Told::NotSurveyed,
        Told::Unknown(HOSTILE.into()),
        Told::Contradictory(vec![(place(0), HOSTILE.into()), (place(5), "2".into())]),
    ];
    let lines: Vec<Line> = told.into_iter().map(|told| line(HOSTILE, told, Some(place(5)))).collect();
    let mut nodes: Vec<Node> = Kind::ALL.into_iter().map(|kind| node(kind, HOSTILE, lines.clone())).collect();
    let base = nodes.len();
    nodes.push(Node { dossier: Some(base), supplied: false, ..node(Kind::Model, "base@1", Vec::new()) });
    nodes.push(Node { dossier: Some(base), steps: 3, place: Some(place(0)), ..node(Kind::Data, "old@1", lines) });
    let edges = (1..nodes.len()).map(|from| Edge { from, to: 0, label: "made" }).collect();
    let gap = |state| Gap { state, node: Some(1), what: HOSTILE.into(), why: "it matters", places: vec![place(5)] };
    let history = History {
        noun: "model",
        id: HOSTILE.into(),
        as_of: Time::parse("2026-06-30").unwrap(),
        period: Some((Time::parse("2026-01-01").unwrap(), Time::parse("2026-06-30").unwrap())),
        run: Run {
            controls: None,
            evidence: "aa".into(),
            sources: vec![RunSource {
                kind: "yaml".into(),
                path: HOSTILE.into(),
                sha256: "bb".into(),
                collected_at: Some("2026-06-30".into()),
            }],
        },
        gaps: State::ALL.into_iter().map(gap).collect(),
        summary: vec![line("model", Told::Known(HOSTILE.into()), None)],
        nodes,
        edges,
    };
    (sources, history)
}

/// The schema as it is published allows fields to be added; the one of the tests does not, so that no field is undocumented.
fn strict() -> Value {
    fn close(schema: &mut Value) {
        match schema {
            Value::Object(object) => {
                if object.contains_key("properties") {
                    object.insert("additionalProperties".to_owned(), Value::Bool(false));
                }
                object.values_mut().for_each(close);
            }
            Value::Array(list) => list.iter_mut().for_each(close),
            _ => {}
        }
    }
    let mut schema: Value = serde_json::from_str(SCHEMA_TEXT).unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
    close(&mut schema);
    schema
}

#[test]
fn the_json_is_what_its_schema_says() {
    let (sources, history) = sample();
    let text = json::render(&history, &sources);
    let document: Value = serde_json::from_str(&text).unwrap();
    let validator = jsonschema::draft202012::new(&strict()).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert_eq!(errors, [""; 0]);
    assert_eq!(document["id"], HOSTILE);
    assert!(!text.contains(['\u{1b}', '\u{202e}']));
}

#[test]
fn the_picture_is_a_tree_of_xml_with_a_title() {
    let (_, history) = sample();
    let text = svg::render(&history);
    let document = roxmltree::Document::parse(&text).unwrap();
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "svg");
    let name = |node: &roxmltree::Node<'_, '_>| node.tag_name().name().to_owned();
    let children: Vec<String> = root.children().filter(roxmltree::Node::is_element).map(|node| name(&node)).collect();
    assert_eq!(children, ["title", "desc", "style", "defs", "rect", "g"]);
    assert!(document.descendants().all(|node| !matches!(name(&node).as_str(), "script" | "foreignObject")));
    // A box for each node that is drawn, and an arrow for each edge between two of them.
    let drawn = history.nodes.iter().filter(|node| node.kind.drawn()).count();
    let of = |class: &str| {
        document
            .descendants()
            .filter(|node| node.attribute("class").is_some_and(|of| of.split(' ').any(|of| of == class)))
            .count()
    };
    assert_eq!((of("box"), of("edge")), (drawn, drawn - 1));
}

#[test]
fn nothing_of_a_file_is_markup() {
    let (sources, history) = sample();
    let page = html::render(&history, &sources);
    assert!(!page.contains("<script") && page.contains("&lt;script&gt;"));
    assert!(!page.contains(['\u{1b}', '\u{202e}']));
    let markdown = markdown::render(&history, &sources);
    assert!(!markdown.contains("<script") && !markdown.contains(['\u{1b}', '\u{202e}']));
    let text = text::render(&history, &sources, Style::default());
    assert!(!text.contains(['\u{1b}', '\u{202e}']));
}

#[test]
fn what_is_missing_stands_first_and_states_are_told_apart() {
    let (sources, history) = sample();
    let text = text::render(&history, &sources, Style::default());
    let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("no `{part}` in\n{text}"));
    assert!(at("What is missing") < at("Summary") && at("Summary") < at("Identity"));
    for state in State::ALL {
        assert!(at(&format!("{} (1)", state.word())) < at("Summary"));
    }
    for words in ["∅ missing", "· not surveyed: no record carries it", "? unknown: ", "≠ contradictory: "] {
        at(words);
    }
    // Both places of a contradiction.
    let after = text.split("≠ contradictory").nth(1).unwrap();
    assert!(after.contains(":1:1") && after.contains(":2:1"));
    // What it builds on comes after all of its own.
    assert!(at("Alerts since") < at("Built on model base@1"));
}

#[test]
fn the_same_history_gives_the_same_bytes() {
    let ((sources, history), (others, again)) = (sample(), sample());
    assert_eq!(html::render(&history, &sources), html::render(&again, &others));
    assert_eq!(svg::render(&history), svg::render(&again));
}
