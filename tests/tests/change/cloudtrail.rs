//! Events of CloudTrail, in each shape in which they are exported.

use serde_json::Value;
use tickmark_tests::judged::{check, check_in};
use tickmark_tests::{Outcome, corpus};

const ACCOUNT: &str = "arn:aws:sagemaker:eu-west-1:111122223333";

/// An event as CloudTrail writes it
/// (<https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html>), of a session of a role.
fn event(id: &str, name: &str, (session, at): (&str, &str), request: &str, more: &str) -> String {
    format!(
        r#"{{"eventVersion": "1.09", "userIdentity": {{"type": "AssumedRole", "principalId": "AROA:{session}",
 "arn": "arn:aws:sts::111122223333:assumed-role/ml-ops-deployer/{session}", "accountId": "111122223333",
 "sessionContext": {{"sessionIssuer": {{"type": "Role", "userName": "ml-ops-deployer"}}, "attributes": {{"mfaAuthenticated": "true"}}}}}},
 "eventTime": "{at}", "eventSource": "sagemaker.amazonaws.com", "eventName": "{name}", "awsRegion": "eu-west-1",
 "sourceIPAddress": "198.51.100.7", "userAgent": "aws-cli/2", {more} "requestParameters": {request}, "responseElements": null,
 "requestID": "r-{id}", "eventID": "{id}", "readOnly": false, "eventType": "AwsApiCall", "managementEvent": true,
 "recipientAccountId": "111122223333", "eventCategory": "Management"}}"#
    )
    .replace('\n', "")
}

fn decided(id: &str, package: &str, status: &str, who: (&str, &str), more: &str) -> String {
    let request = format!(
        r#"{{"modelPackageArn": "{ACCOUNT}:model-package/{package}", "modelApprovalStatus": "{status}", "approvalDescription": "CHG"}}"#
    );
    event(id, "UpdateModelPackage", who, &request, more)
}

