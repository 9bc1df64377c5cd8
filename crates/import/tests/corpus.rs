//! The developers' corpus: real exports, read whole. Passed over where it does not lie beside the checkout.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use common::{Run, corpus, load, needs, run_files};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tickmark_facts::{AttributeNeed, AttributeType, Needs, NounNeed};
use tickmark_import::{SourceArgument, survey};
use tickmark_source::{Files, MemoryFiles, Sources};

/// Every noun of a source as an open noun of which everything is wanted.
fn everything(path: &str, files: &dyn Files) -> Arc<Needs> {
    let arguments = [SourceArgument::parse(path).unwrap()];
    let nouns = survey(&arguments, files, &mut Sources::new()).nouns;
    let mut needs = Needs::new();
    for noun in nouns {
        let attribute = |name: &str| AttributeNeed {
            name: name.into(),
            ty: AttributeType::Any { nested: None },
            wanted: true,
            optional: false,
            aliases: Vec::new(),
        };
        let (attributes, key) = if noun == "tf_resource" {
            (vec![attribute("address"), attribute("action")], vec![tickmark_facts::AttributeId(0)])
        } else {
            (Vec::new(), Vec::new())
        };
        needs.add(NounNeed {
            name: noun.clone(),
            word: noun,
            open: true,
            all: true,
            wanted: true,
            attributes,
            key,
            ..NounNeed::default()
        });
    }
    Arc::new(needs)
}

fn json_of(bytes: &[u8]) -> Value {
    let text = match bytes {
        [0xFF, 0xFE, rest @ ..] => {
            let (pairs, _) = rest.as_chunks::<2>();
            String::from_utf16(&pairs.iter().map(|pair| u16::from_le_bytes(*pair)).collect::<Vec<_>>()).unwrap()
        }
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8(rest.to_vec()).unwrap(),
        other => String::from_utf8(other.to_vec()).unwrap(),
    };
    let start = text.find('{').unwrap();
    serde_json::Deserializer::from_str(&text[start..]).into_iter().next().unwrap().unwrap()
}

/// Addresses by noun of what stays, worked out another way.
fn expected(plan: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let mut expected: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut add = |resource: &Value, stays: bool| {
        let address = resource["address"].as_str().unwrap().to_owned();
        if !seen.insert(address.clone()) || !stays {
            return;
        }
        let ty = resource["type"].as_str().unwrap();
        let noun = if resource["mode"] == "data" { format!("data_{ty}") } else { ty.to_owned() };
        expected.entry(noun).or_default().insert(address);
    };
    for change in plan["resource_changes"].as_array().into_iter().flatten() {
        let actions: Vec<&str> =
            change["change"]["actions"].as_array().unwrap().iter().map(|a| a.as_str().unwrap()).collect();
        add(change, actions != ["delete"] && actions != ["forget"]);
    }
    walk(&plan["planned_values"]["root_module"], "", &mut |resource| add(resource, true));
    let refreshed = plan.get("resource_changes").is_none()
        && plan["planned_values"]["root_module"].as_object().is_none_or(serde_json::Map::is_empty);
    walk(&plan["prior_state"]["values"]["root_module"], "", &mut |resource| {
        if refreshed || resource["mode"] == "data" {
            add(resource, true);
        }
    });
    expected
}

/// Every resource of a module tree, with its address made absolute (Terraform 0.12 writes it without module and key).
fn walk(module: &Value, path: &str, take: &mut dyn FnMut(&Value)) {
    for resource in module["resources"].as_array().into_iter().flatten() {
        let mut resource = resource.clone();
        let mut address = resource["address"].as_str().unwrap().to_owned();
        if !path.is_empty() && !address.starts_with("module.") {
            address = format!("{path}.{address}");
        }
        if !address.ends_with(']') {
            match &resource["index"] {
                Value::Null => {}
                index => address.push_str(&format!("[{index}]")),
            }
        }
        resource["address"] = address.into();
        take(&resource);
    }
    for child in module["child_modules"].as_array().into_iter().flatten() {
        walk(child, child["address"].as_str().unwrap(), take);
    }
}

