//! What a table says of a system: how its answers are told, where their records stand, and which raw nouns these are.

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
    /// What stands behind the last slash: the session of `arn:…:assumed-role/deployer/ada`.
    BehindSlash,
    /// What stands behind this part of a path: `fraud` behind `models` in `…/models/fraud/versions/3`.
    Behind(&'static str),
}

impl Part {
    /// This part of a text, where it has it.
    pub(crate) fn of(self, text: &str) -> Option<&str> {
        match self {
            Part::Whole => Some(text),
            Part::BehindSlash => Some(text.rsplit_once('/').map_or(text, |(_, behind)| behind)),
            Part::Behind(word) => text.split('/').skip_while(|part| *part != word).nth(1),
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
}

/// Where the records of an answer stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    /// The file is one, a list of them, or one behind the other (JSON Lines).
    Top,
    /// Under these keys, one below the other: a record, or a list of them. A list on the way is gone through.
    Key(&'static [&'static str]),
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
        }
    }

    /// The file is the record.
    pub(crate) const fn single(
        noun: &'static str,
        known_by: &'static [&'static str],
        id: &'static [&'static str],
    ) -> Answer {
        Answer { at: At::Top, known_by, noun: Noun::Is(noun), id, summary: false, flat: &[], named: None, about: &[] }
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
}
