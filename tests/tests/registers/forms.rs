//! The same words in a table, in YAML, in JSON, and in front of Markdown.

use tickmark_tests::files::memory;

use super::{run, values};

/// A noun, its key, and a record of it, by column.
type Kept = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// What is kept in registers: each form is made of this.
const NOUNS: &[Kept] = &[
    (
        "vendor",
        "OpenAI",
        &[
            ("name", "OpenAI"),
            ("id", "V-1"),
            ("kind", "model api"),
            ("tier", "Critical"),
            ("status", "active"),
            ("owner", "ana"),
            ("subservice", "YES"),
            ("subprocessors_listed_on", "2026-04-01"),
            ("jurisdiction", "NO"),
        ],
    ),
    (
        "ai_service",
        "chat",
        &[
            ("id", "chat"),
            ("name", "OpenAI API"),
            ("vendor", "OpenAI"),
            ("hostnames", "api.openai.com; *.openai.azure.com"),
            ("registered_on", "2026-01-10"),
            ("keeps_inputs_for", "30 days"),
            ("trains_on_inputs", "No"),
            ("sla", "99.9%"),
            ("region", "n/a"),
        ],
    ),
    (
        "agreement",
        "DPA-7",
        &[
            ("id", "DPA-7"),
            ("kind", "dpa"),
            ("with_vendor", "OpenAI"),
            ("signed_on", "2026-01-05"),
            ("clauses", "processing; retention; training use"),
            ("covers_training", "no"),
            ("retention_limit", "1 year"),
        ],
    ),
    (
        "risk",
        "R-14",
        &[
            ("id", "R-14"),
            ("title", "Prompts leak"),
            ("topic", "prompt injection"),
            ("rating", "HIGH"),
            ("treatment", "reduce"),
            ("status", "open"),
            ("owner", "bo"),
            ("identified_on", "2026-02-01"),
            ("accepted_by", "-"),
        ],
    ),
    (
        "retention_rule",
        "logs",
        &[
            ("id", "logs"),
            ("max_age", "12 months"),
            ("counted_from", "created"),
            ("categories", "prompts; tickets"),
            ("approved_on", "2026-01-01"),
        ],
    ),
    (
        "policy_document",
        "vendors",
        &[
            ("id", "vendors"),
            ("title", "Vendors"),
            ("kind", "vendor management"),
            ("owner", "ciso"),
            ("approved_by", "ceo; ciso"),
            ("approved_on", "2026-01-15"),
            ("published", "yes"),
        ],
    ),
    (
        "exception_entry",
        "X-3",
        &[
            ("id", "X-3"),
            ("control", "MODEL-01"),
            ("reason", "weights of a vendor"),
            ("owner", "ml"),
            ("approved_by", "ciso"),
            ("expires_on", "2026-12-31"),
        ],
    ),
    (
        "scope_entry",
        "S-1",
        &[
            ("id", "S-1"),
            ("decision", "in"),
            ("covers", "api; gateway"),
            ("section", "3.1"),
            ("approved_by", "ceo"),
            ("approved_on", "2026-01-01"),
        ],
    ),
    (
        "component",
        "api",
        &[
            ("id", "api"),
            ("kind", "software"),
            ("lifecycle", "inference"),
            ("handles_customer_data", "on"),
            ("delivers_service", "y"),
        ],
    ),
    ("data_category", "prompts", &[("name", "prompts"), ("confidential", "yes"), ("personal", "No")]),
    (
        "attestation_report",
        "attestation_report#1",
        &[("kind", "SOC2 type2"), ("covers_to", "2026-06-30"), ("opinion", "unqualified"), ("reviewed_on", "TBD")],
    ),
];

fn yaml_record(columns: &[(&str, &str)], indent: &str) -> String {
    columns
        .iter()
        .map(|(name, value)| {
            format!(
                "{indent}{name}: {}\n",
                if value.starts_with(['*', '-']) { format!("'{value}'") } else { (*value).to_owned() }
            )
        })
        .collect()
}

/// The same words give the same facts in a table, in YAML, in JSON, and in front of Markdown.
#[test]
fn every_register_says_the_same_in_four_forms() {
    for (noun, id, columns) in NOUNS {
        let header: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        let cells: Vec<String> = columns.iter().map(|(_, value)| format!("\"{value}\"")).collect();
        let csv = format!("\u{feff}{}\r\n{}\r\n", header.join(","), cells.join(","));
        let yaml = format!("-\n{}", yaml_record(columns, "  "));
        let json: serde_json::Map<String, serde_json::Value> =
            columns.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
        let json = serde_json::Value::from(vec![serde_json::Value::Object(json)]).to_string();
        let markdown = format!("\u{feff}---\n{}---\n\n# Text\n---\n", yaml_record(columns, "")).replace('\n', "\r\n");
        let files = memory(&[("r.csv", &csv), ("r.yaml", &yaml), ("r.json", &json), ("r/r.md", &markdown)]);
        let of = |source: &str| {
            let source = source.replace("NOUN", noun);
            let outcome = run(&files, &["facts", noun, id, &source, "--no-manifest"]);
            (values(&outcome), outcome.err)
        };
        let (table, said) = of("csv:NOUN=r.csv");
        assert_eq!(said, "", "{noun}");
        assert!(table.len() >= 3, "{noun}: {table:?}");
        for source in ["yaml:NOUN=r.yaml", "json:NOUN=r.json", "markdown:NOUN=r"] {
            assert_eq!(of(source), (table.clone(), String::new()), "{noun} from {source}");
        }
    }
}

#[test]
fn what_people_write_is_what_they_mean() {
    let text = memory(&[(
        "r.csv",
        "id,hostnames,keeps_inputs_for,sla,trains_on_inputs,registered_on,receives,region\nchat,a; b,P30D,99.9 %,NO,2026-01-10,TBD,none\n",
    )]);
    let outcome = run(&text, &["facts", "ai_service", "chat", "csv:ai_service=r.csv", "--no-manifest"]);
    let values = values(&outcome);
    for line in ["hostnames [\"a\", \"b\"]", "keeps_inputs_for 30 days", "sla 0.999", "trains_on_inputs \"no\""] {
        assert!(values.iter().any(|value| value == line), "{line} in {values:?}");
    }
    // Nobody has said yet what it receives: an empty list would be an answer.
    let receives = values.iter().find(|value| value.starts_with("receives")).unwrap();
    assert!(receives.contains("the register says `TBD`"), "{receives}");
    assert!(!values.iter().any(|value| value.starts_with("region")));
}
