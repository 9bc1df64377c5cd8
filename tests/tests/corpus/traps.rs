//! The ten traps that the README of the corpus names: a test for each.

use serde_json::Value;
use tickmark_tests::files::json_of;
use tickmark_tests::judged::{check, check_in};
use tickmark_tests::{Outcome, corpus};

#[test]
fn trap_01_unknown_is_not_absent() {
    let Some(corpus) = corpus() else { return };
    let plan = corpus.join("terraform/own/brightloom_aws/plan-1-create.json");
    let outcome = check(
        &[&plan],
        r#"
control T-1 "there is one" { cites CC6.1
  every rule of aws_s3_bucket_server_side_encryption_configuration: apply_server_side_encryption_by_default exists }
control T-2 "which" { cites CC6.1
  every aws_s3_bucket_server_side_encryption_configuration c: some rule r in c.rule: r.apply_server_side_encryption_by_default.sse_algorithm contains "aws:kms" }
control T-3 "known later" { cites CC6.1  every aws_s3_bucket: arn exists }
control T-4 "and to be compared" { cites CC6.1  every aws_s3_bucket: arn == "arn:aws:s3:::x" }
"#,
        "json",
    );
    assert_eq!(outcome.not_passing("T-1"), [""; 0]);
    let of = |name: &str| format!("module.{name}.aws_s3_bucket_server_side_encryption_configuration.this");
    let found = outcome.not_passing("T-2");
    for name in ["bucket[\"artifacts\"]", "bucket[\"training\"]"] {
        assert!(found.contains(&format!("{} unknown", of(name))), "{found:?}");
    }
    // What the plan marks in `after_unknown` exists, and is neither equal nor unequal.
    assert_eq!(outcome.not_passing("T-3"), [""; 0]);
    let buckets = json_of(&plan)["resource_changes"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|change| change["type"] == "aws_s3_bucket")
        .count();
    assert_eq!(outcome.not_passing("T-4").iter().filter(|one| one.ends_with(" unknown")).count(), buckets);
}

/// Every value that a plan or state marks as sensitive.
fn secrets(value: &Value, marks: &Value, found: &mut Vec<String>) {
    match (value, marks) {
        (Value::String(text), Value::Bool(true)) if text.len() > 5 => found.push(text.clone()),
        (Value::Array(items), Value::Bool(true)) => items.iter().for_each(|item| secrets(item, marks, found)),
        (Value::Object(members), Value::Bool(true)) => members.values().for_each(|item| secrets(item, marks, found)),
        (Value::Object(members), Value::Object(marks)) => {
            for (key, marks) in marks {
                members.get(key).into_iter().for_each(|value| secrets(value, marks, found));
            }
        }
        (Value::Array(items), Value::Array(marks)) => {
            items.iter().zip(marks).for_each(|(item, marks)| secrets(item, marks, found));
        }
        _ => {}
    }
}

#[test]
fn trap_02_sensitive_values_are_never_shown() {
    let Some(corpus) = corpus() else { return };
    let path = corpus.join("terraform/own/brightloom_aws/plan-1-create.json");
    let mut found = Vec::new();
    for change in json_of(&path)["resource_changes"].as_array().unwrap() {
        secrets(&change["change"]["after"], &change["change"]["after_sensitive"], &mut found);
    }
    assert!(found.iter().any(|secret| secret.contains("not-a-real")), "{found:?}");
    let text = std::fs::read_to_string(&path).unwrap();
    let controls = r#"
control S-1 "shown when it fails" { cites CC6.1  every aws_db_instance: password == "another" }
control S-2 "shown in a message" { cites CC6.1  every aws_db_instance: password == "another" otherwise "it is {password}" }
"#;
    for format in ["text", "json", "sarif", "junit", "github"] {
        let outcome = check_in(&[("plan.json", &text)], controls, format);
        assert_eq!(outcome.code, 1, "{}", outcome.err);
        let all = format!("{}{}", outcome.out, outcome.err);
        assert!(found.iter().all(|secret| !all.contains(secret.as_str())), "{format}: {all}");
    }
}

