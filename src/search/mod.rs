//! Search: a question's words in, a [`Decision`] out.
//!
//! Reads [`crate::knowledge`]; never touches sound. How it works, and what else was tried,
//! is told in `docs/search.md`. In short: every sample question and name of every guide is
//! indexed six ways (`analysis`), in characters and in sounds (`shelf`); what speaks for
//! each guide becomes a few numbers (`library`, `features`); a softmax over these numbers
//! gives the probability that a guide, or none, is meant (`parameters`); two thresholds make
//! the decision. Signs of danger go before all this (`danger`).

mod align;
mod analysis;
mod baseline;
mod compare;
mod danger;
mod evaluate;
mod evidence;
mod features;
mod learn;
mod lexicon;
mod library;
mod meaning;
mod parameters;
mod shelf;
mod tune;

use std::borrow::Borrow;
use std::sync::{Arc, OnceLock};

use crate::knowledge::{Danger, GuideId, Knowledge};
use crate::language::Language;
use crate::text::simplify;
use evidence::Evidence;
use lexicon::Lexicon;
use library::{Findings, Library, Owner};
use meaning::Vector;
use parameters::{Model, Opinions, Thresholds};

pub use baseline::{Baseline, UnknownBaseline};
pub use compare::Compared;
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

    /// How little its words are to be believed, 0 (typed) to 1.
    fn doubt(&self) -> f32 {
        1.0 - self.confidence.clamp(0.0, 1.0)
    }

    /// The words, and what may have been said instead.
    fn readings(&self) -> impl Iterator<Item = &'a str> {
        let others = self.alternatives.iter().take(READINGS);
        std::iter::once(self.text).chain(others.map(String::as_str))
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
/// At most this many other readings of the recogniser are looked at.
const READINGS: usize = 2;
/// A guide this likely needs no second opinion.
const SURE: f32 = 0.9;
/// A third guide this unlikely, beside the second, is not offered.
const TOO_UNLIKELY: f32 = 0.25;

/// Finds guides for questions. Cheap to share; it changes only once, when the second opinion
/// joins: when guides change, build a new one and swap the `Arc`.
pub struct Searcher {
    zh: Library,
    en: Library,
    ids: Vec<GuideId>,
    dangers: Vec<(Danger, GuideId)>,
    second: OnceLock<SecondOpinion>,
    parameters: Parameters,
}

/// The sentence model, and the meaning of every sample in the order of the libraries.
struct SecondOpinion {
    meaning: Arc<Meaning>,
    zh: Vec<Vector>,
    en: Vec<Vector>,
}

