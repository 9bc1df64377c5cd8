//! Terraform plans and states: values with their marks, and relations.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use common::{Run, needs, run};
use std::sync::Arc;
use tickmark_facts::Needs;
use tickmark_import::{SourceArgument, survey};
use tickmark_source::{MemoryFiles, Sources};

fn change(address: &str, extra: &str, change: &str) -> String {
    let (module, rest) = match address.rsplit_once("module.") {
        Some((before, rest)) => {
            let (call, rest) = rest.split_once('.').unwrap();
            (format!("{before}module.{call}"), rest)
        }
        None => (String::new(), address),
    };
    let (mode, rest) = rest.strip_prefix("data.").map_or(("managed", rest), |rest| ("data", rest));
    let (ty, name) = rest.split_once('.').unwrap();
    let name = name.split('[').next().unwrap();
    let (address, module) = (address.replace('"', "\\\""), module.replace('"', "\\\""));
    format!(
        r#"{{"address":"{address}","module_address":"{module}","mode":"{mode}","type":"{ty}","name":"{name}",{extra}"provider_name":"registry.terraform.io/hashicorp/aws","change":{change}}}"#
    )
}

fn plan(changes: &[String], configuration: &str) -> String {
    format!(
        r#"{{"format_version":"1.2","terraform_version":"1.11.4","resource_changes":[{}],"configuration":{configuration}}}"#,
        changes.join(",\n")
    )
}

fn read(text: &str, needs: &Arc<Needs>) -> Run {
    run(&["plan.json"], &[("plan.json", text)], needs).no_errors()
}

#[test]
fn values_that_are_not_known_yet_exist_and_those_left_out_are_missing() {
    let text = plan(
        &[change(
            "aws_s3_bucket.a",
            "",
            r#"{"actions":["create"],"after":{"bucket":"x","acl":null,"tags":{"team":"ml"},"rule":[{"id":"r"},null],"hosts":["a",null],"many":[]},
               "after_unknown":{"arn":true,"tags":{"made":true},"rule":[{"algorithm":true},true,{"id":true}],"hosts":[false,true,true],"region":{},"list":[false]},
               "after_sensitive":{"bucket":false,"secret":true}}"#,
        )],
        "{}",
    );
    let needs = needs(&[
        "open aws_s3_bucket: bucket any, acl any, arn any, region any, list any, tags any tags, rule any rule, hosts any, many any, tf_action any, tf_module any, tf_index any",
        "open tags: team any, made any",
        "open rule: id any, algorithm any",
    ]);
    let run = read(&text, &needs);
    let cell = |attribute: &str| run.cell("aws_s3_bucket", "aws_s3_bucket.a", attribute);
    assert_eq!(cell("address"), "aws_s3_bucket.a");
    assert_eq!(cell("bucket"), "x");
    assert_eq!(cell("acl"), "missing");
    assert_eq!(cell("arn"), "unknown: NotKnown(\"known after apply\")");
    assert_eq!(cell("region"), "missing");
    assert_eq!(cell("list"), "missing");
    assert_eq!(cell("many"), "[]");
    assert_eq!(cell("tf_action"), "create");
    assert_eq!(cell("tf_module"), "missing");
    assert!(
        cell("hosts").starts_with("[a, unknown") && cell("hosts").matches("unknown").count() == 2,
        "{}",
        cell("hosts")
    );
    assert_eq!(run.cell_at(run.noun("tags"), 0, "team"), "ml");
    assert!(run.cell_at(run.noun("tags"), 0, "made").contains("known after apply"));
    assert_eq!(cell("rule"), "[{rule#1}, unknown: NotKnown(\"known after apply\"), {rule#2}]");
    let bucket = common::attribute(run.facts().needs(), "aws_s3_bucket", "bucket");
    let place = run.facts().cell_place(run.noun("aws_s3_bucket"), 0, bucket).unwrap();
    let at = text.find("\"x\"").unwrap();
    assert_eq!(place.offset as usize, at);
}

