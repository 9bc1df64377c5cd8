//! Where the records of a file stand, and of which system they are.

use crate::answers::reader::ERROR;
use crate::answers::systems::SYSTEMS;
use crate::answers::table::{Answer, At, Noun, System};
use crate::answers::{report, sheets};
use crate::detect::{Member, MemberKind};
use crate::document::Document;
use crate::error::{ReadError, error_at};
use crate::json::JsonReader;
use crate::tree::Node;
use hashbrown::HashSet;
use std::borrow::Cow;
use std::sync::LazyLock;
use tickmark_diagnostics::codes::facts as codes;
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

    /// What stands next in the reader is kept under a name that somebody chose, and is to be consumed.
    ///
    /// # Errors
    /// Where the file is broken.
    fn kept(&mut self, answer: &'static Answer, name: &str, reader: &mut JsonReader<'_>) -> Result<(), ReadError> {
        let _ = name;
        self.record(answer, reader)
    }

    /// A record of a table.
    ///
    /// # Errors
    /// Where the file is broken.
    fn row(&mut self, answer: &'static Answer, row: &Node) -> Result<(), ReadError>;

    /// The answer says at this byte that there is more of it.
    fn more(&mut self, at: usize);

    /// An answer that holds records begins here.
    fn page(&mut self) {}
}

/// The step of a path that is any key.
const ANY: &str = "*";

