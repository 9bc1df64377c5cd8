//! From a seed to cases: one program, and several sets of facts for it.

use std::collections::BTreeSet;

use serde_json::Value;
use smol_str::SmolStr;
use tickmark_program::Program;

use crate::case::Case;
use crate::random::Random;
use crate::work::{MOST, Work};
use crate::world::{Stand, World};
use crate::{facts, write};

/// The cases of one program.
#[derive(Debug)]
pub struct Batch {
    /// The program, or what it is refused for.
    pub program: Result<Program, Vec<String>>,
    /// They differ in facts and dates alone.
    pub cases: Vec<Case>,
    /// How many sets of facts were left out, since they would have been too much work however few their records.
    pub too_much: usize,
}

impl Batch {
    /// The cases of a seed, with so many sets of facts.
    #[must_use]
    pub fn from_seed(seed: u64, sets: usize) -> Batch {
        Batch::from_random(&mut Random::from_seed(seed), sets)
    }

    /// The cases of a source of choices.
    #[must_use]
    pub fn from_random(random: &mut Random, sets: usize) -> Batch {
        let world = World::random(random);
        let written = write::program(random, &world);
        let open: BTreeSet<SmolStr> = world
            .nouns
            .iter()
            .filter(|noun| noun.stand == Stand::Open)
            .map(|noun| SmolStr::from(noun.name.as_str()))
            .collect();
        let mut batch = Batch { program: Err(Vec::new()), cases: Vec::new(), too_much: 0 };
        for set in 0..sets {
            let dates = ["2026-06-30", "2026-06-30", "2026-06-30", "2026-06-15T12:00:00Z", "2024-02-29"];
            let periods = [("2026-01-01", "2026-06-30"), ("2026-01-01", "2026-12-31"), ("2026-06-15", "2026-06-15")];
            let period = random.pick(&periods).map(|(start, end)| ((*start).to_owned(), (*end).to_owned()));
            let mut case = Case {
                program: written.text.clone(),
                query: written.query.clone(),
                open: open.clone(),
                files: facts::files(random, &world),
                as_of: random.word(&dates).to_owned(),
                period: period.filter(|_| random.chance(75)),
                explain_passes: random.chance(12),
                list_passes: random.chance(85),
                // Verdicts are what counts; what is said of them takes most of the time.
                explained: match random.below(20) {
                    0..11 => Some(0),
                    11..13 => Some(1 + random.below(2)),
                    _ => None,
                },
                split: u64::try_from(random.below(1 << 16)).ok(),
            };
            if set == 0 {
                batch.program = case.resolve();
            }
            let Ok(program) = &batch.program else { break };
            if fit(&mut case, program) {
                batch.cases.push(case);
            } else {
                batch.too_much += 1;
            }
        }
        batch
    }
}

/// Takes records out until the case is little enough work; false where that does not come about.
fn fit(case: &mut Case, program: &Program) -> bool {
    for most in [usize::MAX, 12, 6, 3, 1] {
        if most < usize::MAX {
            case.files.iter_mut().for_each(|file| cut(file, most));
        }
        let (facts, _) = case.facts(program);
        if Work::new(program, &facts).total() <= MOST {
            return true;
        }
    }
    false
}

/// Leaves no noun with more than so many records.
fn cut(file: &mut Value, most: usize) {
    for records in file.as_object_mut().into_iter().flat_map(|nouns| nouns.values_mut()) {
        if let Some(records) = records.as_array_mut() {
            records.truncate(most);
        }
    }
}
