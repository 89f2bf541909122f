//! `wenlu talk --from`: recordings in place of the microphone, through the same ear.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use wenlu::assistant::Assistant;
use wenlu::audio::{EndpointOptions, Endpointer, SAMPLE_RATE, SpeechEvent, Utterance};
use wenlu::config::Config;
use wenlu::dialogue::{Event, Heard, Session};
use wenlu::recognition::{Hearing, Recognizer, Request, Whisper};

/// As much as a device gives at once: a fiftieth of a second.
const CHUNK: usize = SAMPLE_RATE as usize / 50;

pub fn run(
    config: &Config,
    assistant: &Assistant,
    whisper: &Whisper,
    files: &[PathBuf],
) -> anyhow::Result<ExitCode> {
    let silence = config.hearing.silence;
    let options = EndpointOptions {
        silence,
        ..EndpointOptions::default()
    };
    let request = Request {
        language: config.hearing.language,
        ..Request::default()
    };
    let (mut seconds, mut utterances, mut answered) = (0.0_f32, 0_usize, 0_usize);
    for file in files {
        let sound = Utterance::from_file(file)?;
        // The silence after a recording ends its last utterance, as in a room.
        let rest = vec![0.0; ((silence + 0.5) * SAMPLE_RATE as f32) as usize];
        let mut endpointer = Endpointer::new(options);
        let mut session = Session::default();
        for chunk in sound.samples().chunks(CHUNK).chain(rest.chunks(CHUNK)) {
            for event in endpointer.push(chunk) {
                let (SpeechEvent::Ended(utterance) | SpeechEvent::TooLong(utterance)) = event
                else {
                    continue;
                };
                utterances += 1;
                let start = Instant::now();
                let line = match whisper.recognize(&utterance, &request)? {
                    Hearing::Nothing(why) => serde_json::json!({ "nothing": format!("{why:?}") }),
                    Hearing::Speech(transcript) => {
                        answered += 1;
                        let text = transcript.text.clone();
                        let reply =
                            assistant.turn(&mut session, Event::Heard(Heard::from(transcript)));
                        serde_json::json!({ "text": text, "headline": reply.show.headline, "say": reply.spoken() })
                    }
                };
                println!(
                    "{}",
                    serde_json::json!({
                        "file": file.display().to_string(), "seconds": utterance.seconds(),
                        "ms": start.elapsed().as_millis(), "heard": line,
                    })
                );
            }
        }
        seconds += sound.seconds();
    }
    eprintln!(
        "{seconds:.0} s of sound: {utterances} utterances, {answered} taken for speech and answered"
    );
    Ok(ExitCode::SUCCESS)
}
