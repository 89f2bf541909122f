//! The circle of help: an elder, known by a card, and up to six helpers.

use sqlx::any::AnyRow;
use sqlx::{Any, Row, Transaction};

use super::secret::{self, Secret, digest};
use super::{Seconds, Store, StoreError, number, text};

/// An elder's circle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circle {
    /// Its name here.
    pub id: String,
    /// What the elder wants to be called; may be empty.
    pub called: String,
    /// When the elder agreed, after the consent had been read aloud.
    pub consented: Seconds,
}

/// What the elder is given when a circle is made.
#[derive(Debug, Clone)]
pub struct Card {
    /// The circle.
    pub circle: String,
    /// The card's code: ten digits.
    pub code: Secret,
}

/// Somebody who helps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Helper {
    /// The helper's name here.
    pub id: String,
    /// The circle.
    pub circle: String,
    /// What the elder knows the helper as.
    pub name: String,
    /// Since when.
    pub joined: Seconds,
}

/// What was done in a circle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Act {
    /// The elder made the circle and agreed.
    Made,
    /// A helper joined.
    Joined,
    /// A helper prepared a guide or changed what was prepared.
    Prepared,
    /// A helper took back what was prepared.
    TookBack,
    /// The elder heard what was prepared.
    Heard,
    /// The elder removed a helper.
    Removed,
    /// A helper left.
    Left,
    /// Somebody used the card.
    CardUsed,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Made,
        Self::Joined,
        Self::Prepared,
        Self::TookBack,
        Self::Heard,
        Self::Removed,
        Self::Left,
        Self::CardUsed,
    ];

    /// As it is kept, and as locale files name it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Joined => "joined",
            Self::Prepared => "prepared",
            Self::TookBack => "took-back",
            Self::Heard => "heard",
            Self::Removed => "removed",
            Self::Left => "left",
            Self::CardUsed => "card-used",
        }
    }
}

/// One line of a circle's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// When.
    pub at: Seconds,
    /// The helper it was done by or done to, by name; empty if it was the elder alone.
    pub helper: String,
    /// What.
    pub act: Act,
    /// The guide it was about; empty if none.
    pub guide: String,
}

impl Circle {
    /// The longest name, in characters.
    pub const LONGEST_NAME: usize = 20;
    /// The most helpers.
    pub const MOST_HELPERS: i64 = 6;
}

impl Store {
    /// Makes a circle, once the elder has agreed.
    ///
    /// # Errors
    /// If the name is too long, or the database is away.
    pub async fn make_circle(&self, called: &str, now: Seconds) -> Result<Card, StoreError> {
        let called = short(called)?;
        let (circle, code) = (secret::id()?, Secret::digits(10)?);
        let mut write = self.write().await?;
        let sql = "INSERT INTO circles (id, card_hash, called, consented, used) \
            VALUES ($1, $2, $3, $4, $4)";
        sqlx::query(sql)
            .bind(&circle)
            .bind(digest(code.as_str()))
            .bind(called)
            .bind(now)
            .execute(&mut *write)
            .await?;
        log(&mut write, &circle, now, "", Act::Made, "").await?;
        write.commit().await?;
        Ok(Card { circle, code })
    }

