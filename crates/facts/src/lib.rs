//! The facts store: nouns as tables, typed columns, relations, provenance.
