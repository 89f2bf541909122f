//! The readings that staff keep: `knowledge/words/pronunciation.toml`.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use toml::de::{DeTable, DeValue};

use super::syllable::Syllable;
use crate::language::is_hanzi;

/// The bundled file, and the name that faults in it are reported under.
const BUNDLED: (&str, &str) = (
    "knowledge/words/pronunciation.toml",
    include_str!("../../../knowledge/words/pronunciation.toml"),
);

/// The English sounds that a reading between slashes may use: the notation of misaki's
/// lexicon (a capital letter is a diphthong: `A` as in *say*, `I` *my*, `O` *go*, `W` *now*,
/// `Y` *boy*), with `T` for the light t of *water*.
pub const ENGLISH_SOUNDS: &str = "AIOTWYbdfhijklmnpstuvwzæðŋɑɔəɛɜɡɪɹʃʊʌʒʤʧˈˌθᵊᵻ ";

/// How words are read that would be read wrongly otherwise.
#[derive(Debug, Clone, Default)]
pub struct Dictionary {
    mandarin: HashMap<String, Vec<Syllable>>,
    latin: HashMap<String, Vec<Syllable>>,
    english: HashMap<String, Respelling>,
    /// The length of the longest Mandarin word, in characters.
    longest: usize,
}

/// How an English word is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Respelling {
    /// As these ordinary words: `hoo koh`.
    Words(String),
    /// As these sounds, in the notation of [`ENGLISH_SOUNDS`].
    Sounds(String),
}

/// Something in the file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file.
    pub path: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong and what would be right.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path.display(), self.line, self.what)
    }
}

/// Why a pronunciation file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum DictionaryError {
    /// It is missing or cannot be read.
    #[error("cannot read the pronunciation file {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It has lines that make no sense; all of them.
    #[error("{} in the pronunciation file. The first: {}", count(.0.len()), first(.0))]
    Faults(Vec<Fault>),
}

fn count(n: usize) -> String {
    if n == 1 {
        "there is a fault".into()
    } else {
        format!("there are {n} faults")
    }
}

fn first(faults: &[Fault]) -> String {
    faults.first().map(ToString::to_string).unwrap_or_default()
}

