//! What may be typed: the commands and their options, with help that teaches.

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use tickmark_facts::Time;
use tickmark_session::Request;

use crate::outputs::Outputs;

/// Policy as code for compliance: controls in a small declarative language, evaluated over exported facts.
#[derive(Debug, Parser)]
#[command(
    name = "tickmark",
    version,
    about = "Policy as code for compliance: controls that read as sentences, evaluated over exported facts",
    after_help = "Start here:\n  tickmark check fixtures/acme --pack soc2-ai      evaluate the built-in pack over the facts in a folder\n  tickmark explain MODEL-03 --pack soc2-ai         read a control in plain words\n  tickmark facts export/                           see what an export holds\n\nExit codes: 0 all is so, 1 a control fails or is unknown, 2 it could not be evaluated."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// How many threads; one for each core where it is not given
    #[arg(
        long,
        short,
        global = true,
        display_order = 900,
        value_name = "N",
        value_parser = clap::value_parser!(u16).range(1..)
    )]
    pub(crate) jobs: Option<u16>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Evaluate controls over facts: which subjects pass, fail or cannot be decided, and why
    Check(CheckArguments),
    /// Run the `test` items of controls
    Test(TestArguments),
    /// Format `.tick` files
    Fmt(FmtArguments),
    /// Explain a control, the verdict on one subject, or the code of a diagnostic
    Explain(ExplainArguments),
    /// Look at facts: nouns, counts, attributes; or one record with the line of each value
    Facts(FactsArguments),
    /// List the records that a noun phrase describes
    Query(QueryArguments),
    /// Tell where one version of a model came from, step by step, and what is missing of that
    Trace(TraceArguments),
    /// Write a `tickmark.yaml` for what lies in a folder
    Init(InitArguments),
    /// Collect exports from a running system into a folder; the only command that uses the network
    Collect(CollectArguments),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// Where controls come from, and how they are set up.
#[derive(Args, Debug, Default)]
pub(crate) struct ControlArguments {
    /// A `.tick` file, or a folder of them (may be given several times)
    #[arg(long = "controls", short = 'c', value_name = "PATH")]
    pub(crate) controls: Vec<String>,
    /// A built-in pack (may be given several times)
    #[arg(long = "pack", short = 'p', value_name = "NAME", help = pack_help())]
    pub(crate) packs: Vec<String>,
    /// Give a parameter another value for this run
    #[arg(
        long = "set",
        value_name = "NAME=VALUE",
        help = "Give a parameter another value, e.g. --set approval_window=\"60 days\"; or a Terraform variable: --set tf.var.region=eu-west-1"
    )]
    pub(crate) settings: Vec<String>,
    #[command(flatten)]
    pub(crate) manifest: ManifestArguments,
}

/// Which manifest says what the command line leaves out.
#[derive(Args, Debug, Default)]
pub(crate) struct ManifestArguments {
    /// The manifest; `tickmark.yaml` here or above, up to the top of the repository, where it is not given
    #[arg(long, value_name = "FILE", conflicts_with = "no_manifest")]
    pub(crate) manifest: Option<String>,
    /// Read no manifest
    #[arg(long)]
    pub(crate) no_manifest: bool,
}

fn pack_help() -> String {
    format!("A built-in pack (may be given several times): {}", tickmark_session::pack_names().join(", "))
}

/// The moment and the period that a run speaks of.
#[derive(Args, Debug, Default)]
pub(crate) struct TimeArguments {
    /// The moment the run speaks of: a date (its last instant, UTC) or a time; now where it is not given
    #[arg(long, value_name = "DATE", value_parser = parse_as_of)]
    pub(crate) as_of: Option<Time>,
    /// The period the run speaks of: two dates, both included
    #[arg(long, value_name = "FROM..TO", value_parser = parse_period)]
    pub(crate) period: Option<(Time, Time)>,
}

