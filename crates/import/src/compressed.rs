//! Exports that are packed: gzip (RFC 1952), Zstandard (RFC 8878), Parquet and the SQLite database of MLflow, told by their
//! first bytes and unpacked into memory.

use std::io::{Read, Take};

use tickmark_source::FileBytes;

/// A packed export may unpack to so much: a small file can claim to hold any amount.
const LIMIT: u64 = 1 << 30;

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTANDARD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

const PARQUET: &[u8] = b"PAR1";

/// The endings of names that packed files have.
const ENDINGS: [&str; 2] = [".gz", ".zst"];

/// What a packed file of this name holds; nothing where it is not packed.
///
/// # Errors
/// What is wrong with it, in plain words: it is cut short or broken, or unpacks to more than the limit.
pub(crate) fn unpack(raw: &[u8], path: &str) -> Option<Result<FileBytes, String>> {
    if raw.starts_with(PARQUET) {
        return Some(parquet(raw, path));
    }
    if let Some(lines) = crate::sqlite::lines(raw, LIMIT) {
        return Some(lines.map(FileBytes::from));
    }
    if raw.starts_with(GZIP) {
        return Some(all_of(flate2::read::MultiGzDecoder::new(raw).take(LIMIT + 1), "gzip"));
    }
    if raw.starts_with(ZSTANDARD) {
        return Some(match ruzstd::decoding::StreamingDecoder::new(raw) {
            Ok(decoder) => all_of(decoder.take(LIMIT + 1), "Zstandard"),
            Err(error) => Err(format!("it begins like a Zstandard file and is none: {error}")),
        });
    }
    None
}

/// The rows of a table, as records of the noun that its file is named after.
#[cfg(feature = "parquet")]
fn parquet(raw: &[u8], path: &str) -> Result<FileBytes, String> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let noun = name.split('.').next().unwrap_or(name);
    crate::parquet::lines(raw, noun, LIMIT).map(FileBytes::from)
}

#[cfg(not(feature = "parquet"))]
fn parquet(_: &[u8], _: &str) -> Result<FileBytes, String> {
    Err("it is a Parquet table, which this build does not read: build with `--features parquet`, or export it as JSON \
         Lines or CSV"
        .to_owned())
}

fn all_of(mut reader: Take<impl Read>, kind: &str) -> Result<FileBytes, String> {
    let mut bytes = Vec::new();
    match reader.read_to_end(&mut bytes) {
        Err(error) => Err(format!("it begins like a {kind} file and cannot be unpacked: {error}")),
        Ok(_) if bytes.len() as u64 > LIMIT => {
            Err("it unpacks to more than the limit of 1 GiB for a packed file; unpack it first, or split the export"
                .to_owned())
        }
        Ok(_) => Ok(FileBytes::from(bytes)),
    }
}

/// The name that a file has once it is unpacked: `models.json` of `models.json.gz`.
pub(crate) fn unpacked_name(name: &str) -> &str {
    let packed = |ending: &str| {
        name.len() > ending.len()
            && name.get(name.len() - ending.len()..).is_some_and(|end| end.eq_ignore_ascii_case(ending))
    };
    match ENDINGS.iter().find(|ending| packed(ending)) {
        Some(ending) => name.get(..name.len() - ending.len()).unwrap_or(name),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn packed_files_are_unpacked_and_others_left_alone() {
        let text = b"{\"models\":[]}".repeat(1_000);
        let zstandard = ruzstd::encoding::compress_to_vec(&text[..], ruzstd::encoding::CompressionLevel::Fastest);
        for packed in [gzip(&text), zstandard] {
            assert_eq!(unpack(&packed, "models.json").unwrap().unwrap()[..], text[..]);
        }
        assert!(unpack(&text, "models.json").is_none());
    }

    #[test]
    fn what_is_cut_short_says_so() {
        let packed = gzip(&b"some text that is long enough".repeat(100));
        let said = unpack(&packed[..packed.len() / 2], "a.gz").unwrap().unwrap_err();
        assert!(said.contains("cannot be unpacked"), "{said}");
        let said = unpack(&[0x28, 0xb5, 0x2f, 0xfd, 1], "a.zst").unwrap().unwrap_err();
        assert!(said.contains("Zstandard"), "{said}");
    }

    #[test]
    fn names_lose_the_ending_of_the_packing() {
        assert_eq!(unpacked_name("a/models.csv.gz"), "a/models.csv");
        assert_eq!(unpacked_name("lineage.JSONL.ZST"), "lineage.JSONL");
        assert_eq!(unpacked_name("plan.json"), "plan.json");
    }
}
