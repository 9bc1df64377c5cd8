//! A Terraform plan in the format of `terraform show -json`: applications as modules within modules.

use crate::expected::{Expected, Verdict};
use crate::json::Json;
use crate::random::{Random, Stream};
use crate::scale::Scale;
use crate::variations::{HALF, port, retired_group};

const REGIONS: [&str; 4] = ["eu-central-1", "eu-west-1", "us-east-1", "ap-southeast-2"];
/// Buckets of each application.
const BUCKETS: [&str; 2] = ["data", "artifacts"];
const ENGINES: [&str; 3] = ["postgres", "mysql", "aurora-postgresql"];
const SIZES: [&str; 5] = ["m6i.large", "m6i.xlarge", "c6i.2xlarge", "r6i.xlarge", "g5.xlarge"];

/// The name of a bucket.
pub(crate) fn bucket_name(application: u32, which: usize) -> String {
    format!("acme-app-{application:05}-{}", BUCKETS.get(which).copied().unwrap_or_default())
}

/// What the plan does with a bucket, as far as a control asks.
fn bucket(seed: u64, application: u32, which: usize) -> (Action, bool) {
    let mut random = Random::of(seed, Stream::Application, application * 2 + which as u32);
    (Action::drawn(&mut random), random.permille(15))
}

/// Whether a bucket is still there after the plan, and cannot be destroyed with what is in it.
pub(crate) fn keeps_data(seed: u64, application: u32, which: usize) -> bool {
    let (action, force_destroy) = bucket(seed, application, which);
    action != Action::Delete && !force_destroy
}

/// What the plan does with a resource.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Action {
    NoOp,
    Update,
    Create,
    Replace,
    Delete,
}

impl Action {
    fn drawn(random: &mut Random) -> Self {
        match random.below(100) {
            0..55 => Self::NoOp,
            55..75 => Self::Update,
            75..97 => Self::Create,
            97 => Self::Replace,
            _ => Self::Delete,
        }
    }

    fn words(self) -> &'static [&'static str] {
        match self {
            Self::NoOp => &["no-op"],
            Self::Update => &["update"],
            Self::Create => &["create"],
            Self::Replace => &["delete", "create"],
            Self::Delete => &["delete"],
        }
    }

    fn is_new(self) -> bool {
        matches!(self, Self::Create | Self::Replace)
    }
}

/// One resource of an application: where it stands, and what is drawn for it.
struct Place<'p> {
    seed: u64,
    module: &'p str,
    application: u32,
    /// Distinguishes the resources of one application.
    number: u32,
    action: Action,
}

impl Place<'_> {
    /// The stream of this resource; the same for its values before and after.
    fn random(&self) -> Random {
        Random::of(self.seed, Stream::Resource, self.application.wrapping_mul(64) + self.number)
    }
}

/// Writes one resource change. `values` writes the attributes; `unknown` names those that are known only after apply, and
/// that `values` has left out where the resource is new.
fn write_change(
    json: &mut Json,
    place: &Place<'_>,
    (ty, name): (&str, &str),
    unknown: &[&str],
    values: impl Fn(&mut Json, bool),
) {
    json.object(|json| {
        json.key("address").text(&format!("{}.{ty}.{name}", place.module));
        json.key("module_address").text(place.module);
        json.key("mode").text("managed");
        json.key("type").text(ty);
        json.key("name").text(name);
        json.key("provider_name").text("registry.terraform.io/hashicorp/aws");
        json.key("change").object(|json| {
            json.key("actions").texts(place.action.words().iter().copied());
            match place.action {
                Action::Create => json.key("before").null(),
                _ => json.key("before").object(|json| values(json, false)),
            }
            match place.action {
                Action::Delete => json.key("after").null(),
                _ => json.key("after").object(|json| values(json, true)),
            }
            json.key("after_unknown").object(|json| {
                let computed: &[&str] = if place.action.is_new() { &["arn", "id", "tags_all"] } else { &[] };
                for attribute in computed.iter().chain(unknown) {
                    json.key(attribute).bool(true);
                }
            });
            json.key("before_sensitive").object(|_| {});
            json.key("after_sensitive").object(|json| json.key("tags_all").object(|_| {}));
        });
    });
}

