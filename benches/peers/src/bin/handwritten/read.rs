//! One list of records of an export, each read into a struct.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, de};

/// A text, borrowed from the file where nothing in it is escaped. (`Vec<Cow<str>>` and `Option<Cow<str>>` would copy.)
#[derive(Clone, Debug, Default)]
pub struct Text<'f>(pub Cow<'f, str>);

impl Text<'_> {
    pub fn is(&self, text: &str) -> bool {
        self.0 == text
    }
}

impl<'de: 'f, 'f> Deserialize<'de> for Text<'f> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Read;
        impl<'de> Visitor<'de> for Read {
            type Value = Text<'de>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a text")
            }
            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Read)
    }
}

/// Reads the list under one key at the top of a file, and passes over the others.
pub fn list<'f, T: Deserialize<'f>>(file: &'f [u8], key: &'static str) -> Vec<T> {
    let mut deserializer = serde_json::Deserializer::from_str(utf8(file));
    let read = Under { key, records: PhantomData }.deserialize(&mut deserializer);
    deserializer.end().expect("nothing follows");
    read.expect("the file is as declared")
}

/// Reads a whole file into a struct.
pub fn whole<'f, T: Deserialize<'f>>(file: &'f [u8]) -> T {
    serde_json::from_str(utf8(file)).expect("the file is as declared")
}

/// Checked once and as a whole: serde would check text by text, which takes longer.
fn utf8(file: &[u8]) -> &str {
    std::str::from_utf8(file).expect("the file is UTF-8")
}

struct Under<T> {
    key: &'static str,
    records: PhantomData<T>,
}

impl<'de, T: Deserialize<'de>> DeserializeSeed<'de> for Under<T> {
    type Value = Vec<T>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Vec<T>, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Deserialize<'de>> Visitor<'de> for Under<T> {
    type Value = Vec<T>;
    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vec<T>, A::Error> {
        let mut records = Vec::new();
        while let Some(key) = map.next_key::<Text<'de>>()? {
            if key.is(self.key) {
                records = map.next_value()?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(records)
    }
}
