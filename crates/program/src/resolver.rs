//! The state of resolution: definitions by name, the program as it grows, and the diagnostics.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;
use tickmark_diagnostics::{Code, Diagnostic};
use tickmark_facts::{AttributeId, AttributeNeed, AttributeType, Needs, NounId, NounNeed, Shape};
use tickmark_source::{FileId, Span};
use tickmark_syntax::ast;

use crate::ir::{AdjectiveId, Noun, Param, ParamId, Program, RelationId, Type};
use crate::plural::{plural, same_noun, singulars};

/// A parsed file that is part of the program.
#[derive(Clone, Debug)]
pub struct SourceUnit {
    /// Its id in the run's `Sources`.
    pub file: FileId,
    /// Its text.
    pub text: SmolStr,
    /// It was built into the program, where tests saw that its patterns compile: they are compiled when they are needed.
    pub embedded: bool,
    /// Its tree.
    pub ast: ast::File,
}

/// What resolution asks of the world around the program.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// Nouns that the sources at hand supply, and that no entity need declare.
    pub supplied: &'a BTreeSet<SmolStr>,
    /// Nouns that some importer may supply, though no source at hand does.
    pub may_supply: &'a dyn Fn(&str) -> bool,
    /// What schemas say of nouns that no entity declares: they have these attributes and no others.
    pub shapes: &'a BTreeMap<SmolStr, Shape>,
    /// Values that replace the defaults of parameters.
    pub settings: &'a [Setting],
    /// The phrase of a query.
    pub query: Option<&'a ast::Phrase>,
    /// Controls that were left without their sentences, since no source supplies the nouns that these range over.
    pub dormant: &'a BTreeMap<SmolStr, Vec<SmolStr>>,
}

/// `--set name=value`, or the manifest's.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The parameter.
    pub name: SmolStr,
    /// Its value: a literal.
    pub value: ast::Expr,
}

/// A definition that is resolved when it is first used, so that order of text does not matter.
pub(crate) enum Lazy<'a, T> {
    Waiting(&'a T),
    /// Being resolved: to meet it now is a circle.
    Running(&'a T),
    Done,
}

/// Definitions by the noun for which they stand, which is an index, and by word.
pub(crate) struct ByNoun<T>(Vec<BTreeMap<SmolStr, T>>);

impl<T: Copy> ByNoun<T> {
    /// What a word is defined as for a noun.
    pub(crate) fn get(&self, noun: NounId, word: &str) -> Option<T> {
        self.0.get(noun.0 as usize)?.get(word).copied()
    }

    /// All that is defined for a noun, in order of the words.
    pub(crate) fn of(&self, noun: NounId) -> impl Iterator<Item = (&SmolStr, T)> {
        self.0.get(noun.0 as usize).into_iter().flatten().map(|(word, definition)| (word, *definition))
    }

    /// The first noun for which a word is defined.
    pub(crate) fn first_with(&self, word: &str) -> Option<NounId> {
        let noun = self.0.iter().position(|words| words.contains_key(word))?;
        u32::try_from(noun).ok().map(NounId)
    }

    pub(crate) fn insert(&mut self, noun: NounId, word: SmolStr, definition: T) {
        let index = noun.0 as usize;
        if index >= self.0.len() {
            self.0.resize_with(index + 1, BTreeMap::new);
        }
        if let Some(words) = self.0.get_mut(index) {
            words.insert(word, definition);
        }
    }
}

/// The state of resolution.
pub(crate) struct Resolver<'a> {
    pub(crate) around: Surroundings<'a>,
    pub(crate) program: Program,
    pub(crate) needs: Needs,
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The diagnostics by place, to report each once.
    reported: BTreeMap<Option<Span>, Vec<usize>>,
    /// Adjectives by noun and word.
    pub(crate) adjectives: ByNoun<AdjectiveId>,
    /// Relations with a definition, by noun and word.
    pub(crate) relations: ByNoun<RelationId>,
    pub(crate) lazy_relations: Vec<Lazy<'a, ast::Relation>>,
    pub(crate) params: BTreeMap<SmolStr, ParamId>,
    /// Controls by id; the first of an id.
    pub(crate) controls: FxHashMap<SmolStr, usize>,
    /// Citations that the catalogue has.
    pub(crate) known_citations: FxHashSet<SmolStr>,
    /// Which nouns hold records of a noun, nested: child → parents.
    pub(crate) parents: BTreeMap<NounId, BTreeSet<NounId>>,
    /// Nouns of the entries of maps.
    pub(crate) map_entries: BTreeSet<NounId>,
    /// Nouns that stand in `given` records, so that a pack's tests may speak of nouns that no source at hand supplies.
    pub(crate) given_nouns: BTreeSet<SmolStr>,
    /// The files that were built into the program.
    pub(crate) embedded: BTreeSet<FileId>,
    /// Whether anything leads to the noun of verdicts: a word that means it was met.
    pub(crate) speaks_of_verdicts: bool,
}

