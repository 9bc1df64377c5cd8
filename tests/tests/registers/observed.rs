//! Use that was observed: logs, lock files, names of secrets and invoices, held against the registers.

use tickmark_source::MemoryFiles;
use tickmark_tests::files::memory;
use tickmark_tests::{root, tickmark_in};

use super::{folder, run, values};

/// The story of `fixtures/registers`, as its README tells it.
#[test]
fn shadow_ai_is_found() {
    let files = folder(&root().join("fixtures/registers"));
    let outcome = run(&files, &["check", "--format", "json", "--only", "VENDOR-01", "--only", "VENDOR-10"]);
    assert_eq!(outcome.code, 1);
    assert_eq!(outcome.status("VENDOR-01"), "fail");
    assert_eq!(
        outcome.not_passing("VENDOR-01"),
        [
            "observed/package-lock.json npm:@deepgram/sdk@3.9.0 fail",
            "observed/resolver-queries.json#api.deepgram.com fail",
            "observed/resolver-queries.json#api.novamind.ai unknown"
        ]
    );
    assert_eq!(outcome.status("VENDOR-10"), "pass");
    assert_eq!(outcome.not_passing("VENDOR-10"), [""; 0]);
    for id in [
        "observed/access.log#api.anthropic.com",
        "observed/env.example#OPENAI_API_KEY",
        "observed/package-lock.json npm:openai@4.70.2",
        "observed/resolver-queries.json#api.openai.com",
    ] {
        assert_eq!(tickmark_in(&files, &["facts", "usage_observation", id]).code, 0, "{id}");
    }
    // Neither what the proxy refused, nor what only begins like a name of OpenAI's, nor any other library or variable.
    let seen = run(&files, &["query", "usage_observation"]);
    assert!(seen.out.contains("7 members"), "{}", seen.out);
    assert!(outcome.err.contains("policies/draft-ai-governance.md"), "{}", outcome.err);
}

/// A finding stands on the first line of the log that tells of the host.
#[test]
fn a_finding_stands_on_the_first_line() {
    let files = folder(&root().join("fixtures/registers"));
    let id = "observed/resolver-queries.json#api.novamind.ai";
    let outcome = run(&files, &["explain", "VENDOR-01", id]);
    assert!(outcome.out.contains("observed/resolver-queries.json:5:1"), "{}", outcome.out);
}

/// Without any source of observed use the register proves nothing.
#[test]
fn nobody_looked_is_no_pass() {
    let mut files = folder(&root().join("fixtures/registers"));
    let manifest = files_text(&files, "tickmark.yaml").replace("  - path: observed/*\n", "");
    files.insert("tickmark.yaml", manifest.into_bytes());
    let outcome = run(&files, &["check", "--format", "json", "--only", "VENDOR-01"]);
    assert_eq!((outcome.code, outcome.status("VENDOR-01").as_str()), (1, "unknown"));
    assert_eq!(outcome.not_passing("VENDOR-01"), ["chat unknown", "summaries unknown"]);
}

fn files_text(files: &MemoryFiles, path: &str) -> String {
    use tickmark_source::Files as _;
    String::from_utf8(files.read(path).unwrap().to_vec()).unwrap()
}

/// The organisation adds a service to the catalogue, and takes one out, in a register of its own.
#[test]
fn the_catalogue_is_the_organisations() {
    let mut files = folder(&root().join("fixtures/registers"));
    let manifest = files_text(&files, "tickmark.yaml")
        .replace("  - path: observed/*\n", "  - path: observed/*\n  - { path: ours.csv, noun: model_api }\n");
    files.insert("tickmark.yaml", manifest.into_bytes());
    let ours = "id,name,hosts,left_out\nnovamind,Novamind,api.novamind.ai,\ndeepgram,,,yes\n";
    files.insert("ours.csv", ours.as_bytes().to_vec());
    let outcome = run(&files, &["check", "--format", "json", "--only", "VENDOR-01"]);
    assert_eq!(outcome.status("VENDOR-01"), "fail");
    assert_eq!(outcome.not_passing("VENDOR-01"), ["observed/resolver-queries.json#api.novamind.ai fail"]);
}