/// `tickmark check`
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  tickmark check plan.json --pack soc2-ai\n  tickmark check exports/ csv:vendor=vendors.csv --controls rules/ --as-of 2026-06-30 --period 2026-01-01..2026-06-30\n  tickmark check exports/ --pack soc2-ai --only 'MODEL-*' --format json --output results.json\n  tickmark check exports/ --pack soc2-ai --format text --format sarif --output tickmark.sarif\n\nExit codes: 0 nothing fails or is unknown, 1 something does, 2 it could not be evaluated."
)]
pub(crate) struct CheckArguments {
    /// Exports: files or folders; the kind is found from the content, or said with KIND=PATH
    #[arg(value_name = "FACTS", help = facts_help())]
    pub(crate) facts: Vec<String>,
    #[command(flatten)]
    pub(crate) controls: ControlArguments,
    /// Evaluate these controls alone; `MODEL-*` stands for all that begin so
    #[arg(long, value_name = "ID")]
    pub(crate) only: Vec<String>,
    #[command(flatten)]
    pub(crate) outputs: Outputs,
    /// The Terraform folder that a plan or state was made of: findings are placed on the lines of its `.tf` files
    #[arg(long, value_name = "DIR")]
    pub(crate) source: Option<String>,
    #[command(flatten)]
    pub(crate) time: TimeArguments,
    /// Exit with 1 also on these; fail and unknown always do
    #[arg(long, value_enum, value_name = "STATUS", value_delimiter = ',')]
    pub(crate) fail_on: Vec<FailOn>,
    /// By which evaluator verdicts come about; both mean the same
    #[arg(long, value_enum, default_value_t = EvaluatorName::Fast, hide_short_help = true)]
    pub(crate) evaluator: EvaluatorName,
    /// Show every finding whole, and why subjects pass
    #[arg(long, short)]
    pub(crate) verbose: bool,
}

fn facts_help() -> String {
    let kinds: Vec<&str> = tickmark_session::Kind::ALL.iter().map(|kind| kind.name()).collect();
    format!(
        "Exports: files or folders; the kind is found from the content, or said with KIND=PATH ({})",
        kinds.join(", ")
    )
}

/// The evaluators.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum EvaluatorName {
    /// Over all subjects at once
    #[default]
    Fast,
    /// One subject at a time, straight off the language page: slow, and what the fast one is tested against
    Reference,
}

impl From<EvaluatorName> for tickmark_session::Method {
    fn from(name: EvaluatorName) -> Self {
        match name {
            EvaluatorName::Fast => tickmark_session::Method::Fast,
            EvaluatorName::Reference => tickmark_session::Method::Reference,
        }
    }
}

/// What else makes the exit code 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// A failing subject: always
    Fail,
    /// A subject that cannot be decided: always
    Unknown,
    /// A deadline that is not over
    Pending,
    /// A control that found no subject
    Empty,
    /// A control that has no source
    Skipped,
}

/// `tickmark test`
#[derive(Args, Debug)]
pub(crate) struct TestArguments {
    /// `.tick` files or folders of them
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<String>,
    #[command(flatten)]
    pub(crate) controls: ControlArguments,
    /// Run the tests of these controls alone
    #[arg(long, value_name = "ID")]
    pub(crate) only: Vec<String>,
    #[command(flatten)]
    pub(crate) time: TimeArguments,
}

/// `tickmark fmt`
#[derive(Args, Debug)]
pub(crate) struct FmtArguments {
    /// `.tick` files, folders of them, or `-` for standard input; the current folder where none is given
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<String>,
    /// Change nothing; exit with 1 where a file is not formatted
    #[arg(long)]
    pub(crate) check: bool,
}

/// `tickmark explain`
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  tickmark explain E0203\n  tickmark explain MODEL-03 --pack soc2-ai\n  tickmark explain MODEL-03 fraud@7 --pack soc2-ai --facts exports/"
)]
pub(crate) struct ExplainArguments {
    /// The id of a control, or the code of a diagnostic (E0203)
    pub(crate) id: String,
    /// A subject of the control: its whole proof is shown
    pub(crate) subject: Option<String>,
    /// Exports to prove it from
    #[arg(long, short, value_name = "FACTS")]
    pub(crate) facts: Vec<String>,
    /// Show how the control is evaluated over the facts: what is worked out once, over how many rows, and how long it took
    #[arg(long, conflicts_with = "subject")]
    pub(crate) plan: bool,
    #[command(flatten)]
    pub(crate) controls: ControlArguments,
    #[command(flatten)]
    pub(crate) time: TimeArguments,
}

