//! Rosters, directories and access reviews.

use tickmark_tests::judged::check_in;

const PEOPLE: &str = r#"
control P-1 "left" { cites CC6.3  every person: ended_on is missing or ended_on after 2026-06-01 }
control P-2 "switched off" { cites CC6.3  every principal p where p.person.ended_on exists: p.disabled_at <= p.person.ended_on + 1 days }
control P-3 "whose" { cites CC6.1  every principal has person }
control P-4 "managed" { cites CC1.3  every person where job_function != "CEO": manager.name exists }
control P-5 "second factor" { cites CC6.1  every principal where id starts with "google:": mfa == true }
"#;

const ROSTER: &str = "Employee ID,First Name,Last Name,Job Title,Department,Manager ID,Hire Date,Termination Date,Work Email\n\
    1,Ana,Alba,CEO,Board,,2020-01-01,,Ana@acme.example\n\
    2,Bo,Berg,Engineer,ML,1,2021-01-01,2026-05-01,bo@acme.example\n\
    3,Cy,Cato,Engineer,ML,9,2022-01-01,2026-07-01,cy@acme.example\n";

/// A user as Okta gives it (<https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/>).
fn okta(number: &str, login: &str, status: &str, changed: &str) -> String {
    format!(
        r#"{{"id": "00u{number}", "status": "{status}", "created": "2021-01-01T08:00:00.000Z", "activated": "2021-01-01T08:00:00.000Z",
        "statusChanged": "{changed}", "lastLogin": "2026-04-01T08:00:00.000Z", "lastUpdated": "2026-04-01T08:00:00.000Z", "type": {{"id": "t"}},
        "profile": {{"firstName": "X", "lastName": "Y", "email": "{login}", "login": "{login}", "employeeNumber": "{number}"}},
        "credentials": {{"provider": {{"type": "OKTA", "name": "OKTA"}}}}, "_links": {{}}}}"#
    )
}

#[test]
fn people_and_their_accounts_are_judged_as_by_hand() {
    let users = format!(
        "[{},{},{}]",
        okta("1", "ana@acme.example", "ACTIVE", "2021-01-01T08:00:00.000Z"),
        okta("2", "bo@acme.example", "DEPROVISIONED", "2026-05-01T18:00:00.000Z"),
        okta("3", "cy@acme.example", "ACTIVE", "2022-01-01T08:00:00.000Z"),
    );
    // <https://learn.microsoft.com/graph/api/user-list>: `$select` says what is answered.
    let entra = |more: &str| {
        format!(
            r#"{{"@odata.context": "https://graph.microsoft.com/v1.0/$metadata#users", {more} "value": [
        {{"id": "e2", "userPrincipalName": "bo@acme.example", "displayName": "Bo", "accountEnabled": false, "employeeId": "2", "createdDateTime": "2021-01-01T08:00:00Z"}},
        {{"id": "e9", "userPrincipalName": "robot@acme.example", "displayName": "Robot", "accountEnabled": true, "employeeId": null, "createdDateTime": "2021-01-01T08:00:00Z"}}]}}"#
        )
    };
    // <https://developers.google.com/admin-sdk/directory/reference/rest/v1/users/list>
    let google = r#"{"kind": "admin#directory#users", "etag": "x", "users": [
      {"kind": "admin#directory#user", "id": "g1", "primaryEmail": "ana@acme.example", "name": {"fullName": "Ana Alba"}, "isAdmin": true, "suspended": false,
       "creationTime": "2020-01-01T08:00:00.000Z", "lastLoginTime": "2026-04-01T08:00:00.000Z", "isEnrolledIn2Sv": true},
      {"kind": "admin#directory#user", "id": "g2", "primaryEmail": "bo@acme.example", "name": {"fullName": "Bo"}, "isAdmin": false, "suspended": true,
       "creationTime": "2020-01-01T08:00:00.000Z", "isEnrolledIn2Sv": false}]}"#;
    let all = entra("");
    let files = [("roster.csv", ROSTER), ("okta.json", &users), ("entra.json", &all), ("google.json", google)];
    let outcome = check_in(&files, PEOPLE, "json");
    assert_eq!(outcome.verdicts("P-1"), "1 pass, 2 fail, 3 pass", "{}", outcome.err);
    // Bo's account of Okta was switched off on the day; Entra does not say when. Cy left, and is still active.
    assert_eq!(
        outcome.verdicts("P-2"),
        "entra:bo@acme.example unknown, google:ana@acme.example unknown, google:bo@acme.example unknown, \
         okta:bo@acme.example pass, okta:cy@acme.example unknown"
            .replace("google:ana@acme.example unknown, google:bo@acme.example unknown, ", ""),
        "{}",
        outcome.err
    );
    assert!(outcome.verdicts("P-3").contains("entra:robot@acme.example fail"), "{}", outcome.verdicts("P-3"));
    // The manager of the third is on no roster.
    assert_eq!(outcome.verdicts("P-4"), "2 pass, 3 unknown");
    assert_eq!(outcome.verdicts("P-5"), "google:ana@acme.example pass, google:bo@acme.example fail");
    let paged = entra(r#""@odata.nextLink": "https://graph.microsoft.com/v1.0/users?$skiptoken=x","#);
    let outcome = check_in(&[("entra.json", &paged)], PEOPLE, "json");
    assert_eq!(outcome.json()["sources"][0]["complete"], false);
}

