//! Addresses and references as Terraform writes them: `module.bucket["training"].aws_s3_bucket.this[0].id`.

use smol_str::SmolStr;
use std::fmt;

/// The key of one instance: of `count` a number, of `for_each` a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum InstanceKey {
    /// `[0]`
    Number(String),
    /// `["training"]`
    Text(String),
}

impl InstanceKey {
    /// The key without brackets and quotes.
    pub(crate) fn bare(&self) -> &str {
        match self {
            InstanceKey::Number(text) | InstanceKey::Text(text) => text,
        }
    }
}

impl fmt::Display for InstanceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InstanceKey::Number(number) => write!(f, "[{number}]"),
            InstanceKey::Text(text) => {
                let escaped = text.replace('\\', "\\\\").replace('"', "\\\"");
                write!(f, "[\"{escaped}\"]")
            }
        }
    }
}

/// One step between dots: a name, and the key behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// `bucket`
    pub(crate) name: SmolStr,
    /// `["training"]`
    pub(crate) key: Option<InstanceKey>,
}

/// The steps of an address or reference. Dots and brackets inside quotes do not count.
pub(crate) fn steps(text: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut name = String::new();
    let mut key = None;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '.' => steps.push(Step { name: SmolStr::new(std::mem::take(&mut name)), key: key.take() }),
            '[' => {
                let read = read_key(&mut characters);
                // Of `ingress[0]["x"]` the first key is the instance.
                key = key.or(read);
            }
            other => name.push(other),
        }
    }
    steps.push(Step { name: SmolStr::new(name), key });
    steps
}

fn read_key(characters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<InstanceKey> {
    let quoted = characters.next_if_eq(&'"').is_some();
    let mut text = String::new();
    while let Some(character) = characters.next() {
        match character {
            '\\' if quoted => text.extend(characters.next()),
            '"' if quoted => {
                characters.next_if_eq(&']');
                return Some(InstanceKey::Text(text));
            }
            ']' if !quoted => break,
            other => text.push(other),
        }
    }
    let number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    number.then_some(InstanceKey::Number(text))
}

/// One module instance on the way from the root: its call and its key.
pub(crate) type ModuleStep = (SmolStr, Option<InstanceKey>);

/// The calls of a module address (`module.a["x"].module.b[0]`); none for the root.
pub(crate) fn module_steps(address: &str) -> Vec<ModuleStep> {
    if address.is_empty() {
        return Vec::new();
    }
    let steps = steps(address);
    let (pairs, _) = steps.as_chunks::<2>();
    pairs.iter().map(|[_, call]| (call.name.clone(), call.key.clone())).collect()
}

/// The address of a module instance below another.
pub(crate) fn child_module(parent: &str, (call, key): &ModuleStep) -> String {
    let dot = if parent.is_empty() { "" } else { "." };
    let key = key.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{parent}{dot}module.{call}{key}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_may_hold_dots_quotes_and_brackets() {
        let address = r#"module.a["k.x]\"y"].module.b[0]"#;
        let modules = module_steps(address);
        assert_eq!(
            modules,
            [
                ("a".into(), Some(InstanceKey::Text("k.x]\"y".to_owned()))),
                ("b".into(), Some(InstanceKey::Number("0".to_owned())))
            ]
        );
        let again = modules.iter().fold(String::new(), |parent, step| child_module(&parent, step));
        assert_eq!(again, address);
    }

    #[test]
    fn references_are_cut_at_dots() {
        let parts = steps(r#"aws_iam_user.svc["svc-ci"].name"#);
        assert_eq!(parts.len(), 3);
        assert_eq!(parts[1].key, Some(InstanceKey::Text("svc-ci".to_owned())));
        // What is no constant key (`[each.key]`, `[*]`) is no key.
        assert_eq!(steps("aws_subnet.ml[*].id")[1].key, None);
        assert_eq!(steps("")[0].name, "");
    }
}