/// `tickmark facts`
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  tickmark facts exports/\n  tickmark facts model fraud@7 exports/\n  tickmark facts aws_s3_bucket exports/"
)]
pub(crate) struct FactsArguments {
    /// Exports; before them a noun, or a noun and an id, to see its records or one record
    #[arg(value_name = "[NOUN [ID]] FACTS")]
    pub(crate) words: Vec<String>,
    #[command(flatten)]
    pub(crate) controls: ControlArguments,
}

/// `tickmark query`
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  tickmark query 'prod model where author is missing' exports/\n  tickmark query 'store of a confidential dataset' registers.yaml --controls entities.tick"
)]
pub(crate) struct QueryArguments {
    /// What to list: a noun phrase, as after `every`
    pub(crate) phrase: String,
    /// Exports
    #[arg(value_name = "FACTS")]
    pub(crate) facts: Vec<String>,
    #[command(flatten)]
    pub(crate) controls: ControlArguments,
    #[command(flatten)]
    pub(crate) time: TimeArguments,
}

/// `tickmark trace`
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  tickmark trace model fraud@7 exports/\n  tickmark trace model fraud@7 exports/ --as-of 2026-06-30 --format html --output fraud-7.html\n  tickmark trace dataset clicks@9f2c exports/\n  tickmark trace deployment fraud-7-eu exports/\n\nExit codes: 0 it was told, whatever is missing of it; 2 it could not be."
)]
pub(crate) struct TraceArguments {
    /// Of what
    #[arg(value_enum, value_name = "NOUN")]
    pub(crate) noun: TraceNoun,
    /// Its id: NAME@VERSION of a model, NAME or NAME@DIGEST of a data set, the id of a deployment
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// Exports: files or folders; the kind is found from the content, or said with KIND=PATH
    #[arg(value_name = "FACTS", help = facts_help())]
    pub(crate) facts: Vec<String>,
    #[command(flatten)]
    pub(crate) controls: ControlArguments,
    #[command(flatten)]
    pub(crate) time: TimeArguments,
    /// How it is written
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = TraceFormat::Text)]
    pub(crate) format: TraceFormat,
    /// Write it to a file, whole or not at all; `-` is standard output
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<std::path::PathBuf>,
}

/// What can be traced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TraceNoun {
    /// A version of a model
    Model,
    /// A data set: what it was made from, and what learnt from it
    Dataset,
    /// A deployment, with the version that it put live
    Deployment,
}

/// The formats of a history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TraceFormat {
    /// For people
    Text,
    /// For machines: docs/schema/trace-1.json
    Json,
    /// For a wiki or a ticket
    Markdown,
    /// One page for a browser, with the picture
    Html,
    /// The picture alone
    Svg,
}

/// `tickmark init`
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  tickmark init\n  tickmark init --maps mlflow      with a copy of the map that you may change"
)]
pub(crate) struct InitArguments {
    /// The folder that is looked at, and that the manifest is written to
    #[arg(value_name = "DIR", default_value = ".")]
    pub(crate) folder: String,
    /// Write a copy of a system's map to `controls/maps/`, to be changed: it takes the place of the built-in one
    #[arg(long, value_name = "SYSTEM", help = maps_help())]
    pub(crate) maps: Vec<String>,
    /// Overwrite what is there
    #[arg(long)]
    pub(crate) force: bool,
}

fn maps_help() -> String {
    format!(
        "Write a copy of a system's map to `controls/maps/`, to be changed: it takes the place of the built-in one ({})",
        tickmark_session::map_names().join(", ")
    )
}

/// `tickmark collect`
#[derive(Args, Debug)]
#[command(
    after_help = "Examples:\n  tickmark collect mlflow --uri https://mlflow.example --token-env MLFLOW_TOKEN --output exports/mlflow\n  tickmark collect github acme/models --token-env GITHUB_TOKEN --output exports/github\n  tickmark collect aws --profile audit --region eu-west-1 --output exports/aws\n  tickmark collect kubernetes --context prod --output exports/cluster\n\nWhat was interrupted goes on where it stopped. Exit codes: 0 all of it is there, 2 it is not."
)]
pub(crate) struct CollectArguments {
    #[command(subcommand)]
    pub(crate) system: CollectSystem,
}

