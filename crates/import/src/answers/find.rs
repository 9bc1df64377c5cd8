//! Where the records of a file stand, and of which system they are.

use crate::answers::systems::SYSTEMS;
use crate::answers::table::{Answer, At, System};
use crate::detect::{Member, MemberKind};
use crate::document::Document;
use crate::error::ReadError;
use crate::json::JsonReader;
use tickmark_facts::ValueReader;

/// What is told of a file on the way through it.
pub(crate) trait Visit {
    /// A list or record of an answer stands here.
    fn here(&mut self, answer: &'static Answer);

    /// A record stands next in the reader, and is to be consumed.
    ///
    /// # Errors
    /// Where the file is broken.
    fn record(&mut self, answer: &'static Answer, reader: &mut JsonReader<'_>) -> Result<(), ReadError>;

    /// The answer says at this byte that there is more of it.
    fn more(&mut self, at: usize);
}

/// The keys by which services say that an answer is not all there is, where they hold a text that is not empty, or true.
const MORE: [&str; 11] = [
    "NextToken",
    "nextToken",
    "nextPageToken",
    "next_page_token",
    "nextLink",
    "@odata.nextLink",
    "continue",
    "IsTruncated",
    "Truncated",
    "Marker",
    "NextMarker",
];

/// The keys under which some put what they say of pages: `pageInfo` of GraphQL, `metadata` of Kubernetes.
const ABOUT_PAGES: [&str; 2] = ["pageInfo", "metadata"];

/// An answer, and what is left of the path to its records.
type Way = (&'static Answer, &'static [&'static str]);

/// Goes through a file of a system.
pub(crate) fn walk(document: &Document, system: &'static System, visit: &mut dyn Visit) -> Result<(), ReadError> {
    let mut reader = JsonReader::new(&document.bytes, document.file, 0);
    // One value, or one behind the other.
    while reader.more() {
        if reader.at_list()? {
            reader.list(&mut |reader| top(document, system, reader, visit))?;
        } else {
            top(document, system, &mut reader, visit)?;
        }
    }
    Ok(())
}

fn top(
    document: &Document,
    system: &'static System,
    reader: &mut JsonReader<'_>,
    visit: &mut dyn Visit,
) -> Result<(), ReadError> {
    if !reader.at_object()? {
        return reader.skip();
    }
    let at = reader.offset();
    let mut ahead = JsonReader::trying(&document.bytes, document.file, at, reader.depth());
    match fits(system, &mut ahead) {
        Some(answer) if answer.at == At::Top => {
            visit.here(answer);
            visit.record(answer, reader)
        }
        _ => {
            let ways: Vec<Way> = system.answers.iter().filter_map(|answer| Some((answer, path(answer)?))).collect();
            descend(&ways, true, reader, visit)
        }
    }
}

fn path(answer: &Answer) -> Option<&'static [&'static str]> {
    match answer.at {
        At::Key(path) => Some(path),
        At::Top => None,
    }
}

/// The answer of a system that the object which stands next is, or holds.
fn fits(system: &'static System, reader: &mut JsonReader<'_>) -> Option<&'static Answer> {
    let mut keys: Vec<String> = Vec::new();
    let mut next = reader.object_start().ok()?;
    while let Some(key) = next {
        let under = system.answers.iter().find(|answer| path(answer).and_then(|path| path.first()) == Some(&&*key));
        // Records of their own may have a key that is called so: a list or object is what an answer has.
        if let Some(answer) = under
            && !is_top_key(system, &key)
            && !matches!(MemberKind::of(reader).ok()?, MemberKind::Scalar | MemberKind::Null)
        {
            return Some(answer);
        }
        keys.push(key.into_owned());
        reader.skip().ok()?;
        next = reader.object_next().ok()?;
    }
    of_keys(system, &|wanted| keys.iter().any(|key| key == wanted))
}

fn is_top_key(system: &System, key: &str) -> bool {
    system.answers.iter().any(|answer| answer.at == At::Top && answer.known_by.contains(&key))
}

/// The answer of a system that an object with these keys is.
fn of_keys(system: &'static System, has: &dyn Fn(&str) -> bool) -> Option<&'static Answer> {
    system.answers.iter().find(|answer| answer.at == At::Top && answer.known_by.iter().all(|key| has(key)))
}

/// Steps into an object that is no record.
fn descend(ways: &[Way], outermost: bool, reader: &mut JsonReader<'_>, visit: &mut dyn Visit) -> Result<(), ReadError> {
    reader.object(&mut |reader, key| {
        let further: Vec<Way> = ways
            .iter()
            .filter_map(|(answer, rest)| {
                rest.split_first().filter(|(first, _)| **first == key).map(|(_, rest)| (*answer, rest))
            })
            .collect();
        if !further.is_empty() {
            return step(&further, reader, visit);
        }
        if MORE.contains(&key) || (key == "hasNextPage" && !outermost) {
            return says_more(reader, visit);
        }
        if ABOUT_PAGES.contains(&key) && reader.at_object()? {
            return reader.object(&mut |reader, key| match key {
                "hasNextPage" | "continue" => says_more(reader, visit),
                _ => reader.skip(),
            });
        }
        reader.skip()
    })
}

fn says_more(reader: &mut JsonReader<'_>, visit: &mut dyn Visit) -> Result<(), ReadError> {
    let at = reader.offset();
    if reader.printed()?.is_some_and(|said| !said.is_empty() && said != "false") {
        visit.more(at);
    }
    Ok(())
}

/// What stands at a step of the way: a record where an answer ends here, else something to go into.
fn step(ways: &[Way], reader: &mut JsonReader<'_>, visit: &mut dyn Visit) -> Result<(), ReadError> {
    let ended = ways.iter().find(|(_, rest)| rest.is_empty()).map(|(answer, _)| *answer);
    if let Some(answer) = ended {
        visit.here(answer);
    }
    if reader.at_list()? {
        return reader.list(&mut |reader| one(ways, ended, reader, visit));
    }
    one(ways, ended, reader, visit)
}

fn one(
    ways: &[Way],
    ended: Option<&'static Answer>,
    reader: &mut JsonReader<'_>,
    visit: &mut dyn Visit,
) -> Result<(), ReadError> {
    if !reader.at_object()? {
        return reader.skip();
    }
    let start = reader.offset();
    if let Some(answer) = ended {
        visit.record(answer, reader)?;
        if ways.iter().all(|(_, rest)| rest.is_empty()) {
            return Ok(());
        }
        reader.go_on_at(start);
    }
    let further: Vec<Way> = ways.iter().filter(|(_, rest)| !rest.is_empty()).copied().collect();
    descend(&further, false, reader, visit)
}

/// The system of a file with these members at its top; `said` is the one that the argument names.
pub(crate) fn recognise(
    document: &Document,
    members: &[Member],
    said: Option<&'static System>,
) -> Option<&'static System> {
    let has = |key: &str| members.iter().any(|member| member.key == key);
    let fits = |system: &&'static System| {
        of_keys(system, &has).is_some()
            || system.answers.iter().any(|answer| {
                let Some((first, rest)) = path(answer).and_then(|path| path.split_first()) else { return false };
                let member = members.iter().find(|member| member.key == *first);
                member.is_some_and(|member| {
                    under(document, member.offset, rest, answer, said.is_some() || is_telling(first))
                })
            })
    };
    match said {
        Some(system) => Some(system).filter(fits),
        None => SYSTEMS.iter().copied().find(fits),
    }
}

