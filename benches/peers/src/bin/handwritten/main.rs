//! The eight controls as one would write them by hand: serde structs of what each control asks for, borrowed from the mapped
//! file, and rayon.

mod facts;
mod judge;
mod read;

use rayon::ThreadPoolBuilder;
use tickmark_peers::{Answer, Counts, FILES, arguments, map, print};

use crate::facts as f;
use crate::read::{Text, list, whole};

fn main() {
    let (folder, what) = arguments();
    let threads = std::env::var("JOBS").ok().and_then(|jobs| jobs.parse().ok()).unwrap_or(2);
    ThreadPoolBuilder::new().num_threads(threads).build_global().expect("the pool is built once");
    let counts = match what.as_str() {
        "C1" => c1(&folder),
        "C2" => c2(&folder),
        "C3" => c3(&folder),
        "C4" => c4(&folder),
        "C5" => c5(&folder),
        "C6" => c6(&folder),
        "C7" => c7(&folder),
        "C8" => return print(&c8(&folder)),
        "all" => return print(&everything(&folder)),
        _ => panic!("no control `{what}`"),
    };
    print(&vec![(what, counts)]);
}

fn of_type<'a, A>(changes: &'a [f::Change<'a, A>], ty: &'static str) -> impl Iterator<Item = &'a A> {
    changes.iter().filter(move |change| change.ty.is(ty)).filter_map(|change| change.change.after.as_ref())
}

fn text<'a>(text: &'a Option<Text<'a>>) -> Option<&'a str> {
    text.as_ref().map(|text| &*text.0)
}

fn c1(folder: &str) -> Counts {
    let plan = map(folder, "plan.json");
    let changes = list::<f::Change<f::Database>>(&plan, "resource_changes");
    let databases = of_type(&changes, "aws_db_instance");
    judge::c1(databases.map(|d| (d.storage_encrypted, d.backup_retention_period, d.publicly_accessible)))
}

fn c2(folder: &str) -> Counts {
    let models = map(folder, "models.json");
    let models = list::<f::Released>(&models, "model");
    let live = models.iter().filter(|model| model.stage.is("production"));
    judge::c2(live.map(|m| (m.approvals.iter().any(|approval| approval.decision.is("approved")), &*m.tests)))
}

fn c3(folder: &str) -> Counts {
    let (datasets, plan) = (map(folder, "datasets.json"), map(folder, "plan.json"));
    let (changes, datasets) = rayon::join(
        || list::<f::Change<f::Bucket>>(&plan, "resource_changes"),
        || list::<f::Stored>(&datasets, "dataset"),
    );
    let buckets = of_type(&changes, "aws_s3_bucket").map(|b| (text(&b.bucket), b.force_destroy));
    judge::c3(datasets.iter().map(|d| (&*d.classification.0, text(&d.bucket))), buckets)
}

fn c4(folder: &str) -> Counts {
    let iam = map(folder, "iam.json");
    let iam: f::Access = whole(&iam);
    judge::c4(&iam.role, &iam.managed_policy)
}

fn c5(folder: &str) -> Counts {
    let (models, iam) = (map(folder, "models.json"), map(folder, "iam.json"));
    let (models, users) = rayon::join(|| list::<f::Signed>(&models, "model"), || list::<f::User>(&iam, "user"));
    let approvals = models.iter().flat_map(|model| &model.approvals);
    judge::c5(approvals.map(|a| (&*a.approver.0, &*a.decision.0)), users.iter().map(|user| &*user.email.0))
}

fn c6(folder: &str) -> Counts {
    let (models, datasets) = (map(folder, "models.json"), map(folder, "datasets.json"));
    let (models, datasets) =
        rayon::join(|| list::<f::Trained>(&models, "model"), || list::<f::Derived>(&datasets, "dataset"));
    let live = models.iter().filter(|model| model.stage.is("production"));
    let datasets = datasets.iter().map(|d| (&*d.id.0, d.licence.is_some(), &*d.derived_from));
    judge::c6(live.map(|model| &*model.training_datasets), datasets)
}

fn live_deployments<'a>(deployments: &'a [f::Deployment<'a>]) -> impl Iterator<Item = (&'a str, Option<&'a str>)> {
    let live = deployments.iter().filter(|deployment| deployment.environment.is("production"));
    live.map(|d| (&*d.model.0, text(&d.deployed_at)))
}

