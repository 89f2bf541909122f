//! Dates and times of day.

use super::super::place::{Place, Spoken, pattern};
use super::numbers::{by_digits, cardinal, counted};

/// What may stand between the two ends of a range.
macro_rules! to {
    () => {
        r" ?(?:-{1,2}|—{1,2}|–|~|至|到) ?"
    };
}
pub(super) use to;

/// `2026-03-05`, `2026/3/5`, `2026.3.5`, `2026年3月5日`; day and month must be possible.
pub(super) fn date(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(
        r"([12][0-9]{3}) ?(?:-|/|\.|年) ?([0-9]{1,2}) ?(?:-|/|\.|月) ?([0-9]{1,2})(日|号)?"
    )
    .captures(place.rest)?;
    let length = found[0].len();
    let more = place.rest[length..].starts_with(|c: char| c.is_ascii_digit());
    if more || !is_between(&found[2], 1, 12) || !is_between(&found[3], 1, 31) {
        return None;
    }
    let day = found.get(4).map_or("日", |day| day.as_str());
    Spoken::new(
        length,
        format!(
            "{}年{}月{}{day}",
            by_digits(&found[1]),
            cardinal(trim(&found[2])),
            cardinal(trim(&found[3]))
        ),
    )
}

/// `3月5日`, `03月`, `5-8月`, `1月-3月`, `3月1日-5日`: never 两.
pub(super) fn month_and_day(place: &Place<'_>) -> Option<Spoken> {
    if let Some(found) = pattern!(concat!(
        r"([0-9]{1,2})(月|日|号)?",
        to!(),
        r"([0-9]{1,2})(月份?|日|号)(?:[^0-9]|$)"
    ))
    .captures(place.rest)
        && is_between(&found[1], 1, 31)
        && is_between(&found[3], 1, 31)
    {
        let end = found.get(4)?.end();
        let first = found.get(2).map_or("", |unit| unit.as_str());
        return Spoken::new(
            end,
            format!(
                "{}{first}到{}{}",
                cardinal(trim(&found[1])),
                cardinal(trim(&found[3])),
                &found[4]
            ),
        );
    }
    let found = pattern!(r"([0-9]{1,2}) ?(月|日|号)").captures(place.rest)?;
    Spoken::new(
        found[0].len(),
        format!("{}{}", cardinal(trim(&found[1])), &found[2]),
    )
}

/// `2026年` digit by digit, `2020-2025年`, `2026年度`, `90年代`; `20年` and `2年` are durations.
pub(super) fn years(place: &Place<'_>) -> Option<Spoken> {
    if let Some(found) = pattern!(concat!(
        r"((?:1[5-9]|20)[0-9]{2})年?",
        to!(),
        r"((?:1[5-9]|20)[0-9]{2})(年)?(?:[^0-9]|$)"
    ))
    .captures(place.rest)
    {
        let (first, second) = (&found[1], found.get(2)?);
        let end = found.get(3).map_or(second.end(), |year| year.end());
        // 1500-2000元 is no pair of years.
        if found.get(3).is_some()
            || (first < second.as_str() && !is_counted_thing(place.after(end)))
        {
            let year = if found.get(3).is_some() { "年" } else { "" };
            return Spoken::new(
                end,
                format!("{}到{}{year}", by_digits(first), by_digits(second.as_str())),
            );
        }
    }
    if let Some(found) = pattern!(r"([0-9]0)年代").captures(place.rest) {
        return Spoken::new(found[0].len(), format!("{}年代", cardinal(&found[1])));
    }
    let found = pattern!(r"((?:1[5-9]|20)[0-9]{2})( ?年)?").captures(place.rest)?;
    let year = &found[1];
    let after = &place.rest[year.len()..];
    let is_year = found.get(2).is_some()
        || ["版", "届", "春节", "款"]
            .iter()
            .any(|word| after.starts_with(word));
    is_year.then(|| Spoken::new(year.len(), by_digits(year)))?
}

fn is_counted_thing(after: &str) -> bool {
    super::numbers::is_measure(after)
        || after.starts_with(['万', '千', '平', '度', '步', '多', '余'])
}

/// `9:00-11:30`, `上午9:00至下午5:00` in its parts.
pub(super) fn time_range(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(concat!(
        r"([0-9]{1,2})[:：]([0-9]{2})",
        to!(),
        r"([0-9]{1,2})[:：]([0-9]{2})(?:[^0-9:：]|$)"
    ))
    .captures(place.rest)?;
    let words = format!(
        "{}到{}",
        clock(&found[1], &found[2], None)?,
        clock(&found[3], &found[4], None)?
    );
    Spoken::new(found.get(4)?.end(), words)
}

/// `9:30`, `9：05`, `12:30:15`.
pub(super) fn time(place: &Place<'_>) -> Option<Spoken> {
    let found =
        pattern!(r"([0-9]{1,2})[:：]([0-9]{2})(?:[:：]([0-9]{2}))?").captures(place.rest)?;
    if place.rest[found[0].len()..].starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    Spoken::new(
        found[0].len(),
        clock(&found[1], &found[2], found.get(3).map(|s| s.as_str()))?,
    )
}

/// The time in words, if there is such a time.
fn clock(hour: &str, minute: &str, second: Option<&str>) -> Option<String> {
    if !is_between(hour, 0, 24) || !is_between(minute, 0, 59) {
        return None;
    }
    let hour = counted(trim(hour), "点");
    let mut words = match minute {
        "00" if second.is_none() => format!("{hour}点"),
        _ => format!("{hour}点{}分", padded(minute)),
    };
    if let Some(second) = second {
        words.push_str(&format!("{}秒", padded(second)));
    }
    Some(words)
}

/// 05 → 零五, 30 → 三十.
fn padded(minute: &str) -> String {
    match minute.strip_prefix('0') {
        Some("0") | None => cardinal(trim(minute)),
        Some(one) => format!("零{}", cardinal(one)),
    }
}

fn is_between(number: &str, low: u32, high: u32) -> bool {
    number.parse().is_ok_and(|n: u32| (low..=high).contains(&n))
}

/// Without zeros in front.
fn trim(number: &str) -> &str {
    match number.trim_start_matches('0') {
        "" => "0",
        trimmed => trimmed,
    }
}
