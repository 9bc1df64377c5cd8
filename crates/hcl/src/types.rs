//! Types of values and of variables, and the one type that several can be turned into.

use std::fmt;
use std::sync::Arc;

use crate::value::{Kind, Value};

/// The type of a value, or what a variable asks of one.
#[derive(Clone, Default)]
pub enum Type {
    /// Not known, or any.
    #[default]
    Any,
    /// `bool`
    Bool,
    /// `number`
    Number,
    /// `string`
    Text,
    /// `list(…)`
    List(Arc<Type>),
    /// `set(…)`
    Set(Arc<Type>),
    /// `map(…)`
    Map(Arc<Type>),
    /// `tuple([…])`
    Tuple(Arc<[Type]>),
    /// `object({…})`, sorted by name.
    Object(Arc<[Field]>),
}

/// An attribute of an object type.
#[derive(Clone)]
pub struct Field {
    /// Its name.
    pub name: Arc<str>,
    /// Its type.
    pub ty: Type,
    /// Whether it may be left out.
    pub optional: bool,
    /// What it is where it is left out or null: the second argument of `optional`.
    pub default: Option<Value>,
}

impl PartialEq for Type {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Type::Any, Type::Any)
            | (Type::Bool, Type::Bool)
            | (Type::Number, Type::Number)
            | (Type::Text, Type::Text) => true,
            (Type::List(a), Type::List(b)) | (Type::Set(a), Type::Set(b)) | (Type::Map(a), Type::Map(b)) => a == b,
            (Type::Tuple(a), Type::Tuple(b)) => a == b,
            (Type::Object(a), Type::Object(b)) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.name == b.name && a.ty == b.ty)
            }
            _ => false,
        }
    }
}

impl fmt::Debug for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Any => f.write_str("any"),
            Type::Bool => f.write_str("bool"),
            Type::Number => f.write_str("number"),
            Type::Text => f.write_str("string"),
            Type::List(of) => write!(f, "list({of})"),
            Type::Set(of) => write!(f, "set({of})"),
            Type::Map(of) => write!(f, "map({of})"),
            Type::Tuple(of) => {
                f.write_str("tuple([")?;
                for (index, ty) in of.iter().enumerate() {
                    write!(f, "{}{ty}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str("])")
            }
            Type::Object(fields) => {
                f.write_str("object({")?;
                for (index, field) in fields.iter().enumerate() {
                    write!(f, "{}{}={}", if index == 0 { "" } else { ", " }, field.name, field.ty)?;
                }
                f.write_str("})")
            }
        }
    }
}

impl Type {
    pub(crate) fn list(of: Type) -> Type {
        Type::List(Arc::new(of))
    }

    pub(crate) fn set(of: Type) -> Type {
        Type::Set(Arc::new(of))
    }

    pub(crate) fn map(of: Type) -> Type {
        Type::Map(Arc::new(of))
    }

    /// Whether it is, or could be, a text, number or truth value.
    pub(crate) fn is_primitive(&self) -> bool {
        matches!(self, Type::Bool | Type::Number | Type::Text)
    }

    /// Whether a part of it is not known.
    pub(crate) fn has_any(&self) -> bool {
        match self {
            Type::Any => true,
            Type::Bool | Type::Number | Type::Text => false,
            Type::List(of) | Type::Set(of) | Type::Map(of) => of.has_any(),
            Type::Tuple(of) => of.iter().any(Type::has_any),
            Type::Object(fields) => fields.iter().any(|field| field.ty.has_any()),
        }
    }

