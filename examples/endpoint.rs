//! Measures the end of speech on recordings: are syllables cut, pauses taken for the end,
//! noises taken for speech?
//!
//! `cargo run --example endpoint -- FOLDER [--verbose]`
//!
//! FOLDER has sound files in `dev/` and `real/` (one utterance each) and in `noise/`.
//! `docs/endpoint.md` explains the columns and keeps the figures.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use wenlu::audio::{EndpointOptions, Endpointer, SAMPLE_RATE, SpeechEvent, Utterance};

const RATE: usize = SAMPLE_RATE as usize;
/// Silence or noise before and after each utterance.
const LEAD: usize = 2 * RATE;
const TRAIL: usize = 6 * RATE;
/// The pause that is put into the middle of a sentence.
const PAUSE: usize = RATE * 12 / 10;
/// The first syllable counts as cut if there is less than 0.1 s before its loud part (its
/// consonant), the last one if there is less than 0.05 s after it.
const BEFORE: usize = RATE / 10;
const AFTER: usize = RATE / 20;
const FRAME: usize = RATE / 100;

/// A recorded utterance.
struct Clip {
    name: String,
    sound: Vec<f32>,
    /// For each frame of 10 ms: does a syllable sound?
    syllable: Vec<bool>,
    /// Where speech begins and ends in it.
    start: usize,
    end: usize,
    /// The mean power of the speech.
    power: f32,
}

/// What surrounds the utterances: a noise and its level below the speech, in dB.
type Surroundings<'a> = Option<(&'a str, &'a [f32], f32)>;

fn main() -> Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).context("which folder?")?);
    let verbose = std::env::args().nth(2).is_some();
    let mut noises = read(&folder.join("noise"))?;
    noises.retain(|(name, _)| !name.starts_with("rir"));

    println!(
        "| speech | noise | SNR, dB | pause | clips | missed | first cut | last cut | split | not ended | median end, s | 95 % |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|");
    for set in ["dev", "real"] {
        let clips: Vec<Clip> = read(&folder.join(set))?
            .into_iter()
            .filter_map(clip)
            .collect();
        for pause in [false, true] {
            report(set, &clips, None, pause, verbose);
            for (name, noise) in &noises {
                for snr in [20.0, 10.0] {
                    report(set, &clips, Some((name, noise, snr)), pause, verbose);
                }
            }
        }
    }

    println!("\n| sound alone | level, dB | speech begun, an hour |\n|---|---|---|");
    false_starts("silence", &vec![0.0; RATE]);
    false_starts(
        "white noise",
        &hiss(-40.0).take(60 * RATE).collect::<Vec<_>>(),
    );
    let fan = [vec![0.0; 20 * RATE], hiss(-35.0).take(20 * RATE).collect()].concat();
    false_starts("silence and white noise", &fan);
    for (name, noise) in &noises {
        false_starts(name, noise);
        let gain = (10_f32.powf(-2.3) / power(noise)).sqrt();
        false_starts(name, &noise.iter().map(|x| x * gain).collect::<Vec<_>>());
    }
    Ok(())
}

/// All sound files of a folder, with their names.
fn read(folder: &Path) -> Result<Vec<(String, Vec<f32>)>> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .with_context(|| folder.display().to_string())?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    paths.retain(|path| path.extension().is_some_and(|e| e == "wav"));
    paths.sort();
    if paths.is_empty() {
        bail!("{}: no sound files", folder.display());
    }
    paths
        .iter()
        .map(|path| {
            let name = path.file_stem().map(|n| n.to_string_lossy().into_owned());
            Ok((
                name.unwrap_or_default(),
                Utterance::from_file(path)?.samples().to_vec(),
            ))
        })
        .collect()
}

/// Finds the syllables in a recording: 30 ms at most 25 dB below the loud ones.
fn clip((name, sound): (String, Vec<f32>)) -> Option<Clip> {
    // Without what lies below speech: a car, the mains.
    let crisp: Vec<f32> = sound.windows(2).map(|w| w[1] - 0.97 * w[0]).collect();
    let powers: Vec<f32> = crisp.chunks_exact(FRAME).map(power).collect();
    let mut sorted = powers.clone();
    sorted.sort_by(f32::total_cmp);
    let loud = sorted[sorted.len() * 95 / 100];
    let syllable: Vec<bool> = powers
        .windows(3)
        .map(|w| w.iter().all(|&p| p > loud * 10_f32.powf(-2.5)))
        .collect();
    let start = syllable.iter().position(|&s| s)?;
    let end = syllable.iter().rposition(|&s| s)? + 3;
    let spoken: Vec<f32> = syllable
        .iter()
        .zip(sound.chunks_exact(FRAME))
        .filter(|(s, _)| **s)
        .map(|(_, frame)| power(frame))
        .collect();
    let power = spoken.iter().sum::<f32>() / spoken.len() as f32;
    Some(Clip {
        name,
        sound,
        syllable,
        start: start * FRAME,
        end: end * FRAME,
        power,
    })
}

/// The clip in its surroundings, and where its speech begins and ends there.
fn scene(clip: &Clip, around: Surroundings, pause: bool, turn: usize) -> (Vec<f32>, usize, usize) {
    let (at, gap) = if pause { pause_of(clip) } else { (clip.end, 0) };
    let mut sound = vec![0.0; LEAD];
    sound.extend_from_slice(&clip.sound[..at]);
    sound.resize(sound.len() + gap, 0.0);
    sound.extend_from_slice(&clip.sound[at..]);
    sound.resize(sound.len() + TRAIL, 0.0);
    for (sample, hiss) in sound.iter_mut().zip(hiss(-75.0)) {
        *sample += hiss;
    }
    if let Some((_, noise, snr)) = around {
        let gain = (clip.power / power(noise) * 10_f32.powf(-snr / 10.0)).sqrt();
        let from = turn * 50_021 % noise.len();
        for (sample, noise) in sound.iter_mut().zip(noise.iter().cycle().skip(from)) {
            *sample += gain * noise;
        }
    }
    (sound, LEAD + clip.start, LEAD + clip.end + gap)
}

