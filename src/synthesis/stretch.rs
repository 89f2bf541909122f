//! Slower speech of the same pitch: waveform-similarity overlap-add (W. Verhelst and M. Roelands,
//! "An overlap-add technique based on waveform similarity (WSOLA)", ICASSP 1993).
//!
//! Pieces of the sound, a little longer than a period of the voice, are laid out further apart
//! than they were; each is taken from where it continues the one before it best.

use super::SAMPLE_RATE;

/// The length of a piece: 30 ms holds two periods of the lowest voice.
const PIECE: usize = SAMPLE_RATE as usize * 30 / 1000;
/// Pieces overlap by half, with weights that add up to one.
const HOP: usize = PIECE / 2;
/// How far around its place a piece is looked for: 8 ms either way, a period of a low voice.
const REACH: usize = SAMPLE_RATE as usize * 8 / 1000;
/// Likeness is judged by every second sample, at every second place: speech has little above
/// 6 kHz that would tell more.
const STEP: usize = 2;

/// `samples` made `factor` times as long; from 1 (as they are) to 2.
#[must_use]
pub fn stretch(samples: &[f32], factor: f32) -> Vec<f32> {
    let factor = if factor.is_finite() {
        factor.clamp(1.0, 2.0)
    } else {
        1.0
    };
    if factor < 1.01 || samples.len() < 2 * PIECE {
        return samples.to_vec();
    }
    // Half a piece of silence in front, so that the first one is whole; enough behind.
    let mut sound = vec![0.0; HOP];
    sound.extend_from_slice(samples);
    sound.resize(sound.len() + 2 * PIECE + REACH, 0.0);

    let length = (samples.len() as f32 * factor) as usize;
    let weights: Vec<f32> = (0..PIECE)
        .map(|at| 0.5 - 0.5 * (std::f32::consts::TAU * at as f32 / PIECE as f32).cos())
        .collect();
    let mut out = vec![0.0; length + HOP + PIECE];
    let last = sound.len() - PIECE;
    let mut taken = 0;
    for start in (0..length + HOP).step_by(HOP) {
        if start > 0 {
            let place = (start as f32 / factor) as usize;
            let wanted = &sound[(taken + HOP).min(last)..];
            let around = place.saturating_sub(REACH)..=(place + REACH).min(last);
            taken = most_alike(&sound, around, &wanted[..PIECE]).unwrap_or(place.min(last));
        }
        let piece = &sound[taken..taken + PIECE];
        for ((to, from), weight) in out[start..].iter_mut().zip(piece).zip(&weights) {
            *to += from * weight;
        }
    }
    out.drain(..HOP);
    out.truncate(length);
    out
}

/// The place among `around` where `sound` is most like `wanted`, by normalised correlation.
fn most_alike(
    sound: &[f32],
    around: std::ops::RangeInclusive<usize>,
    wanted: &[f32],
) -> Option<usize> {
    let likeness = |&place: &usize| {
        let there = sound[place..place + PIECE].iter().step_by(STEP);
        let (mut product, mut energy) = (0.0, 1e-6);
        for (a, b) in there.zip(wanted.iter().step_by(STEP)) {
            product += a * b;
            energy += a * a;
        }
        product / f32::sqrt(energy)
    };
    around
        .step_by(STEP)
        .max_by(|a, b| likeness(a).total_cmp(&likeness(b)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hertz: f32, seconds: f32) -> Vec<f32> {
        let turn = std::f32::consts::TAU * hertz / SAMPLE_RATE as f32;
        (0..(seconds * SAMPLE_RATE as f32) as usize)
            .map(|at| 0.5 * (at as f32 * turn).sin())
            .collect()
    }

    /// Rises through zero a second, in the middle of the sound.
    fn pitch(samples: &[f32]) -> f32 {
        let middle = &samples[PIECE..samples.len() - PIECE];
        let rises = middle
            .windows(2)
            .filter(|pair| pair[0] <= 0.0 && pair[1] > 0.0);
        rises.count() as f32 * SAMPLE_RATE as f32 / middle.len() as f32
    }

    fn level(samples: &[f32]) -> f32 {
        let middle = &samples[PIECE..samples.len() - PIECE];
        (middle.iter().map(|s| s * s).sum::<f32>() / middle.len() as f32).sqrt()
    }

    #[test]
    fn longer_at_the_same_pitch_and_level() {
        #[track_caller]
        fn check(hertz: f32, factor: f32) {
            let sound = tone(hertz, 1.0);
            let slow = stretch(&sound, factor);
            let longer = slow.len() as f32 / sound.len() as f32;
            assert!((longer - factor).abs() < 0.01, "{longer} times as long");
            let (before, after) = (pitch(&sound), pitch(&slow));
            assert!(
                (after / before - 1.0).abs() < 0.03,
                "{before} Hz became {after}"
            );
            let (before, after) = (level(&sound), level(&slow));
            assert!(
                (after / before - 1.0).abs() < 0.05,
                "level {before} became {after}"
            );
        }
        for hertz in [90.0, 210.0, 400.0] {
            for factor in [1.05, 1.2, 1.5, 1.9] {
                check(hertz, factor);
            }
        }
    }

    #[test]
    fn what_need_not_change_does_not() {
        let sound = tone(200.0, 0.5);
        for factor in [0.5, 1.0, f32::NAN, f32::NEG_INFINITY] {
            assert_eq!(stretch(&sound, factor), sound, "{factor}");
        }
        assert_eq!(stretch(&sound[..PIECE], 1.5), &sound[..PIECE]);
        assert!(stretch(&[], 1.5).is_empty());
    }

    proptest::proptest! {
        #[test]
        fn any_sound_stays_within_its_limits(
            samples in proptest::collection::vec(-1.0f32..1.0, 0..6000),
            factor in proptest::num::f32::ANY,
        ) {
            let slow = stretch(&samples, factor);
            assert!(slow.len() >= samples.len().saturating_sub(1) && slow.len() <= 2 * samples.len());
            assert!(slow.iter().all(|sample| sample.abs() <= 1.001));
        }
    }
}
