//! A history as a picture: from the sources of its data on the left to its endpoints on the right. No script, and no meaning in
//! colour alone.

use std::fmt::Write;

use tickmark_trace::{History, Kind, Node, State, Told};

use super::layout::{BOX, layout};
use crate::clean;
use crate::style::{columns, counted};

/// Around all of it.
const MARGIN: f64 = 24.0;
/// From one line of text in a box to the next.
const LINE: f64 = 16.0;
/// Letters that a line of a box has room for, and its name, which is strong.
const LETTERS: usize = 30;
const STRONG: usize = 22;

/// The history as a picture of its own.
#[must_use]
pub fn render(history: &History) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str(&picture(history, false));
    out
}

/// The picture; in a page its boxes lead to what the page tells of them.
pub(super) fn picture(history: &History, links: bool) -> String {
    let drawn: Vec<usize> =
        (0..history.nodes.len()).filter(|index| node(history, *index).is_some_and(|node| node.kind.drawn())).collect();
    let position = |index: usize| drawn.binary_search(&index).ok();
    let texts: Vec<Vec<String>> = drawn.iter().map(|index| notes(history, *index)).collect();
    let heights: Vec<f64> = texts.iter().map(|notes| 2.0f64.mul_add(LINE, 16.0) + notes.len() as f64 * LINE).collect();
    let mut edges: Vec<(usize, usize)> = Vec::new();
    let mut labels: Vec<&str> = Vec::new();
    for edge in &history.edges {
        if let (Some(from), Some(to)) = (position(edge.from), position(edge.to))
            && from != to
        {
            edges.push((from, to));
            labels.push(edge.label);
        }
    }
    let layout = layout(&heights, &edges);
    let (width, height) = (layout.width + 2.0 * MARGIN, layout.height + 2.0 * MARGIN);
    // In a page it is as wide as its place, but never so small that it cannot be read.
    let size = if links {
        format!("width=\"100%\" style=\"max-width:{width:.0}px;min-width:{:.0}px\"", width * 0.72)
    } else {
        format!("width=\"{width:.0}\" height=\"{height:.0}\"")
    };
    let mut out = String::new();
    let name = escape(&format!("History of {} {}", history.noun, history.id));
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" {size} role=\"img\" aria-labelledby=\"trace-title trace-desc\">\n<title id=\"trace-title\">{name}</title>\n<desc id=\"trace-desc\">{}</desc>",
        escape(&described(history, &edges))
    );
    out.push_str(STYLE);
    let _ = writeln!(
        out,
        "<rect class=\"ground\" width=\"{width:.0}\" height=\"{height:.0}\"/>\n<g transform=\"translate({MARGIN:.0} {MARGIN:.0})\">"
    );
    for ((path, label), (from, to)) in layout.paths.iter().zip(&labels).zip(&edges) {
        let of = |at: usize| {
            drawn.get(at).and_then(|index| node(history, *index)).map_or_else(String::new, |node| node.id.clone())
        };
        let _ = writeln!(
            out,
            "<path class=\"edge\" d=\"{}\" marker-end=\"url(#trace-arrow)\"><title>{}</title></path>",
            curve(path),
            escape(&format!("{} {label} {}", of(*from), of(*to)))
        );
    }
    for (((index, (x, y)), notes), height) in drawn.iter().zip(&layout.boxes).zip(&texts).zip(&heights) {
        if let Some(node) = node(history, *index) {
            draw(&mut out, history, (*index, node), (*x, *y, *height), notes, links);
        }
    }
    out.push_str("</g>\n</svg>\n");
    out
}

