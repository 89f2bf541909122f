//! The conversation: a pure state machine. Events in, replies out; no I/O, no clock, no threads.
//!
//! [`Dialogue`] knows the guides and the wording, and serves any number of conversations;
//! a [`Session`] is one of them, and nothing of it stays when it ends. The caller turns what
//! happens (words, keys, time) into [`Event`]s, and does what the [`Reply`] says: speak, show,
//! carry out the [`Effect`]s. If words are a question, the caller searches and hands the
//! decision back; [`Dialogue::turn`] does both at one go:
//!
//! ```no_run
//! # use std::{path::Path, sync::Arc};
//! # use wenlu::{Language, knowledge::Knowledge, search::Decision};
//! use wenlu::dialogue::{Dialogue, Event, Heard, Session};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let dialogue = Dialogue::new(Arc::new(Knowledge::load(Path::new("knowledge"))?))?;
//! let mut session = Session::default();
//! let begin = Event::Begin(Setting::in_language(Language::Zh));
//! let greeting = dialogue.turn(&mut session, begin, |_| Decision::Unknown(vec![]));
//! println!("{}", greeting.spoken());
//! let heard = Event::Heard(Heard::typed("老年证在哪儿办"));
//! let reply = dialogue.turn(&mut session, heard, |question| {
//! #   let _ = question;
//!     // searcher.search(question)
//! #   Decision::Unknown(vec![])
//! });
//! println!("{}", reply.show.headline);
//! # Ok(())
//! # }
//! ```
//!
//! Where a change goes: wording in `locale/*.toml`, how commands are recognised in
//! `locale/*.commands.toml` and [`understand`], what they do in `act.rs`, what follows a
//! decision in `find.rs`, sharing and printing in `errand.rs`, the circle of help in `circle.rs`, moving about in a guide in `walk.rs`, whose rules are told in `place.rs`, what is said and shown in
//! `present.rs` and, for a guide, in `tell.rs`.

mod act;
mod circle;
mod command;
mod errand;
mod event;
mod find;
mod leave;
mod locale;
mod mask;
mod names;
pub mod pace;
mod place;
mod present;
mod rehearse;
mod reply;
mod script;
mod session;
mod tell;
#[cfg(test)]
mod tests;
pub mod understand;
mod walk;

pub use circle::{Circle, CircleNews, CircleWish, Deed, Note, Person};
pub use command::{Command, UnknownCommand};
pub use event::{Errand, Event, Handed, Heard, Outcome};
pub use leave::{LEAVE_AFTER, WARNING};
pub use locale::LocaleError;
pub use mask::{Masked, mask};
pub use names::mask_names;
pub use rehearse::{Rehearsal, fixed_sentences};
pub use reply::{Button, Choice, Effect, Leaving, Page, Progress, Reply, Screen, Utter};
pub use script::{Script, ScriptError, play};
pub use session::{Door, Session, Setting};

use std::time::Duration;

use crate::knowledge::{Atlas, Knowledge};
use crate::language::Language;
use crate::search::{Decision, Question};
use locale::Wording;
use present::Presenter;
use understand::Understanding;

/// The conversation's rules: guides, wording, understanding. Shared by all sessions.
pub struct Dialogue {
    atlas: Atlas,
    zh: Wording,
    en: Wording,
    understanding: Understanding,
}

/// What an event led to.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one at a time, and it is taken apart at once"
)]
pub enum Step {
    /// Say, show and do this.
    Reply(Reply),
    /// Look this up, and hand the decision in as [`Event::Decided`].
    Search(Search),
}

/// A question to look up. Numbers that should not be told are already masked.
#[derive(Clone, PartialEq)]
pub struct Search {
    /// The words.
    pub text: String,
    /// Their language.
    pub language: Language,
    /// How sure the recogniser is of them, 0 to 1.
    pub confidence: f32,
    /// What may have been said instead.
    pub alternatives: Vec<String>,
}

impl std::fmt::Debug for Search {
    /// Leaves the words out, so that they cannot slip into a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Search({}, {:.2})", self.language, self.confidence)
    }
}

impl Search {
    /// As the search takes it.
    #[must_use]
    pub fn question(&self) -> Question<'_> {
        Question {
            text: &self.text,
            language: self.language,
            confidence: self.confidence,
            alternatives: &self.alternatives,
        }
    }
}

/// What an event does to the reply.
#[derive(Debug, Default)]
struct Turn {
    /// Sentences before the telling.
    before: Vec<String>,
    effects: Vec<Effect>,
    tell: Tell,
}

/// How much is told of where the conversation stands.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Tell {
    /// All of it, spoken and shown.
    #[default]
    Aloud,
    /// Shown; only the sentences before are spoken.
    Shown,
    /// Shown, and what is being said goes on.
    Silent,
}

impl Turn {
    fn saying(sentence: &str) -> Self {
        Self {
            before: vec![sentence.to_owned()],
            ..Self::default()
        }
    }

