//! *wenlu* 问路 answers an older person's spoken question about a city service with
//! one large step at a time, spoken and shown, on one ordinary machine without internet.
//!
//! The way of one question, and the folder that each stage lives in:
//!
//! 1. [`audio`]: sound in, [`audio::Utterance`] out; devices, resampling, end of speech.
//! 2. [`recognition`]: an utterance in, a [`recognition::Transcript`] out.
//! 3. [`knowledge`]: the guides.
//! 4. [`search`]: a question in, a [`search::Decision`] out.
//! 5. [`dialogue`]: what to say and show next; pure.
//! 6. [`synthesis`]: words in, [`synthesis::Speech`] out.
//! 7. [`text`]: characters, words and sounds of both languages, for 4 and 6.
//! 8. [`models`]: fetching, verifying and converting the model files.
//! 9. [`sharing`]: a guide, handed on: QR code, printed sheet, calendar entry.
//!
//! [`assistant`] puts the stages together; [`server`] gives them a face: the terminal's page,
//! and an interface for other programs. [`store`] keeps what must outlive a day.
//!
//! Each stage hands one public type to the next and knows nothing of the stages behind it.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod assistant;
pub mod audio;
pub mod config;
pub mod dialogue;
pub mod knowledge;
pub mod language;
pub mod models;
pub mod recognition;
pub mod search;
pub mod server;
pub mod sharing;
pub mod store;
pub mod synthesis;
pub mod text;

pub use language::Language;

// Lets a test say that a device callback allocates nothing.
#[cfg(test)]
#[global_allocator]
static ALLOCATOR: assert_no_alloc::AllocDisabler = assert_no_alloc::AllocDisabler;
