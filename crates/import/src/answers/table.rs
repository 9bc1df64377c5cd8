//! What a table says of a system: how its answers are told, where their records stand, and which raw nouns these are.

use crate::answers::kept::Kept;
use crate::answers::reader::percent_decoded;
use crate::answers::report::Report;
use std::borrow::Cow;

/// A system whose exported answers are read by a table.
pub(crate) struct System {
    /// The name of the kind of source, as in `vertex=PATH`.
    pub(crate) name: &'static str,
    /// What a source of the kind is, in one line.
    pub(crate) about: &'static str,
    /// Its answers. Where two of them fit a file, the first counts.
    pub(crate) answers: &'static [Answer],
    /// Attributes (in snake_case) that hold a JSON document: as text, as URL-encoded text, or as the object itself. All of these
    /// become the text of the document.
    pub(crate) documents: &'static [&'static str],
    /// Attributes that are read once more under another name, in whatever record they stand and that name is declared.
    pub(crate) copies: &'static [Copied],
    /// How its records are read.
    pub(crate) reading: Reading,
}

/// How the records of a system are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// As the tables say.
    Tables,
    /// As the events of OpenLineage, of which several tell of one run.
    OpenLineage,
    /// As the tables say; and what a record does not say of where it belongs, what was asked for it does, or the files beside it.
    Asked(Part),
}

/// An attribute that is read once more under another name.
pub(crate) struct Copied {
    /// Its name, in snake_case.
    pub(crate) of: &'static str,
    /// The other name.
    pub(crate) to: &'static str,
    /// Which part of it.
    pub(crate) part: Part,
}

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// All of it: a reference beside the text, say.
    Whole,
    /// All of it, where it is a text.
    Text,
    /// What stands behind the last slash: the session of `arn:…:assumed-role/deployer/ada`.
    BehindSlash,
    /// What stands behind this part of a path: `fraud` behind `models` in `…/models/fraud/versions/3`.
    Behind(&'static str),
    /// What stands at the marked steps of an address, put together anew: the first of these forms that it has.
    Steps(&'static [Form]),
    /// This one of the parts between colons, counted from 0: the account of an ARN is part 4.
    Field(usize),
    /// Not a part: a policy document (or of a list of versions the default one) as a list of statements in one form.
    Statements,
    /// Not a part: the members of a binding of Google Cloud as a list of records.
    Members,
}

/// A form that a stretch of an address may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    /// Its steps, one behind the other: a word, `*` for any, `#` for one of digits alone. Steps end at `/`, `?`, `#`, `,` and blanks.
    pub(crate) steps: &'static [&'static str],
    /// What becomes of the steps that are no words: `{}` stands for one after the other.
    pub(crate) shown: &'static str,
}

impl Form {
    /// What an address of this form says.
    fn of(&self, address: &str) -> Option<String> {
        let steps: Vec<&str> = address.split(['/', '?', '#', ',', ' ']).collect();
        let fits = |stretch: &&[&str]| {
            stretch.iter().zip(self.steps).all(|(step, wanted)| match *wanted {
                "*" => !step.is_empty(),
                "#" => !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit()),
                word => *step == word,
            })
        };
        let found = steps.windows(self.steps.len()).find(fits)?;
        let mut said = found.iter().zip(self.steps).filter(|(_, wanted)| matches!(**wanted, "*" | "#"));
        let mut text = String::new();
        let mut parts = self.shown.split("{}").peekable();
        while let Some(part) = parts.next() {
            text.push_str(part);
            if parts.peek().is_some() {
                text.push_str(&percent_decoded(said.next()?.0));
            }
        }
        Some(text)
    }
}

impl Part {
    /// This part of a text, where it has it.
    pub(crate) fn of(self, text: &str) -> Option<Cow<'_, str>> {
        match self {
            Part::Whole | Part::Text => Some(Cow::Borrowed(text)),
            Part::BehindSlash => Some(Cow::Borrowed(text.rsplit_once('/').map_or(text, |(_, behind)| behind))),
            Part::Behind(word) => text.split('/').skip_while(|part| *part != word).nth(1).map(Cow::Borrowed),
            Part::Steps(forms) => forms.iter().find_map(|form| form.of(text)).map(Cow::Owned),
            Part::Field(index) => text.split(':').nth(index).filter(|part| !part.is_empty()).map(Cow::Borrowed),
            Part::Statements | Part::Members => None,
        }
    }
}

