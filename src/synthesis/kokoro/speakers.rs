//! Whose voices: one female and one male for each language, chosen by how well they are
//! understood (`docs/speech.md`).

use crate::language::Language;
use crate::synthesis::voice::{Manner, Speaker};

/// A speaker of the neural voice.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpeakerInfo {
    /// The voice file's name, without `.bin`.
    pub name: &'static str,
    /// The language it was made for.
    pub language: Language,
    /// Female or male.
    pub speaker: Speaker,
    /// The model's speed at which this speaker has the usual rate: 190 Chinese
    /// characters or 150 English words a minute, with all pauses. Measured.
    pub pace: f32,
}

/// The speakers in use.
pub const SPEAKERS: [SpeakerInfo; 4] = [
    speaker("zf_xiaobei", Language::Zh, Speaker::Female, 0.80),
    speaker("zm_yunjian", Language::Zh, Speaker::Male, 0.68),
    speaker("af_heart", Language::En, Speaker::Female, 0.75),
    speaker("am_michael", Language::En, Speaker::Male, 0.83),
];

const fn speaker(
    name: &'static str,
    language: Language,
    speaker: Speaker,
    pace: f32,
) -> SpeakerInfo {
    SpeakerInfo {
        name,
        language,
        speaker,
        pace,
    }
}

impl SpeakerInfo {
    /// The speaker for a manner.
    #[must_use]
    pub fn of(manner: Manner) -> &'static Self {
        let fits = |s: &&Self| s.language == manner.language && s.speaker == manner.speaker;
        SPEAKERS.iter().find(fits).unwrap_or(&SPEAKERS[0])
    }

    /// The speaker with this name.
    #[must_use]
    pub fn named(name: &str) -> Option<&'static Self> {
        SPEAKERS.iter().find(|speaker| speaker.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_both_speakers() {
        for language in Language::ALL {
            for speaker in [Speaker::Female, Speaker::Male] {
                let info = SpeakerInfo::of(Manner {
                    speaker,
                    ..Manner::of(language)
                });
                assert_eq!((info.language, info.speaker), (language, speaker));
            }
        }
    }
}
