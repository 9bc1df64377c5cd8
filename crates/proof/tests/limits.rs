//! Hostile programs end: with a result, or at a limit whose message names the control. None takes minutes, and none the
//! memory of the machine.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test that cannot go on has failed")]
#![allow(clippy::disallowed_methods, reason = "how long it takes is what is tested")]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tickmark_engine::{EngineError, Evaluation, Method, evaluate, prepare};
use tickmark_proof::{Case, criteria, sources};

/// Sizes are for a release build; one without optimisation gets a tenth.
fn size(release: usize) -> usize {
    if cfg!(debug_assertions) { release / 10 } else { release }
}

/// How long each may take before it counts as hanging: seconds in a release build on an idle machine, but tests run beside each
/// other, and beside what else the machine does.
const LONGEST: Duration = Duration::from_secs(300);

fn case(program: &str, facts: Value) -> Case {
    Case {
        program: program.to_owned(),
        query: String::new(),
        open: BTreeSet::new(),
        files: vec![facts],
        as_of: "2026-06-30".to_owned(),
        period: Some(("2026-01-01".to_owned(), "2026-06-30".to_owned())),
        explain_passes: false,
        list_passes: true,
        explained: None,
        split: None,
    }
}

/// Resolves and evaluates by the fast evaluator; fails where that takes too long.
fn run(name: &str, program: &str, facts: Value) -> Result<Evaluation, EngineError> {
    let case = case(program, facts);
    let started = Instant::now();
    let program = case.resolve().unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
    let resolved = started.elapsed();
    let (facts, _) = case.facts(&program);
    let options = case.options(Method::Fast).unwrap();
    let read = started.elapsed();
    let ended = prepare(&program, facts, &sources(), &criteria(), &options)
        .and_then(|(mut facts, _)| evaluate(&program, &mut facts, &options, &|_| true));
    let took = started.elapsed();
    let said = match &ended {
        Ok(evaluation) => format!("{} controls", evaluation.controls.len()),
        Err(error) => error.to_string(),
    };
    println!("{name}: resolved {resolved:?}, read {:?}, evaluated {:?}: {said}", read - resolved, took - read);
    assert!(took < LONGEST, "{name} took {took:?}");
    ended
}

/// A result, or the limit with the control's name.
fn ends_well_or_names_control(name: &str, program: &str, facts: Value) {
    if let Err(error) = run(name, program, facts) {
        let text = error.to_string();
        assert!(text.starts_with("control `H-1` is too much work: "), "{name}: {text}");
    }
}

fn rows(noun: &str, count: usize, record: impl Fn(usize) -> Value) -> Value {
    json!({ noun: (0..count).map(record).collect::<Vec<_>>() })
}

fn two(count: usize) -> Value {
    let records = |name: &str| {
        (0..count).map(|row| json!({ "id": format!("{name}{row}"), "n": row, "t": "x" })).collect::<Vec<_>>()
    };
    json!({ "ax": records("a"), "bx": records("b") })
}

const TWO: &str = "entity ax { key id  id text  n number  t text }\nentity bx { key id  id text  n number  t text }\n";

#[test]
fn a_join_without_equality() {
    let program = format!(
        "{TWO}control H-1 \"x\" {{ cites CC6.1\n  every ax x: some bx y in all where (y.n > x.n + 1000000): y.t == \"z\"\n}}\n"
    );
    ends_well_or_names_control("inequality join", &program, two(size(100_000)));
}

#[test]
fn a_join_of_everything_with_everything() {
    let program = format!(
        "{TWO}control H-1 \"x\" {{ cites CC6.1\n  every ax x: every bx y in all: x.t == y.t and x.id != y.id\n}}\n"
    );
    ends_well_or_names_control("cross join", &program, two(size(100_000)));
}

#[test]
fn an_equality_that_holds_for_all() {
    let program = format!(
        "{TWO}control H-1 \"x\" {{ cites CC6.1\n  every ax x: count(bx y in all where (y.t == x.t)) >= 1\n}}\n"
    );
    ends_well_or_names_control("equality of one value", &program, two(size(100_000)));
}

