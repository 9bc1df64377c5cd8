//! Where things end in JSON text: blanks, texts, numbers and nested values, found 16 and 64 bytes at a time.
//!
//! What is skipped inside a nested value is checked for its brackets, its texts' ends and control characters, and for
//! UTF-8; the grammar between them (a missing comma, `tru`) is not. What is read, and every key and value of a record that
//! is read, is checked in full.

use wide::u8x16;

/// The byte at which the text is not what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault(pub(crate) usize);

/// How deep lists and objects may nest in any export.
pub(crate) const DEPTH_LIMIT: u32 = 128;

/// The first byte from `at` on that is no blank.
#[inline]
pub(crate) fn blanks(data: &[u8], mut at: usize) -> usize {
    while let Some(b' ' | b'\n' | b'\r' | b'\t') = data.get(at) {
        at += 1;
    }
    at
}

/// A text without its quotes: where it ends, and how it is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TextEnd {
    /// The closing quote.
    pub(crate) quote: usize,
    /// It has escapes: what it says is not what stands there.
    pub(crate) escaped: bool,
}

#[inline]
fn load(data: &[u8], at: usize) -> Option<u8x16> {
    let bytes: [u8; 16] = *data.get(at..)?.first_chunk()?;
    Some(u8x16::new(bytes))
}

#[inline]
fn equal(bytes: u8x16, byte: u8) -> u8x16 {
    bytes.simd_eq(u8x16::splat(byte))
}

/// Control characters may not stand in texts.
#[inline]
fn controls(bytes: u8x16) -> u8x16 {
    bytes.min(u8x16::splat(0x1F)).simd_eq(bytes)
}

/// The end of a text whose first byte behind the opening quote is `start`. Its escapes and its UTF-8 are checked.
#[inline]
pub(crate) fn text_end(data: &[u8], start: usize) -> Result<TextEnd, Fault> {
    let mut at = start;
    let mut high = 0;
    while let Some(bytes) = load(data, at) {
        let stops = (equal(bytes, b'"') | equal(bytes, b'\\') | controls(bytes)).to_bitmask();
        let above = bytes.to_bitmask();
        if stops != 0 {
            let stop = stops.trailing_zeros();
            high |= above & ((1 << stop) - 1);
            let quote = at + stop as usize;
            if data.get(quote) == Some(&b'"') {
                if high != 0 {
                    check_utf8(data, start, quote)?;
                }
                return Ok(TextEnd { quote, escaped: false });
            }
            return text_end_slow(data, start, quote);
        }
        high |= above;
        at += 16;
    }
    text_end_slow(data, start, at)
}

/// The same byte by byte from `at` on: for escapes, and for the last bytes of the data.
fn text_end_slow(data: &[u8], start: usize, mut at: usize) -> Result<TextEnd, Fault> {
    let mut escaped = false;
    loop {
        match data.get(at) {
            None | Some(0..0x20) => return Err(Fault(at)),
            Some(b'"') => break,
            Some(b'\\') => {
                escaped = true;
                at = escape_end(data, at)?;
            }
            Some(_) => {
                at += 1;
                // Long texts with a few escapes are still passed quickly.
                while let Some(bytes) = load(data, at) {
                    let stops = (equal(bytes, b'"') | equal(bytes, b'\\') | controls(bytes)).to_bitmask();
                    if stops != 0 {
                        at += stops.trailing_zeros() as usize;
                        break;
                    }
                    at += 16;
                }
            }
        }
    }
    check_utf8(data, start, at)?;
    Ok(TextEnd { quote: at, escaped })
}

/// The byte behind the escape that begins at `at`.
fn escape_end(data: &[u8], at: usize) -> Result<usize, Fault> {
    match data.get(at + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
        Some(b'u') => match unicode_escape(data, at) {
            Some((_, end)) => Ok(end),
            None => Err(Fault(at)),
        },
        _ => Err(Fault(at)),
    }
}

