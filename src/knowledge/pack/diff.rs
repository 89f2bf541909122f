//! What a pack changes, field by field, as the people of the region would hear it.

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use crate::knowledge::guide::{Danger, GuideId};
use crate::knowledge::library::{File, Library, Slot};
use crate::knowledge::merge::CHECKED;
use crate::knowledge::region::RegionId;

/// A guide that would be new or different.
#[derive(Debug, Clone)]
pub struct Change {
    /// Where its file lies.
    pub slot: Slot,
    /// Whether the region has not told about this service before.
    pub new: bool,
    /// Set if it is one of the guides that interrupt everything else; look twice.
    pub danger: Option<Danger>,
    /// The fields that differ, in the format's order as far as it has one.
    pub fields: Vec<FieldChange>,
}

/// A field before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The field: `zh.steps.2.say`, `zh.questions`, `hotline`.
    pub field: String,
    /// What goes: a text, or entries of a list.
    pub old: Vec<String>,
    /// What comes.
    pub new: Vec<String>,
    /// Numbers of three digits or more that were not there before: telephone numbers,
    /// amounts. Look twice.
    pub numbers: Vec<String>,
}

/// What differs between two libraries in the guides of `slots`.
pub fn changes<'a>(
    before: &Library,
    after: &Library,
    slots: impl Iterator<Item = &'a Slot>,
) -> Vec<Change> {
    let mut told: BTreeMap<&RegionId, (Vec<File>, Vec<File>)> = BTreeMap::new();
    let mut changes = Vec::new();
    for slot in slots {
        let (old, new) = told
            .entry(&slot.region)
            .or_insert_with(|| (before.files(&slot.region).0, after.files(&slot.region).0));
        let id = GuideId::new(&slot.id);
        let find = |files: &[File]| files.iter().position(|file| file.guide.id == id);
        let old = find(old).map(|i| &old[i]);
        let new = find(new).map(|i| &new[i]);
        let table = |file: Option<&File>| file.map(|f| f.merged.table.clone()).unwrap_or_default();
        let danger = |file: Option<&File>| file.and_then(|f| f.guide.danger);
        changes.push(Change {
            slot: slot.clone(),
            new: old.is_none(),
            danger: danger(old).or(danger(new)),
            fields: fields(&table(old), &table(new)),
        });
    }
    changes
}

/// The fields in which two tables differ.
pub fn fields(old: &Table, new: &Table) -> Vec<FieldChange> {
    let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
    flatten("", &Value::Table(old.clone()), &mut before);
    flatten("", &Value::Table(new.clone()), &mut after);
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let mut fields = Vec::new();
    for name in names {
        let old = before.get(name).cloned().unwrap_or_default();
        let new = after.get(name).cloned().unwrap_or_default();
        if old == new {
            continue;
        }
        let (mut gone, mut come) = (without(&old, &new), without(&new, &old));
        if gone.is_empty() && come.is_empty() {
            // The same entries in another order.
            (gone, come) = (old.clone(), new.clone());
        }
        let known = digits(&old);
        let told = !name.starts_with("sources") && !CHECKED.contains(&name.as_str());
        let mut numbers = digits(&new);
        numbers.retain(|number| told && !known.contains(number));
        fields.push(FieldChange {
            field: name.clone(),
            old: gone,
            new: come,
            numbers: numbers.into_iter().collect(),
        });
    }
    fields
}

/// Every text with its path; a list of texts is one field with many entries.
fn flatten(path: &str, value: &Value, into: &mut BTreeMap<String, Vec<String>>) {
    let below = |key: &str| {
        if path.is_empty() {
            key.to_owned()
        } else {
            format!("{path}.{key}")
        }
    };
    match value {
        Value::Table(table) => {
            for (key, value) in table {
                flatten(&below(key), value, into);
            }
        }
        Value::Array(entries) if path == "sources" => {
            into.insert(path.to_owned(), entries.iter().map(source).collect());
        }
        Value::Array(entries) if entries.iter().any(Value::is_table) => {
            for (i, entry) in entries.iter().enumerate() {
                flatten(&below(&(i + 1).to_string()), entry, into);
            }
        }
        Value::Array(entries) => {
            into.insert(path.to_owned(), entries.iter().map(shown).collect());
        }
        value => {
            into.insert(path.to_owned(), vec![shown(value)]);
        }
    }
}

/// A source in a line, so that one that goes does not shift the others.
fn source(value: &Value) -> String {
    let text = |key: &str| {
        let text = value.get(key).and_then(Value::as_str);
        text.map(|text| format!(" {text}")).unwrap_or_default()
    };
    let official = value.get("official").and_then(Value::as_bool) == Some(true);
    let kind = if official { " (official)" } else { "" };
    let supports = value.get("supports").and_then(Value::as_array);
    let supports: Vec<String> = supports.into_iter().flatten().map(shown).collect();
    format!(
        "{}{}{kind}{}: {}",
        text("title").trim_start(),
        text("date"),
        text("url"),
        supports.join(", ")
    )
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), Into::into)
}

/// The entries of `all` that are not in `others`, each counted.
fn without(all: &[String], others: &[String]) -> Vec<String> {
    let mut others: Vec<&String> = others.iter().collect();
    let mut left = Vec::new();
    for entry in all {
        match others.iter().position(|other| *other == entry) {
            Some(i) => {
                others.swap_remove(i);
            }
            None => left.push(entry.clone()),
        }
    }
    left
}

fn digits(texts: &[String]) -> BTreeSet<String> {
    let rows = texts
        .iter()
        .flat_map(|text| text.split(|c: char| !c.is_ascii_digit()));
    rows.filter(|row| row.len() >= 3)
        .map(ToOwned::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_before_and_after() {
        let table = |source: &str| -> Table { toml::from_str(source).expect("TOML") };
        let old = table(
            "hotline = '12345'\n[zh]\ncost = '免费'\nbring = ['甲', '乙']\n[[zh.steps]]\nsay = '先问'",
        );
        let new = table(
            "hotline = '12345'\n[zh]\ncost = '打4001234'\nbring = ['乙', '丙']\n[[zh.steps]]\nsay = '先问'\n[[zh.steps]]\nsay = '再去'",
        );
        let found = fields(&old, &new);
        let change = |field: &str, old: &[&str], new: &[&str], numbers: &[&str]| FieldChange {
            field: field.into(),
            old: old.iter().map(|s| (*s).into()).collect(),
            new: new.iter().map(|s| (*s).into()).collect(),
            numbers: numbers.iter().map(|s| (*s).into()).collect(),
        };
        assert_eq!(
            found,
            [
                change("zh.bring", &["甲"], &["丙"], &[]),
                change("zh.cost", &["免费"], &["打4001234"], &["4001234"]),
                change("zh.steps.2.say", &[], &["再去"], &[]),
            ]
        );
        assert!(fields(&old, &old).is_empty());
        let sources =
            "[[sources]]\ntitle='A'\ndate='2025'\nofficial=true\nsupports=['cost','call']";
        assert_eq!(
            fields(&Table::new(), &table(sources)),
            [change(
                "sources",
                &[],
                &["A 2025 (official): cost, call"],
                &[]
            )]
        );
    }
}
