//! `wenlu say`: a text into a WAV file.

use std::ops::ControlFlow;
use std::path::PathBuf;

use anyhow::{Context, bail};
use wenlu::config::Config;
use wenlu::synthesis::{Manner, Origin, Piece, Speaker, Speech, Voices};
use wenlu::{Language, assistant};

/// Speak a text into a WAV file
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The words; `-` reads them from standard input
    text: String,
    /// zh or en [default: told from the script]
    #[arg(long)]
    lang: Option<Language>,
    /// female, male, or the name of a voice file, such as zf_xiaobei [default: the settings']
    #[arg(long)]
    voice: Option<String>,
    /// The rate, 0.75 to 1.35; 1 is 190 characters or 150 words a minute [default: the settings']
    #[arg(long)]
    rate: Option<f32>,
    /// The file to write: 24 kHz, mono, 16 bit
    #[arg(long, value_name = "FILE.wav")]
    out: PathBuf,
}

/// Runs `wenlu say`.
///
/// # Errors
/// If there is no voice, or the file cannot be written.
pub fn run(config: &Config, args: &Args) -> anyhow::Result<()> {
    let text = match args.text.as_str() {
        "-" => std::io::read_to_string(std::io::stdin()).context("cannot read standard input")?,
        text => text.to_owned(),
    };
    let language = args.lang.unwrap_or_else(|| Language::of_text(&text));
    let mut manner = assistant::manner(config, language);
    if let Some(rate) = args.rate {
        if !(Manner::SLOWEST..=Manner::FASTEST).contains(&rate) {
            bail!(
                "the rate is {rate}; it takes {} to {}",
                Manner::SLOWEST,
                Manner::FASTEST
            );
        }
        manner.rate = rate;
    }
    let voices = Voices::open(assistant::voice_config(config))?;
    let mut speech = Speech::default();
    let mut take = |piece: Piece| {
        speech.samples.extend(piece.speech.samples);
        ControlFlow::Continue(())
    };
    // What is given on the command line may be private: it is not kept.
    match args.voice.as_deref().map(Who::of) {
        None => voices.speak(&text, Origin::Private, manner, &mut take)?,
        Some(Who::Speaker(speaker)) => {
            voices.speak(
                &text,
                Origin::Private,
                Manner { speaker, ..manner },
                &mut take,
            )?;
        }
        Some(Who::Named(name)) => voices.speak_named(name, &text, manner, &mut take)?,
    }
    if speech.samples.is_empty() {
        bail!("there is nothing in this text that can be spoken");
    }
    speech
        .write_wav(&args.out)
        .with_context(|| format!("cannot write {}", args.out.display()))
}

/// Whose voice the person asks for.
enum Who<'a> {
    Speaker(Speaker),
    Named(&'a str),
}

impl<'a> Who<'a> {
    fn of(text: &'a str) -> Self {
        match text {
            "female" => Self::Speaker(Speaker::Female),
            "male" => Self::Speaker(Speaker::Male),
            name => Self::Named(name),
        }
    }
}
