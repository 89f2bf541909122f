//! One question to one reply, as the command line gives it.

use serde_json::Value;
use wenlu::Language;

use crate::common::{self, checkout, hear, run, share_heard, stderr, stdout};

fn json(args: &[&str]) -> Value {
    let output = run(args);
    assert!(output.status.success(), "{}", stderr(&output));
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

#[test]
fn words_find_their_guide() {
    #[track_caller]
    fn check(text: &str, lang: &str, outcome: &str, guide: Option<&str>) {
        let answer = json(&["ask", text, "--lang", lang, "--json"]);
        assert_eq!(
            (answer["outcome"].as_str(), answer["guide"].as_str()),
            (Some(outcome), guide),
            "{answer}"
        );
        assert!(
            !answer["say"].as_str().unwrap_or_default().is_empty(),
            "{answer}"
        );
    }
    check("老人证办在哪个地方呀", "zh", "answer", Some("elder-card"));
    check(
        "Where can I get a senior citizen card?",
        "en",
        "answer",
        Some("elder-card"),
    );
    check(
        "快来人啊，我老伴晕倒了叫不醒",
        "zh",
        "emergency",
        Some("emergency"),
    );
    check("明天会不会下雨", "zh", "unknown", None);
}

#[test]
fn a_recording_is_answered_aloud_with_the_first_step() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("answer.wav");
    let recording = checkout("tests/data/speech/elder_card.wav");
    let paths = [&recording, &out].map(|path| path.to_str().expect("UTF-8"));
    let answer = json(&["ask", "--audio", paths[0], "--speak", paths[1], "--json"]);
    assert_eq!(answer["guide"], "elder-card", "{answer}");
    let heard = hear(&out, Language::Zh).transcript().expect("speech");
    let knowledge = common::assistant().knowledge();
    let step = &knowledge
        .get(&wenlu::knowledge::GuideId::new("elder-card"))
        .expect("it")
        .zh
        .steps[0];
    let share = share_heard(&step.say, &heard.text);
    assert!(
        share > 0.7,
        "{:.0} % of the first step is heard in: {}",
        100.0 * share,
        heard.text
    );
}

#[test]
fn many_questions_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = folder.path().join("questions.tsv");
    let recording = checkout("tests/data/speech/elder_card.wav");
    let rows = format!(
        "note\tlang\ttext\taudio\n1\tzh\t身份证丢了\t\n2\tzh\t\t{}\n3\ten\tI lost my ID card\t\n",
        recording.display()
    );
    std::fs::write(&table, rows).expect("a table");
    let output = run(&["ask", "--batch", table.to_str().expect("UTF-8"), "--json"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let guides: Vec<Value> = stdout(&output)
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON")["guide"].clone())
        .collect();
    assert_eq!(guides, ["id-card-lost", "elder-card", "id-card-lost"]);
}

#[test]
fn bad_input_is_answered_plainly() {
    #[track_caller]
    fn check(args: &[&str], code: i32, words: &str) {
        let output = run(args);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{args:?}: {}",
            stderr(&output)
        );
        assert!(
            stderr(&output).contains(words),
            "{args:?}: {}",
            stderr(&output)
        );
    }
    check(
        &["ask", "--audio", "no-such-file.wav"],
        1,
        "no-such-file.wav",
    );
    check(
        &[
            "ask",
            "--audio",
            checkout("Cargo.toml").to_str().expect("UTF-8"),
        ],
        1,
        "WAV, FLAC, Ogg Vorbis and MP3",
    );
    check(&["ask"], 2, "<TEXT>");
    check(&["ask", "--lang", "fr", "bonjour"], 2, "zh, en or auto");
    check(
        &[
            "hear",
            "--models",
            "/nowhere",
            checkout("tests/data/speech/elder_card.wav")
                .to_str()
                .expect("UTF-8"),
        ],
        1,
        "wenlu models fetch",
    );
    check(
        &["knowledge", "show", "no-such-guide"],
        1,
        "wenlu knowledge list",
    );
    check(
        &["--config", "no-such.toml", "knowledge", "list"],
        1,
        "no-such.toml",
    );
    check(&["dance"], 2, "dance");
}

#[test]
fn nothing_that_was_said_is_left_behind() {
    let folder = tempfile::tempdir().expect("a folder");
    let recording = checkout("tests/data/speech/elder_card.wav");
    // What is made of the guides' own sentences may stay.
    let vectors = folder.path().join("wenlu/sentence-vectors");
    std::fs::create_dir(folder.path().join("wenlu")).expect("a folder");
    let made = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("wenlu/sentence-vectors");
    if made.is_file() {
        std::fs::copy(made, &vectors).expect("a copy");
    }
    let output = common::wenlu()
        .args(["ask", "--audio", recording.to_str().expect("UTF-8")])
        .env("WENLU_LOG", "trace")
        .env("XDG_CACHE_HOME", folder.path())
        .env("TMPDIR", folder.path())
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(
        !stderr(&output).contains("老年证"),
        "the log tells what was said: {}",
        stderr(&output)
    );
    std::fs::remove_file(&vectors).expect("the vectors are kept");
    std::fs::remove_dir(folder.path().join("wenlu")).expect("nothing else is");
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .expect("a folder")
        .collect();
    assert!(left.is_empty(), "{left:?}");
}
