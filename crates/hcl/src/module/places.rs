//! What a configuration says without being evaluated: where its resources stand, of which types they are, where secrets are
//! written.

use std::sync::Arc;

use tickmark_source::Span;

use super::load::{Tree, TreeNode};
use super::resource::Mode;
use super::{Module, Resource};
use crate::blocks::kind_of;
use crate::syntax::{Expr, Literal, Node};

/// Where a resource is written: for all its instances.
#[derive(Clone, Debug)]
pub struct BlockPlace {
    /// Its address without the keys of instances: `module.a.aws_s3_bucket.b`.
    pub address: String,
    /// The block, up to the end of its labels.
    pub span: Span,
    /// Its arguments and the first nested block of each kind, by name.
    pub attributes: Vec<(Arc<str>, Span)>,
}

impl Tree {
    /// Where each resource of the configuration is written.
    #[must_use]
    pub fn blocks(&self) -> Vec<BlockPlace> {
        let mut places = Vec::new();
        for (node, module) in self.each_module() {
            let within: String = node.path.iter().map(|call| format!("module.{call}.")).collect();
            for resource in &module.resources {
                let address = format!("{within}{}", resource.address());
                places.push(BlockPlace { address, span: resource.span, attributes: attribute_places(resource) });
            }
        }
        places
    }

    /// The types of its resources and data sources, as often as they are declared.
    pub fn resource_types(&self) -> impl Iterator<Item = (Mode, &str)> {
        let resources = self.each_module().flat_map(|(_, module)| &module.resources);
        resources.map(|resource| (resource.mode, &*resource.ty))
    }

    /// Whether the root module declares a variable.
    #[must_use]
    pub fn declares(&self, variable: &str) -> bool {
        self.root().is_some_and(|module| module.find_variable(variable).is_some())
    }

    /// Where values are written that variables declare to be secret: defaults, `.tfvars` files and arguments of modules.
    #[must_use]
    pub fn secrets(&self) -> Vec<Span> {
        let mut secrets = Vec::new();
        for (node, module) in self.each_module() {
            let sensitive = module.variables.iter().filter(|variable| variable.sensitive);
            secrets.extend(sensitive.filter_map(|variable| variable.default.as_deref()).filter_map(written));
            for (call, child) in module.calls.iter().zip(&node.children) {
                let child = child.as_ref().ok().and_then(|child| self.module_of(self.nodes.get(*child)?));
                for variable in child.iter().flat_map(|child| &child.variables).filter(|variable| variable.sensitive) {
                    let argument = call.body.attribute(&variable.name);
                    secrets.extend(argument.and_then(|argument| written(&argument.value)));
                }
            }
        }
        let sensitive =
            self.root().into_iter().flat_map(|module| &module.variables).filter(|variable| variable.sensitive);
        for variable in sensitive {
            let values = self.values.iter().filter_map(|body| body.attribute(&variable.name));
            secrets.extend(values.map(|attribute| attribute.value.span));
        }
        secrets
    }

    /// The modules of the tree, once for each way that leads to them.
    fn each_module(&self) -> impl Iterator<Item = (&TreeNode, &Module)> {
        self.nodes.iter().filter_map(|node| Some((node, self.module_of(node)?)))
    }
}

/// The span of an expression that is a secret by itself, not one that only speaks of it.
fn written(node: &Node) -> Option<Span> {
    match &node.expr {
        Expr::Literal(Literal::Null | Literal::Bool(_)) => None,
        Expr::Literal(Literal::Text(text)) if text.is_empty() => None,
        Expr::Literal(_) | Expr::Tuple(_) | Expr::Object(_) => Some(node.span),
        Expr::Wrap(inner) => written(inner),
        _ => None,
    }
}

fn attribute_places(resource: &Resource) -> Vec<(Arc<str>, Span)> {
    let mut places: Vec<(Arc<str>, Span)> =
        resource.body.attributes.iter().map(|attribute| (Arc::clone(&attribute.name), attribute.value.span)).collect();
    for block in &resource.body.blocks {
        let kind = kind_of(block);
        if !places.iter().any(|(name, _)| name == kind) {
            places.push((Arc::clone(kind), block.span));
        }
    }
    places
}
