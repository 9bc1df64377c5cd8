//! The facts of a case put together from parts, as importers do it: files, and parts of files, are read by builders of their
//! own that are absorbed in order. Wherever it is cut, the facts must be those that one builder reads.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tickmark_facts::{Builder, FactWarning, Facts, Needs};
use tickmark_program::Program;
use tickmark_source::FileId;

use crate::case::{Case, FIRST_FACTS, TreeReader};
use crate::compare::Difference;
use crate::random::Random;
use crate::shared::shared_needs;
use crate::told::facts_told;

/// Facts, and from what they were put together.
pub(crate) struct Read {
    pub(crate) facts: Facts,
    pub(crate) warnings: Vec<FactWarning>,
    pub(crate) made: Made,
}

/// How often each way of putting parts together was taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Made {
    /// Builders that began anew, as for a file.
    pub(crate) parts: usize,
    /// Builders for what follows in the same file.
    pub(crate) forks: usize,
    /// Parts that were absorbed by a part which was absorbed in turn.
    pub(crate) within: usize,
    /// Times that all was put together before more was read.
    pub(crate) settled: usize,
    /// Times that a builder which had absorbed others read on by itself.
    pub(crate) read_on: usize,
}

/// Where what follows is read.
enum Cut {
    /// By the builder that read what stands before it.
    None,
    /// By a new builder.
    Part,
    /// By a builder for more of the same file.
    Fork,
    /// By the builder of the whole, which has absorbed everything so far.
    ReadOn,
    /// By a new builder, after everything so far was put together.
    Settle,
}

/// A number of a case says in how many ways it is cut, and above these which nouns share what is nested in them: one can be made
/// plain without the other.
const CUTS: u64 = 1024;

/// The same as `split` but for where it is cut, which is as plain as it gets.
pub(crate) fn plainer(split: u64) -> impl Iterator<Item = u64> {
    let shares = split - split % CUTS;
    (0..PLAIN).chain((0..PLAIN).map(move |cut| shares + cut)).filter(move |plain| *plain < split)
}

/// Ways to cut that are not random.
const PLAIN: u64 = 4;

/// Decides where the records are cut, by a number.
struct Cutter {
    /// `None` where everything is read by one builder.
    split: Option<u64>,
    random: Random,
    /// In how many of a hundred places there is a cut.
    percent: usize,
}

impl Cutter {
    fn new(split: Option<u64>) -> Cutter {
        let split = split.map(|split| split % CUTS);
        let mut random = Random::from_seed(split.unwrap_or(0));
        let percent = random.pick(&[100, 60, 25, 8]).copied().unwrap_or(100);
        Cutter { split, random, percent }
    }

    /// The first few numbers are the plain ways, so that a found case can be made plain.
    fn cut(&mut self, starts_file: bool) -> Cut {
        match self.split {
            None => Cut::None,
            Some(0) => Cut::Part,
            Some(1) if starts_file => Cut::Part,
            Some(1) => Cut::None,
            Some(2) if starts_file => Cut::Part,
            Some(2) => Cut::Fork,
            Some(3) => Cut::Settle,
            Some(_) if !self.random.chance(if starts_file { 80 } else { self.percent }) => Cut::None,
            Some(_) => match self.random.weighted(&[45, 35, 10, 10]) {
                1 if !starts_file => Cut::Fork,
                2 => Cut::ReadOn,
                3 => Cut::Settle,
                _ => Cut::Part,
            },
        }
    }

    /// Whether the last two parts become one before they are absorbed by the whole.
    fn joins(&mut self) -> bool {
        self.split.is_some_and(|split| split >= PLAIN) && self.random.chance(30)
    }
}

/// The builders of what was read so far.
struct Assembly {
    whole: Builder,
    /// What the whole is still to absorb.
    waiting: Vec<Builder>,
    /// What is being read: the first part of a file, and the forks for what follows; none where the whole itself reads.
    group: Vec<Builder>,
    cutter: Cutter,
    made: Made,
}

