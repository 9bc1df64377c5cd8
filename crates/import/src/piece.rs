//! What reading one source gives, before the pieces are put together in the order of the arguments.

use crate::error::{ReadError, span};
use smol_str::SmolStr;
use std::collections::BTreeSet;
use std::sync::Arc;
use tickmark_diagnostics::codes::facts as codes;
use tickmark_diagnostics::{Diagnostic, Severity};
use tickmark_facts::{Builder, Needs, Scalar, Time, ValueKind, ValueReader};
use tickmark_source::{Place, Span};

/// The facts of one source and what is to be said of it.
pub(crate) struct Piece {
    /// The records.
    pub(crate) builder: Builder,
    /// All else.
    pub(crate) told: Told,
}

/// What is to be said of one source, beside its records.
#[derive(Default)]
pub(crate) struct Told {
    /// Errors and warnings.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// How many records the source holds, wanted or not.
    pub(crate) records: u64,
    /// What the source says of itself.
    pub(crate) envelope: Envelope,
    /// Where secrets stand in the file: no excerpt shows them.
    pub(crate) secrets: Vec<std::ops::Range<usize>>,
    /// Where secrets stand in any file.
    pub(crate) hidden: Vec<Span>,
    /// Nouns of native facts that the program does not know.
    pub(crate) strangers: BTreeSet<SmolStr>,
}

/// What an export says of itself: native facts under `_source`, a Terraform plan in `timestamp` and `complete`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Envelope {
    /// When it was collected.
    pub(crate) collected_at: Option<Time>,
    /// Whether it is all there is.
    pub(crate) complete: Option<bool>,
    /// The kind of the system that it was collected from, where native facts name it.
    pub(crate) kind: Option<String>,
}

impl Piece {
    /// Nothing read yet.
    pub(crate) fn new(needs: &Arc<Needs>) -> Self {
        Self::behind(Builder::new(Arc::clone(needs)))
    }

    /// Nothing read yet of a source whose records come to stand behind those of others, which are in `builder`. Whoever reads into
    /// it may add to it only: rows count through what is there.
    pub(crate) fn behind(mut builder: Builder) -> Self {
        builder.next_source();
        Self { builder, told: Told::default() }
    }

    /// Nothing read yet, of what follows in the same file.
    pub(crate) fn fork(&self) -> Self {
        Self { builder: self.builder.fork(), told: Told::default() }
    }

    /// Keeps what was read and adds why the rest was not.
    pub(crate) fn keep(mut self, result: Result<(), ReadError>) -> Self {
        if let Err(error) = result {
            self.told.diagnostics.push(*error);
        }
        self
    }

    /// Adds the facts of another part of the same source, after those that are here.
    pub(crate) fn absorb(&mut self, other: Piece) {
        self.builder.absorb(other.builder);
        self.told.absorb(other.told);
    }
}

impl Told {
    fn absorb(&mut self, other: Told) {
        self.diagnostics.extend(other.diagnostics);
        self.records += other.records;
        self.envelope.absorb(other.envelope);
        self.secrets.extend(other.secrets);
        self.hidden.extend(other.hidden);
        self.strangers.extend(other.strangers);
    }
}

impl Envelope {
    fn absorb(&mut self, other: Envelope) {
        // Of several parts the oldest tells how old the whole is, and one that is incomplete makes the whole so.
        self.collected_at = match (self.collected_at, other.collected_at) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.complete = match (self.complete, other.complete) {
            (Some(a), Some(b)) => Some(a && b),
            (a, b) => a.or(b),
        };
        self.kind = self.kind.take().or(other.kind);
    }

    /// Reads what stands under `_source`: `collected_at`, `complete`, `kind`. Other keys are left alone.
    pub(crate) fn read<V: ValueReader<Error = ReadError>>(
        &mut self,
        reader: &mut V,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<(), ReadError> {
        if reader.kind()? != ValueKind::Object {
            let place = reader.place();
            diagnostics.push(not_an_envelope(place, "`_source` is an object: `{ collected_at: …, complete: … }`"));
            return reader.skip();
        }
        let mut odd = Vec::new();
        reader.object(&mut |reader, key| {
            if !matches!(key, "collected_at" | "complete" | "kind") || reader.kind()? != ValueKind::Scalar {
                return reader.skip();
            }
            let place = reader.place();
            let fits = reader.scalar(|scalar| self.take(key, &scalar))?;
            if !fits {
                odd.push(not_an_envelope(place, &format!("`{key}` of `_source` is {}", wanted(key))));
            }
            Ok(())
        })?;
        diagnostics.append(&mut odd);
        Ok(())
    }

    fn take(&mut self, key: &str, value: &Scalar<'_>) -> bool {
        match (key, value) {
            (_, Scalar::Null) => {}
            ("collected_at", Scalar::Text(text)) => match Time::parse(text) {
                Ok(time) => self.collected_at = Some(time),
                Err(_) => return false,
            },
            ("complete", Scalar::Bool(complete)) => self.complete = Some(*complete),
            ("kind", Scalar::Text(text)) => self.kind = Some((*text).to_owned()),
            _ => return false,
        }
        true
    }
}

fn wanted(key: &str) -> &'static str {
    match key {
        "collected_at" => "a time, as in `2026-03-01T10:00:00Z`",
        "complete" => "true or false",
        _ => "a text",
    }
}

fn not_an_envelope(place: Place, message: &str) -> Diagnostic {
    let at = place.offset as usize;
    Diagnostic {
        severity: Severity::Error,
        ..Diagnostic::warning(codes::NOT_NATIVE, span(place.file, at, at + 1), message)
    }
}
