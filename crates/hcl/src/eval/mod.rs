//! Expressions become values.

mod access;
pub(crate) mod loops;
mod operators;
mod template;

use std::rc::Rc;
use std::sync::Arc;

use tickmark_source::Span;

use crate::convert::convert_to_common;
use crate::fault::Fault;
use crate::functions;
use crate::limits;
use crate::syntax::{Conditional, Expr, Literal, Node};
use crate::types::Type;
use crate::value::{Kind, Value, Why};
use crate::world::{Instance, World};

pub(crate) use access::index_of;
pub(crate) use template::{pieces_of, text_of_pieces};

/// What names mean while an expression is evaluated.
pub(crate) struct Scope<'w, 't> {
    pub(crate) world: &'w World<'t>,
    pub(crate) module: Rc<Instance<'t>>,
    /// `each.key` and `each.value`
    pub(crate) each: Option<(Value, Value)>,
    /// `count.index`
    pub(crate) count: Option<Value>,
    /// Names of `for` expressions, `dynamic` blocks and templates; the last of a name counts.
    pub(crate) names: Vec<(Arc<str>, Value)>,
    /// Whether nothing but `names` can be spoken of: in a template of its own.
    pub(crate) sealed: bool,
}

impl<'w, 't> Scope<'w, 't> {
    /// A scope in a module.
    pub(crate) fn new(world: &'w World<'t>, module: &Rc<Instance<'t>>) -> Self {
        Scope { world, module: Rc::clone(module), each: None, count: None, names: Vec::new(), sealed: false }
    }

    /// The value of an expression. What Terraform would refuse is a fault; what it cannot know is an unknown value.
    pub(crate) fn eval(&mut self, node: &Node) -> Result<Value, Fault> {
        if let Some(stopped) = self.world.step() {
            return Ok(stopped);
        }
        let depth = self.world.deeper();
        if depth > limits::DEPTH {
            self.world.shallower();
            return Ok(self.world.limit_reached(
                &format!(
                    "expressions are evaluated within each other deeper than the limit of {} levels",
                    limits::DEPTH
                ),
                Some(node.span),
            ));
        }
        let result = self.eval_inner(node);
        self.world.shallower();
        let value = result.map_err(|fault| fault.at(node.span))?;
        Ok(self.checked(value, node.span).at(node.span.place()))
    }

    fn eval_inner(&mut self, node: &Node) -> Result<Value, Fault> {
        match &node.expr {
            Expr::Literal(literal) => Ok(literal_value(literal)),
            Expr::Template(parts) => self.template(parts),
            Expr::Wrap(inner) => self.eval(inner),
            Expr::Tuple(items) => {
                let values = items.iter().map(|item| self.eval(item)).collect::<Result<_, _>>()?;
                Ok(Value::tuple(values))
            }
            Expr::Object(items) => self.object(items),
            Expr::Variable(name) => self.variable(name),
            Expr::Traversal(traversal) => self.traversal(traversal),
            Expr::Call(call) => functions::call(self, call, node),
            Expr::Conditional(conditional) => self.conditional(conditional),
            Expr::Negate(inner) => {
                let value = self.eval(inner)?;
                operators::negate(&value)
            }
            Expr::Not(inner) => {
                let value = self.eval(inner)?;
                operators::not(&value)
            }
            Expr::Binary(binary) => {
                let left = self.eval(&binary.left)?;
                // Where one side decides, the other is not looked at, as in Terraform since 1.12.
                if operators::decides(binary.operator, &left) {
                    return Ok(left);
                }
                let right = self.eval(&binary.right)?;
                operators::binary(self.world, binary.operator, &left, &right)
            }
            Expr::For(each) => self.for_expr(each),
        }
    }

    /// The value, or an unknown where it is larger than values may be.
    pub(crate) fn checked(&self, value: Value, span: Span) -> Value {
        let long = value.as_text().is_some_and(|text| text.len() > limits::TEXT);
        if long {
            return self.world.limit_reached("a text is longer than the limit of 16 MiB", Some(span));
        }
        if value.nodes() > limits::NODES {
            let message = format!("a value is larger than the limit of {} values", limits::NODES);
            return self.world.limit_reached(&message, Some(span));
        }
        value
    }

    /// An object: its keys are texts, and where one is not known, nothing is known of the whole.
    fn object(&mut self, items: &[(Node, Node)]) -> Result<Value, Fault> {
        let mut entries = Vec::with_capacity(items.len());
        let mut unknown_key = None;
        let mut marks = crate::marks::Marks::default();
        for (key, value) in items {
            let key_value = match key.as_text() {
                Some(text) => Value::new(Kind::Text(Arc::clone(text))),
                None => self.eval(key)?,
            };
            let value = self.eval(value)?;
            if key_value.is_null() {
                return Err(Fault::new("a key of an object cannot be null").at(key.span));
            }
            marks = marks.union(&key_value.deep_marks());
            match crate::convert::to_text(&key_value).map_err(|fault| fault.at(key.span))? {
                Some(text) => entries.push((text, value)),
                None => unknown_key = unknown_key.or_else(|| key_value.unknown_like(Type::Any)),
            }
        }
        match unknown_key {
            Some(unknown) => Ok(unknown.marked(&marks)),
            None => Ok(Value::object(entries).marked(&marks)),
        }
    }

