//! The page of each code of this stage shows the code, and a way out.

use tickmark_source::FileId;
use tickmark_syntax::{format, parse};

#[test]
fn every_page_shows_its_code_and_a_way_out() {
    let mut pages = 0;
    for entry in tickmark_diagnostics::all().filter(|entry| entry.code.0.starts_with("E01")) {
        let code = entry.code.0;
        assert_eq!(entry.page.lines().next(), Some(format!("# {code}: {}", entry.title).as_str()));
        let mut ways_out = 0;
        for block in entry.page.split("\n```tick").skip(1) {
            let (info, program) = block.split_once('\n').unwrap();
            let program = program.split("```\n").next().unwrap();
            let (_, diagnostics) = parse(FileId(0), program);
            if info == ",fails" {
                assert!(
                    !diagnostics.is_empty() && diagnostics.iter().all(|told| told.code == entry.code),
                    "{code}: {diagnostics:#?}"
                );
            } else {
                assert!(diagnostics.is_empty(), "{code}: {diagnostics:#?}");
                assert!(format(program).is_ok());
                ways_out += 1;
            }
        }
        assert_eq!(ways_out, 1, "{code}");
        pages += 1;
    }
    assert_eq!(pages, 10);
}
