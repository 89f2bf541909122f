//! Numbers that are dialled or copied, not counted: digit by digit, with 幺 for 1.

use super::super::place::{Place, Spoken, pattern};
use super::numbers::{cardinal, dialled, is_measure};

/// Eighteen digits of an identity card, the last possibly an X: in its own groups.
pub(super) fn identity_card(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(r"([0-9]{6})([0-9]{8})([0-9]{3})([0-9Xx])(?:[^0-9A-Za-z]|$)")
        .captures(place.rest)?;
    let last = if &found[4] == "X" || &found[4] == "x" {
        "艾克斯".into()
    } else {
        dialled(&found[4])
    };
    let words = format!(
        "{}，{}，{}{last}",
        dialled(&found[1]),
        dialled(&found[2]),
        dialled(&found[3])
    );
    Spoken::dialled(18, words)
}

/// Mobile numbers, numbers with an area code, 400 and 800 numbers: in groups, so that one
/// can follow with the finger.
pub(super) fn telephone(place: &Place<'_>) -> Option<Spoken> {
    let kinds = [
        pattern!(r"(?:(\+?86)[- ]?)?(1[3-9][0-9])[- ]?([0-9]{4})[- ]?([0-9]{4})"),
        pattern!(r"(?:(\+?86)[- ]?)?\(?(0[0-9]{2,3})(?:\)|[- ])?([0-9]{3,4})[- ]?([0-9]{4})"),
        pattern!(r"()([48]00)[- ]?([0-9]{3})[- ]?([0-9]{4})"),
        pattern!(r"()([48]00)-([0-9]{2,5})-([0-9]{2,5})"),
    ];
    let found = kinds
        .into_iter()
        .find_map(|kind| kind.captures(place.rest))?;
    let mut length = found[0].len();
    if place.rest[length..].starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let groups: Vec<_> = found
        .iter()
        .skip(1)
        .flatten()
        .map(|group| dialled(group.as_str()))
        .filter(|g| !g.is_empty())
        .collect();
    let mut words = groups.join("，");
    if let Some(extension) =
        pattern!(r"(?:-|转|转分机|分机)([0-9]{1,6})").captures(&place.rest[length..])
    {
        length += extension[0].len();
        words.push_str("，转");
        words.push_str(&dialled(&extension[1]));
    }
    Spoken::dialled(length, words)
}

/// Words behind which a number of three or more digits is dialled, sent or copied.
const DIALLING: [&str; 41] = [
    "拨",
    "拨打",
    "打",
    "致电",
    "电话",
    "热线",
    "号码",
    "手机号",
    "手机",
    "座机",
    "传真",
    "呼叫",
    "短信",
    "发送",
    "客服",
    "客服电话",
    "报警",
    "急救",
    "火警",
    "匪警",
    "编号",
    "尾号",
    "验证码",
    "密码",
    "证号",
    "卡号",
    "账号",
    "单号",
    "学号",
    "工号",
    "代码",
    "邮编",
    "流水号",
    "按",
    "输入",
    "回复",
    "电话是",
    "号码是",
    "电信",
    "移动",
    "联通",
];

fn is_dialling(before: &str) -> bool {
    let before = before.trim_end_matches([
        ' ', ':', '：', '“', '"', '《', '「', '（', '(', '为', '是', '叫', '了', '个', '请',
    ]);
    DIALLING.iter().any(|word| before.ends_with(word))
}

/// Numbers of three to six digits that everyone dials: 110, 12345, 95588, 96110, 10086.
fn is_hotline(digits: &str) -> bool {
    match digits.len() {
        3 => ["110", "112", "114", "119", "120", "122", "999"].contains(&digits),
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

/// Whether a number before `after` counts something.
fn is_counted(after: &str) -> bool {
    let after = after
        .strip_prefix(['多', '余', '几', '来'])
        .unwrap_or(after);
    let units = [
        "万", "亿", "千", "百", "%", "‰", "米", "平", "月", "日", "度", "分", "只", "字", "例",
        "多", "期", "号", "级", "层", "楼", "期", "周年",
    ];
    let counted = is_measure(after)
        || units.iter().any(|unit| after.starts_with(unit))
        || pattern!(r"(?:°|km|kg|m\^|cm|mm|ml|g\b|m\b)").is_match(after);
    counted
        && ![
            "号码", "大厅", "站点", "平台", "家长", "人工", "个人", "天天", "方便", "把",
        ]
        .iter()
        .any(|word| after.starts_with(word))
}

/// A hotline, wherever it stands; any short number behind a word for dialling, or in a row
/// with one that was dialled.
pub(super) fn hotline(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(r"([0-9]{3,6})(?:[^0-9]|$)").captures(place.rest)?;
    let digits = &found[1];
    let after = place.after(digits.len());
    let next = &place.rest[digits.len()..];
    let part = pattern!(r"[.:：%][0-9]|[.,][0-9]{1,3}(?:[^0-9]|$)|[-~—至到][0-9]").is_match(next)
        || (digits.len() == 3 && next.starts_with('/'));
    if part || is_counted(after) || place.before.ends_with(['第', '约', '满', '¥', '$', '.']) {
        return None;
    }
    let dialling = place.after_dialled || is_dialling(place.before);
    (is_hotline(digits) || dialling).then(|| Spoken::dialled(digits.len(), dialled(digits)))?
}

/// A single key of the telephone: 按1, 按2键, 按#号键.
pub(super) fn code(place: &Place<'_>) -> Option<Spoken> {
    if !place.before.ends_with(['按']) {
        return None;
    }
    let found = pattern!(r"([0-9]{1,2})(?:[^0-9]|$)").captures(place.rest)?;
    Spoken::new(found[1].len(), cardinal(&found[1]))
}

/// Seven digits and more that count nothing, in groups of four.
pub(super) fn long_number(place: &Place<'_>) -> Option<Spoken> {
    let found = pattern!(r"[0-9]{7,}").find(place.rest)?;
    let digits = found.as_str();
    if digits.len() <= 16 && is_counted(place.after(digits.len())) && !digits.starts_with('0') {
        return None;
    }
    let groups: Vec<_> = digits
        .as_bytes()
        .chunks(4)
        .map(|group| dialled(&String::from_utf8_lossy(group)))
        .collect();
    Spoken::dialled(digits.len(), groups.join("，"))
}
