//! Identities of AWS, Google Cloud and Azure, with answers that were worked out by hand from the files.

use tickmark_tests::judged::{check, check_in};
use tickmark_tests::{Outcome, corpus};

const ARN: &str = "arn:aws:iam::111122223333:";

/// The subjects of a control that do not pass; those of the account are called as they are within it.
fn not_passing(outcome: &Outcome, control: &str) -> Vec<String> {
    outcome.not_passing(control).iter().map(|one| one.replace(ARN, "")).collect()
}

const USERS: &str = r#"
control U-1 "second factor" { cites CC6.1  every aws_live_user where login_profile exists: count(mfa_devices) >= 1 }
control U-2 "no keys" { cites CC6.1  no aws_live_user: count(access_keys) >= 1 }
control U-3 "groups" { cites CC6.1  no aws_live_user u: u.group_list contains "admins" }
control U-4 "own policies" { cites CC6.1  no aws_live_user: count(user_policy_list) >= 1 }
"#;

#[test]
fn users_are_judged_as_by_hand() {
    let Some(corpus) = corpus() else { return };
    let iam = corpus.join("aws/brightloom/iam");
    let outcome = check(&[&iam], USERS, "json");
    // By hand: ten have a password or none of record; ben and the contractor have one and no device. Two services have a key.
    assert_eq!(not_passing(&outcome, "U-1"), ["user/ben.svensson fail", "user/contractor.x fail"]);
    assert_eq!(not_passing(&outcome, "U-2"), ["user/svc-ci-legacy fail", "user/svc-labeling fail"]);
    assert_eq!(not_passing(&outcome, "U-3"), ["user/hiro.admin fail"]);
    let json = outcome.json();
    assert_eq!(json["controls"][1]["counts"]["records"], 11);
    // One record of each, however many answers tell of it; and the root user is a noun of its own.
    assert_eq!(json["sources"].as_array().unwrap().len(), 1);
    assert_eq!(json["sources"][0]["kind"], "iam");
}

#[test]
fn what_nobody_asked_of_a_user_is_unknown() {
    let Some(corpus) = corpus() else { return };
    let iam = corpus.join("aws/brightloom/iam");
    let details = iam.join("get-account-authorization-details.json");
    let report = iam.join("credential-report.csv");
    let all_unknown = |outcome: &Outcome, control: &str| {
        let found = not_passing(outcome, control);
        found.len() == 11 && found.iter().all(|one| one.ends_with(" unknown"))
    };
    // The details alone know nothing of keys and devices; that nobody has any would be a pass.
    let outcome = check(&[&details], USERS, "json");
    assert!(all_unknown(&outcome, "U-1") && all_unknown(&outcome, "U-2"), "{}", outcome.out);
    assert_eq!(not_passing(&outcome, "U-3"), ["user/hiro.admin fail"]);
    // The report alone knows nothing of groups and policies.
    let outcome = check(&[&report], USERS, "json");
    assert!(all_unknown(&outcome, "U-3") && all_unknown(&outcome, "U-4"), "{}", outcome.out);
    // The keys alone: whose they are is said by name alone, and the rest of each is unknown.
    let outcome = check(&[&iam.join("list-access-keys.by-user.json")], USERS, "json");
    let found = not_passing(&outcome, "U-2");
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(all_unknown(&outcome, "U-4"), "{}", outcome.out);
}

