//! Prints the resources of a Terraform configuration as JSON: `cargo run -p tickmark-hcl --example dump -- DIR [name=value …]`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a program for looking at what is evaluated")]

#[path = "../tests/common/disk.rs"]
mod disk;
#[path = "../tests/common/shown.rs"]
mod shown;

use std::time::Instant;

use disk::Disk;
use serde_json::{Map, Value as Json, json};
use shown::shown;
use tickmark_hcl::{Settings, Tree};
use tickmark_source::Sources;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let Some(folder) = arguments.next() else {
        eprintln!("usage: dump DIR [name=value …]");
        return;
    };
    let mut settings = Settings::default();
    let pairs = arguments
        .filter_map(|argument| argument.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned())));
    settings.variables.extend(pairs);
    let mut sources = Sources::new();
    let start = Instant::now();
    let tree = match Tree::load(&Disk, &mut sources, &folder) {
        Ok(tree) => tree,
        Err(error) => {
            eprintln!("{error}");
            return;
        }
    };
    let loaded = start.elapsed();
    let configuration = tree.evaluate(&Disk, &settings);
    let evaluated = start.elapsed() - loaded;
    let resources: Vec<Json> = configuration
        .resources
        .iter()
        .map(|resource| {
            let attributes: Map<String, Json> = resource
                .attributes
                .iter()
                .map(|(name, attribute)| (name.to_string(), shown(&attribute.value, false)))
                .collect();
            json!({
                "address": &*resource.address,
                "at": sources.describe(resource.span.place()),
                "provider": &*resource.provider.source,
                "attributes": attributes,
            })
        })
        .collect();
    let outputs: Map<String, Json> =
        configuration.outputs.iter().map(|output| (output.name.to_string(), shown(&output.value, false))).collect();
    println!("{:#}", json!({"resources": resources, "outputs": outputs}));
    for diagnostic in &configuration.diagnostics {
        eprintln!("{}", diagnostic.to_plain(&sources));
    }
    eprintln!(
        "{} files, {} resources, {} module calls; loaded in {loaded:?}, evaluated in {evaluated:?}",
        sources.len(),
        configuration.resources.len(),
        configuration.module_calls.len()
    );
}
