//! Kubernetes: every object is a record, containers of all kinds are one list, and references lead from file to file.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use common::{Run, needs, run};
use std::sync::Arc;
use tickmark_facts::Needs;
use tickmark_import::{SourceArgument, survey};
use tickmark_source::{MemoryFiles, Sources};

const APP: &str = r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web, labels: { app.kubernetes.io/name: web, appName: web } }
spec:
  replicas: 2
  selector: { matchLabels: { appName: web } }
  template:
    metadata: { labels: { app: web, tier: front } }
    spec:
      serviceAccountName: web
      hostNetwork: true
      initContainers: [{ name: init, image: busybox }]
      containers:
        - name: web
          image: "nginx:1.25"
          securityContext: { privileged: true }
          resources: { limits: { cpu: 1, nvidia.com/gpu: 1 } }
          envFrom: [{ secretRef: { name: web-secrets } }]
---
apiVersion: batch/v1
kind: CronJob
metadata: { name: night, namespace: jobs }
spec:
  jobTemplate:
    spec:
      template:
        metadata: { labels: { tier: back } }
        spec: { containers: [{ name: run, image: x }] }
---
# nothing here
---
apiVersion: v1
kind: List
items:
- { apiVersion: v1, kind: Service, metadata: { name: web }, spec: { selector: { app: web } } }
- { apiVersion: v1, kind: Service, metadata: { name: other }, spec: { selector: { app: other } } }
- { apiVersion: v1, kind: Secret, metadata: { name: web-secrets }, stringData: { password: s3cret-value }, type: Opaque }
- { apiVersion: serving.knative.dev/v1, kind: Service, metadata: { name: web } }
"#;

const RBAC: &str = r#"apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: front }
spec: { podSelector: { matchExpressions: [{ key: tier, operator: In, values: [front, back] }] } }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: web }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: web-admin }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin }
subjects: [{ kind: ServiceAccount, name: web, namespace: default }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: reads }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader }
subjects: [{ kind: ServiceAccount, name: web }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reader }
rules: [{ apiGroups: [""], resources: [secrets], verbs: [get], nonResourceURLs: [/x] }]
---
apiVersion: v1
kind: Namespace
metadata: { name: jobs }
"#;

fn wanted() -> Arc<Needs> {
    needs(&[
        "open k8s_deployment: name any, namespace any, labels any labels, containers any container, pod_spec any pod, k8s_service many k8s_service, k8s_network_policy many k8s_network_policy, k8s_service_account many k8s_service_account, k8s_secret many k8s_secret",
        "open k8s_service: name any, k8s_deployment many k8s_deployment, k8s_workload many k8s_workload",
        "open k8s_network_policy: k8s_deployment many k8s_deployment",
        "open k8s_service_account: k8s_deployment many k8s_deployment, k8s_role_binding many k8s_role_binding, k8s_cluster_role_binding many k8s_cluster_role_binding",
        "open k8s_secret: string_data any data, type any",
        "open k8s_role_binding: k8s_role many k8s_role",
        "open k8s_cluster_role_binding: k8s_cluster_role many k8s_cluster_role",
        "open k8s_role: rules any rule",
        "open k8s_cluster_role: rules any",
        "open k8s_cron_job: k8s_namespace many k8s_namespace",
        "open k8s_namespace: name any",
        "open k8s_workload: kind any, containers any",
        "open k8s_serving_service: name any",
        "k8s_object(address): address text, kind text, name text, namespace optional text",
        "open container: name any, image any, container_type any, security_context any context, resources any resources",
        "open context: privileged any",
        "open resources: limits any limits",
        "open limits: cpu any, nvidia.com/gpu any",
        "open pod: host_network any",
        "open labels: app.kubernetes.io/name any, appName any",
        "open data: password any",
        "open rule: verbs any, non_resource_urls any",
    ])
}

