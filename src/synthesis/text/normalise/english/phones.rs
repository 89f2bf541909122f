//! Numbers that are dialled or copied: digit by digit.

use super::super::place::{Place, Spoken, pattern};
use super::numbers::by_digits;

/// Eighteen digits of an identity card, the last possibly an X.
pub(super) fn identity_card(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(r"([0-9]{6})([0-9]{8})([0-9]{3})([0-9Xx])(?:[^0-9A-Za-z]|$)")
        .captures(place.rest)?;
    let last = if found[4].eq_ignore_ascii_case("x") {
        "X".into()
    } else {
        by_digits(&found[4])
    };
    Spoken::dialled(
        18,
        format!(
            "{}, {}, {} {last}",
            by_digits(&found[1]),
            by_digits(&found[2]),
            by_digits(&found[3])
        ),
    )
}

/// Mobile numbers, numbers with an area code, 400 and 800 numbers, in groups.
pub(super) fn telephone(place: &Place<'_>) -> Option<Spoken> {
    let kinds = [
        pattern!(r"(?:\+?(86)[- ]?)?(1[3-9][0-9])[- ]?([0-9]{4})[- ]?([0-9]{4})"),
        pattern!(r"(?:\+?(86)[- ]?)?\(?(0[0-9]{2,3})(?:\)|[- ]){0,2}([0-9]{3,4})[- ]?([0-9]{4})"),
        pattern!(r"()([48]00)[- ]?([0-9]{3})[- ]?([0-9]{4})"),
        pattern!(r"()([48]00)-([0-9]{2,5})-([0-9]{2,5})"),
    ];
    let found = kinds
        .into_iter()
        .find_map(|kind| kind.captures(place.rest))?;
    if place.rest[found[0].len()..].starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let groups: Vec<_> = found
        .iter()
        .skip(1)
        .flatten()
        .map(|group| by_digits(group.as_str()))
        .filter(|group| !group.is_empty())
        .collect();
    Spoken::dialled(found[0].len(), groups.join(", "))
}

/// Words behind which a number of three or more digits is dialled, sent or copied.
const DIALLING: &str = "call dial ring phone telephone hotline number line helpline text code pin password ext extension \
    card account mobile telecom unicom calling dialling dialing ringing at or and on press enter id";

fn is_dialling(before: &str) -> bool {
    let before = before.trim_end_matches([' ', ':', '"', '(', '“']);
    let before = before.strip_suffix(" is").unwrap_or(before);
    let word = before
        .rsplit(|c: char| !c.is_ascii_alphabetic())
        .next()
        .unwrap_or("");
    let word = word.to_ascii_lowercase();
    // "and 120 yuan" was sorted out before; "at 110" is a number to ring only if nothing is counted.
    DIALLING.split_whitespace().any(|d| d == word)
}

fn is_hotline(digits: &str) -> bool {
    match digits.len() {
        3 => ["110", "112", "114", "119", "120", "122", "911", "999"].contains(&digits),
        5 => {
            ["12", "95", "96", "100", "101", "111", "116", "118"]
                .iter()
                .any(|start| digits.starts_with(start))
                && !digits.ends_with("000")
        }
        6 => {
            ["96", "116", "118", "955"]
                .iter()
                .any(|start| digits.starts_with(start))
                && !digits.ends_with("000")
        }
        _ => false,
    }
}

/// Words for what is counted.
const COUNTED: &str = "yuan rmb jiao dollar euro pound percent per metre meter kilometre kilometer square mile km kg gram people person \
    resident senior family household day month year hour minute week second time working calendar step floor page million thousand \
    hundred billion mm cm degree point yuans copies copy photo card bed home seat item city cities province place ml litre more or-more";

/// Whether a number before `after` counts something.
pub(super) fn is_counted(after: &str) -> bool {
    let word: String = after
        .trim_start_matches(['-', ' '])
        .chars()
        .take_while(char::is_ascii_alphabetic)
        .collect();
    let word = word.to_ascii_lowercase();
    let singular = word.strip_suffix('s').unwrap_or(&word);
    after.starts_with(['%', '°', '‰'])
        || COUNTED
            .split_whitespace()
            .any(|unit| unit == word || unit == singular)
}

/// A hotline, wherever it stands; any short number behind a word for dialling.
pub(super) fn hotline(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(r"([0-9]{3,6})(?:[^0-9A-Za-z]|$)").captures(place.rest)?;
    let digits = &found[1];
    let next = &place.rest[digits.len()..];
    let part = pattern!(r"[.:%][0-9]|,[0-9]{3}(?:[^0-9]|$)|(?: ?[-–—~] ?| to )[0-9]")
        .is_match(next)
        || (digits.len() == 3 && next.starts_with('/'));
    if part
        || is_counted(place.after(digits.len()))
        || place.before.ends_with(['¥', '$', '€', '£', '.', ','])
    {
        return None;
    }
    let dialling = digits.len() != 4 && (place.after_dialled || is_dialling(place.before));
    (is_hotline(digits) || dialling).then(|| Spoken::dialled(digits.len(), by_digits(digits)))?
}

/// Seven digits and more that count nothing, in groups of four.
pub(super) fn long_number(place: &Place<'_>) -> Option<Spoken> {
    let digits = pattern!(r"[0-9]{7,}").find(place.rest)?.as_str();
    if digits.len() <= 15 && is_counted(place.after(digits.len())) && !digits.starts_with('0') {
        return None;
    }
    let groups: Vec<_> = digits
        .as_bytes()
        .chunks(4)
        .map(|group| by_digits(&String::from_utf8_lossy(group)))
        .collect();
    Spoken::dialled(digits.len(), groups.join(", "))
}
