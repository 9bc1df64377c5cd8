//! Numbers, durations, dates and regular expressions.

use smol_str::SmolStr;
use tickmark_diagnostics::{Diagnostic, codes};

use super::Builder;
use crate::ast::{DurationUnit, ExprKind};
use crate::grammar::Rule;
use crate::nodes::Node;

impl Builder {
    /// `12`, `12%` or `90 days`.
    pub(super) fn measure(&mut self, node: Node<'_>) -> Option<(f64, Option<DurationUnit>)> {
        let span = self.token_span(&node);
        let mut nodes = node.into_inner();
        let digits: String = nodes.next()?.as_str().chars().filter(|letter| *letter != '_').collect();
        let after = nodes.next();
        let percent = after.as_ref().is_some_and(|node| node.as_rule() == Rule::percent);
        // The hundredth is taken of the decimal digits, so that `0.1%` is the number nearest to 0.001.
        let number = if percent { format!("{digits}e-2") } else { digits };
        let Some(number) = number.parse::<f64>().ok().filter(|number| number.is_finite()) else {
            self.bad_literal(span, "this number is too large", "");
            return None;
        };
        let unit = after.filter(|node| node.as_rule() == Rule::unit).and_then(|node| duration_unit(node.as_str()));
        Some((number, unit))
    }

    pub(super) fn measure_expr(&mut self, node: Node<'_>) -> Option<ExprKind> {
        Some(match self.measure(node)? {
            (number, Some(unit)) => ExprKind::Duration(number, unit),
            (number, None) => ExprKind::Number(number),
        })
    }

    /// A date or time as it was written, checked to be a real one.
    pub(super) fn time(&mut self, node: &Node<'_>) -> Option<SmolStr> {
        let text = node.as_str();
        match time_fault(text) {
            None => Some(SmolStr::new(text)),
            Some(Fault { message, help }) => {
                let span = self.token_span(node);
                self.bad_literal(span, &message, help);
                None
            }
        }
    }

    /// The pattern between the slashes; `\/` is a slash.
    pub(super) fn regex(&self, node: &Node<'_>) -> SmolStr {
        let text = node.as_str();
        let pattern = text.strip_prefix('/').and_then(|text| text.strip_suffix('/')).unwrap_or(text);
        SmolStr::new(pattern.replace("\\/", "/"))
    }

    pub(super) fn bad_literal(&mut self, span: tickmark_source::Span, message: &str, help: &str) {
        let diagnostic = Diagnostic::error(codes::syntax::BAD_LITERAL, span, message);
        self.diagnostics.push(if help.is_empty() { diagnostic } else { diagnostic.help(help) });
    }
}

fn duration_unit(word: &str) -> Option<DurationUnit> {
    Some(match word.strip_suffix('s').unwrap_or(word) {
        "second" => DurationUnit::Second,
        "minute" => DurationUnit::Minute,
        "hour" => DurationUnit::Hour,
        "day" => DurationUnit::Day,
        "week" => DurationUnit::Week,
        "month" => DurationUnit::Month,
        "quarter" => DurationUnit::Quarter,
        "year" => DurationUnit::Year,
        _ => return None,
    })
}

/// What is wrong with a date or time.
struct Fault {
    message: String,
    help: &'static str,
}

/// What is wrong with a date or time that has the right shape.
fn time_fault(text: &str) -> Option<Fault> {
    let fault = |message: String, help| Some(Fault { message, help });
    let (date, clock) = match text.split_once('T') {
        Some((date, clock)) => (date, Some(clock)),
        None => (text, None),
    };
    let mut parts = date.split('-').map(|part| part.parse::<u32>().unwrap_or(0));
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if year == 0 {
        return fault(format!("there is no year 0: `{date}`"), "");
    }
    if !(1..=12).contains(&month) {
        return fault(
            format!("there is no month {month}: `{date}`"),
            "a date is written year, month, day: `2026-12-31`",
        );
    }
    let last = last_day(year, month);
    if !(1..=last).contains(&day) {
        return fault(format!("there is no such day: `{date}`; that month has {last} days"), "");
    }
    let clock = clock?;
    let (clock, zone) = match clock.find(['Z', '+', '-']) {
        Some(at) => (clock.get(..at)?, clock.get(at..)?),
        None => {
            return fault(
                format!("`{text}` names no zone"),
                "end it with `Z` for UTC, or with an offset such as `+02:00`",
            );
        }
    };
    let whole = clock.split('.').next()?;
    let mut parts = whole.split(':').map(|part| part.parse::<u32>().unwrap_or(99));
    let (hour, minute) = (parts.next()?, parts.next()?);
    let Some(second) = parts.next() else {
        return fault(format!("`{text}` has no seconds"), "write the seconds too: `2026-12-31T10:00:00Z`");
    };
    if hour > 23 || minute > 59 || second > 59 {
        return fault(format!("there is no such time of day: `{whole}`"), "");
    }
    if clock.split_once('.').is_some_and(|(_, fraction)| fraction.len() > 9) {
        return fault(format!("`{text}` is finer than a nanosecond"), "write at most nine digits after the point");
    }
    let mut offset = zone.get(1..)?.split(':').map(|part| part.parse::<u32>().unwrap_or(0));
    if offset.next().unwrap_or(0) > 23 || offset.next().unwrap_or(0) > 59 {
        return fault(format!("there is no such offset: `{zone}`"), "");
    }
    None
}

fn last_day(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}
