//! The packs over the configurations, manifests and the template that they are compared with Checkov on: each resource there is called
//! after a control, and by `ok` or `bad` says what that control finds. So importers and packs are tested together.

use tickmark_tests::{root, tickmark};

/// How a control is written in the name of a resource: `AWS-S3-01` in `aws_s3_bucket.s3_01_ok_closed`, `K8S-POD-01` in
/// `acme/Deployment/k8s-pod-01-ok-plain`, `CFN-S3-01` in `S301S3BucketOkClosed`.
fn expected(control: &str, subject: &str) -> Option<&'static str> {
    let name = subject.rsplit(['.', '/']).next()?;
    let plain = |text: &str| text.to_lowercase().replace(['-', '_'], "");
    let control = if control.starts_with("K8S-") { control } else { control.split_once('-')?.1 };
    if !plain(name).starts_with(&plain(control)) {
        return None;
    }
    // In a template the type stands between the control and the word.
    let separated = name.replace('-', "_");
    let (text, ok, bad) = if separated.contains('_') { (&*separated, "_ok_", "_bad_") } else { (name, "Ok", "Bad") };
    match (text.find(ok), text.find(bad)) {
        (Some(ok), bad) if bad.is_none_or(|bad| ok < bad) => Some("pass"),
        (_, Some(_)) => Some("fail"),
        _ => None,
    }
}

/// How many resources of a folder are judged as their names say; panics where one is not.
fn judged(folder: &str) -> usize {
    let path = root().join("tests/checkov").join(folder).to_string_lossy().into_owned();
    let outcome = tickmark(&["check", &path, "--pack", folder, "--as-of", "2026-06-30", "--format", "json"]);
    assert_eq!(outcome.code, 1, "{}", outcome.err);
    let (mut count, mut wrong) = (0, Vec::new());
    for one in outcome.judged() {
        if let Some(expected) = expected(&one.control, &one.id) {
            count += 1;
            if one.verdict != expected {
                wrong.push(format!("{} {}: {}, and its name says {expected}", one.control, one.id, one.verdict));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    count
}

#[test]
fn configurations_are_judged_as_their_names_say() {
    let counts = ["terraform-aws", "terraform-google", "terraform-azure"].map(judged);
    assert!(counts.iter().sum::<usize>() > 500, "{counts:?}");
}

#[test]
fn manifests_are_judged_as_their_names_say() {
    let count = judged("kubernetes");
    assert!(count > 90, "{count}");
}

#[test]
fn templates_are_judged_as_their_names_say() {
    let count = judged("cloudformation");
    assert!(count > 60, "{count}");
}
