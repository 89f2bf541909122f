//! Counted things, and what counts them.

pub(super) use crate::text::numerals::{by_digits, cardinal, dialled};

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
