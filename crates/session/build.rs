//! Lists the rule packs and the library under `controls/`, so that they are embedded in the binary.

use std::fmt::Write as _;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let manifest = std::env::var("CARGO_MANIFEST_DIR")?;
    let root = Path::new(&manifest).join("../../controls").canonicalize()?;
    let mut list = String::from(
        "/// Path below `controls/`, and text, sorted by path.\npub(crate) static EMBEDDED: &[(&str, &str)] = &[\n",
    );
    for entry in walkdir::WalkDir::new(&root).sort_by_file_name() {
        let entry = entry?;
        println!("cargo::rerun-if-changed={}", entry.path().display());
        if entry.path().extension().is_some_and(|extension| extension == "tick") {
            let name = entry.path().strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
            writeln!(list, "    ({name:?}, include_str!({:?})),", entry.path().display().to_string())?;
        }
    }
    list.push_str("];\n");
    std::fs::write(Path::new(&std::env::var("OUT_DIR")?).join("embedded.rs"), list)?;
    Ok(())
}
