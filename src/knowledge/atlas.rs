//! The guides of all regions, for a terminal that stands in one of them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::library::Library;
use super::load::{Knowledge, LoadError};
use super::region::{Mention, RegionId};
use crate::language::Language;

/// The guides as each region tells them, and the region that a terminal stands in.
#[derive(Debug, Clone)]
pub struct Atlas {
    home: RegionId,
    /// What `home` is told.
    here: Arc<Knowledge>,
    /// The files of all regions, unless only `home` is known.
    library: Option<Arc<Library>>,
    /// The regions that have guides of their own, each put together when it is first asked for:
    /// most conversations never leave `home`.
    told: BTreeMap<RegionId, OnceLock<Option<Arc<Knowledge>>>>,
}

impl Atlas {
    /// Reads the guides in `folder`. A region other than `home` whose guides break a rule is
    /// left out, and told as its wider region is.
    ///
    /// # Errors
    /// As [`Knowledge::load_region`] for `home`.
    pub fn load(folder: &Path, home: &RegionId) -> Result<Self, LoadError> {
        Self::of(Library::read(folder)?, home)
    }

    /// The same, of guides that have been read.
    ///
    /// # Errors
    /// As [`Knowledge::load_region`] for `home`.
    pub fn of(library: Library, home: &RegionId) -> Result<Self, LoadError> {
        let regions = library.told_regions().into_iter();
        Ok(Self {
            home: home.clone(),
            here: Arc::new(Knowledge::of_region(&library, home)?),
            told: regions.map(|region| (region, OnceLock::new())).collect(),
            library: Some(Arc::new(library)),
        })
    }

    /// The guides of the region that the terminal stands in.
    #[must_use]
    pub fn here(&self) -> &Arc<Knowledge> {
        &self.here
    }

    /// The region that the terminal stands in.
    #[must_use]
    pub fn home(&self) -> &RegionId {
        &self.home
    }

    /// The narrowest region around `region` (itself, its province, the nation) that has guides
    /// of its own.
    #[must_use]
    pub fn told(&self, region: &RegionId) -> RegionId {
        let mut chain = region.chain();
        chain.reverse();
        chain
            .into_iter()
            .find(|wider| self.own(wider).is_some())
            .unwrap_or_else(|| self.home.clone())
    }

    /// The guides as `region` is told them.
    #[must_use]
    pub fn guides(&self, region: &RegionId) -> &Arc<Knowledge> {
        self.own(&self.told(region)).unwrap_or(&self.here)
    }

    /// What a region that has guides of its own is told.
    fn own(&self, region: &RegionId) -> Option<&Arc<Knowledge>> {
        if *region == self.home {
            return Some(&self.here);
        }
        let (library, told) = (self.library.as_ref()?, self.told.get(region)?);
        told.get_or_init(|| {
            Knowledge::of_region(library, region)
                .inspect_err(|error| tracing::warn!(%region, "is left out: {error}"))
                .map(Arc::new)
                .ok()
        })
        .as_ref()
    }

    /// The region that a sentence names; see [`super::Regions::find`].
    #[must_use]
    pub fn find(&self, sentence: &str) -> Option<Mention<'_>> {
        self.library.as_ref()?.regions().find(sentence)
    }

    /// What people call a region; none for the nation.
    #[must_use]
    pub fn name(&self, region: &RegionId, language: Language) -> Option<&str> {
        let region = self.library.as_ref()?.regions().get(region)?;
        Some(region.name(language))
    }
}

/// A terminal that knows one region only.
impl From<Arc<Knowledge>> for Atlas {
    fn from(here: Arc<Knowledge>) -> Self {
        Self {
            home: RegionId::nation(),
            here,
            library: None,
            told: BTreeMap::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_told_what_is_nearest() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
        let atlas = Atlas::load(&folder, &RegionId::nation()).unwrap();
        #[track_caller]
        fn check(atlas: &Atlas, region: &str, told: &str) {
            assert_eq!(atlas.told(&RegionId::new(region)).as_str(), told);
        }
        check(&atlas, "cn-fujian-quanzhou", "cn-fujian-quanzhou");
        check(&atlas, "cn-zhejiang-hangzhou", "cn");
        check(&atlas, "cn", "cn");
        let quanzhou = atlas.guides(&RegionId::new("cn-fujian-quanzhou"));
        assert!(quanzhou.iter().any(|guide| !guide.local.is_empty()));
        assert!(atlas.here().iter().all(|guide| guide.local.is_empty()));
        assert!(matches!(
            Atlas::load(&folder, &RegionId::new("cn-atlantis")),
            Err(LoadError::UnknownRegion(_))
        ));
    }
}
