//! Type constraints: `map(object({ a = string, b = optional(bool, true) }))`.

use std::sync::Arc;

use crate::syntax::{Expr, Literal, Node};
use crate::types::{Field, Type};
use crate::value::Value;

/// How deep types may nest.
const DEEPEST: usize = 32;

/// The type that an expression names; `Any` for what is no type, which then constrains nothing.
pub(crate) fn type_of(node: &Node) -> Type {
    constraint(node, 0).unwrap_or(Type::Any)
}

fn constraint(node: &Node, depth: usize) -> Option<Type> {
    if depth > DEEPEST {
        return None;
    }
    match &node.expr {
        // The old way to write a type was in quotes.
        Expr::Literal(Literal::Text(name)) => primitive(name),
        Expr::Variable(name) => primitive(name),
        Expr::Wrap(inner) => constraint(inner, depth),
        Expr::Call(call) => {
            let argument = call.arguments.first()?;
            match (&*call.name, &argument.expr) {
                ("list", _) => constraint(argument, depth + 1).map(Type::list),
                ("set", _) => constraint(argument, depth + 1).map(Type::set),
                ("map", _) => constraint(argument, depth + 1).map(Type::map),
                ("tuple", Expr::Tuple(items)) => {
                    let types: Option<Vec<Type>> = items.iter().map(|item| constraint(item, depth + 1)).collect();
                    Some(Type::Tuple(types?.into()))
                }
                ("object", Expr::Object(items)) => object(items, depth + 1),
                _ => None,
            }
        }
        _ => None,
    }
}

fn primitive(name: &str) -> Option<Type> {
    match name {
        "string" => Some(Type::Text),
        "number" => Some(Type::Number),
        "bool" => Some(Type::Bool),
        "any" => Some(Type::Any),
        "list" => Some(Type::list(Type::Any)),
        "set" => Some(Type::set(Type::Any)),
        "map" => Some(Type::map(Type::Any)),
        _ => None,
    }
}

fn object(items: &[(Node, Node)], depth: usize) -> Option<Type> {
    let mut fields = Vec::with_capacity(items.len());
    for (key, value) in items {
        let name = Arc::clone(key.as_text()?);
        let field = match &value.expr {
            Expr::Call(call) if &*call.name == "optional" => Field {
                name,
                ty: constraint(call.arguments.first()?, depth)?,
                optional: true,
                default: call.arguments.get(1).and_then(constant),
            },
            _ => Field { name, ty: constraint(value, depth)?, optional: false, default: None },
        };
        fields.push(field);
    }
    fields.sort_by(|a, b| a.name.cmp(&b.name));
    fields.dedup_by(|later, earlier| later.name == earlier.name);
    Some(Type::Object(fields.into()))
}

/// The value of an expression that refers to nothing; `None` where it does.
pub(crate) fn constant(node: &Node) -> Option<Value> {
    let value = match &node.expr {
        Expr::Literal(Literal::Null) => Value::null(),
        Expr::Literal(Literal::Bool(value)) => Value::bool(*value),
        Expr::Literal(Literal::Number(number)) => Value::number(number.clone()),
        Expr::Literal(Literal::Text(text)) => Value::text(Arc::clone(text)),
        Expr::Negate(inner) => Value::number(constant(inner)?.as_number()?.negate()),
        Expr::Tuple(items) => Value::tuple(items.iter().map(constant).collect::<Option<_>>()?),
        Expr::Object(items) => {
            let entry = |(key, value): &(Node, Node)| Some((Arc::clone(key.as_text()?), constant(value)?));
            Value::object(items.iter().map(entry).collect::<Option<_>>()?)
        }
        _ => return None,
    };
    Some(value.at(node.span.place()))
}
