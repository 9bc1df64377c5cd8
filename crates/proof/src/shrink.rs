//! Makes a found case small: takes out items, lines, groups and words of the program, then records, attributes and values
//! of the facts, as long as what is looked for stays.

use serde_json::Value;

use crate::case::Case;
use crate::parts::plainer;

/// How many cases are tried at most.
const TRIES: usize = 20_000;

/// The state of shrinking.
struct Shrinker<'s> {
    best: Case,
    holds: &'s dyn Fn(&Case) -> bool,
    tries: usize,
}

/// The smallest case found for which `holds` still says yes. It is asked of programs that are refused, too, and must say no
/// of these.
#[must_use]
pub fn shrink(case: &Case, holds: &dyn Fn(&Case) -> bool) -> Case {
    let mut shrinker = Shrinker { best: case.clone(), holds, tries: 0 };
    loop {
        let before = shrinker.best.clone();
        shrinker.options();
        shrinker.items();
        shrinker.lines();
        shrinker.facts();
        shrinker.groups();
        shrinker.words();
        if shrinker.best == before || shrinker.tries >= TRIES {
            return shrinker.best;
        }
    }
}

impl Shrinker<'_> {
    /// Takes a smaller case if it still holds.
    fn attempt(&mut self, change: impl FnOnce(&mut Case)) -> bool {
        if self.tries >= TRIES {
            return false;
        }
        let mut case = self.best.clone();
        change(&mut case);
        if case == self.best {
            return false;
        }
        self.tries += 1;
        let holds = (self.holds)(&case);
        if holds {
            self.best = case;
        }
        holds
    }

    fn options(&mut self) {
        self.attempt(|case| case.query.clear());
        self.attempt(|case| case.period = None);
        self.attempt(|case| case.explain_passes = false);
        self.attempt(|case| case.list_passes = true);
        self.attempt(|case| case.explained = None);
        self.attempt(|case| case.split = None);
        for plain in self.best.split.into_iter().flat_map(plainer) {
            if self.attempt(|case| case.split = Some(plain)) {
                break;
            }
        }
        self.attempt(|case| case.as_of = "2026-06-30".to_owned());
    }

    /// Takes pieces out of the program, many at once and then fewer.
    fn pieces(&mut self, cut: fn(&str) -> Vec<String>) {
        let mut size = cut(&self.best.program).len().div_ceil(2);
        while size > 0 {
            let mut at = 0;
            loop {
                let pieces = cut(&self.best.program);
                if at >= pieces.len() {
                    break;
                }
                let kept: String = pieces
                    .iter()
                    .enumerate()
                    .filter(|(index, _)| *index < at || *index >= at + size)
                    .map(|(_, piece)| piece.as_str())
                    .collect();
                if !balanced(&kept) || !self.attempt(|case| case.program = kept) {
                    at += if size > 1 { size } else { 1 };
                }
            }
            size /= 2;
        }
    }

    fn items(&mut self) {
        self.pieces(items);
    }

    fn lines(&mut self) {
        self.pieces(|text| text.split_inclusive('\n').map(str::to_owned).collect());
    }

    fn words(&mut self) {
        self.pieces(words);
    }

    /// Puts `true`, a number or what stands inside in the place of what stands in parentheses.
    fn groups(&mut self) {
        let mut from = 0;
        while let Some((start, end)) = group(&self.best.program, from) {
            let program = self.best.program.clone();
            let (before, after) = (program.get(..start).unwrap_or(""), program.get(end..).unwrap_or(""));
            let inside = program.get(start + 1..end - 1).unwrap_or("").to_owned();
            let mut replacements = vec!["(true)".to_owned(), "(false)".to_owned(), "1".to_owned()];
            let mut inner = 0;
            while let Some((a, b)) = group(&inside, inner) {
                replacements.push(inside.get(a..b).unwrap_or("").to_owned());
                inner = b;
            }
            replacements.push(inside);
            let mut changed = false;
            for replacement in replacements {
                if replacement.len() < end - start
                    && self.attempt(|case| case.program = format!("{before}{replacement}{after}"))
                {
                    changed = true;
                    break;
                }
            }
            if !changed {
                from = start + 1;
            }
        }
    }

    // ---- facts -------------------------------------------------------------------------------------------------

    fn facts(&mut self) {
        for file in (0..self.best.files.len()).rev() {
            if self.best.files.len() > 1 {
                self.attempt(|case| {
                    case.files.remove(file);
                });
            }
        }
        for file in 0..self.best.files.len() {
            self.below(file, &mut Vec::new());
        }
    }

    /// Shrinks the value at a path, and then what is in it.
    fn below(&mut self, file: usize, path: &mut Vec<Step>) {
        let Some(value) = self.best.files.get(file).and_then(|value| at(value, path)).cloned() else { return };
        match value {
            Value::Array(items) => {
                let mut size = items.len();
                while size > 0 {
                    let mut start = 0;
                    while start < self.length(file, path) {
                        let shorter = self.change(file, path, |value| {
                            if let Value::Array(items) = value {
                                let end = (start + size).min(items.len());
                                items.drain(start..end);
                            }
                        });
                        start += if shorter { 0 } else { size };
                    }
                    size /= 2;
                }
                for index in 0..self.length(file, path) {
                    path.push(Step::Item(index));
                    self.below(file, path);
                    path.pop();
                }
            }
            Value::Object(members) => {
                for name in members.keys() {
                    let gone = self.change(file, path, |value| {
                        if let Value::Object(members) = value {
                            members.remove(name);
                        }
                    });
                    if !gone {
                        path.push(Step::Member(name.clone()));
                        self.below(file, path);
                        path.pop();
                    }
                }
            }
            Value::Number(_) => {
                let _ = self.change(file, path, |value| *value = Value::from(0))
                    || self.change(file, path, |value| *value = Value::from(1));
            }
            _ => {}
        }
    }

    fn length(&self, file: usize, path: &[Step]) -> usize {
        let value = self.best.files.get(file).and_then(|value| at(value, path));
        value.and_then(Value::as_array).map_or(0, Vec::len)
    }

    fn change(&mut self, file: usize, path: &[Step], change: impl FnOnce(&mut Value)) -> bool {
        self.attempt(|case| {
            if let Some(value) = case.files.get_mut(file).and_then(|value| at_mut(value, path)) {
                change(value);
            }
        })
    }
}

