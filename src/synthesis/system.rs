//! The machine's own voice: it speaks aloud by itself and gives no sound to keep.
//!
//! Through the `tts` crate: speech-dispatcher on Linux, the system's speech on macOS and
//! Windows. The crate's handle must stay on one thread, so a thread here owns it
//! and takes orders.

use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tts::{Tts, UtteranceId};

use super::voice::{Manner, VoiceError};
use crate::language::Language;

/// How long the system may take to begin; its first voice can be slow.
const PATIENCE: Duration = Duration::from_secs(10);

/// The machine's own voice.
#[derive(Debug)]
pub struct SystemVoice {
    orders: Sender<Order>,
    thread: Option<JoinHandle<()>>,
}

enum Order {
    Say {
        text: String,
        manner: Manner,
        answer: Sender<Result<(), VoiceError>>,
    },
    Stop,
    Busy {
        answer: Sender<bool>,
    },
    Languages {
        answer: Sender<Vec<Language>>,
    },
    End,
}

impl SystemVoice {
    /// Connects to the system's speech.
    ///
    /// # Errors
    ///
    /// If there is none, or it does not answer within 10 s.
    pub fn open() -> Result<Self, VoiceError> {
        let (orders, inbox) = mpsc::channel();
        let (ready, opened) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("system-voice".to_owned())
            .spawn(move || serve(&inbox, &ready))
            .map_err(|error| VoiceError::System(error.to_string()))?;
        opened.recv_timeout(PATIENCE).map_err(|_| no_answer())??;
        Ok(Self {
            orders,
            thread: Some(thread),
        })
    }

    /// Begins to say `text`, in place of what is being said, and returns at once.
    ///
    /// # Errors
    ///
    /// If the system's speech fails or does not answer.
    pub fn say(&self, text: &str, manner: Manner) -> Result<(), VoiceError> {
        let (answer, answered) = mpsc::channel();
        let order = Order::Say {
            text: text.to_owned(),
            manner,
            answer,
        };
        self.orders.send(order).map_err(|_| no_answer())?;
        answered.recv_timeout(PATIENCE).map_err(|_| no_answer())?
    }

    /// The languages that it has a voice for; for any other its default voice speaks.
    #[must_use]
    pub fn languages(&self) -> Vec<Language> {
        let (answer, answered) = mpsc::channel();
        // If the thread is gone nothing is answered.
        let _ = self.orders.send(Order::Languages { answer });
        answered.recv_timeout(PATIENCE).unwrap_or_default()
    }

    /// Stops speaking.
    pub fn stop(&self) {
        // If the thread is gone nothing is being said.
        let _ = self.orders.send(Order::Stop);
    }

    /// Whether something is being said, or is about to be.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        let (answer, answered) = mpsc::channel();
        self.orders.send(Order::Busy { answer }).is_ok()
            && answered.recv_timeout(PATIENCE).unwrap_or(false)
    }
}

