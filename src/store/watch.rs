//! Telling all nodes what one has changed.

use std::time::Duration;

use sqlx::postgres::PgListener;
use sqlx::{Any, Row, Transaction};
use tokio::sync::watch;

use super::{Kind, Store, StoreError};

/// Something that all nodes share and must hear of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// The guides that were published.
    Guides,
    /// The settings.
    Settings,
}

impl Topic {
    fn name(self) -> &'static str {
        match self {
            Self::Guides => "guides",
            Self::Settings => "settings",
        }
    }
}

/// The channel of PostgreSQL's notifications.
const CHANNEL: &str = "wenlu_changes";
/// How often SQLite, which cannot call, is looked at; one query by a key.
const LOOK: Duration = Duration::from_secs(1);
/// How often PostgreSQL is looked at all the same: a notification may be lost when a
/// connection breaks, and a publication must be everywhere within five seconds.
const LOOK_ALL_THE_SAME: Duration = Duration::from_secs(4);
/// How long to wait before calling a database again that was away.
const AGAIN: Duration = Duration::from_secs(2);

impl Store {
    /// A number that grows with every change of `topic`, by this node or another. Watching
    /// ends when the receiver is dropped. While the database is away the number stands still,
    /// and catches up afterwards.
    pub fn watch(&self, topic: Topic) -> watch::Receiver<i64> {
        let (sender, receiver) = watch::channel(0);
        let store = self.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = sender.closed() => {}
                () = store.follow(topic, &sender) => {}
            }
        });
        receiver
    }

    /// How often `topic` has changed.
    ///
    /// # Errors
    /// If the database is away.
    pub async fn counter(&self, topic: Topic) -> Result<i64, StoreError> {
        let sql = "SELECT counter FROM changes WHERE topic = $1";
        let query = sqlx::query(sql).bind(topic.name());
        let row = query.fetch_optional(&self.pool).await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?.unwrap_or(0))
    }

    async fn follow(&self, topic: Topic, sender: &watch::Sender<i64>) {
        let mut listener = None;
        loop {
            // Listens first and looks then, so that nothing falls between.
            if self.kind == Kind::Postgres && listener.is_none() {
                listener = self.listen().await;
            }
            match self.counter(topic).await {
                Ok(counter) => {
                    sender.send_if_modified(|old| std::mem::replace(old, counter) != counter);
                }
                Err(error) => tracing::debug!(%error, "cannot look for changes"),
            }
            match &mut listener {
                Some(calls) => {
                    let called = tokio::time::timeout(LOOK_ALL_THE_SAME, calls.recv()).await;
                    if let Ok(Err(error)) = called {
                        tracing::warn!(%error, "the database has gone; it is called again");
                        listener = None;
                        tokio::time::sleep(AGAIN).await;
                    }
                }
                None if self.kind == Kind::Postgres => tokio::time::sleep(AGAIN).await,
                None => tokio::time::sleep(LOOK).await,
            }
        }
    }

    async fn listen(&self) -> Option<PgListener> {
        let listen = async {
            let mut listener = PgListener::connect(&self.url).await?;
            listener.listen(CHANNEL).await?;
            Ok::<_, sqlx::Error>(listener)
        };
        match tokio::time::timeout(AGAIN, listen).await {
            Ok(Ok(listener)) => Some(listener),
            Ok(Err(error)) => {
                tracing::debug!(%error, "cannot listen for changes");
                None
            }
            Err(_) => None,
        }
    }
}

/// Counts a change of `topic`, and calls the other nodes once it is committed.
pub(super) async fn announce(
    write: &mut Transaction<'static, Any>,
    kind: Kind,
    topic: Topic,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO changes (topic, counter) VALUES ($1, 1) \
        ON CONFLICT (topic) DO UPDATE SET counter = changes.counter + 1";
    let count = sqlx::query(sql).bind(topic.name());
    count.execute(&mut **write).await?;
    if kind == Kind::Postgres {
        let sql = "SELECT pg_notify($1, $2)";
        let call = sqlx::query(sql).bind(CHANNEL).bind(topic.name());
        call.execute(&mut **write).await?;
    }
    Ok(())
}
