//! The conversation: a pure state machine. Events in, replies out; no I/O, no clock.
