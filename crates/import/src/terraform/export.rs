//! A Terraform export, scanned once: which resources there are, and where in the file their values stand.

use crate::piece::Envelope;
use crate::terraform::address::InstanceKey;
use crate::terraform::resource::{Action, Kind, Resource, Resources, Tables};
use smol_str::SmolStr;
use std::borrow::Cow;
use std::ops::Range;
use tickmark_diagnostics::Diagnostic;

/// A plan or state.
#[derive(Default)]
pub(crate) struct Export {
    /// Every resource and data source, in the order of the file.
    pub(crate) resources: Resources,
    /// What they have in common.
    pub(crate) tables: Tables,
    /// Where the configuration stands, in a plan that has it.
    pub(crate) configuration: Option<Range<usize>>,
    /// When it was made, and whether it is all there is.
    pub(crate) envelope: Envelope,
    /// What is odd without being wrong.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The nouns of the resources, in the order in which they were met.
    pub(crate) nouns: Vec<SmolStr>,
}

impl Export {
    fn kind(&self, resource: &Resource) -> Option<&Kind> {
        self.tables.kinds.get(resource.kind as usize)
    }

    fn text(&self, number: Option<u32>) -> &SmolStr {
        self.tables.text(number.unwrap_or_default())
    }

    /// Where the noun of a resource stands in [`Export::nouns`].
    pub(crate) fn noun_number(&self, resource: &Resource) -> Option<usize> {
        self.kind(resource)?.noun.map(|noun| noun as usize)
    }

    /// The noun of a resource.
    pub(crate) fn noun(&self, resource: &Resource) -> &str {
        self.noun_number(resource).and_then(|number| self.nouns.get(number)).map_or("", SmolStr::as_str)
    }

    /// The address of its module instance; empty for the root.
    pub(crate) fn module(&self, resource: &Resource) -> &SmolStr {
        self.tables.text(resource.module)
    }

    /// `managed` or `data`.
    pub(crate) fn mode(&self, resource: &Resource) -> &SmolStr {
        self.text(self.kind(resource).map(|kind| kind.mode))
    }

    /// `aws_s3_bucket`
    pub(crate) fn ty(&self, resource: &Resource) -> &SmolStr {
        self.text(self.kind(resource).map(|kind| kind.ty))
    }

    /// `this`
    pub(crate) fn name(&self, resource: &Resource) -> &SmolStr {
        self.tables.text(resource.name)
    }

    /// `registry.terraform.io/hashicorp/aws`; empty where none is named.
    pub(crate) fn provider(&self, resource: &Resource) -> &SmolStr {
        self.text(self.kind(resource).map(|kind| kind.provider))
    }

    /// The key of `count` or `for_each`.
    pub(crate) fn key(&self, resource: &Resource) -> Option<&InstanceKey> {
        self.tables.key(resource)
    }

    /// `create`, `update`, `replace`, `no-op`, `read`, `delete`, `forget`; empty where the export says nothing.
    pub(crate) fn action(resource: &Resource) -> &'static str {
        resource.action.map_or("", Action::name)
    }

    /// `module.bucket["training"].aws_s3_bucket.this`, of a resource of the file with these bytes.
    pub(crate) fn address<'a>(&self, bytes: &'a [u8], resource: &Resource) -> Cow<'a, str> {
        match resource.address.within(bytes) {
            Some(written) => crate::json::resolved(written),
            None => Cow::Owned(self.built_address(resource)),
        }
    }

    /// The addresses of all resources of the file with these bytes.
    pub(crate) fn addresses<'a>(&'a self, bytes: &'a [u8]) -> impl Iterator<Item = Cow<'a, str>> {
        self.resources.iter().map(|resource| self.address(bytes, resource))
    }

    /// The address, put together from its parts.
    fn built_address(&self, resource: &Resource) -> String {
        let module = self.module(resource);
        let dot = if module.is_empty() { "" } else { "." };
        let data = if self.mode(resource) == "data" { "data." } else { "" };
        let key = self.key(resource).map(ToString::to_string).unwrap_or_default();
        format!("{module}{dot}{data}{}.{}{key}", self.ty(resource), self.name(resource))
    }
}