/// Each stream, told by its content, as the raw noun that it becomes.
#[test]
fn every_stream_is_read() {
    let zscaler = "Datetime,User,Action,URL\n2026-05-01T10:00:00Z,ana,Allowed,https://api.groq.com/openai/v1\n2026-05-01T10:00:01Z,bo,Blocked,api.x.ai/v1\n";
    let cases: &[(&str, &str, &str, &[&str])] = &[
        (
            "a.log",
            "1286536309.586 1 10.0.0.8 TCP_TUNNEL/200 5 CONNECT api.openai.com:443 - HIER_DIRECT/1.2.3.4 -\n",
            "egress_host",
            &["a.log@api.openai.com"],
        ),
        (
            "e.json",
            "{\"authority\":\"api.anthropic.com\",\"start_time\":\"2026-11-01T10:00:00.000Z\"}\n{\"authority\":\"api.anthropic.com\",\"start_time\":\"2026-11-02T10:00:00.000Z\"}\n",
            "egress_host",
            &["e.json@api.anthropic.com"],
        ),
        (
            "f.json",
            "{\"firewall_name\":\"f\",\"event_timestamp\":\"1602627001\",\"event\":{\"event_type\":\"tls\",\"src_ip\":\"1.1.1.1\",\"tls\":{\"sni\":\"api.groq.com\"}}}\n",
            "egress_host",
            &["f.json@api.groq.com"],
        ),
        ("egress=z.csv", zscaler, "egress_host", &["z.csv@api.groq.com", "z.csv@api.x.ai"]),
        (
            "r.json",
            "{\"version\":\"1.1\",\"query_timestamp\":\"2021-02-04T17:51:55Z\",\"query_name\":\"api.cohere.com.\"}\n",
            "dns_name",
            &["r.json@api.cohere.com"],
        ),
        (
            "b.log",
            "21-Nov-2026 21:40:06.123 queries: info: client @0x7f 10.0.0.5#5 (api.x.ai): query: api.x.ai IN A +E(0)K (10.0.0.1)\n",
            "dns_name",
            &["b.log@api.x.ai"],
        ),
        (
            "d.log",
            "Nov 21 21:40:06 dnsmasq[1]: query[A] api.mistral.ai from 10.0.0.5\n",
            "dns_name",
            &["d.log@api.mistral.ai"],
        ),
        (
            "c.json",
            "{\"QueryName\":\"api.together.xyz\",\"Datetime\":\"2026-11-02T08:00:00Z\"}\n",
            "dns_name",
            &["c.json@api.together.xyz"],
        ),
        (
            "dns=t.csv",
            "timestamp,domain\n2026-05-01T10:00:00Z,api.replicate.com\n",
            "dns_name",
            &["t.csv@api.replicate.com"],
        ),
        (
            "yarn.lock",
            "# yarn lockfile v1\n\nopenai@^4:\n  version \"4.2.0\"\n",
            "locked_package",
            &["yarn.lock npm:openai@4.2.0"],
        ),
        ("sub/go.sum", "github.com/a/b v1.0.0 h1:x=\n", "locked_package", &["sub/go.sum golang:github.com/a/b@v1.0.0"]),
        (
            "s.json",
            "{\"total_count\":1,\"secrets\":[{\"name\":\"GROQ_API_KEY\",\"created_at\":\"2026-01-01T00:00:00Z\"}]}",
            "secret_name",
            &["s.json@GROQ_API_KEY"],
        ),
        ("secret-names=l.json", "[\"openai\"]", "secret_name", &["l.json@openai"]),
        (
            "ce.json",
            "{\"ResultsByTime\":[{\"TimePeriod\":{\"Start\":\"2026-10-01\",\"End\":\"2026-11-01\"},\"Groups\":[{\"Keys\":[\"Amazon Bedrock\"],\"Metrics\":{\"UnblendedCost\":{\"Amount\":\"12.5\",\"Unit\":\"USD\"}}}]}]}",
            "invoice_line",
            &["ce.json@Amazon Bedrock"],
        ),
        (
            "invoices=i.csv",
            "Date;Merchant;Amount;Currency\n2026-10-05;OPENAI *CHATGPT;20.00;USD\n",
            "invoice_line",
            &["i.csv@OPENAI *CHATGPT"],
        ),
    ];
    for (source, text, noun, ids) in cases {
        let path = source.split_once('=').map_or(*source, |(_, path)| path);
        let files = memory(&[(path, text)]);
        let outcome = run(&files, &["query", noun, source, "--no-manifest"]);
        for id in *ids {
            assert!(outcome.out.contains(id), "{id} from {source}\n{}{}", outcome.out, outcome.err);
        }
        assert!(outcome.out.contains(&format!("{} member", ids.len())), "{source}\n{}", outcome.out);
    }
}

