//! A terminal's conversation: what happens becomes the dialogue's events, and what the
//! dialogue says is done ([`follow`]). It decides nothing but when the microphone is open.

mod circle;
mod errands;
mod follow;
mod hear;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedSender;

use super::ear::Ear;
use super::microphone::OwnMicrophone;
use super::mouth::{Mouth, Said};
use super::protocol::{Code, LONGEST_QUESTION, Notice, Screen, State, ToTerminal};
use super::socket::{Gone, Out};
use super::thought::Thought;
use crate::audio::DeviceError;
use crate::dialogue::{Command, Event, Heard, Session, Setting};
use crate::knowledge::GuideId;
use crate::language::Language;
use crate::recognition::Hearing;
use crate::server::app::{App, Unheard};
use crate::server::metrics::By;

/// After the button was pressed and nobody has spoken for so long, the assistant asks.
const ASK_AFTER: Duration = Duration::from_secs(12);
/// The microphone shuts after so long without a word.
const SHUT_AFTER: Duration = Duration::from_secs(60);
/// A terminal may play a reply so much longer than it is, before it counts as played.
const SLACK: Duration = Duration::from_secs(4);
/// How long the goodbye stands where it is not spoken.
const FAREWELL: Duration = Duration::from_secs(4);
/// The longest that a reply may take to be spoken.
const LONGEST_REPLY: Duration = Duration::from_secs(180);

/// What other tasks tell the conversation.
pub(super) enum Happening {
    /// A recognition has ended: its number, and how long the person spoke.
    Heard(u64, Duration, Result<Hearing, Unheard>),
    /// All sound of a reply has been sent.
    Said(u32, Said),
    /// The machine's microphone has recorded this: the recording's number, 16 kHz.
    Recorded(u64, Vec<f32>),
    /// The machine's microphone is not there, or was lost while it recorded.
    Deaf(u64, DeviceError),
}

/// Why a conversation ends at once.
#[derive(Debug)]
pub(super) enum Broken {
    /// The terminal is gone.
    Gone,
    /// It does what it must not.
    Wrong(Code),
}

impl From<Gone> for Broken {
    fn from(Gone: Gone) -> Self {
        Self::Gone
    }
}

type Done = Result<(), Broken>;

/// One conversation after the other, at one terminal.
pub(super) struct Conversation {
    app: Arc<App>,
    out: Out,
    tell: UnboundedSender<Happening>,
    /// Who is at the other end.
    address: IpAddr,
    session: Session,
    /// The language in which each conversation begins, if the terminal has chosen one.
    language: Option<Language>,
    ear: Ear,
    mouth: Mouth,
    /// Whether the terminal plays sound.
    sound: bool,
    /// Whether this person uses the microphone: then it opens by itself after a reply.
    by_voice: bool,
    /// When the ear was opened, and whether by the button.
    opened: Option<(Instant, bool)>,
    thought: Option<Thought>,
    thoughts: u64,
    /// The reply that is being played, and when it is over at the latest.
    speaking: Option<(u32, Instant)>,
    /// Whether the ear opens after it.
    listens: bool,
    /// Whether the conversation ends after it.
    ends: bool,
    /// When the person stopped speaking whose answer has not sounded yet.
    asked: Option<Instant>,
    shown: Option<Screen>,
    /// The guide that was counted as opened last.
    counted: Option<GuideId>,
    /// Whether nothing is shown for now.
    blind: bool,
    state: State,
}

impl Conversation {
    pub fn new(
        app: Arc<App>,
        out: Out,
        tell: UnboundedSender<Happening>,
        address: IpAddr,
        (language, sound): (Option<Language>, bool),
    ) -> Self {
        Self {
            ear: Ear::new(
                app.config.hearing.silence,
                OwnMicrophone::for_terminal(&app.config, address, &tell),
            ),
            mouth: Mouth::new(Arc::clone(&app), out.clone(), tell.clone()),
            app,
            out,
            tell,
            address,
            session: Session::default(),
            language,
            sound,
            by_voice: false,
            opened: None,
            thought: None,
            thoughts: 0,
            speaking: None,
            listens: false,
            ends: false,
            asked: None,
            shown: None,
            counted: None,
            blind: false,
            state: State::Idle,
        }
    }

