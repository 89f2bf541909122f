//! Sound files in: WAV, FLAC, Ogg Vorbis and MP3 become [`Utterance`]s.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

use symphonia::core::codecs::audio::{AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error as SymphoniaError;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream};
use symphonia::core::meta::MetadataOptions;

use super::mixdown::Mixdown;
use super::resample::Resampler;
use super::utterance::sane;
use super::{SAMPLE_RATE, Utterance};

/// The longest sound that is taken, in seconds.
pub const LONGEST_SECONDS: u32 = 600;
/// The largest file that is taken, in bytes: ten minutes of 48 kHz stereo in 32-bit samples.
pub const LARGEST_BYTES: u64 = 256 << 20;
/// The most channels that are taken.
const MOST_CHANNELS: usize = 8;
/// How many frames fewer than announced are no fault: encoders pad their last block.
const SLACK_FRAMES: u64 = 4_608;

/// Why a sound file could not be used. Each message names the file and what would work.
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// The file cannot be opened or read.
    #[error("{name}: cannot be read: {source}")]
    Unreadable {
        /// The file.
        name: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is larger than [`LARGEST_BYTES`].
    #[error("{name}: is larger than 256 MiB; cut out the part that matters")]
    TooLarge {
        /// The file.
        name: String,
    },
    /// The sound is longer than [`LONGEST_SECONDS`].
    #[error("{name}: lasts longer than 10 minutes; cut out the part that matters")]
    TooLong {
        /// The file.
        name: String,
    },
    /// There is no sound in the file.
    #[error("{name}: contains no sound; record it again")]
    Empty {
        /// The file.
        name: String,
    },
    /// This is no sound file, or of a kind that is not known.
    #[error("{name}: is not a sound file that can be read; WAV, FLAC, Ogg Vorbis and MP3 can")]
    NotSound {
        /// The file.
        name: String,
    },
    /// The file ends too early or its contents are damaged.
    #[error("{name}: is damaged or incomplete ({what}); copy or record it again")]
    Damaged {
        /// The file.
        name: String,
        /// What is wrong.
        what: String,
    },
    /// The sample rate or the number of channels cannot be used.
    #[error("{name}: {what}; 8,000 to 192,000 samples a second and 1 to 8 channels can be used")]
    Unsupported {
        /// The file.
        name: String,
        /// What it has.
        what: String,
    },
}

impl Utterance {
    /// Reads a sound file: WAV (any sample format), FLAC, Ogg Vorbis or MP3, 8 to 192 kHz,
    /// 1 to 8 channels, at most [`LONGEST_SECONDS`] and [`LARGEST_BYTES`].
    ///
    /// The contents decide, not the name. Channels are averaged (silent ones left out), the
    /// rate becomes [`SAMPLE_RATE`], no sound moves or is lost at either end, and samples
    /// that are not numbers become silence.
    ///
    /// # Errors
    /// If the file cannot be read, has no sound, is damaged, or is outside the limits.
    pub fn from_file(path: &Path) -> Result<Self, DecodeError> {
        let name = path.display().to_string();
        let unreadable = |source| DecodeError::Unreadable {
            name: name.clone(),
            source,
        };
        let file = File::open(path).map_err(unreadable)?;
        let about = file.metadata().map_err(unreadable)?;
        if about.is_dir() {
            return Err(unreadable(std::io::ErrorKind::IsADirectory.into()));
        }
        if !about.is_file() {
            // A pipe has no length and cannot be searched.
            return Self::from_reader(file, &name);
        }
        match about.len() {
            0 => Err(DecodeError::Empty { name }),
            1..=LARGEST_BYTES => decode(Box::new(file), &name),
            _ => Err(DecodeError::TooLarge { name }),
        }
    }

