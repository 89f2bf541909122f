//! The centre's terminals, as they last reported.

use super::{Seconds, Store, StoreError, number, text};

/// What a terminal reports of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TerminalState {
    /// Its name here.
    pub id: String,
    /// What the centre calls it; may be empty.
    pub name: String,
    /// When it last reported.
    pub seen: Seconds,
    /// Its volume in percent.
    pub volume: i64,
    /// The languages it speaks, by code, with spaces between.
    pub languages: String,
    /// For how many seconds nobody has used it.
    pub idle: i64,
    /// What its last microphone test found; may be empty.
    pub microphone: String,
}

impl Store {
    /// Keeps what a terminal reports. Its name is left as the centre has set it.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn report(&self, state: &TerminalState) -> Result<(), StoreError> {
        let sql = "INSERT INTO terminals (id, name, seen, volume, languages, idle, microphone) \
            VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO UPDATE SET \
            seen = excluded.seen, volume = excluded.volume, languages = excluded.languages, \
            idle = excluded.idle, microphone = excluded.microphone";
        sqlx::query(sql)
            .bind(&state.id)
            .bind(&state.name)
            .bind(state.seen)
            .bind(state.volume)
            .bind(&state.languages)
            .bind(state.idle)
            .bind(&state.microphone)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Names a terminal.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn name_terminal(&self, id: &str, name: &str) -> Result<(), StoreError> {
        let sql = "UPDATE terminals SET name = $1 WHERE id = $2";
        sqlx::query(sql)
            .bind(name)
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// All terminals, by name.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn terminals(&self) -> Result<Vec<TerminalState>, StoreError> {
        let sql = "SELECT * FROM terminals ORDER BY name, id";
        let rows = sqlx::query(sql).fetch_all(&self.pool).await?;
        let states = rows.iter().map(|row| {
            Ok(TerminalState {
                id: text(row, "id")?,
                name: text(row, "name")?,
                seen: number(row, "seen")?,
                volume: number(row, "volume")?,
                languages: text(row, "languages")?,
                idle: number(row, "idle")?,
                microphone: text(row, "microphone")?,
            })
        });
        states.collect()
    }
}