/// The quietest 50 ms in the middle third of the speech, most likely between two words, and
/// how much silence to put there to make it a pause of [`PAUSE`].
fn pause_of(clip: &Clip) -> (usize, usize) {
    let third = (clip.end - clip.start) / 3;
    let window = 5 * FRAME;
    let level = |at: usize| power(&clip.sound[at..at + window]);
    let at = (clip.start + third..clip.end - third - window)
        .step_by(FRAME)
        .min_by(|&a, &b| level(a).total_cmp(&level(b)))
        .map_or(clip.start + third, |at| at + window / 2);
    let (before, after) = clip.syllable.split_at(at / FRAME);
    let quiet = before.iter().rev().take_while(|s| !**s).count()
        + after.iter().take_while(|s| !**s).count();
    (at, PAUSE.saturating_sub(quiet * FRAME))
}

/// One row of the first table.
fn report(set: &str, clips: &[Clip], around: Surroundings, pause: bool, verbose: bool) {
    let (mut missed, mut first, mut last, mut split, mut late) = (0, 0, 0, 0, 0);
    let mut waits = Vec::new();
    for (turn, clip) in clips.iter().enumerate() {
        let (sound, start, end) = scene(clip, around, pause, turn);
        let heard = utterances(&sound);
        let Some(&(from, _, _)) = heard.iter().find(|u| u.1 > start) else {
            missed += 1;
            continue;
        };
        let during: Vec<_> = heard.iter().filter(|u| u.1 > start && u.0 < end).collect();
        let (cut_first, cut_last) = (
            from + BEFORE > start,
            during.last().is_none_or(|u| u.1 < end + AFTER),
        );
        let done = during.last().and_then(|u| u.2);
        first += usize::from(cut_first);
        last += usize::from(cut_last);
        split += usize::from(during.len() > 1);
        late += usize::from(done.is_none());
        waits.extend(done.map(|at| (at as f32 - end as f32) / RATE as f32));
        if verbose && (cut_first || cut_last || during.len() > 1) {
            eprintln!(
                "{} {around:?}: speech {start} to {end}, heard {heard:?}",
                clip.name,
                around = around.map(|a| (a.0, a.2))
            );
        }
    }
    waits.sort_by(f32::total_cmp);
    let quantile = |q: f32| {
        waits
            .get((waits.len() as f32 * q) as usize)
            .copied()
            .unwrap_or(f32::NAN)
    };
    let (noise, snr) = around.map_or(("none", String::new()), |(name, _, snr)| {
        (name, snr.to_string())
    });
    println!(
        "| {set} | {noise} | {snr} | {} | {} | {missed} | {first} | {last} | {split} | {late} | {:.2} | {:.2} |",
        if pause { "1.2 s" } else { "" },
        clips.len(),
        quantile(0.5),
        quantile(0.95),
    );
}

/// The utterances in a sound: where they begin and end, and when that was said; `None` if
/// it never was.
fn utterances(sound: &[f32]) -> Vec<(usize, usize, Option<usize>)> {
    let mut endpointer = Endpointer::new(EndpointOptions::default());
    let mut found = Vec::new();
    let place = |utterance: &Utterance| {
        let key = &utterance.samples()[..64];
        let from = sound.windows(64).position(|w| w == key).unwrap_or_default();
        (from, from + utterance.samples().len())
    };
    for (i, piece) in sound.chunks(160).enumerate() {
        for event in endpointer.push(piece) {
            if let SpeechEvent::Ended(utterance) | SpeechEvent::TooLong(utterance) = event {
                let (from, to) = place(&utterance);
                found.push((from, to, Some((i + 1) * 160)));
            }
        }
    }
    if let SpeechEvent::Ended(utterance) = endpointer.finish() {
        let (from, to) = place(&utterance);
        found.push((from, to, None));
    }
    found
}

/// One row of the second table: ten minutes of the sound, over and over.
fn false_starts(name: &str, sound: &[f32]) {
    let mut endpointer = Endpointer::new(EndpointOptions::default());
    let minutes = 10;
    let begun = sound
        .iter()
        .copied()
        .cycle()
        .take(minutes * 60 * RATE)
        .collect::<Vec<_>>()
        .chunks(RATE)
        .flat_map(|piece| endpointer.push(piece))
        .filter(|event| *event == SpeechEvent::Started)
        .count();
    let level = 10.0 * power(sound).max(1e-12).log10();
    println!("| {name} | {level:.0} | {} |", begun * 60 / minutes);
}

fn power(samples: &[f32]) -> f32 {
    samples.iter().map(|x| x * x).sum::<f32>() / samples.len() as f32
}

/// White noise of a level in dB, always the same.
fn hiss(level: f32) -> impl Iterator<Item = f32> {
    // Uniform from −a to a has the power a²/3.
    let a = 3.0_f32.sqrt() * 10_f32.powf(level / 20.0);
    let mut state = 1_u32;
    std::iter::repeat_with(move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        a * ((state >> 8) as f32 / (1 << 23) as f32 - 1.0)
    })
}
