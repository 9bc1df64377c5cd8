//! The real `terraform`, asked what expressions and modules come to. There is nothing to download for `terraform_data`.

use std::path::Path;
use std::process::Command;

use serde_json::Value as Json;

/// Whether there is a `terraform` to ask; says so where there is none.
pub(crate) fn is_here() -> bool {
    let here = Command::new("terraform").arg("version").output().is_ok_and(|output| output.status.success());
    if !here {
        eprintln!("skipped: there is no `terraform` to compare with");
    }
    here
}

/// How much more than usual to try: `TICKMARK_TERRAFORM_ROUNDS`, 1 unless set.
pub(crate) fn rounds() -> u64 {
    std::env::var("TICKMARK_TERRAFORM_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(1)
}

fn run(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("terraform")
        .args(arguments)
        .current_dir(folder)
        .env("TF_IN_AUTOMATION", "1")
        .env("CHECKPOINT_DISABLE", "1")
        .output()
        .map_err(|error| error.to_string())?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)))
    }
}

/// The plan of the configuration in a folder.
pub(crate) fn plan(folder: &Path) -> Result<Json, String> {
    run(folder, &["init", "-no-color", "-input=false"])?;
    run(folder, &["plan", "-no-color", "-input=false", "-refresh=false", "-out", "plan.bin"])?;
    let text = run(folder, &["show", "-json", "plan.bin"])?;
    serde_json::from_str(&text).map_err(|error| error.to_string())
}
