//! What kind of export a file is, found from its content.

use crate::answers;
use crate::argument::{KINDS_ARE_LISTED, Kind, SystemId};
use crate::cards;
use crate::cloudformation;
use crate::document::{Document, json_in_log};
use crate::dvc;
use crate::error::{ReadError, error_at, shown};
use crate::foreign;
use crate::hcl;
use crate::json::JsonReader;
use crate::kubernetes;
use crate::native::ENVELOPE_KEY;
use crate::observed::{self, Stream};
use crate::registers::front_matter;
use crate::tree::Node;
use crate::yaml::YamlReader;
use smol_str::SmolStr;
use tickmark_diagnostics::Diagnostic;
use tickmark_diagnostics::codes::facts as codes;
use tickmark_facts::{ValueKind, ValueReader};

/// What a file was found to be.
#[derive(Debug)]
pub(crate) enum Detected {
    /// Native facts in YAML.
    Yaml,
    /// Native facts in JSON.
    Json,
    /// Native facts in JSON Lines.
    JsonLines,
    /// A table of the noun that was named.
    Csv,
    /// Markdown with a record of the noun that was named in front.
    Markdown,
    /// `terraform show -json` of a plan; the offset at which its JSON begins.
    TerraformPlan(usize),
    /// `terraform show -json` of a state; the offset at which its JSON begins.
    TerraformState(usize),
    /// A state file as Terraform keeps it, version 4.
    TerraformRawState,
    /// A file of a Terraform configuration.
    TerraformConfig,
    /// `terraform providers schema -json`: it holds no facts, but says which attributes there are.
    TerraformSchema,
    /// A template of CloudFormation.
    CloudFormation,
    /// Manifests of Kubernetes.
    Kubernetes,
    /// An answer of the MLflow REST interface.
    MlflowPage,
    /// An answer of a system that is read by a table.
    Answers(SystemId),
    /// A file of DVC.
    Dvc,
    /// A card of Hugging Face.
    Card,
    /// What is seen of the use of services.
    Observed(Stream),
    /// `{}`: an answer without content where its neighbours are MLflow's, else native facts without a noun.
    Empty,
    /// `[]`: an answer without records where its neighbours are answers that are lists, else none of the kinds.
    NoRecords,
    /// None of the kinds; why, in a few words.
    Unrecognised(String),
    /// A kind, but broken.
    Broken(Box<Diagnostic>),
}

impl Detected {
    /// The name of the kind in the record of a source.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Detected::Yaml => "yaml",
            Detected::Json
            | Detected::Empty
            | Detected::NoRecords
            | Detected::Unrecognised(_)
            | Detected::Broken(_) => "json",
            Detected::JsonLines => "jsonl",
            Detected::Csv => "csv",
            Detected::Markdown => "markdown",
            Detected::TerraformPlan(_) => "terraform-plan",
            Detected::TerraformState(_) | Detected::TerraformRawState => "terraform-state",
            Detected::TerraformConfig => "terraform-config",
            Detected::TerraformSchema => "terraform-schema",
            Detected::CloudFormation => "cloudformation",
            Detected::Kubernetes => "kubernetes",
            Detected::MlflowPage => "mlflow",
            Detected::Answers(system) => system.system().name,
            Detected::Dvc => "dvc",
            Detected::Card => "hugging-face",
            Detected::Observed(stream) => stream.name(),
        }
    }

    /// Whether all files of it below a folder are one source.
    pub(crate) fn is_page(&self) -> bool {
        matches!(self, Detected::MlflowPage | Detected::Answers(_) | Detected::Dvc | Detected::Observed(_))
    }

    /// The kind without what was said of it; a file of no kind is taken for native JSON.
    pub(crate) fn plain(&self) -> Detected {
        match self {
            Detected::Yaml => Detected::Yaml,
            Detected::JsonLines => Detected::JsonLines,
            Detected::Csv => Detected::Csv,
            Detected::Markdown => Detected::Markdown,
            Detected::TerraformPlan(start) => Detected::TerraformPlan(*start),
            Detected::TerraformState(start) => Detected::TerraformState(*start),
            Detected::TerraformRawState => Detected::TerraformRawState,
            Detected::TerraformConfig => Detected::TerraformConfig,
            Detected::TerraformSchema => Detected::TerraformSchema,
            Detected::CloudFormation => Detected::CloudFormation,
            Detected::Kubernetes => Detected::Kubernetes,
            Detected::MlflowPage => Detected::MlflowPage,
            Detected::Answers(system) => Detected::Answers(*system),
            Detected::Dvc => Detected::Dvc,
            Detected::Card => Detected::Card,
            Detected::Observed(stream) => Detected::Observed(*stream),
            Detected::Json
            | Detected::Empty
            | Detected::NoRecords
            | Detected::Unrecognised(_)
            | Detected::Broken(_) => Detected::Json,
        }
    }
}

