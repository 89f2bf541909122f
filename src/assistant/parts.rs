//! The single stages, as the owner's settings say.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::config::Config;
use crate::dialogue::understand::Phrasebook;
use crate::knowledge::{Atlas, Guide, Knowledge, Library, LoadError, Published, RegionId};
use crate::language::Language;
use crate::recognition::{RecognitionError, Whisper, WhisperOptions};
use crate::synthesis::text::{Lexicon, Pronunciation};
use crate::synthesis::{Manner, Speaker, SpeakerInfo, VoiceConfig, VoiceError, Voices};
use crate::text::is_common_word;
use crate::text::pinyin::Dictionary;

/// The guides, of the terminal's region and of all others.
///
/// # Errors
/// If the folder cannot be read, a guide of the terminal's region breaks a rule, or there is
/// no such region.
pub fn atlas(config: &Config) -> Result<Atlas, LoadError> {
    atlas_with(config, &[])
}

/// The same, with guides that staff have published in the places of files.
///
/// # Errors
/// As [`atlas`].
pub fn atlas_with(config: &Config, published: &[Published]) -> Result<Atlas, LoadError> {
    let nation = RegionId::nation();
    Atlas::of(
        Library::read_with(&config.knowledge(), published)?,
        config.terminal.region.as_ref().unwrap_or(&nation),
    )
}

/// The guides of the terminal's region.
///
/// # Errors
/// As [`atlas`].
pub fn knowledge(config: &Config) -> Result<Knowledge, LoadError> {
    let nation = RegionId::nation();
    Knowledge::load_region(
        &config.knowledge(),
        config.terminal.region.as_ref().unwrap_or(&nation),
    )
}

/// The recogniser's options, without terms. It listens for the conversation's commands.
#[must_use]
pub fn whisper_options(config: &Config) -> WhisperOptions {
    let default = WhisperOptions::default();
    // A damaged file is told by the dialogue, which needs it more.
    let phrases = Phrasebook::bundled().ok();
    WhisperOptions {
        threads: config.hearing.threads.unwrap_or(default.threads),
        phrases: phrases.map(|book| Arc::new(book) as _),
        ..default
    }
}

/// The recogniser.
///
/// # Errors
/// If the model's file is missing or cannot be used.
pub fn whisper(config: &Config, options: WhisperOptions) -> Result<Whisper, RecognitionError> {
    Whisper::load(&config.hearing_model(), options)
}

/// What the recogniser is told to expect: the everyday names of the services that other
/// guides refer to most, since those are asked for most. It knows what is in a dictionary.
#[must_use]
pub fn terms(knowledge: &Knowledge) -> BTreeMap<Language, Vec<String>> {
    let references = |guide: &Guide| {
        knowledge
            .iter()
            .filter(|other| other.related.contains(&guide.id))
            .count()
    };
    let mut guides: Vec<&Guide> = knowledge.iter().collect();
    guides.sort_by_key(|guide| std::cmp::Reverse(references(guide)));
    let terms = |language| {
        let names = guides
            .iter()
            .filter_map(move |guide| guide.text(language).also_called.first());
        names.filter(|name| !is_common_word(name)).cloned()
    };
    Language::ALL
        .map(|language| (language, terms(language).collect()))
        .into()
}

/// Where the voice's files are. What is missing or faulty among the words' readings is told
/// in the log, and speaking goes on without it.
#[must_use]
pub fn voice_config(config: &Config) -> VoiceConfig {
    const MEGABYTE: u64 = 1_000_000;
    let own = config.knowledge().join("words/pronunciation.toml");
    let dictionary = own
        .is_file()
        .then(|| Dictionary::load(&own))
        .and_then(|loaded| {
            loaded
                .inspect_err(|error| tracing::warn!(%error, "the readings of words are left out"))
                .ok()
        });
    let lexicon = Lexicon::open(&config.models().join("misaki"));
    let lexicon = lexicon
        .inspect_err(|error| tracing::warn!(%error, "English is read by rule"))
        .unwrap_or_default();
    VoiceConfig {
        models: config.models(),
        pronunciation: Pronunciation {
            dictionary: dictionary.unwrap_or_else(|| Dictionary::bundled().clone()),
            lexicon,
        },
        cache: Some((
            config.cache().join("speech"),
            config.speech.cache_megabytes * MEGABYTE,
        )),
    }
}

/// How the assistant speaks `language`: at the settings' rate, with the settings' speaker
/// (by a voice's name, or `female`, `male`).
#[must_use]
pub fn manner(config: &Config, language: Language) -> Manner {
    let name = match language {
        Language::Zh => config.speech.voice_zh.as_deref(),
        Language::En => config.speech.voice_en.as_deref(),
    };
    let speaker = match name {
        None | Some("female") => Speaker::Female,
        Some("male") => Speaker::Male,
        Some(name) => SpeakerInfo::named(name).map_or(Speaker::Female, |info| info.speaker),
    };
    Manner {
        language,
        rate: config.speech.rate,
        speaker,
    }
}

/// The best voice that this machine has.
///
/// # Errors
/// If it has none.
pub fn voices(config: &Config) -> Result<Voices, VoiceError> {
    Voices::open(voice_config(config))
}