pub fn events() -> Vec<String> {
    vec![
        // Somebody approved version 3, and somebody else changed it later: SageMaker knows only of the other.
        decided("e1", "fraud-scorer/3", "Approved", ("erin.walsh", "2026-10-01T16:40:00Z"), ""),
        // Nobody was allowed to approve version 4.
        decided("e2", "fraud-scorer/4", "Approved", ("ben.svensson", "2026-11-11T10:00:00Z"), r#""errorCode": "AccessDenied","#),
        // Approved, and taken back.
        decided("e3", "support-summarizer/2", "Approved", ("erin.walsh", "2026-10-14T09:00:00Z"), ""),
        decided("e4", "support-summarizer/2", "PendingManualApproval", ("farid.aziz", "2026-10-14T12:00:00Z"), ""),
        event(
            "e5",
            "CreateEndpoint",
            ("run-8812", "2026-10-02T08:00:13Z"),
            r#"{"endpointName": "fraud-scorer-prod", "endpointConfigName": "fraud-scorer-prod-cfg"}"#,
            "",
        ),
        // What nobody asks for.
        event("e6", "DescribeEndpoint", ("ada.okafor", "2026-10-02T09:00:00Z"), "{}", ""),
        r#"{"eventVersion": "1.09", "userIdentity": {"type": "AWSService", "invokedBy": "sagemaker.amazonaws.com"}, "eventTime": "2026-10-02T09:00:00Z", "eventSource": "s3.amazonaws.com", "eventName": "GetObject", "eventID": "e7", "requestID": "r"}"#.to_owned(),
    ]
}

const HISTORY: &str = r#"
control T-1 "approved versions" { cites CC8.1  every model where count(approvals) >= 1: some approval a in approvals: a is approved }
control T-2 "who" { cites CC8.1  every approval where approver in ["erin.walsh", "farid.aziz", "ben.svensson"]: decided_at before 2026-10-15 }
control T-3 "live since" { cites CC8.1
  every deployment d where "{d.endpoint.id}" == "fraud-scorer-prod": went_live_at == time("2026-10-02T08:00:13Z") and made_by == "run-8812" }
control T-4 "not taken back" { cites CC8.1  every model where count(approvals) >= 1: no withdrawn approval }
control T-5 "by erin" { cites CC8.1  every model where name == "fraud-scorer" and number == 3: every approval a in approvals: a.approver == "erin.walsh" }
"#;

/// The event in each shape in which it is exported.
fn shapes() -> Vec<(&'static str, String)> {
    let events = events();
    let quoted = |text: &str| Value::String(text.to_owned()).to_string();
    let looked_up: Vec<String> = events
        .iter()
        .map(|event| {
            let of: Value = serde_json::from_str(event).unwrap();
            format!(
                r#"{{"EventId": {}, "EventName": {}, "ReadOnly": "false", "EventTime": 1790872800.0, "EventSource": {}, "Resources": [], "CloudTrailEvent": {}}}"#,
                of["eventID"], of["eventName"], of["eventSource"], quoted(event)
            )
        })
        .collect();
    let athena: Vec<String> = events
        .iter()
        .map(|event| {
            let of: Value = serde_json::from_str(event).unwrap();
            let mut row = serde_json::Map::new();
            for (key, value) in of.as_object().unwrap() {
                let value = match key.as_str() {
                    "requestParameters" | "responseElements" if value.is_object() => Value::String(value.to_string()),
                    "userIdentity" => lowered(value),
                    _ => value.clone(),
                };
                row.insert(key.to_lowercase(), value);
            }
            Value::Object(row).to_string()
        })
        .collect();
    vec![
        ("trail.json", format!(r#"{{"Records": [{}]}}"#, events.join(","))),
        ("events.jsonl", events.join("\n")),
        ("lookup.json", format!(r#"{{"Events": [{}]}}"#, looked_up.join(","))),
        ("athena.jsonl", athena.join("\n")),
    ]
}

/// Names in small letters, as Athena has those of its columns.
fn lowered(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            Value::Object(members.iter().map(|(key, value)| (key.to_lowercase(), lowered(value))).collect())
        }
        other => other.clone(),
    }
}

#[test]
fn events_tell_who_approved_and_when_it_went_live() {
    let Some(corpus) = corpus() else { return };
    let sagemaker = corpus.join("aws/brightloom/sagemaker");
    // By the registry alone: farid changed version 3 last, and is taken for whoever approved it.
    let alone = check(&[&sagemaker], HISTORY, "json");
    assert_eq!(alone.verdicts("T-5"), "fraud-scorer@3 fail");
    assert_eq!(alone.status("T-4"), "pass");
    let folder = tempfile::tempdir().unwrap();
    let mut all = Vec::new();
    for (name, text) in shapes() {
        let path = folder.path().join(name);
        std::fs::write(&path, &text).unwrap();
        let outcome = check(&[&sagemaker, &path], HISTORY, "json");
        assert_eq!(outcome.verdicts("T-5"), "fraud-scorer@3 pass", "{name}: {}", outcome.err);
        assert_eq!(outcome.status("T-3"), "pass", "{name}");
        assert_eq!(outcome.subjects("T-3").len(), 1, "{name}");
        assert_eq!(outcome.subjects("T-4")["support-summarizer@2"], "fail", "{name}");
        assert!(!outcome.subjects("T-1").contains_key("fraud-scorer@4"), "{name}: what was refused is no approval");
        let source =
            outcome.json()["sources"].as_array().unwrap().iter().find(|one| one["kind"] == "cloudtrail").cloned();
        assert_eq!(source.unwrap()["records"], events().len(), "{name}");
        all.push((name, text));
    }
    // Events that several exports hold are the same events.
    let path = folder.path().to_owned();
    let together = check(&[&sagemaker, &path], HISTORY, "json");
    let of = |outcome: &Outcome| (outcome.status("T-4"), outcome.verdicts("T-4"));
    let first = check(&[&sagemaker, &path.join(all[0].0)], HISTORY, "json");
    assert_eq!(of(&together), of(&first), "{}", together.err);
    // The finding shows the line of the event.
    let text = check(&[&sagemaker, &path.join("events.jsonl")], HISTORY, "text");
    assert!(text.out.contains("events.jsonl:4:"), "{}", text.out);
}

#[test]
fn a_list_of_events_that_goes_on_is_incomplete() {
    let (_, text) = shapes().swap_remove(2);
    let text = text.replace(r#"{"Events":"#, r#"{"NextToken": "t", "Events":"#);
    let controls = "control E-1 \"x\" { cites CC7.2  every cloudtrail_event: event_name exists }";
    let outcome = check_in(&[("lookup.json", &text)], controls, "json");
    assert_eq!(outcome.json()["sources"][0]["complete"], false);
    assert_eq!(outcome.subjects("E-1").len(), events().len());
}

/// A table of pages that S3 got as they were delivered, packed.
#[test]
fn delivered_files_are_read_packed() {
    use std::io::Write as _;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("111122223333_CloudTrail_eu-west-1_20261002T0805Z_abc.json.gz");
    let mut packed = flate2::write::GzEncoder::new(std::fs::File::create(&path).unwrap(), flate2::Compression::fast());
    packed.write_all(shapes().remove(0).1.as_bytes()).unwrap();
    packed.finish().unwrap();
    let controls = r#"
control E-1 "x" { cites CC7.2  every cloudtrail_event where event_source == "sagemaker.amazonaws.com": user_identity.login exists }
control E-2 "y" { cites CC7.2  every cloudtrail_change: error_code is missing }"#;
    let outcome = check(&[&path], controls, "json");
    assert_eq!((outcome.status("E-1").as_str(), outcome.subjects("E-1").len()), ("pass", 6), "{}", outcome.err);
    assert_eq!((outcome.status("E-2").as_str(), outcome.subjects("E-2").len()), ("fail", 5), "{}", outcome.err);
}
