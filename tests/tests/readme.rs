//! The README is true: its screen is what the command prints, and its control resolves and passes its own test.

use tickmark_source::MemoryFiles;
use tickmark_tests::{root, tickmark_in};

fn readme() -> String {
    std::fs::read_to_string(root().join("README.md")).unwrap()
}

/// The text of the first fenced block of a language.
fn block(text: &str, language: &str) -> String {
    let start = text.find(&format!("```{language}\n")).unwrap() + language.len() + 4;
    text[start..].split("\n```").next().unwrap().to_owned() + "\n"
}

#[test]
fn the_screen_is_what_the_command_prints() {
    let text = block(&readme(), "text");
    let (command, screen) = text.split_once('\n').unwrap();
    // Paths are printed as they are named: the files stand in memory under the names that the README uses.
    let mut files = MemoryFiles::new();
    for entry in walkdir::WalkDir::new(root().join("fixtures/acme")).into_iter().filter_map(Result::ok) {
        if entry.file_type().is_file() {
            let name = entry.path().strip_prefix(root()).unwrap().to_string_lossy().into_owned();
            files.insert(name, std::fs::read(entry.path()).unwrap());
        }
    }
    let arguments: Vec<&str> = command.strip_prefix("$ tickmark ").unwrap().split(' ').collect();
    let outcome = tickmark_in(&files, &arguments);
    assert_eq!(outcome.out, screen, "the README's screen is not what is printed");
    assert_eq!((outcome.code, outcome.err.as_str()), (1, ""));
    let shell = block(&readme(), "sh");
    assert!(shell.contains(command.strip_prefix("$ tickmark ").unwrap()), "the screen is of another command");
}

#[test]
fn the_control_passes_its_own_test() {
    let mut files = MemoryFiles::new();
    files.insert("readme.tick", block(&readme(), "tick"));
    let outcome = tickmark_in(&files, &["test", "readme.tick"]);
    assert_eq!((outcome.code, outcome.out.as_str()), (0, "1 passed, 0 failed\n"), "{}", outcome.err);
}
