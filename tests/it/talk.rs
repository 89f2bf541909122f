//! The main job through real devices' interfaces: speech into a microphone, and the answer
//! recorded from the loudspeaker and heard by the recogniser.

use wenlu::Language;
use wenlu::knowledge::GuideId;

use crate::common::{self, checkout, hear, share_heard, stderr, stdout};
use crate::virtual_audio::{Running, VirtualAudio};

#[test]
fn a_spoken_question_is_answered_aloud() {
    let audio = VirtualAudio::start();
    let mut command = common::set_up(audio.command(common::PROGRAM));
    command.args(["talk", "--once"]);
    let mut talk = Running::start(&mut command);
    while !talk.line().contains("我在听") {}
    let recording = audio.record_speaker();
    audio.say_into_microphone(&checkout("tests/data/speech/elder_card.wav"));
    let mut screen = String::new();
    loop {
        let line = talk.line();
        // Two empty ends of the pipe in a row mean that the program has ended.
        if line.is_empty() && talk.has_ended() {
            break;
        }
        screen += &line;
    }
    let knowledge = common::assistant().knowledge();
    let guide = knowledge
        .get(&GuideId::new("elder-card"))
        .expect("the guide");
    let step = &guide.zh.steps[0];
    assert!(screen.contains(&step.headline), "{screen}");
    let heard = hear(&recording.wav(), Language::Zh)
        .transcript()
        .expect("speech")
        .text;
    let share = share_heard(&step.say, &heard);
    assert!(
        share > 0.7,
        "{:.0} % of the first step is heard in: {heard}",
        100.0 * share
    );
}

#[test]
fn without_a_microphone_a_recording_is_answered() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = common::wenlu()
        .arg("talk")
        .current_dir(folder.path())
        .env("ALSA_CONFIG_PATH", "/dev/null")
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(
        stdout(&output).contains("没有麦克风"),
        "{}",
        stdout(&output)
    );
    let heard = hear(&folder.path().join("answer.wav"), Language::Zh)
        .transcript()
        .expect("speech")
        .text;
    assert!(share_heard("老年优待证一共五步", &heard) > 0.7, "{heard}");
}

#[test]
fn noise_is_not_answered() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("noise.wav");
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 16_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut wav = hound::WavWriter::create(&path, spec).expect("a file");
    let mut state = 7_u32;
    for i in 0..16_000 * 20 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        // Knocks every two seconds over a hiss.
        let knock = if i % 32_000 < 400 { 0.6 } else { 0.02 };
        wav.write_sample((knock * (state as f32 / u32::MAX as f32 - 0.5) * 60_000.0) as i16)
            .expect("a sample");
    }
    wav.finalize().expect("a file");
    // Three people talking among themselves.
    let babble = checkout("tests/data/speech/babble.wav");
    let output = common::wenlu()
        .args(["talk", "--from"])
        .args([&path, &babble])
        .output()
        .expect("the program starts");
    assert!(
        stderr(&output).contains(" 0 taken for speech"),
        "{} {}",
        stderr(&output),
        stdout(&output)
    );
}
