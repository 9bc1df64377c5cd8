//! Addresses as Terraform writes them: `module.a["x"].aws_s3_bucket.b[0]`.

use std::fmt;
use std::sync::Arc;

/// Which of several instances of a resource or module it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// There is one without a key.
    None,
    /// Of `count`.
    Index(u32),
    /// Of `for_each`.
    Text(Arc<str>),
    /// How many there are is not known; this stands for all of them. Written `[*]`.
    Unknown,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Key::None => Ok(()),
            Key::Index(index) => write!(f, "[{index}]"),
            Key::Text(text) => write!(f, "[{}]", quoted(text)),
            Key::Unknown => f.write_str("[*]"),
        }
    }
}

/// A text in quotes with the escapes of HCL.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '$' | '%' => {
                out.push(letter);
                if letters.peek() == Some(&'{') {
                    out.push(letter);
                }
            }
            control if control.is_control() && u32::from(control) <= 0xFFFF => {
                out.push_str(&format!("\\u{:04x}", u32::from(control)));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// The address of something in a module.
pub(crate) fn within(module: &str, rest: &str) -> String {
    if module.is_empty() { rest.to_owned() } else { format!("{module}.{rest}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_escaped_as_terraform_escapes_them() {
        let text = |key: &str| Key::Text(key.into()).to_string();
        assert_eq!(text("a.b/c"), r#"["a.b/c"]"#);
        assert_eq!(text("a\"b\\c\n"), r#"["a\"b\\c\n"]"#);
        assert_eq!(text("${x} $y %{z}"), r#"["$${x} $y %%{z}"]"#);
        assert_eq!(Key::Index(3).to_string(), "[3]");
        assert_eq!(within("module.a[0]", "b.c"), "module.a[0].b.c");
    }
}
