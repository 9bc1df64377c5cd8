//! Small files that are read one behind the other, into one builder, give what each gives that is read by itself, by however many
//! threads.

mod common;

use common::{needs, run_files, run_in_parts};
use std::fmt::Write as _;
use tickmark_source::MemoryFiles;

const NEEDS: [&str; 6] = [
    "model(name): name text, version text, tests many test, datasets many dataset, size number, card text",
    "test: name text, passed bool",
    "dataset(id): id text, of one model",
    "open k8s_deployment: name any, spec any",
    "open aws_s3_bucket: bucket any, address any",
    "vendor(name): name text, critical bool",
];

const FILES: usize = 300;

/// A file of one of the kinds: its argument, path and text.
fn file(number: usize) -> (String, String, String) {
    let (other, odd) = (number * 7 % 40, number % 6);
    let (kind, ending, text) = match number % 8 {
        0 | 1 => (
            "",
            "json",
            format!(
                "{{\"model\": [{{\"name\": \"m{other}\", \"version\": \"1\", \"odd{odd}\": 1, \"tests\": [{{\"name\": \"t{number}\"}}], \
                 \"datasets\": [\"d{odd}\"]}}], \"strange{odd}\": []}}"
            ),
        ),
        2 => ("", "yaml", format!("dataset:\n  - id: d{other}\n    of: m{odd}\n    more: {number}\n")),
        3 => ("csv:vendor=", "csv", format!("name,critical,note{odd}\nv{other},true,x\nv{number},no,y\n")),
        4 => (
            "jsonl:model=",
            "jsonl",
            format!("{{\"name\": \"m{other}\"}}\n{{\"name\": \"n{number}\", \"size\": {number}}}\n"),
        ),
        5 => (
            "",
            "yaml",
            format!(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: w{number}\nspec:\n  replicas{odd}: {other}\n"
            ),
        ),
        6 => (
            "",
            "yaml",
            format!(
                "Resources:\n  B{number}:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: b{other}\n"
            ),
        ),
        _ => ("", "md", format!("---\nlicense: mit\npipeline_tag: x\nname: m{odd}\n---\n# m{other}\n")),
    };
    let path = format!("f{number}.{ending}");
    (format!("{kind}{path}"), path, text)
}

/// All files, with so many blanks behind what each says.
fn files(blanks: usize) -> (Vec<String>, MemoryFiles) {
    let mut memory = MemoryFiles::new();
    let mut arguments = Vec::new();
    for (argument, path, mut text) in (0..FILES).map(file) {
        text.extend(std::iter::repeat_n('\n', blanks));
        memory.insert(path, text.into_bytes());
        arguments.push(argument);
    }
    (arguments, memory)
}

#[expect(clippy::unwrap_used, reason = "a test")]
fn read(blanks: usize, threads: usize, part: Option<usize>) -> String {
    let (arguments, memory) = files(blanks);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    let run = pool.install(|| match part {
        Some(part) => run_in_parts(&arguments, &memory, &needs(&NEEDS), part),
        None => run_files(&arguments, &memory, &needs(&NEEDS)),
    });
    let mut text = run.seen();
    for source in &run.imported.sources {
        let _ = writeln!(text, "{} {} {:?} {:?}", source.path, source.kind, source.files, source.complete);
    }
    let _ = writeln!(text, "{:?}", run.imported.strangers);
    text
}

#[test]
fn files_that_are_read_together_give_what_each_gives() {
    let one = read(0, 1, None);
    for kind in ["json", "yaml", "csv", "jsonl", "kubernetes", "cloudformation", "hugging-face"] {
        assert!(one.contains(&format!(" {kind} [")), "{kind}: {one}");
    }
    assert!(one.contains("w5") && one.contains("strange3"), "{one}");
    assert_eq!(read(0, 2, None), one);
    assert_eq!(read(0, 3, None), one);
    // Files of this length are read alone.
    assert_eq!(read(70_000, 2, None), one);
    assert_eq!(read(0, 2, Some(20)), read(0, 1, Some(20)));
}

#[test]
fn what_is_wrong_with_one_is_said_of_one() {
    let (arguments, mut memory) = files(0);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    memory.insert("f16.json", b"{\"model\": [{\"name\": \"m1\"}, {\"name\": ".to_vec());
    memory.insert("f17.json", b"{\"model\": [{\"name\": \"m1\", \"tests\": [{\"name\": [}]}]}".to_vec());
    let run = run_files(&arguments, &memory, &needs(&NEEDS));
    let broken: Vec<String> = run.diagnostics().into_iter().filter(|said| said.contains("error")).collect();
    assert_eq!(broken.len(), 2, "{broken:#?}");
    assert!(broken[0].contains("f16.json") && broken[1].contains("f17.json"), "{broken:#?}");
}
