//! Controls, exceptions and tests.

use tickmark_diagnostics::{Diagnostic, codes};
use tickmark_source::Span;

use super::{Builder, Nodes, next_if, skip};
use crate::ast::{
    Control, ControlSentence, Exception, ExceptionSubject, Expect, Field, FieldKind, Given, GivenKind, GivenValue,
    Name, Test, Text,
};
use crate::grammar::Rule;
use crate::nodes::Node;

impl Builder {
    pub(super) fn control(&mut self, node: Node<'_>) -> Option<Control> {
        let span = self.span(&node);
        let mut nodes = node.into_inner();
        skip(&mut nodes, Rule::kw_control);
        let id = self.next_name(&mut nodes)?;
        let title = self.next_text(&mut nodes);
        // Most controls have one sentence.
        let (fields, sentences) = (Vec::with_capacity(nodes.len()), Vec::with_capacity(1));
        let mut control = Control { id, title, fields, sentences, span };
        for member in nodes {
            match member.as_rule() {
                Rule::field => control.fields.extend(self.field(member)),
                Rule::control_sentence => control.sentences.extend(self.control_sentence(member)),
                _ => {}
            }
        }
        Some(control)
    }

    fn field(&mut self, node: Node<'_>) -> Option<Field> {
        let span = self.span(&node);
        let mut nodes = node.into_inner();
        let keyword = nodes.next()?.as_rule();
        let kind = match keyword {
            Rule::kw_cites => FieldKind::Cites(self.citations(nodes)),
            Rule::kw_also => FieldKind::Also(self.citations(nodes)),
            Rule::kw_severity => FieldKind::Severity(self.next_name(&mut nodes)?),
            Rule::kw_owner => FieldKind::Owner(self.next_text(&mut nodes)?),
            Rule::kw_because => FieldKind::Because(self.next_text(&mut nodes)?),
            Rule::kw_fix => FieldKind::Fix(self.next_text(&mut nodes)?),
            Rule::kw_tags => FieldKind::Tags(self.tags(nodes)),
            Rule::kw_applies => {
                skip(&mut nodes, Rule::kw_when);
                FieldKind::AppliesWhen(self.expr(nodes.next()?)?)
            }
            _ => return None,
        };
        Some(Field { kind, span })
    }

    fn citations(&self, nodes: Nodes<'_>) -> Vec<Name> {
        nodes.filter(|node| node.as_rule() == Rule::citation).map(|node| self.name(&node)).collect()
    }

    fn tags(&mut self, nodes: Nodes<'_>) -> Vec<Text> {
        let mut tags = Vec::new();
        for node in nodes {
            match node.as_rule() {
                Rule::text => tags.push(self.text(&node)),
                Rule::tag_word => tags.push(self.as_written(&node)),
                _ => {}
            }
        }
        tags
    }

    /// A token that the tree keeps as it was written (a date, a bare tag).
    fn as_written(&self, node: &Node<'_>) -> Text {
        Text { text: node.as_str().into(), span: self.token_span(node) }
    }

    fn control_sentence(&mut self, node: Node<'_>) -> Option<ControlSentence> {
        let span = self.span(&node);
        let mut nodes = node.into_inner();
        let sentence = self.sentence(nodes.next()?)?;
        skip(&mut nodes, Rule::kw_otherwise);
        let otherwise = match nodes.next() {
            Some(message) => Some(self.template(&message)?),
            None => None,
        };
        Some(ControlSentence { sentence, otherwise, span })
    }

    pub(super) fn exception(&mut self, node: Node<'_>) -> Option<Exception> {
        let span = self.span(&node);
        let mut nodes = node.into_inner();
        skip(&mut nodes, Rule::kw_exception);
        let control = self.next_name(&mut nodes)?;
        skip(&mut nodes, Rule::kw_for);
        let subject = nodes.next()?;
        let subject = if subject.as_rule() == Rule::record_ref {
            let (noun, id) = self.record_reference(subject)?;
            ExceptionSubject::Record(noun, id)
        } else {
            ExceptionSubject::Phrase(self.phrase(subject)?)
        };
        let mut exception =
            Exception { control, subject, reason: None, owner: None, approved_by: None, expires: None, span };
        for field in nodes.filter(|node| node.as_rule() == Rule::exception_field) {
            self.exception_field(&mut exception, field)?;
        }
        Some(exception)
    }

    fn exception_field(&mut self, exception: &mut Exception, field: Node<'_>) -> Option<()> {
        let span = self.span(&field);
        let mut parts = field.into_inner();
        let keyword = parts.next()?;
        let value = parts.next()?;
        let value = if value.as_rule() == Rule::date { self.date(&value)? } else { self.text(&value) };
        let slot = match keyword.as_rule() {
            Rule::kw_reason => &mut exception.reason,
            Rule::kw_owner => &mut exception.owner,
            Rule::kw_approved => &mut exception.approved_by,
            _ => &mut exception.expires,
        };
        if let Some(first) = slot.replace(value) {
            self.twice(span, first.span, keyword.as_str());
        }
        Some(())
    }

    fn record_reference(&mut self, node: Node<'_>) -> Option<(Name, Text)> {
        let mut nodes = node.into_inner();
        Some((self.next_name(&mut nodes)?, self.next_text(&mut nodes)?))
    }

    /// A date as it was written, checked to be a real one.
    fn date(&mut self, node: &Node<'_>) -> Option<Text> {
        self.time(node).map(|text| Text { text, span: self.token_span(node) })
    }

