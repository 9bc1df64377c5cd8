//! A module: what its blocks declare, by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use tickmark_diagnostics::{Diagnostic, codes};
use tickmark_source::{FileId, Span};

use super::constraint::type_of;
use super::resource::{Call, Provider, Resource};
use crate::syntax::{Block, Body, Expr, Literal, Node};
use crate::types::Type;

/// A folder of Terraform files, read.
pub(crate) struct Module {
    /// The folder, as it was named.
    pub(crate) folder: String,
    /// Its files.
    pub(crate) files: Vec<FileId>,
    pub(crate) variables: Vec<Variable>,
    pub(crate) locals: Vec<(Arc<str>, Arc<Node>)>,
    pub(crate) outputs: Vec<Output>,
    pub(crate) resources: Vec<Resource>,
    pub(crate) calls: Vec<Call>,
    pub(crate) providers: Vec<Provider>,
    /// Local names of providers and their sources.
    pub(crate) required_providers: BTreeMap<Arc<str>, Arc<str>>,
    names: Names,
}

/// Where each name is.
#[derive(Default)]
struct Names {
    variables: BTreeMap<Arc<str>, usize>,
    locals: BTreeMap<Arc<str>, usize>,
    outputs: BTreeMap<Arc<str>, usize>,
    resources: BTreeMap<String, usize>,
    calls: BTreeMap<Arc<str>, usize>,
}

/// A variable block.
pub(crate) struct Variable {
    pub(crate) name: Arc<str>,
    pub(crate) span: Span,
    pub(crate) ty: Type,
    pub(crate) default: Option<Arc<Node>>,
    pub(crate) sensitive: bool,
    pub(crate) nullable: bool,
}

/// An output block.
pub(crate) struct Output {
    pub(crate) name: Arc<str>,
    pub(crate) span: Span,
    pub(crate) value: Option<Arc<Node>>,
    pub(crate) sensitive: bool,
}

impl Module {
    /// Declares everything that stands in the files of a folder.
    pub(crate) fn declare(folder: String, files: Vec<FileId>, body: Body, diagnostics: &mut Vec<Diagnostic>) -> Module {
        let mut module = Module {
            folder,
            files,
            variables: Vec::new(),
            locals: Vec::new(),
            outputs: Vec::new(),
            resources: Vec::new(),
            calls: Vec::new(),
            providers: Vec::new(),
            required_providers: BTreeMap::new(),
            names: Names::default(),
        };
        for block in body.blocks {
            module.block(block, diagnostics);
        }
        module
    }

    fn block(&mut self, block: Block, diagnostics: &mut Vec<Diagnostic>) {
        let span = block.span;
        let twice = |what: &str, name: &str| {
            Diagnostic::warning(
                codes::facts::DECLARED_TWICE,
                span,
                format!("{what} `{name}` is declared twice in this module, which Terraform refuses"),
            )
        };
        match &*block.kind {
            "variable" => {
                if let Some(variable) = Variable::declare(&block) {
                    if self.names.variables.contains_key(&variable.name) {
                        diagnostics.push(twice("variable", &variable.name));
                    } else {
                        self.names.variables.insert(Arc::clone(&variable.name), self.variables.len());
                        self.variables.push(variable);
                    }
                }
            }
            "locals" => {
                for local in block.body.attributes {
                    if self.names.locals.contains_key(&local.name) {
                        diagnostics.push(twice("local", &local.name));
                    } else {
                        self.names.locals.insert(Arc::clone(&local.name), self.locals.len());
                        self.locals.push((local.name, local.value));
                    }
                }
            }
            "output" => {
                if let Some(output) = Output::declare(&block) {
                    if self.names.outputs.contains_key(&output.name) {
                        diagnostics.push(twice("output", &output.name));
                    } else {
                        self.names.outputs.insert(Arc::clone(&output.name), self.outputs.len());
                        self.outputs.push(output);
                    }
                }
            }
            "resource" | "data" | "ephemeral" => {
                if let Some(resource) = Resource::declare(block) {
                    self.resource(resource, &twice, diagnostics);
                }
            }
            // A check may hold a data source.
            "check" => {
                for inner in block.body.blocks.into_iter().filter(|inner| &*inner.kind == "data") {
                    if let Some(resource) = Resource::declare(inner) {
                        self.resource(resource, &twice, diagnostics);
                    }
                }
            }
            "module" => {
                if let Some(call) = Call::declare(block) {
                    if self.names.calls.contains_key(&call.name) {
                        diagnostics.push(twice("module", &call.name));
                    } else {
                        self.names.calls.insert(Arc::clone(&call.name), self.calls.len());
                    }
                    self.calls.push(call);
                }
            }
            "provider" => self.providers.extend(Provider::declare(block)),
            "terraform" => self.required_providers(&block.body),
            _ => {}
        }
    }