/// The character of the `\u` escape (or pair of them) that begins at `at`, and the byte behind it.
pub(crate) fn unicode_escape(data: &[u8], at: usize) -> Option<(char, usize)> {
    let first = four_digits(data, at + 2)?;
    if let Some(character) = char::from_u32(first) {
        return Some((character, at + 6));
    }
    // Half of a pair: the other half follows.
    if !(0xD800..0xDC00).contains(&first) || data.get(at + 6..at + 8)? != b"\\u" {
        return None;
    }
    let second = four_digits(data, at + 8).filter(|unit| (0xDC00..0xE000).contains(unit))?;
    let character = char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))?;
    Some((character, at + 12))
}

fn four_digits(data: &[u8], at: usize) -> Option<u32> {
    let digits: &[u8; 4] = data.get(at..)?.first_chunk()?;
    digits.iter().try_fold(0, |value, digit| Some(value << 4 | char::from(*digit).to_digit(16)?))
}

fn check_utf8(data: &[u8], start: usize, end: usize) -> Result<(), Fault> {
    let part = data.get(start..end).unwrap_or(&[]);
    match simdutf8::compat::from_utf8(part) {
        Ok(_) => Ok(()),
        Err(error) => Err(Fault(start + error.valid_up_to())),
    }
}

/// The byte behind the list or object that begins at `start`, inside `depth` others.
pub(crate) fn container_end(data: &[u8], start: usize, depth: u32) -> Result<usize, Fault> {
    let rest = data.get(start..).unwrap_or(&[]);
    // Many are empty.
    if matches!(rest, [b'{', b'}', ..] | [b'[', b']', ..]) && depth < DEPTH_LIMIT {
        return Ok(start + 2);
    }
    let mut nesting = Nesting { objects: 0, level: 0, above: depth };
    let mut state = BlockState::new();
    let (blocks, last) = rest.as_chunks::<64>();
    let mut blocks = blocks.iter();
    let mut at = start;
    loop {
        let padded;
        let (block, whole) = match blocks.next() {
            Some(block) => (block, true),
            None => {
                padded = padded_block(last);
                (&padded, false)
            }
        };
        let found = state.brackets(block);
        // Most blocks have no brackets.
        if found.brackets | found.controls != 0
            && let Some(end) = nesting.pass(block, found, at)?
        {
            return finish(data, start, end, state.high());
        }
        if !whole {
            return Err(Fault(data.len()));
        }
        at += 64;
    }
}

fn finish(data: &[u8], start: usize, end: usize, high: bool) -> Result<usize, Fault> {
    if high {
        check_utf8(data, start, end)?;
    }
    Ok(end)
}

fn padded_block(rest: &[u8]) -> [u8; 64] {
    let mut block = [b' '; 64];
    for (to, from) in block.iter_mut().zip(rest) {
        *to = *from;
    }
    block
}

/// The open lists and objects of a value that is skipped.
struct Nesting {
    /// The lowest bit is the innermost: set for an object.
    objects: u128,
    level: u32,
    /// Lists and objects around the value.
    above: u32,
}

impl Nesting {
    /// Passes a block; gives the byte behind the value where it ends in it.
    #[inline]
    fn pass(&mut self, block: &[u8; 64], found: Found, at: usize) -> Result<Option<usize>, Fault> {
        if found.controls == 0 {
            return self.follow(block, found.brackets, at);
        }
        // What stands in a text behind the end of the value is not ours to judge.
        let until = found.controls.trailing_zeros();
        let before = found.brackets & ((1 << until) - 1);
        self.follow(block, before, at)?.map_or(Err(Fault(at + until as usize)), |end| Ok(Some(end)))
    }

