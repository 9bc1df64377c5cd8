//! The functions of the language and their arguments.

use tickmark_diagnostics::codes::program as codes;
use tickmark_diagnostics::{Diagnostic, did_you_mean};
use tickmark_source::Span;
use tickmark_syntax::ast;

use crate::expression::typed;
use crate::ir::{Expr, ExprKind, Function, Type};
use crate::phrase::PhraseMode;
use crate::resolver::Resolver;
use crate::scope::Scope;

const FUNCTIONS: [(&str, Function); 12] = [
    ("count", Function::Count),
    ("sum", Function::Sum),
    ("min", Function::Min),
    ("max", Function::Max),
    ("lower", Function::Lower),
    ("upper", Function::Upper),
    ("trim", Function::Trim),
    ("split", Function::Split),
    ("json", Function::Json),
    ("time", Function::Time),
    ("number", Function::Number),
    ("text", Function::Text),
];

impl Resolver<'_> {
    /// `name(arguments)`
    pub(crate) fn call(
        &mut self,
        name: &ast::Name,
        arguments: &[ast::Argument],
        scope: &mut Scope,
        span: Span,
    ) -> Option<Expr> {
        let Some((_, function)) = FUNCTIONS.iter().find(|(known, _)| *known == name.text) else {
            let names = FUNCTIONS.map(|(name, _)| name);
            let list = format!("the functions are {}", names.map(|name| format!("`{name}`")).join(", "));
            let help = did_you_mean(&name.text, names).unwrap_or(list);
            self.report(
                Diagnostic::error(codes::UNKNOWN_FUNCTION, name.span, format!("there is no function `{}`", name.text))
                    .help(help),
            );
            return None;
        };
        if *function == Function::Count {
            return self.count(arguments, scope, span);
        }
        let mut values = Vec::new();
        for argument in arguments {
            match argument {
                ast::Argument::Expr(expr) => values.push(self.expression(expr, scope)?),
                ast::Argument::Phrase(ast::Phrase { span, .. })
                | ast::Argument::FilteredPath(ast::Expr { span, .. }, _) => {
                    self.report(
                        Diagnostic::error(
                            codes::BAD_ARGUMENTS,
                            *span,
                            format!("`{}` takes values, not a noun phrase", name.text),
                        )
                        .help("only `count` takes one: `count(tests where not passed)`"),
                    );
                    return None;
                }
            }
        }
        let ty = self.call_type(*function, &name.text, &values, span)?;
        Some(typed(ExprKind::Call(*function, values), ty, span))
    }

    fn count(&mut self, arguments: &[ast::Argument], scope: &mut Scope, span: Span) -> Option<Expr> {
        let mark = scope.mark();
        let phrase = match arguments {
            [ast::Argument::Expr(expr)] => {
                let values = self.expression(expr, scope)?;
                let several = matches!(values.ty, Type::List(_) | Type::Records(_) | Type::Any(_) | Type::Json);
                if !several {
                    let found = self.describe(&values.ty);
                    self.error(
                        codes::NOT_SEVERAL,
                        values.span,
                        format!("`count` counts a list, a relation or a noun phrase, and this is {found}"),
                    );
                    return None;
                }
                return Some(typed(ExprKind::Call(Function::Count, vec![values]), Type::Number, span));
            }
            [ast::Argument::Phrase(phrase)] => self.phrase(phrase, scope, &PhraseMode::Nested),
            [ast::Argument::FilteredPath(path, filters)] => self.filtered_path(path, filters, scope),
            _ => {
                self.error(
                    codes::BAD_ARGUMENTS,
                    span,
                    "`count` takes one argument: a list, a relation or a noun phrase",
                );
                None
            }
        };
        if phrase.is_some() {
            self.check_binders(scope, mark);
        }
        scope.leave(mark);
        let phrase = phrase?;
        if let Some(cadence) = &phrase.cadence {
            self.error(codes::MISPLACED_CADENCE, cadence.span, "a cadence is said of `has` or `some`, not of a count");
            return None;
        }
        Some(typed(ExprKind::CountPhrase(Box::new(phrase)), Type::Number, span))
    }

    fn call_type(&mut self, function: Function, name: &str, values: &[Expr], span: Span) -> Option<Type> {
        let wrong_number = |resolver: &mut Self, wanted: &str| {
            resolver.error(
                codes::BAD_ARGUMENTS,
                span,
                format!("`{name}` takes {wanted}, and here are {}", values.len()),
            );
        };
        match (function, values) {
            (Function::Sum, [list]) => self.aggregate(name, list, false),
            (Function::Min | Function::Max, [list]) => self.aggregate(name, list, true),
            (Function::Min | Function::Max, [first, rest @ ..]) if !rest.is_empty() => {
                for value in values {
                    let comparable =
                        matches!(value.ty, Type::Number | Type::Time | Type::Duration | Type::Any(_) | Type::Json);
                    let fits = value.ty == first.ty
                        || matches!(value.ty, Type::Any(_) | Type::Json)
                        || matches!(first.ty, Type::Any(_) | Type::Json);
                    if !comparable || !fits {
                        let found = self.describe(&value.ty);
                        self.error(
                            codes::BAD_ARGUMENTS,
                            value.span,
                            format!("`{name}` takes numbers, times or durations of one type, and this is {found}"),
                        );
                        return None;
                    }
                }
                Some(first.ty.clone())
            }
            (Function::Lower | Function::Upper | Function::Trim, [text]) => {
                self.want_text(text, name).map(|()| Type::Text)
            }
            (Function::Split, [text, separator]) => {
                let a = self.want_text(text, name);
                let b = self.want_text(separator, name);
                a.and(b).map(|()| Type::List(Box::new(Type::Text)))
            }
            (Function::Json, [text]) => self.want_text(text, name).map(|()| Type::Json),
            (Function::Time, [value]) => {
                self.scalar_argument(name, value, &[Type::Text, Type::Time]).map(|()| Type::Time)
            }
            (Function::Number, [value]) => {
                self.scalar_argument(name, value, &[Type::Text, Type::Number]).map(|()| Type::Number)
            }
            (Function::Text, [value]) => {
                if matches!(value.ty, Type::List(_) | Type::Records(_)) {
                    self.error(codes::BAD_ARGUMENTS, value.span, "`text` takes one value, and this is a list");
                    return None;
                }
                Some(Type::Text)
            }
            (Function::Split, _) => {
                wrong_number(self, "a text and a separator");
                None
            }
            (Function::Min | Function::Max, _) => {
                wrong_number(self, "a list, or several values");
                None
            }
            _ => {
                wrong_number(self, "one argument");
                None
            }
        }
    }

    /// `sum`, `min`, `max` over a list.
    fn aggregate(&mut self, name: &str, list: &Expr, times: bool) -> Option<Type> {
        let item = match &list.ty {
            Type::List(item) => Some((**item).clone()),
            Type::Any(_) | Type::Json => Some(Type::Any(None)),
            _ => None,
        };
        let fits = item.filter(|item| match item {
            Type::Number | Type::Duration | Type::Any(_) | Type::Json => true,
            Type::Time => times,
            _ => false,
        });
        if fits.is_none() {
            let found = self.describe(&list.ty);
            let what = if times { "numbers, times or durations" } else { "numbers or durations" };
            self.report(
                Diagnostic::error(
                    codes::BAD_ARGUMENTS,
                    list.span,
                    format!("`{name}` takes a list of {what}, and this is {found}"),
                )
                .help("a path flattens: `sum(orders.total)`"),
            );
        }
        fits
    }

    fn scalar_argument(&mut self, name: &str, value: &Expr, types: &[Type]) -> Option<()> {
        let fits = types.contains(&value.ty) || matches!(value.ty, Type::Any(_) | Type::Json | Type::Enum { .. });
        if !fits {
            let found = self.describe(&value.ty);
            self.error(codes::BAD_ARGUMENTS, value.span, format!("`{name}` takes a text, and this is {found}"));
        }
        fits.then_some(())
    }
}
