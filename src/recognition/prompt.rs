//! The sentence that Whisper is told came before, so that it expects a service's words.
//!
//! A natural sentence that names terms of the domain lowers the error on requests; a bare
//! list of words raises it (`docs/recognition.md`).

use super::Transcript;
use crate::language::Language;

/// More terms push out one another, each further one helps less, and each costs about 6 ms:
/// whisper.cpp computes the whole vocabulary for every token of a prompt.
const MOST_TERMS: usize = 8;
/// In utterances longer than this (seconds) the decoder now and then stops at once or loops
/// after a prompt of eight terms, since the encoder's window is shrunk; after three it does not.
const LONG_SECONDS: f32 = 6.0;
const MOST_TERMS_LONG: usize = 3;

/// The most terms that an utterance of `seconds` bears.
fn most_terms(seconds: f32) -> usize {
    if seconds > LONG_SECONDS {
        MOST_TERMS_LONG
    } else {
        MOST_TERMS
    }
}

/// Knows which terms may have been said, once something was heard: contextual biasing.
pub trait Biasing: Send + Sync + std::fmt::Debug {
    /// The terms that may be behind `heard`, likeliest first; none if it is plain what was meant.
    fn terms(&self, heard: &Transcript) -> Vec<String>;
}

/// How the prompt of a language begins: who asks about what.
const fn opening(language: Language) -> &'static str {
    match language {
        Language::Zh => "市民咨询",
        Language::En => "An older person asks about a city service",
    }
}

/// Puts as many of the first `terms` into a sentence as an utterance of `seconds` bears.
#[must_use]
pub fn prompt(language: Language, seconds: f32, terms: &[impl AsRef<str>]) -> String {
    let terms = terms.iter().take(most_terms(seconds));
    let terms: Vec<&str> = terms.map(AsRef::as_ref).collect();
    let opening = opening(language);
    match (language, terms.is_empty()) {
        (Language::Zh, true) => format!("{opening}。"),
        (Language::Zh, false) => format!("{opening}：{}。", terms.join("、")),
        (Language::En, true) => format!("{opening}."),
        (Language::En, false) => format!("{opening}: {}.", terms.join(", ")),
    }
}

/// So many characters of Mandarin, or letters of English, in a row are no coincidence.
const ECHO: (usize, usize) = (8, 24);

/// Whether `text` repeats the `prompt` instead of what was said: Whisper does so now and then
/// when it understands little. Either it begins as a prompt does, or all of it stands there.
/// Someone who does begin so is heard again without a prompt, which costs a moment and no word.
#[must_use]
pub fn is_echo(text: &str, prompt: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_lowercase)
            .collect()
    };
    let (text, prompt) = (letters(text), letters(prompt));
    let enough = if text.is_ascii() { ECHO.1 } else { ECHO.0 };
    let begins = Language::ALL
        .iter()
        .any(|&language| text.starts_with(&letters(opening(language))));
    begins || text.chars().count() >= enough && prompt.contains(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_stand_in_a_sentence() {
        insta::assert_snapshot!(prompt(Language::Zh, 3.0, &["医保卡", "老年证"]), @"市民咨询：医保卡、老年证。");
        insta::assert_snapshot!(prompt(Language::En, 3.0, &["senior card"]), @"An older person asks about a city service: senior card.");
        insta::assert_snapshot!(prompt(Language::Zh, 3.0, &[] as &[&str]), @"市民咨询。");
    }

    #[test]
    fn an_echo_is_told_from_a_question() {
        #[track_caller]
        fn check(language: Language, text: &str, echo: bool) {
            let terms = match language {
                Language::Zh => ["医保卡", "老年证", "养老金资格认证"],
                Language::En => ["medical card", "senior card", "pension check"],
            };
            assert_eq!(
                is_echo(text, &prompt(language, 3.0, &terms)),
                echo,
                "{text}"
            );
        }
        check(Language::Zh, "市民咨询的话", true);
        check(Language::Zh, "医保卡、老年证、养老金资格认证。", true);
        check(Language::Zh, "养老金资格认证。", false);
        check(Language::Zh, "市民服务中心的地址在哪里", false);
        check(
            Language::En,
            "An older person asks about a city service.",
            true,
        );
        check(Language::En, "I lost my senior card.", false);
        check(Language::En, "senior card", false);
    }

    #[test]
    fn no_more_terms_than_help() {
        #[track_caller]
        fn check(seconds: f32, most: usize) {
            let many = prompt(Language::Zh, seconds, &["证"; 100]);
            assert_eq!(many.matches('证').count(), most);
        }
        check(1.0, MOST_TERMS);
        check(LONG_SECONDS, MOST_TERMS);
        check(LONG_SECONDS + 0.1, MOST_TERMS_LONG);
        check(30.0, MOST_TERMS_LONG);
    }
}
