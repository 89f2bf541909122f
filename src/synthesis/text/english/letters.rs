//! Initials: ID, CT, QR.

/// The names of the letters.
const NAMES: [&str; 26] = [
    "A",
    "bi",
    "si",
    "di",
    "i",
    "ɛf",
    "ʤi",
    "Aʧ",
    "I",
    "ʤA",
    "kA",
    "ɛl",
    "ɛm",
    "ɛn",
    "O",
    "pi",
    "kju",
    "ɑɹ",
    "ɛs",
    "ti",
    "ju",
    "vi",
    "dˈʌbᵊlju",
    "ɛks",
    "wI",
    "zi",
];

/// A word letter by letter, the last letter stressed most: ID is `ˌIdˈi`.
pub(super) fn spell(word: &str) -> String {
    let letters: Vec<_> = word.bytes().filter(u8::is_ascii_alphabetic).collect();
    let name = |(i, letter): (usize, &u8)| {
        let name = NAMES[usize::from(letter.to_ascii_lowercase() - b'a')].replace('ˈ', "");
        super::stress::mark_first_vowel(&name, if i + 1 == letters.len() { 'ˈ' } else { 'ˌ' })
    };
    letters.iter().enumerate().map(name).collect()
}

/// Whether a word looks like initials: short and in capitals, or without a vowel.
pub(in crate::synthesis::text) fn looks_like_initials(word: &str) -> bool {
    let vowel = word.contains(['a', 'e', 'i', 'o', 'u', 'y', 'A', 'E', 'I', 'O', 'U', 'Y']);
    let capitals = word.bytes().all(|b| b.is_ascii_uppercase());
    word.len() == 1 || !vowel || (capitals && word.len() <= 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spells() {
        assert_eq!(spell("ID"), "ˌIdˈi");
        assert_eq!(spell("W"), "dˈʌbᵊlju");
        assert_eq!(spell("b"), "bˈi");
    }

    #[test]
    fn initials() {
        for word in ["ID", "CT", "x", "pdf", "ICBC"] {
            assert!(looks_like_initials(word), "{word}");
        }
        for word in ["id", "card", "HELLO", "WeChat"] {
            assert!(!looks_like_initials(word), "{word}");
        }
    }
}
