//! CloudFormation: what a template decides is known, what it does not is unknown by name, and no resource is lost.

#![allow(clippy::unwrap_used, reason = "tests fail by panicking")]

mod common;

use common::{Run, needs, run};
use std::fmt::Write as _;
use std::sync::Arc;
use tickmark_facts::Needs;
use tickmark_import::{SourceArgument, survey};
use tickmark_source::{MemoryFiles, Sources};

const TEMPLATE: &str = r#"AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Env: { Type: String, Default: prod }
  Team: { Type: String }
  Count: { Type: Number, Default: "3" }
  Password: { Type: String, NoEcho: true, Default: hunter2 }
  Zones: { Type: CommaDelimitedList, Default: "a, b" }
Mappings:
  Sizes: { prod: { Days: 365 }, dev: { Days: 7 } }
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  IsMl: !Equals [!Ref Team, ml]
  Never: !And [!Not [!Condition IsProd], !Condition IsMl]
  Always: !Or [!Condition IsMl, !Condition IsProd]
  Circle: !Not [!Condition Circle]
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties: { EnableKeyRotation: "true" }
  Other:
    Type: AWS::KMS::Key
  Logs:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
    DependsOn: Key
    Properties:
      BucketName: !Sub "${Env}-logs-${!kept}"
  Training:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: !Sub ["${Env}-${team}", { team: !Ref Team }]
      Id: !Join ["-", [!Ref Env, !Ref Count]]
      Kms: !GetAtt Key.Arn
      Both: !If [IsMl, [1, 2], [1, 2]]
      Either: !If [IsMl, a, b]
      Gone: !If [IsProd, !Ref AWS::NoValue, x]
      Days: !FindInMap [Sizes, !Ref Env, Days]
      Lost: !FindInMap [Sizes, !Ref Team, Days]
      Zone: !Select [1, !Ref Zones]
      Parts: !Split [",", "a,b"]
      Coded: !Base64 "hi"
      Nets: !Cidr [10.0.0.0/24, 2, 6]
      Imported: !ImportValue x
      Region: !Ref AWS::Region
      Secret: !Ref Password
      Dynamic: "{{resolve:ssm:/a}}"
      Flags: ["true", false]
      Nested: { Known: 1, Unknown: !Ref Team }
      Macro: { A: 1, Fn::Transform: { Name: AWS::Include } }
  Scratch: { Type: AWS::S3::Bucket, Condition: IsMl }
  Nowhere: { Type: AWS::S3::Bucket, Condition: Never }
  Round: { Type: AWS::S3::Bucket, Condition: Circle }
  Everywhere: { Type: AWS::S3::Bucket, Condition: Always }
  Made: { Type: AWS::S3::Bucket, Properties: !If [IsMl, { Id: 1 }, { Id: 2 }] }
  Doubt: { Type: AWS::S3::Bucket, Properties: { Kms: !If [IsMl, !Ref Key, !Ref Other] } }
"#;

fn wanted() -> Arc<Needs> {
    needs(&[
        "open cfn_s3_bucket: bucket_name any, id any, kms any, both any, either any, gone any, days any, lost any, zone any, parts any, coded any, nets any, imported any, region any, secret any, dynamic any, flags any, nested any nested, macro any, cfn_type any, cfn_created any, cfn_condition any, cfn_deletion_policy any, cfn_depends_on any, cfn_kms_key many cfn_kms_key",
        "open cfn_kms_key: enable_key_rotation any, cfn_s3_bucket many cfn_s3_bucket",
        "cfn_resource(address): address text, type text, created bool, condition optional text",
        "open nested: known any, unknown any",
    ])
}

fn read(text: &str) -> Run {
    run(&["a.yaml"], &[("a.yaml", text)], &wanted()).no_errors()
}

