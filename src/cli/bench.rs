//! `wenlu bench`: the timings named in `docs/`, as a table.

use std::io::Cursor;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use wenlu::Language;
use wenlu::assistant::{self, Assistant, Say};
use wenlu::audio::Utterance;
use wenlu::config::Config;
use wenlu::dialogue::{Heard, Utter};
use wenlu::recognition::{Context, Recognizer, Request, WhisperOptions};
use wenlu::search::Question;
use wenlu::synthesis::{Manner, Privacy, VoiceConfig, Voices};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Recordings to hear; the one that ships with wenlu if left out.
    files: Vec<PathBuf>,
    /// How often each thing is done; the median counts.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
}

const RECORDING: &[u8] = include_bytes!("../../tests/data/speech/elder_card.wav");

pub fn run(config: &Config, args: &Args) -> anyhow::Result<ExitCode> {
    println!("| what | median ms | 90 % ms |\n|---|---|---|");
    let start = Instant::now();
    let assistant = Assistant::open(config)?;
    row("guides loaded and indexed", vec![start.elapsed()]);
    super::prepare::understand_if_possible(&assistant);
    let utterances = match args.files.as_slice() {
        [] => vec![Utterance::from_reader(
            Cursor::new(RECORDING),
            "the recording",
        )?],
        files => files
            .iter()
            .map(|file| Utterance::from_file(file))
            .collect::<Result<_, _>>()?,
    };
    for (name, context) in [
        ("heard", Context::Shrunk),
        ("heard, full context", Context::Full),
    ] {
        let options = WhisperOptions {
            context,
            ..assistant.whisper_options()
        };
        let whisper = assistant::whisper(config, options)?;
        let request = Request::in_language(Language::Zh);
        let mut times = Vec::new();
        for utterance in utterances
            .iter()
            .cycle()
            .take(args.rounds.max(1) * utterances.len())
        {
            let start = Instant::now();
            whisper.recognize(utterance, &request)?;
            times.push(start.elapsed());
        }
        row(name, times);
    }
    let question = Question::typed("我的老年证丢了怎么办，上哪儿补去", Language::Zh);
    row(
        "searched",
        repeat(args.rounds * 20, || drop(assistant.decide(&question))),
    );
    voice(config, &assistant, args.rounds)?;
    Ok(ExitCode::SUCCESS)
}

/// The voice: the first sound of answers that are not in the cache, to the first question of every
/// fifth guide in both languages, from the acknowledgement and from the answer itself; and a
/// guide's step, all of it and from the cache.
fn voice(config: &Config, assistant: &Assistant, rounds: usize) -> anyhow::Result<()> {
    let voices = assistant::voices(config)?;
    let start = Instant::now();
    voices.load()?;
    row("voice read", vec![start.elapsed()]);
    assistant.warm_up(&voices, &[])?;
    // Whatever the cache holds, these are made anew.
    let anew = Voices::open(VoiceConfig {
        cache: None,
        ..assistant::voice_config(config)
    })?;
    anew.load()?;
    for language in Language::ALL {
        let (mut word, mut first) = (Vec::new(), Vec::new());
        for guide in assistant.knowledge().iter().step_by(5) {
            let Some(question) = guide.text(language).questions.first() else {
                continue;
            };
            let (_, reply) = assistant.ask(Heard::in_language(question, language));
            let Some(opening) = reply.say.first() else {
                continue;
            };
            // Private, the opening is in no cache.
            let late = Utter {
                public: false,
                ..opening.clone()
            };
            let start = Instant::now();
            let hastened = assistant.hasten(&voices, vec![late], Say::default());
            let own = hastened[0].clone();
            let begun = assistant.acknowledge(&voices, hastened, Say::default());
            voices.speak(
                &begun[0].text,
                Privacy::Public,
                Manner::of(language),
                &mut |_| {
                    word.push(start.elapsed());
                    ControlFlow::Break(())
                },
            )?;
            let start = Instant::now();
            anew.speak(
                &own.text,
                Privacy::Private,
                Manner::of(language),
                &mut |piece| {
                    if piece.text.is_empty() {
                        return ControlFlow::Continue(());
                    }
                    first.push(start.elapsed());
                    ControlFlow::Break(())
                },
            )?;
        }
        row(
            &format!("first sound of an answer that is not ready, {language}"),
            word,
        );
        row(&format!("its own first sound, {language}"), first);
    }
    let text = "先打12345，或者问社区：咱们这里还办不办老年优待证。";
    let manner = Manner::of(Language::Zh);
    let (mut first, mut all, mut seconds) = (Vec::new(), Vec::new(), 0.0);
    for _ in 0..rounds.max(1) {
        let start = Instant::now();
        let mut heard = None;
        seconds = 0.0;
        anew.speak(text, Privacy::Private, manner, &mut |piece| {
            heard.get_or_insert_with(|| start.elapsed());
            seconds += piece.speech.seconds();
            ControlFlow::Continue(())
        })?;
        first.extend(heard);
        all.push(start.elapsed());
    }
    row("first sound of a step", first);
    row(&format!("all of {seconds:.1} s of speech"), all);
    let mut cached = Vec::new();
    for _ in 0..=rounds.max(1) {
        let start = Instant::now();
        let mut heard = None;
        voices.speak(text, Privacy::Public, manner, &mut |_| {
            heard.get_or_insert_with(|| start.elapsed());
            ControlFlow::Continue(())
        })?;
        cached.extend(heard);
    }
    // The first one filled the cache.
    row("first sound, cached", cached.split_off(1));
    Ok(())
}

fn repeat(rounds: usize, mut work: impl FnMut()) -> Vec<Duration> {
    (0..rounds.max(1))
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed()
        })
        .collect()
}

fn row(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let ms = |i: usize| times.get(i).copied().unwrap_or_default().as_secs_f64() * 1000.0;
    let (median, slow) = (ms(times.len() / 2), ms(times.len() * 9 / 10));
    println!("| {what} | {median:.1} | {slow:.1} |");
}
