//! Voice activity: is somebody speaking in this frame?

use earshot::Detector;

use super::level::Floor;
use super::utterance::sane;

/// Tells speech from other sound, frame by frame, at 16 kHz.
pub trait VoiceActivity {
    /// The length of a frame, in samples.
    const FRAME: usize;

    /// The probability, 0 to 1, that somebody speaks in this frame of [`Self::FRAME`]
    /// samples. Frames come in order; a detector may remember earlier ones.
    fn probability(&mut self, frame: &[f32]) -> f32;

    /// Forgets the frames so far: what follows is another sound.
    fn reset(&mut self);

    /// How late it says that voice began, in samples.
    fn onset(&self) -> usize {
        0
    }

    /// How long it goes on saying voice after it ended, in samples.
    fn hangover(&self) -> usize {
        0
    }
}

/// A noise floor above this level is turned down to it, in dB, by at most…
const HIGHEST_FLOOR: f32 = -45.0;
/// …this much.
const MOST_ATTENUATION: f32 = 25.0;
/// The amplitude of the hiss that is added: −85 dB.
const HISS: f32 = 1e-4;

/// The small recurrent network of the `earshot` crate: frames of 16 ms, any language.
///
/// It takes a loud fan for speech, and steady noise after digital silence. So it is given
/// every room alike: the noise floor is turned down to a usual level, and a little hiss is
/// added. `docs/endpoint.md` tells what that gains.
pub struct Earshot {
    detector: Box<Detector>,
    floor: Floor,
    random: u32,
    frame: [f32; Self::FRAME],
}

impl Earshot {
    /// A detector that has heard nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            detector: Detector::default_boxed(),
            floor: Floor::new(Self::FRAME),
            random: 1,
            frame: [0.0; Self::FRAME],
        }
    }

    /// White noise, the same in every run (Numerical Recipes' linear congruence).
    fn hiss(&mut self) -> f32 {
        self.random = self
            .random
            .wrapping_mul(1_664_525)
            .wrapping_add(1_013_904_223);
        HISS * ((self.random >> 8) as f32 / (1_u32 << 23) as f32 - 1.0)
    }
}

impl Default for Earshot {
    fn default() -> Self {
        Self::new()
    }
}

impl VoiceActivity for Earshot {
    const FRAME: usize = 256;

    fn probability(&mut self, frame: &[f32]) -> f32 {
        let (_, floor) = self.floor.push(frame);
        let gain = (HIGHEST_FLOOR - floor).clamp(-MOST_ATTENUATION, 0.0);
        let gain = 10_f32.powf(gain / 20.0);
        for (i, &sample) in frame.iter().take(Self::FRAME).enumerate() {
            // The detector takes nothing outside −1 to 1.
            self.frame[i] = (sane(sample) * gain + self.hiss()).clamp(-1.0, 1.0);
        }
        self.detector.predict_f32(&self.frame).clamp(0.0, 1.0)
    }

    /// Forgets the speech, but not the room.
    fn reset(&mut self) {
        self.detector.reset();
    }
}

/// Steadies a detector: it needs a few frames of voice in a row to say yes, and a few
/// frames without to say no. Its answers are 0 and 1.
pub struct Smoothed<V> {
    inner: V,
    options: Smoothing,
    speaking: bool,
    /// Frames in a row that speak against the present answer.
    against: usize,
}

/// The settings of [`Smoothed`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Smoothing {
    /// A frame is voice from this probability on…
    pub enter: f32,
    /// …and, once somebody speaks, down to this one.
    pub leave: f32,
    /// Frames of voice in a row that make it speech.
    pub onset: usize,
    /// Frames without voice in a row that end it.
    pub hangover: usize,
}

impl Default for Smoothing {
    /// Found by measuring: see `docs/endpoint.md`.
    fn default() -> Self {
        Self {
            enter: 0.5,
            leave: 0.4,
            onset: 2,
            hangover: 6,
        }
    }
}

impl<V: VoiceActivity> Smoothed<V> {
    /// Steadies `inner`.
    pub fn new(inner: V, options: Smoothing) -> Self {
        Self {
            inner,
            options,
            speaking: false,
            against: 0,
        }
    }
}

impl<V: VoiceActivity> VoiceActivity for Smoothed<V> {
    const FRAME: usize = V::FRAME;

    fn probability(&mut self, frame: &[f32]) -> f32 {
        let probability = self.inner.probability(frame);
        let (against, patience) = if self.speaking {
            (probability < self.options.leave, self.options.hangover)
        } else {
            (probability >= self.options.enter, self.options.onset)
        };
        self.against = if against { self.against + 1 } else { 0 };
        if self.against >= patience.max(1) {
            self.speaking = !self.speaking;
            self.against = 0;
        }
        if self.speaking { 1.0 } else { 0.0 }
    }

    fn reset(&mut self) {
        self.inner.reset();
        (self.speaking, self.against) = (false, 0);
    }

    fn onset(&self) -> usize {
        self.inner.onset() + (self.options.onset.max(1) - 1) * Self::FRAME
    }

    fn hangover(&self) -> usize {
        self.inner.hangover() + (self.options.hangover.max(1) - 1) * Self::FRAME
    }
}
