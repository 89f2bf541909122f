//! Digits to Chinese numerals.

const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// Digit by digit: `2026` → 二零二六. Other characters are left out.
#[must_use]
pub fn by_digits(digits: &str) -> String {
    digits
        .chars()
        .filter_map(|c| DIGITS.get(c.to_digit(10)? as usize))
        .collect()
}

/// Digit by digit as on the telephone, with 幺 for 1: `12345` → 幺二三四五.
#[must_use]
pub fn dialled(digits: &str) -> String {
    by_digits(digits).replace('一', "幺")
}

/// A number as one says it: `12` → 十二, `1005` → 一千零五, `32000` → 三万二千,
/// `1.50` → 一点五零. Commas between digits are passed over; numbers too long to have a
/// name, or with zeros in front, are read digit by digit.
#[must_use]
pub fn cardinal(number: &str) -> String {
    let number: String = number.chars().filter(|&c| c != ',' && c != '，').collect();
    let (whole, decimals) = number.split_once('.').unwrap_or((&number, ""));
    let mut words = match whole.len() {
        0 => "零".into(),
        1 => by_digits(whole),
        17.. => by_digits(whole),
        _ if whole.starts_with('0') => by_digits(whole),
        _ => integer(whole.parse().unwrap_or(0)),
    };
    if !decimals.is_empty() {
        words.push('点');
        words.push_str(&by_digits(decimals));
    }
    words
}

fn integer(number: u64) -> String {
    let mut words = String::new();
    let mut rest = number;
    let mut gap = false;
    for (unit, name) in [
        (1_000_000_000_000, "万"),
        (100_000_000, "亿"),
        (10_000, "万"),
        (1, ""),
    ] {
        let group = rest / unit;
        rest %= unit;
        if group == 0 {
            gap = !words.is_empty();
        } else {
            if !words.is_empty() && (gap || group < 1000) {
                words.push('零');
            }
            gap = false;
            words.push_str(&below_ten_thousand(group));
            words.push_str(name);
        }
        if unit == 100_000_000 && group == 0 && !words.is_empty() {
            words.push('亿');
        }
    }
    // 十二, not 一十二, at the very beginning.
    if let Some(short) = words.strip_prefix("一十") {
        return format!("十{short}");
    }
    for big in ["千", "万", "亿"] {
        if let Some(after) = words
            .strip_prefix('二')
            .filter(|after| after.starts_with(big))
        {
            return format!("两{after}");
        }
    }
    words
}

fn below_ten_thousand(number: u64) -> String {
    let mut words = String::new();
    let mut rest = number;
    let mut gap = false;
    for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = (rest / unit) as usize;
        rest %= unit;
        if digit == 0 {
            gap = !words.is_empty();
            continue;
        }
        if gap {
            words.push('零');
            gap = false;
        }
        words.push(DIGITS[digit]);
        words.push_str(name);
    }
    words
}
