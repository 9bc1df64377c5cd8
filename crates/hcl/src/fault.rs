//! What goes wrong while an expression is evaluated: Terraform would refuse it.

use tickmark_source::Span;

/// An expression that Terraform would refuse. `try` and `can` catch it; elsewhere the value is unknown and says why.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    /// What is wrong, without the place: "there is no attribute `x`".
    pub(crate) message: String,
    /// Where; the innermost expression.
    pub(crate) span: Option<Span>,
}

impl Fault {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Fault { message: message.into(), span: None }
    }

    /// Says where, if nobody has said so before.
    pub(crate) fn at(mut self, span: Span) -> Self {
        self.span.get_or_insert(span);
        self
    }
}
