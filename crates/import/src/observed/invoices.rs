//! What is paid for: AWS Cost Explorer (`get-cost-and-usage`, grouped by service), the Cost and Usage Report of AWS as CSV, the detailed
//! billing export of Google Cloud as JSON (<https://cloud.google.com/billing/docs/how-to/export-data-bigquery-tables/standard-usage>), and
//! other tables with a service, an amount and a day. Lines about one service are folded: a report has millions.

use crate::document::Document;
use crate::error::{ReadError, error_at};
use crate::json::JsonReader;
use crate::observed::moments::moment;
use crate::observed::{Records, at, begins_with_word, first_line, keys_of};
use crate::table::Table;
use crate::tree::Node;
use std::collections::BTreeMap;
use tickmark_diagnostics::codes::facts as codes;
use tickmark_facts::{Time, ValueReader};
use tickmark_source::Place;

/// What an export is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    CostExplorer,
    /// Rows of BigQuery: one object a line, or a list.
    Google,
    /// A table with the columns of a Cost and Usage Report.
    Report,
    Table,
}

impl Form {
    /// Whether nothing else looks like it.
    pub(crate) fn is_telling(self) -> bool {
        self != Form::Table
    }
}

/// Names of columns, without what is no letter or digit, in the order in which they count.
const SERVICES: &[&str] = &[
    "productproductname",
    "productservicename",
    "lineitemproductcode",
    "lineitemproductservicecode",
    "servicedescription",
    "servicename",
    "service",
    "product",
    "vendor",
    "supplier",
    "merchant",
    "payee",
    "description",
];
const AMOUNTS: &[&str] = &[
    "lineitemunblendedcost",
    "lineitemblendedcost",
    "unblendedcost",
    "cost",
    "amount",
    "total",
    "costusd",
    "amountusd",
    "netamount",
];
const CURRENCIES: &[&str] = &["lineitemcurrencycode", "currency", "currencycode"];
const STARTS: &[&str] = &[
    "lineitemusagestartdate",
    "usagestartdate",
    "usagestarttime",
    "periodstart",
    "invoicedate",
    "date",
    "billingdate",
    "transactiondate",
];
const ENDS: &[&str] = &["lineitemusageenddate", "usageenddate", "usageendtime", "periodend"];

/// What an export is, by its beginning.
pub(crate) fn form(document: &Document) -> Option<Form> {
    let line = first_line(document);
    if line.starts_with(['{', '[']) {
        let keys = keys_of(line, document);
        let has = |key: &str| keys.iter().any(|known| known == key);
        let word = |word: &str| begins_with_word(document, word);
        return match () {
            () if word("\"ResultsByTime\"") => Some(Form::CostExplorer),
            () if has("service") && has("cost") && has("currency") => Some(Form::Google),
            () if line.starts_with('[') && word("\"billing_account_id\"") && word("\"cost\"") => Some(Form::Google),
            () => None,
        };
    }
    if !line.contains([',', ';', '\t']) {
        return None;
    }
    let header: Vec<String> = line.split([',', ';', '\t']).map(folded).collect();
    let has = |names: &[&str]| names.iter().any(|name| header.iter().any(|column| column == name));
    match () {
        () if has(&["lineitemproductcode"]) && has(&["lineitemunblendedcost", "lineitemblendedcost"]) => {
            Some(Form::Report)
        }
        () if has(SERVICES) && has(AMOUNTS) && document.is_named(".csv") => Some(Form::Table),
        () => None,
    }
}

/// What was paid for one service, in one currency.
struct Paid {
    first: Place,
    from: Option<Time>,
    to: Option<Time>,
    amount: f64,
    lines: u64,
}

#[derive(Default)]
struct Bill {
    paid: BTreeMap<(String, String), Paid>,
    /// Where the amount of a line is no number.
    odd: Option<Place>,
}

/// A line of a bill.
struct Item<'i> {
    service: &'i str,
    currency: &'i str,
    amount: Option<f64>,
    from: Option<Time>,
    to: Option<Time>,
    at: Place,
}

