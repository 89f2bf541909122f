//! Commands by example: what a sentence has in common with sentences that give a command.
//!
//! Templates know how most people put a command; nobody can list how all do. So what they leave
//! is compared with some thousand examples, and with what people ask the guides about: nearest
//! neighbours by the cosine of weighted words, pairs of words, and their sounds.

use std::collections::BTreeMap;

use super::tokens::{Token, tokens};
use crate::dialogue::command::Command;
use crate::dialogue::locale::{self, LocaleError};
use crate::knowledge::Knowledge;
use crate::language::Language;
use crate::text::segment::stems;
use crate::text::sound::phonetic_key;

/// A command that a sentence is like.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Likely {
    pub command: Command,
    /// How like the nearest examples the sentence is, 0 to 1.
    pub likeness: f32,
    /// By how much it is less like the next command, or any question.
    pub lead: f32,
}

/// How many of a command's examples are asked: one lucky one tells less than three.
const NEIGHBOURS: usize = 3;
/// What a clause's likeness is worth beside that of all words.
const OF_A_CLAUSE: f32 = 0.9;

/// The examples of one language.
#[derive(Debug)]
pub(super) struct Examples {
    chinese: bool,
    /// The weight of each feature, and the sentences that have it; in order, so that sums are the
    /// same each time.
    features: BTreeMap<String, (f32, Vec<usize>)>,
    /// The length of each sentence's vector, and what it is an example of; `None` of a question.
    sentences: Vec<(f32, Option<Command>)>,
}

impl Examples {
    pub fn bundled(language: Language, knowledge: &Knowledge) -> Result<Self, LocaleError> {
        let bundled = source(language);
        let sentences: BTreeMap<String, Vec<String>> = locale::parse(bundled)?;
        let mut groups: Vec<(Option<Command>, &[String])> = Vec::new();
        for (name, sentences) in &sentences {
            let command = name
                .parse()
                .map_err(|error| LocaleError::new(bundled.0, error))?;
            groups.push((Some(command), sentences));
        }
        for guide in knowledge.iter() {
            groups.push((None, &guide.text(language).questions));
        }
        Ok(Self::new(language == Language::Zh, &groups))
    }

    fn new(chinese: bool, groups: &[(Option<Command>, &[String])]) -> Self {
        let mut examples = Self {
            chinese,
            features: BTreeMap::new(),
            sentences: Vec::new(),
        };
        // The group of each sentence.
        let mut group_of = Vec::new();
        for (group, (command, sentences)) in groups.iter().enumerate() {
            for sentence in *sentences {
                for feature in features(&tokens(sentence, chinese).tokens, chinese) {
                    let (_, sentences) = examples.features.entry(feature).or_default();
                    sentences.push(group_of.len());
                }
                group_of.push(group);
                examples.sentences.push((0.0, *command));
            }
        }
        // A feature tells the more, the fewer groups have it.
        for (weight, sentences) in examples.features.values_mut() {
            let having = sentences.chunk_by(|one, next| group_of[*one] == group_of[*next]);
            *weight = (1.0 + groups.len() as f32 / having.count() as f32).ln();
            for number in sentences {
                examples.sentences[*number].0 += weight.powi(2);
            }
        }
        for (length, _) in &mut examples.sentences {
            *length = length.sqrt();
        }
        examples
    }

    /// The command that some words give, all of them or a clause: the rest is a reason then.
    pub fn likely(&self, words: &[Token]) -> Option<Likely> {
        let most = if self.chinese { 20 } else { 15 };
        if words.len() > most {
            return None;
        }
        let clauses = words.chunk_by(|one, next| one.clause == next.clause);
        let clauses = clauses.filter(|clause| (2..words.len()).contains(&clause.len()));
        let parts = clauses
            .filter_map(|clause| self.nearest(clause))
            .map(|part| Likely {
                likeness: OF_A_CLAUSE * part.likeness,
                ..part
            });
        let all = self.nearest(words).into_iter().chain(parts);
        all.max_by(|one, other| one.likeness.total_cmp(&other.likeness))
    }

