//! CloudFormation templates, YAML and JSON: each resource is a record of the noun of its type.
//!
//! `AWS::S3::Bucket` is `cfn_s3_bucket`: the service in small letters, the type in `snake_case` ([`crate::snake`]), without `AWS`. A
//! record has `address` (its logical id), `cfn_type`, `cfn_condition`, `cfn_created`, `cfn_depends_on`, `cfn_deletion_policy`,
//! `cfn_update_replace_policy`, `cfn_metadata`, and the resource's properties in `snake_case`. The noun `cfn_resource` has a record for every
//! resource of whatever type.
//!
//! Intrinsic functions are evaluated as far as the template decides them: parameters have their defaults, conditions follow from them.
//! What the template does not decide is unknown, and the reason names the expression; only that value is. A resource whose condition
//! is false is not created: it is no record of its type, but one of `cfn_resource`. Where the condition is not known, it is both.
//!
//! An attribute that a control calls after another resource type holds the resources of that type that refer to this one by `Ref`,
//! `Fn::GetAtt` or `Fn::Sub`, or to which this one refers.

mod each;
mod evaluate;
mod functions;
mod read;
mod references;
mod template;

pub(crate) use read::{Source, read};
pub(crate) use template::{SECTIONS, Template, scan};
