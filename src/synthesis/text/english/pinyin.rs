//! Chinese names and words inside English (*hukou*, *dibao*, *Shijingshan*), as an English
//! speaker who has learned to read pinyin says them.

use crate::text::pinyin::Syllable;

/// The longest pinyin syllable: *zhuang*.
const LONGEST: usize = 6;

/// The sounds of a word that is made of pinyin syllables, at least two of them or one of
/// four letters.
pub(super) fn read(word: &str) -> Option<String> {
    let lower = word.to_ascii_lowercase();
    let syllables = split(&lower)?;
    if syllables.len() < 2 && word.len() < 4 {
        return None;
    }
    let sounds = syllables.iter().enumerate().map(|(i, s)| {
        let sounds = sounds(*s);
        if i == 0 {
            super::stress::mark_first_vowel(&sounds, 'ˈ')
        } else {
            sounds
        }
    });
    Some(sounds.collect())
}

/// The word cut into as few syllables as possible.
fn split(word: &str) -> Option<Vec<Syllable>> {
    if word.is_empty() || word.len() > 30 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return None;
    }
    // best[i]: how the first i letters are cut.
    let mut best: Vec<Option<Vec<Syllable>>> = vec![None; word.len() + 1];
    best[0] = Some(Vec::new());
    for end in 1..=word.len() {
        for start in end.saturating_sub(LONGEST)..end {
            let Some(before) = &best[start] else { continue };
            let Some(syllable) = Syllable::parse(&format!("{}5", &word[start..end])).filter(|s| {
                s.exists() && !s.rime().is_empty() && s.rime() != "m" && s.toneless() != "ng"
            }) else {
                continue;
            };
            if best[end]
                .as_ref()
                .is_none_or(|found| before.len() + 1 < found.len())
            {
                best[end] = Some(before.iter().copied().chain([syllable]).collect());
            }
        }
    }
    best.pop()?
}

fn sounds(syllable: Syllable) -> String {
    let initial = match syllable.initial() {
        "g" => "ɡ",
        "j" | "zh" => "ʤ",
        "q" | "ch" => "ʧ",
        "x" | "sh" => "ʃ",
        "r" => "ɹ",
        "z" => "dz",
        "c" => "ts",
        other => other,
    };
    let rime = match (syllable.initial(), syllable.rime()) {
        ("zh" | "ch" | "sh" | "r", "i") => "ɜɹ",
        ("z" | "c" | "s", "i") => "ə",
        ("j" | "q" | "x", "ü") => "u",
        ("j" | "q" | "x", "üan") => "uɑn",
        ("j" | "q" | "x", "üe") => "uɛ",
        ("j" | "q" | "x", "ün") => "un",
        ("j" | "q" | "x", "iong") => "ʊŋ",
        (_, rime) => rime_sounds(rime),
    };
    format!("{initial}{rime}")
}

fn rime_sounds(rime: &str) -> &'static str {
    match rime {
        "a" => "ɑ",
        "ai" => "I",
        "an" => "ɑn",
        "ang" => "ɑŋ",
        "ao" => "W",
        "e" => "ə",
        "ei" => "A",
        "en" => "ən",
        "eng" => "əŋ",
        "er" => "ɑɹ",
        "i" => "i",
        "ia" => "jɑ",
        "ian" => "jɛn",
        "iang" => "jɑŋ",
        "iao" => "jW",
        "ie" => "jɛ",
        "in" => "ɪn",
        "ing" => "ɪŋ",
        "io" | "iou" => "jO",
        "iong" => "jʊŋ",
        "o" | "uo" => "wɔ",
        "ong" => "ʊŋ",
        "ou" => "O",
        "u" => "u",
        "ua" => "wɑ",
        "uai" => "wI",
        "uan" => "wɑn",
        "uang" => "wɑŋ",
        "uei" => "wA",
        "uen" => "wən",
        "ueng" => "wəŋ",
        "ü" => "ju",
        "üan" => "juɑn",
        "üe" => "juɛ",
        "ün" => "jun",
        _ => "ə",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_pinyin() {
        #[track_caller]
        fn check(word: &str, sounds: Option<&str>) {
            assert_eq!(read(word).as_deref(), sounds, "{word}");
        }
        check("hukou", Some("hˈukO"));
        check("dibao", Some("dˈibW"));
        check("Shijingshan", Some("ʃˈɜɹʤɪŋʃɑn"));
        check("zhuang", Some("ʤwˈɑŋ"));
        check("xuzhou", Some("ʃˈuʤO"));
        check("me", None);
        check("street", None);
        check("", None);
    }
}
