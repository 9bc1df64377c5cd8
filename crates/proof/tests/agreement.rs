//! The two evaluators agree: on thousands of random cases, and on every case that was ever found.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test that cannot go on has failed")]
#![allow(clippy::disallowed_methods, reason = "found cases are files beside this test")]

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use tickmark_engine::Method;
use tickmark_proof::coverage::Coverage;
use tickmark_proof::mutants::MUTANTS;
use tickmark_proof::{Batch, Case, Compared, Run, compare, compare_runs, shrink};

/// Programs, each with four sets of facts.
const PROGRAMS: u64 = 700;
const SETS: usize = 4;

/// Works on two threads, each with an evaluator that does not wait for the other's.
fn on_two_threads<T: Send>(numbers: std::ops::Range<u64>, work: impl Fn(u64) -> T + Sync) -> Vec<T> {
    let next = AtomicU64::new(numbers.start);
    let done = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let pool = tickmark_engine::workers(1).unwrap();
                pool.install(|| {
                    loop {
                        let number = next.fetch_add(1, Ordering::Relaxed);
                        if number >= numbers.end {
                            break;
                        }
                        let made = work(number);
                        done.lock().unwrap().push((number, made));
                    }
                });
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(number, _)| *number);
    done.into_iter().map(|(_, made)| made).collect()
}

/// What came of one program and its cases.
#[derive(Default)]
struct Tried {
    refused: Vec<String>,
    cases: usize,
    limited: usize,
    too_much: usize,
    differences: Vec<String>,
}

fn tried(seed: u64, coverage: &Mutex<Coverage>) -> Tried {
    let batch = Batch::from_seed(seed, SETS);
    let mut tried = Tried { cases: batch.cases.len(), too_much: batch.too_much, ..Tried::default() };
    let program = match &batch.program {
        Ok(program) => program,
        Err(errors) => return Tried { refused: errors.clone(), ..tried },
    };
    for case in &batch.cases {
        match compare(case, program) {
            Compared::Same => {}
            Compared::Limited => tried.limited += 1,
            Compared::Different(difference) => {
                tried.differences.push(format!("seed {seed}: {difference:#?}\n{}{}", case.program, case.stored()));
            }
        }
    }
    coverage.lock().unwrap().batch(program, &batch.cases);
    tried
}

#[test]
fn both_evaluators_say_the_same_of_random_cases() {
    let coverage = Mutex::new(Coverage::new());
    let all = on_two_threads(0..PROGRAMS, |seed| tried(seed, &coverage));
    let differences: Vec<&String> = all.iter().flat_map(|tried| &tried.differences).collect();
    assert!(differences.is_empty(), "{} differ; the first: {}", differences.len(), differences[0]);
    let coverage = coverage.into_inner().unwrap();
    println!("{}", coverage.table());
    assert_eq!(coverage.gaps(), Vec::<&str>::new(), "constructs that no case held, or that the table does not list");
    let sum = |of: fn(&Tried) -> usize| all.iter().map(of).sum::<usize>();
    let (cases, limited, too_much) =
        (sum(|tried| tried.cases), sum(|tried| tried.limited), sum(|tried| tried.too_much));
    let refused: Vec<&Tried> = all.iter().filter(|tried| !tried.refused.is_empty()).collect();
    println!("{cases} cases, {} programs refused, {limited} at a limit, {too_much} too much work", refused.len());
    assert!(
        refused.len() * 10 < all.len(),
        "{} of {} programs are refused: {:?}",
        refused.len(),
        all.len(),
        refused[0].refused
    );
    assert!(cases > 2_000, "{cases}");
    assert!(
        limited * 100 < cases && too_much * 20 < cases,
        "of {cases} cases {limited} end at a limit, {too_much} are too much work"
    );
}

#[test]
fn what_was_found_once_is_run_for_ever() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("found");
    let mut names: Vec<_> = std::fs::read_dir(&folder)
        .map(|entries| entries.map(|entry| entry.unwrap().path()).collect())
        .unwrap_or_default();
    names.sort();
    for path in names.iter().filter(|path| path.extension().is_some_and(|extension| extension == "tick")) {
        let program = std::fs::read_to_string(path).unwrap();
        let stored = std::fs::read_to_string(path.with_extension("json")).unwrap();
        let case = Case::read(&program, &stored).unwrap();
        assert_eq!(Case::read(&program, &case.stored()).unwrap(), case);
        let program = case.resolve().unwrap_or_else(|errors| panic!("{}: {errors:?}", path.display()));
        assert_eq!(compare(&case, &program), Compared::Same, "{}", path.display());
    }
}

#[test]
fn a_seed_gives_the_same_cases_again() {
    let (one, two) = (Batch::from_seed(11, 2), Batch::from_seed(11, 2));
    assert_eq!(one.cases, two.cases);
    assert_ne!(one.cases, Batch::from_seed(12, 2).cases);
}

/// The proof proves something only if it finds faults: each planted one must show.
#[test]
fn every_planted_fault_is_found() {
    let shown = on_two_threads(0..MUTANTS.len() as u64, |index| {
        let mutant = &MUTANTS[usize::try_from(index).unwrap()];
        (0..900_u64).any(|seed| {
            let batch = Batch::from_seed(seed, 2);
            let Ok(program) = &batch.program else { return false };
            let faulty = mutant.plant(program);
            let right = Run { program, method: Method::Reference, parts: false };
            let wrong = Run { program: &faulty, method: Method::Reference, parts: false };
            batch.cases.iter().any(|case| matches!(compare_runs(case, &right, &wrong), Compared::Different(_)))
        })
    });
    let missed: Vec<&str> =
        MUTANTS.iter().zip(&shown).filter(|(_, shown)| !**shown).map(|(mutant, _)| mutant.name).collect();
    assert_eq!(missed, Vec::<&str>::new());
}

#[test]
fn a_found_fault_is_made_small() {
    let mutant = MUTANTS.iter().find(|mutant| mutant.name.contains("`+` takes in the start")).unwrap();
    let differs = |case: &Case| {
        let Ok(program) = case.resolve() else { return false };
        let faulty = mutant.plant(&program);
        let right = Run { program: &program, method: Method::Reference, parts: false };
        let wrong = Run { program: &faulty, method: Method::Reference, parts: false };
        matches!(compare_runs(case, &right, &wrong), Compared::Different(_))
    };
    let found = (0..500).flat_map(|seed| Batch::from_seed(seed, 1).cases).find(|case| differs(case)).unwrap();
    let small = shrink(&found, &differs);
    assert!(differs(&small));
    assert!(small.size() * 4 < found.size() && small.program.contains('+'), "{}\n{}", small.program, small.stored());
}

#[test]
fn one_changed_record_is_noticed() {
    let noticed = (0..60).any(|seed| {
        let batch = Batch::from_seed(seed, 1);
        let (Ok(program), Some(case)) = (&batch.program, batch.cases.first()) else { return false };
        let mut changed = case.clone();
        let records = changed.files[0].as_object_mut().unwrap().values_mut().find_map(|records| records.as_array_mut());
        records.is_some_and(|records| records.pop().is_some()) && {
            let run = Run { program, method: Method::Reference, parts: false };
            run.run(case) != run.run(&changed)
        }
    });
    assert!(noticed);
}