    pub(super) fn test(&mut self, node: Node<'_>) -> Option<Test> {
        let span = self.span(&node);
        let mut nodes = node.into_inner();
        skip(&mut nodes, Rule::kw_test);
        let control = self.next_name(&mut nodes)?;
        let name = self.next_text(&mut nodes);
        let mut test = Test { control, name, as_of: None, period: None, given: Vec::new(), expect: Vec::new(), span };
        let expects = nodes.clone().any(|member| member.as_rule() == Rule::expect);
        for member in nodes {
            match member.as_rule() {
                Rule::given => test.given.extend(self.given(member)),
                Rule::expect => test.expect.extend(self.expect(member)),
                Rule::as_of => self.test_as_of(&mut test, member)?,
                Rule::test_period => self.test_period(&mut test, member)?,
                _ => {}
            }
        }
        if !expects && !self.mended {
            let id = test.control.text.clone();
            self.wrong(
                test.control.span,
                format!("the test of `{id}` expects nothing"),
                "add `expect pass`, or another verdict, before its closing brace",
            );
        }
        Some(test)
    }

    fn test_as_of(&mut self, test: &mut Test, node: Node<'_>) -> Option<()> {
        let span = self.span(&node);
        let date = self.date(&node.into_inner().last()?)?;
        if let Some(first) = test.as_of.replace(date) {
            self.twice(span, first.span, "as of");
        }
        Some(())
    }

    fn test_period(&mut self, test: &mut Test, node: Node<'_>) -> Option<()> {
        let span = self.span(&node);
        let mut dates = node.into_inner().filter(|part| part.as_rule() == Rule::date);
        let (from, to) = (dates.next()?, dates.next()?);
        let period = (self.date(&from)?, self.date(&to)?);
        if let Some((first, _)) = test.period.replace(period) {
            self.twice(span, first.span, "period");
        }
        Some(())
    }

    fn given(&mut self, node: Node<'_>) -> Option<Given> {
        let span = self.span(&node);
        let mut nodes = node.into_inner();
        skip(&mut nodes, Rule::kw_given);
        let noun = self.next_name(&mut nodes)?;
        let id = self.next_text(&mut nodes);
        let record = self.record(next_if(&mut nodes, Rule::record)?)?;
        Some(Given { noun, id, record, span })
    }

    fn record(&mut self, node: Node<'_>) -> Option<Vec<(Name, GivenValue)>> {
        let mut entries: Vec<(Name, GivenValue)> = Vec::new();
        for entry in node.into_inner().filter(|part| part.as_rule() == Rule::entry) {
            let mut parts = entry.into_inner();
            let key = parts.next()?;
            let key = if key.as_rule() == Rule::text {
                let text = self.text(&key);
                Name { text: text.text, span: text.span }
            } else {
                self.name(&key)
            };
            skip(&mut parts, Rule::colon);
            let value = self.given_value(parts.next()?)?;
            entries.push((key, value));
        }
        Some(entries)
    }

    fn given_value(&mut self, node: Node<'_>) -> Option<GivenValue> {
        let span = self.span(&node);
        let node = node.into_inner().next()?;
        let kind = match node.as_rule() {
            Rule::text => GivenKind::Text(self.text(&node).text),
            Rule::date => GivenKind::Time(self.time(&node)?),
            Rule::given_number => self.given_number(node)?,
            Rule::given_word => given_word(node.as_str())?,
            Rule::record => GivenKind::Record(self.record(node)?),
            Rule::given_list => {
                let mut values = Vec::new();
                for value in node.into_inner().filter(|part| part.as_rule() == Rule::given_value) {
                    values.push(self.given_value(value)?);
                }
                GivenKind::List(values)
            }
            _ => return None,
        };
        Some(GivenValue { kind, span })
    }

    fn given_number(&mut self, node: Node<'_>) -> Option<GivenKind> {
        let mut nodes = node.into_inner();
        let sign = if next_if(&mut nodes, Rule::minus).is_some() { -1.0 } else { 1.0 };
        let (number, unit) = self.measure(nodes.next()?)?;
        Some(match unit {
            Some(unit) => GivenKind::Duration(sign * number, unit),
            None => GivenKind::Number(sign * number),
        })
    }

    fn expect(&mut self, node: Node<'_>) -> Option<Expect> {
        const VERDICTS: [&str; 7] = ["pass", "fail", "unknown", "pending", "empty", "skipped", "excepted"];
        let span = self.span(&node);
        let mut nodes = node.into_inner();
        skip(&mut nodes, Rule::kw_expect);
        let verdict = self.next_name(&mut nodes)?;
        if !VERDICTS.contains(&verdict.text.as_str()) {
            let message = format!("`{}` is no verdict", verdict.text);
            let diagnostic = Diagnostic::error(codes::syntax::UNKNOWN_WORD, verdict.span, message)
                .suggest(&verdict.text, VERDICTS)
                .help("a test expects pass, fail, unknown, pending, empty, skipped or excepted");
            self.diagnostics.push(diagnostic);
            return None;
        }
        skip(&mut nodes, Rule::kw_for);
        let subject = match next_if(&mut nodes, Rule::record_ref) {
            Some(reference) => Some(self.record_reference(reference)?),
            None => None,
        };
        Some(Expect { verdict, subject, span })
    }

    /// Reports what may stand once and stands again.
    pub(super) fn twice(&mut self, span: Span, first: Span, what: &str) {
        let diagnostic = Diagnostic::error(codes::syntax::MISPLACED, span, format!("`{what}` is given twice"))
            .label(first, "first given here");
        self.diagnostics.push(diagnostic);
    }
}

fn given_word(word: &str) -> Option<GivenKind> {
    Some(match word {
        "null" | "missing" => GivenKind::Null,
        "unknown" => GivenKind::Unknown,
        "true" => GivenKind::Bool(true),
        "false" => GivenKind::Bool(false),
        _ => return None,
    })
}