/// The systems that are collected.
#[derive(Debug, Subcommand)]
pub(crate) enum CollectSystem {
    /// A tracking server of MLflow: models, versions, experiments, runs
    Mlflow {
        /// Its address
        #[arg(long, value_name = "URL")]
        uri: String,
        /// The environment variable that holds the token
        #[arg(long, value_name = "NAME")]
        token_env: Option<String>,
        /// A file with the certificates of your own authority, in PEM, which is trusted in place of the public ones
        #[arg(long, value_name = "FILE")]
        ca_file: Option<String>,
        /// How many records are asked for at a time
        #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..))]
        page_size: u32,
        #[command(flatten)]
        manner: CollectManner,
    },
    /// A repository on GitHub: protection of branches, rule sets, environments, pull requests, reviews
    Github {
        /// The repository
        #[arg(value_name = "OWNER/REPO")]
        repository: String,
        /// The address of the interface
        #[arg(long, value_name = "URL", default_value = "https://api.github.com")]
        api: String,
        /// The environment variable that holds the token
        #[arg(long, value_name = "NAME")]
        token_env: Option<String>,
        /// A file with the certificates of your own authority, in PEM, which is trusted in place of the public ones
        #[arg(long, value_name = "FILE")]
        ca_file: Option<String>,
        /// How many records are asked for at a time
        #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=100))]
        page_size: u32,
        #[command(flatten)]
        manner: CollectManner,
    },
    /// An account of AWS, by your own `aws` command and its credentials
    Aws {
        /// The profile of its configuration
        #[arg(long, value_name = "NAME")]
        profile: Option<String>,
        /// The region; that of the profile where it is not given
        #[arg(long, value_name = "NAME")]
        region: Option<String>,
        /// Another address than Amazon's
        #[arg(long, value_name = "URL")]
        endpoint_url: Option<String>,
        /// The command
        #[arg(long, value_name = "PATH", default_value = "aws")]
        program: String,
        #[command(flatten)]
        manner: CollectManner,
    },
    /// A cluster of Kubernetes, by your own `kubectl` and its credentials; no secrets are read
    Kubernetes {
        /// The context of its configuration; the current one where it is not given
        #[arg(long, value_name = "NAME")]
        context: Option<String>,
        /// The command
        #[arg(long, value_name = "PATH", default_value = "kubectl")]
        program: String,
        #[command(flatten)]
        manner: CollectManner,
    },
}

/// How a system is collected.
#[derive(Args, Debug)]
pub(crate) struct CollectManner {
    /// The folder that the answers are written to, with a `collection.json`
    #[arg(long, short, value_name = "DIR")]
    pub(crate) output: std::path::PathBuf,
    /// Throw away what an earlier run collected into the folder
    #[arg(long)]
    pub(crate) fresh: bool,
    /// How often a question is asked again where there is no answer for now
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u32).range(..=20))]
    pub(crate) retries: u32,
}

/// A date is its last instant.
fn parse_as_of(text: &str) -> Result<Time, String> {
    Time::parse_end(text).map_err(|error| error.reason)
}

fn parse_period(text: &str) -> Result<(Time, Time), String> {
    let (start, end) = text.split_once("..").ok_or("write it as 2026-01-01..2026-06-30")?;
    let start = Time::parse(start.trim()).map_err(|error| error.reason)?;
    let end = Time::parse_end(end.trim()).map_err(|error| error.reason)?;
    if end < start {
        return Err("the period ends before it begins".into());
    }
    Ok((start, end))
}

impl ControlArguments {
    /// The request that these arguments make, at a moment.
    pub(crate) fn request(&self, time: &TimeArguments, now: Time) -> Request {
        Request {
            controls: self.controls.clone(),
            packs: self.packs.clone(),
            settings: self.settings.clone(),
            period: time.period,
            // Only what prints them asks for them.
            digests: false,
            ..Request::at(time.as_of.unwrap_or(now))
        }
    }
}