    /// The command whose examples are likest to some words, if it is none of the questions.
    fn nearest(&self, words: &[Token]) -> Option<Likely> {
        let mut shared = vec![0.0_f32; self.sentences.len()];
        // What no sentence has makes the words less like any, but not as much as what one has.
        let unknown = (1.0 + self.sentences.len() as f32).ln();
        let mut length = 0.0;
        for feature in features(words, self.chinese) {
            let Some((weight, postings)) = self.features.get(&feature) else {
                length += unknown;
                continue;
            };
            length += weight.powi(2);
            for number in postings {
                shared[*number] += weight.powi(2);
            }
        }
        let length = length.sqrt();
        let mut best: BTreeMap<Option<Command>, [f32; NEIGHBOURS]> = BTreeMap::new();
        for (shared, (other, command)) in shared.iter().zip(&self.sentences) {
            if *shared > 0.0 {
                let likeness = shared / (length * other);
                let nearest = best.entry(*command).or_default();
                let least = nearest.iter_mut().min_by(|a, b| a.total_cmp(b));
                if let Some(least) = least.filter(|least| **least < likeness) {
                    *least = likeness;
                }
            }
        }
        let mean = |nearest: &[f32; NEIGHBOURS]| {
            let top = nearest.iter().copied().fold(0.0, f32::max);
            (top + nearest.iter().sum::<f32>() / NEIGHBOURS as f32) / 2.0
        };
        let mut ranked: Vec<(Option<Command>, f32)> = best
            .iter()
            .map(|(command, nearest)| (*command, mean(nearest)))
            .collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        let second = ranked.get(1).map_or(0.0, |(_, likeness)| *likeness);
        let (command, likeness) = *ranked.first()?;
        command.map(|command| Likely {
            command,
            likeness,
            lead: likeness - second,
        })
    }
}

/// What is compared: each word, each pair with the ends, and the same by sound.
fn features(words: &[Token], chinese: bool) -> Vec<String> {
    let text: Vec<String> = words.iter().map(|token| token.text.clone()).collect();
    let text = if chinese { text } else { stems(&text) };
    let sounds: Vec<String> = words
        .iter()
        .zip(&text)
        .map(|(token, text)| match token.syllable {
            Some(syllable) => format!("~{}", syllable.toneless()),
            None => format!("~{}", phonetic_key(text)),
        })
        .collect();
    let mut all = Vec::new();
    for row in [&text, &sounds] {
        all.extend(row.iter().cloned());
        let padded: Vec<&str> = ["^"]
            .into_iter()
            .chain(row.iter().map(String::as_str))
            .chain(["$"])
            .collect();
        all.extend(padded.windows(2).map(|pair| pair.concat()));
    }
    all.sort_unstable();
    all.dedup();
    all
}

fn source(language: Language) -> (&'static str, &'static str) {
    match language {
        Language::Zh => (
            "zh.examples.toml",
            include_str!("../locale/zh.examples.toml"),
        ),
        Language::En => (
            "en.examples.toml",
            include_str!("../locale/en.examples.toml"),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(sentences: &[&str]) -> Vec<String> {
        sentences.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn the_nearest_examples_decide() {
        let slower = owned(&["说慢一点", "念得太快了", "慢慢说"]);
        let louder = owned(&["说大声一点", "声音太小了", "大声说"]);
        let asked = owned(&["老年证怎么办", "慢性病怎么报销", "声音太吵找谁投诉"]);
        let examples = Examples::new(
            true,
            &[
                (Some(Command::Slower), &slower),
                (Some(Command::Louder), &louder),
                (None, &asked),
            ],
        );
        #[track_caller]
        fn check(examples: &Examples, text: &str, expected: Option<Command>) {
            let likely = examples.likely(&tokens(text, true).tokens);
            assert_eq!(likely.map(|likely| likely.command), expected, "{text}");
            assert!(likely.is_none_or(|likely| likely.likeness <= 1.001 && likely.lead >= 0.0));
        }
        check(&examples, "你念得有点太快了", Some(Command::Slower));
        check(&examples, "大点声说", Some(Command::Louder));
        // By its sound; with a reason before it.
        check(&examples, "漫漫说", Some(Command::Slower));
        check(
            &examples,
            "我年纪大了耳朵又背，大声说",
            Some(Command::Louder),
        );
        check(&examples, "慢性病到哪里报销", None);
        check(&examples, "今天", None);
        check(&examples, &"说慢一点".repeat(6), None);
    }

    #[test]
    fn bundled_examples_are_of_commands() {
        for language in Language::ALL {
            let examples = Examples::bundled(language, &Knowledge::default());
            assert!(examples.is_ok_and(|examples| examples.sentences.len() > 1_500));
        }
    }
}
