//! Words: Mandarin cut with jieba and a dictionary of service terms, English stemmed.

use tantivy::tokenizer::{
    Language as Stems, LowerCaser, SimpleTokenizer, Stemmer, TextAnalyzer, TokenStream,
};

use super::cutter::Cutter;
use crate::language::{Language, is_hanzi};

/// The words of a Mandarin text, and the shorter words inside long ones (医保卡: 医保, 医保卡).
/// Punctuation is left out, Latin letters are lower-cased.
#[must_use]
pub fn mandarin_words(text: &str) -> Vec<String> {
    Cutter::get()
        .for_search(text)
        .filter(|w| w.chars().any(char::is_alphanumeric))
        .map(str::to_lowercase)
        .collect()
}

/// The Chinese characters, and the runs of letters and digits between them, of `text`.
#[must_use]
pub fn characters(text: &str) -> Vec<String> {
    let mut characters: Vec<String> = Vec::new();
    let mut in_run = false;
    for c in text.chars() {
        if is_hanzi(c) {
            characters.push(c.into());
            in_run = false;
        } else if c.is_alphanumeric() {
            match characters.last_mut() {
                Some(last) if in_run => last.extend(c.to_lowercase()),
                _ => characters.push(c.to_lowercase().collect()),
            }
            in_run = true;
        } else {
            in_run = false;
        }
    }
    characters
}

/// The words of an English text as spoken: lower case, apostrophes dropped.
#[must_use]
pub fn english_words(text: &str) -> Vec<String> {
    let joined = text.replace(['\'', '’'], "").to_lowercase();
    joined
        .split(|c: char| !c.is_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The words to search for: [`mandarin_words`], or the [`stems`] of [`english_words`].
#[must_use]
pub fn words(text: &str, language: Language) -> Vec<String> {
    match language {
        Language::Zh => mandarin_words(text),
        Language::En => stems(&english_words(text)),
    }
}

/// The stems of English words (Porter 2), one for one.
#[must_use]
pub fn stems(words: &[String]) -> Vec<String> {
    let mut analyzer = TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(LowerCaser)
        .filter(Stemmer::new(Stems::English))
        .build();
    let text = words.join(" ");
    let mut stream = analyzer.token_stream(&text);
    let mut stems = Vec::with_capacity(words.len());
    while stream.advance() {
        stems.push(stream.token().text.clone());
    }
    stems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_stay_whole() {
        #[track_caller]
        fn check(text: &str, word: &str) {
            let words = mandarin_words(text);
            assert!(words.iter().any(|w| w == word), "{words:?}");
        }
        check("我想办老年优待证", "老年优待证");
        check("医保卡丢了", "医保卡");
        check("医保卡丢了", "医保");
        check("长护险怎么申请", "长护险");
        check("我要下载APP", "app");
    }

    #[test]
    fn characters_and_runs() {
        assert_eq!(
            characters("打12345，问WiFi吗"),
            ["打", "12345", "问", "wifi", "吗"]
        );
    }

    #[test]
    fn english() {
        let words = english_words("I can't pay the bills!");
        assert_eq!(words, ["i", "cant", "pay", "the", "bills"]);
        assert_eq!(stems(&words), ["i", "cant", "pay", "the", "bill"]);
    }
}
