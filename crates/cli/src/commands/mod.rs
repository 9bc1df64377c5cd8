//! The commands: each asks the session, prints, and gives the exit code.

pub(crate) mod check;
pub(crate) mod collect;
pub(crate) mod explain;
pub(crate) mod facts;
pub(crate) mod fmt;
pub(crate) mod init;
pub(crate) mod query;
pub(crate) mod test;
pub(crate) mod trace;

use clap::CommandFactory;
use clap_complete::Shell;
use tickmark_diagnostics::Diagnostic;
use tickmark_report::Style;
use tickmark_session::{Request, Use};
use tickmark_source::Sources;

use crate::World;
use crate::arguments::ManifestArguments;

/// What a command gives: an exit code, or a message for exit code 2.
pub(crate) type Outcome = Result<u8, String>;

/// How many threads a command may use: one for each core where it is not said.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Jobs(pub(crate) Option<u16>);

impl Jobs {
    /// Runs something on that many threads; what it gives is the same with any number.
    pub(crate) fn run<R: Send>(self, work: impl FnOnce() -> R + Send) -> Result<R, String> {
        Ok(self.workers()?.install(work))
    }

    /// The threads, for who has several things to run on them.
    pub(crate) fn workers(self) -> Result<tickmark_session::Workers, String> {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        let jobs = self.0.map_or_else(cores, usize::from);
        tickmark_session::workers(jobs).map_err(|error| format!("cannot start {jobs} threads: {error}"))
    }
}

/// The request with what the manifest says where the command line says nothing; nothing where the manifest has mistakes, which
/// are told.
pub(crate) fn with_manifest(
    request: Request,
    arguments: &ManifestArguments,
    (what, as_of_given): (Use, bool),
    world: &mut World<'_>,
) -> Option<Request> {
    if arguments.no_manifest {
        return Some(request);
    }
    let path = arguments.manifest.clone().or_else(|| tickmark_session::find_manifest(world.files));
    let Some(path) = path else { return Some(request) };
    match request.with_manifest(&path, (what, as_of_given), world.files) {
        Ok(request) => Some(request),
        Err((sources, diagnostics)) => {
            tell(&diagnostics, &sources, world);
            None
        }
    }
}

/// Prints diagnostics with their excerpts.
pub(crate) fn tell(diagnostics: &[Diagnostic], sources: &Sources, world: &mut World<'_>) {
    if !diagnostics.is_empty() {
        let style = Style { colour: world.colour_err, width: world.width };
        let text = tickmark_report::diagnostics::render(diagnostics, sources, style);
        world.err(&text);
    }
}

/// How results are printed.
pub(crate) fn style(world: &World<'_>) -> Style {
    Style { colour: world.colour_out, width: world.width }
}

/// The completion script of a shell.
pub(crate) fn completions(shell: Shell, world: &mut World<'_>) {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut crate::arguments::Arguments::command(), "tickmark", &mut script);
    world.out(&String::from_utf8_lossy(&script));
}
