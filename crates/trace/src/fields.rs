//! What is told of each noun, in order, and why it matters where it is not there.

/// One attribute of a noun.
pub(crate) struct Field {
    /// Its name in the vocabulary.
    pub(crate) name: &'static str,
    /// What it is called for people.
    pub(crate) label: &'static str,
    /// Why its lack matters; empty where it does not.
    pub(crate) why: &'static str,
}

const fn field(name: &'static str, label: &'static str) -> Field {
    Field { name, label, why: "" }
}

const fn needed(name: &'static str, label: &'static str, why: &'static str) -> Field {
    Field { name, label, why }
}

pub(crate) const MODEL: &[Field] = &[
    needed("digest", "digest", "without it nobody can show that what runs is what was trained, tested and approved"),
    needed(
        "preprocessing_digest",
        "preprocessing digest",
        "the code in front of a model changes its answers as its weights do",
    ),
    field("stage", "stage in the registry"),
    field("origin", "origin"),
    field("licence", "licence"),
    field("supplier", "supplier"),
    field("pinned_to", "pinned to"),
    needed("author", "registered by", "an approval is independent only of somebody who is known"),
    needed("created_at", "registered at", "what came first cannot be told without its time"),
    needed(
        "artefact_exists",
        "artefact can be fetched",
        "what nobody has looked for may not be there to be examined or put back",
    ),
    field("customer_specific", "made for one customer"),
    field("stored_in", "stored in"),
];

/// Of a version of a third party: who made it, and which it is.
pub(crate) const BOUGHT: &[Field] = &[
    needed("supplier", "supplier", "a model that others made is known by who made it"),
    needed("pinned_to", "pinned to", "without an exact version its maker may change what runs"),
    needed("licence", "licence", "what others made may be used only as they allow"),
];

pub(crate) const FAMILY: &[Field] = &[
    field("purpose", "purpose"),
    field("owner", "owner"),
    field("risk_tier", "risk tier"),
    field("required_tests", "required tests"),
];

pub(crate) const RUN: &[Field] = &[
    needed("status", "status", "a run that did not finish made nothing that can be relied on"),
    needed("started_at", "started at", "permissions and agreements are judged by the moment at which training began"),
    field("ended_at", "ended at"),
    needed("started_by", "started by", "somebody answers for each training run"),
    field("environment", "environment"),
    field("purpose", "purpose"),
    needed("code_dirty", "uncommitted changes", "a working copy that was not clean cannot be fetched again"),
    needed("params_recorded", "parameters recorded", "without its parameters a run cannot be repeated"),
    needed("image_digest", "image", "without its image a run cannot be repeated"),
    needed(
        "image_exists",
        "image can be pulled",
        "what nobody has looked for may be gone, and then the run cannot be repeated",
    ),
    needed("seed", "seed", "without its seed a run gives another model each time"),
    field("dp_epsilon", "privacy loss (epsilon)"),
];

pub(crate) const COMMIT: &[Field] = &[
    field("repo", "repository"),
    field("author", "author"),
    field("committed_at", "committed at"),
    needed("reachable", "a branch leads to it", "a commit that nothing leads to will be thrown away"),
];

pub(crate) const PULL_REQUEST: &[Field] = &[
    field("author", "opened by"),
    field("opened_at", "opened at"),
    field("merged_at", "merged at"),
    field("merged_by", "merged by"),
    field("target_branch", "into"),
    field("bypassed_rules", "past the branch rules"),
];

pub(crate) const DATA: &[Field] = &[
    needed("digest", "digest", "data without a digest cannot be shown to be what was approved and checked"),
    needed(
        "observed_digest",
        "digest as it is now",
        "only a digest that is worked out again shows that the data did not change",
    ),
    field("created_at", "made at"),
    field("rows", "rows"),
    field("tier", "tier"),
    field("deidentified", "de-identified"),
    field("deid_method", "by"),
    field("added_by", "added by"),
    field("made_by", "made by pipeline run"),
    needed("still_stored", "can be fetched", "data that nobody has looked for may not be there to be examined"),
    field("frozen", "frozen by its tool"),
    field("stored_in", "stored in"),
];

/// Of the line of the inventory.
pub(crate) const DATASET: &[Field] = &[
    needed("classification", "classification", "how data must be kept depends on its class"),
    needed("kind", "kind", "what leave its use takes depends on its kind"),
    needed("contains_personal", "about people", "data about people needs a reason and protection"),
    field("categories", "categories"),
    field("purpose", "purpose"),
    needed("owner", "owner", "nobody answers for data that nobody owns"),
    needed("registered_at", "entered in the inventory", "data that is not in the inventory was never looked at"),
];

