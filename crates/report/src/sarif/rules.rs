//! Controls as rules, and the criteria that they cite as taxa.

use std::collections::BTreeSet;

use tickmark_catalog::{Criterion, Framework, frameworks};
use tickmark_results::{ControlResult, Results, Severity};

use super::plain;
use super::wire::{
    Component, Configuration, Driver, Help, Message, Relationship, Rule, RuleProperties, Target, Taxon, Taxonomy, Tool,
};
use crate::clean;

/// The level of what fails a control of that severity.
pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

/// The middle of the range that code scanning shows under the name of the severity: critical above 9.0, high from 7.0, medium
/// from 4.0, low below.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.5",
        Severity::Low => "2.0",
    }
}

pub(super) fn tool(results: &Results) -> Tool {
    let cited = cited(results);
    Tool {
        driver: Driver {
            name: "Tickmark",
            version: env!("CARGO_PKG_VERSION"),
            semantic_version: env!("CARGO_PKG_VERSION"),
            rules: results.controls.iter().map(|control| rule(control, &cited)).collect(),
            supported_taxonomies: cited.iter().enumerate().map(|(index, set)| component(set.0, index)).collect(),
        },
    }
}

/// The taxonomies of the frameworks that are cited, with the criteria that are.
pub(super) fn taxonomies(results: &Results) -> Vec<Taxonomy> {
    let taxon = |criterion: &&Criterion| Taxon {
        id: criterion.id,
        short_description: Message::new(criterion.title.to_owned()),
    };
    let taxonomy = |(framework, criteria): (&Framework, Vec<&Criterion>)| Taxonomy {
        name: framework.id,
        full_name: framework.name,
        version: framework.edition,
        is_comprehensive: false,
        taxa: criteria.iter().map(taxon).collect(),
    };
    cited(results).into_iter().map(taxonomy).collect()
}

/// The criteria that the controls cite, by framework, in the order of the catalogues.
fn cited(results: &Results) -> Vec<(&'static Framework, Vec<&'static Criterion>)> {
    let cites = results.controls.iter().flat_map(|control| control.cites.iter().chain(&control.also));
    let cited: BTreeSet<(&str, &str)> = cites
        .filter_map(|cite| tickmark_catalog::find(cite))
        .map(|criterion| (criterion.framework, criterion.id))
        .collect();
    let of = |framework: &Framework| -> Vec<&'static Criterion> {
        tickmark_catalog::all()
            .filter(|one| one.framework == framework.id && cited.contains(&(one.framework, one.id)))
            .collect()
    };
    frameworks().map(|framework| (framework, of(framework))).filter(|(_, criteria)| !criteria.is_empty()).collect()
}

fn component(framework: &Framework, index: usize) -> Component {
    Component { name: framework.id, index }
}

fn rule(control: &ControlResult, cited: &[(&'static Framework, Vec<&'static Criterion>)]) -> Rule {
    let relation = |cite: &String, kind: &'static str| {
        let criterion = tickmark_catalog::find(cite)?;
        let index = cited.iter().position(|(framework, _)| framework.id == criterion.framework)?;
        let (framework, criteria) = cited.get(index)?;
        let at = criteria.iter().position(|one| one.id == criterion.id)?;
        let tool_component = component(framework, index);
        Some(Relationship { target: Target { id: criterion.id, index: at, tool_component }, kinds: [kind] })
    };
    let title = clean(&control.title);
    let cites = control.cites.iter().filter_map(|cite| relation(cite, "relevant"));
    let also = control.also.iter().filter_map(|cite| relation(cite, "relevant"));
    let mut tags = vec!["compliance".to_owned(), "security".to_owned()];
    tags.extend(control.cites.iter().cloned());
    Rule {
        id: control.id.clone(),
        short_description: Message::new(plain(&title)),
        full_description: Message::new(plain(&control.because.as_deref().map_or(title, clean))),
        help: help(control),
        default_configuration: Configuration { level: level(control.severity) },
        relationships: cites.chain(also).collect(),
        properties: RuleProperties {
            tags,
            precision: "very-high",
            security_severity: score(control.severity),
            severity: control.severity.word(),
            status: control.status.word(),
            pack: control.pack.clone(),
            owner: control.owner.clone(),
            cites: control.cites.clone(),
            also: control.also.clone(),
        },
    }
}

/// Why the control exists, what to do, and what it answers to: as text, and as Markdown.
fn help(control: &ControlResult) -> Help {
    let mut text = clean(&control.title).into_owned();
    let mut markdown = format!("**{}**", marked(&control.title));
    let mut tell = |name: &str, what: &str| {
        text.push_str(&format!("\n{name}: {}", clean(what)));
        markdown.push_str(&format!("\n\n**{name}:** {}", marked(what)));
    };
    if let Some(because) = &control.because {
        tell("Why", because);
    }
    if let Some(fix) = &control.fix {
        tell("Fix", fix);
    }
    if let Some(owner) = &control.owner {
        tell("Owner", owner);
    }
    let titled = |cite: &String| match tickmark_catalog::find(cite) {
        Some(criterion) => format!("{cite} {}", criterion.title),
        None => cite.clone(),
    };
    if !control.cites.is_empty() {
        tell("Answers to", &control.cites.iter().map(titled).collect::<Vec<_>>().join("; "));
    }
    if !control.also.is_empty() {
        tell("Others file it under", &control.also.iter().map(titled).collect::<Vec<_>>().join("; "));
    }
    Help { text: plain(&text), markdown: plain(&markdown) }
}

/// A text within Markdown: what would be markup there is escaped.
fn marked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in clean(text).chars() {
        if matches!(letter, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '!' | '&') {
            out.push('\\');
        }
        out.push(letter);
    }
    out
}
