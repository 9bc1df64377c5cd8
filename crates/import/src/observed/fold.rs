//! Logs of any length, folded: a record for each name, with what its lines have in common.

use crate::document::Document;
use crate::error::{ReadError, error_at, warning_at};
use crate::native::line_blocks;
use crate::observed::{Records, at};
use hashbrown::HashMap;
use hashbrown::hash_map::{Entry, EntryRef};
use rayon::prelude::*;
use std::borrow::Cow;
use tickmark_diagnostics::codes::facts as codes;
use tickmark_facts::Time;
use tickmark_source::Place;

/// So many names of one source are told apart: they, and not the lines, are what takes memory.
const MOST_NAMES: usize = 200_000;

/// So many of those who used a name are listed.
const MOST_CLIENTS: usize = 20;

/// What a line of a log says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Line<'l> {
    /// The host that was called, or the name that was asked for, as the log writes it.
    pub(crate) name: Cow<'l, str>,
    /// When.
    pub(crate) at: Option<Time>,
    /// By whom.
    pub(crate) client: Option<Cow<'l, str>>,
    /// It was not let through.
    pub(crate) refused: bool,
}

/// What a line is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Read<'l> {
    /// It tells of a use.
    Use(Line<'l>),
    /// It tells of something else.
    Else,
    /// It is not of this log.
    Odd,
}

/// What the lines about one name have in common.
struct Seen {
    first: Place,
    first_at: Option<Time>,
    last_at: Option<Time>,
    used: u64,
    refused: u64,
    clients: Vec<String>,
}

/// The names of a part of a log.
#[derive(Default)]
pub(crate) struct Fold {
    /// In no order: told in the order of names.
    names: HashMap<String, Seen>,
    odd: u64,
    first_odd: Option<Place>,
    full: bool,
}

impl Fold {
    /// Takes in a line that stands at a place.
    pub(crate) fn take(&mut self, read: &Read<'_>, place: Place) {
        let line = match read {
            Read::Use(line) => line,
            Read::Else => return,
            Read::Odd => {
                self.odd += 1;
                self.first_odd.get_or_insert(place);
                return;
            }
        };
        let Some(name) = host(&line.name) else { return };
        let full = self.names.len() >= MOST_NAMES;
        let seen = match self.names.entry_ref(&*name) {
            EntryRef::Occupied(known) => known.into_mut(),
            EntryRef::Vacant(_) if full => {
                self.full = true;
                return;
            }
            EntryRef::Vacant(free) => free.insert(Seen::new(place)),
        };
        if line.refused {
            seen.refused += 1;
            return;
        }
        seen.used += 1;
        seen.at(line.at);
        if let Some(client) = &line.client {
            seen.client(client);
        }
    }

    /// Adds what follows.
    fn absorb(&mut self, later: Fold) {
        self.odd += later.odd;
        self.first_odd = self.first_odd.or(later.first_odd);
        self.full |= later.full;
        later.names.into_iter().for_each(|(name, other)| {
            let full = self.names.len() >= MOST_NAMES;
            match self.names.entry(name) {
                Entry::Vacant(_) if full => self.full = true,
                Entry::Vacant(free) => {
                    free.insert(other);
                }
                Entry::Occupied(mut known) => known.get_mut().absorb(&other),
            }
        });
    }

    /// Hands over a record for each name.
    pub(crate) fn tell(self, documents: &[Document], log: &str, out: &mut Records<'_>) -> Result<(), ReadError> {
        if let Some(place) = self.first_odd {
            let message = match self.odd {
                1 => "a line of this log is not understood: what it tells is not known".to_owned(),
                odd => format!("{odd} lines of this log are not understood, of which this is the first"),
            };
            out.piece.told.diagnostics.push(warning_at(
                codes::INCOMPLETE_SOURCE,
                place.file,
                place.offset as usize,
                message,
            ));
            out.piece.told.envelope.complete = Some(false);
        }
        if self.full {
            let message = format!("the logs of `{log}` name more hosts than the limit of {MOST_NAMES} for one source");
            let file = documents.first().map_or(tickmark_source::FileId(0), |document| document.file);
            return Err(Box::new(
                error_at(codes::LIMIT_EXCEEDED, file, 0, message).help("name the logs in several parts"),
            ));
        }
        let mut names: Vec<(String, Seen)> = self.names.into_iter().collect();
        names.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        for (name, seen) in &names {
            out.begin(seen.first)
                .text("log", log)
                .text("name", name.as_str())
                .time("first_seen_at", seen.first_at)
                .time("last_seen_at", seen.last_at)
                .count("calls", seen.used)
                .count("refused", seen.refused)
                .list("clients", &seen.clients);
        }
        Ok(())
    }
}

impl Seen {
    fn new(first: Place) -> Seen {
        Seen { first, first_at: None, last_at: None, used: 0, refused: 0, clients: Vec::new() }
    }