    /// The conversation as it stands, for who comes back.
    pub fn into_session(self) -> Session {
        self.session
    }

    pub fn is_speaking(&self) -> bool {
        self.speaking.is_some()
    }

    /// Somebody new: the first screen, silently, since nobody may be there.
    pub async fn begin(&mut self) -> Done {
        self.hush().await?;
        self.shut();
        (self.thought, self.asked) = (None, None);
        (self.by_voice, self.ends, self.counted) = (false, false, None);
        let setting = self.setting();
        let reply = self.turn_at_once(Event::Begin(setting));
        self.follow_silently(reply).await
    }

    /// How a conversation begins here today.
    fn setting(&self) -> Setting {
        let choices = self.app.ledger.choices();
        Setting {
            today: Some(jiff::Zoned::now().date()),
            language: self.language.unwrap_or_else(|| self.app.language()),
            volume: choices.volume,
            leave_after: Duration::from_secs(choices.leave_after),
        }
    }

    /// Goes on where a broken connection left it, so long ago.
    pub async fn resume(&mut self, session: Session, away: Duration) -> Done {
        self.session = session;
        let pace = self.session.pace().clone();
        self.mouth.rate = pace.rate();
        self.ear.set_silence(pace.wait());
        let factor = pace.volume();
        self.out.send(ToTerminal::Volume { factor }).await?;
        self.event(Event::Tick(away)).await
    }

    /// Begins with the guide that a terminal showed when this server was started anew.
    pub async fn restore(&mut self, guide: &str, step: u8) -> Done {
        let guide = GuideId::new(guide);
        if self.app.assistant.knowledge().get(&guide).is_none() {
            return self.begin().await;
        }
        // The page goes on showing what it shows until the step is there.
        self.blind = true;
        self.begin().await?;
        let opened = self.turn_at_once(Event::Open(guide));
        self.follow_silently(opened).await?;
        self.blind = false;
        let turned = self.turn_at_once(Event::Command(Command::Choose(step.max(1))));
        self.follow_silently(turned).await
    }

    /// The large button. Stops what is being said at once.
    pub async fn talk(&mut self, rate: u32) -> Done {
        self.app.ledger.note_active(self.session.pace().volume());
        self.hush().await?;
        if self.ends {
            self.ended().await?;
        }
        (self.thought, self.asked) = (None, None);
        if self.app.ears.is_none() {
            return self.notice(Notice::NoEars).await;
        }
        let rate = self.ear.set_rate(rate);
        rate.map_err(|_| Broken::Wrong(Code::Protocol))?;
        self.by_voice = true;
        self.event(Event::Touched).await?;
        self.listen(true);
        self.tell_state().await
    }

    /// 说完了.
    pub async fn done(&mut self) -> Done {
        match self.ear.finish() {
            Some(noticed) => self.noticed(noticed).await,
            // It had noticed by itself a moment before.
            None => Ok(()),
        }
    }

    /// The browser gives no microphone.
    pub async fn no_microphone(&mut self) -> Done {
        self.by_voice = false;
        self.shut();
        self.tell_state().await
    }

    pub async fn typed(&mut self, text: &str) -> Done {
        let text = text.trim();
        if text.is_empty() {
            return Ok(());
        }
        if text.chars().count() > LONGEST_QUESTION {
            return self.notice(Notice::TooLong).await;
        }
        self.app.metrics.turn(By::Text);
        self.interrupted().await?;
        self.event(Event::Heard(Heard::typed(text))).await
    }

    pub async fn command(&mut self, name: &str) -> Done {
        let command = name.parse::<Command>();
        let command = command.map_err(|_| Broken::Wrong(Code::Protocol))?;
        self.app.metrics.turn(By::Button);
        self.interrupted().await?;
        self.event(Event::Command(command)).await
    }

