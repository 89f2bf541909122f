//! Digits → Chinese numerals.

const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// Digit by digit: `2026` → 二零二六. Other characters are left out.
pub(super) fn by_digits(digits: &str) -> String {
    digits
        .chars()
        .filter_map(|c| DIGITS.get(c.to_digit(10)? as usize))
        .collect()
}

/// Digit by digit as on the telephone, with 幺 for 1: `12345` → 幺二三四五.
pub(super) fn dialled(digits: &str) -> String {
    by_digits(digits).replace('一', "幺")
}

/// A number as one says it: `12` → 十二, `1005` → 一千零五, `32000` → 三万二千,
/// `1.50` → 一点五零. Commas between digits are passed over; numbers too long to have a
/// name, or with zeros in front, are read digit by digit.
pub(super) fn cardinal(number: &str) -> String {
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

/// The words that count things, before which 2 is 两 and not 二.
const MEASURES: [&str; 91] = [
    "个",
    "位",
    "张",
    "份",
    "次",
    "天",
    "年",
    "块",
    "岁",
    "口",
    "套",
    "周",
    "元",
    "名",
    "人",
    "家",
    "户",
    "间",
    "件",
    "条",
    "只",
    "本",
    "台",
    "部",
    "辆",
    "种",
    "类",
    "项",
    "步",
    "遍",
    "回",
    "趟",
    "门",
    "场",
    "片",
    "颗",
    "粒",
    "瓶",
    "袋",
    "盒",
    "包",
    "支",
    "把",
    "双",
    "对",
    "批",
    "组",
    "站",
    "小时",
    "分钟",
    "秒",
    "星期",
    "礼拜",
    "毛",
    "角",
    "公里",
    "米",
    "斤",
    "公斤",
    "克",
    "升",
    "倍",
    "句",
    "页",
    "成",
    "代",
    "道",
    "段",
    "方",
    "大",
    "头",
    "室",
    "居",
    "餐",
    "顿",
    "针",
    "剂",
    "工作日",
    "平方",
    "点",
    "千米",
    "厘米",
    "毫升",
    "夜",
    "晚",
    "笔",
    "处",
    "所",
    "座",
    "桶",
    "吨",
];

/// A number before the text `after`: 2 is 两 before a measure word.
pub(super) fn counted(number: &str, after: &str) -> String {
    let twos = number == "2"
        && !after.starts_with("年级")
        && !after.starts_with("点五")
        && is_measure(after);
    let big = number == "2" && after.starts_with(['万', '千', '亿']);
    if twos || big {
        "两".into()
    } else {
        cardinal(number)
    }
}

/// Whether `after` begins with a word that counts things.
pub(super) fn is_measure(after: &str) -> bool {
    MEASURES.iter().any(|measure| after.starts_with(measure))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        #[track_caller]
        fn check(number: &str, words: &str) {
            assert_eq!(cardinal(number), words, "{number}");
        }
        check("0", "零");
        check("7", "七");
        check("10", "十");
        check("12", "十二");
        check("20", "二十");
        check("65", "六十五");
        check("100", "一百");
        check("101", "一百零一");
        check("110", "一百一十");
        check("1000", "一千");
        check("1005", "一千零五");
        check("1050", "一千零五十");
        check("2000", "两千");
        check("2200", "两千二百");
        check("10000", "一万");
        check("10010", "一万零一十");
        check("12000", "一万二千");
        check("20000", "两万");
        check("32000", "三万二千");
        check("100000", "十万");
        check("120000", "十二万");
        check("1000001", "一百万零一");
        check("100000000", "一亿");
        check("1234567890", "十二亿三千四百五十六万七千八百九十");
        check("100005000", "一亿零五千");
        check("1234500000000", "一万二千三百四十五亿");
        check("1000000000000", "一万亿");
        check("1,200,000", "一百二十万");
        check("3.14", "三点一四");
        check("0.5", "零点五");
        check("007", "零零七");
        check(
            "12345678901234567890",
            "一二三四五六七八九零一二三四五六七八九零",
        );
    }
}
