//! Every file of the corpus is read as what it is, with as many records as are counted in it without Tickmark, or is said to be no evidence.

use std::fmt::Write as _;
use std::path::Path;

use super::counts::{Read, expected};
use tickmark_tests::corpus;
use tickmark_tests::judged::check;

/// Files that are no evidence, and why; then the words in which Tickmark says so. With no words, the file is taken for facts of
/// our own form, of nouns that nobody asks for: nothing in it tells that it is not.
const NOT_EVIDENCE: &[(&str, &str, &str)] = &[
    ("^README.md", "says what the corpus is", "it is neither JSON nor YAML"),
    (".py", "makes a part of the corpus", ""),
    (".sh", "makes a part of the corpus", ""),
    (
        ".sql",
        "a database as a program of SQL: the database itself is read (tests/registries.rs)",
        "it is no object whose keys are nouns",
    ),
    ("dvc-dag.dot", "a drawing of what dvc.yaml says", "it is no object whose keys are nouns"),
    ("dvc-status.json", "what a command printed: nothing", ""),
    ("dvc-data-status.json", "what a command printed of files that dvc.lock tells of", ""),
    ("dvc-metrics-show.json", "what a command printed of metrics/eval.json", "one of its keys is empty"),
    (
        "lineage/dvc/metrics/eval.json",
        "metrics, whose model only dvc.lock knows",
        "holds neither records nor a list of records",
    ),
    ("lineage/dvc/params.yaml", "parameters, which dvc.lock repeats for the stages that took them", ""),
    ("metrics/get-history.example.json", "an answer without content", ""),
    ("model-versions/search/empty-model.page0.json", "an answer without content", ""),
    ("registered-models/get-latest-versions/empty-model.json", "an answer without content", ""),
    ("mlflow/brightloom/version.json", "the version of the server", ""),
    ("terraform/MANIFEST.json", "says what the corpus is", "holds neither records nor a list of records"),
    ("drift.json", "settings of the stand-in provider", ""),
    ("invalid.tfstate", "broken JSON, to see what is said of it", "error[E05"),
    (
        "44.reviews.json",
        "a list without records, which says nothing alone: in its folder it is the reviews of a pull request",
        "a bare list",
    ),
    (
        "deployment-branch-policy-single-branch.json",
        "an id and a name, of a policy that nothing says whose it is",
        "holds neither records",
    ),
    (
        "deployment-branch-policy-single-tag.json",
        "an id and a name, of a policy that nothing says whose it is",
        "holds neither records",
    ),
    (
        "deployment-branch-policy-wildcard.json",
        "an id and a name, of a policy that nothing says whose it is",
        "holds neither records",
    ),
    ("protected-branch-admin-enforced.json", "a part of the answer about a branch", "holds neither records"),
    ("protected-branch-admin-enforced-2.json", "a part of the answer about a branch", "holds neither records"),
    ("protected-branch-pull-request-review.json", "a part of the answer about a branch", "holds neither records"),
    ("codeowners-errors.json", "mistakes in a file of the repository", ""),
    ("simple-pull-request-review-request.json", "whom somebody asked, and not who answered", ""),
    ("datasetcard_template.md", "a form to be filled in", "is no export"),
    ("modelcard_template.md", "a form to be filled in", "is no export"),
    ("sample_invalid_card_data.md", "a list where a card has an object", "is no export"),
    ("sample_no_metadata.md", "text without metadata", "is no export"),
    ("spec/datasetcard.md", "the specification of the form", "is no export"),
    ("spec/modelcard.md", "the specification of the form", "is no export"),
    ("openlineage/facets/example_full_event.json", "", ""),
    ("samples/openlineage/facets/", "facets without an event", "facets of OpenLineage without the event"),
    ("basic-catalog.json", "what should be", "a catalogue in OSCAL"),
    ("resolved-profile_catalog.json", "what should be", "a catalogue in OSCAL"),
    ("baseline_profile.json", "what should be", "a profile in OSCAL"),
    ("example-component-definition.json", "what should be", "a definition of components in OSCAL"),
    ("assessment-plan-example.json", "what will be done", "a plan of an assessment in OSCAL"),
    ("ssp-example.json", "what should be", "a security plan in OSCAL"),
];

