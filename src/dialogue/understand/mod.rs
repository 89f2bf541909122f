//! Is it a command or a question?
//!
//! Templates in `locale/*.commands.toml` say how each command is put. They are matched on
//! characters (words in English) and on sounds, since commands are misheard too. What is left
//! beside a command decides: a reason ("my ears are bad") may stand beside it, a service or
//! another question may not. When in doubt, it is a question: a question that is taken for a
//! command is lost, a command that is taken for a question leads to "did you mean …?".

mod grammar;
mod matcher;
mod sounds;
mod template;
mod tokens;

use crate::dialogue::command::Command;
use crate::dialogue::locale::LocaleError;
use crate::dialogue::session::Door;
use crate::knowledge::{Guide, Knowledge};
use crate::language::Language;

use grammar::Grammar;

pub(super) use tokens::syllables;

/// What the conversation is about, which decides what words refer to.
#[derive(Debug, Default)]
pub struct Context<'a> {
    /// The guide that is open: its own name beside a follow-up is no new question.
    pub open: Option<&'a Guide>,
    /// Guides that were offered and can be chosen by name.
    pub choices: Vec<&'a Guide>,
}

/// What words mean for the conversation.
#[derive(Clone, PartialEq)]
pub enum Meaning {
    /// A command.
    Command(Command),
    /// The choice with this index, from 0, was named.
    Choice(usize),
    /// The beginning of a sentence: wait for the rest.
    Unfinished,
    /// A question to look up.
    Question {
        /// Its words, without what leads up to it ("no, what I mean is …").
        text: String,
        /// Whether it says that what was named is wrong.
        correction: bool,
        /// The judgement it asks for, if it asks for one.
        door: Option<Door>,
    },
}

impl Meaning {
    /// The command, if it is one.
    #[must_use]
    pub fn command(&self) -> Option<Command> {
        match self {
            Self::Command(command) => Some(*command),
            _ => None,
        }
    }
}

/// Tells commands from questions, in both languages.
pub struct Understanding {
    zh: Grammar,
    en: Grammar,
}

impl Understanding {
    /// Reads the bundled templates; the guides' names tell what a service is.
    ///
    /// # Errors
    /// If a bundled file is damaged.
    pub fn new(knowledge: &Knowledge) -> Result<Self, LocaleError> {
        let grammar = |language| Grammar::bundled(language, knowledge);
        Ok(Self {
            zh: grammar(Language::Zh)?,
            en: grammar(Language::En)?,
        })
    }

    /// What `text` means.
    #[must_use]
    pub fn listen(&self, text: &str, language: Language, context: &Context<'_>) -> Meaning {
        match language {
            Language::Zh => self.zh.listen(text, context),
            Language::En => self.en.listen(text, context),
        }
    }
}
