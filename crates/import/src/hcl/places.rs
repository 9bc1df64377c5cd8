//! `--source DIR`: findings on a plan are placed where its resources are written.

use crate::terraform::steps;
use hashbrown::HashMap;
use tickmark_diagnostics::Diagnostic;
use tickmark_diagnostics::codes::facts as codes;
use tickmark_hcl::{BlockPlace, Tree};
use tickmark_source::{Files, Place, Sources, Span};

/// Where the resources of a configuration are written.
pub(crate) struct Places {
    blocks: HashMap<String, BlockPlace>,
    /// Where values are written that variables declare to be secret.
    pub(crate) secrets: Vec<Span>,
}

impl Places {
    /// Reads the configuration that plans or states were made of.
    pub(crate) fn read(folder: &str, files: &dyn Files, sources: &mut Sources) -> Result<Places, Box<Diagnostic>> {
        let tree = Tree::load(files, sources, folder).map_err(|error| {
            let message = format!("no place is found in the configuration: {error}");
            let diagnostic = Diagnostic::without_place(codes::SOURCE_NOT_READ, message);
            Box::new(diagnostic.help("`--source` names the folder of the root module that the plan was made of"))
        })?;
        if let Some(error) = tree.diagnostics().iter().find(|diagnostic| diagnostic.is_error()) {
            return Err(Box::new(error.clone()));
        }
        let blocks = tree.blocks().into_iter().map(|block| (block.address.clone(), block)).collect();
        Ok(Places { blocks, secrets: tree.secrets() })
    }

    /// The block of a resource by the address of one of its instances.
    pub(crate) fn block(&self, address: &str) -> Option<&BlockPlace> {
        let names: Vec<_> = steps(address).into_iter().map(|step| step.name).collect();
        self.blocks.get(&names.join("."))
    }
}

/// Where an argument of a resource is written; the block, where the text does not have it.
pub(crate) fn argument_place(block: &BlockPlace, name: &str) -> Place {
    let written = block.attributes.iter().find(|(known, _)| &**known == name);
    written.map_or(block.span, |(_, span)| *span).place()
}
