//! Digits → English number words.

const ONES: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 10] = [
    "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
];

/// Digit by digit: `12345` → one two three four five. Other characters are left out.
pub(super) fn by_digits(digits: &str) -> String {
    let words: Vec<_> = digits
        .chars()
        .filter_map(|c| ONES.get(c.to_digit(10)? as usize).copied())
        .collect();
    words.join(" ")
}

/// A number as one says it; commas are passed over. Numbers too long to have a name, or
/// with zeros in front, are read digit by digit.
pub(super) fn cardinal(number: &str) -> String {
    let number: String = number.chars().filter(|&c| c != ',').collect();
    let (whole, decimals) = number.split_once('.').unwrap_or((&number, ""));
    let words = match whole.len() {
        0 => "zero".into(),
        16.. => by_digits(whole),
        2.. if whole.starts_with('0') => by_digits(whole),
        _ => integer(whole.parse().unwrap_or(0)),
    };
    if decimals.is_empty() {
        words
    } else {
        format!("{words} point {}", by_digits(decimals))
    }
}

fn integer(number: u64) -> String {
    if number == 0 {
        return ONES[0].into();
    }
    let mut words = Vec::new();
    let mut rest = number;
    for (unit, name) in [
        (1_000_000_000_000, "trillion"),
        (1_000_000_000, "billion"),
        (1_000_000, "million"),
        (1000, "thousand"),
    ] {
        if rest >= unit {
            words.push(below_thousand(rest / unit));
            words.push(name.into());
            rest %= unit;
        }
    }
    if rest > 0 {
        words.push(below_thousand(rest));
    }
    words.join(" ")
}

fn below_thousand(number: u64) -> String {
    let (hundreds, rest) = ((number / 100) as usize, (number % 100) as usize);
    let mut words = Vec::new();
    if hundreds > 0 {
        words.push(ONES[hundreds]);
        words.push("hundred");
    }
    match rest {
        0 => {}
        1..20 => words.push(ONES[rest]),
        _ => {
            words.push(TENS[rest / 10]);
            if rest % 10 > 0 {
                words.push(ONES[rest % 10]);
            }
        }
    }
    words.join(" ")
}

/// `2026` → twenty twenty six, `2005` → two thousand five, `1905` → nineteen oh five.
pub(super) fn year(digits: &str) -> String {
    let (century, rest) = digits.split_at(digits.len().saturating_sub(2));
    match (century, rest) {
        ("20", rest) if rest.starts_with('0') => cardinal(digits),
        (century, "00") => format!("{} hundred", cardinal(century)),
        (century, rest) if rest.starts_with('0') => {
            format!("{} oh {}", cardinal(century), cardinal(&rest[1..]))
        }
        (century, rest) => format!("{} {}", cardinal(century), cardinal(rest)),
    }
}

/// `1` → first, `22` → twenty second.
pub(super) fn ordinal(digits: &str) -> String {
    let words = cardinal(digits);
    let (before, last) = words
        .rsplit_once(' ')
        .map_or(("", words.as_str()), |(before, last)| (before, last));
    let last = match last {
        "one" => "first".into(),
        "two" => "second".into(),
        "three" => "third".into(),
        "five" => "fifth".into(),
        "eight" => "eighth".into(),
        "nine" => "ninth".into(),
        "twelve" => "twelfth".into(),
        tens if tens.ends_with('y') => format!("{}ieth", &tens[..tens.len() - 1]),
        other => format!("{other}th"),
    };
    format!("{before} {last}").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        #[track_caller]
        fn check(said: &str, expected: &str) {
            assert_eq!(said, expected);
        }
        check(&cardinal("0"), "zero");
        check(&cardinal("65"), "sixty five");
        check(&cardinal("110"), "one hundred ten");
        check(&cardinal("1,200,000"), "one million two hundred thousand");
        check(&cardinal("3.50"), "three point five zero");
        check(&cardinal("007"), "zero zero seven");
        check(&year("2026"), "twenty twenty six");
        check(&year("2005"), "two thousand five");
        check(&year("1949"), "nineteen forty nine");
        check(&year("1905"), "nineteen oh five");
        check(&year("1900"), "nineteen hundred");
        check(&ordinal("1"), "first");
        check(&ordinal("12"), "twelfth");
        check(&ordinal("20"), "twentieth");
        check(&ordinal("31"), "thirty first");
        check(&ordinal("100"), "one hundredth");
    }
}
