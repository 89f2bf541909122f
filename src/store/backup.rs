//! Everything out to a file, and back in: between SQLite and PostgreSQL in any direction.
//!
//! A backup is text, one JSON value a line: what it is, then every row as
//! `["table", {"column": value}]` in a fixed order, then how many rows there were and the
//! SHA-256 of all lines before. Two backups of the same data are the same, byte for byte.

use std::io::{BufRead, Write};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use sqlx::any::{AnyRow, AnyTypeInfoKind};
use sqlx::{Any, AssertSqlSafe, Column, Row, Transaction, ValueRef as _};

use super::watch::{Topic, announce};
use super::{Kind, Store, StoreError};

/// What is kept, in an order that references allow, and by what rows are sorted. Left out are
/// sessions, invitations and failed attempts: nobody shall be signed in by an old backup.
const TABLES: [(&str, &str); 12] = [
    ("settings", "name"),
    ("staff", "id"),
    ("audit", "id"),
    ("guide_versions", "id"),
    ("links", "id"),
    ("circles", "id"),
    ("circle_helpers", "id"),
    ("circle_items", "id"),
    ("circle_log", "id"),
    ("guide_use", "week, guide, language"),
    ("unanswered", "week, language, text"),
    ("terminals", "id"),
];

/// What is neither backed up nor left in place by a restoration.
const PASSING: [&str; 3] = ["staff_sessions", "circle_invitations", "attempts"];

/// The tables that count their rows themselves.
const COUNTED: [&str; 4] = ["audit", "guide_versions", "circle_log", "attempts"];

/// What a backup holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backup {
    /// Rows of all tables.
    pub rows: u64,
}

#[derive(Serialize, Deserialize)]
struct Head {
    wenlu_backup: u32,
    layout: i64,
}

#[derive(Serialize, Deserialize)]
struct Foot {
    rows: u64,
    sha256: String,
}

/// The form of the file.
const FORM: u32 = 1;

impl Store {
    /// Writes everything to `out`, as it is at one moment.
    ///
    /// # Errors
    /// If the database is away or `out` cannot be written.
    pub async fn backup(&self, out: &mut (impl Write + Send)) -> Result<Backup, StoreError> {
        let mut read = match self.kind {
            Kind::Sqlite => self.pool.begin().await?,
            Kind::Postgres => {
                let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
                self.pool.begin_with(begin).await?
            }
        };
        let mut out = Lines {
            out,
            hash: Sha256::new(),
        };
        out.line(&Head {
            wenlu_backup: FORM,
            layout: Self::LAYOUT,
        })?;
        let mut rows = 0;
        for (table, order) in TABLES {
            let sql = format!("SELECT * FROM {table} ORDER BY {order}");
            let all = sqlx::query(AssertSqlSafe(sql))
                .fetch_all(&mut *read)
                .await?;
            for row in &all {
                out.line(&(table, values(row)?))?;
                rows += 1;
            }
        }
        let sha256 = hexadecimal(out.hash.clone());
        out.line(&Foot { rows, sha256 })?;
        out.out.flush().map_err(failed)?;
        Ok(Backup { rows })
    }

    /// Puts everything back from a backup, in place of what there is: all of it, or nothing.
    /// Everybody is signed out.
    ///
    /// # Errors
    /// If the backup is damaged, incomplete or from a newer program, or the database is away:
    /// then everything is as it was.
    pub async fn restore(&self, backup: &mut (dyn BufRead + Send)) -> Result<Backup, StoreError> {
        let mut write = self.write().await?;
        for table in PASSING
            .into_iter()
            .chain(TABLES.iter().rev().map(|(table, _)| *table))
        {
            let sql = AssertSqlSafe(format!("DELETE FROM {table}"));
            sqlx::query(sql).execute(&mut *write).await?;
        }
        let mut hash = Sha256::new();
        let mut rows = 0;
        let mut line = String::new();
        let mut begun = false;
        let foot: Foot = loop {
            line.clear();
            backup.read_line(&mut line).map_err(failed)?;
            let told = line.strip_suffix('\n');
            let told = told.ok_or_else(|| fault("it is not complete: its end is missing"))?;
            if !begun {
                let head = serde_json::from_str::<Head>(told);
                let head = head.map_err(|_| fault("this is no backup of wenlu's"))?;
                if head.wenlu_backup > FORM || head.layout > Self::LAYOUT {
                    return Err(StoreError::Newer {
                        found: head.layout,
                        known: Self::LAYOUT,
                    });
                }
                begun = true;
            } else if let Ok(foot) = serde_json::from_str(told) {
                break foot;
            } else {
                let row = serde_json::from_str::<(String, Map<String, Value>)>(told);
                let (table, row) = row.map_err(|_| fault("a line of it is damaged"))?;
                insert(&mut write, &table, &row).await?;
                rows += 1;
            }
            hash.update(line.as_bytes());
        };
        if foot.rows != rows || foot.sha256 != hexadecimal(hash) {
            return Err(fault("it was damaged or changed after it was written"));
        }
        if self.kind == Kind::Postgres {
            count_on(&mut write).await?;
        }
        self.announce_all(&mut write).await?;
        write.commit().await?;
        Ok(Backup { rows })
    }

