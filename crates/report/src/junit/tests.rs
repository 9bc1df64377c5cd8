//! The XML is well-formed, says what the results say, and keeps what it must keep of the schema of Ant's readers.

use super::*;
use crate::samples::sample;
use roxmltree::{Document, Node};

fn children<'a>(node: Node<'a, 'a>, name: &'static str) -> impl Iterator<Item = Node<'a, 'a>> {
    node.children().filter(move |child| child.has_tag_name(name))
}

fn count(text: &str, name: &str) -> usize {
    Document::parse(text).unwrap().descendants().filter(|node| node.has_tag_name(name)).count()
}

#[test]
fn the_sample_without_its_long_list() {
    let (sources, mut results) = sample();
    results.controls.retain(|control| control.id != "LOG-01");
    insta::assert_snapshot!(render(&results, &sources, None));
}

#[test]
fn every_subject_is_a_case_and_the_counts_are_those_of_the_cases() {
    let (sources, results) = sample();
    let text = render(&results, &sources, None);
    let document = Document::parse(&text).unwrap();
    let suites: Vec<Node<'_, '_>> = children(document.root_element(), "testsuite").collect();
    assert_eq!(suites.len(), results.controls.len());
    for (index, (suite, control)) in suites.iter().zip(&results.controls).enumerate() {
        let number = |name: &str| suite.attribute(name).unwrap().parse::<usize>().unwrap();
        let cases: Vec<Node<'_, '_>> = children(*suite, "testcase").collect();
        let with = |name: &'static str| cases.iter().filter(|case| children(**case, name).next().is_some()).count();
        assert_eq!(number("id"), index);
        assert_eq!((number("tests"), cases.len()), (cases.len(), control.subjects.len().max(1)));
        assert_eq!(
            (number("failures"), with("failure")),
            (control.counts.failed as usize, control.counts.failed as usize)
        );
        assert_eq!(
            (number("errors"), with("error")),
            (control.counts.unknown as usize, control.counts.unknown as usize)
        );
        assert_eq!(number("skipped"), with("skipped"));
    }
}

/// The order and the attributes that the schema requires.
#[test]
fn what_the_schema_requires_is_there() {
    let (sources, results) = sample();
    let text = render(&results, &sources, None);
    let document = Document::parse(&text).unwrap();
    for suite in children(document.root_element(), "testsuite") {
        let mut names: Vec<&str> =
            suite.children().filter(Node::is_element).map(|child| child.tag_name().name()).collect();
        names.dedup();
        assert_eq!(names, ["properties", "testcase", "system-out", "system-err"]);
        for name in ["name", "timestamp", "hostname", "tests", "failures", "errors", "time", "package", "id"] {
            assert!(suite.attribute(name).is_some_and(|value| !value.is_empty()), "{name}");
        }
        let timestamp = suite.attribute("timestamp").unwrap();
        assert!(timestamp.len() == 19 && timestamp.as_bytes()[10] == b'T', "{timestamp}");
        for case in children(suite, "testcase") {
            for name in ["name", "classname", "time"] {
                assert!(case.attribute(name).is_some_and(|value| !value.is_empty()), "{name}");
            }
        }
    }
}

#[test]
fn strange_text_stays_text() {
    let (sources, mut results) = sample();
    results.controls.truncate(2);
    let control = &mut results.controls[1];
    control.subjects.truncate(1);
    control.title = "a < b && \"c\" ]]> \u{0} \u{ffff} \u{1b}[31m".to_owned();
    control.subjects[0].id = "<x y='&amp;'>\n\t模".to_owned();
    let text = render(&results, &sources, None);
    let document = Document::parse(&text).unwrap();
    let suite = children(document.root_element(), "testsuite").nth(1).unwrap();
    assert_eq!(suite.attribute("name").unwrap(), "MODEL-02 a < b && \"c\" ]]> \\x00 \u{fffd} \\x1b[31m");
    let case = children(suite, "testcase").next().unwrap();
    assert_eq!(case.attribute("name").unwrap(), "model <x y='&amp;'>\\n\\t模");
    assert_eq!(count(&text, "failure"), 1);
}
