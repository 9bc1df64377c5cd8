//! Exports to facts: native YAML, JSON, JSON Lines and CSV, Terraform plans, MLflow.