const STYLE: &str = "<style>
.ground { fill: #ffffff }
.edge { fill: none; stroke: #9aa3ad; stroke-width: 1.4 }
.box { fill: #ffffff; stroke: #b6bec8; stroke-width: 1 }
.box.bad { stroke: #b42318; stroke-width: 1.8; fill: #fff6f5 }
.box.open { stroke: #a15c07; stroke-width: 1.4; stroke-dasharray: 5 3; fill: #fffaf0 }
.asked { stroke-width: 2.4; fill: #f1f6ff; stroke: #1d4ed8 }
.box.asked.bad { stroke: #b42318; fill: #fff1ef }
text { font: 12px system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif; fill: #20262e }
.kind { font-size: 10.5px; fill: #5b6672; letter-spacing: .04em }
.id { font-weight: 600 }
.note { font-size: 11px; fill: #48525e }
.note.bad { fill: #b42318 }
.note.open { fill: #8a4b00 }
.s1 { fill: #1d4ed8 } .s2 { fill: #6d28d9 } .s3 { fill: #047857 } .s4 { fill: #b45309 } .s5 { fill: #475569 }
</style>
<defs><marker id=\"trace-arrow\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 .8 7.2 4 0 7.2z\" fill=\"#9aa3ad\"/></marker></defs>
";

fn node(history: &History, index: usize) -> Option<&Node> {
    history.nodes.get(index)
}

/// The colour of the stripe: what sort of thing it is.
fn stripe(kind: Kind) -> &'static str {
    match kind {
        Kind::Model | Kind::Rollback => "s1",
        Kind::TrainingRun | Kind::Commit | Kind::PullRequest => "s2",
        Kind::Data => "s3",
        Kind::Source | Kind::Agreement | Kind::Customer => "s4",
        _ => "s5",
    }
}

/// What is wrong with a node: how many gaps of the bad states, and of the open ones.
fn wrongs(history: &History, index: usize) -> (usize, usize) {
    let of = |states: &[State]| {
        history.gaps.iter().filter(|gap| gap.node == Some(index) && states.contains(&gap.state)).count()
    };
    (
        of(&[State::Amiss, State::Missing, State::Contradictory]),
        of(&[State::Unknown, State::NotSurveyed, State::NoSource]),
    )
}

/// What a box tells below its name.
fn notes(history: &History, index: usize) -> Vec<String> {
    let Some(node) = node(history, index) else { return Vec::new() };
    let mut notes = Vec::new();
    let known = |label: &str| {
        node.lines.iter().find(|line| line.label == label).and_then(|line| match &line.told {
            Told::Known(words) => Some(words.as_str()),
            _ => None,
        })
    };
    let labels: &[&str] = match node.kind {
        Kind::Model | Kind::Rollback => &["digest"],
        Kind::Deployment => &["environment", "served"],
        Kind::Endpoint => &["environment"],
        Kind::TrainingRun => &["started by", "started at"],
        Kind::Commit => &["repository"],
        Kind::Data => &["kind", "classification"],
        Kind::Source => &["kind", "licence"],
        Kind::Agreement => &["ends on"],
        Kind::Customer => &["name"],
        Kind::Change => &["kind"],
        Kind::Recovery => &["last rehearsal"],
        Kind::Monitor => &["metric"],
        _ => &[],
    };
    let told: Vec<String> = labels.iter().filter_map(|label| known(label)).map(str::to_owned).collect();
    if matches!(node.kind, Kind::Data) {
        notes.extend((!told.is_empty()).then(|| told.join(", class ")));
    } else {
        notes.extend(told);
    }
    let attached = |kind: Kind| {
        history
            .edges
            .iter()
            .filter(|edge| edge.to == index && history.nodes.get(edge.from).is_some_and(|node| node.kind == kind))
            .count()
    };
    let (approvals, tests) = (attached(Kind::Approval), attached(Kind::Test));
    let counts: Vec<String> = [(approvals, "approval"), (tests, "test")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| counted(count as u64, word))
        .collect();
    notes.extend((!counts.is_empty()).then(|| counts.join(", ")));
    let (bad, open) = wrongs(history, index);
    notes.extend((bad > 0).then(|| format!("✗ {bad} missing or not in order")));
    notes.extend((open > 0).then(|| format!("? {open} not known")));
    notes
}

fn draw(
    out: &mut String,
    history: &History,
    (index, node): (usize, &Node),
    (x, y, height): (f64, f64, f64),
    notes: &[String],
    links: bool,
) {
    let (bad, open) = wrongs(history, index);
    let state = match (bad, open) {
        (0, 0) => "",
        (0, _) => " open",
        _ => " bad",
    };
    let asked = if index == 0 { " asked" } else { "" };
    let top = y - height / 2.0;
    if links {
        let _ = write!(out, "<a href=\"#n{index}\">");
    }
    let full = format!(
        "{} {}{}",
        node.kind.word(),
        node.title,
        if notes.is_empty() { String::new() } else { format!(": {}", notes.join("; ")) }
    );
    let _ = writeln!(out, "<g><title>{}</title>", escape(&full));
    let _ = writeln!(
        out,
        "<rect class=\"box{asked}{state}\" x=\"{x:.1}\" y=\"{top:.1}\" width=\"{BOX:.0}\" height=\"{height:.1}\" rx=\"7\"/>"
    );
    let _ = writeln!(
        out,
        "<rect class=\"{}\" x=\"{:.1}\" y=\"{:.1}\" width=\"4\" height=\"{:.1}\" rx=\"2\"/>",
        stripe(node.kind),
        x + 6.0,
        top + 8.0,
        height - 16.0
    );
    let mut line = top + 20.0;
    let mut text = |class: &str, words: &str| {
        let room = if class == "id" { STRONG } else { LETTERS };
        let words = escape(&short(words, room));
        let _ = writeln!(out, "<text class=\"{class}\" x=\"{:.1}\" y=\"{line:.1}\">{words}</text>", x + 18.0);
        line += LINE;
    };
    text("kind", node.kind.word());
    text("id", &node.title);
    for note in notes {
        let class = match note.chars().next() {
            Some('✗') => "note bad",
            Some('?') => "note open",
            _ => "note",
        };
        text(class, note);
    }
    out.push_str(if links { "</g></a>\n" } else { "</g>\n" });
}

/// Words that fit in a box; what is cut off is in the title of the box.
fn short(words: &str, room: usize) -> String {
    let words = clean(words);
    if columns(&words) <= room {
        return words.into_owned();
    }
    let mut taken = 0;
    let fits = |letter: &char| {
        taken += columns(letter.encode_utf8(&mut [0; 4]));
        taken < room
    };
    let kept: String = words.chars().take_while(fits).collect();
    format!("{kept}…")
}

/// A line that leaves and arrives level.
fn curve(points: &[(f64, f64)]) -> String {
    let mut out = String::new();
    let mut before: Option<(f64, f64)> = None;
    for (x, y) in points {
        match before {
            None => {
                let _ = write!(out, "M{x:.1} {y:.1}");
            }
            Some((from, height)) if (height - y).abs() < 0.05 => {
                let _ = write!(out, "H{x:.1}");
                let _ = from;
            }
            Some((from, height)) => {
                let half = f64::midpoint(from, *x);
                let _ = write!(out, "C{half:.1} {height:.1} {half:.1} {y:.1} {x:.1} {y:.1}");
            }
        }
        before = Some((*x, *y));
    }
    out
}

/// The picture in words, for who does not see it.
fn described(history: &History, edges: &[(usize, usize)]) -> String {
    let count = |kind: Kind| history.nodes.iter().filter(|node| node.kind == kind).count();
    let kinds = Kind::ALL
        .into_iter()
        .filter(|kind| kind.drawn())
        .map(|kind| (kind, count(kind)))
        .filter(|(_, count)| *count > 0);
    let words: Vec<String> = kinds.map(|(kind, count)| format!("{count} × {}", kind.word())).collect();
    let gaps = history.gaps.len();
    format!(
        "From the sources of the data on the left to the endpoints on the right: {}, with {}. {} missing or not in order.",
        words.join(", "),
        counted(edges.len() as u64, "arrow"),
        counted(gaps as u64, "thing")
    )
}

/// Text of which nothing is taken for markup, and nothing that XML has no room for.
fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in clean(text).chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            letter => safe.push(letter),
        }
    }
    safe
}
