//! Items: parameters, definitions, maps, controls and exceptions.

use std::fmt::Write as _;

use super::{Defined, Shape, Subject, Writer, Written};
use crate::world::{Kind, Stand};

/// How much is written into one control, definition or map.
const FUEL: usize = 22;

impl Writer<'_> {
    pub(super) fn program(&mut self) -> Written {
        let mut text = self.world.declarations();
        text.push_str("capability deploy = \"s3:Put*\", \"ecs:UpdateService\"\n");
        text.push_str(&self.parameters());
        // Definitions in terms of raw nouns come first; maps may use these, and nothing else.
        self.only_raw = true;
        for _ in 0..self.random.between(0, 2) {
            text.push_str(&self.definition());
        }
        text.push_str(&self.maps());
        self.only_raw = false;
        for _ in 0..self.random.between(0, 4) {
            text.push_str(&self.definition());
        }
        let controls = self.random.between(3, 6);
        for index in 1..=controls {
            text.push_str(&self.control(index, false));
        }
        if self.random.chance(35) {
            text.push_str(&self.control(controls + 1, true));
        }
        for _ in 0..self.random.weighted(&[5, 3, 2]) {
            text.push_str(&self.exception(controls));
        }
        self.fuel = 8;
        let query = self.top_phrase(false).map(|phrased| {
            let filters = self.filters(&phrased.subjects, false).text;
            format!("{}{filters}", phrased.text)
        });
        Written { text, query: query.unwrap_or_default() }
    }

    fn parameters(&mut self) -> String {
        let mut text = String::new();
        for index in 0..self.random.between(0, 3) {
            let kind = self.scalar_kind();
            let name = format!("p{index}");
            if self.random.chance(25) {
                let items: Vec<String> = (0..self.random.between(1, 3)).map(|_| self.parameter_value(&kind)).collect();
                let _ = writeln!(text, "param {name} = [{}]", items.join(", "));
                self.params.push((name, Kind::List(Box::new(kind))));
            } else {
                let _ = writeln!(text, "param {name} = {}", self.parameter_value(&kind));
                self.params.push((name, kind));
            }
        }
        text
    }

    fn parameter_value(&mut self, kind: &Kind) -> String {
        match kind {
            Kind::Number => self.random.word(&["1", "2", "0.5", "10%"]).to_owned(),
            kind => self.literal(kind),
        }
    }

    fn definition(&mut self) -> String {
        self.fuel = FUEL / 2;
        let Some(noun) = self.any_noun(false) else { return String::new() };
        let binder = self.binder();
        let subject = Subject { word: binder.clone(), shape: Shape::Record(noun) };
        let owner = self.world.noun_name(noun).to_owned();
        let raw = self.only_raw;
        if self.random.chance(45) {
            let name = format!("so{}", self.adjectives.len());
            let condition = self.within(vec![subject], Writer::condition);
            self.adjectives.push(Defined { name: name.clone(), noun, leads_to: Shape::Record(noun), raw });
            return format!("adjective {name} for {owner} {binder}: {condition}\n");
        }
        let name = format!("rel{}", self.relations.len());
        let Some((body, leads_to)) = self.within(vec![subject], |writer| writer.relation_body(&binder)) else {
            return String::new();
        };
        self.relations.push(Defined { name: name.clone(), noun, leads_to, raw });
        format!("relation {name} of {owner} {binder}: {body}\n")
    }

    /// What a relation leads to: a path, a join, or any phrase.
    fn relation_body(&mut self, binder: &str) -> Option<(String, Shape)> {
        let Some(Subject { shape: Shape::Record(from), .. }) = self.scope.last().cloned() else { return None };
        match self.random.weighted(&[20, 50, 30]) {
            0 => {
                let (path, noun) = self.reach_records(None).filter(|(path, _)| path.starts_with(binder))?;
                Some((path, Shape::Records(noun)))
            }
            1 => {
                let to = self.any_noun(false)?;
                let other = self.binder();
                let join = self.join(binder, from, &other, to)?;
                let more = if self.random.chance(30) {
                    let subject = Subject { word: other.clone(), shape: Shape::Record(to) };
                    self.within(vec![subject], |writer| format!(" and ({})", writer.condition()))
                } else {
                    String::new()
                };
                let name = self.world.noun_name(to);
                Some((format!("{name} {other} where {join}{more}"), Shape::Records(to)))
            }
            _ => {
                let phrased = self.top_phrase(false)?;
                let shape = match &phrased.subjects.last()?.shape {
                    Shape::Record(noun) => Shape::Records(*noun),
                    Shape::One(kind) => Shape::List(kind.clone()),
                    _ => return None,
                };
                let filters = self.filters(&phrased.subjects, false).text;
                // One bare word would be an attribute of the subject.
                if !phrased.text.contains(' ') && filters.is_empty() {
                    return None;
                }
                Some((format!("{}{filters}", phrased.text), shape))
            }
        }
    }

    /// One or two equalities, or an inequality, between two records; or a reference that is followed back.
    fn join(&mut self, left: &str, from: usize, right: &str, to: usize) -> Option<String> {
        let back: Vec<String> = self
            .world
            .attributes(to)
            .iter()
            .filter_map(|attribute| match attribute.kind {
                Kind::One(noun) if noun == from => Some(format!("{right}.{} == {left}", attribute.name)),
                Kind::Many(noun) if noun == from => Some(format!("{right}.{} contains {left}", attribute.name)),
                _ => None,
            })
            .collect();
        if self.random.chance(50)
            && let Some(back) = self.random.pick(&back)
        {
            return Some(format!("({back})"));
        }
        let mut equal = Vec::new();
        let mut unequal = Vec::new();
        for a in self.world.attributes(from) {
            for b in self.world.attributes(to) {
                let dynamic = a.kind == Kind::Any || b.kind == Kind::Any;
                let scalar = |kind: &Kind| {
                    matches!(kind, Kind::Text | Kind::Number | Kind::Bool | Kind::Time | Kind::Duration | Kind::Any)
                };
                if !scalar(&a.kind) || !scalar(&b.kind) || !(a.kind == b.kind || dynamic) {
                    continue;
                }
                equal.push(format!("{right}.{} == {left}.{}", b.name, a.name));
                if matches!(a.kind, Kind::Number | Kind::Time) {
                    unequal.push(format!("{right}.{} < {left}.{}", b.name, a.name));
                }
            }
        }
        if self.random.chance(15)
            && let Some(unequal) = self.random.pick(&unequal)
        {
            return Some(format!("({unequal})"));
        }
        let first = self.random.pick(&equal)?.clone();
        let second = self.random.pick(&equal).cloned().filter(|second| *second != first && self.random.chance(40));
        Some(match second {
            Some(second) => format!("({first}) and ({second})"),
            None => format!("({first})"),
        })
    }

    // ---- maps --------------------------------------------------------------------------------------------------

    fn maps(&mut self) -> String {
        let targets: Vec<usize> = (0..self.world.nouns.len())
            .filter(|index| self.world.noun(*index).is_some_and(|noun| noun.stand == Stand::Mapped))
            .collect();
        let mut text = String::new();
        for target in targets {
            for _ in 0..self.random.weighted(&[0, 75, 25]) {
                text.push_str(&self.map(target).unwrap_or_default());
            }
        }
        text
    }

    fn map(&mut self, target: usize) -> Option<String> {
        self.fuel = FUEL;
        let phrased = self.top_phrase(false)?;
        let filters = if self.random.chance(50) {
            let condition = self.within(phrased.subjects.clone(), Writer::condition);
            format!(" where ({condition})")
        } else {
            String::new()
        };
        let subjects = phrased.subjects.clone();
        let name = self.world.noun_name(target).to_owned();
        let body = self.within(phrased.subjects, |writer| writer.assignments(target));
        let child = self.children_map(target, &subjects, &phrased.text);
        Some(format!("map {}{filters} to {name} {{\n{body}}}\n{}", phrased.text, child.unwrap_or_default()))
    }

    fn assignments(&mut self, target: usize) -> String {
        let noun = self.world.noun(target).cloned();
        let mut text = String::new();
        for (index, attribute) in noun.iter().flat_map(|noun| noun.attributes.iter().enumerate()) {
            let key = noun.as_ref().is_some_and(|noun| noun.key.contains(&index));
            if !key && self.random.chance(30) {
                continue;
            }
            let value = match &attribute.kind {
                Kind::List(item) => self.list(item),
                Kind::One(to) if self.may_read(*to) => self.record(*to).or_else(|| Some(self.value(&Kind::Text))),
                Kind::Many(to) if self.may_read(*to) => self.reach_records(Some(*to)).map(|(path, _)| path),
                Kind::One(_) | Kind::Many(_) => Some(self.value(&Kind::Text)),
                Kind::Map(_) | Kind::Block(_) => None,
                Kind::Choice { .. } => Some(self.literal(&attribute.kind)),
                _ if self.random.chance(12) => Some(self.value(&Kind::Text)),
                kind => Some(self.value(kind)),
            };
            if let Some(value) = value {
                let _ = writeln!(text, "  {} = {value}", attribute.name);
            }
        }
        text
    }

    /// A map that makes children of what the same rows were mapped to.
    fn children_map(&mut self, target: usize, subjects: &[Subject], phrase: &str) -> Option<String> {
        let [Subject { word, shape: Shape::Record(from) }] = subjects else { return None };
        if self.world.is_open(*from) || !word.starts_with('b') || !self.random.chance(60) {
            return None;
        }
        let children: Vec<usize> = self
            .world
            .attributes(target)
            .iter()
            .filter_map(|attribute| match attribute.kind {
                Kind::One(to) | Kind::Many(to) if to != target => Some(to),
                _ => None,
            })
            .collect();
        // What maps lead to is complete before it is read; a raw noun is read from the start. And of two relations to the
        // child it would not be clear which is meant.
        let only = |child: &&usize| children.iter().filter(|other| other == child).count() == 1;
        let mapped = |child: &&usize| self.world.noun(**child).is_some_and(|noun| noun.stand == Stand::Mapped);
        let fitting: Vec<usize> = children.iter().filter(only).filter(mapped).copied().collect();
        let child = *self.random.pick(&fitting)?;
        let inner = self.binder();
        let lead = self.own_records(*from)?;
        let scope = vec![
            Subject { word: word.clone(), shape: Shape::Record(*from) },
            Subject { word: inner.clone(), shape: Shape::Record(lead.1) },
        ];
        let body = self.within(scope, |writer| writer.assignments(child));
        let (child, target) = (self.world.noun_name(child), self.world.noun_name(target));
        Some(format!("map {} {inner} of {phrase} to {child} of {target} {word} {{\n{body}}}\n", lead.0))
    }

    /// The name of a relation of a subject to records that may be read, and their noun.
    fn own_records(&mut self, noun: usize) -> Option<(String, usize)> {
        let relations: Vec<(String, usize)> = self
            .world
            .attributes(noun)
            .iter()
            .filter_map(|attribute| match attribute.kind {
                Kind::Many(to) | Kind::Map(to) if self.may_read(to) => Some((attribute.name.clone(), to)),
                _ => None,
            })
            .collect();
        self.random.pick(&relations).cloned()
    }

    // ---- controls ----------------------------------------------------------------------------------------------

    fn control(&mut self, index: usize, meta: bool) -> String {
        let severity = self.random.word(&["critical", "high", "medium", "low"]);
        let cites = self.random.word(&["CC6.1", "CC8.1", "CC7.2"]);
        let mut text = format!("control C-{index} \"control {index}\" {{\n  cites {cites}\n  severity {severity}\n");
        if self.random.chance(20) {
            text.push_str("  owner \"ana\"\n  tags x, y\n");
        }
        if self.random.chance(12) {
            self.fuel = FUEL / 2;
            let condition = match self.nested_phrase() {
                Some(phrased) => format!("({})", self.sentence(phrased, false).0),
                None => format!("{} > {}", self.count_of_phrase(), self.literal(&Kind::Number)),
            };
            let _ = writeln!(text, "  applies when {condition}");
        }
        for _ in 0..self.random.weighted(&[0, 70, 25, 5]) {
            self.fuel = FUEL;
            let Some(phrased) = self.top_phrase(meta) else { continue };
            let (sentence, subjects) = self.sentence(phrased, true);
            let _ = writeln!(text, "  {sentence}");
            if self.random.chance(20) {
                let message = self.within(subjects, Writer::template);
                let _ = writeln!(text, "    otherwise {message}");
            }
        }
        text.push_str("}\n");
        text
    }

    fn exception(&mut self, controls: usize) -> String {
        self.fuel = FUEL / 3;
        let control = self.random.between(1, controls);
        let covered = if self.random.chance(50) {
            self.any_noun(false).map(|noun| {
                let id = self.random.word(&["k0", "k1", "k2", "k3", "k0@k0", "k1@k0"]);
                format!("{} \"{id}\"", self.world.noun_name(noun))
            })
        } else {
            self.top_phrase(false).map(|phrased| {
                let filters = self.filters(&phrased.subjects, false).text;
                format!("{}{filters}", phrased.text)
            })
        };
        let Some(covered) = covered else { return String::new() };
        let expires = self.random.word(&["2026-06-30", "2026-06-29", "2026-12-31", "2025-12-31", "2027-06-30"]);
        format!(
            "exception C-{control} for {covered} {{\n  reason \"r\"\n  owner \"o\"\n  approved_by \"p\"\n  expires {expires}\n}}\n"
        )
    }
}