/// Files that other tests look at: those that are read by a noun that the argument names, and those of which several make one source.
const ELSEWHERE: &[(&str, &str)] = &[
    ("vendors/", "tests/registers.rs"),
    (".tf", "tests/terraform_config.rs"),
    (".tfvars", "tests/terraform_config.rs"),
];

fn find<'t, T>(list: &'t [T], path: &str, key: impl Fn(&T) -> &str) -> Option<&'t T> {
    list.iter().find(|one| {
        let key = key(one);
        key.strip_prefix('^').is_some_and(|key| key == path)
            || path.ends_with(key)
            || (key.ends_with('/') && path.contains(key))
    })
}

#[test]
fn every_file_is_read_whole_or_said_to_be_no_evidence() {
    let Some(corpus) = corpus() else { return };
    let mut wrong = String::new();
    let (mut read, mut not) = (0, 0);
    for entry in walkdir::WalkDir::new(&corpus).sort_by_file_name() {
        let entry = entry.unwrap();
        let path = entry.path().strip_prefix(&corpus).unwrap().to_string_lossy().into_owned();
        if !entry.file_type().is_file()
            || path.starts_with("reference/")
            || find(ELSEWHERE, &path, |one| one.0).is_some()
        {
            continue;
        }
        let said = match find(NOT_EVIDENCE, &path, |one| one.0).filter(|(_, reason, _)| !reason.is_empty()) {
            Some((_, _, words)) => {
                not += 1;
                not_evidence(entry.path(), words)
            }
            None => {
                read += 1;
                is_read(entry.path(), &path)
            }
        };
        if let Err(said) = said {
            writeln!(wrong, "{path}: {said}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(read > 480 && not > 40, "{read} files were read, {not} are no evidence");
}

const ANY: &str = "control ANY-1 \"any\" { cites CC6.1  every source: path exists }\n";

fn not_evidence(file: &Path, words: &str) -> Result<(), String> {
    let outcome = check(&[file], ANY, "json");
    if !words.is_empty() {
        return (outcome.code == 2 && outcome.err.contains(words)).then_some(()).ok_or(outcome.err);
    }
    let ending = file.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if matches!(ending, "py" | "sh") {
        return (outcome.code == 2).then_some(()).ok_or_else(|| "a program was read".to_owned());
    }
    if outcome.code == 2 {
        return Err(outcome.err);
    }
    let kind = outcome.json()["sources"][0]["kind"].clone();
    (["json", "yaml", "mlflow"].iter().any(|name| kind == *name)).then_some(()).ok_or_else(|| kind.to_string())
}

fn is_read(file: &Path, path: &str) -> Result<(), String> {
    let text = text_of(file);
    let Read { kind, nouns, records } = expected(path, &text).ok_or("the test has no rule for it")?;
    let mut controls = ANY.to_owned();
    for (number, (noun, _)) in nouns.iter().enumerate() {
        writeln!(controls, "control N-{number} \"{noun}\" {{ cites CC6.1  every {noun}: 1 == 1 }}").unwrap();
    }
    let outcome = check(&[file], &controls, "json");
    if outcome.code == 2 {
        return Err(outcome.err);
    }
    let json = outcome.json();
    let source = &json["sources"][0];
    let found = (source["kind"].as_str().unwrap_or_default().to_owned(), source["records"].as_u64().unwrap_or(0));
    if found != (kind.to_owned(), records as u64) {
        return Err(format!("read as {found:?}, and it is {:?}", (kind, records)));
    }
    for (control, (noun, count)) in json["controls"].as_array().unwrap().iter().skip(1).zip(&nouns) {
        if control["counts"]["records"] != *count {
            return Err(format!("{} records of {noun}, and there are {count}", control["counts"]["records"]));
        }
    }
    Ok(())
}

/// The text of a file, of which one is UTF-16 and some begin with a byte-order mark.
fn text_of(file: &Path) -> String {
    let bytes = std::fs::read(file).unwrap();
    let wide = |from: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes[2..].chunks_exact(2).map(|pair| from([pair[0], pair[1]])).collect();
        String::from_utf16(&units).unwrap()
    };
    match bytes.as_slice() {
        [0xff, 0xfe, ..] => wide(u16::from_le_bytes),
        [0xfe, 0xff, ..] => wide(u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8(rest.to_vec()).unwrap(),
        _ => String::from_utf8(bytes).unwrap(),
    }
}
