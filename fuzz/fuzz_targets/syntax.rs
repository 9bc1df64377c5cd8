//! The parser ends without a panic, and what it accepts can be formatted and parsed again to the same tree.
#![no_main]

use libfuzzer_sys::fuzz_target;
use tickmark_source::FileId;
use tickmark_syntax::{debug_tree, format, parse};

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (tree, diagnostics) = parse(FileId(0), text);
    for diagnostic in &diagnostics {
        for label in &diagnostic.labels {
            assert!(text.get(label.span.start as usize..label.span.end as usize).is_some(), "{diagnostic:?}");
        }
    }
    if !diagnostics.is_empty() {
        return;
    }
    let Ok(formatted) = format(text) else { return };
    let (again, diagnostics) = parse(FileId(0), &formatted);
    assert!(diagnostics.is_empty(), "{diagnostics:?}\n{formatted}");
    assert_eq!(debug_tree(&tree), debug_tree(&again), "{text}\n--\n{formatted}");
    assert_eq!(format(&formatted).as_deref().ok(), Some(formatted.as_str()), "formatting twice changes it");
});