    /// Follows the brackets of a block; gives the byte behind the value where it ends in it.
    #[inline]
    fn follow(&mut self, block: &[u8; 64], mut brackets: u64, at: usize) -> Result<Option<usize>, Fault> {
        while brackets != 0 {
            let bit = brackets.trailing_zeros() as usize;
            brackets &= brackets - 1;
            let byte = block.get(bit).copied().unwrap_or_default();
            let object = byte & 0x20 != 0;
            if byte | 0x20 == b'{' {
                if self.above + self.level >= DEPTH_LIMIT {
                    return Err(Fault(at + bit));
                }
                self.objects = self.objects << 1 | u128::from(object);
                self.level += 1;
            } else if byte | 0x20 == b'}' {
                if (self.objects & 1 == 1) != object {
                    return Err(Fault(at + bit));
                }
                self.objects >>= 1;
                self.level -= 1;
                if self.level == 0 {
                    return Ok(Some(at + bit + 1));
                }
            }
        }
        Ok(None)
    }
}

/// What carries over from one block of 64 bytes to the next.
struct BlockState {
    /// All bits where the block begins inside a text.
    in_text: u64,
    /// 1 where the first byte is escaped by the last of the block before.
    escaped: u64,
    /// The bits that any byte has had so far, by the place in 16 bytes.
    all: u8x16,
}

/// What stands in a block, a bit for each byte.
struct Found {
    /// Brackets outside of texts.
    brackets: u64,
    /// Control characters in texts.
    controls: u64,
}

impl BlockState {
    fn new() -> BlockState {
        BlockState { in_text: 0, escaped: 0, all: u8x16::splat(0) }
    }

    /// Whether any byte so far is not ASCII.
    fn high(&self) -> bool {
        self.all.to_bitmask() != 0
    }

    #[inline]
    fn brackets(&mut self, block: &[u8; 64]) -> Found {
        let (mut quotes, mut brackets) = (0, 0);
        // What most blocks have none of is looked for in all of the block at once.
        let (mut slashes, mut least) = (u8x16::splat(0), u8x16::splat(0xFF));
        let (parts, _) = block.as_chunks::<16>();
        for (index, part) in parts.iter().enumerate() {
            let bytes = u8x16::new(*part);
            let shift = index * 16;
            quotes |= u64::from(equal(bytes, b'"').to_bitmask()) << shift;
            // The bits of `[`, `]`, `{` and `}`; of `Y`, `_`, `y` and 0x7F too, which `Nesting` passes over.
            brackets |= u64::from(equal(bytes | u8x16::splat(0x26), 0x7F).to_bitmask()) << shift;
            self.all |= bytes;
            slashes |= equal(bytes, b'\\');
            least = least.min(bytes);
        }
        let mut low = 0;
        if (slashes | controls(least)).to_bitmask() != 0 || self.escaped != 0 {
            quotes &= !self.escapes(mask_of(block, |bytes| equal(bytes, b'\\')));
            low = mask_of(block, controls);
        }
        let in_text = prefix_xor(quotes) ^ self.in_text;
        self.in_text = 0_u64.wrapping_sub(in_text >> 63);
        Found { brackets: brackets & !in_text, controls: low & in_text }
    }

    /// The bytes that a backslash before them escapes. A backslash that is escaped escapes nothing.
    fn escapes(&mut self, slashes: u64) -> u64 {
        let mut escaped = self.escaped;
        let mut left = slashes & !escaped;
        self.escaped = 0;
        while left != 0 {
            let bit = left.trailing_zeros();
            if bit == 63 {
                self.escaped = 1;
                break;
            }
            let next = 1 << (bit + 1);
            escaped |= next;
            left &= left - 1;
            left &= !next;
        }
        escaped
    }
}

/// The bytes of a block for which `test` sets all bits.
fn mask_of(block: &[u8; 64], test: impl Fn(u8x16) -> u8x16) -> u64 {
    let (parts, _) = block.as_chunks::<16>();
    let masks = parts.iter().map(|part| u64::from(test(u8x16::new(*part)).to_bitmask()));
    masks.enumerate().fold(0, |all, (index, mask)| all | mask << (index * 16))
}

