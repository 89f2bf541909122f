//! The symbols that Kokoro-82M v1.0 knows, with their numbers. Others would be dropped without a
//! word, so none may come out of the readings here.

/// Kokoro-82M v1.0's `config.json` ("vocab"), in the order of the numbers.
const SYMBOLS: [(char, u8); 114] = [
    (';', 1),
    (':', 2),
    (',', 3),
    ('.', 4),
    ('!', 5),
    ('?', 6),
    ('—', 9),
    ('…', 10),
    ('"', 11),
    ('(', 12),
    (')', 13),
    ('“', 14),
    ('”', 15),
    (' ', 16),
    ('\u{303}', 17),
    ('ʣ', 18),
    ('ʥ', 19),
    ('ʦ', 20),
    ('ʨ', 21),
    ('ᵝ', 22),
    ('ꭧ', 23),
    ('A', 24),
    ('I', 25),
    ('O', 31),
    ('Q', 33),
    ('S', 35),
    ('T', 36),
    ('W', 39),
    ('Y', 41),
    ('ᵊ', 42),
    ('a', 43),
    ('b', 44),
    ('c', 45),
    ('d', 46),
    ('e', 47),
    ('f', 48),
    ('h', 50),
    ('i', 51),
    ('j', 52),
    ('k', 53),
    ('l', 54),
    ('m', 55),
    ('n', 56),
    ('o', 57),
    ('p', 58),
    ('q', 59),
    ('r', 60),
    ('s', 61),
    ('t', 62),
    ('u', 63),
    ('v', 64),
    ('w', 65),
    ('x', 66),
    ('y', 67),
    ('z', 68),
    ('ɑ', 69),
    ('ɐ', 70),
    ('ɒ', 71),
    ('æ', 72),
    ('β', 75),
    ('ɔ', 76),
    ('ɕ', 77),
    ('ç', 78),
    ('ɖ', 80),
    ('ð', 81),
    ('ʤ', 82),
    ('ə', 83),
    ('ɚ', 85),
    ('ɛ', 86),
    ('ɜ', 87),
    ('ɟ', 90),
    ('ɡ', 92),
    ('ɥ', 99),
    ('ɨ', 101),
    ('ɪ', 102),
    ('ʝ', 103),
    ('ɯ', 110),
    ('ɰ', 111),
    ('ŋ', 112),
    ('ɳ', 113),
    ('ɲ', 114),
    ('ɴ', 115),
    ('ø', 116),
    ('ɸ', 118),
    ('θ', 119),
    ('œ', 120),
    ('ɹ', 123),
    ('ɾ', 125),
    ('ɻ', 126),
    ('ʁ', 128),
    ('ɽ', 129),
    ('ʂ', 130),
    ('ʃ', 131),
    ('ʈ', 132),
    ('ʧ', 133),
    ('ʊ', 135),
    ('ʋ', 136),
    ('ʌ', 138),
    ('ɣ', 139),
    ('ɤ', 140),
    ('χ', 142),
    ('ʎ', 143),
    ('ʒ', 147),
    ('ʔ', 148),
    ('ˈ', 156),
    ('ˌ', 157),
    ('ː', 158),
    ('ʰ', 162),
    ('ʲ', 164),
    ('↓', 169),
    ('→', 171),
    ('↗', 172),
    ('↘', 173),
    ('ᵻ', 177),
];

/// The number of `symbol`, or `None` if Kokoro does not know it.
#[must_use]
pub fn number(symbol: char) -> Option<u8> {
    SYMBOLS
        .iter()
        .find(|(known, _)| *known == symbol)
        .map(|&(_, number)| number)
}

/// Whether Kokoro has a symbol for `c`.
#[must_use]
pub fn has(c: char) -> bool {
    number(c).is_some()
}

/// Whether the symbol stands for a sound: marks, spaces and tones alone say nothing.
#[must_use]
pub fn is_sound(symbol: char) -> bool {
    number(symbol).is_some_and(|number| (18..=155).contains(&number) || number == 177)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_have_their_numbers() {
        #[track_caller]
        fn check(symbol: char, expected: Option<u8>) {
            assert_eq!(number(symbol), expected, "{symbol}");
        }
        check(';', Some(1));
        check('ꭧ', Some(23));
        check('→', Some(171));
        check('ᵻ', Some(177));
        check('g', None);
        check('你', None);
    }

    #[test]
    fn no_symbol_or_number_stands_twice() {
        for (at, (symbol, number)) in SYMBOLS.iter().enumerate() {
            for (other, other_number) in &SYMBOLS[at + 1..] {
                assert!(symbol != other && number < other_number, "{symbol} {other}");
            }
        }
    }
}
