//! CycloneDX 1.6 in JSON (<https://cyclonedx.org/docs/1.6/json/>): components, among them models with their cards and data.

use crate::answers::table::{Answer, Copied, Part, Reading, System};

const COMPONENT: &str = "cyclonedx_component";
const ID: &[&str] = &["bom-ref"];

/// The table.
pub(crate) const SYSTEM: System = System {
    name: "cyclonedx",
    about: "a bill of materials in CycloneDX JSON, with models and data sets",
    answers: &[
        Answer::list(&["components"], COMPONENT, &["bom-ref", "type"], ID),
        Answer::list(&["components", "components"], COMPONENT, &["bom-ref", "type"], ID),
        Answer::list(&["metadata", "component"], COMPONENT, &["bom-ref", "type"], ID),
        Answer::list(&["dependencies"], "cyclonedx_dependency", &["dependsOn", "ref"], &["ref"]),
        // What vouches for something, and who: of a file without components too.
        Answer::list(&["declarations", "attestations"], "cyclonedx_attestation", &["assessor", "summary"], &[]),
        Answer::list(&["declarations", "claims"], "cyclonedx_claim", &["target", "predicate"], ID),
    ],
    documents: &[],
    copies: &[
        Copied { of: "ref", to: "component", part: Part::Whole },
        Copied { of: "depends_on", to: "components", part: Part::Whole },
    ],
    reading: Reading::Tables,
};
