//! `wenlu ask`: one question to one reply; or many, from a file.

use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, bail};
use serde::Serialize;
use wenlu::Language;
use wenlu::assistant::{self, Assistant, Say};
use wenlu::audio::Utterance;
use wenlu::config::Config;
use wenlu::dialogue::{Event, Heard, Reply, Session, Setting};
use wenlu::recognition::{Hearing, Recognizer, Request, Whisper};
use wenlu::search::{Candidate, Decision};
use wenlu::synthesis::{Speech, Voices};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// The question, in words.
    #[arg(required_unless_present_any = ["audio", "batch"], conflicts_with_all = ["audio", "batch"])]
    text: Option<String>,
    /// The question, as a recording.
    #[arg(long, value_name = "FILE", conflicts_with = "batch")]
    audio: Option<PathBuf>,
    /// Many questions: a table with the columns `lang` and `text`, or `lang` and `audio`
    /// (a path relative to the table).
    #[arg(long, value_name = "FILE.tsv", conflicts_with = "speak")]
    batch: Option<PathBuf>,
    /// The language; told from the script, or in a recording the settings' one, if left out.
    #[arg(long, value_name = "zh|en|auto", value_parser = super::language_or_auto)]
    lang: Option<super::MaybeLanguage>,
    /// Speak the reply into a WAV file.
    #[arg(long, value_name = "OUT.wav")]
    speak: Option<PathBuf>,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
}

/// A question, in words or as sound, and its language if it is given.
struct Asked {
    words: Words,
    language: Option<Language>,
}

enum Words {
    Typed(String),
    Recorded(PathBuf),
}

/// What `--json` prints for one question.
#[derive(Serialize)]
struct Answer {
    transcript: String,
    lang: Language,
    outcome: &'static str,
    guide: Option<String>,
    candidates: Vec<Scored>,
    say: String,
    ms: Milliseconds,
    #[serde(skip)]
    reply: Reply,
}

#[derive(Serialize)]
struct Scored {
    id: String,
    score: f32,
}

/// How long each stage took; 0 for one that was not needed.
#[derive(Serialize, Default)]
struct Milliseconds {
    hear: u128,
    search: u128,
    say: u128,
}

