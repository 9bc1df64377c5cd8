//! Writes a random well-typed program as text, so that a found case can be read, stored and run again.

mod conditions;
mod items;
pub(crate) mod literals;
mod paths;
mod phrases;
mod values;

use crate::random::Random;
use crate::world::{Kind, World};

/// What an expression gives, as far as the writer needs to know it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    /// One value.
    One(Kind),
    /// A list of values.
    List(Kind),
    /// One record of a noun.
    Record(usize),
    /// Several records of a noun.
    Records(usize),
    /// JSON.
    Json,
}

/// A subject that is in scope.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    /// How it is spoken of; empty where it has no name and only its attributes can be.
    pub(crate) word: String,
    pub(crate) shape: Shape,
}

/// A definition that may be used by what comes after it.
#[derive(Clone, Debug)]
struct Defined {
    name: String,
    noun: usize,
    /// What a relation leads to.
    leads_to: Shape,
    /// It reads raw nouns alone, so that maps may use it.
    raw: bool,
}

/// A random program.
#[derive(Clone, Debug)]
pub struct Written {
    /// The program.
    pub text: String,
    /// A phrase to be queried.
    pub query: String,
}

/// The state of writing.
pub(crate) struct Writer<'w> {
    pub(crate) random: Random,
    pub(crate) world: &'w World,
    scope: Vec<Subject>,
    adjectives: Vec<Defined>,
    relations: Vec<Defined>,
    params: Vec<(String, Kind)>,
    binders: usize,
    /// How much more may be written in this item.
    fuel: usize,
    /// Only raw nouns may be read: it is written for a map.
    only_raw: bool,
}

impl<'w> Writer<'w> {
    pub(crate) fn new(random: Random, world: &'w World) -> Writer<'w> {
        Writer {
            random,
            world,
            scope: Vec::new(),
            adjectives: Vec::new(),
            relations: Vec::new(),
            params: Vec::new(),
            binders: 0,
            fuel: 0,
            only_raw: false,
        }
    }

    /// Takes one unit of what may be written; false where only the simplest form may follow.
    fn spend(&mut self) -> bool {
        self.fuel = self.fuel.saturating_sub(1);
        self.fuel > 0
    }

    fn binder(&mut self) -> String {
        self.binders += 1;
        format!("b{}", self.binders)
    }

    /// Writes with a subject in scope, and takes it out again.
    fn within<T>(&mut self, subjects: Vec<Subject>, write: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.scope.len();
        self.scope.extend(subjects);
        let written = write(self);
        self.scope.truncate(before);
        written
    }

    /// Whether what is being written may read the records of a noun.
    fn may_read(&self, noun: usize) -> bool {
        use crate::world::Stand;
        let Some(noun) = self.world.noun(noun) else { return false };
        !self.only_raw || matches!(noun.stand, Stand::Entity | Stand::Open | Stand::Nested)
    }
}

/// Writes a program over a world.
#[must_use]
pub fn program(random: &mut Random, world: &World) -> Written {
    let mut writer = Writer::new(random.clone(), world);
    let written = writer.program();
    *random = writer.random;
    written
}
