//! Files of the configuration, read through the door: within the folders of the root and of the module, and no others.

use std::sync::Arc;

use tickmark_source::{FileBytes, FilesError, Place, Span};

use super::{Outcome, hash, text_at};
use crate::compare::set_of;
use crate::eval::Scope;
use crate::fault::Fault;
use crate::module::join;
use crate::syntax::parse_template_text;
use crate::types::Type;
use crate::value::{Kind, Value, Why};

/// How many bytes of a file are read into a value.
const LONGEST: usize = 16 << 20;

pub(super) fn basename(values: &[Value]) -> Outcome {
    let text = text_at(values, 0)?;
    let trimmed = text.trim_end_matches('/');
    let name = match trimmed.rsplit('/').next() {
        _ if text.is_empty() => ".",
        Some("") | None => "/",
        Some(name) => name,
    };
    Ok(Value::text(name.to_owned()))
}

pub(super) fn dirname(values: &[Value]) -> Outcome {
    let text = text_at(values, 0)?;
    let folder = match text.rsplit_once('/') {
        Some(("", _)) => "/".to_owned(),
        Some((folder, _)) => join("", folder),
        None => ".".to_owned(),
    };
    Ok(Value::text(folder))
}

/// Where a path leads; an unknown where that is outside of the configuration.
fn resolved(scope: &Scope<'_, '_>, path: &str) -> Result<String, Value> {
    let root = scope.world.tree.root().map_or(".", |module| module.folder.as_str());
    let own = scope.module.module.map_or(root, |module| module.folder.as_str());
    let full = join(root, path);
    let inside = |folder: &str| {
        folder == "." && !full.starts_with('/') && !full.starts_with("..")
            || full == folder
            || full.starts_with(&format!("{folder}/"))
    };
    if inside(root) || inside(own) {
        return Ok(full);
    }
    let reason = format!("the file `{path}` lies outside of the module");
    Err(Value::unknown(Type::Text, Why::Function, format!("file(\"{path}\")"), reason))
}

/// The bytes of a file; an unknown where it is outside of the configuration or cannot be read.
fn bytes_of(scope: &Scope<'_, '_>, values: &[Value]) -> Result<Result<FileBytes, Value>, Fault> {
    let Some(path) = values.first() else { return Err(Fault::new("it wants a path")) };
    let marks = path.deep_marks();
    let Some(text) = path.as_text() else {
        return Ok(Err(path.unknown_like(Type::Text).unwrap_or_else(Value::null)));
    };
    let full = match resolved(scope, text) {
        Ok(full) => full,
        Err(unknown) => return Ok(Err(unknown.marked(&marks))),
    };
    match scope.world.files.read(&full) {
        Ok(bytes) if bytes.len() > LONGEST => {
            Err(Fault::new(format!("the file `{text}` is longer than the limit of 16 MiB")))
        }
        Ok(bytes) => Ok(Ok(bytes)),
        Err(FilesError::NotFound { .. }) => Err(Fault::new(format!("there is no file `{text}`"))),
        Err(error) => {
            Ok(Err(Value::unknown(Type::Text, Why::Function, format!("file(\"{text}\")"), error.to_string())))
        }
    }
}

fn marks(values: &[Value]) -> crate::marks::Marks {
    super::collection::all_marks(values)
}

fn with_bytes(scope: &Scope<'_, '_>, values: &[Value], made: fn(&[u8]) -> Result<String, Fault>) -> Outcome {
    match bytes_of(scope, values)? {
        Ok(bytes) => Ok(Value::text(made(&bytes)?).marked(&marks(values))),
        Err(unknown) => Ok(unknown),
    }
}

fn utf8(bytes: &[u8]) -> Result<String, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|_| Fault::new("the file is no UTF-8 text"))?;
    Ok(text.to_owned())
}

pub(super) fn file(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    with_bytes(scope, values, utf8)
}

pub(super) fn filebase64(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    with_bytes(scope, values, |bytes| Ok(hash::base64(bytes)))
}

pub(super) fn filemd5(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    with_bytes(scope, values, |bytes| Ok(hash::hex(&hash::md5_of(bytes))))
}

pub(super) fn filesha1(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    with_bytes(scope, values, |bytes| Ok(hash::hex(&hash::sha1_of(bytes))))
}

pub(super) fn filesha256(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    with_bytes(scope, values, |bytes| Ok(hash::hex(&hash::sha256_of(bytes))))
}

