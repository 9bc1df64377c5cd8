//! Random facts for a world: clean and dirty values, duplicates, dangling references, cycles, nouns without records and
//! nouns that no file supplies, in one file or two.

use serde_json::{Map, Number, Value};

use crate::random::Random;
use crate::world::{Attribute, Kind, Stand, World};
use crate::write::literals::{NETWORKS, NUMBERS, SPANS, TEXTS, TIMES};

/// How the importers' "not known yet" is written in the facts of a case.
pub const UNKNOWN: &str = "<unknown>";

/// How the importers' "nobody says whether it is there" is written in the facts of a case.
pub const MAY_BE_MISSING: &str = "<may be missing>";

/// How the values of an attribute come out, over all records of a set of facts.
#[derive(Clone, Copy)]
enum Habit {
    /// Always there and of its type.
    Clean,
    /// Sometimes missing, null, unknown, or of another type.
    Dirty,
    /// No record carries it.
    Absent,
}

struct Filler<'w> {
    random: Random,
    world: &'w World,
    /// By noun and attribute.
    habits: Vec<Vec<Habit>>,
    /// How many different keys there are.
    keys: usize,
    /// How many more records may be written.
    left: usize,
    /// Relations lead to many records, so that most reach each other.
    dense: bool,
}

/// The files of one set of facts.
#[must_use]
pub fn files(random: &mut Random, world: &World) -> Vec<Value> {
    let habits =
        world.nouns.iter().map(|noun| noun.attributes.iter().map(|attribute| habit(random, attribute)).collect());
    let habits: Vec<Vec<Habit>> = habits.collect();
    let mut filler = Filler { random: random.clone(), world, habits, keys: 4, left: 400, dense: false };
    filler.dense = filler.random.chance(6);
    let count = if filler.random.chance(25) { 2 } else { 1 };
    let mut files: Vec<Value> = (0..count).map(|_| filler.file()).collect();
    if filler.random.chance(20) {
        let place = if filler.random.chance(70) { 0 } else { filler.random.below(files.len() + 1) };
        files.insert(place, filler.nested_at_the_top());
    }
    *random = filler.random;
    files
}

fn habit(random: &mut Random, attribute: &Attribute) -> Habit {
    let absent = if matches!(attribute.kind, Kind::Many(_) | Kind::List(_)) { 10 } else { 5 };
    match random.weighted(&[65, 28, absent]) {
        0 => Habit::Clean,
        1 => Habit::Dirty,
        _ => Habit::Absent,
    }
}

