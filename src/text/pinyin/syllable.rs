//! A Mandarin syllable: initial, final and tone.

use std::fmt;

/// The initials as pinyin writes them; the first is "none" (*ai*, *yi*, *wu*).
pub(super) const INITIALS: [&str; 22] = [
    "", "b", "p", "m", "f", "d", "t", "n", "l", "g", "k", "h", "j", "q", "x", "zh", "ch", "sh",
    "r", "z", "c", "s",
];

/// The finals written out in full: `iou` for *iu* and *you*, `ü` for the vowel of *ju* and *lü*.
/// The last four are syllables without a vowel (嗯, 呣) and 欸.
pub(super) const RIMES: [&str; 40] = [
    "a", "ai", "an", "ang", "ao", "e", "ei", "en", "eng", "er", "i", "ia", "ian", "iang", "iao",
    "ie", "in", "ing", "io", "iong", "iou", "o", "ong", "ou", "u", "ua", "uai", "uan", "uang",
    "uei", "uen", "ueng", "uo", "ü", "üan", "üe", "ün", "ê", "m", "ng",
];

/// A syllable, taken apart: 想 is the initial `x`, the final `iang` and tone 3.
///
/// [`Display`](fmt::Display) writes it as usual, with the tone as a number: `xiang3`, `lv4`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Syllable {
    initial: &'static str,
    rime: &'static str,
    tone: u8,
    position: usize,
}

impl Syllable {
    /// Reads pinyin with the tone as a number, 1 to 5 (5 is the light tone), such as
    /// `xiang3`, `de5`, `lv4`. `None` if it is not written so; whether Mandarin has the
    /// syllable is not asked.
    #[must_use]
    pub fn parse(spelled: &str) -> Option<Self> {
        let tone = spelled
            .chars()
            .last()?
            .to_digit(10)
            .filter(|t| (1..=5).contains(t))?;
        let plain = spelled[..spelled.len() - 1]
            .replace('ü', "v")
            .replace("lue", "lve")
            .replace("nue", "nve");
        let (initial, rime) = take_apart(&plain)?;
        let syllable = Self {
            initial,
            rime,
            tone: u8::try_from(tone).ok()?,
            position: 0,
        };
        // Pinyin has one spelling for a sound: not y for yi, nor jiou for jiu.
        (syllable.toneless() == plain).then_some(syllable)
    }

    /// The initial; empty for syllables that begin with a vowel (*ai*, *yi*, *wu*).
    #[must_use]
    pub fn initial(self) -> &'static str {
        self.initial
    }

    /// The final, written out in full: `iou` for *you* and *jiu*, `üan` for *yuan* and *juan*.
    #[must_use]
    pub fn rime(self) -> &'static str {
        self.rime
    }

    /// The tone, 1 to 4, or 5 for the light tone.
    #[must_use]
    pub fn tone(self) -> u8 {
        self.tone
    }

    /// Where the character stands in the text that was read, counted in characters.
    #[must_use]
    pub fn position(self) -> usize {
        self.position
    }

    /// The usual spelling without the tone: `xiang`, `you`, `lv`.
    #[must_use]
    pub fn toneless(self) -> String {
        let rime = self.rime.replace('ü', "v");
        match (self.initial, rime.as_str()) {
            ("", "i" | "in" | "ing") => format!("y{rime}"),
            ("", "iou") => "you".into(),
            ("", "u") => "wu".into(),
            ("", "uei") => "wei".into(),
            ("", "uen") => "wen".into(),
            ("", "ong") => "wong".into(),
            ("", rime) if rime.starts_with('i') => format!("y{}", &rime[1..]),
            ("", rime) if rime.starts_with('u') => format!("w{}", &rime[1..]),
            ("", rime) if rime.starts_with('v') => format!("yu{}", &rime[1..]),
            (initial @ ("j" | "q" | "x"), rime) if rime.starts_with('v') => {
                format!("{initial}u{}", &rime[1..])
            }
            (initial, "iou") => format!("{initial}iu"),
            (initial, "uei") => format!("{initial}ui"),
            (initial, "uen") => format!("{initial}un"),
            (initial, rime) => format!("{initial}{rime}"),
        }
    }

    pub(super) fn at(self, position: usize) -> Self {
        Self { position, ..self }
    }
}

