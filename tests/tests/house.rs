//! The house rules, as a test.

#[test]
fn the_house_is_in_order() {
    let broken = xtask::tidy(&tickmark_tests::root());
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
