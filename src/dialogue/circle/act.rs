//! What words and keys mean about a circle.

use super::{CircleNews, CircleWish, Round};
use crate::dialogue::act::ask;
use crate::dialogue::command::Command;
use crate::dialogue::errand::said_digits;
use crate::dialogue::event::Heard;
use crate::dialogue::mask::mask;
use crate::dialogue::reply::Effect;
use crate::dialogue::session::{Prompt, Scene, Session};
use crate::dialogue::understand::Context;
use crate::dialogue::{Dialogue, Tell, Turn};
use crate::sharing::Code;

/// The longest name that an elder wants to be called by, in characters.
const LONGEST_NAME: usize = 20;

impl Dialogue {
    /// Commands that mean something of their own in a circle.
    pub(in crate::dialogue) fn circle_command(
        &self,
        session: &mut Session,
        command: Command,
    ) -> Option<Turn> {
        match command {
            Command::Circle => return Some(go(session, Round::Consent)),
            Command::Card => return Some(go(session, Round::Typing)),
            _ => {}
        }
        if let Some(turn) = self.about_circle(session, command) {
            return Some(turn);
        }
        let Scene::Circle(round) = session.scene else {
            return match command {
                Command::Helpers | Command::Log | Command::Invite | Command::RemoveAll => {
                    Some(go(session, Round::Typing))
                }
                _ => None,
            };
        };
        let notes = session
            .circle
            .as_ref()
            .map_or(0, |circle| circle.notes.len());
        let turn = match (round, command) {
            (Round::Consent, Command::Yes | Command::Next | Command::Resume) => {
                go(session, Round::Naming)
            }
            (Round::Consent, Command::No) | (_, Command::Stop | Command::Ask) => {
                ask(session, Prompt::Else)
            }
            (Round::Naming, Command::No | Command::Next) => {
                Turn::default().with(Effect::Circle(CircleWish::Make(String::new())))
            }
            (Round::Remove(index), Command::Yes) => match self.helper(session, index) {
                Some(id) => self.wish(session, |circle| CircleWish::Remove(circle, id)),
                None => go(session, Round::Helpers),
            },
            (Round::Remove(_), Command::No) => go(session, Round::Helpers),
            (Round::RemoveAll, Command::Yes) => self.wish(session, CircleWish::RemoveAll),
            (Round::RemoveAll, Command::No) => go(session, Round::Home),
            (Round::Helpers, Command::Choose(number)) => {
                let index = usize::from(number).saturating_sub(1);
                match self.helper(session, index) {
                    Some(_) => go(session, Round::Remove(index)),
                    None => Turn::default(),
                }
            }
            (Round::Note(index), Command::Yes | Command::StartOver) => {
                let circle = session.circle.as_ref();
                let guide = circle.and_then(|circle| Some(circle.notes.get(index)?.guide.clone()));
                guide.map_or_else(Turn::default, |guide| self.read(session, guide, Vec::new()))
            }
            (Round::Note(index), Command::Next) if index + 1 < notes => {
                self.note(session, index + 1)
            }
            (Round::Note(index), Command::Previous) if index > 0 => self.note(session, index - 1),
            (Round::Home, Command::Next | Command::Yes) if notes > 0 => self.note(session, 0),
            (
                _,
                Command::Next | Command::Resume | Command::Previous | Command::Yes | Command::No,
            ) if session.circle.is_some() => go(session, Round::Home),
            _ => return None,
        };
        Some(turn)
    }

    /// Commands about the circle that is open, wherever the conversation stands.
    fn about_circle(&self, session: &mut Session, command: Command) -> Option<Turn> {
        session.circle.as_ref()?;
        Some(match command {
            Command::Helpers => self.look(session, Round::Helpers),
            Command::Log => self.look(session, Round::Log),
            Command::RemoveAll => go(session, Round::RemoveAll),
            Command::Invite => self.wish(session, CircleWish::Invite),
            _ => return None,
        })
    }

    /// Something is to be done with the circle that is open.
    fn wish(&self, session: &Session, wish: impl FnOnce(String) -> CircleWish) -> Turn {
        match &session.circle {
            Some(circle) => Turn::default()
                .with(Effect::Circle(wish(circle.id.clone())))
                .telling(Tell::Shown),
            None => Turn::default(),
        }
    }

    /// Something is told of the circle, when it is known how it is now.
    fn look(&self, session: &mut Session, round: Round) -> Turn {
        go(session, round);
        self.wish(session, CircleWish::Look)
    }

