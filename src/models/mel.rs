//! The mel filters that Whisper's spectrogram is made with.
//!
//! They are `librosa.filters.mel(sr=16000, n_fft=400, n_mels)`: triangles evenly spaced on
//! Slaney's mel scale, each of unit area. Computed in double precision with the roundings to
//! single precision at the places where librosa has them.

/// Hz.
const SAMPLE_RATE: f64 = 16_000.0;
/// Samples in a frame of the spectrogram.
const FRAME: usize = 400;
/// Frequencies in a frame's spectrum: from 0 Hz to half the sample rate.
pub const FREQUENCIES: usize = FRAME / 2 + 1;

/// Slaney's scale is linear below this frequency (Hz) and logarithmic above.
const LINEAR_BELOW: f64 = 1000.0;
/// Hz for one mel in the linear part.
const HZ_A_MEL: f64 = 200.0 / 3.0;
/// The mel number of [`LINEAR_BELOW`].
const LINEAR_MELS: f64 = LINEAR_BELOW / HZ_A_MEL;

/// The growth of a frequency's logarithm for one mel in the logarithmic part: 27 mels from
/// 1,000 to 6,400 Hz.
fn log_step() -> f64 {
    6.4_f64.ln() / 27.0
}

fn mel_of(hz: f64) -> f64 {
    if hz >= LINEAR_BELOW {
        LINEAR_MELS + (hz / LINEAR_BELOW).ln() / log_step()
    } else {
        hz / HZ_A_MEL
    }
}

fn hz_of(mel: f64) -> f64 {
    if mel >= LINEAR_MELS {
        LINEAR_BELOW * (log_step() * (mel - LINEAR_MELS)).exp()
    } else {
        HZ_A_MEL * mel
    }
}

/// `mels` filters (80 for most Whisper models, 128 for the large ones of the third version),
/// each of [`FREQUENCIES`] weights, one after the other.
#[must_use]
pub fn filters(mels: usize) -> Vec<f32> {
    let top = mel_of(SAMPLE_RATE / 2.0);
    let step = top / (mels + 1) as f64;
    let corner = |i: usize| hz_of(if i == mels + 1 { top } else { i as f64 * step });
    let hz_a_bin = 1.0 / (FRAME as f64 * (1.0 / SAMPLE_RATE));
    (0..mels)
        .flat_map(|mel| {
            let (left, middle, right) = (corner(mel), corner(mel + 1), corner(mel + 2));
            (0..FREQUENCIES).map(move |bin| {
                let hz = bin as f64 * hz_a_bin;
                let rising = -(left - hz) / (middle - left);
                let falling = (right - hz) / (right - middle);
                let height = rising.min(falling);
                let height = if height < 0.0 { 0.0 } else { height };
                (f64::from(height as f32) * (2.0 / (right - left))) as f32
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_librosas() {
        #[track_caller]
        fn check(mel: usize, bin: usize, expected: f32) {
            assert_eq!(
                filters(80)[mel * FREQUENCIES + bin],
                expected,
                "{mel} {bin}"
            );
        }
        // Computed with mel_filters() of the Python reference.
        check(0, 0, 0.0);
        check(0, 1, 0.024862595);
        check(0, 2, 0.0);
        check(1, 2, 0.022871772);
        check(9, 10, 0.006945197);
        check(24, 24, 0.0059271064);
        check(39, 45, 0.0);
        check(79, 195, 0.0022437952);
        check(79, 199, 0.000448759);
        check(79, 200, 0.0);
    }

    #[test]
    fn every_filter_has_weight() {
        for mels in [80, 128] {
            let filters = filters(mels);
            assert_eq!(filters.len(), mels * FREQUENCIES);
            for filter in filters.chunks(FREQUENCIES) {
                assert!(filter.iter().all(|weight| *weight >= 0.0));
                assert!(filter.iter().any(|weight| *weight > 0.0));
            }
        }
    }
}
