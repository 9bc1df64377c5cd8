//! Which resources refer to which: by their configuration, and where that says nothing by equal values.

use crate::document::Document;
use crate::error::ReadError;
use crate::json::JsonReader;
use crate::terraform::address::steps;
use crate::terraform::configuration::{Module, ResourceBlock};
use crate::terraform::export::Export;
use crate::terraform::read::unknown_mark;
use crate::terraform::references::Graph;
use crate::terraform::resource::{Resource, Resources};
use crate::terraform::values::{AttributeTexts, Texts, texts};
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Attributes that everything has and nothing is identified by: a lost trail in them leads to no resource.
pub(crate) const LABELS: [&str; 4] = ["tags", "tags_all", "labels", "effective_labels"];

/// The attributes by which other resources name a resource.
pub(crate) const IDENTITIES: [&str; 4] = ["id", "arn", "name", "self_link"];

/// What may stand behind the name of a resource in the name of an attribute that refers to it (`vpc_id`, `role_arn`).
const REFERENCE_ENDINGS: [&str; 9] =
    ["_ids", "_id", "_arns", "_arn", "_names", "_name", "_self_link", "_identifier", "_key"];

/// The references from the resources of one noun to those of another.
#[derive(Debug, Default)]
pub(crate) struct Edges {
    /// From a resource to those that it refers to.
    pub(crate) certain: BTreeSet<(usize, usize)>,
    /// Resources that may refer to some resource of the other noun, or to none, for all that can be told.
    pub(crate) doubtful: BTreeSet<usize>,
    /// Resources of the other noun that they may refer to.
    pub(crate) possible: BTreeSet<usize>,
}

/// The resources of a plan, and what is worked out about them on the way.
pub(crate) struct Relations<'a> {
    document: &'a Document,
    export: &'a Export,
    resources: &'a Resources,
    graph: Graph<'a>,
    members: BTreeMap<SmolStr, Vec<usize>>,
    texts: HashMap<usize, Texts>,
}

impl<'a> Relations<'a> {
    /// Relations between the resources of one export.
    pub(crate) fn new(document: &'a Document, export: &'a Export, root: Option<&'a Module>) -> Self {
        let resources = &export.resources;
        let mut members: BTreeMap<SmolStr, Vec<usize>> = BTreeMap::new();
        for (index, resource) in resources.iter().enumerate().filter(|(_, resource)| resource.stays()) {
            members.entry(SmolStr::new(export.noun(resource))).or_default().push(index);
        }
        Self { document, export, resources, graph: Graph::new(export, root), members, texts: HashMap::new() }
    }

    /// The references from the resources of one noun to those of another.
    pub(crate) fn edges(&mut self, from: &str, to: &str) -> Result<Edges, ReadError> {
        let sources = self.members.get(from).cloned().unwrap_or_default();
        let targets = self.members.get(to).cloned().unwrap_or_default();
        for index in sources.iter().chain(&targets) {
            self.load(*index)?;
        }
        let mut search = Search {
            to,
            identities: self.identities(to, &targets),
            targets: targets.into_iter().collect(),
            reach: HashMap::new(),
            edges: Edges::default(),
        };
        for source in sources {
            self.search(source, &mut search);
        }
        Ok(search.edges)
    }

    /// The texts by which resources of a noun are named.
    fn identities(&self, noun: &str, targets: &[usize]) -> HashMap<String, Vec<usize>> {
        let last = noun.rsplit('_').next().unwrap_or(noun);
        let own = [last.to_owned(), format!("{last}_id"), format!("{last}_name")];
        let mut identities: HashMap<String, Vec<usize>> = HashMap::new();
        for target in targets {
            let names = IDENTITIES.into_iter().chain(own.iter().map(String::as_str));
            let texts = names.filter_map(|name| self.attribute(*target, name)).filter(|attribute| attribute.flat);
            for text in texts.flat_map(|attribute| &attribute.texts).filter(|text| !text.is_empty()) {
                identities.entry(text.clone()).or_default().push(*target);
            }
        }
        identities
    }

