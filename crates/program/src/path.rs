//! Names and paths: what a bare word means, and what follows a dot, a bracket or a closure sign.

use smol_str::SmolStr;
use tickmark_diagnostics::Diagnostic;
use tickmark_diagnostics::codes::program as codes;
use tickmark_facts::{AttributeId, NounId};
use tickmark_source::Span;
use tickmark_syntax::ast;

use crate::expression::typed;
use crate::ir::{Closure, Expr, ExprKind, Literal, RelationId, Step, Type};
use crate::plural::same_noun;
use crate::resolver::Resolver;
use crate::scope::{Scope, Subject};

/// The type of `base.x` where `x` is of type `member`: over several records it flattens.
pub(crate) fn flattened(base: &Type, member: Type) -> Type {
    let several = matches!(base, Type::Records(_) | Type::List(_));
    match member {
        member if !several => member,
        Type::Record(noun) | Type::Records(noun) => Type::Records(noun),
        Type::List(item) => Type::List(item),
        scalar => Type::List(Box::new(scalar)),
    }
}

/// What leads from the records of a noun to values, or to other records.
pub(crate) struct Member {
    step: Step,
    noun: NounId,
    ty: Type,
}

impl Member {
    /// `base.member`
    pub(crate) fn of(self, base: Expr, span: Span) -> Expr {
        let ty = flattened(&base.ty, self.ty);
        let base = Box::new(base);
        let kind = match self.step {
            Step::Attribute(attribute) => ExprKind::Attribute(base, self.noun, attribute),
            Step::Relation(relation) => ExprKind::Relation(base, relation),
        };
        typed(kind, ty, span)
    }
}

