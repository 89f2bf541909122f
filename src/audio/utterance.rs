//! What somebody said, as sound.

/// Samples a second of every [`Utterance`].
pub const SAMPLE_RATE: u32 = 16_000;

/// 20 ms.
const FRAME: usize = SAMPLE_RATE as usize / 50;
/// What is kept of the silence before and after the sound: 0.2 s.
const MARGIN: usize = SAMPLE_RATE as usize / 5;
/// So far below the level that a tenth of the frames exceed is silence.
const SILENCE_DB: f32 = 40.0;

/// The sample within −1 to 1; silence where it is not a number.
pub(super) fn sane(sample: f32) -> f32 {
    if sample.is_finite() {
        sample.clamp(-1.0, 1.0)
    } else {
        0.0
    }
}

/// A piece of speech: 16 kHz, mono, −1 to 1.
///
/// It is never written to disk, and its `Debug` form tells its length only.
#[derive(Clone, PartialEq)]
pub struct Utterance {
    samples: Vec<f32>,
}

impl Utterance {
    /// Takes samples that already have [`SAMPLE_RATE`].
    #[must_use]
    pub fn new(samples: Vec<f32>) -> Self {
        Self { samples }
    }

    /// The samples.
    #[must_use]
    pub fn samples(&self) -> &[f32] {
        &self.samples
    }

    /// Its root mean square, 0 to 1.
    #[must_use]
    pub fn rms(&self) -> f32 {
        let energy: f64 = self
            .samples
            .iter()
            .map(|&s| f64::from(s) * f64::from(s))
            .sum();
        (energy / self.samples.len().max(1) as f64).sqrt() as f32
    }

    /// What is left without the silence at both ends, but for 0.2 s of it. Silence is
    /// whatever lies 40 dB below the loud parts, so in a noisy room nothing is cut.
    #[must_use]
    pub fn without_silence(&self) -> &[f32] {
        let energies: Vec<f32> = self
            .samples
            .chunks(FRAME)
            .map(|frame| frame.iter().map(|s| s * s).sum::<f32>() / frame.len() as f32)
            .collect();
        let mut sorted = energies.clone();
        sorted.sort_by(f32::total_cmp);
        let Some(loud) = sorted.get(sorted.len() * 9 / 10) else {
            return &self.samples;
        };
        let floor = loud * 10.0_f32.powf(-SILENCE_DB / 10.0);
        let is_sound = |energy: &f32| *energy > floor;
        let (Some(first), Some(last)) = (
            energies.iter().position(is_sound),
            energies.iter().rposition(is_sound),
        ) else {
            return &self.samples;
        };
        let start = (first * FRAME).saturating_sub(MARGIN);
        let end = ((last + 1) * FRAME + MARGIN).min(self.samples.len());
        &self.samples[start..end]
    }

    /// Its length in seconds.
    #[must_use]
    pub fn seconds(&self) -> f32 {
        self.samples.len() as f32 / SAMPLE_RATE as f32
    }
}

impl std::fmt::Debug for Utterance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Utterance({:.2} s)", self.seconds())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seconds of a tone with an amplitude of 0.5 between silences of the given level.
    fn sound(before: f32, tone: f32, after: f32, hiss: f32) -> Utterance {
        let count = |seconds: f32| (seconds * SAMPLE_RATE as f32) as usize;
        let (start, end) = (count(before), count(before + tone));
        let sample = |i: usize| match i {
            i if (start..end).contains(&i) => 0.5 * (i as f32 * 0.3).sin(),
            i => hiss * (i as f32 * 0.7).sin(),
        };
        Utterance::new((0..count(before + tone + after)).map(sample).collect())
    }

    #[test]
    fn only_silence_is_cut_and_a_little_of_it_stays() {
        #[track_caller]
        fn check(utterance: &Utterance, seconds: f32) {
            let left = utterance.without_silence().len() as f32 / SAMPLE_RATE as f32;
            assert!((left - seconds).abs() < 0.05, "{left} {seconds}");
        }
        check(&sound(1.0, 2.0, 1.5, 0.0), 2.4);
        check(&sound(0.1, 2.0, 0.1, 0.0), 2.2);
        check(&sound(1.0, 2.0, 1.5, 0.001), 2.4);
        // A noisy room is no silence.
        check(&sound(1.0, 2.0, 1.5, 0.05), 4.5);
        // Nor is anything cut where nothing sounds, or where there is nothing.
        check(&sound(1.0, 0.0, 0.0, 0.0), 1.0);
        check(&Utterance::new(Vec::new()), 0.0);
    }
}
