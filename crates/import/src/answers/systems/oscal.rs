//! What assessors found, as OSCAL writes it (<https://pages.nist.gov/OSCAL/reference/latest/complete/json-reference/>): results of
//! assessments, and plans of action. Catalogues, profiles, components and plans say what should be, and are no evidence.

use crate::answers::table::{Answer, Reading, System};

const FINDING: &str = "oscal_finding";
const OBSERVATION: &str = "oscal_observation";
const RISK: &str = "oscal_risk";
const KNOWN: &[&str] = &["uuid"];

/// The table.
pub(crate) const SYSTEM: System = System {
    name: "oscal",
    about: "results of assessments and plans of action in OSCAL JSON",
    answers: &[
        Answer::list(&["assessment-results", "results", "findings"], FINDING, KNOWN, KNOWN),
        Answer::list(&["assessment-results", "results", "observations"], OBSERVATION, KNOWN, KNOWN),
        Answer::list(&["assessment-results", "results", "risks"], RISK, KNOWN, KNOWN),
        Answer::list(&["plan-of-action-and-milestones", "findings"], FINDING, KNOWN, KNOWN),
        Answer::list(&["plan-of-action-and-milestones", "observations"], OBSERVATION, KNOWN, KNOWN),
        Answer::list(&["plan-of-action-and-milestones", "risks"], RISK, KNOWN, KNOWN),
        Answer::list(&["plan-of-action-and-milestones", "poam-items"], "oscal_poam_item", KNOWN, KNOWN),
    ],
    documents: &[],
    copies: &[],
    reading: Reading::Tables,
};
