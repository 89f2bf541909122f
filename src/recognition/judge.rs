//! Deciding whether anybody spoke, and how much of the words to believe.
//!
//! The thresholds were chosen on the recordings and noises named in `docs/recognition.md`.

use super::cleanup;
use crate::language::{Language, is_hanzi};
use crate::text::common_subsequence;
use crate::text::sound::{self, Syllable};

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
/// And nobody who speaks for [`LONG_SECONDS`] without a pause says less than this.
const MIN_PER_SECOND: f32 = 0.8;

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
    if evidence.seconds > LONG_SECONDS && (units as f32) < MIN_PER_SECOND * evidence.seconds {
        return Err(Silence::Unsure);
    }
    if evidence.no_speech > NO_SPEECH && evidence.mean_log_prob < NO_SPEECH_LOG_PROB {
        return Err(Silence::NoSpeech);
    }
    if evidence.mean_log_prob < MIN_LOG_PROB {
        return Err(Silence::Unsure);
    }
    Ok(confidence(evidence.mean_log_prob))
}

/// Utterances up to this long (seconds) are a word or two.
pub const SHORT_SECONDS: f32 = 2.0;
/// Utterances longer than this (seconds) are always read twice: people who talk among
/// themselves do not stop, and Whisper can be very sure of what it makes of them.
pub const LONG_SECONDS: f32 = 8.0;
/// Two readings of one utterance that share less than this were not made of one voice; of a
/// long one they share more.
const MIN_AGREEMENT: f32 = 0.45;
const MIN_AGREEMENT_LONG: f32 = 0.6;

/// Whether two readings of one utterance were made of one voice, with and without the prompt.
#[must_use]
pub fn agree(one: &str, other: &str, language: Language, seconds: f32) -> bool {
    let enough = if seconds > LONG_SECONDS {
        MIN_AGREEMENT_LONG
    } else {
        MIN_AGREEMENT
    };
    let share = agreement(one, other, language);
    tracing::debug!(share, "read twice");
    share >= enough
}

/// How far two readings of the same sound agree, 0 to 1: the longest common subsequence of
/// their syllables (words in English), as a share of the longer one. Readings of babble,
/// where several people speak at once, have little in common.
fn agreement(one: &str, other: &str, language: Language) -> f32 {
    let (one, other) = (sounds(one, language), sounds(other, language));
    let longer = one.len().max(other.len()).max(1);
    common_subsequence(&one, &other) as f32 / longer as f32
}

/// Toneless syllables of Mandarin (tones are misheard most), lower-case words of English.
pub(super) fn sounds(text: &str, language: Language) -> Vec<String> {
    match language {
        Language::Zh => sound::syllables(text)
            .into_iter()
            .map(Syllable::toneless)
            .collect(),
        Language::En => text
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(str::to_lowercase)
            .collect(),
    }
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
    const SLOPE: f32 = 5.0;
    const MIDDLE: f32 = -0.63;
    1.0 / (1.0 + (-SLOPE * (mean_log_prob - MIDDLE)).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLEAR: Evidence = Evidence {
        seconds: 3.0,
        no_speech: 0.01,
        mean_log_prob: -0.2,
        tokens: 12,
    };

    #[test]
    fn judges_by_the_evidence() {
        #[track_caller]
        fn check(text: &str, evidence: Evidence, expected: Result<(), Silence>) {
            assert_eq!(
                judge(text, text, Language::Zh, evidence).map(drop),
                expected,
                "{text} {evidence:?}"
            );
        }
        check("我的老年证丢了", CLEAR, Ok(()));
        check("，。", CLEAR, Err(Silence::NoSpeech));
        check("谢谢观看", CLEAR, Err(Silence::Invented));
        check(
            "我的老年证丢了",
            Evidence {
                mean_log_prob: -1.5,
                ..CLEAR
            },
            Err(Silence::Unsure),
        );
        check(
            "我的老年证丢了",
            Evidence {
                no_speech: 0.9,
                mean_log_prob: -0.8,
                ..CLEAR
            },
            Err(Silence::NoSpeech),
        );
        check(
            &"老年证怎么办".repeat(8),
            Evidence {
                seconds: 1.0,
                ..CLEAR
            },
            Err(Silence::Invented),
        );
    }

    #[test]
    fn what_is_clearer_is_believed_more() {
        let at = |mean_log_prob| {
            judge(
                "好",
                "好",
                Language::Zh,
                Evidence {
                    mean_log_prob,
                    ..CLEAR
                },
            )
        };
        let (clear, dull, poor) = (at(-0.1), at(-0.5), at(-1.0));
        assert!(clear.ok() > dull.ok() && dull.ok() > poor.ok());
    }

    #[test]
    fn who_speaks_long_says_much() {
        #[track_caller]
        fn check(seconds: f32, verdict: Result<(), Silence>) {
            let evidence = Evidence { seconds, ..CLEAR };
            let text = "我还以为是在公园人物";
            assert_eq!(
                judge(text, text, Language::Zh, evidence).map(|_| ()),
                verdict
            );
        }
        check(5.0, Ok(()));
        check(10.0, Ok(()));
        check(30.0, Err(Silence::Unsure));
    }

    #[test]
    fn readings_agree_or_not() {
        #[track_caller]
        fn check(one: &str, other: &str, language: Language, seconds: f32, verdict: bool) {
            let share = agreement(one, other, language);
            assert_eq!(agree(one, other, language, seconds), verdict, "{share}");
        }
        check("我的医保卡丢了", "我的一包卡丢了", Language::Zh, 2.0, true);
        check(
            "我还以为是在白雪公主人物",
            "今天上午开会的时候他说不用去了",
            Language::Zh,
            4.0,
            false,
        );
        check("养老金资格证", "养老金还没发", Language::Zh, 3.0, true);
        check("养老金资格证", "养老金还没发", Language::Zh, 10.0, false);
        check("I lost my card", "I lost my guard", Language::En, 2.0, true);
        check(
            "good morning to all",
            "where is the station",
            Language::En,
            2.0,
            false,
        );
        check("", "", Language::Zh, 2.0, false);
    }
}
