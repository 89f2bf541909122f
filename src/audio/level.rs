//! Loudness: the person at the microphone against others in the room.

use std::collections::VecDeque;

use super::SAMPLE_RATE;

/// The level of some samples in dB of full scale; −120 for silence.
pub(crate) fn level_of(samples: &[f32]) -> f32 {
    to_db(power_of(samples))
}

fn power_of(samples: &[f32]) -> f32 {
    samples.iter().map(|x| x * x).sum::<f32>() / samples.len().max(1) as f32
}

fn to_db(power: f32) -> f32 {
    10.0 * power.max(1e-12).log10()
}

/// Levels are averaged over about a syllable, in seconds.
const SMOOTHING: f32 = 0.2;
/// The floor is the lowest level of so many seconds.
const MEMORY: f32 = 10.0;

/// Follows the level of a sound and its noise floor.
pub(crate) struct Floor {
    /// The weight of what came before when a frame comes.
    keep: f32,
    average: Option<f32>,
    minimum: SlidingMinimum,
}

impl Floor {
    /// For frames of `frame` samples.
    pub(crate) fn new(frame: usize) -> Self {
        let seconds = frame as f32 / SAMPLE_RATE as f32;
        Self {
            keep: (-seconds / SMOOTHING).exp(),
            average: None,
            minimum: SlidingMinimum::new((MEMORY / seconds) as usize),
        }
    }

    /// Takes the next frame and gives the present level and the floor, in dB.
    pub(crate) fn push(&mut self, frame: &[f32]) -> (f32, f32) {
        let power = power_of(frame);
        let before = self.average.unwrap_or(power);
        let average = before * self.keep + power * (1.0 - self.keep);
        self.average = Some(average);
        let level = to_db(average);
        (level, self.minimum.push(level))
    }
}

/// Background is at least this far below the speaker's loudest syllables, in dB…
const BELOW_SPEECH: f32 = 10.0;
/// …and at most this far above the floor: in a quiet room a soft ending still counts.
const ABOVE_FLOOR: f32 = 20.0;

/// Tells the person at the microphone from talk in the background, which a voice detector
/// cannot: a television would keep an utterance from ever ending. The distances were found
/// by measuring: see `docs/endpoint.md`.
pub(crate) struct LevelGate {
    floor: Floor,
    loudest: f32,
}

impl LevelGate {
    /// For frames of `frame` samples.
    pub(crate) fn new(frame: usize) -> Self {
        Self {
            floor: Floor::new(frame),
            loudest: f32::NEG_INFINITY,
        }
    }

    /// Takes the next frame and tells whether it is loud enough to be the speaker. Until
    /// somebody is `speaking` there is nothing to compare with, and everything is.
    pub(crate) fn push(&mut self, frame: &[f32], speaking: bool) -> bool {
        let (level, floor) = self.floor.push(frame);
        self.loudest = if speaking {
            self.loudest.max(level)
        } else {
            level
        };
        level >= (self.loudest - BELOW_SPEECH).min(floor + ABOVE_FLOOR)
    }
}

/// The smallest of the last `length` values.
struct SlidingMinimum {
    length: usize,
    count: usize,
    /// Candidates with the place they came at: ever larger, ever later.
    candidates: VecDeque<(usize, f32)>,
}

impl SlidingMinimum {
    fn new(length: usize) -> Self {
        Self {
            length,
            count: 0,
            candidates: VecDeque::new(),
        }
    }

    /// Takes the next value and gives the smallest.
    fn push(&mut self, value: f32) -> f32 {
        while self
            .candidates
            .back()
            .is_some_and(|&(_, last)| last >= value)
        {
            self.candidates.pop_back();
        }
        self.candidates.push_back((self.count, value));
        self.count += 1;
        while self
            .candidates
            .front()
            .is_some_and(|&(at, _)| at + self.length < self.count)
        {
            self.candidates.pop_front();
        }
        self.candidates.front().map_or(value, |&(_, least)| least)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn levels_are_in_db_of_full_scale() {
        let near = |samples: &[f32], db: f32| {
            assert!(
                (level_of(samples) - db).abs() < 0.01,
                "{}",
                level_of(samples)
            );
        };
        near(&[1.0, -1.0], 0.0);
        near(&[0.1; 7], -20.0);
        near(&[0.0; 256], -120.0);
        near(&[], -120.0);
    }

    /// Plays seconds of levels (in dB) to a gate and counts the seconds in which most frames
    /// pass as the speaker.
    fn passing(levels: &[(f32, f32)]) -> Vec<bool> {
        let mut gate = LevelGate::new(256);
        levels
            .iter()
            .map(|&(db, seconds)| {
                let frame = [10_f32.powf(db / 20.0); 256];
                let frames = (seconds * 62.5) as usize;
                let passed = (0..frames).filter(|_| gate.push(&frame, true)).count();
                2 * passed > frames
            })
            .collect()
    }

    #[test]
    fn a_television_behind_the_speaker_does_not_pass() {
        assert_eq!(
            passing(&[(-40.0, 2.0), (-20.0, 3.0), (-40.0, 2.0)]),
            [true, true, false]
        );
    }

    #[test]
    fn a_soft_ending_in_a_quiet_room_passes() {
        assert_eq!(
            passing(&[(-70.0, 2.0), (-20.0, 3.0), (-38.0, 2.0)]),
            [true, true, true]
        );
    }

    proptest! {
        #[test]
        fn the_sliding_minimum_is_the_minimum(
            values in prop::collection::vec(-90.0_f32..0.0, 1..60), length in 1_usize..10,
        ) {
            let mut minimum = SlidingMinimum::new(length);
            for (i, &value) in values.iter().enumerate() {
                let from = (i + 1).saturating_sub(length);
                let least = values[from..=i].iter().copied().fold(f32::INFINITY, f32::min);
                prop_assert_eq!(minimum.push(value), least);
            }
        }
    }
}
