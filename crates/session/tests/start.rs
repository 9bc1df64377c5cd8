//! What a run reads of the packs and the library that are embedded: no more than it needs.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use tickmark_facts::Time;
use tickmark_session::{Request, load, pack_names, survey};
use tickmark_source::MemoryFiles;

fn request() -> Request {
    Request::at(Time(1_798_718_400_000_000))
}

fn of_pack(name: &str) -> Request {
    Request { packs: vec![name.to_owned()], ..request() }
}

/// The folders of the library.
fn is_library(path: &str) -> bool {
    path.starts_with("sources/") || path.starts_with("vocabulary/")
}

#[test]
fn a_pack_that_is_not_named_is_not_read() {
    for name in pack_names() {
        let loaded = load(&of_pack(name), &MemoryFiles::new());
        assert_eq!(loaded.diagnostics, [], "{name}");
        let read = &loaded.embedded;
        assert!(read.items > 0 && read.files.iter().any(|path| path.starts_with(&format!("{name}/"))), "{name}");
        for path in &read.files {
            assert!(is_library(path) || path.starts_with(&format!("{name}/")), "{name} reads {path}");
        }
    }
}

#[test]
fn a_program_with_nouns_of_its_own_reads_no_definition_of_the_library() {
    let mut files = MemoryFiles::new();
    files.insert(
        "own.tick",
        "entity service { key name  name text  owner optional text }\n\
         control SVC-01 \"owned\" { cites CC1.3  every service has owner }\n",
    );
    let loaded = load(&Request { controls: vec!["own.tick".into()], ..request() }, &files);
    assert_eq!(loaded.diagnostics, []);
    // Params and capabilities belong to no noun: they are taken always.
    let settings = loaded.program.params.len() + loaded.program.capabilities.len();
    assert_eq!(loaded.embedded.items, settings);
    assert!(loaded.embedded.files.iter().all(|path| is_library(path)));
}

#[test]
fn more_is_read_only_where_more_is_spoken_of() {
    let read = |text: &str| {
        let mut files = MemoryFiles::new();
        files.insert("own.tick", format!("control X-1 \"x\" {{ cites CC1.3  {text} }}\n"));
        let loaded = load(&Request { controls: vec!["own.tick".into()], ..request() }, &files);
        assert_eq!(loaded.diagnostics, [], "{text}");
        loaded.embedded
    };
    let (person, model) = (read("every person: name exists"), read("every model has approval"));
    assert!(person.files.contains(&"vocabulary/people.tick") && !person.files.contains(&"vocabulary/models.tick"));
    assert!(model.files.contains(&"vocabulary/models.tick"));
    assert!(person.items < model.items, "{} {}", person.items, model.items);
    let everything = everything_read();
    assert!(model.items < everything, "{} {everything}", model.items);
}

/// How many items there are in the library: looking around in facts takes all of it.
#[expect(clippy::disallowed_methods, reason = "a test reads the controls from the disk")]
fn everything_read() -> usize {
    let library = concat!(env!("CARGO_MANIFEST_DIR"), "/../../controls");
    let mut items = 0;
    for folder in ["sources", "vocabulary", "vocabulary/maps"] {
        for entry in std::fs::read_dir(format!("{library}/{folder}")).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let text = std::fs::read_to_string(&path).unwrap();
                items += tickmark_syntax::parse(tickmark_source::FileId(0), &text).0.items.len();
            }
        }
    }
    items
}

#[test]
fn a_noun_of_the_users_own_takes_the_place_of_the_librarys() {
    let mut files = MemoryFiles::new();
    files.insert(
        "own.tick",
        "entity model { key name  name text }\ncontrol X-1 \"x\" { cites CC1.3  every model: name exists }\n",
    );
    let loaded = load(&Request { controls: vec!["own.tick".into()], ..request() }, &files);
    assert_eq!(loaded.diagnostics, []);
    assert!(loaded.program.maps.is_empty(), "the library's maps lead to the library's model");
}

#[test]
fn looking_around_takes_the_whole_library() {
    let mut files = MemoryFiles::new();
    files.insert("facts.yaml", "model:\n- { name: a, version: \"1\" }\n");
    let survey = survey(&Request { facts: vec!["facts.yaml".into()], ..request() }, &files);
    let nouns = survey.nouns.unwrap();
    assert!(nouns.iter().any(|noun| noun.name == "model" && !noun.open), "{:?}", survey.diagnostics);
}
