//! Vertex AI of Google Cloud, as its REST interface answers (<https://cloud.google.com/vertex-ai/docs/reference/rest>).

use crate::answers::table::{Answer, Copied, Part, Reading, System};

/// The table.
pub(crate) const SYSTEM: System = System {
    name: "vertex",
    about: "answers of the Vertex AI REST interface: a file, or a folder of pages",
    answers: &[
        Answer::list(&["models"], "vertex_model", &["versionId", "versionCreateTime"], &["name", "versionId"]),
        Answer::list(&["endpoints"], "vertex_endpoint", &["deployedModels", "trafficSplit", "displayName"], &["name"]),
        Answer::list(&["modelEvaluations"], "vertex_model_evaluation", &["metricsSchemaUri", "name"], &["name"]),
        Answer::single("vertex_model", &["versionId", "versionCreateTime", "displayName"], &["name", "versionId"]),
        Answer::single("vertex_endpoint", &["deployedModels", "displayName"], &["name"]),
    ],
    documents: &[],
    copies: &[Copied { of: "service_account", to: "identity", part: Part::Whole }],
    reading: Reading::Tables,
};
