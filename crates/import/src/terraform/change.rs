//! One member of `resource_changes` of a plan. A plan has one for every resource there is, and most of the file is made of
//! them: Terraform always writes their keys in the same order, so that the next key is told by looking whether it stands there.

use crate::error::ReadError;
use crate::json::{JsonReader, resolved};
use crate::terraform::export::{Resource, scan_index};
use crate::terraform::pieces::{Reused, Stretch};
use tickmark_facts::{Members, ValueReader};

/// A key, as it stands between its quotes.
type Key = &'static [u8];

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

/// The keys of a resource change that are of use, in the order in which Terraform writes them.
const OF_RESOURCE: [(Key, Part); 9] = [
    (b"address", Part::Address),
    (b"module_address", Part::Module),
    (b"mode", Part::Mode),
    (b"type", Part::Type),
    (b"name", Part::Name),
    (b"index", Part::Index),
    (b"provider_name", Part::Provider),
    (b"deposed", Part::Deposed),
    (b"change", Part::Change),
];

/// The keys of `change` that are met in nearly every one, in the order in which Terraform writes them.
const OF_CHANGE: [(Key, Part); 6] = [
    (b"actions", Part::Actions),
    (b"before", Part::Other),
    (b"after", Part::Values),
    (b"after_unknown", Part::Unknown),
    (b"before_sensitive", Part::Other),
    (b"after_sensitive", Part::Sensitive),
];

/// How many keys are tried: some of them stand in few resources.
const TRIED: usize = 3;

/// Fills in the resource that a change is about; tells whether it is a deposed object.
pub(crate) fn scan(
    reader: &mut JsonReader<'_>,
    reused: &mut Reused,
    resource: &mut Resource,
) -> Result<bool, ReadError> {
    resource.offset = reader.offset();
    let mut change = Change { resource, reused, deposed: false, keys: Keys::new(&OF_RESOURCE) };
    members_or_skip(reader, &mut change)?;
    Ok(change.deposed)
}

/// Takes an object; any other value is skipped.
fn members_or_skip<'a>(
    reader: &mut JsonReader<'a>,
    members: &mut impl Members<JsonReader<'a>>,
) -> Result<(), ReadError> {
    if reader.at_object()? { reader.members(members) } else { reader.skip() }
}

/// Which key stands next.
struct Keys {
    known: &'static [(Key, Part)],
    /// The one that is expected.
    next: usize,
    /// The one that was met.
    met: Part,
}

impl Keys {
    fn new(known: &'static [(Key, Part)]) -> Keys {
        Keys { known, next: 0, met: Part::Other }
    }

    /// Looks whether one of the keys that are expected stands at the start of a text; how long it is with its closing quote.
    #[inline]
    fn foresee(&mut self, rest: &[u8]) -> usize {
        for (index, (key, part)) in self.known.iter().enumerate().skip(self.next).take(TRIED) {
            if rest.get(key.len()) == Some(&b'"') && rest.starts_with(key) {
                (self.met, self.next) = (*part, index + 1);
                return key.len() + 1;
            }
        }
        0
    }

    fn meet(&mut self, name: &str) {
        let found = self.known.iter().enumerate().find(|(_, (key, _))| *key == name.as_bytes());
        match found {
            Some((index, (_, part))) => (self.met, self.next) = (*part, index + 1),
            None => self.met = Part::Other,
        }
    }
}

/// A resource change that is being read.
struct Change<'r> {
    resource: &'r mut Resource,
    reused: &'r mut Reused,
    deposed: bool,
    keys: Keys,
}

