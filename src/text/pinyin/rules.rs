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

    fn is_single(self) -> bool {
        self.word.chars().count() == 1
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
pub(super) fn inside(word: &str, before: Option<Neighbour<'_>>) -> Option<(usize, &'static str)> {
    let characters: Vec<_> = word.chars().collect();
    match characters[..] {
        // 查 + 得到
        ['得', '到'] => before
            .filter(|b| b.is_single() && b.is_kind(&VERBS))
            .map(|_| (0, "de5")),
        // 冻得 (慌); not 取得, 难得.
        [first, '得'] => (!"获取求赢难所心不博购自贪应既".contains(first)).then_some((1, "de5")),
        // 记不得
        [_, '不', '得'] => Some((2, "de5")),
        // 看得见
        [_, '得', ..] if characters[0] != '不' => Some((1, "de5")),
        _ => None,
    }
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
                "血压", "了", "温度", "室温", "体温", "血糖", "身高", "尺寸", "一", "一量", "一下",
                "量", "个",
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

/// Kinds of words that 得 can join to how a thing is done. jieba takes some verbs for
/// prepositions (跟) or particles (过).
const VERBS: [char; 8] = ['v', 'a', 'z', 'x', 'p', 'u', 'i', 'l'];

/// What follows 得 "must" even behind a verb of one character (去得带身份证).
const MUST_DO: &[&str] = &[
    "带", "先", "本人", "自己", "您", "亲自", "提前", "重新", "另外", "再", "找", "交", "问",
];

/// What follows "verb + 得" although it is a verb, pronoun or adverb itself (走得动).
const RESULTS: &[&str] = &[
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
    "慌",
    "通",
];

/// 得: *děi* (must: 得带身份证), *dé* (get: 得了病), or *de* between a verb and how it is
/// done (走得快).
fn obtain_or_must(before: Option<Neighbour<'_>>, after: Option<Neighbour<'_>>) -> &'static str {
    let Some(after) = after else { return "de2" };
    let adverb = before.is_some_and(|b| {
        b.is(&[
            "还", "要", "是", "就", "会", "都", "也", "先", "总", "又", "才", "可", "非", "必",
        ])
    });
    let verb = before.filter(|b| b.is_kind(&VERBS) && !adverb);
    if verb.is_none() && after.is(&["了", "过", "病", "奖", "的"]) {
        return "de2";
    }
    let result = after.is(RESULTS) || after.is_kind(&['a', 'z', 'i', 'l', 'u', 'y']);
    let must = match (before, verb) {
        (_, Some(verb)) if verb.is_single() => after.is(MUST_DO),
        (_, Some(verb)) if verb.is_kind(&['a', 'z']) => false,
        (_, Some(_)) => !result,
        // 病得不轻
        (Some(noun), None) if noun.is_kind(&['n']) => !result,
        _ => true,
    };
    if must { "dei3" } else { "de5" }
}