fn found(run: &Run) -> BTreeMap<String, BTreeSet<String>> {
    let needs = run.facts().needs();
    needs
        .iter()
        .filter(|(_, noun)| noun.name != "tf_resource" && noun.nested_in.is_none())
        .map(|(id, noun)| {
            (noun.name.to_string(), (0..run.facts().rows(id)).map(|row| run.facts().id(id, row)).collect())
        })
        .filter(|(_, ids): &(String, BTreeSet<String>)| !ids.is_empty())
        .collect()
}

#[test]
fn every_plan_is_read_and_no_resource_is_lost() {
    let Some(root) = corpus("terraform") else { return };
    let files = load(&root);
    let mut plans = 0;
    for path in files.list("plans").unwrap().into_iter().chain(files.list("own").unwrap()) {
        let own = path.starts_with("own/");
        if own && !path.rsplit('/').next().unwrap().starts_with("plan-") {
            continue;
        }
        let bytes = files.read(&path).unwrap();
        let needs = everything(&path, &files);
        let run = run_files(&[&path], &files, &needs).no_errors();
        assert_eq!(run.imported.sources[0].kind, "terraform-plan", "{path}");
        let expected = expected(&json_of(&bytes));
        assert_eq!(found(&run), expected, "{path}");
        let count: usize = expected.values().map(BTreeSet::len).sum();
        assert_eq!(run.imported.sources[0].records, count as u64, "{path}");
        plans += 1;
    }
    assert!(plans > 140, "{plans}");
}

#[test]
fn every_known_value_of_a_plan_is_read_and_every_unknown_one_is_unknown() {
    let Some(root) = corpus("terraform/own/brightloom_aws") else { return };
    let files = load(&root);
    let path = "plan-1-create.json";
    let run = run_files(&[path], &files, &everything(path, &files)).no_errors();
    let plan = json_of(&files.read(path).unwrap());
    let mut compared = 0;
    for change in plan["resource_changes"].as_array().unwrap() {
        let noun = if change["mode"] == "data" {
            format!("data_{}", change["type"].as_str().unwrap())
        } else {
            change["type"].as_str().unwrap().to_owned()
        };
        let address = change["address"].as_str().unwrap();
        for (name, value) in change["change"]["after"].as_object().unwrap() {
            if name == "address" {
                continue;
            }
            let secret = change["change"]["after_sensitive"][name] == true;
            let printed = run.cell(&noun, address, name);
            match value {
                Value::Null => assert_eq!(printed, "missing", "{address} {name}"),
                _ if secret => assert!(printed.contains("sensitive"), "{address} {name}"),
                Value::String(text) => assert_eq!(printed, *text, "{address} {name}"),
                Value::Bool(value) => assert_eq!(printed, value.to_string(), "{address} {name}"),
                Value::Number(value) => assert_eq!(printed, value.to_string(), "{address} {name}"),
                _ => continue,
            }
            compared += 1;
        }
        for (name, mark) in change["change"]["after_unknown"].as_object().unwrap() {
            if *mark == true && name != "address" {
                assert!(run.cell(&noun, address, name).contains("known after apply"), "{address} {name}");
                compared += 1;
            }
        }
    }
    assert!(compared > 400, "{compared}");
    assert!(!run.diagnostics().concat().contains("hunter"), "no secret is printed");
}

