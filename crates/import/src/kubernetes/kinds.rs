//! What Kubernetes itself knows of kinds.

use crate::snake::snake;
use smol_str::SmolStr;

/// Kinds of Kubernetes that are in no namespace.
const CLUSTER_WIDE: [&str; 24] = [
    "APIService",
    "CSIDriver",
    "CSINode",
    "CertificateSigningRequest",
    "ClusterRole",
    "ClusterRoleBinding",
    "ComponentStatus",
    "CustomResourceDefinition",
    "DeviceClass",
    "FlowSchema",
    "IngressClass",
    "MutatingWebhookConfiguration",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PodSecurityPolicy",
    "PriorityClass",
    "PriorityLevelConfiguration",
    "RuntimeClass",
    "StorageClass",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
    "VolumeAttachment",
];

/// Kinds of Kubernetes that others name theirs after.
const OWN: [&str; 22] = [
    "ConfigMap",
    "CronJob",
    "DaemonSet",
    "Deployment",
    "Endpoints",
    "Event",
    "Ingress",
    "Job",
    "LimitRange",
    "NetworkPolicy",
    "Node",
    "PersistentVolume",
    "Pod",
    "ReplicaSet",
    "ResourceQuota",
    "Role",
    "RoleBinding",
    "Secret",
    "Service",
    "ServiceAccount",
    "StatefulSet",
    "Namespace",
];

/// The group of an API version; empty for the core.
pub(crate) fn group(api_version: &str) -> &str {
    api_version.split_once('/').map_or("", |(group, _)| group)
}

fn is_own_group(group: &str) -> bool {
    !group.contains('.') || group.ends_with(".k8s.io")
}

/// The kind as it is told apart from others: with its group, where that borrows a name of Kubernetes.
pub(crate) fn full_kind(api_version: &str, kind: &str) -> String {
    let group = group(api_version);
    if OWN.contains(&kind) && !is_own_group(group) { format!("{kind}.{group}") } else { kind.to_owned() }
}

/// The noun of a kind.
pub(crate) fn noun(api_version: &str, kind: &str) -> SmolStr {
    let group = group(api_version);
    let first = group.split('.').next().unwrap_or(group);
    let name = if OWN.contains(&kind) && !is_own_group(group) {
        format!("k8s_{first}_{}", snake(kind))
    } else {
        format!("k8s_{}", snake(kind))
    };
    name.replace(|letter: char| !letter.is_ascii_alphanumeric(), "_").into()
}

/// Whether objects of the kind are in no namespace.
pub(crate) fn is_cluster_wide(api_version: &str, kind: &str) -> bool {
    CLUSTER_WIDE.contains(&kind) && is_own_group(group(api_version))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_are_called_after_kinds() {
        for (api_version, kind, expected) in [
            ("apps/v1", "Deployment", "k8s_deployment"),
            ("v1", "Service", "k8s_service"),
            ("serving.knative.dev/v1", "Service", "k8s_serving_service"),
            ("networking.k8s.io/v1", "NetworkPolicy", "k8s_network_policy"),
            ("serving.kserve.io/v1beta1", "InferenceService", "k8s_inference_service"),
            ("storage.k8s.io/v1", "CSIDriver", "k8s_csi_driver"),
        ] {
            assert_eq!(noun(api_version, kind), expected);
        }
        assert!(is_cluster_wide("rbac.authorization.k8s.io/v1", "ClusterRole"));
        assert!(!is_cluster_wide("management.cattle.io/v3", "Node"));
    }
}
