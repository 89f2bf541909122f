//! Says back what you say, to try a machine's microphone and loudspeaker.
//!
//! `cargo run --example audio_loop` — waits for you to speak, and repeats it.
//! `cargo run --example audio_loop -- tone 5 1.5` — plays a tone of 5 s, stopped after 1.5 s.
//! `cargo run --example audio_loop -- watch` — tells when a device goes and comes back.
//! `cargo run --example audio_loop -- list` — lists the devices.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use wenlu::audio::{
    DeviceError, Direction, EndpointOptions, Endpointer, Loudspeaker, LoudspeakerOptions,
    Microphone, MicrophoneOptions, Resampler, SAMPLE_RATE, SpeechEvent, Utterance, list_devices,
};
use wenlu::synthesis::{self, Speech};

/// How long to wait for somebody to speak, and for a device to come back.
const PATIENCE: Duration = Duration::from_secs(60);

fn main() -> Result<()> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .init();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => repeat(),
        ["tone", length, stop] => tone(length.parse()?, stop.parse()?),
        ["watch"] => watch(),
        ["list"] => list(),
        _ => bail!("see the top of examples/audio_loop.rs for what can be asked for"),
    }
}

/// Repeats one utterance.
fn repeat() -> Result<()> {
    let loudspeaker = Loudspeaker::open(&LoudspeakerOptions::default())?;
    let mut microphone = Microphone::open(&MicrophoneOptions::default())?;
    let utterance = listen(&mut microphone)?;
    microphone.pause();
    println!("heard {:.2} s", utterance.seconds());
    loudspeaker.play(&speech(&utterance)?)?;
    let glitches = microphone.glitches() + microphone.overruns() + loudspeaker.player().glitches();
    println!("done, {glitches} glitches");
    Ok(())
}

fn listen(microphone: &mut Microphone) -> Result<Utterance> {
    let mut endpointer = Endpointer::new(EndpointOptions::default());
    let mut sound = Vec::new();
    let deadline = Instant::now() + PATIENCE;
    // The first sound says that the microphone is really open.
    while microphone.read(&mut sound)? == 0 {}
    println!("listening");
    while Instant::now() < deadline {
        for event in endpointer.push(&sound) {
            if let SpeechEvent::Ended(utterance) = event {
                return Ok(utterance);
            }
        }
        sound.clear();
        microphone.read(&mut sound)?;
    }
    bail!("nobody spoke")
}

fn speech(utterance: &Utterance) -> Result<Speech> {
    let mut speech = Speech::default();
    let mut resampler = Resampler::new(SAMPLE_RATE, synthesis::SAMPLE_RATE)?;
    resampler.push(utterance.samples(), &mut speech.samples);
    resampler.finish(&mut speech.samples);
    Ok(speech)
}

/// Plays 440 Hz and stops it.
fn tone(length: f32, stop: f32) -> Result<()> {
    let step = std::f32::consts::TAU * 440.0 / synthesis::SAMPLE_RATE as f32;
    let samples = (length * synthesis::SAMPLE_RATE as f32) as usize;
    let speech = Speech {
        samples: (0..samples)
            .map(|i| 0.5 * (step * i as f32).sin())
            .collect(),
    };
    let loudspeaker = Loudspeaker::open(&LoudspeakerOptions::default())?;
    let player = loudspeaker.player();
    player.append(&speech)?;
    while player.is_playing() && player.position() < stop {
        std::thread::sleep(Duration::from_millis(1));
    }
    player.stop();
    player.wait_until_done()?;
    println!(
        "stopped after {:.2} s, {} glitches",
        player.position(),
        player.glitches()
    );
    // Time for what a sound server holds back.
    std::thread::sleep(Duration::from_millis(500));
    Ok(())
}

/// Lists the devices, the default ones with a star.
fn list() -> Result<()> {
    for direction in [Direction::Input, Direction::Output] {
        let devices = list_devices(direction)?;
        if devices.is_empty() {
            println!("{}", DeviceError::NoDevice(direction));
        }
        for device in devices {
            let star = if device.is_default { "*" } else { " " };
            println!(
                "{star} {direction}: {} ({}), {}",
                device.name, device.id, device.format
            );
        }
    }
    Ok(())
}

/// Reads and plays until both devices were lost, and waits for them to come back.
fn watch() -> Result<()> {
    let mut loudspeaker = Loudspeaker::open(&LoudspeakerOptions::default())?;
    let mut microphone = Microphone::open(&MicrophoneOptions::default())?;
    let player = loudspeaker.player();
    let mut sound = Vec::new();
    while microphone.read(&mut sound)? == 0 {}
    println!("open");
    let lost = loop {
        if let Err(error) = microphone.read(&mut sound) {
            break error;
        }
        sound.clear();
    };
    println!("{lost}");
    let lost = player
        .append_silence(1.0)
        .and_then(|()| player.wait_until_done());
    println!("{}", lost.err().context("the loudspeaker is still there")?);
    microphone.reopen_within(PATIENCE)?;
    loudspeaker.reopen_within(PATIENCE)?;
    while microphone.read(&mut sound)? == 0 {}
    player.append_silence(0.2)?;
    player.wait_until_done()?;
    println!("back");
    Ok(())
}
