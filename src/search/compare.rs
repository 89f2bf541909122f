//! What each part of the search is worth: the same questions with parts left out, beside the
//! simple ways. `docs/search.md` has the table.

use super::Searcher;
use super::baseline::Baseline;
use super::evaluate::{Labelled, Outcome, Report};
use super::features::Feature;
use super::tune::{Lesson, of_language};
use super::weigh;
use crate::language::Language;

/// One way to search, and how it does on questions it did not learn from.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// What was left out, or the name of the simple way.
    pub name: String,
    /// Cross-validated like [`Searcher::tune`].
    pub report: Report,
}

/// The feature of topics of elsewhere; without it they go, too.
const ELSEWHERE: &str = "Elsewhere";

/// What can be left out, with the names of the features (or their beginnings) that go.
const LEFT_OUT: [(&str, &[&str]); 8] = [
    ("all of it", &[]),
    ("without synonyms", &["BestIdeas", "NextIdeas", "ToldIdeas"]),
    (
        "without sounds",
        &[
            "BestSounds",
            "BestNear",
            "BestFolded",
            "NextSounds",
            "NextNear",
            "NextFolded",
            "ToldNear",
            "Shared",
        ],
    ),
    ("without alignment", &["Shared"]),
    (
        "without second and third best sample",
        &["Next", "MeaningNext"],
    ),
    ("without the guide's whole text", &["Told"]),
    ("without topics of elsewhere", &[ELSEWHERE]),
    (
        "only the guide's whole text",
        &["Best", "Next", "Shared", "Meaning"],
    ),
];

impl Searcher {
    /// Compares the simple ways, and the search with parts left out, by the first opinion alone
    /// and, if there is one, by the second alone.
    #[must_use]
    pub fn compare(&self, questions: &[Labelled]) -> Vec<Compared> {
        let mut all: Vec<_> = [
            (Baseline::Words, "BM25 over words"),
            (Baseline::Meaning, "nearest sample question by e5-small"),
        ]
        .into_iter()
        .filter(|(baseline, _)| *baseline == Baseline::Words || self.understands())
        .map(|(baseline, name)| Compared {
            name: name.into(),
            report: Report::by(questions, |question| self.baseline(baseline, question)),
        })
        .collect();
        for second in std::iter::once(None).chain(self.second.get().map(Some)) {
            let lessons = Language::ALL.map(|language| {
                let questions = of_language(questions, language);
                let lesson = self.lesson(&questions, language, second);
                (questions, lesson)
            });
            let opinion = if second.is_some() { "second" } else { "first" };
            for (name, left_out) in LEFT_OUT {
                let keep = |i: usize| {
                    let name = Feature::NAMES[i];
                    !left_out.iter().any(|gone| name.starts_with(gone))
                };
                let outcomes = lessons.iter().flat_map(|(questions, lesson)| {
                    let topics = !left_out.contains(&ELSEWHERE);
                    self.judge(questions, &lesson.only(keep, topics))
                });
                all.push(Compared {
                    name: format!("{opinion} opinion, {name}"),
                    report: Report {
                        outcomes: outcomes.collect(),
                    },
                });
            }
        }
        all
    }

    /// Each question judged by what was learned without its part.
    fn judge(&self, questions: &[&Labelled], lesson: &Lesson) -> Vec<Outcome> {
        let learned = lesson.learn();
        let examples = lesson.examples.iter().zip(&lesson.folds);
        questions
            .iter()
            .zip(examples)
            .map(|(question, (example, fold))| {
                let model = &learned.apart[*fold];
                let ranking = self.opinion(model, &example.evidence);
                let thresholds = model.thresholds(example.evidence.doubt);
                Outcome::new(question, weigh(ranking, thresholds))
            })
            .collect()
    }
}
