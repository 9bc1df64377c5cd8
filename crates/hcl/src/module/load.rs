//! A root module and all modules that it calls, read through the door and parsed in parallel.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;
use tickmark_diagnostics::{Diagnostic, codes};
use tickmark_source::{FileBytes, FileId, Files, FilesError, Sources, Span};

use super::declare::Module;
use super::merge::lay_over;
use super::paths::{join, split};
use crate::json_text;
use crate::syntax::{Body, parse_file};

/// How many module calls a configuration may have, each counted as often as its module is called.
const MOST_CALLS: usize = 10_000;
/// How deep modules may call each other.
const DEEPEST: usize = 64;

/// A configuration as it is declared: a root module with everything below it. Evaluate it with
/// [`evaluate`](Tree::evaluate).
pub struct Tree {
    /// Modules, each folder once.
    pub(crate) modules: Vec<Module>,
    /// The tree of calls; the first is the root.
    pub(crate) nodes: Vec<TreeNode>,
    /// `.tfvars` files of the root in the order in which they count.
    pub(crate) values: Vec<Body>,
    /// What was wrong with the files.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// A module where it is called: the same folder is there once for each path of calls that leads to it.
pub(crate) struct TreeNode {
    pub(crate) module: usize,
    /// For each call of the module: the node, or why it is not here.
    pub(crate) children: Vec<Result<usize, Arc<str>>>,
    path: Vec<Arc<str>>,
    depth: usize,
}

/// The folder that a call wants, or why there is none.
type Wanted = Result<String, Arc<str>>;

struct Loader<'a> {
    files: &'a dyn Files,
    sources: &'a mut Sources,
    /// Files by the folder they stand in.
    listed: BTreeMap<String, Vec<String>>,
    folders_listed: BTreeSet<String>,
    /// Modules by folder; `None` where nothing of Terraform is there.
    by_folder: BTreeMap<String, Option<usize>>,
    installed: BTreeMap<String, String>,
    root: String,
    tree: Tree,
}

impl Tree {
    /// Reads the module in a folder and all modules that it calls, as far as they are here. Mistakes in files are
    /// diagnostics of the evaluation; what can be read is read.
    ///
    /// # Errors
    /// Where the folder is not there or cannot be listed.
    pub fn load(files: &dyn Files, sources: &mut Sources, folder: &str) -> Result<Tree, FilesError> {
        let root = join("", if folder.is_empty() { "." } else { folder });
        let tree = Tree { modules: Vec::new(), nodes: Vec::new(), values: Vec::new(), diagnostics: Vec::new() };
        let mut loader = Loader {
            files,
            sources,
            listed: BTreeMap::new(),
            folders_listed: BTreeSet::new(),
            by_folder: BTreeMap::new(),
            installed: BTreeMap::new(),
            root,
            tree,
        };
        loader.load_root()?;
        Ok(loader.tree)
    }

    /// The folders of a tree that are root modules: they have Terraform files, and no other folder calls them.
    /// Hidden folders are left out.
    ///
    /// # Errors
    /// Where the folder is not there or cannot be listed.
    pub fn find_roots(files: &dyn Files, folder: &str) -> Result<Vec<String>, FilesError> {
        let mut folders: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for path in files.list(folder)? {
            let (folder, name) = split(&path);
            if is_configuration(name) {
                folders.entry(folder).or_default().push(path.clone());
            }
        }
        let paths: Vec<(&String, &String)> =
            folders.iter().flat_map(|(folder, paths)| paths.iter().map(move |path| (folder, path))).collect();
        let called: BTreeSet<String> = paths
            .par_iter()
            .flat_map_iter(|(folder, path)| {
                let bytes = files.read(path).unwrap_or_default();
                local_sources(&bytes).into_iter().map(|source| join(folder, &source)).collect::<Vec<_>>()
            })
            .collect();
        Ok(folders.into_keys().filter(|folder| !called.contains(folder)).collect())
    }
}

/// The local sources of modules that a file names: a quick look, without parsing.
fn local_sources(bytes: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(bytes);
    let mut found = Vec::new();
    for (at, _) in text.match_indices("source") {
        let rest = text.get(at + "source".len()..).unwrap_or("");
        let rest = rest.trim_start_matches(['"', ' ', '\t', '=', ':']);
        let value = rest.split(['"', '\n']).next().unwrap_or("");
        if value.starts_with("./") || value.starts_with("../") {
            found.push(value.to_owned());
        }
    }
    found
}

fn is_configuration(name: &str) -> bool {
    name.ends_with(".tf") || name.ends_with(".tf.json")
}

fn is_override(name: &str) -> bool {
    let stem = name.strip_suffix(".tf").or_else(|| name.strip_suffix(".tf.json")).unwrap_or(name);
    stem == "override" || stem.ends_with("_override")
}

