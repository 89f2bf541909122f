//! The microphone.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use cpal::traits::{DeviceTrait, StreamTrait};
use cpal::{FromSample, SizedSample, StreamConfig};
use rtrb::{Consumer, Producer, RingBuffer};

use super::SAMPLE_RATE;
use super::devices::{DeviceError, Direction, Format, config_of, find, names_of};
use super::link::{Link, Watch, bury, retry, with_period, with_sample_type};
use super::mixdown::Mixdown;
use super::resample::Resampler;

/// How often the device calls. A longer period stands a busier machine.
const PERIOD: Duration = Duration::from_millis(50);
/// How much sound waits for a reader that is late, in seconds.
const RING_SECONDS: u32 = 10;
/// The longest that [`Microphone::read`] waits for sound.
const READ_WAIT: Duration = Duration::from_millis(100);
/// What the device recorded before it was resumed still comes for so long.
const STALE: Duration = Duration::from_millis(100);
/// How often it looks for sound.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Which microphone to open, and how.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MicrophoneOptions {
    /// Its name or id, or a part of it, as [`list_devices`](super::list_devices) tells;
    /// the system's default without.
    pub device: Option<String>,
}

/// An open microphone: 16 kHz mono, whatever the device gives.
///
/// The device's callback only copies samples into a ring and never waits. Everything else
/// happens in [`Microphone::read`], on the reader's thread.
pub struct Microphone {
    options: MicrophoneOptions,
    /// `None` after it was lost.
    open: Option<Open>,
}

struct Open {
    /// Recording goes on for as long as it lives.
    _stream: cpal::Stream,
    name: String,
    format: Format,
    shared: Arc<Shared>,
    ring: Consumer<f32>,
    watch: Watch,
    mixdown: Mixdown,
    resampler: Resampler,
    interleaved: Vec<f32>,
    mono: Vec<f32>,
    resumed: Option<Instant>,
}

/// Between the callback and the reader.
#[derive(Default)]
struct Shared {
    link: Link,
    paused: AtomicBool,
    overrun: AtomicU64,
}

impl Microphone {
    /// Opens a microphone and begins to record.
    ///
    /// # Errors
    /// If there is none, or it cannot be used: see [`DeviceError`].
    pub fn open(options: &MicrophoneOptions) -> Result<Self, DeviceError> {
        Ok(Self {
            options: options.clone(),
            open: Some(Open::new(options)?),
        })
    }

    /// Appends the sound since the last call to `out` (16 kHz, mono) and tells how many
    /// samples that is. Waits up to 0.1 s if there is none; then it is 0.
    ///
    /// # Errors
    /// [`DeviceError::Lost`] if the device was unplugged or has given nothing for 3 s: then
    /// [`Microphone::reopen`].
    pub fn read(&mut self, out: &mut Vec<f32>) -> Result<usize, DeviceError> {
        let open = self
            .open
            .as_mut()
            .ok_or(DeviceError::Lost(Direction::Input))?;
        let before = out.len();
        let deadline = Instant::now() + READ_WAIT;
        loop {
            open.take(out);
            if out.len() > before {
                return Ok(out.len() - before);
            }
            if let Err(error) = open.watch.check(&open.shared.link) {
                bury(self.open.take());
                return Err(error);
            }
            if Instant::now() >= deadline {
                return Ok(0);
            }
            std::thread::sleep(LOOK_EVERY);
        }
    }

    /// Closes the ear while the assistant speaks: what sounds until [`Microphone::resume`]
    /// is thrown away in the callback.
    pub fn pause(&mut self) {
        if let Some(open) = &mut self.open {
            open.shared.paused.store(true, Relaxed);
            open.forget();
        }
    }

    /// Opens the ear again. Sound from before is never read.
    pub fn resume(&mut self) {
        if let Some(open) = &mut self.open {
            open.forget();
            open.resumed = Some(Instant::now());
            open.shared.paused.store(false, Relaxed);
        }
    }

    /// How many samples of the device's rate were lost because nobody read for 10 s.
    #[must_use]
    pub fn overruns(&self) -> u64 {
        self.open
            .as_ref()
            .map_or(0, |open| open.shared.overrun.load(Relaxed))
    }

    /// How often the device itself lost sound, as on a machine that is too busy.
    #[must_use]
    pub fn glitches(&self) -> u64 {
        self.open
            .as_ref()
            .map_or(0, |open| open.shared.link.glitches())
    }

    /// The device's name and format; `None` while it is lost.
    #[must_use]
    pub fn device(&self) -> Option<(&str, Format)> {
        self.open
            .as_ref()
            .map(|open| (open.name.as_str(), open.format))
    }

    /// Opens the device anew after it was lost. It records at once.
    ///
    /// # Errors
    /// If it is not back yet: see [`DeviceError`].
    pub fn reopen(&mut self) -> Result<(), DeviceError> {
        // Some devices can be opened only once.
        self.open = None;
        self.open = Some(Open::new(&self.options)?);
        Ok(())
    }

    /// Tries [`Microphone::reopen`] twice a second until it succeeds or `patience` is over.
    ///
    /// # Errors
    /// The last failure.
    pub fn reopen_within(&mut self, patience: Duration) -> Result<(), DeviceError> {
        retry(patience, || self.reopen())
    }
}

