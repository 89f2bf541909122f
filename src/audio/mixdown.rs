//! From several channels to one.

use super::utterance::sane;

/// A channel this much below the loudest one (−30 dB in power) counts as silent.
const SILENT: f32 = 1e-3;
/// If the average has less power than this share of the loudest channel (−13 dB), the
/// channels cancel each other. Eight unrelated channels of one level have 1/8.
const CANCELLED: f32 = 0.05;
/// The time over which levels are remembered, in seconds.
const MEMORY: f32 = 2.0;

/// Mixes interleaved channels down to mono.
///
/// It averages the channels, but
/// - leaves silent channels out: one microphone on a stereo input keeps its level;
/// - takes the loudest channel alone where the channels cancel each other, as on laptops
///   whose two microphones have opposite phase.
///
/// It decides from the levels of the last two seconds, and a change of mind is faded over
/// one piece of sound. Samples that are not numbers become silence.
#[derive(Debug, Clone)]
pub(crate) struct Mixdown {
    memory: f32,
    power: Vec<f32>,
    average_power: f32,
    weights: Vec<f32>,
    started: bool,
}

impl Mixdown {
    /// For `channels` (at least 1) interleaved channels at `rate` Hz.
    pub(crate) fn new(channels: usize, rate: u32) -> Self {
        let channels = channels.max(1);
        Self {
            memory: MEMORY * rate as f32,
            power: vec![0.0; channels],
            average_power: 0.0,
            weights: vec![1.0 / channels as f32; channels],
            started: false,
        }
    }

    /// Mixes whole frames and appends one sample for each to `out`.
    pub(crate) fn push(&mut self, interleaved: &[f32], out: &mut Vec<f32>) {
        let channels = self.weights.len();
        if channels == 1 {
            out.extend(interleaved.iter().copied().map(sane));
            return;
        }
        let frames = interleaved.len() / channels;
        if frames == 0 {
            return;
        }
        let weights = self.weights_after(interleaved, frames);
        let before = if self.started {
            &self.weights
        } else {
            &weights
        };
        out.extend(
            interleaved
                .chunks_exact(channels)
                .enumerate()
                .map(|(i, frame)| {
                    let t = (i + 1) as f32 / frames as f32;
                    frame
                        .iter()
                        .zip(before.iter().zip(&weights))
                        .map(|(&x, (&old, &new))| sane(x) * (old + t * (new - old)))
                        .sum::<f32>()
                }),
        );
        self.weights = weights;
        self.started = true;
    }

    /// Takes the levels of these frames into account and gives the weights that fit now.
    fn weights_after(&mut self, interleaved: &[f32], frames: usize) -> Vec<f32> {
        let channels = self.weights.len();
        let keep = (-(frames as f32) / self.memory).exp();
        for (c, power) in self.power.iter_mut().enumerate() {
            let new: f32 = interleaved
                .iter()
                .skip(c)
                .step_by(channels)
                .map(|&x| sane(x).powi(2))
                .sum();
            *power = *power * keep + new;
        }
        let (leader, loudest) =
            self.power
                .iter()
                .copied()
                .enumerate()
                .fold(
                    (0, 0.0),
                    |best, next| if next.1 > best.1 { next } else { best },
                );
        let heard: Vec<bool> = self.power.iter().map(|&p| p >= loudest * SILENT).collect();
        let share = 1.0 / heard.iter().filter(|&&heard| heard).count().max(1) as f32;
        let average: Vec<f32> = heard.iter().map(|&h| if h { share } else { 0.0 }).collect();
        let new: f32 = interleaved
            .chunks_exact(channels)
            .map(|frame| {
                let sum: f32 = frame.iter().zip(&average).map(|(&x, w)| sane(x) * w).sum();
                sum * sum
            })
            .sum();
        self.average_power = self.average_power * keep + new;
        if self.average_power < loudest * CANCELLED {
            (0..channels)
                .map(|c| if c == leader { 1.0 } else { 0.0 })
                .collect()
        } else {
            average
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(i: usize, hz: f32) -> f32 {
        0.5 * (std::f32::consts::TAU * hz * i as f32 / 16_000.0).sin()
    }

    /// Mixes two seconds of frames made by `frame`, in uneven pieces, and gives the level of
    /// the last second relative to a tone of amplitude 0.5, in dB.
    #[track_caller]
    fn level<const N: usize>(frame: impl Fn(usize) -> [f32; N]) -> f32 {
        let frames: Vec<f32> = (0..32_000).flat_map(frame).collect();
        let mut mixdown = Mixdown::new(N, 16_000);
        let mut out = Vec::new();
        for piece in frames.chunks(N * 333) {
            mixdown.push(piece, &mut out);
        }
        assert_eq!(out.len(), 32_000);
        assert!(out.iter().all(|x| x.is_finite()));
        let power = out[16_000..].iter().map(|x| x * x).sum::<f32>() / 16_000.0;
        10.0 * (power / 0.125).log10()
    }

    #[test]
    fn the_level_is_kept() {
        let near = |db: f32, expected: f32| assert!((db - expected).abs() < 0.2, "{db} dB");
        near(level(|i| [tone(i, 440.0)]), 0.0);
        near(level(|i| [tone(i, 440.0), tone(i, 440.0)]), 0.0);
        near(level(|i| [tone(i, 440.0), 0.0]), 0.0);
        near(level(|i| [0.0, tone(i, 440.0)]), 0.0);
        // Hiss on the unused channel.
        near(
            level(|i| [0.002 * (i % 7) as f32 / 7.0, tone(i, 440.0)]),
            0.0,
        );
        near(level(|i| [tone(i, 440.0), -tone(i, 440.0)]), 0.0);
        near(
            level(|i| [tone(i, 440.0), 0.0, 0.0, f32::NAN, 0.0, 0.0]),
            0.0,
        );
        // Two voices, one on each channel: both stay.
        near(level(|i| [tone(i, 440.0), tone(i, 700.0)]), -3.0);
    }

    #[test]
    fn a_change_does_not_click() {
        let frames: Vec<f32> = (0..32_000)
            .flat_map(|i| {
                [
                    tone(i, 100.0),
                    if i > 16_000 { tone(i, 100.0) } else { 0.0 },
                ]
            })
            .collect();
        let mut mixdown = Mixdown::new(2, 16_000);
        let mut out = Vec::new();
        for piece in frames.chunks(2 * 320) {
            mixdown.push(piece, &mut out);
        }
        let steepest = out
            .windows(2)
            .map(|w| (w[1] - w[0]).abs())
            .fold(0.0, f32::max);
        let usual = 0.5 * std::f32::consts::TAU * 100.0 / 16_000.0;
        assert!(steepest < 1.5 * usual, "{steepest} against {usual}");
    }
}