impl Filler<'_> {
    fn file(&mut self) -> Value {
        let mut nouns = Map::new();
        let top: Vec<usize> = self.world.top().collect();
        // One noun at most is large: joins of large nouns are what the limits are tested with.
        let large = if self.random.chance(8) { self.random.below(top.len()) } else { usize::MAX };
        for (place, noun) in top.into_iter().enumerate() {
            let mapped = self.world.noun(noun).is_some_and(|noun| noun.stand == Stand::Mapped);
            if self.random.chance(if mapped { 70 } else { 8 }) {
                continue;
            }
            let rows = if place == large { self.many() } else { self.few() };
            self.keys = (rows * 5 / 4).max(4);
            let records = (0..rows).map(|_| self.record(noun, 0)).collect();
            nouns.insert(self.world.noun_name(noun).to_owned(), Value::Array(records));
        }
        Value::Object(nouns)
    }

    /// Records of nouns that are nested in others, told at the top: whatever holds them has none, or they stand before it.
    fn nested_at_the_top(&mut self) -> Value {
        let mut nouns = Map::new();
        for noun in 0..self.world.nouns.len() {
            if let Some(path) = self.world.nested_path(noun)
                && self.random.chance(60)
            {
                let count = self.random.between(1, 3);
                nouns.insert(path, Value::Array((0..count).map(|_| self.record(noun, 1)).collect()));
            }
        }
        Value::Object(nouns)
    }

    fn few(&mut self) -> usize {
        match self.random.weighted(&[10, 25, 45, 18, 2]) {
            0 => 0,
            1 => 1,
            2 => self.random.between(2, 5),
            3 => self.random.between(6, 12),
            _ => self.random.between(13, 40),
        }
    }

    /// The fast evaluator works on words of 64 rows: their borders are where it would go wrong.
    fn many(&mut self) -> usize {
        let sizes = [63, 64, 65, 127, 128, 129, 200, 66];
        self.random.pick(&sizes).copied().unwrap_or(64)
    }

    fn record(&mut self, noun: usize, depth: usize) -> Value {
        self.left = self.left.saturating_sub(1);
        let mut members = Map::new();
        let Some(described) = self.world.noun(noun) else { return Value::Null };
        for (index, attribute) in described.attributes.iter().enumerate() {
            let is_key = described.key.contains(&index);
            let value = if is_key {
                if self.random.chance(97) { Some(self.key()) } else { None }
            } else {
                let habit = self.habits.get(noun).and_then(|habits| habits.get(index)).copied();
                self.attribute(attribute, habit.unwrap_or(Habit::Clean), depth)
            };
            if let Some(value) = value {
                members.insert(attribute.name.clone(), value);
            }
        }
        if self.world.is_open(noun) && self.random.chance(10) {
            // Nobody looks at it, unless all of the noun is wanted.
            members.insert("b".to_owned(), self.anything(depth));
        }
        if self.random.chance(1) {
            members.insert("undeclared".to_owned(), Value::Bool(true));
        }
        Value::Object(members)
    }

    fn key(&mut self) -> Value {
        let keys = self.keys;
        let number = self.random.below(keys);
        Value::String(format!("k{number}"))
    }

    fn attribute(&mut self, attribute: &Attribute, habit: Habit, depth: usize) -> Option<Value> {
        match habit {
            Habit::Absent => return None,
            Habit::Dirty => match self.random.weighted(&[60, 14, 6, 8, 8, 4]) {
                1 => return None,
                2 => return Some(Value::Null),
                3 => return Some(Value::String(UNKNOWN.to_owned())),
                4 => return Some(self.anything(0)),
                5 => return Some(Value::String(MAY_BE_MISSING.to_owned())),
                _ => {}
            },
            Habit::Clean => {}
        }
        Some(self.value(&attribute.kind, attribute.inside, depth))
    }

    fn value(&mut self, kind: &Kind, inside: bool, depth: usize) -> Value {
        match kind {
            Kind::Text => self.text(),
            Kind::Number => number(self.random.word(&NUMBERS)),
            Kind::Bool => Value::Bool(self.random.chance(50)),
            Kind::Time => Value::String(self.random.word(&TIMES).to_owned()),
            Kind::Duration => Value::String(self.random.word(&SPANS).to_owned()),
            Kind::Choice { values, .. } => Value::String(self.random.pick(values).cloned().unwrap_or_default()),
            Kind::Any => self.anything(depth),
            Kind::List(item) => {
                let count = self.count();
                Value::Array((0..count).map(|_| self.item(item)).collect())
            }
            Kind::One(noun) => self.reference(*noun, inside, depth),
            Kind::Many(noun) => {
                let count = if self.dense && !inside { self.random.between(6, 16) } else { self.count() };
                Value::Array((0..count).map(|_| self.reference(*noun, inside, depth)).collect())
            }
            Kind::Map(entry) => self.map(*entry),
            Kind::Block(noun) => match self.random.weighted(&[62, 23, 15]) {
                0 => self.record(*noun, depth + 1),
                1 => {
                    let count = self.count();
                    Value::Array((0..count).map(|_| self.record(*noun, depth + 1)).collect())
                }
                _ => self.mixed(Some(*noun), depth),
            },
        }
    }

    fn item(&mut self, kind: &Kind) -> Value {
        match self.random.weighted(&[88, 3, 4, 3, 2]) {
            1 => Value::Null,
            2 => Value::String(UNKNOWN.to_owned()),
            4 => Value::String(MAY_BE_MISSING.to_owned()),
            3 => self.anything(1),
            _ => self.value(kind, false, 1),
        }
    }

    fn count(&mut self) -> usize {
        self.random.weighted(&[20, 35, 25, 15, 5])
    }

    fn text(&mut self) -> Value {
        let text = if self.random.chance(15) { self.random.word(&NETWORKS) } else { self.random.word(&TEXTS) };
        // Where text is declared a number or bool is taken as its text.
        match self.random.below(40) {
            0 => Value::from(5),
            1 => Value::Bool(true),
            _ => Value::String(text.to_owned()),
        }
    }

    fn reference(&mut self, noun: usize, inside: bool, depth: usize) -> Value {
        let Some(described) = self.world.noun(noun) else { return Value::Null };
        let nested = described.stand == Stand::Nested;
        let keyless = described.key.is_empty();
        let write_out = nested || (inside || keyless) && depth < 2 && self.left > 0;
        if write_out && !self.random.chance(2) {
            return self.record(noun, depth + 1);
        }
        if self.random.chance(4) {
            return Value::String("nowhere".to_owned());
        }
        let parts: Vec<String> = (0..described.key.len().max(1))
            .map(|_| self.key())
            .filter_map(|key| key.as_str().map(str::to_owned))
            .collect();
        Value::String(parts.join("@"))
    }

    fn map(&mut self, entry: usize) -> Value {
        let kind = self.world.attributes(entry).last().map_or(Kind::Text, |value| value.kind.clone());
        let mut entries = Map::new();
        for _ in 0..self.count() {
            let key = self.random.word(&["a", "b", "prod", "", "\u{fc}n\u{ef}"]);
            entries.insert(key.to_owned(), self.item(&kind));
        }
        Value::Object(entries)
    }

    /// An object that is of no noun that the world has.
    fn object(&mut self, depth: usize) -> Value {
        let mut members = Map::new();
        for _ in 0..self.count() {
            let key = self.random.word(&["a", "b", "any1"]);
            members.insert(key.to_owned(), self.anything(depth + 1));
        }
        Value::Object(members)
    }

    /// A list as an `any` may hold it: records (of a noun, or any objects) among scalars, lists and what is not known.
    fn mixed(&mut self, noun: Option<usize>, depth: usize) -> Value {
        let count = self.random.between(2, 4);
        let items = (0..count).map(|_| match self.random.weighted(&[45, 30, 12, 8, 5]) {
            0 => match noun {
                Some(noun) => self.record(noun, depth + 1),
                None => self.object(depth + 1),
            },
            2 if depth < 3 => self.mixed(noun, depth + 1),
            3 => Value::String(UNKNOWN.to_owned()),
            4 => Value::String(MAY_BE_MISSING.to_owned()),
            _ => self.anything(2),
        });
        Value::Array(items.collect())
    }

    /// Any JSON value.
    fn anything(&mut self, depth: usize) -> Value {
        match self.random.weighted(&[30, 25, 12, 6, 6, 8, 8, 5, 4]) {
            0 => Value::String(self.random.word(&TEXTS).to_owned()),
            1 => number(self.random.word(&NUMBERS)),
            2 => Value::Bool(self.random.chance(50)),
            3 => Value::Null,
            4 => Value::String(UNKNOWN.to_owned()),
            5 => Value::String(self.random.word(&TIMES).to_owned()),
            6 if depth < 2 => {
                let count = self.count();
                Value::Array((0..count).map(|_| self.anything(depth + 1)).collect())
            }
            7 if depth < 2 => self.object(depth),
            8 if depth < 2 => self.mixed(None, depth),
            _ => Value::String(self.random.word(&SPANS).to_owned()),
        }
    }
}

fn number(text: &str) -> Value {
    let whole = text.parse::<i64>().map(Number::from).ok();
    let number = whole.or_else(|| text.parse::<f64>().ok().and_then(Number::from_f64));
    number.map_or(Value::Null, Value::Number)
}
