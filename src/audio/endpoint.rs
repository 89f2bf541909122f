//! End of speech: cuts the microphone's sound into utterances.

use super::level::{LevelGate, level_of};
use super::utterance::sane;
use super::vad::{Earshot, Smoothed, Smoothing, VoiceActivity};
use super::{SAMPLE_RATE, Utterance};

/// The silence that is left after the last word, in seconds.
const TAIL: f32 = 0.3;
/// Voice that seems to come from the background may be a soft word for so long, in samples;
/// then it counts as silence.
const SOFT_WORD: usize = SAMPLE_RATE as usize * 8 / 10;
/// How often a level is reported, in frames.
const FRAMES_A_LEVEL: usize = 4;

/// When speech counts as begun and ended. Times in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EndpointOptions {
    /// The silence that ends an utterance, 0.7 to 3: older people pause in the middle.
    pub silence: f32,
    /// The sound kept from before the first voice.
    pub pre_roll: f32,
    /// The voice it takes to be speech and not a knock or a cough.
    pub min_speech: f32,
    /// The longest utterance.
    pub max_length: f32,
    /// Without speech for so long, give up; `None` never does.
    pub give_up_after: Option<f32>,
}

impl Default for EndpointOptions {
    fn default() -> Self {
        Self {
            silence: 1.5,
            pre_roll: 0.4,
            min_speech: 0.25,
            max_length: 30.0,
            give_up_after: None,
        }
    }
}

/// What the [`Endpointer`] noticed.
#[derive(Debug, Clone, PartialEq)]
pub enum SpeechEvent {
    /// Somebody began to speak.
    Started,
    /// How loud it is, 0 (−60 dB or less) to 1 (full scale), about 16 times a second:
    /// for a live sign that the machine hears.
    Level(f32),
    /// Somebody spoke and stopped.
    Ended(Utterance),
    /// Nobody spoke: given up after [`EndpointOptions::give_up_after`], or told that the
    /// speech is over when there was none.
    Nothing,
    /// Somebody has been speaking for [`EndpointOptions::max_length`]: the sound so far.
    TooLong(Utterance),
}

/// Finds utterances in sound that comes in piece by piece.
///
/// Time is counted in samples; there is no clock. The pieces may have any length, and the
/// events are the same however the sound was cut up. After [`SpeechEvent::Ended`],
/// [`SpeechEvent::Nothing`] and [`SpeechEvent::TooLong`] it listens for the next utterance.
pub struct Endpointer<V = Smoothed<Earshot>> {
    vad: V,
    limits: Limits,
    gate: LevelGate,
    /// Sound that does not fill a frame yet.
    partial: Vec<f32>,
    /// The frames of the utterance; while nobody speaks, only the last ones.
    sound: Vec<f32>,
    speech: Option<Speech>,
    /// Samples since it began to wait for speech.
    waited: usize,
    frames: usize,
    loudest: f32,
}

/// The options in samples.
struct Limits {
    silence: usize,
    pre_roll: usize,
    min_speech: usize,
    max_length: usize,
    give_up_after: Option<usize>,
}

/// Somebody may be speaking.
struct Speech {
    /// Where the last voice ended in `sound`.
    end: usize,
    /// Samples of voice so far, and samples since the last voice that was not background.
    voiced: usize,
    quiet: usize,
    /// Samples of background voice since the last that was not.
    background: usize,
    announced: bool,
}

impl Speech {
    fn count_quiet(&mut self, frame: usize, voice: bool, foreground: bool) {
        if voice && foreground {
            (self.quiet, self.background) = (0, 0);
        } else if voice && self.background < SOFT_WORD {
            self.background += frame;
        } else {
            self.quiet += frame;
        }
    }
}

impl Endpointer {
    /// Listens with the usual detector.
    #[must_use]
    pub fn new(options: EndpointOptions) -> Self {
        Self::with_detector(options, Smoothed::new(Earshot::new(), Smoothing::default()))
    }
}

impl<V: VoiceActivity> Endpointer<V> {
    /// Listens with a detector of one's own. Options outside their range are moved into it.
    pub fn with_detector(options: EndpointOptions, vad: V) -> Self {
        let samples = |seconds: f32| (seconds.max(0.0) * SAMPLE_RATE as f32) as usize;
        let limits = Limits {
            silence: samples(options.silence.clamp(0.7, 3.0)),
            pre_roll: samples(options.pre_roll) + vad.onset(),
            min_speech: samples(options.min_speech),
            max_length: samples(options.max_length.max(1.0)),
            give_up_after: options.give_up_after.map(samples),
        };
        Self {
            vad,
            limits,
            gate: LevelGate::new(V::FRAME),
            partial: Vec::with_capacity(V::FRAME),
            sound: Vec::new(),
            speech: None,
            waited: 0,
            frames: 0,
            loudest: 0.0,
        }
    }