    fn with(mut self, effect: Effect) -> Self {
        self.effects.push(effect);
        self
    }

    fn telling(mut self, tell: Tell) -> Self {
        self.tell = tell;
        self
    }
}

impl Dialogue {
    /// Reads the bundled wording for conversations about these guides.
    ///
    /// # Errors
    /// If a bundled locale file is damaged.
    pub fn new(atlas: impl Into<Atlas>) -> Result<Self, LocaleError> {
        let atlas = atlas.into();
        Ok(Self {
            zh: Wording::bundled(Language::Zh)?,
            en: Wording::bundled(Language::En)?,
            understanding: Understanding::new(atlas.here())?,
            atlas,
        })
    }

    /// The guides of all regions.
    #[must_use]
    pub fn atlas(&self) -> &Atlas {
        &self.atlas
    }

    /// How words are told apart.
    #[must_use]
    pub fn understanding(&self) -> &Understanding {
        &self.understanding
    }

    /// What an event leads to. Deterministic: the same session and event give the same
    /// session and step.
    pub fn step(&self, session: &mut Session, event: Event) -> Step {
        if event.is_sign_of_life() {
            session.leaving = false;
        }
        let turn = match event {
            Event::Begin(setting) => self.begin(session, setting),
            Event::Heard(heard) => match self.heard(session, heard) {
                Ok(turn) => turn,
                Err(search) => return Step::Search(search),
            },
            Event::Decided(decision) => self.decided(session, decision),
            Event::Command(command) => {
                session.heard = None;
                self.command(session, command)
            }
            Event::Open(guide) => self.open(session, guide),
            Event::HeardNothing => self.heard_nothing(session),
            Event::Spoken => leave::spoken(session),
            Event::Touched => leave::touched(session),
            Event::Tick(elapsed) => self.tick(session, elapsed),
            Event::Circle(news) => self.circle_news(session, news),
            Event::Done(outcome) => self.done(session, outcome),
            Event::Failed(errand) => self.failed(session, errand),
        };
        Step::Reply(self.reply(session, turn))
    }

    /// An event, and the search if it is a question.
    pub fn turn(
        &self,
        session: &mut Session,
        event: Event,
        search: impl FnOnce(&Question<'_>) -> Decision,
    ) -> Reply {
        let decision = match self.step(session, event) {
            Step::Reply(reply) => return reply,
            Step::Search(wanted) => search(&wanted.question()),
        };
        match self.step(session, Event::Decided(decision)) {
            Step::Reply(reply) => reply,
            // A decision is always answered.
            Step::Search(_) => Reply::default(),
        }
    }

    /// Tells somebody that they were heard, where the answer itself takes a moment.
    #[must_use]
    pub fn acknowledgement(&self, language: Language) -> Utter {
        Utter {
            text: self.words(language).say.acknowledged.clone(),
            language,
            pause: Duration::ZERO,
            public: true,
        }
    }

    fn words(&self, language: Language) -> &Wording {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }

    fn wording(&self, session: &Session) -> &Wording {
        self.words(session.language)
    }

    /// The guides as they are told where the person is.
    fn guides(&self, session: &Session) -> &Knowledge {
        match &session.region {
            Some(region) => self.atlas.guides(region),
            None => self.atlas.here(),
        }
    }

    /// The place whose own rules are told, by name; none if they are the nation's.
    fn place(&self, session: &Session) -> Option<&str> {
        let region = session.region.as_ref().unwrap_or(self.atlas.home());
        let told = self.atlas.told(region);
        self.atlas.name(&told, session.language)
    }

    fn reply(&self, session: &mut Session, turn: Turn) -> Reply {
        let ends = turn.effects.contains(&Effect::EndSession);
        let mut presenter = Presenter::new(self.wording(session), self.guides(session), session);
        presenter.place = self.place(session);
        for sentence in &turn.before {
            presenter.say(sentence);
        }
        let spoken_before = presenter.say.len();
        presenter.present();
        match turn.tell {
            Tell::Aloud => {}
            Tell::Shown => presenter.say.truncate(spoken_before),
            Tell::Silent => presenter.say.clear(),
        }
        if session.pace.short {
            presenter.shorten();
        }
        if ends {
            presenter.farewell();
        }
        let (say, mut show) = (presenter.say, presenter.show);
        show.leaving = self.countdown(session).filter(|_| !ends);
        let mut effects = turn.effects;
        if turn.tell != Tell::Silent {
            if say.is_empty() {
                effects.insert(0, Effect::StopSpeaking);
            }
            if !ends && !session.waits_for_button() {
                effects.push(Effect::Listen);
            }
            if !session.leaving {
                leave::speaking(session, &say);
            }
        }
        if ends {
            *session = Session::fresh(session.setting);
        }
        Reply { say, show, effects }
    }
}
