//! Frameworks and criteria that a control may cite.
