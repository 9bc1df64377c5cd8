//! Events that stand one on each line: stretches of lines are read by several threads, and what is in them is handed on in their order.

use crate::document::Document;
use crate::error::ReadError;
use crate::json::JsonReader;
use crate::openlineage::event::{Event, Wants, event};
use rayon::prelude::*;
use std::ops::Range;
use tickmark_facts::ValueReader;

/// The bytes that one thread reads at a time.
const STRETCH: usize = 1 << 20;

/// Hands on the events of the lines of a file, each with the byte at which it begins, as far as every line holds whole values and nothing
/// is wrong with any; gives the byte from which the file must be read in another way, which says what is wrong.
pub(crate) fn read<'d>(document: &'d Document, wants: Wants, take: &mut dyn FnMut(usize, Event<'d>)) -> usize {
    let bytes = &document.bytes[..];
    let threads = rayon::current_num_threads();
    let mut behind = 0;
    if threads < 2 || bytes.len() < 2 * STRETCH {
        return behind;
    }
    loop {
        // So many stretches at once, that not all events of a file lie in memory.
        let mut stretches: Vec<Range<usize>> = Vec::new();
        let mut start = behind;
        while stretches.len() < 2 * threads && start < bytes.len() {
            let end = end_of(bytes, start);
            stretches.push(start..end);
            start = end;
        }
        if stretches.is_empty() {
            return behind;
        }
        let read: Vec<Option<Vec<(usize, Event<'d>)>>> =
            stretches.par_iter().map(|stretch| events(document, stretch, wants).ok()).collect();
        for (stretch, events) in stretches.iter().zip(read) {
            let Some(events) = events else { return behind };
            events.into_iter().for_each(|(at, event)| take(at, event));
            behind = stretch.end;
        }
    }
}

/// The end of the line in which a stretch ends that begins here.
fn end_of(bytes: &[u8], start: usize) -> usize {
    let from = start.saturating_add(STRETCH);
    let rest = bytes.get(from..).unwrap_or_default();
    memchr::memchr(b'\n', rest).map_or(bytes.len(), |at| from + at + 1)
}

fn events<'d>(
    document: &'d Document,
    stretch: &Range<usize>,
    wants: Wants,
) -> Result<Vec<(usize, Event<'d>)>, ReadError> {
    let mut reader = JsonReader::part(&document.bytes, document.file, stretch);
    let mut events = Vec::new();
    while reader.more() {
        if reader.at_list()? {
            reader.list(&mut |reader| {
                let at = reader.offset();
                events.push((at, event(reader, wants)?));
                Ok(())
            })?;
        } else {
            let at = reader.offset();
            events.push((at, event(&mut reader, wants)?));
        }
    }
    Ok(events)
}
