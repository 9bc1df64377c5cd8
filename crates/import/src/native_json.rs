//! Native facts in JSON, read once from front to back, long lists of records by several threads.
//!
//! The file is taken for native facts from its first key, and that is verified when its end is reached. Whatever is wrong with
//! it, this reader only says that it will not do: then [`crate::native::read_json`] reads the file from its start.

use crate::detect::{Detected, Member, MemberKind, classify};
use crate::document::Document;
use crate::error::ReadError;
use crate::json::JsonReader;
use crate::json::parts::{Cuts, Part};
use crate::native::{ENVELOPE_KEY, read_records, supply, take_record};
use crate::piece::Piece;
use smol_str::SmolStr;
use std::collections::BTreeSet;
use std::sync::Arc;
use tickmark_facts::{Needs, NounId, ValueReader};

/// Reads native facts; `None` where they must be read by someone more patient. An outline that was made before spares to look
/// at what nobody wants, and to tell once more what the file is.
pub(crate) fn read(
    document: &Document,
    outline: Option<&[Member]>,
    mut piece: Piece,
    distance: usize,
) -> Option<Piece> {
    let needs = &Arc::clone(piece.builder.needs());
    piece.builder.expect_source_of(document.bytes.len());
    let mut seen = BTreeSet::new();
    let mut twice = false;
    let mut known = outline.unwrap_or_default().iter();
    let members = each_member(document, |reader, key, kind| {
        if key == ENVELOPE_KEY {
            known.next();
            return piece.told.envelope.read(reader, &mut piece.told.diagnostics).map(|()| None);
        }
        twice |= !seen.insert(SmolStr::new(key));
        let known = known.next().and_then(|member| Some((member.end, member.records?)));
        match known.filter(|_| !is_wanted(needs, key)) {
            Some((end, records)) => {
                supply(needs.find(key), key, reader.place(), &mut piece);
                piece.told.records += records;
                reader.go_on_at(end);
            }
            None => read_member(document, reader, (key, kind), &mut piece, distance)?,
        }
        Ok(None)
    })?;
    if outline.is_none() && !are_native(document, &members) {
        return None;
    }
    // The warning of a noun that stands twice stands before those of its records.
    (!twice).then_some(piece)
}

fn is_wanted(needs: &Needs, name: &str) -> bool {
    needs.find(name).is_some_and(|noun| needs.noun(noun).wanted)
}

/// How the members lie in the file, and how many records each holds.
pub(crate) fn outline(document: &Document, distance: usize) -> Option<Vec<Member>> {
    let members = each_member(document, |reader, _, kind| match kind {
        MemberKind::Records => {
            let mut counted = Counted { records: 0, others: 0 };
            cuts(document, distance).read_list(reader, &mut counted)?;
            Ok((counted.others == 0).then_some(counted.records))
        }
        MemberKind::Object => reader.skip().map(|()| Some(1)),
        _ => reader.skip().map(|()| None),
    })?;
    are_native(document, &members).then_some(members)
}

/// Whether a file with these members holds native facts.
fn are_native(document: &Document, members: &[Member]) -> bool {
    matches!(classify(document, members, (0, None)), Detected::Json)
}

/// The nouns that members supply.
pub(crate) fn nouns(members: &[Member]) -> impl Iterator<Item = SmolStr> {
    members.iter().map(|member| member.key.clone()).filter(|key| key != ENVELOPE_KEY)
}

fn cuts(document: &Document, distance: usize) -> Cuts<'_> {
    Cuts { bytes: &document.bytes, file: document.file, distance }
}

/// Calls `take` before the value of each member, which tells how many records it holds; gives the members where they may
/// be those of native facts.
fn each_member<'d>(
    document: &'d Document,
    mut take: impl FnMut(&mut JsonReader<'d>, &str, MemberKind) -> Result<Option<u64>, ReadError>,
) -> Option<Vec<Member>> {
    let mut reader = JsonReader::trying(&document.bytes, document.file, 0, 0);
    let mut members = Vec::new();
    let mut next = reader.object_start().ok()?;
    while let Some(key) = next {
        let offset = reader.offset();
        let kind = MemberKind::of(&mut reader).ok()?;
        if key != ENVELOPE_KEY && !kind.holds_records() {
            return None;
        }
        let records = take(&mut reader, &key, kind).ok()?;
        members.push(Member { key: SmolStr::new(key), kind, offset, end: reader.offset(), records });
        next = reader.object_next().ok()?;
    }
    reader.finish().ok()?;
    Some(members)
}

/// Reads what stands under a noun.
fn read_member(
    document: &Document,
    reader: &mut JsonReader<'_>,
    (name, kind): (&str, MemberKind),
    piece: &mut Piece,
    distance: usize,
) -> Result<(), ReadError> {
    if kind != MemberKind::Records {
        return read_records(reader, name, piece);
    }
    let needs = Arc::clone(piece.builder.needs());
    let noun = needs.find(name);
    let place = reader.place();
    supply(noun, name, place, piece);
    let wanted = noun.filter(|noun| needs.noun(*noun).wanted);
    let mut records = Records { piece: Target::Whole(piece), name, noun, wanted };
    cuts(document, distance).read_list(reader, &mut records)
}

/// The records of one noun.
struct Records<'n> {
    piece: Target<'n>,
    name: &'n str,
    noun: Option<NounId>,
    wanted: Option<NounId>,
}

/// What records are read into.
enum Target<'n> {
    /// The facts of the file.
    Whole(&'n mut Piece),
    /// Those of a stretch of it.
    Part(Box<Piece>),
}

impl Target<'_> {
    fn get(&self) -> &Piece {
        match self {
            Target::Whole(piece) => piece,
            Target::Part(piece) => piece,
        }
    }

    fn get_mut(&mut self) -> &mut Piece {
        match self {
            Target::Whole(piece) => piece,
            Target::Part(piece) => piece,
        }
    }
}

impl Part for Records<'_> {
    fn fork(&self) -> Self {
        Records {
            piece: Target::Part(Box::new(self.piece.get().fork())),
            name: self.name,
            noun: self.noun,
            wanted: self.wanted,
        }
    }

    fn first_is_over(&mut self) {
        self.piece.get_mut().builder.forget_new_keys();
    }

    fn item(&mut self, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        take_record(reader, self.name, (self.noun, self.wanted), self.piece.get_mut())
    }

    fn absorb(&mut self, other: Self) {
        // Those of the file are nobody's part.
        if let Target::Part(part) = other.piece {
            self.piece.get_mut().absorb(*part);
        }
    }
}

/// How many records there are, and how many items that are none.
struct Counted {
    records: u64,
    others: u64,
}

impl Part for Counted {
    fn fork(&self) -> Self {
        Counted { records: 0, others: 0 }
    }

    fn first_is_over(&mut self) {}

    fn item(&mut self, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        let count = if reader.at_object()? { &mut self.records } else { &mut self.others };
        *count += 1;
        reader.skip()
    }

    fn absorb(&mut self, other: Self) {
        self.records += other.records;
        self.others += other.others;
    }
}