/// The attributes that nearly every resource has.
fn write_ordinary(json: &mut Json, place: &Place<'_>, after: bool, ty: &str, random: &mut Random) {
    let known = !after || !place.action.is_new();
    if known {
        json.key("arn").text(&format!("arn:aws:{ty}:eu-central-1:111122223333:{}", random.hex(20)));
        json.key("id").text(&random.hex(17));
    }
    let tags = |json: &mut Json| {
        json.key("application").text(&format!("app-{:05}", place.application));
        json.key("environment").text("production");
        json.key("managed_by").text("terraform");
        json.key("revision").text(if after { "b7f1c2" } else { "a90e44" });
    };
    json.key("tags").object(tags);
    if known {
        json.key("tags_all").object(tags);
    }
    json.key("timeouts").null();
}

pub(crate) fn write(json: &mut Json, scale: &Scale, seed: u64, expected: &mut Expected) {
    let retired: Vec<String> = (0..HALF).map(retired_group).collect();
    json.object(|json| {
        json.key("format_version").text("1.2");
        json.key("terraform_version").text("1.11.4");
        json.key("variables").object(|json| {
            json.key("environment").object(|json| json.key("value").text("production"));
        });
        json.key("resource_changes").list(|json| {
            for application in 0..scale.applications {
                write_application(json, seed, application, &retired, expected);
            }
        });
        json.key("configuration").object(|json| {
            json.key("provider_config").object(|json| {
                json.key("aws").object(|json| {
                    json.key("name").text("aws");
                    json.key("full_name").text("registry.terraform.io/hashicorp/aws");
                });
            });
            json.key("root_module").object(|_| {});
        });
        json.key("timestamp").text("2026-06-30T02:00:00Z");
        json.key("applyable").bool(true);
        json.key("complete").bool(true);
        json.key("errored").bool(false);
    });
}

fn write_application(json: &mut Json, seed: u64, application: u32, retired: &[String], expected: &mut Expected) {
    let region = REGIONS.get(application as usize % REGIONS.len()).copied().unwrap_or_default();
    let module = format!("module.platform[\"{region}\"].module.app_{application:05}");
    let place = |number: u32| {
        let mut place = Place { seed, module: &module, application, number, action: Action::NoOp };
        // The last stream number of each resource is for its action alone.
        place.action =
            Action::drawn(&mut Random::of(seed ^ 0x5eed, Stream::Resource, application.wrapping_mul(64) + number));
        place
    };
    for (which, name) in BUCKETS.iter().enumerate() {
        write_bucket(json, place(which as u32), which, name);
        write_access_block(json, &place(2 + which as u32), which, name);
    }
    for (number, name) in [(4, "primary"), (5, "reporting")] {
        write_database(json, &place(number), name, expected);
    }
    write_group(json, &place(6));
    for (number, name) in [(7, "api"), (8, "admin"), (9, "peers")] {
        write_rule(json, &place(number), name, retired, expected);
    }
    for (number, name) in [(10, "web"), (11, "batch")] {
        write_instance(json, &place(number), name);
    }
    write_function(json, &place(12));
    write_role(json, &place(13));
    write_log_group(json, &place(14));
    write_key(json, &place(15));
}

fn write_bucket(json: &mut Json, place: Place<'_>, which: usize, name: &str) {
    let (action, force_destroy) = bucket(place.seed, place.application, which);
    let place = Place { action, ..place };
    write_change(json, &place, ("aws_s3_bucket", name), &[], |json, after| {
        let mut random = place.random();
        write_ordinary(json, &place, after, "s3", &mut random);
        json.key("bucket").text(&bucket_name(place.application, which));
        json.key("bucket_prefix").text("");
        json.key("force_destroy").bool(force_destroy);
        json.key("acceleration_status").text("");
        json.key("object_lock_enabled").bool(random.permille(200));
        json.key("versioning").list(|json| {
            json.object(|json| {
                json.key("enabled").bool(!random.permille(50));
                json.key("mfa_delete").bool(false);
            });
        });
        json.key("lifecycle_rule").list(|json| {
            json.object(|json| {
                json.key("id").text("expire-noncurrent");
                json.key("enabled").bool(true);
                json.key("prefix").text("");
                json.key("noncurrent_version_expiration").list(|json| {
                    json.object(|json| json.key("days").number(random.between(7, 365)));
                });
            });
        });
    });
}

fn write_access_block(json: &mut Json, place: &Place<'_>, which: usize, name: &str) {
    write_change(json, place, ("aws_s3_bucket_public_access_block", name), &[], |json, _| {
        json.key("bucket").text(&bucket_name(place.application, which));
        for attribute in ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"] {
            json.key(attribute).bool(true);
        }
    });
}

