//! What a centre has chosen; shared by all its nodes.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::watch::{Topic, announce};
use super::{Store, StoreError, text};
use crate::language::Language;

/// A centre's choices. What was not chosen has a safe default.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Whether questions that found no guide are kept, masked.
    pub keep_unanswered: bool,
    /// How long things are kept.
    pub retention: Retention,
    /// How terminals behave, by their names in the store.
    pub terminals: BTreeMap<String, Choices>,
}

/// How a terminal behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Choices {
    /// How loud conversations begin: from 0, very quiet, to 4, very loud.
    pub volume: usize,
    /// The language in which they begin; that of the terminal's settings if none.
    pub language: Option<Language>,
    /// Seconds of silence after which a person is asked whether they are still there.
    pub leave_after: u64,
}

impl Default for Choices {
    fn default() -> Self {
        Self {
            volume: 2,
            language: None,
            leave_after: 60,
        }
    }
}

impl Choices {
    /// The volumes there are.
    pub const VOLUMES: std::ops::RangeInclusive<usize> = 0..=4;
    /// The silences there are, in seconds.
    pub const LEAVE_AFTER: [u64; 4] = [60, 90, 120, 180];
}

/// How long things are kept, in days. No longer than they are needed: PIPL, article 19.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Retention {
    /// A link is valid for so long.
    pub link_valid: i64,
    /// A link that is not valid any more is remembered for so long, to say why.
    pub link_ended: i64,
    /// A circle whose card nobody has used for so long is removed.
    pub circle_unused: i64,
    /// What a helper prepared is kept for so long after it was last changed.
    pub circle_items: i64,
    /// A line of a circle's log.
    pub circle_log: i64,
    /// A question that found no guide.
    pub unanswered: i64,
    /// How often guides were used.
    pub figures: i64,
    /// A terminal that has not reported.
    pub terminals: i64,
    /// A line of the staff's log.
    pub audit: i64,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            link_valid: 30,
            link_ended: 30,
            circle_unused: 365,
            circle_items: 90,
            circle_log: 365,
            unanswered: 90,
            figures: 2 * 365,
            terminals: 90,
            audit: 3 * 365,
        }
    }
}

impl Retention {
    /// The names, the least and the most days of each time.
    pub const BOUNDS: [(&'static str, i64, i64); 9] = [
        ("link_valid", 1, 90),
        ("link_ended", 0, 90),
        ("circle_unused", 30, 3 * 365),
        ("circle_items", 1, 365),
        ("circle_log", 30, 3 * 365),
        ("unanswered", 1, 365),
        ("figures", 30, 5 * 365),
        ("terminals", 1, 365),
        ("audit", 180, 10 * 365),
    ];

    /// The time called so, in days.
    pub fn days(&mut self, name: &str) -> Option<&mut i64> {
        Some(match name {
            "link_valid" => &mut self.link_valid,
            "link_ended" => &mut self.link_ended,
            "circle_unused" => &mut self.circle_unused,
            "circle_items" => &mut self.circle_items,
            "circle_log" => &mut self.circle_log,
            "unanswered" => &mut self.unanswered,
            "figures" => &mut self.figures,
            "terminals" => &mut self.terminals,
            "audit" => &mut self.audit,
            _ => return None,
        })
    }

    /// Brings every time within its bounds.
    pub fn clamp(&mut self) {
        for (name, least, most) in Self::BOUNDS {
            if let Some(days) = self.days(name) {
                *days = (*days).clamp(least, most);
            }
        }
    }
}

impl Store {
    /// The centre's choices.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn settings(&self) -> Result<Settings, StoreError> {
        let sql = "SELECT value FROM settings WHERE name = 'centre'";
        let Some(row) = sqlx::query(sql).fetch_optional(&self.pool).await? else {
            return Ok(Settings::default());
        };
        serde_json::from_str(&text(&row, "value")?).map_err(|_| StoreError::Strange("setting"))
    }

    /// Keeps the centre's choices; all nodes are told.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn set_settings(&self, settings: &Settings) -> Result<(), StoreError> {
        let mut settings = settings.clone();
        settings.retention.clamp();
        let value = serde_json::to_string(&settings).map_err(|_| StoreError::Strange("setting"))?;
        let mut write = self.write().await?;
        let sql = "INSERT INTO settings (name, value) VALUES ('centre', $1) \
            ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        sqlx::query(sql).bind(value).execute(&mut *write).await?;
        announce(&mut write, self.kind, Topic::Settings).await?;
        Ok(write.commit().await?)
    }
}
