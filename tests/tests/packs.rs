//! The shipped content: every pack's tests pass, every control is shown passing, failing and undecided, every file is
//! formatted, and the fixture company is judged as its README tells.

use std::collections::{BTreeMap, BTreeSet};

use tickmark_tests::{root, tickmark};

fn tick_files(folder: &str) -> Vec<std::path::PathBuf> {
    walkdir::WalkDir::new(root().join(folder))
        .sort_by_file_name()
        .into_iter()
        .filter_map(Result::ok)
        .map(walkdir::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|extension| extension == "tick"))
        .collect()
}

#[test]
fn the_tests_of_all_packs_pass() {
    let outcome = tickmark(&["test", &root().join("controls").to_string_lossy()]);
    assert_eq!(outcome.code, 0, "{}\n{}", outcome.out, outcome.err);
    assert!(outcome.err.is_empty(), "{}", outcome.err);
}

/// Words after `expect`, by control.
fn expectations() -> (BTreeSet<String>, BTreeMap<String, BTreeSet<String>>) {
    let mut controls = BTreeSet::new();
    let mut expected: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in tick_files("controls") {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut current = String::new();
        for line in text.lines() {
            let mut words = line.split_whitespace();
            match (line.starts_with(' '), words.next(), words.next()) {
                (false, Some("control"), Some(id)) => {
                    controls.insert(id.to_owned());
                }
                (false, Some("test"), Some(id)) => current = id.to_owned(),
                (true, Some("expect"), Some(verdict)) => {
                    expected.entry(current.clone()).or_default().insert(verdict.to_owned());
                }
                _ => {}
            }
        }
    }
    (controls, expected)
}

#[test]
fn every_control_is_shown_passing_failing_and_undecided() {
    let (controls, expected) = expectations();
    assert!(controls.len() >= 10, "only {} controls are shipped", controls.len());
    for control in &controls {
        let shown = expected.get(control).cloned().unwrap_or_default();
        for verdict in ["pass", "fail", "unknown"] {
            assert!(shown.contains(verdict), "{control} is never shown to {verdict}: {shown:?}");
        }
    }
}

#[test]
fn every_shipped_file_is_formatted() {
    let folders = ["controls", "fixtures"].map(|folder| root().join(folder).to_string_lossy().into_owned());
    let outcome = tickmark(&["fmt", "--check", &folders[0], &folders[1]]);
    assert_eq!(outcome.code, 0, "{}{}", outcome.out, outcome.err);
}

/// Formatting a shipped file gives a file with the same tree, and formatting that changes nothing.
#[test]
fn formatting_keeps_the_tree() {
    let file = tickmark_source::FileId(0);
    for path in tick_files("controls").into_iter().chain(tick_files("fixtures")) {
        let text = std::fs::read_to_string(&path).unwrap();
        let once = tickmark_syntax::format(&text).unwrap();
        let tree = |text: &str| tickmark_syntax::debug_tree(&tickmark_syntax::parse(file, text).0);
        assert_eq!(tree(&text), tree(&once), "{}", path.display());
        assert_eq!(once, tickmark_syntax::format(&once).unwrap(), "{}", path.display());
    }
}

/// Verdicts by control and subject of a run on the fixture company.
fn acme(arguments: &[&str]) -> BTreeMap<(String, String), String> {
    let folder = root().join("fixtures/acme").to_string_lossy().into_owned();
    let controls = root().join("fixtures/acme/acme.tick").to_string_lossy().into_owned();
    let mut all = vec!["check", folder.as_str(), "--as-of", "2026-06-30", "--format", "json"];
    all.extend(arguments.iter().map(|argument| if *argument == "acme.tick" { controls.as_str() } else { argument }));
    let outcome = tickmark(&all);
    assert_eq!(outcome.code, 1, "{}", outcome.err);
    assert!(outcome.err.is_empty(), "{}", outcome.err);
    let judged = outcome.judged().into_iter();
    judged.map(|one| ((one.control, format!("{} {}", one.noun, one.id)), one.verdict)).collect()
}

/// The table of the fixture's README is what comes out, and every subject that does not pass is in it.
#[test]
fn the_fixture_company_is_judged_as_its_readme_tells() {
    let mut found = acme(&["--pack", "starter"]);
    let half_year = "2026-01-01..2026-06-30";
    found.extend(acme(&["--pack", "soc2-ai", "--controls", "acme.tick", "--period", half_year]));
    let readme = std::fs::read_to_string(root().join("fixtures/acme/README.md")).unwrap();
    let mut told = BTreeSet::new();
    for line in readme.lines().filter(|line| line.starts_with("| ")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(|cell| cell.trim_matches([' ', '`'])).collect();
        let [control, subject, verdict, ..] = cells.as_slice() else { continue };
        if !["pass", "fail", "unknown", "pending", "excepted"].contains(verdict) {
            continue;
        }
        let key = ((*control).to_owned(), (*subject).to_owned());
        assert_eq!(found.get(&key).map(String::as_str), Some(*verdict), "{control} {subject}");
        told.insert(key);
    }
    assert!(told.len() > 40, "only {} rows were found", told.len());
    let untold: Vec<_> = found.iter().filter(|(key, verdict)| *verdict != "pass" && !told.contains(key)).collect();
    assert!(untold.is_empty(), "the README does not tell of {untold:?}");
}

/// `docs/packs.py` writes the page; a noun or an attribute that was added since is missing on it.
#[test]
fn the_page_of_the_vocabulary_has_every_noun_and_attribute() {
    let page = std::fs::read_to_string(root().join("docs/src/vocabulary.md")).unwrap();
    let mut nouns = 0;
    for path in tick_files("controls/vocabulary").iter().filter(|path| !path.to_string_lossy().contains("maps")) {
        let text = std::fs::read_to_string(path).unwrap();
        let mut section = None;
        for line in text.lines() {
            if let Some(rest) = line.strip_prefix("entity ") {
                let noun = rest.split(' ').next().unwrap();
                let start =
                    page.find(&format!("\n### {noun}\n")).unwrap_or_else(|| panic!("{noun} is not on the page"));
                let whole = &page[start + 1..];
                section = Some(&whole[..whole.find("\n### ").unwrap_or(whole.len())]);
                nouns += 1;
            } else if line == "}" {
                section = None;
            } else if let (Some(section), Some(attribute)) = (section, line.strip_prefix("  ")) {
                // Comments, the key, and types that go on in the next line are no attributes.
                let name = attribute.split(' ').next().unwrap();
                if !name.is_empty() && name != "#" && name != "key" {
                    assert!(section.contains(&format!("\n| `{name}` |")), "{name} is not on the page: {section}");
                }
            }
        }
    }
    assert!(nouns > 50, "only {nouns} nouns are in the vocabulary");
}
