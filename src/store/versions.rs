//! Guides that a centre's staff wrote, in versions.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::error::is_taken;
use super::watch::{Topic, announce};
use super::{Seconds, Store, StoreError, maybe, number, text};

/// What has become of a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VersionState {
    /// Only staff see it.
    Draft,
    /// It is in service. At most one version of a guide is.
    Published,
    /// A later one took its place.
    Replaced,
    /// It was taken out of service.
    RolledBack,
}

impl VersionState {
    const ALL: [Self; 4] = [
        Self::Draft,
        Self::Published,
        Self::Replaced,
        Self::RolledBack,
    ];

    /// As it is kept, and as locale files name it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Published => "published",
            Self::Replaced => "replaced",
            Self::RolledBack => "rolled-back",
        }
    }
}

/// A version of a guide, as a file of the folder of guides would hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Its number among all.
    pub id: i64,
    /// The guide.
    pub guide: String,
    /// The region that it is for.
    pub region: String,
    /// Its number among those of the guide in the region, from 1.
    pub number: i64,
    /// The category's folder.
    pub category: String,
    /// What the file says, in TOML.
    pub text: String,
    /// What has become of it.
    pub state: VersionState,
    /// When it was written.
    pub made: Seconds,
    /// By whom.
    pub made_by: String,
    /// When it was last published or taken back.
    pub decided: Option<Seconds>,
    /// By whom.
    pub decided_by: String,
}

/// So often a number that another took is counted on.
const TRIES: usize = 10;

impl Store {
    /// Keeps a draft as the guide's next version; gives its number among all.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn add_version(
        &self,
        (region, category, guide): (&str, &str, &str),
        toml: &str,
        by: &str,
        now: Seconds,
    ) -> Result<i64, StoreError> {
        let sql = "INSERT INTO guide_versions \
            (guide, region, category, text, state, made, made_by, version) \
            SELECT $1, $2, $3, $4, 'draft', $5, $6, COALESCE(MAX(version), 0) + 1 \
            FROM guide_versions WHERE guide = $7 AND region = $8 RETURNING id";
        let mut tries = 0;
        loop {
            let inserted = sqlx::query(sql)
                .bind(guide)
                .bind(region)
                .bind(category)
                .bind(toml)
                .bind(now)
                .bind(by)
                .bind(guide)
                .bind(region)
                .fetch_one(&self.pool)
                .await;
            match inserted {
                Ok(row) => return number(&row, "id"),
                Err(error) if is_taken(&error) && tries < TRIES => tries += 1,
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The version with this number among all.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn version(&self, id: i64) -> Result<Option<Version>, StoreError> {
        let query = sqlx::query("SELECT * FROM guide_versions WHERE id = $1").bind(id);
        let row = query.fetch_optional(&self.pool).await?;
        row.as_ref().map(version_of).transpose()
    }

    /// All versions of a guide in a region, the newest first.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn versions(&self, region: &str, guide: &str) -> Result<Vec<Version>, StoreError> {
        let sql = "SELECT * FROM guide_versions WHERE region = $1 AND guide = $2 \
            ORDER BY version DESC";
        let query = sqlx::query(sql).bind(region).bind(guide);
        let rows = query.fetch_all(&self.pool).await?;
        rows.iter().map(version_of).collect()
    }

    /// The newest version of each guide that has one, by region and name.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn newest_versions(&self) -> Result<Vec<Version>, StoreError> {
        let sql = "SELECT * FROM guide_versions v WHERE version = (SELECT MAX(version) \
            FROM guide_versions w WHERE w.guide = v.guide AND w.region = v.region) \
            ORDER BY region, guide";
        let rows = sqlx::query(sql).fetch_all(&self.pool).await?;
        rows.iter().map(version_of).collect()
    }

    /// What is in service beside the folder's files.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn published(&self) -> Result<Vec<Version>, StoreError> {
        let sql = "SELECT * FROM guide_versions WHERE state = 'published' \
            ORDER BY region, guide";
        let rows = sqlx::query(sql).fetch_all(&self.pool).await?;
        rows.iter().map(version_of).collect()
    }

    /// Takes a version into service, in place of the one that is; all nodes are told. Whether
    /// there is such a version.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn publish(&self, id: i64, by: &str, now: Seconds) -> Result<bool, StoreError> {
        self.replace(id, VersionState::Replaced, by, now).await
    }

    /// Goes back to an earlier version; the one in service counts as taken back. All nodes
    /// are told. Whether there is such a version.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn roll_back(&self, to: i64, by: &str, now: Seconds) -> Result<bool, StoreError> {
        self.replace(to, VersionState::RolledBack, by, now).await
    }

    async fn replace(
        &self,
        id: i64,
        old: VersionState,
        by: &str,
        now: Seconds,
    ) -> Result<bool, StoreError> {
        let Some(version) = self.version(id).await? else {
            return Ok(false);
        };
        let mut write = self.write().await?;
        // First: whoever publishes at the same time waits here, so that one version is left.
        announce(&mut write, self.kind, Topic::Guides).await?;
        let sql = "UPDATE guide_versions SET state = $1, decided = $2, decided_by = $3 \
            WHERE guide = $4 AND region = $5 AND state = 'published' AND id <> $6";
        sqlx::query(sql)
            .bind(old.name())
            .bind(now)
            .bind(by)
            .bind(&version.guide)
            .bind(&version.region)
            .bind(id)
            .execute(&mut *write)
            .await?;
        let sql = "UPDATE guide_versions SET state = 'published', decided = $1, decided_by = $2 \
            WHERE id = $3";
        let query = sqlx::query(sql).bind(now).bind(by).bind(id);
        query.execute(&mut *write).await?;
        write.commit().await?;
        Ok(true)
    }

    /// Takes a guide's published version out of service: the folder's file holds again, if
    /// there is one. All nodes are told. Whether there was one.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn unpublish(
        &self,
        region: &str,
        guide: &str,
        by: &str,
        now: Seconds,
    ) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        announce(&mut write, self.kind, Topic::Guides).await?;
        let sql = "UPDATE guide_versions SET state = 'rolled-back', decided = $1, \
            decided_by = $2 WHERE guide = $3 AND region = $4 AND state = 'published'";
        let query = sqlx::query(sql).bind(now).bind(by).bind(guide).bind(region);
        let changed = query.execute(&mut *write).await?.rows_affected() > 0;
        write.commit().await?;
        Ok(changed)
    }
}

fn version_of(row: &AnyRow) -> Result<Version, StoreError> {
    let state = text(row, "state")?;
    Ok(Version {
        id: number(row, "id")?,
        guide: text(row, "guide")?,
        region: text(row, "region")?,
        number: row.try_get("version")?,
        category: text(row, "category")?,
        text: text(row, "text")?,
        state: VersionState::ALL
            .into_iter()
            .find(|known| known.name() == state)
            .ok_or(StoreError::Strange("state of a guide"))?,
        made: number(row, "made")?,
        made_by: text(row, "made_by")?,
        decided: maybe(row, "decided")?,
        decided_by: text(row, "decided_by")?,
    })
}