/// What stands at the top of a JSON object.
pub(crate) struct Member {
    pub(crate) key: SmolStr,
    pub(crate) kind: MemberKind,
    /// Where its value begins.
    pub(crate) offset: usize,
    /// The byte behind its value.
    pub(crate) end: usize,
    /// How many records it holds, where that was counted and it holds nothing else.
    pub(crate) records: Option<u64>,
}

/// What a [`Member`] holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum MemberKind {
    Null,
    Scalar,
    Object,
    /// A list that is empty or whose first item is an object.
    Records,
    /// Any other list.
    List,
}

/// Finds the kind of a file; `said` is the kind that the argument names, `noun` whether it names a noun.
pub(crate) fn detect(document: &Document, said: Option<Kind>, noun: bool) -> Detected {
    match said {
        Some(Kind::Yaml) => return Detected::Yaml,
        Some(Kind::Json) => return Detected::Json,
        Some(Kind::JsonLines) => return Detected::JsonLines,
        Some(Kind::Csv) => return Detected::Csv,
        Some(Kind::Markdown) => {
            return front_matter::not_a_record(document).map_or(Detected::Markdown, Detected::Unrecognised);
        }
        Some(Kind::HuggingFace) => return cards::detect(document, true),
        Some(Kind::Dvc) => return dvc::detect(document),
        Some(Kind::Observed(stream)) => return observed::detect(document, stream),
        None if !noun => {
            if let Some(found) = observed::recognise(document) {
                return found;
            }
        }
        Some(Kind::Terraform | Kind::CloudFormation | Kind::Kubernetes | Kind::Mlflow | Kind::Answers(_)) | None => {}
    }
    if is_configuration(document, said) {
        return Detected::TerraformConfig;
    }
    let found = look(document, said);
    match (said, &found) {
        (_, Detected::Broken(_)) => found,
        (Some(Kind::Terraform), Detected::TerraformPlan(_) | Detected::TerraformState(_)) => found,
        (Some(Kind::Terraform), Detected::TerraformRawState | Detected::TerraformSchema) => found,
        (Some(Kind::Terraform), _) => {
            Detected::Unrecognised("it is no Terraform configuration, plan or state".to_owned())
        }
        (Some(Kind::CloudFormation), Detected::CloudFormation) | (Some(Kind::Kubernetes), Detected::Kubernetes) => {
            found
        }
        (Some(Kind::CloudFormation | Kind::Kubernetes), Detected::Unrecognised(why)) if why.contains("Helm") => found,
        (Some(Kind::CloudFormation), _) => Detected::Unrecognised("it is no template of CloudFormation".to_owned()),
        (Some(Kind::Kubernetes), _) => Detected::Unrecognised("it holds no manifest of Kubernetes".to_owned()),
        (Some(Kind::Mlflow), Detected::MlflowPage | Detected::Empty) => found,
        (Some(Kind::Mlflow), _) => Detected::Unrecognised("it is no answer of MLflow".to_owned()),
        (Some(Kind::Answers(system)), Detected::Answers(found_system)) if system == *found_system => found,
        (Some(Kind::Answers(_)), Detected::Unrecognised(why)) if why.contains(ANSWERED) => found,
        (Some(Kind::Answers(system)), _) => {
            Detected::Unrecognised(format!("it is no answer of {}", system.system().name))
        }
        (_, Detected::Unrecognised(_) | Detected::NoRecords) if noun => Detected::Json,
        _ => found,
    }
}

/// Whether a file is part of a Terraform configuration, by its name alone: nothing else tells.
pub(crate) fn is_configuration(document: &Document, said: Option<Kind>) -> bool {
    matches!(said, None | Some(Kind::Terraform)) && hcl::is_configuration_file(&document.path)
}

/// What a file says that holds an error instead of an answer.
const ANSWERED: &str = "the service answered with an error";

