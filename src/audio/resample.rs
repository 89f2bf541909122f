//! From one sample rate to another, as the sound comes in.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler as _};

/// The lowest sample rate that is taken, in Hz (telephone sound).
pub const LOWEST_RATE: u32 = 8_000;
/// The highest sample rate that is taken, in Hz.
pub const HIGHEST_RATE: u32 = 192_000;

/// A rate outside [`LOWEST_RATE`] to [`HIGHEST_RATE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} samples a second cannot be used: from 8,000 to 192,000 can")]
pub struct UnsupportedRate(pub u32);

/// Changes the sample rate of mono sound piece by piece.
///
/// The pieces may have any length; what comes out is the same however the sound was cut up.
/// The delay of the filter is taken off the front, and [`Resampler::finish`] brings the end
/// out, so that sound of `n` samples becomes `n × to / from` samples (rounded) and every
/// sound stays at its time. The band is flat to about 0.95 of the lower rate's half.
///
/// The sound comes out about 0.05 s late for the usual rates. Rates that share no large
/// divisor need longer blocks: at the worst (44,101 Hz) it is a second.
pub struct Resampler {
    /// `None` where both rates are the same.
    filter: Option<Filter>,
    from: u32,
    to: u32,
    /// Samples taken and given since the start of this sound.
    taken: u64,
    given: u64,
}

struct Filter {
    fft: Fft<f32>,
    /// Input that does not fill a block yet.
    pending: Vec<f32>,
    block: Vec<f32>,
    /// How much of the filter's delay is still to be thrown away.
    to_skip: usize,
}

impl Resampler {
    /// Makes a resampler from rate `from` to rate `to`, both in Hz.
    ///
    /// # Errors
    /// If one of them is below [`LOWEST_RATE`] or above [`HIGHEST_RATE`].
    pub fn new(from: u32, to: u32) -> Result<Self, UnsupportedRate> {
        for rate in [from, to] {
            if !(LOWEST_RATE..=HIGHEST_RATE).contains(&rate) {
                return Err(UnsupportedRate(rate));
            }
        }
        let filter = if from == to {
            None
        } else {
            Some(Filter::new(from, to)?)
        };
        Ok(Self {
            filter,
            from,
            to,
            taken: 0,
            given: 0,
        })
    }

    /// Takes the next samples and appends to `out` what is ready.
    pub fn push(&mut self, samples: &[f32], out: &mut Vec<f32>) {
        self.taken += samples.len() as u64;
        let before = out.len();
        match &mut self.filter {
            None => out.extend_from_slice(samples),
            Some(filter) => filter.push(samples, out),
        }
        self.given += (out.len() - before) as u64;
    }

    /// Appends the rest of the sound to `out` and makes ready for another sound.
    pub fn finish(&mut self, out: &mut Vec<f32>) {
        let due =
            (self.taken * u64::from(self.to) + u64::from(self.from) / 2) / u64::from(self.from);
        let missing = due.saturating_sub(self.given) as usize;
        if let Some(filter) = &mut self.filter {
            let end = out.len() + missing;
            let silence = vec![0.0; filter.fft.input_frames_max()];
            while out.len() < end {
                filter.push(&silence, out);
            }
            out.truncate(end);
        }
        self.reset();
    }

    /// Forgets the sound so far.
    pub fn reset(&mut self) {
        (self.taken, self.given) = (0, 0);
        if let Some(filter) = &mut self.filter {
            filter.reset();
        }
    }
}

impl Filter {
    fn new(from: u32, to: u32) -> Result<Self, UnsupportedRate> {
        // A block of 1/32 s puts the cut-off at 0.97 of the lower rate's half.
        let chunk = from as usize / 32;
        let fft = Fft::new_custom(
            from as usize,
            to as usize,
            chunk,
            1,
            1,
            rubato::WindowFunction::BlackmanHarris2,
            FixedSync::Both,
        )
        .map_err(|_| UnsupportedRate(from))?;
        Ok(Self {
            pending: Vec::with_capacity(fft.input_frames_max()),
            block: vec![0.0; fft.output_frames_max()],
            to_skip: fft.output_delay(),
            fft,
        })
    }

