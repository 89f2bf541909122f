//! Without a microphone: the recording that ships with the program is answered.

use std::io::Cursor;
use std::ops::ControlFlow;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use wenlu::assistant::{self, Assistant, Say};
use wenlu::audio::Utterance;
use wenlu::config::Config;
use wenlu::dialogue::{Event, Heard, Session};
use wenlu::recognition::{Hearing, Recognizer, Request, Whisper};
use wenlu::synthesis::Speech;

/// "那个，我想办个老年证，去哪里办啊", spoken by a Kokoro voice (`tests/data/SOURCES.md`).
const RECORDING: &[u8] = include_bytes!("../../../tests/data/speech/elder_card.wav");
/// Where the answer goes if there is no loudspeaker.
const ANSWER: &str = "answer.wav";

pub fn answer(
    config: &Config,
    assistant: &Assistant,
    whisper: &Whisper,
) -> anyhow::Result<ExitCode> {
    println!("没有麦克风，我来回答一段自带的录音。");
    println!("There is no microphone, so here is the answer to a recording that ships with wenlu.");
    let utterance = Utterance::from_reader(Cursor::new(RECORDING), "the recording")?;
    let request = Request::in_language(wenlu::Language::Zh);
    let Hearing::Speech(transcript) = whisper.recognize(&utterance, &request)? else {
        bail!("nothing was understood in the recording that ships with wenlu: run `wenlu doctor`");
    };
    println!("\n   … {}", transcript.text);
    let reply = assistant.turn(
        &mut Session::default(),
        Event::Heard(Heard::from(transcript)),
    );
    print!("{}", super::draw::lay_out(&reply.show, false));
    let voices = assistant::voices(config)?;
    let mut speech = Speech::default();
    assistant::speak(config, &voices, &reply.say, Say::default(), &mut |piece| {
        speech.samples.extend(piece.speech.samples);
        ControlFlow::Continue(())
    })?;
    match super::loudspeaker(config).and_then(|loudspeaker| loudspeaker.play(&speech)) {
        Ok(()) => {}
        Err(error) => {
            speech
                .write_wav(Path::new(ANSWER))
                .with_context(|| format!("cannot write {ANSWER}"))?;
            println!(
                "\n{error}.\nThe spoken answer, {:.1} s, is in {ANSWER}.",
                speech.seconds()
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}
