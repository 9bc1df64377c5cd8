//! The registry of models: versions with their approvals and tests, and on the way their deployments.

use crate::calendar::{BEGINNING, DAY, rfc3339};
use crate::datasets::{FAMILY, Family};
use crate::deployments;
use crate::expected::{Expected, Verdict};
use crate::iam::email;
use crate::json::Json;
use crate::random::{Random, Stream};
use crate::scale::Scale;

/// Versions of one model.
const VERSIONS: u32 = 4;

const THINGS: [&str; 10] =
    ["fraud", "churn", "credit", "search", "ranking", "summary", "routing", "pricing", "intent", "vision"];
const KINDS: [&str; 6] = ["scorer", "ranker", "embedder", "classifier", "forecaster", "assistant"];
const STAGES: [&str; 4] = ["development", "staging", "archived", "none"];
const ROLES: [&str; 4] = ["ml-lead", "risk", "security", "product"];
const OTHER_TESTS: [&str; 5] = ["bias", "accuracy", "robustness", "latency", "drift"];
const METRICS: [&str; 8] = ["auc", "f1", "precision", "recall", "log_loss", "brier", "p95_ms", "calibration"];
const FRAMEWORKS: [&str; 3] = ["pytorch", "xgboost", "jax"];
const REMARKS: [&str; 4] = [
    "Looks fine; canary ran a week without alerts.",
    "Approved under the condition that drift is watched — see ticket.",
    "Numbers in the report match the dashboard. \"Go\".",
    "Reviewed with risk and legal.\nNo open points.",
];

/// One approval, as the controls see it.
pub(crate) struct Approval {
    approver: u32,
    decision: &'static str,
    /// Seconds since 1970; none where the registry has not kept it.
    at: Option<i64>,
}

impl Approval {
    /// Whether it approves, and when: inner none where that is not known.
    pub(crate) fn approved_at(&self) -> Option<Option<i64>> {
        (self.decision == "approved").then_some(self.at)
    }
}

/// One test, as the controls see it.
struct Test {
    kind: &'static str,
    /// None where its result was never filled in.
    passed: Option<bool>,
}

/// One version of a model, as the controls see it.
pub(crate) struct Model {
    pub(crate) name: String,
    pub(crate) version: u32,
    pub(crate) stage: &'static str,
    pub(crate) approvals: Vec<Approval>,
    tests: Vec<Test>,
    /// When it went live first, or would have.
    pub(crate) live_at: i64,
}

impl Model {
    fn of(number: u32, scale: &Scale, random: &mut Random) -> Self {
        let line = number / VERSIONS;
        let name = format!("{}-{}-{line:05}", random_word(line, &THINGS), random_word(line / 10, &KINDS));
        let stage = if random.permille(300) { "production" } else { random.pick(&STAGES) };
        let live_at = BEGINNING + i64::from(random.between(100, 330)) * DAY + i64::from(random.below(86_400));
        let mut model =
            Self { name, version: number % VERSIONS + 1, stage, approvals: Vec::new(), tests: Vec::new(), live_at };
        model.approve(scale, random);
        model.test(random);
        model
    }

    fn approve(&mut self, scale: &Scale, random: &mut Random) {
        let never = random.permille(20);
        let decisions = random.between(if never { 0 } else { 1 }, 4);
        for place in 0..decisions {
            let granted = !never && (place == 0 || random.permille(600));
            let decision = if granted { "approved" } else { random.pick(&["rejected", "deferred"]) };
            // Some were given long before, some only afterwards.
            let days = match random.below(1000) {
                0..25 => i64::from(random.between(91, 200)),
                25..45 => -i64::from(random.between(0, 20)),
                _ => i64::from(random.between(2, 85)),
            };
            let at = self.live_at - days * DAY - i64::from(random.below(20_000));
            let at = (!random.permille(4)).then_some(at);
            self.approvals.push(Approval { approver: approver(random, scale.users), decision, at });
        }
    }

