//! Sentences and predicates: what is said of the members of a phrase.

use tickmark_diagnostics::Diagnostic;
use tickmark_diagnostics::codes::program as codes;
use tickmark_source::Span;
use tickmark_syntax::ast;

use crate::expression::{all, truth, typed};
use crate::ir::{Can, Expr, ExprKind, Phrase, Quantified, Quantifier, Type};
use crate::phrase::{Found, PhraseMode};
use crate::resolver::Resolver;
use crate::scope::Scope;

/// A sentence whose subjects are still visible in the scope.
pub(crate) struct OpenSentence {
    pub(crate) quantifier: Quantifier,
    pub(crate) phrase: Phrase,
    pub(crate) body: Option<Expr>,
}

impl Resolver<'_> {
    /// A sentence; its subjects stay visible, for `otherwise`.
    pub(crate) fn sentence(
        &mut self,
        ast: &ast::Sentence,
        scope: &mut Scope,
        mode: &PhraseMode,
    ) -> Option<OpenSentence> {
        let quantifier = self.quantifier(&ast.quantifier, scope);
        let phrase = self.phrase(&ast.phrase, scope, mode);
        // Where the phrase is wrong, nothing can be said of the names in the predicate.
        let phrase = phrase?;
        let head = phrase.bindings.last()?;
        let subject = typed(ExprKind::Variable(head.slot), head.ty.clone(), ast.phrase.span);
        let body = match &ast.predicate {
            Some(predicate) => Some(self.predicate(predicate, subject, scope)?),
            None => None,
        };
        let quantifier = quantifier?;
        if !matches!(quantifier, Quantifier::Some) {
            self.refuse_cadence(&phrase, "a sentence that asks of each member or counts them")?;
        }
        if matches!(quantifier, Quantifier::Every) && body.is_none() {
            self.report(
                Diagnostic::error(codes::NO_SENTENCE, ast.span, "this says `every`, but not what of it")
                    .help("go on with `has …`, `is …` or `: …`"),
            );
            return None;
        }
        Some(OpenSentence { quantifier, phrase, body })
    }

    /// A sentence inside a condition.
    pub(crate) fn nested_sentence(&mut self, ast: &ast::Sentence, scope: &mut Scope) -> Option<Expr> {
        let mark = scope.mark();
        let sentence = self.sentence(ast, scope, &PhraseMode::Nested);
        if sentence.is_some() {
            self.check_binders(scope, mark);
        }
        scope.leave(mark);
        let OpenSentence { quantifier, phrase, body } = sentence?;
        let quantified = Quantified { quantifier, phrase, body, has: false };
        Some(truth(ExprKind::Quantified(Box::new(quantified)), ast.span))
    }

    fn quantifier(&mut self, ast: &ast::Quantifier, scope: &mut Scope) -> Option<Quantifier> {
        let mut number = |resolver: &mut Self, expr: &ast::Expr| {
            let expr = resolver.expression(expr, scope)?;
            resolver.want(&expr, &Type::Number, "this says how many")?;
            Some(expr)
        };
        Some(match &ast.kind {
            ast::QuantifierKind::Every => Quantifier::Every,
            ast::QuantifierKind::No => Quantifier::No,
            ast::QuantifierKind::Some => Quantifier::Some,
            ast::QuantifierKind::AtLeast(count) => Quantifier::AtLeast(number(self, count)?),
            ast::QuantifierKind::AtMost(count) => Quantifier::AtMost(number(self, count)?),
            ast::QuantifierKind::Exactly(count) => Quantifier::Exactly(number(self, count)?),
        })
    }

    /// All parts of a predicate on one subject.
    pub(crate) fn predicate(&mut self, ast: &ast::Predicate, subject: Expr, scope: &mut Scope) -> Option<Expr> {
        // Most predicates say one thing.
        if let [part] = ast.parts.as_slice()
            && let Some(condition) = self.one_condition(part, &subject, scope)
        {
            return condition;
        }
        let parts = all(&ast.parts, |part| self.predicate_part(part, &subject, scope))?;
        let mut conditions: Vec<Expr> = parts.into_iter().flatten().collect();
        if conditions.len() == 1 { conditions.pop() } else { Some(truth(ExprKind::And(conditions), ast.span)) }
    }

    /// A predicate on a path in a condition: `d has licence`, `x is admin`, `x is missing`.
    pub(crate) fn predicate_of(
        &mut self,
        subject: &ast::Expr,
        ast: &ast::Predicate,
        scope: &mut Scope,
    ) -> Option<Expr> {
        let subject = self.expression(subject, scope)?;
        self.predicate(ast, subject, scope)
    }

    fn predicate_part(&mut self, part: &ast::PredicatePart, subject: &Expr, scope: &mut Scope) -> Option<Vec<Expr>> {
        match &part.kind {
            ast::PredicateKind::Has(objects) => all(objects, |object| self.object(subject, object, scope)),
            ast::PredicateKind::Is(words) => all(words, |word| self.is_word(subject, word)),
            _ => self.one_condition(part, subject, scope)?.map(|condition| vec![condition]),
        }
    }

    /// What a part comes to that says one thing; `None` where it says several, and the inner `None` where it is wrong.
    fn one_condition(&mut self, part: &ast::PredicatePart, subject: &Expr, scope: &mut Scope) -> Option<Option<Expr>> {
        let negated = |not: bool, said: Expr| if not { truth(ExprKind::Not(Box::new(said)), part.span) } else { said };
        Some(match &part.kind {
            ast::PredicateKind::Has(objects) => match objects.as_slice() {
                [object] => self.object(subject, object, scope),
                _ => return None,
            },
            ast::PredicateKind::Is(words) => match words.as_slice() {
                [word] => self.is_word(subject, word),
                _ => return None,
            },
            ast::PredicateKind::IsMissing { not } => {
                let missing = truth(ExprKind::IsMissing(Box::new(subject.clone())), part.span);
                Some(negated(*not, missing))
            }
            ast::PredicateKind::Can { not, action, on } => {
                self.can(subject, action, on.as_deref(), scope, part.span).map(|can| negated(*not, can))
            }
            ast::PredicateKind::Condition(condition) => self.condition(condition, scope),
        })
    }

    fn is_word(&mut self, subject: &Expr, word: &ast::IsWord) -> Option<Expr> {
        let span = word.adjective.span;
        let condition = self.is_adjective(subject.clone(), &word.adjective, span)?;
        Some(if word.not { truth(ExprKind::Not(Box::new(condition)), span) } else { condition })
    }

    /// One object of `has`.
    fn object(&mut self, subject: &Expr, object: &ast::Object, scope: &mut Scope) -> Option<Expr> {
        let phrase = &object.phrase;
        if matches!(subject.ty, Type::Records(_) | Type::List(_)) {
            self.report(
                Diagnostic::error(codes::NOT_ONE, subject.span, "`has` is said of one record, and this is several")
                    .help(format!(
                        "write `every x in {0}: x has …` or `some x in {0}: x has …`",
                        self.program.snippet(subject.span)
                    )),
            );
            return None;
        }
        let Some(owner) = self.record_noun(subject) else {
            let found = self.describe(&subject.ty);
            self.error(codes::NO_RELATION, subject.span, format!("`has` is said of a record, and this is {found}"));
            return None;
        };
        if let ([word], None) = (phrase.words.as_slice(), &phrase.domain) {
            let found = self.find_head(word, scope, &PhraseMode::From(subject.clone()), true);
            if let Found::Head(head) = found
                && let crate::ir::Domain::In(values) = head.domain
                && let Some(condition) = self.plain_object(object, values, owner, word)
            {
                return condition;
            }
        }
        self.object_phrase(subject, object, scope)
    }

    /// `has` of a single word that is a value and not a relation: it exists. `None` where it is no such object; the
    /// inner `None` where it is one and wrong.
    fn plain_object(
        &mut self,
        object: &ast::Object,
        values: Expr,
        owner: tickmark_facts::NounId,
        word: &ast::Name,
    ) -> Option<Option<Expr>> {
        let span = object.phrase.span;
        if values.ty == Type::Bool {
            let owner = self.word(owner);
            self.report(
                Diagnostic::error(
                    codes::HAS_ON_BOOL,
                    span,
                    format!("`{}` is a bool: it always is one way or the other", word.text),
                )
                .help(format!("use `is`: `{owner} is {}`, `{owner} is not {}`", word.text, word.text)),
            );
            return Some(None);
        }
        let negated = match object.quantifier.as_ref().map(|quantifier| &quantifier.kind) {
            None => false,
            Some(ast::QuantifierKind::No) => true,
            Some(_) => return None,
        };
        if !object.phrase.filters.is_empty() {
            return None;
        }
        let kind = match values.ty {
            Type::Records(_) | Type::List(_) => return None,
            Type::Any(_) | Type::Json => ExprKind::HasOpen(Box::new(values)),
            _ => ExprKind::Exists(Box::new(values)),
        };
        let exists = truth(kind, span);
        Some(Some(if negated { truth(ExprKind::Not(Box::new(exists)), span) } else { exists }))
    }

    fn object_phrase(&mut self, subject: &Expr, object: &ast::Object, scope: &mut Scope) -> Option<Expr> {
        let mark = scope.mark();
        let quantifier = match &object.quantifier {
            None => Some(Quantifier::Some),
            Some(quantifier) => self.quantifier(quantifier, scope),
        };
        let phrase = self.phrase(&object.phrase, scope, &PhraseMode::From(subject.clone()));
        if phrase.is_some() {
            self.check_binders(scope, mark);
        }
        scope.leave(mark);
        let (quantifier, phrase) = (quantifier?, phrase?);
        if object.quantifier.is_some() {
            self.refuse_cadence(&phrase, "`has` with a number")?;
        }
        let quantified = Quantified { quantifier, phrase, body: None, has: true };
        let span =
            object.quantifier.as_ref().map_or(object.phrase.span, |quantifier| quantifier.span.to(object.phrase.span));
        Some(truth(ExprKind::Quantified(Box::new(quantified)), span))
    }

    fn can(
        &mut self,
        subject: &Expr,
        action: &ast::Action,
        on: Option<&ast::Phrase>,
        scope: &mut Scope,
        span: Span,
    ) -> Option<Expr> {
        let on = match on {
            None => None,
            Some(phrase) => {
                let mark = scope.mark();
                let resolved = self.phrase(phrase, scope, &PhraseMode::Nested);
                if resolved.is_some() {
                    self.check_binders(scope, mark);
                }
                scope.leave(mark);
                let resolved = resolved?;
                self.refuse_cadence(&resolved, "`can … on`")?;
                Some(resolved)
            }
        };
        let (name, actions) = match action {
            ast::Action::Literal(text) => (text.text.clone(), vec![text.text.clone()]),
            ast::Action::Capability(name) => {
                let known = self.program.capabilities.iter().find(|capability| capability.name == name.text);
                let Some(capability) = known else {
                    let names: Vec<_> =
                        self.program.capabilities.iter().map(|capability| capability.name.clone()).collect();
                    let mut diagnostic = Diagnostic::error(
                        codes::UNKNOWN_CAPABILITY,
                        name.span,
                        format!("there is no capability `{}`", name.text),
                    );
                    diagnostic = match Self::suggestion(&name.text, &names) {
                        Some(near) => diagnostic.help(near),
                        None => diagnostic.help(format!(
                            "declare it: `capability {} = \"service:Action\"`, or write one action in quotes",
                            name.text
                        )),
                    };
                    self.report(diagnostic);
                    return None;
                };
                (name.text.clone(), capability.actions.clone())
            }
        };
        let can = Can { subject: subject.clone(), actions, name, on };
        Some(truth(ExprKind::Can(Box::new(can)), span))
    }
}
