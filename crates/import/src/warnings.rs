//! What the store has to say about the facts, as diagnostics.

use crate::error::span;
use tickmark_diagnostics::codes::facts as codes;
use tickmark_diagnostics::{Code, Diagnostic, Label, Severity};
use tickmark_facts::{AttributeType, FactWarning, FactWarningKind, Needs};

/// The diagnostic of a warning of the store.
pub(crate) fn diagnostic(warning: &FactWarning, needs: &Needs) -> Diagnostic {
    let message = match warning.count {
        0 | 1 => warning.message.clone(),
        2 => format!("{} (and once more)", warning.message),
        count => format!("{} (and {} times more)", warning.message, count - 1),
    };
    let labels = warning.place.map(|place| {
        let at = place.offset as usize;
        Label { span: span(place.file, at, at + 1), text: String::new() }
    });
    let mut diagnostic = Diagnostic {
        code: code(warning.kind),
        severity: Severity::Warning,
        message,
        labels: labels.into_iter().collect(),
        help: Vec::new(),
    };
    if warning.kind == FactWarningKind::DoesNotFit {
        let need = needs.noun(warning.noun);
        let ty =
            need.attribute(&warning.attribute).and_then(|id| need.attributes.get(id.0 as usize)).map(|need| &need.ty);
        diagnostic.help.extend(match ty {
            Some(AttributeType::Time) => {
                Some("how a register writes dates, the manifest says: `date_format: DD/MM/YYYY`".to_owned())
            }
            Some(AttributeType::Duration) => {
                Some("which unit a register leaves out, the manifest says: `units: { ATTRIBUTE: days }`".to_owned())
            }
            _ => None,
        });
    }
    if warning.kind == FactWarningKind::UndeclaredAttribute {
        let declared = needs.noun(warning.noun).attributes.iter().map(|attribute| attribute.name.as_str());
        diagnostic = diagnostic.suggest(&warning.attribute, declared);
    }
    diagnostic
}

fn code(kind: FactWarningKind) -> Code {
    match kind {
        FactWarningKind::UndeclaredAttribute => codes::UNDECLARED_ATTRIBUTE,
        FactWarningKind::DoesNotFit => codes::DOES_NOT_FIT,
        FactWarningKind::Contradictory => codes::CONTRADICTORY,
        FactWarningKind::DuplicateKey => codes::KEY_TWICE,
        FactWarningKind::IncompleteKey => codes::INCOMPLETE_KEY,
        FactWarningKind::UnknownReference => codes::UNKNOWN_REFERENCE,
    }
}
