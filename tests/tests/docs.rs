//! The book is run: its commands print what it says they print, and its lists of codes are whole.
//!
//! A comment `<!-- file: NAME -->` above a fence makes a file of the block, for the commands below it on the page. In a
//! `console` block each line that begins with `$ tickmark` is run over these files and the fixtures; what stands below it
//! is what it prints (errors first), and `$ echo $?` its exit code. Other commands are not run. After a wanted change
//! run the test with `TICKMARK_ACCEPT=1`: it writes what is printed into the pages.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use tickmark_source::MemoryFiles;
use tickmark_tests::{Outcome, root, tickmark_in};

fn book() -> PathBuf {
    root().join("docs/src")
}

#[expect(clippy::disallowed_methods, reason = "a test reads the book from disk")]
fn read(path: &Path) -> std::io::Result<String> {
    std::fs::read_to_string(path)
}

#[expect(clippy::disallowed_methods, reason = "a test reads the fixtures from disk")]
fn bytes(path: &Path) -> std::io::Result<Vec<u8>> {
    std::fs::read(path)
}

fn pages() -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> = [book(), book().join("sources")]
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    pages.push(root().join("README.md"));
    pages.retain(|page| page.is_file());
    pages.sort();
    pages
}

fn accept() -> bool {
    std::env::var_os("TICKMARK_ACCEPT").is_some()
}

/// The page is as it should be; or it is made so, where that was asked for.
fn settle(path: &Path, is: &str, should_be: &str) -> Option<String> {
    if is == should_be {
        return None;
    }
    if accept() {
        std::fs::write(path, should_be).unwrap();
        return None;
    }
    let line = is.lines().zip(should_be.lines()).position(|(is, should_be)| is != should_be).unwrap_or(0);
    let near = |text: &str| text.lines().skip(line).take(6).collect::<Vec<_>>().join("\n  ");
    Some(format!(
        "{}:{}: it says\n  {}\nand it should say\n  {}\n(TICKMARK_ACCEPT=1 rewrites the page)",
        path.display(),
        line + 1,
        near(is),
        near(should_be)
    ))
}

fn fixtures() -> MemoryFiles {
    let mut files = MemoryFiles::new();
    let folder = root().join("fixtures");
    for entry in walkdir::WalkDir::new(&folder).sort_by_file_name().into_iter().flatten() {
        if entry.file_type().is_file() {
            let name = entry.path().strip_prefix(&folder).unwrap().to_string_lossy().replace('\\', "/");
            files.insert(format!("fixtures/{name}"), bytes(entry.path()).unwrap());
        }
    }
    files
}

