//! The registry of Weights & Biases, as its GraphQL interface answers the query that its own client asks
//! (<https://docs.wandb.ai/guides/registry>).

use crate::answers::table::{Answer, Reading, System};

/// The table.
pub(crate) const SYSTEM: System = System {
    name: "wandb",
    about: "answers of the GraphQL interface of Weights & Biases: versions in its registry",
    answers: &[
        Answer::list(
            &["data", "organization", "orgEntity", "artifactMemberships", "edges", "node"],
            "wandb_registry_version",
            &["artifactCollection"],
            &["id"],
        ),
        Answer::list(
            &["data", "project", "artifactCollection", "artifactMemberships", "edges", "node"],
            "wandb_registry_version",
            &["artifactCollection"],
            &["id"],
        ),
    ],
    documents: &["metadata"],
    copies: &[],
    reading: Reading::Tables,
};
