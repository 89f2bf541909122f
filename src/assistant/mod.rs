//! The stages put together, as the owner's settings say: the one place that knows them all.
//!
//! [`Assistant`] is the silent half, from words to a reply. The command line and the pages
//! add the senses they need: [`whisper`] to hear with, [`voices`] and [`speak`] to be heard.

mod aloud;
mod parts;
mod speaking;

use std::sync::Arc;

use crate::config::Config;
use crate::dialogue::{Dialogue, Event, Heard, LocaleError, Reply, Session, Step};
use crate::knowledge::{Knowledge, LoadError};
use crate::search::{Decision, Question, SearchError, Searcher};
pub use aloud::{Aloud, speak_by_system};
pub use parts::{knowledge, manner, prompts, voice_config, voices, whisper, whisper_options};
pub use speaking::{Say, speak};

/// From words to a reply: the guides, the search and the conversation's rules. Holds
/// nothing of any person, and serves any number of conversations.
pub struct Assistant {
    knowledge: Arc<Knowledge>,
    searcher: Searcher,
    dialogue: Dialogue,
}

/// Why there is no assistant.
#[derive(Debug, thiserror::Error)]
pub enum AssistantError {
    /// The guides.
    #[error(transparent)]
    Knowledge(#[from] LoadError),
    /// The index.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// The wording.
    #[error(transparent)]
    Wording(#[from] LocaleError),
}

impl Assistant {
    /// Loads the guides and builds the index.
    ///
    /// # Errors
    /// If the guides cannot be read or break a rule.
    pub fn open(config: &Config) -> Result<Self, AssistantError> {
        let knowledge = Arc::new(parts::knowledge(config)?);
        let searcher = Searcher::build(&knowledge)?;
        let dialogue = Dialogue::new(Arc::clone(&knowledge))?;
        Ok(Self {
            knowledge,
            searcher,
            dialogue,
        })
    }

    /// The guides.
    #[must_use]
    pub fn knowledge(&self) -> &Knowledge {
        &self.knowledge
    }

    /// What the search says of a question.
    #[must_use]
    pub fn decide(&self, question: &Question<'_>) -> Decision {
        self.searcher.decide(question)
    }

    /// The next turn of a conversation.
    pub fn turn(&self, session: &mut Session, event: Event) -> Reply {
        self.dialogue
            .turn(session, event, |question| self.searcher.decide(question))
    }

    /// A single question to a single reply, with the decision behind it; there is none if
    /// the words were a command.
    pub fn ask(&self, heard: Heard) -> (Option<Decision>, Reply) {
        let mut session = Session::default();
        let search = match self.dialogue.step(&mut session, Event::Heard(heard)) {
            Step::Reply(reply) => return (None, reply),
            Step::Search(search) => search,
        };
        let decision = self.searcher.decide(&search.question());
        let decided = Event::Decided(decision.clone());
        (
            Some(decision),
            self.dialogue
                .turn(&mut session, decided, |_| Decision::Unknown(Vec::new())),
        )
    }
}