pub(crate) const SOURCE: &[Field] = &[
    needed("kind", "kind", "what leave its use takes depends on where it is from"),
    field("licence", "licence"),
    field("permits", "which permits"),
    field("governed_by", "agreement"),
    needed("registered_at", "registered at", "a source that is not registered was never looked at"),
];

pub(crate) const AGREEMENT: &[Field] = &[
    field("kind", "kind"),
    field("with", "with"),
    needed("covers_training", "covers training", "an agreement that does not say so allows no training"),
    field("effective_from", "in force from"),
    field("ends_on", "ends on"),
];

pub(crate) const CUSTOMER: &[Field] = &[
    field("name", "name"),
    field("region", "region"),
    field("training_permission", "permission today"),
    field("agreements", "agreements"),
];

pub(crate) const APPROVAL: &[Field] = &[
    needed("approver", "by", "an approval is a decision by a named person"),
    needed("decided_at", "at", "an approval counts from the moment at which it was given"),
    field("decision", "decision"),
    field("subject_digest", "of"),
    field("ticket", "ticket"),
    field("reason", "reason"),
];

pub(crate) const TEST: &[Field] = &[
    needed("passed", "passed", "a test without a result shows nothing"),
    needed("performed_at", "at", "a test counts only if it was made before what relies on it"),
    field("metric", "metric"),
    field("value", "value"),
    field("threshold", "threshold"),
    field("performed_by", "by"),
    field("report", "report"),
];

pub(crate) const SIGHTING: &[Field] =
    &[field("collected_at", "collected at"), field("digest", "digest"), field("created_at", "registered at")];

pub(crate) const DISPOSAL: &[Field] =
    &[field("disposed_at", "at"), field("method", "by"), field("verified_at", "verified at")];

pub(crate) const DEPLOYMENT: &[Field] = &[
    field("environment", "environment"),
    needed("went_live_at", "live from", "what was answered by which version cannot be told without it"),
    field("ended_at", "until"),
    field("kind", "kind"),
    field("status", "status"),
    field("digest", "digest that went live"),
    field("made_by", "made by"),
    field("ticket", "ticket"),
];

pub(crate) const ENDPOINT: &[Field] = &[
    field("environment", "environment"),
    field("exposure", "exposure"),
    needed("running_digest", "digest that it runs", "only what is observed on an endpoint shows what answers"),
    needed(
        "running_preprocessing_digest",
        "preprocessing that it runs",
        "the code in front of a model changes its answers",
    ),
    field("created_at", "up from"),
    field("deleted_at", "until"),
];

pub(crate) const CHANGE: &[Field] = &[
    field("kind", "kind"),
    field("status", "status"),
    field("opened_at", "opened at"),
    field("closed_at", "closed at"),
    field("requested_by", "requested by"),
    needed("test_evidence", "evidence of tests", "a change that was not tested is an experiment on customers"),
    needed("rollback_plan", "way back", "a change that cannot be taken back is one that must not fail"),
    field("reason", "reason"),
    field("risk_note", "risk"),
];

pub(crate) const ROLLBACK: &[Field] = &[
    field("digest", "digest"),
    field("artefact_exists", "artefact can be fetched"),
    field("created_at", "registered at"),
];

pub(crate) const RECOVERY: &[Field] = &[
    field("kind", "kind"),
    field("time_objective", "time objective"),
    field("approved_on", "approved on"),
    field("owner", "owner"),
    field("document", "document"),
];

pub(crate) const REHEARSAL: &[Field] = &[
    field("performed_at", "at"),
    field("passed", "passed"),
    field("recovery_time", "took"),
    field("record", "record"),
];

pub(crate) const MONITOR: &[Field] = &[
    field("kind", "kind"),
    field("metric", "metric"),
    field("baseline", "baseline"),
    field("baseline_set_on", "baseline set on"),
    field("threshold", "threshold"),
    field("runs_every", "runs every"),
    field("enabled_from", "on since"),
    field("enabled_to", "until"),
];

pub(crate) const ALERT: &[Field] = &[
    field("kind", "kind"),
    field("severity", "severity"),
    field("raised_at", "raised at"),
    field("reviewed_at", "reviewed at"),
    field("reviewed_by", "by"),
    field("closed_at", "closed at"),
    field("disposition", "disposition"),
    field("raised_by", "monitor"),
    field("incident", "incident"),
];
