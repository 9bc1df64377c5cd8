//! Lock files whose tools write them line by line.

use crate::observed::lock_files::Package;

/// The lines of a text, each with where it begins.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut offset = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = offset;
        offset += line.len();
        (start, line.trim_end())
    })
}

/// `yarn.lock`, version 1 and the YAML of later versions: entries begin at the margin.
pub(crate) fn yarn(text: &str) -> Vec<Package> {
    let mut found: Vec<Package> = Vec::new();
    let mut entry: Option<Package> = None;
    for (offset, line) in lines(text) {
        if !line.starts_with(' ') && !line.starts_with('#') && line.ends_with(':') {
            found.extend(entry.take().filter(|package| package.version.is_some()));
            let first = line.trim_end_matches(':').split(", ").next().unwrap_or_default().trim_matches('"');
            let name = first.char_indices().skip(1).find(|(_, letter)| *letter == '@').map(|(at, _)| at);
            let own = first.contains("@workspace:") || first.contains("@link:") || first == "__metadata";
            entry = name.filter(|_| !own).and_then(|at| first.get(..at)).map(|name| Package {
                name: name.to_owned(),
                version: None,
                offset,
            });
            continue;
        }
        let Some(package) = &mut entry else { continue };
        let Some(member) = line.strip_prefix("  ").filter(|member| !member.starts_with(' ')) else { continue };
        if let Some(version) = member.strip_prefix("version") {
            package.version = Some(version.trim_start_matches(':').trim().trim_matches('"').to_owned());
        } else if let Some(resolution) = member.strip_prefix("resolution:") {
            // The name that it has in the registry, where it is known here by another.
            if let Some((name, _)) = resolution.trim().trim_matches('"').split_once("@npm:") {
                package.name = name.to_owned();
            }
        }
    }
    found.extend(entry.filter(|package| package.version.is_some()));
    found
}

/// How a package shows that it is the program itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Own {
    /// Its source is a folder (uv).
    SaysSo,
    /// It has no source (Cargo).
    HasNoSource,
}

/// `[[package]]` with `name` and `version`: `poetry.lock`, `uv.lock`, `Cargo.lock`.
pub(crate) fn toml(text: &str, own: Own) -> Vec<Package> {
    let mut found = Vec::new();
    let mut entry: Option<(Package, Option<String>)> = None;
    let mut inside = false;
    let mut end = |entry: Option<(Package, Option<String>)>| {
        let Some((package, source)) = entry else { return };
        let folder = |source: &str| ["editable", "virtual", "directory"].iter().any(|word| source.contains(word));
        let is_own = match own {
            Own::SaysSo => source.as_deref().is_some_and(folder),
            Own::HasNoSource => source.is_none(),
        };
        if !is_own && !package.name.is_empty() {
            found.push(package);
        }
    };
    for (offset, line) in lines(text) {
        if line == "[[package]]" {
            end(entry.take());
            entry = Some((Package { name: String::new(), version: None, offset }, None));
            inside = true;
        } else if line.starts_with('[') {
            inside = false;
        } else if inside && let (Some((package, source)), Some((key, value))) = (&mut entry, line.split_once('=')) {
            let value = value.trim();
            match key.trim() {
                "name" => package.name = value.trim_matches('"').to_owned(),
                "version" => package.version = Some(value.trim_matches('"').to_owned()),
                "source" => *source = Some(value.split('=').next().unwrap_or_default().to_owned()),
                _ => {}
            }
        }
    }
    end(entry);
    found
}

/// `requirements.txt` (<https://pip.pypa.io/en/stable/reference/requirements-file-format/>).
pub(crate) fn requirements(text: &str) -> Vec<Package> {
    let mut found = Vec::new();
    let mut continued = false;
    for (offset, line) in lines(text) {
        let begins = !std::mem::replace(&mut continued, line.ends_with('\\'));
        let line = line.trim_end_matches('\\').split(" #").next().unwrap_or_default().trim();
        if !begins || line.is_empty() || line.starts_with(['#', '-']) {
            continue;
        }
        let line = line.split(';').next().unwrap_or_default().trim();
        let end = line.find(|letter: char| !letter.is_ascii_alphanumeric() && !matches!(letter, '-' | '_' | '.'));
        let Some((name, rest)) = line.split_at_checked(end.unwrap_or(line.len())) else { continue };
        let rest = rest.trim_start();
        let rest = match rest.strip_prefix('[').and_then(|extras| extras.split_once(']')) {
            Some((_, behind)) => behind.trim_start(),
            None => rest,
        };
        // A path or an address names no package.
        if name.is_empty() || rest.starts_with(['/', ':', '\\']) {
            continue;
        }
        let version = rest.strip_prefix("===").or_else(|| rest.strip_prefix("=="));
        let version =
            version.map(|version| version.split([' ', ',']).find(|part| !part.is_empty()).unwrap_or_default());
        let version = version.filter(|version| !version.contains('*')).map(str::to_owned);
        found.push(Package { name: name.to_owned(), version, offset });
    }
    found
}

/// `go.sum`: what only `go.mod` files were looked at of is no part of the program.
pub(crate) fn go_sum(text: &str) -> Vec<Package> {
    let package = |(offset, line): (usize, &str)| {
        let mut words = line.split_ascii_whitespace();
        let (module, version) = (words.next()?, words.next()?);
        let version = Some(version.to_owned());
        (!line.contains("/go.mod ")).then(|| Package { name: module.to_owned(), version, offset })
    };
    lines(text).filter_map(package).collect()
}

/// `go.mod` (<https://go.dev/ref/mod#go-mod-file-require>).
pub(crate) fn go_mod(text: &str) -> Vec<Package> {
    let mut found = Vec::new();
    let mut inside = false;
    for (offset, line) in lines(text) {
        let line = line.split("//").next().unwrap_or_default().trim();
        let required = match line.strip_prefix("require") {
            Some(rest) if rest.trim() == "(" => {
                inside = true;
                continue;
            }
            Some(rest) if rest.starts_with([' ', '\t']) => rest,
            _ if line == ")" => {
                inside = false;
                continue;
            }
            _ if inside => line,
            _ => continue,
        };
        let mut words = required.split_ascii_whitespace();
        if let (Some(module), Some(version)) = (words.next(), words.next()) {
            let name = module.trim_matches('"').to_owned();
            found.push(Package { name, version: Some(version.to_owned()), offset });
        }
    }
    found
}

/// `Gemfile.lock`: gems stand four blanks deep below `specs:`; those under `PATH` are the program itself.
pub(crate) fn gems(text: &str) -> Vec<Package> {
    let mut found = Vec::new();
    let mut own = false;
    for (offset, line) in lines(text) {
        if !line.starts_with(' ') && !line.is_empty() {
            own = line == "PATH";
        }
        let Some(spec) = line.strip_prefix("    ").filter(|spec| !spec.starts_with(' ') && !own) else { continue };
        if let Some((name, version)) = spec.strip_suffix(')').and_then(|spec| spec.split_once(" (")) {
            found.push(Package { name: name.to_owned(), version: Some(version.to_owned()), offset });
        }
    }
    found
}
