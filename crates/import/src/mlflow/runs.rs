//! The runs of a page: a long list is read by several threads.

use crate::document::Document;
use crate::error::ReadError;
use crate::json::JsonReader;
use crate::json::parts::{Cuts, Part};
use crate::mlflow::hash;
use crate::mlflow::pages::{Answer, id_of};
use crate::mlflow::run::RunReader;
use crate::piece::Piece;
use tickmark_facts::{NounId, ValueReader};

/// Runs on their way to the facts.
pub(crate) struct Runs {
    piece: Piece,
    /// A hash of each that was met.
    met: Vec<u64>,
    /// Their noun, where somebody looks at it.
    noun: Option<NounId>,
}

impl Runs {
    /// None met yet.
    pub(crate) fn new(mut piece: Piece) -> Self {
        let needs = piece.builder.needs();
        let noun = needs.find(Answer::Run.noun());
        let wanted = noun.filter(|noun| needs.noun(*noun).wanted);
        if let Some(noun) = noun {
            piece.builder.supply(noun);
            piece.builder.survey_whole(noun);
        }
        Runs { piece, met: Vec::new(), noun: wanted }
    }

    /// Reads the list of runs that stands next, or the one run.
    pub(crate) fn read(
        &mut self,
        document: &Document,
        reader: &mut JsonReader<'_>,
        distance: Option<usize>,
    ) -> Result<(), ReadError> {
        if !reader.at_list()? {
            return self.item(reader);
        }
        match distance {
            Some(distance) => Cuts { bytes: &document.bytes, file: document.file, distance }.read_list(reader, self),
            None => reader.list(&mut |reader| self.item(reader)),
        }
    }

    /// The facts, and the hashes of the runs behind those that were met before.
    pub(crate) fn into_parts(self, mut before: Vec<u64>) -> (Piece, Vec<u64>) {
        before.extend(self.met);
        (self.piece, before)
    }
}

impl Part for Runs {
    fn fork(&self) -> Self {
        Runs { piece: self.piece.fork(), met: Vec::new(), noun: self.noun }
    }

    fn first_is_over(&mut self) {
        self.piece.builder.forget_new_keys();
    }

    fn item(&mut self, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        let id = match self.noun {
            Some(noun) => {
                let mut run = RunReader::new(reader);
                self.piece.builder.record(noun, &mut run)?;
                run.id
            }
            None => id_of(reader)?,
        };
        self.met.extend(id.map(|id| hash(Answer::Run, &id)));
        Ok(())
    }

    fn absorb(&mut self, other: Self) {
        self.piece.absorb(other.piece);
        self.met.extend(other.met);
    }
}
