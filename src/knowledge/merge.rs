//! One guide from the nation's file and the files of a province and a city.
//!
//! A local file holds only what differs. Tables are merged; everything else replaces what
//! the wider region says, but for these lists, which are added to: the words people use
//! (questions and names), `sources` and `confirm`. An empty text takes an
//! optional field away. Where a local file speaks about a field, the wider region's
//! sources and marks no longer count for it: the local file has to bring its own.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use toml::{Table, Value};

use super::document::Document;
use super::fault::Fault;

/// Lists that a local file adds to.
const ADDED: &[&str] = &[
    "sources",
    "confirm",
    "zh.also_called",
    "zh.questions",
    "en.also_called",
    "en.questions",
];

/// When and by whom the facts were checked; merged by [`merge_dates`].
pub const CHECKED: &[&str] = &["checked", "checked_by", "check_by"];

/// What a file contributed.
#[derive(Debug, Clone)]
struct Layer {
    document: Document,
    /// The fields it decides, by dotted path.
    owns: BTreeSet<String>,
}

/// A guide put together from the files of its regions.
#[derive(Debug, Clone)]
pub struct Merged {
    /// What it says.
    pub table: Table,
    layers: Vec<Layer>,
    /// For lists that are added to: whose entry it is, and its number there from 1.
    entries: BTreeMap<String, Vec<(usize, usize)>>,
}

impl Merged {
    /// The outermost region's file.
    #[must_use]
    pub fn new(document: Document) -> Self {
        let mut merged = Self {
            table: document.table.clone(),
            layers: Vec::new(),
            entries: BTreeMap::new(),
        };
        for list in ADDED {
            let count = get(&document.table, list)
                .and_then(Value::as_array)
                .map_or(0, Vec::len);
            merged.count(list, 0, count);
        }
        merged.layers.push(Layer {
            document,
            owns: BTreeSet::new(),
        });
        merged
    }

    /// Lays the file of a narrower region over it.
    pub fn overlay(&mut self, document: Document) {
        let mut owns = BTreeSet::new();
        own("", &document.table, &mut owns);
        self.drop_support(&owns);
        let mut table = std::mem::take(&mut self.table);
        let old = table.clone();
        self.merge("", &mut table, &document.table);
        merge_dates(&mut table, &old, &document.table);
        self.table = table;
        self.layers.push(Layer { document, owns });
    }

    /// How many files it is made of.
    #[must_use]
    pub fn layers(&self) -> usize {
        self.layers.len()
    }

    /// The innermost region's file.
    #[must_use]
    pub fn innermost(&self) -> &Document {
        // `new` puts the first one in.
        &self.layers[self.layers.len() - 1].document
    }

    /// The fields, without their language, that files other than the outermost decide:
    /// `cost`, `steps`, `where.counter`, `hotline`.
    #[must_use]
    pub fn local(&self) -> BTreeSet<String> {
        let owned = self.layers.iter().flat_map(|layer| &layer.owns);
        owned.map(|path| field(path).to_owned()).collect()
    }

    /// Whether the innermost file names another category than the one around it.
    #[must_use]
    pub fn changes_category(&self) -> bool {
        let mut categories = self
            .layers
            .iter()
            .rev()
            .map(|l| l.document.text("category"));
        let own = categories.next();
        categories.next().is_some_and(|wider| Some(wider) != own)
    }

