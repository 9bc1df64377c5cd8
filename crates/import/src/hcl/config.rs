//! Root modules as exports: loaded when sources are opened, evaluated when facts are read.

use crate::argument::SourceArgument;
use crate::document::Document;
use crate::hcl::folded::folded;
use crate::nouns::{TF_MODULE, TF_RESOURCE};
use hashbrown::HashMap;
use smol_str::SmolStr;
use std::collections::{BTreeMap, BTreeSet};
use tickmark_diagnostics::Diagnostic;
use tickmark_hcl::{Configuration, Forest, Mode, ReadFile, ResourceInstance, Settings, Tree};
use tickmark_source::{FileId, Files, Sources, Span};

/// A root module with all that it calls.
pub(crate) struct Config {
    tree: Tree,
    evaluated: Option<Evaluated>,
}

/// What came of a root module.
pub(crate) struct Evaluated {
    /// Resources, providers and module calls.
    pub(crate) configuration: Configuration,
    /// The nouns of its resources, in the order in which they were met.
    pub(crate) nouns: Vec<SmolStr>,
    /// For each resource, where its noun stands among them; nothing for what is no resource of a plan either.
    pub(crate) noun_of: Vec<Option<usize>>,
    /// What was wrong, of one sort of warning no more than can be read.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Whether a file is part of a Terraform configuration, by its name.
pub(crate) fn is_configuration_file(path: &str) -> bool {
    [".tf", ".tf.json", ".tfvars", ".tfvars.json"].iter().any(|ending| path.ends_with(ending))
}

/// The root modules among the files of one argument, each with its path and the files that it was read from.
pub(crate) fn open(
    argument: &SourceArgument,
    documents: &[Document],
    in_folder: bool,
    (files, sources): (&dyn Files, &mut Sources),
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<(String, Vec<Document>, Config)> {
    let given = documents.iter().map(|document| ReadFile {
        path: document.path.clone(),
        file: document.file,
        bytes: document.bytes.clone(),
    });
    // The folders of files that are named by themselves are the roots.
    let roots: BTreeSet<String> = if in_folder {
        BTreeSet::new()
    } else {
        documents.iter().map(|document| tickmark_hcl::folder_of(&document.path)).collect()
    };
    let listed = in_folder.then_some(argument.path.as_str());
    let Forest { trees, diagnostics: found } = Tree::load_all(files, sources, given.collect(), listed, &roots);
    diagnostics.extend(found);
    let known: HashMap<FileId, &Document> = documents.iter().map(|document| (document.file, document)).collect();
    let document = |file: FileId| match known.get(&file) {
        Some(document) => Some((*document).clone()),
        None => {
            let found = sources.get(file)?;
            Some(Document { file, path: found.path.clone(), bytes: found.bytes.clone(), raw: None })
        }
    };
    let config = |tree: Tree| {
        let documents = tree.files().into_iter().filter_map(&document).collect();
        (tree.folder().to_owned(), documents, Config { tree, evaluated: None })
    };
    trees.into_iter().map(config).collect()
}

impl Config {
    /// The nouns that it declares: a noun of each resource type, and those that every configuration has.
    pub(crate) fn declared_nouns(&self) -> BTreeSet<SmolStr> {
        let declared = self.tree.resource_types().filter_map(|(mode, ty)| noun(mode, ty));
        declared.chain([TF_RESOURCE, TF_MODULE].map(SmolStr::new_static)).collect()
    }

    /// Whether the root module declares a variable.
    pub(crate) fn declares(&self, variable: &str) -> bool {
        self.tree.declares(variable)
    }

    /// Where values are written that variables declare to be secret.
    pub(crate) fn secrets(&self) -> Vec<Span> {
        self.tree.secrets()
    }

    /// Evaluates the configuration, unless that is done.
    pub(crate) fn evaluate(&mut self, files: &dyn Files, variables: &BTreeMap<String, String>) {
        if self.evaluated.is_none() {
            let settings = Settings { variables: variables.clone(), ..Settings::default() };
            self.evaluated = Some(Evaluated::of(self.tree.evaluate(files, &settings), self.tree.folder()));
        }
    }

    /// What came of it; nothing before it was evaluated.
    pub(crate) fn evaluated(&self) -> Option<&Evaluated> {
        self.evaluated.as_ref()
    }
}

impl Evaluated {
    fn of(mut configuration: Configuration, folder: &str) -> Evaluated {
        let diagnostics = folded(std::mem::take(&mut configuration.diagnostics), folder);
        let mut nouns = Vec::new();
        let mut numbers: HashMap<SmolStr, usize> = HashMap::new();
        let number = |resource: &ResourceInstance| {
            let noun = noun(resource.mode, &resource.ty)?;
            Some(*numbers.entry(noun).or_insert_with_key(|noun| {
                nouns.push(noun.clone());
                nouns.len() - 1
            }))
        };
        let noun_of = configuration.resources.iter().map(number).collect();
        Evaluated { configuration, nouns, noun_of, diagnostics }
    }

    /// The addresses of the resources that are records.
    pub(crate) fn addresses(&self) -> impl Iterator<Item = &str> {
        let resources = self.configuration.resources.iter().zip(&self.noun_of);
        resources.filter(|(_, noun)| noun.is_some()).map(|(resource, _)| &*resource.address)
    }

    /// The addresses of its records: of resources and of module calls.
    pub(crate) fn all_addresses(&self) -> impl Iterator<Item = &str> {
        self.addresses().chain(self.configuration.module_calls.iter().map(|call| &*call.address))
    }

    /// The noun of a resource.
    pub(crate) fn noun(&self, index: usize) -> Option<&SmolStr> {
        self.nouns.get((*self.noun_of.get(index)?)?)
    }
}

/// The noun of a resource; ephemeral ones are in no plan and no state, and no records.
fn noun(mode: Mode, ty: &str) -> Option<SmolStr> {
    match mode {
        Mode::Managed => Some(SmolStr::new(ty)),
        Mode::Data => Some(SmolStr::new(format!("data_{ty}"))),
        Mode::Ephemeral => None,
    }
}
