//! A tracking server of MLflow: registered models with their versions, experiments, runs and logged models, over its REST interface
//! (<https://mlflow.org/docs/latest/rest-api.html>).

use crate::store::{Fetched, Left, Store};
use crate::web::{Asker, address, encoded};
use crate::{Ask, CollectError, Collected, Door, Manner, Method, Secret, with_store};
use serde_json::{Value, json};
use std::path::Path;

/// How many experiments one search for runs names.
const EXPERIMENTS: usize = 100;

/// A tracking server.
#[derive(Clone, Debug)]
pub struct Mlflow {
    /// Its address: `https://mlflow.example`.
    pub uri: String,
    /// The token that lets us in.
    pub token: Option<Secret>,
    /// How many records are asked for at a time.
    pub page_size: u32,
}

/// A list of the interface.
struct List {
    /// Its name, which is also that of its files.
    name: String,
    method: Method,
    path: &'static str,
    /// Where its records stand in an answer.
    key: &'static str,
    /// What is asked for beside the page.
    with: Value,
    /// The most records that the server gives at a time.
    most: u32,
}

impl List {
    fn new(name: &str, method: Method, path: &'static str, key: &'static str) -> Self {
        Self { name: name.to_owned(), method, path, key, with: json!({}), most: 1000 }
    }
}

impl Mlflow {
    pub(crate) fn collect(&self, folder: &Path, manner: &Manner, door: &Door<'_>) -> Result<Collected, CollectError> {
        let base = address(&self.uri)?;
        let Door { transport, clock, progress, .. } = *door;
        let asker = Asker { transport, clock, retries: manner.retries, progress };
        with_store(("mlflow", &base), folder, manner, door, |store| {
            let server =
                Server { base: &base, token: self.token.as_ref(), asker, page_size: self.page_size.max(1), door };
            server.collect(store)
        })
    }
}

struct Server<'a> {
    base: &'a str,
    token: Option<&'a Secret>,
    asker: Asker<'a>,
    page_size: u32,
    door: &'a Door<'a>,
}

impl Server<'_> {
    fn collect(&self, store: &mut Store<'_>) -> Result<(), CollectError> {
        let models =
            List::new("registered-models/search", Method::Get, "registered-models/search", "registered_models");
        self.list(&models, store)?;
        let versions = List::new("model-versions/search", Method::Get, "model-versions/search", "model_versions");
        self.list(&versions, store)?;
        // What was deleted is still what models were trained by.
        let experiments = List {
            with: json!({ "view_type": "ALL" }),
            ..List::new("experiments/search", Method::Post, "experiments/search", "experiments")
        };
        self.list(&experiments, store)?;
        let ids = self.ids(store);
        for (number, ids) in ids.chunks(EXPERIMENTS).enumerate() {
            let suffix = if number == 0 { String::new() } else { format!(".{number}") };
            let runs = List {
                with: json!({ "experiment_ids": ids, "run_view_type": "ALL" }),
                ..List::new(&format!("runs/search{suffix}"), Method::Post, "runs/search", "runs")
            };
            self.list(&runs, store)?;
            let logged = List {
                with: json!({ "experiment_ids": ids }),
                most: 50,
                ..List::new(&format!("logged-models/search{suffix}"), Method::Post, "logged-models/search", "models")
            };
            match self.list(&logged, store) {
                // Servers before version 3 know no logged models, which is all there is of them.
                Err(CollectError::NotThere { .. }) => {}
                done => done?,
            }
        }
        Ok(())
    }

    /// The ids of all experiments, sorted.
    fn ids(&self, store: &Store<'_>) -> Vec<String> {
        let pages = store.pages("experiments/search");
        let pages = pages.iter().filter_map(|page| serde_json::from_slice::<Value>(page).ok());
        let mut ids: Vec<String> = pages
            .flat_map(|page| page.get("experiments").and_then(Value::as_array).cloned().unwrap_or_default())
            .filter_map(|experiment| Some(experiment.get("experiment_id")?.as_str()?.to_owned()))
            .collect();
        ids.sort();
        ids.dedup();
        ids
    }

    /// Every page of a list, from the first that is not here.
    fn list(&self, list: &List, store: &mut Store<'_>) -> Result<(), CollectError> {
        while let Left::From(page, token) = store.left(&list.name) {
            if page > 0 && token.is_none() {
                return store.end(&list.name, "the last page has no next_page_token");
            }
            let started_at = self.door.clock.now().to_string();
            let ask = self.question(list, token.as_deref());
            let what = format!("{} {}", if list.method == Method::Get { "GET" } else { "POST" }, self.path(list));
            let reply = self.asker.ask(&ask, &what)?;
            let odd = |reason: &str| CollectError::Odd { what: what.clone(), reason: reason.to_owned() };
            let answer: Value = serde_json::from_slice(&reply.body).map_err(|_| odd("it is no JSON"))?;
            if !answer.is_object() {
                return Err(odd("it is no object"));
            }
            let rows = match answer.get(list.key) {
                None => 0,
                Some(records) => records.as_array().ok_or_else(|| odd(&format!("`{}` is no list", list.key)))?.len(),
            };
            let next = answer.get("next_page_token").and_then(Value::as_str).filter(|next| !next.is_empty());
            if next.is_some() && next == token.as_deref() {
                return Err(odd("its next page is itself"));
            }
            store.put(&Fetched {
                list: &list.name,
                file: None,
                query: &self.query(list, page),
                rows: rows as u64,
                next: next.map(str::to_owned),
                started_at,
                body: &reply.body,
            })?;
        }
        Ok(())
    }

    fn path(&self, list: &List) -> String {
        format!("{}/api/2.0/mlflow/{}", self.base, list.path)
    }

    /// A question as it is written down.
    fn query(&self, list: &List, page: u64) -> String {
        let method = if list.method == Method::Get { "GET" } else { "POST" };
        let with = if list.with.as_object().is_some_and(|with| with.is_empty()) {
            String::new()
        } else {
            format!(" {}", list.with)
        };
        format!("{method} /api/2.0/mlflow/{}{with}, page {page}", list.path)
    }

    fn question(&self, list: &List, token: Option<&str>) -> Ask {
        let size = self.page_size.min(list.most);
        let (url, body) = match list.method {
            Method::Get => {
                let token = token.map_or_else(String::new, |token| format!("&page_token={}", encoded(token)));
                (format!("{}?max_results={size}{token}", self.path(list)), None)
            }
            Method::Post => {
                let mut body = list.with.clone();
                if let Value::Object(body) = &mut body {
                    body.insert("max_results".to_owned(), json!(size));
                    if let Some(token) = token {
                        body.insert("page_token".to_owned(), json!(token));
                    }
                }
                (self.path(list), Some(body.to_string()))
            }
        };
        Ask { method: list.method, url, headers: Vec::new(), token: self.token.cloned(), body }
    }
}
