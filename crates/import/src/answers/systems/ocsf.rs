//! Findings of other tools in the form of OCSF 1.x (<https://schema.ocsf.io/>, category Findings).

use crate::answers::table::{Answer, Reading, System};

/// The table.
pub(crate) const SYSTEM: System = System {
    name: "ocsf",
    about: "findings of other tools as OCSF writes them: a list, or one on each line",
    // Its uid tells a finding apart in the tool that made it, and there only where the tool says so: each record is one.
    answers: &[Answer::single("ocsf_finding", &["class_uid", "finding_info", "metadata"], &[])],
    documents: &[],
    copies: &[],
    reading: Reading::Tables,
};
