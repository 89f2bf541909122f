//! How long a text takes to say at the usual rate.

use crate::language::{Language, is_hanzi};

/// Chinese characters a minute at the usual rate.
pub const CHARACTERS_A_MINUTE: usize = 190;
/// English words a minute at the usual rate.
pub const WORDS_A_MINUTE: usize = 150;

/// Telephone numbers of three digits that are read digit by digit.
const SHORT_NUMBERS: &[&str] = &["110", "119", "120", "122"];

/// The time in seconds to say `text` at the usual rate, pauses included as the rate
/// includes them: the syllables (Mandarin) or words (English), with numbers counted as
/// they are read aloud, over the rate.
#[must_use]
#[allow(
    clippy::cast_precision_loss,
    reason = "texts are far shorter than 2^24"
)]
pub fn seconds(text: &str, language: Language) -> f32 {
    let rate = match language {
        Language::Zh => CHARACTERS_A_MINUTE,
        Language::En => WORDS_A_MINUTE,
    };
    spoken_length(text, language) as f32 * 60.0 / rate as f32
}

/// What is said for `text`: Chinese characters, or English words.
///
/// ```
/// use wenlu::Language;
/// use wenlu::knowledge::check::spoken_length;
///
/// assert_eq!(spoken_length("打12345，要60元。", Language::Zh), 10); // 打 一二三四五 要 六十 元
/// assert_eq!(spoken_length("Call 12345, it costs 60 yuan", Language::En), 10);
/// ```
#[must_use]
pub fn spoken_length(text: &str, language: Language) -> usize {
    let chars: Vec<char> = text.chars().collect();
    let mut length = 0;
    let mut i = 0;
    while let Some(&c) = chars.get(i) {
        let end = |holds: fn(char) -> bool| {
            let rest = chars[i..].iter();
            i + rest.take_while(|c| holds(**c)).count()
        };
        let next;
        if c.is_ascii_digit() {
            next = end(|c| c.is_ascii_digit());
            let digits: String = chars[i..next].iter().collect();
            let decimal = i >= 2 && chars[i - 1] == '.' && chars[i - 2].is_ascii_digit();
            length += number(&digits, chars.get(next).copied(), decimal, language);
        } else if c.is_ascii_alphabetic() {
            next = end(|c| c.is_ascii_alphabetic() || c == '\'' || c == '-');
            let word: String = chars[i..next].iter().collect();
            length += match language {
                Language::Zh => latin_syllables(&word),
                Language::En => word.split('-').filter(|part| !part.is_empty()).count(),
            };
        } else {
            next = i + 1;
            length += match c {
                // 百分之, per cent; 点, point.
                '%' | '％' if language == Language::Zh => 3,
                '%' => 2,
                '.' if i > 0
                    && chars[i - 1].is_ascii_digit()
                    && chars.get(next).is_some_and(char::is_ascii_digit) =>
                {
                    1
                }
                c => usize::from(is_hanzi(c)),
            };
        }
        i = next;
    }
    length
}

/// What is said for a row of digits that `after` follows.
fn number(digits: &str, after: Option<char>, decimal: bool, language: Language) -> usize {
    let unit = after.is_some_and(|c| "元块万岁年月日天个人米度次种分名位级小".contains(c));
    let by_digit = decimal
        || digits.starts_with('0')
        || SHORT_NUMBERS.contains(&digits) && !unit
        || digits.len() >= 5 && !unit
        || digits.len() > 12;
    let year = digits.len() == 4 && after == Some('年');
    match language {
        _ if by_digit || year => digits.len(),
        Language::Zh => cardinal_zh(digits),
        Language::En if is_english_year(digits) => 3,
        Language::En => cardinal_en(digits.parse().unwrap_or_default()),
    }
}

/// 2026: "twenty twenty-six".
fn is_english_year(digits: &str) -> bool {
    digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"))
}

