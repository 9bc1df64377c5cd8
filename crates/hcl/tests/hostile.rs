//! Hostile input ends in a clear error or an unknown, in bounded time and memory.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test may panic, and says when it skips"
)]

mod common;

use std::time::{Duration, Instant};

use common::evaluate;
use tickmark_hcl::Configuration;

/// What comes of a text, within a time that even a slow machine needs only for work that is not bounded.
fn soon(text: &str) -> Configuration {
    let start = Instant::now();
    let (configuration, _) = evaluate(&[("m/main.tf", text)]);
    assert!(start.elapsed() < Duration::from_secs(120), "took {:?}", start.elapsed());
    configuration
}

fn messages(configuration: &Configuration) -> String {
    configuration
        .diagnostics
        .iter()
        .map(|diagnostic| format!("{}: {}\n", diagnostic.code, diagnostic.message))
        .collect()
}

fn says(text: &str, what: &str) {
    let found = messages(&soon(text));
    assert!(found.contains(what), "`{what}` is not in:\n{found}");
}

#[test]
fn deep_nesting_is_refused_where_it_stands() {
    for (open, close) in [
        ("[", "]"),
        ("(", ")"),
        ("{a=", "}"),
        ("\"${", "}\""),
        ("-", ""),
        ("!", ""),
        ("f(", ")"),
        ("[for x in ", " : x]"),
    ] {
        for depth in [70, 500, 50_000] {
            let text = format!("locals {{\n  x = {}1{}\n}}\n", open.repeat(depth), close.repeat(depth));
            let found = messages(&soon(&text));
            assert!(found.contains("E0520"), "{open} {depth}: {found}");
        }
    }
    says(&format!("locals {{\n  x = 1{}\n}}\n", " + 1".repeat(10_000)), "E0520");
    says(&format!("{}{}", "a {\n".repeat(5_000), "}\n".repeat(5_000)), "E0520");
}

#[test]
fn a_syntax_error_says_where_and_what_was_expected() {
    let (found, sources) = evaluate(&[("m/main.tf", "resource \"a\" \"b\" {\n  x = [1, 2\n}\n")]);
    let text = found.diagnostics[0].to_plain(&sources);
    assert!(text.starts_with("m/main.tf:3:1: error[E0520]: broken Terraform configuration: "), "{text}");
    assert!(text.contains("expected") && text.contains("found `}`"), "{text}");
    // The other files are read all the same.
    let (found, _) = evaluate(&[("m/a.tf", "locals {"), ("m/b.tf", "resource \"a_b\" \"c\" {}")]);
    assert_eq!(found.resources.len(), 1);
}

#[test]
fn circles_are_unknown_and_named() {
    let found = soon(
        "locals {\n  a = local.b\n  b = [local.c]\n  c = upper(local.a)\n}\nresource \"a_b\" \"x\" {\n  v = local.a\n}\n",
    );
    assert!(
        messages(&found).contains("a circle of references: local.a → local.b → local.c → local.a"),
        "{}",
        messages(&found)
    );
    assert!(found.resources[0].attributes["v"].value.first_unknown().is_some());
    says("resource \"a_b\" \"x\" {\n  v = a_b.x.v\n}\n", "a circle of references");
    says("resource \"a_b\" \"x\" {\n  count = length(a_b.x)\n}\n", "a circle of references");
    says(
        "variable \"v\" { default = 1 }\nmodule \"m\" {\n  source = \"./\"\n}\n",
        "deeper than the limit of 64 levels",
    );
}

#[test]
fn long_chains_of_references_are_followed() {
    let mut text = String::from("locals {\n  x0 = 1\n");
    for index in 1..400 {
        text.push_str(&format!("  x{index} = local.x{} + 1\n", index - 1));
    }
    text.push_str("}\noutput \"o\" {\n  value = local.x399\n}\n");
    assert_eq!(format!("{:?}", soon(&text).outputs[0].value), "400");
    let mut text = String::from("locals {\n  x0 = 1\n");
    for index in 1..20_000 {
        text.push_str(&format!("  x{index} = local.x{} + 1\n", index - 1));
    }
    text.push_str("}\noutput \"o\" {\n  value = local.x19999\n}\n");
    says(&text, "deeper than the limit of 2500 levels");
}

