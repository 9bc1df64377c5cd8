//! Collections over a network that is made up: pages, interruptions, what is missing, and what is never written down.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::cell::RefCell;
use std::path::Path;
use std::time::Duration;

use tickmark_collect::{
    Ask, Clock, CollectError, Collected, Door, Manner, Mlflow, Programs, Ran, Reply, Secret, System, Transport, collect,
};
use tickmark_facts::Time;
use tickmark_manifest::{Collection, sha256};

/// A server of MLflow that counts what it is asked, and can be made to fail.
#[derive(Default)]
struct Server {
    asked: RefCell<Vec<String>>,
    /// The number of the question at which it goes away.
    gone_at: RefCell<Option<usize>>,
    /// It has no logged models, as before version 3.
    old: bool,
}

const VERSIONS: usize = 5;

impl Transport for Server {
    fn ask(&self, ask: &Ask) -> Result<Reply, String> {
        self.asked.borrow_mut().push(format!("{} {}", ask.url, ask.body.clone().unwrap_or_default()));
        if self.gone_at.borrow().is_some_and(|at| self.asked.borrow().len() > at) {
            return Err("connection refused".to_owned());
        }
        let path = ask.url.split("/mlflow/").nth(1).unwrap_or_default();
        let token = path.split("page_token=").nth(1).map_or(0, |token| token.parse::<usize>().unwrap());
        let text = match path.split('?').next().unwrap_or_default() {
            "registered-models/search" => r#"{"registered_models": [{"name": "m"}]}"#.to_owned(),
            "model-versions/search" => {
                let more = if token + 2 < VERSIONS {
                    format!(r#", "next_page_token": "{}""#, token + 2)
                } else {
                    String::new()
                };
                let versions: Vec<String> = (token..(token + 2).min(VERSIONS))
                    .map(|n| format!(r#"{{"name": "m", "version": "{n}"}}"#))
                    .collect();
                format!(r#"{{"model_versions": [{}]{more}}}"#, versions.join(", "))
            }
            "experiments/search" => r#"{"experiments": [{"experiment_id": "7"}, {"experiment_id": "0"}]}"#.to_owned(),
            "runs/search" => "{}".to_owned(),
            "logged-models/search" if self.old => {
                return Ok(Reply { status: 404, body: b"{}".to_vec(), ..Reply::default() });
            }
            "logged-models/search" => r#"{"models": []}"#.to_owned(),
            other => return Err(format!("nobody asks for {other}")),
        };
        Ok(Reply { status: 200, body: text.into_bytes(), ..Reply::default() })
    }
}

/// A clock that goes on a second whenever it is looked at.
#[derive(Default)]
struct Seconds(RefCell<i64>);

impl Clock for Seconds {
    fn now(&self) -> Time {
        *self.0.borrow_mut() += 1;
        Time(1_782_000_000_000_000 + *self.0.borrow() * 1_000_000)
    }

    fn wait(&self, _: Duration) {}
}

struct NoPrograms;

impl Programs for NoPrograms {
    fn run(&self, program: &str, _: &[String]) -> Result<Ran, String> {
        Err(format!("there is no command `{program}`"))
    }
}

fn run(server: &Server, folder: &Path, fresh: bool) -> Result<Collected, CollectError> {
    let door = Door { transport: server, programs: &NoPrograms, clock: &Seconds::default(), progress: &|_| {} };
    let mlflow = Mlflow { uri: "http://mlflow.test/".to_owned(), token: Secret::new("hunter2"), page_size: 2 };
    let manner = Manner { fresh, retries: 0, collector: "tickmark test".to_owned() };
    collect(&System::Mlflow(mlflow), folder, &manner, &door)
}

#[expect(clippy::disallowed_methods, reason = "a test reads what was written")]
fn bytes(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

fn manifest(folder: &Path) -> Collection {
    Collection::read(&bytes(&folder.join("collection.json"))).unwrap()
}

/// Path, page and rows of each file.
fn files(collection: &Collection) -> Vec<(String, u64, u64)> {
    collection.files.iter().map(|file| (file.path.clone(), file.page, file.rows)).collect()
}

#[test]
fn every_page_of_every_list_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::default();
    let collected = run(&server, folder.path(), false).unwrap();
    assert_eq!((collected.files, collected.rows, collected.kept), (7, 1 + 5 + 2, 0));
    let collection = manifest(folder.path());
    assert!(collection.complete && collection.files.iter().all(|file| file.complete));
    let versions: Vec<_> =
        files(&collection).into_iter().filter(|(path, ..)| path.starts_with("model-versions")).collect();
    let page = |n: u64, rows: u64| (format!("model-versions/search.page{n}.json"), n, rows);
    assert_eq!(versions, [page(0, 2), page(1, 2), page(2, 1)]);
    for file in &collection.files {
        assert_eq!(sha256(&bytes(&folder.path().join(&file.path))), file.sha256);
        assert_eq!(file.basis, "the last page has no next_page_token");
        assert!(file.started_at < file.ended_at && file.collector == "tickmark test");
    }
    // Experiments are named in order, so that the same question is asked again.
    assert!(server.asked.borrow().iter().any(|asked| asked.contains(r#""experiment_ids":["0","7"]"#)));
    let old = tempfile::tempdir().unwrap();
    let collected = run(&Server { old: true, ..Server::default() }, old.path(), false).unwrap();
    assert!(collected.missing.is_empty() && collected.files == 6, "before version 3 there are no logged models");
}

/// Wherever it is interrupted, going on asks only for what is not there, and ends with the same files.
#[test]
fn an_interrupted_collection_goes_on() {
    let whole = tempfile::tempdir().unwrap();
    let server = Server::default();
    run(&server, whole.path(), false).unwrap();
    let questions = server.asked.borrow().len();
    assert_eq!(questions, 7);
    for gone_at in 0..questions {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::default();
        *server.gone_at.borrow_mut() = Some(gone_at);
        let first = run(&server, folder.path(), false);
        match gone_at {
            0 => assert!(matches!(first, Err(CollectError::NoAnswer { .. }))),
            _ => {
                let first = first.unwrap();
                assert!(first.files == gone_at && first.missing.len() == 1, "{gone_at}: {first:?}");
            }
        }
        let partial = manifest(folder.path());
        assert!(!partial.complete && !partial.missing.is_empty(), "{gone_at}");
        // As if it had been killed while it wrote a line of its journal.
        let journal = folder.path().join(".tickmark-collect.jsonl");
        let mut text = bytes(&journal);
        text.extend_from_slice(b"{\"page\":{\"list\":\"model-ver");
        std::fs::write(&journal, text).unwrap();
        *server.gone_at.borrow_mut() = None;
        server.asked.borrow_mut().clear();
        let second = run(&server, folder.path(), false).unwrap();
        assert_eq!((second.kept, server.asked.borrow().len()), (gone_at, questions - gone_at));
        assert!(second.missing.is_empty());
        assert_eq!(files(&manifest(folder.path())), files(&manifest(whole.path())));
    }
}

#[test]
fn what_is_whole_stays_unless_it_is_thrown_away() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::default();
    run(&server, folder.path(), false).unwrap();
    let before = manifest(folder.path());
    server.asked.borrow_mut().clear();
    run(&server, folder.path(), false).unwrap();
    assert!(server.asked.borrow().is_empty() && manifest(folder.path()) == before);
    // A list whose file was changed is fetched anew.
    std::fs::write(folder.path().join("model-versions/search.page1.json"), "{}").unwrap();
    let again = run(&server, folder.path(), false).unwrap();
    assert_eq!((server.asked.borrow().len(), again.missing.len()), (3, 0));
    server.asked.borrow_mut().clear();
    run(&server, folder.path(), true).unwrap();
    assert_eq!(server.asked.borrow().len(), 7);
    assert!(folder.path().join("model-versions/search.page2.json").is_file());
}

#[test]
fn folders_of_others_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("mine.json"), "{}").unwrap();
    for fresh in [false, true] {
        assert!(matches!(run(&Server::default(), folder.path(), fresh), Err(CollectError::Other { .. })));
    }
    assert_eq!(bytes(&folder.path().join("mine.json")), b"{}");
    // A journal that names files elsewhere removes none of them.
    let outside = tempfile::tempdir().unwrap();
    let victim = outside.path().join("victim");
    std::fs::write(&victim, "here").unwrap();
    let inside = tempfile::tempdir().unwrap();
    run(&Server::default(), inside.path(), false).unwrap();
    let journal = inside.path().join(".tickmark-collect.jsonl");
    let text = String::from_utf8(bytes(&journal)).unwrap();
    std::fs::write(&journal, text.replace("experiments/search.page0.json", &victim.to_string_lossy())).unwrap();
    run(&Server::default(), inside.path(), true).unwrap();
    assert_eq!(bytes(&victim), b"here");
}

#[test]
fn a_token_is_written_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    run(&Server::default(), folder.path(), false).unwrap();
    let mut names: Vec<_> = manifest(folder.path()).files.iter().map(|file| file.path.clone()).collect();
    names.extend(["collection.json".to_owned(), ".tickmark-collect.jsonl".to_owned()]);
    for name in names {
        let text = String::from_utf8(bytes(&folder.path().join(&name))).unwrap();
        assert!(!text.contains("hunter2"), "{name}");
    }
    let door =
        Door { transport: &Server::default(), programs: &NoPrograms, clock: &Seconds::default(), progress: &|_| {} };
    let mlflow = Mlflow { uri: "http://ana:hunter2@mlflow.test".to_owned(), token: None, page_size: 2 };
    let manner = Manner { fresh: false, retries: 0, collector: String::new() };
    let other = tempfile::tempdir().unwrap();
    let error = collect(&System::Mlflow(mlflow), other.path(), &manner, &door).unwrap_err().to_string();
    assert!(error.contains("no credentials") && !error.contains("hunter2"), "{error}");
}
