//! Five hundred variations of one predicate: ports that are not open to the world, and groups that have no rules left.

use std::fmt::Write;

use crate::random::{Random, Stream};

/// How many variations there are: half of them over ports, half over retired groups.
pub const VARIATIONS: usize = 500;

/// Half of the variations.
pub const HALF: usize = VARIATIONS / 2;

/// The port that one of the first half is about: 22, 83, 144, … — neither 80 nor 443, which may be open.
pub fn port(variation: usize) -> u32 {
    22 + 61 * variation as u32
}

/// The security group that one of the second half is about. The same in every company: the control file names it.
pub fn retired_group(variation: usize) -> String {
    let mut random = Random::of(0, Stream::RetiredGroup, variation as u32);
    format!("sg-0{}", random.hex(16))
}

/// The text of a control file with the first so many variations.
#[must_use]
pub fn control_file(variations: usize) -> String {
    let mut text = String::from(
        "# Variations of one predicate over the rules of security groups. Written by `generate --variations`.\n\
         pack bench_c8 \"Ports and groups\"\n",
    );
    for place in 0..variations.min(VARIATIONS) {
        let id = place + 1;
        let _ = match place.checked_sub(HALF) {
            None => write!(
                text,
                "\ncontrol C8-{id:03} \"Port {port} is not open to the world\" {{\n  cites CC6.6\n\n  no aws_security_group_rule \
                 where cidr_blocks contains \"0.0.0.0/0\" and from_port <= {port} and to_port >= {port}\n}}\n",
                port = port(place)
            ),
            Some(place) => write!(
                text,
                "\ncontrol C8-{id:03} \"Group {group} is retired\" {{\n  cites CC6.6\n\n  no aws_security_group_rule where \
                 security_group_id == \"{group}\"\n}}\n",
                group = retired_group(place)
            ),
        };
    }
    text
}
