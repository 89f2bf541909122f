//! The guides by their fields: what is complete, sourced, and to be confirmed.

use std::collections::HashSet;

use super::reading::Reading;
use super::spoken::seconds;
use crate::knowledge::guide::{Guide, Text};
use crate::knowledge::library::File;
use crate::language::Language;

/// The columns, as the fields are called; the steps are one.
pub const FIELDS: &[&str] = &[
    "who_for",
    "not_for",
    "bring",
    "bring_note",
    "steps",
    "where.online",
    "where.counter",
    "where.phone",
    "cost",
    "duration",
    "proxy",
    "scam",
    "call",
];

/// How it stands with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Not there; it may not apply.
    Absent,
    /// There in both languages, resting on a source.
    Sourced,
    /// There in both languages, at least a part of it to be confirmed at the counter.
    Marked,
    /// There in one language only, or resting on nothing; a fault.
    Broken,
}

/// One guide's line.
#[derive(Debug, Clone)]
pub struct Row {
    /// The guide's name.
    pub id: String,
    /// For each of [`FIELDS`].
    pub states: Vec<State>,
    /// Sample questions, Mandarin and English.
    pub questions: [usize; 2],
    /// Steps.
    pub steps: usize,
    /// Seconds to say the longest step, Mandarin and English.
    pub longest: [f32; 2],
    /// Reading level: official words in a hundred characters, and LIX.
    pub reading: [f32; 2],
}

/// The fields that a guide may do without.
const OPTIONAL: &[&str] = &[
    "not_for",
    "bring",
    "bring_note",
    "where.online",
    "where.counter",
    "where.phone",
];

impl Row {
    /// Whether every field that a guide must have is there, in both languages, sourced or
    /// marked.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let mut fields = FIELDS.iter().zip(&self.states);
        fields.all(|(field, state)| match state {
            State::Sourced | State::Marked => true,
            State::Absent => OPTIONAL.contains(field),
            State::Broken => false,
        })
    }
}

/// All guides' lines.
#[derive(Debug, Clone, Default)]
pub struct Table(pub Vec<Row>);

/// The sums.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct Figures {
    /// Guides.
    pub guides: usize,
    /// Texts: a guide in a language.
    pub texts: usize,
    /// Sample questions.
    pub questions: usize,
    /// Pieces of text that state facts, in both languages.
    pub facts: usize,
    /// Facts that rest on a source.
    pub sourced: usize,
    /// Of these, facts that rest on an authority's or its newspaper's.
    pub official: usize,
    /// Facts that are marked, wholly or in part, to be confirmed at the counter.
    pub marked: usize,
    /// Facts that are both: sourced, but not in all parts.
    pub both: usize,
    /// Sources that are named.
    pub sources: usize,
    /// Seconds to say every guide from end to end, in Mandarin.
    pub seconds_zh: usize,
    /// The same in English.
    pub seconds_en: usize,
}

impl Table {
    /// The lines of `files`.
    #[must_use]
    pub fn of(files: &[File]) -> Self {
        Self(files.iter().map(|file| row(&file.guide)).collect())
    }
}

impl Figures {
    /// The sums over `files`.
    #[must_use]
    pub fn of(files: &[File]) -> Self {
        let mut sum = Self::default();
        for guide in files.iter().map(|file| &file.guide) {
            sum.guides += 1;
            sum.sources += guide.sources.len();
            let supported = supports(guide, |_| true);
            let official = supports(guide, |official| official);
            for language in Language::ALL {
                let text = guide.text(language);
                sum.texts += 1;
                sum.questions += text.questions.len();
                let mut time = 0.0;
                for fact in text.facts() {
                    let sourced = supported.contains(fact.field.as_str());
                    let marked = guide.must_confirm(&fact.field);
                    sum.facts += 1;
                    sum.sourced += usize::from(sourced);
                    sum.official += usize::from(official.contains(fact.field.as_str()));
                    sum.marked += usize::from(marked);
                    sum.both += usize::from(sourced && marked);
                    time += seconds(fact.text, language);
                }
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                let time = time.round() as usize;
                match language {
                    Language::Zh => sum.seconds_zh += time,
                    Language::En => sum.seconds_en += time,
                }
            }
        }
        sum
    }
}

fn supports(guide: &Guide, which: impl Fn(bool) -> bool) -> HashSet<&str> {
    let sources = guide.sources.iter().filter(|s| which(s.official));
    let fields = sources.flat_map(|source| &source.supports);
    fields.map(String::as_str).collect()
}

fn row(guide: &Guide) -> Row {
    let supported = supports(guide, |_| true);
    let state = |column: &str| {
        let fields = |text: &Text| -> Vec<String> {
            let facts = text.facts().into_iter().map(|fact| fact.field);
            let in_column = |field: &String| field == column || group(field) == column;
            let mut fields: Vec<_> = facts.filter(in_column).collect();
            fields.dedup();
            fields
        };
        let (zh, en) = (fields(&guide.zh), fields(&guide.en));
        let rests =
            |field: &String| supported.contains(field.as_str()) || guide.must_confirm(field);
        if zh.is_empty() && en.is_empty() {
            State::Absent
        } else if zh != en || !zh.iter().all(rests) {
            State::Broken
        } else if zh.iter().any(|field| guide.must_confirm(field)) {
            State::Marked
        } else {
            State::Sourced
        }
    };
    let per_language = |measure: &dyn Fn(&Text, Language) -> f32| {
        Language::ALL.map(|language| measure(guide.text(language), language))
    };
    Row {
        id: guide.id.to_string(),
        states: FIELDS.iter().map(|column| state(column)).collect(),
        questions: Language::ALL.map(|l| guide.text(l).questions.len()),
        steps: guide.zh.steps.len(),
        longest: per_language(&|text, language| {
            let said = text.steps.iter().map(|step| seconds(&step.say, language));
            said.fold(0.0, f32::max)
        }),
        reading: per_language(&|text, language| {
            let facts = text.facts();
            let pieces = facts.iter().filter(|fact| fact.field != "bring");
            let reading = Reading::of(pieces.map(|fact| fact.text), language);
            match language {
                Language::Zh => reading.official,
                Language::En => reading.lix(),
            }
        }),
    }
}

/// The column of a field: `steps.2` belongs to `steps`.
fn group(field: &str) -> &str {
    match field.split_once('.') {
        Some(("steps", _)) => "steps",
        _ => field,
    }
}
