//! Looking a word up as the head of a phrase: from a subject, in a nested sentence, or at the top.

use smol_str::SmolStr;
use tickmark_diagnostics::Diagnostic;
use tickmark_diagnostics::codes::program as codes;
use tickmark_facts::{AttributeId, NounId};
use tickmark_source::Span;
use tickmark_syntax::ast;

use crate::expression::{all, truth, typed};
use crate::ir::{AdjectiveRef, Domain, Expr, ExprKind, RelationId, Slot, Step, Type};
use crate::phrase::{Found, Head, PhraseMode};
use crate::plural::same_noun;
use crate::resolver::{Lazy, Resolver};
use crate::scope::Scope;

impl Resolver<'_> {
    /// `any` says that an open subject may be asked for a name that nothing else explains.
    pub(crate) fn find_head(&mut self, word: &ast::Name, scope: &Scope, mode: &PhraseMode, any: bool) -> Found {
        match mode {
            PhraseMode::Top => self.find_all(word),
            PhraseMode::From(subject) => self.find_from(subject, word, any),
            PhraseMode::Nested => self.find_nested(word, scope, any),
        }
    }

    fn find_all(&mut self, word: &ast::Name) -> Found {
        let Some(noun) = self.noun_named(&word.text) else { return Found::Nothing };
        Found::Head(Head { domain: Domain::All(noun), ty: Type::Record(noun), words: vec![self.word(noun)] })
    }

    fn head_of(&mut self, values: Expr, word: &ast::Name) -> Found {
        let ty = match &values.ty {
            // A scalar attribute counts as a list of one (`has deployed_at within 30 days`).
            Type::Text | Type::Number | Type::Bool | Type::Time | Type::Duration | Type::Enum { .. } => {
                values.ty.clone()
            }
            _ => match self.member_type(&values) {
                Some(ty) => ty,
                None => return Found::Nothing,
            },
        };
        let mut words = vec![word.text.clone()];
        if let Type::Record(noun) | Type::Any(Some(noun)) = ty {
            words.push(self.word(noun));
        }
        words.dedup();
        Found::Head(Head { domain: Domain::In(values), ty, words })
    }

    /// From the subject: an attribute or relation of that name, or else the one relation that leads to that noun.
    fn find_from(&mut self, subject: &Expr, word: &ast::Name, any: bool) -> Found {
        let Some(noun) = self.record_noun(subject) else { return Found::Nothing };
        if let Some(member) = self.named_member(noun, &word.text) {
            return self.head_of(member.of(subject.clone(), word.span), word);
        }
        if let Some(target) = self.noun_named(&word.text) {
            let leaders = self.leaders(noun, target);
            match leaders.as_slice() {
                [] => {}
                [only] => {
                    let member = match only {
                        Step::Attribute(attribute) => Some(self.attribute_member(noun, *attribute)),
                        Step::Relation(relation) => self.relation_member(*relation),
                    };
                    let Some(member) = member else { return Found::Nothing };
                    return self.head_of(member.of(subject.clone(), word.span), word);
                }
                several => {
                    let names = several.iter().map(|leader| self.leader_name(noun, leader)).collect();
                    return Found::Several(target, names);
                }
            }
            if self.is_open(noun) && self.is_open(target) {
                let attribute = self.open_attribute_as_noun(noun, &word.text);
                let values = self.read_attribute(subject.clone(), noun, attribute, word.span);
                return self.head_of(values, word);
            }
        }
        if any && self.is_open(noun) && !self.is_ruled_out(noun, &word.text, word.span) {
            let attribute = self.open_attribute_as_noun(noun, &word.text);
            let values = self.read_attribute(subject.clone(), noun, attribute, word.span);
            return self.head_of(values, word);
        }
        Found::Nothing
    }

    fn leader_name(&self, noun: NounId, leader: &Step) -> SmolStr {
        match leader {
            Step::Attribute(attribute) => self.attribute_name(noun, *attribute),
            Step::Relation(relation) => {
                let relation = self.program.relations.get(relation.0 as usize);
                relation.map_or_else(SmolStr::default, |relation| relation.name.clone())
            }
        }
    }

    /// Everything that leads from a noun's record to records of `target`.
    fn leaders(&mut self, noun: NounId, target: NounId) -> Vec<Step> {
        let attributes = self.program.nouns.get(noun.0 as usize).into_iter().flat_map(|noun| &noun.types).zip(0..);
        let to_target = attributes
            .filter(|(ty, _)| matches!(ty, Type::Record(to) | Type::Records(to) if *to == target))
            .map(|(_, index)| Step::Attribute(AttributeId(index)));
        let mut leaders: Vec<Step> = to_target.collect();
        let relations: Vec<RelationId> = self.relations.of(noun).map(|(_, relation)| relation).collect();
        for relation in relations {
            if self.relation_target_hint(relation) == Some(target) {
                leaders.push(Step::Relation(relation));
            }
        }
        leaders
    }

    /// The noun that a relation leads to, read off its words where it is not resolved yet: asking for its type here
    /// would make circles of relations that only stand beside each other.
    fn relation_target_hint(&mut self, relation: RelationId) -> Option<NounId> {
        let ast = match self.lazy_relations.get(relation.0 as usize)? {
            Lazy::Done => {
                return match self.program.relations.get(relation.0 as usize)?.ty {
                    Type::Record(noun) | Type::Records(noun) => Some(noun),
                    _ => None,
                };
            }
            Lazy::Waiting(ast) | Lazy::Running(ast) => *ast,
        };
        let ast::RelationBody::Phrase(phrase) = &ast.body else { return None };
        let (last, before) = phrase.words.split_last()?;
        self.noun_named(&last.text).or_else(|| before.last().and_then(|word| self.noun_named(&word.text)))
    }

    /// In a nested sentence: a relation of that name of a subject in scope, the innermost first, or else all records.
    fn find_nested(&mut self, word: &ast::Name, scope: &Scope, any: bool) -> Found {
        for subject in scope.innermost_first() {
            let Some(noun) = subject.noun() else { continue };
            let Some(member) = self.named_member(noun, &word.text) else { continue };
            let values = member.of(subject.read(word.span), word.span);
            let relation = matches!(values.ty, Type::Records(_) | Type::Record(_) | Type::List(_) | Type::Any(_));
            if relation {
                return self.head_of(values, word);
            }
        }
        let Some(target) = self.noun_named(&word.text) else {
            return if any { self.find_in_open(scope, word) } else { Found::Nothing };
        };
        for subject in scope.innermost_first() {
            let Some(noun) = subject.noun() else { continue };
            if self.is_open(noun) && self.is_open(target) && noun != target {
                return self.find_from(&subject.read(word.span), word, true);
            }
            let leaders = self.leaders(noun, target);
            if !leaders.is_empty() {
                let names = leaders.iter().map(|leader| self.leader_name(noun, leader)).collect();
                return Found::OtherName(target, names);
            }
        }
        self.find_all(word)
    }

    fn find_in_open(&mut self, scope: &Scope, word: &ast::Name) -> Found {
        let open = scope.innermost_first().find(|subject| subject.noun().is_some_and(|noun| self.is_open(noun)));
        match open {
            Some(subject) => self.find_from(&subject.read(word.span), word, true),
            None => Found::Nothing,
        }
    }

    // ---- adjectives --------------------------------------------------------------------------------------------

    /// Whether a word is an adjective of what a phrase ranges over.
    pub(crate) fn has_adjective(&mut self, ty: &Type, word: &str) -> bool {
        let (Type::Record(noun) | Type::Any(Some(noun))) = ty else { return false };
        self.is_open(*noun) || !self.adjective_candidates(*noun, word).is_empty()
    }

    /// What a word may mean as an adjective of a noun; two or more is an error.
    fn adjective_candidates(&self, noun: NounId, word: &str) -> Vec<AdjectiveRef> {
        if let Some(id) = self.adjectives.get(noun, word) {
            return vec![AdjectiveRef::Defined(id)];
        }
        let types = self.program.nouns.get(noun.0 as usize).into_iter().flat_map(|noun| &noun.types);
        let mut found = Vec::new();
        for ((need, ty), index) in self.needs.noun(noun).attributes.iter().zip(types).zip(0..) {
            let attribute = AttributeId(index);
            match ty {
                Type::Bool if need.name == word => return vec![AdjectiveRef::Bool(noun, attribute)],
                Type::Enum { values, .. } if values.iter().any(|value| value == word) => {
                    found.push(AdjectiveRef::Value(noun, attribute, word.into()));
                }
                _ => {}
            }
        }
        found
    }

    /// The meaning of an adjective; reports where there is none, or more than one.
    fn adjective(&mut self, noun: NounId, word: &ast::Name) -> Option<AdjectiveRef> {
        let mut candidates = self.adjective_candidates(noun, &word.text);
        if candidates.is_empty() && self.is_open(noun) && self.refuse_ruled_out(noun, &word.text, word.span) {
            return None;
        }
        if candidates.is_empty() && self.is_open(noun) {
            let attribute = self.attribute(noun, &word.text)?;
            return Some(AdjectiveRef::Bool(noun, attribute));
        }
        if candidates.len() > 1 {
            let attributes: Vec<String> = candidates
                .iter()
                .filter_map(|candidate| match candidate {
                    AdjectiveRef::Value(noun, attribute, _) => {
                        Some(format!("`{}`", self.attribute_name(*noun, *attribute)))
                    }
                    _ => None,
                })
                .collect();
            self.report(
                Diagnostic::error(
                    codes::AMBIGUOUS_ADJECTIVE,
                    word.span,
                    format!("`{}` is a value of {}", word.text, attributes.join(" and of ")),
                )
                .help(format!(
                    "say which: `where {} == \"{}\"`",
                    attributes.first().map_or("…", |name| name.trim_matches('`')),
                    word.text
                )),
            );
            return None;
        }
        if let Some(found) = candidates.pop() {
            return Some(found);
        }
        self.unknown_adjective(noun, word);
        None
    }

    /// All words that are adjectives of a noun.
    pub(crate) fn adjective_names(&self, noun: NounId) -> Vec<SmolStr> {
        let mut names: Vec<SmolStr> = self.adjectives.of(noun).map(|(word, _)| word.clone()).collect();
        let types = self.program.nouns.get(noun.0 as usize).map(|noun| noun.types.clone()).unwrap_or_default();
        for (need, ty) in self.needs.noun(noun).attributes.iter().zip(&types) {
            match ty {
                Type::Bool => names.push(need.name.clone()),
                Type::Enum { values, .. } => names.extend(values.iter().cloned()),
                _ => {}
            }
        }
        names
    }

    fn unknown_adjective(&mut self, noun: NounId, word: &ast::Name) {
        let owner = self.word(noun);
        let names = self.adjective_names(noun);
        let mut diagnostic = Diagnostic::error(
            codes::UNKNOWN_ADJECTIVE,
            word.span,
            format!("`{}` is no adjective of `{owner}`", word.text),
        );
        if let Some(near) = Self::suggestion(&word.text, &names) {
            diagnostic = diagnostic.help(near);
        } else if let Some(other) = self.adjectives.first_with(&word.text) {
            let other = self.word(other);
            diagnostic = diagnostic.help(format!("it is one of `{other}`; an adjective belongs to one noun"));
        } else if names.is_empty() {
            diagnostic = diagnostic.help(format!("define it: `adjective {} for {owner}: …`", word.text));
        } else {
            let list = names.iter().take(12).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            diagnostic = diagnostic
                .help(format!("`{owner}` has {list}; or define it: `adjective {} for {owner}: …`", word.text));
        }
        self.report(diagnostic);
    }

    /// The adjectives before a noun, as conditions on the slot of its subject.
    pub(crate) fn adjective_conditions(&mut self, words: &[ast::Name], slot: Slot, ty: &Type) -> Option<Vec<Expr>> {
        all(words, |word| {
            let subject = typed(ExprKind::Variable(slot), ty.clone(), word.span);
            self.is_adjective(subject, word, word.span)
        })
    }

    /// `subject is adjective`
    pub(crate) fn is_adjective(&mut self, subject: Expr, word: &ast::Name, span: Span) -> Option<Expr> {
        let noun = match &subject.ty {
            Type::Record(noun) => *noun,
            Type::Any(_) => self.record_noun(&subject)?,
            Type::Records(_) | Type::List(_) => {
                self.report(
                    Diagnostic::error(
                        codes::NOT_ONE,
                        subject.span,
                        format!("`is {}` is said of one record, and this is several", word.text),
                    )
                    .help(format!(
                        "write `every x in {0}: x is {1}` or `some x in {0}: x is {1}`",
                        self.program.snippet(subject.span),
                        word.text
                    )),
                );
                return None;
            }
            other => {
                let found = self.describe(other);
                let mut diagnostic = Diagnostic::error(
                    codes::UNKNOWN_ADJECTIVE,
                    word.span,
                    format!("adjectives belong to records, and this is {found}"),
                );
                if let Type::Enum { values, .. } = other
                    && values.contains(&word.text)
                {
                    let written = self.program.snippet(subject.span);
                    diagnostic = diagnostic.help(format!("compare the value: `{written} == \"{}\"`", word.text));
                }
                self.report(diagnostic);
                return None;
            }
        };
        let adjective = self.adjective(noun, word)?;
        Some(truth(ExprKind::Is(Box::new(subject), adjective), span))
    }

    /// Whether two words are the same noun in singular or plural.
    pub(crate) fn same_word(a: &str, b: &str) -> bool {
        same_noun(a, b)
    }
}
