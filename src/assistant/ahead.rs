//! Speaking ahead: what is known to be said goes into the cache before anybody waits for it.

use super::{Assistant, Say, manner};
use crate::dialogue::{Utter, fixed_sentences};
use crate::language::Language;
use crate::synthesis::{Manner, VoiceError, Voices, render};

/// How far to go; what is needed most comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ahead {
    /// The fixed sentences, and the first one of each guide: no answer to a question then keeps
    /// anybody waiting.
    Openings,
    /// The guides from beginning to end.
    Readings,
    /// What is answered to further questions.
    Answers,
}

impl Assistant {
    /// What is known to be said in these languages, and how; what is needed most comes first.
    #[must_use]
    pub fn sayings(&self, languages: &[Language], ahead: Ahead) -> Vec<(String, Manner)> {
        let knowledge = self.knowledge();
        let (mut sayings, mut readings, mut answers) = (Vec::new(), Vec::new(), Vec::new());
        for &language in languages {
            let manner = manner(&self.shared.config, language);
            let fixed = fixed_sentences(language).into_iter();
            sayings.extend(fixed.map(|text| (text, manner)));
            for guide in knowledge.iter() {
                let rehearsal = self.rehearse(&guide.id, language);
                let with = |utter: Utter| (utter.text, manner);
                let mut reading = rehearsal.reading.into_iter().map(with);
                sayings.extend(reading.next());
                readings.extend(reading);
                answers.extend(rehearsal.answers.into_iter().map(with));
            }
        }
        if ahead >= Ahead::Readings {
            sayings.extend(readings);
        }
        if ahead >= Ahead::Answers {
            sayings.extend(answers);
        }
        sayings
    }

    /// Gets ready to answer: reads what the voice needs, and speaks the acknowledgements and
    /// `more`, public sentences that must be there at once, into the cache. Blocks for a second
    /// or two; not worth waiting for.
    ///
    /// # Errors
    /// If the voice fails.
    pub fn warm_up(&self, voices: &Voices, more: &[Utter]) -> Result<(), VoiceError> {
        voices.load()?;
        let acknowledgements = Language::ALL.map(|language| self.acknowledgement(language));
        let texts = acknowledgements.iter().chain(more).map(|utter| {
            let manner = manner(&self.shared.config, utter.language);
            (utter.text.as_str(), manner)
        });
        let on = std::ops::ControlFlow::Continue(());
        render(voices, texts, &mut |_| on).map(drop)
    }

    /// Lets the answer to somebody who has just spoken begin at once: if the voice has to make
    /// its first sentence anew, which takes a second in Mandarin, a word that is in the cache
    /// goes before it and tells them that they were heard.
    #[must_use]
    pub fn acknowledge(&self, voices: &Voices, mut answer: Vec<Utter>, how: Say) -> Vec<Utter> {
        let is_ready = |utter: &Utter| {
            let manner = how.manner(&self.shared.config, utter.language);
            utter.public && voices.is_ready(&utter.text, manner)
        };
        if let Some(first) = answer.first() {
            let word = self.acknowledgement(first.language);
            if !is_ready(first) && is_ready(&word) {
                answer.insert(0, word);
            }
        }
        answer
    }

    fn acknowledgement(&self, language: Language) -> Utter {
        self.shared
            .service
            .load()
            .dialogue
            .acknowledgement(language)
    }
}
