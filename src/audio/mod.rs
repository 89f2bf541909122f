//! Sound: devices, files, resampling, voice activity and the end of speech.
//!
//! Sound in, [`Utterance`]s out; and [`crate::synthesis::Speech`] to the loudspeaker.

mod decode;
mod mixdown;
mod resample;
mod utterance;

pub use resample::{HIGHEST_RATE, LOWEST_RATE, Resampler, UnsupportedRate};
pub use utterance::{SAMPLE_RATE, Utterance};