    /// Adds what later lines say of the same name.
    fn absorb(&mut self, later: &Seen) {
        self.used += later.used;
        self.refused += later.refused;
        self.at(later.first_at);
        self.at(later.last_at);
        later.clients.iter().for_each(|client| self.client(client));
    }

    fn at(&mut self, time: Option<Time>) {
        if let Some(time) = time {
            self.first_at = Some(self.first_at.map_or(time, |first| first.min(time)));
            self.last_at = Some(self.last_at.map_or(time, |last| last.max(time)));
        }
    }

    fn client(&mut self, client: &str) {
        let client = client.trim();
        if !client.is_empty() && self.clients.len() < MOST_CLIENTS && !self.clients.iter().any(|known| known == client)
        {
            self.clients.push(client.to_owned());
        }
    }
}

/// Folds the lines of logs, each by what its file is.
pub(crate) fn lines<F: Copy + Sync>(
    documents: &[Document],
    form: &(dyn Fn(&Document) -> Option<F> + Sync),
    read: &(dyn for<'l> Fn(F, &'l str, &Document) -> Read<'l> + Sync),
) -> Fold {
    let mut fold = Fold::default();
    for document in documents {
        let Some(form) = form(document) else { continue };
        // Parts are joined in their order, wherever threads part them.
        let of_document = line_blocks(&document.bytes)
            .into_par_iter()
            .fold(Fold::default, |mut part, (start, block)| {
                let mut offset = start;
                for line in block.split_inclusive(|byte| *byte == b'\n') {
                    // The file was checked to be UTF-8.
                    let text = std::str::from_utf8(line).unwrap_or_default().trim();
                    if !text.is_empty() {
                        part.take(&read(form, text, document), at(document, offset));
                    }
                    offset += line.len();
                }
                document.bytes.let_go(start..offset);
                part
            })
            .reduce(Fold::default, |mut first, second| {
                first.absorb(second);
                first
            });
        fold.absorb(of_document);
    }
    fold
}

/// The name of a host: of an address (`https://user@host:443/path`), or as it stands there (`host:443`, `Host.`).
pub(crate) fn host(written: &str) -> Option<Cow<'_, str>> {
    let rest = written.split_once("://").map_or(written, |(_, rest)| rest);
    let rest = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let rest = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let name = match rest.strip_prefix('[') {
        // An address of IPv6 stands in brackets where a port follows.
        Some(inside) => inside.split(']').next().unwrap_or_default(),
        None if rest.matches(':').count() == 1 => rest.split(':').next().unwrap_or_default(),
        None => rest,
    };
    let name = name.trim().trim_end_matches('.');
    if matches!(name, "" | "-" | "*") || name.contains(char::is_whitespace) {
        return None;
    }
    let upper = name.bytes().any(|byte| byte.is_ascii_uppercase());
    Some(if upper { Cow::Owned(name.to_ascii_lowercase()) } else { Cow::Borrowed(name) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_addresses() {
        for (written, name) in [
            ("api.openai.com:443", Some("api.openai.com")),
            ("https://API.openai.com/v1/chat?x=//y", Some("api.openai.com")),
            ("http://user:pw@host.example:8080/", Some("host.example")),
            ("api.openai.com.", Some("api.openai.com")),
            ("[2001:db8::1]:443", Some("2001:db8::1")),
            ("2001:db8::1", Some("2001:db8::1")),
            ("-", None),
            ("", None),
            ("/index.html", None),
        ] {
            assert_eq!(host(written).as_deref(), name, "{written}");
        }
    }

    fn line(name: &str, seconds: f64, client: &'static str) -> (String, Option<Time>, &'static str) {
        (name.to_owned(), Time::from_epoch_seconds(seconds), client)
    }

    /// However a log is cut, its fold is the same.
    #[test]
    fn parts_add_up() {
        let place = |at: u32| Place { file: tickmark_source::FileId(0), offset: at };
        let lines = [line("a", 5.0, "x"), line("b", 3.0, "y"), line("A.", 1.0, "y"), line("a", 9.0, "x")];
        let told = |cut: usize| {
            let mut parts = [Fold::default(), Fold::default()];
            for (index, (name, at, client)) in lines.iter().enumerate() {
                let read =
                    Read::Use(Line { name: name.into(), at: *at, client: Some((*client).into()), refused: index == 3 });
                parts[usize::from(index >= cut)].take(&read, place(u32::try_from(index).unwrap()));
            }
            let [mut first, second] = parts;
            first.absorb(second);
            let seen = &first.names["a"];
            let times = (seen.first_at.unwrap().to_string(), seen.last_at.unwrap().to_string());
            (first.names.len(), seen.used, seen.refused, seen.first, times, seen.clients.clone())
        };
        let whole = told(4);
        assert_eq!((whole.0, whole.1, whole.2), (2, 2, 1));
        assert_eq!(whole.5, ["x", "y"]);
        for cut in 0..4 {
            assert_eq!(told(cut), whole, "cut at {cut}");
        }
    }
}