fn both() -> Run {
    run(&["d"], &[("d/app.yaml", APP), ("d/rbac.yaml", RBAC)], &wanted()).no_errors()
}

fn column(run: &Run, noun: &str, attribute: &str) -> Vec<String> {
    let id = run.noun(noun);
    (0..run.rows(noun)).map(|row| run.cell_at(id, row, attribute)).collect()
}

#[test]
fn every_object_is_a_record_of_its_kind() {
    let run = both();
    assert_eq!(run.ids("k8s_deployment"), ["default/web"]);
    assert_eq!(run.ids("k8s_cron_job"), ["jobs/night"]);
    assert_eq!(run.ids("k8s_service"), ["default/web", "default/other"]);
    assert_eq!(run.ids("k8s_serving_service"), ["default/web"], "another API's kind of that name");
    assert!(run.ids("k8s_cluster_role_binding").contains(&"web-admin".to_owned()), "in no namespace");
    let objects = run.ids("k8s_object");
    assert_eq!(objects.len(), 12);
    assert!(objects.contains(&"default/Deployment/web".to_owned()) && objects.contains(&"Namespace/jobs".to_owned()));
    assert_eq!(run.ids("k8s_workload"), ["default/Deployment/web", "jobs/CronJob/night"]);
    let sources: Vec<(&str, u64)> =
        run.imported.sources.iter().map(|source| (source.kind.as_str(), source.records)).collect();
    assert_eq!(sources, [("kubernetes", 6), ("kubernetes", 6)]);
}

#[test]
fn containers_of_all_kinds_are_one_list_and_chosen_keys_stay() {
    let run = both();
    assert_eq!(column(&run, "container", "name"), ["web", "init"]);
    assert_eq!(column(&run, "container", "container_type"), ["container", "init"]);
    assert_eq!(column(&run, "context", "privileged"), ["true"]);
    assert_eq!(column(&run, "limits", "nvidia.com/gpu"), ["1"]);
    assert_eq!(column(&run, "pod", "host_network"), ["true"]);
    assert_eq!(column(&run, "labels", "appName"), ["web"]);
    assert_eq!(column(&run, "rule", "non_resource_urls"), ["[/x]"]);
}

#[test]
fn references_lead_both_ways_and_from_file_to_file() {
    let run = both();
    let deployment = |attribute: &str| run.cell("k8s_deployment", "default/web", attribute);
    assert_eq!(deployment("k8s_service"), "{default/web}");
    assert_eq!(deployment("k8s_network_policy"), "{default/front}");
    assert_eq!(deployment("k8s_service_account"), "{default/web}");
    assert_eq!(deployment("k8s_secret"), "{default/web-secrets}");
    assert_eq!(run.cell("k8s_network_policy", "default/front", "k8s_deployment"), "{default/web}");
    assert_eq!(run.cell("k8s_service", "default/other", "k8s_deployment"), "{}");
    assert_eq!(run.cell("k8s_service", "default/web", "k8s_workload"), "{default/Deployment/web}");
    assert_eq!(run.cell("k8s_service_account", "default/web", "k8s_role_binding"), "{default/reads}");
    assert_eq!(run.cell("k8s_service_account", "default/web", "k8s_cluster_role_binding"), "{web-admin}");
    assert_eq!(run.cell("k8s_role_binding", "default/reads", "k8s_role"), "{default/reader}");
    assert_eq!(
        run.cell("k8s_cluster_role_binding", "web-admin", "k8s_cluster_role"),
        "{cluster-admin}",
        "in no source"
    );
    assert_eq!(run.cell("k8s_cron_job", "jobs/night", "k8s_namespace"), "{jobs}");
}

#[test]
fn values_of_secrets_are_not_read() {
    let run = both();
    assert!(column(&run, "data", "password").iter().all(|cell| cell.contains("sensitive: not read")));
    assert_eq!(run.cell("k8s_secret", "default/web-secrets", "type"), "Opaque");
    let at = APP.find("s3cret-value").unwrap();
    let (file, _) = run.sources.iter().find(|(_, file)| file.path == "d/app.yaml").unwrap();
    let hidden = run.sources.hidden_in(file, 0..APP.len());
    assert!(hidden.iter().any(|range| range.contains(&at)), "{hidden:?}");
}

