//! No manifest and no collection manifest makes the reader panic, however broken it is.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use tickmark_manifest::Collection;
use tickmark_source::{MemoryFiles, Sources};

const MANIFEST: &str = "version: 1\nsources:\n  - { path: 'e/*.csv', noun: vendor, required: true, max_age: 30 days, columns: { \"Ä\": name, b: ~ }, values: { a: { x: true } } }\npacks: &p [soc2-ai, ./c]\nexceptions: *p\nparams: { a: [1, \"b\"], c: 60 days }\nterraform: { var: { r: { a: [1, ~] } }, source: . }\nperiod: { from: 2026-01-01, to: 2026-03-31 }\nas_of: 2026-03-31\ncalendar: { time_zone: Europe/Berlin }\n";

fn read(bytes: &[u8]) {
    let mut files = MemoryFiles::new();
    files.insert("tickmark.yaml", bytes);
    let mut sources = Sources::new();
    let (manifest, mistakes) = tickmark_manifest::read("tickmark.yaml", &["soc2-ai"], &files, &mut sources);
    for mistake in &mistakes {
        // Where it stands can be told.
        assert!(mistake.is_error() && !mistake.to_plain(&sources).is_empty());
    }
    if let Some(manifest) = manifest {
        let _ = tickmark_manifest::expand(&manifest, &files);
    }
}

#[test]
fn broken_manifests_are_told() {
    read(MANIFEST.as_bytes());
    for at in 0..MANIFEST.len() {
        read(&MANIFEST.as_bytes()[..at]);
        for odd in [&b"{"[..], b"]", b"\"", b"\0", b"\xff", b"\n- ", b": ", b"*p", b"!!str ", b"&", b"#", b"\t"] {
            let mut bytes = MANIFEST.as_bytes().to_vec();
            bytes.splice(at..at + 1, odd.iter().copied());
            read(&bytes);
        }
    }
}

#[test]
fn broken_collections_are_told() {
    let whole = serde_json::to_vec(&Collection::new("mlflow", "t", "c", "2026-01-01")).unwrap();
    assert!(Collection::read(&whole).is_ok());
    for at in 0..whole.len() {
        let (line, column, why) = Collection::read(&whole[..at]).unwrap_err();
        assert!(line == 1 && column <= at && !why.is_empty());
    }
    let other = String::from_utf8(whole).unwrap().replace("\"tickmark_collection\":1", "\"tickmark_collection\":2");
    assert!(Collection::read(other.as_bytes()).unwrap_err().2.contains("its form is 2"));
}
