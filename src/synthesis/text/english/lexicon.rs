//! misaki's lexicon of American English (Apache-2.0): 90,000 checked words and as many
//! less sure ones, in the notation that Kokoro was trained on.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use serde::Deserialize;

/// The checked words, and the others.
const FILES: [&str; 2] = ["us_gold.json", "us_silver.json"];

/// The English words, read from their files when the first one is needed (about a third of
/// a second). The default knows none.
#[derive(Debug, Clone, Default)]
pub struct Lexicon(Option<Arc<Files>>);

#[derive(Debug)]
struct Files {
    folder: PathBuf,
    /// The files' lengths in bytes.
    lengths: [u64; 2],
    tables: OnceLock<Tables>,
}

/// The words of both files.
#[derive(Debug, Default)]
struct Tables {
    gold: HashMap<Box<str>, Entry>,
    silver: HashMap<Box<str>, Box<str>>,
}

/// How a word is read: always the same, or by the kind of word it is in the sentence.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Entry {
    /// One reading.
    Always(Box<str>),
    /// By misaki's names (`DEFAULT`, `NOUN`, `VERB`, `ADJ`, `VBD` …); nothing means: by its letters.
    ByKind(HashMap<Box<str>, Option<Box<str>>>),
}

/// Why the lexicon cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LexiconError {
    /// A file is not there.
    #[error("the English word list {0} is missing: `wenlu models fetch` brings it")]
    Missing(PathBuf),
}

impl Lexicon {
    /// The lexicon in `folder` (`us_gold.json` and `us_silver.json`), not yet read. A file
    /// that turns out to be damaged counts as empty and is reported in the log.
    ///
    /// # Errors
    /// If one of the files is missing.
    pub fn open(folder: &Path) -> Result<Self, LexiconError> {
        let length = |file: &str| {
            let path = folder.join(file);
            match path.metadata() {
                Ok(data) if data.is_file() => Ok(data.len()),
                _ => Err(LexiconError::Missing(path)),
            }
        };
        let [gold, silver] = FILES.map(length);
        Ok(Self(Some(Arc::new(Files {
            folder: folder.to_owned(),
            lengths: [gold?, silver?],
            tables: OnceLock::new(),
        }))))
    }

    /// What tells this lexicon from another one: its files' lengths.
    pub(in crate::synthesis::text) fn edition(&self) -> String {
        self.0.as_ref().map_or_else(String::new, |files| {
            files.lengths.map(|length| length.to_string()).join("+")
        })
    }

    /// Whether it knows any words at all.
    pub(super) fn is_there(&self) -> bool {
        self.tables().is_some_and(|tables| !tables.gold.is_empty())
    }

    /// A checked word; one that begins with a capital letter counts like one that does not.
    pub(super) fn gold(&self, word: &str) -> Option<&Entry> {
        let gold = &self.tables()?.gold;
        gold.get(word)
            .or_else(|| gold.get(other_case(word)?.as_str()))
    }

    /// A word of the second list.
    pub(super) fn silver(&self, word: &str) -> Option<&str> {
        let silver = &self.tables()?.silver;
        silver
            .get(word)
            .or_else(|| silver.get(other_case(word)?.as_str()))
            .map(AsRef::as_ref)
    }

    fn tables(&self) -> Option<&Tables> {
        let files = self.0.as_deref()?;
        Some(files.tables.get_or_init(|| Tables {
            gold: read(&files.folder.join(FILES[0])),
            silver: read(&files.folder.join(FILES[1])),
        }))
    }
}

/// `Call` for `call` and the other way round; `None` for other words.
fn other_case(word: &str) -> Option<String> {
    let first = word.chars().next()?;
    let rest = &word[first.len_utf8()..];
    if rest.is_empty() || rest.chars().any(char::is_uppercase) {
        None
    } else if first.is_uppercase() {
        Some(first.to_lowercase().chain(rest.chars()).collect())
    } else {
        Some(first.to_uppercase().chain(rest.chars()).collect())
    }
}

fn read<T: for<'a> Deserialize<'a>>(path: &Path) -> HashMap<Box<str>, T> {
    let words = std::fs::read(path).map_err(|error| error.to_string());
    let words =
        words.and_then(|json| serde_json::from_slice(&json).map_err(|error| error.to_string()));
    words.unwrap_or_else(|error| {
        tracing::error!(
            "cannot read the English words in {}: {error}",
            path.display()
        );
        HashMap::new()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_named() {
        let error = Lexicon::open(Path::new("no/such/folder")).unwrap_err();
        assert!(error.to_string().contains("us_gold.json"), "{error}");
    }

    #[test]
    fn a_damaged_file_counts_as_empty() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILES[0]), "{\"cat\":").unwrap();
        std::fs::write(folder.path().join(FILES[1]), "{\"dog\":\"dˈɔɡ\"}").unwrap();
        let lexicon = Lexicon::open(folder.path()).unwrap();
        assert!(!lexicon.is_there());
        assert_eq!(lexicon.silver("Dog"), Some("dˈɔɡ"));
    }
}