#[test]
fn a_dump_of_a_cluster_says_whether_it_is_whole() {
    let list = |more: &str| {
        format!(
            r#"{{"kind":"PodList","apiVersion":"v1","metadata":{{"continue":"{more}"}},"items":[{{"metadata":{{"name":"p","namespace":"n","ownerReferences":[{{"kind":"Deployment","apiVersion":"apps/v1","name":"web"}}]}},"spec":{{"containers":[]}}}}]}}"#
        )
    };
    for (more, complete) in [("", Some(true)), ("abc", Some(false))] {
        let run = run(&["pods.json"], &[("pods.json", &list(more))], &wanted()).no_errors();
        assert_eq!(run.imported.sources[0].complete, complete);
        assert_eq!(run.ids("k8s_object"), ["n/Pod/p"], "a typed list gives its kind to its items");
    }
}

#[test]
fn the_same_object_in_two_files_is_two() {
    let text = |replicas: u32| {
        format!("apiVersion: apps/v1\nkind: Deployment\nmetadata: {{ name: web }}\nspec: {{ replicas: {replicas} }}\n")
    };
    let run = run(&["d"], &[("d/base.yaml", &text(1)), ("d/prod.yaml", &text(2))], &wanted()).no_errors();
    assert_eq!(run.ids("k8s_deployment"), ["d/base.yaml#default/web", "d/prod.yaml#default/web"]);
}

#[test]
fn templates_of_helm_are_named_and_not_passed_over_in_silence() {
    let template = "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ include \"x.name\" . }}\n{{- if .Values.on }}\nspec: {}\n{{- end }}\n";
    let flow = "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Values.name }}\n";
    let whole = "{{- if .Values.on }}\napiVersion: v1\nkind: Service\n{{- end }}\n";
    for text in [template, flow, whole] {
        let named = run(&["s.yaml"], &[("s.yaml", text)], &wanted());
        assert!(
            named.diagnostics().iter().any(|one| one.contains(" error[") && one.contains("helm template")),
            "{:?}",
            named.diagnostics()
        );
        let folder = run(&["d"], &[("d/s.yaml", text), ("d/app.yaml", APP)], &wanted()).no_errors();
        assert!(
            folder.diagnostics().iter().any(|one| one.contains("d/s.yaml") && one.contains("helm template")),
            "{:?}",
            folder.diagnostics()
        );
        assert_eq!(folder.rows("k8s_deployment"), 1);
    }
    let helpers = "{{/* Names. */}}\n{{- define \"x\" -}}\n{{- end }}\n";
    let folder = run(&["d"], &[("d/_helpers.tpl", helpers), ("d/app.yaml", APP)], &wanted()).no_errors();
    // Its name says that it is no manifest.
    assert!(!folder.diagnostics().iter().any(|one| one.contains("_helpers.tpl")), "{:?}", folder.diagnostics());
    let flow = "{apiVersion: v1, kind: Service, metadata: {name: web}}\n";
    let folder = run(&["s.yaml"], &[("s.yaml", flow)], &wanted()).no_errors();
    assert_eq!(folder.ids("k8s_service"), ["default/web"], "YAML that begins like JSON");
    let quoted = "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { template: { spec: { containers: [{ name: a, image: \"{{ .Values.image }}\" }, { name: b, image: \"{{ of another program }}\" }] } } }\n";
    let run = run(&["d.yaml"], &[("d.yaml", quoted)], &wanted()).no_errors();
    let images = column(&run, "container", "image");
    assert!(images[0].starts_with("unknown") && images[0].contains("helm template"), "{images:?}");
    assert_eq!(images[1], "{{ of another program }}");
}

