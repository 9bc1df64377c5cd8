//! Pull requests, reviews, protection and deployments of GitHub.

use serde_json::Value;
use tickmark_tests::files::json_of;
use tickmark_tests::judged::{check, check_in};
use tickmark_tests::{Outcome, corpus, tickmark};

const PULLS: &str = r#"
control G-1 "approved by somebody else" { cites CC8.1  every merged pull_request has approved independent approval }
control G-2 "the same in one word" { cites CC8.1  every merged pull_request is approved }
"#;

#[test]
fn a_repository_is_judged_as_by_hand() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("samples/github/export_brightloom_serving");
    let controls = format!(
        "{PULLS}
control G-3 \"protected\" {{ cites CC8.1  every github_branch_protection is protected }}
control G-4 \"two approvals are asked for\" {{ cites CC8.1
  every github_branch_protection: required_pull_request_reviews.required_approving_review_count >= 2 }}
control G-5 \"opened by people\" {{ cites CC8.1  every pull_request is not automatic }}
control G-6 \"reviewed by\" {{ cites CC8.1  every approval: approver in [\"erin\", \"farid\", \"ada\"] }}"
    );
    let outcome = check(&[&folder], &controls, "json");
    // Worked out from the files: merged, and a review APPROVED of the head by another than the author.
    let mut expected = Vec::new();
    let mut bots = Vec::new();
    for pull in json_of(&folder.join("pulls.json")).as_array().unwrap() {
        let number = pull["number"].as_u64().unwrap();
        let reviews = json_of(&folder.join(format!("pulls/{number}.reviews.json")));
        let counts = |review: &Value| {
            review["state"] == "APPROVED"
                && review["commit_id"] == pull["head"]["sha"]
                && review["user"]["login"] != pull["user"]["login"]
        };
        if pull["merged_at"].is_string() {
            let verdict = if reviews.as_array().unwrap().iter().any(counts) { "pass" } else { "fail" };
            expected.push(format!("x/y@{number} {verdict}"));
        }
        let bot = pull["user"]["type"] == "Bot";
        bots.push(format!("x/y@{number} {}", if bot { "fail" } else { "pass" }));
    }
    assert_eq!(outcome.verdicts("G-1"), expected.join(", "), "{}", outcome.err);
    assert_eq!(outcome.verdicts("G-2"), expected.join(", "));
    assert_eq!(outcome.verdicts("G-3"), "x/y@main pass");
    assert_eq!(outcome.verdicts("G-4"), "x/y@main pass");
    assert_eq!(outcome.verdicts("G-5"), bots.join(", "));
    assert_eq!(outcome.subjects("G-6").len(), 4, "of 44 nobody said anything");
    let text = check(&[&folder], PULLS, "text");
    assert!(text.out.contains("pulls/42.json:") && text.out.contains("pulls/42.reviews.json:"), "{}", text.out);
}

/// A pull request in the shape of <https://docs.github.com/en/rest/pulls/pulls#get-a-pull-request>, with what maps look at.
pub fn pull(number: u32, author: &str, head: &str) -> String {
    format!(
        r#"{{"url": "https://api.github.com/repos/o/r/pulls/{number}", "number": {number}, "state": "closed",
  "user": {{"login": "{author}", "type": "User"}}, "created_at": "2026-01-01T08:00:00Z", "closed_at": "2026-01-02T08:00:00Z",
  "merged_at": "2026-01-02T08:00:00Z", "merge_commit_sha": "m{number}", "base": {{"ref": "main", "sha": "b"}},
  "head": {{"ref": "f", "sha": "{head}"}}, "draft": false, "merged": true, "merged_by": {{"login": "bo", "type": "User"}}}}"#
    )
}

/// A review in the shape of <https://docs.github.com/en/rest/pulls/reviews>.
pub fn review(id: u32, number: u32, (login, kind): (&str, &str), (state, commit, hour): (&str, &str, u32)) -> String {
    format!(
        r#"{{"id": {id}, "user": {{"login": "{login}", "type": "{kind}"}}, "state": "{state}", "commit_id": "{commit}",
  "html_url": "https://github.com/o/r/pull/{number}#pullrequestreview-{id}",
  "pull_request_url": "https://api.github.com/repos/o/r/pulls/{number}", "submitted_at": "2026-01-01T{hour:02}:00:00Z"}}"#
    )
}

