//! The formatter: one layout, nothing lost, the same tree.

use tickmark_source::FileId;
use tickmark_syntax::{debug_tree, format, parse};

/// Formats, and checks what must hold of every text: the same tree, every token and comment, and a layout that stays.
#[expect(clippy::unwrap_used, reason = "a helper of tests: what is absent fails the test")]
fn check(text: &str) -> String {
    let tree = |text: &str| {
        let (tree, diagnostics) = parse(FileId(0), text);
        assert!(diagnostics.is_empty(), "{diagnostics:#?}\n{text}");
        debug_tree(&tree)
    };
    let formatted = format(text).unwrap();
    assert_eq!(tree(text), tree(&formatted), "{formatted}");
    assert_eq!(format(&formatted).unwrap(), formatted, "formatting again changes the text");
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    assert_eq!(bare(text), bare(&formatted));
    formatted
}

#[test]
fn declarations() {
    insta::assert_snapshot!(check(r#"
# head

pack acme "Model controls"
param window=90 days      "how old"
param share =  1%
adjective prod for model : stage=="production"
adjective independent for approval: approver!=model.author


relation source of model: datasets.parents*   # closure
entity model "A version" {
  key name,version                     # identity
  name       text

  # about stage
  stage one of "none","production"  "where it is"
  deployed_at optional time


  meta record { a text   b list of text }
  more record { a text
    long_name list of text }
  # end
}
entity approval { approver text   at event time }
entity empty {}
capability deploy "put a model version live" = "sagemaker:CreateEndpoint", "sagemaker:UpdateEndpoint", "k8s:update:inferenceservices.serving.kserve.io"
map row v to model { name = v.name
  stage = if v.aliases contains "champion" then "production" else lower(v.current_stage) }
map hen x to egg { id=x.id }
"#), @r#"
    # head

    pack acme "Model controls"
    param window = 90 days  "how old"
    param share = 1%
    adjective prod for model: stage == "production"
    adjective independent for approval: approver != model.author

    relation source of model: datasets.parents*  # closure

    entity model "A version" {
      key name, version  # identity
      name         text

      # about stage
      stage        one of "none", "production"  "where it is"
      deployed_at  optional time

      meta         record { a text  b list of text }
      more         record {
        a          text
        long_name  list of text
      }
      # end
    }

    entity approval { approver text  at event time }
    entity empty {}
    capability deploy "put a model version live" =
        "sagemaker:CreateEndpoint", "sagemaker:UpdateEndpoint", "k8s:update:inferenceservices.serving.kserve.io"

    map row v to model {
      name  = v.name
      stage = if v.aliases contains "champion" then "production" else lower(v.current_stage)
    }

    map hen x to egg { id = x.id }
    "#);
}

#[test]
fn controls() {
    insta::assert_snapshot!(check(r#"
control MODEL-01 "Approved" { cites CC8.1,C1.1 severity high
  because   "A model is released as a production change."
  every prod model has approval and memorization test   # trailing
    otherwise "{name} went live" # last
  # own line before
  every prod model where stage == "production" and (a == 1 or b == 2) and c == 3 unless d == 4 and some x in y: z == 3 has approval
  every prod model # mid
     # own mid
     has approval


  applies when some x: y == 3
  no rule where low <= 22 and high>=22: some c in cidrs: c == "0.0.0.0/0" or c == "::/0"
  at   least 2 reviews where x not   in ["a",
   "b"] and y in [
    "c",
    # why d
    "d"]
  every model: count(tests where not passed)<=-1 and a.b[ "c" ].d+ contains ( 3+n*rate )/ -x
  every model has review within 30   days before x and at  least 1 test in each quarter of $period and : a exists
  # dangling
}
control A-1 {
  cites CC8.1
  every a is b }
# the end
"#), @r#"
    control MODEL-01 "Approved" {
      cites     CC8.1, C1.1
      severity  high
      because   "A model is released as a production change."

      every prod model has approval and memorization test  # trailing
        otherwise "{name} went live"  # last
      # own line before
      every prod model where stage == "production" and (a == 1 or b == 2) and c == 3 unless d == 4
          and some x in y: z == 3 has approval
      every prod model  # mid
          # own mid
          has approval

      applies when some x: y == 3

      no rule where low <= 22 and high >= 22: some c in cidrs: c == "0.0.0.0/0" or c == "::/0"
      at least 2 reviews where x not in ["a", "b"] and y in [
        "c",
        # why d
        "d"
      ]
      every model: count(tests where not passed) <= -1 and a.b["c"].d+ contains (3 + n * rate) / -x
      every model has review within 30 days before x and at least 1 test in each quarter of $period and : a exists
      # dangling
    }

    control A-1 {
      cites CC8.1

      every a is b
    }
    # the end
    "#);
}

#[test]
fn exceptions_and_tests() {
    insta::assert_snapshot!(check(r#"
exception MODEL-01 for model "legacy-ranker@3" {
  reason      "Weights supplied"
  approved_by "ciso"
  expires     2026-12-31
}
exception D-1 for db where id like "tmp-*" { reason "scratch"  owner "ana"   expires 2026-12-31 }
test MODEL-02 "an author cannot approve their own model" {
  as of 2026-01-01
  period 2026-01-01 to 2026-12-31

  given model "ranker@1" { name: "ranker", version: "1",
                           deployed_at: 2026-03-01, approvals: [ { approver: "ana", at: 2026-02-20 } ] }
  given model { a: {b: 1, }, c: [1,2,], d: [], e: {}, f: -3 }
  given document { text: """{ "a": 1,
 "b": 2 }""" }
  expect fail for model "x"  expect pass
}
"#), @r#"
    exception MODEL-01 for model "legacy-ranker@3" {
      reason       "Weights supplied"
      approved_by  "ciso"
      expires      2026-12-31
    }

    exception D-1 for db where id like "tmp-*" { reason "scratch"  owner "ana"  expires 2026-12-31 }

    test MODEL-02 "an author cannot approve their own model" {
      as of 2026-01-01
      period 2026-01-01 to 2026-12-31

      given model "ranker@1" {
        name: "ranker",
        version: "1",
        deployed_at: 2026-03-01,
        approvals: [{ approver: "ana", at: 2026-02-20 }]
      }
      given model { a: { b: 1, }, c: [1, 2,], d: [], e: {}, f: -3 }
      given document {
        text: """{ "a": 1,
     "b": 2 }"""
      }
      expect fail for model "x"
      expect pass
    }
    "#);
}

#[test]
fn comments_alone_and_mistakes() {
    assert_eq!(format("").unwrap(), "");
    assert_eq!(format("  # a  \n\n\n\n# b").unwrap(), "# a\n\n# b\n");
    assert_eq!(
        format("# a\nparam x = 1 # b\n# c\n\nentity y {\n# d\n}\n").unwrap(),
        "# a\nparam x = 1  # b\n# c\n\nentity y {\n  # d\n}\n"
    );
    assert!(format("control A-1 { every }").is_err());
}

#[test]
fn the_page_of_the_language_is_formatted() {
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/design/LANGUAGE.md");
    if !page.is_file() {
        println!("skipped: the language page is not beside the checkout");
        return;
    }
    #[expect(clippy::disallowed_methods, reason = "a test reads the page from the disk")]
    let page = std::fs::read_to_string(page).unwrap();
    let program = page.split("```tick\n").nth(1).unwrap().split("```").next().unwrap();
    let formatted = check(program);
    // What the page shows is nearly the canonical layout: fields in a column, filters and messages on their own line.
    assert!(formatted.contains("  cites     CC8.1, C1.1\n  severity  high\n"), "{formatted}");
}