#[test]
fn trap_02_nor_by_what_is_said_of_a_broken_plan() {
    let Some(corpus) = corpus() else { return };
    let plan = json_of(&corpus.join("terraform/own/brightloom_aws/plan-1-create.json"));
    const SECRET: &str = "not-a-real-password";
    for text in [serde_json::to_string(&plan).unwrap(), serde_json::to_string_pretty(&plan).unwrap()] {
        let places: Vec<usize> = text.match_indices(SECRET).map(|(at, _)| at).collect();
        assert!(!places.is_empty());
        for at in places {
            // Cut off inside of it, a quote too many, a control character in it, a comma that is missing in front, and no text at all.
            let end = at + text[at..].find('"').unwrap();
            let broken = [
                text.as_bytes()[..at + 5].to_vec(),
                [&text[..at + 4], "\"", &text[at + 4..]].concat().into_bytes(),
                [&text[..at + 4], "\u{1}", &text[at + 4..]].concat().into_bytes(),
                [&text[..=end], " x ", &text[end + 1..]].concat().into_bytes(),
                [&text[..at - 1], " ", &text[at..]].concat().into_bytes(),
                [&text.as_bytes()[..at + 4], b"\xff", &text.as_bytes()[at + 4..]].concat(),
            ];
            for (number, bytes) in broken.iter().enumerate() {
                let controls = "control S-1 \"x\" { cites CC6.1  every aws_db_instance: password exists }\n";
                let outcome = check_in(&[("plan.json", bytes)], controls, "text");
                // A word behind a text, or an escape that is none, is met where somebody reads it: of what nobody wants only brackets and ends of texts are checked. A file
                // in a folder that is no text is passed over, and that is said.
                assert!(
                    outcome.code == 2 || matches!(number, 3 | 4) || outcome.err.contains("is no text"),
                    "{number} {}",
                    outcome.out
                );
                assert!(
                    outcome.code != 2 || outcome.err.contains("x/plan.json:"),
                    "the place is said: {}",
                    outcome.err
                );
                let parts = ["not-", "a-real", "password-"];
                let shown = parts.iter().find(|part| outcome.err.contains(**part));
                assert_eq!(shown, None, "{number} {}", outcome.err);
            }
        }
    }
}

