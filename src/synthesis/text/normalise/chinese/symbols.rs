//! Signs that stand for words, and those that stand for nothing.

use super::super::place::{Place, Spoken, pattern};

/// A sign that is said.
pub(super) fn symbol(place: &Place<'_>) -> Option<Spoken> {
    let per = pattern!(r" ?/ ?(月|年|天|日|人|次|小时|户|平方米|平米|公里|度|吨|个|张|份|晚|床)")
        .captures(place.rest);
    if let Some(per) = per.filter(|_| {
        place
            .before
            .ends_with(['元', '块', '角', '分', '次', '米', '度', '克'])
    }) {
        return Spoken::new(per[0].len(), format!("每{}", &per[1]));
    }
    let key = place.before.ends_with('按') || place.before.ends_with("按下");
    let number_next = pattern!(r". ?[0-9]").is_match(place.rest);
    let number_before = place
        .before
        .trim_end()
        .ends_with(|c: char| c.is_ascii_digit());
    let c = place.rest.chars().next()?;
    let words = match c {
        '#' if key => "井号",
        '*' if key => "星号",
        '+' if number_before || number_next => "加",
        '×' | '*' | 'x' if number_before && number_next => "乘",
        '÷' => "除以",
        '=' | '＝' => "等于",
        '≈' => "约等于",
        '≠' => "不等于",
        '≥' | '⩾' | '≧' => "大于等于",
        '≤' | '⩽' | '≦' => "小于等于",
        '>' if number_next || number_before => "大于",
        '<' if number_next || number_before => "小于",
        '±' => "正负",
        '&' => "和",
        '@' => "艾特",
        '%' => "百分号",
        '‰' => "千分号",
        '¥' => "元",
        '$' => "美元",
        '€' => "欧元",
        '£' => "英镑",
        '°' => "度",
        '№' => "号",
        '^' if number_next => "的",
        '℡' => "电话",
        'α' => "阿尔法",
        'β' => "贝塔",
        'γ' => "伽马",
        'μ' => "微",
        '→' => "到",
        _ => return None,
    };
    Spoken::new(c.len_utf8(), words)
}

/// What becomes of a character that no rule knows: Chinese characters and punctuation stay,
/// brackets and strokes become a pause, everything else a space.
pub(super) fn plain(c: char) -> char {
    match c {
        '，' | '。' | '！' | '？' | '；' | '：' | '、' => c,
        ',' => '，',
        '.' | '\n' | '｡' => '。',
        '!' => '！',
        '?' => '？',
        ';' => '；',
        ':' => '：',
        '/' | '|' => '、',
        '(' | ')' | '（' | '）' | '[' | ']' | '{' | '}' | '【' | '】' | '〔' | '〕' | '—' | '–'
        | '…' | '~' => '，',
        _ if crate::text::pinyin::is_read(c) => c,
        _ => ' ',
    }
}