#[test]
fn what_a_review_says_of_what_was_merged() {
    let user = |login: &'static str| (login, "User");
    let pulls = [1, 2, 3, 4, 5, 6, 7].map(|number| pull(number, "ana", "h"));
    let reviews = [
        // Of the last commit, and of an earlier one.
        review(1, 1, user("bo"), ("APPROVED", "h", 9)),
        review(2, 2, user("bo"), ("APPROVED", "g", 9)),
        // Somebody took it back, dismissed it, or only had something to say.
        review(3, 3, user("bo"), ("APPROVED", "h", 9)),
        review(4, 3, user("bo"), ("CHANGES_REQUESTED", "h", 10)),
        review(5, 4, user("bo"), ("DISMISSED", "h", 9)),
        review(6, 5, user("bo"), ("COMMENTED", "h", 9)),
        // A program is nobody; and nobody approves what is their own.
        review(7, 6, ("github-actions[bot]", "Bot"), ("APPROVED", "h", 9)),
        review(8, 6, user("Ana"), ("APPROVED", "h", 9)),
        // Asked for changes, and then agreed.
        review(9, 7, user("bo"), ("CHANGES_REQUESTED", "g", 9)),
        review(10, 7, user("bo"), ("APPROVED", "h", 10)),
    ];
    let expected = "o/r@1 pass, o/r@2 fail, o/r@3 fail, o/r@4 fail, o/r@5 fail, o/r@6 fail, o/r@7 pass";
    let pulls = pulls.join(",");
    // As one list; as pages that `gh api --paginate` wrote one behind the other; as pages in a list (`--slurp`).
    let (first, second) = (reviews[..4].join(","), reviews[4..].join(","));
    let shapes =
        [format!("[{first},{second}]"), format!("[{first}][{second}]\n"), format!("[[{first}],[],[{second}]]")];
    for shape in shapes {
        let outcome = check_in(&[("pulls.json", &format!("[{pulls}]")), ("reviews.json", &shape)], PULLS, "json");
        assert_eq!(outcome.verdicts("G-1"), expected, "{}", outcome.err);
        assert_eq!(outcome.verdicts("G-2"), expected);
    }
}

#[test]
fn reviews_that_nobody_asked_for_are_not_known() {
    let (one, two) = (pull(1, "ana", "h"), pull(2, "ana", "h"));
    let given = review(1, 1, ("bo", "User"), ("APPROVED", "h", 9));
    let files =
        [("pulls/1.json", one.as_str()), ("pulls/2.json", &two), ("pulls/1.reviews.json", &format!("[{given}]"))];
    let outcome = check_in(&files, PULLS, "json");
    assert_eq!(outcome.verdicts("G-1"), "o/r@1 pass, o/r@2 unknown", "{}", outcome.err);
    // An empty answer says that there are none.
    let mut files = files.to_vec();
    files.push(("pulls/2.reviews.json", "[]"));
    let outcome = check_in(&files, PULLS, "json");
    assert_eq!(outcome.verdicts("G-1"), "o/r@1 pass, o/r@2 fail", "{}", outcome.err);
}

/// Where a review does not say of which pull request it is, what was asked for says so, before the name of the file.
#[test]
fn the_collection_manifest_says_what_was_asked() {
    let bare = r#"[{"id": 1, "user": {"login": "bo", "type": "User"}, "state": "APPROVED", "commit_id": "h",
      "submitted_at": "2026-01-01T09:00:00Z"}]"#;
    let (one, two) = (pull(1, "ana", "h"), pull(2, "ana", "h"));
    let list = format!("[{one},{two}]");
    let none = check_in(&[("pulls.json", list.as_str()), ("some.json", bare)], PULLS, "json");
    assert_eq!(none.verdicts("G-1"), "o/r@1 unknown, o/r@2 unknown", "{}", none.err);
    let path = check_in(
        &[("pulls.json", list.as_str()), ("pulls/1.reviews.json", bare), ("pulls/2.reviews.json", "[]")],
        PULLS,
        "json",
    );
    assert_eq!(path.verdicts("G-1"), "o/r@1 pass, o/r@2 fail", "{}", path.err);
    let file = |path: &str, text: &str, query: &str| {
        let sha256 = tickmark_manifest::sha256(text.as_bytes());
        format!(
            r#"{{"path": "{path}", "system": "github", "query": "{query}", "collector": "t", "started_at": "2026-01-03",
            "ended_at": "2026-01-03", "page": 0, "pages": 1, "rows": 1, "sha256": "{sha256}", "complete": true, "basis": "x"}}"#
        )
    };
    let collection = format!(
        r#"{{"tickmark_collection": 1, "system": "github", "target": "o/r", "collector": "t", "started_at": "2026-01-03",
        "ended_at": "2026-01-03", "complete": true, "files": [{}, {}, {}]}}"#,
        file("none.json", "[]", "GET /repos/o/r/pulls/1/reviews, page 0"),
        file("pulls.json", &list, "GET /repos/o/r/pulls, page 0"),
        file("some.json", bare, "GET /repos/o/r/pulls/2/reviews, page 0"),
    );
    let files =
        [("pulls.json", list.as_str()), ("some.json", bare), ("none.json", "[]"), ("collection.json", &collection)];
    let outcome = check_in(&files, PULLS, "json");
    assert_eq!(outcome.verdicts("G-1"), "o/r@1 fail, o/r@2 pass", "{}", outcome.err);
}

