//! What a voice is.

use std::ops::ControlFlow;
use std::path::Path;

use super::SAMPLE_RATE;
use crate::language::Language;

/// Spoken words: 24 kHz ([`SAMPLE_RATE`]), mono, −1 to 1.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Speech {
    /// The samples.
    pub samples: Vec<f32>,
}

impl Speech {
    /// Silence of so many seconds; none if the number is negative.
    #[must_use]
    pub fn silence(seconds: f32) -> Self {
        Self {
            samples: vec![0.0; (seconds.clamp(0.0, 60.0) * SAMPLE_RATE as f32) as usize],
        }
    }

    /// Its length in seconds.
    #[must_use]
    pub fn seconds(&self) -> f32 {
        self.samples.len() as f32 / SAMPLE_RATE as f32
    }

    /// Writes it as a WAV file: 24 kHz, mono, 16 bit.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn write_wav(&self, path: &Path) -> Result<(), hound::Error> {
        let spec = hound::WavSpec {
            channels: 1,
            sample_rate: SAMPLE_RATE,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut file = hound::WavWriter::create(path, spec)?;
        let mut writer = file.get_i16_writer(self.samples.len() as u32);
        for &sample in &self.samples {
            writer.write_sample(to_i16(sample));
        }
        writer.flush()?;
        file.finalize()
    }
}

/// Writes speech as a WAV file (24 kHz, mono, 16 bit) into a pipe, piece by piece. A pipe
/// cannot be gone back in, so the head promises the longest file there can be, as other
/// synthesisers do; players play until the end.
#[derive(Debug)]
pub struct WavStream<W: std::io::Write>(W);

impl<W: std::io::Write> WavStream<W> {
    /// Writes the head.
    ///
    /// # Errors
    ///
    /// If the reader has gone away.
    pub fn begin(mut out: W) -> std::io::Result<Self> {
        const LONGEST: u32 = 0x7fff_f000;
        let bytes_a_second = SAMPLE_RATE * 2;
        let mut head = Vec::with_capacity(44);
        head.extend(b"RIFF");
        head.extend((LONGEST + 36).to_le_bytes());
        head.extend(b"WAVEfmt ");
        head.extend(16u32.to_le_bytes());
        // PCM, one channel.
        head.extend([1, 0, 1, 0]);
        head.extend(SAMPLE_RATE.to_le_bytes());
        head.extend(bytes_a_second.to_le_bytes());
        // Bytes in a frame, bits in a sample.
        head.extend([2, 0, 16, 0]);
        head.extend(b"data");
        head.extend(LONGEST.to_le_bytes());
        out.write_all(&head)?;
        out.flush()?;
        Ok(Self(out))
    }

    /// Writes a piece.
    ///
    /// # Errors
    ///
    /// If the reader has gone away.
    pub fn write(&mut self, speech: &Speech) -> std::io::Result<()> {
        let samples = speech.samples.iter();
        let bytes: Vec<u8> = samples.flat_map(|&s| to_i16(s).to_le_bytes()).collect();
        self.0.write_all(&bytes)?;
        self.0.flush()
    }
}

/// A sample as 16-bit PCM.
pub(super) fn to_i16(sample: f32) -> i16 {
    (sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)).round() as i16
}

/// Which of a language's two voices.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Speaker {
    /// A woman's voice.
    #[default]
    Female,
    /// A man's voice.
    Male,
}

/// How something is to be spoken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Manner {
    /// The language of the words.
    pub language: Language,
    /// The rate, as a multiple of the voice's usual one: 1 is about 190 Chinese
    /// characters or 150 English words a minute. From 0.75 to 1.35; what is
    /// outside counts as the nearest of these.
    pub rate: f32,
    /// Whose voice.
    pub speaker: Speaker,
}

impl Manner {
    /// The slowest rate, about 140 characters a minute.
    pub const SLOWEST: f32 = 0.75;
    /// The fastest rate, about 255 characters a minute.
    pub const FASTEST: f32 = 1.35;

