//! The machine's microphones and loudspeakers.

use std::fmt;

use cpal::traits::{DeviceTrait, HostTrait};
use cpal::{ErrorKind, SupportedStreamConfig};

use super::resample::{HIGHEST_RATE, LOWEST_RATE};

/// Which way the sound goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Into the machine: a microphone.
    Input,
    /// Out of the machine: a loudspeaker.
    Output,
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Input => "microphone",
            Self::Output => "loudspeaker",
        })
    }
}

/// Why a device cannot be used. Each message says what can be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// The machine has none: a normal thing on a server.
    #[error("no {0} was found; plug one in and choose it in the system's sound settings")]
    NoDevice(Direction),
    /// None has the name that was asked for.
    #[error("no {direction} is called “{wanted}”; there is: {known}")]
    Unknown {
        /// What it would be.
        direction: Direction,
        /// The name that was asked for.
        wanted: String,
        /// The names that there are.
        known: String,
    },
    /// Another program has it to itself. Trying again later may succeed.
    #[error("the {0} is in use by another program; close that program and try again")]
    Busy(Direction),
    /// The system forbids it.
    #[error(
        "the system does not let this program use the {0}; allow it in the privacy settings, \
         or on Linux add the user to the group “audio”"
    )]
    Forbidden(Direction),
    /// It worked and then was gone. It can be opened again once it is back.
    #[error("the {0} was unplugged or stopped working; plug it in again")]
    Lost(Direction),
    /// Anything else.
    #[error("the {direction} cannot be used ({what}); see what `wenlu doctor` says")]
    Unusable {
        /// What it is.
        direction: Direction,
        /// What the system said.
        what: String,
    },
}

impl DeviceError {
    pub(super) fn new(direction: Direction, error: &cpal::Error) -> Self {
        match error.kind() {
            ErrorKind::DeviceNotAvailable | ErrorKind::HostUnavailable => Self::NoDevice(direction),
            ErrorKind::DeviceBusy => Self::Busy(direction),
            ErrorKind::PermissionDenied => Self::Forbidden(direction),
            _ => Self::Unusable {
                direction,
                what: error.to_string(),
            },
        }
    }
}

/// A device as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceInfo {
    /// What people call it.
    pub name: String,
    /// What the system calls it. Both can be given to open it.
    pub id: String,
    /// Is it used where none is named?
    pub is_default: bool,
    /// The format it is opened with.
    pub format: Format,
}

/// A device's sound format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Format {
    /// Samples a second on each channel.
    pub rate: u32,
    /// The number of channels.
    pub channels: u16,
    /// How a sample is stored.
    pub sample: cpal::SampleFormat,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.channels == 1 { "" } else { "s" };
        write!(
            f,
            "{} Hz, {} channel{plural}, {}",
            self.rate, self.channels, self.sample
        )
    }
}

impl From<&SupportedStreamConfig> for Format {
    fn from(config: &SupportedStreamConfig) -> Self {
        Self {
            rate: config.sample_rate(),
            channels: config.channels(),
            sample: config.sample_format(),
        }
    }
}

/// Lists the microphones or loudspeakers that can be opened now; the default one first.
///
/// It opens each for a moment, which takes some hundredths of a second. An empty list is a
/// normal answer.
///
/// # Errors
/// If the system's sound service cannot be asked.
pub fn list_devices(direction: Direction) -> Result<Vec<DeviceInfo>, DeviceError> {
    quiet_alsa();
    let (devices, default) = all(direction)?;
    let info = |device: &cpal::Device| {
        let config = config_of(device, direction).ok()?;
        Some(DeviceInfo {
            name: device.description().ok()?.name().to_owned(),
            id: device.id().ok()?.id().to_owned(),
            is_default: default.as_ref() == Some(device),
            format: Format::from(&config),
        })
    };
    Ok(devices.iter().filter_map(info).collect())
}

/// The device of that name, or the default one.
pub(super) fn find(
    direction: Direction,
    wanted: Option<&str>,
) -> Result<cpal::Device, DeviceError> {
    quiet_alsa();
    let (devices, default) = all(direction)?;
    let Some(wanted) = wanted else {
        return default.ok_or(DeviceError::NoDevice(direction));
    };
    let names: Vec<[String; 2]> = devices.iter().map(names_of).collect();
    let matching = |test: &dyn Fn(&str) -> bool| {
        names
            .iter()
            .position(|names| names.iter().any(|name| test(&name.to_lowercase())))
    };
    let lower = wanted.to_lowercase();
    matching(&|name| name == lower)
        .or_else(|| matching(&|name| name.contains(&lower)))
        .map(|at| devices[at].clone())
        .ok_or_else(|| DeviceError::Unknown {
            direction,
            wanted: wanted.to_owned(),
            known: if names.is_empty() {
                "none".to_owned()
            } else {
                names
                    .iter()
                    .map(|[name, _]| name.as_str())
                    .collect::<Vec<_>>()
                    .join("; ")
            },
        })
}

