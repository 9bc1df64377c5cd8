//! `generate --size 20mb --seed 1 --out DIR` writes exports and `expected.json`; `generate --variations 500` prints controls.

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use tickmark_benches::{Scale, control_file, write_company};

const USAGE: &str = "usage: generate --size 1mb|20mb|200mb|1gb [--seed N] --out DIR\n       generate --variations N\n";

/// What was typed.
#[derive(Default)]
struct Asked {
    bytes: Option<u64>,
    seed: u64,
    out: Option<PathBuf>,
    variations: Option<usize>,
}

fn main() -> ExitCode {
    let Some(asked) = parse(std::env::args().skip(1)) else {
        let _ = io::stderr().write_all(USAGE.as_bytes());
        return ExitCode::from(2);
    };
    match run(&asked) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::from(1)
        }
    }
}

fn run(asked: &Asked) -> io::Result<()> {
    if let Some(variations) = asked.variations {
        return io::stdout().write_all(control_file(variations).as_bytes());
    }
    let (Some(bytes), Some(out)) = (asked.bytes, &asked.out) else {
        return Err(io::Error::other("--size and --out are needed"));
    };
    std::fs::create_dir_all(out)?;
    let expected = write_company(out, &Scale::of_bytes(bytes), asked.seed)?;
    std::fs::write(out.join("expected.json"), expected.to_json())?;
    writeln!(io::stdout(), "{} bytes in {}", expected.bytes(), out.display())
}

/// None where it cannot be understood.
fn parse(mut words: impl Iterator<Item = String>) -> Option<Asked> {
    let mut asked = Asked { seed: 1, ..Asked::default() };
    while let Some(word) = words.next() {
        let value = words.next()?;
        match word.as_str() {
            "--size" => asked.bytes = Some(size(&value)?),
            "--seed" => asked.seed = value.parse().ok()?,
            "--out" => asked.out = Some(PathBuf::from(value)),
            "--variations" => asked.variations = Some(value.parse().ok()?),
            _ => return None,
        }
    }
    (asked.variations.is_some() || asked.bytes.is_some() && asked.out.is_some()).then_some(asked)
}

/// `20mb`, `1gb`, `300kb`: decimal, as sizes of files are given.
fn size(text: &str) -> Option<u64> {
    let text = text.to_lowercase();
    let units = [("gb", 1_000_000_000), ("mb", 1_000_000), ("kb", 1_000)];
    units.into_iter().find_map(|(unit, bytes)| text.strip_suffix(unit)?.parse::<u64>().ok()?.checked_mul(bytes))
}
