//! What the tests of this crate share: needs written in a line, files in memory, facts printed back.
#![allow(dead_code, unreachable_pub, reason = "each test uses a part")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "helpers of tests")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tickmark_facts::{AttributeId, AttributeNeed, AttributeType, Cell, Facts, Needs, NounId, NounNeed};
use tickmark_import::{Imported, Options, SourceArgument, import, import_with};
use tickmark_source::{Files, MemoryFiles, Sources};

/// An import with the files that it read.
pub struct Run {
    pub imported: Imported,
    pub sources: Sources,
}

impl Run {
    pub fn facts(&self) -> &Facts {
        &self.imported.facts
    }

    pub fn noun(&self, name: &str) -> NounId {
        self.facts().needs().find(name).unwrap_or_else(|| panic!("no noun {name}"))
    }

    pub fn rows(&self, noun: &str) -> u32 {
        self.facts().rows(self.noun(noun))
    }

    pub fn ids(&self, noun: &str) -> Vec<String> {
        let noun = self.noun(noun);
        (0..self.facts().rows(noun)).map(|row| self.facts().id(noun, row)).collect()
    }

    /// One cell as text: `text`, `[a, b]`, `{id, id}`, `missing`, `unknown: why`, `not surveyed`.
    pub fn cell(&self, noun: &str, id: &str, attribute: &str) -> String {
        let noun_id = self.noun(noun);
        let row = self.facts().find(noun_id, id).unwrap_or_else(|| panic!("no {noun} {id}: {:?}", self.ids(noun)));
        self.cell_at(noun_id, row, attribute)
    }

    pub fn cell_at(&self, noun: NounId, row: u32, attribute: &str) -> String {
        let attribute =
            self.facts().attribute_named(noun, attribute).unwrap_or_else(|| panic!("no attribute {attribute}"));
        self.print(self.facts().cell(noun, row, attribute))
    }

    fn print(&self, cell: Cell<'_>) -> String {
        match cell {
            Cell::Missing => "missing".to_owned(),
            Cell::NotSurveyed => "not surveyed".to_owned(),
            Cell::Unknown(why) => format!("unknown: {why:?}"),
            Cell::Text(text) => text.to_owned(),
            Cell::Number(number) => number.to_string(),
            Cell::Bool(value) => value.to_string(),
            Cell::Time(time) => time.to_string(),
            Cell::Duration(duration) => duration.to_string(),
            Cell::List(list) => {
                format!("[{}]", list.iter().map(|cell| self.print(cell)).collect::<Vec<_>>().join(", "))
            }
            Cell::Records(records) => {
                let ids = records.rows.iter().map(|row| self.facts().id(records.noun, *row));
                format!("{{{}}}", ids.collect::<Vec<_>>().join(", "))
            }
            Cell::Opaque => "opaque".to_owned(),
        }
    }

    pub fn diagnostics(&self) -> Vec<String> {
        self.imported.diagnostics.iter().map(|diagnostic| diagnostic.to_plain(&self.sources)).collect()
    }

    pub fn codes(&self) -> Vec<&'static str> {
        self.imported.diagnostics.iter().map(|diagnostic| diagnostic.code.0).collect()
    }

    /// What is to be seen of it: all cells with their places, warnings, names and records.
    pub fn seen(&self) -> String {
        let facts = self.facts();
        let mut text = String::new();
        for (noun, need) in facts.needs().iter() {
            let _ = writeln!(text, "{} {}", need.name, facts.rows(noun));
            for row in 0..facts.all_rows(noun) {
                let _ = write!(
                    text,
                    "  {} {:?} {:?}",
                    facts.id(noun, row),
                    facts.place(noun, row),
                    facts.parent(noun, row)
                );
                for attribute in 0..facts.attribute_count(noun) {
                    let attribute = AttributeId(attribute);
                    let cell = facts.cell(noun, row, attribute);
                    let _ = write!(text, " {cell:?} {:?}", facts.cell_place(noun, row, attribute));
                }
                text.push('\n');
            }
            let _ = writeln!(text, "  {:?}", facts.names_seen(noun).collect::<Vec<_>>());
        }
        let sources = &self.imported.sources;
        let _ = write!(
            text,
            "{:?} {:?}",
            self.imported.diagnostics,
            sources.iter().map(|source| source.records).collect::<Vec<_>>()
        );
        text
    }

    pub fn no_errors(self) -> Self {
        let errors: Vec<String> = self
            .imported
            .diagnostics
            .iter()
            .filter(|diagnostic| diagnostic.is_error())
            .map(|diagnostic| diagnostic.to_plain(&self.sources))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
        self
    }
}

