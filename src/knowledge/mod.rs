//! The guides: their model, reading them, checking them, handing them on.
//!
//! Files in, [`Guide`]s out. Nothing here knows search or sound.
//!
//! A guide's way: a `document` (a file's table with its lines), `merge`d over the wider
//! regions' documents in a [`Library`], decoded to a [`Guide`], judged by [`check`], and told
//! as each region tells it by an [`Atlas`].
//! [`pack`]s bring documents in from others and take them out.

mod atlas;
pub mod check;
mod document;
mod fault;
mod guide;
mod library;
mod lines;
mod load;
mod merge;
pub mod pack;
mod published;
mod region;

pub use atlas::Atlas;
pub use fault::Fault;
pub use guide::{Category, Danger, Fact, Guide, GuideId, Places, Source, Step, Text};
pub use library::{File, Library, Slot};
pub use load::{Knowledge, LoadError, NATION, read_folder};
pub use published::{Judged, Published};
pub use region::{Mention, Region, RegionId, Regions};
