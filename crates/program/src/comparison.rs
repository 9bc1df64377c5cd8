//! What may be compared with what, and what arithmetic gives.

use std::sync::Arc;

use smol_str::SmolStr;
use tickmark_diagnostics::Diagnostic;
use tickmark_diagnostics::codes::program as codes;
use tickmark_source::Span;

use crate::expression::{all, truth, typed};
use crate::ir::{ArithmeticOp, CompareOp, Expr, ExprKind, Literal, Type};
use crate::resolver::Resolver;

/// `any` and JSON values are typed when they are read.
fn is_dynamic(ty: &Type) -> bool {
    matches!(ty, Type::Any(_) | Type::Json)
}

fn is_several(ty: &Type) -> bool {
    matches!(ty, Type::List(_) | Type::Records(_))
}

fn is_text(ty: &Type) -> bool {
    matches!(ty, Type::Text | Type::Enum { .. })
}

impl Resolver<'_> {
    /// `== != < <= > >=`
    pub(crate) fn compare(&mut self, op: CompareOp, left: Expr, right: Expr, span: Span) -> Option<Expr> {
        self.refuse_lists(op, &left, &right, span)?;
        self.check_enum_values(&left, &right)?;
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            self.check_order(&left, &right, span)?;
        }
        if !self.comparable(&left.ty, &right.ty) {
            let message = format!("{} cannot be compared with {}", self.describe(&left.ty), self.describe(&right.ty));
            let diagnostic = Diagnostic::error(codes::TYPES_DIFFER, span, message)
                .label(left.span, format!("this is {}", self.describe(&left.ty)))
                .label(right.span, format!("this is {}", self.describe(&right.ty)));
            self.report(conversion_help(diagnostic, &left, &right));
            return None;
        }
        Some(truth(ExprKind::Compare(op, Box::new(left), Box::new(right)), span))
    }

    fn comparable(&self, left: &Type, right: &Type) -> bool {
        match (left, right) {
            (a, b) if is_dynamic(a) || is_dynamic(b) => true,
            (a, b) if is_text(a) && is_text(b) => true,
            (Type::Record(a), Type::Record(b)) => a == b,
            (Type::List(_) | Type::Records(_), _) | (_, Type::List(_) | Type::Records(_)) => false,
            (a, b) => a == b,
        }
    }

    fn refuse_lists(&mut self, op: CompareOp, left: &Expr, right: &Expr, span: Span) -> Option<()> {
        if !is_several(&left.ty) && !is_several(&right.ty) {
            return Some(());
        }
        let (list, other) = if is_several(&left.ty) { (left, right) } else { (right, left) };
        let mut diagnostic = if is_several(&other.ty) {
            Diagnostic::error(codes::LIST_AND_VALUE, span, "a list is not compared with a list by one sign")
                .help("say which you mean: `every x in a: x in b`, `count(a) == count(b)`")
        } else {
            Diagnostic::error(codes::LIST_AND_VALUE, span, "a list is compared with a single value")
                .label(list.span, format!("this is {}", self.describe(&list.ty)))
        };
        let is_map = matches!(&list.ty, Type::Records(noun) if self.map_entries.contains(noun));
        let (list, other_text) = (self.program.snippet(list.span), self.program.snippet(other.span));
        diagnostic = match op {
            _ if is_several(&other.ty) => diagnostic,
            _ if is_map => diagnostic.help(format!("a map is read by key: `{list}[\"…\"]`")),
            CompareOp::Eq => diagnostic
                .help(format!("write `{list} contains {other_text}`, or `every x in {list}: x == {other_text}`")),
            CompareOp::Ne => diagnostic
                .help(format!("write `not ({list} contains {other_text})`, or `some x in {list}: x != {other_text}`")),
            _ => diagnostic.help(format!(
                "say it of each (`every x in {list}: …`), or take `min({list})`, `max({list})`, `count({list})`"
            )),
        };
        self.report(diagnostic);
        None
    }

    /// A text that an enum can never be is a mistake, not a comparison that is always false.
    fn check_enum_values(&mut self, left: &Expr, right: &Expr) -> Option<()> {
        let a = self.check_enum_value(&left.ty, right, left.span);
        let b = self.check_enum_value(&right.ty, left, right.span);
        a.and(b)
    }

    /// Every text literal in `value` must be one of the values of `ty`, where that is an enum; `of` is what has that type.
    pub(crate) fn check_enum_value(&mut self, ty: &Type, value: &Expr, of: Span) -> Option<()> {
        let Type::Enum { values, .. } = ty else { return Some(()) };
        let values = Arc::clone(values);
        match &value.kind {
            ExprKind::Literal(Literal::Text(text)) if !values.contains(text) => {
                let list = values.iter().map(|value| format!("\"{value}\"")).collect::<Vec<_>>().join(", ");
                let of = self.program.snippet(of);
                self.report(
                    Diagnostic::error(codes::NEVER_VALUE, value.span, format!("`{of}` is never `\"{text}\"`"))
                        .suggest(text, values.iter().map(SmolStr::as_str))
                        .help(format!("its values are {list}")),
                );
                None
            }
            ExprKind::List(items) => all(items, |item| self.check_enum_value(ty, item, of)).map(|_| ()),
            ExprKind::If(_, then, otherwise) => {
                let a = self.check_enum_value(ty, then, of);
                let b = self.check_enum_value(ty, otherwise, of);
                a.and(b)
            }
            ExprKind::Else(_, supplied) => self.check_enum_value(ty, supplied, of),
            _ => Some(()),
        }
    }

    fn check_order(&mut self, left: &Expr, right: &Expr, span: Span) -> Option<()> {
        let unordered =
            |ty: &Type| matches!(ty, Type::Text | Type::Bool | Type::Record(_) | Type::Enum { ordered: false, .. });
        let ordered_enum = |ty: &Type| matches!(ty, Type::Enum { ordered: true, .. });
        // An ordered enum against a text literal is the ordinary case; against other text there is no order to go by.
        let literal_text = |expr: &Expr| matches!(expr.kind, ExprKind::Literal(Literal::Text(_)));
        if ordered_enum(&left.ty) && (ordered_enum(&right.ty) && left.ty == right.ty || literal_text(right))
            || ordered_enum(&right.ty) && literal_text(left)
        {
            return Some(());
        }
        let Some(culprit) = [left, right].into_iter().find(|side| unordered(&side.ty)) else { return Some(()) };
        let found = self.describe(&culprit.ty);
        if matches!(culprit.ty, Type::Enum { .. }) {
            let written = self.program.snippet(culprit.span);
            let diagnostic = Diagnostic::error(codes::NO_ORDER, span, format!("the values of `{written}` have no order"))
                .help("declare them in order, least first: `ordered \"low\", \"high\"`; or list those that you mean: `in [\"a\", \"b\"]`");
            self.report(diagnostic);
            return None;
        }
        let mut diagnostic =
            Diagnostic::error(codes::NO_ORDER, span, format!("there is no smaller or greater of {found}"))
                .label(culprit.span, format!("this is {found}"));
        if is_text(&culprit.ty) {
            diagnostic = diagnostic
                .help("convert it with `number(…)` or `time(…)`, or declare the attribute `ordered \"low\", \"high\"`");
        }
        self.report(diagnostic);
        None
    }

    /// `before` and `after` of two times.
    pub(crate) fn time_order(&mut self, op: CompareOp, left: Expr, right: Expr, span: Span) -> Option<Expr> {
        let a = self.want(&left, &Type::Time, "`before` and `after` compare times");
        let b = self.want(&right, &Type::Time, "`before` and `after` compare times");
        a.and(b)?;
        Some(truth(ExprKind::Compare(op, Box::new(left), Box::new(right)), span))
    }

    /// Reports an expression that is of another type than is wanted; `any` and JSON pass.
    pub(crate) fn want(&mut self, expr: &Expr, wanted: &Type, why: &str) -> Option<()> {
        let fits = &expr.ty == wanted || is_dynamic(&expr.ty) || (is_text(&expr.ty) && is_text(wanted));
        if fits {
            return Some(());
        }
        let message =
            format!("{why}: {} is wanted here, and this is {}", self.describe(wanted), self.describe(&expr.ty));
        let mut diagnostic = Diagnostic::error(codes::WRONG_TYPE, expr.span, message);
        if is_text(&expr.ty) && *wanted == Type::Time {
            diagnostic =
                diagnostic.help("a date is written without quotes: `2026-12-31`; a text becomes one with `time(…)`");
        }
        if is_text(&expr.ty) && *wanted == Type::Number {
            diagnostic = diagnostic.help("a text becomes a number with `number(…)`");
        }
        if *wanted == Type::Duration && expr.ty == Type::Number {
            diagnostic = diagnostic.help("write the unit: `90 days`, `4 hours`");
        }
        self.report(diagnostic);
        None
    }

    pub(crate) fn want_text(&mut self, expr: &Expr, operator: &str) -> Option<()> {
        if is_several(&expr.ty) {
            self.report(
                Diagnostic::error(
                    codes::LIST_AND_VALUE,
                    expr.span,
                    format!("`{operator}` looks at one text, and this is a list"),
                )
                .help(format!(
                    "write `some x in {0}: x {operator} …` or `every x in {0}: x {operator} …`",
                    self.program.snippet(expr.span)
                )),
            );
            return None;
        }
        self.want(expr, &Type::Text, &format!("`{operator}` looks at text"))
    }

    /// `starts with`, `ends with`, `like`.
    pub(crate) fn text_test(
        &mut self,
        kind: fn(Box<Expr>, Box<Expr>) -> ExprKind,
        operator: &str,
        left: Expr,
        right: Expr,
        span: Span,
    ) -> Option<Expr> {
        let a = self.want_text(&left, operator);
        let b = self.want_text(&right, operator);
        a.and(b)?;
        Some(truth(kind(Box::new(left), Box::new(right)), span))
    }

    /// `x in list`, `network in network`.
    pub(crate) fn member_of(&mut self, left: Expr, right: Expr, span: Span) -> Option<Expr> {
        if is_several(&left.ty) {
            self.report(
                Diagnostic::error(codes::LIST_AND_VALUE, left.span, "`in` asks of one value, and this is a list").help(
                    format!(
                        "write `every x in {0}: x in …` or `some x in {0}: x in …`",
                        self.program.snippet(left.span)
                    ),
                ),
            );
            return None;
        }
        match &right.ty {
            Type::List(item) => {
                let item = (**item).clone();
                if self.is_network_list(&right) && is_text(&left.ty) {
                    self.check_networks(&right)?;
                    return Some(truth(ExprKind::InNetwork(Box::new(left), Box::new(right)), span));
                }
                self.check_enum_value(&left.ty, &right, left.span)?;
                self.check_item(&left, &item, &right, span)?;
                Some(truth(ExprKind::In(Box::new(left), Box::new(right)), span))
            }
            Type::Records(noun) => {
                let item = Type::Record(*noun);
                self.check_item(&left, &item, &right, span)?;
                Some(truth(ExprKind::In(Box::new(left), Box::new(right)), span))
            }
            Type::Text => {
                let a = self.want_text(&left, "in");
                let b = self.check_networks(&right);
                a.and(b)?;
                Some(truth(ExprKind::InNetwork(Box::new(left), Box::new(right)), span))
            }
            ty if is_dynamic(ty) => Some(truth(ExprKind::In(Box::new(left), Box::new(right)), span)),
            _ => {
                let found = self.describe(&right.ty);
                self.report(
                    Diagnostic::error(
                        codes::NOT_SEVERAL,
                        right.span,
                        format!("after `in` stands a list or a network, and this is {found}"),
                    )
                    .help("write a list in brackets: `in [\"a\", \"b\"]`, or a network: `in \"10.0.0.0/8\"`"),
                );
                None
            }
        }
    }

    /// A literal list of networks, none of which is a plain text.
    fn is_network_list(&self, list: &Expr) -> bool {
        let ExprKind::List(items) = &list.kind else { return false };
        let network = |item: &Expr| match &item.kind {
            ExprKind::Literal(Literal::Text(text)) => text.contains('/') && is_network(text),
            _ => false,
        };
        !items.is_empty() && items.iter().all(network)
    }

    fn check_networks(&mut self, expr: &Expr) -> Option<()> {
        match &expr.kind {
            ExprKind::Literal(Literal::Text(text)) if !is_network(text) => {
                self.report(
                    Diagnostic::error(codes::BAD_NETWORK, expr.span, format!("`{text}` is no network"))
                        .help("write `10.0.0.0/8` or `2001:db8::/32`; a part of a text is asked for with `contains`, a list of values with brackets"),
                );
                None
            }
            _ => Some(()),
        }
    }

    fn check_item(&mut self, value: &Expr, item: &Type, list: &Expr, span: Span) -> Option<()> {
        if self.comparable(&value.ty, item) {
            return Some(());
        }
        let message = format!("{} is never in {}", self.describe(&value.ty), self.describe(&list.ty));
        let diagnostic = Diagnostic::error(codes::TYPES_DIFFER, span, message)
            .label(value.span, format!("this is {}", self.describe(&value.ty)))
            .label(list.span, format!("this is {}", self.describe(&list.ty)));
        self.report(match item {
            Type::Record(_) if is_text(&value.ty) => {
                let list = self.program.snippet(list.span);
                diagnostic.help(format!("say which attribute is meant: `some x in {list}: x.… == …`"))
            }
            _ => conversion_help(diagnostic, value, &Expr { ty: item.clone(), ..list.clone() }),
        });
        None
    }

    /// `list contains x`, `text contains part`.
    pub(crate) fn contains(&mut self, left: Expr, right: Expr, span: Span) -> Option<Expr> {
        match &left.ty {
            Type::List(item) => {
                let item = (**item).clone();
                let a = self.check_enum_value(&item, &right, left.span);
                let b = self.check_item(&right, &item, &left, span);
                a.and(b)?;
                Some(truth(ExprKind::ListContains(Box::new(left), Box::new(right)), span))
            }
            Type::Records(noun) => {
                let item = Type::Record(*noun);
                self.check_item(&right, &item, &left, span)?;
                Some(truth(ExprKind::ListContains(Box::new(left), Box::new(right)), span))
            }
            ty if is_text(ty) => {
                self.want_text(&right, "contains")?;
                Some(truth(ExprKind::TextContains(Box::new(left), Box::new(right)), span))
            }
            ty if is_dynamic(ty) => Some(truth(ExprKind::TextContains(Box::new(left), Box::new(right)), span)),
            _ => {
                let found = self.describe(&left.ty);
                self.error(
                    codes::NOT_SEVERAL,
                    left.span,
                    format!("`contains` looks into a list or a text, and this is {found}"),
                );
                None
            }
        }
    }

    /// `+ − * /` on numbers, durations and times.
    pub(crate) fn arithmetic(&mut self, op: ArithmeticOp, left: Expr, right: Expr, span: Span) -> Option<Expr> {
        use ArithmeticOp::{Add, Div, Mul, Sub};
        let ty = match (op, &left.ty, &right.ty) {
            (_, Type::Number, Type::Number) => Some(Type::Number),
            (Add | Sub, Type::Time, Type::Duration) | (Add, Type::Duration, Type::Time) => Some(Type::Time),
            (Sub, Type::Time, Type::Time) => Some(Type::Duration),
            (Add | Sub, Type::Duration, Type::Duration) => Some(Type::Duration),
            (Mul | Div, Type::Duration, Type::Number) | (Mul, Type::Number, Type::Duration) => Some(Type::Duration),
            (Div, Type::Duration, Type::Duration) => Some(Type::Number),
            (_, a, b) if (is_dynamic(a) || is_dynamic(b)) && !is_several(a) && !is_several(b) => Some(Type::Any(None)),
            _ => None,
        };
        let Some(ty) = ty else {
            let (a, b) = (self.describe(&left.ty), self.describe(&right.ty));
            let message = match op {
                Add => format!("{a} and {b} cannot be added"),
                Sub => format!("{b} cannot be taken from {a}"),
                Mul => format!("{a} cannot be multiplied by {b}"),
                Div => format!("{a} cannot be divided by {b}"),
            };
            let diagnostic = Diagnostic::error(codes::BAD_ARITHMETIC, span, message);
            if is_text(&left.ty) && is_text(&right.ty) {
                self.report(diagnostic.help("texts are joined with holes: `\"{name}-{version}\"`"));
                return None;
            }
            let diagnostic = diagnostic.help(
                "numbers go with numbers, a time with a duration (`$as_of - 30 days`), two times give a duration",
            );
            self.report(diagnostic);
            return None;
        };
        Some(typed(ExprKind::Arithmetic(op, Box::new(left), Box::new(right)), ty, span))
    }
}

