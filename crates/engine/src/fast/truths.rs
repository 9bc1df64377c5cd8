//! "A condition is a pair of bitmaps": certainly true, and unknown; with a third, where there is any, for what only a
//! deadline leaves open.

use std::ops::Range;

use super::bits::Bits;
use crate::reference::truth::Truth;

/// The truths of a condition over the lanes of a batch. The bitmaps do not overlap; what is in none is false.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Truths {
    pub(crate) yes: Bits,
    pub(crate) unknown: Bits,
    /// `None` where none is pending, which is nearly always.
    pub(crate) pending: Option<Bits>,
}

impl Truths {
    /// The same for all lanes.
    pub(crate) fn all(len: usize, truth: Truth) -> Truths {
        let bits = |of: Truth| if truth == of { Bits::ones(len) } else { Bits::zeros(len) };
        Truths {
            yes: bits(Truth::True),
            unknown: bits(Truth::Unknown),
            pending: (truth == Truth::Pending).then(|| Bits::ones(len)),
        }
    }

    /// Lanes that are certainly so or so.
    pub(crate) fn certain(yes: Bits) -> Truths {
        Truths { unknown: Bits::zeros(yes.len()), yes, pending: None }
    }

    /// One after the other.
    pub(crate) fn from_fn(len: usize, mut truth: impl FnMut(usize) -> Truth) -> Truths {
        let mut unknown = Bits::zeros(len);
        let mut pending = Bits::zeros(len);
        let mut any_pending = false;
        let yes = Bits::from_fn(len, |lane| match truth(lane) {
            Truth::True => true,
            Truth::False => false,
            Truth::Unknown => {
                unknown.set(lane);
                false
            }
            Truth::Pending => {
                any_pending = true;
                pending.set(lane);
                false
            }
        });
        Truths { yes, unknown, pending: any_pending.then_some(pending) }
    }

    pub(crate) fn len(&self) -> usize {
        self.yes.len()
    }

    pub(crate) fn get(&self, lane: usize) -> Truth {
        if self.yes.get(lane) {
            Truth::True
        } else if self.unknown.get(lane) {
            Truth::Unknown
        } else if self.pending.as_ref().is_some_and(|pending| pending.get(lane)) {
            Truth::Pending
        } else {
            Truth::False
        }
    }

    /// Lanes that are neither true nor open.
    pub(crate) fn no(&self) -> Bits {
        self.possible().not()
    }

    /// Lanes that are not false.
    pub(crate) fn possible(&self) -> Bits {
        let possible = self.yes.clone().or(&self.unknown);
        match &self.pending {
            Some(pending) => possible.or(pending),
            None => possible,
        }
    }

    /// Whether every lane is true.
    pub(crate) fn all_true(&self) -> bool {
        self.yes.count() == self.len()
    }

    pub(crate) fn not(self) -> Truths {
        Truths { yes: self.no(), unknown: self.unknown, pending: self.pending }
    }

    /// "Unknown wins only where it could change the answer": false, then unknown, then pending, then true.
    pub(crate) fn and(self, other: &Truths) -> Truths {
        let possible = self.possible().and(&other.possible());
        let unknown = self.unknown.or(&other.unknown).and(&possible);
        let pending =
            either(self.pending, other.pending.as_ref()).map(|pending| pending.and(&possible).without(&unknown));
        Truths { yes: self.yes.and(&other.yes), unknown, pending }
    }

    /// True, then unknown, then pending, then false.
    pub(crate) fn or(self, other: &Truths) -> Truths {
        let yes = self.yes.or(&other.yes);
        let unknown = self.unknown.or(&other.unknown).without(&yes);
        let pending =
            either(self.pending, other.pending.as_ref()).map(|pending| pending.without(&yes).without(&unknown));
        Truths { yes, unknown, pending }
    }

    /// Where `which` is set the one, elsewhere the other.
    pub(crate) fn choose(which: &Bits, then: &Truths, otherwise: &Truths) -> Truths {
        let pick = |a: &Bits, b: &Bits| a.clone().and(which).or(&b.clone().without(which));
        let none = Bits::zeros(which.len());
        let pending = (then.pending.is_some() || otherwise.pending.is_some())
            .then(|| pick(then.pending.as_ref().unwrap_or(&none), otherwise.pending.as_ref().unwrap_or(&none)));
        Truths { yes: pick(&then.yes, &otherwise.yes), unknown: pick(&then.unknown, &otherwise.unknown), pending }
    }

    pub(crate) fn slice(&self, range: Range<usize>) -> Truths {
        Truths {
            yes: self.yes.slice(range.clone()),
            unknown: self.unknown.slice(range.clone()),
            pending: self.pending.as_ref().map(|pending| pending.slice(range)),
        }
    }

