//! Amounts of money.

use super::super::place::{Place, Spoken, pattern};
use super::dates::to;
use super::numbers::cardinal;

/// `¥1,200.50`, `RMB 300-500`, `$5.20`, `€2 million`: the currency is said behind the amount.
pub(super) fn with_sign(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(concat!(
        r"(¥|RMB ?|CNY ?|HK\$|US\$|\$|€|£) ?([0-9][0-9,]*(?:\.[0-9]+)?)(?:",
        to!(),
        r"(?:¥|\$|€|£)?([0-9][0-9,]*(?:\.[0-9]+)?))?( (?:million|billion|thousand))?( yuan)?"
    ))
    .captures(place.rest)?;
    let (one, many, small) = match found[1].trim() {
        "HK$" => ("Hong Kong dollar", "Hong Kong dollars", "cents"),
        "$" | "US$" => ("dollar", "dollars", "cents"),
        "€" => ("euro", "euros", "cents"),
        "£" => ("pound", "pounds", "pence"),
        _ => ("yuan", "yuan", ""),
    };
    let big = found.get(4).map_or("", |big| big.as_str());
    let second = found
        .get(3)
        .map(|second| second.as_str().trim_end_matches(','));
    let first = found[2].trim_end_matches(',');
    // A comma behind the amount belongs to the sentence.
    let comma = found[0].len() - found[0].trim_end_matches(',').len();
    let words = match (second, first.split_once('.')) {
        (Some(second), _) => format!("{} to {}{big} {many}", cardinal(first), cardinal(second)),
        (None, Some((whole, cents))) if cents.len() == 2 && !small.is_empty() && big.is_empty() => {
            let unit = if whole == "1" { one } else { many };
            match cents {
                "00" => format!("{} {unit}", cardinal(whole)),
                _ => format!(
                    "{} {unit} {} {small}",
                    cardinal(whole),
                    cardinal(cents.trim_start_matches('0'))
                ),
            }
        }
        (None, _) => {
            let first = first.strip_suffix(".00").unwrap_or(first);
            format!(
                "{}{big} {}",
                cardinal(first),
                if first == "1" && big.is_empty() {
                    one
                } else {
                    many
                }
            )
        }
    };
    Spoken::new(found[0].len() - comma, words)
}
