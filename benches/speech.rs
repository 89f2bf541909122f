//! Measures the neural voice; `docs/speech.md` tells how to repeat every table.
//!
//! `cargo bench --bench speech -- speak --models DIR --phonemes FILE.tsv --voice NAME
//! [--speed 1.0] [--out DIR]` speaks the clauses of a phoneme file (written by
//! `benches/speech_reference.py`) and prints the real-time factor, the time to the first
//! sound and the peak memory. With `--sentences FILE.txt --lang zh` in place of `--phonemes`
//! the words are read by wenlu itself.
//!
//! `cargo bench --bench speech -- hear --whisper MODEL.bin --lang zh --sentences FILE.txt DIR…`
//! hears the folders' `000.wav`… back and prints the error rates.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::Parser;
use wenlu::Language;
use wenlu::synthesis::text::{Clause, Lexicon, Pronunciation, clauses};
use wenlu::synthesis::{KokoroVoice, Speech};

#[path = "speech/hear.rs"]
mod hear;

#[derive(Parser)]
enum Command {
    /// Speaks a phoneme file.
    Speak {
        /// The folder with the prepared model and its voices.
        #[arg(long)]
        models: PathBuf,
        #[arg(long, required_unless_present = "sentences")]
        phonemes: Option<PathBuf>,
        /// Sentences, one a line, to be read by wenlu's own pronunciation.
        #[arg(long, conflicts_with = "phonemes")]
        sentences: Option<PathBuf>,
        #[arg(long, default_value = "zh")]
        lang: Language,
        #[arg(long)]
        voice: String,
        #[arg(long, default_value_t = 1.0)]
        speed: f32,
        /// Where the WAV files go; none are written without it.
        #[arg(long)]
        out: Option<PathBuf>,
        /// Only so many sentences.
        #[arg(long, default_value_t = usize::MAX)]
        limit: usize,
    },
    /// Hears WAV files back.
    Hear(hear::Args),
    /// Prepares an original model: `prepare IN OUT`.
    Prepare { from: PathBuf, to: PathBuf },
}

fn main() -> Result<()> {
    // `cargo bench` adds `--bench`.
    let arguments = std::env::args().filter(|argument| argument != "--bench");
    match Command::parse_from(arguments) {
        Command::Speak {
            models,
            phonemes,
            sentences,
            lang,
            voice,
            speed,
            out,
            limit,
        } => {
            let sentences = match (phonemes, sentences) {
                (Some(phonemes), _) => read_phonemes(&phonemes)?,
                (None, Some(sentences)) => read_sentences(&sentences, lang, &models)?,
                (None, None) => bail!("name --phonemes or --sentences"),
            };
            speak(&models, &sentences, &voice, speed, out.as_deref(), limit)
        }
        Command::Hear(args) => hear::run(&args),
        Command::Prepare { from, to } => {
            std::fs::write(to, wenlu::models::onnx::prepare(&std::fs::read(from)?)?)?;
            Ok(())
        }
    }
}

fn speak(
    models: &Path,
    sentences: &BTreeMap<usize, Vec<Clause>>,
    name: &str,
    speed: f32,
    out: Option<&Path>,
    limit: usize,
) -> Result<()> {
    let start = Instant::now();
    let voice = KokoroVoice::open(models, Pronunciation::default())?;
    println!("loaded in {:.2} s", start.elapsed().as_secs_f32());
    if let Some(out) = out {
        std::fs::create_dir_all(out)?;
    }
    // Warm up, so that the first sentence counts like the others.
    if let Some(first) = sentences.values().next() {
        voice.speak_clauses(name, speed, &first[..1], &mut |_| ControlFlow::Continue(()))?;
    }
    let (mut busy, mut heard, mut firsts, mut bare) = (0.0, 0.0, Vec::new(), 0.0);
    for (number, clauses) in sentences.iter().take(limit) {
        let start = Instant::now();
        let mut whole = Speech::default();
        voice.speak_clauses(name, speed, clauses, &mut |piece| {
            if whole.samples.is_empty() {
                firsts.push(start.elapsed().as_secs_f32());
            }
            whole.samples.extend(piece.speech.samples);
            ControlFlow::Continue(())
        })?;
        busy += start.elapsed().as_secs_f32();
        heard += whole.seconds();
        bare += clauses
            .iter()
            .map(|c| {
                c.text
                    .chars()
                    .filter(|c| wenlu::language::is_hanzi(*c))
                    .count()
            })
            .sum::<usize>() as f32;
        if let Some(out) = out {
            whole.write_wav(&out.join(format!("{number:03}.wav")))?;
        }
    }
    firsts.sort_by(f32::total_cmp);
    println!(
        "{name} at {speed}: {heard:.1} s of sound in {busy:.1} s: real-time factor {:.3}; first sound \
         after {:.2} s (median), {:.2} s (worst); {:.0} characters a minute; peak {} MiB",
        busy / heard,
        firsts.get(firsts.len() / 2).copied().unwrap_or_default(),
        firsts.last().copied().unwrap_or_default(),
        bare / heard * 60.0,
        peak_memory(),
    );
    Ok(())
}

/// Reads the sentences with wenlu's own pronunciation.
fn read_sentences(
    path: &Path,
    language: Language,
    models: &Path,
) -> Result<BTreeMap<usize, Vec<Clause>>> {
    let lexicon = Lexicon::open(&models.join("misaki")).unwrap_or_default();
    let pronunciation = Pronunciation {
        lexicon,
        ..Pronunciation::default()
    };
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let lines = text.lines().filter(|line| !line.is_empty()).enumerate();
    Ok(lines
        .map(|(number, line)| (number, clauses(line, language, &pronunciation)))
        .collect())
}

/// Reads `number TAB pause TAB phonemes TAB words` lines into the clauses of each sentence.
fn read_phonemes(path: &Path) -> Result<BTreeMap<usize, Vec<Clause>>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let mut sentences: BTreeMap<usize, Vec<Clause>> = BTreeMap::new();
    for line in text.lines() {
        let [number, pause, phonemes, words] = line.split('\t').collect::<Vec<_>>()[..] else {
            bail!("not four columns: {line}");
        };
        let clause = Clause {
            phonemes: phonemes.to_owned(),
            pause_after: pause.parse()?,
            text: words.to_owned(),
        };
        sentences.entry(number.parse()?).or_default().push(clause);
    }
    Ok(sentences)
}

/// The most memory this process has held, in MiB (Linux; elsewhere 0).
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok())
        .unwrap_or(0)
        / 1024
}