/// `gh pr list --json number,url,…` (<https://cli.github.com/manual/gh_pr_list>) and GraphQL, which name things in another way.
#[test]
fn what_gh_and_graphql_give_is_judged_alike() {
    let node = |number: u32, review: &str, wrapped: bool| {
        let reviews = if review.is_empty() { String::new() } else { review.replace('\'', "\"") };
        let reviews = if wrapped {
            format!(r#"{{"nodes": [{reviews}], "pageInfo": {{"hasNextPage": false}}}}"#)
        } else {
            format!("[{reviews}]")
        };
        format!(
            r#"{{"number": {number}, "url": "https://github.com/o/r/pull/{number}", "state": "MERGED", "createdAt": "2026-01-01T08:00:00Z",
            "mergedAt": "2026-01-02T08:00:00Z", "closedAt": "2026-01-02T08:00:00Z", "author": {{"login": "ana", "is_bot": false}},
            "mergedBy": {{"login": "bo"}}, "mergeCommit": {{"oid": "m"}}, "baseRefName": "main", "headRefOid": "h", "reviews": {reviews}}}"#
        )
    };
    let of = |state: &str, oid: &str| {
        format!(
            "{{'author': {{'login': 'bo'}}, 'state': '{state}', 'submittedAt': '2026-01-01T09:00:00Z', 'commit': {{'oid': '{oid}'}}}}"
        )
    };
    let reviews = [of("APPROVED", "h"), of("APPROVED", "g"), of("CHANGES_REQUESTED", "h"), String::new()];
    let expected = "o/r@1 pass, o/r@2 fail, o/r@3 fail, o/r@4 fail";
    let nodes = |wrapped: bool| {
        (1..).zip(&reviews).map(|(number, review)| node(number, review, wrapped)).collect::<Vec<_>>().join(",")
    };
    let gh = format!("[{}]", nodes(false));
    let outcome = check_in(&[("gh.json", &gh)], PULLS, "json");
    assert_eq!(outcome.verdicts("G-1"), expected, "{}", outcome.err);
    let graphql = |more: bool| {
        format!(
            r#"{{"data": {{"repository": {{"pullRequests": {{"nodes": [{}], "pageInfo": {{"hasNextPage": {more}, "endCursor": "c"}}}}}}}}}}"#,
            nodes(true)
        )
    };
    let complete = |outcome: &Outcome| outcome.json()["sources"][0]["complete"].clone();
    let outcome = check_in(&[("graphql.json", &graphql(false))], PULLS, "json");
    assert_eq!((outcome.verdicts("G-1").as_str(), complete(&outcome)), (expected, true.into()), "{}", outcome.err);
    let outcome = check_in(&[("graphql.json", &graphql(true))], PULLS, "json");
    assert_eq!(complete(&outcome), false);
    assert!(outcome.err.contains("W0558"), "{}", outcome.err);
    // Pages that `gh api graphql --paginate` wrote into one file: the last of them ends the list.
    let outcome = check_in(&[("graphql.json", &format!("{}{}", graphql(true), graphql(false)))], PULLS, "json");
    assert_eq!(complete(&outcome), true, "{}", outcome.err);
    // Not all reviews of a pull request are here.
    let cut =
        graphql(false).replacen(r#""pageInfo": {"hasNextPage": false}"#, r#""pageInfo": {"hasNextPage": true}"#, 1);
    let outcome = check_in(&[("graphql.json", &cut)], PULLS, "json");
    assert_eq!(complete(&outcome), false, "{}", outcome.err);
    // Whoever does not ask for reviews does not hear of them.
    let outcome = check_in(
        &[(
            "gh.json",
            r#"[{"number": 1, "url": "https://github.com/o/r/pull/1", "mergedAt": "2026-01-02T08:00:00Z"}]"#,
        )],
        PULLS,
        "json",
    );
    assert_eq!(outcome.verdicts("G-1"), "o/r@1 unknown", "{}", outcome.err);
}

