//! What the language page says beyond the conformance cases: each case a program, facts, and what comes out.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod common;

use common::{options, run, summary};

/// Evaluates with the date 2026-06-30 and checks each control's summary, in order.
#[track_caller]
fn check(program: &str, facts: &str, expected: &[&str]) {
    check_at("2026-06-30", None, program, facts, expected);
}

#[track_caller]
fn check_at(as_of: &str, period: Option<&str>, program: &str, facts: &str, expected: &[&str]) {
    let given = serde_yaml::from_str(facts).unwrap();
    let evaluation = match run(program, &given, &options(as_of, period)) {
        Ok((evaluation, _)) => evaluation,
        Err(errors) => panic!("{errors:#?}"),
    };
    let found: Vec<String> = evaluation.controls.iter().map(summary).collect();
    let told: String = evaluation.controls.iter().map(common::tell).collect();
    assert_eq!(found, expected, "\n{told}");
}

const MODELS: &str = "
entity model { key id  id text  run one run  owner one team  tags map of text }
entity run { key id  id text  datasets many dataset  seed number }
entity dataset { key id  id text  licence text  labels list of text }
entity team { key id  id text }
";

#[test]
fn a_path_through_a_missing_reference_is_unknown_unless_what_is_known_decides() {
    check(
        &format!(
            "{MODELS}
            control A-1 \"count\" {{ cites CC6.1  every model: count(run.datasets) <= 5 }}
            control A-2 \"contains\" {{ cites CC6.1  no model: run.datasets.labels contains \"x\" }}
            control A-3 \"some\" {{ cites CC6.1  every model: some dataset d in run.datasets: d has licence }}
            control A-4 \"at least 0\" {{ cites CC6.1  every model: count(run.datasets) >= 0 }}
            control A-5 \"exists\" {{ cites CC6.1  every model: run.seed exists }}
            control A-6 \"else\" {{ cites CC6.1  every model: (run.seed else 7) == 7 }}"
        ),
        "
        model: [{ id: a, run: r }, { id: b }, { id: c, run: gone }]
        run: [{ id: r, seed: 7, datasets: [d] }]
        dataset: [{ id: d, licence: MIT, labels: [] }]
        ",
        &[
            "unknown: a=pass b=unknown c=unknown",
            "unknown: a=pass b=unknown c=unknown",
            "unknown: a=pass b=unknown c=unknown",
            "pass: a=pass b=pass c=pass",
            "fail: a=pass b=fail c=unknown",
            "unknown: a=pass b=pass c=unknown",
        ],
    );
}

#[test]
fn a_reference_at_the_end_of_a_path_is_there_or_not() {
    check(
        &format!(
            "{MODELS}
            control A-1 \"has\" {{ cites CC6.1  every model has owner }}
            control A-2 \"some\" {{ cites CC6.1  every model: some team t in owner: t.id == \"x\" }}"
        ),
        "
        model: [{ id: a, owner: x }, { id: b }, { id: c, owner: <unknown> }]
        team: [{ id: x }]
        ",
        &["fail: a=pass b=fail c=pass", "fail: a=pass b=fail c=unknown"],
    );
}

#[test]
fn more_pairs_may_be_there_than_can_be_named() {
    check(
        "
        entity dataset { key id  id text  class text  stores many store }
        entity store { key id  id text  encrypted bool }
        control A-1 \"pairs\" { cites CC6.1  every store of a dataset is encrypted }
        control A-2 \"no pair\" { cites CC6.1  no store of a dataset where not encrypted }
        control A-3 \"count\" { cites CC6.1  at most 1 store of a dataset }",
        "
        dataset: [{ id: d1, stores: [s1] }, { id: d2, stores: <unknown> }, { id: d3 }, { id: d4, stores: [s9] }]
        store: [{ id: s1, encrypted: true }]
        ",
        &[
            "unknown: * of d2=unknown s1 of d1=pass s9 of d4=unknown",
            "unknown: * of d2=unknown s1 of d1=pass s9 of d4=unknown",
            "fail: *=fail",
        ],
    );
}

