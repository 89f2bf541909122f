//! The wording of one language: every sentence that is not a guide's.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::command::Command;
use crate::language::Language;

/// A bundled locale file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("the wording in {file} cannot be used: {message}. Mend the file and build again")]
pub struct LocaleError {
    /// The file, in `src/dialogue/locale`.
    pub file: String,
    /// What is wrong with it.
    pub message: String,
}

impl LocaleError {
    pub(super) fn new(file: &str, message: impl ToString) -> Self {
        Self {
            file: file.to_owned(),
            message: message.to_string(),
        }
    }
}

/// All wording in one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wording {
    /// How the first six are counted off: 第一, 第二 …
    pub ordinals: [String; 6],
    /// Two to six, as a number of things; the first is one.
    pub counts: [String; 6],
    /// The digits from 0, as they are said one by one.
    pub digits: [String; 10],
    /// What stands between digits that are said slowly.
    pub digit_pause: String,
    /// Marks after which a sentence can be cut into pieces.
    pub breaks: Vec<char>,
    pub show: Show,
    pub say: Say,
    /// The circle of help.
    pub circle: InCircle,
    /// The words on the buttons, by the name of their command.
    pub buttons: BTreeMap<String, String>,
}

/// Headlines and other words that are only shown.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Show {
    pub welcome: String,
    pub help: String,
    pub ask: String,
    pub confirming: String,
    pub choosing: String,
    pub going_back: String,
    pub finished: String,
    pub dead_end: String,
    pub give_up: String,
    pub emergency: String,
    pub scam_now: String,
    pub paused: String,
    pub farewell: String,
    pub button: String,
    pub bring: String,
    #[serde(rename = "where")]
    pub places: String,
    pub cost: String,
    pub duration: String,
    pub who_for: String,
    pub proxy: String,
    pub scam: String,
    pub call: String,
    pub shared: String,
    pub typing: String,
    pub progress: String,
    pub leaving: String,
}

/// Spoken sentences, most of them shown as well.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Say {
    // Asking
    pub welcome: String,
    pub help: String,
    pub help_how: String,
    pub which: String,
    pub again: String,
    pub wrong: String,
    pub silence: String,
    pub go_on: String,
    pub stopped: String,
    pub anything_else: String,
    pub ask: String,
    pub secret: String,
    pub memory: String,
    pub acknowledged: String,
    pub thanks: String,
    // Finding the guide
    pub confirm: String,
    pub choose: String,
    pub choice: String,
    pub choose_how: String,
    pub dead_end: String,
    pub near: String,
    pub human: String,
    pub human_way: String,
    pub give_up: String,
    pub no_such_choice: String,
    pub going_back: String,
    pub nothing_before: String,
    pub doctor: String,
    pub lawyer: String,
    // Whose rules
    pub place: String,
    pub place_wider: String,
    pub place_nation: String,
    pub local: String,
    // Reading
    pub begin: String,
    pub step: String,
    pub last: String,
    pub hint_next: String,
    pub finished: String,
    pub finished_how: String,
    pub first_already: String,
    pub no_such_step: String,
    pub no_detail: String,
    pub go_on_with: String,
    pub bring: String,
    pub bring_yes: String,
    pub bring_nothing: String,
    pub confirm_fact: String,
    pub out_of_date: String,
    // Danger
    pub emergency: String,
    pub scam: String,
    pub danger_then: String,
    pub danger_over: String,
    // Pace
    pub slower: String,
    pub slowest: String,
    pub faster: String,
    pub fastest: String,
    pub louder: String,
    pub loudest: String,
    pub quieter: String,
    pub quietest: String,
    pub paused: String,
    pub here: String,
    // Errands
    pub share: String,
    pub share_code: String,
    pub share_how: String,
    pub share_failed: String,
    pub print: String,
    pub print_elsewhere: String,
    pub print_failed: String,
    pub withdrawn: String,
    pub withdraw_which: String,
    pub withdraw_unknown: String,
    pub withdraw_failed: String,
    pub language: String,
    // Leaving
    pub goodbye: String,
    pub leaving: String,
}

/// The circle of help.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InCircle {
    pub title: String,
    pub consent: Vec<String>,
    pub agree: String,
    pub naming_title: String,
    pub naming: String,
    /// What people say before their name.
    pub name_lead: Vec<String>,
    pub card_title: String,
    pub card: String,
    pub invite_title: String,
    pub invite: String,
    pub typing_title: String,
    pub typing: String,
    pub no_card: String,
    pub hello: String,
    pub notes: String,
    pub nothing: String,
    pub nobody: String,
    pub note: String,
    pub ready: String,
    pub appointment: String,
    pub says: String,
    pub open: String,
    pub helpers_title: String,
    pub helpers: String,
    pub helpers_how: String,
    pub remove_title: String,
    pub remove: String,
    pub remove_all: String,
    pub removed: String,
    pub gone: String,
    pub failed: String,
    pub log_title: String,
    /// What was done, by the deed's name.
    pub acts: BTreeMap<String, String>,
}

impl Wording {
    /// A name, without what was said before it.
    pub fn name(&self, said: &str) -> String {
        let mut name = said.trim_matches(|c: char| !c.is_alphanumeric());
        for lead in &self.circle.name_lead {
            let head = name.get(..lead.len());
            if head.is_some_and(|head| head.eq_ignore_ascii_case(lead)) {
                name = name[lead.len()..].trim_matches(|c: char| !c.is_alphanumeric());
            }
        }
        name.to_owned()
    }

    /// The bundled wording.
    pub fn bundled(language: Language) -> Result<Self, LocaleError> {
        parse(source(language))
    }

    /// A button's words.
    pub fn button(&self, command: Command) -> String {
        let label = self.buttons.get(&command.to_string());
        label.cloned().unwrap_or_else(|| command.to_string())
    }

    /// The ordinal of `index`, which counts from 0.
    pub fn ordinal(&self, index: usize) -> &str {
        &self.ordinals[index.min(self.ordinals.len() - 1)]
    }

    /// `number` as a number of things, from 1.
    pub fn count(&self, number: usize) -> &str {
        &self.counts[number.clamp(1, self.counts.len()) - 1]
    }
}

/// The file's name and text.
pub(super) fn source(language: Language) -> (&'static str, &'static str) {
    match language {
        Language::Zh => ("zh.toml", include_str!("locale/zh.toml")),
        Language::En => ("en.toml", include_str!("locale/en.toml")),
    }
}

/// Reads a bundled file, given with its name.
pub(super) fn parse<T: DeserializeOwned>((file, source): (&str, &str)) -> Result<T, LocaleError> {
    toml::from_str(source).map_err(|error| LocaleError::new(file, error))
}

/// `sentence` with each `{name}` replaced by its value.
pub(super) fn fill(sentence: &str, values: &[(&str, &str)]) -> String {
    let mut filled = sentence.to_owned();
    for (name, value) in values {
        filled = filled.replace(&format!("{{{name}}}"), value);
    }
    filled
}