#[test]
fn functions_are_worked_out_as_far_as_the_template_decides_them() {
    let run = read(TEMPLATE);
    let cell = |attribute: &str| run.cell("cfn_s3_bucket", "Training", attribute);
    for (attribute, expected) in [
        ("id", "prod-3"),
        ("both", "[1, 2]"),
        ("gone", "missing"),
        ("days", "365"),
        ("zone", "b"),
        ("parts", "[a, b]"),
        ("coded", "aGk="),
        ("nets", "[10.0.0.0/26, 10.0.0.64/26]"),
        ("flags", "[true, false]"),
    ] {
        assert_eq!(cell(attribute), expected, "{attribute}");
    }
    for (attribute, part) in [
        ("bucket_name", "the parameter `Team` has no default"),
        ("kms", "`!GetAtt Key.Arn`: it is known once the stack is deployed"),
        ("either", "`!If [IsMl, a, b]`"),
        ("lost", "the parameter `Team` has no default"),
        ("imported", "`!ImportValue x`: it is exported by another stack"),
        ("region", "`AWS::Region` is known once the stack is deployed"),
        ("secret", "`NoEcho`: sensitive, and not read"),
        ("dynamic", "`{{resolve:ssm:/a}}` is resolved"),
        ("macro", "`!Transform {Name: AWS::Include}`"),
    ] {
        let cell = cell(attribute);
        assert!(cell.starts_with("unknown: ") && cell.contains(part), "{attribute}: {cell}");
    }
    assert_eq!(run.cell("cfn_s3_bucket", "Logs", "bucket_name"), "prod-logs-${kept}");
    assert_eq!(run.cell("cfn_s3_bucket", "Logs", "cfn_deletion_policy"), "Retain");
    assert_eq!(run.cell("cfn_s3_bucket", "Logs", "cfn_depends_on"), "[Key]");
    assert_eq!(run.cell("cfn_kms_key", "Key", "enable_key_rotation"), "true");
    let nested = run.noun("nested");
    assert_eq!(run.cell_at(nested, 0, "known"), "1");
    assert!(run.cell_at(nested, 0, "unknown").contains("`!Ref Team`"), "only the part that is not known is unknown");
}

#[test]
fn a_property_that_a_condition_may_take_away_may_be_missing() {
    let text = r#"
Parameters: { Team: { Type: String } }
Conditions: { IsMl: !Equals [!Ref Team, ml] }
Resources:
  B:
    Type: AWS::S3::Bucket
    Properties:
      Both: !If [IsMl, a, b]
      Either: !If [IsMl, a, !Ref AWS::NoValue]
      Inner: !If [IsMl, a, !If [IsMl, b, !Ref AWS::NoValue]]
      Chosen: !Select [0, [!If [IsMl, a, !Ref AWS::NoValue], c]]
      Flags: [a, !If [IsMl, b, !Ref AWS::NoValue]]
  Lost: { Type: AWS::S3::Bucket, Properties: { Fn::Transform: { Name: AWS::Include } } }
"#;
    let needs = needs(&["open cfn_s3_bucket: both any, either any, inner any, chosen any, flags any"]);
    let run = run(&["a.yaml"], &[("a.yaml", text)], &needs).no_errors();
    let cell = |id: &str, attribute: &str| run.cell("cfn_s3_bucket", id, attribute);
    assert!(cell("B", "both").starts_with("unknown: NotKnown"));
    for attribute in ["either", "inner", "chosen"] {
        let cell = cell("B", attribute);
        assert!(cell.starts_with("unknown: MayBeMissing"), "{attribute}: {cell}");
    }
    assert!(cell("B", "flags").starts_with("[a, unknown: MayBeMissing"));
    // Where nothing is known of the properties, nobody knows which there are.
    assert!(cell("Lost", "both").starts_with("unknown: MayBeMissing"));
}

#[test]
fn each_attribute_has_its_own_place() {
    let run = read(TEMPLATE);
    let noun = run.noun("cfn_s3_bucket");
    let row = run.facts().find(noun, "Training").unwrap();
    let line = |attribute: &str| {
        let attribute = run.facts().attribute_named(noun, attribute).unwrap();
        let at = run.sources.line_column(run.facts().cell_place(noun, row, attribute).unwrap());
        TEMPLATE.lines().nth(at.line as usize - 1).unwrap().trim().to_owned()
    };
    assert!(line("kms").starts_with("Kms:"));
    assert!(line("zone").starts_with("Zone:"));
    assert!(line("days").starts_with("Days:"));
    assert!(line("bucket_name").starts_with("BucketName:"));
}

#[test]
fn a_resource_is_left_out_only_where_its_condition_is_known_to_be_false() {
    let run = read(TEMPLATE);
    let ids = run.ids("cfn_s3_bucket");
    assert_eq!(ids, ["Logs", "Training", "Scratch", "Round", "Everywhere", "Made", "Doubt"]);
    assert!(run.cell("cfn_s3_bucket", "Scratch", "cfn_created").contains("`Team` has no default"));
    assert!(run.cell("cfn_s3_bucket", "Round", "cfn_created").contains("depends on itself"));
    assert_eq!(run.cell("cfn_s3_bucket", "Everywhere", "cfn_created"), "true");
    assert_eq!(run.rows("cfn_resource"), 10, "each of them is listed");
    assert_eq!(run.cell("cfn_resource", "Nowhere", "created"), "false");
    assert_eq!(run.cell("cfn_resource", "Nowhere", "condition"), "Never");
    assert!(run.cell("cfn_s3_bucket", "Made", "id").starts_with("unknown"), "nothing is known of its properties");
    assert_eq!(run.imported.sources[0].records, 10);
    assert_eq!(run.imported.sources[0].kind, "cloudformation");
}