#[test]
fn buckets_of_brightloom_have_their_parts() {
    let Some(root) = corpus("terraform/own/brightloom_aws") else { return };
    let files = load(&root);
    let needs = needs(&[
        "open aws_s3_bucket: bucket any, aws_s3_bucket_logging many aws_s3_bucket_logging, aws_s3_bucket_public_access_block many aws_s3_bucket_public_access_block, aws_s3_bucket_server_side_encryption_configuration many aws_s3_bucket_server_side_encryption_configuration, aws_cloudtrail many aws_cloudtrail",
        "open aws_s3_bucket_logging: bucket any",
        "open aws_s3_bucket_public_access_block: bucket any",
        "open aws_s3_bucket_server_side_encryption_configuration: aws_kms_key many aws_kms_key",
        "open aws_kms_key: arn any",
        "open aws_cloudtrail: name any",
        "open aws_sagemaker_endpoint: aws_sagemaker_endpoint_configuration many aws_sagemaker_endpoint_configuration",
        "open aws_sagemaker_endpoint_configuration: aws_sagemaker_model many aws_sagemaker_model",
        "open aws_sagemaker_model: name any, aws_subnet many aws_subnet, aws_iam_role many aws_iam_role",
        "open aws_subnet: cidr_block any",
        "open aws_iam_role: name any",
    ]);
    let run = run_files(&["plan-1-create.json"], &files, &needs).no_errors();
    let bucket = |key: &str| format!("module.bucket[\"{key}\"].aws_s3_bucket.this");
    let logging = |id: &str| run.cell("aws_s3_bucket", id, "aws_s3_bucket_logging");
    assert_eq!(logging(&bucket("training")), "{module.bucket[\"training\"].aws_s3_bucket_logging.this[0]}");
    assert_eq!(logging(&bucket("scratch")), "{}");
    assert_eq!(logging("module.logs.aws_s3_bucket.this"), "{}");
    for id in run.ids("aws_s3_bucket") {
        let encryption = run.cell("aws_s3_bucket", &id, "aws_s3_bucket_server_side_encryption_configuration");
        let module = id.strip_suffix(".aws_s3_bucket.this").unwrap();
        assert_eq!(encryption, format!("{{{module}.aws_s3_bucket_server_side_encryption_configuration.this}}"));
    }
    let trail = |id: &str| run.cell("aws_s3_bucket", id, "aws_cloudtrail");
    assert_eq!(trail("module.logs.aws_s3_bucket.this"), "{aws_cloudtrail.audit}");
    assert_eq!(trail(&bucket("scratch")), "{}");
    let noun = "aws_s3_bucket_server_side_encryption_configuration";
    let key = |key: &str| run.cell(noun, &format!("module.bucket[\"{key}\"].{noun}.this"), "aws_kms_key");
    assert_eq!(key("training"), "{aws_kms_key.data}");
    for endpoint in run.ids("aws_sagemaker_endpoint") {
        let module = endpoint.strip_suffix(".aws_sagemaker_endpoint.this").unwrap();
        let configuration = run.cell("aws_sagemaker_endpoint", &endpoint, "aws_sagemaker_endpoint_configuration");
        assert_eq!(configuration, format!("{{{module}.aws_sagemaker_endpoint_configuration.this}}"));
        let model = format!("{module}.aws_sagemaker_model.this");
        assert_eq!(run.cell("aws_sagemaker_model", &model, "aws_subnet"), "{aws_subnet.ml[0], aws_subnet.ml[1]}");
        assert_eq!(run.cell("aws_sagemaker_model", &model, "aws_iam_role"), "{aws_iam_role.exec}");
    }
}

#[test]
fn every_state_of_version_4_is_read() {
    let Some(root) = corpus("terraform") else { return };
    let files = load(&root);
    let (mut read, mut refused) = (0, 0);
    for path in files.list("states").unwrap() {
        let run = run_files(&[&path], &files, &everything(&path, &files));
        if run.imported.diagnostics.iter().any(tickmark_diagnostics::Diagnostic::is_error) {
            assert!(
                path.contains("unsupported_version") || path.contains("invalid"),
                "{path}: {:?}",
                run.diagnostics()
            );
            refused += 1;
            continue;
        }
        let state = json_of(&files.read(&path).unwrap());
        let mut count = 0;
        for resource in state["resources"].as_array().into_iter().flatten() {
            count += resource["instances"].as_array().map_or(0, Vec::len);
        }
        walk(&state["values"]["root_module"], "", &mut |_| count += 1);
        assert_eq!(run.imported.sources[0].records, count as u64, "{path}");
        read += 1;
    }
    assert!(read > 55 && refused >= 1, "{read} {refused}");
}

