//! A small random number generator: every record draws from a stream of its own, so that records can be made in any order.

/// The finaliser of SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
fn mix(mut value: u64) -> u64 {
    value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// The increment of SplitMix64: 2^64 over the golden ratio.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// What a stream is for. Two uses of one record number must not draw the same numbers.
#[derive(Clone, Copy)]
pub(crate) enum Stream {
    Model = 1,
    Family,
    Application,
    Resource,
    Role,
    Policy,
    User,
    RetiredGroup,
}

/// A stream of random numbers.
pub(crate) struct Random(u64);

impl Random {
    /// The stream of one record.
    pub(crate) fn of(seed: u64, stream: Stream, record: u32) -> Self {
        Self(mix(mix(seed.wrapping_add(STEP)).wrapping_add((stream as u64) << 40).wrapping_add(u64::from(record))))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        mix(self.0)
    }

    /// A number below `limit`; 0 where the limit is 0.
    pub(crate) fn below(&mut self, limit: u32) -> u32 {
        // The high half of a product spreads evenly enough for limits far below 2^32.
        (((self.next() >> 32) * u64::from(limit)) >> 32) as u32
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high - low + 1)
    }

    /// True in so many of a thousand cases.
    pub(crate) fn permille(&mut self, share: u32) -> bool {
        self.below(1000) < share
    }

    /// One of several texts; empty where there is none.
    pub(crate) fn pick(&mut self, of: &[&'static str]) -> &'static str {
        of.get(self.below(of.len() as u32) as usize).copied().unwrap_or_default()
    }

    /// So many hexadecimal digits.
    pub(crate) fn hex(&mut self, digits: usize) -> String {
        let mut text = String::with_capacity(digits + 16);
        while text.len() < digits {
            text.push_str(&format!("{:016x}", self.next()));
        }
        text.truncate(digits);
        text
    }
}
