//! Files put together to one body, and override files laid over it.

use std::sync::Arc;

use crate::syntax::{Attribute, Block, Body};

/// Lays the blocks of an override file over those of the module: attributes are replaced one by one, nested blocks of a
/// kind all together. Terraform refuses an override of nothing; here it is a declaration like any other.
pub(crate) fn lay_over(base: &mut Body, over: Body) {
    for block in over.blocks {
        match &*block.kind {
            "locals" => lay_locals(base, block),
            // These come several times and have no name.
            "moved" | "import" | "removed" | "check" => base.blocks.push(block),
            _ => match base.blocks.iter_mut().find(|other| same_header(other, &block)) {
                Some(other) => lay_block(other, block),
                None => base.blocks.push(block),
            },
        }
    }
}

fn same_header(a: &Block, b: &Block) -> bool {
    let alias = |block: &Block| block.body.attribute("alias").and_then(|attribute| attribute.value.as_text().cloned());
    a.kind == b.kind && a.labels == b.labels && (&*a.kind != "provider" || alias(a) == alias(b))
}

fn lay_block(base: &mut Block, over: Block) {
    for attribute in over.body.attributes {
        replace(&mut base.body.attributes, attribute);
    }
    let mut kinds: Vec<Arc<str>> = over.body.blocks.iter().map(kind_of).collect();
    kinds.sort();
    kinds.dedup();
    for kind in &kinds {
        // Of a `lifecycle` only what is said again is replaced.
        if &**kind != "lifecycle" && &**kind != "required_providers" {
            base.body.blocks.retain(|block| kind_of(block) != *kind);
        }
    }
    for block in over.body.blocks {
        let merged = matches!(&*block.kind, "lifecycle" | "required_providers");
        match base.body.blocks.iter_mut().find(|other| merged && other.kind == block.kind) {
            Some(other) => lay_block(other, block),
            None => base.body.blocks.push(block),
        }
    }
}

/// The kind of block that a block gives: `dynamic "x"` gives blocks `x`.
fn kind_of(block: &Block) -> Arc<str> {
    match block.labels.first() {
        Some(label) if &*block.kind == "dynamic" => Arc::clone(label),
        _ => Arc::clone(&block.kind),
    }
}

fn lay_locals(base: &mut Body, over: Block) {
    let mut rest = Block { body: Body::default(), ..over };
    for attribute in over.body.attributes {
        let mut locals = base.blocks.iter_mut().filter(|block| &*block.kind == "locals");
        match locals.find(|block| block.body.attribute(&attribute.name).is_some()) {
            Some(block) => replace(&mut block.body.attributes, attribute),
            None => rest.body.attributes.push(attribute),
        }
    }
    base.blocks.push(rest);
}

fn replace(attributes: &mut Vec<Attribute>, attribute: Attribute) {
    match attributes.iter_mut().find(|other| other.name == attribute.name) {
        Some(other) => *other = attribute,
        None => attributes.push(attribute),
    }
}
