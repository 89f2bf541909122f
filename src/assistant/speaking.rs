//! A reply's sentences to sound.

use std::ops::ControlFlow;

use super::manner;
use crate::config::Config;
use crate::dialogue::Utter;
use crate::language::Language;
use crate::synthesis::{Manner, Piece, Privacy, Speech, VoiceError, Voices};

/// How a conversation is spoken at present.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Say {
    /// The rate, as a multiple of the settings' one.
    pub rate: f32,
}

impl Default for Say {
    fn default() -> Self {
        Self { rate: 1.0 }
    }
}

impl Say {
    /// The settings' manner, at this rate.
    #[must_use]
    pub fn manner(self, config: &Config, language: Language) -> Manner {
        let mut manner = manner(config, language);
        manner.rate *= self.rate;
        manner
    }
}

/// Speaks sentences with their pauses: gives each piece to `each` as soon as it is ready,
/// until all is said or `each` breaks off. Only public sentences are kept on disk.
///
/// # Errors
/// If the voice fails; pieces given before stay valid.
pub fn speak(
    config: &Config,
    voices: &Voices,
    sentences: &[Utter],
    how: Say,
    each: &mut dyn FnMut(Piece) -> ControlFlow<()>,
) -> Result<(), VoiceError> {
    for utter in sentences {
        let mut going_on = ControlFlow::Continue(());
        if !utter.pause.is_zero() {
            going_on = each(Piece {
                text: String::new(),
                speech: Speech::silence(utter.pause.as_secs_f32()),
            });
        }
        if going_on.is_break() {
            break;
        }
        let manner = how.manner(config, utter.language);
        let privacy = if utter.public {
            Privacy::Public
        } else {
            Privacy::Private
        };
        voices.speak(&utter.text, privacy, manner, &mut |piece| {
            going_on = each(piece);
            going_on
        })?;
        if going_on.is_break() {
            break;
        }
    }
    Ok(())
}
