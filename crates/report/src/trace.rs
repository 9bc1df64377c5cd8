//! Histories to bytes: text, JSON, Markdown, one page of HTML, and a picture.
//!
//! What is missing stands first, then one page of summary, then everything, kind by kind, each line with the place where it
//! can be seen.

pub mod html;
pub mod json;
mod layout;
pub mod markdown;
pub mod svg;
pub mod text;

use tickmark_source::{Place, Sources};
use tickmark_trace::{Gap, History, Kind, Line, Node, State, Told};

use crate::places::Places;
use crate::style::counted;

/// What every format needs.
struct Page<'a> {
    history: &'a History,
    places: Places<'a>,
}

/// The nodes of one kind that are told together.
struct Section<'a> {
    heading: String,
    kind: Kind,
    nodes: Vec<(usize, &'a Node)>,
}

impl<'a> Page<'a> {
    fn new(history: &'a History, sources: &'a Sources) -> Self {
        Self { history, places: Places::new(sources) }
    }

    /// `History of model fraud@7`.
    fn title(&self) -> String {
        format!("History of {} {}", self.history.noun, self.history.id)
    }

    /// The moment and the period that it speaks of.
    fn moment(&self) -> String {
        let shown = |time: tickmark_facts::Time| crate::moment::moment(&time.to_string()).into_owned();
        let period = |(from, to)| format!(", period {} to {}", shown(from), shown(to));
        format!("as of {}{}", shown(self.history.as_of), self.history.period.map_or_else(String::new, period))
    }

    /// What it was made from: label and words.
    fn made_from(&self) -> Vec<(&'static str, String)> {
        let run = &self.history.run;
        let none = || "none were named".to_owned();
        vec![
            ("engine", format!("tickmark {}", env!("CARGO_PKG_VERSION"))),
            ("controls and exceptions", run.controls.as_ref().map_or_else(none, |digest| format!("sha256:{digest}"))),
            ("evidence", format!("sha256:{} over {}", run.evidence, counted(run.sources.len() as u64, "source"))),
        ]
    }

    /// The sections of a dossier: that of the root, or that of a model that it builds on.
    fn sections(&self, dossier: Option<usize>) -> Vec<Section<'a>> {
        let nodes = &self.history.nodes;
        let of = |kind: Kind| {
            nodes.iter().enumerate().filter(move |(_, node)| node.kind == kind && node.dossier == dossier).collect()
        };
        let section = |kind: Kind| Section { heading: heading(kind, self.history.noun), kind, nodes: of(kind) };
        Kind::ALL.into_iter().map(section).filter(|section| !section.nodes.is_empty()).collect()
    }

    /// The models that it builds on, in order, each with a dossier of its own.
    fn bases(&self) -> Vec<(usize, &'a Node)> {
        let nodes = self.history.nodes.iter().enumerate();
        nodes.filter(|(index, node)| node.kind == Kind::Model && node.dossier == Some(*index)).collect()
    }

    /// How a node hangs together with others: `made` and the name of what it made.
    fn ties(&self, node: usize) -> Vec<String> {
        let name = |index: usize| {
            self.history.nodes.get(index).map_or_else(String::new, |node| format!("{} {}", node.kind.word(), node.id))
        };
        let forth = self.history.edges.iter().filter(|edge| edge.from == node);
        forth.map(|edge| format!("{} {}", edge.label, name(edge.to))).collect()
    }

    /// `path:line:column`, safe to print.
    fn at(&self, place: Place) -> String {
        self.places.describe(place)
    }

    /// What an approval, a test or an alert is about: those are told in one line.
    fn about(&self, node: usize) -> Option<&'a Node> {
        let edge = self.history.edges.iter().find(|edge| edge.from == node);
        let edge = edge.or_else(|| self.history.edges.iter().find(|edge| edge.to == node))?;
        self.history.nodes.get(if edge.from == node { edge.to } else { edge.from })
    }

    /// The gaps of one state, with why they matter.
    fn gaps(&self, state: State) -> impl Iterator<Item = &'a Gap> {
        self.history.gaps.iter().filter(move |gap| gap.state == state)
    }
}

/// Of several versions of a data set the section is not `Identity`.
fn heading(kind: Kind, noun: &str) -> String {
    match (kind, noun) {
        (Kind::Model, "dataset") => "Models that learnt from it".into(),
        (Kind::TrainingRun, "dataset") => "Training runs that read it, or what was made from it".into(),
        (Kind::Data, "dataset") => "Versions, what they were made from, and what was made from them".into(),
        (kind, _) => kind.heading().into(),
    }
}

/// What is told of a line, in words.
fn told(line: &Line) -> String {
    match &line.told {
        Told::Known(words) if words.is_empty() => "(an empty text)".into(),
        Told::Known(words) => words.clone(),
        Told::Missing => "missing".into(),
        Told::NotSurveyed => "not surveyed: no record carries it".into(),
        Told::Unknown(why) => format!("unknown: {why}"),
        Told::Contradictory(said) => {
            let values: Vec<&str> = said.iter().map(|(_, value)| value.as_str()).collect();
            format!("contradictory: {}", values.join(" and "))
        }
    }
}

/// The state that a line is in: nothing where its value is known.
fn state(line: &Line) -> Option<State> {
    match line.told {
        Told::Known(_) => None,
        Told::Missing => Some(State::Missing),
        Told::NotSurveyed => Some(State::NotSurveyed),
        Told::Unknown(_) => Some(State::Unknown),
        Told::Contradictory(_) => Some(State::Contradictory),
    }
}

/// What a brief node tells behind its title: the lines whose words the title does not have.
fn briefly(node: &Node) -> String {
    let new = |line: &&Line| match &line.told {
        Told::Known(words) => {
            !node.title.contains(words.as_str()) && !matches!(line.label.as_str(), "passed" | "by" | "decision")
        }
        _ => true,
    };
    let words: Vec<String> =
        node.lines.iter().filter(new).map(|line| format!("{} {}", line.label, told(line))).collect();
    words.join(", ")
}

#[cfg(test)]
mod tests;
