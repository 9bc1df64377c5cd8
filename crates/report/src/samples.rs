//! A run put together by hand, for the tests of every format: each verdict and each status occurs in it.

use tickmark_results::{
    ControlResult, Counts, Evidence, EvidenceKind, ExceptionResult, ExceptionState, Results, Severity, SourceResult,
    Status, SubjectResult, Verdict, fingerprint,
};
use tickmark_source::{FileId, Place, Sources, Span};

const PROGRAM: &str = r#"pack acme_models "Model controls of Acme AI"

control MODEL-01 "Production models are approved and tested for memorization" {
  cites     CC8.1, C1.1
  every prod model has approval and memorization test
}

control MODEL-02 "Approval is independent and recent" {
  cites CC8.1, CC6.3
  every prod model has an independent approval within $approval_window before deployed_at
    otherwise "{name} went live without a recent approval by someone other than {author}"
  every prod model has rollback_target
}

control STORE-01 "Stores are encrypted" { cites CC6.1  every store is encrypted }
control VENDOR-01 "Vendors are reviewed each quarter" { cites CC9.2  every vendor has review in each quarter }
control RUN-01 "Runs name their code" { cites CC8.1  every training_run has code }
control BIAS-01 "Bias is tested" { cites PI1.4  every released model has bias test }
control AI-01 "Impact is assessed" { cites iso42001:A.5.2  every ai_service has impact_assessment }
control LOG-01 "Logs are kept" { cites CC7.2  every log_sink: retention >= 365 days }

exception MODEL-01 for model "legacy-ranker@3" { reason "Weights supplied by a vendor" }
"#;

const MODELS: &str = r#"model:
  - name: ranker
    version: "1"
    stage: production
    author: ana
    deployed_at: 2026-03-01
    approvals: [ { approver: ana, at: 2026-02-20 }, { approver: bo, at: 2025-06-01 } ]
  - { name: fraud, version: "7", stage: production, author: ana, approvals: [ { approver: bo } ], tests: [ { kind: bias } ] }
  - { name: chat, version: "2", stage: production, author: cy, approvals: [], tests: [] }
"#;

/// The sources and results of the sample.
pub(crate) fn sample() -> (Sources, Results) {
    let mut sources = Sources::new();
    let program = sources.add("controls/models.tick", PROGRAM.as_bytes().to_vec());
    let models = sources.add("facts/models.yaml", MODELS.as_bytes().to_vec());
    let plan = format!(
        r#"{{"format_version":"1.2","filler":"{}","resources":[{{"address":"aws_s3_bucket.train","values":{{"bucket":"train","encrypted":false}}}}],"padding":"{}"}}"#,
        "x".repeat(3000),
        "y".repeat(3000)
    );
    let plan_file = sources.add("facts/plan.json", plan.clone().into_bytes());
    let at = |file: FileId, text: &str, needle: &str| place(file, text, needle);
    let controls = vec![
        model_01(at(program, PROGRAM, "control MODEL-01"), models),
        model_02(program, models),
        store_01(at(program, PROGRAM, "control STORE-01"), plan_file, &plan),
        vendor_01(at(program, PROGRAM, "control VENDOR-01")),
        run_01(at(program, PROGRAM, "control RUN-01")),
        without_subjects(
            ("BIAS-01", "Bias is tested", "PI1.4"),
            Status::Empty,
            "no model is released, though models were read: `every released model has bias test` has no subject",
            at(program, PROGRAM, "control BIAS-01"),
        ),
        without_subjects(
            ("AI-01", "Impact is assessed", "iso42001:A.5.2"),
            Status::Skipped,
            "no source supplies `ai_service`",
            at(program, PROGRAM, "control AI-01"),
        ),
        log_01(at(program, PROGRAM, "control LOG-01")),
    ];
    let exception = |control: &str, subject: &str, state, covers: &[&str]| ExceptionResult {
        control: control.to_owned(),
        subject: subject.to_owned(),
        reason: "Weights supplied by a vendor; the suite cannot run until the contract renews".to_owned(),
        owner: "ml-platform@acme.example".to_owned(),
        approved_by: "ciso@acme.example".to_owned(),
        expires: if state == ExceptionState::Expired { "2026-03-31" } else { "2026-12-31" }.to_owned(),
        state,
        covers: covers.iter().map(|id| (*id).to_owned()).collect(),
        place: at(program, PROGRAM, "exception MODEL-01"),
    };
    let source = |kind: &str, path: &str, records, complete: Option<bool>| SourceResult {
        kind: kind.to_owned(),
        path: path.to_owned(),
        sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        records,
        collected_at: complete.map(|_| "2026-06-29T08:00:00Z".to_owned()),
        complete,
    };
    let results = Results {
        as_of: "2026-06-30T23:59:59.999999999Z".to_owned(),
        period: Some(("2026-01-01T00:00:00Z".to_owned(), "2026-06-30T23:59:59.999999999Z".to_owned())),
        sources: vec![
            source("native", "facts/models.yaml", 1200, None),
            source("terraform-plan", "facts/plan.json", 34, Some(false)),
        ],
        controls,
        exceptions: vec![
            exception("MODEL-01", "model \"legacy-ranker@3\"", ExceptionState::Used, &["legacy-ranker@3"]),
            exception("STORE-01", "store \"tmp-*\"", ExceptionState::Unused, &[]),
            exception("LOG-01", "log_sink \"old\"", ExceptionState::Expired, &[]),
        ],
    };
    (sources, results)
}

