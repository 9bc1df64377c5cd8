//! One member of `resource_changes` of a plan. A plan has one for every resource there is, and most of the file is made of
//! them: Terraform always writes their keys in the same order, so that the next key is told by looking whether it stands there.

use crate::error::ReadError;
use crate::json::{JsonReader, resolved};
use crate::terraform::pieces::{Common, Last, Reused, Stretch, holds_true, is_plain, scan_index, take_text};
use crate::terraform::resource::{Action, Resource, Tables};
use tickmark_facts::ValueReader;

/// What stands under a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Address,
    Module,
    Mode,
    Type,
    Name,
    Index,
    Provider,
    Deposed,
    Change,
    Actions,
    Values,
    Unknown,
    Sensitive,
    /// What nobody asks for.
    Other,
}

/// The keys of a resource change that are of use.
const OF_RESOURCE: [(&str, Part); 9] = [
    ("address", Part::Address),
    ("module_address", Part::Module),
    ("mode", Part::Mode),
    ("type", Part::Type),
    ("name", Part::Name),
    ("index", Part::Index),
    ("provider_name", Part::Provider),
    ("deposed", Part::Deposed),
    ("change", Part::Change),
];

/// The keys of `change` that are of use.
const OF_CHANGE: [(&str, Part); 4] = [
    ("actions", Part::Actions),
    ("after", Part::Values),
    ("after_unknown", Part::Unknown),
    ("after_sensitive", Part::Sensitive),
];

/// What stands before a value: the bytes from the end of the value before it, or from the start of the object, with the key and
/// the colon.
#[derive(Debug)]
struct Lead {
    written: Vec<u8>,
    part: Part,
}

/// How objects of one sort were written so far: what stands before their values, in the order of the keys.
#[derive(Debug)]
struct Layout {
    known: &'static [(&'static str, Part)],
    first: Option<Lead>,
    others: Vec<Lead>,
}

impl Layout {
    /// How many leads behind the one that is expected are tried: some keys stand in few resources.
    const LATER: usize = 3;
    /// No more than these are remembered, and none that is longer.
    const MOST: usize = 32;
    const LONGEST: usize = 256;

    fn new(known: &'static [(&'static str, Part)]) -> Layout {
        Layout { known, first: None, others: Vec::new() }
    }

    fn part(&self, key: &str) -> Part {
        self.known.iter().find(|(known, _)| *known == key).map_or(Part::Other, |(_, part)| *part)
    }

    /// Steps into the object that stands next: what stands under its first key, `None` where it has none.
    #[inline]
    fn first(&mut self, reader: &mut JsonReader<'_>) -> Result<Option<Part>, ReadError> {
        match &self.first {
            Some(lead) if reader.opens_with(&lead.written) => Ok(Some(lead.part)),
            _ => self.first_read(reader),
        }
    }

    #[cold]
    fn first_read(&mut self, reader: &mut JsonReader<'_>) -> Result<Option<Part>, ReadError> {
        let start = reader.offset();
        let Some(key) = reader.object_start()? else { return Ok(None) };
        let part = self.part(&key);
        let written = reader.since(start);
        if written.len() <= Self::LONGEST {
            self.first = Some(Lead { written: written.to_vec(), part });
        }
        Ok(Some(part))
    }

    /// What stands under the next key, `None` behind the last. `at` is the lead that is expected.
    #[inline]
    fn next(&mut self, reader: &mut JsonReader<'_>, at: &mut usize) -> Result<Option<Part>, ReadError> {
        if reader.closes_object() {
            return Ok(None);
        }
        match self.others.get(*at) {
            Some(lead) if reader.takes(&lead.written) => {
                *at += 1;
                Ok(Some(lead.part))
            }
            _ => self.next_read(reader, at),
        }
    }

    #[cold]
    fn next_read(&mut self, reader: &mut JsonReader<'_>, at: &mut usize) -> Result<Option<Part>, ReadError> {
        let later = self.others.iter().enumerate().skip(*at + 1).take(Self::LATER);
        for (index, lead) in later {
            if reader.takes(&lead.written) {
                *at = index + 1;
                return Ok(Some(lead.part));
            }
        }
        let start = reader.at();
        let Some(key) = reader.object_next()? else { return Ok(None) };
        let part = self.part(&key);
        let written = reader.since(start);
        if let Some(known) = self.others.iter().position(|lead| lead.written == written) {
            *at = known + 1;
        } else if self.others.len() < Self::MOST && written.len() <= Self::LONGEST {
            self.others.insert(*at, Lead { written: written.to_vec(), part });
            *at += 1;
        }
        Ok(Some(part))
    }
}

