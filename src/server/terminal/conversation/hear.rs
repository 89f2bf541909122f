//! From the microphone's sound to what the dialogue hears.

use std::time::Duration;

use super::{Broken, Conversation, Done};
use crate::audio::{DeviceError, SpeechEvent};
use crate::dialogue::{Event, Heard};
use crate::recognition::{Hearing, RecognitionError};
use crate::server::app::Unheard;
use crate::server::metrics::By;
use crate::server::terminal::protocol::{Code, Notice, ToTerminal};
use crate::server::terminal::thought::Thought;

impl Conversation {
    /// Sound from the microphone.
    pub async fn sound(&mut self, bytes: &[u8]) -> Done {
        let noticed = self.ear.push(bytes);
        for noticed in noticed.map_err(|_| Broken::Wrong(Code::Rate))? {
            self.noticed(noticed).await?;
        }
        Ok(())
    }

    /// Sound from the machine's own microphone.
    pub(super) async fn recorded(&mut self, recording: u64, sound: &[f32]) -> Done {
        for noticed in self.ear.take(recording, sound) {
            self.noticed(noticed).await?;
        }
        Ok(())
    }

    /// The machine's own microphone is not there.
    pub(super) async fn deaf(&mut self, recording: u64, error: &DeviceError) -> Done {
        if !self.ear.is_current(recording) {
            return Ok(());
        }
        tracing::warn!(%error, "the terminal cannot be heard");
        self.notice(Notice::NoMicrophone).await?;
        self.no_microphone().await
    }

    /// What the ear says of it.
    pub(super) async fn noticed(&mut self, noticed: SpeechEvent) -> Done {
        match noticed {
            SpeechEvent::Level(level) => {
                self.out.try_send(ToTerminal::Level { level });
                Ok(())
            }
            SpeechEvent::Started => {
                self.opened = None;
                self.event(Event::Touched).await
            }
            SpeechEvent::Ended(utterance) | SpeechEvent::TooLong(utterance) => {
                self.shut();
                self.thoughts += 1;
                let thought = Thought::begin(
                    &self.app,
                    self.thoughts,
                    utterance,
                    self.session.language(),
                    self.tell.clone(),
                );
                self.asked = Some(thought.since);
                self.thought = Some(thought);
                self.tell_state().await
            }
            SpeechEvent::Nothing => self.heard_nothing().await,
        }
    }

    /// Nobody spoke, or nothing was understood.
    pub(super) async fn heard_nothing(&mut self) -> Done {
        self.shut();
        self.app.metrics.turn(By::Silence);
        self.event(Event::HeardNothing).await
    }

    /// The recogniser has listened to an utterance that took so long to say.
    pub(super) async fn heard(
        &mut self,
        spoken_for: Duration,
        hearing: Result<Hearing, Unheard>,
    ) -> Done {
        match hearing {
            Ok(Hearing::Speech(transcript)) => {
                self.app.metrics.turn(By::Voice);
                self.app.ledger.note_heard();
                let mut heard = Heard::from(transcript);
                heard.spoken_for = Some(spoken_for);
                self.event(Event::Heard(heard)).await
            }
            Ok(Hearing::Nothing(_)) => self.heard_nothing().await,
            Err(Unheard::Failed(RecognitionError::Cancelled)) => Ok(()),
            Err(Unheard::Full(_)) => self.notice(Notice::Busy).await,
            Err(error) => {
                tracing::warn!(%error, "an utterance was not recognised");
                self.notice(Notice::Trouble).await
            }
        }
    }
}
