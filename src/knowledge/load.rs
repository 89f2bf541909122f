//! The guides that a terminal works with.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::fault::Fault;
use super::guide::{Guide, GuideId};
use super::library::{File, Library};
use super::region::RegionId;

/// The region whose rules hold nation-wide.
pub const NATION: &str = "cn";

/// The guides of one region, by name.
#[derive(Debug, Default, Clone)]
pub struct Knowledge {
    guides: BTreeMap<GuideId, Guide>,
}

/// Why there are no guides to work with.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The folder is missing or cannot be read.
    #[error("cannot read the guides in {path}. Name their folder with --knowledge")]
    Folder {
        /// The folder, or the file in it.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Guides that do not keep the rules; all of their faults.
    #[error("{} in the guides; `wenlu knowledge check` lists them. The first: {}", count(.0.len()), first(.0))]
    Faults(Vec<Fault>),
    /// A folder without a single guide.
    #[error("there is no guide in {0}: name the folder of guides with --knowledge")]
    Empty(PathBuf),
    /// A region that `regions.toml` does not name.
    #[error("there is no region {0}: `wenlu knowledge regions` names them all")]
    UnknownRegion(RegionId),
}

fn count(n: usize) -> String {
    if n == 1 {
        "there is a fault".into()
    } else {
        format!("there are {n} faults")
    }
}

fn first(faults: &[Fault]) -> String {
    faults.first().map(ToString::to_string).unwrap_or_default()
}

impl Knowledge {
    /// Reads and checks the guides in `folder` that hold nation-wide.
    ///
    /// # Errors
    /// If the folder cannot be read, holds no guide, or holds one that breaks a rule.
    pub fn load(folder: &Path) -> Result<Self, LoadError> {
        Self::load_region(folder, &RegionId::nation())
    }

    /// Reads and checks the guides in `folder` as `region` tells them: the nation's, with
    /// what its province and it change or add ([`Guide::local`] says what). A region
    /// without a file of its own tells what its wider region tells.
    ///
    /// # Errors
    /// If the folder cannot be read, `regions.toml` does not name the region, or there is
    /// no guide, or one that breaks a rule. Faults in other regions do not matter here.
    pub fn load_region(folder: &Path, region: &RegionId) -> Result<Self, LoadError> {
        Self::of_region(&Library::read(folder)?, region)
    }

    /// The same, of a folder that has been read.
    pub(super) fn of_region(library: &Library, region: &RegionId) -> Result<Self, LoadError> {
        let faults = library.check_region(region);
        if !faults.is_empty() {
            return Err(LoadError::Faults(faults));
        }
        if *region != RegionId::nation() && library.regions().get(region).is_none() {
            return Err(LoadError::UnknownRegion(region.clone()));
        }
        let (files, _) = library.files(region);
        if files.is_empty() {
            return Err(LoadError::Empty(library.folder().to_owned()));
        }
        Ok(files.into_iter().map(|file| file.guide).collect())
    }

    /// The guide called `id`.
    #[must_use]
    pub fn get(&self, id: &GuideId) -> Option<&Guide> {
        self.guides.get(id)
    }

    /// All guides, by name.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Guide> {
        self.guides.values()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.guides.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.guides.is_empty()
    }
}

impl FromIterator<Guide> for Knowledge {
    fn from_iter<I: IntoIterator<Item = Guide>>(guides: I) -> Self {
        Self {
            guides: guides
                .into_iter()
                .map(|guide| (guide.id.clone(), guide))
                .collect(),
        }
    }
}

/// Reads and checks everything in `folder`; gives the nation's guides as far as they
/// could be read, and everything that is wrong in any region.
///
/// # Errors
/// If the folder itself cannot be read.
pub fn read_folder(folder: &Path) -> Result<(Vec<File>, Vec<Fault>), LoadError> {
    let library = Library::read(folder)?;
    let (files, _) = library.files(&RegionId::nation());
    Ok((files, library.check()))
}
