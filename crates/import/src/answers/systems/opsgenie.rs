//! Opsgenie: alerts and incidents (<https://docs.opsgenie.com/docs/alert-api>), and the CSV of its alert list.

use crate::answers::table::{Answer, Reading, System};

/// The table.
pub(crate) const SYSTEM: System = System {
    name: "opsgenie",
    about: "answers of Opsgenie: alerts and incidents; or the CSV of its alerts",
    answers: &[
        Answer::list(&["data"], "opsgenie_alert", &["alias", "acknowledged"], &["id"]),
        Answer::list(&["data"], "opsgenie_incident", &["impactedServices", "ownerTeam"], &["id"]),
        Answer::sheet("opsgenie_alert", &["AlertId", "TinyId", "Alias"], &["alert_id"]),
    ],
    documents: &[],
    copies: &[],
    reading: Reading::Tables,
};
