//! What the fuzz targets share: a program that looks at everything, and the way from bytes to facts.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use tickmark_diagnostics::Severity;
use tickmark_import::{Imported, SourceArgument, import};
use tickmark_program::Program;
use tickmark_proof::Case;
use tickmark_source::{MemoryFiles, Sources};

/// Every type of attribute, and open nouns with what is nested in them.
const PROGRAM: &str = r#"
entity ax {
  key id
  id text  n number  f bool  at event time  d duration  o one of "x", "y"  r ordered "low", "high"
  any any  l list of text  ln list of number  one one bx  many many bx  m map of text  rec record { t text  u any }
}
entity bx { key id  id text  at time  many many bx }
control F-1 "x" { cites CC6.1
  every ax: id exists and n > 0 and f == true and at after $as_of and d > 1 day and o == "x" and r >= "low" and any == "z"
  every ax: l contains "x" and ln contains 1 and one.at exists and count(many.many*) > 0 and m["k"] == "v" and rec.t == "u" and rec.u == 1
  every z: any == 1 and block.x == 2
  every aws_s3_bucket has aws_s3_bucket_policy and tags
  every tf_resource: tf_type exists and address exists
}
"#;

/// The program, resolved once.
pub fn program() -> &'static Program {
    static RESOLVED: OnceLock<Program> = OnceLock::new();
    RESOLVED.get_or_init(|| {
        let open = ["z", "aws_s3_bucket", "aws_s3_bucket_policy", "tf_resource"];
        let case = Case {
            program: PROGRAM.to_owned(),
            query: String::new(),
            open: open.into_iter().map(Into::into).collect::<BTreeSet<_>>(),
            files: Vec::new(),
            as_of: "2026-06-30".to_owned(),
            period: None,
            explain_passes: false,
            list_passes: true,
            explained: None,
            split: None,
        };
        case.resolve().expect("the program of the fuzz targets is valid")
    })
}

/// Reads bytes as a source that is named so (`json:ax=`), and looks up the place of everything that is reported.
pub fn read(kind: &str, path: &str, bytes: &[u8]) -> Imported {
    let mut files = MemoryFiles::new();
    files.insert(path, bytes.to_vec());
    let argument = SourceArgument::parse(&format!("{kind}{path}")).expect("the argument is valid");
    let mut sources = Sources::new();
    let imported = import(&[argument], &Arc::clone(&program().needs), &files, &mut sources);
    for diagnostic in &imported.diagnostics {
        for label in &diagnostic.labels {
            // An offset beyond its file, or within a letter, would be a fault of the reader.
            let _ = sources.line_column(label.span.place());
        }
    }
    imported
}

/// Whether nothing was refused.
pub fn is_whole(imported: &Imported) -> bool {
    !imported.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
}
