//! The loudspeaker's callback: from the ring to the device.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed, Ordering::SeqCst};
use std::time::Duration;

use cpal::FromSample;
use rtrb::Consumer;

use super::link::Link;

/// How long speech that is stopped fades out, in seconds.
const FADE: f32 = 0.006;
/// How fast the volume follows, as a share of the way for each sample.
const GLIDE: f32 = 0.005;
/// The loudest volume.
const LOUDEST: f32 = 1.5;
/// Louder samples are limited softly.
const KNEE: f32 = 0.9;

/// The volume that the loudspeaker should have, from 0 to 1.5.
#[derive(Debug)]
pub(super) struct Volume(AtomicU32);

impl Volume {
    pub(super) fn new() -> Self {
        Self(AtomicU32::new(1.0_f32.to_bits()))
    }

    pub(super) fn set(&self, volume: f32) {
        let volume = if volume.is_finite() {
            volume.clamp(0.0, LOUDEST)
        } else {
            1.0
        };
        self.0.store(volume.to_bits(), Relaxed);
    }

    fn get(&self) -> f32 {
        f32::from_bits(self.0.load(Relaxed))
    }
}

/// How far an open loudspeaker has got; shared between the callback and the players.
#[derive(Debug, Default)]
pub(super) struct Progress {
    pub(super) link: Link,
    /// Samples that were put into the ring, and that were taken out of it.
    pub(super) put: AtomicU64,
    pub(super) taken: AtomicU64,
    /// Those of them that were played and not thrown away.
    pub(super) played: AtomicU64,
    /// Somebody said stop, and the callback has not obeyed yet.
    pub(super) stopping: AtomicBool,
    /// What the last samples took from the callback to the ear, in microseconds.
    latency: AtomicU64,
}

impl Progress {
    /// Is there anything still to be taken?
    pub(super) fn is_playing(&self) -> bool {
        self.taken.load(SeqCst) < self.put.load(SeqCst) || self.stopping.load(SeqCst)
    }

    pub(super) fn latency(&self) -> Duration {
        Duration::from_micros(self.latency.load(Relaxed))
    }
}

/// What the callback owns.
pub(super) struct Output {
    ring: Consumer<f32>,
    progress: Arc<Progress>,
    volume: Arc<Volume>,
    rate: u32,
    channels: usize,
    gain: f32,
}

impl Output {
    pub(super) fn new(
        ring: Consumer<f32>,
        progress: Arc<Progress>,
        volume: Arc<Volume>,
        rate: u32,
        channels: usize,
    ) -> Self {
        let gain = volume.get();
        Self {
            ring,
            progress,
            volume,
            rate,
            channels: channels.max(1),
            gain,
        }
    }

    /// How far it has got.
    pub(super) fn progress(&self) -> Arc<Progress> {
        Arc::clone(&self.progress)
    }

    /// The device's callback: never allocates, locks or waits. `queued` is what waits in the
    /// device before this piece. Where there is no speech it plays silence.
    pub(super) fn fill<T: Copy + FromSample<f32>>(&mut self, data: &mut [T], queued: Duration) {
        self.progress.link.beat();
        let frames = data.len() / self.channels;
        let length = Duration::from_secs_f32(frames as f32 / self.rate as f32);
        self.progress
            .latency
            .store((queued + length).as_micros() as u64, Relaxed);

        let stopping = self.progress.stopping.load(SeqCst);
        let waiting = self.ring.slots();
        let fade = if stopping {
            (FADE * self.rate as f32) as usize
        } else {
            usize::MAX
        };
        let count = waiting.min(frames).min(fade);
        let volume = self.volume.get();
        let mut gain = self.gain;
        let mut frames = data.chunks_exact_mut(self.channels);
        if let Ok(chunk) = self.ring.read_chunk(count) {
            let (first, second) = chunk.as_slices();
            for (i, (&sample, frame)) in first.iter().chain(second).zip(&mut frames).enumerate() {
                gain += GLIDE * (volume - gain);
                let fade = if stopping {
                    1.0 - i as f32 / count as f32
                } else {
                    1.0
                };
                put(frame, limited(sample * gain * fade));
            }
            chunk.commit_all();
        }
        frames.for_each(|frame| put(frame, 0.0));
        self.gain = gain;

        self.progress.played.fetch_add(count as u64, SeqCst);
        let mut taken = count;
        if stopping {
            if let Ok(chunk) = self.ring.read_chunk(waiting - count) {
                chunk.commit_all();
            }
            taken = waiting;
        }
        self.progress.taken.fetch_add(taken as u64, SeqCst);
        if stopping {
            self.progress.stopping.store(false, SeqCst);
        }
    }
}

/// Puts a mono sample on the front channels of a frame; the others stay silent.
fn put<T: Copy + FromSample<f32>>(frame: &mut [T], sample: f32) {
    for (channel, to) in frame.iter_mut().enumerate() {
        *to = T::from_sample_(if channel < 2 { sample } else { 0.0 });
    }
}