impl Bill {
    fn add(&mut self, item: &Item<'_>) {
        let Some(amount) = item.amount else {
            self.odd.get_or_insert(item.at);
            return;
        };
        let key = (item.service.to_owned(), item.currency.to_owned());
        let paid = self.paid.entry(key).or_insert_with(|| Paid {
            first: item.at,
            from: None,
            to: None,
            amount: 0.0,
            lines: 0,
        });
        paid.amount += amount;
        paid.lines += 1;
        paid.from = paid.from.into_iter().chain(item.from).min();
        paid.to = paid.to.into_iter().chain(item.to.or(item.from)).max();
    }
}

/// Reads bills.
pub(crate) fn read(documents: &[Document], log: &str, out: &mut Records<'_>) -> Result<(), ReadError> {
    let mut bill = Bill::default();
    for document in documents {
        match form(document) {
            Some(Form::CostExplorer) => cost_explorer(document, &mut bill)?,
            Some(Form::Google) => google(document, &mut bill)?,
            Some(Form::Report | Form::Table) => table(document, &mut bill)?,
            None => {}
        }
    }
    if let Some(place) = bill.odd {
        let message = "the amount of a line is no number: what was paid there is not known";
        let warning = crate::error::warning_at(codes::INCOMPLETE_SOURCE, place.file, place.offset as usize, message);
        out.piece.told.diagnostics.push(warning);
        out.piece.told.envelope.complete = Some(false);
    }
    for ((service, currency), paid) in &bill.paid {
        // Sums of cents are rounded where they were added up in binary.
        let amount = (paid.amount * 1e6).round() / 1e6;
        out.begin(paid.first)
            .text("invoice", log)
            .text("service", service.as_str())
            .text("currency", Some(currency.as_str()).filter(|currency| !currency.is_empty()))
            .number("amount", amount)
            .time("from", paid.from)
            .time("to", paid.to)
            .count("lines", paid.lines);
    }
    Ok(())
}

fn cost_explorer(document: &Document, bill: &mut Bill) -> Result<(), ReadError> {
    let root = super::tree(document)?;
    for period in root.get("ResultsByTime").map(Node::items).unwrap_or_default() {
        let bound = |key: &str| period.get("TimePeriod")?.text_of(key).and_then(|text| moment(&text));
        for group in period.get("Groups").map(Node::items).unwrap_or_default() {
            let Some(service) = group.get("Keys").and_then(|keys| keys.items().first()?.text()) else { continue };
            let Some((_, metric)) = group
                .get("Metrics")
                .and_then(|metrics| metrics.members().iter().find(|(name, _)| name.contains("Cost")))
            else {
                continue;
            };
            let currency = metric.text_of("Unit").unwrap_or_default();
            let amount = metric.text_of("Amount").and_then(|text| text.parse().ok());
            bill.add(&Item {
                service: &service,
                currency: &currency,
                amount,
                from: bound("Start"),
                to: bound("End"),
                at: at(document, group.offset),
            });
        }
    }
    Ok(())
}

fn google(document: &Document, bill: &mut Bill) -> Result<(), ReadError> {
    let mut reader = JsonReader::new(&document.bytes, document.file, 0);
    let mut row = |node: &Node| {
        let service = node.get("service").and_then(|service| service.text_of("description").or_else(|| service.text()));
        let Some(service) = service else { return };
        let time = |key: &str| node.text_of(key).and_then(|text| moment(text.trim_end_matches(" UTC")));
        bill.add(&Item {
            service: &service,
            currency: &node.text_of("currency").unwrap_or_default(),
            amount: node.text_of("cost").and_then(|text| text.parse().ok()),
            from: time("usage_start_time"),
            to: time("usage_end_time"),
            at: at(document, node.offset),
        });
    };
    while reader.more() {
        if reader.at_list()? {
            reader.list(&mut |reader| Node::read(reader).map(|node| row(&node)))?;
        } else {
            row(&Node::read(&mut reader)?);
        }
    }
    Ok(())
}

