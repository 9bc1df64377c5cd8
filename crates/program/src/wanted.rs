//! What the program needs of the facts: the nouns and attributes that its controls look at, through definitions and maps.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};
use tickmark_facts::{AttributeId, AttributeType, NounId};

use crate::ir::{AdjectiveRef, Domain, ExceptionSubject, ExprKind, Step, Type};
use crate::resolver::Resolver;
use crate::walk::{self, Definition, Node, uses};

/// Nouns, each once, in the order in which they came.
#[derive(Default)]
struct Nouns {
    /// By the ids of nouns.
    has: Vec<bool>,
    all: Vec<NounId>,
}

impl Nouns {
    /// Whether the noun is new.
    fn insert(&mut self, noun: NounId) -> bool {
        let index = noun.0 as usize;
        if index >= self.has.len() {
            self.has.resize(index + 1, false);
        }
        match self.has.get_mut(index) {
            Some(has) if !*has => {
                *has = true;
                self.all.push(noun);
                true
            }
            _ => false,
        }
    }

    fn contains(&self, noun: NounId) -> bool {
        self.has.get(noun.0 as usize).copied().unwrap_or(false)
    }
}

/// What a walk over the roots found, before it is closed over nouns and maps. In which order does not matter: all of it is
/// marked in the end.
#[derive(Default)]
struct Seen {
    definitions: FxHashSet<Definition>,
    attributes: FxHashSet<(NounId, AttributeId)>,
    /// Attributes by which records without a key are told apart, looked at otherwise or not.
    compared: FxHashSet<(NounId, AttributeId)>,
    nouns: Nouns,
}

impl Seen {
    fn visit(&mut self, node: &Node<'_>, open: &mut Vec<Definition>) {
        if let Some(definition) = uses(node) {
            open.push(definition);
        }
        match node {
            Node::Domain(Domain::All(noun)) => {
                self.nouns.insert(*noun);
            }
            Node::Domain(Domain::In(_)) => {}
            Node::Expr(expr) => {
                match &expr.kind {
                    ExprKind::Attribute(_, noun, attribute) => self.attribute(*noun, *attribute),
                    ExprKind::Is(_, AdjectiveRef::Bool(noun, attribute) | AdjectiveRef::Value(noun, attribute, _)) => {
                        self.attribute(*noun, *attribute);
                    }
                    ExprKind::Parent(_, noun) => {
                        self.nouns.insert(*noun);
                    }
                    ExprKind::Closure(closure) => {
                        self.nouns.insert(closure.noun);
                        if let Step::Attribute(attribute) = closure.step {
                            self.attribute(closure.noun, attribute);
                        }
                    }
                    _ => {}
                }
                if let Type::Record(noun) | Type::Records(noun) | Type::Any(Some(noun)) = expr.ty {
                    self.nouns.insert(noun);
                }
            }
        }
    }

    /// Whether the value of an attribute is wanted, for whatever reason.
    fn wants(&self, noun: NounId, attribute: AttributeId) -> bool {
        self.attributes.contains(&(noun, attribute)) || self.compared.contains(&(noun, attribute))
    }

    fn attribute(&mut self, noun: NounId, attribute: AttributeId) {
        self.nouns.insert(noun);
        self.attributes.insert((noun, attribute));
    }
}

/// The attributes whose records are of a noun.
type Holders = FxHashMap<NounId, Vec<(NounId, AttributeId)>>;

/// The noun that an attribute's records are of.
fn target(ty: &AttributeType) -> Option<NounId> {
    match ty {
        AttributeType::One(noun) | AttributeType::Many(noun) | AttributeType::Map(noun) => Some(*noun),
        AttributeType::Any { nested } => *nested,
        AttributeType::List(item) => target(item),
        _ => None,
    }
}