    pub(crate) fn append(&mut self, other: &Truths) {
        let before = self.len();
        self.yes.append(&other.yes);
        self.unknown.append(&other.unknown);
        match (&mut self.pending, &other.pending) {
            (None, None) => {}
            (Some(mine), None) => mine.append(&Bits::zeros(other.len())),
            (mine, Some(theirs)) => mine.get_or_insert_with(|| Bits::zeros(before)).append(theirs),
        }
    }

    /// Other lanes: lane `i` is lane `from(i)` of this one.
    pub(crate) fn gather(&self, len: usize, from: impl Fn(usize) -> usize) -> Truths {
        let gather = |bits: &Bits| if bits.is_zero() { Bits::zeros(len) } else { bits.gather(len, &from) };
        Truths { yes: gather(&self.yes), unknown: gather(&self.unknown), pending: self.pending.as_ref().map(gather) }
    }

    /// "Or" over each segment of lanes: lane `i` of the result is that of the lanes `offsets[i]..offsets[i + 1]`.
    pub(crate) fn any_of_each(&self, offsets: &[u32]) -> Truths {
        let any = |bits: &Bits| segments(offsets, |range| bits.any_in(range));
        let yes = any(&self.yes);
        let unknown = if self.unknown.is_zero() { Bits::zeros(yes.len()) } else { any(&self.unknown).without(&yes) };
        let pending = self.pending.as_ref().map(|pending| any(pending).without(&yes).without(&unknown));
        Truths { yes, unknown, pending }
    }
}

fn either(a: Option<Bits>, b: Option<&Bits>) -> Option<Bits> {
    match (a, b) {
        (None, None) => None,
        (Some(a), Some(b)) => Some(a.or(b)),
        (Some(a), None) => Some(a),
        (None, Some(b)) => Some(b.clone()),
    }
}

fn segments(offsets: &[u32], mut set: impl FnMut(Range<usize>) -> bool) -> Bits {
    let range = |lane: usize| match (offsets.get(lane), offsets.get(lane + 1)) {
        (Some(start), Some(end)) => *start as usize..*end as usize,
        _ => 0..0,
    };
    Bits::from_fn(offsets.len().saturating_sub(1), |lane| set(range(lane)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Truth; 4] = [Truth::True, Truth::False, Truth::Unknown, Truth::Pending];

    #[test]
    fn lanes_combine_as_truths_do() {
        let a = Truths::from_fn(16, |lane| ALL[lane / 4]);
        let b = Truths::from_fn(16, |lane| ALL[lane % 4]);
        for lane in 0..16 {
            let (x, y) = (ALL[lane / 4], ALL[lane % 4]);
            assert_eq!(a.clone().and(&b).get(lane), x.and(y));
            assert_eq!(a.clone().or(&b).get(lane), x.or(y));
            assert_eq!(a.clone().not().get(lane), !x);
        }
        let which = Bits::from_fn(16, |lane| lane % 3 == 0);
        let chosen = Truths::choose(&which, &a, &b);
        (0..16).for_each(|lane| assert_eq!(chosen.get(lane), if lane % 3 == 0 { a.get(lane) } else { b.get(lane) }));
    }

    #[test]
    fn segments_fold_as_their_lanes_do() {
        let offsets: Vec<u32> = vec![0, 0, 1, 70, 70, 130, 200];
        let truths = Truths::from_fn(200, |lane| ALL[(lane * 7 + lane / 5) % 4]);
        let quiet = Truths::from_fn(200, |lane| if lane == 99 { Truth::Pending } else { Truth::False });
        for truths in [truths, quiet] {
            let any = truths.any_of_each(&offsets);
            for lane in 0..offsets.len() - 1 {
                let segment = offsets[lane] as usize..offsets[lane + 1] as usize;
                let or = segment.fold(Truth::False, |all, at| all.or(truths.get(at)));
                assert_eq!(any.get(lane), or);
            }
        }
    }

    #[test]
    fn pending_survives_being_put_together() {
        let mut truths = Truths::all(3, Truth::True);
        truths.append(&Truths::all(2, Truth::Pending));
        truths.append(&Truths::all(1, Truth::False));
        let read: Vec<Truth> = (0..6).map(|lane| truths.get(lane)).collect();
        assert_eq!(read, [Truth::True, Truth::True, Truth::True, Truth::Pending, Truth::Pending, Truth::False]);
        assert_eq!(truths.slice(2..5).get(1), Truth::Pending);
        assert_eq!(truths.gather(2, |lane| 4 - lane).get(1), Truth::Pending);
    }
}
