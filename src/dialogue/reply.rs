//! What the conversation answers: words to say, a screen to show, things to do.

use std::time::Duration;

use super::circle::CircleWish;
use super::command::Command;
use super::event::{Errand, Handed};
use crate::knowledge::{Danger, GuideId};
use crate::language::Language;
use crate::sharing::Code;

/// What follows an event.
///
/// If there is anything to say, it takes the place of what is being said.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Reply {
    /// Sentences, in order.
    pub say: Vec<Utter>,
    /// What the screen shows from now on.
    pub show: Screen,
    /// What the caller does, in order. `Listen` and `EndSession` come after the speaking.
    pub effects: Vec<Effect>,
}

impl Reply {
    /// All that is said, as one text.
    #[must_use]
    pub fn spoken(&self) -> String {
        let sentences = self.say.iter().map(|utter| utter.text.as_str());
        let language = self.show.language;
        sentences
            .collect::<Vec<_>>()
            .join(if language == Language::Zh { "" } else { " " })
    }
}

/// A sentence to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Utter {
    /// The words.
    pub text: String,
    /// Their language.
    pub language: Language,
    /// The silence before it.
    pub pause: Duration,
    /// Whether all of it stands in a guide or a locale file, so that its sound may be kept
    /// and used again for anybody.
    pub public: bool,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Fall silent at once.
    StopSpeaking,
    /// Speak at this rate from now on; 1 is the usual one. See [`super::pace`].
    SetRate(f32),
    /// Speak this loud from now on, as a factor of the samples; 1 is the usual one.
    SetVolume(f32),
    /// Wait for this much silence before taking an utterance as finished.
    SetWait(Duration),
    /// Do this with a guide; what comes of it is told with [`super::Event::Done`] or
    /// [`super::Event::Failed`].
    Run(Errand, GuideId),
    /// Do this with a circle of help; what comes of it is told with [`super::Event::Circle`].
    Circle(CircleWish),
    /// Withdraw the link with these digits.
    WithdrawCode(Code),
    /// Open the microphone as soon as everything has been said.
    Listen,
    /// Forget the person: clear recordings, words, links and whatever else is kept.
    EndSession,
}

/// What kind of page the screen shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Page {
    /// A greeting, waiting for a question.
    #[default]
    Welcome,
    /// Waiting for a question, in the middle of a conversation.
    Asking,
    /// Is this guide meant?
    Confirming,
    /// Which of these guides is meant?
    Choosing,
    /// A step of a guide.
    Step,
    /// An answer about the guide that is open.
    Answer,
    /// A link and digits for the family.
    Shared,
    /// The circle of help.
    Circle,
    /// Digits or a name are to be typed or said.
    Typing,
    /// A guide's end.
    Finished,
    /// Nothing here answers the question.
    DeadEnd,
    /// Danger.
    Danger,
    /// Speaking was stopped for a while.
    Paused,
    /// Goodbye; the session is cleared.
    Farewell,
}

/// The screen, as plain data.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Screen {
    /// What kind of page this is.
    pub page: Page,
    /// The language of its words.
    pub language: Language,
    /// The largest words, at most 14 characters (in a guide: its own limits).
    pub headline: String,
    /// The guide's title, where one is open.
    pub title: Option<String>,
    /// Sentences under the headline.
    pub body: Vec<String>,
    /// Which step of how many, from 1.
    pub progress: Option<Progress>,
    /// What can be chosen, in the order of its numbers.
    pub choices: Vec<Choice>,
    /// What to bring.
    pub bring: Vec<String>,
    /// What to be careful about.
    pub cautions: Vec<String>,
    /// The number to call, digits only.
    pub hotline: Option<String>,
    /// What was heard, with numbers masked.
    pub heard: Option<String>,
    /// The buttons, the most important first.
    pub buttons: Vec<Button>,
    /// What was handed on: a QR code and digits to show.
    pub handed: Option<Handed>,
    /// Set while the session is about to be cleared.
    pub leaving: Option<Leaving>,
    /// The guide that is open.
    pub guide: Option<GuideId>,
    /// The place whose own rules the guide tells in part.
    pub place: Option<String>,
    /// Its picture.
    pub pictogram: Option<String>,
    /// Its danger, if it is about one.
    pub danger: Option<Danger>,
}

/// A step among steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// This step, from 1.
    pub step: usize,
    /// All steps.
    pub of: usize,
    /// In words: 第二步，一共五步.
    pub words: String,
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The guide.
    pub guide: GuideId,
    /// Its name.
    pub label: String,
    /// Its picture.
    pub pictogram: String,
}

/// A button, which is a key as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// What it does.
    pub command: Command,
    /// Its words.
    pub label: String,
}

/// The countdown before a session is cleared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving {
    /// Seconds that are left.
    pub seconds: u64,
    /// In words.
    pub words: String,
}
