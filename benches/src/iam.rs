//! People, roles and policies, with the statements written out as the authorization details of a cloud have them.

use crate::calendar::{BEGINNING, DAY, rfc3339};
use crate::expected::{Expected, Verdict};
use crate::json::Json;
use crate::random::{Random, Stream};
use crate::scale::Scale;

/// How many approvals one person may give.
const MOST_APPROVALS: u32 = 30;

const SERVICES: [&str; 8] = ["s3", "ec2", "sagemaker", "dynamodb", "logs", "kms", "ecr", "sqs"];
const VERBS: [&str; 8] = ["GetObject", "PutObject", "List*", "Describe*", "CreateEndpoint", "Query", "Decrypt", "*"];
const TEAMS: [&str; 6] = ["risk", "growth", "platform", "language", "data", "security"];

/// The address of a person.
pub(crate) fn email(user: u32) -> String {
    format!("user{user:05}@acme.example")
}

fn policy_arn(policy: u32) -> String {
    format!("arn:aws:iam::111122223333:policy/acme/shared-{policy:05}")
}

/// A statement, as the control sees it.
struct Statement {
    effect: &'static str,
    actions: Vec<String>,
    resources: Vec<String>,
}

impl Statement {
    fn admin() -> Self {
        Self { effect: "Allow", actions: vec!["*".to_owned()], resources: vec!["*".to_owned()] }
    }

    /// Nearly all of one kind or another, so that each part of the condition is needed.
    fn harmless(random: &mut Random) -> Self {
        let actions = |random: &mut Random| {
            (0..random.between(1, 6)).map(|_| format!("{}:{}", random.pick(&SERVICES), random.pick(&VERBS))).collect()
        };
        let resources = |random: &mut Random| {
            let arn = |random: &mut Random| format!("arn:aws:s3:::acme-{}/{}/*", random.pick(&TEAMS), random.hex(8));
            (0..random.between(1, 4)).map(|_| arn(random)).collect()
        };
        let star = || vec!["*".to_owned()];
        match random.below(100) {
            0..5 => Self { effect: "Deny", actions: star(), resources: star() },
            5..10 => Self { effect: "Allow", actions: star(), resources: resources(random) },
            10..25 => Self { effect: "Allow", actions: actions(random), resources: star() },
            _ => Self { effect: "Allow", actions: actions(random), resources: resources(random) },
        }
    }

    fn is_admin(&self) -> bool {
        let star = |list: &[String]| list.iter().any(|item| item == "*");
        self.effect == "Allow" && star(&self.actions) && star(&self.resources)
    }

    fn write(&self, json: &mut Json, random: &mut Random) {
        json.object(|json| {
            json.key("sid").text(&format!("S{}", random.hex(10)));
            json.key("effect").text(self.effect);
            json.key("actions").texts(self.actions.iter().map(String::as_str));
            json.key("resources").texts(self.resources.iter().map(String::as_str));
            if random.permille(300) {
                json.key("condition").object(|json| {
                    json.key("StringEquals").object(|json| {
                        json.key("aws:RequestedRegion").texts(["eu-central-1", "eu-west-1"]);
                    });
                });
            }
        });
    }
}

/// Statements of one policy; `share` of a thousand policies let everything be done.
fn statements(random: &mut Random, share: u32) -> Vec<Statement> {
    let mut statements: Vec<Statement> = (0..random.between(1, 4)).map(|_| Statement::harmless(random)).collect();
    if random.permille(share) {
        statements.push(Statement::admin());
    }
    statements
}

fn policy_statements(seed: u64, policy: u32) -> (Vec<Statement>, Random) {
    let mut random = Random::of(seed, Stream::Policy, policy);
    (statements(&mut random, 10), random)
}

pub(crate) fn write(json: &mut Json, scale: &Scale, seed: u64, expected: &mut Expected) {
    json.object(|json| {
        json.key("_source").object(|json| {
            json.key("collected_at").text("2026-06-29T23:30:00Z");
            json.key("complete").bool(true);
        });
        json.key("user").list(|json| {
            for user in 0..scale.users {
                let given = expected.given.get(user as usize).copied().unwrap_or(0);
                expected.judge(5, Verdict::all([Some(given <= MOST_APPROVALS)]));
                write_user(json, seed, user);
            }
        });
        json.key("role").list(|json| {
            for role in 0..scale.roles {
                expected.judge(4, write_role(json, scale, seed, role));
            }
        });
        json.key("managed_policy").list(|json| {
            for policy in 0..scale.policies {
                write_policy(json, seed, policy);
            }
        });
    });
}

