//! What templates and manifests have in common: objects that become records with an `address`, and references between them that
//! become relations, both ways.

use crate::cloudformation::Template;
use crate::error::ReadError;
use crate::kubernetes::Manifests;
use crate::nouns::{CFN_RESOURCE, K8S_OBJECT, K8S_WORKLOAD};
use crate::open::Unit;
use crate::terraform::wanted_relations;
use crate::tree::{Node, TreeReader};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};
use tickmark_facts::{Builder, Needs, NounId, Scalar};
use tickmark_source::{FileId, Place};

/// Why a relation is unknown.
const DOUBTFUL: &str = "whether a reference leads here depends on a value that is not known";

/// What a scan found in a file of declared objects.
pub(crate) enum Declared {
    /// A template of CloudFormation.
    Template(Template),
    /// Manifests of Kubernetes.
    Manifests(Manifests),
}

impl Declared {
    /// Its objects: noun and address.
    pub(crate) fn objects(&self) -> Box<dyn Iterator<Item = (&SmolStr, &str)> + '_> {
        match self {
            Declared::Template(template) => {
                Box::new(template.resources.iter().map(|resource| (&resource.noun, resource.name.as_str())))
            }
            Declared::Manifests(manifests) => {
                Box::new(manifests.objects.iter().map(|object| (&object.noun, object.address.as_str())))
            }
        }
    }

    /// The nouns that cut across types.
    pub(crate) fn common_nouns(&self) -> &'static [SmolStr] {
        match self {
            Declared::Template(_) => &CFN_COMMON,
            Declared::Manifests(_) => &K8S_COMMON,
        }
    }
}

static CFN_COMMON: [SmolStr; 1] = [SmolStr::new_static(CFN_RESOURCE)];
static K8S_COMMON: [SmolStr; 2] = [SmolStr::new_static(K8S_OBJECT), SmolStr::new_static(K8S_WORKLOAD)];

/// An object as relations see it.
pub(crate) struct Known {
    /// Its nouns, each with its id as it is printed.
    pub(crate) nouns: Vec<(SmolStr, String)>,
    /// Where it stands.
    pub(crate) place: Place,
}

/// References between objects, by their numbers; one may be told several times.
#[derive(Default)]
pub(crate) struct Edges {
    /// From, to.
    pub(crate) certain: Vec<(usize, usize)>,
    /// From, to: there may be one.
    pub(crate) possible: Vec<(usize, usize)>,
    /// From an object to the noun and the id of one that no source supplies.
    pub(crate) absent: BTreeSet<(usize, SmolStr, String)>,
}

/// References between objects, as they are looked up: from each end to the other.
#[derive(Default)]
pub(crate) struct Graph {
    certain: BTreeMap<usize, BTreeSet<usize>>,
    possible: BTreeMap<usize, BTreeSet<usize>>,
    absent: BTreeSet<(usize, SmolStr, String)>,
}

impl Edges {
    /// The references, to be looked up.
    pub(crate) fn graph(self) -> Graph {
        Graph { certain: both_ways(&self.certain), possible: both_ways(&self.possible), absent: self.absent }
    }
}

/// The rows of objects in the tables of their nouns.
pub(crate) type Rows = BTreeMap<(usize, NounId), u32>;

/// Writes the attributes of an object; `address` is its key.
pub(crate) fn write(
    builder: &mut Builder,
    noun: NounId,
    (address, place): (&str, Place),
    attributes: &[(String, Node)],
    file: FileId,
) -> Result<u32, ReadError> {
    let row = builder.begin(noun, place);
    let mut position = 0;
    let key = crate::single::Single::scalar(Scalar::Text(address), place);
    builder.set_next(noun, row, &mut position, "address", &mut { key })?;
    for (name, node) in attributes.iter().filter(|(name, _)| name != "address") {
        builder.set_next(noun, row, &mut position, name, &mut TreeReader::new(node, file))?;
    }
    Ok(row)
}