    pub async fn open(&mut self, guide: &str) -> Done {
        let guide = GuideId::new(guide);
        if self.app.assistant.knowledge().get(&guide).is_none() {
            return self.notice(Notice::Trouble).await;
        }
        self.app.metrics.turn(By::Button);
        self.interrupted().await?;
        self.event(Event::Open(guide)).await
    }

    pub async fn touched(&mut self) -> Done {
        if self.ends {
            return Ok(());
        }
        self.event(Event::Touched).await
    }

    pub async fn set_sound(&mut self, on: bool) -> Done {
        self.sound = on;
        if on { Ok(()) } else { self.hush().await }
    }

    /// A reply has been played, or would have been by now.
    pub async fn spoken(&mut self, reply: u32) -> Done {
        if self.speaking.is_none_or(|(speaking, _)| speaking != reply) {
            return Ok(());
        }
        self.speaking = None;
        if self.ends {
            return self.ended().await;
        }
        let listens = std::mem::take(&mut self.listens);
        self.event(Event::Spoken).await?;
        if listens {
            self.listen(false);
        }
        self.tell_state().await
    }

    /// Another task has something to tell.
    pub async fn happened(&mut self, happening: Happening) -> Done {
        match happening {
            Happening::Heard(number, spoken_for, hearing) => {
                if self
                    .thought
                    .as_ref()
                    .is_none_or(|thought| thought.number != number)
                {
                    return Ok(());
                }
                self.thought = None;
                self.heard(spoken_for, hearing).await
            }
            Happening::Said(reply, said) => self.said(reply, said).await,
            Happening::Recorded(recording, sound) => self.recorded(recording, &sound).await,
            Happening::Deaf(recording, error) => self.deaf(recording, &error).await,
        }
    }

    /// All of a reply is on its way: it is over when it has been played.
    async fn said(&mut self, reply: u32, said: Said) -> Done {
        let Some((speaking, over)) = &mut self.speaking else {
            return Ok(());
        };
        if *speaking != reply {
            return Ok(());
        }
        match said {
            Ok(sounds) => {
                *over = Instant::now() + sounds + SLACK;
                Ok(())
            }
            Err(trouble) => {
                self.notice(trouble).await?;
                self.spoken(reply).await
            }
        }
    }

    /// Time goes by.
    pub async fn tick(&mut self, elapsed: Duration) -> Done {
        if self.thought.as_mut().is_some_and(Thought::takes_long) && self.app.hearing.waiting() > 0
        {
            self.notice(Notice::Waiting).await?;
            if self.sound && self.app.voices.is_some() {
                let waiting = self.app.waiting(self.session.language());
                self.mouth.say(vec![waiting], None);
            }
        }
        if let Some((reply, over)) = self.speaking
            && Instant::now() >= over
        {
            self.spoken(reply).await?;
        }
        match self.opened {
            Some((since, true)) if since.elapsed() > ASK_AFTER => self.heard_nothing().await?,
            Some((since, false)) if since.elapsed() > SHUT_AFTER => self.shut(),
            _ => {}
        }
        // The session is a fresh one already while the goodbye still stands.
        if self.ends {
            return Ok(());
        }
        // Nobody is here: another day, or what the centre has chosen, holds from now on.
        if self.state == State::Idle
            && self.session.is_untouched()
            && *self.session.setting() != self.setting()
        {
            return self.begin().await;
        }
        self.event(Event::Tick(elapsed)).await
    }

    /// The goodbye has been said, or the person did not come back.
    async fn ended(&mut self) -> Done {
        self.out.send(ToTerminal::Ended).await?;
        self.begin().await
    }

    /// A key or words take the place of what is going on.
    async fn interrupted(&mut self) -> Done {
        self.app.ledger.note_active(self.session.pace().volume());
        self.shut();
        (self.thought, self.asked) = (None, None);
        self.hush().await?;
        if self.ends {
            self.ended().await
        } else {
            Ok(())
        }
    }
}
