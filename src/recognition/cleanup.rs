//! Mending what Whisper is known to get wrong in its text.

use crate::language::Language;
use crate::text::numerals::{by_digits, cardinal};
use crate::text::simplify;

/// Phrases that Whisper writes into silence and noise: it learned them from subtitles.
/// One a line, in the form that [`bare`] gives; lines with `#` are comments.
const CREDITS: &str = include_str!("credits.txt");

/// The words of a raw output: simplified, without remarks in brackets, and with whatever
/// was said twice over by a loop said once. May be empty.
#[must_use]
pub fn clean(raw: &str, language: Language) -> String {
    let text = without_remarks(raw);
    let text = match language {
        Language::Zh => simplify(&text),
        Language::En => text,
    };
    let text = cut_loops(text.trim(), language);
    match language {
        Language::Zh => spell_numbers(&text),
        Language::En => text,
    }
}

/// Writes numbers as they were said: Whisper turns 六十五 into 65 on one day and not on the
/// next. Numbers to dial keep their digits.
fn spell_numbers(text: &str) -> String {
    let mut spelt = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let number = number_at(from);
        let after = &from[number.len()..];
        let stuck = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let word = stuck(before.chars().next_back()) || stuck(after.chars().next());
        spelt.push_str(before);
        if word || is_dialled(number) {
            spelt.push_str(number);
        } else if number.len() == 4 && after.starts_with('年') {
            spelt.push_str(&by_digits(number));
        } else {
            spelt.push_str(&cardinal(number));
        }
        rest = after;
    }
    spelt + rest
}

/// The number that `text` begins with: digits, with points or commas between them.
fn number_at(text: &str) -> &str {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',')
        .unwrap_or(text.len());
    text[..end].trim_end_matches(['.', ','])
}

/// 110, 119, 120, 122 and whatever is longer than numbers that people count with.
fn is_dialled(number: &str) -> bool {
    let digits = number.chars().all(|c| c.is_ascii_digit());
    digits && (number.len() >= 5 || matches!(number, "110" | "114" | "119" | "120" | "122"))
}

/// Whether `text` holds nothing but subtitles' credits.
#[must_use]
pub fn is_credit(text: &str) -> bool {
    let bare = bare(text);
    let phrases = || {
        CREDITS
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
    };
    phrases().any(|phrase| match phrase.strip_suffix('…') {
        Some(beginning) => bare.starts_with(beginning),
        None => bare == phrase,
    })
}

/// Letters and digits only, in lower case.
fn bare(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Drops `[音乐]`, `(applause)`, `♪` and the like: sounds that Whisper describes.
fn without_remarks(text: &str) -> String {
    let mut depth = 0_usize;
    let mut kept = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '[' | '(' | '（' | '【' | '<' => depth += 1,
            ']' | ')' | '）' | '】' | '>' => depth = depth.saturating_sub(1),
            '♪' | '♫' | '*' | '\u{fffd}' => {}
            _ if depth == 0 => kept.push(c),
            _ => {}
        }
    }
    kept
}

/// What a loop repeats: characters of Mandarin, words of English, with what stands between.
fn units(text: &str, language: Language) -> Vec<&str> {
    match language {
        Language::Zh => text.split_inclusive(|_: char| true).collect(),
        Language::En => text.split_inclusive(' ').collect(),
    }
}

/// The shortest run that counts as said twice by a loop rather than by the speaker:
/// "谢谢谢谢" and "慢点慢点" are people, a whole request twice is not.
fn min_period(language: Language) -> usize {
    match language {
        Language::Zh => 5,
        Language::En => 4,
    }
}

