//! Lock files: which packages a program is built of, and in which version. A file is known by its name, as its tool writes it.

use crate::document::Document;
use crate::error::ReadError;
use crate::observed::{Records, at, lock_text, packages};
use std::collections::BTreeSet;

/// A package that a lock file names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// Missing where the file does not pin it.
    pub(crate) version: Option<String>,
    /// Where it is named.
    pub(crate) offset: usize,
}

/// The tool of a lock file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tool {
    Npm,
    Yarn,
    Pnpm,
    /// Poetry, uv and PDM, whose files have one form.
    Poetry,
    Pipenv,
    Pip,
    Cargo,
    GoSum,
    GoMod,
    Bundler,
    Composer,
}

/// Names of lock files.
const NAMES: [(&str, Tool); 13] = [
    ("package-lock.json", Tool::Npm),
    ("npm-shrinkwrap.json", Tool::Npm),
    ("yarn.lock", Tool::Yarn),
    ("pnpm-lock.yaml", Tool::Pnpm),
    ("poetry.lock", Tool::Poetry),
    ("uv.lock", Tool::Poetry),
    ("pdm.lock", Tool::Poetry),
    ("Pipfile.lock", Tool::Pipenv),
    ("Cargo.lock", Tool::Cargo),
    ("go.sum", Tool::GoSum),
    ("go.mod", Tool::GoMod),
    ("Gemfile.lock", Tool::Bundler),
    ("composer.lock", Tool::Composer),
];

impl Tool {
    fn of(name: &str) -> Option<Tool> {
        let name = crate::compressed::unpacked_name(name);
        let known = NAMES.iter().find(|(known, _)| *known == name).map(|(_, tool)| *tool);
        known.or_else(|| (name.starts_with("requirements") && name.ends_with(".txt")).then_some(Tool::Pip))
    }

    /// The ecosystem, as package URLs name it (<https://github.com/package-url/purl-spec>).
    fn ecosystem(self) -> &'static str {
        match self {
            Tool::Npm | Tool::Yarn | Tool::Pnpm => "npm",
            Tool::Poetry | Tool::Pipenv | Tool::Pip => "pypi",
            Tool::Cargo => "cargo",
            Tool::GoSum | Tool::GoMod => "golang",
            Tool::Bundler => "gem",
            Tool::Composer => "composer",
        }
    }
}

/// Whether a file is a lock file, by its name.
pub(crate) fn is_lock_file(name: &str) -> bool {
    Tool::of(name).is_some()
}

/// Reads lock files.
pub(crate) fn read(documents: &[Document], out: &mut Records<'_>) -> Result<(), ReadError> {
    for document in documents {
        let Some(tool) = Tool::of(document.name()) else { continue };
        let mut told = BTreeSet::new();
        for package in packages_of(document, tool)? {
            let name = if tool.ecosystem() == "pypi" { python_name(&package.name) } else { package.name };
            let version = package.version.as_deref().filter(|version| !version.is_empty());
            let pinned = version.map_or_else(String::new, |version| format!("@{version}"));
            let id = format!("{} {}:{name}{pinned}", document.path, tool.ecosystem());
            if !told.insert(id.clone()) {
                continue;
            }
            out.begin(at(document, package.offset))
                .text("id", id.as_str())
                .text("file", document.path.as_str())
                .text("ecosystem", tool.ecosystem())
                .text("name", name.as_str())
                .text("package", format!("{}:{name}", tool.ecosystem()).as_str())
                .text("version", version);
        }
    }
    Ok(())
}

fn packages_of(document: &Document, tool: Tool) -> Result<Vec<Package>, ReadError> {
    match tool {
        Tool::Npm => packages::npm(document),
        Tool::Pnpm => packages::pnpm(document),
        Tool::Pipenv => packages::pipenv(document),
        Tool::Composer => packages::composer(document),
        Tool::Yarn => Ok(lock_text::yarn(document.text())),
        Tool::Poetry => Ok(lock_text::toml(document.text(), lock_text::Own::SaysSo)),
        Tool::Cargo => Ok(lock_text::toml(document.text(), lock_text::Own::HasNoSource)),
        Tool::Pip => Ok(lock_text::requirements(document.text())),
        Tool::GoSum => Ok(lock_text::go_sum(document.text())),
        Tool::GoMod => Ok(lock_text::go_mod(document.text())),
        Tool::Bundler => Ok(lock_text::gems(document.text())),
    }
}

