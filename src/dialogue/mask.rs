//! Numbers that nobody should tell a machine: identity cards, telephones, bank cards, codes.

/// What stands in the place of a number.
const MASK: &str = "●●●●";
/// From this many digits on a number is masked, whatever it is.
const LONG: usize = 6;
/// From this many digits on a number is masked beside a word such as 密码 or "PIN".
const SHORT: usize = 3;
/// How far before a number such a word may stand, in characters.
const NEAR: usize = 10;
/// Words that announce a secret number.
const SECRETS: &[&str] = &[
    "密码",
    "验证码",
    "校验码",
    "口令",
    "password",
    "passcode",
    "pin",
    "verification code",
    "security code",
    "the code",
    "my code",
];
/// Units after which six digits are an amount.
const UNITS: &[&str] = &["元", "块", "万", "人", "yuan", "kuai", "rmb", "people"];
/// Numbers that everybody may say: 12345 and other services.
const SERVICES: &[&str] = &[
    "12345", "110", "119", "120", "122", "12315", "12333", "12306", "12393", "96110",
];
/// What may stand around a number without saying more.
const EMPTY: &[&str] = &[
    "我的",
    "我",
    "身份证",
    "号码",
    "号",
    "密码",
    "验证码",
    "校验码",
    "手机",
    "电话",
    "银行卡",
    "社保卡",
    "医保卡",
    "卡号",
    "卡",
    "是",
    "的",
    "那个",
    "这个",
    "嗯",
    "啊",
    "就",
    "收到",
    "给你",
    "告诉你",
    "my",
    "the",
    "id",
    "card",
    "number",
    "password",
    "code",
    "pin",
    "phone",
    "bank",
    "is",
    "it",
    "its",
    "here",
    "verification",
    "mobile",
    "are",
    "and",
    "identity",
];

/// A text whose secret numbers are gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked {
    /// The text, with `●●●●` for each secret number.
    pub text: String,
    /// Whether there was one.
    pub found: bool,
}

impl Masked {
    /// Whether the text said nothing but secret numbers and what they are.
    #[must_use]
    pub fn only_secret(&self) -> bool {
        let mut rest = self.text.replace(MASK, " ").to_lowercase();
        let mut words: Vec<&str> = EMPTY.to_vec();
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        for word in words.iter().filter(|word| !word.is_ascii()) {
            rest = rest.replace(word, " ");
        }
        let mut rest = rest
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty());
        self.found && rest.all(|word| EMPTY.contains(&word))
    }
}

/// Masks every number in `text` that looks like a secret: six digits or more in a row (in
/// figures, in Chinese characters or in English words, with single separators between them),
/// or three or more after a word such as 密码.
#[must_use]
pub fn mask(text: &str) -> Masked {
    let digits = digits(text);
    let mut masked = String::with_capacity(text.len());
    let mut found = false;
    let mut copied = 0;
    let mut next = 0;
    while next < digits.len() {
        let mut last = next;
        while last + 1 < digits.len() && is_gap(&text[digits[last].end..digits[last + 1].start]) {
            last += 1;
        }
        let (start, mut end) = (digits[next].start, digits[last].end);
        let count = last + 1 - next;
        // An identity card's check digit may be an X.
        if count >= 15 && text[end..].starts_with(['x', 'X']) {
            end += 1;
        }
        if is_secret(text, start, end, count) {
            masked.push_str(&text[copied..start]);
            masked.push_str(MASK);
            copied = end;
            found = true;
        }
        next = last + 1;
    }
    masked.push_str(&text[copied..]);
    Masked {
        text: masked,
        found,
    }
}

fn is_secret(text: &str, start: usize, end: usize, count: usize) -> bool {
    let before: String = text[..start].chars().rev().take(NEAR).collect();
    let before: String = before.chars().rev().collect::<String>().to_lowercase();
    let announced = SECRETS.iter().any(|word| before.contains(word));
    let after = text[end..].trim_start().to_lowercase();
    let amount = count == LONG && UNITS.iter().any(|unit| after.starts_with(unit));
    let service = SERVICES.contains(&&text[start..end]);
    (count >= LONG && !amount) || (announced && count >= SHORT && !service)
}

