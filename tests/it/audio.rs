//! Sound files and the end of speech, on recordings.

use std::io::Cursor;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use wenlu::audio::{EndpointOptions, Endpointer, SpeechEvent, Utterance};

const RECORDINGS: [&str; 4] = [
    "kokoro_k016",
    "aishell3_SSB01120364",
    "cv_zh-CN_18571525",
    "ljspeech_LJ001-0002",
];

fn data(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(path)
}

fn recording(name: &str) -> Vec<f32> {
    let path = data(&format!("speech/{name}.wav"));
    Utterance::from_file(&path).unwrap().samples().to_vec()
}

fn rms_db(samples: &[f32]) -> f32 {
    let power = samples.iter().map(|x| x * x).sum::<f32>() / samples.len().max(1) as f32;
    10.0 * power.max(1e-12).log10()
}

/// The correlation of two sounds, −1 to 1, without moving one against the other.
fn correlation(a: &[f32], b: &[f32]) -> f32 {
    let dot: f32 = a.iter().zip(b).map(|(a, b)| a * b).sum();
    let norm = |x: &[f32]| x.iter().map(|x| x * x).sum::<f32>().sqrt();
    dot / (norm(a) * norm(b))
}

mod files {
    use super::*;

    #[test]
    fn every_format_gives_the_same_sound() {
        let wav = recording("ljspeech_LJ001-0002");
        #[track_caller]
        fn check(file: &str, wav: &[f32], alike: f32, surplus: usize) {
            let sound = Utterance::from_file(&data(file)).unwrap();
            let sound = sound.samples();
            let longer = sound.len().abs_diff(wav.len());
            assert!(
                longer <= surplus,
                "{file}: {} against {} samples",
                sound.len(),
                wav.len()
            );
            let alike_now = correlation(sound, wav);
            assert!(alike_now > alike, "{file}: correlation {alike_now}");
            let level = rms_db(sound) - rms_db(wav);
            assert!(level.abs() < 0.5, "{file}: {level} dB");
        }
        check("formats/lj.flac", &wav, 0.999_999, 0);
        check("formats/lj.ogg", &wav, 0.98, 64);
        check("formats/lj.mp3", &wav, 0.98, 64);
    }

