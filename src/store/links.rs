//! Guides that were shared.

use sqlx::any::AnyRow;

use super::error::is_taken;
use super::secret::{self, Secret, digest};
use super::{Seconds, Store, StoreError, maybe, number, text};
use crate::language::Language;

/// A guide to be shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLink {
    /// The guide.
    pub guide: String,
    /// The region whose version of it is meant.
    pub region: String,
    /// The language it was read in.
    pub language: Language,
    /// Where the elder had got to: the step, from 0.
    pub step: i64,
    /// The terminal that it is shared at.
    pub terminal: String,
    /// When it is shared.
    pub made: Seconds,
    /// From when on it is not valid any more.
    pub expires: Seconds,
}

impl NewLink {
    /// The last day on which it is valid, where this machine stands.
    #[must_use]
    pub fn last_day(&self) -> Option<jiff::civil::Date> {
        let last = jiff::Timestamp::from_second(self.expires - 1).ok()?;
        Some(last.to_zoned(jiff::tz::TimeZone::system()).date())
    }
}

/// What is handed out once, and known to nobody afterwards but who holds it.
#[derive(Debug, Clone)]
pub struct Shared {
    /// What the terminal calls the link to withdraw it.
    pub id: String,
    /// The end of the address.
    pub token: Secret,
    /// Eight digits, for the telephone.
    pub code: Secret,
}

/// A guide that was shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What the terminal calls it.
    pub id: String,
    /// What was shared, where and until when.
    pub what: NewLink,
}

/// What has become of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkState {
    /// It is valid.
    Living(Link),
    /// Its time is over.
    Expired(Link),
    /// It was withdrawn at the terminal.
    Withdrawn(Link),
    /// There is none, or it was forgotten.
    Unknown,
}

/// So many codes are tried before giving up.
const TRIES: usize = 20;

impl Store {
    /// Shares a guide.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn share(&self, link: &NewLink) -> Result<Shared, StoreError> {
        let id = secret::id()?;
        let token = Secret::token()?;
        for _ in 0..TRIES {
            let code = Secret::digits(8)?;
            match self.insert_link(&id, &token, &code, link).await {
                Ok(()) => return Ok(Shared { id, token, code }),
                Err(error) if is_taken(&error) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(StoreError::NoCode)
    }

    async fn insert_link(
        &self,
        id: &str,
        token: &Secret,
        code: &Secret,
        link: &NewLink,
    ) -> Result<(), sqlx::Error> {
        let code = digest(code.as_str());
        // A code is free again when its link is not valid any more.
        let free = "UPDATE links SET code_hash = NULL \
            WHERE code_hash = $1 AND (expires <= $2 OR withdrawn IS NOT NULL)";
        sqlx::query(free)
            .bind(&code)
            .bind(link.made)
            .execute(&self.pool)
            .await?;
        let insert = "INSERT INTO links (id, token_hash, code_hash, guide, region, language, \
            step, terminal, made, expires) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        sqlx::query(insert)
            .bind(id)
            .bind(digest(token.as_str()))
            .bind(&code)
            .bind(&link.guide)
            .bind(&link.region)
            .bind(link.language.to_string())
            .bind(link.step)
            .bind(&link.terminal)
            .bind(link.made)
            .bind(link.expires)
            .execute(&self.pool)
            .await
            .map(drop)
    }

    /// The link of an address.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn link_by_token(&self, token: &str, now: Seconds) -> Result<LinkState, StoreError> {
        let sql = "SELECT * FROM links WHERE token_hash = $1";
        self.link(sql, digest(token), now).await
    }

    /// The link of a code of eight digits, with or without spaces. The caller limits how often
    /// one may try.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn link_by_code(&self, code: &str, now: Seconds) -> Result<LinkState, StoreError> {
        let sql = "SELECT * FROM links WHERE code_hash = $1";
        self.link(sql, digest(code), now).await
    }

    async fn link(
        &self,
        sql: &'static str,
        hash: String,
        now: Seconds,
    ) -> Result<LinkState, StoreError> {
        let row = sqlx::query(sql).bind(hash);
        let Some(row) = row.fetch_optional(&self.pool).await? else {
            return Ok(LinkState::Unknown);
        };
        let link = link_of(&row)?;
        Ok(if maybe(&row, "withdrawn")?.is_some() {
            LinkState::Withdrawn(link)
        } else if link.what.expires <= now {
            LinkState::Expired(link)
        } else {
            LinkState::Living(link)
        })
    }

    /// Withdraws a link by its id, at the terminal that made it; whether there was one that
    /// had not been withdrawn yet.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn withdraw(
        &self,
        id: &str,
        terminal: &str,
        now: Seconds,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE links SET withdrawn = $1 \
            WHERE id = $2 AND terminal = $3 AND withdrawn IS NULL";
        let query = sqlx::query(sql).bind(now).bind(id).bind(terminal);
        Ok(query.execute(&self.pool).await?.rows_affected() > 0)
    }

    /// The valid links that a terminal made, the newest first.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn links_of(&self, terminal: &str, now: Seconds) -> Result<Vec<Link>, StoreError> {
        let sql = "SELECT * FROM links WHERE terminal = $1 AND withdrawn IS NULL \
            AND expires > $2 ORDER BY made DESC, id";
        let query = sqlx::query(sql).bind(terminal).bind(now);
        let rows = query.fetch_all(&self.pool).await?;
        rows.iter().map(link_of).collect()
    }
}

fn link_of(row: &AnyRow) -> Result<Link, StoreError> {
    let language = text(row, "language")?;
    Ok(Link {
        id: text(row, "id")?,
        what: NewLink {
            guide: text(row, "guide")?,
            region: text(row, "region")?,
            language: language
                .parse()
                .map_err(|_| StoreError::Strange("language"))?,
            step: number(row, "step")?,
            terminal: text(row, "terminal")?,
            made: number(row, "made")?,
            expires: number(row, "expires")?,
        },
    })
}
