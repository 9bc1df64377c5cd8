//! `soak --cases N [--seed S] [--threads T] [--keep DIR]`: random cases through both evaluators, for as long as one likes.
//! `soak --show SEED` prints the program of a seed; `soak --again DIR` runs the cases that were kept.
//!
//! A difference is printed, shrunk, and written to `DIR` (found/ of this crate) as NAME.tick and NAME.json. The exit code is
//! 1 where there was one.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "this is a command")]
#![allow(clippy::disallowed_methods, reason = "found cases are files, and a command reads its arguments and the clock")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use tickmark_proof::coverage::Coverage;
use tickmark_proof::{Batch, Case, Compared, Difference, compare, shrink};

/// A case is thousands of small values, on all threads: the allocator is a third of the time otherwise.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Sets of facts for each program.
const SETS: usize = 6;

struct Arguments {
    cases: u64,
    seed: u64,
    threads: usize,
    keep: PathBuf,
    show: Option<u64>,
    again: Option<PathBuf>,
}

#[derive(Default)]
struct Tally {
    cases: AtomicU64,
    programs: AtomicU64,
    refused: AtomicU64,
    limited: AtomicU64,
    too_much: AtomicU64,
    different: AtomicU64,
    next: AtomicU64,
}

fn main() -> ExitCode {
    let arguments = match arguments() {
        Ok(arguments) => arguments,
        Err(reason) => {
            eprintln!("{reason}\nsoak --cases N [--seed S] [--threads T] [--keep DIR] | --show SEED | --again DIR");
            return ExitCode::from(2);
        }
    };
    if let Some(seed) = arguments.show {
        let batch = Batch::from_seed(seed, SETS);
        if let Some(case) = batch.cases.first() {
            println!("{}# query: {}\n{}", case.program, case.query, case.stored());
        }
        if let Err(reasons) = batch.program {
            println!("{}", reasons.join("\n"));
        }
        return ExitCode::SUCCESS;
    }
    if let Some(folder) = &arguments.again {
        return again(folder);
    }
    // A panic is caught and told as a difference; its own words on the terminal would only be in the way.
    std::panic::set_hook(Box::new(|_| {}));
    let started = Instant::now();
    let tally = Tally::default();
    let coverage = Mutex::new(Coverage::new());
    std::thread::scope(|scope| {
        for _ in 0..arguments.threads {
            // Each worker has threads of its own: the evaluators must not wait for each other.
            scope.spawn(|| match tickmark_engine::workers(1) {
                Ok(pool) => pool.install(|| work(&arguments, &tally, &coverage, started)),
                Err(error) => eprintln!("no threads: {error}"),
            });
        }
    });
    let coverage = coverage.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    println!("{}", coverage.table());
    println!("{}", line(&tally, started));
    if tally.different.load(Ordering::Relaxed) == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn arguments() -> Result<Arguments, String> {
    let found = Path::new(env!("CARGO_MANIFEST_DIR")).join("found");
    let mut arguments = Arguments { cases: 10_000, seed: 1, threads: 2, keep: found, show: None, again: None };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().ok_or(format!("`{word}` wants a value"))?;
        let number = || value.replace('_', "").parse::<u64>().map_err(|_| format!("`{value}` is no number"));
        match word.as_str() {
            "--cases" => arguments.cases = number()?,
            "--seed" => arguments.seed = number()?,
            "--threads" => arguments.threads = usize::try_from(number()?).unwrap_or(1).max(1),
            "--keep" => arguments.keep = PathBuf::from(value),
            "--show" => arguments.show = Some(number()?),
            "--again" => arguments.again = Some(PathBuf::from(value)),
            _ => return Err(format!("there is no `{word}`")),
        }
    }
    Ok(arguments)
}

