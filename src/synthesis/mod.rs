//! Synthesis: words in, [`Speech`] out.
//!
//! [`Voices::open`] finds the best voice this machine has: the neural one
//! ([`KokoroVoice`]), else an installed synthesiser ([`CommandVoice`]). A [`Voice`] gives
//! sound clause by clause, each as soon as it is ready. [`SystemVoice`] speaks aloud by
//! itself and gives no sound to keep. [`SpeechCache`] keeps what was spoken before.
//! [`Dispatcher`] makes the neural voice the one that every program of the machine speaks with.

mod cache;
mod command;
mod dispatcher;
mod finish;
mod kokoro;
mod render;
mod stretch;
mod system;
pub mod text;
mod voice;
mod voices;

pub use cache::{CacheError, SpeechCache};
pub use command::CommandVoice;
pub use dispatcher::{Dispatcher, DispatcherError};
pub use kokoro::{KokoroVoice, MODEL_FILE, SPEAKERS, SpeakerInfo, VOICES_FOLDER};
pub use render::{Rendered, render};
pub use system::{SystemVoice, dispatcher_rate};
pub use voice::{Manner, Piece, Speaker, Speech, Voice, VoiceError, WavStream, speak_all};
pub use voices::{Privacy, VoiceConfig, VoiceKind, Voices};

/// Samples a second of every [`Speech`].
pub const SAMPLE_RATE: u32 = 24_000;