impl<'a> Members<JsonReader<'a>> for Change<'_> {
    #[inline]
    fn foresee(&mut self, rest: &[u8]) -> usize {
        self.keys.foresee(rest)
    }

    fn key(&mut self, name: &str) {
        self.keys.meet(name);
    }

    #[inline]
    fn value(&mut self, reader: &mut JsonReader<'a>) -> Result<(), ReadError> {
        let (resource, reused) = (&mut *self.resource, &mut *self.reused);
        match self.keys.met {
            Part::Address => {
                resource.address = reader.written_text()?.map(|text| resolved(text).into_owned()).unwrap_or_default();
            }
            Part::Module => resource.module = reused.module.take(reader)?.unwrap_or_default(),
            Part::Mode => resource.mode = reused.mode.take(reader)?.unwrap_or_default(),
            Part::Type => resource.ty = reused.ty.take(reader)?.unwrap_or_default(),
            Part::Name => resource.name = reused.name.take(reader)?.unwrap_or_default(),
            Part::Provider => resource.provider = reused.provider.take(reader)?,
            Part::Index => resource.index = scan_index(reader)?,
            Part::Deposed => {
                self.deposed = !reader.at_null()?;
                reader.skip()?;
            }
            Part::Actions => resource.action = actions(reader)?,
            Part::Values => resource.values = Stretch::take(reader)?,
            Part::Unknown => resource.unknown = Stretch::take(reader)?,
            Part::Sensitive => resource.sensitive = Stretch::take(reader)?,
            Part::Change => {
                let outer = std::mem::replace(&mut self.keys, Keys::new(&OF_CHANGE));
                members_or_skip(reader, self)?;
                self.keys = outer;
            }
            Part::Other => reader.skip()?,
        }
        Ok(())
    }
}

/// What a list of actions comes to; `create` and `delete` in either order replace.
fn actions(reader: &mut JsonReader<'_>) -> Result<Option<&'static str>, ReadError> {
    const KNOWN: [&str; 6] = ["create", "update", "delete", "no-op", "read", "forget"];
    let (mut count, mut creates, mut last) = (0, false, None);
    if !reader.at_list()? {
        reader.skip()?;
        return Ok(None);
    }
    let mut inside = reader.list_start()?;
    while inside {
        if let Some(written) = reader.written_text()? {
            let action = resolved(written);
            count += 1;
            last = KNOWN.into_iter().find(|known| *known == action);
            creates |= action == "create";
        }
        inside = reader.list_next()?;
    }
    Ok(match count {
        0 => None,
        1 => last,
        _ if creates => Some("replace"),
        _ => Some("delete"),
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
        ("after_sensitive", r#"{"tags": {}}"#),
        ("replace_paths", r#"[["bucket"]]"#),
        ("after_thought", "null"),
    ];

    /// What is read of a change whose keys stand in an order, moved on by so many places and perhaps turned round.
    fn read(turn: usize, reversed: bool) -> Vec<String> {
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
        let text =
            object(&CHANGE.map(|(key, value)| (key, if key == "change" { inside.clone() } else { value.to_owned() })));
        let mut reader = JsonReader::new(text.as_bytes(), FileId(0), 0);
        let mut resource = Resource::default();
        let Ok(deposed) = scan(&mut reader, &mut Reused::default(), &mut resource) else { return Vec::new() };
        assert!(!deposed);
        let shown = |stretch: Stretch| stretch.range().and_then(|range| text.get(range)).unwrap_or("-").to_owned();
        let index = resource.index.as_ref().map(ToString::to_string).unwrap_or_default();
        let texts = [&resource.module, &resource.mode, &resource.ty, &resource.name].map(ToString::to_string);
        let stretches = [shown(resource.values), shown(resource.unknown), shown(resource.sensitive)];
        let others = [resource.provider.unwrap_or_default().to_string(), resource.action.unwrap_or("-").to_owned()];
        [vec![resource.address, index], texts.to_vec(), stretches.to_vec(), others.to_vec()].concat()
    }

    #[test]
    fn a_change_reads_the_same_in_any_order_of_its_keys() {
        let expected = [
            r#"module.a["x"].aws_s3_bucket.b[0]"#,
            "[0]",
            r#"module.a["x"]"#,
            "managed",
            "aws_s3_bucket",
            "b",
            r#"{"bucket": "b"}"#,
            r#"{"id": true}"#,
            r#"{"tags": {}}"#,
            "registry.terraform.io/hashicorp/aws",
            "replace",
        ];
        for turn in 0..CHANGE.len() * INSIDE.len() {
            for reversed in [false, true] {
                assert_eq!(read(turn, reversed), expected, "{turn} {reversed}");
            }
        }
    }
}
