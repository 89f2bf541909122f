//! Latin words and letters inside Mandarin, web and mail addresses.

use super::super::place::{Place, Spoken, pattern};
use super::numbers::{cardinal, dialled};

/// `www.gov.cn/zw?id=1`, `https://…`, `name@163.com`: word by word, the signs between them said.
pub(super) fn address(place: &Place<'_>) -> Option<Spoken> {
    if place.previous().is_some_and(|c| c.is_ascii_alphanumeric()) {
        return None;
    }
    let found = pattern!(r"(?:https?://|www\.)[-A-Za-z0-9._~:/?#@!$&*+,;=%]{1,300}|[A-Za-z0-9][-A-Za-z0-9._+]{0,63}@[A-Za-z0-9][-A-Za-z0-9.]{0,80}|(?:[A-Za-z0-9][-A-Za-z0-9]{0,60}\.){1,5}(?:com|cn|net|org|gov|edu)(?:/[-A-Za-z0-9._~/?=&%]{0,200})?")
        .find(place.rest)?;
    let address = found
        .as_str()
        .trim_end_matches(['.', ',', ';', ':', '!', '?', '-']);
    let plain = address
        .strip_prefix("https://")
        .or_else(|| address.strip_prefix("http://"))
        .unwrap_or(address);
    let mut words = String::from(" ");
    let mut rest = plain.trim_end_matches('/');
    while let Some(c) = rest.chars().next() {
        let part = pattern!(r"[0-9]+|[A-Za-z]+")
            .find(rest)
            .map_or(c.len_utf8(), |part| part.end());
        let spoken = match c {
            '0'..='9' => dialled(&rest[..part]),
            'a'..='z' | 'A'..='Z' => format!(" {} ", &rest[..part]),
            '.' => "点".into(),
            '@' => "艾特".into(),
            '/' => "斜杠".into(),
            '-' | '_' => "横杠".into(),
            '?' => "问号".into(),
            '=' => "等于".into(),
            '&' => "和".into(),
            _ => String::new(),
        };
        words.push_str(&spoken);
        rest = &rest[part..];
    }
    Spoken::new(address.len(), words)
}

/// `G1234`, `A4`, `H5`, `B1层`, `Covid-19`: letters and digits in one word; three digits
/// and more are read one by one.
pub(super) fn with_digits(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(r"[A-Za-z]+(?:-?[0-9]+[A-Za-z]*){1,8}").find(place.rest)?;
    let mut words = String::from(" ");
    let mut rest = found.as_str();
    while !rest.is_empty() {
        let letters = rest
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(rest.len());
        words.push_str(&rest[..letters]);
        rest = rest[letters..].trim_start_matches('-');
        let digits = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        if digits > 0 {
            let number = &rest[..digits];
            words.push_str(&if digits > 2 || number.starts_with('0') {
                dialled(number)
            } else {
                cardinal(number)
            });
        }
        rest = &rest[digits..];
    }
    Spoken::new(found.len(), words)
}

/// A word of letters, with the hyphens and apostrophes inside it.
pub(super) fn word(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(r"[A-Za-z]+(?:[-'][A-Za-z]+)*").find(place.rest)?;
    let plus = place.rest[found.end()..].starts_with('+');
    let words = format!("{}{}", found.as_str(), if plus { "加" } else { "" });
    Spoken::new(found.len() + usize::from(plus), words)
}
