//! Choices that a seed, or the bytes of a fuzzer, decide.

/// A source of choices. The same seed (or the same bytes) gives the same choices on every machine.
#[derive(Clone, Debug)]
pub struct Random {
    state: u64,
    /// Where a fuzzer decides: its bytes, and how many are used up.
    bytes: Option<(Vec<u8>, usize)>,
}

impl Random {
    /// Choices that follow from a number.
    #[must_use]
    pub fn from_seed(seed: u64) -> Random {
        Random { state: seed, bytes: None }
    }

    /// Choices that follow from bytes; where there are no more, each is the first.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Random {
        Random { state: 0, bytes: Some((bytes.to_vec(), 0)) }
    }

    /// 64 bits: SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
    pub fn bits(&mut self) -> u64 {
        if let Some((bytes, used)) = &mut self.bytes {
            let two = [bytes.get(*used), bytes.get(*used + 1)].map(|byte| byte.copied().unwrap_or(0));
            *used += 2;
            return u64::from(u16::from_le_bytes(two));
        }
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`; 0 where that is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap_or(u64::MAX);
        if limit == 0 { 0 } else { usize::try_from(self.bits() % limit).unwrap_or(0) }
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// Yes in so many of a hundred cases. Where bytes run out it is no.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) >= 100_usize.saturating_sub(percent)
    }

    /// One of them.
    pub fn pick<'i, T>(&mut self, items: &'i [T]) -> Option<&'i T> {
        let index = self.below(items.len());
        items.get(index)
    }

    /// One of some words.
    pub fn word(&mut self, words: &[&'static str]) -> &'static str {
        self.pick(words).copied().unwrap_or("")
    }

    /// An index, each as likely as its weight says.
    pub fn weighted(&mut self, weights: &[usize]) -> usize {
        let mut left = self.below(weights.iter().sum());
        for (index, weight) in weights.iter().enumerate() {
            if left < *weight {
                return index;
            }
            left -= weight;
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn a_seed_decides_everything_and_bytes_too() {
        let draw = |mut random: Random| (0..20).map(|_| random.below(1000)).collect::<Vec<_>>();
        assert_eq!(draw(Random::from_seed(7)), draw(Random::from_seed(7)));
        assert_ne!(draw(Random::from_seed(7)), draw(Random::from_seed(8)));
        assert_eq!(draw(Random::from_bytes(&[1, 0, 2, 0]))[..3], [1, 2, 0]);
    }

    #[test]
    fn weights_are_kept() {
        let mut random = Random::from_seed(1);
        let mut drawn = [0; 3];
        for _ in 0..10_000 {
            drawn[random.weighted(&[1, 0, 3])] += 1;
        }
        assert_eq!(drawn[1], 0);
        assert!((2_000..3_000).contains(&drawn[0]), "{drawn:?}");
    }
}
