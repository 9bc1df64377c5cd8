//! The nouns that a random program speaks of: entities with every type of attribute, open nouns, nested records, and the
//! nouns about the checking itself.

use std::fmt::Write as _;

use crate::random::Random;

/// The type of an attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `text`
    Text,
    /// `number`
    Number,
    /// `bool`
    Bool,
    /// `time`
    Time,
    /// `duration`
    Duration,
    /// `one of …`, or `ordered …`
    Choice {
        /// Its values.
        values: Vec<String>,
        /// Whether they have an order.
        ordered: bool,
    },
    /// `any`, and every attribute of an open noun.
    Any,
    /// `list of T`
    List(Box<Kind>),
    /// `one NOUN`, and `record { … }`
    One(usize),
    /// `many NOUN`, and `list of record { … }`
    Many(usize),
    /// `map of T`: the noun of its entries.
    Map(usize),
    /// An object or list of objects of an open noun, or in an `any`.
    Block(usize),
}

/// What kind of noun it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// Declared, and supplied by the facts.
    Entity,
    /// Declared, and filled by maps (the facts may hold some, too).
    Mapped,
    /// Not declared.
    Open,
    /// Exists only inside another.
    Nested,
    /// About the checking itself.
    Meta,
}

/// An attribute. Names are unique in a world, so that the type of a word never hangs on where it stands.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: Kind,
    /// Declared `optional`.
    pub optional: bool,
    /// Declared `event`.
    pub event: bool,
    /// Its records are written out inside, not referred to.
    pub inside: bool,
}

/// A noun.
#[derive(Clone, Debug)]
pub struct Noun {
    /// Its name; of a nested one the word for it.
    pub name: String,
    /// What it is.
    pub stand: Stand,
    /// Its attributes.
    pub attributes: Vec<Attribute>,
    /// Which of them identify a record.
    pub key: Vec<usize>,
}

/// All nouns.
#[derive(Clone, Debug, Default)]
pub struct World {
    /// By index.
    pub nouns: Vec<Noun>,
    names: usize,
}

const NAMES: [&str; 10] = ["alpha", "bravo", "delta", "gamma", "kappa", "sigma", "theta", "omega", "lambda", "zeta"];

impl World {
    /// A random world: two to four raw nouns (perhaps open ones), up to two that maps fill, and what is nested in them.
    #[must_use]
    pub fn random(random: &mut Random) -> World {
        let mut world = World::default();
        let raw = random.between(2, 4);
        let mapped = random.weighted(&[5, 3, 2]);
        for index in 0..raw + mapped {
            let stand = match index {
                0 => Stand::Entity,
                _ if index >= raw => Stand::Mapped,
                _ if random.chance(25) => Stand::Open,
                _ => Stand::Entity,
            };
            let name = NAMES.get(index).copied().unwrap_or("eta").to_owned();
            world.nouns.push(Noun { name, stand, attributes: Vec::new(), key: Vec::new() });
        }
        // Keys first: whether records can be referred to decides how others hold them.
        for index in 0..raw + mapped {
            world.give_key(random, index);
        }
        for index in 0..raw + mapped {
            world.furnish(random, index, raw, raw + mapped);
        }
        world.add_meta();
        world
    }

    /// The noun of an index.
    #[must_use]
    pub fn noun(&self, index: usize) -> Option<&Noun> {
        self.nouns.get(index)
    }

    /// The attributes of a noun.
    #[must_use]
    pub fn attributes(&self, index: usize) -> &[Attribute] {
        self.nouns.get(index).map_or(&[], |noun| &noun.attributes)
    }

    /// Whether a noun has no entity that closes it.
    #[must_use]
    pub fn is_open(&self, index: usize) -> bool {
        let Some(noun) = self.nouns.get(index) else { return false };
        // Of nested nouns, those that are reached through a block are open: all their attributes are `any`.
        noun.stand == Stand::Open || noun.stand == Stand::Nested && noun.name.starts_with("block")
    }

    /// The nouns that hold records of this one, and whose name leads back to them.
    #[must_use]
    pub fn parents(&self, index: usize) -> Vec<usize> {
        let holds = |noun: &Noun| {
            noun.attributes.iter().any(|attribute| {
                matches!(attribute.kind, Kind::One(to) | Kind::Many(to) | Kind::Map(to) | Kind::Block(to) if to == index)
            })
        };
        let named = |noun: &Noun| noun.stand != Stand::Meta && noun.stand != Stand::Nested;
        (0..self.nouns.len()).filter(|at| self.nouns.get(*at).is_some_and(|noun| named(noun) && holds(noun))).collect()
    }

