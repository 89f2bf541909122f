//! How words sound: Mandarin syllables and English consonants, and how near two of them are.
//!
//! A recogniser that mishears a quarter of the characters mishears only one syllable in
//! twelve, and then mostly for a near one: 医保 *yībǎo* becomes 一包 *yībāo*. So search
//! compares sounds, and near sounds cost little.
//!
//! The costs below are judgements after the usual confusions of southern Mandarin
//! (n/l, zh/z, ch/c, sh/s, f/h, r/l, -n/-ng) and articulatory nearness (aspiration, place);
//! they are not fitted to any recordings.

use std::sync::LazyLock;

use rphonetic::{DoubleMetaphone, Encoder};

use super::pinyin;

/// One unit of sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sound {
    /// A Mandarin syllable.
    Syllable(Syllable),
    /// An English consonant, or an initial vowel (`A`), in Double Metaphone's letters.
    Consonant(u8),
}

impl Sound {
    /// How far apart two sounds are: 0 (the same) to 1 (nothing in common).
    #[must_use]
    pub fn distance(self, other: Self) -> f32 {
        match (self, other) {
            (Self::Syllable(a), Self::Syllable(b)) => a.distance(b),
            (Self::Consonant(a), Self::Consonant(b)) => consonant_distance(a, b),
            _ => 1.0,
        }
    }
}

/// A Mandarin syllable, as numbers into `INITIALS` and `FINALS`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Syllable {
    initial: u8,
    rime: u8,
    /// 1 to 4; 5 is the light tone.
    tone: u8,
}

/// The initials of Mandarin; the first is "none".
const INITIALS: [&str; 22] = [
    "", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "zh", "ch", "sh",
    "r", "z", "c", "s",
];

/// The finals, written out in full (`iou`, not `iu`), with their medial, nucleus and coda.
/// `z` is the vowel of *zi* and *zhi*.
const FINALS: [(&str, char, char, char); 37] = [
    ("a", '-', 'a', '-'),
    ("o", '-', 'o', '-'),
    ("e", '-', 'e', '-'),
    ("er", '-', 'e', 'r'),
    ("z", '-', 'z', '-'),
    ("ai", '-', 'a', 'i'),
    ("ei", '-', 'e', 'i'),
    ("ao", '-', 'a', 'u'),
    ("ou", '-', 'o', 'u'),
    ("an", '-', 'a', 'n'),
    ("en", '-', 'e', 'n'),
    ("ang", '-', 'a', 'g'),
    ("eng", '-', 'e', 'g'),
    ("ong", 'u', 'e', 'g'),
    ("i", '-', 'i', '-'),
    ("ia", 'i', 'a', '-'),
    ("ie", 'i', 'e', '-'),
    ("iao", 'i', 'a', 'u'),
    ("iou", 'i', 'o', 'u'),
    ("ian", 'i', 'a', 'n'),
    ("in", '-', 'i', 'n'),
    ("iang", 'i', 'a', 'g'),
    ("ing", '-', 'i', 'g'),
    ("iong", 'ü', 'e', 'g'),
    ("u", '-', 'u', '-'),
    ("ua", 'u', 'a', '-'),
    ("uo", 'u', 'o', '-'),
    ("uai", 'u', 'a', 'i'),
    ("uei", 'u', 'e', 'i'),
    ("uan", 'u', 'a', 'n'),
    ("uen", 'u', 'e', 'n'),
    ("uang", 'u', 'a', 'g'),
    ("ueng", 'u', 'e', 'g'),
    ("ü", '-', 'ü', '-'),
    ("üe", 'ü', 'e', '-'),
    ("üan", 'ü', 'a', 'n'),
    ("ün", '-', 'ü', 'n'),
];

/// Pairs of initials that are easily taken for each other, with what confusing them costs.
/// Any other pair costs 1.
const NEAR_INITIALS: [(&str, &str, f32); 32] = [
    ("n", "l", 0.15),
    ("zh", "z", 0.1),
    ("ch", "c", 0.1),
    ("sh", "s", 0.1),
    ("f", "h", 0.3),
    ("r", "l", 0.3),
    ("b", "p", 0.4),
    ("d", "t", 0.4),
    ("g", "k", 0.4),
    ("zh", "ch", 0.4),
    ("z", "c", 0.4),
    ("zh", "c", 0.5),
    ("z", "ch", 0.5),
    ("j", "q", 0.4),
    ("q", "x", 0.5),
    ("j", "x", 0.6),
    ("zh", "j", 0.4),
    ("z", "j", 0.4),
    ("ch", "q", 0.4),
    ("c", "q", 0.4),
    ("sh", "x", 0.4),
    ("s", "x", 0.4),
    ("ch", "sh", 0.5),
    ("c", "s", 0.5),
    ("zh", "sh", 0.6),
    ("z", "s", 0.6),
    ("r", "", 0.5),
    ("r", "zh", 0.6),
    ("n", "m", 0.5),
    ("k", "h", 0.5),
    ("g", "h", 0.6),
    ("h", "", 0.6),
];

