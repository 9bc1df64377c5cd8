//! What is told of a subject: messages and evidence.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod common;

use common::options;

fn told(program: &str, facts: &str, as_of: &str) -> String {
    let given = serde_yaml::from_str(facts).unwrap();
    let (evaluation, _) = common::run(program, &given, &options(as_of, Some("2026-01-01..2026-12-31"))).unwrap();
    evaluation.controls.iter().map(common::tell).collect()
}

const PROGRAM: &str = r#"
entity model { key name, version  name text  version text  stage text  author text  deployed_at time
  approvals many approval  tests many test  datasets many dataset }
entity approval { approver text  at event time  ticket text }
entity test { kind one of "memorization", "bias"  passed bool }
entity dataset { key id  id text  licence text  parents many dataset }
param window = 90 days "how old"
adjective prod for model: stage == "production"
adjective independent for approval: approver != model.author
relation source of model: datasets.parents*
"#;

#[test]
fn a_failed_has_names_each_candidate_and_why_it_did_not_count() {
    let program = format!(
        "{PROGRAM}
        control M-1 \"x\" {{ cites CC8.1  every prod model has independent approval within $window before deployed_at and memorization test }}
        control M-2 \"x\" {{ cites CC8.1  every prod model has memorization test  otherwise \"{{name}} by {{author}} at {{deployed_at}} lacks its test\" }}
        control M-3 \"x\" {{ cites CC8.1  every prod model: every source: licence exists }}"
    );
    let facts = "
    model:
    - { name: fraud, version: '7', stage: production, author: ana, deployed_at: 2026-06-01, datasets: [d1],
        approvals: [{ approver: ana, at: 2026-05-01 }, { approver: bo, at: 2025-01-01 }, { approver: cy }], tests: [{ kind: bias }] }
    - { name: rank, version: '1', stage: production, author: bo, approvals: [{ approver: bo, at: 2026-01-01 }, { approver: cy, at: 2026-01-01 }], tests: [] }
    - { name: x, version: '1', author: ana, approvals: [], tests: [{ kind: memorization }], datasets: [d3] }
    - { name: slow, version: '1', stage: production, author: ana, deployed_at: 2026-06-01,
        approvals: [{ approver: ana, at: 2026-05-01 }, { approver: bo, at: 2025-01-01 }], tests: [{ kind: memorization }] }
    - { name: old, version: '1', stage: archived, author: ana }
    dataset: [{ id: d1, licence: MIT, parents: [d2] }, { id: d2, licence: MIT, parents: [d3] }, { id: d3 }]
    ";
    insta::assert_snapshot!(told(&program, facts, "2026-12-31"), @r##"
    M-1 fail: 3 of 4 subjects fail
    fail model fraud@7
      model fraud@7 has no memorization test (1 considered)
        there is no `memorization test`: 1 considered @program
          test#1 does not count @18
            `kind` of test#1 is "bias" @19
    fail model rank@1
      model rank@1 has no memorization test
        there is no `memorization test`: none is there @program
          `tests` of rank@1 is empty @32
    fail model slow@1
      model slow@1 has no independent approval within $window before deployed_at (2 considered)
        there is no `independent approval within $window before deployed_at`: 2 considered @program
          approval#6 does not count @50
            `independent` is false of approval#6: approver != model.author @program
              `approver != model.author` is false @program
                `approver` of approval#6 is "ana" @51
                `model.author` of slow@1 is "ana" @47
          approval#7 does not count @53
            `within $window before deployed_at` is false @program
              `at` of approval#7 is 2025-01-01 @55
              `$window` is 90 days
              `deployed_at` of slow@1 is 2026-06-01 @48
              it counts from 2026-03-03 to 2026-05-31
    unknown model x@1
      model x@1 cannot be decided: `stage` of x@1 is missing
        it may belong to `prod model`
          `prod` is not decided of x@1: stage == "production" @program
            `stage == "production"` is not decided @program
              `stage` of x@1 is missing @33
        there is no `independent approval within $window before deployed_at`: none is there @program
          `approvals` of x@1 is empty @37
    M-2 fail: 2 of 4 subjects fail
    fail model fraud@7
      fraud by ana at 2026-06-01 lacks its test
        there is no `memorization test`: 1 considered @program
          test#1 does not count @18
            `kind` of test#1 is "bias" @19
    fail model rank@1
      rank by bo at ? lacks its test
        there is no `memorization test`: none is there @program
          `tests` of rank@1 is empty @32
    pass model slow@1
    pass model x@1
    M-3 fail: 1 of 4 subjects fails
    fail model fraud@7
      model fraud@7: `every source: licence exists` is false of dataset d3
        `every source: licence exists` is false (3 considered) @program
          dataset d3 is not as it must be @74
            by way of d1 → d2 → d3 @73
            `licence` of d3 is missing @74
    pass model rank@1
    pass model slow@1
    unknown model x@1
      model x@1 cannot be decided: `stage` of x@1 is missing
        it may belong to `prod model`
          `prod` is not decided of x@1: stage == "production" @program
            `stage == "production"` is not decided @program
              `stage` of x@1 is missing @33
        `every source: licence exists` is false (1 considered) @program
          dataset d3 is not as it must be @74
            `licence` of d3 is missing @74
    "##);
}

const VENDORS: &str = "
entity vendor { key id  id text  n number  reviews many review  tags map of text }
entity review { at event time  ok bool }
";

const VENDOR_FACTS: &str = "
vendor:
- { id: a, n: 2, reviews: [{ at: 2026-02-01, ok: true }, { at: 2026-04-01, ok: true }] }
- { id: b, n: 1, reviews: [{ at: 2026-04-01, ok: true }, { at: sometime }], tags: { tier: '2' } }
- { id: c, reviews: [{ at: 2026-01-01, ok: false }] }
";

#[test]
fn cadences_and_counts() {
    let program = format!(
        "{VENDORS}
        control V-1 \"x\" {{ cites CC9.2  every vendor has review in each quarter }}
        control V-2 \"x\" {{ cites CC9.2  every vendor has at least 2 ok reviews }}
        control V-3 \"x\" {{ cites CC9.2  no vendor: count(reviews where ok) > 1 and n * 2 >= 4 }}"
    );
    insta::assert_snapshot!(told(&program, VENDOR_FACTS, "2026-05-15"), @r##"
    V-1 unknown: 1 of 3 subjects is not decided
    pending vendor a
      vendor a is not due yet: no event from 2026-07-01 to 2026-09-30
        `review in each quarter` is not due yet: 2 counted of 2 considered, from 2026-01-01 to 2026-12-31 @program
          no event from 2026-07-01 to 2026-09-30; it is not due yet
          no event from 2026-10-01 to 2026-12-31; it is not due yet
          review#1 counts @4
            `at` of review#1 is 2026-02-01 @5
          review#2 counts @7
            `at` of review#2 is 2026-04-01 @8
    unknown vendor b
      vendor b cannot be decided: `at` of review#4 is `sometime`, which is not a time
        `review in each quarter` is not decided: 1 counted of 2 considered, from 2026-01-01 to 2026-12-31 @program
          no event from 2026-01-01 to 2026-03-31
          no event from 2026-07-01 to 2026-09-30; it is not due yet
          no event from 2026-10-01 to 2026-12-31; it is not due yet
          review#3 counts @14
            `at` of review#3 is 2026-04-01 @15
          review#4 counts @17
            `at` of review#4 is `sometime`, which is not a time @18
    pending vendor c
      vendor c is not due yet: no event from 2026-04-01 to 2026-06-30
        `review in each quarter` is not due yet: 1 counted of 1 considered, from 2026-01-01 to 2026-12-31 @program
          no event from 2026-04-01 to 2026-06-30; it is not due yet
          no event from 2026-07-01 to 2026-09-30; it is not due yet
          no event from 2026-10-01 to 2026-12-31; it is not due yet
          review#5 counts @23
            `at` of review#5 is 2026-01-01 @24
    V-2 fail: 1 of 3 subjects fails
    pass vendor a
    unknown vendor b
      vendor b cannot be decided: `ok` of review#4 is missing
        `at least 2 ok reviews` is not decided: the count is 1 to 2 (2 considered) @program
          review#4 may count @17
            `ok` of review#4 is missing @17
    fail vendor c
      vendor c has 0 ok reviews, not at least 2
        `at least 2 ok reviews` is false: the count is 0 (1 considered) @program
          review#5 does not count @23
            `ok` of review#5 is false @25
    V-3 fail: 1 of 3 subjects fails
    fail vendor a
      vendor a: `count(reviews where ok) > 1 and n * 2 >= 4` is true
        `count(reviews where ok) > 1` is true @program
          `count(reviews where ok)` is 2 @program
            review#1 counts @4
              `ok` of review#1 is true @6
            review#2 counts @7
              `ok` of review#2 is true @9
        `n * 2 >= 4` is true @program
          `n * 2` is 4 @2
            `n` of a is 2 @2
    pass vendor b
    pass vendor c
    "##);
}

#[test]
fn the_whole_and_what_must_not_be() {
    let program = format!(
        "{VENDORS} entity model {{ key name  name text }}
        control V-4 \"x\" {{ cites CC9.2  some vendor where tags[\"tier\"] == \"1\" }}
        control V-5 \"x\" {{ cites CC9.2  no vendor where n > 1 }}
        control V-6 \"x\" {{ cites CC9.2  every vendor: no model m where m.name == vendor.id }}"
    );
    insta::assert_snapshot!(told(&program, VENDOR_FACTS, "2026-05-15"), @r##"
    V-4 unknown: the only subject is not decided
    unknown  *
      `some vendor where tags["tier"] == "1"` cannot be decided: `tags["tier"]` of a is missing
        `some vendor where tags["tier"] == "1"` is not decided (3 considered) @program
          vendor a may count @0
            `tags["tier"] == "1"` is not decided @program
              `tags["tier"]` of a is missing @0
          vendor c may count @10
            `tags["tier"] == "1"` is not decided @program
              `tags["tier"]` of c is missing @10
    V-5 fail: 1 of 3 subjects fails
    fail vendor a
      vendor a: there must be no `vendor where n > 1`
        `n > 1` is true @program
          `n` of a is 2 @2
    pass vendor b
    unknown vendor c
      vendor c cannot be decided: `n` of c is missing
        `n > 1` is not decided @program
          `n` of c is missing @10
    V-6 unknown: 3 of 3 subjects are not decided
    unknown vendor a
      vendor a cannot be decided: no source supplies `model`
        `no model m where m.name == vendor.id` is not decided (none is there) @program
          no source supplies `model`
    unknown vendor b
      vendor b cannot be decided: no source supplies `model`
        `no model m where m.name == vendor.id` is not decided (none is there) @program
          no source supplies `model`
    unknown vendor c
      vendor c cannot be decided: no source supplies `model`
        `no model m where m.name == vendor.id` is not decided (none is there) @program
          no source supplies `model`
    "##);
}

#[test]
fn contradictions_show_both_places_and_text_is_made_harmless() {
    let program = "
        entity db { key id  id text  encrypted bool  note text }
        control D-1 \"x\" { cites CC6.1  every db is encrypted }
        control D-2 \"x\" { cites CC6.1  every db: note == \"fine\" }";
    let facts = "
    db:
    - { id: a, encrypted: true, note: \"\\u001b[31mred\" }
    - { id: a, encrypted: false }
    - { id: b, encrypted: maybe }
    ";
    insta::assert_snapshot!(told(program, facts, "2026-05-15"), @r##"
    D-1 unknown: 2 of 2 subjects are not decided
    unknown db a
      db a cannot be decided: `encrypted` of a is contradictory: records of one key differ
        `encrypted` of a is contradictory: records of one key differ @6
          here it is true @2
          here it is false @6
    unknown db b
      db b cannot be decided: `encrypted` of b is `maybe`, which is not a bool
        `encrypted` of b is `maybe`, which is not a bool @9
    D-2 fail: 1 of 2 subjects fails
    fail db a
      db a: `note == "fine"` is false (`note` of a is "\u{1b}[31mred")
        `note == "fine"` is false @program
          `note` of a is "\u{1b}[31mred" @3
    unknown db b
      db b cannot be decided: `note` of b is missing
        `note == "fine"` is not decided @program
          `note` of b is missing @7
    "##);
}

#[test]
fn the_proof_of_one_subject_also_where_it_passes_or_is_not_in_scope() {
    let text = format!("{PROGRAM} control M-1 \"x\" {{ cites CC8.1  every prod model has memorization test }}");
    let given = serde_yaml::from_str(
        "model: [{ name: a, version: '1', stage: production, tests: [{ kind: memorization }] }, { name: b, version: '1', stage: staging }]",
    )
    .unwrap();
    let program = common::program(&text, &common::nouns(&given)).unwrap();
    let (facts, _) = common::facts(&program, &given);
    let options = options("2026-05-15", None);
    let mut out = String::new();
    for subject in ["a@1", "model b@1", "c@1"] {
        let proofs = tickmark_engine::explain(&program, &facts, &options, 0, subject).unwrap();
        out.push_str(&format!("{subject}: {} proofs\n", proofs.len()));
        for proof in proofs {
            let lines: Vec<String> = proof.because.iter().map(|line| line.text.clone()).collect();
            out.push_str(&format!("  {} {:?} {lines:?}\n", proof.verdict.word(), proof.message));
        }
    }
    insta::assert_snapshot!(out, @r##"
    a@1: 1 proofs
      pass "" ["there is `memorization test`: 1 considered"]
    model b@1: 1 proofs
      pass "is not in scope of `every prod model has memorization test`" ["`prod` is false of b@1: stage == \"production\""]
    c@1: 0 proofs
    "##);
}

#[test]
fn tests_of_controls() {
    let text = format!(
        "{PROGRAM}
        control M-1 \"x\" {{ cites CC8.1  every prod model has memorization test }}
        exception M-1 for model \"e@1\" {{ reason \"x\"  owner \"a\"  approved_by \"b\"  expires 2026-12-31 }}
        test M-1 \"passes\" {{ given model \"a@1\" {{ name: \"a\", version: \"1\", stage: \"production\", tests: [{{ kind: \"memorization\" }}] }}  expect pass  expect pass for model \"a@1\" }}
        test M-1 \"is wrong\" {{ given model {{ name: \"a\", version: \"1\", stage: \"production\", tests: [] }}  expect pass  expect unknown for model \"a@1\"  expect fail for model \"b@1\" }}
        test M-1 \"does not fit\" {{ given model {{ name: \"a\", version: \"1\", tests: [{{ kind: \"wrong\" }}] }}  expect unknown }}
        test M-1 \"another id\" {{ given model \"b@1\" {{ name: \"a\", version: \"1\" }}  expect pass }}
        test M-1 \"excepted\" {{ as of 2026-01-01  given model {{ name: \"e\", version: \"1\", stage: \"production\", tests: [] }}  expect excepted  expect pass }}
        test M-1 \"unknown\" {{ given model {{ name: \"e\", version: \"1\", stage: unknown, tests: [] }}  expect excepted for model \"e@1\" }}
        test M-1 \"nothing\" {{ given dataset {{ id: \"d\" }}  expect skipped }}"
    );
    let program = common::program(&text, &std::collections::BTreeSet::new()).unwrap();
    let results = tickmark_engine::run_tests(&program, &options("2026-05-15", None), &|_| true);
    let mut out = String::new();
    for result in results {
        out.push_str(&format!("{} {}: {}\n", result.control, result.name, if result.passed { "ok" } else { "FAILED" }));
        for failure in &result.failures {
            out.push_str(&format!("{failure}\n"));
        }
        for error in &result.errors {
            out.push_str(&format!("error: {}\n", error.message));
        }
    }
    insta::assert_snapshot!(out, @r##"
    M-1 passes: ok
    M-1 is wrong: FAILED
    expected pass, got fail: the only subject fails
      model a@1 has no memorization test
        there is no `memorization test`: none is there
          `tests` of a@1 is empty
    expected unknown for model `a@1`, got fail
      model a@1 has no memorization test
        there is no `memorization test`: none is there
          `tests` of a@1 is empty
    expected fail for model `b@1`, which is no subject of the control (subjects: `a@1`)
    M-1 does not fit: FAILED
    error: `kind` of `test` is `wrong`, but one of `memorization`, `bias` is declared
    M-1 another id: FAILED
    error: the record is `a@1`, not `model b@1`
    M-1 excepted: ok
    M-1 unknown: ok
    M-1 nothing: ok
    "##);
}

#[test]
fn what_is_told_is_true_of_negations_of_sentences_about_the_whole_and_of_branches() {
    let program = "
        entity r { key id  id text  n number  stage text  nums list of number  kids many kid }
        entity kid { ok bool  size number }
        control S-1 \"x\" { cites CC8.1  every r: n not in nums }
        control S-2 \"x\" { cites CC8.1  some r where stage == \"dev\" has kid }
        control S-3 \"x\" { cites CC8.1  every r: if stage == \"dev\" then n == 2 else n == 3 }
        control S-4 \"x\" { cites CC8.1  every r: sum(kids.size) <= 1 }
        control S-5 \"x\" { cites CC8.1  no r: n > 2 or stage == \"dev\" }
    ";
    let facts = "r: [{ id: a, n: 1, stage: dev, nums: [1, 2], kids: [] }, { id: b, n: 3, stage: prod, nums: [], kids: [{ size: 1 }, { size: 2 }] }]";
    insta::assert_snapshot!(told(program, facts, "2026-12-31"), @r##"
    S-1 fail: 1 of 2 subjects fails
    fail r a
      r a: `n not in nums` is false (`n` of a is 1; `nums` of a is [1, 2])
        `n not in nums` is false @program
          `n` of a is 1 @2
          `nums` of a is [1, 2] @4
    pass r b
    S-2 fail: the only subject fails
    fail  *
      `some r where stage == "dev" has kid` is false: 2 considered
        `some r where stage == "dev" has kid` is false: 2 considered @program
          r a does not count @0
            there is no `kid`: none is there @program
              `kids` of a is empty @7
          r b does not count @8
            `stage == "dev"` is false @program
              `stage` of b is "prod" @11
    S-3 fail: 1 of 2 subjects fails
    fail r a
      r a: `if stage == "dev" then n == 2 else n == 3` is false (`stage == "dev"` is true; `n == 2` is false)
        `stage == "dev"` is true @program
          `stage` of a is "dev" @3
        `n == 2` is false @program
          `n` of a is 1 @2
    pass r b
    S-4 fail: 1 of 2 subjects fails
    pass r a
    fail r b
      r b: `sum(kids.size) <= 1` is false (`sum(kids.size)` is 3)
        `sum(kids.size) <= 1` is false @program
          `sum(kids.size)` is 3
            `kids.size` is [1, 2]
              `size` of kid#1 is 1 @15
              `size` of kid#2 is 2 @17
    S-5 fail: 2 of 2 subjects fail
    fail r a
      r a: `stage == "dev"` is true (`stage` of a is "dev")
        `stage == "dev"` is true @program
          `stage` of a is "dev" @3
    fail r b
      r b: `n > 2` is true (`n` of b is 3)
        `n > 2` is true @program
          `n` of b is 3 @10
    "##);
}
