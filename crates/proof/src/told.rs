//! Facts as text, with all that can be asked of them: two that are read alike are the same text.

use std::fmt::Write as _;

use tickmark_facts::{AttributeId, Cell, Facts, NounId};

/// Everything there is: records with their ids, places, parents and values, phantoms, the state of each attribute, and (where
/// they are asked for) the keys that records were seen with.
pub(crate) fn facts_told(facts: &Facts, keys: bool) -> String {
    let mut text = format!("merged: {}\n", facts.were_merged());
    for (noun, need) in facts.needs().iter() {
        let name = &need.name;
        let (rows, all) = (facts.rows(noun), facts.all_rows(noun));
        let _ = writeln!(text, "{name}: {} {rows} {all} {:?}", facts.supplied(noun), facts.open(noun));
        if keys {
            let _ = writeln!(text, "{name} keys: {:?}", facts.names_seen(noun).collect::<Vec<_>>());
        }
        for row in 0..all {
            record(facts, noun, row, &mut text);
        }
        for attribute in (0..facts.attribute_count(noun)).map(AttributeId) {
            let word = facts.attribute_name(noun, attribute).unwrap_or("");
            let _ = writeln!(text, "{name} {word}: {:?}", facts.attribute_state(noun, attribute));
        }
    }
    text
}

fn record(facts: &Facts, noun: NounId, row: u32, text: &mut String) {
    let name = &facts.needs().noun(noun).name;
    let id = facts.id(noun, row);
    let _ = writeln!(
        text,
        "{name} {row}: {id} at {:?} in {:?}, certain {}, exists {}, found {:?}",
        facts.place(noun, row),
        facts.parent(noun, row),
        facts.is_certain(noun, row),
        facts.exists(noun, row),
        facts.find(noun, &id),
    );
    for attribute in (0..facts.attribute_count(noun)).map(AttributeId) {
        let word = facts.attribute_name(noun, attribute).unwrap_or("");
        let at = facts.cell_place(noun, row, attribute);
        let _ = write!(text, "{name} {row} {word} at {at:?}: ");
        let value = facts.cell(noun, row, attribute);
        cell(facts, value, text);
        if let Cell::Records(records) = value {
            for index in 0..records.rows.len() {
                let _ = write!(text, " {:?}", facts.item_place(noun, row, attribute, index));
            }
        }
        text.push('\n');
    }
}

fn cell(facts: &Facts, cell_: Cell<'_>, text: &mut String) {
    match cell_ {
        Cell::List(list) => {
            text.push('[');
            for (index, item) in list.iter().enumerate() {
                cell(facts, item, text);
                let _ = write!(text, " at {:?}, ", list.place(index));
            }
            text.push(']');
        }
        Cell::Text(word) => {
            // What an equality looks up must be what is read.
            let found = facts.symbol(word).map(|symbol| facts.text(symbol));
            let _ = write!(text, "{word:?} found as {found:?}");
        }
        Cell::Records(records) => {
            let ids: Vec<String> = records.rows.iter().map(|row| facts.id(records.noun, *row)).collect();
            let _ = write!(text, "{:?} {:?} {ids:?}", records.noun, records.rows);
        }
        other => {
            let _ = write!(text, "{other:?}");
        }
    }
}
