//! The resources of an export as they are kept: places in the file, and numbers of what many of them have in common.

use crate::terraform::address::InstanceKey;
use crate::terraform::pieces::Stretch;
use smol_str::SmolStr;
use std::ops::Range;

/// One instance of a resource or data source. A plan may have a million of them: what it says stands in the file, or in the tables
/// of its export ([`crate::terraform::Export`]), which give it out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Resource {
    /// Its address as it is written between its quotes; none where it is put together from the parts below.
    pub(crate) address: Stretch,
    /// Where its record stands in the file.
    pub(crate) offset: u32,
    /// The address of its module instance, among the texts; empty for the root.
    pub(crate) module: u32,
    /// `this`, among the texts.
    pub(crate) name: u32,
    /// What it is, among the kinds.
    pub(crate) kind: u32,
    /// The key of `count` or `for_each`, counted from 1 among the keys; 0 where it has none.
    pub(crate) key: u32,
    /// Its values.
    pub(crate) values: Stretch,
    /// See [`Self::sensitive`] and [`Self::sensitive_paths`].
    pub(crate) secret: Stretch,
    /// See [`Self::unknown`] and [`Self::depends`].
    pub(crate) beside: Stretch,
    /// What the plan does with it.
    pub(crate) action: Option<Action>,
    /// What it was read from.
    pub(crate) sort: Sort,
}

/// What a resource was read from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Sort {
    /// A resource change of a plan.
    #[default]
    Changed,
    /// The planned values: what is not known yet is left out of them without a mark.
    Planned,
    /// The values of a state.
    Held,
    /// A state file of version 4.
    Raw,
}

impl Resource {
    /// The marks of values that are not known yet; none where none is marked.
    pub(crate) fn unknown(&self) -> Option<Range<usize>> {
        self.beside.range().filter(|_| self.sort == Sort::Changed)
    }

    /// The resources that it depends on, as a state lists them: addresses without keys.
    pub(crate) fn depends(&self) -> Option<Range<usize>> {
        self.beside.range().filter(|_| self.sort != Sort::Changed)
    }

    /// The marks of secret values; none where none is marked.
    pub(crate) fn sensitive(&self) -> Option<Range<usize>> {
        self.secret.range().filter(|_| self.sort != Sort::Raw)
    }

    /// The secret values of a state of version 4: a list of paths.
    pub(crate) fn sensitive_paths(&self) -> Option<Range<usize>> {
        self.secret.range().filter(|_| self.sort == Sort::Raw)
    }

    /// Whether only planned values are at hand.
    pub(crate) fn unmarked(&self) -> bool {
        self.sort == Sort::Planned
    }

    /// Whether it will be there (or is, in a state): what is deleted or given up is no member of its noun.
    pub(crate) fn stays(&self) -> bool {
        !matches!(self.action, Some(Action::Delete | Action::Forget))
    }
}

/// What a plan does with a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    Create,
    Update,
    Replace,
    NoOp,
    Read,
    Delete,
    Forget,
}

impl Action {
    /// As it is called in the facts.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Action::Create => "create",
            Action::Update => "update",
            Action::Replace => "replace",
            Action::NoOp => "no-op",
            Action::Read => "read",
            Action::Delete => "delete",
            Action::Forget => "forget",
        }
    }
}

/// What resources are of which all parts but module, name and key are the same.
#[derive(Clone, Debug)]
pub(crate) struct Kind {
    /// `managed` or `data`, among the texts.
    pub(crate) mode: u32,
    /// `aws_s3_bucket`, among the texts.
    pub(crate) ty: u32,
    /// `registry.terraform.io/hashicorp/aws`, among the texts; empty where none is named.
    pub(crate) provider: u32,
    /// Where their noun stands among those of the export; not known before the first of them is entered.
    pub(crate) noun: Option<u32>,
}

/// What resources have in common, each once: a resource has its number.
#[derive(Debug)]
pub(crate) struct Tables {
    /// Texts; the first is the empty one.
    pub(crate) texts: Vec<SmolStr>,
    pub(crate) kinds: Vec<Kind>,
    pub(crate) keys: Vec<InstanceKey>,
}

