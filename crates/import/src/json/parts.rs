//! A long list of records, read by several threads.
//!
//! The text is cut at fixed distances. Behind each cut a thread guesses where the next record begins, by the keys that records
//! before it had, and reads from there to the first record behind the next cut. A part counts only if reading on from the end of
//! the part before it comes to exactly where it begins: then it was read as one thread would have read it. Otherwise that stretch
//! is read again from the true place. What comes out depends on the text and the distance, never on the guesses or the threads.

use crate::error::ReadError;
use crate::json::JsonReader;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, RwLock};
use tickmark_facts::ValueReader;
use tickmark_source::{FileBytes, FileId};

/// The distance of the cuts, in bytes.
pub(crate) const PART: usize = 1 << 20;

/// What is made of the items of a list.
pub(crate) trait Part: Send + Sync + Sized {
    /// For another stretch of the list, to be absorbed by this.
    fn fork(&self) -> Self;

    /// The first stretch is over: what follows may be read by this or by forks of it, to the same effect.
    fn first_is_over(&mut self);

    /// Takes the item that stands next.
    fn item(&mut self, reader: &mut JsonReader<'_>) -> Result<(), ReadError>;

    /// Adds what another made of the stretch behind this.
    fn absorb(&mut self, other: Self);
}

/// A file, and where its text is cut.
#[derive(Clone, Copy)]
pub(crate) struct Cuts<'a> {
    pub(crate) bytes: &'a FileBytes,
    pub(crate) file: FileId,
    /// The distance of the cuts.
    pub(crate) distance: usize,
}

/// Where reading a stretch of a list ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// Before an item.
    Item(usize),
    /// Behind the list.
    List(usize),
}

impl Cuts<'_> {
    /// Reads the items of the list that stands next in `reader`, which reads the file from its start and is trying. Afterwards
    /// the reader stands behind the list.
    pub(crate) fn read_list<P: Part>(&self, reader: &mut JsonReader<'_>, whole: &mut P) -> Result<(), ReadError> {
        if !reader.list_start()? {
            return Ok(());
        }
        let (first, depth) = (reader.offset(), reader.depth());
        let end = read_until(reader, whole, first.saturating_add(self.distance))?;
        let cut = match end {
            End::List(_) => return Ok(()),
            End::Item(cut) => cut,
        };
        let mut shapes = Shapes::new(depth);
        shapes.learn(self, first);
        shapes.learn(self, cut);
        self.bytes.let_go(first..cut);
        whole.first_is_over();
        if rayon::current_num_threads() < 2 || shapes.known.is_empty() {
            let mut until = cut;
            while let End::Item(at) = read_until(reader, whole, until)? {
                self.bytes.let_go(until..at);
                until = at.saturating_add(self.distance);
            }
            return Ok(());
        }
        let race = Race {
            cuts: *self,
            shapes: RwLock::new(shapes),
            first,
            depth,
            like: whole.fork(),
            claimed: AtomicUsize::new(1),
            over: AtomicBool::new(false),
            ready: Mutex::new(BTreeMap::new()),
            line: Mutex::new(Line { next: 1, at: cut, whole, end: None }),
        };
        let behind = race.run()?;
        reader.leave_to(behind);
        Ok(())
    }
}

/// Reads items up to the first that begins at or behind `until`.
fn read_until<P: Part>(reader: &mut JsonReader<'_>, part: &mut P, until: usize) -> Result<End, ReadError> {
    loop {
        let at = reader.offset();
        if at >= until {
            return Ok(End::Item(at));
        }
        part.item(reader)?;
        if !reader.list_next()? {
            return Ok(End::List(reader.offset()));
        }
    }
}

/// One stretch of the list as a thread read it.
struct Stretch<P> {
    /// The item from which it was read.
    from: usize,
    part: P,
    /// `None` where it did not read well.
    end: Option<End>,
}

/// The stretches that count, put together in their order.
struct Line<'a, P> {
    /// The number of the stretch that is next.
    next: usize,
    /// The item from which it must have been read.
    at: usize,
    whole: &'a mut P,
    /// Behind the list, or why it cannot be read.
    end: Option<Result<usize, ReadError>>,
}

struct Race<'a, P> {
    cuts: Cuts<'a>,
    /// What is known of how records begin.
    shapes: RwLock<Shapes>,
    first: usize,
    depth: u32,
    /// What each stretch begins with.
    like: P,
    /// The number of the next stretch that nobody reads yet.
    claimed: AtomicUsize,
    over: AtomicBool,
    /// Stretches that are read and not yet in line; `None` where no record was found behind the cut.
    ready: Mutex<BTreeMap<usize, Option<Stretch<P>>>>,
    line: Mutex<Line<'a, P>>,
}