fn look(document: &Document, said: Option<Kind>) -> Detected {
    let bytes = &document.bytes[..];
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    match first {
        None => Detected::Unrecognised("it is empty".to_owned()),
        Some(b'{') => look_at_object(document, said),
        Some(_) if json_in_log(document).is_some() => {
            let start = json_in_log(document).unwrap_or(0);
            let mut reader = JsonReader::new(bytes.get(start..).unwrap_or(&[]), document.file, start);
            match members(&mut reader) {
                Ok(members) => classify(document, &members, (start, said)),
                Err(error) => Detected::Broken(error),
            }
        }
        Some(b'[') if !is_yaml_name(document) => look_at_list(document, said),
        Some(_) if cards::has_front_matter(document) => cards::detect(document, false),
        Some(_) if answers::system_of_table(document).is_some() => {
            answers::system_of_table(document).map_or(Detected::Empty, |system| Detected::Answers(SystemId::of(system)))
        }
        Some(_) if document.is_named(".csv") || document.is_named(".tsv") => {
            Detected::Unrecognised("a CSV file does not say which noun its rows are".to_owned())
        }
        Some(_) => look_at_yaml(document),
    }
}

fn is_yaml_name(document: &Document) -> bool {
    document.is_named(".yaml") || document.is_named(".yml")
}

fn look_at_list(document: &Document, said: Option<Kind>) -> Detected {
    let mut reader = JsonReader::new(&document.bytes, document.file, 0);
    // Pages that a program wrote one behind the other are lists one behind the other.
    let read = loop {
        match reader.skip() {
            Ok(()) if reader.more() && matches!(reader.at_list(), Ok(true)) => {}
            Ok(()) => break reader.finish(),
            Err(error) => break Err(error),
        }
    };
    match read {
        Ok(()) => match system_of_list(document, said) {
            Some(Some(system)) => Detected::Answers(system),
            Some(None) => Detected::Unrecognised(BARE_LIST.to_owned()),
            None => Detected::NoRecords,
        },
        Err(error) if document.is_named(".json") => Detected::Broken(error),
        Err(_) => Detected::Unrecognised("it is no JSON".to_owned()),
    }
}

/// What is said of a list whose records nobody knows.
pub(crate) const BARE_LIST: &str = "a bare list does not say which noun its records are";

/// The system of whose records a list is made, or the first list in it; nothing where there is no record.
fn system_of_list(document: &Document, said: Option<Kind>) -> Option<Option<SystemId>> {
    let mut reader = JsonReader::trying(&document.bytes, document.file, 0, 0);
    let mut depth = 0;
    while reader.more() {
        let within = reader.list_start().ok()?;
        if within && depth == 0 && reader.at_list().ok()? {
            depth += 1;
            continue;
        }
        if within {
            let members = members(&mut reader).ok()?;
            return Some(of_record(&members, said));
        }
        // An empty page inside of a list of pages, or one of several that stand one behind the other.
        if depth > 0 && !reader.list_next().ok()? {
            depth = 0;
        }
    }
    match said {
        Some(Kind::Answers(system)) => Some(Some(system)),
        _ => None,
    }
}

fn of_record(members: &[Member], said: Option<Kind>) -> Option<SystemId> {
    answers::of_record(&|key| members.iter().any(|member| member.key == key), system_said(said)).map(SystemId::of)
}

fn system_said(said: Option<Kind>) -> Option<&'static answers::System> {
    match said {
        Some(Kind::Answers(system)) => Some(system.system()),
        _ => None,
    }
}

fn look_at_object(document: &Document, said: Option<Kind>) -> Detected {
    // No JSON begins so, and of YAML only what nobody writes.
    if document.bytes.trim_ascii_start().starts_with(b"{{")
        && let Some(why) = kubernetes::helm_template(document.text())
    {
        return Detected::Unrecognised(why);
    }
    let mut reader = JsonReader::new(&document.bytes, document.file, 0);
    let members = match members(&mut reader) {
        Ok(members) => members,
        // `{ a: 1 }` is YAML, but a file that is called JSON is meant to be JSON.
        Err(error) if is_yaml_name(document) => return yaml_or(document, error),
        Err(error) => return Detected::Broken(error),
    };
    let end = reader.offset();
    match document.bytes.get(end..).unwrap_or(&[]).first() {
        None => classify(document, &members, (0, said)),
        Some(b'{') if is_mlflow(document, &members) => Detected::MlflowPage,
        Some(b'{') => match of_record(&members, said) {
            Some(system) => Detected::Answers(system),
            None => answers::recognise(document, &members, system_said(said))
                .map_or(Detected::JsonLines, |system| Detected::Answers(SystemId::of(system))),
        },
        Some(_) => match reader.finish() {
            Err(error) => Detected::Broken(error),
            Ok(()) => classify(document, &members, (0, said)),
        },
    }
}