#[test]
fn pairs_of_what_no_record_carries_are_not_a_pass() {
    check(
        "
        entity dataset { key id  id text  stores many store }
        entity store { key id  id text  encrypted bool }
        control A-1 \"pairs\" { cites CC6.1  every store of a dataset is encrypted }
        control A-2 \"none\" { cites CC6.1  no store of a dataset }",
        "{ dataset: [{ id: d1 }], store: [{ id: s1, encrypted: true }] }",
        &["unknown: * of d1=unknown", "unknown: * of d1=unknown"],
    );
}

#[test]
fn what_applies_when_leaves_open_passes_or_is_unknown() {
    check(
        "
        entity org { key id  id text  tunes bool }
        entity model { key id  id text  isolated bool }
        control A-1 \"x\" { cites CC6.1  applies when some org is tunes  every model is isolated }
        control A-2 \"x\" { cites CC6.1  applies when some lab: lab.x == true  every model is isolated }
        entity lab { key id  id text  x bool }",
        "{ org: [{ id: o }, { id: p, tunes: false }], model: [{ id: a, isolated: false }, { id: b, isolated: true }] }",
        &["unknown: a=unknown b=pass", "unknown: a=unknown b=pass"],
    );
}

const ALERTS: &str = "
entity alert { key id  id text  raised_at time  closed bool  reviews many review }
entity review { key id  id text  at event time  ok bool }
";

#[test]
fn a_deadline_that_is_not_over_is_pending_in_every_kind_of_sentence() {
    check_at(
        "2026-06-30T12:00:00Z",
        Some("2026-01-01..2026-03-31"),
        &format!(
            "{ALERTS}
            control A-1 \"no\" {{ cites CC6.1  every alert has no review within 4 hours after raised_at }}
            control A-2 \"at least\" {{ cites CC6.1  every alert has at least 2 reviews within 4 hours after raised_at }}
            control A-3 \"at most\" {{ cites CC6.1  every alert has at most 1 review within 4 hours after raised_at }}
            control A-4 \"exactly\" {{ cites CC6.1  every alert has exactly 1 review within 4 hours after raised_at }}
            control A-5 \"not any more\" {{ cites CC6.1  every alert has review within 4 hours after raised_at during $period }}
            control A-6 \"of\" {{ cites CC6.1  every alert has review within 4 hours of raised_at }}
            control A-7 \"every\" {{ cites CC6.1  every alert: every review r in reviews within 4 hours after raised_at: r is ok }}
            control A-8 \"or\" {{ cites CC6.1  every alert: closed or (some review in reviews within 4 hours after raised_at) }}
            control A-9 \"ok\" {{ cites CC6.1  every alert has ok review within 4 hours after raised_at }}"
        ),
        "
        alert:
        - { id: a, raised_at: '2026-06-30T10:00:00Z', closed: false, reviews: [] }
        - { id: b, raised_at: '2026-06-30T10:00:00Z', closed: true, reviews: [{ id: r1, at: '2026-06-30T11:00:00Z', ok: false }] }
        - { id: c, raised_at: '2026-06-30T06:00:00Z', closed: false, reviews: [] }
        - { id: d, closed: false, reviews: [] }
        - { id: e, raised_at: '2026-06-30T10:00:00Z', reviews: [{ id: r2, at: '2026-06-30T11:00:00Z' }] }
        ",
        &[
            "fail: a=pending b=fail c=pass d=unknown e=fail",
            "fail: a=pending b=pending c=fail d=unknown e=pending",
            "unknown: a=pending b=pending c=pass d=unknown e=pending",
            "fail: a=pending b=pending c=fail d=unknown e=pending",
            "fail: a=fail b=fail c=fail d=fail e=fail",
            "fail: a=pending b=pass c=fail d=unknown e=pass",
            "fail: a=pending b=fail c=pass d=unknown e=unknown",
            "fail: a=pending b=pass c=fail d=unknown e=pass",
            "fail: a=pending b=pending c=fail d=unknown e=unknown",
        ],
    );
}

