//! Which records were met in a lane.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;
use tickmark_facts::NounId;

/// Records, each with the number under which it was first met in a lane.
pub(crate) enum Seen {
    /// Of one noun, by row: in which lane, and as which. For many lanes.
    Rows { of: Vec<(u32, u32)>, lane: u32 },
    /// For few lanes of a noun of many rows, and for records of several.
    Some(FxHashMap<(NounId, u32), u32>),
}

impl Seen {
    /// For lanes that meet so many rows of one noun all in all, of so many that there are. Each begins with [`Seen::next_lane`].
    pub(crate) fn new(met: usize, rows: usize) -> Seen {
        if met >= rows / 8 { Seen::Rows { of: vec![(0, 0); rows], lane: 0 } } else { Seen::Some(FxHashMap::default()) }
    }

    /// For records of any noun.
    pub(crate) fn of_any() -> Seen {
        Seen::Some(FxHashMap::default())
    }

    /// The next lane, which has met nothing.
    pub(crate) fn next_lane(&mut self) {
        match self {
            Seen::Rows { of, lane } => {
                *lane = lane.wrapping_add(1);
                if *lane == 0 {
                    of.fill((0, 0));
                    *lane = 1;
                }
            }
            // To clear a map takes as long as it once was large.
            Seen::Some(map) => *map = FxHashMap::default(),
        }
    }

    /// The number under which a record was met before; if it was not, it is from now on met under `number`.
    pub(crate) fn meet(&mut self, (noun, row): (NounId, u32), number: usize) -> Option<usize> {
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        match self {
            Seen::Rows { of, lane } => {
                // INVARIANT: what is met is a row of the noun; any other counts as new each time.
                let place = of.get_mut(row as usize)?;
                if place.0 == *lane {
                    return Some(place.1 as usize);
                }
                *place = (*lane, number);
                None
            }
            Seen::Some(map) => match map.entry((noun, row)) {
                Entry::Occupied(known) => Some(*known.get() as usize),
                Entry::Vacant(free) => {
                    free.insert(number);
                    None
                }
            },
        }
    }
}
