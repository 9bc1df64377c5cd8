//! Sentences, noun phrases, filters and predicates.

use tickmark_diagnostics::{Diagnostic, codes};
use tickmark_source::Span;

use super::{Builder, Nodes, next_if, skip};
use crate::ast::{
    Action, CalendarUnit, Domain, Expr, ExprKind, Filter, FilterKind, IsWord, Object, Period, PeriodKind, Phrase,
    Predicate, PredicateKind, PredicatePart, Quantifier, QuantifierKind, Sentence, WithinSide,
};
use crate::grammar::Rule;
use crate::nodes::Node;
use crate::slips;

impl Builder {
    /// `every NP PREDICATE` and its kin.
    pub(super) fn sentence(&mut self, node: Node<'_>) -> Option<Sentence> {
        let span = self.span(&node);
        let mut nodes = node.into_inner();
        let quantifier = self.quantifier(nodes.next()?)?;
        let phrase = self.phrase(nodes.next()?)?;
        let predicate = match nodes.next() {
            Some(predicate) => Some(self.predicate(predicate)?),
            None => None,
        };
        let mut sentence = Sentence { quantifier, phrase, predicate, span };
        if matches!(sentence.quantifier.kind, QuantifierKind::Every) && sentence.predicate.is_none() {
            take_predicate_of_where(&mut sentence);
        }
        if let Some(stray) = slips::stray_word(&sentence.phrase) {
            self.diagnostics.push(stray);
            return None;
        }
        if matches!(sentence.quantifier.kind, QuantifierKind::Every) && sentence.predicate.is_none() {
            self.diagnostics.push(slips::says_nothing(&sentence));
            return None;
        }
        Some(sentence)
    }

    fn quantifier(&mut self, node: Node<'_>) -> Option<Quantifier> {
        let span = self.span(&node);
        let mut nodes = node.into_inner();
        let keyword = nodes.next()?.as_rule();
        let kind = match keyword {
            Rule::kw_every => QuantifierKind::Every,
            Rule::kw_no => QuantifierKind::No,
            Rule::kw_some => QuantifierKind::Some,
            Rule::kw_at_least => QuantifierKind::AtLeast(self.operand(nodes.next()?)?),
            Rule::kw_at_most => QuantifierKind::AtMost(self.operand(nodes.next()?)?),
            Rule::kw_exactly => QuantifierKind::Exactly(self.operand(nodes.next()?)?),
            _ => return None,
        };
        Some(Quantifier { kind, span })
    }

    /// A noun phrase.
    pub(crate) fn phrase(&mut self, node: Node<'_>) -> Option<Phrase> {
        let span = self.span(&node);
        let mut nodes = node.into_inner();
        let mut phrase = self.words(nodes.next()?, span)?;
        phrase.filters.reserve_exact(nodes.len());
        for part in nodes {
            match part.as_rule() {
                Rule::domain_of => phrase.domain = Some(Domain::Of(Box::new(self.inner_phrase(part)?))),
                Rule::domain_in => phrase.domain = Some(self.domain_in(part)?),
                Rule::filter => phrase.filters.push(self.filter(part)?),
                _ => {}
            }
        }
        Some(phrase)
    }

    fn words(&mut self, node: Node<'_>, span: Span) -> Option<Phrase> {
        let mut nodes = node.into_inner();
        let article = next_if(&mut nodes, Rule::article).map(|node| self.name(&node));
        let words = nodes.map(|node| self.name(&node)).collect();
        Some(Phrase { article, words, domain: None, filters: Vec::new(), span })
    }

    /// What stands after `of`: words and a further `of`.
    fn inner_phrase(&mut self, node: Node<'_>) -> Option<Phrase> {
        let end = self.span(&node).end;
        let mut nodes = node.into_inner();
        skip(&mut nodes, Rule::kw_of);
        let words = nodes.next()?;
        let span = Span { end, ..self.token_span(&words) };
        let mut phrase = self.words(words, span)?;
        if let Some(inner) = nodes.next() {
            let inner = self.deeper(span, 1, |builder| builder.inner_phrase(inner))?;
            phrase.domain = Some(Domain::Of(Box::new(inner)));
        }
        Some(phrase)
    }

