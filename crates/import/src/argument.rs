//! Sources as they are named on the command line and in the manifest: `PATH`, `KIND=PATH`, `KIND:NOUN=PATH`.

use std::fmt;
use std::str::FromStr;

/// A source as named on the command line or in the manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceArgument {
    /// The kind, where it was said; otherwise it is found from the content.
    pub kind: Option<Kind>,
    /// The noun of the records, for files that do not name it themselves (`csv:vendor=vendors.csv`).
    pub noun: Option<String>,
    /// The file or folder.
    pub path: String,
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
        let whole = || SourceArgument { kind: None, noun: None, path: argument.to_owned() };
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
            _ => {}
        }
        Ok(SourceArgument { kind: Some(kind), noun: noun.map(str::to_owned), path: path.to_owned() })
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
    /// Answers of the REST interface of an MLflow server: a file, or a folder of pages.
    Mlflow,
}

impl Kind {
    /// Every kind, in the order in which help lists them.
    pub const ALL: [Kind; 8] = [
        Kind::Yaml,
        Kind::Json,
        Kind::JsonLines,
        Kind::Csv,
        Kind::Terraform,
        Kind::CloudFormation,
        Kind::Kubernetes,
        Kind::Mlflow,
    ];

    /// The name by which a source is told to be of the kind.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Kind::Yaml => "yaml",
            Kind::Json => "json",
            Kind::JsonLines => "jsonl",
            Kind::Csv => "csv",
            Kind::Terraform => "terraform",
            Kind::CloudFormation => "cloudformation",
            Kind::Kubernetes => "kubernetes",
            Kind::Mlflow => "mlflow",
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
            Kind::Terraform => "a folder of Terraform files, or a plan or state as `terraform show -json` prints it",
            Kind::CloudFormation => "a template of AWS CloudFormation or SAM, in YAML or JSON",
            Kind::Kubernetes => {
                "manifests of Kubernetes, as `helm template`, `kustomize build` or `kubectl get -o yaml` print them"
            }
            Kind::Mlflow => "answers of the MLflow REST interface, a file or a folder of pages",
        }
    }

    /// Whether `KIND:NOUN=PATH` makes sense.
    fn takes_noun(self) -> bool {
        !matches!(self, Kind::Terraform | Kind::CloudFormation | Kind::Kubernetes | Kind::Mlflow)
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
        Kind::ALL.into_iter().find(|kind| kind.name() == name).ok_or_else(|| {
            let names: Vec<String> = Kind::ALL.iter().map(|kind| format!("`{kind}`")).collect();
            format!("`{name}` is no kind of source; the kinds are {}", names.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn every_kind_is_found_by_its_name() {
        for kind in Kind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
        }
    }
}
