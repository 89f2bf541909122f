use std::path::PathBuf;

use proptest::prelude::*;

use super::*;
use crate::language::Language;
use crate::synthesis::voice::{Speaker, speak_all};

fn clause(phonemes: &str) -> Clause {
    Clause {
        phonemes: phonemes.to_owned(),
        pause_after: 0.4,
        text: phonemes.to_owned(),
    }
}

/// The neural voice, where its files have been fetched; else the test has nothing to say.
fn voice() -> Option<KokoroVoice> {
    let fetched = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("models/files");
    let folder = std::env::var_os("WENLU_MODELS").map_or(fetched, PathBuf::from);
    folder.join(MODEL_FILE).exists().then(|| {
        KokoroVoice::open(&folder, Pronunciation::default()).expect("fetched files can be used")
    })
}

/// The same for several tests at once.
fn shared() -> Option<&'static KokoroVoice> {
    static VOICE: std::sync::OnceLock<Option<KokoroVoice>> = std::sync::OnceLock::new();
    VOICE.get_or_init(voice).as_ref()
}

#[test]
fn missing_and_damaged_files_are_named_with_a_remedy() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = || match KokoroVoice::open(folder.path(), Pronunciation::default()) {
        Ok(_) => panic!("opened a voice out of nothing"),
        Err(error) => error.to_string(),
    };
    let missing = open();
    assert!(
        missing.contains(MODEL_FILE) && missing.contains("wenlu models fetch"),
        "{missing}"
    );
    let check = |bytes: &[u8]| {
        std::fs::write(folder.path().join(MODEL_FILE), bytes).expect("written");
        let damaged = open();
        assert!(
            damaged.contains("damaged") && damaged.contains("wenlu models fetch"),
            "{damaged}"
        );
    };
    check(b"");
    check(b"not a model");
    check(&[b'n'; 2 << 20]);
}

#[test]
fn damage_inside_the_model_is_told_when_it_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut bytes = vec![0x08; 2 << 20];
    bytes[1] = 0x09;
    std::fs::write(folder.path().join(MODEL_FILE), bytes).expect("written");
    let voices = folder.path().join(VOICES_FOLDER);
    std::fs::create_dir(&voices).expect("made");
    for speaker in &SPEAKERS {
        std::fs::write(voices.join(format!("{}.bin", speaker.name)), b"").expect("written");
    }
    let voice = KokoroVoice::open(folder.path(), Pronunciation::default()).expect("looks right");
    let error = speak_all(&voice, "好", Manner::of(Language::Zh)).expect_err("cannot be read");
    assert!(error.to_string().contains("wenlu models fetch"), "{error}");
    let error = voice.load().expect_err("cannot be read");
    assert!(error.to_string().contains("wenlu models fetch"), "{error}");
}

#[test]
fn speaks_both_languages_with_both_voices_and_at_every_rate() {
    let Some(voice) = voice() else { return };
    let texts = [
        (Language::Zh, "请带身份证。"),
        (Language::En, "Please take a number."),
    ];
    for (language, text) in texts {
        for speaker in [Speaker::Female, Speaker::Male] {
            let manner = |rate| Manner {
                language,
                rate,
                speaker,
            };
            let length = |rate| {
                speak_all(&voice, text, manner(rate))
                    .expect("speaks")
                    .seconds()
            };
            let (slow, fast) = (length(Manner::SLOWEST), length(Manner::FASTEST));
            assert!(
                (0.8..6.0).contains(&fast) && slow > fast * 1.3,
                "{text} {slow} {fast}"
            );
        }
    }
}

#[test]
fn pieces_come_one_by_one_and_stop_when_told() {
    let Some(voice) = voice() else { return };
    let mut pieces = Vec::new();
    let text = "您好。请先取号，然后到窗口等候。";
    voice
        .speak(text, Manner::of(Language::Zh), &mut |piece| {
            pieces.push(piece);
            ControlFlow::Break(())
        })
        .expect("speaks");
    assert_eq!(pieces.len(), 1);
    assert!(
        pieces[0].speech.seconds() < 2.0,
        "the first piece is not short"
    );
    assert!(!pieces[0].text.is_empty());
}

