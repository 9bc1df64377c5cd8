//! SPDX 3 in JSON-LD (<https://spdx.github.io/spdx-spec/v3.0.1/>): packages of the AI and dataset profiles, and what relates them.

use crate::answers::table::{Answer, Reading, System};

/// The table.
pub(crate) const SYSTEM: System = System {
    name: "spdx",
    about: "an SPDX 3 document in JSON-LD, with AI and dataset packages",
    answers: &[Answer::list(&["@graph"], "", &["spdxId", "creationInfo", "specVersion"], &["spdxId"]).by(
        "type",
        &[
            ("ai_AIPackage", "spdx_ai_package"),
            ("dataset_DatasetPackage", "spdx_dataset_package"),
            ("Relationship", "spdx_relationship"),
            ("LifecycleScopedRelationship", "spdx_relationship"),
            ("simplelicensing_LicenseExpression", "spdx_license"),
            ("Organization", "spdx_agent"),
            ("Person", "spdx_agent"),
        ],
    )],
    documents: &[],
    copies: &[],
    reading: Reading::Tables,
};
