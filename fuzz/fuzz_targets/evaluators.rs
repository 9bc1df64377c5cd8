//! Bytes decide a program and facts; both evaluators must say the same of them.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_proof::{Batch, Compared, Random, compare};

fuzz_target!(|bytes: &[u8]| {
    let batch = Batch::from_random(&mut Random::from_bytes(bytes), 1);
    let Ok(program) = &batch.program else { return };
    for case in &batch.cases {
        if let Compared::Different(difference) = compare(case, program) {
            panic!("{difference:#?}\n{}\n{}", case.program, case.stored());
        }
    }
});
