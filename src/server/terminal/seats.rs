//! Who comes back after a broken connection goes on where they were, for as long as the
//! dialogue would have waited for them; then they are forgotten.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot};

use crate::dialogue::{LEAVE_AFTER, Session, WARNING};

/// The old connection of somebody who comes back may not have noticed yet that it is broken.
const HANDOVER: Duration = Duration::from_secs(2);

/// Conversations by their tokens.
#[derive(Debug, Default)]
pub(in crate::server) struct Seats(Mutex<HashMap<String, Place>>);

#[derive(Debug)]
enum Place {
    /// Somebody sits here; asks them to hand over their conversation.
    Taken(mpsc::Sender<Handover>),
    Left(Box<Left>),
}

/// To be answered with the conversation.
pub(super) type Handover = oneshot::Sender<Left>;

/// A conversation whose connection broke.
#[derive(Debug)]
pub(super) struct Left {
    pub session: Session,
    pub at: Instant,
}

impl Seats {
    fn places(&self) -> MutexGuard<'_, HashMap<String, Place>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new seat: its token, and the wishes to take over its conversation.
    pub(super) fn take(&self) -> (String, mpsc::Receiver<Handover>) {
        let (ask, asked) = mpsc::channel(1);
        let token = token();
        self.places().insert(token.clone(), Place::Taken(ask));
        (token, asked)
    }

    /// The conversation with this token, if it is not over; the token is used up.
    pub(super) async fn come_back(&self, token: &str) -> Option<Left> {
        let place = self.places().remove(token)?;
        match place {
            Place::Left(left) => (left.at.elapsed() < LEAVE_AFTER + WARNING).then_some(*left),
            Place::Taken(ask) => {
                let (give, given) = oneshot::channel();
                ask.send(give).await.ok()?;
                tokio::time::timeout(HANDOVER, given).await.ok()?.ok()
            }
        }
    }

    /// The connection broke; the conversation waits here.
    pub(super) fn leave(&self, token: &str, session: Session) {
        let mut places = self.places();
        if session.is_fresh() {
            places.remove(token);
        } else if let Some(place) = places.get_mut(token) {
            let at = Instant::now();
            *place = Place::Left(Box::new(Left { session, at }));
        }
    }

    /// Forgets who has been away for too long.
    pub(in crate::server) fn tidy(&self) {
        self.places().retain(|_, place| match place {
            Place::Taken(_) => true,
            Place::Left(left) => left.at.elapsed() < LEAVE_AFTER + WARNING,
        });
    }
}

/// 128 random bits.
fn token() -> String {
    let mut bytes = [0_u8; 16];
    if let Err(error) = getrandom::fill(&mut bytes) {
        // Nobody can come back to a token that was never given out twice; guessing matters more.
        tracing::error!(%error, "the system gives no random numbers");
        return String::new();
    }
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dialogue::{Dialogue, Event, Heard};
    use crate::knowledge::Knowledge;
    use crate::search::Decision;

    /// A conversation in which something was said.
    fn session() -> Session {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
        let knowledge = Knowledge::load(&folder).expect("the guides are in order");
        let dialogue = Dialogue::new(std::sync::Arc::new(knowledge)).expect("the wording fits");
        let mut session = Session::default();
        let heard = Event::Heard(Heard::typed("帮助"));
        dialogue.turn(&mut session, heard, |_| Decision::Unknown(vec![]));
        assert!(!session.is_fresh());
        session
    }

    #[tokio::test]
    async fn who_left_comes_back_once() {
        let seats = Seats::default();
        let (token, _asked) = seats.take();
        seats.leave(&token, session());
        seats.tidy();
        assert_eq!(
            seats.come_back(&token).await.map(|left| left.session),
            Some(session())
        );
        assert!(seats.come_back(&token).await.is_none(), "used up");
        assert!(seats.come_back("").await.is_none());
    }

    #[tokio::test]
    async fn nothing_is_kept_of_who_said_nothing() {
        let seats = Seats::default();
        let (token, _asked) = seats.take();
        seats.leave(&token, Session::default());
        assert!(seats.places().is_empty());
    }

    #[tokio::test]
    async fn a_connection_that_looks_alive_hands_over() {
        let seats = std::sync::Arc::new(Seats::default());
        let (token, mut asked) = seats.take();
        let back = tokio::spawn({
            let (seats, token) = (std::sync::Arc::clone(&seats), token.clone());
            async move { seats.come_back(&token).await.map(|left| left.session) }
        });
        let give = asked.recv().await.expect("asked");
        let at = Instant::now();
        give.send(Left {
            session: session(),
            at,
        })
        .expect("waited for");
        assert_eq!(back.await.expect("runs"), Some(session()));
        seats.leave(&token, session());
        assert!(seats.come_back(&token).await.is_none(), "it went along");
    }
}