/// The nouns of MLflow as `controls/sources/mlflow.tick` declares them, as far as the tests look.
fn mlflow_needs() -> Arc<Needs> {
    needs(&[
        "mlflow_registered_model(name): name text, description text, creation_timestamp time, last_updated_timestamp time, user_id text, tags map tag, aliases map tag, latest_versions many mlflow_model_version",
        "mlflow_model_version(name, version): name text, version text, creation_timestamp time, last_updated_timestamp time, current_stage text, description text, user_id text, source text, run_id text, run one mlflow_run, registered_model one mlflow_registered_model, status text, status_message text, run_link text, model_id text, tags map tag, aliases list text",
        "mlflow_run(run_id): run_id text, run_name text, experiment_id text, experiment one mlflow_experiment, user_id text, status text, start_time time, end_time time, artifact_uri text, lifecycle_stage text, params map tag, metrics map metric, tags map tag, dataset_inputs many mlflow_dataset_input, model_outputs many mlflow_logged_model",
        "mlflow_experiment(experiment_id): experiment_id text, name text, artifact_location text, lifecycle_stage text, creation_time time, last_update_time time, workspace text, tags map tag",
        "mlflow_dataset_input: name text, digest text, source_type text, source text, schema text, profile text, context text, tags map tag",
        "mlflow_logged_model(model_id): model_id text, name text, experiment_id text, experiment one mlflow_experiment, creation_timestamp time, last_updated_timestamp time, artifact_uri text, status text, model_type text, source_run_id text, source_run one mlflow_run, tags map tag, params map tag, metrics map metric",
        "tag: key text, value text",
        "metric: key text, value number",
    ])
}

#[test]
fn the_registry_of_brightloom_is_read_whole() {
    let Some(root) = corpus("mlflow/brightloom") else { return };
    let files = load(&root);
    let mut below = MemoryFiles::new();
    for path in files_of(&files) {
        below.insert(format!("mlflow/{path}"), files.read(&path).unwrap().to_vec());
    }
    let run = run_files(&["mlflow"], &below, &mlflow_needs()).no_errors();
    // The database as SQL text is no export by its name, and nobody has to hear of it.
    assert_eq!(run.codes(), Vec::<&str>::new(), "{:#?}", run.diagnostics());
    assert_eq!(run.imported.sources.len(), 1);
    let source = &run.imported.sources[0];
    assert_eq!((source.kind.as_str(), source.complete), ("mlflow", Some(true)));
    assert_eq!(run.rows("mlflow_registered_model"), 6);
    assert_eq!(run.rows("mlflow_model_version"), 23 + 3 + 2 + 1 + 1);
    assert_eq!(run.rows("mlflow_experiment"), 5);
    assert_eq!(run.rows("mlflow_logged_model"), 1);
    assert_eq!(run.rows("mlflow_run"), runs_on_pages(&files));
    let version = |id: &str, attribute: &str| run.cell("mlflow_model_version", id, attribute);
    assert_eq!(version("fraud-scorer@20", "aliases"), "[champion]");
    assert_eq!(version("fraud-scorer@23", "aliases"), "[]");
    let mut canary: Vec<String> =
        version("fraud-scorer@21", "aliases").trim_matches(['[', ']']).split(", ").map(str::to_owned).collect();
    canary.sort();
    assert_eq!(canary, ["canary", "challenger"]);
    assert_eq!(version("fraud-scorer@20", "current_stage"), "Production");
    assert_eq!(version("fraud-scorer@20", "creation_timestamp"), "2026-09-01T08:00:00Z");
    assert_eq!(version("fraud-scorer@20", "run"), "{51dc5f67a6a140609b7a0f9156b9ea67}");
    assert_eq!(version("churn@2", "run"), "missing");
    assert_eq!(version("churn@1", "description"), "missing");
    assert_eq!(version("tiny@1", "user_id"), "missing");
    let run_of = |attribute: &str| run.cell("mlflow_run", "51dc5f67a6a140609b7a0f9156b9ea67", attribute);
    assert_eq!(run_of("dataset_inputs").matches('#').count(), 2);
    assert_eq!(run_of("experiment"), "{1}");
    assert_eq!(run_of("metrics").matches('#').count(), 5);
}

