//! Text: `contains`, `starts with`, `ends with`, `like`, `matches`, networks, and how values are printed.

use std::borrow::Cow;
use std::net::IpAddr;

use ipnet::IpNet;
use tickmark_program::{Expr, Pattern, Type};

use super::Evaluator;
use super::compare::lacking;
use super::frame::Frame;
use super::truth::Truth;
use super::value::{Data, Value};

impl<'a> Evaluator<'a> {
    /// `contains`: "list member or substring"; of an open value it is decided when read.
    pub(crate) fn contains(&mut self, whole: &'a Expr, part: &'a Expr, frame: &mut Frame<'a>) -> Truth {
        let whole_value = self.value(whole, frame);
        let part_value = self.value(part, frame);
        let single = !matches!(whole.ty, Type::List(_) | Type::Records(_) | Type::Any(_) | Type::Json);
        self.contains_value(whole_value, &part_value, single)
    }

    pub(crate) fn contains_value(&mut self, whole: Value<'a>, part: &Value<'a>, single: bool) -> Truth {
        if matches!(whole.data, Data::Many(_)) {
            return self.value_in_members(part, whole, single);
        }
        self.two_texts(&whole, part, |text, part| text.contains(part))
    }

    /// A test of one text by another.
    pub(crate) fn text_test(
        &mut self,
        text: &'a Expr,
        part: &'a Expr,
        frame: &mut Frame<'a>,
        test: fn(&str, &str) -> bool,
    ) -> Truth {
        let text = self.value(text, frame);
        let part = self.value(part, frame);
        self.two_texts(&text, &part, test)
    }

    pub(crate) fn two_texts(&mut self, text: &Value<'a>, part: &Value<'a>, test: fn(&str, &str) -> bool) -> Truth {
        let (text, part) = (Self::single(text), Self::single(part));
        match (&text.data, &part.data) {
            (Data::Text(text), Data::Text(part)) => {
                self.meter.step(text.len() as u64 / 64);
                Truth::from(test(text, part))
            }
            _ if text.is_lacking() || part.is_lacking() => lacking(text, part),
            _ => Truth::Unknown,
        }
    }

    /// `matches /…/`: "regular expressions search anywhere".
    pub(crate) fn matches(&mut self, text: &'a Expr, pattern: &Pattern, frame: &mut Frame<'a>) -> Truth {
        let text = self.value(text, frame);
        let text = Self::single(&text);
        match &text.data {
            Data::Text(text) => {
                self.meter.step(text.len() as u64 / 16);
                Truth::from(pattern.is_match(text))
            }
            _ => text.lack(),
        }
    }

    /// `in` of networks: a network or address is in a network that holds all of it; of several networks any counts. What
    /// is no network is unknown.
    pub(crate) fn in_network(&mut self, inner: &'a Expr, networks: &'a Expr, frame: &mut Frame<'a>) -> Truth {
        let value = self.value(inner, frame);
        let outer = self.value(networks, frame);
        let single = !matches!(networks.ty, Type::List(_) | Type::Records(_) | Type::Any(_) | Type::Json);
        self.value_in_network(&value, outer, single)
    }

    pub(crate) fn value_in_network(&mut self, value: &Value<'a>, outer: Value<'a>, single: bool) -> Truth {
        let value = Self::single(value);
        let network = match &value.data {
            Data::Text(text) => network(text),
            _ => return value.lack(),
        };
        let Some(network) = network else { return Truth::Unknown };
        if matches!(outer.data, Data::Missing { .. }) {
            return Truth::Unknown;
        }
        let items = self.items_as(outer, single);
        items.items.iter().fold(items.openness(), |any, item| {
            let holds = match &item.value.data {
                Data::Text(text) => {
                    self::network(text).map_or(Truth::Unknown, |outer| Truth::from(holds(outer, network)))
                }
                _ => item.value.lack(),
            };
            any.or(item.belongs.and(holds))
        })
    }

    /// A value as text: of `text(…)`, of templates, of ids.
    pub(crate) fn print(&self, value: &Value<'a>) -> String {
        self.print_short(value, usize::MAX)
    }

