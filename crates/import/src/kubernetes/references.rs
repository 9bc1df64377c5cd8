//! Which objects an object refers to: by name, by selector, as its owner.

use super::kinds::{is_cluster_wide, noun};
use super::manifests::{Object, is_placeholder};
use super::read::{pod_labels, pod_spec};
use super::selectors::{matches, matches_labels};
use crate::objects::Edges;
use crate::tree::{Node, Value};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// How many times a selector may be compared with the labels of an object, all together.
pub(super) const COMPARISONS: usize = 2_000_000;

/// The objects of a run, as references find them.
pub(super) struct Index<'a> {
    objects: &'a [(usize, &'a Object)],
    by_name: BTreeMap<(&'a str, &'a str), Vec<usize>>,
    /// Objects that make pods, by their namespace.
    workloads: BTreeMap<&'a str, Vec<usize>>,
    /// Those of them that have a label.
    labelled: BTreeMap<(&'a str, &'a str, &'a str), Vec<usize>>,
    /// Some labels are not texts that are known.
    unrendered: bool,
}

/// The references between objects, which are given with the number of their file, and whether the limit cut them short. A name that
/// several files give is that of the object in the same file, if it is there.
pub(super) fn edges(objects: &[(usize, &Object)]) -> (Edges, bool) {
    let mut unrendered = false;
    let mut by_name: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    let mut workloads: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut labelled: BTreeMap<(&str, &str, &str), Vec<usize>> = BTreeMap::new();
    for (number, (_, object)) in objects.iter().enumerate() {
        by_name.entry((&object.noun, &object.address)).or_default().push(number);
        if pod_spec(object).is_some() {
            workloads.entry(&object.namespace).or_default().push(number);
            for (key, value) in pod_labels(object).map(Node::members).unwrap_or_default() {
                let Value::Text(value) = &value.value else {
                    unrendered = true;
                    continue;
                };
                unrendered |= is_placeholder(value);
                labelled.entry((object.namespace.as_str(), key.as_str(), value.as_str())).or_default().push(number);
            }
        }
    }
    let index = Index { objects, by_name, workloads, labelled, unrendered };
    let mut edges = Edges::default();
    let mut left = COMPARISONS;
    for from in 0..objects.len() {
        Search { index: &index, from, edges: &mut edges, left: &mut left }.object();
    }
    if left == 0 { (Edges::default(), true) } else { (edges, false) }
}

struct Search<'a, 'i> {
    index: &'a Index<'i>,
    from: usize,
    edges: &'a mut Edges,
    left: &'a mut usize,
}

