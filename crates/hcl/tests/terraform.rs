//! Expressions and modules made up by chance come to what the real `terraform` says, value by value.
//!
//! The same text goes to both. `TICKMARK_TERRAFORM_ROUNDS=20` tries more than the usual test does,
//! `TICKMARK_TERRAFORM_SEED` others.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test may panic, and says when it skips"
)]

mod common;

use std::collections::BTreeMap;
use std::path::Path;

use common::disk::Disk;
use common::generate::{Chance, Kind, Maker};
use common::shown::shown;
use common::{oracle, outputs};
use serde_json::Value as Json;
use tickmark_hcl::{Settings, Tree};
use tickmark_source::Sources;

fn seed() -> u64 {
    std::env::var("TICKMARK_TERRAFORM_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

fn write(folder: &Path, name: &str, text: &str) {
    if let Some(parent) = folder.join(name).parent() {
        std::fs::create_dir_all(parent).unwrap();
    }
    std::fs::write(folder.join(name), text).unwrap();
}

/// A module with the JSON of each expression as an output, `refused` for what is refused.
fn module_of(expressions: &[String]) -> String {
    let mut text = String::new();
    for (index, expression) in expressions.iter().enumerate() {
        text.push_str(&format!(
            "output \"x{index}\" {{\n  value = nonsensitive(try(jsonencode({expression}), \"refused\"))\n}}\n"
        ));
    }
    text
}

/// What terraform makes of expressions, and what we do: pairs that differ, with the expression.
fn differences(expressions: &[String]) -> Vec<(String, Json, Json)> {
    let text = module_of(expressions);
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "main.tf", &text);
    let plan = match oracle::plan(folder.path()) {
        Ok(plan) => plan,
        Err(message) => panic!("terraform refuses the module as a whole: {message}"),
    };
    let ours: BTreeMap<String, Json> = outputs(&text).into_iter().collect();
    assert_eq!(ours.len(), expressions.len());
    let mut different = Vec::new();
    for (index, expression) in expressions.iter().enumerate() {
        let name = format!("x{index}");
        let theirs = &plan["planned_values"]["outputs"][&name];
        assert!(theirs.is_object(), "terraform has no output for {expression}");
        if !same(&theirs["value"], &ours[&name]) {
            different.push((expression.clone(), theirs["value"].clone(), ours[&name].clone()));
        }
    }
    different
}

/// Whether two results are the same for our purposes.
fn same(theirs: &Json, ours: &Json) -> bool {
    // Terraform knows a zero below zero, we do not.
    let plain = |value: &Json| {
        let text = value.to_string();
        text.replace("-0,", "0,").replace("-0]", "0]").replace("-0}", "0}").replace("\"-0\"", "\"0\"")
    };
    plain(theirs) == plain(ours)
}

/// Whether Terraform refuses something for a type that we do not know: that of the elements of an empty list, of `null`,
/// of the branch of a condition that is not taken and cannot be evaluated.
fn is_about_empty(expression: &str, theirs: &Json) -> bool {
    let empty = ["[]", "tomap({})", "null", "chunklist", "setintersection", "compact", "slice", " ? "];
    (theirs.to_string() + expression).contains("refused") && empty.iter().any(|word| expression.contains(word))
}

fn assert_same(expressions: &[String]) {
    let (lenient, different): (Vec<_>, Vec<_>) =
        differences(expressions).into_iter().partition(|(expression, theirs, _)| is_about_empty(expression, theirs));
    assert!(lenient.len() * 50 < expressions.len(), "{lenient:?}");
    let shown: Vec<String> = different
        .iter()
        .take(12)
        .map(|(expression, theirs, ours)| format!("{expression}\n  terraform: {theirs}\n  we:        {ours}"))
        .collect();
    assert!(different.is_empty(), "{} of {} differ:\n{}", different.len(), expressions.len(), shown.join("\n"));
}

/// The expressions of the list and what terraform made of them.
fn listed() -> Vec<(String, String)> {
    let lines = include_str!("expressions.tsv").lines().filter(|line| !line.starts_with('#'));
    let pairs = lines.filter_map(|line| line.split_once('\t'));
    pairs.map(|(expression, result)| (expression.to_owned(), result.to_owned())).collect()
}

#[test]
fn listed_expressions_come_to_what_terraform_said() {
    let listed = listed();
    assert!(listed.len() > 500);
    let expressions: Vec<String> = listed.iter().map(|(expression, _)| expression.clone()).collect();
    let ours: BTreeMap<String, Json> = outputs(&module_of(&expressions)).into_iter().collect();
    for (index, (expression, theirs)) in listed.iter().enumerate() {
        let ours = &ours[&format!("x{index}")];
        assert!(same(&Json::String(theirs.clone()), ours), "{expression}\n  terraform: {theirs}\n  we:        {ours}");
    }
}

#[test]
fn listed_expressions_are_what_terraform_says() {
    if !oracle::is_here() {
        return;
    }
    let listed = listed();
    let expressions: Vec<String> = listed.iter().map(|(expression, _)| expression.clone()).collect();
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "main.tf", &module_of(&expressions));
    let plan = oracle::plan(folder.path()).unwrap();
    for (index, (expression, stored)) in listed.iter().enumerate() {
        let now = &plan["planned_values"]["outputs"][format!("x{index}")]["value"];
        assert_eq!(now.as_str(), Some(stored.as_str()), "{expression}");
    }
}

