//! What commands do.

use super::command::Command;
use super::event::Errand;
use super::reply::Effect;
use super::session::{Aside, Prompt, Scene, Session, View};
use super::{Dialogue, Tell, Turn};
use crate::knowledge::{GuideId, Text};
use crate::language::Language;

impl Dialogue {
    pub(super) fn command(&self, session: &mut Session, command: Command) -> Turn {
        session.silences = 0;
        if command != Command::Repeat {
            session.repeats = 0;
        }
        let was_paused = std::mem::replace(&mut session.paused, command == Command::Pause);
        if let Some(turn) = self.circle_command(session, command) {
            return turn;
        }
        match command {
            Command::Slower | Command::Faster | Command::Louder | Command::Quieter => {
                self.pace(session, command)
            }
            Command::Pause => Turn::default().with(Effect::StopSpeaking),
            Command::Resume if was_paused => Turn::default(),
            Command::Repeat => self.repeat(session),
            Command::English => self.speak(session, Language::En),
            Command::Mandarin => self.speak(session, Language::Zh),
            Command::Help => ask(session, Prompt::Help),
            Command::Memory => ask(session, Prompt::Memory),
            Command::Ask => ask(session, Prompt::Ask),
            Command::Thanks => ask(session, Prompt::Thanks),
            Command::Here => Turn::saying(&self.wording(session).say.here).telling(Tell::Shown),
            Command::Stop => self.stop(session),
            Command::Goodbye => self.goodbye(session),
            Command::Share => self.errand(session, Errand::Share),
            Command::Print => self.errand(session, Errand::Print),
            Command::Withdraw => self.withdraw(session),
            // These mean something in a circle only.
            Command::Circle
            | Command::Card
            | Command::Helpers
            | Command::Invite
            | Command::Log
            | Command::RemoveAll => Turn::default(),
            Command::Yes => self.yes(session),
            Command::No => self.no(session),
            Command::Others => self.others(session),
            Command::Choose(number) => self.choose(session, number),
            Command::Back => self.go_back(session),
            Command::StartOver => self.start_over(session),
            Command::Next => self.next(session),
            Command::Previous => self.previous(session),
            Command::Resume => self.resume(session),
            Command::Detail => self.view(session, View::Detail),
            Command::Materials => self.view(session, View::Answer(Aside::Bring)),
            Command::Where => self.view(session, View::Answer(Aside::Where)),
            Command::Cost => self.view(session, View::Answer(Aside::Cost)),
            Command::Duration => self.view(session, View::Answer(Aside::Duration)),
            Command::Eligibility => self.view(session, View::Answer(Aside::WhoFor)),
            Command::Proxy => self.view(session, View::Answer(Aside::Proxy)),
            Command::Caution => self.view(session, View::Answer(Aside::Scam)),
            Command::Call => self.call(session),
        }
    }

    /// The words of the guide that is open.
    fn text(&self, session: &Session) -> Option<&Text> {
        let guide = self.guides(session).get(&session.open.as_ref()?.guide)?;
        Some(guide.text(session.language))
    }

    pub(super) fn steps(&self, session: &Session) -> usize {
        self.text(session).map_or(0, |text| text.steps.len())
    }

    fn pace(&self, session: &mut Session, command: Command) -> Turn {
        let pace = &mut session.pace;
        let turned = match command {
            Command::Slower => pace.turn_rate(false),
            Command::Faster => pace.turn_rate(true),
            Command::Louder => pace.turn_volume(true),
            _ => pace.turn_volume(false),
        };
        if command == Command::Slower && !turned {
            pace.short = true;
        }
        let (rate, volume) = (
            Effect::SetRate(pace.rate()),
            Effect::SetVolume(pace.volume()),
        );
        let say = &self.wording(session).say;
        let (sentence, effect) = match (command, turned) {
            (Command::Slower, true) => (&say.slower, rate),
            (Command::Slower, false) => (&say.slowest, rate),
            (Command::Faster, true) => (&say.faster, rate),
            (Command::Faster, false) => (&say.fastest, rate),
            (Command::Louder, true) => (&say.louder, volume),
            (Command::Louder, false) => (&say.loudest, volume),
            (_, true) => (&say.quieter, volume),
            (_, false) => (&say.quietest, volume),
        };
        Turn::saying(sentence).with(effect)
    }

    /// Asked twice for the same: slower, then in short pieces.
    fn repeat(&self, session: &mut Session) -> Turn {
        session.repeats = session.repeats.saturating_add(1);
        if session.repeats < 2 {
            return Turn::default();
        }
        let slower = session.pace.turn_rate(false);
        session.pace.short = true;
        let say = &self.wording(session).say;
        Turn::saying(if slower { &say.slower } else { &say.slowest })
            .with(Effect::SetRate(session.pace.rate()))
    }

    fn speak(&self, session: &mut Session, language: Language) -> Turn {
        session.language = language;
        Turn::saying(&self.wording(session).say.language)
    }

    /// Stops reading; a second stop ends the conversation.
    fn stop(&self, session: &mut Session) -> Turn {
        match session.scene {
            Scene::Asking(_) => self.goodbye(session),
            _ => ask(session, Prompt::Stopped),
        }
    }