fn files_of(files: &MemoryFiles) -> Vec<String> {
    // A folder named by nothing: every path, by its first letter.
    let mut paths = Vec::new();
    for folder in [
        "experiments",
        "logged-models",
        "metrics",
        "model-versions",
        "registered-models",
        "runs",
        "version.json",
        "mlflow.db.sql",
    ] {
        paths.extend(files.list(folder).unwrap());
    }
    paths
}

fn runs_on_pages(files: &MemoryFiles) -> u32 {
    let mut ids = BTreeSet::new();
    for path in files.list("runs").unwrap() {
        let page = json_of(&files.read(&path).unwrap());
        for run in page["runs"].as_array().into_iter().flatten().chain(page.get("run")) {
            ids.insert(run["info"]["run_id"].as_str().unwrap().to_owned());
        }
    }
    u32::try_from(ids.len()).unwrap()
}

#[test]
fn a_registry_without_its_last_page_is_not_complete() {
    let Some(root) = corpus("mlflow/brightloom") else { return };
    let files = load(&root);
    let mut below = MemoryFiles::new();
    for path in files.list("model-versions/search").unwrap().iter().filter(|path| !path.contains("page2")) {
        below.insert(format!("x/{path}"), files.read(path).unwrap().to_vec());
    }
    let run = run_files(&["x"], &below, &mlflow_needs()).no_errors();
    assert_eq!(run.imported.sources[0].complete, Some(false));
    assert_eq!(run.codes(), ["W0558", "W0558"]);
    // Without the registered models nobody knows the aliases.
    assert!(run.cell("mlflow_model_version", "fraud-scorer@20", "aliases").starts_with("unknown"));
}

#[test]
fn pages_that_are_named_one_by_one_are_one_source() {
    let Some(root) = corpus("mlflow/brightloom") else { return };
    let files = load(&root);
    let pages = ["model-versions/search/ALL.page0.json", "model-versions/search/ALL.page1.json"];
    let run = run_files(&pages, &files, &mlflow_needs()).no_errors();
    assert_eq!(run.imported.sources.len(), 1);
    assert_eq!(run.imported.sources[0].path, "model-versions/search");
    assert_eq!((run.imported.sources[0].files.len(), run.imported.sources[0].complete), (2, Some(false)));
    let pages = [pages[0], pages[1], "model-versions/search/ALL.page2.json"];
    let run = run_files(&pages, &files, &mlflow_needs()).no_errors();
    assert_eq!((run.imported.sources[0].files.len(), run.imported.sources[0].complete), (3, Some(true)));
}

#[test]
fn the_vendor_registers_are_read() {
    let Some(root) = corpus("vendors") else { return };
    let files = load(&root);
    let needs = needs(&[
        "open vendor: vendor_id any, name any, data_categories list text, ai_subprocessor any, soc2_report_end any",
        "open register: as_of any, vendors any vendor",
    ]);
    let run = run_files(&["csv:vendor=vendor_register.csv", "vendor_register.yaml"], &files, &needs).no_errors();
    let vendor = run.noun("vendor");
    assert_eq!(run.cell_at(vendor, 0, "name"), "Cloudward, Inc.");
    assert_eq!(run.cell_at(vendor, 3, "name"), "OpenModel \"Labs\"");
    assert_eq!(run.cell_at(vendor, 1, "data_categories"), "[training data, personal]");
    assert_eq!(run.cell_at(vendor, 2, "soc2_report_end"), "missing");
    assert_eq!(run.cell_at(vendor, 4, "soc2_report_end"), "missing");
    assert_eq!(run.rows("register"), 1);
}
