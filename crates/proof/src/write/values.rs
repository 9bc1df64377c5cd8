//! Values of a wanted type.

use super::literals::quoted;
use super::{Shape, Writer};
use crate::world::Kind;

impl Writer<'_> {
    /// A value of a kind, or (where dynamic values may stand for it) an `any`.
    pub(super) fn value(&mut self, kind: &Kind) -> String {
        if self.spend() && self.random.chance(35) {
            return self.compound(kind);
        }
        let dynamic = self.random.chance(8) && !matches!(kind, Kind::Choice { .. });
        let found = self.reach(&|shape| match shape {
            Shape::One(of) => of == kind || dynamic && *of == Kind::Any,
            Shape::Json => dynamic,
            _ => false,
        });
        if let Some(found) = found
            && self.random.chance(85)
        {
            return found;
        }
        self.plain(kind)
    }

    /// A value that needs no subject.
    fn plain(&mut self, kind: &Kind) -> String {
        let params: Vec<String> =
            self.params.iter().filter(|(_, of)| of == kind).map(|(name, _)| format!("${name}")).collect();
        if self.random.chance(30)
            && let Some(param) = self.random.pick(&params)
        {
            return param.clone();
        }
        if *kind == Kind::Time && self.random.chance(50) {
            return self.random.word(&["$as_of", "$as_of", "$period.start", "$period.end"]).to_owned();
        }
        self.literal(kind)
    }

    fn compound(&mut self, kind: &Kind) -> String {
        // What every type has: `else` and `if`.
        match self.random.below(8) {
            0..3 if *kind == Kind::Any => {
                let (condition, value, other) = (self.condition(), self.dynamic(), self.dynamic());
                return format!("(if ({condition}) then ({value}) else ({other}))");
            }
            0 | 1 => {
                let (value, other) = (self.value(kind), self.plain(kind));
                return format!("({value} else {other})");
            }
            2 => {
                let (condition, value, other) = (self.condition(), self.value(kind), self.value(kind));
                return format!("(if ({condition}) then ({value}) else ({other}))");
            }
            _ => {}
        }
        match kind {
            Kind::Text => self.text(),
            Kind::Number => self.number(),
            Kind::Time => self.time(),
            Kind::Duration => self.duration(),
            Kind::Any => self.dynamic(),
            kind => {
                let kind = kind.clone();
                self.reach(&|shape| *shape == Shape::One(kind.clone())).unwrap_or_else(|| self.literal(&kind))
            }
        }
    }

    fn text(&mut self) -> String {
        match self.random.below(7) {
            0 => format!("lower({})", self.value(&Kind::Text)),
            1 => format!("upper({})", self.value(&Kind::Text)),
            2 => format!("trim({})", self.value(&Kind::Text)),
            3 => {
                let kind = self.scalar_kind();
                format!("text({})", self.value(&kind))
            }
            4 => format!("text({})", self.dynamic()),
            5 => self.template(),
            _ => {
                let choice = self.reach(&|shape| matches!(shape, Shape::One(Kind::Choice { .. })));
                choice.map_or_else(|| self.text_literal(), |choice| format!("text({choice})"))
            }
        }
    }

    /// A text with holes; in a hole stands a path.
    pub(super) fn template(&mut self) -> String {
        let holes: Vec<String> =
            (0..self.random.between(1, 2)).filter_map(|_| self.reach_any()).map(|path| path.text).collect();
        let holes: Vec<&String> = holes.iter().filter(|hole| !hole.contains('"') && !hole.is_empty()).collect();
        if holes.is_empty() {
            return quoted("x");
        }
        let parts: Vec<String> = holes.iter().map(|hole| format!("{{{hole}}}")).collect();
        format!("\"{}-\"", parts.join("/"))
    }

    fn number(&mut self) -> String {
        match self.random.below(11) {
            0 | 1 => {
                let sign = self.random.word(&["+", "-", "*", "/"]);
                format!("({} {sign} {})", self.value(&Kind::Number), self.value(&Kind::Number))
            }
            2 => format!("(-({}))", self.value(&Kind::Number)),
            3 => format!("number({})", self.value(&Kind::Text)),
            4 => format!("({} / {})", self.value(&Kind::Duration), self.value(&Kind::Duration)),
            5 => match self.list(&Kind::Number) {
                Some(list) => format!("{}({list})", self.random.word(&["sum", "min", "max"])),
                None => self.plain(&Kind::Number),
            },
            6 => {
                let name = self.random.word(&["min", "max"]);
                format!("{name}({}, {})", self.value(&Kind::Number), self.value(&Kind::Number))
            }
            7 => self.count_of_values(),
            _ => self.count_of_phrase(),
        }
    }

    fn count_of_values(&mut self) -> String {
        let found = self.reach(&|shape| matches!(shape, Shape::List(_) | Shape::Records(_) | Shape::Json));
        match found {
            Some(found) => format!("count({found})"),
            None => format!("count(split({}, \",\"))", self.value(&Kind::Text)),
        }
    }

    fn time(&mut self) -> String {
        match self.random.below(7) {
            0 | 1 => format!("({} + {})", self.value(&Kind::Time), self.value(&Kind::Duration)),
            2 | 3 => format!("({} - {})", self.value(&Kind::Time), self.value(&Kind::Duration)),
            4 => format!("time({})", self.value(&Kind::Text)),
            5 => match self.list(&Kind::Time) {
                Some(list) => format!("{}({list})", self.random.word(&["min", "max"])),
                None => self.plain(&Kind::Time),
            },
            _ => format!("max({}, {})", self.value(&Kind::Time), self.value(&Kind::Time)),
        }
    }

    fn duration(&mut self) -> String {
        match self.random.below(7) {
            0 | 1 => format!("({} - {})", self.value(&Kind::Time), self.value(&Kind::Time)),
            2 => format!("({} * {})", self.value(&Kind::Duration), self.value(&Kind::Number)),
            3 => format!("({} / {})", self.value(&Kind::Duration), self.value(&Kind::Number)),
            4 => format!("({} + {})", self.value(&Kind::Duration), self.value(&Kind::Duration)),
            5 => format!("(-({}))", self.value(&Kind::Duration)),
            _ => match self.list(&Kind::Duration) {
                Some(list) => format!("{}({list})", self.random.word(&["sum", "min", "max"])),
                None => self.plain(&Kind::Duration),
            },
        }
    }

    /// A value that is typed when it is read: of an `any`, a map of them, JSON, or arithmetic on them.
    pub(super) fn dynamic(&mut self) -> String {
        if self.random.chance(70)
            && let Some(found) = self.reach(&|shape| *shape == Shape::One(Kind::Any))
        {
            if self.random.chance(10) {
                let sign = self.random.word(&["+", "-", "*", "/"]);
                return format!("({found} {sign} {})", self.value(&Kind::Number));
            }
            return found;
        }
        self.json()
    }

    pub(super) fn json(&mut self) -> String {
        let member = self.random.word(&[".a", ".l", "[\"a\"]", ".l.a", ""]);
        let text = if self.random.chance(40) {
            quoted(self.random.word(&[
                "{\"a\": 1, \"l\": [1, 2]}",
                "[{\"a\": \"b\"}]",
                "{\"l\": [\"a\", null]}",
                "nope",
            ]))
        } else {
            self.value(&Kind::Text)
        };
        format!("json({text}){member}")
    }

    /// A list of values of a kind; nothing where there can be none.
    pub(super) fn list(&mut self, kind: &Kind) -> Option<String> {
        if self.spend() && self.random.chance(70) {
            let found = self.reach(&|shape| *shape == Shape::List(kind.clone()));
            if let Some(found) = found {
                return Some(if self.random.chance(12) {
                    format!("({found} else [{}])", self.literal(kind))
                } else {
                    found
                });
            }
        }
        let params: Vec<String> = self
            .params
            .iter()
            .filter(|(_, of)| matches!(of, Kind::List(item) if **item == *kind))
            .map(|(name, _)| format!("${name}"))
            .collect();
        if let Some(param) = self.random.pick(&params)
            && self.random.chance(40)
        {
            return Some(param.clone());
        }
        if *kind == Kind::Text && self.random.chance(25) {
            let separator = self.random.word(&["\",\"", "\"-\"", "\"\""]);
            return Some(format!("split({}, {separator})", self.value(&Kind::Text)));
        }
        // A literal list holds values of one type.
        let kind = &if *kind == Kind::Any { self.scalar_kind() } else { kind.clone() };
        let count = self.random.between(1, 3);
        let items: Vec<String> =
            (0..count).map(|_| if self.random.chance(75) { self.literal(kind) } else { self.value(kind) }).collect();
        Some(format!("[{}]", items.join(", ")))
    }

    /// One record of a noun, as a path.
    pub(super) fn record(&mut self, noun: usize) -> Option<String> {
        self.reach(&|shape| *shape == Shape::Record(noun)).filter(|text| !text.is_empty())
    }
}
