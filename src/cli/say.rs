//! `wenlu say`: a text into a WAV file.

use std::path::PathBuf;

use anyhow::Context;
use wenlu::Language;
use wenlu::config::Config;
use wenlu::synthesis::text::Pronunciation;
use wenlu::synthesis::{KokoroVoice, Manner, Speaker, speak_all};

/// Speak a text into a WAV file
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The words
    text: String,
    /// zh or en; told from the script if left out
    #[arg(long)]
    lang: Option<Language>,
    /// female or male
    #[arg(long, default_value = "female", value_parser = speaker)]
    voice: Speaker,
    /// The rate, 0.75 to 1.35
    #[arg(long)]
    rate: Option<f32>,
    /// The file to write: 24 kHz, mono, 16 bit
    #[arg(long, value_name = "FILE.wav")]
    out: PathBuf,
}

fn speaker(text: &str) -> Result<Speaker, String> {
    match text {
        "female" => Ok(Speaker::Female),
        "male" => Ok(Speaker::Male),
        _ => Err("use female or male".into()),
    }
}

/// Runs `wenlu say`.
pub fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let language = args.lang.unwrap_or_else(|| Language::of_text(&args.text));
    let rate = args.rate.unwrap_or(config.speech.rate);
    let voice = KokoroVoice::open(&config.models(), Pronunciation::default())?;
    let speech = speak_all(
        &voice,
        &args.text,
        Manner {
            language,
            rate,
            speaker: args.voice,
        },
    )?;
    speech
        .write_wav(&args.out)
        .with_context(|| format!("cannot write {}", args.out.display()))
}