impl Loader<'_> {
    fn load_root(&mut self) -> Result<(), FilesError> {
        let root = self.root.clone();
        self.list(&root)?;
        self.read_installed();
        self.read_folders(std::slice::from_ref(&root));
        let Some(module) = self.by_folder.get(&root).copied().flatten() else {
            return Err(FilesError::NotFound { path: format!("{root}/*.tf") });
        };
        self.tree.nodes.push(TreeNode { module, children: Vec::new(), path: Vec::new(), depth: 0 });
        self.read_values();
        // Level by level, so that the files of a level are parsed together.
        let mut level = vec![0_usize];
        while !level.is_empty() {
            level = self.read_level(&level);
        }
        Ok(())
    }

    /// Reads what the modules of some nodes call; gives the nodes of the next level.
    fn read_level(&mut self, level: &[usize]) -> Vec<usize> {
        let mut wanted: Vec<(usize, Vec<Wanted>)> = Vec::new();
        for node in level {
            wanted.push((*node, self.wanted_by(*node)));
        }
        let mut folders: Vec<String> =
            wanted.iter().flat_map(|(_, sources)| sources.iter().flatten().cloned()).collect();
        folders.sort();
        folders.dedup();
        folders.retain(|folder| !self.by_folder.contains_key(folder));
        self.read_folders(&folders);
        let mut next = Vec::new();
        for (node, sources) in wanted {
            for (index, source) in sources.into_iter().enumerate() {
                let child = source.and_then(|folder| self.child(node, index, &folder));
                next.extend(child.as_ref().ok().copied());
                if let Some(node) = self.tree.nodes.get_mut(node) {
                    node.children.push(child);
                }
            }
        }
        next
    }

    /// For each call of a node: the folder of the module, or why there is none.
    fn wanted_by(&self, node: usize) -> Vec<Wanted> {
        let Some(node) = self.tree.nodes.get(node) else { return Vec::new() };
        let Some(module) = self.tree.modules.get(node.module) else { return Vec::new() };
        let folder_of = |call: &super::Call| {
            let Some(source) = &call.source else {
                return Err(Arc::from("its source is no literal text"));
            };
            if source.starts_with("./") || source.starts_with("../") || source.starts_with('/') {
                return Ok(join(&module.folder, source));
            }
            let path: Vec<&str> = node.path.iter().chain([&call.name]).map(|part| &**part).collect();
            self.installed
                .get(&path.join("."))
                .map(|folder| join(&self.root, folder))
                .ok_or_else(|| Arc::from(format!("source `{source}`")))
        };
        module.calls.iter().map(folder_of).collect()
    }

    fn child(&mut self, parent: usize, call: usize, folder: &str) -> Result<usize, Arc<str>> {
        let module = self.by_folder.get(folder).copied().flatten();
        let Some(module) = module else {
            return Err(Arc::from(format!("there are no Terraform files in `{folder}`")));
        };
        if self.tree.nodes.len() >= MOST_CALLS {
            return Err(Arc::from(format!("the configuration has more module calls than the limit of {MOST_CALLS}")));
        }
        let Some(above) = self.tree.nodes.get(parent) else { return Err(Arc::from("no such module")) };
        if above.depth >= DEEPEST {
            return Err(Arc::from(format!("modules call each other deeper than the limit of {DEEPEST} levels")));
        }
        let name = self.tree.modules.get(above.module).and_then(|module| module.calls.get(call));
        let path = above.path.iter().cloned().chain(name.map(|call| Arc::clone(&call.name))).collect();
        let node = TreeNode { module, children: Vec::new(), path, depth: above.depth + 1 };
        self.tree.nodes.push(node);
        Ok(self.tree.nodes.len() - 1)
    }

    /// Lists a folder, unless one above it has been listed.
    fn list(&mut self, folder: &str) -> Result<(), FilesError> {
        let above = |listed: &String| {
            folder == listed || listed == "." && !folder.starts_with("..") || folder.starts_with(&format!("{listed}/"))
        };
        // Hidden folders are left out below a folder, so that one is not listed with what is above it.
        if self.folders_listed.iter().any(above)
            && !folder.split('/').any(|part| part.starts_with('.') && part.len() > 2)
        {
            return Ok(());
        }
        for path in self.files.list(folder)? {
            let (folder, name) = split(&path);
            if is_configuration(name) || name.ends_with(".tfvars") || name.ends_with(".tfvars.json") {
                let names = self.listed.entry(folder).or_default();
                if !names.contains(&path) {
                    names.push(path);
                }
            }
        }
        self.folders_listed.insert(folder.to_owned());
        Ok(())
    }

    /// Reads, parses and declares the modules of some folders.
    fn read_folders(&mut self, folders: &[String]) {
        for folder in folders {
            // A folder that is not there is a module that is not here, which is said where it is called.
            let _ = self.list(folder);
        }
        let mut jobs: Vec<(usize, String)> = Vec::new();
        for (index, folder) in folders.iter().enumerate() {
            let mut paths = self.listed.get(folder).cloned().unwrap_or_default();
            paths.retain(|path| is_configuration(split(path).1));
            paths.sort();
            jobs.extend(paths.into_iter().map(|path| (index, path)));
        }
        let files = self.files;
        let read: Vec<Result<FileBytes, FilesError>> = jobs.par_iter().map(|(_, path)| files.read(path)).collect();
        let mut texts: Vec<(usize, String, FileId, FileBytes)> = Vec::new();
        for ((folder, path), bytes) in jobs.into_iter().zip(read) {
            match bytes {
                Ok(bytes) => {
                    let id = self.sources.add(path.clone(), bytes.clone());
                    texts.push((folder, path, id, bytes));
                }
                Err(error) => self.not_read(&error),
            }
        }
        let parsed: Vec<Result<Body, Box<Diagnostic>>> =
            texts.par_iter().map(|(_, path, id, bytes)| parse_file(*id, path, bytes)).collect();
        let mut bodies: Vec<(Body, Vec<Body>, bool)> = folders.iter().map(|_| Default::default()).collect();
        for ((folder, path, ..), body) in texts.into_iter().zip(parsed) {
            let Some((base, overrides, any)) = bodies.get_mut(folder) else { continue };
            *any = true;
            match body {
                Ok(body) if is_override(split(&path).1) => overrides.push(body),
                Ok(body) => base.blocks.extend(body.blocks),
                Err(diagnostic) => self.tree.diagnostics.push(*diagnostic),
            }
        }
        for (folder, (mut base, overrides, any)) in folders.iter().zip(bodies) {
            for over in overrides {
                lay_over(&mut base, over);
            }
            let module = any.then(|| {
                let module = Module::declare(folder.clone(), base, &mut self.tree.diagnostics);
                self.tree.modules.push(module);
                self.tree.modules.len() - 1
            });
            self.by_folder.insert(folder.clone(), module);
        }
    }

    fn not_read(&mut self, error: &FilesError) {
        self.tree.diagnostics.push(Diagnostic::without_place(codes::facts::SOURCE_NOT_READ, error.to_string()));
    }

    /// The `.tfvars` files that Terraform loads by itself, in its order.
    fn read_values(&mut self) {
        let paths = self.listed.get(&self.root).cloned().unwrap_or_default();
        let named = |wanted: &str| paths.iter().find(|path| split(path).1 == wanted).cloned();
        let mut ordered: Vec<String> =
            ["terraform.tfvars", "terraform.tfvars.json"].into_iter().filter_map(named).collect();
        let is_auto = |path: &&String| path.ends_with(".auto.tfvars") || path.ends_with(".auto.tfvars.json");
        let mut auto: Vec<String> = paths.iter().filter(is_auto).cloned().collect();
        auto.sort();
        ordered.extend(auto);
        for path in ordered {
            match self.files.read(&path) {
                Ok(bytes) => {
                    let id = self.sources.add(path.clone(), bytes.clone());
                    match parse_file(id, &path, &bytes) {
                        Ok(body) => self.tree.values.push(body),
                        Err(diagnostic) => self.tree.diagnostics.push(*diagnostic),
                    }
                }
                Err(error) => self.not_read(&error),
            }
        }
    }

    /// The modules that `terraform init` has installed: `.terraform/modules/modules.json`.
    fn read_installed(&mut self) {
        let path = join(&self.root, ".terraform/modules/modules.json");
        let Ok(bytes) = self.files.read(&path) else { return };
        let Ok(text) = std::str::from_utf8(&bytes) else { return };
        let value = match json_text::read(text) {
            Ok(json) => json.to_value(),
            Err(fault) => {
                let id = self.sources.add(path, bytes.clone());
                let at = u32::try_from(fault.offset).unwrap_or(u32::MAX);
                let message = format!("broken JSON: {}", fault.message);
                let span = Span::new(id, at, at.saturating_add(1));
                self.tree.diagnostics.push(Diagnostic::warning(codes::facts::FILE_SKIPPED, span, message));
                return;
            }
        };
        let modules = value.as_entries().and_then(|entries| entries.get("Modules")).and_then(|list| list.as_items());
        for module in modules.into_iter().flat_map(|items| items.iter()) {
            let text = |name: &str| module.as_entries()?.get(name)?.as_text().map(|text| text.to_string());
            if let (Some(key), Some(folder)) = (text("Key"), text("Dir")) {
                self.installed.insert(key, folder);
            }
        }
    }
}
