//! The conformance cases as far as resolution goes: what must be refused is refused on the right line with the right
//! words, and what has verdicts resolves without an error.

use std::collections::BTreeSet;

use tickmark_diagnostics::Diagnostic;
use tickmark_program::{Input, META_TEXT, Program, SourceUnit, Surroundings, resolve};
use tickmark_source::Sources;

#[derive(serde::Deserialize)]
struct Suite {
    cases: Vec<Case>,
}

#[derive(serde::Deserialize)]
struct Case {
    name: String,
    program: String,
    #[serde(default)]
    expect_error: Option<ExpectError>,
}

#[derive(serde::Deserialize)]
struct ExpectError {
    line: Option<u32>,
    mentions: Vec<String>,
}

fn unit(sources: &mut Sources, path: &str, text: &str, diagnostics: &mut Vec<Diagnostic>) -> SourceUnit {
    let file = sources.add(path, text.as_bytes().to_vec());
    let (ast, found) = tickmark_syntax::parse(file, text);
    diagnostics.extend(found);
    SourceUnit { file, text: text.into(), embedded: false, ast }
}

fn check(text: &str) -> (Program, Vec<Diagnostic>, Sources) {
    let mut sources = Sources::new();
    let mut diagnostics = Vec::new();
    let own = unit(&mut sources, "case.tick", text, &mut diagnostics);
    let meta = unit(&mut sources, "meta.tick", META_TEXT, &mut diagnostics);
    let around = Surroundings {
        supplied: &BTreeSet::new(),
        may_supply: &|_| false,
        shapes: &std::collections::BTreeMap::new(),
        dormant: &std::collections::BTreeMap::new(),
        settings: &[],
        query: None,
    };
    let input =
        Input { own: &[own], library: &[], needed: true, meta: &meta, around, selected: &|_| true, everything: false };
    let (program, found) = resolve(input);
    diagnostics.extend(found);
    tickmark_diagnostics::sort(&mut diagnostics);
    (program, diagnostics, sources)
}

#[test]
fn all_cases_resolve_or_are_refused_as_they_should() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/conformance");
    let mut wrong = Vec::new();
    let mut count = 0;
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "yaml")) {
        let suite: Suite = serde_yaml::from_reader(std::fs::File::open(path).unwrap()).unwrap();
        for case in suite.cases {
            count += 1;
            let (_, diagnostics, sources) = check(&case.program);
            let errors: Vec<&Diagnostic> = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).collect();
            let told: String = errors.iter().map(|error| error.to_plain(&sources) + "\n").collect();
            match &case.expect_error {
                None if errors.is_empty() => {}
                None => wrong.push(format!("{}: refused\n{told}", case.name)),
                Some(expected) => {
                    let line =
                        errors.first().and_then(|error| error.place()).map(|place| sources.line_column(place).line);
                    if errors.is_empty() || expected.line.is_some() && line != expected.line {
                        wrong.push(format!("{}: first error on {line:?}, not {:?}\n{told}", case.name, expected.line));
                    }
                    for word in expected.mentions.iter().filter(|word| !told.contains(word.as_str())) {
                        wrong.push(format!("{}: does not mention {word}\n{told}", case.name));
                    }
                }
            }
        }
    }
    assert!(count > 60, "only {count} cases were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
