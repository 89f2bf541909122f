//! The listener: the project's own recogniser hears speech back, and errors are counted
//! against what was to be said.

use std::path::{Path, PathBuf};

use anyhow::Result;
use wenlu::Language;
use wenlu::audio::{self, Resampler, Utterance};
use wenlu::recognition::{Hearing, Recognizer, Request, Whisper, WhisperOptions};
use wenlu::synthesis::text::normalise;
use wenlu::synthesis::{SAMPLE_RATE, Speech};
use wenlu::text::pinyin;

#[derive(clap::Args)]
pub struct Args {
    /// The Whisper model (ggml).
    #[arg(long)]
    whisper: PathBuf,
    #[arg(long)]
    lang: Language,
    /// The sentences, one a line.
    #[arg(long)]
    sentences: PathBuf,
    /// Print each sentence that was misheard.
    #[arg(long)]
    verbose: bool,
    /// Folders of 000.wav, 001.wav, …
    folders: Vec<PathBuf>,
}

/// Hears the folders' WAV files back.
pub fn run(args: &Args) -> Result<()> {
    let listener = Listener::open(&args.whisper, args.lang)?;
    let sentences = super::read_lines(&args.sentences)?;
    for folder in &args.folders {
        let mut score = Score::new(args.lang);
        for (number, sentence) in sentences.iter().enumerate() {
            let path = folder.join(format!("{number:03}.wav"));
            if !path.exists() {
                continue;
            }
            let heard = listener.hear(&Utterance::from_file(&path)?)?;
            if score.add(sentence, &heard) > 0 && args.verbose {
                println!("{number:03} {sentence}\n    {heard}");
            }
        }
        println!("{}: {score}", folder.display());
    }
    Ok(())
}

/// The recogniser as the assistant uses it, but without the prompt that names the guides.
pub struct Listener {
    whisper: Whisper,
    language: Language,
}

impl Listener {
    pub fn open(model: &Path, language: Language) -> Result<Self> {
        // One thread: several wait for each other where other programs work too.
        let options = WhisperOptions {
            threads: 1,
            ..WhisperOptions::default()
        };
        Ok(Self {
            whisper: Whisper::load(model, options)?,
            language,
        })
    }

    /// What is understood; nothing if it is not taken for speech.
    pub fn hear(&self, utterance: &Utterance) -> Result<String> {
        let request = Request::in_language(self.language);
        let hearing = self.whisper.recognize(utterance, &request)?;
        Ok(match hearing {
            Hearing::Speech(transcript) => transcript.text,
            Hearing::Nothing(_) => String::new(),
        })
    }
}

/// Speech as the recogniser takes it.
pub fn utterance(speech: &Speech) -> Result<Utterance> {
    let mut resampler = Resampler::new(SAMPLE_RATE, audio::SAMPLE_RATE)?;
    let mut samples = Vec::new();
    resampler.push(&speech.samples, &mut samples);
    resampler.finish(&mut samples);
    Ok(Utterance::new(samples))
}

/// What was misheard: Mandarin by characters and by toneless syllables, English by words.
pub struct Score {
    language: Language,
    units: Errors,
    syllables: Errors,
}

impl Score {
    pub fn new(language: Language) -> Self {
        Self {
            language,
            units: Errors::default(),
            syllables: Errors::default(),
        }
    }

    /// Counts a sentence; gives the number of characters or words that are wrong.
    pub fn add(&mut self, wanted: &str, heard: &str) -> usize {
        if self.language == Language::Zh {
            self.syllables.add(&syllables(wanted), &syllables(heard));
        }
        let units = |text| units(text, self.language);
        self.units.add(&units(wanted), &units(heard))
    }

    /// The share of characters or words that are wrong, in percent.
    pub fn percent(&self) -> f32 {
        self.units.percent()
    }

    /// The share of toneless syllables that are wrong, in percent; for Mandarin.
    pub fn syllables_percent(&self) -> f32 {
        self.syllables.percent()
    }
}

impl std::fmt::Display for Score {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (percent, of) = (self.percent(), self.units.all);
        match self.language {
            Language::Zh => write!(
                f,
                "CER {percent:.1} % of {of} characters, toneless syllables {:.1} %",
                self.syllables_percent()
            ),
            Language::En => write!(f, "WER {percent:.1} % of {of} words"),
        }
    }
}

/// What is counted, as it is spoken: whether a number is written in digits or in words
/// makes no difference. Characters, or words.
pub fn units(text: &str, language: Language) -> Vec<String> {
    let spoken = normalise(text, language).to_lowercase();
    if language == Language::En {
        let plain = spoken.replace('\'', "");
        let words = plain.split(|c: char| !c.is_alphanumeric());
        return words
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
    }
    let same = |c| match c {
        '幺' => '一',
        '两' => '二',
        c => c,
    };
    let sounds = spoken.chars().filter(|c| c.is_alphanumeric());
    sounds.map(|c| same(c).to_string()).collect()
}

fn syllables(text: &str) -> Vec<String> {
    let spoken = units(text, Language::Zh).concat();
    let syllables = pinyin::syllables(&spoken).into_iter();
    syllables
        .map(|syllable| syllable.toneless().to_string())
        .collect()
}

#[derive(Default)]
struct Errors {
    wrong: usize,
    all: usize,
}

impl Errors {
    fn add(&mut self, wanted: &[String], heard: &[String]) -> usize {
        let wrong = distance(wanted, heard);
        self.wrong += wrong;
        self.all += wanted.len();
        wrong
    }

    fn percent(&self) -> f32 {
        100.0 * self.wrong as f32 / self.all.max(1) as f32
    }
}

/// Levenshtein's distance.
fn distance(a: &[String], b: &[String]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut corner = i;
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = corner + usize::from(x != y);
            corner = row[j + 1];
            row[j + 1] = change.min(corner + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}
