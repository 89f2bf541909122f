//! The stages put together, as the owner's settings say: the one place that knows them all.

use std::collections::BTreeMap;

use crate::config::Config;
use crate::knowledge::{Guide, Knowledge, LoadError};
use crate::language::Language;
use crate::recognition::{RecognitionError, Whisper, WhisperOptions, prompt};

/// The guides.
///
/// # Errors
/// If the folder cannot be read or a guide in it breaks a rule.
pub fn knowledge(config: &Config) -> Result<Knowledge, LoadError> {
    Knowledge::load(&config.knowledge())
}

/// The recogniser's options, without prompts.
#[must_use]
pub fn whisper_options(config: &Config) -> WhisperOptions {
    let default = WhisperOptions::default();
    WhisperOptions { threads: config.hearing.threads.unwrap_or(default.threads), ..default }
}

/// The recogniser.
///
/// # Errors
/// If the model's file is missing or cannot be used.
pub fn whisper(config: &Config, options: WhisperOptions) -> Result<Whisper, RecognitionError> {
    Whisper::load(&config.hearing_model(), options)
}

/// What the recogniser is told to expect: the everyday names of the services that other
/// guides refer to most, since those are asked for most.
#[must_use]
pub fn prompts(knowledge: &Knowledge) -> BTreeMap<Language, String> {
    let references = |guide: &Guide| knowledge.iter().filter(|other| other.related.contains(&guide.id)).count();
    let mut guides: Vec<&Guide> = knowledge.iter().collect();
    guides.sort_by_key(|guide| std::cmp::Reverse(references(guide)));
    let terms = |language| guides.iter().filter_map(move |guide| guide.text(language).also_called.first());
    Language::ALL.map(|language| (language, prompt::prompt(language, terms(language).map(String::as_str)))).into()
}