/// How the changes before were written.
#[derive(Debug)]
pub(crate) struct Manner {
    resource: Layout,
    change: Layout,
    pub(crate) reused: Reused,
    /// Whether the last module is written as [`is_plain`] says.
    plain_module: bool,
    key: Last<u32>,
    actions: Last<Option<Action>, 4>,
    unknown: Last<bool, 4>,
    sensitive: Last<bool>,
}

impl Default for Manner {
    fn default() -> Self {
        Manner {
            resource: Layout::new(&OF_RESOURCE),
            change: Layout::new(&OF_CHANGE),
            reused: Reused::default(),
            plain_module: true,
            key: Last::default(),
            actions: Last::default(),
            unknown: Last::default(),
            sensitive: Last::default(),
        }
    }
}

/// A resource change that is being read.
pub(crate) struct Change<'r> {
    manner: &'r mut Manner,
    common: &'r mut Common,
    tables: &'r mut Tables,
    /// The resource that it is about, but for its kind.
    pub(crate) resource: Resource,
    /// Whether its address is written as [`is_plain`] says.
    pub(crate) plain: bool,
    mode: u32,
    /// Its type, among the texts.
    pub(crate) ty: u32,
    provider: u32,
    /// Whether it is a deposed object.
    pub(crate) deposed: bool,
}

impl<'r> Change<'r> {
    /// Reads the change that stands next.
    pub(crate) fn read(
        reader: &mut JsonReader<'_>,
        manner: &'r mut Manner,
        (common, tables): (&'r mut Common, &'r mut Tables),
    ) -> Result<Change<'r>, ReadError> {
        let offset = u32::try_from(reader.offset()).unwrap_or(u32::MAX);
        let resource = Resource { offset, ..Resource::default() };
        let (mode, ty, provider) = (0, 0, 0);
        let mut change = Change { manner, common, tables, resource, plain: true, mode, ty, provider, deposed: false };
        change.members(reader, |manner| &mut manner.resource)?;
        change.resource.kind = change.common.kind(change.tables, (change.mode, change.ty, change.provider));
        Ok(change)
    }

    /// Takes an object that is written in a manner; any other value is skipped.
    fn members(
        &mut self,
        reader: &mut JsonReader<'_>,
        layout: impl Fn(&mut Manner) -> &mut Layout,
    ) -> Result<(), ReadError> {
        if !reader.at_object()? {
            return reader.skip();
        }
        let mut at = 0;
        let mut next = layout(self.manner).first(reader)?;
        while let Some(part) = next {
            self.value(part, reader)?;
            next = layout(self.manner).next(reader, &mut at)?;
        }
        Ok(())
    }

    fn value(&mut self, part: Part, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        let resource = &mut self.resource;
        let reused = &mut self.manner.reused;
        let into = (&mut *self.common, &mut *self.tables);
        match part {
            Part::Address => return self.address(reader),
            Part::Module => {
                resource.module = match reused.module.again(reader) {
                    Some(number) => number,
                    None => {
                        let number = take_text(&mut reused.module, reader, into)?;
                        self.manner.plain_module = is_plain(reused.module.beginning());
                        number
                    }
                };
            }
            Part::Mode => self.mode = take_text(&mut reused.mode, reader, into)?,
            Part::Type => self.ty = take_text(&mut reused.ty, reader, into)?,
            Part::Name => resource.name = take_text(&mut reused.name, reader, into)?,
            Part::Provider => self.provider = take_text(&mut reused.provider, reader, into)?,
            Part::Index => {
                resource.key = self.manner.key.take(reader, |reader| Ok(into.0.key(into.1, scan_index(reader)?)))?;
            }
            Part::Deposed => {
                self.deposed = !reader.at_null()?;
                reader.skip()?;
            }
            Part::Actions => resource.action = self.manner.actions.take(reader, actions)?,
            Part::Values => resource.values = Stretch::take(reader)?,
            Part::Unknown => resource.beside = marks(reader, &mut self.manner.unknown)?,
            Part::Sensitive => resource.secret = marks(reader, &mut self.manner.sensitive)?,
            Part::Change => return self.members(reader, |manner| &mut manner.change),
            Part::Other => reader.skip()?,
        }
        Ok(())
    }

    /// Most addresses begin with the module of the resource before.
    fn address(&mut self, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        self.resource.address = Stretch::default();
        let Some(text) = reader.text_behind(self.manner.reused.module.beginning())? else { return Ok(()) };
        if !text.range.is_empty() {
            self.resource.address = Stretch::of(&text.range);
            self.plain = match text.escaped {
                true => is_plain(reader.since(text.range.start)),
                false => !text.known || self.manner.plain_module,
            };
        }
        Ok(())
    }
}