    /// Reads a sound file from anything that gives its bytes, as [`Utterance::from_file`]
    /// does; `name` stands in the messages. The bytes are held in memory.
    ///
    /// # Errors
    /// As [`Utterance::from_file`].
    pub fn from_reader(reader: impl Read, name: &str) -> Result<Self, DecodeError> {
        let mut bytes = Vec::new();
        reader
            .take(LARGEST_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|source| DecodeError::Unreadable {
                name: name.to_owned(),
                source,
            })?;
        match bytes.len() as u64 {
            0 => Err(DecodeError::Empty {
                name: name.to_owned(),
            }),
            1..=LARGEST_BYTES => decode(Box::new(Cursor::new(bytes)), name),
            _ => Err(DecodeError::TooLarge {
                name: name.to_owned(),
            }),
        }
    }
}

fn decode(source: Box<dyn MediaSource>, name: &str) -> Result<Utterance, DecodeError> {
    let mut stream = SoundStream::open(source, name)?;
    let mut samples = Vec::new();
    let mut converter: Option<Converter> = None;
    while let Some(piece) = stream.next()? {
        let converter = match &mut converter {
            Some(same) if same.spec == piece.spec => same,
            Some(_) => return Err(stream.damaged("the rate or the channels change midway")),
            none => none.insert(Converter::new(piece.spec, name)?),
        };
        converter.push(piece.samples, &mut samples);
        if samples.len() > LONGEST_SECONDS as usize * SAMPLE_RATE as usize {
            return Err(DecodeError::TooLong {
                name: name.to_owned(),
            });
        }
    }
    if let Some(converter) = &mut converter {
        converter.finish(&mut samples);
    }
    stream.check_length()?;
    if samples.is_empty() {
        return Err(DecodeError::Empty {
            name: name.to_owned(),
        });
    }
    for sample in &mut samples {
        // The filter may swing a little beyond full scale.
        *sample = sane(*sample);
    }
    Ok(Utterance::new(samples))
}

/// The rate and the number of channels of a piece of sound.
#[derive(Clone, Copy, PartialEq)]
struct Spec {
    rate: u32,
    channels: usize,
}

/// From the file's rate and channels to 16 kHz mono.
struct Converter {
    spec: Spec,
    mixdown: Mixdown,
    resampler: Resampler,
    mono: Vec<f32>,
}

impl Converter {
    fn new(spec: Spec, name: &str) -> Result<Self, DecodeError> {
        let unsupported = |what: String| DecodeError::Unsupported {
            name: name.to_owned(),
            what,
        };
        if !(1..=MOST_CHANNELS).contains(&spec.channels) {
            return Err(unsupported(format!("has {} channels", spec.channels)));
        }
        let resampler = Resampler::new(spec.rate, SAMPLE_RATE)
            .map_err(|_| unsupported(format!("has {} samples a second", spec.rate)))?;
        let mixdown = Mixdown::new(spec.channels, spec.rate);
        Ok(Self {
            spec,
            mixdown,
            resampler,
            mono: Vec::new(),
        })
    }

    fn push(&mut self, interleaved: &[f32], out: &mut Vec<f32>) {
        self.mono.clear();
        self.mixdown.push(interleaved, &mut self.mono);
        self.resampler.push(&self.mono, out);
    }

    fn finish(&mut self, out: &mut Vec<f32>) {
        self.resampler.finish(out);
    }
}

/// A piece of decoded sound.
struct Piece<'a> {
    spec: Spec,
    samples: &'a [f32],
}

/// Decodes the first sound track of a file piece by piece.
struct SoundStream {
    name: String,
    format: Box<dyn FormatReader>,
    decoder: Box<dyn AudioDecoder>,
    track: u32,
    announced: Option<u64>,
    frames: u64,
    faulty: u32,
    samples: Vec<f32>,
}

