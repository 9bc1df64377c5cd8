//! Terraform configurations: `.tf` files without a plan.
//!
//! Every folder with Terraform files that no other one calls as a local module is a root, and one source of the kind
//! `terraform-config`; of modules that call each other in a circle it is the first. A `.tf` file that is named by itself stands
//! for the folder that it lies in, since a resource says nothing without the variables and locals beside it.
//!
//! The records are those that a plan gives: nouns by resource type, addresses as ids, the same relations. What the text does not
//! decide is unknown, for a reason that names the expression. Three things differ, since nobody has asked a provider: there is no
//! action, an argument that the text leaves out is missing (a provider may have a default), and what providers always compute
//! (`id`, `arn`) is unknown. Every module call is a record of `tf_module`, also of a module that is not here.

mod config;
mod folded;
mod holed;
mod places;
mod read;
mod relations;
mod secrets;
mod value;

pub(crate) use config::{Config, is_configuration_file, open};
pub(crate) use places::{Places, argument_place};
pub(crate) use read::{Source, read};