#[test]
fn what_grows_without_end_is_stopped() {
    // Each line doubles what the one above it has.
    let doubling = |first: &str, next: &str| {
        let mut text = format!("locals {{\n  x0 = {first}\n");
        for index in 1..64 {
            text.push_str(&format!("  x{index} = {}\n", next.replace('@', &format!("local.x{}", index - 1))));
        }
        text.push_str("}\noutput \"o\" {\n  value = local.x63\n}\n");
        text
    };
    says(&doubling("\"ab\"", "\"${@}${@}\""), "limit");
    says(&doubling("[1]", "[@, @]"), "limit of 2000000 values");
    says(&doubling("[1]", "concat(@, @)"), "limit");
    says(&doubling("\"a\"", "join(@, [@, @, @])"), "limit");
    says(&doubling("\"aa\"", "replace(@, \"a\", @)"), "limit");
    says(&doubling("{a = 1}", "{a = @, b = @}"), "limit");
    says(&doubling("2", "@ * @"), "larger than numbers are read");
    says("output \"o\" {\n  value = setproduct(range(1000), range(1000), range(1000))\n}\n", "limit");
    says("output \"o\" {\n  value = format(\"%999999999d\", 1)\n}\n", "limit");
    says("output \"o\" {\n  value = range(1000000000)\n}\n", "limit");
    says("output \"o\" {\n  value = 1e999999999\n}\n", "E0520");
    says("resource \"a_b\" \"x\" {\n  count = 1000000000\n}\n", "limit of 100000");
    let nested = "[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : a]]]";
    says(&format!("output \"o\" {{\n  value = {nested}\n}}\n"), "limit of 5000000 steps");
    let template = "\"%{ for a in range(1000) }%{ for b in range(1000) }%{ for c in range(1000) }%{ endfor }%{ endfor }%{ endfor }\"";
    says(&format!("output \"o\" {{\n  value = {template}\n}}\n"), "limit of 5000000 steps");
}

#[test]
fn many_modules_in_modules_are_stopped() {
    let twice = "module \"a\" {\n  source = \"../n@\"\n}\nmodule \"b\" {\n  source = \"../n@\"\n}\n";
    let files: Vec<(String, String)> =
        (0..40).map(|index| (format!("n{index}/main.tf"), twice.replace('@', &(index + 1).to_string()))).collect();
    let mut memory = tickmark_source::MemoryFiles::new();
    for (path, text) in &files {
        memory.insert(path.clone(), text.as_bytes().to_vec());
    }
    let tree = tickmark_hcl::Tree::load(&memory, &mut tickmark_source::Sources::new(), "n0").unwrap();
    let found = tree.evaluate(&memory, &tickmark_hcl::Settings::default());
    assert!(messages(&found).contains("limit of 10000"), "no limit was named");
}

#[test]
fn what_is_no_text_is_said_to_be_none() {
    let mut files = tickmark_source::MemoryFiles::new();
    files.insert("m/a.tf", b"locals { x = \"\xff\" }".to_vec());
    files.insert("m/b.tf", b"resource \"a_b\" \"c\" {}".to_vec());
    files.insert("m/c.tf.json", b"{\"locals\": ".to_vec());
    let mut sources = tickmark_source::Sources::new();
    let tree = tickmark_hcl::Tree::load(&files, &mut sources, "m").unwrap();
    let found = tree.evaluate(&files, &tickmark_hcl::Settings::default());
    let codes: Vec<&str> = found.diagnostics.iter().map(|diagnostic| diagnostic.code.0).collect();
    assert_eq!(codes, ["E0507", "E0503"]);
    assert_eq!(found.resources.len(), 1);
}

#[test]
fn a_large_file_is_read() {
    let mut text = String::new();
    for index in 0..60_000 {
        text.push_str(&format!(
            "resource \"a_b\" \"r{index}\" {{\n  name = \"n-{index}\"\n  tags = {{ a = \"b\", c = [1, 2, 3] }}\n}}\n"
        ));
    }
    assert!(text.len() > 4 << 20);
    assert_eq!(soon(&text).resources.len(), 60_000);
}

#[test]
fn torn_texts_end_somehow() {
    // Every prefix of a text with all of the syntax in it.
    let text = "variable \"v\" {\n  type = map(object({ a = optional(string, \"x\") }))\n  default = {}\n}\nlocals {\n  a = [for k, v in var.v : \"${k}-${v.a}\" if v != null]\n  b = <<-EOT\n    x %{ if true ~} y ${~ 1 ~} %{ else } z %{ endif }\n  EOT\n  c = { \"k\" = 1, (upper(\"x\")) = -2.5e3, d = !true ? [1][0] : {}.x[*].y.*.z }\n}\n";
    for end in 0..text.len() {
        if text.is_char_boundary(end) {
            let _ = evaluate(&[("m/main.tf", &text[..end])]);
        }
    }
}