fn work(arguments: &Arguments, tally: &Tally, coverage: &Mutex<Coverage>, started: Instant) {
    while tally.cases.load(Ordering::Relaxed) < arguments.cases {
        let number = tally.next.fetch_add(1, Ordering::Relaxed);
        let seed = arguments.seed.wrapping_mul(1_000_000_007).wrapping_add(number);
        let batch = Batch::from_seed(seed, SETS);
        tally.programs.fetch_add(1, Ordering::Relaxed);
        tally.too_much.fetch_add(batch.too_much as u64, Ordering::Relaxed);
        let Ok(program) = &batch.program else {
            tally.refused.fetch_add(1, Ordering::Relaxed);
            continue;
        };
        // Counting constructs is work too: every sixteenth program is enough for the table.
        if number.is_multiple_of(16)
            && let Ok(mut coverage) = coverage.lock()
        {
            coverage.batch(program, &batch.cases);
        }
        for (set, case) in batch.cases.iter().enumerate() {
            match compare(case, program) {
                Compared::Same => {}
                Compared::Limited => {
                    tally.limited.fetch_add(1, Ordering::Relaxed);
                }
                Compared::Different(difference) => {
                    tally.different.fetch_add(1, Ordering::Relaxed);
                    println!("seed {seed} set {set}: {}", words(&difference));
                    keep(&arguments.keep, &format!("seed-{seed}-{set}"), case, difference.kind());
                    // One of a program is enough: the others are the same fault.
                    break;
                }
            }
        }
        let before = tally.cases.fetch_add(batch.cases.len() as u64, Ordering::Relaxed);
        if before / 10_000 != (before + batch.cases.len() as u64) / 10_000 {
            println!("{}", line(tally, started));
        }
    }
}

/// Where two results differ, from the first line on in which they do.
fn words(difference: &Difference) -> String {
    let (left, right) = (difference.left.lines(), difference.right.lines());
    let same = left.clone().zip(right.clone()).take_while(|(left, right)| left == right).count();
    let of = |lines: std::str::Lines<'_>| lines.skip(same).take(6).collect::<Vec<_>>().join("\n             ");
    // Facts from parts are compared with those of one builder.
    let (one, other) =
        if difference.at.starts_with("split ") { ("one builder", "parts") } else { ("reference", "fast") };
    format!("{}\n  {one:<12}{}\n  {other:<12}{}", difference.at, of(left), of(right))
}

/// Runs the cases of a folder.
fn again(folder: &Path) -> ExitCode {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "tick"))
        .collect();
    paths.sort();
    let mut differ = 0;
    for path in &paths {
        let read = |path: &Path| std::fs::read_to_string(path).unwrap_or_default();
        let found = Case::read(&read(path), &read(&path.with_extension("json")))
            .and_then(|case| Ok((case.resolve().map_err(|reasons| reasons.join("; "))?, case)))
            .map(|(program, case)| compare(&case, &program));
        let found = match found {
            Ok(Compared::Same) => "same".to_owned(),
            Ok(Compared::Limited) => "at a limit".to_owned(),
            Ok(Compared::Different(difference)) => {
                differ += 1;
                words(&difference)
            }
            Err(reason) => format!("no case any more: {reason}"),
        };
        println!("{}: {found}", path.display());
    }
    println!("{} cases, {differ} different", paths.len());
    if differ == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn line(tally: &Tally, started: Instant) -> String {
    let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
    let seconds = started.elapsed().as_secs_f64();
    format!(
        "{} cases of {} programs in {seconds:.0} s: {} different, {} at a limit, {} programs refused, {} sets too much work",
        of(&tally.cases),
        of(&tally.programs),
        of(&tally.different),
        of(&tally.limited),
        of(&tally.refused),
        of(&tally.too_much),
    )
}

/// Shrinks a case and writes it down, where tests will run it again.
fn keep(folder: &Path, name: &str, case: &Case, kind: &str) {
    let differs = |case: &Case| match case.resolve() {
        Ok(program) => matches!(compare(case, &program), Compared::Different(found) if found.kind() == kind),
        Err(_) => false,
    };
    let small = shrink(case, &differs);
    let written = std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(folder.join(format!("{name}.tick")), &small.program))
        .and_then(|()| std::fs::write(folder.join(format!("{name}.json")), small.stored()));
    match written {
        Ok(()) => println!("kept as {}\n{}{}", folder.join(name).display(), small.program, small.stored()),
        Err(error) => eprintln!("{name} could not be kept: {error}\n{}{}", small.program, small.stored()),
    }
}
