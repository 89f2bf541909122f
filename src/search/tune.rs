//! Examples from labelled questions and from the guides themselves; tuning with cross-validation.

use std::collections::HashMap;

use super::evaluate::{Labelled, Outcome, Report};
use super::evidence::Evidence;
use super::learn::{self, Example, Judged, Right};
use super::parameters::{Model, Opinions, Parameters};
use super::{Searcher, SecondOpinion, weigh};
use crate::knowledge::GuideId;
use crate::language::Language;

/// Parts that the questions are dealt into, like cards; each is judged by what the others taught.
pub(super) const FOLDS: usize = 5;
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

/// Labelled questions of one language with what one opinion has for each.
pub(super) struct Lesson {
    /// Typed and heard ones, in the order they were given.
    pub examples: Vec<Example>,
    /// For each, whether it was heard.
    heard: Vec<bool>,
    /// For each, the part it was dealt to.
    pub folds: Vec<usize>,
    /// The guides' own questions.
    own: Vec<Example>,
}

/// The model learned from all questions, and for each part the one learned without it.
pub(super) struct Learned {
    pub all: Model,
    pub apart: Vec<Model>,
}

impl Searcher {
    /// Learns the parameters from labelled questions and the guides' own: those of the first
    /// opinion, and with a second opinion at hand those of both.
    #[must_use]
    pub fn tune(&self, questions: &[Labelled]) -> Tuned {
        let mut parameters = self.parameters.clone();
        let mut outcomes = Vec::new();
        // What is learned of doubt goes for a language of which nothing was heard, too.
        let mut doubts = Vec::new();
        for language in Language::ALL {
            let questions = of_language(questions, language);
            let first = self.lesson(&questions, language, None);
            let second = self.second.get();
            let second = second.map(|second| self.lesson(&questions, language, Some(second)));
            let lessons: Vec<&Lesson> = std::iter::once(&first).chain(&second).collect();
            let learned: Vec<Learned> = lessons.iter().map(|lesson| lesson.learn()).collect();
            if first.heard.contains(&true) {
                let all = learned.iter().map(|learned| &learned.all);
                doubts.extend(all.map(|model| (model.doubt, model.heard)));
            }
            let place = |opinions: &mut Opinions, model: &dyn Fn(&Learned) -> Model| {
                opinions.first = model(&learned[0]);
                if let Some(learned) = learned.get(1) {
                    opinions.second = model(learned);
                }
            };
            place(parameters.opinions_mut(language), &|learned| {
                learned.all.clone()
            });
            for (i, question) in questions.iter().enumerate() {
                let mut opinions = parameters.opinions(language).clone();
                place(&mut opinions, &|learned| {
                    learned.apart[first.folds[i]].clone()
                });
                let second = second.as_ref().map(|lesson| &lesson.examples[i].evidence);
                let evidence = &first.examples[i].evidence;
                let (ranking, model) = self.settle(&opinions, evidence, || second);
                let decision = self
                    .alarm(&question.question(), &ranking)
                    .unwrap_or_else(|| weigh(ranking, model.thresholds(evidence.doubt)));
                outcomes.push(Outcome::new(question, decision));
            }
        }
        for language in Language::ALL {
            let unheard = !questions
                .iter()
                .any(|q| q.language == language && q.confidence.is_some());
            let opinions = parameters.opinions_mut(language);
            let models = [&mut opinions.first, &mut opinions.second];
            for (model, heard) in models.into_iter().zip(&doubts).filter(|_| unheard) {
                (model.doubt, model.heard) = *heard;
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
                let found = self.find_text(text, language, Some(place));
                let candidates = library.candidates(&found);
                let weights = &self.parameters.opinions(language).first.weights;
                let score = |features: &super::features::Features| features.weighted(weights);
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

    /// What one opinion has for each of the questions, and for the guides' own.
    pub(super) fn lesson(
        &self,
        questions: &[&Labelled],
        language: Language,
        second: Option<&SecondOpinion>,
    ) -> Lesson {
        // Dealt out style by style, so that each part has of each; recordings of the same
        // sentences under several styles stand in the same order and come to the same part.
        let mut dealt: HashMap<&str, usize> = HashMap::new();
        let mut folds = Vec::with_capacity(questions.len());
        for question in questions {
            let n = dealt.entry(&question.style).or_default();
            folds.push(*n % FOLDS);
            *n += 1;
        }
        Lesson {
            folds,
            examples: questions.iter().map(|q| self.example(q, second)).collect(),
            heard: questions.iter().map(|q| q.confidence.is_some()).collect(),
            own: self.own_examples(language, second),
        }
    }

    fn example(&self, question: &Labelled, second: Option<&SecondOpinion>) -> Example {
        let out_of_scope = question.out_of_scope();
        let expected = self.ids.iter().zip(0..);
        let expected = expected.filter(|(id, _)| question.expected.contains(id));
        let asked = question.question();
        let mut found = self.find(&asked);
        if let Some(second) = second {
            self.compare_meanings(&asked, &mut found, second);
        }
        Example {
            evidence: self.evidence(&asked, &found),
            right: Right {
                expected: expected.map(|(_, owner)| owner).collect(),
                out_of_scope,
                guides: self.guides(),
            },
            weight: if out_of_scope { STRANGER } else { 1.0 },
        }
    }

    /// Each guide's sample questions, searched for as if they were not there.
    fn own_examples(&self, language: Language, second: Option<&SecondOpinion>) -> Vec<Example> {
        let library = self.library(language);
        let samples = second.map(|second| second.samples(language));
        let example = |(place, owner, text): (usize, u32, &str)| {
            let mut found = self.find_text(text, language, Some(place));
            if let Some(samples) = samples {
                library.compare(&mut found, samples, &samples[place]);
            }
            Example {
                evidence: Evidence {
                    readings: vec![library.candidates(&found)],
                    doubt: 0.0,
                },
                right: Right {
                    expected: vec![owner],
                    out_of_scope: false,
                    guides: self.guides(),
                },
                weight: OWN_QUESTION,
            }
        };
        library.questions().map(example).collect()
    }
}

/// The questions of one language.
pub(super) fn of_language(questions: &[Labelled], language: Language) -> Vec<&Labelled> {
    questions
        .iter()
        .filter(|q| q.language == language)
        .collect()
}

impl Lesson {
    /// The same with features left out, and if `topics` is false the topics of elsewhere.
    pub fn only(&self, keep: impl Fn(usize) -> bool + Copy, topics: bool) -> Self {
        let only = |examples: &[Example]| {
            let only = |example: &Example| {
                let guides = if topics {
                    u32::MAX
                } else {
                    example.right.guides
                };
                Example {
                    evidence: example.evidence.clone().only(keep, guides),
                    ..example.clone()
                }
            };
            examples.iter().map(only).collect()
        };
        Self {
            examples: only(&self.examples),
            own: only(&self.own),
            heard: self.heard.clone(),
            folds: self.folds.clone(),
        }
    }

    /// Learns from all, and for each part from the others. Weights are fitted to typed
    /// questions, doubt to heard ones; thresholds are set on examples that the weights were not
    /// fitted to.
    pub fn learn(&self) -> Learned {
        let mut apart: Vec<_> = (0..FOLDS).map(|fold| self.fit(Some(fold))).collect();
        let judge = |(example, fold): (&Example, &usize)| Judged::by(&apart[*fold], example);
        let judged: Vec<_> = self.examples.iter().zip(&self.folds).map(judge).collect();
        for (fold, model) in apart.iter_mut().enumerate() {
            let others = judged.iter().zip(&self.folds);
            let others = others.filter(|(_, part)| **part != fold).map(|(j, _)| j);
            learn::set_thresholds(model, others);
        }
        let mut all = self.fit(None);
        learn::set_thresholds(&mut all, judged.iter());
        Learned { all, apart }
    }

    /// Weights and doubt from all parts but one.
    fn fit(&self, without: Option<usize>) -> Model {
        let others = |heard: bool| {
            let all = self.examples.iter().zip(&self.heard).zip(&self.folds);
            all.filter(move |((_, its), part)| **its == heard && Some(**part) != without)
                .map(|((example, _), _)| example)
        };
        let mut model = learn::fit(&others(false).chain(&self.own).collect::<Vec<_>>());
        model.doubt = learn::fit_doubt(&model, &others(true).collect::<Vec<_>>());
        model
    }
}