#[test]
fn trap_03_addresses_with_keys_of_any_kind() {
    let Some(corpus) = corpus() else { return };
    let path = corpus.join("terraform/own/brightloom_aws/plan-1-create.json");
    let outcome = check(
        &[&path],
        r#"
control A-1 "one of each" { cites CC6.1  every tf_resource: address == "none" }
control A-2 "of a module" { cites CC6.1
  some tf_resource r in all: r.address == "module.bucket[\"training\"].aws_s3_bucket.this" and r.module == "module.bucket[\"training\"]" and r.type == "aws_s3_bucket" }
control A-3 "of a count" { cites CC6.1  some tf_resource r in all: r.address == "aws_subnet.ml[0]" and r.index == "0" }
control A-4 "of a key" { cites CC6.1  some tf_resource r in all: r.address == "aws_iam_user.svc[\"svc-ci\"]" and r.index == "svc-ci" }
"#,
        "json",
    );
    let mut wanted: Vec<String> = Vec::new();
    for change in json_of(&path)["resource_changes"].as_array().unwrap() {
        wanted.push(format!("{} fail", change["address"].as_str().unwrap()));
    }
    let found = outcome.not_passing("A-1");
    let lacking: Vec<&String> = wanted.iter().filter(|one| !found.contains(one)).collect();
    assert!(lacking.is_empty(), "{lacking:?}");
    for control in ["A-2", "A-3", "A-4"] {
        assert_eq!(outcome.status(control), "pass", "{control}");
    }
    // Keys with dots, quotes, slashes and brackets, of a state of our own.
    let keys = ["a.b", "say \\\"hi\\\"", "x/y", "[0]", "é"];
    let instances: Vec<String> =
        keys.iter().map(|key| format!(r#"{{"index_key": "{key}", "attributes": {{"name": "n"}}}}"#)).collect();
    let state = format!(
        r#"{{"version": 4, "terraform_version": "1.9.0", "serial": 1, "lineage": "x", "outputs": {{}}, "resources": [{{"mode": "managed", "module": "module.m[\"p.q/r\"]", "type": "aws_iam_user", "name": "u", "provider": "p", "instances": [{}]}}]}}"#,
        instances.join(",")
    );
    let outcome = check_in(
        &[("t.tfstate", &state)],
        "control A-5 \"x\" { cites CC6.1  every aws_iam_user: name == \"other\" }\n",
        "json",
    );
    let mut found = outcome.not_passing("A-5");
    found.sort();
    let mut wanted: Vec<String> =
        keys.iter().map(|key| format!("module.m[\"p.q/r\"].aws_iam_user.u[\"{key}\"] fail")).collect();
    wanted.sort();
    assert_eq!(found, wanted);
}

#[test]
fn trap_04_policies_have_one_form_whatever_they_are_written_in() {
    let Some(corpus) = corpus() else { return };
    let iam = corpus.join("aws/brightloom/iam");
    let controls = r#"
control P-1 "all" { cites CC6.1  every aws_live_statement: effect in ["Allow", "Deny"] and sid is missing }
control P-2 "open" { cites CC6.1  no aws_live_role r: some s in r.trust: s is for_everybody }
control P-3 "unlimited" { cites CC6.1  no aws_live_policy p: some s in p.statements: s is unlimited }
control P-4 "not" { cites CC6.1  no aws_live_policy p: some s in p.statements: count(s.not_actions) >= 1 }
control P-5 "conditions" { cites CC6.1  no aws_live_role r: some s in r.trust: some c in s.conditions: c.key == "sts:ExternalId" and c.values contains "lw-4711" }
"#;
    let plain = check(&[&iam.join("get-account-authorization-details.json")], controls, "json");
    let encoded = check(&[&iam.join("get-account-authorization-details.urlencoded.json")], controls, "json");
    let pages = check(&[&iam.join("pages")], controls, "json");
    let found = |outcome: &Outcome, control: &str| {
        let mut found = outcome.not_passing(control);
        found.sort();
        found
    };
    for control in ["P-2", "P-3", "P-4", "P-5"] {
        assert!(!found(&plain, control).is_empty(), "{control} finds something");
        assert_eq!(found(&plain, control), found(&encoded, control), "{control}");
        assert_eq!(found(&plain, control), found(&pages, control), "{control}");
    }
    assert_eq!(found(&plain, "P-2"), ["arn:aws:iam::111122223333:role/ml/open-trust fail"]);
    // Counted by hand: every statement of a document that counts.
    let statements = statements(&json_of(&iam.join("get-account-authorization-details.json")));
    for outcome in [&plain, &encoded, &pages] {
        let json = outcome.json();
        assert_eq!(json["controls"][0]["counts"]["records"], statements.len());
        let with_sid = statements.iter().filter(|statement| statement.get("Sid").is_some()).count();
        assert_eq!(json["controls"][0]["counts"]["failed"], with_sid);
    }
}

/// Every statement that counts: of a managed policy those of its default version.
fn statements(details: &Value) -> Vec<Value> {
    let mut documents = Vec::new();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    for (identities, policies) in [
        ("UserDetailList", "UserPolicyList"),
        ("GroupDetailList", "GroupPolicyList"),
        ("RoleDetailList", "RolePolicyList"),
    ] {
        for identity in list(&details[identities]) {
            documents.extend(list(&identity[policies]).iter().map(|policy| policy["PolicyDocument"].clone()));
            documents.extend(identity.get("AssumeRolePolicyDocument").cloned());
        }
    }
    for policy in list(&details["Policies"]) {
        let versions = list(&policy["PolicyVersionList"]);
        documents.extend(
            versions.into_iter().filter(|one| one["IsDefaultVersion"] == true).map(|one| one["Document"].clone()),
        );
    }
    let of = |document: Value| match &document["Statement"] {
        Value::Array(items) => items.clone(),
        one => vec![one.clone()],
    };
    documents.into_iter().flat_map(of).collect()
}

#[test]
fn trap_04_only_the_default_version_of_a_policy_counts() {
    let details = br#"{"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": [
  {"PolicyName": "p", "Arn": "arn:p", "DefaultVersionId": "v2", "PolicyVersionList": [
    {"VersionId": "v1", "IsDefaultVersion": false, "Document": {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}},
    {"VersionId": "v2", "IsDefaultVersion": true, "Document": {"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}}}]},
  {"PolicyName": "q", "Arn": "arn:q", "DefaultVersionId": "v2", "PolicyVersionList": [
    {"VersionId": "v1", "IsDefaultVersion": false, "Document": {"Statement": []}}]}], "IsTruncated": false}"#;
    let controls = "control D-1 \"x\" { cites CC6.1  no aws_live_policy p: some s in p.statements: s is unlimited }\n";
    let outcome = check_in(&[("a.json", details)], controls, "json");
    // Of `q` the version that counts is not there: that is no policy without statements.
    assert_eq!(outcome.not_passing("D-1"), ["arn:q unknown"]);
    // What `list-policies` prints has no statements at all.
    let listed = br#"{"Policies": [{"PolicyName": "p", "Arn": "arn:p", "DefaultVersionId": "v2"}]}"#;
    let outcome = check_in(&[("a.json", listed)], controls, "json");
    assert_eq!(outcome.not_passing("D-1"), ["arn:p unknown"]);
}

#[test]
fn trap_05_actions_are_compared_without_case_and_with_wildcards() {
    let details = br#"{"Policies": [{"PolicyName": "p", "Arn": "arn:p", "DefaultVersionId": "v1", "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": true, "Document":
  {"Statement": [{"Effect": "Allow", "Action": ["SageMaker:create*point"], "Resource": "arn:aws:s3:::Train?ng/*"}]}}]}]}"#;
    let outcome = check_in(
        &[("a.json", details)],
        r#"
control C-1 "action" { cites CC6.1  every aws_live_statement s: some x in s.actions: "sagemaker:createendpoint" like lower(x) }
control C-2 "as it is written" { cites CC6.1  no aws_live_statement s: some x in s.actions: "sagemaker:CreateEndpoint" like x }
control C-3 "another action" { cites CC6.1  no aws_live_statement s: some x in s.actions: "sagemaker:createmodel" like lower(x) }
control C-4 "resource" { cites CC6.1  every aws_live_statement s: some r in s.resources: "arn:aws:s3:::Training/x/y" like r }
control C-5 "resource in another case" { cites CC6.1  no aws_live_statement s: some r in s.resources: "arn:aws:s3:::training/x/y" like r }
"#,
        "json",
    );
    for control in ["C-1", "C-2", "C-3", "C-4", "C-5"] {
        assert_eq!(outcome.status(control), "pass", "{control}");
    }
}

