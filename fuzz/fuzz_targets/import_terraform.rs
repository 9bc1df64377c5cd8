//! Plans and states of Terraform are read without a panic, whatever they hold.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = tickmark_fuzz::read("terraform=", "plan.json", bytes);
});
