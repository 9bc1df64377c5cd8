//! One page of what matters in a history.

use tickmark_source::Place;

use crate::history::{Kind, Line, Node, State, Told};
use crate::walker::Walker;

/// So many things are named in one line; the rest is counted.
const NAMED: usize = 6;

impl Walker<'_> {
    /// Fills in the summary: a line for each part that has something to tell.
    pub(crate) fn summarise(&mut self) {
        let mut lines = Vec::new();
        // Of a deployment, the version that it put live.
        let asked =
            |node: &Node| node.dossier.is_none() && (node.kind == Kind::Model || self.history.noun == "dataset");
        let root = self.history.nodes.iter().position(asked).unwrap_or(0);
        for node in self.history.nodes.iter().take(root + 1).filter(|node| node.kind.drawn()) {
            lines.push(line(node.kind.word(), node.title.clone(), node.place));
            for label in ["digest", "stage in the registry", "origin", "purpose", "owner"] {
                lines.extend(node.lines.iter().find(|line| line.label == label).cloned());
            }
        }
        let whole = |kind: Kind| -> Vec<&Node> { self.history.nodes.iter().filter(|node| node.kind == kind).collect() };
        // What was decided of the version itself, and not of its data or of a change.
        let of_root = |kind: Kind| -> Vec<&Node> {
            let of = |(index, _): &(usize, &Node)| {
                self.history.edges.iter().any(|edge| edge.from == *index && edge.to == root)
            };
            self.history
                .nodes
                .iter()
                .enumerate()
                .filter(|(_, node)| node.kind == kind)
                .filter(of)
                .map(|(_, node)| node)
                .collect()
        };
        let own =
            |kind: Kind| -> Vec<&Node> { whole(kind).into_iter().filter(|node| node.dossier.is_none()).collect() };
        let production = |node: &&Node| node.lines.iter().any(|line| line.told == Told::Known("production".into()));
        for node in own(Kind::Deployment).into_iter().filter(production) {
            let served = node.lines.iter().find(|line| line.label == "served");
            lines.extend(served.map(|served| Line { label: "in production".into(), ..served.clone() }));
        }
        lines.extend(listed("endpoints", &own(Kind::Endpoint), title));
        lines.extend(listed("approvals", &of_root(Kind::Approval), |node| with(node, "at", " on ")));
        lines.extend(listed("tests", &of_root(Kind::Test), |node| with(node, "at", " on ")));
        lines.extend(listed("training runs", &own(Kind::TrainingRun), |node| {
            with(node, "started by", " by ") + &with(node, "started at", " on ").split_off(node.title.len())
        }));
        lines.extend(listed("code", &whole(Kind::Commit), |node| with(node, "repository", " of ")));
        lines.extend(listed("pull requests", &whole(Kind::PullRequest), title));
        let (read, made_from): (Vec<&Node>, Vec<&Node>) =
            whole(Kind::Data).into_iter().partition(|node| node.steps == 0);
        lines.extend(listed(
            if self.history.noun == "dataset" { "versions, with what they went into" } else { "data that was read" },
            &read,
            title,
        ));
        lines.extend(listed("made from", &made_from, title));
        lines.extend(listed("sources of data", &whole(Kind::Source), |node| with(node, "licence", ", licence ")));
        lines.extend(listed("agreements", &whole(Kind::Agreement), title));
        lines.extend(listed("customers inside", &whole(Kind::Customer), |node| with(node, "name", ", ")));
        let bases: Vec<&Node> = whole(Kind::Model).into_iter().filter(|node| node.dossier.is_some()).collect();
        lines.extend(listed("built on", &bases, title));
        lines.extend(listed("change records", &whole(Kind::Change), title));
        lines.extend(listed("rollback target", &whole(Kind::Rollback), title));
        lines.extend(listed("recovery plans", &whole(Kind::Recovery), |node| {
            with(node, "last rehearsal", ", last rehearsed on ")
        }));
        lines.extend(listed("watched by", &whole(Kind::Monitor), title));
        lines.extend(listed("alerts since", &whole(Kind::Alert), title));
        lines.push(line("what is missing", self.counts(), None));
        self.history.summary = lines;
    }

    /// How many gaps of each sort there are.
    fn counts(&self) -> String {
        let of = |state: State| self.history.gaps.iter().filter(|gap| gap.state == state).count();
        let counts = State::ALL.into_iter().map(|state| (of(state), state)).filter(|(count, _)| *count > 0);
        let words: Vec<String> = counts.map(|(count, state)| format!("{count} {}", state.word())).collect();
        if words.is_empty() { "nothing that was looked for".into() } else { words.join(", ") }
    }
}

fn line(label: &str, words: String, place: Option<Place>) -> Line {
    Line { label: label.to_owned(), told: Told::Known(words), place }
}

fn title(node: &Node) -> String {
    node.title.clone()
}

/// The title, with a line behind it where that is known.
fn with(node: &Node, label: &str, between: &str) -> String {
    let known = node.lines.iter().find(|line| line.label == label).and_then(|line| match &line.told {
        Told::Known(words) => Some(words),
        _ => None,
    });
    known.map_or_else(|| node.title.clone(), |words| format!("{}{between}{words}", node.title))
}

/// One line for several nodes; none where there is no node.
fn listed(label: &str, nodes: &[&Node], words: impl Fn(&Node) -> String) -> Option<Line> {
    let first = nodes.first()?;
    let named: Vec<String> = nodes.iter().take(NAMED).map(|node| words(node)).collect();
    let more = nodes.len().saturating_sub(NAMED);
    let more = if more == 0 { String::new() } else { format!("; and {more} more") };
    let place = if nodes.len() == 1 { first.place } else { None };
    Some(line(label, named.join("; ") + &more, place))
}
