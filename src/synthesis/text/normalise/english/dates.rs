//! Dates and times of day.

use super::super::place::{Place, Spoken, pattern};
use super::numbers::{cardinal, ordinal, year};
use super::phones::is_counted;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The names of the months, whole or cut to three letters.
macro_rules! month {
    () => {
        r"(Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
    };
}

/// What may stand between the two ends of a range.
macro_rules! to {
    () => {
        r"(?: ?(?:-{1,2}|—|–|~) ?| to )"
    };
}
pub(super) use to;

fn month_name(written: &str) -> Option<&'static str> {
    MONTHS
        .into_iter()
        .find(|month| month.starts_with(written.get(..3).unwrap_or(written)))
}

/// `2026-03-05`, `2026/3/5`.
pub(super) fn date(place: &Place<'_>) -> Option<Spoken> {
    let found =
        pattern!(r"([12][0-9]{3})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})").captures(place.rest)?;
    let month: usize = found[2].parse().ok()?;
    let month = MONTHS.get(month.checked_sub(1)?)?;
    let more = place.rest[found[0].len()..].starts_with(|c: char| c.is_ascii_digit());
    let day = day(&found[3]).filter(|_| !more)?;
    Spoken::new(
        found[0].len(),
        format!("{month} {day}, {}", year(&found[1])),
    )
}

/// `5 March 2026`, `the 5th of March`.
pub(super) fn day_and_month(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(concat!(
        r"([0-9]{1,2})(?:st|nd|rd|th)? (of )?",
        month!(),
        r"(?:,? ([12][0-9]{3}))?(?:[^A-Za-z0-9]|$)"
    ))
    .captures(place.rest)?;
    let month = month_name(&found[3])?;
    let end = found.get(4).or_else(|| found.get(3))?.end();
    let said_article = place.before.trim_end().ends_with("the");
    let article = if said_article { "" } else { "the " };
    let words = format!("{article}{} of {month}", day(&found[1])?);
    Spoken::new(
        end,
        with_year(words, found.get(4).map(|year| year.as_str())),
    )
}

/// `March 5, 2026`, `Mar. 5th`, `March 2026`.
pub(super) fn month_and_day(place: &Place<'_>) -> Option<Spoken> {
    if place.previous().is_some_and(char::is_alphanumeric) {
        return None;
    }
    if let Some(found) = pattern!(concat!(
        month!(),
        r" ([0-9]{1,2})(?:st|nd|rd|th)?(?:,? ([12][0-9]{3}))?(?:[^A-Za-z0-9:]|$)"
    ))
    .captures(place.rest)
        && let (Some(month), Some(day)) = (month_name(&found[1]), day(&found[2]))
    {
        let ordinal = pattern!(concat!(month!(), r" [0-9]{1,2}(?:st|nd|rd|th)?"))
            .find(place.rest)?
            .end();
        let end = found.get(3).map_or(ordinal, |year| year.end());
        return Spoken::new(
            end,
            with_year(
                format!("{month} {day}"),
                found.get(3).map(|year| year.as_str()),
            ),
        );
    }
    let found =
        pattern!(concat!(month!(), r" ([12][0-9]{3})(?:[^A-Za-z0-9]|$)")).captures(place.rest)?;
    Spoken::new(
        found.get(2)?.end(),
        format!("{} {}", month_name(&found[1])?, year(&found[2])),
    )
}

fn with_year(words: String, digits: Option<&str>) -> String {
    match digits {
        Some(digits) => format!("{words}, {}", year(digits)),
        None => words,
    }
}

fn day(digits: &str) -> Option<String> {
    let day: u32 = digits.parse().ok()?;
    (1..=31).contains(&day).then(|| ordinal(&day.to_string()))
}