    /// A WAV file of a 440 Hz tone of amplitude 0.5 on the first `heard` of `channels`.
    fn tone(rate: u32, channels: u16, heard: u16, bits: u16, float: bool) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        let sample_format = if float {
            hound::SampleFormat::Float
        } else {
            hound::SampleFormat::Int
        };
        let spec = hound::WavSpec {
            channels,
            sample_rate: rate,
            bits_per_sample: bits,
            sample_format,
        };
        let mut wav = hound::WavWriter::new(&mut bytes, spec).unwrap();
        for i in 0..rate {
            let phase = f64::from(i) * 440.0 * std::f64::consts::TAU / f64::from(rate);
            for channel in 0..channels {
                let x = if channel < heard {
                    0.5 * phase.sin()
                } else {
                    0.0
                };
                if float {
                    wav.write_sample(x as f32).unwrap();
                } else {
                    let full = f64::from(1_u32 << (bits - 1)) - 1.0;
                    wav.write_sample((x * full).round() as i32).unwrap();
                }
            }
        }
        wav.finalize().unwrap();
        bytes.into_inner()
    }

    #[test]
    fn every_kind_of_wav_keeps_its_level_and_length() {
        #[track_caller]
        fn check(rate: u32, channels: u16, heard: u16, bits: u16, float: bool) {
            let bytes = tone(rate, channels, heard, bits, float);
            let sound = Utterance::from_reader(&bytes[..], "tone.wav").unwrap();
            assert_eq!(sound.samples().len(), 16_000);
            let level = rms_db(&sound.samples()[1_600..14_400]) - rms_db(&[0.5, 0.0]);
            assert!(level.abs() < 0.2, "{level} dB");
        }
        for rate in [
            8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000, 192_000,
        ] {
            check(rate, 1, 1, 16, false);
        }
        for bits in [8, 16, 24, 32] {
            check(48_000, 2, 2, bits, false);
        }
        check(44_100, 2, 2, 32, true);
        // One microphone on a stereo or a surround input.
        check(44_100, 2, 1, 16, false);
        check(48_000, 6, 1, 24, false);
    }

    #[test]
    fn samples_that_are_no_numbers_are_silent() {
        let mut bytes = tone(16_000, 1, 1, 32, true);
        let body = bytes.len() - 4 * 16_000;
        for (i, wrong) in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1e30]
            .into_iter()
            .enumerate()
        {
            let at = body + 4 * (100 + i);
            bytes[at..at + 4].copy_from_slice(&wrong.to_le_bytes());
        }
        let sound = Utterance::from_reader(&bytes[..], "tone.wav").unwrap();
        assert_eq!(sound.samples()[100..104], [0.0, 0.0, 0.0, 1.0]);
        assert!(sound.samples().iter().all(|x| (-1.0..=1.0).contains(x)));
    }

    /// Writes a number into a copy of a WAV file's header.
    fn with<const N: usize>(wav: &[u8], at: usize, number: [u8; N]) -> Vec<u8> {
        let mut wav = wav.to_vec();
        wav[at..at + N].copy_from_slice(&number);
        wav
    }

    #[test]
    fn what_cannot_be_used_says_why_and_what_would_work() {
        let good = tone(16_000, 1, 1, 16, false);
        let mut noise = 1_u32;
        let random: Vec<u8> = std::iter::repeat_with(|| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (noise >> 24) as u8
        })
        .take(200_000)
        .collect();
        let mp3 = std::fs::read(data("formats/lj.mp3")).unwrap();
        let flac = std::fs::read(data("formats/lj.flac")).unwrap();
        let ogg = std::fs::read(data("formats/lj.ogg")).unwrap();
        let eleven_minutes = {
            let mut bytes = Cursor::new(Vec::new());
            let spec = hound::WavSpec {
                channels: 1,
                sample_rate: 8_000,
                bits_per_sample: 8,
                sample_format: hound::SampleFormat::Int,
            };
            let mut wav = hound::WavWriter::new(&mut bytes, spec).unwrap();
            for _ in 0..8_000 * 660 {
                wav.write_sample(0).unwrap();
            }
            wav.finalize().unwrap();
            bytes.into_inner()
        };
        let table: &[(&str, Vec<u8>)] = &[
            ("empty", Vec::new()),
            (
                "text",
                "你好。This is a letter, not a recording.\n"
                    .repeat(500)
                    .into_bytes(),
            ),
            ("random", random),
            ("picture", [&b"\x89PNG\r\n\x1a\n"[..], &[0; 4_000]].concat()),
            ("only a header", good[..44].to_vec()),
            ("half a header", good[..30].to_vec()),
            ("no samples", with(&good[..44], 40, 0_u32.to_le_bytes())),
            ("half a WAV", good[..good.len() / 2].to_vec()),
            ("half a FLAC", flac[..flac.len() / 2].to_vec()),
            ("no channels", with(&good, 22, 0_u16.to_le_bytes())),
            ("99 channels", with(&good, 22, 99_u16.to_le_bytes())),
            ("rate 0", with(&good, 24, 0_u32.to_le_bytes())),
            ("rate 1", with(&good, 24, 1_u32.to_le_bytes())),
            ("rate 4 GHz", with(&good, 24, u32::MAX.to_le_bytes())),
            ("codec 0x1234", with(&good, 20, 0x1234_u16.to_le_bytes())),
            ("bits 0", with(&good, 34, 0_u16.to_le_bytes())),
            ("eleven minutes", eleven_minutes),
            ("MP3 header", mp3[..100].to_vec()),
            ("Ogg header", ogg[..100].to_vec()),
        ];
        let mut said = String::new();
        for (name, bytes) in table {
            match Utterance::from_reader(&bytes[..], name) {
                Ok(sound) => said += &format!("{name}: NO ERROR, {sound:?}\n"),
                Err(error) => said += &format!("{error}\n"),
            }
        }
        insta::assert_snapshot!(said);
    }
}

mod end_of_speech {
    use super::*;

    const RATE: usize = 16_000;