    /// The usual manner of speaking `language`.
    #[must_use]
    pub fn of(language: Language) -> Self {
        Self {
            language,
            rate: 1.0,
            speaker: Speaker::default(),
        }
    }

    /// The rate, within its range.
    pub(super) fn rate(self) -> f32 {
        if self.rate.is_finite() {
            self.rate.clamp(Self::SLOWEST, Self::FASTEST)
        } else {
            1.0
        }
    }
}

/// A clause that is ready to be heard.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// Its words, for showing what is being spoken.
    pub text: String,
    /// Its sound, with the pause that follows it.
    pub speech: Speech,
}

/// Something that turns words into sound.
pub trait Voice: Send + Sync {
    /// Everything that the sound of `text` depends on, in one line: the cache's key.
    /// Two equal keys mean the same sound.
    fn key(&self, text: &str, manner: Manner) -> String;

    /// Speaks `text`: gives each clause to `each` as soon as it is ready, in order,
    /// until the text ends or `each` answers [`ControlFlow::Break`].
    ///
    /// Blocks while it works, so call it on a thread of its own. A text in which
    /// nothing can be spoken (empty, only signs) gives no piece and no error.
    ///
    /// # Errors
    ///
    /// If the voice fails; pieces given before stay valid.
    fn speak(
        &self,
        text: &str,
        manner: Manner,
        each: &mut dyn FnMut(Piece) -> ControlFlow<()>,
    ) -> Result<(), VoiceError>;
}

/// Speaks all of `text` into one [`Speech`].
///
/// # Errors
///
/// If the voice fails.
pub fn speak_all(voice: &dyn Voice, text: &str, manner: Manner) -> Result<Speech, VoiceError> {
    let mut all = Speech::default();
    voice.speak(text, manner, &mut |piece| {
        all.samples.extend(piece.speech.samples);
        ControlFlow::Continue(())
    })?;
    Ok(all)
}

/// Why nothing can be spoken.
#[derive(Debug, thiserror::Error)]
pub enum VoiceError {
    /// A file of the neural voice is missing or cannot be read.
    #[error("cannot read the voice file {path}: {error}; fetch it with `wenlu models fetch`")]
    File {
        /// The file.
        path: std::path::PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// A file of the neural voice has the wrong content.
    #[error("the voice file {path} is damaged ({reason}): delete it and run `wenlu models fetch`")]
    Damaged {
        /// The file.
        path: std::path::PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// There is no such speaker.
    #[error("there is no voice {0:?}: `wenlu say --help` names the voices")]
    NoSpeaker(String),
    /// The pronunciation has a symbol that the neural voice does not know.
    #[error("the neural voice does not know the symbol {0:?} of a word's pronunciation")]
    Symbol(char),
    /// The neural network failed.
    #[error("the neural voice failed: {0}")]
    Failed(String),
    /// An installed synthesiser failed.
    #[error("the program {program} could not speak: {reason}; is it installed?")]
    Command {
        /// The program.
        program: String,
        /// What went wrong.
        reason: String,
    },
    /// The system's own voice failed.
    #[error(
        "this machine's own voice does not work ({0}): on Linux install speech-dispatcher \
         with a synthesiser, or fetch the neural voice with `wenlu models fetch`"
    )]
    System(String),
    /// There is no voice at all.
    #[error(
        "there is no voice on this machine: {0}. Or install espeak-ng (understandable in \
         English only)"
    )]
    None(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_is_a_wav_file_that_ends_when_it_ends() {
        let mut bytes = Vec::new();
        let mut stream = WavStream::begin(&mut bytes).expect("memory");
        for samples in [vec![0.0, 0.5], vec![-0.5]] {
            stream.write(&Speech { samples }).expect("memory");
        }
        let mut reader = hound::WavReader::new(bytes.as_slice()).expect("a head");
        assert_eq!(reader.spec().sample_rate, SAMPLE_RATE);
        let samples: Vec<i16> = reader.samples().map_while(Result::ok).collect();
        assert_eq!(samples, [0, 16_384, -16_384]);
    }
}
