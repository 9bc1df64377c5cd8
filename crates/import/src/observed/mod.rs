//! What is seen of the use of services, whether anybody registered them or not: logs of proxies and of DNS, lock files, names of
//! secrets, invoices. Each becomes a raw noun of its own; which of it is a model API, the library's maps say (`maps/observed.tick`),
//! by a catalogue that is facts too.
//!
//! A log of a year has a record for each name that it holds, with its first line as the place, not one for each line.

mod catalogue;
mod csv_log;
mod dns;
mod egress;
mod fold;
mod invoices;
mod lock_files;
mod lock_text;
mod moments;
mod packages;
mod secret_names;

pub(crate) use catalogue::{CATALOGUE, catalogue, is_wanted};
pub(crate) use lock_files::is_lock_file;

use crate::argument::{Kind, SourceArgument};
use crate::detect::Detected;
use crate::document::Document;
use crate::error::{ReadError, place};
use crate::json::JsonReader;
use crate::piece::Piece;
use crate::single::Single;
use std::sync::Arc;
use tickmark_diagnostics::Diagnostic;
use tickmark_facts::{Needs, NounId, Scalar, Time, ValueReader};
use tickmark_source::{Place, Sources};

/// The raw nouns of observed use.
pub(crate) const NOUNS: [&str; 5] = ["egress_host", "dns_name", "locked_package", "secret_name", "invoice_line"];

/// What something is observed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stream {
    /// Logs of proxies, gateways and firewalls that name the hosts which are called.
    Egress,
    /// Logs of name servers.
    Dns,
    /// Lists of the packages that a program is built of, with their versions.
    LockFiles,
    /// Lists of secrets by name.
    SecretNames,
    /// What is paid for.
    Invoices,
}

impl Stream {
    /// The name of the kind of source.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Stream::Egress => "egress",
            Stream::Dns => "dns",
            Stream::LockFiles => "lock-files",
            Stream::SecretNames => "secret-names",
            Stream::Invoices => "invoices",
        }
    }

    /// What a source of the kind is, in one line.
    pub(crate) const fn about(self) -> &'static str {
        match self {
            Stream::Egress => "logs of proxies and firewalls that name hosts: Squid, Envoy, AWS Network Firewall, CSV",
            Stream::Dns => "logs of name servers: Route 53, BIND, dnsmasq, Pi-hole, Cloudflare Gateway",
            Stream::LockFiles => "lock files: npm, Yarn, pnpm, Poetry, uv, Pipenv, pip, Cargo, Go, Bundler, Composer",
            Stream::SecretNames => {
                "names of secrets: AWS, GitHub, Kubernetes, Vault, `.env.example`; never their values"
            }
            Stream::Invoices => "what is paid for: AWS Cost Explorer and CUR, GCP billing export, CSV",
        }
    }

    /// The raw noun of its records.
    pub(crate) const fn noun(self) -> &'static str {
        match self {
            Stream::Egress => NOUNS[0],
            Stream::Dns => NOUNS[1],
            Stream::LockFiles => NOUNS[2],
            Stream::SecretNames => NOUNS[3],
            Stream::Invoices => NOUNS[4],
        }
    }
}

/// What a file is of which it was said that it is one of these.
pub(crate) fn detect(document: &Document, said: Stream) -> Detected {
    let fits = match said {
        Stream::Egress => egress::form(document).is_some() || csv_log::is_one(document),
        Stream::Dns => dns::form(document).is_some() || csv_log::is_one(document),
        Stream::LockFiles => is_lock_file(document.name()),
        // Nothing is said of a file that holds secrets but what the reader says, which shows no values.
        Stream::SecretNames => true,
        Stream::Invoices => invoices::form(document).is_some(),
    };
    if fits {
        Detected::Observed(said)
    } else {
        Detected::Unrecognised(format!("it holds none of the {}", said.about()))
    }
}

/// What a file is of which nothing was said; only its name and its first line are looked at.
pub(crate) fn recognise(document: &Document) -> Option<Detected> {
    let name = document.name();
    let found = match () {
        () if is_lock_file(name) => Stream::LockFiles,
        () if secret_names::is_template(name) => Stream::SecretNames,
        () if egress::form(document).is_some() => Stream::Egress,
        () if dns::form(document).is_some() => Stream::Dns,
        () if invoices::form(document).is_some_and(|form| form.is_telling()) => Stream::Invoices,
        () if secret_names::is_list(document) => Stream::SecretNames,
        () => return None,
    };
    Some(Detected::Observed(found))
}

/// Whether a file may be one of these by its name or first line, so that it is looked at closely.
pub(crate) fn may_be(document: &Document) -> bool {
    recognise(document).is_some()
}

/// Hides a file that was said to hold names of secrets and cannot be read: its lines would be shown.
pub(crate) fn hide_all(argument: &SourceArgument, error: &Diagnostic, sources: &mut Sources) {
    let secrets = argument.kind == Some(Kind::Observed(Stream::SecretNames));
    for label in error.labels.iter().filter(|_| secrets) {
        let length = sources.get(label.span.file).map_or(0, |file| file.bytes.len());
        sources.hide(label.span.file, std::slice::from_ref(&(0..length)));
    }
}

/// Reads the files of one source; `path` is what it was called.
pub(crate) fn read(documents: &[Document], stream: Stream, path: &str, needs: &Arc<Needs>) -> Piece {
    let mut piece = Piece::new(needs);
    let noun = needs.find(stream.noun());
    if let Some(noun) = noun {
        piece.builder.supply(noun);
        piece.builder.survey_whole(noun);
    }
    let noun = noun.filter(|noun| needs.noun(*noun).wanted);
    let mut out = Records { piece: &mut piece, noun };
    let result = match stream {
        Stream::Egress => egress::read(documents, path, &mut out),
        Stream::Dns => dns::read(documents, path, &mut out),
        Stream::LockFiles => lock_files::read(documents, &mut out),
        Stream::SecretNames => secret_names::read(documents, &mut out),
        Stream::Invoices => invoices::read(documents, path, &mut out),
    };
    piece.keep(result)
}