#[test]
fn joins_in_joins() {
    let program = format!(
        "{TWO}control H-1 \"x\" {{ cites CC6.1\n  no ax x: some bx y in all: some ax z in all where (z.n < y.n and z.n > x.n): some bx w in all: w.n == 0 - z.n - 1\n}}\n"
    );
    ends_well_or_names_control("four-fold join", &program, two(size(2_000)));
}

#[test]
fn closures_over_dense_graphs() {
    let count = size(3_000);
    let program = "entity ax { key id  id text  n number  next many ax }\ncontrol H-1 \"x\" { cites CC6.1\n  every ax x: every ax y in x.next+: y.n >= 0\n}\n";
    let facts = rows("ax", count, |row| {
        let to: Vec<String> = (1..=30).map(|step| format!("a{}", (row * 31 + step * step) % count)).collect();
        json!({ "id": format!("a{row}"), "n": row, "next": to })
    });
    ends_well_or_names_control("dense closure", program, facts);
}

#[test]
fn a_closure_over_one_long_chain() {
    let count = size(100_000);
    let program = "entity ax { key id  id text  n number  next one ax }\ncontrol H-1 \"x\" { cites CC6.1\n  every ax x: count(x.next*) >= 1\n}\n";
    let facts = rows(
        "ax",
        count,
        |row| json!({ "id": format!("a{row}"), "n": row, "next": format!("a{}", (row + 1) % count) }),
    );
    ends_well_or_names_control("long chain", program, facts);
}

#[test]
fn a_closure_of_a_join() {
    let program = "entity ax { key id  id text  n number }\nrelation near of ax x: ax y where y.n > x.n\ncontrol H-1 \"x\" { cites CC6.1\n  every ax x: count(x.near+) >= 0\n}\n";
    let facts = rows("ax", size(3_000), |row| json!({ "id": format!("a{row}"), "n": row }));
    ends_well_or_names_control("closure of a join", program, facts);
}

#[test]
fn ten_thousand_controls() {
    let mut program = TWO.to_owned();
    for index in 1..=size(10_000) {
        let _ = writeln!(
            program,
            "control H-{index} \"x\" {{ cites CC6.1\n  every ax x: x.n != {index} and x.t == \"x\"\n}}"
        );
    }
    let evaluation = run("ten thousand controls", &program, two(100)).unwrap();
    assert_eq!(evaluation.controls.len(), size(10_000));
    assert_eq!(evaluation.controls[0].counts.failed, 1);
}

#[test]
fn parentheses_and_negations_in_each_other() {
    // The parser names its own limit; whatever it lets through must end.
    for depth in [50, 150, 190, 1_000, 20_000] {
        let open = "not (".repeat(depth);
        let close = ")".repeat(depth);
        let program = format!("{TWO}control H-1 \"x\" {{ cites CC6.1\n  every ax x: {open}x.t == \"x\"{close}\n}}\n");
        let started = Instant::now();
        match case(&program, two(3)).resolve() {
            Ok(_) => ends_well_or_names_control("parentheses", &program, two(3)),
            Err(errors) => assert!(
                errors.iter().any(|error| error.contains("deep") || error.contains("limit")),
                "{depth}: {errors:?}"
            ),
        }
        assert!(started.elapsed() < LONGEST, "{depth}");
    }
}

#[test]
fn sentences_in_sentences() {
    for depth in [3, 8, 40] {
        let mut program = format!("{TWO}control H-1 \"x\" {{ cites CC6.1\n  every ax b0: ");
        for level in 1..depth {
            let _ = write!(program, "(some ax b{level} in all where (b{level}.n != b{}.n): ", level - 1);
        }
        let _ = writeln!(program, "b{}.n < 0{}\n}}", depth - 1, ")".repeat(depth - 1));
        match case(&program, two(30)).resolve() {
            Ok(_) => ends_well_or_names_control("sentences in sentences", &program, two(30)),
            Err(errors) => assert!(errors.iter().any(|error| error.contains("too deep")), "{depth}: {errors:?}"),
        }
    }
}

