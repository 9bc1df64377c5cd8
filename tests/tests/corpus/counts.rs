//! What each file of the corpus holds, counted without Tickmark.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

/// A noun and how many records of it a file holds.
pub type Count = (&'static str, usize);

/// What a file is read as: the kind of the source, its records by noun, and all of them. Fewer are counted by noun where only some nouns
/// are looked at.
pub struct Read {
    pub kind: &'static str,
    pub nouns: Vec<Count>,
    pub records: usize,
}

fn of(kind: &'static str, nouns: Vec<Count>) -> Read {
    let records = nouns.iter().map(|(_, count)| count).sum();
    Read { kind, nouns, records }
}

/// Lists of answers: the kind, where the list stands, the noun of its records, and a key that one of its records has.
const LISTS: &[(&str, &[&str], &str, &str)] = &[
    ("aws", &["trailList"], "aws_live_trail", ""),
    ("aws", &["FlowLogs"], "aws_live_flow_log", ""),
    ("aws", &["SecurityGroups"], "aws_live_security_group", ""),
    ("aws", &["Volumes"], "aws_live_volume", ""),
    ("aws", &["Vpcs"], "aws_live_vpc", ""),
    ("aws", &["repositories"], "aws_live_repository", ""),
    ("aws", &["Aliases"], "aws_live_key_alias", ""),
    ("aws", &["Keys"], "aws_live_key", ""),
    ("aws", &["logGroups"], "aws_live_log_group", ""),
    ("aws", &["DBInstances"], "aws_live_db_instance", ""),
    ("aws", &["Buckets"], "aws_live_bucket", ""),
    ("aws", &["SecretList"], "aws_live_secret", ""),
    ("aws", &["Functions"], "aws_live_function", ""),
    ("iam", &["UserDetailList"], "aws_live_user", ""),
    ("iam", &["GroupDetailList"], "aws_live_group", ""),
    ("iam", &["RoleDetailList"], "aws_live_role", ""),
    ("iam", &["Policies"], "aws_live_policy", ""),
    ("iam", &["OpenIDConnectProviderList"], "aws_live_oidc_provider", ""),
    ("iam", &["SAMLProviderList"], "aws_live_saml_provider", ""),
    ("iam", &["PasswordPolicy"], "aws_live_password_policy", ""),
    ("iam", &["SummaryMap"], "aws_live_account_summary", ""),
    ("sagemaker", &["Domains"], "sagemaker_domain", ""),
    ("sagemaker", &["EndpointConfigs"], "sagemaker_endpoint_config", ""),
    ("sagemaker", &["Endpoints"], "sagemaker_endpoint", ""),
    ("sagemaker", &["JobDefinitionSummaries"], "sagemaker_monitoring_job_definition", ""),
    ("sagemaker", &["ModelCardSummaries"], "sagemaker_model_card", ""),
    ("sagemaker", &["ModelPackageGroupSummaryList"], "sagemaker_model_package_group", ""),
    ("sagemaker", &["ModelPackageSummaryList"], "sagemaker_model_package", ""),
    ("sagemaker", &["Models"], "sagemaker_model", ""),
    ("sagemaker", &["NotebookInstances"], "sagemaker_notebook_instance", ""),
    ("sagemaker", &["TrainingJobSummaries"], "sagemaker_training_job", ""),
    ("vertex", &["models"], "vertex_model", "versionCreateTime"),
    ("vertex", &["endpoints"], "vertex_endpoint", "deployedModels"),
    ("vertex", &["modelEvaluations"], "vertex_model_evaluation", ""),
    ("wandb", &["data", "organization", "orgEntity", "artifactMemberships", "edges"], "wandb_registry_version", ""),
    ("gcp-iam", &["results"], "gcp_asset", "policy"),
    ("cyclonedx", &["components"], "cyclonedx_component", "bom-ref"),
    ("cyclonedx", &["declarations", "attestations"], "cyclonedx_attestation", ""),
    ("cyclonedx", &["declarations", "claims"], "cyclonedx_claim", ""),
    ("oscal", &["assessment-results", "results", "findings"], "oscal_finding", ""),
    ("oscal", &["assessment-results", "results", "observations"], "oscal_observation", ""),
    ("oscal", &["assessment-results", "results", "risks"], "oscal_risk", ""),
    ("oscal", &["plan-of-action-and-milestones", "observations"], "oscal_observation", ""),
    ("oscal", &["plan-of-action-and-milestones", "risks"], "oscal_risk", ""),
    ("oscal", &["plan-of-action-and-milestones", "poam-items"], "oscal_poam_item", ""),
];

/// Answers that are one record: the kind, keys that tell it, its noun.
const SINGLES: &[(&str, &[&str], &str)] = &[
    ("aws", &["Bucket", "GetBucketEncryption"], "aws_live_bucket"),
    ("aws", &["DescribeKey"], "aws_live_key"),
    ("aws", &["GetTrailStatus"], "aws_live_trail"),
    ("aws", &["Account", "UserId"], "aws_live_caller"),
    ("sagemaker", &["DomainId"], "sagemaker_domain"),
    ("sagemaker", &["EndpointConfigArn"], "sagemaker_endpoint_config"),
    ("sagemaker", &["EndpointArn"], "sagemaker_endpoint"),
    ("sagemaker", &["ModelCardArn"], "sagemaker_model_card"),
    ("sagemaker", &["ModelPackageArn"], "sagemaker_model_package"),
    ("sagemaker", &["ModelPackageGroupArn"], "sagemaker_model_package_group"),
    ("sagemaker", &["ModelArn"], "sagemaker_model"),
    ("sagemaker", &["NotebookInstanceArn"], "sagemaker_notebook_instance"),
    ("sagemaker", &["TrainingJobArn"], "sagemaker_training_job"),
    ("gcp-iam", &["bindings", "etag"], "gcp_asset"),
];

/// How many values stand at a path; lists on the way are gone through.
fn at(value: &Value, path: &[&str]) -> usize {
    match (value, path) {
        (Value::Array(items), _) => items.iter().map(|item| at(item, path)).sum(),
        (_, []) => 1,
        (value, [first, rest @ ..]) => value.get(first).map_or(0, |value| at(value, rest)),
    }
}

fn there<'v>(value: &'v Value, path: &[&str]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, key| value.get(key))
}

