//! Which names are asked for: query logs of Route 53 Resolver
//! (<https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resolver-query-logs-format.html>), of BIND (`querylog`), of dnsmasq and
//! Pi-hole (`log-queries`), of Cloudflare Gateway (<https://developers.cloudflare.com/logs/logpush/logpush-job/datasets/account/gateway_dns/>),
//! and tables.
//!
//! Who asks for a name need not have called it: that somebody asked is what is known.

use crate::document::Document;
use crate::error::ReadError;
use crate::json::JsonReader;
use crate::observed::csv_log;
use crate::observed::fold::{self, Line, Read};
use crate::observed::moments::moment;
use crate::observed::{Records, beginning, first_line, keys_of};
use std::borrow::Cow;
use tickmark_facts::{Time, ValueReader};

/// What a log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// One object a line.
    Json,
    Bind,
    Dnsmasq,
}

/// How many lines of a text are looked at for a query: others may stand before the first.
const LOOKED_AT: usize = 50;

/// What a log is, by its first lines.
pub(crate) fn form(document: &Document) -> Option<Form> {
    let line = first_line(document);
    if line.starts_with('{') {
        let keys = keys_of(line, document);
        let has = |key: &str| keys.iter().any(|known| known == key);
        return (has("query_name") && has("query_timestamp") || has("QueryName")).then_some(Form::Json);
    }
    if !line.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let beginning = beginning(document);
    // One of these stands in every query: most files have none, and need not be looked at line by line.
    let has = |words: &str| memchr::memmem::find(beginning.as_bytes(), words.as_bytes()).is_some();
    if ![": query", " blocked ", " denied ", " blacklisted "].into_iter().any(has) {
        return None;
    }
    beginning.lines().take(LOOKED_AT).find_map(|line| match (dnsmasq(line), bind(line)) {
        (Read::Use(_), _) => Some(Form::Dnsmasq),
        (_, Read::Use(_)) => Some(Form::Bind),
        _ => None,
    })
}

/// Reads logs of one source.
pub(crate) fn read(documents: &[Document], log: &str, out: &mut Records<'_>) -> Result<(), ReadError> {
    let mut fold = fold::lines(documents, &form, &line);
    for document in documents.iter().filter(|document| form(document).is_none()) {
        csv_log::read(document, &mut fold)?;
    }
    fold.tell(documents, log, out)
}

fn line<'l>(form: Form, text: &'l str, document: &Document) -> Read<'l> {
    match form {
        Form::Json => json(text, document).unwrap_or(Read::Odd),
        Form::Bind => bind(text),
        Form::Dnsmasq => dnsmasq(text),
    }
}

fn json<'l>(text: &'l str, document: &Document) -> Option<Read<'l>> {
    let (mut name, mut at, mut client, mut refused) = (None, None, None, false);
    let mut reader = JsonReader::trying(text.as_bytes(), document.file, 0, 0);
    reader
        .object_or_skip(&mut |reader, key| {
            match key {
                "query_name" | "QueryName" => name = reader.borrowed_text()?,
                "query_timestamp" | "Datetime" => at = reader.printed()?.and_then(|text| moment(&text)),
                "srcaddr" | "SrcIP" => client = reader.borrowed_text()?,
                "firewall_rule_action" => refused |= reader.borrowed_text()?.is_some_and(|action| action == "BLOCK"),
                "ResolverDecision" => refused |= reader.printed()?.is_some_and(|decision| is_block(&decision)),
                _ => reader.skip()?,
            }
            Ok(())
        })
        .ok()?;
    Some(name.map_or(Read::Else, |name| Read::Use(Line { name, at, client, refused })))
}

/// The decisions of Cloudflare Gateway by which no answer is given: `blockedByCategory`, `blockedRule` …, also as `blocked_rule`.
fn is_block(decision: &str) -> bool {
    decision.to_ascii_lowercase().starts_with("block")
}

/// `21-Nov-2026 21:40:06.123 queries: info: client @0x7f 10.0.0.5#53211 (api.x.ai): query: api.x.ai IN A +E(0)K (10.0.0.1)`.
fn bind(text: &str) -> Read<'_> {
    let Some((head, tail)) = text.split_once("): query: ") else { return Read::Else };
    let mut words = tail.split_ascii_whitespace();
    let (Some(name), Some("IN" | "CH" | "HS")) = (words.next(), words.next()) else { return Read::Odd };
    let Some((before, client)) = head.split_once("client ") else { return Read::Odd };
    let client = client.split_ascii_whitespace().find(|word| word.contains('#')).unwrap_or_default();
    let client = client.split('#').next().filter(|client| !client.is_empty());
    let mut stamp = before.split_ascii_whitespace();
    let at = match (stamp.next(), stamp.next()) {
        (Some(date), Some(clock)) => moment(&format!("{date} {clock}")).or_else(|| moment(date)),
        _ => None,
    };
    Read::Use(Line { name: Cow::Borrowed(name), at, client: client.map(Cow::Borrowed), refused: false })
}