#[test]
fn references_lead_both_ways() {
    let run = read(TEMPLATE);
    assert_eq!(run.cell("cfn_s3_bucket", "Training", "cfn_kms_key"), "{Key}");
    assert_eq!(run.cell("cfn_s3_bucket", "Logs", "cfn_kms_key"), "{}", "DependsOn is an order, not a reference");
    assert!(run.cell("cfn_s3_bucket", "Doubt", "cfn_kms_key").starts_with("unknown"));
    assert!(run.cell("cfn_kms_key", "Other", "cfn_s3_bucket").starts_with("unknown"), "it may be meant");
}

#[test]
fn json_and_the_long_form_say_the_same() {
    let json = r#"{"Parameters":{"N":{"Type":"String","Default":"7"}},"Resources":{
      "K":{"Type":"AWS::KMS::Key"},
      "B":{"Type":"AWS::S3::Bucket","Properties":{"BucketName":{"Fn::Sub":["${x}-q",{"x":{"Ref":"N"}}]},"Kms":{"Fn::GetAtt":["K","Arn"]},"Days":{"Fn::Select":["0",[1,2]]}}}}}"#;
    let run = run(&["t.json"], &[("t.json", json)], &wanted()).no_errors();
    assert_eq!(run.cell("cfn_s3_bucket", "B", "bucket_name"), "7-q");
    assert_eq!(run.cell("cfn_s3_bucket", "B", "days"), "1");
    assert_eq!(run.cell("cfn_s3_bucket", "B", "cfn_kms_key"), "{K}");
}

#[test]
fn the_same_name_in_two_templates_is_two_resources() {
    let text =
        "Resources:\n  B: { Type: AWS::S3::Bucket, Properties: { BucketName: NAME } }\n  K: { Type: AWS::KMS::Key }\n";
    let (one, two) = (text.replace("NAME", "x"), text.replace("NAME", "y").replace("  K:", "  L:"));
    let run = run(&["a.yaml", "b.yaml"], &[("a.yaml", &one), ("b.yaml", &two)], &wanted()).no_errors();
    assert_eq!(run.ids("cfn_s3_bucket"), ["a.yaml#B", "b.yaml#B"]);
    assert_eq!(run.cell("cfn_s3_bucket", "b.yaml#B", "bucket_name"), "y");
    assert_eq!(run.ids("cfn_kms_key"), ["K", "L"]);
}

#[test]
fn loops_make_resources() {
    let text = "Parameters:\n  Names: { Type: CommaDelimitedList, Default: 'a, b-c' }\nResources:\n  Fn::ForEach::Buckets:\n    - Name\n    - !Ref Names\n    - 'Bucket&{Name}':\n        Type: AWS::S3::Bucket\n        Properties: { BucketName: !Sub 'x-${Name}', Id: !Ref Name }\n  Fn::ForEach::Lost: [N, !Ref Nowhere, { 'L${N}': { Type: AWS::S3::Bucket } }]\n";
    let run = read(text);
    assert_eq!(run.ids("cfn_s3_bucket"), ["Bucketa", "Bucketbc"]);
    assert_eq!(run.cell("cfn_s3_bucket", "Bucketbc", "bucket_name"), "x-b-c");
    assert_eq!(run.cell("cfn_s3_bucket", "Bucketbc", "id"), "b-c");
    assert_eq!(run.codes(), ["W0558"], "{:?}", run.diagnostics());
    assert_eq!(run.imported.sources[0].complete, Some(false));
    let items = vec!["a"; 2000].join(", ");
    let inner = format!("Fn::ForEach::I: [J, [{items}], {{ 'B${{I}}${{J}}': {{ Type: AWS::S3::Bucket }} }}]");
    let bomb = format!("Resources:\n  Fn::ForEach::O: [I, [{items}], {{ {inner} }}]\n");
    let run = read(&bomb);
    assert!(run.diagnostics().iter().any(|one| one.contains("limit of 64 MiB")), "{:?}", run.codes());
}