    /// What a nested noun is called in facts: the noun that holds it, and the attribute. None of any other noun.
    #[must_use]
    pub fn nested_path(&self, index: usize) -> Option<String> {
        self.noun(index).filter(|noun| noun.stand == Stand::Nested)?;
        let (holder, attribute) = self.nouns.iter().enumerate().find_map(|(holder, noun)| {
            let held = noun.attributes.iter().find(|attribute| {
                matches!(attribute.kind, Kind::One(to) | Kind::Many(to) | Kind::Map(to) | Kind::Block(to) if to == index)
            });
            held.map(|attribute| (holder, attribute))
        })?;
        // What is nested is made before what holds it is complete: it cannot hold itself.
        let path = self.nested_path(holder).unwrap_or_else(|| self.noun_name(holder).to_owned());
        Some(format!("{path}.{}", attribute.name))
    }

    /// The nouns that stand at the top of facts.
    pub fn top(&self) -> impl Iterator<Item = usize> {
        let is_top = |noun: &Noun| matches!(noun.stand, Stand::Entity | Stand::Mapped | Stand::Open);
        (0..self.nouns.len()).filter(move |at| self.nouns.get(*at).is_some_and(is_top))
    }

    fn name(&mut self, word: &str) -> String {
        self.names += 1;
        format!("{word}{}", self.names)
    }

    fn furnish(&mut self, random: &mut Random, index: usize, raw: usize, all: usize) {
        let stand = self.nouns.get(index).map_or(Stand::Open, |noun| noun.stand);
        let mut attributes = Vec::new();
        if stand == Stand::Open {
            for _ in 0..random.between(2, 4) {
                let name = self.name("any");
                attributes.push(plain(name, Kind::Any));
            }
            if random.chance(60) {
                attributes.push(self.block(random, 0));
            }
        } else {
            // Raw nouns speak of raw nouns alone, so that maps may read any of them.
            let reach = if stand == Stand::Mapped { all } else { raw };
            for _ in 0..random.between(3, 7) {
                let attribute = self.attribute(random, reach, index, 0);
                attributes.push(attribute);
            }
            if random.chance(60) {
                let name = self.name("event");
                attributes.push(Attribute { event: true, optional: random.chance(20), ..plain(name, Kind::Time) });
            }
            if stand == Stand::Mapped && index + 1 < all && random.chance(70) {
                let name = self.name("sub");
                attributes.push(plain(name, Kind::Many(index + 1)));
            }
            if random.chance(50) {
                let kind = if random.chance(50) { Kind::Many(index) } else { Kind::One(index) };
                let name = self.name("step");
                attributes.push(Attribute { optional: random.chance(30), ..plain(name, kind) });
            }
        }
        if let Some(noun) = self.nouns.get_mut(index) {
            noun.attributes.extend(attributes);
        }
    }

    fn give_key(&mut self, random: &mut Random, index: usize) {
        let stand = self.nouns.get(index).map_or(Stand::Open, |noun| noun.stand);
        let keyed = stand == Stand::Mapped || stand == Stand::Entity && random.chance(85);
        let parts = if keyed { 1 + random.weighted(&[80, 20]) } else { 0 };
        for part in 0..parts {
            let name = self.name("id");
            if let Some(noun) = self.nouns.get_mut(index) {
                noun.key.push(part);
                noun.attributes.push(plain(name, Kind::Text));
            }
        }
    }

