//! What was said, if it was one of the sentences that are expected.
//!
//! A word or two is misheard more often than not, since nothing around it helps the
//! recogniser; but most of what is so short is a command. So Whisper's decoder is led along
//! the expected sentences only, and what it would rather have written at each place is its
//! loss: keyword spotting by constrained decoding. Dijkstra's search over the tokens finds the
//! sentence of the least loss, and evaluates few others.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::judge::sounds;
use crate::language::Language;
use crate::text::{common_subsequence, count_syllables, simplify};

/// Sentences that people are expected to say.
pub trait Phrases: Send + Sync + std::fmt::Debug {
    /// Whether a sentence begins with `text`, which may end within a word; punctuation, capitals
    /// and traditional characters say nothing. Every sentence begins with nothing.
    fn begins(&self, text: &str, language: Language) -> bool;

    /// Whether `text` is a sentence.
    fn is_whole(&self, text: &str, language: Language) -> bool;
}

/// Whether `heard`, which the free reading made, is so short that it may be a sentence that is
/// expected, and is none yet.
pub(super) fn is_worth_it(phrases: &dyn Phrases, heard: &str, language: Language) -> bool {
    count_syllables(heard) <= MOST_SYLLABLES && !phrases.is_whole(heard, language)
}

/// A sentence that may have been said.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Expected {
    pub text: String,
    /// The sum of what each token lost against the one that the decoder would have chosen in
    /// its place, in nats; 0 if it wrote the sentence by itself.
    pub loss: f32,
}

impl Expected {
    /// Whether it may stand for `heard`, which the free reading made of the same sound: it is
    /// as long, to a third, and lost little.
    pub fn stands_for(&self, heard: &str) -> bool {
        let (own, other) = (count_syllables(&self.text), count_syllables(heard));
        self.loss <= MOST_LOSS_A_SYLLABLE * own as f32
            && 3 * own >= 2 * other
            && 3 * other >= 2 * own
    }

    /// Whether it was said, although the free reading, `refused`, is not to be believed: it has
    /// two syllables or more, lost very little, and half of its sounds were read freely, too.
    /// A single syllable is like any other.
    pub fn is_behind(&self, refused: &str, language: Language) -> bool {
        let (own, other) = (sounds(&self.text, language), sounds(refused, language));
        own.len() >= 2
            && self.loss <= MOST_LOSS_ALONE * own.len() as f32
            && 2 * common_subsequence(&own, &other) >= own.len()
    }
}

/// The model's tokens.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    /// The bytes of the text tokens, one behind the other; a character may take several tokens.
    bytes: Vec<u8>,
    /// Where each ends.
    ends: Vec<usize>,
    /// Which of them are punctuation only.
    marks: Vec<bool>,
}

impl Vocabulary {
    /// Of the text tokens' bytes, in the order of their numbers, from 0.
    pub(super) fn new<'a>(texts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut vocabulary = Self::default();
        for text in texts {
            let is_mark =
                std::str::from_utf8(text).is_ok_and(|text| !text.contains(char::is_alphanumeric));
            vocabulary.bytes.extend_from_slice(text);
            vocabulary.ends.push(vocabulary.bytes.len());
            vocabulary.marks.push(is_mark);
        }
        vocabulary
    }

    fn text(&self, token: usize) -> &[u8] {
        let start = token.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start..self.ends[token]]
    }

    /// The logit of that no word follows: of punctuation, the end and timestamps together.
    /// `best` is the greatest of the logits.
    fn end(&self, logits: &[f32], best: f32) -> f32 {
        let (texts, special) = logits.split_at(self.marks.len());
        let marks = texts.iter().zip(&self.marks).filter(|(_, mark)| **mark);
        let ends = marks.map(|(logit, _)| logit).chain(special);
        best + ends.map(|logit| (logit - best).exp()).sum::<f32>().ln()
    }
}

/// What is heard with more syllables is no short command, and not compared.
pub const MOST_SYLLABLES: usize = 8;
/// A sentence that loses more was not said, nor one that loses more a syllable; chosen on
/// commands that had been missed and on names of services (`docs/recognition.md`).
const MOST_LOSS: f32 = 6.0;
const MOST_LOSS_A_SYLLABLE: f32 = 1.2;
/// The same where the free reading is not believed.
const MOST_LOSS_ALONE: f32 = 0.6;
/// How many beginnings of a length (in tokens) are followed: each costs about 6 ms.
const WIDTH: usize = 8;
/// The most tokens of a sentence.
const LONGEST: usize = 16;

/// A beginning of a sentence, or a whole one.
struct Path {
    loss: f32,
    tokens: Vec<i32>,
    bytes: Vec<u8>,
    ended: bool,
}

impl Ord for Path {
    /// The path of the least loss is the greatest.
    fn cmp(&self, other: &Self) -> Ordering {
        other.loss.total_cmp(&self.loss)
    }
}

