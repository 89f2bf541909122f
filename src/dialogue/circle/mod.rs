//! The circle of help: made in three steps, and what helpers prepared, read aloud.
//!
//! `act` decides what words and keys mean here, `tell` says and shows it.

mod act;
mod tell;

use jiff::civil::Date;

use super::event::Handed;
use crate::knowledge::GuideId;
use crate::sharing::Code;
use crate::store::Act;

/// An elder's circle, as it is told to the elder.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Circle {
    /// Its name in the store.
    pub id: String,
    /// What the elder wants to be called; may be empty.
    pub called: String,
    /// What helpers prepared, the newest first.
    pub notes: Vec<Note>,
    /// Who helps.
    pub helpers: Vec<Person>,
    /// What was done, the newest first.
    pub log: Vec<Deed>,
}

/// What a helper prepared.
#[derive(Clone, PartialEq, Eq)]
pub struct Note {
    /// Its name in the store.
    pub id: String,
    /// The helper's name.
    pub helper: String,
    /// The guide.
    pub guide: GuideId,
    /// What is ready.
    pub ready: Vec<String>,
    /// When to go; may be empty.
    pub appointment: String,
    /// What is read aloud; may be empty.
    pub note: String,
}

/// A helper.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// The name in the store.
    pub id: String,
    /// The name.
    pub name: String,
}

/// Something that was done in the elder's name.
#[derive(Clone, PartialEq, Eq)]
pub struct Deed {
    /// The day.
    pub on: Date,
    /// Who did it, or to whom it was done; may be empty.
    pub helper: String,
    /// What.
    pub act: Act,
    /// The guide it was about.
    pub guide: Option<GuideId>,
}

impl std::fmt::Debug for Circle {
    /// Leaves names and notes out, so that they cannot slip into a log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Circle({})", self.id)
    }
}

/// What the dialogue wants done with a circle.
#[derive(Clone, PartialEq, Eq)]
pub enum CircleWish {
    /// Make one; the elder has agreed.
    Make(String),
    /// Open the one of this card.
    Open(Code),
    /// An invitation to this circle.
    Invite(String),
    /// Tell how this circle is now: a helper may have joined a moment ago.
    Look(String),
    /// The elder hears this note of this circle. Nothing is to be answered.
    Heard(String, String),
    /// Remove this helper from this circle.
    Remove(String, String),
    /// Remove this circle with everything in it.
    RemoveAll(String),
}

impl std::fmt::Debug for CircleWish {
    /// Leaves names and digits out.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Make(_) => "make a circle",
            Self::Open(_) => "open a circle",
            Self::Invite(_) => "invite to the circle",
            Self::Look(_) => "look at the circle",
            Self::Heard(..) => "note heard",
            Self::Remove(..) => "remove a helper",
            Self::RemoveAll(_) => "remove the circle",
        })
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CircleNews {
    /// There is a circle: its card's digits and an invitation.
    Made(Circle, Handed),
    /// The card's circle.
    Opened(Circle),
    /// No card has these digits.
    NoCard,
    /// An invitation.
    Invited(Handed),
    /// The circle as it is now.
    Seen(Circle),
    /// The circle as it is after a helper was removed.
    Changed(Circle),
    /// There is no circle any more.
    Gone,
    /// It could not be done.
    Failed,
}

/// Where a conversation about a circle stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Round {
    /// Does the elder agree?
    Consent,
    /// What does the elder want to be called?
    Naming,
    /// The card and an invitation.
    Card,
    /// The card's digits are asked for.
    Typing,
    /// What is there.
    Home,
    /// A note, from 0.
    Note(usize),
    /// An invitation.
    Invited,
    Helpers,
    /// Shall this helper, from 0, be removed?
    Remove(usize),
    RemoveAll,
    Log,
}
