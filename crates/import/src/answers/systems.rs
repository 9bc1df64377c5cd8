//! The systems that are read by tables, one file each.
//!
//! **To add one:** write `systems/NAME.rs` with a `System` (the fields are explained in `table.rs`), add it to [`SYSTEMS`], declare its
//! raw nouns in `controls/sources/NAME.tick`, lead them to the vocabulary in `controls/vocabulary/maps/NAME.tick`, and say in
//! `docs/src/sources/NAME.md` how to export it. A raw noun is closed: what its entity does not declare is skipped. The declared types
//! decide how a value is read: a number or digits where a `time` is declared count from 1970; a list of `{Key, Value}` where a `map`
//! is declared is one; `one NOUN` refers by key. Keys become snake_case by the rule of `snake.rs`.

mod aws;
mod azure_ml;
mod azure_rbac;
mod cloudtrail;
mod cyclonedx;
mod gcp_iam;
mod github;
mod iam;
mod jira;
mod ocsf;
mod openlineage;
mod opsgenie;
mod oscal;
mod pagerduty;
mod people;
mod sagemaker;
mod servicenow;
mod spdx;
mod vertex;
mod wandb;

use crate::answers::table::System;

/// Every system, in the order in which a file is offered to them.
pub(crate) const SYSTEMS: [&System; 20] = [
    &sagemaker::SYSTEM,
    &aws::SYSTEM,
    &iam::SYSTEM,
    &gcp_iam::SYSTEM,
    &azure_rbac::SYSTEM,
    &vertex::SYSTEM,
    &azure_ml::SYSTEM,
    &wandb::SYSTEM,
    &github::SYSTEM,
    &cloudtrail::SYSTEM,
    &jira::SYSTEM,
    &servicenow::SYSTEM,
    &pagerduty::SYSTEM,
    &opsgenie::SYSTEM,
    &people::SYSTEM,
    &openlineage::SYSTEM,
    &cyclonedx::SYSTEM,
    &spdx::SYSTEM,
    &ocsf::SYSTEM,
    &oscal::SYSTEM,
];
