//! A root module and all modules that it calls, read through the door and parsed in parallel.

use std::collections::{BTreeMap, BTreeSet, HashMap};
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
    /// Modules, each folder once; those of other trees that were loaded together with this one among them.
    pub(crate) modules: Arc<[Arc<Module>]>,
    /// The tree of calls; the first is the root.
    pub(crate) nodes: Vec<TreeNode>,
    /// `.tfvars` files of the root in the order in which they count.
    pub(crate) values: Vec<Body>,
    value_files: Vec<FileId>,
    /// What was wrong with the files.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// A module where it is called: the same folder is there once for each path of calls that leads to it.
pub(crate) struct TreeNode {
    pub(crate) module: usize,
    /// For each call of the module: the node, or why it is not here.
    pub(crate) children: Vec<Result<usize, Arc<str>>>,
    pub(crate) path: Vec<Arc<str>>,
    depth: usize,
}

/// A file of Terraform that somebody has read already.
#[derive(Clone, Debug)]
pub struct ReadFile {
    /// Its path, as it was listed.
    pub path: String,
    /// Its id among the sources.
    pub file: FileId,
    /// What stands in it.
    pub bytes: FileBytes,
}

/// Several configurations that were loaded together.
pub struct Forest {
    /// One for each root module, by folder.
    pub trees: Vec<Tree>,
    /// What was wrong with files; the trees do not say it again.
    pub diagnostics: Vec<Diagnostic>,
}

/// The folder that a call wants, or why there is none.
type Wanted = Result<String, Arc<str>>;

struct Loader<'a> {
    files: &'a dyn Files,
    sources: &'a mut Sources,
    /// Files that need not be read.
    read: HashMap<String, (FileId, FileBytes)>,
    /// Files by the folder they stand in.
    listed: BTreeMap<String, Vec<String>>,
    folders_listed: BTreeSet<String>,
    /// Folders of which only the files that lie in them have been listed.
    listed_here: BTreeSet<String>,
    /// Modules by folder; `None` where nothing of Terraform is there.
    by_folder: BTreeMap<String, Option<usize>>,
    modules: Vec<Arc<Module>>,
    diagnostics: Vec<Diagnostic>,
    /// What belongs to the root that is being loaded.
    installed: BTreeMap<String, String>,
    root: String,
    nodes: Vec<TreeNode>,
    values: Vec<Body>,
    value_files: Vec<FileId>,
}

impl Tree {
    /// Reads the module in a folder and all modules that it calls, as far as they are here. Mistakes in files are
    /// diagnostics of the evaluation; what can be read is read.
    ///
    /// # Errors
    /// Where the folder is not there or cannot be listed.
    pub fn load(files: &dyn Files, sources: &mut Sources, folder: &str) -> Result<Tree, FilesError> {
        let root = join("", if folder.is_empty() { "." } else { folder });
        let mut loader = Loader::new(files, sources);
        let shape = loader.load_root(&root)?;
        Ok(Tree { diagnostics: loader.diagnostics, ..shape.tree(&loader.modules.into()) })
    }

    /// Reads several configurations at once, each file once. Of `given`, files that were found below `listed`, every
    /// folder with Terraform files is a root that no other of them calls as a local module; and where modules call each
    /// other in a circle, the first of them. Where `roots` are named, these are the roots.
    #[must_use]
    pub fn load_all(
        files: &dyn Files,
        sources: &mut Sources,
        given: Vec<ReadFile>,
        listed: Option<&str>,
        roots: &BTreeSet<String>,
    ) -> Forest {
        let mut loader = Loader::new(files, sources);
        loader.folders_listed.extend(listed.map(|folder| join("", folder)));
        let mut folders: BTreeSet<String> = roots.clone();
        for ReadFile { path, file, bytes } in given {
            let (folder, name) = split(&path);
            if is_configuration(name) {
                folders.insert(folder.clone());
            }
            // Of a file that was named by itself the folder is not listed yet.
            if listed.is_some() {
                loader.listed.entry(folder).or_default().push(path.clone());
            }
            loader.read.insert(path, (file, bytes));
        }
        let folders: Vec<String> = folders.into_iter().collect();
        loader.read_folders(&folders);
        let mut shapes = Vec::new();
        let mut left: Vec<String> = folders;
        if roots.is_empty() {
            let called = loader.called();
            let (calls, free) = left.into_iter().partition(|folder| called.contains(folder));
            left = calls;
            loader.load_roots(&free, &mut shapes);
            // Modules that call each other in a circle, and nobody else does.
            while let Some(first) = loader.unreached(&left, &shapes) {
                loader.load_roots(std::slice::from_ref(&first), &mut shapes);
            }
        } else {
            loader.load_roots(&left, &mut shapes);
        }
        let modules: Arc<[Arc<Module>]> = std::mem::take(&mut loader.modules).into();
        let trees = shapes.into_iter().map(|shape| shape.tree(&modules)).collect();
        Forest { trees, diagnostics: loader.diagnostics }
    }

