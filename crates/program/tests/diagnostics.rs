//! What people are told of their mistakes: every page of the book shows what it says it shows, and a catalogue of
//! mistakes keeps each message in view.

use std::collections::BTreeSet;
use std::path::PathBuf;

use smol_str::SmolStr;
use tickmark_diagnostics::Diagnostic;
use tickmark_program::{Input, META_TEXT, SourceUnit, Surroundings, resolve};
use tickmark_source::Sources;

fn unit(sources: &mut Sources, path: &str, text: &str, diagnostics: &mut Vec<Diagnostic>) -> SourceUnit {
    let file = sources.add(path, text.as_bytes().to_vec());
    let (ast, found) = tickmark_syntax::parse(file, text);
    diagnostics.extend(found);
    SourceUnit { file, text: text.into(), embedded: false, ast }
}

/// Resolves the files of one program, and says what is told of them.
fn told(files: &[(&str, &str)]) -> (Vec<Diagnostic>, Sources) {
    let mut sources = Sources::new();
    let mut diagnostics = Vec::new();
    let own: Vec<SourceUnit> =
        files.iter().map(|(path, text)| unit(&mut sources, path, text, &mut diagnostics)).collect();
    let meta = unit(&mut sources, "meta.tick", META_TEXT, &mut diagnostics);
    let supplied: BTreeSet<SmolStr> =
        ["aws_s3_bucket", "aws_kms_key", "aws_db_instance"].into_iter().map(SmolStr::from).collect();
    let around = Surroundings {
        supplied: &supplied,
        may_supply: &|_| false,
        shapes: &std::collections::BTreeMap::new(),
        dormant: &std::collections::BTreeMap::new(),
        settings: &[],
        query: None,
    };
    let input =
        Input { own: &own, library: &[], needed: true, meta: &meta, around, selected: &|_| true, everything: false };
    diagnostics.extend(resolve(input).1);
    tickmark_diagnostics::sort(&mut diagnostics);
    (diagnostics, sources)
}

fn plain(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    diagnostics.iter().map(|diagnostic| diagnostic.to_plain(sources) + "\n").collect()
}

/// A fenced block of a page: what stands after the backticks, and the text.
struct Block {
    info: String,
    text: String,
    heading: String,
}

fn blocks(page: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut open: Option<Block> = None;
    let mut heading = String::new();
    for line in page.lines() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => {
                open = Some(Block { info: info.to_owned(), text: String::new(), heading: heading.clone() });
            }
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some(block), None) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {
                if let Some(title) = line.strip_prefix('#') {
                    heading = title.trim_start_matches('#').trim().to_owned();
                }
            }
        }
    }
    assert!(open.is_none(), "a fence is not closed");
    found
}

fn docs() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/src"))
}

