//! The page, as it is seen.

use super::*;
use crate::samples::sample;

#[test]
fn look() {
    let (sources, results) = sample();
    println!("{}", render(&results, &sources, &TextOptions::default()));
    let colour = TextOptions { style: Style { colour: true, width: 100 }, ..TextOptions::default() };
    println!("{}", render(&results, &sources, &colour));
}
