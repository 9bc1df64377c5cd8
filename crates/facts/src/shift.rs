//! How numbers change where parts that were read side by side are put together.

use crate::NounId;
use crate::column::{Kind, REFERENCE};
use crate::symbols::{ReasonId, Symbol};

/// What the numbers of one part are in the whole, for one noun.
pub(crate) struct Moved {
    /// How many rows stand before those of the part.
    pub(crate) rows: u32,
    /// The numbers of its references.
    pub(crate) references: Vec<u32>,
}

/// By noun, and for each part.
pub(crate) type AllMoved = Vec<Vec<Option<Moved>>>;

/// How the numbers in a column of a part change.
#[derive(Clone, Copy)]
pub(crate) struct Shift<'a> {
    /// How many rows stand before it.
    pub(crate) rows: u32,
    pub(crate) symbols: &'a [Symbol],
    pub(crate) reasons: &'a [ReasonId],
    pub(crate) moved: &'a AllMoved,
    pub(crate) part: usize,
}

impl<'a> Shift<'a> {
    #[inline]
    pub(crate) fn symbol(&self, theirs: Symbol) -> Symbol {
        self.symbols.get(theirs.index() as usize).copied().unwrap_or_default()
    }

    pub(crate) fn reason(&self, theirs: ReasonId) -> ReasonId {
        self.reasons.get(theirs.index()).copied().unwrap_or(theirs)
    }

    /// What becomes of the targets of a column of a kind.
    pub(crate) fn targets(&self, kind: Kind) -> MovedTargets<'a> {
        let of_noun = |noun: NounId| self.moved.get(noun.0 as usize)?.get(self.part)?.as_ref();
        MovedTargets(kind.target().and_then(of_noun))
    }
}

/// What becomes of targets.
pub(crate) struct MovedTargets<'a>(Option<&'a Moved>);

impl MovedTargets<'_> {
    #[inline]
    pub(crate) fn of(&self, target: u32) -> u32 {
        let Some(moved) = self.0 else { return target };
        if target & REFERENCE == 0 {
            return target + moved.rows;
        }
        let number = moved.references.get((target & !REFERENCE) as usize);
        number.map_or(target, |number| number | REFERENCE)
    }
}
