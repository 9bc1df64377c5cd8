//! Which hosts are called: the access log of Squid (native format, <https://wiki.squid-cache.org/Features/LogFormat>), access logs of
//! Envoy and Istio in JSON (<https://istio.io/latest/docs/tasks/observability/logs/access-log/>), events of Suricata as AWS Network
//! Firewall logs them (<https://docs.aws.amazon.com/network-firewall/latest/developerguide/firewall-logging-contents.html>), and tables.
//!
//! What was not let through is counted apart: it was no use.

use crate::document::Document;
use crate::error::ReadError;
use crate::json::JsonReader;
use crate::observed::csv_log;
use crate::observed::fold::{self, Line, Read};
use crate::observed::moments::moment;
use crate::observed::{Records, first_line, keys_of};
use std::borrow::Cow;
use tickmark_facts::ValueReader;

/// What a log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Squid,
    Envoy,
    Suricata,
}

/// Keys of Envoy's access logs that say where a request went.
const HOSTS_OF_ENVOY: [&str; 5] = ["authority", ":authority", "requested_server_name", "sni", "upstream_cluster"];

/// What a log is, by its first line.
pub(crate) fn form(document: &Document) -> Option<Form> {
    let line = first_line(document);
    if !line.starts_with('{') {
        return matches!(squid(line), Read::Use(_) | Read::Else).then_some(Form::Squid);
    }
    let keys = keys_of(line, document);
    let has = |key: &str| keys.iter().any(|known| known == key);
    if (has("event_type") && has("src_ip")) || (has("firewall_name") && has("event")) {
        return Some(Form::Suricata);
    }
    let envoy = HOSTS_OF_ENVOY.iter().any(|key| has(key)) && (has("start_time") || has("upstream_host"));
    envoy.then_some(Form::Envoy)
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
        Form::Squid => squid(text),
        Form::Envoy => envoy(text, document).unwrap_or(Read::Odd),
        Form::Suricata => suricata(text, document).unwrap_or(Read::Odd),
    }
}

/// `time elapsed client action/status bytes method address user hierarchy type`.
fn squid(text: &str) -> Read<'_> {
    let mut fields = text.split_ascii_whitespace();
    let mut next = || fields.next().unwrap_or_default();
    let (time, elapsed, client, action, bytes, method, address) =
        (next(), next(), next(), next(), next(), next(), next());
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let fits = digits(time)
        && digits(elapsed.trim_start_matches('-'))
        && digits(bytes)
        && action.contains('/')
        && action.starts_with(|letter: char| letter.is_ascii_uppercase())
        && !address.is_empty();
    if !fits {
        return Read::Odd;
    }
    // `error:invalid-request`: nothing was called.
    if address.starts_with("error:") || method == "NONE" || method == "-" {
        return Read::Else;
    }
    let refused = action.contains("DENIED");
    Read::Use(Line { name: Cow::Borrowed(address), at: moment(time), client: Some(Cow::Borrowed(client)), refused })
}

fn envoy<'l>(text: &'l str, document: &Document) -> Option<Read<'l>> {
    let mut hosts: [Option<Cow<'l, str>>; 5] = [const { None }; 5];
    let (mut at, mut client) = (None, None);
    let mut reader = JsonReader::trying(text.as_bytes(), document.file, 0, 0);
    reader
        .object_or_skip(&mut |reader, key| {
            if let Some(slot) = HOSTS_OF_ENVOY.iter().position(|known| *known == key).and_then(|at| hosts.get_mut(at)) {
                *slot = reader.borrowed_text()?.filter(|text| !matches!(&**text, "" | "-"));
                return Ok(());
            }
            match key {
                "start_time" => at = reader.borrowed_text()?.and_then(|text| moment(&text)),
                "downstream_remote_address" => client = reader.borrowed_text()?,
                _ => reader.skip()?,
            }
            Ok(())
        })
        .ok()?;
    let [authority, colon_authority, server_name, sni, cluster] = hosts;
    let refused = cluster.as_deref() == Some("BlackHoleCluster");
    // `outbound|443||api.example.com`; a cluster that is named otherwise names no host.
    let of_cluster = cluster.and_then(|cluster| {
        let host = cluster.rsplit_once('|').map(|(_, host)| host.to_owned())?;
        (!host.is_empty()).then_some(Cow::Owned(host))
    });
    let name = authority.or(colon_authority).or(server_name).or(sni).or(of_cluster);
    let client = client.and_then(|client| fold::host(&client).map(|host| Cow::Owned(host.into_owned())));
    Some(name.map_or(Read::Else, |name| Read::Use(Line { name, at, client, refused })))
}

/// An event of Suricata, alone or within one of AWS Network Firewall.
fn suricata<'l>(text: &'l str, document: &Document) -> Option<Read<'l>> {
    let mut event = Event::default();
    let mut reader = JsonReader::trying(text.as_bytes(), document.file, 0, 0);
    event.read(&mut reader).ok()?;
    let name = event.name;
    let line = |name| Line { name, at: event.at, client: event.client, refused: event.refused };
    Some(name.map_or(Read::Else, |name| Read::Use(line(name))))
}

#[derive(Default)]
struct Event<'l> {
    name: Option<Cow<'l, str>>,
    at: Option<tickmark_facts::Time>,
    client: Option<Cow<'l, str>>,
    refused: bool,
}

