//! A word in the lexicon: as it stands, by its stem, with the little words that change
//! before a vowel. After misaki 0.9.4 (`en.py`, Apache-2.0), without its tagger.

use super::kind;
use super::letters;
use super::lexicon::{Entry, Lexicon};
use super::stress;

/// After these a t between vowels becomes the light t of *water*.
const BEFORE_LIGHT_T: &str = "AIOWYiuæɑəɛɪɹʊʌ";

/// A word and what is known of its surroundings.
#[derive(Clone, Copy)]
pub(super) struct Context<'a> {
    pub word: &'a str,
    pub before: Option<&'a str>,
    pub after: Option<&'a str>,
    /// Whether the next sound is a vowel; `None` at the end of a clause.
    pub vowel_next: Option<bool>,
}

/// The sounds of a word, if the lexicon knows it or its stem.
pub(super) fn find(lexicon: &Lexicon, context: Context<'_>) -> Option<String> {
    if !lexicon.is_there() {
        return None;
    }
    if let Some(sounds) = little_word(context) {
        return Some(sounds.into());
    }
    let word = context.word;
    let capitals = word.len() > 1 && word.bytes().all(|b| b.is_ascii_uppercase() || b == b'\'');
    let lower = word.to_ascii_lowercase();
    let known = known(lexicon, word, context).or_else(|| {
        let ordinary = capitals || lower[1..] == word[1..];
        ordinary.then(|| known(lexicon, &lower, context))?
    });
    // Short words in capitals are initials (SOS), not the plural of a word.
    let stemmed = || {
        if capitals && word.len() <= 4 {
            None
        } else {
            stem(lexicon, &lower, context)
        }
    };
    let american = || american(&lower).and_then(|word| known_or_stem(lexicon, &word, context));
    let sounds = known.or_else(stemmed).or_else(american)?;
    let begins_sentence = context.before.is_none();
    Some(match word.bytes().next() {
        _ if capitals && letters::spell(word) != sounds => stress::strengthen(&sounds),
        Some(b'A'..=b'Z') if !begins_sentence => stress::lift(&sounds),
        _ => sounds,
    })
}

