//! The thread that listens: microphone in, what the end-of-speech detector notices out.

use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::time::Duration;

use tokio::sync::mpsc::UnboundedSender;
use wenlu::audio::{EndpointOptions, Endpointer, Microphone};

use super::Happening;

/// Within this time a microphone that was unplugged is looked for, again and again.
const PATIENCE: Duration = Duration::from_secs(5);

enum Order {
    Open,
    Close,
    Finish,
    Silence(Duration),
}

/// Orders for the listening thread; it stops when this is dropped.
pub struct Ear(Sender<Order>);

impl Ear {
    /// Starts to listen with a closed ear. `silence` (seconds) ends an utterance.
    pub fn start(microphone: Microphone, silence: f32, tell: UnboundedSender<Happening>) -> Self {
        let (send, orders) = channel();
        std::thread::spawn(move || listen(microphone, silence, &orders, &tell));
        Self(send)
    }

    /// Listens from now on.
    pub fn open(&self) {
        self.order(Order::Open);
    }

    /// Hears nothing from now on, and forgets what was half heard.
    pub fn close(&self) {
        self.order(Order::Close);
    }

    /// The person has finished speaking.
    pub fn finish(&self) {
        self.order(Order::Finish);
    }

    /// Waits this long before an utterance counts as finished.
    pub fn set_silence(&self, silence: Duration) {
        self.order(Order::Silence(silence));
    }

    fn order(&self, order: Order) {
        // The thread is gone only when the program ends.
        let _ = self.0.send(order);
    }
}

fn listen(
    mut microphone: Microphone,
    silence: f32,
    orders: &Receiver<Order>,
    tell: &UnboundedSender<Happening>,
) {
    let mut options = EndpointOptions {
        silence,
        ..EndpointOptions::default()
    };
    let mut endpointer = Endpointer::new(options);
    let mut open = false;
    let mut sound = Vec::new();
    microphone.pause();
    loop {
        match orders.try_recv() {
            Ok(Order::Open) => {
                endpointer.reset();
                microphone.resume();
                open = true;
            }
            Ok(Order::Close) => {
                microphone.pause();
                open = false;
            }
            Ok(Order::Finish) if open => {
                if tell.send(Happening::Sound(endpointer.finish())).is_err() {
                    return;
                }
            }
            Ok(Order::Finish) => {}
            Ok(Order::Silence(wait)) => {
                options.silence = wait.as_secs_f32();
                endpointer = Endpointer::new(options);
            }
            Err(TryRecvError::Disconnected) => return,
            Err(TryRecvError::Empty) => {}
        }
        sound.clear();
        // Waits a tenth of a second at most, also with a closed ear.
        if let Err(error) = microphone.read(&mut sound) {
            if tell.send(Happening::Trouble(error.to_string())).is_err() {
                return;
            }
            if microphone.reopen_within(PATIENCE).is_ok() && !open {
                microphone.pause();
            }
            continue;
        }
        if open {
            for event in endpointer.push(&sound) {
                if tell.send(Happening::Sound(event)).is_err() {
                    return;
                }
            }
        }
    }
}
