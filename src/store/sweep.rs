//! Forgetting what need not be known any more.

use super::{DAY, Kind, Seconds, Store, StoreError, week_of};

/// How much was forgotten.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Swept {
    /// Links that had ended.
    pub links: u64,
    /// Circles whose card nobody used.
    pub circles: u64,
    /// Invitations to circles that nobody took.
    pub invitations: u64,
    /// What helpers had prepared.
    pub items: u64,
    /// Lines of circles' logs.
    pub circle_log: u64,
    /// Staff's sessions.
    pub sessions: u64,
    /// Failed attempts to sign in.
    pub attempts: u64,
    /// Questions that found no guide.
    pub unanswered: u64,
    /// Counts of use.
    pub figures: u64,
    /// Terminals.
    pub terminals: u64,
    /// Lines of the staff's log.
    pub audit: u64,
}

impl Store {
    /// Forgets what is older than the centre's settings allow. To be called every hour, on
    /// any node.
    ///
    /// # Errors
    /// If the database is away: then nothing was forgotten.
    pub async fn sweep(&self, now: Seconds) -> Result<Swept, StoreError> {
        let settings = self.settings().await?;
        let keep = &settings.retention;
        let ago = |days: i64| now - days * DAY;
        let mut write = self.write().await?;
        let mut delete = async |sql: &'static str, before: i64| {
            let query = sqlx::query(sql).bind(before);
            Ok::<_, StoreError>(query.execute(&mut *write).await?.rows_affected())
        };
        let links = "DELETE FROM links WHERE COALESCE(withdrawn, expires) < $1";
        let circles = "DELETE FROM circles WHERE used < $1";
        let invitations = "DELETE FROM circle_invitations WHERE expires < $1";
        let items = "DELETE FROM circle_items WHERE made < $1";
        let circle_log = "DELETE FROM circle_log WHERE at < $1";
        let sessions = "DELETE FROM staff_sessions WHERE expires < $1";
        let attempts = "DELETE FROM attempts WHERE at < $1";
        let unanswered = "DELETE FROM unanswered WHERE week < $1";
        let figures = "DELETE FROM guide_use WHERE week < $1";
        let terminals = "DELETE FROM terminals WHERE seen < $1";
        let audit = "DELETE FROM audit WHERE at < $1";
        // What the centre has turned off since is not kept at all.
        let asked_since = if settings.keep_unanswered {
            week_of(ago(keep.unanswered))
        } else {
            i64::MAX
        };
        let swept = Swept {
            links: delete(links, ago(keep.link_ended)).await?,
            circles: delete(circles, ago(keep.circle_unused)).await?,
            invitations: delete(invitations, now).await?,
            items: delete(items, ago(keep.circle_items)).await?,
            circle_log: delete(circle_log, ago(keep.circle_log)).await?,
            sessions: delete(sessions, now).await?,
            attempts: delete(attempts, ago(1)).await?,
            unanswered: delete(unanswered, asked_since).await?,
            figures: delete(figures, week_of(ago(keep.figures))).await?,
            terminals: delete(terminals, ago(keep.terminals)).await?,
            audit: delete(audit, ago(keep.audit)).await?,
        };
        write.commit().await?;
        self.scrub().await;
        Ok(swept)
    }

    /// Writes over what was deleted also in the file that SQLite keeps beside the first.
    pub(super) async fn scrub(&self) {
        if self.kind == Kind::Sqlite {
            let scrub = sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)");
            if let Err(error) = scrub.execute(&self.pool).await {
                tracing::debug!(%error, "the log of the database is emptied later");
            }
        }
    }
}
