//! The records of a test, read like any other export.

use std::convert::Infallible;

use tickmark_facts::{Scalar, ValueKind, ValueReader};
use tickmark_program::{GivenKind, GivenValue};
use tickmark_source::Place;

/// Reads one `given` value.
pub(crate) struct GivenReader<'g> {
    next: &'g GivenValue,
}

impl<'g> GivenReader<'g> {
    pub(crate) fn new(value: &'g GivenValue) -> GivenReader<'g> {
        GivenReader { next: value }
    }
}

impl ValueReader for GivenReader<'_> {
    type Error = Infallible;

    fn kind(&mut self) -> Result<ValueKind, Infallible> {
        Ok(match self.next.kind {
            GivenKind::List(_) => ValueKind::List,
            GivenKind::Object(_) => ValueKind::Object,
            _ => ValueKind::Scalar,
        })
    }

    fn place(&mut self) -> Place {
        self.next.span.place()
    }

    fn scalar<R>(&mut self, take: impl FnOnce(Scalar<'_>) -> R) -> Result<R, Infallible> {
        Ok(match &self.next.kind {
            GivenKind::Unknown => take(Scalar::Unknown("unknown, as the test gives it")),
            GivenKind::Bool(value) => take(Scalar::Bool(*value)),
            GivenKind::Number(number) => take(Scalar::Number(*number)),
            GivenKind::Text(text) => take(Scalar::Text(text)),
            GivenKind::Null | GivenKind::List(_) | GivenKind::Object(_) => take(Scalar::Null),
        })
    }

    fn list(&mut self, item: &mut dyn FnMut(&mut Self) -> Result<(), Infallible>) -> Result<(), Infallible> {
        if let GivenKind::List(items) = &self.next.kind {
            for value in items {
                item(&mut GivenReader { next: value })?;
            }
        }
        Ok(())
    }

    fn object(&mut self, member: &mut dyn FnMut(&mut Self, &str) -> Result<(), Infallible>) -> Result<(), Infallible> {
        if let GivenKind::Object(members) = &self.next.kind {
            for (key, value) in members {
                member(&mut GivenReader { next: value }, key)?;
            }
        }
        Ok(())
    }

    fn skip(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}