    /// The circle of a card's code, and notes that it was used. The caller limits how often
    /// one may try.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn circle_by_card(
        &self,
        code: &str,
        now: Seconds,
    ) -> Result<Option<Circle>, StoreError> {
        let sql = "UPDATE circles SET used = $1 WHERE card_hash = $2 \
            RETURNING id, called, consented";
        let query = sqlx::query(sql).bind(now).bind(digest(code));
        let row = query.fetch_optional(&self.pool).await?;
        row.as_ref().map(circle_of).transpose()
    }

    /// The circle called `id`.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn circle(&self, id: &str) -> Result<Option<Circle>, StoreError> {
        let sql = "SELECT id, called, consented FROM circles WHERE id = $1";
        let row = sqlx::query(sql).bind(id).fetch_optional(&self.pool).await?;
        row.as_ref().map(circle_of).transpose()
    }

    /// A token for one helper to join with, until `expires`.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn invite(&self, circle: &str, expires: Seconds) -> Result<Secret, StoreError> {
        let token = Secret::token()?;
        let sql = "INSERT INTO circle_invitations (token_hash, circle, expires) \
            VALUES ($1, $2, $3)";
        sqlx::query(sql)
            .bind(digest(token.as_str()))
            .bind(circle)
            .bind(expires)
            .execute(&self.pool)
            .await?;
        Ok(token)
    }

    /// The circle that an invitation is for, without using it.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn invited_to(
        &self,
        invitation: &str,
        now: Seconds,
    ) -> Result<Option<Circle>, StoreError> {
        let sql = "SELECT c.id, c.called, c.consented FROM circles c \
            JOIN circle_invitations i ON i.circle = c.id \
            WHERE i.token_hash = $1 AND i.expires > $2";
        let query = sqlx::query(sql).bind(digest(invitation)).bind(now);
        let row = query.fetch_optional(&self.pool).await?;
        row.as_ref().map(circle_of).transpose()
    }

    /// Joins by an invitation, which then is used up; gives the helper's own token. There is
    /// nothing if the invitation is not valid.
    ///
    /// # Errors
    /// If there are six helpers already, the name is empty or too long, or the database is away.
    pub async fn join(
        &self,
        invitation: &str,
        name: &str,
        now: Seconds,
    ) -> Result<Option<(Helper, Secret)>, StoreError> {
        let name = short(name)?;
        if name.is_empty() {
            return Err(StoreError::Limit("a helper needs a name"));
        }
        let mut write = self.write().await?;
        let sql = "DELETE FROM circle_invitations WHERE token_hash = $1 AND expires > $2 \
            RETURNING circle";
        let query = sqlx::query(sql).bind(digest(invitation)).bind(now);
        let Some(row) = query.fetch_optional(&mut *write).await? else {
            return Ok(None);
        };
        let circle = text(&row, "circle")?;
        // Holds the row until the end, so that two cannot both become the sixth.
        let hold = "UPDATE circles SET id = id WHERE id = $1";
        sqlx::query(hold).bind(&circle).execute(&mut *write).await?;
        let count = "SELECT COUNT(*) FROM circle_helpers WHERE circle = $1";
        let row = sqlx::query(count).bind(&circle).fetch_one(&mut *write);
        if row.await?.try_get::<i64, _>(0)? >= Circle::MOST_HELPERS {
            return Err(StoreError::Limit("a circle has at most six helpers"));
        }
        let helper = Helper {
            id: secret::id()?,
            circle,
            name: name.to_owned(),
            joined: now,
        };
        let token = Secret::token()?;
        let insert = "INSERT INTO circle_helpers (id, circle, token_hash, name, joined) \
            VALUES ($1, $2, $3, $4, $5)";
        sqlx::query(insert)
            .bind(&helper.id)
            .bind(&helper.circle)
            .bind(digest(token.as_str()))
            .bind(&helper.name)
            .bind(now)
            .execute(&mut *write)
            .await?;
        log(&mut write, &helper.circle, now, name, Act::Joined, "").await?;
        write.commit().await?;
        Ok(Some((helper, token)))
    }

    /// The helper of a token.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn helper_by_token(&self, token: &str) -> Result<Option<Helper>, StoreError> {
        let sql = "SELECT id, circle, name, joined FROM circle_helpers WHERE token_hash = $1";
        let query = sqlx::query(sql).bind(digest(token));
        let row = query.fetch_optional(&self.pool).await?;
        row.as_ref().map(helper_of).transpose()
    }

    /// The helpers of a circle, in the order they joined.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn helpers(&self, circle: &str) -> Result<Vec<Helper>, StoreError> {
        let sql = "SELECT id, circle, name, joined FROM circle_helpers \
            WHERE circle = $1 ORDER BY joined, id";
        let rows = sqlx::query(sql).bind(circle).fetch_all(&self.pool).await?;
        rows.iter().map(helper_of).collect()
    }

    /// Removes a helper from a circle, at the elder's wish ([`Act::Removed`]) or the helper's
    /// own ([`Act::Left`]); whether there was one.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn remove_helper(
        &self,
        circle: &str,
        helper: &str,
        act: Act,
        now: Seconds,
    ) -> Result<bool, StoreError> {
        let mut write = self.write().await?;
        let sql = "DELETE FROM circle_helpers WHERE circle = $1 AND id = $2 RETURNING name";
        let query = sqlx::query(sql).bind(circle).bind(helper);
        let Some(row) = query.fetch_optional(&mut *write).await? else {
            return Ok(false);
        };
        log(&mut write, circle, now, &text(&row, "name")?, act, "").await?;
        write.commit().await?;
        Ok(true)
    }

    /// Removes a circle with everything in it: helpers, what was prepared, the log.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn remove_circle(&self, circle: &str) -> Result<bool, StoreError> {
        let query = sqlx::query("DELETE FROM circles WHERE id = $1").bind(circle);
        Ok(query.execute(&self.pool).await?.rows_affected() > 0)
    }

    /// Notes something that was done in a circle.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn note_in_circle(
        &self,
        circle: &str,
        helper: &str,
        act: Act,
        guide: &str,
        now: Seconds,
    ) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        log(&mut write, circle, now, helper, act, guide).await?;
        Ok(write.commit().await?)
    }

    /// What was done in a circle, the newest first.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn circle_log(&self, circle: &str, most: i64) -> Result<Vec<LogEntry>, StoreError> {
        let sql = "SELECT at, helper, act, guide FROM circle_log \
            WHERE circle = $1 ORDER BY at DESC, id DESC LIMIT $2";
        let query = sqlx::query(sql).bind(circle).bind(most);
        let rows = query.fetch_all(&self.pool).await?;
        rows.iter().map(entry_of).collect()
    }
}