    fn resource(
        &mut self,
        resource: Resource,
        twice: &dyn Fn(&str, &str) -> Diagnostic,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let address = resource.address();
        if self.names.resources.contains_key(&address) {
            diagnostics.push(twice("resource", &address));
        } else {
            self.names.resources.insert(address, self.resources.len());
        }
        // Both are read: no resource is ever dropped.
        self.resources.push(resource);
    }

    fn required_providers(&mut self, body: &Body) {
        for block in body.blocks_of("required_providers") {
            for provider in &block.body.attributes {
                let source = match &provider.value.expr {
                    Expr::Object(items) => items
                        .iter()
                        .find(|(key, _)| key.as_text().is_some_and(|key| &**key == "source"))
                        .and_then(|(_, value)| value.as_text().cloned()),
                    _ => None,
                };
                let source = source.unwrap_or_else(|| Arc::from(format!("hashicorp/{}", provider.name)));
                self.required_providers.insert(Arc::clone(&provider.name), source);
            }
        }
    }

    pub(crate) fn find_variable(&self, name: &str) -> Option<usize> {
        self.names.variables.get(name).copied()
    }

    pub(crate) fn find_local(&self, name: &str) -> Option<usize> {
        self.names.locals.get(name).copied()
    }

    pub(crate) fn find_output(&self, name: &str) -> Option<usize> {
        self.names.outputs.get(name).copied()
    }

    /// The resource of an address within the module: `aws_s3_bucket.b`, `data.aws_region.here`.
    pub(crate) fn find_resource(&self, address: &str) -> Option<usize> {
        self.names.resources.get(address).copied()
    }

    pub(crate) fn find_call(&self, name: &str) -> Option<usize> {
        self.names.calls.get(name).copied()
    }

    /// The addresses of the resources that are declared, for suggestions.
    pub(crate) fn resource_addresses(&self) -> impl Iterator<Item = &str> {
        self.names.resources.keys().map(String::as_str)
    }
}

fn flag(body: &Body, name: &str) -> Option<bool> {
    match &body.attribute(name)?.value.expr {
        Expr::Literal(Literal::Bool(value)) => Some(*value),
        Expr::Literal(Literal::Text(text)) => Some(&**text == "true"),
        _ => None,
    }
}

impl Variable {
    fn declare(block: &Block) -> Option<Variable> {
        let attribute = |name: &str| block.body.attribute(name).map(|attribute| &attribute.value);
        Some(Variable {
            name: Arc::clone(block.labels.first()?),
            span: block.span,
            ty: attribute("type").map_or(Type::Any, |node| type_of(node)),
            default: attribute("default").cloned(),
            sensitive: flag(&block.body, "sensitive").unwrap_or(false),
            nullable: flag(&block.body, "nullable").unwrap_or(true),
        })
    }
}

impl Output {
    fn declare(block: &Block) -> Option<Output> {
        Some(Output {
            name: Arc::clone(block.labels.first()?),
            span: block.span,
            value: block.body.attribute("value").map(|attribute| Arc::clone(&attribute.value)),
            sensitive: flag(&block.body, "sensitive").unwrap_or(false),
        })
    }
}
