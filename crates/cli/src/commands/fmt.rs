//! `tickmark fmt`

use std::io::Read;
use std::path::{Path, PathBuf};

use tickmark_source::Sources;

use crate::arguments::FmtArguments;
use crate::commands::{Outcome, tell};
use crate::{NOT_EVALUATED, NOT_SO, OK, World};

pub(crate) fn run(arguments: &FmtArguments, world: &mut World<'_>) -> Outcome {
    if arguments.paths == ["-"] {
        return standard_input(arguments.check, world);
    }
    let here = [String::from(".")];
    let named = if arguments.paths.is_empty() { &here[..] } else { &arguments.paths };
    let mut paths = Vec::new();
    for path in named {
        paths.extend(tick_files(Path::new(path))?);
    }
    if paths.is_empty() {
        return Err(format!("there is no `.tick` file in {}", named.join(", ")));
    }
    // All are read and formatted before any is written.
    let mut changed = Vec::new();
    let mut broken = false;
    for path in paths {
        let name = path.to_string_lossy().into_owned();
        let text = read_text(&name, world)?;
        match formatted(&name, &text, world) {
            Some(new) if new != text => changed.push((path, new)),
            Some(_) => {}
            None => broken = true,
        }
    }
    if broken {
        return Ok(NOT_EVALUATED);
    }
    for (path, new) in &changed {
        if arguments.check {
            world.out(&format!("{} is not formatted\n", path.display()));
        } else {
            super::check::write_whole(path, new)?;
            world.err(&format!("formatted {}\n", path.display()));
        }
    }
    Ok(if arguments.check && !changed.is_empty() { NOT_SO } else { OK })
}

fn standard_input(check: bool, world: &mut World<'_>) -> Outcome {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|error| format!("cannot read standard input: {error}"))?;
    let Some(new) = formatted("<stdin>", &text, world) else { return Ok(NOT_EVALUATED) };
    if check {
        return Ok(if new == text { OK } else { NOT_SO });
    }
    world.out(&new);
    Ok(OK)
}

fn read_text(path: &str, world: &World<'_>) -> Result<String, String> {
    let bytes = world.files.read(path).map_err(|error| error.to_string())?;
    String::from_utf8(bytes.to_vec()).map_err(|_| format!("`{path}` is not text in UTF-8"))
}

/// The formatted text; nothing where there is a mistake in it, which is told.
fn formatted(path: &str, text: &str, world: &mut World<'_>) -> Option<String> {
    match tickmark_syntax::format(text) {
        Ok(new) => Some(new),
        Err(_) => {
            // Parsed again under its name, so that the mistakes are placed in the file.
            let mut sources = Sources::new();
            let file = sources.add(path, text.as_bytes().to_vec());
            let (_, diagnostics) = tickmark_syntax::parse(file, text);
            tell(&diagnostics, &sources, world);
            None
        }
    }
}

/// A file as it is named; below a folder all `.tick` files that `.gitignore` does not leave out, sorted.
fn tick_files(path: &Path) -> Result<Vec<PathBuf>, String> {
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    if !path.exists() {
        return Err(format!("no such file or folder: `{}`", path.display()));
    }
    let mut files = Vec::new();
    for entry in ignore::WalkBuilder::new(path).require_git(false).build() {
        let entry = entry.map_err(|error| error.to_string())?;
        if entry.path().extension().is_some_and(|extension| extension == "tick") && entry.path().is_file() {
            files.push(entry.into_path());
        }
    }
    files.sort();
    Ok(files)
}