/// Words whose sound hangs on what follows.
fn little_word(context: Context<'_>) -> Option<&'static str> {
    let last = context.after.is_none();
    Some(match context.word {
        "a" | "A" if !last => "ɐ",
        "a" | "A" => "ˈA",
        "an" | "An" => "ɐn",
        "am" if !last => "ɐm",
        "I" => "ˌI",
        "to" | "To" => match context.vowel_next {
            None => "tu",
            Some(false) => "tə",
            Some(true) => "tʊ",
        },
        "in" | "In" => {
            if last {
                "ˈɪn"
            } else {
                "ɪn"
            }
        }
        "the" | "The" if context.vowel_next == Some(true) => "ði",
        "the" | "The" => "ðə",
        _ => return None,
    })
}

/// A word that stands in the lexicon.
fn known(lexicon: &Lexicon, word: &str, context: Context<'_>) -> Option<String> {
    match lexicon.gold(word) {
        Some(Entry::Always(sounds)) => Some(sounds.to_string()),
        Some(Entry::ByKind(kinds)) => {
            let capitals = word.len() > 1 && word.bytes().all(|b| b.is_ascii_uppercase());
            // Initials that are also a word (ID, US): nothing stands there for the noun.
            if capitals && kinds.get("NOUN").is_some_and(Option::is_none) {
                return Some(letters::spell(word));
            }
            let guesses = kind::guess(context.before, context.word, context.after);
            let at_end = context.after.is_none().then_some("None");
            let chosen = at_end
                .iter()
                .chain(guesses)
                .find_map(|kind| kinds.get(*kind))
                .or_else(|| kinds.get("DEFAULT"));
            chosen?.as_deref().map(str::to_owned)
        }
        None => lexicon.silver(word).map(str::to_owned),
    }
}

fn known_or_stem(lexicon: &Lexicon, word: &str, context: Context<'_>) -> Option<String> {
    known(lexicon, word, context).or_else(|| stem(lexicon, word, context))
}

/// The American spelling of a word that may be written the British way.
fn american(word: &str) -> Option<String> {
    const SPELLINGS: [(&str, &str); 7] = [
        ("isation", "ization"),
        ("ising", "izing"),
        ("ised", "ized"),
        ("ises", "izes"),
        ("ise", "ize"),
        ("olment", "ollment"),
        ("our", "or"),
    ];
    SPELLINGS
        .iter()
        .find_map(|(british, american)| Some(format!("{}{american}", word.strip_suffix(british)?)))
}

/// Two words written as one (*grandchildren*), each of at least three letters.
pub(super) fn compound(lexicon: &Lexicon, word: &str) -> Option<String> {
    let word = word.to_ascii_lowercase();
    let part = |word| {
        known_or_stem(
            lexicon,
            word,
            Context {
                word,
                before: None,
                after: Some(""),
                vowel_next: None,
            },
        )
    };
    (3..word.len().saturating_sub(2))
        .rev()
        .filter(|&at| word.is_char_boundary(at))
        .find_map(|at| {
            Some(stress::compound(vec![
                part(&word[..at])?,
                part(&word[at..])?,
            ]))
        })
}

/// Plurals, past tenses, -ing forms and possessives of words in the lexicon.
fn stem(lexicon: &Lexicon, word: &str, context: Context<'_>) -> Option<String> {
    let find = |stem: &str| {
        if stem.len() > 1 {
            known(lexicon, stem, context)
        } else {
            None
        }
    };
    if let Some(base) = word.strip_suffix("'s") {
        return known_or_stem(lexicon, base, context).map(|sounds| with_s(&sounds));
    }
    if let Some(base) = word.strip_suffix('\'') {
        return known_or_stem(lexicon, base, context);
    }
    if let Some(base) = word.strip_suffix('s').filter(|base| !base.ends_with('s')) {
        let y = base.strip_suffix("ie").map(|base| format!("{base}y"));
        let sounds = find(base)
            .or_else(|| find(base.strip_suffix('e')?))
            .or_else(|| find(&y?));
        if let Some(sounds) = sounds {
            return Some(with_s(&sounds));
        }
    }
    if let Some(base) = word.strip_suffix('d').filter(|base| base.ends_with('e')) {
        let bare = &base[..base.len() - 1];
        let y = bare.strip_suffix('i').map(|bare| format!("{bare}y"));
        let sounds = find(base)
            .or_else(|| find(bare))
            .or_else(|| find(undoubled(bare)?))
            .or_else(|| find(&y?));
        if let Some(sounds) = sounds {
            return Some(with_ed(&sounds));
        }
    }
    if let Some(base) = word.strip_suffix("ing") {
        let sounds = find(base)
            .or_else(|| find(&format!("{base}e")))
            .or_else(|| find(undoubled(base)?));
        if let Some(sounds) = sounds {
            return Some(with_ing(&sounds));
        }
    }
    None
}

/// *stopp* → *stop*.
fn undoubled(word: &str) -> Option<&str> {
    let shorter = &word[..word.len().checked_sub(1)?];
    let last = word.bytes().last()?;
    (shorter.bytes().last() == Some(last) && b"bcdgklmnprstvxz".contains(&last)).then_some(shorter)
}

/// The sound of a plural or possessive s.
pub(super) fn with_s(stem: &str) -> String {
    match stem.chars().last() {
        Some(c) if "ptkfθ".contains(c) => format!("{stem}s"),
        Some(c) if "szʃʒʧʤ".contains(c) => format!("{stem}ᵻz"),
        _ => format!("{stem}z"),
    }
}

fn with_ed(stem: &str) -> String {
    match stem.chars().last() {
        Some(c) if "pkfθʃsʧ".contains(c) => format!("{stem}t"),
        Some('d') => format!("{stem}ᵻd"),
        Some('t') => format!("{}ᵻd", light_t(stem)),
        _ => format!("{stem}d"),
    }
}

fn with_ing(stem: &str) -> String {
    format!("{}ɪŋ", light_t(stem))
}

fn light_t(stem: &str) -> String {
    match stem.strip_suffix('t') {
        Some(before) if before.ends_with(|c| BEFORE_LIGHT_T.contains(c)) => format!("{before}ɾ"),
        _ => stem.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings() {
        assert_eq!(with_s("kˈɑɹd"), "kˈɑɹdz");
        assert_eq!(with_s("ˈɑfᵻs"), "ˈɑfᵻsᵻz");
        assert_eq!(with_ed("wˈɔk"), "wˈɔkt");
        assert_eq!(with_ed("wˈAt"), "wˈAɾᵻd");
        assert_eq!(with_ing("wˈAt"), "wˈAɾɪŋ");
        assert_eq!(undoubled("stopp"), Some("stop"));
        assert_eq!(undoubled("call"), Some("cal"));
        assert_eq!(undoubled("free"), None);
    }
}
