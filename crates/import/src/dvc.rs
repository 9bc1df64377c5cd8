//! DVC: what its files say of data and of the stages that made it (<https://dvc.org/doc/user-guide/project-structure>).
//!
//! `dvc.lock` holds what every stage read and wrote when it last ran, by content; `dvc.yaml` which stages and artefacts there are;
//! `*.dvc` data that is tracked without a stage. A version of a file is known by its path and digest. Paths are those below the
//! folder that was named (or below the folder of a file that was named alone), whichever file of DVC speaks of them.

use crate::detect::Detected;
use crate::document::Document;
use crate::error::{ReadError, place};
use crate::piece::Piece;
use crate::single::Single;
use crate::tree::{Node, Value};
use crate::yaml::YamlReader;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tickmark_facts::{Needs, NounId, Scalar};
use tickmark_source::Place;

const STAGE: &str = "dvc_stage";
const FILE: &str = "dvc_file";
const ARTIFACT: &str = "dvc_artifact";

/// The nouns of DVC.
pub(crate) const NOUNS: [&str; 3] = [STAGE, FILE, ARTIFACT];

/// Keys under which an output or a dependency has its digest: of a file or folder, of a file in a bucket, of a commit.
const DIGESTS: [&str; 5] = ["md5", "etag", "checksum", "version_id", "rev_lock"];

/// Whether a file is called as the files of DVC are.
pub(crate) fn is_called_so(document: &Document) -> bool {
    is_name(document.name())
}

/// Whether files of DVC are called so.
pub(crate) fn is_name(name: &str) -> bool {
    let name = crate::compressed::unpacked_name(name);
    matches!(name, "dvc.yaml" | "dvc.lock") || name.strip_suffix(".dvc").is_some_and(|name| !name.is_empty())
}

/// What a file is that may be of DVC.
pub(crate) fn detect(document: &Document) -> Detected {
    let node = match whole(document) {
        Ok(node) => node,
        Err(error) => return Detected::Broken(error),
    };
    let known = ["stages", "outs", "deps", "artifacts", "metrics", "plots", "params", "datasets"];
    if known.iter().any(|key| node.get(key).is_some()) {
        return Detected::Dvc;
    }
    Detected::Unrecognised("it is no file of DVC: it has neither `stages` nor `outs`".to_owned())
}

fn whole(document: &Document) -> Result<Node, ReadError> {
    let mut reader = YamlReader::new(document.text(), document.file);
    if reader.next_document()? {
        return Node::read(&mut reader);
    }
    Ok(Node { value: Value::Null, offset: 0 })
}

/// Reads the files of one source, which was named by `root`.
pub(crate) fn read(documents: &[Document], root: &str, needs: &Arc<Needs>) -> Piece {
    let mut piece = Piece::new(needs);
    let table = |name: &str| needs.find(name).filter(|noun| needs.noun(*noun).wanted);
    for noun in NOUNS.iter().filter_map(|name| needs.find(name)) {
        piece.builder.supply(noun);
        piece.builder.survey_whole(noun);
    }
    let mut story = Story {
        piece: &mut piece,
        stage: table(STAGE),
        file: table(FILE),
        artifact: table(ARTIFACT),
        files: BTreeMap::new(),
        ids: BTreeMap::new(),
        kept: BTreeSet::new(),
        derived: Vec::new(),
        stages: BTreeMap::new(),
        artifacts: Vec::new(),
    };
    let mut result = Ok(());
    for document in documents {
        result = result.and_then(|()| story.document(document, root));
    }
    story.end();
    piece.keep(result)
}

/// Everything that the files told so far.
struct Story<'p> {
    piece: &'p mut Piece,
    stage: Option<NounId>,
    file: Option<NounId>,
    artifact: Option<NounId>,
    /// The rows of files by path and digest.
    files: BTreeMap<(String, String), u32>,
    /// Ids of files by their rows.
    ids: BTreeMap<u32, String>,
    /// The files that DVC keeps.
    kept: BTreeSet<u32>,
    /// What files were made from, and where that stands.
    derived: Vec<(u32, Vec<u32>, Place)>,
    /// The rows of stages by name.
    stages: BTreeMap<String, u32>,
    /// Artefacts, whose digests are known when all is read: row, path, and where that stands.
    artifacts: Vec<(u32, String, Place)>,
}

/// A file of DVC on its way through.
struct At<'d> {
    document: &'d Document,
    /// Its folder below the one that was named.
    folder: String,
}

