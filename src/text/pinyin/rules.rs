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

/// What stands around a character.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sides<'a> {
    pub second_before: Option<Neighbour<'a>>,
    pub before: Option<Neighbour<'a>>,
    pub after: Option<Neighbour<'a>>,
}

/// The characters that [`alone`] has a rule for and that often end up in made-up words.
pub(super) const DEPENDENT: [char; 9] = ['得', '地', '着', '了', '为', '还', '长', '教', '幢'];

/// Readings inside a word that the phrase table does not have: where, and which.
pub(super) fn inside(word: &str) -> impl Iterator<Item = (usize, &'static str)> {
    let characters: Vec<_> = word.chars().collect();
    // 看得见, 听得到; not 不得不.
    let joins = move |at: usize| {
        at > 0 && at + 1 < characters.len() && characters[at] == '得' && characters[at - 1] != '不'
    };
    (0..word.chars().count())
        .filter(move |&at| joins(at))
        .map(|at| (at, "de5"))
}

/// The reading of `character`, which stands alone between two words, if a rule knows it.
pub(super) fn alone(character: &str, sides: Sides<'_>) -> Option<&'static str> {
    let Sides { before, after, .. } = sides;
    let before_is = |words: &[&str]| before.is_some_and(|b| b.is(words));
    let before_ends = |endings: &[char]| before.is_some_and(|b| b.ends_with(endings));
    let before_counts =
        before.is_some_and(|b| b.is_kind(&['m']) || b.is(&["几", "每", "这", "那"]));
    let after_is = |words: &[&str]| after.is_some_and(|a| a.is(words));
    let after_starts = |beginnings: &[&str]| after.is_some_and(|a| a.starts_with(beginnings));
    let after_kind = |kinds: &[char]| after.is_some_and(|a| a.is_kind(kinds));
    let when = |condition: bool, reading: &'static str| condition.then_some(reading);
    match character {
        "得" => Some(obtain_or_must(before, after)),
        "地" => {
            let long = |b: Neighbour<'_>| b.word.chars().count() > 1;
            let manner = |b: Neighbour<'_>| {
                b.is_doubled() || (b.is_kind(&['a', 'd', 'z', 'i', 'l']) && long(b))
            };
            when(
                before.is_some_and(manner) && after_kind(&['v', 'p', 'd', 'r', 'x']),
                "de5",
            )
        }
        // 找不着, 够得着
        "着" => when(before_ends(&['不', '得']), "zhao2"),
        // 走得了
        "了" => when(
            before_is(&["得"]) && sides.second_before.is_some_and(|b| b.is_kind(&['v'])),
            "liao3",
        ),
        "只" => when(before_counts, "zhi1"),
        "行" => when(before_counts || before_is(&["第一", "头"]), "hang2"),
        "教" => Some("jiao1"),
        "幢" => Some("zhuang4"),
        "为" => Some(if after_kind(&['m']) || before_is(BECOMES) {
            "wei2"
        } else {
            "wei4"
        }),
        "还" => when(after_starts(REPAID), "huan2"),
        "长" => Some(if after_is(&["大", "出", "高", "胖", "满", "在", "个儿"]) {
            "zhang3"
        } else {
            "chang2"
        }),
        "重" => when(after_kind(&['v']), "chong2"),
        "种" => when(
            after_is(&["地", "菜", "树", "田", "花", "粮", "粮食", "庄稼", "了"]),
            "zhong4",
        ),
        "数" => when(
            after_is(&["数", "一数", "一", "着", "清", "清楚", "钱", "不清", "完"]),
            "shu3",
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
            before_is(&["睡", "个", "好", "着", "睡不着", "一", "午", "睡着", "不着"]),
            "jiao4",
        ),
        _ => None,
    }
}

/// Words that 为 (*wéi*) ends: 分为, 改为 …
const BECOMES: &[&str] = &[
    "分", "改", "称", "作", "变", "定", "名", "列", "评", "转", "调整", "认定", "分别", "更改",
    "变更", "称之",
];

/// What is given back, before which 还 is *huán*.
const REPAID: &[&str] = &[
    "钱", "款", "贷", "账", "债", "书", "清", "上", "掉", "不起", "不上", "不清", "得起",
];

/// 得: *děi* (must), *dé* (get), or *de* between a verb and how it is done.
fn obtain_or_must(before: Option<Neighbour<'_>>, after: Option<Neighbour<'_>>) -> &'static str {
    let verb_before = before.is_some_and(|b| b.is_kind(&['v', 'a', 'z', 'x']));
    if is_must(before, after) {
        "dei3"
    } else if !verb_before && after.is_some_and(|a| a.is(&["了", "过", "病", "奖"])) {
        "de2"
    } else {
        "de5"
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
        Some(b) if !b.is_kind(&['v', 'a', 'z', 'x']) && after.is(&["了", "过", "病", "奖"]) => {
            false
        }
        None => !after.is(&["了", "过", "病", "奖"]),
        // 很疼得…, 高兴得…
        Some(b) if b.is_kind(&['a', 'z']) && !b.is_kind(&['d']) => false,
        Some(b) if b.is_kind(&['v', 'x']) && !b.is(&["还", "要", "是", "就", "会"]) => !result,
        // 病得不轻
        Some(b) if b.is_kind(&['n']) => !after.is(&["很", "不", "厉害", "太"]),
        Some(_) => true,
    }
}