fn yaml_or(document: &Document, error: ReadError) -> Detected {
    match look_at_yaml(document) {
        Detected::Unrecognised(_) | Detected::Broken(_) => Detected::Broken(error),
        found => found,
    }
}

/// The members of the object that stands next, their values skipped but for a look at what they are.
pub(crate) fn members(reader: &mut JsonReader<'_>) -> Result<Vec<Member>, ReadError> {
    let mut members = Vec::new();
    reader.object_or_skip(&mut |reader, key| {
        let offset = reader.offset();
        let kind = MemberKind::of(reader)?;
        reader.skip()?;
        members.push(Member { key: SmolStr::new(key), kind, offset, end: reader.offset(), records: None });
        Ok(())
    })?;
    Ok(members)
}

impl MemberKind {
    /// What stands next in a reader, which stays where it is.
    pub(crate) fn of(reader: &mut JsonReader<'_>) -> Result<MemberKind, ReadError> {
        Ok(match reader.kind()? {
            ValueKind::Scalar if reader.at_null()? => MemberKind::Null,
            ValueKind::Scalar => MemberKind::Scalar,
            ValueKind::Object => MemberKind::Object,
            ValueKind::List if matches!(reader.first_inside(), Some(b'{' | b']')) => MemberKind::Records,
            ValueKind::List => MemberKind::List,
        })
    }

    /// Whether records of a noun may be meant.
    pub(crate) fn holds_records(self) -> bool {
        matches!(self, MemberKind::Null | MemberKind::Object | MemberKind::Records)
    }
}

/// What a file is taken for by its first keys, without reading it: native facts or a Terraform plan in JSON, or JSON Lines.
/// Whoever reads it must see to it that it is one. `None` where only the whole file can tell.
pub(crate) fn presume(document: &Document, said: Option<Kind>) -> Option<Detected> {
    if !matches!(said, None | Some(Kind::Json | Kind::Terraform)) {
        return None;
    }
    if said.is_none() && observed::may_be(document) {
        return None;
    }
    let mut reader = JsonReader::trying(&document.bytes, document.file, 0, 0);
    let first = reader.at_object().ok().filter(|object| *object).and_then(|_| reader.object_start().ok())??;
    if first == "format_version" {
        let plan = said != Some(Kind::Json) && is_plan(reader).unwrap_or(false);
        return plan.then_some(Detected::TerraformPlan(0));
    }
    if said == Some(Kind::Terraform) {
        return None;
    }
    if said.is_none() {
        if is_answer(document, &first) || cloudformation::SECTIONS.contains(&&*first) {
            return None;
        }
        if answers::may_begin(document, &first) || foreign::may_begin(&first, &mut reader) {
            return None;
        }
        if has_object_lines(document) {
            // The keys of an event need not begin with one that tells.
            let mut reader = JsonReader::trying(&document.bytes, document.file, 0, 0);
            let of_system = members(&mut reader).ok().and_then(|members| of_record(&members, None)).is_some();
            return (!of_system).then_some(Detected::JsonLines);
        }
    }
    let facts = first == ENVELOPE_KEY || MemberKind::of(&mut reader).ok()?.holds_records();
    facts.then_some(Detected::Json)
}

/// Whether the first line is a whole object, and another follows.
fn has_object_lines(document: &Document) -> bool {
    const LONGEST: usize = 64 << 10;
    let start = document.bytes.get(..document.bytes.len().min(LONGEST)).unwrap_or(&[]);
    let Some(end) = memchr::memchr(b'\n', start) else { return false };
    let (line, rest) = document.bytes.split_at(end);
    let mut reader = JsonReader::trying(line, document.file, 0, 0);
    let whole = reader.skip().and_then(|()| reader.finish()).is_ok();
    whole && rest.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'{')
}

