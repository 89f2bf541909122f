//! How hard a text is to take in.
//!
//! English: Björnsson's LIX, the mean length of a sentence in words plus the percentage of
//! words of more than six letters (C. H. Björnsson, *Läsbarhet*, 1968; for English:
//! J. Anderson, "Lix and Rix", Journal of Reading 26, 1983). It needs no guess at syllables.
//! Below 30 is very easy, up to 40 easy, 40 to 50 the newspaper, above 50 official prose.
//!
//! Mandarin has no such standard for the ear. The published formulas (Yang 1971, Jing 1995,
//! Sung's CRIE 2015) rest on the same two things, the length of sentences and the share of
//! characters or words outside the common ones. So both are measured, each with a limit of
//! its own: the mean length of a sentence and of what lies between two pauses, and the share
//! of characters outside the first level of GB/T 2312-1980 (the 3755 in common use). Official
//! prose uses common characters, though; what gives it away is its vocabulary, which speech
//! replaces (Feng Shengli, 汉语书面用语初编, 2006): words of `official-words.txt` in a
//! hundred characters.
//!
//! The limits were set by measuring: the 75 guides lie below all of them, and notices and
//! rules as offices write them lie above at least one.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::length;
use crate::language::{Language, is_hanzi};

const COMMON: &str = include_str!("common-hanzi.txt");
const OFFICIAL: &str = include_str!("official-words.txt");

/// The highest LIX of a guide's English.
pub const MAX_LIX: f32 = 40.0;
/// The longest mean sentence of a guide's Mandarin, in characters.
pub const MAX_SENTENCE: f32 = 24.0;
/// The longest mean stretch between two pauses, in characters.
pub const MAX_CLAUSE: f32 = 10.0;
/// The largest share of rare characters, in per cent.
pub const MAX_RARE: f32 = 2.0;
/// The most official words in a hundred characters.
pub const MAX_OFFICIAL: f32 = 2.5;

/// What was measured of a text.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Reading {
    /// Mean length of a sentence: Chinese characters, or English words.
    pub sentence: f32,
    /// Mean length between two pauses in Chinese characters; 0 in English.
    pub clause: f32,
    /// Rare Chinese characters, or English words of more than six letters, in per cent.
    pub rare: f32,
    /// Official words in a hundred Chinese characters; 0 in English.
    pub official: f32,
}

impl Reading {
    /// Measures a text, given piece by piece; a piece ends a sentence.
    #[must_use]
    pub fn of<'a>(pieces: impl IntoIterator<Item = &'a str>, language: Language) -> Self {
        let mut count = Count::default();
        for piece in pieces {
            match language {
                Language::Zh => count.zh(piece),
                Language::En => count.en(piece),
            }
        }
        Self {
            sentence: ratio(count.length, count.sentences),
            clause: ratio(count.length, count.clauses),
            rare: 100.0 * ratio(count.rare, count.length),
            official: 100.0 * ratio(count.official, count.length),
        }
    }

    /// Björnsson's measure, for English.
    #[must_use]
    pub fn lix(&self) -> f32 {
        self.sentence + self.rare
    }

    /// What is too hard about it, and what helps.
    #[must_use]
    pub fn faults(&self, language: Language) -> Vec<String> {
        let checks = match language {
            Language::Zh => vec![
                (
                    self.sentence,
                    MAX_SENTENCE,
                    "characters in a sentence: make shorter sentences",
                ),
                (
                    self.clause,
                    MAX_CLAUSE,
                    "characters between two pauses: say one thing at a time",
                ),
                (self.rare, MAX_RARE, "% rare characters: use everyday words"),
                (
                    self.official,
                    MAX_OFFICIAL,
                    "official words in a hundred characters: say it as people speak",
                ),
            ],
            Language::En => vec![(
                self.lix(),
                MAX_LIX,
                "is the reading level (LIX): use shorter sentences and words",
            )],
        };
        let broken = checks.into_iter().filter(|(found, max, _)| found > max);
        broken
            .map(|(found, max, what)| format!("{found:.1} {what}; at most {max}"))
            .collect()
    }
}

#[derive(Default)]
struct Count {
    length: usize,
    sentences: usize,
    clauses: usize,
    rare: usize,
    official: usize,
}

