//! What can go wrong with one source of a file.

use std::io;
use std::path::{Path, PathBuf};

use super::hash::Sha256;
use super::onnx::PrepareError;
use super::whisper::ConvertError;

/// Why a source gave no file.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// The program that fetches packages is not installed.
    #[error("{client} is needed and not installed: install {install}")]
    NoClient {
        /// What it is called.
        client: &'static str,
        /// What to install, with the name of Debian's package.
        install: &'static str,
    },
    /// The program that fetches packages failed.
    #[error("{client} could not fetch {package}: {said} (is this machine online?)")]
    Client {
        /// What it is called.
        client: &'static str,
        /// Name and version of the package.
        package: String,
        /// The telling line of what it wrote.
        said: String,
    },
    /// A download is not what it should be.
    #[error(
        "{what} is not what it should be (SHA-256 {found}, not {expected}) and was thrown away; \
         if this stays so, somebody changed it on the way or at the source"
    )]
    Hash {
        /// The package or address.
        what: String,
        /// The hash in the manifest.
        expected: Sha256,
        /// The hash of what came.
        found: Sha256,
    },
    /// A download is longer or shorter than it should be.
    #[error("{what} has {found} bytes instead of {expected}: it is another file by now")]
    Length {
        /// The package or address.
        what: String,
        /// The length in the manifest.
        expected: u64,
        /// The length of what came, or that was announced.
        found: u64,
    },
    /// An archive cannot be unpacked.
    #[error("{archive} is a damaged archive: {why}")]
    Corrupt {
        /// The package.
        archive: String,
        /// What its reader says.
        why: String,
    },
    /// A file is not in an archive.
    #[error("{archive} has no file {member}: correct the manifest")]
    NoMember {
        /// The package.
        archive: String,
        /// The path that was looked for.
        member: String,
    },
    /// A part is larger than the file it is for could need.
    #[error("{what} is larger than {limit} bytes, more than it can be: correct the manifest")]
    TooLarge {
        /// The member or file.
        what: String,
        /// What it may have.
        limit: u64,
    },
    /// A server answers something else than a file.
    #[error("{url} answers with status {status}")]
    Status {
        /// The address.
        url: String,
        /// 404 and the like.
        status: u16,
    },
    /// A server cannot be reached, or the connection does not hold.
    #[error("cannot fetch {url}: {why} (is this machine online?)")]
    Address {
        /// The address.
        url: String,
        /// What the network says.
        why: String,
    },
    /// A file cannot be read or written.
    #[error("cannot use {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The model cannot be converted.
    #[error(transparent)]
    Convert(#[from] ConvertError),
    /// The neural voice cannot be prepared.
    #[error(transparent)]
    Prepare(#[from] PrepareError),
    /// The file that came out is another one than the manifest says.
    #[error(
        "{file} came out with {bytes} bytes and SHA-256 {sha256}, which is not what the manifest \
         says: the parts or the manifest are of another version"
    )]
    Made {
        /// The path in the folder of the models.
        file: PathBuf,
        /// Its length.
        bytes: u64,
        /// Its hash.
        sha256: Sha256,
    },
    /// The disk has no room left.
    #[error("the disk is full")]
    DiskFull,
}

impl SourceError {
    /// For [`Result::map_err`]: an error with this file.
    pub(super) fn file(path: &Path) -> impl Fn(io::Error) -> Self {
        move |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::File {
                path: path.to_owned(),
                source,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_from_other_faults() {
        let error = |kind| SourceError::file(Path::new("model.bin"))(io::Error::from(kind));
        for kind in [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded] {
            assert!(matches!(error(kind), SourceError::DiskFull));
        }
        let denied = error(io::ErrorKind::PermissionDenied).to_string();
        assert!(denied.starts_with("cannot use model.bin: "), "{denied}");
    }
}
