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

/// Reads native facts; `None` where they must be read by someone more patient.
pub(crate) fn read(document: &Document, needs: &Arc<Needs>, distance: usize) -> Option<Piece> {
    let mut piece = Piece::new(needs);
    let members = each_member(document, |reader, key, kind| {
        if key == ENVELOPE_KEY {
            return piece.envelope.read(reader, &mut piece.diagnostics);
        }
        read_member(document, reader, (key, kind), &mut piece, distance)
    })?;
    let mut seen = BTreeSet::new();
    for member in members.iter().filter(|member| member.key != ENVELOPE_KEY) {
        if !seen.insert(&member.key) {
            // Its warning stands before those of its records.
            return None;
        }
    }
    Some(piece)
}

/// The nouns that the file supplies, and how its members lie in it.
pub(crate) fn nouns(document: &Document, distance: usize) -> Option<Vec<SmolStr>> {
    let members = each_member(document, |reader, _, kind| match kind {
        MemberKind::Records if reader.at_list()? => cuts(document, distance).read_list(reader, &mut Passed),
        _ => reader.skip(),
    })?;
    Some(members.into_iter().map(|member| member.key).filter(|key| key != ENVELOPE_KEY).collect())
}

fn cuts(document: &Document, distance: usize) -> Cuts<'_> {
    Cuts { bytes: &document.bytes, file: document.file, distance }
}

/// Calls `take` before the value of each member; gives the members where they are those of native facts.
fn each_member<'d>(
    document: &'d Document,
    mut take: impl FnMut(&mut JsonReader<'d>, &str, MemberKind) -> Result<(), ReadError>,
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
        take(&mut reader, &key, kind).ok()?;
        members.push(Member { key: SmolStr::new(key), kind, offset });
        next = reader.object_next().ok()?;
    }
    reader.finish().ok()?;
    matches!(classify(document, &members, 0), Detected::Json).then_some(members)
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
    let whole = std::mem::replace(piece, Piece::new(&needs));
    let mut records = Records { piece: whole, name, noun, wanted };
    let result = cuts(document, distance).read_list(reader, &mut records);
    *piece = records.piece;
    result
}

/// The records of one noun.
struct Records<'n> {
    piece: Piece,
    name: &'n str,
    noun: Option<NounId>,
    wanted: Option<NounId>,
}

impl Part for Records<'_> {
    fn fork(&self) -> Self {
        Records { piece: self.piece.fork(), ..*self }
    }

    fn first_is_over(&mut self) {
        self.piece.builder.forget_new_keys();
    }

    fn item(&mut self, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        take_record(reader, self.name, (self.noun, self.wanted), &mut self.piece)
    }

    fn absorb(&mut self, other: Self) {
        self.piece.absorb(other.piece);
    }
}

/// Records of which nothing is wanted.
struct Passed;

impl Part for Passed {
    fn fork(&self) -> Self {
        Passed
    }

    fn first_is_over(&mut self) {}

    fn item(&mut self, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        reader.skip()
    }

    fn absorb(&mut self, Passed: Self) {}
}
