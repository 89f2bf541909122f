//! Numbers that count or measure.

use super::super::place::{Place, Spoken, pattern};
use super::dates::to;
use super::numbers::{by_digits, cardinal, counted, dialled, is_measure};

/// A number with commas and decimals.
macro_rules! number {
    () => {
        r"([0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?)"
    };
}

/// `50%` → 百分之五十, `3-5%`, `50%-70%`, `5‰`.
pub(super) fn percentage(place: &Place<'_>) -> Option<Spoken> {
    let of = |sign: &str| {
        if sign == "‰" {
            "千分之"
        } else {
            "百分之"
        }
    };
    if let Some(found) = pattern!(concat!(
        number!(),
        r" ?(?:%|‰)?",
        to!(),
        number!(),
        r" ?(%|‰)"
    ))
    .captures(place.rest)
    {
        let of = of(&found[3]);
        return Spoken::new(
            found[0].len(),
            format!("{of}{}到{of}{}", cardinal(&found[1]), cardinal(&found[2])),
        );
    }
    let found = pattern!(concat!(number!(), r" ?(%|‰)")).captures(place.rest)?;
    Spoken::new(
        found[0].len(),
        format!("{}{}", of(&found[2]), cardinal(&found[1])),
    )
}

/// `1/2` → 二分之一, `1 1/2`; a larger number over a smaller one is no fraction.
pub(super) fn fraction(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(r"([0-9]{1,2})/([0-9]{1,3})(?:[^0-9/]|$)").captures(place.rest)?;
    let (over, under): (u32, u32) = (found[1].parse().ok()?, found[2].parse().ok()?);
    if place.before.ends_with('/') || over == 0 || over >= under {
        return None;
    }
    Spoken::new(
        found.get(2)?.end(),
        format!("{}分之{}", cardinal(&found[2]), cardinal(&found[1])),
    )
}

/// `3:1` → 三比一 (a time has two digits behind the colon, and came before).
pub(super) fn ratio(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(r"([0-9]{1,3}):([0-9]{1,3})(?:[^0-9:]|$)").captures(place.rest)?;
    Spoken::new(
        found.get(2)?.end(),
        format!("{}比{}", cardinal(&found[1]), cardinal(&found[2])),
    )
}

/// `2、3天` → 两三天: one number and the next before a measure word.
pub(super) fn neighbours(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(r"([1-8])[、,，]([2-9])(?:[^0-9]|$)").captures(place.rest)?;
    let end = found.get(2)?.end();
    let (first, second): (u32, u32) = (found[1].parse().ok()?, found[2].parse().ok()?);
    if second != first + 1 || !is_measure(place.after(end)) || place.before.ends_with('第') {
        return None;
    }
    Spoken::new(
        end,
        format!(
            "{}{}",
            counted(&found[1], place.after(end)),
            cardinal(&found[2])
        ),
    )
}

/// `3-5个` → 三到五个, `60~70岁`, `1.5-2万`; a unit that both have is said where it stands.
pub(super) fn range(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(concat!(
        number!(),
        r"(元|岁|天|年|个月|周|点|时|号楼|万|千)?",
        to!(),
        number!(),
        r"(?:[^-0-9]|$)"
    ))
    .captures(place.rest)?;
    let (first, second) = (found.get(1)?, found.get(3)?);
    let own = found.get(2).map_or("", |unit| unit.as_str());
    let after = place.after(second.end());
    let unit = if own.is_empty() { after } else { own };
    if place.previous().is_some_and(|c| c == '-' || c == '~')
        || is_code(first.as_str(), second.as_str())
    {
        return None;
    }
    Spoken::new(
        second.end(),
        format!(
            "{}{own}到{}",
            counted(first.as_str(), unit),
            counted(second.as_str(), after)
        ),
    )
}

/// Zeros in front belong to codes, not to quantities.
fn is_code(first: &str, second: &str) -> bool {
    let zero = |n: &str| n.len() > 1 && n.starts_with('0') && !n.starts_with("0.");
    zero(first) || zero(second)
}

/// `501室` and `301路` digit by digit.
pub(super) fn room_or_bus(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(r"([0-9]{3,4})(室|号?房|路|次列车)").captures(place.rest)?;
    Spoken::new(found[1].len(), dialled(&found[1]))
}

