//! Stress marks, as misaki moves them.

/// Vowels in the notation of the lexicon.
pub(super) const VOWELS: &str = "AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻɐ";
/// Sounds that count twice when weights are compared.
const HEAVY: &str = "AIOQWYʤʧ";

/// Primary stress becomes secondary, secondary goes.
pub(super) fn weaken(sounds: &str) -> String {
    sounds.replace('ˌ', "").replace('ˈ', "ˌ")
}

/// A word without any stress gets a secondary one (a capital letter does that).
pub(super) fn lift(sounds: &str) -> String {
    if sounds.contains(['ˈ', 'ˌ']) {
        sounds.to_owned()
    } else {
        mark_first_vowel(sounds, 'ˌ')
    }
}

/// The strongest stress becomes primary (a word in capitals).
pub(super) fn strengthen(sounds: &str) -> String {
    if sounds.contains('ˈ') {
        sounds.to_owned()
    } else if sounds.contains('ˌ') {
        sounds.replace('ˌ', "ˈ")
    } else {
        mark_first_vowel(sounds, 'ˈ')
    }
}

/// Puts a mark before the first vowel, if there is one.
pub(super) fn mark_first_vowel(sounds: &str, mark: char) -> String {
    match sounds.find(|c| VOWELS.contains(c)) {
        Some(at) => format!("{}{mark}{}", &sounds[..at], &sounds[at..]),
        None => sounds.to_owned(),
    }
}

/// Joins the parts of a compound: where most parts have a primary stress, the lighter half
/// is weakened.
pub(super) fn compound(mut parts: Vec<String>) -> String {
    let stressed = parts.iter().filter(|part| part.contains('ˈ')).count();
    if parts.len() > 1 && stressed > parts.len().div_ceil(2) {
        let weight = |part: &str| {
            part.chars()
                .map(|c| if HEAVY.contains(c) { 2 } else { 1 })
                .sum::<usize>()
        };
        let mut order: Vec<_> = (0..parts.len()).collect();
        order.sort_by_key(|&i| (parts[i].contains('ˈ'), weight(&parts[i]), i));
        for &i in &order[..parts.len() / 2] {
            parts[i] = weaken(&parts[i]);
        }
    }
    parts.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stress_moves() {
        assert_eq!(weaken("pˈApˌɜɹ"), "pˌApɜɹ");
        assert_eq!(lift("ðæt"), "ðˌæt");
        assert_eq!(strengthen("nˌɑt"), "nˈɑt");
        assert_eq!(strengthen("ænd"), "ˈænd");
        assert_eq!(compound(vec!["wˈʌn".into(), "ˈɪnʧ".into()]), "wˌʌnˈɪnʧ");
    }
}
