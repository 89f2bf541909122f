//! The messages between a terminal's page and the server; `docs/protocol.md` explains them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::words::Notice as Words;
use crate::config::MicrophoneAt;
use crate::language::Language;

/// The protocol's version.
pub(in crate::server) const VERSION: u32 = 1;
/// The longest text message from a terminal, in bytes.
pub(super) const LONGEST_TEXT: usize = 4 << 10;
/// The longest piece of sound from a terminal, in bytes: a fifth of a second at 48 kHz, twice over.
pub(super) const LONGEST_SOUND: usize = 40 << 10;
/// The longest typed question, in characters.
pub(in crate::server) const LONGEST_QUESTION: usize = 200;

/// What a terminal says. Variants without fields have braces, so that fields are refused.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum FromTerminal {
    /// The first message.
    Hello {
        v: u32,
        #[serde(default)]
        language: Option<Language>,
        /// The token of the conversation to go on with.
        #[serde(default)]
        resume: Option<String>,
        /// What is shown, in case the conversation is lost.
        #[serde(default)]
        guide: Option<String>,
        #[serde(default)]
        step: Option<u8>,
        /// Whether the terminal can play sound.
        #[serde(default)]
        sound: bool,
    },
    /// The large button: listen. Sound follows at this rate.
    Talk { rate: u32 },
    /// 说完了.
    Done {},
    /// The microphone does not work after all.
    NoMicrophone {},
    /// A typed question.
    Text { text: String },
    /// A button, by the command's name.
    Command { name: String },
    /// A guide chosen on the page of pictures.
    Open { guide: String },
    /// This reply has been played to its end.
    Spoken { reply: u32 },
    /// A touch that means nothing but "I am here".
    Touched {},
    /// Whether the terminal can play sound from now on.
    Sound { on: bool },
}

/// What the server says.
#[derive(Debug, Clone, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum ToTerminal {
    /// The first message.
    Welcome {
        v: u32,
        /// To come back with after a broken connection.
        token: String,
        /// Whether it goes on where it was.
        resumed: bool,
        hears: bool,
        /// Whose microphone it is: then `talk` is not followed by sound.
        microphone: MicrophoneAt,
        speaks: bool,
    },
    Screen(Box<Screen>),
    /// What the terminal does now.
    State {
        state: State,
    },
    /// How loud it is at the microphone, 0 to 1.
    Level {
        level: f32,
    },
    /// Sound of this reply follows; that of others is over.
    Speech {
        reply: u32,
        rate: u32,
    },
    /// All sound of this reply has been sent.
    SpeechEnd {
        reply: u32,
    },
    /// Fall silent.
    Silence,
    /// Play this loud: a factor of the samples.
    Volume {
        factor: f32,
    },
    /// Something to show besides the screen.
    Notice {
        kind: Notice,
        words: String,
    },
    /// The conversation is over: forget the person.
    Ended,
    /// The connection is about to be closed, and why.
    Error {
        code: Code,
        words: String,
    },
}

/// What a terminal does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    Idle,
    Listening,
    Thinking,
    Speaking,
}

/// What is not as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Notice {
    Waiting,
    Busy,
    Trouble,
    NoEars,
    NoMicrophone,
    NoVoice,
    TooLong,
}

impl Notice {
    pub fn words(self, words: &Words) -> &str {
        match self {
            Self::Waiting => &words.waiting,
            Self::Busy => &words.busy,
            Self::Trouble => &words.trouble,
            Self::NoEars => &words.no_ears,
            Self::NoMicrophone => &words.no_microphone,
            Self::NoVoice => &words.no_voice,
            Self::TooLong => &words.too_long,
        }
    }
}

/// Why a connection is closed. Part of the protocol: clients rely on the names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Code {
    /// A message that is not in the protocol, or not at this time.
    Protocol,
    /// A version of the protocol that this server does not speak.
    Version,
    /// Too large.
    Size,
    /// Too many or too much at once.
    Rate,
    /// Nothing was said for too long.
    Silent,
    /// The conversation goes on over another connection.
    Elsewhere,
    /// The server stops.
    Stopping,
}

impl Code {
    /// The close code of the socket (RFC 6455, 7.4; 4000 and above are ours).
    pub fn number(self) -> u16 {
        match self {
            Self::Protocol => 1002,
            Self::Size => 1009,
            Self::Stopping => 1001,
            Self::Version => 4000,
            Self::Rate => 4001,
            Self::Silent => 4002,
            Self::Elsewhere => 4003,
        }
    }

    /// For who writes a client.
    pub fn words(self) -> &'static str {
        match self {
            Self::Protocol => "this message is not in the protocol, or not at this time",
            Self::Version => "this server speaks version 1 of the protocol",
            Self::Size => "the message is too large",
            Self::Rate => "too many messages or too much sound at once",
            Self::Silent => "no sign of life for too long",
            Self::Elsewhere => "the conversation goes on over another connection",
            Self::Stopping => "the server stops",
        }
    }
}

/// A screen, as [`crate::dialogue::Screen`] tells it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(in crate::server) struct Screen {
    /// welcome, asking, confirming, choosing, step, answer, shared, circle, typing, finished, dead_end,
    /// danger, paused or farewell.
    pub page: &'static str,
    #[schema(value_type = String, example = "zh")]
    pub language: Language,
    pub headline: String,
    pub title: Option<String>,
    pub body: Vec<String>,
    pub progress: Option<Progress>,
    pub choices: Vec<Choice>,
    pub bring: Vec<String>,
    pub cautions: Vec<String>,
    /// A telephone number, digits only.
    pub hotline: Option<String>,
    /// What was heard, with numbers masked.
    pub heard: Option<String>,
    pub buttons: Vec<Button>,
    /// What the family needs to read the guide on their telephone.
    pub handed: Option<Handed>,
    /// Set while the conversation is about to be cleared.
    pub leaving: Option<Leaving>,
    pub guide: Option<String>,
    pub pictogram: Option<String>,
    /// emergency or scam.
    pub danger: Option<&'static str>,
}

/// A step among steps.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(in crate::server) struct Progress {
    pub step: usize,
    pub of: usize,
    pub words: String,
}

/// Something to choose.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(in crate::server) struct Choice {
    /// The command that chooses it.
    pub command: String,
    pub guide: String,
    pub label: String,
    pub pictogram: String,
    /// 第一个.
    pub ordinal: Option<String>,
}

/// A button.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(in crate::server) struct Button {
    pub command: String,
    pub label: String,
    /// main (moving on), guide (what else there is to know), voice, language or more.
    pub place: &'static str,
}

/// A link as a QR code, and digits to type.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(in crate::server) struct Handed {
    /// What the QR code leads to.
    pub url: String,
    /// Where the digits are typed; empty if they are a card's.
    pub address: String,
    /// The digits in groups, if there are any.
    pub code: Option<String>,
    /// The QR code's dark squares as the data of an SVG path, and its side, quiet zone included.
    pub qr: String,
    pub side: usize,
}

/// The countdown.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(in crate::server) struct Leaving {
    pub seconds: u64,
    pub words: String,
}