    /// Takes the next samples and gives what happened in them, in order.
    pub fn push(&mut self, mut samples: &[f32]) -> Vec<SpeechEvent> {
        let mut events = Vec::new();
        while self.partial.len() + samples.len() >= V::FRAME {
            let (head, rest) = samples.split_at(V::FRAME - self.partial.len());
            samples = rest;
            self.partial.extend(head.iter().copied().map(sane));
            let mut frame = std::mem::take(&mut self.partial);
            self.frame(&frame, &mut events);
            frame.clear();
            self.partial = frame;
        }
        self.partial.extend(samples.iter().copied().map(sane));
        events
    }

    /// The person says that they are done (the 说完了 button): gives
    /// [`SpeechEvent::Ended`] if there was any voice, however short, and
    /// [`SpeechEvent::Nothing`] otherwise.
    pub fn finish(&mut self) -> SpeechEvent {
        self.sound.append(&mut self.partial);
        match self.speech.take() {
            Some(speech) => SpeechEvent::Ended(self.take_utterance(speech.end)),
            None => {
                self.listen();
                SpeechEvent::Nothing
            }
        }
    }

    /// Forgets the sound so far, but not how loud the room is: call it where the sound has a
    /// gap, as after a pause of the microphone.
    pub fn reset(&mut self) {
        self.partial.clear();
        self.vad.reset();
        self.listen();
    }

    fn frame(&mut self, frame: &[f32], events: &mut Vec<SpeechEvent>) {
        let voice = self.vad.probability(frame) >= 0.5;
        let foreground = self.gate.push(frame, self.speech.is_some());
        self.sound.extend_from_slice(frame);
        self.report_level(frame, events);
        match &mut self.speech {
            None => self.wait(voice, events),
            Some(speech) => {
                if voice {
                    speech.voiced += V::FRAME;
                    speech.end = self.sound.len();
                }
                speech.count_quiet(V::FRAME, voice, foreground);
                self.judge(events);
            }
        }
    }

    fn wait(&mut self, voice: bool, events: &mut Vec<SpeechEvent>) {
        self.waited += V::FRAME;
        if voice {
            self.trim_front(self.limits.pre_roll + V::FRAME);
            let (end, voiced) = (self.sound.len(), V::FRAME + self.vad.onset());
            self.speech = Some(Speech {
                end,
                voiced,
                quiet: 0,
                background: 0,
                announced: false,
            });
        } else if self.sound.len() > 4 * self.limits.pre_roll {
            self.trim_front(self.limits.pre_roll);
        }
        if self.speech.is_none() && self.limits.give_up_after.is_some_and(|n| self.waited >= n) {
            self.listen();
            events.push(SpeechEvent::Nothing);
        }
    }

    /// Has the speech begun in earnest, ended, or gone on for too long?
    fn judge(&mut self, events: &mut Vec<SpeechEvent>) {
        let Some(speech) = &mut self.speech else {
            return;
        };
        let hangover = self.vad.hangover();
        if !speech.announced && speech.voiced >= self.limits.min_speech + hangover {
            speech.announced = true;
            events.push(SpeechEvent::Started);
        }
        let quiet = if speech.quiet == 0 {
            0
        } else {
            speech.quiet + hangover
        };
        if quiet >= self.limits.silence {
            let end = speech.end.saturating_sub(hangover);
            if speech.announced {
                events.push(SpeechEvent::Ended(self.take_utterance(end)));
            } else {
                // A knock or a cough.
                self.speech = None;
                self.trim_front(self.limits.pre_roll);
            }
        } else if self.sound.len() >= self.limits.max_length {
            let all = self.sound.len();
            events.push(SpeechEvent::TooLong(self.take_utterance(all)));
        }
    }

    fn report_level(&mut self, frame: &[f32], events: &mut Vec<SpeechEvent>) {
        self.loudest = self.loudest.max(level_of(frame));
        self.frames += 1;
        if self.frames.is_multiple_of(FRAMES_A_LEVEL) {
            events.push(SpeechEvent::Level(
                (1.0 + self.loudest / 60.0).clamp(0.0, 1.0),
            ));
            self.loudest = f32::NEG_INFINITY;
        }
    }

    /// Gives the sound up to a little after `end` and listens for the next utterance.
    fn take_utterance(&mut self, end: usize) -> Utterance {
        let tail = (TAIL * SAMPLE_RATE as f32) as usize;
        let mut sound = std::mem::take(&mut self.sound);
        sound.truncate(end + tail);
        self.listen();
        Utterance::new(sound)
    }

    fn listen(&mut self) {
        self.sound.clear();
        self.speech = None;
        self.waited = 0;
    }

    fn trim_front(&mut self, keep: usize) {
        let surplus = self.sound.len().saturating_sub(keep);
        self.sound.drain(..surplus);
    }
}
