//! A template as it is written: its sections, with tags turned into the long form of the functions.

use super::each;
use crate::document::Document;
use crate::error::{ReadError, error_at, shown, warning_at};
use crate::json::JsonReader;
use crate::snake::snake;
use crate::tree::{Node, Value};
use crate::yaml::YamlReader;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use tickmark_diagnostics::Diagnostic;
use tickmark_diagnostics::codes::facts as codes;
use tickmark_facts::{Scalar, ValueKind, ValueReader};

/// The sections of a template.
pub(crate) const SECTIONS: [&str; 12] = [
    "AWSTemplateFormatVersion",
    "Conditions",
    "Description",
    "Globals",
    "Hooks",
    "Mappings",
    "Metadata",
    "Outputs",
    "Parameters",
    "Resources",
    "Rules",
    "Transform",
];

/// A template.
pub(crate) struct Template {
    /// In the order of the file.
    pub(crate) resources: Vec<Resource>,
    /// The place of each resource in that order.
    pub(crate) by_name: BTreeMap<String, usize>,
    /// By name.
    pub(crate) parameters: BTreeMap<String, Node>,
    /// By name.
    pub(crate) conditions: BTreeMap<String, Node>,
    /// By name.
    pub(crate) mappings: BTreeMap<String, Node>,
    /// What is odd about it.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// False where some of its resources are made by what is not worked out.
    pub(crate) complete: Option<bool>,
}

/// A resource as it is written.
pub(crate) struct Resource {
    pub(crate) name: String,
    pub(crate) noun: SmolStr,
    pub(crate) ty: String,
    pub(crate) node: Node,
}

/// The noun of a resource type.
pub(crate) fn noun(ty: &str) -> SmolStr {
    let mut steps: Vec<&str> = ty.split("::").collect();
    let last = steps.pop().unwrap_or_default();
    let owner = steps.into_iter().filter(|step| *step != "AWS").map(str::to_ascii_lowercase);
    let words: Vec<String> = std::iter::once("cfn".to_owned()).chain(owner).chain([snake(last)]).collect();
    words.join("_").replace(|letter: char| !letter.is_ascii_alphanumeric(), "_").into()
}

/// Reads a template.
pub(crate) fn scan(document: &Document) -> Result<Template, ReadError> {
    let root = read_tree(document)?;
    let mut template = Template {
        resources: Vec::new(),
        by_name: BTreeMap::new(),
        parameters: section(&root, "Parameters"),
        conditions: section(&root, "Conditions"),
        mappings: section(&root, "Mappings"),
        diagnostics: Vec::new(),
        complete: None,
    };
    let mut left = None;
    for (name, node) in root.get("Resources").map(Node::members).unwrap_or_default() {
        if !name.starts_with("Fn::") {
            template.add(name, node, document)?;
            continue;
        }
        let mut made = Vec::new();
        let result = if name.starts_with("Fn::ForEach::") {
            each::expand(node, &template.parameters, &mut left, &mut made)
        } else {
            Err("a macro does it".to_owned())
        };
        for (name, node) in &made {
            template.add(name, node, document)?;
        }
        if let Err(why) = result {
            let message = format!("the resources of `{}` are not all read: {why}", shown(name));
            template.diagnostics.push(warning_at(codes::INCOMPLETE_SOURCE, document.file, node.offset, message));
            template.complete = Some(false);
        }
    }
    Ok(template)
}

impl Template {
    fn add(&mut self, name: &str, node: &Node, document: &Document) -> Result<(), ReadError> {
        let Some(Value::Text(ty)) = node.get("Type").map(|node| &node.value) else {
            let message = format!("the resource `{}` has no `Type`", shown(name));
            return Err(error_at(codes::NOT_NATIVE, document.file, node.offset, message));
        };
        self.by_name.insert(name.to_owned(), self.resources.len());
        let (ty, noun) = (ty.clone(), noun(ty));
        self.resources.push(Resource { name: name.to_owned(), noun, ty, node: node.clone() });
        Ok(())
    }
}

fn section(root: &Node, name: &str) -> BTreeMap<String, Node> {
    root.get(name).map(Node::members).unwrap_or_default().iter().cloned().collect()
}

/// The template as a tree. Of a file with several documents, the first that holds anything.
fn read_tree(document: &Document) -> Result<Node, ReadError> {
    if document.bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{') && !document.is_named(".yaml") {
        let mut reader = JsonReader::new(&document.bytes, document.file, 0);
        let root = Node::read(&mut reader)?;
        reader.finish()?;
        return Ok(root);
    }
    let mut reader = YamlReader::with_tags(document.text(), document.file);
    while reader.next_document()? {
        if reader.kind()? == ValueKind::Object {
            return read_tagged(&mut reader);
        }
        reader.skip()?;
    }
    Err(error_at(codes::BROKEN_YAML, document.file, 0, "there is no template in this file"))
}

/// Reads a value whole; `!Sub x` becomes `Fn::Sub: x`.
fn read_tagged(reader: &mut YamlReader<'_>) -> Result<Node, ReadError> {
    let offset = reader.place().offset as usize;
    let function = reader.tag()?.map(|tag| match tag.as_str() {
        "Ref" | "Condition" => tag.to_string(),
        tag => format!("Fn::{tag}"),
    });
    let value = match reader.kind()? {
        // A function takes the text as it is written: `!Ref 123` names a parameter.
        ValueKind::Scalar if function.is_some() => reader.written(scalar)?,
        ValueKind::Scalar => reader.scalar(scalar)?,
        ValueKind::List => {
            let mut items = Vec::new();
            reader.list(&mut |reader| {
                items.push(read_tagged(reader)?);
                Ok(())
            })?;
            Value::List(items)
        }
        ValueKind::Object => {
            let mut members = Vec::new();
            reader.object(&mut |reader, key| {
                members.push((key.to_owned(), read_tagged(reader)?));
                Ok(())
            })?;
            Value::Object(members)
        }
    };
    let node = Node { value, offset };
    Ok(match function {
        Some(function) => Node { value: Value::Object(vec![(function, node)]), offset },
        None => node,
    })
}

fn scalar(scalar: Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Unknown(why) | Scalar::KnownInPart { why, .. } => Value::Unknown(why.to_owned()),
        Scalar::MayBeMissing(why) => Value::MayBeMissing(why.to_owned()),
        Scalar::Bool(value) => Value::Bool(value),
        Scalar::Number(value) => Value::Number(value),
        Scalar::BigInteger(digits) => Value::BigInteger(digits.to_owned()),
        Scalar::Text(text) => Value::Text(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::noun;

    #[test]
    fn nouns_are_called_after_types() {
        for (ty, expected) in [
            ("AWS::S3::Bucket", "cfn_s3_bucket"),
            ("AWS::DynamoDB::Table", "cfn_dynamodb_table"),
            ("AWS::RDS::DBInstance", "cfn_rds_db_instance"),
            ("AWS::ElasticLoadBalancingV2::LoadBalancer", "cfn_elasticloadbalancingv2_load_balancer"),
            ("AWS::Serverless::Function", "cfn_serverless_function"),
            ("AWS::WAFv2::WebACL", "cfn_wafv2_web_acl"),
            ("Custom::MakeIt-so", "cfn_custom_make_it_so"),
            ("MongoDB::Atlas::Cluster", "cfn_mongodb_atlas_cluster"),
        ] {
            assert_eq!(noun(ty), expected);
        }
    }
}
