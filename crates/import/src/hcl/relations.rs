//! Which resources of a configuration refer to which: values know what they were computed from; where nothing does, equal names
//! tell.

use crate::hcl::config::Evaluated;
use crate::terraform::{AttributeTexts, Edges, IDENTITIES, LABELS, Search, names_noun, names_one};
use hashbrown::HashMap;
use smol_str::SmolStr;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use tickmark_hcl::{Kind, Value, Why};

/// An argument, as relations look at it.
struct Argument {
    name: SmolStr,
    /// Its texts, and whether part of it is not known.
    value: AttributeTexts,
    /// The resources that it was computed from.
    targets: BTreeSet<usize>,
    /// Part of it is unknown, and could be any resource for all that can be told: it comes from a module that is not here, say.
    lost: bool,
    /// Part of it is unknown, and comes from outside: a variable without a value, a data source.
    outside: bool,
}

/// The resources of a configuration.
pub(crate) struct Relations<'a> {
    evaluated: &'a Evaluated,
    members: BTreeMap<&'a SmolStr, Vec<usize>>,
    by_address: HashMap<&'a str, usize>,
    arguments: RefCell<HashMap<usize, Rc<[Argument]>>>,
}

impl<'a> Relations<'a> {
    /// Relations between the resources of one root module.
    pub(crate) fn new(evaluated: &'a Evaluated) -> Self {
        let mut members: BTreeMap<&SmolStr, Vec<usize>> = BTreeMap::new();
        let mut by_address = HashMap::new();
        for (index, resource) in evaluated.configuration.resources.iter().enumerate() {
            by_address.insert(&*resource.address, index);
            if let Some(noun) = evaluated.noun(index) {
                members.entry(noun).or_default().push(index);
            }
        }
        Relations { evaluated, members, by_address, arguments: RefCell::default() }
    }

    /// The references from the resources of one noun to those of another.
    pub(crate) fn edges(&self, from: &SmolStr, to: &SmolStr) -> Edges {
        let targets = self.members.get(to).map_or(&[][..], Vec::as_slice);
        let mut search = Search {
            to,
            identities: self.identities(to, targets),
            targets: targets.iter().copied().collect(),
            reach: std::collections::HashMap::new(),
            edges: Edges::default(),
        };
        for source in self.members.get(from).into_iter().flatten() {
            self.search(*source, from, &mut search);
        }
        search.edges
    }

    /// The texts by which resources of a noun are named.
    fn identities(&self, noun: &str, targets: &[usize]) -> std::collections::HashMap<String, Vec<usize>> {
        let last = noun.rsplit('_').next().unwrap_or(noun);
        let own = [last.to_owned(), format!("{last}_id"), format!("{last}_name")];
        let mut identities: std::collections::HashMap<String, Vec<usize>> = std::collections::HashMap::new();
        for target in targets {
            let arguments = self.arguments(*target);
            let named = arguments.iter().filter(|argument| {
                IDENTITIES.contains(&argument.name.as_str()) || own.iter().any(|own| *own == argument.name)
            });
            for text in named.filter(|argument| argument.value.flat).flat_map(|argument| &argument.value.texts) {
                if !text.is_empty() {
                    identities.entry(text.clone()).or_default().push(*target);
                }
            }
        }
        identities
    }

    /// Finds what one resource refers to.
    fn search(&self, source: usize, noun: &str, search: &mut Search<'_>) {
        let arguments = self.arguments(source);
        let part = noun.strip_prefix(search.to).is_some_and(|rest| rest.starts_with('_'));
        // `aws_s3_bucket_logging` is a part of the bucket that its `bucket` names, not of the one that it writes to.
        let part = part && arguments.iter().any(|argument| names_noun(&argument.name, search.to));
        for argument in arguments.iter() {
            let names = names_noun(&argument.name, search.to);
            if part && !names {
                continue;
            }
            if search_written(source, argument, names, search) || noun == search.to || !names {
                continue;
            }
            if argument.value.flat {
                search.find_equals(source, &argument.value);
            }
        }
    }

    fn arguments(&self, index: usize) -> Rc<[Argument]> {
        if let Some(known) = self.arguments.borrow().get(&index) {
            return Rc::clone(known);
        }
        let attributes = self.evaluated.configuration.resources.get(index).map(|resource| &resource.attributes);
        let each = attributes.into_iter().flatten().map(|(name, attribute)| {
            let value = AttributeTexts { flat: true, ..AttributeTexts::default() };
            let name = SmolStr::new(name);
            let mut argument = Argument { name, value, targets: BTreeSet::new(), lost: false, outside: false };
            for reference in attribute.value.deep_marks().references() {
                argument.targets.extend(self.by_address.get(&*reference.address));
            }
            look(&attribute.value, &mut argument);
            argument
        });
        let arguments: Rc<[Argument]> = each.collect();
        self.arguments.borrow_mut().insert(index, Rc::clone(&arguments));
        arguments
    }
}

/// Follows one argument; whether it leads to a resource of the noun that is sought.
fn search_written(source: usize, argument: &Argument, names: bool, search: &mut Search<'_>) -> bool {
    let mut meant: BTreeSet<usize> = search.targets.intersection(&argument.targets).copied().collect();
    search.prefer_equals(&argument.value, &mut meant);
    let label = LABELS.contains(&argument.name.as_str());
    let lost = (argument.lost || (argument.outside && names)) && !label;
    let one = argument.value.unknown && names_one(&argument.name, search.to);
    if lost && (meant.is_empty() || one) {
        // Where the trail is lost, any of them may be meant.
        let all = search.targets.clone();
        search.doubt(source, &all);
        return !meant.is_empty();
    }
    if one && meant.len() > 1 {
        // One name is one resource: which of those that the expression can lead to is not known yet.
        search.doubt(source, &meant);
        return true;
    }
    let found = !meant.is_empty();
    search.edges.certain.extend(meant.into_iter().map(|target| (source, target)));
    found
}

/// Collects the texts of a value and what is not known in it.
fn look(value: &Value, into: &mut Argument) {
    match &value.kind {
        Kind::Text(text) => into.value.texts.push(text.to_string()),
        Kind::List(items) | Kind::Set(items) | Kind::Tuple(items) => items.iter().for_each(|item| look(item, into)),
        Kind::Map(entries) | Kind::Object(entries) => {
            into.value.flat = false;
            entries.values().for_each(|value| look(value, into));
            if let Some(rest) = entries.rest() {
                not_known(rest.why, into);
            }
        }
        Kind::Json(json) => match &json.text {
            Some(text) => into.value.texts.push(text.to_string()),
            None => look(&json.document, into),
        },
        Kind::Unknown(unknown) => not_known(unknown.why, into),
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Handle(_) => {}
    }
}

fn not_known(why: Why, into: &mut Argument) {
    into.value.unknown = true;
    match why {
        // What it comes from is marked.
        Why::Apply => {}
        Why::Data | Why::Variable | Why::Function => into.outside = true,
        Why::Module | Why::Cycle | Why::Limit | Why::Error => into.lost = true,
    }
}
