//! What is known of the files that stand: that they had the right hash when last looked at.
//!
//! Hashing all models takes seconds; a stamp (hash, length and time of last change of a file) makes
//! the next look quick. Stamps lie in the hidden file `.verified`, a line for each file.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::hash::Sha256;
use super::make::temporary_in;

const NAME: &str = ".verified";

/// The stamps of a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Stamps(BTreeMap<PathBuf, Stamp>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    sha256: Sha256,
    bytes: u64,
    /// Nanoseconds since 1970.
    changed: u128,
}

impl Stamp {
    fn new(sha256: Sha256, data: &Metadata) -> Option<Self> {
        let changed = data
            .modified()
            .ok()?
            .duration_since(UNIX_EPOCH)
            .ok()?
            .as_nanos();
        Some(Self {
            sha256,
            bytes: data.len(),
            changed,
        })
    }
}

impl Stamps {
    /// Reads the stamps of a folder. A line that makes no sense is left out: its file is hashed
    /// again.
    pub(super) fn load(folder: &Path) -> Self {
        let text = fs::read_to_string(folder.join(NAME)).unwrap_or_default();
        Self(text.lines().filter_map(parse).collect())
    }

    /// Whether the file is as it was when its hash was found to be `sha256`.
    pub(super) fn vouch(&self, file: &Path, sha256: Sha256, data: &Metadata) -> bool {
        let stamp = Stamp::new(sha256, data);
        stamp.is_some() && self.0.get(file) == stamp.as_ref()
    }

    /// Notes that the file has the hash `sha256`.
    pub(super) fn set(&mut self, file: &Path, sha256: Sha256, data: &Metadata) {
        if let Some(stamp) = Stamp::new(sha256, data) {
            self.0.insert(file.to_owned(), stamp);
        }
    }

    /// Forgets a file.
    pub(super) fn remove(&mut self, file: &Path) {
        self.0.remove(file);
    }

    /// Writes the stamps of a folder.
    pub(super) fn save(&self, folder: &Path) -> io::Result<()> {
        let mut out = temporary_in(folder)?;
        for (
            file,
            Stamp {
                sha256,
                bytes,
                changed,
            },
        ) in &self.0
        {
            writeln!(out, "{sha256} {bytes} {changed} {}", file.display())?;
        }
        out.persist(folder.join(NAME))?;
        Ok(())
    }
}

fn parse(line: &str) -> Option<(PathBuf, Stamp)> {
    let mut words = line.splitn(4, ' ');
    let mut word = || words.next();
    let stamp = Stamp {
        sha256: word()?.parse().ok()?,
        bytes: word()?.parse().ok()?,
        changed: word()?.parse().ok()?,
    };
    Some((word()?.into(), stamp))
}
