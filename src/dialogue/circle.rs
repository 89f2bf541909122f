//! The circle of help: made in three steps, and what helpers prepared, read aloud.

use jiff::civil::Date;

use super::act::ask;
use super::event::{Handed, Heard};
use super::command::Command;
use super::locale::fill;
use super::present::Presenter;
use super::reply::{Choice, Effect, Page, Progress};
use super::session::{Prompt, Scene, Session};
use super::{Dialogue, Tell, Turn};
use crate::knowledge::{Guide, GuideId};
use crate::sharing::Code;
use crate::store::Act;

/// The longest name that an elder wants to be called by, in characters.
const LONGEST_NAME: usize = 20;
/// The steps in which a circle is made.
const STEPS: usize = 3;
/// So many lines of the log are read out.
const LOG: usize = 6;

/// An elder's circle, as it is told to the elder.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Circle {
    /// Its name in the store.
    pub id: String,
    /// What the elder wants to be called; may be empty.
    pub called: String,
    /// What helpers prepared, the newest first.
    pub notes: Vec<Note>,
    /// Who helps.
    pub helpers: Vec<Person>,
    /// What was done, the newest first.
    pub log: Vec<Deed>,
}

/// What a helper prepared.
#[derive(Clone, PartialEq, Eq)]
pub struct Note {
    /// Its name in the store.
    pub id: String,
    /// The helper's name.
    pub helper: String,
    /// The guide.
    pub guide: GuideId,
    /// What is ready.
    pub ready: Vec<String>,
    /// When to go; may be empty.
    pub appointment: String,
    /// What is read aloud; may be empty.
    pub note: String,
}

/// A helper.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// The name in the store.
    pub id: String,
    /// The name.
    pub name: String,
}

/// Something that was done in the elder's name.
#[derive(Clone, PartialEq, Eq)]
pub struct Deed {
    /// The day.
    pub on: Date,
    /// Who did it, or to whom it was done; may be empty.
    pub helper: String,
    /// What.
    pub act: Act,
    /// The guide it was about.
    pub guide: Option<GuideId>,
}

impl std::fmt::Debug for Circle {
    /// Leaves names and notes out, so that they cannot slip into a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Circle({})", self.id)
    }
}

/// What the dialogue wants done with a circle.
#[derive(Clone, PartialEq, Eq)]
pub enum CircleWish {
    /// Make one; the elder has agreed.
    Make(String),
    /// Open the one of this card.
    Open(Code),
    /// An invitation to this circle.
    Invite(String),
    /// The elder hears this note of this circle. Nothing is to be answered.
    Heard(String, String),
    /// Remove this helper from this circle.
    Remove(String, String),
    /// Remove this circle with everything in it.
    RemoveAll(String),
}

impl std::fmt::Debug for CircleWish {
    /// Leaves names and digits out.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Make(_) => "make a circle",
            Self::Open(_) => "open a circle",
            Self::Invite(_) => "invite to the circle",
            Self::Heard(..) => "note heard",
            Self::Remove(..) => "remove a helper",
            Self::RemoveAll(_) => "remove the circle",
        })
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CircleNews {
    /// There is a circle: its card's digits and an invitation.
    Made(Circle, Handed),
    /// The card's circle.
    Opened(Circle),
    /// No card has these digits.
    NoCard,
    /// An invitation.
    Invited(Handed),
    /// The circle as it is now.
    Changed(Circle),
    /// There is no circle any more.
    Gone,
    /// It could not be done.
    Failed,
}

/// Where a conversation about a circle stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Round {
    /// Does the elder agree?
    Consent,
    /// What does the elder want to be called?
    Naming,
    /// The card and an invitation.
    Card,
    /// The card's digits are asked for.
    Typing,
    /// What is there.
    Home,
    /// A note, from 0.
    Note(usize),
    /// An invitation.
    Invited,
    Helpers,
    /// Shall this helper, from 0, be removed?
    Remove(usize),
    RemoveAll,
    Log,
}

