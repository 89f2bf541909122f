//! What is only for the eye: widths, markup, emoji, invisible characters.

use unicode_normalization::UnicodeNormalization;

use super::place::pattern;
use crate::language::Language;
use crate::text::{pinyin, simplify};

/// The longest text that is read, in characters; the rest is left out.
const MAX_CHARACTERS: usize = 50_000;

/// Letters, digits and punctuation in their plain forms; no markup, no emoji, no letters of
/// scripts that neither language reads. Chinese punctuation stays Chinese.
pub(super) fn tidy(text: &str, language: Language) -> String {
    let plain: String = text
        .chars()
        .take(MAX_CHARACTERS)
        .filter(|&c| !is_invisible(c))
        .flat_map(plain)
        .collect();
    let plain: String = plain.nfc().collect();
    let plain = match language {
        Language::Zh => simplify(&plain),
        Language::En => plain,
    };
    // Before the rules, which look at what stands before a place: they must not find a letter
    // there that is not spoken.
    let readable: String = plain.chars().map(readable).collect();
    readable
        .lines()
        .map(|line| without_markup(line.trim()))
        .collect::<Vec<_>>()
        .join("\n")
}

/// The plain form of one character.
fn plain(c: char) -> Vec<char> {
    match c {
        '，' | '；' | '：' | '？' | '！' | '（' | '）' | '。' | '、' => vec![c],
        '℃' => "°C".chars().collect(),
        '²' => "^2".chars().collect(),
        '³' => "^3".chars().collect(),
        '㎡' => "m^2".chars().collect(),
        '㎥' => "m^3".chars().collect(),
        '①'..='⑳' => [c].into_iter().nfkc().chain(['、']).collect(),
        '\u{2160}'..='\u{216b}' => (u32::from(c) - 0x2160 + 1).to_string().chars().collect(),
        '\u{2044}' | '∕' => vec!['/'],
        '‐' | '‑' | '‒' | '−' | '﹣' | '－' => vec!['-'],
        '‘' | '’' | '＇' | '`' | '´' => vec!['\''],
        '〜' | '～' | '∼' => vec!['~'],
        '…' => vec!['…'],
        '\t' | '\u{a0}' | '\u{3000}' => vec![' '],
        '\r' | '\u{2028}' | '\u{2029}' | '\u{b}' | '\u{c}' | '\u{85}' => vec!['\n'],
        '½' | '¼' | '¾' => " "
            .chars()
            .chain([c].into_iter().nfkc())
            .map(|c| if c == '\u{2044}' { '/' } else { c })
            .collect(),
        _ => [c].into_iter().nfkc().collect(),
    }
}

/// Latin letters without their accents (é → e); a space for a letter or digit that neither
/// language reads.
fn readable(c: char) -> char {
    if c.is_ascii() || !c.is_alphanumeric() || pinyin::is_read(c) || "αβγμ".contains(c) {
        return c;
    }
    let base = [c].into_iter().nfd().next();
    base.filter(char::is_ascii_alphabetic).unwrap_or(' ')
}

/// Zero-width and control characters, emoji and their modifiers.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{8}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}' | '\u{ad}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{20d0}'..='\u{20ff}'
        | '\u{2300}'..='\u{23ff}' | '\u{25a0}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}'
        | '\u{1f000}'..='\u{1faff}' | '\u{e0000}'..='\u{e007f}' | '\u{fff0}'..='\u{ffff}')
}

/// A line without the signs of markdown: heading, quotation, bullet, emphasis, code, links.
fn without_markup(line: &str) -> String {
    let start = pattern!(r"(?:#{1,6}\s|>\s?|[-*+•·]\s|\|)+")
        .find(line)
        .map_or(0, |found| found.end());
    let mut out = String::with_capacity(line.len());
    let mut rest = &line[start..];
    while let Some(c) = rest.chars().next() {
        let link = (c == '[')
            .then(|| pattern!(r"\[([^\[\]]{1,200})\]\([^()\s]{1,500}\)").captures(rest))
            .flatten();
        let emphasis = pattern!(r"\*{2,}|_{2,}|'{2,}|~~+").find(rest);
        let length = match (link, emphasis) {
            (Some(link), _) => {
                out.push_str(&link[1]);
                link[0].len()
            }
            (_, Some(marks)) => marks.end(),
            _ => {
                out.push(c);
                c.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tidies() {
        #[track_caller]
        fn check(text: &str, tidied: &str) {
            assert_eq!(tidy(text, Language::Zh), tidied);
        }
        check("ＡＢＣ１２３％", "ABC123%");
        check("您好，请问（三楼）？", "您好，请问（三楼）？");
        check("醫保卡丟了", "医保卡丢了");
        check(
            "# 标题\n- 一项\n> **重点** __也是__",
            "标题\n一项\n重点 也是",
        );
        check(
            "看[国家政务服务平台](https://example.com/a)",
            "看国家政务服务平台",
        );
        check("好的👌🏻👨‍👩‍👧❤️。", "好的。");
        check("60㎡，37℃", "60m^2，37°C");
        check("1½", "1 1/2");
        check("a\u{200b}b\u{7}c", "abc");
        check("①身份证②照片", "1、身份证2、照片");
        check("第Ⅲ级", "第3级");
        check("Café，ελ二ДА三", "Cafe，  二  三");
    }
}