/// Needs from lines such as `model(name, version): name text, version text, approvals many approval`; an open noun is
/// `aws_s3_bucket: bucket any, aws_s3_bucket_policy many aws_s3_bucket_policy` with `open` before it.
pub fn needs(lines: &[&str]) -> Arc<Needs> {
    let mut needs = Needs::new();
    let heads: Vec<(&str, &str)> = lines.iter().map(|line| line.split_once(':').unwrap()).collect();
    for (head, _) in &heads {
        let (open, head) = head.strip_prefix("open ").map_or((false, *head), |head| (true, head));
        let name = head.split('(').next().unwrap();
        needs.add(NounNeed {
            name: name.into(),
            word: name.into(),
            plurals: vec![format!("{name}s").into()],
            open,
            wanted: true,
            ..NounNeed::default()
        });
    }
    for (index, (head, body)) in heads.iter().enumerate() {
        let mut attributes = Vec::new();
        for declared in body.split(',').map(str::trim).filter(|declared| !declared.is_empty()) {
            let (name, ty) = declared.split_once(' ').unwrap();
            let (optional, ty) = ty.strip_prefix("optional ").map_or((false, ty), |ty| (true, ty));
            attributes.push(AttributeNeed {
                name: name.into(),
                ty: attribute_type(&needs, ty),
                wanted: true,
                optional,
                aliases: Vec::new(),
            });
        }
        let key: Vec<&str> = head
            .split_once('(')
            .map_or(vec![], |(_, key)| key.trim_end_matches(')').split(',').map(str::trim).collect());
        let noun = needs.noun_mut(NounId(u32::try_from(index).unwrap())).unwrap();
        noun.attributes = attributes;
        noun.key = key.iter().map(|name| noun.attribute(name).unwrap()).collect();
    }
    Arc::new(needs)
}

fn attribute_type(needs: &Needs, ty: &str) -> AttributeType {
    let noun = |name: &str| needs.find(name).unwrap_or_else(|| panic!("no noun {name}"));
    match ty.split_once(' ').unwrap_or((ty, "")) {
        ("text", _) => AttributeType::Text,
        ("number", _) => AttributeType::Number,
        ("bool", _) => AttributeType::Bool,
        ("time", _) => AttributeType::Time,
        ("any", "") => AttributeType::Any { nested: None },
        ("any", nested) => AttributeType::Any { nested: Some(noun(nested)) },
        ("list", of) => AttributeType::List(Box::new(attribute_type(needs, of))),
        ("one", of) => AttributeType::One(noun(of)),
        ("many", of) => AttributeType::Many(noun(of)),
        ("map", of) => AttributeType::Map(noun(of)),
        other => panic!("type {other:?}"),
    }
}

pub fn attribute(needs: &Needs, noun: &str, name: &str) -> AttributeId {
    needs.noun(needs.find(noun).unwrap()).attribute(name).unwrap()
}

/// Imports files from memory.
pub fn run(arguments: &[&str], files: &[(&str, &str)], needs: &Arc<Needs>) -> Run {
    let mut memory = MemoryFiles::new();
    for (path, text) in files {
        memory.insert(*path, text.as_bytes().to_vec());
    }
    run_files(arguments, &memory, needs)
}

pub fn run_files(arguments: &[&str], files: &dyn Files, needs: &Arc<Needs>) -> Run {
    let arguments: Vec<SourceArgument> =
        arguments.iter().map(|argument| SourceArgument::parse(argument).unwrap()).collect();
    let mut sources = Sources::new();
    let imported = import(&arguments, needs, files, &mut sources);
    Run { imported, sources }
}

/// Imports files that are cut into parts of so many bytes.
pub fn run_in_parts(arguments: &[&str], files: &dyn Files, needs: &Arc<Needs>, part: usize) -> Run {
    let arguments: Vec<SourceArgument> =
        arguments.iter().map(|argument| SourceArgument::parse(argument).unwrap()).collect();
    let mut sources = Sources::new();
    let options = Options { part, ..Options::default() };
    let imported = import_with(&arguments, needs, files, &mut sources, options);
    Run { imported, sources }
}

/// A folder of the developers' corpus, where it lies beside the checkout; a test that needs it passes over it where not.
pub fn corpus(folder: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus").join(folder);
    if root.is_dir() {
        return Some(root);
    }
    println!("skipped: the corpus `{folder}` is not beside the checkout");
    None
}

/// Every file below a folder, in memory, by its path below it.
#[expect(clippy::disallowed_methods, reason = "tests read the corpus from disk")]
pub fn load(root: &Path) -> MemoryFiles {
    let mut memory = MemoryFiles::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
                memory.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    memory
}
