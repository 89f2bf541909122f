//! What is done to a clause's sound before it is heard: silence trimmed, ends faded,
//! level set.

use super::SAMPLE_RATE;

/// The loudness of every clause, in LUFS (ITU-R BS.1770). Speech of devices for older people
/// is set well above the −23 LUFS of broadcasting.
const LOUDNESS: f64 = -20.0;
/// The highest sample after the level is set: −1 dB.
const PEAK: f32 = 0.89;
/// How far a clause's level may be moved, as a factor: ±12 dB. What lies further
/// out is noise, not speech, and is left quiet.
const MOST_GAIN: f64 = 4.0;
/// What stays of the silence at each end, in seconds.
pub const MARGIN: f32 = 0.04;
/// The length of the fade at each end, in seconds.
const FADE: f32 = 0.008;
/// The length of the window that looks for silence, in seconds.
const WINDOW: f32 = 0.01;
/// A window is silent below this share of the loudest window's level (−40 dB): the
/// breath of a last s or f is at about −30 dB.
const SILENT: f32 = 0.01;

/// Trims silence at both ends down to [`MARGIN`], fades the ends and sets the level.
/// Gives nothing if there is no sound.
#[must_use]
pub fn finish(samples: &[f32]) -> Vec<f32> {
    // A network may give anything; what is no sound counts as silence.
    let clean = |&sample: &f32| {
        if sample.is_finite() {
            sample.clamp(-8.0, 8.0)
        } else {
            0.0
        }
    };
    let samples: Vec<f32> = samples.iter().map(clean).collect();
    let mut samples = trim(&samples).to_vec();
    let gain = gain(&samples);
    for sample in &mut samples {
        *sample *= gain;
    }
    fade(&mut samples);
    samples
}

/// The part between the first and the last window that is not silent, with a margin.
fn trim(samples: &[f32]) -> &[f32] {
    let window = in_samples(WINDOW);
    let levels: Vec<f32> = samples.chunks(window).map(level).collect();
    let silent = levels.iter().copied().fold(0.0, f32::max) * SILENT;
    let sounds = |&level: &f32| level > silent;
    let (Some(first), Some(last)) = (
        levels.iter().position(sounds),
        levels.iter().rposition(sounds),
    ) else {
        return &[];
    };
    let margin = in_samples(MARGIN);
    let start = (first * window).saturating_sub(margin);
    let end = ((last + 1) * window + margin).min(samples.len());
    &samples[start..end]
}

/// The root of the mean square.
fn level(window: &[f32]) -> f32 {
    let square: f32 = window.iter().map(|sample| sample * sample).sum();
    (square / window.len().max(1) as f32).sqrt()
}

/// The factor that brings `samples` to [`LOUDNESS`] without passing [`PEAK`].
fn gain(samples: &[f32]) -> f32 {
    let wanted = match loudness(samples) {
        Some(loudness) => 10f64
            .powf((LOUDNESS - loudness) / 20.0)
            .clamp(1.0 / MOST_GAIN, MOST_GAIN),
        None => 1.0,
    };
    let peak = samples
        .iter()
        .fold(0f32, |peak, sample| peak.max(sample.abs()));
    (wanted as f32).min(PEAK / peak.max(f32::MIN_POSITIVE))
}

/// The gated loudness in LUFS. A clause shorter than the meter's block of 0.4 s is
/// repeated until it fills one.
fn loudness(samples: &[f32]) -> Option<f64> {
    if samples.is_empty() {
        return None;
    }
    let mut meter = ebur128::EbuR128::new(1, SAMPLE_RATE, ebur128::Mode::I).ok()?;
    let block = in_samples(0.5);
    for _ in 0..block.div_ceil(samples.len()) {
        meter.add_frames_f32(samples).ok()?;
    }
    meter
        .loudness_global()
        .ok()
        .filter(|loudness| loudness.is_finite())
}

/// A rise and a fall in the form of a raised cosine, so that no end clicks.
fn fade(samples: &mut [f32]) {
    let length = in_samples(FADE).min(samples.len() / 2);
    let end = samples.len();
    for at in 0..length {
        let share = (at as f32 + 0.5) / length as f32;
        let factor = 0.5 - 0.5 * (std::f32::consts::PI * share).cos();
        samples[at] *= factor;
        samples[end - 1 - at] *= factor;
    }
}

fn in_samples(seconds: f32) -> usize {
    (seconds * SAMPLE_RATE as f32) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tone of `level` between silences, like a clause of the model.
    fn tone(level: f32, seconds: f32) -> Vec<f32> {
        let tone = (0..in_samples(seconds)).map(|at| level * (at as f32 * 0.1).sin());
        let silence = |seconds| std::iter::repeat_n(1e-4, in_samples(seconds));
        silence(0.4).chain(tone).chain(silence(1.1)).collect()
    }

    #[test]
    fn silence_is_trimmed_to_the_margin() {
        let length = finish(&tone(0.3, 1.0)).len() as f32 / SAMPLE_RATE as f32;
        assert!((length - 1.08).abs() < 0.021, "{length}");
    }

    #[test]
    fn loud_and_quiet_clauses_get_the_same_level() {
        #[track_caller]
        fn check(input: f32, seconds: f32) {
            let loudness = loudness(&finish(&tone(input, seconds))).expect("loud enough");
            assert!(
                (loudness - LOUDNESS).abs() < 1.0,
                "{input} for {seconds} s: {loudness} LUFS"
            );
        }
        check(0.05, 1.0);
        check(0.3, 1.0);
        check(0.3, 0.2);
        check(0.5, 3.0);
    }

    #[test]
    fn nothing_clicks_or_clips() {
        let sound = finish(&tone(0.9, 0.5));
        assert!(sound.first().is_some_and(|s| s.abs() < 1e-3));
        assert!(sound.last().is_some_and(|s| s.abs() < 1e-3));
        assert!(sound.iter().all(|s| s.abs() <= PEAK + 1e-3));
    }

    #[test]
    fn silence_and_noise_that_is_no_number_give_nothing() {
        assert!(finish(&[]).is_empty());
        assert!(finish(&[0.0; 24_000]).is_empty());
        assert!(finish(&[f32::NAN; 24_000]).is_empty());
    }
}
