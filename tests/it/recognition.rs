//! The real recogniser on real recordings.

use wenlu::Language;
use wenlu::assistant;
use wenlu::audio::{SAMPLE_RATE, Utterance};
use wenlu::dialogue::Command;
use wenlu::dialogue::understand::{Context, Understanding};
use wenlu::recognition::{
    Cancel, Hearing, RecognitionError, Recognizer, Request, Silence, Whisper, WhisperOptions,
};

use crate::common::{assistant, checkout, config, hear, share_heard, whisper};

#[test]
fn recordings_are_understood() {
    #[track_caller]
    fn check(file: &str, language: Language, words: &str) {
        let heard = hear(&checkout(&format!("tests/data/speech/{file}")), language)
            .transcript()
            .expect("speech");
        assert_eq!(heard.language, language);
        let share = match language {
            Language::Zh => share_heard(words, &heard.text),
            Language::En => {
                let text = heard.text.to_lowercase();
                let words: Vec<&str> = words.split(' ').collect();
                words.iter().filter(|word| text.contains(**word)).count() as f32
                    / words.len() as f32
            }
        };
        assert!(share >= 0.8, "{share:.2} of {words:?} in {:?}", heard.text);
        assert!(heard.confidence > 0.5, "{}", heard.confidence);
    }
    check(
        "elder_card.wav",
        Language::Zh,
        "那个我想办个老年证去哪里办啊",
    );
    check("aishell3_SSB01120364.wav", Language::Zh, "你只要爱我就够了");
    // 8.4 s: after a prompt of eight terms the decoder stopped at once.
    check(
        "long_story.flac",
        Language::Zh,
        "我刚才在客厅听见咚的一声进去一看老伴倒在地上叫不醒嘴歪了手也不会动家里就我一个人我要怎么叫人来",
    );
    check(
        "ljspeech_LJ001-0002.wav",
        Language::En,
        "in being comparatively modern",
    );
}

/// Both are misheard by the free reading ("选业", "Wine").
#[test]
fn a_misheard_command_is_an_alternative() {
    #[track_caller]
    fn check(file: &str, language: Language, command: Command) {
        let heard = hear(&checkout(&format!("tests/data/speech/{file}")), language)
            .transcript()
            .expect("speech");
        let understanding = Understanding::new(&assistant().knowledge()).expect("bundled files");
        let (meaning, _) = understanding.listen_to_all(
            &heard.text,
            &heard.alternatives,
            language,
            &Context::default(),
        );
        assert_eq!(meaning.command(), Some(command), "{}", heard.text);
    }
    check("choose_first.wav", Language::Zh, Command::Choose(1));
    check("choose_one.wav", Language::En, Command::Choose(1));
}

/// "养老金今年涨了多少": the free reading has 杨老金.
#[test]
fn a_doubtful_question_is_read_again_with_the_services_names() {
    let utterance = Utterance::from_file(&checkout("tests/data/speech/kokoro_k016.wav"));
    let utterance = utterance.expect("a recording");
    let listen = |options: WhisperOptions| {
        let whisper = assistant::whisper(&config(), options).expect("the model is there");
        let heard = whisper.recognize(&utterance, &Request::in_language(Language::Zh));
        heard.expect("it listens").transcript().expect("speech")
    };
    let options = assistant().whisper_options();
    let freely = listen(WhisperOptions {
        biasing: None,
        ..options.clone()
    });
    let again = listen(options);
    assert!(again.text.contains("养老金"), "{}", again.text);
    assert!(again.confidence > freely.confidence);
    assert_eq!(again.alternatives.first(), Some(&freely.text));
}

#[test]
fn the_language_is_told_from_the_sound() {
    #[track_caller]
    fn check(file: &str, language: Language) {
        let utterance = Utterance::from_file(&checkout(&format!("tests/data/speech/{file}")))
            .expect("a recording");
        let heard = whisper()
            .recognize(&utterance, &Request::default())
            .expect("it listens");
        assert_eq!(
            heard.transcript().expect("speech").language,
            language,
            "{file}"
        );
    }
    check("elder_card.wav", Language::Zh);
    check("ljspeech_LJ001-0002.wav", Language::En);
}

#[test]
fn silence_and_noise_are_not_speech() {
    #[track_caller]
    fn check(name: &str, samples: Vec<f32>) {
        for language in Language::ALL {
            let hearing = whisper().recognize(
                &Utterance::new(samples.clone()),
                &Request::in_language(language),
            );
            assert!(
                matches!(hearing, Ok(Hearing::Nothing(_))),
                "{name} in {language}: {:?}",
                hearing.map(Hearing::transcript)
            );
        }
    }
    let seconds = |n: usize| n * SAMPLE_RATE as usize;
    // A small generator of our own keeps the noise the same on every machine.
    let mut state = 1_u32;
    let mut noise = move |level: f32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        level * (state as f32 / u32::MAX as f32 * 2.0 - 1.0)
    };
    check("nothing", Vec::new());
    check("a click", vec![0.5; 20]);
    check("silence", vec![0.0; seconds(5)]);
    check(
        "quiet noise",
        (0..seconds(4)).map(|_| noise(0.003)).collect(),
    );
    check("loud noise", (0..seconds(6)).map(|_| noise(0.3)).collect());
    check(
        "a hum",
        (0..seconds(5))
            .map(|i| 0.2 * (i as f32 * 0.0196).sin())
            .collect(),
    );
}

#[test]
fn a_cancelled_request_ends() {
    let cancel = Cancel::default();
    cancel.cancel();
    let utterance =
        Utterance::from_file(&checkout("tests/data/speech/elder_card.wav")).expect("a recording");
    let request = Request {
        language: Some(Language::Zh),
        cancel,
    };
    let result = whisper().recognize(&utterance, &request);
    assert!(
        matches!(result, Err(RecognitionError::Cancelled)),
        "{result:?}"
    );
    // And the recogniser still works for the next one.
    assert!(
        hear(&checkout("tests/data/speech/elder_card.wav"), Language::Zh)
            .transcript()
            .is_some()
    );
}

#[test]
fn a_damaged_model_is_refused() {
    #[track_caller]
    fn check(bytes: &[u8], words: &str) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("model.bin");
        std::fs::write(&path, bytes).expect("a file");
        let error = Whisper::load(&path, WhisperOptions::default())
            .expect_err("it is no model")
            .to_string();
        assert!(
            error.contains(words) && error.contains("model.bin"),
            "{error}"
        );
    }
    check(b"", "damaged");
    check(b"GGUF, but not a model", "damaged");
    let model = std::fs::read(checkout("models/files/whisper-base-q8_0.bin")).expect("the model");
    check(&model[..model.len() / 2], "damaged");
}

#[test]
fn nothing_is_said_of_silence() {
    let quiet = Utterance::new(vec![0.0; 8000]);
    let hearing = whisper()
        .recognize(&quiet, &Request::default())
        .expect("it listens");
    assert_eq!(hearing, Hearing::Nothing(Silence::Quiet));
}
