//! A history as one page of HTML, complete in itself: no script, nothing that is fetched. What comes from files is escaped by its
//! type.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use tickmark_source::{Place, Sources};
use tickmark_trace::{Gap, History, Line, Node, State, Told};

use super::{Page, Section, briefly, state, svg, told};
use crate::clean;

/// The history as one page.
#[must_use]
pub fn render(history: &History, sources: &Sources) -> String {
    let page = Page::new(history, sources);
    let title = clean(&page.title()).into_owned();
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    header {
                        h1 { (title) }
                        p.moment { (page.moment()) }
                    }
                    (missing(&page))
                    section #summary {
                        h2 { "Summary" }
                        (lines(&page, &history.summary))
                    }
                    section #picture {
                        h2 { "Picture" }
                        p.hint { "From the sources of the data on the left to the endpoints on the right. A red frame: something is missing or not in order; a broken frame: something is not known. Each box leads to its lines below." }
                        div.scroll tabindex="0" { (PreEscaped(svg::picture(history, true))) }
                    }
                    (dossier(&page, None))
                    @for (index, base) in page.bases() {
                        h1.base { "Built on model " (clean(&base.id)) }
                        (dossier(&page, Some(index)))
                    }
                    (made_from(&page))
                }
            }
        }
    };
    let mut out = markup.into_string();
    out.push('\n');
    out
}

