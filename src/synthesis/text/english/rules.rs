//! Letters → sounds, for words that no list knows. Small on purpose: it makes a word
//! recognisable, not perfect.

use super::stress;

/// Endings that are read as a whole.
const ENDINGS: [(&str, &str); 24] = [
    ("tion", "ʃən"),
    ("sion", "ʒən"),
    ("cian", "ʃən"),
    ("cious", "ʃəs"),
    ("tious", "ʃəs"),
    ("cial", "ʃᵊl"),
    ("tial", "ʃᵊl"),
    ("ture", "ʧəɹ"),
    ("sure", "ʒəɹ"),
    ("ous", "əs"),
    ("ance", "əns"),
    ("ence", "əns"),
    ("ment", "mənt"),
    ("ness", "nəs"),
    ("less", "ləs"),
    ("able", "əbᵊl"),
    ("ible", "əbᵊl"),
    ("ful", "fᵊl"),
    ("age", "ɪʤ"),
    ("ing", "ɪŋ"),
    ("ity", "əɾi"),
    ("ly", "li"),
    ("er", "əɹ"),
    ("y", "i"),
];

/// Groups of letters that stand for one sound, longest first.
const GROUPS: [(&str, &str); 67] = [
    ("ough", "O"),
    ("augh", "ɔ"),
    ("eigh", "A"),
    ("tch", "ʧ"),
    ("dge", "ʤ"),
    ("igh", "I"),
    ("sch", "sk"),
    ("air", "ɛɹ"),
    ("ear", "ɪɹ"),
    ("eer", "ɪɹ"),
    ("our", "ɔɹ"),
    ("oor", "ɔɹ"),
    ("ire", "Iəɹ"),
    ("ore", "ɔɹ"),
    ("are", "ɛɹ"),
    ("ure", "jʊɹ"),
    ("eau", "O"),
    ("qu", "kw"),
    ("ch", "ʧ"),
    ("sh", "ʃ"),
    ("th", "θ"),
    ("ph", "f"),
    ("wh", "w"),
    ("gh", "ɡ"),
    ("ck", "k"),
    ("ng", "ŋ"),
    ("nk", "ŋk"),
    ("bb", "b"),
    ("cc", "k"),
    ("dd", "d"),
    ("ff", "f"),
    ("gg", "ɡ"),
    ("kk", "k"),
    ("ll", "l"),
    ("mm", "m"),
    ("nn", "n"),
    ("pp", "p"),
    ("rr", "ɹ"),
    ("ss", "s"),
    ("tt", "t"),
    ("vv", "v"),
    ("zz", "z"),
    ("ar", "ɑɹ"),
    ("er", "ɜɹ"),
    ("ir", "ɜɹ"),
    ("or", "ɔɹ"),
    ("ur", "ɜɹ"),
    ("ai", "A"),
    ("ay", "A"),
    ("au", "ɔ"),
    ("aw", "ɔ"),
    ("aa", "ɑ"),
    ("ae", "i"),
    ("ea", "i"),
    ("ee", "i"),
    ("ei", "A"),
    ("ey", "i"),
    ("eu", "u"),
    ("ew", "u"),
    ("ie", "i"),
    ("oa", "O"),
    ("oe", "O"),
    ("oi", "Y"),
    ("oy", "Y"),
    ("oo", "u"),
    ("ou", "W"),
    ("ow", "W"),
];

/// The sounds of a word by rule; never empty for a word with a letter in it.
pub(super) fn read(word: &str) -> String {
    let lower: String = word
        .to_ascii_lowercase()
        .chars()
        .filter(char::is_ascii_lowercase)
        .collect();
    let (stem, ending) = split_ending(&lower);
    let sounds = format!("{}{ending}", letters(stem, ending.is_empty()));
    match sounds.chars().any(|c| stress::VOWELS.contains(c)) {
        true => stress::mark_first_vowel(&sounds, 'ˈ'),
        false => super::letters::spell(&lower),
    }
}

/// Cuts off an ending, if enough of the word is left.
fn split_ending(word: &str) -> (&str, &'static str) {
    let has_vowel = |stem: &str| stem.contains(['a', 'e', 'i', 'o', 'u', 'y']);
    let found = ENDINGS.iter().find_map(|(ending, sounds)| {
        let stem = word
            .strip_suffix(ending)
            .filter(|stem| has_vowel(stem) && stem.len() > 1)?;
        Some((stem, *sounds))
    });
    found.unwrap_or((word, ""))
}

