//! What the dialogue answers: shown, said, done.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Conversation, Done, FAREWELL, LONGEST_REPLY};
use crate::assistant::Say;
use crate::dialogue::{self, Effect, Event, Page, Reply, Utter, mask_names};
use crate::server::terminal::protocol::{Notice, State, ToTerminal};
use crate::server::terminal::view;

impl Conversation {
    /// The next turn, and what follows from it. A question is looked up on another thread.
    pub(super) async fn event(&mut self, event: Event) -> Done {
        if !matches!(event, Event::Heard(_)) {
            let reply = self.turn_at_once(event);
            return self.follow(reply).await;
        }
        let mut session = std::mem::take(&mut self.session);
        let assistant = Arc::clone(&self.app.assistant);
        let turn = tokio::task::spawn_blocking(move || {
            let reply = assistant.turn(&mut session, event);
            (session, reply)
        });
        match turn.await {
            Ok((session, reply)) => {
                self.session = session;
                if let (Page::DeadEnd, Some(masked)) = (reply.show.page, &reply.show.heard) {
                    let ledger = &self.app.ledger;
                    ledger.note_unanswered(reply.show.language, &mask_names(masked));
                }
                self.follow(reply).await
            }
            Err(error) => {
                tracing::error!(%error, "a turn failed");
                self.notice(Notice::Trouble).await?;
                self.ended().await
            }
        }
    }

    pub(super) fn turn_at_once(&mut self, event: Event) -> Reply {
        self.app.assistant.turn(&mut self.session, event)
    }

    /// Shows and does what the dialogue says.
    pub(super) async fn follow(&mut self, reply: Reply) -> Done {
        let Reply { say, show, effects } = reply;
        let mut listens = false;
        let mut came = None;
        for effect in effects {
            match effect {
                Effect::StopSpeaking => self.hush().await?,
                Effect::SetRate(rate) => self.mouth.rate = rate,
                Effect::SetVolume(factor) => self.out.send(ToTerminal::Volume { factor }).await?,
                Effect::SetWait(wait) => self.ear.set_silence(wait),
                Effect::Run(errand, guide) => came = Some(self.run(errand, &guide).await),
                Effect::Circle(wish) => came = self.circle(wish).await.or(came),
                Effect::WithdrawCode(code) => came = Some(self.withdraw_code(&code).await),
                Effect::Listen => listens = self.by_voice,
                Effect::EndSession => self.ends = true,
            }
        }
        if let Some(event) = came {
            let reply = self.turn_at_once(event);
            return Box::pin(self.follow(reply)).await;
        }
        self.count(&show);
        self.show(&show).await?;
        if !say.is_empty() {
            self.shut();
            self.listens = listens;
            self.say(say).await?;
        } else if self.ends && self.speaking.is_none() {
            return Box::pin(self.ended()).await;
        } else if listens && self.speaking.is_none() {
            self.listen(false);
        }
        self.tell_state().await
    }

    /// Shows it, and says nothing.
    pub(super) async fn follow_silently(&mut self, mut reply: Reply) -> Done {
        reply.say.clear();
        reply.effects.retain(|effect| *effect != Effect::Listen);
        self.follow(reply).await
    }

    pub(super) async fn say(&mut self, mut sentences: Vec<Utter>) -> Done {
        let since = self.asked.take();
        if self.sound
            && let Some(voices) = &self.app.voices
        {
            let (assistant, rate) = (&self.app.assistant, self.mouth.rate);
            sentences = assistant.hasten(voices, sentences, Say { rate });
            if since.is_some() {
                sentences = assistant.acknowledge(voices, sentences, Say { rate });
            }
            let reply = self.mouth.say(sentences, since);
            self.speaking = Some((reply, Instant::now() + LONGEST_REPLY));
            return Ok(());
        }
        // Only shown: it counts as spoken at the next tick, a goodbye somewhat later.
        self.mouth.silence();
        let stands = if self.ends { FAREWELL } else { Duration::ZERO };
        self.speaking = Some((u32::MAX, Instant::now() + stands));
        Ok(())
    }

    /// Counts a guide when its first step is shown, once in a row.
    fn count(&mut self, show: &dialogue::Screen) {
        let guide = self.session.guide();
        if show.page == Page::Step && guide.is_some() && guide != self.counted.as_ref() {
            self.counted = guide.cloned();
            if let Some(guide) = guide {
                self.app.ledger.count_use(guide, show.language);
            }
        }
    }

    pub(super) async fn show(&mut self, screen: &dialogue::Screen) -> Done {
        let screen = view::screen(screen);
        if !self.blind && self.shown.as_ref() != Some(&screen) {
            self.out
                .send(ToTerminal::Screen(Box::new(screen.clone())))
                .await?;
            self.shown = Some(screen);
        }
        Ok(())
    }

    pub(super) async fn notice(&mut self, kind: Notice) -> Done {
        let words = kind.words(&self.app.words(self.session.language()).notice);
        let words = words.to_owned();
        self.out.send(ToTerminal::Notice { kind, words }).await?;
        self.tell_state().await
    }

    /// Falls silent at once.
    pub(super) async fn hush(&mut self) -> Done {
        self.mouth.silence();
        if self.speaking.take().is_some() {
            self.out.send(ToTerminal::Silence).await?;
        }
        Ok(())
    }

    pub(super) fn listen(&mut self, by_button: bool) {
        if self.app.ears.is_some() && !self.ear.is_open() {
            self.ear.open();
            self.opened = Some((Instant::now(), by_button));
        }
    }

    pub(super) fn shut(&mut self) {
        self.ear.close();
        self.opened = None;
    }

    pub(super) async fn tell_state(&mut self) -> Done {
        let state = if self.speaking.is_some() {
            State::Speaking
        } else if self.thought.is_some() {
            State::Thinking
        } else if self.ear.is_open() {
            State::Listening
        } else {
            State::Idle
        };
        if state != std::mem::replace(&mut self.state, state) {
            self.out.send(ToTerminal::State { state }).await?;
        }
        Ok(())
    }
}