/// `every aws_db_instance: storage_encrypted == true and backup_retention_period >= 7 and publicly_accessible == false`
fn write_database(json: &mut Json, place: &Place<'_>, name: &str, expected: &mut Expected) {
    let mut random = place.random();
    let encrypted = match random.below(1000) {
        0..20 => Some(false),
        20..30 => None,
        _ => Some(true),
    };
    let retention = if random.permille(20) { random.below(7) } else { random.between(7, 35) };
    let public = match random.below(1000) {
        0..10 => Some(true),
        10..13 => None,
        _ => Some(false),
    };
    if place.action != Action::Delete {
        expected.judge(1, Verdict::all([encrypted, Some(retention >= 7), public.map(|public| !public)]));
    }
    let unknown: &[&str] = if encrypted.is_none() { &["storage_encrypted"] } else { &[] };
    let drawn = random.next() as u32;
    write_change(json, place, ("aws_db_instance", name), unknown, |json, after| {
        let mut random = Random::of(place.seed, Stream::Resource, drawn);
        write_ordinary(json, place, after, "rds", &mut random);
        json.key("identifier").text(&format!("app-{:05}-{name}", place.application));
        json.key("engine").text(random.pick(&ENGINES));
        json.key("engine_version").text("16.4");
        json.key("instance_class").text("db.r6g.large");
        json.key("allocated_storage").number(random.between(20, 4000));
        json.key("max_allocated_storage").number(8000);
        json.key("backup_retention_period").number(retention);
        json.key("backup_window").text("03:00-04:00");
        json.key("maintenance_window").text("sun:04:30-sun:05:30");
        json.key("multi_az").bool(random.permille(700));
        json.key("publicly_accessible");
        match public {
            Some(public) => json.bool(public),
            None => json.null(),
        }
        if let Some(encrypted) = encrypted {
            json.key("storage_encrypted").bool(encrypted);
        }
        json.key("deletion_protection").bool(true);
        json.key("enabled_cloudwatch_logs_exports").texts(["postgresql", "upgrade"]);
        json.key("iam_database_authentication_enabled").bool(random.permille(800));
        json.key("parameter_group_name").text("acme-default-16");
        json.key("username").text("app");
        json.key("vpc_security_group_ids").texts([random.hex(17).as_str()]);
    });
}

fn write_group(json: &mut Json, place: &Place<'_>) {
    write_change(json, place, ("aws_security_group", "this"), &["owner_id"], |json, after| {
        let mut random = place.random();
        write_ordinary(json, place, after, "ec2", &mut random);
        json.key("name").text(&format!("app-{:05}", place.application));
        json.key("description").text("Traffic of one application; rules stand on their own");
        json.key("vpc_id").text(&format!("vpc-0{}", random.hex(16)));
        json.key("revoke_rules_on_delete").bool(false);
    });
}

/// `no aws_security_group_rule where cidr_blocks contains "0.0.0.0/0" and from_port <= PORT and to_port >= PORT`, and
/// `no aws_security_group_rule where security_group_id == GROUP`
fn write_rule(json: &mut Json, place: &Place<'_>, name: &str, retired: &[String], expected: &mut Expected) {
    let mut random = place.random();
    let open = random.permille(50);
    let (from, to) = match random.below(1000) {
        0..4 => (0, 65_535),
        4..500 => {
            let from = port(random.below(HALF as u32) as usize);
            (from, from + random.below(200))
        }
        _ => (443, 443),
    };
    let group = random.permille(20).then(|| random.below(HALF as u32) as usize);
    let unknown_group = group.is_none() && random.permille(2);
    if place.action != Action::Delete {
        expected.rules += 1;
        for (variation, counts) in expected.variations.iter_mut().enumerate() {
            match variation.checked_sub(HALF) {
                None if open && (from..=to).contains(&port(variation)) => counts.fail += 1,
                Some(variation) if group == Some(variation) => counts.fail += 1,
                Some(_) if unknown_group => counts.unknown += 1,
                _ => {}
            }
        }
    }
    let group_id = match group.and_then(|group| retired.get(group)) {
        Some(id) => id.clone(),
        None => format!("sg-1{}", random.hex(16)),
    };
    let drawn = random.next() as u32;
    let unknown: &[&str] = if unknown_group { &["security_group_id"] } else { &[] };
    write_change(json, place, ("aws_security_group_rule", name), unknown, |json, after| {
        let mut random = Random::of(place.seed, Stream::Resource, drawn);
        if !after || !place.action.is_new() {
            json.key("id").text(&format!("sgrule-{}", random.below(u32::MAX)));
            json.key("security_group_rule_id").text(&format!("sgr-0{}", random.hex(16)));
        }
        json.key("type").text("ingress");
        json.key("protocol").text("tcp");
        json.key("from_port").number(from);
        json.key("to_port").number(to);
        json.key("cidr_blocks").list(|json| {
            for _ in 0..random.between(1, 3) {
                json.text(&format!("10.{}.{}.0/24", random.below(256), random.below(256)));
            }
            if open {
                json.text("0.0.0.0/0");
            }
        });
        json.key("ipv6_cidr_blocks").list(|_| {});
        json.key("prefix_list_ids").list(|_| {});
        if !unknown_group {
            json.key("security_group_id").text(&group_id);
        }
        json.key("self").bool(false);
        json.key("source_security_group_id").null();
        json.key("description").text(&format!("{name} of app-{:05}", place.application));
        json.key("timeouts").null();
    });
}

