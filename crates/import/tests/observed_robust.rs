//! Logs, lock files, lists of secrets, bills and registers of strangers: however they are damaged, an answer comes, and no value of a
//! secret is in it.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use common::{needs, run_files};
use proptest::prelude::*;
use std::sync::Arc;
use tickmark_facts::Needs;
use tickmark_import::{DateFormat, Mapping, SourceArgument, import};
use tickmark_source::{MemoryFiles, Sources};

fn wanted() -> Arc<Needs> {
    needs(&[
        "egress_host(log, name): log text, name text, first_seen_at time, calls number, clients list text",
        "dns_name(log, name): log text, name text, last_seen_at time, refused number",
        "locked_package(id): id text, name text, version text, package text",
        "secret_name(file, name): file text, name text, created_at time",
        "invoice_line(invoice, service): invoice text, service text, amount number, from time",
        "model_api(id): id text, hosts list text",
        "vendor(name): name text, tier text, since time, ai bool, kept text, tags list text",
    ])
}

/// What must never be shown.
const SECRET: &str = "hunter2horse";

/// Files as they are named, each with what it may be said to be.
const SAMPLES: &[(&str, &str, &str)] = &[
    (
        "a.log",
        "egress",
        "1286536309.586 921 10.0.0.8 TCP_TUNNEL/200 507 CONNECT api.openai.com:443 - HIER_DIRECT/1.2.3.4 -\n",
    ),
    (
        "e.log",
        "egress",
        "{\"authority\":\"a.b\",\"start_time\":\"2026-11-01T10:00:00.000Z\",\"upstream_cluster\":\"outbound|443||x.y\"}\n{\"authority\":null,\"requested_server_name\":\"é.c\",\"start_time\":\"x\"}\n",
    ),
    ("z.csv", "egress", "Datetime,User,Action,URL\n2026-05-01,ana,Blocked,\"https://u:p@h:1/x\"\n"),
    ("d.log", "dns", "Nov 21 21:40:06 dnsmasq[1]: query[A] api.x.ai from 10.0.0.5\nx gravity blocked y is 0\n"),
    ("b.log", "dns", "21-Nov-2026 21:40:06.123 queries: info: client @0x7f 10.0.0.5#5 (a.b): query: a.b IN A + (1)\n"),
    (
        "r.log",
        "dns",
        "{\"query_timestamp\":\"2021-02-04T17:51:55Z\",\"query_name\":\"a.b.\",\"srcaddr\":\"1.1.1.1\"}\n",
    ),
    (
        "package-lock.json",
        "lock-files",
        "{\"packages\":{\"node_modules/@a/b\":{\"version\":\"1\"}},\"dependencies\":{\"c\":{\"version\":\"npm:d@1\"}}}",
    ),
    ("yarn.lock", "lock-files", "\"@a/b@^1\", \"@a/b@^2\":\n  version \"1\"\n  resolution: \"@a/b@npm:1\"\n"),
    ("pnpm-lock.yaml", "lock-files", "packages:\n  /@a/b/1.0_x: {}\n  c@1(d@2): {}\n"),
    ("uv.lock", "lock-files", "[[package]]\nname = \"a\"\nversion = \"1\"\nsource = { editable = \".\" }\n"),
    ("requirements.txt", "lock-files", "a[b]==1.0 ; x \\\n  --hash=y\n-r z\né @ https://x\n"),
    ("go.mod", "lock-files", "require (\n\ta/b v1 // indirect\n)\n"),
    ("Gemfile.lock", "lock-files", "GEM\n  specs:\n    a (1)\n"),
    (
        "s.json",
        "secret-names",
        "{\"SecretList\":[{\"Name\":\"a\",\"SecretString\":\"hunter2horse\",\"CreatedDate\":1602627001}],\"keys\":[\"b\"]}",
    ),
    (
        "k.yaml",
        "secret-names",
        "kind: Secret\nmetadata: {name: a}\nstringData:\n  KEY: hunter2horse\n  MORE: |\n    hunter2horse\n",
    ),
    ("x.env", "secret-names", "A=hunter2horse\nexport B=\"hunter2horse\nhunter2horse\"\n"),
    (
        "ce.json",
        "invoices",
        "{\"ResultsByTime\":[{\"TimePeriod\":{\"Start\":\"2026-10-01\"},\"Groups\":[{\"Keys\":[\"S\"],\"Metrics\":{\"UnblendedCost\":{\"Amount\":\"1\",\"Unit\":\"USD\"}}}]}]}",
    ),
    ("i.csv", "invoices", "Date;Merchant;Amount\n2026-10-05;X;1e3\n"),
    ("v.csv", "csv:vendor", "sep=;\nname;tier;since;ai;kept;tags\n\"A \"\"x\"\"\";TBD;03/04/2026;YES;12;a|b\n"),
    ("v.yaml", "yaml:vendor", "a:\n  b:\n    - {name: x, dpa: {signed: 2026-01-01}, list: [{k: 1}, {k: 2}], ai: on}\n"),
    ("v.md", "markdown:vendor", "---\r\nname: x\r\ntags: a; b\r\n---\r\n# x\r\n"),
];

fn mapping() -> Mapping {
    Mapping {
        date_format: DateFormat::parse("DD/MM/YYYY").ok(),
        list_separator: Some("|".to_owned()),
        ..Mapping::default()
    }
}

fn answered(name: &str, kind: &str, bytes: &[u8]) {
    let mut files = MemoryFiles::new();
    files.insert(name, bytes.to_vec());
    let said = format!("{kind}={name}");
    for argument in [name, &said] {
        let run = run_files(&[argument], &files, &wanted());
        let told: Vec<String> = run.imported.diagnostics.iter().map(|found| found.to_plain(&run.sources)).collect();
        if kind == "secret-names" && argument == said {
            assert!(!told.iter().any(|text| text.contains(SECRET)), "{told:?}");
        }
    }
    if kind.contains(':') {
        let mut argument = SourceArgument::parse(&said).unwrap();
        argument.mapping = Some(Arc::new(mapping()));
        import(&[argument], &wanted(), &files, &mut Sources::new());
    }
}

#[test]
fn every_truncation_is_answered() {
    for (name, kind, text) in SAMPLES {
        for end in 0..=text.len() {
            answered(name, kind, &text.as_bytes()[..end]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn damage_is_answered(which in 0..SAMPLES.len(), at in 0..2000_usize, byte in any::<u8>(), twice in any::<bool>()) {
        let (name, kind, text) = SAMPLES[which];
        let mut bytes = text.as_bytes().to_vec();
        let length = bytes.len();
        bytes[at % length] = byte;
        if twice {
            bytes.extend_from_within(..);
        }
        answered(name, kind, &bytes);
    }
}