impl Resolver<'_> {
    /// Marks what the selected controls want, and takes out the maps that nothing wants.
    pub(crate) fn mark_wanted(&mut self, selected: &dyn Fn(&str) -> bool) {
        let mut seen = Seen::default();
        let mut open = Vec::new();
        self.walk_roots(selected, &mut |node| seen.visit(&node, &mut open));
        let mut contained = Nouns::default();
        let holders = self.holders();
        loop {
            let size = |seen: &Seen, contained: &Nouns| {
                let attributes = seen.attributes.len() + seen.compared.len();
                (attributes, seen.nouns.all.len(), seen.definitions.len(), contained.all.len())
            };
            let before = size(&seen, &contained);
            while let Some(definition) = open.pop() {
                if seen.definitions.insert(definition) {
                    self.program.walk_definition(definition, &mut |node| seen.visit(&node, &mut open));
                }
            }
            self.close_over_nouns(&mut seen, &mut contained, &holders);
            self.close_over_maps(&mut seen, &mut open);
            let after = size(&seen, &contained);
            open.retain(|definition| !seen.definitions.contains(definition));
            if before == after && open.is_empty() {
                break;
            }
        }
        self.write_wanted(&seen, &contained);
    }

    fn walk_roots<'p>(&'p self, selected: &dyn Fn(&str) -> bool, visit: &mut dyn FnMut(Node<'p>)) {
        let selected: Vec<bool> = self.program.controls.iter().map(|control| selected(&control.id)).collect();
        let is_selected = |index: usize| selected.get(index).copied().unwrap_or(false);
        for (index, control) in self.program.controls.iter().enumerate() {
            if is_selected(index) {
                self.program.walk_control(control, visit);
            }
        }
        for exception in self.program.exceptions.iter().filter(|exception| is_selected(exception.control)) {
            if let ExceptionSubject::Phrase(phrase, _) = &exception.subject {
                walk::phrase(phrase, visit);
            }
        }
        if let Some((phrase, _)) = &self.program.query {
            walk::phrase(phrase, visit);
        }
    }

    /// The attributes that hold or name records, by the noun of these.
    fn holders(&self) -> Holders {
        let mut holders = Holders::default();
        for (parent, need) in self.needs.iter() {
            for (index, attribute) in need.attributes.iter().enumerate() {
                if let Some(noun) = target(&attribute.ty) {
                    let attribute = AttributeId(u32::try_from(index).unwrap_or(u32::MAX));
                    holders.entry(noun).or_default().push((parent, attribute));
                }
            }
        }
        holders
    }

    /// A wanted noun's key is wanted; so is every attribute in which its records may be nested, since they are records
    /// of the noun like any other. A noun that is only looked through for nested records is `contained`: it is read, but
    /// no map need fill it.
    fn close_over_nouns(&self, seen: &mut Seen, contained: &mut Nouns, holders: &Holders) {
        let mut queue: Vec<NounId> = seen.nouns.all.iter().chain(&contained.all).copied().collect();
        let mut done = Nouns::default();
        while let Some(noun) = queue.pop() {
            if !done.insert(noun) {
                continue;
            }
            let need = self.needs.noun(noun);
            for key in &need.key {
                seen.attributes.insert((noun, *key));
            }
            // Records without a key are told apart by all their values, when two sources tell of one parent.
            if need.key.is_empty() && !need.open && self.parents.contains_key(&noun) {
                for (index, attribute) in need.attributes.iter().enumerate() {
                    if target(&attribute.ty).is_none() {
                        seen.compared.insert((noun, AttributeId(u32::try_from(index).unwrap_or(u32::MAX))));
                    }
                }
            }
            for (parent, attribute) in holders.get(&noun).into_iter().flatten() {
                let other = self.needs.noun(*parent);
                if !other.open || other.nested_in.is_some() || need.nested_in == Some(*parent) {
                    seen.attributes.insert((*parent, *attribute));
                    contained.insert(*parent);
                    queue.push(*parent);
                }
            }
        }
        let targets: Vec<NounId> = seen
            .attributes
            .iter()
            .filter(|(noun, _)| seen.nouns.contains(*noun))
            .filter_map(|(noun, attribute)| self.needs.attribute(*noun, *attribute))
            .filter_map(|attribute| target(&attribute.ty))
            .collect();
        for noun in targets {
            seen.nouns.insert(noun);
        }
    }

    /// A map to a wanted noun is wanted, with the values of the attributes that are.
    fn close_over_maps(&self, seen: &mut Seen, open: &mut Vec<Definition>) {
        for map in &self.program.maps {
            if !seen.nouns.contains(map.to) {
                continue;
            }
            walk::phrase(&map.from, &mut |node| seen.visit(&node, open));
            for (attribute, value) in &map.assignments {
                if seen.wants(map.to, *attribute) {
                    walk::expression(value, &mut |node| seen.visit(&node, open));
                }
            }
            if let Some(child) = &map.child_of {
                seen.attribute(child.noun, child.relation);
            }
        }
    }

    /// Marks everything as wanted: for looking around in facts.
    pub(crate) fn mark_everything(&mut self) {
        let supplied: Vec<_> = self.around.supplied.iter().cloned().collect();
        for name in supplied {
            self.noun_named(&name);
        }
        let nouns: Vec<NounId> = self.needs.iter().map(|(noun, _)| noun).collect();
        for noun in nouns {
            if let Some(need) = self.needs.noun_mut(noun) {
                need.wanted = true;
                need.all = need.open;
                need.attributes.iter_mut().for_each(|attribute| attribute.wanted = true);
            }
        }
    }

    fn write_wanted(&mut self, seen: &Seen, contained: &Nouns) {
        for noun in seen.nouns.all.iter().chain(&contained.all) {
            if let Some(need) = self.needs.noun_mut(*noun) {
                need.wanted = true;
            }
        }
        for (noun, attribute) in seen.attributes.iter().chain(&seen.compared) {
            let entry = self.needs.noun_mut(*noun).and_then(|need| need.attributes.get_mut(attribute.0 as usize));
            if let Some(entry) = entry {
                entry.wanted = true;
            }
        }
        self.program.maps.retain(|map| seen.nouns.contains(map.to));
        for map in &mut self.program.maps {
            let to = map.to;
            map.assignments.retain(|(attribute, _)| seen.wants(to, *attribute));
        }
        // A map may make a record that is the same as one of a source; otherwise only sources tell of one parent twice, and an
        // importer notices.
        if self.program.maps.is_empty() {
            for (noun, attribute) in seen.compared.difference(&seen.attributes) {
                self.needs.compare_only(*noun, *attribute);
            }
        }
    }

    /// Marks the controls that read verdicts, through definitions too.
    pub(crate) fn mark_verdict_readers(&mut self) {
        let Some(verdict) = self.program.meta.verdict.filter(|_| self.speaks_of_verdicts) else { return };
        let definitions = self.definitions_that_read(verdict);
        let mut everywhere = Seen::default();
        let mut open = Vec::new();
        if let Some((phrase, _)) = &self.program.query {
            walk::phrase(phrase, &mut |node| everywhere.visit(&node, &mut open));
        }
        let read_by = |seen: &Seen, used: &[Definition]| {
            seen.nouns.contains(verdict) || used.iter().any(|definition| definitions.contains(definition))
        };
        let everywhere = read_by(&everywhere, &open);
        let mut readers = vec![everywhere; self.program.controls.len()];
        for (control, reads) in self.program.controls.iter().zip(&mut readers) {
            let (mut seen, mut used) = (Seen::default(), Vec::new());
            self.program.walk_control(control, &mut |node| seen.visit(&node, &mut used));
            *reads |= read_by(&seen, &used);
        }
        for exception in &self.program.exceptions {
            if let ExceptionSubject::Phrase(phrase, _) = &exception.subject {
                let (mut seen, mut used) = (Seen::default(), Vec::new());
                walk::phrase(phrase, &mut |node| seen.visit(&node, &mut used));
                if let Some(reads) = readers.get_mut(exception.control) {
                    *reads |= read_by(&seen, &used);
                }
            }
        }
        for (control, reads) in self.program.controls.iter_mut().zip(readers) {
            control.reads_verdicts = reads;
        }
    }

    /// The definitions that look at a noun, themselves or through others.
    fn definitions_that_read(&self, noun: NounId) -> BTreeSet<Definition> {
        let number = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
        let adjectives = (0..self.program.adjectives.len()).map(|index| Definition::Adjective(number(index)));
        let relations = (0..self.program.relations.len()).map(|index| Definition::Relation(number(index)));
        let mut users: BTreeMap<Definition, Vec<Definition>> = BTreeMap::new();
        let mut waiting = Vec::new();
        for definition in adjectives.chain(relations) {
            let (mut seen, mut used) = (Seen::default(), Vec::new());
            self.program.walk_definition(definition, &mut |node| seen.visit(&node, &mut used));
            if seen.nouns.contains(noun) {
                waiting.push(definition);
            }
            for used in used {
                users.entry(used).or_default().push(definition);
            }
        }
        let mut reading = BTreeSet::new();
        while let Some(definition) = waiting.pop() {
            if reading.insert(definition) {
                waiting.extend(users.get(&definition).into_iter().flatten());
            }
        }
        reading
    }
}
