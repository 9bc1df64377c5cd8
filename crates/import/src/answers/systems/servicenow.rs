//! `ServiceNow`: answers of its Table API (<https://www.servicenow.com/docs/bundle/latest/page/integrate/inbound-rest/concept/c_TableAPI.html>),
//! with values, with what is displayed, or with both, and tables exported as CSV with the names of their fields. Times are in UTC, with a blank before the clock.

use crate::answers::table::{Answer, Copied, Part, Reading, System};

const CHANGE: &str = "servicenow_change_request";
const APPROVAL: &str = "servicenow_approval";
const USER: &str = "servicenow_user";
const INCIDENT: &str = "servicenow_incident";

/// The table.
pub(crate) const SYSTEM: System = System {
    name: "servicenow",
    about: "tables of ServiceNow, as the Table API answers or as CSV: change requests, approvals, incidents, users",
    answers: &[
        Answer::list(&["result"], APPROVAL, &["sysapproval", "approver"], &["sys_id"]).chosen(),
        Answer::list(&["result"], CHANGE, &["backout_plan", "chg_model", "cab_required", "requested_by"], &["sys_id"])
            .chosen(),
        Answer::list(&["result"], INCIDENT, &["incident_state", "resolved_at", "caller_id"], &["sys_id"]).chosen(),
        Answer::list(&["result"], USER, &["user_name", "employee_number"], &["sys_id"]).chosen(),
        Answer::sheet(APPROVAL, &["sys_id", "sysapproval", "approver", "state"], &["sys_id"]),
        Answer::sheet(CHANGE, &["sys_id", "number", "requested_by", "type"], &["sys_id"]),
        Answer::sheet(INCIDENT, &["sys_id", "number", "caller_id", "state"], &["sys_id"]),
        Answer::sheet(USER, &["sys_id", "user_name", "email"], &["sys_id"]),
    ],
    documents: &[],
    // What is shown of a reference is a name; what it holds is the id.
    copies: &[
        Copied { of: "approver", to: "approver_user", part: Part::Whole },
        Copied { of: "sysapproval", to: "change_request", part: Part::Whole },
        Copied { of: "requested_by", to: "requested_by_user", part: Part::Whole },
        Copied { of: "assigned_to", to: "assigned_to_user", part: Part::Whole },
        Copied { of: "manager", to: "manager_user", part: Part::Whole },
        Copied { of: "state", to: "state_value", part: Part::Whole },
    ],
    reading: Reading::Tables,
};
