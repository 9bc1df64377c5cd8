//! Logs that are tables: of Zscaler and others, whose columns are known by their names.

use crate::document::Document;
use crate::error::{ReadError, error_at};
use crate::observed::at;
use crate::observed::fold::{Fold, Line, Read};
use crate::observed::moments::moment;
use crate::table::Table;
use std::borrow::Cow;
use tickmark_diagnostics::codes::facts as codes;

/// Names of columns, without what is no letter or digit.
const HOSTS: &[&str] = &[
    "host",
    "hostname",
    "url",
    "requesturl",
    "fullurl",
    "desthost",
    "destinationhost",
    "serverhost",
    "dhost",
    "sni",
    "fqdn",
    "domain",
    "query",
    "queryname",
    "destinationdomain",
];
const TIMES: &[&str] =
    &["datetime", "timestamp", "time", "loggedtime", "eventtime", "requesttime", "starttime", "recordedat", "date"];
const CLIENTS: &[&str] =
    &["user", "username", "login", "email", "devicehostname", "clientip", "cip", "clientpublicip", "srcip", "source"];
const ACTIONS: &[&str] = &["action", "policyaction", "decision", "verdict", "status"];

/// Beginnings of words for what was not let through.
const REFUSED: [&str; 4] = ["block", "den", "drop", "reject"];

/// Whether a file is a table with a column of hosts.
pub(crate) fn is_one(document: &Document) -> bool {
    let named = document.is_named(".csv") || document.is_named(".tsv");
    named && crate::observed::first_line(document).split([',', ';', '\t']).any(|cell| HOSTS.contains(&&*folded(cell)))
}

/// Takes in the lines of a table.
pub(crate) fn read(document: &Document, fold: &mut Fold) -> Result<(), ReadError> {
    let mut columns = None;
    let header = Table::new(document).each(false, &mut |header, (record, start, _)| {
        let [host, time, client, action] = *columns.get_or_insert_with(|| columns_of(&header.columns));
        let cell = |column: Option<usize>| {
            let cell = record.get(column?).unwrap_or_default();
            Some(std::str::from_utf8(cell).unwrap_or_default().trim()).filter(|text| !text.is_empty())
        };
        let Some(name) = cell(host) else { return Ok(()) };
        let refused = cell(action)
            .map(str::to_lowercase)
            .is_some_and(|action| REFUSED.iter().any(|word| action.starts_with(word)));
        let line = Line {
            name: Cow::Borrowed(name),
            at: cell(time).and_then(moment),
            client: cell(client).map(Cow::Borrowed),
            refused,
        };
        fold.take(&Read::Use(line), at(document, start));
        Ok(())
    })?;
    let [host, ..] = columns.unwrap_or_else(|| columns_of(&header.columns));
    match host {
        Some(_) => Ok(()),
        None => {
            let message = "this table has no column of hosts";
            let mut error = error_at(codes::UNKNOWN_KIND, document.file, header.span.start as usize, message);
            error.help.push("such a column is called `host`, `hostname`, `url`, `domain` or `query`".to_owned());
            Err(error)
        }
    }
}

/// The columns of the host, the time, who called, and what became of it.
fn columns_of(header: &[String]) -> [Option<usize>; 4] {
    [HOSTS, TIMES, CLIENTS, ACTIONS].map(|names| {
        // In the order of the names: a table with host and address is read by its hosts.
        names.iter().find_map(|name| header.iter().position(|column| folded(column) == *name))
    })
}

fn folded(cell: &str) -> String {
    cell.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