/// Each bit is the parity of the bits up to it: between quotes all bits are set.
#[inline]
fn prefix_xor(mut bits: u64) -> u64 {
    bits ^= bits << 1;
    bits ^= bits << 2;
    bits ^= bits << 4;
    bits ^= bits << 8;
    bits ^= bits << 16;
    bits ^ bits << 32
}

/// Whether a byte may follow a number or a word.
#[inline]
fn ends_token(byte: Option<&u8>) -> bool {
    matches!(byte, None | Some(b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t' | b':'))
}

/// The byte behind `true`, `false` or `null` that stands at `at`.
#[inline]
pub(crate) fn word_end(data: &[u8], at: usize, word: &[u8]) -> Result<usize, Fault> {
    let end = at + word.len();
    if data.get(at..end) == Some(word) && ends_token(data.get(end)) { Ok(end) } else { Err(Fault(at)) }
}

/// A number as it stands there: its end, and its value where that is found without trouble.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct NumberEnd {
    /// The byte behind it.
    pub(crate) end: usize,
    /// The value, where 15 digits and a small exponent give it exactly.
    pub(crate) value: Option<f64>,
}

/// Powers of ten that a 64-bit float holds exactly.
const TENS: [f64; 23] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
];

/// The number that begins at `at`, by the grammar of JSON.
pub(crate) fn number_end(data: &[u8], start: usize) -> Result<NumberEnd, Fault> {
    let negative = data.get(start) == Some(&b'-');
    let first = start + usize::from(negative);
    let (mut at, mut mantissa) = digits(data, first, 0);
    let mut count = at - first;
    if count == 0 || (count > 1 && data.get(first) == Some(&b'0')) {
        return Err(Fault(start));
    }
    let mut decimals = 0;
    if data.get(at) == Some(&b'.') {
        let (end, more) = digits(data, at + 1, mantissa);
        decimals = end - at - 1;
        if decimals == 0 {
            return Err(Fault(at));
        }
        (at, mantissa, count) = (end, more, count + decimals);
    }
    let mut exponent = false;
    if let Some(b'e' | b'E') = data.get(at) {
        exponent = true;
        let signed = usize::from(matches!(data.get(at + 1), Some(b'+' | b'-')));
        let (end, _) = digits(data, at + 1 + signed, 0);
        if end == at + 1 + signed {
            return Err(Fault(at));
        }
        at = end;
    }
    if !ends_token(data.get(at)) {
        return Err(Fault(at));
    }
    // Both are exact, and so their quotient is rounded once.
    #[expect(clippy::cast_precision_loss, reason = "15 digits are below 2^53")]
    let value = match TENS.get(decimals) {
        Some(ten) if count <= 15 && !exponent => {
            let value = mantissa as f64 / ten;
            Some(if negative { -value } else { value })
        }
        _ => None,
    };
    Ok(NumberEnd { end: at, value })
}

#[inline]
fn digits(data: &[u8], mut at: usize, mut value: u64) -> (usize, u64) {
    while let Some(digit @ b'0'..=b'9') = data.get(at) {
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
        at += 1;
    }
    (at, value)
}

/// The byte behind the value that begins at `at`, inside `depth` lists and objects.
#[inline]
pub(crate) fn value_end(data: &[u8], at: usize, depth: u32) -> Result<usize, Fault> {
    match data.get(at) {
        Some(b'"') => text_end(data, at + 1).map(|end| end.quote + 1),
        Some(b'{' | b'[') => container_end(data, at, depth),
        Some(b't') => word_end(data, at, b"true"),
        Some(b'f') => word_end(data, at, b"false"),
        Some(b'n') => word_end(data, at, b"null"),
        Some(b'-' | b'0'..=b'9') => number_end(data, at).map(|number| number.end),
        _ => Err(Fault(at)),
    }
}
