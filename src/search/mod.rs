//! Search: a question's words in, a [`Decision`] out.
//!
//! Reads [`crate::knowledge`]; never touches sound. How it works, and what else was tried,
//! is told in `docs/search.md`. In short: every sample question and name of every guide is
//! indexed six ways ([`analysis`]), in characters and in sounds ([`shelf`]); what speaks for
//! each guide becomes a few numbers ([`library`], [`features`]); a softmax over these numbers
//! gives the probability that a guide, or none, is meant ([`parameters`]); two thresholds make
//! the decision. Signs of danger go before all this ([`danger`]).

mod align;
mod analysis;
mod baseline;
mod danger;
mod evaluate;
mod features;
mod learn;
mod lexicon;
mod library;
mod meaning;
mod parameters;
mod shelf;
mod tune;

use std::sync::Arc;

use crate::knowledge::{Danger, GuideId, Knowledge};
use crate::language::Language;
use crate::text::simplify;
use features::Features;
use lexicon::Lexicon;
use library::Library;
use meaning::Vector;
use parameters::Model;

pub use baseline::{Baseline, UnknownBaseline};
pub use evaluate::{Labelled, LabelledError, Outcome, Report, Tally};
pub use meaning::{Meaning, MeaningError, Vectors};
pub use parameters::Parameters;
pub use tune::{Misled, Tuned};

/// A question to find a guide for.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The words, as typed or heard.
    pub text: &'a str,
    /// Their language.
    pub language: Language,
    /// How sure the recogniser is of them, 0 to 1; 1 for typed words.
    pub confidence: f32,
    /// What may have been said instead.
    pub alternatives: &'a [String],
}

impl<'a> Question<'a> {
    /// A typed question: there is no doubt about its words.
    #[must_use]
    pub fn typed(text: &'a str, language: Language) -> Self {
        Self {
            text,
            language,
            confidence: 1.0,
            alternatives: &[],
        }
    }
}

/// A guide that may be meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The guide.
    pub id: GuideId,
    /// Its score; the higher the better, comparable within one decision.
    pub score: f32,
}

/// What to do with a question. Candidates come best first.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// Signs of danger: this guide at once, whatever else was said.
    Danger(Danger, Candidate),
    /// The first candidate is meant; the others are the next best.
    Answer(Vec<Candidate>),
    /// One of these two or three is meant: ask which.
    Choose(Vec<Candidate>),
    /// Nothing here answers the question; the nearest guides, possibly none.
    Unknown(Vec<Candidate>),
}

/// Why there is no search.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The index could not be built or read; it lives in memory, so memory has run out.
    #[error("the search index failed ({0}): free some memory and start again")]
    Index(#[from] tantivy::TantivyError),
}

/// At most this many guides are offered for a choice.
pub const OFFERED: usize = 3;
/// What a hypothesis of the recogniser counts beside the words it is surest of.
const ALTERNATIVE: f32 = 0.35;
/// A guide this likely needs no second opinion.
const SURE: f32 = 0.9;
/// A third guide this unlikely, beside the second, is not offered.
const TOO_UNLIKELY: f32 = 0.25;

/// Finds guides for questions. Cheap to share, never changes: when guides change, build a new
/// one and swap the `Arc`.
pub struct Searcher {
    zh: Library,
    en: Library,
    ids: Vec<GuideId>,
    dangers: Vec<(Danger, GuideId)>,
    meaning: Option<Arc<Meaning>>,
    parameters: Parameters,
}

/// What a search found, before anything is decided.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// Guides, best first; the scores are probabilities, with `none` they sum to one.
    pub candidates: Vec<Candidate>,
    /// The probability that no guide answers the question.
    pub none: f32,
}

impl Searcher {
    /// Indexes all guides.
    ///
    /// # Errors
    /// If there is not enough memory for the index.
    pub fn build(knowledge: &Knowledge) -> Result<Self, SearchError> {
        let lexicon = Lexicon::get();
        let (zh, en) = std::thread::scope(|scope| {
            let en = scope.spawn(|| Library::build(knowledge.iter(), Language::En, lexicon));
            let zh = Library::build(knowledge.iter(), Language::Zh, lexicon);
            (
                zh,
                en.join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            )
        });
        Ok(Self {
            zh: zh?,
            en: en?,
            ids: knowledge.iter().map(|g| g.id.clone()).collect(),
            dangers: knowledge
                .iter()
                .filter_map(|g| Some((g.danger?, g.id.clone())))
                .collect(),
            meaning: None,
            parameters: Parameters::learned(),
        })
    }

    /// Adds the second opinion. Sentences that are not in `vectors` are computed, about 10 ms
    /// each on one core: do it behind the scenes, and keep the vectors in a file.
    #[must_use]
    pub fn with_meaning(mut self, meaning: Arc<Meaning>, vectors: &mut Vectors) -> Self {
        self.zh.understand(&meaning, vectors);
        self.en.understand(&meaning, vectors);
        self.meaning = Some(meaning);
        self
    }

    /// Decides what to do with a question.
    #[must_use]
    pub fn decide(&self, question: &Question) -> Decision {
        self.decide_with(&self.parameters, question)
    }

