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

use pinyin::ToPinyin;
use rphonetic::{DoubleMetaphone, Encoder};

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

/// A Mandarin syllable, as numbers into [`INITIALS`] and [`FINALS`].
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
/// `v` is ü; the nucleus `z` is the vowel of *zi* and *zhi*.
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
    ("iong", 'v', 'e', 'g'),
    ("u", '-', 'u', '-'),
    ("ua", 'u', 'a', '-'),
    ("uo", 'u', 'o', '-'),
    ("uai", 'u', 'a', 'i'),
    ("uei", 'u', 'e', 'i'),
    ("uan", 'u', 'a', 'n'),
    ("uen", 'u', 'e', 'n'),
    ("uang", 'u', 'a', 'g'),
    ("ueng", 'u', 'e', 'g'),
    ("v", '-', 'v', '-'),
    ("ve", 'v', 'e', '-'),
    ("van", 'v', 'a', 'n'),
    ("vn", '-', 'v', 'n'),
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
    let medial = pair(a.1, b.1, &[('i', 'v', 0.2), ('u', 'v', 0.3)], 0.3);
    let nucleus = pair(
        a.2,
        b.2,
        &[
            ('o', 'e', 0.2),
            ('a', 'o', 0.4),
            ('a', 'e', 0.4),
            ('i', 'v', 0.3),
            ('i', 'z', 0.3),
            ('i', 'e', 0.4),
            ('o', 'u', 0.3),
            ('u', 'v', 0.4),
            ('e', 'z', 0.4),
        ],
        0.7,
    );
    let coda = pair(a.3, b.3, &[('n', 'g', 0.1)], 0.5);
    f32::min(1.0, medial + nucleus + coda)
}

impl Syllable {
    /// Reads pinyin with the tone as a number at its end (none: light), such as `zhong1`,
    /// `nv3`, `yi`.
    #[must_use]
    pub fn parse(pinyin: &str) -> Option<Self> {
        let digits = pinyin.len() - pinyin.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        let (plain, tone) = pinyin.split_at(pinyin.len() - digits);
        let tone = tone
            .parse()
            .ok()
            .filter(|t| (1..=5).contains(t))
            .unwrap_or(5);
        let plain = plain.replace('ü', "v");
        let (initial, rest) = split_initial(&plain)?;
        let written_out = match (initial, rest) {
            ("zh" | "ch" | "sh" | "r" | "z" | "c" | "s", "i") => "z".to_owned(),
            ("j" | "q" | "x", rest) if rest.starts_with('u') => rest.replacen('u', "v", 1),
            ("y", rest) if rest.starts_with('u') => rest.replacen('u', "v", 1),
            ("y", rest) if rest.starts_with('i') => rest.to_owned(),
            ("y", rest) => format!("i{rest}"),
            ("w", rest) if rest.starts_with('u') => rest.to_owned(),
            ("w", rest) => format!("u{rest}"),
            (_, rest) => rest.to_owned(),
        };
        let rime = match written_out.as_str() {
            "iu" => "iou",
            "ui" => "uei",
            "un" => "uen",
            "io" => "ou",
            "ue" => "ve",
            other => other,
        };
        let initial = if matches!(initial, "y" | "w") {
            ""
        } else {
            initial
        };
        Some(Self {
            initial: u8::try_from(INITIALS.iter().position(|&i| i == initial)?).ok()?,
            rime: u8::try_from(FINALS.iter().position(|f| f.0 == rime)?).ok()?,
            tone,
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
            "iong" => "vn",
            other => other.strip_suffix('g').unwrap_or(other),
        };
        format!("{initial}{rime}")
    }
}

fn split_initial(plain: &str) -> Option<(&str, &str)> {
    let longest = INITIALS
        .iter()
        .chain(&["y", "w"])
        .filter(|i| plain.starts_with(**i))
        .max_by_key(|i| i.len())?;
    Some(plain.split_at(longest.len()))
}

/// Words of city services whose reading differs from the most usual one of a character.
const READINGS: [(&str, &[&str]); 12] = [
    ("银行", &["yin2", "hang2"]),
    ("行业", &["hang2", "ye4"]),
    ("家长", &["jia1", "zhang3"]),
    ("院长", &["yuan4", "zhang3"]),
    ("重新", &["chong2", "xin1"]),
    ("重置", &["chong2", "zhi4"]),
    ("调整", &["tiao2", "zheng3"]),
    ("空调", &["kong1", "tiao2"]),
    ("音乐", &["yin1", "yue4"]),
    ("睡觉", &["shui4", "jiao4"]),
    ("便宜", &["pian2", "yi5"]),
    ("供养", &["gong1", "yang3"]),
];

/// The syllables of the Chinese characters and Arabic digits in `text`, in order;
/// everything else is passed over.
#[must_use]
pub fn syllables(text: &str) -> Vec<Syllable> {
    let mut syllables = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some((word, readings)) = READINGS.iter().find(|(word, _)| rest.starts_with(word)) {
            syllables.extend(readings.iter().filter_map(|r| Syllable::parse(r)));
            rest = &rest[word.len()..];
            continue;
        }
        let spoken = c
            .to_digit(10)
            .and_then(|d| "零一二三四五六七八九".chars().nth(d as usize))
            .unwrap_or(c);
        syllables.extend(
            spoken
                .to_pinyin()
                .and_then(|p| Syllable::parse(p.with_tone_num_end())),
        );
        rest = &rest[c.len_utf8()..];
    }
    syllables
}

/// The Double Metaphone key of an English word (its first four sounds are not the limit:
/// the whole word is taken), such as `SKRT` for "security". Empty for anything but letters.
#[must_use]
pub fn phonetic_key(word: &str) -> String {
    static ENCODER: LazyLock<DoubleMetaphone> = LazyLock::new(|| DoubleMetaphone::new(Some(16)));
    if word.is_empty() || !word.bytes().all(|b| b.is_ascii_alphabetic()) {
        return String::new();
    }
    ENCODER.encode(word)
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

    #[test]
    fn every_reading_of_the_crate_parses() {
        for c in '\u{4e00}'..='\u{9fff}' {
            if let Some(p) = c.to_pinyin() {
                let plain = p.plain();
                // Interjections without a vowel (呣 m, 嗯 n, 哼 hng) and ê are no syllables here.
                if plain.chars().any(|c| "aeiouvü".contains(c)) {
                    assert!(
                        Syllable::parse(p.with_tone_num_end()).is_some(),
                        "{c} {plain}"
                    );
                }
            }
        }
    }

    #[test]
    fn reads_syllables() {
        #[track_caller]
        fn check(text: &str, toned: &str) {
            let read: Vec<_> = syllables(text).into_iter().map(Syllable::toned).collect();
            assert_eq!(read.join(" "), toned, "{text}");
        }
        check("医保卡", "i1 bao3 ka3");
        check("去银行", "qv4 in2 hang2");
        check("打110", "da3 i1 i1 ling2");
        check("WiFi，水费！", "shuei3 fei4");
    }

    #[test]
    fn near_sounds_cost_little() {
        let distance = |a, b| {
            Syllable::parse(a)
                .unwrap()
                .distance(Syllable::parse(b).unwrap())
        };
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
        let folded = |p| Syllable::parse(p).unwrap().folded();
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
