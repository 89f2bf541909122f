//! What can happen in a conversation.

use std::time::Duration;

use jiff::civil::Date;

use super::circle::CircleNews;
use super::command::Command;
use super::session::Setting;
use crate::knowledge::GuideId;
use crate::language::Language;
use crate::recognition::Transcript;
use crate::search::Decision;
use crate::sharing::Code;

/// Something that happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Somebody stepped up: a fresh conversation begins, whatever went before.
    Begin(Setting),
    /// Somebody said or typed something.
    Heard(Heard),
    /// The search decided about the question that [`super::Step::Search`] asked for.
    Decided(Decision),
    /// A key or a button.
    Command(Command),
    /// A guide was chosen by name on a page or by a link.
    Open(GuideId),
    /// The microphone was open and nobody spoke (or nothing could be made of it).
    HeardNothing,
    /// Everything that was to be said has been said.
    Spoken,
    /// A touch or key that means nothing but "I am here".
    Touched,
    /// Time went by since the last tick.
    Tick(Duration),
    /// An errand was done.
    Done(Outcome),
    /// Something came of a wish about a circle of help.
    Circle(CircleNews),
    /// An errand could not be done: there is no printer, no network.
    Failed(Errand),
}

impl Event {
    /// Whether it shows that the person is still there.
    pub(super) fn is_sign_of_life(&self) -> bool {
        !matches!(
            self,
            Self::HeardNothing
                | Self::Spoken
                | Self::Tick(_)
                | Self::Circle(_)
                | Self::Done(_)
                | Self::Failed(_)
        )
    }
}

/// What the assistant was asked to do outside the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Errand {
    /// Show a link and a QR code of a guide for the family.
    Share,
    /// Print a guide.
    Print,
    /// Make a link useless that was shown before.
    Withdraw,
}

/// What came of an errand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// There is a link.
    Shared(Handed),
    /// It is being printed.
    Printed,
    /// There is no printer here, but a link under which it can be printed.
    PrintedElsewhere(Handed),
    /// The link is useless from now on.
    Withdrawn,
    /// There is no link with that code.
    NothingToWithdraw,
}

/// A guide that was handed on: what the family needs to read it.
#[derive(Clone, PartialEq, Eq)]
pub struct Handed {
    /// What the link is called to withdraw it.
    pub id: String,
    /// The address that the QR code leads to.
    pub url: String,
    /// Where the digits are typed; empty for those of a card, which are typed here.
    pub address: String,
    /// The digits, if there are any to show.
    pub code: Option<Code>,
    /// The last day on which it works; none if it works until it is taken back.
    pub until: Option<Date>,
}

impl std::fmt::Debug for Handed {
    /// Leaves the address and the digits out: they are for who holds them.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Handed({})", self.id)
    }
}

/// Words that were said or typed.
#[derive(Clone, PartialEq)]
pub struct Heard {
    /// The words and how sure they are.
    pub transcript: Transcript,
    /// How long the person spoke; `None` for typed words.
    pub spoken_for: Option<Duration>,
}

impl std::fmt::Debug for Heard {
    /// Leaves the words out, so that they cannot slip into a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Heard({:?})", self.transcript)
    }
}

impl Heard {
    /// Typed words: certain, in the language of their script.
    pub fn typed(text: impl Into<String>) -> Self {
        let text = text.into();
        let language = Language::of_text(&text);
        Self::in_language(text, language)
    }

    /// Certain words in `language`.
    pub fn in_language(text: impl Into<String>, language: Language) -> Self {
        Transcript {
            text: text.into(),
            language,
            confidence: 1.0,
            alternatives: Vec::new(),
        }
        .into()
    }
}

impl From<Transcript> for Heard {
    fn from(transcript: Transcript) -> Self {
        Self {
            transcript,
            spoken_for: None,
        }
    }
}