#[test]
fn nested_blocks_with_parts_that_are_not_known_yet_are_there() {
    let text = plan(
        &[change(
            "aws_x.a",
            "",
            r#"{"actions":["create"],"after":{"rule":[{"id":"r"}],"other":null},
               "after_unknown":{"rule":[{"algorithm":true,"by":[{"key":true}]}],"other":[{"id":true}],"third":[{"id":true}]}}"#,
        )],
        "{}",
    );
    let needs = needs(&[
        "open aws_x: rule any rule, other any rule, third any rule",
        "open rule: id any, algorithm any, by any rule, key any",
    ]);
    let run = read(&text, &needs);
    for attribute in ["rule", "other", "third"] {
        assert!(run.cell("aws_x", "aws_x.a", attribute).starts_with("{rule#"), "{attribute}");
    }
    let rule = run.noun("rule");
    assert_eq!(run.cell_at(rule, 0, "id"), "r");
    assert!(run.cell_at(rule, 0, "algorithm").contains("known after apply"));
    assert!(run.cell_at(rule, 0, "by").starts_with("{rule#"));
}

#[test]
fn secrets_are_never_read() {
    let text = plan(
        &[change(
            "aws_db_instance.a",
            "",
            r#"{"actions":["update"],"after":{"password":"hunter2","username":null,"keys":["hunter3"],"none":[],"nested":[{"pin":"hunter4","ok":"yes"}]},
               "after_unknown":{},"after_sensitive":{"password":true,"username":true,"keys":true,"none":true,"nested":[{"pin":true}]}}"#,
        )],
        "{}",
    );
    let needs = needs(&[
        "open aws_db_instance: password any, username any, keys any, none any, nested any nested, tf_action any",
        "open nested: pin any, ok any",
    ]);
    let run = read(&text, &needs);
    let cell = |attribute: &str| run.cell("aws_db_instance", "aws_db_instance.a", attribute);
    for attribute in ["password", "keys"] {
        assert_eq!(cell(attribute), "unknown: NotKnown(\"sensitive: not read\")", "{attribute}");
    }
    assert_eq!(cell("username"), "missing");
    assert_eq!(cell("none"), "[]");
    assert_eq!(cell("tf_action"), "update");
    let nested = run.noun("nested");
    assert_eq!(run.cell_at(nested, 0, "pin"), "unknown: NotKnown(\"sensitive: not read\")");
    assert_eq!(run.cell_at(nested, 0, "ok"), "yes");
}

