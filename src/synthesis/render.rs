//! Speaking ahead: fills the cache while nobody waits.

use std::ops::ControlFlow;

use super::voice::{Manner, VoiceError};
use super::voices::{Privacy, Voices};

/// What [`render`] has done so far.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Rendered {
    /// Texts that were spoken now.
    pub spoken: usize,
    /// Texts that were in the cache already.
    pub kept: usize,
    /// Seconds of sound that were made.
    pub seconds: f32,
}

/// Speaks each of `texts` (public ones: guides and fixed sentences) into the cache of
/// `voices`. Calls `each` after every text; stops if it answers [`ControlFlow::Break`].
///
/// # Errors
///
/// If the voice fails. What was spoken before stays in the cache.
pub fn render<'a>(
    voices: &Voices,
    texts: impl IntoIterator<Item = (&'a str, Manner)>,
    each: &mut dyn FnMut(Rendered) -> ControlFlow<()>,
) -> Result<Rendered, VoiceError> {
    let mut done = Rendered::default();
    for (text, manner) in texts {
        if voices.is_ready(text, manner) {
            done.kept += 1;
        } else {
            voices.speak(text, Privacy::Public, manner, &mut |piece| {
                done.seconds += piece.speech.seconds();
                ControlFlow::Continue(())
            })?;
            done.spoken += 1;
        }
        if each(done).is_break() {
            break;
        }
    }
    Ok(done)
}