impl Resolver<'_> {
    /// The noun whose records an expression gives, where it gives records; looking inside an `any` value makes its
    /// nested noun.
    pub(crate) fn record_noun(&mut self, expr: &Expr) -> Option<NounId> {
        match &expr.ty {
            Type::Record(noun) | Type::Records(noun) | Type::Any(Some(noun)) => Some(*noun),
            Type::Any(None) => self.nested_of(&expr.kind),
            Type::List(item) => match &**item {
                Type::Any(Some(noun)) => Some(*noun),
                Type::Any(None) => self.nested_of(&expr.kind),
                _ => None,
            },
            _ => None,
        }
    }

    fn nested_of(&mut self, kind: &ExprKind) -> Option<NounId> {
        match kind {
            ExprKind::Attribute(_, noun, attribute) => Some(self.nested_noun(*noun, *attribute)),
            ExprKind::Else(value, _) => self.nested_of(&value.kind),
            _ => None,
        }
    }

    pub(crate) fn attribute_member(&self, noun: NounId, attribute: AttributeId) -> Member {
        Member { step: Step::Attribute(attribute), noun, ty: self.attribute_type(noun, attribute).clone() }
    }

    /// `None` where the relation is wrong, which was reported.
    pub(crate) fn relation_member(&mut self, relation: RelationId) -> Option<Member> {
        let ty = self.relation_type(relation)?;
        let noun = self.program.relations.get(relation.0 as usize)?.noun;
        Some(Member { step: Step::Relation(relation), noun, ty })
    }

    /// `base.attribute`
    pub(crate) fn read_attribute(&self, base: Expr, noun: NounId, attribute: AttributeId, span: Span) -> Expr {
        self.attribute_member(noun, attribute).of(base, span)
    }

    /// The attribute or relation of exactly this name of a noun's records; a relation-like one also in singular or plural.
    pub(crate) fn named_member(&mut self, noun: NounId, name: &str) -> Option<Member> {
        if let Some(attribute) = self.needs.noun(noun).attribute(name) {
            return Some(self.attribute_member(noun, attribute));
        }
        if let Some(relation) = self.relations.get(noun, name) {
            return self.relation_member(relation);
        }
        let need = self.needs.noun(noun);
        let other_number = need.attributes.iter().find(|candidate| same_noun(&candidate.name, name));
        if let Some(attribute) = other_number.and_then(|candidate| need.attribute(&candidate.name))
            && matches!(self.attribute_type(noun, attribute), Type::Records(_) | Type::Record(_))
        {
            return Some(self.attribute_member(noun, attribute));
        }
        let relation = self.relations.of(noun).find(|(word, _)| same_noun(word, name)).map(|(_, relation)| relation);
        self.relation_member(relation?)
    }

    /// A bare word that stands for a value.
    pub(crate) fn word_value(&mut self, word: &str, span: Span, scope: &mut Scope) -> Option<Expr> {
        if let Some((subject, scope)) = scope.binder(word) {
            self.warn_shadowed(word, span, subject, scope);
            self.warn_same_binder(word, subject, scope);
            return Some(subject.read(span));
        }
        // The innermost open subject, once it was passed.
        let mut innermost_open: Option<&Subject> = None;
        for subject in scope.innermost_first() {
            let Some(noun) = subject.noun() else { continue };
            let is_open = self.is_open(noun);
            // An open subject has any attribute one asks for: it is asked last, whatever was asked of it before.
            let asked_last = is_open && self.relations.get(noun, word).is_none();
            let found = if asked_last { None } else { self.named_member(noun, word) };
            if let Some(member) = found {
                if let Some(open) = innermost_open.filter(|_| !is_open) {
                    return self.refuse_open_ambiguity(word, span, open, subject);
                }
                return Some(member.of(subject.read(span), span));
            }
            if subject.words.iter().any(|name| name == word) {
                return Some(subject.read(span));
            }
            if is_open && innermost_open.is_none() {
                innermost_open = Some(subject);
            }
        }
        for subject in scope.innermost_first() {
            if let Some(parent) = self.parent_value(subject, word, span) {
                return Some(parent);
            }
        }
        if let Some(subject) = innermost_open {
            let noun = subject.noun()?;
            if self.refuse_ruled_out(noun, word, span) {
                return None;
            }
            let attribute = self.attribute(noun, word)?;
            return Some(self.read_attribute(subject.read(span), noun, attribute, span));
        }
        if !self.is_broken_relation(scope, word) {
            let subjects: Vec<&Subject> = scope.innermost_first().collect();
            self.unknown_name(word, span, &subjects);
        }
        None
    }

    /// A relation that is wrong has been reported where it is defined; its name is known all the same.
    fn is_broken_relation(&self, scope: &Scope, word: &str) -> bool {
        scope.innermost_first().filter_map(Subject::noun).any(|noun| self.relations.get(noun, word).is_some())
    }

    /// `model` in an approval that is nested in a model; also through several steps.
    fn parent_value(&mut self, subject: &Subject, word: &str, span: Span) -> Option<Expr> {
        let mut base = subject.read(span);
        let mut noun = match subject.ty {
            Type::Record(noun) | Type::Any(Some(noun)) => noun,
            _ => return None,
        };
        // A chain of nesting is short; the limit is a belt against nouns that are nested in each other.
        for _ in 0..16 {
            let parents: Vec<NounId> =
                self.parents.get(&noun).map(|parents| parents.iter().copied().collect()).unwrap_or_default();
            if let Some(parent) = parents.iter().copied().find(|parent| self.word(*parent) == word) {
                return Some(typed(ExprKind::Parent(Box::new(base), parent), Type::Record(parent), span));
            }
            let [only] = parents.as_slice() else { return None };
            base = typed(ExprKind::Parent(Box::new(base), *only), Type::Record(*only), span);
            noun = *only;
        }
        None
    }

    fn warn_shadowed(&mut self, word: &str, span: Span, binder: &Subject, scope: &Scope) {
        let others = scope.innermost_first().filter(|subject| subject.slot != binder.slot);
        let hidden = others
            .filter_map(Subject::noun)
            .find(|noun| !self.is_open(*noun) && self.needs.noun(*noun).attribute(word).is_some());
        if let Some(noun) = hidden {
            let owner = self.word(noun);
            self.report(
                Diagnostic::warning(
                    codes::SHADOWED,
                    span,
                    format!("`{word}` is the binder here, not the attribute of `{owner}`"),
                )
                .label(binder.span, "bound here")
                .help(format!("rename the binder, or write `{owner}.{word}` for the attribute")),
            );
        }
    }

    fn warn_same_binder(&mut self, word: &str, binder: &Subject, scope: &Scope) {
        let outer = scope
            .innermost_first()
            .find(|subject| subject.slot != binder.slot && subject.binder.as_deref() == Some(word));
        if let Some(outer) = outer {
            self.report(
                Diagnostic::warning(codes::SHADOWED, binder.span, format!("`{word}` hides another `{word}`"))
                    .label(outer.span, "the other")
                    .help("rename one of them"),
            );
        }
    }

    fn refuse_open_ambiguity(&mut self, word: &str, span: Span, open: &Subject, closed: &Subject) -> Option<Expr> {
        let name =
            |subject: &Subject| subject.binder.clone().or_else(|| subject.words.first().cloned()).unwrap_or_default();
        let (open, closed) = (name(open), name(closed));
        self.report(
            Diagnostic::error(codes::AMBIGUOUS_NAME, span, format!("`{word}` could be of `{open}` or of `{closed}`"))
                .help(format!("`{open}` has no entity that would say; write `{open}.{word}` or `{closed}.{word}`")),
        );
        None
    }

    fn unknown_name(&mut self, word: &str, span: Span, subjects: &[&Subject]) {
        let mut names: Vec<SmolStr> = Vec::new();
        for subject in subjects {
            names.extend(subject.binder.iter().cloned().chain(subject.words.iter().cloned()));
            if let Some(noun) = subject.noun() {
                names.extend(self.member_names(noun));
            }
        }
        let subject = subjects.iter().find_map(|subject| subject.noun());
        let owner = subject.map(|noun| self.word(noun));
        let (code, message) = match (&owner, subjects.len()) {
            (Some(owner), 1) => (codes::UNKNOWN_ATTRIBUTE, format!("`{owner}` has no attribute `{word}`")),
            _ => (codes::UNKNOWN_NAME, format!("nothing here is called `{word}`")),
        };
        let mut diagnostic = Diagnostic::error(code, span, message);
        let near = Self::suggestion(word, &names);
        let is_value = subject.and_then(|noun| self.enum_attribute_of_value(noun, word));
        if self.params.contains_key(word) {
            diagnostic = diagnostic.help(format!("a parameter is written with its sign: `${word}`"));
        } else if let Some(near) = near {
            diagnostic = diagnostic.help(near);
        } else if let Some(attribute) = is_value {
            diagnostic = diagnostic.help(format!("a value is written in quotes: `{attribute} == \"{word}\"`"));
        } else if subject.is_some_and(|noun| self.adjectives.get(noun, word).is_some()) {
            let owner = owner.unwrap_or_default();
            diagnostic = diagnostic.help(format!("`{word}` is an adjective: write `{owner} is {word}`"));
        } else if self.noun_named(word).is_some() {
            diagnostic = diagnostic
                .help(format!("`{word}` is a noun: ask for its records with a sentence, as in `some {word} where …`"));
        } else if let Some(owner) = owner {
            let mut known = subject.map(|noun| self.member_names(noun)).unwrap_or_default();
            known.truncate(12);
            diagnostic = diagnostic
                .help(format!(
                    "`{owner}` has {}",
                    known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
                ))
                .help(format!("a text is written in quotes: `\"{word}\"`"));
        } else {
            diagnostic =
                diagnostic.help("no record is spoken of here: ask with a sentence, as in `some model: author == …`");
        }
        self.report(diagnostic);
    }

    /// The attribute of which `value` is a declared value.
    fn enum_attribute_of_value(&self, noun: NounId, value: &str) -> Option<SmolStr> {
        let types = &self.program.nouns.get(noun.0 as usize)?.types;
        let index =
            types.iter().position(|ty| matches!(ty, Type::Enum { values, .. } if values.iter().any(|v| v == value)))?;
        Some(self.needs.noun(noun).attributes.get(index)?.name.clone())
    }

    /// `base.member`
    pub(crate) fn member(
        &mut self,
        base: &ast::Expr,
        member: &ast::Name,
        scope: &mut Scope,
        span: Span,
    ) -> Option<Expr> {
        if let ast::ExprKind::Param(name) = &base.kind
            && name == "period"
        {
            return self.period_member(member, span);
        }
        let base = self.expression(base, scope)?;
        if base.ty == Type::Json {
            return Some(typed(ExprKind::Member(Box::new(base), member.text.clone()), Type::Json, span));
        }
        let Some(noun) = self.record_noun(&base) else {
            let (found, written) = (self.describe(&base.ty), self.program.snippet(base.span));
            self.error(
                codes::UNKNOWN_ATTRIBUTE,
                member.span,
                format!("`{written}` is {found}: it has no `{}`", member.text),
            );
            return None;
        };
        self.record_member(base, noun, member, span)
    }

    fn period_member(&mut self, member: &ast::Name, span: Span) -> Option<Expr> {
        match member.text.as_str() {
            "start" => Some(typed(ExprKind::PeriodStart, Type::Time, span)),
            "end" => Some(typed(ExprKind::PeriodEnd, Type::Time, span)),
            other => {
                self.report(
                    Diagnostic::error(codes::UNKNOWN_ATTRIBUTE, member.span, format!("a period has no `{other}`"))
                        .help("it has `$period.start` and `$period.end`"),
                );
                None
            }
        }
    }

    fn record_member(&mut self, base: Expr, noun: NounId, member: &ast::Name, span: Span) -> Option<Expr> {
        if self.is_open(noun) && self.refuse_ruled_out(noun, &member.text, member.span) {
            return None;
        }
        if let Some(found) = self.named_member(noun, &member.text) {
            return Some(found.of(base, span));
        }
        let parent =
            self.parents.get(&noun).into_iter().flatten().copied().find(|parent| self.word(*parent) == member.text);
        if let Some(parent) = parent {
            let ty = flattened(&base.ty, Type::Record(parent));
            return Some(typed(ExprKind::Parent(Box::new(base), parent), ty, span));
        }
        if let Some(attribute) = self.attribute(noun, &member.text) {
            return Some(self.read_attribute(base, noun, attribute, span));
        }
        if self.relations.get(noun, &member.text).is_some() {
            return None;
        }
        let owner = self.word(noun);
        let names = self.member_names(noun);
        let mut diagnostic = Diagnostic::error(
            codes::UNKNOWN_ATTRIBUTE,
            member.span,
            format!("`{owner}` has no attribute `{}`", member.text),
        );
        if self.adjectives.get(noun, &member.text).is_some() {
            let written = self.program.snippet(base.span);
            diagnostic = diagnostic.help(format!("`{0}` is an adjective: write `{written} is {0}`", member.text));
        } else if self.map_entries.contains(&noun) {
            let written = self.program.snippet(base.span);
            diagnostic = diagnostic.help(format!("a map is read by key: `{written}[\"{}\"]`", member.text));
        } else if let Some(near) = Self::suggestion(&member.text, &names) {
            diagnostic = diagnostic.help(near);
        } else {
            let known = names.iter().take(12).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            diagnostic = diagnostic.help(format!("`{owner}` has {known}"));
        }
        self.report(diagnostic);
        None
    }

    /// `base[key]` of a map, an open record or JSON.
    pub(crate) fn index(&mut self, base: &ast::Expr, key: &ast::Expr, scope: &mut Scope, span: Span) -> Option<Expr> {
        let base = self.expression(base, scope);
        let key = self.expression(key, scope);
        let (base, key) = (base?, key?);
        if matches!(key.ty, Type::Number) {
            self.report(
                Diagnostic::error(codes::BAD_INDEX, span, "a list has no numbered places here")
                    .help("ask for the item that you mean: `some x in …: …`; a path flattens, so `versioning.enabled` reads through a list"),
            );
            return None;
        }
        self.want(&key, &Type::Text, "a key is text")?;
        match &base.ty {
            Type::Json => Some(typed(ExprKind::Index(Box::new(base), Box::new(key)), Type::Json, span)),
            Type::Records(noun) if self.map_entries.contains(noun) => {
                let value = self.needs.noun(*noun).attribute("value");
                let ty = value.map_or(Type::Any(None), |value| self.attribute_type(*noun, value).clone());
                Some(typed(ExprKind::Index(Box::new(base), Box::new(key)), ty, span))
            }
            _ => {
                let noun = self.record_noun(&base).filter(|noun| self.is_open(*noun));
                let Some(noun) = noun else {
                    let found = self.describe(&base.ty);
                    self.report(
                        Diagnostic::error(
                            codes::BAD_INDEX,
                            span,
                            format!("only a map is read by key, and this is {found}"),
                        )
                        .help("an attribute follows with a dot; an entity declares a map as `map of text`"),
                    );
                    return None;
                };
                if let ExprKind::Literal(Literal::Text(name)) = &key.kind {
                    if self.refuse_ruled_out(noun, name, span) {
                        return None;
                    }
                    let attribute = self.attribute(noun, name)?;
                    // A key that a map lacks is missing, never "not surveyed": the object is read as a map here.
                    let need = self.needs.noun_mut(noun).and_then(|need| need.attributes.get_mut(attribute.0 as usize));
                    if let Some(need) = need {
                        need.optional = true;
                    }
                    return Some(self.read_attribute(base, noun, attribute, span));
                }
                if let Some(need) = self.needs.noun_mut(noun) {
                    need.all = true;
                }
                Some(typed(ExprKind::Index(Box::new(base), Box::new(key)), Type::Any(None), span))
            }
        }
    }

    /// `parents*`, `datasets.parents+`
    pub(crate) fn closure(
        &mut self,
        path: &ast::Expr,
        kind: ast::ClosureKind,
        scope: &mut Scope,
        span: Span,
    ) -> Option<Expr> {
        let step = self.expression(path, scope)?;
        let (base, step, noun) = match step.kind {
            ExprKind::Attribute(base, noun, attribute) => (*base, Step::Attribute(attribute), noun),
            ExprKind::Relation(base, relation) => {
                let noun = self.program.relations.get(relation.0 as usize).map(|relation| relation.noun)?;
                (*base, Step::Relation(relation), noun)
            }
            _ => {
                self.report(
                    Diagnostic::error(codes::NOT_SEVERAL, span, "`*` and `+` follow a relation")
                        .help("write it as `datasets.parents*`; multiplication wants a blank: `a * b`"),
                );
                return None;
            }
        };
        let target = match step {
            Step::Attribute(attribute) => self.attribute_type(noun, attribute).clone(),
            Step::Relation(relation) => self.relation_type(relation)?,
        };
        let leads_to = match target {
            Type::Record(target) | Type::Records(target) => Some(target),
            _ => None,
        };
        if leads_to != Some(noun) {
            let (found, owner) = (self.describe(&target), self.word(noun));
            self.report(
                Diagnostic::error(codes::NOT_SEVERAL, span, format!("a relation can only be followed again where it leads from `{owner}` to `{owner}`, and this leads to {found}"))
                    .help(format!("declare it so: `relation ancestor of {owner} x: …`, with records of `{owner}`")),
            );
            return None;
        }
        let reflexive = kind == ast::ClosureKind::ZeroOrMore;
        let closure = Closure { base, noun, step, reflexive };
        Some(typed(ExprKind::Closure(Box::new(closure)), Type::Records(noun), span))
    }
}
