//! Small sources that are read one behind the other, into one builder: a folder may hold thousands of files of one record each, and
//! what a builder takes of time and memory by itself is more than they hold.

use crate::detect::Detected;
use crate::open::Unit;
use crate::piece::Piece;
use std::sync::Arc;
use tickmark_facts::{Builder, Needs};

/// So many bytes are read by one thread before the next may begin.
const MOST_BYTES: usize = 64 << 10;

/// So many sources.
const MOST_UNITS: usize = 64;

/// Cuts units into stretches of small ones that follow each other, and of one that is large. Where the cuts lie depends on what the
/// units are, never on threads.
pub(crate) fn batches(units: &[Unit]) -> Vec<&[Unit]> {
    let mut batches = Vec::new();
    let (mut rest, mut ahead, mut bytes) = (units, 0, 0);
    for unit in units {
        let more = weight(unit);
        if ahead > 0 && (more.saturating_add(bytes) > MOST_BYTES || ahead == MOST_UNITS) {
            let (batch, behind) = rest.split_at(ahead);
            batches.push(batch);
            (rest, ahead, bytes) = (behind, 0, 0);
        }
        ahead += 1;
        bytes = more.saturating_add(bytes);
    }
    if !rest.is_empty() {
        batches.push(rest);
    }
    batches
}

/// How long a unit takes to read, in bytes of JSON.
fn weight(unit: &Unit) -> usize {
    // How many resources come of a configuration, its length does not tell; and these are read by builders of their own anyhow.
    if unit.config.is_some() || unit.export.is_some() {
        return usize::MAX;
    }
    let bytes: usize = unit.documents.iter().map(|document| document.bytes.len()).sum();
    if matches!(unit.detected, Detected::Json | Detected::JsonLines) { bytes } else { bytes.saturating_mul(4) }
}

/// The builder of a batch.
pub(crate) struct Batch<'a> {
    needs: &'a Arc<Needs>,
    /// What was read of the units before. `None` while it is lent, and of a unit that is read alone.
    before: Option<Builder>,
}

impl<'a> Batch<'a> {
    /// For so many units.
    pub(crate) fn new(units: usize, needs: &'a Arc<Needs>) -> Batch<'a> {
        Batch { needs, before: (units > 1).then(|| Builder::for_several(Arc::clone(needs))) }
    }

    /// What is needed.
    pub(crate) fn needs(&self) -> &'a Arc<Needs> {
        self.needs
    }

    /// What the next unit is read into, by a reader that adds records behind those that are there.
    pub(crate) fn piece(&mut self) -> Piece {
        self.before.take().map_or_else(|| Piece::new(self.needs), Piece::behind)
    }

    /// Takes back what [`Self::piece`] lent, or what a reader has read by itself.
    pub(crate) fn put(&mut self, builder: Builder) {
        match &mut self.before {
            Some(before) => before.absorb(builder),
            None => self.before = Some(builder),
        }
    }

    /// The records of all units.
    pub(crate) fn whole(self) -> Builder {
        self.before.unwrap_or_else(|| Builder::new(Arc::clone(self.needs)))
    }
}
