//! Change records of Jira and ServiceNow.

use tickmark_tests::files::memory;
use tickmark_tests::judged::check_in;
use tickmark_tests::tickmark_in;

const CHANGES: &str = r#"
control J-1 "kind" { cites CC8.1  every change_record: kind == "emergency" }
control J-2 "approved" { cites CC8.1  every change_record: some approval a in approvals: a is approved and a.decided_at before closed_at }
control J-3 "opened" { cites CC8.1  every change_record: opened_at after 2026-01-01 }
control J-4 "complete" { cites CC8.1  every change_record is complete }
control J-5 "by bo" { cites CC8.1  every change_record: some approval a in approvals: a is approved and a.approver == "bo@acme.example" }
"#;

/// The CSV of a search in Jira (<https://support.atlassian.com/jira-software-cloud/docs/export-results-from-a-filter/>): columns of one name
/// for several values, and dates as the profile of whoever exports has them.
#[test]
fn jira_is_judged_as_by_hand() {
    let csv = "Summary,Issue key,Issue id,Issue Type,Status,Reporter,Created,Resolved,Custom field (Approvers),Custom field (Approvers),Comment,Comment,Custom field (Test evidence),Custom field (Rollback plan),Custom field (Approved by),Custom field (Approved on)\n\
        Roll out 3,CHG-1,1,Change,Done,ana,2026-03-01 09:00,2026-03-05 10:00,bo,cy,one,\"two, with a comma\",https://ci/1,https://wiki/r,bo@acme.example,2026-03-02\n\
        Hot fix,CHG-2,2,Emergency Change,Done,ana,2/Mar/26 3:45 PM,3/Mar/26 4:00 PM,bo,,,,,,,\n\
        A bug,BUG-1,3,Bug,Done,ana,2026-03-01 09:00,,,,,,,,,\n";
    let outcome = check_in(&[("issues.csv", csv)], CHANGES, "json");
    assert_eq!(outcome.verdicts("J-1"), "CHG-1 fail, CHG-2 pass", "{}", outcome.err);
    // Nobody wrote down who approved the second.
    assert_eq!(outcome.verdicts("J-2"), "CHG-1 pass, CHG-2 fail");
    assert_eq!(outcome.verdicts("J-4"), "CHG-1 pass, CHG-2 unknown", "{}", outcome.out);
    // Which day `2/Mar/26 3:45 PM` is, and in which zone, the export does not say.
    assert_eq!(outcome.verdicts("J-3"), "CHG-1 pass, CHG-2 unknown");
    assert!(outcome.out.contains("date_format"), "{}", outcome.out);
    // An export that says nothing of approvals is no evidence that there was none.
    let silent = "Issue key,Issue Type,Status,Reporter,Created\nCHG-1,Change,Done,ana,2026-03-01 09:00\n";
    assert_eq!(check_in(&[("issues.csv", silent)], CHANGES, "json").verdicts("J-2"), "CHG-1 unknown");
    let controls = r#"
control J-6 "lists" { cites CC8.1  every jira_issue i where i.issue_key == "CHG-1": i.approvers contains "cy" }
control J-7 "columns" { cites CC8.1  every jira_issue i where i.issue_key == "CHG-1": i.fields["Comment"] == "one; two, with a comma" }"#;
    let outcome = check_in(&[("issues.csv", csv)], controls, "json");
    assert_eq!((outcome.verdicts("J-6").as_str(), outcome.verdicts("J-7").as_str()), ("CHG-1 pass", "CHG-1 pass"));
}

/// What the manifest says of the dates of a table that we know.
#[test]
fn the_manifest_says_how_dates_are_written() {
    let csv = "Summary,Issue key,Issue Type,Status,Reporter,Created,Resolved\nx,CHG-1,Change,Done,ana,03/04/2026 15:45,05/04/2026 10:00\n";
    let manifest = |format: &str| {
        format!(
            "version: 1\nsources:\n  - path: issues.csv\n    noun: jira_issue\n{format}packs: [./c.tick]\nas_of: 2026-12-31\n"
        )
    };
    let verdict = |format: &str| {
        let control =
            r#"control J-3 "opened" { cites CC8.1  every change_record: opened_at == time("2026-04-03T15:45:00Z") }"#;
        let files = [("issues.csv", csv), ("c.tick", control), ("tickmark.yaml", &manifest(format))];
        let outcome = tickmark_in(&memory(&files), &["check", "--format", "json"]);
        outcome.verdicts("J-3")
    };
    assert_eq!(verdict(""), "CHG-1 unknown");
    assert_eq!(verdict("    date_format: DD/MM/YYYY HH:mm\n"), "CHG-1 pass");
}