    /// The resource as it is written, where the plan says.
    pub(crate) fn block(&self, resource: &Resource) -> Option<&'a ResourceBlock> {
        self.graph.block(resource)
    }

    fn load(&mut self, index: usize) -> Result<(), ReadError> {
        let Some(resource) = self.resources.get(index) else { return Ok(()) };
        if !self.texts.contains_key(&index) {
            let mark = unknown_mark(self.document, resource, self.graph.block(resource))?;
            self.texts.insert(index, texts(self.document, resource, &mark)?);
        }
        Ok(())
    }

    fn attribute(&self, index: usize, name: &str) -> Option<&AttributeTexts> {
        self.texts.get(&index)?.iter().find(|(found, _)| found == name).map(|(_, attribute)| attribute)
    }

    /// Finds what one resource refers to.
    fn search(&self, source: usize, search: &mut Search<'_>) {
        let Some(resource) = self.resources.get(source) else { return };
        let noun = self.export.noun(resource);
        let block = self.graph.block(resource);
        let mut names: BTreeSet<&str> = BTreeSet::new();
        names.extend(block.iter().flat_map(|block| &block.attributes).map(|(name, _)| name.as_str()));
        names.extend(self.texts.get(&source).into_iter().flatten().map(|(name, _)| name.as_str()));
        // `aws_s3_bucket_logging` is a part of the bucket that its `bucket` names, not of the one that it writes to.
        let part = noun.strip_prefix(search.to).is_some_and(|rest| rest.starts_with('_'));
        if part && names.iter().any(|name| names_noun(name, search.to)) {
            names.retain(|name| names_noun(name, search.to));
        }
        let depends = if block.is_none() { self.depends(resource) } else { BTreeSet::new() };
        for name in names {
            let value = self.attribute(source, name);
            // A state does not say which expression led where, but on which resources this one depends.
            if let Some(value) = value.filter(|_| !depends.is_empty() && !says_nothing(name)) {
                self.find_dependencies(source, value, &depends, search);
            }
            if self.search_written(source, resource, name, search) || noun == search.to || !names_noun(name, search.to)
            {
                continue;
            }
            match value {
                // With no configuration, who knows what a value will be that is not known yet.
                Some(value) if value.unknown && block.is_none() => {
                    let all = search.targets.clone();
                    search.doubt(source, &all);
                }
                Some(value) if value.flat => search.find_equals(source, value),
                _ => {}
            }
        }
    }

    /// The resources that one depends on by the word of a state: addresses without keys.
    fn depends(&self, resource: &Resource) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let Some(range) = resource.depends() else { return found };
        let mut reader = JsonReader::part(&self.document.bytes, self.document.file, &range);
        // The file was scanned whole before: what is broken in it was said.
        let _ = reader.list_or_skip(&mut |reader| {
            found.extend(reader.text()?);
            Ok(())
        });
        found
    }

    /// The values of resources that one depends on, found again in one of its attributes.
    fn find_dependencies(
        &self,
        source: usize,
        value: &AttributeTexts,
        depends: &BTreeSet<String>,
        search: &mut Search<'_>,
    ) {
        for text in &value.texts {
            for target in search.identities.get(text).into_iter().flatten() {
                let address = self
                    .resources
                    .get(*target)
                    .map(|target| without_keys(&self.export.address(&self.document.bytes, target)));
                if *target != source && address.is_some_and(|address| depends.contains(&address)) {
                    search.edges.certain.insert((source, *target));
                }
            }
        }
    }

    /// Follows one attribute through the configuration; whether it leads to a resource of the noun that is sought.
    fn search_written(&self, source: usize, resource: &Resource, name: &str, search: &mut Search<'_>) -> bool {
        let Some(block) = self.graph.block(resource) else { return false };
        let Some((_, expressions)) = block.attributes.iter().find(|(found, _)| found == name) else { return false };
        let value = self.attribute(source, name);
        let found = self.graph.follow(resource, block, expressions);
        let referred: Vec<(usize, Option<SmolStr>)> =
            found.targets.into_iter().filter(|(target, _)| search.targets.contains(target)).collect();
        let mut meant = self.meant(&referred, value);
        if let Some(value) = value {
            search.prefer_equals(value, &mut meant);
        }
        let unknown = value.is_some_and(|value| value.unknown);
        let one = unknown && names_one(name, search.to);
        let lost = !found.lost.is_empty() && unknown && !LABELS.contains(&name);
        if lost && (meant.is_empty() || one) {
            let reach = search.reach.entry(found.lost).or_insert_with_key(|lost| self.graph.within_reach(lost));
            let mut possible: BTreeSet<usize> = search.targets.intersection(reach).copied().collect();
            possible.extend(&meant);
            if meant.is_empty() || possible.len() > 1 {
                search.doubt(source, &possible);
                return !meant.is_empty();
            }
        } else if one && meant.len() > 1 {
            // One name is one resource: which of those that the expression can lead to is not known yet.
            search.doubt(source, &meant);
            return true;
        }
        let found = !meant.is_empty();
        search.edges.certain.extend(meant.into_iter().map(|target| (source, target)));
        found
    }

    /// Of the resources that an expression names, those that its value can have come from: a conditional names more than
    /// it takes, and a value that is known did not come from one that is not.
    fn meant(&self, referred: &[(usize, Option<SmolStr>)], value: Option<&AttributeTexts>) -> BTreeSet<usize> {
        let all = || referred.iter().map(|(target, _)| *target).collect();
        let Some(value) = value else {
            // The configuration sets it and the plan leaves it out: null, so that the reference was not taken.
            return BTreeSet::new();
        };
        if value.unknown {
            return all();
        }
        let mut meant = BTreeSet::new();
        for (target, attribute) in referred {
            let Some(attribute) = attribute else {
                meant.insert(*target);
                continue;
            };
            let taken = match self.attribute(*target, attribute) {
                Some(from) if from.unknown => false,
                Some(from) => from.texts.is_empty() || from.texts.iter().any(|text| holds(value, text)),
                // A computed attribute that the export does not show.
                None => !value.texts.is_empty(),
            };
            if taken {
                meant.insert(*target);
            }
        }
        meant
    }
}

