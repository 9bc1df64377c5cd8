//! `tickmark init`

use std::path::{Path, PathBuf};

use tickmark_session::{Found, FoundColumn, FoundExport, FoundRegister, OddWords};

use crate::arguments::InitArguments;
use crate::commands::check::write_whole;
use crate::commands::{Jobs, Outcome};
use crate::{OK, World};

/// Where the JSON Schema of the manifest is put, for editors.
const SCHEMA: &str = ".tickmark/tickmark.schema.json";

/// Where copies of maps are put.
const MAPS: &str = "controls/maps";

pub(crate) fn run(arguments: &InitArguments, jobs: Jobs, world: &mut World<'_>) -> Outcome {
    let folder = Path::new(&arguments.folder);
    if !folder.is_dir() {
        return Err(format!("there is no folder `{}`", folder.display()));
    }
    let mut copies = Vec::new();
    for system in &arguments.maps {
        let Some(text) = tickmark_session::map_text(system) else {
            let names = tickmark_session::map_names();
            let near = tickmark_diagnostics::did_you_mean(system, names.iter().copied());
            let near = near.map_or_else(String::new, |near| format!("; {near}"));
            return Err(format!("there is no map of `{system}`; there are {}{near}", names.join(", ")));
        };
        copies.push((PathBuf::from(format!("{MAPS}/{system}.tick")), text.to_owned()));
    }
    let files = world.files;
    let look = || tickmark_session::look(&arguments.folder, files);
    let mut found = jobs.run(look)?.map_err(|error| error.to_string())?;
    if !copies.is_empty() && !found.controls.iter().any(|path| path == "controls") {
        found.controls.insert(0, "controls".to_owned());
    }
    let manifest = PathBuf::from("tickmark.yaml");
    let kept = manifest_is_there(folder).filter(|_| !copies.is_empty() && !arguments.force);
    let mut written = Vec::new();
    if kept.is_none() {
        written.push((manifest, draft(&found)));
        let schema = serde_json::to_string_pretty(&tickmark_session::manifest_schema());
        written.push((PathBuf::from(SCHEMA), schema.map_err(|error| error.to_string())? + "\n"));
    }
    written.extend(copies);
    // Nothing is written where something would be lost.
    for (path, _) in &written {
        let there = folder.join(path);
        if there.exists() && !arguments.force && path != Path::new(SCHEMA) {
            return Err(format!("`{}` is there already; `--force` overwrites it", there.display()));
        }
    }
    for (path, text) in &written {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(|error| format!("cannot make `{}`: {error}", parent.display()))?;
        }
        write_whole(&path, text)?;
        world.out(&format!("wrote {}\n", path.display()));
    }
    if let Some(kept) = kept {
        world.out(&format!("kept {}: add ./controls to its packs where it is not there yet\n", kept.display()));
    } else {
        world.out(&summary(&found));
    }
    Ok(OK)
}

fn manifest_is_there(folder: &Path) -> Option<PathBuf> {
    Some(folder.join("tickmark.yaml")).filter(|path| path.exists())
}

fn summary(found: &Found) -> String {
    let count = |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    format!(
        "found {} and {}; look through tickmark.yaml, then `tickmark check`\n",
        count(found.exports.len(), "export", "exports"),
        count(found.registers.len(), "register", "registers")
    )
}

/// The text of a first manifest.
fn draft(found: &Found) -> String {
    let mut text = format!("# yaml-language-server: $schema={SCHEMA}\n");
    text.push_str(
        "# What `tickmark check` reads here, and what it checks. Paths are relative to this file.\nversion: 1\n\nsources:\n",
    );
    if found.exports.is_empty() && found.registers.iter().all(|register| register.noun.is_none()) {
        text = text.replace("\nsources:\n", "\nsources: []\n");
        text.push_str("  # - path: exports/mlflow/       # a file, a folder, or a glob\n");
    }
    found.exports.iter().for_each(|export| text.push_str(&draft_export(export)));
    found.registers.iter().for_each(|register| text.push_str(&draft_register(register)));
    text.push_str(
        "  # Each of them may say:\n  #   required: true       # a run without it, or without all of it, stops with exit code 2\n  #   max_age: 30 days     # it was collected no longer ago than that\n  # A register may say besides, where its columns and words are others than ours:\n  #   columns: { Supplier: name, Notes: ~ }       # which attribute a column is; `~` leaves it out\n  #   values: { status: { aktiv: active } }       # which value a word stands for\n  #   constants: { kind: model_api }              # what every record has\n  #   missing: [n/a, \"-\", TBD]                    # words that say that there is no value\n  #   list_separator: \",\"                         # between the items in one cell; `;` otherwise\n  #   date_format: DD/MM/YYYY                     # dates are not guessed\n  #   units: { keeps_inputs_for: days }           # of bare numbers that are lengths of time\n",
    );
    text.push_str("\n# Built-in packs by name, folders of your own controls by path.\n");
    let packs = found.packs.iter().map(|pack| (*pack).to_owned());
    let own = found.controls.iter().map(|path| format!("./{path}"));
    let packs: Vec<String> = packs.chain(own).collect();
    text.push_str(&format!("packs:\n{}", items(&packs)));
    if found.exceptions.is_empty() {
        text.push_str(
            "\n# Files of exceptions: what may be as it is, why, and until when.\n# exceptions: [exceptions.tick]\n",
        );
    } else {
        text.push_str(&format!(
            "\n# What may be as it is, why, and until when.\nexceptions:\n{}",
            items(&found.exceptions)
        ));
    }
    text.push_str(concat!(
        "\n# Parameters of controls, as `tickmark explain ID` shows them.\n",
        "# params: { approval_window: 60 days }\n",
        "\n# Values of Terraform variables, as `terraform plan -var` takes them.\n",
        "# terraform: { var: { region: eu-west-1 } }\n",
        "\n# The period that runs speak of, and the moment; without it, now.\n",
        "# period: { from: 2026-01-01, to: 2026-03-31 }\n",
        "# as_of: 2026-03-31\n",
        "\n# The zone whose days these are; UTC where it is not given.\n",
        "# calendar: { time_zone: Europe/Berlin }\n",
    ));
    text
}