/// What mistaking only the tone costs: the recogniser hardly hears tones.
const TONE_COST: f32 = 0.06;

static INITIAL_COSTS: LazyLock<[[f32; 22]; 22]> = LazyLock::new(|| {
    let mut costs = [[1.0; 22]; 22];
    for (i, row) in costs.iter_mut().enumerate() {
        row[i] = 0.0;
    }
    let place = |name| INITIALS.iter().position(|&i| i == name).unwrap_or(0);
    for (a, b, cost) in NEAR_INITIALS {
        let (a, b) = (place(a), place(b));
        costs[a][b] = cost;
        costs[b][a] = cost;
    }
    costs
});

static FINAL_COSTS: LazyLock<[[f32; 37]; 37]> = LazyLock::new(|| {
    std::array::from_fn(|a| std::array::from_fn(|b| final_cost(FINALS[a], FINALS[b])))
});

/// The difference of two finals: the sum over medial, nucleus and coda, at most 1.
fn final_cost(a: (&str, char, char, char), b: (&str, char, char, char)) -> f32 {
    let pair = |x: char, y: char, near: &[(char, char, f32)], far: f32| {
        if x == y {
            return 0.0;
        }
        let found = near
            .iter()
            .find(|&&(p, q, _)| (p, q) == (x, y) || (q, p) == (x, y));
        found.map_or(far, |&(_, _, cost)| cost)
    };
    let medial = pair(a.1, b.1, &[('i', 'ü', 0.2), ('u', 'ü', 0.3)], 0.3);
    let nucleus = pair(
        a.2,
        b.2,
        &[
            ('o', 'e', 0.2),
            ('a', 'o', 0.4),
            ('a', 'e', 0.4),
            ('i', 'ü', 0.3),
            ('i', 'z', 0.3),
            ('i', 'e', 0.4),
            ('o', 'u', 0.3),
            ('u', 'ü', 0.4),
            ('e', 'z', 0.4),
        ],
        0.7,
    );
    let coda = pair(a.3, b.3, &[('n', 'g', 0.1)], 0.5);
    f32::min(1.0, medial + nucleus + coda)
}

impl Syllable {
    /// Of a syllable as it is read. `None` for interjections without a vowel (嗯).
    fn of(read: pinyin::Syllable) -> Option<Self> {
        let initial = read.initial();
        let rime = match (initial, read.rime()) {
            ("zh" | "ch" | "sh" | "r" | "z" | "c" | "s", "i") => "z",
            (_, "io") => "iou",
            (_, "ê") => "e",
            (_, rime) => rime,
        };
        Some(Self {
            initial: u8::try_from(INITIALS.iter().position(|&i| i == initial)?).ok()?,
            rime: u8::try_from(FINALS.iter().position(|f| f.0 == rime)?).ok()?,
            tone: read.tone(),
        })
    }

    /// How far apart two syllables are, 0 to 1: half for the initial, half for the final,
    /// and a little for the tone.
    #[must_use]
    pub fn distance(self, other: Self) -> f32 {
        let initial = INITIAL_COSTS[usize::from(self.initial)][usize::from(other.initial)];
        let rime = FINAL_COSTS[usize::from(self.rime)][usize::from(other.rime)];
        let tone = if self.tone == other.tone {
            0.0
        } else {
            TONE_COST
        };
        f32::min(1.0, 0.5 * initial + 0.5 * rime + tone)
    }

    /// Initial and final without the tone, such as `zhong`.
    #[must_use]
    pub fn toneless(self) -> String {
        format!(
            "{}{}",
            INITIALS[usize::from(self.initial)],
            FINALS[usize::from(self.rime)].0
        )
    }

    /// With the tone, such as `zhong1`.
    #[must_use]
    pub fn toned(self) -> String {
        format!("{}{}", self.toneless(), self.tone)
    }