#[test]
fn expressions_made_up_by_chance_come_to_what_terraform_says() {
    if !oracle::is_here() {
        return;
    }
    let mut chance = Chance(seed());
    for _ in 0..oracle::rounds() {
        let mut expressions = Vec::new();
        let kinds = [
            Kind::Text,
            Kind::Number,
            Kind::Bool,
            Kind::Texts,
            Kind::Numbers,
            Kind::TextSet,
            Kind::TextMap,
            Kind::Object,
            Kind::Any,
        ];
        for index in 0..1500_usize {
            let depth = 1 + u32::try_from(index % 3).unwrap();
            let kind = kinds[index % kinds.len()];
            expressions.push(Maker::new(&mut chance).expression(kind, depth));
        }
        assert_same(&expressions);
    }
}

/// The expression, or another of the type where it turns out to be of none.
fn sure(kind: Kind, expression: &str) -> String {
    match kind {
        Kind::Text => format!("try(tostring({expression}), \"t\")"),
        Kind::Number => format!("try(tonumber({expression}), 1)"),
        Kind::Bool => format!("try(tobool({expression}), true)"),
        Kind::Texts => format!("try(tolist([for s in {expression} : tostring(s)]), [\"t\"])"),
        Kind::TextMap => format!("try(tomap({{ for k, v in {expression} : k => tostring(v) }}), {{ k = \"v\" }})"),
        _ => format!("try({expression}, {{}})"),
    }
}

