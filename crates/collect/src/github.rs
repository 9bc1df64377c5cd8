//! A repository on GitHub: protection of branches, rule sets, environments, pull requests with their reviews, over its REST
//! interface (<https://docs.github.com/en/rest>).

use crate::names::file_name;
use crate::store::{Fetched, Left, Store};
use crate::web::{Asker, address, encoded};
use crate::{Ask, CollectError, Collected, Door, Manner, Method, Reply, Secret, with_store};
use serde_json::Value;
use std::path::Path;

/// The version of the interface that is asked for.
const VERSION: &str = "2022-11-28";

/// A repository.
#[derive(Clone, Debug)]
pub struct GitHub {
    /// `owner/name`
    pub repository: String,
    /// The address of the interface; `https://api.github.com`, or a server's own.
    pub api: String,
    /// The token that lets us in.
    pub token: Option<Secret>,
    /// How many records are asked for at a time, at most 100.
    pub page_size: u32,
}

impl GitHub {
    pub(crate) fn collect(&self, folder: &Path, manner: &Manner, door: &Door<'_>) -> Result<Collected, CollectError> {
        let api = address(&self.api)?;
        let plain = |part: &str| {
            !part.is_empty()
                && !part.starts_with('.')
                && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
        };
        if !self.repository.split_once('/').is_some_and(|(owner, name)| plain(owner) && plain(name)) {
            return Err(CollectError::Wrong(format!("`{}` is no repository: write `owner/name`", self.repository)));
        }
        let root = format!("{api}/repos/{}", self.repository);
        let Door { transport, clock, progress, .. } = *door;
        let asker = Asker { transport, clock, retries: manner.retries, progress };
        with_store(("github", &root), folder, manner, door, |store| {
            Repository { api: &api, root: &root, github: self, asker, door }.collect(store)
        })
    }
}

struct Repository<'a> {
    api: &'a str,
    root: &'a str,
    github: &'a GitHub,
    asker: Asker<'a>,
    door: &'a Door<'a>,
}

