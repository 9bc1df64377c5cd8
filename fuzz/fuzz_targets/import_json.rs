//! JSON and JSON Lines are read without a panic, whatever they hold.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = tickmark_fuzz::read("json=", "facts.json", bytes);
    let _ = tickmark_fuzz::read("jsonl=", "facts.jsonl", bytes);
    let _ = tickmark_fuzz::read("", "facts", bytes);
});
