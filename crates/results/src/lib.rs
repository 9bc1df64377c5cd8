//! Verdicts, findings and evidence: plain data with a total order.