/// Whether a key behind `format_version` says that a plan follows; nothing large is skipped to find out.
fn is_plan(mut reader: JsonReader<'_>) -> Result<bool, ReadError> {
    const SMALL: [&str; 2] = ["terraform_version", "variables"];
    reader.skip()?;
    while let Some(key) = reader.object_next()? {
        if PLAN_KEYS.contains(&&*key) {
            return Ok(true);
        }
        if !SMALL.contains(&&*key) {
            return Ok(false);
        }
        reader.skip()?;
    }
    Ok(false)
}

/// The keys of a plan that no state has.
const PLAN_KEYS: [&str; 4] = ["planned_values", "resource_changes", "configuration", "prior_state"];

/// Whether a file whose first key is this one may be an answer of MLflow.
fn is_answer(document: &Document, first: &str) -> bool {
    if first == "next_page_token" {
        return true;
    }
    let mut reader = JsonReader::trying(&document.bytes, document.file, 0, 0);
    let offset = reader.object_start().map(|_| reader.offset());
    match (MLFLOW_ANSWERS.iter().find(|(answer, _)| *answer == first), offset) {
        (None, _) => false,
        (Some((_, attributes)), Ok(offset)) => attributes.is_empty() || first_record_has(document, offset, attributes),
        (Some(_), Err(_)) => true,
    }
}

/// What a file with these members is.
pub(crate) fn classify(document: &Document, members: &[Member], (start, said): (usize, Option<Kind>)) -> Detected {
    let has = |key: &str| members.iter().any(|member| member.key == key);
    let one_of = |keys: &[&str]| keys.iter().any(|key| has(key));
    if members.is_empty() {
        return Detected::Empty;
    }
    if has("format_version") && one_of(&PLAN_KEYS) {
        return Detected::TerraformPlan(start);
    }
    if has("format_version") && has("provider_schemas") {
        return Detected::TerraformSchema;
    }
    if has("format_version") && one_of(&["terraform_version", "values"]) {
        return Detected::TerraformState(start);
    }
    if has("version") && one_of(&["terraform_version", "lineage", "serial"]) && one_of(&["resources", "modules"]) {
        return Detected::TerraformRawState;
    }
    if is_mlflow(document, members) {
        return Detected::MlflowPage;
    }
    if let [only] = members
        && only.key == "__error__"
    {
        return Detected::Unrecognised(answered(document, only));
    }
    if let Some(why) = foreign::why(document, members) {
        return Detected::Unrecognised(why);
    }
    if let Some(system) = answers::recognise(document, members, system_said(said)) {
        return Detected::Answers(SystemId::of(system));
    }
    if has("apiVersion") && has("kind") {
        return Detected::Kubernetes;
    }
    let resources = members.iter().find(|member| member.key == "Resources" && member.kind == MemberKind::Object);
    if resources.is_some() && members.iter().all(|member| cloudformation::SECTIONS.contains(&member.key.as_str())) {
        return Detected::CloudFormation;
    }
    if members.iter().any(|member| member.key.is_empty()) {
        return Detected::Unrecognised(EMPTY_KEY.to_owned());
    }
    match members.iter().find(|member| member.key != ENVELOPE_KEY && !member.kind.holds_records()) {
        None => Detected::Json,
        Some(member) => Detected::Unrecognised(not_a_noun(&member.key)),
    }
}

/// What a file says that holds an error instead of an answer.
fn answered(document: &Document, error: &Member) -> String {
    let mut reader = JsonReader::trying(&document.bytes, document.file, error.offset, 1);
    let mut code = String::new();
    // It has been read through once.
    let _ = reader.object_or_skip(&mut |reader, key| {
        match key {
            "Code" => code = reader.printed()?.unwrap_or_default(),
            _ => reader.skip()?,
        }
        Ok(())
    });
    format!("{ANSWERED}: {}", shown(&code))
}

fn not_a_noun(key: &str) -> String {
    format!("its key `{}` holds neither records nor a list of records", shown(key))
}

