//! Hashes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::Digest;

use super::{Outcome, text_at};
use crate::fault::Fault;
use crate::value::Value;

/// Bytes as hexadecimal text.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn md5_of(bytes: &[u8]) -> Vec<u8> {
    md5::Md5::digest(bytes).to_vec()
}

pub(super) fn sha1_of(bytes: &[u8]) -> Vec<u8> {
    sha1::Sha1::digest(bytes).to_vec()
}

pub(super) fn sha256_of(bytes: &[u8]) -> Vec<u8> {
    sha2::Sha256::digest(bytes).to_vec()
}

pub(super) fn sha512_of(bytes: &[u8]) -> Vec<u8> {
    sha2::Sha512::digest(bytes).to_vec()
}

pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub(super) fn md5(values: &[Value]) -> Outcome {
    Ok(Value::text(hex(&md5_of(text_at(values, 0)?.as_bytes()))))
}

pub(super) fn sha1(values: &[Value]) -> Outcome {
    Ok(Value::text(hex(&sha1_of(text_at(values, 0)?.as_bytes()))))
}

pub(super) fn sha256(values: &[Value]) -> Outcome {
    Ok(Value::text(hex(&sha256_of(text_at(values, 0)?.as_bytes()))))
}

pub(super) fn sha512(values: &[Value]) -> Outcome {
    Ok(Value::text(hex(&sha512_of(text_at(values, 0)?.as_bytes()))))
}

pub(super) fn base64sha256(values: &[Value]) -> Outcome {
    Ok(Value::text(base64(&sha256_of(text_at(values, 0)?.as_bytes()))))
}

pub(super) fn base64sha512(values: &[Value]) -> Outcome {
    Ok(Value::text(base64(&sha512_of(text_at(values, 0)?.as_bytes()))))
}

/// A UUID of version 5 (RFC 9562): the hash of a name in a name space.
pub(super) fn uuidv5(values: &[Value]) -> Outcome {
    let (space, name) = (text_at(values, 0)?, text_at(values, 1)?);
    // The name spaces of RFC 9562, section 6.6.
    let space = match space {
        "dns" => "6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "url" => "6ba7b811-9dad-11d1-80b4-00c04fd430c8",
        "oid" => "6ba7b812-9dad-11d1-80b4-00c04fd430c8",
        "x500" => "6ba7b814-9dad-11d1-80b4-00c04fd430c8",
        other => other,
    };
    let digits: String = space.chars().filter(|letter| *letter != '-').collect();
    let bytes: Option<Vec<u8>> =
        (0..digits.len() / 2).map(|index| u8::from_str_radix(digits.get(index * 2..index * 2 + 2)?, 16).ok()).collect();
    let mut input = bytes
        .filter(|bytes| bytes.len() == 16 && digits.len() == 32)
        .ok_or_else(|| Fault::new(format!("`{space}` is no UUID")))?;
    input.extend_from_slice(name.as_bytes());
    let mut hash = sha1_of(&input);
    hash.truncate(16);
    if let Some(byte) = hash.get_mut(6) {
        *byte = (*byte & 0x0F) | 0x50;
    }
    if let Some(byte) = hash.get_mut(8) {
        *byte = (*byte & 0x3F) | 0x80;
    }
    let hex = hex(&hash);
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or("");
    Ok(Value::text([part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")))
}