fn write_instance(json: &mut Json, place: &Place<'_>, name: &str) {
    write_change(json, place, ("aws_instance", name), &[], |json, after| {
        let mut random = place.random();
        write_ordinary(json, place, after, "ec2", &mut random);
        json.key("ami").text(&format!("ami-0{}", random.hex(16)));
        json.key("instance_type").text(random.pick(&SIZES));
        json.key("availability_zone").text("eu-central-1a");
        json.key("ebs_optimized").bool(true);
        json.key("monitoring").bool(random.permille(500));
        json.key("subnet_id").text(&format!("subnet-0{}", random.hex(16)));
        json.key("metadata_options").list(|json| {
            json.object(|json| {
                json.key("http_endpoint").text("enabled");
                json.key("http_tokens").text(random.pick(&["required", "required", "optional"]));
                json.key("http_put_response_hop_limit").number(1);
            });
        });
        json.key("root_block_device").list(|json| {
            json.object(|json| {
                json.key("encrypted").bool(!random.permille(30));
                json.key("volume_type").text("gp3");
                json.key("volume_size").number(random.between(20, 500));
                json.key("iops").number(3000);
            });
        });
        json.key("user_data").text(&random.hex(40));
    });
}

fn write_function(json: &mut Json, place: &Place<'_>) {
    write_change(json, place, ("aws_lambda_function", "worker"), &["last_modified"], |json, after| {
        let mut random = place.random();
        write_ordinary(json, place, after, "lambda", &mut random);
        json.key("function_name").text(&format!("app-{:05}-worker", place.application));
        json.key("runtime").text("python3.13");
        json.key("handler").text("main.handle");
        json.key("memory_size").number(128 * random.between(1, 16));
        json.key("timeout").number(random.between(3, 900));
        json.key("source_code_hash").text(&random.hex(44));
        json.key("environment").list(|json| {
            json.object(|json| {
                json.key("variables").object(|json| {
                    json.key("BUCKET").text(&bucket_name(place.application, 0));
                    json.key("LOG_LEVEL").text("info");
                    json.key("QUERY").text("select \"id\", \"amount\" from \"orders\" where \"day\" = $1");
                });
            });
        });
    });
}

fn write_role(json: &mut Json, place: &Place<'_>) {
    write_change(json, place, ("aws_iam_role", "worker"), &[], |json, after| {
        let mut random = place.random();
        write_ordinary(json, place, after, "iam", &mut random);
        json.key("name").text(&format!("app-{:05}-worker", place.application));
        json.key("assume_role_policy").text(
            "{\"Statement\":[{\"Action\":\"sts:AssumeRole\",\"Effect\":\"Allow\",\
             \"Principal\":{\"Service\":\"lambda.amazonaws.com\"}}],\"Version\":\"2012-10-17\"}",
        );
        json.key("max_session_duration").number(3600);
        json.key("force_detach_policies").bool(false);
    });
}

fn write_log_group(json: &mut Json, place: &Place<'_>) {
    write_change(json, place, ("aws_cloudwatch_log_group", "this"), &[], |json, after| {
        let mut random = place.random();
        write_ordinary(json, place, after, "logs", &mut random);
        json.key("name").text(&format!("/acme/app-{:05}", place.application));
        json.key("retention_in_days").number(random.between(30, 400));
        json.key("skip_destroy").bool(false);
    });
}

fn write_key(json: &mut Json, place: &Place<'_>) {
    write_change(json, place, ("aws_kms_key", "this"), &["key_id"], |json, after| {
        let mut random = place.random();
        write_ordinary(json, place, after, "kms", &mut random);
        json.key("description").text("Key of one application");
        json.key("enable_key_rotation").bool(!random.permille(40));
        json.key("deletion_window_in_days").number(30);
        json.key("key_usage").text("ENCRYPT_DECRYPT");
    });
}
