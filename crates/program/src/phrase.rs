//! Noun phrases: which word is adjective, noun or binder, and where the members come from.

use smol_str::SmolStr;
use tickmark_diagnostics::codes::program as codes;
use tickmark_diagnostics::{Diagnostic, closest};
use tickmark_facts::NounId;
use tickmark_syntax::ast;

use crate::expression::typed;
use crate::ir::{Binding, Domain, Expr, Filter, Phrase, Type};
use crate::resolver::Resolver;
use crate::scope::Scope;

/// From where the noun of a phrase is looked up.
pub(crate) enum PhraseMode {
    /// At the top of a control, a map, a relation, an exception: all records of the noun.
    Top,
    /// In a nested sentence: a relation of that name of a subject in scope, or else all records of the noun.
    Nested,
    /// After `has`, and before `of`: from this subject.
    From(Expr),
}

/// The head of a phrase as one reading of its words has it.
pub(crate) struct Head {
    pub(crate) domain: Domain,
    /// The type of one member.
    pub(crate) ty: Type,
    /// The words that mean it, besides its binder.
    pub(crate) words: Vec<SmolStr>,
}

/// What came of looking a word up as the head of a phrase.
pub(crate) enum Found {
    Head(Head),
    Nothing,
    /// Several relations lead to the noun: their names.
    Several(NounId, Vec<SmolStr>),
    /// A subject in scope reaches the noun under these other names.
    OtherName(NounId, Vec<SmolStr>),
}

/// The reading of a phrase's words.
struct Reading<'w> {
    found: Found,
    noun_word: &'w ast::Name,
    adjectives: &'w [ast::Name],
    binder: Option<&'w ast::Name>,
    /// The binder stands where an adjective could have been meant: it must be used.
    binder_must_be_used: bool,
}

