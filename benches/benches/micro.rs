//! Small parts alone, for a look at what a change did: parsing controls, reading native JSON, one control from text to verdicts.
//!
//! Whole processes over large exports, beside other programs, are what `just bench` measures.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use tickmark_benches::{Scale, VARIATIONS, control_file, write_company};
use tickmark_facts::Time;
use tickmark_import::SourceArgument;
use tickmark_session::Request;
use tickmark_source::{MemoryFiles, Sources};

const ENTITIES: &str = include_str!("../controls/entities.tick");
const C2: &str = include_str!("../controls/c2.tick");

/// A company whose registry of models takes a megabyte, as files in memory.
fn files() -> (MemoryFiles, u64) {
    let folder = tempfile::tempdir().expect("a folder");
    write_company(folder.path(), &Scale::of_bytes(4_000_000), 1).expect("the exports are written");
    let models = std::fs::read_to_string(folder.path().join("models.json")).expect("it was written");
    let bytes = models.len() as u64;
    let mut files = MemoryFiles::new();
    files.insert("models.json", models.as_str());
    files.insert("entities.tick", ENTITIES);
    files.insert("c2.tick", C2);
    (files, bytes)
}

fn request() -> Request {
    let mut request = Request::at(Time::parse("2026-06-30").expect("a date"));
    request.facts = vec!["models.json".to_owned()];
    request.controls = vec!["entities.tick".to_owned(), "c2.tick".to_owned()];
    request
}

fn parsing(criterion: &mut Criterion) {
    let text = control_file(VARIATIONS);
    let file = Sources::new().add("c8.tick", text.clone().into_bytes());
    let mut group = criterion.benchmark_group("parse");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("500 controls", |bencher| bencher.iter(|| tickmark_syntax::parse(file, black_box(&text))));
    group.finish();
}

fn reading(criterion: &mut Criterion) {
    let (files, bytes) = files();
    let needs = Arc::clone(&tickmark_session::load(&request(), &files).program.needs);
    let arguments = [SourceArgument::parse("models.json").expect("a path")];
    let mut group = criterion.benchmark_group("read");
    group.throughput(Throughput::Bytes(bytes));
    group.bench_function("1 MB of native JSON for C2", |bencher| {
        bencher.iter(|| tickmark_import::import(&arguments, &needs, &files, &mut Sources::new()));
    });
    group.finish();
}

fn checking(criterion: &mut Criterion) {
    let (files, bytes) = files();
    let request = request();
    let mut group = criterion.benchmark_group("check");
    group.throughput(Throughput::Bytes(bytes));
    group.bench_function("C2 over 1 MB, from text to verdicts", |bencher| {
        bencher.iter(|| tickmark_session::check(&request, &files, &|_| ()));
    });
    group.finish();
}

criterion_group!(micro, parsing, reading, checking);
criterion_main!(micro);
