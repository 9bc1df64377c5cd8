//! A repository on GitHub: the REST interface (<https://docs.github.com/en/rest>), `gh pr list --json` and GraphQL
//! (<https://docs.github.com/en/graphql>), and what webhooks deliver (<https://docs.github.com/en/webhooks>).
//!
//! A list and a single answer tell of one pull request; the list says less. Where a review belongs is said by its addresses, else by what was
//! asked, else by the path of its file (`pulls/41.reviews.json`).

use crate::answers::table::{Answer, Collected, Copied, Form, Part, Reading, System};

const PULL: &str = "github_pull";
const REVIEW: &str = "github_review";
const PROTECTION: &str = "github_branch_protection";
const RULESET: &str = "github_ruleset";
const ENVIRONMENT: &str = "github_environment";
const DEPLOYMENT: &str = "github_deployment";
const COMMIT: &str = "github_commit";

const fn form(steps: &'static [&'static str], shown: &'static str) -> Form {
    Form { steps, shown }
}

/// The repository, `owner/name`.
const REPOSITORY: Part = Part::Steps(&[
    form(&["repos", "*", "*"], "{}/{}"),
    form(&["*", "*", "pull", "#"], "{}/{}"),
    form(&["*", "*", "commit", "*"], "{}/{}"),
    form(&["*", "*", "deployments"], "{}/{}"),
]);

/// The pull request, as it is printed: `owner/name@41`.
const OF_PULL: Part =
    Part::Steps(&[form(&["repos", "*", "*", "pulls", "#"], "{}/{}@{}"), form(&["*", "*", "pull", "#"], "{}/{}@{}")]);

/// The pull request of which the reviews were asked for.
const REVIEWS_OF: Part = Part::Steps(&[form(&["repos", "*", "*", "pulls", "#", "reviews"], "{}/{}@{}")]);

const BRANCH: Part = Part::Steps(&[form(&["branches", "*", "protection"], "{}")]);
const OF_DEPLOYMENT: Part = Part::Steps(&[form(&["deployments", "#"], "{}")]);
const OF_RUN: Part = Part::Steps(&[form(&["actions", "runs", "#"], "{}")]);

const REVIEWS: Collected =
    Collected { noun: "github_review_list", attribute: "pull", said: ("pull_request_url", OF_PULL), asked: REVIEWS_OF };

/// The table.
pub(crate) const SYSTEM: System = System {
    name: "github",
    about: "answers of GitHub, as its REST interface, GraphQL, `gh` or `tickmark collect github` give them: a file, or a folder",
    answers: &[
        // What a webhook delivers holds others of these as they were at that moment.
        Answer::single("github_event", &["action", "sender", "repository"], &[]),
        Answer::single("github_exchange", &["scope", "method", "path", "status", "response"], &[]),
        Answer::single("github_review_comment", &["pull_request_review_id", "diff_hunk"], &["id"])
            .asked(&[("pull", OF_PULL)]),
        Answer::single(REVIEW, &["state", "submitted_at", "commit_id", "user"], &["id"])
            .asked(&[("pull", REVIEWS_OF)])
            .collected(REVIEWS),
        Answer::single(PULL, &["number", "base", "head", "user", "merged"], &["url"]),
        Answer::single(PULL, &["number", "base", "head", "user", "merged_at"], &["url"]).summary(),
        // `gh pr list --json` gives what was asked for: these tell a pull request from an issue.
        Answer::single(PULL, &["number", "mergedAt"], &["url", "number"]).chosen(),
        Answer::single(PULL, &["number", "headRefOid"], &["url", "number"]).chosen(),
        Answer::single(PULL, &["number", "headRefName"], &["url", "number"]).chosen(),
        Answer::single(PULL, &["number", "reviewDecision"], &["url", "number"]).chosen(),
        Answer::list(
            &["data", "repository", "pullRequests", "nodes"],
            PULL,
            &["number", "mergedAt", "headRefOid", "baseRefName", "reviews"],
            &["url", "number"],
        )
        .chosen(),
        Answer::list(
            &["data", "repository", "pullRequests", "edges", "node"],
            PULL,
            &["number", "mergedAt", "headRefOid", "baseRefName", "reviews"],
            &["url", "number"],
        )
        .chosen(),
        Answer::single("github_pull_file", &["filename", "status", "blob_url"], &[]).asked(&[("pull", OF_PULL)]),
        Answer::single(PROTECTION, &["enforce_admins", "url"], &["url"]),
        Answer::single(PROTECTION, &["message", "documentation_url"], &["url"])
            .asked(&[("repository", REPOSITORY), ("branch", BRANCH)])
            .refusal("Branch not protected"),
        Answer::single("github_branch", &["name", "commit", "protected"], &[]).asked(&[("repository", REPOSITORY)]),
        Answer::single("github_repository", &["full_name", "default_branch", "owner"], &["full_name"]),
        Answer::single("github_rule_suite", &["after_sha", "result", "actor_name"], &["id"])
            .asked(&[("repository", REPOSITORY)]),
        Answer::single(RULESET, &["source_type", "enforcement", "rules"], &["id"]),
        Answer::single(RULESET, &["source_type", "enforcement"], &["id"]).summary(),
        Answer::single("github_ruleset_version", &["version_id", "actor"], &[]),
        Answer::list(&["environments"], ENVIRONMENT, &["protection_rules", "deployment_branch_policy"], &["url"]),
        Answer::single(ENVIRONMENT, &["name", "protection_rules", "deployment_branch_policy"], &["url"]),
        Answer::single("github_run_approval", &["state", "environments", "user"], &[]).asked(&[("run", OF_RUN)]),
        Answer::list(&["branch_policies"], "github_branch_policy", &["node_id"], &[]),
        Answer::single("github_deployment_status", &["state", "deployment_url", "creator"], &["id"]),
        Answer::single(DEPLOYMENT, &["sha", "statuses_url", "environment", "task"], &["id"]),
        Answer::single(COMMIT, &["sha", "commit", "parents"], &["sha"])
            .asked(&[("repository", REPOSITORY), ("pull", OF_PULL)]),
        Answer::list(&["workflow_runs"], "github_workflow_run", &["run_number", "head_sha"], &["id"]),
        Answer::single("github_membership", &["organization_url", "role", "user"], &["url"]),
        Answer::single("github_collaborator", &["login", "permissions", "role_name"], &[])
            .asked(&[("repository", REPOSITORY)]),
        Answer::single("github_collaborator", &["permission", "role_name", "user"], &[])
            .asked(&[("repository", REPOSITORY)]),
        Answer::single("github_team", &["slug", "members_url", "repositories_url"], &["id"]),
    ],
    documents: &[],
    copies: &[
        Copied { of: "url", to: "repository", part: REPOSITORY },
        Copied { of: "html_url", to: "repository", part: REPOSITORY },
        Copied { of: "repository_url", to: "repository", part: REPOSITORY },
        Copied { of: "path", to: "repository", part: REPOSITORY },
        Copied { of: "url", to: "review_list", part: OF_PULL },
        Copied { of: "pull_request_url", to: "pull", part: OF_PULL },
        Copied { of: "html_url", to: "pull", part: OF_PULL },
        Copied { of: "url", to: "branch", part: BRANCH },
        Copied { of: "path", to: "branch", part: BRANCH },
        Copied { of: "deployment_url", to: "deployment", part: OF_DEPLOYMENT },
        Copied { of: "reviews", to: "nested_reviews", part: Part::Whole },
        Copied { of: "__typename", to: "typename", part: Part::Whole },
    ],
    reading: Reading::Asked(REPOSITORY),
};
