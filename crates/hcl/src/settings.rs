//! What is said of a configuration from outside: values of variables, the workspace.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::eval::Scope;
use crate::module::Variable;
use crate::syntax::parse_expression;
use crate::types::Type;
use crate::value::Value;
use crate::world::{Instance, World};

/// What Terraform would be told on its command line.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Values of variables of the root module, as text: an expression, or the text itself where the variable is a
    /// string (`-var name=value`). They count more than `.tfvars` files.
    pub variables: BTreeMap<String, String>,
    /// The workspace; `default` unless another is selected.
    pub workspace: String,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { variables: BTreeMap::new(), workspace: "default".to_owned() }
    }
}

impl Settings {
    pub(crate) fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str)
    }

    /// A setting is text where the variable is a string, number, bool or of any type and an expression elsewhere, as
    /// for `-var`.
    pub(crate) fn value_of<'t>(
        &self,
        world: &World<'t>,
        instance: &Rc<Instance<'t>>,
        variable: &Variable,
        text: &str,
    ) -> Value {
        if matches!(variable.ty, Type::Text | Type::Number | Type::Bool | Type::Any) {
            return Value::text(text.to_owned());
        }
        match parse_expression(text, variable.span) {
            Ok(node) => {
                let mut scope = Scope { sealed: true, ..Scope::new(world, instance) };
                world.value_in(&mut scope, &node)
            }
            // It will not fit the type, which is said then.
            Err(_) => Value::text(text.to_owned()),
        }
    }
}