    /// As [`Self::print`], of a list at most so many members.
    pub(crate) fn print_short(&self, value: &Value<'a>, most: usize) -> String {
        match &value.data {
            Data::Text(text) => text.clone().into_owned(),
            Data::Number(range) => match range.number() {
                Some(number) => print_number(number),
                None if range.open.high.is_infinite() => format!("{} or more", print_number(range.open.low)),
                None => format!("{} to {}", print_number(range.open.low), print_number(range.open.high)),
            },
            Data::Bool(value) => value.to_string(),
            Data::Time(time) => time.to_string(),
            Data::Duration(duration) => duration.to_string(),
            Data::Record(noun, row) => self.facts.id(*noun, *row),
            Data::Many(items) => {
                let shown: Vec<String> =
                    items.items.iter().take(most).map(|item| self.print_short(&item.value, most)).collect();
                let mut text = shown.join(", ");
                if items.items.len() > most {
                    text.push_str(&format!(" and {} more", items.items.len() - most));
                }
                text
            }
            Data::Object(_) => "an object".to_owned(),
            Data::Opaque => "something structured".to_owned(),
            Data::Missing { .. } | Data::NotSurveyed | Data::Unknown(_) => "?".to_owned(),
        }
    }

    /// What kind of value it is, in plain words.
    pub(crate) fn kind(&self, value: &Value<'a>) -> Cow<'a, str> {
        Cow::Borrowed(match &value.data {
            Data::Text(_) => "text",
            Data::Number(_) => "a number",
            Data::Bool(_) => "a bool",
            Data::Time(_) => "a time",
            Data::Duration(_) => "a duration",
            Data::Record(noun, _) => return Cow::Owned(format!("a record of `{}`", self.word(*noun))),
            Data::Many(_) => "several values",
            Data::Object(_) | Data::Opaque => "an object",
            Data::Missing { .. } => "nothing",
            Data::NotSurveyed | Data::Unknown(_) => "a value that is not known",
        })
    }
}

/// A number as people write it: whole numbers without a point.
pub(crate) fn print_number(number: f64) -> String {
    format!("{number}")
}

/// A network, or an address as a network of one.
fn network(text: &str) -> Option<IpNet> {
    let text = text.trim();
    text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// An IPv4 network is never in an IPv6 one, nor the other way round.
fn holds(outer: IpNet, inner: IpNet) -> bool {
    match (outer, inner) {
        (IpNet::V4(outer), IpNet::V4(inner)) => outer.contains(&inner),
        (IpNet::V6(outer), IpNet::V6(inner)) => outer.contains(&inner),
        _ => false,
    }
}

/// `like` (glob): `*` is any text, `?` one character, and nothing else is special. Takes time in proportion to the two
/// lengths: on a mismatch only the last `*` is tried again.
pub(crate) fn like(text: &str, glob: &str) -> bool {
    let (text, glob): (Vec<char>, Vec<char>) = (text.chars().collect(), glob.chars().collect());
    let (mut at, mut pattern) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while let Some(character) = text.get(at) {
        match glob.get(pattern) {
            Some('*') => {
                retry = Some((at, pattern + 1));
                pattern += 1;
            }
            Some(wanted) if *wanted == '?' || wanted == character => {
                at += 1;
                pattern += 1;
            }
            _ => match retry {
                Some((from, after)) => {
                    retry = Some((from + 1, after));
                    at = from + 1;
                    pattern = after;
                }
                None => return false,
            },
        }
    }
    glob.get(pattern..).is_none_or(|rest| rest.iter().all(|character| *character == '*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn globs() {
        assert!(like("prod-1-db", "prod-*-db"));
        assert!(!like("prod-db", "prod-*-db"));
        assert!(like("s3:GetObject", "s3:*") && like("s3:", "s3:*") && like("", "*"));
        assert!(like("aab", "*ab") && like("äb", "?b") && !like("ab", "?"));
        assert!(!like("a.b", "a[.]b") && like("[x]", "[x]"));
        assert!(!like(&"a".repeat(5_000), &"*a".repeat(60).replace("a", "ab")));
    }

    #[test]
    fn networks_hold_networks_of_their_family() {
        let net = |text| network(text).unwrap();
        assert!(holds(net("10.0.0.0/8"), net("10.1.0.0/16")));
        assert!(holds(net("10.0.0.0/8"), net("10.1.2.3")));
        assert!(!holds(net("10.0.0.0/16"), net("10.0.0.0/8")));
        assert!(!holds(net("::/0"), net("10.0.0.1")));
        assert_eq!(network("10.0.0.0/33"), None);
        assert_eq!(network("next year"), None);
    }

    #[test]
    fn whole_numbers_have_no_point() {
        assert_eq!(print_number(7.0), "7");
        assert_eq!(print_number(0.1), "0.1");
    }
}
