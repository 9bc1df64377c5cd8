//! Other commands: the user's own `aws` and `kubectl`, with the user's own credentials, which never pass through here.

use std::process::{Command, Stdio};

/// What a command gave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// Whether it says that all went well.
    pub ok: bool,
    /// Standard output.
    pub out: Vec<u8>,
    /// Standard error.
    pub err: String,
}

/// Runs commands.
pub trait Programs {
    /// Runs one to its end.
    ///
    /// # Errors
    /// In plain words where it cannot be started.
    fn run(&self, program: &str, arguments: &[String]) -> Result<Ran, String>;
}

/// The commands of this machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Commands;

impl Programs for Commands {
    fn run(&self, program: &str, arguments: &[String]) -> Result<Ran, String> {
        let output = Command::new(program)
            .args(arguments)
            .stdin(Stdio::null())
            // Nobody is there to turn pages.
            .env("AWS_PAGER", "")
            .output()
            .map_err(|error| match error.kind() {
                std::io::ErrorKind::NotFound => {
                    format!("there is no command `{program}`: install it, and log in with it")
                }
                _ => format!("cannot run `{program}`: {error}"),
            })?;
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        Ok(Ran { ok: output.status.success(), out: output.stdout, err })
    }
}
