//! Identities of an account of AWS, as `aws iam …` prints them
//! (API reference: <https://docs.aws.amazon.com/IAM/latest/APIReference/>). The nouns begin with `aws_live_`: those that begin with `aws_`
//! alone are types of Terraform.
//!
//! `get-account-authorization-details` says most: users, groups, roles and policies with their documents, which become lists of statements in
//! one form. What is asked of each user alone (keys, devices, passwords) is kept in one file for each question, under the names of the users.

use crate::answers::kept::Kept;
use crate::answers::report::Report;
use crate::answers::table::{Answer, Copied, Part, Reading, System};

const USER: &str = "aws_live_user";
const GROUP: &str = "aws_live_group";
const ROLE: &str = "aws_live_role";
const POLICY: &str = "aws_live_policy";

/// The root user is in no list of users, has no policies and is in no groups: only the report tells of it.
const REPORT: Report = Report { key: "Content", except: ("user", "<root_account>", "aws_live_root_user") };

const ARN: &[&str] = &["Arn"];

const fn of_user(path: &'static [&'static str], known_by: &'static [&'static str], kept: Kept) -> Answer {
    Answer::list(path, USER, known_by, &[]).kept(kept)
}

const fn kept(attribute: &'static str, file: &'static str) -> Kept {
    Kept { name: "user_name", attribute, file }
}

/// The table.
pub(crate) const SYSTEM: System = System {
    name: "iam",
    about: "answers of AWS IAM, as `aws iam` prints them: a file, or a folder of pages; the report of credentials",
    answers: &[
        Answer::list(&["UserDetailList"], USER, &["Arn"], ARN).called("UserName"),
        Answer::list(&["GroupDetailList"], GROUP, &["Arn"], ARN),
        Answer::list(&["RoleDetailList"], ROLE, &["Arn"], ARN),
        Answer::list(&["Policies"], POLICY, &["PolicyVersionList"], ARN),
        // What `list-…` prints: less than that.
        Answer::list(&["Users"], USER, &["Path"], ARN).called("UserName").summary(),
        Answer::list(&["Groups"], GROUP, &["Path"], ARN).summary(),
        Answer::list(&["Roles"], ROLE, &["Path"], ARN).summary(),
        Answer::list(&["Policies"], POLICY, &["DefaultVersionId"], ARN).summary(),
        // As text or, of the command line, in Base64.
        Answer::single(USER, &["Content", "GeneratedTime", "ReportFormat"], &["arn"]).called("user").report(REPORT),
        of_user(&["*"], &["AccessKeyId"], kept("access_keys", "list-access-keys")),
        of_user(&["*"], &["SerialNumber"], kept("mfa_devices", "list-mfa-devices")),
        of_user(&["*", "AccessKeyMetadata"], &["AccessKeyId"], kept("access_keys", "list-access-keys")),
        of_user(&["*", "MFADevices"], &["SerialNumber"], kept("mfa_devices", "list-mfa-devices")),
        of_user(&["*", "LoginProfile"], &["CreateDate", "UserName"], kept("login_profile", "get-login-profile")),
        Answer::list(
            &["PasswordPolicy"],
            "aws_live_password_policy",
            &["MinimumPasswordLength", "RequireSymbols", "AllowUsersToChangePassword"],
            &[],
        ),
        Answer::list(&["SummaryMap"], "aws_live_account_summary", &["AccountMFAEnabled", "Users"], &[]),
        Answer::list(&["OpenIDConnectProviderList"], "aws_live_oidc_provider", &["Arn"], ARN),
        Answer::list(&["SAMLProviderList"], "aws_live_saml_provider", &["Arn"], ARN),
    ],
    documents: &[],
    copies: &[
        Copied { of: "arn", to: "account", part: Part::Field(4) },
        Copied { of: "policy_arn", to: "policy", part: Part::Whole },
        Copied { of: "permissions_boundary_arn", to: "policy", part: Part::Whole },
        Copied { of: "policy_document", to: "statements", part: Part::Statements },
        Copied { of: "document", to: "statements", part: Part::Statements },
        Copied { of: "policy_version_list", to: "statements", part: Part::Statements },
        Copied { of: "assume_role_policy_document", to: "trust", part: Part::Statements },
        // The columns of the report.
        Copied { of: "user", to: "user_name", part: Part::Whole },
        Copied { of: "user_creation_time", to: "create_date", part: Part::Whole },
    ],
    reading: Reading::Tables,
};
