//! Whose rules are told: the terminal's region, or the one where the person says they are.

use super::act::ask;
use super::locale::fill;
use super::session::{Prompt, Scene, Session};
use super::{Dialogue, Turn};

/// Whether words say where the person is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moved {
    /// They do not.
    No,
    /// Beside a question: 我在泉州，老年证怎么办.
    Beside,
    /// And nothing else: 我在泉州.
    Only,
}

impl Dialogue {
    /// Takes the rules of the place where `text` says the person is.
    pub(super) fn notice_place(&self, session: &mut Session, text: &str) -> Moved {
        let Some(mention) = self.atlas.find(text) else {
            return Moved::No;
        };
        if !mention.here {
            return Moved::No;
        }
        session.region = Some(mention.region.id.clone());
        if mention.alone {
            Moved::Only
        } else {
            Moved::Beside
        }
    }

    /// Says whose rules are told from now on, and goes on where the conversation stands.
    pub(super) fn settle(&self, session: &mut Session) -> Turn {
        let sentence = self.place_sentence(session);
        let mut turn = match session.scene {
            Scene::Asking(_) => ask(session, Prompt::Ask),
            _ => Turn::default(),
        };
        turn.before.insert(0, sentence);
        turn
    }

    /// Whose rules are told, in words.
    pub(super) fn place_sentence(&self, session: &Session) -> String {
        let say = &self.wording(session).say;
        let Some(region) = &session.region else {
            return String::new();
        };
        let place = self.atlas.name(region, session.language);
        let place = place.unwrap_or(region.as_str());
        let told = self.atlas.told(region);
        match self.atlas.name(&told, session.language) {
            _ if told == *region => fill(&say.place, &[("place", place)]),
            Some(wider) => fill(&say.place_wider, &[("place", place), ("wider", wider)]),
            None => fill(&say.place_nation, &[("place", place)]),
        }
    }
}
