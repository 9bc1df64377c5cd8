//! The catalogue of slips: what each is answered with. Reviewed like code; renew it with `cargo insta accept`.

use tickmark_source::Sources;
use tickmark_syntax::parse;

/// Sentences and fields, each put into a control of its own.
const CLAUSES: &str = r#"
every db: stage = "production"
every db where stage = "production" is encrypted
every db: stage === "production"
every db: stage <> "production"
every db: stage == "production" && encrypted
every db: a == 1 || b == 2
every db: !encrypted
every db: not encrypted and !archived
every db: owner is null
every db: owner is not null
every db: owner IS NULL
every db: owner IS NOT NULL
SELECT * FROM db WHERE encrypted = 1
every db WHERE stage == "x" has owner
every db: owner == null
every db: owner != None
every db: owner == nil
every db: owner == undefined
every db: not exists owner
every db: exists owner
every db: exists(owner)
every db: defined(owner)
every db: owner does not exist
every db: stage in ("a", "b")
every db: stage in ('a', 'b')
every db: stage == 'production'
every db: encrypted // a note
every db: encrypted /* a note */
every db: encrypted -- a note
every db: encrypted;
for d in dbs: d.encrypted
every db: for d in replicas: d.encrypted
all dbs are encrypted
all dbs: encrypted
any db is encrypted
each db is encrypted
forall db: encrypted
exists db where encrypted
every db: all replicas: encrypted
every db: any r in replicas: r.encrypted
every db: any(replicas, encrypted)
every model must have approval
every model should be encrypted
every model shall have approval
every model have approval
every model with approval has test
every model which is archived has test
every model when stage == "x" has test
every model has not approval
every model does not have approval
every model doesn't have approval
every model has not incident
every model isn't encrypted
every model is a vendor
every model is "production"
every model: stage is "production"
every model: stage is not "production"
every model: n is 3
every model is true
every model: encrypted is true
every model: encrypted == True
every model: encrypted == False
every model: encrypted == yes
every model: encrypted == no
every model: n is greater than 3
every model: n is in [1, 2]
every model: n > 1 and < 5
every model: 1 < n < 5
every model: n between 1 and 5
every model: name LIKE "a%"
every model: name like 'a%'
every model: name ~= "a"
every model: name =~ /a/
every model: len(name) > 3
every model: size(tests) > 3
every model: tests.contains("a")
every model: name.startsWith("a")
every model: name.lower() == "a"
every model: tests.length > 3
every model: name startswith "a"
every model: name starts "a"
every model: name includes "a"
every model: stage equals "x"
every model: a ? b : c
every model: if a then b
every model: if a then b elif c then d else e
every model: if a { b } else { c }
every model: a == 1 then b == 2
every model: a == 1 implies b == 2
every model: if a == 1: b == 2
every model has approval or test
every model has approval and stage == "x"
every model stage == "production"
every model, encrypted
every model has approval within 90d
every model has approval within 90days
every model has approval within 90
every model has approval before
every model: stage ==
every model: (a == 1
every model: a == 1)
every model: stage == "production
every model: n* rate > 1
every model: count (tests) > 1
at least two models
at least 2.5 models
atleast 2 models
more than 2 models
every model: x contains
every model is not
every model has
every model has an
every
every model:
every model
cites "CC8.1"
severity "high"
owner ana
because not needed
every model: at == 2026-02-30
every model: at == 2026-13-01
every model: at == 2026-01-01T10:00:00
every model: at == 2026-01-01T25:00:00Z
every model: at == 01/02/2026
every model: name == "a\d"
every model: name == "a{b"
every model: name == "a{}"
every model: name == "a{b c}"
every model: not some test: a == 1
every model: some test: a == 1 or some test: b == 2
every model has review in each day
every model has review during 2026-01-01
every model has review within 30 days prior to deployed_at
every model has review since 2026-01-01
every model @ encrypted
every model: “x” == name
every model: x == ${limit}
every model has every approval
every model has some approval
every model: price > 3€
assert every model is encrypted
every model is encrypted otherwise
if stage == "x" then every model is encrypted
not every model is encrypted
every model: x ?? 3
"#;