impl<'l> Event<'l> {
    fn read(&mut self, reader: &mut JsonReader<'l>) -> Result<(), ReadError> {
        reader.object_or_skip(&mut |reader, key| {
            match key {
                "event" if reader.at_object()? => self.read(reader)?,
                // AWS writes the second besides, in seconds; the event itself is finer.
                "timestamp" => self.at = reader.borrowed_text()?.and_then(|text| moment(&text)).or(self.at),
                "event_timestamp" => self.at = self.at.or(reader.printed()?.and_then(|text| moment(&text))),
                "src_ip" => self.client = reader.borrowed_text()?,
                "tls" | "http" | "alert" if reader.at_object()? => reader.object(&mut |reader, key| {
                    match key {
                        "sni" | "hostname" => self.name = reader.borrowed_text()?.or(self.name.take()),
                        "action" => self.refused |= reader.borrowed_text()?.is_some_and(|action| action == "blocked"),
                        _ => reader.skip()?,
                    }
                    Ok(())
                })?,
                _ => reader.skip()?,
            }
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observed::tests::document;

    fn told(name: &str, text: &'static str) -> Vec<(String, Option<String>, Option<String>, bool)> {
        let document = document(name, text);
        let form = form(&document).unwrap();
        let uses = text.lines().filter_map(|text| match line(form, text, &document) {
            Read::Use(line) => Some(line),
            _ => None,
        });
        let time = |at: Option<tickmark_facts::Time>| at.map(|at| at.to_string());
        uses.map(|line| (line.name.into_owned(), time(line.at), line.client.map(Cow::into_owned), line.refused))
            .collect()
    }

    fn one(name: &str, at: &str, client: &str, refused: bool) -> (String, Option<String>, Option<String>, bool) {
        (name.to_owned(), Some(at.to_owned()), Some(client.to_owned()), refused)
    }

    #[test]
    fn squid_tells_of_tunnels_and_of_what_it_refused() {
        let log = "1286536309.586    921 10.0.0.8 TCP_TUNNEL/200 507 CONNECT api.openai.com:443 - HIER_DIRECT/1.2.3.4 -\n\
                   1286536310.000      0 10.0.0.8 TCP_DENIED/403 3800 CONNECT api.x.ai:443 - HIER_NONE/- text/html\n\
                   1286536311.000      0 10.0.0.8 NONE_NONE/000 0 - error:transaction-end-before-headers - HIER_NONE/- -\n";
        assert_eq!(
            told("access.log", log),
            [
                one("api.openai.com:443", "2010-10-08T11:11:49.586Z", "10.0.0.8", false),
                one("api.x.ai:443", "2010-10-08T11:11:50Z", "10.0.0.8", true)
            ]
        );
    }

    #[test]
    fn envoy_tells_the_authority_or_the_server_name() {
        let log = r#"{"authority":"api.anthropic.com","start_time":"2026-11-01T10:00:00.000Z","downstream_remote_address":"10.1.1.1:4000","upstream_cluster":"PassthroughCluster"}
{"authority":null,"requested_server_name":"api.cohere.com","start_time":"2026-11-01T10:00:01.000Z","downstream_remote_address":"10.1.1.1:4001","upstream_cluster":"BlackHoleCluster"}
{"authority":"-","requested_server_name":"-","start_time":"2026-11-01T10:00:02.000Z","downstream_remote_address":"10.1.1.1:4001","upstream_cluster":"outbound|443||api.mistral.ai"}
{"authority":"-","start_time":"2026-11-01T10:00:02.000Z","upstream_cluster":"PassthroughCluster"}
"#;
        assert_eq!(
            told("a.log", log),
            [
                one("api.anthropic.com", "2026-11-01T10:00:00Z", "10.1.1.1", false),
                one("api.cohere.com", "2026-11-01T10:00:01Z", "10.1.1.1", true),
                one("api.mistral.ai", "2026-11-01T10:00:02Z", "10.1.1.1", false)
            ]
        );
    }

    #[test]
    fn the_firewall_of_aws_tells_server_names() {
        let log = r#"{"firewall_name":"f","availability_zone":"eu-west-1a","event_timestamp":"1602627001","event":{"timestamp":"2020-10-13T22:10:01.006481+0000","flow_id":1,"event_type":"tls","src_ip":"10.2.0.1","tls":{"sni":"api.groq.com"}}}
{"firewall_name":"f","availability_zone":"eu-west-1a","event_timestamp":"1602627002","event":{"event_type":"alert","src_ip":"10.2.0.1","alert":{"action":"blocked"},"tls":{"sni":"api.x.ai"}}}
{"firewall_name":"f","availability_zone":"eu-west-1a","event_timestamp":"1602627002","event":{"event_type":"netflow","src_ip":"10.2.0.1"}}
"#;
        assert_eq!(
            told("f.json", log),
            [
                one("api.groq.com", "2020-10-13T22:10:01.006481Z", "10.2.0.1", false),
                one("api.x.ai", "2020-10-13T22:10:02Z", "10.2.0.1", true)
            ]
        );
    }

    #[test]
    fn a_broken_line_is_odd() {
        let log = "{\"authority\":\"a.b\",\"start_time\":\"x\"}\n{\"authority\":\n";
        let document = document("a.log", log);
        assert_eq!(line(Form::Envoy, "{\"authority\":", &document), Read::Odd);
        assert_eq!(form(&document), Some(Form::Envoy));
    }
}
