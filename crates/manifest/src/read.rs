//! The text of a manifest to a [`Manifest`].

use crate::keys::{self, Fields};
use crate::parts::{self, column_mapping};
use crate::tree::{self, Key, Node, Value, shown};
use crate::zone::Zone;
use crate::{Controls, Manifest, Named, Param, ParamValue, Source, Variable, Written};
use std::sync::Arc;
use tickmark_diagnostics::codes::manifest as codes;
use tickmark_diagnostics::{Diagnostic, did_you_mean};
use tickmark_facts::{Duration, Time};
use tickmark_import::Kind;
use tickmark_source::{FileId, Files, Sources, Span};

/// The longest manifest that is read, in bytes.
const LONGEST: usize = 1 << 20;

/// Reads a manifest. `packs` are the names of the packs in the binary. Mistakes are told with their places; of a manifest with
/// mistakes the rest is given, and is not to be used.
pub fn read(
    path: &str,
    packs: &[&str],
    files: &dyn Files,
    sources: &mut Sources,
) -> (Option<Manifest>, Vec<Diagnostic>) {
    let bytes = match files.read(path) {
        Ok(bytes) => bytes,
        Err(error) => return (None, vec![Diagnostic::without_place(codes::BROKEN, error.to_string())]),
    };
    if bytes.len() > LONGEST {
        let message = format!("`{path}` is larger than the limit of 1 MiB for a manifest");
        return (None, vec![Diagnostic::without_place(codes::BROKEN, message)]);
    }
    let file = sources.add(path, bytes.clone());
    let text = match std::str::from_utf8(&bytes) {
        Ok(text) => text,
        Err(error) => {
            let at = u32::try_from(error.valid_up_to()).unwrap_or(u32::MAX);
            let message = format!("`{path}` is not text in UTF-8");
            return (None, vec![Diagnostic::error(codes::BROKEN, Span::new(file, at, at), message)]);
        }
    };
    let folder = path.rfind('/').and_then(|at| path.get(..=at)).unwrap_or_default().to_owned();
    let mut reader = Reader { folder, packs, diagnostics: Vec::new(), zone: Zone::UTC };
    match tree::read(file, text) {
        Ok(Some(root)) => {
            let manifest = reader.manifest(file, &root);
            (Some(manifest), reader.diagnostics)
        }
        Ok(None) => {
            let error = Diagnostic::error(codes::BAD_VALUE, Span::new(file, 0, 0), "the manifest is empty");
            (None, vec![error.help("it begins with `version: 1`; `tickmark init` writes one")])
        }
        Err(error) => (None, vec![*error]),
    }
}

/// A manifest on its way in.
pub(crate) struct Reader<'a> {
    folder: String,
    packs: &'a [&'a str],
    pub(crate) diagnostics: Vec<Diagnostic>,
    zone: Zone,
}

/// The members of an object, by the table of its keys.
pub(crate) struct Members<'n>(Vec<(&'n Key, &'n Node)>);

impl<'n> Members<'n> {
    pub(crate) fn get(&self, name: &str) -> Option<&'n Node> {
        self.entry(name).map(|(_, node)| node)
    }

    pub(crate) fn entry(&self, name: &str) -> Option<(&'n Key, &'n Node)> {
        self.0.iter().find(|(key, _)| key.text == name).copied()
    }
}

