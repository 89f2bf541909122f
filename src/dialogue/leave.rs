//! Leaving: silence, a countdown, and everything is forgotten.

use std::time::Duration;

use super::locale::fill;
use super::reply::{Effect, Leaving, Utter};
use super::session::{Quiet, Session};
use super::{Dialogue, Tell, Turn};

/// Silence after which the countdown begins, if the setting says nothing else.
pub const LEAVE_AFTER: Duration = Duration::from_secs(60);
/// How long the countdown takes (WCAG 2.2.1: at least 20 seconds).
pub const WARNING: Duration = Duration::from_secs(20);

/// Everything has been said: silence counts from now on.
pub(super) fn spoken(session: &mut Session) -> Turn {
    session.quiet.speaking = Duration::ZERO;
    Turn::default().telling(Tell::Silent)
}

/// Somebody is there.
pub(super) fn touched(session: &mut Session) -> Turn {
    session.quiet.silent = Duration::ZERO;
    session.leaving = false;
    Turn::default().telling(Tell::Silent)
}

/// Something happened that is answered by saying `say`.
pub(super) fn speaking(session: &mut Session, say: &[Utter]) {
    let characters: usize = say.iter().map(|utter| utter.text.chars().count()).sum();
    let pauses: Duration = say.iter().map(|utter| utter.pause).sum();
    session.quiet = Quiet {
        speaking: session.pace.speaking_time(characters) + pauses,
        silent: Duration::ZERO,
    };
}

impl Dialogue {
    /// Time goes by. Nobody is asked to leave whom nothing binds to the machine.
    pub(super) fn tick(&self, session: &mut Session, elapsed: Duration) -> Turn {
        let quiet = &mut session.quiet;
        let speaking = quiet.speaking.min(elapsed);
        quiet.speaking -= speaking;
        quiet.silent = quiet.silent.saturating_add(elapsed - speaking);
        let (silent, leave_after) = (quiet.silent, session.setting.leave_after);
        if session.is_untouched() {
            session.quiet = Quiet::default();
            return Turn::default().telling(Tell::Silent);
        }
        if silent >= leave_after + WARNING {
            return Turn::default()
                .with(Effect::EndSession)
                .telling(Tell::Silent);
        }
        if silent >= leave_after && !session.leaving {
            session.leaving = true;
            let sentence = &self.wording(session).say.leaving;
            return Turn::saying(sentence).telling(Tell::Shown);
        }
        Turn::default().telling(Tell::Silent)
    }

    /// The countdown, once it runs.
    pub(super) fn countdown(&self, session: &Session) -> Option<Leaving> {
        if !session.leaving {
            return None;
        }
        let left = (session.setting.leave_after + WARNING).saturating_sub(session.quiet.silent);
        let seconds = left.as_secs();
        let words = fill(
            &self.wording(session).show.leaving,
            &[("seconds", &seconds.to_string())],
        );
        Some(Leaving { seconds, words })
    }
}
