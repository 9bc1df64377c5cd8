//! Lock files in JSON and YAML.

use crate::document::Document;
use crate::error::ReadError;
use crate::observed::lock_files::Package;
use crate::observed::tree;
use crate::tree::{Node, Value};
use crate::yaml::YamlReader;

/// `package-lock.json`: version 1 has trees of `dependencies`, versions 2 and 3 have `packages` by folder
/// (<https://docs.npmjs.com/cli/v10/configuring-npm/package-lock-json>).
pub(crate) fn npm(document: &Document) -> Result<Vec<Package>, ReadError> {
    let root = tree(document)?;
    let mut found = Vec::new();
    let Some(packages) = root.get("packages") else {
        nested(&root, &mut found);
        return Ok(found);
    };
    for (folder, package) in packages.members() {
        // What lies outside of `node_modules` is the program itself, and a link leads there.
        let linked = matches!(package.get("link").map(|link| &link.value), Some(Value::Bool(true)));
        let Some((_, installed)) = folder.rsplit_once("node_modules/").filter(|_| !linked) else { continue };
        let name = package.text_of("name").unwrap_or_else(|| installed.to_owned());
        found.push(Package { name, version: package.text_of("version"), offset: package.offset });
    }
    Ok(found)
}

fn nested(node: &Node, found: &mut Vec<Package>) {
    for (name, package) in node.get("dependencies").map(Node::members).unwrap_or_default() {
        // `npm:openai@4.0.0` stands for another package under this name.
        let version = package.text_of("version").unwrap_or_default();
        let alias = version.strip_prefix("npm:").and_then(|alias| alias.rsplit_once('@'));
        let (name, version) = alias.unwrap_or((name, &version));
        found.push(Package { name: name.to_owned(), version: Some(version.to_owned()), offset: package.offset });
        nested(package, found);
    }
}

/// `pnpm-lock.yaml`: the keys of `packages`, which were `/name/1.0.0`, then `/name@1.0.0(peer)`, and are `name@1.0.0`.
pub(crate) fn pnpm(document: &Document) -> Result<Vec<Package>, ReadError> {
    let mut reader = YamlReader::new(document.text(), document.file);
    let mut found = Vec::new();
    while reader.next_document()? {
        let root = Node::read(&mut reader)?;
        for (key, package) in root.get("packages").map(Node::members).unwrap_or_default() {
            let plain = key.split('(').next().unwrap_or_default();
            let spec = plain.strip_prefix('/').unwrap_or(plain);
            // In the oldest form a version may have its peers behind `_`.
            let parts = spec.rsplit_once('@').filter(|(name, _)| !name.is_empty());
            let parts = parts.or_else(|| {
                spec.rsplit_once('/').map(|(name, version)| (name, version.split('_').next().unwrap_or(version)))
            });
            let Some((name, version)) = parts else { continue };
            // The key stands in front of its value.
            let offset = key_offset(document.text(), key, package.offset);
            found.push(Package { name: name.to_owned(), version: Some(version.to_owned()), offset });
        }
    }
    Ok(found)
}

/// Where a key stands that has its value behind it.
fn key_offset(text: &str, key: &str, value: usize) -> usize {
    text.get(..value).and_then(|before| before.rfind(key)).unwrap_or(value)
}

/// `Pipfile.lock`: groups of packages by name (<https://pipenv.pypa.io/en/latest/pipfile.html>).
pub(crate) fn pipenv(document: &Document) -> Result<Vec<Package>, ReadError> {
    let root = tree(document)?;
    let groups = root.members().iter().filter(|(group, _)| group != "_meta");
    let packages = groups.flat_map(|(_, group)| group.members());
    let package = |(name, package): &(String, Node)| Package {
        name: name.clone(),
        version: package.text_of("version").map(|version| version.trim_start_matches('=').to_owned()),
        offset: package.offset,
    };
    Ok(packages.map(package).collect())
}

/// `composer.lock`: lists of packages.
pub(crate) fn composer(document: &Document) -> Result<Vec<Package>, ReadError> {
    let root = tree(document)?;
    let lists = ["packages", "packages-dev"].into_iter().filter_map(|list| root.get(list));
    let package = |package: &Node| {
        let name = package.text_of("name")?;
        Some(Package { name, version: package.text_of("version"), offset: package.offset })
    };
    Ok(lists.flat_map(Node::items).filter_map(package).collect())
}
