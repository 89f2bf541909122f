//! The simple ways that the search is measured against.

use std::str::FromStr;

use super::library::Owner;
use super::meaning;
use super::{Candidate, Decision, OFFERED, Question, Searcher};
use crate::text::simplify;

/// A simple way to find a guide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Baseline {
    /// tantivy's BM25 over the words of all sample questions and names; the best text wins.
    Words,
    /// The sample question whose sentence vector is nearest.
    Meaning,
}

/// There is no such baseline.
#[derive(Debug, thiserror::Error)]
#[error("there is no baseline {0:?}: use words or meaning")]
pub struct UnknownBaseline(String);

impl FromStr for Baseline {
    type Err = UnknownBaseline;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "words" => Ok(Self::Words),
            "meaning" => Ok(Self::Meaning),
            _ => Err(UnknownBaseline(name.into())),
        }
    }
}

impl Searcher {
    /// What the simple way answers: always the best guide, for it has no measure of doubt.
    /// `Unknown` if nothing was found or the sentence model is missing.
    #[must_use]
    pub fn baseline(&self, baseline: Baseline, question: &Question) -> Decision {
        let library = self.library(question.language);
        let scores = match (baseline, self.second.get()) {
            (Baseline::Words, _) => library.by_words(question.text).unwrap_or_default(),
            (Baseline::Meaning, Some(second)) => {
                let asked = second.meaning.vector(&simplify(question.text));
                let near = |(owner, vector): (Owner, &meaning::Vector)| {
                    (owner, meaning::similarity(&asked, vector))
                };
                let samples = second.samples(question.language);
                library.owners().zip(samples).map(near).collect()
            }
            (Baseline::Meaning, None) => Vec::new(),
        };
        let best = self.best_of_each(scores);
        if best.is_empty() {
            Decision::Unknown(best)
        } else {
            Decision::Answer(best)
        }
    }

    fn best_of_each(&self, mut scores: Vec<(Owner, f32)>) -> Vec<Candidate> {
        scores.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut best: Vec<Candidate> = Vec::new();
        for (owner, score) in scores {
            let Some(id) = self.ids.get(owner as usize) else {
                continue;
            };
            if best.iter().all(|c| c.id != *id) {
                best.push(Candidate {
                    id: id.clone(),
                    score,
                });
            }
            if best.len() == OFFERED {
                break;
            }
        }
        best
    }
}