const VENDORS: &str = "
entity vendor { key id  id text  reviews many review }
entity review { key id  id text  at event time  real bool }
";

#[test]
fn a_doubtful_event_could_settle_a_cadence() {
    check_at(
        "2026-12-31",
        Some("2026-01-01..2026-06-30"),
        &format!(
            "{VENDORS}
            control A-1 \"quarter\" {{ cites CC9.2  every vendor has real review in each quarter }}
            control A-2 \"gap\" {{ cites CC9.2  every vendor has real review at least every 100 days }}"
        ),
        "
        vendor:
        - { id: a, reviews: [{ id: 1, at: 2026-02-01, real: true }, { id: 2, at: 2026-05-01 }] }
        - { id: b, reviews: [{ id: 3, at: 2026-02-01, real: true }, { id: 4, real: true, at: someday }] }
        - { id: c, reviews: [{ id: 5, at: 2026-02-01, real: false }, { id: 6, real: true, at: someday }] }
        - { id: d, reviews: <unknown> }
        - { id: e, reviews: [{ id: 7, at: 2026-02-01, real: true }, { id: 8, at: 2026-07-01, real: true }] }
        ",
        &["fail: a=unknown b=unknown c=fail d=unknown e=fail", "fail: a=unknown b=unknown c=unknown d=unknown e=fail"],
    );
}

#[test]
fn an_event_lacks_even_where_the_period_is_shorter_than_the_beat() {
    let program =
        format!("{VENDORS} control A-1 \"x\" {{ cites CC9.2  every vendor has review at least every 92 days }}");
    let facts = "{ vendor: [{ id: a, reviews: [] }, { id: b, reviews: [{ id: 1, at: 2026-01-20 }] }] }";
    check_at("2026-12-31", Some("2026-01-01..2026-01-31"), &program, facts, &["fail: a=fail b=pass"]);
    check_at("2026-01-31", Some("2026-01-01..2026-12-31"), &program, facts, &["pending: a=pending b=pending"]);
    check_at("2026-01-31", Some("2026-01-01..2026-03-31"), &program, facts, &["pending: a=pending b=pass"]);
    check_at("2026-01-31", Some("2026-03-01..2026-12-31"), &program, facts, &["pending: a=pending b=pending"]);
}

#[test]
fn closures_end_where_references_do_and_stay_open_where_lists_do() {
    check(
        "
        entity job { key id  id text  parent one job  inputs many job  ok bool }
        control A-1 \"chain\" { cites CC6.1  every job: every job j in parent*: j is ok }
        control A-2 \"inputs\" { cites CC6.1  every job: every job j in inputs+: j is ok }
        control A-3 \"itself\" { cites CC6.1  no job j: some job k in j.inputs+: k == j }",
        "
        job:
        - { id: a, ok: true }
        - { id: b, parent: a, ok: true, inputs: [a] }
        - { id: c, parent: gone, ok: true, inputs: <unknown> }
        - { id: d, parent: b, ok: false, inputs: [d] }
        - { id: e, ok: true, inputs: [f] }
        - { id: f, ok: true, inputs: [e] }
        ",
        &[
            "fail: a=pass b=pass c=unknown d=fail e=pass f=pass",
            "fail: a=pass b=pass c=unknown d=fail e=pass f=pass",
            "fail: a=pass b=pass c=unknown d=fail e=fail f=fail",
        ],
    );
}