/// Where a text stands in a file for the first time.
pub(crate) fn place(file: FileId, text: &str, needle: &str) -> Place {
    Place { file, offset: u32::try_from(text.find(needle).unwrap()).unwrap() }
}

/// The span of a text in a file.
pub(crate) fn span(file: FileId, text: &str, needle: &str) -> Span {
    let start = place(file, text, needle).offset;
    Span::new(file, start, start + u32::try_from(needle.len()).unwrap())
}

fn evidence(kind: EvidenceKind, text: &str, place: Option<Place>, children: Vec<Evidence>) -> Evidence {
    Evidence { kind, text: text.to_owned(), place, children }
}

fn subject(control: &str, noun: &str, id: &str, verdict: Verdict, message: &str) -> SubjectResult {
    SubjectResult {
        noun: noun.to_owned(),
        id: id.to_owned(),
        verdict,
        sentence: String::new(),
        message: message.to_owned(),
        because: Vec::new(),
        place: None,
        fingerprint: fingerprint(control, noun, id),
    }
}

fn control(id: &str, title: &str, severity: Severity, cites: &[&str], place: Place) -> ControlResult {
    ControlResult {
        id: id.to_owned(),
        title: title.to_owned(),
        pack: Some("acme_models".to_owned()),
        severity,
        cites: cites.iter().map(|cite| (*cite).to_owned()).collect(),
        also: Vec::new(),
        owner: None,
        because: None,
        fix: None,
        status: Status::Pass,
        reason: String::new(),
        counts: Counts::default(),
        subjects: Vec::new(),
        place,
    }
}

/// Sets the subjects, and what follows from them.
fn with(mut control: ControlResult, sentence: &str, reason: &str, subjects: Vec<SubjectResult>) -> ControlResult {
    for one in &subjects {
        control.counts.add(one.verdict);
    }
    control.counts.records = control.counts.in_scope + 2;
    control.reason = reason.to_owned();
    control.status = match subjects.iter().map(|one| one.verdict).min() {
        Some(Verdict::Fail) => Status::Fail,
        Some(Verdict::Unknown) => Status::Unknown,
        Some(Verdict::Pending) => Status::Pending,
        _ => Status::Pass,
    };
    control.subjects = subjects;
    for one in control.subjects.iter_mut().filter(|one| one.sentence.is_empty()) {
        sentence.clone_into(&mut one.sentence);
    }
    control
}

fn model_01(place: Place, models: FileId) -> ControlResult {
    let at = |needle: &str| Some(self::place(models, MODELS, needle));
    let mut fraud =
        subject("MODEL-01", "model", "fraud@7", Verdict::Unknown, "no test of fraud@7 is known to be memorization");
    fraud.place = at("name: fraud");
    fraud.because = vec![evidence(
        EvidenceKind::Clause,
        "has memorization test: unknown",
        Some(place),
        vec![
            evidence(
                EvidenceKind::Missing,
                "`tests` was not surveyed: no record of model carries it",
                at("tests:"),
                vec![],
            ),
            evidence(EvidenceKind::Missing, "`passed` of the test is missing", at("kind: bias"), vec![]),
        ],
    )];
    let mut control = control(
        "MODEL-01",
        "Production models are approved and tested for memorization",
        Severity::High,
        &["CC8.1", "C1.1"],
        place,
    );
    control.owner = Some("ml-platform@acme.example".to_owned());
    with(
        control,
        "every prod model has approval and memorization test",
        "1 of 3 models is unknown",
        vec![
            subject("MODEL-01", "model", "chat@2", Verdict::Pass, ""),
            fraud,
            subject("MODEL-01", "model", "legacy-ranker@3", Verdict::Excepted, "has no memorization test"),
        ],
    )
}

