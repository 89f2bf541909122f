//! Numbers that count or measure.

use super::super::place::{Place, Spoken, pattern};
use super::dates::to;
use super::numbers::{self, by_digits, cardinal};

/// A number with commas and decimals.
macro_rules! number {
    () => {
        r"([0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?)"
    };
}

/// `50%`, `3-5%`.
pub(super) fn percentage(place: &Place<'_>) -> Option<Spoken> {
    if let Some(found) =
        pattern!(concat!(number!(), r" ?%?", to!(), number!(), r" ?%")).captures(place.rest)
    {
        return Spoken::new(
            found[0].len(),
            format!("{} to {} percent", cardinal(&found[1]), cardinal(&found[2])),
        );
    }
    let found = pattern!(concat!(number!(), r" ?(%|‰)")).captures(place.rest)?;
    let of = if &found[2] == "%" {
        "percent"
    } else {
        "per thousand"
    };
    Spoken::new(found[0].len(), format!("{} {of}", cardinal(&found[1])))
}

/// `1st`, `22nd`.
pub(super) fn ordinal(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(r"([0-9]{1,6})(?:st|nd|rd|th)\b").captures(place.rest)?;
    Spoken::new(found[0].len(), numbers::ordinal(&found[1]))
}

/// `1/2` → one half, `2/3` → two thirds, `1 1/2` → one and a half.
pub(super) fn fraction(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(r"(?:([0-9]{1,3}) )?([0-9]{1,2})/([0-9]{1,3})(?:[^0-9/]|$)")
        .captures(place.rest)?;
    let (over, under): (u32, u32) = (found[2].parse().ok()?, found[3].parse().ok()?);
    if place.before.ends_with('/') || over == 0 || over >= under {
        return None;
    }
    let part = match (under, over) {
        (2, _) => "half".to_owned(),
        (4, 1) => "quarter".into(),
        (4, _) => "quarters".into(),
        (_, 1) => numbers::ordinal(&found[3]),
        _ => format!("{}s", numbers::ordinal(&found[3])),
    };
    let words = match found.get(1) {
        Some(whole) if over == 1 => format!("{} and a {part}", cardinal(whole.as_str())),
        Some(whole) => format!(
            "{} and {} {part}",
            cardinal(whole.as_str()),
            cardinal(&found[2])
        ),
        None => format!("{} {part}", cardinal(&found[2])),
    };
    Spoken::new(found.get(3)?.end(), words)
}

/// `3-5` → three to five.
pub(super) fn range(place: &Place<'_>) -> Option<Spoken> {
    let found =
        pattern!(concat!(number!(), to!(), number!(), r"(?:[^-0-9]|$)")).captures(place.rest)?;
    let zero = |n: &str| n.len() > 1 && n.starts_with('0') && !n.starts_with("0.");
    if place.previous().is_some_and(|c| c == '-') || zero(&found[1]) || zero(&found[2]) {
        return None;
    }
    Spoken::new(
        found.get(2)?.end(),
        format!("{} to {}", cardinal(&found[1]), cardinal(&found[2])),
    )
}

/// Symbols of units and their names, for one and for more.
const UNITS: [(&str, &str, &str); 24] = [
    ("km/h", "kilometre an hour", "kilometres an hour"),
    ("sq m", "square metre", "square metres"),
    ("mmHg", "millimetre of mercury", "millimetres of mercury"),
    ("kWh", "kilowatt hour", "kilowatt hours"),
    ("m^2", "square metre", "square metres"),
    ("m^3", "cubic metre", "cubic metres"),
    ("km", "kilometre", "kilometres"),
    ("kg", "kilogram", "kilograms"),
    ("cm", "centimetre", "centimetres"),
    ("mm", "millimetre", "millimetres"),
    ("mg", "milligram", "milligrams"),
    ("ml", "millilitre", "millilitres"),
    ("mL", "millilitre", "millilitres"),
    ("°C", "degree Celsius", "degrees Celsius"),
    ("°F", "degree Fahrenheit", "degrees Fahrenheit"),
    ("GB", "gigabyte", "gigabytes"),
    ("MB", "megabyte", "megabytes"),
    ("kW", "kilowatt", "kilowatts"),
    ("min", "minute", "minutes"),
    ("hrs", "hours", "hours"),
    ("°", "degree", "degrees"),
    ("m", "metre", "metres"),
    ("g", "gram", "grams"),
    ("h", "hour", "hours"),
];

/// `37.3°C`, `60 m²`, `500g`.
pub(super) fn with_unit(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(concat!(number!(), r" ?(km/h|sq m|mmHg|kWh|m\^[23]|km|kg|cm|mm|mg|m[lL]|°[CF]?|GB|MB|kW|min|hrs|[mgh])(?:[^A-Za-z0-9^]|$)"))
        .captures(place.rest)?;
    let (_, one, many) = UNITS.iter().find(|(symbol, ..)| *symbol == &found[2])?;
    Spoken::new(
        found.get(2)?.end(),
        format!(
            "{} {}",
            cardinal(&found[1]),
            if &found[1] == "1" { one } else { many }
        ),
    )
}

/// `1.2.3` → one point two point three.
pub(super) fn version(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(r"[0-9]{1,4}(?:\.[0-9]{1,4}){2,}").find(place.rest)?;
    let parts: Vec<_> = found.as_str().split('.').map(by_digits).collect();
    Spoken::new(found.end(), parts.join(" point "))
}

/// Any other number; `24-hour` → twenty four hour, `-5` → minus five, `5G` → five G.
pub(super) fn number(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(concat!(r"(-)?", number!(), r"(-|'s)?")).captures(place.rest)?;
    let minus = found.get(1).is_some();
    if minus
        && place
            .previous()
            .is_some_and(|c| c.is_alphanumeric() || c == '-')
    {
        return None;
    }
    let hyphen = found
        .get(3)
        .map_or("", |m| if m.as_str() == "-" { "-" } else { "s" });
    let word_next =
        place.rest[found.get(2)?.end()..].starts_with(|c: char| c.is_ascii_alphabetic());
    let end = if hyphen == "-" || hyphen == "s" {
        found[0].len()
    } else {
        found.get(2)?.end()
    };
    let space = if word_next || hyphen == "-" { " " } else { "" };
    let tail = if hyphen == "s" { "s" } else { "" };
    Spoken::new(
        end,
        format!(
            "{}{}{tail}{space}",
            if minus { "minus " } else { "" },
            cardinal(&found[2])
        ),
    )
}