fn c7(folder: &str) -> Counts {
    let (models, deployments) = (map(folder, "models.json"), map(folder, "deployments.json"));
    let (models, deployments) =
        rayon::join(|| list::<f::Dated>(&models, "model"), || list::<f::Deployment>(&deployments, "deployment"));
    let models = models.iter().map(|m| {
        let approved = m.approvals.iter().filter(|approval| approval.decision.is("approved"));
        (&*m.name.0, &*m.version.0, approved.map(|a| text(&a.at).and_then(judge::seconds)).collect())
    });
    judge::c7(models, live_deployments(&deployments))
}

fn c8(folder: &str) -> Answer {
    let plan = map(folder, "plan.json");
    let changes = list::<f::Change<f::Rule>>(&plan, "resource_changes");
    let rules = of_type(&changes, "aws_security_group_rule");
    judge::c8(rules.map(|r| (r.from_port, r.to_port, r.cidr_blocks.as_deref(), text(&r.security_group_id))))
}

/// All controls over one reading of the files, the largest first; a thread that is done takes the next.
fn everything(folder: &str) -> Answer {
    let files = FILES.map(|name| map(folder, name));
    let [plan, models, datasets, iam, deployments] = &files;
    let (mut changes, mut versions, mut inventory, mut everyone, mut releases) = (None, None, None, None, None);
    rayon::in_place_scope_fifo(|scope| {
        scope.spawn_fifo(|_| changes = Some(list::<f::Change<f::Resource>>(plan, "resource_changes")));
        scope.spawn_fifo(|_| versions = Some(list::<f::Model>(models, "model")));
        scope.spawn_fifo(|_| inventory = Some(list::<f::Dataset>(datasets, "dataset")));
        scope.spawn_fifo(|_| everyone = Some(whole::<f::Everyone>(iam)));
        scope.spawn_fifo(|_| releases = Some(list::<f::Deployment>(deployments, "deployment")));
    });
    let (changes, models, datasets) =
        (changes.unwrap_or_default(), versions.unwrap_or_default(), inventory.unwrap_or_default());
    let (iam, deployments) = (everyone.expect("it was read"), releases.unwrap_or_default());
    let production = || models.iter().filter(|model| model.stage.is("production"));
    let approved = |m: &&f::Model| m.approvals.iter().any(|approval| approval.decision.is("approved"));

    let first = || {
        let databases = of_type(&changes, "aws_db_instance");
        let rules = of_type(&changes, "aws_security_group_rule");
        let buckets = of_type(&changes, "aws_s3_bucket").map(|b| (text(&b.bucket), b.force_destroy));
        (
            judge::c1(databases.map(|d| (d.storage_encrypted, d.backup_retention_period, d.publicly_accessible))),
            judge::c3(datasets.iter().map(|d| (&*d.classification.0, text(&d.bucket))), buckets),
            judge::c8(rules.map(|r| (r.from_port, r.to_port, r.cidr_blocks.as_deref(), text(&r.security_group_id)))),
        )
    };
    let second = || {
        let approvals = models.iter().flat_map(|model| &model.approvals).map(|a| (&*a.approver.0, &*a.decision.0));
        let lineage = datasets.iter().map(|d| (&*d.id.0, d.licence.is_some(), &*d.derived_from));
        let dated = models.iter().map(|m| {
            let approved = m.approvals.iter().filter(|approval| approval.decision.is("approved"));
            (&*m.name.0, &*m.version.0, approved.map(|a| text(&a.at).and_then(judge::seconds)).collect())
        });
        (
            judge::c2(production().map(|m| (approved(&m), &*m.tests))),
            judge::c4(&iam.role, &iam.managed_policy),
            judge::c5(approvals, iam.user.iter().map(|user| &*user.email.0)),
            judge::c6(production().map(|m| &*m.training_datasets), lineage),
            judge::c7(dated, live_deployments(&deployments)),
        )
    };
    let ((c1, c3, c8), (c2, c4, c5, c6, c7)) = rayon::join(first, second);
    let whole = [c1, c2, c3, c4, c5, c6, c7].into_iter().enumerate();
    let mut answer: Answer = whole.map(|(place, counts)| (format!("C{}", place + 1), counts)).collect();
    answer.extend(c8);
    // Everything is about to be given back to the system at once.
    std::mem::forget((changes, models, datasets, iam, deployments));
    answer
}
