//! A terminal's conversation over the socket.

use std::time::Duration;

use serde_json::{Value, json};
use wenlu::Language;
use wenlu::audio::{SAMPLE_RATE, Utterance};
use wenlu::knowledge::GuideId;

use super::{House, Terminal};
use crate::common::{assistant, checkout, hear, share_heard};

/// The question as a recording, with the silence after it.
fn recording() -> Vec<f32> {
    let recording = Utterance::from_file(&checkout("tests/data/speech/elder_card.wav"));
    let mut samples = recording.expect("a recording").samples().to_vec();
    samples.extend(vec![0.0; 3 * SAMPLE_RATE as usize]);
    samples
}

fn first_step(id: &str) -> String {
    let knowledge = assistant().knowledge();
    let guide = knowledge.get(&GuideId::new(id)).expect("a guide");
    guide.zh.steps[0].say.clone()
}

#[test]
fn a_spoken_question_is_answered_with_the_sound_of_the_first_step() {
    let mut terminal = Terminal::new(House::shared());
    assert_eq!(terminal.screen["page"], "welcome");
    terminal.send(&json!({ "type": "talk", "rate": SAMPLE_RATE }));
    terminal.wait("listening", |message| message["state"] == "listening");
    terminal.speak(&recording());
    terminal.page("step");
    assert_eq!(
        terminal.screen["guide"], "elder-card",
        "{}",
        terminal.screen
    );
    assert_eq!(terminal.screen["progress"]["step"], 1);
    terminal.until("speech_end");
    let levels = terminal
        .messages
        .iter()
        .filter(|message| message["type"] == "level");
    assert!(levels.count() > 5, "signs that it hears");
    let folder = tempfile::tempdir().expect("a folder");
    let wav = folder.path().join("answer.wav");
    terminal.sound.write_wav(&wav).expect("written");
    let heard = hear(&wav, Language::Zh).transcript().expect("speech").text;
    let share = share_heard(&first_step("elder-card"), &heard);
    assert!(
        share > 0.7,
        "{:.0} % of the first step is heard in: {heard}",
        100.0 * share
    );
}

#[test]
fn the_ear_opens_again_after_the_last_word() {
    let mut terminal = Terminal::new(House::shared());
    terminal.send(&json!({ "type": "talk", "rate": 48000 }));
    terminal.wait("listening", |message| message["state"] == "listening");
    terminal.send(&json!({ "type": "done" }));
    // Nobody spoke: it asks, kindly, and listens again.
    terminal.wait("speaking", |message| message["state"] == "speaking");
    terminal.listen_to_the_end();
    terminal.wait("listening", |message| message["state"] == "listening");
    // Not for who only touches.
    let mut other = Terminal::new(House::shared());
    other.ask("老年证在哪儿办");
    other.page("step");
    other.listen_to_the_end();
    other.wait("idle", |message| message["state"] == "idle");
}

#[test]
fn a_button_interrupts_at_once() {
    let mut terminal = Terminal::new(House::shared());
    terminal.ask("老年证在哪儿办");
    terminal.page("step");
    terminal.until("speech");
    terminal.command("next");
    terminal.wait("the second step", |message| {
        message["progress"]["step"] == 2
    });
    // `next` checks that no sound of the first reply comes after the second has begun.
    terminal.until("speech");
    terminal.listen_to_the_end();
    terminal.send(&json!({ "type": "talk", "rate": SAMPLE_RATE }));
    terminal.wait("listening", |message| message["state"] == "listening");
}

#[test]
fn buttons_lead_through_a_guide() {
    let mut terminal = Terminal::silent(House::shared());
    terminal.ask("老年证在哪儿办");
    terminal.page("step");
    for (command, page, words) in [
        ("next", "step", "2"),
        ("previous", "step", "1"),
        ("materials", "answer", "要带什么"),
        ("resume", "step", "1"),
        ("where", "answer", "去哪里办"),
        ("stop", "asking", ""),
    ] {
        terminal.command(command);
        let screen = terminal.page(page);
        assert!(screen.to_string().contains(words), "{command}: {screen}");
    }
    terminal.command("language_en");
    assert_eq!(terminal.until("screen")["language"], "en");
}

