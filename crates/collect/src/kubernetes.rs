//! A cluster of Kubernetes, by the user's own `kubectl`.

use crate::store::{Fetched, Left, Store};
use crate::web::backoff;
use crate::{CollectError, Collected, Door, Manner, with_store};
use serde_json::Value;
use std::path::Path;

/// The resources that are asked for, and whether every cluster has them. Secrets are none of them.
const RESOURCES: [(&str, bool); 17] = [
    ("namespaces", true),
    ("deployments.apps", true),
    ("statefulsets.apps", true),
    ("daemonsets.apps", true),
    ("cronjobs.batch", true),
    ("jobs.batch", true),
    ("pods", true),
    ("services", true),
    ("serviceaccounts", true),
    ("ingresses.networking.k8s.io", true),
    ("networkpolicies.networking.k8s.io", true),
    ("roles.rbac.authorization.k8s.io", true),
    ("rolebindings.rbac.authorization.k8s.io", true),
    ("clusterroles.rbac.authorization.k8s.io", true),
    ("clusterrolebindings.rbac.authorization.k8s.io", true),
    ("horizontalpodautoscalers.autoscaling", true),
    ("inferenceservices.serving.kserve.io", false),
];

/// A cluster.
#[derive(Clone, Debug)]
pub struct Kubernetes {
    /// The command: `kubectl`.
    pub program: String,
    /// The context of its configuration; the current one where it is not given.
    pub context: Option<String>,
}

impl Kubernetes {
    pub(crate) fn collect(&self, folder: &Path, manner: &Manner, door: &Door<'_>) -> Result<Collected, CollectError> {
        let context = match &self.context {
            Some(context) => context.clone(),
            None => {
                let ran = self.run(&["config", "current-context"], door)?;
                if !ran.ok {
                    return Err(CollectError::Refused { what: self.program.clone(), reason: first_line(&ran.err) });
                }
                String::from_utf8_lossy(&ran.out).trim().to_owned()
            }
        };
        with_store(("kubernetes", &context), folder, manner, door, |store| {
            for (resource, everywhere) in RESOURCES {
                let done = self.resource(&context, resource, (everywhere, manner.retries), store, door);
                store.miss_or_stop(done)?;
            }
            Ok(())
        })
    }

    fn run(&self, arguments: &[&str], door: &Door<'_>) -> Result<crate::Ran, CollectError> {
        let arguments: Vec<String> = arguments.iter().map(|word| (*word).to_owned()).collect();
        let failed = |reason| CollectError::NoAnswer { what: self.program.clone(), reason };
        door.programs.run(&self.program, &arguments).map_err(failed)
    }

    fn resource(
        &self,
        context: &str,
        resource: &str,
        (everywhere, retries): (bool, u32),
        store: &mut Store<'_>,
        door: &Door<'_>,
    ) -> Result<(), CollectError> {
        if store.left(resource) == Left::Nothing {
            return Ok(());
        }
        let what = format!("kubectl get {resource}");
        let started_at = door.clock.now().to_string();
        let arguments = ["--context", context, "get", resource, "--all-namespaces", "--output", "json"];
        let mut tried = 0;
        let ran = loop {
            let ran = self.run(&arguments, door)?;
            let for_now =
                ["TooManyRequests", "timeout", "timed out", "connection refused", "EOF", "Service Unavailable"];
            if ran.ok || tried >= retries || !for_now.iter().any(|part| ran.err.contains(part)) {
                break ran;
            }
            (door.progress)(&format!("{what}: {}", first_line(&ran.err)));
            door.clock.wait(backoff(tried));
            tried += 1;
        };
        if !ran.ok {
            let reason = first_line(&ran.err);
            let unknown = ran.err.contains("doesn't have a resource type")
                || ran.err.contains("could not find the requested resource");
            return match () {
                // What a cluster has no resource for, it has none of.
                () if unknown && !everywhere => Ok(()),
                () if unknown => Err(CollectError::NotThere { what, reason }),
                () if ran.err.contains("Forbidden") || ran.err.contains("Unauthorized") => {
                    Err(CollectError::Refused { what, reason })
                }
                () => Err(CollectError::NoAnswer { what, reason }),
            };
        }
        let odd = |reason: &str| CollectError::Odd { what: what.clone(), reason: reason.to_owned() };
        let answer: Value = serde_json::from_slice(&ran.out).map_err(|_| odd("it is no JSON"))?;
        let rows = answer.get("items").and_then(Value::as_array).ok_or_else(|| odd("it has no `items`"))?.len();
        let rest = answer.get("metadata").and_then(|metadata| metadata.get("continue")).and_then(Value::as_str);
        let name = resource.split('.').next().unwrap_or(resource);
        store.put(&Fetched {
            list: resource,
            file: Some(format!("{name}.json")),
            query: &format!("kubectl get {resource} --all-namespaces --output json"),
            rows: rows as u64,
            next: None,
            started_at,
            body: &ran.out,
        })?;
        match rest.filter(|rest| !rest.is_empty()) {
            Some(_) => Err(odd("`metadata.continue` says that there is more")),
            None => store.end(resource, "`metadata.continue` is empty: kubectl followed all pages"),
        }
    }
}

/// What a command says first, without control characters.
pub(crate) fn first_line(text: &str) -> String {
    const LONGEST: usize = 200;
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it gives no reason");
    line.chars().filter(|letter| !letter.is_control()).take(LONGEST).collect()
}