/// Deployments with their statuses, environments, commits, files, what the rules said, members: <https://docs.github.com/en/rest>.
#[test]
fn what_else_github_tells_is_judged_as_by_hand() {
    let user = |login: &str, kind: &str| format!(r#"{{"login": "{login}", "id": 1, "type": "{kind}"}}"#);
    let deployment = |id: u32, environment: &str| {
        format!(
            r#"{{"url": "https://api.github.com/repos/o/r/deployments/{id}", "id": {id}, "sha": "m1", "ref": "main", "task": "deploy", "payload": {{}},
        "environment": "{environment}", "creator": {}, "created_at": "2026-01-02T09:00:00Z", "statuses_url": "https://api.github.com/repos/o/r/deployments/{id}/statuses",
        "repository_url": "https://api.github.com/repos/o/r"}}"#,
            user("deployer[bot]", "Bot")
        )
    };
    let status = |id: u32, of: u32, state: &str, minute: u32| {
        format!(
            r#"{{"url": "https://api.github.com/repos/o/r/deployments/{of}/statuses/{id}", "id": {id}, "state": "{state}", "creator": {}, "created_at": "2026-01-02T09:{minute:02}:00Z",
        "deployment_url": "https://api.github.com/repos/o/r/deployments/{of}", "repository_url": "https://api.github.com/repos/o/r"}}"#,
            user("deployer[bot]", "Bot")
        )
    };
    let deployments = format!("[{},{}]", deployment(5, "production"), deployment(6, "staging"));
    let statuses =
        format!("[{},{},{}]", status(1, 5, "pending", 1), status(2, 5, "success", 7), status(3, 6, "failure", 2));
    let environments = r#"{"total_count": 2, "environments": [
      {"id": 1, "name": "production", "url": "https://api.github.com/repos/o/r/environments/production", "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
       "protection_rules": [{"id": 3, "type": "required_reviewers", "prevent_self_review": true, "reviewers": [{"type": "User", "reviewer": {"login": "bo"}}]}], "deployment_branch_policy": null},
      {"id": 2, "name": "staging", "url": "https://api.github.com/repos/o/r/environments/staging", "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
       "protection_rules": [], "deployment_branch_policy": null}]}"#;
    let commits = r#"[{"sha": "h", "node_id": "x", "commit": {"author": {"name": "Ana", "email": "ana@acme.example", "date": "2026-01-01T07:00:00Z"},
      "committer": {"name": "Ana", "email": "ana@acme.example", "date": "2026-01-01T07:00:00Z"}, "message": "m", "verification": {"verified": true, "reason": "valid"}},
      "url": "https://api.github.com/repos/o/r/commits/h", "html_url": "https://github.com/o/r/commit/h", "author": {"login": "ana", "type": "User"}, "committer": null, "parents": []}]"#;
    let file = r#"[{"sha": "f", "filename": "serving/model.yaml", "status": "modified", "additions": 1, "deletions": 0, "changes": 1, "blob_url": "https://github.com/o/r/blob/h/serving/model.yaml",
      "raw_url": "https://x", "contents_url": "https://y", "patch": ""}]"#;
    let suites = r#"[{"id": 21, "actor_id": 12, "actor_name": "bo", "before_sha": "b", "after_sha": "m1", "ref": "refs/heads/main", "repository_id": 4, "repository_name": "r",
      "pushed_at": "2026-01-02T08:00:00Z", "result": "bypass", "evaluation_result": "fail"}]"#;
    let members = format!(
        r#"[{{"url": "https://api.github.com/orgs/o/memberships/ana", "state": "active", "role": "member", "organization_url": "https://api.github.com/orgs/o", "user": {}}},
        {{"url": "https://api.github.com/orgs/o/memberships/robot", "state": "active", "role": "member", "organization_url": "https://api.github.com/orgs/o", "user": {}}}]"#,
        user("ana", "User"),
        user("robot", "Bot")
    );
    let pulls = format!("[{},{}]", pull(1, "ana", "h"), pull(2, "ana", "g"));
    let files = [
        ("pulls.json", pulls.as_str()),
        ("pulls/1.commits.json", commits),
        ("pulls/1.files.json", file),
        ("deployments.json", &deployments),
        ("statuses.json", &statuses),
        ("environments.json", environments),
        ("suites.json", suites),
        ("members.json", &members),
    ];
    let controls = r#"
