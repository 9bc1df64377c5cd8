//! Warnings of one sort, folded to one where there are many.

use std::collections::BTreeSet;
use tickmark_diagnostics::Diagnostic;
use tickmark_diagnostics::codes::facts as codes;

/// So many warnings of one sort stand for themselves.
const FEW: usize = 3;

/// How many names a folded warning lists.
const NAMED: usize = 8;

/// The diagnostics of a root module, with one for all variables that have no value: a module that is made to be called by others
/// has many of them.
pub(crate) fn folded(diagnostics: Vec<Diagnostic>, folder: &str) -> Vec<Diagnostic> {
    let (without, mut rest): (Vec<_>, Vec<_>) =
        diagnostics.into_iter().partition(|diagnostic| diagnostic.code == codes::NO_VALUE);
    let names: BTreeSet<&str> = without.iter().filter_map(|diagnostic| diagnostic.message.split('`').nth(1)).collect();
    match without.first() {
        Some(first) if without.len() > FEW => {
            let shown: Vec<String> = names.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
            let more = if names.len() > NAMED { ", …" } else { "" };
            let message = format!("{} variables of `{folder}` have no value: {}{more}", names.len(), shown.join(", "));
            let mut one = first.clone();
            one.message = message;
            rest.push(one.help("give values in a `.tfvars` file, or with `--set tf.var.NAME=VALUE`"));
        }
        _ => rest.extend(without),
    }
    tickmark_diagnostics::sort(&mut rest);
    rest
}