impl<P: Part> Race<'_, P> {
    fn run(self) -> Result<usize, ReadError> {
        rayon::scope(|scope| {
            for _ in 1..rayon::current_num_threads() {
                scope.spawn(|_| self.work());
            }
            self.work();
        });
        let line = self.line.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        // Behind the last cut every stretch has been in line, and found the end or why there is none.
        line.end.unwrap_or(Ok(line.at))
    }

    fn work(&self) {
        while !self.over.load(Ordering::Relaxed) {
            let number = self.claimed.fetch_add(1, Ordering::Relaxed);
            if self.cut(number) >= self.cuts.bytes.len() {
                return;
            }
            let stretch = self.read(number);
            lock(&self.ready).insert(number, stretch);
            self.advance();
        }
    }

    fn cut(&self, number: usize) -> usize {
        self.first.saturating_add(number.saturating_mul(self.cuts.distance))
    }

    fn read(&self, number: usize) -> Option<Stretch<P>> {
        let until = self.cut(number + 1);
        let shapes = self.shapes.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        let from = shapes.find(&self.cuts, self.cut(number), until)?;
        drop(shapes);
        let mut part = self.like.fork();
        let mut reader = JsonReader::trying(self.cuts.bytes, self.cuts.file, from, self.depth);
        let end = read_until(&mut reader, &mut part, until).ok();
        self.cuts.bytes.let_go(from..reader.offset());
        Some(Stretch { from, part, end })
    }

    /// Puts in line what is ready, unless another thread is at it.
    fn advance(&self) {
        loop {
            let Ok(mut line) = self.line.try_lock() else { return };
            while let Some(stretch) = self.take(&line) {
                let until = self.cut(line.next + 1);
                self.put_in_line(&mut line, stretch, until);
                line.next += 1;
            }
            let next = line.next;
            drop(line);
            // What came in between found the line held.
            if !lock(&self.ready).contains_key(&next) {
                return;
            }
        }
    }

    #[expect(clippy::option_option, reason = "not ready, or ready without a record")]
    fn take(&self, line: &Line<'_, P>) -> Option<Option<Stretch<P>>> {
        lock(&self.ready).remove(&line.next)
    }

    fn put_in_line(&self, line: &mut Line<'_, P>, stretch: Option<Stretch<P>>, until: usize) {
        if line.end.is_some() || line.at >= until {
            return;
        }
        match self.close_ranks(line, stretch, until) {
            Ok(End::Item(at)) => line.at = at,
            Ok(End::List(behind)) => line.end = Some(Ok(behind)),
            Err(error) => line.end = Some(Err(error)),
        }
        if line.end.is_some() {
            self.over.store(true, Ordering::Relaxed);
        }
    }

    /// Takes a stretch where it fits to what is there, and reads what lies before it; reads all of it again where it does not fit.
    fn close_ranks(&self, line: &mut Line<'_, P>, stretch: Option<Stretch<P>>, until: usize) -> Result<End, ReadError> {
        let mut at = line.at;
        if let Some(Stretch { from, part, end: Some(end) }) = stretch
            && from >= at
        {
            // The record that stands first behind the cut may begin otherwise than those that are known.
            let before = if from == at { End::Item(at) } else { self.reread(line, from)? };
            match before {
                End::Item(reached) if reached == from => {
                    line.whole.absorb(part);
                    return Ok(end);
                }
                End::Item(reached) => at = reached,
                End::List(behind) => return Ok(End::List(behind)),
            }
        }
        line.at = at;
        if at >= until { Ok(End::Item(at)) } else { self.reread(line, until) }
    }

    /// Reads on in line, up to the first record that begins at or behind `until`, and learns how records here begin.
    fn reread(&self, line: &mut Line<'_, P>, until: usize) -> Result<End, ReadError> {
        self.shapes.write().unwrap_or_else(std::sync::PoisonError::into_inner).learn(&self.cuts, line.at);
        let mut reader = JsonReader::trying(self.cuts.bytes, self.cuts.file, line.at, self.depth);
        read_until(&mut reader, line.whole, until)
    }
}

/// A thread that panicked while it held the lock is passed on by the pool.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// How records of a list begin: their first keys.
struct Shapes {
    known: Vec<Vec<String>>,
    /// The first keys of all, each once, in its quotes.
    quoted: Vec<Vec<u8>>,
    /// How deep the records lie.
    depth: u32,
}