/// The search for the references to one noun.
pub(crate) struct Search<'b> {
    /// The noun.
    pub(crate) to: &'b str,
    /// Its resources.
    pub(crate) targets: BTreeSet<usize>,
    /// The texts by which they are named.
    pub(crate) identities: HashMap<String, Vec<usize>>,
    /// What is in reach of lost trails.
    pub(crate) reach: HashMap<BTreeSet<usize>, BTreeSet<usize>>,
    /// What was found.
    pub(crate) edges: Edges,
}

impl Search<'_> {
    /// The resource may refer to any of those in reach.
    pub(crate) fn doubt(&mut self, source: usize, reach: &BTreeSet<usize>) {
        let possible: Vec<usize> = self.targets.intersection(reach).copied().collect();
        if !possible.is_empty() {
            self.edges.doubtful.insert(source);
            self.edges.possible.extend(possible);
        }
    }

    /// Where each text of a value is the very name of a resource that is meant, those whose name it only contains are not
    /// (`logs` in `logs-archive`).
    pub(crate) fn prefer_equals(&self, value: &AttributeTexts, meant: &mut BTreeSet<usize>) {
        let mut named = BTreeSet::new();
        for text in value.texts.iter().filter(|text| !text.is_empty()) {
            let targets = self.identities.get(text).into_iter().flatten().filter(|target| meant.contains(target));
            let targets: Vec<usize> = targets.copied().collect();
            if targets.is_empty() {
                return;
            }
            named.extend(targets);
        }
        if value.flat && !value.unknown && !named.is_empty() {
            *meant = named;
        }
    }

    /// Resources that are named by a literal value.
    pub(crate) fn find_equals(&mut self, source: usize, value: &AttributeTexts) {
        for text in &value.texts {
            for target in self.identities.get(text).into_iter().flatten() {
                self.edges.certain.insert((source, *target));
            }
        }
    }
}

/// Whether an attribute says who a resource is, or what it is labelled with, and nothing of others.
fn says_nothing(name: &str) -> bool {
    IDENTITIES.contains(&name) || LABELS.contains(&name)
}

/// An address without the keys of instances.
fn without_keys(address: &str) -> String {
    let names: Vec<SmolStr> = steps(address).into_iter().map(|step| step.name).collect();
    names.join(".")
}

fn holds(value: &AttributeTexts, text: &str) -> bool {
    !text.is_empty() && value.texts.iter().any(|held| held.contains(text))
}

/// Whether an attribute is called after a resource type: `bucket` after `aws_s3_bucket`, `vpc_id` after `aws_vpc`,
/// `security_group_ids` after `aws_security_group`.
pub(crate) fn names_noun(attribute: &str, noun: &str) -> bool {
    let ty = noun.strip_prefix("data_").unwrap_or(noun);
    let ends =
        |word: &str| !word.is_empty() && ty.strip_suffix(word).is_some_and(|rest| rest.ends_with('_')) && ty != word;
    let bare = REFERENCE_ENDINGS.iter().find_map(|ending| attribute.strip_suffix(ending));
    [Some(attribute), bare].into_iter().flatten().any(|word| ends(word) || ends(word.strip_suffix('s').unwrap_or("")))
}

/// Whether an attribute that is called after a resource type holds the name of one resource: `vpc_id`, not `subnet_ids`.
pub(crate) fn names_one(attribute: &str, noun: &str) -> bool {
    names_noun(attribute, noun) && !attribute.ends_with('s')
}

#[cfg(test)]
mod tests {
    use super::names_noun;

    #[test]
    fn attributes_are_called_after_what_they_refer_to() {
        for (attribute, noun) in [
            ("bucket", "aws_s3_bucket"),
            ("s3_bucket_name", "aws_s3_bucket"),
            ("vpc_id", "aws_vpc"),
            ("security_group_ids", "aws_security_group"),
            ("role", "aws_iam_role"),
            ("role_arn", "aws_iam_role"),
        ] {
            assert!(names_noun(attribute, noun), "{attribute} {noun}");
        }
        for (attribute, noun) in [("name", "aws_s3_bucket"), ("target_bucket", "aws_s3_bucket"), ("id", "aws_vpc")] {
            assert!(!names_noun(attribute, noun), "{attribute} {noun}");
        }
    }
}