/// At most two separators between digits: "138 0000 0000", "6222-0000".
fn is_gap(between: &str) -> bool {
    between.chars().count() <= 2
        && between.chars().all(|c| {
            matches!(
                c,
                ' ' | '\u{3000}' | '-' | '.' | '·' | ',' | '，' | '、' | '—'
            )
        })
}

/// Where single digits stand: figures, Chinese characters, English words.
fn digits(text: &str) -> Vec<std::ops::Range<usize>> {
    let mut digits = Vec::new();
    let mut word: Option<usize> = None;
    let ends = text.char_indices().chain([(text.len(), ' ')]);
    for (at, c) in ends {
        if c.is_ascii_alphabetic() {
            word.get_or_insert(at);
            continue;
        }
        if let Some(start) = word.take().filter(|start| is_digit_word(&text[*start..at])) {
            digits.push(start..at);
        }
        if is_digit(c) {
            digits.push(at..at + c.len_utf8());
        }
    }
    digits
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
        || ('０'..='９').contains(&c)
        || matches!(
            c,
            '零' | '〇'
                | '一'
                | '二'
                | '三'
                | '四'
                | '五'
                | '六'
                | '七'
                | '八'
                | '九'
                | '幺'
                | '两'
        )
}

fn is_digit_word(word: &str) -> bool {
    const WORDS: [&str; 13] = [
        "zero", "oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
        "double", "triple",
    ];
    WORDS.contains(&word.to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn masks_secrets_and_nothing_else() {
        #[track_caller]
        fn check(text: &str, expected: &str) {
            assert_eq!(mask(text).text, expected);
            assert_eq!(mask(text).found, text != expected);
        }
        check(
            "我身份证号37010219550312456X，帮我查",
            "我身份证号●●●●，帮我查",
        );
        check("电话是138 0000 1234", "电话是●●●●");
        check("卡号6222-0200-1234-5678-901没钱了", "卡号●●●●没钱了");
        check("验证码是4829", "验证码是●●●●");
        check("验证码三六二九一八", "验证码●●●●");
        check("我的手机是幺三八零零零零一二三四", "我的手机是●●●●");
        check("密码８８６６", "密码●●●●");
        check(
            "my number is one three eight double zero four five",
            "my number is ●●●●",
        );
        check("My PIN is 1234", "My PIN is ●●●●");
        check("打12345问", "打12345问");
        check("密码忘了打12345", "密码忘了打12345");
        check("我1955年3月生的，69岁", "我1955年3月生的，69岁");
        check("存了200000元", "存了200000元");
        check("第一、第二、第三", "第一、第二、第三");
        check("no one told me", "no one told me");
        check("110还是120", "110还是120");
    }

    #[test]
    fn tells_a_bare_number_from_a_question() {
        assert!(mask("我的身份证号是370102195503124567").only_secret());
        assert!(mask("my password is 123456").only_secret());
        assert!(!mask("370102195503124567能办低保吗").only_secret());
        assert!(!mask("你好").only_secret());
    }

    proptest! {
        #[test]
        fn no_long_number_is_left(before in "[\\p{Han} a-z，]{0,8}", number in "[0-9]{7,19}", after in "[\\p{Han} a-z，]{0,8}") {
            let masked = mask(&format!("{before}{number}{after}"));
            prop_assert!(masked.found);
            prop_assert!(!masked.text.contains(&number));
        }

        #[test]
        fn masking_twice_changes_nothing(text in "\\PC{0,40}") {
            let once = mask(&text);
            prop_assert_eq!(&mask(&once.text).text, &once.text);
        }

        #[test]
        fn short_numbers_stay(text in "[\\p{Han}&&[^零〇一二三四五六七八九幺两密验校口]]{0,9}[0-9]{0,5}") {
            prop_assert_eq!(&mask(&text).text, &text);
        }
    }
}
