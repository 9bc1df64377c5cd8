//! `cargo run -p xtask -- tidy`: checks the house rules and lists what breaks them.

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut stderr = std::io::stderr();
    let task = std::env::args().nth(1);
    if task.as_deref() != Some("tidy") {
        let _ = writeln!(stderr, "usage: cargo run -p xtask -- tidy");
        return ExitCode::from(2);
    }
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let broken = xtask::tidy(&root);
    for line in &broken {
        let _ = writeln!(stderr, "{line}");
    }
    if broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) }
}