impl Assembly {
    fn new(needs: &Arc<Needs>, split: Option<u64>) -> Assembly {
        let whole = Builder::new(Arc::clone(needs));
        Assembly { whole, waiting: Vec::new(), group: Vec::new(), cutter: Cutter::new(split), made: Made::default() }
    }

    /// The builder for what follows.
    fn next(&mut self, starts_file: bool) -> &mut Builder {
        match self.cutter.cut(starts_file) {
            Cut::None => {}
            Cut::Fork if !self.group.is_empty() => self.fork(),
            Cut::Part | Cut::Fork => self.begin_part(),
            Cut::ReadOn => {
                self.gather();
                self.made.read_on += 1;
            }
            Cut::Settle => {
                self.gather();
                self.whole.settle();
                self.made.settled += 1;
                self.begin_part();
            }
        }
        self.group.last_mut().unwrap_or(&mut self.whole)
    }

    fn fork(&mut self) {
        if let Some(first) = self.group.first_mut() {
            first.forget_new_keys();
            let fork = first.fork();
            self.group.push(fork);
            self.made.forks += 1;
        }
    }

    fn begin_part(&mut self) {
        self.end_group();
        self.group.push(Builder::new(Arc::clone(self.whole.needs())));
        self.made.parts += 1;
    }

    /// The parts of a file become one builder.
    fn end_group(&mut self) {
        let mut group = std::mem::take(&mut self.group).into_iter();
        let Some(mut first) = group.next() else { return };
        group.for_each(|fork| first.absorb(fork));
        match self.waiting.last_mut() {
            Some(before) if self.cutter.joins() => {
                before.absorb(first);
                self.made.within += 1;
            }
            _ => self.waiting.push(first),
        }
    }

    fn gather(&mut self) {
        self.end_group();
        self.waiting.drain(..).for_each(|part| self.whole.absorb(part));
    }

    fn finish(mut self) -> Read {
        self.gather();
        let (facts, warnings) = self.whole.finish();
        Read { facts, warnings, made: self.made }
    }
}

/// Reads the facts of a case for some needs: by one builder, or split into parts by a number.
pub(crate) fn read(case: &Case, needs: &Arc<Needs>, split: Option<u64>) -> Read {
    let mut assembly = Assembly::new(needs, split);
    for (file, nouns) in (FIRST_FACTS..).zip(&case.files) {
        let (mut count, mut starts_file) = (0, true);
        for (noun, records) in nouns.as_object().into_iter().flatten() {
            let Some(noun) = needs.find(noun) else { continue };
            assembly.next(starts_file).supply(noun);
            starts_file = false;
            for record in records.as_array().into_iter().flatten() {
                let mut reader = TreeReader { next: record, file: FileId(file), count };
                let Ok(_) = assembly.next(false).record(noun, &mut reader);
                count = reader.count;
            }
        }
    }
    assembly.finish()
}

/// In what the facts of a case that is put together from parts differ from those of one builder: as the program needs them, and
/// as a program would whose nouns share what is nested in them.
pub(crate) fn difference(case: &Case, program: &Program) -> Option<Difference> {
    let split = case.split?;
    let needs = [("parts", Arc::clone(&program.needs)), ("parts of shared nouns", shared(program, split))];
    needs.into_iter().find_map(|(what, needs)| {
        let read = |split| catch_unwind(AssertUnwindSafe(|| read(case, &needs, split)));
        let at = format!("split {split}, {what}");
        match (read(None), read(Some(split))) {
            (Ok(one), Ok(parts)) => {
                // Of a file that is read in parts only the first tells the keys that nobody wants.
                let keys = parts.made.forks == 0;
                let (left, right) = (told(&one, keys), told(&parts, keys));
                first_line(&left, &right).map(|(left, right)| Difference { at, left, right })
            }
            (one, parts) => {
                let ended = |panicked| if panicked { "a panic" } else { "it ended well" }.to_owned();
                Some(Difference { at, left: ended(one.is_err()), right: ended(parts.is_err()) })
            }
        }
    })
}