impl Resolver<'_> {
    /// A noun phrase. Its subjects stay visible in `scope`; the caller ends them.
    pub(crate) fn phrase(&mut self, ast: &ast::Phrase, scope: &mut Scope, mode: &PhraseMode) -> Option<Phrase> {
        // Most phrases have one.
        let mut bindings = Vec::with_capacity(1);
        let mark = scope.mark();
        self.bindings(ast, scope, mode, &mut bindings)?;
        let (filters, cadence) = self.filters(&ast.filters, scope, mark, bindings.last())?;
        Some(Phrase { bindings, filters, cadence, span: ast.span })
    }

    /// `m.tests where passed`, the argument of `count`: the members of a path, under no name.
    pub(crate) fn filtered_path(
        &mut self,
        path: &ast::Expr,
        filters: &[ast::Filter],
        scope: &mut Scope,
    ) -> Option<Phrase> {
        let values = self.expression(path, scope)?;
        let name = self.path_name(path);
        let ty = self.member_type(&values)?;
        let mark = scope.mark();
        let slot = scope.push(None, vec![name.clone()], ty.clone(), path.span);
        let binding = Binding { slot, name, ty, domain: Domain::In(values), adjectives: Vec::new() };
        let (filters, cadence) = self.filters(filters, scope, mark, Some(&binding))?;
        Some(Phrase { bindings: vec![binding], filters, cadence, span: path.span })
    }

    fn path_name(&self, path: &ast::Expr) -> SmolStr {
        match &path.kind {
            ast::ExprKind::Word(word) => word.clone(),
            ast::ExprKind::Member(_, name) => name.text.clone(),
            _ => "value".into(),
        }
    }

    /// The type of one member of a list, relation or path; reports what has no members.
    pub(crate) fn member_type(&mut self, values: &Expr) -> Option<Type> {
        match &values.ty {
            Type::Record(noun) | Type::Records(noun) => Some(Type::Record(*noun)),
            Type::Any(_) => Some(Type::Any(self.record_noun(values))),
            Type::List(item) => match &**item {
                Type::Any(_) => Some(Type::Any(self.record_noun(values))),
                item => Some(item.clone()),
            },
            Type::Json => Some(Type::Json),
            other => {
                let found = self.describe(other);
                self.report(
                    Diagnostic::error(
                        codes::NOT_SEVERAL,
                        values.span,
                        format!("a list, relation or path is wanted here, and this is {found}"),
                    )
                    .help("a literal list stands in brackets: `in [\"a\", \"b\"]`"),
                );
                None
            }
        }
    }

    /// Pushes the bindings of a phrase, outermost first.
    fn bindings(
        &mut self,
        ast: &ast::Phrase,
        scope: &mut Scope,
        mode: &PhraseMode,
        out: &mut Vec<Binding>,
    ) -> Option<()> {
        match &ast.domain {
            None => self.head(ast, scope, mode, out),
            Some(ast::Domain::All(_)) => self.head(ast, scope, &PhraseMode::Top, out),
            Some(ast::Domain::In(path)) => self.head_in(ast, path, scope, out),
            Some(ast::Domain::Of(inner)) => {
                let inner_mode = if matches!(mode, PhraseMode::Top) { PhraseMode::Top } else { PhraseMode::Nested };
                self.inner(inner, scope, &inner_mode, out)?;
                let subject = out.last()?;
                let base = typed(crate::ir::ExprKind::Variable(subject.slot), subject.ty.clone(), inner.span);
                self.head(ast, scope, &PhraseMode::From(base), out)
            }
        }
    }

    /// The phrase after `of`; a binder in scope may stand there by itself (`some tag t of m`).
    fn inner(
        &mut self,
        inner: &ast::Phrase,
        scope: &mut Scope,
        mode: &PhraseMode,
        out: &mut Vec<Binding>,
    ) -> Option<()> {
        if let ([word], None) = (inner.words.as_slice(), &inner.domain)
            && let Some((subject, _)) = scope.binder(&word.text)
        {
            let domain = Domain::In(subject.read(word.span));
            let (words, ty) = (subject.words.clone(), subject.ty.clone());
            let slot = scope.push(None, words, ty.clone(), word.span);
            out.push(Binding { slot, name: word.text.clone(), ty, domain, adjectives: Vec::new() });
            return Some(());
        }
        self.bindings(inner, scope, mode, out)
    }

    /// The head of a phrase without `in`.
    fn head(&mut self, ast: &ast::Phrase, scope: &mut Scope, mode: &PhraseMode, out: &mut Vec<Binding>) -> Option<()> {
        let reading = self.read_words(&ast.words, scope, mode)?;
        let head = self.accept(reading.found, reading.noun_word, &ast.words, mode)?;
        let binder = reading.binder;
        let span = binder.map_or(ast.span, |binder| binder.span);
        let name = binder.map_or_else(|| head.words.first().cloned().unwrap_or_default(), |name| name.text.clone());
        let slot = scope.push(binder.map(|name| name.text.clone()), head.words, head.ty.clone(), span);
        if reading.binder_must_be_used {
            scope.doubt(slot);
        }
        let adjectives = self.adjective_conditions(reading.adjectives, slot, &head.ty);
        out.push(Binding { slot, name, ty: head.ty, domain: head.domain, adjectives: adjectives? });
        Some(())
    }

    /// Which word is the noun: the last, if the words before it are its adjectives, else the one before it.
    fn read_words<'w>(&mut self, words: &'w [ast::Name], scope: &Scope, mode: &PhraseMode) -> Option<Reading<'w>> {
        let (last, before) = words.split_last()?;
        let found = self.find_head(last, scope, mode, before.is_empty());
        let as_noun = match &found {
            Found::Head(head) => before.iter().all(|word| self.has_adjective(&head.ty, &word.text)),
            Found::Nothing => false,
            Found::Several(..) | Found::OtherName(..) => before.is_empty(),
        };
        if as_noun || before.is_empty() {
            return Some(Reading {
                found,
                noun_word: last,
                adjectives: before,
                binder: None,
                binder_must_be_used: false,
            });
        }
        let (noun_word, adjectives) = before.split_last()?;
        let earlier = self.find_head(noun_word, scope, mode, false);
        let earlier_fits = match &earlier {
            Found::Head(head) => adjectives.iter().all(|word| self.has_adjective(&head.ty, &word.text)),
            Found::Nothing => false,
            Found::Several(..) | Found::OtherName(..) => true,
        };
        if earlier_fits {
            return Some(Reading {
                found: earlier,
                noun_word,
                adjectives,
                binder: Some(last),
                binder_must_be_used: false,
            });
        }
        // Neither reading holds. An open subject has whatever one asks of it: there the last word is the binder.
        if matches!((&found, &earlier), (Found::Nothing, Found::Nothing)) && self.is_open_subject(mode, scope) {
            let found = self.find_head(noun_word, scope, mode, true);
            return Some(Reading { found, noun_word, adjectives, binder: Some(last), binder_must_be_used: true });
        }
        // What is nearest to right gives the better message: a noun that was found, with a word that is no adjective.
        if matches!(earlier, Found::Head(_)) && !matches!(found, Found::Head(_)) {
            return Some(Reading {
                found: earlier,
                noun_word,
                adjectives,
                binder: Some(last),
                binder_must_be_used: false,
            });
        }
        Some(Reading { found, noun_word: last, adjectives: before, binder: None, binder_must_be_used: false })
    }

    fn is_open_subject(&mut self, mode: &PhraseMode, scope: &Scope) -> bool {
        match mode {
            PhraseMode::Top => false,
            PhraseMode::From(subject) => self.record_noun(subject).is_some_and(|noun| self.is_open(noun)),
            PhraseMode::Nested => {
                scope.innermost_first().filter_map(crate::scope::Subject::noun).any(|noun| self.is_open(noun))
            }
        }
    }

    /// Turns what was found into a head, or reports why there is none.
    fn accept(&mut self, found: Found, noun_word: &ast::Name, words: &[ast::Name], mode: &PhraseMode) -> Option<Head> {
        match found {
            Found::Head(head) => Some(head),
            Found::Several(noun, names) => {
                let list = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
                let noun = self.word(noun);
                self.report(
                    Diagnostic::error(
                        codes::AMBIGUOUS_RELATION,
                        noun_word.span,
                        format!("several relations lead to `{noun}`: {list}"),
                    )
                    .help(format!("say which: `has {}`", names.first().cloned().unwrap_or_default())),
                );
                None
            }
            Found::OtherName(noun, names) => {
                let list = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" or ");
                let noun = self.word(noun);
                let first = names.first().cloned().unwrap_or_default();
                self.report(
                    Diagnostic::error(
                        codes::OTHER_RELATION,
                        noun_word.span,
                        format!("is every `{noun}` meant, or those that {list} leads to?"),
                    )
                    .help(format!("write `{noun} … in {first}`, or `{noun} … in all`")),
                );
                None
            }
            Found::Nothing => {
                self.report_no_head(noun_word, words, mode);
                None
            }
        }
    }

    fn report_no_head(&mut self, noun_word: &ast::Name, words: &[ast::Name], mode: &PhraseMode) {
        if let PhraseMode::From(subject) = mode
            && let Some(noun) = self.record_noun(subject)
        {
            self.report_no_relation(noun, noun_word);
            return;
        }
        let names = self.noun_names();
        // Of several words any may be the misspelt noun: the one that is near to a noun is shown.
        let near = words.iter().find_map(|word| Self::suggestion(&word.text, &names).map(|help| (word, help)));
        let (word, help) = near.map_or((noun_word, None), |(word, help)| (word, Some(help)));
        let mut diagnostic =
            Diagnostic::error(codes::UNKNOWN_NOUN, word.span, format!("there is no noun `{}`", word.text));
        diagnostic = match help {
            Some(help) => diagnostic.help(help),
            None => diagnostic
                .help(format!("declare it (`entity {} {{ … }}`), or name a source that supplies it", word.text)),
        };
        self.report(diagnostic);
    }

    fn report_no_relation(&mut self, noun: NounId, word: &ast::Name) {
        let owner = self.word(noun);
        let members = self.member_names(noun);
        let names: Vec<SmolStr> = members.iter().cloned().chain(self.noun_names()).collect();
        let target = self.noun_named(&word.text);
        let (code, message) = match target {
            Some(_) => (codes::NO_RELATION, format!("nothing leads from `{owner}` to `{}`", word.text)),
            None => (codes::UNKNOWN_NOUN, format!("`{owner}` has no `{}`, and there is no such noun", word.text)),
        };
        let mut diagnostic = Diagnostic::error(code, word.span, message);
        if let Some(near) = Self::suggestion(&word.text, &names) {
            diagnostic = diagnostic.help(near);
        } else if target.is_some() {
            diagnostic = diagnostic.help(format!(
                "define it (`relation {0} of {owner} x: {0} y where …`), or ask along a path: `some {0} y in …`",
                word.text
            ));
        } else {
            let list = members.iter().take(12).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            diagnostic = diagnostic.help(format!("`{owner}` has {list}"));
        }
        self.report(diagnostic);
    }

    /// The head of `… in PATH`: the single word names the value or record; several words say its noun.
    fn head_in(
        &mut self,
        ast: &ast::Phrase,
        path: &ast::Expr,
        scope: &mut Scope,
        out: &mut Vec<Binding>,
    ) -> Option<()> {
        let values = self.expression(path, scope)?;
        let ty = self.member_type(&values)?;
        let (noun_word, adjectives, binder) = self.words_in(&ast.words, &ty, &values)?;
        let noun = match ty {
            Type::Record(noun) | Type::Any(Some(noun)) => Some(noun),
            _ => None,
        };
        let mut words: Vec<SmolStr> = noun_word.iter().map(|word| word.text.clone()).collect();
        words.extend(noun.map(|noun| self.word(noun)));
        words.dedup();
        let name = binder.map_or_else(|| words.first().cloned().unwrap_or_default(), |name| name.text.clone());
        let slot = scope.push(binder.map(|name| name.text.clone()), words, ty.clone(), ast.span);
        let adjectives = self.adjective_conditions(adjectives, slot, &ty)?;
        out.push(Binding { slot, name, ty, domain: Domain::In(values), adjectives });
        Some(())
    }

    /// Noun word, adjectives and binder of a phrase with `in PATH`.
    fn words_in<'w>(
        &mut self,
        words: &'w [ast::Name],
        ty: &Type,
        values: &Expr,
    ) -> Option<(Option<&'w ast::Name>, &'w [ast::Name], Option<&'w ast::Name>)> {
        let (last, before) = words.split_last()?;
        let Some((second, adjectives)) = before.split_last() else { return Some((None, &[], Some(last))) };
        if self.names_member(&last.text, ty) && before.iter().all(|word| self.has_adjective(ty, &word.text)) {
            return Some((Some(last), before, None));
        }
        if self.names_member(&second.text, ty) {
            return Some((Some(second), adjectives, Some(last)));
        }
        // `every confidential d in datasets`: adjectives and a name, without the noun.
        if before.iter().all(|word| self.has_adjective(ty, &word.text)) {
            return Some((None, before, Some(last)));
        }
        let found = match ty {
            Type::Record(noun) | Type::Any(Some(noun)) => format!("`{}`", self.word(*noun)),
            other => self.describe(other),
        };
        let mut diagnostic = Diagnostic::error(
            codes::WRONG_TYPE,
            second.span,
            format!("the path leads to {found}, not to `{}`", second.text),
        )
        .label(values.span, "this path");
        if !matches!(ty, Type::Record(_) | Type::Any(Some(_))) {
            diagnostic = diagnostic.help(format!("one word names the value: `some {} in …`", last.text));
        }
        self.report(diagnostic);
        None
    }

    fn names_member(&mut self, word: &str, ty: &Type) -> bool {
        match ty {
            Type::Record(noun) => {
                self.noun_named(word) == Some(*noun) || crate::plural::same_noun(&self.word(*noun), word)
            }
            Type::Any(Some(noun)) => crate::plural::same_noun(&self.word(*noun), word),
            _ => false,
        }
    }

    fn filters(
        &mut self,
        filters: &[ast::Filter],
        scope: &mut Scope,
        mark: usize,
        head: Option<&Binding>,
    ) -> Option<(Vec<Filter>, Option<Box<crate::ir::Cadence>>)> {
        let mut resolved = Vec::with_capacity(filters.len());
        let mut cadence = None;
        let mut whole = true;
        for filter in filters {
            match self.filter(filter, scope, mark, head?) {
                Some(crate::timing::Narrowing::Filter(filter)) => resolved.push(filter),
                Some(crate::timing::Narrowing::Cadence(second)) if cadence.is_some() => {
                    self.report(
                        Diagnostic::error(codes::MISPLACED_CADENCE, second.span, "a phrase has one cadence")
                            .help("say it in two: `has review in each quarter and review at least every 100 days`"),
                    );
                    whole = false;
                }
                Some(crate::timing::Narrowing::Cadence(first)) => cadence = Some(first),
                None => whole = false,
            }
        }
        whole.then_some((resolved, cadence))
    }

    /// Where subjects end: a binder that nothing used may have been meant as something else.
    pub(crate) fn check_binders(&mut self, scope: &Scope, mark: usize) {
        for subject in scope.unused_since(mark) {
            let Some(binder) = &subject.binder else { continue };
            if subject.doubtful {
                self.report(
                    Diagnostic::error(codes::UNUSED_BINDER, subject.span, format!("it is not clear whether `{binder}` is a noun or a name for one"))
                        .help("the noun before it has no entity: name a record only to use the name, and write an adjective as `where … == true`"),
                );
                continue;
            }
            let Type::Record(noun) = subject.ty else { continue };
            let adjectives = self.adjective_names(noun);
            let meant = adjectives.iter().find(|adjective| *adjective == binder).cloned();
            let nearest =
                closest(binder, adjectives.iter().map(SmolStr::as_str)).first().map(|near| SmolStr::from(*near));
            // A name of one or two letters is near to everything that is short.
            let near = nearest.filter(|_| binder.chars().count() > 2);
            let Some(adjective) = meant.or(near) else { continue };
            let word = self.word(noun);
            self.report(
                Diagnostic::error(
                    codes::UNUSED_BINDER,
                    subject.span,
                    format!("`{binder}` is a name for the `{word}` here, and nothing uses it"),
                )
                .help(format!("an adjective stands before its noun: did you mean `{adjective} {word}`?")),
            );
        }
    }

    /// Reports a cadence where nothing can be said of it.
    pub(crate) fn refuse_cadence(&mut self, phrase: &Phrase, place: &str) -> Option<()> {
        let Some(cadence) = &phrase.cadence else { return Some(()) };
        self.report(
            Diagnostic::error(codes::MISPLACED_CADENCE, cadence.span, format!("a cadence has no meaning in {place}"))
                .help("it stands in `has` (`has review in each quarter`) and in `some`"),
        );
        None
    }
}
