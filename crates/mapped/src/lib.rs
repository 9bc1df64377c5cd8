//! Files mapped into memory: the bytes of a file without a copy of them.
//!
//! This is the one crate with `unsafe` code; `docs/decisions/0005-mapped-files.md` says why it is worth it, and what is
//! asked of whoever runs the program: not to change an export while it is read.

use std::fs::File;
use std::io;

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
    fn an_empty_file_is_refused() {
        assert!(Mapped::of(&tempfile::tempfile().unwrap()).is_err());
    }
}
