//! Files that are well known and are no evidence: it is better to say so than to take their keys for nouns.

use crate::detect::{Member, MemberKind};
use crate::document::Document;
use crate::json::JsonReader;
use tickmark_facts::ValueReader;

/// Documents of OSCAL that say what should be (<https://pages.nist.gov/OSCAL/resources/concepts/layer/>).
const OSCAL: [(&str, &str); 5] = [
    ("catalog", "a catalogue"),
    ("profile", "a profile"),
    ("component-definition", "a definition of components"),
    ("system-security-plan", "a security plan"),
    ("assessment-plan", "a plan of an assessment"),
];

/// Why a file with these members is no evidence, where that is known.
pub(crate) fn why(document: &Document, members: &[Member]) -> Option<String> {
    if let [only] = members
        && let Some((_, what)) = OSCAL.iter().find(|(key, _)| only.key == *key)
        && has_all(document, only, &["uuid", "metadata"])
    {
        return Some(format!("it is {what} in OSCAL, which says what should be and is no evidence of what is"));
    }
    let facets = members.iter().all(|member| has_all(document, member, &["_producer", "_schemaURL"]));
    (facets && !members.is_empty())
        .then(|| "it holds facets of OpenLineage without the event that they belong to".to_owned())
}

/// Whether a file whose first key is this one, and whose value stands next, may be such a file.
pub(crate) fn may_begin(first: &str, reader: &mut JsonReader<'_>) -> bool {
    OSCAL.iter().any(|(key, _)| first == *key) || reader.inside_begins(b"\"_producer\"")
}

fn has_all(document: &Document, member: &Member, keys: &[&str]) -> bool {
    if member.kind != MemberKind::Object {
        return false;
    }
    let mut found = 0;
    let mut reader = JsonReader::trying(&document.bytes, document.file, member.offset, 1);
    // It has been read through once.
    let _ = reader.object(&mut |reader, key| {
        found += usize::from(keys.contains(&key));
        reader.skip()
    });
    found == keys.len()
}