#[test]
fn the_same_words_give_the_same_sound() {
    let Some(voice) = voice() else { return };
    let speak = || speak_all(&voice, "好的。", Manner::of(Language::Zh)).expect("speaks");
    assert_eq!(speak(), speak());
}

#[test]
fn nothing_to_say_gives_no_sound_and_no_error() {
    let Some(voice) = voice() else { return };
    for text in ["", "   ", "，。！？", "……"] {
        let speech = speak_all(&voice, text, Manner::of(Language::Zh)).expect("no error");
        assert!(speech.samples.is_empty(), "{text:?}");
    }
}

#[test]
fn a_strange_speaker_is_refused() {
    let Some(voice) = voice() else { return };
    for name in [
        "",
        "nobody",
        "../zf_xiaobei",
        "zf_xiaobei.bin",
        "ZF_XIAOBEI",
    ] {
        let result =
            voice.speak_clauses(
                name,
                1.0,
                &[clause("a")],
                &mut |_| ControlFlow::Continue(()),
            );
        assert!(matches!(result, Err(VoiceError::NoSpeaker(_))), "{name}");
    }
}

#[test]
fn the_key_changes_with_all_that_changes_the_sound() {
    let Some(voice) = voice() else { return };
    let usual = Manner::of(Language::Zh);
    let key = |text, manner| voice.key(text, manner);
    let first = key("您好", usual);
    assert_eq!(first, key("您好", usual));
    assert_ne!(first, key("再见", usual));
    assert_ne!(first, key("您好", Manner { rate: 1.1, ..usual }));
    assert_ne!(
        first,
        key(
            "您好",
            Manner {
                speaker: Speaker::Male,
                ..usual
            }
        )
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    /// Whatever the clauses, the calls of the model are of a length it takes.
    #[test]
    fn any_clauses_are_cut_into_calls_the_model_takes(
        phonemes in prop::collection::vec("[a-zɕʂ→↗↓↘ ,.!?ˈː]{0,300}|\\PC{0,20}", 0..4),
        pause in any::<f32>(),
    ) {
        let clauses: Vec<Clause> =
            phonemes.iter().map(|p| Clause { pause_after: pause, ..clause(p) }).collect();
        match parts::of(&clauses) {
            Ok(parts) => for part in parts {
                prop_assert!((1..=parts::LONGEST).contains(&part.numbers.len()));
                prop_assert!((0.0..=5.0).contains(&part.pause_after));
            },
            Err(error) => prop_assert!(matches!(error, VoiceError::Symbol(_))),
        }
    }

}

/// Few, since each takes about a second: 4 usually, 156 with `PROPTEST_CASES=10000`.
fn few() -> ProptestConfig {
    let usual = ProptestConfig::default();
    ProptestConfig {
        cases: (usual.cases / 64).max(1),
        max_shrink_iters: 8,
        ..usual
    }
}

proptest! {
    #![proptest_config(few())]

    /// Any words give sound, or nothing if there is nothing to say.
    #[test]
    fn any_text_gives_sound_or_nothing(
        text in prop_oneof!["\\PC{0,16}", any::<String>().prop_map(|s| s.chars().take(16).collect()), "[一-龥，。0-9a-zA-Z]{0,16}"],
        language in prop::sample::select(Language::ALL.to_vec()),
        rate in any::<f32>(),
    ) {
        if let Some(voice) = shared() {
            let manner = Manner { rate, ..Manner::of(language) };
            let speech = speak_all(voice, &text, manner).expect("no error");
            let words = text::clauses(&text, language, &Pronunciation::default());
            prop_assert_eq!(speech.samples.is_empty(), words.is_empty(), "{:?}", text);
            prop_assert!(speech.samples.iter().all(|sample| sample.is_finite() && sample.abs() <= 1.0));
            prop_assert!(speech.seconds() < 60.0, "{} s", speech.seconds());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    /// No sound makes the finish panic, click or pass the limit.
    #[test]
    fn any_sound_can_be_finished(
        samples in prop::collection::vec(prop_oneof![-2.0f32..2.0, any::<f32>()], 0..300),
        repeat in 1usize..40,
    ) {
        let samples = samples.repeat(repeat);
        let finished = finish(&samples);
        prop_assert!(finished.len() <= samples.len());
        prop_assert!(finished.iter().all(|sample| sample.is_finite() && sample.abs() <= 1.0));
    }
}
