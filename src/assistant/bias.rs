//! What the recogniser is told when it is not plain which guide was meant.

use super::Assistant;
use crate::dialogue::understand::Context;
use crate::recognition::{Biasing, Transcript};
use crate::search::Question;

impl Biasing for Assistant {
    /// What the guides that may be meant are called. Nothing for a command, or if one guide is
    /// plainly meant.
    fn terms(&self, heard: &Transcript) -> Vec<String> {
        let service = self.shared.service.load();
        let language = heard.language;
        let understanding = service.dialogue.understanding();
        let meaning = understanding.listen(&heard.text, language, &Context::default());
        if meaning.command().is_some() {
            return Vec::new();
        }
        let suspects = service.searcher.suspects(&Question {
            text: &heard.text,
            language,
            confidence: heard.confidence,
            alternatives: &heard.alternatives,
        });
        let guides = suspects.iter().filter_map(|id| service.knowledge.get(id));
        guides
            .filter_map(|guide| guide.text(language).also_called.first().cloned())
            .collect()
    }
}

impl std::fmt::Debug for Assistant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Assistant").finish_non_exhaustive()
    }
}
