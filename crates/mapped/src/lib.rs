//! Files mapped into memory: the bytes of a file without a copy of them.
//!
//! This is the one crate with `unsafe` code; `docs/decisions/0005-mapped-files.md` says why it is worth it, and what is
//! asked of whoever runs the program: not to change an export while it is read.

use std::fs::File;
use std::io;
use std::ops::Range;

/// A file of this machine, mapped for reading.
#[derive(Debug)]
pub struct Mapped(memmap2::Mmap);

impl Mapped {
    /// Maps a file as it is now.
    ///
    /// # Errors
    /// Where the system cannot map it: it is no plain file, or is empty.
    #[expect(unsafe_code, reason = "the map is shared with whoever else has the file open")]
    pub fn of(file: &File) -> io::Result<Mapped> {
        if file.metadata()?.len() == 0 {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "an empty file cannot be mapped"));
        }
        // SAFETY: the bytes must not change while they are borrowed. Nobody in this process writes to a file that it reads,
        // and the map is private and read-only. Another process that changes the file meanwhile can make what is read
        // inconsistent, or end the process by a signal where it cuts the file short; the decision record weighs that.
        // Nothing built on the bytes relies on their staying the same for its own safety: no unchecked UTF-8, no
        // unchecked index is derived from them anywhere in the workspace.
        let map = unsafe { memmap2::MmapOptions::new().map_copy_read_only(file)? };
        Ok(Mapped(map))
    }

    /// Gives back the memory that these bytes take. They are read from the file again, mostly from the system's cache, when
    /// somebody looks at them. Nothing happens where the system has no such thing, or there are no such bytes.
    #[cfg(unix)]
    #[expect(unsafe_code, reason = "the system forgets pages that it can read again")]
    pub fn let_go(&self, range: Range<usize>) {
        let Some(length) = self.0.get(range.clone()).map(<[u8]>::len).filter(|length| *length > 0) else { return };
        // SAFETY: to let go of pages is unsafe where they hold what stands nowhere else, which would be lost. This map is
        // read-only: nobody has ever written to its pages, so they hold what the file holds, and are read from it again
        // as they were the first time. What another process does to the file meanwhile matters as it does in `of`.
        // It is advice: that it was not taken changes nothing.
        let _ = unsafe { self.0.unchecked_advise_range(memmap2::UncheckedAdvice::DontNeed, range.start, length) };
    }

    /// Nothing, here.
    #[cfg(not(unix))]
    pub fn let_go(&self, _range: Range<usize>) {}
}

impl AsRef<[u8]> for Mapped {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::Mapped;
    use std::io::Write;

    #[test]
    fn the_bytes_of_a_file_are_there() {
        let mut file = tempfile::tempfile().unwrap();
        let bytes: Vec<u8> = (0..100_000_u32).map(|number| (number % 251) as u8).collect();
        file.write_all(&bytes).unwrap();
        assert_eq!(Mapped::of(&file).unwrap().as_ref(), &bytes[..]);
    }

    #[test]
    fn what_was_let_go_is_read_again() {
        let mut file = tempfile::tempfile().unwrap();
        let bytes: Vec<u8> = (0..100_000_u32).map(|number| (number % 251) as u8).collect();
        file.write_all(&bytes).unwrap();
        let mapped = Mapped::of(&file).unwrap();
        for range in [0..100_000, 5_000..20_000, 1..2, 7..7, 99_999..100_000, 99_999..100_001, 200_000..300_000] {
            assert_eq!(mapped.as_ref(), &bytes[..]);
            mapped.let_go(range);
        }
        assert_eq!(mapped.as_ref(), &bytes[..]);
    }

    #[test]
    fn an_empty_file_is_refused() {
        assert!(Mapped::of(&tempfile::tempfile().unwrap()).is_err());
    }
}
