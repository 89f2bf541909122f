//! The table of voices: how well each is understood at each rate.

use std::path::PathBuf;
use std::sync::mpsc;

use anyhow::{Context, Result};
use wenlu::Language;
use wenlu::synthesis::KokoroVoice;
use wenlu::synthesis::text::{Clause, clauses};

use super::hear::{Listener, Score, units, utterance};

#[derive(clap::Args)]
pub struct Args {
    /// The folder of model files.
    #[arg(long)]
    models: PathBuf,
    /// The Whisper model (ggml).
    #[arg(long)]
    whisper: PathBuf,
    #[arg(long)]
    lang: Language,
    /// The sentences, one a line.
    #[arg(long)]
    sentences: PathBuf,
    /// Only so many sentences.
    #[arg(long, default_value_t = usize::MAX)]
    limit: usize,
    /// The rates, as multiples of the usual one (190 characters or 150 words a minute).
    #[arg(long, value_delimiter = ',', default_value = "1.0")]
    rates: Vec<f32>,
    /// The model's speed at which the voice has the usual rate; measured if left out.
    #[arg(long)]
    pace: Option<f32>,
    /// Names of voice files.
    #[arg(required = true)]
    voices: Vec<String>,
}

/// Sentences by which the pace is measured.
const MEASURED: usize = 12;

struct Sentence {
    text: String,
    clauses: Vec<Clause>,
}

/// Prints a row for each voice and rate, as soon as it is measured.
pub fn run(args: &Args) -> Result<()> {
    let pronunciation = super::pronunciation(&args.models);
    let voice = KokoroVoice::open(&args.models, pronunciation.clone())?;
    let listener = Listener::open(&args.whisper, args.lang)?;
    let sentences = super::read_lines(&args.sentences)?;
    let sentences: Vec<Sentence> = sentences
        .into_iter()
        .take(args.limit)
        .map(|text| Sentence {
            clauses: clauses(&text, args.lang, &pronunciation),
            text,
        })
        .collect();
    println!("| voice | rate | speed | a minute | sentences | misheard | syllables |");
    println!("|---|---|---|---|---|---|---|");
    for name in &args.voices {
        let pace = match args.pace {
            Some(pace) => pace,
            None => pace(&voice, name, args.lang, &sentences)?,
        };
        for rate in &args.rates {
            let speed = pace * rate;
            let (score, a_minute) =
                measure(&voice, name, speed, args.lang, &sentences, Some(&listener))?;
            println!(
                "| {name} | {rate} | {speed:.2} | {a_minute:.0} | {} | {:.1} % | {:.1} % |",
                sentences.len(),
                score.percent(),
                score.syllables_percent(),
            );
        }
    }
    Ok(())
}

/// The speed at which the voice has the usual rate.
fn pace(
    voice: &KokoroVoice,
    name: &str,
    language: Language,
    sentences: &[Sentence],
) -> Result<f32> {
    let usual = match language {
        Language::Zh => 190.0,
        Language::En => 150.0,
    };
    let few = &sentences[..sentences.len().min(MEASURED)];
    let mut speed = 0.85;
    // Pauses keep their length, so one step does not arrive.
    for _ in 0..2 {
        let (_, a_minute) = measure(voice, name, speed, language, few, None)?;
        speed *= usual / a_minute;
    }
    Ok((speed * 100.0).round() / 100.0)
}

/// Speaks the sentences, hears them back if there is a listener, and gives the characters or
/// words a minute with all pauses. Speaking and listening go on side by side.
fn measure(
    voice: &KokoroVoice,
    name: &str,
    speed: f32,
    language: Language,
    sentences: &[Sentence],
    listener: Option<&Listener>,
) -> Result<(Score, f32)> {
    let (give, take) = mpsc::sync_channel(4);
    std::thread::scope(|scope| {
        let heard = scope.spawn(move || {
            let mut score = Score::new(language);
            for (wanted, speech) in take {
                if let Some(listener) = listener {
                    score.add(wanted, &listener.hear(&utterance(&speech)?)?);
                }
            }
            anyhow::Ok(score)
        });
        let (mut said, mut seconds) = (0, 0.0);
        for Sentence { text, clauses } in sentences {
            let speech = super::speak(voice, name, speed, clauses)?;
            said += units(text, language).len();
            seconds += speech.seconds();
            if give.send((text.as_str(), speech)).is_err() {
                break;
            }
        }
        drop(give);
        let score = heard.join().ok().context("the listener gave up")??;
        Ok((score, said as f32 / seconds * 60.0))
    })
}
