//! Mandarin syllables → Kokoro's symbols, by the tables of misaki 0.9.4 (Apache-2.0), whose
//! Mandarin the voice was trained on; they go back to pinyin-to-ipa (S. Taubert, MIT).

use crate::text::pinyin::Syllable;

/// The final `i` after zh, ch, sh, r, z, c, s.
const BUZZED: &str = "ɨT";

/// The symbols of a syllable.
#[must_use]
pub fn phonemes(syllable: Syllable) -> String {
    let tone = match syllable.tone() {
        1 => "→",
        2 => "↗",
        3 => "↓",
        4 => "↘",
        _ => "",
    };
    // The interjections 噷 and 哼 have a plain h.
    if let ("h", "m" | "ng") = (syllable.initial(), syllable.rime()) {
        return format!("h{}", final_symbols(syllable.rime()).replace('T', tone));
    }
    let rime = match (syllable.initial(), syllable.rime()) {
        ("zh" | "ch" | "sh" | "r" | "z" | "c" | "s", "i") => BUZZED,
        ("n", "") => "T",
        ("", "o") => "ɔT",
        ("", "io") => "woT",
        (_, rime) => final_symbols(rime),
    };
    format!(
        "{}{}",
        initial_symbols(syllable.initial()),
        rime.replace('T', tone)
    )
}

fn initial_symbols(initial: &str) -> &'static str {
    match initial {
        "b" => "p",
        "p" => "pʰ",
        "m" => "m",
        "f" => "f",
        "d" => "t",
        "t" => "tʰ",
        "n" => "n",
        "l" => "l",
        "g" => "k",
        "k" => "kʰ",
        "h" => "x",
        "j" => "ʨ",
        "q" => "ʨʰ",
        "x" => "ɕ",
        "zh" => "ꭧ",
        "ch" => "ꭧʰ",
        "sh" => "ʂ",
        "r" => "ɻ",
        "z" => "ʦ",
        "c" => "ʦʰ",
        "s" => "s",
        _ => "",
    }
}

/// `T` marks the place of the tone.
fn final_symbols(rime: &str) -> &'static str {
    match rime {
        "a" => "aT",
        "ai" => "aiT",
        "an" => "aTn",
        "ang" => "aTŋ",
        "ao" => "auT",
        "e" => "ɤT",
        "ei" => "eiT",
        "en" => "əTn",
        "eng" => "əTŋ",
        "er" => "ɚT",
        "i" => "iT",
        "ia" => "jaT",
        "ian" => "jɛTn",
        "iang" => "jaTŋ",
        "iao" => "jauT",
        "ie" => "jeT",
        "in" => "iTn",
        "ing" => "iTŋ",
        "io" => "jɔT",
        "iong" => "jʊTŋ",
        "iou" => "jouT",
        "o" => "woT",
        "ong" => "ʊTŋ",
        "ou" => "ouT",
        "u" => "uT",
        "ua" => "waT",
        "uai" => "waiT",
        "uan" => "waTn",
        "uang" => "waTŋ",
        "uei" => "weiT",
        "uen" => "wəTn",
        "ueng" => "wəTŋ",
        "uo" => "woT",
        "ü" => "yT",
        "üan" => "ɥɛTn",
        "üe" => "ɥeT",
        "ün" => "yTn",
        "ê" => "ɛT",
        "m" => "mT",
        "ng" => "ŋT",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::super::vocabulary;
    use super::*;

    /// All syllables as misaki 0.9.4 writes them: `a1 a→` a line.
    const ORACLE: &str = include_str!("../../../tests/data/words/syllables.txt");

    #[test]
    fn every_syllable_is_written_as_the_reference_writes_it() {
        assert_eq!(ORACLE.lines().count(), 1549);
        for line in ORACLE.lines() {
            let (spelled, symbols) = line.split_once(' ').unwrap();
            let syllable = Syllable::parse(spelled).unwrap_or_else(|| panic!("{spelled}"));
            assert_eq!(phonemes(syllable), symbols, "{spelled}");
            assert!(symbols.chars().all(vocabulary::has), "{spelled}");
        }
    }
}