impl Repository<'_> {
    fn collect(&self, store: &mut Store<'_>) -> Result<(), CollectError> {
        self.one("repository", "", store)?;
        self.list("branches", "/branches?protected=true", None, store)?;
        for branch in texts(store, "branches", None, "name") {
            let file = format!("branches.{}.protection", file_name(&branch));
            let done = self.one(&file, &format!("/branches/{}/protection", encoded(&branch)), store);
            // Rule sets protect branches too, which then have no protection of their own.
            let done = match done {
                Err(CollectError::NotThere { reason, .. }) if reason.contains("not protected") => Ok(()),
                done => done,
            };
            store.miss_or_stop(done)?;
        }
        let done = self.list("rulesets", "/rulesets?", None, store);
        store.miss_or_stop(done)?;
        for id in texts(store, "rulesets", None, "id") {
            let done = self.one(&format!("rulesets/{id}"), &format!("/rulesets/{id}"), store);
            store.miss_or_stop(done)?;
        }
        let done = self.list("environments", "/environments?", Some("environments"), store);
        store.miss_or_stop(done)?;
        self.list("pulls", "/pulls?state=all&sort=created&direction=asc", None, store)?;
        for number in texts(store, "pulls", None, "number") {
            let done = self.one(&format!("pulls/{number}"), &format!("/pulls/{number}"), store);
            store.miss_or_stop(done)?;
            let done = self.list(&format!("pulls/{number}.reviews"), &format!("/pulls/{number}/reviews?"), None, store);
            store.miss_or_stop(done)?;
        }
        Ok(())
    }

    fn ask(&self, url: &str) -> Result<Reply, CollectError> {
        let headers = vec![
            ("Accept", "application/vnd.github+json".to_owned()),
            ("X-GitHub-Api-Version", VERSION.to_owned()),
            ("User-Agent", "tickmark".to_owned()),
        ];
        let ask =
            Ask { method: Method::Get, url: url.to_owned(), headers, token: self.github.token.clone(), body: None };
        self.asker.ask(&ask, &format!("GET {}", url.split('?').next().unwrap_or(url)))
    }

    /// A single answer.
    fn one(&self, name: &str, path: &str, store: &mut Store<'_>) -> Result<(), CollectError> {
        if store.left(name) == Left::Nothing {
            return Ok(());
        }
        let started_at = self.door.clock.now().to_string();
        let url = format!("{}{path}", self.root);
        let reply = self.ask(&url)?;
        object(&reply.body, &url)?;
        let query = format!("GET {}", self.path(&url));
        store.put(&Fetched {
            list: name,
            file: Some(format!("{name}.json")),
            query: &query,
            rows: 1,
            next: None,
            started_at,
            body: &reply.body,
        })?;
        store.end(name, "a single answer")
    }

    /// Every page of a list; its records stand under a key, or are the answer.
    fn list(&self, name: &str, path: &str, key: Option<&str>, store: &mut Store<'_>) -> Result<(), CollectError> {
        let size = self.github.page_size.clamp(1, 100);
        let separator = if path.ends_with('?') { "" } else { "&" };
        while let Left::From(page, next) = store.left(name) {
            if page > 0 && next.is_none() {
                return store.end(name, "the last page has no Link to a next one");
            }
            let url = next.unwrap_or_else(|| format!("{}{path}{separator}per_page={size}", self.root));
            let started_at = self.door.clock.now().to_string();
            let reply = self.ask(&url)?;
            let rows = records(&reply.body, key).ok_or_else(|| odd(&url, "it holds no list"))?.len();
            let next = reply.link.as_deref().and_then(next_of).map(|next| self.ours(next, &url)).transpose()?;
            let file = if page == 0 { format!("{name}.json") } else { format!("{name}.page{page}.json") };
            store.put(&Fetched {
                list: name,
                file: Some(file),
                query: &format!("GET {}, page {page}", self.path(&url)),
                rows: rows as u64,
                next,
                started_at,
                body: &reply.body,
            })?;
        }
        Ok(())
    }

    /// The next page, which is of the same interface: a token is sent nowhere else.
    fn ours(&self, next: &str, url: &str) -> Result<String, CollectError> {
        let ours = next.strip_prefix(self.api).is_some_and(|rest| rest.starts_with('/'));
        if ours { Ok(next.to_owned()) } else { Err(odd(url, "its next page is on another server")) }
    }

    fn path(&self, url: &str) -> String {
        url.strip_prefix(self.api).unwrap_or(url).to_owned()
    }
}

fn odd(url: &str, reason: &str) -> CollectError {
    CollectError::Odd { what: format!("GET {}", url.split('?').next().unwrap_or(url)), reason: reason.to_owned() }
}

fn object(body: &[u8], url: &str) -> Result<(), CollectError> {
    let value: Value = serde_json::from_slice(body).map_err(|_| odd(url, "it is no JSON"))?;
    if value.is_object() { Ok(()) } else { Err(odd(url, "it is no object")) }
}

/// The records of a page.
fn records(body: &[u8], key: Option<&str>) -> Option<Vec<Value>> {
    let mut value: Value = serde_json::from_slice(body).ok()?;
    let list = match key {
        Some(key) => value.get_mut(key)?.take(),
        None => value,
    };
    match list {
        Value::Array(records) => Some(records),
        _ => None,
    }
}

/// An attribute of each record of a list that is here.
fn texts(store: &Store<'_>, list: &str, key: Option<&str>, attribute: &str) -> Vec<String> {
    let pages = store.pages(list);
    let records = pages.iter().filter_map(|page| records(page, key)).flatten();
    let text = |record: Value| match record.get(attribute)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    records.filter_map(text).collect()
}

/// The address of the next page in a `Link` header: `<https://…>; rel="next"`.
fn next_of(link: &str) -> Option<&str> {
    link.split(',').find_map(|part| {
        let (address, relation) = part.trim().strip_prefix('<')?.split_once('>')?;
        relation.contains("rel=\"next\"").then_some(address)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found() {
        let link = "<https://a/1?p=1>; rel=\"prev\", <https://a/1?p=3>; rel=\"next\", <https://a/1?p=9>; rel=\"last\"";
        assert_eq!(next_of(link), Some("https://a/1?p=3"));
        assert_eq!(next_of("<https://a/1?p=1>; rel=\"prev\""), None);
    }
}