    /// Hiss of a level in dB, always the same.
    fn hiss(db: f32, samples: usize) -> Vec<f32> {
        let a = 3.0_f32.sqrt() * 10_f32.powf(db / 20.0);
        let mut state = 1_u32;
        std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            a * ((state >> 8) as f32 / (1 << 23) as f32 - 1.0)
        })
        .take(samples)
        .collect()
    }

    /// Where the loud part of the first syllable begins and of the last one ends.
    fn syllables(sound: &[f32]) -> (usize, usize) {
        let levels: Vec<f32> = sound.chunks_exact(160).map(rms_db).collect();
        let mut sorted = levels.clone();
        sorted.sort_by(f32::total_cmp);
        let threshold = sorted[sorted.len() * 95 / 100] - 20.0;
        let loud = |w: &[f32]| w.iter().all(|&l| l > threshold);
        let start = levels.windows(3).position(loud).unwrap();
        let end = levels.windows(3).rposition(loud).unwrap() + 3;
        (start * 160, end * 160)
    }

    /// Parts one after the other in a quiet room.
    fn scene(parts: &[&[f32]]) -> Vec<f32> {
        let mut sound = parts.concat();
        let room = hiss(-70.0, sound.len());
        sound.iter_mut().zip(room).for_each(|(s, h)| *s += h);
        sound
    }

    fn silence(seconds: f32) -> Vec<f32> {
        vec![0.0; (seconds * RATE as f32) as usize]
    }

    /// The events but for the levels, with utterances told as where they lie in `sound`.
    fn told(sound: &[f32], events: Vec<SpeechEvent>) -> Vec<String> {
        let place = |utterance: &Utterance| {
            let key = &utterance.samples()[..64];
            let from = sound
                .windows(64)
                .position(|w| w == key)
                .expect("part of the sound");
            let seconds = |samples: usize| samples as f32 / RATE as f32;
            let to = seconds(from + utterance.samples().len());
            assert_eq!(
                &sound[from..from + utterance.samples().len()],
                utterance.samples()
            );
            format!("{:.1} to {to:.1}", seconds(from))
        };
        events
            .into_iter()
            .filter_map(|event| match event {
                SpeechEvent::Level(level) => {
                    assert!((0.0..=1.0).contains(&level), "{level}");
                    None
                }
                SpeechEvent::Ended(utterance) => Some(format!("ended, {}", place(&utterance))),
                SpeechEvent::TooLong(utterance) => Some(format!("too long, {}", place(&utterance))),
                SpeechEvent::Started => Some("started".to_owned()),
                SpeechEvent::Nothing => Some("nothing".to_owned()),
            })
            .collect()
    }

    #[test]
    fn nothing_is_cut_off_and_the_silence_is() {
        for name in RECORDINGS {
            let speech = recording(name);
            let sound = scene(&[&silence(1.0), &speech, &silence(2.5)]);
            let (start, end) = syllables(&speech);
            let (start, end) = (start + RATE, end + RATE);
            let events = Endpointer::new(EndpointOptions::default()).push(&sound);
            let utterances: Vec<_> = events
                .iter()
                .filter_map(|event| match event {
                    SpeechEvent::Ended(utterance) => Some(utterance.samples()),
                    _ => None,
                })
                .collect();
            let [utterance] = utterances[..] else {
                panic!("{name}: {events:?}")
            };
            let from = sound
                .windows(64)
                .position(|w| w == &utterance[..64])
                .unwrap();
            let to = from + utterance.len();
            assert!(from + RATE / 10 <= start, "{name}: {from} against {start}");
            assert!(
                from + RATE * 7 / 10 >= start,
                "{name}: {from} against {start}"
            );
            assert!(to >= end + RATE / 20, "{name}: {to} against {end}");
            assert!(to <= end + RATE * 7 / 10, "{name}: {to} against {end}");
        }
    }

    #[test]
    fn events_tell_the_story() {
        #[track_caller]
        fn check(options: EndpointOptions, parts: &[&[f32]], story: &[&str]) {
            let sound = scene(parts);
            let events = Endpointer::new(options).push(&sound);
            assert_eq!(told(&sound, events), story);
        }
        let options = EndpointOptions::default();
        let quick = EndpointOptions {
            silence: 0.7,
            ..options
        };
        let (zh, en) = (recording("kokoro_k016"), recording("ljspeech_LJ001-0002"));
        let (zh, en) = (&zh[..], &en[..]);
        // Two utterances, far enough apart or not.
        let parts = [&silence(1.0), en, &silence(2.0), zh, &silence(2.0)];
        check(
            options,
            &parts,
            &[
                "started",
                "ended, 0.6 to 3.1",
                "started",
                "ended, 4.9 to 7.5",
            ],
        );
        let parts = [&silence(1.0), en, &silence(1.2), en, &silence(2.0)];
        check(options, &parts, &["started", "ended, 0.6 to 6.3"]);
        check(
            quick,
            &parts,
            &[
                "started",
                "ended, 0.6 to 3.1",
                "started",
                "ended, 3.7 to 6.3",
            ],
        );
        // A click is no speech, nor is a room.
        let mut knock = silence(0.05);
        knock.fill(0.5);
        check(options, &[&silence(1.0), &knock, &silence(3.0)], &[]);
        check(options, &[&hiss(-35.0, 5 * RATE)], &[]);
        // Patience and its end.
        let patient = EndpointOptions {
            give_up_after: Some(2.0),
            ..options
        };
        check(patient, &[&silence(5.0)], &["nothing", "nothing"]);
        check(
            patient,
            &[&silence(1.5), en, &silence(2.0)],
            &["started", "ended, 1.1 to 3.6"],
        );
        // Endless talk.
        let short = EndpointOptions {
            max_length: 3.0,
            ..options
        };
        let story = [
            "started",
            "too long, 0.6 to 3.6",
            "started",
            "ended, 3.6 to 5.1",
        ];
        check(short, &[&silence(1.0), en, en, &silence(2.0)], &story);
    }

    #[test]
    fn the_button_ends_it_at_once() {
        let speech = recording("cv_zh-CN_18571525");
        let mut endpointer = Endpointer::new(EndpointOptions::default());
        assert_eq!(endpointer.finish(), SpeechEvent::Nothing);
        let sound = scene(&[&silence(1.0), &speech]);
        endpointer.push(&sound);
        let SpeechEvent::Ended(utterance) = endpointer.finish() else {
            panic!("no utterance")
        };
        assert!(utterance.seconds() > 1.2, "{utterance:?}");
        // Forgotten.
        assert_eq!(endpointer.finish(), SpeechEvent::Nothing);
        endpointer.push(&sound);
        endpointer.reset();
        assert_eq!(endpointer.finish(), SpeechEvent::Nothing);
    }

    #[test]
    fn samples_that_are_no_numbers_do_no_harm() {
        let mut sound = silence(1.0);
        sound.extend([f32::NAN, f32::INFINITY, -1e30].repeat(1_000));
        let mut endpointer = Endpointer::new(EndpointOptions::default());
        endpointer.push(&sound);
        let speech = scene(&[&silence(1.0), &recording("kokoro_k016"), &silence(2.0)]);
        let events = endpointer.push(&speech);
        assert!(
            events.iter().any(|e| matches!(e, SpeechEvent::Ended(_))),
            "{events:?}"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(12))]
        #[test]
        fn any_chunking_gives_the_same_events(
            chunks in prop::collection::vec(1_usize..5_000, 10..60),
            name in prop::sample::select(&RECORDINGS[..]),
            silent in 0.0_f32..2.0,
        ) {
            let speech = recording(name);
            let sound = scene(&[&silence(silent), &speech, &silence(1.8), &speech]);
            let mut whole = Endpointer::new(EndpointOptions::default());
            let mut expected = whole.push(&sound);
            expected.push(whole.finish());
            let mut pieces = Endpointer::new(EndpointOptions::default());
            let (mut events, mut rest) = (Vec::new(), &sound[..]);
            for n in chunks.into_iter().cycle() {
                let (head, tail) = rest.split_at(n.min(rest.len()));
                events.extend(pieces.push(head));
                rest = tail;
                if rest.is_empty() {
                    break;
                }
            }
            events.push(pieces.finish());
            prop_assert_eq!(events, expected);
        }
    }
}