pub fn run(config: &Config, args: &Args) -> anyhow::Result<ExitCode> {
    let assistant = Assistant::open(config)?;
    let questions = questions(config, args)?;
    super::prepare::understand_if_possible(&assistant);
    let recorded = questions
        .iter()
        .any(|asked| matches!(asked.words, Words::Recorded(_)));
    let ear = recorded.then(|| ear(config, &assistant)).transpose()?;
    let mut failed = false;
    for asked in &questions {
        match answer(&assistant, ear.as_ref(), asked) {
            Ok(mut answer) => {
                if let Some(out) = &args.speak {
                    let start = Instant::now();
                    speak(config, &answer.reply, out)?;
                    answer.ms.say = start.elapsed().as_millis();
                }
                print(&answer, args.json)?;
            }
            // In a batch a line stands for each question, whatever happens.
            Err(error) if args.batch.is_some() => {
                failed = true;
                println!("{}", serde_json::json!({ "error": format!("{error:#}") }));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(ExitCode::from(u8::from(failed)))
}

fn ear(config: &Config, assistant: &Assistant) -> anyhow::Result<Whisper> {
    Ok(assistant::whisper(config, assistant.whisper_options())?)
}

/// The questions that the command line names.
fn questions(config: &Config, args: &Args) -> anyhow::Result<Vec<Asked>> {
    let given = args.lang.map(|lang| lang.0);
    if let Some(batch) = &args.batch {
        return read_batch(batch);
    }
    Ok(vec![match (&args.audio, &args.text) {
        (Some(audio), _) => Asked {
            words: Words::Recorded(audio.clone()),
            language: given.unwrap_or(config.hearing.language),
        },
        (None, text) => Asked {
            words: Words::Typed(text.clone().unwrap_or_default()),
            language: given.flatten(),
        },
    }])
}

/// Reads a table of questions; columns other than `lang`, `text` and `audio` are ignored.
fn read_batch(file: &Path) -> anyhow::Result<Vec<Asked>> {
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let header: Vec<&str> = lines
        .next()
        .unwrap_or_default()
        .split('\t')
        .map(str::trim)
        .collect();
    let column = |name: &str| header.iter().position(|&column| column == name);
    let Some(lang) = column("lang") else {
        bail!(
            "{}: the first line must name the columns, among them `lang`",
            file.display()
        );
    };
    let (words, sound) = (column("text"), column("audio"));
    if words.is_none() && sound.is_none() {
        bail!(
            "{}: there is no column `text` and none `audio`",
            file.display()
        );
    }
    let folder = file.parent().unwrap_or(Path::new(""));
    let row = |(i, line): (usize, &str)| {
        let cells: Vec<&str> = line.split('\t').collect();
        let cell = |column: Option<usize>| {
            column
                .and_then(|c| cells.get(c))
                .map_or("", |cell| cell.trim())
        };
        let language = super::language_or_auto(cell(Some(lang)))
            .map_err(|error| anyhow::anyhow!("{}:{}: lang: {error}", file.display(), i + 2))?;
        let words = match (cell(sound), cell(words)) {
            ("", text) => Words::Typed(text.to_owned()),
            (audio, _) => Words::Recorded(folder.join(audio)),
        };
        Ok(Asked {
            words,
            language: language.0,
        })
    };
    lines
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(row)
        .collect()
}

fn answer(assistant: &Assistant, ear: Option<&Whisper>, asked: &Asked) -> anyhow::Result<Answer> {
    let mut ms = Milliseconds::default();
    let heard = match &asked.words {
        Words::Typed(text) => {
            let language = asked.language.unwrap_or_else(|| Language::of_text(text));
            (!text.trim().is_empty()).then(|| Heard::in_language(text, language))
        }
        Words::Recorded(file) => {
            let utterance = Utterance::from_file(file)?;
            let start = Instant::now();
            let request = Request {
                language: asked.language,
                ..Request::default()
            };
            let hearing = match ear {
                Some(ear) => ear.recognize(&utterance, &request)?,
                None => bail!("there is nothing to hear with"),
            };
            ms.hear = start.elapsed().as_millis();
            match hearing {
                Hearing::Speech(transcript) => Some(Heard::from(transcript)),
                Hearing::Nothing(_) => None,
            }
        }
    };
    let transcript = heard
        .as_ref()
        .map(|heard| heard.transcript.text.clone())
        .unwrap_or_default();
    let lang = heard
        .as_ref()
        .map(|heard| heard.transcript.language)
        .or(asked.language)
        .unwrap_or_default();
    let start = Instant::now();
    let (decision, reply) = match heard {
        Some(heard) => assistant.ask(heard),
        None => {
            let mut session = Session::default();
            assistant.turn(&mut session, Event::Begin(Setting::in_language(lang)));
            (None, assistant.turn(&mut session, Event::HeardNothing))
        }
    };
    ms.search = start.elapsed().as_millis();
    let (outcome, guide, candidates) = verdict(decision);
    let say = reply.spoken();
    Ok(Answer {
        transcript,
        lang,
        outcome,
        guide,
        candidates,
        say,
        ms,
        reply,
    })
}

/// The decision in the words of the command line.
fn verdict(decision: Option<Decision>) -> (&'static str, Option<String>, Vec<Scored>) {
    let scored = |candidates: Vec<Candidate>| -> Vec<Scored> {
        candidates
            .into_iter()
            .map(|c| Scored {
                id: c.id.to_string(),
                score: c.score,
            })
            .collect()
    };
    match decision {
        Some(Decision::Danger(_, guide)) => {
            ("emergency", Some(guide.id.to_string()), scored(vec![guide]))
        }
        Some(Decision::Answer(found)) => (
            "answer",
            found.first().map(|best| best.id.to_string()),
            scored(found),
        ),
        Some(Decision::Choose(found)) => ("choose", None, scored(found)),
        Some(Decision::Unknown(near)) => ("unknown", None, scored(near)),
        None => ("unknown", None, Vec::new()),
    }
}

/// The reply as one sound file.
fn speak(config: &Config, reply: &Reply, out: &Path) -> anyhow::Result<()> {
    let voices: Voices = assistant::voices(config)?;
    let mut speech = Speech::default();
    assistant::speak(config, &voices, &reply.say, Say::default(), &mut |piece| {
        speech.samples.extend(piece.speech.samples);
        ControlFlow::Continue(())
    })?;
    speech
        .write_wav(out)
        .with_context(|| format!("cannot write {}", out.display()))
}

fn print(answer: &Answer, json: bool) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    if json {
        serde_json::to_writer(&mut out, answer)?;
        writeln!(out)?;
    } else {
        writeln!(out, "{}", answer.say)?;
    }
    Ok(())
}
