//! One bit a lane, 64 lanes a word.

use std::ops::Range;

/// A bitmap. Bits behind the last lane are zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bits {
    words: Vec<u64>,
    len: usize,
}

impl Bits {
    /// No lane is set.
    pub(crate) fn zeros(len: usize) -> Bits {
        Bits { words: vec![0; len.div_ceil(64)], len }
    }

    /// Every lane is set.
    pub(crate) fn ones(len: usize) -> Bits {
        let mut bits = Bits { words: vec![u64::MAX; len.div_ceil(64)], len };
        bits.clear_tail();
        bits
    }

    /// A bit for each lane, in order.
    pub(crate) fn from_fn(len: usize, mut set: impl FnMut(usize) -> bool) -> Bits {
        let mut words = Vec::with_capacity(len.div_ceil(64));
        let mut lane = 0;
        while lane < len {
            let end = (lane + 64).min(len);
            let mut word = 0_u64;
            for at in lane..end {
                word |= u64::from(set(at)) << (at - lane);
            }
            words.push(word);
            lane = end;
        }
        Bits { words, len }
    }

    /// A bit for each value, in order. The tests of 64 values at a time are done together by the wide instructions of the
    /// processor, and then packed.
    pub(crate) fn of<T: Copy>(values: &[T], test: impl Fn(T) -> bool) -> Bits {
        let (whole, rest) = values.as_chunks::<64>();
        let mut words = Vec::with_capacity(values.len().div_ceil(64));
        for chunk in whole {
            let mut passed = [0_u8; 64];
            for (to, value) in passed.iter_mut().zip(chunk) {
                *to = u8::from(test(*value));
            }
            words.push(packed(&passed));
        }
        if !rest.is_empty() {
            words.push(rest.iter().rev().fold(0, |word, value| word << 1 | u64::from(test(*value))));
        }
        Bits { words, len: values.len() }
    }

    /// Adds lanes that are not set, up to `len`.
    pub(crate) fn extend(&mut self, len: usize) {
        if len > self.len {
            self.words.resize(len.div_ceil(64), 0);
            self.len = len;
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn get(&self, lane: usize) -> bool {
        self.words.get(lane / 64).is_some_and(|word| word >> (lane % 64) & 1 == 1)
    }

    pub(crate) fn set(&mut self, lane: usize) {
        if lane < self.len
            && let Some(word) = self.words.get_mut(lane / 64)
        {
            *word |= 1 << (lane % 64);
        }
    }

    pub(crate) fn clear(&mut self, lane: usize) {
        if let Some(word) = self.words.get_mut(lane / 64) {
            *word &= !(1 << (lane % 64));
        }
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    pub(crate) fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether a lane of a range is set.
    pub(crate) fn any_in(&self, range: Range<usize>) -> bool {
        let mut any = false;
        self.over(range, |word| {
            any = word != 0;
            !any
        });
        any
    }

    /// The words of a range, with the bits outside it cleared, until `visit` has seen enough.
    fn over(&self, range: Range<usize>, mut visit: impl FnMut(u64) -> bool) {
        let (mut at, end) = (range.start, range.end.min(self.len));
        while at < end {
            let Some(word) = self.words.get(at / 64) else { return };
            let next = (at / 64 + 1) * 64;
            let mut word = word & (u64::MAX << (at % 64));
            if next > end {
                word &= u64::MAX >> (next - end);
            }
            if !visit(word) {
                return;
            }
            at = next;
        }
    }

    /// The lanes that are set, in order.
    pub(crate) fn ones_in_order(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(index, word)| {
            let mut word = *word;
            std::iter::from_fn(move || {
                if word == 0 {
                    return None;
                }
                let bit = word.trailing_zeros() as usize;
                word &= word - 1;
                Some(index * 64 + bit)
            })
        })
    }

    /// Part of the lanes.
    pub(crate) fn slice(&self, range: Range<usize>) -> Bits {
        let len = range.end.saturating_sub(range.start);
        let (first, shift) = (range.start / 64, range.start % 64);
        let mut words = Vec::with_capacity(len.div_ceil(64));
        for index in first..first + len.div_ceil(64) {
            let low = self.words.get(index).copied().unwrap_or(0);
            let high = self.words.get(index + 1).copied().unwrap_or(0);
            words.push(if shift == 0 { low } else { low >> shift | high << (64 - shift) });
        }
        let mut bits = Bits { words, len };
        bits.clear_tail();
        bits
    }

    /// Appends the lanes of another.
    pub(crate) fn append(&mut self, other: &Bits) {
        let shift = self.len % 64;
        self.len += other.len;
        if shift == 0 {
            self.words.extend_from_slice(&other.words);
            return;
        }
        for word in &other.words {
            if let Some(last) = self.words.last_mut() {
                *last |= word << shift;
            }
            self.words.push(word >> (64 - shift));
        }
        self.words.truncate(self.len.div_ceil(64));
    }

    /// The bits of other lanes: lane `i` is lane `from(i)` of this one.
    pub(crate) fn gather(&self, len: usize, mut from: impl FnMut(usize) -> usize) -> Bits {
        Bits::from_fn(len, |lane| self.get(from(lane)))
    }

    pub(crate) fn and(mut self, other: &Bits) -> Bits {
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a &= b);
        self
    }

    pub(crate) fn or(mut self, other: &Bits) -> Bits {
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a |= b);
        self
    }

