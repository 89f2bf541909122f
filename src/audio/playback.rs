//! The loudspeaker.

use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use cpal::traits::{DeviceTrait, StreamTrait};
use cpal::{FromSample, OutputCallbackInfo, SizedSample, StreamConfig};
use rtrb::{Producer, RingBuffer};

use super::devices::{DeviceError, Direction, Format, config_of, find, names_of};
use super::link::{Watch, bury, retry, with_period, with_sample_type};
use super::output::{Output, Progress, Volume};
use super::resample::Resampler;
use crate::synthesis::{self, Speech};

/// How often the device calls. Two periods wait in the device, so speech that is stopped is
/// silent after 40 ms and the fade.
const PERIOD: Duration = Duration::from_millis(20);
/// How much speech can wait to be played, in seconds.
const RING_SECONDS: u32 = 60;
/// How often it looks for room, or whether all has been played.
const LOOK_EVERY: Duration = Duration::from_millis(5);
const LOST: DeviceError = DeviceError::Lost(Direction::Output);

/// Which loudspeaker to open, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LoudspeakerOptions {
    /// Its name or id, or a part of it, as [`list_devices`](super::list_devices) tells;
    /// the system's default without.
    pub device: Option<String>,
}

/// An open loudspeaker. It plays silence until it is given speech.
///
/// The device's callback only takes samples from a ring and never waits.
pub struct Loudspeaker {
    options: LoudspeakerOptions,
    player: Player,
    /// `None` while a lost device is not back.
    open: Option<Open>,
}

struct Open {
    /// Playing goes on for as long as it lives.
    _stream: cpal::Stream,
    name: String,
    format: Format,
}

/// Speaks through a [`Loudspeaker`]. The copies of a player share the loudspeaker: one
/// thread may speak and another stop it. They outlive [`Loudspeaker::reopen`].
#[derive(Clone)]
pub struct Player {
    way_in: Arc<Mutex<Option<WayIn>>>,
    volume: Arc<Volume>,
    /// How often somebody said stop: speech from before is not played.
    stops: Arc<AtomicU64>,
}

/// The near end of an open device.
struct WayIn {
    ring: Producer<f32>,
    rate: u32,
    progress: Arc<Progress>,
    /// Where the present speech begins, in samples played.
    start: u64,
}

impl Loudspeaker {
    /// Opens a loudspeaker.
    ///
    /// # Errors
    /// If there is none, or it cannot be used: see [`DeviceError`].
    pub fn open(options: &LoudspeakerOptions) -> Result<Self, DeviceError> {
        let player = Player {
            way_in: Arc::default(),
            volume: Arc::new(Volume::new()),
            stops: Arc::default(),
        };
        let mut loudspeaker = Self {
            options: options.clone(),
            player,
            open: None,
        };
        loudspeaker.reopen()?;
        Ok(loudspeaker)
    }

    /// A handle to speak with.
    #[must_use]
    pub fn player(&self) -> Player {
        self.player.clone()
    }

    /// Plays speech after what is still to be played, and returns when it is over.
    ///
    /// # Errors
    /// [`DeviceError::Lost`] if the device was unplugged: then [`Loudspeaker::reopen`].
    pub fn play(&self, speech: &Speech) -> Result<(), DeviceError> {
        self.player.append(speech)?;
        self.player.wait_until_done()
    }

    /// The device's name and format; `None` while it is lost.
    #[must_use]
    pub fn device(&self) -> Option<(&str, Format)> {
        self.open
            .as_ref()
            .map(|open| (open.name.as_str(), open.format))
    }

    /// Opens the device anew after it was lost. What was still to be played is forgotten.
    ///
    /// # Errors
    /// If it is not back yet: see [`DeviceError`].
    pub fn reopen(&mut self) -> Result<(), DeviceError> {
        // Some devices can be opened only once.
        let lost = self
            .player
            .way_in()
            .take()
            .is_some_and(|way_in| way_in.progress.link.is_lost());
        if lost {
            bury(self.open.take());
        } else {
            self.open = None;
        }
        let (open, way_in) = Open::new(&self.options, &self.player.volume)?;
        self.open = Some(open);
        *self.player.way_in() = Some(way_in);
        Ok(())
    }

    /// Tries [`Loudspeaker::reopen`] twice a second until it succeeds or `patience` is over.
    ///
    /// # Errors
    /// The last failure.
    pub fn reopen_within(&mut self, patience: Duration) -> Result<(), DeviceError> {
        retry(patience, || self.reopen())
    }
}

impl Drop for Loudspeaker {
    fn drop(&mut self) {
        *self.player.way_in() = None;
    }
}

impl Player {
    /// Plays speech after what is still to be played. Returns at once, unless more than a
    /// minute of speech is waiting.
    ///
    /// # Errors
    /// [`DeviceError::Lost`] if the device was unplugged: then [`Loudspeaker::reopen`].
    pub fn append(&self, speech: &Speech) -> Result<(), DeviceError> {
        let stops = self.stops.load(SeqCst);
        let rate = self.way_in().as_ref().ok_or(LOST)?.rate;
        let mut samples = Vec::new();
        let mut resampler = Resampler::new(synthesis::SAMPLE_RATE, rate).map_err(unusable)?;
        resampler.push(&speech.samples, &mut samples);
        resampler.finish(&mut samples);
        self.put(&samples, stops)
    }

    /// Adds a silence of at most a minute.
    ///
    /// # Errors
    /// As [`Player::append`].
    pub fn append_silence(&self, seconds: f32) -> Result<(), DeviceError> {
        let samples = (seconds.clamp(0.0, 60.0) * synthesis::SAMPLE_RATE as f32) as usize;
        self.append(&Speech {
            samples: vec![0.0; samples],
        })
    }

