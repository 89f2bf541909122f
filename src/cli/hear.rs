//! `wenlu hear`: recordings to words.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context as _;
use wenlu::Language;
use wenlu::assistant::{self, Assistant};
use wenlu::audio::Utterance;
use wenlu::config::Config;
use wenlu::recognition::{Context, Hearing, Recognizer, Request};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Recordings: WAV, FLAC, Ogg or MP3, any rate, at most ten minutes each.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The language spoken; `auto` detects it.
    #[arg(long, value_name = "zh|en|auto", default_value = "zh", value_parser = super::language_or_auto)]
    lang: super::MaybeLanguage,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
    /// Compute the whole 30-second window, however short the recording; for comparison.
    #[arg(long)]
    full_context: bool,
    /// Listen again with the names of the guides that may be meant, as in a conversation.
    #[arg(long, conflicts_with = "no_prompt")]
    again: bool,
    /// Do not tell the recogniser which words and commands to expect; for comparison.
    #[arg(long)]
    no_prompt: bool,
}

/// What `--json` prints for one recording.
#[derive(serde::Serialize)]
struct Line<'a> {
    file: String,
    text: &'a str,
    lang: Language,
    confidence: f32,
    alternatives: &'a [String],
    ms: u128,
}

pub fn run(config: &Config, args: &Args) -> anyhow::Result<ExitCode> {
    let mut options = if args.again {
        let assistant = Assistant::open(config)?;
        super::prepare::understand(&assistant)?;
        assistant.whisper_options()
    } else {
        assistant::whisper_options(config)
    };
    if args.full_context {
        options.context = Context::Full;
    }
    if args.no_prompt {
        options.phrases = None;
    } else if !args.again {
        options.terms = assistant::terms(&assistant::knowledge(config)?);
    }
    let recognizer = assistant::whisper(config, options)?;
    let request = Request {
        language: args.lang.0,
        ..Request::default()
    };
    let mut failed = false;
    for file in &args.files {
        match hear(&recognizer, file, &request) {
            Ok((hearing, ms)) => print(file, &hearing, ms, args)?,
            Err(error) => {
                failed = true;
                eprintln!("wenlu: {error:#}");
            }
        }
    }
    Ok(ExitCode::from(u8::from(failed)))
}

fn hear(
    recognizer: &impl Recognizer,
    file: &std::path::Path,
    request: &Request,
) -> anyhow::Result<(Hearing, u128)> {
    let utterance = Utterance::from_file(file)?;
    let start = Instant::now();
    let hearing = recognizer
        .recognize(&utterance, request)
        .with_context(|| file.display().to_string())?;
    Ok((hearing, start.elapsed().as_millis()))
}

fn print(file: &std::path::Path, hearing: &Hearing, ms: u128, args: &Args) -> anyhow::Result<()> {
    let (text, lang, confidence, alternatives) = match hearing {
        Hearing::Speech(heard) => (
            heard.text.as_str(),
            heard.language,
            heard.confidence,
            heard.alternatives.as_slice(),
        ),
        Hearing::Nothing(_) => ("", args.lang.0.unwrap_or_default(), 0.0, [].as_slice()),
    };
    let mut out = std::io::stdout().lock();
    if args.json {
        serde_json::to_writer(
            &mut out,
            &Line {
                file: file.display().to_string(),
                text,
                lang,
                confidence,
                alternatives,
                ms,
            },
        )?;
        writeln!(out)?;
    } else if args.files.len() > 1 {
        writeln!(out, "{}: {text}", file.display())?;
    } else {
        writeln!(out, "{text}")?;
    }
    Ok(())
}
