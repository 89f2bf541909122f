//! The machine's own microphone in place of the browser's.

use serde_json::json;
use wenlu::config::MicrophoneAt;

use super::program::Running;
use super::{House, Terminal};
use crate::common::{self, checkout};
use crate::virtual_audio::{VirtualAudio, wait_for};

/// Whether anybody records from the microphone.
fn is_recorded(audio: &VirtualAudio) -> bool {
    let mut question = audio.command("pactl");
    let answer = question.args(["list", "short", "sources"]).output();
    let answer = String::from_utf8(answer.expect("pactl").stdout).expect("UTF-8");
    let line = answer.lines().find(|line| line.contains("\tmic\t"));
    line.expect("the microphone").ends_with("RUNNING")
}

#[test]
fn the_machine_hears_the_terminal_beside_it_and_only_when_asked() {
    let audio = VirtualAudio::start();
    let folder = tempfile::tempdir().expect("a folder");
    let settings = folder.path().join("wenlu.toml");
    std::fs::write(&settings, "[terminal]\nmicrophone = \"machine\"\n").expect("written");
    let mut command = common::set_up(audio.command(common::PROGRAM));
    command.args(["serve", "--listen", "127.0.0.1:0", "--config"]);
    command.arg(&settings);
    let (_running, url) = Running::start(&mut command);
    let address = url.trim_start_matches("http://").trim_end_matches('/');
    let address = address.parse().expect("an address");

    let mut terminal = Terminal::at(address, json!({ "sound": false }));
    terminal.until("screen");
    assert_eq!(terminal.messages[0]["microphone"], "machine");
    assert!(
        !is_recorded(&audio),
        "it listens before anybody has pressed"
    );

    terminal.send(&json!({ "type": "talk", "rate": 16_000 }));
    terminal.wait("listening", |message| message["state"] == "listening");
    wait_for("an open microphone", || {
        is_recorded(&audio).then_some(()).ok_or_else(String::new)
    });
    // What a page sends all the same is not heard.
    terminal.speak(&[0.5; 1600]);
    audio.say_into_microphone(&checkout("tests/data/speech/elder_card.wav"));
    terminal.wait("thinking", |message| message["state"] == "thinking");
    wait_for("a closed microphone", || {
        (!is_recorded(&audio)).then_some(()).ok_or_else(String::new)
    });
    let answer = terminal.wait("an answer", |message| message["guide"].is_string());
    assert!(
        answer["heard"]
            .as_str()
            .is_some_and(|heard| heard.contains('证')),
        "{answer}"
    );
}

#[test]
fn a_microphone_that_is_not_there_is_told_on_the_screen() {
    let house = House::open(|config| {
        config.terminal.microphone = MicrophoneAt::Machine;
        config.hearing.microphone = Some("no such microphone".to_owned());
    });
    let mut terminal = Terminal::silent(&house);
    terminal.send(&json!({ "type": "talk", "rate": 16_000 }));
    let notice = terminal.until("notice");
    assert_eq!(notice["kind"], "no_microphone");
    assert!(
        notice["words"]
            .as_str()
            .is_some_and(|words| words.contains("打字"))
    );
    terminal.wait("rest", |message| message["state"] == "idle");
}
