//! Bringing the folder of the model files in order.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::files::ModelFiles;
use super::hash::Sha256;
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
        "the disk is full: the models need {} MB in {folder}, and while they are fetched as much \
         again. Make room, then run the command again: what is here already is kept",
        .bytes.div_ceil(1_000_000)
    )]
    DiskFull {
        /// The folder of the models.
        folder: PathBuf,
        /// What the files that were asked for need.
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
    text
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
        let mut stamps = Stamps::load(self.folder());
        let todo = self.not_right(&wanted, options.verify, &mut stamps, progress)?;
        let report = if todo.is_empty() {
            Report::default()
        } else {
            self.fetch_missing(&todo, options, &mut stamps, progress)?
        };
        // In a folder that only its owner may write, files without stamps are hashed each time.
        let _ = stamps.save(self.folder());
        let present = (wanted.iter().map(|file| file.name.clone()))
            .filter(|name| !report.fetched.contains(name))
            .collect();
        Ok(Report { present, ..report })
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

    fn fetch_missing(
        &self,
        todo: &[&ModelFile],
        options: &FetchOptions,
        stamps: &mut Stamps,
        progress: &dyn Progress,
    ) -> Result<Report, FetchError> {
        let folder = self.folder();
        fs::create_dir_all(folder).map_err(folder_error(folder))?;
        let _lock = lock(folder, progress).map_err(folder_error(folder))?;
        // While this process waited, another may have done the work.
        *stamps = Stamps::load(folder);
        let todo = self.not_right(todo, false, stamps, progress)?;
        for file in &todo {
            make::remove_unfinished(self.place(file).parent().unwrap_or(folder));
        }
        let parts = Parts {
            folder: folder.join(".parts"),
            manifest: self.manifest(),
            clients: &options.clients,
            progress,
        };
        parts.prepare().map_err(folder_error(&parts.folder))?;

        let mut run = Run {
            files: self,
            parts,
            broken: BTreeMap::new(),
        };
        let mut report = Report::default();
        let mut failures: Vec<(&ModelFile, Vec<Arc<SourceError>>)> = Vec::new();
        for (i, file) in todo.iter().enumerate() {
            match run.fetch(file) {
                Ok(()) => {
                    let place = self.place(file);
                    let data = fs::metadata(&place).map_err(folder_error(&place))?;
                    stamps.set(&file.file, file.sha256, &data);
                    stamps.save(folder).map_err(folder_error(folder))?;
                    report.fetched.push(file.name.clone());
                    let needed = todo[i + 1..]
                        .iter()
                        .chain(failures.iter().map(|(file, _)| file));
                    run.forget_parts(file, needed);
                }
                Err(reasons) if reasons.iter().any(|e| matches!(**e, SourceError::DiskFull)) => {
                    let bytes = todo.iter().map(|file| file.bytes).sum();
                    return Err(FetchError::DiskFull {
                        folder: folder.to_owned(),
                        bytes,
                    });
                }
                Err(reasons) => failures.push((file, reasons)),
            }
        }
        if failures.is_empty() {
            let _ = fs::remove_dir_all(&run.parts.folder);
            Ok(report)
        } else {
            Err(FetchError::Unfinished(together(failures)))
        }
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
    /// Downloads that failed in this run: they are not tried again for the next file.
    broken: BTreeMap<Sha256, Arc<SourceError>>,
}

impl Run<'_> {
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
            let sha256 = download_of(self.parts.manifest, &part.origin);
            if let Some(reason) = sha256.and_then(|sha256| self.broken.get(&sha256)) {
                return Err(Arc::clone(reason));
            }
            let piece = self.parts.get(part).map_err(|reason| {
                let reason = Arc::new(reason);
                if let Some(sha256) = sha256 {
                    self.broken.insert(sha256, Arc::clone(&reason));
                }
                reason
            })?;
            pieces.push((part.role, piece));
        }
        make::make(file, &self.files.place(file), &pieces, self.parts.progress).map_err(Arc::new)
    }

    /// Throws away the parts of a file that now stands, but for those that others need.
    fn forget_parts<'a>(&self, file: &ModelFile, needed: impl Iterator<Item = &'a &'a ModelFile>) {
        let parts = |file: &ModelFile| {
            let sources = file.sources.iter().flat_map(|source| &source.parts);
            sources
                .filter_map(|part| download_of(self.parts.manifest, &part.origin))
                .collect::<BTreeSet<_>>()
        };
        let needed: BTreeSet<_> = needed.flat_map(|file| parts(file)).collect();
        for sha256 in parts(file).difference(&needed) {
            self.parts.forget(*sha256);
        }
    }
}

/// The hash of the download that a part is from.
fn download_of(manifest: &Manifest, origin: &Origin) -> Option<Sha256> {
    match origin {
        Origin::Member { archive, .. } => manifest.archives.get(archive).map(|its| its.sha256),
        Origin::Address { sha256, .. } => Some(*sha256),
        Origin::Local { .. } => None,
    }
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
