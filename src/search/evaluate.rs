//! How good the search is on questions whose guides are known.

use std::collections::BTreeMap;

use super::{Decision, OFFERED, Question, Searcher};
use crate::knowledge::GuideId;
use crate::language::Language;

/// A question with the guides that answer it.
#[derive(Debug, Clone, PartialEq)]
pub struct Labelled {
    /// The language asked in.
    pub language: Language,
    /// The guides that answer it; none for a question that no guide answers.
    pub expected: Vec<GuideId>,
    /// The way of asking, such as `indirect`.
    pub style: String,
    /// The question.
    pub text: String,
    /// How sure the recogniser was of it, if it was heard.
    pub confidence: Option<f32>,
    /// The recogniser's other readings.
    pub alternatives: Vec<String>,
}

/// A file of questions is not in order.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "line {line} of the questions {what}: write the columns lang, expected, style and text, parted by tabs, and for heard questions confidence and alternatives"
)]
pub struct LabelledError {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: String,
}

impl Labelled {
    /// Reads the columns `lang`, `expected` (guides joined by `|`, or `-`), `style`, `text`
    /// under their header, and where they follow, `confidence` and `alternatives` (joined by
    /// `|`).
    ///
    /// # Errors
    /// If a line does not have these columns.
    pub fn parse(file: &str) -> Result<Vec<Self>, LabelledError> {
        let mut lines = file
            .lines()
            .zip(1..)
            .filter(|(line, _)| !line.trim().is_empty());
        match lines.next() {
            Some((header, _))
                if header
                    .trim_start_matches('\u{feff}')
                    .starts_with("lang\texpected\tstyle\ttext") => {}
            _ => {
                return Err(LabelledError {
                    line: 1,
                    what: "is not the header".into(),
                });
            }
        }
        lines
            .map(|(line, number)| {
                Self::parse_line(line).map_err(|what| LabelledError { line: number, what })
            })
            .collect()
    }

    fn parse_line(line: &str) -> Result<Self, String> {
        let columns: Vec<_> = line.split('\t').collect();
        let [language, expected, style, text, heard @ ..] = columns.as_slice() else {
            return Err(format!("has {} columns", columns.len()));
        };
        let confidence = match heard.first().map(|cell| cell.trim()) {
            None | Some("") => None,
            Some(cell) => Some(
                cell.parse()
                    .map_err(|_| format!("has the confidence {cell:?}"))?,
            ),
        };
        let alternatives = heard.get(1).into_iter().flat_map(|cell| cell.split('|'));
        let expected = expected
            .split('|')
            .filter(|id| *id != "-")
            .map(GuideId::new)
            .collect();
        let language = language
            .parse()
            .map_err(|e: crate::language::UnknownLanguage| e.to_string())?;
        Ok(Self {
            language,
            expected,
            style: (*style).into(),
            text: (*text).into(),
            confidence,
            alternatives: alternatives
                .filter(|text| !text.is_empty())
                .map(str::to_owned)
                .collect(),
        })
    }

    /// As the search takes it.
    #[must_use]
    pub fn question(&self) -> Question<'_> {
        Question {
            text: &self.text,
            language: self.language,
            confidence: self.confidence.unwrap_or(1.0),
            alternatives: &self.alternatives,
        }
    }

    /// Whether no guide answers it.
    #[must_use]
    pub fn out_of_scope(&self) -> bool {
        self.expected.is_empty()
    }
}

/// What became of one question.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The question.
    pub question: Labelled,
    /// `answer`, `choose`, `unknown`, or `danger`.
    pub kind: &'static str,
    /// The best guides, at most three, whatever was decided.
    pub first: Vec<GuideId>,
    /// The guides that were answered with or offered.
    pub offered: Vec<GuideId>,
}

impl Outcome {
    /// What `decision` makes of `question`.
    #[must_use]
    pub fn new(question: &Labelled, decision: Decision) -> Self {
        let (kind, candidates, offered) = match decision {
            Decision::Danger(_, candidate) => ("danger", vec![candidate], 1),
            Decision::Answer(candidates) => ("answer", candidates, 1),
            Decision::Choose(candidates) => ("choose", candidates, OFFERED),
            Decision::Unknown(candidates) => ("unknown", candidates, 0),
        };
        let first: Vec<_> = candidates.into_iter().take(OFFERED).map(|c| c.id).collect();
        let offered = first.iter().take(offered).cloned().collect();
        Self {
            question: question.clone(),
            kind,
            first,
            offered,
        }
    }

    fn right(&self, guides: &[GuideId]) -> bool {
        guides.iter().any(|id| self.question.expected.contains(id))
    }

