//! A history as text for people.

use tickmark_source::{Place, Sources};
use tickmark_trace::{Gap, History, Line, Node, State};

use super::{Page, Section, briefly, state, told};
use crate::clean;
use crate::style::{Paint, Style, columns, wrap};

/// Columns that labels take.
const LABEL: usize = 26;

/// The history as one page of text.
#[must_use]
pub fn render(history: &History, sources: &Sources, style: Style) -> String {
    let page = Page::new(history, sources);
    let text = Text { page, style };
    let mut out = String::new();
    let title = text.page.title();
    out.push_str(&format!(
        "{}\n{}\n",
        style.paint(Paint::Strong, &clean(&title)),
        style.paint(Paint::Faint, &text.page.moment())
    ));
    text.missing(&mut out);
    text.heading(&mut out, "Summary");
    history.summary.iter().for_each(|line| text.line(&mut out, line, 2));
    text.dossier(&mut out, None);
    for (index, base) in text.page.bases() {
        out.push_str(&format!(
            "\n{}\n",
            style.paint(Paint::Strong, &clean(&format!("═ Built on model {} ═", base.id)))
        ));
        text.dossier(&mut out, Some(index));
    }
    text.heading(&mut out, "Evidence");
    for (label, words) in text.page.made_from() {
        text.row(&mut out, label, &words, None, 2);
    }
    for source in &history.run.sources {
        let collected = source.collected_at.as_ref().map_or_else(String::new, |at| format!(", collected {at}"));
        let words = format!("{} sha256:{}{collected}", source.path, source.sha256);
        text.row(&mut out, &source.kind, &words, None, 2);
    }
    out
}

struct Text<'a> {
    page: Page<'a>,
    style: Style,
}

fn paint_of(state: State) -> Paint {
    match state {
        State::Amiss | State::Missing | State::Contradictory => Paint::Bad,
        State::Unknown | State::NotSurveyed | State::NoSource => Paint::Doubtful,
    }
}

fn mark(state: State) -> &'static str {
    match state {
        State::Amiss => "✗",
        State::Missing => "∅",
        State::Contradictory => "≠",
        State::Unknown => "?",
        State::NotSurveyed | State::NoSource => "·",
    }
}

impl Text<'_> {
    fn heading(&self, out: &mut String, words: &str) {
        out.push_str(&format!("\n{}\n", self.style.paint(Paint::Strong, &clean(words))));
    }

    fn missing(&self, out: &mut String) {
        self.heading(out, "What is missing");
        if self.page.history.gaps.is_empty() {
            out.push_str("  nothing of what was looked for\n");
        }
        for state in State::ALL {
            let gaps: Vec<&Gap> = self.page.gaps(state).collect();
            if gaps.is_empty() {
                continue;
            }
            let words = format!("{} ({})", state.word(), gaps.len());
            out.push_str(&format!("  {}\n", self.style.paint_strong(paint_of(state), &words)));
            gaps.iter().for_each(|gap| self.gap(out, gap));
        }
    }

    fn gap(&self, out: &mut String, gap: &Gap) {
        let paint = paint_of(gap.state);
        let width = self.style.fit().saturating_sub(6);
        for (index, line) in wrap(&clean(&gap.what), width).iter().enumerate() {
            let before = if index == 0 { self.style.paint(paint, mark(gap.state)) } else { " ".into() };
            out.push_str(&format!("    {before} {line}\n"));
        }
        for line in wrap(gap.why, width) {
            out.push_str(&format!("      {}\n", self.style.paint(Paint::Faint, &line)));
        }
        for place in &gap.places {
            out.push_str(&format!("      {}\n", self.style.paint(Paint::Other, &self.page.at(*place))));
        }
    }

    fn dossier(&self, out: &mut String, dossier: Option<usize>) {
        for section in self.page.sections(dossier) {
            self.section(out, &section);
        }
    }

    fn section(&self, out: &mut String, section: &Section<'_>) {
        self.heading(out, &section.heading);
        for (index, node) in &section.nodes {
            if section.kind.brief() {
                self.brief(out, *index, node);
            } else {
                self.node(out, *index, node);
            }
        }
    }

    fn brief(&self, out: &mut String, index: usize, node: &Node) {
        let about = self.page.about(index).map_or_else(String::new, |about| about.id.clone());
        let more = briefly(node);
        let more = if more.is_empty() { String::new() } else { format!(" – {more}") };
        self.row(out, &about, &format!("{}{more}", node.title), node.place, 2);
    }

    fn node(&self, out: &mut String, index: usize, node: &Node) {
        let steps = match node.steps {
            0 => String::new(),
            1 => ", one step back".into(),
            steps => format!(", {steps} steps back"),
        };
        let lacks = if node.supplied { "" } else { " – only referred to" };
        let name = clean(&node.title).into_owned();
        let at = node.place.map_or_else(String::new, |place| self.page.at(place));
        out.push_str(&format!(
            "  {}{steps}{lacks}  {}\n",
            self.style.paint(Paint::Strong, &name),
            self.style.paint(Paint::Other, &at)
        ));
        node.lines.iter().for_each(|line| self.line(out, line, 4));
        for tie in self.page.ties(index) {
            out.push_str(&format!("    {} {}\n", self.style.paint(Paint::Faint, "→"), clean(&tie)));
        }
    }

    fn line(&self, out: &mut String, line: &Line, indent: usize) {
        let words = match state(line) {
            Some(state) => format!("{} {}", mark(state), told(line)),
            None => told(line),
        };
        self.row(out, &line.label, &words, line.place, indent);
        if let tickmark_trace::Told::Contradictory(said) = &line.told {
            said.iter().for_each(|(place, _)| {
                out.push_str(&format!(
                    "{:indent$}{:LABEL$}{}\n",
                    "",
                    "",
                    self.style.paint(Paint::Other, &self.page.at(*place))
                ));
            });
        }
    }

    /// A label, its words, and the place behind them or below them.
    fn row(&self, out: &mut String, label: &str, words: &str, place: Option<Place>, indent: usize) {
        let label = clean(label);
        let pad = LABEL.saturating_sub(columns(&label));
        // A long one has a line of its own.
        let long = pad < 2;
        let hang = indent + LABEL;
        let width = self.style.fit().saturating_sub(hang).max(20);
        let lines = wrap(&clean(words), width);
        let at = place.map(|place| self.page.at(place));
        let last = lines.len().saturating_sub(1);
        for (index, line) in lines.iter().enumerate() {
            if index == 0 {
                let label = self.style.paint(Paint::Faint, &label);
                let between = if long { format!("\n{:hang$}", "") } else { " ".repeat(pad) };
                out.push_str(&format!("{:indent$}{label}{between}{line}", ""));
            } else {
                out.push_str(&format!("{:hang$}{line}", ""));
            }
            if index == last
                && let Some(at) = &at
            {
                let fits = hang + columns(line) + 2 + columns(at) <= self.style.fit();
                let between = if fits { "  ".to_owned() } else { format!("\n{:hang$}", "") };
                out.push_str(&format!("{between}{}", self.style.paint(Paint::Other, at)));
            }
            out.push('\n');
        }
    }
}
