//! The thread that speaks: sentences in, sound to the loudspeaker.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use tokio::sync::mpsc::UnboundedSender;
use wenlu::assistant::{self, Say};
use wenlu::audio::{Loudspeaker, Player};
use wenlu::config::Config;
use wenlu::dialogue::Utter;
use wenlu::synthesis::Voices;

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

/// Orders for the speaking thread; it stops when this is dropped.
pub struct Mouth {
    orders: Sender<Order>,
    /// The newest reply: whatever belongs to an older one falls silent.
    newest: Arc<AtomicU64>,
    player: Player,
    /// The rate of the next reply, as a multiple of the settings' one.
    pub rate: f32,
}

impl Mouth {
    pub fn start(
        config: Config,
        voices: Voices,
        loudspeaker: Loudspeaker,
        tell: UnboundedSender<Happening>,
    ) -> Self {
        let (orders, receive) = channel();
        let newest = Arc::new(AtomicU64::new(0));
        let player = loudspeaker.player();
        let speaker = Speaker {
            config,
            voices,
            loudspeaker,
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
        self.player.stop();
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
        self.player.stop();
    }

    pub fn set_volume(&self, volume: f32) {
        self.player.set_volume(volume);
    }
}

struct Speaker {
    config: Config,
    voices: Voices,
    loudspeaker: Loudspeaker,
    newest: Arc<AtomicU64>,
    tell: UnboundedSender<Happening>,
}

impl Speaker {
    fn work(mut self, orders: &Receiver<Order>) {
        for order in orders {
            let mut said = self.say(&order);
            // A loudspeaker that came back gets the sentences from the beginning.
            if said.is_err() && self.loudspeaker.reopen_within(PATIENCE).is_ok() {
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
        let player = self.loudspeaker.player();
        let mut lost = None;
        let mut since = order.since;
        let spoken = assistant::speak(
            &self.config,
            &self.voices,
            &order.sentences,
            order.how,
            &mut |piece| {
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
            },
        );
        spoken.map_err(|error| error.to_string())?;
        lost.map_or_else(|| player.wait_until_done(), Err)
            .map_err(|error| error.to_string())
    }
}
