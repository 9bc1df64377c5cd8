//! Sources as they are named on the command line and in the manifest: `PATH`, `KIND=PATH`, `KIND:NOUN=PATH`.

use crate::answers::{Reading, SYSTEMS, System};
use crate::mapping::Mapping;
use crate::observed::Stream;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// A source as named on the command line or in the manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceArgument {
    /// The kind, where it was said; otherwise it is found from the content.
    pub kind: Option<Kind>,
    /// The noun of the records, for files that do not name it themselves (`csv:vendor=vendors.csv`).
    pub noun: Option<String>,
    /// The file or folder.
    pub path: String,
    /// How the columns of a register of that noun are read, where the manifest says so.
    pub mapping: Option<Arc<Mapping>>,
}

impl SourceArgument {
    /// Reads `PATH`, `KIND=PATH` or `KIND:NOUN=PATH`. Where what stands before the first `=` is no kind, the whole
    /// argument is a path; if no such file is there, the error names the kinds.
    ///
    /// # Errors
    /// In plain words, where a path is missing, or a noun is missing or out of place.
    pub fn parse(argument: &str) -> Result<SourceArgument, String> {
        if argument.is_empty() {
            return Err("a source is a file or a folder: its path is missing".to_owned());
        }
        let whole = || SourceArgument { kind: None, noun: None, path: argument.to_owned(), mapping: None };
        let Some((prefix, path)) = argument.split_once('=') else { return Ok(whole()) };
        let (name, noun) = match prefix.split_once(':') {
            Some((name, noun)) => (name, Some(noun)),
            None => (prefix, None),
        };
        let Ok(kind) = name.parse::<Kind>() else { return Ok(whole()) };
        if path.is_empty() {
            return Err(format!("the path is missing in `{argument}`; write `{prefix}=PATH`"));
        }
        match noun {
            Some("") => return Err(format!("the noun is missing in `{argument}`; write `{kind}:NOUN={path}`")),
            Some(noun) if !kind.takes_noun() => {
                return Err(format!("a {kind} source names its nouns itself; write `{kind}={path}` without `:{noun}`"));
            }
            None if kind == Kind::Csv => {
                return Err(format!("a CSV file does not say which noun its rows are; write `csv:NOUN={path}`"));
            }
            None if kind == Kind::Markdown => {
                return Err(format!("a file of Markdown does not say which noun it is; write `markdown:NOUN={path}`"));
            }
            _ => {}
        }
        Ok(SourceArgument { kind: Some(kind), noun: noun.map(str::to_owned), path: path.to_owned(), mapping: None })
    }
}

impl fmt::Display for SourceArgument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.kind, &self.noun) {
            (Some(kind), Some(noun)) => write!(f, "{kind}:{noun}={}", self.path),
            (Some(kind), None) => write!(f, "{kind}={}", self.path),
            _ => f.write_str(&self.path),
        }
    }
}

/// A kind of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Native facts in YAML: top-level keys are nouns, each with a list of records.
    Yaml,
    /// Native facts in JSON.
    Json,
    /// Native facts in JSON Lines: `{"noun": {…}}` on each line, or bare records of a noun that is named.
    JsonLines,
    /// One noun as a table; the first row names the attributes.
    Csv,
    /// A Terraform configuration (`.tf` files), or a plan or state as `terraform show -json` prints it.
    Terraform,
    /// A template of CloudFormation.
    CloudFormation,
    /// Manifests of Kubernetes.
    Kubernetes,
    /// Answers of the REST interface of an MLflow server: a file, or a folder of pages; or a copy of its SQLite database.
    Mlflow,
    /// One record a file: the YAML in front of Markdown.
    Markdown,
    /// Cards of models and data sets on Hugging Face: Markdown with YAML in front.
    HuggingFace,
    /// Files of DVC: `dvc.yaml`, `dvc.lock`, `*.dvc`.
    Dvc,
    /// What is seen of the use of services: logs, lock files, names of secrets, invoices.
    Observed(Stream),
    /// Answers of a system that is read by a table.
    Answers(SystemId),
}

/// A system whose answers are read by a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SystemId(u8);

impl SystemId {
    /// The id of a system, which is one of [`SYSTEMS`].
    pub(crate) fn of(system: &'static System) -> SystemId {
        let index = SYSTEMS.iter().position(|one| one.name == system.name);
        SystemId(index.and_then(|index| u8::try_from(index).ok()).unwrap_or(0))
    }

    /// The system.
    pub(crate) fn system(self) -> &'static System {
        let [first, ..] = SYSTEMS;
        SYSTEMS.get(usize::from(self.0)).copied().unwrap_or(first)
    }

    /// Whether its answers are bare lists, of which an empty one says something too.
    pub(crate) fn answers_in_lists(self) -> bool {
        matches!(self.system().reading, Reading::Asked(_))
    }
}

/// How to see all kinds: they are too many for a message.
pub(crate) const KINDS_ARE_LISTED: &str = "`tickmark explain E0502` lists the kinds";

/// The kinds that are read by code of their own.
const OWN: [Kind; 16] = [
    Kind::Yaml,
    Kind::Json,
    Kind::JsonLines,
    Kind::Csv,
    Kind::Markdown,
    Kind::Terraform,
    Kind::CloudFormation,
    Kind::Kubernetes,
    Kind::Mlflow,
    Kind::HuggingFace,
    Kind::Dvc,
    Kind::Observed(Stream::Egress),
    Kind::Observed(Stream::Dns),
    Kind::Observed(Stream::LockFiles),
    Kind::Observed(Stream::SecretNames),
    Kind::Observed(Stream::Invoices),
];

impl Kind {
    /// Every kind, in the order in which help lists them.
    pub const ALL: [Kind; OWN.len() + SYSTEMS.len()] = Kind::all();

