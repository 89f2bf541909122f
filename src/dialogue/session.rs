//! What is known about one conversation. Nothing of it outlives the conversation.

use std::time::Duration;

use jiff::civil::Date;

use super::circle::{Circle, Round};
use super::event::Handed;
use super::leave::LEAVE_AFTER;
use super::pace::{Pace, USUAL_VOLUME};
use super::reply::Effect;
use crate::knowledge::{Danger, GuideId, RegionId};
use crate::language::Language;

/// A conversation with one person. The default is a person nobody has spoken to yet.
#[derive(Clone, PartialEq, Default)]
pub struct Session {
    pub(super) language: Language,
    pub(super) setting: Setting,
    /// Where the person is, if they said so; else where the terminal stands.
    pub(super) region: Option<RegionId>,
    pub(super) scene: Scene,
    pub(super) open: Option<Open>,
    /// Guides that were left for another one, the last one last.
    pub(super) left: Vec<Open>,
    /// The circle of help whose card was shown.
    pub(super) circle: Option<Circle>,
    /// What was handed on last in this conversation.
    pub(super) handed: Option<Handed>,
    /// What the search is deciding about.
    pub(super) asked: Option<Asked>,
    pub(super) paused: bool,
    pub(super) pace: Pace,
    /// Questions in a row that led nowhere.
    pub(super) misses: u8,
    /// Times in a row that nothing was heard.
    pub(super) silences: u8,
    /// Times in a row that the same thing was asked to be repeated.
    pub(super) repeats: u8,
    /// How often the way on ("say: next") was explained.
    pub(super) hints: u8,
    /// What was heard last, with numbers masked.
    pub(super) heard: Option<String>,
    pub(super) quiet: Quiet,
    /// Whether the countdown before clearing is shown.
    pub(super) leaving: bool,
}

impl std::fmt::Debug for Session {
    /// Leaves out what was said, so that it cannot slip into a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session")
            .field("language", &self.language)
            .field("scene", &self.scene)
            .field("open", &self.open)
            .finish_non_exhaustive()
    }
}

impl Session {
    /// The language of the conversation.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// Rate, volume and patience.
    #[must_use]
    pub fn pace(&self) -> &Pace {
        &self.pace
    }

    /// The guide that is open.
    #[must_use]
    pub fn guide(&self) -> Option<&GuideId> {
        self.open.as_ref().map(|open| &open.guide)
    }

    /// The step that was reached in it, from 0.
    #[must_use]
    pub fn step(&self) -> usize {
        self.open.as_ref().map_or(0, |open| open.step)
    }

    /// Where the person said they are, if they did.
    #[must_use]
    pub fn region(&self) -> Option<&RegionId> {
        self.region.as_ref()
    }

    /// What was handed on last in this conversation, to be withdrawn.
    #[must_use]
    pub fn handed(&self) -> Option<&Handed> {
        self.handed.as_ref()
    }

    /// A conversation with the next person.
    pub(super) fn fresh(setting: Setting) -> Self {
        Self {
            language: setting.language,
            pace: Pace::at_volume(setting.volume),
            setting,
            ..Self::default()
        }
    }

    /// After the second silence the microphone stays shut until the button is pressed.
    pub(super) fn waits_for_button(&self) -> bool {
        self.silences > 1
    }

    /// How it began.
    #[must_use]
    pub fn setting(&self) -> &Setting {
        &self.setting
    }

    /// Whether it is as it began: nothing of a person, and the usual rate, volume and patience.
    #[must_use]
    pub fn is_untouched(&self) -> bool {
        self.is_fresh() && self.pace == Pace::at_volume(self.setting.volume)
    }

    /// Whether anything has been said or shown that belongs to a person.
    #[must_use]
    pub fn is_fresh(&self) -> bool {
        self.open.is_none() && self.heard.is_none() && self.scene == Scene::default()
    }
}

/// What holds for everybody who uses this machine today; the only thing that stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// The day it is; guides past their `check_by` are spoken with a caution.
    pub today: Option<Date>,
    /// The language to greet in.
    pub language: Language,
    /// How loud a conversation begins: a position in [`VOLUMES`](super::pace::VOLUMES), the last
    /// one if it is beyond.
    pub volume: usize,
    /// Silence after which the countdown to leaving begins.
    pub leave_after: Duration,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            today: None,
            language: Language::default(),
            volume: USUAL_VOLUME,
            leave_after: LEAVE_AFTER,
        }
    }
}

impl Setting {
    /// The usual one, in `language`.
    #[must_use]
    pub fn in_language(language: Language) -> Self {
        Self {
            language,
            ..Self::default()
        }
    }
}

/// What the conversation waits for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scene {
    /// A question.
    Asking(Prompt),
    /// Whether this guide is meant.
    Confirming {
        guide: GuideId,
        others: Vec<GuideId>,
    },
    /// Which of these is meant.
    Choosing(Vec<GuideId>),
    /// Nothing answers the question; these are nearest.
    DeadEnd(Vec<GuideId>),
    /// A guide is being read; see [`Session::open`].
    Reading,
    /// Whether to go back to the guide that was left.
    GoingBack,
    /// Digits: which link is to be withdrawn.
    Typing,
    /// Something about a circle of help.
    Circle(Round),
}

impl Default for Scene {
    fn default() -> Self {
        Self::Asking(Prompt::Welcome)
    }
}

/// Why a question is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Prompt {
    Welcome,
    Help,
    /// "Which service do you mean?", after a follow-up without a guide.
    Which,
    /// Nothing was understood: "say it in other words".
    Again,
    /// The named guide was the wrong one.
    Wrong,
    /// Only half a sentence was heard.
    GoOn,
    /// Reading was stopped.
    Stopped,
    /// "Anything else?"
    Else,
    /// The same, after thanks.
    Thanks,
    /// A human way on, because it was asked for.
    Human,
    /// "Please ask."
    Ask,
    /// Only numbers that should not be said.
    Secret,
    /// What other people asked is not known.
    Memory,
}

/// A judgement that only a professional makes, and whose door is named instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Medical: a doctor decides.
    Doctor,
    /// Legal: a lawyer advises.
    Lawyer,
}

/// A guide that is being read.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Open {
    pub guide: GuideId,
    pub danger: Option<Danger>,
    /// The step, from 0.
    pub step: usize,
    pub view: View,
    /// What else the question may have meant.
    pub others: Vec<GuideId>,
}

/// What of a guide is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// The beginning: its name, how many steps, the first one.
    Start,
    /// A step.
    Step,
    /// More about the step.
    Detail,
    /// An answer about the guide.
    Answer(Aside),
    /// A link and digits for the family.
    Shared,
    /// The end.
    Finished,
}

/// What can be asked about a guide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aside {
    Bring,
    Where,
    Cost,
    Duration,
    WhoFor,
    Proxy,
    Scam,
    Call,
}

/// A question on its way to the search, without its words.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Asked {
    pub confidence: f32,
    /// Guides that were just rejected.
    pub rejected: Vec<GuideId>,
    pub door: Option<Door>,
    /// Whether a number was said that should not be.
    pub secret: bool,
    /// Whether the person said with it where they are.
    pub moved: bool,
    /// What is done besides.
    pub effects: Vec<Effect>,
}

impl Default for Asked {
    fn default() -> Self {
        Self {
            confidence: 1.0,
            rejected: Vec::new(),
            door: None,
            secret: false,
            moved: false,
            effects: Vec::new(),
        }
    }
}

/// How long nobody has said or touched anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Quiet {
    /// What is being said still takes about this long.
    pub speaking: Duration,
    /// Silence since then.
    pub silent: Duration,
}