impl<'a> Resolver<'a> {
    pub(crate) fn new(around: Surroundings<'a>) -> Self {
        Self {
            around,
            program: Program::default(),
            needs: Needs::new(),
            diagnostics: Vec::new(),
            reported: BTreeMap::new(),
            adjectives: ByNoun(Vec::new()),
            relations: ByNoun(Vec::new()),
            lazy_relations: Vec::new(),
            params: BTreeMap::new(),
            controls: FxHashMap::default(),
            known_citations: FxHashSet::default(),
            parents: BTreeMap::new(),
            map_entries: BTreeSet::new(),
            given_nouns: BTreeSet::new(),
            embedded: BTreeSet::new(),
            speaks_of_verdicts: false,
        }
    }

    /// Reports an error; the caller goes on without the value.
    pub(crate) fn error(&mut self, code: Code, span: Span, message: impl Into<String>) {
        self.report(Diagnostic::error(code, span, message));
    }

    /// Reports a diagnostic, once.
    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        let place = diagnostic.labels.first().map(|label| label.span);
        let here = self.reported.entry(place).or_default();
        if !here.iter().any(|index| self.diagnostics.get(*index) == Some(&diagnostic)) {
            here.push(self.diagnostics.len());
            self.diagnostics.push(diagnostic);
        }
    }

    // ---- nouns -------------------------------------------------------------------------------------------------

    /// Adds a noun to needs and program alike, so that both are indexed by one id.
    pub(crate) fn add_noun(&mut self, need: NounNeed, noun: Noun) -> NounId {
        let id = self.needs.add(need);
        self.program.nouns.push(noun);
        id
    }

    /// The noun of a word: declared, or supplied by a source; singular or plural.
    pub(crate) fn noun_named(&mut self, word: &str) -> Option<NounId> {
        let noun = self.find_noun(word)?;
        self.speaks_of_verdicts |= self.program.meta.verdict == Some(noun);
        Some(noun)
    }

    fn find_noun(&mut self, word: &str) -> Option<NounId> {
        if let Some(id) = self.needs.find(word).filter(|id| self.needs.noun(*id).nested_in.is_none()) {
            return Some(id);
        }
        let mut spellings = std::iter::once(Cow::Borrowed(word)).chain(singulars(word));
        let name = spellings.find(|spelling| self.is_supplied(spelling))?;
        if let Some(id) = self.needs.find(&name) {
            return Some(id);
        }
        Some(self.add_open_noun(&name))
    }

    fn is_supplied(&self, name: &str) -> bool {
        self.around.supplied.contains(name) || self.given_nouns.contains(name) || (self.around.may_supply)(name)
    }

    fn add_open_noun(&mut self, name: &str) -> NounId {
        let need = NounNeed {
            name: name.into(),
            word: name.into(),
            plurals: vec![plural(name).into()],
            open: true,
            ..NounNeed::default()
        };
        self.add_noun(need, Noun::default())
    }

    /// The word for a noun in messages: `ingress`, not the path to it.
    pub(crate) fn word(&self, noun: NounId) -> SmolStr {
        self.needs.noun(noun).word.clone()
    }

    pub(crate) fn is_open(&self, noun: NounId) -> bool {
        self.needs.noun(noun).open
    }

    /// What a person calls a type.
    pub(crate) fn describe(&self, ty: &Type) -> String {
        match ty {
            Type::Text => "text".into(),
            Type::Number => "a number".into(),
            Type::Bool => "a bool".into(),
            Type::Time => "a time".into(),
            Type::Duration => "a duration".into(),
            Type::Enum { values, .. } => {
                format!("one of {}", values.iter().map(|value| format!("\"{value}\"")).collect::<Vec<_>>().join(", "))
            }
            Type::List(item) => match &**item {
                Type::Text | Type::Enum { .. } => "a list of texts".into(),
                Type::Number => "a list of numbers".into(),
                Type::Bool => "a list of bools".into(),
                Type::Time => "a list of times".into(),
                Type::Duration => "a list of durations".into(),
                item => format!("a list of {}", self.describe(item).trim_start_matches("a ")),
            },
            Type::Record(noun) => format!("one record of `{}`", self.word(*noun)),
            Type::Records(noun) if self.map_entries.contains(noun) => "a map".into(),
            Type::Records(noun) => format!("a list of `{}` records", self.word(*noun)),
            Type::Any(_) => "a value of any type".into(),
            Type::Json => "a JSON value".into(),
        }
    }

    // ---- attributes --------------------------------------------------------------------------------------------

    /// The attribute of an exact name; of an open noun it is added.
    pub(crate) fn attribute(&mut self, noun: NounId, name: &str) -> Option<AttributeId> {
        if let Some(id) = self.needs.noun(noun).attribute(name) {
            return Some(id);
        }
        self.is_open(noun).then(|| self.add_open_attribute(noun, name))
    }

    /// What a schema says of an open noun, or of the objects in an attribute of one.
    fn shape(&self, noun: NounId) -> Option<&'a Shape> {
        let need = self.needs.noun(noun);
        let Some(parent) = need.nested_in else { return self.around.shapes.get(&need.name) };
        let attribute = need.name.strip_prefix(self.needs.noun(parent).name.as_str())?.strip_prefix('.')?;
        let mut known = self.shape(parent)?.attributes.iter();
        known.find(|(name, _)| same_noun(name, attribute))?.1.as_ref()
    }

    /// Whether an open noun cannot have an attribute, since its schema does not. What is embedded may be written for another
    /// version of a provider: there nothing is ruled out.
    pub(crate) fn is_ruled_out(&mut self, noun: NounId, name: &str, span: Span) -> bool {
        if self.around.shapes.is_empty() || self.embedded.contains(&span.file) {
            return false;
        }
        let Some(shape) = self.shape(noun) else { return false };
        let known = shape.attributes.keys().any(|known| same_noun(known, name))
            || self.relations.get(noun, name).is_some()
            || self.needs.noun(noun).nested_in.is_some_and(|parent| self.word(parent) == name);
        // An attribute called after another resource type is the relation to it.
        !known && self.resource_type(name).is_none()
    }

    /// The open noun that a name stands for, where importers know it as the type of a resource. What a source happens to call its
    /// records (`tags`) says nothing about the attributes of others.
    fn resource_type(&mut self, name: &str) -> Option<NounId> {
        let other = self.noun_named(name).filter(|other| self.is_open(*other))?;
        (self.around.may_supply)(&self.needs.noun(other).name).then_some(other)
    }

    /// Reports an attribute that an open noun cannot have; whether it was one.
    pub(crate) fn refuse_ruled_out(&mut self, noun: NounId, name: &str, span: Span) -> bool {
        if !self.is_ruled_out(noun, name, span) {
            return false;
        }
        let names = self.member_names(noun);
        let message = format!("`{}` has no attribute `{name}`, as the schema of its provider says", self.word(noun));
        let diagnostic = Diagnostic::error(tickmark_diagnostics::codes::program::UNKNOWN_ATTRIBUTE, span, message);
        self.report(match Self::suggestion(name, &names) {
            Some(near) => diagnostic.help(near),
            None => {
                let list = names.iter().take(12).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                diagnostic.help(format!("it has {list}{}", if names.len() > 12 { ", …" } else { "" }))
            }
        });
        true
    }

    /// An attribute of an open noun: typed when read, unless its name is that of another resource type: then it is the
    /// relation to the records of that noun which refer to it, or to which it refers.
    pub(crate) fn add_open_attribute(&mut self, noun: NounId, name: &str) -> AttributeId {
        let nested = self.needs.noun(noun).nested_in.is_some();
        let other = if nested { None } else { self.resource_type(name) };
        let (attribute_type, ty, name) = match other {
            Some(other) => (AttributeType::Many(other), Type::Records(other), self.needs.noun(other).name.clone()),
            None => (AttributeType::Any { nested: None }, Type::Any(None), SmolStr::from(name)),
        };
        let need = AttributeNeed { name, aliases: Vec::new(), ty: attribute_type, wanted: false, optional: false };
        self.push_attribute(noun, need, ty, None)
    }

    /// The attribute of an open noun that is spoken of as a noun (`has tag`): in the facts it may stand in the plural.
    pub(crate) fn open_attribute_as_noun(&mut self, noun: NounId, word: &str) -> AttributeId {
        let known = &self.needs.noun(noun).attributes;
        let position = known.iter().position(|attribute| attribute.name == word).or_else(|| {
            // The program may already speak of it in the other number: it is one attribute.
            known.iter().position(|attribute| crate::plural::same_noun(&attribute.name, word))
        });
        let id = match position.and_then(|position| u32::try_from(position).ok()) {
            Some(position) => AttributeId(position),
            None => self.add_open_attribute(noun, word),
        };
        let entry = self.needs.noun_mut(noun).and_then(|need| need.attributes.get_mut(id.0 as usize));
        if let Some(entry) = entry.filter(|entry| entry.aliases.is_empty()) {
            entry.aliases = singulars(&entry.name).map(SmolStr::from).collect();
            entry.aliases.push(plural(&entry.name).into());
        }
        id
    }

    /// Makes room for so many attributes more.
    pub(crate) fn reserve_attributes(&mut self, noun: NounId, count: usize) {
        if let Some(entry) = self.needs.noun_mut(noun) {
            entry.attributes.reserve_exact(count);
        }
        if let Some(entry) = self.program.nouns.get_mut(noun.0 as usize) {
            entry.types.reserve_exact(count);
            entry.attribute_docs.reserve_exact(count);
        }
    }

    /// Adds an attribute to needs and program alike.
    pub(crate) fn push_attribute(
        &mut self,
        noun: NounId,
        need: AttributeNeed,
        ty: Type,
        doc: Option<SmolStr>,
    ) -> AttributeId {
        let id = AttributeId(u32::try_from(self.needs.noun(noun).attributes.len()).unwrap_or(u32::MAX));
        if let Some(entry) = self.needs.noun_mut(noun) {
            entry.attributes.push(need);
        }
        if let Some(entry) = self.program.nouns.get_mut(noun.0 as usize) {
            entry.types.push(ty);
            entry.attribute_docs.push(doc);
        }
        id
    }

    /// The type of an attribute as the program sees it.
    pub(crate) fn attribute_type(&self, noun: NounId, attribute: AttributeId) -> &Type {
        let types = self.program.nouns.get(noun.0 as usize).map(|noun| &noun.types);
        types.and_then(|types| types.get(attribute.0 as usize)).unwrap_or(&Type::Any(None))
    }

    pub(crate) fn attribute_name(&self, noun: NounId, attribute: AttributeId) -> SmolStr {
        self.needs.attribute(noun, attribute).map_or_else(SmolStr::default, |need| need.name.clone())
    }

    /// The noun of the objects in an `any` attribute: made when the program first looks inside.
    pub(crate) fn nested_noun(&mut self, noun: NounId, attribute: AttributeId) -> NounId {
        if let Type::Any(Some(nested)) = self.attribute_type(noun, attribute) {
            return *nested;
        }
        let name = self.attribute_name(noun, attribute);
        let need = NounNeed {
            name: format!("{}.{name}", self.needs.noun(noun).name).into(),
            word: singulars(&name).next().map_or_else(|| name.clone(), SmolStr::from),
            open: true,
            nested_in: Some(noun),
            ..NounNeed::default()
        };
        let nested = self.add_noun(need, Noun::default());
        self.parents.entry(nested).or_default().insert(noun);
        let entry = self.needs.noun_mut(noun).and_then(|need| need.attributes.get_mut(attribute.0 as usize));
        if let Some(entry) = entry {
            entry.ty = AttributeType::Any { nested: Some(nested) };
        }
        let types = self.program.nouns.get_mut(noun.0 as usize).map(|noun| &mut noun.types);
        if let Some(ty) = types.and_then(|types| types.get_mut(attribute.0 as usize)) {
            *ty = Type::Any(Some(nested));
        }
        nested
    }

    /// The names of all attributes and relations of a noun, for suggestions.
    pub(crate) fn member_names(&self, noun: NounId) -> Vec<SmolStr> {
        let attributes = self.needs.noun(noun).attributes.iter().map(|attribute| attribute.name.clone());
        let relations = self.relations.of(noun).map(|(name, _)| name.clone());
        // Of a noun with a schema, what that has; the program may already have asked for something else.
        match self.shape(noun) {
            Some(shape) => shape.attributes.keys().cloned().chain(relations).collect(),
            None => attributes.chain(relations).collect(),
        }
    }

    /// The names of all nouns that a person can write, for suggestions.
    pub(crate) fn noun_names(&self) -> Vec<SmolStr> {
        let declared =
            self.needs.iter().filter(|(_, noun)| noun.nested_in.is_none()).map(|(_, noun)| noun.name.clone());
        let mut names: Vec<SmolStr> = declared.chain(self.around.supplied.iter().cloned()).collect();
        names.sort();
        names.dedup();
        names
    }

    pub(crate) fn add_param(&mut self, param: Param) -> ParamId {
        let id = ParamId(u32::try_from(self.program.params.len()).unwrap_or(u32::MAX));
        self.params.insert(param.name.clone(), id);
        self.program.params.push(param);
        id
    }
}
