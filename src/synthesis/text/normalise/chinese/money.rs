//! Amounts of money.

use super::super::place::{Place, Spoken, pattern};
use super::numbers::{cardinal, counted};

/// `¥1,200.50`, `￥300-500`, `$5`, `€20万`: the currency is said behind the amount.
pub(super) fn with_sign(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(r"(¥|RMB ?|HK\$|US\$|\$|€|£) ?([0-9][0-9,]*(?:\.[0-9]+)?)(?: ?[-~—–至到] ?(?:¥|\$|€|£)?([0-9][0-9,]*(?:\.[0-9]+)?))?(万|亿)?(元)?").captures(place.rest)?;
    let currency = match found[1].trim() {
        "HK$" => "港元",
        "$" | "US$" => "美元",
        "€" => "欧元",
        "£" => "英镑",
        _ => "元",
    };
    let big = found.get(4).map_or("", |big| big.as_str());
    let unit = format!("{big}{currency}");
    let amount = |number: &str| {
        if big.is_empty() && currency == "元" {
            yuan(number)
        } else {
            Some(format!("{}{unit}", counted(number, &unit)))
        }
    };
    let words = match found.get(3) {
        Some(second) => format!(
            "{}到{}",
            counted(&found[2], &unit),
            amount(second.as_str())?
        ),
        None => amount(&found[2])?,
    };
    Spoken::new(found[0].len(), words)
}

/// `1200.50元` → 一千二百块五毛; whole amounts are an ordinary number with its unit.
pub(super) fn decimal(place: &Place<'_>) -> Option<Spoken> {
    let found =
        pattern!(r"([0-9][0-9,]*\.[0-9]{1,2}) ?(?:元|块钱?)(?:人民币)?").captures(place.rest)?;
    Spoken::new(found[0].len(), yuan(&found[1])?)
}

/// Yuan, jiao and fen as one says them at the counter.
fn yuan(number: &str) -> Option<String> {
    let number = number.replace(',', "");
    let (whole, decimals) = number.split_once('.').unwrap_or((&number, ""));
    if decimals.len() > 2 {
        return Some(format!("{}元", cardinal(&number)));
    }
    let mut digits = decimals.chars().chain(['0', '0']);
    let (jiao, fen) = (digits.next()?, digits.next()?);
    let whole = whole.trim_start_matches('0');
    let mut words = match (whole, jiao, fen) {
        ("", '0', '0') => return Some("零元".into()),
        ("", ..) => String::new(),
        (_, '0', '0') => return Some(format!("{}元", counted(whole, "元"))),
        _ => format!("{}块", counted(whole, "块")),
    };
    if jiao != '0' {
        words.push_str(&format!("{}毛", counted(&jiao.to_string(), "毛")));
    } else if !words.is_empty() {
        words.push('零');
    }
    if fen != '0' {
        words.push_str(&format!("{}分", cardinal(&fen.to_string())));
    }
    Some(words)
}
