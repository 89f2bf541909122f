//! Examples from labelled questions and from the guides themselves; tuning with cross-validation.

use super::evaluate::{Labelled, Outcome, Report};
use super::learn::{self, Case, Example, Judged};
use super::parameters::{Model, Parameters};
use super::{Meaning, Question, Searcher};
use crate::knowledge::GuideId;
use crate::language::Language;
use crate::text::simplify;

/// Parts that the questions are dealt into, like cards; each is judged by what the others taught.
const FOLDS: usize = 5;
/// What a guide's own sample question counts, beside a question that nobody wrote for a guide.
const OWN_QUESTION: f32 = 0.1;
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
    /// Learns the parameters from labelled questions and the guides' own: those of the first
    /// opinion, and with a second opinion at hand those of both.
    #[must_use]
    pub fn tune(&self, questions: &[Labelled]) -> Tuned {
        let mut parameters = self.parameters.clone();
        let mut folds = vec![self.parameters.clone(); FOLDS];
        let second = self.meaning.as_deref();
        for language in Language::ALL {
            for meaning in std::iter::once(None).chain(second.map(Some)) {
                let examples: Vec<_> = of_language(questions, language)
                    .map(|q| self.example(q, meaning))
                    .collect();
                let own = self.own_examples(language, meaning.is_some());
                let (all, apart) = learn_in_folds(&examples, &own);
                let place = |parameters: &mut Parameters, model| {
                    let opinions = parameters.opinions_mut(language);
                    *(if meaning.is_some() {
                        &mut opinions.second
                    } else {
                        &mut opinions.first
                    }) = model;
                };
                place(&mut parameters, all);
                folds
                    .iter_mut()
                    .zip(apart)
                    .for_each(|(fold, model)| place(fold, model));
            }
        }
        let mut outcomes = Vec::new();
        for language in Language::ALL {
            for (i, question) in of_language(questions, language).enumerate() {
                let asked = Question::typed(&question.text, language);
                outcomes.push(Outcome::new(
                    question,
                    self.decide_with(&folds[i % FOLDS], &asked),
                ));
            }
        }
        Tuned {
            parameters,
            cross_validated: Report { outcomes },
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
                let candidates = self.candidates(text, language, Some(place), None);
                let weights = &self.parameters.opinions(language).first.weights;
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

    fn example(&self, question: &Labelled, meaning: Option<&Meaning>) -> Example {
        let out_of_scope = question.out_of_scope();
        let vector = meaning.map(|meaning| meaning.vector(&simplify(&question.text)));
        let candidates = self.candidates(&question.text, question.language, None, vector.as_ref());
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
    fn own_examples(&self, language: Language, with_meaning: bool) -> Vec<Example> {
        let library = self.library(language);
        let questions: Vec<_> = library.questions().collect();
        let example = |(place, owner, text): (usize, u32, &str)| {
            let vector = library.meaning_of(place).filter(|_| with_meaning);
            let candidates = self.candidates(text, language, Some(place), vector);
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
}

/// The questions of one language.
fn of_language(questions: &[Labelled], language: Language) -> impl Iterator<Item = &Labelled> {
    questions.iter().filter(move |q| q.language == language)
}

/// The model learned from all examples, and for each fold the one learned without it.
/// Thresholds are set on examples that the weights were not fitted to.
fn learn_in_folds(examples: &[Example], own: &[Example]) -> (Model, Vec<Model>) {
    let others = |fold: usize| (0..examples.len()).filter(move |i| i % FOLDS != fold);
    let fit = |chosen: &mut dyn Iterator<Item = usize>| {
        learn::fit(
            &chosen
                .map(|i| &examples[i])
                .chain(own)
                .cloned()
                .collect::<Vec<_>>(),
        )
    };
    let mut apart: Vec<_> = (0..FOLDS).map(|fold| fit(&mut others(fold))).collect();
    let judge = |(i, example)| Judged::by(&apart[i % FOLDS], example);
    let judged: Vec<_> = examples.iter().enumerate().map(judge).collect();
    for (fold, model) in apart.iter_mut().enumerate() {
        learn::set_thresholds(
            model,
            &others(fold).map(|i| judged[i].clone()).collect::<Vec<_>>(),
        );
    }
    let mut all = fit(&mut (0..examples.len()));
    learn::set_thresholds(&mut all, &judged);
    (all, apart)
}