    /// Those of this one that are not of the other.
    pub(crate) fn without(mut self, other: &Bits) -> Bits {
        self.words.iter_mut().zip(&other.words).for_each(|(a, b)| *a &= !b);
        self
    }

    pub(crate) fn not(mut self) -> Bits {
        self.words.iter_mut().for_each(|word| *word = !*word);
        self.clear_tail();
        self
    }

    fn clear_tail(&mut self) {
        if !self.len.is_multiple_of(64)
            && let Some(last) = self.words.last_mut()
        {
            *last &= u64::MAX >> (64 - self.len % 64);
        }
    }
}

/// 64 bytes that are 0 or 1 as the bits of a word.
#[inline]
fn packed(bytes: &[u8; 64]) -> u64 {
    // Of eight bytes, the product has in its highest byte each one's bit at its place: no two of the others fall together there.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let (eights, _) = bytes.as_chunks::<8>();
    let bits = eights.iter().map(|eight| u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56);
    bits.enumerate().fold(0, |word, (index, bits)| word | bits << (index * 8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_bits_one_by_one() {
        for len in [0, 1, 63, 64, 65, 200] {
            let values: Vec<u32> = (0..len).map(|value| value * 7919 % 31).collect();
            let bits = Bits::of(&values, |value| value < 11);
            assert_eq!(bits, Bits::from_fn(values.len(), |lane| values[lane] < 11));
            let mut longer = bits.clone();
            longer.extend(values.len() + 70);
            assert_eq!((longer.len(), longer.count()), (values.len() + 70, bits.count()));
        }
    }

    #[test]
    fn ranges_are_cut_at_their_ends() {
        let bits = Bits::from_fn(200, |lane| lane % 3 == 0);
        for (start, end) in [(0, 0), (0, 200), (1, 3), (63, 65), (64, 128), (70, 71), (190, 200)] {
            let expected = (start..end).filter(|lane| lane % 3 == 0).count();
            assert_eq!(bits.any_in(start..end), expected > 0);
            let part = bits.slice(start..end);
            assert_eq!((part.len(), part.count()), (end - start, expected));
        }
        assert_eq!(bits.ones_in_order().collect::<Vec<_>>(), (0..200).step_by(3).collect::<Vec<_>>());
    }

    #[test]
    fn parts_put_together_are_the_whole() {
        let bits = Bits::from_fn(300, |lane| lane % 7 < 3);
        for cut in [0, 1, 63, 64, 65, 130, 299, 300] {
            let mut again = bits.slice(0..cut);
            again.append(&bits.slice(cut..300));
            assert_eq!(again, bits);
        }
        assert_eq!(bits.clone().not().not(), bits);
        assert_eq!(bits.clone().not().count() + bits.count(), 300);
        assert_eq!(Bits::ones(65).count(), 65);
    }
}
