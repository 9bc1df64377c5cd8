//! `tickmark explain`

use tickmark_session::{ControlText, Request};
use tickmark_source::Sources;

use crate::arguments::ExplainArguments;
use crate::commands::{Outcome, style, tell};
use crate::{NOT_EVALUATED, OK, World};

pub(crate) fn run(arguments: &ExplainArguments, world: &mut World<'_>) -> Outcome {
    if let Some(entry) = tickmark_diagnostics::explain(&arguments.id) {
        world.out(entry.page);
        return Ok(OK);
    }
    let request = Request { facts: arguments.facts.clone(), ..arguments.controls.request(&arguments.time, world.now) };
    if looks_like_code(&arguments.id) && request.controls.is_empty() && request.packs.is_empty() {
        return Err(format!("there is no diagnostic `{}`; the codes are listed in the book", arguments.id));
    }
    match &arguments.subject {
        Some(subject) => prove(&request, &arguments.id, subject, world),
        None => describe(&request, &arguments.id, world),
    }
}

/// `E0203`, `W0101`
fn looks_like_code(id: &str) -> bool {
    let mut letters = id.chars();
    matches!(letters.next(), Some('E' | 'W' | 'e' | 'w'))
        && id.len() == 5
        && letters.all(|letter| letter.is_ascii_digit())
}

fn describe(request: &Request, id: &str, world: &mut World<'_>) -> Outcome {
    let (control, sources, diagnostics) = tickmark_session::describe(request, id, world.files);
    tell(&diagnostics, &sources, world);
    let Some(control) = control else { return Ok(NOT_EVALUATED) };
    let text = control_page(&control, &sources);
    world.out(&text);
    Ok(OK)
}

fn control_page(control: &ControlText, sources: &Sources) -> String {
    let mut page = format!("{}  {}\n{}\n\n", control.id, control.title, sources.describe(control.place));
    let cites: Vec<String> = control.cites.iter().map(|(id, title)| format!("{id} {title}")).collect();
    let mut fields = vec![("severity", control.severity.to_owned()), ("answers to", cites.join("\n"))];
    let optional = [
        ("owner", &control.owner),
        ("because", &control.because),
        ("to fix", &control.fix),
        ("applies when", &control.applies_when),
    ];
    fields.extend(optional.into_iter().filter_map(|(name, value)| value.clone().map(|value| (name, value))));
    for (name, value) in fields {
        let indent = format!("\n{:14}", "");
        page.push_str(&format!("{name:<14}{}\n", value.replace('\n', &indent)));
    }
    page.push_str("\nWhat must be true\n");
    for sentence in &control.sentences {
        page.push_str(&format!("  {sentence}\n"));
    }
    if !control.definitions.is_empty() {
        page.push_str("\nWhat the words mean\n");
    }
    for definition in &control.definitions {
        page.push_str(&format!(
            "\n  # {} {}  {}\n",
            definition.kind,
            definition.name,
            sources.describe(definition.place)
        ));
        for line in definition.text.lines() {
            page.push_str(&format!("  {line}\n"));
        }
    }
    if !control.tests.is_empty() {
        page.push_str("\nWhat its tests show\n");
    }
    for test in &control.tests {
        page.push_str(&format!("  {test}\n"));
    }
    page
}

fn prove(request: &Request, id: &str, subject: &str, world: &mut World<'_>) -> Outcome {
    if request.facts.is_empty() {
        return Err("a verdict rests on facts: name them with `--facts PATH`".into());
    }
    let (proof, sources, diagnostics) = tickmark_session::prove(request, id, subject, world.files);
    tell(&diagnostics, &sources, world);
    let Some((control, subjects)) = proof else { return Ok(NOT_EVALUATED) };
    let text = tickmark_report::text::proof(&control, &subjects, &sources, style(world));
    world.out(&text);
    Ok(OK)
}
