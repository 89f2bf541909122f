//! Everything in the folder of guides, region by region.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::check;
use super::document::{Document, decode};
use super::fault::Fault;
use super::guide::Guide;
use super::load::LoadError;
use super::merge::{Merged, is_label};
use super::region::{RegionId, Regions};

/// The file that names the regions.
pub const REGIONS_FILE: &str = "regions.toml";

/// Where a guide's file lies: `<region>/<category>/<id>.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slot {
    /// The region's folder.
    pub region: RegionId,
    /// The file's name without `.toml`.
    pub id: String,
    /// The category's folder.
    pub category: String,
}

impl Slot {
    /// The path below the folder of guides.
    #[must_use]
    pub fn path(&self) -> PathBuf {
        let Self {
            region,
            id,
            category,
        } = self;
        [region.as_str(), category, &format!("{id}.toml")]
            .iter()
            .collect()
    }
}

/// A guide as its region tells it, with the places its fields come from.
#[derive(Debug)]
pub struct File {
    /// The innermost region's file.
    pub path: PathBuf,
    /// The innermost region that has a file about it.
    pub region: RegionId,
    /// What it says.
    pub guide: Guide,
    pub(super) merged: Merged,
}

/// The folder of guides, read but not yet judged.
#[derive(Debug, Clone)]
pub struct Library {
    folder: PathBuf,
    regions: Regions,
    documents: BTreeMap<Slot, Document>,
    /// What could not even be read.
    faults: Vec<Fault>,
}

impl Library {
    /// Reads every `<region>/<category>/<id>.toml` in `folder`, and `regions.toml`.
    ///
    /// # Errors
    /// If the folder itself cannot be read. What is wrong with a file is a fault that
    /// [`Library::check`] gives.
    pub fn read(folder: &Path) -> Result<Self, LoadError> {
        let mut library = Self {
            folder: folder.to_owned(),
            regions: Regions::default(),
            documents: BTreeMap::new(),
            faults: Vec::new(),
        };
        let names = folder.join(REGIONS_FILE);
        if names.is_file() {
            match Regions::read(&names) {
                Ok(regions) => library.regions = regions,
                Err(fault) => library.faults.push(fault),
            }
        }
        if folder.join(super::pack::STAGE).exists() {
            library.faults.push(Fault::of_file(
                folder,
                "an import was interrupted: run `wenlu knowledge import` again, it first puts back what was there",
            ));
        }
        for path in entries(folder)? {
            let region = RegionId::new(name(&path));
            if path.is_dir() && region.is_well_formed() {
                library.read_region(&path, &region)?;
            } else if path.is_dir() && has_folders(&path)? {
                library.faults.push(Fault::of_file(
                    path,
                    "is not a region's folder: those are called cn, cn-province, cn-province-city",
                ));
            }
        }
        Ok(library)
    }

    fn read_region(&mut self, folder: &Path, region: &RegionId) -> Result<(), LoadError> {
        if *region != RegionId::nation() && self.regions.get(region).is_none() {
            self.faults.push(Fault::of_file(
                self.folder.join(REGIONS_FILE),
                format!("does not name {region}: give the region its names there"),
            ));
        }
        for category in entries(folder)? {
            if !category.is_dir() {
                self.misplaced(category);
                continue;
            }
            for path in entries(&category)? {
                let guide = path.extension().is_some_and(|e| e == "toml") && path.is_file();
                if !guide {
                    self.misplaced(path);
                    continue;
                }
                let slot = Slot {
                    region: region.clone(),
                    id: path
                        .file_stem()
                        .unwrap_or_default()
                        .to_string_lossy()
                        .into(),
                    category: name(&category),
                };
                match Document::read(&path) {
                    Ok(document) => self.put(slot, document),
                    Err(fault) => self.faults.push(fault),
                }
            }
        }
        Ok(())
    }

    /// Hidden files (editors', the system's) are nobody's mistake.
    fn misplaced(&mut self, path: PathBuf) {
        if !name(&path).starts_with('.') {
            self.faults.push(Fault::of_file(
                path,
                "is not a guide: those lie in <region>/<category>/ and end in .toml",
            ));
        }
    }

    /// Puts a guide in, in place of the one in the same slot.
    pub fn put(&mut self, slot: Slot, document: Document) {
        self.documents.insert(slot, document);
    }

    /// Notes something that could not be read.
    pub(super) fn put_fault(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// The file in a slot.
    #[must_use]
    pub fn get(&self, slot: &Slot) -> Option<&Document> {
        self.documents.get(slot)
    }

    /// The slots that are taken, by region and name.
    pub fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.documents.keys()
    }

