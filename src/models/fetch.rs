//! Bringing the folder of the model files in order.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::files::{ModelFiles, State};
use super::make;
use super::manifest::{Manifest, ModelFile, Origin, Source};
use super::parts::Parts;
use super::progress::Progress;
use super::registry::Clients;
use super::source::SourceError;
use super::stamp::Stamps;

/// What to fetch, and with what.
#[derive(Debug, Clone, Default)]
pub struct FetchOptions {
    /// Only these: names of files, or paths or folders in the folder of the models. If empty, all
    /// that are not optional.
    pub only: Vec<String>,
    /// Hash also the files that are known to be right.
    pub verify: bool,
    /// The programs that fetch packages.
    pub clients: Clients,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Names of the files that were fetched.
    pub fetched: Vec<String>,
    /// Names of the files that stood already and are right.
    pub present: Vec<String>,
}

/// Why not all files could be fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// A name that is not in the manifest.
    #[error("there is no model file called {0:?}: `wenlu models list` shows the names")]
    Unknown(String),
    /// The folder cannot be made, read or written.
    #[error("cannot use the folder of the models, {path}: {source}")]
    Folder {
        /// The folder, or a file in it.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The disk has no room left.
    #[error(
        "the disk is full: fetching needs about {} MB of room in {folder}. Make room, then run the \
         command again: what was fetched is kept",
        .bytes.div_ceil(1_000_000)
    )]
    DiskFull {
        /// The folder of the models.
        folder: PathBuf,
        /// What the files that are missing need while they are made.
        bytes: u64,
    },
    /// Some files could not be fetched; the others are there.
    #[error("{}", list(.0))]
    Unfinished(Vec<Failure>),
}

/// Files that could not be fetched, for the same reasons.
#[derive(Debug)]
pub struct Failure {
    /// Their paths in the folder of the models.
    pub files: Vec<PathBuf>,
    /// What is wrong with each of their sources, in order.
    pub reasons: Vec<Arc<SourceError>>,
}

fn list(failures: &[Failure]) -> String {
    let mut text = String::new();
    for Failure { files, reasons } in failures {
        let first = files
            .first()
            .map(|file| file.display().to_string())
            .unwrap_or_default();
        let others = match files.len() {
            0 | 1 => String::new(),
            2 => " and another".to_owned(),
            n => format!(" and {} others", n - 1),
        };
        let new_line = if text.is_empty() { "" } else { "\n" };
        // Writing to a string does not fail.
        let _ = write!(text, "{new_line}could not fetch {first}{others}:");
        for reason in reasons {
            let _ = write!(text, "\n  {reason}");
        }
    }
    text + "\nPut this right and run the command again: what was fetched is kept"
}

impl ModelFiles {
    /// Fetches what is missing or wrong, so that afterwards all files that were asked for stand
    /// and are right. Quick if they do already. Two processes may do this at once: one waits.
    ///
    /// # Errors
    /// If a file could not be fetched, after the others were. What was downloaded is kept for the
    /// next try.
    pub fn fetch(
        &self,
        options: &FetchOptions,
        progress: &dyn Progress,
    ) -> Result<Report, FetchError> {
        let wanted = wanted(self.manifest(), &options.only)?;
        let known = Stamps::load(self.folder());
        let mut stamps = known.clone();
        let todo = self.not_right(&wanted, options.verify, &mut stamps, progress)?;
        if stamps != known {
            // In a folder that only its owner may write, files are hashed each time.
            let _ = stamps.save(self.folder());
        }
        let fetched = match todo.as_slice() {
            [] => Vec::new(),
            todo => self.fetch_missing(todo, options, progress)?,
        };
        let present = (wanted.iter().map(|file| file.name.clone()))
            .filter(|name| !fetched.contains(name))
            .collect();
        Ok(Report { fetched, present })
    }