    /// The type of a value. Of an empty list, and of null, it says as much as is known: `list(any)`, `any`.
    #[must_use]
    pub fn of(value: &Value) -> Type {
        match &value.kind {
            Kind::Null | Kind::Handle(_) => Type::Any,
            Kind::Bool(_) => Type::Bool,
            Kind::Number(_) => Type::Number,
            Kind::Text(_) | Kind::Json(_) => Type::Text,
            Kind::List(items) => Type::list(Type::of_elements(items.iter())),
            Kind::Set(items) => Type::set(Type::of_elements(items.iter())),
            Kind::Map(entries) => Type::map(Type::of_elements(entries.values())),
            Kind::Tuple(items) => Type::Tuple(items.iter().map(Type::of).collect()),
            Kind::Object(entries) => Type::Object(
                entries
                    .iter()
                    .map(|(name, value)| Field {
                        name: Arc::clone(name),
                        ty: Type::of(value),
                        optional: false,
                        default: None,
                    })
                    .collect(),
            ),
            Kind::Unknown(unknown) => unknown.ty.clone(),
        }
    }

    /// The type of the elements of a collection: that of the first of which it is known wholly.
    fn of_elements<'a>(values: impl Iterator<Item = &'a Value>) -> Type {
        let mut found = Type::Any;
        for value in values {
            let ty = Type::of(value);
            if !ty.has_any() {
                return ty;
            }
            if matches!(found, Type::Any) {
                found = ty;
            }
        }
        found
    }

    /// The type of an element reached by an index.
    pub(crate) fn element(&self) -> Type {
        match self {
            Type::List(of) | Type::Set(of) | Type::Map(of) => Type::clone(of),
            _ => Type::Any,
        }
    }

    /// The type of an attribute of an object.
    pub(crate) fn attribute(&self, name: &str) -> Type {
        match self {
            Type::Map(of) => Type::clone(of),
            Type::Object(fields) => {
                fields.iter().find(|field| &*field.name == name).map_or(Type::Any, |field| field.ty.clone())
            }
            _ => Type::Any,
        }
    }

    /// Whether it is a list, set or map, which may be empty.
    #[must_use]
    pub fn is_collection(&self) -> bool {
        matches!(self, Type::List(_) | Type::Set(_) | Type::Map(_))
    }

    /// Whether an object of the type may come without this attribute: it is optional and has no default.
    pub(crate) fn may_lack(&self, name: &str) -> bool {
        match self {
            Type::Object(fields) => {
                fields.iter().any(|field| &*field.name == name && field.optional && field.default.is_none())
            }
            _ => false,
        }
    }
}

/// The type that all of several types can be turned into, as Terraform finds it for the branches of a conditional and
/// the elements of a list; `None` where there is none. `Any` where one of them is not known.
pub(crate) fn unify(types: &[Type]) -> Option<Type> {
    let (first, rest) = types.split_first()?;
    if rest.iter().all(|ty| ty == first) {
        return Some(first.clone());
    }
    if types.iter().any(|ty| matches!(ty, Type::Any)) {
        // What is not known will turn into whatever primitive type the others have; of other types nothing is known.
        let known: Vec<Type> = types.iter().filter(|ty| !matches!(ty, Type::Any)).cloned().collect();
        return if known.iter().all(Type::is_primitive) { unify(&known).or(Some(Type::Any)) } else { Some(Type::Any) };
    }
    if types.iter().all(Type::is_primitive) {
        // Text is what everything primitive turns into; numbers and truth values have nothing else in common.
        return types.contains(&Type::Text).then_some(Type::Text);
    }
    if types.iter().all(|ty| matches!(ty, Type::Object(_))) {
        return unify_objects(types).or_else(|| unify_elements(types).map(Type::map));
    }
    if types.iter().all(|ty| matches!(ty, Type::Tuple(_))) {
        return unify_tuples(types).or_else(|| unify_elements(types).map(Type::list));
    }
    if types.iter().all(|ty| matches!(ty, Type::Object(_) | Type::Map(_))) {
        return unify_elements(types).map(Type::map);
    }
    let sequences = types.iter().all(|ty| matches!(ty, Type::List(_) | Type::Tuple(_) | Type::Set(_)));
    if !sequences {
        return None;
    }
    let element = unify_elements(types)?;
    if !types.iter().any(|ty| matches!(ty, Type::Set(_))) {
        return Some(Type::list(element));
    }
    // A tuple turns into a set whose elements its own can be; otherwise each stays what it is.
    let sets: Vec<Type> = types.iter().filter(|ty| matches!(ty, Type::Set(_))).cloned().collect();
    let listed = types.iter().any(|ty| matches!(ty, Type::List(_)));
    let fits = !listed && unify_elements(&sets).is_some_and(|of| of == element);
    Some(if fits || sets.len() == types.len() { Type::set(element) } else { Type::Any })
}

