//! The walk: which nodes there are, each once, and what is missing.

use std::collections::{BTreeMap, BTreeSet};

use tickmark_facts::{NounId, Time};
use tickmark_source::Place;

use crate::fields::Field;
use crate::history::{Edge, Gap, History, Kind, Line, Node, Run, State, Told};
use crate::reader::Reader;
use crate::{LIMIT, Question, TraceError};

/// A history under way.
pub(crate) struct Walker<'a> {
    pub(crate) reader: Reader<'a>,
    pub(crate) as_of: Time,
    pub(crate) history: History,
    /// Which node a record became. A version may be there twice: as itself, and as what can be taken back to.
    by_row: BTreeMap<(Kind, NounId, u32), usize>,
    edges: BTreeSet<(usize, usize, &'static str)>,
    /// Nouns of which it was said that no source supplies them.
    absent: BTreeSet<&'static str>,
    /// The dossier that new nodes belong to.
    pub(crate) dossier: Option<usize>,
}

impl<'a> Walker<'a> {
    pub(crate) fn new(facts: &'a tickmark_facts::Facts, question: &Question) -> Self {
        let history = History {
            noun: question.subject.noun(),
            id: question.id.clone(),
            as_of: question.as_of,
            period: question.period,
            run: Run::default(),
            gaps: Vec::new(),
            summary: Vec::new(),
            nodes: Vec::new(),
            edges: Vec::new(),
        };
        Self {
            reader: Reader::new(facts),
            as_of: question.as_of,
            history,
            by_row: BTreeMap::new(),
            edges: BTreeSet::new(),
            absent: BTreeSet::new(),
            dossier: None,
        }
    }

    /// The history: what is not in order first, in each sort in the order of the walk.
    pub(crate) fn finish(mut self) -> History {
        let mut told = BTreeSet::new();
        // Two ways may lead to one gap.
        self.history.gaps.retain(|gap| told.insert((gap.state, gap.node, gap.what.clone())));
        self.history.gaps.sort_by_key(|gap| gap.state);
        self.summarise();
        self.history
    }

    /// The node of a record, and whether it is new. A record that no source supplies is a node too, and a gap.
    pub(crate) fn node(&mut self, kind: Kind, noun: NounId, row: u32) -> Result<(usize, bool), TraceError> {
        if let Some(node) = self.by_row.get(&(kind, noun, row)) {
            return Ok((*node, false));
        }
        let node = self.history.nodes.len();
        if node >= LIMIT {
            return Err(TraceError::TooLarge);
        }
        self.by_row.insert((kind, noun, row), node);
        let facts = self.reader.facts;
        let (id, place, supplied) = (facts.id(noun, row), facts.place(noun, row), facts.exists(noun, row));
        let title = id.clone();
        self.history.nodes.push(Node {
            kind,
            id: id.clone(),
            title,
            dossier: self.dossier,
            steps: 0,
            place,
            supplied,
            lines: Vec::new(),
        });
        if !supplied {
            let what = format!("{} {id} is only referred to: no source supplies its record", kind.word());
            self.gap(State::Missing, Some(node), what, "what is only a name can be followed no further", place);
        }
        Ok((node, true))
    }

    pub(crate) fn edge(&mut self, from: usize, to: usize, label: &'static str) {
        if self.edges.insert((from, to, label)) {
            self.history.edges.push(Edge { from, to, label });
        }
    }

    pub(crate) fn line(&mut self, node: usize, label: &str, words: impl Into<String>, place: Option<Place>) {
        self.put(node, Line { label: label.to_owned(), told: Told::Known(words.into()), place });
    }

    pub(crate) fn put(&mut self, node: usize, line: Line) {
        if let Some(node) = self.history.nodes.get_mut(node) {
            node.lines.push(line);
        }
    }

    pub(crate) fn title(&mut self, node: usize, title: impl Into<String>) {
        if let Some(node) = self.history.nodes.get_mut(node) {
            node.title = title.into();
        }
    }

    /// What a node is called in a sentence.
    pub(crate) fn name(&self, node: usize) -> String {
        self.history.nodes.get(node).map_or_else(String::new, |node| format!("{} {}", node.kind.word(), node.title))
    }

    pub(crate) fn gap(
        &mut self,
        state: State,
        node: Option<usize>,
        what: impl Into<String>,
        why: &'static str,
        places: impl IntoIterator<Item = Place>,
    ) {
        let places = places.into_iter().collect();
        self.history.gaps.push(Gap { state, node, what: what.into(), why, places });
    }