    /// The names of regions.
    #[must_use]
    pub fn regions(&self) -> &Regions {
        &self.regions
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The regions that have guides of their own, the nation first.
    #[must_use]
    pub fn told_regions(&self) -> BTreeSet<RegionId> {
        self.documents
            .keys()
            .map(|slot| slot.region.clone())
            .collect()
    }

    /// The guides as `region` tells them, and what keeps files from being guides.
    #[must_use]
    pub fn files(&self, region: &RegionId) -> (Vec<File>, Vec<Fault>) {
        let mut merged: BTreeMap<&str, (Merged, &Slot)> = BTreeMap::new();
        let mut faults = Vec::new();
        for level in region.chain() {
            for (slot, document) in self.documents.iter().filter(|(s, _)| s.region == level) {
                match merged.get_mut(slot.id.as_str()) {
                    None => {
                        merged.insert(&slot.id, (Merged::new(document.clone()), slot));
                    }
                    Some((_, first)) if first.region == level => {
                        let what = format!(
                            "{} is already the id of {}",
                            slot.id,
                            first.path().display()
                        );
                        faults.push(document.fault("id", what));
                    }
                    Some((guide, last)) => {
                        guide.overlay(document.clone());
                        *last = slot;
                    }
                }
            }
        }
        let mut files = Vec::new();
        for (merged, last) in merged.into_values() {
            match file(merged, &last.region) {
                Ok(file) => files.push(file),
                Err(fault) => faults.push(fault),
            }
        }
        (files, faults)
    }

    /// Everything that is wrong, in all regions.
    #[must_use]
    pub fn check(&self) -> Vec<Fault> {
        let mut faults = self.faults.clone();
        for region in self.told_regions() {
            faults.extend(self.check_level(&region));
        }
        faults.sort();
        faults.dedup();
        faults
    }

    /// What is wrong with the guides that `region` tells: its own files', its wider
    /// regions', and the list of regions.
    #[must_use]
    pub fn check_region(&self, region: &RegionId) -> Vec<Fault> {
        let chain = region.chain();
        let mut faults: Vec<Fault> = chain.iter().flat_map(|r| self.check_level(r)).collect();
        let folders: Vec<_> = chain.iter().map(|r| self.folder.join(r.as_str())).collect();
        let unread = self.faults.iter().filter(|fault| {
            folders.iter().any(|folder| fault.path.starts_with(folder))
                || fault.path.ends_with(REGIONS_FILE)
        });
        faults.extend(unread.cloned());
        faults.sort();
        faults.dedup();
        faults
    }

    /// What is wrong in `region` and is not so in the wider region.
    fn check_level(&self, region: &RegionId) -> Vec<Fault> {
        let (files, mut faults) = self.files(region);
        faults.extend(check::check(&files));
        let Some(parent) = region.parent() else {
            return faults;
        };
        let (wider, mut known) = self.files(&parent);
        known.extend(check::check(&wider));
        faults.retain(|fault| !known.contains(fault));
        for file in files.iter().filter(|file| file.region == *region) {
            faults.extend(check::local(file));
        }
        faults
            .into_iter()
            .map(|fault| self.blame(fault, region))
            .collect()
    }

    /// Two right files can be wrong together; the fault is then the narrower region's.
    fn blame(&self, fault: Fault, region: &RegionId) -> Fault {
        let found = self
            .documents
            .iter()
            .find(|(_, document)| document.path == fault.path);
        let Some((slot, _)) = found.filter(|(slot, _)| slot.region != *region) else {
            return fault;
        };
        let local = self
            .documents
            .iter()
            .find(|(s, _)| s.region == *region && s.id == slot.id);
        let Some((_, local)) = local else {
            return fault;
        };
        Fault {
            path: local.path.clone(),
            line: 1,
            what: format!(
                "together with {}:{}: {}",
                fault.path.display(),
                fault.line,
                fault.what
            ),
        }
    }
}

fn file(merged: Merged, region: &RegionId) -> Result<File, Fault> {
    let mut guide: Guide =
        decode(merged.table.clone()).map_err(|e| merged.fault(&e.field, e.what))?;
    guide.local = local_fields(&merged, &guide, region);
    Ok(File {
        path: merged.innermost().path.clone(),
        region: region.clone(),
        guide,
        merged,
    })
}

/// The fields that a region's own file decides; all of them if the guide is its own.
fn local_fields(merged: &Merged, guide: &Guide, region: &RegionId) -> BTreeSet<String> {
    let every = guide.zh.facts().into_iter().map(|fact| fact.field);
    if merged.layers() == 1 {
        let own = *region != RegionId::nation();
        return every.filter(|_| own).collect();
    }
    let mut local = merged.local();
    local.retain(|field| !is_label(field));
    if local.remove("steps") {
        local.extend(every.filter(|field| field.starts_with("steps.")));
    }
    local
}

impl File {
    /// The file and the line that a field comes from.
    #[must_use]
    pub fn place(&self, field: &str) -> (&Path, usize) {
        self.merged.place(field)
    }
}

fn has_folders(folder: &Path) -> Result<bool, LoadError> {
    let visible = |path: &PathBuf| path.is_dir() && !name(path).starts_with('.');
    Ok(!name(folder).starts_with('.') && entries(folder)?.iter().any(visible))
}

fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into()
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let read = || -> std::io::Result<Vec<PathBuf>> {
        let mut paths: Vec<_> = std::fs::read_dir(folder)?
            .map(|e| Ok(e?.path()))
            .collect::<std::io::Result<_>>()?;
        paths.sort();
        Ok(paths)
    };
    read().map_err(|source| LoadError::Folder {
        path: folder.to_owned(),
        source,
    })
}