fn letters(word: &str, whole: bool) -> String {
    let mut sounds = String::new();
    let mut at = 0;
    while at < word.len() {
        let rest = &word[at..];
        let (length, sound) = silent(rest, at)
            .or_else(|| final_e(rest, at, whole))
            .or_else(|| {
                GROUPS
                    .iter()
                    .find(|(group, _)| rest.starts_with(group))
                    .map(|(group, sound)| (group.len(), *sound))
            })
            .unwrap_or_else(|| single(rest, at, whole));
        sounds.push_str(sound);
        at += length;
    }
    sounds
}

/// Pairs at the beginning of which the first letter is silent.
fn silent(rest: &str, at: usize) -> Option<(usize, &'static str)> {
    let pairs = [
        ("kn", "n"),
        ("gn", "n"),
        ("wr", "ɹ"),
        ("ps", "s"),
        ("wh", "w"),
        ("x", "z"),
    ];
    pairs
        .iter()
        .find(|(pair, _)| at == 0 && rest.starts_with(pair))
        .map(|(pair, sound)| (pair.len(), *sound))
}

/// The end of a word: a silent e after a consonant makes the vowel before it long.
fn final_e(rest: &str, at: usize, whole: bool) -> Option<(usize, &'static str)> {
    let mut letters = rest.chars();
    let (first, second) = (letters.next()?, letters.next());
    match (first, second, letters.as_str()) {
        ('e', None, _) if at > 0 && whole => Some((1, "")),
        ('l', Some('e'), "") if at > 0 && whole => Some((2, "ᵊl")),
        (vowel, Some(consonant), "e")
            if whole && is_vowel(vowel) && !is_vowel(consonant) && !"rwxy".contains(consonant) =>
        {
            Some((1, long(vowel)))
        }
        _ => None,
    }
}

fn is_vowel(letter: char) -> bool {
    "aeiou".contains(letter)
}

fn long(vowel: char) -> &'static str {
    match vowel {
        'a' => "A",
        'e' => "i",
        'i' => "I",
        'o' => "O",
        _ => "u",
    }
}

fn single(rest: &str, at: usize, whole: bool) -> (usize, &'static str) {
    let mut following = rest.chars();
    let letter = following.next().unwrap_or(' ');
    let next = following.next();
    let last = next.is_none() && whole;
    let soft = matches!(next, Some('e' | 'i' | 'y'));
    let open = last || next.is_some_and(is_vowel);
    let sound = match letter {
        'a' if last && at > 0 => "ə",
        'a' if open => "A",
        'a' => "æ",
        'b' => "b",
        'c' if soft => "s",
        'c' | 'k' | 'q' => "k",
        'd' => "d",
        'e' if open => "i",
        'e' => "ɛ",
        'f' => "f",
        'g' if soft => "ʤ",
        'g' => "ɡ",
        'h' => "h",
        'i' if last => "i",
        'i' if open => "I",
        'i' => "ɪ",
        'j' => "ʤ",
        'l' => "l",
        'm' => "m",
        'n' => "n",
        'o' if open => "O",
        'o' => "ɑ",
        'p' => "p",
        'r' => "ɹ",
        's' => "s",
        't' => "t",
        'u' if open => "u",
        'u' => "ʌ",
        'v' => "v",
        'w' => "w",
        'x' => "ks",
        'y' if at == 0 => "j",
        'y' => "ɪ",
        'z' => "z",
        _ => "",
    };
    (1, sound)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_by_rule() {
        #[track_caller]
        fn check(word: &str, sounds: &str) {
            assert_eq!(read(word), sounds, "{word}");
        }
        check("cat", "kˈæt");
        check("blick", "blˈɪk");
        check("snape", "snˈAp");
        check("knibble", "nˈɪbᵊl");
        check("chodder", "ʧˈɑdəɹ");
        check("florbation", "flˈɔɹbæʃən");
        check("phonk", "fˈɑŋk");
        check("geckly", "ʤˈɛkli");
        check("tst", "tˌiˌɛstˈi");
    }

    proptest::proptest! {
        #[test]
        fn every_word_has_sounds(word in "[a-zA-Z]{1,40}") {
            let sounds = read(&word);
            assert!(!sounds.is_empty());
            assert!(sounds.chars().all(crate::synthesis::text::is_symbol), "{word}: {sounds}");
        }
    }
}