impl Dictionary {
    /// The dictionary that comes with the program.
    #[must_use]
    pub fn bundled() -> &'static Self {
        static DICTIONARY: OnceLock<Dictionary> = OnceLock::new();
        // A test sees to it that the bundled file has no faults; what is right in it counts.
        DICTIONARY.get_or_init(|| Self::read(Path::new(BUNDLED.0), BUNDLED.1).0)
    }

    /// The bundled dictionary with the words of the file at `path` added; where both know a
    /// word, the file's reading counts.
    ///
    /// # Errors
    /// If the file cannot be read, or has a fault.
    pub fn load(path: &Path) -> Result<Self, DictionaryError> {
        let source = std::fs::read_to_string(path).map_err(|source| DictionaryError::Read {
            path: path.to_owned(),
            source,
        })?;
        let (own, faults) = Self::read(path, &source);
        if !faults.is_empty() {
            return Err(DictionaryError::Faults(faults));
        }
        let mut dictionary = Self::bundled().clone();
        dictionary.mandarin.extend(own.mandarin);
        dictionary.latin.extend(own.latin);
        dictionary.english.extend(own.english);
        dictionary.longest = dictionary.longest.max(own.longest);
        Ok(dictionary)
    }

    /// What `source` says, and what is wrong with it; `path` is only for naming the faults.
    #[must_use]
    pub fn read(path: &Path, source: &str) -> (Self, Vec<Fault>) {
        let mut dictionary = Self::default();
        let mut faults = Vec::new();
        let mut fault = |at: usize, what: String| {
            faults.push(Fault {
                path: path.to_owned(),
                line: line_at(source, at),
                what,
            });
        };
        match DeTable::parse(source) {
            Err(error) => fault(
                error.span().map_or(0, |span| span.start),
                error.message().to_owned(),
            ),
            Ok(tables) => {
                for (name, table) in tables.get_ref() {
                    let DeValue::Table(entries) = table.get_ref() else {
                        fault(
                            name.span().start,
                            format!(
                                "\"{}\" stands outside [zh], [latin] and [en]",
                                name.get_ref()
                            ),
                        );
                        continue;
                    };
                    for (word, reading) in entries {
                        let done = match reading.get_ref() {
                            DeValue::String(reading) => {
                                dictionary.add(name.get_ref(), word.get_ref(), reading)
                            }
                            _ => Err("a reading is a text between quotation marks".into()),
                        };
                        if let Err(what) = done {
                            fault(word.span().start, format!("\"{}\": {what}", word.get_ref()));
                        }
                    }
                }
            }
        }
        (dictionary, faults)
    }

    fn add(&mut self, table: &str, word: &str, reading: &str) -> Result<(), String> {
        match table {
            "zh" => {
                let length = word.chars().count();
                let syllables = parse_pinyin(reading)?;
                if let Some(odd) = syllables.iter().find(|s| !s.exists()) {
                    return Err(no_syllable(&odd.to_string()));
                }
                if !word.chars().all(is_hanzi) || length < 2 {
                    return Err("[zh] takes words of two or more Chinese characters".into());
                }
                if syllables.len() != length {
                    return Err(format!(
                        "{length} characters need {length} syllables, not {}",
                        syllables.len()
                    ));
                }
                self.longest = self.longest.max(length);
                self.mandarin.insert(word.into(), syllables);
            }
            "latin" => {
                self.latin.insert(latin_key(word)?, parse_pinyin(reading)?);
            }
            "en" => {
                self.english
                    .insert(latin_key(word)?, parse_respelling(reading)?);
            }
            other => {
                return Err(format!(
                    "there is no table [{other}]: use [zh], [latin] or [en]"
                ));
            }
        }
        Ok(())
    }

    /// The reading of a word of Chinese characters.
    #[must_use]
    pub fn mandarin(&self, word: &str) -> Option<&[Syllable]> {
        self.mandarin.get(word).map(Vec::as_slice)
    }

    /// The Mandarin reading of a Latin word or letter, in whatever case.
    #[must_use]
    pub fn latin(&self, word: &str) -> Option<&[Syllable]> {
        self.latin
            .get(&word.to_ascii_lowercase())
            .map(Vec::as_slice)
    }

    /// How an English word is read, in whatever case.
    #[must_use]
    pub fn english(&self, word: &str) -> Option<&Respelling> {
        self.english.get(&word.to_ascii_lowercase())
    }

    /// The entries whose word stands in `text` (the case of Latin letters left aside), in one line:
    /// two dictionaries that say the same of a text give the same line.
    #[must_use]
    pub fn bearing_on(&self, text: &str) -> String {
        let lower = text.to_ascii_lowercase();
        let stands = |word: &str| lower.contains(word);
        let syllables =
            |reading: &[Syllable]| -> String { reading.iter().map(ToString::to_string).collect() };
        let mandarin = self.mandarin.iter().filter(|(word, _)| stands(word));
        let latin = self.latin.iter().filter(|(word, _)| stands(word));
        let english = self.english.iter().filter(|(word, _)| stands(word));
        let mut entries: Vec<String> = mandarin
            .chain(latin)
            .map(|(word, reading)| format!("{word}={}", syllables(reading)))
            .chain(english.map(|(word, reading)| format!("{word}={reading:?}")))
            .collect();
        entries.sort_unstable();
        entries.join(" ")
    }

    /// The length of the longest Mandarin word, in characters.
    pub(super) fn longest(&self) -> usize {
        self.longest
    }
}

/// Latin words may need syllables that Mandarin does not have (*kei*, *fai*).
fn parse_pinyin(reading: &str) -> Result<Vec<Syllable>, String> {
    let syllable = |spelled| Syllable::parse(spelled).ok_or_else(|| no_syllable(spelled));
    let syllables: Vec<_> = reading
        .split_whitespace()
        .map(syllable)
        .collect::<Result<_, _>>()?;
    if syllables.is_empty() {
        Err("there is no reading".into())
    } else {
        Ok(syllables)
    }
}

fn no_syllable(spelled: &str) -> String {
    format!("\"{spelled}\" is no pinyin syllable; write it like chang2, lv4, de5")
}

fn latin_key(word: &str) -> Result<String, String> {
    let latin = word
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "-'&".contains(c));
    if latin && word.starts_with(|c: char| c.is_ascii_alphabetic()) {
        Ok(word.to_ascii_lowercase())
    } else {
        Err("[latin] and [en] take single words of Latin letters".into())
    }
}

