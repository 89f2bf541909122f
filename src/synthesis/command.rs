//! A voice out of an installed program, for machines without the neural one.

use std::io::{Cursor, Write};
use std::ops::ControlFlow;
use std::process::{Command, Stdio};

use super::SAMPLE_RATE;
use super::finish::finish;
use super::text::{self, Pronunciation};
use super::voice::{Manner, Piece, Speaker, Speech, Voice, VoiceError};
use crate::audio::Resampler;
use crate::language::Language;

/// The program that is looked for.
const PROGRAM: &str = "espeak-ng";

/// espeak-ng's voice. Its English can be followed; **its Mandarin is hardly
/// understood** by people and not at all by the recogniser: better show the text.
pub struct CommandVoice {
    pronunciation: Pronunciation,
}

impl CommandVoice {
    /// Looks whether the program is there.
    ///
    /// # Errors
    ///
    /// If it is not.
    pub fn open(pronunciation: Pronunciation) -> Result<Self, VoiceError> {
        let found = Command::new(PROGRAM)
            .arg("--version")
            .stdin(Stdio::null())
            .output();
        match found {
            Ok(output) if output.status.success() => Ok(Self { pronunciation }),
            Ok(output) => Err(failed(format!("it ended with {}", output.status))),
            Err(error) => Err(failed(error.to_string())),
        }
    }
}

impl Voice for CommandVoice {
    fn key(&self, text: &str, manner: Manner) -> String {
        format!(
            "{PROGRAM}/1/{:?}/{:.2}/{}/{text}",
            manner.speaker,
            manner.rate(),
            manner.language
        )
    }

    fn speak(
        &self,
        text: &str,
        manner: Manner,
        each: &mut dyn FnMut(Piece) -> ControlFlow<()>,
    ) -> Result<(), VoiceError> {
        for clause in text::clauses(text, manner.language, &self.pronunciation) {
            let wav = run(&clause.text, manner)?;
            let mut speech = Speech {
                samples: finish(&read_wav(&wav)?),
            };
            speech
                .samples
                .extend(Speech::silence(clause.pause_after).samples);
            if each(Piece {
                text: clause.text,
                speech,
            })
            .is_break()
            {
                break;
            }
        }
        Ok(())
    }
}

/// The program's arguments for a manner.
fn arguments(manner: Manner) -> Vec<String> {
    // Words a minute; espeak-ng counts a Chinese character as a word.
    let (voice, usual) = match manner.language {
        Language::Zh => ("cmn", 190.0),
        Language::En => ("en-us", 150.0),
    };
    let variant = match manner.speaker {
        Speaker::Female => "+f3",
        Speaker::Male => "",
    };
    let speed = (usual * manner.rate()).round();
    [
        "-b",
        "1",
        "--stdin",
        "--stdout",
        "-v",
        &format!("{voice}{variant}"),
        "-s",
        &speed.to_string(),
    ]
    .map(str::to_owned)
    .to_vec()
}

/// Gives the program `words` and takes its WAV file; neither touches the disk.
fn run(words: &str, manner: Manner) -> Result<Vec<u8>, VoiceError> {
    let mut child = Command::new(PROGRAM)
        .args(arguments(manner))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| failed(error.to_string()))?;
    if let Some(mut input) = child.stdin.take() {
        // A clause is shorter than a pipe's buffer, so this cannot wait for the reader.
        input
            .write_all(words.as_bytes())
            .map_err(|error| failed(error.to_string()))?;
    }
    let output = child
        .wait_with_output()
        .map_err(|error| failed(error.to_string()))?;
    if !output.status.success() {
        return Err(failed(format!("it ended with {}", output.status)));
    }
    Ok(output.stdout)
}

/// Reads a mono 16-bit WAV file, brought to [`SAMPLE_RATE`]. A length in the header that is
/// too large (the program does not know it when it begins) is no fault.
fn read_wav(wav: &[u8]) -> Result<Vec<f32>, VoiceError> {
    let mut file =
        hound::WavReader::new(Cursor::new(wav)).map_err(|error| failed(error.to_string()))?;
    let spec = file.spec();
    if spec.channels != 1 || spec.bits_per_sample != 16 {
        return Err(failed("it does not give mono sound of 16 bits".to_owned()));
    }
    let samples: Vec<f32> = file
        .samples::<i16>()
        .map_while(Result::ok)
        .map(|s| f32::from(s) / 32_768.0)
        .collect();
    let mut resampler =
        Resampler::new(spec.sample_rate, SAMPLE_RATE).map_err(|error| failed(error.to_string()))?;
    let mut sound = Vec::with_capacity(samples.len() * 2);
    resampler.push(&samples, &mut sound);
    resampler.finish(&mut sound);
    Ok(sound)
}

fn failed(reason: String) -> VoiceError {
    VoiceError::Command {
        program: PROGRAM.to_owned(),
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthesis::voice::speak_all;

    /// Runs only where the program is installed.
    #[test]
    fn speaks_clause_by_clause_at_the_right_rate() {
        let Ok(voice) = CommandVoice::open(Pronunciation::default()) else {
            return;
        };
        let manner = Manner::of(Language::En);
        let text = "Please take a number, and wait until somebody calls you.";
        let usual = speak_all(&voice, text, manner).expect("speaks").seconds();
        let slow = speak_all(
            &voice,
            text,
            Manner {
                rate: 0.75,
                ..manner
            },
        )
        .expect("speaks")
        .seconds();
        assert!((2.0..8.0).contains(&usual), "{usual} s");
        assert!(slow > usual * 1.15, "{slow} s is not slower than {usual} s");

        let mut pieces = 0;
        voice
            .speak(text, manner, &mut |_| {
                pieces += 1;
                ControlFlow::Break(())
            })
            .expect("speaks");
        assert_eq!(pieces, 1, "did not stop");
    }

    #[test]
    fn words_are_never_taken_for_options() {
        let Ok(voice) = CommandVoice::open(Pronunciation::default()) else {
            return;
        };
        let speech = speak_all(&voice, "--help", Manner::of(Language::En)).expect("speaks");
        assert!(speech.seconds() < 3.0, "{} s", speech.seconds());
    }
}
