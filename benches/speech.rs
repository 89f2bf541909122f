//! Measures the neural voice; `docs/speech.md` tells how to repeat every table.
//!
//! `cargo bench --bench speech -- COMMAND` (with `--profile dev` the program that is built
//! already will do: the network's code is optimised there too):
//!
//! - `texts` prints a sample of what the guides say, `voices` tells how well each voice is
//!   understood at each rate;
//! - `read` prints wenlu's own reading of sentences as a phoneme file;
//! - `speak` speaks a phoneme file of `benches/speech_reference.py`, or sentences, into WAV
//!   files, and `hear` hears such files back: wenlu's and the reference's alike;
//! - `answer` is one side of `benches/speech_race.py`, the race against the reference;
//! - `prepare` edits an original model.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::Parser;
use wenlu::Language;
use wenlu::synthesis::text::{Clause, Lexicon, Pronunciation, clauses};
use wenlu::synthesis::{KokoroVoice, Speech};

#[path = "speech/answer.rs"]
mod answer;
#[path = "speech/hear.rs"]
mod hear;
#[path = "speech/texts.rs"]
mod texts;
#[path = "speech/voices.rs"]
mod voices;

#[derive(Parser)]
enum Command {
    /// Speaks a phoneme file, or sentences.
    Speak(SpeakArgs),
    /// Hears WAV files back.
    Hear(hear::Args),
    /// Tells how well voices are understood.
    Voices(voices::Args),
    /// Prints what the guides say.
    Texts(texts::Args),
    /// Prints wenlu's own reading of sentences, as a phoneme file.
    Read(ReadArgs),
    /// Speaks what stands on standard input and tells how long it took.
    Answer(answer::Args),
    /// Prepares an original model: `prepare IN OUT`.
    Prepare { from: PathBuf, to: PathBuf },
}

#[derive(clap::Args)]
struct SpeakArgs {
    /// The folder of model files.
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
}

#[derive(clap::Args)]
struct ReadArgs {
    /// The folder of model files.
    #[arg(long)]
    models: PathBuf,
    /// The sentences, one a line.
    #[arg(long)]
    sentences: PathBuf,
    #[arg(long)]
    lang: Language,
}

fn main() -> Result<()> {
    // `cargo bench` adds `--bench`.
    let arguments = std::env::args().filter(|argument| argument != "--bench");
    match Command::parse_from(arguments) {
        Command::Speak(args) => speak_all(&args),
        Command::Hear(args) => hear::run(&args),
        Command::Voices(args) => voices::run(&args),
        Command::Texts(args) => texts::run(&args),
        Command::Read(args) => print_phonemes(&args),
        Command::Answer(args) => answer::run(&args),
        Command::Prepare { from, to } => {
            std::fs::write(to, wenlu::models::onnx::prepare(&std::fs::read(from)?)?)?;
            Ok(())
        }
    }
}

fn speak_all(args: &SpeakArgs) -> Result<()> {
    let sentences = match (&args.phonemes, &args.sentences) {
        (Some(phonemes), _) => read_phonemes(phonemes)?,
        (None, Some(sentences)) => read_sentences(sentences, args.lang, &args.models)?,
        (None, None) => bail!("name --phonemes or --sentences"),
    };
    let start = Instant::now();
    let voice = KokoroVoice::open(&args.models, Pronunciation::default())?;
    // Warm up, so that the first sentence counts like the others.
    if let Some(first) = sentences.values().next() {
        speak(&voice, &args.voice, args.speed, &first[..1])?;
    }
    println!(
        "loaded, and the first clause spoken, in {:.2} s",
        start.elapsed().as_secs_f32()
    );
    if let Some(out) = &args.out {
        std::fs::create_dir_all(out)?;
    }
    let (mut busy, mut heard) = (0.0, 0.0);
    for (number, clauses) in sentences.iter().take(args.limit) {
        let start = Instant::now();
        let speech = speak(&voice, &args.voice, args.speed, clauses)?;
        busy += start.elapsed().as_secs_f32();
        heard += speech.seconds();
        if let Some(out) = &args.out {
            speech.write_wav(&out.join(format!("{number:03}.wav")))?;
        }
    }
    println!(
        "{} at {}: {heard:.1} s of sound in {busy:.1} s: real-time factor {:.3}; peak {} MiB",
        args.voice,
        args.speed,
        busy / heard,
        peak_memory(),
    );
    Ok(())
}

/// Speaks clauses into one sound.
fn speak(voice: &KokoroVoice, name: &str, speed: f32, clauses: &[Clause]) -> Result<Speech> {
    let mut whole = Speech::default();
    voice.speak_clauses(name, speed, clauses, &mut |piece| {
        whole.samples.extend(piece.speech.samples);
        ControlFlow::Continue(())
    })?;
    Ok(whole)
}

/// wenlu's own readings.
fn pronunciation(models: &Path) -> Pronunciation {
    Pronunciation {
        lexicon: Lexicon::open(&models.join("misaki")).unwrap_or_default(),
        ..Pronunciation::default()
    }
}

/// The lines of a file that are not empty.
fn read_lines(path: &Path) -> Result<Vec<String>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let lines = text.lines().filter(|line| !line.is_empty());
    Ok(lines.map(str::to_owned).collect())
}

/// Reads the sentences with wenlu's own pronunciation.
fn read_sentences(
    path: &Path,
    language: Language,
    models: &Path,
) -> Result<BTreeMap<usize, Vec<Clause>>> {
    let pronunciation = pronunciation(models);
    let lines = read_lines(path)?.into_iter().enumerate();
    Ok(lines
        .map(|(number, line)| (number, clauses(&line, language, &pronunciation)))
        .collect())
}

/// Prints the sentences' clauses, in the form that [`read_phonemes`] reads.
fn print_phonemes(args: &ReadArgs) -> Result<()> {
    for (number, clauses) in read_sentences(&args.sentences, args.lang, &args.models)? {
        for clause in clauses {
            let (pause, phonemes, words) = (clause.pause_after, clause.phonemes, clause.text);
            println!("{number}\t{pause}\t{phonemes}\t{words}");
        }
    }
    Ok(())
}

/// Reads `number TAB pause TAB phonemes TAB words` lines into the clauses of each sentence.
fn read_phonemes(path: &Path) -> Result<BTreeMap<usize, Vec<Clause>>> {
    let mut sentences: BTreeMap<usize, Vec<Clause>> = BTreeMap::new();
    for line in read_lines(path)? {
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