#[test]
fn access_reviews_are_judged_as_by_hand() {
    let controls = r#"
control V-1 "performed" { cites CC6.2  every review where kind == "access": performed_at exists }
control V-2 "carried out" { cites CC6.2  every review: every review_decision d in decisions: d.decision == "keep" or d.actioned_at exists }
control V-3 "of somebody" { cites CC6.2  every grant: to.id exists }
control V-4 "by" { cites CC6.2  every review has performed_by }
"#;
    // <https://learn.microsoft.com/graph/api/accessreviewinstance-list-decisions>
    let decision = |id: u32, decision: &str, applied: &str| {
        format!(
            r#"{{"id": "d{id}", "accessReviewId": "r1", "reviewedDateTime": "2026-03-01T08:00:00Z", "decision": "{decision}", "justification": "j",
        "appliedDateTime": {applied}, "recommendation": "Approve", "principal": {{"id": "u{id}", "displayName": "X", "userPrincipalName": "x{id}@acme.example"}},
        "resource": {{"id": "g", "displayName": "ml-admins", "type": "group"}}, "reviewedBy": {{"id": "m", "displayName": "M", "userPrincipalName": "m@acme.example"}}}}"#
        )
    };
    let decisions = format!(
        r#"{{"value": [{}, {}]}}"#,
        decision(1, "Approve", "null"),
        decision(2, "Deny", r#""2026-03-05T08:00:00Z""#)
    );
    let reviews = r#"{"value": [{"id": "r1", "startDateTime": "2026-02-15T08:00:00Z", "endDateTime": "2026-03-01T08:00:00Z", "status": "Applied",
      "scope": {}, "reviewers": [{"query": "/users/m", "queryType": "MicrosoftGraph"}]}]}"#;
    let outcome = check_in(&[("decisions.json", decisions.as_str()), ("reviews.json", reviews)], controls, "json");
    assert_eq!(outcome.verdicts("V-1"), "r1 pass", "{}", outcome.err);
    assert_eq!(outcome.verdicts("V-2"), "r1 pass");
    assert_eq!(outcome.subjects("V-3").len(), 2);
    let csv = "Campaign,User,Resource,Decision,Reviewer,Actioned At\nQ1,x1@acme.example,ml-admins,Keep,m@acme.example,\nQ1,x2@acme.example,ml-admins,Revoke,n@acme.example,\n";
    let outcome = check_in(&[("review.csv", csv)], controls, "json");
    // The columns do not say when.
    assert_eq!(
        (outcome.verdicts("V-2").as_str(), outcome.verdicts("V-4").as_str()),
        ("Q1 fail", "Q1 pass"),
        "{}",
        outcome.err
    );
    assert_ne!(outcome.verdicts("V-1"), "Q1 pass");
}