fn parse_respelling(reading: &str) -> Result<Respelling, String> {
    if let Some(sounds) = reading.strip_prefix('/').and_then(|r| r.strip_suffix('/')) {
        return match sounds.chars().find(|c| !ENGLISH_SOUNDS.contains(*c)) {
            Some(c) => Err(format!(
                "\"{c}\" is not a sound of English; those are {ENGLISH_SOUNDS}"
            )),
            None if sounds.trim().is_empty() => Err("there is no reading".into()),
            None => Ok(Respelling::Sounds(sounds.into())),
        };
    }
    let words = reading
        .split_whitespace()
        .all(|w| w.chars().all(|c| c.is_ascii_alphabetic() || c == '\''));
    if words && !reading.trim().is_empty() {
        Ok(Respelling::Words(reading.into()))
    } else {
        Err("write ordinary English words that sound like it, or its sounds between slashes".into())
    }
}

fn line_at(source: &str, offset: usize) -> usize {
    source.bytes().take(offset).filter(|&b| b == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bundled_file_has_no_faults() {
        let (dictionary, faults) = Dictionary::read(Path::new(BUNDLED.0), BUNDLED.1);
        assert!(faults.is_empty(), "{faults:#?}");
        assert!(dictionary.mandarin("长护险").is_some());
        assert!(dictionary.latin("app").is_some());
        assert!(dictionary.english("wechat").is_some());
    }

    #[test]
    fn faults_name_file_and_line() {
        #[track_caller]
        fn check(source: &str, line: usize, what: &str) {
            let (_, faults) = Dictionary::read(Path::new("words.toml"), source);
            let [fault] = faults.as_slice() else {
                panic!("{faults:?}")
            };
            assert_eq!(fault.line, line);
            assert!(
                fault
                    .to_string()
                    .starts_with(&format!("words.toml:{line}: "))
            );
            assert!(fault.what.contains(what), "{fault}");
        }
        check(
            "[zh]\n\n\"长护险\" = \"chang2 hu4\"",
            3,
            "3 characters need 3 syllables, not 2",
        );
        check(
            "[zh]\n\"银行\" = \"yin2 hank2\"",
            2,
            "\"hank2\" is no pinyin syllable",
        );
        check(
            "[zh]\n\"银行\" = \"yin2 bua2\"",
            2,
            "\"bua2\" is no pinyin syllable",
        );
        check(
            "[zh]\n\"银行\" = \"yin hang\"",
            2,
            "\"yin\" is no pinyin syllable",
        );
        check("[zh]\n\"行\" = \"hang2\"", 2, "two or more");
        check("[zh]\n\"APP\" = \"a1\"", 2, "Chinese characters");
        check("[zh]\n\"银行\" = 2", 2, "quotation marks");
        check("[zh]\n\"银行\" = \"\"", 2, "no reading");
        check("[latin]\n\"银行\" = \"yin2\"", 2, "Latin letters");
        check("[en]\nhukou = \"/hˈu€O/\"", 2, "€");
        check("[en]\nhukou = \"12\"", 2, "ordinary English words");
        check("[de]\nx = \"y\"", 2, "[de]");
        check("x = \"y\"", 1, "outside");
        check("[zh]\n\"银行 = \"yin2\"", 2, "");
    }

    #[test]
    fn a_file_adds_and_overrides() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(
            file.path(),
            "[zh]\n\"长护险\" = \"zhang3 hu4 xian3\"\n\"重阳里\" = \"chong2 yang2 li3\"\n",
        )
        .unwrap();
        let dictionary = Dictionary::load(file.path()).unwrap();
        assert_eq!(
            dictionary.mandarin("长护险").unwrap()[0].to_string(),
            "zhang3"
        );
        assert!(dictionary.mandarin("重阳里").is_some());
        assert!(dictionary.latin("app").is_some());
    }

    #[test]
    fn only_the_words_in_a_text_bear_on_it() {
        let read = |source: &str| Dictionary::read(Path::new("own.toml"), source).0;
        let one = read(
            "[zh]\n\"银行\" = \"yin2 hang2\"\n\"重办\" = \"chong2 ban4\"\n[latin]\napp = \"a1 pu3\"\n",
        );
        let other = read(
            "[zh]\n\"银行\" = \"yin2 hang2\"\n\"重办\" = \"zhong4 ban4\"\n[latin]\napp = \"ei1 pi1 pi1\"\n",
        );
        assert_eq!(one.bearing_on("去银行"), other.bearing_on("去银行"));
        assert_ne!(one.bearing_on("去银行重办"), other.bearing_on("去银行重办"));
        assert_ne!(one.bearing_on("下载APP"), other.bearing_on("下载APP"));
        assert_eq!(one.bearing_on("您好"), "");
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = Dictionary::load(Path::new("no/such/words.toml")).unwrap_err();
        assert!(error.to_string().contains("no/such/words.toml"), "{error}");
    }
}