impl At<'_> {
    fn place(&self, node: &Node) -> Place {
        place(self.document.file, node.offset)
    }

    /// The path that a file of DVC speaks of, below the folder that was named.
    fn path(&self, below: &str, written: &str) -> String {
        if written.contains("://") || written.starts_with('/') {
            return written.to_owned();
        }
        let mut parts: Vec<&str> = Vec::new();
        for part in self.folder.split('/').chain(below.split('/')).chain(written.split('/')) {
            match part {
                "" | "." => {}
                ".." if parts.last().is_some_and(|last| *last != "..") => {
                    parts.pop();
                }
                part => parts.push(part),
            }
        }
        parts.join("/")
    }

    /// The name of a stage: as DVC addresses it, `folder/dvc.yaml:name` below the folder that was named.
    fn stage(&self, name: &str) -> String {
        if self.folder.is_empty() { name.to_owned() } else { format!("{}/dvc.yaml:{name}", self.folder) }
    }
}

impl Story<'_> {
    fn document(&mut self, document: &Document, root: &str) -> Result<(), ReadError> {
        let node = whole(document)?;
        let below = document.path.strip_prefix(root.trim_end_matches('/')).unwrap_or("").trim_start_matches('/');
        let folder = below.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let at = At { document, folder };
        match crate::compressed::unpacked_name(document.name()) {
            "dvc.yaml" => self.declared(&node, &at),
            "dvc.lock" => self.locked(&node, &at),
            _ => self.tracked(&node, &at),
        }
        Ok(())
    }

    /// The stages and artefacts of a `dvc.yaml`.
    fn declared(&mut self, node: &Node, at: &At<'_>) {
        for (name, stage) in node.get("stages").map(Node::members).unwrap_or_default() {
            for name in stage_names(name, stage) {
                let row = self.stage_row(&at.stage(&name), at.place(stage));
                self.set(self.stage, row, "declared", Scalar::Bool(true), at.place(stage));
                let described = stage.get("do").unwrap_or(stage);
                if let Some(description) = described.get("desc") {
                    self.text(self.stage, row, "description", description, at);
                }
            }
        }
        for (name, artifact) in node.get("artifacts").map(Node::members).unwrap_or_default() {
            self.piece.told.records += 1;
            let Some(noun) = self.artifact else { continue };
            let place = at.place(artifact);
            let row = self.piece.builder.begin(noun, place);
            self.set(self.artifact, row, "name", Scalar::Text(name), place);
            for (key, attribute) in [("type", "type"), ("desc", "description")] {
                if let Some(value) = artifact.get(key) {
                    self.text(self.artifact, row, attribute, value, at);
                }
            }
            let labels: Vec<String> =
                artifact.get("labels").map(Node::items).unwrap_or_default().iter().filter_map(Node::text).collect();
            self.list(self.artifact, row, "labels", &labels, place);
            if let Some(path) = artifact.get("path").and_then(Node::text) {
                let path = at.path("", &path);
                self.set(self.artifact, row, "path", Scalar::Text(&path), place);
                self.artifacts.push((row, path, place));
            }
            if let Some(meta) = artifact.get("meta") {
                self.map(self.artifact, row, "meta", meta, at);
            }
        }
    }

    /// The stages of a `dvc.lock`.
    fn locked(&mut self, node: &Node, at: &At<'_>) {
        // Before version 2 of the schema the stages stood at the top.
        let stages = node.get("stages").unwrap_or(node);
        for (name, stage) in stages.members() {
            if stage.get("cmd").is_none() && stage.get("outs").is_none() && stage.get("deps").is_none() {
                continue;
            }
            let place = at.place(stage);
            let id = at.stage(name);
            let row = self.stage_row(&id, place);
            self.set(self.stage, row, "locked", Scalar::Bool(true), place);
            if let Some(command) = stage.get("cmd") {
                let lines: Vec<String> = command.items().iter().filter_map(Node::text).collect();
                let text = command.text().unwrap_or_else(|| lines.join("\n"));
                self.set(self.stage, row, "cmd", Scalar::Text(&text), at.place(command));
            }
            let read = self.versions(stage.get("deps"), "", at);
            let written = self.versions(stage.get("outs"), "", at);
            self.refer(row, "deps", &read, place);
            self.refer(row, "outs", &written, place);
            self.params(row, stage.get("params"), at);
            for (file, _) in &written {
                self.set(self.file, *file, "made_by", Scalar::Text(&id), place);
                self.set(self.file, *file, "output", Scalar::Bool(true), place);
                self.derived.push((*file, read.iter().map(|(row, _)| *row).collect(), place));
            }
            self.kept.extend(written.iter().map(|(row, _)| *row));
        }
    }

    /// The data that a `.dvc` file tracks. It may have been imported from somewhere: that is what it is derived from.
    fn tracked(&mut self, node: &Node, at: &At<'_>) {
        let below = node.text_of("wdir").unwrap_or_default();
        let outs = self.versions(node.get("outs"), &below, at);
        let deps = self.versions(node.get("deps"), &below, at);
        let sources: Vec<u32> = deps.iter().map(|(row, _)| *row).collect();
        // What it was imported from is data, wherever it lies.
        self.kept.extend(outs.iter().chain(&deps).map(|(row, _)| *row));
        for (file, _) in outs {
            self.set(self.file, file, "tracked", Scalar::Bool(true), at.place(node));
            self.derived.push((file, sources.clone(), at.place(node)));
        }
    }

    /// Rows and ids of the versions in a list of dependencies or outputs.
    fn versions(&mut self, list: Option<&Node>, below: &str, at: &At<'_>) -> Vec<(u32, String)> {
        let mut found = Vec::new();
        for item in list.map(Node::items).unwrap_or_default() {
            let Some(path) = item.text_of("path") else { continue };
            let path = at.path(below, &path);
            let digest = DIGESTS.iter().find_map(|key| Some((*key, item.text_of(key)?)));
            let place = at.place(item);
            let key = (path.clone(), digest.as_ref().map_or_else(String::new, |(_, digest)| digest.clone()));
            let row = match self.files.get(&key) {
                Some(row) => *row,
                None => {
                    self.piece.told.records += 1;
                    let next = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
                    let row = self.file.map_or(next, |noun| self.piece.builder.begin(noun, place));
                    self.set(self.file, row, "path", Scalar::Text(&path), place);
                    if let Some((hash, digest)) = &digest {
                        self.set(self.file, row, "digest", Scalar::Text(digest), place);
                        let hash = item.text_of("hash").unwrap_or_else(|| (*hash).to_owned());
                        self.set(self.file, row, "hash", Scalar::Text(&hash), place);
                    }
                    self.files.insert(key, row);
                    row
                }
            };
            for (key, attribute) in [("size", "size"), ("nfiles", "files")] {
                if let Some(Value::Number(number)) = item.get(key).map(|node| &node.value) {
                    self.set(self.file, row, attribute, Scalar::Number(*number), place);
                }
            }
            let id = digest.map_or_else(|| path.clone(), |(_, digest)| format!("{path}@{digest}"));
            self.ids.insert(row, id.clone());
            found.push((row, id));
        }
        found
    }

    /// The parameters of a stage, whatever file they stand in.
    fn params(&mut self, row: u32, params: Option<&Node>, at: &At<'_>) {
        let Some(params) = params else { return };
        let members: Vec<(String, Node)> =
            params.members().iter().flat_map(|(_, file)| file.members()).cloned().collect();
        let all = params.with(Value::Object(members));
        self.map(self.stage, row, "params", &all, at);
    }

    fn stage_row(&mut self, name: &str, at: Place) -> u32 {
        if let Some(row) = self.stages.get(name) {
            return *row;
        }
        self.piece.told.records += 1;
        let row = self.stage.map_or(0, |noun| self.piece.builder.begin(noun, at));
        self.set(self.stage, row, "name", Scalar::Text(name), at);
        self.stages.insert(name.to_owned(), row);
        row
    }

    /// What is known only when all files were read: what was made from what, and which version of its file an artefact is now.
    fn end(&mut self) {
        for (file, sources, at) in std::mem::take(&mut self.derived) {
            let kept = sources.iter().filter(|source| **source != file && self.kept.contains(source));
            let ids: Vec<String> = kept.filter_map(|source| self.ids.get(source)).cloned().collect();
            self.list(self.file, file, "derived_from", &ids, at);
        }
        for (row, path, at) in std::mem::take(&mut self.artifacts) {
            let digests: Vec<String> = self
                .files
                .keys()
                .filter(|(known, digest)| *known == path && !digest.is_empty())
                .map(|(_, digest)| digest.clone())
                .collect();
            if let [only] = digests.as_slice() {
                self.set(self.artifact, row, "file", Scalar::Text(&format!("{path}@{only}")), at);
                self.set(self.artifact, row, "digest", Scalar::Text(only), at);
            }
        }
    }

    fn refer(&mut self, row: u32, name: &str, versions: &[(u32, String)], at: Place) {
        let ids: Vec<String> = versions.iter().map(|(_, id)| id.clone()).collect();
        self.list(self.stage, row, name, &ids, at);
    }

    fn set(&mut self, noun: Option<NounId>, row: u32, name: &str, value: Scalar<'_>, at: Place) {
        if let Some(noun) = noun {
            // A single value cannot fail to be read.
            let _ = self.piece.builder.set_by_name(noun, row, name, &mut Single::scalar(value, at));
        }
    }

    fn text(&mut self, noun: Option<NounId>, row: u32, name: &str, node: &Node, at: &At<'_>) {
        if let Some(text) = node.text() {
            self.set(noun, row, name, Scalar::Text(&text), at.place(node));
        }
    }

    fn list(&mut self, noun: Option<NounId>, row: u32, name: &str, texts: &[String], at: Place) {
        if let Some(noun) = noun {
            let _ = self.piece.builder.set_by_name(noun, row, name, &mut Single::list(texts, at));
        }
    }

    fn map(&mut self, noun: Option<NounId>, row: u32, name: &str, node: &Node, at: &At<'_>) {
        if let Some(noun) = noun {
            let mut reader = crate::tree::TreeReader::new(node, at.document.file);
            let _ = self.piece.builder.set_by_name(noun, row, name, &mut reader);
        }
    }
}

