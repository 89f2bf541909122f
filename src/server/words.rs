//! The pages' own words: everything that a browser shows beside what the dialogue says.

use serde::{Deserialize, Serialize};

use super::staff::StaffWords;
use crate::knowledge::Category;
use crate::language::Language;

/// A bundled locale file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error(
    "the pages' wording in src/server/locale/{file} cannot be used: {message}. Mend the file and build again"
)]
pub struct WordsError {
    /// The file.
    pub file: &'static str,
    /// What is wrong with it.
    pub message: String,
}

/// Both languages.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Words {
    pub zh: Wording,
    pub en: Wording,
}

/// The words of one language.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wording {
    /// The language as its speakers call it.
    pub name: String,
    pub page: Page,
    pub state: State,
    pub settings: Settings,
    pub browse: Browse,
    pub notice: Notice,
    /// The staff's pages; no terminal is told these.
    #[serde(skip_serializing)]
    pub staff: StaffWords,
    /// The terminal's page does not need them.
    #[serde(skip_serializing)]
    pub share: Share,
}

/// The terminal's page.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    pub title: String,
    pub description: String,
    pub skip: String,
    pub home: String,
    pub heard: String,
    pub heard_colon: String,
    pub caution: String,
    pub bring: String,
    pub hotline: String,
    pub choices: String,
    pub controls: String,
    pub about_guide: String,
    pub more: String,
    pub type_label: String,
    pub type_example: String,
    pub send: String,
    pub no_script: String,
    pub guide_steps: String,
    pub sources: String,
    pub checked: String,
    pub back_to_all: String,
    pub ask_here: String,
    pub qr: String,
    pub code_address: String,
    pub card: String,
}

/// The large button in its states.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    pub press: String,
    pub press_how: String,
    pub listening: String,
    pub done: String,
    pub thinking: String,
    pub thinking_how: String,
    pub speaking: String,
    pub interrupt: String,
    pub offline: String,
    pub level: String,
}

/// Text size, voice.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    pub open: String,
    pub size: String,
    pub small: String,
    pub medium: String,
    pub large: String,
    pub voice: String,
    pub slower: String,
    pub faster: String,
    pub louder: String,
    pub quieter: String,
    pub language: String,
}

/// The page of pictures.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Browse {
    pub open: String,
    pub title: String,
    pub how: String,
    pub close: String,
    pub categories: std::collections::BTreeMap<Category, String>,
}

/// What is not as it should be, in plain words.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Notice {
    pub connecting: String,
    pub lost: String,
    pub back: String,
    pub waiting: String,
    pub busy: String,
    pub trouble: String,
    pub no_microphone: String,
    pub microphone_denied: String,
    pub microphone_insecure: String,
    pub no_ears: String,
    pub no_voice: String,
    pub elsewhere: String,
    pub full: String,
    pub too_long: String,
    pub not_found: String,
    pub not_found_how: String,
}

/// What families see.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Share {
    pub lead: String,
    pub listen: String,
    pub listen_stop: String,
    pub bring_nothing: String,
    pub ticks: String,
    pub instead: String,
    pub got_to: String,
    pub confirm: String,
    pub calendar: String,
    pub calendar_how: String,
    pub date: String,
    pub time: String,
    pub calendar_send: String,
    pub paper: String,
    pub paper_large: String,
    pub paper_plain: String,
    pub hand_on: String,
    pub hand_on_how: String,
    pub qr: String,
    pub until: String,
    pub code_title: String,
    pub code_how: String,
    pub code_label: String,
    pub code_send: String,
    pub code_short: String,
    pub code_wrong: String,
    pub code_again: String,
    pub circle: InCircle,
    refusals: std::collections::BTreeMap<Kind, Refusal>,
}

/// What helpers of a circle see.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InCircle {
    pub join_title: String,
    pub join_how: String,
    pub join_consent: String,
    pub name: String,
    pub join: String,
    pub somebody: String,
    pub home_title: String,
    pub home_how: String,
    pub prepared: String,
    pub nothing: String,
    pub heard: String,
    pub not_heard: String,
    pub take_back: String,
    pub prepare: String,
    pub choose: String,
    pub prepare_title: String,
    pub ticks: String,
    pub when: String,
    pub when_how: String,
    pub note: String,
    pub note_how: String,
    pub send: String,
    pub leave: String,
    pub leave_how: String,
    pub left: String,
    pub left_how: String,
    pub full: String,
    pub full_how: String,
}

/// Why a link leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Expired,
    Withdrawn,
    Unknown,
    Often,
    Away,
    NoPaper,
    NoVoice,
    NoDate,
}

/// The words of a page that says so.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Refusal {
    pub headline: String,
    pub how: String,
}

impl Kind {
    /// All of them.
    #[cfg(test)]
    const ALL: [Self; 8] = [
        Self::Expired,
        Self::Withdrawn,
        Self::Unknown,
        Self::Often,
        Self::Away,
        Self::NoPaper,
        Self::NoVoice,
        Self::NoDate,
    ];
}

impl Share {
    /// The words for it. A test makes sure that there are some for each.
    pub fn refusal(&self, kind: Kind) -> Refusal {
        self.refusals.get(&kind).cloned().unwrap_or_default()
    }
}

impl Words {
    /// Reads the bundled locale files.
    pub fn bundled() -> Result<Self, WordsError> {
        let read = |file: &'static str, source: &str| {
            toml::from_str(source).map_err(|error| WordsError {
                file,
                message: error.to_string(),
            })
        };
        Ok(Self {
            zh: read(
                "zh.toml and staff.zh.toml",
                concat!(
                    include_str!("locale/zh.toml"),
                    "\n",
                    include_str!("locale/staff.zh.toml")
                ),
            )?,
            en: read(
                "en.toml and staff.en.toml",
                concat!(
                    include_str!("locale/en.toml"),
                    "\n",
                    include_str!("locale/staff.en.toml")
                ),
            )?,
        })
    }

    /// The words of `language`.
    pub fn of(&self, language: Language) -> &Wording {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_are_complete() {
        let words = Words::bundled().expect("the locale files fit");
        let json = |wording: &Wording| serde_json::to_value(wording).expect("JSON");
        let (zh, en) = (json(&words.zh), json(&words.en));
        for (group, entries) in zh.as_object().expect("groups") {
            for (name, text) in entries.as_object().into_iter().flatten() {
                let other = &en[group][name];
                assert!(!other.is_null(), "{group}.{name} is missing in English");
                assert_ne!(text, "", "{group}.{name} is empty");
                assert_ne!(other, "", "{group}.{name} is empty");
            }
        }
        for wording in [&words.zh, &words.en] {
            for kind in Kind::ALL {
                let refusal = wording.share.refusal(kind);
                assert!(
                    !refusal.headline.is_empty() && !refusal.how.is_empty(),
                    "{kind:?}"
                );
            }
            assert!(wording.share.until.contains("{date}"));
            assert!(wording.page.code_address.contains("{address}"));
        }
        let spoken = &words.zh.notice.waiting;
        assert!(spoken.chars().count() <= 30, "it is spoken to who waits");
    }
}