fn write_user(json: &mut Json, seed: u64, user: u32) {
    let mut random = Random::of(seed, Stream::User, user);
    json.object(|json| {
        json.key("email").text(&email(user));
        json.key("name").text(&format!("Person {user}"));
        json.key("user_id").text(&format!("AIDA{}", random.hex(16).to_uppercase()));
        json.key("team").text(random.pick(&TEAMS));
        json.key("mfa").bool(!random.permille(20));
        json.key("created_at").text(&rfc3339(BEGINNING - i64::from(random.below(900)) * DAY));
        json.key("groups").list(|json| {
            for _ in 0..random.between(1, 4) {
                json.text(&format!("grp-{}-{}", random.pick(&TEAMS), random.below(9)));
            }
        });
    });
}

/// `no role: (some s in inline_policies.statements: s is admin) or (some s in attached_policies.statements: s is admin)`
fn write_role(json: &mut Json, scale: &Scale, seed: u64, role: u32) -> Verdict {
    let mut random = Random::of(seed, Stream::Role, role);
    let inline: Vec<Vec<Statement>> = (0..random.below(3)).map(|_| statements(&mut random, 25)).collect();
    let mut attached: Vec<u32> = (0..random.between(1, 3)).map(|_| random.below(scale.policies)).collect();
    attached.sort_unstable();
    attached.dedup();
    let lost = random.permille(5);
    let admin = inline.iter().flatten().any(Statement::is_admin)
        || attached.iter().any(|policy| policy_statements(seed, *policy).0.iter().any(Statement::is_admin));
    let name = format!("acme-{}-role-{role:06}", random.pick(&TEAMS));
    json.object(|json| {
        json.key("name").text(&name);
        json.key("arn").text(&format!("arn:aws:iam::111122223333:role/acme/{name}"));
        json.key("role_id").text(&format!("AROA{}", random.hex(16).to_uppercase()));
        json.key("path").text("/acme/");
        json.key("created_at").text(&rfc3339(BEGINNING - i64::from(random.below(900)) * DAY));
        json.key("max_session_duration").number(3600 * random.between(1, 12));
        json.key("trust").object(|json| write_trust(json, &mut random));
        json.key("inline_policies").list(|json| {
            for (place, statements) in inline.iter().enumerate() {
                json.object(|json| {
                    json.key("name").text(&format!("inline-{place}"));
                    json.key("statements").list(|json| {
                        statements.iter().for_each(|statement| statement.write(json, &mut random));
                    });
                });
            }
        });
        json.key("attached_policies").list(|json| {
            for policy in &attached {
                json.text(&policy_arn(*policy));
            }
            if lost {
                json.text(&format!("arn:aws:iam::999900001111:policy/of-another-account-{role:06}"));
            }
        });
        json.key("last_used_at").text(&rfc3339(BEGINNING + i64::from(random.below(360)) * DAY));
        json.key("tags").object(|json| {
            json.key("team").text(random.pick(&TEAMS));
            json.key("managed_by").text("terraform");
        });
    });
    Verdict::all([Some(!admin), if lost { None } else { Some(true) }])
}

fn write_trust(json: &mut Json, random: &mut Random) {
    json.key("version").text("2012-10-17");
    json.key("statement").list(|json| {
        json.object(|json| {
            json.key("effect").text("Allow");
            json.key("principal").object(|json| {
                json.key("service").text(&format!("{}.amazonaws.com", random.pick(&SERVICES)));
            });
            json.key("action").text("sts:AssumeRole");
        });
    });
}

fn write_policy(json: &mut Json, seed: u64, policy: u32) {
    let (statements, mut random) = policy_statements(seed, policy);
    json.object(|json| {
        json.key("arn").text(&policy_arn(policy));
        json.key("name").text(&format!("shared-{policy:05}"));
        json.key("default_version").text(&format!("v{}", random.between(1, 9)));
        json.key("attachment_count").number(random.below(40));
        json.key("statements").list(|json| {
            statements.iter().for_each(|statement| statement.write(json, &mut random));
        });
    });
}
