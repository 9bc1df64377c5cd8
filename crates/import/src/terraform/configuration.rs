//! The configuration in a plan: which expression refers to what. It alone says so while values are not known.

use crate::error::ReadError;
use crate::json::JsonReader;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use tickmark_facts::{ValueKind, ValueReader};

/// The references of one expression, as Terraform lists them.
pub(crate) type Expression = Vec<String>;

/// A module, with the modules that it calls.
#[derive(Debug, Default)]
pub(crate) struct Module {
    /// Resources and data sources, by mode, type and name.
    pub(crate) resources: BTreeMap<(SmolStr, SmolStr, SmolStr), ResourceBlock>,
    /// Module calls, by name.
    pub(crate) calls: BTreeMap<SmolStr, Call>,
    /// Outputs, by name.
    pub(crate) outputs: BTreeMap<SmolStr, Vec<Expression>>,
}

/// A resource as it is written: for all its instances.
#[derive(Debug, Default)]
pub(crate) struct ResourceBlock {
    /// The expressions of each attribute or nested block; an attribute that is constant has none.
    pub(crate) attributes: Vec<(SmolStr, Vec<Expression>)>,
    /// The expression of `for_each`.
    pub(crate) for_each: Vec<Expression>,
}

/// A call of a module.
#[derive(Debug, Default)]
pub(crate) struct Call {
    /// The expressions of each input.
    pub(crate) inputs: BTreeMap<SmolStr, Vec<Expression>>,
    /// The expression of `for_each`.
    pub(crate) for_each: Vec<Expression>,
    /// The module that is called.
    pub(crate) module: Module,
}

/// Reads `configuration`.
pub(crate) fn read(reader: &mut JsonReader<'_>) -> Result<Module, ReadError> {
    let mut root = Module::default();
    reader.object_or_skip(&mut |reader, key| {
        if key == "root_module" {
            root = read_module(reader)?;
            return Ok(());
        }
        reader.skip()
    })?;
    Ok(root)
}

fn read_module(reader: &mut JsonReader<'_>) -> Result<Module, ReadError> {
    let mut module = Module::default();
    reader.object_or_skip(&mut |reader, key| match key {
        "resources" => reader.list_or_skip(&mut |reader| read_resource(reader, &mut module)),
        "module_calls" => reader.object_or_skip(&mut |reader, name| {
            let call = read_call(reader)?;
            module.calls.insert(SmolStr::new(name), call);
            Ok(())
        }),
        "outputs" => reader.object_or_skip(&mut |reader, name| {
            let mut expressions = Vec::new();
            collect(reader, &mut expressions)?;
            module.outputs.insert(SmolStr::new(name), expressions);
            Ok(())
        }),
        _ => reader.skip(),
    })?;
    Ok(module)
}

fn read_resource(reader: &mut JsonReader<'_>, module: &mut Module) -> Result<(), ReadError> {
    let mut block = ResourceBlock::default();
    let (mut mode, mut ty, mut name) = (SmolStr::default(), SmolStr::default(), SmolStr::default());
    reader.object_or_skip(&mut |reader, key| {
        match key {
            "mode" => mode = reader.text()?.unwrap_or_default().into(),
            "type" => ty = reader.text()?.unwrap_or_default().into(),
            "name" => name = reader.text()?.unwrap_or_default().into(),
            "for_each_expression" => collect(reader, &mut block.for_each)?,
            "expressions" => reader.object_or_skip(&mut |reader, attribute| {
                let mut expressions = Vec::new();
                collect(reader, &mut expressions)?;
                block.attributes.push((SmolStr::new(attribute), expressions));
                Ok(())
            })?,
            _ => reader.skip()?,
        }
        Ok(())
    })?;
    module.resources.insert((mode, ty, name), block);
    Ok(())
}

fn read_call(reader: &mut JsonReader<'_>) -> Result<Call, ReadError> {
    let mut call = Call::default();
    reader.object_or_skip(&mut |reader, key| {
        match key {
            "module" => call.module = read_module(reader)?,
            "for_each_expression" => collect(reader, &mut call.for_each)?,
            "expressions" => reader.object_or_skip(&mut |reader, input| {
                let mut expressions = Vec::new();
                collect(reader, &mut expressions)?;
                call.inputs.insert(SmolStr::new(input), expressions);
                Ok(())
            })?,
            _ => reader.skip()?,
        }
        Ok(())
    })?;
    Ok(call)
}

/// Every `references` list in a value: of an attribute, or of the attributes of nested blocks.
fn collect(reader: &mut JsonReader<'_>, into: &mut Vec<Expression>) -> Result<(), ReadError> {
    match reader.kind()? {
        ValueKind::Scalar => reader.skip(),
        ValueKind::List => reader.list(&mut |reader| collect(reader, into)),
        ValueKind::Object => reader.object(&mut |reader, key| {
            if key != "references" || !reader.at_list()? {
                // A constant may hold anything, also what looks like an expression.
                return if key == "constant_value" { reader.skip() } else { collect(reader, into) };
            }
            let mut references = Vec::new();
            reader.list(&mut |reader| {
                if reader.at_object()? {
                    // A nested block that happens to be called `references`.
                    return collect(reader, into);
                }
                references.extend(reader.text()?);
                Ok(())
            })?;
            if !references.is_empty() {
                into.push(references);
            }
            Ok(())
        }),
    }
}
