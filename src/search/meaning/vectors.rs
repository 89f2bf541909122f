//! The vectors of the guides' sentences, kept in a file: computing them takes half a minute.

use std::collections::{HashMap, HashSet};
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use half::f16;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::{DIMENSIONS, Meaning, MeaningError, Vector, similarity};

/// The first bytes of the file; the number is that of its form.
const MAGIC: &[u8] = b"wenlu sentence vectors 2\n";
/// Bytes of a sentence's key: the head of its SHA-256.
const KEY: usize = 12;
const ENTRY: usize = KEY + 2 * DIMENSIONS;
/// A sentence that every file has: vectors of another model are told by its vector.
const PROBE: &str = "问路 wenlu";
/// How alike the vectors of the probe must be; the file rounds to half precision.
const SAME: f32 = 0.999;
/// Sentences that are computed at once.
const BATCH: usize = 16;

type Key = [u8; KEY];

/// Sentences' vectors by the sentence. Holds only sentences of guides, never what people said.
#[derive(Default)]
pub struct Vectors {
    known: HashMap<Key, Vector>,
    /// Whether something was added since it was read.
    changed: bool,
}

impl Vectors {
    /// Reads the file; a missing or damaged one, or one of another model, is as good as empty.
    #[must_use]
    pub fn read(file: &Path, meaning: &Meaning) -> Self {
        let bytes = std::fs::read(file).unwrap_or_default();
        let vectors = Self::parse(&bytes);
        match vectors.of(PROBE) {
            Some(probe) if similarity(probe, &meaning.vector(PROBE)) > SAME => vectors,
            _ => Self::default(),
        }
    }

    fn parse(bytes: &[u8]) -> Self {
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
        let folder = file.parent().unwrap_or(Path::new("."));
        let written = std::fs::create_dir_all(folder)
            .and_then(|()| tempfile::NamedTempFile::new_in(folder))
            .and_then(|mut part| {
                part.write_all(&bytes)?;
                part.persist(file).map_err(|error| error.error)
            });
        written.map_err(|source| MeaningError::File {
            path: file.to_owned(),
            source,
        })?;
        self.changed = false;
        Ok(())
    }

    /// Those of `sentences` whose vectors are not known, each once.
    #[must_use]
    pub fn lacking<'a>(&self, sentences: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
        let mut seen = HashSet::new();
        sentences
            .into_iter()
            .filter(|sentence| {
                let key = key(sentence);
                !self.known.contains_key(&key) && seen.insert(key)
            })
            .collect()
    }

    /// Computes the vectors of `sentences`, about 5 ms each on one core, on the threads of the
    /// present rayon pool, and tells `each` how many are done.
    pub fn learn(&mut self, sentences: &[&str], meaning: &Meaning, each: &(dyn Fn(usize) + Sync)) {
        let done = AtomicUsize::new(0);
        // Sentences of like length go together: their work is shared out evenly.
        let mut sorted = sentences.to_vec();
        sorted.push(PROBE);
        sorted.sort_by_key(|sentence| sentence.len());
        let learn = |batch: &[&str]| {
            let vectors = meaning.vectors(batch);
            let before = done.fetch_add(batch.len(), Ordering::Relaxed);
            each((before + batch.len()).min(sentences.len()));
            let keys = batch.iter().map(|sentence| key(sentence));
            keys.zip(vectors).collect::<Vec<_>>()
        };
        let learned: Vec<_> = sorted.par_chunks(BATCH).flat_map_iter(learn).collect();
        self.changed |= !learned.is_empty();
        self.known.extend(learned);
    }

    /// Forgets what is not the vector of one of `sentences`, if that is the larger part: guides
    /// change, and the file should not grow for ever.
    pub fn forget_others<'a>(&mut self, sentences: impl IntoIterator<Item = &'a str>) {
        let used: HashSet<Key> = sentences.into_iter().chain([PROBE]).map(key).collect();
        if self.known.len() > 2 * used.len() {
            self.known.retain(|key, _| used.contains(key));
            self.changed = true;
        }
    }

    /// The vector of `sentence`, if it is known.
    pub(in crate::search) fn of(&self, sentence: &str) -> Option<&Vector> {
        self.known.get(&key(sentence))
    }
}

fn key(sentence: &str) -> Key {
    let mut key = [0; KEY];
    key.copy_from_slice(&Sha256::digest(sentence)[..KEY]);
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(sentences: &[&str]) -> Vectors {
        let entry = |(i, sentence): (usize, &&str)| {
            let mut vector = Box::new([0.0; DIMENSIONS]);
            vector[i] = 0.25;
            (key(sentence), vector)
        };
        Vectors {
            known: sentences.iter().enumerate().map(entry).collect(),
            changed: true,
        }
    }

    #[test]
    fn keeps_vectors() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("new/vectors");
        let read = || Vectors::parse(&std::fs::read(&file).unwrap());
        known(&["一", "二"]).write(&file).unwrap();
        assert_eq!(read().of("二").unwrap()[1], 0.25);
        assert_eq!(read().lacking(["三", "二", "三"]), ["三"]);
        std::fs::write(&file, b"something else").unwrap();
        assert!(read().known.is_empty());
    }

    #[test]
    fn forgets_what_no_guide_says_any_more() {
        let mut vectors = known(&["一", "二", "三", "四", "五"]);
        vectors.forget_others(["一", "二"]);
        assert_eq!(vectors.known.len(), 5, "the smaller part may stay");
        vectors.forget_others(["一"]);
        assert_eq!(vectors.lacking(["一", "二"]), ["二"]);
    }
}