/// The dates of a Jira where nobody changed how they are written.
#[test]
fn the_manifest_says_that_dates_are_of_a_clock_of_twelve_hours() {
    let verdict = |opened: &str, wanted: &str| {
        let csv = format!("Summary,Issue key,Issue Type,Status,Reporter,Created\nx,CHG-1,Change,Done,ana,{opened}\n");
        let control =
            format!(r#"control J-3 "opened" {{ cites CC8.1  every change_record: opened_at == time("{wanted}") }}"#);
        let manifest = "version: 1\nsources:\n  - path: issues.csv\n    noun: jira_issue\n    date_format: dd/MMM/yy h:mm a\npacks: [./c.tick]\nas_of: 2026-12-31\n";
        let files = [("issues.csv", csv.as_str()), ("c.tick", &control), ("tickmark.yaml", manifest)];
        let outcome = tickmark_in(&memory(&files), &["check", "--format", "json"]);
        outcome.verdicts("J-3")
    };
    for (opened, wanted) in [
        ("21/Nov/26 3:05 PM", "2026-11-21T15:05:00Z"),
        ("21/Nov/26 12:05 AM", "2026-11-21T00:05:00Z"),
        ("21/Nov/26 12:05 PM", "2026-11-21T12:05:00Z"),
    ] {
        assert_eq!(verdict(opened, wanted), "CHG-1 pass", "{opened}");
    }
    assert_eq!(verdict("21/Nov/26 3:05 AM", "2026-11-21T15:05:00Z"), "CHG-1 fail");
    for opened in ["21/Nov/26 15:05 PM", "21/Nov/26 3:05", "21/11/26 3:05 PM"] {
        assert_eq!(verdict(opened, "2026-11-21T15:05:00Z"), "CHG-1 unknown", "{opened}");
    }
}

/// Answers of the search with `expand=changelog`, and of the approvals of Jira Service Management.
#[test]
fn the_history_of_an_issue_says_who_approved() {
    let issue = |key: &str, to: &str| {
        format!(
            r#"{{"id": "1", "self": "https://jira/rest/api/2/issue/1", "key": "{key}",
      "fields": {{"summary": "Roll out", "issuetype": {{"name": "Change"}}, "status": {{"name": "Done"}}, "created": "2026-03-01T09:00:00.000+0100",
        "resolutiondate": "2026-03-05T10:00:00.000+0100", "reporter": {{"displayName": "Ana", "emailAddress": "ana@acme.example"}}}},
      "changelog": {{"startAt": 0, "maxResults": 1, "total": 1, "histories": [{{"id": "7", "author": {{"displayName": "Bo", "emailAddress": "bo@acme.example"}},
        "created": "2026-03-02T09:00:00.000+0100", "items": [{{"field": "status", "fromString": "Waiting", "toString": "{to}"}}]}}]}}}}"#
        )
    };
    let search = |total: u32| {
        format!(
            r#"{{"expand": "schema,names", "startAt": 0, "maxResults": 50, "total": {total}, "issues": [{}, {}, {}]}}"#,
            issue("CHG-1", "Approved"),
            issue("CHG-2", "Declined"),
            issue("CHG-3", "In Progress")
        )
    };
    let outcome = check_in(&[("search.json", &search(3))], CHANGES, "json");
    assert_eq!(outcome.verdicts("J-5"), "CHG-1 pass, CHG-2 fail, CHG-3 fail", "{}", outcome.err);
    assert_eq!(outcome.verdicts("J-3"), "CHG-1 pass, CHG-2 pass, CHG-3 pass");
    assert_eq!(outcome.json()["sources"][0]["complete"], true);
    let outcome = check_in(&[("search.json", &search(60))], CHANGES, "json");
    assert_eq!(outcome.json()["sources"][0]["complete"], false, "{}", outcome.err);
    let approval = r#"{"size": 1, "start": 0, "limit": 50, "isLastPage": true, "values": [{"id": "3", "name": "CAB", "finalDecision": "approved",
      "canAnswerApproval": false, "approvers": [{"approver": {"displayName": "Bo", "emailAddress": "bo@acme.example"}, "approverDecision": "approved"}],
      "createdDate": {"iso8601": "2026-03-02T09:00:00+0100"}, "completedDate": {"iso8601": "2026-03-02T10:00:00+0100", "epochMillis": 1772442000000},
      "_links": {"self": "https://acme.atlassian.net/rest/servicedeskapi/request/CHG-3/approval/3"}}]}"#;
    let outcome = check_in(&[("search.json", search(3).as_str()), ("approvals.json", approval)], CHANGES, "json");
    assert_eq!(outcome.verdicts("J-5"), "CHG-1 pass, CHG-2 fail, CHG-3 pass", "{}", outcome.err);
}