/// One kind of answer.
pub(crate) struct Answer {
    /// Where its records stand.
    pub(crate) at: At,
    /// The keys by which it is told. Of records at the top all of them must be there, of others one in the first record.
    pub(crate) known_by: &'static [&'static str],
    /// The raw noun of its records.
    pub(crate) noun: Noun,
    /// The keys that tell records apart, as they are written. With none, each is another.
    pub(crate) id: &'static [&'static str],
    /// It says less of its records than another answer does: what it leaves out is not known, until the other answer is here too.
    pub(crate) summary: bool,
    /// Keys (each as the path to it) whose members are members of the record.
    pub(crate) flat: &'static [&'static [&'static str]],
    /// The attribute that holds the name of the file without its ending, where the record does not say it itself: many
    /// answers do not say what was asked for.
    pub(crate) named: Option<&'static str>,
    /// It is about another record: by the word in front of the name of the file, or of the resource in `ResourceArn`, the noun of that
    /// record and the attribute that tells it apart.
    pub(crate) about: &'static [(&'static str, &'static str, &'static str)],
    /// Whoever asks chooses what is answered: an attribute that no record carries was not asked for.
    pub(crate) chosen: bool,
    /// Attributes that many records do not say themselves, and the part of what was asked for that does.
    pub(crate) asked: &'static [(&'static str, Part)],
    /// It is what the service said instead of an answer: where the message is this one, the thing is not there; any other leaves all
    /// of it unknown.
    pub(crate) refusal: Option<&'static str>,
    /// That it was asked for at all is a record of its own.
    pub(crate) collected: Option<Collected>,
    /// It holds JSON as a text, which is read as if it stood there.
    pub(crate) inlined: Option<Inlined>,
    /// Those of its records that have one of these texts under a key are records of another noun too: of millions of events the few
    /// that matter.
    pub(crate) picked: Option<Picked>,
    /// The key by which other answers call its records, where they do not use what tells these apart.
    pub(crate) called: Option<&'static str>,
    /// It is kept under a name, of each thing one.
    pub(crate) kept: Option<Kept>,
    /// It holds a report of credentials.
    pub(crate) report: Option<Report>,
}

/// What is told of an answer as a whole: of another record these here are all that there are, be they none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Collected {
    /// The noun of what is told.
    pub(crate) noun: &'static str,
    /// Its attribute that says which other record that is.
    pub(crate) attribute: &'static str,
    /// The key of a record of the answer that says so, and which part of it does.
    pub(crate) said: (&'static str, Part),
    /// The part of what was asked for that does.
    pub(crate) asked: Part,
}

/// Which text of a record is read as JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Inlined {
    /// What stands under this key is the record.
    Whole(&'static str),
    /// What stands under these keys is an object of the record.
    Parts(&'static [&'static str]),
}

/// Some of the records of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Picked {
    /// The key that tells them.
    pub(crate) key: &'static str,
    /// What stands under it.
    pub(crate) texts: &'static [&'static str],
    /// The noun that they are too.
    pub(crate) noun: &'static str,
}

/// Where the records of an answer stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// The file is one, a list of them, or one behind the other (JSON Lines).
    Top,
    /// Under these keys, one below the other: a record, or a list of them. A list on the way is gone through. `*` is any key: of what
    /// is kept under names.
    Key(&'static [&'static str]),
    /// The file is a table in CSV whose columns have these names among others.
    Sheet,
}

/// The raw noun of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Noun {
    /// This one.
    Is(&'static str),
    /// As a text in it says: its key, then texts with their nouns. Records with another text are passed over.
    By(&'static str, &'static [(&'static str, &'static str)]),
}

impl Noun {
    /// Every noun that it can be.
    pub(crate) fn all(&self) -> impl Iterator<Item = &'static str> {
        let (one, several): (Option<&'static str>, &'static [_]) = match self {
            Noun::Is(noun) => (Some(noun), &[]),
            Noun::By(_, nouns) => (None, nouns),
        };
        one.into_iter().chain(several.iter().map(|(_, noun)| *noun))
    }
}