impl<'i> Search<'_, 'i> {
    fn object(&mut self) {
        let Some((_, object)) = self.index.objects.get(self.from).copied() else { return };
        let spec = object.node.get("spec");
        if !object.namespace.is_empty() {
            self.there("v1", "Namespace", "", &object.namespace);
        }
        self.owners(object);
        if let Some(pod) = pod_spec(object) {
            self.pod(object, pod);
        }
        match (object.kind.as_str(), spec) {
            ("Service", Some(spec)) => {
                // A service without a selector has none of its own choosing.
                if let Some(selector) = spec.get("selector").filter(|selector| !selector.members().is_empty()) {
                    self.selected(object, Some(selector), |labels| matches_labels(selector, labels));
                }
            }
            ("NetworkPolicy", Some(spec)) => {
                let everything = Node { value: Value::Object(Vec::new()), offset: 0 };
                let selector = spec.get("podSelector").unwrap_or(&everything);
                self.selected(object, selector.get("matchLabels"), |labels| matches(selector, labels));
            }
            ("PodDisruptionBudget", Some(spec)) => {
                if let Some(selector) = spec.get("selector") {
                    self.selected(object, selector.get("matchLabels"), |labels| matches(selector, labels));
                }
            }
            ("HorizontalPodAutoscaler" | "ScaledObject" | "VerticalPodAutoscaler", Some(spec)) => {
                let target = ["scaleTargetRef", "targetRef"].iter().find_map(|key| spec.get(key));
                self.typed(target, &object.namespace, "apps/v1");
            }
            ("RoleBinding" | "ClusterRoleBinding", _) => self.binding(object),
            ("StatefulSet", Some(spec)) => self.named(spec, "serviceName", "Service", object),
            ("PersistentVolumeClaim", Some(spec)) => {
                self.name("v1", "PersistentVolume", "", spec.text_of("volumeName"));
                self.name("storage.k8s.io/v1", "StorageClass", "", spec.text_of("storageClassName"));
            }
            ("ServiceAccount", _) => {
                for key in ["secrets", "imagePullSecrets"] {
                    for item in object.node.get(key).map(Node::items).unwrap_or_default() {
                        self.named(item, "name", "Secret", object);
                    }
                }
            }
            ("Ingress" | "HTTPRoute" | "GRPCRoute" | "TCPRoute" | "TLSRoute", Some(spec)) => {
                self.backends(object, spec)
            }
            _ => {}
        }
        for hook in object.node.get("webhooks").map(Node::items).unwrap_or_default() {
            if let Some(service) = hook.get("clientConfig").and_then(|config| config.get("service")) {
                let namespace = service.text_of("namespace").unwrap_or_else(|| "default".to_owned());
                self.name("v1", "Service", &namespace, service.text_of("name"));
            }
        }
    }

    fn owners(&mut self, object: &Object) {
        let owners = object.node.get("metadata").and_then(|metadata| metadata.get("ownerReferences"));
        for owner in owners.map(Node::items).unwrap_or_default() {
            self.typed(Some(owner), &object.namespace, "v1");
        }
    }

    /// What a pod needs: its service account, configuration, secrets, volumes.
    fn pod(&mut self, object: &'i Object, pod: &'i Node) {
        match pod.text_of("serviceAccountName").or_else(|| pod.text_of("serviceAccount")) {
            Some(name) => self.name("v1", "ServiceAccount", &object.namespace, Some(name)),
            None => {
                self.there("v1", "ServiceAccount", &object.namespace, "default");
            }
        }
        for secret in pod.get("imagePullSecrets").map(Node::items).unwrap_or_default() {
            self.named(secret, "name", "Secret", object);
        }
        for volume in pod.get("volumes").map(Node::items).unwrap_or_default() {
            self.volume(volume, object);
            let sources = volume.get("projected").and_then(|projected| projected.get("sources"));
            sources.map(Node::items).unwrap_or_default().iter().for_each(|source| self.volume(source, object));
        }
        for key in ["containers", "initContainers", "ephemeralContainers"] {
            for container in pod.get(key).map(Node::items).unwrap_or_default() {
                for from in container.get("envFrom").map(Node::items).unwrap_or_default() {
                    self.keys(from, ["configMapRef", "secretRef"], object);
                }
                for variable in container.get("env").map(Node::items).unwrap_or_default() {
                    if let Some(from) = variable.get("valueFrom") {
                        self.keys(from, ["configMapKeyRef", "secretKeyRef"], object);
                    }
                }
            }
        }
        self.name("scheduling.k8s.io/v1", "PriorityClass", "", pod.text_of("priorityClassName"));
        self.name("node.k8s.io/v1", "RuntimeClass", "", pod.text_of("runtimeClassName"));
    }

    fn volume(&mut self, volume: &Node, object: &Object) {
        for (key, name, kind) in [
            ("configMap", "name", "ConfigMap"),
            ("secret", "secretName", "Secret"),
            ("secret", "name", "Secret"),
            ("persistentVolumeClaim", "claimName", "PersistentVolumeClaim"),
        ] {
            if let Some(source) = volume.get(key) {
                self.named(source, name, kind, object);
            }
        }
    }

    fn keys(&mut self, from: &Node, [config_map, secret]: [&str; 2], object: &Object) {
        for (key, kind) in [(config_map, "ConfigMap"), (secret, "Secret")] {
            if let Some(source) = from.get(key) {
                self.named(source, "name", kind, object);
            }
        }
    }

    /// The role and the service accounts of a binding.
    fn binding(&mut self, object: &Object) {
        const RBAC: &str = "rbac.authorization.k8s.io/v1";
        if let Some(role) = object.node.get("roleRef") {
            let kind = role.text_of("kind").unwrap_or_default();
            let namespace = if kind == "Role" { object.namespace.as_str() } else { "" };
            self.name(RBAC, &kind, namespace, role.text_of("name"));
        }
        for subject in object.node.get("subjects").map(Node::items).unwrap_or_default() {
            if subject.text_of("kind").as_deref() == Some("ServiceAccount") {
                let own = if object.namespace.is_empty() { "default" } else { &object.namespace };
                let namespace = subject.text_of("namespace").unwrap_or_else(|| own.to_owned());
                self.name("v1", "ServiceAccount", &namespace, subject.text_of("name"));
            }
        }
    }

    /// The services and secrets of an ingress or a route, wherever in it they stand.
    fn backends(&mut self, object: &Object, node: &Node) {
        for (key, inner) in node.members() {
            match key.as_str() {
                "serviceName" => self.name("v1", "Service", &object.namespace, inner.text()),
                "secretName" => self.name("v1", "Secret", &object.namespace, inner.text()),
                "service" => self.named(inner, "name", "Service", object),
                "backendRefs" => {
                    for backend in inner.items() {
                        let namespace = backend.text_of("namespace").unwrap_or_else(|| object.namespace.clone());
                        if backend.text_of("kind").is_none_or(|kind| kind == "Service") {
                            self.name("v1", "Service", &namespace, backend.text_of("name"));
                        }
                    }
                }
                "ingressClassName" => self.name("networking.k8s.io/v1", "IngressClass", "", inner.text()),
                _ => self.backends(object, inner),
            }
        }
        node.items().iter().for_each(|item| self.backends(object, item));
    }

    /// The objects that make pods whose labels are selected, in the namespace of the object.
    /// One label that they must have tells which of them need a look.
    fn selected(&mut self, object: &Object, labels: Option<&Node>, select: impl Fn(Option<&Node>) -> Option<bool>) {
        let index = self.index;
        let namespace = object.namespace.as_str();
        let one = labels.map(Node::members).unwrap_or_default().iter().find_map(|(key, value)| match &value.value {
            Value::Text(value) if !value.contains("{{") => Some((key.as_str(), value.as_str())),
            _ => None,
        });
        // Labels that Helm has not rendered may be any.
        let candidates = match one.filter(|_| !index.unrendered) {
            Some((key, value)) => index.labelled.get(&(namespace, key, value)),
            None => index.workloads.get(namespace),
        };
        for to in candidates.into_iter().flatten() {
            if *self.left == 0 {
                return;
            }
            *self.left -= 1;
            let Some((_, workload)) = index.objects.get(*to) else { continue };
            match select(pod_labels(workload)) {
                Some(true) => self.edges.certain.push((self.from, *to)),
                None => self.edges.possible.push((self.from, *to)),
                Some(false) => {}
            }
        }
    }

    /// An object that is referred to by kind, API version and name.
    fn typed(&mut self, reference: Option<&Node>, namespace: &str, otherwise: &str) {
        let Some(reference) = reference else { return };
        let Some(kind) = reference.text_of("kind") else { return };
        let api_version = reference.text_of("apiVersion").unwrap_or_else(|| otherwise.to_owned());
        let namespace = if is_cluster_wide(&api_version, &kind) { "" } else { namespace };
        self.name(&api_version, &kind, namespace, reference.text_of("name"));
    }

    /// The member of a node that names an object of the core in the namespace of the object.
    fn named(&mut self, node: &Node, key: &str, kind: &str, object: &Object) {
        self.name("v1", kind, &object.namespace, node.text_of(key));
    }

    /// An object by its name; where no source has it, it is still referred to.
    fn name(&mut self, api_version: &str, kind: &str, namespace: &str, name: Option<String>) {
        let Some(name) = name.filter(|name| !name.contains("{{")) else { return };
        if kind.is_empty() || self.there(api_version, kind, namespace, &name) {
            return;
        }
        let id = if namespace.is_empty() { name } else { format!("{namespace}/{name}") };
        self.edges.absent.insert((self.from, noun(api_version, kind), id));
    }

    /// An object by its name, if a source has it.
    fn there(&mut self, api_version: &str, kind: &str, namespace: &str, name: &str) -> bool {
        let address = if namespace.is_empty() { name.to_owned() } else { format!("{namespace}/{name}") };
        let noun: SmolStr = noun(api_version, kind);
        let Some(found) = self.index.by_name.get(&(noun.as_str(), address.as_str())) else { return false };
        let file = |number: usize| self.index.objects.get(number).map(|(file, _)| *file);
        let here: Vec<usize> = found.iter().copied().filter(|number| file(*number) == file(self.from)).collect();
        for to in if here.is_empty() { found } else { &here } {
            if *to != self.from {
                self.edges.certain.push((self.from, *to));
            }
        }
        true
    }
}
