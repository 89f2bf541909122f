//! Spoken sentences, kept on disk to be said again at once.
//!
//! One file for one sentence, named by the SHA-256 of its key, so that several processes
//! can share a folder without a lock: a file appears whole (it is renamed into place),
//! and its bytes never change. A reader that finds a file damaged removes it.
//!
//! Only what is public may come here, such as guides and the assistant's fixed
//! sentences: see [`Privacy`](super::Privacy).

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use sha2::{Digest, Sha256};

use super::SAMPLE_RATE;
use super::voice::{Speech, to_i16};

/// What a file begins with: the format and its version.
const MAGIC: &[u8; 8] = b"wenluS1\n";
/// The length of what stands before the samples: the magic and the samples' SHA-256.
const HEAD: usize = 8 + 32;
/// The longest speech that is kept, in bytes: 10 minutes.
const LONGEST: u64 = 10 * 60 * 24_000 * 2;
/// Files that are being written begin with this.
const UNFINISHED: &str = ".making-";
/// How far eviction goes below the limit, so that it does not run at every sentence.
const AFTER_EVICTION: f64 = 0.9;
/// A use is noted (as the file's time) at most this often.
const NOTE_USE: Duration = Duration::from_secs(3600);

/// Why a sentence cannot be kept. Speaking goes on without.
#[derive(Debug, thiserror::Error)]
#[error(
    "cannot use the speech cache {folder}: {error}; is the disk full, or the folder somebody else's?"
)]
pub struct CacheError {
    folder: PathBuf,
    error: io::Error,
}

/// A folder of spoken sentences with a limit. The least recently used go first.
#[derive(Debug)]
pub struct SpeechCache {
    folder: PathBuf,
    limit: u64,
    /// What the folder holds, as far as this process knows.
    used: AtomicU64,
}

impl SpeechCache {
    /// Opens (or makes) the cache in `folder`, which may grow to `limit` bytes. A second
    /// of speech takes 48 kB.
    ///
    /// # Errors
    ///
    /// If the folder cannot be made.
    pub fn open(folder: &Path, limit: u64) -> Result<Self, CacheError> {
        let folder = folder.to_owned();
        if let Err(error) = fs::create_dir_all(&folder) {
            return Err(CacheError { folder, error });
        }
        let cache = Self {
            folder,
            limit,
            used: AtomicU64::new(0),
        };
        cache.make_room();
        Ok(cache)
    }

    /// The speech kept under `key`. Whatever is wrong with the file, the answer is `None`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<Speech> {
        let speech = self.peek(key);
        if speech.is_some() {
            note_use(&self.path(key));
        }
        speech
    }

    /// As [`get`](Self::get), but no trace of it is left on the disk.
    #[must_use]
    pub fn peek(&self, key: &str) -> Option<Speech> {
        let path = self.path(key);
        let bytes = fs::read(&path).ok()?;
        let speech = decode(&bytes);
        if speech.is_none() {
            tracing::warn!(path = %path.display(), "a damaged file in the speech cache; removed");
            let _ = fs::remove_file(&path);
        }
        speech
    }

    /// Whether something is kept under `key`. Does not look inside.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.path(key).is_file()
    }

    /// The length of the speech kept under `key`, in seconds. Does not look inside.
    #[must_use]
    pub fn seconds(&self, key: &str) -> Option<f32> {
        let bytes = self.path(key).metadata().ok()?.len();
        let samples = bytes.checked_sub(HEAD as u64)? / 2;
        Some(samples as f32 / SAMPLE_RATE as f32)
    }

    /// Keeps `speech` under `key`.
    ///
    /// # Errors
    ///
    /// If it cannot be written; the cache is as it was before.
    pub fn put(&self, key: &str, speech: &Speech) -> Result<(), CacheError> {
        let bytes = encode(speech);
        let length = bytes.len() as u64;
        if length > LONGEST.min(self.limit) {
            return Ok(());
        }
        self.write(key, &bytes).map_err(|error| CacheError {
            folder: self.folder.clone(),
            error,
        })?;
        if self.used.fetch_add(length, Ordering::Relaxed) + length > self.limit {
            self.make_room();
        }
        Ok(())
    }

    fn write(&self, key: &str, bytes: &[u8]) -> io::Result<()> {
        let mut file = tempfile::Builder::new()
            .prefix(UNFINISHED)
            .tempfile_in(&self.folder)?;
        file.write_all(bytes)?;
        file.persist(self.path(key))?;
        Ok(())
    }

    fn path(&self, key: &str) -> PathBuf {
        let hash = Sha256::digest(key.as_bytes());
        let name: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        self.folder.join(name + ".pcm")
    }

    /// Counts the files and removes the least recently used ones beyond the limit.
    fn make_room(&self) {
        let mut files = self.files();
        let mut used: u64 = files.iter().map(|file| file.bytes).sum();
        if used > self.limit {
            files.sort_by_key(|file| file.used);
            for file in files {
                if used as f64 <= self.limit as f64 * AFTER_EVICTION {
                    break;
                }
                // Another process may have removed it: then it is gone all the same.
                let _ = fs::remove_file(&file.path);
                used -= file.bytes;
            }
        }
        self.used.store(used, Ordering::Relaxed);
    }

    /// The sentences' files. What a killed process left half written a day ago is removed.
    fn files(&self) -> Vec<Kept> {
        let mut files = Vec::new();
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let Ok(data) = entry.metadata() else { continue };
            let used = data.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            let name = entry.file_name();
            if name.as_encoded_bytes().starts_with(UNFINISHED.as_bytes()) {
                let day = Duration::from_secs(24 * 3600);
                if used.elapsed().is_ok_and(|age| age > day) {
                    let _ = fs::remove_file(entry.path());
                }
            } else if name.as_encoded_bytes().ends_with(b".pcm") && data.is_file() {
                files.push(Kept {
                    path: entry.path(),
                    bytes: data.len(),
                    used,
                });
            }
        }
        files
    }
}

