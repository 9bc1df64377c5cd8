//! Controls, exceptions and tests.

use std::mem::discriminant;

use smol_str::SmolStr;
use tickmark_diagnostics::Diagnostic;
use tickmark_diagnostics::codes::program as codes;
use tickmark_facts::Time;
use tickmark_source::Span;
use tickmark_syntax::ast;

use crate::expression::all;
use crate::ir::{
    Control, ControlSeverity, Exception, ExceptionSubject, Expect, Expected, Given, GivenKind, GivenValue, Sentence,
    Test,
};
use crate::phrase::PhraseMode;
use crate::resolver::Resolver;
use crate::scope::Scope;

impl<'a> Resolver<'a> {
    // ---- controls ----------------------------------------------------------------------------------------------

    /// Resolves controls, each with the pack of its file.
    pub(crate) fn resolve_controls(&mut self, controls: &[(&'a ast::Control, Option<&'a SmolStr>)]) {
        self.program.controls.reserve_exact(controls.len());
        self.controls.reserve(controls.len());
        for (item, pack) in controls {
            let next = self.program.controls.len();
            let index = *self.controls.entry(item.id.text.clone()).or_insert(next);
            if let Some(first) = self.program.controls.get(index).map(|first| first.id_span) {
                self.report_twice("control", &item.id, first);
            }
            let control = self.control(item, pack.cloned());
            self.program.controls.push(control);
        }
    }

    fn control(&mut self, item: &ast::Control, pack: Option<SmolStr>) -> Control {
        let mut control = Control {
            id: item.id.text.clone(),
            title: item.title.as_ref().map(|title| title.text.clone()).unwrap_or_default(),
            pack,
            cites: Vec::new(),
            also: Vec::new(),
            severity: ControlSeverity::default(),
            owner: None,
            because: None,
            fix: None,
            tags: Vec::new(),
            applies_when: None,
            sentences: Vec::with_capacity(item.sentences.len()),
            unsupplied: self.around.dormant.get(&item.id.text).cloned().unwrap_or_default(),
            reads_verdicts: false,
            span: item.span,
            id_span: item.id.span,
        };
        self.fields(item, &mut control);
        if item.sentences.is_empty() && control.unsupplied.is_empty() {
            self.report(
                Diagnostic::error(codes::NO_SENTENCE, item.id.span, format!("control `{}` says nothing", item.id.text))
                    .help("say what must be true: `every model has approval`"),
            );
        }
        for sentence in &item.sentences {
            if let Some(sentence) = self.control_sentence(sentence) {
                control.sentences.push(sentence);
            }
        }
        control
    }

    fn fields(&mut self, item: &ast::Control, control: &mut Control) {
        for (index, field) in item.fields.iter().enumerate() {
            match &field.kind {
                ast::FieldKind::Cites(names) => control.cites = self.citations(names),
                ast::FieldKind::Also(names) => control.also = self.citations(names),
                ast::FieldKind::Severity(word) => control.severity = self.severity(word),
                ast::FieldKind::Owner(text) => control.owner = Some(text.text.clone()),
                ast::FieldKind::Because(text) => control.because = Some(text.text.clone()),
                ast::FieldKind::Fix(text) => control.fix = Some(text.text.clone()),
                ast::FieldKind::Tags(tags) => control.tags = tags.iter().map(|tag| tag.text.clone()).collect(),
                ast::FieldKind::AppliesWhen(condition) => {
                    let mut scope = Scope::default();
                    control.applies_when =
                        self.condition(condition, &mut scope).map(|condition| (condition, scope.slots()));
                }
            }
            // There are eight kinds: one of the same is found soon, or there is none.
            let mut before = item.fields.iter().take(index).rev();
            if let Some(first) = before.find(|other| discriminant(&other.kind) == discriminant(&field.kind)) {
                let message = format!("`{}` is given twice", field_name(&field.kind));
                self.report(
                    Diagnostic::error(codes::BAD_FIELD, field.span, message).label(first.span, "first given here"),
                );
            }
        }
        if !item.fields.iter().any(|field| matches!(field.kind, ast::FieldKind::Cites(_))) {
            self.report(
                Diagnostic::error(
                    codes::NO_CITATION,
                    item.id.span,
                    format!("control `{}` cites no criterion", item.id.text),
                )
                .help("say what it answers to: `cites CC8.1`"),
            );
        }
    }