#[test]
fn what_is_deleted_is_no_member_but_a_resource_of_the_plan() {
    let after = |actions: &str| format!(r#"{{"actions":{actions},"after":{{"name":"x"}},"after_unknown":{{}}}}"#);
    let text = plan(
        &[
            change("aws_x.made", "", &after(r#"["create"]"#)),
            change("aws_x.gone", "", r#"{"actions":["delete"],"after":null,"after_unknown":{}}"#),
            change("aws_x.left", "", r#"{"actions":["forget"],"after":null,"after_unknown":{}}"#),
            change("aws_x.same[0]", "\"index\":0,", &after(r#"["no-op"]"#)),
            change("aws_x.new[\"k.1\"]", "\"index\":\"k.1\",", &after(r#"["delete","create"]"#)),
            change("aws_x.made", "\"deposed\":\"abc\",", r#"{"actions":["delete"],"after":null,"after_unknown":{}}"#),
            change("data.aws_x.read", "", &after(r#"["read"]"#)),
        ],
        "{}",
    );
    let needs = needs(&[
        "open aws_x: name any, tf_action any, tf_index any",
        "open data_aws_x: name any, tf_mode any",
        "tf_resource(address): address text, mode text, type text, name text, module optional text, provider text, index optional text, action text",
    ]);
    let run = read(&text, &needs);
    assert_eq!(run.ids("aws_x"), ["aws_x.made", "aws_x.same[0]", "aws_x.new[\"k.1\"]"]);
    assert_eq!(run.ids("data_aws_x"), ["data.aws_x.read"]);
    assert_eq!(run.rows("tf_resource"), 6);
    assert_eq!(run.cell("tf_resource", "aws_x.gone", "action"), "delete");
    assert_eq!(run.cell("tf_resource", "aws_x.left", "action"), "forget");
    assert_eq!(run.cell("tf_resource", "aws_x.new[\"k.1\"]", "action"), "replace");
    assert_eq!(run.cell("aws_x", "aws_x.new[\"k.1\"]", "tf_index"), "k.1");
    assert_eq!(run.imported.sources[0].kind, "terraform-plan");
    assert_eq!(run.imported.sources[0].records, 4);
}

/// Buckets and their parts, with a configuration.
fn buckets(changes: &[String], resources: &str, calls: &str) -> Run {
    let configuration = format!(r#"{{"root_module":{{"resources":[{resources}],"module_calls":{{{calls}}}}}}}"#);
    read(&plan(changes, &configuration), &bucket_needs())
}

fn bucket_needs() -> Arc<Needs> {
    needs(&[
        "open aws_s3_bucket: bucket any, aws_s3_bucket_logging many aws_s3_bucket_logging, aws_kms_key many aws_kms_key",
        "open aws_s3_bucket_logging: bucket any, aws_s3_bucket many aws_s3_bucket",
        "open aws_kms_key: arn any, aws_s3_bucket many aws_s3_bucket",
    ])
}

fn bucket(name: &str) -> String {
    let index = index_of(name);
    change(name, &index, r#"{"actions":["create"],"after":{},"after_unknown":{"id":true,"arn":true,"bucket":true}}"#)
}

fn logging(name: &str) -> String {
    let index = index_of(name);
    let change_of =
        r#"{"actions":["create"],"after":{},"after_unknown":{"id":true,"bucket":true,"target_bucket":true}}"#;
    change(name, &index, change_of)
}

fn index_of(address: &str) -> String {
    let last = address.rsplit('.').next().unwrap();
    last.split_once('[').map_or(String::new(), |(_, key)| format!("\"index\":{},", key.trim_end_matches(']')))
}

fn resource(address: &str, expressions: &str, more: &str) -> String {
    let (ty, name) = address.split_once('.').unwrap();
    format!(
        r#"{{"address":"{address}","mode":"managed","type":"{ty}","name":"{name}","expressions":{expressions}{more}}}"#
    )
}

#[test]
fn references_relate_resources_both_ways() {
    let run = buckets(
        &[bucket("aws_s3_bucket.a"), bucket("aws_s3_bucket.logs"), bucket("aws_s3_bucket.none"), logging("aws_s3_bucket_logging.l")],
        &[
            resource("aws_s3_bucket.a", "{}", ""),
            resource("aws_s3_bucket.logs", "{}", ""),
            resource("aws_s3_bucket.none", "{}", ""),
            resource(
                "aws_s3_bucket_logging.l",
                r#"{"bucket":{"references":["aws_s3_bucket.a.id","aws_s3_bucket.a"]},"target_bucket":{"references":["aws_s3_bucket.logs.id","aws_s3_bucket.logs"]}}"#,
                "",
            ),
        ]
        .join(","),
        "",
    );
    let of = |id: &str| run.cell("aws_s3_bucket", id, "aws_s3_bucket_logging");
    assert_eq!(of("aws_s3_bucket.a"), "{aws_s3_bucket_logging.l}");
    // The bucket that is written to has no logging of its own because of that.
    assert_eq!(of("aws_s3_bucket.logs"), "{}");
    assert_eq!(of("aws_s3_bucket.none"), "{}");
    assert_eq!(run.cell("aws_s3_bucket_logging", "aws_s3_bucket_logging.l", "aws_s3_bucket"), "{aws_s3_bucket.a}");
    assert_eq!(run.cell("aws_s3_bucket", "aws_s3_bucket.a", "aws_kms_key"), "{}");
}

#[test]
fn instances_of_one_key_belong_together() {
    let paired = r#"{"bucket":{"references":["aws_s3_bucket.a","each.key"]}}"#;
    let counted = r#"{"bucket":{"references":["aws_s3_bucket.n","count.index"]}}"#;
    let chained = r#"{"bucket":{"references":["each.value.id","each.value"]}}"#;
    let run = buckets(
        &[
            bucket(r#"aws_s3_bucket.a["x"]"#),
            bucket(r#"aws_s3_bucket.a["y"]"#),
            bucket("aws_s3_bucket.n[0]"),
            bucket("aws_s3_bucket.n[1]"),
            logging(r#"aws_s3_bucket_logging.l["x"]"#),
            logging("aws_s3_bucket_logging.n[1]"),
            logging(r#"aws_s3_bucket_logging.c["y"]"#),
        ],
        &[
            resource("aws_s3_bucket.a", "{}", ""),
            resource("aws_s3_bucket.n", "{}", ""),
            resource("aws_s3_bucket_logging.l", paired, ""),
            resource("aws_s3_bucket_logging.n", counted, ""),
            resource(
                "aws_s3_bucket_logging.c",
                chained,
                r#","for_each_expression":{"references":["aws_s3_bucket.a"]}"#,
            ),
        ]
        .join(","),
        "",
    );
    let of = |id: &str| run.cell("aws_s3_bucket", id, "aws_s3_bucket_logging");
    assert_eq!(of(r#"aws_s3_bucket.a["x"]"#), r#"{aws_s3_bucket_logging.l["x"]}"#);
    assert_eq!(of(r#"aws_s3_bucket.a["y"]"#), r#"{aws_s3_bucket_logging.c["y"]}"#);
    assert_eq!(of("aws_s3_bucket.n[0]"), "{}");
    assert_eq!(of("aws_s3_bucket.n[1]"), "{aws_s3_bucket_logging.n[1]}");
}

#[test]
fn references_go_through_inputs_and_outputs_of_modules() {
    let inside = format!(
        r#"{{"resources":[{}],"outputs":{{"id":{{"expression":{{"references":["aws_s3_bucket.this.id","aws_s3_bucket.this"]}}}}}}}}"#,
        resource("aws_s3_bucket.this", "{}", "")
    );
    let logger = format!(
        r#"{{"resources":[{}]}}"#,
        resource("aws_s3_bucket_logging.this", r#"{"bucket":{"references":["var.bucket"]}}"#, "")
    );
    let calls = format!(
        r#""store":{{"module":{inside},"for_each_expression":{{"references":["var.names"]}}}},
           "logger":{{"module":{logger},"expressions":{{"bucket":{{"references":["module.store[\"b\"].id","module.store[\"b\"]","module.store"]}}}}}}"#
    );
    let run = buckets(
        &[
            bucket(r#"module.store["a"].aws_s3_bucket.this"#),
            bucket(r#"module.store["b"].aws_s3_bucket.this"#),
            logging("module.logger.aws_s3_bucket_logging.this"),
        ],
        "",
        &calls,
    );
    let of = |id: &str| run.cell("aws_s3_bucket", id, "aws_s3_bucket_logging");
    assert_eq!(of(r#"module.store["a"].aws_s3_bucket.this"#), "{}");
    assert_eq!(of(r#"module.store["b"].aws_s3_bucket.this"#), "{module.logger.aws_s3_bucket_logging.this}");
}

#[test]
fn a_lost_trail_makes_no_relation_empty() {
    let lost = r#"{"bucket":{"references":["local.bucket"]}}"#;
    let run = buckets(
        &[bucket("aws_s3_bucket.a"), logging("aws_s3_bucket_logging.l")],
        &[resource("aws_s3_bucket.a", "{}", ""), resource("aws_s3_bucket_logging.l", lost, "")].join(","),
        "",
    );
    assert!(run.cell("aws_s3_bucket", "aws_s3_bucket.a", "aws_s3_bucket_logging").starts_with("unknown"));
    assert!(run.cell("aws_s3_bucket_logging", "aws_s3_bucket_logging.l", "aws_s3_bucket").starts_with("unknown"));
    // The trail is lost for this noun only.
    assert_eq!(run.cell("aws_s3_bucket", "aws_s3_bucket.a", "aws_kms_key"), "{}");
}

#[test]
fn a_trail_that_is_lost_in_a_module_leads_to_nothing_outside() {
    let inner = format!(
        r#"{{"resources":[{},{}]}}"#,
        resource("aws_s3_bucket.this", "{}", ""),
        resource("aws_s3_bucket_logging.this", r#"{"bucket":{"references":["local.id"]}}"#, "")
    );
    let run = buckets(
        &[
            bucket("aws_s3_bucket.outside"),
            bucket("module.m.aws_s3_bucket.this"),
            logging("module.m.aws_s3_bucket_logging.this"),
        ],
        &resource("aws_s3_bucket.outside", "{}", ""),
        &format!(r#""m":{{"module":{inner}}}"#),
    );
    let of = |id: &str| run.cell("aws_s3_bucket", id, "aws_s3_bucket_logging");
    assert_eq!(of("aws_s3_bucket.outside"), "{}");
    assert!(of("module.m.aws_s3_bucket.this").starts_with("unknown"));
}

#[test]
fn equal_values_relate_resources_where_the_configuration_says_nothing() {
    let known = |name: &str, after: &str| {
        change(name, "", &format!(r#"{{"actions":["no-op"],"after":{after},"after_unknown":{{}}}}"#))
    };
    let text = plan(
        &[
            known("aws_s3_bucket.a", r#"{"bucket":"one","id":"one"}"#),
            known("aws_s3_bucket.b", r#"{"bucket":"two","id":"two"}"#),
            known("aws_s3_bucket_logging.l", r#"{"bucket":"two","target_bucket":"one"}"#),
        ],
        "{}",
    );
    let run = read(&text, &bucket_needs());
    assert_eq!(run.cell("aws_s3_bucket", "aws_s3_bucket.a", "aws_s3_bucket_logging"), "{}");
    assert_eq!(run.cell("aws_s3_bucket", "aws_s3_bucket.b", "aws_s3_bucket_logging"), "{aws_s3_bucket_logging.l}");
    // Without a configuration, a value that is not known yet may lead anywhere.
    let text = plan(&[bucket("aws_s3_bucket.a"), logging("aws_s3_bucket_logging.l")], "{}");
    let run = read(&text, &bucket_needs());
    assert!(run.cell("aws_s3_bucket", "aws_s3_bucket.a", "aws_s3_bucket_logging").starts_with("unknown"));
}

#[test]
fn a_reference_of_a_branch_that_was_not_taken_is_none() {
    let key =
        change("aws_kms_key.k", "", r#"{"actions":["create"],"after":{},"after_unknown":{"arn":true,"id":true}}"#);
    let with = |name: &str, after: &str, unknown: &str| {
        change(name, "", &format!(r#"{{"actions":["create"],"after":{after},"after_unknown":{unknown}}}"#))
    };
    let expression = r#"{"key":{"references":["var.encrypt","aws_kms_key.k.arn","aws_kms_key.k"]}}"#;
    let run = buckets(
        &[
            key,
            with("aws_s3_bucket.yes", "{}", r#"{"key":true,"id":true}"#),
            with("aws_s3_bucket.no", r#"{"key":null}"#, r#"{"id":true}"#),
            with("aws_s3_bucket.other", r#"{"key":"aws/s3"}"#, r#"{"id":true}"#),
        ],
        &[
            resource("aws_kms_key.k", "{}", ""),
            resource("aws_s3_bucket.yes", expression, ""),
            resource("aws_s3_bucket.no", expression, ""),
            resource("aws_s3_bucket.other", expression, ""),
        ]
        .join(","),
        "",
    );
    assert_eq!(run.cell("aws_s3_bucket", "aws_s3_bucket.yes", "aws_kms_key"), "{aws_kms_key.k}");
    assert_eq!(run.cell("aws_s3_bucket", "aws_s3_bucket.no", "aws_kms_key"), "{}");
    assert_eq!(run.cell("aws_s3_bucket", "aws_s3_bucket.other", "aws_kms_key"), "{}");
    assert_eq!(run.cell("aws_kms_key", "aws_kms_key.k", "aws_s3_bucket"), "{aws_s3_bucket.yes}");
}

#[test]
fn resources_of_one_address_in_two_plans_are_two() {
    let text = plan(&[bucket("aws_s3_bucket.a")], "{}");
    let run = run(&["a.json", "b.json"], &[("a.json", &text), ("b.json", &text)], &bucket_needs()).no_errors();
    assert_eq!(run.ids("aws_s3_bucket"), ["a.json#aws_s3_bucket.a", "b.json#aws_s3_bucket.a"]);
}

#[test]
fn planned_values_are_read_where_no_change_lists_them() {
    let text = r#"{"format_version":"1.0","planned_values":{"root_module":{"resources":[
        {"address":"aws_s3_bucket.a","mode":"managed","type":"aws_s3_bucket","name":"a","values":{"acl":"private"}}],
        "child_modules":[{"resources":[{"address":"module.m.aws_s3_bucket.b","mode":"managed","type":"aws_s3_bucket","name":"b","values":{}}],"address":"module.m"}]}},
        "prior_state":{"values":{"root_module":{"resources":[
        {"address":"data.aws_region.here","mode":"data","type":"aws_region","name":"here","values":{"name":"eu-west-1"}},
        {"address":"aws_s3_bucket.old","mode":"managed","type":"aws_s3_bucket","name":"old","values":{}}]}}},
        "configuration":{"root_module":{"resources":[{"address":"aws_s3_bucket.a","mode":"managed","type":"aws_s3_bucket","name":"a",
        "expressions":{"bucket":{"references":["random_id.x.hex","random_id.x"]},"acl":{"constant_value":"private"}}}]}}}"#;
    let needs = needs(&[
        "open aws_s3_bucket: address any, bucket any, acl any, tf_module any",
        "open data_aws_region: name any",
    ]);
    let run = read(text, &needs);
    assert_eq!(run.ids("aws_s3_bucket"), ["aws_s3_bucket.a", "module.m.aws_s3_bucket.b"]);
    // What the configuration computes and the values lack is not known yet.
    assert!(run.cell("aws_s3_bucket", "aws_s3_bucket.a", "bucket").contains("known after apply"));
    assert_eq!(run.cell("aws_s3_bucket", "aws_s3_bucket.a", "acl"), "private");
    assert_eq!(run.cell("aws_s3_bucket", "module.m.aws_s3_bucket.b", "tf_module"), "module.m");
    assert_eq!(run.cell("data_aws_region", "data.aws_region.here", "name"), "eu-west-1");
}

#[test]
fn a_state_is_read_in_both_forms() {
    let raw = r#"{"version":4,"terraform_version":"1.11.4","serial":3,"lineage":"x","resources":[
        {"module":"module.m[\"k\"]","mode":"managed","type":"aws_db_instance","name":"a","provider":"provider[\"registry.terraform.io/hashicorp/aws\"].audit",
         "instances":[{"index_key":0,"attributes":{"password":"hunter2","engine":"postgres"},"sensitive_attributes":[[{"type":"get_attr","value":"password"}]]}]}]}"#;
    let shown = r#"{"format_version":"1.0","terraform_version":"1.11.4","values":{"root_module":{"child_modules":[{"address":"module.m[\"k\"]","resources":[
        {"address":"module.m[\"k\"].aws_db_instance.a[0]","mode":"managed","type":"aws_db_instance","name":"a","index":0,
         "provider_name":"registry.terraform.io/hashicorp/aws","values":{"password":"hunter2","engine":"postgres"},"sensitive_values":{"password":true}}]}]}}}"#;
    let needs =
        needs(&["open aws_db_instance: password any, engine any, tf_provider any, tf_action any, tf_index any"]);
    for text in [raw, shown] {
        let run = read(text, &needs);
        let id = "module.m[\"k\"].aws_db_instance.a[0]";
        let cell = |attribute: &str| run.cell("aws_db_instance", id, attribute);
        assert_eq!(run.ids("aws_db_instance"), [id]);
        assert_eq!(cell("engine"), "postgres");
        assert!(cell("password").contains("sensitive"));
        assert_eq!(cell("tf_provider"), "registry.terraform.io/hashicorp/aws");
        assert_eq!(cell("tf_action"), "missing");
        assert_eq!(run.imported.sources[0].kind, "terraform-state");
    }
    let old = raw.replace("\"version\":4", "\"version\":3");
    let run = run(&["s.tfstate"], &[("s.tfstate", &old)], &needs);
    assert_eq!(run.codes(), ["E0510"]);
}

#[test]
fn a_plan_in_a_log_keeps_its_places() {
    let text = format!("[command]terraform show -json\n{}\n::set-output x\n", plan(&[bucket("aws_s3_bucket.a")], "{}"));
    let run = read(&text, &bucket_needs());
    let noun = run.noun("aws_s3_bucket");
    let place = run.facts().place(noun, 0).unwrap();
    assert_eq!(place.offset as usize, text.find("{\"address\"").unwrap());
}

#[test]
fn what_a_plan_says_of_itself_is_kept() {
    let text = r#"{"format_version":"1.2","timestamp":"2026-11-20T10:00:00Z","complete":false,"errored":true,"resource_changes":[]}"#;
    let run = run(&["p.json"], &[("p.json", text)], &bucket_needs()).no_errors();
    assert_eq!(run.codes(), ["W0558"]);
    let source = &run.imported.sources[0];
    assert_eq!(source.complete, Some(false));
    assert_eq!(source.collected_at.unwrap().to_string(), "2026-11-20T10:00:00Z");
}

#[test]
fn a_survey_gives_the_types_of_a_plan() {
    let mut files = MemoryFiles::new();
    files.insert("p.json", plan(&[bucket("aws_s3_bucket.a"), change("data.aws_region.r", "", "{}")], "{}"));
    let arguments = [SourceArgument::parse("terraform=p.json").unwrap()];
    let tickmark_import::Surveyed { nouns, diagnostics, .. } = survey(&arguments, &files, &mut Sources::new());
    assert!(diagnostics.is_empty());
    assert_eq!(
        nouns.iter().map(|noun| noun.as_str()).collect::<Vec<_>>(),
        ["aws_s3_bucket", "data_aws_region", "tf_resource"]
    );
}