/// The type of all elements of all of the types.
fn unify_elements(types: &[Type]) -> Option<Type> {
    let mut elements: Vec<Type> = Vec::new();
    for ty in types {
        match ty {
            Type::List(of) | Type::Set(of) | Type::Map(of) => elements.push(Type::clone(of)),
            Type::Tuple(of) => elements.extend(of.iter().cloned()),
            Type::Object(fields) => elements.extend(fields.iter().map(|field| field.ty.clone())),
            _ => return None,
        }
    }
    if elements.is_empty() { Some(Type::Any) } else { unify(&elements) }
}

fn unify_objects(types: &[Type]) -> Option<Type> {
    let fields: Vec<&[Field]> =
        types.iter().map(|ty| if let Type::Object(fields) = ty { &**fields } else { &[] }).collect();
    let first = fields.first()?;
    let same = fields
        .iter()
        .all(|other| other.len() == first.len() && other.iter().zip(first.iter()).all(|(a, b)| a.name == b.name));
    if !same {
        return None;
    }
    let mut unified = Vec::with_capacity(first.len());
    for (index, field) in first.iter().enumerate() {
        let column: Vec<Type> = fields.iter().filter_map(|row| row.get(index)).map(|field| field.ty.clone()).collect();
        unified.push(Field { name: Arc::clone(&field.name), ty: unify(&column)?, optional: false, default: None });
    }
    Some(Type::Object(unified.into()))
}

fn unify_tuples(types: &[Type]) -> Option<Type> {
    let rows: Vec<&[Type]> = types.iter().map(|ty| if let Type::Tuple(of) = ty { &**of } else { &[] }).collect();
    let first = rows.first()?;
    if rows.iter().any(|row| row.len() != first.len()) {
        return None;
    }
    let columns = (0..first.len()).map(|index| {
        let column: Vec<Type> = rows.iter().filter_map(|row| row.get(index)).cloned().collect();
        unify(&column)
    });
    columns.collect::<Option<Vec<Type>>>().map(|of| Type::Tuple(of.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_meet_where_terraform_says() {
        let object = |names: &[&str]| {
            let field = |name: &&str| Field { name: (*name).into(), ty: Type::Text, optional: false, default: None };
            Type::Object(names.iter().map(field).collect())
        };
        assert_eq!(unify(&[Type::Text, Type::Number, Type::Bool]), Some(Type::Text));
        assert_eq!(unify(&[Type::Number, Type::Bool]), None);
        assert_eq!(unify(&[Type::Any, Type::Bool]), Some(Type::Bool));
        assert_eq!(unify(&[Type::Any, Type::list(Type::Bool)]), Some(Type::Any));
        assert_eq!(unify(&[object(&["a"]), object(&["b"])]), Some(Type::map(Type::Text)));
        assert_eq!(unify(&[object(&["a"]), object(&["a"])]), Some(object(&["a"])));
        let tuple = |types: &[Type]| Type::Tuple(types.into());
        assert_eq!(unify(&[tuple(&[]), tuple(&[Type::Text])]), Some(Type::list(Type::Text)));
        assert_eq!(unify(&[tuple(&[Type::Number]), tuple(&[Type::Text])]), Some(tuple(&[Type::Text])));
        assert_eq!(unify(&[Type::Text, tuple(&[])]), None);
        assert_eq!(unify(&[Type::list(Type::Any), Type::list(Type::Text)]), Some(Type::list(Type::Text)));
    }
}
