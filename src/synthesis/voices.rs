//! The best voice of this machine, with the cache before it.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use super::cache::SpeechCache;
use super::command::CommandVoice;
use super::kokoro::KokoroVoice;
use super::text::Pronunciation;
use super::voice::{Manner, Piece, Speech, Voice, VoiceError};

/// Where the voice's files are.
#[derive(Debug, Clone, Default)]
pub struct VoiceConfig {
    /// The folder of model files.
    pub models: PathBuf,
    /// How words are read.
    pub pronunciation: Pronunciation,
    /// The folder of the speech cache and the most bytes it may take; `None`: no cache.
    pub cache: Option<(PathBuf, u64)>,
}

/// Whom a text concerns: it decides whether its sound may be written to disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privacy {
    /// A guide or a locale file: the same for everybody.
    Public,
    /// Anything that may hold what a person said. Never written to disk; but if it happens to be
    /// a public text that was spoken before, that sound is taken.
    Private,
}

/// Which voice is in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VoiceKind {
    /// [`KokoroVoice`].
    Neural,
    /// [`CommandVoice`].
    Command,
}

/// The voice in use, with its cache. Cheap to clone; share it between threads.
#[derive(Clone)]
pub struct Voices {
    voice: Arc<dyn Voice>,
    neural: Option<Arc<KokoroVoice>>,
    why: Option<String>,
    cache: Option<Arc<SpeechCache>>,
}

impl Voices {
    /// Finds the neural voice if its files are there, else an installed synthesiser. The files
    /// are read when they are first needed, or by [`load`](Self::load).
    ///
    /// # Errors
    ///
    /// If there is neither. Then [`SystemVoice`](super::SystemVoice) may still speak aloud.
    pub fn open(config: VoiceConfig) -> Result<Self, VoiceError> {
        let cache = config.cache.and_then(|(folder, limit)| {
            let opened = SpeechCache::open(&folder, limit);
            opened
                .inspect_err(|error| tracing::warn!(%error, "speaking without a cache"))
                .ok()
        });
        let cache = cache.map(Arc::new);
        match KokoroVoice::open(&config.models, config.pronunciation.clone()) {
            Ok(neural) => {
                let neural = Arc::new(neural);
                let voice = Arc::clone(&neural) as Arc<dyn Voice>;
                Ok(Self {
                    voice,
                    neural: Some(neural),
                    why: None,
                    cache,
                })
            }
            Err(error) => match CommandVoice::open(config.pronunciation) {
                Ok(voice) => {
                    let why = Some(error.to_string());
                    Ok(Self {
                        voice: Arc::new(voice),
                        neural: None,
                        why,
                        cache,
                    })
                }
                Err(_) => Err(VoiceError::None(error.to_string())),
            },
        }
    }

    /// Which voice is in use.
    #[must_use]
    pub fn kind(&self) -> VoiceKind {
        if self.neural.is_some() {
            VoiceKind::Neural
        } else {
            VoiceKind::Command
        }
    }

    /// The voice in use and, if it is not the best one, why: a line for `wenlu doctor`.
    #[must_use]
    pub fn report(&self) -> String {
        match (self.kind(), &self.why) {
            (VoiceKind::Neural, _) => "the neural voice (Kokoro-82M), both languages".to_owned(),
            (VoiceKind::Command, why) => format!(
                "espeak-ng in place of the neural voice ({}): English can be followed, Mandarin is \
                 hardly understood",
                why.as_deref().unwrap_or("it was not looked for")
            ),
        }
    }

    /// Speaks `text` as [`Voice::speak`] does; a public text that was spoken before comes at once, in
    /// one piece.
    ///
    /// # Errors
    ///
    /// If the voice fails. A cache that fails only costs time.
    pub fn speak(
        &self,
        text: &str,
        privacy: Privacy,
        manner: Manner,
        each: &mut dyn FnMut(Piece) -> ControlFlow<()>,
    ) -> Result<(), VoiceError> {
        let Some(cache) = self.cache.as_deref() else {
            return self.voice.speak(text, manner, each);
        };
        let key = self.voice.key(text, manner);
        let kept = match privacy {
            Privacy::Public => cache.get(&key),
            Privacy::Private => cache.peek(&key),
        };
        if let Some(speech) = kept {
            let _ = each(Piece {
                text: text.to_owned(),
                speech,
            });
            return Ok(());
        }
        if privacy == Privacy::Private {
            return self.voice.speak(text, manner, each);
        }
        if let Some(whole) = speak_and_keep(self.voice.as_ref(), text, manner, each)? {
            let kept = cache.put(&key, &whole);
            if let Err(error) = kept {
                tracing::warn!(%error, "a sentence was not kept");
            }
        }
        Ok(())
    }

    /// Speaks `text` with another speaker of the neural voice, by the name of its file. Not cached.
    ///
    /// # Errors
    ///
    /// If there is no such speaker, no neural voice, or it fails.
    pub fn speak_named(
        &self,
        name: &str,
        text: &str,
        manner: Manner,
        each: &mut dyn FnMut(Piece) -> ControlFlow<()>,
    ) -> Result<(), VoiceError> {
        match &self.neural {
            Some(neural) => neural.speak_named(name, text, manner, each),
            None => Err(VoiceError::NoSpeaker(name.to_owned())),
        }
    }

    /// Reads what the voice needs, if that has not been done: for a program that will speak soon,
    /// so that the first listener does not wait for it.
    ///
    /// # Errors
    ///
    /// If a file is damaged.
    pub fn load(&self) -> Result<(), VoiceError> {
        self.neural.as_ref().map_or(Ok(()), |neural| neural.load())
    }

    /// How many seconds `text` (a public one) takes to say, if it has been spoken before.
    #[must_use]
    pub fn seconds(&self, text: &str, manner: Manner) -> Option<f32> {
        let cache = self.cache.as_deref()?;
        cache.seconds(&self.voice.key(text, manner))
    }

    /// Whether speaking `text` (a public one) would begin at once.
    #[must_use]
    pub fn is_ready(&self, text: &str, manner: Manner) -> bool {
        self.cache
            .as_deref()
            .is_some_and(|cache| cache.has(&self.voice.key(text, manner)))
    }
}

/// Speaks, and gives the whole if it was not broken off.
fn speak_and_keep(
    voice: &dyn Voice,
    text: &str,
    manner: Manner,
    each: &mut dyn FnMut(Piece) -> ControlFlow<()>,
) -> Result<Option<Speech>, VoiceError> {
    let mut whole = Some(Speech::default());
    voice.speak(text, manner, &mut |piece| {
        if let Some(whole) = &mut whole {
            whole.samples.extend_from_slice(&piece.speech.samples);
        }
        let flow = each(piece);
        if flow.is_break() {
            whole = None;
        }
        flow
    })?;
    Ok(whole.filter(|whole| !whole.samples.is_empty()))
}

#[cfg(test)]
mod tests;
