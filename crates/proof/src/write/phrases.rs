//! Noun phrases, their filters, predicates, and sentences inside conditions.

use super::{Defined, Shape, Subject, Writer};
use crate::world::{Kind, Stand};

/// A phrase, and the subjects that what is said of it may speak of. The last is the head.
pub(super) struct Phrased {
    pub(super) text: String,
    pub(super) subjects: Vec<Subject>,
}

/// Filters of a phrase.
#[derive(Default)]
pub(super) struct Filters {
    pub(super) text: String,
    /// They end so that `has …` or `is …` would be read as a part of them: only `: …` may follow.
    open: bool,
}

/// Something that a subject has: an attribute or relation, by the word that leads to it.
struct Lead {
    word: String,
    member: Shape,
}

impl Writer<'_> {
    // ---- phrases -----------------------------------------------------------------------------------------------

    /// A phrase at the top of a control, a relation, a map, an exception, a query.
    pub(super) fn top_phrase(&mut self, meta: bool) -> Option<Phrased> {
        if !self.only_raw && self.random.chance(4) {
            let kind = self.scalar_kind();
            let list = self.list(&kind)?;
            let binder = self.binder();
            let subjects = vec![Subject { word: binder.clone(), shape: Shape::One(kind) }];
            return Some(Phrased { text: format!("{binder} in {list}"), subjects });
        }
        let noun = self.any_noun(meta)?;
        let (words, subject) = self.noun_words(noun);
        let mut phrased = Phrased { text: words, subjects: vec![subject] };
        let mut depth = self.random.weighted(&[70, 24, 6]);
        while depth > 0 {
            depth -= 1;
            let Some(Subject { shape: Shape::Record(noun), .. }) = phrased.subjects.last() else { break };
            let Some(lead) = self.lead(*noun) else { break };
            let open = self.world.is_open(*noun);
            let (words, subject) = self.led_words(&lead, open);
            phrased.text = format!("{words} of {}", phrased.text);
            phrased.subjects.push(subject);
        }
        Some(phrased)
    }

    /// A noun that may be read.
    pub(super) fn any_noun(&mut self, meta: bool) -> Option<usize> {
        let wanted = |stand: Stand| match stand {
            Stand::Meta => meta,
            Stand::Nested => false,
            _ => !meta,
        };
        let nouns: Vec<usize> = (0..self.world.nouns.len())
            .filter(|index| self.world.noun(*index).is_some_and(|noun| wanted(noun.stand)) && self.may_read(*index))
            .collect();
        self.random.pick(&nouns).copied()
    }

    /// `[a] ADJECTIVE* NOUN [binder]`
    fn noun_words(&mut self, noun: usize) -> (String, Subject) {
        let name = self.world.noun_name(noun).to_owned();
        let mut words = self.adjective_words(noun, 12);
        let named = self.scope.iter().any(|subject| subject.word == name);
        let meta = self.world.noun(noun).is_some_and(|noun| noun.stand == Stand::Meta);
        let plural = !meta && self.random.chance(10);
        words.push(if plural { format!("{name}s") } else { name.clone() });
        let word = if named || plural || meta || self.world.is_open(noun) || self.random.chance(75) {
            let binder = self.binder();
            words.push(binder.clone());
            binder
        } else {
            name
        };
        let article = if self.only_raw { "" } else { self.article() };
        (format!("{article}{}", words.join(" ")), Subject { word, shape: Shape::Record(noun) })
    }

    fn article(&mut self) -> &'static str {
        if self.random.chance(10) { self.random.word(&["a ", "an ", "the "]) } else { "" }
    }

    /// Adjectives of a noun, with such a chance of each.
    fn adjective_words(&mut self, noun: usize, percent: usize) -> Vec<String> {
        let known = self.adjectives_of(noun);
        let mut words = Vec::new();
        for _ in 0..2 {
            if self.random.chance(percent)
                && let Some(word) = self.random.pick(&known)
                && !words.contains(word)
            {
                words.push(word.clone());
            }
        }
        words
    }

    /// Every word that is an adjective of a noun.
    fn adjectives_of(&self, noun: usize) -> Vec<String> {
        let open = self.world.is_open(noun);
        let defined =
            self.adjectives.iter().filter(|adjective| adjective.noun == noun && (adjective.raw || !self.only_raw));
        let mut words: Vec<String> = defined.map(|adjective| adjective.name.clone()).collect();
        for attribute in self.world.attributes(noun) {
            match &attribute.kind {
                Kind::Bool => words.push(attribute.name.clone()),
                Kind::Any if open => words.push(attribute.name.clone()),
                Kind::Choice { values, .. } => words.extend(values.iter().cloned()),
                _ => {}
            }
        }
        words
    }

    /// Something that a record of a noun has several of, or has at all.
    fn lead(&mut self, noun: usize) -> Option<Lead> {
        let leads = self.leads(noun);
        let (records, values): (Vec<Lead>, Vec<Lead>) =
            leads.into_iter().partition(|lead| matches!(lead.member, Shape::Record(_)));
        let from = if !records.is_empty() && (values.is_empty() || self.random.chance(75)) { records } else { values };
        let index = self.random.below(from.len());
        from.into_iter().nth(index)
    }

    fn leads(&self, noun: usize) -> Vec<Lead> {
        let mut leads = Vec::new();
        for attribute in self.world.attributes(noun) {
            let member = match &attribute.kind {
                Kind::One(to) | Kind::Many(to) | Kind::Map(to) | Kind::Block(to) if self.may_read(*to) => {
                    Shape::Record(*to)
                }
                Kind::List(item) => Shape::One((**item).clone()),
                kind @ (Kind::Time | Kind::Text) => Shape::One(kind.clone()),
                _ => continue,
            };
            leads.push(Lead { word: attribute.name.clone(), member });
        }
        // Of an open subject the word itself is the name, and would be read as the relation again.
        let open = self.world.is_open(noun);
        let usable = |relation: &&Defined| !open && relation.noun == noun && (relation.raw || !self.only_raw);
        for relation in self.relations.iter().filter(usable) {
            let member = match &relation.leads_to {
                Shape::Records(to) => Shape::Record(*to),
                Shape::List(kind) => Shape::One(kind.clone()),
                _ => continue,
            };
            leads.push(Lead { word: relation.name.clone(), member });
        }
        leads
    }

    /// The words for what a subject has. Of an open subject the word itself is the name.
    fn led_words(&mut self, lead: &Lead, open: bool) -> (String, Subject) {
        let shape = lead.member.clone();
        if open {
            return (lead.word.clone(), Subject { word: lead.word.clone(), shape });
        }
        let mut words = match shape {
            Shape::Record(noun) if !self.world.is_open(noun) => self.adjective_words(noun, 12),
            _ => Vec::new(),
        };
        words.push(lead.word.clone());
        let binder = self.binder();
        words.push(binder.clone());
        (words.join(" "), Subject { word: binder, shape })
    }

    /// A phrase inside a condition.
    pub(super) fn nested_phrase(&mut self) -> Option<Phrased> {
        match self.random.weighted(&[24, 34, 10, 12, 12, 3, 4]) {
            0 => {
                let noun = self.any_noun(false)?;
                let (words, subject) = self.noun_words(noun);
                Some(Phrased { text: format!("{words} in all"), subjects: vec![subject] })
            }
            1 => {
                let (path, noun) = self.reach_records(None)?;
                let mut words = self.adjective_words(noun, 10);
                let binder = self.binder();
                words.push(binder.clone());
                let subjects = vec![Subject { word: binder, shape: Shape::Record(noun) }];
                Some(Phrased { text: format!("{} in {path}", words.join(" ")), subjects })
            }
            2 => {
                let kind = self.scalar_kind();
                let list = self.list(&kind)?;
                let binder = self.binder();
                let subjects = vec![Subject { word: binder.clone(), shape: Shape::One(kind) }];
                Some(Phrased { text: format!("{binder} in {list}"), subjects })
            }
            3 => self.phrase_of_subject(),
            4 => {
                // A bare relation of a subject in scope.
                let Shape::Record(noun) = self.scope.last()?.shape else { return None };
                let lead = self.lead(noun).filter(|_| !self.world.is_open(noun))?;
                if matches!(lead.member, Shape::One(_)) {
                    return None;
                }
                let (text, subject) = self.led_words(&lead, false);
                Some(Phrased { text, subjects: vec![subject] })
            }
            5 => {
                let json = self.json();
                let binder = self.binder();
                let subjects = vec![Subject { word: binder.clone(), shape: Shape::Json }];
                Some(Phrased { text: format!("{binder} in {json}"), subjects })
            }
            _ => {
                let any = self.reach(&|shape| *shape == Shape::One(Kind::Any))?;
                let binder = self.binder();
                let subjects = vec![Subject { word: binder.clone(), shape: Shape::One(Kind::Any) }];
                Some(Phrased { text: format!("{binder} in {any}"), subjects })
            }
        }
    }

    /// `tag t of m`, with a binder in scope.
    fn phrase_of_subject(&mut self) -> Option<Phrased> {
        let candidates: Vec<(String, usize)> = self
            .scope
            .iter()
            .filter_map(|subject| match subject.shape {
                Shape::Record(noun) if subject.word.starts_with('b') && !subject.word.starts_with("bl") => {
                    Some((subject.word.clone(), noun))
                }
                _ => None,
            })
            .filter(|(word, _)| word.chars().skip(1).all(|letter| letter.is_ascii_digit()))
            .collect();
        let (word, noun) = self.random.pick(&candidates)?.clone();
        let lead = self.lead(noun).filter(|_| !self.world.is_open(noun))?;
        let (words, subject) = self.led_words(&lead, false);
        Some(Phrased { text: format!("{words} of {word}"), subjects: vec![subject] })
    }

    // ---- filters -----------------------------------------------------------------------------------------------

    /// Timing, `where`, `that`, a cadence: in an order in which no word belongs to what stands before it.
    pub(super) fn filters(&mut self, subjects: &[Subject], cadence: bool) -> Filters {
        let mut filters = Filters::default();
        let Some(head) = subjects.last().cloned() else { return filters };
        let event = self.event_of(&head.shape);
        self.within(subjects.to_vec(), |writer| {
            if let Some(event) = &event
                && writer.random.chance(45)
            {
                filters.text.push_str(&writer.timing(&head, event));
            }
            if writer.random.chance(35) {
                filters.text.push_str(&format!(" where ({})", writer.condition()));
                filters.open = true;
            }
        });
        // A cadence is said of all events together, and sees none of them.
        if event.is_some() && cadence && self.random.chance(30) {
            filters.text.push_str(&self.cadence());
            filters.open = false;
        }
        if let Shape::Record(noun) = head.shape
            && self.random.chance(8)
        {
            let predicate = self.within(subjects.to_vec(), |writer| writer.lone_predicate(noun));
            filters.text.push_str(&format!(" that {predicate}"));
            filters.open = true;
        }
        filters
    }

    /// The attribute that says when a member happened; empty where the member is a time itself.
    fn event_of(&self, shape: &Shape) -> Option<String> {
        match shape {
            Shape::One(Kind::Time) => Some(String::new()),
            Shape::Record(noun) => {
                self.world.attributes(*noun).iter().find(|attribute| attribute.event).map(|event| event.name.clone())
            }
            _ => None,
        }
    }

    fn timing(&mut self, head: &Subject, event: &str) -> String {
        let mut at = self.value(&Kind::Time);
        // An event is not compared with itself, by whichever name.
        if let Shape::Record(noun) = head.shape {
            let names = [head.word.as_str(), self.world.noun_name(noun)];
            if at == event || names.iter().any(|name| at == format!("{name}.{event}")) {
                at = "$as_of".to_owned();
            }
        }
        match self.random.below(10) {
            0 => format!(" before {at}"),
            1 => format!(" after {at}"),
            2 => format!(" within {}", self.value(&Kind::Duration)),
            3 => format!(" within {} before {at}", self.value(&Kind::Duration)),
            4..7 => format!(" within {} after {at}", self.value(&Kind::Duration)),
            7 | 8 => format!(" within {} of {at}", self.value(&Kind::Duration)),
            _ => format!(" during {}", self.period()),
        }
    }

    fn period(&mut self) -> String {
        match self.random.below(3) {
            0 | 1 if self.random.chance(60) => "$period".to_owned(),
            0 => format!("{} to {}", self.time_literal(), self.time_literal()),
            _ => format!("{} to {}", self.value(&Kind::Time), self.value(&Kind::Time)),
        }
    }

    fn cadence(&mut self) -> String {
        if self.random.chance(50) {
            let over = if self.random.chance(50) { format!(" during {}", self.period()) } else { String::new() };
            let every = if self.random.chance(70) { self.span_literal() } else { self.value(&Kind::Duration) };
            format!(" at least every {every}{over}")
        } else {
            let over = if self.random.chance(50) { format!(" of {}", self.period()) } else { String::new() };
            format!(" in each {}{over}", self.random.word(&["week", "month", "quarter", "year"]))
        }
    }

    // ---- predicates --------------------------------------------------------------------------------------------

    /// What is said of a record; `colon` says whether `: CONDITION` may stand here.
    pub(super) fn predicate(&mut self, noun: usize, colon: bool) -> String {
        let mut text = String::new();
        if self.random.chance(25) {
            text = format!("{} and ", self.predicate_without_filters(noun));
        }
        let last = match self.random.weighted(&[45, 20, if colon { 60 } else { 0 }, 3]) {
            0 => match self.object(noun, true) {
                Some(object) => format!("has {object}"),
                None => self.is_so(noun),
            },
            1 => self.is_so(noun),
            2 => format!(": {}", self.condition()),
            _ => self.can(),
        };
        text.push_str(&last);
        text
    }

    /// A predicate after which `and` goes on with the next part.
    fn predicate_without_filters(&mut self, noun: usize) -> String {
        if self.random.chance(50) {
            return self.is_so(noun);
        }
        let Some(first) = self.object(noun, false) else { return self.is_so(noun) };
        // After `and`, a number with what follows it would be a sentence of its own.
        let second = self.object(noun, false).filter(|second| {
            self.random.chance(40) && !["no ", "at ", "exactly "].iter().any(|number| second.starts_with(number))
        });
        match second {
            Some(second) => format!("has {first} and {second}"),
            None => format!("has {first}"),
        }
    }

    /// A predicate after which anything may stand.
    fn lone_predicate(&mut self, noun: usize) -> String {
        match self.object(noun, false) {
            Some(object) if self.random.chance(50) => format!("has {object}"),
            _ => self.is_so(noun),
        }
    }

    fn is_so(&mut self, noun: usize) -> String {
        let known = self.adjectives_of(noun);
        if known.is_empty() || self.random.chance(8) {
            return self.random.word(&["is missing", "is not missing"]).to_owned();
        }
        let words: Vec<String> = (0..self.random.between(1, 2))
            .filter_map(|_| {
                let word = self.random.pick(&known)?;
                Some(if self.random.chance(30) { format!("not {word}") } else { word.clone() })
            })
            .collect();
        format!("is {}", words.join(" and "))
    }

    fn can(&mut self) -> String {
        let action = self.random.word(&["deploy", "\"s3:Get*\""]);
        format!("{} {action}", self.random.word(&["can", "cannot"]))
    }

    /// One object of `has`.
    fn object(&mut self, noun: usize, filters: bool) -> Option<String> {
        self.spend();
        let open = self.world.is_open(noun);
        let scalars: Vec<String> = self
            .world
            .attributes(noun)
            .iter()
            .filter(|attribute| {
                matches!(
                    attribute.kind,
                    Kind::Text | Kind::Number | Kind::Time | Kind::Duration | Kind::Any | Kind::Choice { .. }
                )
            })
            .map(|attribute| attribute.name.clone())
            .collect();
        if self.random.chance(20)
            && let Some(scalar) = self.random.pick(&scalars)
        {
            let no = if self.random.chance(20) { "no " } else { "" };
            return Some(format!("{no}{scalar}"));
        }
        let lead = self.lead(noun)?;
        let quantifier = match self.random.weighted(&[60, 15, 10, 8, 7]) {
            0 => String::new(),
            1 => "no ".to_owned(),
            2 => format!("at least {} ", self.amount()),
            3 => format!("at most {} ", self.amount()),
            _ => format!("exactly {} ", self.amount()),
        };
        let bare = self.random.chance(30) && !open;
        if bare && !filters {
            return Some(format!("{quantifier}{}", lead.word));
        }
        let (words, subject) = self.led_words(&lead, open);
        let filters = if filters { self.filters(&[subject], quantifier.is_empty()).text } else { String::new() };
        let article = if quantifier.is_empty() && !open { self.article() } else { "" };
        Some(format!("{quantifier}{article}{words}{filters}"))
    }

    /// How many: a number, a parameter, or a value in parentheses.
    pub(super) fn amount(&mut self) -> String {
        let params: Vec<String> =
            self.params.iter().filter(|(_, kind)| *kind == Kind::Number).map(|(name, _)| format!("${name}")).collect();
        match self.random.below(10) {
            0 => self.random.pick(&params).cloned().unwrap_or_else(|| "1".to_owned()),
            1 => format!("({})", self.value(&Kind::Number)),
            _ => self.random.word(&["0", "1", "1", "2", "2", "3"]).to_owned(),
        }
    }

    // ---- sentences ---------------------------------------------------------------------------------------------

    /// `QUANTIFIER PHRASE PREDICATE`; the subjects come back for `otherwise`.
    pub(super) fn sentence(&mut self, phrased: Phrased, top: bool) -> (String, Vec<Subject>) {
        let Phrased { text, subjects } = phrased;
        let which = if top {
            self.random.weighted(&[55, 14, 10, 7, 7, 7])
        } else {
            self.random.weighted(&[30, 15, 30, 9, 8, 8])
        };
        let quantifier = match which {
            0 => "every".to_owned(),
            1 => "no".to_owned(),
            2 => "some".to_owned(),
            3 => format!("at least {}", self.amount()),
            4 => format!("at most {}", self.amount()),
            _ => format!("exactly {}", self.amount()),
        };
        let filters = self.filters(&subjects, which == 2);
        let said = if which == 0 || self.random.chance(60) {
            self.within(subjects.clone(), |writer| match writer.scope.last().map(|head| head.shape.clone()) {
                _ if filters.open => format!(": {}", writer.condition()),
                Some(Shape::Record(noun)) => writer.predicate(noun, true),
                _ if writer.random.chance(8) => "is not missing".to_owned(),
                _ => format!(": {}", writer.condition()),
            })
        } else {
            String::new()
        };
        let said = if said.is_empty() || said.starts_with(':') { said } else { format!(" {said}") };
        (format!("{quantifier} {text}{}{said}", filters.text), subjects)
    }

    pub(super) fn nested_sentence(&mut self) -> String {
        match self.nested_phrase() {
            Some(phrased) => format!("({})", self.sentence(phrased, false).0),
            None => self.comparison(),
        }
    }

    pub(super) fn count_of_phrase(&mut self) -> String {
        if self.random.chance(30)
            && let Some((path, noun)) = self.reach_records(None)
        {
            let nameless = Subject { word: String::new(), shape: Shape::Record(noun) };
            let condition = self.within(vec![nameless], Writer::condition);
            return format!("count({path} where ({condition}))");
        }
        match self.nested_phrase() {
            Some(phrased) => {
                let filters = self.filters(&phrased.subjects, false).text;
                format!("count({}{filters})", phrased.text)
            }
            None => self.literal(&Kind::Number),
        }
    }
}
