//! Jira: the CSV export of a search, the answers of its REST interface
//! (<https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issue-search/>) with `expand=changelog`, and the approvals of Jira
//! Service Management (<https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/>).

use crate::answers::table::{Answer, Copied, Form, Part, Reading, System};

const ISSUE: &str = "jira_issue";

/// The issue of which an approval was asked for.
const OF_REQUEST: Part = Part::Steps(&[Form { steps: &["request", "*", "approval"], shown: "{}" }]);

const FLAT: &[&[&str]] = &[&["fields"], &["changelog"]];

/// The table.
pub(crate) const SYSTEM: System = System {
    name: "jira",
    about: "issues of Jira: the CSV export of a search, or answers of its REST interface",
    answers: &[
        Answer::sheet(ISSUE, &["Issue key", "Issue Type", "Status"], &["issue_key"]),
        Answer::list(&["issues"], ISSUE, &["key", "fields"], &["key"]).flat(FLAT).chosen(),
        Answer::single(ISSUE, &["key", "fields", "self"], &["key"]).flat(FLAT).chosen(),
        Answer::list(&["values"], "jira_approval", &["finalDecision", "canAnswerApproval"], &[]).flat(&[&["_links"]]),
    ],
    documents: &[],
    copies: &[
        Copied { of: "key", to: "issue_key", part: Part::Whole },
        Copied { of: "issuetype", to: "type_of_issue", part: Part::Whole },
        Copied { of: "resolutiondate", to: "resolved", part: Part::Whole },
        Copied { of: "self", to: "issue", part: OF_REQUEST },
    ],
    reading: Reading::Tables,
};