/// The keys of MLflow's answers, and the attributes by which their items are known.
const MLFLOW_ANSWERS: [(&str, &[&str]); 12] = [
    ("registered_models", &["creation_timestamp", "last_updated_timestamp", "latest_versions"]),
    ("registered_model", &["creation_timestamp", "last_updated_timestamp", "latest_versions"]),
    ("model_versions", &["creation_timestamp", "last_updated_timestamp", "current_stage"]),
    ("model_version", &["creation_timestamp", "last_updated_timestamp", "current_stage"]),
    ("runs", &["info"]),
    ("run", &["info"]),
    ("experiments", &["experiment_id"]),
    ("experiment", &["experiment_id"]),
    ("models", &["info"]),
    ("model", &["info"]),
    ("metrics", &["step"]),
    ("mlflow_server_version", &[]),
];

/// Whether every key is one of MLflow's answers, and one of them holds what MLflow writes.
fn is_mlflow(document: &Document, members: &[Member]) -> bool {
    let known = |key: &str| MLFLOW_ANSWERS.iter().find(|(answer, _)| *answer == key).map(|(_, attributes)| *attributes);
    if !members.iter().all(|member| member.key == "next_page_token" || known(&member.key).is_some()) {
        return false;
    }
    members.iter().any(|member| match known(&member.key) {
        None => members.len() == 1,
        Some([]) => true,
        Some(attributes) => first_record_has(document, member.offset, attributes),
    })
}

/// Whether the object that begins here, or the first of the list that does, has one of the attributes.
fn first_record_has(document: &Document, offset: usize, attributes: &[&str]) -> bool {
    let rest = document.bytes.get(offset..).unwrap_or(&[]);
    let mut reader = JsonReader::trying(rest, document.file, 0, 0);
    let mut found = false;
    // What is broken here was found before, when the members were listed, or is found later, when they are read.
    let at_record = match reader.at_list() {
        Ok(true) => reader.list_start().unwrap_or(false),
        _ => true,
    };
    if at_record {
        let _ = reader.object_or_skip(&mut |reader, key| {
            found |= attributes.contains(&key);
            reader.skip()
        });
    }
    found
}

fn look_at_yaml(document: &Document) -> Detected {
    if let Some(detected) = declared_in_yaml(document) {
        return detected;
    }
    if dvc::is_called_so(document) {
        return dvc::detect(document);
    }
    let mut reader = YamlReader::new(document.text(), document.file);
    let looked = match document.bytes.len() {
        ..=LOOKED_THROUGH => look_through_yaml(&mut reader),
        _ => look_into_yaml(&mut reader),
    };
    match looked {
        Ok(None) => Detected::Yaml,
        Ok(Some(why)) => Detected::Unrecognised(why),
        Err(error) if is_yaml_name(document) => match kubernetes::helm_template(document.text()) {
            Some(why) => Detected::Unrecognised(why),
            None => Detected::Broken(error),
        },
        Err(_) => Detected::Unrecognised("it is neither JSON nor YAML".to_owned()),
    }
}

/// Whether a YAML file holds a template or manifests, by the keys of its first document that has any.
fn declared_in_yaml(document: &Document) -> Option<Detected> {
    let has = |word: &str| memchr::memmem::find(&document.bytes, word.as_bytes()).is_some();
    let (manifest, template) = (has("apiVersion") && has("kind"), has("Resources"));
    if !manifest && !template {
        return None;
    }
    // Templates of Helm may happen to be YAML: a whole look tells, and only those that could be one get it.
    let rendered = has("{{").then(|| read_whole(document));
    if let Some(Err(error)) = rendered {
        let helm = kubernetes::helm_template(document.text()).filter(|_| error.code == codes::BROKEN_YAML);
        return helm.map(Detected::Unrecognised);
    }
    let mut reader = YamlReader::new(document.text(), document.file);
    let (mut api_version, mut kind, mut sections, mut others) = (false, false, false, false);
    let mut look = || -> Result<(), ReadError> {
        while reader.next_document()? {
            if reader.kind()? != ValueKind::Object {
                reader.skip()?;
                continue;
            }
            let end = reader.object(&mut |reader, key| {
                match key {
                    "apiVersion" => api_version = reader.kind()? == ValueKind::Scalar,
                    "kind" => kind = reader.kind()? == ValueKind::Scalar,
                    "Resources" => sections = reader.kind()? == ValueKind::Object,
                    key => others |= !cloudformation::SECTIONS.contains(&key),
                }
                if api_version && kind {
                    Err(error_at(codes::BROKEN_YAML, document.file, 0, "enough is known"))
                } else {
                    reader.skip()
                }
            });
            return end;
        }
        Ok(())
    };
    let looked = look();
    if api_version && kind {
        return Some(Detected::Kubernetes);
    }
    (looked.is_ok() && sections && !others && !api_version).then_some(Detected::CloudFormation)
}

