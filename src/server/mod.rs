//! The terminal in a browser, and the interface for other programs: HTTP and WebSocket.
//!
//! Translates; decides nothing. What to say and show next is the [`crate::dialogue`]'s, what
//! a guide says is the [`crate::knowledge`]'s.
//!
//! | where | what |
//! |---|---|
//! | [`App`] | what all connections share: the assistant, the pools of ears and voices, limits |
//! | `terminal/` | one terminal's socket: `protocol` (the messages), `conversation` (events in, replies out), `ear`, `mouth`, `seats` (who comes back after a broken connection) |
//! | `pages/` | the pages that are made here; `assets/` what the browser is given beside them |
//! | `share/` | what families see: a guide by link, by eight digits, on paper |
//! | `locale/` | the pages' own words, in both languages |
//! | `api/` | JSON for other programs |
//! | `staff/` | the pages of the centre's staff |
//! | `keeping` | what goes into the store and comes out of it behind the scenes |
//! | `ahead` | what is spoken ahead while nobody is there |
//! | [`Server`] | the listening socket: TLS, time limits, graceful stop |
//!
//! `docs/protocol.md` describes the terminal's messages.

mod ahead;
mod api;
mod app;
mod assets;
mod gate;
mod headers;
mod keeping;
mod listen;
mod metrics;
mod pages;
mod pool;
mod routes;
mod share;
mod staff;
mod terminal;
mod tls;
mod upload;
mod words;

pub use app::{App, AppError};
pub use listen::{Bound, ServeError, Server};
pub use tls::{Secured, TlsError};
pub use words::WordsError;
