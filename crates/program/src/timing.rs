//! Timing filters, periods and cadences.

use tickmark_diagnostics::Diagnostic;
use tickmark_diagnostics::codes::program as codes;
use tickmark_facts::{CalendarUnit, Time};
use tickmark_source::Span;
use tickmark_syntax::ast;

use crate::expression::typed;
use crate::ir::{Binding, Cadence, CadenceKind, Expr, ExprKind, Filter, Literal, Period, Timing, TimingKind, Type};
use crate::resolver::Resolver;
use crate::scope::Scope;

/// What a written filter comes to: one on each member, or one on all of them together.
pub(crate) enum Narrowing {
    Filter(Filter),
    Cadence(Box<Cadence>),
}

impl Resolver<'_> {
    /// One filter of a phrase with this head; its own subjects are those since the mark.
    pub(crate) fn filter(
        &mut self,
        filter: &ast::Filter,
        scope: &mut Scope,
        mark: usize,
        head: &Binding,
    ) -> Option<Narrowing> {
        let span = filter.span;
        let timing = |resolver: &mut Self, kind: Option<TimingKind>| {
            let event = resolver.event_of(head, span)?;
            let kind = kind?;
            resolver.not_itself(&event, &kind)?;
            Some(Narrowing::Filter(Filter::Timing(Box::new(Timing { event, kind, span }))))
        };
        match &filter.kind {
            ast::FilterKind::Where(condition) => {
                self.condition(condition, scope).map(|condition| Narrowing::Filter(Filter::Where(condition)))
            }
            ast::FilterKind::That(predicate) => {
                let subject = typed(ExprKind::Variable(head.slot), head.ty.clone(), predicate.span);
                self.predicate(predicate, subject, scope).map(|condition| Narrowing::Filter(Filter::Where(condition)))
            }
            ast::FilterKind::Before(time) => {
                let kind = self.time(time, scope).map(TimingKind::Before);
                timing(self, kind)
            }
            ast::FilterKind::After(time) => {
                let kind = self.time(time, scope).map(TimingKind::After);
                timing(self, kind)
            }
            ast::FilterKind::Within(duration, side) => {
                let kind = self.within(duration, side.as_ref(), scope);
                timing(self, kind)
            }
            ast::FilterKind::During(period) => {
                let kind = self.period(period, scope).map(TimingKind::During);
                timing(self, kind)
            }
            ast::FilterKind::AtLeastEvery(duration, period) => {
                // A cadence is said of all events together: how long and when cannot hang on one of them.
                let events = scope.hide(mark);
                let kind = self.duration(duration, scope).map(CadenceKind::AtLeastEvery);
                let cadence = self.cadence(kind, period.as_ref(), scope, head, span);
                scope.show(events);
                cadence
            }
            ast::FilterKind::InEach(unit, period) => {
                let kind = CadenceKind::InEach(match unit {
                    ast::CalendarUnit::Week => CalendarUnit::Week,
                    ast::CalendarUnit::Month => CalendarUnit::Month,
                    ast::CalendarUnit::Quarter => CalendarUnit::Quarter,
                    ast::CalendarUnit::Year => CalendarUnit::Year,
                });
                let events = scope.hide(mark);
                let cadence = self.cadence(Some(kind), period.as_ref(), scope, head, span);
                scope.show(events);
                cadence
            }
        }
    }

    fn cadence(
        &mut self,
        kind: Option<CadenceKind>,
        period: Option<&ast::Period>,
        scope: &mut Scope,
        head: &Binding,
        span: Span,
    ) -> Option<Narrowing> {
        let period = match period {
            Some(period) => self.period(period, scope),
            None => Some(Period::Given),
        };
        let event = self.event_of(head, span);
        Some(Narrowing::Cadence(Box::new(Cadence { event: event?, kind: kind?, period: period?, span })))
    }

    fn within(
        &mut self,
        duration: &ast::Expr,
        side: Option<&(ast::WithinSide, ast::Expr)>,
        scope: &mut Scope,
    ) -> Option<TimingKind> {
        let duration = self.duration(duration, scope);
        let Some((side, anchor)) = side else { return Some(TimingKind::WithinLast(duration?)) };
        let anchor = self.time(anchor, scope);
        let (duration, anchor) = (duration?, anchor?);
        Some(match side {
            ast::WithinSide::Before => TimingKind::WithinBefore(duration, anchor),
            ast::WithinSide::After => TimingKind::WithinAfter(duration, anchor),
            ast::WithinSide::Of => TimingKind::WithinOf(duration, anchor),
        })
    }

    pub(crate) fn time(&mut self, ast: &ast::Expr, scope: &mut Scope) -> Option<Expr> {
        let expr = self.expression(ast, scope)?;
        self.want(&expr, &Type::Time, "this is compared with a moment")?;
        Some(expr)
    }

    fn duration(&mut self, ast: &ast::Expr, scope: &mut Scope) -> Option<Expr> {
        let expr = self.expression(ast, scope)?;
        self.want(&expr, &Type::Duration, "this says how long")?;
        Some(expr)
    }

    /// A period; an end that is written as a date runs to that day's last instant.
    pub(crate) fn period(&mut self, period: &ast::Period, scope: &mut Scope) -> Option<Period> {
        match &period.kind {
            ast::PeriodKind::Given => Some(Period::Given),
            ast::PeriodKind::Range(start, end) => {
                let start = self.time(start, scope);
                let end = match &end.kind {
                    ast::ExprKind::Time(text) => self.last_instant(text, end.span),
                    _ => self.time(end, scope),
                };
                Some(Period::Range(start?, end?))
            }
        }
    }

    fn last_instant(&mut self, text: &str, span: Span) -> Option<Expr> {
        match Time::parse_end(text) {
            Ok(time) => Some(typed(ExprKind::Literal(Literal::Time(time)), Type::Time, span)),
            Err(error) => {
                self.error(codes::WRONG_TYPE, span, format!("`{text}` is no date or time: {}", error.reason));
                None
            }
        }
    }

    /// An event is never before itself, and always within days of itself: whoever writes that means another's time. The
    /// name was looked up from the event outwards, and it was the event's own.
    fn not_itself(&mut self, event: &Expr, kind: &TimingKind) -> Option<()> {
        let (TimingKind::Before(anchor)
        | TimingKind::After(anchor)
        | TimingKind::WithinBefore(_, anchor)
        | TimingKind::WithinAfter(_, anchor)
        | TimingKind::WithinOf(_, anchor)) = kind
        else {
            return Some(());
        };
        let read = |expr: &Expr| match &expr.kind {
            ExprKind::Attribute(base, noun, attribute) => match base.kind {
                ExprKind::Variable(slot) => Some((slot, *noun, *attribute)),
                _ => None,
            },
            _ => None,
        };
        let Some((_, noun, _)) = read(anchor).filter(|anchor| read(event).as_ref() == Some(anchor)) else {
            return Some(());
        };
        let name = self.program.snippet(anchor.span);
        let owner = self.word(noun);
        self.report(
            Diagnostic::error(
                codes::EVENT_ITSELF,
                anchor.span,
                format!("`{name}` is of the `{owner}` itself: its time would be compared with itself"),
            )
            .help("write the subject whose time is meant before it, as in `model.at`"),
        );
        None
    }

    /// When a member of the phrase happened.
    fn event_of(&mut self, head: &Binding, span: Span) -> Option<Expr> {
        let subject = typed(ExprKind::Variable(head.slot), head.ty.clone(), span);
        match head.ty {
            Type::Time => Some(subject),
            Type::Record(noun) => {
                let event = self.program.nouns.get(noun.0 as usize).and_then(|noun| noun.event);
                if let Some(event) = event {
                    return Some(self.read_attribute(subject, noun, event, span));
                }
                let owner = self.word(noun);
                let times: Vec<String> = self
                    .needs
                    .noun(noun)
                    .attributes
                    .iter()
                    .filter(|need| need.ty == tickmark_facts::AttributeType::Time)
                    .map(|need| format!("`{}`", need.name))
                    .collect();
                let mut diagnostic =
                    Diagnostic::error(codes::NO_EVENT, span, format!("nothing says when a `{owner}` happened"));
                diagnostic = match times.first() {
                    Some(time) => diagnostic.help(format!(
                        "mark the attribute in its entity (`{} event time`), or compare it: `where {} after …`",
                        time.trim_matches('`'),
                        time.trim_matches('`')
                    )),
                    None => diagnostic.help(format!("give the entity `{owner}` an attribute of type `event time`")),
                };
                self.report(diagnostic);
                None
            }
            ref other => {
                let found = self.describe(other);
                self.report(
                    Diagnostic::error(
                        codes::NO_EVENT,
                        span,
                        format!("a timing word speaks of events, and this is {found}"),
                    )
                    .help("compare a time instead: `where at after …`"),
                );
                None
            }
        }
    }
}
