//! Numbers for Prometheus. Numbers only: nothing of what anybody said.

use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

/// What is counted.
#[derive(Debug)]
pub(super) struct Metrics {
    registry: Registry,
    /// Terminals that are connected.
    pub terminals: Gauge,
    /// Connections that are open.
    pub connections: Gauge,
    pub refused: Family<Refusal, Counter>,
    pub requests: Family<Status, Counter>,
    pub turns: Family<Kind, Counter>,
    recognition: Histogram,
    first_sound: Histogram,
}

/// Why somebody was turned away.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Refusal {
    pub reason: Reason,
}

/// The reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub(super) enum Reason {
    Connections,
    Rate,
    Terminals,
    Queue,
    Protocol,
    Origin,
}

/// An answer's HTTP status.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Status {
    pub code: u16,
}

/// How a turn of a conversation began.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(super) struct Kind {
    pub by: By,
}

/// The ways.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelValue)]
pub(super) enum By {
    Voice,
    Text,
    Button,
    Silence,
}

impl Metrics {
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("wenlu");
        let terminals = Gauge::default();
        let connections = Gauge::default();
        let refused = Family::default();
        let requests = Family::default();
        let turns = Family::default();
        let bounds = [0.1, 0.2, 0.4, 0.8, 1.5, 3.0, 6.0, 12.0, 25.0];
        let recognition = Histogram::new(bounds);
        let first_sound = Histogram::new(bounds);
        registry.register(
            "terminals",
            "Terminals that are connected",
            terminals.clone(),
        );
        registry.register(
            "connections",
            "Connections that are open",
            connections.clone(),
        );
        registry.register("refused", "Requests that were turned away", refused.clone());
        registry.register("requests", "Requests that were answered", requests.clone());
        registry.register("turns", "Turns of conversations", turns.clone());
        registry.register_with_unit(
            "recognition",
            "From the end of speech to its words, queue included",
            Unit::Seconds,
            recognition.clone(),
        );
        registry.register_with_unit(
            "first_sound",
            "From the end of speech to the first sound of the answer",
            Unit::Seconds,
            first_sound.clone(),
        );
        Self {
            registry,
            terminals,
            connections,
            refused,
            requests,
            turns,
            recognition,
            first_sound,
        }
    }

    /// Somebody was turned away.
    pub fn refuse(&self, reason: Reason) {
        self.refused.get_or_create(&Refusal { reason }).inc();
    }

    /// A turn began.
    pub fn turn(&self, by: By) {
        self.turns.get_or_create(&Kind { by }).inc();
    }

    pub fn recognised(&self, after: Duration) {
        self.recognition.observe(after.as_secs_f64());
    }

    pub fn sounded(&self, after: Duration) {
        self.first_sound.observe(after.as_secs_f64());
    }

    /// All numbers in Prometheus' text format.
    pub fn text(&self) -> String {
        let mut out = String::new();
        // Writing to a string does not fail.
        let _ = text::encode(&mut out, &self.registry);
        out
    }
}
