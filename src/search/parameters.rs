//! The numbers that `wenlu knowledge tune` learns, in `parameters.toml`.

use serde::{Deserialize, Serialize};

use super::features::Features;
use crate::language::Language;

const LEARNED: &str = include_str!("parameters.toml");

/// What ranking and deciding depend on, for each language.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    pub(super) zh: Opinions,
    pub(super) en: Opinions,
}

/// The numbers without and with the second opinion.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Opinions {
    pub first: Model,
    pub second: Model,
}

/// One language's numbers.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Model {
    /// The score of "none of these".
    pub none: f32,
    /// When a typed question is answered.
    pub typed: Thresholds,
    /// When one that was heard is: whoever was misheard can say no to a choice more easily than
    /// say everything again.
    pub heard: Thresholds,
    /// What the recogniser's doubt does.
    pub doubt: Doubt,
    /// What each feature counts.
    pub weights: Features,
}

/// From which probability on something is decided.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Thresholds {
    /// At least this likely, of all guides, the first must be to be given as the answer.
    pub answer: f32,
    /// If "none of these" is likelier than this, the question is none of ours.
    pub unknown: f32,
}

/// How much less is believed of words that the recogniser was not sure of; all 0 leaves them
/// as good as typed ones. A doubt of 1 is a confidence of 0.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Doubt {
    /// The share of every score that a doubt of 1 takes away: guides become more alike.
    pub flattens: f32,
    /// What a doubt of 1 adds to the score of "none of these".
    pub none: f32,
    /// What another reading of the recogniser counts beside the one it is surest of.
    pub alternative: f32,
}

impl Parameters {
    /// The embedded numbers. A test proves that they parse.
    #[must_use]
    pub fn learned() -> Self {
        toml::from_str(LEARNED).unwrap_or_else(|_| Self {
            zh: Opinions::default(),
            en: Opinions::default(),
        })
    }

    pub(super) fn opinions(&self, language: Language) -> &Opinions {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }

    pub(super) fn opinions_mut(&mut self, language: Language) -> &mut Opinions {
        match language {
            Language::Zh => &mut self.zh,
            Language::En => &mut self.en,
        }
    }
}

impl Model {
    /// The thresholds for a question that is doubted so much; nobody doubts a typed one.
    pub fn thresholds(&self, doubt: f32) -> Thresholds {
        if doubt > 0.0 { self.heard } else { self.typed }
    }

    /// The probability of each candidate by a softmax over their weighted features and
    /// "none of these"; the last is that of none. `doubt` is 1 less the words' confidence.
    pub fn probabilities<'a>(
        &self,
        candidates: impl Iterator<Item = &'a Features>,
        doubt: f32,
    ) -> Vec<f32> {
        let kept = 1.0 - self.doubt.flattens * doubt;
        let scores: Vec<_> = candidates
            .map(|c| kept * c.weighted(&self.weights))
            .chain([kept * self.none + self.doubt.none * doubt])
            .collect();
        softmax(&scores)
    }
}

pub(super) fn softmax(scores: &[f32]) -> Vec<f32> {
    let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<_> = scores.iter().map(|s| (s - highest).exp()).collect();
    let sum: f32 = powers.iter().sum();
    powers.into_iter().map(|p| p / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn learned_parameters_parse() {
        toml::from_str::<Parameters>(LEARNED).unwrap();
    }

    #[test]
    fn probabilities_sum_to_one() {
        let p = softmax(&[1.0, 100.0, -3.0]);
        assert!((p.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert!(p[1] > 0.99);
    }
}
