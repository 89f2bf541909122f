//! What somebody said, as sound.

/// Samples a second of every [`Utterance`].
pub const SAMPLE_RATE: u32 = 16_000;

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
