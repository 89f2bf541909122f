//! Taking one file out of a package.
//!
//! Nothing is ever unpacked to a path that an archive names: a member is looked up by its exact
//! path and poured into a file of our own, up to a limit. So links, absolute paths and `..` in an
//! archive have nothing to act on.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

use flate2::read::GzDecoder;
use zip::ZipArchive;
use zip::result::ZipError;

use super::manifest::Registry;
use super::source::SourceError;

/// Why bytes did not flow.
pub(super) enum PourError {
    Read(io::Error),
    Write(io::Error),
    TooLarge,
}

/// Copies all of `from`, at most `limit` bytes; says how many.
pub(super) fn pour(from: &mut dyn Read, to: &mut dyn Write, limit: u64) -> Result<u64, PourError> {
    let mut buffer = vec![0; 128 * 1024];
    let mut total = 0;
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok(total),
            Ok(n) => {
                total += n as u64;
                if total > limit {
                    return Err(PourError::TooLarge);
                }
                to.write_all(&buffer[..n]).map_err(PourError::Write)?;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(PourError::Read(error)),
        }
    }
}

/// An archive on disk.
#[derive(Debug)]
pub(super) struct Package<'a> {
    /// Name and version, for messages.
    pub label: &'a str,
    /// Where it lies.
    pub path: &'a Path,
    /// Where it came from, and with it its format.
    pub registry: Registry,
}

impl Package<'_> {
    /// Copies one member, at most `limit` bytes, to `out`, which is (part of) the file `target`;
    /// says how many bytes.
    pub(super) fn copy_member(
        &self,
        member: &str,
        limit: u64,
        out: &mut dyn Write,
        target: &Path,
    ) -> Result<u64, SourceError> {
        let file = File::open(self.path).map_err(SourceError::file(self.path))?;
        let mut pour_member = |from: &mut dyn Read| {
            pour(from, out, limit).map_err(|error| match error {
                PourError::Read(error) => self.corrupt(&error),
                PourError::Write(error) => SourceError::file(target)(error),
                PourError::TooLarge => SourceError::TooLarge {
                    what: member.to_owned(),
                    limit,
                },
            })
        };
        match self.registry {
            Registry::Pypi => {
                let mut zip = ZipArchive::new(file).map_err(|error| self.corrupt(&error))?;
                let mut entry = zip.by_name(member).map_err(|error| match error {
                    ZipError::FileNotFound => self.no_member(member),
                    error => self.corrupt(&error),
                })?;
                if !entry.is_file() {
                    return Err(self.no_member(member));
                }
                pour_member(&mut entry)
            }
            Registry::Npm => {
                let mut tar = tar::Archive::new(GzDecoder::new(BufReader::new(file)));
                for entry in tar.entries().map_err(|error| self.corrupt(&error))? {
                    let mut entry = entry.map_err(|error| self.corrupt(&error))?;
                    let is_file = entry.header().entry_type().is_file();
                    if is_file && *entry.path_bytes() == *member.as_bytes() {
                        return pour_member(&mut entry);
                    }
                }
                Err(self.no_member(member))
            }
        }
    }

    fn corrupt(&self, why: &dyn std::fmt::Display) -> SourceError {
        SourceError::Corrupt {
            archive: self.label.to_owned(),
            why: why.to_string(),
        }
    }

    fn no_member(&self, member: &str) -> SourceError {
        SourceError::NoMember {
            archive: self.label.to_owned(),
            member: member.to_owned(),
        }
    }
}
