//! Packs: guides that a city or a partner hands over, as a folder or a zip.
//!
//! A pack holds `pack.toml` ([`Manifest`]) and guides in `<region>/<category>/<id>.toml`.
//! [`Pack::open`] reads it and believes nothing; [`Pack::plan`] says what would change and
//! what is wrong; [`import()`] takes a plan without faults in, whole or not at all;
//! [`export()`] makes a pack.

mod credit;
mod diff;
mod export;
mod import;
mod read;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::check::{is_id, is_invisible};
use super::document::Document;
use super::fault::Fault;
use super::guide::Category;
use super::library::{Library, Slot};
use super::load::LoadError;
use super::region::RegionId;

pub use diff::{Change, FieldChange};
pub use export::export;
pub(super) use import::STAGE;
pub use import::{import, recover};
pub use read::{MAX_FILES, MAX_RATIO, MAX_TOTAL_BYTES, MAX_ZIP_BYTES};

/// The file that says whose pack it is.
pub const MANIFEST: &str = "pack.toml";

/// The longest field of a manifest, in characters.
const MAX_FIELD: usize = 200;

/// `pack.toml`: whose pack it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The pack's name, in lower-case words joined by hyphens.
    pub name: String,
    /// The office or person who answers for the facts; stands in each guide as `checked_by`.
    pub contributor: String,
    /// How to reach them.
    pub contact: String,
    /// On which terms others may use the guides, such as `CC-BY-4.0`.
    pub licence: String,
    /// The day the pack was made.
    pub date: jiff::civil::Date,
}

impl Manifest {
    /// What is wrong with it: the field, and the fault.
    #[must_use]
    pub fn faults(&self) -> Vec<(&'static str, String)> {
        let mut faults = Vec::new();
        if !is_id(&self.name) {
            faults.push((
                "name",
                "name takes lower-case words joined by hyphens".into(),
            ));
        }
        for (field, text) in [
            ("contributor", &self.contributor),
            ("contact", &self.contact),
            ("licence", &self.licence),
        ] {
            if text.trim().is_empty() || text.trim() != text {
                faults.push((field, format!("{field} is empty or has spaces around it")));
            }
            if text.chars().count() > MAX_FIELD || text.contains(is_invisible) {
                faults.push((
                    field,
                    format!("{field} takes one line of at most {MAX_FIELD} characters"),
                ));
            }
        }
        if self.contributor.contains(", ") {
            faults.push((
                "contributor",
                "contributor is one name, without a comma".into(),
            ));
        }
        faults
    }
}

/// Why a pack was not taken or made.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// The pack, or a file of it, cannot be read or written.
    #[error("cannot read or write {path}")]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The pack breaks rules; all of them.
    #[error("the pack is refused as a whole; {} to mend", count(.0))]
    Refused(Vec<Fault>),
    /// The guides that are there cannot be read.
    #[error(transparent)]
    Knowledge(#[from] LoadError),
    /// Another import is at work.
    #[error("another import is at work in {0}: wait until it is done")]
    Busy(PathBuf),
    /// What should be written is there already.
    #[error("{0} is there already: name another, or move it away first")]
    Exists(PathBuf),
    /// There is nothing to put into the pack.
    #[error(
        "there is no guide to export: `wenlu knowledge regions` names the regions that have some"
    )]
    Nothing,
}

fn count(faults: &[Fault]) -> String {
    match faults.len() {
        1 => "there is one fault".into(),
        n => format!("there are {n} faults"),
    }
}

/// A guide in a pack.
#[derive(Debug, Clone)]
struct Entry {
    bytes: Vec<u8>,
    document: Document,
}

/// A pack that is safe to look into; its guides may still break rules.
#[derive(Debug, Clone)]
pub struct Pack {
    /// Where it was read from.
    pub path: PathBuf,
    /// Whose it is.
    pub manifest: Manifest,
    guides: BTreeMap<Slot, Entry>,
}

/// What taking a pack in would do.
#[derive(Debug)]
pub struct Plan {
    /// The guides that would be new or different, by region and name.
    pub changes: Vec<Change>,
    /// How many guides are in the pack and here, and the same.
    pub unchanged: usize,
    /// Why the pack must be refused; empty if it can be taken.
    pub faults: Vec<Fault>,
    manifest: Manifest,
    files: BTreeMap<Slot, Vec<u8>>,
}

