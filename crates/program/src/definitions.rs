//! Parameters, capabilities, adjectives and relations.

use smol_str::SmolStr;
use tickmark_diagnostics::Diagnostic;
use tickmark_diagnostics::codes::program as codes;
use tickmark_facts::NounId;
use tickmark_source::Span;
use tickmark_syntax::ast;

use crate::expression::typed;
use crate::ir::{
    Adjective, AdjectiveId, Capability, Expr, ExprKind, Literal, Param, Phrase, Relation, RelationBody, RelationId,
    Slot, Type,
};
use crate::phrase::PhraseMode;
use crate::resolver::{Lazy, Resolver, Setting};
use crate::scope::Scope;

/// An item with a word on whether it comes from the library: there, a definition of the user's own goes first.
#[derive(Clone, Copy)]
pub(crate) struct Sourced<'a, T> {
    pub(crate) item: &'a T,
    pub(crate) library: bool,
}

impl<'a> Resolver<'a> {
    // ---- parameters --------------------------------------------------------------------------------------------

    pub(crate) fn declare_params(&mut self, params: &[Sourced<'a, ast::Param>]) {
        for Sourced { item, library } in params {
            if let Some(first) = self.params.get(&item.name.text) {
                let first = self.program.params.get(first.0 as usize).map(|param| param.span);
                if let (false, Some(first)) = (library, first) {
                    self.report_twice("parameter", &item.name, first);
                }
                continue;
            }
            if ["as_of", "period"].contains(&item.name.text.as_str()) {
                self.error(codes::DEFINED_TWICE, item.name.span, format!("`${}` is given by the run", item.name.text));
                continue;
            }
            let Some(value) = self.param_literal(&item.value) else { continue };
            let value = self.apply_setting(&item.name.text, value);
            let doc = item.doc.as_ref().map(|doc| doc.text.clone());
            self.add_param(Param { name: item.name.text.clone(), value, doc, span: item.span });
        }
        self.refuse_unknown_settings();
    }

    fn param_literal(&mut self, ast: &ast::Expr) -> Option<Expr> {
        let value = self.expression(ast, &mut Scope::default())?;
        let constant = match &value.kind {
            ExprKind::Literal(_) | ExprKind::Negate(_) => true,
            ExprKind::List(items) => items.iter().all(|item| matches!(item.kind, ExprKind::Literal(_))),
            _ => false,
        };
        if !constant {
            self.report(
                Diagnostic::error(codes::WRONG_TYPE, ast.span, "a parameter's value is written out")
                    .help("a number, text, duration, date, bool, or a list of these"),
            );
            return None;
        }
        Some(value)
    }

    fn apply_setting(&mut self, name: &str, default: Expr) -> Expr {
        let setting: Option<&'a Setting> = self.around.settings.iter().rev().find(|setting| setting.name == name);
        let Some(setting) = setting else { return default };
        // `--set name=word` needs no quotes where a text is wanted.
        let value = match &setting.value.kind {
            ast::ExprKind::Word(word) if default.ty == Type::Text => {
                Some(typed(ExprKind::Literal(Literal::Text(word.clone())), Type::Text, setting.value.span))
            }
            _ => self.param_literal(&setting.value),
        };
        let Some(value) = value else { return default };
        if value.ty != default.ty {
            let (wanted, found) = (self.describe(&default.ty), self.describe(&value.ty));
            self.report(
                Diagnostic::error(
                    codes::WRONG_TYPE,
                    setting.value.span,
                    format!("`{name}` is {wanted}, and the value set is {found}"),
                )
                .label(default.span, "declared here"),
            );
            return default;
        }
        value
    }

    fn refuse_unknown_settings(&mut self) {
        let names: Vec<SmolStr> = self.params.keys().cloned().collect();
        for setting in self.around.settings {
            if !self.params.contains_key(&setting.name) {
                let mut diagnostic = Diagnostic::error(
                    codes::UNKNOWN_PARAM,
                    setting.value.span,
                    format!("no parameter is called `{}`", setting.name),
                );
                if let Some(near) = Self::suggestion(&setting.name, &names) {
                    diagnostic = diagnostic.help(near);
                }
                self.report(diagnostic);
            }
        }
    }

    // ---- capabilities ------------------------------------------------------------------------------------------

    pub(crate) fn declare_capabilities(&mut self, capabilities: &[Sourced<'a, ast::Capability>]) {
        for Sourced { item, library } in capabilities {
            let first =
                self.program.capabilities.iter().find(|known| known.name == item.name.text).map(|known| known.span);
            if let Some(first) = first {
                if !library {
                    self.report_twice("capability", &item.name, first);
                }
                continue;
            }
            self.program.capabilities.push(Capability {
                name: item.name.text.clone(),
                title: item.title.as_ref().map(|title| title.text.clone()),
                actions: item.actions.iter().map(|action| action.text.clone()).collect(),
                span: item.name.span,
            });
        }
    }

    // ---- adjectives and relations: names first, then bodies ----------------------------------------------------

    /// Gives every adjective its id. Their conditions are resolved by [`Resolver::resolve_adjectives`].
    pub(crate) fn declare_adjectives(&mut self, adjectives: &[Sourced<'a, ast::Adjective>]) -> Vec<&'a ast::Adjective> {
        let mut accepted: Vec<&'a ast::Adjective> = Vec::new();
        for Sourced { item, library } in adjectives {
            let Some(noun) = self.definition_noun(&item.noun) else { continue };
            if let Some(first) = self.adjectives.get(noun, &item.name.text) {
                let first = accepted.get(first.0 as usize).map(|first| first.name.span);
                if let (false, Some(first)) = (library, first) {
                    self.report_twice("adjective", &item.name, first);
                }
                continue;
            }
            let attribute = self.needs.noun(noun).attribute(&item.name.text).filter(|_| !self.is_open(noun));
            if attribute.is_some_and(|attribute| *self.attribute_type(noun, attribute) == Type::Bool) {
                let owner = self.word(noun);
                self.report(
                    Diagnostic::error(
                        codes::DEFINED_TWICE,
                        item.name.span,
                        format!("`{owner}` has a bool `{0}`, which is an adjective already", item.name.text),
                    )
                    .help("give the adjective another name: one word cannot mean two things"),
                );
                continue;
            }
            let id = AdjectiveId(u32::try_from(accepted.len()).unwrap_or(u32::MAX));
            self.adjectives.insert(noun, item.name.text.clone(), id);
            accepted.push(item);
        }
        accepted
    }

    fn definition_noun(&mut self, name: &ast::Name) -> Option<NounId> {
        let noun = self.noun_named(&name.text);
        if noun.is_none() {
            let names = self.noun_names();
            let mut diagnostic =
                Diagnostic::error(codes::UNKNOWN_NOUN, name.span, format!("there is no noun `{}`", name.text));
            if let Some(near) = Self::suggestion(&name.text, &names) {
                diagnostic = diagnostic.help(near);
            }
            self.report(diagnostic);
        }
        noun
    }

    /// Resolves the conditions of the adjectives, in the order of their ids.
    pub(crate) fn resolve_adjectives(&mut self, accepted: &[&'a ast::Adjective]) {
        for item in accepted {
            let Some(noun) = self.definition_noun(&item.noun) else { continue };
            let mut scope = Scope::default();
            let subject = self.push_definition_subject(&mut scope, noun, item.binder.as_ref(), &item.noun);
            let condition = self.condition(&item.condition, &mut scope).unwrap_or_else(|| placeholder(item.span));
            let adjective = Adjective {
                name: item.name.text.clone(),
                noun,
                subject,
                slots: scope.slots(),
                condition,
                span: item.span,
            };
            self.program.adjectives.push(adjective);
        }
    }

    fn push_definition_subject(
        &mut self,
        scope: &mut Scope,
        noun: NounId,
        binder: Option<&ast::Name>,
        at: &ast::Name,
    ) -> Slot {
        let words = vec![self.word(noun)];
        scope.push(binder.map(|binder| binder.text.clone()), words, Type::Record(noun), at.span)
    }

    /// Gives every relation its id. Bodies are resolved when they are first needed.
    pub(crate) fn declare_relations(&mut self, relations: &[Sourced<'a, ast::Relation>]) {
        // By their ids.
        let mut spans: Vec<Span> = Vec::new();
        for Sourced { item, library } in relations {
            let Some(noun) = self.definition_noun(&item.noun) else { continue };
            if let Some(first) = self.relations.get(noun, &item.name.text) {
                if let (false, Some(first)) = (library, spans.get(first.0 as usize).copied()) {
                    self.report_twice("relation", &item.name, first);
                }
                continue;
            }
            if self.needs.noun(noun).attribute(&item.name.text).is_some() && !self.is_open(noun) {
                let owner = self.word(noun);
                self.report(
                    Diagnostic::error(
                        codes::DEFINED_TWICE,
                        item.name.span,
                        format!("`{owner}` already has an attribute `{}`", item.name.text),
                    )
                    .help("give the relation another name"),
                );
                continue;
            }
            let id = RelationId(u32::try_from(self.lazy_relations.len()).unwrap_or(u32::MAX));
            self.relations.insert(noun, item.name.text.clone(), id);
            spans.push(item.name.span);
            self.lazy_relations.push(Lazy::Waiting(item));
            self.program.relations.push(Relation {
                name: item.name.text.clone(),
                noun,
                subject: Slot(0),
                slots: 0,
                body: RelationBody::Path(placeholder(item.span)),
                ty: Type::Records(noun),
                span: item.span,
            });
        }
    }

    pub(crate) fn resolve_relations(&mut self) {
        for index in 0..self.lazy_relations.len() {
            let id = RelationId(u32::try_from(index).unwrap_or(u32::MAX));
            if matches!(self.lazy_relations.get(index), Some(Lazy::Waiting(_))) {
                self.relation_type(id);
            }
        }
    }

    /// The type of a relation; resolves it where that has not happened yet.
    pub(crate) fn relation_type(&mut self, id: RelationId) -> Option<Type> {
        let index = id.0 as usize;
        let ast = match self.lazy_relations.get(index)? {
            Lazy::Done => return self.program.relations.get(index).map(|relation| relation.ty.clone()),
            Lazy::Waiting(ast) => *ast,
            Lazy::Running(ast) => {
                let ast = *ast;
                self.report(
                    Diagnostic::error(
                        codes::RECURSION,
                        ast.name.span,
                        format!("relation `{}` uses itself", ast.name.text),
                    )
                    .help("a relation that is followed again and again is a closure: `parents*`"),
                );
                return None;
            }
        };
        self.set_relation(index, Lazy::Running(ast));
        let noun = self.program.relations.get(index)?.noun;
        let mut scope = Scope::default();
        let subject = self.push_definition_subject(&mut scope, noun, ast.binder.as_ref(), &ast.noun);
        let body = self.relation_body(ast, noun, subject, &mut scope);
        self.set_relation(index, Lazy::Done);
        let (body, ty) = body?;
        let relation = self.program.relations.get_mut(index)?;
        relation.subject = subject;
        relation.slots = scope.slots();
        relation.body = body;
        relation.ty = ty.clone();
        Some(ty)
    }

    fn set_relation(&mut self, index: usize, state: Lazy<'a, ast::Relation>) {
        if let Some(entry) = self.lazy_relations.get_mut(index) {
            *entry = state;
        }
    }

    fn relation_body(
        &mut self,
        ast: &ast::Relation,
        noun: NounId,
        subject: Slot,
        scope: &mut Scope,
    ) -> Option<(RelationBody, Type)> {
        match &ast.body {
            ast::RelationBody::Path(path) => self.relation_path(path, scope),
            ast::RelationBody::Phrase(phrase) => {
                // A bare word is an attribute of the subject where it has one of that name: `relation owner of x: person`.
                if let ([word], None, true) = (phrase.words.as_slice(), &phrase.domain, phrase.filters.is_empty())
                    && let Some(member) = self.named_member(noun, &word.text)
                {
                    let base = typed(ExprKind::Variable(subject), Type::Record(noun), word.span);
                    return self.relation_values(member.of(base, word.span));
                }
                let resolved = self.phrase(phrase, scope, &PhraseMode::Top)?;
                self.check_binders(scope, 0);
                self.refuse_cadence(&resolved, "a relation")?;
                let ty = self.phrase_type(&resolved)?;
                Some((RelationBody::Phrase(Box::new(resolved)), ty))
            }
        }
    }

    fn phrase_type(&mut self, phrase: &Phrase) -> Option<Type> {
        match &phrase.bindings.last()?.ty {
            Type::Record(noun) | Type::Any(Some(noun)) => Some(Type::Records(*noun)),
            scalar => Some(Type::List(Box::new(scalar.clone()))),
        }
    }

    fn relation_path(&mut self, path: &ast::Expr, scope: &mut Scope) -> Option<(RelationBody, Type)> {
        let values = self.expression(path, scope)?;
        self.relation_values(values)
    }

    fn relation_values(&mut self, values: Expr) -> Option<(RelationBody, Type)> {
        let ty = match self.member_type(&values)? {
            Type::Record(noun) | Type::Any(Some(noun)) => Type::Records(noun),
            scalar => Type::List(Box::new(scalar)),
        };
        Some((RelationBody::Path(values), ty))
    }
}

/// Stands where a definition is wrong, so that ids stay in step; the error keeps it from ever being evaluated.
pub(crate) fn placeholder(span: Span) -> Expr {
    typed(ExprKind::Literal(Literal::Bool(false)), Type::Bool, span)
}
