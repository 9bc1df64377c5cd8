//! The values of one resource as relations need them: which texts an attribute holds, and whether part of it is not known.

use crate::document::Document;
use crate::error::{ReadError, place};
use crate::json::JsonReader;
use crate::terraform::overlay::{Mark, Overlay};
use crate::terraform::resource::Resource;
use smol_str::SmolStr;
use tickmark_facts::{Scalar, ValueKind, ValueReader};

/// One attribute of a resource.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct AttributeTexts {
    /// The texts in it, at any depth.
    pub(crate) texts: Vec<String>,
    /// Whether a part of it is not known yet.
    pub(crate) unknown: bool,
    /// Whether it is one value or a list of them, not nested blocks.
    pub(crate) flat: bool,
}

/// The attributes of a resource by name.
pub(crate) type Texts = Vec<(SmolStr, AttributeTexts)>;

/// Reads the values of a resource.
pub(crate) fn texts(document: &Document, resource: &Resource, unknown: &Mark) -> Result<Texts, ReadError> {
    let mut attributes = Texts::new();
    let Some(range) = resource.values.range() else { return Ok(attributes) };
    let json = JsonReader::part(&document.bytes, document.file, &range);
    let mut overlay = Overlay::new(json, unknown, &Mark::None, place(document.file, resource.offset as usize));
    if overlay.kind()? != ValueKind::Object {
        return Ok(attributes);
    }
    overlay.object(&mut |reader, key| {
        let mut attribute = AttributeTexts { flat: true, ..AttributeTexts::default() };
        collect(reader, &mut attribute)?;
        attributes.push((SmolStr::new(key), attribute));
        Ok(())
    })?;
    Ok(attributes)
}

fn collect(reader: &mut Overlay<'_>, into: &mut AttributeTexts) -> Result<(), ReadError> {
    match reader.kind()? {
        ValueKind::Scalar => reader.scalar(|scalar| match scalar {
            Scalar::Text(text) => into.texts.push(text.to_owned()),
            Scalar::Unknown(_) | Scalar::MayBeMissing(_) => into.unknown = true,
            _ => {}
        }),
        ValueKind::List => reader.list(&mut |reader| collect(reader, into)),
        ValueKind::Object => {
            into.flat = false;
            reader.object(&mut |reader, _| collect(reader, into))
        }
    }
}
