//! Characters, words and sounds of both languages: what recognition, search, dialogue
//! and the voice all know about text.
//!
//! Pure: no files, no devices.

mod common;
mod cutter;
pub mod numerals;
pub mod pinyin;
pub mod segment;
mod simplify;
pub mod sound;

pub use common::common_subsequence;
pub use simplify::simplify;

use crate::language::is_hanzi;

/// Whether every listener knows the word: it is a figure, or in a general dictionary of
/// Mandarin (jieba's). Names of services mostly are not.
#[must_use]
pub fn is_common_word(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_digit()) || cutter::Cutter::get().has(word)
}

/// How many syllables `text` has, near enough: one for each Chinese character, and for each
/// group of vowels in other words.
#[must_use]
pub fn count_syllables(text: &str) -> usize {
    let mut count = 0;
    let mut in_vowels = false;
    for c in text.chars() {
        let vowel = matches!(c.to_ascii_lowercase(), 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
        count += usize::from(is_hanzi(c) || c.is_ascii_digit() || (vowel && !in_vowels));
        in_vowels = vowel;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_syllables() {
        assert_eq!(count_syllables("老年证在哪儿办"), 7);
        assert_eq!(count_syllables("where do I get a card"), 7);
        assert_eq!(count_syllables("第3个"), 3);
    }

    #[test]
    fn names_of_services_are_no_common_words() {
        #[track_caller]
        fn check(word: &str, common: bool) {
            assert_eq!(is_common_word(word), common, "{word}");
        }
        check("救护车", true);
        check("12345", true);
        check("长护险", false);
        check("养老消费券", false);
        check("senior card", false);
    }
}