    fn citations(&mut self, names: &[ast::Name]) -> Vec<SmolStr> {
        for name in names {
            if self.known_citations.contains(&name.text) {
                continue;
            }
            if tickmark_catalog::find(&name.text).is_some() {
                self.known_citations.insert(name.text.clone());
                continue;
            }
            let all: Vec<SmolStr> =
                tickmark_catalog::all().map(tickmark_catalog::Criterion::citation).map(SmolStr::from).collect();
            let mut diagnostic = Diagnostic::error(
                codes::UNKNOWN_CRITERION,
                name.span,
                format!("the catalogue has no criterion `{}`", name.text),
            );
            diagnostic = match Self::suggestion(&name.text, &all) {
                Some(near) => diagnostic.help(near),
                None => diagnostic.help("a bare id is of the AICPA Trust Services Criteria (`CC8.1`), others have a prefix (`iso42001:A.6.2.4`)"),
            };
            self.report(diagnostic);
        }
        names.iter().map(|name| name.text.clone()).collect()
    }

    fn severity(&mut self, word: &ast::Name) -> ControlSeverity {
        match word.text.as_str() {
            "critical" => ControlSeverity::Critical,
            "high" => ControlSeverity::High,
            "medium" => ControlSeverity::Medium,
            "low" => ControlSeverity::Low,
            other => {
                self.report(
                    Diagnostic::error(codes::BAD_FIELD, word.span, format!("there is no severity `{other}`"))
                        .suggest(other, ["critical", "high", "medium", "low"])
                        .help("it is `critical`, `high`, `medium` or `low`"),
                );
                ControlSeverity::default()
            }
        }
    }

    fn control_sentence(&mut self, ast: &ast::ControlSentence) -> Option<Sentence> {
        let mut scope = Scope::default();
        let sentence = self.sentence(&ast.sentence, &mut scope, &PhraseMode::Top)?;
        let otherwise = match &ast.otherwise {
            None => None,
            Some(template) => Some(self.template(template, &mut scope)?),
        };
        self.check_binders(&scope, 0);
        Some(Sentence {
            quantifier: sentence.quantifier,
            phrase: sentence.phrase,
            body: sentence.body,
            otherwise,
            slots: scope.slots(),
            text: self.program.line(ast.sentence.span).into(),
            span: ast.sentence.span,
        })
    }

    fn control_index(&mut self, name: &ast::Name) -> Option<usize> {
        let index = self.controls.get(&name.text).copied();
        if index.is_none() {
            let names: Vec<SmolStr> = self.program.controls.iter().map(|control| control.id.clone()).collect();
            let mut diagnostic =
                Diagnostic::error(codes::UNKNOWN_CONTROL, name.span, format!("there is no control `{}`", name.text));
            diagnostic = match Self::suggestion(&name.text, &names) {
                Some(near) => diagnostic.help(near),
                None => diagnostic.help("name its file with `--controls`, or its pack with `--pack`"),
            };
            self.report(diagnostic);
        }
        index
    }

    // ---- exceptions --------------------------------------------------------------------------------------------

