//! Evaluation: a program over facts gives results with explanations.