pub(super) fn filesha512(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    with_bytes(scope, values, |bytes| Ok(hash::hex(&hash::sha512_of(bytes))))
}

pub(super) fn filebase64sha256(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    with_bytes(scope, values, |bytes| Ok(hash::base64(&hash::sha256_of(bytes))))
}

pub(super) fn filebase64sha512(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    with_bytes(scope, values, |bytes| Ok(hash::base64(&hash::sha512_of(bytes))))
}

pub(super) fn fileexists(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let Some(path) = values.first() else { return Err(Fault::new("it wants a path")) };
    let Some(text) = path.as_text() else {
        return Ok(path.unknown_like(Type::Bool).unwrap_or_else(Value::null));
    };
    match resolved(scope, text) {
        Ok(full) => {
            let found = scope.world.files.read(&full);
            let exists = !matches!(found, Err(FilesError::NotFound { .. }));
            Ok(Value::bool(exists).marked(&path.deep_marks()))
        }
        Err(unknown) => Ok(unknown.unknown_like(Type::Bool).unwrap_or(unknown).marked(&path.deep_marks())),
    }
}

pub(super) fn fileset(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    if let Some(unknown) = values.iter().find_map(|value| value.unknown_like(Type::set(Type::Text))) {
        return Ok(unknown);
    }
    let (path, pattern) = (text_at(values, 0)?, text_at(values, 1)?);
    let folder = match resolved(scope, path) {
        Ok(folder) => folder,
        Err(unknown) => return Ok(unknown.unknown_like(Type::set(Type::Text)).unwrap_or(unknown)),
    };
    let glob = globset::GlobBuilder::new(pattern).literal_separator(true).build();
    let glob = glob.map_err(|error| Fault::new(format!("`{pattern}` is no pattern of file names: {error}")))?;
    let matcher = glob.compile_matcher();
    let listed = match scope.world.files.list(&folder) {
        Ok(listed) => listed,
        Err(FilesError::NotFound { .. }) => Vec::new(),
        Err(error) => {
            let expression = format!("fileset(\"{path}\", \"{pattern}\")");
            return Ok(Value::unknown(Type::set(Type::Text), Why::Function, expression, error.to_string()));
        }
    };
    let below = listed.iter().filter_map(|found| {
        let found = join("", found);
        let name = if folder == "." { Some(found.as_str()) } else { found.strip_prefix(&format!("{folder}/")) };
        name.filter(|name| matcher.is_match(name)).map(|name| Value::text(name.to_owned()))
    });
    Ok(set_of(below.collect()).marked(&marks(values)))
}

pub(super) fn templatefile(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let text = match bytes_of(scope, values)? {
        Ok(bytes) => utf8(&bytes)?,
        Err(unknown) => return Ok(unknown),
    };
    rendered(scope, &text, values)
}

pub(super) fn templatestring(scope: &Scope<'_, '_>, values: &[Value]) -> Outcome {
    let Some(template) = values.first() else { return Err(Fault::new("it wants a template")) };
    match template.as_text() {
        Some(text) => rendered(scope, text, values),
        None => Ok(template.unknown_like(Type::Text).unwrap_or_else(Value::null)),
    }
}

/// A template with the variables of the second argument.
fn rendered(scope: &Scope<'_, '_>, text: &str, values: &[Value]) -> Outcome {
    let Some(variables) = values.get(1) else { return Err(Fault::new("it wants a map of variables")) };
    let variables = scope.world.settled(variables);
    let entries = match &variables.kind {
        Kind::Map(entries) | Kind::Object(entries) if !entries.is_open() => entries,
        Kind::Unknown(_) | Kind::Map(_) | Kind::Object(_) => {
            return Ok(variables.unknown_like(Type::Text).unwrap_or(variables));
        }
        _ => return Err(Fault::new("the variables must be a map or object")),
    };
    // What stands in the template stands, for us, where the function is called.
    let place = values.first().and_then(|value| value.origin);
    let Place { file, offset } = place.unwrap_or(Place { file: tickmark_source::FileId(u32::MAX), offset: 0 });
    let node = parse_template_text(text, Span::new(file, offset, offset))
        .map_err(|message| Fault::new(format!("broken template: {message}")))?;
    let mut inner = Scope::new(scope.world, &scope.module);
    inner.sealed = true;
    inner.names = entries.iter().map(|(name, value)| (Arc::clone(name), value.clone())).collect();
    let marks = variables.marks.union(&values.first().map(Value::deep_marks).unwrap_or_default());
    Ok(inner.eval(&node)?.marked(&marks))
}
