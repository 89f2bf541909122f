//! The listener: Whisper hears WAV files back; errors are counted against the sentences.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use pinyin::ToPinyin;
use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler};
use whisper_rs::{FullParams, SamplingStrategy, WhisperContext, WhisperContextParameters};

#[derive(clap::Args)]
pub struct Args {
    /// The Whisper model (ggml).
    #[arg(long)]
    whisper: PathBuf,
    /// zh or en.
    #[arg(long)]
    lang: String,
    /// The sentences, one a line.
    #[arg(long)]
    sentences: PathBuf,
    /// Print each sentence.
    #[arg(long)]
    verbose: bool,
    /// Folders of 000.wav, 001.wav, …
    folders: Vec<PathBuf>,
}

pub fn run(args: &Args) -> Result<()> {
    whisper_rs::install_logging_hooks();
    let context =
        WhisperContext::new_with_params(&args.whisper, WhisperContextParameters::default())?;
    let mut state = context.create_state()?;
    let sentences = std::fs::read_to_string(&args.sentences)?;
    let sentences: Vec<&str> = sentences.lines().filter(|line| !line.is_empty()).collect();
    for folder in &args.folders {
        let (mut characters, mut sounds) = (Errors::default(), Errors::default());
        for (number, sentence) in sentences.iter().enumerate() {
            let path = folder.join(format!("{number:03}.wav"));
            if !path.exists() {
                continue;
            }
            let heard = hear(&mut state, &read(&path)?, &args.lang)?;
            let before = characters.wrong;
            characters.add(&units(sentence, &args.lang), &units(&heard, &args.lang));
            sounds.add(&syllables(sentence), &syllables(&heard));
            if args.verbose && characters.wrong > before {
                println!("{number:03} {sentence}\n    {heard}");
            }
        }
        let (name, sound) = if args.lang == "zh" {
            (
                "CER",
                format!(", toneless syllables {:.1} %", sounds.rate()),
            )
        } else {
            ("WER", String::new())
        };
        println!(
            "{}: {name} {:.1} % of {}{sound}",
            folder.display(),
            characters.rate(),
            characters.all
        );
    }
    Ok(())
}

fn hear(state: &mut whisper_rs::WhisperState, samples: &[f32], language: &str) -> Result<String> {
    let mut params = FullParams::new(SamplingStrategy::Greedy { best_of: 1 });
    params.set_language(Some(language));
    params.set_n_threads(1);
    params.set_single_segment(true);
    params.set_print_progress(false);
    params.set_print_realtime(false);
    params.set_print_special(false);
    let seconds = samples.len() as f32 / 16_000.0;
    params.set_audio_ctx(((50.0 * seconds).ceil() as i32 + 64).clamp(256, 1500));
    state.full(params, samples)?;
    let text = state
        .as_iter()
        .map(|segment| segment.to_string())
        .collect::<String>();
    Ok(text.trim().to_owned())
}

/// Reads a mono WAV file and brings it to 16 kHz.
fn read(path: &Path) -> Result<Vec<f32>> {
    let mut file = hound::WavReader::open(path).with_context(|| path.display().to_string())?;
    ensure!(file.spec().channels == 1, "not mono");
    let rate = file.spec().sample_rate as usize;
    let samples: Vec<f32> = file
        .samples::<i16>()
        .map(|s| s.map(|s| f32::from(s) / 32768.0))
        .collect::<Result<_, _>>()?;
    if rate == 16_000 {
        return Ok(samples);
    }
    let mut resampler = Fft::<f32>::new(rate, 16_000, 1024, 1, FixedSync::Both)?;
    let input = InterleavedSlice::new(&samples, 1, samples.len())?;
    let output = resampler.process_all(&input, samples.len(), None)?;
    Ok(output.take_data())
}

/// Characters (digits as characters) or words.
fn units(text: &str, language: &str) -> Vec<String> {
    if language == "en" {
        let plain = text.to_lowercase().replace('-', " ").replace('\'', "");
        let words = plain
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty());
        return words.map(str::to_owned).collect();
    }
    let simple = simplified(text);
    simple
        .chars()
        .filter(|c| c.is_alphanumeric())
        .map(String::from)
        .collect()
}

fn simplified(text: &str) -> String {
    use ferrous_opencc::{OpenCC, config::BuiltinConfig};
    static OPENCC: std::sync::OnceLock<Option<OpenCC>> = std::sync::OnceLock::new();
    let opencc = OPENCC.get_or_init(|| OpenCC::from_config(BuiltinConfig::T2s).ok());
    let text = opencc
        .as_ref()
        .map_or_else(|| text.to_owned(), |opencc| opencc.convert(text));
    const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    // 10 and the like as they are read; good enough for the sentences at hand.
    let text = text
        .replace("200", "两百")
        .replace("20", "二十")
        .replace("10", "十")
        .replace("11", "十一");
    text.chars()
        .map(|c| c.to_digit(10).map_or(c, |digit| DIGITS[digit as usize]))
        .collect()
}

fn syllables(text: &str) -> Vec<String> {
    simplified(text)
        .as_str()
        .to_pinyin()
        .flatten()
        .map(|p| p.plain().to_owned())
        .collect()
}

#[derive(Default)]
struct Errors {
    wrong: usize,
    all: usize,
}

impl Errors {
    fn add(&mut self, wanted: &[String], heard: &[String]) {
        self.wrong += distance(wanted, heard);
        self.all += wanted.len();
    }

    fn rate(&self) -> f32 {
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
