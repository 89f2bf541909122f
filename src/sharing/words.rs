//! The words of sheets and calendar entries that are not a guide's.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::language::Language;

/// A bundled locale file that cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
#[error(
    "the wording in src/sharing/locale/{file} cannot be used: {message}. Mend the file and build again"
)]
pub struct WordsError {
    /// The file.
    pub file: &'static str,
    /// What is wrong with it.
    pub message: String,
}

/// All words in one language.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    /// The program's name, at the sheet's foot.
    pub name: String,
    pub sheet: OnSheet,
    pub calendar: InCalendar,
}

/// A sheet's own words.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OnSheet {
    pub hotline: String,
    pub who_for: String,
    pub steps: String,
    pub bring: String,
    pub bring_nothing: String,
    #[serde(rename = "where")]
    pub places: String,
    pub cost: String,
    pub duration: String,
    pub proxy: String,
    pub scam: String,
    pub confirm: String,
    pub overdue: String,
    pub scan: String,
    pub code: String,
    pub until: String,
    pub checked: String,
    pub source: String,
    pub source_more: String,
    pub qr: String,
}

/// A calendar entry's words.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InCalendar {
    pub bring: String,
    pub places: String,
    pub proxy: String,
    pub hotline: String,
    pub colon: String,
}

impl Words {
    /// The bundled words.
    pub fn of(language: Language) -> Result<&'static Self, WordsError> {
        static ZH: LazyLock<Result<Words, WordsError>> =
            LazyLock::new(|| read("zh.toml", include_str!("locale/zh.toml")));
        static EN: LazyLock<Result<Words, WordsError>> =
            LazyLock::new(|| read("en.toml", include_str!("locale/en.toml")));
        let words = match language {
            Language::Zh => &*ZH,
            Language::En => &*EN,
        };
        words.as_ref().map_err(WordsError::clone)
    }
}

fn read(file: &'static str, source: &str) -> Result<Words, WordsError> {
    toml::from_str(source).map_err(|error| WordsError {
        file,
        message: error.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_can_be_used() {
        for language in Language::ALL {
            let words = Words::of(language).expect("in order");
            assert!(words.sheet.code.contains("{address}"));
            assert!(words.sheet.until.contains("{date}") && words.sheet.checked.contains("{date}"));
        }
    }
}
