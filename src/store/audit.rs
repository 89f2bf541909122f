//! What staff did.

use super::{Seconds, Store, StoreError, number, text};

/// Something that staff did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deed {
    /// When.
    pub at: Seconds,
    /// Who, by the account's name.
    pub who: String,
    /// What, by a short name that locale files know.
    pub act: String,
    /// To what; may be empty.
    pub what: String,
}

impl Store {
    /// Notes a deed. Never anything about an elder or a helper.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn note_deed(&self, deed: &Deed) -> Result<(), StoreError> {
        let sql = "INSERT INTO audit (at, who, act, what) VALUES ($1, $2, $3, $4)";
        sqlx::query(sql)
            .bind(deed.at)
            .bind(&deed.who)
            .bind(&deed.act)
            .bind(&deed.what)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// What was done, the newest first.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn deeds(&self, most: i64) -> Result<Vec<Deed>, StoreError> {
        let sql = "SELECT at, who, act, what FROM audit ORDER BY at DESC, id DESC LIMIT $1";
        let rows = sqlx::query(sql).bind(most).fetch_all(&self.pool).await?;
        let deeds = rows.iter().map(|row| {
            Ok(Deed {
                at: number(row, "at")?,
                who: text(row, "who")?,
                act: text(row, "act")?,
                what: text(row, "what")?,
            })
        });
        deeds.collect()
    }
}