/// `2020-2025`, `in 2026`: four digits from 1500 to 2099 that count nothing.
pub(super) fn years(place: &Place<'_>) -> Option<Spoken> {
    if let Some(found) = pattern!(concat!(
        r"((?:1[5-9]|20)[0-9]{2})",
        to!(),
        r"((?:1[5-9]|20)[0-9]{2})(?:[^0-9A-Za-z%]|$)"
    ))
    .captures(place.rest)
    {
        let end = found.get(2)?.end();
        if found[1] < found[2] && !is_counted(place.after(end)) {
            return Spoken::new(end, format!("{} to {}", year(&found[1]), year(&found[2])));
        }
    }
    let found = pattern!(r"((?:1[5-9]|20)[0-9]{2})(?:[^0-9A-Za-z%]|$)").captures(place.rest)?;
    let end = found.get(1)?.end();
    let next = &place.rest[end..];
    let part = pattern!(r"[.,:/][0-9]|(?: ?[-–—~] ?| to )[0-9]").is_match(next);
    let before = place
        .before
        .trim_end()
        .rsplit(|c: char| !c.is_ascii_alphabetic())
        .next()
        .unwrap_or("");
    let amount = [
        "about", "than", "over", "least", "most", "of", "is", "to", "costs", "pay",
    ]
    .contains(&before)
        && found[1].ends_with("00");
    (!part && !amount && !is_counted(place.after(end)) && !place.before.ends_with(['¥', '$', '-']))
        .then(|| Spoken::new(end, year(&found[1])))?
}

/// `the 1990s`, `the 80s`.
pub(super) fn decade(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(r"(1[5-9]|20)?([0-9]0)'?s(?:[^A-Za-z]|$)").captures(place.rest)?;
    let tens = cardinal(&found[2]);
    let decade = match (found.get(1), &found[2]) {
        (None, "00" | "10") | (Some(_), "00") => return None,
        (_, "10") => "tens".into(),
        _ => format!("{}ies", tens.strip_suffix('y')?),
    };
    let century = found
        .get(1)
        .map(|century| format!("{} ", cardinal(century.as_str())))
        .unwrap_or_default();
    let end = found[0].trim_end_matches(|c: char| c != 's').len();
    Spoken::new(end, format!("{century}{decade}"))
}

/// `9:00-11:30`.
pub(super) fn time_range(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(concat!(
        r"([0-9]{1,2})(?::([0-9]{2}))?( ?[ap]\.?m\b\.?)?",
        to!(),
        r"([0-9]{1,2}):([0-9]{2})( ?[ap]\.?m\b\.?)?"
    ))
    .captures(place.rest)?;
    let first = clock(
        &found[1],
        found.get(2).map_or("00", |m| m.as_str()),
        found.get(3).map(|m| m.as_str()),
    )?;
    let second = clock(&found[4], &found[5], found.get(6).map(|m| m.as_str()))?;
    Spoken::new(found[0].len(), format!("{first} to {second}"))
}

/// `9:30`, `9:05 a.m.`, `9am`, `5 p.m.`.
pub(super) fn time(place: &Place<'_>) -> Option<Spoken> {
    let found =
        pattern!(r"([0-9]{1,2}):([0-9]{2})( ?[AaPp](?:\.[Mm]\.|[Mm]\b))?").captures(place.rest);
    let found = found.filter(|found| {
        !place.rest[found[0].len()..].starts_with(|c: char| c.is_ascii_digit() || c == ':')
    });
    if let Some(found) = found
        && let Some(words) = clock(&found[1], &found[2], found.get(3).map(|half| half.as_str()))
    {
        return end_of_sentence(place, found[0].len(), words);
    }
    let found = pattern!(r"([0-9]{1,2})( ?[AaPp](?:\.[Mm]\.|[Mm]\b))").captures(place.rest)?;
    let words = clock(&found[1], "00", Some(&found[2]))?;
    end_of_sentence(place, found[0].len(), words)
}

/// The full stop of "a.m." may end the sentence too.
fn end_of_sentence(place: &Place<'_>, length: usize, words: String) -> Option<Spoken> {
    let rest = &place.rest[length..];
    let ends = place.rest[..length].ends_with('.')
        && (rest.trim().is_empty() || pattern!(r" [A-Z]|\n").is_match(rest));
    Spoken::new(length, if ends { words + "." } else { words })
}

/// The time in words, if there is such a time.
fn clock(hour: &str, minute: &str, half: Option<&str>) -> Option<String> {
    let (hours, minutes): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    if hours > 24 || minutes > 59 {
        return None;
    }
    let hour = cardinal(&hours.to_string());
    let half = half.map(|half| {
        if half.trim().starts_with(['a', 'A']) {
            "AM"
        } else {
            "PM"
        }
    });
    let minute = match minutes {
        0 if half.is_some() => String::new(),
        0 => " o'clock".into(),
        1..10 => format!(" oh {}", cardinal(&minutes.to_string())),
        _ => format!(" {}", cardinal(minute)),
    };
    Some(match half {
        Some(half) => format!("{hour}{minute} {half}"),
        None => format!("{hour}{minute}"),
    })
}
