//! Search: a question's words in, a [`Decision`] out.
//!
//! Reads [`crate::knowledge`]; never touches sound.

use crate::knowledge::{Danger, GuideId};
use crate::language::Language;

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
