//! The values of the subjects and binders of one definition.

use tickmark_program::Slot;

use super::value::Value;

/// One value a slot; a slot that nothing was put in is missing.
#[derive(Clone, Debug)]
pub(crate) struct Frame<'a> {
    slots: Vec<Option<Value<'a>>>,
}

impl<'a> Frame<'a> {
    pub(crate) fn new(slots: u32) -> Frame<'a> {
        Frame { slots: vec![None; slots as usize] }
    }

    /// A frame with its subject.
    pub(crate) fn with(slots: u32, subject: Slot, value: Value<'a>) -> Frame<'a> {
        let mut frame = Frame::new(slots.max(subject.0.saturating_add(1)));
        frame.set(subject, value);
        frame
    }

    pub(crate) fn get(&self, slot: Slot) -> Option<&Value<'a>> {
        self.slots.get(slot.0 as usize)?.as_ref()
    }

    pub(crate) fn set(&mut self, slot: Slot, value: Value<'a>) {
        if let Some(place) = self.slots.get_mut(slot.0 as usize) {
            *place = Some(value);
        }
    }
}
