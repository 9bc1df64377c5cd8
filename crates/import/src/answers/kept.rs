//! Answers that are kept under names: of each user one, say, under the name of the user. Names alone do not tell things of two accounts
//! apart, so that what a name stands for is looked up in the other answers: the nearest one that tells of a thing of that name.

use crate::answers::table::{Answer, Noun, System};
use crate::document::Document;
use crate::error::place;
use crate::json::JsonReader;
use crate::single::Single;
use crate::tree::Node;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tickmark_facts::{Builder, Scalar, ValueReader};

/// How an answer is kept that stands under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kept {
    /// The attribute that is the name.
    pub(crate) name: &'static str,
    /// The attribute that is what stands under it.
    pub(crate) attribute: &'static str,
    /// How the name of the file begins, which tells the answer where it holds nothing of anybody.
    pub(crate) file: &'static str,
}

/// What a file tells of names.
#[derive(Default)]
pub(crate) struct Told {
    /// What is called so: noun, name, id.
    called: Vec<(&'static str, String, String)>,
    /// What is kept, and under which name.
    kept: Vec<(&'static Answer, String)>,
}

impl Told {
    /// Notes what the record that stands next is called; the reader stays where it is.
    pub(crate) fn learn(&mut self, answer: &'static Answer, reader: &mut JsonReader<'_>) {
        let (Some(called), Noun::Is(noun), [wanted]) = (answer.called, answer.noun, answer.id) else { return };
        let at = reader.offset();
        let (mut name, mut id) = (None, None);
        // What is broken is said when the record is read.
        let _ = reader.again(at, reader.depth()).object_or_skip(&mut |reader, key| {
            match key {
                key if key == called => name = reader.printed()?,
                key if key == *wanted => id = reader.printed()?,
                _ => reader.skip()?,
            }
            Ok(())
        });
        self.called.extend(name.zip(id).map(|(name, id)| (noun, name, id)));
    }

    /// Notes what a row is called.
    pub(crate) fn learn_row(&mut self, answer: &'static Answer, row: &Node) {
        let (Some(called), Noun::Is(noun), [wanted]) = (answer.called, answer.noun, answer.id) else { return };
        self.called.extend(row.text_of(called).zip(row.text_of(wanted)).map(|(name, id)| (noun, name, id)));
    }

    /// Notes that something is kept under a name.
    pub(crate) fn keep(&mut self, answer: &'static Answer, name: &str) {
        self.kept.push((answer, name.to_owned()));
    }
}

/// A thing that names stand for: its noun and id.
type Thing = (&'static str, String);

/// What names stand for.
#[derive(Default)]
pub(crate) struct Names<'d> {
    /// By noun and name: the file that tells of it, and its id.
    called: BTreeMap<Thing, Vec<(&'d Document, String)>>,
    /// What is kept of each thing.
    kept: BTreeMap<Thing, BTreeSet<&'static str>>,
    /// Of how many nobody tells.
    pub(crate) nameless: u64,
    /// The answers of the system that are kept under names.
    answers: Vec<(&'static str, Kept)>,
}

impl<'d> Names<'d> {
    /// What the files tell.
    pub(crate) fn of<'t>(system: &System, told: impl Iterator<Item = (&'d Document, &'t Told)> + Clone) -> Self {
        let mut names = Names::default();
        for answer in system.answers {
            names
                .answers
                .extend(answer.kept.into_iter().flat_map(|kept| answer.noun.all().map(move |noun| (noun, kept))));
        }
        for (document, told) in told.clone() {
            for (noun, name, id) in &told.called {
                names.called.entry((*noun, name.clone())).or_default().push((document, id.clone()));
            }
        }
        for (document, told) in told {
            for (answer, name) in &told.kept {
                let (Some(kept), Noun::Is(noun)) = (answer.kept, answer.noun) else { continue };
                match names.id(noun, name, document).map(str::to_owned) {
                    Some(id) => {
                        names.kept.entry((noun, id)).or_default().insert(kept.attribute);
                    }
                    None => names.nameless += 1,
                }
            }
        }
        names
    }

    /// The id of what a file calls so: of all that are called so, the one that a file tells of which lies nearest. `None` where
    /// none is, or files that lie equally near tell of several.
    pub(crate) fn id(&self, noun: &'static str, name: &str, file: &Document) -> Option<&str> {
        let found = self.called.get(&(noun, name.to_owned()))?;
        let nearest = found.iter().map(|(document, _)| in_common(document, file)).max()?;
        let mut ids =
            found.iter().filter(|(document, _)| in_common(document, file) == nearest).map(|(_, id)| id.as_str());
        let first = ids.next()?;
        ids.all(|id| id == first).then_some(first)
    }

    /// The things of which something is kept.
    pub(crate) fn things(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.kept.keys().map(|(noun, id)| (*noun, id.as_str()))
    }

    /// The attributes of a noun that answers tell which are kept under names.
    pub(crate) fn attributes(&self, noun: &str) -> impl Iterator<Item = &'static str> {
        self.answers.iter().filter(move |(of, _)| *of == noun).map(|(_, kept)| kept.attribute)
    }

    /// Leaves unknown what answers would tell which are kept under names, of each thing that has none. What it lacks would be
    /// nothing else, where another thing has it.
    pub(crate) fn fill_in(&self, builder: &mut Builder) {
        let needs = Arc::clone(builder.needs());
        let nothing = BTreeSet::new();
        let mut done = BTreeSet::new();
        for ((noun, _), told) in &self.called {
            for (document, id) in told {
                let thing = (*noun, id.clone());
                let kept = self.kept.get(&thing).unwrap_or(&nothing);
                if !done.insert(thing) {
                    continue;
                }
                let lacking = self.answers.iter().filter(|(of, answer)| of == noun && !kept.contains(answer.attribute));
                let lacking: Vec<&Kept> = lacking.map(|(_, answer)| answer).collect();
                let Some(noun) = needs.find(noun).filter(|noun| needs.noun(*noun).wanted && !lacking.is_empty()) else {
                    continue;
                };
                let need = needs.noun(noun);
                let [key] = need.key.as_slice() else { continue };
                let at = place(document.file, 0);
                let row = builder.begin(noun, at);
                builder.set(noun, row, *key, Scalar::Text(id), at);
                for answer in lacking {
                    let why = format!("no answer of `{}` says it of this one", answer.file);
                    if let Some(attribute) = need.attribute(answer.attribute) {
                        // A scalar that stands for nothing known cannot fail to be read.
                        let mut unknown = Single::scalar(Scalar::MayBeMissing(&why), at);
                        let _ = builder.set_from(noun, row, attribute, &mut unknown);
                    }
                }
            }
        }
    }
}

/// How many folders two files have in common.
fn in_common(one: &Document, other: &Document) -> usize {
    fn folders(document: &Document) -> std::str::Split<'_, char> {
        document.path.rsplit_once('/').map_or("", |(folder, _)| folder).split('/')
    }
    folders(one).zip(folders(other)).take_while(|(one, other)| one == other).count()
}