    fn not_right<'a>(
        &self,
        files: &[&'a ModelFile],
        verify: bool,
        stamps: &mut Stamps,
        progress: &dyn Progress,
    ) -> Result<Vec<&'a ModelFile>, FetchError> {
        let mut todo = Vec::new();
        for &file in files {
            let right = self.is_right(file, verify, stamps, progress);
            if !right.map_err(folder_error(&self.place(file)))? {
                todo.push(file);
            }
        }
        Ok(todo)
    }

    /// Fetches files that were missing or wrong a moment ago; gives the names of those that still
    /// were when this process had the folder to itself.
    fn fetch_missing(
        &self,
        todo: &[&ModelFile],
        options: &FetchOptions,
        progress: &dyn Progress,
    ) -> Result<Vec<String>, FetchError> {
        let folder = self.folder();
        fs::create_dir_all(folder).map_err(folder_error(folder))?;
        let _lock = lock(folder, progress).map_err(folder_error(folder))?;
        let mut stamps = Stamps::load(folder);
        let todo = self.not_right(todo, options.verify, &mut stamps, progress)?;
        for file in &todo {
            make::remove_unfinished(self.place(file).parent().unwrap_or(folder));
        }
        let parts = Parts {
            folder: folder.join(".parts"),
            manifest: self.manifest(),
            clients: &options.clients,
            progress,
        };
        let status = self.status();
        let missing = status
            .iter()
            .filter(|its| !matches!(its.state, State::Present { .. }));
        let needed = (missing.map(|its| its.file).chain(todo.iter().copied()))
            .flat_map(|file| parts.downloads(file))
            .collect();
        parts
            .prepare(&needed)
            .map_err(folder_error(&parts.folder))?;
        let broken = BTreeMap::new();
        Run {
            files: self,
            parts,
            stamps,
            broken,
        }
        .fetch_all(&todo)
    }
}

/// Files that failed with the same words become one entry.
fn together(failures: Vec<(&ModelFile, Vec<Arc<SourceError>>)>) -> Vec<Failure> {
    let words =
        |reasons: &[Arc<SourceError>]| reasons.iter().map(ToString::to_string).collect::<Vec<_>>();
    let mut entries: Vec<Failure> = Vec::new();
    for (file, reasons) in failures {
        let same = |entry: &&mut Failure| words(&entry.reasons) == words(&reasons);
        match entries.iter_mut().find(same) {
            Some(entry) => entry.files.push(file.file.clone()),
            None => entries.push(Failure {
                files: vec![file.file.clone()],
                reasons,
            }),
        }
    }
    entries
}

/// One run of fetching, with the lock held.
struct Run<'a> {
    files: &'a ModelFiles,
    parts: Parts<'a>,
    stamps: Stamps,
    /// Archives and addresses that failed in this run: they are not tried again for the next
    /// file.
    broken: BTreeMap<String, Arc<SourceError>>,
}

impl Run<'_> {
    /// Fetches what can be fetched of these files; gives their names if it was all.
    fn fetch_all(&mut self, files: &[&ModelFile]) -> Result<Vec<String>, FetchError> {
        let mut failures: Vec<(&ModelFile, Vec<Arc<SourceError>>)> = Vec::new();
        for (i, file) in files.iter().enumerate() {
            match self.fetch(file) {
                Ok(()) => {
                    self.stamp(file)?;
                    let failed = failures.iter().map(|(file, _)| file);
                    self.forget_parts(file, files[i + 1..].iter().chain(failed));
                }
                Err(reasons) if reasons.iter().any(|e| matches!(**e, SourceError::DiskFull)) => {
                    return Err(FetchError::DiskFull {
                        folder: self.files.folder().to_owned(),
                        bytes: room(self.parts.manifest, files),
                    });
                }
                Err(reasons) => failures.push((file, reasons)),
            }
        }
        if !failures.is_empty() {
            return Err(FetchError::Unfinished(together(failures)));
        }
        // It stays if there are downloads for files that this run was not asked for.
        let _ = fs::remove_dir(&self.parts.folder);
        Ok(files.iter().map(|file| file.name.clone()).collect())
    }

    fn stamp(&mut self, file: &ModelFile) -> Result<(), FetchError> {
        let (folder, place) = (self.files.folder(), self.files.place(file));
        let data = fs::metadata(&place).map_err(folder_error(&place))?;
        self.stamps.set(&file.file, file.sha256, &data);
        self.stamps.save(folder).map_err(folder_error(folder))
    }

    /// Tries the sources of a file in order.
    fn fetch(&mut self, file: &ModelFile) -> Result<(), Vec<Arc<SourceError>>> {
        let mut reasons = Vec::new();
        for source in &file.sources {
            match self.fetch_from(file, source) {
                Ok(()) => return Ok(()),
                Err(reason) => {
                    let full = matches!(*reason, SourceError::DiskFull);
                    reasons.push(reason);
                    if full {
                        break;
                    }
                }
            }
        }
        Err(reasons)
    }

    fn fetch_from(&mut self, file: &ModelFile, source: &Source) -> Result<(), Arc<SourceError>> {
        let mut pieces = Vec::new();
        for part in &source.parts {
            let place = match &part.origin {
                Origin::Member { archive, .. } => archive,
                Origin::Address { url, .. } => url,
                Origin::Local { .. } => "",
            };
            if let Some(reason) = self.broken.get(place) {
                return Err(Arc::clone(reason));
            }
            let piece = self.parts.get(part).map_err(|reason| {
                let reason = Arc::new(reason);
                self.broken.insert(place.to_owned(), Arc::clone(&reason));
                reason
            })?;
            pieces.push((part.role, piece));
        }
        make::make(file, &self.files.place(file), &pieces, self.parts.progress).map_err(Arc::new)
    }

    /// Throws away the parts of a file that now stands, but for those that others need.
    fn forget_parts<'a>(&self, file: &ModelFile, needed: impl Iterator<Item = &'a &'a ModelFile>) {
        let needed: BTreeSet<_> = needed.flat_map(|file| self.parts.downloads(file)).collect();
        for sha256 in self.parts.downloads(file).difference(&needed) {
            self.parts.forget(*sha256);
        }
    }
}