    fn attribute(&mut self, random: &mut Random, reach: usize, own: usize, depth: usize) -> Attribute {
        let weights = if depth > 0 {
            [5, 5, 4, 3, 2, 3, 3, 2, 2, 0, 0, 0, 0, 0, 0]
        } else {
            [5, 6, 5, 4, 3, 4, 4, 3, 4, 5, 7, 4, 2, 3, 2]
        };
        let (word, kind, inside) = match random.weighted(&weights) {
            0 => ("text", Kind::Text, false),
            1 => ("num", Kind::Number, false),
            2 => ("flag", Kind::Bool, false),
            3 => ("at", Kind::Time, false),
            4 => ("span", Kind::Duration, false),
            5 => ("pick", self.choice(random, false), false),
            6 => ("rank", self.choice(random, true), false),
            7 => ("any", Kind::Any, false),
            8 => ("list", Kind::List(Box::new(self.scalar(random))), false),
            9 => ("ref", Kind::One(self.target(random, reach, own)), random.chance(15)),
            10 => {
                let target = self.target(random, reach, own);
                let keyless = self.nouns.get(target).is_some_and(|noun| noun.key.is_empty());
                ("sub", Kind::Many(target), keyless || random.chance(45))
            }
            11 => return self.map(random),
            12 => return self.record(random, reach, own, false),
            13 => return self.record(random, reach, own, true),
            _ => return self.block(random, 0),
        };
        let name = self.name(word);
        Attribute { name, kind, optional: random.chance(15), event: false, inside }
    }

    fn target(&self, random: &mut Random, reach: usize, own: usize) -> usize {
        let target = random.below(reach);
        // An open noun has no key to refer to.
        if self.nouns.get(target).is_some_and(|noun| noun.stand == Stand::Open) { own } else { target }
    }

    fn scalar(&mut self, random: &mut Random) -> Kind {
        match random.weighted(&[5, 5, 1, 3, 2, 2, 1]) {
            0 => Kind::Text,
            1 => Kind::Number,
            2 => Kind::Bool,
            3 => Kind::Time,
            4 => Kind::Duration,
            5 => self.choice(random, false),
            _ => Kind::Any,
        }
    }

    /// Values are unique in a world: one word never means the values of two attributes.
    fn choice(&mut self, random: &mut Random, ordered: bool) -> Kind {
        let count = random.between(2, 4);
        let words = if ordered { ["low", "mid", "high", "top"] } else { ["dev", "test", "prod", "gone"] };
        let suffix = self.name("");
        Kind::Choice { values: words.iter().take(count).map(|word| format!("{word}{suffix}")).collect(), ordered }
    }

    fn nested(&mut self, name: &str, attributes: Vec<Attribute>) -> usize {
        self.nouns.push(Noun { name: name.to_owned(), stand: Stand::Nested, attributes, key: Vec::new() });
        self.nouns.len() - 1
    }

    fn map(&mut self, random: &mut Random) -> Attribute {
        let name = self.name("map");
        let value = self.scalar(random);
        let entry = self.nested(&name, vec![plain("key".to_owned(), Kind::Text), plain("value".to_owned(), value)]);
        Attribute { optional: random.chance(15), ..plain(name, Kind::Map(entry)) }
    }

    fn record(&mut self, random: &mut Random, reach: usize, own: usize, several: bool) -> Attribute {
        let name = self.name("rec");
        let attributes = (0..random.between(1, 3)).map(|_| self.attribute(random, reach, own, 1)).collect();
        let nested = self.nested(&name, attributes);
        let kind = if several { Kind::Many(nested) } else { Kind::One(nested) };
        Attribute { inside: true, optional: random.chance(15), ..plain(name, kind) }
    }

    /// Objects in an `any`, and perhaps more in these.
    fn block(&mut self, random: &mut Random, depth: usize) -> Attribute {
        let name = self.name("block");
        let mut attributes: Vec<Attribute> =
            (0..random.between(1, 3)).map(|_| plain(self.name("any"), Kind::Any)).collect();
        if depth < 2 && random.chance(35) {
            attributes.push(self.block(random, depth + 1));
        }
        let nested = self.nested(&name, attributes);
        Attribute { inside: true, ..plain(name, Kind::Block(nested)) }
    }