    fn conditional(&mut self, conditional: &Conditional) -> Result<Value, Fault> {
        let condition = self.eval(&conditional.condition)?;
        if condition.is_null() {
            return Err(Fault::new("the condition is null").at(conditional.condition.span));
        }
        let converted =
            crate::convert::convert(&condition, &Type::Bool).map_err(|fault| fault.at(conditional.condition.span))?;
        let marks = condition.deep_marks();
        match converted.as_bool() {
            Some(truth) => {
                let (taken, other) = if truth {
                    (&conditional.then, &conditional.otherwise)
                } else {
                    (&conditional.otherwise, &conditional.then)
                };
                let value = self.eval(taken)?;
                // Both branches give the type. A mistake in the one that is not taken does not matter.
                let value = match self.type_of_branch(other) {
                    Some(other) => convert_to_common(&[value.clone(), other])
                        .map_err(|_| Fault::new("the two results of the condition have different types"))?
                        .into_iter()
                        .next()
                        .unwrap_or(value),
                    None => value,
                };
                Ok(value.marked(&marks))
            }
            None => {
                let then = self.eval(&conditional.then)?;
                let otherwise = self.eval(&conditional.otherwise)?;
                let both = convert_to_common(&[then.clone(), otherwise.clone()]).unwrap_or(vec![then, otherwise]);
                let value = match both.as_slice() {
                    [then, otherwise] => either(then, otherwise, &condition),
                    _ => condition.clone(),
                };
                Ok(value.marked(&marks))
            }
        }
    }

    /// A value of the type of the branch that is not taken. Nothing is evaluated for what says its type itself.
    fn type_of_branch(&mut self, node: &Node) -> Option<Value> {
        match &node.expr {
            Expr::Literal(literal) => Some(literal_value(literal)),
            _ => self.eval(node).ok(),
        }
    }
}

/// What is known where either of two values is meant: what they have in common.
fn either(a: &Value, b: &Value, condition: &Value) -> Value {
    let marks = a.marks.union(&b.marks);
    let value = match (&a.kind, &b.kind) {
        (Kind::Object(x), Kind::Object(y))
            if x.len() == y.len() && x.keys().eq(y.keys()) && !x.is_open() && !y.is_open() =>
        {
            let values = x.values().zip(y.values()).map(|(a, b)| either(a, b, condition));
            Value::object(x.keys().cloned().zip(values).collect())
        }
        (Kind::Map(x), Kind::Map(y)) if x.len() == y.len() && x.keys().eq(y.keys()) && !x.is_open() && !y.is_open() => {
            let values = x.values().zip(y.values()).map(|(a, b)| either(a, b, condition));
            Value::map(x.keys().cloned().zip(values).collect())
        }
        (Kind::Tuple(x), Kind::Tuple(y)) if x.len() == y.len() => {
            Value::tuple(x.iter().zip(y.iter()).map(|(a, b)| either(a, b, condition)).collect())
        }
        (Kind::List(x), Kind::List(y)) if x.len() == y.len() => {
            Value::list(x.iter().zip(y.iter()).map(|(a, b)| either(a, b, condition)).collect())
        }
        _ if crate::compare::equal(a, b) == Some(true) => Value::new(a.kind.clone()),
        _ => {
            let ty = crate::types::unify(&[Type::of(a), Type::of(b)]).unwrap_or(Type::Any);
            let marks = a.deep_marks().union(&b.deep_marks());
            let may_be_null = [a, b].into_iter().any(Value::may_be_null);
            condition.unknown_like(ty).unwrap_or_else(|| condition.clone()).or_null(may_be_null).marked(&marks)
        }
    };
    Value { origin: a.origin, ..value.marked(&marks) }
}

fn literal_value(literal: &Literal) -> Value {
    Value::new(match literal {
        Literal::Null => Kind::Null,
        Literal::Bool(value) => Kind::Bool(*value),
        Literal::Number(number) => Kind::Number(number.clone()),
        Literal::Text(text) => Kind::Text(Arc::clone(text)),
    })
}

/// An unknown value because of a fault.
pub(crate) fn faulty(fault: &Fault, expression: String) -> Value {
    let reason = format!("`{expression}` cannot be evaluated: {}", fault.message);
    Value::unknown(Type::Any, Why::Error, expression, reason)
}
