//! Characters whose reading hangs on the words beside them.
//!
//! Only characters that stand alone as a word come here; inside words the phrase table knows.
//! The rules are judgements of common usage, kept to those that are nearly always right.

/// A word beside the character.
#[derive(Debug, Clone, Copy)]
pub(super) struct Neighbour<'a> {
    pub word: &'a str,
    /// jieba's kind of word: `v…` verb, `a…` adjective, `n…` noun, `m` number, `d` adverb …
    pub kind: &'a str,
}

impl Neighbour<'_> {
    fn is(self, words: &[&str]) -> bool {
        words.contains(&self.word)
    }

    fn is_kind(self, kinds: &[char]) -> bool {
        self.kind.starts_with(kinds)
    }

    fn ends_with(self, endings: &[char]) -> bool {
        self.word.ends_with(endings)
    }

    fn starts_with(self, beginnings: &[&str]) -> bool {
        beginnings
            .iter()
            .any(|beginning| self.word.starts_with(beginning))
    }

    /// 慢慢, 清清楚楚.
    fn is_doubled(self) -> bool {
        let characters: Vec<_> = self.word.chars().collect();
        matches!(characters[..], [a, b] if a == b)
            || matches!(characters[..], [a, b, c, d] if a == b && c == d)
    }
}

/// The reading of `character`, which stands alone between two words, if a rule knows it.
pub(super) fn read(
    character: &str,
    before: Option<Neighbour<'_>>,
    after: Option<Neighbour<'_>>,
) -> Option<&'static str> {
    let before_is = |words: &[&str]| before.is_some_and(|b| b.is(words));
    let before_ends = |endings: &[char]| before.is_some_and(|b| b.ends_with(endings));
    let after_is = |words: &[&str]| after.is_some_and(|a| a.is(words));
    let after_starts = |beginnings: &[&str]| after.is_some_and(|a| a.starts_with(beginnings));
    let after_kind = |kinds: &[char]| after.is_some_and(|a| a.is_kind(kinds));
    let when = |condition: bool, reading: &'static str| condition.then_some(reading);
    match character {
        "得" => Some(if is_must(before, after) {
            "dei3"
        } else {
            "de5"
        }),
        "地" => {
            let manner = |b: Neighbour<'_>| {
                b.is_doubled()
                    || (b.is_kind(&['a', 'd', 'z', 'i', 'l']) && b.word.chars().count() > 1)
            };
            when(
                before.is_some_and(manner) && after_kind(&['v', 'p', 'd', 'r', 'x']),
                "de5",
            )
        }
        // 找不着, 够得着
        "着" => when(before_ends(&['不', '得']), "zhao2"),
        // 办不了, 走得了
        "了" => when(before_ends(&['得']), "liao3"),
        "只" => when(before.is_some_and(|b| b.is_kind(&['m'])), "zhi1"),
        "为" => match before {
            _ if after_kind(&['m']) => Some("wei2"),
            Some(b)
                if b.is(&[
                    "分", "改", "称", "作", "变", "定", "名", "列", "评", "转", "调整", "认定",
                    "分别", "更改", "变更", "称之",
                ]) =>
            {
                Some("wei2")
            }
            _ => Some("wei4"),
        },
        "还" => when(
            after_starts(&[
                "钱", "款", "贷", "账", "债", "书", "清", "上", "掉", "不起", "不上", "不清",
                "得起",
            ]),
            "huan2",
        ),
        "长" => when(
            after_is(&["大", "出", "高", "胖", "满", "在", "个儿"]),
            "zhang3",
        ),
        "重" => when(after_kind(&['v']), "chong2"),
        "种" => when(
            after_is(&["地", "菜", "树", "田", "花", "粮", "粮食", "庄稼", "了"]),
            "zhong4",
        ),
        "数" => when(
            after_is(&["数", "一数", "一", "着", "清", "清楚", "钱", "不清", "完"]),
            "shu3",
        ),
        "干" => when(
            after_is(&[
                "啥", "什么", "嘛", "吗", "点", "点儿", "完", "不", "不了", "得", "过", "这", "活",
                "活儿", "事",
            ]),
            "gan4",
        ),
        "教" => when(
            after_kind(&['r', 'n', 'v']) || after_is(&["会", "一", "一下", "给"]),
            "jiao1",
        ),
        "空" => when(
            before_is(&["有", "没", "没有", "抽", "有没有", "得"]),
            "kong4",
        ),
        "量" => when(
            after_is(&[
                "血压", "体温", "血糖", "身高", "尺寸", "一", "一量", "一下", "量", "个",
            ]),
            "liang2",
        ),
        "觉" => when(
            before_is(&["睡", "个", "好", "着", "睡不着", "一", "午", "睡着"]),
            "jiao4",
        ),
        "卷" => when(after_is(&["起", "起来", "好", "着"]), "juan3"),
        _ => None,
    }
}

/// Whether 得 between these words means "must" (得带身份证) and does not join a verb to how
/// it is done (走得快).
fn is_must(before: Option<Neighbour<'_>>, after: Option<Neighbour<'_>>) -> bool {
    /// What can follow "verb + 得" although it is a verb or pronoun itself.
    const RESULTS: [&str; 38] = [
        "动",
        "到",
        "见",
        "了",
        "起",
        "完",
        "上",
        "下",
        "出",
        "过",
        "懂",
        "清",
        "住",
        "着",
        "开",
        "成",
        "来",
        "去",
        "多",
        "很",
        "及",
        "像",
        "不",
        "怎么样",
        "怎样",
        "如何",
        "太",
        "挺",
        "比较",
        "特别",
        "非常",
        "更",
        "越来越",
        "有点",
        "还",
        "好",
        "满",
        "没",
    ];
    let Some(after) = after else { return false };
    let result = after.is(&RESULTS) || after.is_kind(&['a', 'z', 'i', 'l', 'u', 'y']);
    match before {
        None => true,
        // 很疼得…, 高兴得…
        Some(b) if b.is_kind(&['a', 'z']) && !b.is_kind(&['d']) => false,
        Some(b) if b.is_kind(&['v', 'x']) && !b.is(&["还", "要", "是", "就", "会"]) => !result,
        // 病得不轻
        Some(b) if b.is_kind(&['n']) => !after.is(&["很", "不", "厉害", "太"]),
        Some(_) => true,
    }
}