#[test]
fn the_survey_knows_the_nouns() {
    let mut files = MemoryFiles::new();
    files.insert("a.yaml", RBAC);
    let surveyed = survey(&[SourceArgument::parse("a.yaml").unwrap()], &files, &mut Sources::new());
    let nouns: Vec<&str> = surveyed.nouns.iter().map(|noun| noun.as_str()).collect();
    assert_eq!(
        nouns,
        [
            "k8s_cluster_role_binding",
            "k8s_namespace",
            "k8s_network_policy",
            "k8s_object",
            "k8s_role",
            "k8s_role_binding",
            "k8s_service_account",
            "k8s_workload"
        ]
    );
}

#[test]
fn the_manifests_of_the_corpus_are_read_whole() {
    let Some(folder) = common::corpus("samples/kubernetes") else { return };
    let files = common::load(&folder);
    let run = common::run_files(&["kserve", "rbac", "live_list.json"], &files, &wanted()).no_errors();
    assert_eq!(run.diagnostics().iter().filter(|one| one.contains("W0551")).count(), 0, "{:?}", run.diagnostics());
    let objects: u64 = run.imported.sources.iter().map(|source| source.records).sum();
    assert_eq!(objects, u64::from(run.rows("k8s_object")), "each is a record");
    assert!(objects > 40, "{objects}");
    assert!(run.ids("k8s_role_binding").iter().any(|id| id.ends_with("kserve-leader-election-rolebinding")));
}

/// Selectors that all select everything would fill the memory: the limit is named.
#[test]
fn selectors_without_end_are_refused_by_name() {
    let mut text = String::new();
    for index in 0..1500 {
        text.push_str(&format!("---\n{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: d{index}}}, spec: {{template: {{metadata: {{labels: {{a: b}}}}, spec: {{containers: []}}}}}}}}\n---\n{{apiVersion: v1, kind: Service, metadata: {{name: s{index}}}, spec: {{selector: {{a: b}}}}}}\n"));
    }
    let run = common::run(&["a.yaml"], &[("a.yaml", &text)], &wanted());
    assert!(run.diagnostics().iter().any(|one| one.contains("E0506") && one.contains("2000000")), "{:?}", run.codes());
}

#[test]
fn hostile_and_odd_manifests_end() {
    let mut bomb = String::from("apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\na: &a [1, 2]\n");
    for (this, before) in ('b'..='l').zip('a'..='k') {
        bomb.push_str(&format!("{this}: &{this} [{}]\n", vec![format!("*{before}"); 9].join(", ")));
    }
    let run = common::run(&["a.yaml"], &[("a.yaml", &bomb)], &wanted());
    assert!(
        run.diagnostics().iter().any(|one| one.contains("aliases") && one.contains("limit")),
        "{:?}",
        run.diagnostics()
    );
    for text in [
        "apiVersion: v1\nkind: Service\n",
        "apiVersion: v1\nkind: Service\nmetadata: x\nspec: [1]\n",
        "apiVersion: v1\nkind: ''\n",
        "apiVersion: apps/v1\nkind: Deployment\nspec: { template: { spec: { containers: x } } }\n",
        "apiVersion: v1\nkind: List\nitems: [{}, 1, null, { kind: List, apiVersion: v1, items: [] }]\n",
        "apiVersion: v1\nkind: Secret\ndata: x\n",
        "apiVersion: v1\nkind: Pod\nmetadata: { generateName: p- }\nspec: { containers: [] }\n---\n[1]\n---\nx\n",
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nroleRef: 1\nsubjects: [1, {}]\n",
        "apiVersion: v1\nkind: Service\nspec: { selector: { app: [1] } }\n",
    ] {
        let run = common::run(&["a.yaml"], &[("a.yaml", text)], &wanted());
        assert!(!run.codes().contains(&"E0504"), "{text}: {:?}", run.diagnostics());
    }
}
