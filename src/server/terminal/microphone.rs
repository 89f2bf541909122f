//! The machine's own microphone, for the terminal that stands beside it: then the browser
//! needs none, and the same one serves every page.

use std::net::IpAddr;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};

use tokio::sync::mpsc::UnboundedSender;

use super::conversation::Happening;
use crate::audio::{Microphone, MicrophoneOptions};
use crate::config::{Config, MicrophoneAt};

/// Opens the microphone while somebody is listened to, and only then; other programs and
/// the sign that it is open are left alone meanwhile.
pub(super) struct OwnMicrophone {
    orders: Sender<Order>,
    /// The number of the present recording: what comes of earlier ones is too late.
    number: u64,
}

enum Order {
    Open(u64),
    Close,
}

impl OwnMicrophone {
    /// Whose microphone hears a terminal at `address`: the machine's only the one at this very
    /// machine, and only if the settings say so.
    pub fn whose(config: &Config, address: IpAddr) -> MicrophoneAt {
        if address.is_loopback() {
            config.terminal.microphone
        } else {
            MicrophoneAt::Browser
        }
    }

    /// The microphone for a terminal at `address`, if it is the machine's.
    pub fn for_terminal(
        config: &Config,
        address: IpAddr,
        tell: &UnboundedSender<Happening>,
    ) -> Option<Self> {
        if Self::whose(config, address) == MicrophoneAt::Browser {
            return None;
        }
        let options = MicrophoneOptions {
            device: config.hearing.microphone.clone(),
        };
        let (orders, ordered) = channel();
        let tell = tell.clone();
        // Opening a device may take a second, and no device may change its thread.
        std::thread::spawn(move || work(&options, &ordered, &tell));
        Some(Self { orders, number: 0 })
    }

    pub fn open(&mut self) {
        self.number += 1;
        self.order(Order::Open(self.number));
    }

    pub fn close(&mut self) {
        self.number += 1;
        self.order(Order::Close);
    }

    /// Whether what comes with this number belongs to the present recording.
    pub fn is_current(&self, number: u64) -> bool {
        number == self.number
    }

    fn order(&self, order: Order) {
        // The thread is gone only when the conversation is.
        let _ = self.orders.send(order);
    }
}

/// Waits for orders until the conversation is over.
fn work(options: &MicrophoneOptions, orders: &Receiver<Order>, tell: &UnboundedSender<Happening>) {
    while let Ok(order) = orders.recv() {
        if let Order::Open(number) = order {
            record(options, number, orders, tell);
        }
    }
}

/// Records until it is told to stop.
fn record(
    options: &MicrophoneOptions,
    mut number: u64,
    orders: &Receiver<Order>,
    tell: &UnboundedSender<Happening>,
) {
    let lost = |number, error| drop(tell.send(Happening::Deaf(number, error)));
    let mut microphone = match Microphone::open(options) {
        Ok(microphone) => microphone,
        Err(error) => return lost(number, error),
    };
    loop {
        match orders.try_recv() {
            Ok(Order::Close) | Err(TryRecvError::Disconnected) => return,
            Ok(Order::Open(next)) => number = next,
            Err(TryRecvError::Empty) => {}
        }
        let mut sound = Vec::new();
        if let Err(error) = microphone.read(&mut sound) {
            return lost(number, error);
        }
        if !sound.is_empty() && tell.send(Happening::Recorded(number, sound)).is_err() {
            return;
        }
    }
}
