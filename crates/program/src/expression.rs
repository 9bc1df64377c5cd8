//! Expressions: each is resolved and given a type; a mistake is reported and gives `None`.

use std::sync::Arc;

use smol_str::SmolStr;
use tickmark_diagnostics::codes::program as codes;
use tickmark_diagnostics::{Diagnostic, closest, did_you_mean};
use tickmark_facts::{Duration, Time};
use tickmark_source::Span;
use tickmark_syntax::ast::{self, BinaryOp, DurationUnit};

use crate::ir::{ArithmeticOp, CompareOp, Expr, ExprKind, Literal, Type};
use crate::pattern::Pattern;
use crate::resolver::Resolver;
use crate::scope::Scope;

/// A typed expression.
pub(crate) fn typed(kind: ExprKind, ty: Type, span: Span) -> Expr {
    Expr { kind, ty, span }
}

/// A condition.
pub(crate) fn truth(kind: ExprKind, span: Span) -> Expr {
    typed(kind, Type::Bool, span)
}

fn literal(value: Literal, ty: Type, span: Span) -> Expr {
    typed(ExprKind::Literal(value), ty, span)
}

/// The length of time that a number of units is; `None` for parts of a month, and for what is too long.
pub(crate) fn duration_of(count: f64, unit: DurationUnit) -> Option<Duration> {
    const SECOND: f64 = 1_000_000.0;
    let exact = |micros_per_unit: f64| {
        let micros = (count * micros_per_unit).round();
        #[expect(clippy::cast_possible_truncation, reason = "checked against the range just before")]
        (micros.abs() < 9.0e18).then_some(Duration { months: 0, micros: micros as i64 })
    };
    let calendar = |months_per_unit: f64| {
        let months = count * months_per_unit;
        #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and in range just before")]
        (months.fract() == 0.0 && months.abs() < 2.0e9).then_some(Duration { months: months as i32, micros: 0 })
    };
    match unit {
        DurationUnit::Second => exact(SECOND),
        DurationUnit::Minute => exact(60.0 * SECOND),
        DurationUnit::Hour => exact(3_600.0 * SECOND),
        DurationUnit::Day => exact(86_400.0 * SECOND),
        DurationUnit::Week => exact(604_800.0 * SECOND),
        DurationUnit::Month => calendar(1.0),
        DurationUnit::Quarter => calendar(3.0),
        DurationUnit::Year => calendar(12.0),
    }
}