/// The stages that one entry of `stages` stands for: `name@item` for each item of `foreach`, `name@a-b` for each combination of a
/// `matrix`. What is filled in from elsewhere (`${…}`) stands for itself.
fn stage_names(name: &str, stage: &Node) -> Vec<String> {
    if let Some(items) = stage.get("foreach") {
        let keys: Vec<String> = match &items.value {
            Value::List(items) => {
                let plain: Option<Vec<String>> = items.iter().map(Node::text).collect();
                plain.unwrap_or_else(|| (0..items.len()).map(|index| index.to_string()).collect())
            }
            Value::Object(members) => members.iter().map(|(key, _)| key.clone()).collect(),
            _ => Vec::new(),
        };
        if !keys.is_empty() {
            return keys.iter().map(|key| format!("{name}@{key}")).collect();
        }
    }
    if let Some(matrix) = stage.get("matrix") {
        let mut names = vec![String::new()];
        for (key, values) in matrix.members() {
            let items = values.items();
            let parts: Vec<String> =
                (0..).zip(items).map(|(index, item)| item.text().unwrap_or_else(|| format!("{key}{index}"))).collect();
            names = names
                .iter()
                .flat_map(|head| {
                    parts.iter().map(move |part| if head.is_empty() { part.clone() } else { format!("{head}-{part}") })
                })
                .collect();
            if names.len() > LARGEST_MATRIX {
                return vec![name.to_owned()];
            }
        }
        return names.iter().map(|part| format!("{name}@{part}")).collect();
    }
    vec![name.to_owned()]
}