    fn domain_in(&mut self, node: Node<'_>) -> Option<Domain> {
        let mut nodes = node.into_inner();
        skip(&mut nodes, Rule::kw_in);
        let domain = nodes.next()?;
        Some(match domain.as_rule() {
            Rule::all => Domain::All(self.token_span(&domain)),
            _ => Domain::In(self.operand(domain)?),
        })
    }

    /// A filter of a phrase.
    pub(super) fn filter(&mut self, node: Node<'_>) -> Option<Filter> {
        let span = self.span(&node);
        let kind = self.deeper(span, 1, |builder| builder.filter_kind(node))?;
        Some(Filter { kind, span })
    }

    fn filter_kind(&mut self, node: Node<'_>) -> Option<FilterKind> {
        let node = node.into_inner().next()?;
        let rule = node.as_rule();
        let mut nodes = node.into_inner();
        // The keyword.
        nodes.next()?;
        Some(match rule {
            Rule::f_where => FilterKind::Where(self.expr(nodes.next()?)?),
            Rule::f_that => FilterKind::That(self.predicate(nodes.next()?)?),
            Rule::f_before => FilterKind::Before(self.value(nodes.next()?)?),
            Rule::f_after => FilterKind::After(self.value(nodes.next()?)?),
            Rule::f_within => self.within(nodes)?,
            Rule::f_during => FilterKind::During(self.period(nodes.next()?)?),
            Rule::f_cadence => self.cadence(nodes)?,
            Rule::f_in_each => self.in_each(nodes)?,
            _ => return None,
        })
    }

    fn within(&mut self, mut nodes: Nodes<'_>) -> Option<FilterKind> {
        let duration = self.value(nodes.next()?)?;
        let Some(side) = nodes.next() else { return Some(FilterKind::Within(duration, None)) };
        let side = match side.as_str() {
            "of" => WithinSide::Of,
            "before" => WithinSide::Before,
            _ => WithinSide::After,
        };
        Some(FilterKind::Within(duration, Some((side, self.value(nodes.next()?)?))))
    }

    fn cadence(&mut self, mut nodes: Nodes<'_>) -> Option<FilterKind> {
        skip(&mut nodes, Rule::kw_every);
        let duration = self.value(nodes.next()?)?;
        skip(&mut nodes, Rule::kw_during);
        let period = self.optional_period(nodes)?;
        Some(FilterKind::AtLeastEvery(duration, period))
    }

    fn in_each(&mut self, mut nodes: Nodes<'_>) -> Option<FilterKind> {
        skip(&mut nodes, Rule::kw_each);
        let unit = match nodes.next()?.as_str() {
            "week" => CalendarUnit::Week,
            "month" => CalendarUnit::Month,
            "quarter" => CalendarUnit::Quarter,
            _ => CalendarUnit::Year,
        };
        skip(&mut nodes, Rule::kw_of);
        let period = self.optional_period(nodes)?;
        Some(FilterKind::InEach(unit, period))
    }

    /// The outer `None` is a mistake, the inner one an absent period.
    #[expect(clippy::option_option, reason = "the outer one is the builder's way to say that a mistake was reported")]
    fn optional_period(&mut self, mut nodes: Nodes<'_>) -> Option<Option<Period>> {
        match nodes.next() {
            Some(period) => Some(Some(self.period(period)?)),
            None => Some(None),
        }
    }

    fn period(&mut self, node: Node<'_>) -> Option<Period> {
        let span = self.span(&node);
        let mut nodes = node.into_inner();
        let from = self.value(nodes.next()?)?;
        skip(&mut nodes, Rule::kw_to);
        let kind = match nodes.next() {
            Some(to) => PeriodKind::Range(from, self.value(to)?),
            None if matches!(&from.kind, ExprKind::Param(name) if name == "period") => PeriodKind::Given,
            None => {
                let diagnostic = Diagnostic::error(codes::syntax::UNEXPECTED, span, "this is one time, not a period")
                    .help("a period is `$period`, or two times: `live_at to ended_at`");
                self.diagnostics.push(diagnostic);
                return None;
            }
        };
        Some(Period { kind, span })
    }

    /// A predicate: parts joined by `and`.
    pub(super) fn predicate(&mut self, node: Node<'_>) -> Option<Predicate> {
        let span = self.span(&node);
        let mut parts = Vec::new();
        for part in node.into_inner().filter(|part| part.as_rule() != Rule::kw_and) {
            parts.push(self.deeper(span, 2, |builder| builder.predicate_part(part))?);
        }
        Some(Predicate { parts, span })
    }

