//! Names of properties as attributes: `snake_case`, whatever the export writes.
//!
//! A `_` stands before a capital that follows a small letter or a digit, and before the last capital of several where a small letter
//! follows it; then all letters are small. The `s` of a plural belongs to its capitals. `BucketEncryption` is `bucket_encryption`,
//! `SSEAlgorithm` `sse_algorithm`, `KMSMasterKeyID` `kms_master_key_id`, `TargetGroupARNs` `target_group_arns`, `hostIPC` `host_ipc`.
//! Letters and digits stay as they are, so that the way back is a search: the property whose name is the same without `_` and
//! without regard to case.

/// The name in `snake_case`.
pub(crate) fn snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let at = |index: usize| letters.get(index).copied().unwrap_or('_');
    let mut out = String::with_capacity(name.len() + 8);
    for (index, letter) in letters.iter().enumerate() {
        if letter.is_ascii_uppercase() && index > 0 {
            let before = at(index - 1);
            let begins = before.is_ascii_lowercase() || before.is_ascii_digit();
            let plural = at(index + 1) == 's' && !at(index + 2).is_ascii_lowercase();
            let ends = before.is_ascii_uppercase() && at(index + 1).is_ascii_lowercase() && !plural;
            if begins || ends {
                out.push('_');
            }
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}

/// Whether it is the name of a property and not a key that somebody chose: a letter, then letters and digits.
pub(crate) fn is_property(name: &str) -> bool {
    name.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_where_words_begin() {
        for (name, expected) in [
            ("BucketEncryption", "bucket_encryption"),
            ("SSEAlgorithm", "sse_algorithm"),
            ("KMSMasterKeyID", "kms_master_key_id"),
            ("TargetGroupARNs", "target_group_arns"),
            ("nonResourceURLs", "non_resource_urls"),
            ("DBInstance", "db_instance"),
            ("EC2Thing", "ec2_thing"),
            ("S3Bucket", "s3_bucket"),
            ("hostIPC", "host_ipc"),
            ("clusterIPs", "cluster_ips"),
            ("apiVersion", "api_version"),
            ("WebACL", "web_acl"),
            ("VPC", "vpc"),
            ("MessageBus", "message_bus"),
            ("EBSOptimized", "ebs_optimized"),
            ("already_there", "already_there"),
            ("", ""),
        ] {
            assert_eq!(snake(name), expected);
            let bare = |text: &str| text.replace('_', "").to_ascii_lowercase();
            assert_eq!(bare(&snake(name)), bare(name), "the way back");
        }
    }
}
