//! The guides: their model, reading them, checking them.
//!
//! Files in, [`Guide`]s out. Nothing here knows search or sound.

pub mod check;
mod guide;
mod lines;
mod load;

pub use check::Fault;
pub use guide::{Category, Danger, Fact, Guide, GuideId, Places, Source, Step, Text};
pub use load::{File, Knowledge, LoadError, NATION, read_file, read_folder};
