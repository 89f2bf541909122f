//! Signs that stand for words, and those that stand for nothing.

use super::super::place::{Place, Spoken, pattern};

/// A sign that is said.
pub(super) fn symbol(place: &Place<'_>) -> Option<Spoken> {
    let number_next = pattern!(r". ?[0-9]").is_match(place.rest);
    let number_before = place
        .before
        .trim_end()
        .ends_with(|c: char| c.is_ascii_digit());
    let per = pattern!(
        r" ?/ ?(month|year|day|hour|person|week|night|minute|time|household|bed|kWh|km|kg|m\b)"
    )
    .captures(place.rest);
    if let Some(per) = per.filter(|_| place.before.ends_with("yuan") || number_before) {
        return Spoken::new(per[0].len() - per[1].len(), " per ");
    }
    let c = place.rest.chars().next()?;
    let words = match c {
        '+' if number_before && !number_next => " or more ",
        '+' => " plus ",
        '×' | '*' if number_before && number_next => " times ",
        '÷' => " divided by ",
        '=' => " equals ",
        '≥' | '⩾' => " at least ",
        '≤' | '⩽' => " at most ",
        '>' if number_next || number_before => " more than ",
        '<' if number_next || number_before => " less than ",
        '≈' => " about ",
        '±' => " plus or minus ",
        '&' => " and ",
        '@' => " at ",
        '%' => " percent ",
        '¥' => " yuan ",
        '$' => " dollars ",
        '€' => " euros ",
        '£' => " pounds ",
        '°' => " degrees ",
        '→' => " to ",
        '/' if place.previous().is_some_and(char::is_alphabetic) => " or ",
        '-' => " ",
        _ => return None,
    };
    Spoken::new(c.len_utf8(), words)
}

/// What becomes of a character that no rule knows: Chinese characters stay, brackets and
/// strokes become a pause, everything else a space.
pub(super) fn plain(c: char) -> char {
    match c {
        ',' | '.' | '!' | '?' | ';' | ':' => c,
        '，' | '、' => ',',
        '。' | '\n' | '｡' => '.',
        '！' => '!',
        '？' => '?',
        '；' => ';',
        '：' => ':',
        '(' | ')' | '（' | '）' | '[' | ']' | '{' | '}' | '【' | '】' | '—' | '–' | '…' | '~'
        | '|' | '/' => ',',
        _ if crate::text::pinyin::is_read(c) => c,
        _ => ' ',
    }
}
