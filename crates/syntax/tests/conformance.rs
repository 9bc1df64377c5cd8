//! Every program of the conformance cases, and of the language page, is read.

use std::path::Path;

use serde::Deserialize;
use tickmark_source::{FileId, Place, Sources};
use tickmark_syntax::{debug_tree, parse};

#[derive(Deserialize)]
struct Cases {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    program: String,
}

/// The cases lie beside the checkout; a copy of the repository alone does not have them.
#[expect(clippy::print_stdout, reason = "a test that is skipped says so")]
fn shared() -> Option<std::path::PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    if root.is_dir() {
        return Some(root);
    }
    println!("skipped: the conformance cases are not beside the checkout");
    None
}

fn messages(text: &str) -> Vec<String> {
    let mut sources = Sources::new();
    let file = sources.add("case.tick", text.as_bytes().to_vec());
    parse(file, text).1.iter().map(|diagnostic| diagnostic.to_plain(&sources)).collect()
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test reads the cases from the disk")]
fn every_program_is_read() {
    let Some(root) = shared() else { return };
    let mut files: Vec<_> = std::fs::read_dir(root.join("conformance"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    files.sort();
    let mut read = 0;
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let cases: Cases = serde_yaml::from_str(&text).unwrap();
        for case in cases.cases {
            let found = messages(&case.program);
            if case.name == "a nested sentence that reads two ways" {
                assert!(
                    found.len() == 1 && found[0].starts_with("case.tick:4:") && found[0].contains("parenthes"),
                    "{found:?}"
                );
            } else {
                assert!(found.is_empty(), "{}: {found:#?}\n{}", case.name, case.program);
                let (tree, _) = parse(FileId(0), &case.program);
                assert!(!tree.items.is_empty());
                read += 1;
            }
        }
    }
    assert!(read > 60, "only {read} programs");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test reads the page from the disk")]
fn every_example_of_the_language_page_is_read() {
    let Some(root) = shared() else { return };
    let page = std::fs::read_to_string(root.join("design/LANGUAGE.md")).unwrap();
    let mut blocks = 0;
    for block in page.split("```tick\n").skip(1) {
        let program = block.split("```").next().unwrap();
        // One block shows a sentence beside its capability, outside a control.
        let program = program.replace("\nno data_scientist", "\ncontrol A-1 {\nno data_scientist");
        let program = if program.contains("control A-1 {\nno") { format!("{program}\n}}") } else { program };
        let found = messages(&program);
        assert!(found.is_empty(), "{found:#?}\n{program}");
        blocks += 1;
    }
    assert_eq!(blocks, 4);
}

#[test]
fn a_diagnostic_stands_where_the_mistake_is() {
    let text = "entity a { id text }\n\ncontrol A-1 {\n  every a is ok\n  every a: id ==\n}\n";
    let (_, diagnostics) = parse(FileId(3), text);
    assert_eq!(diagnostics.len(), 1, "{diagnostics:?}");
    let offset = u32::try_from(text.find("==").unwrap()).unwrap();
    assert_eq!(diagnostics[0].place(), Some(Place { file: FileId(3), offset }));
    assert_eq!(debug_tree(&parse(FileId(3), text).0), "(entity a (id text))\n");
}
