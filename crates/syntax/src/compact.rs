//! Syntax trees as bytes: files that are known when the program is built are parsed then, and only what a run needs of
//! them is read back.
//!
//! [`write()`] makes the bytes of a parsed file. [`Compact`] lists its items without reading them, and reads those that are
//! asked for; of a control also what stands before its sentences alone. Strings are slices of the file's text, which the
//! program holds anyway for its excerpts, and a span is the distance from the one before it; the id of the file is given
//! when an item is read. The bytes are no format to keep: the program that reads them was built together with them.

mod coding;
mod nodes;

use smol_str::SmolStr;
use tickmark_source::FileId;

use self::coding::{Code, Reader, Writer};
use crate::ast::{Control, File, Item, Pack};
use crate::outline::{Outline, Role, outline, ranges, sources, words};

/// The bytes of a file that was parsed from `text` without a mistake.
#[must_use]
pub fn write(text: &str, file: &File) -> Vec<u8> {
    let mut out = Writer::new(text);
    match &file.pack {
        None => out.number(0),
        Some(pack) => out.block(|out| pack.write(out)),
    }
    for item in &file.items {
        let outline = outline(item);
        out.number(role_number(outline.role));
        out.number(u32::from(outline.nested));
        out.text(outline.noun);
        let mut spoken: Vec<SmolStr> = Vec::new();
        words(item, &mut |word| spoken.push(word.text.clone()));
        spoken.sort();
        spoken.dedup();
        out.block(|out| spoken.iter().for_each(|word| out.text(word)));
        out.block(|out| sources(item).iter().for_each(|word| out.text(&word.text)));
        out.block(|out| {
            for range in ranges(item) {
                out.block(|out| range.iter().for_each(|word| out.text(&word.text)));
            }
        });
        out.block(|out| item.write(out));
    }
    out.finish()
}

fn role_number(role: Role) -> u32 {
    match role {
        Role::Entity => 0,
        Role::Definition => 1,
        Role::Setting => 2,
        Role::Claim => 3,
        Role::Test => 4,
    }
}

fn role_of(number: u32) -> Option<Role> {
    let all = [Role::Entity, Role::Definition, Role::Setting, Role::Claim, Role::Test];
    all.into_iter().find(|role| role_number(*role) == number)
}

/// A file that was parsed when the program was built.
#[derive(Clone, Copy, Debug)]
pub struct Compact {
    /// Its text.
    pub text: &'static str,
    /// What [`write()`] made of it.
    pub bytes: &'static [u8],
}

/// An item that is not read yet: what it is, and where its bytes are.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// What it is to a program, and to which noun it belongs.
    pub outline: Outline<'static>,
    text: &'static str,
    words: &'static [u8],
    sources: &'static [u8],
    ranges: &'static [u8],
    item: &'static [u8],
}

impl Compact {
    /// The pack line, its spans in `file`.
    #[must_use]
    pub fn pack(&self, file: FileId) -> Option<Pack> {
        let pack = Reader::new(self.text, self.bytes, file).block()?;
        if pack.is_empty() { None } else { Pack::read(&mut Reader::new(self.text, pack, file)) }
    }

    /// The items in order of text, not read yet.
    pub fn entries(&self) -> impl Iterator<Item = Entry> + use<> {
        // The id plays no part in what is read here.
        let mut from = Reader::new(self.text, self.bytes, FileId(0));
        let text = self.text;
        // The pack line.
        let _ = from.block();
        std::iter::from_fn(move || {
            let role = role_of(from.number()?)?;
            let nested = from.number()? == 1;
            Some(Entry {
                outline: Outline { role, noun: from.text()?, nested },
                text,
                words: from.block()?,
                sources: from.block()?,
                ranges: from.block()?,
                item: from.block()?,
            })
        })
    }

    /// The whole tree, as [`crate::parse`] gives it.
    #[must_use]
    pub fn file(&self, file: FileId) -> File {
        File { pack: self.pack(file), items: self.entries().filter_map(|entry| entry.item(file)).collect() }
    }
}

impl Entry {
    /// The words of the item that may be nouns, sorted.
    pub fn words(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.texts(self.words)
    }

    /// The words of what a map leads from, which may be nouns; none of another item.
    pub fn sources(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.texts(self.sources)
    }

    /// What the sentences of a control range over, each in the words of its phrase, as [`ranges`] gives it.
    pub fn ranges(&self) -> impl Iterator<Item = Vec<&'static str>> + use<> {
        let mut from = Reader::new(self.text, self.ranges, FileId(0));
        let entry = *self;
        std::iter::from_fn(move || Some(entry.texts(from.block()?).collect()))
    }

    /// A control without its sentences, its spans in `file`; nothing where it is another item.
    #[must_use]
    pub fn head(&self, file: FileId) -> Option<Control> {
        Control::read_head(&mut Reader::new(self.text, self.item, file))
    }

    fn texts(&self, bytes: &'static [u8]) -> impl Iterator<Item = &'static str> + use<> {
        let mut from = Reader::new(self.text, bytes, FileId(0));
        std::iter::from_fn(move || from.text())
    }

    /// The item, its spans in `file`; nothing where the bytes were not made by [`write()`] of this very text.
    #[must_use]
    pub fn item(&self, file: FileId) -> Option<Item> {
        Item::read(&mut Reader::new(self.text, self.item, file))
    }
}
