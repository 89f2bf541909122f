//! What a terminal's microphone sends: cut into utterances.

use std::time::Duration;

use super::microphone::OwnMicrophone;
use crate::audio::{
    EndpointOptions, Endpointer, Resampler, SAMPLE_RATE, SpeechEvent, UnsupportedRate,
};

/// Levels are reported at every such event only: about eight times a second.
const LEVELS: usize = 2;

/// Hears only while it is open: what the page sends, or the machine's own microphone.
pub(super) struct Ear {
    options: EndpointOptions,
    endpointer: Endpointer,
    resampler: Resampler,
    rate: u32,
    open: bool,
    levels: usize,
    /// The machine's microphone, if it is the one that hears this terminal.
    own: Option<OwnMicrophone>,
    /// How much may come in still without being faster than sound, in samples of `rate`.
    credit: f32,
    credited: std::time::Instant,
}

/// Sound came in much faster than sound goes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TooFast;

/// So many seconds of sound may come in at once, after a hold-up on the way.
const CREDIT: f32 = 8.0;

impl Ear {
    /// An ear that is closed. `silence` (seconds) ends an utterance.
    pub fn new(silence: f32, own: Option<OwnMicrophone>) -> Self {
        let options = EndpointOptions {
            silence,
            ..EndpointOptions::default()
        };
        Self {
            options,
            endpointer: Endpointer::new(options),
            resampler: same_rate(),
            rate: SAMPLE_RATE,
            open: false,
            levels: 0,
            own,
            credit: CREDIT,
            credited: std::time::Instant::now(),
        }
    }

    pub fn is_open(&self) -> bool {
        self.open
    }

    /// The rate of what comes in from now on, in Hz.
    pub fn set_rate(&mut self, rate: u32) -> Result<(), UnsupportedRate> {
        if rate != self.rate {
            self.resampler = Resampler::new(rate, SAMPLE_RATE)?;
            self.rate = rate;
        }
        Ok(())
    }

    /// Listens from now on, for something new.
    pub fn open(&mut self) {
        self.endpointer.reset();
        self.resampler.reset();
        self.open = true;
        if let Some(own) = &mut self.own {
            own.open();
        }
    }

    /// Hears nothing from now on, and forgets what was half heard.
    pub fn close(&mut self) {
        self.endpointer.reset();
        if let Some(own) = &mut self.own
            && self.open
        {
            own.close();
        }
        self.open = false;
    }

    /// Waits this long before an utterance counts as finished.
    pub fn set_silence(&mut self, silence: Duration) {
        let silence = silence.as_secs_f32();
        if self.options.silence != silence {
            self.options.silence = silence;
            self.endpointer = Endpointer::new(self.options);
        }
    }

    /// The person says that they have finished.
    pub fn finish(&mut self) -> Option<SpeechEvent> {
        self.open.then(|| self.endpointer.finish())
    }

    /// Takes 16-bit little-endian samples. What comes in while the ear is closed is dropped:
    /// it was on its way when the ear closed.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<SpeechEvent>, TooFast> {
        let (pairs, _) = bytes.as_chunks::<2>();
        self.pay(pairs.len())?;
        if !self.open || self.own.is_some() {
            return Ok(Vec::new());
        }
        let samples: Vec<f32> = pairs
            .iter()
            .map(|&pair| f32::from(i16::from_le_bytes(pair)) / 32_768.0)
            .collect();
        let mut sound = Vec::new();
        self.resampler.push(&samples, &mut sound);
        Ok(self.notice(&sound))
    }

    /// Whether this recording of the machine's microphone is the one that is listened to.
    pub fn is_current(&self, recording: u64) -> bool {
        self.open
            && self
                .own
                .as_ref()
                .is_some_and(|own| own.is_current(recording))
    }

    /// Takes what the machine's microphone recorded (16 kHz).
    pub fn take(&mut self, recording: u64, sound: &[f32]) -> Vec<SpeechEvent> {
        if self.is_current(recording) {
            self.notice(sound)
        } else {
            Vec::new()
        }
    }

    fn notice(&mut self, sound: &[f32]) -> Vec<SpeechEvent> {
        let mut events = self.endpointer.push(sound);
        events.retain(|event| {
            self.levels += usize::from(matches!(event, SpeechEvent::Level(_)));
            !matches!(event, SpeechEvent::Level(_)) || self.levels.is_multiple_of(LEVELS)
        });
        events
    }

    fn pay(&mut self, samples: usize) -> Result<(), TooFast> {
        let now = std::time::Instant::now();
        let rate = self.rate as f32;
        let since = now.duration_since(std::mem::replace(&mut self.credited, now));
        // A tenth more than real time, for clocks that differ.
        self.credit = (self.credit + 1.1 * since.as_secs_f32()).min(CREDIT);
        self.credit -= samples as f32 / rate;
        if self.credit < 0.0 {
            Err(TooFast)
        } else {
            Ok(())
        }
    }
}

/// From 16 kHz to 16 kHz: always possible.
fn same_rate() -> Resampler {
    #[expect(clippy::expect_used, reason = "a constant within the range")]
    Resampler::new(SAMPLE_RATE, SAMPLE_RATE).expect("16 kHz is in the range")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hears_only_when_open_and_not_faster_than_sound() {
        let mut ear = Ear::new(1.5, None);
        let second = vec![0_u8; 2 * SAMPLE_RATE as usize];
        assert_eq!(ear.push(&second), Ok(vec![]), "closed");
        assert_eq!(ear.finish(), None);
        ear.open();
        let levels = ear.push(&second).expect("in time").len();
        assert!((6..=9).contains(&levels), "{levels} levels a second");
        assert_eq!(ear.finish(), Some(SpeechEvent::Nothing));
        let flood = (0..20).map(|_| ear.push(&second));
        assert!(flood.into_iter().any(|pushed| pushed == Err(TooFast)));
    }

    #[test]
    fn rates_of_other_devices_are_taken() {
        let mut ear = Ear::new(1.5, None);
        assert!(ear.set_rate(48_000).is_ok());
        assert!(ear.set_rate(1_000).is_err());
        ear.open();
        let levels = ear.push(&vec![0; 2 * 48_000]).expect("in time").len();
        assert!((6..=9).contains(&levels), "{levels} levels a second");
    }
}
