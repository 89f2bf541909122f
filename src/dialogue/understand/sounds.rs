//! How far apart two tokens sound, from 0 (the same) to 1 (nothing in common).

use super::tokens::Token;
use crate::text::pinyin::Syllable;

/// Initials that older speakers' regional pronunciation and recognisers mix up most:
/// flat and retroflex, n and l, f and h, and pairs that differ in breath only.
const NEAR_INITIALS: &[(&str, &str, f32)] = &[
    ("z", "zh", 0.15),
    ("c", "ch", 0.15),
    ("s", "sh", 0.15),
    ("n", "l", 0.2),
    ("f", "h", 0.3),
    ("r", "l", 0.3),
    ("b", "p", 0.3),
    ("d", "t", 0.3),
    ("g", "k", 0.3),
    ("j", "q", 0.3),
    ("zh", "ch", 0.3),
    ("z", "c", 0.3),
    ("j", "zh", 0.35),
    ("q", "ch", 0.35),
    ("x", "sh", 0.35),
    ("j", "z", 0.4),
    ("q", "c", 0.4),
    ("x", "s", 0.4),
    ("g", "h", 0.4),
    ("k", "h", 0.4),
];

/// Finals that are mixed up: front and back nasals above all.
const NEAR_RIMES: &[(&str, &str, f32)] = &[
    ("an", "ang", 0.15),
    ("en", "eng", 0.15),
    ("in", "ing", 0.15),
    ("ian", "iang", 0.2),
    ("uan", "uang", 0.2),
    ("uen", "ueng", 0.2),
    ("ong", "eng", 0.3),
    ("e", "o", 0.3),
    ("e", "uo", 0.3),
    ("o", "uo", 0.1),
    ("i", "ü", 0.3),
    ("ian", "üan", 0.3),
    ("ie", "üe", 0.3),
    ("in", "ün", 0.3),
    ("ai", "ei", 0.4),
    ("an", "ian", 0.4),
    ("ao", "iao", 0.4),
    ("ou", "iou", 0.4),
    ("uei", "ei", 0.3),
    ("uen", "en", 0.3),
    ("en", "an", 0.5),
    ("i", "in", 0.5),
    ("i", "ei", 0.5),
    ("u", "ou", 0.5),
];

/// A syllable of another tone.
const TONE: f32 = 0.05;
/// A homophone in other characters.
const HOMOPHONE: f32 = 0.05;

/// How far `heard` is from what a template says.
pub(super) fn distance(heard: &Token, said: &str, sound: Option<Syllable>) -> f32 {
    if heard.text == said {
        return 0.0;
    }
    match (heard.syllable, sound) {
        (Some(a), Some(b)) => syllables_apart(a, b),
        (None, None) => words_apart(&heard.text, said),
        _ => 1.0,
    }
}

fn syllables_apart(a: Syllable, b: Syllable) -> f32 {
    let initial = near(NEAR_INITIALS, a.initial(), b.initial()).unwrap_or(0.6);
    let rime = near(NEAR_RIMES, a.rime(), b.rime()).unwrap_or(0.8);
    let tone = if a.tone() == b.tone() { 0.0 } else { TONE };
    (HOMOPHONE + initial + rime + tone).min(1.0)
}

fn near(table: &[(&str, &str, f32)], a: &str, b: &str) -> Option<f32> {
    if a == b {
        return Some(0.0);
    }
    let pair = |(x, y, _): &&(&str, &str, f32)| (*x == a && *y == b) || (*x == b && *y == a);
    table.iter().find(pair).map(|(.., distance)| *distance)
}

/// English words: by spelling, which is near the sound for the words commands are made of.
fn words_apart(a: &str, b: &str) -> f32 {
    let longest = a.chars().count().max(b.chars().count());
    let edits = edits(a, b);
    match (longest, edits) {
        (4.., 1) => 0.3,
        (7.., 2) => 0.4,
        _ => 1.0,
    }
}

/// Levenshtein's distance.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokens;
    use super::*;

    #[test]
    fn mixed_up_sounds_are_near() {
        #[track_caller]
        fn check(heard: &str, said: &str, nearer_than: f32) {
            let (heard, said) = (tokens(heard, true), tokens(said, true));
            let said = &said.tokens[0];
            let distance = distance(&heard.tokens[0], &said.text, said.syllable);
            assert!(distance < nearer_than, "{distance}");
        }
        check("步", "步", 0.01);
        check("部", "步", 0.06);
        check("不", "步", 0.11);
        check("升", "声", 0.06);
        check("森", "声", 0.4);
        check("能", "冷", 0.4);
    }

    #[test]
    fn words_by_spelling() {
        assert_eq!(edits("kitten", "sitting"), 3);
        assert!(words_apart("lowder", "louder") < 0.5);
        assert!(words_apart("stop", "step") < 0.5);
        assert_eq!(words_apart("no", "go"), 1.0);
    }
}
