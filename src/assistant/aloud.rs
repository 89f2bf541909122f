//! Which voice speaks aloud on this machine.

use std::time::{Duration, Instant};

use super::{Say, voices};
use crate::config::Config;
use crate::dialogue::Utter;
use crate::synthesis::{SystemVoice, VoiceError, VoiceKind, Voices};

/// How often the system's voice is asked whether it has finished.
const LOOK: Duration = Duration::from_millis(50);
/// The longest that a character may take before the system's voice is taken for stuck.
const STUCK: Duration = Duration::from_secs(1);

/// The voice that speaks aloud: the neural one; without it the system's own, then an
/// installed synthesiser.
pub enum Aloud {
    /// Gives sound, to be played.
    Sound(Voices),
    /// Speaks by itself.
    System(SystemVoice),
}

impl Aloud {
    /// Finds the best voice of this machine.
    ///
    /// # Errors
    /// If it has none.
    pub fn open(config: &Config) -> Result<Self, VoiceError> {
        let found = voices(config);
        match found {
            Ok(voices) if voices.kind() == VoiceKind::Neural => Ok(Self::Sound(voices)),
            _ => match (SystemVoice::open(), found) {
                (Ok(system), _) => Ok(Self::System(system)),
                (Err(_), Ok(voices)) => Ok(Self::Sound(voices)),
                (Err(_), Err(error)) => Err(error),
            },
        }
    }

    /// Whether it is the best there could be.
    #[must_use]
    pub fn is_neural(&self) -> bool {
        matches!(self, Self::Sound(voices) if voices.kind() == VoiceKind::Neural)
    }

    /// The voice in use, in a line for the machine's owner.
    #[must_use]
    pub fn report(&self) -> String {
        match self {
            Self::Sound(voices) => voices.report(),
            Self::System(system) => {
                let languages: Vec<_> = system.languages().iter().map(|l| l.code()).collect();
                format!(
                    "this machine's own voice, with {}, since the neural voice is not fetched; on \
                     Linux that is mostly espeak-ng, whose Mandarin is hardly understood",
                    if languages.is_empty() {
                        "no voice of either language".to_owned()
                    } else {
                        format!("voices for {}", languages.join(" and "))
                    }
                )
            }
        }
    }
}

/// Lets the system's voice say sentences with their pauses, and waits until all is said or
/// `goes_on` answers no; then it falls silent.
///
/// # Errors
/// If the system's speech fails.
pub fn speak_by_system(
    config: &Config,
    system: &SystemVoice,
    sentences: &[Utter],
    how: Say,
    goes_on: &dyn Fn() -> bool,
) -> Result<(), VoiceError> {
    let wait = |busy: &dyn Fn() -> bool, longest: Duration| {
        let end = Instant::now() + longest;
        while goes_on() && busy() && Instant::now() < end {
            std::thread::sleep(LOOK);
        }
    };
    for utter in sentences {
        wait(&|| true, utter.pause);
        if !goes_on() {
            break;
        }
        system.say(&utter.text, how.manner(config, utter.language))?;
        let characters = utter.text.chars().count() as u32 + 10;
        wait(&|| system.is_busy(), STUCK * characters);
        if !goes_on() {
            system.stop();
        }
    }
    Ok(())
}