/// The name of a Python package as the index compares names (PEP 503): `Azure_AI.Inference` is `azure-ai-inference`.
fn python_name(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for letter in name.trim().chars() {
        match letter {
            '-' | '_' | '.' if folded.ends_with('-') => {}
            '-' | '_' | '.' => folded.push('-'),
            letter => folded.extend(letter.to_lowercase()),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observed::tests::document;

    fn told(name: &str, text: &'static str) -> Vec<String> {
        let document = document(name, text);
        let mut found: Vec<String> = packages_of(&document, Tool::of(name).unwrap())
            .unwrap()
            .into_iter()
            .map(|package| {
                let line = text[..package.offset].lines().count().max(1);
                let line = if text[..package.offset].ends_with('\n') { line + 1 } else { line };
                format!("{}@{} {line}", package.name, package.version.unwrap_or_default())
            })
            .collect();
        found.sort();
        found
    }

    #[test]
    fn npm_of_three_versions() {
        let v1 = "{\"lockfileVersion\":1,\"dependencies\":{\n\"openai\":{\"version\":\"3.1.0\",\"dependencies\":{\n\"axios\":{\"version\":\"0.26.0\"}}}}}";
        assert_eq!(told("package-lock.json", v1), ["axios@0.26.0 3", "openai@3.1.0 2"]);
        let v3 = "{\"lockfileVersion\":3,\"packages\":{\"\":{\"name\":\"own\"},\n\"node_modules/@anthropic-ai/sdk\":{\"version\":\"0.30.1\"},\n\"node_modules/a/node_modules/openai\":{\"version\":\"4.0.0\"},\n\"node_modules/own2\":{\"resolved\":\"pkg\",\"link\":true},\n\"pkg\":{\"version\":\"1.0.0\"},\n\"node_modules/alias\":{\"name\":\"cohere-ai\",\"version\":\"7.0.0\"}}}";
        assert_eq!(
            told("package-lock.json", v3),
            ["@anthropic-ai/sdk@0.30.1 2", "cohere-ai@7.0.0 6", "openai@4.0.0 3"]
        );
    }

    #[test]
    fn yarn_of_both_forms() {
        let classic = "# yarn lockfile v1\n\n\"@mistralai/mistralai@^1.0.0\", \"@mistralai/mistralai@^1.1.0\":\n  version \"1.3.0\"\n  resolved \"https://x\"\n\nopenai@^4:\n  version \"4.2.0\"\n  dependencies:\n    axios \"^1\"\n";
        assert_eq!(told("yarn.lock", classic), ["@mistralai/mistralai@1.3.0 3", "openai@4.2.0 7"]);
        let berry = "__metadata:\n  version: 8\n\n\"openai@npm:^4.0.0\":\n  version: 4.2.0\n  resolution: \"openai@npm:4.2.0\"\n\n\"own@workspace:.\":\n  version: 0.0.0-use.local\n  resolution: \"own@workspace:.\"\n\n\"gpt@npm:openai@^4\":\n  version: 4.9.0\n  resolution: \"openai@npm:4.9.0\"\n";
        assert_eq!(told("yarn.lock", berry), ["openai@4.2.0 4", "openai@4.9.0 12"]);
    }

    #[test]
    fn pnpm_of_three_versions() {
        let text = "lockfileVersion: '9.0'\npackages:\n  /openai/3.1.0:\n    resolution: {integrity: x}\n  /@anthropic-ai/sdk@0.30.1(encoding@0.1):\n    resolution: {integrity: x}\n  groq-sdk@0.7.0:\n    resolution: {integrity: x}\n";
        assert_eq!(told("pnpm-lock.yaml", text), ["@anthropic-ai/sdk@0.30.1 5", "groq-sdk@0.7.0 7", "openai@3.1.0 3"]);
    }

    #[test]
    fn python_of_four_tools() {
        let poetry = "[[package]]\nname = \"openai\"\nversion = \"1.40.0\"\ndescription = \"\"\n\n[package.dependencies]\nname = \"no\"\n\n[[package]]\nname = \"Cohere\"\nversion = \"5.0\"\n";
        assert_eq!(told("poetry.lock", poetry), ["Cohere@5.0 9", "openai@1.40.0 1"]);
        let uv = "version = 1\n\n[[package]]\nname = \"own\"\nversion = \"0.1.0\"\nsource = { editable = \".\" }\n\n[[package]]\nname = \"anthropic\"\nversion = \"0.39.0\"\nsource = { registry = \"https://index.example/simple\" }\n";
        assert_eq!(told("uv.lock", uv), ["anthropic@0.39.0 8"]);
        let pipenv = "{\"_meta\":{\"hash\":{}},\"default\":{\n\"openai\":{\"version\":\"==1.2.3\"}},\"develop\":{\n\"groq\":{\"version\":\"==0.9\"}}}";
        assert_eq!(told("Pipfile.lock", pipenv), ["groq@0.9 3", "openai@1.2.3 2"]);
        let pip = "# all\nopenai[datalib]==1.2.3 ; python_version > \"3\" \\\n    --hash=sha256:abc\n-r base.txt\n--index-url https://x\nAnthropic>=0.3\ncohere @ https://x/cohere.whl\nmistralai===1.0  # pinned\n";
        assert_eq!(
            told("requirements-dev.txt", pip),
            ["Anthropic@ 6", "cohere@ 7", "mistralai@1.0 8", "openai@1.2.3 2"]
        );
        assert_eq!(python_name("Azure_AI.-Inference"), "azure-ai-inference");
    }

    #[test]
    fn cargo_go_ruby_and_php() {
        let cargo = "version = 4\n\n[[package]]\nname = \"own\"\nversion = \"0.1.0\"\ndependencies = [\n \"async-openai\",\n]\n\n[[package]]\nname = \"async-openai\"\nversion = \"0.25.0\"\nsource = \"registry+https://index.example\"\n";
        assert_eq!(told("Cargo.lock", cargo), ["async-openai@0.25.0 10"]);
        let sum =
            "github.com/sashabaranov/go-openai v1.29.0 h1:x=\ngithub.com/sashabaranov/go-openai v1.29.0/go.mod h1:y=\n";
        assert_eq!(told("go.sum", sum), ["github.com/sashabaranov/go-openai@v1.29.0 1"]);
        let module = "module example.com/own\n\ngo 1.22\n\nrequire github.com/a/b v1.0.0\n\nrequire (\n\tgithub.com/c/d v2.0.0+incompatible // indirect\n)\n\nreplace github.com/a/b => ../b\n";
        assert_eq!(told("go.mod", module), ["github.com/a/b@v1.0.0 5", "github.com/c/d@v2.0.0+incompatible 8"]);
        let gems = "PATH\n  remote: .\n  specs:\n    own (0.1)\n\nGEM\n  remote: https://gems.example/\n  specs:\n    ruby-openai (7.1.0)\n      faraday (>= 1)\n    faraday (2.0.0)\n\nDEPENDENCIES\n  ruby-openai\n";
        assert_eq!(told("Gemfile.lock", gems), ["faraday@2.0.0 11", "ruby-openai@7.1.0 9"]);
        let php = "{\"packages\":[{\n\"name\":\"openai-php/client\",\"version\":\"v0.10.1\"}],\"packages-dev\":[]}";
        assert_eq!(told("composer.lock", php), ["openai-php/client@v0.10.1 1"]);
    }

    #[test]
    fn only_lock_files_are_lock_files() {
        assert!(is_lock_file("requirements.txt") && is_lock_file("requirements-prod.txt") && is_lock_file("go.sum"));
        assert!(!is_lock_file("package.json") && !is_lock_file("notes.txt") && !is_lock_file(".terraform.lock.hcl"));
    }
}