/// The keys by which services say that an answer is not all there is, where they hold a text that is not empty, or true.
const MORE: [&str; 12] = [
    "more",
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

/// The keys under which some put what they say of pages: `pageInfo` of GraphQL, `metadata` of Kubernetes, `paging` of Opsgenie.
const ABOUT_PAGES: [&str; 3] = ["pageInfo", "metadata", "paging"];

/// The keys by which others say that an answer is all there is, or not.
const LAST: [&str; 2] = ["isLast", "isLastPage"];

/// An answer, and what is left of the path to its records.
type Way = (&'static Answer, &'static [&'static str]);

/// Goes through a file of a system.
pub(crate) fn walk(document: &Document, system: &'static System, visit: &mut dyn Visit) -> Result<(), ReadError> {
    if let Some(answer) = sheets::sheet_of(document, system) {
        visit.here(answer);
        return sheets::rows(document, &mut |row| visit.row(answer, row));
    }
    if let Some(answer) = of_table(document, system) {
        visit.here(answer);
        return rows(answer, document.text(), (document, 0, true), visit);
    }
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
    // Pages that a program put into one list.
    if reader.at_list()? && reader.depth() == 1 {
        return reader.list(&mut |reader| top(document, system, reader, visit));
    }
    if !reader.at_object()? {
        return reader.skip();
    }
    let at = reader.offset();
    let mut ahead = JsonReader::trying(&document.bytes, document.file, at, reader.depth());
    match fits(system, &mut ahead) {
        Some(answer) if answer.report.is_some() => {
            visit.here(answer);
            reported(answer, document, reader, visit)
        }
        Some(answer) if answer.at == At::Top => {
            visit.here(answer);
            visit.record(answer, reader)
        }
        Some(_) => descend(&ways_of(system, |path| path.first() != Some(&ANY)), true, reader, visit),
        None => {
            let members = members_at(document, reader)?;
            match kept_by_name(document, &members, system.answers.iter().map(|answer| (system, answer))) {
                Some((_, answer)) => {
                    visit.here(answer);
                    kept(answer, reader, visit)
                }
                None => descend(&ways_of(system, |path| path.first() != Some(&ANY)), true, reader, visit),
            }
        }
    }
}

fn ways_of(system: &'static System, wanted: impl Fn(&[&str]) -> bool) -> Vec<Way> {
    system.answers.iter().filter_map(|answer| Some((answer, path(answer)?))).filter(|(_, path)| wanted(path)).collect()
}

/// The members of the object that stands next in a reader, which stays where it is.
fn members_at(document: &Document, reader: &mut JsonReader<'_>) -> Result<Vec<Member>, ReadError> {
    let at = reader.offset();
    let mut ahead = JsonReader::trying(&document.bytes, document.file, at, reader.depth());
    crate::detect::members(&mut ahead)
}

/// The answer that keeps things under names which somebody chose, where an object with these members is one: every member that
/// holds anything, and at least one does, holds what the answer is known by. Where none holds anything the name of the file tells.
fn kept_by_name(
    document: &Document,
    members: &[Member],
    answers: impl Iterator<Item = (&'static System, &'static Answer)>,
) -> Option<(&'static System, &'static Answer)> {
    let all = members.iter().all(|member| !matches!(member.kind, MemberKind::Scalar | MemberKind::Null));
    if !all || members.is_empty() || members.iter().any(|member| member.key.starts_with('_')) {
        return None;
    }
    let is_nothing = |member: &&Member| {
        let mut reader = JsonReader::trying(&document.bytes, document.file, member.offset, 1);
        reader.inside_begins(ERROR) || reader.at_nothing().unwrap_or(false)
    };
    let mut of_names = answers.filter(|(_, answer)| answer.kept.is_some());
    let Some(first) = members.iter().find(|member| !is_nothing(member)) else {
        let name = document.name();
        return of_names.find(|(_, answer)| answer.kept.is_some_and(|kept| name.starts_with(kept.file)));
    };
    let keys = first_keys(document, first.offset);
    of_names.find(|(_, answer)| {
        let rest = path(answer).and_then(|path| path.split_first()).map_or(&[][..], |(_, rest)| rest);
        may_be_under(&keys, rest, answer)
            && members
                .iter()
                .filter(|member| !is_nothing(member))
                .all(|member| under(document, member.offset, rest, answer, false))
    })
}

/// The keys of the record that begins here, or of the first of a list of them.
fn first_keys(document: &Document, offset: usize) -> Vec<Cow<'_, str>> {
    let mut reader = JsonReader::trying(&document.bytes, document.file, offset, 1);
    let mut keys = Vec::new();
    let mut look = || -> Result<(), ReadError> {
        if reader.at_list()? && !reader.list_start()? || !reader.at_object()? {
            return Ok(());
        }
        let mut next = reader.object_start()?;
        while let Some(key) = next {
            keys.push(key);
            reader.skip()?;
            next = reader.object_next()?;
        }
        Ok(())
    };
    // What is broken behind them is said by whoever reads the file.
    let _ = look();
    keys
}

/// Whether [`under`] may find the records of an answer in a value whose first record has these keys.
fn may_be_under(keys: &[Cow<'_, str>], rest: &[&str], answer: &Answer) -> bool {
    let has = |wanted: &&str| keys.iter().any(|key| key == wanted);
    match (rest.first(), answer.noun) {
        (Some(first), _) => has(first),
        (None, Noun::By(by, _)) if answer.known_by.is_empty() => has(&by),
        (None, _) => answer.known_by.iter().any(has),
    }
}

/// Goes through what is kept under names.
fn kept(answer: &'static Answer, reader: &mut JsonReader<'_>, visit: &mut dyn Visit) -> Result<(), ReadError> {
    let rest = path(answer).and_then(|path| path.split_first()).map_or(&[][..], |(_, rest)| rest);
    reader.object(&mut |reader, name| under_name((answer, rest), name, reader, visit))
}

/// What stands under a name: what the rest of the path leads to, or an error instead of it.
fn under_name(
    (answer, rest): Way,
    name: &str,
    reader: &mut JsonReader<'_>,
    visit: &mut dyn Visit,
) -> Result<(), ReadError> {
    let Some((first, rest)) = rest.split_first().filter(|_| !reader.inside_begins(ERROR)) else {
        return visit.kept(answer, name, reader);
    };
    reader.object_or_skip(&mut |reader, key| {
        if key == *first { under_name((answer, rest), name, reader, visit) } else { reader.skip() }
    })
}

/// The answer of a system that a file is which holds a table.
fn of_table(document: &Document, system: &'static System) -> Option<&'static Answer> {
    let answer = system.answers.iter().find(|answer| answer.report.is_some())?;
    report::is_report(document.text()).then_some(answer)
}

/// The system of a file that holds a table.
pub(crate) fn system_of_table(document: &Document) -> Option<&'static System> {
    let table = |system: &&'static System| of_table(document, system).is_some();
    SYSTEMS.iter().copied().find(table).or_else(|| sheets::system_of_sheet(document, None))
}

/// Goes through the table that an answer holds as a text.
fn reported(
    answer: &'static Answer,
    document: &Document,
    reader: &mut JsonReader<'_>,
    visit: &mut dyn Visit,
) -> Result<(), ReadError> {
    reader.object(&mut |reader, key| {
        let at = reader.offset();
        if Some(key) != answer.report.map(|report| report.key) {
            return reader.skip();
        }
        let text = reader.text()?.unwrap_or_default();
        rows(answer, &text, (document, at, false), visit)
    })
}

fn rows(
    answer: &'static Answer,
    text: &str,
    (document, at, whole): (&Document, usize, bool),
    visit: &mut dyn Visit,
) -> Result<(), ReadError> {
    let rows = report::of_report(text, at, whole)
        .map_err(|why| error_at(codes::BROKEN_CSV, document.file, at, format!("the report cannot be read: {why}")))?;
    rows.iter().try_for_each(|row| visit.row(answer, row))
}

fn path(answer: &Answer) -> Option<&'static [&'static str]> {
    match answer.at {
        At::Key(path) => Some(path),
        At::Top | At::Sheet => None,
    }
}

/// The answer of a system that the object which stands next is, or holds.
fn fits(system: &'static System, reader: &mut JsonReader<'_>) -> Option<&'static Answer> {
    let mut keys: Vec<Cow<'_, str>> = Vec::with_capacity(16);
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
        keys.push(key);
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
    if outermost {
        visit.page();
    }
    let mut counted = Counted::default();
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
        if LAST.contains(&key) {
            let at = reader.offset();
            if reader.printed()?.is_some_and(|said| said == "false") {
                visit.more(at);
            }
            return Ok(());
        }
        if counted.take(key, reader)? {
            return Ok(());
        }
        if ABOUT_PAGES.contains(&key) && reader.at_object()? {
            return reader.object(&mut |reader, key| match key {
                "hasNextPage" | "continue" | "next" => says_more(reader, visit),
                _ => reader.skip(),
            });
        }
        reader.skip()
    })?;
    if let Some(at) = counted.goes_on() {
        visit.more(at);
    }
    Ok(())
}