    fn test(&mut self, random: &mut Random) {
        let memorization = match random.below(1000) {
            0..15 => None,
            15..30 => Some(Some(false)),
            30..36 => Some(None),
            _ => Some(Some(true)),
        };
        if let Some(passed) = memorization {
            self.tests.push(Test { kind: "memorization", passed });
        }
        for _ in 0..random.below(4) {
            self.tests.push(Test { kind: random.pick(&OTHER_TESTS), passed: Some(!random.permille(100)) });
        }
    }

    /// `every production model has approved approval and passed memorization test`
    fn is_released(&self) -> Verdict {
        let approved = self.approvals.iter().any(|approval| approval.decision == "approved");
        let results = || self.tests.iter().filter(|test| test.kind == "memorization").map(|test| test.passed);
        let tested = match results().any(|passed| passed == Some(true)) {
            true => Some(true),
            false if results().any(|passed| passed.is_none()) => None,
            false => Some(false),
        };
        Verdict::all([Some(approved), tested])
    }
}

fn random_word(number: u32, of: &[&'static str]) -> &'static str {
    of.get(number as usize % of.len()).copied().unwrap_or_default()
}

/// Who approves: every 25th person does so five times as often as the others.
fn approver(random: &mut Random, users: u32) -> u32 {
    let busy = users.div_ceil(25);
    let drawn = random.below(users + 4 * busy);
    if drawn < users { drawn } else { (drawn - users) % busy * 25 }
}

pub(crate) fn write(json: &mut Json, deployments: &mut Json, scale: &Scale, seed: u64, expected: &mut Expected) {
    deployments.object(|deployments| {
        deployments.key("_source").object(|json| json.key("collected_at").text("2026-06-30T04:00:00Z"));
        deployments.key("deployment").list(|deployments| {
            json.object(|json| {
                json.key("_source").object(|json| json.key("collected_at").text("2026-06-30T03:00:00Z"));
                json.key("model").list(|json| {
                    for number in 0..scale.models {
                        let mut random = Random::of(seed, Stream::Model, number);
                        let model = Model::of(number, scale, &mut random);
                        let trained = trained_on(scale, seed, &mut random);
                        if model.stage == "production" {
                            expected.judge(2, model.is_released());
                            expected.judge(6, Verdict::all(trained.iter().map(|(_, licensed)| *licensed)));
                        }
                        for approval in &model.approvals {
                            if let Some(given) = expected.given.get_mut(approval.approver as usize)
                                && approval.decision == "approved"
                            {
                                *given += 1;
                            }
                        }
                        write_model(json, &model, &trained, &mut random);
                        deployments::write_of(deployments, number, &model, &mut random, expected);
                    }
                });
            });
        });
    });
}

/// The data sets that a model was trained on, of one or two families, and whether each is licensed all the way back.
fn trained_on(scale: &Scale, seed: u64, random: &mut Random) -> Vec<(String, Option<bool>)> {
    let mut trained = Vec::new();
    for _ in 0..random.between(1, 2) {
        let family = Family::of(seed, random.below(scale.families));
        for _ in 0..random.between(1, 2) {
            let place = FAMILY - 1 - random.below(6) as usize;
            let id = family.id(place);
            if trained.iter().all(|(other, _)| *other != id) {
                trained.push((id, family.is_licensed(place)));
            }
        }
    }
    trained
}

fn write_model(json: &mut Json, model: &Model, trained: &[(String, Option<bool>)], random: &mut Random) {
    json.object(|json| {
        json.key("name").text(&model.name);
        json.key("version").text(&model.version.to_string());
        json.key("number").number(model.version);
        json.key("description").text(&format!(
            "Version {} of {}; retrained on fresh data, same features. Supersedes the one before after a week of shadow traffic.",
            model.version, model.name
        ));
        json.key("stage").text(model.stage);
        json.key("author").text(&email(random.below(500)));
        json.key("team").text(random.pick(&["risk-ml", "growth-ml", "platform-ml", "language"]));
        json.key("framework").text(random.pick(&FRAMEWORKS));
        json.key("framework_version").text(&format!("2.{}.{}", random.below(9), random.below(5)));
        json.key("created_at").text(&rfc3339(model.live_at - 95 * DAY));
        json.key("live_at").text(&rfc3339(model.live_at));
        json.key("digest").text(&format!("sha256:{}", random.hex(64)));
        json.key("artifact").object(|json| {
            json.key("uri").text(&format!("s3://acme-model-registry/{}/{}/model.tar.gz", model.name, model.version));
            json.key("bytes").number(random.next() as i64 & 0xffff_ffff);
            json.key("etag").text(&random.hex(32));
        });
        json.key("run_id").text(&random.hex(32));
        json.key("signature").object(|json| write_signature(json, random));
        json.key("metrics").object(|json| {
            for metric in METRICS.iter().take(random.between(3, 8) as usize) {
                json.key(metric).fraction(random.below(20_000));
            }
        });
        json.key("hyperparameters").object(|json| {
            json.key("learning_rate").fraction(random.between(1, 900));
            json.key("epochs").number(random.between(1, 40));
            json.key("batch_size").number(1 << random.between(4, 10));
            json.key("seed").number(random.below(1_000_000));
            json.key("scheduler").text(random.pick(&["cosine", "linear", "constant"]));
        });
        json.key("tags").object(|json| {
            json.key("cost_centre").text(&format!("CC-{}", random.between(100, 999)));
            json.key("tier").text(random.pick(&["1", "2", "3"]));
            json.key("change").text(&format!("CHG-{:06}", random.below(1_000_000)));
        });
        json.key("approvals").list(|json| {
            for approval in &model.approvals {
                write_approval(json, approval, random);
            }
        });
        json.key("tests").list(|json| {
            for test in &model.tests {
                write_test(json, test, model, random);
            }
        });
        json.key("training_datasets").texts(trained.iter().map(|(id, _)| id.as_str()));
    });
}

fn write_signature(json: &mut Json, random: &mut Random) {
    json.key("inputs").list(|json| {
        for place in 0..random.between(3, 7) {
            json.object(|json| {
                json.key("name").text(&format!("feature_{place:02}"));
                json.key("type").text(random.pick(&["double", "long", "string", "tensor"]));
            });
        }
    });
    json.key("outputs").list(|json| {
        json.object(|json| {
            json.key("name").text("score");
            json.key("type").text("double");
        });
    });
}

fn write_approval(json: &mut Json, approval: &Approval, random: &mut Random) {
    json.object(|json| {
        json.key("approver").text(&email(approval.approver));
        json.key("role").text(random.pick(&ROLES));
        json.key("decision").text(approval.decision);
        json.key("at").optional(approval.at.map(rfc3339).as_deref());
        json.key("ticket").text(&format!("CHG-{:06}", random.below(1_000_000)));
        json.key("comment").text(random.pick(&REMARKS));
    });
}

fn write_test(json: &mut Json, test: &Test, model: &Model, random: &mut Random) {
    json.object(|json| {
        json.key("kind").text(test.kind);
        json.key("suite").text(&format!("{}-suite-{}", test.kind, random.between(1, 9)));
        json.key("score").fraction(random.below(10_000));
        json.key("threshold").fraction(100 * random.between(1, 99));
        match test.passed {
            Some(passed) => json.key("passed").bool(passed),
            None => json.key("passed").null(),
        }
        json.key("performed_at").text(&rfc3339(model.live_at - i64::from(random.below(2_000_000))));
        json.key("report").text(&format!(
            "s3://acme-model-reports/{}/{}/{}.html",
            model.name,
            model.version,
            random.hex(12)
        ));
    });
}