/// Symbols of units, longest first, and their names.
const UNITS: [(&str, &str); 30] = [
    ("km/h", "公里每小时"),
    ("mmHg", "毫米汞柱"),
    ("mmol/L", "毫摩尔每升"),
    ("kWh", "度"),
    ("kwh", "度"),
    ("m^2", "平方米"),
    ("m^3", "立方米"),
    ("m2", "平方米"),
    ("m3", "立方米"),
    ("km", "公里"),
    ("kg", "公斤"),
    ("KG", "公斤"),
    ("cm", "厘米"),
    ("mm", "毫米"),
    ("mg", "毫克"),
    ("ml", "毫升"),
    ("mL", "毫升"),
    ("°C", "摄氏度"),
    ("GB", "G"),
    ("MB", "兆"),
    ("kW", "千瓦"),
    ("min", "分钟"),
    ("°", "度"),
    ("m", "米"),
    ("g", "克"),
    ("h", "小时"),
    ("L", "升"),
    ("W", "瓦"),
    ("V", "伏"),
    ("s", "秒"),
];

/// `37.3℃` → 三十七点三摄氏度, `60m²`, `500g`; also behind a range.
pub(super) fn with_unit(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(concat!(r"([-−])?", number!(), r" ?(?:-|~)? ?([0-9.]+)? ?(km/h|mmHg|mmol/L|k[Ww]h|m\^?[23]|[kK][gG]|km|cm|mm|mg|m[lL]|°C?|GB|MB|kW|min|[mghLWVs])(?:[^A-Za-z0-9]|$)"))
        .captures(place.rest)?;
    let unit = found.get(4)?;
    let (_, name) = UNITS.iter().find(|(symbol, _)| *symbol == unit.as_str())?;
    let minus = match (found.get(1), *name) {
        (None, _) => "",
        (_, "摄氏度" | "度") => "零下",
        _ => "负",
    };
    if !minus.is_empty() && place.previous().is_some_and(|c| c.is_alphanumeric()) {
        return None;
    }
    let second = found
        .get(3)
        .map(|n| format!("到{}", counted(n.as_str(), name)))
        .unwrap_or_default();
    Spoken::new(
        unit.end(),
        format!("{minus}{}{second}{name}", counted(&found[2], name)),
    )
}

/// `1.2.3` → 一点二点三.
pub(super) fn version(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(r"[0-9]{1,4}(?:\.[0-9]{1,4}){2,}").find(place.rest)?;
    let parts: Vec<_> = found.as_str().split('.').map(by_digits).collect();
    Spoken::new(found.end(), parts.join("点"))
}

/// `-5` → 负五, where no word or number stands before the sign.
pub(super) fn negative(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(concat!(r"-", number!())).captures(place.rest)?;
    if place
        .previous()
        .is_some_and(|c| c.is_alphanumeric() || c == '-')
    {
        return None;
    }
    Spoken::new(found[0].len(), format!("负{}", cardinal(&found[1])))
}

/// Any other number. Behind 第, 周 and 星期 2 stays 二; zeros in front mean a code.
pub(super) fn number(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(number!()).captures(place.rest)?;
    let number = &found[1];
    let ordinal = ["第", "周", "星期", "礼拜", "初"]
        .iter()
        .any(|word| place.before.trim_end().ends_with(word));
    let code = number.len() > 1 && number.starts_with('0') && !number.starts_with("0.");
    let words = if code {
        dialled(number)
    } else if ordinal {
        cardinal(number)
    } else {
        counted(number, place.after(number.len()))
    };
    // 1.身份证: the number of a list, not a decimal.
    let listed = pattern!(r"[.、)）] ?[^0-9 ]").is_match(&place.rest[number.len()..])
        && place
            .before
            .trim_end()
            .ends_with(['\n', '。', '：', '；', '，']);
    let starts = place.before.trim().is_empty()
        && pattern!(r"[.] ?[^0-9]").is_match(&place.rest[number.len()..]);
    if listed || starts {
        return Spoken::new(number.len() + 1, words + "，")
            .filter(|_| place.rest[number.len()..].starts_with(['.', ')']))
            .or_else(|| Spoken::new(number.len(), cardinal(number)));
    }
    Spoken::new(number.len(), words)
}