/// Adds a line to a circle's log.
pub(super) async fn log(
    write: &mut Transaction<'static, Any>,
    circle: &str,
    at: Seconds,
    helper: &str,
    act: Act,
    guide: &str,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO circle_log (circle, at, helper, act, guide) \
        VALUES ($1, $2, $3, $4, $5)";
    sqlx::query(sql)
        .bind(circle)
        .bind(at)
        .bind(helper)
        .bind(act.name())
        .bind(guide)
        .execute(&mut **write)
        .await?;
    Ok(())
}

fn short(name: &str) -> Result<&str, StoreError> {
    let name = name.trim();
    if name.chars().count() > Circle::LONGEST_NAME {
        return Err(StoreError::Limit("a name has at most 20 characters"));
    }
    Ok(name)
}

fn circle_of(row: &AnyRow) -> Result<Circle, StoreError> {
    Ok(Circle {
        id: text(row, "id")?,
        called: text(row, "called")?,
        consented: number(row, "consented")?,
    })
}

fn helper_of(row: &AnyRow) -> Result<Helper, StoreError> {
    Ok(Helper {
        id: text(row, "id")?,
        circle: text(row, "circle")?,
        name: text(row, "name")?,
        joined: number(row, "joined")?,
    })
}

fn entry_of(row: &AnyRow) -> Result<LogEntry, StoreError> {
    let act = text(row, "act")?;
    Ok(LogEntry {
        at: number(row, "at")?,
        helper: text(row, "helper")?,
        act: Act::ALL
            .into_iter()
            .find(|known| known.name() == act)
            .ok_or(StoreError::Strange("deed in a circle's log"))?,
        guide: text(row, "guide")?,
    })
}
