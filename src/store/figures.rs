//! How often guides were used, and what found none. Nothing about who asked.

use super::{Seconds, Store, StoreError, number, text};
use crate::language::Language;

/// The week of a time, counted from the Monday of the week of 1970-01-01.
#[must_use]
pub fn week_of(time: Seconds) -> i64 {
    // That day was a Thursday.
    (time.div_euclid(super::DAY) + 3).div_euclid(7)
}

/// How often a guide was opened in a week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Use {
    /// The week, as [`week_of`] counts.
    pub week: i64,
    /// The guide.
    pub guide: String,
    /// In which language.
    pub language: Language,
    /// How often.
    pub count: i64,
}

/// A question that found no guide, with what could name a person masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered {
    /// In which language.
    pub language: Language,
    /// The masked words.
    pub text: String,
    /// How often.
    pub count: i64,
    /// The last week it was asked in.
    pub week: i64,
}

/// So many different questions are kept of a week: the table must not grow with noise.
const MOST_OF_A_WEEK: i64 = 500;

impl Store {
    /// Counts that a guide was opened.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn count_use(
        &self,
        guide: &str,
        language: Language,
        now: Seconds,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO guide_use (week, guide, language, count) VALUES ($1, $2, $3, 1) \
            ON CONFLICT (week, guide, language) DO UPDATE SET count = guide_use.count + 1";
        let query = sqlx::query(sql).bind(week_of(now)).bind(guide);
        query.bind(language.code()).execute(&self.pool).await?;
        Ok(())
    }

    /// How often guides were opened from week `since` on, by week and guide.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn uses(&self, since: i64) -> Result<Vec<Use>, StoreError> {
        let sql = "SELECT * FROM guide_use WHERE week >= $1 ORDER BY week, guide, language";
        let rows = sqlx::query(sql).bind(since).fetch_all(&self.pool).await?;
        let used = rows.iter().map(|row| {
            Ok(Use {
                week: number(row, "week")?,
                guide: text(row, "guide")?,
                language: language(&text(row, "language")?)?,
                count: number(row, "count")?,
            })
        });
        used.collect()
    }

    /// Keeps a question that found no guide. Only to be called if the centre turned it on,
    /// and with masked words.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn note_unanswered(
        &self,
        asked_in: Language,
        masked: &str,
        now: Seconds,
    ) -> Result<(), StoreError> {
        let masked: String = masked.trim().chars().take(80).collect();
        let sql = "INSERT INTO unanswered (week, language, text, count) \
            SELECT $1, $2, $3, 1 WHERE (SELECT COUNT(*) FROM unanswered WHERE week = $4) < $5 \
            ON CONFLICT (week, language, text) DO UPDATE SET count = unanswered.count + 1";
        let week = week_of(now);
        let query = sqlx::query(sql).bind(week).bind(asked_in.code());
        let query = query.bind(masked).bind(week).bind(MOST_OF_A_WEEK);
        query.execute(&self.pool).await?;
        Ok(())
    }

    /// The questions that found no guide, the most frequent first.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn unanswered(&self) -> Result<Vec<Unanswered>, StoreError> {
        let sql = "SELECT language, text, CAST(SUM(count) AS BIGINT) AS count, \
            MAX(week) AS week FROM unanswered GROUP BY language, text \
            ORDER BY 3 DESC, text";
        let rows = sqlx::query(sql).fetch_all(&self.pool).await?;
        let questions = rows.iter().map(|row| {
            Ok(Unanswered {
                language: language(&text(row, "language")?)?,
                text: text(row, "text")?,
                count: number(row, "count")?,
                week: number(row, "week")?,
            })
        });
        questions.collect()
    }

    /// Forgets a question, because there is a guide for it now or it was noise.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn forget_unanswered(
        &self,
        asked_in: Language,
        masked: &str,
    ) -> Result<(), StoreError> {
        let sql = "DELETE FROM unanswered WHERE language = $1 AND text = $2";
        let query = sqlx::query(sql).bind(asked_in.code()).bind(masked);
        query.execute(&self.pool).await?;
        Ok(())
    }
}

fn language(code: &str) -> Result<Language, StoreError> {
    code.parse().map_err(|_| StoreError::Strange("language"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_on_monday() {
        const DAY: i64 = super::super::DAY;
        let monday = 4 * DAY;
        assert_eq!(week_of(0), 0);
        assert_eq!(week_of(monday - 1), 0);
        assert_eq!(week_of(monday), 1);
        assert_eq!(week_of(monday + 7 * DAY - 1), 1);
        assert_eq!(week_of(-4 * DAY), -1);
    }
}