/// What a file of the corpus holds. `None` where none of the rules is for it.
pub fn expected(path: &str, text: &str) -> Option<Read> {
    if path.starts_with("terraform/") {
        return terraform(path, text);
    }
    if path.ends_with(".csv") && path.contains("/iam/") {
        return Some(report(text));
    }
    if path.ends_with(".yaml") || path.ends_with(".yml") || path.ends_with(".lock") || path.ends_with(".dvc") {
        return yaml(path, text);
    }
    if path.ends_with(".md") {
        let noun = if path.contains("dataset") { "hugging_face_dataset_card" } else { "hugging_face_model_card" };
        return Some(of("hugging-face", vec![(noun, 1)]));
    }
    if path.ends_with(".ndjson") {
        return Some(Read {
            nouns: Vec::new(),
            records: text.lines().filter(|line| !line.is_empty()).count(),
            kind: "openlineage",
        });
    }
    let value: Value = serde_json::from_str(text).ok()?;
    if path.starts_with("mlflow/") {
        return Some(mlflow(&value));
    }
    of_json(path, &value)
}

fn of_json(path: &str, value: &Value) -> Option<Read> {
    let has = |value: &Value, key: &str| value.get(key).is_some();
    let first = if let Value::Array(items) = value { items.first()? } else { value };
    let many = if let Value::Array(items) = value { items.len() } else { 1 };
    if path.contains("samples/github/") {
        // One page holds a list under a key, another one record; the recorded fixture an answer on each entry.
        let listed = ["environments", "branch_policies"].iter().find_map(|key| value.get(key)?.as_array());
        return Some(Read { kind: "github", nouns: Vec::new(), records: listed.map_or(many, Vec::len) });
    }
    if has(first, "eventTime") && (has(first, "run") || has(first, "job") || has(first, "dataset")) {
        return Some(Read { kind: "openlineage", nouns: Vec::new(), records: many });
    }
    if has(first, "class_uid") {
        return Some(of("ocsf", vec![("ocsf_finding", many)]));
    }
    if has(first, "ancestry_path") {
        // Two records of one asset are one.
        let names = value.as_array()?.iter().map(|asset| &asset["name"]).map(Value::to_string);
        return Some(of("gcp-iam", vec![("gcp_asset", names.collect::<BTreeSet<_>>().len())]));
    }
    if path.contains("azure_rbac") {
        let items = value.get("value").unwrap_or(value).as_array()?;
        let noun = if path.contains("roleDefinitions") { "azure_role_definition" } else { "azure_role_assignment" };
        return Some(of("azure-rbac", vec![(noun, items.len())]));
    }
    if path.ends_with(".by-user.json") {
        return Some(of("iam", vec![("aws_live_user", value.as_object()?.len())]));
    }
    if let Some(content) = value.get("Content").and_then(Value::as_str) {
        return if has(value, "ReportFormat") { Some(report(content)) } else { single(value) };
    }
    if path.contains("/list-tags/") {
        return Some(of("sagemaker", Vec::new()));
    }
    if let Some(graph) = value.get("@graph").and_then(Value::as_array) {
        return Some(spdx(graph));
    }
    if path.contains("kubernetes/") {
        return Some(Read { kind: "kubernetes", nouns: Vec::new(), records: value["items"].as_array()?.len() });
    }
    if let Some(read) = single(value) {
        return Some(read);
    }
    let mut nouns: Vec<Count> = Vec::new();
    let mut kind = "";
    for (of, path, noun, key) in LISTS {
        let Some(list) = there(value, path.get(..1)?) else { continue };
        let listed = there(value, path).unwrap_or(list);
        if key.is_empty() || listed.get(0).is_none_or(|first| has(first, key)) {
            kind = of;
            let count = at(value, path);
            if count > 0 || path.len() == 1 {
                nouns.push((noun, count));
            }
        }
    }
    if kind.is_empty() { None } else { Some(of(kind, nouns)) }
}