    /// The fields of `language` that the innermost file decides.
    pub fn innermost_fields<'a>(&'a self, language: &str) -> impl Iterator<Item = &'a str> {
        let prefix = format!("{language}.");
        let owns = &self.layers[self.layers.len() - 1].owns;
        owns.iter().filter_map(move |p| p.strip_prefix(&prefix))
    }

    /// The file and line that the field `path` comes from.
    #[must_use]
    pub fn place(&self, path: &str) -> (&Path, usize) {
        let (layer, path) = self.origin(path);
        let document = &self.layers[layer].document;
        (&document.path, document.lines.line(&path))
    }

    /// A fault of the field `path`, in the file it comes from.
    #[must_use]
    pub fn fault(&self, path: &str, what: String) -> Fault {
        let (path, line) = self.place(path);
        Fault {
            path: path.to_owned(),
            line,
            what,
        }
    }

    /// The layer that decides `path`, and the field's path in that layer's file.
    fn origin(&self, path: &str) -> (usize, String) {
        for (list, entries) in &self.entries {
            let Some(rest) = path.strip_prefix(list).and_then(|r| r.strip_prefix('.')) else {
                continue;
            };
            let (number, rest) = rest.split_once('.').unwrap_or((rest, ""));
            let number = number.parse::<usize>().unwrap_or_default();
            if let Some(&(layer, own)) = number.checked_sub(1).and_then(|i| entries.get(i)) {
                return (layer, format!("{list}.{own}.{rest}"));
            }
        }
        let owner = self.layers.iter().rposition(|layer| {
            let mut around = path;
            loop {
                if layer.owns.contains(around) {
                    return true;
                }
                match around.rfind('.') {
                    Some(dot) => around = &around[..dot],
                    None => return false,
                }
            }
        });
        (owner.unwrap_or(0), path.to_owned())
    }

    fn count(&mut self, list: &str, layer: usize, count: usize) {
        let entries = self.entries.entry(list.to_owned()).or_default();
        entries.extend((1..=count).map(|own| (layer, own)));
    }

    fn merge(&mut self, prefix: &str, base: &mut Table, local: &Table) {
        for (key, value) in local {
            let path = join(prefix, key);
            match (base.get_mut(key), value) {
                (Some(Value::Table(base)), Value::Table(local)) => self.merge(&path, base, local),
                (Some(Value::Array(base)), Value::Array(local))
                    if ADDED.contains(&path.as_str()) =>
                {
                    base.extend(local.iter().cloned());
                    self.count(&path, self.layers.len(), local.len());
                }
                (_, Value::String(text)) if text.is_empty() => {
                    base.remove(key);
                }
                _ => {
                    base.insert(key.clone(), value.clone());
                }
            }
        }
    }

    /// Takes the fields that a narrower region decides out of `confirm` and of every
    /// source's `supports`; a source that supports nothing any more goes.
    fn drop_support(&mut self, owns: &BTreeSet<String>) {
        let decided = |entry: &Value| {
            let name = entry.as_str().unwrap_or_default();
            owns.iter().any(|path| {
                let owned = field(path);
                path != owned && (name == owned || owned == "steps" && name.starts_with("steps."))
            })
        };
        self.retain("confirm", |entry| !decided(entry));
        if let Some(Value::Array(sources)) = self.table.get_mut("sources") {
            for source in sources.iter_mut() {
                if let Some(Value::Array(supports)) = source.get_mut("supports") {
                    supports.retain(|entry| !decided(entry));
                }
            }
        }
        if !owns.is_empty() {
            self.retain("sources", |source| {
                let supports = source.get("supports").and_then(Value::as_array);
                supports.is_none_or(|supports| !supports.is_empty())
            });
        }
    }

    fn retain(&mut self, list: &str, keep: impl Fn(&Value) -> bool) {
        let Some(Value::Array(values)) = self.table.get_mut(list) else {
            return;
        };
        let kept: Vec<bool> = values.iter().map(keep).collect();
        let mut flags = kept.iter();
        values.retain(|_| flags.next().copied().unwrap_or(true));
        if let Some(entries) = self.entries.get_mut(list) {
            let mut flags = kept.iter();
            entries.retain(|_| flags.next().copied().unwrap_or(true));
        }
    }
}

/// The dates of the layer that falls due first, so that no fact outlives its check; the
/// names of all who checked.
fn merge_dates(table: &mut Table, old: &Table, local: &Table) {
    let text = |table: &Table, key: &str| {
        let text = table.get(key).and_then(Value::as_str);
        text.map(ToOwned::to_owned)
    };
    if let (Some(old_due), Some(due)) = (text(old, "check_by"), text(local, "check_by"))
        && old_due < due
    {
        for key in ["checked", "check_by"] {
            if let Some(value) = old.get(key) {
                table.insert(key.into(), value.clone());
            }
        }
    }
    if let (Some(before), Some(by)) = (text(old, "checked_by"), text(local, "checked_by"))
        && !before.split(", ").any(|name| name == by)
        && !by.is_empty()
    {
        table.insert("checked_by".into(), format!("{before}, {by}").into());
    } else if let Some(before) = old.get("checked_by") {
        table.insert("checked_by".into(), before.clone());
    }
}

/// The fields that a local file decides.
fn own(prefix: &str, table: &Table, owns: &mut BTreeSet<String>) {
    for (key, value) in table {
        let path = join(prefix, key);
        match value {
            Value::Table(table) => own(&path, table, owns),
            _ if ADDED.contains(&path.as_str()) => {}
            _ => {
                owns.insert(path);
            }
        }
    }
}

/// `zh.cost` → `cost`; what has no language stays as it is.
fn field(path: &str) -> &str {
    path.strip_prefix("zh.")
        .or_else(|| path.strip_prefix("en."))
        .unwrap_or(path)
}

fn get<'a>(table: &'a Table, path: &str) -> Option<&'a Value> {
    let mut parts = path.split('.');
    let first = table.get(parts.next()?)?;
    parts.try_fold(first, |value, part| value.get(part))
}

fn join(prefix: &str, key: &str) -> String {
    if prefix.is_empty() {
        key.to_owned()
    } else {
        format!("{prefix}.{key}")
    }
}

/// Whether `path` says what or whose the file is, or who checked it, and not what it tells.
pub fn is_label(path: &str) -> bool {
    ["id", "category", "region"].contains(&path) || CHECKED.contains(&path)
}

#[cfg(test)]
mod tests;
