//! The nouns that importers may supply though no source at hand does.

use crate::{answers, cards, dvc, observed, openlineage};
use hashbrown::HashSet;
use std::sync::LazyLock;

/// The beginnings of Terraform's resource types, one for each widely used provider whose name is no common word.
const TERRAFORM_PREFIXES: &[&str] = &[
    "akamai",
    "alicloud",
    "argocd",
    "artifactory",
    "auth0",
    "aviatrix",
    "aws",
    "awscc",
    "azapi",
    "azuread",
    "azuredevops",
    "azurerm",
    "bitbucket",
    "buildkite",
    "checkly",
    "civo",
    "cloudflare",
    "cloudinit",
    "confluent",
    "consul",
    "coralogix",
    "databricks",
    "datadog",
    "digitalocean",
    "docker",
    "dynatrace",
    "elasticsearch",
    "elasticstack",
    "equinix",
    "fastly",
    "fortios",
    "github",
    "gitlab",
    "google",
    "googleworkspace",
    "grafana",
    "gsuite",
    "hashicups",
    "hcloud",
    "hcp",
    "helm",
    "heroku",
    "huaweicloud",
    "ibm",
    "infisical",
    "keycloak",
    "kubectl",
    "kubernetes",
    "launchdarkly",
    "linode",
    "logdna",
    "minio",
    "mongodbatlas",
    "mysql",
    "newrelic",
    "ngrok",
    "nomad",
    "nsxt",
    "nutanix",
    "oci",
    "okta",
    "onelogin",
    "onepassword",
    "opensearch",
    "openstack",
    "opsgenie",
    "ovh",
    "pagerduty",
    "panos",
    "planetscale",
    "postgresql",
    "prismacloud",
    "proxmox",
    "rabbitmq",
    "rancher2",
    "rediscloud",
    "scaleway",
    "sentry",
    "signalfx",
    "snowflake",
    "sonarqube",
    "spacelift",
    "spotinst",
    "statuscake",
    "sumologic",
    "supabase",
    "tailscale",
    "tencentcloud",
    "terraform",
    "tfe",
    "tls",
    "twilio",
    "twingate",
    "upcloud",
    "vault",
    "venafi",
    "vercel",
    "vsphere",
    "vultr",
    "wavefront",
    "yandex",
    "zscaler",
];

/// Types of providers whose name is a common word: a misspelt `time_entry` must not pass for a resource type.
const TERRAFORM_TYPES: &[&str] = &[
    "archive_file",
    "external",
    "http",
    "local_file",
    "local_sensitive_file",
    "null_data_source",
    "null_resource",
    "random_bytes",
    "random_id",
    "random_integer",
    "random_password",
    "random_pet",
    "random_shuffle",
    "random_string",
    "random_uuid",
    "template_file",
    "time_offset",
    "time_rotating",
    "time_sleep",
    "time_static",
];

/// What MLflow's importer supplies, always the same.
pub(crate) const MLFLOW_NOUNS: [&str; 5] =
    ["mlflow_experiment", "mlflow_logged_model", "mlflow_model_version", "mlflow_registered_model", "mlflow_run"];

/// The noun of every resource of a Terraform export, whatever its type.
pub(crate) const TF_RESOURCE: &str = "tf_resource";

/// The noun of every module call of a Terraform configuration.
pub(crate) const TF_MODULE: &str = "tf_module";

/// The noun of every resource of a CloudFormation template, whatever its type.
pub(crate) const CFN_RESOURCE: &str = "cfn_resource";

/// The noun of every object of Kubernetes, whatever its kind.
pub(crate) const K8S_OBJECT: &str = "k8s_object";

/// The noun of every object of Kubernetes that makes pods, or is one.
pub(crate) const K8S_WORKLOAD: &str = "k8s_workload";

/// How the nouns of templates and manifests begin.
const DECLARED_PREFIXES: [&str; 2] = ["cfn", "k8s"];

/// The nouns that are always called the same: those of systems whose answers are read by a table, of registries and of lineage.
static CALLED_SO: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let lists = [openlineage::NOUNS.as_slice(), &dvc::NOUNS, &cards::NOUNS, &observed::NOUNS, &MLFLOW_NOUNS];
    let lists = lists.into_iter().flatten().copied();
    answers::all_nouns().chain(lists).chain([TF_RESOURCE, TF_MODULE]).collect()
});

/// Whether an importer may supply the noun though no source at hand does: a Terraform resource type by the prefix of its
/// provider (`aws_s3_bucket`), or a data source (`data_aws_iam_policy_document`); a type of CloudFormation (`cfn_s3_bucket`); a kind of
/// Kubernetes (`k8s_deployment`). It is asked of every word of a program.
#[must_use]
pub fn may_supply(noun: &str) -> bool {
    let (ty, data) = noun.strip_prefix("data_").map_or((noun, false), |ty| (ty, true));
    // A data source may be of one word.
    if data && TERRAFORM_TYPES.contains(&ty) {
        return true;
    }
    // All others are of several.
    let Some((prefix, rest)) = ty.split_once('_') else { return CALLED_SO.contains(noun) };
    let provider = TERRAFORM_PREFIXES.binary_search(&prefix).is_ok() || !data && DECLARED_PREFIXES.contains(&prefix);
    provider && !rest.is_empty() || TERRAFORM_TYPES.contains(&ty) || CALLED_SO.contains(noun)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_sorted() {
        assert!(TERRAFORM_PREFIXES.is_sorted());
    }

    #[test]
    fn resource_types_are_known_by_their_provider() {
        for noun in ["aws_s3_bucket", "google_project", "data_aws_iam_policy_document", "random_id", "data_http"] {
            assert!(may_supply(noun), "{noun}");
        }
        for noun in ["model", "aws_", "approval", "time_entry", "http"] {
            assert!(!may_supply(noun), "{noun}");
        }
    }
}