    /// Says once that no source supplies a noun; gives it where one does.
    pub(crate) fn supplied(&mut self, noun: &'static str, why: &'static str) -> Option<NounId> {
        let found = self.reader.supplied(noun);
        if found.is_none() && self.absent.insert(noun) {
            self.gap(State::NoSource, None, format!("no source supplies {}", plural(noun)), why, None);
        }
        found
    }

    /// Tells the attributes of a record that its noun has.
    pub(crate) fn fields<'f>(
        &mut self,
        node: usize,
        noun: NounId,
        row: u32,
        fields: impl IntoIterator<Item = &'f Field>,
    ) {
        self.told_fields(node, noun, row, fields, true);
    }

    /// The same; whether a lack is a gap is said by the caller.
    pub(crate) fn told_fields<'f>(
        &mut self,
        node: usize,
        noun: NounId,
        row: u32,
        fields: impl IntoIterator<Item = &'f Field>,
        gaps: bool,
    ) {
        if !self.reader.facts.exists(noun, row) {
            return;
        }
        for field in fields {
            let Some(value) = self.reader.value(noun, row, field.name) else { continue };
            let told_before = |node: &Node| node.lines.iter().any(|line| line.label == field.label);
            if self.history.nodes.get(node).is_some_and(told_before) {
                continue;
            }
            let lacks = gaps && !field.why.is_empty();
            let of_no_matter = matches!(value.told, Told::Missing | Told::NotSurveyed) && value.optional && !lacks;
            if of_no_matter || matches!(&value.told, Told::Known(words) if words == "none" && value.optional) {
                continue;
            }
            // Sources that disagree are told of whatever it is about.
            if lacks || matches!(value.told, Told::Contradictory(_)) {
                self.lack(node, (noun, row), field, &value.told);
            }
            let words = self.with_person(field.name, value.told);
            self.put(node, Line { label: field.label.to_owned(), told: words, place: value.place });
        }
    }

    /// The gap that a value leaves, where it does.
    pub(crate) fn lack(&mut self, node: usize, (noun, row): (NounId, u32), field: &Field, told: &Told) {
        let (name, label) = (self.name(node), field.label);
        let at = self.reader.facts.place(noun, row).into_iter();
        let why = if field.why.is_empty() { DISAGREE } else { field.why };
        let (state, what, places): (State, String, Vec<Place>) = match told {
            Told::Known(words) if words.trim().is_empty() => {
                (State::Missing, format!("{name}: “{label}” is an empty text"), at.collect())
            }
            Told::Known(_) => return,
            Told::Missing => (State::Missing, format!("{name}: no “{label}”"), at.collect()),
            Told::NotSurveyed => {
                // It is so of all records of the noun: told once.
                let what = format!("no record of `{}` carries “{label}”", self.reader.facts.needs().noun(noun).name);
                self.gap(State::NotSurveyed, None, what, why, None);
                return;
            }
            Told::Unknown(reason) => {
                (State::Unknown, format!("{name}: “{label}” is not known: {reason}"), at.collect())
            }
            Told::Contradictory(said) => {
                let values: Vec<&str> = said.iter().map(|(_, value)| value.as_str()).collect();
                let what = format!("{name}: sources disagree about “{label}”: {}", values.join(" and "));
                (State::Contradictory, what, said.iter().map(|(place, _)| *place).collect())
            }
        };
        self.gap(state, Some(node), what, why, places);
    }

    /// A login with the name of the person whose it is, where a register of people says so.
    fn with_person(&self, attribute: &str, told: Told) -> Told {
        const LOGINS: [&str; 7] =
            ["author", "approver", "started_by", "made_by", "requested_by", "added_by", "merged_by"];
        match told {
            Told::Known(login) if LOGINS.contains(&attribute) => Told::Known(self.person(&login)),
            other => other,
        }
    }

    pub(crate) fn person(&self, login: &str) -> String {
        let Some((noun, rows)) = self.reader.rows("person") else { return login.to_owned() };
        let wanted = login.to_lowercase();
        let has = |row: &u32| self.reader.texts(noun, *row, "logins").iter().any(|own| own.to_lowercase() == wanted);
        let name = rows.into_iter().find(has).and_then(|row| self.reader.text(noun, row, "name"));
        name.map_or_else(|| login.to_owned(), |name| format!("{login} ({name})"))
    }
}

/// Why it matters that sources disagree.
const DISAGREE: &str = "one of the two is wrong, and nobody can tell which";

/// The plural of a noun of the vocabulary, in words.
fn plural(noun: &str) -> String {
    let words = noun.replace('_', " ");
    match words.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{words}s"),
    }
}
