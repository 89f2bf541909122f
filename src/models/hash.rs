//! SHA-256, of files and of what flows by.

use std::fmt;
use std::io::{self, Read, Write};
use std::str::FromStr;

use serde::Deserialize;
use sha2::Digest;

use super::progress::Progress;

/// A SHA-256 hash; written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Sha256([u8; 32]);

impl Sha256 {
    /// The hash of some bytes.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(sha2::Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A text is not a SHA-256 hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a SHA-256 hash has 64 hexadecimal digits")]
pub struct NotSha256;

impl FromStr for Sha256 {
    type Err = NotSha256;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
            return Err(NotSha256);
        };
        let digit = |c: u8| (c as char).to_digit(16).ok_or(NotSha256);
        let bytes: Vec<u8> = (pairs.iter())
            .map(|&[high, low]| Ok((digit(high)? << 4 | digit(low)?) as u8))
            .collect::<Result<_, _>>()?;
        bytes.try_into().map(Self).map_err(|_| NotSha256)
    }
}

impl TryFrom<String> for Sha256 {
    type Error = NotSha256;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

/// The hash of all that `reader` has.
///
/// # Errors
/// If reading fails.
pub fn hash(mut reader: impl Read, progress: &dyn Progress) -> io::Result<Sha256> {
    let mut writer = HashingWriter::new(io::sink(), progress);
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok(writer.finish().2),
            n => writer.write_all(&buffer[..n])?,
        }
    }
}

/// Hands on what is written, hashes and counts it, and reports the count as progress.
pub struct HashingWriter<'a, W> {
    inner: W,
    hash: sha2::Sha256,
    bytes: u64,
    progress: &'a dyn Progress,
}

impl<'a, W: Write> HashingWriter<'a, W> {
    /// Nothing written yet.
    pub fn new(inner: W, progress: &'a dyn Progress) -> Self {
        Self {
            inner,
            hash: sha2::Sha256::new(),
            bytes: 0,
            progress,
        }
    }

    /// What was written to, how many bytes were written, and their hash.
    pub fn finish(self) -> (W, u64, Sha256) {
        (self.inner, self.bytes, Sha256(self.hash.finalize().into()))
    }
}

impl<W: Write> Write for HashingWriter<'_, W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let n = self.inner.write(buffer)?;
        self.hash.update(&buffer[..n]);
        self.bytes += n as u64;
        self.progress.at(self.bytes);
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