control D-1 "live" { cites CC8.1  every deployment: went_live_at == time("2026-01-02T09:07:00Z") and made_by == "deployer[bot]" }
control D-2 "where" { cites CC8.1  every production deployment: went_live_at exists }
control D-3 "environments" { cites CC8.1  every environment: kind in ["production", "staging"] and account == "o/r" }
control D-4 "reviewers" { cites CC8.1  every github_environment: some protection_rule p in protection_rules: p.type == "required_reviewers" and p.prevent_self_review == true }
control D-5 "rules" { cites CC8.1  every pull_request: bypassed_rules == false }
control D-6 "files" { cites CC8.1  every pull_request where number == "1": paths contains "serving/model.yaml" }
control D-7 "commits" { cites CC8.1  every pull_request where number == "1": every code_revision c in includes: c.author == "ana" }
control D-8 "people" { cites CC6.1  every principal is human }
"#;
    let outcome = check_in(&files, controls, "json");
    let expected = [
        ("D-1", "github:5 pass, github:6 unknown"),
        ("D-2", "github:5 pass"),
        ("D-3", "o/r/production pass, o/r/staging pass"),
        ("D-4", "o/r@production pass, o/r@staging fail"),
        // Of the second nobody said what the rules saw.
        ("D-5", "o/r@1 fail, o/r@2 unknown"),
        ("D-6", "o/r@1 pass"),
        ("D-7", "o/r@1 pass"),
        ("D-8", "github:ana pass, github:robot fail"),
    ];
    for (id, verdict) in expected {
        assert_eq!(outcome.verdicts(id), verdict, "{id} {}", outcome.err);
    }
}

/// A branch that is not protected is told by an error (<https://docs.github.com/en/rest/branches/branch-protection>); another error says nothing.
#[test]
fn protection_is_told_by_errors_too() {
    let refusal = |message: &str| {
        format!(
            r#"{{"message": "{message}", "documentation_url": "https://docs.github.com/rest/branches/branch-protection", "status": "404"}}"#
        )
    };
    let pulls = format!("[{}]", pull(1, "ana", "h"));
    let controls = "control G-3 \"protected\" { cites CC8.1  every github_branch_protection is protected }";
    let said = |message: &str| {
        let files = [("pulls.json", pulls.as_str()), ("branches.main.protection.json", &refusal(message))];
        let outcome = check_in(&files, controls, "json");
        outcome.verdicts("G-3")
    };
    assert_eq!(said("Branch not protected"), "o/r@main fail");
    assert_eq!(said("Upgrade to GitHub Pro"), "o/r@main unknown");
    // An error instead of something else is no evidence of anything.
    let outcome = check_in(&[("pulls.json", &pulls), ("other.json", &refusal("Bad credentials"))], PULLS, "json");
    assert!(outcome.err.contains("Bad credentials"), "{}", outcome.err);
    assert_eq!(outcome.json()["sources"][0]["complete"], false);
}

/// Everything that GitHub publishes as an example of what we read is read, and nothing is taken for something else.
#[test]
fn published_examples_of_github_are_read() {
    let Some(corpus) = corpus() else { return };
    let folder = corpus.join("samples/github");
    let outcome = tickmark(&["facts", folder.to_str().unwrap(), "--no-manifest"]);
    assert_eq!(outcome.code, 0, "{}", outcome.err);
    // Parts of answers that name nothing that they could belong to.
    let left: Vec<&str> = outcome.err.lines().filter(|line| line.contains("not read")).collect();
    assert!(left.len() <= 1, "{}", outcome.err);
    let controls = r#"
control H-1 "reviewers" { cites CC8.1
  every github_environment: some reviewer r in protection_rules.reviewers: r.type == "User" }
control H-2 "rules" { cites CC8.1  every github_ruleset where source == "monalisa/my-repo": enforcement == "active" }
control H-3 "recorded" { cites CC8.1
  some github_exchange x in all: x.method == "get" and x.status == 404 and x.response.message == "Branch not protected" }
control H-4 "events" { cites CC8.1  some github_event e in all: e.review.state == "commented" }
"#;
    let outcome = check(&[&folder], controls, "json");
    let exchanges = json_of(&folder.join("normalized-fixture.json"));
    assert!(exchanges.as_array().unwrap().iter().any(|one| one["response"]["message"] == "Branch not protected"));
    assert_eq!(outcome.statuses(), ["H-1 pass", "H-2 fail", "H-3 pass", "H-4 pass"], "{}", outcome.err);
}
