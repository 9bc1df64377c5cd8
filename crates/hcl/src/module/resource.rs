//! Resources, module calls and providers as they are declared.

use std::sync::Arc;

use tickmark_source::Span;

use crate::syntax::{Block, Body, Expr, Node, Step};

/// What sort of resource it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// `resource`
    Managed,
    /// `data`
    Data,
    /// `ephemeral`
    Ephemeral,
}

/// A resource block.
pub(crate) struct Resource {
    pub(crate) mode: Mode,
    pub(crate) ty: Arc<str>,
    pub(crate) name: Arc<str>,
    pub(crate) span: Span,
    pub(crate) body: Body,
    pub(crate) repetition: Repetition,
    /// `provider = aws.audit`: the name and the alias.
    pub(crate) provider: Option<(Arc<str>, Option<Arc<str>>)>,
    /// Addresses within the module, as they are written.
    pub(crate) depends_on: Vec<Arc<str>>,
    pub(crate) prevent_destroy: Option<bool>,
    pub(crate) ignore_changes: Vec<Arc<str>>,
    pub(crate) provisioners: Vec<Arc<str>>,
}

/// `count` or `for_each`
#[derive(Clone, Default)]
pub(crate) struct Repetition {
    pub(crate) count: Option<Arc<Node>>,
    pub(crate) for_each: Option<Arc<Node>>,
}

/// A module block.
pub(crate) struct Call {
    pub(crate) name: Arc<str>,
    pub(crate) span: Span,
    pub(crate) body: Body,
    pub(crate) source: Option<Arc<str>>,
    pub(crate) version: Option<Arc<str>>,
    pub(crate) repetition: Repetition,
    /// `providers = { aws = aws.audit }`: inner name and alias, outer name and alias.
    pub(crate) providers: Vec<(ProviderName, ProviderName)>,
}

/// The local name and alias of a provider.
pub(crate) type ProviderName = (Arc<str>, Option<Arc<str>>);

/// A provider block.
pub(crate) struct Provider {
    pub(crate) name: Arc<str>,
    pub(crate) alias: Option<Arc<str>>,
    pub(crate) span: Span,
    pub(crate) body: Body,
}

impl Resource {
    /// Reads a `resource`, `data` or `ephemeral` block; `None` where it lacks a label.
    pub(crate) fn declare(block: Block) -> Option<Resource> {
        let mode = match &*block.kind {
            "data" => Mode::Data,
            "ephemeral" => Mode::Ephemeral,
            _ => Mode::Managed,
        };
        let (ty, name) = (block.labels.first()?, block.labels.get(1)?);
        let lifecycle: Vec<&Body> = block.body.blocks_of("lifecycle").map(|block| &block.body).collect();
        let flag = |name: &str| {
            let value = lifecycle.iter().find_map(|body| body.attribute(name))?;
            super::constraint::constant(&value.value)?.as_bool()
        };
        let ignored = lifecycle.iter().filter_map(|body| body.attribute("ignore_changes"));
        Some(Resource {
            mode,
            ty: Arc::clone(ty),
            name: Arc::clone(name),
            span: block.span,
            repetition: Repetition::of(&block.body),
            provider: block.body.attribute("provider").and_then(|attribute| provider_name(&attribute.value)),
            depends_on: written_paths(block.body.attribute("depends_on").map(|attribute| &*attribute.value)),
            prevent_destroy: flag("prevent_destroy"),
            ignore_changes: ignored.flat_map(|attribute| written_paths(Some(&attribute.value))).collect(),
            provisioners: block
                .body
                .blocks_of("provisioner")
                .filter_map(|block| block.labels.first().cloned())
                .collect(),
            body: block.body,
        })
    }

    /// The address within its module.
    pub(crate) fn address(&self) -> String {
        match self.mode {
            Mode::Managed => format!("{}.{}", self.ty, self.name),
            Mode::Data => format!("data.{}.{}", self.ty, self.name),
            Mode::Ephemeral => format!("ephemeral.{}.{}", self.ty, self.name),
        }
    }

    /// The local name of the provider that a resource of this type has where it names none.
    pub(crate) fn implied_provider(&self) -> &str {
        self.ty.split('_').next().unwrap_or(&self.ty)
    }
}

impl Repetition {
    fn of(body: &Body) -> Repetition {
        let value = |name: &str| body.attribute(name).map(|attribute| Arc::clone(&attribute.value));
        Repetition { count: value("count"), for_each: value("for_each") }
    }
}

impl Call {
    /// Reads a `module` block; `None` where it lacks its label.
    pub(crate) fn declare(block: Block) -> Option<Call> {
        let text = |name: &str| block.body.attribute(name).and_then(|attribute| attribute.value.as_text().cloned());
        let mut providers = Vec::new();
        if let Some(attribute) = block.body.attribute("providers")
            && let Expr::Object(items) = &attribute.value.expr
        {
            for (key, value) in items {
                let inner = key.as_text().map(|name| (Arc::clone(name), None)).or_else(|| provider_name(key));
                providers.extend(inner.zip(provider_name(value)));
            }
        }
        Some(Call {
            name: Arc::clone(block.labels.first()?),
            span: block.span,
            source: text("source"),
            version: text("version"),
            repetition: Repetition::of(&block.body),
            providers,
            body: block.body,
        })
    }
}

impl Provider {
    /// Reads a `provider` block; `None` where it lacks its label.
    pub(crate) fn declare(block: Block) -> Option<Provider> {
        let alias = block.body.attribute("alias").and_then(|attribute| attribute.value.as_text().cloned());
        Some(Provider { name: Arc::clone(block.labels.first()?), alias, span: block.span, body: block.body })
    }
}

/// `aws` or `aws.audit`
fn provider_name(node: &Node) -> Option<ProviderName> {
    match &node.expr {
        Expr::Variable(name) => Some((Arc::clone(name), None)),
        Expr::Traversal(traversal) => match (&traversal.base.expr, traversal.steps.as_slice()) {
            (Expr::Variable(name), [Step::Attribute(alias)]) => Some((Arc::clone(name), Some(Arc::clone(alias)))),
            _ => None,
        },
        Expr::Wrap(inner) => provider_name(inner),
        Expr::Literal(_) => {
            // The old way was in quotes.
            let text = node.as_text()?;
            let (name, alias) = text.split_once('.').map_or((&**text, None), |(name, alias)| (name, Some(alias)));
            Some((Arc::from(name), alias.map(Arc::from)))
        }
        _ => None,
    }
}

/// The paths of a list, as they are written: `[aws_s3_bucket.b, module.c]`, `all`.
fn written_paths(node: Option<&Node>) -> Vec<Arc<str>> {
    let Some(node) = node else { return Vec::new() };
    let written = |node: &Node| node.as_text().map_or_else(|| Arc::from(node.describe()), Arc::clone);
    match &node.expr {
        Expr::Tuple(items) => items.iter().map(written).collect(),
        _ => vec![written(node)],
    }
}