#[test]
fn maps_keep_what_they_could_not_decide() {
    check(
        "
        entity row { key id  id text  live bool  owner text  run one ref  events many happening }
        entity ref { key id  id text  sets list of text }
        entity happening { kind text  who text }
        entity model { key name  name text  owner text  sets list of text  approvals many approval }
        entity approval { who text }
        map row r where live to model { name = r.id  owner = lower(r.owner)  sets = r.run.sets }
        map happening h of row r where h.kind == \"approved\" to approval of model r { who = h.who }
        control A-1 \"may belong\" { cites CC6.1  every model has owner }
        control A-2 \"list\" { cites CC6.1  no model: sets contains \"x\" }
        control A-3 \"children\" { cites CC6.1  every model has approval }
        control A-4 \"parent\" { cites CC6.1  every approval: model.owner exists }
        control A-5 \"child of what may be\" { cites CC6.1  every approval: who == \"x\" }",
        "
        row:
        - { id: a, live: true, owner: Ana, run: r1, events: [{ kind: approved, who: bo }] }
        - { id: b, live: true, run: gone, events: [{ who: bo }] }
        - { id: c, owner: Cy, events: [{ kind: viewed, who: bo }, { kind: approved, who: bo }] }
        - { id: d, live: false, owner: Di, events: [{ kind: approved, who: bo }] }
        - { id: e, live: true, events: <unknown> }
        ref: [{ id: r1, sets: [y] }]
        ",
        &[
            "fail: a=pass b=fail c=pass e=fail",
            "unknown: a=pass b=unknown c=unknown e=unknown",
            "unknown: a=pass b=unknown c=pass e=unknown",
            "unknown: approval#1=pass approval#2=unknown approval#3=pass",
            "fail: approval#1=fail approval#2=unknown approval#3=unknown",
        ],
    );
}

#[test]
fn what_a_map_reads_and_no_record_carries_stays_unsurveyed() {
    check(
        "
        entity row { key id  id text  owner text  tags map of text }
        entity model { key name  name text  owner text  approvals many approval }
        entity approval { who text }
        map row r to model { name = r.id  owner = r.owner }
        map tag t of row r where t.key == \"approved_by\" to approval of model r { who = t.value }
        control A-1 \"owner\" { cites CC6.1  every model has owner }
        control A-2 \"no approval\" { cites CC6.1  no model has approval }",
        "row: [{ id: a }, { id: b }]",
        &["unknown: a=unknown b=unknown", "unknown: a=unknown b=unknown"],
    );
    check(
        "
        entity row { key id  id text }
        entity model { key name  name text }
        map row r to model { name = r.id }
        control A-1 \"x\" { cites CC6.1  every model: name exists }",
        "other: []",
        &["skipped:"],
    );
    check(
        "
        entity row { key id  id text }
        entity model { key name  name text }
        map row r to model { name = r.id }
        control A-1 \"x\" { cites CC6.1  every model: name exists }",
        "row: []",
        &["empty:"],
    );
}