/// Marks: where anything is marked at all. Most are `{}`, or false in some shape.
fn marks<const MANY: usize>(reader: &mut JsonReader<'_>, last: &mut Last<bool, MANY>) -> Result<Stretch, ReadError> {
    let start = reader.offset();
    let marked = last.take(reader, |reader| {
        reader.skip()?;
        Ok(holds_true(reader.since(start)))
    })?;
    Ok(if marked { Stretch::of(&(start..reader.at())) } else { Stretch::default() })
}

/// What a list of actions comes to; `create` and `delete` in either order replace.
fn actions(reader: &mut JsonReader<'_>) -> Result<Option<Action>, ReadError> {
    const KNOWN: [Action; 6] =
        [Action::Create, Action::Update, Action::Delete, Action::NoOp, Action::Read, Action::Forget];
    let (mut count, mut creates, mut last) = (0, false, None);
    if !reader.at_list()? {
        reader.skip()?;
        return Ok(None);
    }
    let mut inside = reader.list_start()?;
    while inside {
        if let Some(written) = reader.written_text()? {
            let action = resolved(written.bytes);
            count += 1;
            last = KNOWN.into_iter().find(|known| known.name() == action);
            creates |= last == Some(Action::Create);
        }
        inside = reader.list_next()?;
    }
    Ok(match count {
        0 => None,
        1 => last,
        _ if creates => Some(Action::Replace),
        _ => Some(Action::Delete),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tickmark_source::FileId;

    const CHANGE: [(&str, &str); 9] = [
        ("address", r#""module.a[\"x\"].aws_s3_bucket.b[0]""#),
        ("module_address", r#""module.a[\"x\"]""#),
        ("mode", r#""managed""#),
        ("type", r#""aws_s3_bucket""#),
        ("name", r#""b""#),
        ("index", "0"),
        ("provider_name", r#""registry.terraform.io/hashicorp/aws""#),
        ("action_reason", r#""replace_by_request""#),
        ("change", ""),
    ];

    const INSIDE: [(&str, &str); 8] = [
        ("actions", r#"["delete", "create"]"#),
        ("before", r#"{"after": {"n": 1}}"#),
        ("after", r#"{"bucket": "b"}"#),
        ("after_unknown", r#"{"id": true}"#),
        ("before_sensitive", "false"),
        ("after_sensitive", r#"{"tags": {"a": true}}"#),
        ("replace_paths", r#"[["bucket"]]"#),
        ("after_thought", "null"),
    ];

    const EXPECTED: [&str; 11] = [
        r#"module.a["x"].aws_s3_bucket.b[0]"#,
        "[0]",
        r#"module.a["x"]"#,
        "managed",
        "aws_s3_bucket",
        "b",
        r#"{"bucket": "b"}"#,
        r#"{"id": true}"#,
        r#"{"tags": {"a": true}}"#,
        "registry.terraform.io/hashicorp/aws",
        "replace",
    ];

    /// A change whose keys stand in an order, moved on by so many places and perhaps turned round.
    fn written(turn: usize, reversed: bool) -> String {
        let object = |members: &[(&str, String)]| {
            let mut members: Vec<String> = members.iter().map(|(key, value)| format!("\"{key}\": {value}")).collect();
            let places = turn % members.len();
            members.rotate_left(places);
            if reversed {
                members.reverse();
            }
            format!("{{{}}}", members.join(", "))
        };
        let inside = object(&INSIDE.map(|(key, value)| (key, value.to_owned())));
        object(&CHANGE.map(|(key, value)| (key, if key == "change" { inside.clone() } else { value.to_owned() })))
    }

    /// What is read of a change, by the manner of those before it.
    fn read(text: &str, manner: &mut Manner) -> Vec<String> {
        let mut reader = JsonReader::new(text.as_bytes(), FileId(0), 0);
        let (mut common, mut tables) = (Common::default(), Tables::default());
        let Manner { resource, change, .. } = std::mem::take(manner);
        *manner = Manner { resource, change, ..Manner::default() };
        let Ok(change) = Change::read(&mut reader, manner, (&mut common, &mut tables)) else { return Vec::new() };
        assert!(!change.deposed && change.plain);
        let resource = change.resource;
        assert!(reader.finish().is_ok());
        let shown = |range: Option<std::ops::Range<usize>>| range.and_then(|range| text.get(range)).unwrap_or("-");
        let kind = &tables.kinds[resource.kind as usize];
        let key = tables.key(&resource).map(ToString::to_string).unwrap_or_default();
        let address = resolved(shown(resource.address.range()).as_bytes()).into_owned();
        let [module, mode, ty, name, provider] = [resource.module, kind.mode, kind.ty, resource.name, kind.provider]
            .map(|number| tables.text(number).to_string());
        let stretches =
            [resource.values.range(), resource.unknown(), resource.sensitive()].map(|range| shown(range).to_owned());
        let action = resource.action.map_or("-", Action::name).to_owned();
        [vec![address, key, module, mode, ty, name], stretches.to_vec(), vec![provider, action]].concat()
    }

    #[test]
    fn a_change_reads_the_same_in_any_order_of_its_keys() {
        let mut manner = Manner::default();
        for turn in 0..CHANGE.len() * INSIDE.len() {
            for reversed in [false, true] {
                let text = written(turn, reversed);
                assert_eq!(read(&text, &mut Manner::default()), EXPECTED, "{turn} {reversed}");
                // Whatever was written before.
                assert_eq!(read(&text, &mut manner), EXPECTED, "{turn} {reversed}");
            }
        }
        assert!(manner.resource.others.len() <= Layout::MOST && manner.change.others.len() <= Layout::MOST);
    }

    #[test]
    fn what_is_like_the_last_is_still_read_in_full() {
        let like = r#"{"address":"m.a.b","module_address":"m","type":"a","change":{"actions":["create"],"after":{}}}"#;
        for (text, expected) in [
            (
                r#"{"address":"m.a.bc","module_address":"mm","type":"ab","change":{"actions":["create"],"after":{}}}"#,
                true,
            ),
            (r#"{"address":"m","module_address":"","type":"a","change":{"actions":["create","delete"]}}"#, true),
            (r#"{}"#, true),
            (
                r#"{"address":"m.a.b","module_address":"m","type":"a","change":{"actions":["create"],"after":{}},}"#,
                false,
            ),
            (r#"{"address":"m.a.b" "module_address":"m"}"#, false),
            (r#"{"address":"m.a.b","module_address":"m"x,"type":"a"}"#, false),
            (r#"{"address":"m.a.b","module_address":"m","type":"a","change":{"actions":["create"]]}}"#, false),
            (r#"{"address":"m.a.b","module_address":"m","type":"a","#, false),
            ("{\"address\":\"m.a\n.b\"}", false),
            (r#"{"address":"#, false),
            (r#"{"address":"m\q"}"#, false),
        ] {
            let mut manner = Manner::default();
            let (mut common, mut tables) = (Common::default(), Tables::default());
            for before in [like, like, text] {
                let mut reader = JsonReader::new(before.as_bytes(), FileId(0), 0);
                let change = Change::read(&mut reader, &mut manner, (&mut common, &mut tables));
                let read = change.is_ok();
                assert_eq!(read && reader.finish().is_ok(), expected || before == like, "{before}");
            }
        }
    }
}