fn conversion_help(diagnostic: Diagnostic, left: &Expr, right: &Expr) -> Diagnostic {
    let text_side = [left, right].into_iter().find(|side| is_text(&side.ty));
    let other = [left, right].into_iter().find(|side| !is_text(&side.ty));
    let pair = |a: &Type, b: &Type| (&left.ty == a && &right.ty == b) || (&left.ty == b && &right.ty == a);
    let literal = text_side.is_some_and(|side| matches!(side.kind, ExprKind::Literal(_)));
    match (text_side, other.map(|side| &side.ty)) {
        (Some(_), Some(Type::Time)) if literal => diagnostic.help("a date is written without quotes: `2026-12-31`"),
        (Some(_), Some(Type::Time)) => diagnostic.help("a text becomes a time with `time(…)`"),
        (Some(_), Some(Type::Number)) if literal => diagnostic.help("a number is written without quotes"),
        (Some(_), Some(Type::Number)) => diagnostic.help("a text becomes a number with `number(…)`"),
        (Some(_), Some(Type::Bool)) => diagnostic.help("`true` and `false` are written without quotes"),
        (Some(_), Some(Type::Duration)) => diagnostic.help("a duration is written without quotes: `90 days`"),
        (Some(_), Some(Type::Record(_))) => diagnostic.help("compare an attribute of the record: `… .name == \"…\"`"),
        (None, _) if pair(&Type::Duration, &Type::Number) => diagnostic.help("write the unit: `90 days`, `4 hours`"),
        (None, _) if pair(&Type::Time, &Type::Duration) => diagnostic.help(
            "a time is so far from another: `$as_of - deployed_at > 90 days`, `deployed_at after $as_of - 90 days`",
        ),
        _ => diagnostic,
    }
}

/// An address, or a network with a prefix length.
fn is_network(text: &str) -> bool {
    let (address, prefix) = text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)));
    let Ok(address) = address.parse::<std::net::IpAddr>() else { return false };
    let longest = if address.is_ipv4() { 32 } else { 128 };
    prefix.is_none_or(|prefix| prefix.parse::<u8>().is_ok_and(|length| length <= longest))
}