impl Dialogue {
    /// Commands that mean something of their own in a circle.
    pub(super) fn circle_command(&self, session: &mut Session, command: Command) -> Option<Turn> {
        match command {
            Command::Circle => return Some(go(session, Round::Consent)),
            Command::Card => return Some(go(session, Round::Typing)),
            _ => {}
        }
        let Scene::Circle(round) = session.scene else {
            let opened = session.circle.is_some();
            return match command {
                Command::Helpers | Command::Log | Command::Invite | Command::RemoveAll
                    if !opened =>
                {
                    Some(go(session, Round::Typing))
                }
                Command::Helpers => Some(go(session, Round::Helpers)),
                Command::Log => Some(go(session, Round::Log)),
                Command::RemoveAll => Some(go(session, Round::RemoveAll)),
                Command::Invite => Some(self.wish(session, CircleWish::Invite)),
                _ => None,
            };
        };
        let notes = session.circle.as_ref().map_or(0, |circle| circle.notes.len());
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
            (_, Command::Next | Command::Resume | Command::Previous | Command::Yes | Command::No)
                if session.circle.is_some() =>
            {
                go(session, Round::Home)
            }
            (_, Command::Helpers) if session.circle.is_some() => go(session, Round::Helpers),
            (_, Command::Log) if session.circle.is_some() => go(session, Round::Log),
            (_, Command::RemoveAll) if session.circle.is_some() => go(session, Round::RemoveAll),
            (_, Command::Invite) if session.circle.is_some() => {
                self.wish(session, CircleWish::Invite)
            }
            _ => return None,
        };
        Some(turn)
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
    pub(super) fn circle_heard(&self, session: &mut Session, heard: &Heard) -> Option<Turn> {
        let said = &heard.transcript;
        match session.scene {
            Scene::Circle(Round::Typing) => {
                let mut readings = std::iter::once(&said.text).chain(&said.alternatives);
                let code = readings.find_map(|text| Code::card(text).ok());
                if code.is_none() && !Code::is_attempted(&said.text) {
                    return None;
                }
                (session.heard, session.silences) = (None, 0);
                let Some(code) = code else {
                    return Some(Turn::default());
                };
                Some(
                    Turn::default()
                        .with(Effect::Circle(CircleWish::Open(code)))
                        .telling(Tell::Shown),
                )
            }
            Scene::Circle(Round::Naming) => {
                let context = super::understand::Context::default();
                let meaning = self.understanding.listen(&said.text, said.language, &context);
                // Many a name sounds like a command that makes no sense here.
                if meaning.command().is_some_and(is_answer) {
                    return None;
                }
                let masked = super::mask::mask(&said.text);
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

    pub(super) fn circle_news(&self, session: &mut Session, news: CircleNews) -> Turn {
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

impl Presenter<'_> {
    pub fn circle(&mut self, round: Round) {
        let words = &self.wording.circle;
        let (yes_no, list): (&[Command], &[Command]) = (
            &[Command::Yes, Command::No, Command::Repeat, Command::Slower, Command::Louder],
            &[
                Command::Next,
                Command::Repeat,
                Command::Slower,
                Command::Louder,
                Command::Helpers,
                Command::Invite,
                Command::Log,
                Command::RemoveAll,
                Command::Ask,
                Command::Goodbye,
            ],
        );
        match round {
            Round::Consent => {
                self.page(Page::Circle, &words.title, yes_no);
                self.circle_step(1);
                for line in &words.consent {
                    self.tell(line);
                }
                self.tell(&words.agree);
            }
            Round::Naming => {
                let buttons = [Command::No, Command::Repeat, Command::Stop];
                self.page(Page::Typing, &words.naming_title, &buttons);
                self.circle_step(2);
                self.tell(&words.naming);
            }
            Round::Card => {
                self.page(Page::Circle, &words.card_title, list);
                self.circle_step(3);
                self.tell(&words.card);
                self.digits();
                self.tell(&words.invite);
            }
            Round::Invited => {
                self.page(Page::Circle, &words.invite_title, list);
                self.tell(&words.invite);
                self.show.handed.clone_from(&self.session.handed);
            }
            Round::Typing => {
                let buttons = [Command::Stop, Command::Repeat, Command::Circle, Command::Goodbye];
                self.page(Page::Typing, &words.typing_title, &buttons);
                self.tell(&words.typing);
            }
            Round::Home => self.circle_home(list),
            Round::Note(index) => self.circle_note(index, list),
            Round::Helpers => self.circle_helpers(list),
            Round::Remove(index) => {
                self.page(Page::Circle, &words.remove_title, yes_no);
                let circle = self.session.circle.as_ref();
                let helper = circle.and_then(|circle| circle.helpers.get(index));
                let name = helper.map_or("", |helper| helper.name.as_str());
                self.tell_privately(&fill(&words.remove, &[("helper", name)]));
            }
            Round::RemoveAll => {
                self.page(Page::Circle, &words.remove_title, yes_no);
                self.tell(&words.remove_all);
            }
            Round::Log => self.circle_log(list),
        }
    }

    fn circle_step(&mut self, step: usize) {
        let (ordinal, count) = (self.wording.ordinal(step - 1), self.wording.count(STEPS));
        let words = fill(
            &self.wording.show.progress,
            &[("ordinal", ordinal), ("count", count)],
        );
        self.say(&words);
        self.show.progress = Some(Progress {
            step,
            of: STEPS,
            words,
        });
    }

    /// What is known to this circle only: said, shown, and its sound not kept.
    fn tell_privately(&mut self, text: &str) {
        self.say_privately(self.session.pace.between(), text);
        self.show.body.push(text.to_owned());
    }

    fn circle_home(&mut self, list: &[Command]) {
        let words = &self.wording.circle;
        self.page(Page::Circle, &words.title, list);
        let Some(circle) = &self.session.circle else {
            return self.tell(&words.typing);
        };
        self.greet();
        match circle.notes.len() {
            0 => self.tell(&words.nothing),
            count => {
                let count = self.number(count);
                self.tell(&fill(&words.notes, &[("count", &count)]));
            }
        }
        if circle.helpers.is_empty() {
            self.tell(&words.nobody);
        }
    }

    /// By the name that the elder wants to be called.
    fn greet(&mut self) {
        let called = self.session.circle.as_ref().map(|circle| &circle.called);
        if let Some(called) = called.filter(|called| !called.is_empty()) {
            let hello = &self.wording.circle.hello;
            self.tell_privately(&fill(hello, &[("called", called)]));
        }
    }

    /// A number of things: in words as far as there are some.
    fn number(&self, count: usize) -> String {
        if count <= self.wording.counts.len() {
            self.wording.count(count).to_owned()
        } else {
            count.to_string()
        }
    }

    fn circle_note(&mut self, index: usize, list: &[Command]) {
        let words = &self.wording.circle;
        let circle = self.session.circle.as_ref();
        let Some(note) = circle.and_then(|circle| circle.notes.get(index)) else {
            return self.circle_home(list);
        };
        let guide = self.knowledge.get(&note.guide);
        let name = |guide: &Guide| guide.text(self.session.language).name.clone();
        let name = guide.map_or_else(|| note.guide.to_string(), name);
        let more: Vec<Command> = std::iter::once(Command::Yes)
            .chain(list.iter().copied())
            .collect();
        self.page(Page::Circle, &name, &more);
        self.show.pictogram = guide.map(|guide| guide.pictogram.clone());
        if index == 0 {
            self.greet();
        }
        let values = [("helper", note.helper.as_str()), ("guide", name.as_str())];
        self.tell_privately(&fill(&words.note, &values));
        if !note.ready.is_empty() {
            self.say(&words.ready);
            for thing in &note.ready {
                self.say_privately(self.session.pace.between(), thing);
            }
            self.show.body.push(words.ready.clone());
            self.show.bring.clone_from(&note.ready);
        }
        if !note.appointment.is_empty() {
            let when = [("when", note.appointment.as_str())];
            self.tell_privately(&fill(&words.appointment, &when));
        }
        if !note.note.is_empty() {
            let says = [("helper", note.helper.as_str()), ("note", note.note.as_str())];
            self.tell_privately(&fill(&words.says, &says));
        }
        self.tell(&words.open);
    }

    fn circle_helpers(&mut self, list: &[Command]) {
        let words = &self.wording.circle;
        let helpers = self.session.circle.as_ref().map(|circle| circle.helpers.clone());
        let helpers = helpers.unwrap_or_default();
        let choices = (1..=helpers.len()).map(|n| Command::Choose(u8::try_from(n).unwrap_or(1)));
        let buttons: Vec<Command> = choices.chain(list.iter().copied()).collect();
        self.page(Page::Circle, &words.helpers_title, &buttons);
        if helpers.is_empty() {
            return self.tell(&words.nobody);
        }
        self.tell(&words.helpers);
        for (index, helper) in helpers.iter().enumerate() {
            let values = [("ordinal", self.wording.ordinal(index)), ("guide", &helper.name)];
            let line = fill(&self.wording.say.choice, &values);
            self.say_privately(self.session.pace.between(), &line);
            self.show.choices.push(Choice {
                guide: GuideId::new("helper"),
                label: helper.name.clone(),
                pictogram: "person".into(),
            });
        }
        self.tell(&words.helpers_how);
    }

    fn circle_log(&mut self, list: &[Command]) {
        let words = &self.wording.circle;
        self.page(Page::Circle, &words.log_title, list);
        let log = self.session.circle.as_ref().map(|circle| circle.log.clone());
        let log = log.unwrap_or_default();
        if log.is_empty() {
            self.tell(&words.nothing);
        }
        for deed in log.iter().take(LOG) {
            let sentence = self.wording.circle.acts.get(deed.act.name());
            let guide = deed.guide.as_ref().and_then(|id| self.knowledge.get(id));
            let guide = guide.map_or("", |guide| guide.text(self.session.language).name.as_str());
            let (month, day) = (deed.on.month().to_string(), deed.on.day().to_string());
            let values = [
                ("month", month.as_str()),
                ("day", day.as_str()),
                ("helper", deed.helper.as_str()),
                ("guide", guide),
            ];
            if let Some(sentence) = sentence {
                self.tell_privately(&fill(sentence, &values));
            }
        }
    }
}