    /// With the sounds that people and recognisers mix up made one: n = l = r, zh = z,
    /// ch = c, sh = s, f = h, -ng = -n.
    #[must_use]
    pub fn folded(self) -> String {
        let initial = match INITIALS[usize::from(self.initial)] {
            "n" | "r" => "l",
            "zh" => "z",
            "ch" => "c",
            "sh" => "s",
            "f" => "h",
            other => other,
        };
        let rime = match FINALS[usize::from(self.rime)].0 {
            "ong" | "ueng" => "uen",
            "iong" => "ün",
            other => other.strip_suffix('g').unwrap_or(other),
        };
        format!("{initial}{rime}")
    }
}

/// The syllables of the Chinese characters and Arabic digits in `text`, in order;
/// everything else is passed over.
#[must_use]
pub fn syllables(text: &str) -> Vec<Syllable> {
    let spoken = |c: char| {
        c.to_digit(10)
            .and_then(|d| DIGITS.get(d as usize).copied())
            .unwrap_or(c)
    };
    let text: String = text.chars().map(spoken).collect();
    pinyin::syllables(&text)
        .into_iter()
        .filter_map(Syllable::of)
        .collect()
}

/// Digits as they are read one by one.
const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// The Double Metaphone key of an English word (its first four sounds are not the limit:
/// the whole word is taken), such as `SKRT` for "security". Empty for anything but letters.
#[must_use]
pub fn phonetic_key(word: &str) -> String {
    static ENCODER: LazyLock<DoubleMetaphone> = LazyLock::new(|| DoubleMetaphone::new(Some(16)));
    if word.is_empty() || !word.bytes().all(|b| b.is_ascii_alphabetic()) {
        return String::new();
    }
    // Double Metaphone's first choice for the c of "social" and "special" is an s.
    let word = word.to_ascii_lowercase();
    ENCODER.encode(&word.replace("cia", "sha").replace("cio", "sho"))
}

/// Groups of consonants that are easily taken for each other, in Double Metaphone's letters
/// (`X` = sh, `0` = th).
const NEAR_CONSONANTS: [(&str, f32); 7] = [
    ("PB", 0.3),
    ("TD0", 0.3),
    ("KG", 0.3),
    ("FV", 0.3),
    ("SX", 0.4),
    ("JX", 0.4),
    ("MN", 0.4),
];

/// The first letter of the group that `consonant` is easily confused within.
#[must_use]
pub fn folded_consonant(consonant: u8) -> u8 {
    let group = NEAR_CONSONANTS
        .iter()
        .find(|(group, _)| group.as_bytes().contains(&consonant));
    group.map_or(consonant, |(group, _)| group.as_bytes()[0])
}

fn consonant_distance(a: u8, b: u8) -> f32 {
    if a == b {
        return 0.0;
    }
    let together = |group: &str| group.as_bytes().contains(&a) && group.as_bytes().contains(&b);
    NEAR_CONSONANTS
        .iter()
        .find(|(group, _)| together(group))
        .map_or(1.0, |&(_, cost)| cost)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(pinyin: &str) -> Syllable {
        Syllable::of(pinyin::Syllable::parse(pinyin).unwrap()).unwrap()
    }

    #[test]
    fn reads_syllables() {
        #[track_caller]
        fn check(text: &str, toned: &str) {
            let read: Vec<_> = syllables(text).into_iter().map(Syllable::toned).collect();
            assert_eq!(read.join(" "), toned, "{text}");
        }
        check("医保卡", "i1 bao3 ka3");
        check("去银行", "qü4 in2 hang2");
        check("打110", "da3 i1 i1 ling2");
        check("WiFi，水费！", "shuei3 fei4");
    }

    #[test]
    fn near_sounds_cost_little() {
        let distance = |a, b| parse(a).distance(parse(b));
        assert!(distance("yi1", "yi1") == 0.0);
        assert!(distance("bao3", "bao1") < 0.1);
        assert!(distance("zheng4", "zeng4") < 0.1);
        assert!(distance("lao3", "nao3") < 0.1);
        assert!(distance("jin1", "jing1") < 0.1);
        assert!(distance("ka3", "ma3") > 0.4);
        assert!(distance("shui3", "dian4") > 0.9);
    }

    #[test]
    fn folding() {
        let folded = |p| parse(p).folded();
        assert_eq!(folded("zheng4"), folded("zen4"));
        assert_eq!(folded("nian2"), folded("liang2"));
        assert_eq!(folded("hua1"), folded("hua4"));
        assert_ne!(folded("shui3"), folded("hui3"));
    }

    #[test]
    fn english_keys() {
        assert_eq!(phonetic_key("security"), "SKRT");
        assert_eq!(phonetic_key("bill"), phonetic_key("bell"));
        assert_eq!(phonetic_key("12345"), "");
        assert!(Sound::Consonant(b'P').distance(Sound::Consonant(b'B')) < 0.5);
    }
}