impl PartialOrd for Path {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Path {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Path {}

/// The sentence of the least loss, if it loses at most [`MOST_LOSS`]. `next` gives the logits
/// of all tokens, special ones last, behind some; a difference of two logits is that of the
/// log-probabilities (natural).
///
/// # Errors
/// Those of `next`.
pub(super) fn search<E>(
    phrases: &dyn Phrases,
    language: Language,
    vocabulary: &Vocabulary,
    mut next: impl FnMut(&[i32]) -> Result<Vec<f32>, E>,
) -> Result<Option<Expected>, E> {
    let mut paths = BinaryHeap::from([Path {
        loss: 0.0,
        tokens: Vec::new(),
        bytes: Vec::new(),
        ended: false,
    }]);
    let mut followed = [0; LONGEST];
    while let Some(path) = paths.pop() {
        let so_far = readable(&path.bytes);
        if path.ended {
            return Ok(so_far.map(|text| Expected {
                text: match language {
                    Language::Zh => simplify(text),
                    Language::En => text.to_owned(),
                },
                loss: path.loss,
            }));
        }
        match followed.get_mut(path.tokens.len()) {
            Some(followed) if *followed < WIDTH => *followed += 1,
            _ => continue,
        }
        let logits = next(&path.tokens)?;
        let best = logits.iter().copied().fold(f32::MIN, f32::max);
        let loss_at = |logit: f32| path.loss + (best - logit).max(0.0);
        if so_far.is_some_and(|text| phrases.is_whole(text, language)) {
            let loss = loss_at(vocabulary.end(&logits, best));
            if loss <= MOST_LOSS {
                paths.push(Path {
                    loss,
                    tokens: path.tokens.clone(),
                    bytes: path.bytes.clone(),
                    ended: true,
                });
            }
        }
        for (token, (mark, logit)) in vocabulary.marks.iter().zip(&logits).enumerate() {
            let loss = loss_at(*logit);
            if loss > MOST_LOSS || *mark && path.tokens.is_empty() {
                continue;
            }
            let bytes = [&path.bytes, vocabulary.text(token)].concat();
            if readable(&bytes).is_some_and(|text| phrases.begins(text, language)) {
                let token = i32::try_from(token).unwrap_or_default();
                let tokens = path.tokens.iter().copied().chain([token]).collect();
                paths.push(Path {
                    loss,
                    tokens,
                    bytes,
                    ended: false,
                });
            }
        }
    }
    Ok(None)
}

/// The text of `bytes`, without a character that has only begun; `None` if they are no text.
fn readable(bytes: &[u8]) -> Option<&str> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&bytes[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    Some(text.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Listed(&'static [&'static str]);

    impl Phrases for Listed {
        fn begins(&self, text: &str, _: Language) -> bool {
            self.0.iter().any(|phrase| phrase.starts_with(text))
        }

        fn is_whole(&self, text: &str, _: Language) -> bool {
            self.0.contains(&text)
        }
    }

    /// The tokens of the toy model; the end comes last.
    fn vocabulary() -> Vocabulary {
        let (first, rest) = "步".as_bytes().split_at(1);
        let texts = ["下", "一", "夏", "做", "错", "了", "。"].map(str::as_bytes);
        Vocabulary::new(texts.into_iter().chain([first, rest]))
    }

    /// Finds the phrase when the model writes tokens with these probabilities, place by place.
    #[track_caller]
    fn check(said: &[&[(usize, f32)]], expected: Option<(&str, f32)>) {
        let phrases = Listed(&["下一步", "错了", "错"]);
        let vocabulary = vocabulary();
        let next = |tokens: &[i32]| -> Result<Vec<f32>, std::convert::Infallible> {
            let mut log_probs = vec![-20.0; vocabulary.marks.len() + 1];
            for (token, probability) in said[tokens.len().min(said.len() - 1)] {
                log_probs[*token] = probability.ln();
            }
            Ok(log_probs)
        };
        let Ok(found) = search(&phrases, Language::Zh, &vocabulary, next);
        match (found, expected) {
            (None, None) => {}
            (Some(found), Some((text, loss))) => {
                assert_eq!(found.text, text);
                assert!((found.loss - loss).abs() < 0.01, "{}", found.loss);
            }
            (found, _) => panic!("{found:?}"),
        }
    }

    #[test]
    fn the_nearest_phrase_is_found() {
        const END: usize = 9;
        // Written so by the model itself, with a character in two tokens and a mark behind it.
        let next_step: [&[(usize, f32)]; 5] = [
            &[(0, 0.9)],
            &[(1, 0.9)],
            &[(7, 0.9)],
            &[(8, 0.9)],
            &[(6, 0.5), (END, 0.5)],
        ];
        check(&next_step, Some(("下一步", 0.0)));
        // Another word is a little likelier at the beginning.
        let wrong: [&[(usize, f32)]; 3] = [&[(3, 0.6), (4, 0.3)], &[(5, 0.9)], &[(END, 0.9)]];
        check(&wrong, Some(("错了", 2_f32.ln())));
        let unlikely: [&[(usize, f32)]; 2] = [&[(3, 0.9), (4, 0.001)], &[(5, 0.9)]];
        check(&unlikely, None);
        // Nothing like a phrase.
        check(&[&[(2, 0.9)], &[(END, 0.9)]], None);
    }

    #[test]
    fn a_phrase_stands_for_what_is_as_long() {
        #[track_caller]
        fn check(text: &str, loss: f32, heard: &str, verdict: bool) {
            let text = text.to_owned();
            assert_eq!(Expected { text, loss }.stands_for(heard), verdict);
        }
        check("暂停了", 0.1, "三天啊", true);
        check("暂停了", 4.0, "三天啊", false);
        check("行", 0.0, "养老消费券", false);
        check("one", 0.0, "Wine.", true);
    }

    #[test]
    fn a_phrase_may_be_behind_what_is_not_believed() {
        #[track_caller]
        fn check(text: &str, loss: f32, refused: &str, verdict: bool) {
            let language = Language::of_text(text);
            let text = text.to_owned();
            let expected = Expected { text, loss };
            assert_eq!(expected.is_behind(refused, language), verdict);
        }
        check("多谢", 1.0, "多节。", true);
        check("就第一个吧", 0.0, "9.1.吧", true);
        check("go on", 0.5, "go one", true);
        // It lost too much; nothing of it was read; one syllable.
        check("多谢", 2.0, "多节。", false);
        check("你好", 0.0, "院后", false);
        check("对", 0.0, "对", false);
    }
}
