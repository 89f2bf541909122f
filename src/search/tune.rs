//! Examples from labelled questions and from the guides themselves; tuning with cross-validation.

use super::evaluate::{Labelled, Outcome, Report};
use super::learn::{self, Case, Example, Judged};
use super::parameters::{Model, Parameters};
use super::{Question, Searcher};
use crate::knowledge::GuideId;
use crate::language::Language;

/// Parts that the questions are dealt into, like cards; each is judged by what the others taught.
const FOLDS: usize = 5;
/// What a guide's own sample question counts, beside a question that nobody wrote for a guide.
const OWN_QUESTION: f32 = 0.3;
/// What an out-of-scope question counts: there are few of them.
const STRANGER: f32 = 2.0;

/// What tuning gives.
#[derive(Debug, Clone)]
pub struct Tuned {
    /// Learned from all questions.
    pub parameters: Parameters,
    /// Each question judged by what was learned without its part.
    pub cross_validated: Report,
}

/// A sample question that finds another guide before its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misled {
    /// Its language.
    pub language: Language,
    /// The guide it stands in.
    pub guide: GuideId,
    /// The question.
    pub text: String,
    /// What it finds once it is taken away itself.
    pub finds: GuideId,
}

impl Searcher {
    /// Learns the parameters from labelled questions and the guides' own.
    #[must_use]
    pub fn tune(&self, questions: &[Labelled]) -> Tuned {
        let mut parameters = self.parameters.clone();
        let mut outcomes = vec![None; questions.len()];
        for language in Language::ALL {
            let ours: Vec<usize> = (0..questions.len())
                .filter(|&i| questions[i].language == language)
                .collect();
            let examples: Vec<_> = ours.iter().map(|&i| self.example(&questions[i])).collect();
            let own = self.own_examples(language);
            let part = |fold: usize, inside: bool| {
                let chosen = examples
                    .iter()
                    .enumerate()
                    .filter(move |(i, _)| (i % FOLDS == fold) == inside);
                chosen
                    .map(|(_, example)| example.clone())
                    .chain(own.iter().cloned())
                    .collect::<Vec<_>>()
            };
            let models: Vec<_> = (0..FOLDS)
                .map(|fold| learn::fit(&part(fold, false)))
                .collect();
            let judged: Vec<_> = examples
                .iter()
                .enumerate()
                .map(|(i, e)| Judged::by(&models[i % FOLDS], e))
                .collect();

            for (fold, model) in models.iter().enumerate() {
                let others = judged
                    .iter()
                    .enumerate()
                    .filter(|(i, _)| i % FOLDS != fold)
                    .map(|(_, j)| j.clone());
                let mut model = model.clone();
                learn::set_thresholds(&mut model, &others.collect::<Vec<_>>());
                let judge = self.with_model(language, model);
                for &i in ours.iter().skip(fold).step_by(FOLDS) {
                    let question = &questions[i];
                    let decision =
                        self.decide_with(&judge, &Question::typed(&question.text, language));
                    outcomes[i] = Some(Outcome::new(question, decision));
                }
            }
            let mut model = learn::fit(&examples.iter().chain(&own).cloned().collect::<Vec<_>>());
            learn::set_thresholds(&mut model, &judged);
            *parameters.model_mut(language) = model;
        }
        Tuned {
            parameters,
            cross_validated: Report {
                outcomes: outcomes.into_iter().flatten().collect(),
            },
        }
    }

    /// The sample questions that find another guide before their own once they are taken away.
    /// Such a question is either too vague or says that two guides are hard to tell apart.
    #[must_use]
    pub fn misled(&self) -> Vec<Misled> {
        let mut misled = Vec::new();
        for language in Language::ALL {
            let library = self.library(language);
            for (place, owner, text) in library.questions() {
                let candidates = self.candidates(text, language, Some(place));
                let weights = &self.parameters.model(language).weights;
                let score = |features: &super::Features| features.weighted(weights);
                let best = candidates
                    .iter()
                    .max_by(|a, b| score(&a.1).total_cmp(&score(&b.1)));
                let finds = best
                    .map(|(found, _)| *found)
                    .filter(|found| *found != owner);
                if let Some(finds) = finds.and_then(|found| self.ids.get(found as usize)) {
                    let guide = self.ids[owner as usize].clone();
                    misled.push(Misled {
                        language,
                        guide,
                        text: text.to_owned(),
                        finds: finds.clone(),
                    });
                }
            }
        }
        misled
    }

    fn example(&self, question: &Labelled) -> Example {
        let out_of_scope = question.out_of_scope();
        let candidates = self.candidates(&question.text, question.language, None);
        let cases = candidates.into_iter().map(|(owner, features)| {
            let guide = self.ids.get(owner as usize);
            let is_right = guide.map_or(out_of_scope, |id| question.expected.contains(id));
            Case {
                features,
                is_right,
                is_guide: guide.is_some(),
            }
        });
        let weight = if out_of_scope { STRANGER } else { 1.0 };
        Example {
            candidates: cases.collect(),
            out_of_scope,
            weight,
        }
    }

    /// Each guide's sample questions, searched for as if they were not there.
    fn own_examples(&self, language: Language) -> Vec<Example> {
        let questions: Vec<_> = self.library(language).questions().collect();
        let example = |(place, owner, text): (usize, u32, &str)| {
            let candidates = self.candidates(text, language, Some(place));
            let case = |(found, features)| Case {
                features,
                is_right: found == owner,
                is_guide: self.ids.get(found as usize).is_some(),
            };
            Example {
                candidates: candidates.into_iter().map(case).collect(),
                out_of_scope: false,
                weight: OWN_QUESTION,
            }
        };
        questions.into_iter().map(example).collect()
    }

    fn with_model(&self, language: Language, model: Model) -> Parameters {
        let mut parameters = self.parameters.clone();
        *parameters.model_mut(language) = model;
        parameters
    }
}
