//! Deployments of models, with the time of each.

use crate::calendar::{DAY, rfc3339};
use crate::expected::{Expected, Verdict};
use crate::json::Json;
use crate::models::Model;
use crate::random::Random;

/// How old an approval may be when a model goes live.
const WINDOW: i64 = 90 * DAY;

/// Writes the deployments of one model: of those in production one to three, of some others one in a test environment.
pub(crate) fn write_of(json: &mut Json, number: u32, model: &Model, random: &mut Random, expected: &mut Expected) {
    let live = model.stage == "production";
    let times = if live { random.between(1, 3) } else { random.below(2) };
    for time in 0..times {
        let at = model.live_at + i64::from(time) * 2 * DAY;
        let at = (!random.permille(5)).then_some(at);
        let lost = random.permille(4);
        let environment = if live { "production" } else { random.pick(&["staging", "load-test"]) };
        if live {
            expected.judge(7, is_covered(model, at, lost));
        }
        json.object(|json| {
            json.key("id").text(&format!("dep-{number:06}-{time}"));
            if lost {
                json.key("model").text(&format!("retired-model-{number:05}@1"));
            } else {
                json.key("model").text(&format!("{}@{}", model.name, model.version));
            }
            json.key("environment").text(environment);
            json.key("deployed_at").optional(at.map(rfc3339).as_deref());
            json.key("deployed_by").text(random.pick(&["ci-release@acme.example", "ci-hotfix@acme.example"]));
            json.key("status").text(random.pick(&["succeeded", "succeeded", "succeeded", "rolled-back"]));
            json.key("cluster").text(&format!("eks-{}-{}", random.pick(&["eu", "us", "ap"]), random.between(1, 4)));
            json.key("image").text(&format!("serving/{}@sha256:{}", model.name, random.hex(64)));
            json.key("replicas").number(random.between(1, 12));
            json.key("pipeline").text(&format!("release/{}", random.hex(10)));
        });
    }
}

/// `every production deployment d: d.model has approved approval within 90 days before d.deployed_at`
fn is_covered(model: &Model, at: Option<i64>, lost: bool) -> Verdict {
    if lost {
        return Verdict::Unknown;
    }
    let approved = || model.approvals.iter().filter_map(crate::models::Approval::approved_at);
    let in_window = |given: Option<i64>| Some((at? - WINDOW..at?).contains(&given?));
    match () {
        () if approved().any(|given| in_window(given) == Some(true)) => Verdict::Pass,
        () if approved().any(|given| in_window(given).is_none()) => Verdict::Unknown,
        () => Verdict::Fail,
    }
}
