//! What will be said, known beforehand: so that it can be spoken ahead and measured.

use super::command::Command;
use super::event::Event;
use super::locale::source;
use super::reply::Utter;
use super::session::{Session, Setting};
use super::{Dialogue, Step};
use crate::knowledge::GuideId;
use crate::language::Language;

/// A guide, as it is spoken.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rehearsal {
    /// From its name over every step to the end.
    pub reading: Vec<Utter>,
    /// What is said when more is asked: each step's detail, what to bring, where, the cost …
    /// Nothing stands here that was said in the reading.
    pub answers: Vec<Utter>,
}

/// What can be asked about a guide.
const ASIDES: [Command; 8] = [
    Command::Materials,
    Command::Where,
    Command::Cost,
    Command::Duration,
    Command::Eligibility,
    Command::Proxy,
    Command::Caution,
    Command::Call,
];

impl Dialogue {
    /// Everything that is said when `guide` is read to somebody who then asks for all the rest.
    #[must_use]
    pub fn rehearse(&self, guide: &GuideId, language: Language) -> Rehearsal {
        let mut session = Session::default();
        let mut say = |event| match self.step(&mut session, event) {
            Step::Reply(reply) => reply.say.into_iter().filter(|utter| utter.public).collect(),
            Step::Search(_) => Vec::new(),
        };
        let _greeting: Vec<Utter> = say(Event::Begin(Setting::in_language(language)));
        let steps = self
            .atlas
            .here()
            .get(guide)
            .map_or(0, |guide| guide.text(language).steps.len());
        let (mut reading, mut answers) = (say(Event::Open(guide.clone())), Vec::new());
        for _ in 0..steps {
            answers.extend(say(Event::Command(Command::Detail)));
            // Back to the step, which has been said, and on.
            say(Event::Command(Command::Resume));
            reading.extend(say(Event::Command(Command::Next)));
        }
        for aside in ASIDES {
            answers.extend(say(Event::Command(aside)));
        }
        let mut said: Vec<String> = reading.iter().map(|utter| utter.text.clone()).collect();
        answers.retain(|utter| {
            let new = !said.contains(&utter.text);
            said.push(utter.text.clone());
            new
        });
        Rehearsal { reading, answers }
    }
}

/// The sentences of the wording that are said as they stand.
#[must_use]
pub fn fixed_sentences(language: Language) -> Vec<String> {
    // A test proves that the bundled files parse.
    let wording: toml::Table = toml::from_str(source(language).1).unwrap_or_default();
    let say = wording.get("say").and_then(toml::Value::as_table);
    let sentences = say.into_iter().flat_map(toml::Table::values);
    sentences
        .filter_map(toml::Value::as_str)
        .filter(|sentence| !sentence.contains('{'))
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::knowledge::Knowledge;

    #[test]
    fn all_of_a_guide_is_rehearsed_once() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dialogues/guides");
        let knowledge = crate::knowledge::read_folder(&folder)
            .map(|(files, _)| files.into_iter().map(|file| file.guide))
            .map(|guides| Arc::new(guides.collect::<Knowledge>()))
            .expect("guides");
        let dialogue = Dialogue::new(Arc::clone(&knowledge)).expect("wording");
        for guide in knowledge.iter() {
            for language in Language::ALL {
                let Rehearsal { reading, answers } = dialogue.rehearse(&guide.id, language);
                let text = guide.text(language);
                for step in &text.steps {
                    assert!(
                        reading.iter().any(|utter| utter.text == step.say),
                        "{}: {}",
                        guide.id,
                        step.say
                    );
                }
                let all = || reading.iter().chain(&answers);
                for fact in text.facts() {
                    assert!(
                        all().any(|utter| utter.text == fact.text),
                        "{}: {}",
                        guide.id,
                        fact.text
                    );
                }
                assert!(all().all(|utter| utter.public && utter.language == language));
            }
        }
    }

    #[test]
    fn fixed_sentences_have_no_gaps() {
        for language in Language::ALL {
            let sentences = fixed_sentences(language);
            assert!(sentences.len() > 40, "{}", sentences.len());
            assert!(
                sentences
                    .iter()
                    .all(|sentence| !sentence.contains(['{', '}']))
            );
        }
    }
}