impl Resolver<'_> {
    /// An expression that must be a condition.
    pub(crate) fn condition(&mut self, ast: &ast::Expr, scope: &mut Scope) -> Option<Expr> {
        let expr = self.expression(ast, scope)?;
        match expr.ty {
            Type::Bool | Type::Any(_) | Type::Json => Some(expr),
            _ => {
                let found = self.describe(&expr.ty);
                let mut diagnostic = Diagnostic::error(
                    codes::NOT_A_CONDITION,
                    ast.span,
                    format!("a condition is wanted here, and this is {found}"),
                );
                if matches!(expr.ty, Type::List(_) | Type::Records(_)) {
                    diagnostic =
                        diagnostic.help("say what must hold: `count(…) > 0`, `… contains x`, `some x in …: …`");
                } else {
                    let written = self.program.snippet(ast.span);
                    diagnostic = diagnostic.help(match expr.kind {
                        ExprKind::Attribute(..) => {
                            format!(
                                "compare it, as in `{written} == …`, or ask whether it is there: `{written} exists`"
                            )
                        }
                        _ => format!("compare it, as in `{written} == …`"),
                    });
                }
                self.report(diagnostic);
                None
            }
        }
    }

    /// Any expression.
    pub(crate) fn expression(&mut self, ast: &ast::Expr, scope: &mut Scope) -> Option<Expr> {
        let span = ast.span;
        match &ast.kind {
            ast::ExprKind::Number(value) => Some(literal(Literal::Number(*value), Type::Number, span)),
            ast::ExprKind::Duration(count, unit) => self.duration_literal(*count, *unit, span),
            ast::ExprKind::Time(text) => self.time_literal(text, span),
            ast::ExprKind::Bool(value) => Some(literal(Literal::Bool(*value), Type::Bool, span)),
            ast::ExprKind::Text(template) => self.template(template, scope),
            ast::ExprKind::Regex(_) => {
                self.error(codes::BAD_PATTERN, span, "a pattern stands only after `matches`");
                None
            }
            ast::ExprKind::List(items) => self.list_literal(items, scope, span),
            ast::ExprKind::Word(word) => self.word_value(word, span, scope),
            ast::ExprKind::Param(name) => self.param_value(name, span),
            ast::ExprKind::Member(base, member) => self.member(base, member, scope, span),
            ast::ExprKind::Index(base, key) => self.index(base, key, scope, span),
            ast::ExprKind::Closure(path, kind) => self.closure(path, *kind, scope, span),
            ast::ExprKind::Call(name, arguments) => self.call(name, arguments, scope, span),
            ast::ExprKind::Negate(inner) => self.negate(inner, scope, span),
            ast::ExprKind::Binary(op, left, right) => self.binary(*op, left, right, scope, span),
            ast::ExprKind::Not(inner) => {
                let inner = self.condition(inner, scope)?;
                Some(truth(ExprKind::Not(Box::new(inner)), span))
            }
            ast::ExprKind::Exists(inner) => {
                let inner = self.expression(inner, scope)?;
                Some(truth(ExprKind::Exists(Box::new(inner)), span))
            }
            ast::ExprKind::If(condition, then, otherwise) => self.choice(condition, then, otherwise, scope, span),
            ast::ExprKind::Predicate(subject, predicate) => self.predicate_of(subject, predicate, scope),
            ast::ExprKind::Sentence(sentence) => self.nested_sentence(sentence, scope),
            ast::ExprKind::Paren(inner) => self.expression(inner, scope).map(|inner| Expr { span, ..inner }),
        }
    }

    pub(crate) fn duration_literal(&mut self, count: f64, unit: DurationUnit, span: Span) -> Option<Expr> {
        let duration = duration_of(count, unit);
        if duration.is_none() {
            self.report(
                Diagnostic::error(codes::WRONG_TYPE, span, "a part of a month, quarter or year has no fixed length")
                    .help("write whole months, or days"),
            );
        }
        Some(literal(Literal::Duration(duration?), Type::Duration, span))
    }

    pub(crate) fn time_literal(&mut self, text: &str, span: Span) -> Option<Expr> {
        match Time::parse(text) {
            Ok(time) => Some(literal(Literal::Time(time), Type::Time, span)),
            Err(error) => {
                self.error(codes::WRONG_TYPE, span, format!("`{text}` is no date or time: {}", error.reason));
                None
            }
        }
    }

    /// A text with holes; one without is a literal.
    pub(crate) fn template(&mut self, template: &ast::Template, scope: &mut Scope) -> Option<Expr> {
        if let Some(text) = plain(template) {
            return Some(literal(Literal::Text(text), Type::Text, template.span));
        }
        let mut parts = Vec::with_capacity(template.parts.len());
        let mut whole = true;
        for part in &template.parts {
            match part {
                ast::TemplatePart::Text(text) => {
                    parts.push(literal(Literal::Text(text.clone()), Type::Text, template.span));
                }
                ast::TemplatePart::Hole(hole) => match self.expression(hole, scope) {
                    Some(expr) => parts.push(expr),
                    None => whole = false,
                },
            }
        }
        whole.then(|| typed(ExprKind::Template(parts), Type::Text, template.span))
    }

    fn list_literal(&mut self, items: &[ast::Expr], scope: &mut Scope, span: Span) -> Option<Expr> {
        let items = all(items, |item| self.expression(item, scope))?;
        let mut ty = items.first().map_or(Type::Text, |item| item.ty.clone());
        for item in items.iter().skip(1) {
            ty = self.one_type(&ty, &item.ty).or_else(|| {
                let message = format!(
                    "a list holds values of one type, and here are {} and {}",
                    self.describe(&ty),
                    self.describe(&item.ty)
                );
                self.error(codes::WRONG_TYPE, item.span, message);
                None
            })?;
        }
        Some(typed(ExprKind::List(items), Type::List(Box::new(ty)), span))
    }

    /// The type of something that is either of two types.
    fn one_type(&self, a: &Type, b: &Type) -> Option<Type> {
        match (a, b) {
            (a, b) if a == b => Some(a.clone()),
            // `json(x).list else []` is looked into as JSON is.
            (Type::Json, Type::List(_)) => Some(Type::Json),
            (Type::Any(_) | Type::Json, _) | (_, Type::Any(_) | Type::Json) => Some(Type::Any(None)),
            (Type::Text | Type::Enum { .. }, Type::Text | Type::Enum { .. }) => Some(Type::Text),
            (Type::List(a), Type::List(b)) => Some(Type::List(Box::new(self.one_type(a, b)?))),
            (Type::Record(a) | Type::Records(a), Type::Record(b) | Type::Records(b)) if a == b => {
                Some(Type::Records(*a))
            }
            _ => None,
        }
    }

    fn param_value(&mut self, name: &str, span: Span) -> Option<Expr> {
        match name {
            "as_of" => return Some(typed(ExprKind::AsOf, Type::Time, span)),
            "period" => {
                self.report(
                    Diagnostic::error(
                        codes::WRONG_TYPE,
                        span,
                        "`$period` is a stretch of time, and one value is wanted here",
                    )
                    .help("write `during $period`, or take an end: `$period.start`, `$period.end`"),
                );
                return None;
            }
            _ => {}
        }
        if let Some(id) = self.params.get(name).copied() {
            let ty = self.program.params.get(id.0 as usize).map_or(Type::Text, |param| param.value.ty.clone());
            return Some(typed(ExprKind::Param(id), ty, span));
        }
        let names: Vec<SmolStr> = self.params.keys().cloned().chain(["as_of".into(), "period".into()]).collect();
        let mut diagnostic = Diagnostic::error(codes::UNKNOWN_PARAM, span, format!("no parameter is called `${name}`"));
        diagnostic = match closest(name, names.iter().map(SmolStr::as_str)).as_slice() {
            [] => diagnostic.help(format!("declare it: `param {name} = … \"what it means\"`")),
            near => {
                let near = near.iter().map(|name| format!("`${name}`")).collect::<Vec<_>>().join(" or ");
                diagnostic.help(format!("did you mean {near}?"))
            }
        };
        self.report(diagnostic);
        None
    }

    fn negate(&mut self, inner: &ast::Expr, scope: &mut Scope, span: Span) -> Option<Expr> {
        let inner = self.expression(inner, scope)?;
        if !matches!(inner.ty, Type::Number | Type::Duration | Type::Any(_) | Type::Json) {
            let found = self.describe(&inner.ty);
            self.error(
                codes::BAD_ARITHMETIC,
                span,
                format!("`-` stands before a number or duration, not before {found}"),
            );
            return None;
        }
        let ty = inner.ty.clone();
        Some(typed(ExprKind::Negate(Box::new(inner)), ty, span))
    }

    fn choice(
        &mut self,
        condition: &ast::Expr,
        then: &ast::Expr,
        otherwise: &ast::Expr,
        scope: &mut Scope,
        span: Span,
    ) -> Option<Expr> {
        let condition = self.condition(condition, scope);
        let then = self.expression(then, scope);
        let otherwise = self.expression(otherwise, scope);
        let (condition, then, otherwise) = (condition?, then?, otherwise?);
        let ty = self.shared_type(&then, &otherwise, span)?;
        Some(typed(ExprKind::If(Box::new(condition), Box::new(then), Box::new(otherwise)), ty, span))
    }

    /// The type of `a else b`, and of the two branches of an `if`.
    fn shared_type(&mut self, a: &Expr, b: &Expr, span: Span) -> Option<Type> {
        let shared = self.one_type(&a.ty, &b.ty);
        if shared.is_none() {
            let message = format!(
                "either value may come out, so both must be of one type, and here are {} and {}",
                self.describe(&a.ty),
                self.describe(&b.ty)
            );
            self.error(codes::WRONG_TYPE, span, message);
        }
        // An enum's values stay checked where both sides can only be values of it.
        let enum_and_its_value = |a: &Type, b: &Expr| match (a, &b.kind) {
            (Type::Enum { values, .. }, ExprKind::Literal(Literal::Text(text))) => values.contains(text),
            _ => false,
        };
        if enum_and_its_value(&a.ty, b) {
            return Some(a.ty.clone());
        }
        shared
    }

    fn binary(
        &mut self,
        op: BinaryOp,
        left: &ast::Expr,
        right: &ast::Expr,
        scope: &mut Scope,
        span: Span,
    ) -> Option<Expr> {
        match op {
            BinaryOp::And | BinaryOp::Or | BinaryOp::Unless => self.junction(op, left, right, scope, span),
            BinaryOp::Matches => self.matches(left, right, scope, span),
            _ => {
                let left = self.expression(left, scope);
                let right = self.expression(right, scope);
                let (left, right) = (left?, right?);
                self.warn_of_itself(op, &left, &right, span);
                match op {
                    BinaryOp::Else => {
                        let ty = self.shared_type(&left, &right, span)?;
                        Some(typed(ExprKind::Else(Box::new(left), Box::new(right)), ty, span))
                    }
                    BinaryOp::Eq => self.compare(CompareOp::Eq, left, right, span),
                    BinaryOp::Ne => self.compare(CompareOp::Ne, left, right, span),
                    BinaryOp::Lt => self.compare(CompareOp::Lt, left, right, span),
                    BinaryOp::Le => self.compare(CompareOp::Le, left, right, span),
                    BinaryOp::Gt => self.compare(CompareOp::Gt, left, right, span),
                    BinaryOp::Ge => self.compare(CompareOp::Ge, left, right, span),
                    BinaryOp::Before => self.time_order(CompareOp::Lt, left, right, span),
                    BinaryOp::After => self.time_order(CompareOp::Gt, left, right, span),
                    BinaryOp::In => self.member_of(left, right, span),
                    BinaryOp::NotIn => {
                        let inner = self.member_of(left, right, span)?;
                        Some(truth(ExprKind::Not(Box::new(inner)), span))
                    }
                    BinaryOp::Contains => self.contains(left, right, span),
                    BinaryOp::StartsWith => self.text_test(ExprKind::StartsWith, "starts with", left, right, span),
                    BinaryOp::EndsWith => self.text_test(ExprKind::EndsWith, "ends with", left, right, span),
                    BinaryOp::Like => self.text_test(ExprKind::Like, "like", left, right, span),
                    BinaryOp::Add => self.arithmetic(ArithmeticOp::Add, left, right, span),
                    BinaryOp::Sub => self.arithmetic(ArithmeticOp::Sub, left, right, span),
                    BinaryOp::Mul => self.arithmetic(ArithmeticOp::Mul, left, right, span),
                    BinaryOp::Div => self.arithmetic(ArithmeticOp::Div, left, right, span),
                    BinaryOp::And | BinaryOp::Or | BinaryOp::Unless | BinaryOp::Matches => None,
                }
            }
        }
    }

    /// Both sides of a comparison are one value: a name was found nearer than it was meant.
    fn warn_of_itself(&mut self, op: BinaryOp, left: &Expr, right: &Expr, span: Span) {
        let compares = matches!(
            op,
            BinaryOp::Eq
                | BinaryOp::Ne
                | BinaryOp::Lt
                | BinaryOp::Le
                | BinaryOp::Gt
                | BinaryOp::Ge
                | BinaryOp::Before
                | BinaryOp::After
        );
        if compares && is_same(left, right) {
            self.report(
                Diagnostic::warning(
                    codes::WITH_ITSELF,
                    span,
                    "both sides of this are the same value of the same record",
                )
                .help(
                    "a name is that of the innermost record that has it: name the other record, as in `model.digest`",
                ),
            );
        }
    }

    fn junction(
        &mut self,
        op: BinaryOp,
        left: &ast::Expr,
        right: &ast::Expr,
        scope: &mut Scope,
        span: Span,
    ) -> Option<Expr> {
        let left = self.condition(left, scope);
        let right = self.condition(right, scope);
        let (left, right) = (left?, right?);
        let kind = match op {
            BinaryOp::And => ExprKind::And(flatten(left, right, |kind| match kind {
                ExprKind::And(parts) => Some(parts),
                _ => None,
            })),
            BinaryOp::Or => ExprKind::Or(flatten(left, right, |kind| match kind {
                ExprKind::Or(parts) => Some(parts),
                _ => None,
            })),
            _ => ExprKind::Unless(Box::new(left), Box::new(right)),
        };
        Some(truth(kind, span))
    }

    fn matches(&mut self, left: &ast::Expr, right: &ast::Expr, scope: &mut Scope, span: Span) -> Option<Expr> {
        let left = self.expression(left, scope);
        let pattern = match &right.kind {
            ast::ExprKind::Regex(text) => self.pattern(text, right.span),
            _ => {
                self.report(
                    Diagnostic::error(codes::BAD_PATTERN, right.span, "`matches` wants a pattern between slashes")
                        .help("write `name matches /^prod-[a-z]+$/`; for `*` and `?` there is `like \"prod-*\"`"),
                );
                None
            }
        };
        let (left, pattern) = (left?, pattern?);
        self.want_text(&left, "matches")?;
        Some(truth(ExprKind::Matches(Box::new(left), Arc::new(pattern)), span))
    }

    fn pattern(&mut self, text: &SmolStr, span: Span) -> Option<Pattern> {
        if self.embedded.contains(&span.file) {
            return Some(Pattern::known(text));
        }
        match Pattern::compile(text) {
            Ok(pattern) => Some(pattern),
            Err(error) => {
                let reason = match &error {
                    regex::Error::CompiledTooBig(limit) => format!("it compiles to more than {limit} bytes"),
                    other => {
                        other.to_string().lines().last().unwrap_or("").trim().trim_start_matches("error: ").to_owned()
                    }
                };
                let mut diagnostic =
                    Diagnostic::error(codes::BAD_PATTERN, span, format!("`/{text}/` is no pattern: {reason}"));
                if reason.contains("look-around") || reason.contains("backreference") {
                    diagnostic = diagnostic.help(
                        "patterns run in linear time, so there is no look-around and no backreference; split the condition with `and` and `not`",
                    );
                }
                self.report(diagnostic);
                None
            }
        }
    }

    /// A `did you mean` over owned names.
    pub(crate) fn suggestion(wrong: &str, names: &[SmolStr]) -> Option<String> {
        did_you_mean(wrong, names.iter().map(SmolStr::as_str))
    }
}