/// The needs of a program whose nouns share what is nested in them, as the number of a case says.
pub(crate) fn shared(program: &Program, split: u64) -> Arc<Needs> {
    shared_needs(&program.needs, split / CUTS)
}

fn told(read: &Read, keys: bool) -> String {
    let mut text = facts_told(&read.facts, keys);
    for warning in &read.warnings {
        text.push_str(&format!("{warning:?}\n"));
    }
    text
}

/// The first line in which two texts differ.
fn first_line(left: &str, right: &str) -> Option<(String, String)> {
    if left == right {
        return None;
    }
    let (mut left, mut right) = (left.lines(), right.lines());
    loop {
        let lines = (left.next(), right.next());
        if lines.0 != lines.1 || lines == (None, None) {
            return Some((lines.0.unwrap_or("the end").to_owned(), lines.1.unwrap_or("the end").to_owned()));
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
    use super::*;
    use serde_json::json;
    use std::collections::BTreeSet;

    fn case(split: Option<u64>) -> (Case, Program) {
        let case = Case {
            program: "entity alpha {\n  key id\n  id text\n  x any\n}\ncontrol C-1 \"t\" {\n  cites CC6.1\n  severity low\n  every alpha b1: b1.x.v == \"1\"\n}\n".to_owned(),
            query: String::new(),
            open: BTreeSet::new(),
            files: vec![
                json!({ "alpha": [{ "id": "k1", "x": { "v": "1" } }, { "id": "k2" }, { "id": "k3", "x": [{ "v": "2" }, 7] }] }),
                json!({ "alpha": [{ "id": "k1", "x": { "v": "3" } }] }),
            ],
            as_of: "2026-01-01".to_owned(),
            period: None,
            explain_passes: false,
            list_passes: true,
            explained: None,
            split,
        };
        let program = case.resolve().unwrap();
        (case, program)
    }

    #[test]
    fn a_split_is_made_plain_and_not_otherwise() {
        assert_eq!(plainer(3 * CUTS + 2).collect::<Vec<_>>(), [0, 1, 2, 3, 3 * CUTS, 3 * CUTS + 1]);
        assert_eq!(plainer(0).count(), 0);
    }

    #[test]
    fn each_way_to_put_parts_together_is_taken() {
        let made = |split| {
            let (case, program) = case(Some(split));
            read(&case, &program.needs, Some(split)).made
        };
        // Two nouns that are supplied, and four records.
        assert_eq!(made(0), Made { parts: 6, ..Made::default() });
        assert_eq!(made(1), Made { parts: 2, ..Made::default() });
        assert_eq!(made(2), Made { parts: 2, forks: 4, ..Made::default() });
        assert_eq!(made(3), Made { parts: 6, settled: 6, ..Made::default() });
        let all: Vec<Made> = (4..60).map(made).collect();
        let ways: [fn(&Made) -> usize; 5] =
            [|made| made.parts, |made| made.forks, |made| made.within, |made| made.settled, |made| made.read_on];
        assert!(ways.iter().all(|way| all.iter().any(|made| way(made) > 0)), "{all:?}");
        assert!((0..60).all(|split| {
            let (case, program) = case(Some(split));
            difference(&case, &program).is_none()
        }));
    }

    #[test]
    fn what_a_part_changes_shows() {
        let (case, program) = case(None);
        let text = |case: &Case| told(&read(case, &program.needs, None), true);
        let whole = text(&case);
        let places = ["/alpha/0/x/v", "/alpha/2/id", "/alpha/2/x/0/v", "/alpha/2/x/1"];
        for place in places {
            let mut changed = case.clone();
            *changed.files[0].pointer_mut(place).unwrap() = json!("9");
            assert!(first_line(&whole, &text(&changed)).is_some(), "{place}");
        }
        assert_eq!(first_line("a\nb", "a\nc\nd"), Some(("b".to_owned(), "c".to_owned())));
        assert_eq!(first_line("a\nb", "a"), Some(("b".to_owned(), "the end".to_owned())));
    }
}
