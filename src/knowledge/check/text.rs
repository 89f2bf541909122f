//! A guide's words: complete, short enough, fit to be read aloud, plain.

use std::collections::HashSet;

use super::reading::Reading;
use super::spoken::seconds;
use super::{Checker, is_invisible, length};
use crate::knowledge::guide::Text;
use crate::language::{Language, is_hanzi};

/// Sample questions that a guide needs in each language.
const MIN_QUESTIONS: usize = 12;
const STEPS: std::ops::RangeInclusive<usize> = 3..=6;
/// The longest that one step may take to say, in seconds at the usual rate.
const MAX_SECONDS: f32 = 25.0;
/// Characters that have no place in a text that is read aloud.
const UNSPEAKABLE: &[char] = &[
    '(', ')', '（', '）', '[', ']', '【', '】', '<', '>', '《', '》', '/', '\\', '*', '#', '_',
    '|', '~', '→', '①', '"',
];

/// Lengths in Chinese characters or English words.
struct Limit {
    zh: usize,
    en: usize,
}

const NAME: Limit = Limit { zh: 14, en: 8 };
const HEADLINE: Limit = Limit { zh: 14, en: 7 };
const BRING: Limit = Limit { zh: 20, en: 12 };
const SAY: Limit = Limit { zh: 60, en: 40 };
const SPOKEN: Limit = Limit { zh: 90, en: 60 };

impl Checker<'_> {
    pub(super) fn text(&mut self, language: Language, text: &Text) {
        let at = |field: &str| format!("{language}.{field}");
        self.names(language, text);
        self.questions(language, &text.questions);
        self.require(STEPS.contains(&text.steps.len()), &at("steps"), || {
            format!("{} steps; a guide has three to six", text.steps.len())
        });
        for (i, step) in text.steps.iter().enumerate() {
            let path = at(&format!("steps.{}.headline", i + 1));
            self.spoken(language, &path, &step.headline, &HEADLINE);
        }
        let facts = text.facts();
        for fact in &facts {
            let limit = match fact.key.as_str() {
                key if key.starts_with("bring.") => &BRING,
                key if key.ends_with(".say") => &SAY,
                _ => &SPOKEN,
            };
            let path = at(&fact.key);
            self.spoken(language, &path, fact.text, limit);
            if fact.key.starts_with("steps.") {
                let time = seconds(fact.text, language);
                self.require(time <= MAX_SECONDS, &path, || {
                    format!(
                        "takes {time:.0} seconds to say, at most {MAX_SECONDS}: {}",
                        fact.text
                    )
                });
            }
        }
        let places = &text.places;
        let somewhere =
            places.online.is_some() || places.counter.is_some() || places.phone.is_some();
        self.require(somewhere, &at("where"), || {
            "say at least one of online, counter, phone".into()
        });
        let pieces = facts.iter().filter(|fact| fact.field != "bring");
        for fault in Reading::of(pieces.map(|fact| fact.text), language).faults(language) {
            self.fault(language.code(), format!("hard to understand: {fault}"));
        }
    }

    fn names(&mut self, language: Language, text: &Text) {
        let at = |field: &str| format!("{language}.{field}");
        self.spoken(language, &at("name"), &text.name, &NAME);
        self.require(!text.title.trim().is_empty(), &at("title"), || {
            "title is empty".into()
        });
        self.require(!text.also_called.is_empty(), &at("also_called"), || {
            "also_called is empty: put the name that most people use first".into()
        });
        let mut seen = HashSet::new();
        for (i, name) in text.also_called.iter().enumerate() {
            let path = at(&format!("also_called.{}", i + 1));
            self.spoken(language, &path, name, &SAY);
            self.require(seen.insert(name.to_lowercase()), &path, || {
                "this name stands here twice".into()
            });
        }
    }

    fn questions(&mut self, language: Language, questions: &[String]) {
        let path = format!("{language}.questions");
        self.require(questions.len() >= MIN_QUESTIONS, &path, || {
            let found = questions.len();
            format!("{found} questions, at least {MIN_QUESTIONS} are needed")
        });
        let mut seen = HashSet::new();
        for (i, question) in questions.iter().enumerate() {
            let path = format!("{path}.{}", i + 1);
            self.require(!question.trim().is_empty(), &path, || {
                "an empty question".into()
            });
            self.require(seen.insert(question), &path, || {
                "this question stands here twice".into()
            });
            self.in_language(language, &path, question);
        }
    }

    /// Fit to be read aloud: not empty, not too long, nothing unspeakable, the right language.
    fn spoken(&mut self, language: Language, path: &str, text: &str, limit: &Limit) {
        let (max, unit) = match language {
            Language::Zh => (limit.zh, "characters"),
            Language::En => (limit.en, "words"),
        };
        let long = length(text, language);
        self.require(!text.trim().is_empty(), path, || "is empty".into());
        self.require(text.trim() == text, path, || {
            "begins or ends with a space".into()
        });
        self.require(long <= max, path, || {
            format!("{long} {unit}, at most {max}: {text}")
        });
        let unspeakable = |c: &char| UNSPEAKABLE.contains(c);
        if let Some(c) = text.chars().find(unspeakable) {
            self.fault(path, format!("{c:?} cannot be read aloud: {text}"));
        }
        self.in_language(language, path, text);
    }

    fn in_language(&mut self, language: Language, path: &str, text: &str) {
        // A number alone (12345) is a name in both.
        let right = match language {
            Language::Zh => text.chars().any(is_hanzi) || text.chars().all(|c| c.is_ascii_digit()),
            Language::En => !text.chars().any(is_hanzi) && text.chars().any(char::is_alphanumeric),
        };
        self.require(!text.contains(is_invisible), path, || {
            "has characters that cannot be seen".into()
        });
        self.require(right || text.trim().is_empty(), path, || {
            format!("is not in the language {language}: {text}")
        });
    }
}