#[test]
fn the_pace_stays_for_the_conversation_and_no_longer() {
    let mut terminal = Terminal::silent(House::shared());
    terminal.command("louder");
    let volume = terminal.wait("louder", |message| {
        message["factor"].as_f64().is_some_and(|f| f > 1.0)
    });
    terminal.command("goodbye");
    terminal.page("farewell");
    terminal.until("ended");
    let usual = terminal.wait("the usual volume", |message| message["type"] == "volume");
    assert_eq!(usual["factor"], 1.0, "after {volume}");
    assert_eq!(terminal.page("welcome")["heard"], Value::Null);
}

#[test]
fn a_broken_connection_loses_nothing() {
    let house = House::shared();
    let mut terminal = Terminal::silent(house);
    terminal.ask("老年证在哪儿办");
    terminal.page("step");
    terminal.command("next");
    let before = terminal.page("step");
    let token = terminal.token.clone();
    drop(terminal);
    let mut back = Terminal::connect(house, json!({ "resume": token }));
    assert_eq!(back.messages[0]["resumed"], true);
    assert_eq!(back.until("screen"), before);
    // The token is used up.
    let mut thief = Terminal::connect(house, json!({ "resume": token }));
    assert_eq!(thief.messages[0]["resumed"], false);
    assert_eq!(thief.until("screen")["page"], "welcome");
}

#[test]
fn a_connection_that_looks_alive_hands_its_conversation_over() {
    let house = House::shared();
    let mut terminal = Terminal::silent(house);
    terminal.ask("老年证在哪儿办");
    let before = terminal.page("step");
    let token = terminal.token.clone();
    let mut back = Terminal::connect(house, json!({ "resume": token }));
    assert_eq!(back.until("screen"), before);
    assert_eq!(terminal.until("error")["code"], "elsewhere");
    assert_eq!(terminal.until("close")["code"], 4003);
}

#[test]
fn a_new_server_shows_the_step_again() {
    let hello = json!({ "resume": "0123", "guide": "elder-card", "step": 2 });
    let mut terminal = Terminal::connect(House::shared(), hello);
    let step = terminal.wait("the step", |message| message["progress"]["step"] == 2);
    assert_eq!(step["guide"], "elder-card");
    let more = terminal.take_in(1.0);
    assert!(
        more.iter().all(|message| message["type"] != "speech"),
        "silently: {more:?}"
    );
}

#[test]
fn two_terminals_see_nothing_of_each_other() {
    let house = House::shared();
    let (mut one, mut two) = (Terminal::silent(house), Terminal::silent(house));
    let seen = two.messages.len();
    one.ask("我的老年证丢了");
    let screen = one.until("screen");
    assert_ne!(screen["page"], "welcome");
    let strange = two.take_in(1.5);
    assert!(
        strange.is_empty() && two.messages.len() == seen,
        "{strange:?}"
    );
    two.ask("怎么交水费");
    let screen = two.until("screen").to_string();
    assert!(!screen.contains("老年证"), "{screen}");
}

#[test]
fn a_graceful_stop_finishes_what_is_being_said() {
    let mut house = House::open(|_| {});
    let mut terminal = Terminal::new(&house);
    terminal.ask("老年证在哪儿办");
    terminal.until("speech");
    house.stop();
    std::thread::sleep(Duration::from_millis(300));
    terminal.listen_to_the_end();
    assert_eq!(terminal.until("error")["code"], "stopping");
    assert!(
        terminal.sound.seconds() > 3.0,
        "{} s were said",
        terminal.sound.seconds()
    );
    house.wait();
}
