//! What several tests need: the program, the checkout's folders, the recogniser.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use wenlu::Language;
use wenlu::assistant::{self, Assistant};
use wenlu::audio::Utterance;
use wenlu::config::Config;
use wenlu::recognition::{Hearing, Recognizer, Request, Whisper};
use wenlu::text::{common_subsequence, pinyin};

/// A file of the checkout.
pub fn checkout(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The settings of the tests: this checkout's guides and models, a cache of their own.
pub fn config() -> Config {
    let mut config = Config::default();
    config.folders.knowledge = Some(checkout("knowledge"));
    config.folders.models = Some(checkout("models/files"));
    config.folders.cache = Some(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("wenlu"));
    config.folders.state = Some(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("state"));
    // One server stays open while others are measured and heard.
    config.speech.ahead_after = 0;
    config
}

/// The program with the tests' settings.
pub fn wenlu() -> Command {
    set_up(Command::new(PROGRAM))
}

/// Where the program is.
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_wenlu");

/// A command with the tests' settings.
pub fn set_up(mut command: Command) -> Command {
    command
        .env("WENLU_KNOWLEDGE", checkout("knowledge"))
        .env("WENLU_MODELS", checkout("models/files"))
        .env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"))
        .env("XDG_STATE_HOME", env!("CARGO_TARGET_TMPDIR"));
    command
}

/// Runs the program to its end.
pub fn run(args: &[&str]) -> Output {
    wenlu().args(args).output().expect("the program starts")
}

/// What it printed.
pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// What it complained of.
pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub fn assistant() -> &'static Assistant {
    static ASSISTANT: OnceLock<Assistant> = OnceLock::new();
    ASSISTANT.get_or_init(|| Assistant::open(&config()).expect("the guides are in order"))
}

/// The recogniser, shared by all tests.
pub fn whisper() -> &'static Whisper {
    static WHISPER: OnceLock<Whisper> = OnceLock::new();
    WHISPER.get_or_init(|| {
        let config = config();
        let options = assistant().whisper_options();
        assistant::whisper(&config, options).expect("`wenlu models fetch` has been run")
    })
}

/// What the recogniser hears in a recording.
pub fn hear(wav: &Path, language: Language) -> Hearing {
    let utterance = Utterance::from_file(wav).expect("a recording");
    whisper()
        .recognize(&utterance, &Request::in_language(language))
        .expect("it listens")
}

/// The share of `expected`'s syllables that `heard` has, in order (longest common
/// subsequence): sounds, since the recogniser's characters are weak.
pub fn share_heard(expected: &str, heard: &str) -> f32 {
    let sounds = |text: &str| -> Vec<String> {
        pinyin::syllables(text)
            .iter()
            .map(|syllable| syllable.toneless().to_string())
            .collect()
    };
    let (expected, heard) = (sounds(expected), sounds(heard));
    common_subsequence(&expected, &heard) as f32 / expected.len().max(1) as f32
}