    /// As crates/program/src/meta.tick declares them.
    fn add_meta(&mut self) {
        let severity = ["low", "medium", "high", "critical"].map(str::to_owned).to_vec();
        let verdicts = ["pass", "fail", "unknown", "pending", "excepted"].map(str::to_owned).to_vec();
        let start = self.nouns.len();
        let (control, criterion) = (start + 1, start + 2);
        let listed: [(&str, Vec<(&str, Kind)>); 5] = [
            (
                "source",
                vec![
                    ("kind", Kind::Text),
                    ("path", Kind::Text),
                    ("collected_at", Kind::Time),
                    ("records", Kind::Number),
                    ("complete", Kind::Bool),
                ],
            ),
            (
                "control",
                vec![
                    ("id", Kind::Text),
                    ("severity", Kind::Choice { values: severity, ordered: true }),
                    ("owner", Kind::Text),
                    ("tags", Kind::List(Box::new(Kind::Text))),
                    ("cites", Kind::Many(criterion)),
                ],
            ),
            ("criterion", vec![("id", Kind::Text), ("title", Kind::Text), ("category", Kind::Text)]),
            (
                "verdict",
                vec![
                    ("control_id", Kind::Text),
                    ("control", Kind::One(control)),
                    ("subject", Kind::Text),
                    ("verdict", Kind::Choice { values: verdicts, ordered: false }),
                    ("first_seen", Kind::Time),
                ],
            ),
            (
                "exception",
                vec![
                    ("control", Kind::One(control)),
                    ("subject", Kind::Text),
                    ("expires", Kind::Time),
                    ("owner", Kind::Text),
                ],
            ),
        ];
        for (name, attributes) in listed {
            let attributes = attributes
                .into_iter()
                .map(|(word, kind)| Attribute { event: word == "expires", ..plain(word.to_owned(), kind) })
                .collect();
            self.nouns.push(Noun { name: name.to_owned(), stand: Stand::Meta, attributes, key: Vec::new() });
        }
    }

    /// The entities as text, one attribute a line.
    #[must_use]
    pub fn declarations(&self) -> String {
        let mut text = String::new();
        for noun in self.nouns.iter().filter(|noun| matches!(noun.stand, Stand::Entity | Stand::Mapped)) {
            let _ = writeln!(text, "entity {} {{", noun.name);
            let key: Vec<&str> = noun
                .key
                .iter()
                .filter_map(|part| noun.attributes.get(*part))
                .map(|attribute| attribute.name.as_str())
                .collect();
            if !key.is_empty() {
                let _ = writeln!(text, "  key {}", key.join(", "));
            }
            for attribute in &noun.attributes {
                let _ = writeln!(text, "  {}", self.declaration(attribute));
            }
            text.push_str("}\n");
        }
        text
    }

    fn declaration(&self, attribute: &Attribute) -> String {
        let event = if attribute.event { "event " } else { "" };
        let optional = if attribute.optional { "optional " } else { "" };
        format!("{} {event}{optional}{}", attribute.name, self.type_text(&attribute.kind))
    }

    fn type_text(&self, kind: &Kind) -> String {
        let quoted =
            |values: &[String]| values.iter().map(|value| format!("\"{value}\"")).collect::<Vec<_>>().join(", ");
        match kind {
            Kind::Text => "text".to_owned(),
            Kind::Number => "number".to_owned(),
            Kind::Bool => "bool".to_owned(),
            Kind::Time => "time".to_owned(),
            Kind::Duration => "duration".to_owned(),
            Kind::Choice { values, ordered: false } => format!("one of {}", quoted(values)),
            Kind::Choice { values, ordered: true } => format!("ordered {}", quoted(values)),
            Kind::Any | Kind::Block(_) => "any".to_owned(),
            Kind::List(item) => format!("list of {}", self.type_text(item)),
            Kind::One(noun) => self.record_text(*noun).unwrap_or_else(|| format!("one {}", self.noun_name(*noun))),
            Kind::Many(noun) => match self.record_text(*noun) {
                Some(record) => format!("list of {record}"),
                None => format!("many {}", self.noun_name(*noun)),
            },
            Kind::Map(entry) => {
                let value =
                    self.attributes(*entry).last().map_or("text".to_owned(), |value| self.type_text(&value.kind));
                format!("map of {value}")
            }
        }
    }

    fn record_text(&self, noun: usize) -> Option<String> {
        let noun = self.nouns.get(noun).filter(|noun| noun.stand == Stand::Nested)?;
        let attributes: Vec<String> = noun.attributes.iter().map(|attribute| self.declaration(attribute)).collect();
        Some(format!("record {{ {} }}", attributes.join("  ")))
    }

    /// The name of a noun.
    #[must_use]
    pub fn noun_name(&self, index: usize) -> &str {
        self.nouns.get(index).map_or("", |noun| &noun.name)
    }
}

fn plain(name: String, kind: Kind) -> Attribute {
    Attribute { name, kind, optional: false, event: false, inside: false }
}
