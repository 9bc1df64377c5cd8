//! PagerDuty: incidents, their alerts and what was done about them (<https://developer.pagerduty.com/api-reference/>), and the CSV of its
//! incident report.

use crate::answers::table::{Answer, Reading, System};

/// The table.
pub(crate) const SYSTEM: System = System {
    name: "pagerduty",
    about: "answers of PagerDuty: incidents, alerts and log entries; or the CSV of its incident report",
    answers: &[
        Answer::list(&["incidents"], "pagerduty_incident", &["incident_number", "incident_key"], &["id"]),
        Answer::list(&["alerts"], "pagerduty_alert", &["alert_key", "alert_counts", "suppressed"], &["id"]),
        Answer::list(&["log_entries"], "pagerduty_log_entry", &["channel", "agent", "event_details"], &["id"]),
        Answer::list(&["incident"], "pagerduty_incident", &["incident_number", "incident_key"], &["id"]),
        Answer::sheet("pagerduty_incident", &["incident_number", "created_on", "urgency", "service_name"], &["id"]),
    ],
    documents: &[],
    copies: &[],
    reading: Reading::Tables,
};
