//! The hooks for pre-commit call what is there.

use serde::Deserialize;
use tickmark_tests::{root, tickmark};

#[derive(Deserialize)]
struct Hook {
    id: String,
    entry: String,
    #[serde(default)]
    args: Vec<String>,
    language: String,
}

#[test]
fn every_hook_can_be_called() {
    let text = std::fs::read_to_string(root().join(".pre-commit-hooks.yaml")).unwrap();
    let hooks: Vec<Hook> = serde_yaml::from_str(&text).unwrap();
    let ids: Vec<&str> = hooks.iter().map(|hook| hook.id.as_str()).collect();
    assert_eq!(ids, ["tickmark-check", "tickmark-check-all", "tickmark-test", "tickmark-fmt"]);
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path().display().to_string();
    std::fs::write(folder.path().join("main.tf"), "resource \"aws_sns_topic\" \"t\" { kms_master_key_id = \"k\" }\n")
        .unwrap();
    let rule = "entity m { key id  id text }\n\ncontrol M-1 \"m\" {\n  cites CC6.1\n\n  every m: id exists\n}\n\n\
                test M-1 \"m\" {\n  given m \"a\" { id: \"a\" }\n  expect pass\n}\n";
    std::fs::write(folder.path().join("m.tick"), rule).unwrap();
    for hook in &hooks {
        assert_eq!(hook.language, "system");
        let mut words: Vec<String> = hook.entry.split_whitespace().skip(1).map(str::to_owned).collect();
        // `.` is the folder of the repository that the hook runs in.
        words.extend(hook.args.iter().map(|word| match word.as_str() {
            "." => here.clone(),
            "terraform=." => format!("terraform={here}"),
            word => word.to_owned(),
        }));
        if hook.args.is_empty() {
            words.push(folder.path().join("m.tick").display().to_string());
        }
        let outcome = tickmark(&words.iter().map(String::as_str).collect::<Vec<_>>());
        assert_ne!(outcome.code, 2, "{}: {}", hook.id, outcome.err);
    }
}