    /// Stops speaking and forgets what was still to be said. The sound fades out and is gone
    /// within 50 ms, not counting what a sound server holds back.
    pub fn stop(&self) {
        // While this is locked nobody can be putting something into the ring.
        let way_in = self.way_in();
        self.stops.fetch_add(1, SeqCst);
        if let Some(way_in) = &*way_in {
            way_in.progress.stopping.store(true, SeqCst);
        }
    }

    /// Returns when all has been played and has left the device, or was stopped.
    ///
    /// # Errors
    /// [`DeviceError::Lost`] if the device was unplugged: then [`Loudspeaker::reopen`].
    pub fn wait_until_done(&self) -> Result<(), DeviceError> {
        let progress = Arc::clone(&self.way_in().as_ref().ok_or(LOST)?.progress);
        let mut watch = Watch::new(Direction::Output);
        while progress.is_playing() {
            watch.check(&progress.link)?;
            std::thread::sleep(LOOK_EVERY);
        }
        std::thread::sleep(progress.latency());
        watch.check(&progress.link)
    }

    /// Is there anything still to be played?
    #[must_use]
    pub fn is_playing(&self) -> bool {
        self.way_in()
            .as_ref()
            .is_some_and(|way_in| way_in.progress.is_playing())
    }

    /// How much has been played since it last began to speak after being silent, in seconds.
    #[must_use]
    pub fn position(&self) -> f32 {
        self.way_in().as_ref().map_or(0.0, |way_in| {
            let played = way_in.progress.played.load(SeqCst);
            played.saturating_sub(way_in.start) as f32 / way_in.rate as f32
        })
    }

    /// Sets the volume, 0 to 1.5; 1 leaves the speech as it is. The loudest parts are
    /// limited softly.
    pub fn set_volume(&self, volume: f32) {
        self.volume.set(volume);
    }

    /// How often the device ran out of sound, as on a machine that is too busy.
    #[must_use]
    pub fn glitches(&self) -> u64 {
        self.way_in()
            .as_ref()
            .map_or(0, |way_in| way_in.progress.link.glitches())
    }

    /// Puts samples of the device's rate into the ring, unless somebody said stop since.
    fn put(&self, mut samples: &[f32], stops: u64) -> Result<(), DeviceError> {
        let mut watch = Watch::new(Direction::Output);
        while !samples.is_empty() {
            let mut way_in = self.way_in();
            let open = way_in.as_mut().ok_or(LOST)?;
            watch.check(&open.progress.link)?;
            if self.stops.load(SeqCst) != stops {
                return Ok(());
            }
            // What was stopped must be out of the ring before anything comes in.
            if !open.progress.stopping.load(SeqCst) {
                samples = open.put(samples);
            }
            drop(way_in);
            if !samples.is_empty() {
                std::thread::sleep(LOOK_EVERY);
            }
        }
        Ok(())
    }

    fn way_in(&self) -> MutexGuard<'_, Option<WayIn>> {
        // Nothing panics while it holds the lock.
        self.way_in.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl WayIn {
    /// Puts what there is room for into the ring and gives back the rest.
    fn put<'a>(&mut self, samples: &'a [f32]) -> &'a [f32] {
        if !self.progress.is_playing() {
            self.start = self.progress.played.load(SeqCst);
        }
        let (put, rest) = self.ring.push_partial_slice(samples);
        self.progress.put.fetch_add(put.len() as u64, SeqCst);
        rest
    }
}

impl Open {
    fn new(
        options: &LoudspeakerOptions,
        volume: &Arc<Volume>,
    ) -> Result<(Self, WayIn), DeviceError> {
        let failed = |error: cpal::Error| DeviceError::new(Direction::Output, &error);
        let device = find(Direction::Output, options.device.as_deref())?;
        let config = config_of(&device, Direction::Output)?;
        let format = Format::from(&config);
        let channels = usize::from(format.channels);
        let play = |wanted: StreamConfig| {
            let (ring, far_end) = RingBuffer::new((format.rate * RING_SECONDS) as usize);
            let progress = Arc::<Progress>::default();
            let output = Output::new(
                far_end,
                progress.clone(),
                Arc::clone(volume),
                format.rate,
                channels,
            );
            let stream = with_sample_type!(format.sample, build(&device, wanted, output))?;
            Ok((
                stream,
                WayIn {
                    ring,
                    rate: format.rate,
                    progress,
                    start: 0,
                },
            ))
        };
        let mut wanted = with_period(&config, PERIOD);
        let (stream, way_in) = play(wanted)
            .or_else(|_| {
                wanted.buffer_size = cpal::BufferSize::Default;
                play(wanted)
            })
            .map_err(failed)?;
        stream.play().map_err(failed)?;
        let [name, _] = names_of(&device);
        Ok((
            Self {
                _stream: stream,
                name,
                format,
            },
            way_in,
        ))
    }
}

fn build<T: SizedSample + FromSample<f32>>(
    device: &cpal::Device,
    config: StreamConfig,
    mut output: Output,
) -> Result<cpal::Stream, cpal::Error> {
    let errors = output.progress();
    device.build_output_stream(
        config,
        move |data: &mut [T], info: &OutputCallbackInfo| {
            let at = info.timestamp();
            output.fill(data, at.playback.duration_since(at.callback));
        },
        move |error| errors.link.report(error),
        None,
    )
}

fn unusable(error: impl ToString) -> DeviceError {
    DeviceError::Unusable {
        direction: Direction::Output,
        what: error.to_string(),
    }
}
