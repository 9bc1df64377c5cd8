//! Azure Machine Learning: the REST service (<https://learn.microsoft.com/rest/api/azureml/>), whose records keep their content under
//! `properties`, and `az ml … list -o json`, which prints bare lists in snake_case.

use crate::answers::table::{Answer, Copied, Part, Reading, System};

const MODEL: &str = "azure_ml_model";
const ENDPOINT: &str = "azure_ml_endpoint";
const DEPLOYMENT: &str = "azure_ml_deployment";
const JOB: &str = "azure_ml_job";
const DATA: &str = "azure_ml_data";

/// The types of the REST service. It is not of one mind about capitals (`workspaces/onlineEndpoints`, `workspaces/onlineendpoints`).
const TYPES: &[(&str, &str)] = &[
    ("Microsoft.MachineLearningServices/workspaces/models/versions", MODEL),
    ("Microsoft.MachineLearningServices/workspaces/onlineEndpoints", ENDPOINT),
    ("Microsoft.MachineLearningServices/workspaces/batchEndpoints", ENDPOINT),
    ("Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments", DEPLOYMENT),
    ("Microsoft.MachineLearningServices/workspaces/batchEndpoints/deployments", DEPLOYMENT),
    ("Microsoft.MachineLearningServices/workspaces/jobs", JOB),
    ("Microsoft.MachineLearningServices/workspaces/data/versions", DATA),
];

const PROPERTIES: &[&[&str]] = &[&["properties"]];

/// The table.
pub(crate) const SYSTEM: System = System {
    name: "azure-ml",
    about: "answers of Azure Machine Learning, of the REST service or as `az ml … list -o json` prints them",
    answers: &[
        Answer::list(&["value"], "", &["systemData"], &["id"]).by("type", TYPES).flat(PROPERTIES),
        Answer::single("", &["id", "type", "properties", "systemData"], &["id"]).by("type", TYPES).flat(PROPERTIES),
        // What the command line prints says by its members what it is.
        Answer::single(JOB, &["id", "creation_context", "experiment_name", "status"], &["id"]),
        Answer::single(MODEL, &["id", "creation_context", "path", "version", "stage"], &["id"]),
        Answer::single(MODEL, &["id", "creation_context", "path", "version", "flavors"], &["id"]),
        Answer::single(DATA, &["id", "creation_context", "path", "version", "type"], &["id"]),
        Answer::single(DEPLOYMENT, &["id", "endpoint_name", "model", "provisioning_state"], &["id"]),
        Answer::single(ENDPOINT, &["id", "auth_mode", "scoring_uri", "provisioning_state"], &["id"]),
    ],
    documents: &[],
    // A version is called by its number, and what it is a version of stands in its id alone.
    copies: &[
        Copied { of: "id", to: "model_name", part: Part::Behind("models") },
        Copied { of: "id", to: "data_name", part: Part::Behind("data") },
        Copied { of: "id", to: "asset_version", part: Part::Behind("versions") },
    ],
    reading: Reading::Tables,
};
