//! Nested blocks become lists of objects, `dynamic` ones included.

use std::sync::Arc;

use tickmark_diagnostics::codes;

use crate::eval::Scope;
use crate::eval::loops::Elements;
use crate::fault::Fault;
use crate::limits;
use crate::syntax::{Block, Body};
use crate::types::Type;
use crate::value::Value;

/// The kind of block that a block gives: `dynamic "x"` gives blocks `x`.
pub(crate) fn kind_of(block: &Block) -> &Arc<str> {
    match block.labels.first() {
        Some(label) if &*block.kind == "dynamic" => label,
        _ => &block.kind,
    }
}

/// All blocks of a kind in a body as a list of objects; `None` where there is none.
pub(crate) fn blocks_value(scope: &mut Scope<'_, '_>, body: &Body, kind: &str) -> Option<Value> {
    let mut values = Vec::new();
    let mut origin = None;
    let mut unknown = None;
    for block in body.blocks.iter().filter(|block| &**kind_of(block) == kind) {
        origin.get_or_insert(block.span.place());
        if &*block.kind == "dynamic" {
            match dynamic(scope, block) {
                Ok(Ok(more)) => values.extend(more),
                Ok(Err(value)) => unknown = unknown.or(Some(value)),
                Err(fault) => {
                    let place = block.body.attribute("for_each").map(|attribute| &attribute.value);
                    unknown = unknown.or_else(|| place.map(|node| scope.world.faulty(&fault, node)));
                }
            }
        } else {
            values.push(block_object(scope, block, &block.body));
        }
    }
    let origin = origin?;
    let value = match unknown {
        // There may be none at all.
        Some(unknown) => unknown.unknown_like(Type::Any).unwrap_or(unknown).or_null(values.is_empty()),
        None => Value::tuple(values),
    };
    Some(value.at(origin))
}

/// The blocks of a `dynamic`; an unknown where it is not known how many there are.
fn dynamic(scope: &mut Scope<'_, '_>, block: &Block) -> Result<Result<Vec<Value>, Value>, Fault> {
    let (Some(for_each), Some(content)) = (block.body.attribute("for_each"), block.body.blocks_of("content").next())
    else {
        return Err(Fault::new("a dynamic block wants `for_each` and `content`"));
    };
    let iterator = match block.body.attribute("iterator").map(|attribute| &attribute.value.expr) {
        Some(crate::syntax::Expr::Variable(name)) => Arc::clone(name),
        _ => Arc::clone(kind_of(block)),
    };
    let over = scope.eval(&for_each.value)?;
    if over.is_null() {
        return Err(Fault::new("`for_each` cannot be null"));
    }
    let marks = over.marks.clone();
    let elements = match scope.elements(&over)? {
        Elements::Known(elements) => elements,
        Elements::Unknown(unknown) => return Ok(Err(unknown)),
    };
    if elements.len() > limits::INSTANCES {
        let message = format!("there are more blocks than the limit of {}", limits::INSTANCES);
        return Ok(Err(scope.world.limit_reached(&message, Some(block.span))));
    }
    let mut values = Vec::with_capacity(elements.len());
    for (key, value) in elements {
        let entry = Value::object(vec![("key".into(), key), ("value".into(), value.marked(&marks))]);
        scope.names.push((Arc::clone(&iterator), entry));
        let object = block_object(scope, block, &content.body);
        scope.names.pop();
        values.push(object);
    }
    Ok(Ok(values))
}

fn block_object(scope: &mut Scope<'_, '_>, block: &Block, body: &Body) -> Value {
    let mut entries = body_entries(scope, body, &[], &[]);
    // Labels of a block that is no resource's are rare, and part of what it says.
    if let (Some(label), false) = (block.labels.first(), &*block.kind == "dynamic") {
        entries.push(("label".into(), Value::text(Arc::clone(label)).at(block.span.place())));
    }
    Value::object(entries).at(block.span.place())
}

/// The attributes and blocks of a body, by name, without those that are named.
pub(crate) fn body_entries(
    scope: &mut Scope<'_, '_>,
    body: &Body,
    without_attributes: &[&str],
    without_blocks: &[&str],
) -> Vec<(Arc<str>, Value)> {
    let mut entries: Vec<(Arc<str>, Value)> = Vec::with_capacity(body.attributes.len());
    for attribute in body.attributes.iter().filter(|attribute| !without_attributes.contains(&&*attribute.name)) {
        let value = scope.world.value_in(scope, &attribute.value);
        entries.push((Arc::clone(&attribute.name), scope.world.settled(&value)));
    }
    let mut kinds: Vec<&Arc<str>> = body.blocks.iter().map(kind_of).collect();
    kinds.sort();
    kinds.dedup();
    for kind in kinds.into_iter().filter(|kind| !without_blocks.contains(&&***kind)) {
        if scope.world.deeper() > limits::DEPTH {
            scope.world.shallower();
            scope.world.warn(codes::facts::NOT_EVALUATED, None, "blocks nest deeper than they are read".to_owned());
            return entries;
        }
        if let Some(blocks) = blocks_value(scope, body, kind) {
            entries.push((Arc::clone(kind), scope.world.settled(&blocks)));
        }
        scope.world.shallower();
    }
    entries
}
