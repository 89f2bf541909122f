//! Speech recognition: an [`Utterance`] in, a [`Transcript`] out.
//!
//! [`Recognizer`] is the door; [`Whisper`] is behind it. [`cleanup`] mends what Whisper
//! is known to get wrong, [`judge`] decides whether anybody spoke at all. Nothing here
//! knows what a guide is: whoever loads them hands their terms in as a [`prompt`].

pub mod cleanup;
mod decoder;
mod expect;
pub mod judge;
pub mod prompt;
mod whisper;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::audio::Utterance;
use crate::language::Language;
pub use decoder::Context;
pub use expect::{MOST_SYLLABLES, Phrases};
pub use judge::Silence;
pub use prompt::Biasing;
pub use whisper::{Whisper, WhisperOptions};

/// Turns speech into words. One recogniser serves many threads.
pub trait Recognizer: Send + Sync {
    /// Listens to one utterance.
    ///
    /// # Errors
    /// If the engine fails, or `request` was cancelled.
    fn recognize(
        &self,
        utterance: &Utterance,
        request: &Request,
    ) -> Result<Hearing, RecognitionError>;
}

/// How to listen.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The language that is spoken; detected among both if it is not given.
    pub language: Option<Language>,
    /// Stops the work when the caller has gone away.
    pub cancel: Cancel,
}

impl Request {
    /// Listens for `language`.
    #[must_use]
    pub fn in_language(language: Language) -> Self {
        Self {
            language: Some(language),
            ..Self::default()
        }
    }
}

/// A wish to stop, shared between the one who waits and the one who works.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Asks for a stop.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether a stop was asked for.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// What came of listening.
#[derive(Debug, Clone, PartialEq)]
pub enum Hearing {
    /// Somebody said this.
    Speech(Transcript),
    /// Nothing that can be relied on as speech.
    Nothing(Silence),
}

impl Hearing {
    /// The words, if there were any.
    #[must_use]
    pub fn transcript(self) -> Option<Transcript> {
        match self {
            Self::Speech(transcript) => Some(transcript),
            Self::Nothing(_) => None,
        }
    }
}

/// What was understood.
#[derive(Clone, PartialEq)]
pub struct Transcript {
    /// The words; Mandarin in simplified characters. Never empty.
    pub text: String,
    /// The language that was spoken.
    pub language: Language,
    /// The estimated share of characters (words in English) that are right, 0 to 1.
    pub confidence: f32,
    /// What it may have been instead, best first; a sentence of [`Phrases`] or the reading by
    /// [`Biasing`] before the others.
    pub alternatives: Vec<String>,
}

impl std::fmt::Debug for Transcript {
    /// Leaves the words out, so that they cannot slip into a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Transcript({}, confidence {:.2})",
            self.language, self.confidence
        )
    }
}

/// Why nothing could be recognised.
#[derive(Debug, thiserror::Error)]
pub enum RecognitionError {
    /// There is no file at the model's path.
    #[error("the speech model {0} is missing: run `wenlu models fetch`")]
    Missing(PathBuf),
    /// The file is not a Whisper model in ggml's format, or is damaged.
    #[error(
        "the speech model {0} is damaged or is not a ggml Whisper model: run `wenlu models fetch --verify`"
    )]
    Unreadable(PathBuf),
    /// The model knows English only.
    #[error(
        "the speech model {0} understands English only: choose a multilingual one (without \".en\" in its name)"
    )]
    EnglishOnly(PathBuf),
    /// The engine gave up.
    #[error(
        "speech recognition failed: {0}. Trying again may help; if it happens often, the machine may be short of memory"
    )]
    Engine(String),
    /// The caller asked for a stop.
    #[error("recognition was stopped")]
    Cancelled,
}