impl Open {
    fn new(options: &MicrophoneOptions) -> Result<Self, DeviceError> {
        let failed = |error: cpal::Error| DeviceError::new(Direction::Input, &error);
        let device = find(Direction::Input, options.device.as_deref())?;
        let config = config_of(&device, Direction::Input)?;
        let format = Format::from(&config);
        let resampler =
            Resampler::new(format.rate, SAMPLE_RATE).map_err(|error| DeviceError::Unusable {
                direction: Direction::Input,
                what: error.to_string(),
            })?;
        let shared = Arc::new(Shared::default());
        let mut wanted = with_period(&config, PERIOD);
        let capacity = (format.rate * RING_SECONDS) as usize * usize::from(format.channels);
        let record = |wanted: StreamConfig| {
            let (producer, consumer) = RingBuffer::new(capacity);
            let shared = Arc::clone(&shared);
            with_sample_type!(format.sample, build(&device, wanted, producer, shared))
                .map(|stream| (stream, consumer))
        };
        let (stream, ring) = record(wanted)
            .or_else(|_| {
                wanted.buffer_size = cpal::BufferSize::Default;
                record(wanted)
            })
            .map_err(failed)?;
        stream.play().map_err(failed)?;
        let [name, _] = names_of(&device);
        Ok(Self {
            _stream: stream,
            name,
            format,
            shared,
            ring,
            watch: Watch::new(Direction::Input),
            mixdown: Mixdown::new(usize::from(format.channels), format.rate),
            resampler,
            interleaved: Vec::new(),
            mono: Vec::new(),
            resumed: None,
        })
    }

    /// Appends what waits in the ring to `out`.
    fn take(&mut self, out: &mut Vec<f32>) {
        self.interleaved.clear();
        let waiting = self.ring.slots();
        if let Ok(chunk) = self.ring.read_chunk(waiting) {
            let (first, second) = chunk.as_slices();
            self.interleaved.extend_from_slice(first);
            self.interleaved.extend_from_slice(second);
            chunk.commit_all();
        }
        if self.shared.paused.load(Relaxed) || self.is_stale() {
            return;
        }
        self.mono.clear();
        self.mixdown.push(&self.interleaved, &mut self.mono);
        self.resampler.push(&self.mono, out);
    }

    /// Is this still sound from before the microphone was resumed?
    fn is_stale(&mut self) -> bool {
        let stale = self.resumed.is_some_and(|at| at.elapsed() < STALE);
        if !stale {
            self.resumed = None;
        }
        stale
    }

    fn forget(&mut self) {
        let waiting = self.ring.slots();
        if let Ok(chunk) = self.ring.read_chunk(waiting) {
            chunk.commit_all();
        }
        self.resampler.reset();
    }
}

fn build<T>(
    device: &cpal::Device,
    config: StreamConfig,
    mut ring: Producer<f32>,
    shared: Arc<Shared>,
) -> Result<cpal::Stream, cpal::Error>
where
    T: SizedSample,
    f32: FromSample<T>,
{
    let channels = usize::from(config.channels);
    let errors = Arc::clone(&shared);
    device.build_input_stream(
        config,
        move |data: &[T], _: &_| record(data, channels, &mut ring, &shared),
        move |error| errors.link.report(error),
        None,
    )
}

/// The device's callback: never allocates, locks or waits.
fn record<T: Copy>(data: &[T], channels: usize, ring: &mut Producer<f32>, shared: &Shared)
where
    f32: FromSample<T>,
{
    shared.link.beat();
    if shared.paused.load(Relaxed) {
        return;
    }
    // Whole frames only, or the channels would change places.
    let frames = data.len() / channels;
    let room = (ring.slots() / channels).min(frames);
    if room < frames {
        shared.overrun.fetch_add((frames - room) as u64, Relaxed);
    }
    if let Ok(chunk) = ring.write_chunk_uninit(room * channels) {
        chunk.fill_from_iter(data.iter().map(|&sample| f32::from_sample_(sample)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_callback_takes_any_format_and_never_allocates() {
        #[track_caller]
        fn check<T: Copy>(data: &[T], expected: &[f32])
        where
            f32: FromSample<T>,
        {
            let (mut producer, mut consumer) = RingBuffer::new(64);
            let shared = Shared::default();
            assert_no_alloc::assert_no_alloc(|| record(data, 2, &mut producer, &shared));
            let heard: Vec<f32> = std::iter::from_fn(|| consumer.pop().ok()).collect();
            assert_eq!(heard, expected);
        }
        check(&[0.0_f32, 0.5, -1.0, 1.0], &[0.0, 0.5, -1.0, 1.0]);
        check(&[0_i16, 16_384, -32_768, 8_192], &[0.0, 0.5, -1.0, 0.25]);
        check(&[128_u8, 192, 0, 64], &[0.0, 0.5, -1.0, -0.5]);
        check(&[0_i32, 1 << 30, i32::MIN, 0], &[0.0, 0.5, -1.0, 0.0]);
    }

    #[test]
    fn a_full_ring_loses_whole_frames_and_counts_them() {
        let (mut producer, mut consumer) = RingBuffer::new(7);
        let shared = Shared::default();
        let data: Vec<f32> = (0..10).map(|i| i as f32).collect();
        assert_no_alloc::assert_no_alloc(|| record(&data, 2, &mut producer, &shared));
        let heard: Vec<f32> = std::iter::from_fn(|| consumer.pop().ok()).collect();
        assert_eq!(heard, [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(shared.overrun.load(Relaxed), 2);
    }

    #[test]
    fn a_paused_microphone_hears_nothing() {
        let (mut producer, consumer) = RingBuffer::new(64);
        let shared = Shared::default();
        shared.paused.store(true, Relaxed);
        record(&[0.5_f32; 8], 1, &mut producer, &shared);
        assert_eq!(consumer.slots(), 0);
    }
}