#[test]
fn an_answer_that_was_an_error_says_none_or_is_unknown() {
    let details = r#"{"UserDetailList": [{"UserName": "ada", "Arn": "arn:aws:iam::1:user/ada"}, {"UserName": "ci", "Arn": "arn:aws:iam::1:user/ci"}, {"UserName": "eve", "Arn": "arn:aws:iam::1:user/eve"}, {"UserName": "new", "Arn": "arn:aws:iam::1:user/new"}]}"#;
    let profiles = r#"{"ada": {"LoginProfile": {"UserName": "ada", "CreateDate": "2026-01-01T00:00:00Z"}}, "ci": {"__error__": {"Code": "NoSuchEntity", "Message": "none"}}, "eve": {"__error__": {"Code": "AccessDenied", "Message": "not you"}}}"#;
    let controls = r#"
control E-1 "x" { cites CC6.1  no aws_live_user u: some p in u.login_profile: p.create_date before $as_of }
control E-2 "y" { cites CC6.1  no aws_live_user: count(mfa_devices) >= 1 }
"#;
    // Nobody has a device: then the name of the file tells what was asked.
    let devices =
        r#"{"ada": [], "ci": [], "eve": {"__error__": {"Code": "AccessDenied", "Message": "not you"}}, "new": []}"#;
    let files = [
        ("details.json", details),
        ("get-login-profile.by-user.json", profiles),
        ("list-mfa-devices.by-user.json", devices),
    ];
    let outcome = check_in(&files, controls, "json");
    let shown = |control: &str| {
        not_passing(&outcome, control).iter().map(|one| one.replace("arn:aws:iam::1:user/", "")).collect::<Vec<_>>()
    };
    assert_eq!(shown("E-1"), ["ada fail", "eve unknown", "new unknown"]);
    assert_eq!(shown("E-2"), ["eve unknown"]);
    assert!(outcome.out.contains("AccessDenied: not you"), "{}", outcome.out);
    // Without a name that tells, nothing of it is taken for a device or a key.
    let outcome = check_in(&[("details.json", details), ("x.json", r#"{"ada": [], "ci": []}"#)], controls, "json");
    assert!(not_passing(&outcome, "E-2").iter().all(|one| one.ends_with("unknown")));
}

#[test]
fn users_of_two_accounts_with_one_name_are_two() {
    let details = |account: &str| {
        format!(r#"{{"UserDetailList": [{{"UserName": "ci", "Arn": "arn:aws:iam::{account}:user/ci"}}]}}"#)
    };
    let (one, two) = (details("1"), details("2"));
    let devices = r#"{"ci": [{"UserName": "ci", "SerialNumber": "arn:aws:iam::1:mfa/ci"}]}"#;
    let controls = "control A-1 \"x\" { cites CC6.1  every aws_live_user: count(mfa_devices) >= 1 }\n";
    let outcome = check_in(
        &[("one/details.json", one.as_str()), ("one/devices.json", devices), ("two/details.json", &two)],
        controls,
        "json",
    );
    // The device of the one is none of the other, of whom nobody asked.
    assert_eq!(not_passing(&outcome, "A-1"), ["arn:aws:iam::2:user/ci unknown"]);
    // Where both accounts lie equally near nobody knows whose it is.
    let outcome =
        check_in(&[("a/one.json", one.as_str()), ("a/two.json", &two), ("devices.json", devices)], controls, "json");
    let found = not_passing(&outcome, "A-1");
    assert_eq!(found, ["arn:aws:iam::1:user/ci unknown", "arn:aws:iam::2:user/ci unknown"]);
}

#[test]
fn the_report_of_credentials_is_read_in_each_of_its_forms() {
    let Some(corpus) = corpus() else { return };
    let controls = r#"
control R-1 "root" { cites CC6.1  every aws_live_root_user: mfa_active == true and access_key_1_active == false }
control R-2 "old keys" { cites CC6.1  no aws_live_user: access_key_1_active == true and access_key_1_last_rotated before 2026-01-01 }
control R-3 "nothing is no value" { cites CC6.1  every aws_live_user: access_key_1_last_used_date is missing }
"#;
    let outcome = check(&[&corpus.join("aws/brightloom/iam/credential-report.csv")], controls, "json");
    assert_eq!(not_passing(&outcome, "R-1"), [""; 0]);
    assert_eq!(not_passing(&outcome, "R-3"), [""; 0]);
    let demo = corpus.join("iam/cloudmapper_demo/iam-get-credential-report.json");
    let plain = check(&[&demo], controls, "json");
    // The text of that report, in Base64 as the command line prints it: `printf … | base64`.
    let packed = r#"{"Content": "dXNlcixhcm4sdXNlcl9jcmVhdGlvbl90aW1lLG1mYV9hY3RpdmUsYWNjZXNzX2tleV8xX2FjdGl2ZSxhY2Nlc3Nfa2V5XzFfbGFzdF9yb3RhdGVkCjxyb290X2FjY291bnQ+LGFybjphd3M6aWFtOjoxOnJvb3QsMjAxOC0wOC0xMlQxNzoyMDo1NSswMDowMCxmYWxzZSx0cnVlLDIwMTgtMTEtMjNUMTY6MDE6MTQrMDA6MDAKdG1wLGFybjphd3M6aWFtOjoxOnVzZXIvdG1wLDIwMTktMDUtMDdUMTU6MzU6NTQrMDA6MDAsZmFsc2UsdHJ1ZSwyMDE5LTA1LTA3VDE1OjM1OjU1KzAwOjAwCg==", "ReportFormat": "text/csv", "GeneratedTime": "2026-05-07T15:40:22+00:00"}"#;
    let packed = check_in(&[("report.json", packed)], controls, "json");
    assert_eq!(not_passing(&plain, "R-1"), ["arn:aws:iam::123456789012:root fail"]);
    assert_eq!(not_passing(&packed, "R-1"), ["arn:aws:iam::1:root fail"]);
    let old = ["arn:aws:iam::123456789012:user/auditor_tmp fail", "arn:aws:iam::123456789012:user/user fail"];
    assert_eq!(not_passing(&plain, "R-2"), old);
    assert_eq!(not_passing(&packed, "R-2"), ["arn:aws:iam::1:user/tmp fail"]);
}

#[test]
fn principals_are_judged_as_by_hand() {
    let Some(corpus) = corpus() else { return };
    let controls = r#"
control P-1 "second factor" { cites CC6.1  every human principal where kind == "user": mfa == true }
control P-2 "who assumes" { cites CC6.1  every principal p where p.kind == "role": count(p.can_assume) == 0 }
control P-3 "grants" { cites CC6.1  no principal p: some grant g in p.own_grant: g.capability == "deploy_model" }
control P-4 "members" { cites CC6.1  no principal p: some group in p.member_of: group.id like "*:group/admins" }
"#;
    let outcome = check(&[&corpus.join("aws/brightloom/iam")], controls, "json");
    assert_eq!(not_passing(&outcome, "P-1"), ["user/ben.svensson fail", "user/contractor.x fail"]);
    assert_eq!(not_passing(&outcome, "P-4"), ["user/hiro.admin fail"]);
    // What somebody may do in effect no policy says alone: nothing passes by what is not worked out.
    assert!(
        not_passing(&outcome, "P-2").iter().all(|one| one.ends_with(" unknown"))
            && !not_passing(&outcome, "P-2").is_empty()
    );
    let found = not_passing(&outcome, "P-3");
    assert!(!found.is_empty() && found.iter().all(|one| one.ends_with(" unknown")), "{found:?}");
}

#[test]
fn grants_of_google_cloud_are_judged_as_by_hand() {
    let Some(corpus) = corpus() else { return };
    let controls = r#"
control G-1 "nobody is everybody" { cites CC6.1  no grant g: g.to.id in ["allUsers", "allAuthenticatedUsers"] }
control G-2 "lasting" { cites CC6.1  no grant where capability == "deploy_model": standing == true }
control G-3 "the deleted" { cites CC6.1  no principal p: p.id like "*old@brightloom.example*" }
control G-4 "conditions stay visible" { cites CC6.1  no grant where conditional == true: condition contains "2027-01-01" }
"#;
    let outcome = check(&[&corpus.join("samples/gcp_iam")], controls, "json");
    let ends = |found: &[String], end: &str| found.iter().filter(|one| one.contains(end)).count();
    let found = not_passing(&outcome, "G-1");
    // Two bindings of the reader's role name everybody, in two files; reading is what it gives.
    assert_eq!((found.len(), ends(&found, "read_data")), (2, 2), "{found:?}");
    let found = not_passing(&outcome, "G-2");
    // Owner, editor and user of both files; the administrator until 2027 is not lasting.
    assert_eq!((found.len(), ends(&found, "ada@")), (6, 0), "{found:?}");
    assert_eq!(not_passing(&outcome, "G-3"), [""; 0]);
    let found = not_passing(&outcome, "G-4");
    assert_eq!((found.len(), ends(&found, "user:ada@brightloom.example deploy_model until 2027")), (1, 1), "{found:?}");
}

#[test]
fn grants_of_azure_are_judged_as_by_hand() {
    let Some(corpus) = corpus() else { return };
    let rbac = corpus.join("samples/azure_rbac");
    let controls = r#"
control Z-1 "deploys" { cites CC6.1  no grant: capability == "deploy_model" }
control Z-2 "grants" { cites CC6.1  no grant: capability == "change_permissions" }
control Z-3 "custom" { cites CC6.1  every azure_role_definition where role_type == "CustomRole": role_name like "Model Deployer*" }
"#;
    let definitions = rbac.join("roleDefinitions.list.json");
    let pages =
        [rbac.join("roleAssignments.list.2022-04-01.json"), rbac.join("roleAssignments.list.2022-04-01.page2.json")];
    let rest = check(&[&pages[0], &pages[1], &definitions], controls, "json");
    let az = check(&[&rbac.join("az-role-assignment-list.json"), &definitions], controls, "json");
    // By hand: the owner and the contributor may deploy, and of three assignments the role is not in the export. The contributor may not grant.
    let count = |found: Vec<String>, verdict: &str| found.iter().filter(|one| one.ends_with(verdict)).count();
    for outcome in [&rest, &az] {
        assert_eq!(count(not_passing(outcome, "Z-1"), "deploy_model fail"), 2);
        assert_eq!(count(not_passing(outcome, "Z-2"), "change_permissions fail"), 1);
        assert_eq!(count(not_passing(outcome, "Z-1"), "deploy_model unknown"), 3);
        assert_eq!(not_passing(outcome, "Z-3"), [""; 0]);
        assert_eq!(not_passing(outcome, "Z-1"), not_passing(&rest, "Z-1"), "both forms say the same");
    }
}

#[test]
fn the_demo_accounts_are_read_too() {
    let Some(corpus) = corpus() else { return };
    let controls = r#"
control D-1 "x" { cites CC6.1  no aws_live_policy p: some s in p.statements: s.effect == "Allow" and (some r in s.resources: r == "*") }
control D-2 "x" { cites CC6.1  no aws_live_role r: some s in r.trust: s is for_everybody }
control D-3 "x" { cites CC6.1  every aws_live_user: count(group_list) >= 1 }
"#;
    let outcome = check(&[&corpus.join("iam")], controls, "json");
    assert_eq!(not_passing(&outcome, "D-2").len(), 1);
    assert!(!not_passing(&outcome, "D-1").is_empty());
    assert_ne!(not_passing(&outcome, "D-3"), [""; 0]);
}
