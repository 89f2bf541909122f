//! The two languages wenlu speaks.

use serde::{Deserialize, Serialize};

/// A language that can be heard, searched and spoken.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Mandarin, written in simplified characters.
    #[default]
    Zh,
    /// English.
    En,
}

impl Language {
    /// Both languages, Mandarin first.
    pub const ALL: [Self; 2] = [Self::Zh, Self::En];

    /// The ISO 639-1 code: `zh` or `en`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Zh => "zh",
            Self::En => "en",
        }
    }

    /// The other one.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Zh => Self::En,
            Self::En => Self::Zh,
        }
    }

    /// Guesses from the script: Mandarin as soon as there is one Chinese character.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        if text.chars().any(is_hanzi) {
            Self::Zh
        } else {
            Self::En
        }
    }
}

impl std::fmt::Display for Language {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

/// A text does not name a language.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("there is no language {0:?} here: use zh or en")]
pub struct UnknownLanguage(pub String);

impl std::str::FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "zh" => Ok(Self::Zh),
            "en" => Ok(Self::En),
            _ => Err(UnknownLanguage(text.to_owned())),
        }
    }
}

/// Whether `c` is a Chinese character (CJK Unified Ideographs, with extension A
/// and the compatibility block).
#[must_use]
pub fn is_hanzi(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{f900}'..='\u{faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_of_text() {
        #[track_caller]
        fn check(text: &str, language: Language) {
            assert_eq!(Language::of_text(text), language, "{text}");
        }
        check("我的老年证丢了", Language::Zh);
        check("打12345问一问", Language::Zh);
        check("I lost my ID card", Language::En);
        check("WiFi 密码", Language::Zh);
        check("", Language::En);
    }
}
