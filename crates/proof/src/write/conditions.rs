//! Conditions: comparisons of every type, tests of text, membership, existence, predicates, and what joins them.

use super::{Shape, Writer};
use crate::world::Kind;

impl Writer<'_> {
    /// A condition. Whatever could be read two ways stands in parentheses.
    pub(super) fn condition(&mut self) -> String {
        if !self.spend() {
            return self.comparison();
        }
        match self.random.weighted(&[26, 9, 6, 7, 8, 5, 4, 4, 3, 4, 4, 10, 14, 2, 2]) {
            0 => self.comparison(),
            1 => self.junction("and"),
            2 => self.junction("or"),
            3 => format!("not ({})", self.condition()),
            4 => self.text_test(),
            5 => self.existence(),
            6 => self.membership(),
            7 => self.containment(),
            8 => self.network(),
            9 => format!("({}) unless ({})", self.condition(), self.condition()),
            10 => self.choice_of_conditions(),
            11 => self.predicate_on_path(),
            12 => self.nested_sentence(),
            13 => self.bool_value(),
            _ => self.same_record(),
        }
    }

    fn junction(&mut self, word: &str) -> String {
        let parts: Vec<String> = (0..self.random.between(2, 3)).map(|_| format!("({})", self.condition())).collect();
        parts.join(&format!(" {word} "))
    }

    fn choice_of_conditions(&mut self) -> String {
        format!("(if ({}) then ({}) else ({}))", self.condition(), self.condition(), self.condition())
    }

    /// `== != < <= > >= before after` of two values of one type.
    pub(super) fn comparison(&mut self) -> String {
        match self.random.weighted(&[6, 8, 3, 5, 4, 6, 4, 2]) {
            0 => self.compare(&Kind::Text, &["==", "!="]),
            1 => self.compare(&Kind::Number, &["==", "!=", "<", "<=", ">", ">="]),
            2 => self.compare(&Kind::Bool, &["==", "!="]),
            3 => self.compare(&Kind::Time, &["==", "!=", "<", "<=", ">", ">=", "before", "after"]),
            4 => self.compare(&Kind::Duration, &["==", "!=", "<", "<=", ">", ">="]),
            5 => self.compare_choice(),
            6 => self.compare_dynamic(),
            _ => {
                let sign = self.random.word(&["==", "!="]);
                format!("{} {sign} {}", self.number_from_count(), self.value(&Kind::Number))
            }
        }
    }

    fn number_from_count(&mut self) -> String {
        if self.spend() { self.count_of_phrase() } else { self.value(&Kind::Number) }
    }

    fn compare(&mut self, kind: &Kind, signs: &[&'static str]) -> String {
        let sign = self.random.word(signs);
        let left = self.value(kind);
        let right = self.value(kind);
        format!("{left} {sign} {right}")
    }

    fn compare_choice(&mut self) -> String {
        let mut kind = Kind::Text;
        let found = self.reach_choice(&mut kind);
        let (Some(path), Kind::Choice { ordered, .. }) = (found, &kind) else {
            return self.compare(&Kind::Number, &["<=", "=="]);
        };
        let signs: &[&'static str] = if *ordered { &["==", "!=", "<", "<=", ">", ">="] } else { &["==", "!="] };
        let sign = self.random.word(signs);
        let other = if self.random.chance(80) { self.literal(&kind) } else { path.clone() };
        match self.random.below(5) {
            0 => format!("{other} {sign} {path}"),
            1 => format!("({path} else {}) {sign} {other}", self.literal(&kind)),
            _ => format!("{path} {sign} {other}"),
        }
    }

    /// A path to a value of some choice; says of which.
    fn reach_choice(&mut self, kind: &mut Kind) -> Option<String> {
        for _ in 0..4 {
            let Some(found) = self.reach_any() else { continue };
            if let Shape::One(of @ Kind::Choice { .. }) = &found.shape {
                *kind = of.clone();
                return Some(found.text);
            }
        }
        None
    }

    fn compare_dynamic(&mut self) -> String {
        let value = self.dynamic();
        let kind = self.scalar_kind();
        match self.random.below(6) {
            0 => format!("{value} != {}", self.value(&kind)),
            1 => format!("{value} {} {}", self.random.word(&["<", ">="]), self.value(&Kind::Number)),
            2 => format!("{value} == {}", self.dynamic()),
            3 => format!("{value} {} {}", self.random.word(&["before", "after"]), self.value(&Kind::Time)),
            _ => format!("{value} == {}", self.value(&kind)),
        }
    }

    fn text_test(&mut self) -> String {
        let text = if self.random.chance(15) { self.dynamic() } else { self.value(&Kind::Text) };
        match self.random.below(6) {
            0 => format!("{text} starts with {}", self.short_text()),
            1 => format!("{text} ends with {}", self.short_text()),
            2 => format!(
                "{text} like {}",
                self.random.word(&["\"a*\"", "\"?b\"", "\"*\"", "\"\"", "\"*-1\"", "\"[a]\""])
            ),
            3 | 4 => {
                let pattern =
                    self.random.word(&["/^a/", "/b$/", "/[0-9]+/", "/\u{fc}/", "/^(a|b)+x?$/", "/^$/", "/(?i)PROD/"]);
                format!("{text} matches {pattern}")
            }
            _ => format!("{text} contains {}", self.short_text()),
        }
    }

    fn short_text(&mut self) -> String {
        if self.random.chance(70) {
            self.random.word(&["\"a\"", "\"b\"", "\"\"", "\"pr\"", "\" \"", "\"1\""]).to_owned()
        } else {
            self.value(&Kind::Text)
        }
    }

    fn existence(&mut self) -> String {
        let found = self.reach_any().filter(|found| !found.text.is_empty()).map(|found| found.text);
        let value = found.unwrap_or_else(|| self.value(&Kind::Text));
        match self.random.below(4) {
            0 => format!("{value} is missing"),
            1 => format!("{value} is not missing"),
            _ => format!("{value} exists"),
        }
    }

    fn membership(&mut self) -> String {
        let not = if self.random.chance(30) { "not in" } else { "in" };
        let kind = self.scalar_kind();
        if self.random.chance(12) {
            return format!("{} {not} {}", self.value(&kind), self.dynamic());
        }
        let mut choice = Kind::Text;
        if self.random.chance(25)
            && let Some(path) = self.reach_choice(&mut choice)
        {
            return format!("{path} {not} [{}, {}]", self.literal(&choice), self.literal(&choice));
        }
        match self.list(&kind) {
            Some(list) => format!("{} {not} {list}", self.value(&kind)),
            None => self.comparison(),
        }
    }

    fn containment(&mut self) -> String {
        if self.random.chance(15) {
            let kind = self.scalar_kind();
            return format!("{} contains {}", self.dynamic(), self.value(&kind));
        }
        if self.random.chance(40)
            && let Some((records, noun)) = self.reach_records(None)
            && let Some(record) = self.record(noun)
        {
            return if self.random.chance(50) {
                format!("{records} contains {record}")
            } else {
                format!("{record} in {records}")
            };
        }
        let kind = self.scalar_kind();
        match self.list(&kind) {
            Some(list) => format!("{list} contains {}", self.value(&kind)),
            None => self.comparison(),
        }
    }

    fn network(&mut self) -> String {
        let address = self.value(&Kind::Text);
        let networks = match self.random.below(4) {
            0 => "\"10.0.0.0/8\"".to_owned(),
            1 => "[\"10.0.0.0/8\", \"fd00::/8\"]".to_owned(),
            2 => "\"0.0.0.0/0\"".to_owned(),
            _ => self
                .reach(&|shape| *shape == Shape::One(Kind::Text))
                .filter(|path| !path.contains('"'))
                .unwrap_or_else(|| "\"fd00::/8\"".to_owned()),
        };
        format!("{address} in {networks}")
    }

    fn bool_value(&mut self) -> String {
        match self.reach(&|shape| matches!(shape, Shape::One(Kind::Bool | Kind::Any))) {
            Some(found) => found,
            None => self.comparison(),
        }
    }

    /// `a == b` of two records.
    fn same_record(&mut self) -> String {
        let found = (0..3).find_map(|_| {
            let found = self.reach_any()?;
            match found.shape {
                Shape::Record(noun) if !found.text.is_empty() && !self.world.is_open(noun) => Some((found.text, noun)),
                _ => None,
            }
        });
        let Some((left, noun)) = found else { return self.comparison() };
        match self.record(noun) {
            Some(right) => format!("{left} {} {right}", self.random.word(&["==", "!="])),
            None => self.comparison(),
        }
    }

    /// `path has …`, `path is …`
    fn predicate_on_path(&mut self) -> String {
        let found = (0..3).find_map(|_| {
            let found = self.reach_any()?;
            match found.shape {
                Shape::Record(noun) if !found.text.is_empty() => Some((found.text, noun)),
                _ => None,
            }
        });
        match found {
            Some((path, noun)) => {
                let predicate = self.predicate(noun, false);
                format!("({path} {predicate})")
            }
            None => self.comparison(),
        }
    }
}