fn model_02(program: FileId, models: FileId) -> ControlResult {
    let at = |needle: &str| Some(place(models, MODELS, needle));
    let clause = Some(place(program, PROGRAM, "has an independent approval"));
    let mut ranker = subject(
        "MODEL-02",
        "model",
        "ranker@1",
        Verdict::Fail,
        "ranker went live without a recent approval by someone other than ana",
    );
    ranker.place = at("name: ranker");
    ranker.because = vec![evidence(
        EvidenceKind::Clause,
        "has an independent approval within 90 days before deployed_at: none of 2 approvals counts",
        clause,
        vec![
            evidence(
                EvidenceKind::Candidate,
                "approval 1 is not independent",
                at("{ approver: ana"),
                vec![evidence(EvidenceKind::Value, "approver is \"ana\", and so is author", at("ana, at:"), vec![])],
            ),
            evidence(
                EvidenceKind::Candidate,
                "approval 2 is too early",
                at("{ approver: bo"),
                vec![
                    evidence(EvidenceKind::Value, "at is 2025-06-01", at("2025-06-01"), vec![]),
                    evidence(
                        EvidenceKind::Value,
                        "deployed_at is 2026-03-01: the window begins on 2025-12-01",
                        at("2026-03-01"),
                        vec![],
                    ),
                ],
            ),
        ],
    )];
    let mut subjects = vec![ranker];
    for index in 2..=9 {
        let id = format!("chat@{index}");
        let mut chat = subject("MODEL-02", "model", &id, Verdict::Fail, "chat has no rollback_target");
        "every prod model has rollback_target".clone_into(&mut chat.sentence);
        chat.place = at("name: chat");
        subjects.push(chat);
    }
    let mut unknown = subject("MODEL-02", "model", "fraud@7", Verdict::Unknown, "deployed_at of fraud@7 is missing");
    unknown.place = at("name: fraud");
    unknown.because = vec![evidence(EvidenceKind::Missing, "`deployed_at` is missing", at("name: fraud"), vec![])];
    subjects.push(unknown);
    let mut control = control(
        "MODEL-02",
        "Approval is independent and recent",
        Severity::Medium,
        &["CC8.1", "CC6.3"],
        place(program, PROGRAM, "control MODEL-02"),
    );
    control.because = Some("A model is released as a production change.".to_owned());
    control.also = vec!["iso42001:A.6.2.5".to_owned()];
    control.fix = Some(
        "Ask a second engineer to approve the version in the registry, and keep the version before it archived so that \
         it can be rolled back to."
            .to_owned(),
    );
    with(
        control,
        "every prod model has an independent approval within $approval_window before deployed_at",
        "9 of 10 models fail",
        subjects,
    )
}

fn store_01(place: Place, plan: FileId, text: &str) -> ControlResult {
    let mut store = subject("STORE-01", "store", "train\u{1b}[2J\u{202e}", Verdict::Fail, "train is not encrypted");
    store.place = Some(self::place(plan, text, "{\"address\""));
    store.because =
        vec![evidence(EvidenceKind::Value, "encrypted is false", Some(self::place(plan, text, "false}")), vec![])];
    let control = control("STORE-01", "Stores are encrypted", Severity::Critical, &["CC6.1"], place);
    with(control, "every store is encrypted", "the only store fails", vec![store])
}

fn vendor_01(place: Place) -> ControlResult {
    let control = control("VENDOR-01", "Vendors are reviewed each quarter", Severity::Low, &["CC9.2"], place);
    with(
        control,
        "every vendor has review in each quarter",
        "2 of 3 vendors have a deadline that is not over",
        vec![
            subject("VENDOR-01", "vendor", "acme", Verdict::Pending, "a review is due by 2026-09-30"),
            subject("VENDOR-01", "vendor", "bits", Verdict::Pending, "a review is due by 2026-09-30"),
            subject("VENDOR-01", "vendor", "cloud", Verdict::Pass, ""),
        ],
    )
}

fn run_01(place: Place) -> ControlResult {
    let mut whole = subject("RUN-01", "", "*", Verdict::Unknown, "not enough runs are known to have code");
    whole.because =
        vec![evidence(EvidenceKind::Missing, "training_run was not surveyed: no source supplies it", None, vec![])];
    let control = control("RUN-01", "Runs name their code", Severity::High, &["CC8.1"], place);
    with(control, "at least 1 training_run has code", "the evidence does not decide it", vec![whole])
}

fn log_01(place: Place) -> ControlResult {
    let control = control("LOG-01", "Logs are kept", Severity::Medium, &["CC7.2", "X9.9"], place);
    let subjects =
        (0..1204).map(|index| subject("LOG-01", "log_sink", &format!("sink-{index:04}"), Verdict::Pass, "")).collect();
    with(control, "every log_sink: retention >= 365 days", "all 1204 log_sinks pass", subjects)
}

fn without_subjects(
    (id, title, cite): (&str, &str, &str),
    status: Status,
    reason: &str,
    place: Place,
) -> ControlResult {
    let mut control = control(id, title, Severity::Medium, &[cite], place);
    control.status = status;
    control.reason = reason.to_owned();
    control
}

/// A text without its colour sequences.
pub(crate) fn without_colour(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        out.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    // Blanks at the end of a line may have been painted.
    (out + rest).lines().map(|line| format!("{}\n", line.trim_end())).collect()
}
