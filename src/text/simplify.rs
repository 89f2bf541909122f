//! Traditional characters to simplified ones.

use std::sync::OnceLock;

use ferrous_opencc::OpenCC;
use ferrous_opencc::config::BuiltinConfig;

/// `text` in simplified characters, by OpenCC's phrase and character tables.
#[must_use]
pub fn simplify(text: &str) -> String {
    static CONVERTER: OnceLock<Option<OpenCC>> = OnceLock::new();
    // The tables are inside the program; were they damaged, plain text is better than none.
    let converter = CONVERTER.get_or_init(|| OpenCC::from_config(BuiltinConfig::Tw2s).ok());
    converter.as_ref().map_or_else(|| text.to_owned(), |converter| converter.convert(text))
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
        check("我想問一下辦老年證需要帶什麼材料", "我想问一下办老年证需要带什么材料");
        check("醫保卡丟了，後天去補辦", "医保卡丢了，后天去补办");
        check("乾隆", "乾隆");
        check("隨著年紀大了，拿著身份證，顯著", "随着年纪大了，拿着身份证，显著");
        check("著名的著作", "著名的著作");
        check("头发", "头发");
        check("ID card 123", "ID card 123");
        check("", "");
    }
}