/// The files of a folder are one log: a record for each name in all of them.
#[test]
fn a_folder_of_logs_is_one() {
    let line = |day: u32, name: &str| {
        format!(
            "{{\"query_timestamp\":\"2026-05-{day:02}T00:00:00Z\",\"query_name\":\"{name}.\",\"srcaddr\":\"10.0.0.{day}\"}}\n"
        )
    };
    let (first, second) = (line(2, "api.openai.com") + &line(3, "example.org"), line(1, "api.openai.com"));
    let files = memory(&[("dns/1.json", &first), ("dns/2.json", &second)]);
    let outcome = run(&files, &["facts", "dns_name", "dns@api.openai.com", "dns", "--no-manifest"]);
    let values = values(&outcome);
    for line in
        ["calls 2", "first_seen_at 2026-05-01", "last_seen_at 2026-05-02", "clients [\"10.0.0.2\", \"10.0.0.1\"]"]
    {
        assert!(values.iter().any(|value| value == line), "{line} in {values:?}");
    }
    // What is cut short is told, and the log is not whole.
    let mut cut = files;
    cut.insert(
        "dns/3.json",
        b"{\"query_timestamp\":\"2026-05-01T00:00:00Z\",\"query_name\":\"a.b\"}\n{\"query_na".to_vec(),
    );
    let outcome = run(&cut, &["query", "dns_name", "dns", "--no-manifest"]);
    assert!(
        outcome.err.contains("W0558") && outcome.err.contains("a line of this log is not understood"),
        "{}",
        outcome.err
    );
}

/// Values of secrets are in no fact and in no excerpt, however the file is broken.
#[test]
fn values_of_secrets_are_never_shown() {
    const SECRET: &str = "hunter2-correct-horse";
    let env = format!("OPENAI_API_KEY={SECRET}\n");
    let broken = format!("{{\"secrets\": [{{\"name\": \"A\", \"value\": \"{SECRET}\"}}, oops {SECRET}");
    let kubernetes =
        format!("kind: Secret\nmetadata: {{name: llm}}\nstringData:\n  OPENAI_API_KEY: {SECRET}\n  bad: [{SECRET}\n");
    let manifest = format!("kind: Secret\nmetadata: {{name: llm}}\nstringData:\n  OPENAI_API_KEY: {SECRET}\n");
    for (name, text) in [("e.env", &env), ("b.json", &broken), ("k.yaml", &kubernetes), ("m.yaml", &manifest)] {
        let files = memory(&[
            (name, text.as_str()),
            (
                "c.tick",
                "control C-1 \"c\" { cites CC6.1  every secret_name: name == \"nothing\" and file exists and kept_in exists }\n",
            ),
        ]);
        let source = format!("secret-names={name}");
        for arguments in [
            &["check", &source, "--controls", "c.tick", "--no-manifest"][..],
            &["facts", "secret_name", &source, "--no-manifest"],
            &["check", &source, "--controls", "c.tick", "--no-manifest", "--format", "json"],
        ] {
            let outcome = tickmark_in(&files, arguments);
            assert!(
                !outcome.out.contains("hunter2") && !outcome.err.contains("hunter2"),
                "{name}: {}{}",
                outcome.out,
                outcome.err
            );
        }
    }
    // What is no text shows nothing either.
    let mut bytes = env.into_bytes();
    bytes.extend([0xff, 0xfe, b'\n']);
    let mut files = MemoryFiles::new();
    files.insert("e.env", bytes);
    let outcome = tickmark_in(&files, &["facts", "secret-names=e.env", "--no-manifest"]);
    assert!(outcome.code == 2 && outcome.err.contains("E0507") && !outcome.err.contains("hunter2"), "{}", outcome.err);
}
