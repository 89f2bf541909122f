//! The thread that speaks: sentences in, sound to the loudspeaker.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedSender;
use wenlu::assistant::{self, Assistant, Say};
use wenlu::audio::{Loudspeaker, Player};
use wenlu::config::Config;
use wenlu::dialogue::Utter;
use wenlu::synthesis::{SystemVoice, Voices};

use super::Happening;

/// Within this time a loudspeaker that was unplugged is looked for, again and again.
const PATIENCE: Duration = Duration::from_secs(5);

struct Order {
    reply: u64,
    sentences: Vec<Utter>,
    how: Say,
    /// When the person stopped speaking, for the log.
    since: Option<Instant>,
}

/// What the sound comes from.
pub enum Throat {
    /// A voice that gives sound, and the loudspeaker that plays it.
    Sound(Voices, Loudspeaker),
    /// A voice that speaks by itself.
    System(SystemVoice),
}

impl Throat {
    /// A voice and its loudspeaker. What the voice needs is read meanwhile, so that the first
    /// answer does not wait for it.
    pub fn sound(assistant: &Assistant, voices: Voices, loudspeaker: Loudspeaker) -> Self {
        let (assistant, soon) = (assistant.clone(), voices.clone());
        std::thread::spawn(move || {
            // A fault will be told when somebody is to hear something.
            if let Err(error) = assistant.warm_up(&soon, &[]) {
                tracing::warn!(%error, "the voice");
            }
        });
        Self::Sound(voices, loudspeaker)
    }
}

/// Orders for the speaking thread; it stops when this is dropped.
pub struct Mouth {
    orders: Sender<Order>,
    /// The newest reply: whatever belongs to an older one falls silent.
    newest: Arc<AtomicU64>,
    /// Where the voice gives sound.
    player: Option<Player>,
    /// The rate of the next reply, as a multiple of the settings' one.
    pub rate: f32,
}

impl Mouth {
    pub fn start(
        config: Config,
        assistant: Assistant,
        throat: Throat,
        tell: UnboundedSender<Happening>,
    ) -> Self {
        let (orders, receive) = channel();
        let newest = Arc::new(AtomicU64::new(0));
        let player = match &throat {
            Throat::Sound(_, loudspeaker) => Some(loudspeaker.player()),
            Throat::System(_) => None,
        };
        let speaker = Speaker {
            config,
            assistant,
            throat,
            newest: Arc::clone(&newest),
            tell,
        };
        std::thread::spawn(move || speaker.work(&receive));
        Self {
            orders,
            newest,
            player,
            rate: 1.0,
        }
    }

    /// Says this in place of what is being said; gives the reply's number.
    pub fn say(&self, sentences: Vec<Utter>, since: Option<Instant>) -> u64 {
        let reply = self.newest.fetch_add(1, Ordering::SeqCst) + 1;
        self.silence();
        // The thread is gone only when the program ends.
        let _ = self.orders.send(Order {
            reply,
            sentences,
            how: Say { rate: self.rate },
            since,
        });
        reply
    }

    /// Falls silent.
    pub fn stop(&self) {
        self.newest.fetch_add(1, Ordering::SeqCst);
        self.silence();
    }

    /// The system's voice looks by itself whether it is to go on.
    fn silence(&self) {
        if let Some(player) = &self.player {
            player.stop();
        }
    }

    /// The system's voice keeps its own volume.
    pub fn set_volume(&self, volume: f32) {
        if let Some(player) = &self.player {
            player.set_volume(volume);
        }
    }
}

struct Speaker {
    config: Config,
    assistant: Assistant,
    throat: Throat,
    newest: Arc<AtomicU64>,
    tell: UnboundedSender<Happening>,
}

impl Speaker {
    fn work(mut self, orders: &Receiver<Order>) {
        for order in orders {
            let mut said = self.say(&order);
            // A loudspeaker that came back gets the sentences from the beginning.
            if let (Err(_), Throat::Sound(_, loudspeaker)) = (&said, &mut self.throat)
                && loudspeaker.reopen_within(PATIENCE).is_ok()
            {
                said = self.say(&order);
            }
            if let Err(trouble) = said {
                // What was not heard stands on the screen.
                let _ = self.tell.send(Happening::Trouble(trouble));
            }
            if self.is_newest(&order) && self.tell.send(Happening::Spoken(order.reply)).is_err() {
                return;
            }
        }
    }

    fn is_newest(&self, order: &Order) -> bool {
        self.newest.load(Ordering::SeqCst) == order.reply
    }

    fn say(&self, order: &Order) -> Result<(), String> {
        match &self.throat {
            Throat::Sound(voices, loudspeaker) => self.play(voices, loudspeaker, order),
            Throat::System(system) => {
                let goes_on = || self.is_newest(order);
                let Order { sentences, how, .. } = order;
                assistant::speak_by_system(&self.config, system, sentences, *how, &goes_on)
                    .map_err(|error| error.to_string())
            }
        }
    }

    fn play(
        &self,
        voices: &Voices,
        loudspeaker: &Loudspeaker,
        order: &Order,
    ) -> Result<(), String> {
        let player = loudspeaker.player();
        let mut lost = None;
        let mut since = order.since;
        let sentences = order.sentences.clone();
        let mut sentences = self.assistant.hasten(voices, sentences, order.how);
        if since.is_some() {
            sentences = self.assistant.acknowledge(voices, sentences, order.how);
        }
        let spoken = assistant::speak(&self.config, voices, &sentences, order.how, &mut |piece| {
            if !self.is_newest(order) {
                return ControlFlow::Break(());
            }
            if let (false, Some(ended)) = (piece.text.is_empty(), since.take()) {
                tracing::info!(
                    ms = ended.elapsed().as_millis(),
                    "first sound after the end of speech"
                );
            }
            match player.append(&piece.speech) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    lost = Some(error);
                    ControlFlow::Break(())
                }
            }
        });
        spoken.map_err(|error| error.to_string())?;
        lost.map_or_else(|| player.wait_until_done(), Err)
            .map_err(|error| error.to_string())
    }
}