fn single(value: &Value) -> Option<Read> {
    let (kind, _, noun) = SINGLES.iter().find(|(_, keys, _)| keys.iter().all(|key| value.get(key).is_some()))?;
    Some(of(kind, vec![(noun, 1)]))
}

fn spdx(graph: &[Value]) -> Read {
    let of_type = |types: &[&str]| graph.iter().filter(|one| types.iter().any(|name| one["type"] == **name)).count();
    of(
        "spdx",
        vec![
            ("spdx_dataset_package", of_type(&["dataset_DatasetPackage"])),
            ("spdx_ai_package", of_type(&["ai_AIPackage"])),
            ("spdx_relationship", of_type(&["Relationship", "LifecycleScopedRelationship"])),
            ("spdx_license", of_type(&["simplelicensing_LicenseExpression"])),
            ("spdx_agent", of_type(&["Organization", "Person"])),
        ],
    )
}

/// The report of credentials: a row for each user and one for the root user.
fn report(text: &str) -> Read {
    of("iam", vec![("aws_live_user", text.lines().count() - 2), ("aws_live_root_user", 1)])
}

/// MLflow tells of one record on many pages: each counts once. A registered model tells of its latest versions too; of a version that
/// only an alias names it says nothing else, so that it is a record of which nothing is known, and none of the source.
fn mlflow(value: &Value) -> Read {
    let mut models = BTreeSet::new();
    let mut versions = BTreeSet::new();
    let list = |key: &str| value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let one = |key: &str| value.get(key).cloned();
    for model in list("registered_models").into_iter().chain(one("registered_model")) {
        for version in model["latest_versions"].as_array().unwrap_or(&Vec::new()) {
            versions.insert((version["name"].to_string(), version["version"].to_string()));
        }
        models.insert(model["name"].to_string());
    }
    for version in list("model_versions").into_iter().chain(one("model_version")) {
        versions.insert((version["name"].to_string(), version["version"].to_string()));
    }
    let told = versions.len();
    for model in list("registered_models").into_iter().chain(one("registered_model")) {
        for alias in model["aliases"].as_array().unwrap_or(&Vec::new()) {
            versions.insert((model["name"].to_string(), alias["version"].to_string()));
        }
    }
    let named = versions.len() - told;
    let logged = list("models").len() + usize::from(value.get("model").is_some());
    let read = of(
        "mlflow",
        vec![
            ("mlflow_registered_model", models.len()),
            ("mlflow_model_version", versions.len()),
            ("mlflow_run", list("runs").len() + usize::from(value.get("run").is_some())),
            ("mlflow_experiment", list("experiments").len()),
            ("mlflow_logged_model", logged),
        ],
    );
    Read { records: read.records - named, ..read }
}

