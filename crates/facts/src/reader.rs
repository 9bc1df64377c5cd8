//! How an importer hands over values: a pull reader over one record, whatever the file format.

use tickmark_source::Place;

/// A single value as the export has it, before it is read as the declared type.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar<'a> {
    /// Null: the key is there, the value is not.
    Null,
    /// It will have a value that is not known yet (`after_unknown`), or could not be read: why, in words.
    Unknown(&'a str),
    /// Whether it has a value is not known, as where a service refused to answer: why, in words.
    MayBeMissing(&'a str),
    /// A text that encodes JSON of which a part is not known, so that the text is not known either.
    KnownInPart {
        /// Why the part is not known, in words.
        why: &'a str,
        /// The JSON, with an object of the one key [`HOLE`] for each part that is not known; its value says why.
        document: &'a str,
    },
    /// A bool.
    Bool(bool),
    /// A number that a 64-bit float holds exactly enough.
    Number(f64),
    /// An integer beyond 2^53 that a 64-bit float would change: its digits.
    BigInteger(&'a str),
    /// A text.
    Text(&'a str),
}

impl Scalar<'_> {
    /// Whether it stands for a value that is not known.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        matches!(self, Scalar::Unknown(_) | Scalar::MayBeMissing(_) | Scalar::KnownInPart { .. })
    }
}

/// The key that stands for a part of a JSON text that is not known: no JSON that somebody wrote has it.
pub const HOLE: &str = "\u{0}not known";

/// What stands next in a [`ValueReader`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// Null, unknown, bool, number or text.
    Scalar,
    /// A list.
    List,
    /// An object: keys and values.
    Object,
}

/// Pulls one value out of an export. Implemented for JSON, YAML, CSV rows, `given` records of tests, and the merged
/// view of a Terraform plan; [`crate::Builder::record`] reads any of them by the types of [`crate::Needs`], and skips what
/// is not wanted at the parser's speed.
///
/// The reader stands before a value; exactly one of `scalar`, `list`, `object`, `skip` is called for it.
pub trait ValueReader {
    /// Why reading can fail: a syntax error in the file, a limit.
    type Error;

    /// What stands next.
    ///
    /// # Errors
    /// Where the file is broken here.
    fn kind(&mut self) -> Result<ValueKind, Self::Error>;

    /// Where the value that stands next begins.
    fn place(&mut self) -> Place;

    /// Takes a scalar.
    ///
    /// # Errors
    /// Where the file is broken here.
    fn scalar<R>(&mut self, take: impl FnOnce(Scalar<'_>) -> R) -> Result<R, Self::Error>;

    /// Takes a scalar whose declared type is text: a number or bool as the text that stands in the file (`1.10`, not the
    /// number 1.1). A reader that no longer has that text gives what [`Self::scalar`] gives.
    ///
    /// # Errors
    /// Where the file is broken here.
    fn written<R>(&mut self, take: impl FnOnce(Scalar<'_>) -> R) -> Result<R, Self::Error> {
        self.scalar(take)
    }

    /// Takes a list: calls `item` before each of its values, which must consume exactly that value.
    ///
    /// # Errors
    /// Where the file is broken here, or `item` fails.
    fn list(&mut self, item: &mut dyn FnMut(&mut Self) -> Result<(), Self::Error>) -> Result<(), Self::Error>;

    /// Takes an object: calls `member` with each key before its value, which must consume exactly that value.
    ///
    /// # Errors
    /// Where the file is broken here, or `member` fails.
    #[expect(clippy::type_complexity, reason = "a name for the closure would hide what it is called with")]
    fn object(&mut self, member: &mut dyn FnMut(&mut Self, &str) -> Result<(), Self::Error>)
    -> Result<(), Self::Error>;

    /// Skips the value that stands next.
    ///
    /// # Errors
    /// Where the file is broken here.
    fn skip(&mut self) -> Result<(), Self::Error>;

    /// Takes a text without making a `str` of it, where one stands next: `take` gets its UTF-8. Otherwise, or where the
    /// reader has no such way, nothing is taken and nothing given.
    ///
    /// # Errors
    /// Where the file is broken here.
    fn text_bytes<R>(&mut self, take: impl FnOnce(&[u8]) -> R) -> Result<Option<R>, Self::Error> {
        let _ = take;
        Ok(None)
    }

    /// Takes an object as [`Self::object`] does, for one who foresees its keys. A reader that has the text at hand asks
    /// [`Members::foresee`] before it reads a key.
    ///
    /// # Errors
    /// Where the file is broken here, or `members` fails.
    fn members<M: Members<Self>>(&mut self, members: &mut M) -> Result<(), Self::Error>
    where
        Self: Sized,
    {
        self.object(&mut |reader, name| {
            members.key(name);
            members.value(reader)
        })
    }
}

/// Takes the members of an object, each by a key and then its value.
pub trait Members<V: ValueReader> {
    /// Whether the text behind the opening quote of a key begins with a key that is foreseen and its closing quote: then
    /// that is the key, and the bytes that it takes are given. 0 where it does not.
    fn foresee(&mut self, rest: &[u8]) -> usize;

    /// The key is this one.
    fn key(&mut self, name: &str);

    /// Takes the value of the key that was met last; it must consume exactly that value.
    ///
    /// # Errors
    /// Where the file is broken here.
    fn value(&mut self, reader: &mut V) -> Result<(), V::Error>;
}
