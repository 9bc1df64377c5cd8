//! What was asked for when a file was exported. Many answers do not say where their records belong: a review of a pull request need
//! not name the pull request. What was asked says so: the collection manifest has it, or the path of the file, below what
//! the files beside it agree upon.

use crate::answers::table::Part;
use crate::document::Document;
use crate::json::JsonReader;
use std::collections::BTreeMap;
use tickmark_facts::ValueReader;
use tickmark_source::Files;

/// The file in which `tickmark collect` writes down what it asked.
const COLLECTION: &str = "collection.json";

/// What was asked for a file: texts in the form of an address, the best first.
#[derive(Default)]
pub(crate) struct Asked {
    texts: Vec<String>,
}

impl Asked {
    /// The part that says something; nothing where nobody wrote down what was asked.
    pub(crate) fn part(&self, part: Part) -> Option<String> {
        self.texts.iter().find_map(|text| part.of(text).map(|said| said.into_owned()))
    }
}

/// What was asked for each of the files of a source. `told` is, for each, where its records say that they belong, if they agree.
pub(crate) fn asked(documents: &[Document], told: &[Option<String>], root: &str, files: &dyn Files) -> Vec<Asked> {
    let mut collections = BTreeMap::new();
    let around = Around::new(documents, told);
    let of = |document: &Document| {
        let mut texts: Vec<String> = query(document, root, files, &mut collections).into_iter().collect();
        if let Some(place) = around.of(&document.path) {
            let path = crate::compressed::unpacked_name(&document.path).replace('.', "/");
            let steps: Vec<&str> = path.split('/').collect();
            let tails = (0..steps.len()).filter_map(|start| steps.get(start..));
            texts.extend(tails.map(|tail| format!("repos/{place}/{}", tail.join("/"))));
        }
        Asked { texts }
    };
    documents.iter().map(of).collect()
}

/// What the files of a folder and of those below it say together, where they do not differ.
struct Around<'a> {
    /// By folder; nothing where two differ.
    folders: BTreeMap<&'a str, Option<&'a str>>,
}

impl<'a> Around<'a> {
    fn new(documents: &'a [Document], told: &'a [Option<String>]) -> Self {
        let mut folders: BTreeMap<&str, Option<&str>> = BTreeMap::new();
        for (document, said) in documents.iter().zip(told) {
            let Some(said) = said.as_deref() else { continue };
            for folder in folders_of(&document.path) {
                let held = folders.entry(folder).or_insert(Some(said));
                if *held != Some(said) {
                    *held = None;
                }
            }
        }
        Around { folders }
    }

    /// What the nearest folder says in which anything is said.
    fn of(&self, path: &str) -> Option<&'a str> {
        folders_of(path).find_map(|folder| self.folders.get(folder).copied()).flatten()
    }
}

/// The folders that a file lies in, from the innermost outwards.
fn folders_of(path: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(path);
    std::iter::from_fn(move || {
        let folder = match rest?.rsplit_once('/') {
            Some((folder, _)) => folder,
            None => "",
        };
        rest = Some(folder).filter(|folder| !folder.is_empty());
        Some(folder)
    })
}

/// By the path of a file below its folder, what was asked for it.
type Queries = BTreeMap<String, String>;

/// What a collection manifest beside the file, or in a folder above it up to the one that was named, says of it.
fn query(
    document: &Document,
    root: &str,
    files: &dyn Files,
    collections: &mut BTreeMap<String, Option<Queries>>,
) -> Option<String> {
    let below = |folder: &str| folder.len() >= root.trim_end_matches('/').len() || root == ".";
    for (depth, folder) in folders_of(&document.path).enumerate() {
        if depth > 0 && !below(folder) {
            return None;
        }
        let held = collections.entry(folder.to_owned()).or_insert_with(|| queries(document, folder, files));
        if let Some(queries) = held {
            let name = document.path.strip_prefix(folder).map(|name| name.trim_start_matches('/'))?;
            return queries.get(name).cloned();
        }
    }
    None
}

fn queries(document: &Document, folder: &str, files: &dyn Files) -> Option<Queries> {
    let path = if folder.is_empty() { COLLECTION.to_owned() } else { format!("{folder}/{COLLECTION}") };
    let bytes = files.read(&path).ok()?;
    let mut queries = Queries::new();
    // A broken collection manifest is told of by whoever compares it with its files.
    let mut reader = JsonReader::trying(&bytes, document.file, 0, 0);
    let read = reader.object_or_skip(&mut |reader, key| {
        if key != "files" || !reader.at_list()? {
            return reader.skip();
        }
        reader.list(&mut |reader| {
            let (mut path, mut query) = (None, None);
            reader.object_or_skip(&mut |reader, key| {
                match key {
                    "path" => path = reader.text()?,
                    "query" => query = reader.text()?,
                    _ => reader.skip()?,
                }
                Ok(())
            })?;
            queries.extend(path.zip(query));
            Ok(())
        })
    });
    read.is_ok().then_some(queries)
}

#[cfg(test)]
mod tests {
    use super::{Around, folders_of};
    use crate::document::Document;
    use tickmark_source::{FileBytes, FileId};

    #[test]
    fn folders_from_the_innermost_outwards() {
        assert_eq!(folders_of("a/b/c.json").collect::<Vec<_>>(), ["a/b", "a", ""]);
        assert_eq!(folders_of("c.json").collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn what_files_of_a_folder_agree_upon_is_said_by_the_nearest_that_says_anything() {
        let document = |path: &str| Document {
            file: FileId(0),
            path: path.to_owned(),
            bytes: FileBytes::from(Vec::new()),
            raw: None,
        };
        let documents = ["x/one/pulls/1.json", "x/one/pulls/1.reviews.json", "x/two/pulls.json"].map(document);
        let told = [Some("o/one".to_owned()), None, Some("o/two".to_owned())];
        let around = Around::new(&documents, &told);
        assert_eq!(around.of("x/one/pulls/2.reviews.json"), Some("o/one"));
        assert_eq!(around.of("x/two/pulls/2.reviews.json"), Some("o/two"));
        // Two repositories lie below it.
        assert_eq!(around.of("x/2.reviews.json"), None);
        assert_eq!(around.of("y/2.reviews.json"), None);
    }
}
