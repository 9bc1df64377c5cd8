//! What a configuration evaluates to.

use std::collections::BTreeMap;
use std::sync::Arc;

use tickmark_diagnostics::Diagnostic;
use tickmark_source::{Place, Span};

use crate::address::Key;
use crate::module::Mode;
use crate::value::Value;

/// A configuration, evaluated.
#[derive(Debug, Default)]
pub struct Configuration {
    /// All instances of all resources: those of a module in the order of its files, then those of the modules that it
    /// calls.
    pub resources: Vec<ResourceInstance>,
    /// The outputs of the root module.
    pub outputs: Vec<OutputValue>,
    /// All module calls, instance by instance.
    pub module_calls: Vec<ModuleCall>,
    /// The configurations of providers.
    pub providers: Vec<ProviderConfiguration>,
    /// What was wrong: mistakes in files, and what could not be evaluated. Sorted by place.
    pub diagnostics: Vec<Diagnostic>,
}

/// An instance of a resource or data source.
#[derive(Clone, Debug)]
pub struct ResourceInstance {
    /// `module.a["x"].aws_s3_bucket.b[0]`; with `[*]` where it is not known how many there are.
    pub address: Arc<str>,
    /// The address of the module instance; empty for the root.
    pub module: Arc<str>,
    /// Whether it is a resource or a data source.
    pub mode: Mode,
    /// `aws_s3_bucket`
    pub ty: Arc<str>,
    /// `b`
    pub name: Arc<str>,
    /// Which of several it is.
    pub key: Key,
    /// Its provider.
    pub provider: ProviderOf,
    /// Arguments and nested blocks by name; a nested block is a list of objects.
    pub attributes: BTreeMap<Arc<str>, Attribute>,
    /// Addresses that `depends_on` names, within the module instance.
    pub depends_on: Vec<Arc<str>>,
    /// Where the block begins, with its labels.
    pub span: Span,
    /// `lifecycle { prevent_destroy }`, where it is said.
    pub prevent_destroy: Option<bool>,
    /// `lifecycle { ignore_changes }`: paths as they are written; `all` for all.
    pub ignore_changes: Vec<Arc<str>>,
    /// The types of its provisioners.
    pub provisioners: Vec<Arc<str>>,
}

/// An argument of a resource, or all nested blocks of a kind.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// What it evaluates to.
    pub value: Value,
    /// The expression, or the first block.
    pub span: Span,
}

/// The provider of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderOf {
    /// The local name in the module of the resource: `aws`.
    pub name: Arc<str>,
    /// The alias in the module of the resource.
    pub alias: Option<Arc<str>>,
    /// Where it comes from: `hashicorp/aws`.
    pub source: Arc<str>,
    /// Its configuration among [`Configuration::providers`], found through the `providers` of module calls; `None` where
    /// there is no block for it.
    pub configuration: Option<usize>,
}

/// A provider block.
#[derive(Clone, Debug)]
pub struct ProviderConfiguration {
    /// The address of the module instance that it stands in; empty for the root.
    pub module: Arc<str>,
    /// `aws`
    pub name: Arc<str>,
    /// The alias, where it has one.
    pub alias: Option<Arc<str>>,
    /// Arguments and nested blocks: `region`, `default_tags`.
    pub attributes: BTreeMap<Arc<str>, Attribute>,
    /// Where the block begins.
    pub span: Span,
}

/// An output of the root module.
#[derive(Clone, Debug)]
pub struct OutputValue {
    /// Its name.
    pub name: Arc<str>,
    /// What it evaluates to.
    pub value: Value,
    /// Where the block begins.
    pub place: Place,
}

/// An instance of a module call.
#[derive(Clone, Debug)]
pub struct ModuleCall {
    /// `module.a["x"]`
    pub address: Arc<str>,
    /// The source, where it is literal text.
    pub source: Option<Arc<str>>,
    /// The version that is asked for.
    pub version: Option<Arc<str>>,
    /// Which of several it is.
    pub key: Key,
    /// Why the module is not here; `None` where it is.
    pub missing: Option<Arc<str>>,
    /// What is handed to the module.
    pub arguments: BTreeMap<Arc<str>, Attribute>,
    /// Where the block begins.
    pub span: Span,
}
