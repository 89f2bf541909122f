//! How well two sequences of sounds run along each other.
//!
//! Local alignment after Smith and Waterman ("Identification of common molecular
//! subsequences", 1981): the best run of sounds that both have, where a near sound
//! earns less, a foreign one costs, and each sound counts by what it tells.

use crate::text::sound::Sound;

/// A sequence of sounds with the weight of each.
#[derive(Debug, Default, Clone)]
pub(super) struct Melody {
    sounds: Vec<Sound>,
    weights: Vec<f32>,
    /// The sum of the weights.
    pub total: f32,
}

impl Melody {
    pub fn new(sounds: Vec<Sound>, weights: Vec<f32>) -> Self {
        let total = weights.iter().sum();
        Self {
            sounds,
            weights,
            total,
        }
    }
}

/// A sound that differs by this much neither earns nor costs.
const NEUTRAL: f32 = 0.4;
/// What leaving a sound out costs, as a share of its weight.
const GAP: f32 = 0.5;

/// The weight of the sounds that `a` and `b` share in one run, 0 to the smaller total.
pub(super) fn shared(a: &Melody, b: &Melody) -> f32 {
    let mut best = 0.0_f32;
    let mut above = vec![0.0_f32; b.sounds.len() + 1];
    let mut row = above.clone();
    for (sound_a, weight_a) in a.sounds.iter().zip(&a.weights) {
        for (j, (sound_b, weight_b)) in b.sounds.iter().zip(&b.weights).enumerate() {
            let weight = weight_a.min(*weight_b);
            let gain = weight * (1.0 - sound_a.distance(*sound_b) / NEUTRAL).max(-1.0);
            let longest = (above[j] + gain)
                .max(above[j + 1] - GAP * weight_a)
                .max(row[j] - GAP * weight_b);
            row[j + 1] = longest.max(0.0);
            best = best.max(row[j + 1]);
        }
        std::mem::swap(&mut above, &mut row);
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::sound::syllables;

    fn melody(text: &str) -> Melody {
        let sounds: Vec<_> = syllables(text).into_iter().map(Sound::Syllable).collect();
        let weights = vec![1.0; sounds.len()];
        Melody::new(sounds, weights)
    }

    #[test]
    fn near_sounds_run_along() {
        let asked = melody("那个一包卡丢了咋办");
        let near = shared(&asked, &melody("医保卡丢了"));
        assert!(near > 4.0 && near <= 5.0, "{near}");
        assert!(shared(&asked, &melody("水费怎么交")) < 1.5);
        assert_eq!(shared(&asked, &melody("")), 0.0);
    }
}