impl Shapes {
    /// More than these are not told apart: each takes time behind every cut.
    const MOST: usize = 16;

    fn new(depth: u32) -> Shapes {
        Shapes { known: Vec::new(), quoted: Vec::new(), depth }
    }

    /// Learns how the record at `at` begins; nothing where it is none, or has no keys.
    fn learn(&mut self, cuts: &Cuts<'_>, at: usize) {
        if self.known.len() >= Shapes::MOST {
            return;
        }
        let keys = first_keys(cuts, at, self.depth);
        let Some(first) = keys.first().filter(|_| !self.known.contains(&keys)) else { return };
        let quoted = format!("\"{first}\"").into_bytes();
        if !self.quoted.contains(&quoted) {
            self.quoted.push(quoted);
        }
        self.known.push(keys);
    }

    /// The first place in `from..to` where a record of a known shape seems to begin, behind a comma.
    fn find(&self, cuts: &Cuts<'_>, from: usize, to: usize) -> Option<usize> {
        self.quoted.iter().filter_map(|quoted| self.find_key(cuts, quoted, from, to)).min()
    }

    fn find_key(&self, cuts: &Cuts<'_>, quoted: &[u8], from: usize, to: usize) -> Option<usize> {
        let stretch = cuts.bytes.get(from..to.min(cuts.bytes.len()))?;
        memchr::memmem::find_iter(stretch, quoted).find_map(|at| {
            let start = before(cuts.bytes, from + at, b'{')?;
            before(cuts.bytes, start, b',')?;
            (start >= from && self.known.contains(&first_keys(cuts, start, self.depth))).then_some(start)
        })
    }
}

/// The byte before `at`, blanks left out, where it is this one.
fn before(bytes: &[u8], at: usize, wanted: u8) -> Option<usize> {
    let text = bytes.get(..at)?;
    let found = text.iter().rposition(|byte| !byte.is_ascii_whitespace())?;
    (text.get(found) == Some(&wanted)).then_some(found)
}

/// The first keys of the object that begins at `at`.
fn first_keys(cuts: &Cuts<'_>, at: usize, depth: u32) -> Vec<String> {
    const ENOUGH: usize = 4;
    let mut reader = JsonReader::trying(cuts.bytes, cuts.file, at, depth);
    let mut keys = Vec::new();
    let mut next = reader.object_start();
    while let Ok(Some(key)) = next {
        keys.push(key.into_owned());
        if keys.len() == ENOUGH || reader.skip().is_err() {
            break;
        }
        next = reader.object_next();
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> FileBytes {
        FileBytes::from(text.as_bytes().to_vec())
    }

    fn cuts(bytes: &FileBytes) -> Cuts<'_> {
        Cuts { bytes, file: FileId(0), distance: 1 }
    }

    #[test]
    fn records_are_known_by_what_was_learnt() {
        let text = r#"[{"id": 1, "of": []}, {"name": "x", "parts": [{"name": 1}, {"id": 2}]}, {"id": 3, "of": [{"name": "y"}]}]"#;
        let bytes = bytes(text);
        let cuts = cuts(&bytes);
        let mut shapes = Shapes::new(1);
        shapes.learn(&cuts, 1);
        let third = text.find(r#"{"id": 3"#);
        assert_eq!(shapes.find(&cuts, 2, text.len()), third);
        // What lies in a record has other keys: it is not taken for one.
        let second = text.find(r#"{"name": "x""#).unwrap();
        shapes.learn(&cuts, second);
        assert_eq!(shapes.known.len(), 2);
        assert_eq!(shapes.find(&cuts, 2, text.len()), Some(second));
        assert_eq!(shapes.find(&cuts, second + 1, text.len()), third);
        shapes.learn(&cuts, second);
        // No record begins there.
        shapes.learn(&cuts, second + 1);
        assert_eq!(shapes.known.len(), 2);
    }

    #[test]
    fn no_more_than_so_many_shapes_are_told_apart() {
        let records: Vec<String> = (0..100).map(|number| format!("{{\"k{number}\": 1}}")).collect();
        let text = format!("[{}]", records.join(","));
        let bytes = bytes(&text);
        let cuts = cuts(&bytes);
        let mut shapes = Shapes::new(1);
        for (at, _) in text.match_indices('{') {
            shapes.learn(&cuts, at);
        }
        assert_eq!(shapes.known.len(), Shapes::MOST);
    }
}
