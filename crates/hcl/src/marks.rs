//! What clings to a value: that it is secret, and the resources that it was computed from.

use std::sync::Arc;

/// An attribute of a resource, or a resource itself, that a value was computed from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    /// The address of the resource, of the instance where that is known: `module.a["x"].aws_s3_bucket.b[0]`.
    pub address: Arc<str>,
    /// The attribute that was read: `id`; `None` where the resource was used as a whole.
    pub attribute: Option<Arc<str>>,
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Set {
    sensitive: bool,
    /// Sorted, each once.
    references: Vec<Arc<Reference>>,
}

/// The marks of a value: cheap to clone, and nothing at all for nearly every value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks(Option<Arc<Set>>);

impl Marks {
    /// The mark of a secret.
    #[must_use]
    pub(crate) fn sensitive() -> Self {
        Marks(Some(Arc::new(Set { sensitive: true, references: Vec::new() })))
    }

    /// The mark of a value read from a resource.
    #[must_use]
    pub(crate) fn reference(reference: Reference) -> Self {
        Marks(Some(Arc::new(Set { sensitive: false, references: vec![Arc::new(reference)] })))
    }

    /// Whether the value is secret: it must never be printed.
    #[must_use]
    pub fn is_sensitive(&self) -> bool {
        self.0.as_ref().is_some_and(|set| set.sensitive)
    }

    /// What the value was computed from, sorted by address and attribute.
    #[must_use]
    pub fn references(&self) -> &[Arc<Reference>] {
        self.0.as_ref().map_or(&[], |set| &set.references)
    }

    /// Whether there is no mark.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// The marks without secrecy.
    #[must_use]
    pub(crate) fn without_sensitive(&self) -> Marks {
        match &self.0 {
            Some(set) if set.sensitive && set.references.is_empty() => Marks(None),
            Some(set) if set.sensitive => {
                Marks(Some(Arc::new(Set { sensitive: false, references: set.references.clone() })))
            }
            _ => self.clone(),
        }
    }

    /// The marks of both.
    #[must_use]
    pub(crate) fn union(&self, other: &Marks) -> Marks {
        match (&self.0, &other.0) {
            (None, _) => other.clone(),
            (_, None) => self.clone(),
            (Some(a), Some(b)) if Arc::ptr_eq(a, b) || a.covers(b) => self.clone(),
            (Some(a), Some(b)) if b.covers(a) => other.clone(),
            (Some(_), Some(_)) => Marks::all([self, other]),
        }
    }

    /// The marks of all together.
    #[must_use]
    pub(crate) fn all<'a>(marks: impl IntoIterator<Item = &'a Marks>) -> Marks {
        let mut different: Vec<&Arc<Set>> = Vec::new();
        for set in marks.into_iter().filter_map(|marks| marks.0.as_ref()) {
            // Neighbours in a list mostly share their marks.
            if !different.last().is_some_and(|last| Arc::ptr_eq(last, set)) {
                different.push(set);
            }
        }
        match different.as_slice() {
            [] => Marks(None),
            [one] => Marks(Some(Arc::clone(one))),
            several => {
                let mut references: Vec<Arc<Reference>> =
                    several.iter().flat_map(|set| set.references.iter().cloned()).collect();
                references.sort();
                references.dedup();
                let sensitive = several.iter().any(|set| set.sensitive);
                Marks(Some(Arc::new(Set { sensitive, references })))
            }
        }
    }
}

impl Set {
    fn covers(&self, other: &Set) -> bool {
        (self.sensitive || !other.sensitive)
            && other.references.iter().all(|reference| self.references.binary_search(reference).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_joined_and_sorted() {
        let of = |address: &str| Marks::reference(Reference { address: address.into(), attribute: None });
        let both = of("b").union(&of("a")).union(&Marks::sensitive()).union(&of("a"));
        let addresses: Vec<&str> = both.references().iter().map(|reference| &*reference.address).collect();
        assert_eq!(addresses, ["a", "b"]);
        assert!(both.is_sensitive() && !both.without_sensitive().is_sensitive());
        assert!(Marks::all([]).is_empty() && Marks::sensitive().without_sensitive().is_empty());
    }
}
