//! The floor: two threads find the end of each key in the bytes of all files, 64 bytes at a time, and count the keys that the
//! controls ask for. It knows nothing of JSON; whoever reads the attributes has at least to find them.

use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use tickmark_peers::{FILES, arguments, map};

/// Bytes that a thread takes at a time.
const CHUNK: usize = 1 << 20;

const WANTED: [&[u8]; 26] = [
    b"\"stage\"",
    b"\"approvals\"",
    b"\"approver\"",
    b"\"decision\"",
    b"\"at\"",
    b"\"tests\"",
    b"\"kind\"",
    b"\"passed\"",
    b"\"training_datasets\"",
    b"\"licence\"",
    b"\"classification\"",
    b"\"bucket\"",
    b"\"derived_from\"",
    b"\"environment\"",
    b"\"deployed_at\"",
    b"\"email\"",
    b"\"inline_policies\"",
    b"\"attached_policies\"",
    b"\"effect\"",
    b"\"actions\"",
    b"\"resources\"",
    b"\"storage_encrypted\"",
    b"\"backup_retention_period\"",
    b"\"publicly_accessible\"",
    b"\"force_destroy\"",
    b"\"cidr_blocks\"",
];

fn main() {
    let (folder, _) = arguments();
    let threads = std::env::var("JOBS").ok().and_then(|jobs| jobs.parse().ok()).unwrap_or(2);
    ThreadPoolBuilder::new().num_threads(threads).build_global().expect("the pool is built once");
    let wanted = Wanted::new();
    let found: usize = FILES
        .par_iter()
        .map(|name| {
            let file = map(&folder, name);
            let chunks = file.len().div_ceil(CHUNK);
            (0..chunks).into_par_iter().map(|chunk| keys_in(&file, chunk * CHUNK, &wanted)).sum::<usize>()
        })
        .sum();
    println!("{found} keys");
}

/// How many wanted keys end in one chunk.
fn keys_in(file: &[u8], start: usize, wanted: &Wanted) -> usize {
    let end = file.len().min(start + CHUNK);
    let mut found = 0;
    let mut place = start;
    while place + 64 < end {
        let block = file[place..].first_chunk::<65>().expect("64 bytes and one more");
        let mut ends = quotes_before_colons(block);
        while ends != 0 {
            let key_end = place + ends.trailing_zeros() as usize;
            found += usize::from(wanted.holds(&file[..=key_end]));
            ends &= ends - 1;
        }
        place += 64;
    }
    let rest = memchr::memchr_iter(b'"', &file[place..end]).map(|quote| place + quote);
    found + rest.filter(|quote| file.get(quote + 1) == Some(&b':') && wanted.holds(&file[..=*quote])).count()
}

/// The wanted keys by the two letters before their closing quote.
struct Wanted {
    /// For each two letters, the place of their group; the first group is empty.
    slots: Vec<u8>,
    groups: Vec<Vec<&'static [u8]>>,
}

impl Wanted {
    fn new() -> Self {
        let mut wanted = Self { slots: vec![0; 1 << 16], groups: vec![Vec::new()] };
        for key in WANTED {
            let slot = &mut wanted.slots[last_letters(key)];
            if *slot == 0 {
                *slot = wanted.groups.len() as u8;
                wanted.groups.push(Vec::new());
            }
            wanted.groups[*slot as usize].push(key);
        }
        wanted
    }

    /// Whether what ends here is one of the keys.
    fn holds(&self, until: &[u8]) -> bool {
        until.len() > 3
            && match self.slots[last_letters(until)] {
                0 => false,
                slot => self.groups[slot as usize].iter().any(|key| until.ends_with(key)),
            }
    }
}

fn last_letters(key: &[u8]) -> usize {
    let end = key.len() - 1;
    usize::from(u16::from_le_bytes([key[end - 2], key[end - 1]]))
}

/// A bit for each of 64 bytes that is a quote with a colon behind it.
#[cfg(target_arch = "x86_64")]
fn quotes_before_colons(block: &[u8; 65]) -> u64 {
    use std::arch::x86_64::{_mm_and_si128, _mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_set1_epi8};
    let mut mask = 0;
    for part in 0..4 {
        // SAFETY: SSE2 is part of x86-64; 16 bytes from 16 * part and from one later lie within the 65 of the block.
        let bits = unsafe {
            let here = _mm_loadu_si128(block.as_ptr().add(16 * part).cast());
            let next = _mm_loadu_si128(block.as_ptr().add(16 * part + 1).cast());
            let quote = _mm_cmpeq_epi8(here, _mm_set1_epi8(b'"' as i8));
            let colon = _mm_cmpeq_epi8(next, _mm_set1_epi8(b':' as i8));
            _mm_movemask_epi8(_mm_and_si128(quote, colon))
        };
        mask |= u64::from(bits as u32 & 0xffff) << (16 * part);
    }
    mask
}

#[cfg(not(target_arch = "x86_64"))]
fn quotes_before_colons(block: &[u8; 65]) -> u64 {
    (0..64).filter(|place| block[*place] == b'"' && block[place + 1] == b':').fold(0, |mask, place| mask | 1 << place)
}