/// What an answer says of itself that counts its records: where it starts, how many it holds at most, and how many there are.
#[derive(Default)]
struct Counted {
    start: Option<f64>,
    size: Option<f64>,
    /// How many there are, and where that stands.
    total: Option<(f64, usize)>,
}

impl Counted {
    /// Takes a value where it is one of these.
    fn take(&mut self, key: &str, reader: &mut JsonReader<'_>) -> Result<bool, ReadError> {
        if !matches!(key, "startAt" | "maxResults" | "total") {
            return Ok(false);
        }
        let at = reader.offset();
        let number = reader.printed()?.and_then(|said| said.parse::<f64>().ok());
        match key {
            "startAt" => self.start = number,
            "maxResults" => self.size = number,
            _ => self.total = number.map(|number| (number, at)),
        }
        Ok(true)
    }

    /// Where the answer says that there is more than it holds.
    fn goes_on(&self) -> Option<usize> {
        let (total, at) = self.total?;
        (self.start? + self.size? < total).then_some(at)
    }
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
    let (at, depth) = (reader.offset(), reader.depth());
    let mut ends = ways.iter().filter(|(_, rest)| rest.is_empty()).map(|(answer, _)| *answer);
    let first = ends.next();
    // Several answers have their records under one key: the first record tells which it is.
    let ended = match ends.next() {
        None => first,
        Some(_) => ways
            .iter()
            .filter(|(_, rest)| rest.is_empty())
            .map(|(answer, _)| *answer)
            .find(|answer| is_known(&mut reader.again(at, depth), answer))
            .or(first),
    };
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
                if *first == ANY {
                    return false;
                }
                let member = members.iter().find(|member| member.key == *first);
                member.is_some_and(|member| {
                    under(document, member.offset, rest, answer, said.is_some() || is_telling(first))
                })
            })
    };
    let answers_of = |system: &'static System| system.answers.iter().map(move |answer| (system, answer));
    if let Some(system) = said {
        let is_one = fits(&system) || kept_by_name(document, members, answers_of(system)).is_some();
        return is_one.then_some(system);
    }
    // Most files have no key that any system has.
    let known = members.iter().any(|member| SIGNS.is_sign(&member.key));
    let fitting = if known { SYSTEMS.iter().copied().find(fits) } else { None };
    fitting.or_else(|| kept_by_name(document, members, SIGNS.kept.iter().copied()).map(|(system, _)| system))
}