#[test]
fn the_survey_knows_the_nouns() {
    let mut files = MemoryFiles::new();
    files.insert("a.yaml", TEMPLATE);
    let surveyed = survey(&[SourceArgument::parse("a.yaml").unwrap()], &files, &mut Sources::new());
    let nouns: Vec<&str> = surveyed.nouns.iter().map(|noun| noun.as_str()).collect();
    assert_eq!(nouns, ["cfn_kms_key", "cfn_resource", "cfn_s3_bucket"]);
}

#[test]
fn what_is_no_template_is_refused_where_one_was_named() {
    let run = run(&["cloudformation=a.yaml"], &[("a.yaml", "model: [{ name: a }]\n")], &wanted());
    assert_eq!(run.codes(), ["E0502"]);
}

/// What a stranger may send: an answer comes soon, and nothing is lost.
#[test]
fn hostile_templates_end() {
    let mut bomb = format!("Parameters:\n  P: {{ Type: String, Default: \"{}\" }}\nResources:\n", "x".repeat(4000));
    for index in 0..300 {
        let text = "${P}".repeat(200);
        let _ =
            writeln!(bomb, "  B{index}: {{ Type: AWS::S3::Bucket, Properties: {{ BucketName: !Sub \"{text}\" }} }}");
    }
    let run = read(&bomb);
    assert_eq!(run.rows("cfn_s3_bucket"), 300);
    assert!(run.cell("cfn_s3_bucket", "B299", "bucket_name").contains("limit"), "the limit is named");
    let mut chain = String::from("Conditions:\n  C0: !Equals [a, a]\n");
    for index in 1..5000 {
        let _ = writeln!(chain, "  C{index}: !Not [!Condition C{}]", index - 1);
    }
    chain.push_str("Resources:\n  B: { Type: AWS::S3::Bucket, Condition: C4999 }\n");
    let run = read(&chain);
    assert!(run.cell("cfn_s3_bucket", "B", "cfn_created").contains("limit of 64"), "conditions on conditions");
    let deep = format!(
        "Resources:\n  B: {{ Type: AWS::S3::Bucket, Properties: {{ Id: {}1{} }} }}\n",
        "[".repeat(400),
        "]".repeat(400)
    );
    let run = common::run(&["a.yaml"], &[("a.yaml", &deep)], &wanted());
    assert!(run.codes().contains(&"E0506"), "{:?}", run.codes());
}

#[test]
fn an_alias_bomb_is_refused_by_name() {
    let mut bomb = String::from("Resources:\n  B:\n    Type: AWS::S3::Bucket\n    Properties:\n      A: &a [1, 2]\n");
    for (this, before) in ('b'..='l').zip('a'..='k') {
        let _ = writeln!(bomb, "      {this}: &{this} [{}]", vec![format!("*{before}"); 9].join(", "));
    }
    let run = common::run(&["a.yaml"], &[("a.yaml", &bomb)], &wanted());
    assert!(
        run.diagnostics().iter().any(|one| one.contains("aliases") && one.contains("limit")),
        "{:?}",
        run.diagnostics()
    );
}

#[test]
fn odd_templates_do_not_panic() {
    for properties in [
        "!Ref",
        "!Sub",
        "!Sub []",
        "!Sub ['${', {}]",
        "!Sub '${}'",
        "!Join x",
        "!Join [',']",
        "!Select [9, [a]]",
        "!Select [-1, [a]]",
        "!Split ['', x]",
        "!FindInMap [a]",
        "!FindInMap [a, b, c, d]",
        "!Cidr [10.0.0.0/0, 256, 32]",
        "!Cidr [::1/64, 1, 8]",
        "!Cidr [10.0.0.0/24, 0]",
        "!If [x]",
        "!If [x, y, z]",
        "!GetAtt",
        "!GetAtt []",
        "!Unheard Of",
        "{ Ref: { a: b } }",
        "null",
        "[]",
        "x",
        "{ A: !Condition x, Fn::If: [] }",
        "{ 'Fn::': 1 }",
    ] {
        let text = format!(
            "Resources:\n  B:\n    Type: AWS::S3::Bucket\n    Properties: {properties}\n  C:\n    Type: AWS::S3::Bucket\n    Properties: {{ Id: {properties}, Kms: [{properties}] }}\n"
        );
        let run = read(&text);
        assert_eq!(run.rows("cfn_s3_bucket"), 2, "{properties}");
        let _ = run.cell("cfn_s3_bucket", "C", "id");
    }
    let run =
        common::run(&["cloudformation=a.yaml"], &[("a.yaml", "Resources: { B: { Properties: {} } }\n")], &wanted());
    assert!(run.diagnostics().iter().any(|one| one.contains("`B` has no `Type`")), "{:?}", run.diagnostics());
}
