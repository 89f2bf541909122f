//! Sound: devices, files, resampling, voice activity and the end of speech.
//!
//! Sound in, [`Utterance`]s out; and [`crate::synthesis::Speech`] to the loudspeaker.

mod capture;
mod decode;
mod devices;
mod endpoint;
mod level;
mod link;
mod mixdown;
mod output;
mod playback;
mod resample;
mod utterance;
mod vad;
mod wav;

pub use capture::{Microphone, MicrophoneOptions};
pub use decode::{DecodeError, LARGEST_BYTES, LONGEST_SECONDS};
pub use devices::{DeviceError, DeviceInfo, Direction, Format, list_devices};
pub use endpoint::{EndpointOptions, Endpointer, SpeechEvent};
pub use playback::{Loudspeaker, LoudspeakerOptions, Player};
pub use resample::{HIGHEST_RATE, LOWEST_RATE, Resampler, UnsupportedRate};
pub use utterance::{SAMPLE_RATE, Utterance};
pub use vad::{Earshot, Smoothed, Smoothing, VoiceActivity};
pub use wav::{WriteError, write_wav, write_wav_to};