/// Whether a key is so unlike a noun that an empty list under it tells the system.
fn is_telling(key: &str) -> bool {
    key.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// Whether the records of an answer stand in the value that begins here.
fn under(document: &Document, offset: usize, rest: &[&str], answer: &Answer, even_empty: bool) -> bool {
    let mut reader = JsonReader::trying(&document.bytes, document.file, offset, 1);
    let mut found = false;
    // What is broken behind the keys that tell is said by whoever reads the file.
    let _ = look_under(&mut reader, rest, answer, even_empty, &mut found);
    found
}

fn look_under(
    reader: &mut JsonReader<'_>,
    rest: &[&str],
    answer: &Answer,
    even_empty: bool,
    found: &mut bool,
) -> Result<(), ReadError> {
    if reader.at_list()? && !reader.list_start()? {
        *found |= even_empty;
        return Ok(());
    }
    if !reader.at_object()? {
        return Ok(());
    }
    reader.object(&mut |reader, key| {
        match rest.split_first() {
            None => *found |= answer.known_by.contains(&key),
            Some((first, rest)) if *first == key && !*found => {
                let (at, depth) = (reader.offset(), reader.depth());
                // What is looked into is skipped by the reader that goes on.
                look_under(&mut reader.again(at, depth), rest, answer, even_empty, found)?;
            }
            Some(_) => {}
        }
        reader.skip()
    })
}

/// The system whose records an object with these keys is: of files that are lists, or one record a line.
pub(crate) fn of_record(has: &dyn Fn(&str) -> bool, said: Option<&'static System>) -> Option<&'static System> {
    let fits = |system: &&'static System| of_keys(system, has).is_some();
    match said {
        Some(system) => Some(system).filter(fits),
        None => SYSTEMS.iter().copied().find(fits),
    }
}

/// Whether a file whose first key is this one may be an answer of a system: then only a look through it can tell.
pub(crate) fn may_begin(document: &Document, first: &str) -> bool {
    if is_telling(first) || MORE.contains(&first) {
        return true;
    }
    let mut reader = JsonReader::trying(&document.bytes, document.file, 0, 0);
    let Ok(offset) = reader.object_start().map(|_| reader.offset()) else { return true };
    let answers = || SYSTEMS.iter().flat_map(|system| system.answers);
    answers().any(|answer| {
        let Some((key, rest)) = path(answer).and_then(|path| path.split_first()) else {
            return answer.known_by.contains(&first) && document.bytes.get(offset) != Some(&b'[');
        };
        *key == first && under(document, offset, rest, answer, false)
    })
}