/// What the answers of all systems are told by.
struct Signs {
    /// The first steps to their records.
    steps: HashSet<&'static str>,
    /// The keys of those that are records themselves.
    keys: HashSet<&'static str>,
    /// Those that are kept under names, and those whose first step is any key, in the order in which a file is offered to them.
    kept: Vec<(&'static System, &'static Answer)>,
    under_any: Vec<(&'static System, &'static Answer)>,
}

static SIGNS: LazyLock<Signs> = LazyLock::new(|| {
    let all = || SYSTEMS.iter().copied().flat_map(|system| system.answers.iter().map(move |answer| (system, answer)));
    let step = |answer: &'static Answer| path(answer).and_then(|path| path.first().copied());
    Signs {
        steps: all().filter_map(|(_, answer)| step(answer)).collect(),
        keys: all()
            .filter(|(_, answer)| answer.at == At::Top)
            .flat_map(|(_, answer)| answer.known_by)
            .copied()
            .collect(),
        kept: all().filter(|(_, answer)| answer.kept.is_some()).collect(),
        under_any: all().filter(|(_, answer)| step(answer) == Some(ANY)).collect(),
    }
});

impl Signs {
    /// Whether an answer may have this key at its top.
    fn is_sign(&self, key: &str) -> bool {
        self.steps.contains(key) || self.keys.contains(key)
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
        match (rest.split_first(), answer.noun) {
            (None, Noun::By(by, nouns)) if answer.known_by.is_empty() => {
                if key == by {
                    let text = reader.borrowed_text()?.unwrap_or_default();
                    *found |= nouns.iter().any(|(name, _)| name.eq_ignore_ascii_case(&text));
                    return Ok(());
                }
            }
            (None, _) => *found |= answer.known_by.contains(&key),
            (Some((first, rest)), _) if *first == key && !*found => {
                let (at, depth) = (reader.offset(), reader.depth());
                // What is looked into is skipped by the reader that goes on.
                look_under(&mut reader.again(at, depth), rest, answer, even_empty, found)?;
            }
            (Some(_), _) => {}
        }
        reader.skip()
    })
}

/// Whether the records of an answer stand next in a reader.
fn is_known(reader: &mut JsonReader<'_>, answer: &Answer) -> bool {
    let mut found = false;
    // What is broken is said by whoever reads the records.
    let _ = look_under(reader, &[], answer, false, &mut found);
    found
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
    if SIGNS.keys.contains(first) && document.bytes.get(offset) != Some(&b'[') {
        return true;
    }
    let mut value = JsonReader::trying(&document.bytes, document.file, offset, 1);
    let nothing = value.inside_begins(ERROR) || value.at_nothing().unwrap_or(false);
    if nothing && !SIGNS.under_any.is_empty() {
        return true;
    }
    let keys = first_keys(document, offset);
    let is_under = |answer: &Answer| {
        let rest = path(answer).and_then(|path| path.split_first()).map_or(&[][..], |(_, rest)| rest);
        may_be_under(&keys, rest, answer) && under(document, offset, rest, answer, false)
    };
    let begins = |answer: &&Answer| path(answer).and_then(|path| path.first()) == Some(&first);
    let of_key = || SYSTEMS.iter().flat_map(|system| system.answers).filter(begins).any(is_under);
    SIGNS.under_any.iter().any(|(_, answer)| is_under(answer)) || (SIGNS.steps.contains(first) && of_key())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_at_the_top_is_known_by_something() {
        let answers = || SYSTEMS.iter().flat_map(|system| system.answers);
        assert!(answers().filter(|answer| answer.at == At::Top).all(|answer| !answer.known_by.is_empty()));
        // What is kept under names stands under any key.
        let kept = answers().filter(|answer| answer.kept.is_some()).collect::<Vec<_>>();
        assert!(!kept.is_empty());
        assert!(kept.iter().all(|answer| path(answer).and_then(|path| path.first()) == Some(&ANY)));
    }
}