    /// The folder of the root module.
    #[must_use]
    pub fn folder(&self) -> &str {
        self.root().map_or("", |module| &module.folder)
    }

    /// The root module.
    pub(crate) fn root(&self) -> Option<&Module> {
        self.module_of(self.nodes.first()?)
    }

    pub(crate) fn module_of(&self, node: &TreeNode) -> Option<&Module> {
        self.modules.get(node.module).map(|module| &**module)
    }

    /// The files that it was read from: those of the root module, then of the modules that it calls, then of values.
    #[must_use]
    pub fn files(&self) -> Vec<FileId> {
        let mut files = Vec::new();
        let mut met = BTreeSet::new();
        for node in self.nodes.iter().filter(|node| met.insert(node.module)) {
            files.extend(self.module_of(node).into_iter().flat_map(|module| &module.files));
        }
        files.extend(&self.value_files);
        files
    }
}

/// A tree whose modules are not all there yet.
struct Shape {
    nodes: Vec<TreeNode>,
    values: Vec<Body>,
    value_files: Vec<FileId>,
}

impl Shape {
    fn tree(self, modules: &Arc<[Arc<Module>]>) -> Tree {
        let Shape { nodes, values, value_files } = self;
        Tree { modules: Arc::clone(modules), nodes, values, value_files, diagnostics: Vec::new() }
    }
}

fn is_configuration(name: &str) -> bool {
    name.ends_with(".tf") || name.ends_with(".tf.json")
}

/// Whether the source of a module is a folder of this machine.
fn is_local(source: &str) -> bool {
    source.starts_with("./") || source.starts_with("../") || source.starts_with('/')
}

fn is_override(name: &str) -> bool {
    let stem = name.strip_suffix(".tf").or_else(|| name.strip_suffix(".tf.json")).unwrap_or(name);
    stem == "override" || stem.ends_with("_override")
}

impl<'a> Loader<'a> {
    fn new(files: &'a dyn Files, sources: &'a mut Sources) -> Self {
        Loader {
            files,
            sources,
            read: HashMap::new(),
            listed: BTreeMap::new(),
            folders_listed: BTreeSet::new(),
            listed_here: BTreeSet::new(),
            by_folder: BTreeMap::new(),
            modules: Vec::new(),
            diagnostics: Vec::new(),
            installed: BTreeMap::new(),
            root: String::new(),
            nodes: Vec::new(),
            values: Vec::new(),
            value_files: Vec::new(),
        }
    }

    /// The folders that are called as local modules by other folders.
    fn called(&self) -> BTreeSet<String> {
        let calls = self.modules.iter().flat_map(|module| module.calls.iter().map(move |call| (module, call)));
        let local = calls.filter_map(|(module, call)| {
            let source = call.source.as_ref().filter(|source| is_local(source))?;
            Some(join(&module.folder, source)).filter(|folder| *folder != module.folder)
        });
        local.collect()
    }

    fn load_roots(&mut self, roots: &[String], shapes: &mut Vec<Shape>) {
        for root in roots {
            // A folder whose files cannot be read has nothing to be loaded, and that was said.
            shapes.extend(self.load_root(root));
        }
    }

    /// The first of some folders that is a module and that no tree leads to.
    fn unreached(&self, folders: &[String], shapes: &[Shape]) -> Option<String> {
        let reached: BTreeSet<usize> =
            shapes.iter().flat_map(|shape| shape.nodes.iter().map(|node| node.module)).collect();
        let is_left = |folder: &&String| {
            self.by_folder.get(*folder).copied().flatten().is_some_and(|module| !reached.contains(&module))
        };
        folders.iter().find(is_left).cloned()
    }