const STYLE: &str = "
:root { color-scheme: light }
* { box-sizing: border-box }
body { margin: 0; background: #f4f6f8; color: #20262e; font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif }
main { max-width: 1180px; margin: 0 auto; padding: 28px 20px 60px }
h1 { font-size: 26px; margin: 0; overflow-wrap: anywhere }
h1.base { margin: 44px 0 0; padding-top: 20px; border-top: 3px solid #c9d1da }
.moment, .hint { margin: 4px 0 0; color: #5b6672 }
.hint { margin: 0 0 12px; font-size: 13px }
section { background: #fff; border: 1px solid #dde2e8; border-radius: 10px; padding: 16px 20px 18px; margin-top: 18px }
section.gaps { border-color: #e3a8a2; border-width: 2px }
h2 { font-size: 18px; margin: 0 0 10px }
h3 { font-size: 15px; margin: 0 0 4px; overflow-wrap: anywhere }
section > div + div { margin-top: 20px; padding-top: 14px; border-top: 2px solid #edf0f3 }
h4 { font-size: 14px; margin: 16px 0 6px }
ul.gaps { list-style: none; margin: 0; padding: 0 }
ul.gaps li { border-left: 4px solid #b42318; padding: 2px 0 2px 12px; margin: 8px 0; overflow-wrap: anywhere }
ul.gaps.open li { border-left: 4px dashed #a15c07 }
.why { color: #5b6672; font-style: italic }
.at { color: #47617d; font: 12px ui-monospace, 'DejaVu Sans Mono', Menlo, monospace; overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100%; table-layout: fixed }
td, th { text-align: left; vertical-align: top; padding: 4px 10px 4px 0; border-top: 1px solid #edf0f3; overflow-wrap: anywhere }
tr:first-child > td, tr:first-child > th { border-top: 0 }
th { font-weight: 500; color: #5b6672; width: 24% }
td.place { width: 32% }
.lack { font-weight: 600; color: #8a4b00 }
.lack.bad { color: #b42318 }
.tag { font-size: 12px; font-weight: 600; color: #5b6672; background: #edf0f3; border-radius: 8px; padding: 1px 8px; margin-left: 6px; white-space: nowrap }
.ties { margin: 4px 0 0; color: #5b6672; font-size: 13px }
#picture { width: min(96vw, 1900px); margin-left: calc(50% - min(48vw, 950px)) }
.scroll { overflow: auto; border: 1px solid #edf0f3; border-radius: 8px }
.scroll svg { display: block; height: auto; margin: 0 auto }
:target { background: #fff7d6 }
a { color: inherit }
@media print { body { background: #fff } section { border: 0; padding: 0; break-inside: auto } .scroll { overflow: visible } .scroll svg { max-width: 100% } }
@media (max-width: 700px) { th, td, td.place { display: block; width: auto; border-top: 0; padding: 0 } tr { display: block; border-top: 1px solid #edf0f3; padding: 6px 0 } }
";

fn at(page: &Page<'_>, place: Place) -> Markup {
    html! { span.at { (page.at(place)) } }
}

fn missing(page: &Page<'_>) -> Markup {
    html! {
        section.gaps #missing {
            h2 { "What is missing" }
            @if page.history.gaps.is_empty() { p { "Nothing of what was looked for." } }
            @for state in State::ALL {
                @let gaps: Vec<&Gap> = page.gaps(state).collect();
                @if !gaps.is_empty() {
                    h4 { (state.word()) span.tag { (gaps.len()) } }
                    ul.gaps.open[matches!(state, State::Unknown | State::NotSurveyed | State::NoSource)] {
                        @for gap in gaps {
                            li {
                                @match gap.node {
                                    Some(node) => a href=(format!("#n{node}")) { (clean(&gap.what)) },
                                    None => (clean(&gap.what)),
                                }
                                br; span.why { (gap.why) }
                                @for place in &gap.places { br; (at(page, *place)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn lines(page: &Page<'_>, lines: &[Line]) -> Markup {
    html! {
        table {
            @for line in lines {
                tr {
                    th scope="row" { (clean(&line.label)) }
                    td { (words(line)) }
                    td.place {
                        @match &line.told {
                            Told::Contradictory(said) => @for (place, _) in said { (at(page, *place)) br; },
                            _ => @if let Some(place) = line.place { (at(page, place)) },
                        }
                    }
                }
            }
        }
    }
}

fn words(line: &Line) -> Markup {
    let text = told(line);
    match state(line) {
        None => html! { (clean(&text)) },
        Some(State::Missing | State::Contradictory) => html! { span.lack.bad { (clean(&text)) } },
        Some(_) => html! { span.lack { (clean(&text)) } },
    }
}

fn dossier(page: &Page<'_>, dossier: Option<usize>) -> Markup {
    html! { @for section in page.sections(dossier) { (self::section(page, &section)) } }
}

fn section(page: &Page<'_>, section: &Section<'_>) -> Markup {
    html! {
        section {
            h2 { (section.heading) }
            @if section.kind.brief() {
                table { @for (index, node) in &section.nodes { (brief(page, *index, node)) } }
            } @else {
                @for (index, node) in &section.nodes { (self::node(page, *index, node)) }
            }
        }
    }
}

fn brief(page: &Page<'_>, index: usize, node: &Node) -> Markup {
    let about = page.about(index).map_or_else(String::new, |about| about.id.clone());
    let more = briefly(node);
    html! {
        tr id=(format!("n{index}")) {
            th scope="row" { (clean(&about)) }
            td { (clean(&node.title)) @if !more.is_empty() { " – " (clean(&more)) } }
            td.place { @if let Some(place) = node.place { (at(page, place)) } }
        }
    }
}

fn node(page: &Page<'_>, index: usize, node: &Node) -> Markup {
    html! {
        div id=(format!("n{index}")) {
            h3 {
                (clean(&node.title))
                @if node.steps == 1 { span.tag { "one step back" } }
                @if node.steps > 1 { span.tag { (node.steps) " steps back" } }
                @if !node.supplied { span.tag { "only referred to" } }
            }
            @if let Some(place) = node.place { (at(page, place)) }
            @if !node.lines.is_empty() { (lines(page, &node.lines)) }
            @let ties = page.ties(index);
            @if !ties.is_empty() { p.ties { "→ " (clean(&ties.join("; "))) } }
        }
    }
}

fn made_from(page: &Page<'_>) -> Markup {
    html! {
        section #evidence {
            h2 { "Evidence" }
            table {
                @for (label, words) in page.made_from() {
                    tr { th scope="row" { (label) } td colspan="2" { (clean(&words)) } }
                }
                @for source in &page.history.run.sources {
                    tr {
                        th scope="row" { (clean(&source.kind)) }
                        td { (clean(&source.path)) @if let Some(at) = &source.collected_at { ", collected " (at) } }
                        td.place { span.at { "sha256:" (source.sha256) } }
                    }
                }
            }
        }
    }
}
