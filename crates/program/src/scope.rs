//! Scopes: the subjects and binders that are visible at a place, innermost last, and the frame that holds their values.

use smol_str::SmolStr;
use tickmark_facts::NounId;
use tickmark_source::Span;

use crate::ir::{Expr, ExprKind, Slot, Type};

/// A value that a name may stand for.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub(crate) slot: Slot,
    /// The name that was given to it: a binder, or the word of a value (`some x in …`).
    pub(crate) binder: Option<SmolStr>,
    /// The words that also mean it: its noun, and the word by which it was reached.
    pub(crate) words: Vec<SmolStr>,
    /// `Record` of a noun, or the type of a value.
    pub(crate) ty: Type,
    pub(crate) span: Span,
    /// Whether a name was resolved to the binder.
    pub(crate) used: bool,
    /// The binder stands where something else could have been meant: it must be used.
    pub(crate) doubtful: bool,
}

impl Subject {
    /// The noun of the subject, where it is a record (or may be one).
    pub(crate) fn noun(&self) -> Option<NounId> {
        match self.ty {
            Type::Record(noun) | Type::Any(Some(noun)) => Some(noun),
            _ => None,
        }
    }

    /// The expression that reads it.
    pub(crate) fn read(&self, span: Span) -> Expr {
        Expr { kind: ExprKind::Variable(self.slot), ty: self.ty.clone(), span }
    }
}

/// The visible subjects of one definition, and the size of its frame.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scope {
    subjects: Vec<Subject>,
    slots: u32,
}

impl Scope {
    /// Takes a slot for a new subject, which is visible from now on.
    pub(crate) fn push(&mut self, binder: Option<SmolStr>, words: Vec<SmolStr>, ty: Type, span: Span) -> Slot {
        let slot = Slot(self.slots);
        self.slots += 1;
        self.subjects.push(Subject { slot, binder, words, ty, span, used: false, doubtful: false });
        slot
    }

    /// How many subjects are visible; give it to [`Scope::leave`] to end what comes after.
    pub(crate) fn mark(&self) -> usize {
        self.subjects.len()
    }

    /// Ends the visibility of subjects; their slots stay taken.
    pub(crate) fn leave(&mut self, mark: usize) {
        self.subjects.truncate(mark);
    }

    /// Takes out of sight what came after a mark, until [`Scope::show`] is given it back.
    pub(crate) fn hide(&mut self, mark: usize) -> Vec<Subject> {
        self.subjects.split_off(mark.min(self.subjects.len()))
    }

    /// Puts hidden subjects back.
    pub(crate) fn show(&mut self, hidden: Vec<Subject>) {
        self.subjects.extend(hidden);
    }

    /// The size of the frame.
    pub(crate) fn slots(&self) -> u32 {
        self.slots
    }

    /// The visible subjects, innermost first.
    pub(crate) fn innermost_first(&self) -> impl Iterator<Item = &Subject> {
        self.subjects.iter().rev()
    }

    /// The subject with this binder, innermost first; it counts as used. The scope goes with it, to be looked at.
    pub(crate) fn binder(&mut self, word: &str) -> Option<(&Subject, &Scope)> {
        let at = self.subjects.iter().rposition(|subject| subject.binder.as_deref() == Some(word))?;
        self.subjects.get_mut(at)?.used = true;
        let scope = &*self;
        scope.subjects.get(at).map(|subject| (subject, scope))
    }

    /// Says that the binder of a slot must be used.
    pub(crate) fn doubt(&mut self, slot: Slot) {
        if let Some(subject) = self.subjects.iter_mut().find(|subject| subject.slot == slot) {
            subject.doubtful = true;
        }
    }

    /// The subjects that came after a mark and have a binder that no name was resolved to.
    pub(crate) fn unused_since(&self, mark: usize) -> impl Iterator<Item = &Subject> {
        let since = self.subjects.iter().skip(mark);
        since.filter(|subject| subject.binder.is_some() && !subject.used)
    }
}