#[test]
fn statuses_of_nothing() {
    check(
        "
        entity db { key id  id text  ok bool }
        entity gone { key id  id text  ok bool }
        param names = [\"a\", \"b\"]
        control A-1 \"at most\" { cites CC6.1  at most 3 dbs }
        control A-2 \"exactly none\" { cites CC6.1  exactly 0 db }
        control A-3 \"exactly one\" { cites CC6.1  exactly 1 db }
        control A-4 \"some\" { cites CC6.1  some db }
        control A-5 \"no\" { cites CC6.1  no db }
        control A-6 \"skipped\" { cites CC6.1  at most 3 gone }
        control A-7 \"skipped with\" { cites CC6.1  every name in $names: name exists  every gone is ok }
        control A-8 \"empty with\" { cites CC6.1  every gone is ok  every db is ok }
        control A-9 \"inner\" { cites CC6.1  every name in $names: no gone where id == name }",
        "db: []",
        &[
            "empty:",
            "empty:",
            "fail: *=fail",
            "fail: *=fail",
            "empty:",
            "skipped:",
            "skipped: a=pass b=pass",
            "empty:",
            "unknown: a=unknown b=unknown",
        ],
    );
}

#[test]
fn values_that_do_not_fit_decide_nothing() {
    check(
        "
        entity r { key id  id text  cidr text  n number  level ordered \"low\", \"high\"  doc text  at time }
        control A-1 \"network\" { cites CC6.1  every r: cidr in \"10.0.0.0/8\" }
        control A-2 \"not in\" { cites CC6.1  every r: cidr not in [\"10.0.0.0/8\", \"192.168.0.0/16\"] }
        control A-3 \"zero\" { cites CC6.1  every r: 1 / n > 0 }
        control A-4 \"order\" { cites CC6.1  every r: level < \"high\" }
        control A-5 \"json\" { cites CC6.1  every r: json(doc).a.b == 1 }
        control A-6 \"else\" { cites CC6.1  every r: (at else $as_of) <= $as_of }",
        "
        r:
        - { id: a, cidr: 10.1.2.3, n: 2, level: low, doc: '{\"a\": {\"b\": 1}}', at: 2026-01-01 }
        - { id: b, cidr: 10.0.0.0/40, n: 0, level: medium, doc: '{\"a\": {}}', at: never }
        - { id: c, cidr: '::1', level: high, doc: '{\"a\": 1}' }
        - { id: d, cidr: <unknown>, n: -2, doc: '{\"a\": {\"b\": \"1\"}}', at: <unknown> }
        ",
        &[
            "fail: a=pass b=unknown c=fail d=unknown",
            "fail: a=fail b=unknown c=pass d=unknown",
            "fail: a=pass b=unknown c=unknown d=fail",
            "fail: a=pass b=unknown c=fail d=unknown",
            "unknown: a=pass b=unknown c=unknown d=unknown",
            "unknown: a=pass b=unknown c=pass d=unknown",
        ],
    );
}

#[test]
fn else_supplies_only_what_is_missing() {
    check(
        "
        entity r { key id  id text  a text  b text  tags map of text }
        control A-1 \"missing\" { cites CC6.1  every r: (a else \"x\") == \"x\" }
        control A-2 \"not surveyed\" { cites CC6.1  every r: (b else \"x\") == \"x\" }
        control A-3 \"key\" { cites CC6.1  every r: (tags[\"k\"] else \"x\") == \"x\" }",
        "r: [{ id: a, a: x }, { id: b }, { id: c, a: <unknown>, tags: { k: y } }]",
        &["unknown: a=pass b=pass c=unknown", "unknown: a=unknown b=unknown c=unknown", "fail: a=pass b=pass c=fail"],
    );
}

#[test]
fn open_nouns_are_typed_when_read() {
    check(
        "
        control A-1 \"bool\" { cites CC6.1  every bucket is public }
        control A-2 \"has bool\" { cites CC6.1  every bucket has public }
        control A-3 \"block\" { cites CC6.1  every bucket: versioning.enabled == true }
        control A-4 \"number\" { cites CC6.1  every bucket: port == 22 }
        control A-5 \"list\" { cites CC6.1  no bucket: ports contains 22 }
        control A-6 \"rules\" { cites CC6.1  every bucket: every rule in rules: rule.from < 100 }
        control A-7 \"time\" { cites CC6.1  every bucket: created after 2026-01-01 }",
        "
        bucket:
        - { name: a, public: true, versioning: [{ enabled: true }], port: 22, ports: [80], rules: [{ from: 22 }], created: 2026-02-01 }
        - { name: b, public: 'yes', versioning: { enabled: false }, port: '22', ports: [22], rules: [{ from: 22 }, { from: 443 }], created: soon }
        - { name: c, versioning: [], rules: { from: 1 } }
        ",
        &[
            "unknown: bucket#1=pass bucket#2=unknown bucket#3=unknown",
            "fail: bucket#1=unknown bucket#2=pass bucket#3=fail",
            "fail: bucket#1=pass bucket#2=fail bucket#3=unknown",
            "unknown: bucket#1=pass bucket#2=unknown bucket#3=unknown",
            "fail: bucket#1=pass bucket#2=fail bucket#3=pass",
            "fail: bucket#1=pass bucket#2=fail bucket#3=pass",
            "unknown: bucket#1=pass bucket#2=unknown bucket#3=unknown",
        ],
    );
}

#[test]
fn exceptions_cover_failures_and_what_is_unknown() {
    check_at(
        "2026-06-30T12:00:00Z",
        None,
        "
        entity dataset { key id  id text  stores many store }
        entity store { key id  id text  encrypted bool }
        entity alert { key id  id text  raised_at time  reviews many review }
        entity review { at event time }
        control A-1 \"pairs\" { cites CC6.1  every store of a dataset is encrypted }
        control A-2 \"due\" { cites CC6.1  every alert has review within 1 day after raised_at }
        exception A-1 for store \"s1\" { reason \"x\"  owner \"a\"  approved_by \"b\"  expires 2026-06-30 }
        exception A-1 for store where id like \"tmp*\" { reason \"x\"  owner \"a\"  approved_by \"b\"  expires 2026-12-31 }
        exception A-2 for alert \"x\" { reason \"x\"  owner \"a\"  approved_by \"b\"  expires 2026-12-31 }",
        "
        dataset: [{ id: d1, stores: [s1, s2] }, { id: d2, stores: [s1, tmp1] }]
        store: [{ id: s1, encrypted: false }, { id: s2, encrypted: true }, { id: tmp1 }]
        alert: [{ id: x, raised_at: '2026-06-30T10:00:00Z', reviews: [] }]
        ",
        &[
            "pass: s1 of d1=excepted s1 of d2=excepted s2 of d1=pass tmp1 of d2=excepted",
            "pending: x=pending",
        ],
    );
}

#[test]
fn controls_about_the_checking_itself() {
    let program = "
        entity db { key id  id text  ok bool }
        control A-1 \"late\" { cites CC6.1  no verdict where verdict == \"fail\" }
        control A-2 \"ok\" { cites CC6.1  severity high  owner \"ana\"  every db is ok }
        control A-3 \"sources\" { cites CC6.1  every source: collected_at after $as_of - 30 days }
        control A-4 \"owned\" { cites CC6.1  every control where severity >= \"high\" has owner }
        control A-5 \"in force\" { cites CC6.1  no expired exception }
        exception A-2 for db \"b\" { reason \"x\"  owner \"a\"  approved_by \"b\"  expires 2026-01-01 }";
    let given = serde_yaml::from_str("db: [{ id: a, ok: true }, { id: b, ok: false }]").unwrap();
    let source = |path: &str, collected: Option<&str>| tickmark_engine::SourceFact {
        kind: "native".to_owned(),
        path: path.to_owned(),
        digest: "0".to_owned(),
        collected_at: collected.map(|text| tickmark_facts::Time::parse(text).unwrap()),
        records: 2,
        complete: None,
        place: None,
    };
    let sources =
        [source("new.yaml", Some("2026-06-20")), source("old.yaml", Some("2026-01-01")), source("x.yaml", None)];
    let (evaluation, _) = common::run_with(program, &given, &options("2026-06-30", None), &sources).unwrap();
    let found: Vec<String> = evaluation.controls.iter().map(summary).collect();
    assert_eq!(
        found,
        [
            "fail: A-2@db@a=pass A-2@db@b=fail A-3@source@new.yaml=pass A-3@source@old.yaml=fail A-3@source@x.yaml=pass \
         A-4@control@A-2=pass A-5@exception@A-2@b=fail",
            "fail: a=pass b=fail",
            "fail: new.yaml=pass old.yaml=fail x.yaml=unknown",
            "pass: A-2=pass",
            "fail: A-2@b=fail",
        ]
    );
    assert_eq!(evaluation.exceptions[0].state, tickmark_results::ExceptionState::Expired);
}

#[test]
fn what_has_not_come_is_no_subject() {
    check_at(
        "2026-06-30T12:00:00Z",
        None,
        &format!(
            "{ALERTS}
            control A-1 \"x\" {{ cites CC6.1  every review of an alert a within 4 hours after a.raised_at is ok }}
            control A-2 \"x\" {{ cites CC6.1  some review of an alert a within 4 hours after a.raised_at where ok }}"
        ),
        "
        alert:
        - { id: a, raised_at: '2026-06-30T10:00:00Z', reviews: [{ id: r, at: '2026-06-30T11:00:00Z', ok: true }] }
        - { id: b, raised_at: '2026-06-30T10:00:00Z', reviews: [] }
        ",
        &["pass: r of a=pass", "pass: *=pass"],
    );
}

#[test]
fn of_what_may_be_missing_nobody_knows_whether_it_exists() {
    check(
        &format!(
            "{MODELS}
            control A-1 \"has\" {{ cites CC6.1  every run has seed }}
            control A-2 \"missing\" {{ cites CC6.1  every run: seed is missing }}
            control A-3 \"equal\" {{ cites CC6.1  every run: seed == 7 }}
            control A-4 \"else\" {{ cites CC6.1  every run: (seed else 7) == 7 }}
            control A-5 \"count\" {{ cites CC6.1  every dataset: count(labels) >= 2 }}
            control A-6 \"all\" {{ cites CC6.1  every dataset: count(labels) <= 2 }}
            control A-7 \"holds\" {{ cites CC6.1  every dataset: labels contains \"a\" }}
            control A-8 \"one\" {{ cites CC6.1  every model has owner }}"
        ),
        "
        model: [{ id: a, owner: <may be missing> }, { id: b, owner: t }]
        team: [{ id: t }]
        run: [{ id: r, seed: <may be missing> }, { id: s, seed: <unknown> }, { id: t, seed: 7 }, { id: u }]
        dataset: [{ id: d, labels: [a, <may be missing>] }, { id: e, labels: [a, <unknown>] }, { id: f, labels: <may be missing> }]
        ",
        &[
            "fail: r=unknown s=pass t=pass u=fail",
            "fail: r=unknown s=fail t=fail u=pass",
            "unknown: r=unknown s=unknown t=pass u=unknown",
            "unknown: r=unknown s=unknown t=pass u=pass",
            "unknown: d=unknown e=pass f=unknown",
            "unknown: d=pass e=pass f=unknown",
            "unknown: d=pass e=pass f=unknown",
            "unknown: a=unknown b=pass",
        ],
    );
}

#[test]
fn a_bool_under_has_draws_a_warning() {
    let given = serde_yaml::from_str("bucket: [{ public: true }, { public: false }]").unwrap();
    let program = "control A-1 \"x\" { cites CC6.1  every bucket has public }";
    let (evaluation, _) = run(program, &given, &options("2026-06-30", None)).unwrap();
    let warnings: Vec<&str> = evaluation.warnings.iter().map(|warning| warning.message.as_str()).collect();
    assert_eq!(warnings, ["`public` is a bool in the facts: `has` cannot tell which way is meant; use `is`"]);
}

#[test]
fn members_of_a_query() {
    let given = serde_yaml::from_str(
        "
        dataset: [{ id: d1, class: x, stores: [s1] }, { id: d2, stores: [s1] }, { id: d3, class: x, stores: <unknown> }, { id: d4, class: y }]
        store: [{ id: s1 }]",
    )
    .unwrap();
    let text = "
        entity dataset { key id  id text  class text  stores many store }
        entity store { key id  id text }
        control A-1 \"x\" { cites CC6.1  every store of a dataset where class == \"x\": id exists }";
    let program = common::program(text, &common::nouns(&given)).unwrap();
    let (facts, _) = common::facts(&program, &given);
    let sentence = &program.controls[0].sentences[0];
    let options = options("2026-06-30", None);
    let members = tickmark_engine::query(&program, &facts, &options, &sentence.phrase, sentence.slots).unwrap();
    let found: Vec<String> = members
        .iter()
        .map(|member| {
            let ids: Vec<&str> = member.subjects.iter().map(|subject| subject.id.as_str()).collect();
            let why: Vec<&str> = member.because.iter().map(|line| line.text.as_str()).collect();
            format!("{} {} {why:?}", ids.join(" of "), if member.certain { "certain" } else { "may" })
        })
        .collect();
    assert_eq!(
        found,
        [
            "s1 of d1 certain []",
            "s1 of d2 may [\"`class == \\\"x\\\"` is not decided\"]",
            "* of d3 may [\"`stores` of d3 is not known: known after apply\"]",
        ]
    );
}
