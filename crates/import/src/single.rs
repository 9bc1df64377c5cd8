//! A single value that an importer puts together itself, as a [`ValueReader`].

use crate::error::ReadError;
use tickmark_facts::{Scalar, ValueKind, ValueReader};
use tickmark_source::Place;

/// One scalar, or a list of texts.
pub(crate) struct Single<'a> {
    value: Value<'a>,
    place: Place,
}

#[derive(Clone)]
enum Value<'a> {
    Scalar(Scalar<'a>),
    List(&'a [String]),
}

impl<'a> Single<'a> {
    /// A scalar that stands at a place.
    pub(crate) fn scalar(value: Scalar<'a>, place: Place) -> Self {
        Self { value: Value::Scalar(value), place }
    }

    /// A list of texts.
    pub(crate) fn list(texts: &'a [String], place: Place) -> Self {
        Self { value: Value::List(texts), place }
    }
}

impl ValueReader for Single<'_> {
    type Error = ReadError;

    fn kind(&mut self) -> Result<ValueKind, ReadError> {
        Ok(match self.value {
            Value::Scalar(_) => ValueKind::Scalar,
            Value::List(_) => ValueKind::List,
        })
    }

    fn place(&mut self) -> Place {
        self.place
    }

    fn scalar<R>(&mut self, take: impl FnOnce(Scalar<'_>) -> R) -> Result<R, ReadError> {
        Ok(match &self.value {
            Value::Scalar(scalar) => take(scalar.clone()),
            Value::List(_) => take(Scalar::Null),
        })
    }

    fn list(&mut self, item: &mut dyn FnMut(&mut Self) -> Result<(), ReadError>) -> Result<(), ReadError> {
        let Value::List(texts) = self.value else { return Ok(()) };
        for text in texts {
            self.value = Value::Scalar(Scalar::Text(text));
            item(self)?;
        }
        self.value = Value::List(texts);
        Ok(())
    }

    fn object(&mut self, _: &mut dyn FnMut(&mut Self, &str) -> Result<(), ReadError>) -> Result<(), ReadError> {
        Ok(())
    }

    fn skip(&mut self) -> Result<(), ReadError> {
        Ok(())
    }
}