/// The name and the id of a device.
pub(super) fn names_of(device: &cpal::Device) -> [String; 2] {
    let name = device
        .description()
        .map(|d| d.name().to_owned())
        .unwrap_or_default();
    let id = device.id().map(|id| id.id().to_owned()).unwrap_or_default();
    [name, id]
}

/// The format to open a device with: its own default if that can be resampled and is no
/// one-bit format, else the best other one.
pub(super) fn config_of(
    device: &cpal::Device,
    direction: Direction,
) -> Result<SupportedStreamConfig, DeviceError> {
    let failed = |error: cpal::Error| DeviceError::new(direction, &error);
    let default = match direction {
        Direction::Input => device.default_input_config(),
        Direction::Output => device.default_output_config(),
    };
    let default = default.map_err(failed)?;
    let rates = LOWEST_RATE..=HIGHEST_RATE;
    if rates.contains(&default.sample_rate()) && !default.sample_format().is_dsd() {
        return Ok(default);
    }
    let ranges: Vec<_> = match direction {
        Direction::Input => device.supported_input_configs().map_err(failed)?.collect(),
        Direction::Output => device.supported_output_configs().map_err(failed)?.collect(),
    };
    ranges
        .into_iter()
        .filter(|range| !range.sample_format().is_dsd())
        .filter_map(|range| {
            let rate = 48_000.clamp(range.min_sample_rate(), range.max_sample_rate());
            rates.contains(&rate).then(|| range.with_sample_rate(rate))
        })
        .min_by_key(|config| config.sample_rate().abs_diff(48_000))
        .ok_or_else(|| DeviceError::Unusable {
            direction,
            what: format!("it offers only {}", Format::from(&default)),
        })
}

/// ALSA's converters and its bin are listed as devices, but nobody can hear or speak there.
const NO_DEVICES: [&str; 10] = [
    "null",
    "lavrate",
    "samplerate",
    "speexrate",
    "speex",
    "jack",
    "oss",
    "upmix",
    "vdownmix",
    "a52",
];

/// All devices of a direction, the default one first, and the default one.
fn all(direction: Direction) -> Result<(Vec<cpal::Device>, Option<cpal::Device>), DeviceError> {
    let host = cpal::default_host();
    let devices = host
        .devices()
        .map_err(|error| DeviceError::new(direction, &error))?;
    let default = match direction {
        Direction::Input => host.default_input_device(),
        Direction::Output => host.default_output_device(),
    };
    let mut found: Vec<_> = default.iter().cloned().collect();
    found.extend(devices.filter(|device| {
        let fits = match direction {
            Direction::Input => device.supports_input(),
            Direction::Output => device.supports_output(),
        };
        let [_, id] = names_of(device);
        fits && default.as_ref() != Some(device) && !NO_DEVICES.contains(&id.as_str())
    }));
    Ok((found, default))
}

/// Keeps the ALSA library from writing to standard error on this thread, where it complains
/// about every device that it tries in vain. The errors still come back as errors.
fn quiet_alsa() {
    #[cfg(target_os = "linux")]
    // If it cannot be, the complaints are seen: no reason to fail.
    let _ = alsa::Output::local_error_handler();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_say_what_to_do() {
        let [input, output] = [Direction::Input, Direction::Output];
        let unknown = DeviceError::Unknown {
            direction: input,
            wanted: "Studio".to_owned(),
            known: "Webcam; Headset".to_owned(),
        };
        let unusable = DeviceError::Unusable {
            direction: output,
            what: "error 5".to_owned(),
        };
        let said: Vec<String> = [
            DeviceError::NoDevice(input),
            unknown,
            DeviceError::Busy(output),
            DeviceError::Forbidden(input),
            DeviceError::Lost(input),
            unusable,
        ]
        .iter()
        .map(ToString::to_string)
        .collect();
        insta::assert_snapshot!(said.join("\n"));
    }

    #[test]
    fn the_systems_errors_become_ours() {
        #[track_caller]
        fn check(kind: ErrorKind, expected: DeviceError) {
            assert_eq!(DeviceError::new(Direction::Input, &kind.into()), expected);
        }
        check(
            ErrorKind::DeviceNotAvailable,
            DeviceError::NoDevice(Direction::Input),
        );
        check(
            ErrorKind::HostUnavailable,
            DeviceError::NoDevice(Direction::Input),
        );
        check(ErrorKind::DeviceBusy, DeviceError::Busy(Direction::Input));
        check(
            ErrorKind::PermissionDenied,
            DeviceError::Forbidden(Direction::Input),
        );
    }
}