struct Kept {
    path: PathBuf,
    bytes: u64,
    used: SystemTime,
}

/// Sets the file's time to now, if the last use was noted long ago.
fn note_use(path: &Path) {
    let Ok(file) = File::options().append(true).open(path) else {
        return;
    };
    let noted = file.metadata().and_then(|data| data.modified());
    if noted.is_ok_and(|noted| noted.elapsed().is_ok_and(|age| age > NOTE_USE)) {
        let _ = file.set_modified(SystemTime::now());
    }
}

fn encode(speech: &Speech) -> Vec<u8> {
    let samples: Vec<u8> = speech
        .samples
        .iter()
        .flat_map(|&sample| to_i16(sample).to_le_bytes())
        .collect();
    let hash = Sha256::digest(&samples);
    [MAGIC.as_slice(), hash.as_slice(), &samples].concat()
}

fn decode(bytes: &[u8]) -> Option<Speech> {
    let (head, samples) = bytes.split_at_checked(HEAD)?;
    let (magic, hash) = head.split_at_checked(MAGIC.len())?;
    let (pairs, rest) = samples.as_chunks::<2>();
    if magic != MAGIC || hash != Sha256::digest(samples).as_slice() || !rest.is_empty() {
        return None;
    }
    let sample = |&pair: &[u8; 2]| f32::from(i16::from_le_bytes(pair)) / f32::from(i16::MAX);
    Some(Speech {
        samples: pairs.iter().map(sample).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speech(length: usize) -> Speech {
        Speech {
            samples: (0..length).map(|at| (at as f32 * 0.01).sin()).collect(),
        }
    }

    fn open(limit: u64) -> (tempfile::TempDir, SpeechCache) {
        let folder = tempfile::tempdir().expect("a folder");
        let cache = SpeechCache::open(folder.path(), limit).expect("opens");
        (folder, cache)
    }

    /// Makes a sentence look as if it was last used so many hours ago.
    fn age(cache: &SpeechCache, key: &str, hours: u64) {
        let file = File::options()
            .append(true)
            .open(cache.path(key))
            .expect("kept");
        file.set_modified(SystemTime::now() - Duration::from_secs(hours * 3600))
            .expect("set");
    }

    #[test]
    fn what_is_put_is_got_in_another_process_too() {
        let (folder, cache) = open(1 << 20);
        assert_eq!(cache.get("a"), None);
        cache.put("a", &speech(1000)).expect("puts");
        let other = SpeechCache::open(folder.path(), 1 << 20).expect("opens");
        let got = other.get("a").expect("kept");
        assert!(
            got.samples
                .iter()
                .zip(speech(1000).samples)
                .all(|(a, b)| (a - b).abs() < 1e-4)
        );
        assert!(cache.has("a") && !cache.has("b"));
        assert_eq!(cache.seconds("a"), Some(speech(1000).seconds()));
        assert_eq!(cache.seconds("b"), None);
    }

    #[test]
    fn damaged_files_are_ignored_and_removed() {
        #[track_caller]
        fn check(damage: impl Fn(&mut Vec<u8>)) {
            let (_folder, cache) = open(1 << 20);
            cache.put("a", &speech(1000)).expect("puts");
            let mut bytes = fs::read(cache.path("a")).expect("kept");
            damage(&mut bytes);
            fs::write(cache.path("a"), bytes).expect("written");
            assert_eq!(cache.get("a"), None);
            assert!(!cache.path("a").exists(), "still there");
        }
        check(Vec::clear);
        check(|bytes| bytes.truncate(HEAD - 1));
        check(|bytes| bytes.truncate(bytes.len() - 1));
        check(|bytes| bytes[0] ^= 1);
        check(|bytes| bytes[500] ^= 1);
    }

    #[test]
    fn the_least_recently_used_go_first() {
        let (_folder, cache) = open(7000);
        for (key, hours) in [("old", 5), ("older", 9), ("new", 1)] {
            cache.put(key, &speech(1000)).expect("puts");
            age(&cache, key, hours);
        }
        assert!(cache.get("older").is_some(), "this use counts");
        cache.put("newest", &speech(1000)).expect("puts");
        let kept: Vec<_> = ["old", "older", "new", "newest"]
            .into_iter()
            .filter(|key| cache.has(key))
            .collect();
        assert_eq!(kept, ["older", "new", "newest"]);
    }

    #[test]
    fn what_is_larger_than_the_cache_is_not_kept() {
        let (_folder, cache) = open(1000);
        cache.put("a", &speech(1000)).expect("no error");
        assert!(!cache.has("a"));
    }

    #[test]
    fn many_writers_and_readers_share_a_folder() {
        let (folder, _) = open(1 << 20);
        std::thread::scope(|scope| {
            for writer in 0..4 {
                let folder = folder.path();
                scope.spawn(move || {
                    let cache = SpeechCache::open(folder, 60_000).expect("opens");
                    for turn in 0..50 {
                        let key = format!("{}", (writer + turn) % 40);
                        cache.put(&key, &speech(1000)).expect("puts");
                        if let Some(got) = cache.get(&key) {
                            assert_eq!(got.samples.len(), 1000);
                        }
                    }
                });
            }
        });
        let used: u64 = fs::read_dir(folder.path())
            .expect("a folder")
            .flatten()
            .map(|entry| entry.metadata().expect("data").len())
            .sum();
        assert!(used <= 4 * 60_000, "{used}");
    }
}
