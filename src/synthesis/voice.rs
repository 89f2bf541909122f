//! What a voice is.

use std::ops::ControlFlow;
use std::path::Path;

use super::SAMPLE_RATE;
use crate::language::Language;

/// Spoken words: 24 kHz ([`SAMPLE_RATE`]), mono, −1 to 1.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Speech {
    /// The samples.
    pub samples: Vec<f32>,
}

impl Speech {
    /// Silence of so many seconds; none if the number is negative.
    #[must_use]
    pub fn silence(seconds: f32) -> Self {
        Self {
            samples: vec![0.0; (seconds.clamp(0.0, 60.0) * SAMPLE_RATE as f32) as usize],
        }
    }

    /// Its length in seconds.
    #[must_use]
    pub fn seconds(&self) -> f32 {
        self.samples.len() as f32 / SAMPLE_RATE as f32
    }

    /// Writes it as a WAV file: 24 kHz, mono, 16 bit.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn write_wav(&self, path: &Path) -> Result<(), hound::Error> {
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: SAMPLE_RATE,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut file = hound::WavWriter::create(path, spec)?;
        let mut writer = file.get_i16_writer(self.samples.len() as u32);
        for &sample in &self.samples {
            writer.write_sample(to_i16(sample));
        }
        writer.flush()?;
        file.finalize()
    }
}

/// A sample as 16-bit PCM.
pub(super) fn to_i16(sample: f32) -> i16 {
    (sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)).round() as i16
}

/// Which of a language's two voices.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Speaker {
    /// A woman's voice.
    #[default]
    Female,
    /// A man's voice.
    Male,
}

/// How something is to be spoken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Manner {
    /// The language of the words.
    pub language: Language,
    /// The rate, as a multiple of the voice's usual one: 1 is about 190 Chinese
    /// characters or 150 English words a minute. From 0.75 to 1.35; what is
    /// outside counts as the nearest of these.
    pub rate: f32,
    /// Whose voice.
    pub speaker: Speaker,
}

impl Manner {
    /// The slowest rate, about 140 characters a minute.
    pub const SLOWEST: f32 = 0.75;
    /// The fastest rate, about 255 characters a minute.
    pub const FASTEST: f32 = 1.35;

    /// The usual manner of speaking `language`.
    #[must_use]
    pub fn of(language: Language) -> Self {
        Self {
            language,
            rate: 1.0,
            speaker: Speaker::default(),
        }
    }

    /// The rate, within its range.
    pub(super) fn rate(self) -> f32 {
        if self.rate.is_finite() {
            self.rate.clamp(Self::SLOWEST, Self::FASTEST)
        } else {
            1.0
        }
    }
}

/// A clause that is ready to be heard.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// Its words, for showing what is being spoken.
    pub text: String,
    /// Its sound, with the pause that follows it.
    pub speech: Speech,
}

/// Something that turns words into sound.
pub trait Voice: Send + Sync {
    /// Everything that the sound of `text` depends on, in one line: the cache's key.
    /// Two equal keys mean the same sound.
    fn key(&self, text: &str, manner: Manner) -> String;

    /// Speaks `text`: gives each clause to `each` as soon as it is ready, in order,
    /// until the text ends or `each` answers [`ControlFlow::Break`].
    ///
    /// Blocks while it works, so call it on a thread of its own. A text in which
    /// nothing can be spoken (empty, only signs) gives no piece and no error.
    ///
    /// # Errors
    ///
    /// If the voice fails; pieces given before stay valid.
    fn speak(
        &self,
        text: &str,
        manner: Manner,
        each: &mut dyn FnMut(Piece) -> ControlFlow<()>,
    ) -> Result<(), VoiceError>;
}

/// Speaks all of `text` into one [`Speech`].
///
/// # Errors
///
/// If the voice fails.
pub fn speak_all(voice: &dyn Voice, text: &str, manner: Manner) -> Result<Speech, VoiceError> {
    let mut all = Speech::default();
    voice.speak(text, manner, &mut |piece| {
        all.samples.extend(piece.speech.samples);
        ControlFlow::Continue(())
    })?;
    Ok(all)
}

/// Why nothing can be spoken.
#[derive(Debug, thiserror::Error)]
pub enum VoiceError {
    /// A file of the neural voice is missing or cannot be read.
    #[error("cannot read the voice file {path}: {error}; fetch it with `wenlu models fetch`")]
    File {
        /// The file.
        path: std::path::PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// A file of the neural voice has the wrong content.
    #[error("the voice file {path} is damaged ({reason}): delete it and run `wenlu models fetch`")]
    Damaged {
        /// The file.
        path: std::path::PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// There is no such speaker.
    #[error("there is no voice {0:?}: `wenlu say --help` names the voices")]
    NoSpeaker(String),
    /// The pronunciation has a symbol that the neural voice does not know.
    #[error("the neural voice does not know the symbol {0:?} of a word's pronunciation")]
    Symbol(char),
    /// The neural network failed.
    #[error("the neural voice failed: {0}")]
    Failed(String),
    /// An installed synthesiser failed.
    #[error("the program {program} could not speak: {reason}; is it installed?")]
    Command {
        /// The program.
        program: String,
        /// What went wrong.
        reason: String,
    },
    /// The system's own voice failed.
    #[error(
        "this machine's own voice does not work ({0}): on Linux install speech-dispatcher \
         with a synthesiser, or fetch the neural voice with `wenlu models fetch`"
    )]
    System(String),
    /// There is no voice at all.
    #[error(
        "there is no voice on this machine: {0}. Or install espeak-ng (understandable in \
         English only)"
    )]
    None(String),
}