    fn push(&mut self, mut samples: &[f32], out: &mut Vec<f32>) {
        let size = self.fft.input_frames_next();
        while self.pending.len() + samples.len() >= size {
            let (head, rest) = samples.split_at(size - self.pending.len());
            self.pending.extend_from_slice(head);
            samples = rest;
            self.run(out);
            self.pending.clear();
        }
        self.pending.extend_from_slice(samples);
    }

    /// Resamples the full block in `pending`.
    fn run(&mut self, out: &mut Vec<f32>) {
        let (frames_in, frames_out) = (self.pending.len(), self.block.len());
        let written = InterleavedSlice::new(&self.pending, 1, frames_in)
            .ok()
            .zip(InterleavedSlice::new_mut(&mut self.block, 1, frames_out).ok())
            .and_then(|(input, mut output)| {
                self.fft.process_into_buffer(&input, &mut output, None).ok()
            })
            .map(|(_, written)| written);
        // Both buffers have the sizes that the filter asked for, so it cannot refuse them.
        debug_assert_eq!(written, Some(frames_out));
        let skipped = self.to_skip.min(frames_out);
        self.to_skip -= skipped;
        out.extend_from_slice(&self.block[skipped..]);
    }

    fn reset(&mut self) {
        self.fft.reset();
        self.pending.clear();
        self.to_skip = self.fft.output_delay();
    }
}