impl SoundStream {
    fn open(source: Box<dyn MediaSource>, name: &str) -> Result<Self, DecodeError> {
        let not_sound = || DecodeError::NotSound {
            name: name.to_owned(),
        };
        let stream = MediaSourceStream::new(source, Default::default());
        let format = symphonia::default::get_probe()
            .probe(
                &Hint::new(),
                stream,
                FormatOptions::default(),
                MetadataOptions::default(),
            )
            .map_err(|error| refusal(error, name))?;
        let track = format
            .default_track(TrackType::Audio)
            .ok_or_else(not_sound)?;
        let about = track
            .codec_params
            .as_ref()
            .and_then(|p| p.audio())
            .ok_or_else(not_sound)?;
        if let (Some(rate), channels) = (about.sample_rate, about.channels.as_ref()) {
            // Said before decoding, which may not get far with an absurd header.
            let channels = channels.map_or(1, |channels| channels.count());
            Converter::new(Spec { rate, channels }, name)?;
        }
        let decoder = symphonia::default::get_codecs()
            .make_audio_decoder(about, &AudioDecoderOptions::default())
            .map_err(|error| refusal(error, name))?;
        Ok(Self {
            name: name.to_owned(),
            track: track.id,
            announced: track.num_frames,
            format,
            decoder,
            frames: 0,
            faulty: 0,
            samples: Vec::new(),
        })
    }

    /// The next piece that can be decoded; `None` at the end.
    fn next(&mut self) -> Result<Option<Piece<'_>>, DecodeError> {
        loop {
            let packet = match self.format.next_packet() {
                Ok(Some(packet)) => packet,
                Ok(None) => return Ok(None),
                // A file that breaks off: what is missing is judged by `check_length`.
                Err(SymphoniaError::IoError(error))
                    if error.kind() == std::io::ErrorKind::UnexpectedEof =>
                {
                    return Ok(None);
                }
                Err(SymphoniaError::IoError(source)) => {
                    return Err(DecodeError::Unreadable {
                        name: self.name.clone(),
                        source,
                    });
                }
                Err(error) => return Err(self.damaged(&error.to_string())),
            };
            if packet.track_id != self.track {
                continue;
            }
            match self.decoder.decode(&packet) {
                Ok(buffer) => {
                    let spec = Spec {
                        rate: buffer.spec().rate(),
                        channels: buffer.spec().channels().count(),
                    };
                    if buffer.frames() == 0 {
                        continue;
                    }
                    self.frames += buffer.frames() as u64;
                    buffer.copy_to_vec_interleaved(&mut self.samples);
                    return Ok(Some(Piece {
                        spec,
                        samples: &self.samples,
                    }));
                }
                // One bad packet is a crackle; the rest may be understood all the same.
                Err(SymphoniaError::DecodeError(_)) => self.faulty += 1,
                Err(error) => return Err(self.damaged(&error.to_string())),
            }
        }
    }

    /// Complains if much less was decoded than the file announced.
    fn check_length(&self) -> Result<(), DecodeError> {
        // Recorders that cannot go back to the header announce the largest number there is.
        const OPEN_END: u64 = 1 << 28;
        if self.frames == 0 && self.faulty > 0 {
            return Err(self.damaged("nothing in it can be decoded"));
        }
        match self.announced {
            Some(due) if due < OPEN_END && self.frames + SLACK_FRAMES < due => {
                Err(self.damaged(&format!("{} of {due} samples are there", self.frames)))
            }
            _ => Ok(()),
        }
    }

    fn damaged(&self, what: &str) -> DecodeError {
        DecodeError::Damaged {
            name: self.name.clone(),
            what: what.to_owned(),
        }
    }
}

/// What to say where the file was not even opened.
fn refusal(error: SymphoniaError, name: &str) -> DecodeError {
    let name = name.to_owned();
    match error {
        SymphoniaError::IoError(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => {
            DecodeError::Unreadable {
                name,
                source: error,
            }
        }
        SymphoniaError::DecodeError(what) => DecodeError::Damaged {
            name,
            what: what.to_owned(),
        },
        _ => DecodeError::NotSound { name },
    }
}
