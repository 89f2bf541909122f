//! Opening, and bringing to this program's layout.

use std::path::Path;
use std::str::FromStr;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::migrate::{Migrate, MigrateError, Migration, MigrationType, Migrator};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqlSafeStr};

use super::{Kind, Store, StoreError};
use crate::config::Config;

/// The layouts, each a step from the one before. Never change one that was released.
const LAYOUTS: [(&str, &str); 5] = [
    ("links", include_str!("migrations/1_links.sql")),
    ("circles", include_str!("migrations/2_circles.sql")),
    ("staff", include_str!("migrations/3_staff.sql")),
    ("guides", include_str!("migrations/4_guides.sql")),
    ("use", include_str!("migrations/5_use.sql")),
];

/// So long a caller waits for a connection: a database that is away must not hold up a terminal.
const PATIENCE: Duration = Duration::from_secs(5);

/// What each connection to SQLite begins with. WAL lets readers go on while one writes;
/// with FULL, what was acknowledged is on the disk, and survives a power cut. What is
/// deleted is overwritten.
const SQLITE: &str = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; \
    PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;";

impl Store {
    /// The newest layout.
    pub const LAYOUT: i64 = LAYOUTS.len() as i64;

    /// Opens the database that the settings name, and brings it to the newest layout.
    ///
    /// # Errors
    /// If it does not answer, was made by a newer program, or cannot be brought up to date.
    pub async fn open(config: &Config) -> Result<Self, StoreError> {
        Self::open_url(&Self::url_of(config)).await
    }

    /// The address of the database that the settings name.
    #[must_use]
    pub fn url_of(config: &Config) -> String {
        let file = || Self::url_of_file(&config.state().join("wenlu.sqlite"));
        config.store.url.clone().unwrap_or_else(file)
    }

    /// The address of a SQLite file, which is made if it is missing.
    #[must_use]
    pub fn url_of_file(file: &Path) -> String {
        let options = SqliteConnectOptions::new().filename(file);
        options.create_if_missing(true).to_url_lossy().into()
    }

    /// The same for an address: `sqlite:FILE`, `postgres://USER:PASSWORD@HOST/NAME`.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_url(url: &str) -> Result<Self, StoreError> {
        Self::open_at(url, Self::LAYOUT).await
    }

    /// The same, but brought only as far as an earlier layout; for tests of the steps between.
    ///
    /// # Errors
    /// As [`Self::open`].
    #[doc(hidden)]
    pub async fn open_at(url: &str, layout: i64) -> Result<Self, StoreError> {
        let store = Self::connect(url).await?;
        store.migrate(layout).await?;
        Ok(store)
    }

    async fn connect(url: &str) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let bad = |error: sqlx::Error| StoreError::Url(error.to_string());
        let (kind, url) = match url.split(':').next() {
            Some("postgres" | "postgresql") => (Kind::Postgres, url.to_owned()),
            Some("sqlite") => {
                let options = SqliteConnectOptions::from_str(url).map_err(bad)?;
                make_folder_of(options.get_filename())?;
                let options = options.create_if_missing(true);
                (Kind::Sqlite, options.to_url_lossy().to_string())
            }
            // The address may hold a password.
            _ => return Err(StoreError::Url("it begins with another word".into())),
        };
        let options = AnyConnectOptions::from_str(&url).map_err(bad)?;
        let pool = AnyPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(PATIENCE)
            .after_connect(move |connection, _| {
                Box::pin(async move {
                    if kind == Kind::Sqlite {
                        sqlx::raw_sql(SQLITE).execute(connection).await?;
                    }
                    Ok(())
                })
            })
            .connect_with(options.disable_statement_logging())
            .await?;
        let url = url.into();
        Ok(Self { pool, kind, url })
    }

    async fn migrate(&self, layout: i64) -> Result<(), StoreError> {
        let migrator = migrator(self.kind);
        let mut connection = self.pool.acquire().await?;
        let done = if layout == Self::LAYOUT {
            migrator.run(&mut *connection).await
        } else {
            migrator.run_to(layout, &mut *connection).await
        };
        match done {
            Ok(()) => Ok(()),
            Err(MigrateError::VersionMissing(found)) if found > Self::LAYOUT => {
                // After this error the lock is still held: the connection goes with it.
                let table = "_sqlx_migrations";
                let applied = connection.list_applied_migrations(table).await;
                connection.detach().close().await.ok();
                let newest = applied
                    .ok()
                    .and_then(|all| all.iter().map(|m| m.version).max());
                Err(StoreError::Newer {
                    found: newest.unwrap_or(found),
                    known: Self::LAYOUT,
                })
            }
            Err(MigrateError::Execute(error)) => Err(error.into()),
            Err(error) => Err(StoreError::Migrate(error)),
        }
    }
}

/// The layouts in the words of one database: how rows are counted; and that words are
/// sorted by their characters' numbers, as SQLite does, whatever the server's language.
fn migrator(kind: Kind) -> Migrator {
    let (key, words) = match kind {
        Kind::Sqlite => ("INTEGER PRIMARY KEY AUTOINCREMENT", "TEXT"),
        Kind::Postgres => (
            "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
            "TEXT COLLATE \"C\"",
        ),
    };
    let layouts = (1..).zip(LAYOUTS);
    let migrations = layouts.map(|(version, (name, sql))| {
        Migration::new(
            version,
            name.into(),
            MigrationType::Simple,
            AssertSqlSafe(sql.replace("SERIAL_KEY", key).replace("TEXT", words)).into_sql_str(),
            false,
        )
    });
    Migrator::with_migrations(migrations.collect())
}

/// Makes the folder of a database's file; only this user can look into it.
fn make_folder_of(file: &Path) -> Result<(), StoreError> {
    let Some(folder) = file.parent().filter(|folder| !folder.exists()) else {
        return Ok(());
    };
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|source| StoreError::Folder {
        folder: folder.to_owned(),
        source,
    })
}
