//! The folder of the model files: what stands there, and where.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::hash;
use super::manifest::{Manifest, ModelFile};
use super::progress::{Progress, Work};
use super::stamp::Stamps;

/// The model files of a folder.
#[derive(Debug, Clone)]
pub struct ModelFiles {
    folder: PathBuf,
    manifest: Manifest,
}

/// What is known of one file.
#[derive(Debug, Clone, Copy)]
pub struct FileStatus<'a> {
    /// The file.
    pub file: &'a ModelFile,
    /// How it stands.
    pub state: State,
}

/// How a file stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It is there and has the right length.
    Present {
        /// Whether its hash was found right, and it has not changed since.
        verified: bool,
    },
    /// It is not there.
    Missing,
    /// It is there, but has another length.
    Wrong {
        /// The length it has.
        bytes: u64,
    },
}

/// Why a model file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The manifest has no such file.
    #[error("there is no model file called {0:?}: `wenlu models list` shows the names")]
    Unknown(String),
    /// It is not there.
    #[error("the {kind} {} is missing from {}: run `{mend}`", file.display(), folder.display())]
    Missing {
        /// What kind of thing it is.
        kind: String,
        /// Its path in the folder.
        file: PathBuf,
        /// The folder.
        folder: PathBuf,
        /// The command that fetches it.
        mend: String,
    },
    /// It is there, but is not whole, or another one.
    #[error(
        "the {kind} {} in {} is damaged or another version ({found} bytes instead of {bytes}): \
         run `{mend}`",
        file.display(),
        folder.display()
    )]
    Wrong {
        /// What kind of thing it is.
        kind: String,
        /// Its path in the folder.
        file: PathBuf,
        /// The folder.
        folder: PathBuf,
        /// The length it has.
        found: u64,
        /// The length it should have.
        bytes: u64,
        /// The command that fetches it.
        mend: String,
    },
}

impl ModelFiles {
    /// The files of the built-in manifest, in `folder` (which need not exist).
    #[must_use]
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self::with_manifest(folder, Manifest::bundled().clone())
    }

    /// The files of another manifest.
    #[must_use]
    pub fn with_manifest(folder: impl Into<PathBuf>, manifest: Manifest) -> Self {
        Self {
            folder: folder.into(),
            manifest,
        }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// How each file stands, in the order of the manifest. Quick: nothing is hashed.
    #[must_use]
    pub fn status(&self) -> Vec<FileStatus<'_>> {
        let stamps = Stamps::load(&self.folder);
        let status = |file| FileStatus {
            file,
            state: self.state(file, &stamps),
        };
        self.manifest.files.iter().map(status).collect()
    }

    /// Where the file called `name` is (its path in the folder will do as a name).
    ///
    /// # Errors
    /// If it is missing or has the wrong length; the message says what to do.
    pub fn path(&self, name: &str) -> Result<PathBuf, ModelError> {
        let file = self
            .manifest
            .get(name)
            .ok_or_else(|| ModelError::Unknown(name.to_owned()))?;
        let (kind, folder) = (file.kind.clone(), self.folder.clone());
        let only = if file.optional {
            format!(" --only {}", file.name)
        } else {
            String::new()
        };
        let mend = format!("wenlu models fetch{only}");
        match self.state(file, &Stamps::default()) {
            State::Present { .. } => Ok(self.place(file)),
            State::Missing => Err(ModelError::Missing {
                kind,
                file: file.file.clone(),
                folder,
                mend,
            }),
            State::Wrong { bytes: found } => {
                let (file, bytes) = (file.file.clone(), file.bytes);
                Err(ModelError::Wrong {
                    kind,
                    file,
                    folder,
                    found,
                    bytes,
                    mend,
                })
            }
        }
    }

    /// Where a file is, or would be.
    pub(super) fn place(&self, file: &ModelFile) -> PathBuf {
        self.folder.join(&file.file)
    }

    /// Whether a file stands and is right: by its stamp, or by its hash if it has none or `verify`
    /// is set. Notes what it finds in `stamps`.
    pub(super) fn is_right(
        &self,
        file: &ModelFile,
        verify: bool,
        stamps: &mut Stamps,
        progress: &dyn Progress,
    ) -> io::Result<bool> {
        let right = match self.state(file, stamps) {
            State::Missing | State::Wrong { .. } => false,
            State::Present { verified: true } if !verify => return Ok(true),
            State::Present { .. } => {
                let what = format!("checking {}", file.file.display());
                let _work = Work::begin(progress, &what, file.bytes);
                hash::hash(File::open(self.place(file))?, progress)? == file.sha256
            }
        };
        if right {
            stamps.set(&file.file, file.sha256, &fs::metadata(self.place(file))?);
        } else {
            stamps.remove(&file.file);
        }
        Ok(right)
    }

    fn state(&self, file: &ModelFile, stamps: &Stamps) -> State {
        match fs::metadata(self.place(file)) {
            Ok(data) if data.is_file() && data.len() == file.bytes => State::Present {
                verified: stamps.vouch(&file.file, file.sha256, &data),
            },
            Ok(data) => State::Wrong { bytes: data.len() },
            Err(_) => State::Missing,
        }
    }
}
