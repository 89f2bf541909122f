//! `wenlu talk --from`: recordings in place of the microphone, through the same ear.

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use wenlu::assistant::{self, Assistant, Say};
use wenlu::audio::{EndpointOptions, Endpointer, SAMPLE_RATE, SpeechEvent, Utterance};
use wenlu::config::Config;
use wenlu::dialogue::{Event, Heard, Reply, Session};
use wenlu::recognition::{Hearing, Recognizer, Request, Whisper};
use wenlu::synthesis::Voices;

/// As much as a device gives at once: a fiftieth of a second.
const CHUNK: usize = SAMPLE_RATE as usize / 50;

pub fn run(
    config: &Config,
    assistant: &Assistant,
    whisper: &Whisper,
    files: &[PathBuf],
    timed: bool,
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
    let voices = timed.then(|| assistant::voices(config)).transpose()?;
    if let Some(voices) = &voices {
        assistant.warm_up(voices, &[])?;
    }
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
                let hearing = whisper.recognize(&utterance, &request)?;
                let heard_at = start.elapsed();
                let (mut answered_at, mut sounds) = (None, Sounds::default());
                let line = match hearing {
                    Hearing::Nothing(why) => serde_json::json!({ "nothing": format!("{why:?}") }),
                    Hearing::Speech(transcript) => {
                        answered += 1;
                        let text = transcript.text.clone();
                        let reply =
                            assistant.turn(&mut session, Event::Heard(Heard::from(transcript)));
                        answered_at = Some(start.elapsed());
                        if let Some(voices) = &voices {
                            sounds = first_sounds(config, assistant, voices, &reply, start)?;
                        }
                        serde_json::json!({ "text": text, "headline": reply.show.headline, "say": reply.spoken() })
                    }
                };
                let ms = |time: Duration| time.as_secs_f64() * 1000.0;
                println!(
                    "{}",
                    serde_json::json!({
                        "file": file.display().to_string(), "seconds": utterance.seconds(),
                        "heard": line,
                        "ms": {
                            "hear": ms(heard_at),
                            "answer": answered_at.map(ms),
                            "first_sound": sounds.first.map(ms),
                            "first_sound_of_answer": sounds.of_answer.map(ms),
                        },
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

/// When there is something to hear.
#[derive(Debug, Clone, Copy, Default)]
struct Sounds {
    /// Anything at all: an acknowledgement, if the answer is not ready.
    first: Option<Duration>,
    /// The answer itself.
    of_answer: Option<Duration>,
}

/// Begins to make the reply's sound, as for a listener, until the answer itself is heard.
fn first_sounds(
    config: &Config,
    assistant: &Assistant,
    voices: &Voices,
    reply: &Reply,
    since: Instant,
) -> anyhow::Result<Sounds> {
    let how = Say::default();
    let answer = assistant.hasten(voices, reply.say.clone(), how);
    let sentences = answer.len();
    let say = assistant.acknowledge(voices, answer, how);
    let mut before = say.len() - sentences;
    let mut sounds = Sounds::default();
    assistant::speak(config, voices, &say, how, &mut |piece| {
        if piece.text.is_empty() {
            return ControlFlow::Continue(());
        }
        sounds.first.get_or_insert_with(|| since.elapsed());
        if before > 0 {
            before -= 1;
            return ControlFlow::Continue(());
        }
        sounds.of_answer = Some(since.elapsed());
        ControlFlow::Break(())
    })?;
    Ok(sounds)
}
