//! Deciding whether anybody spoke, and how much of the words to believe.
//!
//! The thresholds were chosen on the recordings and noises named in `docs/recognition.md`.

use super::cleanup;
use crate::language::{Language, is_hanzi};

/// Why nothing was taken for speech.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// Too short or too quiet to hold a word.
    Quiet,
    /// The recogniser itself thinks that nobody spoke, or found no words.
    NoSpeech,
    /// Words that it does not believe itself.
    Unsure,
    /// Words that Whisper is known to make up: subtitles' credits, loops.
    Invented,
}

/// What the engine says about its output.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// Length of the sound in seconds.
    pub seconds: f32,
    /// Probability that there is no speech, 0 to 1.
    pub no_speech: f32,
    /// Mean log-probability (natural) of the text's tokens.
    pub mean_log_prob: f32,
    /// How many tokens of text there are.
    pub tokens: usize,
}

/// Below this length (seconds) there is no word.
pub const MIN_SECONDS: f32 = 0.25;
/// Below this root mean square there is nothing to hear (−60 dBFS).
pub const MIN_RMS: f32 = 0.001;
const MIN_LOG_PROB: f32 = -1.1;
const NO_SPEECH: f32 = 0.6;
const NO_SPEECH_LOG_PROB: f32 = -0.6;
/// Nobody says more than this many characters (or words) in a second.
const MAX_PER_SECOND: f32 = 9.0;

/// Takes cleaned `text` for speech and gives its confidence, or says why not.
///
/// # Errors
/// The reason, if it is not to be taken for speech.
pub fn judge(
    raw: &str,
    text: &str,
    language: Language,
    evidence: Evidence,
) -> Result<f32, Silence> {
    let units = units(text, language);
    if units == 0 || evidence.tokens == 0 {
        return Err(Silence::NoSpeech);
    }
    if cleanup::is_credit(text)
        || looped(raw, text)
        || units as f32 > MAX_PER_SECOND * evidence.seconds + 3.0
    {
        return Err(Silence::Invented);
    }
    if evidence.no_speech > NO_SPEECH && evidence.mean_log_prob < NO_SPEECH_LOG_PROB {
        return Err(Silence::NoSpeech);
    }
    if evidence.mean_log_prob < MIN_LOG_PROB {
        return Err(Silence::Unsure);
    }
    Ok(confidence(evidence.mean_log_prob))
}

/// Chinese characters, or English words.
fn units(text: &str, language: Language) -> usize {
    match language {
        Language::Zh => text
            .chars()
            .filter(|c| is_hanzi(*c) || c.is_ascii_alphanumeric())
            .count(),
        Language::En => text
            .split_whitespace()
            .filter(|w| w.chars().any(char::is_alphanumeric))
            .count(),
    }
}

/// Whether cleaning left less than a third: a loop, not a request said twice.
fn looped(raw: &str, text: &str) -> bool {
    let count = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
    count(raw) > 3 * count(text)
}

/// The share of characters that are right, as a logistic function of the mean
/// log-probability, fitted by `benches/recognition.py` (`docs/recognition.md`).
fn confidence(mean_log_prob: f32) -> f32 {
    const SLOPE: f32 = 3.0;
    const MIDDLE: f32 = -0.75;
    1.0 / (1.0 + (-SLOPE * (mean_log_prob - MIDDLE)).exp())
}