    /// Loads a root module with all that it calls.
    fn load_root(&mut self, root: &str) -> Result<Shape, FilesError> {
        root.clone_into(&mut self.root);
        self.installed.clear();
        self.list(root)?;
        self.read_installed();
        if !self.by_folder.contains_key(root) {
            self.read_folders(&[root.to_owned()]);
        }
        let Some(module) = self.by_folder.get(root).copied().flatten() else {
            return Err(FilesError::NotFound { path: format!("{root}/*.tf") });
        };
        self.nodes.push(TreeNode { module, children: Vec::new(), path: Vec::new(), depth: 0 });
        self.read_values();
        // Level by level, so that the files of a level are parsed together.
        let mut level = vec![0_usize];
        while !level.is_empty() {
            level = self.read_level(&level);
        }
        Ok(Shape {
            nodes: std::mem::take(&mut self.nodes),
            values: std::mem::take(&mut self.values),
            value_files: std::mem::take(&mut self.value_files),
        })
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
                if let Some(node) = self.nodes.get_mut(node) {
                    node.children.push(child);
                }
            }
        }
        next
    }

    /// For each call of a node: the folder of the module, or why there is none.
    fn wanted_by(&self, node: usize) -> Vec<Wanted> {
        let Some(node) = self.nodes.get(node) else { return Vec::new() };
        let Some(module) = self.modules.get(node.module) else { return Vec::new() };
        let folder_of = |call: &super::Call| {
            let Some(source) = &call.source else {
                return Err(Arc::from("its source is no literal text"));
            };
            if is_local(source) {
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
        if self.nodes.len() >= MOST_CALLS {
            return Err(Arc::from(format!("the configuration has more module calls than the limit of {MOST_CALLS}")));
        }
        let Some(above) = self.nodes.get(parent) else { return Err(Arc::from("no such module")) };
        if above.depth >= DEEPEST {
            return Err(Arc::from(format!("modules call each other deeper than the limit of {DEEPEST} levels")));
        }
        let name = self.modules.get(above.module).and_then(|module| module.calls.get(call));
        let path = above.path.iter().cloned().chain(name.map(|call| Arc::clone(&call.name))).collect();
        let node = TreeNode { module, children: Vec::new(), path, depth: above.depth + 1 };
        self.nodes.push(node);
        Ok(self.nodes.len() - 1)
    }

    /// Lists a folder, unless one above it has been listed with all that lies below.
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
        if !self.listed_here.insert(folder.to_owned()) {
            return Ok(());
        }
        for path in self.files.list_here(folder)? {
            let (folder, name) = split(&path);
            if is_configuration(name) || name.ends_with(".tfvars") || name.ends_with(".tfvars.json") {
                let names = self.listed.entry(folder).or_default();
                if !names.contains(&path) {
                    names.push(path);
                }
            }
        }
        Ok(())
    }

    /// Reads, parses and declares the modules of some folders.
    fn read_folders(&mut self, folders: &[String]) {
        for folder in folders {
            match self.list(folder) {
                // A folder that is not there is a module that is not here, which is said where it is called.
                Ok(()) | Err(FilesError::NotFound { .. }) => {}
                Err(error) => self.not_read(&error),
            }
        }
        let mut jobs: Vec<(usize, String)> = Vec::new();
        for (index, folder) in folders.iter().enumerate() {
            let mut paths = self.listed.get(folder).cloned().unwrap_or_default();
            paths.retain(|path| is_configuration(split(path).1));
            paths.sort();
            jobs.extend(paths.into_iter().map(|path| (index, path)));
        }
        let files = self.files;
        let known = &self.read;
        let read: Vec<Result<FileBytes, FilesError>> = jobs
            .par_iter()
            .map(|(_, path)| match known.get(path) {
                Some((_, bytes)) => Ok(bytes.clone()),
                None => files.read(path),
            })
            .collect();
        let mut texts: Vec<(usize, String, FileId, FileBytes)> = Vec::new();
        for ((folder, path), bytes) in jobs.into_iter().zip(read) {
            match bytes {
                Ok(bytes) => {
                    let id = self.id_of(&path, &bytes);
                    texts.push((folder, path, id, bytes));
                }
                Err(error) => self.not_read(&error),
            }
        }
        let parsed: Vec<Result<Body, Box<Diagnostic>>> =
            texts.par_iter().map(|(_, path, id, bytes)| parse_file(*id, path, bytes)).collect();
        let mut bodies: Vec<(Body, Vec<Body>, Vec<FileId>)> = folders.iter().map(|_| Default::default()).collect();
        for ((folder, path, file, _), body) in texts.into_iter().zip(parsed) {
            let Some((base, overrides, files)) = bodies.get_mut(folder) else { continue };
            files.push(file);
            match body {
                Ok(body) if is_override(split(&path).1) => overrides.push(body),
                Ok(body) => base.blocks.extend(body.blocks),
                Err(diagnostic) => self.diagnostics.push(*diagnostic),
            }
        }
        for (folder, (mut base, overrides, files)) in folders.iter().zip(bodies) {
            for over in overrides {
                lay_over(&mut base, over);
            }
            let module = (!files.is_empty()).then(|| {
                let module = Module::declare(folder.clone(), files, base, &mut self.diagnostics);
                self.modules.push(Arc::new(module));
                self.modules.len() - 1
            });
            self.by_folder.insert(folder.clone(), module);
        }
    }

    /// The id of a file; the one that it has where it was read before.
    fn id_of(&mut self, path: &str, bytes: &FileBytes) -> FileId {
        match self.read.get(path) {
            Some((file, _)) => *file,
            None => {
                let file = self.sources.add(path.to_owned(), bytes.clone());
                self.read.insert(path.to_owned(), (file, bytes.clone()));
                file
            }
        }
    }

    fn not_read(&mut self, error: &FilesError) {
        self.diagnostics.push(Diagnostic::without_place(codes::facts::SOURCE_NOT_READ, error.to_string()));
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
            let bytes = match self.read.get(&path) {
                Some((_, bytes)) => Ok(bytes.clone()),
                None => self.files.read(&path),
            };
            match bytes {
                Ok(bytes) => {
                    let id = self.id_of(&path, &bytes);
                    self.value_files.push(id);
                    match parse_file(id, &path, &bytes) {
                        Ok(body) => self.values.push(body),
                        Err(diagnostic) => self.diagnostics.push(*diagnostic),
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
                self.diagnostics.push(Diagnostic::warning(codes::facts::FILE_SKIPPED, span, message));
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
