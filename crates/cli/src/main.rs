//! The `tickmark` binary: arguments, disk and terminal of this process, and its exit code.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use tickmark_cli::{DiskFiles, World, run};

fn main() -> ExitCode {
    let mut stdout = std::io::stdout().lock();
    let mut stderr = std::io::stderr();
    let mut world = World {
        files: &DiskFiles,
        now: tickmark_cli::now(),
        colour_out: tickmark_cli::colour(&std::io::stdout()),
        colour_err: tickmark_cli::colour(&std::io::stderr()),
        progress: std::io::stderr().is_terminal(),
        width: tickmark_cli::width(),
        stdout: &mut stdout,
        stderr: &mut stderr,
    };
    let code = run(std::env::args_os(), &mut world);
    // A reader that went away (`| head`) is no failure of ours, and nothing is left to tell it to.
    let _ = stdout.flush();
    ExitCode::from(code)
}