#[test]
fn every_page_of_a_code_shows_the_code_and_a_way_out() {
    let mut wrong = Vec::new();
    let entries = tickmark_diagnostics::all()
        .filter(|entry| ["E02", "E03", "E04", "W02"].iter().any(|stage| entry.code.0.starts_with(stage)));
    for entry in entries {
        let code = entry.code.0;
        let heading = format!("# {code}: {}", entry.title);
        if entry.page.lines().next() != Some(&heading) {
            wrong.push(format!("{code}: the heading is not `{heading}`"));
        }
        let blocks = blocks(entry.page);
        let (mut fails, mut right) = (0, 0);
        for block in blocks {
            let (diagnostics, sources) = told(&[("page.tick", &block.text)]);
            let shown = plain(&diagnostics, &sources);
            match block.info.as_str() {
                "tick,fails" => {
                    fails += 1;
                    if !diagnostics.iter().all(|diagnostic| diagnostic.code == entry.code) || diagnostics.is_empty() {
                        wrong.push(format!("{code}: its example gives\n{shown}"));
                    }
                }
                "tick" => {
                    right += 1;
                    if !diagnostics.is_empty() {
                        wrong.push(format!("{code}: its way out gives\n{shown}"));
                    }
                }
                _ => {}
            }
        }
        if fails == 0 || right == 0 {
            wrong.push(format!("{code}: {fails} examples that give it and {right} ways out"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a test reads the book from disk")]
fn every_program_in_the_book_is_whole_and_right() {
    let mut wrong = Vec::new();
    let mut count = 0;
    let mut paths: Vec<PathBuf> = std::fs::read_dir(docs()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths.iter().filter(|path| path.extension().is_some_and(|extension| extension == "md")) {
        let page = std::fs::read_to_string(path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        for block in blocks(&page) {
            let fails = match block.info.as_str() {
                "tick" => false,
                "tick,fails" => true,
                info if info.starts_with("tick") => {
                    wrong.push(format!("{name}: there is no fence `{info}`"));
                    continue;
                }
                _ => continue,
            };
            count += 1;
            let (diagnostics, sources) = told(&[("page.tick", &block.text)]);
            let shown = plain(&diagnostics, &sources);
            // The first line of a program that is wrong names the code that it gives: `# E0203`.
            let expected = block.text.lines().next().and_then(|line| line.strip_prefix("# ")).unwrap_or("");
            let codes: BTreeSet<&str> = diagnostics.iter().map(|diagnostic| diagnostic.code.0).collect();
            let wanted: BTreeSet<&str> = fails.then_some(expected).into_iter().collect();
            if codes != wanted {
                wrong.push(format!("{name}, {}:\n{}gives\n{shown}", block.heading, block.text));
            }
        }
    }
    assert!(count > 20, "only {count} programs were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_people_are_told_of_their_mistakes() {
    let page = include_str!("mistakes.md");
    let blocks = blocks(page);
    let (declarations, mistakes) = blocks.split_first().unwrap();
    let (first, sources) = told(&[("declarations.tick", &declarations.text)]);
    assert_eq!(plain(&first, &sources), "", "the declarations are right");
    let mut shown = String::new();
    let mut unexpected = Vec::new();
    for mistake in mistakes {
        let (diagnostics, sources) =
            told(&[("declarations.tick", &declarations.text), ("mistake.tick", &mistake.text)]);
        if diagnostics.is_empty() != mistake.heading.contains("(silent: ") {
            unexpected.push(mistake.heading.as_str());
        }
        let text = mistake.text.trim_end();
        shown.push_str(&format!("## {}\n{text}\n{}\n", mistake.heading, plain(&diagnostics, &sources)));
    }
    insta::assert_snapshot!("mistakes", shown);
    assert_eq!(unexpected, Vec::<&str>::new(), "told without need, or silent where something should be told");
}

#[test]
fn what_the_library_says_of_another_noun_falls_away() {
    let library_text = "entity model { key id  id text  digest text }\n\
                        entity endpoint { key id  id text  digest text  url text }\n\
                        adjective secure for endpoint: url starts with \"https://\"\n\
                        relation served of endpoint e: model m where m.digest == e.digest\n";
    let resolved = |own_text: &str| {
        let mut sources = Sources::new();
        let mut diagnostics = Vec::new();
        let own = [unit(&mut sources, "own.tick", own_text, &mut diagnostics)];
        let library = [unit(&mut sources, "library.tick", library_text, &mut diagnostics)];
        let meta = unit(&mut sources, "meta.tick", META_TEXT, &mut diagnostics);
        let around = Surroundings {
            supplied: &BTreeSet::new(),
            may_supply: &|_| false,
            shapes: &std::collections::BTreeMap::new(),
            dormant: &std::collections::BTreeMap::new(),
            settings: &[],
            query: None,
        };
        let input = Input {
            own: &own,
            library: &library,
            needed: false,
            meta: &meta,
            around,
            selected: &|_| true,
            everything: false,
        };
        diagnostics.extend(resolve(input).1);
        plain(&diagnostics, &sources)
    };
    let own = "entity model { key name  name text }\n";
    let secure = "control E-1 \"x\" { cites CC6.7  every endpoint is secure }\n";
    let served = "control E-2 \"x\" { cites CC6.7  every endpoint has served }\n";
    assert_eq!(resolved(&format!("{own}{secure}")), "");
    assert_eq!(resolved(&format!("{secure}{served}")), "");
    let told = resolved(&format!("{own}{served}"));
    assert!(told.starts_with("own.tick:2:51: error[E0201]: `endpoint` has no `served`"), "{told}");
}