/// The words of a command line: blanks part them, quotes hold them together.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for letter in line.chars() {
        match (quote, letter) {
            (Some(open), letter) if letter == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

/// What a terminal shows of a `console` block.
fn shown(block: &str, files: &MemoryFiles) -> String {
    let mut text = String::new();
    let mut last: Option<Outcome> = None;
    let mut run = false;
    for line in block.lines() {
        let Some(command) = line.strip_prefix("$ ") else {
            if !run {
                text.push_str(&format!("{line}\n"));
            }
            continue;
        };
        text.push_str(&format!("{line}\n"));
        run = true;
        if command == "echo $?" {
            let code = last.as_ref().map_or(0, |outcome| outcome.code);
            text.push_str(&format!("{code}\n"));
        } else if let Some(arguments) = command.strip_prefix("tickmark ") {
            let arguments = words(arguments);
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let outcome = tickmark_in(files, &arguments);
            for line in [&outcome.err, &outcome.out].into_iter().flat_map(|text| text.lines()) {
                text.push_str(&format!("{}\n", line.trim_end()));
            }
            last = Some(outcome);
        } else {
            run = false;
        }
    }
    text
}

/// The page with what its commands print today.
fn run_page(page: &str) -> String {
    let mut files = fixtures();
    let mut text = String::new();
    let mut lines = page.lines();
    let mut file: Option<String> = None;
    while let Some(line) = lines.next() {
        text.push_str(&format!("{line}\n"));
        if let Some(name) = line.strip_prefix("<!-- file: ").and_then(|rest| rest.strip_suffix(" -->")) {
            file = Some(name.to_owned());
            continue;
        }
        let Some(info) = line.strip_prefix("```") else {
            continue;
        };
        let block: String = lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect();
        if let Some(name) = file.take() {
            files.insert(name, block.clone());
        }
        text.push_str(&if info == "console" { shown(&block, &files) } else { block });
        text.push_str("```\n");
    }
    text
}

#[test]
fn every_command_in_the_book_prints_what_the_book_says() {
    let mut wrong = Vec::new();
    let mut commands = 0;
    for path in pages() {
        let page = read(&path).unwrap();
        commands += page.lines().filter(|line| line.starts_with("$ tickmark ")).count();
        wrong.extend(settle(&path, &page, &run_page(&page)));
    }
    assert!(commands > 5, "only {commands} commands were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn the_facts_in_the_book_can_be_read() {
    for path in pages() {
        let page = read(&path).unwrap();
        for block in page.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()) {
            let mut files = MemoryFiles::new();
            files.insert("facts.yaml", block);
            let outcome = tickmark_in(&files, &["facts", "facts.yaml"]);
            assert_eq!(outcome.code, 0, "{}: {}\n{block}", path.display(), outcome.err);
        }
    }
}

#[test]
fn the_tests_in_the_book_pass() {
    let mut count = 0;
    let mut all = pages();
    all.extend(std::fs::read_dir(book().join("diagnostics")).unwrap().map(|entry| entry.unwrap().path()));
    for path in all {
        let page = read(&path).unwrap();
        for block in page.split("```tick\n").skip(1).filter_map(|rest| rest.split("```").next()) {
            if !block.lines().any(|line| line.starts_with("test ")) {
                continue;
            }
            count += 1;
            let mut files = MemoryFiles::new();
            files.insert("page.tick", block);
            let outcome = tickmark_in(&files, &["test", "page.tick"]);
            assert_eq!(outcome.code, 0, "{}:\n{}{}\n{block}", path.display(), outcome.err, outcome.out);
        }
    }
    assert!(count > 4, "only {count} programs with tests were found");
}

const STAGES: [(&str, &str); 7] = [
    ("01", "Reading text"),
    ("02", "Names"),
    ("03", "Types"),
    ("04", "Items of a program"),
    ("05", "Facts"),
    ("06", "Running"),
    ("07", "The manifest"),
];

/// The codes of each stage, each with its title.
fn codes() -> Vec<(&'static str, Vec<(&'static str, &'static str)>)> {
    let of = |stage: &str| {
        let all = tickmark_diagnostics::all().map(|entry| (entry.code.0, entry.title));
        let mut codes: Vec<_> = all.filter(|(code, _)| code.get(1..3) == Some(stage)).collect();
        codes.sort_unstable();
        codes
    };
    STAGES.iter().map(|(stage, title)| (*title, of(stage))).collect()
}

#[test]
fn the_lists_of_codes_are_whole() {
    let mut list = String::new();
    let mut contents = String::new();
    for (stage, codes) in codes() {
        assert!(!codes.is_empty(), "no code of the stage `{stage}`");
        list.push_str(&format!("\n## {stage}\n\n"));
        for (code, title) in codes {
            list.push_str(&format!("- [{code}](diagnostics/{code}.md): {title}\n"));
            contents.push_str(&format!("  - [{code}](diagnostics/{code}.md)\n"));
        }
    }
    let mut wrong = Vec::new();
    for (name, generated, marker) in [("diagnostics.md", list, "\n## "), ("SUMMARY.md", contents, "  - [E0101]")] {
        let path = book().join(name);
        let page = read(&path).unwrap();
        let head = page.find(marker).map_or(page.as_str(), |at| page.get(..at).unwrap_or(""));
        wrong.extend(settle(&path, &page, &format!("{head}{generated}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// The anchors of a page, as mdBook makes them of its headings.
fn anchors(page: &str) -> BTreeSet<String> {
    let headings = page.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let anchor = |heading: &str| {
        let kept = |letter: &char| letter.is_alphanumeric() || " -_".contains(*letter);
        heading.to_lowercase().chars().filter(kept).collect::<String>().replace(' ', "-")
    };
    headings.map(anchor).collect()
}

#[test]
fn every_link_in_the_book_leads_somewhere() {
    let mut wrong = Vec::new();
    let mut all = pages();
    all.extend(std::fs::read_dir(book().join("diagnostics")).unwrap().map(|entry| entry.unwrap().path()));
    for path in all {
        let page = read(&path).unwrap();
        for link in page.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if link.contains("://") || link.contains([' ', '\n', '`']) {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((link, ""));
            let target = if file.is_empty() { path.clone() } else { path.parent().unwrap().join(file) };
            match read(&target) {
                Err(_) if target.is_dir() => {}
                Err(_) => wrong.push(format!("{}: nothing is at `{link}`", path.display())),
                Ok(text) if !anchor.is_empty() && !anchors(&text).contains(anchor) => {
                    wrong.push(format!("{}: no heading is at `{link}`", path.display()));
                }
                Ok(_) => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
