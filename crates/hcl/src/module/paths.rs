//! Paths as texts with slashes, put together without asking the disk.

/// `relative` as seen from `folder`, without `.` and, where possible, without `..`.
pub(crate) fn join(folder: &str, relative: &str) -> String {
    let joined = if relative.starts_with('/') || folder.is_empty() {
        relative.to_owned()
    } else {
        format!("{folder}/{relative}")
    };
    let absolute = joined.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in joined.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if absolute => {}
            part => parts.push(part),
        }
    }
    let path = parts.join("/");
    match (absolute, path.is_empty()) {
        (true, _) => format!("/{path}"),
        (false, true) => ".".to_owned(),
        (false, false) => path,
    }
}

/// The folder of a file, as folders of modules are written: without `.` and, where possible, without `..`.
#[must_use]
pub fn folder_of(path: &str) -> String {
    split(path).0
}

/// The folder of a file and its name.
pub(crate) fn split(path: &str) -> (String, &str) {
    match path.rsplit_once('/') {
        Some(("", name)) => ("/".to_owned(), name),
        Some((folder, name)) => (join("", folder), name),
        None => (".".to_owned(), path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_and_cleaned() {
        assert_eq!(join("a/b", "./c"), "a/b/c");
        assert_eq!(join("a/b", "../c"), "a/c");
        assert_eq!(join("a", "../../c"), "../c");
        assert_eq!(join("/a", "../../c"), "/c");
        assert_eq!(join(".", "./m"), "m");
        assert_eq!(join("", "."), ".");
        assert_eq!(split("a/./b.tf"), ("a".to_owned(), "b.tf"));
        assert_eq!(split("b.tf"), (".".to_owned(), "b.tf"));
        assert_eq!(folder_of("./a/../b/./c.tf"), "b");
    }
}