/// `a and (b and c)` is one list of three. Parentheses are kept out of this by their own node in the syntax tree.
fn flatten(mut left: Expr, mut right: Expr, parts_of: fn(&mut ExprKind) -> Option<&mut Vec<Expr>>) -> Vec<Expr> {
    let mut parts = match parts_of(&mut left.kind) {
        Some(inner) => std::mem::take(inner),
        None => {
            let mut parts = Vec::with_capacity(2);
            parts.push(left);
            parts
        }
    };
    match parts_of(&mut right.kind) {
        Some(inner) => parts.append(inner),
        None => parts.push(right),
    }
    parts
}

/// The text of a template without holes.
fn plain(template: &ast::Template) -> Option<SmolStr> {
    if let [ast::TemplatePart::Text(text)] = template.parts.as_slice() {
        return Some(text.clone());
    }
    let texts = template.parts.iter().map(|part| match part {
        ast::TemplatePart::Text(text) => Some(text.as_str()),
        ast::TemplatePart::Hole(_) => None,
    });
    texts.collect::<Option<String>>().map(SmolStr::from)
}

/// What each comes to, where none is wrong. All are looked at, so that what is wrong with each is reported.
pub(crate) fn all<A, B>(of: &[A], mut resolve: impl FnMut(&A) -> Option<B>) -> Option<Vec<B>> {
    let mut resolved = Vec::with_capacity(of.len());
    let mut whole = true;
    for one in of {
        match resolve(one) {
            Some(one) => resolved.push(one),
            None => whole = false,
        }
    }
    whole.then_some(resolved)
}

/// Whether two paths lead from one subject to one value.
fn is_same(a: &Expr, b: &Expr) -> bool {
    match (&a.kind, &b.kind) {
        (ExprKind::Variable(a), ExprKind::Variable(b)) => a == b,
        (ExprKind::Attribute(a, noun, attribute), ExprKind::Attribute(b, of, other)) => {
            (noun, attribute) == (of, other) && is_same(a, b)
        }
        (ExprKind::Relation(a, relation), ExprKind::Relation(b, other)) => relation == other && is_same(a, b),
        (ExprKind::Parent(a, noun), ExprKind::Parent(b, other)) => noun == other && is_same(a, b),
        _ => false,
    }
}