fn yaml(path: &str, text: &str) -> Option<Read> {
    use serde::Deserialize;
    let documents: Vec<serde_yaml::Value> = serde_yaml::Deserializer::from_str(text)
        .map(|document| serde_yaml::Value::deserialize(document).unwrap())
        .filter(|document| !document.is_null())
        .collect();
    let first = documents.first()?;
    let len = |value: &serde_yaml::Value| {
        value.as_mapping().map_or_else(|| value.as_sequence().map_or(0, Vec::len), serde_yaml::Mapping::len)
    };
    let name = Path::new(path).file_name()?.to_str()?;
    match name {
        // A stage with `foreach` is one for each of its items.
        "dvc.yaml" => {
            let stages = first["stages"].as_mapping()?.values();
            let stages = stages.map(|stage| stage.get("foreach").map_or(1, len)).sum();
            Some(of("dvc", vec![("dvc_stage", stages), ("dvc_artifact", len(&first["artifacts"]))]))
        }
        "dvc.lock" => {
            let mut files = BTreeSet::new();
            for stage in first["stages"].as_mapping()?.values() {
                for side in ["deps", "outs"] {
                    for file in stage[side].as_sequence().unwrap_or(&Vec::new()) {
                        files.insert((file["path"].as_str()?.to_owned(), file["md5"].as_str()?.to_owned()));
                    }
                }
            }
            Some(of("dvc", vec![("dvc_stage", len(&first["stages"])), ("dvc_file", files.len())]))
        }
        _ if path.ends_with(".dvc") => Some(of("dvc", vec![("dvc_file", len(&first["outs"]))])),
        _ if path.starts_with("samples/kubernetes/") => {
            Some(Read { kind: "kubernetes", nouns: Vec::new(), records: documents.len() })
        }
        _ => None,
    }
}

/// Terraform: the resources that a state has, or that a plan leaves behind: what it plans, and the data that was read before.
fn terraform(path: &str, text: &str) -> Option<Read> {
    let start = text.find('{')?;
    // One is a log around a plan.
    let mut values = serde_json::Deserializer::from_str(&text[start..]).into_iter::<Value>();
    let value = values.next()?.ok()?;
    if path.ends_with(".tfstate") || (value.get("version").is_some() && value.get("serial").is_some()) {
        let instances = |resource: &Value| resource["instances"].as_array().map_or(0, Vec::len);
        let records = value["resources"].as_array()?.iter().map(instances).sum();
        return Some(of("terraform-state", vec![("tf_resource", records)]));
    }
    if let Some(values) = value.get("values") {
        return Some(of("terraform-state", vec![("tf_resource", addresses(values.get("root_module"), false).len())]));
    }
    let mut all = BTreeSet::new();
    let mut gone = BTreeSet::new();
    for change in value["resource_changes"].as_array().unwrap_or(&Vec::new()) {
        let actions = change["change"]["actions"].as_array().cloned().unwrap_or_default();
        let address = change["address"].as_str()?.to_owned();
        if actions == ["delete"] || actions == ["forget"] {
            gone.insert(address);
        } else {
            all.insert(address);
        }
    }
    let planned = addresses(there(&value, &["planned_values", "root_module"]), false);
    let untouched = all.is_empty() && gone.is_empty() && planned.is_empty();
    all.extend(planned);
    all.extend(addresses(there(&value, &["prior_state", "values", "root_module"]), !untouched));
    all.retain(|address| !gone.contains(address));
    let nouns = vec![("tf_resource", all.len() + gone.len())];
    Some(Read { kind: "terraform-plan", nouns, records: all.len() })
}

/// The addresses of a module and those below it. Terraform 0.12 writes them without the module and the index.
fn addresses(module: Option<&Value>, data_only: bool) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let Some(module) = module else { return found };
    let here = module["address"].as_str().unwrap_or_default();
    for resource in module["resources"].as_array().unwrap_or(&Vec::new()) {
        let Some(address) = resource["address"].as_str().filter(|_| !data_only || resource["mode"] == "data") else {
            continue;
        };
        let mut whole = if address.starts_with(here) { address.to_owned() } else { format!("{here}.{address}") };
        if let Some(index) = resource.get("index").filter(|_| !address.ends_with(']')) {
            write!(whole, "[{index}]").unwrap();
        }
        found.insert(whole);
    }
    for child in module["child_modules"].as_array().unwrap_or(&Vec::new()) {
        found.extend(addresses(Some(child), data_only));
    }
    found
}