/// A module made up by chance: locals, variables with types and defaults, `count` and `for_each` on resources and on
/// modules two levels deep, `terraform_data` with values of all of them.
fn module_by_chance(chance: &mut Chance) -> Vec<(String, String)> {
    let mut main = String::new();
    let mut names: Vec<(String, Kind)> = Vec::new();
    let kinds = [Kind::Text, Kind::Number, Kind::Bool, Kind::Texts, Kind::TextMap, Kind::Object];
    for index in 0..12_usize {
        let kind = kinds[index % kinds.len()];
        let mut maker = Maker::new(chance);
        maker.names.clone_from(&names);
        let value = sure(kind, &maker.expression(kind, 2));
        main.push_str(&format!("locals {{\n  l{index} = {value}\n}}\n"));
        names.push((format!("local.l{index}"), kind));
    }
    let mut expression = |kind: Kind, depth: u32| {
        let mut maker = Maker::new(chance);
        maker.names.clone_from(&names);
        sure(kind, &maker.expression(kind, depth))
    };
    main.push_str(&format!(
        "resource \"terraform_data\" \"plain\" {{\n  input = {{ a = {}, b = {} }}\n}}\n",
        expression(Kind::Text, 1),
        expression(Kind::Texts, 1)
    ));
    main.push_str(&format!(
        "resource \"terraform_data\" \"counted\" {{\n  count = min(3, length({}))\n  input = \"${{count.index}}:${{{}}}\"\n}}\n",
        expression(Kind::Texts, 1),
        expression(Kind::Number, 1)
    ));
    main.push_str(&format!(
        "resource \"terraform_data\" \"each\" {{\n  for_each = toset({})\n  input = [each.key, upper(each.value), {}]\n}}\n",
        expression(Kind::Texts, 1),
        expression(Kind::Bool, 1)
    ));
    main.push_str(&format!(
        "resource \"terraform_data\" \"mapped\" {{\n  for_each = {}\n  input = {{ (each.key) = each.value, all = terraform_data.counted[*].input }}\n}}\n",
        expression(Kind::TextMap, 1)
    ));
    main.push_str(&format!(
        "module \"one\" {{\n  source = \"./inner\"\n  name = {}\n  settings = {{ size = {}, tags = {} }}\n  list = {}\n}}\n",
        expression(Kind::Text, 1),
        expression(Kind::Number, 0),
        expression(Kind::TextMap, 1),
        expression(Kind::Texts, 1)
    ));
    main.push_str(&format!(
        "module \"many\" {{\n  source = \"./inner\"\n  for_each = {}\n  name = each.key\n  settings = {{ enabled = {} }}\n  list = [each.value, module.one.name]\n}}\n",
        expression(Kind::TextMap, 1),
        expression(Kind::Bool, 1)
    ));
    main.push_str("output \"many\" { value = { for k, m in module.many : k => m.everything } }\n");
    main.push_str("output \"whole\" { value = module.one }\n");
    main.push_str("output \"keys\" { value = [keys(terraform_data.mapped), length(terraform_data.each), [for d in values(terraform_data.each) : d.input[1]]] }\n");
    let inner = format!(
        "variable \"name\" {{ type = string }}\nvariable \"list\" {{ type = list(string) }}\nvariable \"settings\" {{\n  type = object({{\n    size = optional(number, 3)\n    enabled = optional(bool)\n    tags = optional(map(string), {{ d = \"x\" }})\n  }})\n  default = {{}}\n}}\nvariable \"unused\" {{ default = [1, \"a\"] }}\n\
         resource \"terraform_data\" \"this\" {{\n  count = var.settings.enabled == true ? 2 : 1\n  input = {{ name = var.name, size = var.settings.size, i = count.index }}\n}}\n\
         module \"deep\" {{\n  source = \"./deep\"\n  count = length(var.list) > 1 ? 2 : 1\n  text = \"${{var.name}}-${{count.index}}-${{path.module}}\"\n}}\n\
         output \"name\" {{ value = lower(var.name) }}\noutput \"everything\" {{ value = [var.name, var.list, var.settings, module.deep[*].text, terraform_data.this[0].input.size, {}] }}\n",
        sure(Kind::Any, &Maker::new(chance).expression(Kind::Any, 2))
    );
    let deep = "variable \"text\" {}\nresource \"terraform_data\" \"leaf\" {\n  for_each = { a = var.text, \"b c\" = path.module }\n  input = each.value\n}\noutput \"text\" { value = terraform_data.leaf[\"a\"].input }\n";
    vec![
        ("main.tf".to_owned(), main),
        ("inner/main.tf".to_owned(), inner),
        ("inner/deep/main.tf".to_owned(), deep.to_owned()),
    ]
}

#[test]
fn modules_made_up_by_chance_come_to_what_terraform_plans() {
    if !oracle::is_here() {
        return;
    }
    let mut chance = Chance(seed() + 1000);
    let mut compared = 0;
    for _ in 0..3 * oracle::rounds() {
        let files = module_by_chance(&mut chance);
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in &files {
            write(folder.path(), name, text);
        }
        // Some are refused: a text that is too long for a key, lists of different types.
        let plan = match oracle::plan(folder.path()) {
            Ok(plan) => plan,
            Err(message) => {
                eprintln!("refused: {message}");
                continue;
            }
        };
        let mut sources = Sources::new();
        let tree = Tree::load(&Disk, &mut sources, folder.path().to_str().unwrap()).unwrap();
        let configuration = tree.evaluate(&Disk, &Settings::default());
        let mut theirs: BTreeMap<String, Json> = BTreeMap::new();
        for change in plan["resource_changes"].as_array().cloned().unwrap_or_default() {
            theirs.insert(change["address"].as_str().unwrap().to_owned(), change["change"]["after"]["input"].clone());
        }
        let ours: BTreeMap<String, Json> = configuration
            .resources
            .iter()
            .map(|resource| (resource.address.to_string(), shown(&resource.attributes["input"].value, true)))
            .collect();
        let text: String = files.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(theirs.keys().collect::<Vec<_>>(), ours.keys().collect::<Vec<_>>(), "{text}");
        for (address, theirs) in &theirs {
            assert!(same(theirs, &ours[address]), "{address}\n{theirs}\n{}\n{text}", ours[address]);
        }
        for output in &configuration.outputs {
            let theirs = &plan["planned_values"]["outputs"][&*output.name];
            // An output with something unknown inside has no value in the plan.
            if let Some(theirs) = theirs.get("value") {
                let ours = shown(&output.value, true);
                assert!(same(theirs, &ours), "{}\n{theirs}\n{ours}\n{text}", output.name);
            }
        }
        compared += 1;
    }
    assert!(compared * 2 > oracle::rounds(), "terraform refused nearly every module: {compared} compared");
}
