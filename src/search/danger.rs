//! Signs of danger, by rules that anybody can read: `knowledge/words/danger.toml`.

use crate::knowledge::Danger;
use crate::language::Language;

/// The danger that `text` speaks of, if any.
pub(super) fn signs(_text: &str, _language: Language) -> Option<Danger> {
    None
}
