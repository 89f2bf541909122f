//! Speaking ahead: what is known to be said goes into the cache before anybody waits for it.

use std::time::Duration;

use super::{Assistant, Say, manner};
use crate::dialogue::{Utter, fixed_sentences};
use crate::language::Language;
use crate::synthesis::text::opening;
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

    /// Lets an answer begin soon that nobody has spoken ahead: if the voice has to make its first
    /// sentence anew and that is a long one, it is parted at a comma. The parts are kept nowhere, so
    /// that the whole can still be spoken ahead.
    #[must_use]
    pub fn hasten(&self, voices: &Voices, mut answer: Vec<Utter>, how: Say) -> Vec<Utter> {
        let first = answer
            .first_mut()
            .filter(|first| !self.is_ready(voices, first, how));
        if let Some(first) = first
            && let Some((before, after)) = opening(&first.text)
        {
            let part = |text: &str, pause| Utter {
                text: text.to_owned(),
                pause,
                public: false,
                ..first.clone()
            };
            let parts = [part(before, first.pause), part(after, Duration::ZERO)];
            answer.splice(..1, parts);
        }
        answer
    }

    /// Lets the answer to somebody who has just spoken begin at once: if the voice has to make
    /// its first sentence anew, which takes a second in Mandarin, a word that is in the cache
    /// goes before it and tells them that they were heard.
    #[must_use]
    pub fn acknowledge(&self, voices: &Voices, mut answer: Vec<Utter>, how: Say) -> Vec<Utter> {
        if let Some(first) = answer.first() {
            let word = self.acknowledgement(first.language);
            if !self.is_ready(voices, first, how) && self.is_ready(voices, &word, how) {
                answer.insert(0, word);
            }
        }
        answer
    }

    /// Whether the sentence is in the cache.
    fn is_ready(&self, voices: &Voices, sentence: &Utter, how: Say) -> bool {
        let manner = how.manner(&self.shared.config, sentence.language);
        sentence.public && voices.is_ready(&sentence.text, manner)
    }

    fn acknowledgement(&self, language: Language) -> Utter {
        self.shared
            .service
            .load()
            .dialogue
            .acknowledgement(language)
    }
}
