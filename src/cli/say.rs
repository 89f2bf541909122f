//! `wenlu say`: a text into a WAV file.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use wenlu::config::Config;
use wenlu::synthesis::{
    Manner, Piece, Privacy, Speaker, Speech, VoiceError, Voices, WavStream, dispatcher_rate,
};
use wenlu::{Language, assistant};

/// Speak a text into a WAV file
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The words; `-` reads them from standard input
    #[arg(allow_hyphen_values = true)]
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
    /// The rate as Speech Dispatcher tells it: -100 to 100
    #[arg(long, hide = true, conflicts_with = "rate", allow_hyphen_values = true)]
    dispatcher_rate: Option<i32>,
    /// The file to write: 24 kHz, mono, 16 bit; `-` writes it to standard output, as it is spoken
    #[arg(long, value_name = "FILE.wav")]
    out: PathBuf,
    /// Keep the sound in the cache, so that the same words come at once the next time; not for
    /// what is private
    #[arg(long)]
    keep: bool,
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
    if let Some(rate) = args.rate.or(args.dispatcher_rate.map(dispatcher_rate)) {
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
    let say =
        |each: &mut dyn FnMut(Piece) -> ControlFlow<()>| speak(&voices, &text, manner, args, each);
    if args.out == Path::new("-") {
        stream(say)
    } else {
        write(say, &args.out)
    }
}

/// Speaks with whomever the person asks for.
fn speak(
    voices: &Voices,
    text: &str,
    mut manner: Manner,
    args: &Args,
    each: &mut dyn FnMut(Piece) -> ControlFlow<()>,
) -> Result<(), VoiceError> {
    // What is given on the command line may be private: it is not kept unless that is asked for.
    let privacy = if args.keep {
        Privacy::Public
    } else {
        Privacy::Private
    };
    manner.speaker = match args.voice.as_deref() {
        None => manner.speaker,
        Some("female") => Speaker::Female,
        Some("male") => Speaker::Male,
        Some(name) => return voices.speak_named(name, text, manner, each),
    };
    voices.speak(text, privacy, manner, each)
}

/// All of the sound into one file.
fn write(
    say: impl FnOnce(&mut dyn FnMut(Piece) -> ControlFlow<()>) -> Result<(), VoiceError>,
    out: &Path,
) -> anyhow::Result<()> {
    let mut speech = Speech::default();
    say(&mut |piece| {
        speech.samples.extend(piece.speech.samples);
        ControlFlow::Continue(())
    })?;
    if speech.samples.is_empty() {
        bail!("there is nothing in this text that can be spoken");
    }
    speech
        .write_wav(out)
        .with_context(|| format!("cannot write {}", out.display()))
}

/// Each piece to standard output as soon as it is ready; a reader that goes away ends it.
fn stream(
    say: impl FnOnce(&mut dyn FnMut(Piece) -> ControlFlow<()>) -> Result<(), VoiceError>,
) -> anyhow::Result<()> {
    let mut stream = WavStream::begin(std::io::stdout().lock())?;
    let mut lost = None;
    say(&mut |piece| match stream.write(&piece.speech) {
        Ok(()) => ControlFlow::Continue(()),
        Err(error) => {
            lost = Some(error);
            ControlFlow::Break(())
        }
    })?;
    match lost {
        Some(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