fn items(items: &[String]) -> String {
    items.iter().map(|item| format!("  - {}\n", scalar(item))).collect()
}

fn draft_export(export: &FoundExport) -> String {
    let mut text = format!("  - path: {}  # {}\n", scalar(&export.path), export.what);
    if let Some(kind) = export.kind {
        text.push_str(&format!("    kind: {kind}\n"));
    }
    text
}

fn draft_register(register: &FoundRegister) -> String {
    let Some(noun) = &register.noun else {
        return format!(
            "  # - path: {}\n  #   noun: …  # which noun are its rows? Its columns: {}\n",
            scalar(&register.path),
            register.columns.iter().map(|column| one_line(&column.name)).collect::<Vec<_>>().join(", ")
        );
    };
    let mut text = format!("  - path: {}\n    noun: {noun}\n", scalar(&register.path));
    if let Some(records) = &register.records {
        text.push_str(&format!("    records: {}\n", scalar(records)));
    }
    let mapped: Vec<String> = register
        .columns
        .iter()
        .filter_map(|column| match &column.attribute {
            Some(attribute) if *attribute == column.name => None,
            Some(attribute) => Some(format!("      {}: {attribute}\n", quoted(&column.name))),
            None => {
                Some(format!("      {}: ~  # left out: no attribute of {noun} is called so\n", quoted(&column.name)))
            }
        })
        .collect();
    if !mapped.is_empty() {
        text.push_str(&format!("    columns:\n{}", mapped.concat()));
    }
    if register.columns.iter().any(|column| column.attribute.is_none()) && !register.others.is_empty() {
        text.push_str(&format!("      # {noun} has also: {}\n", register.others.join(", ")));
    }
    text.push_str(&draft_words(&register.columns));
    text
}

/// What of a register is not read as it is written: commented, since only its keepers know what they mean.
fn draft_words(columns: &[FoundColumn]) -> String {
    let (mut values, mut units, mut date) = (String::new(), String::new(), None);
    for column in columns {
        let Some(attribute) = &column.attribute else { continue };
        match &column.odd {
            Some(OddWords::Values(words, choices)) => {
                let words: Vec<String> = words.iter().map(|word| format!("{}: …", quoted(word))).collect();
                let choices = choices.join(", ");
                values.push_str(&format!("    #   {attribute}: {{ {} }}  # one of {choices}\n", words.join(", ")));
            }
            Some(OddWords::Unit(example)) => {
                units.push_str(&format!(
                    "    #   {attribute}: …  # days, months, years? It says {}\n",
                    one_line(example)
                ));
            }
            Some(OddWords::Date(example)) => date = date.or(Some((&column.name, example))),
            None => {}
        }
    }
    let mut text = String::new();
    if let Some((column, example)) = date {
        let (column, example) = (one_line(column), one_line(example));
        text.push_str(&format!("    # date_format: DD/MM/YYYY  # or MM/DD/YYYY? {column} says {example}\n"));
    }
    if !values.is_empty() {
        text.push_str(&format!("    # values:  # what words stand for that are none of the attribute\n{values}"));
    }
    if !units.is_empty() {
        text.push_str(&format!("    # units:\n{units}"));
    }
    text
}

fn one_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

/// A scalar of YAML that is a text: in quotes, unless it is plain.
fn scalar(text: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.' | '/');
    let begins = text.starts_with(|letter: char| letter.is_ascii_alphabetic() || matches!(letter, '.' | '/' | '_'));
    if begins && text.chars().all(plain) && !matches!(text, "true" | "false" | "null") {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// A text in quotes of YAML, whose escapes are those of JSON.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