    #[expect(clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "worked out when it is compiled")]
    const fn all() -> [Kind; OWN.len() + SYSTEMS.len()] {
        let mut all = [Kind::Yaml; OWN.len() + SYSTEMS.len()];
        let mut index = 0;
        while index < all.len() {
            all[index] =
                if index < OWN.len() { OWN[index] } else { Kind::Answers(SystemId((index - OWN.len()) as u8)) };
            index += 1;
        }
        all
    }

    /// The name by which a source is told to be of the kind.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Yaml => "yaml",
            Kind::Json => "json",
            Kind::JsonLines => "jsonl",
            Kind::Csv => "csv",
            Kind::Markdown => "markdown",
            Kind::Terraform => "terraform",
            Kind::CloudFormation => "cloudformation",
            Kind::Kubernetes => "kubernetes",
            Kind::Mlflow => "mlflow",
            Kind::HuggingFace => "hugging-face",
            Kind::Dvc => "dvc",
            Kind::Observed(stream) => stream.name(),
            Kind::Answers(system) => system.system().name,
        }
    }

    /// What a source of the kind is, in one line.
    #[must_use]
    pub fn description(self) -> &'static str {
        match self {
            Kind::Yaml => "native facts: an object whose keys are nouns, each with a list of records",
            Kind::Json => "native facts in JSON; `json:NOUN=PATH` for a bare list of records",
            Kind::JsonLines => "native facts, one JSON object a line; `jsonl:NOUN=PATH` for bare records",
            Kind::Csv => "one noun as a table: `csv:NOUN=PATH`",
            Kind::Markdown => "one record a file, the YAML in front of it: `markdown:NOUN=PATH`",
            Kind::Terraform => "a folder of Terraform files, or a plan or state as `terraform show -json` prints it",
            Kind::CloudFormation => "a template of AWS CloudFormation or SAM, in YAML or JSON",
            Kind::Kubernetes => {
                "manifests of Kubernetes, as `helm template`, `kustomize build` or `kubectl get -o yaml` print them"
            }
            Kind::Mlflow => {
                "answers of the MLflow REST interface, a file or a folder of pages; or a copy of its SQLite database"
            }
            Kind::HuggingFace => "cards of models and data sets: Markdown with YAML in front",
            Kind::Dvc => "files of DVC: `dvc.yaml`, `dvc.lock`, `*.dvc`",
            Kind::Observed(stream) => stream.about(),
            Kind::Answers(system) => system.system().about,
        }
    }

    /// The kind of a register, by the ending of its name: of a file whose noun is named, only the form is in question.
    #[must_use]
    pub fn of_register(path: &str) -> Option<Kind> {
        let name = crate::compressed::unpacked_name(path).to_ascii_lowercase();
        let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
        match () {
            () if ends(&[".csv", ".tsv"]) => Some(Kind::Csv),
            () if ends(&[".jsonl", ".ndjson"]) => Some(Kind::JsonLines),
            () if ends(&[".yaml", ".yml"]) => Some(Kind::Yaml),
            () if ends(&[".json"]) => Some(Kind::Json),
            () if ends(&[".md", ".markdown"]) => Some(Kind::Markdown),
            () => None,
        }
    }

    /// Whether `KIND:NOUN=PATH` makes sense.
    #[must_use]
    pub fn takes_noun(self) -> bool {
        matches!(self, Kind::Yaml | Kind::Json | Kind::JsonLines | Kind::Csv | Kind::Markdown)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Kind::ALL
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or_else(|| format!("`{name}` is no kind of source; {KINDS_ARE_LISTED}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tickmark_diagnostics::codes::facts as codes;

    fn parse(argument: &str) -> (Option<Kind>, Option<String>, String) {
        let parsed = SourceArgument::parse(argument).unwrap();
        assert_eq!(parsed.to_string(), argument);
        (parsed.kind, parsed.noun, parsed.path)
    }

    #[test]
    fn kinds_and_nouns_stand_before_the_first_equals_sign() {
        assert_eq!(parse("facts.yaml"), (None, None, "facts.yaml".to_owned()));
        assert_eq!(parse("terraform=plan.json"), (Some(Kind::Terraform), None, "plan.json".to_owned()));
        assert_eq!(parse("csv:vendor=a=b.csv"), (Some(Kind::Csv), Some("vendor".to_owned()), "a=b.csv".to_owned()));
        assert_eq!(parse("exports/run=7/plan.json"), (None, None, "exports/run=7/plan.json".to_owned()));
        assert_eq!(parse("terrafrom=plan.json"), (None, None, "terrafrom=plan.json".to_owned()));
    }

    #[test]
    fn what_is_missing_or_out_of_place_is_said() {
        for argument in ["", "csv=vendors.csv", "csv:=vendors.csv", "json=", "mlflow:model=exports"] {
            assert!(SourceArgument::parse(argument).is_err(), "{argument}");
        }
    }

    /// The page of the diagnostic is where messages send whoever wants to see all kinds.
    #[test]
    fn the_page_lists_every_kind() {
        assert!(KINDS_ARE_LISTED.contains(codes::UNKNOWN_KIND.0));
        let page = tickmark_diagnostics::explain("E0502").map(|entry| entry.page).unwrap_or_default();
        let listed: Vec<&str> = page.lines().filter(|line| line.starts_with("- `")).collect();
        let wanted: Vec<String> = Kind::ALL.iter().map(|kind| format!("- `{kind}`: {}", kind.description())).collect();
        assert_eq!(listed, wanted, "the page should hold\n{}", wanted.join("\n"));
    }

    #[test]
    fn every_kind_is_found_by_its_name() {
        for kind in Kind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
        }
    }
}