    fn helper(&self, session: &Session, index: usize) -> Option<String> {
        let helpers = &session.circle.as_ref()?.helpers;
        Some(helpers.get(index)?.id.clone())
    }

    /// A note is told: it counts as heard.
    fn note(&self, session: &mut Session, index: usize) -> Turn {
        let turn = go(session, Round::Note(index));
        let heard = session.circle.as_ref().and_then(|circle| {
            let note = circle.notes.get(index)?;
            Some(CircleWish::Heard(circle.id.clone(), note.id.clone()))
        });
        match heard {
            Some(heard) => turn.with(Effect::Circle(heard)),
            None => turn,
        }
    }

    /// Words where the circle asks for a name or for the card's digits. They are taken before
    /// numbers are masked, and digits are not shown again.
    pub(in crate::dialogue) fn circle_heard(
        &self,
        session: &mut Session,
        heard: &Heard,
    ) -> Option<Turn> {
        let said = &heard.transcript;
        match session.scene {
            Scene::Circle(Round::Typing) => {
                let code = said_digits(session, heard, |text| Code::card(text).ok())?;
                Some(code.map_or_else(Turn::default, |code| {
                    Turn::default()
                        .with(Effect::Circle(CircleWish::Open(code)))
                        .telling(Tell::Shown)
                }))
            }
            Scene::Circle(Round::Naming) => {
                let context = Context::default();
                let meaning = self
                    .understanding
                    .listen(&said.text, said.language, &context);
                // Many a name sounds like a command that makes no sense here.
                if meaning.command().is_some_and(is_answer) {
                    return None;
                }
                let masked = mask(&said.text);
                let name = self.wording(session).name(&masked.text);
                if masked.found || name.chars().count() > LONGEST_NAME {
                    return Some(Turn::default());
                }
                (session.heard, session.silences) = (None, 0);
                Some(Turn::default().with(Effect::Circle(CircleWish::Make(name))))
            }
            _ => None,
        }
    }

    pub(in crate::dialogue) fn circle_news(&self, session: &mut Session, news: CircleNews) -> Turn {
        let say = &self.wording(session).circle;
        match news {
            CircleNews::Made(circle, handed) => {
                session.circle = Some(circle);
                session.handed = Some(handed);
                go(session, Round::Card)
            }
            CircleNews::Invited(handed) => {
                session.handed = Some(handed);
                go(session, Round::Invited)
            }
            CircleNews::Opened(circle) => {
                let prepared = !circle.notes.is_empty();
                session.circle = Some(circle);
                session.handed = None;
                // What was left is read out at once.
                if prepared {
                    self.note(session, 0)
                } else {
                    go(session, Round::Home)
                }
            }
            CircleNews::Seen(circle) => {
                session.circle = Some(circle);
                Turn::default()
            }
            CircleNews::Changed(circle) => {
                let turn = Turn::saying(&say.removed);
                session.circle = Some(circle);
                session.scene = Scene::Circle(Round::Helpers);
                turn
            }
            CircleNews::NoCard => {
                let turn = Turn::saying(&say.no_card);
                session.scene = Scene::Circle(Round::Typing);
                turn
            }
            CircleNews::Gone => {
                let turn = Turn::saying(&say.gone);
                session.circle = None;
                session.scene = Scene::Asking(Prompt::Else);
                turn
            }
            // Then what was known before is told.
            CircleNews::Failed
                if matches!(session.scene, Scene::Circle(Round::Helpers | Round::Log)) =>
            {
                Turn::default()
            }
            CircleNews::Failed => {
                let turn = Turn::saying(&say.failed);
                session.scene = Scene::Asking(Prompt::Else);
                turn
            }
        }
    }
}

/// Whether a command answers the question for a name, or is about how it is asked.
fn is_answer(command: Command) -> bool {
    matches!(
        command,
        Command::Yes
            | Command::No
            | Command::Next
            | Command::Stop
            | Command::Repeat
            | Command::Slower
            | Command::Faster
            | Command::Louder
            | Command::Quieter
            | Command::Pause
            | Command::Goodbye
            | Command::English
            | Command::Mandarin
    )
}

fn go(session: &mut Session, round: Round) -> Turn {
    session.scene = Scene::Circle(round);
    session.paused = false;
    if matches!(round, Round::Consent | Round::Typing) {
        session.circle = None;
    }
    Turn::default()
}
