//! The guides of all regions, for a terminal that stands in one of them.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::library::Library;
use super::load::{Knowledge, LoadError};
use super::region::{Mention, RegionId, Regions};
use crate::language::Language;

/// The guides as each region tells them, and the region that a terminal stands in.
#[derive(Debug, Clone)]
pub struct Atlas {
    home: RegionId,
    regions: Regions,
    /// The regions that have guides of their own, the nation, and the home.
    told: BTreeMap<RegionId, Arc<Knowledge>>,
    /// What `home` is told.
    here: Arc<Knowledge>,
}

impl Atlas {
    /// Reads the guides in `folder`. A region other than `home` whose guides break a rule is
    /// left out, and told as its wider region is.
    ///
    /// # Errors
    /// As [`Knowledge::load_region`] for `home`.
    pub fn load(folder: &Path, home: &RegionId) -> Result<Self, LoadError> {
        let library = Library::read(folder)?;
        let here = Arc::new(Knowledge::of_region(&library, home)?);
        let mut told = BTreeMap::from([(home.clone(), Arc::clone(&here))]);
        for region in library.told_regions() {
            if told.contains_key(&region) {
                continue;
            }
            match Knowledge::of_region(&library, &region) {
                Ok(knowledge) => drop(told.insert(region, Arc::new(knowledge))),
                Err(error) => tracing::warn!(%region, "is left out: {error}"),
            }
        }
        Ok(Self {
            home: home.clone(),
            regions: library.regions().clone(),
            told,
            here,
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
            .find(|wider| self.told.contains_key(wider))
            .unwrap_or_else(|| self.home.clone())
    }

    /// The guides as `region` is told them.
    #[must_use]
    pub fn guides(&self, region: &RegionId) -> &Arc<Knowledge> {
        self.told.get(&self.told(region)).unwrap_or(&self.here)
    }

    /// The region that a sentence names; see [`Regions::find`].
    #[must_use]
    pub fn find(&self, sentence: &str) -> Option<Mention<'_>> {
        self.regions.find(sentence)
    }

    /// What people call a region; none for the nation.
    #[must_use]
    pub fn name(&self, region: &RegionId, language: Language) -> Option<&str> {
        Some(self.regions.get(region)?.name(language))
    }
}

/// A terminal that knows one region only.
impl From<Arc<Knowledge>> for Atlas {
    fn from(here: Arc<Knowledge>) -> Self {
        let home = RegionId::nation();
        Self {
            told: BTreeMap::from([(home.clone(), Arc::clone(&here))]),
            home,
            regions: Regions::default(),
            here,
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
