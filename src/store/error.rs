//! What can go wrong with what is kept.

/// Why something was not kept or not found.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address in the settings is none.
    #[error(
        "store.url in the settings is not a database: {0}. It takes sqlite:FILE or postgres://USER@HOST/NAME"
    )]
    Url(String),
    /// The file's folder cannot be made.
    #[error("cannot make the folder {folder} for the database: {source}")]
    Folder {
        /// The folder.
        folder: std::path::PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The database does not answer: it may again.
    #[error("the database does not answer: {0}")]
    Away(#[source] sqlx::Error),
    /// The database was made by a later version of this program.
    #[error(
        "the database has layout {found}, this program knows layouts up to {known}: install the newer wenlu again, or restore a backup made by this one"
    )]
    Newer {
        /// The database's layout.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// The database could not be brought to this program's layout; it is as it was.
    #[error("the database could not be brought up to date: {0}")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// The database refused a statement: an error of the program, or a damaged file.
    #[error("the database refused: {0}")]
    Refused(#[source] sqlx::Error),
    /// The system gave no random numbers.
    #[error("the system gives no random numbers: {0}")]
    Random(#[from] getrandom::Error),
    /// All codes that were tried are taken.
    #[error("too many codes are in use: withdraw some links, or let them expire")]
    NoCode,
    /// Something breaks a limit.
    #[error("{0}")]
    Limit(&'static str),
    /// There is already one of that name.
    #[error("{0} is there already: choose another name")]
    Taken(String),
    /// The password could not be kept.
    #[error("the password cannot be used: {0}")]
    Password(String),
    /// A value in the database is not one that this program writes.
    #[error("the database holds a {0} that this program does not know")]
    Strange(&'static str),
    /// A backup cannot be read or written.
    #[error("the backup: {0}")]
    Backup(String),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error as E;
        match &error {
            E::Io(_) | E::Tls(_) | E::PoolTimedOut | E::PoolClosed | E::WorkerCrashed => {
                Self::Away(error)
            }
            // PostgreSQL that starts, stops or is told to end connections (classes 08 and 57).
            E::Database(told)
                if told
                    .code()
                    .is_some_and(|code| code.starts_with("57P") || code.starts_with("08")) =>
            {
                Self::Away(error)
            }
            _ => Self::Refused(error),
        }
    }
}

impl StoreError {
    /// Whether the database is away, so that the same may succeed later.
    #[must_use]
    pub fn is_away(&self) -> bool {
        matches!(self, Self::Away(_))
    }
}

/// Whether a statement failed because there is such a row already.
pub(super) fn is_taken(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .is_some_and(sqlx::error::DatabaseError::is_unique_violation)
}