impl Reader<'_> {
    pub(crate) fn bad(&mut self, at: Span, message: impl Into<String>) -> &mut Diagnostic {
        self.diagnostics.push(Diagnostic::error(codes::BAD_VALUE, at, message));
        let last = self.diagnostics.len() - 1;
        #[expect(clippy::indexing_slicing, reason = "it was pushed above")]
        &mut self.diagnostics[last]
    }

    /// The members of an object that has these keys and no others.
    fn object<'n>(&mut self, node: &'n Node, what: &str, fields: Fields) -> Option<Members<'n>> {
        let members = self.any_object(node, what)?;
        let mut known = Vec::new();
        for (key, node) in members {
            if fields.iter().any(|field| field.name == key.text) {
                known.push((key, node));
                continue;
            }
            let names = fields.iter().map(|field| field.name);
            let message = format!("{what} has no key `{}`", shown(&key.text));
            let error = Diagnostic::error(codes::UNKNOWN_KEY, key.span, message);
            self.diagnostics.push(match (what, did_you_mean(&key.text, names.clone())) {
                (_, Some(near)) => error.help(near),
                ("the calendar", None) => error
                    .help("it has `time_zone`; durations count days of the calendar, and there are no business days"),
                _ => error.help(format!("its keys are {}", names.collect::<Vec<_>>().join(", "))),
            });
        }
        Some(Members(known))
    }

    /// The members of an object with keys of any name.
    pub(crate) fn any_object<'n>(&mut self, node: &'n Node, what: &str) -> Option<Vec<(&'n Key, &'n Node)>> {
        match &node.value {
            Value::Object(members) => Some(members.iter().map(|(key, node)| (key, node)).collect()),
            _ => {
                self.bad(
                    node.span,
                    format!("{what} is an object of keys and values, and here stands {}", node.describe()),
                );
                None
            }
        }
    }

    pub(crate) fn list<'n>(&mut self, node: &'n Node, what: &str) -> &'n [Node] {
        match &node.value {
            Value::List(items) => items,
            _ => {
                self.bad(node.span, format!("`{what}` is a list, and here stands {}", node.describe()))
                    .help
                    .push(format!("write `{what}: [ … ]`, or each on a line of its own behind a `-`"));
                &[]
            }
        }
    }

    /// A text that is not empty. A number or bool is taken as it is written where `loose`.
    pub(crate) fn text<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n str> {
        match &node.value {
            Value::Scalar { text, quoted } if !text.is_empty() && (*quoted || !is_typed(text)) => Some(text),
            _ => {
                self.bad(node.span, format!("`{what}` is a text, and here stands {}", node.describe()));
                None
            }
        }
    }

    fn flag(&mut self, node: &Node, what: &str) -> Option<bool> {
        match &node.value {
            Value::Scalar { text, quoted: false } if matches!(text.as_str(), "true" | "True" | "TRUE") => Some(true),
            Value::Scalar { text, quoted: false } if matches!(text.as_str(), "false" | "False" | "FALSE") => {
                Some(false)
            }
            _ => {
                self.bad(node.span, format!("`{what}` is true or false, and here stands {}", node.describe()));
                None
            }
        }
    }

    /// A path, with the folder of the manifest put before it.
    fn path(&mut self, node: &Node, what: &str) -> Option<Named> {
        let text = self.text(node, what)?;
        Some(Named { path: self.below(text), at: node.span })
    }

    /// The path as it is opened.
    fn below(&self, text: &str) -> String {
        let mut rest = text;
        while let Some(inner) = rest.strip_prefix("./") {
            rest = inner.trim_start_matches('/');
        }
        let rest = if rest.len() > 1 { rest.trim_end_matches('/') } else { rest };
        match rest {
            _ if rest.starts_with('/') => rest.to_owned(),
            "." | "" if self.folder.is_empty() => ".".to_owned(),
            "." | "" => self.folder.trim_end_matches('/').to_owned(),
            _ => format!("{}{rest}", self.folder),
        }
    }

    fn manifest(&mut self, file: FileId, root: &Node) -> Manifest {
        let mut manifest = Manifest {
            file,
            folder: self.folder.clone(),
            sources: Vec::new(),
            packs: Vec::new(),
            params: Vec::new(),
            variables: Vec::new(),
            terraform_source: None,
            period: None,
            as_of: None,
            exceptions: Vec::new(),
        };
        let Some(members) = self.object(root, "the manifest", keys::TOP) else { return manifest };
        self.version(root, members.get("version"));
        // Days are read by the zone, wherever it stands in the file.
        if let Some(calendar) = members.get("calendar") {
            self.calendar(calendar);
        }
        let items = members.get("sources").map_or(&[][..], |node| self.list(node, "sources"));
        manifest.sources = items.iter().filter_map(|item| self.source(item)).collect();
        let items = members.get("packs").map_or(&[][..], |node| self.list(node, "packs"));
        manifest.packs = items.iter().filter_map(|item| self.controls(item)).collect();
        let items = members.get("exceptions").map_or(&[][..], |node| self.list(node, "exceptions"));
        manifest.exceptions = items.iter().filter_map(|item| self.path(item, "exceptions")).collect();
        manifest.params = members.get("params").map_or_else(Vec::new, |node| self.params(node));
        if let Some(node) = members.get("terraform") {
            self.terraform(node, &mut manifest);
        }
        manifest.period = members.get("period").and_then(|node| self.period(node));
        manifest.as_of = members.get("as_of").and_then(|node| {
            let zone = self.zone.clone();
            self.moment(node, "as_of", |text| zone.end(text))
        });
        manifest
    }

    fn version(&mut self, root: &Node, node: Option<&Node>) {
        match node.map(|node| (&node.value, node)) {
            Some((Value::Scalar { text, quoted: false }, _)) if text == "1" => {}
            Some((_, node)) => {
                self.bad(node.span, format!("`version` is 1 for this Tickmark, and here stands {}", node.describe()));
            }
            None => {
                self.bad(root.span, "the manifest does not say of which `version` it is")
                    .help
                    .push("write `version: 1` in its first line".to_owned());
            }
        }
    }

    fn calendar(&mut self, node: &Node) {
        let Some(members) = self.object(node, "the calendar", keys::CALENDAR) else { return };
        let Some(node) = members.get("time_zone") else { return };
        let Some(name) = self.text(node, "time_zone") else { return };
        match Zone::named(name) {
            Some(zone) => self.zone = zone,
            None => {
                self.bad(node.span, format!("there is no time zone `{}`", shown(name))).help.push(
                    "zones have the names of the time zone database: `Europe/Berlin`, `America/New_York`, `UTC`"
                        .to_owned(),
                );
            }
        }
    }

    fn moment(&mut self, node: &Node, what: &str, read: impl FnOnce(&str) -> Result<Time, String>) -> Option<Time> {
        let text = self.text(node, what)?;
        match read(text) {
            Ok(time) => Some(time),
            Err(reason) => {
                self.bad(node.span, reason);
                None
            }
        }
    }

    fn period(&mut self, node: &Node) -> Option<(Time, Time)> {
        let members = self.object(node, "the period", keys::PERIOD)?;
        for name in ["from", "to"] {
            if members.get(name).is_none() {
                self.bad(node.span, format!("the period does not say `{name}` when it is"))
                    .help
                    .push("write `period: { from: 2026-01-01, to: 2026-03-31 }`".to_owned());
            }
        }
        let zone = self.zone.clone();
        let from = members.get("from").and_then(|node| self.moment(node, "from", |text| zone.start(text)));
        let to = members.get("to").and_then(|node| self.moment(node, "to", |text| zone.end(text)));
        let (from, to) = from.zip(to)?;
        if to < from {
            self.bad(node.span, "the period ends before it begins");
            return None;
        }
        Some((from, to))
    }

    fn controls(&mut self, node: &Node) -> Option<Controls> {
        let text = self.text(node, "packs")?;
        let path = text.contains('/') || text.starts_with('.') || text.ends_with(".tick");
        if path {
            return self.path(node, "packs").map(Controls::Path);
        }
        if self.packs.contains(&text) {
            return Some(Controls::Pack(Named { path: text.to_owned(), at: node.span }));
        }
        let message = format!("there is no pack `{}`", shown(text));
        let error = Diagnostic::error(tickmark_diagnostics::codes::run::UNKNOWN_PACK, node.span, message);
        let help =
            format!("the packs are {}; a folder of your own is written `./{}`", self.packs.join(", "), shown(text));
        self.diagnostics.push(error.suggest(text, self.packs.iter().copied()).help(help));
        None
    }

    fn params(&mut self, node: &Node) -> Vec<Param> {
        let members = self.any_object(node, "`params`").unwrap_or_default();
        let mut params = Vec::new();
        for (key, node) in members {
            let value = match &node.value {
                Value::List(items) => {
                    let items: Option<Vec<Written>> = items.iter().map(|item| self.written(item, &key.text)).collect();
                    items.map(ParamValue::List)
                }
                _ => self.written(node, &key.text).map(ParamValue::One),
            };
            let name = key.text.trim_start_matches('$').to_owned();
            params.extend(value.map(|value| Param { name, value, at: node.span }));
        }
        params
    }

    fn written(&mut self, node: &Node, what: &str) -> Option<Written> {
        match &node.value {
            Value::Scalar { text, quoted } if !node.is_null() => Some(Written { text: text.clone(), quoted: *quoted }),
            _ => {
                let what = shown(what);
                self.bad(
                    node.span,
                    format!(
                        "the parameter `{what}` is a single value or a list of them, and here stands {}",
                        node.describe()
                    ),
                );
                None
            }
        }
    }

    fn terraform(&mut self, node: &Node, manifest: &mut Manifest) {
        let Some(members) = self.object(node, "`terraform`", keys::TERRAFORM) else { return };
        let variables = members.get("var").and_then(|node| self.any_object(node, "`var`")).unwrap_or_default();
        for (key, node) in variables {
            if node.is_null() {
                self.bad(node.span, format!("the variable `{}` has no value", shown(&key.text)));
                continue;
            }
            let value = parts::expression(node);
            manifest.variables.push(Variable { name: key.text.clone(), value, at: key.span });
        }
        manifest.terraform_source =
            members.get("source").and_then(|node| self.path(node, "source")).map(|named| named.path);
    }

    fn source(&mut self, node: &Node) -> Option<Source> {
        let members = self.object(node, "a source", keys::SOURCE)?;
        let Some(path) = members.get("path") else {
            self.bad(node.span, "this source has no `path`").help.push("write `- path: exports/`".to_owned());
            return None;
        };
        let written = self.text(path, "path")?.to_owned();
        let named = self.path(path, "path")?;
        let kind = members.get("kind").and_then(|node| self.kind(node));
        let noun = members.get("noun").and_then(|node| self.noun(node, kind));
        let kind = kind.or_else(|| noun.as_ref().and_then(|_| Kind::of_register(&written)));
        let table = kind == Some(Kind::Csv) || (kind.is_none() && Kind::of_register(&written) == Some(Kind::Csv));
        if table && noun.is_none() && members.get("noun").is_none() {
            self.bad(named.at, "a CSV file does not say which noun its rows are")
                .help
                .push("say it: `noun: vendor`".to_owned());
        }
        let mapping = column_mapping(self, &members, noun.is_some());
        Some(Source {
            outside: leads_outside(&written),
            written,
            path: named,
            kind,
            noun,
            required: members.get("required").and_then(|node| self.flag(node, "required")).unwrap_or(false),
            max_age: members.get("max_age").and_then(|node| self.max_age(node)),
            mapping: mapping.map(Arc::new),
        })
    }

    fn kind(&mut self, node: &Node) -> Option<Kind> {
        let name = self.text(node, "kind")?;
        match name.parse::<Kind>() {
            Ok(kind) => Some(kind),
            Err(reason) => {
                let near = did_you_mean(name, Kind::ALL.map(Kind::name));
                self.bad(node.span, reason).help.extend(near);
                None
            }
        }
    }

    fn noun(&mut self, node: &Node, kind: Option<Kind>) -> Option<String> {
        let noun = self.text(node, "noun")?;
        if let Some(kind) = kind.filter(|kind| !kind.takes_noun()) {
            self.bad(node.span, format!("a {kind} source names its nouns itself"));
            return None;
        }
        Some(noun.to_owned())
    }

    fn max_age(&mut self, node: &Node) -> Option<(Duration, Span)> {
        let text = self.text(node, "max_age")?;
        match Duration::parse(text) {
            Ok(duration) if !duration.is_negative() && !duration.is_zero() => return Some((duration, node.span)),
            Ok(_) => self.bad(node.span, "`max_age` is a length of time above zero"),
            Err(error) => self.bad(node.span, error.reason),
        };
        None
    }
}

/// Whether YAML takes a plain scalar for a number, a bool or null.
pub(crate) fn is_typed(text: &str) -> bool {
    matches!(text, "~" | "null" | "Null" | "NULL" | "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
        || text.parse::<f64>().is_ok()
}

/// Whether a path names a place outside of the folder that it is relative to.
fn leads_outside(path: &str) -> bool {
    if path.starts_with('/') {
        return true;
    }
    let mut depth = 0_i32;
    for step in path.split('/') {
        match step {
            "" | "." => {}
            ".." => depth -= 1,
            _ => depth += 1,
        }
        if depth < 0 {
            return true;
        }
    }
    false
}
