//! Abbreviations, initials, web and mail addresses, words.

use super::super::place::{Place, Spoken, pattern};
use super::numbers::{by_digits, cardinal};

/// `www.gov.cn`, `https://…`, `name@163.com`: word by word, the signs between them said.
pub(super) fn address(place: &Place<'_>) -> Option<Spoken> {
    if place.previous().is_some_and(|c| c.is_ascii_alphanumeric()) {
        return None;
    }
    let found = pattern!(r"(?:https?://|www\.)[-A-Za-z0-9._~:/?#@!$&*+,;=%]{1,300}|[A-Za-z0-9][-A-Za-z0-9._+]{0,63}@[A-Za-z0-9][-A-Za-z0-9.]{0,80}|(?:[A-Za-z0-9][-A-Za-z0-9]{0,60}\.){1,5}(?:com|cn|net|org|gov|edu)(?:/[-A-Za-z0-9._~/?=&%]{0,200}|\b)")
        .find(place.rest)?;
    let address = found
        .as_str()
        .trim_end_matches(['.', ',', ';', ':', '!', '?', '-']);
    let plain = address
        .strip_prefix("https://")
        .or_else(|| address.strip_prefix("http://"))
        .unwrap_or(address);
    let mut words = Vec::new();
    let mut rest = plain.trim_end_matches('/');
    while let Some(c) = rest.chars().next() {
        let part = pattern!(r"[0-9]+|[A-Za-z]+")
            .find(rest)
            .map_or(c.len_utf8(), |part| part.end());
        words.push(match c {
            '0'..='9' => by_digits(&rest[..part]),
            'a'..='z' | 'A'..='Z' => rest[..part].to_owned(),
            '.' => "dot".into(),
            '@' => "at".into(),
            '/' => "slash".into(),
            '-' => "hyphen".into(),
            '_' => "underscore".into(),
            '?' => "question mark".into(),
            '=' => "equals".into(),
            '&' => "and".into(),
            '+' => "plus".into(),
            '%' => "percent".into(),
            _ => String::new(),
        });
        rest = &rest[part..];
    }
    Spoken::new(address.len(), words.join(" "))
}

/// `No. 5`, `Nos. 3`, `#5`.
pub(super) fn number_sign(place: &Place<'_>) -> Option<Spoken> {
    if place.previous().is_some_and(char::is_alphanumeric) {
        return None;
    }
    let found = pattern!(r"(?:[Nn]o\. ?|[Nn]os\. ?|№ ?|#)([0-9])").captures(place.rest)?;
    Spoken::new(found.get(1)?.start(), "number ")
}

/// Written short, said long. The first letter's case does not matter.
const LONG: [(&str, &str); 26] = [
    ("e.g.", "for example"),
    ("i.e.", "that is"),
    ("etc.", "and so on"),
    ("a.m.", "AM"),
    ("p.m.", "PM"),
    ("approx.", "about"),
    ("incl.", "including"),
    ("tel.", "telephone"),
    ("vs.", "versus"),
    ("mr.", "mister"),
    ("mrs.", "missus"),
    ("ms.", "miz"),
    ("dr.", "doctor"),
    ("prof.", "professor"),
    ("rd.", "road"),
    ("ave.", "avenue"),
    ("blvd.", "boulevard"),
    ("dept.", "department"),
    ("govt.", "government"),
    ("min.", "minutes"),
    ("max.", "maximum"),
    ("ext.", "extension"),
    ("w/o", "without"),
    ("w/", "with "),
    ("fig.", "figure"),
    ("u.s.", "US"),
];

/// `e.g.`, `Mr.`, `etc.`; the last keeps the full stop of its sentence.
pub(super) fn abbreviation(place: &Place<'_>) -> Option<Spoken> {
    if place.previous().is_some_and(char::is_alphanumeric)
        || !place.rest.starts_with(|c: char| c.is_ascii_alphabetic())
    {
        return None;
    }
    let start: String = place
        .rest
        .chars()
        .take(8)
        .collect::<String>()
        .to_ascii_lowercase();
    let (short, long) = LONG.iter().find(|(short, _)| start.starts_with(short))?;
    let rest = &place.rest[short.len()..];
    let can_end = ["etc.", "a.m.", "p.m.", "u.s."].contains(short);
    let ends = can_end && (rest.trim().is_empty() || pattern!(r"\n| [A-Z]").is_match(rest));
    Spoken::new(
        short.len(),
        if ends {
            format!("{long}.")
        } else {
            (*long).to_owned()
        },
    )
}

/// `A4`, `G1234`, `Covid-19`: letters and digits in one word; three digits and more are
/// read one by one.
pub(super) fn with_digits(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(r"[A-Za-z]+(?:-?[0-9]+[A-Za-z]*){1,8}").find(place.rest)?;
    let mut words = Vec::new();
    let mut rest = found.as_str();
    while !rest.is_empty() {
        let letters = rest
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(rest.len());
        words.push(rest[..letters].to_owned());
        rest = rest[letters..].trim_start_matches('-');
        let digits = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        let number = &rest[..digits];
        if !number.is_empty() {
            words.push(if digits > 2 || number.starts_with('0') {
                by_digits(number)
            } else {
                cardinal(number)
            });
        }
        rest = &rest[digits..];
    }
    words.retain(|word| !word.is_empty());
    Spoken::new(found.len(), words.join(" "))
}

/// `U.S.A.`, `P.O.`: letters with full stops between them.
pub(super) fn dotted(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(r"(?:[A-Za-z]\.){2,8}").find(place.rest)?;
    let letters: String = found.as_str().chars().filter(|c| *c != '.').collect();
    let rest = &place.rest[found.end()..];
    let ends = rest.trim().is_empty() || rest.starts_with('\n');
    Spoken::new(
        found.len(),
        format!(
            "{}{}",
            letters.to_ascii_uppercase(),
            if ends { "." } else { "" }
        ),
    )
}

/// A word of letters, with the hyphens and apostrophes inside it and behind a plural.
pub(super) fn word(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(r"[A-Za-z]+(?:[-'][A-Za-z]+)*").find(place.rest)?;
    let plural = found.as_str().ends_with('s') && place.rest[found.end()..].starts_with('\'');
    let word = &place.rest[..found.end() + usize::from(plural)];
    Spoken::new(word.len(), word)
}