    /// Deletes everything that is about people or their use: links, circles, questions,
    /// figures, terminals. What stays are accounts, guides, settings and the staff's log.
    ///
    /// # Errors
    /// If the database is away: then nothing was deleted.
    pub async fn erase_people(&self) -> Result<(), StoreError> {
        let tables = ["links", "circles", "guide_use", "unanswered", "terminals"];
        self.erase(&tables).await
    }

    /// Deletes everything there is.
    ///
    /// # Errors
    /// If the database is away: then nothing was deleted.
    pub async fn erase_all(&self) -> Result<(), StoreError> {
        let tables = TABLES.iter().rev().map(|(table, _)| *table);
        let tables: Vec<_> = PASSING.into_iter().chain(tables).collect();
        self.erase(&tables).await
    }

    async fn erase(&self, tables: &[&str]) -> Result<(), StoreError> {
        let mut write = self.write().await?;
        for table in tables {
            let sql = AssertSqlSafe(format!("DELETE FROM {table}"));
            sqlx::query(sql).execute(&mut *write).await?;
        }
        self.announce_all(&mut write).await?;
        write.commit().await?;
        self.scrub().await;
        Ok(())
    }

    async fn announce_all(&self, write: &mut Transaction<'static, Any>) -> Result<(), StoreError> {
        for topic in [Topic::Guides, Topic::Settings] {
            announce(write, self.kind, topic).await?;
        }
        Ok(())
    }
}

/// Where lines go, and the hash of them.
struct Lines<'a, W> {
    out: &'a mut W,
    hash: Sha256,
}

impl<W: Write> Lines<'_, W> {
    fn line(&mut self, value: &impl Serialize) -> Result<(), StoreError> {
        let mut line = serde_json::to_string(value).map_err(|error| fault(&error.to_string()))?;
        line.push('\n');
        self.hash.update(line.as_bytes());
        self.out.write_all(line.as_bytes()).map_err(failed)
    }
}

/// A row's columns, by name.
fn values(row: &AnyRow) -> Result<Map<String, Value>, StoreError> {
    let mut values = Map::new();
    for column in row.columns() {
        let at = column.ordinal();
        let raw = row.try_get_raw(at)?;
        let value = if raw.is_null() {
            Value::Null
        } else {
            match raw.type_info().kind() {
                AnyTypeInfoKind::Text => Value::from(row.try_get::<String, _>(at)?),
                _ => Value::from(row.try_get::<i64, _>(at)?),
            }
        };
        values.insert(column.name().to_owned(), value);
    }
    Ok(values)
}

async fn insert(
    write: &mut Transaction<'static, Any>,
    table: &str,
    row: &Map<String, Value>,
) -> Result<(), StoreError> {
    let known = TABLES.iter().any(|(known, _)| *known == table);
    let plain = |name: &String| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    if !known || !row.keys().all(plain) {
        return Err(fault("it names a table or column that there is not"));
    }
    let columns: Vec<&str> = row.keys().map(String::as_str).collect();
    // An empty value needs no type when it stands in the statement itself.
    let mut count = 0;
    let places = row.values().map(|value| {
        if value.is_null() {
            return "NULL".to_owned();
        }
        count += 1;
        format!("${count}")
    });
    let places: Vec<String> = places.collect();
    let (columns, places) = (columns.join(", "), places.join(", "));
    let sql = format!("INSERT INTO {table} ({columns}) VALUES ({places})");
    let mut query = sqlx::query(AssertSqlSafe(sql));
    for value in row.values() {
        query = match value {
            Value::Null => query,
            Value::String(text) => query.bind(text.clone()),
            other => query.bind(other.as_i64().ok_or_else(|| fault("a number is damaged"))?),
        };
    }
    query.execute(&mut **write).await?;
    Ok(())
}

/// Has PostgreSQL count rows on from where the backup ended; SQLite does so by itself.
async fn count_on(write: &mut Transaction<'static, Any>) -> Result<(), StoreError> {
    for table in COUNTED {
        let sql = format!(
            "SELECT setval(pg_get_serial_sequence('{table}', 'id'), \
            (SELECT COALESCE(MAX(id), 0) + 1 FROM {table}), false)"
        );
        sqlx::query(AssertSqlSafe(sql))
            .execute(&mut **write)
            .await?;
    }
    Ok(())
}

fn hexadecimal(hash: Sha256) -> String {
    let hash = hash.finalize();
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn failed(error: std::io::Error) -> StoreError {
    StoreError::Backup(error.to_string())
}

fn fault(what: &str) -> StoreError {
    StoreError::Backup(what.into())
}