const COMPLETE: &str = "control L-1 \"x\" { cites CC6.1  every source: complete == true }\n";

#[test]
fn trap_06_truncated_lists_are_incomplete_evidence() {
    // Each of the keys by which services say that there is more; beside each what ends the list.
    let lists: [(&str, &str, &str); 9] = [
        (
            r#"{"UserDetailList": [], "IsTruncated": true, "Marker": "AAE"}"#,
            r#"{"UserDetailList": [], "IsTruncated": false}"#,
            "IsTruncated",
        ),
        (r#"{"ModelPackageSummaryList": [], "NextToken": "t"}"#, r#"{"ModelPackageSummaryList": []}"#, "NextToken"),
        (
            r#"{"logGroups": [{"logGroupName": "l"}], "nextToken": "t"}"#,
            r#"{"logGroups": [{"logGroupName": "l"}]}"#,
            "nextToken",
        ),
        (
            r#"{"runs": [{"info": {"run_id": "r"}}], "next_page_token": "t"}"#,
            r#"{"runs": [{"info": {"run_id": "r"}}]}"#,
            "next_page_token",
        ),
        (
            r#"{"results": [{"resource": "//a/b", "assetType": "t", "policy": {"bindings": []}}], "nextPageToken": "t"}"#,
            r#"{"results": [{"resource": "//a/b", "assetType": "t", "policy": {"bindings": []}}], "nextPageToken": ""}"#,
            "nextPageToken",
        ),
        (
            r#"{"value": [{"id": "a", "type": "Microsoft.Authorization/roleAssignments", "properties": {"scope": "/"}}], "nextLink": "https://x.example"}"#,
            r#"{"value": [{"id": "a", "type": "Microsoft.Authorization/roleAssignments", "properties": {"scope": "/"}}], "nextLink": null}"#,
            "nextLink",
        ),
        (
            r#"{"data": {"organization": {"orgEntity": {"artifactMemberships": {"pageInfo": {"hasNextPage": true}, "edges": [{"node": {"id": "x", "artifactCollection": {"name": "n"}}}]}}}}}"#,
            r#"{"data": {"organization": {"orgEntity": {"artifactMemberships": {"pageInfo": {"hasNextPage": false}, "edges": [{"node": {"id": "x", "artifactCollection": {"name": "n"}}}]}}}}}"#,
            "hasNextPage",
        ),
        (
            r#"{"Aliases": [{"AliasArn": "a"}], "Truncated": true, "NextMarker": "m"}"#,
            r#"{"Aliases": [{"AliasArn": "a"}], "Truncated": false}"#,
            "Truncated",
        ),
        (
            r#"{"apiVersion": "v1", "kind": "List", "metadata": {"continue": "c"}, "items": [{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}]}"#,
            r#"{"apiVersion": "v1", "kind": "List", "metadata": {"continue": ""}, "items": [{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}}]}"#,
            "continue",
        ),
    ];
    for (more, end, key) in lists {
        let one = check_in(&[("list.json", end)], COMPLETE, "json");
        assert_eq!(one.status("L-1"), "pass", "{key}: {end}\n{}", one.err);
        let cut = check_in(&[("list.json", more)], COMPLETE, "json");
        assert_eq!(cut.status("L-1"), "fail", "{key}: {more}");
        assert!(key == "continue" || cut.err.contains("W0558"), "{key}: {}", cut.err);
        let whole = check_in(&[("list.0.json", more), ("list.1.json", end)], COMPLETE, "json");
        if key != "continue" {
            assert_eq!(whole.status("L-1"), "pass", "{key} with the next page\n{}", whole.err);
        }
    }
}

#[test]
fn trap_06_a_page_that_is_missing_is_missed() {
    let Some(corpus) = corpus() else { return };
    let pages = corpus.join("aws/brightloom/iam/pages");
    let page =
        |number: usize| std::fs::read(pages.join(format!("get-account-authorization-details.{number}.json"))).unwrap();
    let of = |numbers: &[usize]| {
        let named: Vec<(String, Vec<u8>)> =
            numbers.iter().map(|number| (format!("details.{number}.json"), page(*number))).collect();
        let files: Vec<(&str, &[u8])> = named.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        check_in(&files, COMPLETE, "json").status("L-1")
    };
    assert_eq!(of(&[0, 1, 2, 3]), "pass");
    for numbers in [&[0, 1, 2][..], &[0, 1, 3], &[0, 2, 3], &[0]] {
        assert_eq!(of(numbers), "fail", "{numbers:?}");
    }
    // The later pages of Azure are called after the first, whose own name ends with a number.
    let azure = corpus.join("samples/azure_rbac");
    let first = azure.join("roleAssignments.list.2022-04-01.json");
    let second = azure.join("roleAssignments.list.2022-04-01.page2.json");
    assert_eq!(check(&[&first, &second], COMPLETE, "json").status("L-1"), "pass");
    assert_eq!(check(&[&first], COMPLETE, "json").status("L-1"), "fail");
}

#[test]
fn trap_07_numbers_as_text_and_times_in_every_form() {
    let Some(corpus) = corpus() else { return };
    // The latest of 23 versions, which are texts: "9" would be behind "23".
    let outcome = check(
        &[&corpus.join("mlflow/brightloom/model-versions")],
        r#"
control N-1 "the latest" { cites CC8.1
  exactly 1 mlflow_model_version v in all where v.name == "fraud-scorer" and (no mlflow_model_version w in all where w.name == v.name: number(w.version) > number(v.version)) and v.version == "23" }
control N-2 "milliseconds" { cites CC8.1  every mlflow_model_version: creation_timestamp after 2020-01-01 and creation_timestamp before 2030-01-01 }
"#,
        "json",
    );
    assert_eq!((outcome.status("N-1"), outcome.status("N-2")), ("pass".to_owned(), "pass".to_owned()));
    let outcome = check(
        &[&corpus.join("aws/brightloom/sagemaker"), &corpus.join("samples/vertex"), &corpus.join("samples/ocsf")],
        r#"
control N-3 "text" { cites CC8.1  every sagemaker_model_package p where p.creation_time exists: p.creation_time after 2020-01-01 }
control N-4 "text with digits" { cites CC8.1  some vertex_model v in all: v.version_id == "3" and number(v.version_id) > 2 }
control N-5 "seconds" { cites CC8.1  every ocsf_finding: time after 2025-02-14 and time before 2025-02-15 }
"#,
        "json",
    );
    for control in ["N-3", "N-4", "N-5"] {
        assert_eq!(outcome.status(control), "pass", "{control}");
    }
    // A metric that is no number is not known: neither above a limit nor below.
    let runs = br#"{"runs": [{"info": {"run_id": "r"}, "data": {"metrics": [{"key": "loss", "value": "NaN", "timestamp": 1, "step": 0}]}}]}"#;
    let outcome = check_in(
        &[("runs.json", runs)],
        "control N-6 \"x\" { cites CC8.1  every mlflow_run: metrics[\"loss\"] < 1 or metrics[\"loss\"] >= 1 }\n",
        "json",
    );
    assert_eq!(outcome.not_passing("N-6"), ["r unknown"]);
}

#[test]
fn trap_08_a_bucket_without_an_answer_of_encryption_is_not_decided() {
    let Some(corpus) = corpus() else { return };
    let s3 = corpus.join("aws/brightloom/s3");
    let outcome = check(&[&s3], "control B-1 \"x\" { cites CC6.1  every data_store is encrypted_at_rest }\n", "json");
    let mut wanted = Vec::new();
    for entry in walkdir::WalkDir::new(s3.join("buckets")).sort_by_file_name().into_iter().filter_map(Result::ok) {
        if entry.file_type().is_file() {
            let answer = json_of(entry.path());
            if answer["GetBucketEncryption"].get("__error__").is_some() {
                wanted.push(format!("{} unknown", answer["Bucket"].as_str().unwrap()));
            }
        }
    }
    assert!(!wanted.is_empty());
    let mut found = outcome.not_passing("B-1");
    found.sort();
    assert_eq!(found, wanted);
}

#[test]
fn trap_09_encodings() {
    let Some(corpus) = corpus() else { return };
    // One plan of the corpus is UTF-16: the file test counts what is in it (`whole.rs`); here one plan in every encoding.
    let wide = walkdir::WalkDir::new(corpus.join("terraform/plans"))
        .into_iter()
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_file() && std::fs::read(entry.path()).unwrap().starts_with(&[0xff, 0xfe]))
        .count();
    assert_eq!(wide, 1);
    let text = std::fs::read_to_string(corpus.join("terraform/own/brightloom_gcp/plan-1-create.json")).unwrap();
    let units = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let forms: [(&str, Vec<u8>); 4] = [
        ("plain", text.as_bytes().to_vec()),
        ("a byte-order mark", [b"\xef\xbb\xbf", text.as_bytes()].concat()),
        ("UTF-16, small end first", [&[0xff, 0xfe][..], &units(u16::to_le_bytes)].concat()),
        ("UTF-16, large end first", [&[0xfe, 0xff][..], &units(u16::to_be_bytes)].concat()),
    ];
    for (what, bytes) in &forms {
        let outcome = check_in(
            &[("plan.json", bytes)],
            "control E-1 \"x\" { cites CC6.1  exactly 14 tf_resource r in all where r.address exists }\n",
            "json",
        );
        assert_eq!(outcome.status("E-1"), "pass", "{what}");
    }
    let card = check(
        &[&corpus.join("samples/model_cards/hub_fixtures/sample_windows_line_breaks.md")],
        "control E-2 \"x\" { cites CC8.1  every hugging_face_model_card: license contains \"mit\" }\n",
        "json",
    );
    assert_eq!(card.status("E-2"), "pass", "{}", card.out);
    // YAML 1.1 has more words for true and false than anybody means: of a text they stay what they are.
    let entity = "entity vendor { key name  name text  country text  critical bool }\n";
    let yaml = b"vendor:\n  - { name: a, country: NO, critical: yes }\n  - { name: b, country: on, critical: no }\n";
    let controls = format!(
        "{entity}control E-3 \"x\" {{ cites CC9.2  every vendor: (name == \"a\" and country == \"NO\") or (name == \"b\" and country == \"on\") }}\n\
         control E-4 \"y\" {{ cites CC9.2  no vendor: (name == \"a\" and critical == false) or (name == \"b\" and critical == true) }}\n"
    );
    let outcome = check_in(&[("v.yaml", yaml)], &controls, "json");
    // Of a bool they mean what everybody means by them, or are not decided: never the opposite.
    assert_ne!(outcome.status("E-4"), "fail");
    assert_eq!(outcome.status("E-3"), "pass", "{}", outcome.out);
}