#[test]
fn huge_lists() {
    let values: Vec<String> = (0..size(100_000)).map(|value| format!("\"v{value}\"")).collect();
    let program =
        format!("{TWO}control H-1 \"x\" {{ cites CC6.1\n  every ax x: x.t not in [{}]\n}}\n", values.join(", "));
    ends_well_or_names_control("huge literal", &program, two(size(10_000)));
}

#[test]
fn lists_that_are_compared_with_lists() {
    let count = size(20_000);
    let program = "entity ax { key id  id text  l list of number }\ncontrol H-1 \"x\" { cites CC6.1\n  every ax x: every v in x.l: v in x.l\n}\n";
    let facts = rows("ax", 3, |row| json!({ "id": format!("a{row}"), "l": (0..count).collect::<Vec<_>>() }));
    ends_well_or_names_control("list in list", program, facts);
}

#[test]
fn patterns_over_long_texts() {
    let program = "entity ax { key id  id text  t text }\ncontrol H-1 \"x\" { cites CC6.1\n  no ax x where (x.t matches /(a|aa)+(b|c)*$/ or x.t like \"*a*a*a*a*a*a*b\" or x.t contains \"aab\")\n}\n";
    let facts = rows("ax", 200, |row| json!({ "id": format!("a{row}"), "t": "a".repeat(size(100_000)) }));
    ends_well_or_names_control("patterns", program, facts);
}

#[test]
fn a_pattern_that_compiles_to_too_much_is_refused() {
    let program = format!(
        "{TWO}control H-1 \"x\" {{ cites CC6.1\n  no ax x where (x.t matches /(((a{{1,100}}){{1,100}}){{1,100}})/)\n}}\n"
    );
    let errors = case(&program, two(1)).resolve().unwrap_err();
    assert!(errors.iter().any(|error| error.contains("no pattern")), "{errors:?}");
}

#[test]
fn a_template_that_doubles_and_doubles() {
    // Text is built from text, twice over at each step; the steps stand in each other.
    let mut program = TWO.to_owned();
    let mut value = "x.t".to_owned();
    for _ in 0..12 {
        value = format!("text(if ({value} == \"\") then ({value}) else ({value}))");
        if value.len() > 60_000 {
            break;
        }
    }
    let _ = writeln!(program, "control H-1 \"x\" {{ cites CC6.1\n  every ax x: {value} == \"x\"\n}}");
    match case(&program, two(3)).resolve() {
        Ok(_) => ends_well_or_names_control("a value that doubles", &program, two(size(1_000))),
        Err(errors) => {
            assert!(errors.iter().any(|error| error.contains("deep") || error.contains("limit")), "{errors:?}")
        }
    }
}

#[test]
fn subjects_that_are_pairs_of_pairs() {
    let count = size(2_000);
    let program = "entity ax { key id  id text  n number  next many ax }\ncontrol H-1 \"x\" { cites CC6.1\n  every next z of next y of ax x: z.n + y.n + x.n >= 0\n}\n";
    let facts = rows("ax", count, |row| {
        let to: Vec<String> = (0..100).map(|step| format!("a{}", (row + step) % count)).collect();
        json!({ "id": format!("a{row}"), "n": row, "next": to })
    });
    ends_well_or_names_control("pairs of pairs", program, facts);
}

#[test]
fn a_map_over_a_cross_join_names_the_map() {
    let program = format!(
        "{TWO}entity m {{ key id  id text }}\nmap ax x where (some bx y in all: y.n < 0 - x.n - 1) to m {{\n  id = x.id\n}}\ncontrol H-1 \"x\" {{ cites CC6.1\n  every m: id exists\n}}\n"
    );
    if let Err(error) = run("map", &program, two(size(50_000))) {
        let text = error.to_string();
        assert!(text.contains("the map to `m` is too much work"), "{text}");
    }
}