    pub(crate) fn resolve_exceptions(&mut self, exceptions: &[&'a ast::Exception]) {
        for item in exceptions {
            if let Some(exception) = self.exception(item) {
                self.program.exceptions.push(exception);
            }
        }
    }

    fn exception(&mut self, item: &ast::Exception) -> Option<Exception> {
        let control = self.control_index(&item.control);
        let subject = self.exception_subject(&item.subject);
        let reason = self.exception_text(item, "reason", item.reason.as_ref());
        let owner = self.exception_text(item, "owner", item.owner.as_ref());
        let approved_by = self.exception_text(item, "approved_by", item.approved_by.as_ref());
        let expires_text = self.exception_text(item, "expires", item.expires.as_ref());
        let expires = expires_text.as_ref().and_then(|text| {
            let span = item.expires.as_ref().map_or(item.span, |expires| expires.span);
            self.last_day(text, span)
        });
        if let (Some(owner), Some(approved_by)) = (&owner, &approved_by) {
            // People are named by address or handle: neither cares for capitals.
            if owner.trim().to_lowercase() == approved_by.trim().to_lowercase() {
                let span = item.approved_by.as_ref().map_or(item.span, |text| text.span);
                self.report(
                    Diagnostic::error(
                        codes::EXCEPTION_SELF_APPROVED,
                        span,
                        format!("`{owner}` owns this exception and approved it"),
                    )
                    .help("somebody else approves it"),
                );
                return None;
            }
        }
        let (subject, subject_text) = subject?;
        Some(Exception {
            control: control?,
            subject,
            subject_text,
            reason: reason?,
            owner: owner?,
            approved_by: approved_by?,
            expires: expires?,
            expires_text: expires_text?,
            span: item.span,
        })
    }

    fn exception_text(&mut self, item: &ast::Exception, field: &str, text: Option<&ast::Text>) -> Option<SmolStr> {
        match text.filter(|text| !text.text.trim().is_empty()) {
            Some(text) => Some(text.text.clone()),
            None => {
                let span = text.map_or(item.control.span, |text| text.span);
                let example =
                    if field == "expires" { "expires 2026-12-31".to_owned() } else { format!("{field} \"…\"") };
                self.report(
                    Diagnostic::error(
                        codes::EXCEPTION_INCOMPLETE,
                        span,
                        format!("the exception from `{}` lacks `{field}`", item.control.text),
                    )
                    .help(format!("add `{example}`")),
                );
                None
            }
        }
    }

    fn last_day(&mut self, text: &str, span: Span) -> Option<Time> {
        match Time::parse_end(text) {
            Ok(time) => Some(time),
            Err(error) => {
                self.error(codes::EXCEPTION_INCOMPLETE, span, format!("`{text}` is no date: {}", error.reason));
                None
            }
        }
    }

    fn exception_subject(&mut self, subject: &ast::ExceptionSubject) -> Option<(ExceptionSubject, SmolStr)> {
        match subject {
            ast::ExceptionSubject::Record(noun, id) => {
                let found = self.test_noun(noun)?;
                let text = format!("{} {}", noun.text, id.text).into();
                Some((ExceptionSubject::Record(found, id.text.clone()), text))
            }
            ast::ExceptionSubject::Phrase(phrase) => {
                let mut scope = Scope::default();
                let text = self.program.snippet(phrase.span).into();
                let resolved = self.phrase(phrase, &mut scope, &PhraseMode::Top)?;
                self.check_binders(&scope, 0);
                self.refuse_cadence(&resolved, "an exception")?;
                Some((ExceptionSubject::Phrase(Box::new(resolved), scope.slots()), text))
            }
        }
    }

    // ---- tests -------------------------------------------------------------------------------------------------

    pub(crate) fn resolve_tests(&mut self, tests: &[&'a ast::Test]) {
        for item in tests {
            if let Some(test) = self.test(item) {
                self.program.tests.push(test);
            }
        }
    }

    fn test(&mut self, item: &ast::Test) -> Option<Test> {
        let control = self.control_index(&item.control);
        let as_of = self.optional_end(item.as_of.as_ref());
        let period = match &item.period {
            None => Some(None),
            Some((first, last)) => {
                let start = self.test_time(first, Time::parse);
                let end = self.test_time(last, Time::parse_end);
                start.zip(end).map(Some)
            }
        };
        let given = all(&item.given, |given| self.given(given));
        let expect = all(&item.expect, |expect| self.expect(expect));
        if item.expect.is_empty() {
            self.report(
                Diagnostic::error(codes::BAD_TEST, item.control.span, "this test expects nothing")
                    .help("end it with `expect fail`"),
            );
        }
        Some(Test {
            control: control?,
            name: item.name.as_ref().map(|name| name.text.clone()).unwrap_or_default(),
            as_of: as_of?,
            period: period?,
            given: given?,
            expect: expect?,
            span: item.span,
        })
    }

    fn optional_end(&mut self, text: Option<&ast::Text>) -> Option<Option<Time>> {
        match text {
            None => Some(None),
            Some(text) => self.test_time(text, Time::parse_end).map(Some),
        }
    }

    fn test_time(
        &mut self,
        text: &ast::Text,
        parse: fn(&str) -> Result<Time, tickmark_facts::TimeError>,
    ) -> Option<Time> {
        match parse(&text.text) {
            Ok(time) => Some(time),
            Err(error) => {
                self.error(codes::BAD_TEST, text.span, format!("`{}` is no date: {}", text.text, error.reason));
                None
            }
        }
    }

    /// A noun by its name, in a test or an exception.
    fn test_noun(&mut self, name: &ast::Name) -> Option<tickmark_facts::NounId> {
        let found = self.noun_named(&name.text);
        if found.is_none() {
            let names = self.noun_names();
            let mut diagnostic =
                Diagnostic::error(codes::UNKNOWN_NOUN, name.span, format!("there is no noun `{}`", name.text));
            if let Some(near) = Self::suggestion(&name.text, &names) {
                diagnostic = diagnostic.help(near);
            }
            self.report(diagnostic);
        }
        found
    }

    fn given(&mut self, given: &ast::Given) -> Option<Given> {
        let noun = self.test_noun(&given.noun)?;
        let record = given.record.iter().map(|(name, value)| (name.text.clone(), given_value(value))).collect();
        Some(Given {
            noun,
            id: given.id.as_ref().map(|id| (id.text.clone(), id.span)),
            record: GivenValue { kind: GivenKind::Object(record), span: given.span },
        })
    }

    fn expect(&mut self, expect: &ast::Expect) -> Option<Expect> {
        let what = match expect.verdict.text.as_str() {
            "pass" => Expected::Pass,
            "fail" => Expected::Fail,
            "unknown" => Expected::Unknown,
            "pending" => Expected::Pending,
            "empty" => Expected::Empty,
            "skipped" => Expected::Skipped,
            "excepted" => Expected::Excepted,
            other => {
                self.report(
                    Diagnostic::error(codes::BAD_TEST, expect.verdict.span, format!("there is no verdict `{other}`"))
                        .suggest(other, ["pass", "fail", "unknown", "pending", "empty", "skipped", "excepted"])
                        .help("it is `pass`, `fail`, `unknown`, `pending`, `empty`, `skipped` or `excepted`"),
                );
                return None;
            }
        };
        let subject = match &expect.subject {
            None => None,
            Some((noun, id)) => Some((self.test_noun(noun)?, id.text.clone())),
        };
        if subject.is_some() && matches!(what, Expected::Empty | Expected::Skipped) {
            self.error(
                codes::BAD_TEST,
                expect.span,
                format!("`{}` is said of a control, not of a subject", expect.verdict.text),
            );
            return None;
        }
        Some(Expect { what, subject, span: expect.span })
    }
}

fn field_name(field: &ast::FieldKind) -> &'static str {
    match field {
        ast::FieldKind::Cites(_) => "cites",
        ast::FieldKind::Also(_) => "also",
        ast::FieldKind::Severity(_) => "severity",
        ast::FieldKind::Owner(_) => "owner",
        ast::FieldKind::Because(_) => "because",
        ast::FieldKind::Fix(_) => "fix",
        ast::FieldKind::Tags(_) => "tags",
        ast::FieldKind::AppliesWhen(_) => "applies when",
    }
}

fn given_value(value: &ast::GivenValue) -> GivenValue {
    let kind = match &value.kind {
        ast::GivenKind::Null => GivenKind::Null,
        ast::GivenKind::Unknown => GivenKind::Unknown,
        ast::GivenKind::Bool(value) => GivenKind::Bool(*value),
        ast::GivenKind::Number(value) => GivenKind::Number(*value),
        ast::GivenKind::Duration(count, unit) => GivenKind::Text(duration_words(*count, *unit)),
        ast::GivenKind::Time(text) | ast::GivenKind::Text(text) => GivenKind::Text(text.clone()),
        ast::GivenKind::List(items) => GivenKind::List(items.iter().map(given_value).collect()),
        ast::GivenKind::Record(members) => {
            GivenKind::Object(members.iter().map(|(name, value)| (name.text.clone(), given_value(value))).collect())
        }
    };
    GivenValue { kind, span: value.span }
}

fn duration_words(count: f64, unit: ast::DurationUnit) -> SmolStr {
    let unit = match unit {
        ast::DurationUnit::Second => "seconds",
        ast::DurationUnit::Minute => "minutes",
        ast::DurationUnit::Hour => "hours",
        ast::DurationUnit::Day => "days",
        ast::DurationUnit::Week => "weeks",
        ast::DurationUnit::Month => "months",
        ast::DurationUnit::Quarter => "quarters",
        ast::DurationUnit::Year => "years",
    };
    format!("{count} {unit}").into()
}