/// `Nov 21 21:40:06 dnsmasq[123]: query[A] api.x.ai from 10.0.0.5`; a stamp without a year is no time.
fn dnsmasq(text: &str) -> Read<'_> {
    if let Some((head, tail)) = text.split_once(": query[") {
        let mut words = tail.split_ascii_whitespace();
        let (_, name, from, client) = (words.next(), words.next(), words.next(), words.next());
        let (Some(name), Some("from"), Some(client)) = (name, from, client) else { return Read::Odd };
        let (name, client) = (Cow::Borrowed(name), Some(Cow::Borrowed(client)));
        return Read::Use(Line { name, at: stamp(head), client, refused: false });
    }
    // Pi-hole: `gravity blocked api.x.ai is 0.0.0.0`, `exactly denied …`, `regex denied …`: the query that stands before it got no
    // answer.
    let refused =
        [" gravity blocked ", " exactly denied ", " regex denied ", " exactly blacklisted ", " regex blacklisted "];
    let behind = refused.iter().find_map(|words| text.split_once(words)).map(|(_, behind)| behind);
    match behind.and_then(|behind| behind.split_ascii_whitespace().next()) {
        Some(name) => Read::Use(Line { name: Cow::Borrowed(name), at: None, client: None, refused: true }),
        None => Read::Else,
    }
}

/// The time in front of a line of a system log, where it has a year.
fn stamp(head: &str) -> Option<Time> {
    let mut words = head.split_ascii_whitespace();
    let first = words.next()?;
    moment(first).or_else(|| moment(&format!("{first} {}", words.next()?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observed::tests::document;

    fn told(text: &'static str) -> Vec<String> {
        let document = document("q.log", text);
        let form = form(&document).unwrap();
        let reads = text.lines().map(|text| match line(form, text, &document) {
            Read::Use(line) => {
                let at = line.at.map_or_else(|| "no time".to_owned(), |at| at.to_string());
                let refused = if line.refused { " refused" } else { "" };
                format!("{} {at} {}{refused}", line.name, line.client.unwrap_or_default())
            }
            other => format!("{other:?}"),
        });
        reads.collect()
    }

    #[test]
    fn route_53_and_cloudflare() {
        let log = r#"{"version":"1.100000","account_id":"111122223333","query_timestamp":"2021-02-04T17:51:55Z","query_name":"api.deepgram.com.","query_type":"A","rcode":"NOERROR","answers":[{"Rdata":"1.2.3.4"}],"srcaddr":"10.0.0.9","firewall_rule_action":"BLOCK"}
{"QueryName":"api.x.ai","Datetime":"2026-11-02T08:00:00Z","SrcIP":"203.0.113.1","ResolverDecision":"allowedOnNoPolicyMatch"}
{"broken
"#;
        assert_eq!(
            told(log),
            [
                "api.deepgram.com. 2021-02-04T17:51:55Z 10.0.0.9 refused",
                "api.x.ai 2026-11-02T08:00:00Z 203.0.113.1",
                "Odd"
            ]
        );
    }

    #[test]
    fn bind_tells_who_asked_for_what() {
        let log = "21-Nov-2026 21:40:06.123 queries: info: client @0x7f1c 10.0.0.5#53211 (api.x.ai): query: api.x.ai IN A +E(0)K (10.0.0.1)\n\
                   21-Nov-2026 21:40:07.000 general: info: reloading\n";
        assert_eq!(told(log), ["api.x.ai 2026-11-21T21:40:06.123Z 10.0.0.5", "Else"]);
    }

    #[test]
    fn a_system_log_has_no_year() {
        let log = "Nov 21 21:40:05 dnsmasq[123]: started, version 2.90\n\
                   Nov 21 21:40:06 dnsmasq[123]: query[A] api.groq.com from 10.0.0.5\n\
                   Nov 21 21:40:06 dnsmasq[123]: gravity blocked api.groq.com is 0.0.0.0\n\
                   2026-11-21T21:40:07+00:00 pi dnsmasq[123]: query[AAAA] api.cohere.com from 10.0.0.6\n";
        assert_eq!(
            told(log),
            [
                "Else",
                "api.groq.com no time 10.0.0.5",
                "api.groq.com no time  refused",
                "api.cohere.com 2026-11-21T21:40:07Z 10.0.0.6"
            ]
        );
    }
}