    pub(super) fn goodbye(&self, session: &Session) -> Turn {
        Turn::saying(&self.wording(session).say.goodbye)
            .with(Effect::EndSession)
            .telling(Tell::Shown)
    }

    /// The guide a follow-up is about: the one that is named for confirming, else the open one.
    pub(super) fn guide_in_talk(&self, session: &Session) -> Option<GuideId> {
        match &session.scene {
            Scene::Confirming { guide, .. } => Some(guide.clone()),
            Scene::Choosing(_) => None,
            _ => session.open.as_ref().map(|open| open.guide.clone()),
        }
    }

    pub(super) fn yes(&self, session: &mut Session) -> Turn {
        match session.scene.clone() {
            Scene::Confirming { guide, others } => self.read(session, guide, others),
            Scene::Choosing(guides) | Scene::DeadEnd(guides) if guides.len() == 1 => {
                self.choose(session, 1)
            }
            Scene::Choosing(_) | Scene::DeadEnd(_) => Turn::default(),
            Scene::GoingBack => self.go_back(session),
            Scene::Reading => self.next(session),
            Scene::Asking(_) => ask(session, Prompt::Ask),
            Scene::Typing | Scene::Circle(_) => Turn::default(),
        }
    }

    fn no(&self, session: &mut Session) -> Turn {
        match session.scene.clone() {
            Scene::Confirming { others, .. } => self.offer(session, others),
            Scene::Choosing(_) => self.offer(session, Vec::new()),
            Scene::DeadEnd(_) => ask(session, Prompt::Human),
            Scene::GoingBack => {
                session.scene = Scene::Reading;
                Turn::default()
            }
            Scene::Reading => self.no_while_reading(session),
            Scene::Asking(Prompt::Else | Prompt::Thanks | Prompt::Stopped) => self.goodbye(session),
            Scene::Asking(_) | Scene::Typing | Scene::Circle(_) => ask(session, Prompt::Ask),
        }
    }

    /// At the beginning "no" means "not this one"; later it means "enough".
    fn no_while_reading(&self, session: &mut Session) -> Turn {
        let Some(open) = session.open.as_ref() else {
            return ask(session, Prompt::Ask);
        };
        if open.danger.is_some() {
            let turn = Turn::saying(&self.wording(session).say.danger_over);
            session.open = session.left.pop();
            session.scene = Scene::Asking(Prompt::Ask);
            return turn.telling(Tell::Shown);
        }
        match open.view {
            View::Start => self.others(session),
            _ => ask(session, Prompt::Else),
        }
    }

    /// The guide is the wrong one: the next best.
    fn others(&self, session: &mut Session) -> Turn {
        let others = match &session.scene {
            Scene::Confirming { others, .. } => others.clone(),
            Scene::Reading => session
                .open
                .take()
                .map(|open| open.others)
                .unwrap_or_default(),
            _ => Vec::new(),
        };
        self.offer(session, others)
    }

    fn offer(&self, session: &mut Session, mut guides: Vec<GuideId>) -> Turn {
        guides.truncate(3);
        if guides.is_empty() {
            session.misses = session.misses.saturating_add(1);
            if session.misses > 1 {
                session.scene = Scene::DeadEnd(guides);
                return Turn::default();
            }
            return ask(session, Prompt::Wrong);
        }
        session.scene = Scene::Choosing(guides);
        Turn::default()
    }

    /// A choice by number; while reading, a step by number.
    fn choose(&self, session: &mut Session, number: u8) -> Turn {
        let index = usize::from(number).saturating_sub(1);
        let say = &self.wording(session).say;
        let none = |sentence: &str, of: usize| {
            let count = self.wording(session).count(of);
            Turn::saying(&super::locale::fill(sentence, &[("count", count)]))
        };
        match session.scene.clone() {
            Scene::Choosing(guides) | Scene::DeadEnd(guides) if !guides.is_empty() => {
                let Some(guide) = guides.get(index) else {
                    return none(&say.no_such_choice, guides.len());
                };
                let others = guides.iter().filter(|other| *other != guide);
                let others = others.cloned().collect();
                self.read(session, guide.clone(), others)
            }
            Scene::Confirming { .. } if number == 1 => self.yes(session),
            Scene::Reading if index >= self.steps(session) => {
                none(&say.no_such_step, self.steps(session).max(1))
            }
            Scene::Reading => self.go_to_step(session, index),
            Scene::Asking(_) | Scene::DeadEnd(_) => ask(session, Prompt::Which),
            _ => Turn::default(),
        }
    }

    fn call(&self, session: &mut Session) -> Turn {
        match self.guide_in_talk(session) {
            Some(_) => self.view(session, View::Answer(Aside::Call)),
            None => ask(session, Prompt::Human),
        }
    }
}

/// Waits for a question.
pub(super) fn ask(session: &mut Session, prompt: Prompt) -> Turn {
    session.scene = Scene::Asking(prompt);
    session.paused = false;
    Turn::default()
}
