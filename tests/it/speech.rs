//! The voice from outside: the cache between processes, and the voice of the whole machine.

use std::path::Path;
use std::process::Stdio;

use wenlu::Language;

use crate::common::{self, hear, share_heard, stderr, stdout};
use crate::virtual_audio::{Running, VirtualAudio, wait_for};

#[test]
fn processes_share_what_was_spoken() {
    let folder = tempfile::tempdir().expect("a folder");
    let say = |out: &str| {
        let mut command = common::wenlu();
        command
            .env("XDG_CACHE_HOME", folder.path().join("cache"))
            .args(["say", "请先取号。", "--keep", "--out"])
            .arg(folder.path().join(out))
            .stderr(Stdio::piped());
        command
    };
    // All at once, so that they write at the same time.
    let names = ["a.wav", "b.wav", "c.wav"];
    let running = names.map(|name| say(name).spawn().expect("the program starts"));
    for process in running {
        let output = process.wait_with_output().expect("it ends");
        assert!(output.status.success(), "{}", stderr(&output));
    }
    let kept = std::fs::read_dir(folder.path().join("cache/wenlu/speech"));
    let kept: Vec<_> = kept.expect("the cache").flatten().collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
    // From here on without the model: the sound can only come from the cache.
    let output = say("d.wav")
        .env("WENLU_MODELS", empty_models(folder.path()))
        .output();
    let output = output.expect("the program starts");
    assert!(output.status.success(), "{}", stderr(&output));
    let read = |name: &str| std::fs::read(folder.path().join(name)).expect("written");
    for name in ["b.wav", "c.wav", "d.wav"] {
        assert_eq!(read("a.wav"), read(name), "{name}");
    }
}

/// A folder that has everything of the voice's by name, but a model that cannot be read.
fn empty_models(folder: &Path) -> std::path::PathBuf {
    let (models, fetched) = (folder.join("models"), common::checkout("models/files"));
    std::fs::create_dir_all(models.join("misaki")).expect("made");
    let mut model = vec![0x08; 2 << 20];
    model[1] = 0x09;
    std::fs::write(models.join(wenlu::synthesis::MODEL_FILE), model).expect("written");
    std::fs::create_dir_all(models.join(wenlu::synthesis::VOICES_FOLDER)).expect("made");
    let names = wenlu::synthesis::SPEAKERS
        .iter()
        .map(|speaker| format!("{}/{}.bin", wenlu::synthesis::VOICES_FOLDER, speaker.name));
    let lexicon = ["us_gold.json", "us_silver.json"].map(|name| format!("misaki/{name}"));
    for name in names.chain(lexicon) {
        std::fs::copy(fetched.join(&name), models.join(&name)).expect("fetched");
    }
    models
}

#[test]
fn sound_goes_into_a_pipe_as_it_is_spoken() {
    let output = common::run(&["say", "好的。", "--rate", "1.2", "--out", "-"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let reader = hound::WavReader::new(output.stdout.as_slice()).expect("a WAV file");
    assert_eq!(reader.spec().sample_rate, 24_000);
    let seconds = reader.into_samples::<i16>().map_while(Result::ok).count() as f32 / 24_000.0;
    assert!((0.3..4.0).contains(&seconds), "{seconds} s");
}

/// Takes the Debian package speech-dispatcher.
#[test]
fn every_program_of_the_machine_can_speak_with_this_voice() {
    let audio = VirtualAudio::start();
    let folder = tempfile::tempdir().expect("a folder");
    let settings = folder.path().join("settings");
    let installed = |what: &str| {
        let mut command = common::wenlu();
        let output = command
            .args(["speech", what])
            .env("XDG_CONFIG_HOME", &settings)
            .output()
            .expect("the program starts");
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output)
    };
    assert!(installed("install").contains("spd-say"));

    let socket = folder.path().join("socket");
    let mut dispatcher = common::set_up(audio.command("speech-dispatcher"));
    dispatcher
        .args([
            "--run-single",
            "--timeout",
            "0",
            "--communication-method",
            "unix_socket",
        ])
        .arg("--socket-path")
        .arg(&socket)
        .arg("--pid-file")
        .arg(folder.path().join("pid"))
        .arg("--log-dir")
        .arg(folder.path())
        .env("XDG_CONFIG_HOME", &settings)
        .stderr(Stdio::null());
    let _dispatcher = Running::start(&mut dispatcher);
    wait_for("Speech Dispatcher", || {
        let there = socket.exists().then_some(());
        there.ok_or_else(|| "there is no socket".to_owned())
    });
    let recording = audio.record_speaker();
    let words = "请把身份证和户口本带上，到社区服务中心办理。";
    let said = audio
        .command("spd-say")
        .args(["--wait", words])
        .env(
            "SPEECHD_ADDRESS",
            format!("unix_socket:{}", socket.display()),
        )
        .output()
        .expect("spd-say is there");
    assert!(said.status.success(), "{}", stderr(&said));
    let heard = hear(&recording.wav(), Language::Zh).transcript();
    let heard = heard.expect("speech").text;
    let share = share_heard(words, &heard);
    assert!(share > 0.8, "{:.0} % is heard in: {heard}", 100.0 * share);

    assert!(installed("remove").contains("as before"));
    assert!(!settings.join("speech-dispatcher").exists());
}