/// Bends what is above the knee, so that it never gets beyond full scale.
fn limited(sample: f32) -> f32 {
    let size = sample.abs();
    if size <= KNEE {
        return sample;
    }
    let room = 1.0 - KNEE;
    sample.signum() * (KNEE + room * ((size - KNEE) / room).tanh())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rtrb::RingBuffer;

    const RATE: u32 = 48_000;

    struct Device {
        ring: rtrb::Producer<f32>,
        progress: Arc<Progress>,
        volume: Arc<Volume>,
        output: Output,
    }

    fn device(channels: usize) -> Device {
        let (ring, consumer) = RingBuffer::new(10_000);
        let (progress, volume) = (Arc::new(Progress::default()), Arc::new(Volume::new()));
        let output = Output::new(
            consumer,
            Arc::clone(&progress),
            Arc::clone(&volume),
            RATE,
            channels,
        );
        Device {
            ring,
            progress,
            volume,
            output,
        }
    }

    impl Device {
        fn put(&mut self, samples: &[f32]) {
            self.ring.push_entire_slice(samples).unwrap();
            self.progress.put.fetch_add(samples.len() as u64, SeqCst);
        }

        fn play<T: Copy + FromSample<f32>>(&mut self, data: &mut [T]) {
            let output = &mut self.output;
            assert_no_alloc::assert_no_alloc(|| output.fill(data, Duration::ZERO));
        }
    }

    #[test]
    fn speech_is_on_the_front_channels_and_then_there_is_silence() {
        let mut device = device(3);
        device.put(&[0.5, -0.25]);
        let mut data = [9.0_f32; 12];
        device.play(&mut data);
        assert_eq!(
            data,
            [
                0.5, 0.5, 0.0, -0.25, -0.25, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
            ]
        );
        assert!(!device.progress.is_playing());
        let mut data = [0_u8; 6];
        device.play(&mut data);
        assert_eq!(data, [128; 6]);
    }

    #[test]
    fn a_stop_fades_and_forgets() {
        let mut device = device(1);
        device.put(&[0.5; 5_000]);
        let mut data = [0.0_f32; 960];
        device.play(&mut data);
        assert_eq!(data, [0.5; 960]);
        device.progress.stopping.store(true, SeqCst);
        assert!(device.progress.is_playing());
        device.play(&mut data);
        let steepest = data
            .windows(2)
            .map(|w| (w[1] - w[0]).abs())
            .fold(0.0, f32::max);
        assert!(data[0] > 0.49 && steepest < 0.01, "{steepest}");
        assert_eq!(data[300..], [0.0; 660]);
        assert!(!device.progress.is_playing());
        device.play(&mut data);
        assert_eq!(data, [0.0; 960]);
        // And then it speaks again.
        device.put(&[0.25; 960]);
        device.play(&mut data);
        assert_eq!(data, [0.25; 960]);
    }

    #[test]
    fn a_short_period_fades_too() {
        let mut device = device(1);
        device.put(&[0.5; 100]);
        device.progress.stopping.store(true, SeqCst);
        let mut data = [0.0_f32; 64];
        device.play(&mut data);
        assert!(data[0] > 0.49 && data[63] < 0.02);
        assert!(!device.progress.is_playing());
    }

    #[test]
    fn the_volume_glides_and_is_limited_softly() {
        let mut device = device(1);
        let mut data = [0.0_f32; 9_600];
        device.volume.set(0.5);
        device.put(&[0.5; 9_600]);
        device.play(&mut data);
        let steepest = data
            .windows(2)
            .map(|w| (w[1] - w[0]).abs())
            .fold(0.0, f32::max);
        assert!(steepest < 0.002, "{steepest}");
        assert!((data[9_599] - 0.25).abs() < 1e-3);
        device.volume.set(f32::INFINITY);
        assert_eq!(device.volume.get(), 1.0);
        device.volume.set(7.0);
        device.put(&[1.0; 9_600]);
        device.play(&mut data);
        assert!(data[9_599] > 0.99 && data[9_599] <= 1.0, "{}", data[9_599]);
        assert!(data.is_sorted());
    }

    #[test]
    fn the_limiter_is_smooth_and_odd() {
        let xs: Vec<f32> = (-200..=200).map(|i| i as f32 / 100.0).collect();
        let ys: Vec<f32> = xs.iter().map(|&x| limited(x)).collect();
        assert!(ys.is_sorted());
        for (&x, &y) in xs.iter().zip(&ys) {
            assert!(y.abs() <= 1.0 && y.abs() <= x.abs());
            assert_eq!(y, -limited(-x));
            if x.abs() <= KNEE {
                assert_eq!(y, x);
            }
        }
        assert!(limited(1.0) > 0.97);
    }
}
