//! People and their accounts: users of Okta (<https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/>), of
//! Microsoft Entra (<https://learn.microsoft.com/graph/api/user-list>) and of Google Workspace
//! (<https://developers.google.com/admin-sdk/directory/reference/rest/v1/users>); decisions of access reviews of Entra
//! (<https://learn.microsoft.com/graph/api/resources/accessreviewinstancedecisionitem>); rosters and reviews in CSV, told by usual names of their
//! columns. A table with others is a register: the manifest says which column is what.

use crate::answers::table::{Answer, Copied, Part, Reading, System};

const ENTRA_USER: &str = "entra_user";
const ROSTER: &str = "roster_entry";
const REVIEW: &str = "access_review_line";

/// The table.
pub(crate) const SYSTEM: System = System {
    name: "people",
    about: "people and accounts: users of Okta, Entra or Google Workspace, rosters and access reviews",
    answers: &[
        Answer::single("okta_user", &["status", "profile", "credentials", "created"], &["id"]),
        Answer::list(&["value"], "entra_review_decision", &["accessReviewId", "reviewedDateTime"], &["id"]),
        Answer::list(&["value"], "entra_review", &["reviewers", "endDateTime"], &["id"]),
        Answer::list(&["value"], ENTRA_USER, &["userPrincipalName", "accountEnabled"], &["id"]).chosen(),
        Answer::single(ENTRA_USER, &["userPrincipalName", "id"], &["id"]).chosen(),
        Answer::list(&["users"], "google_workspace_user", &["primaryEmail", "isEnrolledIn2Sv"], &["id"]),
        Answer::sheet(ROSTER, &["Employee ID", "Hire Date"], &["employee_id"]),
        Answer::sheet(ROSTER, &["Employee #", "Hire Date"], &["employee"]),
        Answer::sheet(ROSTER, &["Worker ID", "Hire Date"], &["worker_id"]),
        Answer::sheet(ROSTER, &["Employee ID", "Start Date"], &["employee_id"]),
        Answer::sheet(REVIEW, &["Review", "User", "Resource", "Decision", "Reviewer"], &[]),
        Answer::sheet(REVIEW, &["Campaign", "User", "Resource", "Decision", "Reviewer"], &[]),
    ],
    documents: &[],
    copies: &[Copied { of: "organizations", to: "jobs", part: Part::Whole }],
    reading: Reading::Tables,
};