impl Drop for SystemVoice {
    fn drop(&mut self) {
        let _ = self.orders.send(Order::End);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn serve(orders: &Receiver<Order>, ready: &Sender<Result<(), VoiceError>>) {
    let mut tts = match Tts::default() {
        Ok(tts) => tts,
        Err(error) => {
            let _ = ready.send(Err(system(&error)));
            return;
        }
    };
    let _ = ready.send(Ok(()));
    let current = Current::default();
    let told = current.follow(&tts);
    let mut language = None;
    for order in orders {
        match order {
            Order::Say {
                text,
                manner,
                answer,
            } => {
                if language != Some(manner.language) && choose(&mut tts, manner.language) {
                    language = Some(manner.language);
                }
                let said = current.say(|| say(&mut tts, text, manner));
                let _ = answer.send(said.map_err(|error| system(&error)));
            }
            Order::Stop => {
                let _ = tts.stop();
            }
            Order::Busy { answer } => {
                let busy = if told {
                    current.is_busy()
                } else {
                    tts.is_speaking().unwrap_or(false)
                };
                let _ = answer.send(busy);
            }
            Order::Languages { answer } => {
                let voices = tts.voices().unwrap_or_default();
                let has = |&language: &Language| voices.iter().any(|v| fits(v, language));
                let _ = answer.send(Language::ALL.into_iter().filter(has).collect());
            }
            Order::End => {
                let _ = tts.stop();
                return;
            }
        }
    }
}

/// What is being said, from the order until the system tells that it has ended: the system
/// itself says that it speaks only some time after the order.
#[derive(Clone, Default)]
struct Current(Arc<Mutex<Option<UtteranceId>>>);

impl Current {
    /// Lets the system tell when something has ended; whether it can.
    fn follow(&self, tts: &Tts) -> bool {
        let ended = || {
            let current = self.clone();
            Some(Box::new(move |id| current.ended(&id)) as Box<dyn FnMut(UtteranceId)>)
        };
        tts.on_utterance_end(ended()).is_ok() && tts.on_utterance_stop(ended()).is_ok()
    }

    /// Notes what `say` begins. The lock keeps the news of its end waiting until it is noted.
    fn say(
        &self,
        say: impl FnOnce() -> Result<Option<UtteranceId>, tts::Error>,
    ) -> Result<(), tts::Error> {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *current = say()?;
        Ok(())
    }

    fn ended(&self, id: &UtteranceId) {
        let mut current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if current.as_ref() == Some(id) {
            *current = None;
        }
    }

    fn is_busy(&self) -> bool {
        let current = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        current.is_some()
    }
}

/// Takes the first of the system's voices that has the language. Without one the
/// system's default voice speaks.
fn choose(tts: &mut Tts, language: Language) -> bool {
    let voices = tts.voices().unwrap_or_default();
    voices
        .iter()
        .find(|voice| fits(voice, language))
        .is_some_and(|voice| tts.set_voice(voice).is_ok())
}

fn fits(voice: &tts::Voice, language: Language) -> bool {
    let tag = voice.language();
    let primary = tag.primary_language();
    primary.eq_ignore_ascii_case(language.code()) || (language == Language::Zh && primary == "cmn")
}

fn say(tts: &mut Tts, text: String, manner: Manner) -> Result<Option<UtteranceId>, tts::Error> {
    if tts.supported_features().rate {
        let (least, usual, most) = (tts.min_rate(), tts.normal_rate(), tts.max_rate());
        tts.set_rate(system_rate(manner.rate(), least, usual, most))?;
    }
    tts.speak(text, true)
}

/// The rate (1 is usual) that speech-dispatcher means by its −100 to 100: from a third of the
/// usual rate to three times as fast. What a [`Manner`] cannot be is brought to what it can.
#[must_use]
pub fn dispatcher_rate(rate: i32) -> f32 {
    let share = rate.clamp(-100, 100) as f32 / 100.0;
    3f32.powf(share).clamp(Manner::SLOWEST, Manner::FASTEST)
}

/// Our rate (1 is usual) on the system's scale, on which `least` stands for about a third and
/// `most` for about three times the usual rate (so speech-dispatcher defines its −100 to 100).
fn system_rate(rate: f32, least: f32, usual: f32, most: f32) -> f32 {
    let share = rate.ln() / 3f32.ln();
    let reach = if share < 0.0 {
        usual - least
    } else {
        most - usual
    };
    usual + share * reach
}

fn system(error: &tts::Error) -> VoiceError {
    VoiceError::System(error.to_string())
}

fn no_answer() -> VoiceError {
    VoiceError::System("it does not answer".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_fit_the_systems_scale() {
        #[track_caller]
        fn check(rate: f32, expected: f32) {
            let got = system_rate(rate, -100.0, 0.0, 100.0);
            assert!(
                (got - expected).abs() < 0.5,
                "{rate}: {got} instead of {expected}"
            );
        }
        check(1.0, 0.0);
        check(3.0, 100.0);
        check(1.0 / 3.0, -100.0);
        check(0.75, -26.2);
        check(1.35, 27.3);
    }

    #[test]
    fn the_dispatchers_rates_are_ours_again() {
        for rate in [0.75, 0.9, 1.0, 1.2, 1.35] {
            let there = system_rate(rate, -100.0, 0.0, 100.0);
            let back = dispatcher_rate(there.round() as i32);
            assert!((back - rate).abs() < 0.01, "{rate}: {back}");
        }
        assert_eq!(dispatcher_rate(-100), Manner::SLOWEST);
        assert_eq!(dispatcher_rate(i32::MAX), Manner::FASTEST);
    }
}