/// Items.
const ITEMS: &str = r#"
rule x { every db is encrypted }
def check(x): return x
policy "x" { }
resource "aws_s3_bucket" "b" { }
deny[msg] { input.x }
allow if input.x
contorl A-1 "x" { every db is encrypted }
controls A-1 { every db is encrypted }
every db is encrypted
entity db { id: text }
entity db { id text, name text }
entity db { id string }
entity db { id int  ok boolean }
entity db { at date }
entity db { tags list text }
entity db { tags text[] }
entity db { stage enum("a", "b") }
entity db { stage one of a, b }
entity db { key id id }
entity db { primary key id }
entity db ( id text )
entity { id text }
adjective prod: stage == "x"
adjective prod of model: stage == "x"
adjective prod for model = stage == "x"
adjective prod for model stage == "x"
relation r for model: datasets
relation r of model = datasets
relation tests of m: m.tests where passed
param limit: 3
param limit == 3
param $limit = 3
param limit 3
map a to b { name: a.name }
map a to b { name == a.name }
map a into b { name = a.name }
map a -> b { name = a.name }
map a to b { name = a.name, id = a.id }
map every a to b { name = a.name }
capability deploy: "a:b"
capability deploy = a:b
exception A-1 { reason "x" }
exception A-1 for db "a" { reason "x" reason "y" }
exception A-1 for db "a" { expires "2026-12-31" }
exception A-1 for db "a" { approved by "bo" }
exception A-1 for db "a" { until 2026-12-31 }
test A-1 "x" { given db { id: a } expect pass }
test A-1 "x" { given db { id = "a" } expect pass }
test A-1 "x" { given db { id "a" } expect pass }
test A-1 "x" { given db { id: "a" ok: true } expect pass }
test A-1 "x" { given db { ok: True } expect pass }
test A-1 "x" { given db { id: "a" } expect passed }
test A-1 "x" { given db { id: "a" } expects pass }
test A-1 "x" { given db { id: "a" } }
test A-1 "x" { given db "a" expect pass }
test A-1 "x" { when db { id: "a" } expect pass }
control A-1 'title' { every db is encrypted }
control "A-1" { every db is encrypted }
control A-1 title { every db is encrypted }
control A-1 "x"
control A-1 "x" { every db is encrypted
control A-1 "x" { every db is encrypted } }
pack "a"
"#;

#[expect(clippy::unwrap_used, reason = "a helper of tests: what is absent fails the test")]
fn told(text: &str) -> String {
    let mut sources = Sources::new();
    let file = sources.add("a.tick", text.as_bytes().to_vec());
    let (_, diagnostics) = parse(file, text);
    let mut lines = String::new();
    for diagnostic in &diagnostics {
        let span = diagnostic.labels.first().map(|label| label.span).unwrap();
        let marked = text.get(span.start as usize..span.end as usize).unwrap();
        lines.push_str(&format!("    {} [{marked}] {}\n", diagnostic.code, diagnostic.message));
        for help in &diagnostic.help {
            lines.push_str(&format!("        {help}\n"));
        }
    }
    if diagnostics.is_empty() {
        lines.push_str("    (read without complaint)\n");
    }
    lines
}

#[test]
fn catalogue() {
    let mut catalogue = String::new();
    for clause in CLAUSES.lines().filter(|line| !line.is_empty()) {
        catalogue.push_str(&format!("{clause}\n{}", told(&format!("control A-1 \"x\" {{\n  {clause}\n}}\n"))));
    }
    for item in ITEMS.lines().filter(|line| !line.is_empty()) {
        catalogue.push_str(&format!("{item}\n{}", told(&format!("{item}\n"))));
    }
    insta::assert_snapshot!(catalogue);
}
