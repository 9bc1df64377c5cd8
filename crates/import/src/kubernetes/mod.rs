//! Kubernetes manifests, YAML and JSON: each object is a record of the noun of its kind.
//!
//! `Deployment` is `k8s_deployment`: the kind in `snake_case` ([`crate::snake`]). Where another API calls a kind as Kubernetes calls one of
//! its own (a `Service` of `serving.knative.dev`), the first word of its group stands between (`k8s_serving_service`). A record has
//! `address`, which is `namespace/name` (the name alone, of what is in no namespace; the namespace is `default` where none is said),
//! `api_version`, `kind`, `name`, `namespace`, `labels` and `annotations`, and the members of the object in `snake_case`. What makes pods also has `pod_spec`,
//! `pod_labels` and `containers`: all of its containers, init and ephemeral ones too, each with its `container_type`.
//!
//! Two nouns cut across kinds: `k8s_object` has a record for every object, `k8s_workload` one for each that makes pods or is one.
//!
//! An attribute that a control calls after another kind holds the objects of that kind that refer to this one, or to which this one
//! refers: by name, by selector, or as the owner.

mod kinds;
mod manifests;
mod read;
mod references;
mod selectors;

pub(crate) use manifests::{Manifests, helm_template, scan};
pub(crate) use read::{Source, World, read};
