//! One terminal: its socket, its conversation.

mod conversation;
mod ear;
mod microphone;
mod mouth;
pub(super) mod protocol;
mod seats;
mod socket;
mod thought;
mod view;

pub(super) use seats::Seats;
pub(super) use socket::connect;
pub(super) use view::screen;