impl Answer {
    /// Every noun whose records it may hold.
    pub(crate) fn nouns(&self) -> impl Iterator<Item = &'static str> {
        let told = self.collected.map(|collected| collected.noun);
        self.noun.all().chain(self.picked.map(|picked| picked.noun)).chain(told)
    }

    /// Records under a key, of which a table goes on to say more.
    pub(crate) const fn list(
        key: &'static [&'static str],
        noun: &'static str,
        known_by: &'static [&'static str],
        id: &'static [&'static str],
    ) -> Answer {
        Answer {
            at: At::Key(key),
            known_by,
            noun: Noun::Is(noun),
            id,
            summary: false,
            flat: &[],
            named: None,
            about: &[],
            chosen: false,
            asked: &[],
            refusal: None,
            collected: None,
            inlined: None,
            picked: None,
            called: None,
            kept: None,
            report: None,
        }
    }

    /// The file is the record.
    pub(crate) const fn single(
        noun: &'static str,
        known_by: &'static [&'static str],
        id: &'static [&'static str],
    ) -> Answer {
        Answer { at: At::Top, ..Answer::list(&[], noun, known_by, id) }
    }

    /// The rows of a table in CSV.
    pub(crate) const fn sheet(
        noun: &'static str,
        columns: &'static [&'static str],
        id: &'static [&'static str],
    ) -> Answer {
        Answer { at: At::Sheet, chosen: true, ..Answer::list(&[], noun, columns, id) }
    }

    /// The same answer as one that says less than another.
    pub(crate) const fn summary(self) -> Answer {
        Answer { summary: true, ..self }
    }

    /// The same answer with keys whose members are members of the record.
    pub(crate) const fn flat(self, flat: &'static [&'static [&'static str]]) -> Answer {
        Answer { flat, ..self }
    }

    /// The same answer, whose records are told apart by the name of the file.
    pub(crate) const fn named(self, attribute: &'static str) -> Answer {
        Answer { named: Some(attribute), ..self }
    }

    /// The same answer, which is about records of other nouns.
    pub(crate) const fn about(self, about: &'static [(&'static str, &'static str, &'static str)]) -> Answer {
        Answer { about, ..self }
    }

    /// The same answer, whose records say by a text which noun they are.
    pub(crate) const fn by(self, key: &'static str, nouns: &'static [(&'static str, &'static str)]) -> Answer {
        Answer { noun: Noun::By(key, nouns), ..self }
    }

    /// The same answer, whose attributes are those that were asked for.
    pub(crate) const fn chosen(self) -> Answer {
        Answer { chosen: true, ..self }
    }

    /// The same answer, whose records are told where they belong by what was asked for.
    pub(crate) const fn asked(self, asked: &'static [(&'static str, Part)]) -> Answer {
        Answer { asked, ..self }
    }

    /// The same answer as a refusal: with this message there is none.
    pub(crate) const fn refusal(self, none: &'static str) -> Answer {
        Answer { refusal: Some(none), ..self }
    }

    /// The same answer, of which it is told that it was asked for.
    pub(crate) const fn collected(self, collected: Collected) -> Answer {
        Answer { collected: Some(collected), ..self }
    }

    /// The same answer, which holds JSON as a text.
    pub(crate) const fn inlined(self, inlined: Inlined) -> Answer {
        Answer { inlined: Some(inlined), ..self }
    }

    /// The same answer, some of whose records are of another noun too.
    pub(crate) const fn picked(self, picked: Picked) -> Answer {
        Answer { picked: Some(picked), ..self }
    }

    /// The same answer, whose records other answers call by this key.
    pub(crate) const fn called(self, key: &'static str) -> Answer {
        Answer { called: Some(key), ..self }
    }

    /// The same answer, kept under names. Its path begins with `*`, and goes on with the keys that lead to what is kept.
    pub(crate) const fn kept(self, kept: Kept) -> Answer {
        Answer { kept: Some(kept), ..self }
    }

    /// The same answer, which holds a report of credentials.
    pub(crate) const fn report(self, report: Report) -> Answer {
        Answer { report: Some(report), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::{Form, Part};

    #[test]
    fn steps_of_an_address_are_put_together() {
        const PULL: Part = Part::Steps(&[
            Form { steps: &["repos", "*", "*", "pulls", "#"], shown: "{}/{}@{}" },
            Form { steps: &["*", "*", "pull", "#"], shown: "{}/{}@{}" },
        ]);
        for (address, said) in [
            ("https://api.github.com/repos/o/r/pulls/41/reviews?per_page=100", Some("o/r@41")),
            ("https://github.com/o/r/pull/41#pullrequestreview-80", Some("o/r@41")),
            ("GET /repos/o/r/pulls/41/reviews, page 0", Some("o/r@41")),
            ("repos/o/r/pulls/41/reviews/json", Some("o/r@41")),
            ("https://ghe.example/api/v3/repos/o/a%20b/pulls/7", Some("o/a b@7")),
            ("https://api.github.com/repos/o/r/pulls", None),
            ("https://api.github.com/repos/o/r/pulls/comments/1", None),
            ("https://api.github.com/users/octocat", None),
            ("", None),
        ] {
            assert_eq!(PULL.of(address).as_deref(), said, "{address}");
        }
    }
}