fn table(document: &Document, bill: &mut Bill) -> Result<(), ReadError> {
    let mut columns = None;
    let header = Table::new(document).each(false, &mut |header, (record, start, _)| {
        let [service, amount, currency, from, to] = *columns.get_or_insert_with(|| columns_of(&header.columns));
        let cell = |column: Option<usize>| {
            let cell = record.get(column?).unwrap_or_default();
            Some(std::str::from_utf8(cell).unwrap_or_default().trim()).filter(|text| !text.is_empty())
        };
        let Some(service) = cell(service) else { return Ok(()) };
        bill.add(&Item {
            service,
            currency: cell(currency).unwrap_or_default(),
            amount: cell(amount).and_then(|text| text.parse().ok()),
            from: cell(from).and_then(moment),
            to: cell(to).and_then(moment),
            at: at(document, start),
        });
        Ok(())
    })?;
    let [service, amount, ..] = columns.unwrap_or_else(|| columns_of(&header.columns));
    match (service, amount) {
        (Some(_), Some(_)) => Ok(()),
        _ => {
            let message = "this table has no column of services, or none of amounts";
            Err(error_at(codes::UNKNOWN_KIND, document.file, header.span.start as usize, message))
        }
    }
}

fn columns_of(header: &[String]) -> [Option<usize>; 5] {
    let folded: Vec<String> = header.iter().map(|column| folded(column)).collect();
    [SERVICES, AMOUNTS, CURRENCIES, STARTS, ENDS]
        .map(|names| names.iter().find_map(|name| folded.iter().position(|column| column == name)))
}

fn folded(cell: &str) -> String {
    cell.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observed::tests::document;

    fn told(name: &str, text: &'static str) -> Vec<String> {
        let document = document(name, text);
        let mut bill = Bill::default();
        match form(&document).unwrap() {
            Form::CostExplorer => cost_explorer(&document, &mut bill),
            Form::Google => google(&document, &mut bill),
            Form::Report | Form::Table => table(&document, &mut bill),
        }
        .unwrap();
        let time = |time: Option<Time>| time.map_or_else(|| "?".to_owned(), |time| time.to_string());
        let line = |((service, currency), paid): (&(String, String), &Paid)| {
            format!("{service} {:.2} {currency} {} {} {}", paid.amount, time(paid.from), time(paid.to), paid.lines)
        };
        bill.paid.iter().map(line).collect()
    }

    #[test]
    fn bills_of_many_forms() {
        let explorer = r#"{"ResultsByTime":[{"TimePeriod":{"Start":"2026-10-01","End":"2026-11-01"},"Total":{},"Groups":[{"Keys":["Amazon Bedrock"],"Metrics":{"UnblendedCost":{"Amount":"12.5","Unit":"USD"}}}]},{"TimePeriod":{"Start":"2026-11-01","End":"2026-12-01"},"Groups":[{"Keys":["Amazon Bedrock"],"Metrics":{"UnblendedCost":{"Amount":"0.5","Unit":"USD"}}}]}]}"#;
        assert_eq!(told("ce.json", explorer), ["Amazon Bedrock 13.00 USD 2026-10-01 2026-12-01 2"]);
        let report = "identity/LineItemId,lineItem/UsageStartDate,lineItem/UsageEndDate,lineItem/ProductCode,lineItem/UnblendedCost,lineItem/CurrencyCode,product/ProductName\n1,2026-10-01T00:00:00Z,2026-10-01T01:00:00Z,AmazonBedrock,0.25,USD,Amazon Bedrock\n2,2026-10-02T00:00:00Z,2026-10-02T01:00:00Z,AmazonBedrock,0.50,USD,Amazon Bedrock\n";
        assert_eq!(told("cur.csv", report), ["Amazon Bedrock 0.75 USD 2026-10-01 2026-10-02T01:00:00Z 2"]);
        let google = r#"{"billing_account_id":"1","service":{"id":"C7E2","description":"Vertex AI"},"cost":3.25,"currency":"EUR","usage_start_time":"2026-10-01 00:00:00 UTC","usage_end_time":"2026-10-01 01:00:00 UTC"}
{"billing_account_id":"1","service":{"id":"C7E2","description":"Vertex AI"},"cost":1,"currency":"EUR","usage_start_time":"2026-10-03 00:00:00 UTC"}
"#;
        assert_eq!(told("b.json", google), ["Vertex AI 4.25 EUR 2026-10-01 2026-10-03 2"]);
        let cards = "Date;Merchant;Amount;Currency\n2026-10-05;OPENAI *CHATGPT;20.00;USD\n";
        assert_eq!(told("cards.csv", cards), ["OPENAI *CHATGPT 20.00 USD 2026-10-05 2026-10-05 1"]);
    }
}