/// The nouns of which records are made: those that the program looks at, and those that relations lead to.
pub(crate) fn wanted_nouns(needs: &Needs) -> BTreeSet<NounId> {
    let mut wanted: BTreeSet<NounId> = needs.iter().filter(|(_, need)| need.wanted).map(|(noun, _)| noun).collect();
    wanted.extend(wanted_relations(needs).iter().filter_map(|relation| needs.find(&relation.to)));
    wanted
}

/// Whether the program asks for a relation of one of these nouns.
pub(crate) fn asks_for_relations<'n>(needs: &Needs, nouns: impl IntoIterator<Item = &'n SmolStr>) -> bool {
    let nouns: BTreeSet<&SmolStr> = nouns.into_iter().collect();
    wanted_relations(needs).iter().any(|relation| nouns.contains(&relation.from))
}

/// Fills the attributes that are called after another noun: with the objects of that noun that refer to this one, or to which this
/// one refers.
pub(crate) fn relate(known: &[Known], graph: &Graph, rows: &Rows, builder: &mut Builder) {
    let needs = std::sync::Arc::clone(builder.needs());
    let wanted = wanted_relations(&needs);
    let nouns: BTreeSet<&SmolStr> = rows
        .keys()
        .filter_map(|(index, _)| known.get(*index))
        .flat_map(|one| one.nouns.iter().map(|(noun, _)| noun))
        .collect();
    let none = BTreeSet::new();
    for relation in wanted.iter().filter(|relation| nouns.contains(&relation.from)) {
        builder.carry(relation.noun, relation.attribute);
        let of = rows.iter().filter(|((_, noun), _)| *noun == relation.noun);
        for ((index, _), row) in of {
            let as_target = |target: &usize| {
                let target = known.get(*target)?;
                target.nouns.iter().find(|(noun, _)| *noun == relation.to).map(|(_, id)| (id, target.place))
            };
            let there = graph.certain.get(index).unwrap_or(&none);
            for (id, place) in there.iter().filter_map(as_target) {
                builder.refer(relation.noun, *row, relation.attribute, id, place);
            }
            let place = known.get(*index).map(|one| one.place);
            let absent = graph.absent.range((*index, SmolStr::default(), String::new())..);
            let absent = absent.take_while(|(from, ..)| from == index).filter(|(_, noun, _)| *noun == relation.to);
            for (_, _, id) in absent {
                if let Some(place) = place {
                    builder.refer(relation.noun, *row, relation.attribute, id, place);
                }
            }
            let possible = graph.possible.get(index).unwrap_or(&none);
            let doubt = possible.iter().any(|target| !there.contains(target) && as_target(target).is_some());
            if let Some(place) = place.filter(|_| doubt) {
                builder.set(relation.noun, *row, relation.attribute, Scalar::MayBeMissing(DOUBTFUL), place);
            }
        }
    }
}

fn both_ways(pairs: &[(usize, usize)]) -> BTreeMap<usize, BTreeSet<usize>> {
    let mut ways: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (from, to) in pairs {
        ways.entry(*from).or_default().insert(*to);
        ways.entry(*to).or_default().insert(*from);
    }
    ways
}

/// Objects of one noun and address that stand in more than one file: they are different ones, and printed as `FILE#ADDRESS`.
pub(crate) fn shared(units: &[Unit]) -> BTreeSet<(SmolStr, String)> {
    let mut seen: BTreeMap<(&SmolStr, &str), usize> = BTreeMap::new();
    let mut shared = BTreeSet::new();
    for (number, unit) in units.iter().enumerate() {
        for (noun, address) in unit.objects() {
            if *seen.entry((noun, address)).or_insert(number) != number {
                shared.insert((noun.clone(), address.to_owned()));
            }
        }
    }
    shared
}

/// The address as it is printed.
pub(crate) fn printed(shared: &BTreeSet<(SmolStr, String)>, noun: &SmolStr, address: &str, path: &str) -> String {
    let clashes = !shared.is_empty() && shared.contains(&(noun.clone(), address.to_owned()));
    if clashes { format!("{path}#{address}") } else { address.to_owned() }
}
