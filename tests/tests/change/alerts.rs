//! Incidents and alerts of PagerDuty and Opsgenie.

use tickmark_tests::judged::check_in;

const ALERTS: &str = r#"
control M-1 "resolved in a day" { cites CC7.4  every incident: resolved_at <= detected_at + 1 days }
control M-2 "severe" { cites CC7.3  every incident: severity < "high" }
control M-3 "looked at in an hour" { cites CC7.3  every critical alert: acknowledged_at <= raised_at + 1 hours }
control M-4 "of an incident" { cites CC7.3  every alert: incident.id exists }
"#;

/// <https://developer.pagerduty.com/api-reference/9d0b4b12e36f9-list-incidents>, and the CSV of the incident report.
#[test]
fn pagerduty_is_judged_as_by_hand() {
    let incident = |id: &str, priority: &str, status: &str, changed: &str| {
        format!(
            r#"{{"id": "{id}", "type": "incident", "summary": "s", "incident_number": 1, "title": "t", "created_at": "2026-03-01T08:00:00Z", "status": "{status}",
        "incident_key": "k", "service": {{"id": "S", "type": "service_reference", "summary": "fraud"}}, "assignments": [], "acknowledgements": [],
        "last_status_change_at": "{changed}", "last_status_change_by": {{"id": "U", "type": "user_reference", "summary": "Erin"}}, "urgency": "high", "priority": {priority}}}"#
        )
    };
    let incidents = |more: bool| {
        format!(
            r#"{{"incidents": [{}, {}, {}], "limit": 25, "offset": 0, "total": null, "more": {more}}}"#,
            incident("P1", r#"{"id": "X", "type": "priority", "summary": "P1"}"#, "resolved", "2026-03-01T20:00:00Z"),
            incident("P2", r#"{"id": "Y", "type": "priority", "summary": "P3"}"#, "resolved", "2026-03-03T20:00:00Z"),
            incident("P3", "null", "triggered", "2026-03-01T08:00:00Z")
        )
    };
    let alerts = r#"{"alerts": [{"id": "A1", "type": "alert", "summary": "s", "created_at": "2026-03-01T08:00:00Z", "status": "resolved", "alert_key": "k",
      "severity": "critical", "suppressed": false, "incident": {"id": "P1", "type": "incident_reference"}},
      {"id": "A2", "type": "alert", "summary": "s", "created_at": "2026-03-01T08:00:00Z", "status": "triggered", "alert_key": "k2",
      "severity": "critical", "suppressed": false, "incident": {"id": "P3", "type": "incident_reference"}}], "more": false}"#;
    let entries = r#"{"log_entries": [{"id": "L1", "type": "acknowledge_log_entry", "summary": "s", "created_at": "2026-03-01T08:30:00Z",
      "agent": {"id": "U", "type": "user_reference", "summary": "Erin"}, "channel": {"type": "web"}, "incident": {"id": "P1", "type": "incident_reference"}}], "more": false}"#;
    let (whole, cut) = (incidents(false), incidents(true));
    let outcome =
        check_in(&[("incidents.json", whole.as_str()), ("alerts.json", alerts), ("log.json", entries)], ALERTS, "json");
    assert_eq!(outcome.verdicts("M-1"), "P1 pass, P2 fail, P3 unknown", "{}", outcome.err);
    assert_eq!(outcome.verdicts("M-2"), "P1 fail, P2 pass, P3 fail");
    assert!(outcome.verdicts("M-3").starts_with("A1 pass, A2 "), "{}", outcome.verdicts("M-3"));
    assert!(!outcome.verdicts("M-3").contains("A2 pass"));
    assert_eq!(outcome.verdicts("M-4"), "A1 pass, A2 pass");
    assert_eq!(check_in(&[("incidents.json", &cut)], ALERTS, "json").json()["sources"][0]["complete"], false);
    let csv = "id,incident_number,description,service_id,service_name,created_on,resolved_on,seconds_to_first_ack,urgency\n\
        P7,7,down,S,fraud,2026-03-01T08:00:00Z,2026-03-01T09:00:00Z,60,low\n";
    let outcome = check_in(&[("incidents.csv", csv)], ALERTS, "json");
    assert_eq!(
        (outcome.verdicts("M-1").as_str(), outcome.verdicts("M-2").as_str()),
        ("P7 pass", "P7 pass"),
        "{}",
        outcome.err
    );
}

/// <https://docs.opsgenie.com/docs/alert-api#list-alerts>
#[test]
fn opsgenie_is_judged_as_by_hand() {
    let alerts = |paging: &str| {
        format!(
            r#"{{"data": [
      {{"id": "o1", "tinyId": "1", "alias": "a", "message": "m", "status": "closed", "acknowledged": true, "isSeen": true, "tags": ["x"], "createdAt": "2026-03-01T08:00:00Z",
        "updatedAt": "2026-03-01T10:00:00Z", "owner": "erin", "priority": "P1", "report": {{"ackTime": 900000, "closeTime": 7200000, "acknowledgedBy": "erin", "closedBy": "erin"}}}},
      {{"id": "o2", "tinyId": "2", "alias": "b", "message": "m", "status": "closed", "acknowledged": true, "isSeen": true, "tags": [], "createdAt": "2026-03-01T08:00:00Z",
        "updatedAt": "2026-03-01T12:00:00Z", "owner": "erin", "priority": "P1", "report": {{"ackTime": 7200000}}}}], "paging": {paging}, "took": 0.1, "requestId": "r"}}"#
        )
    };
    let last = r#"{"first": "https://api.opsgenie.com/v2/alerts?offset=0", "last": "https://api.opsgenie.com/v2/alerts?offset=0"}"#;
    let outcome = check_in(&[("alerts.json", &alerts(last))], ALERTS, "json");
    assert_eq!(outcome.verdicts("M-3"), "o1 pass, o2 fail", "{}", outcome.err);
    assert_eq!(outcome.json()["sources"][0]["complete"], true);
    let next = r#"{"next": "https://api.opsgenie.com/v2/alerts?offset=20", "first": "x"}"#;
    assert_eq!(check_in(&[("alerts.json", &alerts(next))], ALERTS, "json").json()["sources"][0]["complete"], false);
    let incidents = r#"{"data": [{"id": "i1", "tinyId": "9", "message": "m", "description": "d", "impactedServices": ["s"], "ownerTeam": "ml", "status": "closed",
      "priority": "P3", "createdAt": "2026-03-01T08:00:00Z", "updatedAt": "2026-03-01T10:00:00Z"},
      {"id": "i2", "tinyId": "10", "message": "m", "description": "d", "impactedServices": [], "ownerTeam": "ml", "status": "open",
      "priority": "P1", "createdAt": "2026-03-01T08:00:00Z", "updatedAt": "2026-03-01T10:00:00Z"}], "paging": {}}"#;
    let outcome = check_in(&[("incidents.json", incidents)], ALERTS, "json");
    assert_eq!(outcome.verdicts("M-2"), "i1 pass, i2 fail", "{}", outcome.err);
    assert!(outcome.verdicts("M-1").starts_with("i1 pass"));
}
