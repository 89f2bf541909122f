//! What is kept between days: links, circles of help, the staff's accounts and guides, counts.
//!
//! [`Store`] is one door to two databases: a SQLite file beside the program, or a PostgreSQL
//! server that the terminals of a city share. The statements are the same for both.
//!
//! | file | keeps |
//! |---|---|
//! | `links` | guides that were shared by link and code |
//! | `circles`, `items` | an elder's card, who helps, what they prepared |
//! | `staff` | accounts, sessions, failed attempts |
//! | `versions` | guides that staff wrote, in versions |
//! | `figures` | how often guides were used; questions without an answer |
//! | `terminals`, `settings`, `audit` | the centre's machines, choices and deeds |
//! | `sweep` | forgets what need not be known any more |
//! | `backup` | everything out to a file and back, between both databases |
//! | `watch` | tells when another node has changed something |
//!
//! There is no clock here: times are seconds since 1970 and come from the caller. Tokens and
//! codes are kept as hashes only ([`Secret`]). No statement's values are logged.

mod audit;
mod backup;
mod circles;
mod connect;
mod error;
mod figures;
mod items;
mod links;
mod secret;
mod settings;
mod staff;
mod sweep;
mod terminals;
mod versions;
mod watch;

pub use audit::Deed;
pub use backup::Backup;
pub use circles::{Act, Card, Circle, Helper, LogEntry};
pub use error::StoreError;
pub use figures::{Unanswered, Use, week_of};
pub use items::{Item, NewItem};
pub use links::{Link, LinkState, NewLink, Shared};
pub use secret::Secret;
pub use settings::{Choices, Retention, Settings};
pub use staff::{Account, Role, SignedIn, UnknownRole};
pub use sweep::Swept;
pub use terminals::TerminalState;
pub use versions::{Version, VersionState};
pub use watch::Topic;

use sqlx::any::AnyRow;
use sqlx::{Any, AnyPool, Row, Transaction};

/// Seconds since 1970.
pub type Seconds = i64;

/// A day.
pub const DAY: Seconds = 86_400;

/// A database that is open. Its copies are one.
#[derive(Clone)]
pub struct Store {
    pool: AnyPool,
    kind: Kind,
    url: std::sync::Arc<str>,
}

/// Which database it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One file.
    Sqlite,
    /// A server.
    Postgres,
}

impl Store {
    /// Which database it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Begins to write: all of it happens, or nothing.
    async fn write(&self) -> Result<Transaction<'static, Any>, StoreError> {
        Ok(match self.kind {
            // Otherwise two that have read could not both go on to write.
            Kind::Sqlite => self.pool.begin_with("BEGIN IMMEDIATE").await?,
            Kind::Postgres => self.pool.begin().await?,
        })
    }
}

/// A column of text.
fn text(row: &AnyRow, column: &str) -> Result<String, StoreError> {
    Ok(row.try_get(column)?)
}

/// A column of numbers.
fn number(row: &AnyRow, column: &str) -> Result<i64, StoreError> {
    Ok(row.try_get(column)?)
}

/// A number from a column that may be empty.
fn maybe(row: &AnyRow, column: &str) -> Result<Option<i64>, StoreError> {
    Ok(row.try_get(column)?)
}