/// Rows as the Table API answers with `sysparm_display_value=all`, with values alone, and as CSV with the names of fields.
#[test]
fn servicenow_is_judged_as_by_hand() {
    let both = |shown: &str, value: &str| format!(r#"{{"display_value": "{shown}", "value": "{value}"}}"#);
    let changes = format!(
        r#"{{"result": [{{"sys_id": {}, "number": {}, "type": {}, "state": {}, "requested_by": {}, "opened_at": {}, "closed_at": {},
        "test_plan": {}, "backout_plan": {}, "cab_required": {}}}]}}"#,
        both("c1", "c1"),
        both("CHG0001", "CHG0001"),
        both("Emergency", "emergency"),
        both("Closed", "3"),
        both("Ana Alba", "u1"),
        both("03/01/2026 10:00:00", "2026-03-01 09:00:00"),
        both("03/05/2026 10:00:00", "2026-03-05 09:00:00"),
        both("see CI", "see CI"),
        both("redeploy 2", "redeploy 2"),
        both("false", "false"),
    );
    let approvals = r#"{"result": [
      {"sys_id": "a1", "sysapproval": {"link": "https://x/api/now/table/task/c1", "value": "c1"}, "approver": {"link": "https://x/api/now/table/sys_user/u2", "value": "u2"},
       "state": "approved", "sys_updated_on": "2026-03-02 08:00:00", "comments": ""},
      {"sys_id": "a2", "sysapproval": {"link": "https://x", "value": "c1"}, "approver": {"link": "https://x", "value": "u1"}, "state": "requested", "sys_updated_on": "2026-03-02 08:00:00"}]}"#;
    let users = r#"{"result": [{"sys_id": "u1", "user_name": "ana", "name": "Ana Alba", "email": "ana@acme.example", "employee_number": "1"},
      {"sys_id": "u2", "user_name": "bo@acme.example", "name": "Bo", "email": "bo@acme.example", "employee_number": "2"}]}"#;
    let files = [("change.json", changes.as_str()), ("approvals.json", approvals), ("users.json", users)];
    let outcome = check_in(&files, CHANGES, "json");
    for id in ["J-1", "J-2", "J-3", "J-4", "J-5"] {
        assert_eq!(outcome.verdicts(id), "CHG0001 pass", "{id} {}", outcome.err);
    }
    // Without the table of users only an id is known.
    let outcome = check_in(&files[..2], CHANGES, "json");
    assert_ne!(outcome.verdicts("J-5"), "CHG0001 pass", "{}", outcome.err);
    let csv = "sys_id,number,type,state,requested_by,opened_at,closed_at,test_plan,backout_plan\n\
        c1,CHG0001,normal,3,ana,2026-03-01 09:00:00,2026-03-05 09:00:00,,\n";
    let csv_approvals =
        "sys_id,sysapproval,approver,state,sys_updated_on\na1,CHG0001,bo@acme.example,approved,2026-03-02 08:00:00\n";
    let outcome =
        check_in(&[("change_request.csv", csv), ("sysapproval_approver.csv", csv_approvals)], CHANGES, "json");
    assert_eq!(outcome.verdicts("J-5"), "CHG0001 pass", "{}", outcome.err);
    assert_eq!(outcome.verdicts("J-1"), "CHG0001 fail");
    assert_eq!(outcome.verdicts("J-4"), "CHG0001 unknown", "nobody says how it was tested");
}