/// The characters of a Chinese number: 105 is 一百零五, 12 is 十二, 1200 is 一千二百.
fn cardinal_zh(digits: &str) -> usize {
    let digits: Vec<u32> = digits.chars().filter_map(|c| c.to_digit(10)).collect();
    if digits.iter().all(|&d| d == 0) {
        return 1;
    }
    let mut length = 0;
    let groups: Vec<&[u32]> = digits.rchunks(4).rev().collect();
    for (i, group) in groups.iter().enumerate() {
        if group.iter().all(|&d| d == 0) {
            continue;
        }
        let mut zero = i > 0 && group[0] == 0;
        for (j, &digit) in group.iter().enumerate() {
            if digit == 0 {
                zero |= j > 0;
                continue;
            }
            // 零, the digit, and 十, 百 or 千.
            length += usize::from(zero && length > 0) + 1 + usize::from(j + 1 < group.len());
            zero = false;
        }
        // 万, 亿.
        length += usize::from(i + 1 < groups.len());
    }
    let ten = digits.len() == 2 && digits[0] == 1;
    length - usize::from(ten)
}

/// The words of an English number: 105 is "one hundred and five", 21 "twenty one".
fn cardinal_en(n: u64) -> usize {
    match n {
        0..=20 => 1,
        21..=99 => 1 + usize::from(!n.is_multiple_of(10)),
        100..=999 => 2 + rest_en(n % 100) + usize::from(!n.is_multiple_of(100)),
        1000..=999_999 => cardinal_en(n / 1000) + 1 + rest_en(n % 1000),
        1_000_000..=999_999_999 => cardinal_en(n / 1_000_000) + 1 + rest_en(n % 1_000_000),
        _ => cardinal_en(n / 1_000_000_000) + 1 + rest_en(n % 1_000_000_000),
    }
}

fn rest_en(n: u64) -> usize {
    if n == 0 { 0 } else { cardinal_en(n) }
}

/// A Latin word in a Mandarin sentence: letters one by one if all are capitals, else
/// about a syllable for each run of vowels.
fn latin_syllables(word: &str) -> usize {
    if word.chars().all(|c| c.is_ascii_uppercase()) {
        return word.len();
    }
    let vowel = |c: char| "aeiouyAEIOUY".contains(c);
    let runs = word.split(|c| !vowel(c)).filter(|run| !run.is_empty());
    runs.count().max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths() {
        #[track_caller]
        fn zh(text: &str, spoken: &str) {
            let expected = spoken.chars().count();
            assert_eq!(spoken_length(text, Language::Zh), expected, "{text}");
        }
        zh("六十岁，可以办。", "六十岁可以办");
        zh("60岁", "六十岁");
        zh("12岁", "十二岁");
        zh("105元", "一百零五元");
        zh("1050元", "一千零五十元");
        zh("1500元", "一千五百元");
        zh("12000元", "一万二千元");
        zh("20005元", "二万零五元");
        zh("3.25元", "三点二五元");
        zh("80%", "百分之八十");
        zh("2026年", "二零二六年");
        zh("打12345", "打一二三四五");
        zh("打110和96110", "打一一零和九六一一零");
        zh("110元", "一百一十元");
        zh("下载APP", "下载诶批批");
        zh("0元", "零元");
        #[track_caller]
        fn en(text: &str, spoken: &str) {
            let expected = spoken.split_whitespace().count();
            assert_eq!(spoken_length(text, Language::En), expected, "{text}");
        }
        en("Call 12345.", "call one two three four five");
        en("It's a one-inch photo", "its a one inch photo");
        en("65 years", "sixty five years");
        en("350 yuan", "three hundred and fifty yuan");
        en("in 2026", "in twenty twenty six");
        en("0.5 metres", "zero point five metres");
    }

    #[test]
    fn sixty_characters_take_nineteen_seconds() {
        let time = seconds(&"好".repeat(60), Language::Zh);
        assert!((18.9..19.0).contains(&time), "{time}");
    }

    proptest::proptest! {
        #[test]
        fn any_text_has_a_length(text in ".*|[0-9]{0,30}[元年%.]?") {
            for language in Language::ALL {
                let _ = spoken_length(&text, language);
            }
        }
    }
}