impl std::fmt::Debug for Resampler {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Resampler({} to {} Hz)", self.from, self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tone(rate: u32, hz: f32, seconds: f32) -> Vec<f32> {
        let n = (rate as f32 * seconds) as usize;
        let step = std::f64::consts::TAU * f64::from(hz) / f64::from(rate);
        (0..n)
            .map(|i| 0.5 * (step * i as f64).sin() as f32)
            .collect()
    }

    fn resampled(from: u32, to: u32, sound: &[f32]) -> Vec<f32> {
        let mut out = Vec::new();
        let mut resampler = Resampler::new(from, to).unwrap();
        resampler.push(sound, &mut out);
        resampler.finish(&mut out);
        out
    }

    /// The level of the part of `sound` that has the frequency `hz`, and of all the rest,
    /// in dB relative to a tone of amplitude 0.5.
    fn levels(rate: u32, hz: f32, sound: &[f32]) -> (f64, f64) {
        let edge = sound.len() / 8;
        let middle = &sound[edge..sound.len() - edge];
        let step = std::f64::consts::TAU * f64::from(hz) / f64::from(rate);
        let (mut re, mut im) = (0.0, 0.0);
        for (i, &x) in middle.iter().enumerate() {
            re += f64::from(x) * (step * i as f64).cos();
            im += f64::from(x) * (step * i as f64).sin();
        }
        let n = middle.len() as f64;
        let (re, im) = (2.0 * re / n, 2.0 * im / n);
        let rest: f64 = middle
            .iter()
            .enumerate()
            .map(|(i, &x)| {
                let (sin, cos) = (step * i as f64).sin_cos();
                (f64::from(x) - re * cos - im * sin).powi(2)
            })
            .sum::<f64>()
            / n;
        let full = 0.5_f64;
        (
            20.0 * ((re * re + im * im).sqrt() / full).log10(),
            10.0 * (2.0 * rest / (full * full)).max(1e-20).log10(),
        )
    }

    #[test]
    fn tones_keep_frequency_level_and_length() {
        #[track_caller]
        fn check(from: u32, to: u32, hz: f32) {
            let sound = tone(from, hz, 1.0);
            let out = resampled(from, to, &sound);
            let due = (sound.len() as f64 * f64::from(to) / f64::from(from)).round() as usize;
            assert_eq!(out.len(), due, "{from} to {to}");
            let (level, rest) = levels(to, hz, &out);
            assert!(
                level.abs() < 0.5,
                "{from} to {to}, {hz} Hz: level {level:.2} dB"
            );
            assert!(
                rest < -40.0,
                "{from} to {to}, {hz} Hz: other sound {rest:.1} dB"
            );
        }
        for device in [
            8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000, 192_000,
        ] {
            for hz in [100.0, 1_000.0, 3_400.0] {
                check(device, 16_000, hz);
                check(24_000, device, hz);
            }
            let half = device.min(16_000) as f32 / 2.0;
            check(device, 16_000, 0.9 * half);
        }
        // No large common divisor.
        check(44_101, 16_000, 1_000.0);
        check(24_000, 47_999, 1_000.0);
    }

    #[test]
    fn what_is_too_high_is_lost_and_not_folded_down() {
        #[track_caller]
        fn check(from: u32, to: u32, hz: f32) {
            let out = resampled(from, to, &tone(from, hz, 1.0));
            let rms = (out.iter().map(|x| x * x).sum::<f32>() / out.len() as f32).sqrt();
            let db = 20.0 * (rms / (0.5 / 2.0_f32.sqrt())).max(1e-10).log10();
            assert!(db < -40.0, "{from} to {to}, {hz} Hz: {db:.1} dB");
        }
        check(48_000, 16_000, 8_500.0);
        check(48_000, 16_000, 12_000.0);
        check(44_100, 16_000, 15_000.0);
        check(192_000, 16_000, 60_000.0);
        check(24_000, 16_000, 11_000.0);
        check(24_000, 8_000, 4_500.0);
    }

    #[test]
    fn sounds_stay_at_their_time() {
        for (from, to) in [
            (48_000, 16_000),
            (44_100, 16_000),
            (24_000, 48_000),
            (8_000, 16_000),
        ] {
            let mut clicks = vec![0.0; from as usize / 2];
            let places = [0.0, 0.1, 0.4];
            for at in places {
                let i = (at * from as f32) as usize;
                clicks[i..i + 8].fill(0.5);
            }
            let out = resampled(from, to, &clicks);
            for at in places {
                let i = (at * to as f32) as usize;
                let near = &out[i..i + (to as usize / 100)];
                let peak = near.iter().fold(0.0_f32, |m, x| m.max(x.abs()));
                assert!(peak > 0.2, "{from} to {to}: click at {at} s is {peak}");
            }
        }
    }

    #[test]
    fn absurd_rates_are_refused() {
        for (from, to) in [
            (0, 16_000),
            (7_999, 16_000),
            (192_001, 16_000),
            (24_000, 4_000_000),
        ] {
            assert!(Resampler::new(from, to).is_err(), "{from} to {to}");
        }
        assert_eq!(
            UnsupportedRate(12).to_string(),
            "12 samples a second cannot be used: from 8,000 to 192,000 can"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn any_chunking_gives_the_same_sound(
            chunks in prop::collection::vec(1_usize..3_000, 1..20),
            rates in prop::sample::select(vec![
                (44_100, 16_000), (48_000, 16_000), (24_000, 44_100), (16_000, 16_000),
            ]),
        ) {
            let total = chunks.iter().sum::<usize>();
            let sound = tone(rates.0, 440.0, total as f32 / rates.0 as f32 + 0.01);
            let whole = resampled(rates.0, rates.1, &sound[..total]);
            let mut resampler = Resampler::new(rates.0, rates.1).unwrap();
            // A sound before this one must leave nothing behind.
            let mut out = Vec::new();
            resampler.push(&sound, &mut out);
            resampler.finish(&mut out);
            out.clear();
            let mut rest = &sound[..total];
            for n in chunks {
                let (head, tail) = rest.split_at(n);
                resampler.push(head, &mut out);
                rest = tail;
            }
            resampler.finish(&mut out);
            prop_assert_eq!(out, whole);
        }
    }
}
