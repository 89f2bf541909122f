//! Traditional characters to simplified ones.

use std::sync::OnceLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

/// Words that keep their 著; everywhere else it is Taiwan's way to write 着 (拿著).
const KEEP_ZHU: [&str; 18] = [
    "著名", "著作", "著称", "著述", "著者", "著书", "显著", "专著", "土著", "名著", "编著", "原著",
    "论著", "卓著", "巨著", "遗著", "译著", "合著",
];

/// `text` in simplified characters, by OpenCC's phrase and character tables. Simplified
/// text comes back as it is.
#[must_use]
pub fn simplify(text: &str) -> String {
    static CONVERTER: OnceLock<Option<OpenCC>> = OnceLock::new();
    // Not the tables for Taiwan: they turn simplified 什么 into 什幺 and 抬 into 擡.
    // The tables are inside the program; were they damaged, plain text is better than none.
    let converter = CONVERTER.get_or_init(|| OpenCC::from_config(BuiltinConfig::T2s).ok());
    let simplified = converter
        .as_ref()
        .map_or_else(|| text.to_owned(), |converter| converter.convert(text));
    if simplified.contains('著') {
        with_zhe(&simplified)
    } else {
        simplified
    }
}

/// 著 written 着 where it is no part of a word such as 著名.
fn with_zhe(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let before = out.chars().next_back();
        let after = text[at + c.len_utf8()..].chars().next();
        let kept = KEEP_ZHU.iter().any(|word| match word.strip_prefix('著') {
            Some(end) => after.is_some_and(|c| end.starts_with(c)),
            None => before.is_some_and(|c| word.starts_with(c)),
        });
        out.push(if c == '著' && !kept { '着' } else { c });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traditional_becomes_simplified() {
        #[track_caller]
        fn check(traditional: &str, simplified: &str) {
            assert_eq!(simplify(traditional), simplified);
        }
        check(
            "我想問一下辦老年證需要帶什麼材料",
            "我想问一下办老年证需要带什么材料",
        );
        check("醫保卡丟了，後天去補辦", "医保卡丢了，后天去补办");
        check("乾隆", "乾隆");
        check(
            "隨著年紀大了，拿著身份證，顯著",
            "随着年纪大了，拿着身份证，显著",
        );
        check("著名的著作", "著名的著作");
        check("头发", "头发");
        check("为什么要这么办，怎么办", "为什么要这么办，怎么办");
        check("打幺二三四五，拿着，抬不平", "打幺二三四五，拿着，抬不平");
        check("ID card 123", "ID card 123");
        check("", "");
    }

    #[test]
    fn common_words_stay_as_they_are() {
        for text in [
            "什么", "抬头", "台湾", "干净", "里面", "后面", "只有", "面条", "发票", "丑", "咸",
            "郁", "征收", "占用", "升", "专著", "土著",
        ] {
            assert_eq!(simplify(text), text);
        }
    }

    #[test]
    fn the_guides_stay_as_they_are() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("knowledge");
        let (files, _) = crate::knowledge::read_folder(&folder).unwrap();
        assert!(!files.is_empty());
        for file in files {
            let text = &file.guide.zh;
            for said in text
                .facts()
                .iter()
                .map(|fact| fact.text)
                .chain(text.questions.iter().map(String::as_str))
            {
                assert_eq!(simplify(said), said);
            }
        }
    }
}
