//! What a running stream's callbacks and its owner tell each other, without locks.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use cpal::{BufferSize, ErrorKind, StreamConfig, SupportedBufferSize, SupportedStreamConfig};

use super::devices::{DeviceError, Direction};

/// A device whose callback was not called for so long is lost.
const SILENT_FOR: Duration = Duration::from_secs(3);
/// The pause after an error that may pass. ALSA's thread reports thousands in a row, as fast
/// as it can, while PulseAudio is late, and for ever once it is dead.
const REST: Duration = Duration::from_millis(2);
/// How often to try whether a device is back.
const RETRY_EVERY: Duration = Duration::from_millis(500);

/// Shared between a stream's callbacks and its owner.
#[derive(Debug, Default)]
pub(super) struct Link {
    callbacks: AtomicU64,
    glitches: AtomicU64,
    lost: AtomicBool,
    /// The first error that is more than a glitch.
    reason: OnceLock<cpal::Error>,
}

impl Link {
    /// In the data callback: it is alive.
    pub(super) fn beat(&self) {
        self.callbacks.fetch_add(1, Relaxed);
    }

    /// In the error callback.
    pub(super) fn report(&self, error: cpal::Error) {
        match error.kind() {
            ErrorKind::Xrun => {
                self.glitches.fetch_add(1, Relaxed);
            }
            ErrorKind::DeviceChanged | ErrorKind::RealtimeDenied => {}
            ErrorKind::DeviceNotAvailable
            | ErrorKind::HostUnavailable
            | ErrorKind::StreamInvalidated => {
                self.remember(error);
                self.lost.store(true, Relaxed);
            }
            _ => {
                self.remember(error);
                std::thread::sleep(REST);
            }
        }
    }

    fn remember(&self, error: cpal::Error) {
        // The first one stays.
        let _ = self.reason.set(error);
    }

    pub(super) fn is_lost(&self) -> bool {
        self.lost.load(Relaxed)
    }

    /// How often the device had no sound or no room in time.
    pub(super) fn glitches(&self) -> u64 {
        self.glitches.load(Relaxed)
    }
}

/// Notices that a stream has died.
#[derive(Debug)]
pub(super) struct Watch {
    direction: Direction,
    callbacks: u64,
    since: Instant,
}

impl Watch {
    pub(super) fn new(direction: Direction) -> Self {
        Self {
            direction,
            callbacks: 0,
            since: Instant::now(),
        }
    }

    /// To be called again and again while the stream should run.
    pub(super) fn check(&mut self, link: &Link) -> Result<(), DeviceError> {
        let callbacks = link.callbacks.load(Relaxed);
        if callbacks != self.callbacks {
            (self.callbacks, self.since) = (callbacks, Instant::now());
        }
        if link.lost.load(Relaxed) || self.since.elapsed() > SILENT_FOR {
            let reason = link.reason.get().map(ToString::to_string);
            link.lost.store(true, Relaxed);
            tracing::warn!(device = %self.direction, reason, "lost");
            return Err(DeviceError::Lost(self.direction));
        }
        Ok(())
    }
}

/// Drops what belongs to a lost device on a thread of its own: when a sound server was
/// killed, its client library may wait for it for ever.
pub(super) fn bury<T: Send + 'static>(lost: Option<T>) {
    let thread = std::thread::Builder::new().name("lost device".to_owned());
    if let Err(error) = thread.spawn(move || drop(lost)) {
        tracing::warn!(%error, "a lost device cannot be closed");
    }
}

/// The device's format with callbacks of about `period`, where it lets us choose.
pub(super) fn with_period(config: &SupportedStreamConfig, period: Duration) -> StreamConfig {
    let frames = (config.sample_rate() as f32 * period.as_secs_f32()) as u32;
    let mut stream = config.config();
    if let SupportedBufferSize::Range { min, max } = *config.buffer_size()
        && min <= max
    {
        stream.buffer_size = BufferSize::Fixed(frames.clamp(min, max));
    }
    stream
}

/// Tries something again and again until it succeeds or `patience` is over.
pub(super) fn retry<T>(
    patience: Duration,
    mut attempt: impl FnMut() -> Result<T, DeviceError>,
) -> Result<T, DeviceError> {
    let deadline = Instant::now() + patience;
    loop {
        match attempt() {
            Err(_) if Instant::now() + RETRY_EVERY < deadline => std::thread::sleep(RETRY_EVERY),
            result => return result,
        }
    }
}

/// Calls a generic function with the type of a device's samples.
macro_rules! with_sample_type {
    ($format:expr, $function:ident($($argument:expr),*)) => {
        match $format {
            cpal::SampleFormat::I8 => $function::<i8>($($argument),*),
            cpal::SampleFormat::I16 => $function::<i16>($($argument),*),
            cpal::SampleFormat::I24 => $function::<cpal::I24>($($argument),*),
            cpal::SampleFormat::I32 => $function::<i32>($($argument),*),
            cpal::SampleFormat::I64 => $function::<i64>($($argument),*),
            cpal::SampleFormat::U8 => $function::<u8>($($argument),*),
            cpal::SampleFormat::U16 => $function::<u16>($($argument),*),
            cpal::SampleFormat::U24 => $function::<cpal::U24>($($argument),*),
            cpal::SampleFormat::U32 => $function::<u32>($($argument),*),
            cpal::SampleFormat::U64 => $function::<u64>($($argument),*),
            cpal::SampleFormat::F32 => $function::<f32>($($argument),*),
            cpal::SampleFormat::F64 => $function::<f64>($($argument),*),
            _ => Err(cpal::ErrorKind::UnsupportedConfig.into()),
        }
    };
}
pub(super) use with_sample_type;

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(link: &Link, lost: bool) {
        let expected = if lost {
            Err(DeviceError::Lost(Direction::Input))
        } else {
            Ok(())
        };
        assert_eq!(Watch::new(Direction::Input).check(link), expected);
    }

    #[test]
    fn only_what_ends_a_stream_counts_as_lost() {
        let link = Link::default();
        for kind in [
            ErrorKind::Xrun,
            ErrorKind::DeviceChanged,
            ErrorKind::BackendError,
        ] {
            (0..10).for_each(|_| link.report(kind.into()));
        }
        check(&link, false);
        assert_eq!(link.glitches(), 10);
        link.report(ErrorKind::DeviceNotAvailable.into());
        check(&link, true);
    }
}