    fn predicate_part(&mut self, node: Node<'_>) -> Option<PredicatePart> {
        let span = self.span(&node);
        let rule = node.as_rule();
        let mut nodes = node.into_inner();
        // `has`, `is`, `can`, `cannot` or the colon.
        nodes.next()?;
        let kind = match rule {
            Rule::p_has => PredicateKind::Has(self.objects(nodes)?),
            Rule::p_missing => PredicateKind::IsMissing { not: next_if(&mut nodes, Rule::kw_not).is_some() },
            Rule::p_is => PredicateKind::Is(self.is_words(nodes)?),
            Rule::p_can => self.can(false, nodes)?,
            Rule::p_cannot => self.can(true, nodes)?,
            Rule::p_condition => PredicateKind::Condition(self.expr(nodes.next()?)?),
            _ => return None,
        };
        Some(PredicatePart { kind, span })
    }

    fn objects(&mut self, nodes: Nodes<'_>) -> Option<Vec<Object>> {
        let mut objects = Vec::new();
        for object in nodes.filter(|node| node.as_rule() == Rule::object) {
            let mut parts = object.into_inner();
            let quantifier = match next_if(&mut parts, Rule::object_quantifier) {
                Some(quantifier) => Some(self.quantifier(quantifier)?),
                None => None,
            };
            let phrase = self.phrase(parts.next()?)?;
            if let Some(word) = slips::stray_word(&phrase) {
                self.diagnostics.push(word);
                return None;
            }
            objects.push(Object { quantifier, phrase });
        }
        Some(objects)
    }

    fn is_words(&mut self, nodes: Nodes<'_>) -> Option<Vec<IsWord>> {
        let mut words = Vec::new();
        for word in nodes.filter(|node| node.as_rule() == Rule::is_word) {
            let mut parts = word.into_inner();
            let not = next_if(&mut parts, Rule::kw_not).is_some();
            let adjective = self.next_name(&mut parts)?;
            if let Some(slip) = slips::no_adjective(&adjective, not) {
                self.diagnostics.push(slip);
                return None;
            }
            words.push(IsWord { not, adjective });
        }
        Some(words)
    }

    fn can(&mut self, not: bool, mut nodes: Nodes<'_>) -> Option<PredicateKind> {
        let action = nodes.next()?;
        let action = if action.as_rule() == Rule::text {
            Action::Literal(self.text(&action))
        } else {
            Action::Capability(self.name(&action))
        };
        skip(&mut nodes, Rule::kw_on);
        let on = match nodes.next() {
            Some(phrase) => Some(Box::new(self.phrase(phrase)?)),
            None => None,
        };
        Some(PredicateKind::Can { not, action, on })
    }
}

/// `every host where public has agent`: a path may carry a predicate, so the grammar reads `public has agent` as the
/// condition. But `every` always says something, and here it can only be that.
fn take_predicate_of_where(sentence: &mut Sentence) {
    let Some(Filter { kind: FilterKind::Where(condition), span }) = sentence.phrase.filters.last_mut() else { return };
    if let Some(predicate) = take_last_predicate(condition) {
        span.end = condition.span.end;
        sentence.phrase.span.end = condition.span.end;
        sentence.predicate = Some(predicate);
    }
}

/// Takes the predicate off the path that ends a condition.
fn take_last_predicate(condition: &mut Expr) -> Option<Predicate> {
    let predicate = match &mut condition.kind {
        ExprKind::Binary(op, _, right) if op.joins_conditions() => {
            let predicate = take_last_predicate(right)?;
            condition.span.end = right.span.end;
            return Some(predicate);
        }
        ExprKind::Not(inner) => {
            let predicate = take_last_predicate(inner)?;
            condition.span.end = inner.span.end;
            return Some(predicate);
        }
        ExprKind::Predicate(_, predicate) => predicate.clone(),
        _ => return None,
    };
    let kind = std::mem::replace(&mut condition.kind, ExprKind::Bool(true));
    if let ExprKind::Predicate(path, _) = kind {
        *condition = *path;
    }
    Some(predicate)
}