/// The records of a source on their way to the facts.
pub(crate) struct Records<'p> {
    pub(crate) piece: &'p mut Piece,
    noun: Option<NounId>,
}

impl Records<'_> {
    /// Begins a record.
    pub(crate) fn begin(&mut self, at: Place) -> Record<'_> {
        self.piece.told.records += 1;
        let row = self.noun.map_or(0, |noun| self.piece.builder.begin(noun, at));
        Record { piece: self.piece, noun: self.noun, row, at }
    }
}

/// A record of which attributes are set one by one.
pub(crate) struct Record<'p> {
    piece: &'p mut Piece,
    noun: Option<NounId>,
    row: u32,
    at: Place,
}

impl Record<'_> {
    /// Sets a text, where there is one.
    pub(crate) fn text<'t>(&mut self, name: &str, text: impl Into<Option<&'t str>>) -> &mut Self {
        if let Some(text) = text.into() {
            self.set(name, &mut Single::scalar(Scalar::Text(text), self.at));
        }
        self
    }

    /// Sets a number.
    pub(crate) fn number(&mut self, name: &str, number: f64) -> &mut Self {
        self.set(name, &mut Single::scalar(Scalar::Number(number), self.at));
        self
    }

    /// Sets a count, which is exact up to 2^53.
    #[expect(clippy::cast_precision_loss, reason = "nobody calls a host 2^53 times")]
    pub(crate) fn count(&mut self, name: &str, count: u64) -> &mut Self {
        self.number(name, count as f64)
    }

    /// Sets a time, where there is one.
    pub(crate) fn time(&mut self, name: &str, time: Option<Time>) -> &mut Self {
        if let Some(time) = time {
            let text = time.to_string();
            self.set(name, &mut Single::scalar(Scalar::Text(&text), self.at));
        }
        self
    }

    /// Sets a list of texts.
    pub(crate) fn list(&mut self, name: &str, texts: &[String]) -> &mut Self {
        self.set(name, &mut Single::list(texts, self.at));
        self
    }

    fn set(&mut self, name: &str, value: &mut Single<'_>) {
        if let Some(noun) = self.noun {
            // A single value cannot fail to be read.
            let _ = self.piece.builder.set_by_name(noun, self.row, name, value);
        }
    }
}

/// The beginning of a file: no line that tells what it is goes on beyond it.
pub(crate) fn beginning(document: &Document) -> &str {
    const LONGEST: usize = 64 << 10;
    let start = document.bytes.get(..document.bytes.len().min(LONGEST)).unwrap_or_default();
    match std::str::from_utf8(start) {
        Ok(text) => text,
        // A character is cut in two.
        Err(error) => std::str::from_utf8(start.get(..error.valid_up_to()).unwrap_or_default()).unwrap_or_default(),
    }
    .trim_start()
}

/// The first line that is not blank.
pub(crate) fn first_line(document: &Document) -> &str {
    beginning(document).lines().next().unwrap_or_default()
}

/// Whether a word stands within the first bytes of a file.
pub(crate) fn begins_with_word(document: &Document, word: &str) -> bool {
    const LOOKED_AT: usize = 4 << 10;
    let start = document.bytes.get(..document.bytes.len().min(LOOKED_AT)).unwrap_or_default();
    memchr::memmem::find(start, word.as_bytes()).is_some()
}

/// The keys of the object that a line holds; none where it holds no object.
pub(crate) fn keys_of(line: &str, document: &Document) -> Vec<String> {
    let mut keys = Vec::new();
    let mut reader = JsonReader::trying(line.as_bytes(), document.file, 0, 0);
    let looked = reader.at_object().and_then(|object| match object {
        true => reader.object(&mut |reader, key| {
            keys.push(key.to_owned());
            reader.skip()
        }),
        false => Ok(()),
    });
    // A line that is cut off, or is the first of an object that stands on several, tells nothing.
    if looked.is_err() { Vec::new() } else { keys }
}

/// The place of a byte of a file.
pub(crate) fn at(document: &Document, offset: usize) -> Place {
    place(document.file, offset)
}

/// A file of JSON as a tree.
pub(crate) fn tree(document: &Document) -> Result<crate::tree::Node, ReadError> {
    let mut reader = JsonReader::new(&document.bytes, document.file, 0);
    let node = crate::tree::Node::read(&mut reader)?;
    reader.finish()?;
    Ok(node)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use tickmark_source::{FileBytes, FileId};

    /// A file in memory.
    pub(crate) fn document(name: &str, text: &str) -> Document {
        let bytes = FileBytes::from(text.as_bytes().to_vec());
        Document { file: FileId(0), path: name.to_owned(), bytes, raw: None }
    }

    #[test]
    fn files_are_known_by_their_first_line() {
        for (name, text, stream) in [
            ("package-lock.json", "{}", Some(Stream::LockFiles)),
            (".env.example", "A=b", Some(Stream::SecretNames)),
            ("a.csv", "Date,Merchant,Amount\n", None),
            ("notes.txt", "hello\n", None),
            ("native.json", "{\"vendor\": []}", None),
        ] {
            let found = match recognise(&document(name, text)) {
                Some(Detected::Observed(stream)) => Some(stream),
                _ => None,
            };
            assert_eq!(found, stream, "{name}");
        }
    }
}
