//! Digits that can be read over the telephone: eight of a link, ten of a card.

use std::fmt;
use std::str::FromStr;

/// Digits of a link's code.
const DIGITS: usize = 8;
/// Digits of a card's code.
const CARD: usize = 10;

/// A code of eight digits, or a card's of ten.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Code(String);

impl fmt::Debug for Code {
    /// Leaves the digits out: they are for who holds them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

impl fmt::Display for Code {
    /// In groups: `1234 5678`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.split().join(" "))
    }
}

/// A text is no code.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a code has eight digits, a card ten")]
pub struct NotACode;

impl Code {
    /// The digits without anything between them.
    #[must_use]
    pub fn digits(&self) -> &str {
        &self.0
    }

    /// The digits in groups, for saying one after the other: `["1 2 3 4", "5 6 7 8"]`.
    #[must_use]
    pub fn groups(&self) -> Vec<String> {
        let spaced = |group: &str| {
            let mut spaced = String::new();
            for digit in group.chars() {
                if !spaced.is_empty() {
                    spaced.push(' ');
                }
                spaced.push(digit);
            }
            spaced
        };
        self.split().into_iter().map(spaced).collect()
    }

    /// Groups of four, of a card 3, 3 and 4, as telephone numbers are grouped.
    fn split(&self) -> Vec<&str> {
        if self.0.len() == CARD {
            vec![&self.0[..3], &self.0[3..6], &self.0[6..]]
        } else {
            vec![&self.0[..4], &self.0[4..]]
        }
    }

    /// Whether a text is meant as a code, though it may not be one: it has three digits.
    #[must_use]
    pub fn is_attempted(text: &str) -> bool {
        let spelt = |c: char| {
            WORDS
                .iter()
                .any(|(word, _)| word.starts_with(c) && !c.is_ascii())
        };
        text.chars().filter(|&c| c.is_numeric() || spelt(c)).count() >= 3
    }

    /// Reads a card's ten digits, as [`str::parse`] reads the eight of a link.
    ///
    /// # Errors
    /// If they are not ten digits.
    pub fn card(text: &str) -> Result<Self, NotACode> {
        read(text, CARD)
    }
}

impl FromStr for Code {
    type Err = NotACode;

    /// Reads a code as people type, paste or say it: with spaces or hyphens, in full-width
    /// digits, in Chinese or English numerals.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        read(text, DIGITS)
    }
}

fn read(text: &str, count: usize) -> Result<Code, NotACode> {
    let mut digits = String::new();
    let lower = text.to_lowercase();
    let mut rest = lower.as_str();
    while let Some(c) = rest.chars().next() {
        let word = WORDS.iter().find(|(word, _)| rest.starts_with(word));
        if let Some((word, digit)) = word {
            digits.push(*digit);
            rest = &rest[word.len()..];
            continue;
        }
        match c {
            '0'..='9' => digits.push(c),
            '０'..='９' => digits.extend(char::from_digit(u32::from(c) - u32::from('０'), 10)),
            c if c.is_whitespace() || SKIPPED.contains(c) => {}
            _ => return Err(NotACode),
        }
        rest = &rest[c.len_utf8()..];
    }
    if digits.len() == count {
        Ok(Code(digits))
    } else {
        Err(NotACode)
    }
}

/// What may stand between digits.
const SKIPPED: &str = "-–—.,、，。·:：_";

/// Digits in words. On the telephone 1 is said 幺.
const WORDS: [(&str, char); 26] = [
    ("零", '0'),
    ("〇", '0'),
    ("一", '1'),
    ("幺", '1'),
    ("二", '2'),
    ("两", '2'),
    ("三", '3'),
    ("四", '4'),
    ("五", '5'),
    ("六", '6'),
    ("七", '7'),
    ("八", '8'),
    ("九", '9'),
    ("壹", '1'),
    ("zero", '0'),
    ("oh", '0'),
    ("one", '1'),
    ("two", '2'),
    ("three", '3'),
    ("four", '4'),
    ("five", '5'),
    ("six", '6'),
    ("seven", '7'),
    ("eight", '8'),
    ("nine", '9'),
    ("nought", '0'),
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn codes_are_read_as_people_write_and_say_them() {
        #[track_caller]
        fn check(text: &str, code: Option<&str>) {
            let read = text.parse::<Code>().ok();
            assert_eq!(read.as_ref().map(Code::digits), code, "{text:?}");
        }
        check("12345678", Some("12345678"));
        check(" 1234 5678 ", Some("12345678"));
        check("1234-5678", Some("12345678"));
        check("１２３４５６７８", Some("12345678"));
        check("幺二三四，五六七八。", Some("12345678"));
        check("零〇两九 0000", Some("00290000"));
        check(
            "one two three four, five six seven eight.",
            Some("12345678"),
        );
        check("oh nine 99 9999", Some("09999999"));
        check("1234567", None);
        check("123456789", None);
        check("1234567a", None);
        check("十二三四五六七八", None);
        check("", None);
    }

    #[test]
    fn a_code_is_shown_and_said_in_groups() {
        let code: Code = "12345678".parse().expect("eight digits");
        assert_eq!(code.to_string(), "1234 5678");
        assert_eq!(code.groups(), ["1 2 3 4", "5 6 7 8"]);
        let card = Code::card("012 345 6789").expect("ten digits");
        assert_eq!(card.to_string(), "012 345 6789");
        assert_eq!(card.groups(), ["0 1 2", "3 4 5", "6 7 8 9"]);
        assert!(Code::is_attempted("我的号码是12345") && Code::is_attempted("一二三"));
        assert!(!Code::is_attempted("一步一步来") && !Code::is_attempted("three"));
        assert!(Code::card("12345678").is_err() && "0123456789".parse::<Code>().is_err());
        assert_eq!(format!("{code:?}"), "Code(…)", "never in a log");
    }

    proptest! {
        #[test]
        fn what_is_shown_can_be_typed(digits in "[0-9]{8}") {
            let code: Code = digits.parse().expect("eight digits");
            prop_assert_eq!(code.to_string().parse::<Code>(), Ok(code.clone()));
            prop_assert_eq!(code.groups().join(" ").parse::<Code>(), Ok(code));
        }

        #[test]
        fn nothing_is_read_that_cannot_be(text in "\\PC{0,20}") {
            if let Ok(code) = text.parse::<Code>() {
                prop_assert!(code.digits().len() == 8 && code.digits().bytes().all(|b| b.is_ascii_digit()));
            }
        }
    }
}
