//! The configurations of the corpus have the resources of their plans, and what the text decides has the plan's value.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test may panic, and says when it skips"
)]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::disk::Disk;
use common::shown::shown;
use serde_json::Value as Json;
use tickmark_hcl::{Configuration, Kind, Mode, Settings, Tree, Value};
use tickmark_source::{Files, Sources};

const CORPUS: &str = "../../../shared/corpus/terraform/own";
/// A module of ours in which much of the language occurs; its plan is what Terraform 1.11.4 made of it.
const OURS: &str = "tests";

/// The configuration of a folder of the corpus and the plan beside it; `None`, with a notice, where there is no corpus.
fn read(folder: &str, plan: &str, settings: &[(&str, &str)]) -> Option<(Configuration, Json, Sources)> {
    read_below(CORPUS, folder, plan, settings)
}

fn read_below(
    base: &str,
    folder: &str,
    plan: &str,
    settings: &[(&str, &str)],
) -> Option<(Configuration, Json, Sources)> {
    let base = format!("{}/{base}", env!("CARGO_MANIFEST_DIR"));
    let Ok(bytes) = Disk.read(&format!("{base}/{plan}")) else {
        eprintln!("skipped: the corpus is not here");
        return None;
    };
    let plan: Json = serde_json::from_slice(&bytes).unwrap();
    let mut sources = Sources::new();
    let tree = Tree::load(&Disk, &mut sources, &format!("{base}/{folder}")).unwrap();
    let mut given = Settings::default();
    // Values that were given on the command line stand in the plan.
    for (name, value) in plan["variables"].as_object().into_iter().flatten() {
        if let Some(text) = value["value"].as_str() {
            given.variables.insert(name.clone(), text.to_owned());
        }
    }
    given.variables.extend(settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let configuration = tree.evaluate(&Disk, &given);
    let said: Vec<String> = configuration.diagnostics.iter().map(|diagnostic| diagnostic.to_plain(&sources)).collect();
    assert!(said.is_empty(), "{said:?}");
    Some((configuration, plan, sources))
}

/// The resources that a plan creates, changes or keeps: what the configuration has.
fn planned(plan: &Json) -> BTreeMap<String, Json> {
    let mut found = BTreeMap::new();
    for change in plan["resource_changes"].as_array().unwrap() {
        let actions: Vec<&str> =
            change["change"]["actions"].as_array().unwrap().iter().filter_map(Json::as_str).collect();
        let stays = actions.iter().any(|action| matches!(*action, "create" | "update" | "no-op"));
        if change["mode"] == "managed" && stays {
            found.insert(change["address"].as_str().unwrap().to_owned(), change["change"].clone());
        }
    }
    found
}

/// How many values are the same as in the plan, where both are known; else what differs. Lists may be sets there, in
/// another order.
fn compare(at: &str, ours: &Value, theirs: &Json, unknown: &Json) -> Result<usize, String> {
    if unknown == &Json::Bool(true) || ours.as_unknown().is_some() || !ours.is_known() {
        return Ok(0);
    }
    match &ours.kind {
        Kind::Object(entries) | Kind::Map(entries) => {
            let each = entries
                .iter()
                .map(|(key, value)| compare(&format!("{at}.{key}"), value, &theirs[&**key], &unknown[&**key]));
            each.sum()
        }
        Kind::List(items) | Kind::Tuple(items) | Kind::Set(items) => {
            let list = theirs.as_array().ok_or_else(|| format!("{at}: a list of ours is {theirs} in the plan"))?;
            if items.len() != list.len() {
                return Err(format!("{at}: {ours:?} and {theirs}"));
            }
            let mut left: Vec<usize> = (0..list.len()).collect();
            let mut total = 0;
            for (index, item) in items.iter().enumerate() {
                let same = |other: &usize| compare(&format!("{at}[{index}]"), item, &list[*other], &unknown[*other]);
                let found = left.iter().position(|other| same(other).is_ok());
                let found = found.ok_or_else(|| same(&index).err().unwrap_or_default())?;
                total += same(&left.remove(found))?;
            }
            Ok(total)
        }
        _ => {
            let ours = shown(ours, true);
            // A document is the same whatever its blanks and the order of its keys are.
            let parsed = |value: &Json| value.as_str().and_then(|text| serde_json::from_str::<Json>(text).ok());
            // The provider of the corpus has numbers as the argument is typed.
            let loose = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let same = loose(&ours) == loose(theirs) || parsed(&ours).is_some() && parsed(&ours) == parsed(theirs);
            if same { Ok(1) } else { Err(format!("{at}: we have {ours}, the plan {theirs}")) }
        }
    }
}

fn holds(folder: &str, plan: &str, at_least: usize) {
    if let Some(read) = read(folder, plan, &[]) {
        agrees(folder, read, at_least);
    }
}

fn agrees(folder: &str, (configuration, plan, sources): (Configuration, Json, Sources), at_least: usize) {
    let theirs = planned(&plan);
    let managed: Vec<_> = configuration.resources.iter().filter(|resource| resource.mode == Mode::Managed).collect();
    let ours: BTreeSet<String> = managed.iter().map(|resource| resource.address.to_string()).collect();
    assert_eq!(ours.len(), managed.len(), "an address stands twice");
    assert_eq!(ours, theirs.keys().cloned().collect::<BTreeSet<_>>());
    let mut compared = 0;
    for resource in managed {
        let change = &theirs[&*resource.address];
        for (name, attribute) in &resource.attributes {
            let at = format!("{}.{name} ({})", resource.address, sources.describe(attribute.span.place()));
            let (after, unknown) = (&change["after"][&**name], &change["after_unknown"][&**name]);
            // What is null in the text may be the provider's own value. The provider of the corpus knows no default tags.
            if !attribute.value.is_null() && &**name != "tags_all" {
                compared +=
                    compare(&at, &attribute.value, after, unknown).unwrap_or_else(|different| panic!("{different}"));
            }
        }
        // What the plan knows of an argument that the text gives, we know too, unless a data source was read for it.
        for (name, attribute) in &resource.attributes {
            let known = change["after"].get(&**name).is_some_and(|value| !value.is_null())
                && change["after_unknown"].get(&**name).is_none_or(|unknown| unknown == &Json::Bool(false));
            if known && let Some(unknown) = attribute.value.first_unknown() {
                let from_data = unknown.reason.contains("data.");
                assert!(from_data, "{}.{name}: {}", resource.address, unknown.reason);
            }
        }
    }
    assert!(compared >= at_least, "only {compared} values could be compared");
    eprintln!("{folder}: {} resources, {compared} values compared", theirs.len());
}

#[test]
fn much_of_the_language_comes_to_what_terraform_planned() {
    agrees("everything", read_below(OURS, "everything", "everything.plan.json", &[]).unwrap(), 120);
}

#[test]
fn aws_has_the_resources_and_values_of_its_plan() {
    holds("brightloom_aws/config", "brightloom_aws/plan-1-create.json", 130);
}

#[test]
fn gcp_has_the_resources_and_values_of_its_plan() {
    holds("brightloom_gcp/config", "brightloom_gcp/plan-1-create.json", 45);
}

#[test]
fn azure_has_the_resources_and_values_of_its_plan() {
    holds("brightloom_azure/config", "brightloom_azure/plan-1-create.json", 50);
}

#[test]
fn references_lead_through_modules_and_interpolations() {
    let Some((configuration, ..)) = read("brightloom_aws/config", "brightloom_aws/plan-1-create.json", &[]) else {
        return;
    };
    let references = |address: &str, attribute: &str| -> Vec<String> {
        let resource = configuration.resources.iter().find(|resource| &*resource.address == address).unwrap();
        let marks = resource.attributes[attribute].value.deep_marks();
        marks
            .references()
            .iter()
            .map(|reference| format!("{}.{}", reference.address, reference.attribute.as_deref().unwrap_or("*")))
            .collect()
    };
    let bucket = "module.bucket[\"training\"]";
    assert_eq!(
        references(&format!("{bucket}.aws_s3_bucket_versioning.this"), "bucket"),
        [format!("{bucket}.aws_s3_bucket.this.id")]
    );
    assert_eq!(
        references(&format!("{bucket}.aws_s3_bucket_logging.this[0]"), "target_bucket"),
        ["module.logs.aws_s3_bucket.this.id"]
    );
    assert_eq!(
        references(&format!("{bucket}.aws_s3_bucket_policy.tls"), "policy"),
        [format!("{bucket}.aws_s3_bucket.this.arn"), format!("{bucket}.data.aws_iam_policy_document.tls.json")]
    );
    assert_eq!(
        references("module.endpoint[\"fraud\"].aws_sagemaker_model.this", "vpc_config"),
        ["aws_security_group.serving.id", "aws_subnet.ml[0].id", "aws_subnet.ml[1].id"]
    );
    assert_eq!(references("aws_iam_user_policy_attachment.svc_ci", "user"), ["aws_iam_user.svc[\"svc-ci\"].name"]);
}

#[test]
fn the_changed_configuration_has_the_resources_of_its_plan() {
    // The modules stand beside the first configuration: it was changed in place.
    let base = format!("{}/{CORPUS}/brightloom_aws", env!("CARGO_MANIFEST_DIR"));
    let Ok(names) = Disk.list(&base) else {
        eprintln!("skipped: the corpus is not here");
        return;
    };
    let mut files = tickmark_source::MemoryFiles::new();
    for version in ["config", "config_v2"] {
        let prefix = format!("{base}/{version}/");
        for name in names.iter().filter(|name| name.starts_with(&prefix)) {
            let bytes = Disk.read(name).unwrap().to_vec();
            files.insert(format!("m/{}", name.trim_start_matches(prefix.as_str())), bytes);
        }
    }
    let plan: Json = serde_json::from_slice(&Disk.read(&format!("{base}/plan-3-change.json")).unwrap()).unwrap();
    let tree = Tree::load(&files, &mut Sources::new(), "m").unwrap();
    let configuration = tree.evaluate(&files, &Settings::default());
    let ours: BTreeSet<String> = configuration
        .resources
        .iter()
        .filter(|resource| resource.mode == Mode::Managed)
        .map(|resource| resource.address.to_string())
        .collect();
    assert_eq!(ours, planned(&plan).into_keys().collect());
}
