//! The downloads that are kept until the files they are for stand.
//!
//! They lie in the hidden folder `.parts` of the folder of the models, named by their hashes, so
//! that an interrupted fetch does not begin from the start, and parts that several files share
//! are fetched once.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::archive::{Package, PourError, pour};
use super::download::Download;
use super::hash::{self, Sha256};
use super::manifest::{Archive, Manifest, ModelFile, Origin, Part, Registry};
use super::progress::{Progress, Work};
use super::registry::Clients;
use super::source::SourceError;

/// Folders of clients at work begin with this.
const TEMPORARY: &str = "tmp-";
/// Downloads from addresses that are not complete end with this.
const PARTIAL: &str = ".partial";

/// The folder of downloads, and what fetches them.
pub(super) struct Parts<'a> {
    pub folder: PathBuf,
    pub manifest: &'a Manifest,
    pub clients: &'a Clients,
    pub progress: &'a dyn Progress,
}

/// A part of a file, on this machine.
#[derive(Debug)]
pub(super) enum Piece {
    /// A member of an archive.
    Member {
        label: String,
        path: PathBuf,
        registry: Registry,
        member: String,
    },
    /// A file.
    File(PathBuf),
}

impl Piece {
    /// Copies at most `limit` bytes to `out`, which is (part of) the file `target`; says how many.
    pub(super) fn copy(
        &self,
        limit: u64,
        out: &mut dyn io::Write,
        target: &Path,
    ) -> Result<u64, SourceError> {
        match self {
            Self::Member {
                label,
                path,
                registry,
                member,
            } => Package {
                label,
                path,
                registry: *registry,
            }
            .copy_member(member, limit, out, target),
            Self::File(path) => {
                let mut file = File::open(path).map_err(SourceError::file(path))?;
                pour(&mut file, out, limit).map_err(|error| match error {
                    PourError::Read(error) => SourceError::file(path)(error),
                    PourError::Write(error) => SourceError::file(target)(error),
                    PourError::TooLarge => SourceError::TooLarge {
                        what: path.display().to_string(),
                        limit,
                    },
                })
            }
        }
    }
}

impl Parts<'_> {
    /// Makes the folder, and throws away what lies there but for downloads that are `needed`: what
    /// a killed run left at work, and downloads of files that stand or are not in the manifest.
    pub(super) fn prepare(&self, needed: &BTreeSet<Sha256>) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        for entry in fs::read_dir(&self.folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let hash = name
                .to_str()
                .map(|name| name.strip_suffix(PARTIAL).unwrap_or(name));
            let hash = hash.and_then(|hash| hash.parse().ok());
            if entry.file_type()?.is_dir() {
                fs::remove_dir_all(entry.path())?;
            } else if !hash.is_some_and(|hash| needed.contains(&hash)) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// The hashes of all downloads that a file could be made of.
    pub(super) fn downloads(&self, file: &ModelFile) -> BTreeSet<Sha256> {
        let parts = file.sources.iter().flat_map(|source| &source.parts);
        parts
            .filter_map(|part| match &part.origin {
                Origin::Member { archive, .. } => self
                    .manifest
                    .archives
                    .get(archive)
                    .map(|archive| archive.sha256),
                Origin::Address { sha256, .. } => Some(*sha256),
                Origin::Local { .. } => None,
            })
            .collect()
    }

    /// Fetches a part, unless it is here.
    pub(super) fn get(&self, part: &Part) -> Result<Piece, SourceError> {
        match &part.origin {
            Origin::Member { archive, member } => {
                let archive = self.manifest.archives.get(archive).ok_or_else(|| {
                    let (archive, member) = (archive.clone(), member.clone());
                    SourceError::NoMember { archive, member }
                })?;
                Ok(Piece::Member {
                    label: archive.label(),
                    path: self.archive(archive)?,
                    registry: archive.registry,
                    member: member.clone(),
                })
            }
            Origin::Address { url, bytes, sha256 } => self
                .address(&Download {
                    url,
                    bytes: *bytes,
                    sha256: *sha256,
                })
                .map(Piece::File),
            Origin::Local { path } => Ok(Piece::File(path.clone())),
        }
    }

    /// Throws away a part that is not needed any more.
    pub(super) fn forget(&self, sha256: Sha256) {
        // What cannot be removed only takes room.
        let _ = fs::remove_file(self.kept_path(sha256));
        let _ = fs::remove_file(self.partial_path(sha256));
    }

    fn kept_path(&self, sha256: Sha256) -> PathBuf {
        self.folder.join(sha256.to_string())
    }

    fn partial_path(&self, sha256: Sha256) -> PathBuf {
        self.folder.join(format!("{sha256}{PARTIAL}"))
    }

    /// Where an earlier run left a download, if it did and the download is still whole.
    fn kept(&self, sha256: Sha256, bytes: u64) -> Option<PathBuf> {
        let path = self.kept_path(sha256);
        let whole = fs::metadata(&path).is_ok_and(|data| data.len() == bytes)
            && File::open(&path)
                .and_then(|file| hash::hash(file, &()))
                .ok()
                == Some(sha256);
        whole.then_some(path)
    }

    fn keep(&self, download: &Path, sha256: Sha256) -> Result<PathBuf, SourceError> {
        let path = self.kept_path(sha256);
        fs::rename(download, &path).map_err(SourceError::file(&path))?;
        Ok(path)
    }

    fn archive(&self, archive: &Archive) -> Result<PathBuf, SourceError> {
        let Archive { bytes, sha256, .. } = *archive;
        if let Some(path) = self.kept(sha256, bytes) {
            return Ok(path);
        }
        let folder = tempfile::Builder::new()
            .prefix(TEMPORARY)
            .tempdir_in(&self.folder)
            .map_err(SourceError::file(&self.folder))?;
        let label = archive.label();
        let _work = Work::begin(self.progress, &format!("fetching {label}"), bytes);
        let download = self.clients.fetch(archive, folder.path(), self.progress)?;
        let found = File::open(&download)
            .and_then(|file| hash::hash(file, &()))
            .map_err(SourceError::file(&download))?;
        if found != sha256 {
            return Err(SourceError::Hash {
                what: label,
                expected: sha256,
                found,
            });
        }
        self.keep(&download, sha256)
    }

    fn address(&self, download: &Download<'_>) -> Result<PathBuf, SourceError> {
        if let Some(path) = self.kept(download.sha256, download.bytes) {
            return Ok(path);
        }
        let partial = self.partial_path(download.sha256);
        download.run(&partial, self.progress)?;
        self.keep(&partial, download.sha256)
    }
}
