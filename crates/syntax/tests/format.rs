//! The formatter: one layout, nothing lost, the same tree.

use tickmark_source::FileId;
use tickmark_syntax::{debug_tree, format, parse};

/// Formats, and checks what must hold of every text: the same tree, every comment, and a layout that stays.
fn check(text: &str) -> String {
    let tree = |text: &str| {
        let (tree, diagnostics) = parse(FileId(0), text);
        assert!(diagnostics.is_empty(), "{diagnostics:#?}\n{text}");
        debug_tree(&tree)
    };
    let formatted = format(text).unwrap();
    assert_eq!(tree(text), tree(&formatted), "{formatted}");
    assert_eq!(format(&formatted).unwrap(), formatted, "formatting again changes the text");
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    assert_eq!(bare(text), bare(&formatted));
    formatted
}

#[test]
fn show() {
    let text = std::fs::read_to_string("/tmp/try.tick").unwrap();
    println!("{}", check(&text));
}
