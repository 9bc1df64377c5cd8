//! A history as Markdown: headings and tables, nothing of a file's own taken for markup.

use tickmark_source::Sources;
use tickmark_trace::{Gap, History, Line, Node, State, Told};

use super::{Page, Section, briefly, told};
use crate::clean;

/// The history as a page of Markdown.
#[must_use]
pub fn render(history: &History, sources: &Sources) -> String {
    let page = Page::new(history, sources);
    let mut out = format!("# {}\n\n{}\n", plain(&page.title()), plain(&page.moment()));
    missing(&page, &mut out);
    out.push_str("\n## Summary\n\n");
    table(&page, &history.summary, &mut out);
    dossier(&page, None, &mut out);
    for (index, base) in page.bases() {
        out.push_str(&format!("\n# Built on model {}\n", plain(&base.id)));
        dossier(&page, Some(index), &mut out);
    }
    out.push_str("\n## Evidence\n\n| | |\n|---|---|\n");
    for (label, words) in page.made_from() {
        out.push_str(&format!("| {label} | {} |\n", plain(&words)));
    }
    for source in &history.run.sources {
        let collected = source.collected_at.as_ref().map_or_else(String::new, |at| format!(", collected {at}"));
        let words = format!("{} sha256:{}{collected}", source.path, source.sha256);
        out.push_str(&format!("| {} | {} |\n", plain(&source.kind), plain(&words)));
    }
    out
}

fn missing(page: &Page<'_>, out: &mut String) {
    out.push_str("\n## What is missing\n");
    if page.history.gaps.is_empty() {
        out.push_str("\nNothing of what was looked for.\n");
    }
    for state in State::ALL {
        let gaps: Vec<&Gap> = page.gaps(state).collect();
        if gaps.is_empty() {
            continue;
        }
        out.push_str(&format!("\n**{}** ({})\n\n", state.word(), gaps.len()));
        for gap in gaps {
            let places: Vec<String> = gap.places.iter().map(|place| code(&page.at(*place))).collect();
            let places = if places.is_empty() { String::new() } else { format!(" ({})", places.join(", ")) };
            out.push_str(&format!("- {} – *{}*{places}\n", plain(&gap.what), gap.why));
        }
    }
}

fn dossier(page: &Page<'_>, dossier: Option<usize>, out: &mut String) {
    for section in page.sections(dossier) {
        out.push_str(&format!("\n## {}\n", plain(&section.heading)));
        if section.kind.brief() {
            brief(page, &section, out);
            continue;
        }
        for (index, node) in &section.nodes {
            self::node(page, *index, node, out);
        }
    }
}

fn brief(page: &Page<'_>, section: &Section<'_>, out: &mut String) {
    out.push_str("\n| of | what | more | at |\n|---|---|---|---|\n");
    for (index, node) in &section.nodes {
        let about = page.about(*index).map_or_else(String::new, |about| about.id.clone());
        let at = node.place.map_or_else(String::new, |place| code(&page.at(place)));
        out.push_str(&format!("| {} | {} | {} | {at} |\n", plain(&about), plain(&node.title), plain(&briefly(node))));
    }
}

fn node(page: &Page<'_>, index: usize, node: &Node, out: &mut String) {
    let steps = if node.steps == 0 { String::new() } else { format!(", steps back: {}", node.steps) };
    let lacks = if node.supplied { "" } else { " – only referred to" };
    let at = node.place.map_or_else(String::new, |place| format!(" – {}", code(&page.at(place))));
    out.push_str(&format!("\n### {}{steps}{lacks}\n\n", plain(&node.title)));
    if node.lines.is_empty() {
        out.push_str(&format!("{}\n", at.trim_start_matches(" – ")));
    } else {
        table(page, &node.lines, out);
    }
    let ties: Vec<String> = page.ties(index).iter().map(|tie| plain(tie)).collect();
    if !ties.is_empty() {
        out.push_str(&format!("\n→ {}\n", ties.join("; ")));
    }
}

fn table(page: &Page<'_>, lines: &[Line], out: &mut String) {
    out.push_str("| | | at |\n|---|---|---|\n");
    for line in lines {
        let words = plain(&told(line));
        let words = if matches!(line.told, Told::Known(_)) { words } else { format!("**{words}**") };
        let places: Vec<String> = match &line.told {
            Told::Contradictory(said) => said.iter().map(|(place, _)| code(&page.at(*place))).collect(),
            _ => line.place.iter().map(|place| code(&page.at(*place))).collect(),
        };
        out.push_str(&format!("| {} | {words} | {} |\n", plain(&line.label), places.join(", ")));
    }
}

/// Text of which nothing is taken for markup.
fn plain(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in clean(text).chars() {
        match letter {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' => {
                safe.push('\\');
                safe.push(letter);
            }
            letter => safe.push(letter),
        }
    }
    safe
}

/// A place as code; a back-tick or a bar in a path ends it no earlier.
fn code(text: &str) -> String {
    if text.contains(['`', '|']) { plain(text) } else { format!("`{text}`") }
}