/// About how many bytes are needed to fetch these files from their first sources: the files,
/// their downloads, and the largest file's downloads unpacked.
fn room(manifest: &Manifest, files: &[&ModelFile]) -> u64 {
    let downloads = |file: &ModelFile| {
        let parts = file
            .sources
            .first()
            .map_or([].as_slice(), |source| &source.parts);
        parts
            .iter()
            .filter_map(|part| match &part.origin {
                Origin::Member { archive, .. } => manifest
                    .archives
                    .get(archive)
                    .map(|its| (its.sha256, its.bytes)),
                Origin::Address { sha256, bytes, .. } => Some((*sha256, *bytes)),
                Origin::Local { .. } => None,
            })
            .collect::<BTreeMap<_, _>>()
    };
    let all: BTreeMap<_, _> = files.iter().flat_map(|file| downloads(file)).collect();
    let unpacked = files
        .iter()
        .map(|file| downloads(file).values().sum::<u64>())
        .max();
    let made: u64 = files.iter().map(|file| file.bytes).sum();
    made + all.values().sum::<u64>() + unpacked.unwrap_or_default()
}

fn wanted<'a>(manifest: &'a Manifest, only: &[String]) -> Result<Vec<&'a ModelFile>, FetchError> {
    let is = |file: &ModelFile, name: &String| file.name == *name || file.file.starts_with(name);
    for name in only {
        if name.is_empty() || !manifest.files.iter().any(|file| is(file, name)) {
            return Err(FetchError::Unknown(name.clone()));
        }
    }
    let files = manifest.files.iter().filter(|file| {
        if only.is_empty() {
            !file.optional
        } else {
            only.iter().any(|name| is(file, name))
        }
    });
    Ok(files.collect())
}

/// Waits until no other process fetches into this folder. The lock goes with the returned file.
fn lock(folder: &Path, progress: &dyn Progress) -> io::Result<File> {
    let file = File::options()
        .create(true)
        .append(true)
        .open(folder.join(".lock"))?;
    let outcome = match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            progress.say("another wenlu is fetching models into this folder: waiting for it");
            file.lock()
        }
        Err(TryLockError::Error(error)) => Err(error),
        Ok(()) => Ok(()),
    };
    match outcome {
        // Some network folders cannot lock; better to go on than to refuse them.
        Err(error) if error.kind() != io::ErrorKind::Unsupported => Err(error),
        _ => Ok(file),
    }
}

fn folder_error(path: &Path) -> impl Fn(io::Error) -> FetchError {
    move |source| FetchError::Folder {
        path: path.to_owned(),
        source,
    }
}
