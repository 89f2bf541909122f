//! The neural voice: Kokoro-82M v1.0 (Apache-2.0) on rten, inside the process.
//!
//! A clause's phonemes become numbers, the numbers, a style row and a speed become
//! sound: `tokens` int32 \[1, n + 2\] (0 at both ends), `style` f32 \[1, 256\],
//! `speed` f32 \[1\] → `audio` f32 \[m\] at 24 kHz.

mod engine;
mod parts;
mod speakers;

use std::ops::ControlFlow;
use std::path::Path;

use super::finish::{self, finish};
use super::stretch::stretch;
use super::text::{self, Clause, Pronunciation};
use super::voice::{Manner, Piece, Speech, Voice, VoiceError};
use crate::language::Language;
use engine::Engine;
use parts::Part;
pub use speakers::{SPEAKERS, SpeakerInfo};

/// The prepared model's file name (see [`crate::models`]).
pub const MODEL_FILE: &str = "kokoro-v1.0-int8.onnx";
/// The folder with the speakers' style files, `NAME.bin`, beside the model.
pub const VOICES_FOLDER: &str = "kokoro-voices";

/// Changes whenever the same phonemes would sound different, so that the cache forgets.
const VERSION: u32 = 3;

/// The slowest that the model itself speaks. Below about 0.85 it puts a vowel before the first
/// word (measured with the original model in onnxruntime as well: `docs/speech.md`), so what is
/// to be slower is stretched.
const SLOWEST: f32 = 0.9;

/// The neural voice. Holds the model (about 90 MB) in memory once it has spoken; share it.
pub struct KokoroVoice {
    engine: Engine,
    pronunciation: Pronunciation,
}

impl KokoroVoice {
    /// Finds [`MODEL_FILE`], and [`SPEAKERS`] out of [`VOICES_FOLDER`], in `folder`. They are
    /// read when they are first needed, or by [`load`](Self::load).
    ///
    /// `pronunciation` says how words are read.
    ///
    /// # Errors
    ///
    /// If a file is missing, or is not what its name says.
    pub fn open(folder: &Path, pronunciation: Pronunciation) -> Result<Self, VoiceError> {
        let engine = Engine::open(&folder.join(MODEL_FILE), &folder.join(VOICES_FOLDER))?;
        for speaker in &SPEAKERS {
            engine.has_style(speaker.name)?;
        }
        Ok(Self {
            engine,
            pronunciation,
        })
    }

    /// Reads the model, and the words' tables, if that has not been done: then nothing but the
    /// speaking itself keeps the first listener waiting.
    ///
    /// # Errors
    ///
    /// If a file is damaged.
    pub fn load(&self) -> Result<(), VoiceError> {
        for language in Language::ALL {
            let _ = text::clauses("您好 hello", language, &self.pronunciation);
        }
        for speaker in &SPEAKERS {
            self.engine.style(speaker.name)?;
        }
        self.engine.load()
    }

    /// Speaks as [`Voice::speak`] does, but with the voice file `name` (for example
    /// `zf_xiaoyi`, without `.bin`) whoever the manner's speaker is.
    ///
    /// # Errors
    ///
    /// If there is no such voice, or it fails.
    pub fn speak_named(
        &self,
        name: &str,
        text: &str,
        manner: Manner,
        each: &mut dyn FnMut(Piece) -> ControlFlow<()>,
    ) -> Result<(), VoiceError> {
        let pace = SpeakerInfo::named(name).map_or(1.0, |speaker| speaker.pace);
        let clauses = text::clauses(text, manner.language, &self.pronunciation);
        self.speak_clauses(name, pace * manner.rate(), &clauses, each)
    }

    /// Speaks clauses with the voice file `name` at `speed`, 1 being the model's own: for
    /// measuring voices.
    ///
    /// # Errors
    ///
    /// If there is no such voice, or it fails.
    pub fn speak_clauses(
        &self,
        name: &str,
        speed: f32,
        clauses: &[Clause],
        each: &mut dyn FnMut(Piece) -> ControlFlow<()>,
    ) -> Result<(), VoiceError> {
        let style = self.engine.style(name)?;
        for part in parts::of(clauses)? {
            let natural = speed.max(SLOWEST);
            let row = style.row(part.numbers.len());
            let sound = finish(&self.engine.run(&part.numbers, row, natural)?);
            let sound = stretch(&sound, natural / speed);
            if each(piece(part, sound, speed)).is_break() {
                break;
            }
        }
        Ok(())
    }
}

impl Voice for KokoroVoice {
    /// The speaker, the speed, and what the reading depends on: a changed dictionary counts
    /// for the texts that have its words.
    fn key(&self, text: &str, manner: Manner) -> String {
        let speaker = SpeakerInfo::of(manner);
        format!(
            "kokoro-v1.0/{VERSION}/{}/{:.2}/{}",
            speaker.name,
            speaker.pace * manner.rate(),
            text::key(text, manner.language, &self.pronunciation)
        )
    }

    fn speak(
        &self,
        text: &str,
        manner: Manner,
        each: &mut dyn FnMut(Piece) -> ControlFlow<()>,
    ) -> Result<(), VoiceError> {
        self.speak_named(SpeakerInfo::of(manner).name, text, manner, each)
    }
}

/// A finished part with its pause, of which the margins already are a share.
fn piece(part: Part, sound: Vec<f32>, speed: f32) -> Piece {
    let mut speech = Speech { samples: sound };
    let pause = part.pause_after / speed.clamp(0.75, 1.0) - 2.0 * finish::MARGIN;
    speech.samples.extend(Speech::silence(pause).samples);
    Piece {
        text: part.text,
        speech,
    }
}

#[cfg(test)]
mod tests;
