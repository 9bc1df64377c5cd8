//! Lists the rule packs and the library under `controls/`, so that they are embedded in the binary: each file as text, for
//! excerpts, and as the tree that was made of it here. A file with a syntax error stops the build.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use tickmark_source::Sources;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// The folders of `controls/` that are not packs: raw nouns, and the vocabulary with its maps.
const LIBRARY: [&str; 2] = ["sources", "vocabulary"];

fn main() -> Result<()> {
    let manifest = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let root = manifest.join("../../controls").canonicalize()?;
    let meta = manifest.join("../program/src/meta.tick").canonicalize()?;
    let mut library = String::new();
    let mut packs: BTreeMap<String, String> = BTreeMap::new();
    println!("cargo::rerun-if-changed={}", root.display());
    for (number, entry) in walkdir::WalkDir::new(&root).sort_by_file_name().into_iter().enumerate() {
        let entry = entry?;
        println!("cargo::rerun-if-changed={}", entry.path().display());
        if entry.path().extension().is_some_and(|extension| extension == "tick") {
            let name = entry.path().strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
            let folder = name.split_once('/').map_or("", |(folder, _)| folder);
            let list =
                if LIBRARY.contains(&folder) { &mut library } else { packs.entry(folder.to_owned()).or_default() };
            writeln!(list, "    {},", embedded(&name, entry.path(), &out.join(format!("{number}.tree")))?)?;
        }
    }
    println!("cargo::rerun-if-changed={}", meta.display());
    let meta = embedded("meta.tick", &meta, &out.join("meta.tree"))?;
    let mut code = format!("/// The library, sorted by path.\nstatic LIBRARY: &[Embedded] = &[\n{library}];\n\n");
    code.push_str("/// The packs by name, sorted.\nstatic PACKS: &[(&str, &[Embedded])] = &[\n");
    for (name, files) in packs {
        write!(code, "({name:?}, &[\n{files}]),\n")?;
    }
    write!(code, "];\n\n/// The nouns about the checking itself.\nstatic META: Embedded = {meta};\n")?;
    std::fs::write(out.join("embedded.rs"), code)?;
    Ok(())
}

/// The expression for a file, whose tree is written to a file of its own.
#[expect(clippy::disallowed_methods, reason = "the door is for the program; its build reads the checkout")]
fn embedded(name: &str, path: &Path, tree: &Path) -> Result<String> {
    let text = std::fs::read_to_string(path)?;
    let mut sources = Sources::new();
    let id = sources.add(path.display().to_string(), text.as_bytes().to_vec());
    let (file, mistakes) = tickmark_syntax::parse(id, &text);
    if !mistakes.is_empty() {
        let mut told = String::from("an embedded file cannot be read");
        for mistake in &mistakes {
            let at = mistake.labels.first().map_or_else(String::new, |label| sources.describe(label.span.place()));
            write!(told, "\n{at}: {} {}", mistake.code, mistake.message)?;
        }
        return Err(told.into());
    }
    // The text goes with its tree: whoever saves the file while it is built would part them otherwise.
    let parsed = tree.with_extension("tick");
    std::fs::write(&parsed, &text)?;
    std::fs::write(tree, tickmark_syntax::compact::write(&text, &file))?;
    let (text, tree) = (parsed.display().to_string(), tree.display().to_string());
    Ok(format!(
        "Embedded {{ path: {name:?}, tree: Compact {{ text: include_str!({text:?}), bytes: include_bytes!({tree:?}) }} }}"
    ))
}
