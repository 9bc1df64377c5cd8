//! `tickmark test`

use tickmark_session::{Request, TestResult, Use};
use tickmark_source::Sources;

use crate::arguments::TestArguments;
use crate::commands::{Jobs, Outcome, tell, with_manifest};
use crate::{NOT_EVALUATED, NOT_SO, OK, World};

pub(crate) fn run(arguments: &TestArguments, jobs: Jobs, world: &mut World<'_>) -> Outcome {
    let mut request =
        Request { only: arguments.only.clone(), ..arguments.controls.request(&arguments.time, world.now) };
    request.controls.extend(arguments.paths.iter().cloned());
    let given = (Use::Controls, arguments.time.as_of.is_some());
    let Some(request) = with_manifest(request, &arguments.controls.manifest, given, world) else {
        return Ok(NOT_EVALUATED);
    };
    let files = world.files;
    let tested = jobs.run(|| tickmark_session::run_tests(&request, files))?;
    tell(&tested.diagnostics, &tested.sources, world);
    let Some(results) = tested.results else { return Ok(NOT_EVALUATED) };
    for result in results.iter().filter(|result| !result.passed) {
        let told = failure(result, &tested.sources);
        world.out(&told);
    }
    let passed = results.iter().filter(|result| result.passed).count();
    let failed = results.len() - passed;
    world.out(&format!("{passed} passed, {failed} failed\n"));
    Ok(if failed == 0 { OK } else { NOT_SO })
}

fn failure(result: &TestResult, sources: &Sources) -> String {
    let mut text = format!("FAIL {} \"{}\"  {}\n", result.control, result.name, sources.describe(result.place));
    for error in &result.errors {
        let at = error.place.map_or_else(String::new, |place| format!("{}: ", sources.describe(place)));
        text.push_str(&format!("  {at}{}\n", tickmark_report::clean(&error.message)));
    }
    for line in result.failures.iter().flat_map(|failure| failure.lines()) {
        text.push_str(&format!("  {}\n", tickmark_report::clean(line)));
    }
    text
}