/// A matrix of more stages is not written out: a small file could ask for any number.
const LARGEST_MATRIX: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;
    use tickmark_source::FileId;

    fn names(text: &str) -> Vec<String> {
        let mut reader = YamlReader::new(text, FileId(0));
        reader.next_document().unwrap();
        stage_names("s", &Node::read(&mut reader).unwrap())
    }

    #[test]
    fn one_entry_stands_for_several_stages() {
        assert_eq!(names("cmd: x"), ["s"]);
        assert_eq!(names("foreach: [a, 1]\ndo: {cmd: x}"), ["s@a", "s@1"]);
        assert_eq!(names("foreach: {a: 1, b: 2}\ndo: {cmd: x}"), ["s@a", "s@b"]);
        assert_eq!(names("foreach: [{x: 1}, {x: 2}]\ndo: {cmd: x}"), ["s@0", "s@1"]);
        assert_eq!(names("foreach: ${all}\ndo: {cmd: x}"), ["s"]);
        assert_eq!(names("matrix: {m: [a, b], n: [1, 2]}\ncmd: x"), ["s@a-1", "s@a-2", "s@b-1", "s@b-2"]);
        let long = format!("matrix: {{a: [{0}], b: [{0}]}}\ncmd: x", vec!["1"; 101].join(", "));
        assert_eq!(names(&long), ["s"], "a matrix of more than {LARGEST_MATRIX} stages stands for itself");
    }
}