impl SecondOpinion {
    fn samples(&self, language: Language) -> &[Vector] {
        match language {
            Language::Zh => &self.zh,
            Language::En => &self.en,
        }
    }
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
            second: OnceLock::new(),
            parameters: Parameters::learned(),
        })
    }

    /// The sentences whose meaning the second opinion compares with the question's: the sample
    /// questions and names of all guides, and the topics of elsewhere.
    pub fn sentences(&self) -> impl Iterator<Item = &str> {
        self.zh.sentences().chain(self.en.sentences())
    }

    /// Adds the second opinion, for all questions from now on, while others are being answered.
    /// False if `vectors` lacks one of [`Self::sentences`]; then nothing changes.
    pub fn understand(&self, meaning: &Arc<Meaning>, vectors: &Vectors) -> bool {
        let samples = |library: &Library| {
            let known = library.sentences().map(|text| vectors.of(text).cloned());
            known.collect::<Option<Vec<_>>>()
        };
        let (Some(zh), Some(en)) = (samples(&self.zh), samples(&self.en)) else {
            return false;
        };
        let meaning = Arc::clone(meaning);
        self.second
            .get_or_init(|| SecondOpinion { meaning, zh, en });
        true
    }

    /// Whether there is a second opinion.
    #[must_use]
    pub fn understands(&self) -> bool {
        self.second.get().is_some()
    }

    /// Decides what to do with a question.
    #[must_use]
    pub fn decide(&self, question: &Question) -> Decision {
        let (ranking, model) = self.rank_with(question);
        self.alarm(question, &ranking)
            .unwrap_or_else(|| weigh(ranking, model.thresholds(question.doubt())))
    }

    /// The guides that may be meant, best first, at most 22.
    #[must_use]
    pub fn rank(&self, question: &Question) -> Ranking {
        self.rank_with(question).0
    }

    /// The guides that may be meant, best first, while it is not plain which; none of those for
    /// danger, which nobody should be asked about by mistake.
    #[must_use]
    pub fn suspects(&self, question: &Question) -> Vec<GuideId> {
        let ranking = self.rank(question);
        if ranking.is_sure() || self.alarm(question, &ranking).is_some() {
            return Vec::new();
        }
        let is_danger = |id: &GuideId| self.dangers.iter().any(|(_, guide)| guide == id);
        let guides = ranking.candidates.into_iter().map(|c| c.id);
        guides.filter(|id| !is_danger(id)).collect()
    }

    fn rank_with(&self, question: &Question) -> (Ranking, &Model) {
        let opinions = self.parameters.opinions(question.language);
        let mut found = self.find(question);
        let first = self.evidence(question, &found);
        self.settle(opinions, &first, || {
            self.compare_meanings(question, &mut found, self.second.get()?);
            Some(self.evidence(question, &found))
        })
    }

    /// The first opinion, by words and sounds; if it is not sure, the second, which also
    /// compares meanings. Also the model that goes with the opinion.
    fn settle<'m, E: Borrow<Evidence>>(
        &self,
        opinions: &'m Opinions,
        first: &Evidence,
        second: impl FnOnce() -> Option<E>,
    ) -> (Ranking, &'m Model) {
        let ranking = self.opinion(&opinions.first, first);
        if ranking.is_sure() {
            return (ranking, &opinions.first);
        }
        match second() {
            Some(evidence) => (
                self.opinion(&opinions.second, evidence.borrow()),
                &opinions.second,
            ),
            None => (ranking, &opinions.first),
        }
    }

    /// What is found by words and sounds for each reading of the question.
    fn find(&self, question: &Question) -> Vec<Findings> {
        let find = |text| self.find_text(text, question.language, None);
        question.readings().map(find).collect()
    }

    fn find_text(&self, text: &str, language: Language, without: Option<usize>) -> Findings {
        // The index lies in memory: reading it fails only where memory does. Then nothing is found.
        let found = self.library(language).find(text, Lexicon::get(), without);
        found.unwrap_or_default()
    }

    /// Adds the second opinion to what was found.
    fn compare_meanings(
        &self,
        question: &Question,
        found: &mut [Findings],
        second: &SecondOpinion,
    ) {
        let (library, samples) = (
            self.library(question.language),
            second.samples(question.language),
        );
        for (text, found) in question.readings().zip(found) {
            library.compare(found, samples, &second.meaning.vector(&simplify(text)));
        }
    }

    fn evidence(&self, question: &Question, found: &[Findings]) -> Evidence {
        let library = self.library(question.language);
        Evidence {
            readings: found
                .iter()
                .map(|found| library.candidates(found))
                .collect(),
            doubt: question.doubt(),
        }
    }

    fn opinion(&self, model: &Model, evidence: &Evidence) -> Ranking {
        let likely = evidence.weighed(model, self.guides());
        let candidate = |(owner, score): (Owner, f32)| {
            let id = self.ids.get(owner as usize)?.clone();
            Some(Candidate { id, score })
        };
        Ranking {
            candidates: likely.guides.into_iter().filter_map(candidate).collect(),
            none: likely.none,
        }
    }

    /// The number of guides: owners from there on are topics of elsewhere.
    fn guides(&self) -> Owner {
        Owner::try_from(self.ids.len()).unwrap_or(Owner::MAX)
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
}

impl Ranking {
    /// Whether the first guide is so likely that no second opinion is needed.
    fn is_sure(&self) -> bool {
        self.candidates.first().is_some_and(|c| c.score >= SURE)
    }
}

/// Answers, offers or gives up by the two thresholds.
fn weigh(ranking: Ranking, thresholds: Thresholds) -> Decision {
    let Ranking {
        mut candidates,
        none,
    } = ranking;
    let any: f32 = candidates.iter().map(|c| c.score).sum();
    let Some(first) = candidates.first().map(|c| c.score) else {
        return Decision::Unknown(candidates);
    };
    if none > thresholds.unknown {
        candidates.truncate(OFFERED);
        return Decision::Unknown(candidates);
    }
    if first / any >= thresholds.answer {
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
