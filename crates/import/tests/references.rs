//! Relations of Terraform resources whose references lead to more than one place: none is claimed that may not hold.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use common::{Run, needs, run};

const UNKNOWN: &str = r#"{"actions":["create"],"after":{},"after_unknown":{"id":true,"bucket":true}}"#;

fn change(address: &str, index: &str, change: &str) -> String {
    let (ty, name) = address.split_once('.').unwrap();
    let name = name.split('[').next().unwrap();
    let address = address.replace('"', "\\\"");
    format!(
        r#"{{"address":"{address}","mode":"managed","type":"{ty}","name":"{name}",{index}"provider_name":"aws","change":{change}}}"#
    )
}

fn known(after: &str) -> String {
    format!(r#"{{"actions":["no-op"],"after":{after},"after_unknown":{{}}}}"#)
}

/// Buckets `a` and `b` with what else there is, where the bucket of `aws_s3_bucket_logging.l` is written so.
fn read(changes: &[String], references: &str, more: &str) -> Run {
    let block = |ty: &str, name: &str, rest: &str| {
        format!(r#"{{"address":"{ty}.{name}","mode":"managed","type":"{ty}","name":"{name}",{rest}}}"#)
    };
    let resources = [
        block("aws_s3_bucket", "a", r#""expressions":{}"#),
        block("aws_s3_bucket", "b", r#""expressions":{}"#),
        block(
            "aws_s3_bucket_logging",
            "l",
            &format!(r#""expressions":{{"bucket":{{"references":[{references}]}}}}{more}"#),
        ),
    ];
    let text = format!(
        r#"{{"format_version":"1.2","resource_changes":[{}],"configuration":{{"root_module":{{"resources":[{}]}}}}}}"#,
        changes.join(","),
        resources.join(",")
    );
    let needs = needs(&[
        "open aws_s3_bucket: bucket any, aws_s3_bucket_logging many aws_s3_bucket_logging",
        "open aws_s3_bucket_logging: bucket any, aws_s3_bucket many aws_s3_bucket",
    ]);
    run(&["plan.json"], &[("plan.json", &text)], &needs).no_errors()
}

fn of(run: &Run, bucket: &str) -> String {
    run.cell("aws_s3_bucket", bucket, "aws_s3_bucket_logging")
}

#[test]
fn a_name_that_is_not_known_yet_and_can_be_of_several_is_of_none_for_sure() {
    let changes = |last: &str| {
        [
            change("aws_s3_bucket.a", "", UNKNOWN),
            change("aws_s3_bucket.b", "", UNKNOWN),
            change("aws_s3_bucket_logging.l", "", last),
        ]
    };
    let either = r#""var.x","aws_s3_bucket.a.id","aws_s3_bucket.a","aws_s3_bucket.b.id","aws_s3_bucket.b""#;
    let local = r#""var.x","aws_s3_bucket.a.id","aws_s3_bucket.a","local.other""#;
    for references in [either, local] {
        let run = read(&changes(UNKNOWN), references, "");
        assert!(of(&run, "aws_s3_bucket.a").starts_with("unknown"), "{references}");
        assert!(of(&run, "aws_s3_bucket.b").starts_with("unknown"), "{references}");
        let back = run.cell("aws_s3_bucket_logging", "aws_s3_bucket_logging.l", "aws_s3_bucket");
        assert!(back.starts_with("unknown"), "{references}: {back}");
    }
    let run = read(&changes(UNKNOWN), r#""aws_s3_bucket.a.id","aws_s3_bucket.a","var.x""#, "");
    assert_eq!(of(&run, "aws_s3_bucket.a"), "{aws_s3_bucket_logging.l}");
    assert_eq!(of(&run, "aws_s3_bucket.b"), "{}");
}

#[test]
fn instances_that_are_chosen_by_another_key_are_not_all_meant() {
    let instance = |key: &str| change(&format!("aws_s3_bucket.a[\"{key}\"]"), &format!(r#""index":"{key}","#), UNKNOWN);
    let changes =
        [instance("x"), instance("y.z"), change("aws_s3_bucket_logging.l[\"first\"]", r#""index":"first","#, UNKNOWN)];
    let run = read(&changes, r#""each.value.bucket","each.value","aws_s3_bucket.a""#, "");
    assert!(of(&run, r#"aws_s3_bucket.a["x"]"#).starts_with("unknown"));
    assert!(of(&run, r#"aws_s3_bucket.a["y.z"]"#).starts_with("unknown"));
}

#[test]
fn a_known_name_is_of_the_bucket_that_has_it_whole() {
    let changes = [
        change("aws_s3_bucket.a", "", &known(r#"{"bucket":"logs","id":"logs"}"#)),
        change("aws_s3_bucket.b", "", &known(r#"{"bucket":"logs-archive","id":"logs-archive"}"#)),
        change("aws_s3_bucket_logging.l", "", &known(r#"{"bucket":"logs-archive"}"#)),
    ];
    let run = read(&changes, r#""aws_s3_bucket.a.id","aws_s3_bucket.a","aws_s3_bucket.b.id","aws_s3_bucket.b""#, "");
    assert_eq!(of(&run, "aws_s3_bucket.a"), "{}");
    assert_eq!(of(&run, "aws_s3_bucket.b"), "{aws_s3_bucket_logging.l}");
}

#[test]
fn a_name_that_came_from_no_reference_is_compared() {
    // `var.x ? aws_s3_bucket.a.id : "two"`, and `two` is another bucket of the plan.
    let changes = [
        change("aws_s3_bucket.a", "", UNKNOWN),
        change("aws_s3_bucket.b", "", &known(r#"{"bucket":"two","id":"two"}"#)),
        change("aws_s3_bucket_logging.l", "", &known(r#"{"bucket":"two"}"#)),
    ];
    let run = read(&changes, r#""var.x","aws_s3_bucket.a.id","aws_s3_bucket.a""#, "");
    assert_eq!(of(&run, "aws_s3_bucket.a"), "{}");
    assert_eq!(of(&run, "aws_s3_bucket.b"), "{aws_s3_bucket_logging.l}");
}

#[test]
fn a_secret_is_hidden_wherever_it_stands() {
    let secret = change(
        "aws_db_instance.a",
        "",
        r#"{"actions":["update"],"before":{"password":"hunter2x"},"after":{"password":"hunter2x","port":5432,"name":"x","list":[{"key":"k-1234"}]},
           "after_unknown":{},"after_sensitive":{"password":true,"port":true,"list":true}}"#,
    );
    let text = format!(r#"{{"format_version":"1.2","resource_changes":[{secret}],"other":"hunter2x"}}"#);
    // Whether a control asks for it or not.
    let run = run(&["plan.json"], &[("plan.json", &text)], &needs(&["open aws_db_instance: name any"])).no_errors();
    let (file, _) = run.sources.iter().next().unwrap();
    let mut shown = text.clone().into_bytes();
    for range in run.sources.hidden_in(file, 0..text.len()) {
        shown[range].fill(b'*');
    }
    let shown = String::from_utf8(shown).unwrap();
    for secret in ["hunter2x", "5432", "k-1234"] {
        assert!(text.contains(secret) && !shown.contains(secret), "{shown}");
    }
    assert!(shown.contains(r#""name":"x""#));
}

#[test]
fn a_state_says_on_what_a_resource_depends() {
    let instance = |attributes: &str, dependencies: &str| {
        format!(r#"[{{"attributes":{attributes},"dependencies":[{dependencies}]}}]"#)
    };
    let resource = |ty: &str, name: &str, instances: &str| {
        format!(
            r#"{{"module":"module.m[0]","mode":"managed","type":"{ty}","name":"{name}","provider":"provider[\"x/y/aws\"]","instances":{instances}}}"#
        )
    };
    let state = format!(
        r#"{{"version":4,"terraform_version":"1.11.4","serial":1,"lineage":"x","resources":[{},{},{},{}]}}"#,
        resource("aws_serving", "s", &instance(r#"{"name":"one","uses":"setup-1"}"#, r#""module.m.aws_setup.a""#)),
        resource("aws_serving", "t", &instance(r#"{"name":"setup-1","uses":"setup-2"}"#, r#""module.m.aws_setup.a""#)),
        resource("aws_setup", "a", &instance(r#"{"name":"setup-1"}"#, "")),
        resource("aws_setup", "b", &instance(r#"{"name":"setup-2"}"#, "")),
    );
    let needs = needs(&[
        "open aws_serving: name any, aws_setup many aws_setup",
        "open aws_setup: name any, aws_serving many aws_serving",
    ]);
    let run = run(&["terraform.tfstate"], &[("terraform.tfstate", &state)], &needs).no_errors();
    let leads = |id: &str| run.cell("aws_serving", id, "aws_setup");
    assert_eq!(leads("module.m[0].aws_serving.s"), "{module.m[0].aws_setup.a}");
    // It depends on the one and names the other; and that it has the name of the one says nothing.
    assert_eq!(leads("module.m[0].aws_serving.t"), "{}");
    assert_eq!(run.cell("aws_setup", "module.m[0].aws_setup.a", "aws_serving"), "{module.m[0].aws_serving.s}");
}
