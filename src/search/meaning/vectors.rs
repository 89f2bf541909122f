//! The vectors of the guides' sentences, kept in a file: computing them takes a minute.

use std::collections::HashMap;
use std::path::Path;

use half::f16;
use sha2::{Digest, Sha256};

use super::{DIMENSIONS, Meaning, MeaningError, Vector};

/// The first bytes of the file; the number is that of its form.
const MAGIC: &[u8] = b"wenlu sentence vectors 1\n";
/// Bytes of a sentence's key: the head of its SHA-256.
const KEY: usize = 12;
const ENTRY: usize = KEY + 2 * DIMENSIONS;

/// Sentences' vectors by the sentence. Holds only sentences of guides, never what people said.
#[derive(Default)]
pub struct Vectors {
    known: HashMap<[u8; KEY], Vector>,
    /// Whether something was added since it was read.
    changed: bool,
}

impl Vectors {
    /// Reads the file; a missing or damaged one is as good as empty.
    #[must_use]
    pub fn read(file: &Path) -> Self {
        let bytes = std::fs::read(file).unwrap_or_default();
        let entries = bytes.strip_prefix(MAGIC).unwrap_or_default();
        let entry = |bytes: &[u8]| {
            let mut vector = Box::new([0.0; DIMENSIONS]);
            for (v, b) in vector.iter_mut().zip(bytes[KEY..].as_chunks().0) {
                *v = f16::from_le_bytes(*b).to_f32();
            }
            let mut key = [0; KEY];
            key.copy_from_slice(&bytes[..KEY]);
            (key, vector)
        };
        Self {
            known: entries.chunks_exact(ENTRY).map(entry).collect(),
            changed: false,
        }
    }

    /// Writes the file if anything was added, whole or not at all.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&mut self, file: &Path) -> Result<(), MeaningError> {
        if !self.changed {
            return Ok(());
        }
        let mut bytes = MAGIC.to_vec();
        let mut keys: Vec<_> = self.known.keys().collect();
        keys.sort();
        for key in keys {
            bytes.extend(key);
            bytes.extend(
                self.known[key]
                    .iter()
                    .flat_map(|v| f16::from_f32(*v).to_le_bytes()),
            );
        }
        let part = file.with_extension("part");
        let written = std::fs::write(&part, bytes).and_then(|()| std::fs::rename(&part, file));
        written.map_err(|source| MeaningError::File {
            path: file.to_owned(),
            source,
        })?;
        self.changed = false;
        Ok(())
    }

    /// The vector of `sentence`, computed if it is not known.
    pub(in crate::search) fn of(&mut self, sentence: &str, meaning: &Meaning) -> &Vector {
        let digest = Sha256::digest(sentence);
        let mut key = [0; KEY];
        key.copy_from_slice(&digest[..KEY]);
        let changed = &mut self.changed;
        self.known.entry(key).or_insert_with(|| {
            *changed = true;
            meaning.vector(sentence)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_vectors() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("vectors");
        let mut vectors = Vectors::read(&file);
        assert!(vectors.known.is_empty());
        vectors.known.insert([7; KEY], Box::new([0.25; DIMENSIONS]));
        vectors.changed = true;
        vectors.write(&file).unwrap();
        assert_eq!(Vectors::read(&file).known[&[7; KEY]][383], 0.25);
        std::fs::write(&file, b"something else").unwrap();
        assert!(Vectors::read(&file).known.is_empty());
    }
}
