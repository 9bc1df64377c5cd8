//! What is wanted of the facts: nouns, attributes and their types. Made by `program`, obeyed by `import`.

use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// A noun; an index into [`Needs`] and into the tables of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NounId(pub u32);

/// An attribute of one noun; an index into [`NounNeed::attributes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AttributeId(pub u32);

/// The type that an attribute's values are read as. A value that does not fit is unknown, with a warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttributeType {
    /// Text. A number or bool in the export is taken as its text (`version: 7`).
    Text,
    /// A number; text that is wholly a number is taken as one.
    Number,
    /// A bool; the texts `true` and `false` are taken as one.
    Bool,
    /// A moment: RFC 3339, or a date (its first instant in UTC).
    Time,
    /// ISO 8601 (`P30D`, `PT4H`) or words (`30 days`).
    Duration,
    /// One of these texts; also of an `ordered` type, in its order.
    OneOf(Vec<SmolStr>),
    /// Whatever is there, typed when read. Objects, and objects in lists, become records of `nested`; where `nested`
    /// is `None` the program does not look inside, and they are kept as [`crate::Cell::Opaque`].
    Any {
        /// The noun of nested objects.
        nested: Option<NounId>,
    },
    /// A list of scalars (or of lists).
    List(Box<AttributeType>),
    /// One record of a noun: nested (an object), or its printed id.
    One(NounId),
    /// Several records of a noun: nested objects, or printed ids, in a list.
    Many(NounId),
    /// A map: each entry becomes a record of this noun, whose attributes are `key` and `value`.
    Map(NounId),
}

/// One attribute of a noun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeNeed {
    /// Its name in the facts.
    pub name: SmolStr,
    /// Other names under which an open noun's records may carry it: singular or plural (`tag` finds `tags`).
    pub aliases: Vec<SmolStr>,
    /// How its values are read.
    pub ty: AttributeType,
    /// Whether the program looks at it: an importer materialises only these.
    pub wanted: bool,
    /// `optional`: records may well all lack it, so that it is never "not surveyed".
    pub optional: bool,
}

/// One noun.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NounNeed {
    /// Its name: `model`; of nested objects, records and maps the path: `aws_security_group.ingress`.
    pub name: SmolStr,
    /// The name as an author writes it: the last step of `name` (`ingress`).
    pub word: SmolStr,
    /// Other names under which it stands as a top-level key in native facts: the plural.
    pub plurals: Vec<SmolStr>,
    /// Open: no entity declares it; attributes that are not listed are skipped without a warning.
    pub open: bool,
    /// Every attribute is wanted, listed or not (an open record that is read by a computed key).
    pub all: bool,
    /// Whether the program looks at the noun at all.
    pub wanted: bool,
    /// The attributes that identify a record, joined by `@`; empty for none. Always wanted.
    pub key: Vec<AttributeId>,
    /// The noun whose attribute holds these records, for nouns that exist only nested.
    pub nested_in: Option<NounId>,
    /// All declared attributes; of an open noun, those that the program names.
    pub attributes: Vec<AttributeNeed>,
}

impl NounNeed {
    /// The attribute of a name; where there is none, the one that has it as an alias.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<AttributeId> {
        let has_alias = |attribute: &AttributeNeed| attribute.aliases.iter().any(|alias| alias == name);
        let index = self.attributes.iter().position(|attribute| attribute.name == name);
        let index = index.or_else(|| self.attributes.iter().position(has_alias))?;
        Some(AttributeId(u32::try_from(index).ok()?))
    }
}

/// All nouns of a program and what is wanted of them.
#[derive(Clone, Debug, Default)]
pub struct Needs {
    nouns: Vec<NounNeed>,
    by_name: FxHashMap<SmolStr, NounId>,
    compared: BTreeSet<(NounId, AttributeId)>,
}

impl Needs {
    /// Nothing is wanted.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a noun. The first of a name (or plural) is the one that is found by it.
    pub fn add(&mut self, noun: NounNeed) -> NounId {
        let id = NounId(u32::try_from(self.nouns.len()).unwrap_or(u32::MAX));
        for name in std::iter::once(&noun.name).chain(&noun.plurals) {
            self.by_name.entry(name.clone()).or_insert(id);
        }
        self.nouns.push(noun);
        id
    }

    /// The attribute, which is wanted, is wanted for no more than to tell records without a key apart, where two sources tell of
    /// one parent. Where no record is told of twice, it can do without.
    pub fn compare_only(&mut self, noun: NounId, attribute: AttributeId) {
        self.compared.insert((noun, attribute));
    }

    /// The needs without what is wanted for comparing records only; `None` where there is none of that.
    #[must_use]
    pub fn without_compared(&self) -> Option<Needs> {
        if self.compared.is_empty() {
            return None;
        }
        let mut needs = Needs { compared: BTreeSet::new(), ..self.clone() };
        for (noun, attribute) in &self.compared {
            let need = needs.noun_mut(*noun).and_then(|need| need.attributes.get_mut(attribute.0 as usize));
            if let Some(need) = need {
                need.wanted = false;
            }
        }
        Some(needs)
    }

    /// The noun of a name or plural.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<NounId> {
        self.by_name.get(name).copied()
    }

    /// A noun by its id.
    #[must_use]
    pub fn noun(&self, id: NounId) -> &NounNeed {
        static NONE: NounNeed = NounNeed {
            name: SmolStr::new_static(""),
            word: SmolStr::new_static(""),
            plurals: Vec::new(),
            open: true,
            all: false,
            wanted: false,
            key: Vec::new(),
            nested_in: None,
            attributes: Vec::new(),
        };
        self.nouns.get(id.0 as usize).unwrap_or(&NONE)
    }

    /// A noun by its id, to change.
    pub fn noun_mut(&mut self, id: NounId) -> Option<&mut NounNeed> {
        self.nouns.get_mut(id.0 as usize)
    }

    /// An attribute of a noun.
    #[must_use]
    pub fn attribute(&self, noun: NounId, attribute: AttributeId) -> Option<&AttributeNeed> {
        self.noun(noun).attributes.get(attribute.0 as usize)
    }

    /// All nouns in order of id.
    pub fn iter(&self) -> impl Iterator<Item = (NounId, &NounNeed)> {
        self.nouns.iter().enumerate().map(|(index, noun)| (NounId(u32::try_from(index).unwrap_or(u32::MAX)), noun))
    }

    /// How many nouns there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nouns.len()
    }

    /// Whether there is no noun.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nouns.is_empty()
    }
}
