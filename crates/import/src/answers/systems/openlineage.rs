//! OpenLineage (<https://openlineage.io/docs/spec/object-model>): events of runs, jobs and data sets. Several events tell of one run;
//! they are put together in `crate::openlineage`.

use crate::answers::table::{Answer, Reading, System};

/// The table.
pub(crate) const SYSTEM: System = System {
    name: "openlineage",
    about: "events of OpenLineage: one a line, a list of them, or one",
    answers: &[
        Answer::single("openlineage_run", &["eventTime", "run", "job"], &[]),
        Answer::single("openlineage_dataset_version", &["eventTime", "dataset"], &[]),
        Answer::single("openlineage_job", &["eventTime", "job"], &[]),
    ],
    documents: &[],
    copies: &[],
    reading: Reading::OpenLineage,
};
