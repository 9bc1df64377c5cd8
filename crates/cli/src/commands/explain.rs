//! `tickmark explain`

use tickmark_session::{ControlText, PlanLine, Request, Use};
use tickmark_source::Sources;

use crate::arguments::ExplainArguments;
use crate::commands::{Jobs, Outcome, style, tell, with_manifest};
use crate::{NOT_EVALUATED, OK, World};

pub(crate) fn run(arguments: &ExplainArguments, jobs: Jobs, world: &mut World<'_>) -> Outcome {
    if let Some(entry) = tickmark_diagnostics::explain(&arguments.id) {
        world.out(entry.page);
        return Ok(OK);
    }
    let request = Request { facts: arguments.facts.clone(), ..arguments.controls.request(&arguments.time, world.now) };
    let given = (Use::Everything, arguments.time.as_of.is_some());
    let Some(request) = with_manifest(request, &arguments.controls.manifest, given, world) else {
        return Ok(NOT_EVALUATED);
    };
    if looks_like_code(&arguments.id) && !request.names_controls() {
        return Err(format!("there is no diagnostic `{}`; the codes are listed in the book", arguments.id));
    }
    if arguments.plan {
        return plan(&request, &arguments.id, jobs, world);
    }
    match &arguments.subject {
        Some(subject) => prove(&request, &arguments.id, subject, jobs, world),
        None => describe(&request, &arguments.id, jobs, world),
    }
}

/// `E0203`, `W0101`
fn looks_like_code(id: &str) -> bool {
    let mut letters = id.chars();
    matches!(letters.next(), Some('E' | 'W' | 'e' | 'w'))
        && id.len() == 5
        && letters.all(|letter| letter.is_ascii_digit())
}

fn describe(request: &Request, id: &str, jobs: Jobs, world: &mut World<'_>) -> Outcome {
    let files = world.files;
    let (control, sources, diagnostics) = jobs.run(|| tickmark_session::describe(request, id, files))?;
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

fn prove(request: &Request, id: &str, subject: &str, jobs: Jobs, world: &mut World<'_>) -> Outcome {
    if !request.names_sources() {
        return Err("a verdict rests on facts: name them with `--facts PATH`".into());
    }
    let files = world.files;
    let (proof, sources, diagnostics) = jobs.run(|| tickmark_session::prove(request, id, subject, files))?;
    tell(&diagnostics, &sources, world);
    let Some((control, subjects)) = proof else { return Ok(NOT_EVALUATED) };
    let text = tickmark_report::text::proof(&control, &subjects, &sources, style(world));
    world.out(&text);
    Ok(OK)
}

fn plan(request: &Request, id: &str, jobs: Jobs, world: &mut World<'_>) -> Outcome {
    if !request.names_sources() {
        return Err("a plan is made over facts: name them with `--facts PATH`".into());
    }
    let files = world.files;
    let (plan, sources, diagnostics) = jobs.run(|| tickmark_session::plan(request, id, files))?;
    tell(&diagnostics, &sources, world);
    let Some(plan) = plan else { return Ok(NOT_EVALUATED) };
    let mut page = format!(
        "plan of {}: {} nodes, what stands twice is worked out once\n\n",
        id,
        plan.iter().filter(|line| !line.again).count()
    );
    plan.iter().for_each(|line| page.push_str(&plan_line(line)));
    world.out(&page);
    Ok(OK)
}

/// A node: as it is written, what is done, and over how many rows it was worked out.
fn plan_line(line: &PlanLine) -> String {
    let indent = "  ".repeat(line.depth);
    let number = format!("#{}", line.node);
    if line.again {
        return format!("{indent}{number} `{}`  as above\n", line.text);
    }
    let mut text = format!("{indent}{number} `{}`\n{indent}     {}", line.text, line.how);
    if let (Some(rows), Some(nanoseconds)) = (line.rows, line.nanoseconds) {
        let milliseconds = std::time::Duration::from_nanos(nanoseconds).as_secs_f64() * 1_000.0;
        text.push_str(&format!("; over {rows} rows once, {milliseconds:.3} ms"));
    }
    if line.uses > 1 {
        text.push_str(&format!("; used {} times", line.uses));
    }
    text.push('\n');
    text
}
