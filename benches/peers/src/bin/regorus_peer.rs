//! The eight controls in Rego, evaluated by regorus: `regorus_peer FOLDER CONTROL|all`. `C8:N` takes N of the 500 variations.

use std::collections::BTreeMap;
use std::fmt::Write;

use regorus::{Engine, Value};
use tickmark_benches::{HALF, VARIATIONS, port, retired_group};
use tickmark_peers::{Answer, Counts, arguments, map, print};

const POLICIES: [(&str, &str, &[&str]); 7] = [
    ("c1", include_str!("../../rego/c1.rego"), &["plan"]),
    ("c2", include_str!("../../rego/c2.rego"), &["models"]),
    ("c3", include_str!("../../rego/c3.rego"), &["datasets", "plan"]),
    ("c4", include_str!("../../rego/c4.rego"), &["iam"]),
    ("c5", include_str!("../../rego/c5.rego"), &["models", "iam"]),
    ("c6", include_str!("../../rego/c6.rego"), &["models", "datasets"]),
    ("c7", include_str!("../../rego/c7.rego"), &["models", "deployments"]),
];

fn main() {
    let (folder, what) = arguments();
    if folder == "--print-c8" {
        // For engines that read Rego from files.
        return std::print!("{}", variations(VARIATIONS));
    }
    let (what, taken) = match what.split_once(':') {
        Some((what, taken)) => (what.to_lowercase(), taken.parse().expect("a number of variations")),
        None => (what.to_lowercase(), VARIATIONS),
    };
    let mut engine = Engine::new();
    let mut files: Vec<&str> = Vec::new();
    let mut rules = Vec::new();
    for (name, text, needed) in POLICIES.iter().filter(|(name, ..)| what == "all" || what == *name) {
        engine.add_policy(format!("{name}.rego"), (*text).to_owned()).expect("the policy is well-formed");
        files.extend(*needed);
        rules.push(format!("data.{name}.result"));
    }
    if what == "all" || what == "c8" {
        engine.add_policy("c8.rego".to_owned(), variations(taken)).expect("the policy is well-formed");
        files.push("plan");
        rules.push("data.c8.result".to_owned());
    }
    files.sort_unstable();
    files.dedup();
    engine.set_input(input(&folder, &files));
    let mut answer = Answer::new();
    for rule in rules {
        let result = engine.eval_rule(rule).expect("the rule can be evaluated");
        for (id, counts) in result.as_object().expect("an object").iter() {
            let counts = counts.as_array().expect("three numbers");
            let number = |place: usize| counts[place].as_u64().expect("a number");
            let counts = Counts { pass: number(0), fail: number(1), unknown: number(2) };
            answer.push((id.as_string().expect("an id").to_string(), counts));
        }
    }
    print(&answer);
}

fn input(folder: &str, files: &[&str]) -> Value {
    let read = |name: &&str| {
        let file = map(folder, &format!("{name}.json"));
        let text = std::str::from_utf8(&file).expect("the file is UTF-8");
        (Value::from(name.to_string()), Value::from_json_str(text).expect("the file is JSON"))
    };
    Value::from(files.iter().map(read).collect::<BTreeMap<Value, Value>>())
}

/// The variations as rules, one for each, over the rules of security groups collected once.
fn variations(taken: usize) -> String {
    let mut text = String::from(
        "package c8\n\nrules := [rc.change.after |\n\tsome rc in input.plan.resource_changes\n\trc.type == \
         \"aws_security_group_rule\"\n\trc.change.after != null\n]\n\ntotal := count(rules)\n\n\
         nameless := count([1 | some r in rules; not r.security_group_id])\n",
    );
    let mut results = String::new();
    for place in 0..taken {
        let id = place + 1;
        let (condition, unknown) = match place.checked_sub(HALF) {
            None => {
                let port = port(place);
                (format!("\"0.0.0.0/0\" in r.cidr_blocks; r.from_port <= {port}; r.to_port >= {port}"), "0")
            }
            Some(group) => (format!("r.security_group_id == \"{}\"", retired_group(group)), "nameless"),
        };
        let _ = write!(text, "\nv{id:03} := count([1 | some r in rules; {condition}])\n");
        let _ = write!(results, "\t\"C8-{id:03}\": [(total - v{id:03}) - {unknown}, v{id:03}, {unknown}],\n");
    }
    format!("{text}\nresult := {{\n{results}}}\n")
}
