//! Speech out into WAV files.

use std::io::{self, Cursor, Seek, Write};
use std::path::Path;

use crate::synthesis::{self, Speech};

/// Why a sound file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{name}: cannot be written: {source}; check the folder, its permissions and the disk")]
pub struct WriteError {
    name: String,
    source: io::Error,
}

/// Writes speech as a WAV file: 24 kHz, mono, 16-bit.
///
/// The file appears when it is complete: until then, and after a failure, an earlier file of
/// that name stays as it was. What is no file (`/dev/stdout`, a pipe) is written directly.
///
/// # Errors
/// If the file cannot be written; the message names it.
pub fn write_wav(path: &Path, speech: &Speech) -> Result<(), WriteError> {
    let mut bytes = Cursor::new(Vec::new());
    write_wav_to(&mut bytes, speech)
        .and_then(|()| put(path, bytes.get_ref()))
        .map_err(|source| WriteError {
            name: path.display().to_string(),
            source,
        })
}

/// Writes speech in the WAV format, as [`write_wav`] does, from the writer's start.
///
/// # Errors
/// If the writer fails.
pub fn write_wav_to(writer: impl Write + Seek, speech: &Speech) -> io::Result<()> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: synthesis::SAMPLE_RATE,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let failed = |error| match error {
        hound::Error::IoError(error) => error,
        other => io::Error::other(other),
    };
    let mut wav = hound::WavWriter::new(writer, spec).map_err(failed)?;
    for &sample in &speech.samples {
        // A cast takes what is no number to 0.
        let sample = (sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)).round() as i16;
        wav.write_sample(sample).map_err(failed)?;
    }
    wav.finalize().map_err(failed)
}

fn put(path: &Path, bytes: &[u8]) -> io::Result<()> {
    // Through a link to the file itself, so that the link stays.
    let target = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if target.exists() && !target.is_file() {
        return std::fs::OpenOptions::new()
            .write(true)
            .open(target)?
            .write_all(bytes);
    }
    let folder = match target.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let mut new = tempfile::Builder::new();
    new.prefix(".wenlu-").suffix(".wav");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As for any new file: the person's umask takes its share off.
        new.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let mut new = new.tempfile_in(folder)?;
    new.write_all(bytes)?;
    new.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::Utterance;

    fn tone() -> Speech {
        let step = std::f32::consts::TAU * 440.0 / 24_000.0;
        Speech {
            samples: (0..12_000).map(|i| 0.5 * (step * i as f32).sin()).collect(),
        }
    }

    #[test]
    fn what_is_written_can_be_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tone.wav");
        write_wav(&path, &tone()).unwrap();
        let wav = hound::WavReader::open(&path).unwrap();
        assert_eq!((wav.spec().sample_rate, wav.spec().channels), (24_000, 1));
        assert_eq!((wav.spec().bits_per_sample, wav.len()), (16, 12_000));
        let heard = Utterance::from_file(&path).unwrap();
        assert_eq!(heard.samples().len(), 8_000);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn samples_are_clipped_and_never_wrap_round() {
        let mut bytes = Cursor::new(Vec::new());
        let speech = Speech {
            samples: vec![0.0, 1.0, -1.0, 7.0, -7.0, f32::NAN, f32::INFINITY],
        };
        write_wav_to(&mut bytes, &speech).unwrap();
        bytes.set_position(0);
        let wav = hound::WavReader::new(bytes).unwrap();
        let samples: Vec<i16> = wav.into_samples().map(Result::unwrap).collect();
        assert_eq!(samples, [0, 32_767, -32_767, 32_767, -32_767, 0, 32_767]);
    }

    #[test]
    fn a_failure_leaves_the_earlier_file_and_names_the_new_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("no such folder").join("tone.wav");
        let message = write_wav(&path, &tone()).unwrap_err().to_string();
        assert!(message.contains("tone.wav: cannot be written"), "{message}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_a_link_and_a_device_a_device() {
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (
            folder.path().join("file.wav"),
            folder.path().join("link.wav"),
        );
        std::fs::write(&file, "earlier").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_wav(&link, &tone()).unwrap();
        assert!(link.is_symlink());
        assert_eq!(std::fs::metadata(&file).unwrap().len(), 44 + 24_000);
        write_wav(Path::new("/dev/null"), &tone()).unwrap();
        assert!(!Path::new("/dev/null").is_file());
    }
}
