//! Programs that lead from everything to everything, in a process that may not have more than so much memory: they end with a
//! result, or with exit code 2 and the control's name.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test writes files and starts the program")]

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;

/// Address space of the process in KiB, with the stacks of its threads (64 MiB each) and what the allocator reserves.
const MEMORY: u64 = 2 << 20;

const NOUNS: &str = "entity node { key id  id text  to many node }
relation others of node n: node m in all where m.id != n.id
relation upstream of node n: n.to*
";

/// How a run ended.
struct Ended {
    code: Option<i32>,
    out: String,
    err: String,
}

/// Records that each lead to `edges` others, so that all reach each other.
fn dense(records: usize, edges: usize) -> String {
    let mut facts = String::from("{\"node\":[");
    for record in 0..records {
        let to: Vec<String> =
            (0..edges).map(|edge| format!("\"n{}\"", (record * 7 + edge * 13 + 1) % records)).collect();
        let comma = if record == 0 { "" } else { "," };
        let _ = write!(facts, "{comma}{{\"id\":\"n{record}\",\"to\":[{}]}}", to.join(","));
    }
    facts.push_str("]}");
    facts
}

fn run(name: &str, sentence: &str, facts: &str) -> Ended {
    let program = format!("{NOUNS}control H-1 \"x\" {{\n  cites CC6.1\n  {sentence}\n}}\n");
    call(name, &["check"], &program, facts)
}

/// A call of the program over one file of facts.
fn call(name: &str, command: &[&str], program: &str, facts: &str) -> Ended {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("hostile.tick"), program).unwrap();
    std::fs::write(folder.join("facts.json"), facts).unwrap();
    let output = Command::new("sh")
        .args(["-c", &format!("ulimit -v {MEMORY} && exec \"$0\" \"$@\""), env!("CARGO_BIN_EXE_tickmark")])
        .args(command)
        .args(["--as-of", "2026-06-30", "--jobs", "2"])
        .args(["--controls", "hostile.tick", "facts.json"])
        .current_dir(&folder)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ended { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// So many records that what leads from all to all does not fit by far; a build without optimisation takes fewer.
fn many() -> usize {
    if cfg!(debug_assertions) { 400 } else { 3_000 }
}

#[track_caller]
fn passes(name: &str, sentence: &str) {
    let ended = run(name, sentence, &dense(many(), 60));
    assert_eq!(ended.code, Some(0), "{name}: {}{}", ended.out, ended.err);
}

#[track_caller]
fn fails(name: &str, sentence: &str) {
    let ended = run(name, sentence, &dense(many(), 60));
    assert_eq!(ended.code, Some(1), "{name}: {}{}", ended.out, ended.err);
}

#[test]
fn closures_as_values_over_a_dense_graph() {
    let all = many();
    passes("count-star", &format!("every node: count(to*) == {all} and count(to+) == {all}"));
    passes("member", "every node n: n in n.to+ and n.to* contains n");
    passes("count-of-some", &format!("every node n: count(node m in n.to* where m.id != \"n3\") == {}", all - 1));
    passes("at-least", &format!("every node has at least {all} node in to*"));
    passes("exists", "every node: to+ exists");
    passes("relation", &format!("every node n: count(n.upstream) == {all} and count(n.upstream.upstream) == {all}"));
    fails("looks-at-both", "every node n: some node m in n.to* where m.id != n.id: m.id == \"n7\"");
}

#[test]
fn relations_of_everything_to_everything() {
    let all = many();
    passes("count-others", &format!("every node: count(others) == {}", all - 1));
    passes("others-of-others", &format!("every node: count(others.others.others) == {all}"));
    passes("nested", "every node has at least 2 others where count(others) > 5");
    fails("nested-sentences", "every node: some node a in others: some node b in a.others: b.id == \"x\"");
}

#[test]
fn what_cannot_be_held_ends_with_the_name_of_the_control() {
    let facts = dense(3_000, 1);
    let ended = run("pairs", "no others of node where id exists", &facts);
    assert_eq!(ended.code, Some(2), "{}{}", ended.out, ended.err);
    let said = "control `H-1` is too much work: what it has to hold at a time is more than the limit of 1024 MiB";
    assert!(ended.err.contains(said), "{}", ended.err);
    assert!(ended.err.contains("hostile.tick:4:9"), "{}", ended.err);
    assert_eq!(ended.out, "");
}

#[test]
fn pairs_that_are_asked_for_or_made_are_too_many() {
    let facts = dense(3_000, 1);
    let ended = call("query", &["query", "others of node"], NOUNS, &facts);
    assert_eq!(ended.code, Some(2), "{}{}", ended.out, ended.err);
    assert!(ended.err.contains("the query is too much work: what it has to hold at a time"), "{}", ended.err);
    assert_eq!(ended.out, "");
    let program = format!(
        "{NOUNS}entity pair {{ key id  id text }}\nmap others m of node n to pair {{\n  id = \"{{n.id}} {{m.id}}\"\n}}\n\
         control H-1 \"x\" {{\n  cites CC6.1\n  every pair: id exists\n}}\n"
    );
    let ended = call("map", &["check"], &program, &facts);
    assert_eq!(ended.code, Some(2), "{}{}", ended.out, ended.err);
    // A build without optimisation has fewer steps than that takes.
    assert!(ended.err.contains("the map to `pair` is too much work: "), "{}", ended.err);
}

#[test]
fn a_text_that_doubles_from_map_to_map_comes_to_an_end() {
    let mut program = String::from("entity e0 { key id  id text  t text }\n");
    for step in 1..40 {
        let _ = write!(
            program,
            "entity e{step} {{ key id  id text  t text }}\nmap e{before} to e{step} {{\n  id = e{before}.id\n  t = \"{{e{before}.t}}{{e{before}.t}}\"\n}}\n",
            before = step - 1
        );
    }
    program.push_str("control H-1 \"x\" {\n  cites CC6.1\n  every e39: t != \"x\"\n}\n");
    let ended = call("doubling", &["check"], &program, "{\"e0\":[{\"id\":\"k\",\"t\":\"abc\"}]}");
    assert_eq!(ended.code, Some(2), "{}{}", ended.out, ended.err);
    let said = "is too much work: a text that it makes is longer than the limit of 64 MiB";
    assert!(ended.err.contains("the map to `e") && ended.err.contains(said), "{}", ended.err);
}
