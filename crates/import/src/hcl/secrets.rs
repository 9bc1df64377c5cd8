//! Values that are never printed: what the configuration marks as sensitive, and literal passwords and keys, which a plan would
//! mark by the provider's word.

use crate::hcl::value::is_secret;
use tickmark_hcl::{Kind, ResourceInstance, Value};
use tickmark_source::{FileId, Span};

/// Adds where the secrets of a resource are written. `line_end` finds the end of the line of an offset in a file.
pub(crate) fn find(resource: &ResourceInstance, line_end: &dyn Fn(FileId, u32) -> u32, into: &mut Vec<Span>) {
    for (name, attribute) in &resource.attributes {
        if is_secret(name, &attribute.value) {
            into.push(attribute.span);
        } else {
            within(&attribute.value, line_end, into);
        }
    }
}

fn within(value: &Value, line_end: &dyn Fn(FileId, u32) -> u32, into: &mut Vec<Span>) {
    let mut hide = |value: &Value| {
        if let Some(place) = value.origin {
            into.push(Span::new(place.file, place.offset, line_end(place.file, place.offset)));
        }
    };
    if value.marks.is_sensitive() {
        hide(value);
        return;
    }
    match &value.kind {
        Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => {
            items.iter().for_each(|item| within(item, line_end, into));
        }
        Kind::Map(entries) | Kind::Object(entries) => {
            for (key, value) in entries.iter() {
                if is_secret(key, value) {
                    if let Some(place) = value.origin {
                        into.push(Span::new(place.file, place.offset, line_end(place.file, place.offset)));
                    }
                } else {
                    within(value, line_end, into);
                }
            }
        }
        _ => {}
    }
}
