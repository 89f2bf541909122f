//! The sentence that Whisper is told came before, so that it expects a service's words.
//!
//! A natural sentence that names terms of the domain lowers the error on requests; a bare
//! list of words raises it (`docs/recognition.md`).

use crate::language::Language;

/// More terms push out one another: Whisper keeps half its 448 tokens of context for
/// what came before, and each further term helps less.
const MAX_TERMS: usize = 14;

/// Puts the first [`MAX_TERMS`] of `terms` into a sentence.
#[must_use]
pub fn prompt<'a>(language: Language, terms: impl IntoIterator<Item = &'a str>) -> String {
    let terms: Vec<&str> = terms.into_iter().take(MAX_TERMS).collect();
    match (language, terms.is_empty()) {
        (Language::Zh, true) => "以下是老年人咨询市民服务的普通话句子。".into(),
        (Language::Zh, false) => format!(
            "以下是老年人咨询市民服务的普通话句子：{}。",
            terms.join("、")
        ),
        (Language::En, true) => "An older person asks about a city service.".into(),
        (Language::En, false) => format!(
            "An older person asks about a city service: {}.",
            terms.join(", ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_stand_in_a_sentence() {
        insta::assert_snapshot!(prompt(Language::Zh, ["医保卡", "老年证"]), @"以下是老年人咨询市民服务的普通话句子：医保卡、老年证。");
        insta::assert_snapshot!(prompt(Language::En, ["senior card"]), @"An older person asks about a city service: senior card.");
        insta::assert_snapshot!(prompt(Language::Zh, []), @"以下是老年人咨询市民服务的普通话句子。");
    }

    #[test]
    fn no_more_terms_than_help() {
        let many = prompt(Language::Zh, std::iter::repeat_n("证", 100));
        assert_eq!(many.matches('证').count(), MAX_TERMS);
    }
}