impl Default for Tables {
    fn default() -> Self {
        Tables { texts: vec![SmolStr::default()], kinds: Vec::new(), keys: Vec::new() }
    }
}

impl Tables {
    /// A text by its number.
    pub(crate) fn text(&self, number: u32) -> &SmolStr {
        const NONE: &SmolStr = &SmolStr::new_static("");
        self.texts.get(number as usize).unwrap_or(NONE)
    }

    /// The key of a resource.
    pub(crate) fn key(&self, resource: &Resource) -> Option<&InstanceKey> {
        self.keys.get((resource.key as usize).checked_sub(1)?)
    }
}

/// Resources in their order. They lie in stretches, so that none is moved when there are more of them, or when others are put
/// behind them.
#[derive(Debug, Default)]
pub(crate) struct Resources {
    stretches: Vec<Vec<Resource>>,
    /// How many stand before each stretch.
    before: Vec<usize>,
    len: usize,
}

impl Resources {
    /// As many are put into one stretch.
    const STRETCH: usize = 1024;

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    pub(crate) fn get(&self, index: usize) -> Option<&Resource> {
        let stretch = self.before.partition_point(|before| *before <= index).checked_sub(1)?;
        self.stretches.get(stretch)?.get(index - self.before.get(stretch)?)
    }

    /// Adds one; `expected` of them are expected in its stretch, where it begins one.
    pub(crate) fn push(&mut self, resource: Resource, expected: usize) {
        match self.stretches.last_mut() {
            Some(last) if last.len() < Self::STRETCH => last.push(resource),
            _ => {
                // The first grows as it must: most exports are small.
                let mut stretch = Vec::with_capacity(expected.min(Self::STRETCH));
                stretch.push(resource);
                self.before.push(self.len);
                self.stretches.push(stretch);
            }
        }
        self.len += 1;
    }

    /// Adds a whole stretch.
    pub(crate) fn append(&mut self, stretch: Vec<Resource>) {
        if stretch.is_empty() {
            return;
        }
        self.before.push(self.len);
        self.len += stretch.len();
        self.stretches.push(stretch);
    }

    /// The stretches one by one.
    pub(crate) fn into_stretches(self) -> Vec<Vec<Resource>> {
        self.stretches
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Resource> {
        self.stretches.iter().flatten()
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Resource> {
        self.stretches.iter_mut().flatten()
    }

    /// Some of them.
    pub(crate) fn range(&self, range: Range<usize>) -> impl Iterator<Item = &Resource> {
        let first = self.before.partition_point(|before| *before <= range.start).saturating_sub(1);
        let skipped = range.start - self.before.get(first).copied().unwrap_or_default();
        self.stretches.iter().skip(first).flatten().skip(skipped).take(range.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_is_small() {
        assert!(size_of::<Resource>() <= 56, "{}", size_of::<Resource>());
    }

    #[test]
    fn resources_are_found_in_whatever_stretch_they_lie() {
        let of = |offset: u32| Resource { offset, ..Resource::default() };
        let mut all = Resources::default();
        assert!(all.get(0).is_none() && all.range(0..0).next().is_none());
        (0..3000).for_each(|offset| all.push(of(offset), 0));
        all.append((3000..3007).map(of).collect());
        all.append(Vec::new());
        (3007..5000).for_each(|offset| all.push(of(offset), 10));
        assert_eq!(all.len(), 5000);
        assert!((0..5000).all(|index| all.get(index as usize).is_some_and(|found| found.offset == index)));
        assert!(all.get(5000).is_none());
        for (start, end) in [(0, 5000), (0, 1), (1023, 1025), (2048, 4096), (3000, 3007), (4999, 5000), (5000, 5000)] {
            assert!(all.range(start..end).map(|found| found.offset as usize).eq(start..end), "{start} {end}");
        }
        assert!(all.iter().map(|found| found.offset).eq(0..5000));
    }
}
