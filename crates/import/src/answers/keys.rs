//! What the keys of records are: their names as attributes and how their values are read, looked up once for each noun.

use crate::answers::table::{Part, System};
use crate::snake::snake;
use crate::tree::{Node, Value};
use smol_str::SmolStr;
use tickmark_facts::{AttributeId, AttributeType, Needs, NounId};

/// A key of the records of a noun.
#[derive(Clone)]
pub(crate) struct Key<'n> {
    /// As it is written.
    written: SmolStr,
    /// As an attribute.
    pub(crate) name: SmolStr,
    /// The attribute, where the noun declares it; of an open noun there need be none.
    pub(crate) attribute: Option<AttributeId>,
    /// How it is read. `None` where nobody declares it.
    pub(crate) ty: Option<&'n AttributeType>,
    /// Whether it holds a JSON document.
    pub(crate) document: bool,
    /// Whether the builder is to see it at all.
    pub(crate) told: bool,
    /// The names under which it is read once more.
    pub(crate) copies: Vec<Copy<'n>>,
}

/// A name under which an attribute is read once more.
#[derive(Clone)]
pub(crate) struct Copy<'n> {
    /// The name.
    pub(crate) name: &'static str,
    /// The attribute.
    pub(crate) attribute: AttributeId,
    /// How it is read.
    pub(crate) ty: &'n AttributeType,
    /// Which part of it.
    pub(crate) part: Part,
}

/// The keys that were met, by noun, in the order in which records have them.
pub(crate) struct Keys<'n> {
    needs: &'n Needs,
    system: &'static System,
    nouns: Vec<Vec<Key<'n>>>,
}

/// So many keys of a noun are remembered; what an export has beyond is worked out each time.
const REMEMBERED: usize = 512;

impl<'n> Keys<'n> {
    /// None met yet.
    pub(crate) fn new(needs: &'n Needs, system: &'static System) -> Self {
        Keys { needs, system, nouns: Vec::new() }
    }

    /// What is needed.
    pub(crate) fn needs(&self) -> &'n Needs {
        self.needs
    }

    /// A moment as every reader knows it, where the system writes it in a way of its own: the offset without a colon, as Jira
    /// does; and of `ServiceNow`, whose interface answers in UTC, with a blank before the clock.
    pub(crate) fn moment(&self, text: &str) -> Option<String> {
        if self.system.name == "servicenow" {
            return crate::answers::sheets::moment(text, None);
        }
        let (head, offset) = text.split_at_checked(text.len().checked_sub(5)?)?;
        let digits = offset.strip_prefix(['+', '-'])?;
        let (hours, minutes) = digits.split_at_checked(2)?;
        let whole = head.contains('T') && digits.bytes().all(|byte| byte.is_ascii_digit());
        whole.then(|| format!("{head}{}{hours}:{minutes}", offset.get(..1).unwrap_or("+")))
    }

    /// The attributes that a cell of a table is: its column's name, and the names under which it is read once more.
    pub(crate) fn of_cell(&self, column: &str, cell: &Node, member: &mut dyn FnMut(&str, Node)) {
        member(column, cell.clone());
        for copied in self.system.copies.iter().filter(|copied| copied.of == column) {
            if let Some(part) = cell.text().as_deref().and_then(|text| copied.part.of(text)) {
                member(copied.to, cell.with(Value::Text(part.into_owned())));
            }
        }
    }

    /// A key of a record. `position` is where the key before it stands in the order, and moves on.
    pub(crate) fn find(&mut self, noun: NounId, written: &str, position: &mut usize) -> Key<'n> {
        let index = noun.0 as usize;
        if self.nouns.len() <= index {
            self.nouns.resize_with(index + 1, Vec::new);
        }
        let known = self.nouns.get(index).map_or(&[][..], Vec::as_slice);
        let ahead = known.iter().skip(*position).position(|key| key.written == written).map(|found| found + *position);
        if let Some(at) = ahead.or_else(|| known.iter().position(|key| key.written == written)) {
            *position = at + 1;
            if let Some(key) = known.get(at) {
                return key.clone();
            }
        }
        let key = self.make(noun, written);
        if let Some(known) = self.nouns.get_mut(index).filter(|known| known.len() < REMEMBERED) {
            known.push(key.clone());
            *position = known.len();
        }
        key
    }

    fn make(&self, noun: NounId, written: &str) -> Key<'n> {
        let need = self.needs.noun(noun);
        let name = attribute_name(written);
        let attribute = need.attribute(&name);
        let read_as = |attribute: AttributeId| need.attributes.get(attribute.0 as usize).map(|need| &need.ty);
        // To take a policy apart is some work.
        let wanted = |attribute: AttributeId| need.attributes.get(attribute.0 as usize).is_some_and(|need| need.wanted);
        let mut copies = Vec::new();
        for copied in self.system.copies.iter().filter(|copied| copied.of == name) {
            if let Some(attribute) = need.attribute(copied.to)
                && let Some(ty) = read_as(attribute)
                && (copied.part != Part::Statements || wanted(attribute))
            {
                copies.push(Copy { name: copied.to, attribute, ty, part: copied.part });
            }
        }
        Key {
            written: SmolStr::new(written),
            attribute,
            ty: attribute.and_then(read_as),
            document: self.system.documents.contains(&name.as_str()),
            told: attribute.is_some() || need.open,
            copies,
            name,
        }
    }
}

/// The name of an attribute: `snake_case`, with `_` for what no name may hold.
pub(crate) fn attribute_name(written: &str) -> SmolStr {
    let name = snake(written);
    if name.contains(['-', '.', ':', '@']) {
        return SmolStr::new(name.replace(['-', '.', ':', '@'], "_").trim_start_matches('_'));
    }
    SmolStr::new(name)
}

#[cfg(test)]
mod tests {
    use super::attribute_name;

    #[test]
    fn keys_become_names_that_can_be_written() {
        for (key, name) in [
            ("ModelPackageArn", "model_package_arn"),
            ("TrailARN", "trail_arn"),
            ("CidrIpv6", "cidr_ipv6"),
            ("bom-ref", "bom_ref"),
            ("@graph", "graph"),
            ("ai_autonomyType", "ai_autonomy_type"),
            ("dataset_hasSensitivePersonalInformation", "dataset_has_sensitive_personal_information"),
        ] {
            assert_eq!(attribute_name(key), name);
        }
    }
}
