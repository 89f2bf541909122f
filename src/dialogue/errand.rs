//! Sharing, printing, withdrawing.

use super::act::ask;
use super::event::{Errand, Heard, Outcome};
use super::reply::Effect;
use super::session::{Prompt, Scene, Session, View};
use super::{Dialogue, Tell, Turn};
use crate::sharing::Code;

impl Dialogue {
    /// Asks the caller to do it; nothing is said before it is known what came of it.
    pub(super) fn errand(&self, session: &mut Session, errand: Errand) -> Turn {
        let Some(guide) = self.guide_in_talk(session) else {
            return ask(session, Prompt::Which);
        };
        Turn::default()
            .with(Effect::Run(errand, guide))
            .telling(Tell::Shown)
    }

    /// What was shared in this conversation; else the digits are asked for.
    pub(super) fn withdraw(&self, session: &mut Session) -> Turn {
        match (&session.handed, &session.open) {
            (Some(_), Some(open)) => Turn::default()
                .with(Effect::Run(Errand::Withdraw, open.guide.clone()))
                .telling(Tell::Shown),
            _ => {
                session.scene = Scene::Typing;
                Turn::default()
            }
        }
    }

    /// Digits, where they were asked for. They are read before numbers are masked, and are
    /// not shown again.
    pub(super) fn typed(&self, session: &mut Session, heard: &Heard) -> Option<Turn> {
        if session.scene != Scene::Typing {
            return None;
        }
        let code = said_digits(session, heard, |text| text.parse().ok())?;
        Some(code.map_or_else(Turn::default, |code| {
            Turn::default()
                .with(Effect::WithdrawCode(code))
                .telling(Tell::Shown)
        }))
    }

    pub(super) fn done(&self, session: &mut Session, outcome: Outcome) -> Turn {
        let say = &self.wording(session).say;
        match outcome {
            Outcome::Shared(handed) => show(session, handed, Turn::default()),
            Outcome::PrintedElsewhere(handed) => {
                show(session, handed, Turn::saying(&say.print_elsewhere))
            }
            Outcome::Printed => Turn::saying(&say.print).telling(Tell::Shown),
            Outcome::NothingToWithdraw => Turn::saying(&say.withdraw_unknown),
            Outcome::Withdrawn => {
                let turn = Turn::saying(&say.withdrawn);
                session.handed = None;
                match session.open.as_mut() {
                    Some(open) => {
                        open.view = View::Step;
                        session.scene = Scene::Reading;
                        turn.telling(Tell::Shown)
                    }
                    None => {
                        session.scene = Scene::Asking(Prompt::Ask);
                        turn
                    }
                }
            }
        }
    }

    pub(super) fn failed(&self, session: &Session, errand: Errand) -> Turn {
        let say = &self.wording(session).say;
        let sentence = match errand {
            Errand::Share => &say.share_failed,
            Errand::Print => &say.print_failed,
            Errand::Withdraw => &say.withdraw_failed,
        };
        Turn::saying(sentence).telling(Tell::Shown)
    }
}

/// Shows a link. The guide it is about is open by now, or is opened.
fn show(session: &mut Session, handed: super::Handed, turn: Turn) -> Turn {
    session.handed = Some(handed);
    session.paused = false;
    if let Some(open) = session.open.as_mut() {
        open.view = View::Shared;
        session.scene = Scene::Reading;
    }
    turn
}

/// The digits that were said, as `read` takes them; none inside if not enough were said to
/// make a code, none at all if something else was said.
pub(super) fn said_digits(
    session: &mut Session,
    heard: &Heard,
    read: impl Fn(&str) -> Option<Code>,
) -> Option<Option<Code>> {
    let said = &heard.transcript;
    let mut readings = std::iter::once(&said.text).chain(&said.alternatives);
    let code = readings.find_map(|text| read(text));
    if code.is_none() && !Code::is_attempted(&said.text) {
        return None;
    }
    (session.heard, session.silences) = (None, 0);
    Some(code)
}