impl Pack {
    /// Reads a folder or a zip.
    ///
    /// # Errors
    /// If it cannot be read, or with every fault that keeps its files from being guides.
    pub fn open(path: &Path) -> Result<Self, PackError> {
        let files = read::read(path)?;
        let mut faults = Vec::new();
        let mut manifest = None;
        let mut guides = BTreeMap::new();
        let mut ids: HashMap<(RegionId, String), String> = HashMap::new();
        for (name, bytes) in files {
            let shown = path.join(&name);
            if name == MANIFEST {
                match manifest_of(&shown, &bytes) {
                    Ok(found) => manifest = Some(found),
                    Err(found) => faults.extend(found),
                }
                continue;
            }
            if !name.contains('/') && is_note(&name) {
                continue;
            }
            let Some(slot) = slot(&name) else {
                let what = "is neither pack.toml nor <region>/<category>/<id>.toml";
                faults.push(Fault::of_file(shown, what));
                continue;
            };
            let key = (slot.region.clone(), slot.id.clone());
            if let Some(twin) = ids.insert(key, name.clone()) {
                let what = format!("{} is already the id of {twin}", slot.id);
                faults.push(Fault::of_file(&shown, what));
            }
            match Document::parse(&shown, &bytes) {
                Ok(document) => {
                    guides.insert(slot, Entry { bytes, document });
                }
                Err(fault) => faults.push(fault),
            }
        }
        if manifest.is_none() && faults.is_empty() {
            faults.push(Fault::of_file(
                path.join(MANIFEST),
                "is missing: it says whose pack this is",
            ));
        }
        if guides.is_empty() && faults.is_empty() {
            faults.push(Fault::of_file(path, "holds no guide"));
        }
        match manifest {
            Some(manifest) if faults.is_empty() => Ok(Self {
                path: path.to_owned(),
                manifest,
                guides,
            }),
            _ => {
                faults.sort();
                Err(PackError::Refused(faults))
            }
        }
    }

    /// How many guides it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.guides.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.guides.is_empty()
    }

    /// What taking the pack into `library` would change, and why it must not be.
    #[must_use]
    pub fn plan(&self, library: &Library) -> Plan {
        let mut after = library.clone();
        let mut files = BTreeMap::new();
        let mut faults = Vec::new();
        for (slot, entry) in &self.guides {
            let same = |old: &Document| old.table == entry.document.table;
            if library.get(slot).is_some_and(same) {
                continue;
            }
            let moved = library.slots().find(|other| {
                other.region == slot.region
                    && other.id == slot.id
                    && other.category != slot.category
            });
            if let Some(other) = moved {
                let what = format!("{} already lies in {}/", slot.id, other.category);
                faults.push(entry.document.fault("category", what));
            }
            let bytes = credit::credit(&entry.bytes, &self.manifest.contributor);
            match Document::parse(&entry.document.path, &bytes) {
                Ok(document) => after.put(slot.clone(), document),
                Err(fault) => faults.push(fault),
            }
            files.insert(slot.clone(), bytes);
        }
        for region in after.told_regions() {
            let known = region == RegionId::nation() || after.regions().get(&region).is_some();
            let first = files.keys().find(|slot| slot.region == region);
            if let (false, Some(slot)) = (known, first) {
                let what =
                    format!("regions.toml does not name {region}: give it its names there first");
                faults.push(Fault::of_file(self.path.join(slot.path()), what));
            }
        }
        let before = library.check();
        let new = after.check().into_iter().filter(|f| !before.contains(f));
        faults.extend(new);
        faults.sort();
        faults.dedup();
        Plan {
            unchanged: self.guides.len() - files.len(),
            changes: diff::changes(library, &after, files.keys()),
            faults,
            manifest: self.manifest.clone(),
            files,
        }
    }
}

fn manifest_of(path: &Path, bytes: &[u8]) -> Result<Manifest, Vec<Fault>> {
    let document = Document::parse(path, bytes).map_err(|fault| vec![fault])?;
    let manifest: Manifest = document.decode().map_err(|fault| vec![fault])?;
    let faults = manifest.faults();
    if faults.is_empty() {
        return Ok(manifest);
    }
    let faults = faults.into_iter();
    Err(faults
        .map(|(field, what)| document.fault(field, what))
        .collect())
}

/// Notes for people may lie beside `pack.toml`; they are not taken in.
fn is_note(name: &str) -> bool {
    ["README", "LICENSE", "LICENCE", "NOTICE"]
        .iter()
        .any(|note| name.starts_with(note))
}

fn slot(name: &str) -> Option<Slot> {
    let mut parts = name.split('/');
    let (region, category, file) = (parts.next()?, parts.next()?, parts.next()?);
    let id = file.strip_suffix(".toml")?;
    let region = RegionId::new(region);
    let drawer: Result<Category, _> = serde_json::from_value(category.into());
    let good = parts.next().is_none() && region.is_well_formed() && drawer.is_ok() && is_id(id);
    good.then(|| Slot {
        region,
        id: id.to_owned(),
        category: category.to_owned(),
    })
}

#[cfg(test)]
mod tests;