/// Cuts an output that ends in the same words over and over to one copy: the longest
/// period that repeats to the end goes. Short ones must repeat at least four times, single ones six.
fn cut_loops(text: &str, language: Language) -> String {
    let units = units(text, language);
    let bare_units: Vec<String> = units.iter().map(|unit| bare(unit)).collect();
    let spoken: Vec<usize> = (0..units.len())
        .filter(|&i| !bare_units[i].is_empty())
        .collect();
    let n = spoken.len();
    let same = |i: usize, j: usize| bare_units[spoken[i]] == bare_units[spoken[j]];
    for period in 1..=n / 2 {
        let needed = match period {
            1 => 6,
            _ if period >= min_period(language) => 2,
            _ => 4,
        };
        // How far back from the end the text repeats itself with this period.
        let repeated = (period..n)
            .rev()
            .take_while(|&i| same(i, i - period))
            .count();
        let copies = repeated / period + 1;
        if copies >= needed {
            let keep = n - repeated;
            let end = spoken
                .get(keep)
                .map_or(text.len(), |&i| units[..i].iter().map(|u| u.len()).sum());
            return text[..end]
                .trim_end_matches(|c: char| c.is_whitespace() || c == '，' || c == ',')
                .to_owned();
        }
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn cleans() {
        #[track_caller]
        fn check(raw: &str, language: Language, expected: &str) {
            assert_eq!(clean(raw, language), expected);
        }
        use Language::{En, Zh};
        check(" 我的老年證丟了怎麼辦", Zh, "我的老年证丢了怎么办");
        check(
            "我的老年证丢了怎么办我的老年证丢了怎么办",
            Zh,
            "我的老年证丢了怎么办",
        );
        check(
            "我的老年证丢了怎么办，我的老年证丢了怎么办。",
            Zh,
            "我的老年证丢了怎么办",
        );
        check("去哪里办去哪里办去哪里办去哪里办去哪里", Zh, "去哪里办");
        check("嗯嗯嗯嗯嗯嗯嗯嗯嗯", Zh, "嗯");
        check("谢谢谢谢", Zh, "谢谢谢谢");
        check("慢一点慢一点", Zh, "慢一点慢一点");
        check("[音乐] 我想问一下（笑）公交卡", Zh, "我想问一下公交卡");
        check(
            "我今年65了，9月1日满60岁",
            Zh,
            "我今年六十五了，九月一日满六十岁",
        );
        check("打12345还是110，2026年", Zh, "打12345还是110，二零二六年");
        check("花了1,200.5元，坐B1路", Zh, "花了一千二百点五元，坐B1路");
        check(" I lost my ID card.", En, "I lost my ID card.");
        check(
            "I lost my card today. I lost my card today. I lost my card today.",
            En,
            "I lost my card today.",
        );
        check("no no no", En, "no no no");
        check("[BLANK_AUDIO]", En, "");
        check("", Zh, "");
    }

    #[test]
    fn knows_credits() {
        #[track_caller]
        fn check(text: &str, credit: bool) {
            assert_eq!(is_credit(text), credit, "{text}");
        }
        check("字幕由Amara.org社区提供", true);
        check("请不吝点赞 订阅 转发 打赏支持明镜与点点栏目", true);
        check("谢谢观看", true);
        check("Thanks for watching!", true);
        check("谢谢", false);
        check("谢谢你，老年证怎么办", false);
        check("电视的字幕太小了怎么调", false);
        check("Thank you.", false);
    }

    proptest! {
        #[test]
        fn never_longer_and_never_panics(text in ".{0,200}") {
            for language in Language::ALL {
                let cleaned = clean(&text, language);
                // A digit may become several characters: 9999 九千九百九十九.
                prop_assert!(cleaned.chars().count() <= 3 * text.chars().count());
            }
        }

        #[test]
        fn a_request_said_twice_is_cut_to_one(request in "[医保卡老年证怎么办丢了去哪里]{6,20}") {
            let once = clean(&request, Language::Zh);
            let twice = clean(&format!("{request}{request}"), Language::Zh);
            prop_assert!(twice.chars().count() <= once.chars().count().max(request.chars().count()));
        }
    }
}