/// Reads every value of a YAML file.
fn read_whole(document: &Document) -> Result<(), ReadError> {
    let mut reader = YamlReader::new(document.text(), document.file);
    while reader.next_document()? {
        Node::read(&mut reader)?;
    }
    Ok(())
}

/// YAML files up to this size are looked through; of larger ones the first key is looked at, since parsing takes its time.
const LOOKED_THROUGH: usize = 1 << 20;

/// Why a large YAML file is no native facts, by its first key.
fn look_into_yaml(reader: &mut YamlReader<'_>) -> Result<Option<String>, ReadError> {
    while reader.next_document()? {
        if reader.kind()? != ValueKind::Object {
            if reader.is_empty_document()? {
                continue;
            }
            break;
        }
        let Some(key) = reader.first_key()? else { continue };
        let single = reader.kind()? == ValueKind::Scalar
            && reader.scalar(|value| value != tickmark_facts::Scalar::Null)?
            && key != ENVELOPE_KEY;
        return Ok(single.then(|| not_a_noun(&key)));
    }
    Ok(Some(NO_OBJECT.to_owned()))
}

const EMPTY_KEY: &str = "one of its keys is empty, which no noun is";

const NO_OBJECT: &str = "it is no object whose keys are nouns";

/// Why a YAML file is no native facts.
fn look_through_yaml(reader: &mut YamlReader<'_>) -> Result<Option<String>, ReadError> {
    let mut why = Some(NO_OBJECT.to_owned());
    let mut met = false;
    while reader.next_document()? {
        if reader.kind()? != ValueKind::Object {
            if !reader.is_empty_document()? {
                return Ok(Some(NO_OBJECT.to_owned()));
            }
            continue;
        }
        if !std::mem::replace(&mut met, true) {
            why = None;
        }
        reader.object(&mut |reader, key| {
            let scalar = reader.kind()? == ValueKind::Scalar;
            let holds = if scalar {
                reader.scalar(|value| value == tickmark_facts::Scalar::Null)?
            } else {
                reader.skip()?;
                true
            };
            if key.is_empty() {
                why = Some(EMPTY_KEY.to_owned());
            }
            if !holds && key != ENVELOPE_KEY && why.is_none() {
                why = Some(not_a_noun(key));
            }
            Ok(())
        })?;
        if met && why.is_some() {
            break;
        }
    }
    Ok(why)
}

/// The error of a file that was named outright and is none of the kinds, or not of the one that it was said to be.
pub(crate) fn unrecognised(document: &Document, said: Option<Kind>, why: &str) -> ReadError {
    let message = format!("`{}` is no export that Tickmark reads: {why}", document.path);
    let mut error = error_at(codes::UNKNOWN_KIND, document.file, 0, message);
    if document.is_named(".csv") || document.is_named(".tsv") {
        error.help.push(format!("name the noun of its rows: `csv:NOUN={}`", document.path));
        return error;
    }
    if why == BARE_LIST {
        let form = Kind::of_register(&document.path).filter(|kind| kind.takes_noun()).unwrap_or(Kind::Json);
        error.help.push(format!("name the noun of its records: `{form}:NOUN={}`", document.path));
        return error;
    }
    if said.is_none() {
        let kind = kind_in_name(document).or(Kind::of_register(&document.path)).unwrap_or(Kind::Yaml);
        let form = if kind == Kind::Markdown { "markdown:NOUN" } else { kind.name() };
        error.help.push(format!("say the kind, as in `{form}={}`, to see what is wrong with it", document.path));
    }
    error.help.push(KINDS_ARE_LISTED.to_owned());
    error
}

/// The kind that the name of a file speaks of: `jira-issues.json`. Of several the longest: `gcp-iam`, not `iam`.
fn kind_in_name(document: &Document) -> Option<Kind> {
    let name = document.name().to_ascii_lowercase().replace('_', "-");
    let stem = name.split_once('.').map_or(name.as_str(), |(stem, _)| stem);
    let spoken_of = |kind: &Kind| format!("-{stem}-").contains(&format!("-{kind}-"));
    Kind::ALL.into_iter().filter(spoken_of).max_by_key(|kind| kind.name().len())
}