impl Count {
    fn zh(&mut self, text: &str) {
        let parts = |marks: &[char]| {
            let parts = text.split(|c| marks.contains(&c));
            parts.filter(|part| length(part, Language::Zh) > 0).count()
        };
        self.length += length(text, Language::Zh);
        self.sentences += parts(&['。', '；', '！', '？']);
        self.clauses += parts(&['。', '；', '！', '？', '，', '：', '、']);
        let hanzi = text.chars().filter(|c| is_hanzi(*c));
        self.rare += hanzi.filter(|c| !common().contains(c)).count();
        self.official += official_words(text);
    }

    fn en(&mut self, text: &str) {
        let words = text
            .split(|c: char| !(c.is_alphanumeric() || c == '\''))
            .filter(|word| word.chars().any(char::is_alphanumeric));
        let sentences = text.split(['.', '!', '?', ':', ';']);
        self.sentences += sentences
            .filter(|part| part.chars().any(char::is_alphanumeric))
            .count();
        for word in words {
            self.length += 1;
            self.rare += usize::from(word.chars().filter(|c| c.is_alphabetic()).count() > 6);
        }
    }
}

#[allow(
    clippy::cast_precision_loss,
    reason = "texts are far shorter than 2^24"
)]
fn ratio(part: usize, whole: usize) -> f32 {
    part as f32 / whole.max(1) as f32
}

fn common() -> &'static HashSet<char> {
    static SET: LazyLock<HashSet<char>> =
        LazyLock::new(|| lines(COMMON).flat_map(str::chars).collect());
    &SET
}

/// How many official words stand in `text`, the longest at each place.
fn official_words(text: &str) -> usize {
    static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| {
        let mut words: Vec<_> = lines(OFFICIAL).collect();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        words
    });
    let (mut count, mut rest) = (0, text);
    while let Some(c) = rest.chars().next() {
        let word = WORDS.iter().find(|word| rest.starts_with(**word));
        count += usize::from(word.is_some());
        rest = &rest[word.map_or(c.len_utf8(), |word| word.len())..];
    }
    count
}

fn lines(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_speech_passes_and_official_prose_does_not() {
        #[track_caller]
        fn check(text: &str, language: Language, fault: Option<&str>) {
            let faults = Reading::of([text], language).faults(language);
            match fault {
                None => assert!(faults.is_empty(), "{text}: {faults:?}"),
                Some(fault) => assert!(
                    faults.iter().any(|f| f.contains(fault)),
                    "{text}: {faults:?}"
                ),
            }
        }
        use Language::{En, Zh};
        check(
            "先打12345，问一问本地还办不办。要是不办了，您什么都不用跑，带好身份证就行。",
            Zh,
            None,
        );
        check(
            "申请人应当持本人有效身份证件，向户籍所在地的经办机构提交申请；符合规定条件的，自受理之日起予以发放。",
            Zh,
            Some("official words"),
        );
        check(
            "老人可以带着自己的身份证和户口本还有银行卡去街道的便民服务中心窗口找工作人员登记。",
            Zh,
            Some("between two pauses"),
        );
        check(
            "先去窗口，拿一张表，写上名字，写上电话，再去旁边，排队等着，等到叫号，把表交上。",
            Zh,
            Some("in a sentence"),
        );
        check("祗候鹡鸰，毋庸踌躇。", Zh, Some("rare"));
        check(
            "Take your ID card to the counter. They give you a form. Fill it in and sign it.",
            En,
            None,
        );
        check(
            "Applicants are required to submit supporting documentation to the competent administrative authority, whereupon eligibility is determined in accordance with the applicable regulations.",
            En,
            Some("LIX"),
        );
        check("", Zh, None);
        check("", En, None);
    }

    #[test]
    fn lix_is_as_published() {
        let reading = Reading::of(
            ["The station is here. Please telephone us on Monday."],
            Language::En,
        );
        // 9 words in 2 sentences, 2 of them long: 9/2 + 100*2/9.
        assert!((reading.lix() - 26.72).abs() < 0.01, "{}", reading.lix());
    }

    #[test]
    fn the_common_characters_are_complete() {
        assert_eq!(common().len(), 3755);
    }
}