impl fmt::Display for Syllable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.toneless(), self.tone)
    }
}

/// Initial and final of a toneless spelling. The vowel-less *n*, *m*, *hm* and *hng* count
/// as an initial with an empty or nasal final.
fn take_apart(spelled: &str) -> Option<(&'static str, &'static str)> {
    if spelled == "n" {
        return Some(("n", ""));
    }
    let (initial, rest) = match spelled {
        "m" | "ng" => ("", spelled),
        _ => split_initial(spelled)?,
    };
    let rime = match (initial, rest) {
        ("y", rest) if rest.starts_with('u') => rest.replacen('u', "ü", 1),
        ("y", "ou") => "iou".into(),
        ("y", rest) if rest.starts_with('i') => rest.into(),
        ("y", rest) => format!("i{rest}"),
        ("w", "u") => "u".into(),
        ("w", "ei") => "uei".into(),
        ("w", "en") => "uen".into(),
        ("w", "ong") => "ong".into(),
        ("w", rest) => format!("u{rest}"),
        ("j" | "q" | "x", rest) if rest.starts_with('u') => rest.replacen('u', "ü", 1),
        (_, "iu") => "iou".into(),
        (_, "ui") => "uei".into(),
        (_, "un") => "uen".into(),
        (_, rest) => rest.replace('v', "ü"),
    };
    let initial = if matches!(initial, "y" | "w") {
        ""
    } else {
        initial
    };
    let initial = INITIALS.into_iter().find(|i| *i == initial)?;
    let rime = RIMES.into_iter().find(|r| *r == rime)?;
    Some((initial, rime))
}

fn split_initial(spelled: &str) -> Option<(&str, &str)> {
    let longest = INITIALS
        .iter()
        .chain(&["y", "w"])
        .filter(|i| spelled.starts_with(**i))
        .max_by_key(|i| i.len())?;
    Some(spelled.split_at(longest.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_apart() {
        #[track_caller]
        fn check(spelled: &str, initial: &str, rime: &str, tone: u8) {
            let syllable = Syllable::parse(spelled).unwrap();
            assert_eq!(
                (syllable.initial(), syllable.rime(), syllable.tone()),
                (initial, rime, tone)
            );
            assert_eq!(syllable.to_string(), spelled);
        }
        check("lao3", "l", "ao", 3);
        check("xiang3", "x", "iang", 3);
        check("you3", "", "iou", 3);
        check("jiu4", "j", "iou", 4);
        check("yi1", "", "i", 1);
        check("ying1", "", "ing", 1);
        check("yong4", "", "iong", 4);
        check("yo1", "", "io", 1);
        check("wu3", "", "u", 3);
        check("weng1", "", "ueng", 1);
        check("yuan2", "", "üan", 2);
        check("qu4", "q", "ü", 4);
        check("jun1", "j", "ün", 1);
        check("lv4", "l", "ü", 4);
        check("nve4", "n", "üe", 4);
        check("dun1", "d", "uen", 1);
        check("zhi1", "zh", "i", 1);
        check("er2", "", "er", 2);
        check("de5", "d", "e", 5);
        check("n2", "n", "", 2);
        check("m2", "", "m", 2);
        check("hng5", "h", "ng", 5);
        check("ê2", "", "ê", 2);
    }

    #[test]
    fn refuses_what_is_not_pinyin() {
        for spelled in [
            "", "3", "lao", "lao0", "lao6", "laoo3", "LAO3", "老3", "lao33", "é", "y1", "w4",
            "jiou3", "üe2",
        ] {
            assert_eq!(Syllable::parse(spelled), None, "{spelled}");
        }
    }

    #[test]
    fn one_spelling_for_a_sound() {
        assert_eq!(Syllable::parse("lue4"), Syllable::parse("lve4"));
        assert_eq!(Syllable::parse("nü3"), Syllable::parse("nv3"));
    }
}
