//! Our JSON reader against serde_json: what both read as a list of records has as many records for both, and what serde_json
//! does not read as JSON is not read by ours either.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use tickmark_fuzz::{is_whole, read};

fuzz_target!(|bytes: &[u8]| {
    let imported = read("json:bx=", "facts.json", bytes);
    if !is_whole(&imported) {
        return;
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match serde_json::from_slice::<Value>(bytes) {
        Ok(value) => {
            let records = match &value {
                Value::Array(records) => records.len(),
                Value::Object(_) => 1,
                _ => 0,
            };
            let read: u64 = imported.sources.iter().map(|source| source.records).sum();
            assert_eq!(u64::try_from(records), Ok(read));
        }
        // Two things that ours takes on purpose: numbers beyond a 64-bit float, and texts with half a surrogate pair.
        Err(error) if error.to_string().contains("number out of range") => {}
        Err(error) if error.to_string().contains("surrogate") || error.to_string().contains("hex escape") => {}
        Err(error) => panic!("serde_json refuses it: {error}"),
    }
});
