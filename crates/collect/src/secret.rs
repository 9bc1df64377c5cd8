//! Credentials: sent to the system that they are for, and shown to nobody.

use std::fmt;

/// A token or password.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a secret; blanks around it, which come with files and shells, are cut off. `None` where nothing is left.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// The secret itself: for the header that sends it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    /// Whether some bytes hold it.
    pub(crate) fn is_in(&self, bytes: &[u8]) -> bool {
        bytes.windows(self.0.len()).any(|window| window == self.0.as_bytes())
    }

    /// A text without it.
    pub(crate) fn scrub(&self, text: &str) -> String {
        text.replace(&self.0, "***")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_not_shown() {
        let secret = Secret::new(" hunter2\n").unwrap();
        assert_eq!(format!("{secret:?}"), "***");
        assert_eq!(secret.scrub("Bearer hunter2 refused"), "Bearer *** refused");
        assert!(secret.is_in(b"xhunter2x") && !secret.is_in(b"hunter") && Secret::new(" \n").is_none());
    }
}