    /// Whether the best guide is a right one.
    #[must_use]
    pub fn first_is_right(&self) -> bool {
        self.right(&self.first[..self.first.len().min(1)])
    }
}

/// Counts of outcomes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// All questions.
    pub questions: usize,
    /// The first guide is right.
    pub top1: usize,
    /// A right guide is among the first three.
    pub top3: usize,
    /// A right guide was answered with or offered for choice.
    pub offered: usize,
    /// A wrong guide was answered with; for out-of-scope questions any guide.
    pub answered_wrongly: usize,
    /// Nothing was answered or offered: right for out-of-scope questions only.
    pub refused: usize,
}

impl Tally {
    fn add(&mut self, outcome: &Outcome) {
        self.questions += 1;
        self.top1 += usize::from(outcome.first_is_right());
        self.top3 += usize::from(outcome.right(&outcome.first));
        self.offered += usize::from(outcome.right(&outcome.offered));
        let answered = matches!(outcome.kind, "answer" | "danger");
        self.answered_wrongly += usize::from(answered && !outcome.right(&outcome.offered));
        self.refused += usize::from(outcome.kind == "unknown");
    }
}

/// The outcomes of many questions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// One for each question, in order.
    pub outcomes: Vec<Outcome>,
}

impl Report {
    /// Asks `searcher` every question.
    #[must_use]
    pub fn of(searcher: &Searcher, questions: &[Labelled]) -> Self {
        Self::by(questions, |question| searcher.decide(question))
    }

    /// Has every question decided by `decide`.
    pub fn by(questions: &[Labelled], decide: impl Fn(&Question) -> Decision) -> Self {
        let ask = |q: &Labelled| Outcome::new(q, decide(&q.question()));
        Self {
            outcomes: questions.iter().map(ask).collect(),
        }
    }

    /// The tally of each language: of all typed questions in scope (`all`), of those out of
    /// scope (`out of scope`), and of each style. Heard questions are counted by style only, and
    /// those out of scope under `STYLE, out of scope`.
    #[must_use]
    pub fn tallies(&self) -> BTreeMap<(Language, String), Tally> {
        let mut tallies: BTreeMap<(Language, String), Tally> = BTreeMap::new();
        for outcome in &self.outcomes {
            let language = outcome.question.language;
            let mut add = |group: &str| {
                tallies
                    .entry((language, group.to_owned()))
                    .or_default()
                    .add(outcome)
            };
            let question = &outcome.question;
            match (question.out_of_scope(), question.confidence.is_some()) {
                (true, true) => add(&format!("{}, out of scope", question.style)),
                (true, false) => add("out of scope"),
                (false, heard) => {
                    if !heard {
                        add("all");
                    }
                    add(&question.style);
                }
            }
        }
        tallies
    }

    /// How often one guide was found first where another was right: (right, found, times),
    /// most often first.
    #[must_use]
    pub fn confusions(&self) -> Vec<(GuideId, GuideId, usize)> {
        let mut counts: BTreeMap<(GuideId, GuideId), usize> = BTreeMap::new();
        for outcome in self.outcomes.iter().filter(|o| !o.first_is_right()) {
            if let (Some(right), Some(found)) =
                (outcome.question.expected.first(), outcome.first.first())
            {
                *counts.entry((right.clone(), found.clone())).or_default() += 1;
            }
        }
        let mut counts: Vec<_> = counts
            .into_iter()
            .map(|((right, found), n)| (right, found, n))
            .collect();
        counts.sort_by_key(|c| std::cmp::Reverse(c.2));
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_questions() {
        let file = "lang\texpected\tstyle\ttext\nzh\ta|b\tplain\t问\nen\t-\tplain\task\n";
        let questions = Labelled::parse(file).unwrap();
        assert_eq!(
            questions[0].expected,
            [GuideId::new("a"), GuideId::new("b")]
        );
        assert!(questions[1].out_of_scope());
        assert_eq!(questions[0].question().confidence, 1.0);
        let heard = Labelled::parse(
            "lang\texpected\tstyle\ttext\tconfidence\talternatives\nzh\ta\tbabble\t问\t0.5\t文|闻\n",
        );
        let heard = &heard.unwrap()[0];
        assert_eq!((heard.confidence, heard.alternatives.len()), (Some(0.5), 2));
        assert_eq!(Labelled::parse("zh\ta\tplain\t问").unwrap_err().line, 1);
        assert_eq!(
            Labelled::parse("lang\texpected\tstyle\ttext\n\nfr\ta\tplain\tq")
                .unwrap_err()
                .line,
            3
        );
        assert!(
            Labelled::parse("lang\texpected\tstyle\ttext\nzh\ta")
                .unwrap_err()
                .to_string()
                .contains("line 2")
        );
    }
}
