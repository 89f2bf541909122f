//! How fast, how loud and how patient: adapted to the person, within limits, forgotten after.

use std::time::Duration;

/// The three rates: 150, 190 and 250 Chinese characters a minute, as multiples of the middle one.
pub const RATES: [f32; 3] = [0.79, 1.0, 1.32];
/// The volumes, as factors of the samples.
pub const VOLUMES: [f32; 5] = [0.4, 0.65, 1.0, 1.4, 2.0];
/// The usual one of [`VOLUMES`].
pub const USUAL_VOLUME: usize = 2;
/// The silences that end an utterance, in milliseconds.
pub const WAITS: [u64; 4] = [1500, 2000, 2500, 3000];
/// The pause between sentences, in milliseconds.
const BETWEEN: u64 = 400;
/// The pause before a step, in milliseconds.
const BEFORE_STEP: u64 = 800;
/// Below this many Chinese characters (or English syllables, near enough) a second somebody
/// speaks slowly and pauses within sentences.
const SLOW_SPEAKER: f32 = 2.2;

/// The pace of one conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace {
    rate: usize,
    volume: usize,
    wait: usize,
    /// Whether sentences are spoken in short pieces.
    pub(super) short: bool,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            rate: 1,
            volume: USUAL_VOLUME,
            wait: 0,
            short: false,
        }
    }
}

impl Pace {
    /// The usual pace at this one of [`VOLUMES`].
    pub(super) fn at_volume(volume: usize) -> Self {
        Self {
            volume: volume.min(VOLUMES.len() - 1),
            ..Self::default()
        }
    }

    /// The rate of speech; 1 is the usual one.
    #[must_use]
    pub fn rate(&self) -> f32 {
        RATES[self.rate]
    }

    /// The volume; 1 is the usual one.
    #[must_use]
    pub fn volume(&self) -> f32 {
        VOLUMES[self.volume]
    }

    /// The silence that ends an utterance.
    #[must_use]
    pub fn wait(&self) -> Duration {
        Duration::from_millis(WAITS[self.wait])
    }

    /// The pause before a sentence.
    pub(super) fn between(&self) -> Duration {
        Duration::from_millis(if self.short { BEFORE_STEP } else { BETWEEN })
    }

    /// The pause before a step.
    pub(super) fn before_step(&self) -> Duration {
        Duration::from_millis(BEFORE_STEP)
    }

    /// One rate slower (or faster); whether there was one.
    pub(super) fn turn_rate(&mut self, faster: bool) -> bool {
        if faster {
            self.short = false;
        }
        turn(&mut self.rate, faster, RATES.len())
    }

    /// One step louder (or quieter); whether there was one.
    pub(super) fn turn_volume(&mut self, louder: bool) -> bool {
        turn(&mut self.volume, louder, VOLUMES.len())
    }

    /// Waits longer for the end of speech; whether that is still possible.
    pub(super) fn wait_longer(&mut self) -> bool {
        turn(&mut self.wait, true, WAITS.len())
    }

    /// How long `characters` take to say.
    pub(super) fn speaking_time(&self, characters: usize) -> Duration {
        let per_second = 190.0 / 60.0 * self.rate();
        Duration::from_secs_f32(characters as f32 / per_second)
    }
}

/// Whether somebody who said so many syllables in this time speaks slowly.
pub(super) fn is_slow(syllables: usize, time: Duration) -> bool {
    syllables >= 4 && (syllables as f32) < SLOW_SPEAKER * time.as_secs_f32()
}

fn turn(position: &mut usize, up: bool, positions: usize) -> bool {
    let next = if up {
        (*position + 1).min(positions - 1)
    } else {
        position.saturating_sub(1)
    };
    std::mem::replace(position, next) != next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_within_its_limits() {
        assert_eq!(Pace::at_volume(USUAL_VOLUME), Pace::default());
        assert_eq!(Pace::at_volume(99).volume(), 2.0);
        let mut pace = Pace::default();
        assert!(pace.turn_rate(false));
        assert!(!pace.turn_rate(false), "150 a minute is the slowest");
        assert_eq!(pace.rate(), 0.79);
        for _ in 0..9 {
            pace.turn_rate(true);
            pace.turn_volume(true);
            pace.wait_longer();
        }
        assert_eq!(
            (pace.rate(), pace.volume(), pace.wait()),
            (1.32, 2.0, Duration::from_secs(3))
        );
    }

    #[test]
    fn slow_speech() {
        assert!(is_slow(8, Duration::from_secs(5)));
        assert!(!is_slow(20, Duration::from_secs(5)));
        assert!(!is_slow(1, Duration::from_secs(5)), "one word says nothing");
    }
}