/// One step into a JSON value.
#[derive(Clone, Debug)]
enum Step {
    Item(usize),
    Member(String),
}

fn at<'v>(value: &'v Value, path: &[Step]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, step| match step {
        Step::Item(index) => value.get(index),
        Step::Member(name) => value.get(name),
    })
}

fn at_mut<'v>(value: &'v mut Value, path: &[Step]) -> Option<&'v mut Value> {
    path.iter().try_fold(value, |value, step| match step {
        Step::Item(index) => value.get_mut(index),
        Step::Member(name) => value.get_mut(name),
    })
}

/// The items of a program: each begins at the left edge.
fn items(text: &str) -> Vec<String> {
    let mut items: Vec<String> = Vec::new();
    for line in text.split_inclusive('\n') {
        let goes_on = line.starts_with([' ', '}']);
        match items.last_mut() {
            Some(item) if goes_on => item.push_str(line),
            _ => items.push(line.to_owned()),
        }
    }
    items
}

/// Words, signs and texts, each with the blanks after it.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut quoted = false;
    let mut escaped = false;
    let mut glue = false;
    for letter in text.chars() {
        let wordy = letter.is_alphanumeric() || matches!(letter, '_' | '.' | '$');
        let joins = quoted || glue && wordy || letter.is_whitespace();
        match words.last_mut() {
            Some(word) if joins => word.push(letter),
            _ => words.push(letter.to_string()),
        }
        if letter == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = letter == '\\' && !escaped;
        glue = wordy && !letter.is_whitespace();
    }
    words
}

/// Whether brackets of each kind are as often opened as closed: a cheap look before the parser's.
fn balanced(text: &str) -> bool {
    [('(', ')'), ('[', ']'), ('{', '}')]
        .iter()
        .all(|(open, close)| text.matches(*open).count() == text.matches(*close).count())
}

/// The next group in parentheses: where it begins and ends.
fn group(text: &str, from: usize) -> Option<(usize, usize)> {
    let start = from + text.get(from..)?.find('(')?;
    let mut depth = 0_usize;
    for (offset, letter) in text.get(start..)?.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((start, start + offset + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn what_is_looked_for_is_all_that_is_left() {
        let case = Case {
            program: "entity a {\n  x text\n}\ncontrol C-1 \"t\" {\n  every a: (1 == 2) and ((lower(x)) == \"a\")\n}\n"
                .to_owned(),
            query: "a".to_owned(),
            open: BTreeSet::new(),
            files: vec![serde_json::json!({ "a": [{ "x": "1" }, { "x": "2", "y": [7, 5] }, {}], "b": [] })],
            as_of: "2026-01-01".to_owned(),
            period: None,
            explain_passes: true,
            list_passes: true,
            explained: None,
            split: None,
        };
        let holds = |case: &Case| {
            balanced(&case.program) && case.program.contains("lower(") && case.files[0].to_string().contains('5')
        };
        let small = shrink(&case, &holds);
        // Brackets go in pairs, and no piece of the text is the braces without what is in them.
        assert_eq!(small.program.split_whitespace().collect::<String>(), "{lower()}");
        assert_eq!(small.files[0].to_string(), "{\"a\":[{\"y\":[5]}]}");
        assert_eq!((small.query.as_str(), small.explain_passes), ("", false));
    }

    #[test]
    fn a_program_falls_into_words_and_items() {
        assert_eq!(words("a.b  (\"x (\\\" y\" 1)"), ["a.b  ", "(", "\"x (\\\" y\" ", "1", ")"]);
        assert_eq!(items("a {\n  b\n}\nc\n"), ["a {\n  b\n}\n", "c\n"]);
    }
}