    fn decide_with(&self, parameters: &Parameters, question: &Question) -> Decision {
        let (ranking, model) = self.rank_with(parameters, question);
        self.alarm(question, &ranking)
            .unwrap_or_else(|| weigh(ranking, model))
    }

    /// The guides that may be meant, best first, at most 22.
    #[must_use]
    pub fn rank(&self, question: &Question) -> Ranking {
        self.rank_with(&self.parameters, question).0
    }

    /// The first opinion, by words and sounds; if it is not sure, the second, which also
    /// compares meanings. Also the model that goes with the opinion.
    fn rank_with<'p>(
        &self,
        parameters: &'p Parameters,
        question: &Question,
    ) -> (Ranking, &'p Model) {
        let opinions = parameters.opinions(question.language);
        let first = self.opinion(&opinions.first, question, None);
        match &self.meaning {
            Some(meaning) if !first.is_sure() => (
                self.opinion(&opinions.second, question, Some(meaning)),
                &opinions.second,
            ),
            _ => (first, &opinions.first),
        }
    }

    fn opinion(&self, model: &Model, question: &Question, meaning: Option<&Meaning>) -> Ranking {
        let mut sums = vec![0.0_f32; self.ids.len()];
        let (mut none, mut all) = (0.0, 0.0);
        let alternatives = question
            .alternatives
            .iter()
            .take(2)
            .map(|text| (text.as_str(), ALTERNATIVE));
        for (text, weight) in std::iter::once((question.text, 1.0)).chain(alternatives) {
            let vector = meaning.map(|meaning| meaning.vector(&simplify(text)));
            let candidates = self.candidates(text, question.language, None, vector.as_ref());
            let probabilities =
                model.probabilities(candidates.iter().map(|(_, features)| features));
            let mut any = 0.0;
            for ((owner, _), p) in candidates.iter().zip(&probabilities) {
                if let Some(sum) = sums.get_mut(*owner as usize) {
                    *sum += weight * p;
                    any += p;
                }
            }
            none += weight * (1.0 - any);
            all += weight;
        }
        let found = self.ids.iter().zip(sums).filter(|(_, sum)| *sum > 0.0);
        let mut candidates: Vec<_> = found
            .map(|(id, sum)| Candidate {
                id: id.clone(),
                score: sum / all,
            })
            .collect();
        candidates.sort_by(|a, b| b.score.total_cmp(&a.score));
        Ranking {
            candidates,
            none: none / all,
        }
    }

    /// What the signs of danger in the question call for.
    fn alarm(&self, question: &Question, ranking: &Ranking) -> Option<Decision> {
        let heard =
            std::iter::once(question.text).chain(question.alternatives.iter().map(String::as_str));
        let danger = heard
            .filter_map(|text| danger::signs(text, question.language))
            .next()?;
        let ours = |id: &GuideId| {
            self.dangers
                .iter()
                .any(|(kind, guide)| *kind == danger && guide == id)
        };
        let best = ranking.candidates.iter().find(|c| ours(&c.id)).cloned();
        let any = || {
            self.dangers
                .iter()
                .find(|(kind, _)| *kind == danger)
                .map(|(_, id)| id.clone())
        };
        let candidate = best.or_else(|| {
            Some(Candidate {
                id: any()?,
                score: 0.0,
            })
        })?;
        Some(Decision::Danger(danger, candidate))
    }

    fn library(&self, language: Language) -> &Library {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }

    fn candidates(
        &self,
        text: &str,
        language: Language,
        without: Option<usize>,
        vector: Option<&Vector>,
    ) -> Vec<(library::Owner, Features)> {
        let library = self.library(language);
        // The index lies in memory: reading it fails only where memory does. Then nothing is found.
        let Ok(mut findings) = library.find(text, Lexicon::get(), without) else {
            return Vec::new();
        };
        if let Some(vector) = vector {
            library.compare(&mut findings, vector);
        }
        library.candidates(findings)
    }
}

impl Ranking {
    /// Whether the first guide is so likely that no second opinion is needed.
    fn is_sure(&self) -> bool {
        self.candidates.first().is_some_and(|c| c.score >= SURE)
    }
}

/// Answers, offers or gives up by the two thresholds.
fn weigh(ranking: Ranking, model: &Model) -> Decision {
    let Ranking {
        mut candidates,
        none,
    } = ranking;
    let any: f32 = candidates.iter().map(|c| c.score).sum();
    let Some(first) = candidates.first().map(|c| c.score) else {
        return Decision::Unknown(candidates);
    };
    if none > model.unknown {
        candidates.truncate(OFFERED);
        return Decision::Unknown(candidates);
    }
    if first / any >= model.answer {
        return Decision::Answer(candidates);
    }
    let second = candidates.get(1).map_or(0.0, |c| c.score);
    let offered = if candidates
        .get(2)
        .is_some_and(|c| c.score > TOO_UNLIKELY * second)
    {
        3
    } else {
        2
    };
    candidates.truncate(offered);
    Decision::Choose(candidates)
}