#[test]
fn trap_10_defaults_stand_in_a_plan_and_not_in_a_configuration() {
    let Some(corpus) = corpus() else { return };
    let own = corpus.join("terraform/own/brightloom_aws");
    let control = "control F-1 \"x\" { cites CC6.6  every aws_sagemaker_notebook_instance: direct_internet_access == \"Disabled\" }\n";
    let plan = check(&[&own.join("plan-1-create.json")], control, "json");
    let text = std::fs::read_to_string(own.join("plan-1-create.json")).unwrap();
    assert!(
        text.contains("\"direct_internet_access\":\"Enabled\"")
            || text.contains("\"direct_internet_access\": \"Enabled\"")
    );
    assert_eq!(plan.not_passing("F-1"), ["aws_sagemaker_notebook_instance.explore fail"]);
    // The configuration does not write it: nothing passes by that, and the control of the library says what the default is.
    let config = check(&[&own.join("config")], control, "json");
    assert_ne!(config.status("F-1"), "pass");
    let found = config.not_passing("F-1");
    assert_eq!(found.len(), 1, "{found:?}");
    let library = check(
        &[&own.join("config")],
        "control F-2 \"x\" { cites CC6.6  no compute_host: public_address == true }\n",
        "json",
    );
    let of_plan = check(
        &[&own.join("plan-1-create.json")],
        "control F-2 \"x\" { cites CC6.6  no compute_host: public_address == true }\n",
        "json",
    );
    assert_eq!(library.not_passing("F-2"), of_plan.not_passing("F-2"));
}
